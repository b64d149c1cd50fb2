/* SPDX-License-Identifier: MIT */
/* Specs out of JSON objects: one line per member, one walk for all. */
#include "base/text.h"
#include "model/convert_mapping.h"
#include "model/manage_rules.h"

typedef enum spec_kind {
    SPEC_TEXT,   /* const char * */
    SPEC_ARRAY,  /* const c4_json * */
    SPEC_OBJECT, /* const c4_json * */
    SPEC_ANY,    /* const c4_json *, null too */
    SPEC_SWITCH, /* int: true 1, false 2 */
    SPEC_BOOL,   /* bool */
    SPEC_UNIQUE, /* int: true or "case_sensitive" 1, "folded" 2, false 3 */
    SPEC_INT32,  /* minimum .. maximum */
    SPEC_INT64,
    SPEC_WORD, /* uint32_t, a word of `names` */
    SPEC_TYPE, /* c4_field_type */
    SPEC_SKIP  /* read by the caller */
} spec_kind;

typedef struct spec_member {
    const char *name;
    spec_kind kind;
    size_t offset;
    c4_names names;
    int64_t minimum;
    int64_t maximum;
} spec_member;

#define TEXT(type, member)                                                                         \
    {                                                                                              \
#member, SPEC_TEXT, offsetof(type, member), C4_NAMES_COUNT, 0, 0                           \
    }
#define ARRAY(type, member)                                                                        \
    {                                                                                              \
#member, SPEC_ARRAY, offsetof(type, member), C4_NAMES_COUNT, 0, 0                          \
    }
#define OBJECT(type, member)                                                                       \
    {                                                                                              \
#member, SPEC_OBJECT, offsetof(type, member), C4_NAMES_COUNT, 0, 0                         \
    }
#define ANY(type, member)                                                                          \
    {                                                                                              \
#member, SPEC_ANY, offsetof(type, member), C4_NAMES_COUNT, 0, 0                            \
    }
#define SWITCH(type, member)                                                                       \
    {                                                                                              \
#member, SPEC_SWITCH, offsetof(type, member), C4_NAMES_COUNT, 0, 0                         \
    }
#define BOOLEAN(type, member)                                                                      \
    {                                                                                              \
#member, SPEC_BOOL, offsetof(type, member), C4_NAMES_COUNT, 0, 0                           \
    }
#define WORD(type, member, names)                                                                  \
    {                                                                                              \
#member, SPEC_WORD, offsetof(type, member), names, 0, 0                                    \
    }
#define INT32(type, member, least, most)                                                           \
    {                                                                                              \
#member, SPEC_INT32, offsetof(type, member), C4_NAMES_COUNT, least, most                   \
    }
#define INT64(type, member, least, most)                                                           \
    {                                                                                              \
#member, SPEC_INT64, offsetof(type, member), C4_NAMES_COUNT, least, most                   \
    }
#define ZONE(type)                                                                                 \
    {                                                                                              \
        "time_zone", SPEC_TEXT, offsetof(type, zone), C4_NAMES_COUNT, 0, 0                         \
    }
#define SKIP(name)                                                                                 \
    {                                                                                              \
        name, SPEC_SKIP, 0, C4_NAMES_COUNT, 0, 0                                                   \
    }

static const spec_member org_members[] = {
    WORD(c4_org_change, edition, C4_NAMES_EDITION),
    INT64(c4_org_change, crm_licences, 0, C4_MOST_LICENCES),
    INT64(c4_org_change, team_licences, 0, C4_MOST_LICENCES),
    TEXT(c4_org_change, locale),
    ZONE(c4_org_change),
    TEXT(c4_org_change, currency),
    INT32(c4_org_change, fiscal_month, 1, 12),
    WORD(c4_org_change, ui_mode, C4_NAMES_UI_MODE),
    WORD(c4_org_change, hierarchy, C4_NAMES_HIERARCHY),
    SWITCH(c4_org_change, crm4e),
    SWITCH(c4_org_change, multi_currency),
    INT32(c4_org_change, history_days, -1, C4_MOST_HISTORY_DAYS),
};

