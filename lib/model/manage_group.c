/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

enum {
    MOST_DESCRIPTION = 250
};

int c4_group_store(c4_unit *unit, const c4_user_group *group, bool fresh)
{
    c4_buffer text;
    const c4_named_row row = {group->id, group->name, &text};
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_group(&text, group);
    return c4_named_store(unit, C4_TABLE_GROUP, &row, fresh);
}

static int start(c4_unit *unit)
{
    int rc = c4_change_start(unit);
    return rc < 0 ? rc : c4_need_permission(unit, C4_ADMIN_MANAGE_DATA_SHARING);
}

static int check_free(c4_unit *unit, const char *member, const char *name, const c4_user_group *old)
{
    const c4_user_group *other = c4_meta_group_named(unit->meta, name);
    int rc = c4_check_name(unit, member, name, C4_NAME_MAX);
    return rc == CRM4E_OK && other != NULL && other != old
               ? c4_refuse(unit, CRM4E_E_CONFLICT, member, "unique", "is taken by another group")
               : rc;
}

static int read_sources(c4_unit *unit, const c4_group_spec *spec, c4_user_group *group)
{
    const c4_subject_list kept = {group->sources, group->source_count};
    c4_subject_list sources = spec->sources;
    int rc = CRM4E_OK;
    if (spec->source_list != NULL) {
        rc = c4_subjects_read(unit, "sources", spec->source_list, &sources);
    }
    if (rc == CRM4E_OK && sources.items != NULL) {
        rc = c4_subjects_check(unit, "sources", &sources, &kept);
        group->sources = sources.items;
        group->source_count = sources.count;
    }
    return rc;
}

static int read_spec(c4_unit *unit, const c4_group_spec *spec, const c4_user_group *old,
                     c4_user_group *group)
{
    int rc = CRM4E_OK;
    if (spec->new_name != NULL && old != NULL) {
        rc = check_free(unit, "new_name", spec->new_name, old);
        group->name = spec->new_name;
    }
    if (rc == CRM4E_OK && spec->description != NULL) {
        rc = c4_check_note(unit, "description", spec->description, MOST_DESCRIPTION);
        group->description = spec->description[0] != '\0' ? spec->description : NULL;
    }
    return rc < 0 ? rc : read_sources(unit, spec, group);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : c4_text_equal(a, b);
}

static bool unchanged(const c4_user_group *old, const c4_user_group *group)
{
    bool same = c4_text_equal(old->name, group->name) &&
                same_text(old->description, group->description) &&
                old->source_count == group->source_count;
    for (size_t i = 0; same && i < group->source_count; i++) {
        same = old->sources[i].kind == group->sources[i].kind &&
               old->sources[i].id == group->sources[i].id;
    }
    return same;
}

static int store_group(c4_unit *unit, const c4_user_group *old, c4_user_group *group)
{
    int rc = CRM4E_OK;
    if (old != NULL && unchanged(old, group)) {
        return CRM4E_OK;
    }
    if (old == NULL) {
        rc = c4_limit_take(unit, C4_LIMIT_USER_GROUPS, 0, 1);
        group->id = rc == CRM4E_OK ? c4_unit_new_id(unit) : 0;
    }
    if (rc == CRM4E_OK) {
        rc = c4_group_store(unit, group, old == NULL);
    }
    return rc < 0 ? rc : c4_change_done(unit, "user_group", group->id, group->name);
}

int c4_group_put(c4_unit *unit, const c4_group_spec *spec, crm4e_id *id)
{
    int rc = start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_user_group *old = c4_meta_group_named(unit->meta, spec->name);
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another group");
    }
    c4_user_group group = old != NULL ? *old : (c4_user_group){.name = spec->name};
    rc = read_spec(unit, spec, old, &group);
    if (rc == CRM4E_OK) {
        rc = store_group(unit, old, &group);
    }
    if (rc == CRM4E_OK) {
        *id = group.id;
    }
    return rc;
}

/* The group in the fresh snapshot, for one who may change it. */
static int open_group(c4_unit *unit, const char *name, const c4_user_group **group)
{
    int rc = start(unit);
    if (rc < 0) {
        return rc;
    }
    *group = name != NULL ? c4_meta_group_named(unit->meta, name) : NULL;
    return *group != NULL ? CRM4E_OK
                          : c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "group", "names no group");
}

/* The sources without `source`, with room for one more. */
static int copy_without(c4_unit *unit, const c4_user_group *group, c4_subject source,
                        c4_subject **out, size_t *count)
{
    c4_subject *sources = c4_arena_array(unit->arena, group->source_count + 1, sizeof *sources);
    *out = sources;
    *count = 0;
    if (sources == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < group->source_count; i++) {
        if (group->sources[i].kind != source.kind || group->sources[i].id != source.id) {
            sources[(*count)++] = group->sources[i];
        }
    }
    return CRM4E_OK;
}

static int change_sources(c4_unit *unit, const char *name, c4_subject source, bool add)
{
    const c4_user_group *group = NULL;
    c4_subject *sources = NULL;
    size_t count = 0;
    int rc = open_group(unit, name, &group);
    if (rc == CRM4E_OK) {
        rc = copy_without(unit, group, source, &sources, &count);
    }
    if (rc < 0) {
        return rc;
    }
    bool held = count < group->source_count;
    if (add == held) {
        return add ? CRM4E_OK
                   : c4_refuse(unit, CRM4E_E_NOT_FOUND, "source", "source",
                               "is no source of the group");
    }
    if (add) {
        sources[count++] = source;
    }
    const c4_subject_list list = {sources, count};
    const c4_subject_list kept = {group->sources, group->source_count};
    c4_user_group changed = *group;
    changed.sources = sources;
    changed.source_count = count;
    rc = c4_subjects_check(unit, "source", &list, &kept);
    return rc < 0 ? rc : store_group(unit, group, &changed);
}

int c4_group_add(c4_unit *unit, const char *name, c4_subject source)
{
    return change_sources(unit, name, source, true);
}

int c4_group_take(c4_unit *unit, const char *name, c4_subject source)
{
    return change_sources(unit, name, source, false);
}

int c4_group_remove(c4_unit *unit, const char *name)
{
    const c4_user_group *group = NULL;
    int rc = open_group(unit, name, &group);
    if (rc == CRM4E_OK) {
        rc = c4_subject_check_unused(unit, true, group->id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_limit_take(unit, C4_LIMIT_USER_GROUPS, 0, -1);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_GROUP], group->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "user_group_removed", group->id, group->name);
}
