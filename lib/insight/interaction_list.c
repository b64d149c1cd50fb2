/* SPDX-License-Identifier: MIT */
/* The way along the interactions of a record, and what of them a reader sees. */
#include "insight/interactions.h"

#include <string.h>

#include "model/gates.h"
#include "record/interaction.h"

enum {
    MOST_PARTS = 9
};

static const crm4e_table *const table = &c4_tables[C4_TABLE_INTERACTION];

/* All are in the index. */
static const uint32_t columns[] = {
    0,
    C4_INTERACTION_TIME,
    C4_INTERACTION_KIND,
    C4_INTERACTION_CHANNEL,
    C4_INTERACTION_DIRECTION,
    C4_INTERACTION_USER,
    C4_INTERACTION_SOURCE_MODULE,
    C4_INTERACTION_SOURCE,
    C4_INTERACTION_RECORD,
};

enum {
    COLUMNS = sizeof columns / sizeof columns[0],
    RECORD = COLUMNS - 1 /* where it stands in a row */
};

/* ------------------------------------------------------------- opening */

static int read_word(c4_unit *unit, const char *member, c4_names names, const char *text,
                     uint32_t *number)
{
    *number = text != NULL ? c4_number_of(names, text) : 0;
    return text != NULL && *number == 0
               ? c4_refuse(unit, CRM4E_E_INVALID, member, "word", "is not a known word")
               : CRM4E_OK;
}

static int read_words(c4_interactions *list)
{
    const c4_interactions_request *request = list->request;
    const c4_interaction_kind *kind =
        request->kind != NULL ? c4_interaction_kind_named(list->unit->meta, request->kind) : NULL;
    int rc = read_word(list->unit, "channel", C4_NAMES_CHANNEL, request->channel, &list->channel);

    if (rc == CRM4E_OK) {
        rc = read_word(list->unit, "direction", C4_NAMES_DIRECTION, request->direction,
                       &list->direction);
    }
    if (rc == CRM4E_OK && request->kind != NULL && kind == NULL) {
        rc = c4_refuse(list->unit, CRM4E_E_NOT_FOUND, "kind", "kind", "names no kind");
    }
    if (rc == CRM4E_OK && request->user != 0 &&
        c4_meta_user(list->unit->meta, request->user) == NULL) {
        rc = c4_refuse(list->unit, CRM4E_E_NOT_FOUND, "user", "user", "is nobody there is");
    }
    list->kind = kind != NULL ? kind->id : 0;
    return rc;
}

/* Who may view the record, and edit it where that is asked; the answers to who may not are those
 * of adding. */
static int ask_record(const c4_interactions *list)
{
    const c4_interactions_request *request = list->request;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope scope;
    int rc = request->edits
                 ? c4_interactions_edit(list->unit, request->module, request->record, false)
                 : CRM4E_OK;

    if (rc == CRM4E_OK) {
        rc = c4_access_module(list->unit, request->module, CRM4E_ACTION_VIEW, &scope);
    }
    return rc == CRM4E_OK ? c4_record_read(list->unit, &scope, request->record, &row, &readable)
                          : rc;
}

int c4_interactions_open(c4_interactions *list, c4_unit *unit,
                         const c4_interactions_request *request)
{
    int rc = c4_access_actor(unit);

    *list = (c4_interactions){.unit = unit, .request = request, .forward = !request->descending};
    list->time = list->forward ? INT64_MIN : INT64_MAX;
    list->id = list->forward ? 0 : INT64_MAX;
    c4_arena_init(&list->scratch, unit->arena->mem);
    rc = rc == CRM4E_OK ? c4_interactions_need(unit) : rc;
    if (rc == CRM4E_OK) {
        rc = c4_interaction_module(unit, request->module);
    }
    rc = rc > 0 ? ask_record(list) : rc;
    rc = rc == CRM4E_OK ? read_words(list) : rc;
    list->modules = c4_asked_new(unit);
    return rc == CRM4E_OK && list->modules == NULL ? c4_record_no_memory(unit) : rc;
}

void c4_interactions_close(c4_interactions *list)
{
    c4_arena_free(&list->scratch);
}

/* ------------------------------------------------------------- reading */

/* What is asked of the rows, and what that compares with. */
typedef struct narrowing {
    crm4e_value values[MOST_PARTS];
    crm4e_predicate parts[MOST_PARTS];
    crm4e_predicate all;
    size_t count;
} narrowing;

static void narrow_by(narrowing *n, crm4e_operator op, uint32_t column, int64_t number)
{
    n->values[n->count] = c4_integer(number);
    n->parts[n->count] = c4_where(op, column, &n->values[n->count], 1);
    n->count++;
}

