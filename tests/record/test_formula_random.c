/* SPDX-License-Identifier: MIT */
/* Expressions made at random, each computed by the library over records as they come back from
 * storage, and worked out by the second implementation of formula_model.c. CRM4E_TEST_SEED
 * names the seed of a run. */
#include "formula_model.h"
#include "record_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/formula.h"
#include "record/inside.h"

enum {
    EXPRESSIONS = 100000,
    RECORDS = 12,
    EACH = 3 /* records an expression is computed for */
};

static const struct {
    char kind;
    c4_field_type type;
} results[] = {{'n', CRM4E_TYPE_DOUBLE},
               {'t', CRM4E_TYPE_TEXT},
               {'d', CRM4E_TYPE_DATE},
               {'z', CRM4E_TYPE_DATETIME},
               {'b', CRM4E_TYPE_BOOLEAN}};

typedef struct trial {
    steps *s;
    c4_arena kept; /* rows, for as long as the test runs */
    uint64_t seed;
    model_value values[RECORDS][MODEL_FIELDS];
    crm4e_value *rows[RECORDS];
    const char *json[RECORDS];
} trial;

static uint64_t seed_of_run(void)
{
    const char *text = getenv("CRM4E_TEST_SEED");

    return text != NULL ? strtoull(text, NULL, 10) : 20260131;
}

static char *json_of(const model_value *values)
{
    size_t size = 64;
    char *json = malloc(size);

    assert_non_null(json);
    (void)strcpy(json, "{'Name': 'One'");
    for (size_t i = 0; i < MODEL_FIELDS; i++) {
        char *value = values[i].kind != 0 ? model_json(&values[i]) : NULL;
        if (value == NULL)
            continue;
        size += strlen(value) + strlen(model_fields[i].name) + 8;
        json = realloc(json, size);
        assert_non_null(json);
        (void)sprintf(json + strlen(json), ", '%s': %s", model_fields[i].name, value);
        free(value);
    }
    return strcat(json, "}");
}

/* The row as storage has it, with room for one more value at its end. */
static crm4e_value *kept_row(trial *t, const c4_module *module, crm4e_id id)
{
    size_t count = module->table.column_count;
    crm4e_value *row, *copy = c4_arena_array(&t->kept, count + 1, sizeof *copy);

    assert_ok(c4_record_load(&t->s->org.unit, module, id, &row));
    assert_non_null(copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = row[i];
        if (row[i].type >= CRM4E_VALUE_TEXT)
            copy[i].data = c4_arena_text(&t->kept, row[i].data, row[i].length);
    }
    return copy;
}

static void make_records(trial *t)
{
    assert_ok(put_module(t->s, "{'api_name': 'Calc'}"));
    for (size_t i = 0; i < MODEL_FIELDS; i++)
        if (put_field(t->s, "Calc", model_fields[i].json) != CRM4E_OK)
            fail_msg("%s: %s", model_fields[i].json, t->s->org.error.message);
    for (size_t i = 0; i < RECORDS; i++) {
        crm4e_id id = 0;
        char *json;
        model_record(t->values[i]);
        json = json_of(t->values[i]);
        if (create(t->s, "Calc", json, &id) != CRM4E_OK)
            fail_msg("%s: %s", json, t->s->org.error.message);
        t->rows[i] = kept_row(t, module_of(t->s, "Calc"), id);
        t->json[i] = c4_arena_text(&t->kept, json, strlen(json));
        free(json);
    }
}

/* What the library makes of it in a field of that type and scale. */
static crm4e_value computed(trial *t, const c4_field *field, crm4e_value *row)
{
    const c4_field *formulas[] = {field};
    c4_module module = *field->module;
    c4_write write = {.unit = &t->s->org.unit, .module = &module, .after = row};

    module.formulas = formulas;
    module.formula_count = 1;
    assert_ok(c4_write_compute(&write));
    return row[field->column];
}

static model_value told(const crm4e_value *value, char kind)
{
    if (value->type == CRM4E_VALUE_NULL)
        return (model_value){0};
    return value->type == CRM4E_VALUE_TEXT
               ? (model_value){.kind = kind, .text = value->data, .length = value->length}
               : (model_value){.kind = kind, .number = value->integer};
}

static void compare(trial *t, const c4_field *field, const model_node *node, char kind,
                    size_t record)
{
    crm4e_value value = computed(t, field, t->rows[record]);
    model_value found = told(&value, kind);
    model_value worth = model_stored(model_worth(node, t->values[record]), field->scale);

    if (!model_same(&found, &worth)) {
        (void)fprintf(stderr, "seed %" PRIu64 ", scale %u, of %s\n%s\nis %s, ", t->seed,
                      (unsigned)field->scale, t->json[record], field->expression,
                      model_shown(&found, field->scale));
        fail_msg("not %s", model_shown(&worth, field->scale));
    }
}

static void one_expression(trial *t, const c4_module *module, char kind, c4_field_type type)
{
    c4_formula_source source = {
        .arena = &t->s->org.arena, .module = module, .result = type, .unit = NULL};
    c4_formula *formula = NULL;
    c4_field field = {.module = module,
                      .type = type,
                      .length = MODEL_LINE,
                      .scale = kind == 'n' ? (uint32_t)(model_random() >> 20) % 10 : 0,
                      .column = (uint32_t)module->table.column_count};
    const model_node *node = model_make(kind, &source.text);
    int rc = c4_formula_compile(&source, &formula);

    if (rc != CRM4E_OK)
        fail_msg("seed %" PRIu64 ": %s: %s", t->seed, source.text, source.problem);
    field.expression = source.text;
    field.formula = formula;
    for (size_t i = 0; i < EACH; i++)
        compare(t, &field, node, kind, (size_t)(model_random() >> 20) % RECORDS);
}

static void both_implementations_agree(void **state)
{
    trial t = {.s = *state, .seed = seed_of_run()};
    const c4_module *module;

    (void)printf("seed %" PRIu64 "\n", t.seed);
    model_forget();
    model_seed(t.seed);
    c4_arena_init(&t.kept, &t.s->org.env.mem);
    make_records(&t);
    module = module_of(t.s, "Calc");
    for (size_t i = 0; i < EXPRESSIONS; i++) {
        size_t result = (size_t)(model_random() >> 20) % (sizeof results / sizeof results[0]);
        one_expression(&t, module, results[result].kind, results[result].type);
        t.s->org.unit.asked = NULL;
        c4_arena_reset(&t.s->org.arena);
    }
    c4_arena_free(&t.kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_implementations_agree, steps_setup, steps_teardown),
    };

    return steps_run("random formulas", tests, sizeof tests / sizeof tests[0]);
}
