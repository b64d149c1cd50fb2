/* SPDX-License-Identifier: MIT */
/*
 * Duplicates become one record. What the actor does to the records themselves goes
 * the ways he could go alone: each of the others is deleted, the master is changed
 * and shared. What points to the others follows them, whosever it is, as it would
 * not know where they went.
 */
#include "record/merge.h"

#include <inttypes.h>
#include <stdio.h>

#include "record/inside.h"
#include "record/interaction.h"
#include "record/link.h"

enum {
    DETAIL = 160
};

/* A merge in progress. */
typedef struct merging {
    c4_unit *unit;
    const c4_merge *asked;
    const c4_module *module;
    const crm4e_value *rows[C4_MERGE_MOST]; /* of the others, as he reads them */
    c4_draft draft;                         /* of the master */
    crm4e_value tags;
    bool sees_currency; /* what the amounts are in */
} merging;

/* ------------------------------------------------------------- what is asked for */

static int refuse(const merging *m, int code, const char *rule, const char *text)
{
    (void)c4_fail(m->unit->error, code, "%s", text);
    return c4_fail_field(m->unit->error, m->module->api_name, NULL, rule);
}

/* Whether an id is one of those that become one. */
static bool is_merged(const merging *m, crm4e_id id)
{
    bool found = id == m->asked->master;

    for (size_t i = 0; i < m->asked->count; i++) {
        found = found || id == m->asked->others[i];
    }
    return found;
}

static int check_ids(const merging *m)
{
    const c4_merge *asked = m->asked;

    if (asked->count < 1 || asked->count > C4_MERGE_MOST) {
        return refuse(m, CRM4E_E_INVALID, "count", "one or two records are merged into another");
    }
    if (asked->others[0] == asked->master || asked->others[asked->count - 1] == asked->master ||
        (asked->count == C4_MERGE_MOST && asked->others[0] == asked->others[1])) {
        return refuse(m, CRM4E_E_INVALID, "duplicate", "a record is named twice");
    }
    return CRM4E_OK;
}

static int open_module(merging *m)
{
    c4_scope many = {0};
    int rc = c4_access_module(m->unit, m->asked->module, CRM4E_ACTION_MASS_DELETE, &many);

    m->module = many.module;
    if (rc == CRM4E_OK && (m->module->flags & C4_MODULE_CHILD) != 0) {
        rc = refuse(m, CRM4E_E_UNSUPPORTED, "module", "notes and attachments are not merged");
    }
    return rc;
}

/* Records that point to the others will point to the master: by shares that open what
 * points to it he would come to see what he did not. */
static int check_own_reach(const merging *m)
{
    bool opens = false;
    int rc = c4_record_opens_related(m->unit, m->asked->master, &opens);

    return rc == CRM4E_OK && C4_REFUSES(MERGE_OWN_REACH, opens)
               ? refuse(m, CRM4E_E_DENIED, "own_reach",
                        "the record is shared with this user together with what points to it")
               : rc;
}

/* The master in the scope of edit, once his values are; whatever records there are, a field that
 * is closed to him is refused. End the write in any case. */
static int take_master(const merging *m, c4_write *write)
{
    int rc = c4_write_open(write, m->unit, m->asked->module, CRM4E_ACTION_EDIT);

    write->draft = &m->draft;
    rc = rc == CRM4E_OK ? c4_write_check_permissions(write) : rc;
    return rc == CRM4E_OK ? c4_write_take(write, m->asked->master, 0) : rc;
}

static int check_master(const merging *m)
{
    c4_write write;
    int rc = take_master(m, &write);

    c4_write_end(&write);
    return rc == CRM4E_OK ? check_own_reach(m) : rc;
}

static int read_values(merging *m)
{
    if (c4_draft_init(&m->draft, m->unit->arena, m->module) != CRM4E_OK) {
        return c4_record_no_memory(m->unit);
    }
    m->draft.id = m->asked->master;
    return m->asked->values != NULL ? c4_draft_set_object(m->unit, &m->draft, m->asked->values)
                                    : CRM4E_OK;
}

/* ------------------------------------------------------------- the others leave */

/* All are read before the first one leaves: a record that is not there is no half merge. */
static int read_others(merging *m)
{
    const bool *readable = NULL;
    c4_scope view;
    int rc = c4_access_module_number(m->unit, m->module->number, CRM4E_ACTION_VIEW, &view);

    for (size_t i = 0; i < m->asked->count && rc == CRM4E_OK; i++) {
        rc = c4_record_read(m->unit, &view, m->asked->others[i], &m->rows[i], &readable);
    }
    return rc;
}

static int write_down(const merging *m, crm4e_id other)
{
    char detail[DETAIL];

    (void)snprintf(detail, sizeof detail, "%s: into %" PRId64, m->module->api_name,
                   (int64_t)m->asked->master);
    return c4_audit(m->unit, "record_merged", other, detail);
}

