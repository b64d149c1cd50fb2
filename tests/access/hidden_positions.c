/* SPDX-License-Identifier: MIT */
#include "hidden.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------- helpers */

int cell_hear(cell *c, int rc, crm4e_text *text)
{
    if (rc >= 0 && text)
        (void)fprintf(c->heard, "%s\n", crm4e_text_data(text));
    crm4e_text_free(text);
    return rc;
}

/* What its records must have. */
static const char *name_field(const cell *c)
{
    return strcmp(c->module, "Leads") == 0   ? "Last_Name"
           : strcmp(c->module, "Deals") == 0 ? "Deal_Name"
                                             : "Name";
}

char *cell_text(const cell *c, const char *form)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    for (; *form; form++) {
        switch (*form) {
        case '@': (void)fputs(c->field, out); break;
        case '#': (void)fputs(c->module, out); break;
        case '%': (void)fputs(name_field(c), out); break;
        case '$': (void)fputs(c->criteria, out); break;
        case '\'': (void)fputc('"', out); break;
        default: (void)fputc(*form, out); break;
        }
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static int hear_rows(cell *c, crm4e_cursor *rows)
{
    int rc;

    while ((rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
        for (size_t i = 0; i < crm4e_cursor_columns(rows); i++) {
            const char *text = crm4e_cursor_text(rows, i);
            int64_t number = 0;

            (void)crm4e_cursor_integer(rows, i, &number, NULL);
            (void)fprintf(c->heard, "%s=%s,%lld\n", crm4e_cursor_name(rows, i), text ? text : "-",
                          (long long)number);
        }
    return rc;
}

/* ------------------------------------------------------------- one record */

static crm4e_record *in_hand(cell *c, bool stored, int *rc)
{
    crm4e_record *record = NULL;

    *rc = stored ? crm4e_record_open(&record, c->session, c->module, c->record)
                 : crm4e_record_new(&record, c->session, c->module);
    return record;
}

static int get_text(cell *c)
{
    const char *text = NULL;
    int rc;
    crm4e_record *record = in_hand(c, true, &rc);

    rc = rc < 0 ? rc : crm4e_record_get_text(record, c->field, &text, NULL);
    (void)fprintf(c->heard, "%s\n", text ? text : "-");
    crm4e_record_free(record);
    return rc;
}

static int get_text_of_new(cell *c)
{
    const char *text = NULL;
    int rc;
    crm4e_record *record = in_hand(c, false, &rc);

    rc = rc < 0 ? rc : crm4e_record_get_text(record, c->field, &text, NULL);
    crm4e_record_free(record);
    return rc;
}

static int get_integer(cell *c)
{
    int64_t number = 0;
    int rc;
    crm4e_record *record = in_hand(c, true, &rc);

    rc = rc < 0 ? rc : crm4e_record_get_integer(record, c->field, &number, NULL);
    (void)fprintf(c->heard, "%lld\n", (long long)number);
    crm4e_record_free(record);
    return rc;
}

static int whole_record(cell *c)
{
    crm4e_text *text = NULL;
    int rc;
    crm4e_record *record = in_hand(c, true, &rc);

    rc = rc < 0 ? rc : crm4e_record_json(&text, record);
    crm4e_record_free(record);
    return cell_hear(c, rc, text);
}

typedef int (*setter)(cell *c, crm4e_record *record);

static int set_text(cell *c, crm4e_record *record)
{
    return crm4e_record_set_text(record, c->field, c->literal, CRM4E_NUL_TERMINATED);
}

static int set_empty(cell *c, crm4e_record *record)
{
    return crm4e_record_set_text(record, c->field, "", 0);
}

static int set_integer(cell *c, crm4e_record *record)
{
    return crm4e_record_set_integer(record, c->field, INT64_C(9182736401));
}

static int set_decimal(cell *c, crm4e_record *record)
{
    return crm4e_record_set_decimal(record, c->field, "9182736401");
}

static int set_date(cell *c, crm4e_record *record)
{
    return crm4e_record_set_date(record, c->field, 22472);
}

static int set_time(cell *c, crm4e_record *record)
{
    return crm4e_record_set_time(record, c->field, INT64_C(1941616800000000));
}

static int set_null(cell *c, crm4e_record *record)
{
    return crm4e_record_set_null(record, c->field);
}

static int set_json(cell *c, crm4e_record *record)
{
    char *json = cell_text(c, "{'@': null}");
    int rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

/* With a field that he may write beside it. */
static int set_json_beside(cell *c, crm4e_record *record)
{
    char *json = cell_text(c, "{'Open': 'z', '@': null}");
    int rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

/* The message of saving tells nothing of what is stored either. */
static int set_and_save(cell *c, bool stored, setter set)
{
    crm4e_text *text = NULL;
    int rc;
    crm4e_record *record = in_hand(c, stored, &rc);

    if (rc >= 0 && !stored)
        rc = crm4e_record_set_text(record, name_field(c), "New", CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : set(c, record);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    rc = rc < 0 ? rc : crm4e_record_json(&text, record);
    crm4e_record_free(record);
    return cell_hear(c, rc, text);
}

#define SETTER(name)                                                                               \
    static int name##_stored(cell *c)                                                              \
    {                                                                                              \
        return set_and_save(c, true, name);                                                        \
    }                                                                                              \
    static int name##_new(cell *c)                                                                 \
    {                                                                                              \
        return set_and_save(c, false, name);                                                       \
    }
SETTER(set_text)
SETTER(set_empty)
SETTER(set_integer)
SETTER(set_decimal)
SETTER(set_date)
SETTER(set_time)
SETTER(set_null)
SETTER(set_json)
SETTER(set_json_beside)

/* ------------------------------------------------------------- queries */

int hidden_run_query(cell *c, crm4e_query *query, int rc)
{
    crm4e_cursor *rows = NULL;
    int64_t count = -1;

    if (rc >= 0 && (rc = crm4e_query_count(query, &count)) >= 0)
        (void)fprintf(c->heard, "%lld rows\n", (long long)count);
    rc = rc < 0 ? rc : crm4e_query_run(&rows, query);
    rc = rc < 0 ? rc : hear_rows(c, rows);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return rc;
}

static int query_select(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_select(query, c->field);
    return hidden_run_query(c, query, rc);
}

/* Without rows to show, and without counting first. */
static int query_select_nothing(cell *c)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_select(query, "id");
    rc = rc < 0 ? rc : crm4e_query_select(query, c->field);
    rc = rc < 0 ? rc : crm4e_query_where_ids(query, NULL, 0);
    rc = rc < 0 ? rc : crm4e_query_limit(query, 0);
    rc = rc < 0 ? rc : crm4e_query_run(&rows, query);
    rc = rc < 0 ? rc : hear_rows(c, rows);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return rc;
}

static int query_order(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_order(query, c->field, 0);
    return hidden_run_query(c, query, rc);
}

static int query_order_second(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_order(query, "id", 1);
    rc = rc < 0 ? rc : crm4e_query_order(query, c->field, 1);
    return hidden_run_query(c, query, rc);
}

static int query_where(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_where(query, c->criteria);
    return hidden_run_query(c, query, rc);
}

static int query_where_second(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_where_ids(query, NULL, 0);
    rc = rc < 0 ? rc : crm4e_query_where(query, "id is null");
    rc = rc < 0 ? rc : crm4e_query_where(query, c->criteria);
    return hidden_run_query(c, query, rc);
}

int hidden_query_text(cell *c, const char *form)
{
    crm4e_cursor *rows = NULL;
    crm4e_text *json = NULL;
    char *text = cell_text(c, form);
    int rc = crm4e_query_text(&rows, c->session, text);

    rc = rc < 0 ? rc : crm4e_cursor_json(&json, rows);
    crm4e_cursor_free(rows);
    free(text);
    return cell_hear(c, rc, json);
}

static int text_column(cell *c)
{
    return hidden_query_text(c, "select @ from #");
}

static int text_second_column(cell *c)
{
    return hidden_query_text(c, "select id, @, id from # where id is null limit 0");
}

static int text_order(cell *c)
{
    return hidden_query_text(c, "select id from # order by @");
}

static int text_order_second(cell *c)
{
    return hidden_query_text(c, "SELECT id FROM # ORDER BY id, @ DESC LIMIT 1 OFFSET 1");
}

static int text_where(cell *c)
{
    return hidden_query_text(c, "select id from # where $ limit 1");
}

/* A page that ends behind a row of his, ordered by the field. */
static void take_token(cell *c, crm4e_session *who)
{
    crm4e_cursor *rows = NULL;
    char *text = cell_text(c, "select id from # order by @ limit 1");
    const char *token = NULL;

    if (crm4e_query_text(&rows, who, text) == CRM4E_OK && crm4e_cursor_next(rows) == CRM4E_ROW)
        token = crm4e_cursor_token(rows);
    c->token = token ? strdup(token) : NULL;
    crm4e_cursor_free(rows);
    free(text);
}

static bool administrators_token(cell *c)
{
    take_token(c, c->world->host.admin);
    return true;
}

static int after(cell *c, const char *order)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_select(query, "id");
    rc = rc < 0 ? rc : crm4e_query_order(query, order, 0);
    rc = rc < 0 ? rc : crm4e_query_limit(query, 1);
    if (rc >= 0 && c->token)
        rc = crm4e_query_after(query, c->token);
    return hidden_run_query(c, query, rc);
}

static int token_of_another(cell *c)
{
    return after(c, c->field);
}

/* ------------------------------------------------------------- charts */

static int run_chart(cell *c, crm4e_chart *chart, int rc)
{
    crm4e_text *text = NULL;

    rc = rc < 0 ? rc : crm4e_chart_run(chart);
    for (size_t i = 0; rc >= 0 && i < crm4e_chart_buckets(chart); i++) {
        const char *const told[] = {
            crm4e_chart_criteria(chart, i),          crm4e_chart_label(chart, i, 0),
            crm4e_chart_label_in(chart, i, 0, "zh"), crm4e_chart_value(chart, i, 0),
            crm4e_chart_change(chart, i, 0),         crm4e_chart_rate(chart, i, 0),
        };

        for (size_t t = 0; t < sizeof told / sizeof *told; t++)
            (void)fprintf(c->heard, "%s\n", told[t] ? told[t] : "-");
    }
    if (rc >= 0) {
        rc = crm4e_picture_svg(&text, chart, NULL);
        rc = cell_hear(c, rc, text);
        text = NULL;
    }
    if (rc >= 0) {
        rc = crm4e_picture_terminal(&text, chart, NULL);
        rc = cell_hear(c, rc, text);
        text = NULL;
    }
    rc = rc < 0 ? rc : crm4e_chart_json(&text, chart);
    crm4e_chart_free(chart);
    return cell_hear(c, rc, text);
}

static int chart_group(cell *c)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_chart_group_by(chart, c->field, 0);
    return run_chart(c, chart, rc);
}

static int chart_second_group(cell *c)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_chart_group_by(chart, "Owner", 0);
    rc = rc < 0 ? rc : crm4e_chart_group_by(chart, c->field, 0);
    return run_chart(c, chart, rc);
}

static int chart_group_by_month(cell *c)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_chart_group_by(chart, c->field, CRM4E_BY_MONTH);
    return run_chart(c, chart, rc);
}

static int chart_measured(cell *c, crm4e_measure function)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_chart_measure(chart, CRM4E_COUNT, NULL);
    rc = rc < 0 ? rc : crm4e_chart_measure(chart, function, c->field);
    return run_chart(c, chart, rc);
}

