/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "automation/assignment.h"
#include "base/text.h"
#include "model/convert_mapping.h"
#include "model/manage_rules.h"
#include "model/rollup.h"
#include "transfer/transfer.h"

void c4_export_list(c4_buffer *out, const char *name)
{
    bool first = false;

    c4_json_put_key(out, &first, name);
    c4_buffer_char(out, '[');
}

void c4_export_separate(c4_buffer *out, bool *first)
{
    if (!*first)
        c4_buffer_char(out, ',');
    *first = false;
}

static void write_roles(c4_buffer *out, const c4_meta *meta)
{
    bool first = false;

    c4_json_put_key(out, &first, "roles");
    c4_roles_write(out, meta);
}

static void write_profiles(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;

    c4_export_list(out, "profiles");
    for (size_t i = 0; i < meta->profile_count; i++) {
        c4_export_separate(out, &first);
        c4_profile_write(out, meta, &meta->profiles[i]);
    }
    c4_buffer_char(out, ']');
}

static int write_users(c4_buffer *out, c4_unit *unit)
{
    const c4_meta *meta = unit->meta;
    bool first = true;
    int rc = CRM4E_OK;

    c4_export_list(out, "users");
    for (size_t i = 0; i < meta->user_count && rc == CRM4E_OK; i++) {
        if (meta->users[i].status == CRM4E_USER_DELETED)
            continue;
        c4_export_separate(out, &first);
        rc = c4_user_write(out, unit, &meta->users[i]);
    }
    c4_buffer_char(out, ']');
    return rc;
}

static void write_groups(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;

    c4_export_list(out, "groups");
    for (size_t i = 0; i < meta->group_count; i++) {
        c4_export_separate(out, &first);
        c4_group_write(out, meta, &meta->groups[i]);
    }
    c4_buffer_char(out, ']');
}

/* Whether a document can say it: deleted users have no name there. */
static bool names_somebody(const c4_meta *meta, const c4_subject *subjects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const c4_user *user =
            subjects[i].kind == CRM4E_SUBJECT_USER ? c4_meta_user(meta, subjects[i].id) : NULL;

        if (!user || user->status != CRM4E_USER_DELETED)
            return true;
    }
    return false;
}

/* A rule that is from, or to, nobody but deleted users cannot be made anew. */
static void write_sharing_rules(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;

    c4_export_list(out, "sharing_rules");
    for (size_t i = 0; i < meta->sharing_rule_count; i++) {
        const c4_sharing_rule *rule = &meta->sharing_rules[i];

        if (!names_somebody(meta, rule->to, rule->to_count) ||
            (!rule->when && !names_somebody(meta, rule->from, rule->from_count)))
            continue;
        c4_export_separate(out, &first);
        c4_sharing_rule_write(out, meta, rule);
    }
    c4_buffer_char(out, ']');
}

static void write_spaces(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;

    c4_export_list(out, "spaces");
    for (size_t i = 0; i < meta->space_count; i++) {
        c4_export_separate(out, &first);
        c4_space_write(out, meta, &meta->spaces[i]);
    }
    c4_buffer_char(out, ']');
}

static void write_tab_groups(c4_buffer *out, const c4_meta *meta)
{
    bool first = true;

    c4_export_list(out, "tab_groups");
    for (size_t i = 0; i < meta->tab_group_count; i++) {
        c4_export_separate(out, &first);
        c4_tab_group_write(out, meta, &meta->tab_groups[i]);
    }
    c4_buffer_char(out, ']');
}

/* Whether one of the fields that are not written yet is named. */
static bool waits_for(const c4_field *field, const c4_field *const *late, const bool *written,
                      size_t count)
{
    bool waits = false;
    for (size_t i = 0; i < count && !waits; i++) {
        waits = !written[i] && c4_rollup_names(field, late[i]);
    }
    return waits;
}

