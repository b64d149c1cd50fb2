/* SPDX-License-Identifier: MIT */
#include "transfer/apply_parts.h"

#include "automation/assignment.h"
#include "base/text.h"
#include "model/convert_mapping.h"
#include "model/interaction.h"
#include "model/manage_rules.h"

static const char *text_of(const c4_json *item, const char *member)
{
    const c4_json *value = c4_json_member(item, member);

    return c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, NULL) : "";
}

enum {
    SWITCHED_OFF = 2 /* c4_org_change.crm4e */
};

static int put_org(c4_application *a, const c4_json *item)
{
    c4_org_change change = {.crm_licences = -1, .team_licences = -1};
    int rc = c4_org_change_read(a->unit, item, &change);

    if (change.crm4e == SWITCHED_OFF)
        change.crm4e = 0; /* at the end: what is made may need it */
    return rc < 0 ? rc : c4_schedule_org_change(a->unit, &change);
}

static int put_switch_off(c4_application *a, const c4_json *item)
{
    c4_org_change change = {.crm_licences = -1, .team_licences = -1};
    c4_org_change off = change;
    int rc = c4_org_change_read(a->unit, item, &change);

    if (rc < 0 || change.crm4e != SWITCHED_OFF)
        return rc;
    off.crm4e = SWITCHED_OFF;
    return c4_org_change_put(a->unit, &off);
}

static int write_org(c4_application *a, const c4_json *item, c4_buffer *out)
{
    (void)item;
    c4_org_write(out, a->unit->meta);
    return out->code;
}

static int put_currency(c4_application *a, const c4_json *item)
{
    c4_currency_spec spec = {0};
    crm4e_id id;
    int rc = c4_currency_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_currency_put(a->unit, &spec, &id);
}

static int write_currency(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_currency *currency = c4_meta_currency_named(a->unit->meta, text_of(item, "iso_code"));

    return currency ? c4_currency_write(a->unit, out, currency) : out->code;
}

static int put_interaction_kind(c4_application *a, const c4_json *item)
{
    c4_interaction_kind_spec spec = {0};
    crm4e_id id;
    int rc = c4_interaction_kind_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_interaction_kind_put(a->unit, &spec, &id);
}

static int write_interaction_kind(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_interaction_kind *kind = c4_interaction_kind_own(a->unit->meta, text_of(item, "name"));

    if (kind)
        c4_interaction_kind_write(out, kind);
    return out->code;
}

static int put_role(c4_application *a, const c4_json *item)
{
    c4_role_spec spec = {0};
    crm4e_id id;
    int rc = c4_role_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_role_put(a->unit, &spec, &id);
}

static int write_role(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_role *role = c4_meta_role_named(a->unit->meta, text_of(item, "name"));

    if (role)
        c4_role_write(out, a->unit->meta, role);
    return out->code;
}

static int put_profile(c4_application *a, const c4_json *item)
{
    c4_profile_spec spec = {0};
    crm4e_id id;
    int rc = c4_profile_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_profile_put(a->unit, &spec, &id);
}

static int write_profile(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_profile *profile = c4_meta_profile_named(a->unit->meta, text_of(item, "name"));

    if (profile)
        c4_profile_write(out, a->unit->meta, profile);
    return out->code;
}

static int put_user(c4_application *a, const c4_json *item)
{
    c4_user_spec spec = {0};
    crm4e_id id;
    int rc = c4_user_spec_read(a->unit, item, &spec);

    spec.reporting_to = NULL; /* in a pass of its own: superiors may come later */
    return rc < 0 ? rc : c4_user_put(a->unit, &spec, &id);
}

static int put_superior(c4_application *a, const c4_json *item)
{
    c4_user_spec spec = {0}, superior = {0};
    crm4e_id id;
    int rc = c4_user_spec_read(a->unit, item, &spec);

    if (rc < 0 || !spec.reporting_to)
        return rc;
    superior.email = spec.email;
    superior.reporting_to = spec.reporting_to;
    return c4_user_put(a->unit, &superior, &id);
}

static int write_user(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_user *user = c4_meta_user_by_email(a->unit->meta, text_of(item, "email"));

    return user ? c4_user_write(out, a->unit, user) : out->code;
}

