/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/inside.h"

typedef struct error_code {
    int sqlite;
    int code;
} error_code;

/* Extended codes first, where they say more than the code they belong to. */
static const error_code extended_codes[] = {
    {SQLITE_CONSTRAINT_PRIMARYKEY, CRM4E_E_CONFLICT},
    {SQLITE_CONSTRAINT_ROWID, CRM4E_E_CONFLICT},
    {SQLITE_CONSTRAINT_UNIQUE, CRM4E_E_CONFLICT},
    {SQLITE_CANTOPEN_SYMLINK, CRM4E_E_ENVIRONMENT},
    {SQLITE_READONLY_DBMOVED, CRM4E_E_ENVIRONMENT},
    {SQLITE_IOERR_NOMEM, CRM4E_E_NO_MEMORY},
    {SQLITE_IOERR_CORRUPTFS, CRM4E_E_CORRUPT},
};

static const error_code primary_codes[] = {
    {SQLITE_OK, CRM4E_OK},
    {SQLITE_ROW, CRM4E_OK},
    {SQLITE_DONE, CRM4E_OK},
    {SQLITE_ERROR, CRM4E_E_CORRUPT}, /* our statements are right, so the tables are not */
    {SQLITE_PERM, CRM4E_E_IO},
    {SQLITE_ABORT, CRM4E_E_ABORTED},
    {SQLITE_BUSY, CRM4E_E_BUSY},
    {SQLITE_LOCKED, CRM4E_E_BUSY},
    {SQLITE_NOMEM, CRM4E_E_NO_MEMORY},
    {SQLITE_READONLY, CRM4E_E_READ_ONLY},
    {SQLITE_INTERRUPT, CRM4E_E_ABORTED},
    {SQLITE_IOERR, CRM4E_E_IO},
    {SQLITE_CORRUPT, CRM4E_E_CORRUPT},
    {SQLITE_NOTADB, CRM4E_E_CORRUPT},
    {SQLITE_FULL, CRM4E_E_FULL},
    {SQLITE_CANTOPEN, CRM4E_E_IO},
    {SQLITE_PROTOCOL, CRM4E_E_BUSY},
    {SQLITE_SCHEMA, CRM4E_E_BUSY},
    {SQLITE_TOOBIG, CRM4E_E_UNSUPPORTED},
    {SQLITE_NOLFS, CRM4E_E_FULL},
    {SQLITE_AUTH, CRM4E_E_READ_ONLY},
};

static int look_up(const error_code *codes, size_t count, int sqlite)
{
    int code = C4_SQLITE_UNKNOWN;
    for (size_t i = 0; i < count && code == C4_SQLITE_UNKNOWN; i++) {
        if (codes[i].sqlite == sqlite)
            code = codes[i].code;
    }
    return code;
}

int c4_sqlite_code_of(int extended)
{
    int code =
        look_up(extended_codes, sizeof(extended_codes) / sizeof(extended_codes[0]), extended);
    if (code == C4_SQLITE_UNKNOWN)
        code = look_up(primary_codes, sizeof(primary_codes) / sizeof(primary_codes[0]),
                       extended & 0xff);
    return code;
}

int c4_sqlite_code(c4_connection *connection, int rc)
{
    int code = CRM4E_OK;
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        goto done;
    /* The host's handle may give short codes only. */
    if (rc < 256 && rc == (sqlite3_extended_errcode(connection->db) & 0xff))
        rc = sqlite3_extended_errcode(connection->db);
    code = c4_sqlite_code_of(rc);
    if (code != CRM4E_OK && connection->failed != CRM4E_OK)
        code = connection->failed;
    else if (code != CRM4E_OK && connection->interrupted)
        code = CRM4E_E_ABORTED;
done:
    connection->failed = CRM4E_OK;
    connection->interrupted = false;
    return code;
}

int32_t c4_sqlite_answer(int rc)
{
    int32_t answer = rc;
    if (rc == CRM4E_OK)
        answer = CRM4E_CONTINUE;
    else if (rc == C4_SQLITE_UNKNOWN)
        answer = 0;
    return answer;
}
