/* SPDX-License-Identifier: MIT */
/* What only the SQLite storage promises: its files, its hardening, a host's handle. */
#include "contract/sqlite_place.h"
#include "storage/sqlite/inside.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned mode_of(const char *path)
{
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    return (unsigned)found.st_mode & 0777U;
}

static size_t files_in(const char *directory)
{
    DIR *entries = opendir(directory);
    size_t count = 0;
    assert_non_null(entries);
    while (readdir(entries) != NULL)
        count++;
    closedir(entries);
    return count - 2;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t got;
    assert_non_null(file);
    got = fread(bytes, 1, size, file);
    fclose(file);
    return got;
}

static void test_files_are_private(void **state)
{
    place *p = *state;
    char path[128];
    place_create(p, 0);
    place_create_table(&p->db);
    assert_int_equal(mode_of(p->path), 0600);
    snprintf(path, sizeof(path), "%s-wal", p->path);
    assert_int_equal(mode_of(path), 0600);
    snprintf(path, sizeof(path), "%s-shm", p->path);
    assert_int_equal(mode_of(path), 0600);
    place_close(p);
    assert_int_equal(files_in(p->directory), 1);
}

static void test_directory_is_made(void **state)
{
    place *p = *state;
    char directory[96];
    char path[128];
    snprintf(directory, sizeof(directory), "%s/orgs/", p->directory);
    p->options.path = directory;
    assert_ok(place_open(p, 0));
    assert_int_equal(access(directory, F_OK), -1);
    c4_store_close(&p->store);
    place_create(p, 0);
    assert_int_equal(mode_of(directory), 0700);
    snprintf(path, sizeof(path), "%scatalogue.crm4e", directory);
    assert_int_equal(mode_of(path), 0600);
    snprintf(path, sizeof(path), "%sorg-1.crm4e", directory);
    assert_int_equal(mode_of(path), 0600);
    place_close(p);
}

