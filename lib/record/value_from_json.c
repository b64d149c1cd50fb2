/* SPDX-License-Identifier: MIT */
/* JSON to stored values: scalars through their text, lists item by item. */
#include "record/subform.h"

#include <string.h>

#define KIND(name) (1u << C4_JSON_##name)

/* Which kinds of JSON a type takes, null always. Numbers come as text too, for
 * languages whose numbers cannot hold them. */
static const unsigned kinds[CRM4E_TYPE_SUBFORM + 1] = {
    [CRM4E_TYPE_TEXT] = KIND(TEXT),
    [CRM4E_TYPE_TEXTAREA] = KIND(TEXT),
    [CRM4E_TYPE_EMAIL] = KIND(TEXT),
    [CRM4E_TYPE_PHONE] = KIND(TEXT),
    [CRM4E_TYPE_WEBSITE] = KIND(TEXT),
    [CRM4E_TYPE_INTEGER] = KIND(NUMBER) | KIND(TEXT),
    [CRM4E_TYPE_BIGINT] = KIND(NUMBER) | KIND(TEXT),
    [CRM4E_TYPE_DOUBLE] = KIND(NUMBER) | KIND(TEXT),
    [CRM4E_TYPE_CURRENCY] = KIND(NUMBER) | KIND(TEXT),
    [CRM4E_TYPE_PERCENT] = KIND(NUMBER) | KIND(TEXT),
    [CRM4E_TYPE_DATE] = KIND(TEXT),
    [CRM4E_TYPE_DATETIME] = KIND(TEXT),
    [CRM4E_TYPE_BOOLEAN] = KIND(BOOLEAN),
    [CRM4E_TYPE_PICKLIST] = KIND(TEXT),
    [CRM4E_TYPE_MULTISELECTPICKLIST] = KIND(TEXT) | KIND(ARRAY),
    [CRM4E_TYPE_LOOKUP] = KIND(NUMBER) | KIND(TEXT) | KIND(OBJECT),
    [CRM4E_TYPE_MULTI_MODULE_LOOKUP] = KIND(NUMBER) | KIND(TEXT) | KIND(OBJECT),
    [CRM4E_TYPE_USERLOOKUP] = KIND(NUMBER) | KIND(TEXT) | KIND(OBJECT),
    [CRM4E_TYPE_OWNERLOOKUP] = KIND(NUMBER) | KIND(TEXT) | KIND(OBJECT),
    [CRM4E_TYPE_MULTIUSERLOOKUP] = KIND(TEXT) | KIND(ARRAY),
    [CRM4E_TYPE_MULTISELECTLOOKUP] = KIND(TEXT) | KIND(ARRAY),
    [CRM4E_TYPE_FILEUPLOAD] = KIND(TEXT) | KIND(ARRAY),
    [CRM4E_TYPE_SUBFORM] = KIND(TEXT) | KIND(ARRAY),
};

static int refuse_type(const c4_parsing *to)
{
    return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "type", "is of another type");
}

/* {"id": 17} with what a record's JSON shows beside it: "name", "email", and
 * "module" for a multi-module lookup. NULL id: an email alone. */
static int read_object(const c4_parsing *to, const c4_json *object, const c4_json **id,
                       const c4_json **module)
{
    *module = c4_json_member(object, "module");
    *id = c4_json_member(object, "id");
    for (size_t i = 0; i < c4_json_count(object); i++) {
        const char *key = NULL;
        (void)c4_json_member_at(object, i, &key);
        if (strcmp(key, "id") != 0 && strcmp(key, "name") != 0 && strcmp(key, "email") != 0 &&
            (strcmp(key, "module") != 0 || to->field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP)) {
            return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "member",
                                   "has an unknown member");
        }
    }
    if (*id == NULL) {
        *id = c4_json_member(object, "email");
    }
    return *id != NULL ? CRM4E_OK : refuse_type(to);
}

static int parse_scalar(c4_parsing *to, const c4_json *json)
{
    size_t length = 0;
    const char *text = c4_json_text(json, &length);

    return text != NULL ? c4_value_parse_text(to, text, length) : refuse_type(to);
}

static int parse_object(c4_parsing *to, const c4_json *object)
{
    const c4_json *id = NULL;
    const c4_json *name = NULL;
    const c4_module *module = NULL;
    int rc = read_object(to, object, &id, &name);

    if (rc == CRM4E_OK && name != NULL) {
        module = c4_json_kind(name) == C4_JSON_TEXT
                     ? c4_meta_module_named(to->unit->meta, c4_json_text(name, NULL))
                     : NULL;
        if (module == NULL) {
            rc = c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "lookup", "names no record");
        }
    }
    if (rc == CRM4E_OK) {
        rc = parse_scalar(to, id);
    }
    if (rc == CRM4E_OK && module != NULL && to->value->type == CRM4E_VALUE_INTEGER) {
        to->value->reserved = (uint32_t)module->number;
    }
    return rc;
}

static int parse_array(c4_parsing *to, const c4_json *array)
{
    c4_list list = {.count = 0};
    int rc = CRM4E_OK;

    if (to->field->type == CRM4E_TYPE_SUBFORM) {
        return c4_subrows_parse(to, array);
    }
    if (to->field->type == CRM4E_TYPE_FILEUPLOAD && c4_json_count(array) > 0) {
        return c4_files_refuse(to);
    }
    for (size_t i = 0; i < c4_json_count(array) && rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(array, i);
        const c4_json *module = NULL;
        size_t length = 0;
        const char *text;
        if (c4_json_kind(item) == C4_JSON_OBJECT &&
            to->field->type != CRM4E_TYPE_MULTISELECTPICKLIST) {
            rc = read_object(to, item, &item, &module);
        }
        text = rc == CRM4E_OK ? c4_json_text(item, &length) : NULL;
        if (rc == CRM4E_OK) {
            rc = text != NULL ? c4_list_add_text(to, &list, text, length) : refuse_type(to);
        }
    }
    return rc == CRM4E_OK ? c4_list_finish(to, &list) : rc;
}

int c4_value_parse_json(c4_parsing *to, const c4_json *json)
{
    c4_json_type kind = c4_json_kind(json);
    int rc = CRM4E_OK;

    *to->value = c4_null();
    if (kind == C4_JSON_NULL) {
        return CRM4E_OK;
    }
    if ((kinds[to->field->type] >> kind & 1u) == 0) {
        return refuse_type(to);
    }
    switch (kind) {
    case C4_JSON_BOOLEAN: *to->value = c4_integer(c4_json_boolean(json, false) ? 1 : 0); break;
    case C4_JSON_ARRAY: rc = parse_array(to, json); break;
    case C4_JSON_OBJECT: rc = parse_object(to, json); break;
    default: rc = parse_scalar(to, json); break;
    }
    return rc;
}
