/* SPDX-License-Identifier: MIT */
/*
 * The first rows of many index ranges, each of which lies in the order wanted.
 * One statement walks one range;
 * it runs for each, and only as long as its rows are before the worst of the
 * best so far. So a page of 50 out of 50 ranges reads some hundred rows, and
 * each further range costs one seek.
 */
#include "storage/sqlite/inside.h"
#include "storage/storage.h"

#include <string.h>

enum {
    ROWS_MOST = 4096, /* held in memory; above, SQLite sorts */
    ASK_EVERY = 256   /* ranges between two looks at interrupted() */
};

/* Values, then the bytes they point to, in one block. */
typedef struct merge_row {
    size_t count;
    crm4e_value values[];
} merge_row;

struct c4_merge {
    c4_connection *connection;
    const crm4e_plan *plan;
    c4_statement *statement;
    int range_at;   /* parameter of the range */
    size_t columns; /* then come the keys of the order */
    size_t keys;
    merge_row **rows; /* while ranges are read a heap, the worst first; then in order */
    size_t count;
    size_t wanted;
    size_t position;
};

/* Whether the rows of one range lie in the index in the order of the plan. */
static bool lie_in_order(const crm4e_plan *plan)
{
    const crm4e_index *index = &plan->table->indexes[plan->index];
    bool lie = true;
    for (size_t i = 0; i < plan->order_count && lie; i++) {
        /* behind its columns an index has the id, and nothing comes after that */
        uint32_t column = i + 1 < index->column_count ? index->columns[i + 1] : 0;
        lie = plan->order[i].column == column && plan->order[i].flags == 0 &&
              plan->order[i].descending == plan->order[0].descending;
        if (column == 0)
            break;
    }
    return lie;
}

bool c4_merge_fits(const crm4e_plan *plan)
{
    return plan->ranges != NULL && plan->index != CRM4E_NO_INDEX && plan->range_count > 1 &&
           lie_in_order(plan) && plan->limit >= 0 && plan->limit <= ROWS_MOST &&
           plan->offset <= ROWS_MOST - plan->limit;
}

/* Negative: `a` comes first. */
static int compare(const c4_merge *m, const crm4e_value *a, const crm4e_value *b)
{
    int order = 0;
    for (size_t i = 0; i < m->keys && order == 0; i++) {
        order = c4_value_order(&a[m->columns + i], &b[m->columns + i]);
        if (c4_sql_order(m->plan, i).descending != 0)
            order = -order;
    }
    return order;
}

static bool worse(const c4_merge *m, size_t a, size_t b)
{
    return compare(m, m->rows[a]->values, m->rows[b]->values) > 0;
}

static void swap(c4_merge *m, size_t a, size_t b)
{
    merge_row *kept = m->rows[a];
    m->rows[a] = m->rows[b];
    m->rows[b] = kept;
}

