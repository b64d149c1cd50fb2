/* SPDX-License-Identifier: MIT */
/* Everything that opens one record to a user, each rule asked by itself. */
#include "access/explain.h"
#include "access/inside.h"
#include "base/sure.h"
#include "model/schema.h"
#include "storage/storage.h"

#include <string.h>

/* A look at one record. Adding ends with the first failure. */
typedef struct look {
    c4_unit *unit; /* whose actor it is about */
    c4_arena *arena;
    const c4_scope *scope;
    c4_reach *reach;
    const crm4e_value *row;
    c4_verdict *verdict;
    const c4_sharing_rule *kept_back; /* opens it by a field the user may not read */
    bool blind;
    int rc;
} look;

static void add(look *l, crm4e_reason kind, const char *name)
{
    if (l->rc == CRM4E_OK) {
        l->rc = c4_verdict_add(l->unit, l->arena, l->verdict, kind, name);
    }
}

static bool is_own(const look *l)
{
    return l->row[C4_COLUMN_OWNER].integer == l->reach->actor->id;
}

static void look_at_team(look *l)
{
    c4_team_profile profile = l->scope->team_profile;
    bool created = l->row[C4_COLUMN_CREATED_BY].integer == l->reach->actor->id;

    if (profile == 0) {
        return;
    }
    if (c4_team_opens_all(profile, l->scope->level)) {
        add(l, CRM4E_REASON_ALL_RECORDS, c4_text_of(C4_NAMES_TEAM_PROFILE, profile));
    }
    if (is_own(l)) {
        add(l, CRM4E_REASON_OWNER, "");
    }
    if (profile == CRM4E_TEAM_REQUESTER && created) {
        add(l, CRM4E_REASON_CREATOR, "");
    }
}

static void look_at_owner(look *l)
{
    const c4_meta *meta = l->reach->meta;
    const c4_user *owner = c4_meta_user(meta, l->row[C4_COLUMN_OWNER].integer);
    const c4_role *role = l->reach->actor->role;

    if (is_own(l)) {
        add(l, CRM4E_REASON_OWNER, "");
        return;
    }
    if (owner == NULL || (l->scope->module->flags & C4_MODULE_CHILD) != 0) {
        return;
    }
    if (l->reach->below[owner - meta->users] != 0) {
        add(l, CRM4E_REASON_HIERARCHY, owner->name);
    }
    if (owner->role == role && role->share_with_peers) {
        add(l, CRM4E_REASON_PEER, role->name);
    }
}

static void look_at_default(look *l)
{
    const c4_module *module = l->scope->module;

    if ((module->flags & C4_MODULE_CHILD) == 0 && module->org_default > l->scope->level) {
        add(l, CRM4E_REASON_ORG_DEFAULT, c4_text_of(C4_NAMES_SHARE, module->org_default));
    }
}

static bool rule_by_owner_opens(look *l, const c4_sharing_rule *rule)
{
    const c4_meta *meta = l->reach->meta;
    const c4_user *owner = c4_meta_user(meta, l->row[C4_COLUMN_OWNER].integer);
    uint8_t *marks = c4_arena_array(l->unit->arena, meta->user_count, 1);

    if (marks == NULL ||
        c4_crowd_mark(l->unit->arena, meta, rule->from, rule->from_count, marks) != CRM4E_OK) {
        l->rc = c4_fail_plain(l->unit->error, CRM4E_E_NO_MEMORY);
        return false;
    }
    return owner != NULL && marks[owner - meta->users] != 0;
}

static bool rule_by_criteria_opens(look *l, const c4_sharing_rule *rule)
{
    const crm4e_storage_host *host = &l->unit->db->store->host;
    const crm4e_predicate *rows = NULL;
    int matches = 0;

    l->rc = c4_access_rule_rows(l->unit, l->unit->arena, rule, &rows);
    if (l->rc == CRM4E_OK && rows != NULL) {
        matches = crm4e_plan_matches(host, rows, l->row, l->scope->module->table.column_count);
    }
    if (matches < 0) {
        l->rc = c4_fail_plain(l->unit->error, matches);
    }
    return matches == 1;
}

static bool reads_fields_of(look *l, const c4_sharing_rule *rule)
{
    bool reads = true;

    for (size_t i = 0; i < rule->field_count && reads; i++) {
        const c4_field *field = c4_module_field(l->scope->module, rule->fields[i]);
        /* without the field the criteria would open nothing */
        if (C4_ALWAYS(field != NULL)) {
            l->rc = c4_access_can_read(l->scope, field, &reads);
        }
    }
    return reads;
}