static void test_every_switch_is_set(void **state)
{
    static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                              SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
                              SQLITE_DBCONFIG_DQS_DML,
                              SQLITE_DBCONFIG_DQS_DDL,
                              SQLITE_DBCONFIG_ENABLE_TRIGGER,
                              SQLITE_DBCONFIG_ENABLE_VIEW};
    place *p = *state;
    sqlite3 *db;
    int value = -1;
    place_create(p, 0);
    db = ((c4_connection *)p->db.connection)->db;
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
        assert_int_equal(sqlite3_db_config(db, off[i], -1, &value), SQLITE_OK);
        assert_int_equal(value, 0);
    }
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &value), SQLITE_OK);
    assert_int_equal(value, 1);
    assert_int_equal(sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, -1), 0);
    assert_int_equal(place_integer(db, "PRAGMA secure_delete"), 1);
    assert_int_equal(place_integer(db, "PRAGMA cell_size_check"), 1);
    assert_int_equal(place_integer(db, "PRAGMA mmap_size"), 0);
    assert_int_equal(place_integer(db, "PRAGMA temp_store"), 2);
    assert_int_equal(place_integer(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(place_integer(db, "PRAGMA synchronous"), 2);
    assert_int_equal(place_integer(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    place_close(p);
    assert_ok(place_connect(p, CRM4E_SQLITE_ROLLBACK_JOURNAL));
    db = ((c4_connection *)p->db.connection)->db;
    assert_int_equal(place_integer(db, "PRAGMA synchronous"), 3);
    assert_int_equal(place_integer(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 0);
    place_close(p);
    assert_ok(place_connect(p, CRM4E_SQLITE_NORMAL_SYNC));
    db = ((c4_connection *)p->db.connection)->db;
    assert_int_equal(place_integer(db, "PRAGMA synchronous"), 1);
    place_close(p);
}

/* Refused, and not a byte changed, not a file added. */
static void assert_refused(place *p, int code)
{
    static char before[1 << 16];
    static char after[1 << 16];
    struct stat found;
    bool regular = lstat(p->path, &found) == 0 && S_ISREG(found.st_mode);
    size_t size = regular ? read_file(p->path, before, sizeof(before)) : 0;
    size_t files = files_in(p->directory);
    assert_code(place_connect(p, 0), code);
    assert_code(place_connect(p, CRM4E_SQLITE_ROLLBACK_JOURNAL), code);
    if (place_open(p, 0) == CRM4E_OK) {
        assert_int_not_equal(c4_store_org_create(&p->store, CONTRACT_ORG), CRM4E_OK);
        c4_store_close(&p->store);
    }
    if (regular) {
        assert_int_equal(read_file(p->path, after, sizeof(after)), size);
        assert_memory_equal(before, after, size);
    }
    assert_int_equal(files_in(p->directory), files);
}

static void test_strange_files_are_refused(void **state)
{
    place *p = *state;
    char target[128];
    char noise[5000];
    write_file(p->path, "", 0);
    assert_refused(p, CRM4E_E_CORRUPT);
    write_file(p->path, "name,phone\n", 11);
    assert_refused(p, CRM4E_E_CORRUPT);
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)(i * 7);
    memcpy(noise, "\177ELF", 4);
    write_file(p->path, noise, sizeof(noise));
    assert_refused(p, CRM4E_E_CORRUPT);
    memcpy(noise, "SQLite format 3", 16);
    write_file(p->path, noise, sizeof(noise));
    assert_refused(p, CRM4E_E_CORRUPT);
    unlink(p->path);
    assert_int_equal(mkfifo(p->path, 0600), 0);
    assert_refused(p, CRM4E_E_CORRUPT);
    unlink(p->path);
    assert_int_equal(symlink("/dev/zero", p->path), 0);
    assert_refused(p, CRM4E_E_ENVIRONMENT);
    unlink(p->path);
    snprintf(target, sizeof(target), "%s/target", p->directory);
    assert_int_equal(symlink(target, p->path), 0);
    assert_refused(p, CRM4E_E_ENVIRONMENT);
    p->options.path = "/dev/null";
    assert_code(place_connect(p, 0), CRM4E_E_CORRUPT);
}

/* Of a database that somebody took away: it would be played into the new one. */
static void test_log_left_behind_is_refused(void **state)
{
    static const char *const logs[] = {"-wal", "-journal"};
    place *p = *state;
    char log[sizeof(p->path) + 16];
    char text[5];

    for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++) {
        (void)snprintf(log, sizeof(log), "%s%s", p->path, logs[i]);
        write_file(log, "left", 4);
        assert_ok(place_open(p, 0));
        assert_code(c4_store_org_create(&p->store, CONTRACT_ORG), CRM4E_E_ENVIRONMENT);
        c4_store_close(&p->store);
        assert_int_equal(access(p->path, F_OK), -1);
        assert_int_equal(read_file(log, text, 4), 4);
        assert_memory_equal(text, "left", 4);
        write_file(log, "", 0);
    }
    place_create(p, 0);
    place_close(p);
}

static void test_files_of_others_are_refused(void **state)
{
    place *p = *state;
    place_sql(p->path, "CREATE TABLE t (a)");
    assert_refused(p, CRM4E_E_CORRUPT);
    place_sql(p->path,
              "PRAGMA application_id = 7; PRAGMA journal_mode = WAL; INSERT INTO t VALUES (1)");
    assert_refused(p, CRM4E_E_CORRUPT);
    unlink(p->path);
    place_sql(p->path, "PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = 1129460805;"
                       "PRAGMA user_version = 1; CREATE TABLE t (a)");
    assert_refused(p, CRM4E_E_CORRUPT);
    unlink(p->path);
    place_create(p, 0);
    place_close(p);
    place_sql(p->path, "PRAGMA user_version = 2");
    assert_code(place_connect(p, 0), CRM4E_E_UNSUPPORTED);
}

static void test_strange_schema_is_refused(void **state)
{
    static const char *const additions[] = {
        "CREATE TRIGGER t AFTER INSERT ON crm4e_everything BEGIN SELECT 1; END",
        "CREATE VIEW crm4e_v AS SELECT 1",
        "CREATE TABLE stranger (a)",
        "CREATE TABLE \"crm4e_t\" (\"id\" INTEGER PRIMARY KEY, \"a\" INTEGER DEFAULT 1) STRICT",
        "CREATE TABLE \"crm4e_t\" (\"id\" INTEGER PRIMARY KEY, \"a\" INTEGER AS (1)) STRICT",
        "CREATE TABLE \"crm4e_t\" (\"id\" INTEGER PRIMARY KEY, \"a\" INTEGER CHECK (a > 0)) STRICT",
        "CREATE TABLE \"crm4e_t\" (\"id\" INTEGER PRIMARY KEY, \"a\" INTEGER)",
        "CREATE VIRTUAL TABLE crm4e_f USING fts5(a)",
        "CREATE INDEX \"crm4e__i\" ON \"crm4e_everything\" (\"n\") WHERE n > 0",
        "CREATE INDEX \"crm4e__i\" ON \"crm4e_everything\" (abs(n))",
        "CREATE INDEX \"crm4e__i\" ON \"crm4e_everything\" (\"s\" COLLATE NOCASE)",
        "ALTER TABLE crm4e_everything ADD COLUMN g INTEGER AS (n + 1)",
    };
    place *p = *state;
    for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++) {
        place_create(p, 0);
        place_create_table(&p->db);
        place_close(p);
        assert_ok(place_connect(p, 0));
        place_close(p);
        place_sql(p->path, additions[i]);
        assert_code(place_connect(p, 0), CRM4E_E_CORRUPT);
        place_remove_files(p->directory);
    }
    place_create(p, 0);
    place_create_table(&p->db);
    assert_ok(place_write(&p->db, 1, 10));
    place_close(p);
    place_sql(p->path, "ANALYZE");
    assert_ok(place_connect(p, 0));
    place_close(p);
}

static void test_columns_added_stay_ours(void **state)
{
    static const crm4e_column columns[] = {
        {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
        {"a", CRM4E_COLUMN_TEXT, CRM4E_COLUMN_REQUIRED},
        {"b", CRM4E_COLUMN_BLOB, CRM4E_COLUMN_REQUIRED},
        {"c", CRM4E_COLUMN_DATE, 0},
    };
    crm4e_table table = {"t", columns, 2, NULL, 0, 5001};
    place *p = *state;
    place_create(p, 0);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&p->db, &table));
    for (table.column_count = 3; table.column_count <= 4; table.column_count++)
        assert_ok(c4_db_column_add(&p->db, &table));
    assert_ok(c4_db_commit(&p->db));
    place_close(p);
    assert_ok(place_connect(p, 0));
    place_close(p);
}

