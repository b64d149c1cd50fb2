/* SPDX-License-Identifier: MIT */
/* The snapshot as JSON objects; spec_read.c reads the same members. */
#include "base/civil.h"
#include "model/computed.h"
#include "model/computed.h"
#include "model/manage_rules.h"
#include "model/rollup.h"

#include <string.h>

static void put_text(c4_buffer *out, const char *text)
{
    c4_json_put_text(out, text, strlen(text));
}

static void number_member(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static void truth_member(c4_buffer *out, bool *first, const char *key, bool value)
{
    c4_json_put_key(out, first, key);
    c4_buffer_text(out, value ? "true" : "false");
}

static void item_start(c4_buffer *out, bool *first)
{
    if (!*first) {
        c4_buffer_char(out, ',');
    }
    *first = false;
}

static void action_list(c4_buffer *out, uint32_t actions)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (uint32_t action = 1; action < 32; action++) {
        const char *word = c4_text_of(C4_NAMES_ACTION, action);
        if ((actions >> action & 1u) != 0 && word != NULL) {
            item_start(out, &first);
            put_text(out, word);
        }
    }
    c4_buffer_char(out, ']');
}

static void admin_list(c4_buffer *out, uint32_t bits)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (uint32_t bit = 1; bit <= C4_ADMIN_ALL; bit <<= 1) {
        if ((bits & bit) != 0) {
            item_start(out, &first);
            put_text(out, c4_text_of(C4_NAMES_ADMIN, bit));
        }
    }
    c4_buffer_char(out, ']');
}

static const char *email_of(const c4_meta *meta, crm4e_id id)
{
    const c4_user *user = c4_meta_user(meta, id);
    return user != NULL && user->status != CRM4E_USER_DELETED ? user->email : NULL;
}

static void org_members(c4_buffer *out, bool *first, const c4_org_info *org)
{
    c4_json_put_member(out, first, "edition", c4_text_of(C4_NAMES_EDITION, org->edition));
    number_member(out, first, "crm_licences", org->crm_licences);
    number_member(out, first, "team_licences", org->team_licences);
    c4_json_put_member(out, first, "locale", org->locale);
    c4_json_put_member(out, first, "time_zone", org->zone);
    c4_json_put_member(out, first, "currency", org->currency);
    number_member(out, first, "fiscal_month", org->fiscal_month);
    c4_json_put_member(out, first, "ui_mode", c4_text_of(C4_NAMES_UI_MODE, org->ui_mode));
    c4_json_put_member(out, first, "hierarchy", c4_text_of(C4_NAMES_HIERARCHY, org->hierarchy));
    truth_member(out, first, "crm4e", org->crm4e_enabled);
    if (org->multi_currency) {
        truth_member(out, first, "multi_currency", true);
    }
    if (org->history_days > 0) {
        number_member(out, first, "history_days", org->history_days);
    }
}

void c4_org_write(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;
    c4_buffer_char(out, '{');
    org_members(out, &first, &meta->org);
    c4_buffer_char(out, '}');
}

static void trial_members(c4_buffer *out, const c4_unit *unit)
{
    const c4_org_info *org = &unit->meta->org;
    char until[C4_TIME_TEXT];
    bool first = true;
    c4_time_format(org->trial_until, until);
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "edition", c4_text_of(C4_NAMES_EDITION, org->trial_edition));
    c4_json_put_member(out, &first, "until", until);
    truth_member(out, &first, "runs", c4_trial_runs(unit));
    c4_buffer_char(out, '}');
}

void c4_org_describe(c4_buffer *out, const c4_unit *unit)
{
    const c4_org_info *org = &unit->meta->org;
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", org->name);
    org_members(out, &first, org);
    c4_json_put_member(out, &first, "edition_now",
                       c4_text_of(C4_NAMES_EDITION, c4_edition_now(unit)));
    if (org->trial_until != 0) {
        c4_json_put_key(out, &first, "trial");
        trial_members(out, unit);
    }
    c4_buffer_char(out, '}');
}