static int delete_others(merging *m)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < m->asked->count && rc == CRM4E_OK; i++) {
        rc = c4_record_delete(m->unit, m->asked->module, m->asked->others[i], 0);
        if (rc == CRM4E_OK) {
            rc = write_down(m, m->asked->others[i]);
        }
    }
    return rc;
}

/* ------------------------------------------------------------- what the master takes over */

static bool is_link(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
           field->type == CRM4E_TYPE_MULTISELECTLOOKUP;
}

/* A record does not point to itself for having been merged. */
static bool leads_back(const merging *m, const c4_field *field, const crm4e_value *row)
{
    const crm4e_value *value = &row[field->column];
    size_t at = 0;
    int64_t id;
    bool back = false;

    if (!is_link(field)) {
        return false;
    }
    if (value->type == CRM4E_VALUE_INTEGER) {
        return is_merged(m, value->integer);
    }
    while (!back && c4_list_next(value, &at, &id)) {
        back = is_merged(m, id);
    }
    return back;
}

/* What the library writes, and what numbers a record, is each record's own. */
static bool is_taken_over(const merging *m, const c4_field *field)
{
    return (field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) == 0 &&
           field->type != CRM4E_TYPE_AUTONUMBER && !m->draft.set[field - m->module->fields];
}

static bool has_amounts(const c4_field *field)
{
    bool has = field->type == CRM4E_TYPE_CURRENCY;

    for (size_t i = 0; i < field->column_count; i++) {
        has = has || field->columns[i].type == CRM4E_TYPE_CURRENCY;
    }
    return has;
}

/* Amounts of another currency would be other amounts in the master, which keeps its own. Of hidden
 * currencies nothing tells that they are the same. */
static bool is_in_its_currency(const merging *m, const c4_write *write, const c4_field *field,
                               const crm4e_value *row)
{
    const c4_field *currency = m->module->currency;

    return currency == NULL || !has_amounts(field) ||
           (m->sees_currency && !m->draft.set[currency - m->module->fields] &&
            c4_money_same(write->unit, m->module, write->before, m->module, row));
}

/* Hidden values are NULL in what he reads: there is nothing to take over. */
static int fill_field(merging *m, c4_write *write, const c4_field *field)
{
    const size_t at = (size_t)(field - m->module->fields);
    int rc = CRM4E_OK;

    for (size_t i = 0; i < m->asked->count && rc == CRM4E_OK && !m->draft.set[at]; i++) {
        const crm4e_value *row = m->rows[i];
        if (row[field->column].type != CRM4E_VALUE_NULL && !leads_back(m, field, row) &&
            is_in_its_currency(m, write, field, row)) {
            rc = c4_write_take_over(write, field, row, &m->draft);
        }
    }
    return rc;
}

static void add_tags(const c4_field *field, const crm4e_value *stored, c4_list *list)
{
    size_t at = 0;
    int64_t code;

    while (list->count < C4_TAGS_OF_RECORD && c4_list_next(stored, &at, &code)) {
        const c4_option *tag = c4_field_option(field, (int32_t)code);
        bool has = tag == NULL || !tag->active;
        for (size_t i = 0; i < list->count && !has; i++) {
            has = list->items[i] == code;
        }
        if (!has) {
            list->items[list->count++] = code;
        }
    }
}

/* For who may tag the record; the tags of others stay with them. */
static int fill_tags(merging *m, c4_write *write)
{
    const c4_field *field = c4_tag_field(m->module);
    c4_parsing to = {m->unit, m->unit->arena, field, &m->tags, NULL};
    c4_list list = {.count = 0};
    int rc = c4_access_module_visible(m->unit, m->module)
                 ? c4_write_check_system(write, C4_COLUMN_TAG)
                 : CRM4E_E_DENIED;

    if (rc == CRM4E_E_DENIED) {
        c4_failure_clear(m->unit->error);
        return CRM4E_OK;
    }
    add_tags(field, &write->before[C4_COLUMN_TAG], &list);
    for (size_t i = 0; i < m->asked->count; i++) {
        add_tags(field, &m->rows[i][C4_COLUMN_TAG], &list);
    }
    rc = rc == CRM4E_OK ? c4_list_finish(&to, &list) : rc;
    if (rc == CRM4E_OK) {
        m->draft.tags = &m->tags;
    }
    return rc;
}

/* Only what he reads of the master as empty is: what is hidden from him stays. The scopes are
 * new ones: shares have changed. */
static int fill_master(merging *m)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_write write;
    c4_scope view;
    int rc = take_master(m, &write);

    rc = rc == CRM4E_OK ? c4_write_copy(&write) : rc;
    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(m->unit, m->module->number, CRM4E_ACTION_VIEW, &view);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_read(m->unit, &view, m->asked->master, &row, &readable);
    }
    m->sees_currency = rc == CRM4E_OK && m->module->currency != NULL &&
                       readable[m->module->currency - m->module->fields];
    for (size_t i = 0; i < m->module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &m->module->fields[i];
        if (readable[i] && row[field->column].type == CRM4E_VALUE_NULL && is_taken_over(m, field)) {
            rc = fill_field(m, &write, field);
        }
    }
    rc = rc == CRM4E_OK ? fill_tags(m, &write) : rc;
    c4_write_end(&write);
    return rc;
}

