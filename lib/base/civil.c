/* SPDX-License-Identifier: MIT */
#include "base/civil.h"

#include <string.h>

#include <crm4e/errors.h>

enum {
    YEAR_MAX = 9999,
    DAYS_400_YEARS = 146097
};

/* Days before the month begins, in a year without a leap day. */
static const int month_begins[14] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    int length = month_begins[month + 1] - month_begins[month];

    return month == 2 && is_leap(year) ? length + 1 : length;
}

/* Days before the month, counted from the first day of the year. */
static int before_month(int year, int month)
{
    return month_begins[month] + (month > 2 && is_leap(year) ? 1 : 0);
}

/* Days from 0001-01-01 to the first of January. */
static int32_t before_year(int year)
{
    int past = year - 1;

    return past * 365 + past / 4 - past / 100 + past / 400;
}

bool c4_civil_valid(int year, int month, int day)
{
    return year >= 1 && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

int32_t c4_civil_days(int year, int month, int day)
{
    return C4_DATE_MIN + before_year(year) + before_month(year, month) + day - 1;
}

c4_civil c4_civil_of_days(int32_t days)
{
    int32_t since = days - C4_DATE_MIN;
    c4_civil civil = {(int)((int64_t)since * 400 / DAYS_400_YEARS) + 1, 12, 0};

    while (before_year(civil.year) > since)
        civil.year--;
    while (before_year(civil.year + 1) <= since)
        civil.year++;
    since -= before_year(civil.year);
    while (before_month(civil.year, civil.month) > since)
        civil.month--;
    civil.day = since - before_month(civil.year, civil.month) + 1;
    return civil;
}

/* 0001-01-01 is a Monday. */
int c4_weekday(int32_t days)
{
    return (days - C4_DATE_MIN) % 7 + 1;
}

/* A week belongs to the year of its Thursday (ISO 8601). */
void c4_iso_week(int32_t days, int *year, int *week)
{
    int32_t thursday = c4_week_start(days) + 3;

    *year = c4_civil_of_days(thursday).year;
    *week = (thursday - c4_year_start(thursday)) / 7 + 1;
}

int32_t c4_week_start(int32_t days)
{
    return days - (c4_weekday(days) - 1);
}

int32_t c4_month_start(int32_t days)
{
    return days - c4_civil_of_days(days).day + 1;
}

int32_t c4_quarter_start(int32_t days)
{
    c4_civil civil = c4_civil_of_days(days);

    return c4_civil_days(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
}

int32_t c4_year_start(int32_t days)
{
    return C4_DATE_MIN + before_year(c4_civil_of_days(days).year);
}

bool c4_add_months(int32_t days, int months, int32_t *result)
{
    c4_civil civil = c4_civil_of_days(days);
    int64_t total = (int64_t)civil.year * 12 + civil.month - 1 + months;
    int year, month, length;

    if (total < 12 || total > (int64_t)YEAR_MAX * 12 + 11)
        return false;
    year = (int)(total / 12);
    month = (int)(total % 12) + 1;
    length = month_length(year, month);
    *result = c4_civil_days(year, month, civil.day < length ? civil.day : length);
    return true;
}

/* Reads exactly `count` digits; -1 when one is missing. */
static int read_digits(const char *text, size_t count)
{
    int number = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static void write_digits(char *text, size_t count, int number)
{
    while (count > 0) {
        text[--count] = (char)('0' + number % 10);
        number /= 10;
    }
}

int c4_date_parse(const char *text, size_t length, int32_t *days)
{
    int year, month, day;

    if (length != C4_DATE_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return CRM4E_E_INVALID;
    year = read_digits(text, 4);
    month = read_digits(text + 5, 2);
    day = read_digits(text + 8, 2);
    if (!c4_civil_valid(year, month, day))
        return CRM4E_E_INVALID;
    *days = c4_civil_days(year, month, day);
    return CRM4E_OK;
}

void c4_date_format(int32_t days, char text[C4_DATE_TEXT])
{
    c4_civil civil = c4_civil_of_days(days);

    write_digits(text, 4, civil.year);
    text[4] = '-';
    write_digits(text + 5, 2, civil.month);
    text[7] = '-';
    write_digits(text + 8, 2, civil.day);
    text[10] = '\0';
}

/* ":07" within 0..limit at `*at`; moves on, -1 when it is not that. */
static int read_part(const char *text, size_t length, size_t *at, char lead, int limit)
{
    int number;

    if (length - *at < 3 || text[*at] != lead)
        return -1;
    number = read_digits(text + *at + 1, 2);
    if (number > limit)
        return -1;
    *at += 3;
    return number;
}

/* ".25" at `*at` in microseconds; 0 when there is no point, -1 when wrong. */
static int read_fraction(const char *text, size_t length, size_t *at)
{
    int number = 0, digits = 0;
    size_t next = *at;

    if (next == length || text[next] != '.')
        return 0;
    for (next++; next < length && text[next] >= '0' && text[next] <= '9'; next++) {
        if (++digits > 6)
            return -1;
        number = number * 10 + (text[next] - '0');
    }
    if (digits == 0)
        return -1;
    for (; digits < 6; digits++)
        number *= 10;
    *at = next;
    return number;
}

/* Reads date and time of day from the front; `*used` is where it ended. */
static int read_clock(const char *text, size_t length, size_t *used, int64_t *microseconds)
{
    size_t at = C4_DATE_TEXT - 1;
    int hour, minute, second = 0, fraction = 0;
    int32_t days;

    if (length < at || c4_date_parse(text, at, &days) != CRM4E_OK)
        return CRM4E_E_INVALID;
    hour = read_part(text, length, &at, 'T', 23);
    if (hour < 0)
        return CRM4E_E_INVALID;
    minute = read_part(text, length, &at, ':', 59);
    if (minute < 0)
        return CRM4E_E_INVALID;
    if (at < length && text[at] == ':') {
        second = read_part(text, length, &at, ':', 59);
        if (second < 0)
            return CRM4E_E_INVALID;
        fraction = read_fraction(text, length, &at);
        if (fraction < 0)
            return CRM4E_E_INVALID;
    }
    *used = at;
    *microseconds = days * C4_DAY_MICROSECONDS +
                    ((hour * 60 + minute) * 60 + second) * C4_MICROSECONDS + fraction;
    return CRM4E_OK;
}

/* "Z" or "+hh:mm" up to the end, in minutes east. */
static int read_offset(const char *text, size_t length, size_t at, int *minutes)
{
    int hour, minute, sign;

    if (length - at == 1 && text[at] == 'Z') {
        *minutes = 0;
        return CRM4E_OK;
    }
    if (length - at != 6)
        return CRM4E_E_INVALID;
    sign = text[at] == '-' ? -1 : 1;
    hour = read_part(text, length, &at, sign < 0 ? '-' : '+', 14);
    if (hour < 0)
        return CRM4E_E_INVALID;
    minute = read_part(text, length, &at, ':', hour == 14 ? 0 : 59);
    if (minute < 0)
        return CRM4E_E_INVALID;
    *minutes = sign * (hour * 60 + minute);
    return CRM4E_OK;
}

int c4_time_parse(const char *text, size_t length, int64_t *microseconds)
{
    size_t at;
    int64_t time;
    int minutes;

    if (read_clock(text, length, &at, &time) != CRM4E_OK ||
        read_offset(text, length, at, &minutes) != CRM4E_OK)
        return CRM4E_E_INVALID;
    time -= minutes * 60 * C4_MICROSECONDS;
    if (time < C4_TIME_MIN || time > C4_TIME_MAX)
        return CRM4E_E_INVALID;
    *microseconds = time;
    return CRM4E_OK;
}

int c4_local_time_parse(const char *text, size_t length, int64_t *microseconds)
{
    size_t at;
    int64_t time;

    if (read_clock(text, length, &at, &time) != CRM4E_OK || at != length)
        return CRM4E_E_INVALID;
    *microseconds = time;
    return CRM4E_OK;
}

void c4_time_format(int64_t microseconds, char text[C4_TIME_TEXT])
{
    int32_t days = c4_time_days(microseconds);
    int64_t of_day = microseconds - days * C4_DAY_MICROSECONDS;
    int seconds = (int)(of_day / C4_MICROSECONDS);
    int fraction = (int)(of_day % C4_MICROSECONDS);
    size_t at = 19;

    c4_date_format(days, text);
    memcpy(text + 10, "T00:00:00", 9);
    write_digits(text + 11, 2, seconds / 3600);
    write_digits(text + 14, 2, seconds / 60 % 60);
    write_digits(text + 17, 2, seconds % 60);
    if (fraction != 0) {
        text[at] = '.';
        write_digits(text + at + 1, 6, fraction);
        at += 7;
    }
    text[at] = 'Z';
    text[at + 1] = '\0';
}

int32_t c4_time_days(int64_t microseconds)
{
    int64_t days = microseconds / C4_DAY_MICROSECONDS;

    if (microseconds % C4_DAY_MICROSECONDS < 0)
        days--;
    return (int32_t)days;
}
