/* SPDX-License-Identifier: MIT */
/* Members of team modules. */
#include "model/manage_rules.h"

static const uint32_t member_keys[2] = {C4_MEMBER_MODULE, C4_MEMBER_USER};

/* What a system administrator decided last about a user as admin of a module.
 * Nobody below him undoes it. */
typedef enum ruling {
    RULING_NONE,
    RULING_APPOINTED,
    RULING_DISMISSED
} ruling;

static int find_ruling(c4_unit *unit, int32_t module, crm4e_id user, crm4e_id *row, ruling *out)
{
    static const uint32_t keys[2] = {C4_APPOINTMENT_MODULE, C4_APPOINTMENT_USER};
    static const uint32_t column = C4_APPOINTMENT_ADMIN;
    const int64_t wanted[2] = {module, user};
    int64_t admin = 0;
    int rc =
        c4_pair_find(unit, &c4_tables[C4_TABLE_APPOINTMENT], keys, wanted, row, &column, &admin, 1);
    *out = *row == 0 ? RULING_NONE : admin != 0 ? RULING_APPOINTED : RULING_DISMISSED;
    return rc;
}

static int write_ruling(c4_unit *unit, int32_t module, crm4e_id user, bool admin)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_APPOINTMENT];
    const uint32_t column = C4_APPOINTMENT_ADMIN;
    crm4e_id row = 0;
    ruling was = RULING_NONE;
    int rc = find_ruling(unit, module, user, &row, &was);
    if (rc < 0) {
        return rc;
    }
    crm4e_value values[C4_APPOINTMENT_COLUMNS] = {
        [0] = c4_integer(row != 0 ? row : c4_unit_new_id(unit)),
        [C4_APPOINTMENT_MODULE] = c4_integer(module),
        [C4_APPOINTMENT_USER] = c4_integer(user),
        [C4_APPOINTMENT_ADMIN] = c4_integer(admin),
    };
    rc = row == 0 ? c4_db_insert(unit->db, table, values)
                  : c4_db_update(unit->db, table, row, &column, &values[C4_APPOINTMENT_ADMIN], 1);
    return c4_stored(unit, rc);
}

static int write_member(c4_unit *unit, int32_t module, crm4e_id user, c4_team_profile profile)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_MEMBER];
    const uint32_t column = C4_MEMBER_PROFILE;
    const int64_t wanted[2] = {module, user};
    crm4e_id row = 0;
    int rc = c4_pair_find(unit, table, member_keys, wanted, &row, NULL, NULL, 0);
    if (rc < 0) {
        return rc;
    }
    crm4e_value values[C4_MEMBER_COLUMNS] = {
        [0] = c4_integer(row != 0 ? row : c4_unit_new_id(unit)),
        [C4_MEMBER_MODULE] = c4_integer(module),
        [C4_MEMBER_USER] = c4_integer(user),
        [C4_MEMBER_PROFILE] = c4_integer(profile),
    };
    rc = row == 0 ? c4_db_insert(unit->db, table, values)
                  : c4_db_update(unit->db, table, row, &column, &values[C4_MEMBER_PROFILE], 1);
    return c4_stored(unit, rc);
}

/* Profile 0 is no member. */
static int move_limits(c4_unit *unit, int32_t module, c4_team_profile from, c4_team_profile to)
{
    int64_t users = (int64_t)(to != 0) - (int64_t)(from != 0);
    int64_t admins = (int64_t)(to == CRM4E_TEAM_ADMIN) - (int64_t)(from == CRM4E_TEAM_ADMIN);
    int rc = CRM4E_OK;
    if (users != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_MODULE_USERS, module, users);
    }
    if (rc == CRM4E_OK && admins != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_MODULE_ADMINS, module, admins);
    }
    return rc;
}

int c4_member_create(c4_unit *unit, int32_t module, crm4e_id user, c4_team_profile profile)
{
    int rc = move_limits(unit, module, 0, profile);
    return rc < 0 ? rc : write_member(unit, module, user, profile);
}

/* Requests go to those who may see them. */
static int drop_default_owner(c4_unit *unit, const c4_module *module, crm4e_id user)
{
    c4_module changed = *module;
    size_t count = 0;
    crm4e_id *owners = c4_arena_array(unit->arena, module->default_owner_count, sizeof *owners);
    if (owners == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < module->default_owner_count; i++) {
        if (module->default_owners[i] != user) {
            owners[count++] = module->default_owners[i];
        }
    }
    changed.default_owners = owners;
    changed.default_owner_count = count;
    return count < module->default_owner_count ? c4_module_store(unit, &changed) : CRM4E_OK;
}

