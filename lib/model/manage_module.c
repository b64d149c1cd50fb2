/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

enum {
    /* Its fields of the standard have numbers below C4_FIRST_CUSTOM_FIELD. */
    MOST_MODULE_NUMBER = 1000000
};

static int write_row(c4_unit *unit, const c4_module *module, bool fresh)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_MODULE];
    static const uint32_t columns[] = {C4_MODULE_FLAGS, C4_MODULE_ORG_DEFAULT, C4_MODULE_CREATOR,
                                       C4_MODULE_DEFINITION};
    c4_buffer text;
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_module(&text, module);
    crm4e_value values[C4_MODULE_COLUMNS] = {
        [0] = c4_integer(module->number),
        [C4_MODULE_API_NAME] = c4_c_text(module->api_name),
        [C4_MODULE_KIND] = c4_integer(module->kind),
        [C4_MODULE_FLAGS] = c4_integer(module->flags),
        [C4_MODULE_ORG_DEFAULT] =
            module->org_default != 0 ? c4_integer(module->org_default) : c4_null(),
        [C4_MODULE_CREATOR] = module->creator != 0 ? c4_integer(module->creator) : c4_null(),
        [C4_MODULE_DEFINITION] = c4_text_value(text.data, text.length),
    };
    int rc = text.code;
    if (rc == CRM4E_OK && !fresh) {
        rc = c4_db_update(unit->db, table, module->number, columns, &values[C4_MODULE_FLAGS], 4);
    }
    if (rc == CRM4E_OK ? fresh : rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_insert(unit->db, table, values);
    }
    c4_buffer_free(&text);
    return c4_stored(unit, rc);
}

int c4_module_store(c4_unit *unit, const c4_module *module)
{
    return write_row(unit, module, false);
}

static int read_label(c4_unit *unit, const char *member, const char *text, const char **out)
{
    if (text == NULL) {
        return CRM4E_OK;
    }
    *out = text;
    return c4_check_name(unit, member, text, C4_NAME_MAX);
}

static int read_labels(c4_unit *unit, const c4_module_spec *spec, c4_module *module)
{
    int rc = read_label(unit, "singular", spec->singular, &module->singular.en);
    if (rc == CRM4E_OK) {
        rc = read_label(unit, "plural", spec->plural, &module->plural.en);
    }
    if (rc == CRM4E_OK) {
        rc = read_label(unit, "singular_zh", spec->singular_zh, &module->singular.zh);
    }
    if (rc == CRM4E_OK) {
        rc = read_label(unit, "plural_zh", spec->plural_zh, &module->plural.zh);
    }
    return rc;
}

static int read_profile(c4_unit *unit, const char *word, const c4_json *json, c4_module *module)
{
    c4_team_profile profile = c4_number_of(C4_NAMES_TEAM_PROFILE, word);
    if (profile == 0 || c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, word, "team_profile",
                         "must be a team profile with an object");
    }
    c4_team_permissions *team = &module->team[profile];
    int rc = CRM4E_OK;
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(json, i, &name);
        if (c4_text_equal(name, "actions")) {
            rc = c4_actions_read(unit, "actions", value, &team->actions);
        } else if (c4_text_equal(name, "fields")) {
            c4_field_permission *list =
                c4_arena_array(unit->arena, c4_json_count(value), sizeof *list);
            team->field_count = 0;
            rc = list != NULL
                     ? c4_field_permissions_read(unit, module, value, list, &team->field_count)
                     : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
            c4_field_permissions_sort(list, team->field_count);
            team->fields = list;
        } else {
            rc = c4_refuse(unit, CRM4E_E_INVALID, name, "unknown_member", "is not known here");
        }
    }
    if (rc == CRM4E_OK && (team->actions & ~c4_team_actions(profile)) != 0) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "actions", "team_profile",
                       "gives a team profile more than it can have");
    }
    return rc;
}

static int read_permissions(c4_unit *unit, const c4_json *json, c4_module *module)
{
    int rc = CRM4E_OK;
    if (c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "permissions", "type", "must be an object");
    }
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        const char *word = NULL;
        const c4_json *value = c4_json_member_at(json, i, &word);
        rc = read_profile(unit, word, value, module);
    }
    return rc;
}

/* Members of a spec that only one kind of module has. */
static int check_kind(c4_unit *unit, const c4_module_spec *spec, c4_module_kind kind)
{
    bool team = kind == C4_MODULE_TEAM;
    if (spec->team && !team) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "team", "kind", "cannot be changed");
    }
    if (team && spec->org_default != 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "org_default", "kind",
                         "does not apply to team modules");
    }
    if (!team && (spec->space != NULL || spec->permissions != NULL ||
                  spec->default_owners != NULL || spec->assignment_rule != NULL)) {
        return c4_refuse(unit, CRM4E_E_INVALID, spec->space != NULL ? "space" : "permissions",
                         "kind", "applies to team modules only");
    }
    return CRM4E_OK;
}

