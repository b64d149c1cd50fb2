/* SPDX-License-Identifier: MIT */
/* What the library computes from other fields of a record (c4_derived_fields). */
#include "record/line_item.h"
#include "record/rollup.h"

enum {
    DEAL_STAGE = 4022,
    DEAL_PROBABILITY = 4029
};

/* The value of `field` from those of its inputs. */
typedef int (*derivation)(c4_write *write, const c4_field *field, const c4_field *const inputs[2],
                          crm4e_value *value);

/* "Wei Li", or the one part there is. */
static int full_name(c4_write *write, const c4_field *field, const c4_field *const inputs[2],
                     crm4e_value *value)
{
    c4_buffer *out = &write->buffer;
    const char *copy;

    (void)field;
    c4_buffer_reset(out);
    for (size_t i = 0; i < 2; i++) {
        const crm4e_value *part = &write->after[inputs[i]->column];
        if (part->type != CRM4E_VALUE_TEXT) {
            continue;
        }
        if (out->length > 0) {
            c4_buffer_char(out, ' ');
        }
        c4_buffer_put(out, part->data, part->length);
    }
    if (out->code == CRM4E_OK && out->length == 0) {
        return CRM4E_OK;
    }
    copy = out->code == CRM4E_OK ? c4_arena_text(write->unit->arena, out->data, out->length) : NULL;
    if (copy == NULL) {
        return c4_record_no_memory(write->unit);
    }
    *value = c4_text_value(copy, out->length);
    return CRM4E_OK;
}

/* A hundredth, rounded half to even. */
static int64_t hundredth(int64_t number)
{
    int64_t quotient = number / 100;
    int64_t rest = number % 100;
    int64_t away = number < 0 ? -1 : 1;
    int64_t size = rest < 0 ? -rest : rest;

    return size > 50 || (size == 50 && quotient % 2 != 0) ? quotient + away : quotient;
}

static int expected_revenue(c4_write *write, const c4_field *field, const c4_field *const inputs[2],
                            crm4e_value *value)
{
    const crm4e_value *amount = &write->after[inputs[0]->column];
    const crm4e_value *probability = &write->after[inputs[1]->column];
    int64_t number = 0;

    if (amount->type != CRM4E_VALUE_INTEGER || probability->type != CRM4E_VALUE_INTEGER) {
        return CRM4E_OK;
    }
    if (!c4_mul_i64(amount->integer, probability->integer, &number) ||
        !c4_decimal_rescale(hundredth(number), inputs[0]->scale, field->scale, &number)) {
        return c4_field_refuse(write->unit, inputs[0], CRM4E_E_INVALID, "range",
                               "is out of range for the expected revenue");
    }
    *value = c4_integer(number);
    return CRM4E_OK;
}

static const derivation derivations[C4_DERIVED_COUNT] = {
    [C4_LEAD_FULL_NAME] = full_name,
    [C4_CONTACT_FULL_NAME] = full_name,
    [C4_DEAL_EXPECTED_REVENUE] = expected_revenue,
};

/* Fields may have been removed: then there is nothing to compute. */
static int derive(c4_write *write, size_t which)
{
    const c4_derived *derived = &c4_derived_fields[which];
    const c4_field *field = c4_module_field(write->module, derived->field);
    const c4_field *inputs[2] = {c4_module_field(write->module, derived->inputs[0]),
                                 c4_module_field(write->module, derived->inputs[1])};
    crm4e_value value = c4_null();
    int rc = CRM4E_OK;

    if (field == NULL || inputs[0] == NULL || inputs[1] == NULL) {
        return CRM4E_OK;
    }
    rc = derivations[which](write, field, inputs, &value);
    if (rc == CRM4E_OK) {
        write->after[field->column] = value;
    }
    return rc;
}

/* A new stage brings its probability, unless one is given with it. */
static int follow_stage(c4_write *write)
{
    const c4_module *module = write->module;
    const c4_field *stage = c4_module_field(module, DEAL_STAGE);
    const c4_field *probability = c4_module_field(module, DEAL_PROBABILITY);
    const crm4e_value *percent;
    const c4_option *option = NULL;

    if (stage == NULL || probability == NULL) {
        return CRM4E_OK;
    }
    if (!write->draft->set[probability - module->fields] &&
        c4_field_differs(stage, write->before, write->after) &&
        write->after[stage->column].type == CRM4E_VALUE_INTEGER) {
        option = c4_field_option(stage, (int32_t)write->after[stage->column].integer);
    }
    if (option != NULL && option->probability >= 0) {
        write->after[probability->column] = c4_integer(option->probability);
    }
    percent = &write->after[probability->column];
    return percent->type == CRM4E_VALUE_INTEGER && (percent->integer < 0 || percent->integer > 100)
               ? c4_field_refuse(write->unit, probability, CRM4E_E_INVALID, "range",
                                 "is not between 0 and 100")
               : CRM4E_OK;
}

int c4_write_derive(c4_write *write)
{
    int rc =
        write->module->number == DEAL_STAGE / 1000 ? follow_stage(write) : c4_write_add_up(write);

    for (size_t i = 0; i < C4_DERIVED_COUNT && rc == CRM4E_OK; i++) {
        if (c4_derived_fields[i].field / 1000 == write->module->number) {
            rc = derive(write, i);
        }
    }
    if (rc == CRM4E_OK && write->before == NULL) {
        rc = c4_write_number(write);
    }
    if (rc == CRM4E_OK && write->before == NULL) {
        rc = c4_rollups_start(write);
    }
    return rc == CRM4E_OK ? c4_write_compute(write) : rc;
}
