/* SPDX-License-Identifier: MIT */
/* A whole org as lines of JSON: docs/dump.md. */
#include "transfer/dump.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/sha256.h"
#include "model/manage_rules.h"
#include "record/digest.h"
#include <crm4e/version.h>

enum {
    PIECE = 64 * 1024 /* bytes handed out at once */
};

bool c4_dump_derives(size_t table)
{
    static const c4_table_id derived[] = {C4_TABLE_SEARCH_QUEUE, C4_TABLE_SEARCH_RUN,
                                          C4_TABLE_SEARCH_BLOCK};
    bool found = false;

    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++)
        found = found || derived[i] == table;
    return found;
}

bool c4_dump_hides(const crm4e_table *table, uint32_t column)
{
    static const struct {
        c4_table_id table;
        uint32_t column;
    } secrets[] = {{C4_TABLE_ORG, C4_ORG_KEY}};
    bool found = false;

    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        found = found || (table == &c4_tables[secrets[i].table] && column == secrets[i].column);
    return found;
}

const char *c4_dump_type(crm4e_column_type type)
{
    static const char *const names[] = {
        [CRM4E_COLUMN_INTEGER] = "integer", [CRM4E_COLUMN_DECIMAL] = "decimal",
        [CRM4E_COLUMN_DATE] = "date",       [CRM4E_COLUMN_TIME] = "time",
        [CRM4E_COLUMN_BOOLEAN] = "boolean", [CRM4E_COLUMN_TEXT] = "text",
        [CRM4E_COLUMN_BLOB] = "blob",
    };

    return names[type];
}

int c4_dump_tell(crm4e_error *error, crm4e_progress progress, void *user, int64_t rows)
{
    int32_t answer = progress != NULL ? progress(user, rows) : CRM4E_CONTINUE;

    if (answer == CRM4E_CONTINUE)
        return CRM4E_OK;
    return answer == CRM4E_DENY ? c4_fail(error, CRM4E_E_ABORTED, "the host stopped it")
                                : c4_fail(error, CRM4E_E_CALLBACK, "the progress callback failed");
}

struct c4_dump {
    const c4_mem *mem;
    c4_unit *unit; /* while a part is written */
    const crm4e_dump_options *options;
    c4_buffer out; /* lines that are not handed out yet */
    c4_sha256 hash;
    int64_t rows;
};

static int hand_out(c4_dump *run)
{
    const crm4e_dump_options *options = run->options;

    c4_sha256_add(&run->hash, run->out.data, run->out.length);
    if (options->write(options->write_user, run->out.data, run->out.length) != CRM4E_CONTINUE)
        return c4_fail(run->unit->error, CRM4E_E_CALLBACK, "the writer of the dump failed");
    c4_buffer_reset(&run->out);
    return CRM4E_OK;
}

/* The line began at `start`. */
static int end_line(c4_dump *run, size_t start)
{
    c4_buffer_char(&run->out, '\n');
    if (run->out.code != CRM4E_OK)
        return c4_fail_plain(run->unit->error, run->out.code);
    if (run->out.length - start > C4_DUMP_LINE)
        return c4_fail(run->unit->error, CRM4E_E_TOO_BIG, "a row is longer than %d bytes",
                       C4_DUMP_LINE);
    return run->out.length >= PIECE ? hand_out(run) : CRM4E_OK;
}

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static int put_header(c4_dump *run)
{
    const c4_meta *meta = run->unit->meta;
    char digest[C4_DIGEST_TEXT];
    bool first = true;
    int rc = c4_digest(run->unit, digest);

    if (rc != CRM4E_OK)
        return rc;
    c4_buffer_char(&run->out, '{');
    put_number(&run->out, &first, "crm4e_dump", C4_DUMP_FORMAT);
    c4_json_put_member(&run->out, &first, "library", crm4e_version_text());
    put_number(&run->out, &first, "schema", C4_SCHEMA_VERSION);
    c4_json_put_member(&run->out, &first, "org", meta->org.name);
    put_number(&run->out, &first, "id", meta->org.id);
    c4_json_put_member(&run->out, &first, "digest", digest);
    c4_buffer_char(&run->out, '}');
    return end_line(run, 0);
}

