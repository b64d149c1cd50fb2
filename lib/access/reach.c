/* SPDX-License-Identifier: MIT */
#include "access/reach.h"

#include "base/sure.h"
#include "model/gates.h"
#include "storage/storage.h"

enum {
    RULE_NOT_ASKED = 0,
    RULE_REACHES,
    RULE_REACHES_NOT
};

static size_t place_of_user(const c4_meta *meta, const c4_user *user)
{
    return (size_t)(user - meta->users);
}

/* Bytes of the way up a reporting line. */
enum {
    UNKNOWN,
    REPORTS,
    REPORTS_NOT,
    ON_THE_WAY
};

/* Whether a line that starts at `user` comes by the actor; what is known of
 * those on it is used and kept. A circle, which no change makes, comes by nobody. */
static void follow_line(const c4_reach *reach, uint8_t *known, const c4_user *user)
{
    const c4_meta *meta = reach->meta;
    const c4_user *at = user;
    uint8_t answer = UNKNOWN;

    while (answer == UNKNOWN) {
        size_t place = place_of_user(meta, at);
        const c4_user *next = at->reporting_to != 0 ? c4_meta_user(meta, at->reporting_to) : NULL;
        if (known[place] != UNKNOWN) {
            answer = known[place] == REPORTS ? REPORTS : REPORTS_NOT;
        } else if (next == NULL) {
            answer = REPORTS_NOT;
        } else if (next == reach->actor) {
            answer = REPORTS;
        } else {
            known[place] = ON_THE_WAY;
            at = next;
        }
    }
    for (; user != at; user = c4_meta_user(meta, user->reporting_to)) {
        known[place_of_user(meta, user)] = answer;
    }
    if (known[place_of_user(meta, at)] == UNKNOWN) {
        known[place_of_user(meta, at)] = answer;
    }
}

static void find_below(c4_reach *reach)
{
    const c4_meta *meta = reach->meta;
    bool by_line = meta->org.hierarchy == CRM4E_HIERARCHY_REPORTING_TO;

    for (size_t i = 0; i < meta->user_count && by_line; i++) {
        follow_line(reach, reach->below, &meta->users[i]);
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        reach->below[i] = by_line ? reach->below[i] == REPORTS &&
                                        C4_ALWAYS(&meta->users[i] != reach->actor) /* no circle */
                                  : c4_role_below(meta->users[i].role, reach->actor->role);
    }
}

/* Users stand in order of their ids, so the set comes out sorted. Those who
 * left still own records. */
static void find_owners(c4_reach *reach)
{
    const c4_meta *meta = reach->meta;
    const c4_user *actor = reach->actor;

    for (size_t i = 0; i < meta->user_count; i++) {
        const c4_user *user = &meta->users[i];
        bool peers = C4_OPENS(PEER_SHARING, actor->role->share_with_peers);
        if (user == actor || C4_OPENS(HIERARCHY, reach->below[i] != 0) ||
            (peers && C4_OPENS(PEER_ROLE, user->role == actor->role))) {
            reach->owners[reach->owner_count++] = user->id;
        }
    }
}

/* Roles count as below him also when nobody holds them, but in the tree of
 * reporting lines only through those who do. */
static void find_roles(c4_reach *reach)
{
    const c4_meta *meta = reach->meta;

    if (meta->org.hierarchy != CRM4E_HIERARCHY_REPORTING_TO) {
        for (size_t i = 0; i < meta->role_count; i++) {
            reach->roles_below[meta->roles[i].first] =
                c4_role_below(&meta->roles[i], reach->actor->role);
        }
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        if (reach->below[i] != 0) {
            reach->roles_below[meta->users[i].role->first] = 1;
        }
    }
    for (size_t i = 1; i <= meta->role_count; i++) {
        reach->roles_below[i] += reach->roles_below[i - 1];
    }
}

/* Any of the sources; groups among them as far as they are marked so far. */
static bool any_source(const c4_reach *reach, const c4_user_group *group,
                       bool (*holds)(const c4_reach *, const c4_subject *))
{
    bool found = false;

    for (size_t i = 0; i < group->source_count && !found; i++) {
        found = holds(reach, &group->sources[i]);
    }
    return found;
}

/* Until nothing is added: groups may hold one another in any order, and in
 * circles. */
static void find_groups(c4_reach *reach)
{
    const c4_meta *meta = reach->meta;
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < meta->group_count; i++) {
            if (reach->in_group[i] == 0 && any_source(reach, &meta->groups[i], c4_reach_is)) {
                reach->in_group[i] = 1;
                again = true;
            }
            if (reach->above_group[i] == 0 && any_source(reach, &meta->groups[i], c4_reach_above)) {
                reach->above_group[i] = 1;
                again = true;
            }
        }
    }
}

static bool marked_group(const c4_reach *reach, const uint8_t *marks, crm4e_id id)
{
    const c4_user_group *group = c4_meta_group(reach->meta, id);

    return group != NULL && marks[group - reach->meta->groups] != 0;
}

bool c4_reach_is(const c4_reach *reach, const c4_subject *subject)
{
    const c4_role *own = reach->actor->role;
    const c4_role *role;
    bool is = false;

    switch (subject->kind) {
    case CRM4E_SUBJECT_USER: is = C4_OPENS(SUBJECT_USER, subject->id == reach->actor->id); break;
    case CRM4E_SUBJECT_ROLE: is = C4_OPENS(SUBJECT_ROLE, subject->id == own->id); break;
    case CRM4E_SUBJECT_ROLE_AND_SUBORDINATES:
        role = c4_meta_role(reach->meta, subject->id);
        is = role != NULL && (own == role || C4_OPENS(SUBJECT_BELOW, c4_role_below(own, role)));
        break;
    default: is = C4_OPENS(SUBJECT_GROUP, marked_group(reach, reach->in_group, subject->id)); break;
    }
    return is;
}

