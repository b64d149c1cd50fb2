/* SPDX-License-Identifier: MIT */
/* Creating and changing records. */
#include "record/file.h"
#include "record/inside.h"
#include "record/interaction.h"
#include "record/link.h"
#include "record/request.h"
#include "record/search_run.h"

#include <stdint.h>

enum {
    HISTORY_CEILING = 16 * 1024 * 1024
};

void c4_write_start(c4_write *write, c4_unit *unit, const c4_module *module)
{
    *write = (c4_write){.unit = unit, .module = module};
    write->scope = (c4_scope){.unit = unit, .module = module};
    c4_buffer_init(&write->buffer, unit->arena->mem, HISTORY_CEILING);
}

int c4_write_open(c4_write *write, c4_unit *unit, const char *module, crm4e_action action)
{
    c4_scope scope = {0};
    int rc = c4_access_module(unit, module, action, &scope);

    c4_write_start(write, unit, scope.module);
    if (rc == CRM4E_OK) {
        write->scope = scope;
    }
    return rc;
}

void c4_write_end(c4_write *write)
{
    c4_buffer_free(&write->buffer);
}

int c4_write_told(c4_write *write, crm4e_id record, c4_record_action action)
{
    c4_unit *unit = write->unit;
    c4_change change = {.module = write->module,
                        .record = record,
                        .action = action,
                        .before = write->before,
                        .after = write->after,
                        .left = &write->left};
    int rc = c4_search_note(unit, &change);

    if (rc == CRM4E_OK) {
        rc = c4_links_note(unit, &change);
    }
    if (rc == CRM4E_OK) {
        rc = c4_request_note(unit, &change);
    }
    if (rc == CRM4E_OK && unit->hooks != NULL && unit->hooks->changed != NULL) {
        rc = unit->hooks->changed(unit, &change);
    }
    /* what comes back from the bin was there before */
    return rc == CRM4E_OK && action != C4_RECORD_RESTORED ? c4_interaction_told(unit, &write->came)
                                                          : rc;
}

/* Visible but not open to the action, or not visible, which looks the same as
 * not there. */
static int refuse_row(c4_write *write)
{
    c4_unit *unit = write->unit;
    c4_scope view;
    bool visible = false;
    int rc = c4_access_module_number(unit, write->module->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK) {
        rc = c4_access_whole_row(&view, write->before, &visible);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    if (C4_REFUSES(WRITE_HIDDEN_ROW, !visible)) {
        return c4_no_such_record(unit);
    }
    (void)c4_fail(unit->error, CRM4E_E_DENIED, "this user may not %s this record of %s",
                  c4_text_of(C4_NAMES_ACTION, write->scope.action), write->module->api_name);
    return c4_fail_field(unit->error, write->module->api_name, NULL, "record_scope");
}

static int check_state(c4_write *write, int64_t expected_version)
{
    c4_unit *unit = write->unit;
    int64_t version = write->before[C4_COLUMN_VERSION].integer;

    if (version < 1 || version == INT64_MAX) {
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "a record has no possible version");
    }
    if (!write->past_lock && C4_REFUSES(WRITE_LOCK, write->before[C4_COLUMN_LOCKED].integer != 0)) {
        (void)c4_fail(unit->error, CRM4E_E_LOCKED, "the record is locked");
        return c4_fail_field(unit->error, write->module->api_name, NULL, "locked");
    }
    if (expected_version != 0 && version != expected_version) {
        (void)c4_fail(unit->error, CRM4E_E_CONFLICT, "the record was changed since it was read");
        return c4_fail_field(unit->error, write->module->api_name, NULL, "version");
    }
    return CRM4E_OK;
}

int c4_write_take(c4_write *write, crm4e_id id, int64_t expected_version)
{
    bool inside = true;
    int rc = c4_record_load(write->unit, write->module, id, &write->before);

    if (rc == CRM4E_OK && !write->as_rule) {
        rc = c4_access_whole_row(&write->scope, write->before, &inside);
    }
    if (rc == CRM4E_OK && C4_REFUSES(WRITE_ROW, !inside)) {
        rc = refuse_row(write);
    }
    if (rc == CRM4E_OK && !write->as_rule) {
        rc = c4_access_authorise(&write->scope, NULL, id);
    }
    return rc == CRM4E_OK ? check_state(write, expected_version) : rc;
}

