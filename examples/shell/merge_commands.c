/* SPDX-License-Identifier: MIT */
/* Duplicates: found, and merged. */
#include "shell.h"

enum {
    FIRST_OTHER = 3,
    OTHERS = 2
};

/* By the fields of a JSON array, of all records or of one. */
int run_duplicates(shell *self)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t limit = 0;
    int rc;

    for (int i = 2; i < self->word_count; i++) {
        if (!options.fields && self->words[i][0] == '[')
            options.fields = self->words[i];
        else if (options.record || !whole_number(self->words[i], &options.record))
            return usage_error("neither an id nor a JSON array", self->words[i]);
    }
    if (self->limit && (!whole_number(self->limit, &limit) || limit > 200))
        return usage_error("not a number up to 200", self->limit);
    options.limit = (int32_t)limit;
    options.after = self->after;
    rc = crm4e_duplicates_json(&text, self->session, self->words[1], &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

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
