/* SPDX-License-Identifier: MIT */
/* An org from nothing. */
#include <string.h>

#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    KEY_SIZE = 32,
    FREE_USERS = 3
};
#define LARGEST_ID ((INT64_C(1) << 53) - 1)

/* Ids of what every org starts with. */
typedef struct first_rows {
    crm4e_id role;    /* CEO */
    crm4e_id profile; /* Administrator */
    crm4e_id user;
} first_rows;

static c4_org_spec with_defaults(const c4_org_spec *spec)
{
    c4_org_spec full = *spec;

    full.edition = spec->edition != 0 ? spec->edition : CRM4E_EDITION_FREE;
    if (spec->crm_licences == 0) {
        full.crm_licences = full.edition == CRM4E_EDITION_FREE ? FREE_USERS : 1;
    }
    full.locale = spec->locale != NULL ? spec->locale : "en";
    full.zone = spec->zone != NULL ? spec->zone : "UTC";
    full.currency = spec->currency != NULL ? spec->currency : "USD";
    full.fiscal_month = spec->fiscal_month != 0 ? spec->fiscal_month : 1;
    full.ui_mode = spec->ui_mode != 0 ? spec->ui_mode : CRM4E_UI_NEXTGEN;
    full.admin_name = spec->admin_name != NULL ? spec->admin_name : spec->admin_email;
    return full;
}

static int check_numbers(c4_unit *unit, crm4e_id org_id, const c4_org_spec *spec)
{
    if (org_id <= 0 || org_id > LARGEST_ID) {
        return c4_refuse(unit, CRM4E_E_INVALID, "id", "range", "is out of range");
    }
    if (spec->crm_licences < 1 || spec->team_licences < 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "licences", "range", "is out of range");
    }
    if (spec->fiscal_month < 1 || spec->fiscal_month > 12) {
        return c4_refuse(unit, CRM4E_E_INVALID, "fiscal_month", "range", "is out of range");
    }
    return CRM4E_OK;
}

static int check_spec(c4_unit *unit, crm4e_id org_id, const c4_org_spec *spec)
{
    int rc = check_numbers(unit, org_id, spec);

    rc = rc == CRM4E_OK ? c4_check_name(unit, "name", spec->name, C4_NAME_MAX) : rc;
    rc = rc == CRM4E_OK ? c4_check_email(unit, "admin_email", spec->admin_email) : rc;
    rc =
        rc == CRM4E_OK ? c4_check_name(unit, "admin_name", spec->admin_name, C4_USER_NAME_MAX) : rc;
    rc = rc == CRM4E_OK ? c4_check_locale(unit, spec->locale) : rc;
    rc = rc == CRM4E_OK ? c4_check_zone(unit, spec->zone) : rc;
    rc = rc == CRM4E_OK ? c4_check_currency(unit, spec->currency) : rc;
    rc = rc == CRM4E_OK ? c4_check_word(unit, "edition", C4_NAMES_EDITION, spec->edition) : rc;
    rc = rc == CRM4E_OK ? c4_check_word(unit, "ui_mode", C4_NAMES_UI_MODE, spec->ui_mode) : rc;
    return rc;
}

static int insert(c4_unit *unit, c4_table_id table, const crm4e_value *values)
{
    return c4_stored(unit, c4_db_insert(unit->db, &c4_tables[table], values));
}

int c4_tables_create(c4_unit *unit)
{
    int rc = c4_db_set_version(unit->db, C4_SCHEMA_VERSION);

    for (size_t i = 0; rc == CRM4E_OK && i < C4_TABLE_COUNT; i++) {
        rc = c4_db_table_create(unit->db, &c4_tables[i]);
    }
    return c4_stored(unit, rc);
}

