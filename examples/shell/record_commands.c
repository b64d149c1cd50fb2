/* SPDX-License-Identifier: MIT */
/* Commands about records: query, plan, search, get, create, update, delete, related, timeline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

enum {
    WIDEST = 48,
    PAGE = 500,
    COLUMNS = 250
};

/* A page of texts for the terminal, so that columns line up. */
typedef struct page {
    char *cells[PAGE * 16];
    int widths[COLUMNS];
    size_t columns;
    size_t rows;
} page;

static char *copy(const char *text)
{
    size_t length = strlen(text ? text : "");
    char *result = malloc(length + 1);

    if (result)
        memcpy(result, text ? text : "", length + 1);
    return result;
}

static size_t rows_per_page(size_t columns)
{
    size_t rows = sizeof(((page *)0)->cells) / sizeof(char *) / columns;

    return rows < PAGE ? rows : PAGE;
}

/* Line ends and tabs inside a value would break the table. */
static void flatten(char *text)
{
    for (; text && *text; text++) {
        if ((unsigned char)*text < 0x20)
            *text = ' ';
    }
}

static bool take_row(page *here, const crm4e_cursor *rows)
{
    for (size_t i = 0; i < here->columns; i++) {
        char **cell = &here->cells[here->rows * here->columns + i];
        int width;

        *cell = copy(crm4e_cursor_text(rows, i));
        if (!*cell)
            return false;
        flatten(*cell);
        width = display_width(*cell);
        if (width > here->widths[i])
            here->widths[i] = width < WIDEST ? width : WIDEST;
    }
    here->rows++;
    return true;
}

static void print_page(page *here, const crm4e_cursor *rows, bool header)
{
    for (size_t i = 0; header && i < here->columns; i++) {
        print_padded(crm4e_cursor_name(rows, i), i + 1 < here->columns ? here->widths[i] : 0,
                     false);
        fputs(i + 1 < here->columns ? "  " : "\n", stdout);
    }
    for (size_t i = 0; i < here->rows * here->columns; i++) {
        bool last = i % here->columns + 1 == here->columns;

        print_padded(here->cells[i], last ? 0 : here->widths[i % here->columns], false);
        fputs(last ? "\n" : "  ", stdout);
        free(here->cells[i]);
        here->cells[i] = NULL;
    }
    here->rows = 0;
}

static int print_rows(crm4e_cursor *rows)
{
    page *here = calloc(1, sizeof *here);
    bool header = true;
    int rc = CRM4E_ROW;

    if (!here)
        return CRM4E_E_NO_MEMORY;
    here->columns = crm4e_cursor_columns(rows);
    for (size_t i = 0; i < here->columns; i++)
        here->widths[i] = display_width(crm4e_cursor_name(rows, i));
    while (here->columns > 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        if (!take_row(here, rows))
            rc = CRM4E_E_NO_MEMORY;
        if (rc < 0)
            break;
        if (here->rows == rows_per_page(here->columns)) {
            print_page(here, rows, header);
            header = false;
        }
    }
    print_page(here, rows, header);
    free(here);
    return rc;
}

/* Prints what a cursor has and gives it back. */
static int finish_rows(shell *self, crm4e_cursor *rows, int rc)
{
    crm4e_text *text = NULL;

    if (rc < 0)
        return refused_by_session(self, rc);
    if (self->json) {
        rc = crm4e_cursor_json(&text, rows);
        if (rc == CRM4E_OK)
            (void)print_text(self, text);
    } else {
        rc = print_rows(rows);
    }
    crm4e_cursor_free(rows);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_query(shell *self)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, self->session, self->words[1]);

    return finish_rows(self, rows, rc);
}

int run_plan(shell *self)
{
    crm4e_text *text = NULL;
    int rc = crm4e_query_plan(&text, self->session, self->words[1]);

    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_view(shell *self)
{
    crm4e_cursor *rows = NULL;
    crm4e_id view = 0;
    int64_t limit = 200;
    int rc;

    if (self->limit && !whole_number(self->limit, &limit))
        return usage_error("not a number", self->limit);
    rc = crm4e_view_find(self->session, self->words[1], self->words[2], &view);
    rc = rc < 0 ? rc : crm4e_view_run(&rows, self->session, view, limit, self->after);
    return finish_rows(self, rows, rc);
}

static int named_view(shell *self, const char *verb)
{
    crm4e_text *text = NULL;
    crm4e_id view = 0;
    int rc = crm4e_view_find(self->session, self->words[1], self->words[3], &view);

    if (rc == CRM4E_OK && strcmp(verb, "remove") == 0)
        rc = crm4e_view_remove(self->session, view);
    else if (rc == CRM4E_OK)
        rc = crm4e_view_json(&text, self->session, view);
    if (rc < 0)
        return refused_by_session(self, rc);
    return text ? print_text(self, text) : EXIT_DONE;
}

int run_views(shell *self)
{
    const char *verb = self->words[2];
    crm4e_text *text = NULL;
    int rc;

    if (strcmp(self->words[1], "put") == 0 && verb && !self->words[3]) {
        rc = crm4e_view_put(NULL, self->session, verb, CRM4E_NUL_TERMINATED);
        return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
    }
    if (!verb) {
        rc = crm4e_views_json(&text, self->session, self->words[1]);
        return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
    }
    if (self->words[3] && (strcmp(verb, "show") == 0 || strcmp(verb, "remove") == 0))
        return named_view(self, verb);
    return usage_error("no such verb, or not its arguments", verb);
}

/* Prints a record and gives it back. */
static int finish_record(shell *self, crm4e_record *record, int rc)
{
    crm4e_text *text = NULL;
    int result;

    if (rc == CRM4E_OK)
        rc = crm4e_record_json(&text, record);
    result = rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
    crm4e_record_free(record);
    return result;
}

int show_record(shell *self, const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, self->session, module, id);

    return finish_record(self, record, rc);
}

