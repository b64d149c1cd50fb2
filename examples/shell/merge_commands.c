/* SPDX-License-Identifier: MIT */
/* Duplicates: merge. */
#include "shell.h"

enum {
    FIRST_OTHER = 3,
    OTHERS = 2
};

/* Words that are ids, then perhaps values. */
int run_merge(shell *self)
{
    crm4e_id others[OTHERS];
    const char *values = NULL;
    int64_t master;
    size_t count = 0;
    int rc;

    if (!whole_number(self->words[2], &master))
        return usage_error("not an id", self->words[2]);
    for (int i = FIRST_OTHER; i < self->word_count; i++) {
        int64_t id;
        if (!values && count < OTHERS && whole_number(self->words[i], &id))
            others[count++] = id;
        else if (!values && count > 0 && self->words[i][0] == '{')
            values = self->words[i];
        else
            return usage_error("neither an id nor a JSON object", self->words[i]);
    }
    rc = crm4e_records_merge(self->session, self->words[1], master, others, count, values);
    return rc < 0 ? refused_by_session(self, rc) : show_record(self, self->words[1], master);
}
