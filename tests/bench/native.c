/* SPDX-License-Identifier: MIT */
#include "native.h"

#include <stdlib.h>
#include <string.h>

enum {
    AT_ID = 0, /* columns every record has */
    AT_OWNER = 1,
    AT_CREATED_TIME = 3,
    AT_MODIFIED_BY = 4,
    AT_MODIFIED_TIME = 5,
    AT_VERSION = 6
};

struct native {
    sqlite3 *db;
    const native_samples *samples;
    sqlite3_stmt *begin, *commit, *state, *set_state, *insert, *history, *get, *change, *remove,
        *bin;
    int64_t generation, next_id, next_change, next_module, next_field;
    bool moved; /* the state row is to be written */
};

sqlite3_stmt *native_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    world_need(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) == SQLITE_OK,
               "%s: %s", sql, sqlite3_errmsg(db));
    return stmt;
}

static void run(sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);

    world_need(rc == SQLITE_DONE || rc == SQLITE_ROW, "%s",
               sqlite3_errmsg(sqlite3_db_handle(stmt)));
    (void)sqlite3_reset(stmt);
}

static void bind(sqlite3_stmt *stmt, int at, const native_cell *cell)
{
    switch (cell->type) {
    case SQLITE_INTEGER: (void)sqlite3_bind_int64(stmt, at, cell->integer); break;
    case SQLITE_TEXT:
        (void)sqlite3_bind_text(stmt, at, cell->bytes, cell->length, SQLITE_STATIC);
        break;
    case SQLITE_BLOB:
        (void)sqlite3_bind_blob(stmt, at, cell->bytes, cell->length, SQLITE_STATIC);
        break;
    default: (void)sqlite3_bind_null(stmt, at); break;
    }
}

static native_cell keep(sqlite3_stmt *stmt, int column)
{
    native_cell cell = {.type = sqlite3_column_type(stmt, column)};
    const void *bytes;

    cell.integer = sqlite3_column_int64(stmt, column);
    if (cell.type != SQLITE_TEXT && cell.type != SQLITE_BLOB)
        return cell;
    bytes = sqlite3_column_blob(stmt, column);
    cell.length = sqlite3_column_bytes(stmt, column);
    cell.bytes = malloc((size_t)cell.length + 1);
    world_need(cell.bytes != NULL, "no memory");
    if (cell.length > 0)
        memcpy(cell.bytes, bytes, (size_t)cell.length);
    return cell;
}

static void keep_rows(sqlite3 *db, const char *sql, native_row *rows)
{
    sqlite3_stmt *stmt = native_prepare(db, sql);
    size_t count = 0;

    for (; count < NATIVE_BATCH && sqlite3_step(stmt) == SQLITE_ROW; count++) {
        rows[count].count = sqlite3_column_count(stmt);
        world_need(rows[count].count <= NATIVE_COLUMNS_MOST, "too many columns");
        for (int i = 0; i < rows[count].count; i++)
            rows[count].cells[i] = keep(stmt, i);
    }
    world_need(count == NATIVE_BATCH, "%s: %zu rows", sql, count);
    (void)sqlite3_finalize(stmt);
}

