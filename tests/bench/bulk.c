/* SPDX-License-Identifier: MIT */
#include "bulk.h"

#include <string.h>

static void execute(sqlite3 *db, const char *sql)
{
    world_need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
               sqlite3_errmsg(db));
}

int64_t bulk_integer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = native_prepare(db, sql);
    int64_t value;

    world_need(sqlite3_step(stmt) == SQLITE_ROW, "%s: no row", sql);
    value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return value;
}

void bulk_insert(const bulk *f, const char *what, int64_t count, int64_t number)
{
    char sql[6000];
    sqlite3_stmt *stmt;

    (void)snprintf(sql, sizeof sql,
                   "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
                   "?1) INSERT INTO %s",
                   what);
    stmt = native_prepare(f->db, sql);
    (void)sqlite3_bind_int64(stmt, 1, count);
    (void)sqlite3_bind_int64(stmt, 2, f->base);
    (void)sqlite3_bind_int64(stmt, 3, number);
    world_need(sqlite3_step(stmt) == SQLITE_DONE, "%s: %s", what, sqlite3_errmsg(f->db));
    (void)sqlite3_finalize(stmt);
}

static const char *source_of(const bulk_source *sources, size_t count, const char *column)
{
    const char *sql = column;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(sources[i].column, column) == 0)
            sql = sources[i].sql;
    }
    return sql;
}

void bulk_leads(const bulk *f, const bulk_source *sources, size_t source_count,
                const char *number_of, int64_t count, int64_t number)
{
    static char into[4000], sql[6000];
    sqlite3_stmt *stmt = native_prepare(f->db, "SELECT * FROM crm4e_m1");
    int used = 0;

    into[0] = '\0';
    for (int i = 0; i < sqlite3_column_count(stmt); i++)
        used += snprintf(into + used, sizeof into - (size_t)used, "%s%s", i > 0 ? ", " : "",
                         source_of(sources, source_count, sqlite3_column_name(stmt, i)));
    (void)sqlite3_finalize(stmt);
    execute(f->db, "CREATE TEMP TABLE sample AS SELECT row_number() OVER () - 1 AS number, * FROM "
                   "crm4e_m1; DELETE FROM crm4e_m1; DELETE FROM crm4e_history");
    execute(f->db, "CREATE UNIQUE INDEX temp.sample_number ON sample (number)");
    (void)snprintf(sql, sizeof sql, "crm4e_m1 SELECT %s FROM n CROSS JOIN sample ON number = %s",
                   into, number_of);
    bulk_insert(f, sql, count, number);
}

static void drop_indexes(bulk *f)
{
    sqlite3_stmt *stmt =
        native_prepare(f->db, "SELECT sql, name FROM sqlite_schema WHERE tbl_name = 'crm4e_m1' AND "
                              "type = 'index'");
    char *drops[BULK_INDEXES_MOST];

    while (f->index_count < BULK_INDEXES_MOST && sqlite3_step(stmt) == SQLITE_ROW) {
        drops[f->index_count] = sqlite3_mprintf("DROP INDEX %w", sqlite3_column_text(stmt, 1));
        f->indexes[f->index_count++] = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt);
    for (size_t i = 0; i < f->index_count; i++) {
        execute(f->db, drops[i]);
        sqlite3_free(drops[i]);
    }
}

void bulk_begin(bulk *f, const char *path)
{
    *f = (bulk){.db = native_handle(path)};
    execute(f->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
                   "-500000; PRAGMA secure_delete = OFF");
    f->base = bulk_integer(f->db, "SELECT next_id FROM crm4e_state");
    drop_indexes(f);
    execute(f->db, "BEGIN");
}

/* Indexes are made when the rows are there. */
void bulk_end(bulk *f, int64_t next_id, bool shares)
{
    sqlite3_stmt *stmt = native_prepare(f->db, "UPDATE crm4e_state SET next_id = ?, shares = ?");

    (void)sqlite3_bind_int64(stmt, 1, next_id);
    (void)sqlite3_bind_int64(stmt, 2, shares);
    world_need(sqlite3_step(stmt) == SQLITE_DONE, "no state");
    (void)sqlite3_finalize(stmt);
    execute(f->db, "COMMIT");
    for (size_t i = 0; i < f->index_count; i++) {
        execute(f->db, f->indexes[i]);
        sqlite3_free(f->indexes[i]);
    }
    execute(f->db, "PRAGMA journal_mode = WAL");
    (void)sqlite3_close(f->db);
}

void bulk_sample(const char *path, int64_t licences)
{
    crm4e_engine_options options = world_options(path, 0);
    world w;

    world_need(world_create(&w, &options, licences) == CRM4E_OK &&
                   crm4e_session_begin(w.session) == CRM4E_OK,
               "%s", world_why(&w));
    for (int i = 0; i < NATIVE_BATCH; i++) {
        crm4e_record *lead = NULL;

        world_need(bench_lead_new(&lead, &w, i) == CRM4E_OK && crm4e_record_save(lead) == CRM4E_OK,
                   "%s", world_why(&w));
        crm4e_record_free(lead);
    }
    world_need(crm4e_session_commit(w.session) == CRM4E_OK, "%s", world_why(&w));
    world_close(&w);
}
