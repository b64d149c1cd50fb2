/* SPDX-License-Identifier: MIT */
#include "record/request.h"

#include <stdint.h>
#include <string.h>

#include "record/inside.h"
#include "record/listing.h"

/* ------------------------------------------------------------- the table */

static bool asks(const c4_module *module, crm4e_id user)
{
    const c4_member *member = c4_module_member(module, user);

    return member != NULL && member->profile == CRM4E_TEAM_REQUESTER;
}

void c4_request_row(const c4_module *module, const crm4e_value *record, crm4e_value *row)
{
    const crm4e_id creator = record[C4_COLUMN_CREATED_BY].integer;
    const crm4e_id owner = record[C4_COLUMN_OWNER].integer;

    row[0] = record[C4_COLUMN_ID];
    row[C4_REQUEST_MODULE] = c4_integer(module->number);
    row[C4_REQUEST_CREATOR] = c4_integer(creator);
    row[C4_REQUEST_OWNER] = owner != creator ? c4_integer(owner) : c4_null();
    row[C4_REQUEST_CREATOR_ASKS] = c4_integer(asks(module, creator));
    row[C4_REQUEST_OWNER_ASKS] = c4_integer(owner != creator && asks(module, owner));
}

static int update_owner(c4_unit *unit, const crm4e_value *row)
{
    static const uint32_t columns[] = {C4_REQUEST_OWNER, C4_REQUEST_OWNER_ASKS};
    const crm4e_value values[] = {row[C4_REQUEST_OWNER], row[C4_REQUEST_OWNER_ASKS]};

    return c4_db_update(unit->db, &c4_tables[C4_TABLE_REQUEST], row[0].integer, columns, values, 2);
}

int c4_request_note(c4_unit *unit, const c4_change *change)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_REQUEST];
    crm4e_value row[C4_REQUEST_COLUMNS];
    int rc = CRM4E_OK;

    if (change->module->kind != C4_MODULE_TEAM) {
        return CRM4E_OK;
    }
    if (change->after != NULL) {
        c4_request_row(change->module, change->after, row);
    }
    if (change->after == NULL) {
        rc = c4_db_remove(unit->db, table, change->record);
    } else if (change->before == NULL) {
        rc = c4_db_insert(unit->db, table, row);
    } else if (!c4_value_equal(&change->before[C4_COLUMN_OWNER], &change->after[C4_COLUMN_OWNER])) {
        rc = update_owner(unit, row);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* ------------------------------------------------------------- the list */

/* What is shown of a record besides its name. */
static const struct {
    const char *key;
    const char *field;
} shown[] = {
    {"owner", "Owner"},
    {"created_time", "Created_Time"},
    {"modified_time", "Modified_Time"},
};
static const char status_field[] = "Status";

typedef struct request_list {
    c4_unit *unit;
    const c4_request_page *page;
    c4_buffer *out;
    c4_asked *modules;     /* by place in the snapshot */
    const c4_module *only; /* NULL: all */
    crm4e_id before;       /* the next ones have smaller ids */
    crm4e_id last;         /* the last one written */
    size_t written;
    bool more;
} request_list;

/* A row of the table that may be shown. */
typedef struct candidate {
    crm4e_id id;
    int32_t module;
} candidate;

static int open_module(c4_unit *unit, const c4_module *module, c4_asked *asked)
{
    asked->known = asked->known || !c4_access_requests(unit, module);
    return c4_asked_open(unit, module, CRM4E_ACTION_VIEW, asked);
}

/* A field by name, as far as it may be read. */
static int put_field(const request_list *list, bool *first, const char *key, const c4_field *field,
                     const crm4e_value *row, const bool *readable)
{
    c4_json_put_key(list->out, first, key);
    if (field == NULL || !readable[field - field->module->fields]) {
        c4_buffer_text(list->out, "null");
        return CRM4E_OK;
    }
    return c4_field_to_json(list->unit, field, row, true, list->out);
}

/* By what a module's picklist of that name says. */
static const c4_field *status_of(const c4_module *module)
{
    const c4_field *field = c4_module_field_named(module, status_field);

    return field != NULL && field->type == CRM4E_TYPE_PICKLIST ? field : NULL;
}

static int put_request(request_list *list, const c4_module *module, const crm4e_value *row,
                       const bool *readable)
{
    c4_buffer *out = list->out;
    bool first = true;
    int rc;

    c4_buffer_text(out, list->written > 0 ? ",{" : "{");
    c4_json_put_member(out, &first, "module", module->api_name);
    c4_json_put_member(out, &first, "label", module->singular.en);
    c4_json_put_member(out, &first, "label_zh", module->singular.zh);
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, row[C4_COLUMN_ID].integer);
    rc = put_field(list, &first, "name", module->name_field, row, readable);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0] && rc == CRM4E_OK; i++) {
        const c4_field *field = c4_module_field_named(module, shown[i].field);
        rc = put_field(list, &first, shown[i].key, field, row, readable);
    }
    if (rc == CRM4E_OK) {
        rc = put_field(list, &first, "status", status_of(module), row, readable);
    }
    c4_buffer_char(out, '}');
    list->written++;
    list->last = row[C4_COLUMN_ID].integer;
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(list->unit->error, out->code)
                                                   : rc;
}