#define MEASURE(name, function)                                                                    \
    static int chart_##name(cell *c)                                                               \
    {                                                                                              \
        return chart_measured(c, function);                                                        \
    }
MEASURE(sum, CRM4E_SUM)
MEASURE(avg, CRM4E_AVG)
MEASURE(min, CRM4E_MIN)
MEASURE(max, CRM4E_MAX)

static int chart_where(cell *c)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_chart_where(chart, c->criteria);
    return run_chart(c, chart, rc);
}

static bool save_chart(cell *c, const char *form)
{
    char *json = cell_text(c, form);
    int rc = crm4e_org_apply(NULL, c->world->host.admin, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc == CRM4E_OK;
}

static bool saved_group(cell *c)
{
    return save_chart(c, "{'charts': [{'name': 'Probe', 'module': '#', 'group_by': ['@'],"
                         " 'measures': ['count']}]}");
}

static bool saved_second_group(cell *c)
{
    return save_chart(c, "{'charts': [{'name': 'Probe', 'module': '#', 'group_by': ['Owner', '@'],"
                         " 'measures': ['count']}]}");
}

static bool saved_measure(cell *c)
{
    return save_chart(c, "{'charts': [{'name': 'Probe', 'module': '#', 'group_by': ['Owner'],"
                         " 'measures': ['count', 'sum:@']}]}");
}

static bool saved_where(cell *c)
{
    return save_chart(c, "{'charts': [{'name': 'Probe', 'module': '#', 'group_by': ['Owner'],"
                         " 'measures': ['count'], 'where': '$'}]}");
}

static int chart_saved(cell *c)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_open(&chart, c->session, c->module, "Probe");

    return run_chart(c, chart, rc);
}

