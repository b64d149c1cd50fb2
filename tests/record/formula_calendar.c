/* SPDX-License-Identifier: MIT */
#include "formula_worth.h"

/* Dates: days are counted from a table of the first day of each year. */

int64_t worth_first_days[LAST_YEAR + 2];

static int year_length(int year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 366 : 365;
}

int worth_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return lengths[month - 1] + (month == 2 ? year_length(year) - 365 : 0);
}

/* 1970-01-01 is day 0. */
void worth_count_days(void)
{
    int64_t shift;

    if (worth_first_days[1] != 0)
        return;
    for (int year = 1; year <= LAST_YEAR; year++)
        worth_first_days[year + 1] = worth_first_days[year] + year_length(year);
    shift = worth_first_days[1970];
    for (int year = 1; year <= LAST_YEAR + 1; year++)
        worth_first_days[year] -= shift;
}

civil worth_civil_of(int64_t days)
{
    civil date = {(int)(1970 + days / 366 - 1), 1, 0};

    worth_count_days();
    date.year = date.year < 1 ? 1 : date.year;
    while (date.year > 1 && worth_first_days[date.year] > days)
        date.year--;
    while (worth_first_days[date.year + 1] <= days)
        date.year++;
    days -= worth_first_days[date.year];
    while (days >= worth_month_length(date.year, date.month))
        days -= worth_month_length(date.year, date.month++);
    date.day = (int)days + 1;
    return date;
}

model_value worth_date_value(int64_t year, int64_t month, int64_t day)
{
    int64_t days;

    worth_count_days();
    if (year < 1 || year > LAST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > worth_month_length((int)year, (int)month))
        return (model_value){0};
    days = worth_first_days[year] + day - 1;
    for (int m = 1; m < month; m++)
        days += worth_month_length((int)year, m);
    return worth_whole_value('d', days);
}

int64_t worth_floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}
