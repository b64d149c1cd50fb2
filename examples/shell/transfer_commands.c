/* SPDX-License-Identifier: MIT */
/* apply, export, import and export-records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell.h"

int unreadable(const shell *self, const char *path)
{
    char message[512];

    (void)snprintf(message, sizeof message, "the file cannot be opened or read: %s", path);
    return refused(self, CRM4E_E_IO, message);
}

int run_apply(shell *self)
{
    crm4e_text *report = NULL;
    size_t length = 0;
    char *json = read_file(self->words[1], &length);
    int rc;

    if (!json)
        return unreadable(self, self->words[1]);
    rc = crm4e_org_apply(&report, self->session, json, length);
    free(json);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, report);
}

int run_export(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_org_export(&text, self->session);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int32_t read_piece(void *user, char *bytes, size_t size, size_t *got)
{
    FILE *file = user;

    *got = fread(bytes, 1, size, file);
    return ferror(file) ? 0 : CRM4E_CONTINUE;
}

static int32_t write_piece(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : 0;
}

static int32_t show_progress(void *user, int64_t rows)
{
    (void)user;
    fprintf(stderr, "\r%lld rows", (long long)rows);
    return CRM4E_CONTINUE;
}

/* "Name,Box" as a JSON array; malloc'd. What is no name of a field is refused by
 * the library, quotes and backslashes do not get there. */
static char *column_list(const char *names)
{
    char *json = malloc(strlen(names) * 3 + 5);
    char *at = json;

    if (!json)
        return NULL;
    *at++ = '[';
    *at++ = '"';
    for (; *names; names++) {
        if (*names == ',') {
            memcpy(at, "\",\"", 3);
            at += 3;
        } else {
            *at++ = *names == '"' || *names == '\\' ? '?' : *names;
        }
    }
    memcpy(at, "\"]", 3);
    return json;
}

/* What of an import takes memory or a file. */
typedef struct import_files {
    bool standard;
    FILE *file;
    FILE *rejects;
    char *map;
    char *users;
    char *fields;
} import_files;

static int import_file(shell *self, crm4e_import_options *options)
{
    crm4e_text *report = NULL;
    int rc = crm4e_import_records(&report, self->session, options);

    if (options->progress)
        fputs("\r\033[K", stderr);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, report);
}

/* Each of the files that are named; the first that cannot be read. */
static const char *open_import(shell *self, import_files *files)
{
    size_t length = 0;

    files->standard = strcmp(self->words[2], "-") == 0;
    files->file = files->standard ? stdin : fopen(self->words[2], "rb");
    files->rejects = self->rejects ? fopen(self->rejects, "wb") : NULL;
    files->map = self->map ? read_file(self->map, &length) : NULL;
    files->users = self->users ? read_file(self->users, &length) : NULL;
    files->fields = self->by ? column_list(self->by) : NULL;
    return !files->file                       ? self->words[2]
           : self->map && !files->map         ? self->map
           : self->users && !files->users     ? self->users
           : self->rejects && !files->rejects ? self->rejects
                                              : NULL;
}

static void close_import(import_files *files)
{
    if (files->file && !files->standard)
        (void)fclose(files->file);
    free(files->map);
    free(files->users);
    free(files->fields);
}

/* What the options of the command say in words and numbers; false and told for one that is
 * none. */
static bool read_import(const shell *self, crm4e_import_options *options)
{
    static const char *const matches[] = {"refuse", "skip", "update"};
    int64_t batch = 0;
    bool known = !self->match;

    for (crm4e_import_match i = 0; self->match && i < 3; i++) {
        if (strcmp(self->match, matches[i]) == 0) {
            options->match = i;
            known = true;
        }
    }
    if (!known)
        (void)usage_error("not refuse, skip or update", self->match);
    else if (self->batch && (!whole_number(self->batch, &batch) || batch < 1 || batch > 1000000))
        (void)usage_error("not a number from 1 to 1000000", self->batch);
    else if (self->skip && !whole_number(self->skip, &options->skip))
        (void)usage_error("not a number", self->skip);
    else if (self->format && strcmp(self->format, "csv") != 0 && strcmp(self->format, "jsonl") != 0)
        (void)usage_error("not csv or jsonl", self->format);
    else {
        options->batch = (int32_t)batch;
        options->format = self->format && strcmp(self->format, "jsonl") == 0
                              ? CRM4E_IMPORT_JSON_LINES
                              : CRM4E_IMPORT_CSV;
        return true;
    }
    return false;
}