static bool save_view(hidden_world *w, const cell *c)
{
    char *json = cell_text(c, "{'module': '#', 'name': 'Probe', 'sharing': 'public',"
                              " 'columns': ['@'], 'where': '', 'order': []}");
    int rc = crm4e_view_put(NULL, w->host.admin, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc == CRM4E_OK;
}

void hidden_reset(hidden_world *w)
{
    for (place_kind place = 0; place < PLACES; place++) {
        cell c = {.world = w, .module = place_modules[place], .field = "Owner"};

        if (place != PLACE_CLOSED || w->record[place] != 0)
            assert_true(saved_group(&c) && save_view(w, &c));
    }
}

/* ------------------------------------------------------------- history */

static int timeline(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_timeline_json(&text, c->session, c->module, c->record, 0, 0, 100);

    return cell_hear(c, rc, text);
}

static int history(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_history_json(&text, c->session, c->module, c->record, NULL);

    return cell_hear(c, rc, text);
}

/* The record among those that he could restore, if he may delete it. */
static int bin(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_delete(c->session, c->module, c->record, 0);

    if (rc == CRM4E_OK || rc == CRM4E_E_DENIED)
        rc = crm4e_bin_json(&text, c->session, NULL);
    return cell_hear(c, rc, text);
}

static int as_of(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_as_of(&text, c->session, c->module, c->record, INT64_MAX);

    return cell_hear(c, rc, text);
}

/* ------------------------------------------------------------- search */

/* The secret as a word: found by nobody who may not read the field. */
static int search(cell *c)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char modules[64];
    int rc;

    (void)snprintf(modules, sizeof modules, "[\"%s\"]", c->module);
    options.modules = modules;
    rc = crm4e_search_json(&text, c->session, SECRET, CRM4E_NUL_TERMINATED, &options);
    return cell_hear(c, rc, text);
}

