/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/map.h"
#include "base/text.h"
#include "base/zone.h"
#include "model/manage_rules.h"
#include "model/standard.h"
#include "transfer/transfer.h"

enum {
    MAP_CEILING = 1024 * 1024,
    REJECT_CEILING = 64 * 1024 * 1024
};

/* Where year, month and day stand in a date written with separators. */
typedef struct date_format {
    const char *name;
    unsigned year; /* 0, 1 or 2: which part */
    unsigned month;
    unsigned day;
    char separator;
} date_format;

static const date_format date_formats[] = {
    {"yyyy-mm-dd", 0, 1, 2, '-'},
    {"mm/dd/yyyy", 2, 0, 1, '/'},
    {"dd/mm/yyyy", 2, 1, 0, '/'},
    {"dd.mm.yyyy", 2, 1, 0, '.'},
};

struct c4_import {
    const c4_mem *mem;
    const crm4e_import_options *options;
    const date_format *dates;
    c4_csv *csv;
    c4_arena setup; /* columns and names found */
    c4_arena row;   /* scratch of one row */
    c4_buffer scratch;
    c4_zone *zone;
    c4_map names;   /* "module:folded name" -> id */
    c4_scope scope; /* to create records */
    const c4_module *module;
    crm4e_id assignment;     /* the rule that chooses owners; 0: none */
    const c4_field **fields; /* by column; NULL: left out */
    const char **headers;
    size_t column_count;
    const char *const *cells;
    const size_t *lengths;
    size_t cell_count;
    int64_t rows;
    bool row_failed;
    bool rejected_any;
};

static int check_rights(c4_unit *unit, c4_import *import)
{
    c4_scope *scope = &import->scope;
    int rc = c4_access_module(unit, import->options->module, CRM4E_ACTION_IMPORT, scope);

    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, import->options->module, CRM4E_ACTION_CREATE, scope);
    if (rc < 0)
        return rc;
    import->module = scope->module;
    if (scope->module->kind != C4_MODULE_TEAM && !c4_actor_has(unit, C4_ADMIN_IMPORT))
        return c4_fail(unit->error, CRM4E_E_DENIED, "the profile does not permit to import");
    return CRM4E_OK;
}

static int find_format(c4_unit *unit, c4_import *import)
{
    const char *name = import->options->date_format;

    if (!name)
        name = date_formats[0].name;
    for (size_t i = 0; i < sizeof date_formats / sizeof *date_formats; i++) {
        if (c4_text_equal(date_formats[i].name, name))
            import->dates = &date_formats[i];
    }
    if (!import->dates)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such date format");
    return CRM4E_OK;
}

/* Refuses at once what every row would be refused for. The owner is a new
 * record's to have, though nobody writes the field. */
static int check_writable(c4_import *import, crm4e_error *error, const char *header,
                          const c4_field *field)
{
    bool owner = (field->flags & C4_FIELD_SYSTEM) && field->column == C4_COLUMN_OWNER;
    int rc = owner ? CRM4E_OK : c4_access_write_field(&import->scope, field);
    crm4e_error detail;

    if (rc >= 0)
        return CRM4E_OK;
    detail = c4_failure_told(error, rc);
    (void)c4_fail(error, rc, "column %s: %s", header, detail.message);
    return c4_fail_detail(error, &detail);
}

/* The field a column goes into: through the map, or by its own name. A column
 * the map leaves out, or sends to null, is not imported. */
static int map_column(c4_unit *unit, c4_import *import, const c4_json *map, size_t column)
{
    const char *header = import->headers[column];
    const char *name = header;
    const c4_field *field;

    if (map) {
        name = c4_json_text(c4_json_member(map, header), NULL);
        if (!name)
            return CRM4E_OK;
    }
    field = c4_module_field_named(import->module, name);
    if (!field)
        return c4_fail(unit->error, CRM4E_E_INVALID, "column %s: module %s has no field %s", header,
                       import->module->api_name, name);
    for (size_t i = 0; i < column; i++) {
        if (import->fields[i] == field)
            return c4_fail(unit->error, CRM4E_E_INVALID, "column %s: the field %s comes twice",
                           header, field->api_name);
    }
    import->fields[column] = field;
    return check_writable(import, unit->error, header, field);
}

