/* SPDX-License-Identifier: MIT */
#include "support/unchanged.h"

#include <string.h>

#include "model/meta.h"
#include "model/schema.h"

#define POISON UINT64_C(0xA5A5A5A5A5A5A5A5)

enum {
    MOST_COLUMNS = 2000,
    MOST_ORGS = 16
};

typedef struct org_ids {
    crm4e_id ids[MOST_ORGS];
    size_t count;
} org_ids;

static int32_t add_org(void *user, crm4e_id org, const char *name)
{
    org_ids *list = user;

    (void)name;
    if (list->count < MOST_ORGS)
        list->ids[list->count++] = org;
    return CRM4E_CONTINUE;
}

/* FNV-1a. */
static void mix(uint64_t *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++)
        *hash = (*hash ^ at[i]) * UINT64_C(1099511628211);
}

static void mix_value(uint64_t *hash, const crm4e_value *value)
{
    mix(hash, &value->type, sizeof value->type);
    if (value->type == CRM4E_VALUE_INTEGER)
        mix(hash, &value->integer, sizeof value->integer);
    if (value->type == CRM4E_VALUE_TEXT || value->type == CRM4E_VALUE_BLOB) {
        mix(hash, &value->length, sizeof value->length);
        mix(hash, value->data, value->length);
    }
}

/* What taking a message writes: until when, and that it is one try more. */
static bool is_lease(const crm4e_table *table, uint32_t column)
{
    return table == &c4_tables[C4_TABLE_OUTBOX] &&
           (column == C4_OUTBOX_LEASE || column == C4_OUTBOX_DUE || column == C4_OUTBOX_ATTEMPTS);
}

static bool mix_table(uint64_t *hash, c4_db *db, const crm4e_table *table, bool leases)
{
    static uint32_t columns[MOST_COLUMNS];
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    c4_plan_init(&plan, table);
    plan.columns = columns;
    plan.column_count = table->column_count;
    mix(hash, table->name, strlen(table->name));
    rc = c4_rows_open(&rows, db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        for (uint32_t i = 0; i < table->column_count; i++)
            if (leases || !is_lease(table, i))
                mix_value(hash, &values[i]);
        rc = CRM4E_OK;
        continue;
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK;
}

static bool mix_org(uint64_t *hash, c4_db *db, const c4_mem *mem, bool leases)
{
    c4_meta *meta = NULL;
    bool ok = true;

    for (size_t i = 0; i < C4_TABLE_COUNT && ok; i++)
        ok = mix_table(hash, db, &c4_tables[i], leases);
    ok = ok && c4_meta_load(&meta, mem, db, NULL) == CRM4E_OK;
    for (size_t i = 0; ok && i < meta->module_count; i++)
        ok = meta->modules[i]->table.column_count == 0 ||
             mix_table(hash, db, &meta->modules[i]->table, leases);
    c4_meta_release(meta);
    return ok;
}

static uint64_t hash_of(c4_store *raw, bool leases)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    org_ids orgs = {.count = 0};
    bool ok = c4_store_org_list(raw, add_org, &orgs) == CRM4E_OK;

    for (size_t i = 0; ok && i < orgs.count; i++) {
        c4_db db;

        mix(&hash, &orgs.ids[i], sizeof orgs.ids[i]);
        ok = c4_db_connect(&db, raw, orgs.ids[i], 0, NULL, NULL) == CRM4E_OK;
        if (!ok)
            break;
        ok = c4_db_begin(&db, CRM4E_TRANSACTION_READ) == CRM4E_OK &&
             mix_org(&hash, &db, raw->mem, leases);
        c4_db_disconnect(&db);
    }
    return ok ? hash : 0;
}

uint64_t database_hash(c4_store *raw)
{
    return hash_of(raw, true);
}

void unchanged_mark(unchanged *watch)
{
    watch->hash = hash_of(watch->raw, !watch->leases);
    watch->live = watch->memory ? atomic_load(&watch->memory->live) : 0;
}

const char *unchanged_rows_problem(unchanged *watch)
{
    uint64_t hash = hash_of(watch->raw, !watch->leases);

    if (hash == 0)
        return "the database cannot be read";
    return hash == watch->hash ? NULL : "rows changed";
}

/* A record is made and taken back: neither a transaction nor a lock was left. */
static const char *canary_problem(crm4e_session *session)
{
    static const char lead[] = "{\"Last_Name\": \"Canary\", \"Company\": \"Mine\"}";
    crm4e_record *record = NULL;
    int rc = crm4e_session_begin(session);

    if (rc < 0)
        return rc == CRM4E_E_MISUSE ? "a transaction is open, or the session is busy"
                                    : "no transaction can be begun";
    rc = crm4e_record_new(&record, session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, lead, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    if (crm4e_session_rollback(session) < 0)
        return "the canary cannot be rolled back";
    return rc == CRM4E_OK ? NULL : "the canary cannot be created";
}

static const char *pairing_problem(const crm4e_error *error)
{
    bool failed = crm4e_error_code(error) < 0;
    bool told = crm4e_error_message(error)[0] != '\0';

    return !error || failed == told ? NULL
                                    : "a code without a message, or a message without a code";
}

const char *unchanged_error_problem(const crm4e_error *error, int code)
{
    if (crm4e_error_code(error) != code)
        return "the handle holds another code";
    return pairing_problem(error);
}

const char *unchanged_problem(unchanged *watch)
{
    const char *problem = NULL;

    if (watch->memory && atomic_load(&watch->memory->live) != watch->live)
        return "another number of blocks is in use";
    problem = pairing_problem(crm4e_engine_error(watch->engine));
    if (!problem && watch->session)
        problem = pairing_problem(crm4e_session_error(watch->session));
    if (!problem)
        problem = unchanged_rows_problem(watch);
    if (!problem && watch->session) {
        problem = canary_problem(watch->session);
        if (!problem && unchanged_rows_problem(watch))
            problem = "rolling back left something";
    }
    return problem;
}

void out_poison(out_room *outs)
{
    for (size_t i = 0; i < OUT_ROOM; i++)
        outs->words[i] = POISON;
}

const char *out_problem(const out_room *outs)
{
    for (size_t i = 0; i < OUT_ROOM; i++) {
        if (outs->words[i] != POISON)
            return "an out parameter was written to";
    }
    return NULL;
}
