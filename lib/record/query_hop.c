/* SPDX-License-Identifier: MIT */
/* What the rows of a page point to: read once per lookup and module, within
 * what the actor may see there. */
#include "record/inside.h"
#include "record/query_page.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_ROOM = 64 /* rows */
};

static int no_memory(const c4_unit *unit)
{
    return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

int c4_hop_new(c4_unit *unit, const c4_field *via, const c4_place *place, c4_hop **out)
{
    size_t columns = place->module->table.column_count;
    c4_hop *hop = c4_arena_array(unit->arena, 1, sizeof *hop);
    *out = hop;
    if (hop == NULL)
        return no_memory(unit);
    hop->via = via;
    hop->place = *place;
    hop->columns = c4_arena_array(unit->arena, columns, sizeof *hop->columns);
    hop->row = c4_arena_array(unit->arena, columns, sizeof *hop->row);
    if (hop->columns == NULL || hop->row == NULL)
        return no_memory(unit);
    (void)c4_hop_need_column(hop, 0);
    return CRM4E_OK;
}

size_t c4_hop_need_column(c4_hop *hop, uint32_t column)
{
    size_t at = 0;
    while (at < hop->column_count && hop->columns[at] != column)
        at++;
    if (at == hop->column_count)
        hop->columns[hop->column_count++] = column;
    return at;
}

void c4_hop_need(c4_hop *hop, const c4_field *field)
{
    (void)c4_hop_need_column(hop, field->column);
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP)
        (void)c4_hop_need_column(hop, field->key_column);
}

int c4_hop_child(c4_unit *unit, c4_hop *hop, const c4_field *via, const c4_place *place,
                 c4_hop **out)
{
    c4_hop *child = hop->children;
    int rc = CRM4E_OK;
    while (child != NULL && (child->via != via || child->place.module != place->module))
        child = child->next;
    if (child == NULL) {
        rc = c4_hop_new(unit, via, place, &child);
        if (rc == CRM4E_OK) {
            child->next = hop->children;
            hop->children = child;
        }
    }
    *out = child;
    return rc;
}

int c4_hop_of_path(c4_unit *unit, c4_hop *hop, const c4_path *path, c4_hop **out)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < path->hop_count && rc == CRM4E_OK; i++) {
        c4_hop_need(hop, path->hops[i]);
        rc = c4_hop_child(unit, hop, path->hops[i], &path->places[i + 1], &hop);
    }
    *out = hop;
    return rc;
}

static int name_child(c4_compiler *compiler, c4_hop *hop, const c4_field *lookup, int32_t module)
{
    c4_place place;
    c4_hop *child = NULL;
    bool named = false;
    int rc = c4_place_behind(compiler, module, &place);
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(compiler->unit->error);
        return CRM4E_OK;
    }
    if (rc == CRM4E_OK && place.module->name_field != NULL)
        rc = c4_access_can_read(place.scope, place.module->name_field, &named);
    if (!named)
        return rc;
    rc = c4_hop_child(compiler->unit, hop, lookup, &place, &child);
    if (rc == CRM4E_OK)
        c4_hop_need(child, place.module->name_field);
    return rc;
}

int c4_hop_names(c4_compiler *compiler, c4_hop *hop, const c4_field *lookup)
{
    int rc = CRM4E_OK;
    if (lookup->type != CRM4E_TYPE_LOOKUP && lookup->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP &&
        lookup->type != CRM4E_TYPE_MULTISELECTLOOKUP)
        return CRM4E_OK;
    for (size_t i = 0; i < lookup->target_count && rc == CRM4E_OK; i++)
        rc = name_child(compiler, hop, lookup, lookup->targets[i]);
    return rc;
}

static int make_room(c4_unit *unit, c4_hop *hop)
{
    size_t capacity = hop->capacity == 0 ? FIRST_ROOM : hop->capacity * 2;
    crm4e_value *values;
    if (hop->row_count < hop->capacity)
        return CRM4E_OK;
    values = c4_arena_array(unit->arena, capacity, hop->column_count * sizeof *values);
    if (values == NULL)
        return no_memory(unit);
    if (hop->row_count > 0)
        memcpy(values, hop->values, hop->row_count * hop->column_count * sizeof *values);
    hop->values = values;
    hop->capacity = capacity;
    return CRM4E_OK;
}

