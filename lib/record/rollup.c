/* SPDX-License-Identifier: MIT */
/*
 * What roll-ups are worth. A change of a record notes the parents whose roll-ups it concerns;
 * at the end of the call each of them is added up once, from the records as they are then, or
 * moved by what the few that were touched make of it (rollup_step.c). So a part of the work that
 * is undone needs nothing undone here, and many changes below one parent cost one pass.
 */
#include "record/rollup_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "model/money.h"
#include "record/convert.h"
#include "record/query.h"
#include "record/search_run.h"

enum {
    MOST_WAVES = 1000 /* roll-ups over roll-ups have an end: a snapshot with a circle is refused */
};

/* The record that a row belongs to; 0: none. */
static crm4e_id parent_of(const c4_field *field, const crm4e_value *row)
{
    const c4_field *lookup = field->rollup->lookup;
    bool points = row != NULL && row[lookup->column].type == CRM4E_VALUE_INTEGER;

    if (points && lookup->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        points = row[lookup->key_column].integer == field->module->number;
    }
    return points ? row[lookup->column].integer : 0;
}

/* A lead that was converted leaves roll-ups as it leaves lists, unless criteria name that. */
static bool is_converted_now(const c4_module *module, const crm4e_value *before,
                             const crm4e_value *after)
{
    const c4_field *time = c4_module_field_named(module, C4_CONVERSION_TIME);

    return time != NULL && !c4_value_equal(&before[time->column], &after[time->column]);
}

static bool names_conversion(const c4_rollup *rollup)
{
    bool found = false;

    for (size_t i = 0; i < rollup->named_count && !found; i++) {
        const c4_field *field = c4_module_field(rollup->module, rollup->named[i]);
        found = strncmp(field->api_name, C4_CONVERSION_FIELDS, strlen(C4_CONVERSION_FIELDS)) == 0;
    }
    return found;
}

static bool concerns(const c4_field *field, const crm4e_value *before, const crm4e_value *after)
{
    bool differs =
        before == NULL || after == NULL || is_converted_now(field->rollup->module, before, after);
    const c4_field *input;

    for (size_t i = 0; !differs && (input = c4_rollup_input(field->rollup, i)) != NULL; i++) {
        differs = !c4_value_equal(&before[input->column], &after[input->column]) ||
                  (input->key_column != 0 &&
                   !c4_value_equal(&before[input->key_column], &after[input->key_column]));
    }
    return differs;
}

/* Amounts below a record are told in its currency, by its rate. */
static int note_own(const c4_write *write)
{
    const c4_module *module = write->module;
    const bool turns = module->currency != NULL && write->before != NULL && write->after != NULL &&
                       (c4_field_differs(module->currency, write->before, write->after) ||
                        c4_field_differs(module->exchange_rate, write->before, write->after));
    int rc = CRM4E_OK;

    for (size_t i = 0; turns && i < module->rollup_count && rc == CRM4E_OK; i++) {
        const c4_rollup_key key = {module->number, write->before[C4_COLUMN_ID].integer,
                                   module->rollups[i]->number};
        if (c4_rollup_converts(module->rollups[i]->rollup)) {
            rc = c4_rollup_steps_note_whole(write->unit, &key);
        }
    }
    return rc;
}

int c4_rollups_note(const c4_write *write)
{
    const c4_module *module = write->module;
    const crm4e_value *before = write->before;
    const crm4e_value *after = write->after;
    const crm4e_id id = (after != NULL ? after : before)[C4_COLUMN_ID].integer;
    int rc = write->unit->touched != NULL ? note_own(write) : CRM4E_OK;

    for (size_t i = 0; i < module->rolled_count && rc == CRM4E_OK && write->unit->touched != NULL;
         i++) {
        const c4_field *field = module->rolled[i];
        const c4_rollup_key from = {field->module->number, parent_of(field, before), field->number};
        const c4_rollup_key to = {field->module->number, parent_of(field, after), field->number};
        const bool differs = concerns(field, before, after);
        if (differs && from.parent != 0) {
            rc = c4_rollup_steps_note(write->unit, &from, field, id, before);
        }
        if (rc == CRM4E_OK && differs && to.parent != 0 && to.parent != from.parent) {
            rc = c4_rollup_steps_note(write->unit, &to, field, id, NULL);
        }
    }
    return rc;
}