/* Every member of the map names a column of the file. */
static int check_map(c4_unit *unit, const c4_import *import, const c4_json *map)
{
    if (c4_json_kind(map) != C4_JSON_OBJECT)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the map is no JSON object");
    for (size_t i = 0; i < c4_json_count(map); i++) {
        const char *key = NULL;
        c4_json_type kind = c4_json_kind(c4_json_member_at(map, i, &key));
        bool found = false;

        for (size_t c = 0; c < import->column_count && !found; c++)
            found = strcmp(import->headers[c], key) == 0;
        if (!found)
            return c4_fail(unit->error, CRM4E_E_INVALID,
                           "the map names a column that the file "
                           "does not have: %s",
                           key);
        if (kind != C4_JSON_TEXT && kind != C4_JSON_NULL)
            return c4_fail(unit->error, CRM4E_E_INVALID, "the map sends %s to no field", key);
    }
    return CRM4E_OK;
}

static int map_columns(c4_unit *unit, c4_import *import)
{
    c4_json_document document = {0};
    const char *map = import->options->map;
    int rc = CRM4E_OK;

    if (map) {
        rc = c4_json_parse(&document, import->mem, map, strlen(map), MAP_CEILING);
        if (rc < 0)
            return c4_fail(unit->error, rc, "the map is refused: %s", document.problem);
        rc = check_map(unit, import, document.root);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < import->column_count; i++)
        rc = map_column(unit, import, document.root, i);
    c4_json_free(&document);
    return rc;
}

static int read_header(c4_unit *unit, c4_import *import)
{
    int rc = c4_csv_next(import->csv, unit->error, &import->cells, &import->lengths,
                         &import->cell_count);

    if (rc == CRM4E_OK)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the file has no header line");
    if (rc < 0)
        return rc;
    import->column_count = import->cell_count;
    import->headers = c4_arena_array(&import->setup, import->column_count, sizeof(char *));
    import->fields = c4_arena_array(&import->setup, import->column_count, sizeof(c4_field *));
    if (!import->headers || !import->fields)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < import->column_count; i++) {
        import->headers[i] = c4_arena_text(&import->setup, import->cells[i], import->lengths[i]);
        if (!import->headers[i])
            return CRM4E_E_NO_MEMORY;
    }
    return map_columns(unit, import);
}

static int find_assignment(c4_unit *unit, c4_import *import)
{
    const char *name = import->options->assignment_rule;
    const c4_definition *rule = NULL;
    int rc = name ? c4_assignment_named(unit, import->module, name, &rule) : CRM4E_OK;

    if (rc == CRM4E_OK && name && !rule)
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "assignment_rule", "assignment_rule",
                       "names no assignment rule of the module");
    import->assignment = rule ? rule->id : 0;
    return rc;
}

int c4_import_open(c4_import **out, c4_unit *unit, const crm4e_import_options *options)
{
    const c4_mem *mem = &unit->env->mem;
    c4_import *import = c4_alloc_array(mem, 1, sizeof *import);
    int rc;

    if (!import)
        return CRM4E_E_NO_MEMORY;
    *out = import;
    import->mem = mem;
    import->options = options;
    c4_arena_init(&import->setup, mem);
    c4_arena_init(&import->row, mem);
    c4_map_init(&import->names, mem);
    c4_buffer_init(&import->scratch, mem, MAP_CEILING);
    rc = check_rights(unit, import);
    if (rc == CRM4E_OK)
        rc = find_format(unit, import);
    if (rc == CRM4E_OK)
        rc = find_assignment(unit, import);
    if (rc == CRM4E_OK)
        rc = c4_zone_open(&import->zone, mem, unit->actor->zone);
    if (rc == CRM4E_OK)
        rc = c4_csv_open(&import->csv, mem, options->read, options->read_user);
    return rc < 0 ? rc : read_header(unit, import);
}

void c4_import_close(c4_import *import)
{
    if (!import)
        return;
    c4_csv_close(import->csv);
    c4_zone_close(import->zone);
    c4_map_free(&import->names);
    c4_buffer_free(&import->scratch);
    c4_arena_free(&import->row);
    c4_arena_free(&import->setup);
    c4_free(import->mem, import);
}

/* Digits, at least and at most so many. */
static bool read_number(const char **text, const char *end, int least, int most, int *number)
{
    int digits = 0;

    *number = 0;
    while (*text < end && **text >= '0' && **text <= '9' && digits < most) {
        *number = *number * 10 + (*(*text)++ - '0');
        digits++;
    }
    return digits >= least;
}

/* A date in the file's format. One-digit months and days are fine, years of two
 * digits are not: nobody knows their century. */
