/* SPDX-License-Identifier: MIT */
#include "model/money.h"

#include <string.h>

#include "base/decimal.h"
#include "model/meta_build.h"
#include "model/standard_parts.h"

enum {
    LETTERS = 26,
    FIRST_CODE = 1000 /* above all that picklists of the standard have */
};

bool c4_money_name(const char *api_name)
{
    return c4_api_name_order(api_name, C4_FIELD_CURRENCY) == 0 ||
           c4_api_name_order(api_name, C4_FIELD_EXCHANGE_RATE) == 0;
}

bool c4_money_shape(const c4_field *field)
{
    return c4_api_name_order(field->api_name, C4_FIELD_CURRENCY) == 0
               ? field->type == CRM4E_TYPE_PICKLIST
               : field->type == CRM4E_TYPE_DOUBLE && field->scale == C4_RATE_SCALE &&
                     field->computed == 0;
}

const c4_option *c4_currency_standard(const char *iso_code)
{
    const c4_option *found = NULL;

    for (size_t i = 0; i < C4_COUNT_OF(c4_currency_options) && found == NULL; i++) {
        if (strcmp(c4_currency_options[i].actual, iso_code) == 0) {
            found = &c4_currency_options[i];
        }
    }
    return found;
}

int32_t c4_currency_code(const char *iso_code)
{
    const c4_option *standard = c4_currency_standard(iso_code);
    int32_t code = 0;
    size_t length = 0;

    for (; iso_code[length] >= 'A' && iso_code[length] <= 'Z' && length < 3; length++) {
        code = code * LETTERS + (iso_code[length] - 'A');
    }
    if (length != 3 || iso_code[3] != '\0') {
        return 0;
    }
    return standard != NULL ? standard->code : FIRST_CODE + code;
}

bool c4_money_of(const c4_meta *meta, const c4_field *field, c4_money *money)
{
    const c4_module *module = field->module;

    if (module->currency == NULL || field->type != CRM4E_TYPE_CURRENCY) {
        return false;
    }
    *money =
        (c4_money){module->currency, module->exchange_rate, c4_currency_code(meta->org.currency)};
    return true;
}

int c4_money_home(const c4_money *money, const crm4e_value *currency, const crm4e_value *rate,
                  int64_t amount, int64_t *home)
{
    c4_sum sum = {0};

    if (currency->type == CRM4E_VALUE_NULL || currency->integer == money->home) {
        *home = amount;
        return CRM4E_OK;
    }
    if (rate->type == CRM4E_VALUE_NULL || rate->integer <= 0) {
        return CRM4E_E_CORRUPT;
    }
    c4_sum_add(&sum, amount);
    return c4_sum_average(&sum, rate->integer, C4_RATE_SCALE, home) ? CRM4E_OK : CRM4E_E_TOO_BIG;
}

c4_money_place c4_money_place_of(const c4_money *money, const crm4e_value *currency,
                                 const crm4e_value *rate)
{
    if (currency->type == CRM4E_VALUE_NULL || currency->integer == money->home) {
        return (c4_money_place){money->home, C4_RATE_ONE};
    }
    return (c4_money_place){currency->integer, rate->type == CRM4E_VALUE_NULL ? 0 : rate->integer};
}

bool c4_money_move(int64_t amount, const c4_money_place *from, const c4_money_place *to,
                   int64_t *moved)
{
    c4_sum sum;

    if (from->code == to->code) {
        *moved = amount;
        return true;
    }
    sum = c4_sum_product(amount, to->rate);
    return from->rate > 0 && to->rate > 0 && c4_sum_divide(&sum, from->rate, 0, moved);
}

int c4_rate_find(c4_unit *unit, crm4e_id currency, int32_t day, int64_t *rate)
{
    static const uint32_t column = C4_CURRENCY_RATE_RATE;
    static const crm4e_order order = {.column = C4_CURRENCY_RATE_FROM, .descending = 1};
    const crm4e_value values[] = {c4_integer(currency), c4_integer(day)};
    const crm4e_predicate both[] = {
        c4_where(CRM4E_OP_EQ, C4_CURRENCY_RATE_OF, &values[0], 1),
        c4_where(CRM4E_OP_LE, C4_CURRENCY_RATE_FROM, &values[1], 1),
    };
    const crm4e_predicate where = c4_where_all(both, 2);
    crm4e_plan plan;
    int64_t found = 0;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_CURRENCY_RATE]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = &order;
    plan.order_count = 1;
    plan.index = C4_CURRENCY_RATE_BY_DAY;
    plan.ranges = &currency;
    plan.range_count = 1;
    rc = c4_rows_first(unit->db, &plan, &found);
    if (rc == CRM4E_ROW) {
        *rate = found;
    }
    return rc < 0 ? c4_fail_plain(unit->error, rc) : rc;
}

int c4_rate_of_code(c4_unit *unit, int32_t code, int32_t day, int64_t *rate)
{
    const c4_meta *meta = unit->meta;

    if (code == c4_currency_code(meta->org.currency)) {
        *rate = C4_RATE_ONE;
        return CRM4E_ROW;
    }
    for (size_t i = 0; i < meta->currency_count; i++) {
        if (c4_currency_code(meta->currencies[i].iso_code) == code) {
            return c4_rate_find(unit, meta->currencies[i].id, day, rate);
        }
    }
    return CRM4E_OK;
}