/* The module as the unit's snapshot has it; a draft of another snapshot has
 * its fields in other places. */
static int open_module(c4_write *write, c4_unit *unit, const c4_draft *draft, crm4e_action action,
                       bool as_rule)
{
    int rc;

    c4_write_start(write, unit, draft->module);
    write->draft = draft;
    write->as_rule = as_rule;
    rc = as_rule ? c4_access_actor(unit)
                 : c4_access_module_number(unit, draft->module->number, action, &write->scope);
    if (rc == CRM4E_OK && c4_meta_module(unit->meta, draft->module->number) != draft->module) {
        rc = c4_fail(unit->error, CRM4E_E_INTERNAL, "a draft of another snapshot");
    }
    return rc;
}

/* Somebody else as the first owner takes the right to change owners. */
static int choose_owner(c4_write *write, crm4e_id *owner)
{
    c4_unit *unit = write->unit;
    crm4e_id asked = write->draft->owner;
    c4_scope scope;
    int rc = CRM4E_OK;

    *owner = asked != 0 ? asked : unit->actor->id;
    if (asked != 0 && asked != unit->actor->id && !write->as_rule) {
        rc =
            c4_access_module_number(unit, write->module->number, CRM4E_ACTION_CHANGE_OWNER, &scope);
    }
    return rc == CRM4E_OK && asked != 0 ? c4_owner_check(unit, write->module, asked) : rc;
}

/* Where nobody was asked for, the layers above may choose by what the record says. */
static int assign_owner(c4_write *write)
{
    c4_unit *unit = write->unit;
    crm4e_id owner = unit->actor->id;
    int rc;

    if (write->draft->owner != 0 || unit->hooks == NULL || unit->hooks->choose_owner == NULL) {
        return CRM4E_OK;
    }
    rc = unit->hooks->choose_owner(unit, write->draft, write->after, &owner);
    if (rc == CRM4E_OK && owner != unit->actor->id &&
        c4_owner_check(unit, write->module, owner) != CRM4E_OK) {
        c4_failure_clear(unit->error);
        owner = unit->actor->id;
    }
    write->after[C4_COLUMN_OWNER] = c4_integer(owner);
    return rc;
}

static int start_row(c4_write *write)
{
    crm4e_id owner = 0;
    int rc = choose_owner(write, &owner);

    if (rc != CRM4E_OK) {
        return rc;
    }
    write->after = c4_row_new(write->unit, write->module);
    if (write->after == NULL) {
        return c4_record_no_memory(write->unit);
    }
    write->after[C4_COLUMN_OWNER] = c4_integer(owner);
    write->after[C4_COLUMN_CREATED_BY] = c4_integer(write->unit->actor->id);
    write->after[C4_COLUMN_CREATED_TIME] = c4_integer(write->unit->now);
    write->after[C4_COLUMN_MODIFIED_BY] = c4_integer(write->unit->actor->id);
    write->after[C4_COLUMN_MODIFIED_TIME] = c4_integer(write->unit->now);
    write->after[C4_COLUMN_VERSION] = c4_integer(1);
    write->after[C4_COLUMN_LOCKED] = c4_integer(0);
    return CRM4E_OK;
}

