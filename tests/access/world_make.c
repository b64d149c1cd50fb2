/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* SplitMix64. */
uint64_t world_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int world_below(uint64_t *state, int bound)
{
    return bound > 0 ? (int)(world_random(state) % (uint64_t)bound) : 0;
}

static bool chance(uint64_t *state, int percent)
{
    return world_below(state, 100) < percent;
}

static void *room(int count, size_t size)
{
    void *memory = calloc((size_t)(count > 0 ? count : 1), size);

    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* CEO at the root; a chain, a star, or anything between. */
static void make_roles(world *w, uint64_t *r, int count)
{
    int shape = world_below(r, 3);

    w->roles = room(count, sizeof *w->roles);
    w->role_count = count;
    for (int i = 0; i < count; i++) {
        world_role *role = &w->roles[i];
        int parent = shape == 0 ? i - 1 : shape == 1 ? world_below(r, 2) : world_below(r, i);
        (void)snprintf(role->name, sizeof role->name, "%s", i == 0 ? "CEO" : "");
        if (i > 0) {
            (void)snprintf(role->name, sizeof role->name, "Role%d", i);
        }
        role->parent = i == 0 ? -1 : parent < i ? parent : 0;
        /* no role lies below the 31st */
        role->parent = shape == 0 && i > 28 ? world_below(r, 20) : role->parent;
        role->peers = i == 0 || chance(r, 30);
    }
}

static uint32_t some_actions(uint64_t *r)
{
    uint32_t actions = (uint32_t)world_random(r) & WORLD_ALL_ACTIONS;

    actions |= chance(r, 60) ? (uint32_t)world_random(r) & WORLD_ALL_ACTIONS : 0;
    return chance(r, 85) ? actions | 1u << CRM4E_ACTION_VIEW : actions;
}

static bool is_team(int module)
{
    return world_modules[module].kind == WORLD_TEAM;
}

static void make_field_permissions(uint64_t *r, const world_module *module, uint8_t *out)
{
    for (int i = 0; i < module->field_count; i++) {
        if (chance(r, 18)) {
            out[i] = (uint8_t)(1 + world_below(r, 3));
        }
    }
}

static void make_profile(world_profile *profile, uint64_t *r)
{
    profile->everything = profile->for_team ? 0 : some_actions(r);
    profile->exports = !profile->for_team && chance(r, 60);
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (is_team(m)) {
            continue;
        }
        if (chance(r, 60)) {
            profile->listed[m] = true;
            profile->actions[m] =
                profile->for_team ? chance(r, 70) ? 1u << CRM4E_ACTION_VIEW : 0 : some_actions(r);
        }
        make_field_permissions(r, &world_modules[m], profile->fields[m]);
    }
}

/* A Team User licence opens ten org modules at most. */
static void make_profiles(world *w, uint64_t *r, int count)
{
    w->profiles = room(count, sizeof *w->profiles);
    w->profile_count = count;
    for (int i = 0; i < count; i++) {
        world_profile *profile = &w->profiles[i];
        (void)snprintf(profile->name, sizeof profile->name, "Profile%d", i);
        profile->for_team = i == 2 || i == 3;
        if (i < 3) {
            static const char *const names[] = {"Administrator", "Standard", "Team User"};
            (void)snprintf(profile->name, sizeof profile->name, "%s", names[i]);
            profile->built_in = true;
            profile->administrator = i == 0;
            profile->exports = i == 0;
            profile->everything = i == 0   ? WORLD_ALL_ACTIONS
                                  : i == 1 ? WORLD_ALL_ACTIONS & ~(1u << CRM4E_ACTION_MASS_DELETE)
                                           : 0;
        } else {
            make_profile(profile, r);
        }
    }
    /* as it comes with an org */
    static const int opened[] = {WORLD_LEADS, WORLD_CONTACTS, WORLD_ACCOUNTS, WORLD_DEALS};
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++) {
        w->profiles[2].listed[opened[i]] = true;
        w->profiles[2].actions[opened[i]] = 1u << CRM4E_ACTION_VIEW;
    }
}

