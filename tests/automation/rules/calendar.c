/* SPDX-License-Identifier: MIT */
/* The calendar as a list of days; zones by their rules of these years. */
#include "model.h"

enum {
    FIRST_YEAR = 1970,
    YEARS = 240,
    DAYS = 88000,
    LAST = -1, /* Sunday of the month */
    SUNDAY = 6,
    MONTHS_AHEAD = 1200
};

typedef struct date {
    short year;
    signed char month, day, weekday; /* 0: Monday */
} date;

static date days[DAYS];
static int day_count;
static int year_starts[YEARS];

static int length_of(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return lengths[month - 1] + (leap && month == 2 ? 1 : 0);
}

void calendar_open(void)
{
    int weekday = 3; /* 1970 began on a Thursday */

    day_count = 0;
    for (int year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++) {
        year_starts[year - FIRST_YEAR] = day_count;
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= length_of(year, month); day++) {
                days[day_count++] =
                    (date){(short)year, (signed char)month, (signed char)day, (signed char)weekday};
                weekday = (weekday + 1) % 7;
            }
    }
}

int64_t day_of(int year, int month, int day)
{
    int at = year_starts[year - FIRST_YEAR];

    while (days[at].month != month || days[at].day != day)
        at++;
    return at;
}

int64_t last_of_month(int64_t day)
{
    while (days[day + 1].day != 1)
        day++;
    return day;
}

void day_text(int64_t day, char text[16])
{
    const date *d = &days[day];

    (void)snprintf(text, 16, "%04u-%02u-%02u", (unsigned)d->year % 10000u,
                   (unsigned)d->month % 100u, (unsigned)d->day % 100u);
}

/* ------------------------------------------------------------- zones */

/* When the clocks are moved: a Sunday of a month, minutes by the clock that is left. */
typedef struct turn {
    int month, sunday, at;
} turn;

static const struct {
    const char *name;
    int standard, summer; /* minutes before UTC */
    turn to_summer, to_standard;
} zones[ZONES] = {
    {"UTC", 0, 0, {0, 0, 0}, {0, 0, 0}},
    {"Asia/Shanghai", 480, 480, {0, 0, 0}, {0, 0, 0}},
    {"Europe/Berlin", 60, 120, {3, LAST, 120}, {10, LAST, 180}},
    {"America/New_York", -300, -240, {3, 2, 120}, {11, 1, 120}},
    {"Australia/Lord_Howe", 630, 660, {10, 1, 120}, {4, 1, 120}}, /* by half an hour */
};

const char *zone_name(int zone)
{
    return zones[zone].name;
}

/* The moment of a turn in a year, from the offset before it. */
static int64_t turn_time(const turn *t, int year, int offset)
{
    int64_t day = day_of(year, t->month, 1);
    int sundays = days[day].weekday == SUNDAY;

    if (t->sunday == LAST) {
        day = last_of_month(day);
        while (days[day].weekday != SUNDAY)
            day--;
    } else {
        while (sundays < t->sunday)
            sundays += days[++day].weekday == SUNDAY;
    }
    return day * DAY + (t->at - offset) * MINUTE;
}

static int offset_at(int zone, int64_t time)
{
    const int standard = zones[zone].standard, summer = zones[zone].summer;
    int64_t start, end;
    int year;

    if (standard == summer)
        return standard;
    year = days[time / DAY].year;
    start = turn_time(&zones[zone].to_summer, year, standard);
    end = turn_time(&zones[zone].to_standard, year, summer);
    if (start < end)
        return time >= start && time < end ? summer : standard;
    return time >= end && time < start ? standard : summer;
}

void to_local(int zone, int64_t time, int64_t *day, int64_t *time_of_day)
{
    const int64_t local = time + offset_at(zone, time) * MINUTE;

    *day = local / DAY;
    *time_of_day = local % DAY;
}

/* The first of two; one that is left out is later by as much as the clocks were moved. */
int64_t from_local(int zone, int64_t day, int64_t time_of_day)
{
    const int64_t local = day * DAY + time_of_day;
    const int64_t by_summer = local - zones[zone].summer * MINUTE;
    const int64_t by_standard = local - zones[zone].standard * MINUTE;

    return offset_at(zone, by_summer) == zones[zone].summer ? by_summer : by_standard;
}

/* ------------------------------------------------------------- spans */

const char *const unit_names[UNITS] = {"",      "minutes", "hours", "days", "business_days",
                                       "weeks", "months",  "years"};

static int64_t months_later(int64_t day, int count)
{
    const int months = days[day].year * 12 + days[day].month - 1 + count;
    const int year = months / 12, month = months % 12 + 1;
    const int length = length_of(year, month);

    return day_of(year, month, days[day].day < length ? days[day].day : length);
}

static int64_t business_days_later(int64_t day, int count)
{
    const int step = count < 0 ? -1 : 1;

    while (count != 0) {
        day += step;
        if (days[day].weekday < 5)
            count -= step;
    }
    return day;
}

static int64_t shift(int64_t day, const span *s)
{
    switch (s->unit) {
    case UNIT_DAYS: return day + s->count;
    case UNIT_WEEKS: return day + 7 * s->count;
    case UNIT_BUSINESS_DAYS: return business_days_later(day, s->count);
    case UNIT_MONTHS: return months_later(day, s->count);
    case UNIT_YEARS: return months_later(day, 12 * s->count);
    default: return day;
    }
}

/* Of minutes and hours, which go by no calendar. */
static int64_t length_of_span(const span *s)
{
    return s->unit == UNIT_MINUTES ? s->count * MINUTE
           : s->unit == UNIT_HOURS ? s->count * 60 * MINUTE
                                   : 0;
}

int64_t after_span(int zone, int64_t from, const span *s)
{
    int64_t day, time_of_day;

    if (s->unit == UNIT_MINUTES || s->unit == UNIT_HOURS)
        return from + length_of_span(s);
    to_local(zone, from, &day, &time_of_day);
    return from_local(zone, shift(day, s), time_of_day);
}

/* So many months after the first; a moment is where it is on the clock. */
static int64_t moment(int zone, const date_trigger *t, int64_t value, int months)
{
    int64_t day = value, time_of_day = 0;
    const bool exact =
        !t->by_day && months == 0 && t->at == NOBODY && shift(1000, &t->offset) == 1000;

    if (exact)
        return value + length_of_span(&t->offset);
    if (!t->by_day)
        to_local(zone, value, &day, &time_of_day);
    if (t->at != NOBODY)
        time_of_day = t->at * MINUTE;
    day = shift(months_later(day, months), &t->offset);
    return from_local(zone, day, time_of_day) + length_of_span(&t->offset);
}

int64_t next_moment(int zone, const date_trigger *t, int64_t value, int64_t not_before)
{
    int months = 0;

    if (value == NO_VALUE)
        return NEVER;
    while (moment(zone, t, value, months) < not_before) {
        if (t->repeat == 0 || months > MONTHS_AHEAD)
            return NEVER;
        months += t->repeat;
    }
    return moment(zone, t, value, months);
}
