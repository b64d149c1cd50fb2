/* SPDX-License-Identifier: MIT */
/* Currencies of an org beside its home currency, their rates, and how an org
 * comes to have several. */
#include "base/civil.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"
#include "model/money.h"
#include "model/rollup.h"
#include "model/standard.h"
#include "model/table.h"

#include <stdio.h>
#include <string.h>

enum {
    MOST_SYMBOL = 10,
    DEFAULT_PLACES = 2,
    RATE_DETAIL = 96
};

static int start(c4_unit *unit)
{
    int rc = c4_change_start(unit);
    return rc < 0 ? rc : c4_need_permission(unit, C4_ADMIN_CUSTOMISE);
}

static int read_spec(c4_unit *unit, const c4_currency_spec *spec, c4_currency *currency)
{
    int rc = CRM4E_OK;
    if (spec->name != NULL) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
        currency->name = spec->name;
    }
    if (rc == CRM4E_OK && spec->symbol != NULL) {
        rc = c4_check_note(unit, "symbol", spec->symbol, MOST_SYMBOL);
        currency->symbol = spec->symbol;
    }
    if (rc == CRM4E_OK &&
        (spec->decimal_place < -1 || spec->decimal_place > C4_DECIMAL_PLACES_MAX)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "decimal_place", "range", "is 0 to 9");
    }
    if (rc == CRM4E_OK && (spec->is_active < 0 || spec->is_active > 2)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "is_active", "range", "is no switch");
    }
    if (spec->decimal_place >= 0) {
        currency->decimal_place = spec->decimal_place;
    }
    if (spec->is_active != 0) {
        currency->active = spec->is_active == 1;
    }
    return rc;
}

static bool same(const c4_currency *a, const c4_currency *b)
{
    return c4_text_equal(a->name, b->name) && c4_text_equal(a->symbol, b->symbol) &&
           a->decimal_place == b->decimal_place && a->active == b->active;
}

/* Places are taken by those that are active. */
static int take_place(c4_unit *unit, bool was, bool is)
{
    return was == is ? CRM4E_OK : c4_limit_take(unit, C4_LIMIT_CURRENCIES, 0, is ? 1 : -1);
}

static int write_currency(c4_unit *unit, const c4_currency *currency, bool fresh)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_CURRENCY];
    static const uint32_t columns[] = {C4_CURRENCY_NAME, C4_CURRENCY_SYMBOL,
                                       C4_CURRENCY_DECIMAL_PLACE, C4_CURRENCY_ACTIVE};
    const crm4e_value values[C4_CURRENCY_COLUMNS] = {
        [0] = c4_integer(currency->id),
        [C4_CURRENCY_ISO_CODE] = c4_c_text(currency->iso_code),
        [C4_CURRENCY_NAME] = c4_c_text(currency->name),
        [C4_CURRENCY_SYMBOL] = c4_c_text(currency->symbol),
        [C4_CURRENCY_DECIMAL_PLACE] = c4_integer(currency->decimal_place),
        [C4_CURRENCY_ACTIVE] = c4_integer(currency->active),
    };
    return c4_stored(unit, fresh ? c4_db_insert(unit->db, table, values)
                                 : c4_db_update(unit->db, table, currency->id, columns,
                                                &values[C4_CURRENCY_NAME], 4));
}

static int store(c4_unit *unit, const c4_currency *old, c4_currency *currency)
{
    int rc;
    if (old != NULL && same(old, currency)) {
        return CRM4E_OK;
    }
    rc = take_place(unit, old != NULL && old->active, currency->active);
    if (rc == CRM4E_OK && old == NULL) {
        currency->id = c4_unit_new_id(unit);
    }
    if (rc == CRM4E_OK) {
        rc = write_currency(unit, currency, old == NULL);
    }
    return rc < 0 ? rc : c4_change_done(unit, "currency", currency->id, currency->iso_code);
}

static int put_rates(c4_unit *unit, const c4_currency_spec *spec)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < c4_json_count(spec->rates) && rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(spec->rates, i);
        const c4_json *rate = c4_json_member(item, "exchange_rate");
        const char *text =
            c4_json_kind(rate) == C4_JSON_NUMBER ? c4_json_text(rate, NULL) : c4_spec_text(rate);
        rc = c4_currency_rate_put(unit, spec->iso_code,
                                  c4_spec_text(c4_json_member(item, "valid_from")), text);
    }
    return rc;
}

