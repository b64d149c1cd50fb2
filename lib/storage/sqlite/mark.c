/* SPDX-License-Identifier: MIT */
/*
 * Marks inside a transaction. Within a savepoint SQLite keeps a copy of every
 * page it changes, which costs more than writing the row; most marks see a few
 * new rows, as a record, its line of history and its place in a queue. So the outermost
 * mark takes its savepoint only when more is written, or something else: until then it
 * remembers how to take back the rows one by one.
 */
#include "storage/sqlite/inside.h"

#include <stdio.h>

static int run_savepoint(c4_connection *c, const char *verb, uint32_t depth)
{
    char text[48];
    (void)snprintf(text, sizeof(text), "%s \"crm4e_%u\"", verb, (unsigned)depth);
    return c4_sqlite_run(c, text);
}

int c4_mark_settle(c4_connection *connection)
{
    c4_mark *mark = &connection->mark;
    int rc = CRM4E_OK;
    if (mark->depth != 0 && !mark->settled) {
        rc = run_savepoint(connection, "SAVEPOINT", mark->depth);
        mark->settled = rc == CRM4E_OK;
    }
    return rc;
}

void c4_mark_forget(c4_connection *connection)
{
    c4_mark *mark = &connection->mark;
    for (size_t i = 0; i < mark->count; i++) {
        if (!mark->writes[i].shared)
            c4_statement_done(connection, mark->writes[i].undo);
    }
    mark->depth = 0;
    mark->settled = false;
    mark->count = 0;
    c4_arena_reset(&mark->arena);
}

bool c4_mark_has_room(const c4_connection *connection, size_t most)
{
    const c4_mark *mark = &connection->mark;
    return mark->depth != 0 && !mark->settled && mark->count < most;
}

void c4_mark_add(c4_connection *connection, const c4_mark_write *write)
{
    c4_mark *mark = &connection->mark;
    mark->writes[mark->count++] = *write;
}

static int take_back(c4_connection *c, const c4_mark_write *write)
{
    sqlite3_stmt *stmt = write->undo->stmt;
    int rc = c4_sqlite_code(c, sqlite3_bind_int64(stmt, (int)write->count + 1, write->id));
    for (size_t i = 0; i < write->count && rc == CRM4E_OK; i++)
        rc = c4_bind_value(c, stmt, (int)i + 1, &write->values[i]);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(stmt));
    (void)sqlite3_reset(stmt); /* it may take back an earlier row as well */
    return rc == CRM4E_OK && sqlite3_changes(c->db) == 0 ? C4_SQLITE_UNKNOWN : rc;
}

/* What came after the savepoint first, then the rows, the last one first. */
static int undo(c4_connection *c)
{
    const c4_mark *mark = &c->mark;
    int rc = CRM4E_OK;
    if (mark->settled)
        rc = run_savepoint(c, "ROLLBACK TO", mark->depth);
    if (rc == CRM4E_OK && mark->settled)
        rc = run_savepoint(c, "RELEASE", mark->depth);
    for (size_t i = mark->count; i > 0 && rc == CRM4E_OK; i--)
        rc = take_back(c, &mark->writes[i - 1]);
    c4_mark_forget(c);
    return rc;
}

/* Enters the connection, when the transaction allows marks. */
static int start(c4_connection *c)
{
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_WRITE);
    c4_connection_enter(c);
    return rc;
}

int32_t c4_sqlite_savepoint(void *connection, uint32_t depth)
{
    c4_connection *c = connection;
    int rc = start(c);
    if (rc == CRM4E_OK && c->mark.depth == 0) {
        c4_mark_forget(c);
        c->mark.depth = depth;
    } else if (rc == CRM4E_OK) {
        rc = c4_mark_settle(c);
        if (rc == CRM4E_OK)
            rc = run_savepoint(c, "SAVEPOINT", depth);
    }
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_release(void *connection, uint32_t depth)
{
    c4_connection *c = connection;
    bool outermost = c->mark.depth == depth;
    int rc = start(c);
    if (rc == CRM4E_OK && (!outermost || c->mark.settled))
        rc = run_savepoint(c, "RELEASE", depth);
    if (rc == CRM4E_OK && outermost)
        c4_mark_forget(c);
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_rollback_to(void *connection, uint32_t depth)
{
    c4_connection *c = connection;
    int rc = start(c);
    if (rc == CRM4E_OK && c->mark.depth == depth) {
        rc = undo(c);
    } else if (rc == CRM4E_OK) {
        rc = run_savepoint(c, "ROLLBACK TO", depth);
        if (rc == CRM4E_OK)
            rc = run_savepoint(c, "RELEASE", depth);
    }
    return c4_sqlite_answer(rc);
}