static const spec_member currency_members[] = {
    TEXT(c4_currency_spec, iso_code),    TEXT(c4_currency_spec, name),
    TEXT(c4_currency_spec, symbol),      INT32(c4_currency_spec, decimal_place, 0, 9),
    SWITCH(c4_currency_spec, is_active), ARRAY(c4_currency_spec, rates),
};

static const spec_member role_members[] = {
    TEXT(c4_role_spec, name),
    TEXT(c4_role_spec, parent),
    SWITCH(c4_role_spec, share_with_peers),
};

static const spec_member profile_members[] = {
    TEXT(c4_profile_spec, name),     TEXT(c4_profile_spec, clone_of),
    ARRAY(c4_profile_spec, admin),   OBJECT(c4_profile_spec, modules),
    OBJECT(c4_profile_spec, fields),
};

static const spec_member user_members[] = {
    TEXT(c4_user_spec, email),
    TEXT(c4_user_spec, name),
    TEXT(c4_user_spec, role),
    TEXT(c4_user_spec, profile),
    WORD(c4_user_spec, licence, C4_NAMES_LICENCE),
    WORD(c4_user_spec, status, C4_NAMES_USER_STATUS),
    TEXT(c4_user_spec, locale),
    ZONE(c4_user_spec),
    TEXT(c4_user_spec, reporting_to),
    WORD(c4_user_spec, ui_mode, C4_NAMES_UI_MODE),
};

static const spec_member interaction_kind_members[] = {
    TEXT(c4_interaction_kind_spec, name),
    TEXT(c4_interaction_kind_spec, label),
    TEXT(c4_interaction_kind_spec, label_zh),
    WORD(c4_interaction_kind_spec, channel, C4_NAMES_CHANNEL),
    WORD(c4_interaction_kind_spec, direction, C4_NAMES_DIRECTION),
    SWITCH(c4_interaction_kind_spec, contact),
    SWITCH(c4_interaction_kind_spec, is_active),
};

static const spec_member interaction_members[] = {
    TEXT(c4_interaction_spec, module),
    {"record", SPEC_INT64, offsetof(c4_interaction_spec, record), C4_NAMES_COUNT, 1, INT64_MAX},
    TEXT(c4_interaction_spec, kind),
    TEXT(c4_interaction_spec, occurred_at),
    WORD(c4_interaction_spec, channel, C4_NAMES_CHANNEL),
    WORD(c4_interaction_spec, direction, C4_NAMES_DIRECTION),
    TEXT(c4_interaction_spec, subject),
    TEXT(c4_interaction_spec, body),
    {"participants", SPEC_ARRAY, offsetof(c4_interaction_spec, participant_list), C4_NAMES_COUNT, 0,
     0},
    {"user", SPEC_INT64, offsetof(c4_interaction_spec, user), C4_NAMES_COUNT, 1, INT64_MAX},
    TEXT(c4_interaction_spec, external_id),
};

static const spec_member group_members[] = {
    TEXT(c4_group_spec, name),
    TEXT(c4_group_spec, description),
    {"sources", SPEC_ARRAY, offsetof(c4_group_spec, source_list), C4_NAMES_COUNT, 0, 0},
};

static const spec_member sharing_rule_members[] = {
    TEXT(c4_sharing_rule_spec, module),
    TEXT(c4_sharing_rule_spec, name),
    TEXT(c4_sharing_rule_spec, when),
    WORD(c4_sharing_rule_spec, level, C4_NAMES_LEVEL),
    SWITCH(c4_sharing_rule_spec, superiors),
    SWITCH(c4_sharing_rule_spec, active),
    {"from", SPEC_ARRAY, offsetof(c4_sharing_rule_spec, from_list), C4_NAMES_COUNT, 0, 0},
    {"to", SPEC_ARRAY, offsetof(c4_sharing_rule_spec, to_list), C4_NAMES_COUNT, 0, 0},
};

