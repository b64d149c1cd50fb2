/* SPDX-License-Identifier: MIT */
/* The builder of rules writes the rule's JSON, the one form that is checked
 * and stored. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "api/held_workflow.h"
#include "base/json.h"
#include "base/text.h"

int crm4e_assign_options_init(crm4e_assign_options *options)
{
    static const crm4e_assign_options initial = CRM4E_ASSIGN_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static void destroy(c4_object *object)
{
    c4_held_workflow *self = (c4_held_workflow *)object;

    if (!self->mem)
        return;
    c4_buffer_free(&self->name);
    c4_buffer_free(&self->waits);
    c4_buffer_free(&self->conditions);
}

int c4_held_workflow_text(crm4e_error *error, const char *text, const char *name, size_t ceiling,
                          size_t *length)
{
    int rc = c4_need(error, text, name);

    if (rc == CRM4E_OK) {
        rc = c4_text_length(text, CRM4E_NUL_TERMINATED, ceiling, length);
        if (rc == CRM4E_OK)
            rc = c4_text_check(text, *length);
        if (rc < 0)
            rc = c4_fail(error, rc, "argument '%s' is too long or no UTF-8", name);
    }
    return rc;
}

typedef struct new_arguments {
    int32_t module;
    const char *name;
} new_arguments;

static int start(c4_unit *unit, void *object, void *arguments)
{
    const new_arguments *a = arguments;
    const c4_module *module = c4_meta_module(unit->meta, a->module);
    c4_held_workflow *self = object;
    size_t length = 0;
    int rc = c4_held_workflow_text(unit->error, a->name, "name", C4_WORKFLOW_NAME, &length);

    self->mem = &unit->env->mem;
    self->module = a->module;
    c4_buffer_init(&self->name, self->mem, C4_WORKFLOW_TEXT);
    c4_buffer_init(&self->waits, self->mem, C4_WORKFLOW_TEXT);
    c4_buffer_init(&self->conditions, self->mem, C4_WORKFLOW_TEXT);
    if (rc < 0)
        return rc;
    if (length == 0 || c4_text_points(a->name, length) > 100 || c4_text_blank(a->name, length))
        return c4_fail(unit->error, CRM4E_E_INVALID, "a rule's name has 1 to 100 characters");
    if (!module || !c4_actor_automates(unit, module))
        rc = c4_check_open(unit, module);
    if (rc < 0)
        return rc;
    if (!c4_actor_automates(unit, module))
        return c4_fail(unit->error, CRM4E_E_DENIED,
                       "only its admins may set up automation of this module");
    c4_json_put_text(&self->name, a->name, length);
    return self->name.code;
}

int crm4e_workflow_new(crm4e_workflow **out, crm4e_module *module, const char *name)
{
    new_arguments arguments = {0, name};

    return c4_call_module_object(out, module, &arguments.module, C4_KIND_WORKFLOW,
                                 sizeof(c4_held_workflow), destroy, start, &arguments);
}

void crm4e_workflow_free(crm4e_workflow *workflow)
{
    c4_object_free(workflow, C4_KIND_WORKFLOW);
}

static void set_mark(c4_held_workflow *self)
{
    self->mark.length = self->conditions.length;
    self->mark.conditions = self->condition_count;
    self->mark.actions = self->action_count;
    self->mark.actions_here = self->actions_here;
    self->mark.groups_here = self->groups_here;
}

/* The result of what was written since the mark; a failure undoes it. */
static int settle(c4_held_workflow *self)
{
    int rc = self->conditions.code;

    if (rc < 0) {
        self->conditions.code = CRM4E_OK;
        self->conditions.length = self->mark.length;
        self->condition_count = self->mark.conditions;
        self->action_count = self->mark.actions;
        self->actions_here = self->mark.actions_here;
        self->groups_here = self->mark.groups_here;
    }
    return rc;
}

/* Of the last condition what is open, its list of actions and that of its groups. */
static void close_condition(const c4_held_workflow *self, c4_buffer *out)
{
    c4_buffer_text(out, self->groups_here > 0 ? "]}]}" : "]}");
}

