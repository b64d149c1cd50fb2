/* SPDX-License-Identifier: MIT */
#include "automation/template.h"

#include <string.h>

#include "model/manage_rules.h"

enum {
    PATH_MAX_BYTES = 256,
    VALUE_MAX = 128 * 1024
};

/* A literal or, when `path` is set, a merge field. */
typedef struct piece {
    const char *literal;
    size_t length;
    char path[PATH_MAX_BYTES]; /* without the module; "" in a literal */
    char module[PATH_MAX_BYTES];
} piece;

static bool is_path_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

/* "Module.Path}": what follows, or NULL when that is not what it is. */
static const char *read_path(const char *text, piece *p)
{
    size_t length = 0;
    size_t module;

    while (is_path_char(text[length])) {
        length++;
    }
    module = strcspn(text, ".}");
    if (text[length] != '}' || length >= PATH_MAX_BYTES || module == 0 || module + 1 >= length ||
        text[length - 1] == '.') {
        return NULL;
    }
    memcpy(p->module, text, module);
    p->module[module] = '\0';
    memcpy(p->path, text + module + 1, length - module - 1);
    p->path[length - module - 1] = '\0';
    return text + length + 1;
}

/* The next piece of a text that is not at its end; what follows, or NULL when the
 * merge field is none. */
static const char *next_piece(const char *text, piece *p)
{
    size_t length = 0;

    p->path[0] = '\0';
    if (strncmp(text, "$${", 3) == 0) {
        p->literal = text + 1;
        p->length = 2;
        return text + 3;
    }
    if (strncmp(text, "${", 2) == 0) {
        return read_path(text + 2, p);
    }
    while (text[length] != '\0' && strncmp(text + length, "$${", 3) != 0 &&
           strncmp(text + length, "${", 2) != 0) {
        length++;
    }
    p->literal = text;
    p->length = length;
    return text + length;
}

/* Every text in a JSON value. */
typedef int (*see_text)(void *context, const char *text);
static int each_text(const c4_json *value, see_text see, void *context)
{
    const char *key = NULL;
    int rc = CRM4E_OK;

    if (c4_json_kind(value) == C4_JSON_TEXT) {
        return see(context, c4_json_text(value, NULL));
    }
    for (size_t i = 0; i < c4_json_count(value) && rc == CRM4E_OK; i++) {
        rc = each_text(c4_json_kind(value) == C4_JSON_ARRAY ? c4_json_item(value, i)
                                                            : c4_json_member_at(value, i, &key),
                       see, context);
    }
    return rc;
}

void c4_template_read(c4_rule_reader *reader, const char *member, const char *text)
{
    piece p;

    while (text != NULL && *text != '\0') {
        text = next_piece(text, &p);
        if (text == NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, member, "merge_field",
                           "holds ${ without a merge field, which is ${Module.Field}");
        } else if (p.path[0] != '\0' && strcmp(p.module, reader->module->api_name) != 0) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, member, "merge_field",
                           "holds a merge field of another module than the rule's");
        }
    }
}

bool c4_template_has_fields(const char *text)
{
    return strstr(text, "${") != NULL;
}

typedef struct reading {
    c4_rule_reader *reader;
    const char *member;
} reading;

static int read_one(void *context, const char *text)
{
    const reading *r = context;

    c4_template_read(r->reader, r->member, text);
    return r->reader->rc;
}

void c4_template_read_json(c4_rule_reader *reader, const char *member, const c4_json *value)
{
    reading r = {reader, member};

    (void)each_text(value, read_one, &r);
}

/* Where a path leads, hop by hop. */
typedef struct way {
    c4_unit *unit;
    const c4_scope *scope; /* NULL: rights are not asked */
    c4_scope behind;       /* what `scope` points to after a lookup */
    const c4_module *module;
    const c4_field *field;
} way;