/* An index that ends with the id has it without being told; a unique one means it. */
static void test_the_id_stands_behind_an_index(void **state)
{
    static const crm4e_column columns[] = {
        {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
        {"a", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    };
    static const uint32_t by_a[] = {1, 0};
    static const uint32_t by_id[] = {0};
    static const uint32_t id_first[] = {0, 1};
    static const crm4e_index indexes[] = {
        {"plain", by_a, 2, 0},
        {"once", by_a, 2, CRM4E_INDEX_UNIQUE},
        {"alone", by_id, 1, 0},
        {"first", id_first, 2, 0},
    };
    static const crm4e_table table = {"t", columns, 2, indexes, 4, 5002};
    place *p = *state;
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = NULL;
    place_create(p, 0);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&p->db, &table));
    assert_ok(c4_db_commit(&p->db));
    place_close(p);
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT group_concat(substr(sql, instr(sql, '(')), '') FROM"
                                        " (SELECT sql FROM sqlite_schema WHERE type = 'index' AND"
                                        " tbl_name = 'crm4e_t' ORDER BY rootpage)",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0),
                        "(\"a\")(\"a\", \"id\")(\"id\")(\"id\", \"a\")");
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
}

static void test_a_moved_file_is_not_written(void **state)
{
    place *p = *state;
    char moved[128];
    place_create(p, 0);
    place_create_table(&p->db);
    snprintf(moved, sizeof(moved), "%s.moved", p->path);
    assert_int_equal(rename(p->path, moved), 0);
    assert_code(place_write(&p->db, 1, 10), CRM4E_E_ENVIRONMENT);
    write_file(p->path, "", 0);
    assert_code(place_write(&p->db, 1, 10), CRM4E_E_ENVIRONMENT);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(rename(moved, p->path), 0);
    assert_ok(place_write(&p->db, 1, 10));
    place_close(p);
}

