/* SPDX-License-Identifier: MIT */
/*
 * Actions that create a record, or a task, a meeting or a call that is about the record. The
 * author must be allowed to create what they create, with each of its fields, when the rule is
 * saved and whenever it runs. In a document
 * {"create_record": {"module": "Deals", "fields": {"Deal_Name": "${Leads.Company}"},
 *                    "links": ["Lead"], "owner": "record" | email, "triggers": true}},
 * {"create_meeting": {"subject": text, "due_in_days": 1, "at": "09:00", "minutes": 30,
 *                     "fields": {..}, "owner": .., "triggers": true}}.
 */
#include <string.h>

#include "automation/chain.h"
#include "automation/dry_run.h"
#include "automation/field_value.h"
#include "automation/template.h"
#include "base/zone.h"
#include "model/manage_rules.h"
#include "record/file.h"

enum {
    MOST_DAYS = 3650,
    MOST_MINUTES = 10080, /* a week */
    MINUTES = 60,
    DAY_MINUTES = 1440,
    FILLED_MAX = 256 * 1024,
    LINKS_MAX = 10
};

static const char *const record_members[] = {"module", "fields",   "links",
                                             "owner",  "triggers", NULL};
static const char *const task_members[] = {"subject",  "fields",      "owner",
                                           "triggers", "due_in_days", NULL};
static const char *const meeting_members[] = {"subject",     "fields", "owner",   "triggers",
                                              "due_in_days", "at",     "minutes", NULL};
static const char *const call_members[] = {"subject",     "fields", "owner", "triggers",
                                           "due_in_days", "at",     NULL};

/* An activity: where its title and its time stand, and what it is when nothing else is said. */
struct c4_activity_kind {
    const char *action;
    const char *module;
    const char *const *members;
    const char *title;
    const char *start;
    const char *end;
    bool always_starts;
    struct {
        const char *field;
        const char *value;
    } usual[2];
};
typedef struct c4_activity_kind activity_kind;

static const activity_kind kinds[] = {
    {.action = "create_task",
     .module = "Tasks",
     .members = task_members,
     .title = "Subject",
     .start = "Due_Date"},
    {.action = "create_meeting",
     .module = "Events",
     .members = meeting_members,
     .title = "Event_Title",
     .start = "Start_DateTime",
     .end = "End_DateTime",
     .always_starts = true},
    {.action = "create_call",
     .module = "Calls",
     .members = call_members,
     .title = "Subject",
     .start = "Call_Start_Time",
     .always_starts = true,
     .usual = {{"Call_Type", "Outbound"}, {"Outgoing_Call_Status", "Scheduled"}}},
};

static const activity_kind *kind_of(const char *action)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].action, action) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

const c4_module *c4_create_wakes(const c4_rule_action *action)
{
    return action->type->run == c4_create_run && action->as.creation.triggers
               ? action->as.creation.module
               : NULL;
}

/* ------------------------------------------------------------- reading */

/* Who reads a document is asked at once whether he may create there, so that he learns of a
 * module or field that is closed to him no more than of one that does not exist. */
static void read_module(c4_rule_reader *reader, const c4_json *json, c4_creation *creation,
                        c4_scope *scope)
{
    const char *name = creation->activity != NULL ? creation->activity->module : NULL;
    int64_t number = 0;

    if (name == NULL && reader->stored) {
        if (c4_json_i64(c4_json_member(json, "module"), &number) && number <= INT32_MAX) {
            creation->module = c4_meta_module(reader->meta, (int32_t)number);
        }
    } else {
        name = name != NULL ? name : c4_rule_text(reader, json, "module", true, C4_RULE_NAME_MAX);
        if (reader->rc == CRM4E_OK && reader->unit != NULL) {
            reader->rc = c4_access_module(reader->unit, name, CRM4E_ACTION_CREATE, scope);
        }
        if (reader->rc == CRM4E_OK) {
            creation->module = c4_meta_module_named(reader->meta, name);
        }
    }
    if (creation->module == NULL) {
        c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "module", "module", "names no module");
    } else if (creation->module->number == C4_ATTACHMENTS) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "module", "module",
                       "names a module whose records have a content");
    }
}