static int find_old(c4_unit *unit, const c4_currency_spec *spec, const c4_currency **old)
{
    if (c4_text_equal(spec->iso_code, unit->meta->org.currency)) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "iso_code", "home", "is the home currency's");
    }
    *old = c4_meta_currency_named(unit->meta, spec->iso_code);
    if (*old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "iso_code", "unique", "is there already");
    }
    return *old == NULL && spec->change_only
               ? c4_refuse(unit, CRM4E_E_NOT_FOUND, "iso_code", "currency", "names no currency")
               : CRM4E_OK;
}

int c4_currency_put(c4_unit *unit, const c4_currency_spec *spec, crm4e_id *id)
{
    const c4_currency *old = NULL;
    int rc = start(unit);
    if (rc == CRM4E_OK && spec->iso_code == NULL) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "iso_code", "mandatory", "is missing");
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_currency(unit, spec->iso_code);
    }
    if (rc == CRM4E_OK) {
        rc = find_old(unit, spec, &old);
    }
    if (rc < 0) {
        return rc;
    }
    c4_currency currency = old != NULL ? *old
                                       : (c4_currency){.iso_code = spec->iso_code,
                                                       .name = spec->iso_code,
                                                       .symbol = "",
                                                       .decimal_place = DEFAULT_PLACES,
                                                       .active = true};
    rc = read_spec(unit, spec, &currency);
    if (rc == CRM4E_OK) {
        rc = store(unit, old, &currency);
    }
    if (rc == CRM4E_OK) {
        *id = currency.id;
        rc = put_rates(unit, spec);
    }
    return rc;
}

/* A dated rate on its way into the store. */
typedef struct dated_rate {
    const c4_currency *currency;
    int32_t day;
    int64_t rate;
} dated_rate;

static int read_rate(c4_unit *unit, const char *valid_from, const char *text, dated_rate *out)
{
    int rc = valid_from != NULL
                 ? c4_date_parse(valid_from, c4_text_within(valid_from, C4_DATE_TEXT), &out->day)
                 : CRM4E_E_INVALID;
    if (rc < 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "valid_from", "date", "is no date");
    }
    rc = text != NULL ? c4_decimal_parse(text, c4_text_within(text, C4_DECIMAL_TEXT), C4_RATE_SCALE,
                                         &out->rate)
                      : CRM4E_E_INVALID;
    return rc < 0 || out->rate <= 0
               ? c4_refuse(unit, CRM4E_E_INVALID, "exchange_rate", "range",
                           "is a number above 0 of at most nine digits after the point")
               : CRM4E_OK;
}

static int rate_done(c4_unit *unit, crm4e_id row, const dated_rate *rate)
{
    char number[C4_DECIMAL_TEXT];
    char day[C4_DATE_TEXT];
    char detail[RATE_DETAIL];
    c4_date_format(rate->day, day);
    (void)c4_decimal_format(rate->rate, C4_RATE_SCALE, number);
    (void)snprintf(detail, sizeof detail, "%s %s %s", rate->currency->iso_code, day, number);
    return c4_audit(unit, "currency_rate", row, detail);
}

/* No snapshot has rates in it: its generation stays. */
static int store_rate(c4_unit *unit, const dated_rate *rate)
{
    static const uint32_t keys[2] = {C4_CURRENCY_RATE_OF, C4_CURRENCY_RATE_FROM};
    static const uint32_t column = C4_CURRENCY_RATE_RATE;
    const crm4e_table *table = &c4_tables[C4_TABLE_CURRENCY_RATE];
    const int64_t wanted[2] = {rate->currency->id, rate->day};
    const crm4e_value value = c4_integer(rate->rate);
    crm4e_id row = 0;
    int64_t now = 0;
    int rc = c4_pair_find(unit, table, keys, wanted, &row, &column, &now, 1);
    if (rc < 0 || (row != 0 && now == rate->rate)) {
        return rc;
    }
    if (row != 0) {
        rc = c4_db_update(unit->db, table, row, &column, &value, 1);
    } else {
        row = c4_unit_new_id(unit);
        const crm4e_value values[C4_CURRENCY_RATE_COLUMNS] = {
            c4_integer(row), c4_integer(wanted[0]), c4_integer(wanted[1]), value};
        rc = c4_db_insert(unit->db, table, values);
    }
    rc = c4_stored(unit, rc);
    return rc < 0 ? rc : rate_done(unit, row, rate);
}

int c4_currency_rate_put(c4_unit *unit, const char *iso_code, const char *valid_from,
                         const char *exchange_rate)
{
    dated_rate rate = {0};
    int rc = start(unit);
    if (rc < 0) {
        return rc;
    }
    rate.currency = iso_code != NULL ? c4_meta_currency_named(unit->meta, iso_code) : NULL;
    if (rate.currency == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "iso_code", "currency",
                         "names no currency beside the home currency");
    }
    rc = read_rate(unit, valid_from, exchange_rate, &rate);
    return rc < 0 ? rc : store_rate(unit, &rate);
}