/* Only rules and groups ask, and they speak of those there are. */
bool c4_reach_above(const c4_reach *reach, const c4_subject *subject)
{
    const uint32_t *below = reach->roles_below;
    const c4_user *user;
    const c4_role *role;
    uint32_t last;
    bool above = false;

    switch (subject->kind) {
    case CRM4E_SUBJECT_USER:
        user = c4_meta_user(reach->meta, subject->id);
        above = C4_ALWAYS(user != NULL) && reach->below[place_of_user(reach->meta, user)] != 0;
        break;
    case CRM4E_SUBJECT_GROUP: above = marked_group(reach, reach->above_group, subject->id); break;
    default:
        role = c4_meta_role(reach->meta, subject->id);
        if (C4_ALWAYS(role != NULL)) {
            last = subject->kind == CRM4E_SUBJECT_ROLE ? role->first : role->last;
            above = below[last] > below[role->first - 1];
        }
        break;
    }
    return above;
}

static bool is_reached(const c4_reach *reach, const c4_sharing_rule *rule)
{
    bool superiors = C4_OPENS(RULE_SUPERIORS, rule->superiors);
    bool reached = false;

    for (size_t i = 0; i < rule->to_count && !reached; i++) {
        reached = C4_OPENS(RULE_RECIPIENT, c4_reach_is(reach, &rule->to[i])) ||
                  (superiors && C4_OPENS(RULE_ABOVE, c4_reach_above(reach, &rule->to[i])));
    }
    return reached;
}

/* Rules are asked for with every level and by every explanation. */
bool c4_reach_rule(const c4_reach *reach, const c4_sharing_rule *rule, c4_level level)
{
    uint8_t *mark = &reach->in_rule[rule - reach->meta->sharing_rules];

    if (C4_REFUSES(RULE_ACTIVE, !rule->active) || C4_REFUSES(RULE_LEVEL, rule->level < level)) {
        return false;
    }
    if (*mark == RULE_NOT_ASKED) {
        *mark = is_reached(reach, rule) ? RULE_REACHES : RULE_REACHES_NOT;
    }
    return *mark == RULE_REACHES;
}

static int work_out(c4_reach *reach)
{
    const c4_meta *meta = reach->meta;

    reach->below = c4_arena_array(reach->arena, meta->user_count, 1);
    reach->owners = c4_arena_array(reach->arena, meta->user_count, sizeof *reach->owners);
    reach->roles_below =
        c4_arena_array(reach->arena, meta->role_count + 1, sizeof *reach->roles_below);
    reach->in_group = c4_arena_array(reach->arena, meta->group_count, 1);
    reach->above_group = c4_arena_array(reach->arena, meta->group_count, 1);
    reach->in_rule = c4_arena_array(reach->arena, meta->sharing_rule_count, 1);
    if (reach->below == NULL || reach->owners == NULL || reach->roles_below == NULL ||
        reach->in_group == NULL || reach->above_group == NULL || reach->in_rule == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    find_below(reach);
    find_owners(reach);
    find_roles(reach);
    find_groups(reach);
    reach->shares_stamp = -1;
    return CRM4E_OK;
}

static void free_reach(c4_meta_part *part)
{
    c4_reach *reach = (c4_reach *)(void *)part;

    c4_arena_free(&reach->own_arena);
    c4_arena_free(&reach->own_data);
    c4_meta_release(reach->meta);
    c4_free(reach->mem, reach);
}

static c4_reach *make_kept(c4_unit *unit)
{
    const c4_mem *mem = &unit->env->mem;
    c4_reach *reach = c4_alloc_array(mem, 1, sizeof *reach);

    if (reach != NULL) {
        reach->part.free = free_reach;
        reach->mem = mem;
        reach->meta = c4_meta_hold(unit->meta);
        reach->actor = unit->actor;
        c4_arena_init(&reach->own_arena, mem);
        c4_arena_init(&reach->own_data, mem);
        reach->arena = &reach->own_arena;
        reach->data = &reach->own_data;
    }
    return reach;
}

static c4_reach *make_passing(c4_unit *unit)
{
    c4_reach *reach = c4_arena_array(unit->arena, 1, sizeof *reach);

    if (reach != NULL) {
        reach->meta = unit->meta;
        reach->actor = unit->actor;
        reach->arena = unit->arena;
        reach->data = unit->arena;
    }
    return reach;
}

/* What is kept holds its snapshot, so an equal address is the same snapshot. */
int c4_reach_of(c4_unit *unit, c4_reach **out)
{
    c4_reach *reach = unit->reach != NULL ? (c4_reach *)(void *)*unit->reach : NULL;
    int rc;

    if (reach != NULL && reach->meta == unit->meta && reach->actor == unit->actor) {
        *out = reach;
        return CRM4E_OK;
    }
    reach = unit->reach != NULL ? make_kept(unit) : make_passing(unit);
    rc = reach != NULL ? work_out(reach) : CRM4E_E_NO_MEMORY;
    if (rc != CRM4E_OK) {
        if (reach != NULL && reach->part.free != NULL) {
            free_reach(&reach->part);
        }
        return c4_fail_plain(unit->error, rc);
    }
    if (unit->reach != NULL) {
        c4_unit_forget_reach(unit);
        *unit->reach = &reach->part;
    }
    *out = reach;
    return CRM4E_OK;
}
