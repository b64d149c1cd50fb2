/* SPDX-License-Identifier: MIT */
/* Files on records: attach and fetch. */
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* What stands behind the last separator: a path is the shell's own business. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int attach(shell *self, crm4e_id record, FILE *file)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    crm4e_id id = 0;
    int rc;

    options.name = self->word_count > 4 ? self->words[4] : last_part(self->words[3]);
    options.read = read_piece;
    options.read_user = file;
    rc = crm4e_file_put(&id, self->session, self->words[1], record, &options);
    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"id\":%lld}\n", (long long)id);
    return EXIT_DONE;
}

int run_attach(shell *self)
{
    bool standard = strcmp(self->words[3], "-") == 0;
    FILE *file;
    int64_t record;
    int result;

    if (!whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    if (standard && self->word_count < 5)
        return usage_error("standard input needs a name", self->words[3]);
    file = standard ? stdin : fopen(self->words[3], "rb");
    if (!file)
        return unreadable(self, self->words[3]);
    result = attach(self, record, file);
    if (!standard)
        (void)fclose(file);
    return result;
}

int run_fetch(shell *self)
{
    target to = {strcmp(self->words[2], "-") == 0 ? NULL : self->words[2], NULL};
    int64_t id;

    if (!whole_number(self->words[1], &id))
        return usage_error("not an id", self->words[1]);
    return close_target(self, &to, crm4e_file_get(self->session, id, write_target, &to));
}