void c4_role_write(c4_buffer *out, const c4_meta *meta, const c4_role *role)
{
    const c4_role *parent = role->parent != 0 ? c4_meta_role(meta, role->parent) : NULL;
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", role->name);
    c4_json_put_member(out, &first, "parent", parent != NULL ? parent->name : NULL);
    truth_member(out, &first, "share_with_peers", role->share_with_peers);
    c4_buffer_char(out, '}');
}

/* As applying them needs. */
void c4_roles_write(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (uint32_t place = 0; place <= meta->role_count; place++) {
        for (size_t i = 0; i < meta->role_count; i++) {
            if (meta->roles[i].first == place) {
                item_start(out, &first);
                c4_role_write(out, meta, &meta->roles[i]);
            }
        }
    }
    c4_buffer_char(out, ']');
}

/* {"Email": "hidden"}, of the fields that are shown; NULL: of all. */
static void module_fields(c4_buffer *out, const c4_module *module,
                          const c4_field_permission *fields, size_t count, const bool *shown)
{
    bool first = true;
    c4_part_walk walk = {0};
    const c4_field *part;
    c4_buffer_char(out, '{');
    for (size_t i = 0; count > 0 && (part = c4_module_next_part(module, &walk)) != NULL; i++) {
        c4_permission permission = c4_field_permission_of(fields, count, part->number);
        if (permission != CRM4E_PERMISSION_READ_WRITE && (shown == NULL || shown[i])) {
            c4_json_put_member(out, &first, part->api_name,
                               c4_text_of(C4_NAMES_PERMISSION, permission));
        }
    }
    c4_buffer_char(out, '}');
}

static bool restricts(const c4_profile *profile, const c4_module *module)
{
    c4_part_walk walk = {0};
    const c4_field *part;
    while ((part = c4_module_next_part(module, &walk)) != NULL) {
        if (c4_field_permission_of(profile->fields, profile->field_count, part->number) !=
            CRM4E_PERMISSION_READ_WRITE) {
            return true;
        }
    }
    return false;
}

static void profile_fields(c4_buffer *out, const c4_meta *meta, const c4_profile *profile)
{
    bool first = true;
    c4_buffer_char(out, '{');
    for (size_t i = 0; i < meta->module_count; i++) {
        if (restricts(profile, meta->modules[i])) {
            c4_json_put_key(out, &first, meta->modules[i]->api_name);
            module_fields(out, meta->modules[i], profile->fields, profile->field_count, NULL);
        }
    }
    c4_buffer_char(out, '}');
}

static void profile_modules(c4_buffer *out, const c4_meta *meta, const c4_profile *profile)
{
    bool first = true;
    c4_buffer_char(out, '{');
    if (profile->kind == C4_PROFILE_CUSTOM) {
        c4_json_put_key(out, &first, "*");
        action_list(out, profile->actions);
    }
    for (size_t i = 0; i < profile->module_count; i++) {
        const c4_module *module = c4_meta_module(meta, profile->modules[i].module);
        if (module != NULL) {
            c4_json_put_key(out, &first, module->api_name);
            action_list(out, profile->modules[i].actions);
        }
    }
    c4_buffer_char(out, '}');
}

/* The built-in ones are the same in every org but for Team User's modules. */
void c4_profile_write(c4_buffer *out, const c4_meta *meta, const c4_profile *profile)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", profile->name);
    if (profile->kind == C4_PROFILE_CUSTOM) {
        c4_json_put_member(out, &first, "clone_of", "Standard");
        c4_json_put_key(out, &first, "admin");
        admin_list(out, profile->admin);
    }
    if (profile->kind == C4_PROFILE_CUSTOM || profile->kind == C4_PROFILE_TEAM_USER) {
        c4_json_put_key(out, &first, "modules");
        profile_modules(out, meta, profile);
    }
    if (profile->kind == C4_PROFILE_CUSTOM) {
        c4_json_put_key(out, &first, "fields");
        profile_fields(out, meta, profile);
    }
    c4_buffer_char(out, '}');
}

