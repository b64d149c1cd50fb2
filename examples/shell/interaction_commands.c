/* SPDX-License-Identifier: MIT */
/* Interactions of leads and contacts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

static bool read_moment(const char *text, crm4e_time *time)
{
    return !text || read_time(text, time);
}

/* What the options of the command line narrow to; its exit code. */
static int read_which(shell *self, crm4e_interactions_options *which, crm4e_id *record)
{
    int64_t limit = 0;
    int rc = CRM4E_OK;

    if (!whole_number(self->words[2], record))
        return usage_error("not an id", self->words[2]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (!read_moment(self->from, &which->from))
        return usage_error("not a time like 2026-01-05T09:00:00Z", self->from);
    if (!read_moment(self->until, &which->until))
        return usage_error("not a time like 2026-01-05T09:00:00Z", self->until);
    if (self->by)
        rc = crm4e_user_find(self->session, self->by, &which->user);
    which->kind = self->kind;
    which->channel = self->channel;
    which->direction = self->direction;
    which->descending = self->descending;
    which->limit = (int32_t)limit;
    which->after = self->after;
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_interactions(shell *self)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id record;
    int rc = read_which(self, &which, &record);

    if (rc != EXIT_DONE)
        return rc;
    rc = crm4e_interactions_json(&text, self->session, self->words[1], record, &which);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_interaction_summary(shell *self)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id record;
    int rc = read_which(self, &which, &record);

    if (rc != EXIT_DONE)
        return rc;
    rc = crm4e_interactions_summary_json(&text, self->session, self->words[1], record, &which);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* One object, or an array of them. */
int run_interaction_add(shell *self)
{
    const char *json = self->words[1];
    const bool one = json[strspn(json, " \t\r\n")] == '{';
    const size_t size = strlen(json) + sizeof "[]";
    char *list = malloc(size);
    crm4e_text *text = NULL;
    int rc;

    if (!list)
        return refused(self, CRM4E_E_NO_MEMORY, crm4e_code_text(CRM4E_E_NO_MEMORY));
    (void)snprintf(list, size, one ? "[%s]" : "%s", json);
    rc = crm4e_interactions_add_json(&text, self->session, list);
    free(list);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_interaction_remove(shell *self)
{
    crm4e_id record, interaction;
    int rc;

    if (!whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    if (!whole_number(self->words[3], &interaction))
        return usage_error("not an id", self->words[3]);
    rc = crm4e_interaction_remove(self->session, self->words[1], record, interaction);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* Kinds stay: there is nothing to remove. */
int run_interaction_kinds(shell *self)
{
    crm4e_text *text = NULL;
    int rc;

    if (self->words[1] && (strcmp(self->words[1], "put") != 0 || self->word_count != 3))
        return usage_error("no such verb, or not its arguments", self->words[1]);
    if (self->words[1])
        return put_in_document(self, "{\"interaction_kinds\":[", self->words[2], "]}");
    rc = crm4e_interaction_kinds_json(&text, self->session);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}