/* The counters start; c4_unit_finish(), at the end, writes what they have become. */
static int create_state(c4_unit *unit, crm4e_id org_id)
{
    int rc;

    unit->state = (c4_state){.generation = 1,
                             .next_id = org_id + 1,
                             .next_change = 1,
                             .next_module = C4_FIRST_CUSTOM_MODULE,
                             .next_field = C4_FIRST_CUSTOM_FIELD,
                             .clock = 0};
    unit->state_dirty = true;
    rc = c4_unit_read_clock(unit);
    if (rc == CRM4E_OK) {
        const crm4e_value values[C4_STATE_COLUMNS] = {
            [0] = c4_integer(1),
            [C4_STATE_GENERATION] = c4_integer(unit->state.generation),
            [C4_STATE_NEXT_ID] = c4_integer(unit->state.next_id),
            [C4_STATE_NEXT_CHANGE] = c4_integer(unit->state.next_change),
            [C4_STATE_NEXT_MODULE] = c4_integer(unit->state.next_module),
            [C4_STATE_NEXT_FIELD] = c4_integer(unit->state.next_field),
            [C4_STATE_CLOCK] = c4_integer(unit->now),
            [C4_STATE_SHARES] = c4_integer(0),
            [C4_STATE_UNMERGED] = c4_integer(0),
            [C4_STATE_HISTORY_FROM] = c4_integer(0),
            [C4_STATE_HISTORY_SEEN] = c4_integer(0),
            [C4_STATE_HISTORY_CUT] = c4_integer(0),
            [C4_STATE_COLUMNS_MARK] = c4_integer(0),
            [C4_STATE_AUDIT_CHAIN] = c4_integer(0),
        };
        rc = insert(unit, C4_TABLE_STATE, values);
    }
    return rc;
}

static int create_org(c4_unit *unit, crm4e_id org_id, const c4_org_spec *spec)
{
    const crm4e_random *random = &unit->env->random;
    unsigned char key[KEY_SIZE] = {0};
    int rc;

    if (random->fill == NULL || random->fill(random->user, key, sizeof key) != CRM4E_CONTINUE) {
        return c4_fail(unit->error, CRM4E_E_CALLBACK, "the source of random bytes failed");
    }
    const crm4e_value values[C4_ORG_COLUMNS] = {
        [0] = c4_integer(org_id),
        [C4_ORG_NAME] = c4_c_text(spec->name),
        [C4_ORG_EDITION] = c4_integer(spec->edition),
        [C4_ORG_CRM_LICENCES] = c4_integer(spec->crm_licences),
        [C4_ORG_TEAM_LICENCES] = c4_integer(spec->team_licences),
        [C4_ORG_LOCALE] = c4_c_text(spec->locale),
        [C4_ORG_ZONE] = c4_c_text(spec->zone),
        [C4_ORG_CURRENCY] = c4_c_text(spec->currency),
        [C4_ORG_FISCAL_MONTH] = c4_integer(spec->fiscal_month),
        [C4_ORG_UI_MODE] = c4_integer(spec->ui_mode),
        [C4_ORG_CRM4E] = c4_integer(spec->ui_mode == CRM4E_UI_NEXTGEN),
        [C4_ORG_HIERARCHY] = c4_integer(CRM4E_HIERARCHY_ROLE),
        [C4_ORG_TRIAL_UNTIL] = c4_null(),
        [C4_ORG_KEY] = c4_blob(key, sizeof key),
        [C4_ORG_TRIAL_EDITION] = c4_null(),
        [C4_ORG_HISTORY_DAYS] = c4_null(),
    };
    rc = insert(unit, C4_TABLE_ORG, values);
    c4_wipe(key, sizeof key);
    return rc;
}

static int create_role(c4_unit *unit, const char *name, crm4e_id parent, bool peers, crm4e_id *id)
{
    *id = c4_unit_new_id(unit);
    const crm4e_value values[C4_ROLE_COLUMNS] = {
        [0] = c4_integer(*id),
        [C4_ROLE_NAME] = c4_c_text(name),
        [C4_ROLE_PARENT] = parent != 0 ? c4_integer(parent) : c4_null(),
        [C4_ROLE_SHARE_WITH_PEERS] = c4_integer(peers),
    };
    return insert(unit, C4_TABLE_ROLE, values);
}

static int create_roles(c4_unit *unit, first_rows *rows)
{
    crm4e_id manager;
    int rc = create_role(unit, "CEO", 0, true, &rows->role);

    return rc == CRM4E_OK ? create_role(unit, "Manager", rows->role, false, &manager) : rc;
}

/* The org modules that a Team User licence opens unless configured otherwise. */
static const c4_module_permission team_user_modules[] = {
    {1, 1u << CRM4E_ACTION_VIEW}, /* Leads */
    {2, 1u << CRM4E_ACTION_VIEW}, /* Contacts */
    {3, 1u << CRM4E_ACTION_VIEW}, /* Accounts */
    {4, 1u << CRM4E_ACTION_VIEW}, /* Deals */
};

static const c4_profile built_in_profiles[] = {
    {.name = "Administrator",
     .kind = C4_PROFILE_ADMINISTRATOR,
     .admin = C4_ADMIN_ALL,
     .actions = C4_ACTIONS_ALL},
    {.name = "Standard",
     .kind = C4_PROFILE_STANDARD,
     .actions = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_MASS_DELETE)},
    {.name = "Team User",
     .kind = C4_PROFILE_TEAM_USER,
     .modules = team_user_modules,
     .module_count = sizeof team_user_modules / sizeof team_user_modules[0]},
};

