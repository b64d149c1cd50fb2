/* SPDX-License-Identifier: MIT */
/* What is due: one entry after the other, each apart from the rest of its transaction. */
#include "automation/schedule.h"

#include "automation/chain.h"

#include <string.h>

#include "model/manage_rules.h"
#include "model/standard.h"

static int check_actor(c4_unit *unit)
{
    int rc = c4_access_actor(unit);

    return rc < 0 ? rc : c4_need_administrator(unit, "the schedule is for system administrators");
}

static void take_values(const crm4e_value *v, c4_pending *entry)
{
    *entry = (c4_pending){.id = v[0].integer,
                          .due = v[C4_PENDING_DUE].integer,
                          .workflow = v[C4_PENDING_WORKFLOW].integer,
                          .module = (int32_t)v[C4_PENDING_MODULE].integer,
                          .record = v[C4_PENDING_RECORD].integer,
                          .part = (int32_t)v[C4_PENDING_PART].integer,
                          .since = v[C4_PENDING_SINCE].integer};
}

static const uint32_t all_columns[] = {0,
                                       C4_PENDING_DUE,
                                       C4_PENDING_WORKFLOW,
                                       C4_PENDING_MODULE,
                                       C4_PENDING_RECORD,
                                       C4_PENDING_PART,
                                       C4_PENDING_SINCE};

/* The first in the order of time; CRM4E_OK: there is none. */
static int first_entry(c4_unit *unit, c4_pending *entry)
{
    const crm4e_value *v = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_PENDING]);
    plan.columns = all_columns;
    plan.column_count = C4_PENDING_COLUMNS;
    plan.index = C4_PENDING_BY_DUE;
    plan.limit = 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &v);
    }
    if (rc == CRM4E_ROW) {
        take_values(v, entry);
    }
    c4_rows_close(rows);
    return c4_stored(unit, rc);
}

int c4_due_next(c4_unit *unit, int64_t *time)
{
    c4_pending entry;
    int rc = check_actor(unit);

    *time = C4_NEVER;
    if (rc == CRM4E_OK) {
        rc = first_entry(unit, &entry);
    }
    if (rc == CRM4E_ROW) {
        *time = entry.due;
    }
    return rc < 0 ? rc : CRM4E_OK;
}

/* ------------------------------------------------------------- running one */

typedef struct due {
    c4_pending entry;
    int64_t now;
    c4_run run;
    c4_change change;
} due;

/* The rule, when it is there and active. */
static int find_rule(c4_unit *unit, due *d)
{
    const c4_meta *meta = unit->meta;
    c4_run *run = &d->run;

    for (size_t i = c4_rules_start(meta, d->entry.module);
         i < meta->workflow_count && meta->workflows[i].module == d->entry.module; i++) {
        if (meta->workflows[i].id == d->entry.workflow && meta->workflows[i].active) {
            run->definition = &meta->workflows[i];
            return c4_rule_of(unit, i, &run->rule);
        }
    }
    return CRM4E_OK;
}

/* Also when the record is none any more. */
static int load_row(c4_unit *unit, due *d)
{
    crm4e_value *row = NULL;
    int rc = c4_record_load(unit, d->change.module, d->entry.record, &row);

    if (rc == CRM4E_E_NOT_FOUND) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    d->run.row = row;
    d->change.before = row;
    d->change.after = row;
    return rc;
}

/* By what the date is now the next moment that is not before a time. */
static int plan_next(c4_unit *unit, due *d, int64_t not_before)
{
    c4_pending next = d->entry;
    int rc = c4_schedule_moment(unit, d->run.rule, d->run.row, not_before, &next.due);

    next.since = unit->now;
    return rc == CRM4E_OK ? c4_schedule_date(unit, &next) : rc;
}

static bool by_date(const due *d)
{
    return d->entry.part == 0 && d->run.rule->on == C4_ON_DATE && d->run.rule->problem == NULL;
}