/* The space a team module goes into: the actor's own, or any to those who
 * manage all. */
static int find_space(c4_unit *unit, const char *name, const c4_space **out)
{
    *out = NULL;
    if (name == NULL) {
        return CRM4E_OK;
    }
    *out = c4_meta_space_named(unit->meta, name);
    if (*out == NULL || C4_REFUSES(CONFIGURE_SPACE_MODULE, !c4_actor_in_space(unit, *out))) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "space", "space", "names no space");
    }
    return CRM4E_OK;
}

static int check_creation(c4_unit *unit, const c4_module_spec *spec)
{
    int rc =
        c4_need_permission(unit, spec->team ? C4_ADMIN_CREATE_TEAM_MODULE : C4_ADMIN_CUSTOMISE);
    if (rc == CRM4E_OK && spec->team && !unit->meta->org.crm4e_enabled) {
        rc = c4_refuse_denied(unit, "crm4e", "CRM for Everyone is switched off");
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_api_name(unit, spec->api_name);
    }
    if (rc == CRM4E_OK && unit->state.next_module > MOST_MODULE_NUMBER) {
        rc = c4_fail(unit->error, CRM4E_E_LIMIT, "no module number is left");
    }
    return rc;
}

static c4_module blank_module(const c4_unit *unit, const c4_module_spec *spec)
{
    c4_module module = {
        .api_name = spec->api_name,
        .kind = spec->team ? C4_MODULE_TEAM : C4_MODULE_CUSTOM,
        .org_default = spec->team ? 0 : CRM4E_SHARE_PRIVATE,
        .creator = unit->actor != NULL ? unit->actor->id : 0,
    };
    module.singular.en = module.plural.en = spec->api_name;
    if (spec->singular != NULL && spec->plural == NULL) {
        module.plural.en = spec->singular;
    }
    for (c4_team_profile i = 1; spec->team && i <= C4_TEAM_PROFILE_COUNT; i++) {
        module.team[i].actions = c4_team_actions(i);
    }
    return module;
}

/* The module as the library will know it, with the table its fields need, and
 * its first member. The snapshot is fresh afterwards. */
static int create_module(c4_unit *unit, const c4_module_spec *spec, c4_module *module)
{
    int rc = c4_limit_take_module(unit, spec->team, 1);
    if (rc < 0) {
        return rc;
    }
    module->number = (int32_t)unit->state.next_module++;
    unit->state_dirty = true;
    rc = write_row(unit, module, true);
    if (rc == CRM4E_OK && spec->team && unit->actor != NULL) {
        rc = c4_member_create(unit, module->number, unit->actor->id, CRM4E_TEAM_ADMIN);
    }
    if (rc == CRM4E_OK) {
        c4_unit_meta_changed(unit);
        rc = c4_unit_refresh(unit);
    }
    if (rc == CRM4E_OK) {
        c4_unit_meta_changed(unit);
        rc = c4_stored(
            unit, c4_db_table_create(unit->db, &c4_meta_module(unit->meta, module->number)->table));
    }
    return rc;
}

/* What both a new and an old module take from the spec once it has fields and
 * members. */
static int read_settings(c4_unit *unit, const c4_module_spec *spec, c4_module *module)
{
    int rc = CRM4E_OK;
    if (spec->permissions != NULL) {
        rc = read_permissions(unit, spec->permissions, module);
    }
    if (rc == CRM4E_OK && spec->default_owners != NULL) {
        rc = c4_default_owners_read(unit, spec->default_owners, module);
    }
    if (rc == CRM4E_OK && spec->assignment_rule != NULL) {
        rc = c4_requester_rule_set(unit, spec->assignment_rule, module);
    }
    return rc;
}

/* 0 keeps, 1 yes, 2 no */
static void set_flag(c4_module *module, uint32_t flag, int wanted)
{
    if (wanted != 0) {
        module->flags &= ~flag;
        module->flags |= wanted == 1 ? flag : 0;
    }
}

