/* SPDX-License-Identifier: MIT */
#include "model/computed.h"
#include "model/subform.h"

#include <string.h>

#include "model/rollup.h"

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static void put_boolean(c4_buffer *out, bool *first, const char *key, bool value)
{
    c4_json_put_key(out, first, key);
    c4_buffer_text(out, value ? "true" : "false");
}

static void put_comma(c4_buffer *out, size_t index)
{
    if (index > 0) {
        c4_buffer_char(out, ',');
    }
}

/* `"number":` inside of an object. */
static void put_number_key(c4_buffer *out, size_t index, int64_t number)
{
    put_comma(out, index);
    c4_buffer_char(out, '"');
    c4_buffer_i64(out, number);
    c4_buffer_text(out, "\":");
}

static void put_words(c4_buffer *out, c4_names names, uint32_t bits)
{
    size_t written = 0;

    c4_buffer_char(out, '[');
    for (uint32_t i = 0; i < 32; i++) {
        const char *word = NULL;
        if ((bits & 1u << i) != 0) {
            word = c4_text_of(names, names == C4_NAMES_ADMIN ? 1u << i : i);
        }
        if (word != NULL) {
            put_comma(out, written++);
            c4_json_put_text(out, word, strlen(word));
        }
    }
    c4_buffer_char(out, ']');
}

static void put_permissions(c4_buffer *out, const c4_field_permission *fields, size_t count)
{
    c4_buffer_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        const char *word = c4_text_of(C4_NAMES_PERMISSION, fields[i].permission);
        put_number_key(out, i, fields[i].field);
        c4_json_put_text(out, word != NULL ? word : "", word != NULL ? strlen(word) : 0);
    }
    c4_buffer_char(out, '}');
}

static void put_team(c4_buffer *out, const c4_module *module)
{
    bool first = true;

    c4_buffer_char(out, '{');
    for (c4_team_profile i = 1; i <= C4_TEAM_PROFILE_COUNT; i++) {
        const c4_team_permissions *team = &module->team[i];
        c4_json_put_key(out, &first, c4_text_of(C4_NAMES_TEAM_PROFILE, i));
        c4_buffer_text(out, "{\"actions\":");
        put_words(out, C4_NAMES_ACTION, team->actions);
        c4_buffer_text(out, ",\"fields\":");
        put_permissions(out, team->fields, team->field_count);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, '}');
}

void c4_definition_write_module(c4_buffer *out, const c4_module *module)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "singular", module->singular.en);
    c4_json_put_member(out, &first, "singular_zh", module->singular.zh);
    c4_json_put_member(out, &first, "plural", module->plural.en);
    c4_json_put_member(out, &first, "plural_zh", module->plural.zh);
    if (module->kind == C4_MODULE_TEAM) {
        c4_json_put_key(out, &first, "permissions");
        put_team(out, module);
        c4_json_put_key(out, &first, "default_owners");
        c4_buffer_char(out, '[');
        for (size_t i = 0; i < module->default_owner_count; i++) {
            put_comma(out, i);
            c4_buffer_i64(out, module->default_owners[i]);
        }
        c4_buffer_char(out, ']');
        if (module->assignment != 0) {
            c4_json_put_key(out, &first, "assignment");
            c4_buffer_i64(out, module->assignment);
        }
    }
    c4_buffer_char(out, '}');
}

static void put_option(c4_buffer *out, const c4_option *option)
{
    bool first = true;

    c4_buffer_char(out, '{');
    put_number(out, &first, "code", option->code);
    c4_json_put_member(out, &first, "value", option->actual);
    c4_json_put_member(out, &first, "label", option->display.en);
    c4_json_put_member(out, &first, "label_zh", option->display.zh);
    put_boolean(out, &first, "active", option->active);
    if (option->probability >= 0) {
        put_number(out, &first, "probability", option->probability);
    }
    c4_json_put_member(out, &first, "forecast", option->forecast);
    c4_json_put_member(out, &first, "colour", option->colour);
    c4_buffer_char(out, '}');
}

static void put_options(c4_buffer *out, bool *first, const c4_field *field)
{
    c4_json_put_key(out, first, "options");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < field->option_count; i++) {
        put_comma(out, i);
        put_option(out, &field->options[i]);
    }
    c4_buffer_char(out, ']');
}

