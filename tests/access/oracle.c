/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

static bool *table_of(int rows, int columns)
{
    bool *table = calloc((size_t)rows * (size_t)columns + 1, sizeof(bool));

    if (table == NULL) {
        abort();
    }
    return table;
}

static bool role_below(const oracle *o, int role, int above)
{
    return o->below[role * o->w->role_count + above];
}

static void fill_below(oracle *o)
{
    const world *w = o->w;

    for (int role = 0; role < w->role_count; role++) {
        for (int above = w->roles[role].parent; above >= 0; above = w->roles[above].parent) {
            o->below[role * w->role_count + above] = true;
        }
    }
}

static void fill_reports(oracle *o)
{
    const world *w = o->w;

    for (int user = 0; user < w->user_count; user++) {
        for (int above = w->users[user].reports_to; above >= 0;
             above = w->users[above].reports_to) {
            o->reports[user * w->user_count + above] = true;
        }
    }
}

/* Whether a subject is, or contains, a user. */
static bool covers(const oracle *o, const world_subject *subject, int user)
{
    int role = o->w->users[user].role;

    switch (subject->kind) {
    case CRM4E_SUBJECT_USER: return subject->index == user;
    case CRM4E_SUBJECT_ROLE: return subject->index == role;
    case CRM4E_SUBJECT_ROLE_AND_SUBORDINATES:
        return subject->index == role || role_below(o, role, subject->index);
    default: return o->in_group[subject->index * o->w->user_count + user];
    }
}

static bool any_covers(const oracle *o, const world_subject *subjects, int count, int user)
{
    for (int i = 0; i < count; i++) {
        if (covers(o, &subjects[i], user)) {
            return true;
        }
    }
    return false;
}

/* Whether a group has a user by its own sources; one who is deleted has left those
 * that named him. */
static bool holds(const oracle *o, const world_group *group, int user)
{
    bool deleted = o->w->users[user].status == CRM4E_USER_DELETED;

    for (int i = 0; i < group->source_count; i++) {
        const world_subject *source = &group->sources[i];
        if (!(deleted && source->kind == CRM4E_SUBJECT_USER) && covers(o, source, user)) {
            return true;
        }
    }
    return false;
}

/* Groups in a circle belong to one another: until nothing is added any more. */
static void fill_groups(oracle *o)
{
    const world *w = o->w;
    bool added = true;

    while (added) {
        added = false;
        for (int g = 0; g < w->group_count; g++) {
            for (int user = 0; user < w->user_count; user++) {
                bool *inside = &o->in_group[g * w->user_count + user];
                if (!*inside && holds(o, &w->groups[g], user)) {
                    *inside = true;
                    added = true;
                }
            }
        }
    }
}

/* Whether a role is named by a rule: itself, or in a group of its recipients. */
static bool names_role(const oracle *o, const world_subject *subjects, int count, int role,
                       int depth)
{
    for (int i = 0; i < count; i++) {
        const world_subject *s = &subjects[i];
        bool named = false;
        if (s->kind == CRM4E_SUBJECT_ROLE || s->kind == CRM4E_SUBJECT_ROLE_AND_SUBORDINATES) {
            named = s->index == role;
        } else if (s->kind == CRM4E_SUBJECT_GROUP && depth < o->w->group_count) {
            const world_group *g = &o->w->groups[s->index];
            named = names_role(o, g->sources, g->source_count, role, depth + 1);
        }
        if (named) {
            return true;
        }
    }
    return false;
}

static bool is_superior(const oracle *o, const world_rule *rule, int user)
{
    const world *w = o->w;

    for (int other = 0; other < w->user_count; other++) {
        if (!any_covers(o, rule->to, rule->to_count, other)) {
            continue;
        }
        if (w->hierarchy == CRM4E_HIERARCHY_REPORTING_TO
                ? o->reports[other * w->user_count + user]
                : role_below(o, w->users[other].role, w->users[user].role)) {
            return true;
        }
    }
    for (int role = 0; w->hierarchy == CRM4E_HIERARCHY_ROLE && role < w->role_count; role++) {
        if (role_below(o, role, w->users[user].role) &&
            names_role(o, rule->to, rule->to_count, role, 0)) {
            return true;
        }
    }
    return false;
}