/* The two fields as a module gets them. */
static const c4_field pair[2] = {
    {.api_name = C4_FIELD_CURRENCY,
     .label = {"Currency", "币种"},
     .type = CRM4E_TYPE_PICKLIST,
     .flags = C4_FIELD_CUSTOM},
    {.api_name = C4_FIELD_EXCHANGE_RATE,
     .label = {"Exchange Rate", "汇率"},
     .type = CRM4E_TYPE_DOUBLE,
     .flags = C4_FIELD_CUSTOM,
     .scale = C4_RATE_SCALE},
};

static bool has_amounts(const c4_module *module)
{
    bool found = false;
    for (size_t i = 0; i < module->field_count && !found; i++) {
        found = module->fields[i].type == CRM4E_TYPE_CURRENCY;
    }
    return found;
}

/* The row of a field; the snapshot does not have it yet. */
static int add_field(c4_unit *unit, const c4_module *module, const c4_field *shape)
{
    c4_field field = *shape;
    c4_buffer text;
    if (unit->state.next_field >= INT32_MAX) {
        return c4_fail(unit->error, CRM4E_E_LIMIT, "no field number is left");
    }
    field.module = module;
    field.number = (int32_t)unit->state.next_field++;
    unit->state_dirty = true;
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_field(&text, &field);
    int rc =
        text.code < 0 ? c4_stored(unit, text.code) : c4_field_insert(unit, module, &field, &text);
    c4_buffer_free(&text);
    return rc < 0 ? rc : c4_change_done(unit, "field", field.number, field.api_name);
}

static bool lacks_field(const c4_module *module)
{
    return c4_module_field_named(module, pair[0].api_name) == NULL ||
           c4_module_field_named(module, pair[1].api_name) == NULL;
}

static int add_fields(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < 2 && rc == CRM4E_OK; i++) {
        if (c4_module_field_named(module, pair[i].api_name) == NULL) {
            rc = add_field(unit, module, &pair[i]);
        }
    }
    return rc;
}

/* Which modules get the fields: one by its number, or (0) all with amounts. */
static bool gets_fields(const c4_module *module, int32_t number)
{
    return (number != 0 ? module->number == number : has_amounts(module)) && lacks_field(module);
}

/* The rows of all fields, one new snapshot, then the tables. */
static int give(c4_unit *unit, int32_t number)
{
    c4_meta *before = c4_meta_hold(unit->meta);
    int rc = CRM4E_OK;
    for (size_t i = 0; i < before->module_count && rc == CRM4E_OK; i++) {
        if (gets_fields(before->modules[i], number)) {
            rc = add_fields(unit, before->modules[i]);
        }
    }
    rc = rc < 0 ? rc : c4_unit_refresh(unit);
    for (size_t i = 0; i < before->module_count && rc == CRM4E_OK; i++) {
        const c4_module *module = before->modules[i];
        if (gets_fields(module, number)) {
            c4_unit_meta_changed(unit); /* what is loaded now may yet be rolled back */
            rc =
                c4_stored(unit, c4_table_alter(unit->db, &module->table,
                                               &c4_meta_module(unit->meta, module->number)->table));
        }
    }
    c4_meta_release(before);
    return rc;
}

int c4_currency_follow(c4_unit *unit, int32_t number)
{
    const c4_module *module = c4_meta_module(unit->meta, number);
    return unit->meta->org.multi_currency && module != NULL && has_amounts(module)
               ? give(unit, number)
               : CRM4E_OK;
}

int c4_currency_give(c4_unit *unit, int32_t number)
{
    int rc = give(unit, number);
    return rc < 0 ? rc : c4_unit_refresh(unit);
}

/* Fields of these names that a module has already go on as what they become. */
static int check_shapes(c4_unit *unit, const c4_module *module)
{
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        if (c4_money_name(field->api_name) && !c4_money_shape(field)) {
            (void)c4_fail(unit->error, CRM4E_E_CONFLICT,
                          "%s.%s is another kind of field than amounts need", module->api_name,
                          field->api_name);
            return c4_fail_field(unit->error, module->api_name, field->api_name, "currencies");
        }
    }
    return CRM4E_OK;
}

/* The codes of a picklist that mean currencies of the org: the home currency first,
 * where it is among them. */