static const spec_member view_members[] = {
    TEXT(c4_view_spec, module),     TEXT(c4_view_spec, name),
    TEXT(c4_view_spec, owner),      WORD(c4_view_spec, sharing, C4_NAMES_VIEW_SHARING),
    ARRAY(c4_view_spec, shared_to), ARRAY(c4_view_spec, columns),
    TEXT(c4_view_spec, where),      ARRAY(c4_view_spec, order),
};

static const spec_member space_members[] = {
    TEXT(c4_space_spec, name),
    ARRAY(c4_space_spec, folders),
    ARRAY(c4_space_spec, modules),
    ARRAY(c4_space_spec, members),
};

static const spec_member tab_group_members[] = {
    TEXT(c4_tab_group_spec, name),      TEXT(c4_tab_group_spec, label),
    TEXT(c4_tab_group_spec, label_zh),  ARRAY(c4_tab_group_spec, modules),
    ARRAY(c4_tab_group_spec, profiles), ARRAY(c4_tab_group_spec, roles),
};

#define CONVERTS(name, part)                                                                       \
    {                                                                                              \
        name, SPEC_TEXT, offsetof(c4_convert_mapping_spec, to[part]), C4_NAMES_COUNT, 0, 0         \
    }
static const spec_member convert_mapping_members[] = {
    TEXT(c4_convert_mapping_spec, lead),
    CONVERTS("Accounts", C4_TO_ACCOUNT),
    CONVERTS("Contacts", C4_TO_CONTACT),
    CONVERTS("Deals", C4_TO_DEAL),
};

static const spec_member module_members[] = {
    TEXT(c4_module_spec, api_name),
    TEXT(c4_module_spec, singular),
    TEXT(c4_module_spec, plural),
    TEXT(c4_module_spec, singular_zh),
    TEXT(c4_module_spec, plural_zh),
    BOOLEAN(c4_module_spec, team),
    TEXT(c4_module_spec, space),
    WORD(c4_module_spec, org_default, C4_NAMES_SHARE),
    SWITCH(c4_module_spec, hidden),
    SWITCH(c4_module_spec, archived),
    OBJECT(c4_module_spec, permissions),
    ARRAY(c4_module_spec, default_owners),
    TEXT(c4_module_spec, assignment_rule),
    SKIP("fields"),
    SKIP("members"),
    SKIP("tags"),
};

static const spec_member field_members[] = {
    TEXT(c4_field_spec, api_name),
    TEXT(c4_field_spec, label),
    TEXT(c4_field_spec, label_zh),
    {"type", SPEC_TYPE, offsetof(c4_field_spec, type), C4_NAMES_COUNT, 0, 0},
    SWITCH(c4_field_spec, mandatory),
    {"unique", SPEC_UNIQUE, offsetof(c4_field_spec, unique), C4_NAMES_COUNT, 0, 0},
    SWITCH(c4_field_spec, indexed),
    INT32(c4_field_spec, length, 1, INT32_MAX),
    INT32(c4_field_spec, scale, 0, 9),
    ARRAY(c4_field_spec, options),
    TEXT(c4_field_spec, target),
    ANY(c4_field_spec, default_value),
    TEXT(c4_field_spec, tooltip),
    OBJECT(c4_field_spec, settings),
};

static const spec_member option_members[] = {
    TEXT(c4_option_spec, value),
    TEXT(c4_option_spec, label),
    TEXT(c4_option_spec, label_zh),
    SWITCH(c4_option_spec, active),
    INT32(c4_option_spec, probability, 0, 100),
    TEXT(c4_option_spec, forecast),
    TEXT(c4_option_spec, colour),
};

