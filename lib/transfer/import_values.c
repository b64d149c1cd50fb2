/* SPDX-License-Identifier: MIT */
/* What the cells of a file say. */
#include "transfer/import_inside.h"

#include <string.h>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/standard.h"

enum {
    KEY_CEILING = 1024 * 1024
};

/* ------------------------------------------------------------- formats */

/* Where year, month and day stand in a date written with separators. */
struct c4_import_dates {
    const char *name;
    unsigned year; /* 0, 1 or 2: which part */
    unsigned month;
    unsigned day;
    char separator;
};

static const c4_import_dates date_formats[] = {
    {"yyyy-mm-dd", 0, 1, 2, '-'},
    {"mm/dd/yyyy", 2, 0, 1, '/'},
    {"dd/mm/yyyy", 2, 1, 0, '/'},
    {"dd.mm.yyyy", 2, 1, 0, '.'},
};

/* What stands before the decimals, and between groups of three digits. */
struct c4_import_numbers {
    const char *name;
    char point;
    const char *group; /* "": there are none */
};

static const c4_import_numbers number_formats[] = {
    {"1234.56", '.', ""},   {"1234,56", ',', ""},   {"1,234.56", '.', ","},
    {"1.234,56", ',', "."}, {"1 234,56", ',', " "}, {"1'234.56", '.', "'"},
};

/* A space between digits is often one that does not break. */
static const char *const wide_spaces[] = {"\xc2\xa0", "\xe2\x80\xaf"};

int c4_import_find_formats(c4_import *import, c4_unit *unit)
{
    const char *date = import->options->date_format;
    const char *number = import->options->number_format;

    for (size_t i = 0; i < sizeof date_formats / sizeof *date_formats; i++) {
        if (c4_text_equal(date_formats[i].name, date ? date : date_formats[0].name))
            import->dates = &date_formats[i];
    }
    for (size_t i = 0; i < sizeof number_formats / sizeof *number_formats; i++) {
        if (c4_text_equal(number_formats[i].name, number ? number : number_formats[0].name))
            import->numbers = &number_formats[i];
    }
    if (!import->dates)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such date format");
    return import->numbers ? CRM4E_OK
                           : c4_fail(unit->error, CRM4E_E_INVALID, "no such number format");
}

static int refuse_value(const c4_import *import, c4_unit *unit, const c4_field *field,
                        const char *rule, const char *why)
{
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s", why);
    return c4_fail_field(unit->error, import->module->api_name, field->api_name, rule);
}

/* ------------------------------------------------------------- dates */

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
static bool parse_date(const c4_import_dates *format, const char *text, size_t length,
                       int32_t *days)
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

/* ------------------------------------------------------------- numbers */

/* Bytes of the separator of groups that the text begins with; 0: none. */
static size_t group_at(const c4_import_numbers *format, const char *text, size_t length)
{
    const size_t own = strlen(format->group);

    if (own > 0 && length >= own && memcmp(text, format->group, own) == 0)
        return own;
    for (size_t i = 0; *format->group == ' ' && i < sizeof wide_spaces / sizeof *wide_spaces; i++) {
        const size_t wide = strlen(wide_spaces[i]);
        if (length >= wide && memcmp(text, wide_spaces[i], wide) == 0)
            return wide;
    }
    return 0;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whole digits without what is between their groups, of which the first may be shorter and all
 * others are of three; false for anything else. */
static bool put_whole(const c4_import_numbers *format, const char **text, const char *end,
                      c4_buffer *out)
{
    size_t digits = 0;
    bool grouped = false;

    if (*text < end && (**text == '-' || **text == '+'))
        c4_buffer_char(out, *(*text)++);
    while (*text < end && **text != format->point) {
        const size_t group = group_at(format, *text, (size_t)(end - *text));
        if (group > 0 && (digits == 0 || digits > 3 || (grouped && digits != 3)))
            return false;
        if (group > 0) {
            grouped = true;
            digits = 0;
            *text += group;
            continue;
        }
        if (!is_digit(**text))
            return false;
        digits++;
        c4_buffer_char(out, *(*text)++);
    }
    return !grouped || digits == 3;
}

static int set_number(c4_import *import, c4_unit *unit, c4_draft *draft, const c4_field *field,
                      const char *text, size_t length)
{
    const c4_import_numbers *format = import->numbers;
    const char *end = text + length;
    c4_buffer *out = &import->scratch;
    bool well;

    if (format == number_formats)
        return c4_draft_set_text(unit, draft, field, text, length);
    c4_buffer_reset(out);
    well = put_whole(format, &text, end, out);
    if (well && text < end) {
        c4_buffer_char(out, '.');
        text++;
    }
    while (text < end && is_digit(*text))
        c4_buffer_char(out, *text++);
    if (out->code < 0)
        return c4_fail_plain(unit->error, out->code);
    if (well && text == end)
        return c4_draft_set_text(unit, draft, field, out->data, out->length);
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "not a number as %s", format->name);
    return c4_fail_field(unit->error, import->module->api_name, field->api_name, "number");
}