static void test_read_only(void **state)
{
    place *p = *state;
    assert_code(place_open(p, CRM4E_SQLITE_READ_ONLY), CRM4E_E_NOT_FOUND);
    place_create(p, CRM4E_SQLITE_ROLLBACK_JOURNAL);
    place_create_table(&p->db);
    place_close(p);
    assert_ok(place_connect(p, CRM4E_SQLITE_READ_ONLY));
    assert_int_equal(place_count(&p->db), 0);
    assert_code(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE), CRM4E_E_READ_ONLY);
    assert_code(c4_store_org_create(&p->store, 2), CRM4E_E_READ_ONLY);
    place_close(p);
    assert_int_equal(files_in(p->directory), 1);
}

static void test_backup(void **state)
{
    place *p = *state;
    char path[128];
    place_create(p, 0);
    place_create_table(&p->db);
    assert_ok(place_write(&p->db, 1, 3000000));
    snprintf(path, sizeof(path), "%s/copy.crm4e", p->directory);
    assert_ok(c4_db_backup(&p->db, path));
    assert_int_equal(mode_of(path), 0600);
    assert_code(c4_db_backup(&p->db, path), CRM4E_E_CONFLICT);
    assert_code(c4_db_backup(&p->db, p->path), CRM4E_E_CONFLICT);
    assert_ok(place_write(&p->db, 2, 10));
    place_close(p);
    assert_int_equal(files_in(p->directory), 2);
    p->options.path = path;
    assert_ok(place_connect(p, 0));
    assert_int_equal(place_count(&p->db), 1);
    place_close(p);
}

typedef struct asked {
    int left;
} asked;

static int32_t interrupt(void *user)
{
    asked *a = user;
    return --a->left < 0;
}

static void test_interrupted(void **state)
{
    place *p = *state;
    asked a = {INT32_MAX};
    sqlite3 *other;
    crm4e_plan plan;
    int64_t count;
    char path[128];
    place_create(p, 0);
    place_create_table(&p->db);
    for (crm4e_id id = 1; id <= 3; id++)
        assert_ok(place_write(&p->db, id, 1000000));
    c4_db_disconnect(&p->db);
    assert_ok(c4_db_connect(&p->db, &p->store, CONTRACT_ORG, 0, interrupt, &a));
    assert_int_equal(sqlite3_open(p->path, &other), SQLITE_OK);
    place_run(other, "BEGIN IMMEDIATE");
    assert_code(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE), CRM4E_E_BUSY);
    a.left = 0;
    assert_code(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE), CRM4E_E_ABORTED);
    place_run(other, "COMMIT");
    sqlite3_close(other);
    snprintf(path, sizeof(path), "%s/copy.crm4e", p->directory);
    assert_code(c4_db_backup(&p->db, path), CRM4E_E_ABORTED);
    assert_int_equal(access(path, F_OK), -1);
    a.left = INT32_MAX;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_rows_count(&p->db, &plan, &count));
    assert_ok(c4_db_commit(&p->db));
    place_close(p);
}

static void fill(c4_db *db, int64_t rows)
{
    crm4e_value row[COL_COUNT];
    char text[32];
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    for (int64_t id = 1; id <= rows; id++) {
        contract_blank(row, id);
        row[COL_N] = c4_integer(id * 7919 % rows);
        row[COL_D] = c4_integer(id * 104729 % 100003);
        snprintf(text, sizeof(text), "text %lld", (long long)id);
        row[COL_S] = c4_c_text(text);
        assert_ok(c4_db_insert(db, &contract_table, row));
    }
    assert_ok(c4_db_commit(db));
}

