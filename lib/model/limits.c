/* SPDX-License-Identifier: MIT */
#include "model/limits.h"

#include <inttypes.h>
#include <string.h>

#include "model/schema.h"

/* Columns of the table of editions; the bundles have one of these. */
enum {
    FREE,
    STANDARD,
    PROFESSIONAL,
    ENTERPRISE,
    ULTIMATE,
    GRADES
};

/* What no number says. */
#define NONE          INT64_MAX
#define CRM_LICENCES  (-1) /* as many as CRM user licences were bought */
#define TEAM_LICENCES (-2)
#define POOL_25       (-3) /* min(25 + 2 * CRM user licences, 200) */
#define POOL_50       (-4) /* min(50 + 5 * CRM user licences, 500) */

static const int64_t edition_limits[C4_LIMIT_END][GRADES] = {
    [C4_LIMIT_TEAM_MODULES] = {0, 10, 20, NONE, NONE},
    [C4_LIMIT_CUSTOM_MODULES] = {0, 10, 25, NONE, NONE},
    [C4_LIMIT_TEAM_MODULE_FIELDS] = {0, 25, 50, 300, 500},
    [C4_LIMIT_ORG_MODULE_FIELDS] = {0, 10, 155, 300, 500},
    [C4_LIMIT_TEAM_MODULE_LOOKUPS] = {0, 1, NONE, NONE, NONE},
    [C4_LIMIT_TEAM_MODULE_FILES] = {0, 1, NONE, NONE, NONE},
    [C4_LIMIT_TEAM_SPACES] = {0, 5, 10, 25, 25},
    [C4_LIMIT_SPACE_FOLDERS] = {0, 50, 50, 50, 50},
    [C4_LIMIT_MODULE_USERS] = {0, 2000, 2000, 2000, 2000},
    [C4_LIMIT_MODULE_ADMINS] = {0, 5, 5, 5, 5},
    [C4_LIMIT_WORKFLOWS] = {0, 500, 1000, 2500, 2500},
    [C4_LIMIT_MODULE_WORKFLOWS] = {0, 25, 50, 125, 125},
    [C4_LIMIT_ACTIVE_WORKFLOWS] = {0, 15, 30, 75, 75},
    [C4_LIMIT_CRM_USERS] = {3, CRM_LICENCES, CRM_LICENCES, CRM_LICENCES, CRM_LICENCES},
    [C4_LIMIT_TEAM_USERS] = {0, TEAM_LICENCES, TEAM_LICENCES, TEAM_LICENCES, TEAM_LICENCES},
    [C4_LIMIT_MODULE_POOL] = {NONE, NONE, NONE, POOL_25, POOL_50},
    [C4_LIMIT_USER_GROUPS] = {1000, 1000, 1000, 1000, 1000},
    [C4_LIMIT_SHARING_RULES] = {1000, 1000, 1000, 1000, 1000},
};

static const uint32_t grades[] = {
    [CRM4E_EDITION_FREE] = FREE,
    [CRM4E_EDITION_STANDARD] = STANDARD,
    [CRM4E_EDITION_PROFESSIONAL] = PROFESSIONAL,
    [CRM4E_EDITION_ENTERPRISE] = ENTERPRISE,
    [CRM4E_EDITION_ULTIMATE] = ULTIMATE,
    [CRM4E_EDITION_ZOHO_ONE] = ENTERPRISE,
    [CRM4E_EDITION_CRM_PLUS] = ULTIMATE,
};

static const char *const limit_names[C4_LIMIT_END] = {
#define LIMIT_NAME(name, number, text) [number] = text,
    C4_LIMITS(LIMIT_NAME)
#undef LIMIT_NAME
};

const char *c4_limit_name(c4_limit limit)
{
    return limit >= 1 && limit < C4_LIMIT_END ? limit_names[limit] : NULL;
}

static int64_t pool(int64_t base, int64_t each, int64_t licences, int64_t most)
{
    return licences <= (most - base) / each ? base + each * licences : most;
}

static int64_t edition_limit(const c4_org_info *org, c4_limit limit)
{
    int64_t value = edition_limits[limit][grades[org->edition]];

    switch (value) {
    case CRM_LICENCES: return org->crm_licences;
    case TEAM_LICENCES: return org->team_licences;
    case POOL_25: return pool(25, 2, org->crm_licences, 200);
    case POOL_50: return pool(50, 5, org->crm_licences, 500);
    default: return value;
    }
}

int c4_limit_of(c4_unit *unit, c4_limit limit, int64_t *value)
{
    const crm4e_license *license = &unit->env->license;
    const c4_org_info *org = &unit->meta->org;
    int64_t asked = edition_limit(org, limit);
    int32_t answer = CRM4E_PASSTHROUGH;

    *value = asked;
    if (license->limit != NULL) {
        answer = license->limit(license->user, org->id, c4_limit_name(limit), &asked);
    }
    if (answer == CRM4E_PASSTHROUGH) {
        return CRM4E_OK;
    }
    if (answer != CRM4E_CONTINUE || asked < 0) {
        return c4_fail(unit->error, CRM4E_E_CALLBACK,
                       "the licence callback gave no valid limit for %s", c4_limit_name(limit));
    }
    *value = asked;
    return CRM4E_OK;
}

/* A counter row; id 0: there is none yet. */
typedef struct counter {
    crm4e_id id;
    int64_t used;
} counter;

