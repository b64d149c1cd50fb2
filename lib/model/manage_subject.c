/* SPDX-License-Identifier: MIT */
/* Somebody a group, a sharing rule or a share speaks of: how he is read, what
 * must be true of him, and who is asked before he goes. */
#include "model/definition.h"
#include "model/manage_rules.h"

static bool same(c4_subject a, c4_subject b)
{
    return a.kind == b.kind && a.id == b.id;
}

bool c4_subjects_hold(const c4_subject_list *list, c4_subject subject)
{
    for (size_t i = 0; i < list->count; i++) {
        if (same(list->items[i], subject)) {
            return true;
        }
    }
    return false;
}

static int refuse_missing(c4_unit *unit, const char *member)
{
    return c4_refuse(unit, CRM4E_E_NOT_FOUND, member, "subject", "names nobody there is");
}

static int refuse_many(c4_unit *unit, const char *member, size_t count)
{
    c4_refuse(unit, CRM4E_E_TOO_BIG, member, "subjects", "names more than 200");
    return c4_fail_limit(unit->error, "subjects", C4_SUBJECTS_MAX, (int64_t)count);
}

/* {"role": "Sales"} */
static int read_one(c4_unit *unit, const char *member, const c4_json *json, c4_subject *subject)
{
    const char *word = NULL;
    const char *name = NULL;
    if (c4_json_kind(json) == C4_JSON_OBJECT && c4_json_count(json) == 1) {
        name = c4_spec_text(c4_json_member_at(json, 0, &word));
    }
    subject->kind = name != NULL ? c4_number_of(C4_NAMES_SUBJECT, word) : 0;
    if (subject->kind == 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "subject",
                         "must hold objects such as {\"role\": \"Sales\"}");
    }
    subject->id = c4_meta_subject_named(unit->meta, subject->kind, name);
    return subject->id != 0 ? CRM4E_OK : refuse_missing(unit, member);
}

int c4_subjects_read(c4_unit *unit, const char *member, const c4_json *json, c4_subject_list *list)
{
    size_t count = c4_json_count(json);
    c4_subject *items = NULL;
    int rc = CRM4E_OK;
    if (count > C4_SUBJECTS_MAX) {
        return refuse_many(unit, member, count);
    }
    items = c4_arena_array(unit->arena, count, sizeof *items);
    if (items == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = read_one(unit, member, c4_json_item(json, i), &items[i]);
    }
    *list = (c4_subject_list){items, count};
    return rc;
}

int c4_subjects_check(c4_unit *unit, const char *member, const c4_subject_list *list,
                      const c4_subject_list *kept)
{
    if (list->count > C4_SUBJECTS_MAX) {
        return refuse_many(unit, member, list->count);
    }
    for (size_t i = 0; i < list->count; i++) {
        const c4_subject_list before = {list->items, i};
        c4_subject subject = list->items[i];
        if (c4_text_of(C4_NAMES_SUBJECT, subject.kind) == NULL) {
            return c4_refuse(unit, CRM4E_E_INVALID, member, "subject",
                             "names neither a user nor a role nor a group");
        }
        if (!c4_meta_subject_stays(unit->meta, &subject) && !c4_subjects_hold(kept, subject)) {
            return refuse_missing(unit, member);
        }
        if (c4_subjects_hold(&before, subject)) {
            return c4_refuse(unit, CRM4E_E_CONFLICT, member, "unique", "names somebody twice");
        }
    }
    return CRM4E_OK;
}

/* A role is meant by two kinds, a group by one. */
static bool speaks_of(const c4_subject *items, size_t count, bool group, crm4e_id id)
{
    for (size_t i = 0; i < count; i++) {
        bool of_group = items[i].kind == CRM4E_SUBJECT_GROUP;
        bool of_role = !of_group && items[i].kind != CRM4E_SUBJECT_USER;
        if (items[i].id == id && (group ? of_group : of_role)) {
            return true;
        }
    }
    return false;
}

static int refuse_used(c4_unit *unit, const char *text)
{
    return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use", text);
}

int c4_subject_check_unused(c4_unit *unit, bool group, crm4e_id id)
{
    const c4_meta *meta = unit->meta;
    crm4e_id *shares = NULL;
    size_t share_count = 0;
    for (size_t i = 0; i < meta->group_count; i++) {
        const c4_user_group *other = &meta->groups[i];
        if (other->id != id && speaks_of(other->sources, other->source_count, group, id)) {
            return refuse_used(unit, "is a source of groups");
        }
    }
    for (size_t i = 0; i < meta->sharing_rule_count; i++) {
        const c4_sharing_rule *rule = &meta->sharing_rules[i];
        if (speaks_of(rule->from, rule->from_count, group, id) ||
            speaks_of(rule->to, rule->to_count, group, id)) {
            return refuse_used(unit, "is used by sharing rules");
        }
    }
    int rc =
        c4_rows_with(unit, &c4_tables[C4_TABLE_SHARE], C4_SHARE_SUBJECT, id, &shares, &share_count);
    return rc == CRM4E_OK && share_count > 0 ? refuse_used(unit, "is used by shares of records")
                                             : rc;
}

static int leave_group(c4_unit *unit, const c4_user_group *group, c4_subject user)
{
    c4_user_group changed = *group;
    c4_subject *sources = c4_arena_array(unit->arena, group->source_count, sizeof *sources);
    if (sources == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    changed.sources = sources;
    changed.source_count = 0;
    for (size_t i = 0; i < group->source_count; i++) {
        if (!same(group->sources[i], user)) {
            sources[changed.source_count++] = group->sources[i];
        }
    }
    return changed.source_count < group->source_count ? c4_group_store(unit, &changed, false)
                                                      : CRM4E_OK;
}

/* No two things of an org have one id: his alone finds the shares with him. */
int c4_subject_forget(c4_unit *unit, crm4e_id user)
{
    const c4_subject subject = {CRM4E_SUBJECT_USER, user};
    const crm4e_table *shares = &c4_tables[C4_TABLE_SHARE];
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->group_count && rc == CRM4E_OK; i++) {
        rc = leave_group(unit, &unit->meta->groups[i], subject);
    }
    if (rc == CRM4E_OK) {
        rc = c4_rows_with(unit, shares, C4_SHARE_SUBJECT, user, &ids, &count);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_remove(unit->db, shares, ids[i]));
    }
    if (rc == CRM4E_OK && count > 0) {
        c4_unit_shares_changed(unit);
    }
    return rc;
}