static int read_spec(c4_unit *unit, const c4_module_spec *spec, c4_module *module)
{
    int rc = read_labels(unit, spec, module);
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "org_default", C4_NAMES_SHARE, spec->org_default);
    }
    if (rc == CRM4E_OK && (module->flags & C4_MODULE_CHILD) != 0 && spec->org_default != 0 &&
        spec->org_default != module->org_default) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "org_default", "child",
                       "does not apply to what hangs on other records");
    }
    if (spec->org_default != 0) {
        module->org_default = spec->org_default;
    }
    if (rc == CRM4E_OK && spec->archived == 1 && module->kind == C4_MODULE_STANDARD) {
        rc = c4_refuse(unit, CRM4E_E_UNSUPPORTED, "archived", "standard",
                       "is not for modules of the standard, which are hidden");
    }
    set_flag(module, C4_MODULE_HIDDEN, spec->hidden);
    set_flag(module, C4_MODULE_ARCHIVED, spec->archived);
    return rc;
}

static int put_new(c4_unit *unit, const c4_module_spec *spec, int32_t *number)
{
    const c4_space *space = NULL;
    c4_module module = blank_module(unit, spec);
    int rc = check_kind(unit, spec, module.kind);
    if (rc == CRM4E_OK) {
        rc = check_creation(unit, spec);
    }
    if (rc == CRM4E_OK) {
        rc = read_spec(unit, spec, &module);
    }
    if (rc == CRM4E_OK) {
        rc = find_space(unit, spec->space, &space);
    }
    if (rc == CRM4E_OK) {
        rc = create_module(unit, spec, &module);
    }
    if (rc < 0) {
        return rc;
    }
    *number = module.number;
    module = *c4_meta_module(unit->meta, *number);
    if (spec->permissions != NULL || spec->default_owners != NULL ||
        spec->assignment_rule != NULL) {
        rc = read_settings(unit, spec, &module);
        rc = rc < 0 ? rc : c4_module_store(unit, &module);
    }
    if (rc == CRM4E_OK && spec->space != NULL) {
        rc = c4_space_add_item(unit, c4_meta_space_named(unit->meta, spec->space), *number);
    }
    return rc < 0 ? rc : c4_change_done(unit, "module", *number, spec->api_name);
}

/* The org-wide default has a permission of its own: who has it needs no other. */
static bool asks_default_alone(const c4_module_spec *spec)
{
    return spec->org_default != 0 && spec->singular == NULL && spec->plural == NULL &&
           spec->singular_zh == NULL && spec->plural_zh == NULL && spec->hidden == 0 &&
           spec->archived == 0 && spec->space == NULL && spec->permissions == NULL &&
           spec->default_owners == NULL && spec->assignment_rule == NULL && !spec->team;
}

static int check_change(c4_unit *unit, const c4_module_spec *spec, const c4_module *old)
{
    if (asks_default_alone(spec) && old->kind != C4_MODULE_TEAM) {
        return c4_need_permission(unit, C4_ADMIN_MANAGE_DATA_SHARING);
    }
    if (C4_REFUSES(CONFIGURE_MODULE, !c4_actor_configures(unit, old))) {
        return old->kind == C4_MODULE_TEAM
                   ? c4_refuse_denied(unit, "team_admin",
                                      "only an admin of the module may change it")
                   : c4_need_permission(unit, C4_ADMIN_CUSTOMISE);
    }
    int rc = check_kind(unit, spec, old->kind);
    if (rc == CRM4E_OK && spec->org_default != 0 && spec->org_default != old->org_default) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_DATA_SHARING);
    }
    return rc;
}

static int put_old(c4_unit *unit, const c4_module_spec *spec, const c4_module *old)
{
    const c4_space *space = NULL;
    c4_module module = *old;
    int rc = check_change(unit, spec, old);
    if (rc == CRM4E_OK) {
        rc = read_spec(unit, spec, &module);
    }
    if (rc == CRM4E_OK) {
        rc = read_settings(unit, spec, &module);
    }
    if (rc == CRM4E_OK) {
        rc = find_space(unit, spec->space, &space);
    }
    if (rc == CRM4E_OK) {
        rc = c4_module_store(unit, &module);
    }
    if (rc == CRM4E_OK && space != NULL) {
        rc = c4_space_add_item(unit, space, module.number);
    }
    return rc < 0 ? rc : c4_change_done(unit, "module", module.number, module.api_name);
}

/* A team module that is closed to the actor is not told of. */
static bool is_closed(c4_unit *unit, const c4_module *module)
{
    return module->kind == C4_MODULE_TEAM && C4_REFUSES(NAME_CLOSED, !c4_actor_sees(unit, module));
}

/* Only who may make a module hears that the name is taken. */
static int refuse_taken(c4_unit *unit, const c4_module_spec *spec)
{
    int rc = check_kind(unit, spec, spec->team ? C4_MODULE_TEAM : C4_MODULE_CUSTOM);
    if (rc == CRM4E_OK) {
        rc = check_creation(unit, spec);
    }
    return rc < 0 ? rc
                  : c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "unique",
                              "is taken by another module");
}