int c4_user_write(c4_buffer *out, c4_unit *unit, const c4_user *user)
{
    const char *superior = email_of(unit->meta, user->reporting_to);
    c4_ui_mode mode;
    bool first = true;
    int rc = c4_user_ui_mode(unit, user->id, &mode);
    if (rc < 0) {
        return rc;
    }
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "email", user->email);
    c4_json_put_member(out, &first, "name", user->name);
    c4_json_put_member(out, &first, "role", user->role->name);
    c4_json_put_member(out, &first, "profile", user->profile->name);
    c4_json_put_member(out, &first, "licence", c4_text_of(C4_NAMES_LICENCE, user->licence));
    c4_json_put_member(out, &first, "status", c4_text_of(C4_NAMES_USER_STATUS, user->status));
    c4_json_put_member(out, &first, "locale", user->locale);
    c4_json_put_member(out, &first, "time_zone", user->zone);
    c4_json_put_member(out, &first, "reporting_to", superior != NULL ? superior : "");
    c4_json_put_member(out, &first, "ui_mode", c4_text_of(C4_NAMES_UI_MODE, mode));
    c4_buffer_char(out, '}');
    return out->code;
}

/* Somebody by the name a document knows him by; NULL for a deleted user. */
static const char *subject_name(const c4_meta *meta, const c4_subject *subject)
{
    return subject->kind == CRM4E_SUBJECT_USER ? email_of(meta, subject->id)
                                               : c4_meta_subject_name(meta, subject);
}

static void subject_list(c4_buffer *out, const c4_meta *meta, const c4_subject *subjects,
                         size_t count)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        const char *name = subject_name(meta, &subjects[i]);
        bool inner = true;
        if (name == NULL) {
            continue;
        }
        item_start(out, &first);
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, c4_text_of(C4_NAMES_SUBJECT, subjects[i].kind), name);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

void c4_interaction_kind_write(c4_buffer *out, const c4_interaction_kind *kind)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", kind->name);
    c4_json_put_member(out, &first, "label", kind->label.en);
    c4_json_put_member(out, &first, "label_zh", kind->label.zh);
    c4_json_put_member(out, &first, "channel", c4_text_of(C4_NAMES_CHANNEL, kind->channel));
    c4_json_put_member(out, &first, "direction", c4_text_of(C4_NAMES_DIRECTION, kind->direction));
    truth_member(out, &first, "contact", kind->contact);
    truth_member(out, &first, "is_active", kind->active);
    c4_buffer_char(out, '}');
}

void c4_group_write(c4_buffer *out, const c4_meta *meta, const c4_user_group *group)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", group->name);
    c4_json_put_member(out, &first, "description",
                       group->description != NULL ? group->description : "");
    c4_json_put_key(out, &first, "sources");
    subject_list(out, meta, group->sources, group->source_count);
    c4_buffer_char(out, '}');
}

void c4_sharing_rule_write(c4_buffer *out, const c4_meta *meta, const c4_sharing_rule *rule)
{
    const c4_module *module = c4_meta_module(meta, rule->module);
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "module", module != NULL ? module->api_name : NULL);
    c4_json_put_member(out, &first, "name", rule->name);
    truth_member(out, &first, "active", rule->active);
    if (rule->when != NULL) {
        c4_json_put_member(out, &first, "when", rule->when);
    } else {
        c4_json_put_key(out, &first, "from");
        subject_list(out, meta, rule->from, rule->from_count);
    }
    c4_json_put_key(out, &first, "to");
    subject_list(out, meta, rule->to, rule->to_count);
    c4_json_put_member(out, &first, "level", c4_text_of(C4_NAMES_LEVEL, rule->level));
    truth_member(out, &first, "superiors", rule->superiors);
    c4_buffer_char(out, '}');
}

