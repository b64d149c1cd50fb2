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
    [C4_LIMIT_CURRENCIES] = {0, 5, 10, 25, 50},
};

static const c4_limit_scope limit_scopes[C4_LIMIT_END] = {
    [C4_LIMIT_TEAM_MODULES] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_CUSTOM_MODULES] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_TEAM_MODULE_FIELDS] = C4_LIMIT_OF_TEAM_MODULE,
    [C4_LIMIT_ORG_MODULE_FIELDS] = C4_LIMIT_OF_ORG_MODULE,
    [C4_LIMIT_TEAM_MODULE_LOOKUPS] = C4_LIMIT_OF_TEAM_MODULE,
    [C4_LIMIT_TEAM_MODULE_FILES] = C4_LIMIT_OF_TEAM_MODULE,
    [C4_LIMIT_TEAM_SPACES] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_SPACE_FOLDERS] = C4_LIMIT_OF_SPACE,
    [C4_LIMIT_MODULE_USERS] = C4_LIMIT_OF_TEAM_MODULE,
    [C4_LIMIT_MODULE_ADMINS] = C4_LIMIT_OF_TEAM_MODULE,
    [C4_LIMIT_WORKFLOWS] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_MODULE_WORKFLOWS] = C4_LIMIT_OF_MODULE,
    [C4_LIMIT_ACTIVE_WORKFLOWS] = C4_LIMIT_OF_MODULE,
    [C4_LIMIT_CRM_USERS] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_TEAM_USERS] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_MODULE_POOL] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_USER_GROUPS] = C4_LIMIT_OF_ORG,
    [C4_LIMIT_SHARING_RULES] = C4_LIMIT_OF_ORG_MODULE,
    [C4_LIMIT_CURRENCIES] = C4_LIMIT_OF_ORG,
};

/* The smallest that has it. */
static const uint32_t feature_grades[C4_FEATURE_END] = {
    [C4_FEATURE_INTERACTIONS] = ENTERPRISE,
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

c4_limit_scope c4_limit_scope_of(c4_limit limit)
{
    return limit_scopes[limit];
}

bool c4_limit_counts_in(c4_limit limit, const c4_module *module)
{
    c4_limit_scope scope = limit_scopes[limit];
    bool team = module->kind == C4_MODULE_TEAM;

    return scope == C4_LIMIT_OF_MODULE ||
           scope == (team ? C4_LIMIT_OF_TEAM_MODULE : C4_LIMIT_OF_ORG_MODULE);
}

c4_limit c4_limit_of_type(c4_field_type type)
{
    return type == CRM4E_TYPE_LOOKUP || type == CRM4E_TYPE_MULTISELECTLOOKUP
               ? C4_LIMIT_TEAM_MODULE_LOOKUPS
           : type == CRM4E_TYPE_FILEUPLOAD ? C4_LIMIT_TEAM_MODULE_FILES
                                           : C4_LIMIT_END;
}

static const char *const feature_names[C4_FEATURE_END] = {
#define FEATURE_NAME(name, number, text) [number] = text,
    C4_FEATURES(FEATURE_NAME)
#undef FEATURE_NAME
};

const char *c4_feature_name(c4_feature feature)
{
    return feature >= 1 && feature < C4_FEATURE_END ? feature_names[feature] : NULL;
}

static int64_t pool(int64_t base, int64_t each, int64_t licences, int64_t most)
{
    return licences <= (most - base) / each ? base + each * licences : most;
}

int64_t c4_limit_bought(const c4_bought *bought, c4_limit limit)
{
    int64_t value = edition_limits[limit][grades[bought->edition]];

    switch (value) {
    case CRM_LICENCES: return bought->crm_licences;
    case TEAM_LICENCES: return bought->team_licences;
    case POOL_25: return pool(25, 2, bought->crm_licences, 200);
    case POOL_50: return pool(50, 5, bought->crm_licences, 500);
    default: return value;
    }
}

bool c4_feature_bought(c4_edition edition, c4_feature feature)
{
    return grades[edition] >= feature_grades[feature];
}

bool c4_edition_above(c4_edition other, c4_edition edition)
{
    return grades[other] > grades[edition];
}

bool c4_trial_runs(const c4_unit *unit)
{
    return unit->meta->org.trial_until > unit->now;
}

c4_edition c4_edition_now(const c4_unit *unit)
{
    const c4_org_info *org = &unit->meta->org;

    return c4_trial_runs(unit) && c4_edition_above(org->trial_edition, org->edition)
               ? org->trial_edition
               : org->edition;
}

int c4_limit_of(c4_unit *unit, c4_limit limit, int64_t *value)
{
    const crm4e_license *license = &unit->env->license;
    const c4_org_info *org = &unit->meta->org;
    const c4_bought bought = {c4_edition_now(unit), org->crm_licences, org->team_licences};
    int64_t asked = c4_limit_bought(&bought, limit);
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

int c4_feature_of(c4_unit *unit, c4_feature feature, bool *granted)
{
    const crm4e_license *license = &unit->env->license;
    int32_t asked = c4_feature_bought(c4_edition_now(unit), feature);
    int32_t answer = CRM4E_PASSTHROUGH;

    *granted = asked == 1;
    if (license->feature != NULL) {
        answer =
            license->feature(license->user, unit->meta->org.id, c4_feature_name(feature), &asked);
    }
    if (answer == CRM4E_PASSTHROUGH) {
        return CRM4E_OK;
    }
    if (answer != CRM4E_CONTINUE || (asked != 0 && asked != 1)) {
        return c4_fail(unit->error, CRM4E_E_CALLBACK,
                       "the licence callback gave no valid answer for %s",
                       c4_feature_name(feature));
    }
    *granted = asked == 1;
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

int c4_limit_used(c4_unit *unit, c4_limit limit, int64_t scope, int64_t *used)
{
    counter found;
    int rc = read_counter(unit, limit, scope, &found);

    *used = found.used;
    return rc;
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
    const char *edition = c4_text_of(C4_NAMES_EDITION, c4_edition_now(unit));
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
    int rc = CRM4E_OK;

    for (c4_limit limit = 1; limit < C4_LIMIT_END && rc == CRM4E_OK; limit++) {
        c4_limit_scope scope = limit_scopes[limit];
        if (scope != C4_LIMIT_OF_ORG && scope != C4_LIMIT_OF_SPACE) {
            rc = c4_limit_forget(unit, limit, module);
        }
    }
    return rc;
}