/* Groups name one another: first all are there, then come their sources. */
static int put_group(c4_application *a, const c4_json *item)
{
    c4_group_spec spec = {0};
    crm4e_id id;
    int rc = c4_group_spec_read(a->unit, item, &spec);

    spec.source_list = NULL;
    return rc < 0 ? rc : c4_group_put(a->unit, &spec, &id);
}

static int put_sources(c4_application *a, const c4_json *item)
{
    c4_group_spec spec = {0};
    crm4e_id id;
    int rc = c4_group_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_group_put(a->unit, &spec, &id);
}

static int write_group(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_user_group *group = c4_meta_group_named(a->unit->meta, text_of(item, "name"));

    if (group)
        c4_group_write(out, a->unit->meta, group);
    return out->code;
}

static int put_sharing_rule(c4_application *a, const c4_json *item)
{
    c4_sharing_rule_spec spec = {0};
    crm4e_id id;
    int rc = c4_sharing_rule_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_sharing_rule_put(a->unit, &spec, &id);
}

static int write_sharing_rule(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_module *module = c4_meta_module_named(meta, text_of(item, "module"));
    const c4_sharing_rule *rule =
        module ? c4_meta_sharing_rule_named(meta, module->number, text_of(item, "name")) : NULL;

    if (rule)
        c4_sharing_rule_write(out, meta, rule);
    return out->code;
}

static int put_convert_mapping(c4_application *a, const c4_json *item)
{
    c4_convert_mapping_spec spec = {0};
    int rc = c4_convert_mapping_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_convert_mapping_put(a->unit, &spec);
}

static int write_convert_mapping(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *leads = c4_meta_module_named(a->unit->meta, "Leads");
    const c4_field *field = leads ? c4_module_field_named(leads, text_of(item, "lead")) : NULL;

    if (field && c4_convert_maps(a->unit->meta, field))
        c4_convert_mapping_write(out, a->unit->meta, field);
    return out->code;
}

static int put_space(c4_application *a, const c4_json *item)
{
    c4_space_spec spec = {0};
    crm4e_id id;
    int rc = c4_space_spec_read(a->unit, item, &spec);

    spec.modules = NULL; /* placed once the modules are there */
    spec.members = NULL; /* last: who leaves the space by it arranges it before */
    return rc < 0 ? rc : c4_space_put(a->unit, &spec, &id);
}

static int put_placing(c4_application *a, const c4_json *item)
{
    c4_space_spec spec = {0}, placing = {0};
    crm4e_id id;
    int rc = c4_space_spec_read(a->unit, item, &spec);

    if (rc < 0 || (!spec.modules && !spec.members))
        return rc;
    placing.name = spec.name;
    placing.modules = spec.modules;
    placing.members = spec.members; /* whoever made the space is in it so far */
    return c4_space_put(a->unit, &placing, &id);
}

static int write_space(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_space *space = c4_meta_space_named(a->unit->meta, text_of(item, "name"));

    if (space)
        c4_space_write(out, a->unit->meta, space);
    return out->code;
}

static int put_tab_group(c4_application *a, const c4_json *item)
{
    c4_tab_group_spec spec = {0};
    crm4e_id id;
    int rc = c4_tab_group_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_tab_group_put(a->unit, &spec, &id);
}

static int write_tab_group(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_tab_group *group = c4_meta_tab_group_named(a->unit->meta, text_of(item, "name"));

    if (group)
        c4_tab_group_write(out, a->unit->meta, group);
    return out->code;
}

static int put_module(c4_application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    spec.space = NULL;           /* the document may make it */
    spec.permissions = NULL;     /* they name fields, */
    spec.default_owners = NULL;  /* and members, */
    spec.assignment_rule = NULL; /* and a rule */
    return rc < 0 ? rc : c4_module_put(a->unit, &spec, &number);
}

static int put_module_settings(c4_application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    spec.space = NULL;
    spec.assignment_rule = NULL;
    return rc < 0 ? rc : c4_module_put(a->unit, &spec, &number);
}

static int put_module_space(c4_application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    c4_module_spec place = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    if (rc < 0 || !spec.space)
        return rc;
    place.api_name = spec.api_name;
    place.space = spec.space;
    return c4_module_put(a->unit, &place, &number);
}

