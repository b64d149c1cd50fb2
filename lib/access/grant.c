/* SPDX-License-Identifier: MIT */
#include "access/grant.h"

#include <string.h>

#include "access/inside.h"
#include "base/sure.h"
#include "base/text.h"

/* Three views of one module: a user's after the change and before, and the
 * actor's before. */
typedef struct grant {
    c4_other actor;
    c4_other before; /* its actor is NULL for a new user: he had nothing */
    c4_other after;
    c4_meta *old;
    const c4_module *module;     /* after */
    const c4_module *old_module; /* before */
    bool wider;
} grant;

/* Whether rights are more than those before and those held. */
static bool more_bits(uint32_t after, uint32_t before, uint32_t held)
{
    return (after & ~before & ~held) != 0;
}

/* What one of the three opens of a module at a level; all NULL: nothing. */
typedef struct side {
    c4_reach *reach;
    const c4_extent *extent;
} side;

static bool has_owner(const side *s, crm4e_id owner)
{
    return s->extent != NULL && c4_id_table_has(&s->extent->owner_table, owner);
}

static bool has_share(const side *s, crm4e_id record)
{
    return s->extent != NULL && c4_id_table_has(&s->extent->shared_table, record);
}

static bool has_rule(const side *s, const c4_sharing_rule *rule, c4_level level)
{
    return s->reach != NULL && c4_reach_rule(s->reach, rule, level);
}

static bool same_owners(const c4_extent *a, const c4_extent *b)
{
    return b != NULL && a->owner_count == b->owner_count &&
           (a->owner_count == 0 ||
            memcmp(a->owners, b->owners, a->owner_count * sizeof *a->owners) == 0);
}

/* His own records are his, and those of users who are new nobody's loss. */
static void take_owners(grant *g, const side *after, const side *before, const side *held)
{
    if (same_owners(after->extent, before->extent)) {
        return;
    }
    for (size_t i = 0; i < after->extent->owner_count && !g->wider; i++) {
        crm4e_id owner = after->extent->owners[i];
        bool more = !has_owner(before, owner) && !has_owner(held, owner) &&
                    owner != g->after.unit.actor->id && c4_meta_user(g->old, owner) != NULL;
        g->wider = C4_REFUSES(GRANT_OWNERS, more);
    }
}

static const c4_sharing_rule *same_rule(const grant *g, const c4_sharing_rule *rule)
{
    size_t count = 0;
    const c4_sharing_rule *rules = c4_meta_sharing_rules(g->old, rule->module, &count);
    const c4_sharing_rule *same = NULL;

    for (size_t i = 0; i < count && same == NULL; i++) {
        bool equal = rules[i].id == rule->id && rules[i].when != NULL &&
                     strcmp(rules[i].when, rule->when) == 0;
        same = equal ? &rules[i] : NULL;
    }
    return same;
}

/* Rules with criteria open whatever meets them: only the same rule is as much. */
static void take_rules(grant *g, c4_level level, const side *after, const side *before,
                       const side *held)
{
    size_t count = 0;
    const c4_sharing_rule *rules =
        c4_meta_sharing_rules(after->reach->meta, g->module->number, &count);

    for (size_t i = 0; i < count && !g->wider; i++) {
        if (rules[i].when != NULL && c4_reach_rule(after->reach, &rules[i], level)) {
            const c4_sharing_rule *old = same_rule(g, &rules[i]);
            bool more =
                old == NULL || (!has_rule(before, old, level) && !has_rule(held, old, level));
            g->wider = C4_REFUSES(GRANT_RULES, more);
        }
    }
}

static void take_shared(grant *g, const side *after, const side *before, const side *held)
{
    for (size_t i = 0; i < after->extent->shared_count && !g->wider; i++) {
        crm4e_id id = after->extent->shared[i];
        g->wider = C4_REFUSES(GRANT_SHARED, !has_share(before, id) && !has_share(held, id));
    }
}

