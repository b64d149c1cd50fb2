/* SPDX-License-Identifier: MIT */
/*
 * Roll-ups that follow a few records without a look at the others below their parent. A call
 * keeps what each record was before it touched it first; at its end, what the records are then
 * tells the difference. Parts of the call that were undone are undone in that, too.
 */
#include <string.h>

#include "record/convert.h"
#include "record/query.h"
#include "record/rollup_inside.h"

enum {
    MOST_CHILDREN = 16, /* of one parent: more are added up in one pass */
    MOST_KEPT = 10000,  /* in one call, of all parents */
    MOST_COLUMNS = 32
};

typedef struct child {
    struct child *next;
    crm4e_id id;
    crm4e_value *was; /* of the columns of the roll-up; NULL: it was not below the parent */
} child;

/* The columns that tell what a record counts for. */
typedef struct columns {
    size_t count;
    uint32_t list[MOST_COLUMNS];
} columns;

struct c4_rollup_steps {
    child *children;
    size_t count;
    columns *kept; /* of each child; the model may change before the call ends */
    bool whole;    /* steps do not lead there */
};

void c4_touched_init(c4_touched *touched, const c4_mem *mem)
{
    c4_map_init(&touched->waiting, mem);
    c4_arena_init(&touched->arena, mem);
    touched->kept = 0;
}

void c4_touched_free(c4_touched *touched)
{
    c4_map_free(&touched->waiting);
    c4_arena_free(&touched->arena);
}

static bool add_column(columns *all, uint32_t column)
{
    if (all->count == MOST_COLUMNS) {
        return false;
    }
    all->list[all->count++] = column;
    return true;
}

/* False: the roll-up cannot be followed by steps. What is computed is left out: it may come from
 * other roll-ups, which are not right before the call ends. */
static bool find_columns(const c4_rollup *rollup, columns *all)
{
    const c4_field *time = c4_module_field_named(rollup->module, C4_CONVERSION_TIME);
    const c4_field *input;
    bool fits = rollup->function != C4_ROLLUP_AVG;

    *all = (columns){0};
    for (size_t i = 0; fits && (input = c4_rollup_input(rollup, i)) != NULL; i++) {
        fits = input->computed == 0 && add_column(all, input->column) &&
               (input->key_column == 0 || add_column(all, input->key_column));
    }
    return fits && (time == NULL || add_column(all, time->column));
}

static crm4e_value *keep_row(c4_touched *touched, const columns *all, const crm4e_value *row)
{
    crm4e_value *kept = c4_arena_array(&touched->arena, all->count, sizeof *kept);
    bool done = kept != NULL;

    for (size_t i = 0; i < all->count && done; i++) {
        kept[i] = row[all->list[i]];
        done = c4_value_copy(&touched->arena, &kept[i]);
    }
    return done ? kept : NULL;
}

static bool is_noted(const c4_rollup_steps *steps, crm4e_id id)
{
    const child *found = steps->children;

    while (found != NULL && found->id != id) {
        found = found->next;
    }
    return found != NULL;
}