/* The module does not know where it stands; the space does. */
static int write_module_space(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_space *space = c4_meta_space_named(a->unit->meta, text_of(item, "space"));

    c4_buffer_char(out, '.');
    if (space)
        c4_space_write(out, a->unit->meta, space);
    return out->code;
}

static int put_requester_rule(c4_application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    c4_module_spec rule = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    if (rc < 0 || !spec.assignment_rule)
        return rc;
    rule.api_name = spec.api_name;
    rule.assignment_rule = spec.assignment_rule;
    return c4_module_put(a->unit, &rule, &number);
}

static int write_module(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, text_of(item, "api_name"));

    if (module)
        c4_module_write(out, a->unit->meta, module);
    return out->code;
}

static int this_module(c4_application *a, const c4_module **module)
{
    *module = c4_meta_module_named(a->unit->meta, a->module);
    if (*module)
        return CRM4E_OK;
    return c4_fail(a->unit->error, CRM4E_E_NOT_FOUND, "no such module");
}

static int put_field(c4_application *a, const c4_json *item)
{
    const c4_module *module = NULL;
    c4_field_spec spec = {.scale = -1};
    int32_t number;
    int rc = this_module(a, &module);

    if (rc == CRM4E_OK)
        rc = c4_field_spec_read(a->unit, item, &spec);
    return rc < 0 ? rc : c4_field_put(a->unit, module, &spec, &number);
}

static int write_field(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, a->module);
    const c4_field *field =
        module ? c4_module_field_named(module, text_of(item, "api_name")) : NULL;

    if (field)
        c4_field_write(out, a->unit->meta, field);
    return out->code;
}

static int put_member(c4_application *a, const c4_json *item)
{
    const c4_module *module = NULL;
    const c4_user *user;
    c4_member_spec spec = {0};
    int rc = this_module(a, &module);

    if (rc == CRM4E_OK)
        rc = c4_member_spec_read(a->unit, item, &spec);
    if (rc < 0)
        return rc;
    user = spec.user ? c4_meta_user_by_email(a->unit->meta, spec.user) : NULL;
    if (!user)
        return c4_fail(a->unit->error, CRM4E_E_NOT_FOUND, "no such user");
    return c4_member_put(a->unit, module, user->id,
                         spec.profile ? spec.profile : CRM4E_TEAM_PARTICIPANT);
}

static int write_member(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, a->module);
    const c4_user *user = c4_meta_user_by_email(a->unit->meta, text_of(item, "user"));
    const c4_member *member = module && user ? c4_module_member(module, user->id) : NULL;

    if (member)
        c4_buffer_i64(out, member->profile);
    return out->code;
}

static int put_tag(c4_application *a, const c4_json *item)
{
    const c4_module *module = NULL;
    c4_tag_spec spec = {0};
    int rc = this_module(a, &module);

    if (rc == CRM4E_OK)
        rc = c4_tag_spec_read(a->unit, item, &spec);
    return rc < 0 ? rc : c4_tag_set(a->unit, module->number, spec.name, spec.colour);
}

static int write_tag(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, a->module);
    const char *name = text_of(item, "name");
    const c4_option *tag = module && name ? c4_tag_named(module, name) : NULL;

    if (tag)
        c4_tag_write(out, tag);
    return out->code;
}

/* Whether the list names an admin, and nowhere this user. */
static bool does_without(const c4_json *members, const char *email)
{
    bool admin = false;

    for (size_t i = 0; i < c4_json_count(members); i++) {
        const c4_json *member = c4_json_item(members, i);

        if (c4_text_equal(text_of(member, "user"), email))
            return false;
        if (c4_text_equal(text_of(member, "profile"), "admin"))
            admin = true;
    }
    return admin;
}

/* Who makes a team module is its admin at first. A document that names others
 * does not mean the system administrator who applies it, and he keeps all his
 * rights without being a member. */
