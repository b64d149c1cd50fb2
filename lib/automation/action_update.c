/* SPDX-License-Identifier: MIT */
/* The action that sets a field of the record. */
#include <string.h>

#include "automation/dry_run.h"
#include "automation/field_value.h"
#include "model/gates.h"
#include "model/manage_rules.h"

/* The last two of the stored form alone. */
static const char *const members[] = {"field", "value", "user", "through", NULL};

enum {
    PATH_MAX_BYTES = 256
};

static const c4_field *read_field(c4_rule_reader *reader, const c4_json *value)
{
    const c4_field *field = c4_rule_field(reader, value);

    if (field == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field", "names no field of the module");
    } else if ((field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) != 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "read_only",
                       "names a field that no rule sets");
    }
    return field;
}

static bool leads_on(const c4_field *field)
{
    return field != NULL && field->type == CRM4E_TYPE_LOOKUP && field->target_count == 1;
}

static const c4_module *module_behind(const c4_meta *meta, const c4_field *lookup)
{
    return c4_meta_module(meta, lookup->targets[0]);
}

/* "Account_Name.Industry": who writes it is asked hop by hop. */
static void read_path(c4_rule_reader *reader, const char *path, c4_field_update *update)
{
    const size_t length = strcspn(path, ".");
    const c4_field *lookup = NULL;
    char name[PATH_MAX_BYTES];
    c4_scope scope;

    if (length >= sizeof name) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field", "is too long");
        return;
    }
    memcpy(name, path, length);
    name[length] = '\0';
    reader->rc = c4_rule_author_scope(reader->unit, reader->module, CRM4E_ACTION_VIEW, &scope);
    if (reader->rc == CRM4E_OK) {
        reader->rc = c4_access_read_field(&scope, name, &lookup);
    }
    if (reader->rc == CRM4E_OK && !leads_on(lookup)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "lookup",
                       "goes over one lookup to one module at most");
    }
    if (reader->rc == CRM4E_OK) {
        reader->rc =
            c4_access_module_number(reader->unit, lookup->targets[0], CRM4E_ACTION_EDIT, &scope);
    }
    if (reader->rc == CRM4E_OK) {
        update->through = lookup;
        update->field = c4_module_field_named(scope.module, path + length + 1);
        if (update->field == NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field",
                           "names no field of the module behind the lookup");
        } else {
            reader->rc = c4_access_write_field(&scope, update->field);
        }
    }
}

/* What is stored may have gone since. */
static void read_through(c4_rule_reader *reader, const c4_json *json, c4_field_update *update)
{
    int64_t through = 0;
    int64_t number = 0;

    (void)c4_json_i64(c4_json_member(json, "through"), &through);
    (void)c4_json_i64(c4_json_member(json, "field"), &number);
    if (through > 0 && through <= INT32_MAX && number > 0 && number <= INT32_MAX) {
        update->through = c4_module_field(reader->module, (int32_t)through);
    }
    if (leads_on(update->through)) {
        update->field =
            c4_module_field(module_behind(reader->meta, update->through), (int32_t)number);
    }
    if (update->field == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field",
                       "names no field behind a lookup of the module");
    }
}

static void read_target(c4_rule_reader *reader, const c4_json *json, c4_field_update *update)
{
    const c4_json *field = c4_json_member(json, "field");
    const bool named = !reader->stored && c4_json_kind(field) == C4_JSON_TEXT;

    if (named && strchr(c4_json_text(field, NULL), '.') != NULL) {
        read_path(reader, c4_json_text(field, NULL), update);
    } else if (reader->stored && c4_json_member(json, "through") != NULL) {
        read_through(reader, json, update);
    } else {
        update->field = read_field(reader, field);
    }
}

/* A user is kept by id: his email may change. */
void c4_update_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_field_update *update = &action->as.update;
    const c4_json *value = c4_json_member(json, "value");

    *update = (c4_field_update){0};
    c4_rule_members(reader, json, "update_field", members);
    for (size_t i = 2; !reader->stored && members[i] != NULL; i++) {
        if (c4_json_member(json, members[i]) != NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, members[i], "unknown",
                           "is no member that is known");
        }
    }
    if (reader->rc == CRM4E_OK) {
        read_target(reader, json, update);
    }
    if (!reader->stored && value == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "value", "mandatory", "is missing");
    }
    if (reader->rc == CRM4E_OK) {
        c4_field_value_read(reader, reader->stored ? json : value, update);
    }
    if (reader->rc == CRM4E_OK && reader->unit != NULL) {
        c4_field_value_check(reader,
                             update->through != NULL ? module_behind(reader->meta, update->through)
                                                     : reader->module,
                             update);
    }
}