/* Created or owned by him, as the record itself says. */
static bool is_his(const c4_unit *unit, const crm4e_value *row)
{
    return row[C4_COLUMN_CREATED_BY].integer == unit->actor->id ||
           row[C4_COLUMN_OWNER].integer == unit->actor->id;
}

static int take(request_list *list, const candidate *found)
{
    const c4_module *module = NULL;
    c4_asked *asked = c4_asked_at(list->unit, list->modules, found->module, &module);
    crm4e_value *row = NULL;
    bool *readable = NULL;
    bool open = false;
    int rc = asked != NULL ? open_module(list->unit, module, asked) : CRM4E_OK;

    if (rc != CRM4E_OK || asked == NULL || !asked->open) {
        return rc;
    }
    rc = c4_record_load(list->unit, module, found->id, &row);
    if (rc == CRM4E_OK && !is_his(list->unit, row)) {
        rc = c4_no_such_record(list->unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_show(list->unit->arena, &asked->scope, row, &readable);
    }
    rc = c4_asked_quietly(list->unit, rc, &open);
    if (rc != CRM4E_OK || !open) {
        return rc;
    }
    if (list->written == list->page->limit) {
        list->more = true;
        return CRM4E_OK;
    }
    return put_request(list, module, row, readable);
}

/* Up to `most` rows of his that come next, as the creator or as the owner. */
static int read_candidates(const request_list *list, bool owner, size_t most, candidate *found,
                           size_t *count)
{
    static const uint32_t columns[] = {0, C4_REQUEST_MODULE};
    c4_unit *unit = list->unit;
    const crm4e_value he = c4_integer(unit->actor->id);
    const crm4e_value yes = c4_integer(1);
    const crm4e_value before = c4_integer(list->before);
    const crm4e_value only = c4_integer(list->only != NULL ? list->only->number : 0);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, owner ? C4_REQUEST_OWNER : C4_REQUEST_CREATOR, &he, 1),
        c4_where(CRM4E_OP_EQ, owner ? C4_REQUEST_OWNER_ASKS : C4_REQUEST_CREATOR_ASKS, &yes, 1),
        c4_where(CRM4E_OP_LT, 0, &before, 1),
        c4_where(CRM4E_OP_EQ, C4_REQUEST_MODULE, &only, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, list->only != NULL ? 4 : 3);
    const crm4e_order order = {.column = 0, .descending = 1};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *count = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_REQUEST]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = &order;
    plan.order_count = 1;
    plan.limit = (int64_t)most;
    plan.index = owner ? C4_REQUEST_BY_OWNER : C4_REQUEST_BY_CREATOR;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && *count < most && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        found[(*count)++] = (candidate){row[0].integer, (int32_t)row[1].integer};
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* The newer of the two that come next. No row is in both. */
static const candidate *newer(const candidate *a, size_t *a_left, const candidate *b,
                              size_t *b_left)
{
    bool first = *b_left == 0 || (*a_left > 0 && a->id > b->id);

    *a_left -= first ? 1 : 0;
    *b_left -= first ? 0 : 1;
    return first ? a : b;
}