int c4_hop_replace(c4_unit *unit, c4_hop *hop, size_t at, const crm4e_value *values, c4_arena *keep)
{
    crm4e_value *row = hop->values + at * hop->column_count;
    for (size_t i = 0; i < hop->column_count; i++) {
        row[i] = values[i];
        if (!c4_value_copy(keep, &row[i]))
            return no_memory(unit);
    }
    return CRM4E_OK;
}

int c4_hop_add(c4_unit *unit, c4_hop *hop, const crm4e_value *values, c4_arena *keep)
{
    int rc = make_room(unit, hop);
    if (rc == CRM4E_OK)
        rc = c4_hop_replace(unit, hop, hop->row_count, values, keep);
    if (rc == CRM4E_OK)
        hop->row_count++;
    return rc;
}

int c4_hop_read(c4_unit *unit, c4_hop *hop, const crm4e_plan *plan, c4_arena *keep)
{
    crm4e_plan read = *plan;
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    int rc;
    read.columns = hop->columns;
    read.column_count = hop->column_count;
    rc = c4_rows_open(&rows, unit->db, &read);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        rc = c4_hop_add(unit, hop, values, keep);
        if (rc != CRM4E_OK)
            goto done;
    }
    if (rc < 0)
        rc = c4_fail_plain(unit->error, rc);
done:
    c4_rows_close(rows);
    return rc;
}

static int order_i64(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The ids of one row for a child go to `ids`, or with NULL are counted. */
static size_t ids_of(const c4_hop *above, const c4_hop *child, size_t row, int64_t *ids)
{
    const c4_field *via = child->via;
    const crm4e_value *value = c4_hop_value(above, row, via->column);
    const crm4e_value *module = via->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP
                                    ? c4_hop_value(above, row, via->key_column)
                                    : NULL;
    bool one = value->type == CRM4E_VALUE_INTEGER &&
               (module == NULL || module->integer == child->place.module->number);
    size_t count = one ? 1 : 0;
    size_t at = 0;
    int64_t id;
    if (one && ids != NULL)
        *ids = value->integer;
    for (; c4_list_next(value, &at, &id); count++) {
        if (ids != NULL)
            ids[count] = id;
    }
    return count;
}

static int make_id_room(c4_unit *unit, const c4_hop *above, c4_hop *child)
{
    size_t needed = 0;
    for (size_t i = 0; i < above->row_count; i++)
        needed += ids_of(above, child, i, NULL);
    if (child->id_room >= needed)
        return CRM4E_OK;
    child->id_room = needed;
    child->ids = c4_arena_array(unit->arena, needed, sizeof *child->ids);
    return child->ids != NULL ? CRM4E_OK : no_memory(unit);
}

/* Ids that the rows above hold for a child, sorted and distinct. */
static size_t collect_ids(const c4_hop *above, const c4_hop *child, int64_t *ids)
{
    size_t found = 0;
    size_t count = 0;
    for (size_t i = 0; i < above->row_count; i++)
        found += ids_of(above, child, i, ids + found);
    if (found > 0)
        qsort(ids, found, sizeof *ids, order_i64);
    for (size_t i = 0; i < found; i++) {
        if (count == 0 || ids[count - 1] != ids[i])
            ids[count++] = ids[i];
    }
    return count;
}

static int read_child(c4_unit *unit, const c4_hop *above, c4_hop *child, c4_arena *keep)
{
    const crm4e_predicate *rows = c4_place_rows(&child->place);
    crm4e_predicate parts[2];
    crm4e_predicate where;
    crm4e_plan plan;
    size_t count = 0;
    int rc = make_id_room(unit, above, child);
    if (rc == CRM4E_OK && child->ids != NULL)
        count = collect_ids(above, child, child->ids);
    if (rc != CRM4E_OK || count == 0)
        return rc;
    parts[0] = c4_where_set(0, child->ids, count);
    parts[1] = rows != NULL ? *rows : c4_where(CRM4E_OP_TRUE, 0, NULL, 0);
    where = rows != NULL ? c4_where_all(parts, 2) : parts[0];
    c4_plan_init(&plan, &child->place.module->table);
    plan.where = &where;
    return c4_hop_read(unit, child, &plan, keep);
}

int c4_hop_read_children(c4_unit *unit, c4_hop *hop, c4_arena *keep)
{
    int rc = CRM4E_OK;
    for (c4_hop *child = hop->children; child != NULL && rc == CRM4E_OK; child = child->next) {
        rc = read_child(unit, hop, child, keep);
        if (rc == CRM4E_OK)
            rc = c4_hop_read_children(unit, child, keep);
    }
    return rc;
}

const crm4e_value *c4_hop_value(const c4_hop *hop, size_t row, uint32_t column)
{
    size_t at = 0;
    while (at < hop->column_count && hop->columns[at] != column)
        at++;
    return at == hop->column_count ? NULL : &hop->values[row * hop->column_count + at];
}

static bool find_row(const c4_hop *hop, int64_t id, size_t *row)
{
    size_t low = 0;
    size_t high = hop->row_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hop->values[middle * hop->column_count].integer < id)
            low = middle + 1;
        else
            high = middle;
    }
    *row = low;
    return low < hop->row_count && hop->values[low * hop->column_count].integer == id;
}