/* Opens a condition. The first one replaces the empty one a rule starts with. */
static void open_condition(c4_held_workflow *self, const char *criteria, const char *was)
{
    if (self->condition_count > 0) {
        close_condition(self, &self->conditions);
        c4_buffer_char(&self->conditions, ',');
    }
    c4_buffer_char(&self->conditions, '{');
    if (criteria) {
        c4_buffer_text(&self->conditions, "\"when\":");
        c4_json_put_text(&self->conditions, criteria, strlen(criteria));
        c4_buffer_char(&self->conditions, ',');
    }
    if (was) {
        c4_buffer_text(&self->conditions, "\"was\":");
        c4_json_put_text(&self->conditions, was, strlen(was));
        c4_buffer_char(&self->conditions, ',');
    }
    c4_buffer_text(&self->conditions, "\"then\":[");
    self->condition_count++;
    self->actions_here = 0;
    self->groups_here = 0;
}

/* NULL is no criteria. */
static int check_criteria(const c4_entry *entry, const char *criteria, const char *name)
{
    const c4_criteria *parsed = NULL;
    crm4e_error *error = &entry->session->error;
    size_t length = 0;
    int rc = criteria ? c4_held_workflow_text(error, criteria, name, C4_QUERY_CEILING, &length)
                      : CRM4E_OK;

    return rc == CRM4E_OK && criteria
               ? c4_criteria_parse(&entry->session->arena, error, criteria, length, &parsed)
               : rc;
}

static int start_condition(const c4_entry *entry, const char *criteria, const char *was)
{
    c4_held_workflow *self = entry->object;
    int rc = CRM4E_OK;

    if (self->condition_count >= C4_RULE_CONDITIONS)
        rc = c4_fail(&entry->session->error, CRM4E_E_TOO_BIG, "at most %d conditions",
                     C4_RULE_CONDITIONS);
    if (rc == CRM4E_OK)
        rc = check_criteria(entry, criteria, "criteria");
    if (rc == CRM4E_OK)
        rc = check_criteria(entry, was, "was");
    if (rc == CRM4E_OK) {
        set_mark(self);
        open_condition(self, criteria, was);
        rc = settle(self);
    }
    return rc;
}

int crm4e_workflow_when(crm4e_workflow *token, const char *criteria)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    return rc < 0 ? rc : c4_leave(&entry, start_condition(&entry, criteria, NULL));
}

int crm4e_workflow_when_was(crm4e_workflow *token, const char *criteria, const char *was)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, was, "was");
    if (rc == CRM4E_OK)
        rc = start_condition(&entry, criteria, was);
    return c4_leave(&entry, rc);
}

int crm4e_workflow_later(crm4e_workflow *token, int32_t count, crm4e_time_unit unit)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;

    if (rc < 0)
        return rc;
    rc = c4_held_workflow_check_span(&entry.session->error, unit, count);
    if (rc == CRM4E_OK && self->groups_here >= C4_RULE_GROUPS)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "at most %d groups", C4_RULE_GROUPS);
    if (rc == CRM4E_OK) {
        set_mark(self);
        if (self->condition_count == 0)
            open_condition(self, NULL, NULL);
        c4_buffer_text(&self->conditions,
                       self->groups_here > 0 ? "]},{\"after\":" : "],\"scheduled\":[{\"after\":");
        c4_held_workflow_put_span(&self->conditions, unit, count);
        c4_buffer_text(&self->conditions, ",\"then\":[");
        self->groups_here++;
        self->actions_here = 0;
        rc = settle(self);
    }
    return c4_leave(&entry, rc);
}

/* Begins an action: {"name":{ . */
static int begin_action(c4_held_workflow *self, crm4e_error *error, const char *name)
{
    if (self->action_count >= C4_RULE_ACTIONS)
        return c4_fail(error, CRM4E_E_TOO_BIG, "at most %d actions", C4_RULE_ACTIONS);
    set_mark(self);
    if (self->condition_count == 0)
        open_condition(self, NULL, NULL);
    if (self->actions_here > 0)
        c4_buffer_char(&self->conditions, ',');
    c4_buffer_text(&self->conditions, "{\"");
    c4_buffer_text(&self->conditions, name);
    c4_buffer_text(&self->conditions, "\":{");
    return CRM4E_OK;
}