/* ------------------------------------------------------------- files */

static int32_t write_file(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : 0;
}

static int export(cell *c, const char *columns, crm4e_export_format format)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    char *json = columns ? cell_text(c, columns) : NULL;
    int64_t rows = -1;
    int rc;

    options.module = c->module;
    options.columns = json;
    options.criteria = c->criteria;
    options.format = format;
    options.write = write_file;
    options.write_user = c->heard;
    rc = crm4e_export_records(c->session, &options, &rows);
    (void)fprintf(c->heard, "%lld rows\n", (long long)rows);
    free(json);
    return rc;
}

static int export_column(cell *c)
{
    return export(c, "['@']", CRM4E_EXPORT_CSV);
}

static int export_last_column(cell *c)
{
    return export(c, "['id', '@']", CRM4E_EXPORT_JSON_LINES);
}

static int export_csv(cell *c)
{
    return export(c, NULL, CRM4E_EXPORT_CSV);
}

static int export_lines(cell *c)
{
    return export(c, NULL, CRM4E_EXPORT_JSON_LINES);
}

static int export_where(cell *c)
{
    return export(c, "['id']", CRM4E_EXPORT_CSV);
}

typedef struct csv {
    const char *at;
} csv;

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    csv *file = user;
    size_t left = strlen(file->at);

    *read = left < size ? left : size;
    memcpy(bytes, file->at, *read);
    file->at += *read;
    return CRM4E_CONTINUE;
}

