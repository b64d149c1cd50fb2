/* SPDX-License-Identifier: MIT */
/* Entries of what rules do later: made, moved, taken away. */
#include "automation/schedule.h"

#include <string.h>

#include "automation/dry_run.h"
#include "model/manage_rules.h"
#include "model/standard.h"

static const crm4e_table *table(void)
{
    return &c4_tables[C4_TABLE_PENDING];
}

/* ------------------------------------------------------------- single entries */

/* By its record, rule and part; 0: there is none. */
static int find_entry(c4_unit *unit, const c4_pending *entry, crm4e_id *found)
{
    static const uint32_t column = 0;
    const crm4e_value record = c4_integer(entry->record);
    const crm4e_value workflow = c4_integer(entry->workflow);
    const crm4e_value part = c4_integer(entry->part);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_PENDING_RECORD, &record, 1),
        c4_where(CRM4E_OP_EQ, C4_PENDING_WORKFLOW, &workflow, 1),
        c4_where(CRM4E_OP_EQ, C4_PENDING_PART, &part, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 3);
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, table());
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.index = C4_PENDING_BY_RECORD;
    rc = c4_rows_first(unit->db, &plan, found);
    return rc < 0 ? c4_stored(unit, rc) : CRM4E_OK;
}

static int insert_entry(c4_unit *unit, const c4_pending *entry)
{
    const crm4e_value values[C4_PENDING_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_PENDING_DUE] = c4_integer(entry->due),
        [C4_PENDING_WORKFLOW] = c4_integer(entry->workflow),
        [C4_PENDING_MODULE] = c4_integer(entry->module),
        [C4_PENDING_RECORD] = c4_integer(entry->record),
        [C4_PENDING_PART] = c4_integer(entry->part),
        [C4_PENDING_SINCE] = c4_integer(entry->since),
    };

    return c4_stored(unit, c4_db_insert(unit->db, table(), values));
}

static int move_entry(c4_unit *unit, crm4e_id id, int64_t due, int64_t since)
{
    static const uint32_t columns[] = {C4_PENDING_DUE, C4_PENDING_SINCE};
    const crm4e_value values[] = {c4_integer(due), c4_integer(since)};

    return c4_stored(unit, c4_db_update(unit->db, table(), id, columns, values, 2));
}

static int remove_entry(c4_unit *unit, crm4e_id id)
{
    return c4_stored(unit, c4_db_remove(unit->db, table(), id));
}

int c4_schedule_date(c4_unit *unit, const c4_pending *entry)
{
    crm4e_id there = 0;
    int rc = find_entry(unit, entry, &there);

    if (rc != CRM4E_OK || (there == 0 && entry->due == C4_NEVER)) {
        return rc;
    }
    if (there == 0) {
        return insert_entry(unit, entry);
    }
    return entry->due == C4_NEVER ? remove_entry(unit, there)
                                  : move_entry(unit, there, entry->due, entry->since);
}

/* ------------------------------------------------------------- many entries */

/* Does something with every entry of a rule, or of a record. */
typedef struct walk {
    c4_unit *unit;
    c4_zone *zone;
    c4_zone *old_zone; /* of before, when that is what changes */
    const c4_rule *rule;
    crm4e_id workflow; /* of a record only those of this rule; 0: all */
    bool dates;        /* also those of date triggers */
    int (*visit)(struct walk *walk, const c4_pending *entry);
} walk;

static int walk_entries(walk *w, uint32_t index, uint32_t column, int64_t wanted)
{
    static const uint32_t columns[] = {0,
                                       C4_PENDING_WORKFLOW,
                                       C4_PENDING_PART,
                                       C4_PENDING_DUE,
                                       C4_PENDING_SINCE,
                                       C4_PENDING_RECORD};
    const crm4e_value value = c4_integer(wanted);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, column, &value, 1);
    const crm4e_value *v = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, table());
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = sizeof columns / sizeof columns[0];
    plan.index = index;
    plan.ranges = &wanted;
    plan.range_count = 1;
    rc = c4_stored(w->unit, c4_rows_open(&rows, w->unit->db, &plan));
    while (rc == CRM4E_OK && (rc = c4_stored(w->unit, c4_rows_next(rows, &v))) == CRM4E_ROW) {
        const c4_pending entry = {.id = v[0].integer,
                                  .workflow = v[1].integer,
                                  .part = (int32_t)v[2].integer,
                                  .due = v[3].integer,
                                  .since = v[4].integer,
                                  .record = v[5].integer};
        rc = (w->dates || entry.part != 0) && (w->workflow == 0 || entry.workflow == w->workflow)
                 ? w->visit(w, &entry)
                 : CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc;
}

