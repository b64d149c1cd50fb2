/* SPDX-License-Identifier: MIT */
/* Tags of a module are the values of its field Tag: names and colours, found by
 * queries and shown by records as those of any picklist. One that is removed stays
 * as a value out of use, for what history says of it. */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"
#include "model/standard.h"

#include <string.h>

const c4_field *c4_tag_field(const c4_module *module)
{
    return c4_module_field(module, module->number * 1000 + 1 + C4_COLUMN_TAG);
}

const c4_option *c4_tag_named(const c4_module *module, const char *name)
{
    const c4_option *tag = c4_field_option_named(
        c4_tag_field(module), name, c4_text_within(name, (size_t)C4_TAG_NAME_MAX * C4_UTF8_MAX));

    return tag != NULL && tag->active ? tag : NULL;
}

static int check_tag(c4_unit *unit, const char *name, const char *colour)
{
    int rc = c4_check_name(unit, "name", name, C4_TAG_NAME_MAX);

    if (rc == CRM4E_OK && strchr(name, ';') != NULL) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "name", "separator",
                       "has the ';' that parts tags in text");
    }
    if (rc == CRM4E_OK && colour != NULL && !c4_is_colour(colour)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "colour", "colour", "is not of the form \"#rrggbb\"");
    }
    return rc;
}

/* The one guard of how many tags a module has. */
static int check_room(c4_unit *unit, const c4_field *field)
{
    int64_t used = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->option_count; i++) {
        used += field->options[i].active;
    }
    if (used >= C4_TAGS_OF_MODULE || field->option_count >= C4_OPTIONS_MAX) {
        rc = c4_refuse(unit, CRM4E_E_LIMIT, "tags", "tags", "of a module are at most 100");
        (void)c4_fail_limit(unit->error, "tags_per_module", C4_TAGS_OF_MODULE, used);
    }
    return rc;
}

/* Its values once more, with room for one; NULL: no memory. */
static c4_option *copy_options(c4_unit *unit, const c4_field *field)
{
    c4_option *list = c4_arena_array(unit->arena, field->option_count + 1, sizeof *list);

    if (list != NULL && field->option_count > 0) {
        memcpy(list, field->options, field->option_count * sizeof *list);
    }
    return list;
}

static int store(c4_unit *unit, const c4_module *module, const c4_option *list, size_t count,
                 const char *name)
{
    const c4_field *old = c4_tag_field(module);
    c4_field field = *old;

    field.options = list;
    field.option_count = count;
    return c4_field_store(unit, module, old, &field, "tag", name);
}

static int32_t next_code(const c4_field *field)
{
    int32_t code = 1;

    for (size_t i = 0; i < field->option_count; i++) {
        code = field->options[i].code >= code ? field->options[i].code + 1 : code;
    }
    return code;
}

int c4_tag_put(c4_unit *unit, const c4_module *module, const char *name, const char *colour)
{
    const c4_field *field = c4_tag_field(module);
    const c4_option *old = NULL;
    size_t count = field->option_count;
    c4_option *list = NULL;
    c4_option *tag;
    int rc = check_tag(unit, name, colour);

    if (rc == CRM4E_OK) {
        old = c4_field_option_named(field, name, strlen(name));
        rc = old == NULL || !old->active ? check_room(unit, field) : CRM4E_OK;
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    list = copy_options(unit, field);
    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    tag = old != NULL ? &list[old - field->options] : &list[count++];
    if (old == NULL || !old->active) {
        *tag = (c4_option){.code = old != NULL ? old->code : next_code(field),
                           .actual = name,
                           .display = {name, name},
                           .probability = -1};
    }
    tag->active = true;
    tag->colour = colour != NULL ? colour : tag->colour;
    return store(unit, module, list, count, name);
}

int c4_tag_retire(c4_unit *unit, const c4_module *module, const c4_option *tag)
{
    const c4_field *field = c4_tag_field(module);
    c4_option *list = copy_options(unit, field);

    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    list[tag - field->options].active = false;
    return store(unit, module, list, field->option_count, tag->actual);
}

int c4_tag_set(c4_unit *unit, int32_t module, const char *name, const char *colour)
{
    const c4_module *fresh = NULL;
    int rc = c4_fields_open(unit, module, &fresh);

    return rc == CRM4E_OK ? c4_tag_put(unit, fresh, name, colour) : rc;
}

int c4_tag_rename(c4_unit *unit, int32_t module, const char *name, const char *new_name)
{
    const c4_module *fresh = NULL;
    const c4_field *field = NULL;
    const c4_option *tag = NULL;
    const c4_option *other = NULL;
    c4_option *list = NULL;
    int rc = c4_fields_open(unit, module, &fresh);

    if (rc == CRM4E_OK) {
        rc = check_tag(unit, new_name, NULL);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    field = c4_tag_field(fresh);
    tag = c4_tag_named(fresh, name);
    other = c4_field_option_named(field, new_name, strlen(new_name));
    if (tag == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "tag", "names no tag of the module");
    }
    if (other != NULL && other != tag) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "new_name", "unique",
                         "is, or was, the name of another tag");
    }
    list = copy_options(unit, field);
    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    list[tag - field->options].actual = new_name;
    list[tag - field->options].display = (c4_label){new_name, new_name};
    return store(unit, fresh, list, field->option_count, new_name);
}
