/* SPDX-License-Identifier: MIT */
/*
 * Rows of a plan. The back end is asked which parts it does; the rest happens
 * here. What that needs beyond the plan's columns is read behind them, so that
 * the first values of a row are always those of the plan.
 */
#include "storage/inside.h"

#include <string.h>

typedef struct order_check {
    size_t at; /* position in the row */
    int sign;  /* -1: descending */
    crm4e_value previous;
} order_check;

enum {
    ASK_EVERY = 256 /* rows between two looks at interrupted() */
};

struct c4_rows {
    c4_db *db;
    c4_arena arena;
    const crm4e_plan *plan;
    crm4e_plan asked;                 /* what the back end gets */
    const crm4e_predicate *own_where; /* beside that of `asked`: it cannot be handed out */
    void *cursor;
    bool selected;
    crm4e_value *row;
    uint32_t *columns; /* of the row */
    size_t count;
    crm4e_predicate *filter; /* its columns are positions in the row */
    size_t *keep_at;         /* NULL: nothing to keep here */
    crm4e_value *keep_values;
    order_check *checks;
    size_t check_count;
    bool unique; /* the checked columns include the id */
    bool has_previous;
    bool sorting;
    c4_sorter sorter;
    size_t *key_at;
    const crm4e_value **keys;
    size_t next_sorted;
    int64_t skip;
    int64_t left;    /* -1: no limit here */
    int64_t allowed; /* rows the back end may give, -1: any */
    uint32_t fetched;
    int code; /* CRM4E_ROW while there may be more */
};

void c4_plan_init(crm4e_plan *plan, const crm4e_table *table)
{
    *plan = (crm4e_plan){
        .struct_size = sizeof(*plan),
        .table = table,
        .limit = -1,
        .index = CRM4E_NO_INDEX,
        .first = 1,
    };
}

static bool within(const uint32_t *columns, size_t count, const crm4e_table *table)
{
    bool within = true;
    for (size_t i = 0; i < count && within; i++)
        within = columns[i] < table->column_count;
    return within;
}

static int check_plan(const crm4e_plan *plan)
{
    const crm4e_table *table = plan->table;
    bool well =
        within(plan->columns, plan->column_count, table) && plan->limit >= -1 && plan->offset >= 0;
    for (size_t i = 0; i < plan->order_count && well; i++)
        well = plan->order[i].column < table->column_count;
    if (plan->index != CRM4E_NO_INDEX)
        well = well && plan->index < table->index_count;
    else
        well = well && plan->ranges == NULL;
    if (plan->keep != NULL)
        well = well && within(plan->keep_columns, plan->keep_column_count, table);
    return well ? c4_predicate_check(plan->where, table) : CRM4E_E_MISUSE;
}

static uint32_t parts_in_use(const crm4e_plan *plan)
{
    uint32_t parts = 0;
    parts |= plan->where != NULL ? CRM4E_HANDLES_WHERE : 0U;
    parts |= plan->order_count > 0 ? CRM4E_HANDLES_ORDER : 0U;
    parts |= plan->limit >= 0 || plan->offset > 0 ? CRM4E_HANDLES_LIMIT : 0U;
    parts |= plan->index != CRM4E_NO_INDEX ? CRM4E_HANDLES_INDEX : 0U;
    parts |= plan->ranges != NULL ? CRM4E_HANDLES_RANGES : 0U;
    parts |= plan->keep != NULL ? CRM4E_HANDLES_KEEP : 0U;
    return parts;
}

/* Parts of `asked` that are in use and stay with us. */
static int negotiate(c4_rows *rows, uint32_t *missing)
{
    const crm4e_storage_methods *methods = rows->db->store->methods;
    uint32_t used = parts_in_use(&rows->asked);
    uint32_t parts = 0;
    int rc = CRM4E_OK;
    if (C4_PROVIDES(methods, handles) && used != 0)
        rc = c4_storage_answer(methods->handles(rows->db->connection, &rows->asked, &parts));
    if ((parts & CRM4E_HANDLES_INDEX) == 0)
        parts &= ~(uint32_t)CRM4E_HANDLES_RANGES;
    if (rows->own_where != NULL || (used & ~parts & CRM4E_HANDLES_WHERE) != 0)
        parts &= ~(uint32_t)CRM4E_HANDLES_KEEP; /* it sees only rows that match */
    *missing = used & ~parts;
    if (*missing != 0 || rows->own_where != NULL)
        *missing |= used & CRM4E_HANDLES_LIMIT;
    return rc;
}