static void put_targets(c4_buffer *out, bool *first, const c4_field *field)
{
    c4_json_put_key(out, first, "targets");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < field->target_count; i++) {
        put_comma(out, i);
        c4_buffer_i64(out, field->targets[i]);
    }
    c4_buffer_char(out, ']');
}

static void put_converts(c4_buffer *out, bool *first, const c4_field *field)
{
    bool any = false;

    for (size_t i = 0; i < C4_CONVERT_PARTS; i++) {
        any = any || field->converts[i] != 0;
    }
    if (!any) {
        return;
    }
    c4_json_put_key(out, first, "converts");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < C4_CONVERT_PARTS; i++) {
        put_comma(out, i);
        c4_buffer_i64(out, field->converts[i]);
    }
    c4_buffer_char(out, ']');
}

static const char *unique_word(const c4_field *field)
{
    if ((field->flags & C4_FIELD_UNIQUE) == 0) {
        return "no";
    }
    return (field->flags & C4_FIELD_FOLDED) != 0 ? "folded" : "case_sensitive";
}

void c4_definition_write_field(c4_buffer *out, const c4_field *field)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "label", field->label.en);
    c4_json_put_member(out, &first, "label_zh", field->label.zh);
    put_boolean(out, &first, "mandatory", (field->flags & C4_FIELD_MANDATORY) != 0);
    c4_json_put_member(out, &first, "unique", unique_word(field));
    put_boolean(out, &first, "indexed", (field->flags & C4_FIELD_INDEXED) != 0);
    put_boolean(out, &first, "keyed", (field->flags & C4_FIELD_KEYED) != 0);
    put_number(out, &first, "length", field->length);
    put_number(out, &first, "scale", field->scale);
    if (field->option_count > 0) {
        put_options(out, &first, field);
    }
    if (field->target_count > 0) {
        put_targets(out, &first, field);
    }
    put_converts(out, &first, field);
    if (field->default_value != NULL) {
        c4_json_put_key(out, &first, "default");
        c4_buffer_text(out, field->default_value);
    }
    c4_json_put_member(out, &first, "tooltip", field->tooltip);
    if (field->computed != 0) {
        c4_json_put_key(out, &first, "settings");
        c4_settings_write(out, field);
    }
    if (field->rollup != NULL) {
        c4_json_put_key(out, &first, "rolled");
        c4_rollup_write_rolled(out, field);
    }
    if (field->type == CRM4E_TYPE_SUBFORM) {
        c4_json_put_key(out, &first, "settings");
        c4_columns_write(out, field);
    }
    c4_buffer_char(out, '}');
}

static void put_modules(c4_buffer *out, const c4_profile *profile)
{
    c4_buffer_char(out, '{');
    for (size_t i = 0; i < profile->module_count; i++) {
        put_number_key(out, i, profile->modules[i].module);
        put_words(out, C4_NAMES_ACTION, profile->modules[i].actions);
    }
    c4_buffer_char(out, '}');
}

void c4_definition_write_profile(c4_buffer *out, const c4_profile *profile)
{
    c4_buffer_text(out, "{\"admin\":");
    put_words(out, C4_NAMES_ADMIN, profile->admin);
    c4_buffer_text(out, ",\"actions\":");
    put_words(out, C4_NAMES_ACTION, profile->actions);
    c4_buffer_text(out, ",\"modules\":");
    put_modules(out, profile);
    c4_buffer_text(out, ",\"fields\":");
    put_permissions(out, profile->fields, profile->field_count);
    c4_buffer_char(out, '}');
}

void c4_definition_write_space(c4_buffer *out, const c4_space *space)
{
    c4_buffer_text(out, "{\"folders\":[");
    for (size_t i = 0; i < space->folder_count; i++) {
        put_comma(out, i);
        c4_json_put_text(out, space->folders[i], strlen(space->folders[i]));
    }
    c4_buffer_text(out, "],\"items\":[");
    for (size_t i = 0; i < space->item_count; i++) {
        bool first = true;
        put_comma(out, i);
        c4_buffer_char(out, '{');
        put_number(out, &first, "module", space->items[i].module);
        put_number(out, &first, "folder", space->items[i].folder);
        c4_buffer_char(out, '}');
    }
    c4_buffer_text(out, "]}");
}