/* A name for each column that is not hidden; NULL: null. */
static void put_names(c4_dump *run, const char *key, const crm4e_table *table,
                      const char *(*name)(const crm4e_table *table, uint32_t column,
                                          const void *about),
                      const void *about)
{
    bool first = false;
    const char *comma = "";

    c4_json_put_key(&run->out, &first, key);
    c4_buffer_char(&run->out, '[');
    for (uint32_t i = 0; i < table->column_count; i++) {
        const char *text = name(table, i, about);

        if (c4_dump_hides(table, i))
            continue;
        c4_buffer_text(&run->out, comma);
        if (text != NULL)
            c4_json_put_text(&run->out, text, strlen(text));
        else
            c4_buffer_text(&run->out, "null");
        comma = ",";
    }
    c4_buffer_char(&run->out, ']');
}

static const char *column_name(const crm4e_table *table, uint32_t column, const void *about)
{
    (void)about;
    return table->columns[column].name;
}

static const char *column_type(const crm4e_table *table, uint32_t column, const void *about)
{
    (void)about;
    return c4_dump_type(table->columns[column].type);
}

/* The field that a column is the value of; none for keys and fields that were removed. */
static const char *column_field(const crm4e_table *table, uint32_t column, const void *about)
{
    const c4_module *module = about;

    (void)table;
    for (size_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].column == column)
            return module->fields[i].api_name;
    }
    return NULL;
}

static int put_table_line(c4_dump *run, const crm4e_table *table, const c4_module *module)
{
    const size_t start = run->out.length;
    bool first = true;

    c4_buffer_char(&run->out, '{');
    c4_json_put_member(&run->out, &first, "table", table->name);
    if (module != NULL)
        c4_json_put_member(&run->out, &first, "module", module->api_name);
    put_names(run, "columns", table, column_name, NULL);
    put_names(run, "types", table, column_type, NULL);
    if (module != NULL)
        put_names(run, "fields", table, column_field, module);
    c4_buffer_char(&run->out, '}');
    return end_line(run, start);
}

static void put_integer(c4_buffer *out, int64_t number)
{
    const char *quote = number > C4_DUMP_EXACT || number < -C4_DUMP_EXACT ? "\"" : "";

    c4_buffer_text(out, quote);
    c4_buffer_i64(out, number);
    c4_buffer_text(out, quote);
}

static void put_value(c4_buffer *out, crm4e_column_type type, const crm4e_value *value)
{
    c4_base64 state = {0, 0};

    if (value->type == CRM4E_VALUE_NULL) {
        c4_buffer_text(out, "null");
    } else if (value->type == CRM4E_VALUE_TEXT) {
        c4_json_put_text(out, value->data, value->length);
    } else if (value->type == CRM4E_VALUE_BLOB) {
        c4_buffer_char(out, '"');
        c4_base64_put(&state, out, value->data, value->length);
        c4_base64_end(&state, out);
        c4_buffer_char(out, '"');
    } else if (type == CRM4E_COLUMN_BOOLEAN) {
        c4_buffer_text(out, value->integer != 0 ? "true" : "false");
    } else {
        put_integer(out, value->integer);
    }
}

static int put_row(c4_dump *run, const crm4e_table *table, const crm4e_value *row)
{
    const size_t start = run->out.length;
    char mark = '[';

    for (uint32_t i = 0; i < table->column_count; i++) {
        if (c4_dump_hides(table, i))
            continue;
        c4_buffer_char(&run->out, mark);
        put_value(&run->out, table->columns[i].type, &row[i]);
        mark = ',';
    }
    c4_buffer_char(&run->out, ']');
    run->rows++;
    return end_line(run, start);
}