int c4_module_put(c4_unit *unit, const c4_module_spec *spec, int32_t *number)
{
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK && spec->api_name == NULL) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "api_name", "mandatory", "is missing");
    }
    if (rc < 0) {
        return rc;
    }
    const c4_module *old = c4_meta_module_named(unit->meta, spec->api_name);
    if (old == NULL) {
        return put_new(unit, spec, number);
    }
    if (spec->create_only || is_closed(unit, old)) {
        return refuse_taken(unit, spec);
    }
    *number = old->number;
    return put_old(unit, spec, old);
}

int c4_module_check_removal(c4_unit *unit, int32_t number, const c4_module **module)
{
    const c4_module_spec nothing = {.api_name = NULL};
    int rc = c4_change_start(unit);
    if (rc < 0) {
        return rc;
    }
    *module = c4_meta_module(unit->meta, number);
    if (*module == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "does not exist");
    }
    rc = check_change(unit, &nothing, *module);
    if (rc == CRM4E_OK && (*module)->kind == C4_MODULE_STANDARD) {
        rc = c4_refuse_denied(unit, "standard", "modules of the standard cannot be removed");
    }
    return rc == CRM4E_OK && !c4_actor_is_administrator(unit)
               ? c4_member_check_appointed(unit, *module)
               : rc;
}

/* A team module in the fresh snapshot, for one who may configure it. */
static int open_team(c4_unit *unit, int32_t number, c4_module *changed)
{
    const c4_module_spec nothing = {.api_name = NULL};
    int rc = c4_change_start(unit);
    if (rc < 0) {
        return rc;
    }
    const c4_module *module = c4_meta_module(unit->meta, number);
    if (module == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "does not exist");
    }
    *changed = *module;
    rc = check_change(unit, &nothing, module);
    return rc == CRM4E_OK && module->kind != C4_MODULE_TEAM
               ? c4_refuse(unit, CRM4E_E_UNSUPPORTED, "module", "kind", "is no team module")
               : rc;
}

int c4_module_allow_action(c4_unit *unit, const c4_module *module, c4_team_profile profile,
                           crm4e_action action, bool allow)
{
    const uint32_t bit = 1u << action;
    c4_module changed;
    int rc = open_team(unit, module->number, &changed);
    if (rc < 0) {
        return rc;
    }
    c4_team_permissions *team = &changed.team[profile];
    if (allow && (c4_team_actions(profile) & bit) == 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "action", "team_profile",
                         "is more than the team profile can have");
    }
    if (((team->actions & bit) != 0) == allow) {
        return CRM4E_OK;
    }
    team->actions ^= bit;
    rc = c4_module_store(unit, &changed);
    return rc < 0 ? rc : c4_change_done(unit, "module", changed.number, changed.api_name);
}

int c4_module_set_field(c4_unit *unit, const c4_module *module, c4_team_profile profile,
                        const char *field, c4_permission permission)
{
    c4_module changed;
    int rc = open_team(unit, module->number, &changed);
    if (rc == CRM4E_OK) {
        c4_team_permissions *team = &changed.team[profile];
        rc = c4_field_permissions_set(unit, &changed, field, permission, &team->fields,
                                      &team->field_count);
    }
    if (rc == CRM4E_OK) {
        rc = c4_module_store(unit, &changed);
    }
    return rc < 0 ? rc : c4_change_done(unit, "module", changed.number, changed.api_name);
}

int c4_module_set_default_owners(c4_unit *unit, const c4_module *module, const crm4e_id *users,
                                 size_t count)
{
    c4_module changed;
    int rc = open_team(unit, module->number, &changed);
    if (rc == CRM4E_OK) {
        rc = c4_default_owners_set(unit, users, count, &changed);
    }
    if (rc == CRM4E_OK) {
        rc = c4_module_store(unit, &changed);
    }
    return rc < 0 ? rc : c4_change_done(unit, "module", changed.number, changed.api_name);
}

int c4_module_set_assignment_rule(c4_unit *unit, const c4_module *module, const char *name)
{
    c4_module changed;
    int rc = open_team(unit, module->number, &changed);
    if (rc == CRM4E_OK) {
        rc = c4_requester_rule_set(unit, name, &changed);
    }
    if (rc == CRM4E_OK) {
        rc = c4_module_store(unit, &changed);
    }
    return rc < 0 ? rc : c4_change_done(unit, "module", changed.number, changed.api_name);
}
