/* SPDX-License-Identifier: MIT */
/* Civil dates (proleptic Gregorian, years 0001 to 9999) and instants. */
#ifndef C4_CIVIL_H
#define C4_CIVIL_H

#include "base/mem.h"

typedef struct c4_civil {
    int year;  /* 1..9999 */
    int month; /* 1..12 */
    int day;   /* 1..31 */
} c4_civil;

enum {
    C4_DATE_MIN = -719162, /* 0001-01-01 in days since 1970-01-01 */
    C4_DATE_MAX = 2932896  /* 9999-12-31 */
};
#define C4_MICROSECONDS     INT64_C(1000000)
#define C4_DAY_MICROSECONDS (INT64_C(86400) * C4_MICROSECONDS)
#define C4_TIME_MIN         ((int64_t)C4_DATE_MIN * C4_DAY_MICROSECONDS)
#define C4_TIME_MAX         (((int64_t)C4_DATE_MAX + 1) * C4_DAY_MICROSECONDS - 1)

bool c4_civil_valid(int year, int month, int day);
int32_t c4_civil_days(int year, int month, int day); /* of a valid date */
c4_civil c4_civil_of_days(int32_t days);
int c4_weekday(int32_t days); /* 1 = Monday .. 7 = Sunday */
/* ISO 8601 week: year and week 1..53. */
void c4_iso_week(int32_t days, int *year, int *week);
/* First day of the bucket that `days` lies in. */
int32_t c4_week_start(int32_t days); /* the Monday */
int32_t c4_month_start(int32_t days);
int32_t c4_quarter_start(int32_t days);
int32_t c4_year_start(int32_t days);
/* Adds months; the day is cut to the month's end (31 Jan + 1 = 28/29 Feb).
 * False outside the range. */
bool c4_add_months(int32_t days, int months, int32_t *result);

/* "yyyy-mm-dd", strict, exactly 10 characters: CRM4E_OK or INVALID. */
int c4_date_parse(const char *text, size_t length, int32_t *days);
enum {
    C4_DATE_TEXT = 11
};
void c4_date_format(int32_t days, char text[C4_DATE_TEXT]);
/* "yyyy-mm-ddThh:mm[:ss[.f{1,6}]]" then "Z", "+hh:mm" or "-hh:mm" (at most
 * 14:00): CRM4E_OK or INVALID. No offset is INVALID, 24:00 and :60 too. */
int c4_time_parse(const char *text, size_t length, int64_t *microseconds);
/* The same without an offset: a local date and time, as if it were UTC. */
int c4_local_time_parse(const char *text, size_t length, int64_t *microseconds);
/* "yyyy-mm-ddThh:mm:ss[.ffffff]Z", the fraction only when not zero. */
enum {
    C4_TIME_TEXT = 28
};
void c4_time_format(int64_t microseconds, char text[C4_TIME_TEXT]);
/* Floor division into date and time of day. */
int32_t c4_time_days(int64_t microseconds);

#endif
