/* SPDX-License-Identifier: MIT */
/* Commands about an org as a whole. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shell.h"

static const struct {
    const char *name;
    crm4e_edition edition;
} editions[] = {
    {"free", CRM4E_EDITION_FREE},
    {"standard", CRM4E_EDITION_STANDARD},
    {"professional", CRM4E_EDITION_PROFESSIONAL},
    {"enterprise", CRM4E_EDITION_ENTERPRISE},
    {"ultimate", CRM4E_EDITION_ULTIMATE},
    {"zoho_one", CRM4E_EDITION_ZOHO_ONE},
    {"crm_plus", CRM4E_EDITION_CRM_PLUS},
};

bool find_edition(const char *name, crm4e_edition *edition)
{
    for (size_t i = 0; i < sizeof editions / sizeof *editions; i++) {
        if (strcmp(editions[i].name, name) == 0) {
            *edition = editions[i].edition;
            return true;
        }
    }
    return false;
}

int run_init(shell *self)
{
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    int rc;

    if (!self->org || !self->edition || !self->admin)
        return usage_error("init needs", "--org, --edition and --admin");
    if (!find_edition(self->edition, &options.edition))
        return usage_error("no such edition", self->edition);
    if (self->licences && !whole_number(self->licences, &options.crm_licences))
        return usage_error("not a number", self->licences);
    if (self->team_licences && !whole_number(self->team_licences, &options.team_licences))
        return usage_error("not a number", self->team_licences);
    options.name = self->org;
    options.admin_email = self->admin;
    options.time_zone = self->zone;
    options.locale = self->locale;
    options.currency = self->currency;
    rc = crm4e_org_create(&self->tenant, self->engine, &options);
    if (rc < 0)
        return refused_by_engine(self, rc);
    if (self->json)
        printf("{\"org\":%lld}\n", (long long)crm4e_org_id(self->tenant));
    return EXIT_DONE;
}

int run_orgs(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_org_list(&text, self->engine);

    return rc < 0 ? refused_by_engine(self, rc) : print_text(self, text);
}

int run_check(shell *self)
{
    crm4e_text *text = NULL;
    bool clean;
    int rc = crm4e_org_open(&self->tenant, self->engine, self->org);

    if (rc == CRM4E_OK)
        rc = crm4e_check(&text, self->tenant);
    if (rc < 0)
        return refused_by_engine(self, rc);
    clean = strcmp(crm4e_text_data(text), "[]") == 0;
    if (clean && !self->json) {
        crm4e_text_free(text);
        puts("ok");
        return EXIT_DONE;
    }
    (void)print_text(self, text);
    return clean ? EXIT_DONE : EXIT_REFUSED;
}

int run_backup(shell *self)
{
    int rc = crm4e_org_open(&self->tenant, self->engine, self->org);

    if (rc == CRM4E_OK)
        rc = crm4e_org_backup(self->tenant, self->words[1]);
    return rc < 0 ? refused_by_engine(self, rc) : EXIT_DONE;
}

int run_nav(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_navigation_json(&text, self->session);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_ui_mode(shell *self)
{
    bool classic = strcmp(self->words[1], "classic") == 0;
    int rc;

    if (!classic && strcmp(self->words[1], "nextgen") != 0)
        return usage_error("no such user interface", self->words[1]);
    rc = crm4e_session_set_ui_mode(self->session, classic ? CRM4E_UI_CLASSIC : CRM4E_UI_NEXTGEN);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_feedback(shell *self)
{
    crm4e_text *text = NULL;
    int rc;

    if (self->words[1]) {
        rc = crm4e_feedback_send(self->session, self->words[1], self->words[2]);
        return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
    }
    rc = crm4e_feedback_json(&text, self->session, 0, 1000);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_digest(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_org_digest(&text, self->session);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_online(shell *self)
{
    int64_t minutes;
    crm4e_time until = 0;
    int rc;

    if (!whole_number(self->words[1], &minutes) || minutes > 100000)
        return usage_error("not a number of minutes", self->words[1]);
    if (minutes > 0)
        until = (crm4e_time)time(NULL) * 1000000 + minutes * 60 * 1000000;
    rc = crm4e_session_set_online(self->session, until);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_due(shell *self)
{
    int64_t budget = 1000;
    int32_t done = 0;
    int rc;

    if (self->limit && (!whole_number(self->limit, &budget) || budget > INT32_MAX))
        return usage_error("not a number", self->limit);
    rc = crm4e_run_due(self->session, 0, (int32_t)budget, &done);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}