static bool parse_date(const date_format *format, const char *text, size_t length, int32_t *days)
{
    const char *end = text + length;
    int parts[3];

    for (size_t i = 0; i < 3; i++) {
        if (i > 0 && (text == end || *text++ != format->separator))
            return false;
        if (!read_number(&text, end, i == format->year ? 4 : 1, i == format->year ? 4 : 2,
                         &parts[i]))
            return false;
    }
    if (text != end ||
        !c4_civil_valid(parts[format->year], parts[format->month], parts[format->day]))
        return false;
    *days = c4_civil_days(parts[format->year], parts[format->month], parts[format->day]);
    return true;
}

static int set_date(c4_import *import, c4_unit *unit, c4_draft *draft, const c4_field *field,
                    const char *text, size_t length)
{
    bool is_time = field->type == CRM4E_TYPE_DATETIME;
    int32_t days = 0;

    if (!parse_date(import->dates, text, length, &days)) {
        if (is_time)
            return c4_draft_set_text(unit, draft, field, text, length);
        (void)c4_fail(unit->error, CRM4E_E_INVALID, "not a date as %s", import->dates->name);
        return c4_fail_field(unit->error, import->module->api_name, field->api_name, "date");
    }
    return c4_draft_set_integer(unit, draft, field,
                                is_time ? c4_zone_day_start(import->zone, days) : days);
}

/* The visible records of a target module with exactly this display name,
 * folded: at most two are looked at. */
static int search_name(c4_unit *unit, const c4_module *target, const char *text, size_t length,
                       int64_t *id, size_t *found)
{
    const c4_literal literal = {C4_LITERAL_TEXT, text, length};
    const c4_criteria leaf = {.kind = C4_CRITERIA_LEAF,
                              .path = target->name_field->api_name,
                              .comparator = C4_EQUAL,
                              .literals = &literal,
                              .literal_count = 1};
    const char *const column = "id";
    const c4_query_tree tree = {.module = target->api_name,
                                .columns = &column,
                                .column_count = 1,
                                .where = &leaf,
                                .limit = 2};
    c4_result *result = NULL;
    int rc = c4_query_run(unit, &tree, &result, &unit->env->mem);

    if (rc < 0)
        return rc;
    *found = result->row_count;
    *id = result->row_count > 0 ? result->ids[0] : 0;
    c4_result_free(result, &unit->env->mem);
    return CRM4E_OK;
}

static int refuse_lookup(c4_import *import, c4_unit *unit, const c4_field *field, const char *why)
{
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s", why);
    return c4_fail_field(unit->error, import->module->api_name, field->api_name, "lookup");
}

static int find_name(c4_import *import, c4_unit *unit, const c4_field *field, const char *text,
                     size_t length, int64_t *id)
{
    const c4_module *target = c4_meta_module(unit->meta, field->targets[0]);
    c4_buffer key;
    int64_t *known;
    size_t found = 0;
    int rc;

    if (!target || !target->name_field)
        return refuse_lookup(import, unit, field, "only an id can be given here");
    c4_buffer_init(&key, import->mem, MAP_CEILING);
    c4_buffer_i64(&key, target->number);
    c4_buffer_char(&key, ':');
    c4_text_fold(&key, text, length);
    rc = key.code;
    known = rc == CRM4E_OK ? c4_map_get(&import->names, key.data, key.length) : NULL;
    if (known) {
        *id = *known;
    } else if (rc == CRM4E_OK) {
        rc = search_name(unit, target, text, length, id, &found);
        if (rc == CRM4E_OK && found != 1)
            rc = refuse_lookup(import, unit, field,
                               found ? "several records have this name" : "no such record");
        if (rc == CRM4E_OK) {
            known = c4_arena_copy(&import->setup, id, sizeof *id);
            rc =
                known ? c4_map_put(&import->names, key.data, key.length, known) : CRM4E_E_NO_MEMORY;
        }
    }
    c4_buffer_free(&key);
    return rc;
}

/* Ids carry the org's tag: other digits, a phone or article number, are a name. */
static bool is_id(const c4_unit *unit, const char *text, size_t length)
{
    int64_t id = 0;

    return text[0] != '-' && text[0] != '+' && c4_decimal_parse(text, length, 0, &id) == CRM4E_OK &&
           c4_id_plausible(unit->meta, id);
}

