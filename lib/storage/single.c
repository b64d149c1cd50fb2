/* SPDX-License-Identifier: MIT */
/*
 * What a storage of one org leaves to the core: a small table beside the org's
 * own says which org there is, whether it is published, which version it has,
 * and which tables, so that an interrupted creation can be taken back. Writers
 * of one engine are kept apart here. A storage of many orgs without a version
 * of its own has the table in each, with the version only.
 */
#include "storage/inside.h"

#include <string.h>
#include <time.h>

enum {
    DIRECTORY_ORG = 1,
    DIRECTORY_VERSION = 2,
    DIRECTORY_NAME = 3, /* in row 1 of the org, NULL until published; else of a table */
    DIRECTORY_COLUMNS = 4,
    FIRST_TABLE = 2, /* id of the first row that names a table */
    TABLE_NAME_SIZE = 32,
    PAUSE = 1000000 /* nanoseconds between two tries to write */
};

static const crm4e_column directory_columns[DIRECTORY_COLUMNS] = {
    {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [DIRECTORY_ORG] = {"org", CRM4E_COLUMN_INTEGER, 0},
    [DIRECTORY_VERSION] = {"version", CRM4E_COLUMN_INTEGER, 0},
    [DIRECTORY_NAME] = {"name", CRM4E_COLUMN_TEXT, 0},
};
static const crm4e_table directory = {
    "storage_directory", directory_columns, DIRECTORY_COLUMNS, NULL, 0, INT64_MAX,
};

bool c4_single(const c4_store *store)
{
    return store->methods->org_create == NULL;
}

/* All columns of row 1; NOT_FOUND before there is an org. */
static int read_org(c4_db *db, crm4e_value values[DIRECTORY_COLUMNS])
{
    static const uint32_t columns[] = {0, DIRECTORY_ORG, DIRECTORY_VERSION, DIRECTORY_NAME};
    return c4_db_get(db, &directory, 1, columns, values, DIRECTORY_COLUMNS);
}

/* Sets columns of row 1, which is there as soon as the table is. */
static int write_org(c4_db *db, const uint32_t *columns, const crm4e_value *values, size_t count)
{
    const crm4e_storage_methods *methods = db->store->methods;
    crm4e_value row[DIRECTORY_COLUMNS];
    int rc = read_org(db, row);
    if (rc == CRM4E_OK)
        return c4_db_update(db, &directory, 1, columns, values, count);
    if (rc == CRM4E_E_NOT_FOUND) {
        rc = CRM4E_OK;
        if (methods->table_create != NULL)
            rc = c4_storage_answer(methods->table_create(db->connection, &directory));
    }
    if (rc == CRM4E_OK) {
        row[0] = c4_integer(1);
        for (size_t i = 1; i < DIRECTORY_COLUMNS; i++)
            row[i] = c4_null();
        for (size_t i = 0; i < count; i++)
            row[columns[i]] = values[i];
        rc = c4_db_insert(db, &directory, row);
    }
    return rc;
}

int c4_simple_get_version(c4_db *db, int64_t *version)
{
    crm4e_value values[DIRECTORY_COLUMNS];
    int rc = read_org(db, values);
    if (rc == CRM4E_OK)
        *version = values[DIRECTORY_VERSION].type == CRM4E_VALUE_NULL
                       ? 0
                       : values[DIRECTORY_VERSION].integer;
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

int c4_simple_set_version(c4_db *db, int64_t version)
{
    const uint32_t column = DIRECTORY_VERSION;
    const crm4e_value value = c4_integer(version);
    return write_org(db, &column, &value, 1);
}

/* The last row that names a table, this one or (NULL) any: its id, 0 when there
 * is none, and the name. */
static int last_table(c4_db *db, const char *name, crm4e_id *id, char found[TABLE_NAME_SIZE])
{
    static const uint32_t columns[] = {0, DIRECTORY_NAME};
    static const crm4e_order descending = {0, 0, 1};
    const crm4e_value limits[] = {c4_integer(FIRST_TABLE), c4_c_text(name)};
    const crm4e_predicate terms[] = {c4_where(CRM4E_OP_GE, 0, &limits[0], 1),
                                     c4_where(CRM4E_OP_EQ, DIRECTORY_NAME, &limits[1], 1)};
    const crm4e_predicate where = c4_where_all(terms, name == NULL ? 1 : 2);
    const crm4e_value *values;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;
    c4_plan_init(&plan, &directory);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = &descending;
    plan.order_count = 1;
    *id = 0;
    rc = c4_rows_open(&rows, db, &plan);
    if (rc == CRM4E_OK)
        rc = c4_rows_next(rows, &values);
    if (rc == CRM4E_ROW && (values[1].length == 0 || values[1].length >= TABLE_NAME_SIZE))
        rc = CRM4E_E_CORRUPT;
    if (rc == CRM4E_ROW) {
        *id = values[0].integer;
        memcpy(found, values[1].data, values[1].length);
        found[values[1].length] = '\0';
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc;
}

int c4_single_table_made(c4_db *db, const crm4e_table *table)
{
    char name[TABLE_NAME_SIZE];
    crm4e_value row[DIRECTORY_COLUMNS] = {[DIRECTORY_NAME] = c4_c_text(table->name)};
    crm4e_id last = 0;
    int rc = last_table(db, NULL, &last, name);
    row[0] = c4_integer(last == 0 ? FIRST_TABLE : last + 1);
    return rc == CRM4E_OK ? c4_db_insert(db, &directory, row) : rc;
}

int c4_single_table_gone(c4_db *db, const crm4e_table *table)
{
    char name[TABLE_NAME_SIZE];
    crm4e_id id = 0;
    int rc;
    do {
        rc = last_table(db, table->name, &id, name);
        if (rc == CRM4E_OK && id != 0)
            rc = c4_db_remove(db, &directory, id);
    } while (rc == CRM4E_OK && id != 0);
    return rc;
}

/* Drops what an interrupted creation has left. */
static int drop_tables(c4_db *db)
{
    char name[TABLE_NAME_SIZE];
    const crm4e_table table = {name, directory_columns, 1, NULL, 0, INT64_MAX - 1};
    crm4e_id id = 0;
    int rc;
    do {
        rc = last_table(db, NULL, &id, name);
        if (rc == CRM4E_OK && id != 0)
            rc = c4_db_table_drop(db, &table);
    } while (rc == CRM4E_OK && id != 0);
    return rc;
}

/* A connection to the one database, whichever org it holds. */
static int enter(c4_db *db, c4_store *store, uint32_t mode)
{
    int rc = c4_db_connect(
        db, store, 0, mode == CRM4E_TRANSACTION_READ ? CRM4E_CONNECT_READ_ONLY : 0U, NULL, NULL);
    return rc == CRM4E_OK ? c4_db_begin(db, mode) : rc;
}

static int leave(c4_db *db, int rc)
{
    if (rc == CRM4E_OK)
        rc = c4_db_commit(db);
    c4_db_disconnect(db);
    return rc;
}

int c4_single_org_create(c4_store *store, crm4e_id org)
{
    static const uint32_t columns[] = {DIRECTORY_ORG, DIRECTORY_VERSION};
    crm4e_value values[DIRECTORY_COLUMNS];
    c4_db db;
    int rc = enter(&db, store, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK) {
        rc = read_org(&db, values);
        if (rc == CRM4E_OK && values[DIRECTORY_NAME].type != CRM4E_VALUE_NULL)
            rc = CRM4E_E_CONFLICT;
        else if (rc == CRM4E_OK)
            rc = drop_tables(&db);
        else if (rc == CRM4E_E_NOT_FOUND)
            rc = CRM4E_OK;
    }
    values[0] = c4_integer(org);
    values[1] = c4_integer(0);
    if (rc == CRM4E_OK)
        rc = write_org(&db, columns, values, 2);
    if (rc == CRM4E_OK && store->methods->set_version != NULL)
        rc = c4_db_set_version(&db, 0);
    rc = leave(&db, rc);
    return rc == CRM4E_E_COMMIT_UNKNOWN ? CRM4E_E_IO : rc; /* it may be repeated */
}

int c4_single_org_publish(c4_store *store, crm4e_id org, const char *name)
{
    const uint32_t column = DIRECTORY_NAME;
    const crm4e_value value = c4_c_text(name);
    crm4e_value values[DIRECTORY_COLUMNS];
    c4_db db;
    int rc = enter(&db, store, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = read_org(&db, values);
    if (rc == CRM4E_OK && values[DIRECTORY_NAME].type != CRM4E_VALUE_NULL)
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK && values[DIRECTORY_ORG].integer != org)
        rc = CRM4E_E_NOT_FOUND;
    if (rc == CRM4E_OK)
        rc = write_org(&db, &column, &value, 1);
    rc = leave(&db, rc);
    if (rc == CRM4E_E_COMMIT_UNKNOWN) {
        crm4e_id found = 0;
        rc = c4_single_org_find(store, name, &found);
        rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_E_IO : rc;
    }
    return rc;
}

int c4_single_org_find(c4_store *store, const char *name, crm4e_id *org)
{
    const crm4e_value wanted = c4_c_text(name);
    crm4e_value values[DIRECTORY_COLUMNS];
    c4_db db;
    int rc = enter(&db, store, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = read_org(&db, values);
    if (rc == CRM4E_OK && (values[DIRECTORY_NAME].type == CRM4E_VALUE_NULL ||
                           (name != NULL && !c4_value_equal(&values[DIRECTORY_NAME], &wanted))))
        rc = CRM4E_E_NOT_FOUND;
    if (rc == CRM4E_OK)
        *org = values[DIRECTORY_ORG].integer;
    return leave(&db, rc);
}

int c4_single_org_list(c4_store *store, crm4e_org_visitor visit, void *user)
{
    crm4e_value values[DIRECTORY_COLUMNS];
    char *name = NULL;
    crm4e_id org = 0;
    c4_db db;
    int rc = enter(&db, store, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = read_org(&db, values);
    if (rc == CRM4E_OK && values[DIRECTORY_NAME].type != CRM4E_VALUE_NULL) {
        org = values[DIRECTORY_ORG].integer;
        name = c4_copy_text(store->mem, values[DIRECTORY_NAME].data, values[DIRECTORY_NAME].length);
        rc = name == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    rc = leave(&db, rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc);
    if (rc == CRM4E_OK && name != NULL)
        rc = c4_storage_answer(visit(user, org, name));
    c4_free(store->mem, name);
    return rc;
}

int c4_single_check_org(c4_db *db, crm4e_id org)
{
    crm4e_value values[DIRECTORY_COLUMNS];
    int rc = c4_db_begin(db, CRM4E_TRANSACTION_READ);
    if (rc != CRM4E_OK)
        return rc;
    rc = read_org(db, values);
    if (rc == CRM4E_OK && values[DIRECTORY_ORG].integer != org)
        rc = CRM4E_E_NOT_FOUND;
    c4_db_rollback(db);
    return db->poisoned ? CRM4E_E_IO : rc;
}

static int64_t milliseconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int try_to_begin(c4_db *db, uint32_t mode)
{
    c4_store *store = db->store;
    bool write = mode == CRM4E_TRANSACTION_WRITE;
    int rc;
    if (write && atomic_exchange(&store->writing, true))
        return CRM4E_E_BUSY;
    rc = c4_storage_answer(store->methods->begin(db->connection, mode));
    if (write && rc != CRM4E_OK)
        atomic_store(&store->writing, false);
    return rc;
}

int c4_single_begin(c4_db *db, uint32_t mode)
{
    const struct timespec pause = {0, PAUSE};
    int64_t start = milliseconds();
    int rc = try_to_begin(db, mode);
    while (rc == CRM4E_E_BUSY && milliseconds() - start < db->store->host.busy_timeout) {
        if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0) {
            rc = CRM4E_E_ABORTED;
        } else {
            (void)nanosleep(&pause, NULL);
            rc = try_to_begin(db, mode);
        }
    }
    return rc;
}