static int end_action(c4_held_workflow *self)
{
    c4_buffer_text(&self->conditions, "}}");
    self->action_count++;
    self->actions_here++;
    return settle(self);
}

static void put_text(c4_held_workflow *self, bool *first, const char *key, const char *text)
{
    c4_json_put_key(&self->conditions, first, key);
    c4_json_put_text(&self->conditions, text, strlen(text));
}

static const char *const target_names[] = {
    "team_module_users", "users",      "role",          "group",
    "assignment_rule",   "user_field", "matching_users"};

static void put_users(c4_held_workflow *self, const c4_meta *meta, bool *first,
                      const crm4e_assign_options *options)
{
    c4_json_put_key(&self->conditions, first, "users");
    c4_buffer_char(&self->conditions, '[');
    for (size_t i = 0; i < options->user_count; i++) {
        const char *email = c4_meta_user(meta, options->users[i])->email;

        if (i > 0)
            c4_buffer_char(&self->conditions, ',');
        c4_json_put_text(&self->conditions, email, strlen(email));
    }
    c4_buffer_char(&self->conditions, ']');
}

static void put_transfer(c4_held_workflow *self, bool *first, uint32_t transfer)
{
    static const char *const names[] = {"\"tasks\"", "\"events\"", "\"calls\""};
    bool none = true;

    c4_json_put_key(&self->conditions, first, "transfer");
    c4_buffer_char(&self->conditions, '[');
    for (uint32_t i = 0; i < 3; i++) {
        if (!(transfer & (1u << i)))
            continue;
        if (!none)
            c4_buffer_char(&self->conditions, ',');
        none = false;
        c4_buffer_text(&self->conditions, names[i]);
    }
    c4_buffer_char(&self->conditions, ']');
}

static int check_assign(c4_unit *unit, const crm4e_assign_options *options)
{
    crm4e_error *error = unit->error;

    if (options->target < CRM4E_ASSIGN_TEAM_MODULE_USERS ||
        options->target > CRM4E_ASSIGN_MATCHING_USERS ||
        (options->transfer & ~(uint32_t)CRM4E_TRANSFER_OPEN_ACTIVITIES))
        return c4_fail(error, CRM4E_E_INVALID, "no such target or transfer");
    if (options->target == CRM4E_ASSIGN_ROLE)
        return c4_need(error, options->role, "role");
    if (options->target == CRM4E_ASSIGN_GROUP)
        return c4_need(error, options->group, "group");
    if (options->target == CRM4E_ASSIGN_RULE)
        return c4_need(error, options->assignment_rule, "assignment_rule");
    if (options->target == CRM4E_ASSIGN_USER_FIELD)
        return c4_need(error, options->field, "field");
    if (options->target == CRM4E_ASSIGN_MATCHING_USERS)
        return c4_need(error, options->criteria, "criteria");
    if (options->target != CRM4E_ASSIGN_USERS)
        return CRM4E_OK;
    if (options->user_count == 0 || !options->users)
        return c4_fail(error, CRM4E_E_INVALID, "no users to assign to");
    for (size_t i = 0; i < options->user_count; i++) {
        if (!c4_meta_user(unit->meta, options->users[i]))
            return c4_fail(error, CRM4E_E_INVALID, "no such user to assign to");
    }
    return CRM4E_OK;
}