static void text_list(c4_buffer *out, bool *first, const char *key, const char *const *texts,
                      size_t count)
{
    bool inner = true;
    c4_json_put_key(out, first, key);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        item_start(out, &inner);
        put_text(out, texts[i]);
    }
    c4_buffer_char(out, ']');
}

void c4_view_write(c4_buffer *out, const c4_meta *meta, const c4_view *view)
{
    const c4_module *module = c4_meta_module(meta, view->module);
    const char *owner = email_of(meta, view->owner);
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "module", module != NULL ? module->api_name : NULL);
    c4_json_put_member(out, &first, "name", view->name);
    if (owner != NULL) {
        c4_json_put_member(out, &first, "owner", owner);
    }
    c4_json_put_member(out, &first, "sharing", c4_text_of(C4_NAMES_VIEW_SHARING, view->sharing));
    c4_json_put_key(out, &first, "shared_to");
    subject_list(out, meta, view->shared_to, view->shared_count);
    text_list(out, &first, "columns", view->columns, view->column_count);
    c4_json_put_member(out, &first, "where", view->where != NULL ? view->where : "");
    text_list(out, &first, "order", view->order, view->order_count);
    c4_buffer_char(out, '}');
}

static void space_items(c4_buffer *out, const c4_meta *meta, const c4_space *space)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < space->item_count; i++) {
        const c4_space_item *item = &space->items[i];
        const c4_module *module = c4_meta_module(meta, item->module);
        bool inner = true;
        if (module == NULL) {
            continue;
        }
        item_start(out, &first);
        if (item->folder == 0) {
            put_text(out, module->api_name);
            continue;
        }
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, "module", module->api_name);
        c4_json_put_member(out, &inner, "folder", space->folders[item->folder - 1]);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

static void space_members(c4_buffer *out, const c4_meta *meta, const c4_space *space)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < space->member_count; i++) {
        const char *email = email_of(meta, space->members[i].user);
        bool inner = true;
        if (email == NULL) {
            continue;
        }
        item_start(out, &first);
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, "user", email);
        truth_member(out, &inner, "admin", space->members[i].admin);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

void c4_space_write(c4_buffer *out, const c4_meta *meta, const c4_space *space)
{
    bool first = true;
    bool inner = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", space->name);
    c4_json_put_key(out, &first, "folders");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < space->folder_count; i++) {
        item_start(out, &inner);
        put_text(out, space->folders[i]);
    }
    c4_buffer_char(out, ']');
    c4_json_put_key(out, &first, "modules");
    space_items(out, meta, space);
    c4_json_put_key(out, &first, "members");
    space_members(out, meta, space);
    c4_buffer_char(out, '}');
}

/* Each of `ids`, which are of profiles or of roles, by name. */
static void viewer_list(c4_buffer *out, const c4_meta *meta, const crm4e_id *ids, size_t count)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        const c4_profile *profile = c4_meta_profile(meta, ids[i]);
        const c4_role *role = c4_meta_role(meta, ids[i]);
        item_start(out, &first);
        put_text(out, profile != NULL ? profile->name : role != NULL ? role->name : "");
    }
    c4_buffer_char(out, ']');
}

void c4_tab_group_write(c4_buffer *out, const c4_meta *meta, const c4_tab_group *group)
{
    bool first = true;
    bool inner = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", group->name);
    c4_json_put_member(out, &first, "label", group->label.en);
    c4_json_put_member(out, &first, "label_zh", group->label.zh);
    c4_json_put_key(out, &first, "modules");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < group->item_count; i++) {
        const c4_module *module = c4_meta_module(meta, group->items[i].module);
        if (module != NULL) {
            item_start(out, &inner);
            put_text(out, module->api_name);
        }
    }
    c4_buffer_char(out, ']');
    c4_json_put_key(out, &first, "profiles");
    viewer_list(out, meta, group->profiles, group->profile_count);
    c4_json_put_key(out, &first, "roles");
    viewer_list(out, meta, group->roles, group->role_count);
    c4_buffer_char(out, '}');
}

