/* SPDX-License-Identifier: MIT */
/* A module goes with its records: what they were, what hangs on them, and what
 * points to them. */
#include "record/file.h"
#include "record/inside.h"
#include "record/link.h"

/* What the library keeps of records, by the column that says of which module. */
static const struct {
    c4_table_id table;
    uint32_t column;
} kept_rows[] = {
    {C4_TABLE_HISTORY, C4_HISTORY_MODULE}, {C4_TABLE_BIN, C4_BIN_MODULE},
    {C4_TABLE_SHARE, C4_SHARE_MODULE},     {C4_TABLE_RUN, C4_RUN_MODULE},
    {C4_TABLE_OUTBOX, C4_OUTBOX_MODULE},   {C4_TABLE_INTERACTION, C4_INTERACTION_SOURCE_MODULE},
    {C4_TABLE_PENDING, C4_PENDING_MODULE},
};

/* A field of a module that the actor may not know of is not named. */
static int refuse_used(c4_unit *unit, const c4_field *field, const char *what, const char *does)
{
    const c4_module *module = field->module;

    if (!c4_access_module_visible(unit, module) && !c4_actor_configures(unit, module)) {
        (void)c4_fail(unit->error, CRM4E_E_CONFLICT,
                      "a %s of a module that is closed to this user %s the module", what, does);
        return c4_fail_field(unit->error, NULL, NULL, "in_use");
    }
    (void)c4_fail(unit->error, CRM4E_E_CONFLICT, "the %s %s.%s %s the module", what,
                  module->api_name, field->api_name, does);
    return c4_fail_field(unit->error, module->api_name, field->api_name, "in_use");
}

/* Lookups of several modules are the standard's: they point to all there are. */
static bool names(const c4_field *field, const c4_module *module)
{
    bool named = false;

    for (size_t i = 0; i < field->target_count && field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP;
         i++) {
        named = named || field->targets[i] == module->number;
    }
    return named && field->module != module;
}

/* A roll-up of another module over the records. */
static int check_rolled(c4_unit *unit, const c4_module *module)
{
    const c4_field *field = NULL;

    for (size_t i = 0; i < module->rolled_count && field == NULL; i++) {
        field = module->rolled[i]->module != module ? module->rolled[i] : NULL;
    }
    return field != NULL ? refuse_used(unit, field, "roll-up", "goes over") : CRM4E_OK;
}

static int check_unused(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;

    for (size_t m = 0; m < unit->meta->module_count && rc == CRM4E_OK; m++) {
        const c4_module *other = unit->meta->modules[m];
        c4_part_walk walk = {0};
        const c4_field *part;
        while (rc == CRM4E_OK && (part = c4_module_next_part(other, &walk)) != NULL) {
            rc = names(part, module) ? refuse_used(unit, part, "lookup", "points to") : CRM4E_OK;
        }
    }
    return rc == CRM4E_OK ? check_rolled(unit, module) : rc;
}

/* Nobody deletes a locked record, not by the module either. */
static int check_unlocked(c4_unit *unit, const c4_module *module)
{
    crm4e_id *locked = NULL;
    size_t count = 0;
    int rc = c4_rows_with(unit, &module->table, C4_COLUMN_LOCKED, 1, &locked, &count);

    if (rc == CRM4E_OK && count > 0) {
        (void)c4_fail(unit->error, CRM4E_E_LOCKED, "a record of the module is locked");
        rc = c4_fail_field(unit->error, module->api_name, NULL, "locked");
    }
    return rc;
}

/* That it was deleted, and nothing of what it was. */
static int note_dropped(c4_unit *unit, const c4_module *children, crm4e_id id, int64_t version)
{
    const crm4e_value line[C4_HISTORY_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_change(unit)),
        [C4_HISTORY_MODULE] = c4_integer(children->number),
        [C4_HISTORY_RECORD] = c4_integer(id),
        [C4_HISTORY_USER] = c4_integer(unit->actor->id),
        [C4_HISTORY_TIME] = c4_integer(unit->now),
        [C4_HISTORY_ACTION] = c4_integer(C4_RECORD_DELETED),
        [C4_HISTORY_SOURCE] = c4_integer(unit->source),
        [C4_HISTORY_VERSION] = c4_integer(version),
        [C4_HISTORY_CHANGES] = c4_null(),
    };

    return c4_stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_HISTORY], line));
}

/* What hung on a record that is gone is gone, with its history and content. */
static int drop_child(c4_unit *unit, const c4_module *children, crm4e_id id)
{
    static const uint32_t column = C4_COLUMN_VERSION;
    crm4e_value version = c4_null();
    int rc = c4_stored(unit, c4_db_get(unit->db, &children->table, id, &column, &version, 1));

    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &children->table, id));
    }
    if (rc == CRM4E_OK && children->number == C4_ATTACHMENTS) {
        rc = c4_file_drop(unit, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_HISTORY], C4_HISTORY_RECORD, id);
    }
    return rc < 0 ? rc : note_dropped(unit, children, id, version.integer);
}

