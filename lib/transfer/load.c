/* SPDX-License-Identifier: MIT */
/* An org out of the lines that dump.c writes. Nothing that is read is believed. */
#include "transfer/dump.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "automation/automation.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "base/sha256.h"
#include "model/manage_rules.h"
#include "record/digest.h"
#include "record/search_run.h"

enum {
    PIECE = 64 * 1024, /* bytes asked for at once */
    WHY = 256,
    KEY_SIZE = 32 /* of page tokens */
};

struct c4_load {
    const c4_env *env;
    crm4e_error *error;
    crm4e_load_options options;
    char *piece; /* what the reader gave last */
    size_t at;
    size_t have;
    bool ended;
    c4_buffer line;
    int64_t number; /* of the line, from 1 */
    c4_sha256 hash; /* of the lines before it */
    c4_json_document document;
    char *name;
    crm4e_id org;
    char digest[C4_DIGEST_TEXT];
    int64_t rows;
    c4_arena row; /* scratch of one */
    c4_unit *unit;
};

static int refuse(const c4_load *load, int code, const char *format, ...) C4_PRINTF(3, 4);

static int refuse(const c4_load *load, int code, const char *format, ...)
{
    char why[WHY];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(why, sizeof why, format, values);
    va_end(values);
    return c4_fail(load->error, code, "line %lld: %s", (long long)load->number, why);
}

/* What a lower layer said, which is of the stream where that is to blame for it. */
static int judge(const c4_load *load, int code)
{
    char why[WHY];

    if (code == CRM4E_OK)
        return code;
    if (code != CRM4E_E_CORRUPT && code != CRM4E_E_INVALID && code != CRM4E_E_CONFLICT)
        return c4_fail_plain(load->error, code);
    (void)snprintf(why, sizeof why, "%.*s", WHY - 1,
                   load->error->code == code ? load->error->message : crm4e_code_text(code));
    return refuse(load, CRM4E_E_INVALID, "%s", why);
}

/* CRM4E_ROW with something in `piece`, CRM4E_OK at the end. */
static int fill(c4_load *load)
{
    const crm4e_load_options *options = &load->options;

    if (load->at < load->have)
        return CRM4E_ROW;
    load->at = 0;
    load->have = 0;
    if (!load->ended &&
        (options->read(options->read_user, load->piece, PIECE, &load->have) != CRM4E_CONTINUE ||
         load->have > PIECE))
        return c4_fail(load->error, CRM4E_E_CALLBACK, "the reader of the dump failed");
    load->ended = load->have == 0;
    return load->ended ? CRM4E_OK : CRM4E_ROW;
}

/* CRM4E_ROW with the next line in `line`, its end left out; CRM4E_OK at the end. */
static int read_line(c4_load *load)
{
    const char *end = NULL;
    int rc = CRM4E_ROW;

    c4_buffer_reset(&load->line);
    load->number++;
    while (end == NULL && (rc = fill(load)) == CRM4E_ROW) {
        const char *from = load->piece + load->at;
        size_t length = load->have - load->at;

        end = memchr(from, '\n', length);
        length = end != NULL ? (size_t)(end - from) : length;
        c4_buffer_put(&load->line, from, length);
        load->at += length + (end != NULL ? 1 : 0);
        if (load->line.code == CRM4E_E_TOO_BIG)
            return refuse(load, CRM4E_E_TOO_BIG, "it is longer than %d bytes", C4_DUMP_LINE);
        if (load->line.code != CRM4E_OK)
            return c4_fail_plain(load->error, load->line.code);
    }
    if (rc == CRM4E_OK && load->line.length > 0)
        return refuse(load, CRM4E_E_INVALID, "the dump ends in the middle of it");
    return rc;
}

/* The next line, parsed; the one before counts as taken. */
static int next_line(c4_load *load)
{
    int rc;

    c4_json_free(&load->document);
    load->document = (c4_json_document){0};
    if (load->number > 0) {
        c4_sha256_add(&load->hash, load->line.data, load->line.length);
        c4_sha256_add(&load->hash, "\n", 1);
    }
    rc = read_line(load);
    if (rc == CRM4E_OK)
        return refuse(load, CRM4E_E_INVALID, "the dump ends before it is whole");
    if (rc != CRM4E_ROW)
        return rc;
    rc = c4_json_parse(&load->document, &load->env->mem, c4_buffer_c_str(&load->line),
                       load->line.length, C4_DUMP_LINE);
    if (rc == CRM4E_E_NO_MEMORY)
        return c4_fail_plain(load->error, rc);
    return rc == CRM4E_OK ? rc : refuse(load, CRM4E_E_INVALID, "it is no JSON of a dump");
}

