/* SPDX-License-Identifier: MIT */
/* Files on records, attached or in fields: attach, fetch, detach. */
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
    rc = self->field ? crm4e_field_file_put(&id, self->session, self->words[1], record, self->field,
                                            &options)
                     : crm4e_file_put(&id, self->session, self->words[1], record, &options);
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

static int fetch_attachment(shell *self, target *to)
{
    int64_t id;

    if (!whole_number(self->words[1], &id))
        return usage_error("not an id", self->words[1]);
    return close_target(self, to, crm4e_file_get(self->session, id, write_target, to));
}

/* MODULE ID FIELD NUMBER: false when one of the two numbers is none, which was told. */
static bool read_place(const shell *self, int64_t *record, int64_t *file)
{
    if (whole_number(self->words[2], record) && whole_number(self->words[4], file))
        return true;
    usage_error("not an id",
                whole_number(self->words[2], record) ? self->words[4] : self->words[2]);
    return false;
}

static int fetch_from_field(shell *self, target *to)
{
    int64_t record, file;

    if (!read_place(self, &record, &file))
        return EXIT_USAGE;
    return close_target(self, to,
                        crm4e_field_file_get(self->session, self->words[1], record, self->words[3],
                                             file, write_target, to));
}

int run_fetch(shell *self)
{
    const char *path = self->words[self->word_count - 1];
    target to = {strcmp(path, "-") == 0 ? NULL : path, NULL};

    if (self->word_count != 3 && self->word_count != 6)
        return usage_error("fetch takes ATTACHMENT FILE, or MODULE ID FIELD NUMBER FILE", path);
    return self->word_count == 3 ? fetch_attachment(self, &to) : fetch_from_field(self, &to);
}

int run_detach(shell *self)
{
    int64_t record, file;
    int rc;

    if (!read_place(self, &record, &file))
        return EXIT_USAGE;
    rc = crm4e_field_file_remove(self->session, self->words[1], record, self->words[3], file);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}
