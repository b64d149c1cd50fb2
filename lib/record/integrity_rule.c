/* SPDX-License-Identifier: MIT */
/* What rules left for later: messages of the outbox in their lines, and entries of the schedule. */
#include "record/integrity_inside.h"

/* As automation/automation.h has them, which is above. */
enum {
    OUTBOX_WAITING = 1,
    OUTBOX_BEHIND = 4
};

/* The first message of a record in a state; 0: none is. */
static int64_t first_message(c4_checking *c, const crm4e_value *record, int64_t state)
{
    static const uint32_t column = 0;
    const crm4e_order by_id = {.column = 0};
    const crm4e_value in = c4_integer(state);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_RECORD, record, 1),
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_STATE, &in, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    int64_t found = 0;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = &by_id;
    plan.order_count = 1;
    plan.index = C4_OUTBOX_BY_RECORD;
    rc = c4_rows_first(c->unit->db, &plan, &found);
    if (rc < 0)
        c->rc = rc;
    return found;
}

/* About a record one message waits, and the others are behind it. */
void c4_check_message(c4_checking *c, const void *about, const crm4e_value *row)
{
    const int64_t state = row[C4_OUTBOX_STATE].integer;
    const crm4e_value *record = &row[C4_OUTBOX_RECORD];
    const int64_t id = row[0].integer;
    int64_t head = 0;

    (void)about;
    if (row[C4_OUTBOX_LEASE].type != CRM4E_VALUE_NULL && state != OUTBOX_WAITING)
        c4_check_report(c, "outbox", id, "lease", "is of a message that nobody can have");
    if (state != OUTBOX_WAITING && state != OUTBOX_BEHIND)
        return;
    if (record->type == CRM4E_VALUE_NULL) {
        if (state == OUTBOX_BEHIND)
            c4_check_report(c, "outbox", id, "state", "is behind no message");
        return;
    }
    head = first_message(c, record, OUTBOX_WAITING);
    if (c->rc < 0)
        return;
    if (state == OUTBOX_BEHIND && head == 0)
        c4_check_report(c, "outbox", id, "state", "is behind no message");
    if (state == OUTBOX_WAITING && head != id)
        c4_check_report(c, "outbox", id, "state", "waits beside another about its record");
}

static const c4_definition *rule_of(const c4_meta *meta, int64_t id)
{
    const c4_definition *found = NULL;

    for (size_t i = 0; i < meta->workflow_count && found == NULL; i++)
        found = meta->workflows[i].id == id ? &meta->workflows[i] : NULL;
    return found;
}

/* It waits for a rule that is active and a record that is none of the bin. */
void c4_check_scheduled(c4_checking *c, const void *about, const crm4e_value *row)
{
    static const uint32_t column = 0;
    const c4_meta *meta = c->unit->meta;
    const c4_definition *rule = rule_of(meta, row[C4_PENDING_WORKFLOW].integer);
    const c4_module *module = c4_meta_module(meta, (int32_t)row[C4_PENDING_MODULE].integer);
    const int64_t id = row[0].integer;
    crm4e_value value;
    int rc;

    (void)about;
    if (rule == NULL || !rule->active)
        c4_check_report(c, "pending", id, "workflow", "is no active rule");
    if (module == NULL)
        return; /* told with all that refers to modules */
    if (rule != NULL && rule->module != module->number)
        c4_check_report(c, "pending", id, "module", "is not that of the rule");
    rc = c4_db_get(c->unit->db, &module->table, row[C4_PENDING_RECORD].integer, &column, &value, 1);
    if (rc == CRM4E_E_NOT_FOUND)
        c4_check_report(c, "pending", id, "record", "is not there");
    else if (rc < 0)
        c->rc = rc;
}