static const c4_json *member(const c4_load *load, const char *key)
{
    return c4_json_member(load->document.root, key);
}

static bool text_is(const c4_json *value, const char *text)
{
    size_t length = 0;
    const char *given = c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, &length) : NULL;

    return given != NULL && length == strlen(text) && memcmp(given, text, length) == 0;
}

static int check_schema(const c4_load *load, int64_t format, int64_t schema)
{
    if (format > C4_DUMP_FORMAT || schema > C4_SCHEMA_VERSION)
        return refuse(load, CRM4E_E_SCHEMA_NEW, "a newer release made the dump");
    if (format < C4_DUMP_FORMAT || schema < C4_SCHEMA_VERSION)
        return refuse(load, CRM4E_E_SCHEMA_OLD, "an older release made the dump");
    return CRM4E_OK;
}

static int read_header(c4_load *load)
{
    const char *digest;
    size_t length = 0;
    int64_t format = 0;
    int64_t schema = 0;
    int rc = next_line(load);

    if (rc != CRM4E_OK)
        return rc;
    digest = c4_json_text(member(load, "digest"), &length);
    if (!c4_json_i64(member(load, "crm4e_dump"), &format) ||
        !c4_json_i64(member(load, "schema"), &schema) || format < 1 || schema < 1)
        return refuse(load, CRM4E_E_INVALID, "this is no dump of an org");
    rc = check_schema(load, format, schema);
    if (rc != CRM4E_OK)
        return rc;
    if (!c4_json_i64(member(load, "id"), &load->org) || load->org <= 0 ||
        load->org > C4_DUMP_EXACT || c4_json_kind(member(load, "org")) != C4_JSON_TEXT ||
        digest == NULL || length != C4_DIGEST_TEXT - 1)
        return refuse(load, CRM4E_E_INVALID, "name, id or digest of the org are missing");
    memcpy(load->digest, digest, sizeof load->digest);
    return CRM4E_OK;
}

/* The name it had, unless the host gives another. */
static int take_name(c4_load *load)
{
    c4_unit unit = {.env = load->env, .error = load->error};
    const char *name = load->options.name;

    if (name == NULL)
        name = c4_json_text(member(load, "org"), NULL);
    load->name = c4_copy_text(&load->env->mem, name,
                              c4_text_within(name, (size_t)C4_NAME_MAX * C4_UTF8_MAX));
    return load->name != NULL ? c4_check_name(&unit, "name", load->name, C4_NAME_MAX)
                              : c4_fail_plain(load->error, CRM4E_E_NO_MEMORY);
}

int c4_load_open(c4_load **out, const c4_env *env, crm4e_error *error,
                 const crm4e_load_options *options)
{
    c4_load *load = c4_alloc_array(&env->mem, 1, sizeof *load);
    int rc;

    if (load == NULL)
        return c4_fail_plain(error, CRM4E_E_NO_MEMORY);
    load->env = env;
    load->error = error;
    load->options = *options;
    c4_sha256_start(&load->hash);
    c4_arena_init(&load->row, &env->mem);
    c4_buffer_init(&load->line, &env->mem, C4_DUMP_LINE);
    load->piece = c4_alloc(&env->mem, PIECE);
    rc = load->piece != NULL ? read_header(load) : c4_fail_plain(error, CRM4E_E_NO_MEMORY);
    if (rc == CRM4E_OK)
        rc = take_name(load);
    if (rc == CRM4E_OK)
        *out = load;
    else
        c4_load_close(load);
    return rc;
}

crm4e_id c4_load_org(const c4_load *load)
{
    return load->org;
}

const char *c4_load_name(const c4_load *load)
{
    return load->name;
}

void c4_load_close(c4_load *load)
{
    const c4_mem *mem;

    if (load == NULL)
        return;
    mem = &load->env->mem;
    c4_json_free(&load->document);
    c4_buffer_free(&load->line);
    c4_arena_free(&load->row);
    c4_free(mem, load->name);
    c4_free(mem, load->piece);
    c4_free(mem, load);
}