/* Rows come in order of id: a plan without an order is what every storage walks. */
static int put_rows(c4_dump *run, const crm4e_table *table)
{
    uint32_t *columns = c4_arena_array(run->unit->arena, table->column_count, sizeof *columns);
    const crm4e_dump_options *options = run->options;
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = columns != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    if (rc != CRM4E_OK)
        return c4_fail_plain(run->unit->error, rc);
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    c4_plan_init(&plan, table);
    plan.columns = columns;
    plan.column_count = table->column_count;
    rc = c4_stored(run->unit, c4_rows_open(&rows, run->unit->db, &plan));
    while (rc == CRM4E_OK) {
        int next = c4_rows_next(rows, &row);

        if (next == CRM4E_OK)
            break;
        rc = next == CRM4E_ROW ? put_row(run, table, row) : c4_stored(run->unit, next);
        if (rc == CRM4E_OK && run->rows % C4_DUMP_REPORT == 0)
            rc = c4_dump_tell(run->unit->error, options->progress, options->progress_user,
                              run->rows);
    }
    c4_rows_close(rows);
    return rc;
}

static int put_table(c4_dump *run, const crm4e_table *table, const c4_module *module)
{
    int rc = put_table_line(run, table, module);

    return rc == CRM4E_OK ? put_rows(run, table) : rc;
}

static int need_right(c4_unit *unit)
{
    return c4_need_administrator(unit, "a dump of the org is for system administrators");
}

int c4_dump_open(c4_dump **out, const c4_mem *mem, const crm4e_dump_options *options)
{
    c4_dump *run = c4_alloc_array(mem, 1, sizeof *run);

    if (run == NULL)
        return CRM4E_E_NO_MEMORY;
    run->mem = mem;
    run->options = options;
    c4_buffer_init(&run->out, mem, 2 * (size_t)C4_DUMP_LINE);
    c4_sha256_start(&run->hash);
    *out = run;
    return CRM4E_OK;
}

void c4_dump_close(c4_dump *run)
{
    if (run == NULL)
        return;
    c4_buffer_free(&run->out);
    c4_free(run->mem, run);
}

int c4_dump_rows(c4_dump *run, c4_unit *unit)
{
    const c4_meta *meta = unit->meta;
    int rc = need_right(unit);

    run->unit = unit;
    if (rc == CRM4E_OK)
        rc = put_header(run);
    for (size_t i = 0; rc == CRM4E_OK && i < C4_TABLE_COUNT; i++)
        rc = c4_dump_derives(i) ? CRM4E_OK : put_table(run, &c4_tables[i], NULL);
    for (size_t i = 0; rc == CRM4E_OK && i < meta->module_count; i++)
        rc = put_table(run, &meta->modules[i]->table, meta->modules[i]);
    if (rc == CRM4E_OK)
        rc = c4_dump_tell(unit->error, run->options->progress, run->options->progress_user,
                          run->rows);
    return rc == CRM4E_OK ? hand_out(run) : rc;
}

/* The checksum is of all bytes before this line. */
static int put_end(c4_dump *run)
{
    char checksum[C4_SHA256_TEXT];
    bool first = true;
    int rc;

    c4_sha256_end(&run->hash, checksum);
    c4_buffer_char(&run->out, '{');
    put_number(&run->out, &first, "rows", run->rows);
    c4_json_put_member(&run->out, &first, "sha256", checksum);
    c4_buffer_char(&run->out, '}');
    rc = end_line(run, 0);
    return rc == CRM4E_OK ? hand_out(run) : rc;
}

int c4_dump_end(c4_dump *run, c4_unit *unit, bool noted, int64_t *rows)
{
    int rc = need_right(unit);

    run->unit = unit;
    if (rc == CRM4E_OK && noted)
        rc = c4_audit(unit, "org_dump", unit->meta->org.id, NULL);
    if (rc == CRM4E_OK)
        rc = put_end(run);
    *rows = run->rows;
    return rc;
}