static void option_list(c4_buffer *out, const c4_field *field)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < field->option_count; i++) {
        const c4_option *option = &field->options[i];
        bool inner = true;
        item_start(out, &first);
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, "value", option->actual);
        c4_json_put_member(out, &inner, "label", option->display.en);
        c4_json_put_member(out, &inner, "label_zh", option->display.zh);
        truth_member(out, &inner, "active", option->active);
        if (option->probability >= 0) {
            number_member(out, &inner, "probability", option->probability);
        }
        c4_json_put_member(out, &inner, "forecast", option->forecast);
        c4_json_put_member(out, &inner, "colour", option->colour);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

/* A column is written like a field. */
static void subform_columns(c4_buffer *out, const c4_meta *meta, const c4_field *field)
{
    bool first = true;
    c4_buffer_text(out, "{\"columns\":[");
    for (size_t i = 0; i < field->column_count; i++) {
        item_start(out, &first);
        c4_field_write(out, meta, &field->columns[i]);
    }
    c4_buffer_text(out, "]}");
}

/* What c4_field_put takes for this type; nothing else may be in the object. */
static void field_shape(c4_buffer *out, bool *first, const c4_meta *meta, const c4_field *field)
{
    const c4_type_info *info = c4_type_info_of(field->type);
    if (field->length > 0 && field->numbering == NULL) {
        number_member(out, first, "length", field->length);
    }
    if (info->stored == C4_STORED_DECIMAL) {
        number_member(out, first, "scale", field->scale);
    }
    if (info->stored == C4_STORED_OPTION || info->stored == C4_STORED_OPTIONS) {
        c4_json_put_key(out, first, "options");
        option_list(out, field);
    }
    if (info->custom && field->target_count == 1) {
        const c4_module *target = c4_meta_module(meta, field->targets[0]);
        c4_json_put_member(out, first, "target", target != NULL ? target->api_name : NULL);
    }
    if (field->default_value != NULL) {
        c4_json_put_key(out, first, "default_value");
        c4_buffer_text(out, field->default_value);
    }
    if (field->computed != 0) {
        c4_json_put_key(out, first, "settings");
        c4_settings_write(out, field);
    }
    if (field->type == CRM4E_TYPE_SUBFORM) {
        c4_json_put_key(out, first, "settings");
        subform_columns(out, meta, field);
    }
}

void c4_field_write(c4_buffer *out, const c4_meta *meta, const c4_field *field)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "api_name", c4_part_name(field));
    c4_json_put_member(out, &first, "label", field->label.en);
    c4_json_put_member(out, &first, "label_zh", field->label.zh);
    c4_json_put_member(out, &first, "type", c4_type_info_of(c4_field_declared_type(field))->name);
    truth_member(out, &first, "mandatory", (field->flags & C4_FIELD_MANDATORY) != 0);
    c4_json_put_key(out, &first, "unique");
    c4_buffer_text(out, (field->flags & C4_FIELD_UNIQUE) == 0   ? "false"
                        : (field->flags & C4_FIELD_FOLDED) != 0 ? "\"folded\""
                                                                : "\"case_sensitive\"");
    truth_member(out, &first, "indexed", (field->flags & C4_FIELD_INDEXED) != 0);
    field_shape(out, &first, meta, field);
    c4_json_put_member(out, &first, "tooltip", field->tooltip);
    c4_buffer_char(out, '}');
}

static void team_permissions(c4_buffer *out, const c4_module *module, const bool *shown)
{
    bool first = true;
    c4_buffer_char(out, '{');
    for (c4_team_profile profile = 1; profile <= C4_TEAM_PROFILE_COUNT; profile++) {
        const c4_team_permissions *team = &module->team[profile];
        bool inner = true;
        c4_json_put_key(out, &first, c4_text_of(C4_NAMES_TEAM_PROFILE, profile));
        c4_buffer_char(out, '{');
        c4_json_put_key(out, &inner, "actions");
        action_list(out, team->actions);
        c4_json_put_key(out, &inner, "fields");
        module_fields(out, module, team->fields, team->field_count, shown);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, '}');
}

