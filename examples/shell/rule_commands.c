/* SPDX-License-Identifier: MIT */
/* Workflow rules, what they did, and would do: rules, runs, runs-purge, dry-run. */
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* 0 without a word, the number of those known for one that is none of them. */
static uint32_t result_of(const char *word)
{
    static const char *const results[] = {NULL, "done", "skipped", "failed"};
    uint32_t result = word ? 1 : 0;

    while (result > 0 && result < 4 && strcmp(results[result], word) != 0)
        result++;
    return result;
}

static int print_runs(shell *self, crm4e_module *module)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t limit = 100;
    int rc;

    options.rule = self->rule;
    options.result = result_of(self->result);
    if (options.result > CRM4E_RUN_FAILED)
        return usage_error("not done, skipped or failed", self->result);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (self->record && (!whole_number(self->record, &options.record) || options.record < 1))
        return usage_error("not an id", self->record);
    if (self->before && (!whole_number(self->before, &options.before) || options.before < 1))
        return usage_error("not an id", self->before);
    options.limit = (int32_t)limit;
    rc = crm4e_runs_json(&text, module, &options);
    return print_if(self, rc, text);
}

static int manage_rules(shell *self, crm4e_module *module)
{
    const char *verb = self->words[2];
    const char *name = self->words[3];
    crm4e_text *text = NULL;
    int rc;

    if (!verb) {
        rc = crm4e_workflows_json(&text, module);
        return print_if(self, rc, text);
    }
    if (name && (strcmp(verb, "activate") == 0 || strcmp(verb, "deactivate") == 0))
        rc = crm4e_workflow_activate(module, name, verb[0] == 'a');
    else if (name && strcmp(verb, "remove") == 0)
        rc = crm4e_workflow_remove(module, name);
    else
        return usage_error("no such verb, or not its arguments", verb);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_rules(shell *self)
{
    return with_module(self, 1, manage_rules);
}

int run_runs(shell *self)
{
    return with_module(self, 1, print_runs);
}

int run_runs_purge(shell *self)
{
    return purge_by_days(self, crm4e_runs_purge, "runs");
}

/* Values are those of an edit. */
static crm4e_trigger trigger_of(const shell *self)
{
    static const struct {
        const char *word;
        crm4e_trigger trigger;
    } triggers[] = {
        {"create", CRM4E_ON_CREATE},         {"edit", CRM4E_ON_EDIT},
        {"delete", CRM4E_ON_DELETE},         {"field_update", CRM4E_ON_FIELD_UPDATE},
        {"tag_added", CRM4E_ON_TAG_ADDED},   {"tag_removed", CRM4E_ON_TAG_REMOVED},
        {"note_added", CRM4E_ON_NOTE_ADDED}, {"interaction_added", CRM4E_ON_INTERACTION_ADDED},
    };
    const char *word = self->on ? self->on : self->word_count > 3 ? "edit" : "create";

    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
        if (strcmp(triggers[i].word, word) == 0)
            return triggers[i].trigger;
    }
    return 0;
}

static int print_dry_run(shell *self, crm4e_module *module)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t record = 0;
    int rc;

    if (!whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    options.rule = self->rule;
    options.values = self->word_count > 3 ? self->words[3] : NULL;
    options.on = trigger_of(self);
    if (options.on == 0)
        return usage_error("not create, edit or delete", self->on);
    rc = crm4e_dry_run_json(&text, module, record, &options);
    return print_if(self, rc, text);
}

int run_dry_run(shell *self)
{
    return with_module(self, 1, print_dry_run);
}
