/* SPDX-License-Identifier: MIT */
/* Values on their way into a record. */
#include "record/inside.h"

#include <string.h>

#include "base/text.h"
#include "model/gates.h"

int c4_draft_init(c4_draft *draft, c4_arena *arena, const c4_module *module)
{
    *draft = (c4_draft){.module = module, .arena = arena};
    draft->values = c4_arena_array(arena, module->field_count, sizeof *draft->values);
    draft->set = c4_arena_array(arena, module->field_count, sizeof *draft->set);
    draft->refused = c4_arena_array(arena, module->field_count, sizeof *draft->refused);
    return draft->values != NULL && draft->set != NULL && draft->refused != NULL
               ? CRM4E_OK
               : CRM4E_E_NO_MEMORY;
}

/* What the setters hand to a parser; tells which one in the end. */
typedef struct given_value {
    const char *text;
    size_t length;
    const c4_json *json;
    int64_t number;
} given_value;
typedef int (*value_parser)(c4_parsing *to, const given_value *given);

static int parse_text(c4_parsing *to, const given_value *given)
{
    return c4_value_parse_text(to, given->text, given->length);
}

static int parse_json(c4_parsing *to, const given_value *given)
{
    return c4_value_parse_json(to, given->json);
}

static int parse_number(c4_parsing *to, const given_value *given)
{
    return c4_value_parse_integer(to, given->number);
}

static int parse_null(c4_parsing *to, const given_value *given)
{
    (void)given;
    *to->value = c4_null();
    return CRM4E_OK;
}

static bool is_owner(const c4_field *field)
{
    return (field->flags & C4_FIELD_SYSTEM) != 0 && field->column == C4_COLUMN_OWNER;
}

static int set_owner(c4_unit *unit, c4_draft *draft, const c4_field *field,
                     const crm4e_value *value)
{
    if (value->type != CRM4E_VALUE_INTEGER) {
        return c4_field_refuse(unit, field, CRM4E_E_INVALID, "mandatory", "is mandatory");
    }
    draft->owner = value->integer;
    return CRM4E_OK;
}

int c4_value_refused(const c4_parsing *to, int code)
{
    const bool ours = code == CRM4E_E_INVALID || code == CRM4E_E_NOT_FOUND ||
                      code == CRM4E_E_TOO_BIG || code == CRM4E_E_UNSUPPORTED;
    bool hides = false;
    crm4e_error told;
    int rc;

    if (!ours || to->refused == NULL) {
        return code;
    }
    told = *to->unit->error;
    rc = c4_access_hides(to->unit, to->field, &hides);
    if (rc == CRM4E_OK && !C4_REFUSES(VALUE_UNREAD, hides)) {
        *to->unit->error = told;
        rc = code;
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_failure_clear(to->unit->error);
    *to->refused = true;
    *to->value = c4_null();
    return CRM4E_OK;
}

int c4_draft_refused(c4_unit *unit, c4_draft *draft, const c4_field *field, int code)
{
    crm4e_value value;
    const size_t position = (size_t)(field - draft->module->fields);
    const c4_parsing to = {unit, draft->arena, field, &value, &draft->refused[position]};
    int rc = c4_value_refused(&to, code);

    if (rc == CRM4E_OK) {
        draft->values[position] = value;
        draft->set[position] = true;
    }
    return rc;
}

/* A value that is refused leaves what was set before. */
static int set(c4_unit *unit, c4_draft *draft, const c4_field *field, value_parser parse,
               const given_value *given)
{
    crm4e_value value = c4_null();
    bool refused = false;
    c4_parsing to = {unit, draft->arena, field, &value, &refused};
    size_t position = (size_t)(field - draft->module->fields);
    int rc;

    if ((field->flags & C4_FIELD_SYSTEM) != 0 && !is_owner(field)) {
        return c4_field_refuse(unit, field, CRM4E_E_INVALID, "read_only",
                               "is written by the library alone");
    }
    rc = parse(&to, given);
    if (is_owner(field)) {
        return rc == CRM4E_OK ? set_owner(unit, draft, field, &value) : rc;
    }
    rc = c4_value_refused(&to, rc);
    if (rc == CRM4E_OK) {
        draft->values[position] = value;
        draft->set[position] = true;
        draft->refused[position] = refused;
    }
    return rc;
}

int c4_draft_set_text(c4_unit *unit, c4_draft *draft, const c4_field *field, const char *text,
                      size_t length)
{
    given_value given = {.text = text, .length = length};

    if (length == CRM4E_NUL_TERMINATED) {
        given.length = c4_text_within(text, C4_TEXT_MAX);
    }
    return set(unit, draft, field, parse_text, &given);
}

int c4_draft_set_json(c4_unit *unit, c4_draft *draft, const c4_field *field, const c4_json *json)
{
    given_value given = {.json = json};

    return set(unit, draft, field, parse_json, &given);
}

int c4_draft_set_integer(c4_unit *unit, c4_draft *draft, const c4_field *field, int64_t number)
{
    given_value given = {.number = number};

    return set(unit, draft, field, parse_number, &given);
}

int c4_draft_set_null(c4_unit *unit, c4_draft *draft, const c4_field *field)
{
    return set(unit, draft, field, parse_null, NULL);
}

static int set_member(c4_unit *unit, c4_draft *draft, const char *key, const c4_json *value)
{
    const c4_module *module = draft->module;
    const c4_field *field = c4_module_field_named(module, key);
    int64_t id = 0;

    if (field == NULL) {
        (void)c4_fail(unit->error, CRM4E_E_INVALID, "module %s has no such field",
                      module->api_name);
        return c4_fail_field(unit->error, module->api_name, key, "field");
    }
    if ((field->flags & C4_FIELD_SYSTEM) != 0 && field->column == C4_COLUMN_ID) {
        return c4_json_i64(value, &id) && id == draft->id
                   ? CRM4E_OK
                   : c4_field_refuse(unit, field, CRM4E_E_INVALID, "id",
                                     "is the id of another record");
    }
    return c4_draft_set_json(unit, draft, field, value);
}

int c4_draft_set_object(c4_unit *unit, c4_draft *draft, const c4_json *object)
{
    int rc = CRM4E_OK;

    if (c4_json_kind(object) != C4_JSON_OBJECT) {
        (void)c4_fail(unit->error, CRM4E_E_INVALID, "a record is a JSON object");
        return c4_fail_field(unit->error, draft->module->api_name, NULL, "type");
    }
    for (size_t i = 0; i < c4_json_count(object) && rc == CRM4E_OK; i++) {
        const char *key = NULL;
        const c4_json *value = c4_json_member_at(object, i, &key);
        rc = set_member(unit, draft, key, value);
    }
    return rc;
}