static void keep_history(sqlite3 *db, int action, native_cell *cells)
{
    sqlite3_stmt *stmt = native_prepare(
        db, "SELECT changes FROM crm4e_history WHERE action = ? ORDER BY record LIMIT 1000");

    (void)sqlite3_bind_int(stmt, 1, action);
    for (size_t i = 0; i < NATIVE_BATCH; i++) {
        world_need(sqlite3_step(stmt) == SQLITE_ROW, "too little history");
        cells[i] = keep(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
}

sqlite3 *native_handle(const char *path)
{
    static const char *const settings[] = {
        "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",  "PRAGMA cell_size_check = ON",
        "PRAGMA mmap_size = 0",      "PRAGMA temp_store = MEMORY", "PRAGMA secure_delete = ON",
    };
    sqlite3 *db = NULL;

    world_need(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
                   SQLITE_OK,
               "%s", sqlite3_errmsg(db));
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        world_need(sqlite3_exec(db, settings[i], NULL, NULL, NULL) == SQLITE_OK, "%s",
                   sqlite3_errmsg(db));
    return db;
}

static int same(const native_cell *a, const native_cell *b)
{
    return a->type == b->type && a->integer == b->integer && a->length == b->length &&
           (a->length == 0 || memcmp(a->bytes, b->bytes, (size_t)a->length) == 0);
}

static void find_changed(native_samples *s)
{
    for (int i = AT_MODIFIED_BY; i < s->created[0].count; i++) {
        int stamp = i <= AT_VERSION;

        if (!stamp && same(&s->created[0].cells[i], &s->changed[0].cells[i]))
            continue;
        world_need(s->changed_count < 8, "too many columns change");
        s->changed_columns[s->changed_count++] = i;
    }
}

static void work(world *w, crm4e_id *ids, int phase)
{
    for (int i = 0; i < NATIVE_BATCH; i++) {
        crm4e_record *lead = NULL;
        int rc = CRM4E_OK;

        if (phase == 0)
            rc = bench_lead_new(&lead, w, i);
        else if (phase == 1)
            rc = crm4e_record_open(&lead, w->session, "Leads", ids[i]);
        else
            rc = crm4e_record_delete(w->session, "Leads", ids[i], 0);
        if (rc == CRM4E_OK && phase == 1)
            rc = bench_lead_change(lead, i);
        if (rc == CRM4E_OK && phase < 2)
            rc = crm4e_record_save(lead);
        world_need(rc == CRM4E_OK, "a sample: %s", world_why(w));
        if (phase == 0)
            ids[i] = crm4e_record_id(lead);
        crm4e_record_free(lead);
    }
}

native_samples *native_sample(const char *path)
{
    static crm4e_id ids[NATIVE_BATCH];
    native_samples *s = calloc(1, sizeof *s);
    crm4e_engine_options options = world_options(path, 0);

    world_need(s != NULL, "no memory");
    for (int phase = 0; phase < 3; phase++) {
        sqlite3 *db;
        world w;

        world_need(world_open(&w, &options) == CRM4E_OK &&
                       crm4e_session_begin(w.session) == CRM4E_OK,
                   "%s", world_why(&w));
        work(&w, ids, phase);
        world_need(crm4e_session_commit(w.session) == CRM4E_OK, "%s", world_why(&w));
        world_close(&w);
        db = native_handle(path);
        if (phase < 2)
            keep_rows(db, "SELECT * FROM crm4e_m1 ORDER BY id",
                      phase == 0 ? s->created : s->changed);
        else
            keep_rows(db, "SELECT * FROM crm4e_bin ORDER BY id", s->bins);
        keep_history(db, phase + 1,
                     phase == 0   ? s->created_history
                     : phase == 1 ? s->changed_history
                                  : s->deleted_history);
        (void)sqlite3_close(db);
    }
    find_changed(s);
    return s;
}

static void free_row(native_row *row)
{
    for (int i = 0; i < row->count; i++)
        free(row->cells[i].bytes);
}

void native_samples_free(native_samples *samples)
{
    for (size_t i = 0; i < NATIVE_BATCH; i++) {
        free_row(&samples->created[i]);
        free_row(&samples->changed[i]);
        free_row(&samples->bins[i]);
        free(samples->created_history[i].bytes);
        free(samples->changed_history[i].bytes);
        free(samples->deleted_history[i].bytes);
    }
    free(samples);
}

/* "INSERT INTO table VALUES (?, ?, ...)" */
static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *table, int columns)
{
    char sql[400];
    int used = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);

    for (int i = 1; i < columns; i++)
        used += snprintf(sql + used, sizeof sql - (size_t)used, ", ?");
    (void)snprintf(sql + used, sizeof sql - (size_t)used, ")");
    return native_prepare(db, sql);
}

static sqlite3_stmt *prepare_change(sqlite3 *db, sqlite3_stmt *all, const native_samples *s)
{
    char sql[400];
    int used = snprintf(sql, sizeof sql, "UPDATE crm4e_m1 SET ");

    for (int i = 0; i < s->changed_count; i++)
        used += snprintf(sql + used, sizeof sql - (size_t)used, "%s%s = ?", i > 0 ? ", " : "",
                         sqlite3_column_name(all, s->changed_columns[i]));
    (void)snprintf(sql + used, sizeof sql - (size_t)used, " WHERE id = ?");
    return native_prepare(db, sql);
}

native *native_open(const char *path, const native_samples *samples)
{
    native *n = calloc(1, sizeof *n);
    sqlite3 *db = native_handle(path);

    world_need(n != NULL, "no memory");
    n->db = db;
    n->samples = samples;
    n->begin = native_prepare(db, "BEGIN IMMEDIATE");
    n->commit = native_prepare(db, "COMMIT");
    n->state =
        native_prepare(db, "SELECT generation, next_id, next_change, next_module, next_field, "
                           "clock FROM crm4e_state WHERE id = 1");
    n->set_state = native_prepare(db, "UPDATE crm4e_state SET generation = ?, next_id = ?, "
                                      "next_change = ?, next_module = ?, next_field = ?, clock = ? "
                                      "WHERE id = 1");
    n->insert = prepare_insert(db, "crm4e_m1", samples->created[0].count);
    n->history = prepare_insert(db, "crm4e_history", 9);
    n->get = native_prepare(db, "SELECT * FROM crm4e_m1 WHERE id = ?");
    n->change = prepare_change(db, n->get, samples);
    n->remove = native_prepare(db, "DELETE FROM crm4e_m1 WHERE id = ?");
    n->bin = prepare_insert(db, "crm4e_bin", samples->bins[0].count);
    return n;
}