int crm4e_workflow_then_assign_owner(crm4e_workflow *token, const crm4e_assign_options *options)
{
    crm4e_assign_options copy = CRM4E_ASSIGN_OPTIONS_INIT;
    bool first = true;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    rc = c4_options_read(unit->error, &copy, sizeof copy, offsetof(crm4e_assign_options, group),
                         options);
    if (rc == CRM4E_OK)
        rc = check_assign(unit, &copy);
    if (rc == CRM4E_OK)
        rc = begin_action(self, unit->error, "assign_owner");
    if (rc < 0)
        return c4_leave(&entry, rc);
    put_text(self, &first, "target", target_names[copy.target - 1]);
    if (copy.target == CRM4E_ASSIGN_USERS)
        put_users(self, unit->meta, &first, &copy);
    if (copy.target == CRM4E_ASSIGN_ROLE)
        put_text(self, &first, "role", copy.role);
    if (copy.target == CRM4E_ASSIGN_GROUP)
        put_text(self, &first, "group", copy.group);
    if (copy.target == CRM4E_ASSIGN_RULE)
        put_text(self, &first, "assignment_rule", copy.assignment_rule);
    if (copy.target == CRM4E_ASSIGN_USER_FIELD)
        put_text(self, &first, "field", copy.field);
    if (copy.target == CRM4E_ASSIGN_MATCHING_USERS)
        put_text(self, &first, "criteria", copy.criteria);
    c4_json_put_key(&self->conditions, &first, "online_only");
    c4_buffer_text(&self->conditions, copy.online_only ? "true" : "false");
    c4_json_put_key(&self->conditions, &first, "notify");
    c4_buffer_text(&self->conditions, copy.notify ? "true" : "false");
    put_transfer(self, &first, copy.transfer);
    return c4_leave(&entry, end_action(self));
}

int crm4e_workflow_then_update_field(crm4e_workflow *token, const char *field, const char *value)
{
    bool first = true;
    size_t length = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_held_workflow_text(error, field, "field", 256, &length);
    if (rc == CRM4E_OK && value)
        rc = c4_held_workflow_text(error, value, "value", C4_WORKFLOW_TEXT, &length);
    if (rc == CRM4E_OK)
        rc = begin_action(self, error, "update_field");
    if (rc < 0)
        return c4_leave(&entry, rc);
    put_text(self, &first, "field", field);
    if (value) {
        put_text(self, &first, "value", value);
    } else {
        c4_json_put_key(&self->conditions, &first, "value");
        c4_buffer_text(&self->conditions, "null");
    }
    return c4_leave(&entry, end_action(self));
}

int crm4e_workflow_then_notify(crm4e_workflow *token, const char *to, const char *subject,
                               const char *body)
{
    bool first = true;
    size_t length = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_held_workflow_text(error, to, "to", 256, &length);
    if (rc == CRM4E_OK)
        rc = c4_held_workflow_text(error, subject, "subject", C4_WORKFLOW_TEXT, &length);
    if (rc == CRM4E_OK && body)
        rc = c4_held_workflow_text(error, body, "body", C4_WORKFLOW_TEXT, &length);
    if (rc == CRM4E_OK)
        rc = begin_action(self, error, "notify");
    if (rc < 0)
        return c4_leave(&entry, rc);
    put_text(self, &first, "to", to);
    put_text(self, &first, "subject", subject);
    if (body)
        put_text(self, &first, "body", body);
    return c4_leave(&entry, end_action(self));
}