int run_get(shell *self)
{
    int64_t id;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    return show_record(self, self->words[1], id);
}

int run_create(shell *self)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, self->session, self->words[1]);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, self->words[2], CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    return finish_record(self, record, rc);
}

int run_clone(shell *self)
{
    crm4e_record *record = NULL;
    int64_t id;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    rc = crm4e_record_clone(&record, self->session, self->words[1], id);
    if (rc == CRM4E_OK && self->words[3])
        rc = crm4e_record_set_json(record, self->words[3], CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    return finish_record(self, record, rc);
}

int run_update(shell *self)
{
    crm4e_record *record = NULL;
    int64_t id, version = 0;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (self->version && !whole_number(self->version, &version))
        return usage_error("not a version", self->version);
    rc = crm4e_record_open(&record, self->session, self->words[1], id);
    if (rc == CRM4E_OK)
        rc = crm4e_record_expect(record, version);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, self->words[3], CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    return finish_record(self, record, rc);
}

/* Prints which record it was. */
int run_upsert(shell *self)
{
    crm4e_id id = 0;
    int32_t created = 0;
    int rc = crm4e_record_upsert(&id, &created, self->session, self->words[1], self->words[3],
                                 self->words[2], CRM4E_NUL_TERMINATED);

    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"id\":%lld,\"created\":%s}\n", (long long)id, created ? "true" : "false");
    return EXIT_DONE;
}

int run_delete(shell *self)
{
    int64_t id, version = 0;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (self->version && !whole_number(self->version, &version))
        return usage_error("not a version", self->version);
    rc = crm4e_record_delete(self->session, self->words[1], id, version);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_restore(shell *self)
{
    int64_t id;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    rc = crm4e_record_restore(self->session, self->words[1], id);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* Prints what came of the lead. */
int run_convert(shell *self)
{
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    crm4e_id lead, account, contact, deal;
    int rc;

    if (!whole_number(self->words[1], &lead))
        return usage_error("not an id", self->words[1]);
    if (self->account && !whole_number(self->account, &options.account))
        return usage_error("not an id", self->account);
    if (self->contact && !whole_number(self->contact, &options.contact))
        return usage_error("not an id", self->contact);
    options.deal = self->deal;
    options.overwrite = self->overwrite;
    rc = crm4e_convert_lead(&account, &contact, &deal, self->session, lead, &options);
    if (rc < 0)
        return refused_by_session(self, rc);
    printf("{\"account\":%lld,\"contact\":%lld,\"deal\":%lld}\n", (long long)account,
           (long long)contact, (long long)deal);
    return EXIT_DONE;
}

/* Lists, or sends values of a field of leads to a field, or without one nowhere. */
int run_convert_mapping(shell *self)
{
    crm4e_text *text = NULL;
    int rc;

    if (self->word_count == 1) {
        rc = crm4e_convert_mapping_json(&text, self->session);
        return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
    }
    rc = crm4e_convert_mapping_put(self->session, self->words[1], self->words[2], self->words[3]);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

int run_timeline(shell *self)
{
    crm4e_text *text = NULL;
    int64_t id, limit = 100;
    int rc;

    if (!whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit > 1000))
        return usage_error("not a number up to 1000", self->limit);
    rc = crm4e_timeline_json(&text, self->session, self->words[1], id, 0, self->descending,
                             (int32_t)limit);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* API names have nothing that JSON would escape; others are refused as unknown. */
int run_search(shell *self)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char modules[128];
    int64_t limit = 20;
    int rc;

    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (self->module) {
        if (strlen(self->module) > 100 || strpbrk(self->module, "\"\\"))
            return usage_error("not the name of a module", self->module);
        (void)snprintf(modules, sizeof modules, "[\"%s\"]", self->module);
        options.modules = modules;
    }
    options.limit = (int32_t)limit;
    rc = crm4e_search_json(&text, self->session, self->words[1], CRM4E_NUL_TERMINATED, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_requests(shell *self)
{
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t limit = 0;
    int rc;

    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    options.module = self->module;
    options.after = self->after;
    options.limit = (int32_t)limit;
    rc = crm4e_requests_json(&text, self->session, &options);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* Which lists there are, or one of them. */
int run_related(shell *self)
{
    crm4e_text *text = NULL;
    int64_t limit = 50;
    int64_t id = 0;
    int rc;

    if (self->word_count == 3)
        return usage_error("an id without a relation", self->words[2]);
    if (self->word_count == 4 && !whole_number(self->words[2], &id))
        return usage_error("not an id", self->words[2]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit > INT32_MAX))
        return usage_error("not a number", self->limit);
    rc = self->word_count == 2 ? crm4e_relations_json(&text, self->session, self->words[1])
                               : crm4e_related_json(&text, self->session, self->words[1], id,
                                                    self->words[3], (int32_t)limit, self->after);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}
