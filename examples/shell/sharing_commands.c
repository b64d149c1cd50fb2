/* SPDX-License-Identifier: MIT */
/* Roles, profiles, groups, team spaces, tab groups and sharing rules: listed, put as in documents,
 * renamed and removed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* What the commands of one kind of thing have in common. */
typedef struct kind {
    const char *part; /* of a document */
    int (*list)(crm4e_text **out, crm4e_session *session);
    int (*rename)(crm4e_session *session, const char *name, const char *new_name);
    int (*remove)(crm4e_session *session, const char *name);
} kind;

static int rename_role(crm4e_session *session, const char *name, const char *new_name)
{
    crm4e_role_options options = CRM4E_ROLE_OPTIONS_INIT;

    options.name = name;
    options.new_name = new_name;
    return crm4e_role_update(session, &options);
}

static int rename_group(crm4e_session *session, const char *name, const char *new_name)
{
    crm4e_group_options options = CRM4E_GROUP_OPTIONS_INIT;

    options.name = name;
    options.new_name = new_name;
    return crm4e_group_update(session, &options);
}

static int rename_space(crm4e_session *session, const char *name, const char *new_name)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, session, name);

    if (rc == CRM4E_OK)
        rc = crm4e_space_rename(space, new_name);
    crm4e_space_free(space);
    return rc;
}

static int remove_space(crm4e_session *session, const char *name)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, session, name);

    if (rc == CRM4E_OK)
        rc = crm4e_space_remove(space);
    crm4e_space_free(space);
    return rc;
}

static const kind roles = {"roles", crm4e_roles_json, rename_role, crm4e_role_remove};
static const kind profiles = {"profiles", crm4e_profiles_json, crm4e_profile_rename,
                              crm4e_profile_remove};
static const kind groups = {"groups", crm4e_groups_json, rename_group, crm4e_group_remove};
static int rename_tab_group(crm4e_session *session, const char *name, const char *new_name)
{
    crm4e_tab_group_options options = CRM4E_TAB_GROUP_OPTIONS_INIT;

    options.name = name;
    options.new_name = new_name;
    return crm4e_tab_group_update(session, &options);
}

static const kind tab_groups = {"tab_groups", crm4e_tab_groups_json, rename_tab_group,
                                crm4e_tab_group_remove};
static const kind spaces = {"spaces", crm4e_spaces_json, rename_space, remove_space};

static int done(const shell *self, int rc)
{
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int put_in_document(shell *self, const char *before, const char *json, const char *after)
{
    size_t size = strlen(before) + strlen(json) + strlen(after) + 1;
    char *document = malloc(size);
    crm4e_text *report = NULL;
    int rc;

    if (!document)
        return refused(self, CRM4E_E_NO_MEMORY, crm4e_code_text(CRM4E_E_NO_MEMORY));
    (void)snprintf(document, size, "%s%s%s", before, json, after);
    rc = crm4e_org_apply(&report, self->session, document, CRM4E_NUL_TERMINATED);
    free(document);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, report);
}

/* A document of this one thing. */
static int put(shell *self, const char *part, const char *json)
{
    char before[40];

    (void)snprintf(before, sizeof before, "{\"%s\":[", part);
    return put_in_document(self, before, json, "]}");
}

static int list(shell *self, const kind *what)
{
    crm4e_text *text = NULL;
    int rc = what->list(&text, self->session);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

static int run_kind(shell *self, const kind *what)
{
    const char *verb = self->words[1];
    int arguments = self->word_count - 2;

    if (!verb)
        return list(self, what);
    if (strcmp(verb, "put") == 0 && arguments == 1)
        return put(self, what->part, self->words[2]);
    if (strcmp(verb, "rename") == 0 && arguments == 2)
        return done(self, what->rename(self->session, self->words[2], self->words[3]));
    if (strcmp(verb, "remove") == 0 && arguments == 1)
        return done(self, what->remove(self->session, self->words[2]));
    return usage_error("no such verb, or not its arguments", verb);
}

/* Currencies have no other name than their code, and stay. */
int run_currencies(shell *self)
{
    static const kind currencies = {"currencies", crm4e_currencies_json, NULL, NULL};
    const char *verb = self->words[1];

    if (verb && strcmp(verb, "enable") == 0 && self->word_count == 2)
        return done(self, crm4e_currency_enable(self->session));
    return !verb || strcmp(verb, "put") == 0
               ? run_kind(self, &currencies)
               : usage_error("no such verb, or not its arguments", verb);
}

int run_roles(shell *self)
{
    return run_kind(self, &roles);
}

int run_profiles(shell *self)
{
    return run_kind(self, &profiles);
}

int run_groups(shell *self)
{
    return run_kind(self, &groups);
}

int run_spaces(shell *self)
{
    return run_kind(self, &spaces);
}

int run_tab_groups(shell *self)
{
    return run_kind(self, &tab_groups);
}

/* With the module in hand. */
static int run_rule(shell *self, crm4e_module *module)
{
    const char *verb = self->words[2];
    const char *name = self->words[3];
    crm4e_text *text = NULL;
    int rc;

    if (!verb) {
        rc = crm4e_sharing_rules_json(&text, module);
        return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
    }
    if (strcmp(verb, "on") == 0 && name)
        return done(self, crm4e_sharing_rule_activate(module, name, 1));
    if (strcmp(verb, "off") == 0 && name)
        return done(self, crm4e_sharing_rule_activate(module, name, 0));
    if (strcmp(verb, "remove") == 0 && name)
        return done(self, crm4e_sharing_rule_remove(module, name));
    return usage_error("no such verb, or not its arguments", verb);
}

int run_sharing_rules(shell *self)
{
    crm4e_module *module = NULL;
    int result;

    if (strcmp(self->words[1], "put") == 0 && self->word_count == 3)
        return put(self, "sharing_rules", self->words[2]);
    result = done(self, crm4e_module_open(&module, self->session, self->words[1]));
    if (result == EXIT_DONE)
        result = run_rule(self, module);
    crm4e_module_free(module);
    return result;
}