static int create_profile(c4_unit *unit, const c4_profile *profile, crm4e_id *id)
{
    c4_buffer text;
    int rc;

    *id = c4_unit_new_id(unit);
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_profile(&text, profile);
    rc = text.code;
    if (rc == CRM4E_OK) {
        const crm4e_value values[C4_PROFILE_COLUMNS] = {
            [0] = c4_integer(*id),
            [C4_PROFILE_NAME] = c4_c_text(profile->name),
            [C4_PROFILE_KIND] = c4_integer(profile->kind),
            [C4_PROFILE_DEFINITION] = c4_text_value(text.data, text.length),
        };
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_PROFILE], values);
    }
    c4_buffer_free(&text);
    return c4_stored(unit, rc);
}

static int create_profiles(c4_unit *unit, first_rows *rows)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; rc == CRM4E_OK && i < sizeof built_in_profiles / sizeof *built_in_profiles;
         i++) {
        crm4e_id id = 0;
        rc = create_profile(unit, &built_in_profiles[i], &id);
        if (built_in_profiles[i].kind == C4_PROFILE_ADMINISTRATOR) {
            rows->profile = id;
        }
    }
    return rc;
}

static int create_user(c4_unit *unit, const c4_org_spec *spec, first_rows *rows)
{
    size_t length = 0;
    char *key =
        c4_text_folded(&unit->env->mem, spec->admin_email, strlen(spec->admin_email), &length);
    int rc;

    if (key == NULL) {
        return c4_stored(unit, CRM4E_E_NO_MEMORY);
    }
    rows->user = c4_unit_new_id(unit);
    const crm4e_value values[C4_USER_COLUMNS] = {
        [0] = c4_integer(rows->user),
        [C4_USER_NAME] = c4_c_text(spec->admin_name),
        [C4_USER_EMAIL] = c4_c_text(spec->admin_email),
        [C4_USER_EMAIL_KEY] = c4_text_value(key, length),
        [C4_USER_ROLE] = c4_integer(rows->role),
        [C4_USER_PROFILE] = c4_integer(rows->profile),
        [C4_USER_LICENCE] = c4_integer(CRM4E_LICENCE_CRM),
        [C4_USER_STATUS] = c4_integer(CRM4E_USER_ACTIVE),
        [C4_USER_LOCALE] = c4_c_text(spec->locale),
        [C4_USER_ZONE] = c4_c_text(spec->zone),
        [C4_USER_REPORTING_TO] = c4_integer(0),
        [C4_USER_UI_MODE] = c4_integer(spec->ui_mode),
    };
    rc = insert(unit, C4_TABLE_USER, values);
    c4_free(&unit->env->mem, key);
    return rc == CRM4E_OK ? c4_limit_start(unit, C4_LIMIT_CRM_USERS, 0, 1) : rc;
}

/* The metadata knows the shape of the standard modules' tables. */
static int create_modules(c4_unit *unit)
{
    int rc;

    unit->meta_dirty = true;
    rc = c4_unit_refresh(unit);
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->module_count; i++) {
        rc = c4_stored(unit, c4_db_table_create(unit->db, &unit->meta->modules[i]->table));
    }
    return rc;
}

int c4_org_spec_check(c4_unit *unit, const c4_org_spec *spec)
{
    c4_org_spec full = with_defaults(spec);

    return check_spec(unit, 1, &full);
}

int c4_org_bootstrap(c4_unit *unit, crm4e_id org_id, const c4_org_spec *spec)
{
    c4_org_spec full = with_defaults(spec);
    first_rows rows = {0, 0, 0};
    int rc = check_spec(unit, org_id, &full);

    rc = rc == CRM4E_OK ? c4_tables_create(unit) : rc;
    rc = rc == CRM4E_OK ? create_state(unit, org_id) : rc;
    rc = rc == CRM4E_OK ? create_org(unit, org_id, &full) : rc;
    rc = rc == CRM4E_OK ? create_roles(unit, &rows) : rc;
    rc = rc == CRM4E_OK ? create_profiles(unit, &rows) : rc;
    rc = rc == CRM4E_OK ? create_user(unit, &full, &rows) : rc;
    rc = rc == CRM4E_OK ? create_modules(unit) : rc;
    rc = rc == CRM4E_OK ? c4_audit(unit, "org_create", org_id, NULL) : rc;
    return rc == CRM4E_OK ? c4_unit_finish(unit) : rc;
}