static int drop_member(c4_unit *unit, const c4_module *module, const c4_member *member)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_MEMBER];
    const int64_t wanted[2] = {module->number, member->user};
    crm4e_id row = 0;
    int rc = move_limits(unit, module->number, member->profile, 0);
    if (rc == CRM4E_OK) {
        rc = c4_pair_find(unit, table, member_keys, wanted, &row, NULL, NULL, 0);
    }
    if (rc == CRM4E_OK && row != 0) {
        rc = c4_stored(unit, c4_db_remove(unit->db, table, row));
    }
    if (rc == CRM4E_OK && member->profile == CRM4E_TEAM_REQUESTER) {
        rc = c4_request_turn(unit, module->number, member->user, false);
    }
    return rc < 0 ? rc : drop_default_owner(unit, module, member->user);
}

int c4_member_forget(c4_unit *unit, crm4e_id user)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->module_count && rc == CRM4E_OK; i++) {
        const c4_module *module = unit->meta->modules[i];
        const c4_member *member = c4_module_member(module, user);
        if (member != NULL) {
            rc = drop_member(unit, module, member);
        }
    }
    return rc;
}

/* No other admin is left who could open the module. */
static bool last_admin(const c4_meta *meta, const c4_module *module, crm4e_id admin)
{
    for (size_t i = 0; i < module->member_count; i++) {
        const c4_member *member = &module->members[i];
        const c4_user *user = c4_meta_user(meta, member->user);
        if (member->user != admin && member->profile == CRM4E_TEAM_ADMIN && user != NULL &&
            c4_user_works(user)) {
            return false;
        }
    }
    return true;
}

/* From `was` (NULL: no member) to `profile` (0: none). */
static int check_change(c4_unit *unit, const c4_module *module, const c4_member *was, crm4e_id user,
                        c4_team_profile profile)
{
    bool is_admin = was != NULL && was->profile == CRM4E_TEAM_ADMIN;
    bool to_admin = profile == CRM4E_TEAM_ADMIN;
    crm4e_id row = 0;
    ruling decided = RULING_NONE;
    if (is_admin == to_admin || c4_actor_is_administrator(unit)) {
        return CRM4E_OK;
    }
    int rc = find_ruling(unit, module->number, user, &row, &decided);
    if (rc < 0) {
        return rc;
    }
    if (to_admin && C4_REFUSES(DISMISSED, decided == RULING_DISMISSED)) {
        return c4_refuse_denied(unit, "dismissed",
                                "a system administrator removed this user as admin");
    }
    if (is_admin && user != unit->actor->id && C4_REFUSES(APPOINTED, decided == RULING_APPOINTED)) {
        return c4_refuse_denied(unit, "appointed",
                                "a system administrator appointed this user as admin");
    }
    if (is_admin && C4_REFUSES(LAST_TEAM_ADMIN, last_admin(unit->meta, module, user))) {
        return c4_refuse_denied(unit, "last_admin", "the last admin of a team module stays");
    }
    return CRM4E_OK;
}

int c4_member_check_appointed(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < module->member_count && rc == CRM4E_OK; i++) {
        const c4_member *member = &module->members[i];
        crm4e_id row = 0;
        ruling decided = RULING_NONE;
        if (member->profile == CRM4E_TEAM_ADMIN && member->user != unit->actor->id) {
            rc = find_ruling(unit, module->number, member->user, &row, &decided);
        }
        if (rc == CRM4E_OK && C4_REFUSES(APPOINTED_STAYS, decided == RULING_APPOINTED)) {
            rc = c4_refuse_denied(unit, "appointed",
                                  "a system administrator appointed an admin of the module");
        }
    }
    return rc;
}

int c4_member_inherit(c4_unit *unit, const c4_user *user)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->module_count && rc == CRM4E_OK; i++) {
        const c4_module *module = unit->meta->modules[i];
        const c4_member *member = c4_module_member(module, user->id);
        if (member != NULL && member->profile == CRM4E_TEAM_ADMIN &&
            last_admin(unit->meta, module, user->id)) {
            rc = c4_audit(unit, "module_inherited", module->number, user->email);
        }
    }
    return rc;
}

/* What a system administrator does to an admin is remembered; an admin who
 * steps down by himself takes nothing from what was decided about him. */
