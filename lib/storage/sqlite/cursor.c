/* SPDX-License-Identifier: MIT */
/* Plans at work. */
#include "storage/sqlite/inside.h"

struct c4_cursor {
    c4_connection *connection; /* NULL once its transaction ended */
    const c4_mem *mem;
    c4_cursor *previous, *next;
    c4_arena arena; /* what bound parameters point to */
    c4_statement *statement;
    c4_merge *merge; /* instead of a statement */
};

int32_t c4_sqlite_handles(void *connection, const crm4e_plan *plan, uint32_t *parts)
{
    (void)connection;
    *parts = c4_sql_handles(plan);
    return CRM4E_CONTINUE;
}

static int prepare(c4_connection *c, const crm4e_plan *plan, unsigned flags, c4_statement **out)
{
    c4_sql *sql = &c->sql;
    int rc;
    c4_sql_reset(sql);
    c4_sql_select(sql, plan, flags);
    rc = c4_sql_code(sql);
    if (rc == CRM4E_OK)
        rc = c4_statement_of_text(c, sql->text.data, sql->text.length, out);
    return rc;
}

int c4_select_prepare(c4_connection *connection, const crm4e_plan *plan, unsigned flags,
                      c4_arena *arena, c4_statement **out)
{
    c4_statement *s = NULL;
    const c4_sql *sql = &connection->sql;
    int rc = prepare(connection, plan, flags, &s);
    for (size_t i = 0; i < sql->count && rc == CRM4E_OK; i++)
        rc = c4_bind_binding(connection, s->stmt, (int)i + 1, &sql->bindings[i], plan, arena);
    if (rc == CRM4E_OK)
        *out = s;
    else
        c4_statement_done(connection, s);
    return rc;
}

static void link_cursor(c4_connection *c, c4_cursor *cursor)
{
    cursor->next = c->cursors;
    if (c->cursors != NULL)
        c->cursors->previous = cursor;
    c->cursors = cursor;
}

/* Gives back what it holds of the connection. */
static void stop(c4_cursor *cursor)
{
    c4_connection *c = cursor->connection;
    if (c == NULL)
        return;
    c4_statement_done(c, cursor->statement);
    c4_merge_close(cursor->merge);
    cursor->statement = NULL;
    cursor->merge = NULL;
    if (cursor->previous != NULL)
        cursor->previous->next = cursor->next;
    else
        c->cursors = cursor->next;
    if (cursor->next != NULL)
        cursor->next->previous = cursor->previous;
    cursor->connection = NULL;
}

void c4_cursors_stop(c4_connection *connection)
{
    while (connection->cursors != NULL)
        stop(connection->cursors);
}

int32_t c4_sqlite_finish(void *cursor)
{
    c4_cursor *it = cursor;
    stop(it);
    c4_arena_free(&it->arena);
    c4_free(it->mem, it);
    return CRM4E_CONTINUE;
}

int32_t c4_sqlite_select(void **cursor, void *connection, const crm4e_plan *plan)
{
    c4_connection *c = connection;
    c4_cursor *made = NULL;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_READ);
    c4_connection_enter(c);
    if (rc != CRM4E_OK)
        goto done;
    made = c4_alloc_array(c->mem, 1, sizeof(*made));
    if (made == NULL) {
        rc = CRM4E_E_NO_MEMORY;
        goto done;
    }
    made->connection = c;
    made->mem = c->mem;
    c4_arena_init(&made->arena, c->mem);
    link_cursor(c, made);
    if (c4_merge_fits(plan))
        rc = c4_merge_open(&made->merge, c, plan, &made->arena);
    else
        rc = c4_select_prepare(c, plan, 0, &made->arena, &made->statement);
    if (rc == CRM4E_OK)
        *cursor = made;
    else
        (void)c4_sqlite_finish(made);
done:
    return c4_sqlite_answer(rc);
}

static int step(c4_connection *c, c4_statement *s, crm4e_value *values, size_t count)
{
    int step = sqlite3_step(s->stmt);
    int rc = c4_sqlite_code(c, step);
    for (size_t i = 0; i < count && step == SQLITE_ROW && rc == CRM4E_OK; i++)
        rc = c4_read_value(c, s->stmt, (int)i, &values[i]);
    return rc == CRM4E_OK && step == SQLITE_ROW ? CRM4E_ROW : rc;
}

int32_t c4_sqlite_next(void *cursor, crm4e_value *values, size_t count)
{
    c4_cursor *it = cursor;
    int rc;
    if (it->connection == NULL)
        rc = CRM4E_E_ABORTED;
    else if (it->merge != NULL)
        rc = c4_merge_next(it->merge, values, count);
    else
        rc = step(it->connection, it->statement, values, count);
    if (rc == CRM4E_OK)
        return CRM4E_DONE;
    return rc == CRM4E_ROW ? CRM4E_CONTINUE : c4_sqlite_answer(rc);
}