/* A change of the date that nobody told of puts it off. */
static int check_moment(c4_unit *unit, due *d, bool *now)
{
    int64_t moment = C4_NEVER;
    int rc = CRM4E_OK;

    *now = true;
    if (by_date(d)) {
        rc = c4_schedule_moment(unit, d->run.rule, d->run.row, d->entry.due, &moment);
        *now = moment == d->entry.due;
    }
    return rc;
}

/* In the name of its author, for whom the rule acts while nobody changes anything. */
static int run_as_author(c4_unit *unit, due *d)
{
    const c4_user *author = c4_meta_user(unit->meta, d->run.definition->author);
    const c4_user *actor = unit->actor;
    void *asked = unit->asked;
    const uint32_t source = unit->source;
    int rc;

    if (author != NULL && c4_user_works(author)) {
        unit->actor = author;
        unit->asked = NULL;
    }
    c4_chain_enter(unit);
    unit->source = C4_SOURCE_WORKFLOW;
    rc = c4_run_rule(&d->run);
    rc = rc == CRM4E_OK ? c4_run_store(&d->run) : rc;
    unit->source = source;
    c4_chain_leave(unit);
    unit->actor = actor;
    unit->asked = asked;
    return rc;
}

static int settle_next(c4_unit *unit, due *d, bool ran)
{
    const int64_t after = d->now > d->entry.due ? d->now : d->entry.due;
    int rc = by_date(d) ? load_row(unit, d) : CRM4E_OK;

    if (rc != CRM4E_OK || !by_date(d) || d->run.row == NULL) {
        return rc;
    }
    if (!ran) {
        return plan_next(unit, d, d->entry.due);
    }
    return plan_next(unit, d, after + 1);
}

static int work(c4_unit *unit, void *context)
{
    due *d = context;
    bool now = false;
    int rc = find_rule(unit, d);

    if (rc != CRM4E_OK || d->run.rule == NULL) {
        return rc;
    }
    d->change.module = c4_meta_module(unit->meta, d->entry.module);
    rc = load_row(unit, d);
    if (rc != CRM4E_OK || d->run.row == NULL) {
        return rc;
    }
    d->run.owner = d->run.row[C4_COLUMN_OWNER].integer;
    rc = check_moment(unit, d, &now);
    if (rc == CRM4E_OK && now) {
        rc = run_as_author(unit, d);
    }
    return rc == CRM4E_OK ? settle_next(unit, d, now) : rc;
}

/* A record that cannot be read holds up nothing behind it. */
static int give_up(c4_unit *unit, due *d, int code)
{
    char text[sizeof unit->error->message];
    int rc;

    if (code != CRM4E_E_CORRUPT || d->run.definition == NULL) {
        return code;
    }
    memcpy(text, unit->error->message, sizeof text);
    d->run.noted = (c4_noted){.count = 0}; /* it was undone */
    rc = c4_run_log(&d->run, C4_RUN_FAILED, text);
    rc = rc == CRM4E_OK ? c4_run_store(&d->run) : rc;
    if (rc == CRM4E_OK) {
        c4_failure_clear(unit->error);
    }
    return rc;
}

/* The entry goes first: what the rule does may make another one. */
int c4_due_run(c4_unit *unit, int64_t now)
{
    due d = {.now = now};
    int rc = check_actor(unit);

    if (rc == CRM4E_OK) {
        rc = first_entry(unit, &d.entry);
    }
    if (rc != CRM4E_ROW || d.entry.due > now) {
        return rc < 0 ? rc : CRM4E_OK;
    }
    d.change = (c4_change){.record = d.entry.record, .action = C4_RECORD_UPDATED};
    d.run = (c4_run){.unit = unit, .change = &d.change, .pending = &d.entry};
    rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_PENDING], d.entry.id));
    if (rc == CRM4E_OK) {
        rc = c4_unit_apart(unit, work, &d);
        rc = rc < 0 ? give_up(unit, &d, rc) : rc;
    }
    return rc < 0 ? rc : CRM4E_ROW;
}

