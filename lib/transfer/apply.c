/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "model/manage.h"
#include "transfer/transfer.h"

/* An application in progress. `module` is the one whose fields and members are
 * being applied. */
typedef struct application {
    c4_unit *unit;
    const char *module;
    c4_buffer before;
    c4_buffer after;
} application;

typedef struct tally {
    int64_t created;
    int64_t changed;
    int64_t unchanged;
} tally;

/* A part of the document: a list of things of one kind. `write` appends what
 * is stored of a thing, nothing when it does not exist: before and after tell
 * what `put` did. A pass that completes what an earlier one began has no name
 * in the report. */
typedef struct part {
    const char *member;
    const char *reported;
    bool inside; /* a list in each module */
    int (*put)(application *a, const c4_json *item);
    int (*write)(application *a, const c4_json *item, c4_buffer *out);
} part;

static const char *text_of(const c4_json *item, const char *member)
{
    const c4_json *value = c4_json_member(item, member);

    return c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, NULL) : "";
}

static int put_role(application *a, const c4_json *item)
{
    c4_role_spec spec = {0};
    crm4e_id id;
    int rc = c4_role_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_role_put(a->unit, &spec, &id);
}

static int write_role(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_role *role = c4_meta_role_named(a->unit->meta, text_of(item, "name"));

    if (role)
        c4_role_write(out, a->unit->meta, role);
    return out->code;
}

static int put_profile(application *a, const c4_json *item)
{
    c4_profile_spec spec = {0};
    crm4e_id id;
    int rc = c4_profile_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_profile_put(a->unit, &spec, &id);
}

static int write_profile(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_profile *profile = c4_meta_profile_named(a->unit->meta, text_of(item, "name"));

    if (profile)
        c4_profile_write(out, a->unit->meta, profile);
    return out->code;
}

static int put_user(application *a, const c4_json *item)
{
    c4_user_spec spec = {0};
    crm4e_id id;
    int rc = c4_user_spec_read(a->unit, item, &spec);

    spec.reporting_to = NULL; /* in a pass of its own: superiors may come later */
    return rc < 0 ? rc : c4_user_put(a->unit, &spec, &id);
}

static int put_superior(application *a, const c4_json *item)
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

static int write_user(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_user *user = c4_meta_user_by_email(a->unit->meta, text_of(item, "email"));

    if (user)
        c4_user_write(out, a->unit->meta, user);
    return out->code;
}

static int put_space(application *a, const c4_json *item)
{
    c4_space_spec spec = {0};
    crm4e_id id;
    int rc = c4_space_spec_read(a->unit, item, &spec);

    spec.modules = NULL; /* placed once the modules are there */
    return rc < 0 ? rc : c4_space_put(a->unit, &spec, &id);
}

static int put_placing(application *a, const c4_json *item)
{
    c4_space_spec spec = {0}, placing = {0};
    crm4e_id id;
    int rc = c4_space_spec_read(a->unit, item, &spec);

    if (rc < 0 || !spec.modules)
        return rc;
    placing.name = spec.new_name ? spec.new_name : spec.name;
    placing.modules = spec.modules;
    return c4_space_put(a->unit, &placing, &id);
}

static int write_space(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_space *space = c4_meta_space_named(a->unit->meta, text_of(item, "name"));

    if (space)
        c4_space_write(out, a->unit->meta, space);
    return out->code;
}

static int put_module(application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    spec.permissions = NULL;    /* they name fields, */
    spec.default_owners = NULL; /* and members */
    return rc < 0 ? rc : c4_module_put(a->unit, &spec, &number);
}

static int put_module_settings(application *a, const c4_json *item)
{
    c4_module_spec spec = {0};
    int32_t number;
    int rc = c4_module_spec_read(a->unit, item, &spec);

    return rc < 0 ? rc : c4_module_put(a->unit, &spec, &number);
}

static int write_module(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, text_of(item, "api_name"));

    if (module)
        c4_module_write(out, a->unit->meta, module);
    return out->code;
}

static int this_module(application *a, const c4_module **module)
{
    *module = c4_meta_module_named(a->unit->meta, a->module);
    if (*module)
        return CRM4E_OK;
    return c4_fail(a->unit->error, CRM4E_E_NOT_FOUND, "no such module");
}

static int put_field(application *a, const c4_json *item)
{
    const c4_module *module = NULL;
    c4_field_spec spec = {.scale = -1};
    int32_t number;
    int rc = this_module(a, &module);

    if (rc == CRM4E_OK)
        rc = c4_field_spec_read(a->unit, item, &spec);
    return rc < 0 ? rc : c4_field_put(a->unit, module, &spec, &number);
}

static int write_field(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, a->module);
    const c4_field *field =
        module ? c4_module_field_named(module, text_of(item, "api_name")) : NULL;

    if (field)
        c4_field_write(out, a->unit->meta, field);
    return out->code;
}