static void add_part(c4_rolled_rows *rows, crm4e_predicate part)
{
    rows->parts[rows->count++] = part;
    rows->where = c4_where_all(rows->parts, rows->count);
}

int c4_rolled_rows_choose(c4_unit *unit, const c4_field *field, crm4e_id parent,
                          c4_rolled_rows *rows)
{
    const c4_rollup *rollup = field->rollup;
    const crm4e_predicate *criteria = NULL;
    crm4e_predicate left;
    int rc = CRM4E_OK;

    rows->count = 0;
    rows->constants[0] = c4_integer(parent);
    rows->constants[1] = c4_integer(field->module->number);
    add_part(rows, parent != 0
                       ? c4_where(CRM4E_OP_EQ, rollup->lookup->column, &rows->constants[0], 1)
                       : c4_where(CRM4E_OP_IS_NOT_NULL, rollup->lookup->column, NULL, 0));
    if (rollup->lookup->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        add_part(rows, c4_where(CRM4E_OP_EQ, rollup->lookup->key_column, &rows->constants[1], 1));
    }
    if (rollup->when != NULL) {
        rc = c4_sharing_criteria.compile(unit, rollup->module, rollup->when, &criteria);
    }
    if (rc == CRM4E_OK && criteria != NULL) {
        add_part(rows, *criteria);
    }
    if (!names_conversion(rollup) && c4_unconverted_only(rollup->module, NULL, &left)) {
        add_part(rows, left);
    }
    if (rc == CRM4E_E_INVALID) {
        c4_failure_clear(unit->error);
    }
    return rc;
}

/* The index that finds the records of a parent; none: they are looked for among all. */
static uint32_t index_of(const c4_rollup *rollup)
{
    const crm4e_table *table = &rollup->module->table;
    uint32_t found = CRM4E_NO_INDEX;

    for (size_t i = 0; i < table->index_count && found == CRM4E_NO_INDEX; i++) {
        found = table->indexes[i].columns[0] == rollup->lookup->column ? (uint32_t)i : found;
    }
    return found;
}

c4_rollup_adding c4_rollup_adding_start(const c4_unit *unit, const c4_field *field)
{
    c4_rollup_adding how = {.converts = c4_rollup_converts(field->rollup)};

    how.converts = how.converts && field->module->currency != NULL &&
                   c4_money_of(unit->meta, field->rollup->source, &how.money);
    how.to = (c4_money_place){how.money.home, C4_RATE_ONE};
    return how;
}

void c4_rollup_adding_into(c4_rollup_adding *how, const c4_field *field, const crm4e_value *parent)
{
    if (how->converts) {
        how->to = c4_money_place_of(&how->money, &parent[field->module->currency->column],
                                    &parent[field->module->exchange_rate->column]);
    }
}

static void choose_columns(const c4_rollup *rollup, const c4_rollup_adding *how,
                           uint32_t columns[C4_ROLLED_COLUMNS], crm4e_plan *plan)
{
    columns[C4_ROLLED_WORTH] = rollup->source != NULL ? rollup->source->column : C4_COLUMN_ID;
    columns[C4_ROLLED_PARENT] = rollup->lookup->column;
    columns[C4_ROLLED_CURRENCY] = how->converts ? how->money.currency->column : 0;
    columns[C4_ROLLED_RATE] = how->converts ? how->money.rate->column : 0;
    plan->columns = columns;
    plan->column_count = how->converts ? C4_ROLLED_COLUMNS : C4_ROLLED_CURRENCY;
}

bool c4_rollup_count(c4_tally *tally, const c4_rollup_adding *how, const crm4e_value *row)
{
    int64_t number =
        row[C4_ROLLED_WORTH].type == CRM4E_VALUE_INTEGER ? row[C4_ROLLED_WORTH].integer : 0;
    bool fits = true;

    if (row[C4_ROLLED_WORTH].type == CRM4E_VALUE_NULL) {
        return true;
    }
    if (how->converts) {
        const c4_money_place from =
            c4_money_place_of(&how->money, &row[C4_ROLLED_CURRENCY], &row[C4_ROLLED_RATE]);
        fits = c4_money_move(number, &from, &how->to, &number);
    }
    if (fits) {
        c4_tally_add(tally, number);
    }
    return fits;
}