static int import_matched(cell *c, const char *header, const char *map, const char *fields)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char *lines = cell_text(c, header);
    char *json = map ? cell_text(c, map) : NULL;
    char *names = fields ? cell_text(c, fields) : NULL;
    csv file = {lines};
    int rc;

    options.module = c->module;
    options.map = json;
    options.match = fields ? CRM4E_MATCH_UPDATE : CRM4E_MATCH_REFUSE;
    options.match_fields = names;
    options.read = read_csv;
    options.read_user = &file;
    options.reject = write_file;
    options.reject_user = c->heard;
    options.dry_run = 1;
    rc = crm4e_import_records(&text, c->session, &options);
    free(lines);
    free(json);
    free(names);
    return cell_hear(c, rc, text);
}

static int import(cell *c, const char *header, const char *map)
{
    return import_matched(c, header, map, NULL);
}

static int import_match(cell *c)
{
    return import_matched(c, "%\r\nNew\r\n", NULL, "['@']");
}

static int import_header(cell *c)
{
    return import(c, "%,@\r\nNew,9182736401\r\n", NULL);
}

static int import_empty_cell(cell *c)
{
    return import(c, "@,%\r\n,New\r\n", NULL);
}

static int import_no_rows(cell *c)
{
    return import(c, "@\r\n", NULL);
}

static int import_map(cell *c)
{
    return import(c, "One,Two\r\n1,New\r\n", "{'One': '@', 'Two': '%'}");
}

/* ------------------------------------------------------------- the table */