static const c4_field *read_field(c4_rule_reader *reader, const c4_creation *creation,
                                  const c4_scope *scope, const char *name, const c4_json *number)
{
    const c4_field *field = NULL;
    int64_t id = 0;

    if (reader->rc != CRM4E_OK) {
        return NULL;
    }
    if (!reader->stored) {
        field = c4_module_field_named(creation->module, name);
    } else if (c4_json_i64(number, &id) && id > 0 && id <= INT32_MAX) {
        field = c4_module_field(creation->module, (int32_t)id);
    }
    if (field == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, name, "field", "is no field of the module");
    } else if (reader->unit != NULL) {
        reader->rc = c4_access_write_field(scope, field);
    }
    return reader->rc == CRM4E_OK ? field : NULL;
}

static bool is_filled(const c4_json *value)
{
    return c4_json_kind(value) == C4_JSON_TEXT && c4_template_has_fields(c4_json_text(value, NULL));
}

/* One that is filled is known only when the rule runs. */
static void read_value(c4_rule_reader *reader, const c4_creation *creation, const char *name,
                       const c4_json *json, c4_field_update *update)
{
    const c4_json *value = reader->stored ? c4_json_member(json, "value") : json;

    if (is_filled(value)) {
        update->value = value;
        c4_template_read(reader, name, c4_json_text(value, NULL));
        return;
    }
    c4_field_value_read(reader, json, update);
    if (reader->rc == CRM4E_OK && reader->unit != NULL) {
        c4_field_value_check(reader, creation->module, update);
    }
}

static void read_values(c4_rule_reader *reader, const c4_json *fields, c4_creation *creation,
                        const c4_scope *scope)
{
    const c4_json_type wanted = reader->stored ? C4_JSON_ARRAY : C4_JSON_OBJECT;
    const size_t count = c4_json_count(fields);
    c4_field_update *values;

    if (c4_json_kind(fields) == C4_JSON_NULL) {
        return;
    }
    if (c4_json_kind(fields) != wanted) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "fields", "type", "must be an object");
        return;
    }
    values = c4_arena_array(reader->arena, count, sizeof *values);
    if (values == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        const char *name = "fields";
        const c4_json *item =
            reader->stored ? c4_json_item(fields, i) : c4_json_member_at(fields, i, &name);
        values[i].field = read_field(reader, creation, scope, name, c4_json_member(item, "field"));
        if (values[i].field != NULL) {
            read_value(reader, creation, name, item, &values[i]);
        }
    }
    creation->values = values;
    creation->value_count = count;
}

static bool leads_to(const c4_field *field, int32_t module)
{
    bool leads = false;

    if (field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        for (size_t i = 0; i < field->target_count; i++) {
            leads = leads || field->targets[i] == module;
        }
    }
    return leads;
}

/* Lookups of a record are named; an activity has one for people and one for all else. */
static void read_links(c4_rule_reader *reader, const c4_json *list, c4_creation *creation,
                       const c4_scope *scope)
{
    static const char *const of_activities[] = {"Who_Id", "What_Id"};
    const size_t count = creation->activity != NULL ? 2 : c4_json_count(list);
    const c4_field **links = c4_arena_array(reader->arena, count, sizeof *links);

    if (links == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    if (count > LINKS_MAX ||
        (c4_json_kind(list) != C4_JSON_NULL && c4_json_kind(list) != C4_JSON_ARRAY)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "links", "type",
                       "must be an array of at most 10 lookups");
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(list, i);
        const char *name = c4_json_kind(item) == C4_JSON_TEXT ? c4_json_text(item, NULL) : "links";
        const c4_field *field = creation->activity != NULL
                                    ? c4_module_field_named(creation->module, of_activities[i])
                                    : read_field(reader, creation, scope, name, item);
        if (field != NULL && leads_to(field, reader->module->number)) {
            links[creation->link_count++] = field;
        } else if (creation->activity == NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, name, "lookup",
                           "is no lookup to the module of the rule");
        }
    }
    creation->links = links;
    if (creation->activity != NULL && creation->link_count == 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, creation->activity->action, "lookup",
                       "makes activities, which cannot be about records of the module");
    }
}

