/* SPDX-License-Identifier: MIT */
#include "automation/moment.h"

#define MINUTE (60 * C4_MICROSECONDS)
#define HOUR   (60 * MINUTE)

enum {
    WEEK = 7,
    FRIDAY = 5,
    BUSINESS_WEEK = 5,
    YEAR = 12, /* months */
    MONTHS_MOST = 12 * 9999
};

/* A day beyond the calendar is one of these. */
#define TOO_EARLY ((int64_t)C4_DATE_MIN - 1)
#define TOO_LATE  ((int64_t)C4_DATE_MAX + 1)

static const struct {
    int64_t length; /* of one; 0: counted on the calendar */
    int32_t days;
    int32_t months;
    int32_t most; /* a hundred years */
} units[] = {
    [CRM4E_MINUTES] = {MINUTE, 0, 0, 52560000},
    [CRM4E_HOURS] = {HOUR, 0, 0, 876000},
    [CRM4E_DAYS] = {0, 1, 0, 36500},
    [CRM4E_BUSINESS_DAYS] = {0, 0, 0, 26000},
    [CRM4E_WEEKS] = {0, WEEK, 0, 5200},
    [CRM4E_MONTHS] = {0, 0, 1, 1200},
    [CRM4E_YEARS] = {0, 0, YEAR, 100},
};

int32_t c4_span_most(crm4e_time_unit unit)
{
    return units[unit].most;
}

static int64_t within_calendar(int64_t day)
{
    if (day < C4_DATE_MIN) {
        return TOO_EARLY;
    }
    return day > C4_DATE_MAX ? TOO_LATE : day;
}

static int64_t add_months(int64_t day, int64_t months)
{
    int32_t result = 0;

    if (day < C4_DATE_MIN || day > C4_DATE_MAX) {
        return day;
    }
    if (!c4_add_months((int32_t)day, (int)months, &result)) {
        return months < 0 ? TOO_EARLY : TOO_LATE;
    }
    return result;
}

/* From a weekend one counts forward as from its Friday, back as from its Monday. */
static int64_t add_business_days(int64_t day, int32_t count)
{
    const int weekday = c4_weekday((int32_t)day);
    const int64_t weeks = count / BUSINESS_WEEK;
    const int64_t rest = count % BUSINESS_WEEK;
    int64_t start = day;
    int64_t place = weekday; /* in its week */

    if (weekday > FRIDAY && count > 0) {
        start = day - (weekday - FRIDAY);
        place = FRIDAY;
    } else if (weekday > FRIDAY && count < 0) {
        start = day + (WEEK + 1 - weekday);
        place = 1;
    }
    start += weeks * WEEK + rest;
    if (rest > 0 && place + rest > FRIDAY) {
        start += WEEK - BUSINESS_WEEK;
    } else if (rest < 0 && place + rest < 1) {
        start -= WEEK - BUSINESS_WEEK;
    }
    return start;
}

/* Of a span that is counted on the calendar. */
static int64_t shift_day(int64_t day, const c4_span *span)
{
    if (day < C4_DATE_MIN || day > C4_DATE_MAX || span->count == 0) {
        return day;
    }
    if (span->unit == CRM4E_BUSINESS_DAYS) {
        return within_calendar(add_business_days(day, span->count));
    }
    if (units[span->unit].months != 0) {
        return add_months(day, (int64_t)span->count * units[span->unit].months);
    }
    return within_calendar(day + (int64_t)span->count * units[span->unit].days);
}

/* Of a day and a time of day in the zone; before the calendar its beginning. */
static int64_t instant(c4_zone *zone, int64_t day, int64_t time_of_day)
{
    if (day == TOO_LATE) {
        return C4_NEVER;
    }
    if (day == TOO_EARLY) {
        return C4_TIME_MIN;
    }
    return c4_zone_to_utc(zone, day * C4_DAY_MICROSECONDS + time_of_day);
}