int crm4e_webhook_options_init(crm4e_webhook_options *options)
{
    static const crm4e_webhook_options initial = CRM4E_WEBHOOK_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

/* A member of the action that is being written; NULL: none. */
typedef struct action_part {
    const char *name;
    const char *text;
    bool is_json;
} action_part;

static action_part truth(const char *name, int32_t is)
{
    return (action_part){name, is ? "true" : NULL, true};
}

/* JSON is parsed before it goes into other JSON, whose form it cannot change then. */
static int put_part(c4_held_workflow *self, crm4e_error *error, bool *first,
                    const action_part *part)
{
    c4_json_document document = {0};
    size_t length = 0;
    int rc = part->text
                 ? c4_held_workflow_text(error, part->text, part->name, C4_WORKFLOW_TEXT, &length)
                 : CRM4E_OK;

    if (rc < 0 || !part->text)
        return rc;
    if (!part->is_json) {
        put_text(self, first, part->name, part->text);
        return CRM4E_OK;
    }
    rc = c4_json_parse(&document, self->mem, part->text, length, C4_WORKFLOW_TEXT);
    if (rc == CRM4E_OK) {
        c4_json_put_key(&self->conditions, first, part->name);
        c4_json_put_value(&self->conditions, document.root);
    } else if (rc != CRM4E_E_NO_MEMORY) {
        rc = c4_fail(error, rc, "argument '%s' is no JSON: %s", part->name, document.problem);
    }
    c4_json_free(&document);
    return rc;
}

/* An action of parts; one that is refused leaves nothing of it. */
static int put_action(c4_held_workflow *self, crm4e_error *error, const char *name,
                      const action_part *parts, size_t count)
{
    bool first = true;
    int rc = begin_action(self, error, name);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = put_part(self, error, &first, &parts[i]);
    if (rc < 0 && self->conditions.code == CRM4E_OK)
        self->conditions.code = rc;
    return rc < 0 ? settle(self) : end_action(self);
}

int crm4e_workflow_then_webhook(crm4e_workflow *token, const crm4e_webhook_options *options)
{
    crm4e_webhook_options copy = CRM4E_WEBHOOK_OPTIONS_INIT;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = c4_need(error, copy.url, "url");
    if (rc == CRM4E_OK) {
        const action_part parts[] = {
            {"method", copy.method, false},  {"url", copy.url, false},
            {"headers", copy.headers, true}, {"body", copy.body, true},
            {"form", copy.form, true},       {"text", copy.text, false},
        };
        rc = put_action(entry.object, error, "webhook", parts, sizeof parts / sizeof *parts);
    }
    return c4_leave(&entry, rc);
}

int crm4e_workflow_then_call_function(crm4e_workflow *token, const char *name,
                                      const char *arguments)
{
    const action_part parts[] = {{"name", name, false}, {"arguments", arguments, true}};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, name, "name");
    if (rc == CRM4E_OK)
        rc = put_action(entry.object, &entry.session->error, "function", parts, 2);
    return c4_leave(&entry, rc);
}

