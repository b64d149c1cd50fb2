/* SPDX-License-Identifier: MIT */
/* Tags of records and of modules: tag, untag and tags. */
#include <string.h>

#include "shell.h"

typedef int (*tagging)(crm4e_session *session, const char *module, crm4e_id record,
                       const char *name);

static int done(const shell *self, int rc)
{
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

static int change_record(const shell *self, tagging change)
{
    int64_t id;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    return done(self, change(self->session, self->words[1], id, self->words[3]));
}

int run_tag(shell *self)
{
    return change_record(self, crm4e_record_tag);
}

int run_untag(shell *self)
{
    return change_record(self, crm4e_record_untag);
}

static int list_tags(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_tags_json(&text, self->session, self->words[1]);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_tags(shell *self)
{
    const char *module = self->words[1];
    const char *what = self->words[2];
    const char *name = self->words[3];
    int words = self->word_count;

    if (words == 2)
        return list_tags(self);
    if (strcmp(what, "put") == 0 && words >= 4)
        return done(self, crm4e_tag_put(self->session, module, name, self->words[4]));
    if (strcmp(what, "rename") == 0 && words == 5)
        return done(self, crm4e_tag_rename(self->session, module, name, self->words[4]));
    if (strcmp(what, "remove") == 0 && words == 4)
        return done(self, crm4e_tag_remove(self->session, module, name));
    return usage_error("not put, rename or remove with its words", what);
}
