/* SPDX-License-Identifier: MIT */
/* The run log is cut at its old end. */
#include "automation/run_log.h"

#include "model/manage_rules.h"

/* A row of which lines go. */
typedef struct cut {
    struct cut *next;
    crm4e_id id;
    bool whole;
    crm4e_value outcomes; /* that stay, else */
} cut;

typedef struct purge {
    c4_unit *unit;
    int64_t before;
    size_t budget;
    size_t done;
    crm4e_id *once; /* rules that run once for a record go by their lines */
    size_t once_count;
    c4_outcome_list outcomes;
    cut *cuts;
    cut **last;
    crm4e_id end; /* the last row that was looked at */
} purge;

static int list_once(purge *p)
{
    const c4_meta *meta = p->unit->meta;
    const c4_rule *rule = NULL;
    int rc = CRM4E_OK;

    p->once = c4_arena_array(p->unit->arena, meta->workflow_count + 1, sizeof *p->once);
    if (p->once == NULL) {
        return c4_fail_plain(p->unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < meta->workflow_count && rc == CRM4E_OK; i++) {
        rc = c4_rule_of(p->unit, i, &rule);
        if (rc == CRM4E_OK && (rule->once || rule->problem != NULL)) {
            p->once[p->once_count++] = meta->workflows[i].id;
        }
    }
    return rc;
}

static bool is_kept(const purge *p, const c4_outcome *outcome)
{
    bool kept = false;

    for (size_t i = 0; i < p->once_count && !kept; i++) {
        kept = p->once[i] == outcome->workflow && outcome->result != C4_RUN_FAILED;
    }
    return kept;
}

/* Clears lines as the budget allows. Those that stay keep their places, and so their ids. */
static int cut_row(purge *p, crm4e_id id, const crm4e_value *bytes)
{
    const size_t done = p->done;
    size_t left = 0;
    cut *c;
    int rc = c4_outcomes_read(p->unit->arena, bytes, &p->outcomes);

    for (size_t i = 0; i < p->outcomes.count && rc == CRM4E_OK; i++) {
        c4_outcome *outcome = &p->outcomes.items[i];
        if (outcome->workflow != 0 && p->done < p->budget && !is_kept(p, outcome)) {
            *outcome = (c4_outcome){0};
            p->done++;
        }
        left += outcome->workflow != 0;
    }
    if (rc != CRM4E_OK || p->done == done) {
        return rc;
    }
    c = c4_arena_alloc(p->unit->arena, sizeof *c);
    if (c == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    *c = (cut){.id = id, .whole = left == 0};
    *p->last = c;
    p->last = &c->next;
    return c->whole || c4_outcomes_write(p->unit->arena, p->outcomes.items, p->outcomes.count,
                                         &c->outcomes)
               ? CRM4E_OK
               : CRM4E_E_NO_MEMORY;
}

/* Ids and times grow together: the first that is too young ends it. */
static int list_old(purge *p)
{
    static const uint32_t wanted[] = {0, C4_RUN_TIME, C4_RUN_OUTCOMES};
    static const crm4e_order oldest[] = {{0, 0, 0}};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.columns = wanted;
    plan.column_count = 3;
    plan.order = oldest;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, p->unit->db, &plan);
    while (rc == CRM4E_OK && p->done < p->budget && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW &&
           row[1].integer < p->before) {
        p->end = row[0].integer;
        rc = cut_row(p, row[0].integer, &row[2]);
    }
    c4_rows_close(rows);
    if (rc == CRM4E_OK && p->done < p->budget) {
        p->end = INT64_MAX; /* there is no younger one */
    }
    return rc < 0 ? c4_stored(p->unit, rc) : CRM4E_OK;
}

static int make_cuts(purge *p)
{
    static const uint32_t column = C4_RUN_OUTCOMES;
    const crm4e_table *table = &c4_tables[C4_TABLE_RUN];
    c4_db *db = p->unit->db;
    int rc = CRM4E_OK;

    for (const cut *c = p->cuts; c != NULL && rc == CRM4E_OK; c = c->next) {
        rc = c->whole ? c4_db_remove(db, table, c->id)
                      : c4_db_update(db, table, c->id, &column, &c->outcomes, 1);
    }
    return c4_stored(p->unit, rc);
}

/* CRM4E_ROW: there is a row in the stretch of ids. */
static int has_rows(purge *p, crm4e_id stretch)
{
    static const uint32_t column = 0;
    const crm4e_value first = c4_integer(stretch << C4_RUN_INDEX_BITS);
    const crm4e_value last = c4_integer(first.integer + C4_RUN_STRETCH - 1);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_GE, 0, &first, 1),
        c4_where(CRM4E_OP_LE, 0, &last, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    int64_t found = 0;
    crm4e_plan plan;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    return c4_rows_first(p->unit->db, &plan, &found);
}

/* The index is cut with the rows, also those that went with their module. */
static int cut_index(purge *p)
{
    static const uint32_t column = 0;
    static const crm4e_order oldest[] = {{0, 0, 0}};
    const crm4e_table *table = &c4_tables[C4_TABLE_RUN_INDEX];
    const crm4e_value end = c4_integer(p->end >> C4_RUN_INDEX_BITS);
    const crm4e_predicate where = c4_where(CRM4E_OP_LE, 0, &end, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    cut *cuts = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, table);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = oldest;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, p->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        cut *c = c4_arena_alloc(p->unit->arena, sizeof *c);
        rc = c != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
        if (c != NULL) {
            *c = (cut){.next = cuts, .id = row[0].integer};
            cuts = c;
        }
    }
    c4_rows_close(rows);
    for (const cut *c = cuts; c != NULL && rc == CRM4E_OK; c = c->next) {
        rc = has_rows(p, c->id);
        rc = rc == CRM4E_OK ? c4_db_remove(p->unit->db, table, c->id) : rc < 0 ? rc : CRM4E_OK;
    }
    return c4_stored(p->unit, rc);
}

int c4_runs_purge(c4_unit *unit, int64_t before, size_t budget, size_t *done)
{
    purge p = {.unit = unit, .before = before, .budget = budget};
    int rc = c4_access_actor(unit);

    *done = 0;
    p.last = &p.cuts;
    if (rc == CRM4E_OK) {
        rc = c4_need_administrator(unit, "the run log is cut by system administrators");
    }
    if (rc == CRM4E_OK) {
        rc = list_once(&p);
    }
    if (rc == CRM4E_OK) {
        rc = list_old(&p);
    }
    if (rc == CRM4E_OK) {
        rc = make_cuts(&p);
    }
    if (rc == CRM4E_OK) {
        rc = cut_index(&p);
    }
    *done = rc == CRM4E_OK ? p.done : 0;
    return rc;
}