int crm4e_create_options_init(crm4e_create_options *options)
{
    static const crm4e_create_options initial = CRM4E_CREATE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int crm4e_workflow_then_create_record(crm4e_workflow *token, const crm4e_create_options *options)
{
    crm4e_create_options copy = CRM4E_CREATE_OPTIONS_INIT;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = c4_need(error, copy.module, "module");
    if (rc == CRM4E_OK && copy.reserved != 0)
        rc = c4_fail(error, CRM4E_E_INVALID, "a reserved member is not 0");
    if (rc == CRM4E_OK) {
        const action_part parts[] = {
            {"module", copy.module, false},   {"fields", copy.fields, true},
            {"links", copy.links, true},      {"owner", copy.owner, false},
            truth("triggers", copy.triggers),
        };
        rc = put_action(entry.object, error, "create_record", parts, sizeof parts / sizeof *parts);
    }
    return c4_leave(&entry, rc);
}

int crm4e_activity_options_init(crm4e_activity_options *options)
{
    static const crm4e_activity_options initial = CRM4E_ACTIVITY_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int put_activity(c4_held_workflow *self, crm4e_error *error,
                        const crm4e_activity_options *options)
{
    static const char *const names[] = {
        [CRM4E_ACTIVITY_TASK] = "create_task",
        [CRM4E_ACTIVITY_MEETING] = "create_meeting",
        [CRM4E_ACTIVITY_CALL] = "create_call",
    };
    char days[16];
    char minutes[16];
    const action_part parts[] = {
        {"subject", options->subject, false},
        {"due_in_days", options->due_in_days != -1 ? days : NULL, true},
        {"at", options->at, false},
        {"minutes", options->minutes != 0 ? minutes : NULL, true},
        {"fields", options->fields, true},
        {"owner", options->owner, false},
        truth("triggers", options->triggers),
    };

    if (options->kind < CRM4E_ACTIVITY_TASK || options->kind > CRM4E_ACTIVITY_CALL)
        return c4_fail(error, CRM4E_E_INVALID, "no such kind of activity");
    (void)snprintf(days, sizeof days, "%d", (int)options->due_in_days);
    (void)snprintf(minutes, sizeof minutes, "%d", (int)options->minutes);
    return put_action(self, error, names[options->kind], parts, sizeof parts / sizeof *parts);
}

int crm4e_workflow_then_create_activity(crm4e_workflow *token,
                                        const crm4e_activity_options *options)
{
    crm4e_activity_options copy = CRM4E_ACTIVITY_OPTIONS_INIT;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = c4_need(error, copy.subject, "subject");
    if (rc == CRM4E_OK)
        rc = put_activity(entry.object, error, &copy);
    return c4_leave(&entry, rc);
}

int crm4e_workflow_then_convert_lead(crm4e_workflow *token, const char *deal, const char *owner)
{
    const action_part parts[] = {{"deal", deal, true}, {"owner", owner, false}};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    if (rc < 0)
        return rc;
    return c4_leave(&entry,
                    put_action(entry.object, &entry.session->error, "convert_lead", parts, 2));
}

static int then_tags(crm4e_workflow *token, const char *name, const char *tags)
{
    const action_part parts[] = {{"tags", tags, true}};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, tags, "tags");
    if (rc == CRM4E_OK)
        rc = put_action(entry.object, &entry.session->error, name, parts, 1);
    return c4_leave(&entry, rc);
}

int crm4e_workflow_then_add_tags(crm4e_workflow *workflow, const char *tags)
{
    return then_tags(workflow, "add_tags", tags);
}

int crm4e_workflow_then_remove_tags(crm4e_workflow *workflow, const char *tags)
{
    return then_tags(workflow, "remove_tags", tags);
}

static void write_rule(const c4_held_workflow *self, const c4_module *module, c4_buffer *rule)
{
    static const char *const triggers[] = {
        [C4_ON_CREATE] = "create",
        [C4_ON_EDIT] = "edit",
        [C4_ON_CREATE_OR_EDIT] = "create_or_edit",
        [C4_ON_DELETE] = "delete",
        [C4_ON_FIELD_UPDATE] = "field_update",
        [C4_ON_TAG_ADDED] = "tag_added",
        [C4_ON_TAG_REMOVED] = "tag_removed",
        [C4_ON_NOTE_ADDED] = "note_added",
        [C4_ON_INTERACTION_ADDED] = "interaction_added",
        [C4_ON_DATE] = "date_or_datetime",
    };

    c4_buffer_text(rule, "{\"name\":");
    c4_buffer_put(rule, self->name.data, self->name.length);
    c4_buffer_text(rule, ",\"module\":");
    c4_json_put_text(rule, module->api_name, strlen(module->api_name));
    c4_buffer_text(rule, ",\"on\":\"");
    c4_buffer_text(rule, triggers[self->trigger]);
    c4_buffer_char(rule, '"');
    c4_buffer_put(rule, self->waits.data, self->waits.length);
    c4_buffer_text(rule, self->once ? ",\"repeat\":false" : "");
    c4_buffer_text(rule, ",\"active\":true,\"conditions\":[");
    c4_buffer_put(rule, self->conditions.data, self->conditions.length);
    close_condition(self, rule);
    c4_buffer_text(rule, "]}");
}

static int save(c4_unit *unit, void *object, void *arguments)
{
    const c4_held_workflow *self = object;
    const c4_module *module = c4_meta_module(unit->meta, self->module);
    c4_json_document document = {0};
    c4_buffer rule;
    crm4e_id id = 0;
    int rc;

    (void)arguments;
    if (!module)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module");
    if (self->trigger == 0 || self->action_count == 0)
        return c4_fail(unit->error, CRM4E_E_INVALID, "a rule needs a trigger and an action");
    c4_buffer_init(&rule, self->mem, C4_WORKFLOW_TEXT * 2);
    write_rule(self, module, &rule);
    rc = rule.code;
    if (rc == CRM4E_OK)
        rc = c4_json_parse(&document, self->mem, rule.data, rule.length, C4_WORKFLOW_TEXT * 2);
    if (rc == CRM4E_OK)
        rc = c4_workflow_put(unit, document.root, true, &id);
    c4_json_free(&document);
    c4_buffer_free(&rule);
    return rc;
}

int crm4e_workflow_save(crm4e_workflow *workflow)
{
    return c4_call(workflow, C4_KIND_WORKFLOW, CRM4E_TRANSACTION_WRITE, save, NULL);
}