static size_t take_codes(const c4_meta *meta, const c4_field *field, int64_t *codes, bool *home)
{
    size_t count = 0;
    *home = false;
    for (size_t i = 0; i <= meta->currency_count; i++) {
        const char *iso = i == 0 ? meta->org.currency : meta->currencies[i - 1].iso_code;
        const c4_option *option = c4_field_option(field, c4_currency_code(iso));
        if (option != NULL && c4_text_equal(option->actual, iso)) {
            codes[count++] = option->code;
            *home = *home || i == 0;
        }
    }
    return count;
}

static int count_rows(c4_unit *unit, const c4_module *module, const crm4e_predicate *where,
                      int64_t *count)
{
    crm4e_plan plan;
    int64_t found = 0;
    c4_plan_init(&plan, &module->table);
    plan.where = where;
    int rc = c4_stored(unit, c4_rows_count(unit->db, &plan, &found));
    *count += found;
    return rc;
}

/* Records whose currency the org does not have. */
static int count_strange(c4_unit *unit, const c4_module *module, const c4_field *field,
                         const int64_t *codes, size_t code_count, int64_t *count)
{
    const crm4e_predicate held = c4_where(CRM4E_OP_IS_NOT_NULL, field->column, NULL, 0);
    const crm4e_predicate known = c4_where_set(field->column, codes, code_count);
    const crm4e_predicate both[2] = {held,
                                     {.op = CRM4E_OP_NOT, .children = &known, .child_count = 1}};
    const crm4e_predicate where = code_count > 0 ? c4_where_all(both, 2) : held;
    return count_rows(unit, module, &where, count);
}

/* Records in the home currency whose rate is not 1, and others that have none above 0. */
static int count_rates(c4_unit *unit, const c4_module *module, const c4_field *currency,
                       const c4_field *rate, const int64_t *codes, size_t code_count, bool home,
                       int64_t *count)
{
    const crm4e_value one = c4_integer(C4_RATE_ONE);
    const crm4e_value zero = c4_integer(0);
    const crm4e_value first = c4_integer(codes[0]);
    const crm4e_predicate at_home[2] = {c4_where(CRM4E_OP_IS_NULL, currency->column, NULL, 0),
                                        c4_where(CRM4E_OP_EQ, currency->column, &first, 1)};
    const crm4e_predicate wrong_home[2] = {c4_where_any(at_home, home ? 2 : 1),
                                           c4_where(CRM4E_OP_NE, rate->column, &one, 1)};
    const crm4e_predicate no_rate[2] = {c4_where(CRM4E_OP_IS_NULL, rate->column, NULL, 0),
                                        c4_where(CRM4E_OP_LE, rate->column, &zero, 1)};
    const size_t skip = home ? 1 : 0;
    const crm4e_predicate abroad[2] = {
        c4_where_set(currency->column, codes + skip, code_count - skip), c4_where_any(no_rate, 2)};
    const crm4e_predicate here = c4_where_all(wrong_home, 2);
    const crm4e_predicate there = c4_where_all(abroad, 2);
    int rc = count_rows(unit, module, &here, count);
    return rc == CRM4E_OK && code_count > skip ? count_rows(unit, module, &there, count) : rc;
}

/* What the fields held as fields like any other has to hold from now on. */
static int check_rows(c4_unit *unit, const c4_module *module)
{
    const c4_field *currency = c4_module_field_named(module, C4_FIELD_CURRENCY);
    const c4_field *rate = c4_module_field_named(module, C4_FIELD_EXCHANGE_RATE);
    int64_t *codes = c4_arena_array(unit->arena, unit->meta->currency_count + 1, sizeof(int64_t));
    int64_t wrong = 0;
    bool home = false;
    size_t count;
    int rc = codes != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    if (rc < 0 || currency == NULL) {
        return rc;
    }
    count = take_codes(unit->meta, currency, codes, &home);
    rc = count_strange(unit, module, currency, codes, count, &wrong);
    if (rc == CRM4E_OK && rate != NULL) {
        rc = count_rates(unit, module, currency, rate, codes, count, home, &wrong);
    }
    if (rc == CRM4E_OK && wrong > 0) {
        (void)c4_fail(unit->error, CRM4E_E_CONFLICT,
                      "%lld records of %s have a currency that the org does not have, or not its "
                      "rate",
                      (long long)wrong, module->api_name);
        rc = c4_fail_field(unit->error, module->api_name, C4_FIELD_CURRENCY, "currencies");
    }
    return rc;
}