/* ------------------------------------------------------------- lookups */

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

/* The visible record with this value in a unique field. */
static int search_key(c4_unit *unit, const c4_module *target, const c4_field *key, const char *text,
                      size_t length, int64_t *id, size_t *found)
{
    c4_scope view;
    c4_draft draft;
    const c4_unique_fields fields = {&key, 1};
    int rc = c4_access_module_number(unit, target->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK && c4_draft_init(&draft, unit->arena, target) < 0)
        rc = c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    if (rc == CRM4E_OK)
        rc = c4_draft_set_text(unit, &draft, key, text, length);
    if (rc == CRM4E_OK)
        rc = c4_unique_find(&view, &fields, &draft, true, id);
    *found = rc == CRM4E_OK && *id != 0;
    return rc;
}

static int search(c4_import *import, c4_unit *unit, const c4_import_column *column,
                  const char *text, size_t length, int64_t *id)
{
    const c4_module *target = c4_meta_module(unit->meta, column->field->targets[0]);
    size_t found = 0;
    int rc = column->key ? search_key(unit, target, column->key, text, length, id, &found)
                         : search_name(unit, target, text, length, id, &found);

    return rc == CRM4E_OK && found != 1
               ? refuse_value(import, unit, column->field, "lookup",
                              found ? "several records have this name" : "no such record")
               : rc;
}

