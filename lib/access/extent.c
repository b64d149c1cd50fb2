/* SPDX-License-Identifier: MIT */
/*
 * Which rows of a module a level opens to a user: owners (his own, the
 * hierarchy's, those of sharing rules), records (manual shares), and whatever
 * else a predicate on the row can say (criteria of rules, records related to a
 * share, the creator of a request). More never takes away.
 */
#include <assert.h>

#include "access/inside.h"
#include "base/sure.h"

/* What a team profile sees and what it changes: all, or its own. */
static const struct {
    bool sees_all;
    bool changes_all;
} team_scopes[C4_TEAM_PROFILE_COUNT + 1] = {
    [CRM4E_TEAM_ADMIN] = {true, true},       [CRM4E_TEAM_MANAGER] = {true, true},
    [CRM4E_TEAM_MEMBER] = {true, false},     [CRM4E_TEAM_PARTICIPANT] = {false, false},
    [CRM4E_TEAM_REQUESTER] = {false, false},
};

bool c4_team_opens_all(c4_team_profile profile, c4_level level)
{
    return level == CRM4E_LEVEL_READ_ONLY
               ? C4_OPENS(TEAM_SEES_ALL, team_scopes[profile].sees_all)
               : C4_OPENS(TEAM_CHANGES_ALL, team_scopes[profile].changes_all);
}

/* An extent on its way. The nodes of what else opens rows come one by one. */
typedef struct making {
    c4_unit *unit; /* whose arena keeps what is made */
    c4_reach *reach;
    const c4_module *module;
    c4_extent *extent;
    crm4e_predicate *rows;
    size_t row_count;
} making;

static void add_rows(making *m, crm4e_predicate node)
{
    m->rows[m->row_count++] = node;
}

/* The records shared with him at the level; `related`: those shared with what
 * is related to them. */
static int shared_ids(const making *m, int32_t module, bool related, int64_t **ids, size_t *count)
{
    size_t held = 0;
    size_t used = 0;
    const c4_held_share *shares = c4_reach_held(m->reach, module, &held);
    int64_t *list = c4_arena_array(m->reach->data, held, sizeof *list);

    *ids = list;
    for (size_t i = 0; list != NULL && i < held; i++) {
        bool counts = C4_OPENS(SHARE_LEVEL, shares[i].level >= m->extent->level) &&
                      C4_OPENS(SHARE_RELATED, !related || shares[i].related);
        if (counts && (used == 0 || list[used - 1] != shares[i].record)) {
            list[used++] = shares[i].record;
        }
    }
    *count = used;
    return list != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

static int open_shares(making *m)
{
    int64_t *ids = NULL;
    int rc = CRM4E_OK;

    if ((m->module->flags & C4_MODULE_CHILD) == 0) {
        rc = shared_ids(m, m->module->number, false, &ids, &m->extent->shared_count);
    }
    m->extent->shared = ids;
    return rc;
}

static int open_creator(making *m)
{
    const crm4e_predicate *creator =
        c4_access_is(m->reach->data, C4_COLUMN_CREATED_BY, m->reach->actor->id);

    if (creator == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    add_rows(m, *creator);
    return CRM4E_OK;
}

static int open_team(making *m)
{
    const c4_member *member = c4_module_member(m->module, m->reach->actor->id);
    c4_extent *extent = m->extent;

    if (member == NULL) {
        extent->everything = C4_NARROWS(TEAM_GUEST_ROWS, false, true);
        return CRM4E_OK;
    }
    extent->everything = c4_team_opens_all(member->profile, extent->level);
    extent->owners = &m->reach->actor->id;
    extent->owner_count = 1;
    return C4_OPENS(TEAM_CREATOR, member->profile == CRM4E_TEAM_REQUESTER) ? open_creator(m)
                                                                           : CRM4E_OK;
}

/* Related records are one lookup away, in an org module, from one. */
static int open_related(making *m, const c4_field *field, int32_t target)
{
    const c4_module *module = c4_meta_module(m->reach->meta, target);
    int64_t *ids = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    /* lookups point to modules there are */
    if (C4_ALWAYS(module != NULL) && C4_OPENS(SHARE_RELATED_ORG, module->kind != C4_MODULE_TEAM)) {
        rc = shared_ids(m, target, true, &ids, &count);
    }
    if (count > 0) {
        add_rows(m, c4_where_set(field->column, ids, count));
    }
    return rc;
}

bool c4_field_relates(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
}

static int open_all_related(making *m)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < m->module->field_count; i++) {
        const c4_field *field = &m->module->fields[i];
        for (size_t j = 0; c4_field_relates(field) && j < field->target_count && rc == CRM4E_OK;
             j++) {
            rc = open_related(m, field, field->targets[j]);
        }
    }
    return rc;
}

