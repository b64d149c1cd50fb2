/* SPDX-License-Identifier: MIT */
/*
 * When rules act by the clock. Days and more are counted on the calendar of a time zone
 * and keep the time of day there; minutes and hours are lengths of time. A time of day
 * that the zone leaves out is as much later as its clocks were moved; one that is there twice is
 * the first. A day that a month does not have is its last one; later months have it again.
 * Business days are Monday to Friday.
 */
#ifndef C4_MOMENT_H
#define C4_MOMENT_H

#include "base/zone.h"
#include "model/meta.h"
#include <crm4e/workflow.h>

/* So long; before, when negative. */
typedef struct c4_span {
    crm4e_time_unit unit; /* CRM4E_MINUTES .. CRM4E_YEARS; 0: nothing */
    int32_t count;
} c4_span;

enum {
    C4_NO_TIME_OF_DAY = -1
};

/* A moment by a field of the record. */
typedef struct c4_date_trigger {
    const c4_field *field; /* a date or datetime; NULL: none */
    c4_span offset;
    int32_t at; /* minutes of the day; C4_NO_TIME_OF_DAY: that of the field, of a date midnight */
    crm4e_repeat repeat;
} c4_date_trigger;

/* Nothing there is: behind all times. */
#define C4_NEVER INT64_MAX

/* The most that a span may count. */
int32_t c4_span_most(crm4e_time_unit unit);
/* C4_NEVER beyond the calendar. */
int64_t c4_moment_after(c4_zone *zone, int64_t from, const c4_span *span);
/* The same moment of a value, that which comes first not before `due` in the zone of before, as the
 * other zone has it. */
int64_t c4_moment_moved(c4_zone *before, c4_zone *after, const c4_date_trigger *trigger,
                        const crm4e_value *value, int64_t due);
/* The first moment of a value of the field that is not before a time; C4_NEVER: there is none. */
int64_t c4_moment_next(c4_zone *zone, const c4_date_trigger *trigger, const crm4e_value *value,
                       int64_t not_before);

#endif