static bool has_related(const side *s, const c4_held_share *share, c4_level level)
{
    size_t count = 0;
    const c4_held_share *held =
        s->reach != NULL ? c4_reach_held(s->reach, share->module, &count) : NULL;
    bool found = false;

    for (size_t i = 0; i < count && !found; i++) {
        found = held[i].record == share->record && held[i].related && held[i].level >= level;
    }
    return found;
}

/* What shares of one module open of what is related to them. */
static void take_related_to(grant *g, int32_t target, c4_level level, const side *after,
                            const side *before, const side *held)
{
    size_t count = 0;
    const c4_held_share *shares = c4_reach_held(after->reach, target, &count);

    for (size_t i = 0; i < count && !g->wider; i++) {
        bool more = shares[i].related && shares[i].level >= level &&
                    !has_related(before, &shares[i], level) &&
                    !has_related(held, &shares[i], level);
        g->wider = C4_REFUSES(GRANT_RELATED, more);
    }
}

/* The records of the module that are open because what they point to is shared. */
static void take_related(grant *g, c4_level level, const side *after, const side *before,
                         const side *held)
{
    for (size_t i = 0; i < g->module->field_count && g->module->kind != C4_MODULE_TEAM; i++) {
        const c4_field *field = &g->module->fields[i];
        for (size_t j = 0; c4_field_relates(field) && j < field->target_count && !g->wider; j++) {
            take_related_to(g, field->targets[j], level, after, before, held);
        }
    }
}

/* Of somebody who has an action in the module. */
static int look_at(c4_other *other, const c4_module *module, c4_level level, side *out)
{
    return c4_access_extent(&other->unit, module, level, &out->reach, &out->extent);
}

/* A system administrator is past all of this. */
static bool has_everything(const c4_other *other, const side *s)
{
    return s->extent != NULL && (s->extent->everything || c4_actor_is_administrator(&other->unit));
}

/* The rows of actions that the user had before or not, and the actor holds or not. */
static int take_rows(grant *g, c4_level level, bool had, bool holds)
{
    side after = {0};
    side before = {0};
    side held = {0};
    int rc = look_at(&g->after, g->module, level, &after);

    if (rc == CRM4E_OK && had) {
        rc = look_at(&g->before, g->old_module, level, &before);
    }
    if (rc == CRM4E_OK && holds) {
        rc = look_at(&g->actor, g->old_module, level, &held);
    }
    if (rc != CRM4E_OK || has_everything(&g->before, &before) || has_everything(&g->actor, &held)) {
        return rc;
    }
    g->wider = C4_REFUSES(GRANT_EVERYTHING, has_everything(&g->after, &after));
    take_owners(g, &after, &before, &held);
    take_rules(g, level, &after, &before, &held);
    take_shared(g, &after, &before, &held);
    take_related(g, level, &after, &before, &held);
    return CRM4E_OK;
}

/* Bits of actions in a module. */
typedef struct action_sets {
    uint32_t after;
    uint32_t before;
    uint32_t held;
} action_sets;

/* An action is had and held on rows: rows that are open to the actor for less
 * than this action are not his to give for it. */
static int take_level(grant *g, c4_level level, const action_sets *sets)
{
    const uint32_t actions = sets->after & c4_level_actions(level);
    const uint32_t cases[3] = {actions & sets->before & sets->held,
                               actions & sets->before & ~sets->held,
                               actions & ~sets->before & sets->held};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < 3 && rc == CRM4E_OK && !g->wider; i++) {
        rc = cases[i] != 0 ? take_rows(g, level, i < 2, i != 1) : CRM4E_OK;
    }
    return rc;
}

static c4_permission permission_in(c4_other *other, const c4_module *module, int32_t number)
{
    c4_scope scope = {.unit = &other->unit, .module = module};

    return other->unit.actor != NULL
               ? c4_access_field_permission(&scope, c4_module_part(module, number))
               : CRM4E_PERMISSION_HIDDEN;
}