static void narrow(const c4_interactions *list, narrowing *n)
{
    const c4_interactions_request *request = list->request;

    n->count = 0;
    narrow_by(n, CRM4E_OP_EQ, C4_INTERACTION_RECORD, request->record);
    if (list->kind != 0) {
        narrow_by(n, CRM4E_OP_EQ, C4_INTERACTION_KIND, list->kind);
    }
    if (list->channel != 0) {
        narrow_by(n, CRM4E_OP_EQ, C4_INTERACTION_CHANNEL, list->channel);
    }
    if (list->direction != 0) {
        narrow_by(n, CRM4E_OP_EQ, C4_INTERACTION_DIRECTION, list->direction);
    }
    if (request->user != 0) {
        narrow_by(n, CRM4E_OP_EQ, C4_INTERACTION_USER, request->user);
    }
}

static int64_t number_of(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER ? value->integer : 0;
}

static void take_entry(const crm4e_value *row, c4_interaction_entry *entry)
{
    *entry = (c4_interaction_entry){
        .id = row[0].integer,
        .time = row[1].integer,
        .kind = row[2].integer,
        .channel = row[3].integer,
        .direction = row[4].integer,
        .user = number_of(&row[5]),
        .source_module = (int32_t)number_of(&row[6]),
        .source = number_of(&row[7]),
    };
    entry->is_link = entry->source != 0 && entry->kind != C4_KIND_STAGE_CHANGED;
}