/* The row of a record that a lookup holds the id of. */
static bool follow(const c4_hop **hop, size_t *row, const c4_field *via, crm4e_id id)
{
    const c4_hop *child = (*hop)->children;
    size_t at = 0;
    while (child != NULL && (child->via != via || !find_row(child, id, &at)))
        child = child->next;
    if (child != NULL) {
        *hop = child;
        *row = at;
    }
    return child != NULL;
}

bool c4_hop_follow(const c4_hop **hop, size_t *row, const c4_field *via)
{
    const crm4e_value *id = c4_hop_value(*hop, *row, via->column);
    return id->type == CRM4E_VALUE_INTEGER && follow(hop, row, via, id->integer);
}

static int plain_text(c4_unit *unit, const c4_hop *hop, size_t row, const c4_field *field,
                      c4_buffer *out)
{
    hop->row[field->column] = *c4_hop_value(hop, row, field->column);
    return c4_field_to_text(unit, field, hop->row, out);
}

/* The name of a user or visible record, or the id. */
static int name_text(c4_unit *unit, const c4_hop *hop, size_t row, const c4_field *field,
                     crm4e_id id, c4_buffer *out)
{
    const c4_user *user = c4_field_holds_users(field) ? c4_meta_user(unit->meta, id) : NULL;
    const crm4e_value *name = NULL;
    if (user != NULL) {
        c4_buffer_text(out, user->name);
        return out->code;
    }
    if (follow(&hop, &row, field, id) && hop->place.module->name_field != NULL)
        name = c4_hop_value(hop, row, hop->place.module->name_field->column);
    if (name != NULL && name->type != CRM4E_VALUE_NULL)
        return plain_text(unit, hop, row, hop->place.module->name_field, out);
    c4_buffer_i64(out, id);
    return out->code;
}

static int names_text(c4_unit *unit, const c4_hop *hop, size_t row, const c4_field *field,
                      c4_buffer *out)
{
    const crm4e_value *list = c4_hop_value(hop, row, field->column);
    size_t at = 0;
    crm4e_id id;
    int rc = CRM4E_OK;
    for (bool first = true; rc == CRM4E_OK && c4_list_next(list, &at, &id); first = false) {
        c4_buffer_text(out, first ? "" : ";");
        rc = name_text(unit, hop, row, field, id, out);
    }
    return rc;
}

int c4_hop_text(c4_unit *unit, const c4_hop *hop, size_t row, const c4_field *field, c4_buffer *out)
{
    if (field->type == CRM4E_TYPE_MULTISELECTLOOKUP)
        return names_text(unit, hop, row, field, out);
    return c4_type_info_of(field->type)->stored == C4_STORED_ID
               ? name_text(unit, hop, row, field, c4_hop_value(hop, row, field->column)->integer,
                           out)
               : plain_text(unit, hop, row, field, out);
}