static void read_owner(c4_rule_reader *reader, const c4_json *owner, c4_creation *creation)
{
    const char *text = c4_json_kind(owner) == C4_JSON_TEXT ? c4_json_text(owner, NULL) : "";

    if (strcmp(text, "record") == 0) {
        creation->owner_is = C4_OWNER_RECORD;
    } else if (c4_json_kind(owner) != C4_JSON_NULL) {
        creation->owner_is = C4_OWNER_USER;
        creation->owner = c4_rule_user(reader, owner, "owner");
    }
}

static int32_t read_number(c4_rule_reader *reader, const c4_json *json, const char *member,
                           int32_t least, int32_t most)
{
    const c4_json *value = c4_json_member(json, member);
    int64_t number = least;

    if (c4_json_kind(value) != C4_JSON_NULL &&
        (!c4_json_i64(value, &number) || number < least || number > most)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "range", "is no number in its range");
        number = least;
    }
    return (int32_t)number;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "09:30" */
static int32_t read_time(c4_rule_reader *reader, const c4_json *json)
{
    const char *text = c4_rule_text(reader, json, "at", false, C4_RULE_NAME_MAX);
    int32_t minute = 0;

    if (text == NULL) {
        return -1;
    }
    if (strlen(text) == 5 && is_digit(text[0]) && is_digit(text[1]) && text[2] == ':' &&
        is_digit(text[3]) && is_digit(text[4]) && text[3] < '6') {
        minute =
            ((text[0] - '0') * 10 + text[1] - '0') * MINUTES + (text[3] - '0') * 10 + text[4] - '0';
    } else {
        minute = DAY_MINUTES;
    }
    if (minute >= DAY_MINUTES) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "at", "time", "is no time of day as 09:30");
    }
    return minute;
}

static void read_activity(c4_rule_reader *reader, const c4_json *json, c4_creation *creation)
{
    creation->due = c4_json_kind(c4_json_member(json, "due_in_days")) != C4_JSON_NULL;
    creation->due_in_days = read_number(reader, json, "due_in_days", 0, MOST_DAYS);
    creation->minutes = read_number(reader, json, "minutes", 0, MOST_MINUTES);
    creation->at = read_time(reader, json);
    creation->subject = c4_rule_text(reader, json, "subject", true, C4_RULE_SUBJECT_MAX);
    if (creation->subject != NULL) {
        c4_template_read(reader, "subject", creation->subject);
    }
}

void c4_create_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_creation *creation = &action->as.creation;
    c4_scope scope = {0};

    *creation = (c4_creation){.activity = kind_of(action->type->name), .at = -1};
    c4_rule_members(reader, json, action->type->name,
                    creation->activity != NULL ? creation->activity->members : record_members);
    if (creation->activity != NULL) {
        read_activity(reader, json, creation);
    }
    read_owner(reader, c4_json_member(json, "owner"), creation);
    creation->triggers = c4_rule_flag(reader, json, "triggers");
    if (reader->rc == CRM4E_OK) {
        read_module(reader, json, creation, &scope);
    }
    if (reader->rc == CRM4E_OK) {
        read_values(reader, c4_json_member(json, "fields"), creation, &scope);
    }
    if (reader->rc == CRM4E_OK) {
        read_links(reader, c4_json_member(json, "links"), creation, &scope);
    }
}

/* ------------------------------------------------------------- writing */

static void write_values(c4_rule_writer *writer, const c4_creation *creation)
{
    c4_buffer *out = writer->out;

    c4_buffer_char(out, writer->stored ? '[' : '{');
    for (size_t i = 0; i < creation->value_count; i++) {
        const c4_field_update *update = &creation->values[i];
        bool first = true;
        c4_buffer_text(out, i > 0 ? "," : "");
        if (writer->stored) {
            c4_buffer_char(out, '{');
            c4_json_put_key(out, &first, "field");
            c4_buffer_i64(out, update->field->number);
            c4_field_value_write(writer, &first, update);
            c4_buffer_char(out, '}');
            continue;
        }
        c4_json_put_key(out, &first, update->field->api_name);
        c4_field_value_put(writer, update);
    }
    c4_buffer_char(out, writer->stored ? ']' : '}');
}