int c4_plan_parts(c4_db *db, const crm4e_plan *plan, uint32_t *there, uint32_t *here)
{
    c4_rows asking = {.db = db, .asked = *plan};
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_READ);
    *here = parts_in_use(plan);
    if (rc == CRM4E_OK)
        rc = check_plan(plan);
    if (rc == CRM4E_OK)
        rc = negotiate(&asking, here);
    *there = parts_in_use(plan) & ~*here;
    return rc;
}

int c4_plan_walks(c4_db *db, const crm4e_plan *plan, bool *walks)
{
    uint32_t there = 0;
    uint32_t here = 0;
    int rc = c4_plan_parts(db, plan, &there, &here);
    *walks = rc == CRM4E_OK && here == 0;
    return rc;
}

/* The ranges as a set that the index's first column is in. */
static int ranges_to_where(c4_rows *rows)
{
    crm4e_plan *asked = &rows->asked;
    crm4e_predicate *nodes = c4_arena_array(&rows->arena, 3, sizeof(*nodes));
    if (nodes == NULL)
        return CRM4E_E_NO_MEMORY;
    nodes[1] = c4_where_set(asked->table->indexes[asked->index].columns[0], asked->ranges,
                            asked->range_count);
    if (asked->where != NULL)
        nodes[2] = *asked->where;
    nodes[0] = c4_where_all(nodes + 1, asked->where != NULL ? 2 : 1);
    asked->where = nodes;
    asked->ranges = NULL;
    asked->range_count = 0;
    return CRM4E_OK;
}

static int selects_to_values(c4_rows *rows)
{
    crm4e_predicate *resolved = NULL;
    bool pushable;
    int rc = c4_predicate_resolve(rows->db, &rows->arena, rows->asked.where, &resolved, &pushable);
    if (rc == CRM4E_OK) {
        rows->asked.where = pushable ? resolved : NULL;
        rows->own_where = pushable ? NULL : resolved;
    }
    return rc;
}

/* Turns what the back end cannot do into what more of them can, and asks
 * again. Each of the two steps is taken once at most. */
static int simplify(c4_rows *rows, uint32_t *missing)
{
    bool simpler = true;
    int rc = CRM4E_OK;
    while (rc == CRM4E_OK && simpler) {
        if ((*missing & CRM4E_HANDLES_RANGES) != 0)
            rc = ranges_to_where(rows);
        else if ((*missing & CRM4E_HANDLES_WHERE) != 0 &&
                 c4_predicate_has_select(rows->asked.where))
            rc = selects_to_values(rows);
        else
            simpler = false;
        if (rc == CRM4E_OK && simpler)
            rc = negotiate(rows, missing);
    }
    return rc;
}

/* Position in the row; reads the column behind the others when it is not there. */
static size_t position_of(c4_rows *rows, uint32_t column)
{
    size_t at = 0;
    while (at < rows->count && rows->columns[at] != column)
        at++;
    if (at == rows->count)
        rows->columns[rows->count++] = column;
    return at;
}

static int start_columns(c4_rows *rows)
{
    const crm4e_plan *plan = rows->plan;
    size_t room;
    int rc = CRM4E_E_NO_MEMORY;
    if (!c4_add_size(plan->column_count, plan->table->column_count, &room))
        goto done;
    rows->columns = c4_arena_array(&rows->arena, room, sizeof(*rows->columns));
    rows->row = c4_arena_array(&rows->arena, room, sizeof(*rows->row));
    if (rows->columns == NULL || rows->row == NULL)
        goto done;
    if (plan->column_count > 0)
        memcpy(rows->columns, plan->columns, plan->column_count * sizeof(*rows->columns));
    rows->count = plan->column_count;
    rc = CRM4E_OK;
done:
    return rc;
}

static void use_positions(c4_rows *rows, crm4e_predicate *node)
{
    crm4e_predicate *children = (crm4e_predicate *)(uintptr_t)node->children; /* our own copy */
    if (node->op >= CRM4E_OP_EQ)
        node->column = (uint32_t)position_of(rows, node->column);
    for (size_t i = 0; i < node->child_count; i++)
        use_positions(rows, &children[i]);
}

