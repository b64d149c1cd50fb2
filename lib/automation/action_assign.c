/* SPDX-License-Identifier: MIT */
/* The action that gives a record its owner, in rotation. */
#include <stdlib.h>

#include "automation/run.h"
#include "model/manage_rules.h"

static const c4_name targets[] = {
    {CRM4E_ASSIGN_TEAM_MODULE_USERS, "team_module_users"},
    {CRM4E_ASSIGN_USERS, "users"},
    {CRM4E_ASSIGN_ROLE, "role"},
    {0, NULL},
};

/* The numbers are places of CRM4E_TRANSFER_* bits. */
static const c4_name transfers[] = {
    {0 + 1, "tasks"},
    {1 + 1, "events"},
    {2 + 1, "calls"},
    {0, NULL},
};

static const c4_name profiles[] = {
    {CRM4E_TEAM_ADMIN, "admin"},
    {CRM4E_TEAM_MANAGER, "manager"},
    {CRM4E_TEAM_MEMBER, "member"},
    {CRM4E_TEAM_PARTICIPANT, "participant"},
    {0, NULL},
};

static const char *const members[] = {
    "target", "users", "role", "profiles", "online_only", "notify", "transfer", NULL,
};

static int compare_ids(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = *(const crm4e_id *)b;

    return x < y ? -1 : x > y;
}

static void read_users(c4_rule_reader *reader, const c4_json *list, c4_assign *assign)
{
    size_t count = c4_json_count(list);
    crm4e_id *users = c4_arena_array(reader->arena, count, sizeof *users);
    size_t kept = 0;

    if (users == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    if (c4_json_kind(list) != C4_JSON_ARRAY) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "users", "type", "must be an array of users");
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        users[i] = c4_rule_user(reader, c4_json_item(list, i), "users");
    }
    qsort(users, count, sizeof *users, compare_ids);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || users[kept - 1] != users[i]) {
            users[kept++] = users[i];
        }
    }
    assign->users = users;
    assign->user_count = kept;
}

static void read_role(c4_rule_reader *reader, const c4_json *value, c4_assign *assign)
{
    const c4_role *role = NULL;
    int64_t id = 0;

    if (reader->stored && c4_json_i64(value, &id)) {
        role = c4_meta_role(reader->meta, id);
    } else if (!reader->stored && c4_json_kind(value) == C4_JSON_TEXT) {
        role = c4_meta_role_named(reader->meta, c4_json_text(value, NULL));
    }
    if (role == NULL) {
        c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "role", "role", "names no role");
        return;
    }
    assign->role = role->id;
}

/* A member that belongs to another target would do nothing: it is refused. */
static void check_target(c4_rule_reader *reader, const c4_json *json, crm4e_assign_target target)
{
    static const struct {
        const char *member;
        crm4e_assign_target target;
    } parts[] = {
        {"profiles", CRM4E_ASSIGN_TEAM_MODULE_USERS},
        {"users", CRM4E_ASSIGN_USERS},
        {"role", CRM4E_ASSIGN_ROLE},
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].target != target && c4_json_member(json, parts[i].member) != NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, parts[i].member, "target",
                           "does not go with the target");
        }
    }
    if (target == CRM4E_ASSIGN_TEAM_MODULE_USERS && reader->module->kind != C4_MODULE_TEAM) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "target", "target", "needs a team module");
    }
}

void c4_assign_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_assign *assign = &action->as.assign;

    *assign = (c4_assign){0};
    c4_rule_members(reader, json, "assign_owner", members);
    assign->target = c4_rule_word(reader, json, "target", targets, true);
    check_target(reader, json, assign->target);
    assign->profiles = c4_rule_words(reader, json, "profiles", profiles);
    assign->transfer = c4_rule_words(reader, json, "transfer", transfers) >> 1;
    assign->online_only = c4_rule_flag(reader, json, "online_only");
    assign->notify = c4_rule_flag(reader, json, "notify");
    if (assign->target == CRM4E_ASSIGN_USERS) {
        read_users(reader, c4_json_member(json, "users"), assign);
    } else if (assign->target == CRM4E_ASSIGN_ROLE) {
        read_role(reader, c4_json_member(json, "role"), assign);
    }
}

static bool writes_user(const c4_rule_writer *writer, crm4e_id id)
{
    const c4_user *user = c4_meta_user(writer->meta, id);

    return writer->stored || (user != NULL && user->status != CRM4E_USER_DELETED);
}

/* Deleted users have no name that leads to them any more. */
static void write_users(c4_rule_writer *writer, bool *first, const c4_assign *assign)
{
    bool between = false;

    c4_json_put_key(writer->out, first, "users");
    c4_buffer_char(writer->out, '[');
    for (size_t i = 0; i < assign->user_count; i++) {
        if (writes_user(writer, assign->users[i])) {
            c4_buffer_text(writer->out, between ? "," : "");
            c4_rule_put_user(writer, assign->users[i]);
            between = true;
        }
    }
    c4_buffer_char(writer->out, ']');
}

static void write_role(c4_rule_writer *writer, bool *first, crm4e_id id)
{
    const c4_role *role = c4_meta_role(writer->meta, id);

    if (writer->stored || role == NULL) {
        c4_json_put_key(writer->out, first, "role");
        c4_buffer_i64(writer->out, id);
    } else {
        c4_rule_put_text(writer->out, first, "role", role->name);
    }
}