static void late_field(c4_buffer *out, const c4_meta *meta, const c4_field *field)
{
    bool first = true;
    c4_buffer_text(out, ",{");
    c4_json_put_member(out, &first, "api_name", field->module->api_name);
    c4_json_put_key(out, &first, "fields");
    c4_buffer_char(out, '[');
    c4_field_write(out, meta, field);
    c4_buffer_text(out, "]}");
}

static size_t find_late(const c4_meta *meta, const c4_field **late)
{
    size_t count = 0;
    for (size_t m = 0; m < meta->module_count; m++) {
        for (size_t i = 0; i < meta->modules[m]->field_count; i++) {
            const c4_field *field = &meta->modules[m]->fields[i];
            if (c4_rollup_is_late(field)) {
                if (late != NULL) {
                    late[count] = field;
                }
                count++;
            }
        }
    }
    return count;
}

/* Roll-ups and what comes from them, as entries of a list of modules that was begun: each after
 * what it names. */
static int write_late_fields(c4_buffer *out, c4_unit *unit)
{
    size_t count = find_late(unit->meta, NULL);
    const c4_field **late = c4_arena_array(unit->arena, count, sizeof(const c4_field *));
    bool *written = c4_arena_array(unit->arena, count, sizeof *written);

    if (late == NULL || written == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    (void)find_late(unit->meta, late);
    for (size_t left = count, before = count + 1; left > 0 && left < before;) {
        before = left;
        for (size_t i = 0; i < count; i++) {
            if (!written[i] && !waits_for(late[i], late, written, count)) {
                late_field(out, unit->meta, late[i]);
                written[i] = true;
                left--;
            }
        }
    }
    return CRM4E_OK;
}

/* A module whose fields come from those of others stands there again at the end. */
static int write_modules(c4_buffer *out, c4_unit *unit)
{
    const c4_meta *meta = unit->meta;
    bool first = true;
    int rc;

    c4_export_list(out, "modules");
    for (size_t i = 0; i < meta->module_count; i++) {
        c4_export_separate(out, &first);
        c4_module_export(out, meta, meta->modules[i]);
    }
    rc = write_late_fields(out, unit);
    c4_buffer_char(out, ']');
    return rc;
}

static void write_interaction_kinds(c4_buffer *out, const c4_meta *meta)
{
    if (meta->interaction_kind_count == 0)
        return;
    c4_export_list(out, "interaction_kinds");
    for (size_t i = 0; i < meta->interaction_kind_count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_interaction_kind_write(out, &meta->interaction_kinds[i]);
    }
    c4_buffer_char(out, ']');
}

static void write_convert_mapping(c4_buffer *out, const c4_meta *meta)
{
    const c4_module *leads = c4_meta_module_named(meta, "Leads");
    bool maps = false;

    for (size_t i = 0; leads && i < leads->field_count && !maps; i++)
        maps = c4_convert_maps(meta, &leads->fields[i]);
    if (maps) {
        c4_buffer_text(out, ",\"convert_mapping\":");
        c4_convert_mapping_list(out, meta);
    }
}

int c4_export(c4_unit *unit, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;

    if (!c4_actor_is_administrator(unit))
        return c4_fail(unit->error, CRM4E_E_DENIED, "only system administrators export the org");
    c4_buffer_text(out, "{\"crm4e\":1,\"org\":");
    c4_org_write(out, meta);
    if (meta->currency_count > 0) {
        c4_buffer_text(out, ",\"currencies\":");
        rc = c4_currencies_write(unit, out);
    }
    write_interaction_kinds(out, meta);
    write_roles(out, meta);
    write_profiles(out, meta);
    rc = rc == CRM4E_OK ? write_users(out, unit) : rc;
    write_groups(out, meta);
    write_spaces(out, meta);
    rc = rc == CRM4E_OK ? write_modules(out, unit) : rc;
    write_tab_groups(out, meta);
    write_convert_mapping(out, meta);
    write_sharing_rules(out, meta);
    rc = rc == CRM4E_OK ? c4_export_definitions(unit, out) : rc;
    c4_buffer_char(out, '}');
    return rc < 0 ? rc : out->code;
}