static void fill_addressed(oracle *o)
{
    const world *w = o->w;

    for (int i = 0; i < w->rule_count; i++) {
        const world_rule *rule = &w->rules[i];
        for (int user = 0; user < w->user_count; user++) {
            o->addressed[i * w->user_count + user] =
                rule->active && (any_covers(o, rule->to, rule->to_count, user) ||
                                 (rule->superiors && is_superior(o, rule, user)));
        }
    }
}

oracle *oracle_new(const world *w)
{
    oracle *o = calloc(1, sizeof *o);

    if (o == NULL) {
        abort();
    }
    o->w = w;
    o->below = table_of(w->role_count, w->role_count);
    o->reports = table_of(w->user_count, w->user_count);
    o->in_group = table_of(w->group_count, w->user_count);
    o->addressed = table_of(w->rule_count, w->user_count);
    fill_below(o);
    fill_reports(o);
    fill_groups(o);
    fill_addressed(o);
    return o;
}

void oracle_free(oracle *o)
{
    if (o != NULL) {
        free(o->below);
        free(o->reports);
        free(o->in_group);
        free(o->addressed);
        free(o);
    }
}

/* Criteria: false, unknown, true. */
typedef enum truth {
    NO,
    UNKNOWN,
    YES
} truth;

/* Words compare without regard to case; none of them differ by case alone. */
static truth compare(const world_node *node, const world_field *field, int value)
{
    int a = node->values[0];
    int b = node->values[1];
    bool met = false;

    if (node->op == WORLD_IS_NULL || node->op == WORLD_IS_NOT_NULL) {
        return (value < 0) == (node->op == WORLD_IS_NULL) ? YES : NO;
    }
    if (value < 0) {
        return UNKNOWN;
    }
    (void)field;
    switch (node->op) {
    case WORLD_EQ: met = value == a; break;
    case WORLD_NE: met = value != a; break;
    case WORLD_LT: met = value < a; break;
    case WORLD_GE: met = value >= a; break;
    case WORLD_IN: met = value == a || value == b; break;
    case WORLD_NOT_IN: met = value != a && value != b; break;
    case WORLD_BETWEEN: met = value >= a && value <= b; break;
    case WORLD_LIKE: met = (world_words[value][0] | 32) == (world_words[a][0] | 32); break;
    default: break;
    }
    return met ? YES : NO;
}

static truth judge(const world_rule *rule, int at, const world_record *record)
{
    const world_node *node = &rule->nodes[at];
    truth left;
    truth right;

    if (node->op > WORLD_NOT) {
        return compare(node, &world_modules[rule->module].fields[node->field],
                       record->values[node->field]);
    }
    left = judge(rule, node->left, record);
    if (node->op == WORLD_NOT) {
        return (truth)(YES - left);
    }
    right = judge(rule, node->right, record);
    if (node->op == WORLD_AND) {
        return left < right ? left : right;
    }
    return left > right ? left : right;
}

static crm4e_level level_of(crm4e_action action)
{
    switch (action) {
    case CRM4E_ACTION_VIEW:
    case CRM4E_ACTION_EXPORT:
    case CRM4E_ACTION_MANAGE_VIEWS:
    case CRM4E_ACTION_SEND_MAIL: return CRM4E_LEVEL_READ_ONLY;
    case CRM4E_ACTION_EDIT:
    case CRM4E_ACTION_MASS_UPDATE:
    case CRM4E_ACTION_IMPORT: return CRM4E_LEVEL_READ_WRITE;
    case CRM4E_ACTION_SHARE: return CRM4E_LEVEL_FULL_ACCESS;
    default: return CRM4E_LEVEL_READ_WRITE_DELETE;
    }
}

static uint32_t bit(crm4e_action action)
{
    return 1u << action;
}

static bool is_administrator(const oracle *o, int user)
{
    return o->w->profiles[o->w->users[user].profile].administrator;
}

static int team_profile(const oracle *o, int user, int module)
{
    return o->w->members[module * o->w->user_count + user];
}

/* The greatest level at which records of a module are shared with a user; 0: none. */
static crm4e_level guest_level(const oracle *o, int user, int module)
{
    crm4e_level most = 0;

    for (int i = 0; i < o->w->share_count; i++) {
        const world_share *share = &o->w->shares[i];
        const world_record *record = &o->w->records[share->record];
        if ((int)record->module == module && !record->deleted && share->level > most &&
            covers(o, &share->subject, user)) {
            most = share->level;
        }
    }
    return most;
}