static int note_ruling(c4_unit *unit, const c4_module *module, const c4_member *was, crm4e_id user,
                       c4_team_profile profile)
{
    bool is_admin = was != NULL && was->profile == CRM4E_TEAM_ADMIN;
    bool to_admin = profile == CRM4E_TEAM_ADMIN;
    if (unit->actor == NULL || !c4_actor_is_administrator(unit) || unit->actor->id == user ||
        (!is_admin && !to_admin)) {
        return CRM4E_OK;
    }
    return write_ruling(unit, module->number, user, to_admin);
}

/* Only a system administrator takes the last one: the module is his from then on. */
static int note_last(c4_unit *unit, const c4_module *module, const c4_member *was,
                     c4_team_profile profile)
{
    const c4_user *user = was != NULL ? c4_meta_user(unit->meta, was->user) : NULL;
    bool leaves = user != NULL && was->profile == CRM4E_TEAM_ADMIN && profile != CRM4E_TEAM_ADMIN;
    return leaves && c4_user_works(user) && last_admin(unit->meta, module, user->id)
               ? c4_audit(unit, "module_inherited", module->number, user->email)
               : CRM4E_OK;
}

/* The team module in the fresh snapshot, for one who may change its members. */
static int open_module(c4_unit *unit, int32_t number, const c4_module **module)
{
    int rc = c4_change_start(unit);
    if (rc < 0) {
        return rc;
    }
    *module = c4_meta_module(unit->meta, number);
    if (*module == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "does not exist");
    }
    if ((*module)->kind != C4_MODULE_TEAM) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "module", "team", "is no team module");
    }
    if (C4_REFUSES(CONFIGURE_MEMBER, !c4_actor_configures(unit, *module))) {
        return c4_refuse_denied(unit, "team_admin", "only an admin of the module may change it");
    }
    return CRM4E_OK;
}

static int check_user(c4_unit *unit, crm4e_id user, const c4_member *was)
{
    const c4_user *found = c4_meta_user(unit->meta, user);
    if (found == NULL || found->status == CRM4E_USER_DELETED) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "user", "does not exist");
    }
    return was != NULL || c4_user_works(found) ? CRM4E_OK
                                               : c4_refuse(unit, CRM4E_E_INVALID, "user", "active",
                                                           "is not active or has no licence");
}

int c4_member_put(c4_unit *unit, const c4_module *module, crm4e_id user, c4_team_profile profile)
{
    int rc = open_module(unit, module->number, &module);
    if (rc < 0) {
        return rc;
    }
    if (profile < CRM4E_TEAM_ADMIN || profile > CRM4E_TEAM_REQUESTER) {
        return c4_refuse(unit, CRM4E_E_INVALID, "profile", "word", "is no team profile");
    }
    const c4_member *was = c4_module_member(module, user);
    rc = check_user(unit, user, was);
    if (rc == CRM4E_OK) {
        rc = check_change(unit, module, was, user, profile);
    }
    if (rc == CRM4E_OK) {
        rc = note_ruling(unit, module, was, user, profile);
    }
    if (rc == CRM4E_OK) {
        rc = note_last(unit, module, was, profile);
    }
    if (rc < 0 || (was != NULL && was->profile == profile)) {
        return rc;
    }
    rc = move_limits(unit, module->number, was != NULL ? was->profile : 0, profile);
    if (rc == CRM4E_OK) {
        rc = write_member(unit, module->number, user, profile);
    }
    if (rc == CRM4E_OK && profile == CRM4E_TEAM_REQUESTER) {
        rc = drop_default_owner(unit, module, user);
    }
    if (rc == CRM4E_OK) {
        rc = c4_request_turn(unit, module->number, user, profile == CRM4E_TEAM_REQUESTER);
    }
    return rc < 0 ? rc
                  : c4_member_done(unit, "member", user, module->api_name, user,
                                   c4_text_of(C4_NAMES_TEAM_PROFILE, profile));
}

int c4_member_remove(c4_unit *unit, const c4_module *module, crm4e_id user)
{
    int rc = open_module(unit, module->number, &module);
    if (rc < 0) {
        return rc;
    }
    const c4_member *was = c4_module_member(module, user);
    if (was == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "member", "is no member of the module");
    }
    rc = check_change(unit, module, was, user, 0);
    if (rc == CRM4E_OK) {
        rc = note_ruling(unit, module, was, user, 0);
    }
    if (rc == CRM4E_OK) {
        rc = note_last(unit, module, was, 0);
    }
    if (rc == CRM4E_OK) {
        rc = drop_member(unit, module, was);
    }
    return rc < 0 ? rc : c4_member_done(unit, "member_removed", user, module->api_name, user, NULL);
}
