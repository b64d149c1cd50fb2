/* SPDX-License-Identifier: MIT */
/* The action that gives a record its owner, in rotation. */
#include <stdlib.h>

#include "access/reach.h"
#include "automation/assignment.h"
#include "automation/dry_run.h"
#include "automation/user_criteria.h"
#include "model/manage_rules.h"

static const c4_name targets[] = {
    {CRM4E_ASSIGN_TEAM_MODULE_USERS, "team_module_users"},
    {CRM4E_ASSIGN_USERS, "users"},
    {CRM4E_ASSIGN_ROLE, "role"},
    {CRM4E_ASSIGN_GROUP, "group"},
    {CRM4E_ASSIGN_RULE, "assignment_rule"},
    {CRM4E_ASSIGN_USER_FIELD, "user_field"},
    {CRM4E_ASSIGN_MATCHING_USERS, "matching_users"},
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
    "target",   "users",    "role",        "group",  "assignment_rule", "field",
    "criteria", "profiles", "online_only", "notify", "transfer",        NULL,
};
static const char *const target_members[] = {
    "target", "users", "role", "group", "field", "criteria", "profiles", "online_only", NULL,
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

static void read_group(c4_rule_reader *reader, const c4_json *value, c4_assign *assign)
{
    const c4_user_group *group = NULL;
    int64_t id = 0;

    if (reader->stored && c4_json_i64(value, &id)) {
        group = c4_meta_group(reader->meta, id);
    } else if (!reader->stored && c4_json_kind(value) == C4_JSON_TEXT) {
        group = c4_meta_group_named(reader->meta, c4_json_text(value, NULL));
    }
    if (group == NULL) {
        c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "group", "group", "names no group");
        return;
    }
    assign->group = group->id;
}

/* A stored id may be of a rule that is gone: it shows when the action runs. */
static void read_rule(c4_rule_reader *reader, const c4_json *value, c4_assign *assign)
{
    const c4_definition *rule = NULL;

    if (reader->stored && c4_json_i64(value, &assign->rule)) {
        return;
    }
    if (reader->unit != NULL && c4_json_kind(value) == C4_JSON_TEXT) {
        reader->rc =
            c4_assignment_named(reader->unit, reader->module, c4_json_text(value, NULL), &rule);
    }
    if (rule == NULL) {
        c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "assignment_rule", "assignment_rule",
                       "names no assignment rule of the module");
        return;
    }
    assign->rule = rule->id;
}

static bool holds_users(const c4_field *field)
{
    return field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_MULTIUSERLOOKUP;
}

/* Of a field that is closed to him nobody learns the type. */
static void read_user_field(c4_rule_reader *reader, const c4_json *json, c4_assign *assign)
{
    const c4_json *value = c4_json_member(json, "field");
    const c4_field *field = NULL;
    const char *name;
    c4_scope view;
    int64_t number = 0;

    if (reader->stored) {
        if (c4_json_i64(value, &number) && number > 0 && number <= INT32_MAX) {
            field = c4_module_field(reader->module, (int32_t)number);
        }
    } else {
        name = c4_rule_text(reader, json, "field", true, C4_RULE_NAME_MAX);
        if (reader->rc == CRM4E_OK) {
            reader->rc =
                c4_rule_author_scope(reader->unit, reader->module, CRM4E_ACTION_VIEW, &view);
        }
        if (reader->rc == CRM4E_OK) {
            reader->rc = c4_access_read_field(&view, name, &field);
        }
    }
    if (reader->rc == CRM4E_OK && (field == NULL || !holds_users(field))) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field", "names no field with users");
    }
    assign->field = field;
}