/* What a guest may do with records shared with him at a level. */
static uint32_t guest_actions(crm4e_level level)
{
    uint32_t actions = 0;

    if (level >= CRM4E_LEVEL_READ_ONLY) {
        actions |= bit(CRM4E_ACTION_VIEW) | bit(CRM4E_ACTION_EXPORT);
    }
    if (level >= CRM4E_LEVEL_READ_WRITE) {
        actions |= bit(CRM4E_ACTION_EDIT) | bit(CRM4E_ACTION_MASS_UPDATE);
    }
    if (level >= CRM4E_LEVEL_FULL_ACCESS) {
        actions |= bit(CRM4E_ACTION_DELETE) | bit(CRM4E_ACTION_MASS_DELETE) |
                   bit(CRM4E_ACTION_CHANGE_OWNER) | bit(CRM4E_ACTION_SHARE);
    }
    return actions;
}

/* With a Team User licence only view is left of the profile; besides come notes
 * and attachments. */
static uint32_t profile_actions(const oracle *o, int user, int module)
{
    static const uint32_t hanging = 1u << CRM4E_ACTION_VIEW | 1u << CRM4E_ACTION_CREATE |
                                    1u << CRM4E_ACTION_EDIT | 1u << CRM4E_ACTION_DELETE;
    const world_profile *profile = &o->w->profiles[o->w->users[user].profile];
    uint32_t actions = profile->listed[module] ? profile->actions[module] : profile->everything;

    if (o->w->users[user].licence != CRM4E_LICENCE_TEAM) {
        return actions;
    }
    if (world_modules[module].kind == WORLD_CHILD) {
        return hanging;
    }
    return actions & bit(CRM4E_ACTION_VIEW);
}

/* The actions a user has on a module, whatever the record. */
static uint32_t module_actions(const oracle *o, int user, int module)
{
    const world *w = o->w;

    if (is_administrator(o, user)) {
        return w->archived[module] ? bit(CRM4E_ACTION_VIEW) | bit(CRM4E_ACTION_EXPORT)
                                   : WORLD_ALL_ACTIONS;
    }
    if (w->hidden[module] || w->archived[module]) {
        return 0;
    }
    if (world_modules[module].kind != WORLD_TEAM) {
        return profile_actions(o, user, module);
    }
    if (!w->crm4e) {
        return 0;
    }
    int profile = team_profile(o, user, module);
    return profile != 0 ? w->teams[module].actions[profile]
                        : guest_actions(guest_level(o, user, module));
}

static bool by_share(const oracle *o, int user, int record, crm4e_level level, bool related)
{
    for (int i = 0; i < o->w->share_count; i++) {
        const world_share *share = &o->w->shares[i];
        if (share->record == record && share->level >= level && (!related || share->related) &&
            covers(o, &share->subject, user)) {
            return true;
        }
    }
    return false;
}

static bool by_related(const oracle *o, int user, const world_record *record, crm4e_level level)
{
    const world_module *module = &world_modules[record->module];

    for (int i = 0; i < module->field_count; i++) {
        int target = record->values[i];
        if (module->fields[i].type == WORLD_LOOKUP && target >= 0 &&
            world_modules[o->w->records[target].module].kind != WORLD_TEAM &&
            !o->w->records[target].deleted && by_share(o, user, target, level, true)) {
            return true;
        }
    }
    return false;
}

static bool by_rule(const oracle *o, int user, const world_record *record, crm4e_level level)
{
    const world *w = o->w;

    for (int i = 0; i < w->rule_count; i++) {
        const world_rule *rule = &w->rules[i];
        if (rule->module == record->module && rule->level >= level &&
            o->addressed[i * w->user_count + user] &&
            (rule->from_count > 0 ? any_covers(o, rule->from, rule->from_count, record->owner)
                                  : judge(rule, 0, record) == YES)) {
            return true;
        }
    }
    return false;
}

static bool is_above(const oracle *o, int user, int owner)
{
    const world *w = o->w;

    return w->hierarchy == CRM4E_HIERARCHY_REPORTING_TO
               ? o->reports[owner * w->user_count + user]
               : role_below(o, w->users[owner].role, w->users[user].role);
}

static bool is_peer(const oracle *o, int user, int owner)
{
    const world *w = o->w;
    int mine = w->users[user].role;

    return user != owner && mine == w->users[owner].role && w->roles[mine].peers;
}

