/* SPDX-License-Identifier: MIT */
/* The values of a picklist: codes are for ever, the list is what users see. */
#include "base/map.h"
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

#include <string.h>

enum {
    MOST_LISTED = 4000
};

/* Options of a field by folded value, while a new list is read. */
typedef struct merger {
    c4_unit *unit;
    const c4_field *field;
    c4_map known;  /* folded value -> const c4_option of the field */
    c4_map listed; /* folded value -> anything */
    bool *kept;    /* by position in field->options */
    c4_option *out;
    size_t count;
    int32_t next_code;
} merger;

static int put_key(c4_unit *unit, c4_map *map, const char *text, const void *value, void **before)
{
    size_t length = 0;
    char *key = c4_text_folded(&unit->env->mem, text, strlen(text), &length);
    int rc = key != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    if (rc == CRM4E_OK && before != NULL) {
        *before = c4_map_get(map, key, length);
    }
    if (rc == CRM4E_OK && value != NULL) {
        union {
            const void *in;
            void *out;
        } entry = {value}; /* the map hands out what was borrowed, unchanged */
        rc = c4_map_put(map, key, length, entry.out);
    }
    c4_free(&unit->env->mem, key);
    return c4_stored(unit, rc);
}

static int start(merger *m)
{
    int rc = CRM4E_OK;
    bool custom = (m->field->flags & C4_FIELD_CUSTOM) != 0;
    m->next_code = custom ? 1 : C4_FIRST_OWN_OPTION;
    for (size_t i = 0; i < m->field->option_count && rc == CRM4E_OK; i++) {
        const c4_option *option = &m->field->options[i];
        if (option->code >= m->next_code) {
            m->next_code = option->code + 1;
        }
        rc = put_key(m->unit, &m->known, option->actual, option, NULL);
    }
    return rc;
}

bool c4_is_colour(const char *text)
{
    return c4_text_within(text, 7) == 7 && text[0] == '#' &&
           strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static int check_option(c4_unit *unit, const c4_option_spec *spec)
{
    int rc = c4_check_name(unit, "options", spec->value, C4_OPTION_MAX);
    if (rc == CRM4E_OK && spec->label != NULL) {
        rc = c4_check_name(unit, "label", spec->label, C4_OPTION_MAX);
    }
    if (rc == CRM4E_OK && spec->label_zh != NULL) {
        rc = c4_check_name(unit, "label_zh", spec->label_zh, C4_OPTION_MAX);
    }
    if (rc == CRM4E_OK && spec->forecast != NULL) {
        rc = c4_check_name(unit, "forecast", spec->forecast, C4_OPTION_MAX);
    }
    if (rc == CRM4E_OK && spec->colour != NULL && !c4_is_colour(spec->colour)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "colour", "colour", "is not of the form \"#rrggbb\"");
    }
    return rc;
}

static c4_option merged(merger *m, const c4_option_spec *spec, const c4_option *old)
{
    c4_option option = old != NULL ? *old : (c4_option){.probability = -1};
    if (old == NULL) {
        option.code = m->next_code++;
        option.display.en = spec->label != NULL ? spec->label : spec->value;
        option.display.zh = spec->label_zh != NULL ? spec->label_zh : option.display.en;
    } else {
        m->kept[old - m->field->options] = true;
    }
    option.actual = spec->value;
    option.active = spec->active != 2;
    option.display.en = spec->label != NULL ? spec->label : option.display.en;
    option.display.zh = spec->label_zh != NULL ? spec->label_zh : option.display.zh;
    option.probability = spec->probability >= 0 ? spec->probability : option.probability;
    option.forecast = spec->forecast != NULL ? spec->forecast : option.forecast;
    option.colour = spec->colour != NULL ? spec->colour : option.colour;
    return option;
}

static int add_listed(merger *m, const c4_json *json)
{
    c4_option_spec spec;
    void *old = NULL;
    void *twice = NULL;
    int rc = c4_option_spec_read(m->unit, json, &spec);
    if (rc == CRM4E_OK) {
        rc = check_option(m->unit, &spec);
    }
    if (rc == CRM4E_OK) {
        rc = put_key(m->unit, &m->listed, spec.value, spec.value, &twice);
    }
    if (rc == CRM4E_OK && m->field->type == CRM4E_TYPE_MULTISELECTPICKLIST &&
        strchr(spec.value, ';') != NULL) {
        rc = c4_refuse(m->unit, CRM4E_E_INVALID, "options", "separator",
                       "has a value with the ';' that parts values in text");
    }
    if (rc == CRM4E_OK && twice != NULL) {
        rc = c4_refuse(m->unit, CRM4E_E_CONFLICT, "options", "unique", "names a value twice");
    }
    if (rc == CRM4E_OK) {
        rc = put_key(m->unit, &m->known, spec.value, NULL, &old);
    }
    if (rc == CRM4E_OK && old == NULL && m->next_code == INT32_MAX) {
        rc = c4_refuse(m->unit, CRM4E_E_TOO_BIG, "options", "count", "has used up all codes");
    }
    if (rc == CRM4E_OK) {
        m->out[m->count++] = merged(m, &spec, old);
    }
    return rc;
}

/* Records may hold what is no longer listed: it stays, inactive. */
static void add_retired(merger *m)
{
    for (size_t i = 0; i < m->field->option_count; i++) {
        if (!m->kept[i]) {
            m->out[m->count] = m->field->options[i];
            m->out[m->count++].active = false;
        }
    }
}

int c4_options_merge(c4_unit *unit, const c4_json *json, c4_field *field)
{
    size_t listed = c4_json_count(json);
    merger m = {.unit = unit, .field = field};
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "options", "type", "must be an array");
    }
    if (listed > MOST_LISTED || listed + field->option_count > C4_OPTIONS_MAX) {
        return c4_refuse(unit, CRM4E_E_TOO_BIG, "options", "count", "has more than 4000 values");
    }
    m.out = c4_arena_array(unit->arena, listed + field->option_count, sizeof *m.out);
    m.kept = c4_arena_array(unit->arena, field->option_count, sizeof *m.kept);
    if (m.out == NULL || m.kept == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    c4_map_init(&m.known, &unit->env->mem);
    c4_map_init(&m.listed, &unit->env->mem);
    int rc = start(&m);
    for (size_t i = 0; i < listed && rc == CRM4E_OK; i++) {
        rc = add_listed(&m, c4_json_item(json, i));
    }
    if (rc == CRM4E_OK) {
        add_retired(&m);
        field->options = m.out;
        field->option_count = m.count;
    }
    c4_map_free(&m.known);
    c4_map_free(&m.listed);
    return rc;
}
