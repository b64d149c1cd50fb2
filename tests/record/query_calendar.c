/* SPDX-License-Identifier: MIT */
#include "query_calendar.h"

#include <stdbool.h>

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

static void tomorrow(calendar_date *d)
{
    d->weekday = (d->weekday + 1) % 7;
    if (++d->day > month_days(d->year, d->month)) {
        d->day = 1;
        if (++d->month > 12) {
            d->month = 1;
            d->year++;
        }
    }
}

calendar_date calendar[CALENDAR_DAYS];
static int weeks[CALENDAR_DAYS];

void calendar_count(void)
{
    calendar_date d = {CALENDAR_FIRST_YEAR, 1, 1, 4};

    for (int i = 0; i < CALENDAR_DAYS; i++) {
        calendar[i] = d;
        weeks[i] = i == 0 ? 0 : weeks[i - 1] + (d.weekday == 0);
        tomorrow(&d);
    }
}

int calendar_number(int kind, int day, int fiscal_month)
{
    const calendar_date *d = &calendar[day];
    int months = d->year * 12 + d->month - 1;
    int fiscal = months - (fiscal_month - 1);

    switch (kind) {
    case 0: return weeks[day];
    case 1: return months;
    case 2: return months / 3;
    case 3: return d->year;
    case 4: return fiscal / 3;
    default: return fiscal / 12;
    }
}