int c4_access_rule_rows(c4_unit *unit, c4_arena *arena, const c4_sharing_rule *rule,
                        const crm4e_predicate **rows)
{
    c4_unit keeper = *unit;
    int rc = CRM4E_E_INVALID;

    *rows = NULL;
    keeper.arena = arena;
    if (C4_ALWAYS(unit->criteria != NULL)) { /* whoever makes units sets it */
        rc = unit->criteria->compile(&keeper, c4_meta_module(unit->meta, rule->module), rule->when,
                                     rows);
    }
    if (rc == CRM4E_E_INVALID) {
        c4_failure_clear(unit->error);
        *rows = NULL;
        rc = CRM4E_OK;
    }
    return rc;
}

/* A rule whose criteria no longer fit the module opens nothing. */
static int open_criteria(making *m, const c4_sharing_rule *rule)
{
    const crm4e_predicate *rows = NULL;
    int rc = c4_access_rule_rows(m->unit, m->reach->data, rule, &rows);

    if (rows != NULL) {
        add_rows(m, *rows);
    }
    return rc;
}

/* The rules that reach him: those with criteria one by one, the owners of the
 * others together. */
static int open_rules(making *m, const c4_sharing_rule *rules, size_t count, c4_subject *from,
                      size_t *from_count)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (!c4_reach_rule(m->reach, &rules[i], m->extent->level)) {
            continue;
        }
        for (size_t j = 0; j < rules[i].from_count; j++) {
            from[(*from_count)++] = rules[i].from[j];
        }
        rc = rules[i].when != NULL ? open_criteria(m, &rules[i]) : CRM4E_OK;
    }
    return rc;
}

/* Adds those that subjects stand for to the owners of the hierarchy. */
static int open_crowd(making *m, const c4_subject *from, size_t count)
{
    const c4_meta *meta = m->reach->meta;
    uint8_t *marks = c4_arena_array(m->unit->arena, meta->user_count, 1);
    int64_t *owners = c4_arena_array(m->reach->data, meta->user_count, sizeof *owners);
    size_t used = 0;
    size_t old = 0;
    int rc = CRM4E_E_NO_MEMORY;

    if (marks != NULL && owners != NULL) {
        rc = c4_crowd_mark(m->unit->arena, meta, from, count, marks);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < meta->user_count; i++) {
        bool seen = old < m->reach->owner_count && m->reach->owners[old] == meta->users[i].id;
        old += seen;
        if (seen || C4_OPENS(RULE_FROM, marks[i] != 0)) {
            owners[used++] = meta->users[i].id;
        }
    }
    m->extent->owners = owners;
    m->extent->owner_count = used;
    return rc;
}

static int open_org(making *m, const c4_sharing_rule *rules, size_t count, size_t subjects)
{
    c4_extent *extent = m->extent;
    c4_subject *from = c4_arena_array(m->unit->arena, subjects, sizeof *from);
    size_t from_count = 0;
    int rc = from != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    extent->everything = C4_OPENS(ORG_DEFAULT, m->module->org_default > extent->level);
    extent->owners = m->reach->owners;
    extent->owner_count = m->reach->owner_count;
    if (rc == CRM4E_OK && !extent->everything) {
        rc = open_rules(m, rules, count, from, &from_count);
    }
    if (rc == CRM4E_OK && from_count > 0) {
        rc = open_crowd(m, from, from_count);
    }
    if (rc == CRM4E_OK && !extent->everything) {
        rc = open_all_related(m);
    }
    return rc;
}

/* Notes and attachments have their owner alone; the rest comes from what they
 * hang on. */
static void open_child(making *m)
{
    m->extent->owners = &m->reach->actor->id;
    m->extent->owner_count = 1;
}