/* ------------------------------------------------------------- the list */

static const char *rule_name(const c4_meta *meta, crm4e_id id)
{
    const char *name = NULL;

    for (size_t i = 0; i < meta->workflow_count && name == NULL; i++) {
        name = meta->workflows[i].id == id ? meta->workflows[i].name : NULL;
    }
    return name;
}

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static void write_entry(const c4_meta *meta, const c4_pending *entry, c4_buffer *out)
{
    const c4_module *module = c4_meta_module(meta, entry->module);
    char time[C4_TIME_TEXT];
    size_t condition = 0;
    size_t group = 0;
    bool first = true;

    c4_time_format(entry->due, time);
    c4_buffer_char(out, '{');
    put_number(out, &first, "id", entry->id);
    c4_json_put_member(out, &first, "due", time);
    c4_json_put_member(out, &first, "module", module != NULL ? module->api_name : "");
    put_number(out, &first, "record", entry->record);
    c4_json_put_member(out, &first, "rule", rule_name(meta, entry->workflow));
    if (entry->part > 0) {
        c4_schedule_place(entry->part, &condition, &group);
        put_number(out, &first, "condition", (int64_t)condition + 1);
        put_number(out, &first, "group", (int64_t)group + 1);
    }
    c4_buffer_char(out, '}');
}

static void plan_list(crm4e_plan *plan, const crm4e_predicate *where, crm4e_id record)
{
    static const crm4e_order by_id = {.column = 0};

    c4_plan_init(plan, &c4_tables[C4_TABLE_PENDING]);
    plan->where = where;
    plan->columns = all_columns;
    plan->column_count = C4_PENDING_COLUMNS;
    plan->order = &by_id;
    plan->order_count = 1;
    plan->index = record != 0 ? C4_PENDING_BY_RECORD : CRM4E_NO_INDEX;
}

/* The module that is named, of which the record is. */
static int check_place(c4_unit *unit, const char *module, crm4e_id record, int32_t *number)
{
    bool there = true;
    c4_scope scope;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        *number = scope.module->number;
    }
    if (rc == CRM4E_OK && record != 0) {
        rc = c4_record_visible(unit, *number, record, &there);
    }
    return rc == CRM4E_OK && !there ? c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such record")
                                    : rc;
}

int c4_due_write(c4_unit *unit, const char *module, crm4e_id record, crm4e_id after, size_t limit,
                 c4_buffer *out)
{
    const crm4e_value behind = c4_integer(after);
    const crm4e_value of = c4_integer(record);
    crm4e_value in = c4_integer(0);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_GT, 0, &behind, 1),
        c4_where(CRM4E_OP_EQ, C4_PENDING_MODULE, &in, 1),
        c4_where(CRM4E_OP_EQ, C4_PENDING_RECORD, &of, 1),
    };
    const size_t narrowed = module == NULL ? 1 : record == 0 ? 2 : 3;
    const crm4e_predicate where = c4_where_all(parts, narrowed);
    int32_t number = 0;
    const crm4e_value *v = NULL;
    c4_rows *rows = NULL;
    c4_pending entry;
    crm4e_plan plan;
    int rc = check_actor(unit);

    if (rc == CRM4E_OK && module != NULL) {
        rc = check_place(unit, module, record, &number);
        in = c4_integer(number);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    plan_list(&plan, &where, record);
    plan.limit = (int64_t)limit;
    c4_buffer_char(out, '[');
    rc = c4_rows_open(&rows, unit->db, &plan);
    for (size_t i = 0; rc == CRM4E_OK && (rc = c4_rows_next(rows, &v)) == CRM4E_ROW; i++) {
        take_values(v, &entry);
        c4_buffer_text(out, i > 0 ? "," : "");
        write_entry(unit->meta, &entry, out);
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    c4_buffer_char(out, ']');
    return c4_stored(unit, rc);
}