static void write_flag(c4_buffer *out, bool *first, const char *member, bool flag)
{
    if (flag) {
        c4_json_put_key(out, first, member);
        c4_buffer_text(out, "true");
    }
}

void c4_assign_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_assign *assign = &action->as.assign;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_rule_put_text(out, &first, "target", c4_rule_word_text(targets, assign->target));
    if (assign->target == CRM4E_ASSIGN_USERS) {
        write_users(writer, &first, assign);
    } else if (assign->target == CRM4E_ASSIGN_ROLE) {
        write_role(writer, &first, assign->role);
    }
    c4_rule_put_words(out, &first, "profiles", profiles, assign->profiles);
    write_flag(out, &first, "online_only", assign->online_only);
    write_flag(out, &first, "notify", assign->notify);
    c4_rule_put_words(out, &first, "transfer", transfers, assign->transfer << 1);
    c4_buffer_char(out, '}');
}

bool c4_owner_eligible(const c4_unit *unit, const c4_module *module, crm4e_id id)
{
    const c4_user *user = c4_meta_user(unit->meta, id);
    const c4_member *member;

    if (user == NULL || !c4_user_works(user)) {
        return false;
    }
    if (module->kind == C4_MODULE_TEAM) {
        member = c4_module_member(module, id);
        return (member != NULL && member->profile != CRM4E_TEAM_REQUESTER) ||
               (user->profile->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0;
    }
    return user->licence == CRM4E_LICENCE_CRM &&
           (c4_profile_actions(user->profile, module) & 1u << CRM4E_ACTION_VIEW) != 0;
}

/* Everybody the target means, in order of ids: room for all of them at most. */
static size_t list_target(const c4_run *run, const c4_assign *assign, crm4e_id *out)
{
    const c4_module *module = run->change->module;
    const c4_meta *meta = run->unit->meta;
    uint32_t wanted = assign->profiles != 0 ? assign->profiles : ~(1u << CRM4E_TEAM_REQUESTER);
    size_t count = 0;

    for (size_t i = 0; assign->target == CRM4E_ASSIGN_TEAM_MODULE_USERS && i < module->member_count;
         i++) {
        const c4_member *member = &module->members[i];
        if ((wanted & 1u << member->profile) != 0) {
            out[count++] = member->user;
        }
    }
    for (size_t i = 0; assign->target == CRM4E_ASSIGN_USERS && i < assign->user_count; i++) {
        out[count++] = assign->users[i];
    }
    for (size_t i = 0; assign->target == CRM4E_ASSIGN_ROLE && i < meta->user_count; i++) {
        if (meta->users[i].role->id == assign->role) {
            out[count++] = meta->users[i].id;
        }
    }
    return count;
}

static int list_eligible(const c4_run *run, const c4_assign *assign, crm4e_id **out, size_t *count)
{
    const c4_module *module = run->change->module;
    size_t most = module->member_count + assign->user_count + run->unit->meta->user_count;
    crm4e_id *ids = c4_arena_array(run->unit->arena, most, sizeof *ids);
    size_t listed;

    *count = 0;
    *out = ids;
    if (ids == NULL) {
        return c4_fail_plain(run->unit->error, CRM4E_E_NO_MEMORY);
    }
    listed = list_target(run, assign, ids);
    for (size_t i = 0; i < listed; i++) {
        if (c4_owner_eligible(run->unit, module, ids[i])) {
            ids[(*count)++] = ids[i];
        }
    }
    return CRM4E_OK;
}

int c4_rule_set_owner(c4_unit *unit, const c4_module *module, crm4e_id record, crm4e_id owner)
{
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    draft.id = record;
    draft.owner = owner;
    return c4_record_write_as_rule(unit, &draft);
}

static int hand_over(c4_run *run, const c4_rule_action *action, crm4e_id chosen)
{
    const c4_assign *assign = &action->as.assign;
    crm4e_id before = run->owner;
    int rc = CRM4E_OK;

    run->assigned = true;
    if (chosen != before) {
        rc = c4_rule_set_owner(run->unit, run->change->module, run->change->record, chosen);
    }
    if (rc == CRM4E_OK) {
        run->owner = chosen;
    }
    if (rc == CRM4E_OK && chosen != before) {
        rc = c4_transfer_activities(run, action, chosen);
    }
    if (rc == CRM4E_OK && assign->notify) {
        rc = c4_notice_send(run, c4_meta_user(run->unit->meta, chosen), "Record assigned", "");
    }
    return rc;
}

int c4_assign_run(c4_run *run, const c4_rule_action *action)
{
    const c4_assign *assign = &action->as.assign;
    crm4e_id *ids = NULL;
    crm4e_id chosen = 0;
    size_t count = 0;
    int rc;

    if (run->assigned) {
        c4_run_skip(run, action, "the owner was assigned already");
        return CRM4E_OK;
    }
    rc = list_eligible(run, assign, &ids, &count);
    if (rc == CRM4E_OK) {
        rc = c4_rotation_next(run->unit, run->definition->id, action->number, ids, count,
                              assign->online_only, &chosen);
    }
    if (rc == CRM4E_OK && chosen == 0) {
        c4_run_skip(run, action, "nobody is eligible");
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? hand_over(run, action, chosen) : rc;
}