static void write_links(c4_rule_writer *writer, const c4_creation *creation)
{
    c4_buffer *out = writer->out;

    c4_buffer_char(out, '[');
    for (size_t i = 0; i < creation->link_count; i++) {
        const c4_field *field = creation->links[i];
        c4_buffer_text(out, i > 0 ? "," : "");
        if (writer->stored) {
            c4_buffer_i64(out, field->number);
        } else {
            c4_json_put_text(out, field->api_name, strlen(field->api_name));
        }
    }
    c4_buffer_char(out, ']');
}

static void write_number(c4_buffer *out, bool *first, const char *member, int64_t number)
{
    c4_json_put_key(out, first, member);
    c4_buffer_i64(out, number);
}

static void write_activity(c4_buffer *out, bool *first, const c4_creation *creation)
{
    const char at[] = {
        (char)('0' + creation->at / 600),          (char)('0' + creation->at / MINUTES % 10), ':',
        (char)('0' + creation->at % MINUTES / 10), (char)('0' + creation->at % 10),           '\0'};

    c4_json_put_member(out, first, "subject", creation->subject);
    if (creation->due) {
        write_number(out, first, "due_in_days", creation->due_in_days);
    }
    c4_json_put_member(out, first, "at", creation->at >= 0 ? at : NULL);
    if (creation->minutes > 0) {
        write_number(out, first, "minutes", creation->minutes);
    }
}

static void write_module(const c4_rule_writer *writer, bool *first, const c4_module *module)
{
    if (writer->stored) {
        write_number(writer->out, first, "module", module->number);
    } else {
        c4_json_put_member(writer->out, first, "module", module->api_name);
    }
}

void c4_create_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_creation *creation = &action->as.creation;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    if (creation->activity != NULL) {
        write_activity(out, &first, creation);
    } else {
        write_module(writer, &first, creation->module);
    }
    if (creation->value_count > 0) {
        c4_json_put_key(out, &first, "fields");
        write_values(writer, creation);
    }
    if (creation->activity == NULL && creation->link_count > 0) {
        c4_json_put_key(out, &first, "links");
        write_links(writer, creation);
    }
    if (creation->owner_is != C4_OWNER_DEFAULT) {
        c4_json_put_key(out, &first, "owner");
        if (creation->owner_is == C4_OWNER_RECORD) {
            c4_buffer_text(out, "\"record\"");
        } else {
            c4_rule_put_user(writer, creation->owner);
        }
    }
    if (creation->triggers) {
        c4_json_put_key(out, &first, "triggers");
        c4_buffer_text(out, "true");
    }
    c4_buffer_char(out, '}');
}

/* ------------------------------------------------------------- rights */

static int check_field(const c4_scope *create, const char *name)
{
    const c4_field *field = name != NULL ? c4_module_field_named(create->module, name) : NULL;

    return field != NULL ? c4_access_write_field(create, field) : CRM4E_OK;
}

static int check_activity(const c4_scope *create, const c4_creation *creation)
{
    const activity_kind *kind = creation->activity;
    int rc = check_field(create, kind->title);

    if (rc == CRM4E_OK && (kind->always_starts || creation->due)) {
        rc = check_field(create, kind->start);
    }
    rc = rc == CRM4E_OK ? check_field(create, kind->end) : rc;
    for (size_t i = 0; i < 2 && rc == CRM4E_OK; i++) {
        rc = check_field(create, kind->usual[i].field);
    }
    return rc;
}

/* What its author could not create himself, no rule creates for him. */
static int check_creating(c4_unit *author, const c4_creation *creation)
{
    const int32_t module = creation->module->number;
    c4_scope other;
    c4_scope create;
    int rc = c4_access_module_number(author, module, CRM4E_ACTION_CREATE, &create);

    for (size_t i = 0; i < creation->value_count && rc == CRM4E_OK; i++) {
        rc = c4_access_write_field(&create, creation->values[i].field);
    }
    for (size_t i = 0; i < creation->link_count && rc == CRM4E_OK; i++) {
        rc = c4_access_write_field(&create, creation->links[i]);
    }
    if (rc == CRM4E_OK && creation->activity != NULL) {
        rc = check_activity(&create, creation);
    }
    if (rc == CRM4E_OK && creation->owner_is != C4_OWNER_DEFAULT) {
        rc = c4_access_module_number(author, module, CRM4E_ACTION_CHANGE_OWNER, &other);
    }
    return rc;
}

