/* SPDX-License-Identifier: MIT */
/* What an org is licensed for: its settings, its trial. */
#include <string.h>

#include "shell.h"
#include <crm4e/sys/storage.h>

static int start_trial(shell *self)
{
    crm4e_edition edition = 0;
    int64_t days = 0;
    int rc;

    if (!find_edition(self->words[2], &edition))
        return usage_error("no such edition", self->words[2]);
    if (self->words[3] && (!whole_number(self->words[3], &days) || days < 1 || days > INT32_MAX))
        return usage_error("not a number of days", self->words[3]);
    rc = crm4e_org_start_trial(self->session, edition, (int32_t)days);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_org(shell *self)
{
    const char *verb = self->words[1];
    crm4e_text *text = NULL;
    int rc;

    if (verb && strcmp(verb, "put") == 0 && self->word_count == 3)
        return put_in_document(self, "{\"org\":", self->words[2], "}");
    if (verb && strcmp(verb, "trial") == 0 && self->word_count >= 3)
        return start_trial(self);
    if (verb)
        return usage_error("cannot be done, or not like this", verb);
    rc = crm4e_org_json(&text, self->session);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_limits(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_limits_json(&text, self->session);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* Numbers of needs: what was told and where it goes. */
static const struct {
    size_t told;
    size_t need;
} numbers[] = {
#define NUMBER(member)                                                                             \
    {                                                                                              \
        offsetof(told_needs, member), offsetof(crm4e_edition_needs, member)                        \
    }
    NUMBER(users),
    NUMBER(team_users),
    NUMBER(team_modules),
    NUMBER(custom_modules),
    NUMBER(fields_per_team_module),
    NUMBER(fields_per_org_module),
    NUMBER(lookup_fields_per_team_module),
    NUMBER(users_per_team_module),
    NUMBER(admins_per_team_module),
    NUMBER(team_spaces),
    NUMBER(folders_per_team_space),
    NUMBER(departments),
    NUMBER(workflow_rules),
    NUMBER(workflow_rules_per_module),
    NUMBER(active_workflow_rules_per_module),
#undef NUMBER
};

static int read_needs(const told_needs *told, crm4e_edition_needs *needs)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *text = *(const char *const *)((const char *)told + numbers[i].told);

        if (text && !whole_number(text, (int64_t *)((char *)needs + numbers[i].need)))
            return usage_error("not a number", text);
    }
    needs->interactions = told->interactions;
    needs->desk = told->desk;
    needs->projects = told->projects;
    needs->campaigns = told->campaigns;
    needs->whole_company = told->whole_company;
    return EXIT_DONE;
}

/* An engine for the text alone. */
static int open_nowhere(shell *self)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    int rc;

    options.storage = &storage;
    rc = crm4e_engine_open(&self->engine, &options);
    return rc < 0 ? refused_by_engine(self, rc) : EXIT_DONE;
}

int run_advise(shell *self)
{
    crm4e_edition_needs needs = CRM4E_EDITION_NEEDS_INIT;
    crm4e_text *text = NULL;
    int result = read_needs(&self->needs, &needs);
    int rc;

    if (result == EXIT_DONE)
        result = open_nowhere(self);
    if (result != EXIT_DONE)
        return result;
    rc = crm4e_edition_advise(&text, self->engine, &needs);
    return rc < 0 ? refused_by_engine(self, rc) : print_text(self, text);
}