static int leave_module(c4_application *a, const c4_json *item)
{
    const c4_unit *unit = a->unit;
    const c4_module *module = c4_meta_module_named(unit->meta, text_of(item, "api_name"));

    if (a->outcome != C4_CREATED || !module || !c4_actor_is_administrator(unit) ||
        !c4_module_member(module, unit->actor->id) ||
        !does_without(c4_json_member(item, "members"), unit->actor->email))
        return CRM4E_OK;
    return c4_member_remove(a->unit, module, unit->actor->id);
}

/* The stored rule or chart of this name. */
static const c4_definition *find_definition(c4_application *a, const c4_definition *items,
                                            size_t count, const c4_json *item)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, text_of(item, "module"));

    for (size_t i = 0; module && i < count; i++) {
        if (items[i].module == module->number &&
            c4_text_equal(items[i].name, text_of(item, "name")))
            return &items[i];
    }
    return NULL;
}

static int put_workflow(c4_application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_workflow_put(a->unit, item, false, &id);
}

static int write_workflow(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_definition *found = find_definition(a, meta->workflows, meta->workflow_count, item);

    return found ? c4_workflow_write(a->unit, found, out) : CRM4E_OK;
}

static int put_assignment(c4_application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_assignment_put(a->unit, NULL, item, &id);
}

static int write_assignment(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_definition *found =
        find_definition(a, meta->assignments, meta->assignment_count, item);

    return found ? c4_assignment_write(a->unit, found, out) : CRM4E_OK;
}

static int put_chart(c4_application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_chart_put(a->unit, item, false, &id);
}

static int write_chart(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_definition *found = find_definition(a, meta->charts, meta->chart_count, item);

    return found ? c4_chart_write(a->unit, found, out) : CRM4E_OK;
}

static int put_view(c4_application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_view_put(a->unit, item, &id);
}

/* A view is its owner's: who applies the document, where it names nobody. */
static int write_view(c4_application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_module *module = c4_meta_module_named(meta, text_of(item, "module"));
    const char *email = text_of(item, "owner");
    const c4_user *owner = email[0] ? c4_meta_user_by_email(meta, email) : a->unit->actor;

    for (size_t i = 0; module && owner && i < meta->view_count; i++) {
        const c4_view *view = &meta->views[i];

        if (view->module == module->number && view->owner == owner->id &&
            c4_text_equal(view->name, text_of(item, "name"))) {
            c4_view_write(out, meta, view);
            break;
        }
    }
    return out->code;
}

const c4_part c4_parts[C4_PARTS] = {
    {"org", .single = true, .put = put_org, .write = write_org},
    {"currencies", .put = put_currency, .write = write_currency},
    {"interaction_kinds", .put = put_interaction_kind, .write = write_interaction_kind},
    {"roles", .put = put_role, .write = write_role},
    {"modules", .put = put_module, .write = write_module},
    {"fields", .inside = true, .put = put_field, .write = write_field},
    {"tags", .inside = true, .put = put_tag, .write = write_tag},
    {"profiles", .put = put_profile, .write = write_profile},
    {"users", .put = put_user, .write = write_user},
    {"users", .complete = true, .put = put_superior, .write = write_user},
    {"groups", .put = put_group, .write = write_group},
    {"groups", .complete = true, .put = put_sources, .write = write_group},
    {"spaces", .put = put_space, .write = write_space},
    {"members", .inside = true, .put = put_member, .write = write_member},
    {"modules", .complete = true, .put = leave_module, .write = write_module},
    {"modules", .complete = true, .put = put_module_settings, .write = write_module},
    {"modules", .complete = true, .put = put_module_space, .write = write_module_space},
    {"spaces", .complete = true, .put = put_placing, .write = write_space},
    {"tab_groups", .put = put_tab_group, .write = write_tab_group},
    {"convert_mapping", .put = put_convert_mapping, .write = write_convert_mapping},
    {"sharing_rules", .put = put_sharing_rule, .write = write_sharing_rule},
    {"assignment_rules", .put = put_assignment, .write = write_assignment},
    {"modules", .complete = true, .put = put_requester_rule, .write = write_module},
    {"workflows", .put = put_workflow, .write = write_workflow},
    {"charts", .put = put_chart, .write = write_chart},
    {"views", .put = put_view, .write = write_view},
    {"org", .single = true, .complete = true, .put = put_switch_off, .write = write_org},
};