static void team_members(c4_buffer *out, const c4_meta *meta, const c4_module *module)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < module->member_count; i++) {
        const char *email = email_of(meta, module->members[i].user);
        bool inner = true;
        if (email == NULL) {
            continue;
        }
        item_start(out, &first);
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, "user", email);
        c4_json_put_member(out, &inner, "profile",
                           c4_text_of(C4_NAMES_TEAM_PROFILE, module->members[i].profile));
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

static void default_owners(c4_buffer *out, const c4_meta *meta, const c4_module *module)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < module->default_owner_count; i++) {
        const char *email = email_of(meta, module->default_owners[i]);
        if (email != NULL) {
            item_start(out, &first);
            put_text(out, email);
        }
    }
    c4_buffer_char(out, ']');
}

static const char *assignment_name(const c4_meta *meta, const c4_module *module)
{
    const char *name = "";
    for (size_t i = 0; module->assignment != 0 && i < meta->assignment_count; i++) {
        if (meta->assignments[i].id == module->assignment) {
            name = meta->assignments[i].name;
        }
    }
    return name;
}

/* Formulas come last, each after those it names. Without those that are late: roll-ups, and what
 * comes from them. */
static void own_fields(c4_buffer *out, const c4_meta *meta, const c4_module *module, bool late_too)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        if ((field->flags & C4_FIELD_SYSTEM) == 0 && field->formula == NULL &&
            (late_too || !c4_rollup_is_late(field))) {
            item_start(out, &first);
            c4_field_write(out, meta, field);
        }
    }
    for (size_t i = 0; i < module->formula_count; i++) {
        if (late_too || !c4_rollup_is_late(module->formulas[i])) {
            item_start(out, &first);
            c4_field_write(out, meta, module->formulas[i]);
        }
    }
    c4_buffer_char(out, ']');
}

/* All of it but fields and the closing brace; of fields that are not shown nothing. */
static void module_members(c4_buffer *out, const c4_meta *meta, const c4_module *module,
                           const bool *shown)
{
    bool first = true;
    c4_json_put_member(out, &first, "api_name", module->api_name);
    c4_json_put_member(out, &first, "singular", module->singular.en);
    c4_json_put_member(out, &first, "plural", module->plural.en);
    c4_json_put_member(out, &first, "singular_zh", module->singular.zh);
    c4_json_put_member(out, &first, "plural_zh", module->plural.zh);
    truth_member(out, &first, "hidden", (module->flags & C4_MODULE_HIDDEN) != 0);
    if (module->kind != C4_MODULE_STANDARD) {
        truth_member(out, &first, "archived", (module->flags & C4_MODULE_ARCHIVED) != 0);
    }
    if (module->kind == C4_MODULE_TEAM) {
        truth_member(out, &first, "team", true);
        c4_json_put_key(out, &first, "permissions");
        team_permissions(out, module, shown);
        c4_json_put_key(out, &first, "default_owners");
        default_owners(out, meta, module);
        c4_json_put_member(out, &first, "assignment_rule", assignment_name(meta, module));
        c4_json_put_key(out, &first, "members");
        team_members(out, meta, module);
    } else {
        c4_json_put_member(out, &first, "org_default",
                           c4_text_of(C4_NAMES_SHARE, module->org_default));
    }
}

static void fields_member(c4_buffer *out, const c4_meta *meta, const c4_module *module,
                          bool late_too)
{
    bool first = false;
    c4_json_put_key(out, &first, "fields");
    own_fields(out, meta, module, late_too);
}

void c4_module_write(c4_buffer *out, const c4_meta *meta, const c4_module *module)
{
    c4_buffer_char(out, '{');
    module_members(out, meta, module, NULL);
    fields_member(out, meta, module, true);
    c4_buffer_char(out, '}');
}

