/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/inside.h"

/* SQLite ends a transaction by itself after some failures; what followed would
 * then be a transaction each. */
int c4_transaction_check(c4_connection *connection, uint32_t mode)
{
    int rc = c4_held_settle(connection);
    if (rc != CRM4E_OK)
        return rc;
    if (connection->mode == 0 ||
        (mode == CRM4E_TRANSACTION_WRITE && connection->mode != CRM4E_TRANSACTION_WRITE))
        rc = C4_SQLITE_UNKNOWN;
    else if (sqlite3_get_autocommit(connection->db) != 0)
        rc = CRM4E_E_IO;
    return rc;
}

/* A file that was moved or replaced under us would take the writes with it. */
static int check_in_place(c4_connection *c)
{
    int moved = 0;
    int rc = c->hosted ? SQLITE_NOTFOUND
                       : sqlite3_file_control(c->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return rc == SQLITE_OK && moved != 0 ? CRM4E_E_ENVIRONMENT : CRM4E_OK;
}

/* BEGIN alone takes no snapshot. */
static int begin_reading(c4_connection *c)
{
    int rc = c4_sqlite_run(c, "BEGIN");
    if (rc == CRM4E_OK) {
        rc = c4_sqlite_run(c, c4_sqlite_dialect.touch);
        if (rc != CRM4E_OK)
            (void)c4_sqlite_run(c, "ROLLBACK");
    }
    return rc;
}

int32_t c4_sqlite_begin(void *connection, uint32_t mode)
{
    c4_connection *c = connection;
    bool write = mode == CRM4E_TRANSACTION_WRITE;
    int rc = CRM4E_OK;
    c4_connection_enter(c);
    if (c->mode != 0)
        rc = C4_SQLITE_UNKNOWN;
    else if (write && c->read_only)
        rc = CRM4E_E_READ_ONLY;
    else if (write)
        rc = check_in_place(c);
    if (rc != CRM4E_OK)
        goto done;
    c->nested = c->hosted && sqlite3_get_autocommit(c->db) == 0;
    if (c->nested)
        rc = c4_sqlite_run(c, "SAVEPOINT \"crm4e_0\"");
    else if (write)
        rc = c4_sqlite_run(c, "BEGIN IMMEDIATE");
    else
        rc = begin_reading(c);
    if (rc == CRM4E_OK)
        c->mode = mode;
done:
    return c4_sqlite_answer(rc);
}

/* The transaction is gone although the commit failed: some failures say that
 * nothing was written, of the others nobody knows before the file is opened anew. */
static int outcome(int rc)
{
    static const int certain[] = {CRM4E_E_FULL, CRM4E_E_NO_MEMORY, CRM4E_E_BUSY, CRM4E_E_ABORTED,
                                  CRM4E_E_READ_ONLY};
    int code = CRM4E_E_COMMIT_UNKNOWN;
    for (size_t i = 0; i < sizeof(certain) / sizeof(certain[0]); i++)
        code = rc == certain[i] ? rc : code;
    return code;
}

int32_t c4_sqlite_commit(void *connection)
{
    c4_connection *c = connection;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_READ);
    c4_connection_enter(c);
    c4_cursors_stop(c);
    if (rc != CRM4E_OK)
        goto done;
    rc = c4_sqlite_run(c, c->nested ? "RELEASE \"crm4e_0\"" : "COMMIT");
    if (rc == CRM4E_OK) {
        c4_mark_forget(c);
        if (c->mode == CRM4E_TRANSACTION_WRITE && !c->nested)
            c4_wal_after_commit(c);
        c->mode = 0;
    } else if (c->mode == CRM4E_TRANSACTION_WRITE && !c->nested &&
               sqlite3_get_autocommit(c->db) != 0) {
        rc = outcome(rc);
    }
done:
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_rollback(void *connection)
{
    c4_connection *c = connection;
    int rc = CRM4E_OK;
    c4_held_forget(c);
    c4_connection_enter(c);
    c4_cursors_stop(c);
    c4_mark_forget(c);
    if (c->mode == 0 || sqlite3_get_autocommit(c->db) != 0) {
        rc = CRM4E_OK; /* SQLite was there first */
    } else if (c->nested) {
        rc = c4_sqlite_run(c, "ROLLBACK TO \"crm4e_0\"");
        if (rc == CRM4E_OK)
            rc = c4_sqlite_run(c, "RELEASE \"crm4e_0\"");
    } else {
        rc = c4_sqlite_run(c, "ROLLBACK");
    }
    if (rc == CRM4E_OK)
        c->mode = 0;
    return c4_sqlite_answer(rc);
}

/* What SQLite's own cache of pages goes by: it moves with every commit, ours or
 * not. Within a transaction of the host's it says nothing. */
int32_t c4_sqlite_stamp(void *connection, uint64_t *stamp)
{
    c4_connection *c = connection;
    unsigned int version = 0;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_READ);
    c4_connection_enter(c);
    *stamp = 0;
    if (rc == CRM4E_OK && !c->nested &&
        sqlite3_file_control(c->db, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK)
        *stamp = (uint64_t)version + 1;
    return c4_sqlite_answer(rc);
}
