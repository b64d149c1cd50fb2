/* SPDX-License-Identifier: MIT */
/* What the amounts of a record are in: its currency, and the rate it keeps. */
#include "base/decimal.h"
#include "base/zone.h"
#include "model/money.h"
#include "record/inside.h"

static bool is_null(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_NULL;
}

int c4_money_today(c4_unit *unit, int32_t *day)
{
    c4_zone *zone = NULL;
    int rc = c4_zone_open(&zone, &unit->env->mem, unit->meta->org.zone);

    if (rc == CRM4E_OK) {
        int64_t local = c4_zone_to_local(zone, unit->now) - C4_TIME_MIN;
        *day = (int32_t)(local / C4_DAY_MICROSECONDS) + C4_DATE_MIN;
        rc = c4_zone_code(zone);
    }
    c4_zone_close(zone);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int32_t home_code(const c4_write *write)
{
    return c4_currency_code(write->unit->meta->org.currency);
}

static bool is_home(const c4_write *write, const crm4e_value *code)
{
    return is_null(code) || code->integer == home_code(write);
}

/* The rate of the day, which is the record's from now on. */
static int take_rate(c4_write *write, const c4_field *rate, const crm4e_value *code)
{
    int32_t day = 0;
    int64_t number = C4_RATE_ONE;
    int rc = CRM4E_ROW;

    if (!is_home(write, code)) {
        rc = c4_money_today(write->unit, &day);
        if (rc == CRM4E_OK) {
            rc = c4_rate_of_code(write->unit, (int32_t)code->integer, day, &number);
        }
    }
    if (rc == CRM4E_OK) {
        return c4_field_refuse(write->unit, rate, CRM4E_E_INVALID, "exchange_rate",
                               "is missing: the currency has no rate for this day");
    }
    write->after[rate->column] = c4_integer(number);
    return rc < 0 ? rc : CRM4E_OK;
}

static int check_rate(c4_write *write, const c4_field *rate, const crm4e_value *code)
{
    const crm4e_value *number = &write->after[rate->column];

    if (is_null(number)) {
        return CRM4E_OK; /* a record from before there were several currencies */
    }
    if (number->integer <= 0) {
        return c4_field_refuse(write->unit, rate, CRM4E_E_INVALID, "range", "is not above 0");
    }
    return is_home(write, code) && number->integer != C4_RATE_ONE
               ? c4_field_refuse(write->unit, rate, CRM4E_E_INVALID, "home",
                                 "of the home currency is 1")
               : CRM4E_OK;
}

static bool is_given(const c4_write *write, const c4_field *field)
{
    return write->draft != NULL && write->draft->set[field - write->module->fields];
}

int32_t c4_write_currency(const c4_write *write)
{
    const c4_field *currency = write->module->currency;
    const crm4e_value *given = NULL;
    int32_t code;

    if (currency == NULL) {
        return 0;
    }
    if (is_given(write, currency)) {
        given = &write->draft->values[currency - write->module->fields];
    } else if (write->before != NULL) {
        given = &write->before[currency->column];
    }
    code = given == NULL && currency->default_value != NULL
               ? c4_currency_code(currency->default_value)
               : 0;
    return given != NULL && !is_null(given) ? (int32_t)given->integer
           : code != 0                      ? code
                                            : home_code(write);
}

/* A new record takes the home currency unless one is given, and the rate of the day unless one is
 * given. So does a record that goes to another currency, or whose rate is emptied. */
int c4_write_money(c4_write *write)
{
    const c4_field *currency = write->module->currency;
    const c4_field *rate = write->module->exchange_rate;
    crm4e_value *code;
    int rc = CRM4E_OK;
    bool turned;

    if (currency == NULL) {
        return CRM4E_OK;
    }
    code = &write->after[currency->column];
    if (is_null(code) && (write->before == NULL || is_given(write, currency))) {
        *code = c4_integer(home_code(write));
    }
    turned = write->before == NULL || c4_field_differs(currency, write->before, write->after);
    if (turned && !is_given(write, rate) && (write->before != NULL || !rate->default_value)) {
        write->after[rate->column] = c4_null();
    }
    if (is_null(&write->after[rate->column]) && (turned || is_given(write, rate))) {
        rc = take_rate(write, rate, code);
    }
    return rc == CRM4E_OK ? check_rate(write, rate, code) : rc;
}

int c4_write_money_back(c4_write *write)
{
    const c4_field *currency = write->module->currency;
    const c4_field *rate = write->module->exchange_rate;
    const crm4e_value *code;

    if (currency == NULL ||
        (is_null(&write->after[currency->column]) && is_null(&write->after[rate->column]))) {
        return CRM4E_OK;
    }
    code = &write->after[currency->column];
    if (!is_null(code) && c4_field_option(currency, (int32_t)code->integer) == NULL) {
        return c4_field_refuse(write->unit, currency, CRM4E_E_INVALID, "picklist",
                               "is none of the currencies of the org");
    }
    return is_home(write, code) || is_null(&write->after[rate->column])
               ? take_rate(write, rate, code)
               : check_rate(write, rate, code);
}

int c4_write_money_range(c4_write *write)
{
    const c4_module *module = write->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; module->currency != NULL && i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        const crm4e_value *amount = &write->after[field->column];
        int64_t home = 0;
        c4_money money;
        if (!is_null(amount) && c4_money_of(write->unit->meta, field, &money) &&
            c4_money_home(&money, &write->after[money.currency->column],
                          &write->after[money.rate->column], amount->integer,
                          &home) == CRM4E_E_TOO_BIG) {
            rc = c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "range",
                                 "is out of range in the home currency");
        }
    }
    return rc;
}

bool c4_money_same(const c4_unit *unit, const c4_module *a, const crm4e_value *x,
                   const c4_module *b, const crm4e_value *y)
{
    const int64_t home = c4_currency_code(unit->meta->org.currency);
    const crm4e_value *of_a = a->currency != NULL ? &x[a->currency->column] : NULL;
    const crm4e_value *of_b = b->currency != NULL ? &y[b->currency->column] : NULL;
    int64_t code_a = of_a != NULL && !is_null(of_a) ? of_a->integer : home;
    int64_t code_b = of_b != NULL && !is_null(of_b) ? of_b->integer : home;

    return code_a == code_b;
}

const char *c4_money_default(const c4_unit *unit, const c4_field *field, crm4e_value *value)
{
    const c4_module *module = field->module;
    bool currency = module->currency == field;

    if (module->currency == NULL || (!currency && module->exchange_rate != field)) {
        return NULL;
    }
    *value = c4_integer(currency ? c4_currency_code(unit->meta->org.currency) : C4_RATE_ONE);
    return currency ? unit->meta->org.currency : "1.000000000";
}