static void take_fields(grant *g)
{
    c4_part_walk walk = {0};
    const c4_field *part;

    while (!g->wider && (part = c4_module_next_part(g->module, &walk)) != NULL) {
        int32_t number = part->number;
        c4_permission after = permission_in(&g->after, g->module, number);
        if (c4_module_part(g->old_module, number) != NULL) {
            bool more = after < permission_in(&g->before, g->old_module, number) &&
                        after < permission_in(&g->actor, g->old_module, number);
            g->wider = C4_REFUSES(GRANT_FIELDS, more);
        }
    }
}

/* In a team module only what groups let in counts: the rest is for its admins. */
static int take_module(grant *g)
{
    action_sets sets = {0};
    int rc = c4_other_actions(&g->after, g->module, &sets.after);

    if (rc == CRM4E_OK) {
        rc = c4_other_actions(&g->before, g->old_module, &sets.before);
    }
    if (rc == CRM4E_OK) {
        rc = c4_other_actions(&g->actor, g->old_module, &sets.held);
    }
    g->wider = C4_REFUSES(GRANT_ACTIONS, more_bits(sets.after, sets.before, sets.held));
    if (sets.after != 0 && g->module->kind != C4_MODULE_TEAM) {
        take_fields(g);
    }
    for (c4_level level = CRM4E_LEVEL_READ_ONLY;
         level <= CRM4E_LEVEL_FULL_ACCESS && rc == CRM4E_OK && !g->wider; level++) {
        rc = take_level(g, level, &sets);
    }
    return rc;
}

/* Out of use before, new, or the actor's own to configure. */
static bool is_exempt(const grant *g)
{
    return g->old_module == NULL ||
           (g->old_module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) != 0 ||
           (g->old_module->kind == C4_MODULE_TEAM &&
            c4_actor_configures(&g->actor.unit, g->old_module));
}

static int take_modules(grant *g)
{
    const c4_meta *meta = g->after.unit.meta;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->module_count && rc == CRM4E_OK && !g->wider; i++) {
        g->module = meta->modules[i];
        g->old_module = c4_meta_module(g->old, g->module->number);
        rc = is_exempt(g) ? CRM4E_OK : take_module(g);
    }
    return rc;
}

static bool same_subjects(const c4_subject *a, size_t a_count, const c4_subject *b, size_t b_count)
{
    bool same = a_count == b_count;

    for (size_t i = 0; i < a_count && same; i++) {
        same = a[i].kind == b[i].kind && a[i].id == b[i].id;
    }
    return same;
}

/* No call makes one thing and removes another: equal counts are the same ids. */
static bool same_groups(const c4_meta *a, const c4_meta *b)
{
    bool same = a->group_count == b->group_count;

    for (size_t i = 0; i < a->group_count && same; i++) {
        const c4_user_group *x = &a->groups[i];
        const c4_user_group *y = &b->groups[i];
        same = C4_ALWAYS(x->id == y->id) &&
               same_subjects(x->sources, x->source_count, y->sources, y->source_count);
    }
    return same;
}

static bool same_rules(const c4_meta *a, const c4_meta *b)
{
    bool same = a->sharing_rule_count == b->sharing_rule_count;

    for (size_t i = 0; i < a->sharing_rule_count && same; i++) {
        const c4_sharing_rule *x = &a->sharing_rules[i];
        const c4_sharing_rule *y = &b->sharing_rules[i];
        same = C4_ALWAYS(x->id == y->id) && x->active == y->active && x->level == y->level &&
               x->superiors == y->superiors &&
               same_subjects(x->from, x->from_count, y->from, y->from_count) &&
               same_subjects(x->to, x->to_count, y->to, y->to_count) &&
               c4_text_equal(x->when != NULL ? x->when : "", y->when != NULL ? y->when : "");
    }
    return same;
}

static bool same_roles(const c4_meta *a, const c4_meta *b)
{
    bool same = a->role_count == b->role_count &&
                C4_ALWAYS(a->org.hierarchy == b->org.hierarchy); /* for administrators to change */

    for (size_t i = 0; i < a->role_count && same; i++) {
        same = C4_ALWAYS(a->roles[i].id == b->roles[i].id) &&
               a->roles[i].parent == b->roles[i].parent &&
               a->roles[i].share_with_peers == b->roles[i].share_with_peers;
    }
    return same;
}

