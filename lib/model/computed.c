/* SPDX-License-Identifier: MIT */
#include "model/computed_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/formula.h"
#include "model/manage_rules.h"
#include "model/subform.h"

enum {
    FORMULA_SCALE = 2,                                     /* of a number, when none is given */
    NUMBERING_LENGTH = 2 * C4_AFFIX_MAX + C4_NUMBER_DIGITS /* of the text */
};

size_t c4_numbering_format(const c4_numbering *numbering, int64_t number,
                           char text[C4_NUMBERING_TEXT])
{
    int length = snprintf(text, C4_NUMBERING_TEXT, "%s%0*" PRId64 "%s", numbering->prefix,
                          (int)numbering->digits, number, numbering->suffix);

    return length > 0 && length < C4_NUMBERING_TEXT ? (size_t)length : 0;
}

c4_field_type c4_field_declared_type(const c4_field *field)
{
    return field->computed != 0 ? field->computed : field->type;
}

void c4_settings_refuse(c4_settings *s, const char *member, const char *rule, const char *text)
{
    if (s->rc == CRM4E_OK) {
        s->rc = c4_refuse(s->unit, CRM4E_E_INVALID, member, rule, text);
    }
}

static void read_affix(c4_settings *s, const char *member, const char **out)
{
    const c4_json *value = c4_json_member(s->json, member);
    const char *text = c4_spec_text(value);

    if (s->rc != CRM4E_OK || value == NULL) {
        return;
    }
    if (text == NULL) {
        c4_settings_refuse(s, member, "type", "must be a text");
        return;
    }
    s->rc = c4_check_note(s->unit, member, text, C4_AFFIX_MAX);
    if (s->rc == CRM4E_OK) {
        *out = c4_arena_text(s->unit->arena, text, strlen(text));
        s->rc = *out != NULL ? CRM4E_OK : c4_fail_plain(s->unit->error, CRM4E_E_NO_MEMORY);
    }
}

static void read_whole(c4_settings *s, const char *member, int64_t most, int64_t *out)
{
    const c4_json *value = c4_json_member(s->json, member);
    int64_t number = 0;

    if (s->rc != CRM4E_OK || value == NULL) {
        return;
    }
    if (!c4_json_i64(value, &number) || number < 0 || number > most) {
        c4_settings_refuse(s, member, "range", "is out of range");
        return;
    }
    *out = number;
}

static void read_truth(c4_settings *s, const char *member, bool *out)
{
    const c4_json *value = c4_json_member(s->json, member);

    if (value != NULL && c4_json_kind(value) != C4_JSON_BOOLEAN) {
        c4_settings_refuse(s, member, "type", "must be true or false");
    }
    *out = c4_json_boolean(value, false);
}

void c4_settings_known(c4_settings *s, const char *const *known, size_t count)
{
    for (size_t i = 0; i < c4_json_count(s->json); i++) {
        const char *key = NULL;
        bool found = false;
        (void)c4_json_member_at(s->json, i, &key);
        for (size_t j = 0; j < count && !found; j++) {
            found = strcmp(key, known[j]) == 0;
        }
        if (!found) {
            c4_settings_refuse(s, key, "unknown", "is no member of the settings");
        }
    }
}

/* Whether records that are there get a number too is not kept. */
static int read_numbering(c4_unit *unit, const c4_json *json, c4_numbering *numbering,
                          bool *existing)
{
    static const char *const known[] = {"prefix", "suffix", "start", "digits", "number_existing"};
    c4_settings s = {unit, json, CRM4E_OK};
    int64_t digits = numbering->digits;

    c4_settings_known(&s, known, sizeof known / sizeof known[0]);
    read_affix(&s, "prefix", &numbering->prefix);
    read_affix(&s, "suffix", &numbering->suffix);
    read_whole(&s, "start", C4_LAST_NUMBER, &numbering->start);
    read_whole(&s, "digits", C4_NUMBER_DIGITS, &digits);
    read_truth(&s, "number_existing", existing);
    numbering->digits = (int32_t)digits;
    return s.rc;
}