static int set_cell(c4_import *import, c4_unit *unit, c4_draft *draft, const c4_field *field,
                    const char *text, size_t length)
{
    int64_t id = 0;
    int rc;

    if (length == 0)
        return CRM4E_OK;
    if (field->type == CRM4E_TYPE_DATE || field->type == CRM4E_TYPE_DATETIME)
        return set_date(import, unit, draft, field, text, length);
    if (field->type != CRM4E_TYPE_LOOKUP || is_id(unit, text, length))
        return c4_draft_set_text(unit, draft, field, text, length);
    rc = find_name(import, unit, field, text, length, &id);
    return rc < 0 ? rc : c4_draft_set_integer(unit, draft, field, id);
}

/* A cell without what guards it against spreadsheets. */
static int set_guarded(c4_import *import, c4_unit *unit, c4_draft *draft, size_t column)
{
    const char *text = import->cells[column];
    size_t length = import->lengths[column];
    bool formula = false;
    int rc = CRM4E_OK;

    if (import->options->guarded && text[0] == '\'')
        rc = c4_csv_formula(&import->scratch, text, length, &formula);
    if (rc < 0)
        return rc;
    return set_cell(import, unit, draft, import->fields[column], formula ? text + 1 : text,
                    formula ? length - 1 : length);
}

static int create_row(c4_import *import, c4_unit *unit)
{
    c4_draft draft;
    crm4e_id id = 0;
    int rc = c4_draft_init(&draft, &import->row, import->module);

    for (size_t i = 0; rc == CRM4E_OK && i < import->cell_count; i++) {
        if (!import->fields[i])
            continue;
        rc = set_guarded(import, unit, &draft, i);
        if (rc < 0)
            return c4_fail_at_row(unit->error, rc, import->rows, import->headers[i]);
    }
    draft.assignment = import->assignment;
    if (rc == CRM4E_OK)
        rc = c4_record_create(unit, &draft, &id);
    return rc < 0 ? c4_fail_at_row(unit->error, rc, import->rows, NULL) : CRM4E_ROW;
}

int c4_import_row(c4_import *import, c4_unit *unit)
{
    c4_arena *scratch = unit->arena;
    int rc;

    import->row_failed = false;
    rc = c4_csv_next(import->csv, unit->error, &import->cells, &import->lengths,
                     &import->cell_count);
    if (rc != CRM4E_ROW)
        return rc;
    import->rows++;
    if (import->cell_count > import->column_count) {
        import->row_failed = true;
        return c4_fail(unit->error, CRM4E_E_INVALID, "row %lld: %zu cells, the header has %zu",
                       (long long)import->rows, import->cell_count, import->column_count);
    }
    /* The row's scratch is its own, so that a file of any length needs no more
     * memory than its longest row. */
    unit->arena = &import->row;
    rc = create_row(import, unit);
    unit->arena = scratch;
    unit->asked = NULL;
    c4_arena_reset(&import->row);
    import->row_failed = rc < 0 && c4_of_the_row(rc);
    return rc;
}

bool c4_import_row_failed(const c4_import *import)
{
    return import->row_failed;
}

int64_t c4_import_rows(const c4_import *import)
{
    return import->rows;
}

static void put_header(const c4_import *import, c4_buffer *out)
{
    c4_buffer_text(out, "row,code,message");
    for (size_t i = 0; i < import->column_count; i++) {
        c4_buffer_char(out, ',');
        c4_csv_put(out, import->headers[i], strlen(import->headers[i]));
    }
    c4_buffer_text(out, "\r\n");
}

int c4_import_reject(c4_import *import, const crm4e_error *why)
{
    const crm4e_import_options *options = import->options;
    c4_buffer out;
    int rc;

    if (!options->reject)
        return CRM4E_OK;
    c4_buffer_init(&out, import->mem, REJECT_CEILING);
    if (!import->rejected_any)
        put_header(import, &out);
    c4_buffer_i64(&out, import->rows);
    c4_buffer_char(&out, ',');
    c4_buffer_text(&out, crm4e_code_name(why->code));
    c4_buffer_char(&out, ',');
    c4_csv_put(&out, why->message, strlen(why->message));
    for (size_t i = 0; i < import->cell_count; i++) {
        c4_buffer_char(&out, ',');
        c4_csv_put(&out, import->cells[i], import->lengths[i]);
    }
    c4_buffer_text(&out, "\r\n");
    rc = out.code;
    if (rc == CRM4E_OK &&
        options->reject(options->reject_user, out.data, out.length) != CRM4E_CONTINUE)
        rc = CRM4E_E_CALLBACK;
    import->rejected_any = true;
    c4_buffer_free(&out);
    return rc;
}