/* A table while its rows are read: columns of the lines, by their place in the table. */
typedef struct table_reader {
    c4_load *load;
    const crm4e_table *table;
    const c4_module *module; /* NULL: a table of the library */
    uint32_t *places;
    size_t count;
    crm4e_value *values; /* of the whole row */
    crm4e_id last;
} table_reader;

/* The column of that name and type; column_count: none. */
static uint32_t find_column(const crm4e_table *table, const c4_json *name, const c4_json *type)
{
    uint32_t i = 0;

    while (i < table->column_count &&
           (!text_is(name, table->columns[i].name) || c4_dump_hides(table, i) ||
            !text_is(type, c4_dump_type(table->columns[i].type))))
        i++;
    return i;
}

static int check_columns(const table_reader *reader, const bool *seen)
{
    const crm4e_table *table = reader->table;

    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!seen[i] && !c4_dump_hides(table, i))
            return refuse(reader->load, CRM4E_E_INVALID, "column '%s' of '%s' is missing",
                          table->columns[i].name, table->name);
    }
    return CRM4E_OK;
}

static int map_columns(table_reader *reader, c4_arena *arena)
{
    c4_load *load = reader->load;
    const crm4e_table *table = reader->table;
    const c4_json *names = member(load, "columns");
    const c4_json *types = member(load, "types");
    size_t count = c4_json_count(names);
    bool *seen = c4_arena_array(arena, table->column_count, sizeof *seen);

    if (c4_json_kind(names) != C4_JSON_ARRAY || c4_json_kind(types) != C4_JSON_ARRAY ||
        count > table->column_count || c4_json_count(types) != count)
        return refuse(load, CRM4E_E_INVALID, "the columns of '%s' are others", table->name);
    reader->places = c4_arena_array(arena, count + 1, sizeof *reader->places);
    reader->values = c4_arena_array(arena, table->column_count, sizeof *reader->values);
    if (seen == NULL || reader->places == NULL || reader->values == NULL)
        return c4_fail_plain(load->error, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < count; i++) {
        uint32_t place = find_column(table, c4_json_item(names, i), c4_json_item(types, i));

        if (place == table->column_count || seen[place])
            return refuse(load, CRM4E_E_INVALID, "the columns of '%s' are others", table->name);
        seen[place] = true;
        reader->places[i] = place;
    }
    reader->count = count;
    return check_columns(reader, seen);
}

/* False for a value that is none of the column's; no memory shows in `rc`. */
static bool take_bytes(c4_load *load, const crm4e_column *column, const c4_json *json,
                       crm4e_value *value, int *rc)
{
    size_t length = 0;
    const char *text = c4_json_text(json, &length);
    unsigned char *bytes;

    if (column->type == CRM4E_COLUMN_TEXT) {
        *value = c4_text_value(text, length);
        return true;
    }
    bytes = c4_arena_alloc(&load->row, c4_base64_room(length));
    *rc = bytes != NULL ? CRM4E_OK : c4_fail_plain(load->error, CRM4E_E_NO_MEMORY);
    if (bytes == NULL || !c4_base64_decode(text, length, bytes, &length))
        return false;
    *value = c4_blob(bytes, length);
    return true;
}

/* Numbers that a double has not got stand as text. */
static bool take_number(const c4_json *json, crm4e_value *value)
{
    size_t length = 0;
    const char *text = c4_json_text(json, &length);
    int64_t number = 0;
    bool well;

    if (c4_json_kind(json) == C4_JSON_NUMBER)
        well = c4_json_i64(json, &number);
    else
        well = c4_decimal_parse(text, length, 0, &number) == CRM4E_OK;
    *value = c4_integer(number);
    return well;
}

static int take_value(c4_load *load, const crm4e_column *column, const c4_json *json,
                      crm4e_value *value)
{
    const c4_json_type kind = c4_json_kind(json);
    bool bytes = column->type == CRM4E_COLUMN_TEXT || column->type == CRM4E_COLUMN_BLOB;
    bool well = false;
    int rc = CRM4E_OK;

    *value = c4_null();
    if (kind == C4_JSON_NULL) {
        well = true;
    } else if (kind == C4_JSON_BOOLEAN && column->type == CRM4E_COLUMN_BOOLEAN) {
        *value = c4_integer(c4_json_boolean(json, false));
        well = true;
    } else if (kind == C4_JSON_TEXT && bytes) {
        well = take_bytes(load, column, json, value, &rc);
    } else if ((kind == C4_JSON_NUMBER || kind == C4_JSON_TEXT) && !bytes &&
               column->type != CRM4E_COLUMN_BOOLEAN) {
        well = take_number(json, value);
    }
    if (rc == CRM4E_OK && !well)
        rc = refuse(load, CRM4E_E_INVALID, "'%s' has a value of another type", column->name);
    return rc;
}