#define SET(function, name)                                                                        \
    {#name " of a stored record", function, WRITES | NEEDS_RECORD | NO_PATHS | COUNTS_ON_TYPE,     \
     name##_stored, NULL},                                                                         \
    {                                                                                              \
#name " of a new record", function, WRITES | NO_PATHS | COUNTS_ON_TYPE, name##_new, NULL   \
    }
const position positions[] = {
    {"get text", "crm4e_record_get_text.field", NEEDS_RECORD | NO_PATHS, get_text, NULL},
    {"get text of new", "crm4e_record_get_text.field", NO_PATHS, get_text_of_new, NULL},
    {"get integer", "crm4e_record_get_integer.field", NEEDS_RECORD | NO_PATHS | COUNTS_ON_TYPE,
     get_integer, NULL},
    {"whole record", NULL, NEEDS_RECORD | SHOWS, whole_record, NULL},
    SET("crm4e_record_set_text.field", set_text),
    SET("crm4e_record_set_text.field", set_empty),
    SET("crm4e_record_set_integer.field", set_integer),
    SET("crm4e_record_set_decimal.field", set_decimal),
    SET("crm4e_record_set_date.field", set_date),
    SET("crm4e_record_set_time.field", set_time),
    SET("crm4e_record_set_null.field", set_null),
    SET("crm4e_record_set_json.json", set_json),
    SET("crm4e_record_set_json.json", set_json_beside),
    {"many new records", "crm4e_mass_create.json", WRITES | NO_PATHS | COUNTS_ON_TYPE,
     hidden_mass_create, NULL},
    {"values for many", "crm4e_mass_update.json", WRITES | NEEDS_RECORD | NO_PATHS | COUNTS_ON_TYPE,
     hidden_mass_values, NULL},
    CRITERIA(hidden_mass_where, "crm4e_mass_options.criteria", 0, NULL),
    {"upsert by", "crm4e_record_upsert.fields", WRITES | NO_PATHS | COUNTS_ON_TYPE,
     hidden_upsert_by, NULL},
    {"upsert", "crm4e_record_upsert.json", WRITES | NO_PATHS | COUNTS_ON_TYPE, hidden_upsert_values,
     NULL},
    {"get a file", "crm4e_field_file_get.field", NO_PATHS | COUNTS_ON_TYPE, hidden_get_file, NULL},
    {"put a file", "crm4e_field_file_put.field", WRITES | NO_PATHS | COUNTS_ON_TYPE,
     hidden_put_file, NULL},
    {"remove a file", "crm4e_field_file_remove.field", WRITES | NO_PATHS | COUNTS_ON_TYPE,
     hidden_remove_file, NULL},
    {"duplicates by", "crm4e_duplicates_options.fields", COUNTS_ON_TYPE, hidden_duplicates_by,
     NULL},
    {"duplicates by it too", "crm4e_duplicates_options.fields", COUNTS_ON_TYPE,
     hidden_duplicates_by_beside, NULL},
    {"duplicates of a record", "crm4e_duplicates_options.fields", NEEDS_RECORD | COUNTS_ON_TYPE,
     hidden_duplicates_of, NULL},
    {"merge values", "crm4e_records_merge.values",
     WRITES | NEEDS_RECORD | NO_PATHS | COUNTS_ON_TYPE, hidden_merge_values, NULL},
    {"column", "crm4e_query_select.field", 0, query_select, NULL},
    {"column without rows", "crm4e_query_select.field", 0, query_select_nothing, NULL},
    {"order", "crm4e_query_order.field", COUNTS_ON_TYPE, query_order, NULL},
    {"second order", "crm4e_query_order.field", COUNTS_ON_TYPE, query_order_second, NULL},
    {"group of a query", "crm4e_query_group_by.field", COUNTS_ON_TYPE, hidden_query_group, NULL},
    {"second group of a query", "crm4e_query_group_by.field", COUNTS_ON_TYPE,
     hidden_query_second_group, NULL},
    {"count of values", "crm4e_query_select.field", 0, hidden_query_count_of, NULL},
    {"count of different values", "crm4e_query_select.field", COUNTS_ON_TYPE, hidden_query_distinct,
     NULL},
    {"greatest value", "crm4e_query_select.field", COUNTS_ON_TYPE, hidden_query_greatest, NULL},
    {"order by a sum", "crm4e_query_order.field", COUNTS_ON_TYPE, hidden_query_order_by_sum, NULL},
    CRITERIA(query_where, "crm4e_query_where.criteria", 0, NULL),
    CRITERIA(query_where_second, "crm4e_query_where.criteria", 0, NULL),
    {"column of text", "crm4e_query_text.text", 0, text_column, NULL},
    {"second column of text", "crm4e_query_text.text", 0, text_second_column, NULL},
    {"order of text", "crm4e_query_text.text", COUNTS_ON_TYPE, text_order, NULL},
    {"second order of text", "crm4e_query_text.text", COUNTS_ON_TYPE, text_order_second, NULL},
    {"column of a plan", "crm4e_query_plan.text", 0, hidden_plan_column, NULL},
    {"order of a plan", "crm4e_query_plan.text", COUNTS_ON_TYPE, hidden_plan_order, NULL},
    {"group of text", "crm4e_query_text.text", COUNTS_ON_TYPE, hidden_text_group, NULL},
    {"days of text", "crm4e_query_text.text", COUNTS_ON_TYPE, hidden_text_group_of_days, NULL},
    {"measure of text", "crm4e_query_text.text", COUNTS_ON_TYPE, hidden_text_measure, NULL},
    CRITERIA(text_where, "crm4e_query_text.text", 0, NULL),
    {"token of another", "crm4e_query_after.token", COUNTS_ON_TYPE, token_of_another,
     administrators_token},
    {"group", "crm4e_chart_group_by.field", NO_PATHS | COUNTS_ON_TYPE, chart_group, NULL},
    {"second group", "crm4e_chart_group_by.field", NO_PATHS | COUNTS_ON_TYPE, chart_second_group,
     NULL},
    {"group by month", "crm4e_chart_group_by.field", NO_PATHS | COUNTS_ON_TYPE,
     chart_group_by_month, NULL},
    {"sum", "crm4e_chart_measure.field", NO_PATHS, chart_sum, NULL},
    {"average", "crm4e_chart_measure.field", NO_PATHS, chart_avg, NULL},
    {"minimum", "crm4e_chart_measure.field", NO_PATHS, chart_min, NULL},
    {"maximum", "crm4e_chart_measure.field", NO_PATHS, chart_max, NULL},
    CRITERIA(chart_where, "crm4e_chart_where.criteria", 0, NULL),
    {"saved group", "crm4e_chart_open.name", NO_PATHS | COUNTS_ON_TYPE, chart_saved, saved_group},
    {"saved second group", "crm4e_chart_open.name", NO_PATHS | COUNTS_ON_TYPE, chart_saved,
     saved_second_group},
    {"saved measure", "crm4e_chart_open.name", NO_PATHS, chart_saved, saved_measure},
    CRITERIA(chart_saved, "crm4e_chart_open.name", 0, saved_where),
    {"timeline", NULL, NEEDS_RECORD | SHOWS, timeline, NULL},
    {"history", NULL, NEEDS_RECORD | SHOWS, history, NULL},
    {"bin", NULL, NEEDS_RECORD | SHOWS, bin, NULL},
    {"as of", NULL, NEEDS_RECORD | SHOWS, as_of, NULL},
    {"search", "crm4e_search_json.text", NEEDS_RECORD | SHOWS, search, NULL},
    {"modules of a search", "crm4e_search_options.modules", NEEDS_RECORD | SHOWS, search, NULL},
    {"export a column", "crm4e_export_options.columns", 0, export_column, NULL},
    {"export a last column", "crm4e_export_options.columns", 0, export_last_column, NULL},
    {"export all columns", NULL, SHOWS, export_csv, NULL},
    {"export all as JSON", NULL, SHOWS, export_lines, NULL},
    CRITERIA(export_where, "crm4e_export_options.criteria", 0, NULL),
    {"import header", "crm4e_import_options.module", WRITES | COUNTS_ON_TYPE, import_header, NULL},
    {"import an empty cell", "crm4e_import_options.module", WRITES | COUNTS_ON_TYPE,
     import_empty_cell, NULL},
    {"import no rows", "crm4e_import_options.module", WRITES | COUNTS_ON_TYPE, import_no_rows,
     NULL},
    {"import match", "crm4e_import_options.match_fields", WRITES | NO_PATHS | COUNTS_ON_TYPE,
     import_match, NULL},
    {"import map", "crm4e_import_options.map", WRITES | COUNTS_ON_TYPE, import_map, NULL},
};
const size_t position_count = sizeof positions / sizeof positions[0];
