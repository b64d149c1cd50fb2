/* SPDX-License-Identifier: MIT */
/* A calendar that counts one day after the other. */
#ifndef TEST_QUERY_CALENDAR_H
#define TEST_QUERY_CALENDAR_H

typedef struct calendar_date {
    int year, month, day, weekday; /* from 1; Monday 0 */
} calendar_date;

enum {
    CALENDAR_FIRST_YEAR = 1999,
    CALENDAR_DAYS = 366 * 28,
    CALENDAR_KINDS = 6 /* week, month, quarter, year, fiscal quarter, fiscal year */
};

/* From 1999-01-01, a Friday. */
extern calendar_date calendar[CALENDAR_DAYS];

void calendar_count(void);
/* Which one of its kind a day lies in. */
int calendar_number(int kind, int day, int fiscal_month);

#endif