static void write_path(c4_buffer *out, const c4_field_update *update)
{
    c4_buffer_char(out, '"'); /* API names are letters, digits and _ */
    if (update->through != NULL) {
        c4_buffer_text(out, update->through->api_name);
        c4_buffer_char(out, '.');
    }
    c4_buffer_text(out, update->field->api_name);
    c4_buffer_char(out, '"');
}

void c4_update_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_field_update *update = &action->as.update;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    if (writer->stored && update->through != NULL) {
        c4_json_put_key(out, &first, "through");
        c4_buffer_i64(out, update->through->number);
    }
    c4_json_put_key(out, &first, "field");
    if (writer->stored) {
        c4_buffer_i64(out, update->field->number);
    } else {
        write_path(out, update);
    }
    c4_field_value_write(writer, &first, update);
    c4_buffer_char(out, '}');
}

int c4_update_check(const c4_scope *author, const c4_rule_action *action)
{
    const c4_field_update *update = &action->as.update;
    const c4_field *lookup = update->through;
    c4_scope behind;
    int rc;

    if (lookup == NULL) {
        return c4_access_write_field(author, update->field);
    }
    rc = c4_access_read_field(author, lookup->api_name, &lookup);
    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(author->unit, lookup->targets[0], CRM4E_ACTION_EDIT, &behind);
    }
    return rc == CRM4E_OK ? c4_access_write_field(&behind, update->field) : rc;
}

/* A record on its way. */
typedef struct updating {
    c4_run *run;
    const c4_rule_action *action;
    const c4_field_update *update;
    const c4_module *module;
    crm4e_id record; /* 0: there is none */
} updating;

static int skip(updating *u, const char *why)
{
    c4_run_skip(u->run, u->action, why);
    return CRM4E_OK;
}

/* Behind a lookup stands what the author may change today, or the rule fails. */
static int take_behind(updating *u)
{
    c4_unit *unit = u->run->unit;
    c4_unit author = c4_unit_as(unit, c4_meta_user(unit->meta, u->run->definition->author));
    const crm4e_value *link = &u->run->row[u->update->through->column];
    crm4e_value *row = NULL;
    c4_scope edit;
    bool inside = false;
    int rc;

    if (link->type != CRM4E_VALUE_INTEGER) {
        return skip(u, "the lookup is empty");
    }
    rc = c4_access_module_number(&author, u->module->number, CRM4E_ACTION_EDIT, &edit);
    rc = rc == CRM4E_OK ? c4_record_load(unit, u->module, link->integer, &row) : rc;
    rc = rc == CRM4E_OK ? c4_access_whole_row(&edit, row, &inside) : rc;
    if (rc == CRM4E_OK && C4_REFUSES(RULE_BEHIND, !inside)) {
        return c4_refuse_denied(
            unit, "record_scope",
            "the author of the rule may not change the record behind the lookup");
    }
    rc = rc == CRM4E_OK ? c4_access_authorise(&edit, NULL, link->integer) : rc;
    u->record = rc == CRM4E_OK ? link->integer : 0;
    return rc;
}

/* Of the record itself the value waits in hand; what stands behind a lookup is written. */
static int set(const updating *u)
{
    c4_unit *unit = u->run->unit;
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, u->module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    draft.id = u->record;
    rc = c4_field_value_set(unit, &draft, u->update);
    if (rc != CRM4E_OK) {
        return rc;
    }
    return u->update->through == NULL ? c4_run_gather(u->run, &draft, u->update->field)
                                      : c4_record_write_as_rule(unit, &draft);
}

static int look(const updating *u, crm4e_value **row)
{
    int rc;

    if (u->update->through != NULL) {
        return c4_record_load(u->run->unit, u->module, u->record, row);
    }
    rc = c4_run_take(u->run);
    *row = u->run->hand.row;
    return rc;
}

/* The value before and after, as they are stored. */
static int set_and_tell(const updating *u)
{
    crm4e_value *before = NULL;
    crm4e_value *after = NULL;
    int rc = look(u, &before);

    if (rc == CRM4E_OK) {
        rc = set(u);
    }
    if (rc == CRM4E_OK) {
        rc = look(u, &after);
    }
    return rc == CRM4E_OK
               ? c4_dry_run_field(u->run, u->update->through, u->update->field, before, after)
               : rc;
}

int c4_update_run(c4_run *run, const c4_rule_action *action)
{
    const c4_field_update *update = &action->as.update;
    updating u = {run, action, update, run->change->module, run->change->record};
    int rc = CRM4E_OK;

    if (update->through != NULL) {
        u.module = module_behind(run->unit->meta, update->through);
        u.record = 0;
        rc = c4_run_leave(run);
        rc = rc == CRM4E_OK ? take_behind(&u) : rc;
    }
    if (rc != CRM4E_OK || u.record == 0) {
        return rc;
    }
    return run->dry != NULL ? set_and_tell(&u) : set(&u);
}