static bool same_numbering(const c4_numbering *a, const c4_numbering *b)
{
    return strcmp(a->prefix, b->prefix) == 0 && strcmp(a->suffix, b->suffix) == 0 &&
           a->start == b->start && a->digits == b->digits;
}

static int put_numbering(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                         c4_field *field)
{
    c4_numbering read = {"", "", 1, 0};
    bool existing = false;
    int rc;

    if (old != NULL) {
        read = *old->numbering;
    }
    rc = read_numbering(unit, spec->settings, &read, &existing);
    if (rc < 0 || old != NULL) {
        return rc < 0 || same_numbering(&read, old->numbering)
                   ? rc
                   : c4_refuse(unit, CRM4E_E_INVALID, "settings", "fixed",
                               "of an autonumber cannot change");
    }
    field->computed = CRM4E_TYPE_AUTONUMBER;
    field->type = CRM4E_TYPE_TEXT;
    field->length = NUMBERING_LENGTH;
    field->flags |= C4_FIELD_READ_ONLY;
    field->numbering = c4_arena_copy(unit->arena, &read, sizeof read);
    return field->numbering != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

/* The names from the field to itself: "A -> B -> A". */
static int refuse_cycle(c4_unit *unit, const c4_field *field, const c4_field *input)
{
    char text[160];
    size_t used;

    (void)snprintf(text, sizeof text, "is computed from itself: %s -> ", field->api_name);
    while (input->number != field->number) {
        const c4_formula *formula = input->formula;
        size_t next = 0;
        used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s -> ", input->api_name);
        while (formula->inputs[next]->number != field->number &&
               !c4_formula_needs(formula->inputs[next], field->number)) {
            next++;
        }
        input = formula->inputs[next];
    }
    used = strlen(text);
    (void)snprintf(text + used, sizeof text - used, "%s", field->api_name);
    return c4_refuse(unit, CRM4E_E_CYCLE, "expression", "cycle", text);
}

/* Whoever writes a formula reads what it names. */
static int check_expression(c4_unit *unit, const c4_field *field)
{
    c4_formula_source source = {.arena = unit->arena,
                                .module = field->module,
                                .text = field->expression,
                                .result = field->type,
                                .unit = unit->actor != NULL ? unit : NULL};
    c4_formula *formula = NULL;
    int rc = c4_formula_compile(&source, &formula);

    if (source.problem[0] != '\0') {
        return c4_refuse(unit, rc, "expression", "expression", source.problem);
    }
    if (rc != CRM4E_OK) {
        return rc == CRM4E_E_NO_MEMORY ? c4_fail_plain(unit->error, rc) : rc;
    }
    for (size_t i = 0; i < formula->input_count; i++) {
        const c4_field *input = formula->inputs[i];
        if (input->number == field->number || c4_formula_needs(input, field->number)) {
            return refuse_cycle(unit, field, input);
        }
    }
    return c4_rollup_check_cycle(unit, field, "expression", formula->inputs, formula->input_count);
}

void c4_settings_word(c4_settings *s, const char *member, const char **out)
{
    const c4_json *value = c4_json_member(s->json, member);
    const char *text = c4_spec_text(value);

    if (value == NULL || s->rc != CRM4E_OK) {
        return;
    }
    if (text == NULL) {
        c4_settings_refuse(s, member, "type", "must be a text");
        return;
    }
    *out = c4_arena_text(s->unit->arena, text, strlen(text));
    s->rc = *out != NULL ? CRM4E_OK : c4_fail_plain(s->unit->error, CRM4E_E_NO_MEMORY);
}

static int start_formula(c4_unit *unit, const char *result, c4_field *field)
{
    const c4_type_info *info = c4_type_info_named(result);

    if (result == NULL || info == NULL || !c4_formula_result(info->type)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "result", result == NULL ? "mandatory" : "type",
                         result == NULL ? "is missing" : "is no type a formula gives");
    }
    field->computed = CRM4E_TYPE_FORMULA;
    field->type = info->type;
    field->length = info->length;
    field->scale = info->stored == C4_STORED_DECIMAL ? FORMULA_SCALE : 0;
    field->flags |= C4_FIELD_READ_ONLY;
    return CRM4E_OK;
}

