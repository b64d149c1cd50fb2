/* SPDX-License-Identifier: MIT */
/* Open activities of a record go to its new owner with it. */
#include <string.h>

#include "automation/run.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    MOST_NODES = 24
};

/* One search: nodes and constants live as long as it does. */
typedef struct search {
    const c4_module *module;
    crm4e_value values[MOST_NODES];
    crm4e_predicate nodes[MOST_NODES];
    size_t value_count;
    size_t node_count;
    bool fits; /* every field was there */
} search;

/* A record on its way to its new owner, and what goes with it. */
typedef struct handing {
    c4_unit *unit;
    const c4_module *module;
    crm4e_id record;
    crm4e_id to;
    const c4_handing *how;
    const c4_module *activities; /* of the kind that is handed over */
    crm4e_id activity;
    int64_t given;
} handing;

static const crm4e_value *constant(search *s, int64_t number)
{
    s->values[s->value_count] = c4_integer(number);
    return &s->values[s->value_count++];
}

static const c4_field *field_named(search *s, const char *name)
{
    const c4_field *field = c4_module_field_named(s->module, name);

    s->fits = s->fits && field != NULL;
    return field;
}

/* A missing field makes the search unfit; the leaf keeps its shape. */
static crm4e_predicate leaf(search *s, crm4e_operator op, const c4_field *field, int64_t number)
{
    uint32_t column = field != NULL ? field->column : 0;
    bool is_null = op == CRM4E_OP_IS_NULL;

    return c4_where(op, column, is_null ? NULL : constant(s, number), is_null ? 0 : 1);
}

/* Children stand in a row, so they are put down together. */
static crm4e_predicate group(search *s, crm4e_operator op, const crm4e_predicate *children,
                             size_t count)
{
    crm4e_predicate *row = &s->nodes[s->node_count];

    for (size_t i = 0; i < count; i++) {
        row[i] = children[i];
    }
    s->node_count += count;
    return op == CRM4E_OP_AND ? c4_where_all(row, count) : c4_where_any(row, count);
}

static int64_t option_code(search *s, const c4_field *field, const char *actual)
{
    const c4_option *option =
        field != NULL ? c4_field_option_named(field, actual, strlen(actual)) : NULL;

    s->fits = s->fits && option != NULL;
    return option != NULL ? option->code : 0;
}

/* Empty, or at another option. */
static crm4e_predicate not_at(search *s, const char *name, const char *actual)
{
    const c4_field *field = field_named(s, name);
    const crm4e_predicate either[] = {
        leaf(s, CRM4E_OP_IS_NULL, field, 0),
        leaf(s, CRM4E_OP_NE, field, option_code(s, field, actual)),
    };

    return group(s, CRM4E_OP_OR, either, 2);
}

static crm4e_predicate after_now(search *s, const char *name, int64_t now)
{
    return leaf(s, CRM4E_OP_GT, field_named(s, name), now);
}

static crm4e_predicate open_task(search *s, int64_t now)
{
    (void)now;
    return not_at(s, "Status", "Completed");
}

static crm4e_predicate open_event(search *s, int64_t now)
{
    return after_now(s, "End_DateTime", now);
}

/* Scheduled, the moment passed or not; without a status the moment tells. */
static crm4e_predicate open_call(search *s, int64_t now)
{
    const c4_field *status = field_named(s, "Outgoing_Call_Status");
    const crm4e_predicate ahead[] = {
        leaf(s, CRM4E_OP_IS_NULL, status, 0),
        after_now(s, "Call_Start_Time", now),
    };
    const crm4e_predicate either[] = {
        leaf(s, CRM4E_OP_EQ, status, option_code(s, status, "Scheduled")),
        leaf(s, CRM4E_OP_EQ, status, option_code(s, status, "Overdue")),
        group(s, CRM4E_OP_AND, ahead, 2),
    };

    return group(s, CRM4E_OP_OR, either, 3);
}

static const struct {
    uint32_t kind;
    const char *module;
    crm4e_predicate (*open)(search *s, int64_t now);
} activities[] = {
    {CRM4E_TRANSFER_TASKS, "Tasks", open_task},
    {CRM4E_TRANSFER_EVENTS, "Events", open_event},
    {CRM4E_TRANSFER_CALLS, "Calls", open_call},
};

/* The lookup points to the record: id and, beside it, module. */
static crm4e_predicate points_to(search *s, const char *name, const handing *h)
{
    const c4_field *field = field_named(s, name);
    const crm4e_predicate both[] = {
        leaf(s, CRM4E_OP_EQ, field, h->record),
        c4_where(CRM4E_OP_EQ, field != NULL ? field->key_column : 0, constant(s, h->module->number),
                 1),
    };

    return group(s, CRM4E_OP_AND, both, field != NULL && field->key_column != 0 ? 2 : 1);
}