static int drop_visited(walk *w, const c4_pending *entry)
{
    return remove_entry(w->unit, entry->id);
}

/* All of a record, or its groups of one rule. */
static int drop_of_record(c4_unit *unit, crm4e_id record, crm4e_id workflow)
{
    walk w = {.unit = unit, .workflow = workflow, .dates = workflow == 0, .visit = drop_visited};

    return walk_entries(&w, C4_PENDING_BY_RECORD, C4_PENDING_RECORD, record);
}

int c4_schedule_leave(c4_unit *unit, crm4e_id rule)
{
    walk w = {.unit = unit, .dates = true, .visit = drop_visited};

    return walk_entries(&w, C4_PENDING_BY_WORKFLOW, C4_PENDING_WORKFLOW, rule);
}

/* ------------------------------------------------------------- time */

static int open_zone_named(c4_unit *unit, c4_zone **zone, const char *name)
{
    int rc = c4_zone_open(zone, &unit->env->mem, name);

    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int open_zone(c4_unit *unit, c4_zone **zone)
{
    return open_zone_named(unit, zone, unit->meta->org.zone);
}

static int close_zone(c4_unit *unit, c4_zone *zone, int rc)
{
    const int code = zone != NULL ? c4_zone_code(zone) : CRM4E_OK;

    c4_zone_close(zone);
    return rc == CRM4E_OK && code != CRM4E_OK ? c4_fail_plain(unit->error, code) : rc;
}

int c4_schedule_moment(c4_unit *unit, const c4_rule *rule, const crm4e_value *row,
                       int64_t not_before, int64_t *moment)
{
    c4_zone *zone = NULL;
    int rc = open_zone(unit, &zone);

    if (rc == CRM4E_OK) {
        *moment = c4_moment_next(zone, &rule->date, &row[rule->date.field->column], not_before);
    }
    return close_zone(unit, zone, rc);
}

/* ------------------------------------------------------------- changes of records */

static bool waits(const c4_definition *definition, const c4_rule *rule)
{
    return definition->active && rule->on == C4_ON_DATE && rule->problem == NULL;
}

static bool moved(const c4_change *change, const c4_rule *rule)
{
    const uint32_t column = rule->date.field->column;

    return change->before == NULL || change->action == C4_RECORD_RESTORED ||
           !c4_value_equal(&change->before[column], &change->after[column]);
}

static int note_rule(c4_unit *unit, const c4_change *change, const c4_definition *definition,
                     const c4_rule *rule)
{
    c4_pending entry = {.workflow = definition->id,
                        .module = change->module->number,
                        .record = change->record,
                        .since = unit->now};
    int rc = c4_schedule_moment(unit, rule, change->after, unit->now, &entry.due);

    if (rc == CRM4E_OK && change->action == C4_RECORD_ADDED) {
        return entry.due != C4_NEVER ? insert_entry(unit, &entry) : CRM4E_OK;
    }
    if (rc == CRM4E_OK) {
        rc = c4_schedule_date(unit, &entry);
    }
    return rc == CRM4E_OK ? drop_of_record(unit, change->record, definition->id) : rc;
}

int c4_schedule_note(c4_unit *unit, const c4_change *change)
{
    const c4_meta *meta = unit->meta;
    const int32_t module = change->module->number;
    const c4_rule *rule = NULL;
    int rc = CRM4E_OK;

    if (unit->dry_run != NULL) {
        return CRM4E_OK;
    }
    if (change->action == C4_RECORD_DELETED) {
        return drop_of_record(unit, change->record, 0);
    }
    for (size_t i = c4_rules_start(meta, module);
         i < meta->workflow_count && meta->workflows[i].module == module && rc == CRM4E_OK; i++) {
        const c4_definition *definition = &meta->workflows[i];
        rc = c4_rule_of(unit, i, &rule);
        if (rc == CRM4E_OK && waits(definition, rule) && moved(change, rule)) {
            rc = note_rule(unit, change, definition, rule);
        }
    }
    return rc;
}

/* ------------------------------------------------------------- groups */

void c4_schedule_place(int32_t part, size_t *condition, size_t *group)
{
    *condition = (size_t)(part - 1) / C4_RULE_GROUPS;
    *group = (size_t)(part - 1) % C4_RULE_GROUPS;
}

/* NULL: the rule has none there. */
static const c4_rule_group *group_of(const c4_rule *rule, int32_t part)
{
    size_t condition = 0;
    size_t group = 0;

    c4_schedule_place(part, &condition, &group);
    return condition < rule->condition_count && group < rule->conditions[condition].group_count
               ? &rule->conditions[condition].groups[group]
               : NULL;
}

const c4_rule_condition *c4_schedule_part(const c4_run *run, const c4_rule_condition *condition)
{
    const size_t met = (size_t)(condition - run->rule->conditions);
    size_t wanted = 0;
    size_t group = 0;

    if (run->pending == NULL || run->pending->part == 0) {
        return condition;
    }
    c4_schedule_place(run->pending->part, &wanted, &group);
    return met == wanted && group < condition->group_count ? &condition->groups[group].part : NULL;
}

static int put_group(c4_run *run, c4_zone *zone, const c4_rule_group *group, c4_pending *entry)
{
    crm4e_id there = 0;
    int rc;

    entry->due = c4_moment_after(zone, entry->since, &group->after);
    if (entry->due == C4_NEVER) {
        return CRM4E_OK;
    }
    if (run->dry != NULL) {
        c4_dry_run_scheduled(run, group, entry->due);
        return CRM4E_OK;
    }
    rc = find_entry(run->unit, entry, &there);
    if (rc != CRM4E_OK) {
        return rc;
    }
    return there != 0 ? move_entry(run->unit, there, entry->due, entry->since)
                      : insert_entry(run->unit, entry);
}

int c4_schedule_groups(c4_run *run, const c4_rule_condition *condition)
{
    const size_t number = (size_t)(condition - run->rule->conditions);
    c4_pending entry = {.workflow = run->definition->id,
                        .module = run->change->module->number,
                        .record = run->change->record,
                        .since = run->pending != NULL ? run->pending->due : run->unit->now};
    c4_zone *zone = NULL;
    int rc;

    if (condition->group_count == 0) {
        return CRM4E_OK;
    }
    rc = open_zone(run->unit, &zone);
    for (size_t i = 0; i < condition->group_count && rc == CRM4E_OK; i++) {
        entry.part = (int32_t)(number * C4_RULE_GROUPS + i + 1);
        rc = put_group(run, zone, &condition->groups[i], &entry);
    }
    return close_zone(run->unit, zone, rc);
}

/* ------------------------------------------------------------- changes of rules */

static int retime_visited(walk *w, const c4_pending *entry)
{
    const c4_rule_group *group = group_of(w->rule, entry->part);
    int64_t due = group != NULL ? c4_moment_after(w->zone, entry->since, &group->after) : C4_NEVER;

    if (due == C4_NEVER) {
        return remove_entry(w->unit, entry->id);
    }
    return due != entry->due ? move_entry(w->unit, entry->id, due, entry->since) : CRM4E_OK;
}

static bool same_date(const c4_rule *rule, const c4_rule *old)
{
    const c4_date_trigger *a = &rule->date;
    const c4_date_trigger *b = &old->date;

    return old->on == C4_ON_DATE && a->field->number == b->field->number && a->at == b->at &&
           a->repeat == b->repeat && a->offset.unit == b->offset.unit &&
           a->offset.count == b->offset.count;
}

/* An entry for every record that is there, one row in hand at a time. */
static int fill(c4_unit *unit, c4_zone *zone, crm4e_id id, const c4_rule *rule)
{
    const uint32_t columns[] = {C4_COLUMN_ID, rule->date.field->column};
    const crm4e_value *v = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &rule->module->table);
    plan.columns = columns;
    plan.column_count = 2;
    rc = c4_stored(unit, c4_rows_open(&rows, unit->db, &plan));
    while (rc == CRM4E_OK && (rc = c4_stored(unit, c4_rows_next(rows, &v))) == CRM4E_ROW) {
        const c4_pending entry = {.workflow = id,
                                  .module = rule->module->number,
                                  .record = v[0].integer,
                                  .due = c4_moment_next(zone, &rule->date, &v[1], unit->now + 1),
                                  .since = unit->now};
        rc = entry.due != C4_NEVER ? insert_entry(unit, &entry) : CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc;
}

static int follow(c4_unit *unit, c4_zone *zone, crm4e_id id, const c4_rule *rule,
                  const c4_rule *old)
{
    walk w = {.unit = unit, .zone = zone, .rule = rule, .visit = retime_visited};
    int rc;

    if (old->on != rule->on || (rule->on == C4_ON_DATE && !same_date(rule, old))) {
        rc = c4_schedule_leave(unit, id);
        return rc == CRM4E_OK && rule->on == C4_ON_DATE ? fill(unit, zone, id, rule) : rc;
    }
    return walk_entries(&w, C4_PENDING_BY_WORKFLOW, C4_PENDING_WORKFLOW, id);
}

int c4_schedule_rule(c4_unit *unit, crm4e_id id, const c4_rule *rule, const c4_rule *old)
{
    static const c4_rule none = {0};
    c4_zone *zone = NULL;
    int rc = open_zone(unit, &zone);

    if (rc == CRM4E_OK) {
        rc = follow(unit, zone, id, rule, old != NULL && old->problem == NULL ? old : &none);
    }
    return close_zone(unit, zone, rc);
}

/* ------------------------------------------------------------- the zone of the org */

/* Each entry stands for one moment, which stays the one it is: what waited is not lost when it is
 * past in the other zone, and what was done is not done again. */
static int rezone_visited(walk *w, const c4_pending *entry)
{
    const uint32_t column = entry->part == 0 ? w->rule->date.field->column : 0;
    int64_t due = C4_NEVER;
    crm4e_value value;
    int rc;

    if (entry->part != 0) {
        return retime_visited(w, entry);
    }
    rc = c4_db_get(w->unit->db, &w->rule->module->table, entry->record, &column, &value, 1);
    if (rc == CRM4E_OK) {
        due = c4_moment_moved(w->old_zone, w->zone, &w->rule->date, &value, entry->due);
    }
    if (rc < 0 && rc != CRM4E_E_NOT_FOUND) {
        return c4_stored(w->unit, rc);
    }
    if (due == C4_NEVER) {
        return remove_entry(w->unit, entry->id);
    }
    return due != entry->due ? move_entry(w->unit, entry->id, due, entry->since) : CRM4E_OK;
}

/* A rule that cannot be read has no moments. */
static int rezone_rules(walk *w)
{
    const c4_meta *meta = w->unit->meta;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->workflow_count && rc == CRM4E_OK; i++) {
        rc = c4_rule_of(w->unit, i, &w->rule);
        if (rc == CRM4E_OK && w->rule->problem == NULL) {
            w->dates = w->rule->on == C4_ON_DATE;
            rc =
                walk_entries(w, C4_PENDING_BY_WORKFLOW, C4_PENDING_WORKFLOW, meta->workflows[i].id);
        }
    }
    return rc;
}

static int rezone(c4_unit *unit, const char *old_zone)
{
    walk w = {.unit = unit, .visit = rezone_visited};
    int rc = open_zone(unit, &w.zone);

    if (rc == CRM4E_OK) {
        rc = open_zone_named(unit, &w.old_zone, old_zone);
    }
    if (rc == CRM4E_OK) {
        rc = rezone_rules(&w);
    }
    rc = close_zone(unit, w.old_zone, rc);
    return close_zone(unit, w.zone, rc);
}

int c4_schedule_org_change(c4_unit *unit, const c4_org_change *change)
{
    const char *zone = NULL;
    int rc = c4_unit_refresh(unit);

    if (rc == CRM4E_OK) {
        zone = c4_arena_text(unit->arena, unit->meta->org.zone, strlen(unit->meta->org.zone));
        rc = zone != NULL ? c4_org_change_put(unit, change)
                          : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    if (rc == CRM4E_OK && change->zone != NULL) {
        rc = c4_unit_refresh(unit);
    }
    return rc == CRM4E_OK && strcmp(zone, unit->meta->org.zone) != 0 ? rezone(unit, zone) : rc;
}