/* Fields that become the library's give their places back. */
static int leave_places(c4_unit *unit, const c4_module *module)
{
    const bool team = module->kind == C4_MODULE_TEAM;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        if (c4_money_name(field->api_name) && (field->flags & C4_FIELD_CUSTOM) != 0) {
            rc =
                c4_limit_take(unit, team ? C4_LIMIT_TEAM_MODULE_FIELDS : C4_LIMIT_ORG_MODULE_FIELDS,
                              module->number, -1);
        }
    }
    return rc;
}

static int check_modules(c4_unit *unit)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < meta->module_count && rc == CRM4E_OK; i++) {
        rc = check_shapes(unit, meta->modules[i]);
        if (rc == CRM4E_OK) {
            rc = check_rows(unit, meta->modules[i]);
        }
        if (rc == CRM4E_OK) {
            rc = leave_places(unit, meta->modules[i]);
        }
    }
    return rc;
}

/* Amounts that are of several currencies already were added up as if they were of one. */
static int roll_up_again(c4_unit *unit)
{
    int rc = c4_unit_refresh(unit);
    for (size_t m = 0; rc == CRM4E_OK && unit->computing != NULL && m < unit->meta->module_count;
         m++) {
        const c4_module *module = unit->meta->modules[m];
        for (size_t i = 0; i < module->rollup_count && rc == CRM4E_OK; i++) {
            if (c4_rollup_converts(module->rollups[i]->rollup)) {
                rc = unit->computing->roll_up(unit, module->rollups[i]);
            }
        }
    }
    return rc;
}

int c4_currency_start(c4_unit *unit)
{
    static const uint32_t column = C4_ORG_MULTI_CURRENCY;
    const crm4e_value on = c4_integer(1);
    int rc = c4_unit_refresh(unit);
    if (rc < 0 || unit->meta->org.multi_currency) {
        return rc;
    }
    rc = take_place(unit, false, true);
    if (rc == CRM4E_OK) {
        rc = check_modules(unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_update(unit->db, &c4_tables[C4_TABLE_ORG], unit->meta->org.id,
                                          &column, &on, 1));
    }
    if (rc == CRM4E_OK) {
        rc = c4_change_done(unit, "multi_currency", unit->meta->org.id, unit->meta->org.currency);
    }
    rc = rc < 0 ? rc : give(unit, 0);
    return rc < 0 ? rc : roll_up_again(unit);
}

static void put_rate(c4_buffer *out, const crm4e_value *row, bool first)
{
    char number[C4_DECIMAL_TEXT];
    char day[C4_DATE_TEXT];
    bool inner = true;
    c4_date_format((int32_t)row[0].integer, day);
    (void)c4_decimal_format(row[1].integer, C4_RATE_SCALE, number);
    c4_buffer_text(out, first ? "{" : ",{");
    c4_json_put_member(out, &inner, "valid_from", day);
    c4_json_put_member(out, &inner, "exchange_rate", number);
    c4_buffer_char(out, '}');
}

static int put_history(c4_unit *unit, c4_buffer *out, const c4_currency *currency)
{
    static const uint32_t columns[] = {C4_CURRENCY_RATE_FROM, C4_CURRENCY_RATE_RATE};
    static const crm4e_order order = {.column = C4_CURRENCY_RATE_FROM};
    const crm4e_value of = c4_integer(currency->id);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, C4_CURRENCY_RATE_OF, &of, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    bool first = true;
    crm4e_plan plan;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_CURRENCY_RATE]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = &order;
    plan.order_count = 1;
    plan.index = C4_CURRENCY_RATE_BY_DAY;
    plan.ranges = &currency->id;
    plan.range_count = 1;
    int rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        put_rate(out, row, first);
        first = false;
        rc = out->code;
    }
    c4_rows_close(rows);
    return c4_stored(unit, rc);
}

int c4_currency_write(c4_unit *unit, c4_buffer *out, const c4_currency *currency)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "iso_code", currency->iso_code);
    c4_json_put_member(out, &first, "name", currency->name);
    c4_json_put_member(out, &first, "symbol", currency->symbol);
    c4_json_put_key(out, &first, "decimal_place");
    c4_buffer_i64(out, currency->decimal_place);
    c4_json_put_key(out, &first, "is_active");
    c4_buffer_text(out, currency->active ? "true" : "false");
    c4_json_put_key(out, &first, "rates");
    c4_buffer_char(out, '[');
    int rc = put_history(unit, out, currency);
    c4_buffer_text(out, "]}");
    return rc < 0 ? rc : out->code;
}

int c4_currencies_write(c4_unit *unit, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < meta->currency_count && rc == CRM4E_OK; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        rc = c4_currency_write(unit, out, &meta->currencies[i]);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}