static int64_t within_time(int64_t time)
{
    if (time < C4_TIME_MIN) {
        return C4_TIME_MIN;
    }
    return time > C4_TIME_MAX ? C4_NEVER : time;
}

static void split(c4_zone *zone, int64_t time, int64_t *day, int64_t *time_of_day)
{
    int64_t local = c4_zone_to_local(zone, time);

    *day = within_calendar(c4_time_days(local));
    *time_of_day = local - (int64_t)c4_time_days(local) * C4_DAY_MICROSECONDS;
}

int64_t c4_moment_after(c4_zone *zone, int64_t from, const c4_span *span)
{
    const int64_t length = units[span->unit].length;
    int64_t day;
    int64_t time_of_day;

    if (length != 0) {
        return within_time(from + span->count * length);
    }
    split(zone, from, &day, &time_of_day);
    return within_time(instant(zone, shift_day(day, span), time_of_day));
}

/* A value of the field as a day and a time of it. */
typedef struct origin {
    c4_zone *zone;
    const c4_date_trigger *trigger;
    int64_t value;
    int64_t day;
    int64_t time_of_day;
} origin;

static void find_origin(origin *o, const crm4e_value *value)
{
    const int32_t at = o->trigger->at;

    o->value = value->integer;
    o->day = value->integer;
    o->time_of_day = 0;
    if (o->trigger->field->type == CRM4E_TYPE_DATETIME) {
        split(o->zone, value->integer, &o->day, &o->time_of_day);
    }
    if (at != C4_NO_TIME_OF_DAY) {
        o->time_of_day = at * MINUTE;
    }
}

/* So many months after the first. */
static int64_t moment(const origin *o, int64_t months)
{
    const c4_date_trigger *trigger = o->trigger;
    const c4_span *offset = &trigger->offset;
    const int64_t length = offset->count != 0 ? units[offset->unit].length : 0;
    const bool exact = trigger->field->type == CRM4E_TYPE_DATETIME && months == 0 &&
                       trigger->at == C4_NO_TIME_OF_DAY && (length != 0 || offset->count == 0);
    const int64_t day = add_months(o->day, months);
    int64_t time;

    if (exact) {
        time = o->value;
    } else {
        time = instant(o->zone, length != 0 ? day : shift_day(day, offset), o->time_of_day);
    }
    return time == C4_NEVER ? C4_NEVER : within_time(time + offset->count * length);
}

/* How many months after the first the first moment is that is not before a time, or the last one.
 * Later repetitions are not earlier. */
static int64_t find_months(const origin *o, int64_t not_before)
{
    static const int64_t steps[] = {[CRM4E_ONCE] = 0, [CRM4E_MONTHLY] = 1, [CRM4E_YEARLY] = YEAR};
    const int64_t step = steps[o->trigger->repeat];
    int64_t low = 0;
    int64_t high = step != 0 ? MONTHS_MOST / step : 0;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (moment(o, middle * step) < not_before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low * step;
}

int64_t c4_moment_next(c4_zone *zone, const c4_date_trigger *trigger, const crm4e_value *value,
                       int64_t not_before)
{
    origin o = {.zone = zone, .trigger = trigger};
    int64_t found;

    if (value->type != CRM4E_VALUE_INTEGER) {
        return C4_NEVER;
    }
    find_origin(&o, value);
    found = moment(&o, find_months(&o, not_before));
    return found >= not_before ? found : C4_NEVER;
}

int64_t c4_moment_moved(c4_zone *before, c4_zone *after, const c4_date_trigger *trigger,
                        const crm4e_value *value, int64_t due)
{
    origin old = {.zone = before, .trigger = trigger};
    origin new = {.zone = after, .trigger = trigger};

    if (value->type != CRM4E_VALUE_INTEGER) {
        return C4_NEVER;
    }
    find_origin(&old, value);
    find_origin(&new, value);
    return moment(&new, find_months(&old, due));
}