static void sift_up(c4_merge *m, size_t at)
{
    while (at > 0 && worse(m, at, (at - 1) / 2)) {
        swap(m, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(c4_merge *m, size_t at, size_t count)
{
    for (;;) {
        size_t worst = at;
        size_t left = 2 * at + 1;
        if (left < count && worse(m, left, worst))
            worst = left;
        if (left + 1 < count && worse(m, left + 1, worst))
            worst = left + 1;
        if (worst == at)
            break;
        swap(m, at, worst);
        at = worst;
    }
}

static merge_row *copy_row(const c4_merge *m, const crm4e_value *values, size_t count)
{
    merge_row *row;
    char *bytes;
    size_t size;
    bool fits =
        c4_mul_size(count, sizeof(*values), &size) && c4_add_size(size, sizeof(*row), &size);
    for (size_t i = 0; i < count; i++)
        fits = fits && c4_add_size(size, values[i].length, &size);
    row = fits ? c4_alloc(m->connection->mem, size) : NULL;
    if (row == NULL)
        return NULL;
    row->count = count;
    memcpy(row->values, values, count * sizeof(*values));
    bytes = (char *)(row->values + count);
    for (size_t i = 0; i < count; i++) {
        if (values[i].length > 0) {
            memcpy(bytes, values[i].data, values[i].length);
            row->values[i].data = bytes;
            bytes += values[i].length;
        } else if (values[i].type >= CRM4E_VALUE_TEXT) {
            row->values[i].data = "";
        }
    }
    return row;
}

/* Keeps the row when it is among the best; `*stop` when none after it can be. */
static int offer(c4_merge *m, const crm4e_value *values, bool *stop)
{
    merge_row *row;
    if (m->count == m->wanted && compare(m, values, m->rows[0]->values) >= 0) {
        *stop = true;
        return CRM4E_OK;
    }
    row = copy_row(m, values, m->columns + m->keys);
    if (row == NULL)
        return CRM4E_E_NO_MEMORY;
    if (m->count == m->wanted) {
        c4_free(m->connection->mem, m->rows[0]);
        m->rows[0] = row;
        sift_down(m, 0, m->count);
    } else {
        m->rows[m->count++] = row;
        sift_up(m, m->count - 1);
    }
    return CRM4E_OK;
}

static int read_range(c4_merge *m, int64_t range, crm4e_value *values)
{
    c4_connection *c = m->connection;
    sqlite3_stmt *stmt = m->statement->stmt;
    bool stop = false;
    int step = SQLITE_DONE;
    int rc = c4_sqlite_code(c, sqlite3_bind_int64(stmt, m->range_at, range));
    while (rc == CRM4E_OK && !stop && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (size_t i = 0; i < m->columns + m->keys && rc == CRM4E_OK; i++)
            rc = c4_read_value(c, stmt, (int)i, &values[i]);
        if (rc == CRM4E_OK)
            rc = offer(m, values, &stop);
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, step);
    (void)sqlite3_reset(stmt);
    return rc;
}

static int check_interrupted(const c4_connection *c)
{
    return c->ask_interrupted != NULL && c->ask_interrupted(c->interrupted_user) != 0
               ? CRM4E_E_ABORTED
               : CRM4E_OK;
}

static int read_ranges(c4_merge *m, c4_arena *arena)
{
    crm4e_value *values = c4_arena_array(arena, m->columns + m->keys, sizeof(*values));
    int rc = values == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    for (size_t i = 0; i < m->plan->range_count && rc == CRM4E_OK; i++) {
        if (i % ASK_EVERY == ASK_EVERY - 1)
            rc = check_interrupted(m->connection);
        if (rc == CRM4E_OK)
            rc = read_range(m, m->plan->ranges[i], values);
    }
    return rc;
}

/* The second half of a heap sort. */
static void put_in_order(c4_merge *m)
{
    for (size_t left = m->count; left > 1; left--) {
        swap(m, 0, left - 1);
        sift_down(m, 0, left - 1);
    }
    m->position = m->plan->offset < 0 ? 0 : (size_t)m->plan->offset;
}

static int range_parameter(const c4_sql *sql)
{
    int at = 0;
    for (size_t i = 0; i < sql->count; i++)
        at = sql->bindings[i].kind == C4_SQL_RANGE ? (int)i + 1 : at;
    return at;
}

int c4_merge_open(c4_merge **out, c4_connection *connection, const crm4e_plan *plan,
                  c4_arena *arena)
{
    int rc = CRM4E_E_NO_MEMORY;
    c4_merge *m = c4_arena_array(arena, 1, sizeof(*m));
    if (m == NULL)
        goto done;
    m->connection = connection;
    m->plan = plan;
    m->columns = plan->column_count;
    m->keys = c4_sql_order_count(plan);
    m->wanted = (size_t)(plan->limit + plan->offset);
    m->rows = c4_arena_array(arena, m->wanted, sizeof(merge_row *));
    *out = m;
    if (m->rows == NULL || plan->limit == 0) {
        rc = m->rows == NULL ? rc : CRM4E_OK;
        goto done;
    }
    rc = c4_select_prepare(connection, plan, C4_SQL_PER_RANGE, arena, &m->statement);
    if (rc != CRM4E_OK)
        goto done;
    m->range_at = range_parameter(&connection->sql);
    rc = read_ranges(m, arena);
    c4_statement_done(connection, m->statement);
    m->statement = NULL;
    put_in_order(m);
done:
    return rc;
}

int c4_merge_next(c4_merge *merge, crm4e_value *values, size_t count)
{
    const merge_row *row;
    if (merge->position >= merge->count)
        return CRM4E_OK;
    row = merge->rows[merge->position++];
    for (size_t i = 0; i < count && i < merge->columns; i++)
        values[i] = row->values[i];
    return CRM4E_ROW;
}

void c4_merge_close(c4_merge *merge)
{
    if (merge == NULL)
        return;
    c4_statement_done(merge->connection, merge->statement);
    for (size_t i = 0; i < merge->count; i++)
        c4_free(merge->connection->mem, merge->rows[i]);
    merge->count = 0;
}