static bool by_default(const oracle *o, int module, crm4e_level level)
{
    switch (o->w->defaults[module]) {
    case CRM4E_SHARE_READ_ONLY: return level <= CRM4E_LEVEL_READ_ONLY;
    case CRM4E_SHARE_READ_WRITE: return level <= CRM4E_LEVEL_READ_WRITE;
    case CRM4E_SHARE_READ_WRITE_DELETE: return level <= CRM4E_LEVEL_READ_WRITE_DELETE;
    default: return false;
    }
}

/* Open where what it hangs on is open. */
static bool by_parent(const oracle *o, int user, const world_record *record, crm4e_level level)
{
    const world_module *module = &world_modules[record->module];
    crm4e_action asked = level == CRM4E_LEVEL_READ_ONLY ? CRM4E_ACTION_VIEW : CRM4E_ACTION_EDIT;

    for (int i = 0; i < module->field_count; i++) {
        int parent = record->values[i];
        if (module->fields[i].type == WORLD_LOOKUP && parent >= 0 &&
            oracle_in_scope(o, user, asked, (int)o->w->records[parent].module, parent) ==
                CRM4E_OK) {
            return true;
        }
    }
    return false;
}

static bool in_org_scope(const oracle *o, int user, int index, crm4e_level level)
{
    const world_record *record = &o->w->records[index];
    world_kind kind = world_modules[record->module].kind;

    if (record->owner == user) {
        return true;
    }
    if (kind == WORLD_CHILD) {
        return by_parent(o, user, record, level);
    }
    return is_above(o, user, record->owner) || is_peer(o, user, record->owner) ||
           by_default(o, (int)record->module, level) || by_rule(o, user, record, level) ||
           by_share(o, user, index, level, false) || by_related(o, user, record, level) ||
           (kind == WORLD_ACTIVITY && by_parent(o, user, record, level));
}

static bool in_team_scope(const oracle *o, int user, int index, crm4e_action action)
{
    const world_record *record = &o->w->records[index];
    crm4e_level level = level_of(action);
    bool owner = record->owner == user;

    switch (team_profile(o, user, (int)record->module)) {
    case CRM4E_TEAM_ADMIN:
    case CRM4E_TEAM_MANAGER: return true;
    case CRM4E_TEAM_MEMBER:
        if (owner || level == CRM4E_LEVEL_READ_ONLY) {
            return true;
        }
        break;
    case CRM4E_TEAM_PARTICIPANT:
        if (owner) {
            return true;
        }
        break;
    case CRM4E_TEAM_REQUESTER:
        if (owner || record->creator == user) {
            return true;
        }
        break;
    default: break;
    }
    return by_share(o, user, index, level, false);
}

static bool in_scope(const oracle *o, int user, int index, crm4e_action action)
{
    if (is_administrator(o, user)) {
        return true;
    }
    return world_modules[o->w->records[index].module].kind == WORLD_TEAM
               ? in_team_scope(o, user, index, action)
               : in_org_scope(o, user, index, level_of(action));
}

static uint32_t reason(crm4e_reason number, bool holds)
{
    return holds ? 1u << (number - CRM4E_REASON_ADMINISTRATOR) : 0;
}

static uint32_t org_reasons(const oracle *o, int user, int index, crm4e_level level)
{
    const world_record *record = &o->w->records[index];
    world_kind kind = world_modules[record->module].kind;
    uint32_t found = reason(CRM4E_REASON_OWNER, record->owner == user);

    if (kind != WORLD_ORG) {
        found |= reason(CRM4E_REASON_FOLLOWS, by_parent(o, user, record, level));
    }
    if (kind == WORLD_CHILD) {
        return found;
    }
    return found | reason(CRM4E_REASON_HIERARCHY, is_above(o, user, record->owner)) |
           reason(CRM4E_REASON_PEER, is_peer(o, user, record->owner)) |
           reason(CRM4E_REASON_ORG_DEFAULT, by_default(o, (int)record->module, level)) |
           reason(CRM4E_REASON_SHARING_RULE, by_rule(o, user, record, level)) |
           reason(CRM4E_REASON_SHARE, by_share(o, user, index, level, false)) |
           reason(CRM4E_REASON_RELATED_SHARE, by_related(o, user, record, level));
}