static void read_criteria(c4_rule_reader *reader, const c4_json *json, c4_assign *assign)
{
    assign->when = c4_rule_text(reader, json, "criteria", true, C4_QUERY_CEILING);
    if (assign->when != NULL) {
        assign->criteria = c4_user_criteria_read(reader, assign->when);
    }
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
        {"group", CRM4E_ASSIGN_GROUP},
        {"assignment_rule", CRM4E_ASSIGN_RULE},
        {"field", CRM4E_ASSIGN_USER_FIELD},
        {"criteria", CRM4E_ASSIGN_MATCHING_USERS},
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

static void read_target(c4_rule_reader *reader, const c4_json *json, c4_assign *assign)
{
    assign->target = c4_rule_word(reader, json, "target", targets, true);
    check_target(reader, json, assign->target);
    assign->profiles = c4_rule_words(reader, json, "profiles", profiles);
    assign->online_only = c4_rule_flag(reader, json, "online_only");
    switch (assign->target) {
    case CRM4E_ASSIGN_USERS: read_users(reader, c4_json_member(json, "users"), assign); break;
    case CRM4E_ASSIGN_ROLE: read_role(reader, c4_json_member(json, "role"), assign); break;
    case CRM4E_ASSIGN_GROUP: read_group(reader, c4_json_member(json, "group"), assign); break;
    case CRM4E_ASSIGN_RULE:
        read_rule(reader, c4_json_member(json, "assignment_rule"), assign);
        break;
    case CRM4E_ASSIGN_USER_FIELD: read_user_field(reader, json, assign); break;
    case CRM4E_ASSIGN_MATCHING_USERS: read_criteria(reader, json, assign); break;
    default: break;
    }
}

void c4_assign_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_assign *assign = &action->as.assign;

    *assign = (c4_assign){0};
    c4_rule_members(reader, json, "assign_owner", members);
    read_target(reader, json, assign);
    assign->transfer = c4_rule_words(reader, json, "transfer", transfers) >> 1;
    assign->notify = c4_rule_flag(reader, json, "notify");
}

/* Rules that choose do not ask one another. */
void c4_assign_read_target(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_assign *assign = &action->as.assign;

    *assign = (c4_assign){0};
    c4_rule_members(reader, json, "to", target_members);
    if (c4_rule_word(reader, json, "target", targets, true) == CRM4E_ASSIGN_RULE) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "target", "target", "is no target of this rule");
    }
    if (reader->rc == CRM4E_OK) {
        read_target(reader, json, assign);
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
        c4_json_put_member(writer->out, first, "role", role->name);
    }
}

static void write_group(const c4_rule_writer *writer, bool *first, crm4e_id id)
{
    const c4_user_group *group = c4_meta_group(writer->meta, id);

    if (writer->stored || group == NULL) {
        c4_json_put_key(writer->out, first, "group");
        c4_buffer_i64(writer->out, id);
    } else {
        c4_json_put_member(writer->out, first, "group", group->name);
    }
}

static void write_rule(const c4_rule_writer *writer, bool *first, crm4e_id id)
{
    const c4_definition *rule = c4_assignment_of(writer->meta, id);

    if (writer->stored || rule == NULL) {
        c4_json_put_key(writer->out, first, "assignment_rule");
        c4_buffer_i64(writer->out, id);
    } else {
        c4_json_put_member(writer->out, first, "assignment_rule", rule->name);
    }
}

