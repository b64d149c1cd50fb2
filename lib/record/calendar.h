/* SPDX-License-Identifier: MIT */
/*
 * Dates and times cut into the buckets of a chart, or the periods of criteria. A bucket is known by its
 * first day. A day of a time zone is what lies between its first instant and
 * that of the next day, as in queries, so that a bucket and its criteria agree
 * where clocks are moved at midnight.
 */
#ifndef C4_CALENDAR_H
#define C4_CALENDAR_H

#include "base/zone.h"
#include <crm4e/model.h>

typedef struct c4_cut {
    crm4e_granularity by;
    int32_t fiscal_month; /* 1..12 */
} c4_cut;

/* The first day of the bucket, C4_DATE_MIN where it would start before. */
int32_t c4_cut_start(const c4_cut *cut, int32_t day);
/* The first day behind the bucket that `day` lies in; false beyond the calendar. */
bool c4_cut_next(const c4_cut *cut, int32_t day, int32_t *next);
/* "1996-07-04", "1996-W27", "1996-07", "1996-Q3", "1996", "FY1996-Q1", "FY1996":
 * a fiscal year has the name of the year it starts in. */
enum {
    C4_CUT_TEXT = 32
};
void c4_cut_label(const c4_cut *cut, int32_t day, char text[C4_CUT_TEXT]);

/* The days of a time zone; each is looked up once. */
typedef struct c4_calendar {
    const c4_mem *mem;
    c4_zone *zone;
    int64_t **pages;
} c4_calendar;

int c4_calendar_open(c4_calendar *calendar, const c4_mem *mem, const char *zone);
void c4_calendar_close(c4_calendar *calendar); /* also of a zeroed one */
/* The first instant of a day. */
int c4_calendar_day_start(c4_calendar *calendar, int32_t day, int64_t *time);
/* The day an instant lies in. */
int c4_calendar_day_of(c4_calendar *calendar, int64_t time, int32_t *day);

#endif
