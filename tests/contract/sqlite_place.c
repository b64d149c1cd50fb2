/* SPDX-License-Identifier: MIT */
#include "contract/sqlite_place.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void place_remove_files(const char *directory)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlink(path) != 0) {
            place_remove_files(path);
            rmdir(path);
        }
    }
    if (entries != NULL)
        closedir(entries);
}

int place_setup(void **state)
{
    place *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return -1;
    snprintf(p->directory, sizeof(p->directory), "/tmp/crm4e-sqlite-XXXXXX");
    if (mkdtemp(p->directory) == NULL) {
        free(p);
        return -1;
    }
    snprintf(p->path, sizeof(p->path), "%s/org.crm4e", p->directory);
    p->options = (crm4e_sqlite_options){.struct_size = sizeof(p->options), .path = p->path};
    fail_alloc_init(&p->allocations);
    p->host = fail_alloc_host(&p->allocations);
    p->mem.host = p->host;
    *state = p;
    return 0;
}

int place_teardown(void **state)
{
    place *p = *state;
    size_t live = p->allocations.live;
    place_remove_files(p->directory);
    rmdir(p->directory);
    free(p);
    return live == 0 ? 0 : -1;
}

int place_open(place *p, uint32_t flags)
{
    crm4e_storage storage = {sizeof(storage), crm4e_storage_sqlite(), &p->options};
    p->options.flags = flags;
    return c4_store_open(&p->store, &p->mem, &storage, CONTRACT_BUSY_TIMEOUT);
}

void place_close(place *p)
{
    c4_db_disconnect(&p->db);
    c4_store_close(&p->store);
}

void place_create(place *p, uint32_t flags)
{
    assert_ok(place_open(p, flags));
    assert_ok(c4_store_org_create(&p->store, CONTRACT_ORG));
    assert_ok(c4_store_org_publish(&p->store, CONTRACT_ORG, "one"));
    assert_ok(c4_db_connect(&p->db, &p->store, CONTRACT_ORG, 0, NULL, NULL));
}

int place_connect(place *p, uint32_t flags)
{
    crm4e_id org = 0;
    int rc = place_open(p, flags);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_store_org_find(&p->store, NULL, &org);
    if (rc == CRM4E_OK)
        rc = c4_db_connect(&p->db, &p->store, org, 0, NULL, NULL);
    if (rc != CRM4E_OK)
        c4_store_close(&p->store);
    return rc;
}

int place_write(c4_db *db, crm4e_id id, size_t size)
{
    crm4e_value row[COL_COUNT];
    char *bytes = calloc(1, size + 1);
    int rc;
    assert_non_null(bytes);
    contract_blank(row, id);
    row[COL_X] = c4_blob(bytes, size);
    rc = c4_db_begin(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK) {
        rc = c4_db_insert(db, &contract_table, row);
        if (rc == CRM4E_OK)
            rc = c4_db_commit(db);
        else
            c4_db_rollback(db);
    }
    free(bytes);
    return rc;
}

void place_create_table(c4_db *db)
{
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(db, &contract_table));
    assert_ok(c4_db_commit(db));
}

int64_t place_count(c4_db *db)
{
    crm4e_plan plan;
    int64_t count = -1;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_rows_count(db, &plan, &count));
    assert_ok(c4_db_commit(db));
    return count;
}

void place_run(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

void place_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    place_run(db, sql);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t place_integer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t number;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

void watched_open(watched_storage *w, const crm4e_storage_methods *inner,
                  void (*watch)(crm4e_storage_methods *methods))
{
    void *made = NULL;
    if (inner == crm4e_storage_sqlite())
        assert_int_equal(place_setup(&made), 0);
    w->place = made;
    w->methods = *inner;
    watch(&w->methods);
    w->target =
        (contract_target){.methods = &w->methods, .user = made == NULL ? NULL : &w->place->options};
    assert_ok(contract_open(&w->contract, &w->target));
    assert_ok(c4_store_org_create(&w->contract.store, CONTRACT_ORG));
    assert_ok(c4_store_org_publish(&w->contract.store, CONTRACT_ORG, "one"));
    assert_ok(contract_connect(&w->contract, &w->contract.db));
    contract_begin_with_table(&w->contract);
}

int watched_close(watched_storage *w)
{
    void *made = w->place;
    c4_db_disconnect(&w->contract.db);
    contract_close(&w->contract);
    return made == NULL ? 0 : place_teardown(&made);
}