/* Takes what comes next, newest first; `*most` rows of each kind were asked for:
 * fewer are the last. */
static int take_some(request_list *list, size_t most, candidate *created, candidate *owned,
                     bool *last)
{
    size_t created_left = 0;
    size_t owned_left = 0;
    size_t taken = 0;
    int rc = read_candidates(list, false, most, created, &created_left);

    if (rc == CRM4E_OK) {
        rc = read_candidates(list, true, most, owned, &owned_left);
    }
    *last = created_left < most && owned_left < most;
    /* beyond `most` of both together one of the two may have more in between */
    while (rc == CRM4E_OK && created_left + owned_left > 0 && !list->more &&
           (*last || taken < most)) {
        const candidate *next = newer(created, &created_left, owned, &owned_left);
        created += next == created ? 1 : 0;
        owned += next == owned ? 1 : 0;
        rc = take(list, next);
        list->before = next->id;
        taken++;
    }
    return rc;
}

static int take_all(request_list *list)
{
    const size_t most = list->page->limit + 1;
    candidate *created = c4_arena_array(list->unit->arena, most, sizeof *created);
    candidate *owned = c4_arena_array(list->unit->arena, most, sizeof *owned);
    bool last = false;
    int rc = created != NULL && owned != NULL ? CRM4E_OK : c4_record_no_memory(list->unit);

    while (rc == CRM4E_OK && !last && !list->more) {
        rc = take_some(list, most, created, owned, &last);
    }
    return rc;
}

/* ------------------------------------------------------------- page tokens */

static int64_t module_word(const request_list *list)
{
    return list->only != NULL ? list->only->number : 0;
}

static int put_token(const request_list *list)
{
    const c4_list_place place = {{module_word(list), list->last, 0}};

    return c4_list_token(list->unit, C4_TOKEN_REQUESTS, &place, list->out);
}

static int read_token(request_list *list)
{
    c4_list_place place = {{0}};
    int rc = c4_list_place_of(list->unit, C4_TOKEN_REQUESTS, list->page->after, &place);

    if (rc == CRM4E_OK && place.words[0] != module_word(list)) {
        rc = c4_list_refuse(list->unit);
    }
    list->before = place.words[1];
    return rc;
}

/* ------------------------------------------------------------- a page */

/* One text for a module there is not, and for one that he asks nothing of. */
static int choose_module(request_list *list)
{
    c4_unit *unit = list->unit;
    const c4_module *module =
        list->page->module != NULL ? c4_meta_module_named(unit->meta, list->page->module) : NULL;

    if (list->page->module == NULL) {
        return CRM4E_OK;
    }
    if (module == NULL || !c4_access_requests(unit, module)) {
        (void)c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module to send requests to");
        return c4_fail_field(unit->error, NULL, "module", "module");
    }
    list->only = module;
    return CRM4E_OK;
}

int c4_requests_to_json(c4_unit *unit, const c4_request_page *page, c4_buffer *out)
{
    request_list list = {.unit = unit, .page = page, .out = out, .before = INT64_MAX};
    bool first = true;
    int rc = c4_access_actor(unit);

    list.modules = c4_asked_new(unit);
    if (rc == CRM4E_OK && list.modules == NULL) {
        rc = c4_record_no_memory(unit);
    }
    if (rc == CRM4E_OK) {
        rc = choose_module(&list);
    }
    if (rc == CRM4E_OK && page->after != NULL) {
        rc = read_token(&list);
    }
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "requests");
    c4_buffer_char(out, '[');
    if (rc == CRM4E_OK) {
        rc = take_all(&list);
    }
    c4_buffer_char(out, ']');
    c4_json_put_key(out, &first, "after");
    if (rc == CRM4E_OK && list.more) {
        rc = put_token(&list);
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