int c4_record_drop_children(c4_unit *unit, crm4e_id record)
{
    int rc = CRM4E_OK;

    for (size_t m = 0; m < unit->meta->module_count && rc == CRM4E_OK; m++) {
        const c4_module *children = unit->meta->modules[m];
        const bool child = (children->flags & C4_MODULE_CHILD) != 0;
        for (size_t i = 0; child && i < children->field_count && rc == CRM4E_OK; i++) {
            const c4_field *field = &children->fields[i];
            crm4e_id *ids = NULL;
            size_t count = 0;
            if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
                rc = c4_rows_with(unit, &children->table, field->column, record, &ids, &count);
            }
            for (size_t k = 0; k < count && rc == CRM4E_OK; k++) {
                rc = drop_child(unit, children, ids[k]);
            }
        }
    }
    return rc;
}

/* The link leads nowhere any more: it is emptied, as a change of the record that
 * neither its lock nor anybody's rights are asked about. */
static int empty_link(c4_unit *unit, const c4_field *field, crm4e_id id)
{
    static const uint32_t stamp[] = {C4_COLUMN_MODIFIED_BY, C4_COLUMN_MODIFIED_TIME,
                                     C4_COLUMN_VERSION};
    uint32_t columns[] = {field->column, field->key_column, stamp[0], stamp[1], stamp[2]};
    crm4e_value values[sizeof columns / sizeof columns[0]];
    c4_write write;
    int rc;

    c4_write_start(&write, unit, field->module);
    rc = c4_record_load(unit, field->module, id, &write.before);
    if (rc == CRM4E_OK) {
        rc = c4_write_copy(&write);
    }
    if (rc == CRM4E_OK) {
        write.after[field->column] = c4_null();
        write.after[field->key_column] = c4_null();
        c4_write_stamp(&write);
        for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
            values[i] = write.after[columns[i]];
        }
        rc = c4_stored(unit, c4_db_update(unit->db, &field->module->table, id, columns, values,
                                          sizeof columns / sizeof columns[0]));
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_history(&write, C4_RECORD_UPDATED);
    }
    c4_write_end(&write);
    return rc;
}

static int leave_field(c4_unit *unit, const c4_field *field, const c4_module *module)
{
    bool child = (field->module->flags & C4_MODULE_CHILD) != 0;
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc =
        c4_rows_with(unit, &field->module->table, field->key_column, module->number, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = child ? drop_child(unit, field->module, ids[i]) : empty_link(unit, field, ids[i]);
    }
    return rc;
}

static int leave_links(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;

    for (size_t m = 0; m < unit->meta->module_count && rc == CRM4E_OK; m++) {
        const c4_module *other = unit->meta->modules[m];
        for (size_t i = 0; i < other->field_count && rc == CRM4E_OK; i++) {
            const c4_field *field = &other->fields[i];
            rc = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ? leave_field(unit, field, module)
                                                               : CRM4E_OK;
        }
    }
    return rc;
}

/* Words that are in runs already lead to fields that are gone. */
static int leave_search(c4_unit *unit, const c4_module *module)
{
    const crm4e_table *queue = &c4_tables[C4_TABLE_SEARCH_QUEUE];
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_with(unit, queue, C4_SEARCH_QUEUE_MODULE, module->number, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_remove(unit->db, queue, ids[i]));
    }
    unit->state.unmerged -= (int64_t)count;
    unit->state_dirty = true;
    return rc;
}

static int drop_kept(c4_unit *unit, const c4_module *module)
{
    int rc = leave_search(unit, module);

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        rc = c4_files_leave_field(unit, &module->fields[i]);
        rc = rc == CRM4E_OK ? c4_links_drop(unit, &module->fields[i]) : rc;
    }
    for (size_t i = 0; i < sizeof kept_rows / sizeof kept_rows[0] && rc == CRM4E_OK; i++) {
        rc =
            c4_rows_drop(unit, &c4_tables[kept_rows[i].table], kept_rows[i].column, module->number);
    }
    c4_unit_shares_changed(unit);
    return rc;
}

/* The host is asked as for deleting records of it. */
static int check_rights(c4_unit *unit, int32_t number, const c4_module **module)
{
    c4_scope scope = {.unit = unit, .action = CRM4E_ACTION_DELETE};
    int rc = c4_access_actor(unit);

    if (rc == CRM4E_OK) {
        rc = c4_module_check_removal(unit, number, module);
    }
    if (rc == CRM4E_OK) {
        scope.module = *module;
        rc = c4_access_authorise(&scope, NULL, 0);
    }
    return rc;
}

int c4_module_remove(c4_unit *unit, int32_t number)
{
    const c4_module *module = NULL;
    int rc = check_rights(unit, number, &module);

    if (rc == CRM4E_OK) {
        rc = check_unused(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = check_unlocked(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = leave_links(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = drop_kept(unit, module);
    }
    return rc == CRM4E_OK ? c4_module_drop(unit, module) : rc;
}
