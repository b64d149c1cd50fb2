/* SPDX-License-Identifier: MIT */
#include "model/migrate.h"

#include "model/schema.h"

/* Version 1 is the first one: there is nothing to come from yet. A step is one
 * line here and one function, and stays for ever. */
static const c4_migration steps[] = {{0, NULL}};
enum {
    STEPS = 0
};

static int compare(c4_unit *unit, int64_t version, int64_t wanted)
{
    if (version == 0)
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "the database holds no org");
    if (version > wanted)
        return c4_fail(unit->error, CRM4E_E_SCHEMA_NEW,
                       "the database has version %lld, this release knows %lld", (long long)version,
                       (long long)wanted);
    if (version < wanted)
        return c4_fail(unit->error, CRM4E_E_SCHEMA_OLD,
                       "the database has version %lld, this release needs %lld", (long long)version,
                       (long long)wanted);
    return CRM4E_OK;
}

static const c4_migration *step_from(const c4_migration *list, size_t count, int64_t version)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].from == version)
            return &list[i];
    }
    return NULL;
}

/* Inside the write transaction; another process may have been faster. */
static int migrate_steps(c4_unit *unit, int64_t wanted, const c4_migration *list, size_t count)
{
    int64_t version = 0;
    int rc = c4_db_get_version(unit->db, &version);

    while (rc == CRM4E_OK && version > 0 && version < wanted) {
        const c4_migration *step = step_from(list, count, version);

        if (!step)
            break;
        rc = step->run(unit);
        if (rc == CRM4E_OK)
            rc = c4_db_set_version(unit->db, ++version);
    }
    return rc < 0 ? rc : compare(unit, version, wanted);
}

static int migrate_all(c4_unit *unit, int64_t wanted, const c4_migration *list, size_t count)
{
    int rc = c4_db_begin(unit->db, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    rc = migrate_steps(unit, wanted, list, count);
    if (rc == CRM4E_OK)
        return c4_db_commit(unit->db);
    c4_db_rollback(unit->db);
    return rc;
}

int c4_schema_open_with(c4_unit *unit, bool migrate, int64_t wanted, const c4_migration *list,
                        size_t count)
{
    int64_t version = 0;
    int rc = c4_db_begin(unit->db, CRM4E_TRANSACTION_READ);

    if (rc < 0)
        return rc;
    rc = c4_db_get_version(unit->db, &version);
    c4_db_rollback(unit->db);
    if (rc == CRM4E_OK)
        rc = compare(unit, version, wanted);
    if (rc != CRM4E_E_SCHEMA_OLD || !migrate)
        return rc;
    return migrate_all(unit, wanted, list, count);
}

int c4_schema_open(c4_unit *unit, bool migrate)
{
    return c4_schema_open_with(unit, migrate, C4_SCHEMA_VERSION, steps, STEPS);
}