static int read_row(table_reader *reader)
{
    c4_load *load = reader->load;
    const crm4e_table *table = reader->table;
    const c4_json *row = load->document.root;

    if (c4_json_count(row) != reader->count)
        return refuse(load, CRM4E_E_INVALID, "a row of '%s' has %zu values", table->name,
                      reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        const uint32_t place = reader->places[i];
        crm4e_value *value = &reader->values[place];
        int rc = take_value(load, &table->columns[place], c4_json_item(row, i), value);

        if (rc != CRM4E_OK)
            return rc;
        if (!c4_value_accept(table, place, value))
            return refuse(load, CRM4E_E_INVALID, "'%s' is out of range",
                          table->columns[place].name);
    }
    if (reader->values[0].integer <= reader->last)
        return refuse(load, CRM4E_E_INVALID, "the row is out of order");
    reader->last = reader->values[0].integer;
    return CRM4E_OK;
}

/* The org gets its name and a secret of its own. */
static int adjust_org(c4_load *load, crm4e_value *values)
{
    const crm4e_random *random = &load->env->random;
    unsigned char *key = c4_arena_alloc(&load->row, KEY_SIZE);

    if (key == NULL)
        return c4_fail_plain(load->error, CRM4E_E_NO_MEMORY);
    if (random->fill(random->user, key, KEY_SIZE) != CRM4E_CONTINUE)
        return c4_fail(load->error, CRM4E_E_CALLBACK, "the random callback failed");
    if (values[0].integer != load->org)
        return refuse(load, CRM4E_E_INVALID, "it is another org than the first line says");
    values[C4_ORG_NAME] = c4_c_text(load->name);
    values[C4_ORG_KEY] = c4_blob(key, KEY_SIZE);
    return CRM4E_OK;
}

/* The index of search is made anew, from nothing; columns that were kept are of another file. */
static int adjust_state(c4_load *load, crm4e_value *values)
{
    (void)load;
    values[C4_STATE_UNMERGED] = c4_integer(0);
    values[C4_STATE_COLUMNS_MARK] = c4_integer(0);
    return CRM4E_OK;
}

static int adjust_outbox(c4_load *load, crm4e_value *values)
{
    if ((load->options.flags & CRM4E_LOAD_HOLD_OUTBOX) != 0 &&
        (values[C4_OUTBOX_STATE].integer == C4_OUTBOX_WAITING ||
         values[C4_OUTBOX_STATE].integer == C4_OUTBOX_BEHIND)) {
        values[C4_OUTBOX_STATE] = c4_integer(C4_OUTBOX_DEAD);
        values[C4_OUTBOX_LEASE] = c4_null();
    }
    return CRM4E_OK;
}

static int adjust(const table_reader *reader)
{
    static const struct {
        c4_table_id table;
        int (*adjust)(c4_load *load, crm4e_value *values);
    } adjusted[] = {
        {C4_TABLE_ORG, adjust_org},
        {C4_TABLE_STATE, adjust_state},
        {C4_TABLE_OUTBOX, adjust_outbox},
    };
    int rc = CRM4E_OK;

    for (size_t i = 0; rc == CRM4E_OK && i < sizeof adjusted / sizeof adjusted[0]; i++) {
        if (reader->table == &c4_tables[adjusted[i].table])
            rc = adjusted[i].adjust(reader->load, reader->values);
    }
    return rc;
}

/* Records are found by their words, as if they had just been made. */
static int note_words(const table_reader *reader)
{
    const c4_change change = {
        .module = reader->module,
        .record = reader->last,
        .action = C4_RECORD_ADDED,
        .after = reader->values,
    };

    return reader->module != NULL ? c4_search_note(reader->load->unit, &change) : CRM4E_OK;
}

/* What is scheduled is read, and not kept where it is held. */
static bool is_kept(const table_reader *reader)
{
    return reader->table != &c4_tables[C4_TABLE_PENDING] ||
           (reader->load->options.flags & CRM4E_LOAD_HOLD_SCHEDULE) == 0;
}