/* What was found once is not searched for again. */
static int find_record(c4_import *import, c4_unit *unit, const c4_import_column *column,
                       const char *text, size_t length, int64_t *id)
{
    const c4_module *target = c4_meta_module(unit->meta, column->field->targets[0]);
    c4_buffer key;
    int64_t *known;
    int rc;

    if (!target || (!column->key && !target->name_field))
        return refuse_value(import, unit, column->field, "lookup", "only an id can be given here");
    c4_buffer_init(&key, import->mem, KEY_CEILING);
    c4_buffer_i64(&key, column - import->columns);
    c4_buffer_char(&key, ':');
    c4_buffer_put(&key, text, length);
    rc = key.code < 0 ? c4_fail_plain(unit->error, key.code) : CRM4E_OK;
    known = rc == CRM4E_OK ? c4_map_get(&import->names, key.data, key.length) : NULL;
    if (known) {
        *id = *known;
    } else if (rc == CRM4E_OK) {
        rc = search(import, unit, column, text, length, id);
        known = rc == CRM4E_OK ? c4_arena_copy(&import->setup, id, sizeof *id) : NULL;
        if (rc == CRM4E_OK)
            rc = known ? c4_map_put(&import->names, key.data, key.length, known)
                       : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
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

static int set_lookup(c4_import *import, c4_unit *unit, c4_draft *draft,
                      const c4_import_column *column, const char *text, size_t length)
{
    int64_t id = 0;
    int rc;

    if (!column->key && is_id(unit, text, length))
        return c4_draft_set_text(unit, draft, column->field, text, length);
    rc = find_record(import, unit, column, text, length, &id);
    return rc < 0 ? rc : c4_draft_set_integer(unit, draft, column->field, id);
}

/* One of several, by id or name: its id and a ';' go to `ids`. */
static int add_link(c4_import *import, c4_unit *unit, const c4_import_column *column,
                    const char *text, size_t length, c4_buffer *ids)
{
    int64_t id = 0;
    int rc = CRM4E_OK;

    if (!column->key && is_id(unit, text, length)) {
        c4_buffer_put(ids, text, length);
    } else {
        rc = find_record(import, unit, column, text, length, &id);
        c4_buffer_i64(ids, id);
    }
    c4_buffer_char(ids, ';');
    return rc;
}

static int finish_links(c4_unit *unit, c4_draft *draft, const c4_field *field, int rc,
                        c4_buffer *ids)
{
    if (rc == CRM4E_OK && ids->code < 0)
        rc = c4_fail_plain(unit->error, ids->code);
    if (rc == CRM4E_OK)
        rc = c4_draft_set_text(unit, draft, field, c4_buffer_c_str(ids), ids->length);
    c4_buffer_free(ids);
    return rc;
}

/* Names that hold a ';' take a list of JSON, or ids. */
static int set_links(c4_import *import, c4_unit *unit, c4_draft *draft,
                     const c4_import_column *column, const char *text, size_t length)
{
    size_t start = 0;
    c4_buffer ids;
    int rc = CRM4E_OK;

    c4_buffer_init(&ids, import->mem, KEY_CEILING);
    for (size_t i = 0; i <= length && rc == CRM4E_OK; i++) {
        size_t end = i;
        if (i < length && text[i] != ';')
            continue;
        while (start < end && text[start] == ' ')
            start++;
        while (end > start && text[end - 1] == ' ')
            end--;
        if (end > start)
            rc = add_link(import, unit, column, text + start, end - start, &ids);
        start = i + 1;
    }
    return finish_links(unit, draft, column->field, rc, &ids);
}

/* Texts are ids or names, numbers and objects as in any record in JSON. */
static int set_link_list(c4_import *import, c4_unit *unit, c4_draft *draft,
                         const c4_import_column *column, const c4_json *list)
{
    c4_buffer ids;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c4_json_count(list); i++) {
        const c4_json_type kind = c4_json_kind(c4_json_item(list, i));
        if (kind != C4_JSON_TEXT && (kind != C4_JSON_NUMBER || !column->key))
            return c4_draft_set_json(unit, draft, column->field, list);
    }
    c4_buffer_init(&ids, import->mem, KEY_CEILING);
    for (size_t i = 0; i < c4_json_count(list) && rc == CRM4E_OK; i++) {
        size_t length = 0;
        const char *text = c4_json_text(c4_json_item(list, i), &length);
        if (length > 0)
            rc = add_link(import, unit, column, text, length, &ids);
    }
    return finish_links(unit, draft, column->field, rc, &ids);
}

/* ------------------------------------------------------------- users */

/* By what the list of users says for the name, else by email or id. */
static int set_user(c4_import *import, c4_unit *unit, c4_draft *draft, const c4_field *field,
                    const char *text, size_t length)
{
    const char *name = c4_arena_text(unit->arena, text, length);
    size_t known_length = 0;
    const char *known;

    if (!name)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    known = c4_json_text(c4_json_member(import->users.root, name), &known_length);
    return known ? c4_draft_set_text(unit, draft, field, known, known_length)
                 : c4_draft_set_text(unit, draft, field, text, length);
}

/* ------------------------------------------------------------- cells */

static int set_text(c4_import *import, c4_unit *unit, c4_draft *draft,
                    const c4_import_column *column, const char *text, size_t length)
{
    const c4_field *field = column->field;

    if (length == 0)
        return CRM4E_OK;
    switch (field->type) {
    case CRM4E_TYPE_DATE:
    case CRM4E_TYPE_DATETIME: return set_date(import, unit, draft, field, text, length);
    case CRM4E_TYPE_INTEGER:
    case CRM4E_TYPE_BIGINT:
    case CRM4E_TYPE_DOUBLE:
    case CRM4E_TYPE_CURRENCY:
    case CRM4E_TYPE_PERCENT: return set_number(import, unit, draft, field, text, length);
    case CRM4E_TYPE_LOOKUP: return set_lookup(import, unit, draft, column, text, length);
    case CRM4E_TYPE_MULTISELECTLOOKUP: return set_links(import, unit, draft, column, text, length);
    case CRM4E_TYPE_OWNERLOOKUP:
    case CRM4E_TYPE_USERLOOKUP: return set_user(import, unit, draft, field, text, length);
    default: return c4_draft_set_text(unit, draft, field, text, length);
    }
}

/* A cell without what guards it against spreadsheets. */
static int set_guarded(c4_import *import, c4_unit *unit, c4_draft *draft,
                       const c4_import_column *column, const c4_import_cell *cell)
{
    bool formula = false;
    int rc = CRM4E_OK;

    if (import->options->guarded && cell->text[0] == '\'')
        rc = c4_csv_formula(&import->scratch, cell->text, cell->length, &formula);
    if (rc < 0)
        return c4_fail_plain(unit->error, rc);
    return set_text(import, unit, draft, column, formula ? cell->text + 1 : cell->text,
                    formula ? cell->length - 1 : cell->length);
}

/* Values of JSON are as in any record in JSON; records may be named, and users, and numbers of a
 * key are its text. */
static int set_json(c4_import *import, c4_unit *unit, c4_draft *draft,
                    const c4_import_column *column, const c4_json *json)
{
    const c4_field *field = column->field;
    const c4_json_type kind = c4_json_kind(json);
    const bool user = field->type == CRM4E_TYPE_OWNERLOOKUP || field->type == CRM4E_TYPE_USERLOOKUP;
    size_t length = 0;
    const char *text = c4_json_text(json, &length);

    if (field->type == CRM4E_TYPE_LOOKUP && text && length > 0 &&
        (kind == C4_JSON_TEXT || column->key))
        return set_lookup(import, unit, draft, column, text, length);
    if (field->type == CRM4E_TYPE_MULTISELECTLOOKUP && kind == C4_JSON_TEXT && length > 0)
        return set_links(import, unit, draft, column, text, length);
    if (field->type == CRM4E_TYPE_MULTISELECTLOOKUP && kind == C4_JSON_ARRAY)
        return set_link_list(import, unit, draft, column, json);
    if (user && kind == C4_JSON_TEXT && length > 0)
        return set_user(import, unit, draft, field, text, length);
    return c4_draft_set_json(unit, draft, field, json);
}

int c4_import_set_cell(c4_import *import, c4_unit *unit, c4_draft *draft,
                       const c4_import_cell *cell)
{
    const c4_import_column *column = &import->columns[cell->column];

    return cell->json ? set_json(import, unit, draft, column, cell->json)
                      : set_guarded(import, unit, draft, column, cell);
}
