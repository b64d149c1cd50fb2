/* SPDX-License-Identifier: MIT */
/* Commands that ask who may do what, and who did: explain, who-can, what-if, audit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

static const struct {
    const char *name;
    crm4e_action action;
} actions[] = {{"view", CRM4E_ACTION_VIEW},
               {"create", CRM4E_ACTION_CREATE},
               {"edit", CRM4E_ACTION_EDIT},
               {"delete", CRM4E_ACTION_DELETE},
               {"import", CRM4E_ACTION_IMPORT},
               {"export", CRM4E_ACTION_EXPORT},
               {"mass_update", CRM4E_ACTION_MASS_UPDATE},
               {"mass_delete", CRM4E_ACTION_MASS_DELETE},
               {"change_owner", CRM4E_ACTION_CHANGE_OWNER},
               {"share", CRM4E_ACTION_SHARE},
               {"convert", CRM4E_ACTION_CONVERT},
               {"manage_views", CRM4E_ACTION_MANAGE_VIEWS},
               {"send_mail", CRM4E_ACTION_SEND_MAIL}};
enum {
    ACTIONS = sizeof actions / sizeof *actions
};

static bool action_of(const char *word, crm4e_action *action)
{
    for (size_t i = 0; i < ACTIONS; i++) {
        if (strcmp(actions[i].name, word) == 0) {
            *action = actions[i].action;
            return true;
        }
    }
    return false;
}

/* The sentence, or all of the verdict as JSON. */
static int print_verdict(const shell *self, crm4e_verdict *verdict)
{
    crm4e_text *text = NULL;
    int rc = CRM4E_OK;

    if (!self->json) {
        puts(crm4e_verdict_sentence(verdict, self->locale));
        return EXIT_DONE;
    }
    rc = crm4e_verdict_json(&text, verdict);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_explain(shell *self)
{
    const char *record = self->word_count > 4 ? self->words[4] : "0";
    const char *field = self->word_count > 5 ? self->words[5] : NULL;
    crm4e_verdict *verdict = NULL;
    crm4e_action action;
    crm4e_id user = 0;
    crm4e_id id = 0;
    int result;
    int rc;

    if (!action_of(self->words[2], &action))
        return usage_error("not an action", self->words[2]);
    if (!whole_number(record, &id))
        return usage_error("not an id", record);
    rc = crm4e_user_find(self->session, self->words[1], &user);
    if (rc == CRM4E_OK)
        rc = crm4e_explain(&verdict, self->session, user, action, self->words[3], id, field);
    result = rc < 0 ? refused_by_session(self, rc) : print_verdict(self, verdict);
    crm4e_verdict_free(verdict);
    return result;
}

int run_who_can(shell *self)
{
    crm4e_text *text = NULL;
    crm4e_action action;
    crm4e_id id = 0;
    int rc;

    if (!action_of(self->words[1], &action))
        return usage_error("not an action", self->words[1]);
    if (!whole_number(self->words[3], &id))
        return usage_error("not an id", self->words[3]);
    rc = crm4e_who_can(&text, self->session, action, self->words[2], id);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_what_if(shell *self)
{
    crm4e_text *text = NULL;
    size_t length = 0;
    char *json = read_file(self->words[1], &length);
    int rc;

    if (!json)
        return unreadable(self, self->words[1]);
    rc = crm4e_what_if(&text, self->session, json, length);
    free(json);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_audit(shell *self)
{
    crm4e_audit_options options = CRM4E_AUDIT_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t limit = 100;
    int rc = CRM4E_OK;

    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    options.kind = self->kind;
    options.limit = (int32_t)limit;
    if (self->by)
        rc = crm4e_user_find(self->session, self->by, &options.user);
    if (rc == CRM4E_OK)
        rc = crm4e_audit_json(&text, self->session, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}