void native_close(native *n)
{
    sqlite3_stmt *all[] = {n->begin,   n->commit, n->state,  n->set_state, n->insert,
                           n->history, n->get,    n->change, n->remove,    n->bin};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        (void)sqlite3_finalize(all[i]);
    (void)sqlite3_close(n->db);
    free(n);
}

void native_begin(native *n)
{
    run(n->begin);
    world_need(sqlite3_step(n->state) == SQLITE_ROW, "no state");
    n->generation = sqlite3_column_int64(n->state, 0);
    n->next_id = sqlite3_column_int64(n->state, 1);
    n->next_change = sqlite3_column_int64(n->state, 2);
    n->next_module = sqlite3_column_int64(n->state, 3);
    n->next_field = sqlite3_column_int64(n->state, 4);
    (void)sqlite3_reset(n->state);
}

void native_commit(native *n)
{
    (void)sqlite3_bind_int64(n->set_state, 1, n->generation);
    (void)sqlite3_bind_int64(n->set_state, 2, n->next_id);
    (void)sqlite3_bind_int64(n->set_state, 3, n->next_change);
    (void)sqlite3_bind_int64(n->set_state, 4, n->next_module);
    (void)sqlite3_bind_int64(n->set_state, 5, n->next_field);
    (void)sqlite3_bind_int64(n->set_state, 6, (int64_t)bench_wall());
    run(n->set_state);
    run(n->commit);
}

static void write_history(native *n, int64_t id, int action, int64_t version,
                          const native_cell *changes, const native_row *row)
{
    const int64_t numbers[] = {n->next_change++,      1,      id, row->cells[AT_OWNER].integer,
                               (int64_t)bench_wall(), action, 1,  version};

    for (int i = 0; i < 8; i++)
        (void)sqlite3_bind_int64(n->history, i + 1, numbers[i]);
    bind(n->history, 9, changes);
    run(n->history);
}

int64_t native_create(native *n, int sample)
{
    const native_row *row = &n->samples->created[sample];
    int64_t id = n->next_id++;

    for (int i = 1; i < row->count; i++)
        bind(n->insert, i + 1, &row->cells[i]);
    (void)sqlite3_bind_int64(n->insert, AT_ID + 1, id);
    (void)sqlite3_bind_int64(n->insert, AT_CREATED_TIME + 1, (int64_t)bench_wall());
    (void)sqlite3_bind_int64(n->insert, AT_MODIFIED_TIME + 1, (int64_t)bench_wall());
    run(n->insert);
    write_history(n, id, 1, 1, &n->samples->created_history[sample], row);
    return id;
}

/* Reads the row, every column of it. */
static int64_t get(native *n, int64_t id)
{
    int64_t version, sum = 0;

    (void)sqlite3_bind_int64(n->get, 1, id);
    world_need(sqlite3_step(n->get) == SQLITE_ROW, "a record is gone");
    for (int i = 0; i < n->samples->created[0].count; i++) {
        if (sqlite3_column_type(n->get, i) == SQLITE_TEXT)
            sum += sqlite3_column_text(n->get, i)[0];
        else
            sum += sqlite3_column_int64(n->get, i) & 1;
    }
    version = sqlite3_column_int64(n->get, AT_VERSION);
    (void)sqlite3_reset(n->get);
    world_need(sum > 0, "an empty record");
    return version;
}

void native_change(native *n, int64_t id, int sample)
{
    const native_samples *s = n->samples;
    int64_t version = get(n, id) + 1;

    for (int i = 0; i < s->changed_count; i++)
        bind(n->change, i + 1, &s->changed[sample].cells[s->changed_columns[i]]);
    (void)sqlite3_bind_int64(n->change, 2, (int64_t)bench_wall());
    (void)sqlite3_bind_int64(n->change, 3, version);
    (void)sqlite3_bind_int64(n->change, s->changed_count + 1, id);
    run(n->change);
    write_history(n, id, 2, version, &s->changed_history[sample], &s->created[sample]);
}

void native_delete(native *n, int64_t id, int sample)
{
    const native_samples *s = n->samples;
    int64_t version = get(n, id);

    for (int i = 1; i < s->bins[sample].count; i++)
        bind(n->bin, i + 1, &s->bins[sample].cells[i]);
    (void)sqlite3_bind_int64(n->bin, 1, id);
    run(n->bin);
    (void)sqlite3_bind_int64(n->remove, 1, id);
    run(n->remove);
    write_history(n, id, 3, version, &s->deleted_history[sample], &s->created[sample]);
}
