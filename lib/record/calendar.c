/* SPDX-License-Identifier: MIT */
#include "record/calendar.h"

#include <stdio.h>

#include <crm4e/errors.h>

enum {
    PAGE_DAYS = 1024,
    PAGES = (C4_DATE_MAX - C4_DATE_MIN) / PAGE_DAYS + 1,
    YEAR_MAX = 9999
};
static const int64_t unknown = INT64_MIN;

/* Buckets of whole months: how many, and whether they follow the fiscal year. */
static const struct {
    int months;
    bool fiscal;
} month_cuts[] = {
    [CRM4E_BY_MONTH] = {1, false},       [CRM4E_BY_QUARTER] = {3, false},
    [CRM4E_BY_YEAR] = {12, false},       [CRM4E_BY_FISCAL_QUARTER] = {3, true},
    [CRM4E_BY_FISCAL_YEAR] = {12, true},
};

/* Months since year 0, counted from the start of the (fiscal) year: the first
 * of the bucket. */
static int bucket_months(const c4_cut *cut, int32_t day, int *shift)
{
    c4_civil civil = c4_civil_of_days(day);
    int months;

    *shift = month_cuts[cut->by].fiscal ? cut->fiscal_month - 1 : 0;
    months = civil.year * 12 + civil.month - 1 - *shift;
    return months - months % month_cuts[cut->by].months;
}

int32_t c4_cut_start(const c4_cut *cut, int32_t day)
{
    int shift = 0;
    int months;

    if (cut->by == CRM4E_BY_DAY)
        return day;
    if (cut->by == CRM4E_BY_WEEK)
        return c4_week_start(day);
    months = bucket_months(cut, day, &shift);
    months += shift;
    return months < 12 ? C4_DATE_MIN : c4_civil_days(months / 12, months % 12 + 1, 1);
}

bool c4_cut_next(const c4_cut *cut, int32_t day, int32_t *next)
{
    int shift = 0;
    int months;

    if (cut->by == CRM4E_BY_DAY || cut->by == CRM4E_BY_WEEK) {
        *next = cut->by == CRM4E_BY_DAY ? day + 1 : c4_week_start(day) + 7;
        return *next <= C4_DATE_MAX;
    }
    months = bucket_months(cut, day, &shift);
    months += shift + month_cuts[cut->by].months;
    if (months / 12 > YEAR_MAX)
        return false;
    *next = c4_civil_days(months / 12, months % 12 + 1, 1);
    return true;
}

static void week_label(int32_t day, char text[C4_CUT_TEXT])
{
    int year = 0;
    int week = 0;

    c4_iso_week(day, &year, &week);
    (void)snprintf(text, C4_CUT_TEXT, "%04d-W%02d", year, week);
}

void c4_cut_label(const c4_cut *cut, int32_t day, char text[C4_CUT_TEXT])
{
    int shift = 0;
    int months;
    int year;

    if (cut->by == CRM4E_BY_DAY) {
        c4_date_format(day, text);
        return;
    }
    if (cut->by == CRM4E_BY_WEEK) {
        week_label(day, text);
        return;
    }
    months = bucket_months(cut, day, &shift);
    year = months / 12;
    switch (cut->by) {
    case CRM4E_BY_MONTH:
        (void)snprintf(text, C4_CUT_TEXT, "%04d-%02d", year, months % 12 + 1);
        break;
    case CRM4E_BY_QUARTER:
        (void)snprintf(text, C4_CUT_TEXT, "%04d-Q%d", year, months % 12 / 3 + 1);
        break;
    case CRM4E_BY_FISCAL_QUARTER:
        (void)snprintf(text, C4_CUT_TEXT, "FY%04d-Q%d", year, months % 12 / 3 + 1);
        break;
    case CRM4E_BY_FISCAL_YEAR: (void)snprintf(text, C4_CUT_TEXT, "FY%04d", year); break;
    default: (void)snprintf(text, C4_CUT_TEXT, "%04d", year); break;
    }
}

int c4_calendar_open(c4_calendar *calendar, const c4_mem *mem, const char *zone)
{
    *calendar = (c4_calendar){.mem = mem};
    calendar->pages = c4_alloc_array(mem, PAGES, sizeof *calendar->pages);
    return calendar->pages == NULL ? CRM4E_E_NO_MEMORY : c4_zone_open(&calendar->zone, mem, zone);
}

void c4_calendar_close(c4_calendar *calendar)
{
    for (size_t i = 0; calendar->pages != NULL && i < PAGES; i++)
        c4_free(calendar->mem, calendar->pages[i]);
    if (calendar->pages != NULL)
        c4_free(calendar->mem, calendar->pages);
    c4_zone_close(calendar->zone);
    *calendar = (c4_calendar){0};
}

static int64_t *new_page(const c4_mem *mem)
{
    int64_t *page = c4_alloc_array(mem, PAGE_DAYS, sizeof *page);

    for (size_t i = 0; page != NULL && i < PAGE_DAYS; i++)
        page[i] = unknown;
    return page;
}

int c4_calendar_day_start(c4_calendar *calendar, int32_t day, int64_t *time)
{
    size_t place = (size_t)(day - C4_DATE_MIN);
    int64_t **page = &calendar->pages[place / PAGE_DAYS];
    int64_t *start;

    if (*page == NULL)
        *page = new_page(calendar->mem);
    if (*page == NULL)
        return CRM4E_E_NO_MEMORY;
    start = &(*page)[place % PAGE_DAYS];
    if (*start == unknown) {
        int64_t found = c4_zone_day_start(calendar->zone, day);
        if (c4_zone_code(calendar->zone) != CRM4E_OK)
            return c4_zone_code(calendar->zone);
        *start = found;
    }
    *time = *start;
    return CRM4E_OK;
}

/* From the day in UTC: a local day starts at most a day away from it. */
int c4_calendar_day_of(c4_calendar *calendar, int64_t time, int32_t *day)
{
    int32_t found = c4_time_days(time);
    int64_t start = 0;
    int rc = c4_calendar_day_start(calendar, found, &start);

    while (rc == CRM4E_OK && time < start && found > C4_DATE_MIN)
        rc = c4_calendar_day_start(calendar, --found, &start);
    while (rc == CRM4E_OK && found < C4_DATE_MAX) {
        rc = c4_calendar_day_start(calendar, found + 1, &start);
        if (rc != CRM4E_OK || time < start)
            break;
        found++;
    }
    *day = found;
    return rc;
}
