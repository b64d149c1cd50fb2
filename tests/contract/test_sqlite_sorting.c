/* SPDX-License-Identifier: MIT */
/* An index of many rows is made in little memory, wherever there is room for files. */
#include "contract/sqlite_place.h"
#include "storage/sqlite/inside.h"

#include <stdio.h>
#include <string.h>

enum {
    ROWS = 80000,
    KEYS_BYTES = 60 * ROWS, /* at least */
    RUN_BYTES = 3000 * 1000 /* one run of keys and what else sorting takes */
};

/* A file system that has no room for temporary files. */
static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *inner;
    int refused;
} no_room;

static int open_named(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *got)
{
    (void)vfs;
    if (name != NULL)
        return no_room.inner->xOpen(no_room.inner, name, file, flags, got);
    no_room.refused++;
    file->pMethods = NULL;
    return SQLITE_IOERR_GETTEMPPATH;
}

static void take_room(void)
{
    no_room.inner = sqlite3_vfs_find(NULL);
    no_room.vfs = *no_room.inner;
    no_room.vfs.zName = "no room";
    no_room.vfs.xOpen = open_named;
    no_room.refused = 0;
    assert_int_equal(sqlite3_vfs_register(&no_room.vfs, 1), SQLITE_OK);
}

static void give_room(void)
{
    assert_int_equal(sqlite3_vfs_register(no_room.inner, 1), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_unregister(&no_room.vfs), SQLITE_OK);
}

static sqlite3 *handle_of(place *p)
{
    return ((c4_connection *)p->db.connection)->db;
}

static void fill(place *p, int rows)
{
    char sql[300];

    place_create_table(&p->db);
    (void)snprintf(sql, sizeof(sql),
                   "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)"
                   " INSERT INTO crm4e_everything (id, n, day, s)"
                   " SELECT i, i %% 7, i %% 5, printf('%%08d%%052d', (i * 7919) %% %d, i) FROM c",
                   rows, rows);
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    place_run(handle_of(p), sql);
    assert_ok(c4_db_commit(&p->db));
}

/* Both indexes dropped and made again; bytes of SQLite that this took at its most. */
static int64_t make_again(place *p)
{
    int64_t before;
    int64_t peak;

    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    for (size_t i = 0; i < INDEX_COUNT; i++)
        assert_ok(c4_db_index_drop(&p->db, &contract_table, i));
    assert_ok(c4_db_commit(&p->db)); /* what a statement writes over is kept in memory */
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
    (void)sqlite3_memory_highwater(1);
    before = sqlite3_memory_used();
    for (size_t i = 0; i < INDEX_COUNT; i++)
        assert_ok(c4_db_index_create(&p->db, &contract_table, i));
    peak = sqlite3_memory_highwater(1) - before;
    assert_ok(c4_db_commit(&p->db));
    return peak;
}

static void assert_whole(place *p, int rows)
{
    sqlite3 *db = handle_of(p);

    assert_int_equal(place_count(&p->db), rows);
    assert_int_equal(place_integer(db, "SELECT count(*) FROM pragma_integrity_check"
                                       " WHERE integrity_check = 'ok'"),
                     1);
    assert_int_equal(place_integer(db, "SELECT count(*) FROM crm4e_everything"
                                       " INDEXED BY crm4e__everything_n WHERE n = 3"),
                     (rows + 4) / 7);
}

static void test_keys_go_to_files(void **state)
{
    place *p = *state;
    int64_t peak;

    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    fill(p, ROWS);
    peak = make_again(p);
    assert_in_range(peak, 1, RUN_BYTES);
    /* Queries are as before. */
    assert_int_equal(place_integer(handle_of(p), "PRAGMA temp_store"), 2);
    assert_whole(p, ROWS);
    place_close(p);
}

static void test_without_room_for_files(void **state)
{
    place *p = *state;

    take_room();
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    fill(p, ROWS);
    assert_true(make_again(p) > KEYS_BYTES);
    assert_int_equal(no_room.refused, INDEX_COUNT);
    assert_int_equal(place_integer(handle_of(p), "PRAGMA temp_store"), 2);
    assert_whole(p, ROWS);
    place_close(p);
    give_room();
}

/* What a host has set is the host's. */
static void test_a_hosts_handle_stays_as_it_is(void **state)
{
    place *p = *state;
    sqlite3 *host = NULL;

    assert_int_equal(sqlite3_open(":memory:", &host), SQLITE_OK);
    p->options.path = NULL;
    p->options.database = host;
    place_create(p, 0);
    fill(p, 100);
    (void)make_again(p);
    assert_int_equal(place_integer(host, "PRAGMA temp_store"), 0);
    assert_whole(p, 100);
    place_close(p);
    assert_int_equal(sqlite3_close(host), SQLITE_OK);
}

static int again_within(place *p)
{
    int rc = c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE);

    if (rc != CRM4E_OK)
        return rc;
    rc = c4_db_index_drop(&p->db, &contract_table, INDEX_N);
    if (rc == CRM4E_OK)
        rc = c4_db_index_create(&p->db, &contract_table, INDEX_N);
    if (rc == CRM4E_OK)
        rc = c4_db_commit(&p->db);
    else
        c4_db_rollback(&p->db);
    return rc;
}

/* Without memory to look for room, keys stay in memory; all else takes the transaction back. */
static void test_allocations_fail(void **state)
{
    place *p = *state;
    bool hit = true;
    size_t failed = 0;

    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    fill(p, 100);
    place_close(p);
    for (size_t n = 1; hit; n++) {
        int rc;

        assert_ok(place_connect(p, CRM4E_SQLITE_NORMAL_SYNC));
        fail_alloc_arm(&p->allocations, n, false);
        rc = again_within(p);
        hit = fail_alloc_hit(&p->allocations);
        fail_alloc_arm(&p->allocations, 0, false);
        assert_true(rc == CRM4E_OK || (hit && rc == CRM4E_E_NO_MEMORY));
        failed += rc != CRM4E_OK;
        assert_int_equal(place_integer(handle_of(p), "PRAGMA temp_store"), 2);
        assert_whole(p, 100);
        place_close(p);
        assert_true(n < 1000);
    }
    assert_true(failed > 0);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(test_keys_go_to_files),
        in_place(test_without_room_for_files),
        in_place(test_a_hosts_handle_stays_as_it_is),
        in_place(test_allocations_fail),
    };
    return cmocka_run_group_tests_name("sorting keys", tests, NULL, NULL);
}