static int put_member(application *a, const c4_json *item)
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
    return c4_member_put(a->unit, module, user->id, spec.profile);
}

static int write_member(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(a->unit->meta, a->module);
    const c4_user *user = c4_meta_user_by_email(a->unit->meta, text_of(item, "user"));
    const c4_member *member = module && user ? c4_module_member(module, user->id) : NULL;

    if (member)
        c4_buffer_i64(out, member->profile);
    return out->code;
}

/* The stored rule or chart of this name. */
static const c4_definition *find_definition(application *a, const c4_definition *items,
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

static int put_workflow(application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_workflow_put(a->unit, item, false, &id);
}

static int write_workflow(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_definition *found = find_definition(a, meta->workflows, meta->workflow_count, item);

    return found ? c4_workflow_write(a->unit, found, out) : CRM4E_OK;
}

static int put_chart(application *a, const c4_json *item)
{
    crm4e_id id;

    return c4_chart_put(a->unit, item, false, &id);
}

static int write_chart(application *a, const c4_json *item, c4_buffer *out)
{
    const c4_meta *meta = a->unit->meta;
    const c4_definition *found = find_definition(a, meta->charts, meta->chart_count, item);

    return found ? c4_chart_write(a->unit, found, out) : CRM4E_OK;
}

/* In this order, so that everything is there before it is named. */
static const part parts[] = {
    {"roles", "roles", false, put_role, write_role},
    {"modules", "modules", false, put_module, write_module},
    {"fields", "fields", true, put_field, write_field},
    {"profiles", "profiles", false, put_profile, write_profile},
    {"users", "users", false, put_user, write_user},
    {"users", NULL, false, put_superior, write_user},
    {"spaces", "spaces", false, put_space, write_space},
    {"members", "members", true, put_member, write_member},
    {"modules", NULL, false, put_module_settings, write_module},
    {"spaces", NULL, false, put_placing, write_space},
    {"workflows", "workflows", false, put_workflow, write_workflow},
    {"charts", "charts", false, put_chart, write_chart},
};
enum {
    PARTS = sizeof parts / sizeof *parts
};

/* Puts the place in front of a failure's message, keeping its detail. `joint`
 * stands between the two: ": ", or "." before a place inside. */
static int at_place(crm4e_error *error, int rc, const char *member, size_t index, const char *joint)
{
    crm4e_error detail;

    if (error->code != rc)
        (void)c4_fail_plain(error, rc);
    detail = *error;
    (void)c4_fail(error, rc, "%s[%zu]%s%s", member, index, joint, detail.message);
    memcpy(error->module, detail.module, sizeof error->module);
    memcpy(error->field, detail.field, sizeof error->field);
    memcpy(error->rule, detail.rule, sizeof error->rule);
    error->limit = detail.limit;
    error->current = detail.current;
    return rc;
}

/* What a put is undone to when it changed nothing, so that applying a document
 * twice leaves not even a new generation. */
typedef struct mark {
    c4_meta *meta;
    c4_state state;
    bool state_dirty;
    bool meta_dirty;
} mark;

static int set_mark(c4_unit *unit, mark *before)
{
    int rc = c4_unit_refresh(unit);

    if (rc == CRM4E_OK)
        rc = c4_db_savepoint(unit->db);
    before->meta = rc == CRM4E_OK ? c4_meta_hold(unit->meta) : NULL;
    before->state = unit->state;
    before->state_dirty = unit->state_dirty;
    before->meta_dirty = unit->meta_dirty;
    return rc;
}

static void undo(c4_unit *unit, mark *before)
{
    crm4e_id actor = unit->actor->id;

    c4_db_rollback_to(unit->db);
    c4_meta_release(unit->meta);
    unit->meta = before->meta;
    unit->actor = c4_meta_user(unit->meta, actor);
    unit->state = before->state;
    unit->state_dirty = before->state_dirty;
    unit->meta_dirty = before->meta_dirty;
}

/* Puts one thing: CRM4E_ROW when that changed anything. */
static int put_item(application *a, const part *what, const c4_json *item)
{
    bool same;
    mark before;
    int rc = set_mark(a->unit, &before);

    if (rc < 0)
        return rc;
    rc = what->write(a, item, &a->before);
    if (rc == CRM4E_OK)
        rc = what->put(a, item);
    if (rc == CRM4E_OK)
        rc = c4_unit_refresh(a->unit);
    if (rc == CRM4E_OK)
        rc = what->write(a, item, &a->after);
    same = rc == CRM4E_OK && a->before.length == a->after.length && a->before.length > 0 &&
           memcmp(a->before.data, a->after.data, a->before.length) == 0;
    if (rc < 0 || same) {
        undo(a->unit, &before);
        return rc;
    }
    c4_meta_release(before.meta);
    rc = c4_db_release(a->unit->db);
    return rc < 0 ? rc : CRM4E_ROW;
}

static int apply_item(application *a, const part *what, const c4_json *item, tally *done)
{
    int rc;

    if (c4_json_kind(item) != C4_JSON_OBJECT)
        return c4_fail(a->unit->error, CRM4E_E_INVALID, "not an object");
    c4_buffer_reset(&a->before);
    c4_buffer_reset(&a->after);
    rc = put_item(a, what, item);
    if (rc == CRM4E_OK)
        done->unchanged++;
    else if (rc == CRM4E_ROW && a->before.length == 0)
        done->created++;
    else if (rc == CRM4E_ROW)
        done->changed++;
    return rc < 0 ? rc : CRM4E_OK;
}

static int apply_list(application *a, const part *what, const c4_json *list, tally *done)
{
    if (!list)
        return CRM4E_OK;
    if (c4_json_kind(list) != C4_JSON_ARRAY)
        return c4_fail(a->unit->error, CRM4E_E_INVALID, "%s is no array", what->member);
    for (size_t i = 0; i < c4_json_count(list); i++) {
        int rc = apply_item(a, what, c4_json_item(list, i), done);

        if (rc < 0)
            return at_place(a->unit->error, rc, what->member, i, ": ");
    }
    return CRM4E_OK;
}

/* A list of each module: fields of all come before members of any, as lookups
 * cross modules. */
static int apply_inside(application *a, const part *what, const c4_json *modules, tally *done)
{
    for (size_t i = 0; i < c4_json_count(modules); i++) {
        const c4_json *module = c4_json_item(modules, i);
        int rc;

        a->module = text_of(module, "api_name");
        rc = apply_list(a, what, c4_json_member(module, what->member), done);
        if (rc < 0)
            return at_place(a->unit->error, rc, "modules", i, ".");
    }
    return CRM4E_OK;
}

static int apply_org(c4_unit *unit, const c4_json *org)
{
    c4_org_change change = {.crm_licences = -1, .team_licences = -1};
    int rc;

    if (!org)
        return CRM4E_OK;
    rc = c4_org_change_read(unit, org, &change);
    if (rc == CRM4E_OK)
        rc = c4_org_change_put(unit, &change);
    return rc < 0 ? rc : c4_unit_refresh(unit);
}

static int check_members(c4_unit *unit, const c4_json *document)
{
    int64_t version = 1;

    if (c4_json_kind(document) != C4_JSON_OBJECT)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the document is no JSON object");
    for (size_t i = 0; i < c4_json_count(document); i++) {
        const char *key = NULL;
        bool known;

        (void)c4_json_member_at(document, i, &key);
        known = c4_text_equal(key, "crm4e") || c4_text_equal(key, "org");
        for (size_t p = 0; p < PARTS && !known; p++)
            known = !parts[p].inside && c4_text_equal(key, parts[p].member);
        if (!known)
            return c4_fail(unit->error, CRM4E_E_INVALID, "unknown member %s", key);
    }
    if (c4_json_member(document, "crm4e") &&
        (!c4_json_i64(c4_json_member(document, "crm4e"), &version) || version != 1))
        return c4_fail(unit->error, CRM4E_E_INVALID, "this release reads documents of version 1");
    return CRM4E_OK;
}

static void report_tally(c4_buffer *report, bool *first, const char *name, const tally *done)
{
    c4_json_put_key(report, first, name);
    c4_buffer_text(report, "{\"created\":");
    c4_buffer_i64(report, done->created);
    c4_buffer_text(report, ",\"changed\":");
    c4_buffer_i64(report, done->changed);
    c4_buffer_text(report, ",\"unchanged\":");
    c4_buffer_i64(report, done->unchanged);
    c4_buffer_char(report, '}');
}

static int apply_part(application *a, const part *what, const c4_json *document, c4_buffer *report,
                      bool *first)
{
    const c4_json *list = c4_json_member(document, what->inside ? "modules" : what->member);
    tally done = {0};
    int rc = what->inside ? apply_inside(a, what, list, &done) : apply_list(a, what, list, &done);

    if (rc == CRM4E_OK && list && what->reported)
        report_tally(report, first, what->reported, &done);
    return rc;
}

int c4_apply(c4_unit *unit, const c4_json *document, c4_buffer *report)
{
    application a = {.unit = unit};
    bool first = true;
    int rc = check_members(unit, document);

    if (rc == CRM4E_OK)
        rc = apply_org(unit, c4_json_member(document, "org"));
    c4_buffer_init(&a.before, &unit->env->mem, C4_APPLY_CEILING);
    c4_buffer_init(&a.after, &unit->env->mem, C4_APPLY_CEILING);
    c4_buffer_char(report, '{');
    for (size_t i = 0; rc == CRM4E_OK && i < PARTS; i++)
        rc = apply_part(&a, &parts[i], document, report, &first);
    c4_buffer_char(report, '}');
    c4_buffer_free(&a.before);
    c4_buffer_free(&a.after);
    return rc < 0 ? rc : report->code;
}