static int filter_here(c4_rows *rows, bool asked_too)
{
    crm4e_predicate both[2];
    crm4e_predicate where = c4_where_all(both, 0);
    bool pushable;
    int rc;
    if (rows->own_where != NULL)
        both[where.child_count++] = *rows->own_where;
    if (asked_too) {
        both[where.child_count++] = *rows->asked.where;
        rows->asked.where = NULL;
    }
    rc = c4_predicate_resolve(rows->db, &rows->arena, where.child_count == 1 ? both : &where,
                              &rows->filter, &pushable);
    if (rc == CRM4E_OK)
        use_positions(rows, rows->filter);
    return rc;
}

static int keep_here(c4_rows *rows)
{
    const crm4e_plan *plan = rows->plan;
    size_t count = plan->keep_column_count;
    rows->keep_at = c4_arena_array(&rows->arena, count, sizeof(*rows->keep_at));
    rows->keep_values = c4_arena_array(&rows->arena, count, sizeof(*rows->keep_values));
    if (rows->keep_at == NULL || rows->keep_values == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        rows->keep_at[i] = position_of(rows, plan->keep_columns[i]);
    rows->asked.keep = NULL;
    rows->asked.keep_user = NULL;
    rows->asked.keep_columns = NULL;
    rows->asked.keep_column_count = 0;
    return CRM4E_OK;
}

/* The order of the plan, or that of the index it walks. */
static int order_here(c4_rows *rows, const crm4e_order **order, size_t *count)
{
    const crm4e_plan *plan = rows->plan;
    const crm4e_index *index;
    crm4e_order *terms;
    *order = plan->order;
    *count = plan->order_count;
    if (plan->order_count > 0)
        return CRM4E_OK;
    index = &plan->table->indexes[plan->index];
    terms = c4_arena_array(&rows->arena, index->column_count, sizeof(*terms));
    if (terms == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < index->column_count; i++)
        terms[i].column = index->columns[i];
    *order = terms;
    *count = index->column_count;
    return CRM4E_OK;
}

static int sort_here(c4_rows *rows)
{
    const crm4e_order *order;
    size_t count;
    int rc = order_here(rows, &order, &count);
    if (rc != CRM4E_OK)
        return rc;
    rows->key_at = c4_arena_array(&rows->arena, count, sizeof(*rows->key_at));
    rows->keys = c4_arena_array(&rows->arena, count, sizeof(*rows->keys));
    if (rows->key_at == NULL || rows->keys == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        rows->key_at[i] = position_of(rows, order[i].column);
        rows->keys[i] = &rows->row[rows->key_at[i]];
    }
    rows->sorter = (c4_sorter){
        .host = &rows->db->store->host,
        .mem = rows->arena.mem,
        .order = order,
        .order_count = count,
        .value_count = rows->plan->column_count,
    };
    rows->sorting = true;
    rows->asked.order = NULL;
    rows->asked.order_count = 0;
    return CRM4E_OK;
}

static void limit_here(c4_rows *rows)
{
    rows->skip = rows->plan->offset;
    rows->left = rows->plan->limit;
    rows->asked.limit = -1;
    rows->asked.offset = 0;
}

static int take_over(c4_rows *rows, uint32_t missing, bool counting)
{
    bool sort = (missing & CRM4E_HANDLES_ORDER) != 0;
    int rc = CRM4E_OK;
    if ((missing & CRM4E_HANDLES_INDEX) != 0) {
        rows->asked.index = CRM4E_NO_INDEX;
        sort = sort || (rows->plan->order_count == 0 && !counting);
    }
    if ((missing & CRM4E_HANDLES_WHERE) != 0 || rows->own_where != NULL)
        rc = filter_here(rows, (missing & CRM4E_HANDLES_WHERE) != 0);
    if (rc == CRM4E_OK && (missing & CRM4E_HANDLES_KEEP) != 0)
        rc = keep_here(rows);
    if (rc == CRM4E_OK && sort)
        rc = sort_here(rows);
    if ((missing & CRM4E_HANDLES_LIMIT) != 0)
        limit_here(rows);
    return rc;
}

/* The integers that lead the order asked for are compared row by row; without
 * an order that is the id. */
static int expect_order(c4_rows *rows)
{
    const crm4e_plan *asked = &rows->asked;
    const crm4e_table *table = asked->table;
    const crm4e_index *index =
        asked->index == CRM4E_NO_INDEX ? NULL : &table->indexes[asked->index];
    size_t count = 1;
    if (asked->order_count > 0)
        count = asked->order_count;
    else if (index != NULL)
        count = index->column_count;
    rows->checks = c4_arena_array(&rows->arena, count, sizeof(*rows->checks));
    if (rows->checks == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        crm4e_order term = {0};
        if (asked->order_count > 0)
            term = asked->order[i];
        else if (index != NULL)
            term.column = index->columns[i];
        if (!c4_column_is_integer(table, term.column))
            break;
        rows->unique = rows->unique || term.column == 0;
        rows->checks[rows->check_count].at = position_of(rows, term.column);
        rows->checks[rows->check_count++].sign = term.descending != 0 ? -1 : 1;
    }
    return CRM4E_OK;
}

static int in_order(c4_rows *rows)
{
    int order = 0;
    for (size_t i = 0; i < rows->check_count; i++) {
        order_check *check = &rows->checks[i];
        const crm4e_value *value = &rows->row[check->at];
        if (order == 0 && rows->has_previous)
            order = check->sign * c4_value_order(&check->previous, value);
        check->previous = *value;
    }
    if (rows->has_previous && (order > 0 || (order == 0 && rows->unique)))
        return CRM4E_E_CALLBACK;
    rows->has_previous = true;
    return CRM4E_ROW;
}

/* What crm4e_plan::keep answered: ROW, OK (skip the row) or a code. */
static int keep_answer(int32_t answer)
{
    int rc;
    if (answer == CRM4E_CONTINUE)
        rc = CRM4E_ROW;
    else if (answer == CRM4E_PASSTHROUGH)
        rc = CRM4E_OK;
    else
        rc = c4_storage_answer(answer);
    return rc;
}

static int wanted(c4_rows *rows)
{
    const crm4e_plan *plan = rows->plan;
    int rc = CRM4E_ROW;
    if (rows->filter != NULL) {
        rc = crm4e_plan_matches(&rows->db->store->host, rows->filter, rows->row, rows->count);
        rc = rc == 1 ? CRM4E_ROW : rc;
    }
    if (rc == CRM4E_ROW && rows->keep_at != NULL) {
        for (size_t i = 0; i < plan->keep_column_count; i++)
            rows->keep_values[i] = rows->row[rows->keep_at[i]];
        rc = keep_answer(plan->keep(plan->keep_user, rows->keep_values, plan->keep_column_count));
    }
    return rc;
}

/* Now and then a look at whether somebody wants this to stop. */
static bool stopped(c4_rows *rows)
{
    const c4_db *db = rows->db;

    return ++rows->fetched % ASK_EVERY == 0 && db->interrupted != NULL &&
           db->interrupted(db->interrupted_user) != 0;
}

/* The next row of the back end that passes: ROW, OK at the end, a code. */
static int fetch(c4_rows *rows)
{
    const crm4e_storage_methods *methods = rows->db->store->methods;
    bool skipped = true;
    int rc = CRM4E_OK;
    while (skipped) {
        memset(rows->row, 0, rows->count * sizeof(*rows->row));
        skipped = false;
        if (stopped(rows)) {
            rc = CRM4E_E_ABORTED;
            break;
        }
        rc = c4_storage_next_answer(methods->next(rows->cursor, rows->row, rows->count));
        if (rc != CRM4E_ROW)
            break;
        rc = c4_values_accept(rows->plan->table, rows->columns, rows->row, rows->count);
        if (rc == CRM4E_OK)
            rc = in_order(rows);
        if (rc == CRM4E_ROW && rows->allowed == 0)
            rc = CRM4E_E_CALLBACK;
        if (rc == CRM4E_ROW && rows->allowed > 0)
            rows->allowed--;
        if (rc == CRM4E_ROW) {
            rc = wanted(rows);
            skipped = rc == CRM4E_OK;
        }
    }
    return rc;
}

static int fetch_all_sorted(c4_rows *rows)
{
    int rc;
    while ((rc = fetch(rows)) == CRM4E_ROW) {
        rc = c4_sorter_add(&rows->sorter, &rows->arena, rows->row, rows->keys);
        if (rc != CRM4E_OK)
            break;
    }
    if (rc == CRM4E_OK)
        rc = c4_sorter_sort(&rows->sorter);
    return rc;
}

static int next_sorted(c4_rows *rows, const crm4e_value **values)
{
    int rc = CRM4E_OK;
    if (rows->next_sorted < rows->sorter.count) {
        *values = rows->sorter.rows[rows->next_sorted++];
        rc = CRM4E_ROW;
    }
    return rc;
}

static int select_rows(c4_rows *rows)
{
    c4_db *db = rows->db;
    size_t room = C4_ROOM(db->store->methods, cursor_size);
    int rc;
    if (room > 0) {
        rows->cursor = c4_arena_array(&rows->arena, 1, room);
        if (rows->cursor == NULL)
            return CRM4E_E_NO_MEMORY;
    }
    rows->allowed = rows->asked.limit;
    rows->asked.columns = rows->columns;
    rows->asked.column_count = rows->count;
    rc = c4_storage_answer(db->store->methods->select(&rows->cursor, db->connection, &rows->asked));
    rows->selected = rc == CRM4E_OK && rows->cursor != NULL;
    if (rc == CRM4E_OK && rows->cursor == NULL)
        rc = CRM4E_E_CALLBACK;
    if (rc == CRM4E_OK && rows->sorting)
        rc = fetch_all_sorted(rows);
    return rc;
}

static int prepare(c4_rows *rows, bool counting)
{
    uint32_t missing = 0;
    int rc = negotiate(rows, &missing);
    if (rc == CRM4E_OK)
        rc = simplify(rows, &missing);
    if (rc == CRM4E_OK)
        rc = start_columns(rows);
    if (rc == CRM4E_OK)
        rc = take_over(rows, missing, counting);
    if (rc == CRM4E_OK)
        rc = expect_order(rows);
    return rc;
}

static int open_rows(c4_rows **out, c4_db *db, const crm4e_plan *plan, bool counting)
{
    c4_rows *rows = NULL;
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = check_plan(plan);
    if (rc == CRM4E_OK)
        rc = c4_bulk_read(db, plan);
    if (rc != CRM4E_OK)
        goto done;
    rows = c4_alloc_array(db->store->mem, 1, sizeof(*rows));
    if (rows == NULL) {
        rc = CRM4E_E_NO_MEMORY;
        goto done;
    }
    c4_arena_init(&rows->arena, db->store->mem);
    rows->db = db;
    rows->plan = plan;
    rows->asked = *plan;
    rows->left = -1;
    rows->code = CRM4E_ROW;
    rc = prepare(rows, counting);
    if (rc == CRM4E_OK)
        rc = select_rows(rows);
    if (rc != CRM4E_OK) {
        c4_rows_close(rows);
        rows = NULL;
    }
done:
    *out = rows;
    return rc;
}

int c4_rows_open(c4_rows **out, c4_db *db, const crm4e_plan *plan)
{
    return open_rows(out, db, plan, false);
}

static int next_row(c4_rows *rows, const crm4e_value **values)
{
    int rc;
    if (rows->left == 0) {
        rc = CRM4E_OK;
    } else if (rows->sorting) {
        rc = next_sorted(rows, values);
    } else {
        *values = rows->row;
        rc = fetch(rows);
    }
    return rc;
}

int c4_rows_next(c4_rows *rows, const crm4e_value **values)
{
    const crm4e_value *row = NULL;
    *values = NULL;
    while (rows->code == CRM4E_ROW && rows->skip > 0) {
        rows->code = next_row(rows, &row);
        rows->skip--;
    }
    if (rows->code == CRM4E_ROW)
        rows->code = next_row(rows, &row);
    if (rows->code == CRM4E_ROW) {
        *values = row;
        if (rows->left > 0)
            rows->left--;
    }
    return rows->code;
}

void c4_rows_close(c4_rows *rows)
{
    if (rows != NULL) {
        const c4_mem *mem = rows->arena.mem;
        if (rows->selected && rows->db->store->methods->finish != NULL)
            (void)rows->db->store->methods->finish(rows->cursor);
        c4_sorter_free(&rows->sorter);
        c4_arena_free(&rows->arena);
        c4_free(mem, rows);
    }
}

int c4_rows_first(c4_db *db, crm4e_plan *plan, int64_t *number)
{
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    int rc;

    plan->limit = 1;
    rc = c4_rows_open(&rows, db, plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &row);
    }
    *number = rc == CRM4E_ROW ? row[0].integer : 0;
    c4_rows_close(rows);
    return rc;
}

int c4_rows_count(c4_db *db, const crm4e_plan *plan, int64_t *count)
{
    crm4e_plan counted = *plan;
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    int64_t number = 0;
    int rc;
    counted.columns = NULL;
    counted.column_count = 0;
    counted.order = NULL;
    counted.order_count = 0;
    rc = open_rows(&rows, db, &counted, true);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        number++;
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    *count = rc == CRM4E_OK ? number : 0;
    return rc;
}