static int fill_row(c4_write *write)
{
    int rc = c4_write_check_values(write);

    if (rc == CRM4E_OK) {
        rc = c4_write_money(write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_derive(write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_money_range(write);
    }
    return rc == CRM4E_OK ? c4_write_keys(write) : rc;
}

/* The store finds values that are taken; which one is asked only then. */
static int stored(c4_write *write, int rc)
{
    if (rc == CRM4E_E_CONFLICT) {
        return c4_write_name_conflict(write);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

/* Tells the hooks. Whatever they make of a record leaves a change of its own; without one since
 * the row was known, it is as it was then. */
static int tell(c4_write *write, crm4e_id id, c4_record_action action, crm4e_value **row)
{
    const int64_t next = write->unit->state.next_change;
    const c4_left written = {write->after, next};
    const c4_left *last = &written;
    int rc;

    write->left = (c4_left){NULL, 0};
    rc = c4_write_told(write, id, action);
    if (write->left.row != NULL) {
        last = &write->left;
    }
    *row = rc == CRM4E_OK && write->unit->state.next_change == last->next_change ? last->row : NULL;
    return rc;
}

/* The row says how long it is. */
static int take_content(c4_write *write, crm4e_id id)
{
    const c4_field *field = c4_module_field(write->module, C4_ATTACHMENT_SIZE);
    int64_t size = 0;
    int rc = c4_file_store(write->unit, id, NULL, write->draft->content, &size);

    if (rc == CRM4E_OK && field != NULL) {
        write->after[field->column] = c4_integer(size);
    }
    return rc;
}

/* One that rules are about to change is written when they have. */
static int insert_row(c4_write *write)
{
    const c4_unit *unit = write->unit;
    const c4_module *module = write->module;
    int rc;

    write->waits = unit->hooks != NULL && unit->hooks->changes_new != NULL &&
                   unit->hooks->changes_new(unit, module);
    rc = write->waits ? c4_db_insert_soon(unit->db, &module->table, write->after)
                      : c4_db_insert(unit->db, &module->table, write->after);
    write->waits = write->waits && rc == CRM4E_OK;
    return stored(write, rc);
}

static int insert(c4_write *write, crm4e_value **row)
{
    c4_unit *unit = write->unit;
    crm4e_id new_id = c4_unit_new_id(unit);
    int rc = CRM4E_OK;

    if (new_id == 0) {
        return c4_fail(unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    write->after[C4_COLUMN_ID] = c4_integer(new_id);
    if (write->draft->content != NULL) {
        rc = take_content(write, new_id);
    }
    if (rc == CRM4E_OK) {
        rc = insert_row(write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_history(write, C4_RECORD_ADDED);
    }
    return rc == CRM4E_OK ? tell(write, new_id, C4_RECORD_ADDED, row) : rc;
}

/* A row that the storage refused is no record, whatever else was made of the refusal. */
static int settle(const c4_write *write, int rc)
{
    c4_db *db = write->unit->db;
    int refused = CRM4E_OK;

    if (rc == CRM4E_OK) {
        (void)c4_db_settle(db);
    }
    refused = c4_waiting_drop(db);
    return refused == CRM4E_OK ? rc : c4_fail_plain(write->unit->error, refused);
}

static int create(c4_unit *unit, c4_draft *draft, bool as_rule, crm4e_id *id)
{
    c4_write write;
    int rc = open_module(&write, unit, draft, CRM4E_ACTION_CREATE, as_rule);

    draft->stored = NULL;
    if (rc == CRM4E_OK && !as_rule) {
        rc = c4_write_check_permissions(&write);
    }
    if (rc == CRM4E_OK) {
        rc = start_row(&write);
    }
    if (rc == CRM4E_OK) {
        rc = fill_row(&write);
    }
    if (rc == CRM4E_OK) {
        rc = assign_owner(&write);
    }
    if (rc == CRM4E_OK) {
        rc = insert(&write, &draft->stored);
    }
    if (write.waits) {
        rc = settle(&write, rc);
    }
    if (rc == CRM4E_OK) {
        *id = write.after[C4_COLUMN_ID].integer;
    }
    c4_write_end(&write);
    return rc;
}

int c4_record_create(c4_unit *unit, c4_draft *draft, crm4e_id *id)
{
    return create(unit, draft, false, id);
}

static bool sets_fields(const c4_draft *draft)
{
    bool found = false;

    for (size_t i = 0; i < draft->module->field_count && !found; i++) {
        found = draft->set[i];
    }
    return found;
}

/* The row must also lie in the scope of owner changes. */
static int change_owner(c4_write *write)
{
    c4_unit *unit = write->unit;
    crm4e_id owner = write->draft->owner;
    c4_scope scope;
    bool inside = true;
    int rc = CRM4E_OK;

    if (owner == 0 || owner == write->before[C4_COLUMN_OWNER].integer) {
        return CRM4E_OK;
    }
    if (!write->as_rule && write->scope.action != CRM4E_ACTION_CHANGE_OWNER) {
        rc =
            c4_access_module_number(unit, write->module->number, CRM4E_ACTION_CHANGE_OWNER, &scope);
        if (rc == CRM4E_OK) {
            rc = c4_access_whole_row(&scope, write->before, &inside);
        }
        if (rc == CRM4E_OK && !inside) {
            write->scope.action = CRM4E_ACTION_CHANGE_OWNER;
            rc = refuse_row(write);
        }
    }
    if (rc == CRM4E_OK) {
        rc = c4_owner_check(unit, write->module, owner);
    }
    write->after[C4_COLUMN_OWNER] = c4_integer(owner);
    return rc;
}

/* Columns that changed, and their values. */
typedef struct difference {
    uint32_t *columns;
    crm4e_value *values;
    size_t count;
} difference;

static void add_column(const c4_write *write, difference *changed, uint32_t column)
{
    changed->columns[changed->count] = column;
    changed->values[changed->count++] = write->after[column];
}

static int compare_rows(c4_write *write, difference *changed)
{
    const c4_module *module = write->module;

    changed->columns =
        c4_arena_array(write->unit->arena, module->table.column_count, sizeof(uint32_t));
    changed->values = c4_row_new(write->unit, module);
    if (changed->columns == NULL || changed->values == NULL) {
        return c4_record_no_memory(write->unit);
    }
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        if (!c4_field_differs(field, write->before, write->after)) {
            continue;
        }
        add_column(write, changed, field->column);
        if (field->key_column != 0) {
            add_column(write, changed, field->key_column);
        }
    }
    return CRM4E_OK;
}

void c4_write_stamp(c4_write *write)
{
    static const uint32_t columns[] = {C4_COLUMN_MODIFIED_BY, C4_COLUMN_MODIFIED_TIME,
                                       C4_COLUMN_VERSION};
    int64_t before = write->before[C4_COLUMN_MODIFIED_TIME].integer;
    int64_t now = write->unit->now;

    write->after[columns[0]] = c4_integer(write->unit->actor->id);
    write->after[columns[1]] = c4_integer(now > before ? now : before);
    write->after[columns[2]] = c4_integer(write->before[C4_COLUMN_VERSION].integer + 1);
}

static void add_stamp(const c4_write *write, difference *changed)
{
    add_column(write, changed, C4_COLUMN_MODIFIED_BY);
    add_column(write, changed, C4_COLUMN_MODIFIED_TIME);
    add_column(write, changed, C4_COLUMN_VERSION);
}

/* Whether nothing but the owner changed; its column comes first if at all. */
static c4_record_action action_of(const difference *changed)
{
    return changed->count == 1 && changed->columns[0] == C4_COLUMN_OWNER ? C4_RECORD_OWNER_CHANGED
                                                                         : C4_RECORD_UPDATED;
}

int c4_write_store(c4_write *write, c4_record_action *action, bool *differs)
{
    c4_unit *unit = write->unit;
    difference changed = {.count = 0};
    int rc = compare_rows(write, &changed);

    *differs = changed.count > 0;
    if (rc != CRM4E_OK || changed.count == 0) {
        return rc;
    }
    *action = action_of(&changed);
    c4_write_stamp(write);
    add_stamp(write, &changed);
    rc = stored(write,
                c4_db_update(unit->db, &write->module->table, write->before[C4_COLUMN_ID].integer,
                             changed.columns, changed.values, changed.count));
    if (rc == CRM4E_OK) {
        rc = c4_files_settle(write);
    }
    return rc == CRM4E_OK ? c4_write_history(write, *action) : rc;
}

static int store_changes(c4_write *write, crm4e_value **row)
{
    c4_record_action action = C4_RECORD_UPDATED;
    bool differs = false;
    int rc = c4_write_store(write, &action, &differs);

    if (rc != CRM4E_OK || !differs) {
        *row = write->before;
        return rc;
    }
    return tell(write, write->before[C4_COLUMN_ID].integer, action, row);
}

int c4_write_copy(c4_write *write)
{
    write->after = c4_arena_copy(write->unit->arena, write->before,
                                 write->module->table.column_count * sizeof *write->after);
    return write->after != NULL ? CRM4E_OK : c4_record_no_memory(write->unit);
}

/* The row as the draft makes it, checked and computed. */
static int change_row(c4_write *write, c4_draft *draft)
{
    int rc = c4_write_copy(write);

    if (rc == CRM4E_OK && draft->tags != NULL) {
        write->after[C4_COLUMN_TAG] = *draft->tags;
    }
    if (rc == CRM4E_OK) {
        rc = change_owner(write);
    }
    if (rc == CRM4E_OK && draft->files != NULL) {
        rc = c4_files_take(write, draft);
    }
    return rc == CRM4E_OK ? fill_row(write) : rc;
}

/* A change of nothing but the owner takes the right to that alone. */
static int update(c4_unit *unit, c4_draft *draft, bool as_rule)
{
    crm4e_action action =
        draft->owner != 0 && !sets_fields(draft) ? CRM4E_ACTION_CHANGE_OWNER : CRM4E_ACTION_EDIT;
    c4_write write;
    int rc = open_module(&write, unit, draft, action, as_rule);

    draft->stored = NULL;
    if (rc == CRM4E_OK) {
        rc = c4_write_take(&write, draft->id, draft->expected_version);
    }
    if (rc == CRM4E_OK && !as_rule) {
        rc = c4_write_check_permissions(&write);
    }
    if (rc == CRM4E_OK) {
        rc = change_row(&write, draft);
    }
    if (rc == CRM4E_OK) {
        rc = store_changes(&write, &draft->stored);
    }
    c4_write_end(&write);
    return rc;
}

int c4_record_update(c4_unit *unit, c4_draft *draft)
{
    return update(unit, draft, false);
}

int c4_record_change_owner(c4_unit *unit, const char *module, crm4e_id id, crm4e_id owner)
{
    c4_draft draft;
    c4_scope scope;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_CHANGE_OWNER, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_draft_init(&draft, unit->arena, scope.module);
        if (rc != CRM4E_OK) {
            return c4_record_no_memory(unit);
        }
        draft.id = id;
        draft.owner = owner;
        rc = owner > 0 ? update(unit, &draft, false) : c4_owner_check(unit, scope.module, owner);
    }
    return rc;
}

int c4_record_write_as_rule(c4_unit *unit, c4_draft *draft)
{
    return draft->id != 0 ? update(unit, draft, true) : create(unit, draft, true, &draft->id);
}

int c4_record_gather(c4_unit *unit, c4_draft *draft, crm4e_value **row)
{
    c4_write write;
    int rc = open_module(&write, unit, draft, CRM4E_ACTION_EDIT, true);

    write.before = *row;
    if (rc == CRM4E_OK) {
        rc = check_state(&write, 0);
    }
    if (rc == CRM4E_OK) {
        rc = change_row(&write, draft);
    }
    if (rc == CRM4E_OK) {
        *row = write.after;
    }
    c4_write_end(&write);
    return rc;
}

int c4_record_write_gathered(c4_unit *unit, const c4_module *module, crm4e_value *before,
                             const crm4e_value *after, crm4e_value **stored)
{
    c4_write write;
    int rc = CRM4E_OK;

    c4_write_start(&write, unit, module);
    write.as_rule = true;
    write.before = before;
    write.after =
        c4_arena_copy(unit->arena, after, module->table.column_count * sizeof *write.after);
    if (write.after == NULL) {
        rc = c4_record_no_memory(unit);
    }
    if (rc == CRM4E_OK) {
        rc = store_changes(&write, stored);
    }
    c4_write_end(&write);
    return rc;
}