void c4_tag_write(c4_buffer *out, const c4_option *tag)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", tag->actual);
    c4_json_put_member(out, &first, "colour", tag->colour);
    c4_buffer_char(out, '}');
}

void c4_tags_write(c4_buffer *out, const c4_field *field)
{
    bool first = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < field->option_count; i++) {
        if (field->options[i].active) {
            item_start(out, &first);
            c4_tag_write(out, &field->options[i]);
        }
    }
    c4_buffer_char(out, ']');
}

void c4_module_export(c4_buffer *out, const c4_meta *meta, const c4_module *module)
{
    const c4_field *field = c4_tag_field(module);
    c4_buffer_char(out, '{');
    module_members(out, meta, module, NULL);
    fields_member(out, meta, module, false);
    if (field->option_count > 0) {
        c4_buffer_text(out, ",\"tags\":");
        c4_tags_write(out, field);
    }
    c4_buffer_char(out, '}');
}

void c4_module_write_head(c4_buffer *out, const c4_meta *meta, const c4_module *module,
                          const bool *shown)
{
    c4_buffer_char(out, '{');
    module_members(out, meta, module, shown);
    c4_buffer_char(out, '}');
}

static int64_t working_admins(const c4_meta *meta, const c4_module *module)
{
    int64_t count = 0;
    for (size_t i = 0; i < module->member_count; i++) {
        const c4_user *user = c4_meta_user(meta, module->members[i].user);
        count +=
            module->members[i].profile == CRM4E_TEAM_ADMIN && user != NULL && c4_user_works(user);
    }
    return count;
}

void c4_module_write_line(c4_buffer *out, const c4_unit *unit, const c4_module *module)
{
    static const char *const kinds[] = {[C4_MODULE_STANDARD] = "standard",
                                        [C4_MODULE_CUSTOM] = "custom",
                                        [C4_MODULE_TEAM] = "team"};
    const c4_member *member = c4_module_member(module, unit->actor->id);
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "api_name", module->api_name);
    c4_json_put_member(out, &first, "singular", module->singular.en);
    c4_json_put_member(out, &first, "plural", module->plural.en);
    c4_json_put_member(out, &first, "singular_zh", module->singular.zh);
    c4_json_put_member(out, &first, "plural_zh", module->plural.zh);
    c4_json_put_member(out, &first, "kind", kinds[module->kind]);
    truth_member(out, &first, "hidden", (module->flags & C4_MODULE_HIDDEN) != 0);
    truth_member(out, &first, "archived", (module->flags & C4_MODULE_ARCHIVED) != 0);
    truth_member(out, &first, "configures", c4_actor_configures(unit, module));
    if (module->kind == C4_MODULE_TEAM) {
        c4_json_put_key(out, &first, "profile");
        if (member != NULL) {
            put_text(out, c4_text_of(C4_NAMES_TEAM_PROFILE, member->profile));
        } else {
            c4_buffer_text(out, "null");
        }
        c4_json_put_key(out, &first, "admins");
        c4_buffer_i64(out, working_admins(unit->meta, module));
    }
    c4_buffer_char(out, '}');
}

void c4_module_write_members(c4_buffer *out, const c4_meta *meta, const c4_module *module)
{
    bool first_line = true;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < module->member_count; i++) {
        const c4_member *member = &module->members[i];
        const c4_user *user = c4_meta_user(meta, member->user);
        bool first = true;
        if (user == NULL) {
            continue;
        }
        item_start(out, &first_line);
        c4_buffer_char(out, '{');
        c4_json_put_key(out, &first, "id");
        c4_buffer_i64(out, user->id);
        c4_json_put_member(out, &first, "user", user->email);
        c4_json_put_member(out, &first, "name", user->name);
        c4_json_put_member(out, &first, "profile",
                           c4_text_of(C4_NAMES_TEAM_PROFILE, member->profile));
        truth_member(out, &first, "active", c4_user_works(user));
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}