static void make_users(world *w, uint64_t *r, int count)
{
    w->users = room(count, sizeof *w->users);
    w->user_count = count;
    for (int i = 0; i < count; i++) {
        world_user *user = &w->users[i];
        bool team = i > 0 && chance(r, 20);
        (void)snprintf(user->email, sizeof user->email, "u%d@world.example", i);
        user->role = i == 0 ? 0 : world_below(r, w->role_count);
        user->profile = i == 0 || (!team && chance(r, 6)) ? 0
                        : team                            ? 2 + world_below(r, 2)
                        : chance(r, 40)                   ? 1
                                        : 4 + world_below(r, w->profile_count - 4);
        user->licence = team                    ? CRM4E_LICENCE_TEAM
                        : i > 0 && chance(r, 4) ? CRM4E_LICENCE_NONE
                                                : CRM4E_LICENCE_CRM;
        user->status = i == 0 || chance(r, 84) ? CRM4E_USER_ACTIVE
                       : chance(r, 50)         ? CRM4E_USER_INACTIVE
                                               : CRM4E_USER_DELETED;
        user->reports_to = i > 0 && chance(r, 75) ? world_below(r, i) : -1;
    }
}

static world_subject make_subject(const world *w, uint64_t *r)
{
    world_subject subject = {(crm4e_subject)(1 + world_below(r, 4)), 0};

    if (subject.kind == CRM4E_SUBJECT_GROUP && w->group_count == 0) {
        subject.kind = CRM4E_SUBJECT_ROLE;
    }
    subject.index = world_below(r, subject.kind == CRM4E_SUBJECT_USER    ? w->user_count
                                   : subject.kind == CRM4E_SUBJECT_GROUP ? w->group_count
                                                                         : w->role_count);
    return subject;
}

/* Different ones, one at least. */
static int make_subjects(const world *w, uint64_t *r, world_subject *out)
{
    int wanted = 1 + world_below(r, WORLD_SUBJECTS);
    int count = 0;

    for (int i = 0; i < wanted; i++) {
        world_subject next = make_subject(w, r);
        bool known = false;
        for (int j = 0; j < count; j++) {
            known = known || (out[j].kind == next.kind && out[j].index == next.index);
        }
        if (!known) {
            out[count++] = next;
        }
    }
    return count;
}

static void make_groups(world *w, uint64_t *r, int count)
{
    w->groups = room(count, sizeof *w->groups);
    w->group_count = count;
    for (int i = 0; i < count; i++) {
        (void)snprintf(w->groups[i].name, sizeof w->groups[i].name, "Group%d", i);
        w->groups[i].source_count = make_subjects(w, r, w->groups[i].sources);
    }
}

/* -1 when no record of a module that may stand there exists. */
static int some_record(const world *w, uint64_t *r, uint32_t targets)
{
    for (int i = 0; i < 20 && w->record_count > 0; i++) {
        int record = world_below(r, w->record_count);
        if ((targets & 1u << w->records[record].module) != 0) {
            return record;
        }
    }
    return -1;
}

static int some_user(const world *w, uint64_t *r)
{
    for (;;) {
        int user = world_below(r, w->user_count);
        if (w->users[user].status != CRM4E_USER_DELETED) {
            return user;
        }
    }
}

static int make_value(const world *w, uint64_t *r, const world_field *field)
{
    switch (field->type) {
    case WORLD_TEXT: return world_below(r, WORLD_WORDS);
    case WORLD_PICK: return world_below(r, WORLD_OPTIONS);
    case WORLD_NUMBER: return world_below(r, 10);
    case WORLD_LOOKUP: return some_record(w, r, field->targets);
    case WORLD_OWNER: return some_user(w, r);
    case WORLD_TIME: return 0;
    default: return -1;
    }
}

static void make_comparison(const world *w, uint64_t *r, const world_rule *rule, world_node *node)
{
    static const world_operator of_numbers[] = {WORLD_EQ, WORLD_NE,     WORLD_LT,     WORLD_GE,
                                                WORLD_IN, WORLD_NOT_IN, WORLD_BETWEEN};
    static const world_operator of_words[] = {WORLD_EQ, WORLD_NE, WORLD_IN, WORLD_NOT_IN,
                                              WORLD_LIKE};
    const world_module *module = &world_modules[rule->module];
    const world_field *field;

    do {
        node->field = world_below(r, module->field_count);
        field = &module->fields[node->field];
        node->values[0] = make_value(w, r, field);
        node->values[1] = make_value(w, r, field);
    } while (field->type == WORLD_TIME || field->type == WORLD_MADE || node->values[0] < 0 ||
             node->values[1] < 0);
    if (field->type != WORLD_OWNER && chance(r, 25)) {
        node->op = chance(r, 50) ? WORLD_IS_NULL : WORLD_IS_NOT_NULL;
    } else if (field->type == WORLD_NUMBER) {
        node->op = of_numbers[world_below(r, 7)];
    } else {
        node->op = of_words[world_below(r, field->type == WORLD_TEXT ? 5 : 4)];
    }
}