/* The same page out of ranges, by seeks and by sorting all. */
static void assert_page_out_of_ranges(c4_db *db, const int64_t *ranges, size_t count)
{
    const crm4e_order order[] = {{COL_D, 0, 1}, {COL_ID, 0, 0}};
    crm4e_predicate in_ranges = c4_where_set(COL_N, ranges, count);
    crm4e_plan plan;
    char merged[CONTRACT_IDS];
    char sorted[CONTRACT_IDS];
    c4_plan_init(&plan, &contract_table);
    plan.order = order;
    plan.order_count = 2;
    plan.limit = 20;
    plan.offset = 5;
    plan.where = &in_ranges;
    contract_ids(db, &plan, sorted, sizeof(sorted));
    plan.where = NULL;
    plan.index = INDEX_N;
    plan.ranges = ranges;
    plan.range_count = count;
    assert_string_equal(contract_ids(db, &plan, merged, sizeof(merged)), sorted);
}

static void test_ranges(void **state)
{
    static int64_t ranges[100000];
    place *p = *state;
    char text[256];
    crm4e_plan plan;
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    fill(&p->db, 3000);
    for (size_t i = 0; i < 100000; i++)
        ranges[i] = (int64_t)i * 3 - 30;
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_READ));
    assert_page_out_of_ranges(&p->db, ranges, 50);
    assert_page_out_of_ranges(&p->db, ranges, 100000);
    c4_plan_init(&plan, &contract_table);
    plan.index = INDEX_N;
    plan.ranges = ranges;
    plan.range_count = 50;
    plan.limit = 10;
    assert_ok(c4_db_explain(&p->db, &plan, text, sizeof(text)));
    assert_non_null(strstr(text, "FOR EACH RANGE: SEARCH crm4e_everything USING"));
    assert_null(strstr(text, "B-TREE"));
    place_close(p);
}

static void assert_count(c4_db *db, const crm4e_predicate *where, int64_t expected)
{
    crm4e_plan plan;
    int64_t count = -1;
    c4_plan_init(&plan, &contract_table);
    plan.where = where;
    assert_ok(c4_rows_count(db, &plan, &count));
    assert_int_equal(count, expected);
}

static void test_wide_and_deep_predicates(void **state)
{
    enum {
        WIDE = 5000,
        DEEP = 30
    };
    static crm4e_predicate terms[WIDE];
    static crm4e_value values[WIDE];
    static crm4e_predicate deep[DEEP][2];
    place *p = *state;
    crm4e_predicate root;
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    fill(&p->db, 6000);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_READ));
    for (size_t i = 0; i < WIDE; i++) {
        values[i] = c4_integer((int64_t)i);
        terms[i] = c4_where(CRM4E_OP_EQ, COL_N, &values[i], 1);
    }
    root = c4_where_any(terms, WIDE);
    assert_count(&p->db, &root, WIDE);
    root = c4_where(CRM4E_OP_IN, COL_N, values, WIDE);
    assert_count(&p->db, &root, WIDE);
    for (size_t i = 0; i < WIDE; i++)
        terms[i].op = CRM4E_OP_NE;
    root = c4_where_all(terms, WIDE);
    assert_count(&p->db, &root, 1000);
    deep[0][0] = c4_where(CRM4E_OP_EQ, COL_N, values, 1);
    deep[0][1] = c4_where(CRM4E_OP_EQ, COL_N, values + 1, 1);
    for (size_t i = 1; i < DEEP; i++) {
        deep[i][0] = c4_where(CRM4E_OP_EQ, COL_N, values + i + 1, 1);
        deep[i][1] = c4_where_any(deep[i - 1], 2);
    }
    root = c4_where_any(deep[DEEP - 1], 2);
    assert_count(&p->db, &root, DEEP + 1);
    place_close(p);
}

