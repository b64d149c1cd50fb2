/* SPDX-License-Identifier: MIT */
/* Commands about the bin. */
#include <stdio.h>

#include "shell.h"

int run_bin(shell *self)
{
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t limit = 0;
    int rc;

    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    options.module = self->module;
    options.after = self->after;
    options.limit = (int32_t)limit;
    rc = crm4e_bin_json(&text, self->session, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_purge(shell *self)
{
    int64_t id;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    rc = crm4e_record_purge(self->session, self->words[1], id);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* Prints how many records went. */
int run_empty_bin(shell *self)
{
    int64_t days = CRM4E_BIN_DAYS, limit = 10000;
    int32_t done = 0;
    int rc;

    if (self->words[1] && (!whole_number(self->words[1], &days) || days > 36500))
        return usage_error("not a number of days", self->words[1]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit > 1000000))
        return usage_error("not a number up to 1000000", self->limit);
    rc = crm4e_bin_empty(self->session, self->module, (int32_t)days, (int32_t)limit, &done);
    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"purged\":%d}\n", (int)done);
    return EXIT_DONE;
}