static int share_master(const merging *m)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < m->asked->count && rc == CRM4E_OK; i++) {
        rc = c4_record_inherit_shares(m->unit, m->asked->module, m->asked->others[i],
                                      m->asked->master);
    }
    return rc;
}

/* ------------------------------------------------------------- what follows */

/* A link from one record to another. */
typedef struct turning {
    const c4_field *field;
    crm4e_id from;
    crm4e_id to;
} turning;

/* One of several: the place stays, unless the master is among them. */
static int turn_list(c4_write *write, const turning *turn)
{
    const c4_field *field = turn->field;
    c4_parsing to = {write->unit, write->unit->arena, field, &write->after[field->column], NULL};
    const bool itself = write->before[C4_COLUMN_ID].integer == turn->to;
    bool has = itself;
    c4_list list = {.count = 0};
    size_t at = 0;
    int64_t id;

    while (c4_list_next(&write->before[field->column], &at, &id)) {
        has = has || id == turn->to;
    }
    at = 0;
    while (list.count < C4_LIST_MAX && c4_list_next(&write->before[field->column], &at, &id)) {
        if (id != turn->from) {
            list.items[list.count++] = id;
        } else if (!has) {
            list.items[list.count++] = turn->to;
        }
    }
    return c4_list_finish(&to, &list);
}

/* The master points to nothing instead of to itself. */
static int turn_link(c4_write *write, const void *context)
{
    const turning *turn = context;
    const c4_field *field = turn->field;
    int rc = CRM4E_OK;

    if (field->type == CRM4E_TYPE_MULTISELECTLOOKUP) {
        rc = turn_list(write, turn);
    } else if (write->before[C4_COLUMN_ID].integer != turn->to) {
        write->after[field->column] = c4_integer(turn->to);
    } else {
        write->after[field->column] = c4_null();
        if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
            write->after[field->key_column] = c4_null();
        }
    }
    return rc == CRM4E_OK ? c4_write_compute(write) : rc;
}

/* Ids are of one record in the whole org: which module a link leads to need not be asked. */
static int find_links(c4_unit *unit, const c4_field *field, crm4e_id id, crm4e_id **ids,
                      size_t *count)
{
    return field->type == CRM4E_TYPE_MULTISELECTLOOKUP
               ? c4_links_to(unit, field, id, ids, count)
               : c4_rows_with(unit, &field->module->table, field->column, id, ids, count);
}

static int turn_field(const merging *m, const turning *turn)
{
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = find_links(m->unit, turn->field, turn->from, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_record_recompute(m->unit, turn->field->module, ids[i], turn_link, turn);
    }
    return rc;
}

bool c4_merge_may_point(const c4_field *field, const c4_module *module)
{
    bool found = false;

    for (size_t i = 0; i < field->target_count && is_link(field); i++) {
        found = found || field->targets[i] == module->number;
    }
    return found;
}

static int turn_links(const merging *m, crm4e_id from)
{
    int rc = CRM4E_OK;

    for (size_t k = 0; k < m->unit->meta->module_count && rc == CRM4E_OK; k++) {
        const c4_module *other = m->unit->meta->modules[k];
        for (size_t i = 0; i < other->field_count && rc == CRM4E_OK; i++) {
            const turning turn = {&other->fields[i], from, m->asked->master};
            if (c4_merge_may_point(turn.field, m->module)) {
                rc = turn_field(m, &turn);
            } else {
                rc = c4_merge_turn_rows(m->unit, turn.field, m->module, from, turn.to);
            }
        }
    }
    return rc;
}

static int follow(const merging *m)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < m->asked->count && rc == CRM4E_OK; i++) {
        rc = turn_links(m, m->asked->others[i]);
        if (rc == CRM4E_OK) {
            rc = c4_interactions_merge(m->unit, m->module, m->asked->others[i], m->asked->master);
        }
    }
    return rc;
}

int c4_records_merge(c4_unit *unit, const c4_merge *merge)
{
    merging m = {.unit = unit, .asked = merge};
    const uint32_t source = unit->source;
    int rc;

    unit->source = C4_SOURCE_MERGE;
    rc = open_module(&m);
    rc = rc == CRM4E_OK ? check_ids(&m) : rc;
    rc = rc == CRM4E_OK ? read_values(&m) : rc;
    rc = rc == CRM4E_OK ? check_master(&m) : rc;
    rc = rc == CRM4E_OK ? read_others(&m) : rc;
    rc = rc == CRM4E_OK ? delete_others(&m) : rc;
    rc = rc == CRM4E_OK ? share_master(&m) : rc;
    rc = rc == CRM4E_OK ? follow(&m) : rc;
    rc = rc == CRM4E_OK ? fill_master(&m) : rc;
    rc = rc == CRM4E_OK ? c4_record_update(unit, &m.draft) : rc;
    unit->source = source;
    return rc;
}