static int add_up(c4_unit *unit, const crm4e_plan *plan, const c4_rollup_adding *how,
                  c4_tally *tally, bool *fits)
{
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    int rc = c4_rows_open(&rows, unit->db, plan);

    while (rc >= 0 && *fits && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        *fits = c4_rollup_count(tally, how, values);
    }
    c4_rows_close(rows);
    return rc >= 0 ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_rollup_refuse_range(c4_unit *unit, const c4_field *field)
{
    return c4_field_refuse(unit, field, CRM4E_E_INVALID, "range",
                           "would be out of the range of its numbers");
}

/* Of nothing: a count and a sum are 0, the others empty. */
static int worth(c4_unit *unit, const c4_field *field, const c4_tally *tally, crm4e_value *value)
{
    const c4_rollup *rollup = field->rollup;
    int64_t number = 0;
    bool fits = true;

    switch (rollup->function) {
    case C4_ROLLUP_COUNT: number = tally->count; break;
    case C4_ROLLUP_SUM: fits = c4_sum_value(&tally->sum, &number); break;
    case C4_ROLLUP_AVG:
        fits = tally->count == 0 || c4_sum_average(&tally->sum, tally->count,
                                                   field->scale - rollup->source->scale, &number);
        break;
    case C4_ROLLUP_MIN: number = tally->least; break;
    default: number = tally->most; break;
    }
    if (!fits) {
        return c4_rollup_refuse_range(unit, field);
    }
    *value = tally->count == 0 && rollup->function > C4_ROLLUP_SUM ? c4_null() : c4_integer(number);
    return CRM4E_OK;
}

/* Of the record of a row, in its place there. A value whose criteria no longer fit the module
 * stays as it is. */
static int roll_up(c4_unit *unit, const c4_field *field, crm4e_value *row)
{
    const c4_rollup *rollup = field->rollup;
    const crm4e_id parent = row[C4_COLUMN_ID].integer;
    c4_rollup_adding how = c4_rollup_adding_start(unit, field);
    uint32_t columns[C4_ROLLED_COLUMNS];
    c4_tally tally = {0};
    bool fits = true;
    c4_rolled_rows rows;
    crm4e_plan plan;
    int rc = c4_rolled_rows_choose(unit, field, parent, &rows);

    if (rc != CRM4E_OK) {
        return rc == CRM4E_E_INVALID ? CRM4E_OK : rc;
    }
    c4_plan_init(&plan, &rollup->module->table);
    plan.where = &rows.where;
    choose_columns(rollup, &how, columns, &plan);
    c4_rollup_adding_into(&how, field, row);
    plan.index = index_of(rollup);
    if (plan.index != CRM4E_NO_INDEX) {
        plan.ranges = &parent;
        plan.range_count = 1;
    }
    rc = add_up(unit, &plan, &how, &tally, &fits);
    if (rc == CRM4E_OK && !fits) {
        rc = c4_rollup_refuse_range(unit, field);
    }
    return rc == CRM4E_OK ? worth(unit, field, &tally, &row[field->column]) : rc;
}

int c4_rollups_start(c4_write *write)
{
    static const c4_tally nothing = {0};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < write->module->rollup_count && rc == CRM4E_OK; i++) {
        const c4_field *field = write->module->rollups[i];
        rc = worth(write->unit, field, &nothing, &write->after[field->column]);
    }
    return rc;
}

int c4_rollups_restore(c4_write *write)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < write->module->rollup_count && rc == CRM4E_OK; i++) {
        const c4_field *field = write->module->rollups[i];
        c4_rollup_steps_drop(write->unit, field, write->after[C4_COLUMN_ID].integer);
        rc = roll_up(write->unit, field, write->after);
    }
    return rc;
}

/* A roll-up that waits, and for what. */
typedef struct waiting {
    c4_rollup_key key;
    const c4_rollup_steps *steps;
} waiting;

/* Those of one parent. */
typedef struct waiting_group {
    const waiting *list;
    size_t count;
} waiting_group;

/* What comes from the values of a parent that were added up. */
static int follow_on(c4_write *write)
{
    int rc = c4_write_compute(write);

    return rc == CRM4E_OK ? c4_write_money_range(write) : rc;
}

