/* SPDX-License-Identifier: MIT */
/* Messages of rules: outbox, outbox-retry, outbox-discard, outbox-purge. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shell.h"

enum {
    PURGED_AT_ONCE = 10000
};

int run_outbox(shell *self)
{
    static const char *const states[] = {"waiting", "delivered", "dead"};
    const char *wanted = self->word_count > 1 ? self->words[1] : states[0];
    crm4e_text *text = NULL;
    int64_t limit = 100, after = 0;
    uint32_t state = 0;
    int rc;

    while (state < 3 && strcmp(states[state], wanted) != 0)
        state++;
    if (state == 3)
        return usage_error("not waiting, delivered or dead", wanted);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (self->after && !whole_number(self->after, &after))
        return usage_error("not an id", self->after);
    rc = crm4e_outbox_json(&text, self->session, state + CRM4E_OUTBOX_IS_WAITING, after,
                           (int32_t)limit);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

static int settle_dead(shell *self, int (*settle)(crm4e_session *session, crm4e_id id))
{
    int64_t id;
    int rc;

    if (!whole_number(self->words[1], &id))
        return usage_error("not an id", self->words[1]);
    rc = settle(self->session, id);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_outbox_retry(shell *self)
{
    return settle_dead(self, crm4e_outbox_retry);
}

int run_outbox_discard(shell *self)
{
    return settle_dead(self, crm4e_outbox_discard);
}

int purge_by_days(shell *self, purge_call purge, const char *what)
{
    int32_t done = PURGED_AT_ONCE;
    int64_t all = 0, days;
    int rc = CRM4E_OK;
    crm4e_time now = (crm4e_time)time(NULL) * 1000000;

    if (!whole_number(self->words[1], &days) || days < 0 || days > 10000)
        return usage_error("not a number of days", self->words[1]);
    while (rc == CRM4E_OK && done == PURGED_AT_ONCE) {
        rc = purge(self->session, now - days * 86400 * 1000000, PURGED_AT_ONCE, &done);
        all += rc == CRM4E_OK ? done : 0;
    }
    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"%s\":%lld}\n", what, (long long)all);
    return EXIT_DONE;
}

int run_outbox_purge(shell *self)
{
    return purge_by_days(self, crm4e_outbox_purge, "messages");
}