static const spec_member member_members[] = {
    TEXT(c4_member_spec, user),
    WORD(c4_member_spec, profile, C4_NAMES_TEAM_PROFILE),
};

static const spec_member tag_members[] = {
    TEXT(c4_tag_spec, name),
    TEXT(c4_tag_spec, colour),
};

static int wrong(c4_unit *unit, const char *member, const char *rule, const char *must)
{
    c4_fail(unit->error, CRM4E_E_INVALID, "member \"%s\" %s", member, must);
    return c4_fail_field(unit->error, NULL, member, rule);
}

static int read_json(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    const c4_json **out = at;
    c4_json_type kind = c4_json_kind(value);
    if (member->kind == SPEC_ARRAY && kind != C4_JSON_ARRAY) {
        return wrong(unit, member->name, "type", "must be an array");
    }
    if (member->kind == SPEC_OBJECT && kind != C4_JSON_OBJECT) {
        return wrong(unit, member->name, "type", "must be an object");
    }
    *out = value;
    return CRM4E_OK;
}

static int read_text(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    const char **out = at;
    if (c4_json_kind(value) != C4_JSON_TEXT) {
        return wrong(unit, member->name, "type", "must be a text");
    }
    *out = c4_spec_text(value);
    return CRM4E_OK;
}

static int read_truth(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    if (c4_json_kind(value) != C4_JSON_BOOLEAN) {
        return wrong(unit, member->name, "type", "must be true or false");
    }
    bool yes = c4_json_boolean(value, false);
    if (member->kind == SPEC_BOOL) {
        *(bool *)at = yes;
    } else {
        *(int *)at = yes ? 1 : 2;
    }
    return CRM4E_OK;
}

static int read_unique(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    int *out = at;
    const char *text = c4_spec_text(value);
    if (c4_json_kind(value) == C4_JSON_BOOLEAN) {
        *out = c4_json_boolean(value, false) ? 1 : 3;
    } else if (text != NULL && c4_text_equal(text, "case_sensitive")) {
        *out = 1;
    } else if (text != NULL && c4_text_equal(text, "folded")) {
        *out = 2;
    } else {
        return wrong(unit, member->name, "word",
                     "must be true, false, \"case_sensitive\" or \"folded\"");
    }
    return CRM4E_OK;
}

static int read_number(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    int64_t number = 0;
    if (c4_json_kind(value) != C4_JSON_NUMBER || !c4_json_i64(value, &number)) {
        return wrong(unit, member->name, "type", "must be a whole number");
    }
    if (number < member->minimum || number > member->maximum) {
        return wrong(unit, member->name, "range", "is out of range");
    }
    if (member->kind == SPEC_INT32) {
        *(int32_t *)at = (int32_t)number;
    } else {
        *(int64_t *)at = number;
    }
    return CRM4E_OK;
}

static int read_word(c4_unit *unit, const spec_member *member, const c4_json *value, void *at)
{
    uint32_t *out = at;
    if (c4_json_kind(value) != C4_JSON_TEXT) {
        return wrong(unit, member->name, "type", "must be a text");
    }
    const char *text = c4_spec_text(value);
    if (member->kind == SPEC_TYPE) {
        const c4_type_info *info = c4_type_info_named(text);
        *out = info != NULL ? info->type : 0;
    } else {
        *out = c4_number_of(member->names, text);
    }
    return *out != 0 ? CRM4E_OK : wrong(unit, member->name, "word", "is not a known word");
}

typedef int (*member_reader)(c4_unit *, const spec_member *, const c4_json *, void *);

static int read_member(c4_unit *unit, const spec_member *member, const c4_json *value, void *spec)
{
    static const member_reader readers[] = {
        [SPEC_TEXT] = read_text,     [SPEC_ARRAY] = read_json,   [SPEC_OBJECT] = read_json,
        [SPEC_ANY] = read_json,      [SPEC_SWITCH] = read_truth, [SPEC_BOOL] = read_truth,
        [SPEC_UNIQUE] = read_unique, [SPEC_INT32] = read_number, [SPEC_INT64] = read_number,
        [SPEC_WORD] = read_word,     [SPEC_TYPE] = read_word,    [SPEC_SKIP] = NULL,
    };
    member_reader reader = readers[member->kind];
    return reader != NULL ? reader(unit, member, value, (char *)spec + member->offset) : CRM4E_OK;
}