/* Entries that meet the conditions, behind those that are there already. */
static int add_entries(const c4_interactions *list, narrowing *n, size_t most,
                       c4_interaction_entry *entries, size_t *count)
{
    const uint32_t down = list->forward ? 0 : 1;
    const crm4e_order order[] = {{C4_INTERACTION_TIME, 0, down}, {0, 0, down}};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    n->all = c4_where_all(n->parts, n->count);
    c4_plan_init(&plan, table);
    plan.where = &n->all;
    plan.columns = columns;
    plan.column_count = COLUMNS;
    plan.order = order;
    plan.order_count = 2;
    plan.limit = (int64_t)(most - *count);
    plan.index = C4_INTERACTION_BY_RECORD;
    rc = c4_rows_open(&rows, list->unit->db, &plan);
    while (rc == CRM4E_OK && *count < most && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        take_entry(row, &entries[(*count)++]);
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return c4_stored(list->unit, rc);
}

/* Everything from one bound on, as far as the other: the place is nearer than the period's end
 * once there is one. */
static void narrow_period(const c4_interactions *list, narrowing *n)
{
    const int64_t from = list->request->from;
    const int64_t until = list->request->until;

    if (list->forward ? list->time != INT64_MIN : list->time != INT64_MAX) {
        narrow_by(n, list->forward ? CRM4E_OP_GT : CRM4E_OP_LT, C4_INTERACTION_TIME, list->time);
    }
    if (from != 0) {
        narrow_by(n, CRM4E_OP_GE, C4_INTERACTION_TIME, from);
    }
    if (until != 0) {
        narrow_by(n, CRM4E_OP_LT, C4_INTERACTION_TIME, until);
    }
}

/* First what happened at the same moment as the last entry, then the rest: so each is one piece
 * of the index, however many happened together. */
int c4_interactions_read(c4_interactions *list, size_t most, c4_interaction_entry *entries,
                         size_t *count)
{
    narrowing n;
    int rc = CRM4E_OK;

    *count = 0;
    if (list->time != INT64_MIN && list->time != INT64_MAX) {
        narrow(list, &n);
        narrow_by(&n, CRM4E_OP_EQ, C4_INTERACTION_TIME, list->time);
        narrow_by(&n, list->forward ? CRM4E_OP_GT : CRM4E_OP_LT, 0, list->id);
        rc = add_entries(list, &n, most, entries, count);
    }
    if (rc == CRM4E_OK && *count < most) {
        narrow(list, &n);
        narrow_period(list, &n);
        rc = add_entries(list, &n, most, entries, count);
    }
    if (rc == CRM4E_OK && *count > 0) {
        list->time = entries[*count - 1].time;
        list->id = entries[*count - 1].id;
    }
    return rc;
}

/* ------------------------------------------------------------- what the reader sees */

static bool reads(const c4_interaction_seen *seen, const c4_field *field)
{
    return field != NULL && seen->readable[field - seen->module->fields];
}

static bool reads_named(const c4_interaction_seen *seen, const char *name)
{
    return name == NULL || reads(seen, c4_module_field_named(seen->module, name));
}

/* The line, as far as the index does not have it. */
static int read_rest(c4_interactions *list, crm4e_id id, crm4e_value *link, crm4e_value *content)
{
    static const uint32_t wanted[] = {C4_INTERACTION_LINK, C4_INTERACTION_CONTENT};
    crm4e_value values[2];
    int rc = c4_stored(list->unit, c4_db_get(list->unit->db, table, id, wanted, values, 2));

    if (rc == CRM4E_OK && !c4_value_copy(&list->scratch, &values[1])) {
        rc = c4_record_no_memory(list->unit);
    }
    *link = values[0];
    *content = values[1];
    return rc;
}

/* What says that the record is an interaction of the person, which, and when. */
static bool shows_link(const c4_interactions *list, const c4_interaction_seen *seen,
                       const crm4e_value *link)
{
    const c4_interaction_source *source = c4_interaction_source_of(seen->module);
    const c4_field *owner = c4_module_field_named(seen->module, "Owner");

    return source != NULL && reads(seen, c4_module_field(seen->module, (int32_t)number_of(link))) &&
           reads_named(seen, source->time) && reads_named(seen, source->decides[0]) &&
           reads_named(seen, source->decides[1]) &&
           (list->request->user == 0 || reads(seen, owner));
}

static int shows_change(c4_interactions *list, c4_interaction_seen *seen,
                        const crm4e_value *content)
{
    c4_field_change *changes = NULL;
    size_t count = 0;
    int rc = c4_changes_decode(&list->scratch, content->data, content->length, &changes, &count);

    if (rc == CRM4E_OK && count == 1) {
        seen->changed = c4_module_field(seen->module, changes[0].field);
        seen->before = changes[0].before;
        seen->after = changes[0].after;
    }
    seen->open = rc == CRM4E_OK && count == 1 && reads(seen, seen->changed);
    return rc == CRM4E_E_CORRUPT ? c4_fail(list->unit->error, rc, "an interaction is damaged")
                                 : c4_stored(list->unit, rc);
}

/* A change of a deal's stage also tells that the deal is the contact's. */
static bool shows_whose(const c4_interactions *list, const c4_interaction_seen *seen)
{
    return seen->row[C4_COLUMN_ID].integer == list->request->record ||
           seen->module->number == C4_LEADS || reads_named(seen, "Contact_Name");
}

static int look_inside(c4_interactions *list, c4_scope *scope, const c4_interaction_entry *entry,
                       c4_interaction_seen *seen)
{
    crm4e_value link;
    crm4e_value content;
    int rc = c4_record_fetch(&list->scratch, scope, entry->source, &seen->row, &seen->readable);

    rc = c4_asked_quietly(list->unit, rc, &seen->open);
    if (rc != CRM4E_OK || !seen->open) {
        return rc;
    }
    seen->module = scope->module;
    rc = read_rest(list, entry->id, &link, &content);
    if (rc == CRM4E_OK && entry->is_link) {
        seen->open = shows_link(list, seen, &link);
    } else if (rc == CRM4E_OK) {
        rc = shows_change(list, seen, &content);
        seen->open = seen->open && shows_whose(list, seen);
    }
    seen->open = C4_NARROWS(INTERACTION_SOURCE, seen->open, true);
    return rc;
}

/* The unit's own scratch is the entry's meanwhile: there may be many that he does not see. */
int c4_interaction_look(c4_interactions *list, const c4_interaction_entry *entry, bool whole,
                        c4_interaction_seen *seen)
{
    const c4_module *module = NULL;
    c4_arena *scratch = list->unit->arena;
    void *answers = list->unit->asked;
    c4_asked *asked = NULL;
    int rc = CRM4E_OK;

    *seen = (c4_interaction_seen){.open = entry->source == 0};
    if (seen->open) {
        return CRM4E_OK;
    }
    asked = c4_asked_at(list->unit, list->modules, entry->source_module, &module);
    if (asked != NULL) {
        rc = c4_asked_open(list->unit, module, CRM4E_ACTION_VIEW, asked);
    }
    if (rc != CRM4E_OK || asked == NULL || !asked->open) {
        return rc;
    }
    if (!whole && entry->is_link && asked->scope.everything &&
        c4_access_all_fields(&asked->scope)) {
        seen->open = true;
        return CRM4E_OK;
    }
    c4_arena_reset(&list->scratch);
    list->unit->arena = &list->scratch;
    list->unit->asked = NULL;
    rc = look_inside(list, &asked->scope, entry, seen);
    list->unit->arena = scratch;
    list->unit->asked = answers;
    return rc;
}

int c4_interaction_find(c4_interactions *list, crm4e_id id, c4_interaction_entry *entry)
{
    crm4e_value row[COLUMNS];
    c4_interaction_seen seen = {.open = false};
    int rc = c4_db_get(list->unit->db, table, id, columns, row, COLUMNS);

    if (rc == CRM4E_OK && row[RECORD].integer == list->request->record) {
        take_entry(row, entry);
        rc = c4_interaction_look(list, entry, false, &seen);
    } else if (rc != CRM4E_OK && rc != CRM4E_E_NOT_FOUND) {
        return c4_stored(list->unit, rc);
    } else {
        rc = CRM4E_OK;
    }
    return rc == CRM4E_OK && !seen.open ? c4_refuse(list->unit, CRM4E_E_NOT_FOUND, "interaction",
                                                    "interaction", "is none of the record's")
                                        : rc;
}
