/* SPDX-License-Identifier: MIT */
/* What rules left: messages of the outbox in their lines, entries of the schedule, the run log. */
#include "model/outcome.h"
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

/* Outcomes that can be read, of rules that there may have been; so many places, and whether any
 * holds one. */
static bool check_outcomes(c4_checking *c, const char *table, int64_t id, const crm4e_value *bytes,
                           size_t *places)
{
    c4_outcomes reader;
    c4_outcome outcome;
    bool any = false;
    bool sound = true;
    int rc;

    c4_outcomes_start(&reader, bytes);
    while ((rc = c4_outcomes_next(&reader, &outcome)) == CRM4E_ROW) {
        any = any || outcome.workflow != 0;
        sound = sound && (outcome.workflow == 0 || c4_check_id(c, outcome.workflow));
    }
    *places = reader.place;
    sound = sound && rc == CRM4E_OK && any;
    if (!sound)
        c4_check_report(c, table, id, "outcomes", "are none of rules");
    return sound;
}

static bool is_among(const c4_outcome *wanted, const crm4e_value *bytes)
{
    c4_outcomes reader;
    c4_outcome outcome;
    bool found = false;

    c4_outcomes_start(&reader, bytes);
    while (!found && c4_outcomes_next(&reader, &outcome) == CRM4E_ROW)
        found = outcome.workflow == wanted->workflow && outcome.result == wanted->result;
    return found;
}

/* What the index does not tell of is not found by who asks for a rule. */
static void check_indexed(c4_checking *c, int64_t id, const crm4e_value *outcomes)
{
    const uint32_t column = C4_RUN_INDEX_OUTCOMES;
    crm4e_value bytes = c4_null();
    c4_outcomes reader;
    c4_outcome outcome;
    bool all = true;
    int rc = c4_db_get(c->unit->db, &c4_tables[C4_TABLE_RUN_INDEX], id >> C4_RUN_INDEX_BITS,
                       &column, &bytes, 1);

    if (rc < 0 && rc != CRM4E_E_NOT_FOUND) {
        c->rc = rc;
        return;
    }
    c4_outcomes_start(&reader, outcomes);
    while (c4_outcomes_next(&reader, &outcome) == CRM4E_ROW)
        all = all && (outcome.workflow == 0 || is_among(&outcome, &bytes));
    if (!all)
        c4_check_report(c, "run", id, "outcomes", "are not all in the index");
}

/* Each line has an id, which nothing else has. */
void c4_check_run(c4_checking *c, const void *about, const crm4e_value *row)
{
    const crm4e_value *outcomes = &row[C4_RUN_OUTCOMES];
    const int64_t id = row[0].integer;
    size_t places = 0;

    (void)about;
    if (!check_outcomes(c, "run", id, outcomes, &places))
        return;
    if (places > (size_t)(C4_RUN_STRETCH - (id & (C4_RUN_STRETCH - 1))) ||
        !c4_check_id(c, id + (int64_t)places - 1))
        c4_check_report(c, "run", id, "outcomes", "are more than there are ids");
    check_indexed(c, id, outcomes);
}

/* It may tell of more than there is: of lines that were removed. */
void c4_check_run_index(c4_checking *c, const void *about, const crm4e_value *row)
{
    size_t places = 0;

    (void)about;
    (void)check_outcomes(c, "run_index", row[0].integer, &row[C4_RUN_INDEX_OUTCOMES], &places);
}