static int read_ids(c4_unit *unit, const crm4e_plan *plan, crm4e_id *ids, size_t most,
                    size_t *count)
{
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    int rc = c4_rows_open(&rows, unit->db, plan);

    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &values);
    }
    while (rc == CRM4E_ROW && *count < most) {
        ids[(*count)++] = values[0].integer;
        rc = c4_rows_next(rows, &values);
    }
    c4_rows_close(rows);
    return rc < 0 ? c4_stored(unit, rc) : CRM4E_OK;
}

static int collect(c4_unit *unit, const crm4e_table *table, const crm4e_predicate *where,
                   crm4e_id **ids, size_t *count)
{
    static const uint32_t id_column[] = {C4_COLUMN_ID};
    static const crm4e_order by_id[] = {{C4_COLUMN_ID, 0, 0}};
    int64_t total = 0;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, table);
    plan.where = where;
    plan.columns = id_column;
    plan.column_count = 1;
    plan.order = by_id;
    plan.order_count = 1;
    rc = c4_stored(unit, c4_rows_count(unit->db, &plan, &total));
    if (rc < 0) {
        return rc;
    }
    *ids = c4_arena_array(unit->arena, (size_t)total, sizeof **ids);
    return *ids != NULL ? read_ids(unit, &plan, *ids, (size_t)total, count)
                        : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

/* Whoever owns them: they belong to the record. */
static int find(const handing *h, size_t activity, search *s, crm4e_id **ids, size_t *count)
{
    c4_unit *unit = h->unit;
    const crm4e_predicate either[] = {
        points_to(s, "What_Id", h),
        points_to(s, "Who_Id", h),
    };
    const crm4e_predicate all[] = {
        group(s, CRM4E_OP_OR, either, 2),
        activities[activity].open(s, unit->now),
    };
    const crm4e_predicate where = group(s, CRM4E_OP_AND, all, 2);

    *count = 0;
    return s->fits ? collect(unit, &s->module->table, &where, ids, count) : CRM4E_OK;
}

/* Why an activity keeps its owner; NULL: that is no reason. */
static const char *reason_of(const c4_handing *how, int code)
{
    if (code == CRM4E_E_LOCKED) {
        return "a locked activity keeps its owner";
    }
    return how->rights && (code == CRM4E_E_DENIED || code == CRM4E_E_NOT_FOUND)
               ? "an activity that may not be given away keeps its owner"
               : NULL;
}

static void keep(const handing *h, const char *why)
{
    if (h->how->kept != NULL) {
        h->how->kept(h->how->context, why);
    }
}

static int give(c4_unit *unit, void *context)
{
    const handing *h = context;

    return h->how->give(unit, h->activities, h->activity, h->to);
}

/* One by one: what is refused on the way leaves nothing of it. */
static int give_all(handing *h, const crm4e_id *ids, size_t count)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        h->activity = ids[i];
        rc = c4_unit_apart(h->unit, give, h);
        h->given += rc == CRM4E_OK ? 1 : 0;
        if (reason_of(h->how, rc) != NULL) {
            c4_failure_clear(h->unit->error);
            keep(h, reason_of(h->how, rc));
            rc = CRM4E_OK;
        }
    }
    return rc;
}

/* Activities are records of org modules: whoever may not own those gets none. */
static int hand_kind(handing *h, size_t activity)
{
    search s = {.fits = true};
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    s.module = c4_meta_module_named(h->unit->meta, activities[activity].module);
    if (s.module != NULL) {
        rc = find(h, activity, &s, &ids, &count);
    }
    if (count > 0 && !c4_owner_eligible(h->unit, s.module, h->to)) {
        keep(h, "the new owner cannot own activities");
        return rc;
    }
    h->activities = s.module;
    return rc == CRM4E_OK ? give_all(h, ids, count) : rc;
}

int c4_hand_activities(c4_unit *unit, const c4_module *module, crm4e_id record, uint32_t kinds,
                       crm4e_id to, const c4_handing *how, int64_t *given)
{
    handing h = {.unit = unit, .module = module, .record = record, .to = to, .how = how};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < sizeof activities / sizeof activities[0] && rc == CRM4E_OK; i++) {
        if ((kinds & activities[i].kind) != 0) {
            rc = hand_kind(&h, i);
        }
    }
    *given = h.given;
    return rc;
}
