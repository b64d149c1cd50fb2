/* SPDX-License-Identifier: MIT */
/* ${THISWEEK}, ${LASTDAYS:7}: days that are counted from today. */
#include "record/query_inside.h"

#include "base/civil.h"
#include "base/text.h"
#include "record/calendar.h"

#include <string.h>

enum {
    MOST_DAYS = 36600 /* a hundred years */
};

/* The period `steps` after the one that today lies in; or, of words with a number n, from
 * today + n * `from` to today + n * `to`, with a day that is not counted at `less`. */
typedef struct word {
    const char *name;
    crm4e_granularity by; /* 0: takes a number */
    int steps;
    int from;
    int to;
    int less; /* 1: n days with today among them */
} word;

#define PERIODS(name, by)                                                                          \
    {"THIS" name, by, 0, 0, 0, 0}, {"LAST" name, by, -1, 0, 0, 0},                                 \
    {                                                                                              \
        "NEXT" name, by, 1, 0, 0, 0                                                                \
    }

static const word words[] = {
    {"TODAY", CRM4E_BY_DAY, 0, 0, 0, 0},
    {"YESTERDAY", CRM4E_BY_DAY, -1, 0, 0, 0},
    {"TOMORROW", CRM4E_BY_DAY, 1, 0, 0, 0},
    PERIODS("WEEK", CRM4E_BY_WEEK),
    PERIODS("MONTH", CRM4E_BY_MONTH),
    PERIODS("QUARTER", CRM4E_BY_QUARTER),
    PERIODS("YEAR", CRM4E_BY_YEAR),
    PERIODS("FISCALQUARTER", CRM4E_BY_FISCAL_QUARTER),
    PERIODS("FISCALYEAR", CRM4E_BY_FISCAL_YEAR),
    {"LASTDAYS", 0, 0, -1, 0, 1},
    {"NEXTDAYS", 0, 0, 0, 1, 1},
    {"DAYSAGO", 0, 0, -1, -1, 0},
    {"DAYSAHEAD", 0, 0, 1, 1, 0},
};

static bool is_word(const char *name, const char *text, size_t length)
{
    bool same = strlen(name) == length;

    for (size_t i = 0; i < length && same; i++)
        same =
            (text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i]) == name[i];
    return same;
}

static bool read_count(const char *text, size_t length, int32_t least, int32_t *count)
{
    *count = 0;
    for (size_t i = 0; i < length && *count <= MOST_DAYS; i++)
        *count = *count * 10 + (text[i] - '0');
    return length > 0 && *count >= least && *count <= MOST_DAYS;
}

/* NULL when there is no such word. */
static const word *find(const char *text, size_t length, int32_t *count)
{
    const char *colon = memchr(text, ':', length);
    size_t first = colon != NULL ? (size_t)(colon - text) : length;
    const word *found = NULL;

    *count = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && found == NULL; i++)
        found = is_word(words[i].name, text, first) ? &words[i] : NULL;
    if (found == NULL || (found->by == 0) != (colon != NULL))
        return NULL;
    return colon == NULL || read_count(colon + 1, length - first - 1, found->less, count) ? found
                                                                                          : NULL;
}

bool c4_period_known(const char *text, size_t length)
{
    int32_t count = 0;

    return find(text, length, &count) != NULL;
}

/* One period on; false beyond the calendar. */
static bool step(const c4_cut *cut, int steps, int32_t *day)
{
    if (steps > 0)
        return c4_cut_next(cut, *day, day);
    if (*day == C4_DATE_MIN)
        return false;
    *day = c4_cut_start(cut, *day - 1);
    return true;
}

static void of_period(const word *w, int32_t today, int32_t fiscal_month, c4_interval *days)
{
    const c4_cut cut = {w->by, fiscal_month};
    int32_t first = c4_cut_start(&cut, today);
    int32_t next = 0;

    *days = (c4_interval){0};
    if (w->steps != 0 && !step(&cut, w->steps, &first)) {
        days->beyond = w->steps;
        return;
    }
    days->low = first;
    days->high = c4_cut_next(&cut, first, &next) ? next - 1 : C4_DATE_MAX;
}

static int64_t within(int64_t day)
{
    return day < C4_DATE_MIN ? C4_DATE_MIN : day > C4_DATE_MAX ? C4_DATE_MAX : day;
}

void c4_period_days(const char *text, size_t length, int32_t today, int32_t fiscal_month,
                    c4_interval *days)
{
    int32_t count = 0;
    const word *w = find(text, length, &count);

    *days = (c4_interval){.beyond = 1};
    if (w != NULL && w->by != 0) {
        of_period(w, today, fiscal_month, days);
    } else if (w != NULL) {
        count -= w->less;
        *days = (c4_interval){.low = within(today + (int64_t)w->from * count),
                              .high = within(today + (int64_t)w->to * count)};
    }
}