/* `levels` nodes, each the last child of the one before; the deepest says n = 1. */
static void assert_shape_prepares(c4_db *db, crm4e_operator op, size_t width)
{
    enum {
        LEVELS = 24
    };
    static crm4e_predicate nodes[LEVELS][300];
    crm4e_value one = c4_integer(1);
    crm4e_plan plan;
    void *cursor = NULL;
    uint32_t parts = 0;
    size_t level = 0;
    const crm4e_storage_methods *methods = crm4e_storage_sqlite();
    nodes[0][width - 1] = c4_where(CRM4E_OP_EQ, COL_N, &one, 1);
    c4_plan_init(&plan, &contract_table);
    for (; level + 1 < LEVELS; level++) {
        crm4e_predicate *above = nodes[level + 1];
        for (size_t i = 0; i + 1 < width; i++)
            nodes[level][i] = c4_where(CRM4E_OP_IS_NULL, COL_S, NULL, 0);
        above[width - 1] = c4_where(op, COL_N, NULL, 0);
        above[width - 1].children = nodes[level];
        above[width - 1].child_count = width;
        above[width - 1].select_table = &contract_table;
        above[width - 1].select_column = COL_D;
        plan.where = &above[width - 1];
        assert_int_equal(methods->handles(db->connection, &plan, &parts), CRM4E_CONTINUE);
        if ((parts & CRM4E_HANDLES_WHERE) == 0)
            break;
        assert_int_equal(methods->select(&cursor, db->connection, &plan), CRM4E_CONTINUE);
        assert_int_equal(methods->finish(cursor), CRM4E_CONTINUE);
    }
    assert_true(level > 2);
    assert_true(level + 1 < LEVELS);
}

static void test_what_is_handled_prepares(void **state)
{
    place *p = *state;
    place_create(p, 0);
    place_create_table(&p->db);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_READ));
    assert_shape_prepares(&p->db, CRM4E_OP_AND, 2);
    assert_shape_prepares(&p->db, CRM4E_OP_OR, 16);
    assert_shape_prepares(&p->db, CRM4E_OP_OR, 17);
    assert_shape_prepares(&p->db, CRM4E_OP_AND, 300);
    assert_shape_prepares(&p->db, CRM4E_OP_NOT, 1);
    assert_shape_prepares(&p->db, CRM4E_OP_IN_SELECT, 1);
    place_close(p);
}

static void test_prefix_uses_an_index(void **state)
{
    place *p = *state;
    char text[256];
    crm4e_plan plan;
    crm4e_value values[] = {c4_integer(3), c4_c_text("text 1")};
    crm4e_predicate both[2];
    crm4e_predicate where = c4_where_all(both, 2);
    both[0] = c4_where(CRM4E_OP_EQ, COL_DAY, values, 1);
    both[1] = c4_where(CRM4E_OP_PREFIX, COL_S, values + 1, 1);
    place_create(p, 0);
    place_create_table(&p->db);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_READ));
    c4_plan_init(&plan, &contract_table);
    plan.where = &where;
    assert_ok(c4_db_explain(&p->db, &plan, text, sizeof(text)));
    assert_non_null(strstr(text, "(day=? AND s>? AND s<?)"));
    place_close(p);
}

/* A host with tables of its own in the file. */
static sqlite3 *open_host(place *p)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    place_run(db, "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, deal INTEGER);"
                  "CREATE TRIGGER IF NOT EXISTS o AFTER INSERT ON orders BEGIN SELECT 1; END;"
                  "CREATE TABLE IF NOT EXISTS crm4e_notes (a);"
                  "PRAGMA user_version = 42");
    p->options.path = NULL;
    p->options.database = db;
    return db;
}