/* Each text that is filled. */
typedef int (*see_text)(const c4_scope *author, c4_unit *unit, const c4_module *module,
                        const char *text);

static int each_text(const c4_creation *creation, see_text see, const c4_scope *author,
                     c4_unit *unit, const c4_module *module)
{
    int rc = creation->subject != NULL ? see(author, unit, module, creation->subject) : CRM4E_OK;

    for (size_t i = 0; i < creation->value_count && rc == CRM4E_OK; i++) {
        const c4_json *value = creation->values[i].value;
        if (creation->values[i].user == 0 && is_filled(value)) {
            rc = see(author, unit, module, c4_json_text(value, NULL));
        }
    }
    return rc;
}

static int check_text(const c4_scope *author, c4_unit *unit, const c4_module *module,
                      const char *text)
{
    (void)unit;
    (void)module;
    return c4_template_check(author, text);
}

static int resolve_text(const c4_scope *author, c4_unit *unit, const c4_module *module,
                        const char *text)
{
    (void)author;
    return c4_template_resolve(unit, module, text);
}

int c4_create_check(const c4_scope *author, const c4_rule_action *action)
{
    const c4_creation *creation = &action->as.creation;
    int rc = check_creating(author->unit, creation);

    return rc == CRM4E_OK ? each_text(creation, check_text, author, NULL, NULL) : rc;
}

/* Administrators are asked as well: an archived module takes no records from them either. */
int c4_create_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action)
{
    const c4_creation *creation = &action->as.creation;
    int rc = check_creating(unit, creation);

    return rc == CRM4E_OK ? each_text(creation, resolve_text, NULL, unit, module) : rc;
}

/* ------------------------------------------------------------- doing */

typedef struct creating {
    c4_run *run;
    const c4_creation *creation;
    c4_template merge;
    c4_draft draft;
} creating;

static bool is_set(const creating *c, const c4_field *field)
{
    return c->draft.set[field - c->draft.module->fields];
}

static bool takes_ids(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
           field->type == CRM4E_TYPE_USERLOOKUP;
}

static int set_filled(creating *c, const c4_field *field, const char *text)
{
    c4_unit *unit = c->run->unit;
    c4_buffer out;
    int rc;

    c4_buffer_init(&out, &unit->env->mem, FILLED_MAX);
    c->merge.ids = takes_ids(field);
    rc = c4_template_fill(&c->merge, text, C4_FILL_TEXT, &out);
    if (rc == CRM4E_OK && out.code != CRM4E_OK) {
        rc = c4_fail_plain(unit->error, out.code);
    }
    if (rc == CRM4E_OK) {
        rc = c4_draft_set_text(unit, &c->draft, field, c4_buffer_c_str(&out), out.length);
    }
    c4_buffer_free(&out);
    return rc;
}

static int set_values(creating *c)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c->creation->value_count && rc == CRM4E_OK; i++) {
        const c4_field_update *update = &c->creation->values[i];
        rc = update->user == 0 && is_filled(update->value)
                 ? set_filled(c, update->field, c4_json_text(update->value, NULL))
                 : c4_field_value_set(c->run->unit, &c->draft, update);
    }
    for (size_t i = 0; i < c->creation->link_count && rc == CRM4E_OK; i++) {
        rc = c4_draft_set_integer(c->run->unit, &c->draft, c->creation->links[i],
                                  c->run->change->record);
    }
    return rc;
}