static const spec_member *find_member(const spec_member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (c4_text_equal(members[i].name, name)) {
            return &members[i];
        }
    }
    return NULL;
}

static int read_object(c4_unit *unit, const c4_json *json, const spec_member *members, size_t count,
                       void *spec)
{
    if (c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_fail(unit->error, CRM4E_E_INVALID, "an object was expected");
    }
    for (size_t i = 0; i < c4_json_count(json); i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(json, i, &name);
        const spec_member *member = find_member(members, count, name);
        if (member == NULL) {
            return wrong(unit, name, "unknown_member", "is not known here");
        }
        int rc = read_member(unit, member, value, spec);
        if (rc < 0) {
            return rc;
        }
    }
    return CRM4E_OK;
}

/* Without its key an object says nothing about which thing it means. */
static int need(c4_unit *unit, const char *value, const char *member)
{
    return value != NULL ? CRM4E_OK : wrong(unit, member, "mandatory", "is missing");
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int c4_org_change_read(c4_unit *unit, const c4_json *json, c4_org_change *change)
{
    *change = (c4_org_change){.crm_licences = -1, .team_licences = -1};
    return read_object(unit, json, org_members, COUNT(org_members), change);
}

int c4_role_spec_read(c4_unit *unit, const c4_json *json, c4_role_spec *spec)
{
    *spec = (c4_role_spec){.name = NULL};
    int rc = read_object(unit, json, role_members, COUNT(role_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_profile_spec_read(c4_unit *unit, const c4_json *json, c4_profile_spec *spec)
{
    *spec = (c4_profile_spec){.name = NULL};
    int rc = read_object(unit, json, profile_members, COUNT(profile_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_user_spec_read(c4_unit *unit, const c4_json *json, c4_user_spec *spec)
{
    *spec = (c4_user_spec){.name = NULL};
    int rc = read_object(unit, json, user_members, COUNT(user_members), spec);
    return rc < 0 ? rc : need(unit, spec->email, "email");
}

/* Subjects become ids at once: the snapshot is the transaction's own. */
static int read_subjects(c4_unit *unit, const char *member, const c4_json *json,
                         c4_subject_list *list)
{
    return json != NULL ? c4_subjects_read(unit, member, json, list) : CRM4E_OK;
}

int c4_currency_spec_read(c4_unit *unit, const c4_json *json, c4_currency_spec *spec)
{
    *spec = (c4_currency_spec){.decimal_place = -1};
    int rc = read_object(unit, json, currency_members, COUNT(currency_members), spec);
    return rc < 0 ? rc : need(unit, spec->iso_code, "iso_code");
}

int c4_interaction_kind_spec_read(c4_unit *unit, const c4_json *json,
                                  c4_interaction_kind_spec *spec)
{
    *spec = (c4_interaction_kind_spec){.name = NULL};
    int rc =
        read_object(unit, json, interaction_kind_members, COUNT(interaction_kind_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_interaction_spec_read(c4_unit *unit, const c4_json *json, c4_interaction_spec *spec)
{
    *spec = (c4_interaction_spec){.module = NULL};
    int rc = read_object(unit, json, interaction_members, COUNT(interaction_members), spec);
    if (rc == CRM4E_OK) {
        rc = need(unit, spec->module, "module");
    }
    if (rc == CRM4E_OK && spec->record == 0) {
        rc = need(unit, NULL, "record");
    }
    return rc < 0 ? rc : need(unit, spec->kind, "kind");
}

int c4_group_spec_read(c4_unit *unit, const c4_json *json, c4_group_spec *spec)
{
    *spec = (c4_group_spec){.name = NULL};
    int rc = read_object(unit, json, group_members, COUNT(group_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_sharing_rule_spec_read(c4_unit *unit, const c4_json *json, c4_sharing_rule_spec *spec)
{
    *spec = (c4_sharing_rule_spec){.name = NULL};
    int rc = read_object(unit, json, sharing_rule_members, COUNT(sharing_rule_members), spec);
    if (rc == CRM4E_OK) {
        rc = need(unit, spec->module, "module");
    }
    if (rc == CRM4E_OK) {
        rc = need(unit, spec->name, "name");
    }
    if (rc == CRM4E_OK) {
        rc = read_subjects(unit, "from", spec->from_list, &spec->from);
    }
    return rc < 0 ? rc : read_subjects(unit, "to", spec->to_list, &spec->to);
}

int c4_view_spec_read(c4_unit *unit, const c4_json *json, c4_view_spec *spec)
{
    *spec = (c4_view_spec){.name = NULL};
    int rc = read_object(unit, json, view_members, COUNT(view_members), spec);
    if (rc == CRM4E_OK) {
        rc = need(unit, spec->module, "module");
    }
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_space_spec_read(c4_unit *unit, const c4_json *json, c4_space_spec *spec)
{
    *spec = (c4_space_spec){.name = NULL};
    int rc = read_object(unit, json, space_members, COUNT(space_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_tab_group_spec_read(c4_unit *unit, const c4_json *json, c4_tab_group_spec *spec)
{
    *spec = (c4_tab_group_spec){.name = NULL};
    int rc = read_object(unit, json, tab_group_members, COUNT(tab_group_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}

int c4_convert_mapping_spec_read(c4_unit *unit, const c4_json *json, c4_convert_mapping_spec *spec)
{
    *spec = (c4_convert_mapping_spec){.lead = NULL};
    int rc = read_object(unit, json, convert_mapping_members, COUNT(convert_mapping_members), spec);
    return rc < 0 ? rc : need(unit, spec->lead, "lead");
}

int c4_module_spec_read(c4_unit *unit, const c4_json *json, c4_module_spec *spec)
{
    *spec = (c4_module_spec){.api_name = NULL};
    int rc = read_object(unit, json, module_members, COUNT(module_members), spec);
    return rc < 0 ? rc : need(unit, spec->api_name, "api_name");
}

int c4_field_spec_read(c4_unit *unit, const c4_json *json, c4_field_spec *spec)
{
    *spec = (c4_field_spec){.scale = -1};
    int rc = read_object(unit, json, field_members, COUNT(field_members), spec);
    return rc < 0 ? rc : need(unit, spec->api_name, "api_name");
}

/* A plain text is an option with that value. */
int c4_option_spec_read(c4_unit *unit, const c4_json *json, c4_option_spec *spec)
{
    *spec = (c4_option_spec){.probability = -1};
    if (c4_json_kind(json) == C4_JSON_TEXT) {
        spec->value = c4_spec_text(json);
        return CRM4E_OK;
    }
    int rc = read_object(unit, json, option_members, COUNT(option_members), spec);
    return rc < 0 ? rc : need(unit, spec->value, "value");
}

int c4_member_spec_read(c4_unit *unit, const c4_json *json, c4_member_spec *spec)
{
    *spec = (c4_member_spec){.user = NULL};
    int rc = read_object(unit, json, member_members, COUNT(member_members), spec);
    return rc < 0 ? rc : need(unit, spec->user, "user");
}

int c4_tag_spec_read(c4_unit *unit, const c4_json *json, c4_tag_spec *spec)
{
    *spec = (c4_tag_spec){.name = NULL};
    int rc = read_object(unit, json, tag_members, COUNT(tag_members), spec);
    return rc < 0 ? rc : need(unit, spec->name, "name");
}