static int open_rows(making *m)
{
    size_t count = 0;
    size_t subjects = 0;
    size_t room = m->module->field_count * 2;
    const c4_sharing_rule *rules = c4_meta_sharing_rules(m->reach->meta, m->module->number, &count);
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count; i++) {
        subjects += rules[i].from_count;
    }
    for (size_t i = 0; i < m->module->field_count; i++) {
        room += m->module->fields[i].target_count;
    }
    m->rows = c4_arena_array(m->reach->data, count + room + 1, sizeof *m->rows);
    if (m->rows == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    if (m->module->kind == C4_MODULE_TEAM) {
        rc = open_team(m);
    } else if (C4_REFUSES(CHILD_OWNER, (m->module->flags & C4_MODULE_CHILD) != 0)) {
        open_child(m);
    } else {
        rc = open_org(m, rules, count, subjects);
    }
    m->extent->follows =
        !m->extent->everything && (m->module->flags & (C4_MODULE_CHILD | C4_MODULE_ACTIVITY)) != 0;
    return rc;
}

/* Everything of the extent as one predicate; what it follows comes later. */
static int join(making *m)
{
    c4_extent *extent = m->extent;
    crm4e_predicate *nodes = c4_arena_array(m->reach->data, 5, sizeof *nodes);
    crm4e_predicate where;
    size_t count = 1;

    if (nodes == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    if (m->row_count > 0) {
        nodes[4] = c4_where_any(m->rows, m->row_count);
        extent->rows = &nodes[4];
    }
    if (extent->everything) {
        return CRM4E_OK;
    }
    if (!c4_id_table_make(m->reach->data, extent->owners, extent->owner_count,
                          &extent->owner_table) ||
        !c4_id_table_make(m->reach->data, extent->shared, extent->shared_count,
                          &extent->shared_table)) {
        return CRM4E_E_NO_MEMORY;
    }
    if (extent->owner_count > 0) {
        nodes[count++] = c4_where_set(C4_COLUMN_OWNER, extent->owners, extent->owner_count);
    }
    if (extent->shared_count > 0) {
        nodes[count++] = c4_where_set(C4_COLUMN_ID, extent->shared, extent->shared_count);
    }
    if (extent->rows != NULL) {
        nodes[count++] = *extent->rows;
    }
    where = count == 2 ? nodes[1] : c4_where_any(&nodes[1], count - 1);
    nodes[0] = C4_NARROWS(ROWS_LISTED, where, (crm4e_predicate){.op = CRM4E_OP_TRUE});
    extent->where = &nodes[0];
    return CRM4E_OK;
}

/* A bucket holds extents of one level, so that only modules are told apart. */
static c4_extent **bucket_of(c4_reach *reach, int32_t module, c4_level level)
{
    static_assert(C4_REACH_BUCKETS % CRM4E_LEVEL_FULL_ACCESS == 0, "levels meet in a bucket");
    return &reach->extents[((uint32_t)module * CRM4E_LEVEL_FULL_ACCESS + level) % C4_REACH_BUCKETS];
}

static int make(c4_unit *unit, c4_reach *reach, const c4_module *module, c4_level level,
                c4_extent **out)
{
    c4_extent *extent = c4_arena_array(reach->data, 1, sizeof *extent);
    making m = {.unit = unit, .reach = reach, .module = module, .extent = extent};
    int rc = extent != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    if (rc == CRM4E_OK) {
        extent->module = module->number;
        extent->level = level;
        rc = open_rows(&m);
    }
    if (rc == CRM4E_OK) {
        rc = open_shares(&m);
    }
    if (rc == CRM4E_OK) {
        rc = join(&m);
    }
    *out = extent;
    return rc == CRM4E_E_NO_MEMORY ? c4_fail_plain(unit->error, rc) : rc;
}

int c4_access_extent(c4_unit *unit, const c4_module *module, c4_level level, c4_reach **reach,
                     const c4_extent **out)
{
    c4_extent **bucket;
    c4_extent *extent;
    int rc = c4_reach_of(unit, reach);

    if (rc == CRM4E_OK) {
        rc = c4_reach_shares(unit, *reach);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    bucket = bucket_of(*reach, module->number, level);
    extent = *bucket;
    while (extent != NULL && extent->module != module->number) {
        extent = extent->next;
    }
    if (extent == NULL) {
        rc = make(unit, *reach, module, level, &extent);
        if (rc == CRM4E_OK) {
            extent->next = *bucket;
            *bucket = extent;
        }
    }
    *out = extent;
    return rc;
}