static int make_node(const world *w, uint64_t *r, world_rule *rule, int depth)
{
    int at = rule->node_count++;
    int kind = world_below(r, 6);

    if (depth >= 3 || kind > 2) {
        make_comparison(w, r, rule, &rule->nodes[at]);
        return at;
    }
    rule->nodes[at].op = (world_operator)kind;
    /* the places of nodes are taken in the calls */
    int left = make_node(w, r, rule, kind == WORLD_NOT ? depth + 1 : depth + 2);
    rule->nodes[at].left = left;
    if (kind != WORLD_NOT) {
        int right = make_node(w, r, rule, depth + 2);
        rule->nodes[at].right = right;
    }
    return at;
}

static void make_rules(world *w, uint64_t *r, int count)
{
    w->rules = room(count, sizeof *w->rules);
    w->rule_count = count;
    for (int i = 0; i < count; i++) {
        world_rule *rule = &w->rules[i];
        (void)snprintf(rule->name, sizeof rule->name, "Rule%d", i);
        do {
            rule->module = (world_module_id)world_below(r, WORLD_MODULES);
        } while (world_modules[rule->module].kind > WORLD_ACTIVITY);
        rule->active = chance(r, 85);
        rule->level = (crm4e_level)(1 + world_below(r, 3));
        rule->superiors = chance(r, 35);
        rule->to_count = make_subjects(w, r, rule->to);
        if (chance(r, 50)) {
            rule->from_count = make_subjects(w, r, rule->from);
        } else {
            (void)make_node(w, r, rule, 0);
        }
    }
}

static void make_teams(world *w, uint64_t *r)
{
    static const uint32_t requests = 1u << CRM4E_ACTION_VIEW | 1u << CRM4E_ACTION_CREATE |
                                     1u << CRM4E_ACTION_EDIT | 1u << CRM4E_ACTION_DELETE;
    for (int m = 0; m < WORLD_MODULES; m++) {
        for (int p = CRM4E_TEAM_ADMIN; is_team(m) && p <= CRM4E_TEAM_REQUESTER; p++) {
            uint32_t most = p == CRM4E_TEAM_REQUESTER
                                ? requests
                                : WORLD_ALL_ACTIONS & ~(1u << CRM4E_ACTION_CONVERT);
            w->teams[m].actions[p] = chance(r, 50) ? most : some_actions(r) & most;
            make_field_permissions(r, &world_modules[m], w->teams[m].fields[p]);
        }
    }
}

static void make_members(world *w, uint64_t *r)
{
    size_t count = WORLD_MODULES * (size_t)w->user_count;

    w->members = room((int)count, 1);
    w->joined = room((int)count, 1);
    for (int m = 0; m < WORLD_MODULES; m++) {
        uint8_t *joined = &w->joined[m * w->user_count];
        uint8_t *members = &w->members[m * w->user_count];
        int admins = 1;
        for (int u = 0; is_team(m) && u < w->user_count; u++) {
            int profile = 1 + world_below(r, 5);
            profile = profile == CRM4E_TEAM_ADMIN && admins++ > 3 ? CRM4E_TEAM_MEMBER : profile;
            joined[u] = u == 0          ? CRM4E_TEAM_ADMIN /* who makes it */
                        : chance(r, 45) ? (uint8_t)profile
                                        : 0;
            members[u] = u > 0 && chance(r, 15) ? 0 : joined[u];
        }
    }
}

/* Who may own a record: in org modules users with a CRM licence, in team
 * modules members. */
static int some_owner(const world *w, uint64_t *r, int module)
{
    for (;;) {
        int user = world_below(r, w->user_count);
        bool fits = is_team(module) ? w->joined[module * w->user_count + user] != 0
                                    : w->users[user].licence != CRM4E_LICENCE_TEAM;
        if (fits) {
            return user;
        }
    }
}