static int find_field(way *w, const char *name)
{
    if (w->scope != NULL) {
        return c4_access_read_field(w->scope, name, &w->field);
    }
    w->field = c4_module_field_named(w->module, name);
    if (w->field != NULL) {
        return CRM4E_OK;
    }
    (void)c4_fail(w->unit->error, CRM4E_E_INVALID, "module %s has no field %s", w->module->api_name,
                  name);
    return c4_fail_field(w->unit->error, w->module->api_name, name, "merge_field");
}

static bool leads_on(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP && field->target_count == 1;
}

static int hop(way *w)
{
    if (!leads_on(w->field)) {
        (void)c4_fail(w->unit->error, CRM4E_E_INVALID,
                      "%s.%s: a merge field goes over lookups to one module only",
                      w->module->api_name, w->field->api_name);
        return c4_fail_field(w->unit->error, w->module->api_name, w->field->api_name,
                             "merge_field");
    }
    if (w->scope == NULL) {
        w->module = c4_meta_module(w->unit->meta, w->field->targets[0]);
        return CRM4E_OK;
    }
    w->scope = &w->behind;
    return c4_access_module_number(w->unit, w->field->targets[0], CRM4E_ACTION_VIEW, &w->behind);
}

/* The name up to the next point, out of a path that is used up by it. */
static char *cut_name(char **path)
{
    char *name = *path;
    char *point = strchr(name, '.');

    *path = point != NULL ? point + 1 : NULL;
    if (point != NULL) {
        *point = '\0';
    }
    return name;
}

static int follow(way *w, piece *p)
{
    char *path = p->path;
    int rc = find_field(w, cut_name(&path));

    for (size_t hops = 0; rc == CRM4E_OK && path != NULL; hops++) {
        if (hops == C4_QUERY_HOPS) {
            (void)c4_fail(w->unit->error, CRM4E_E_INVALID,
                          "a merge field goes over at most two lookups");
            return c4_fail_field(w->unit->error, NULL, NULL, "merge_field");
        }
        rc = hop(w);
        rc = rc == CRM4E_OK ? find_field(w, cut_name(&path)) : rc;
    }
    return rc;
}

static int look_at(c4_unit *unit, const c4_scope *scope, const c4_module *module, const char *text)
{
    piece p;
    int rc = CRM4E_OK;

    while (text != NULL && *text != '\0' && rc == CRM4E_OK) {
        text = next_piece(text, &p);
        if (text != NULL && p.path[0] != '\0') {
            way w = {.unit = unit, .scope = scope, .module = module};
            rc = follow(&w, &p);
        }
    }
    return rc;
}

int c4_template_check(const c4_scope *author, const char *text)
{
    return look_at(author->unit, author, author->module, text);
}

static int check_one(void *context, const char *text)
{
    return c4_template_check(context, text);
}

int c4_template_check_json(const c4_scope *author, const c4_json *value)
{
    c4_scope scope = *author;

    return each_text(value, check_one, &scope);
}

int c4_template_resolve(c4_unit *unit, const c4_module *module, const char *text)
{
    return look_at(unit, NULL, module, text);
}

static int resolve_one(void *context, const char *text)
{
    const way *w = context;

    return c4_template_resolve(w->unit, w->module, text);
}

int c4_template_resolve_json(c4_unit *unit, const c4_module *module, const c4_json *value)
{
    way w = {.unit = unit, .module = module};

    return each_text(value, resolve_one, &w);
}

/* What a reader may not see is no failure. */
static int quietly(const c4_unit *unit, int rc)
{
    if (rc != CRM4E_E_NOT_FOUND && rc != CRM4E_E_DENIED && rc != CRM4E_E_INACTIVE) {
        return rc;
    }
    c4_failure_clear(unit->error);
    return CRM4E_OK;
}

/* A record as the reader sees it; NULL when he does not. */
static int read_row(c4_unit *reader, int32_t module, crm4e_id id, const crm4e_value **row)
{
    const bool *readable = NULL;
    const crm4e_value *found = NULL;
    c4_scope scope;
    int rc = c4_access_module_number(reader, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(reader, &scope, id, &found, &readable);
    }
    *row = rc == CRM4E_OK ? found : NULL;
    return quietly(reader, rc);
}