static void write_field(const c4_rule_writer *writer, bool *first, const c4_field *field)
{
    if (writer->stored) {
        c4_json_put_key(writer->out, first, "field");
        c4_buffer_i64(writer->out, field->number);
    } else {
        c4_json_put_member(writer->out, first, "field", field->api_name);
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
    c4_json_put_member(out, &first, "target", c4_rule_word_text(targets, assign->target));
    if (assign->target == CRM4E_ASSIGN_USERS) {
        write_users(writer, &first, assign);
    } else if (assign->target == CRM4E_ASSIGN_ROLE) {
        write_role(writer, &first, assign->role);
    } else if (assign->target == CRM4E_ASSIGN_GROUP) {
        write_group(writer, &first, assign->group);
    } else if (assign->target == CRM4E_ASSIGN_RULE) {
        write_rule(writer, &first, assign->rule);
    } else if (assign->target == CRM4E_ASSIGN_USER_FIELD) {
        write_field(writer, &first, assign->field);
    }
    c4_json_put_member(out, &first, "criteria", assign->when);
    c4_rule_put_words(out, &first, "profiles", profiles, assign->profiles);
    write_flag(out, &first, "online_only", assign->online_only);
    write_flag(out, &first, "notify", assign->notify);
    c4_rule_put_words(out, &first, "transfer", transfers, assign->transfer << 1);
    c4_buffer_char(out, '}');
}

/* Whom the field names must be open to the author. */
int c4_assign_check(const c4_scope *author, const c4_rule_action *action)
{
    const c4_field *field = action->as.assign.field;

    return field != NULL ? c4_access_read_field(author, field->api_name, &field) : CRM4E_OK;
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

static size_t list_role(const c4_meta *meta, crm4e_id role, crm4e_id *out)
{
    size_t count = 0;

    for (size_t i = 0; i < meta->user_count; i++) {
        if (meta->users[i].role->id == role) {
            out[count++] = meta->users[i].id;
        }
    }
    return count;
}

static size_t list_members(const c4_module *module, uint32_t wanted, crm4e_id *out)
{
    size_t count = 0;

    for (size_t i = 0; i < module->member_count; i++) {
        if ((wanted & 1u << module->members[i].profile) != 0) {
            out[count++] = module->members[i].user;
        }
    }
    return count;
}

static int list_group(c4_unit *unit, crm4e_id group, crm4e_id *out, size_t *count)
{
    const c4_meta *meta = unit->meta;
    const c4_subject subject = {CRM4E_SUBJECT_GROUP, group};
    uint8_t *in = c4_arena_array(unit->arena, meta->user_count, sizeof *in);
    int rc = in != NULL ? c4_crowd_mark(unit->arena, meta, &subject, 1, in) : CRM4E_E_NO_MEMORY;

    for (size_t i = 0; rc == CRM4E_OK && i < meta->user_count; i++) {
        if (in[i] != 0) {
            out[(*count)++] = meta->users[i].id;
        }
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static size_t list_field(const c4_field *field, const crm4e_value *row, size_t most, crm4e_id *out)
{
    const crm4e_value *value = &row[field->column];
    size_t count = 0;
    size_t at = 0;
    int64_t user;

    if (field->type == CRM4E_TYPE_USERLOOKUP) {
        out[0] = value->integer;
        return value->type == CRM4E_VALUE_INTEGER ? 1 : 0;
    }
    while (count < most && c4_list_next(value, &at, &user)) {
        out[count++] = user;
    }
    return count;
}

static int list_matching(c4_unit *unit, const c4_criteria *criteria, crm4e_id *out, size_t *count)
{
    const c4_meta *meta = unit->meta;
    bool matches = false;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->user_count && rc == CRM4E_OK; i++) {
        rc = c4_user_criteria_match(unit, criteria, &meta->users[i], &matches);
        if (rc == CRM4E_OK && matches) {
            out[(*count)++] = meta->users[i].id;
        }
    }
    return rc;
}

/* Everybody the target means, in order of ids: room for all of them at most. */
static int list_target(c4_unit *unit, const c4_module *module, const crm4e_value *row,
                       const c4_assign *assign, crm4e_id *out, size_t *count)
{
    uint32_t wanted = assign->profiles != 0 ? assign->profiles : ~(1u << CRM4E_TEAM_REQUESTER);

    *count = 0;
    switch (assign->target) {
    case CRM4E_ASSIGN_TEAM_MODULE_USERS: *count = list_members(module, wanted, out); break;
    case CRM4E_ASSIGN_ROLE: *count = list_role(unit->meta, assign->role, out); break;
    case CRM4E_ASSIGN_GROUP: return list_group(unit, assign->group, out, count);
    case CRM4E_ASSIGN_USER_FIELD:
        *count = list_field(assign->field, row, unit->meta->user_count, out);
        break;
    case CRM4E_ASSIGN_MATCHING_USERS: return list_matching(unit, assign->criteria, out, count);
    default:
        for (size_t i = 0; i < assign->user_count; i++) {
            out[(*count)++] = assign->users[i];
        }
        break;
    }
    return CRM4E_OK;
}

int c4_assign_choose(c4_unit *unit, const c4_module *module, const crm4e_value *row,
                     const c4_assign *assign, crm4e_id rotation, int32_t number, crm4e_id *chosen)
{
    size_t most = module->member_count + assign->user_count + unit->meta->user_count;
    crm4e_id *ids;
    size_t listed = 0;
    size_t count = 0;
    int rc;

    if (assign->target == CRM4E_ASSIGN_RULE) {
        return c4_assignment_choose(unit, module, assign->rule, row, chosen);
    }
    ids = c4_arena_array(unit->arena, most, sizeof *ids);
    if (ids == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    rc = list_target(unit, module, row, assign, ids, &listed);
    for (size_t i = 0; i < listed; i++) {
        if (c4_owner_eligible(unit, module, ids[i])) {
            ids[count++] = ids[i];
        }
    }
    return rc == CRM4E_OK
               ? c4_rotation_next(unit, rotation, number, ids, count, assign->online_only, chosen)
               : rc;
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

/* Where the run log is told of what stays. */
typedef struct keeping {
    c4_run *run;
    const c4_rule_action *action;
} keeping;

static void tell_kept(void *context, const char *why)
{
    const keeping *k = context;

    c4_run_skip(k->run, k->action, why);
}

/* A record that has just come into being has none. */
static int hand_activities(c4_run *run, const c4_rule_action *action, crm4e_id to, int64_t *given)
{
    keeping k = {run, action};
    const c4_handing how = {.give = c4_rule_set_owner, .kept = tell_kept, .context = &k};

    return run->change->action != C4_RECORD_ADDED
               ? c4_hand_activities(run->unit, run->change->module, run->change->record,
                                    action->as.assign.transfer, to, &how, given)
               : CRM4E_OK;
}

static int hand_over(c4_run *run, const c4_rule_action *action, crm4e_id chosen)
{
    static const c4_notice told = {.subject = "Record assigned", .body = ""};
    const c4_assign *assign = &action->as.assign;
    crm4e_id before = run->owner;
    int64_t given = 0;
    int rc = CRM4E_OK;

    run->assigned = true;
    if (chosen != before) {
        rc = c4_rule_set_owner(run->unit, run->change->module, run->change->record, chosen);
    }
    if (rc == CRM4E_OK) {
        run->owner = chosen;
    }
    if (rc == CRM4E_OK && chosen != before) {
        rc = hand_activities(run, action, chosen, &given);
    }
    if (rc == CRM4E_OK && run->dry != NULL) {
        c4_dry_run_owner(run, before, chosen, given);
    }
    if (rc == CRM4E_OK && assign->notify) {
        rc = c4_notice_send(run, action, c4_meta_user(run->unit->meta, chosen), &told);
    }
    return rc;
}

int c4_assign_run(c4_run *run, const c4_rule_action *action)
{
    crm4e_id chosen = 0;
    int rc;

    if (run->assigned) {
        c4_run_skip(run, action, "the owner was assigned already");
        return CRM4E_OK;
    }
    rc = c4_assign_choose(run->unit, run->change->module, run->row, &action->as.assign,
                          run->definition->id, action->number, &chosen);
    if (rc == CRM4E_OK && chosen == 0) {
        c4_run_skip(run, action, "nobody is eligible");
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? hand_over(run, action, chosen) : rc;
}
