/* SPDX-License-Identifier: MIT */
/* What records were, and what became of them: history, as-of, purge-history, feed. */
#include <stdio.h>
#include <string.h>

#include "shell.h"

enum {
    PURGED_AT_ONCE = 10000
};

int run_history(shell *self)
{
    crm4e_history_options options = CRM4E_HISTORY_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t id, limit = 100;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (self->before && !whole_number(self->before, &options.before))
        return usage_error("not a number", self->before);
    options.limit = (int32_t)limit;
    rc = crm4e_record_history_json(&text, self->session, self->words[1], id, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* Days since 1970-01-01 of a civil date: years that begin in March have their leap
 * day at the end. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = (month + 9) % 12;
    int64_t counted = year - (month < 3);

    return counted * 365 + counted / 4 - counted / 100 + counted / 400 + (shifted * 153 + 2) / 5 +
           day - 1 - 719468;
}

/* "2026-01-05T09:00:00Z", with up to six digits of a second's fraction. */
bool read_time(const char *text, crm4e_time *time)
{
    int year, month, day, hour, minute, second, end = 0;
    int64_t fraction = 0, unit = 100000;

    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
               &end) != 6 ||
        year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    text += end;
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9' && unit > 0; text++, unit /= 10)
            fraction += (*text - '0') * unit;
    *time = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000000 +
            second * INT64_C(1000000) + fraction;
    return text[0] == 'Z' && text[1] == '\0';
}

int run_as_of(shell *self)
{
    crm4e_text *text = NULL;
    crm4e_time time;
    int64_t id;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (!read_time(self->words[3], &time))
        return usage_error("not a time like 2026-01-05T09:00:00Z", self->words[3]);
    rc = crm4e_record_as_of(&text, self->session, self->words[1], id, time);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_purge_history(shell *self)
{
    int32_t done = PURGED_AT_ONCE;
    int64_t all = 0;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && done == PURGED_AT_ONCE) {
        rc = crm4e_history_purge(self->session, PURGED_AT_ONCE, &done);
        all += rc == CRM4E_OK ? done : 0;
    }
    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"lines\":%lld}\n", (long long)all);
    return EXIT_DONE;
}

/* 0 without a word, all bits for one that is no kind. */
static uint32_t kind_of(const char *word)
{
    static const char *const kinds[] = {"added",    "updated",       "deleted",
                                        "restored", "owner_changed", "shared",
                                        "unshared", "locked",        "unlocked"};
    size_t kind = 0;

    while (word && kind < sizeof kinds / sizeof *kinds && strcmp(kinds[kind], word) != 0)
        kind++;
    return !word ? 0 : kind < sizeof kinds / sizeof *kinds ? 1u << kind : UINT32_MAX;
}

static int print_position(shell *self)
{
    int64_t position = 0;
    int rc = crm4e_feed_position(self->session, &position);

    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"position\":%lld}\n", (long long)position);
    return EXIT_DONE;
}

int run_feed(shell *self)
{
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char modules[200];
    int64_t position, limit = 100;
    int rc;

    if (self->word_count < 2)
        return print_position(self);
    options.kinds = kind_of(self->kind);
    if (!whole_number(self->words[1], &position))
        return usage_error("not a position", self->words[1]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (options.kinds == UINT32_MAX)
        return usage_error("not a kind of change", self->kind);
    if (self->module && (strpbrk(self->module, "\"\\") || strlen(self->module) > 100))
        return usage_error("not a module", self->module);
    if (self->module) {
        (void)snprintf(modules, sizeof modules, "[\"%s\"]", self->module);
        options.modules = modules;
    }
    options.limit = (int32_t)limit;
    rc = crm4e_feed_json(&text, self->session, position, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}