static void make_record(world *w, uint64_t *r, int module)
{
    world_record *record = &w->records[w->record_count];
    const world_module *m = &world_modules[module];

    record->module = (world_module_id)module;
    record->owner = some_owner(w, r, module);
    record->creator = chance(r, 40) ? some_owner(w, r, module) : 0;
    record->deleted = chance(r, 6);
    record->locked = chance(r, 8);
    for (int i = 0; i < m->field_count; i++) {
        const world_field *field = &m->fields[i];
        bool empty = !field->must && chance(r, field->type == WORLD_LOOKUP ? 30 : 40);
        record->values[i] = empty ? -1 : make_value(w, r, field);
        if (field->type == WORLD_OWNER) {
            record->values[i] = record->owner;
        } else if (field->must && record->values[i] < 0) {
            return; /* nothing to hang on: no record */
        }
    }
    w->record_count++;
}

static void make_records(world *w, uint64_t *r, int per_module)
{
    w->records = room(WORLD_MODULES * per_module, sizeof *w->records);
    for (int m = 0; m < WORLD_MODULES; m++) {
        int count = world_below(r, per_module) + 1;
        for (int i = 0; i < count; i++) {
            make_record(w, r, m);
        }
    }
}

static bool shared_already(const world *w, int record, world_subject subject)
{
    int count = 0;

    for (int i = 0; i < w->share_count; i++) {
        const world_share *share = &w->shares[i];
        if (share->record == record) {
            count++;
            if (share->subject.kind == subject.kind && share->subject.index == subject.index) {
                return true;
            }
        }
    }
    return count >= 10;
}

static void make_shares(world *w, uint64_t *r, int count)
{
    static const crm4e_level levels[] = {CRM4E_LEVEL_READ_ONLY, CRM4E_LEVEL_READ_WRITE,
                                         CRM4E_LEVEL_FULL_ACCESS};
    w->shares = room(count, sizeof *w->shares);
    for (int i = 0; i < count; i++) {
        int record = world_below(r, w->record_count);
        world_subject subject = make_subject(w, r);
        if (world_modules[w->records[record].module].kind != WORLD_CHILD &&
            !shared_already(w, record, subject)) {
            w->shares[w->share_count++] =
                (world_share){record, subject, levels[world_below(r, 3)],
                              chance(r, 40) && !is_team((int)w->records[record].module)};
        }
    }
}

world *world_make(uint64_t seed, int size)
{
    world *w = room(1, sizeof *w);
    uint64_t state = seed * 2 + 1;
    uint64_t *r = &state;

    w->seed = seed;
    w->hierarchy = chance(r, 65) ? CRM4E_HIERARCHY_ROLE : CRM4E_HIERARCHY_REPORTING_TO;
    w->crm4e = chance(r, 92);
    w->hidden[WORLD_VAULT] = chance(r, 25);
    w->archived[WORLD_VAULT] = chance(r, 20);
    for (int m = 0; m < WORLD_MODULES; m++) {
        crm4e_share chosen = !is_team(m) && chance(r, 30) ? (crm4e_share)(1 + world_below(r, 4))
                                                          : CRM4E_SHARE_PRIVATE;
        w->defaults[m] =
            world_modules[m].kind == WORLD_CHILD ? (crm4e_share)CRM4E_SHARE_PRIVATE : chosen;
    }
    make_roles(w, r, 2 + world_below(r, 10 * size));
    make_profiles(w, r, 5 + world_below(r, 4));
    make_users(w, r, 4 + world_below(r, 16 * size));
    make_groups(w, r, world_below(r, 6 * size));
    make_teams(w, r);
    make_members(w, r);
    make_records(w, r, 3 + 4 * size);
    make_rules(w, r, world_below(r, 12 * size));
    make_shares(w, r, world_below(r, 40 * size));
    for (int m = 0; m < WORLD_MODULES; m++) {
        w->hidden[m] = w->hidden[m] || (is_team(m) && chance(r, 6));
        w->archived[m] = w->archived[m] || (is_team(m) && chance(r, 12));
    }
    return w;
}

void world_free(world *w)
{
    if (w != NULL) {
        free(w->members);
        free(w->joined);
        free(w->roles);
        free(w->profiles);
        free(w->users);
        free(w->groups);
        free(w->rules);
        free(w->records);
        free(w->shares);
        free(w);
    }
}