/* A record that is gone, as the reader saw it. */
static int show_row(c4_template *merge, const c4_change *change)
{
    c4_unit *reader = &merge->reader;
    size_t size = change->module->table.column_count * sizeof(crm4e_value);
    crm4e_value *row = c4_arena_copy(reader->arena, change->before, size);
    bool *readable = NULL;
    c4_scope scope;
    int rc;

    if (row == NULL) {
        return c4_fail_plain(reader->error, CRM4E_E_NO_MEMORY);
    }
    rc = c4_access_module_number(reader, change->module->number, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        rc = c4_record_show(reader->arena, &scope, row, &readable);
    }
    merge->row = rc == CRM4E_OK ? row : NULL;
    return quietly(reader, rc);
}

int c4_template_open_for(c4_template *merge, c4_run *run, const c4_user *reader)
{
    const c4_change *change = run->change;

    *merge = (c4_template){.run = run, .reader = c4_unit_as(run->unit, reader)};
    return change->after != NULL
               ? read_row(&merge->reader, change->module->number, change->record, &merge->row)
               : show_row(merge, change);
}

int c4_template_open(c4_template *merge, c4_run *run)
{
    const c4_user *author = c4_meta_user(run->unit->meta, run->definition->author);
    crm4e_value *row = NULL;
    int rc = CRM4E_OK;

    *merge = (c4_template){.run = run, .reader = c4_unit_as(run->unit, author)};
    merge->row = run->change->before;
    if (run->change->after != NULL) {
        rc = c4_record_load(run->unit, run->change->module, run->change->record, &row);
        merge->row = row;
    }
    return rc;
}

static bool is_link(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
           field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_OWNERLOOKUP;
}

/* A link as the name of what it leads to, when the reader sees that; the rest as text. */
static int put_text(c4_template *merge, const c4_field *field, const crm4e_value *row,
                    c4_buffer *out)
{
    c4_unit *reader = &merge->reader;
    const crm4e_value *value = &row[field->column];
    int32_t target = field->target_count > 0 ? field->targets[0] : 0;

    if (value->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    if (merge->ids && is_link(field)) {
        c4_buffer_i64(out, value->integer);
        return CRM4E_OK;
    }
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        target = value->reserved != 0 ? (int32_t)value->reserved
                                      : (int32_t)row[field->key_column].integer;
    } else if (field->type != CRM4E_TYPE_LOOKUP) {
        return c4_field_to_text(reader, field, row, out);
    }
    return c4_record_name(reader, target, value->integer, out);
}

/* Behind lookups the reader's rights are asked at every hop. */
static int put_value(c4_template *merge, piece *p, c4_buffer *out)
{
    way w = {.unit = merge->run->unit, .module = merge->run->change->module};
    const crm4e_value *row = merge->row;
    char *path = p->path;
    int rc = find_field(&w, cut_name(&path));

    while (rc == CRM4E_OK && path != NULL && row != NULL) {
        const crm4e_value link = row[w.field->column];
        rc = hop(&w);
        row = NULL;
        if (rc == CRM4E_OK && link.type == CRM4E_VALUE_INTEGER) {
            rc = read_row(&merge->reader, w.module->number, link.integer, &row);
        }
        rc = rc == CRM4E_OK ? find_field(&w, cut_name(&path)) : rc;
    }
    return rc == CRM4E_OK && row != NULL ? put_text(merge, w.field, row, out) : rc;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static bool is_plain(unsigned char c, c4_template_place place)
{
    switch (place) {
    case C4_FILL_LINE: return c >= 0x20 && c != 0x7f;
    case C4_FILL_URL: return is_unreserved(c);
    case C4_TEMPLATE_HEADER: return c >= 0x20 && c < 0x7f && c != '%';
    default: return true;
    }
}

void c4_template_encode(const char *text, size_t length, c4_template_place place, c4_buffer *out)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (is_plain(c, place)) {
            c4_buffer_char(out, (char)c);
        } else if (place == C4_FILL_LINE) {
            c4_buffer_char(out, ' ');
        } else {
            const char coded[] = {'%', digits[c >> 4], digits[c & 15u]};
            c4_buffer_put(out, coded, sizeof coded);
        }
    }
}

