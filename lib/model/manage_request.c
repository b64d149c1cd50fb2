/* SPDX-License-Identifier: MIT */
/* Requester settings, and whose requests the records of team modules are as members come
 * and go. */
#include "model/manage_rules.h"

enum {
    MOST_DEFAULT_OWNERS = 5
};

static int check_default_owner(c4_unit *unit, const c4_module *module, crm4e_id id)
{
    const c4_user *user = c4_meta_user(unit->meta, id);
    if (user == NULL || user->status == CRM4E_USER_DELETED) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "default_owners", "user", "names no user");
    }
    if (!c4_user_works(user)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "default_owners", "active",
                         "names a user who is not active or has no licence");
    }
    const c4_member *member = c4_module_member(module, id);
    return member != NULL && member->profile != CRM4E_TEAM_REQUESTER
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_INVALID, "default_owners", "member",
                           "names somebody outside of the team");
}

static int check_count(c4_unit *unit, size_t count)
{
    if (count <= MOST_DEFAULT_OWNERS) {
        return CRM4E_OK;
    }
    c4_refuse(unit, CRM4E_E_LIMIT, "default_owners", "default_owners", "has more than 5 users");
    return c4_fail_limit(unit->error, "default_owners", MOST_DEFAULT_OWNERS, (int64_t)count);
}

int c4_default_owners_set(c4_unit *unit, const crm4e_id *users, size_t count, c4_module *module)
{
    crm4e_id *owners = NULL;
    int rc = check_count(unit, count);
    if (rc < 0) {
        return rc;
    }
    owners = c4_arena_array(unit->arena, count, sizeof *owners);
    if (owners == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = check_default_owner(unit, module, users[i]);
        for (size_t j = 0; j < i && rc == CRM4E_OK; j++) {
            if (users[j] == users[i]) {
                rc = c4_refuse(unit, CRM4E_E_CONFLICT, "default_owners", "unique",
                               "names a user twice");
            }
        }
        owners[i] = users[i];
    }
    module->default_owners = owners;
    module->default_owner_count = count;
    if (count > 0) {
        module->assignment = 0;
    }
    return rc;
}

int c4_assignment_named(c4_unit *unit, const c4_module *module, const char *name,
                        const c4_definition **found)
{
    int rc = CRM4E_OK;
    *found = NULL;
    for (size_t i = 0; i < unit->meta->assignment_count && rc == CRM4E_OK; i++) {
        const c4_definition *rule = &unit->meta->assignments[i];
        bool same = false;
        if (rule->module == module->number) {
            rc = c4_same_name(unit, rule->name, name, &same);
            *found = same ? rule : *found;
        }
    }
    return rc;
}

int c4_requester_rule_set(c4_unit *unit, const char *name, c4_module *module)
{
    const c4_definition *rule = NULL;
    int rc = name[0] != '\0' ? c4_assignment_named(unit, module, name, &rule) : CRM4E_OK;
    if (rc == CRM4E_OK && name[0] != '\0' && rule == NULL) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "assignment_rule", "assignment_rule",
                       "names no assignment rule of the module");
    }
    if (rc < 0) {
        return rc;
    }
    module->assignment = rule != NULL ? rule->id : 0;
    module->default_owner_count = rule != NULL ? 0 : module->default_owner_count;
    return CRM4E_OK;
}

int c4_default_owners_read(c4_unit *unit, const c4_json *json, c4_module *module)
{
    size_t count = c4_json_count(json);
    crm4e_id owners[MOST_DEFAULT_OWNERS];
    int rc = CRM4E_OK;
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "default_owners", "type", "must be an array");
    }
    rc = check_count(unit, count);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const char *email = c4_spec_text(c4_json_item(json, i));
        const c4_user *user = NULL;
        rc = email != NULL
                 ? c4_find_user(unit, "default_owners", email, &user)
                 : c4_refuse(unit, CRM4E_E_INVALID, "default_owners", "type", "must hold emails");
        owners[i] = user != NULL ? user->id : 0;
    }
    return rc < 0 ? rc : c4_default_owners_set(unit, owners, count, module);
}

/* A user stands in a row as its creator or as its owner. */
static const struct {
    uint32_t user;
    uint32_t asks;
    uint32_t index;
} places[] = {
    {C4_REQUEST_CREATOR, C4_REQUEST_CREATOR_ASKS, C4_REQUEST_BY_CREATOR},
    {C4_REQUEST_OWNER, C4_REQUEST_OWNER_ASKS, C4_REQUEST_BY_OWNER},
};

int c4_request_turn(c4_unit *unit, int32_t module, crm4e_id user, bool asks)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_REQUEST];
    const crm4e_value he = c4_integer(user);
    const crm4e_value was = c4_integer(!asks);
    const crm4e_value there = c4_integer(module);
    const crm4e_value is = c4_integer(asks);
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && rc == CRM4E_OK; i++) {
        const crm4e_predicate parts[] = {
            c4_where(CRM4E_OP_EQ, places[i].user, &he, 1),
            c4_where(CRM4E_OP_EQ, places[i].asks, &was, 1),
            c4_where(CRM4E_OP_EQ, C4_REQUEST_MODULE, &there, 1),
        };
        const crm4e_predicate where = c4_where_all(parts, 3);
        crm4e_id *ids = NULL;
        size_t count = 0;
        rc = c4_rows_where(unit, table, &where, places[i].index, &ids, &count);
        for (size_t k = 0; k < count && rc == CRM4E_OK; k++) {
            rc = c4_stored(unit, c4_db_update(unit->db, table, ids[k], &places[i].asks, &is, 1));
        }
    }
    return rc;
}