static int add_child(c4_touched *touched, c4_rollup_steps *steps, const columns *all, crm4e_id id,
                     const crm4e_value *was)
{
    child *added = c4_arena_alloc(&touched->arena, sizeof *added);

    if (steps->kept == NULL) {
        steps->kept = c4_arena_copy(&touched->arena, all, sizeof *all);
    }
    if (added == NULL || steps->kept == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    *added = (child){steps->children, id, was != NULL ? keep_row(touched, all, was) : NULL};
    if (was != NULL && added->was == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    steps->children = added;
    steps->count++;
    touched->kept++;
    return CRM4E_OK;
}

static int steps_of(c4_touched *touched, const c4_rollup_key *key, c4_rollup_steps **steps)
{
    int rc = CRM4E_OK;

    *steps = c4_map_get(&touched->waiting, key, sizeof *key);
    if (*steps == NULL) {
        *steps = c4_arena_array(&touched->arena, 1, sizeof **steps);
        rc = *steps != NULL ? c4_map_put(&touched->waiting, key, sizeof *key, *steps)
                            : CRM4E_E_NO_MEMORY;
    }
    return rc;
}

int c4_rollup_steps_note(c4_unit *unit, const c4_rollup_key *key, const c4_field *field,
                         crm4e_id id, const crm4e_value *was)
{
    c4_touched *touched = unit->touched;
    c4_rollup_steps *steps = NULL;
    columns all;
    int rc = steps_of(touched, key, &steps);

    if (rc == CRM4E_OK && !steps->whole && !is_noted(steps, id)) {
        steps->whole = steps->count == MOST_CHILDREN || touched->kept == MOST_KEPT ||
                       !find_columns(field->rollup, &all) ||
                       (steps->kept != NULL && memcmp(steps->kept, &all, sizeof all) != 0);
        rc = steps->whole ? CRM4E_OK : add_child(touched, steps, &all, id, was);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_rollup_steps_note_whole(c4_unit *unit, const c4_rollup_key *key)
{
    c4_rollup_steps *steps = NULL;
    int rc = steps_of(unit->touched, key, &steps);

    if (rc == CRM4E_OK) {
        steps->whole = true;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

void c4_rollup_steps_drop(c4_unit *unit, const c4_field *field, crm4e_id parent)
{
    size_t position = 0;
    size_t length = 0;
    const void *bytes = NULL;
    void *value = NULL;

    while (unit->touched != NULL &&
           c4_map_next(&unit->touched->waiting, &position, &bytes, &length, &value)) {
        const c4_rollup_key *key = bytes;
        c4_rollup_steps *steps = value;
        bool same_field = key->module == field->module->number && key->field == field->number;
        steps->whole = steps->whole || (same_field && (parent == 0 || key->parent == parent));
    }
}

/* Whether the predicate asks for no other columns, nor for other rows. */
static bool stays_within(const crm4e_predicate *node, const columns *all)
{
    bool within = node->op != CRM4E_OP_IN_SELECT;
    bool found = node->child_count > 0 || node->op == CRM4E_OP_TRUE || node->op == CRM4E_OP_FALSE;

    for (size_t i = 0; i < all->count && !found; i++) {
        found = all->list[i] == node->column;
    }
    for (size_t i = 0; i < node->child_count && within; i++) {
        within = stays_within(&node->children[i], all);
    }
    return within && found;
}

/* What is asked of each row below one parent. */
typedef struct counting {
    c4_unit *unit;
    const c4_field *field;
    const c4_rollup_adding *how;
    const columns *all;
    const crm4e_predicate *where;
    crm4e_value *row; /* of the whole table, for one record after the other */
} counting;

static int count(const counting *c, const crm4e_value *values, c4_tally *tally)
{
    const c4_rollup *rollup = c->field->rollup;
    crm4e_value told[C4_ROLLED_COLUMNS] = {{0}};
    int rc;

    for (size_t i = 0; i < c->all->count; i++) {
        c->row[c->all->list[i]] = values[i];
    }
    rc = c4_predicate_matches(c->unit, c->where, rollup->module, c->row);
    if (rc != CRM4E_ROW) {
        return rc;
    }
    told[C4_ROLLED_WORTH] = c->row[rollup->source != NULL ? rollup->source->column : C4_COLUMN_ID];
    if (c->how->converts) {
        told[C4_ROLLED_CURRENCY] = c->row[c->how->money.currency->column];
        told[C4_ROLLED_RATE] = c->row[c->how->money.rate->column];
    }
    return c4_rollup_count(tally, c->how, told) ? CRM4E_OK
                                                : c4_rollup_refuse_range(c->unit, c->field);
}

static int count_child(const counting *c, const child *touched, c4_tally *gone, c4_tally *come)
{
    crm4e_value now[MOST_COLUMNS];
    int rc;

    c->row[C4_COLUMN_ID] = c4_integer(touched->id);
    rc = touched->was != NULL ? count(c, touched->was, gone) : CRM4E_OK;
    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = c4_db_get(c->unit->db, &c->field->rollup->module->table, touched->id, c->all->list, now,
                   c->all->count);
    if (rc != CRM4E_OK) {
        return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : c4_fail_plain(c->unit->error, rc);
    }
    return count(c, now, come);
}

/* From what it was, by what went and what came. False: that does not tell it. */
static bool move(c4_rollup_function function, int64_t was, const c4_tally *gone,
                 const c4_tally *come, c4_sum *is)
{
    c4_sum less = gone->sum;
    bool known = true;
    int64_t number = was;

    c4_sum_negate(&less);
    *is = (c4_sum){0};
    switch (function) {
    case C4_ROLLUP_COUNT: number += come->count - gone->count; break;
    case C4_ROLLUP_SUM:
        c4_sum_merge(is, &less);
        c4_sum_merge(is, &come->sum);
        break;
    case C4_ROLLUP_MIN:
        number = come->count > 0 && come->least < was ? come->least : was;
        known = gone->count == 0 || gone->least > number;
        break;
    default:
        number = come->count > 0 && come->most > was ? come->most : was;
        known = gone->count == 0 || gone->most < number;
        break;
    }
    c4_sum_add(is, number);
    return known;
}

static int take(const counting *c, const c4_rollup_steps *steps, crm4e_value *value)
{
    c4_tally gone = {0};
    c4_tally come = {0};
    c4_sum is = {0};
    int rc = CRM4E_OK;

    for (const child *touched = steps->children; touched != NULL && rc == CRM4E_OK;
         touched = touched->next) {
        rc = count_child(c, touched, &gone, &come);
    }
    if (rc != CRM4E_OK || !move(c->field->rollup->function, value->integer, &gone, &come, &is)) {
        return rc;
    }
    return c4_sum_value(&is, &value->integer) ? CRM4E_ROW
                                              : c4_rollup_refuse_range(c->unit, c->field);
}

int c4_rollup_steps_take(c4_unit *unit, const c4_field *field, const c4_rollup_steps *steps,
                         crm4e_value *row)
{
    c4_rollup_adding how = c4_rollup_adding_start(unit, field);
    c4_rolled_rows rows;
    columns all;
    counting c = {unit, field, &how, &all, &rows.where, NULL};
    int rc;

    if (steps->whole || row[field->column].type != CRM4E_VALUE_INTEGER ||
        !find_columns(field->rollup, &all) || memcmp(steps->kept, &all, sizeof all) != 0) {
        return CRM4E_OK;
    }
    rc = c4_rolled_rows_choose(unit, field, row[C4_COLUMN_ID].integer, &rows);
    if (rc != CRM4E_OK) {
        return rc == CRM4E_E_INVALID ? CRM4E_ROW : rc; /* it stays as it is */
    }
    if (!stays_within(&rows.where, &all)) {
        return CRM4E_OK;
    }
    c4_rollup_adding_into(&how, field, row);
    c.row = c4_row_new(unit, field->rollup->module);
    return c.row != NULL ? take(&c, steps, &row[field->column]) : c4_record_no_memory(unit);
}