static void test_host_handle(void **state)
{
    place *p = *state;
    c4_db second;
    sqlite3 *host = open_host(p);
    place_create(p, 0);
    place_create_table(&p->db);
    assert_code(c4_db_connect(&second, &p->store, CONTRACT_ORG, 0, NULL, NULL), CRM4E_E_BUSY);
    assert_ok(place_write(&p->db, 1, 10));
    place_run(host, "BEGIN; INSERT INTO orders VALUES (1, 2)");
    assert_ok(place_write(&p->db, 2, 10));
    assert_int_equal(sqlite3_get_autocommit(host), 0);
    place_run(host, "ROLLBACK");
    assert_int_equal(place_count(&p->db), 1);
    place_run(host, "BEGIN; INSERT INTO orders VALUES (1, 2)");
    assert_ok(place_write(&p->db, 2, 10));
    assert_code(place_write(&p->db, 2, 10), CRM4E_E_CONFLICT);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_remove(&p->db, &contract_table, 1));
    c4_db_rollback(&p->db);
    assert_int_equal(place_count(&p->db), 2);
    place_run(host, "COMMIT");
    place_close(p);
    assert_int_equal(place_integer(host, "SELECT count(*) FROM crm4e_everything"), 2);
    assert_int_equal(place_integer(host, "PRAGMA user_version"), 42);
    assert_int_equal(place_integer(host, "PRAGMA application_id"), 0);
    assert_int_equal(place_integer(host, "SELECT count(*) FROM orders"), 1);
    assert_int_equal(place_integer(host, "SELECT count(*) FROM crm4e_notes"), 0);
    assert_int_not_equal(sqlite3_exec(host, "SELECT crm4e_fold('a')", NULL, NULL, NULL), SQLITE_OK);
    assert_ok(place_connect(p, 0));
    place_close(p);
    assert_int_equal(sqlite3_close(host), SQLITE_OK);
}

static void test_host_handle_keeps_the_contract(void **state)
{
    place *p = *state;
    sqlite3 *host = open_host(p);
    contract_target target = {
        .name = "SQLite handle", .methods = crm4e_storage_sqlite(), .user = &p->options};
    const contract_target memory = {.name = "memory", .methods = crm4e_storage_memory()};
    place_run(host, "PRAGMA synchronous = OFF");
    contract_walk(&memory, &target, 11, 2000);
    assert_int_equal(sqlite3_close(host), SQLITE_OK);
}

/* Every allocation of ours failing in turn: a code, nothing left, nothing lost. */
static void test_allocations_fail(void **state)
{
    place *p = *state;
    int rc = CRM4E_E_NO_MEMORY;
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    place_close(p);
    for (size_t n = 1; rc == CRM4E_E_NO_MEMORY; n++) {
        fail_alloc_init(&p->allocations);
        fail_alloc_arm(&p->allocations, n, false);
        rc = place_connect(p, CRM4E_SQLITE_NORMAL_SYNC);
        if (rc == CRM4E_OK) {
            rc = place_write(&p->db, (crm4e_id)n, 10);
            place_close(p);
        }
        assert_int_equal(p->allocations.live, 0);
        assert_true(n < 1000);
    }
    assert_ok(rc);
    fail_alloc_init(&p->allocations);
    assert_ok(place_connect(p, 0));
    assert_int_equal(place_count(&p->db), 1);
    place_close(p);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(test_files_are_private),
        in_place(test_directory_is_made),
        in_place(test_every_switch_is_set),
        in_place(test_strange_files_are_refused),
        in_place(test_log_left_behind_is_refused),
        in_place(test_files_of_others_are_refused),
        in_place(test_strange_schema_is_refused),
        in_place(test_columns_added_stay_ours),
        in_place(test_the_id_stands_behind_an_index),
        in_place(test_a_moved_file_is_not_written),
        in_place(test_read_only),
        in_place(test_backup),
        in_place(test_interrupted),
        in_place(test_ranges),
        in_place(test_wide_and_deep_predicates),
        in_place(test_what_is_handled_prepares),
        in_place(test_prefix_uses_an_index),
        in_place(test_host_handle),
        in_place(test_host_handle_keeps_the_contract),
        in_place(test_allocations_fail),
    };
    return cmocka_run_group_tests_name("SQLite's own", tests, NULL, NULL);
}
