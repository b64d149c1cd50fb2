/* SPDX-License-Identifier: MIT */
/* Backup, check, explain, and the name of a file beside the database. */
#include "storage/sqlite/inside.h"

#include <stdio.h>
#include <string.h>

enum {
    BACKUP_PAGES = 256, /* between two looks at interrupted() */
    PROBLEMS_MOST = 100,
    LINE_MOST = 2000
};

/* The snapshot a backup reads: that of the open transaction or one of its own. */
static int begin_snapshot(c4_connection *c, bool *began)
{
    int rc = CRM4E_OK;
    *began = sqlite3_get_autocommit(c->db) != 0;
    if (*began)
        rc = c4_sqlite_run(c, "BEGIN");
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, c4_sqlite_dialect.touch);
    return rc;
}

static int copy_pages(c4_connection *c, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", c->db, "main");
    int rc = backup == NULL ? sqlite3_extended_errcode(to) : SQLITE_OK;
    while (rc == SQLITE_OK) {
        rc = sqlite3_backup_step(backup, BACKUP_PAGES);
        if (rc == SQLITE_OK && c->ask_interrupted != NULL &&
            c->ask_interrupted(c->interrupted_user) != 0)
            rc = SQLITE_INTERRUPT;
    }
    (void)sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE ? CRM4E_OK : c4_sqlite_code_of(rc);
}

/* Durable when done: SQLite syncs the new file, we sync its name. */
static int copy_to(c4_connection *c, const char *path)
{
    sqlite3 *to = NULL;
    int rc = sqlite3_open_v2(path, &to,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                                 SQLITE_OPEN_NOFOLLOW,
                             NULL);
    rc = rc == SQLITE_OK ? copy_pages(c, to) : c4_sqlite_code_of(rc);
    if (sqlite3_close(to) != SQLITE_OK && rc == CRM4E_OK)
        rc = CRM4E_E_IO;
    return rc;
}

/* Of a relative or linked directory the real one, as everywhere. */
static int place(c4_connection *c, const char *path, char **real, char **beside)
{
    bool directory = false;
    int rc = c4_file_resolve(c->mem, path, real, &directory);
    if (rc == CRM4E_OK && directory)
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK) {
        rc = c4_file_check(*real);
        rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : CRM4E_E_CONFLICT;
    }
    if (rc == CRM4E_OK) {
        *beside = c4_file_beside(c->mem, *real);
        rc = *beside == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    return rc;
}

int32_t c4_sqlite_backup(void *connection, const char *path)
{
    c4_connection *c = connection;
    char *real = NULL;
    char *beside = NULL;
    bool began = false;
    int rc;
    c4_connection_enter(c);
    rc = place(c, path, &real, &beside);
    if (rc == CRM4E_OK)
        rc = c4_file_make(beside);
    if (rc != CRM4E_OK)
        goto done;
    rc = begin_snapshot(c, &began);
    if (rc == CRM4E_OK)
        rc = copy_to(c, beside);
    if (began)
        (void)c4_sqlite_run(c, "ROLLBACK");
    if (rc == CRM4E_OK)
        rc = c4_file_publish(beside, real);
    if (rc != CRM4E_OK)
        c4_file_forget(beside);
done:
    c4_free(c->mem, real);
    c4_free(c->mem, beside);
    return c4_sqlite_answer(rc);
}

/* Beside the host's own database we make nothing. */
int32_t c4_sqlite_beside(void *connection, char *path, size_t size)
{
    const c4_connection *c = connection;
    const char *file = c->hosted ? NULL : sqlite3_db_filename(c->db, "main");
    int written = file != NULL && file[0] != '\0' ? snprintf(path, size, "%s-columns", file) : -1;
    return written > 0 && (size_t)written < size ? CRM4E_CONTINUE : CRM4E_E_NOT_FOUND;
}

/* SQLite's report has lines of its own in a row. */
static int32_t report_line(const char *found, crm4e_problem_visitor report, void *user)
{
    char line[LINE_MOST];
    size_t length = strlen(found) < sizeof(line) ? strlen(found) : sizeof(line) - 1;
    memcpy(line, found, length);
    line[length] = '\0';
    for (size_t i = 0; i < length; i++)
        line[i] = line[i] == '\n' ? ' ' : line[i];
    return report(user, line);
}

int32_t c4_sqlite_check(void *connection, crm4e_problem_visitor report, void *user)
{
    c4_connection *c = connection;
    char text[40];
    sqlite3_stmt *stmt = NULL;
    int step = SQLITE_DONE;
    int32_t answer = CRM4E_CONTINUE;
    int rc;
    c4_connection_enter(c);
    (void)snprintf(text, sizeof(text), "PRAGMA integrity_check(%d)", (int)PROBLEMS_MOST);
    rc = c4_sqlite_code(c, sqlite3_prepare_v2(c->db, text, -1, &stmt, NULL));
    while (rc == CRM4E_OK && answer == CRM4E_CONTINUE &&
           (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *found = (const char *)sqlite3_column_text(stmt, 0);
        if (found == NULL)
            rc = CRM4E_E_NO_MEMORY;
        else if (strcmp(found, "ok") != 0)
            answer = report_line(found, report, user);
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, step);
    (void)sqlite3_finalize(stmt);
    if (rc == CRM4E_OK && !c->hosted && c4_schema_check(c) == CRM4E_E_CORRUPT &&
        answer == CRM4E_CONTINUE)
        answer = report(user, "the file holds tables or other objects that are not ours");
    return rc == CRM4E_OK ? answer : c4_sqlite_answer(rc);
}

static size_t append(char *text, size_t size, size_t used, const char *more)
{
    size_t length = strlen(more);
    if (used + length >= size)
        length = size - used - 1;
    memcpy(text + used, more, length);
    text[used + length] = '\0';
    return used + length;
}

int32_t c4_sqlite_explain(void *connection, const crm4e_plan *plan, char *text, size_t size)
{
    c4_connection *c = connection;
    c4_sql *sql = &c->sql;
    bool merge = c4_merge_fits(plan);
    sqlite3_stmt *stmt = NULL;
    size_t used = 0;
    int step = SQLITE_DONE;
    int rc;
    if (size == 0)
        return 0;
    text[0] = '\0';
    c4_connection_enter(c);
    c4_sql_reset(sql);
    c4_sql_text(sql, "EXPLAIN QUERY PLAN ");
    c4_sql_select(sql, plan, merge ? C4_SQL_PER_RANGE : 0);
    rc = c4_sql_code(sql);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_prepare_v2(c->db, sql->text.data, -1, &stmt, NULL));
    if (rc == CRM4E_OK && merge)
        used = append(text, size, used, "FOR EACH RANGE: ");
    for (bool first = true; rc == CRM4E_OK && (step = sqlite3_step(stmt)) == SQLITE_ROW;
         first = false) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        used = append(text, size, used, first ? "" : "; ");
        used = append(text, size, used, detail == NULL ? "" : detail);
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, step);
    (void)sqlite3_finalize(stmt);
    return c4_sqlite_answer(rc);
}