static int take_row(table_reader *reader)
{
    c4_load *load = reader->load;
    const crm4e_load_options *options = &load->options;
    int rc = read_row(reader);

    if (rc == CRM4E_OK)
        rc = adjust(reader);
    if (rc == CRM4E_OK && is_kept(reader))
        rc = judge(load, c4_db_insert(load->unit->db, reader->table, reader->values));
    if (rc == CRM4E_OK)
        rc = judge(load, note_words(reader));
    c4_arena_reset(&load->row);
    load->rows++;
    if (rc == CRM4E_OK && load->rows % C4_DUMP_REPORT == 0)
        rc = c4_dump_tell(load->error, options->progress, options->progress_user, load->rows);
    return rc == CRM4E_OK ? next_line(load) : rc;
}

/* The line at hand names the table, arrays that follow are its rows. */
static int take_table(c4_load *load, const crm4e_table *table, const c4_module *module)
{
    table_reader reader = {.load = load, .table = table, .module = module};
    c4_arena arena;
    int rc;

    if (!text_is(member(load, "table"), table->name))
        return refuse(load, CRM4E_E_INVALID, "table '%s' should begin here", table->name);
    c4_arena_init(&arena, &load->env->mem);
    rc = map_columns(&reader, &arena);
    if (rc == CRM4E_OK)
        rc = next_line(load);
    while (rc == CRM4E_OK && c4_json_kind(load->document.root) == C4_JSON_ARRAY)
        rc = take_row(&reader);
    c4_arena_free(&arena);
    return rc;
}

/* Now it shows what the org is made of, and which tables its modules have. */
static int make_modules(c4_load *load)
{
    c4_unit *unit = load->unit;
    int rc = c4_unit_start(unit);

    unit->meta_dirty = true;
    if (rc == CRM4E_OK)
        rc = c4_unit_refresh(unit);
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->module_count; i++)
        rc = c4_db_table_create(unit->db, &unit->meta->modules[i]->table);
    return judge(load, rc);
}

static int check_end(c4_load *load)
{
    char checksum[C4_SHA256_TEXT];
    int64_t rows = -1;
    int rc;

    c4_sha256_end(&load->hash, checksum);
    if (!c4_json_i64(member(load, "rows"), &rows) || rows != load->rows)
        return refuse(load, CRM4E_E_INVALID, "the number of rows does not agree");
    if (!text_is(member(load, "sha256"), checksum))
        return refuse(load, CRM4E_E_INVALID, "the checksum does not agree");
    rc = read_line(load);
    if (rc == CRM4E_ROW)
        return refuse(load, CRM4E_E_INVALID, "something follows the end of the dump");
    return rc;
}

/* What the storage kept is what the org had. */
static int check_digest(c4_load *load)
{
    char digest[C4_DIGEST_TEXT];
    int rc = judge(load, c4_digest(load->unit, digest));

    if (rc == CRM4E_OK && memcmp(digest, load->digest, sizeof digest) != 0)
        rc = c4_fail(load->error, CRM4E_E_INVALID, "the digest of the records does not agree");
    return rc;
}

static int finish(c4_load *load)
{
    const crm4e_load_options *options = &load->options;
    c4_unit *unit = load->unit;
    int rc = judge(load, c4_audit(unit, "org_load", load->org, NULL));

    if (rc == CRM4E_OK)
        rc = c4_dump_tell(load->error, options->progress, options->progress_user, load->rows);
    return rc == CRM4E_OK ? c4_unit_finish(unit) : rc;
}

int c4_load_run(c4_load *load, c4_unit *unit)
{
    int rc = c4_tables_create(unit);

    load->unit = unit;
    if (rc == CRM4E_OK)
        rc = next_line(load);
    for (size_t i = 0; rc == CRM4E_OK && i < C4_TABLE_COUNT; i++)
        rc = c4_dump_derives(i) ? CRM4E_OK : take_table(load, &c4_tables[i], NULL);
    if (rc == CRM4E_OK)
        rc = make_modules(load);
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->module_count; i++)
        rc = take_table(load, &unit->meta->modules[i]->table, unit->meta->modules[i]);
    if (rc == CRM4E_OK)
        rc = check_end(load);
    if (rc == CRM4E_OK)
        rc = check_digest(load);
    return rc == CRM4E_OK ? finish(load) : rc;
}