static int put_formula(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                       c4_field *field)
{
    static const char *const known[] = {"result", "expression"};
    c4_settings s = {unit, spec->settings, CRM4E_OK};
    const char *result = NULL;

    c4_settings_known(&s, known, sizeof known / sizeof known[0]);
    c4_settings_word(&s, "result", &result);
    c4_settings_word(&s, "expression", &field->expression);
    if (s.rc == CRM4E_OK && old == NULL) {
        s.rc = start_formula(unit, result, field);
    }
    if (result != NULL && old != NULL && strcmp(result, c4_type_info_of(field->type)->name) != 0) {
        c4_settings_refuse(&s, "result", "fixed", "cannot change");
    }
    if (field->expression == NULL) {
        c4_settings_refuse(&s, "expression", "mandatory", "is missing");
    }
    return s.rc == CRM4E_OK && (old == NULL || field->expression != old->expression)
               ? check_expression(unit, field)
               : s.rc;
}

int c4_settings_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field)
{
    if (c4_field_declared_type(field) == CRM4E_TYPE_AUTONUMBER) {
        return put_numbering(unit, spec, old, field);
    }
    if (c4_field_declared_type(field) == CRM4E_TYPE_FORMULA) {
        return put_formula(unit, spec, old, field);
    }
    if (c4_field_declared_type(field) == CRM4E_TYPE_ROLLUP_SUMMARY) {
        return c4_rollup_put(unit, spec, old, field);
    }
    if (field->type == CRM4E_TYPE_SUBFORM) {
        return c4_columns_put(unit, spec, old, field);
    }
    return spec->settings == NULL ? CRM4E_OK
                                  : c4_refuse(unit, CRM4E_E_INVALID, "settings", "type",
                                              "does not apply to this type of field");
}

int c4_computed_check(c4_unit *unit, const c4_field_spec *spec, const c4_field *field)
{
    const char *member = NULL;

    if (field->computed == 0) {
        return CRM4E_OK;
    }
    if ((field->flags & C4_FIELD_MANDATORY) != 0) {
        member = "mandatory";
    } else if ((field->flags & C4_FIELD_UNIQUE) != 0) {
        member = "unique";
    } else if (spec->default_value != NULL && field->default_value != NULL) {
        member = "default_value";
    }
    return member == NULL ? CRM4E_OK
                          : c4_refuse(unit, CRM4E_E_INVALID, member, "type",
                                      "does not apply to a field the library writes");
}

int c4_computed_begin(c4_unit *unit, const c4_field *field)
{
    const crm4e_value row[C4_SEQUENCE_COLUMNS] = {
        [0] = c4_integer(field->number),
        [C4_SEQUENCE_MODULE] = c4_integer(field->module->number),
        [C4_SEQUENCE_NEXT] = c4_integer(field->numbering != NULL ? field->numbering->start : 0),
    };

    return field->numbering != NULL
               ? c4_stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_SEQUENCE], row))
               : CRM4E_OK;
}

int c4_computed_end(c4_unit *unit, const c4_field *field)
{
    return field->numbering != NULL
               ? c4_stored(unit,
                           c4_db_remove(unit->db, &c4_tables[C4_TABLE_SEQUENCE], field->number))
               : CRM4E_OK;
}

int c4_computed_fill(c4_unit *unit, const c4_field_spec *spec, int32_t module, int32_t number)
{
    bool existing = c4_json_boolean(c4_json_member(spec->settings, "number_existing"), false);
    const c4_field *field = c4_module_field(c4_meta_module(unit->meta, module), number);

    if (unit->computing != NULL && field->numbering != NULL && existing) {
        return unit->computing->number(unit, field);
    }
    if (unit->computing != NULL && field->rollup != NULL) {
        return unit->computing->roll_up(unit, field);
    }
    return unit->computing != NULL && field->formula != NULL ? unit->computing->compute(unit, field)
                                                             : CRM4E_OK;
}