static int read_counter(c4_unit *unit, c4_limit limit, int64_t scope, counter *found)
{
    static const uint32_t columns[] = {0, C4_COUNTER_USED};
    const crm4e_value keys[] = {c4_integer(limit), c4_integer(scope)};
    const crm4e_predicate parts[] = {c4_where(CRM4E_OP_EQ, C4_COUNTER_LIMIT, &keys[0], 1),
                                     c4_where(CRM4E_OP_EQ, C4_COUNTER_SCOPE, &keys[1], 1)};
    const crm4e_predicate where = c4_where_all(parts, 2);
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    int rc;

    *found = (counter){0, 0};
    c4_plan_init(&plan, &c4_tables[C4_TABLE_COUNTER]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    rc = c4_rows_open(&rows, unit->db, &plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &values);
    }
    if (rc == CRM4E_ROW) {
        *found = (counter){values[0].integer, values[1].integer};
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int insert_counter(c4_unit *unit, c4_limit limit, int64_t scope, int64_t used)
{
    const crm4e_value values[C4_COUNTER_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_COUNTER_LIMIT] = c4_integer(limit),
        [C4_COUNTER_SCOPE] = c4_integer(scope),
        [C4_COUNTER_USED] = c4_integer(used),
    };
    int rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_COUNTER], values);

    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int write_counter(c4_unit *unit, c4_limit limit, int64_t scope, const counter *old,
                         int64_t used)
{
    static const uint32_t column[] = {C4_COUNTER_USED};
    const crm4e_value value = c4_integer(used);
    int rc;

    if (old->id == 0) {
        return insert_counter(unit, limit, scope, used);
    }
    rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_COUNTER], old->id, column, &value, 1);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* "team modules: 10 of 10 used (edition standard)" */
static int refuse(c4_unit *unit, c4_limit limit, int64_t used, int64_t most)
{
    const char *edition = c4_text_of(C4_NAMES_EDITION, unit->meta->org.edition);
    char words[64] = "";

    for (size_t i = 0; i + 1 < sizeof words && c4_limit_name(limit)[i] != '\0'; i++) {
        char c = c4_limit_name(limit)[i];
        words[i] = c == '_' ? ' ' : c;
    }
    (void)c4_fail(unit->error, CRM4E_E_LIMIT, "%s: %" PRId64 " of %" PRId64 " used (edition %s)",
                  words, used, most, edition != NULL ? edition : "");
    return c4_fail_limit(unit->error, c4_limit_name(limit), most, used);
}

/* Whether `amount` more fit, and what stands in the counter. */
static int check(c4_unit *unit, c4_limit limit, int64_t scope, int64_t amount, counter *found)
{
    int64_t most = 0;
    int64_t used = 0;
    int rc = read_counter(unit, limit, scope, found);

    if (rc == CRM4E_OK && amount > 0) {
        rc = c4_limit_of(unit, limit, &most);
        if (rc == CRM4E_OK && (!c4_add_i64(found->used, amount, &used) || used > most)) {
            rc = refuse(unit, limit, found->used, most);
        }
    }
    return rc;
}

/* A damaged counter does not fall below zero. */
static int use(c4_unit *unit, c4_limit limit, int64_t scope, int64_t amount, const counter *old)
{
    int64_t used = 0;

    if (!c4_add_i64(old->used, amount, &used) || used < 0) {
        used = 0;
    }
    return used == old->used ? CRM4E_OK : write_counter(unit, limit, scope, old, used);
}

int c4_limit_take(c4_unit *unit, c4_limit limit, int64_t scope, int64_t amount)
{
    counter found;
    int rc = check(unit, limit, scope, amount, &found);

    return rc == CRM4E_OK ? use(unit, limit, scope, amount, &found) : rc;
}

int c4_limit_take_module(c4_unit *unit, bool team, int64_t amount)
{
    c4_limit own = team ? C4_LIMIT_TEAM_MODULES : C4_LIMIT_CUSTOM_MODULES;
    counter own_count;
    counter pool_count;
    int rc = check(unit, own, 0, amount, &own_count);

    if (rc == CRM4E_OK) {
        rc = check(unit, C4_LIMIT_MODULE_POOL, 0, amount, &pool_count);
    }
    if (rc == CRM4E_OK) {
        rc = use(unit, own, 0, amount, &own_count);
    }
    if (rc == CRM4E_OK) {
        rc = use(unit, C4_LIMIT_MODULE_POOL, 0, amount, &pool_count);
    }
    return rc;
}

int c4_limit_start(c4_unit *unit, c4_limit limit, int64_t scope, int64_t used)
{
    return insert_counter(unit, limit, scope, used);
}

int c4_limit_forget(c4_unit *unit, c4_limit limit, int64_t scope)
{
    counter found;
    int rc = read_counter(unit, limit, scope, &found);

    if (rc == CRM4E_OK && found.id != 0) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_COUNTER], found.id);
        rc = rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
    }
    return rc;
}

int c4_limit_forget_module(c4_unit *unit, int32_t module)
{
    static const c4_limit of_module[] = {
        C4_LIMIT_TEAM_MODULE_FIELDS, C4_LIMIT_ORG_MODULE_FIELDS, C4_LIMIT_TEAM_MODULE_LOOKUPS,
        C4_LIMIT_TEAM_MODULE_FILES,  C4_LIMIT_MODULE_USERS,      C4_LIMIT_MODULE_ADMINS,
        C4_LIMIT_MODULE_WORKFLOWS,   C4_LIMIT_ACTIVE_WORKFLOWS,  C4_LIMIT_SHARING_RULES,
    };
    int rc = CRM4E_OK;

    for (size_t i = 0; i < sizeof of_module / sizeof of_module[0] && rc == CRM4E_OK; i++) {
        rc = c4_limit_forget(unit, of_module[i], module);
    }
    return rc;
}
