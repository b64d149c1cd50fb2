/* SPDX-License-Identifier: MIT */
/* What an org is licensed for: its settings, its trial. */
#include <string.h>

#include "shell.h"

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