static int follow(c4_write *write, const void *context)
{
    const waiting_group *group = context;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < group->count && rc == CRM4E_OK; i++) {
        const waiting *one = &group->list[i];
        const c4_field *field = c4_module_field(write->module, (int32_t)one->key.field);
        if (field != NULL && field->rollup != NULL) {
            rc = c4_rollup_steps_take(write->unit, field, one->steps, write->after);
            rc = rc == CRM4E_OK ? roll_up(write->unit, field, write->after)
                                : (rc == CRM4E_ROW ? CRM4E_OK : rc);
        }
    }
    return rc == CRM4E_OK ? follow_on(write) : rc;
}

/* A parent that is gone, or in the bin, is added up when it comes back. */
static int settle_parent(c4_unit *unit, const waiting_group *group)
{
    static const uint32_t column = C4_COLUMN_ID;
    const c4_rollup_key *key = &group->list[0].key;
    const c4_module *module = c4_meta_module(unit->meta, (int32_t)key->module);
    crm4e_value id;
    int rc = module != NULL ? c4_db_get(unit->db, &module->table, key->parent, &column, &id, 1)
                            : CRM4E_E_NOT_FOUND;

    if (rc == CRM4E_E_NOT_FOUND) {
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? c4_record_recompute(unit, module, key->parent, follow, group)
                          : c4_fail_plain(unit->error, rc);
}

static int compare_waiting(const void *a, const void *b)
{
    const c4_rollup_key *x = &((const waiting *)a)->key;
    const c4_rollup_key *y = &((const waiting *)b)->key;

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    if (x->parent != y->parent) {
        return x->parent < y->parent ? -1 : 1;
    }
    return x->field < y->field ? -1 : x->field > y->field;
}

static int settle_list(c4_unit *unit, waiting *list, size_t count)
{
    int rc = CRM4E_OK;

    qsort(list, count, sizeof *list, compare_waiting);
    for (size_t first = 0, next; first < count && rc == CRM4E_OK; first = next) {
        for (next = first + 1; next < count && list[next].key.module == list[first].key.module &&
                               list[next].key.parent == list[first].key.parent;
             next++) {
        }
        rc = settle_parent(unit, &(waiting_group){&list[first], next - first});
    }
    return rc;
}

/* All that wait now; those that they concern in turn wait for the next wave. */
static int settle_wave(c4_unit *unit)
{
    const c4_mem *mem = &unit->env->mem;
    c4_touched now = *unit->touched;
    size_t count = 0;
    size_t position = 0;
    size_t length = 0;
    const void *key = NULL;
    void *value = NULL;
    waiting *list = c4_alloc_array(mem, now.waiting.count, sizeof *list);
    int rc;

    if (list == NULL) {
        return c4_record_no_memory(unit);
    }
    while (c4_map_next(&now.waiting, &position, &key, &length, &value)) {
        memcpy(&list[count].key, key, sizeof list->key);
        list[count++].steps = value;
    }
    c4_touched_init(unit->touched, mem);
    rc = settle_list(unit, list, count);
    c4_touched_free(&now);
    c4_free(mem, list);
    return rc;
}

/* The criteria of a roll-up in a snapshot; NULL: there are none, or they do not fit it. */
static int compile_in(const c4_unit *unit, c4_meta *meta, const c4_field *field,
                      const crm4e_predicate **predicate)
{
    c4_unit there = *unit;
    int rc = CRM4E_OK;

    there.meta = meta;
    *predicate = NULL;
    if (field->rollup->when != NULL) {
        rc = c4_sharing_criteria.compile(&there, field->rollup->module, field->rollup->when,
                                         predicate);
    }
    if (rc == CRM4E_E_INVALID) {
        c4_failure_clear(unit->error);
        *predicate = NULL;
    }
    return rc == CRM4E_E_INVALID ? CRM4E_OK : rc;
}

/* The words of criteria - labels, addresses, tags - may mean something else now. */
static int follow_words(c4_unit *unit, c4_meta *before, const c4_field *field)
{
    const c4_module *module = c4_meta_module(before, field->module->number);
    const c4_field *old = module != NULL ? c4_module_field(module, field->number) : NULL;
    const crm4e_predicate *was = NULL;
    const crm4e_predicate *is = NULL;
    int rc = compile_in(unit, unit->meta, field, &is);

    /* what is new, or has other criteria, was added up when it was put, before whatever else
     * the call did */
    if (rc == CRM4E_OK && is != NULL && old != NULL && old->rollup != NULL &&
        !c4_rollup_changed(old->rollup, field->rollup)) {
        rc = compile_in(unit, before, old, &was);
    }
    return rc == CRM4E_OK && is != NULL && (was == NULL || !c4_predicate_equal(was, is))
               ? c4_rollup_fill(unit, field)
               : rc;
}

static int follow_model(c4_unit *unit, c4_meta *before)
{
    int rc = c4_unit_refresh(unit);

    for (size_t m = 0; rc == CRM4E_OK && m < unit->meta->module_count; m++) {
        const c4_module *module = unit->meta->modules[m];
        for (size_t i = 0; i < module->rollup_count && rc == CRM4E_OK; i++) {
            rc = follow_words(unit, before, module->rollups[i]);
        }
    }
    return rc;
}

int c4_rollups_settle(c4_unit *unit, c4_meta *before)
{
    bool moved = before != NULL && before->generation != unit->state.generation;
    int rc = moved ? follow_model(unit, before) : CRM4E_OK;
    bool waits = unit->touched->waiting.count > 0;

    if (rc == CRM4E_OK && waits) {
        rc = c4_unit_refresh(unit);
    }
    for (int wave = 0; rc == CRM4E_OK && waits; wave++) {
        rc = wave < MOST_WAVES ? settle_wave(unit)
                               : c4_fail(unit->error, CRM4E_E_CORRUPT, "roll-ups have no end");
        waits = unit->touched->waiting.count > 0;
    }
    return rc;
}

static int compare_parents(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = ((const c4_rollup_total *)b)->parent;

    return x < y ? -1 : x > y;
}

/* Parents in other currencies than the home currency, before anything is added up. */
static int read_places(c4_rollup_totals *totals, c4_unit *unit, const c4_rollup_adding *how)
{
    const c4_module *module = totals->field->module;
    const uint32_t columns[] = {C4_COLUMN_ID, module->currency->column,
                                module->exchange_rate->column};
    const crm4e_predicate where = c4_where(CRM4E_OP_IS_NOT_NULL, module->currency->column, NULL, 0);
    const crm4e_order order = {.column = C4_COLUMN_ID};
    const crm4e_value *values = NULL;
    void *items = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &module->table);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = sizeof columns / sizeof columns[0];
    plan.order = &order;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        const c4_money_place place = c4_money_place_of(&how->money, &values[1], &values[2]);
        rc = c4_grow(totals->mem, &items, &totals->place_room, totals->place_count + 1,
                     sizeof *totals->places);
        totals->places = items;
        if (rc == CRM4E_OK) {
            totals->places[totals->place_count++] = (c4_rollup_place){values[0].integer, place};
        }
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int compare_places(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = ((const c4_rollup_place *)b)->parent;

    return x < y ? -1 : x > y;
}

static c4_money_place place_of(const c4_rollup_totals *totals, const c4_rollup_adding *how,
                               crm4e_id parent)
{
    const c4_rollup_place *found = totals->place_count > 0
                                       ? bsearch(&parent, totals->places, totals->place_count,
                                                 sizeof *totals->places, compare_places)
                                       : NULL;

    return found != NULL ? found->place : (c4_money_place){how->money.home, C4_RATE_ONE};
}

/* Adds a row to the parent it belongs to: rows come by parent. */
static int count_parent(c4_rollup_totals *totals, c4_rollup_adding *how, const crm4e_value *values)
{
    const crm4e_id parent = values[C4_ROLLED_PARENT].integer;
    void *items = totals->items;
    c4_rollup_total *total;
    int rc = CRM4E_OK;

    if (totals->count == 0 || totals->items[totals->count - 1].parent != parent) {
        rc = c4_grow(totals->mem, &items, &totals->room, totals->count + 1, sizeof *totals->items);
        totals->items = items;
        if (rc != CRM4E_OK) {
            return rc;
        }
        totals->items[totals->count++] = (c4_rollup_total){.parent = parent};
        how->to = place_of(totals, how, parent);
    }
    total = &totals->items[totals->count - 1];
    total->over = !c4_rollup_count(&total->tally, how, values) || total->over;
    return CRM4E_OK;
}

static int read_totals(c4_rollup_totals *totals, c4_unit *unit, c4_rollup_adding *how,
                       const c4_rolled_rows *chosen)
{
    const c4_rollup *rollup = totals->field->rollup;
    const crm4e_order order = {.column = rollup->lookup->column};
    const crm4e_value *values = NULL;
    uint32_t columns[C4_ROLLED_COLUMNS];
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &rollup->module->table);
    plan.where = &chosen->where;
    choose_columns(rollup, how, columns, &plan);
    plan.order = &order;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        rc = count_parent(totals, how, values);
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_rollup_totals_read(c4_rollup_totals *totals, c4_unit *unit, const c4_field *field)
{
    c4_rollup_adding how = c4_rollup_adding_start(unit, field);
    c4_rolled_rows chosen;
    int rc = c4_rolled_rows_choose(unit, field, 0, &chosen);

    *totals = (c4_rollup_totals){.mem = &unit->env->mem, .field = field};
    if (rc == CRM4E_OK && how.converts) {
        rc = read_places(totals, unit, &how);
    }
    return rc == CRM4E_OK ? read_totals(totals, unit, &how, &chosen) : rc;
}

void c4_rollup_totals_free(c4_rollup_totals *totals)
{
    if (totals->mem != NULL) {
        c4_free(totals->mem, totals->items);
        c4_free(totals->mem, totals->places);
    }
    *totals = (c4_rollup_totals){0};
}

int c4_rollup_totals_worth(const c4_rollup_totals *totals, c4_unit *unit, crm4e_id parent,
                           crm4e_value *value)
{
    static const c4_tally nothing = {0};
    const c4_rollup_total *found =
        totals->count > 0
            ? bsearch(&parent, totals->items, totals->count, sizeof *totals->items, compare_parents)
            : NULL;

    if (found != NULL && found->over) {
        return c4_rollup_refuse_range(unit, totals->field);
    }
    return worth(unit, totals->field, found != NULL ? &found->tally : &nothing, value);
}

static int take_total(c4_write *write, const void *context)
{
    const c4_rollup_totals *totals = context;
    int rc = c4_rollup_totals_worth(totals, write->unit, write->before[C4_COLUMN_ID].integer,
                                    &write->after[totals->field->column]);

    return rc == CRM4E_OK ? follow_on(write) : rc;
}

int c4_rollup_fill(c4_unit *unit, const c4_field *field)
{
    c4_rollup_totals totals;
    int rc = c4_rollup_totals_read(&totals, unit, field);

    c4_rollup_steps_drop(unit, field, 0);
    if (rc == CRM4E_OK) {
        rc = c4_records_recompute(unit, field->module, take_total, &totals);
    }
    c4_rollup_totals_free(&totals);
    return rc;
}

static size_t comparisons(const c4_criteria *node)
{
    size_t count = node->kind == C4_CRITERIA_LEAF;

    for (size_t i = 0; i < node->child_count; i++) {
        count += comparisons(node->children[i]);
    }
    return count;
}

/* Totals over records that he does not see would show them to him, and to others by him. */
static int check_sight(c4_unit *unit, const c4_module *module)
{
    c4_scope scope;
    int rc;

    if (unit->actor == NULL) {
        return CRM4E_OK;
    }
    rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK && C4_REFUSES(ROLLUP_RECORDS, !scope.everything)) {
        (void)c4_fail(unit->error, CRM4E_E_DENIED,
                      "only who sees all records of %s makes a roll-up over them",
                      module->api_name);
        rc = c4_fail_field(unit->error, module->api_name, NULL, "record_scope");
    }
    return rc;
}

int c4_rollup_check(c4_unit *unit, const c4_module *module, const char *when,
                    const int32_t **fields, size_t *count)
{
    const c4_criteria *criteria = NULL;
    int rc = check_sight(unit, module);

    if (rc == CRM4E_OK && when != NULL) {
        rc = c4_sharing_criteria.check(unit, module, when, fields, count);
    }
    if (rc == CRM4E_OK && when != NULL) {
        rc = c4_criteria_parse(unit->arena, unit->error, when, strlen(when), &criteria);
    }
    if (rc == CRM4E_OK && criteria != NULL && comparisons(criteria) > C4_ROLLUP_COMPARISONS) {
        (void)c4_refuse(unit, CRM4E_E_TOO_BIG, "when", "max_length",
                        "has more comparisons than a roll-up takes");
        rc = c4_fail_limit(unit->error, "comparisons", C4_ROLLUP_COMPARISONS,
                           (int64_t)comparisons(criteria));
    }
    return rc;
}