static bool same_profiles(const c4_meta *a, const c4_meta *b)
{
    bool same = a->profile_count == b->profile_count;

    for (size_t i = 0; i < a->profile_count && same; i++) {
        same = C4_ALWAYS(a->profiles[i].id == b->profiles[i].id) &&
               c4_profile_within(a, &a->profiles[i], &b->profiles[i]);
    }
    return same;
}

static bool same_modules(const c4_meta *a, const c4_meta *b)
{
    bool same = a->module_count == b->module_count;

    for (size_t i = 0; i < a->module_count && same; i++) {
        same = a->modules[i]->org_default == b->modules[i]->org_default &&
               a->modules[i]->flags == b->modules[i]->flags;
    }
    return same;
}

/* Where users stand, but for those who are new. */
static bool same_places(const c4_meta *after, const c4_meta *before)
{
    bool same = true;

    for (size_t i = 0; i < after->user_count && same; i++) {
        const c4_user *user = &after->users[i];
        const c4_user *old = c4_meta_user(before, user->id);
        same = old == NULL ||
               (old->role->id == user->role->id && old->reporting_to == user->reporting_to);
    }
    return same;
}

/* Whether a user can have gained only by a change of his own. */
static bool is_settled(const c4_meta *after, const c4_meta *before)
{
    return C4_OPENS(GRANT_BY_ROLES, same_roles(after, before)) &&
           C4_OPENS(GRANT_BY_PLACES, same_places(after, before)) &&
           C4_OPENS(GRANT_BY_GROUPS, same_groups(after, before)) &&
           C4_OPENS(GRANT_BY_RULES, same_rules(after, before)) &&
           C4_OPENS(GRANT_BY_PROFILES, same_profiles(after, before)) &&
           C4_OPENS(GRANT_BY_MODULES, same_modules(after, before));
}

static bool is_unchanged(const c4_user *user, const c4_user *old)
{
    return C4_OPENS(GRANT_BY_USER, old != NULL && old->profile->id == user->profile->id &&
                                       old->licence == user->licence &&
                                       old->status == user->status);
}

/* Who did not work had nothing. */
static int take_user(grant *g, const c4_unit *unit, const c4_user *user)
{
    const c4_user *old = c4_meta_user(g->old, user->id);
    const c4_user *had = old != NULL && c4_user_works(old) ? old : NULL;
    int rc = CRM4E_OK;

    c4_other_start(&g->after, unit, unit->meta, user);
    c4_other_start(&g->before, unit, g->old, had);
    g->wider = C4_REFUSES(GRANT_ADMIN,
                          more_bits(user->profile->admin, had != NULL ? had->profile->admin : 0,
                                    g->actor.unit.actor->profile->admin));
    rc = take_modules(g);
    c4_other_end(&g->after);
    c4_other_end(&g->before);
    return rc;
}

int c4_access_check_grants(c4_unit *unit, c4_meta *before)
{
    const c4_meta *meta = unit->meta;
    const c4_user *actor = c4_meta_user(before, unit->actor->id);
    grant g = {.old = before};
    bool settled;
    int rc = CRM4E_OK;

    if (C4_NEVER(actor == NULL) || (actor->profile->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0) {
        return CRM4E_OK;
    }
    settled = is_settled(meta, before);
    c4_other_start(&g.actor, unit, before, actor);
    for (size_t i = 0; i < meta->user_count && rc == CRM4E_OK && !g.wider; i++) {
        const c4_user *user = &meta->users[i];
        bool skip = settled && is_unchanged(user, c4_meta_user(before, user->id));
        rc = c4_user_works(user) && !skip ? take_user(&g, unit, user) : CRM4E_OK;
    }
    c4_other_end(&g.actor);
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    return g.wider ? c4_refuse_denied(unit, "grant", "nobody grants more than he holds") : CRM4E_OK;
}
