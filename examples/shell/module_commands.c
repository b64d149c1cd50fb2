/* SPDX-License-Identifier: MIT */
/* Modules and the members of team modules: listed, put out of use and back,
 * removed. */
#include <string.h>

#include "shell.h"

static int done(const shell *self, int rc)
{
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int print_if(const shell *self, int rc, crm4e_text *text)
{
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

static int hide(crm4e_module *module)
{
    return crm4e_module_set_hidden(module, 1);
}

static int show(crm4e_module *module)
{
    return crm4e_module_set_hidden(module, 0);
}

static int archive(crm4e_module *module)
{
    return crm4e_module_set_archived(module, 1);
}

static int bring_back(crm4e_module *module)
{
    return crm4e_module_set_archived(module, 0);
}

/* What is done to a module that is named behind it. */
static const struct {
    const char *name;
    int (*run)(crm4e_module *module);
} verbs[] = {
    {"hide", hide},
    {"show", show},
    {"archive", archive},
    {"bring-back", bring_back},
    {"remove", crm4e_module_remove},
};

int with_module(shell *self, int word, int (*run)(shell *self, crm4e_module *module))
{
    crm4e_module *module = NULL;
    int result = done(self, crm4e_module_open(&module, self->session, self->words[word]));

    if (result == EXIT_DONE)
        result = run(self, module);
    crm4e_module_free(module);
    return result;
}

static int describe(shell *self, crm4e_module *module)
{
    crm4e_text *text = NULL;
    int rc = crm4e_module_json(&text, module);

    return print_if(self, rc, text);
}

static int run_verb(shell *self, crm4e_module *module)
{
    const char *verb = self->words[1];

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verb, verbs[i].name) == 0)
            return done(self, verbs[i].run(module));
    }
    return usage_error("no such verb, or not its arguments", verb);
}

int run_modules(shell *self)
{
    crm4e_text *text = NULL;
    int rc;

    if (self->word_count == 1) {
        rc = crm4e_modules_json(&text, self->session);
        return print_if(self, rc, text);
    }
    return self->word_count == 2 ? with_module(self, 1, describe) : with_module(self, 2, run_verb);
}

/* 0: no such word. */
static crm4e_team_profile profile_of(const char *word)
{
    static const char *const words[] = {
        [CRM4E_TEAM_ADMIN] = "admin",         [CRM4E_TEAM_MANAGER] = "manager",
        [CRM4E_TEAM_MEMBER] = "member",       [CRM4E_TEAM_PARTICIPANT] = "participant",
        [CRM4E_TEAM_REQUESTER] = "requester",
    };
    crm4e_team_profile found = 0;

    for (crm4e_team_profile p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++)
        found = strcmp(word, words[p]) == 0 ? p : found;
    return found;
}

static int put_member(shell *self, crm4e_module *module, crm4e_id user)
{
    crm4e_team_profile profile = profile_of(self->words[4]);

    return profile != 0 ? done(self, crm4e_module_add_member(module, user, profile))
                        : usage_error("not admin, manager, member, participant or requester",
                                      self->words[4]);
}

static int run_team(shell *self, crm4e_module *module)
{
    const char *verb = self->words[2];
    crm4e_text *text = NULL;
    crm4e_id user = 0;
    bool puts = verb && strcmp(verb, "put") == 0 && self->word_count == 5;
    int rc;

    if (!verb) {
        rc = crm4e_module_members_json(&text, module);
        return print_if(self, rc, text);
    }
    if (!puts && (strcmp(verb, "remove") != 0 || self->word_count != 4))
        return usage_error("no such verb, or not its arguments", verb);
    rc = crm4e_user_find(self->session, self->words[3], &user);
    if (rc < 0)
        return done(self, rc);
    return puts ? put_member(self, module, user)
                : done(self, crm4e_module_remove_member(module, user));
}

int run_members(shell *self)
{
    return with_module(self, 1, run_team);
}

static int run_assignment(shell *self, crm4e_module *module)
{
    const char *verb = self->words[2];
    const char *what = self->words[3];
    crm4e_text *text = NULL;
    int rc;

    if (!verb) {
        rc = crm4e_assignments_json(&text, module);
        return print_if(self, rc, text);
    }
    if (strcmp(verb, "put") == 0 && what)
        return done(self, crm4e_assignment_put(module, what, CRM4E_NUL_TERMINATED));
    if (strcmp(verb, "remove") == 0 && what)
        return done(self, crm4e_assignment_remove(module, what));
    if (strcmp(verb, "use") == 0)
        return done(self, crm4e_module_set_assignment_rule(module, what));
    return usage_error("no such verb, or not its arguments", verb);
}

int run_assignment_rules(shell *self)
{
    return with_module(self, 1, run_assignment);
}

/* Without emails: nobody. */
static int set_owners(shell *self, crm4e_module *module)
{
    crm4e_id users[WORDS];
    size_t count = 0;
    int rc = CRM4E_OK;

    for (int i = 2; rc == CRM4E_OK && i < self->word_count; i++)
        rc = crm4e_user_find(self->session, self->words[i], &users[count++]);
    return done(self, rc < 0 ? rc : crm4e_module_set_default_owners(module, users, count));
}

int run_default_owners(shell *self)
{
    return with_module(self, 1, set_owners);
}