int run_import(shell *self)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    import_files files = {0};
    const char *missing;
    int result;

    if (!read_import(self, &options))
        return EXIT_USAGE;
    missing = open_import(self, &files);
    options.module = self->words[1];
    options.map = files.map;
    options.users = files.users;
    options.match_fields = files.fields;
    options.date_format = self->date_format;
    options.number_format = self->number_format;
    options.read = read_piece;
    options.read_user = files.file;
    options.reject = files.rejects ? write_piece : NULL;
    options.reject_user = files.rejects;
    options.progress = isatty(STDERR_FILENO) ? show_progress : NULL;
    options.dry_run = self->dry_run;
    options.partial = self->partial;
    options.guarded = self->guarded;
    options.assignment_rule = self->assignment_rule;
    result = missing ? unreadable(self, missing) : import_file(self, &options);
    if (files.rejects && fclose(files.rejects) != 0 && result == EXIT_DONE)
        result = refused(self, CRM4E_E_IO, "the file of refused rows cannot be written");
    close_import(&files);
    return result;
}

static bool open_target(target *to)
{
    if (!to->file)
        to->file = to->path ? fopen(to->path, "wb") : stdout;
    return to->file != NULL;
}

int32_t write_target(void *user, const char *bytes, size_t length)
{
    target *to = user;

    return open_target(to) ? write_piece(to->file, bytes, length) : 0;
}

int close_target(const shell *self, target *to, int rc)
{
    bool written = rc >= 0 && open_target(to);

    if (to->path && to->file && fclose(to->file) != 0)
        written = false;
    if (rc == CRM4E_E_CALLBACK || (rc >= 0 && !written))
        return refused(self, CRM4E_E_IO, "the file cannot be written");
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* The same of a file of rows, which are counted unless they went to standard output. */
static int end_target(const shell *self, target *to, int rc, int64_t rows)
{
    int result = close_target(self, to, rc);

    if (result == EXIT_DONE && to->path)
        printf("{\"rows\":%lld}\n", (long long)rows);
    return result;
}

static int export_to(shell *self, crm4e_export_options *options, target *to)
{
    int64_t rows = 0;
    int rc = crm4e_export_records(self->session, options, &rows);

    return end_target(self, to, rc, rows);
}

int run_dump(shell *self)
{
    crm4e_dump_options options = CRM4E_DUMP_OPTIONS_INIT;
    target to = {strcmp(self->words[1], "-") == 0 ? NULL : self->words[1], NULL};
    int64_t rows = 0;
    int rc;

    options.write = write_target;
    options.write_user = &to;
    rc = crm4e_org_dump(self->session, &options, &rows);
    return end_target(self, &to, rc, rows);
}

int run_load(shell *self)
{
    crm4e_load_options options = CRM4E_LOAD_OPTIONS_INIT;
    bool standard = strcmp(self->words[1], "-") == 0;
    FILE *file = standard ? stdin : fopen(self->words[1], "rb");
    int rc;

    if (!file)
        return unreadable(self, self->words[1]);
    options.name = self->org;
    options.read = read_piece;
    options.read_user = file;
    options.flags = (self->hold_outbox ? CRM4E_LOAD_HOLD_OUTBOX : 0u) |
                    (self->hold_schedule ? CRM4E_LOAD_HOLD_SCHEDULE : 0u);
    rc = crm4e_org_load(&self->tenant, self->engine, &options);
    if (!standard)
        (void)fclose(file);
    return rc < 0 ? refused_by_engine(self, rc) : EXIT_DONE;
}

int run_export_records(shell *self)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    target to = {strcmp(self->words[2], "-") == 0 ? NULL : self->words[2], NULL};
    bool lines = self->format && strcmp(self->format, "jsonl") == 0;
    char *columns;
    int result;

    if (self->format && !lines && strcmp(self->format, "csv") != 0)
        return usage_error("not csv or jsonl", self->format);
    columns = self->columns ? column_list(self->columns) : NULL;
    options.module = self->words[1];
    options.columns = columns;
    options.criteria = self->where;
    options.write = write_target;
    options.write_user = &to;
    options.format = lines ? CRM4E_EXPORT_JSON_LINES : CRM4E_EXPORT_CSV;
    options.flags =
        (self->raw ? CRM4E_EXPORT_RAW : 0u) | (self->ids_only ? CRM4E_EXPORT_IDS_ONLY : 0u);
    result = export_to(self, &options, &to);
    free(columns);
    return result;
}