static uint32_t team_reasons(const oracle *o, int user, int index, crm4e_level level)
{
    const world_record *record = &o->w->records[index];
    int profile = team_profile(o, user, (int)record->module);
    bool all = profile == CRM4E_TEAM_ADMIN || profile == CRM4E_TEAM_MANAGER ||
               (profile == CRM4E_TEAM_MEMBER && level == CRM4E_LEVEL_READ_ONLY);

    return reason(CRM4E_REASON_ALL_RECORDS, all) |
           reason(CRM4E_REASON_OWNER, profile != 0 && record->owner == user) |
           reason(CRM4E_REASON_CREATOR,
                  profile == CRM4E_TEAM_REQUESTER && record->creator == user) |
           reason(CRM4E_REASON_SHARE, by_share(o, user, index, level, false));
}

uint32_t oracle_reasons(const oracle *o, int user, crm4e_action action, int record)
{
    return world_modules[o->w->records[record].module].kind == WORLD_TEAM
               ? team_reasons(o, user, record, level_of(action))
               : org_reasons(o, user, record, level_of(action));
}

int oracle_in_scope(const oracle *o, int user, crm4e_action action, int module, int record)
{
    const world_user *u = &o->w->users[user];
    uint32_t actions;

    if (u->status != CRM4E_USER_ACTIVE || u->licence == CRM4E_LICENCE_NONE) {
        return CRM4E_E_INACTIVE;
    }
    actions = module_actions(o, user, module);
    if ((actions & bit(CRM4E_ACTION_VIEW)) == 0) {
        return CRM4E_E_NOT_FOUND;
    }
    if ((actions & bit(action)) == 0) {
        return CRM4E_E_DENIED;
    }
    if (record < 0 || action == CRM4E_ACTION_CREATE) {
        return CRM4E_OK;
    }
    if (o->w->records[record].deleted || !in_scope(o, user, record, CRM4E_ACTION_VIEW)) {
        return CRM4E_E_NOT_FOUND;
    }
    return in_scope(o, user, record, action) ? CRM4E_OK : CRM4E_E_DENIED;
}

int oracle_may(const oracle *o, int user, crm4e_action action, int module, int record)
{
    int code = oracle_in_scope(o, user, action, module, record);
    bool changes = level_of(action) != CRM4E_LEVEL_READ_ONLY && action != CRM4E_ACTION_SHARE &&
                   action != CRM4E_ACTION_CREATE;

    return code == CRM4E_OK && record >= 0 && changes && o->w->records[record].locked
               ? CRM4E_E_LOCKED
               : code;
}

static crm4e_permission entry(const oracle *o, int user, int module, int field)
{
    uint8_t given;

    if (world_modules[module].kind == WORLD_TEAM) {
        int profile = team_profile(o, user, module);
        given = o->w->teams[module].fields[profile != 0 ? profile : CRM4E_TEAM_REQUESTER][field];
    } else {
        given = o->w->profiles[o->w->users[user].profile].fields[module][field];
    }
    return given != 0 ? given : CRM4E_PERMISSION_READ_WRITE;
}

crm4e_permission oracle_field(const oracle *o, int user, int module, int field)
{
    const world_field *f = &world_modules[module].fields[field];
    crm4e_permission most;

    if (is_administrator(o, user)) {
        return CRM4E_PERMISSION_READ_WRITE;
    }
    most = entry(o, user, module, field);
    for (int i = 0; f->type == WORLD_MADE && i < 2; i++) {
        crm4e_permission input = entry(o, user, module, f->inputs[i]);
        most = input > most ? input : most;
    }
    return most;
}

bool oracle_module_shown(const oracle *o, int user, int module)
{
    if (oracle_in_scope(o, user, CRM4E_ACTION_VIEW, module, -1) != CRM4E_OK) {
        return false;
    }
    if (world_modules[module].kind != WORLD_TEAM || is_administrator(o, user)) {
        return true;
    }
    int profile = team_profile(o, user, module);
    return profile != 0 && profile != CRM4E_TEAM_REQUESTER;
}

bool oracle_rollup(const oracle *o, int user, int of, int lookup, int source)
{
    if (is_administrator(o, user)) {
        return true;
    }
    return oracle_module_shown(o, user, of) &&
           oracle_field(o, user, of, lookup) != CRM4E_PERMISSION_HIDDEN &&
           (source < 0 || oracle_field(o, user, of, source) != CRM4E_PERMISSION_HIDDEN);
}