/* What the witness may not read makes the text one that is not for him. */
static int ask_witness(c4_template *merge, piece *p, const c4_buffer *value)
{
    c4_buffer seen;
    int rc = CRM4E_OK;

    c4_buffer_init(&seen, &merge->run->unit->env->mem, VALUE_MAX);
    if (value->length > 0 && !merge->beyond) {
        rc = put_value(merge->witness, p, &seen);
        rc = rc == CRM4E_OK && seen.code != CRM4E_OK
                 ? c4_fail_plain(merge->run->unit->error, seen.code)
                 : rc;
        merge->beyond =
            seen.length != value->length || memcmp(seen.data, value->data, value->length) != 0;
    }
    c4_buffer_free(&seen);
    return rc;
}

static int fill_one(c4_template *merge, piece *p, c4_template_place place, c4_buffer *out)
{
    piece again = *p;
    c4_buffer value;
    int rc;

    c4_buffer_init(&value, &merge->run->unit->env->mem, VALUE_MAX);
    rc = put_value(merge, p, &value);
    if (rc == CRM4E_OK && value.code != CRM4E_OK) {
        rc = c4_fail_plain(merge->run->unit->error, value.code);
    }
    if (rc == CRM4E_OK && merge->witness != NULL) {
        rc = ask_witness(merge, &again, &value);
    }
    if (rc == CRM4E_OK) {
        c4_template_encode(value.data, value.length, place, out);
    }
    c4_buffer_free(&value);
    return rc;
}

int c4_template_fill(c4_template *merge, const char *text, c4_template_place place, c4_buffer *out)
{
    piece p;
    int rc = CRM4E_OK;

    while (text != NULL && *text != '\0' && rc == CRM4E_OK) {
        text = next_piece(text, &p);
        if (text != NULL && p.path[0] != '\0') {
            rc = fill_one(merge, &p, place, out);
        } else if (text != NULL) {
            c4_buffer_put(out, p.literal, p.length);
        }
    }
    return rc;
}

static int fill_text(c4_template *merge, const char *text, c4_buffer *out)
{
    c4_buffer filled;
    int rc;

    c4_buffer_init(&filled, &merge->run->unit->env->mem, VALUE_MAX);
    rc = c4_template_fill(merge, text, C4_FILL_TEXT, &filled);
    if (rc == CRM4E_OK && filled.code != CRM4E_OK) {
        rc = c4_fail_plain(merge->run->unit->error, filled.code);
    }
    if (rc == CRM4E_OK) {
        c4_json_put_text(out, filled.length > 0 ? filled.data : "", filled.length);
    }
    c4_buffer_free(&filled);
    return rc;
}

int c4_template_fill_json(c4_template *merge, const c4_json *value, c4_buffer *out)
{
    bool is_array = c4_json_kind(value) == C4_JSON_ARRAY;
    bool first = true;
    int rc = CRM4E_OK;

    if (c4_json_kind(value) == C4_JSON_TEXT) {
        return fill_text(merge, c4_json_text(value, NULL), out);
    }
    if (!is_array && c4_json_kind(value) != C4_JSON_OBJECT) {
        c4_json_put_value(out, value);
        return CRM4E_OK;
    }
    c4_buffer_char(out, is_array ? '[' : '{');
    for (size_t i = 0; i < c4_json_count(value) && rc == CRM4E_OK; i++) {
        const char *key = NULL;
        const c4_json *inside =
            is_array ? c4_json_item(value, i) : c4_json_member_at(value, i, &key);
        if (is_array) {
            c4_buffer_text(out, i > 0 ? "," : "");
        } else {
            c4_json_put_key(out, &first, key);
        }
        rc = c4_template_fill_json(merge, inside, out);
    }
    c4_buffer_char(out, is_array ? ']' : '}');
    return rc;
}
