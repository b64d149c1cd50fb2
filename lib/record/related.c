/* SPDX-License-Identifier: MIT */
/* A related list is a query for one lookup, its rows shown as whole records. */
#include "record/related.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/inside.h"
#include "record/query.h"

enum {
    ID_TEXT = 24
};

/* Whether a lookup may point to records of the module. */
static bool points_to(const c4_field *field, const c4_module *module)
{
    bool found = false;

    for (size_t i = 0; i < field->target_count; i++) {
        found = found || field->targets[i] == module->number;
    }
    return found &&
           (field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
            field->type == CRM4E_TYPE_MULTISELECTLOOKUP);
}

/* Notes and attachments are in no menu: to view them is enough. */
static int open_module(c4_unit *unit, const c4_module *module, c4_scope *scope, bool *open)
{
    int rc;

    *open = (module->flags & C4_MODULE_CHILD) != 0 || c4_access_module_visible(unit, module);
    rc = *open ? c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, scope) : CRM4E_OK;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        *open = false;
        rc = CRM4E_OK;
    }
    return rc;
}

enum {
    RELATION_SIZE = 2 * (50 + 1) /* two API names, a point and the end */
};

static int put_relation(const c4_field *field, bool first, c4_buffer *out)
{
    const c4_module *module = field->module;
    bool inner = true;
    char name[RELATION_SIZE];

    (void)snprintf(name, sizeof name, "%s.%s", module->api_name, field->api_name);
    c4_buffer_text(out, first ? "{" : ",{");
    c4_json_put_member(out, &inner, "relation", name);
    c4_json_put_member(out, &inner, "module", module->api_name);
    c4_json_put_member(out, &inner, "field", field->api_name);
    c4_json_put_member(out, &inner, "label", module->plural.en);
    c4_json_put_member(out, &inner, "label_zh", module->plural.zh);
    c4_buffer_char(out, '}');
    return out->code;
}

static int put_relations(c4_unit *unit, const c4_module *module, const c4_module *other,
                         bool *first, c4_buffer *out)
{
    c4_scope scope;
    bool open = false;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < other->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &other->fields[i];
        bool shown = false;
        if (!points_to(field, module)) {
            continue;
        }
        if (!open) {
            rc = open_module(unit, other, &scope, &open);
        }
        if (rc != CRM4E_OK || !open) {
            return rc;
        }
        rc = c4_access_can_read(&scope, field, &shown);
        if (rc == CRM4E_OK && shown) {
            rc = put_relation(field, *first, out);
            *first = false;
        }
    }
    return rc;
}

int c4_relations_to_json(c4_unit *unit, const char *module, c4_buffer *out)
{
    c4_scope scope;
    bool first = true;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);

    c4_buffer_char(out, '[');
    for (size_t m = 0; rc == CRM4E_OK && m < unit->meta->module_count; m++) {
        rc = put_relations(unit, scope.module, unit->meta->modules[m], &first, out);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

/* One text for a relation there is not and one that is not for him. */
static int no_such_relation(c4_unit *unit)
{
    (void)c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such related list");
    return c4_fail_field(unit->error, NULL, "relation", "relation");
}

static int find_relation(c4_unit *unit, const c4_module *module, const char *relation,
                         c4_scope *scope, const c4_field **field)
{
    const char *dot = memchr(relation, '.', c4_text_within(relation, 2 * C4_API_NAME_MAX));
    const c4_module *other = NULL;
    const char *name = NULL;
    bool open = false;
    bool shown = false;
    int rc = CRM4E_OK;

    if (dot != NULL) {
        name = c4_arena_text(unit->arena, relation, (size_t)(dot - relation));
        if (name == NULL) {
            return c4_record_no_memory(unit);
        }
        other = c4_meta_module_named(unit->meta, name);
    }
    *field = other != NULL ? c4_module_field_named(other, dot + 1) : NULL;
    if (*field == NULL || !points_to(*field, module)) {
        return no_such_relation(unit);
    }
    rc = open_module(unit, other, scope, &open);
    if (rc == CRM4E_OK && open) {
        rc = c4_access_can_read(scope, *field, &shown);
    }
    return rc == CRM4E_OK && !shown ? no_such_relation(unit) : rc;
}

/* A record that the host keeps from him is left out. */
static int put_record(c4_scope *scope, crm4e_id id, bool *first, c4_buffer *out)
{
    c4_unit *unit = scope->unit;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    int rc = c4_record_read(unit, scope, id, &row, &readable);

    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        return CRM4E_OK;
    }
    if (rc == CRM4E_OK) {
        c4_buffer_text(out, *first ? "" : ",");
        *first = false;
        rc = c4_record_to_json(unit, scope, row, readable, out);
    }
    return rc;
}

static int put_page(c4_scope *scope, const c4_result *result, c4_buffer *out)
{
    bool first = true;
    int rc = CRM4E_OK;

    c4_buffer_text(out, "{\"records\":[");
    for (size_t i = 0; i < result->row_count && rc == CRM4E_OK; i++) {
        rc = put_record(scope, result->ids[i], &first, out);
    }
    c4_buffer_text(out, "],\"after\":");
    if (result->token != NULL) {
        c4_json_put_text(out, result->token, strlen(result->token));
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_char(out, '}');
    return rc < 0 ? rc : out->code;
}

static int run(const c4_related_page *page, c4_scope *scope, const c4_field *field, c4_buffer *out)
{
    static const char *const columns[] = {"id"};
    static const c4_query_order newest = {"id", true};
    const c4_mem *mem = scope->unit->arena->mem;
    char id[ID_TEXT];
    const c4_literal literal = {
        .kind = C4_LITERAL_NUMBER,
        .text = id,
        .length = (size_t)snprintf(id, sizeof id, "%" PRId64, (int64_t)page->record)};
    const c4_criteria where = {.kind = C4_CRITERIA_LEAF,
                               .path = field->api_name,
                               .comparator = C4_EQUAL,
                               .literals = &literal,
                               .literal_count = 1};
    const c4_query_tree tree = {
        .module = scope->module->api_name,
        .columns = columns,
        .column_count = 1,
        .where = &where,
        .order = &newest,
        .order_count = 1,
        .limit = page->limit,
        .after = page->after,
        .after_length = page->after != NULL ? c4_text_within(page->after, C4_TEXT_MAX) : 0};
    c4_result *result = NULL;
    int rc = c4_query_run(scope->unit, &tree, &result, mem);

    if (rc == CRM4E_OK) {
        rc = put_page(scope, result, out);
    }
    c4_result_free(result, mem);
    return rc;
}

int c4_related_to_json(c4_unit *unit, const c4_related_page *page, c4_buffer *out)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    const c4_field *field = NULL;
    c4_scope parent;
    c4_scope scope;
    int rc = c4_access_module(unit, page->module, CRM4E_ACTION_VIEW, &parent);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &parent, page->record, &row, &readable);
    }
    if (rc == CRM4E_OK) {
        rc = find_relation(unit, parent.module, page->relation, &scope, &field);
    }
    return rc == CRM4E_OK ? run(page, &scope, field, out) : rc;
}