/* So many days from now, by the clock of the org. */
static int find_start(const creating *c, int32_t *day, int64_t *time)
{
    c4_unit *unit = c->run->unit;
    c4_zone *zone = NULL;
    int64_t local;
    int rc = c4_zone_open(&zone, &unit->env->mem, unit->meta->org.zone);

    if (rc == CRM4E_OK) {
        local = c4_zone_to_local(zone, unit->now) - C4_TIME_MIN +
                c->creation->due_in_days * C4_DAY_MICROSECONDS;
        *day = (int32_t)(local / C4_DAY_MICROSECONDS) + C4_DATE_MIN;
        if (c->creation->at >= 0) {
            local = local / C4_DAY_MICROSECONDS * C4_DAY_MICROSECONDS +
                    c->creation->at * MINUTES * C4_MICROSECONDS;
        }
        local += C4_TIME_MIN;
        *time = local > C4_TIME_MAX ? local : c4_zone_to_utc(zone, local);
        rc = c4_zone_code(zone);
    }
    c4_zone_close(zone);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int set_number(creating *c, const char *name, int64_t number)
{
    const c4_field *field = name != NULL ? c4_module_field_named(c->draft.module, name) : NULL;

    return field != NULL && !is_set(c, field)
               ? c4_draft_set_integer(c->run->unit, &c->draft, field, number)
               : CRM4E_OK;
}

static int set_time(creating *c)
{
    const activity_kind *kind = c->creation->activity;
    const int64_t lasts = c->creation->minutes > 0 ? c->creation->minutes : MINUTES;
    const c4_field *start = c4_module_field_named(c->draft.module, kind->start);
    int64_t time = 0;
    int32_t day = 0;
    int rc;

    if (start == NULL || (!kind->always_starts && !c->creation->due)) {
        return CRM4E_OK;
    }
    rc = find_start(c, &day, &time);
    if (rc == CRM4E_OK) {
        rc = set_number(c, kind->start, start->type == CRM4E_TYPE_DATE ? day : time);
    }
    if (rc == CRM4E_OK && kind->end != NULL) {
        time = c->draft.values[start - c->draft.module->fields].integer;
        rc = set_number(c, kind->end, time + lasts * MINUTES * C4_MICROSECONDS);
    }
    return rc;
}

static int set_activity(creating *c)
{
    const activity_kind *kind = c->creation->activity;
    const c4_field *title = c4_module_field_named(c->draft.module, kind->title);
    int rc = CRM4E_OK;

    if (title != NULL && !is_set(c, title)) {
        rc = set_filled(c, title, c->creation->subject);
    }
    for (size_t i = 0; i < 2 && kind->usual[i].field != NULL && rc == CRM4E_OK; i++) {
        const c4_field *field = c4_module_field_named(c->draft.module, kind->usual[i].field);
        if (field != NULL && !is_set(c, field)) {
            rc = c4_draft_set_text(c->run->unit, &c->draft, field, kind->usual[i].value,
                                   CRM4E_NUL_TERMINATED);
        }
    }
    return rc == CRM4E_OK ? set_time(c) : rc;
}

/* Whoever sets a rule off need not be one who could own what it creates; its author is. */
static void choose_owner(creating *c)
{
    const c4_unit *unit = c->run->unit;

    switch (c->creation->owner_is) {
    case C4_OWNER_RECORD: c->draft.owner = c->run->owner; break;
    case C4_OWNER_USER: c->draft.owner = c->creation->owner; break;
    default:
        c->draft.owner =
            c4_owner_fits(unit, c->draft.module, unit->actor->id) ? 0 : c->run->definition->author;
        break;
    }
}

static int store(creating *c)
{
    c4_unit *unit = c->run->unit;
    const bool wakes = c->creation->triggers && c->run->dry == NULL;
    int rc;

    choose_owner(c);
    c4_chain_wake(unit, wakes);
    rc = c4_record_write_as_rule(unit, &c->draft);
    c4_chain_wake(unit, false);
    return rc == CRM4E_OK && c->run->dry != NULL
               ? c4_dry_run_created(c->run, c->draft.module, c->draft.id)
               : rc;
}

int c4_create_run(c4_run *run, const c4_rule_action *action)
{
    creating c = {.run = run, .creation = &action->as.creation};
    c4_unit *unit = run->unit;
    c4_unit author = c4_unit_as(unit, c4_meta_user(unit->meta, run->definition->author));
    int rc = check_creating(&author, c.creation);

    if (rc == CRM4E_OK) {
        rc = c4_template_open(&c.merge, run);
    }
    if (rc == CRM4E_OK && c4_draft_init(&c.draft, unit->arena, c.creation->module) < 0) {
        rc = c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    if (rc == CRM4E_OK) {
        rc = set_values(&c);
    }
    if (rc == CRM4E_OK && c.creation->activity != NULL) {
        rc = set_activity(&c);
    }
    return rc == CRM4E_OK ? store(&c) : rc;
}