static void look_at_rule(look *l, const c4_sharing_rule *rule)
{
    bool opens =
        l->rc == CRM4E_OK && c4_reach_rule(l->reach, rule, l->scope->level) &&
        (rule->when != NULL ? rule_by_criteria_opens(l, rule) : rule_by_owner_opens(l, rule));

    if (opens && C4_REFUSES(ASK_BLIND, l->blind && !reads_fields_of(l, rule))) {
        l->kept_back = rule;
    } else if (opens) {
        add(l, CRM4E_REASON_SHARING_RULE, rule->name);
    }
}

static void look_at_rules(look *l)
{
    const c4_module *module = l->scope->module;
    size_t count = 0;
    const c4_sharing_rule *rules = c4_meta_sharing_rules(l->reach->meta, module->number, &count);

    for (size_t i = 0; i < count; i++) {
        look_at_rule(l, &rules[i]);
    }
}

/* The shares of the record itself, as they are stored. */
static void look_at_shares(look *l)
{
    static const uint32_t columns[] = {C4_SHARE_KIND, C4_SHARE_SUBJECT, C4_SHARE_LEVEL};
    const crm4e_value *share = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int64_t record = l->row[C4_COLUMN_ID].integer;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_SHARE]);
    plan.columns = columns;
    plan.column_count = 3;
    plan.index = C4_SHARE_BY_RECORD;
    plan.ranges = &record;
    plan.range_count = 1;
    rc = c4_rows_open(&rows, l->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &share)) == CRM4E_ROW) {
        c4_subject subject = {(c4_subject_kind)share[0].integer, share[1].integer};
        if (share[2].integer >= l->scope->level && share[2].integer <= CRM4E_LEVEL_FULL_ACCESS &&
            c4_reach_is(l->reach, &subject)) {
            add(l, CRM4E_REASON_SHARE, c4_meta_subject_name(l->reach->meta, &subject));
        }
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    if (rc != CRM4E_OK) {
        l->rc = c4_fail_plain(l->unit->error, rc);
    }
}

static bool is_shared_with_related(const look *l, const c4_field *field)
{
    const crm4e_value *target = &l->row[field->column];
    size_t held = target->type != CRM4E_VALUE_NULL ? l->reach->held_count : 0;
    bool found = false;

    for (size_t i = 0; i < held && !found; i++) {
        const c4_held_share *share = &l->reach->held[i];
        const c4_module *module = NULL;
        if (share->record == target->integer && share->related && share->level >= l->scope->level) {
            module = c4_meta_module(l->reach->meta, share->module);
        }
        found = module != NULL && module->kind != C4_MODULE_TEAM;
    }
    return found;
}

static void look_at_related(look *l)
{
    const c4_module *module = l->scope->module;

    for (size_t i = 0; (module->flags & C4_MODULE_CHILD) == 0 && i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        if (c4_field_relates(field) && is_shared_with_related(l, field)) {
            add(l, CRM4E_REASON_RELATED_SHARE, field->api_name);
        }
    }
}

static void look_at_followed(look *l)
{
    const c4_meta *meta = l->reach->meta;
    const c4_module *module = l->scope->module;

    for (size_t i = 0; i < module->field_count && l->rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        bool inside = false;
        if (!c4_field_ties(field)) {
            continue;
        }
        l->rc = c4_access_followed_by(l->scope, field, l->row, &inside);
        if (inside) {
            int32_t number = (int32_t)l->row[field->key_column].integer;
            add(l, CRM4E_REASON_FOLLOWS, c4_meta_module(meta, number)->api_name);
        }
    }
}

static void look_at_all(look *l)
{
    if (c4_actor_is_administrator(l->unit)) {
        return;
    }
    if (l->scope->module->kind == C4_MODULE_TEAM) {
        look_at_team(l);
    } else {
        look_at_owner(l);
        look_at_default(l);
        look_at_rules(l);
        look_at_related(l);
    }
    if ((l->scope->module->flags & C4_MODULE_CHILD) == 0) {
        look_at_shares(l);
    }
    if ((l->scope->module->flags & (C4_MODULE_CHILD | C4_MODULE_ACTIVITY)) != 0) {
        look_at_followed(l);
    }
}

int c4_access_reasons(c4_unit *unit, c4_arena *arena, const c4_scope *scope, crm4e_id record,
                      bool blind, c4_verdict *verdict)
{
    crm4e_value *row = NULL;
    look l = {.unit = unit, .arena = arena, .scope = scope, .verdict = verdict, .blind = blind};
    size_t before = verdict->count;

    l.rc = c4_reach_of(unit, &l.reach);
    if (l.rc == CRM4E_OK) {
        l.rc = c4_reach_shares(unit, l.reach);
    }
    if (l.rc == CRM4E_OK) {
        l.rc = c4_access_read_row(scope, record, &row);
        l.row = row;
    }
    if (l.rc == CRM4E_OK) {
        look_at_all(&l);
    }
    if (l.kept_back != NULL && verdict->count == before) {
        add(&l, CRM4E_REASON_SHARING_RULE, l.kept_back->name);
    }
    return l.rc;
}