bool c4_computed_changed(const c4_field *old, const c4_field *field)
{
    return (old->expression != NULL && strcmp(old->expression, field->expression) != 0) ||
           (old->rollup != NULL && c4_rollup_changed(old->rollup, field->rollup));
}

/* Who may not read the formula is not told which one it is. */
static int refuse_used(c4_unit *unit, const c4_field *formula)
{
    char text[128];
    bool told = unit->may_read == NULL || unit->may_read(unit, formula) == CRM4E_OK;

    c4_failure_clear(unit->error);
    (void)snprintf(text, sizeof text, "is named by the formula %s",
                   told ? formula->api_name : "of another field");
    return c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "in_use", text);
}

int c4_computed_check_unused(c4_unit *unit, const c4_module *module, const c4_field *field)
{
    for (size_t i = 0; i < module->formula_count; i++) {
        const c4_formula *formula = module->formulas[i]->formula;
        for (size_t j = 0; j < formula->input_count; j++) {
            if (formula->inputs[j]->number == field->number) {
                return refuse_used(unit, module->formulas[i]);
            }
        }
    }
    return c4_rollup_check_unused(unit, module, field);
}

static void take_numbering(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    c4_numbering *numbering = c4_take_room(r, 1, sizeof *numbering);
    int64_t start = -1;

    if (numbering == NULL) {
        return;
    }
    *numbering = (c4_numbering){"", "", 0, 0};
    c4_take_text(r, object, "prefix", &numbering->prefix);
    c4_take_text(r, object, "suffix", &numbering->suffix);
    c4_take_i32(r, object, "digits", 0, C4_NUMBER_DIGITS, &numbering->digits);
    if (!c4_json_i64(c4_json_member(object, "start"), &start) || start < 0 ||
        start > C4_LAST_NUMBER || strlen(numbering->prefix) > 4 * C4_AFFIX_MAX ||
        strlen(numbering->suffix) > 4 * C4_AFFIX_MAX) {
        c4_take_refuse(r, "the settings of the autonumber are not valid");
        return;
    }
    numbering->start = start;
    field->numbering = numbering;
}

static void take_formula(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    const c4_type_info *info;
    const char *result = NULL;

    c4_take_text(r, object, "result", &result);
    c4_take_text(r, object, "expression", &field->expression);
    info = c4_type_info_named(result);
    if (info == NULL || !c4_formula_result(info->type) || field->expression == NULL) {
        c4_take_refuse(r, "the settings of the formula are not valid");
        return;
    }
    field->type = info->type;
}

void c4_settings_take(c4_definition_reader *r, const c4_json *definition, c4_field *field)
{
    const c4_json *object = c4_take_member(r, definition, "settings", C4_JSON_OBJECT);

    if (field->computed != 0) {
        field->flags |= C4_FIELD_READ_ONLY;
    }
    if (field->computed == CRM4E_TYPE_AUTONUMBER) {
        take_numbering(r, object, field);
    } else if (field->computed == CRM4E_TYPE_FORMULA) {
        take_formula(r, object, field);
    } else if (field->computed == CRM4E_TYPE_ROLLUP_SUMMARY) {
        c4_rollup_take(r, object, c4_take_member(r, definition, "rolled", C4_JSON_OBJECT), field);
    } else if (field->type == CRM4E_TYPE_SUBFORM) {
        c4_columns_take(r, object, field);
    }
}

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

void c4_settings_write(c4_buffer *out, const c4_field *field)
{
    bool first = true;

    c4_buffer_char(out, '{');
    if (field->rollup != NULL) {
        c4_rollup_write(out, field->rollup);
    } else if (field->numbering != NULL) {
        c4_json_put_member(out, &first, "prefix", field->numbering->prefix);
        c4_json_put_member(out, &first, "suffix", field->numbering->suffix);
        put_number(out, &first, "start", field->numbering->start);
        put_number(out, &first, "digits", field->numbering->digits);
    } else {
        c4_json_put_member(out, &first, "result", c4_type_info_of(field->type)->name);
        c4_json_put_member(out, &first, "expression", field->expression);
    }
    c4_buffer_char(out, '}');
}
