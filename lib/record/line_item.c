/* SPDX-License-Identifier: MIT */
/*
 * Line items: what a line costs, and the totals of its record. Numbers keep all their
 * places, nine at most, up to where the record's rule rounds: with the rules by line what a
 * line costs after its discount, and its tax, are rounded to the places of the totals; with
 * the exact one nothing but the totals is.
 */
#include "record/line_item.h"

#include "model/money.h"

#include "base/number.h"
#include "model/line_item.h"
#include "record/price_book.h"

enum {
    PRODUCT_UNIT_PRICE = 8027,
    ROUNDING_BEHIND = 1, /* offset of Rounding from that of the items */
    PERCENT_SCALE = 2    /* a percent is a hundredth */
};

/* Fields of a module by offset; totals are Sub_Total, Discount, Tax, Adjustment, Grand_Total. */
typedef struct item_plan {
    int32_t module;
    int32_t items;
    int32_t totals;
} item_plan;

static const item_plan plans[] = {{9, 49, 30}, {10, 54, 35}, {11, 52, 33}, {12, 51, 32}};
enum {
    SUB_TOTAL,
    RECORD_DISCOUNT,
    RECORD_TAX,
    ADJUSTMENT,
    GRAND_TOTAL,
    TOTALS
};

static const item_plan *plan_of(const c4_module *module)
{
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        if (plans[i].module == module->number) {
            return &plans[i];
        }
    }
    return NULL;
}

static const c4_field *column_of(const c4_field *items, int32_t offset)
{
    const int32_t number = items->module->number * 1000 + offset;
    const c4_field *found = NULL;

    for (size_t i = 0; i < items->column_count && found == NULL; i++) {
        found = items->columns[i].number == number ? &items->columns[i] : NULL;
    }
    return found;
}

/* The amounts of a record while its lines are added up. */
typedef struct adding {
    c4_write *write;
    const c4_field *items;
    int64_t rule;
    unsigned scale; /* of the totals */
    c4_number sum;
    c4_number tax;
    bool fits;
} adding;

/* An empty cell is nothing. */
static c4_number cell(const adding *a, const c4_subrow *row, int32_t offset)
{
    const c4_field *column = column_of(a->items, offset);
    c4_number number = {0, 0};

    if (column != NULL && row->values[column->column].type == CRM4E_VALUE_INTEGER) {
        number = (c4_number){row->values[column->column].integer, column->scale};
    }
    return number;
}

/* Of a number, so many percent. */
static bool percent_of(c4_number number, c4_number percent, c4_number *result)
{
    percent.scale += PERCENT_SCALE;
    return c4_number_multiply(number, percent, result);
}

static bool round_to(int64_t rule, c4_number number, unsigned scale, int64_t *value)
{
    return rule == C4_ROUND_HALF_UP ? c4_number_half_up(number, scale, value)
                                    : c4_number_at_scale(number, scale, value);
}

static bool round_line(const adding *a, c4_number *number)
{
    c4_number rounded = {0, a->scale};

    if (a->rule == C4_ROUND_EXACT) {
        return true;
    }
    if (!round_to(a->rule, *number, a->scale, &rounded.value)) {
        return false;
    }
    *number = rounded;
    return true;
}

static bool show(const adding *a, c4_subrow *row, int32_t offset, c4_number number)
{
    const c4_field *column = column_of(a->items, offset);
    int64_t value = 0;

    if (column == NULL) {
        return true;
    }
    if (!c4_number_at_scale(number, column->scale, &value)) {
        return false;
    }
    row->values[column->column] = c4_integer(value);
    return true;
}

static bool add_line(adding *a, c4_subrow *row)
{
    c4_number total, priced, part, after, tax, net;

    return c4_number_multiply(cell(a, row, C4_ITEM_QUANTITY), cell(a, row, C4_ITEM_LIST_PRICE),
                              &total) &&
           c4_number_subtract(total, cell(a, row, C4_ITEM_BOOK_DISCOUNT), &priced) &&
           percent_of(priced, cell(a, row, C4_ITEM_DISCOUNT_PERCENT), &part) &&
           c4_number_subtract(priced, part, &after) &&
           c4_number_subtract(after, cell(a, row, C4_ITEM_DISCOUNT), &after) &&
           round_line(a, &after) && percent_of(after, cell(a, row, C4_ITEM_TAX_PERCENT), &tax) &&
           round_line(a, &tax) && c4_number_add(after, tax, &net) &&
           c4_number_add(a->sum, after, &a->sum) && c4_number_add(a->tax, tax, &a->tax) &&
           show(a, row, C4_ITEM_TOTAL, total) && show(a, row, C4_ITEM_AFTER_DISCOUNT, after) &&
           show(a, row, C4_ITEM_TAX, tax) && show(a, row, C4_ITEM_NET_TOTAL, net);
}

static c4_number given(const c4_write *write, const c4_field *field)
{
    const crm4e_value *value = &write->after[field->column];

    return value->type == CRM4E_VALUE_INTEGER ? (c4_number){value->integer, field->scale}
                                              : (c4_number){0, 0};
}

static bool put_total(const adding *a, const c4_field *field, c4_number number)
{
    int64_t value = 0;
    bool fits = round_to(a->rule, number, field->scale, &value);

    a->write->after[field->column] = c4_integer(value);
    return fits;
}

/* Sub_Total - Discount + Tax + Adjustment, of the numbers as they are before they are shown. */
static bool put_totals(const adding *a, const c4_field *const totals[TOTALS])
{
    c4_number all;

    return c4_number_subtract(a->sum, given(a->write, totals[RECORD_DISCOUNT]), &all) &&
           c4_number_add(all, a->tax, &all) &&
           c4_number_add(all, given(a->write, totals[ADJUSTMENT]), &all) &&
           put_total(a, totals[SUB_TOTAL], a->sum) && put_total(a, totals[RECORD_TAX], a->tax) &&
           put_total(a, totals[GRAND_TOTAL], all);
}

static int add_up(c4_write *write, const item_plan *plan, const c4_field *items)
{
    const int32_t base = plan->module * 1000;
    const c4_field *rounding = c4_module_field(write->module, base + plan->items + ROUNDING_BEHIND);
    const c4_field *totals[TOTALS];
    adding a = {.write = write, .items = items, .rule = C4_ROUND_EXACT};
    crm4e_value *value = &write->after[items->column];
    c4_subrows rows;
    bool fits = true;
    int rc = c4_subrows_read(write->unit->arena, items, value, &rows);

    for (int i = 0; i < TOTALS; i++) {
        totals[i] = c4_module_field(write->module, base + plan->totals + i);
        if (totals[i] == NULL) {
            return CRM4E_OK;
        }
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(write->unit->error, rc);
    }
    if (rounding != NULL && write->after[rounding->column].type == CRM4E_VALUE_INTEGER) {
        a.rule = write->after[rounding->column].integer;
    }
    a.scale = totals[SUB_TOTAL]->scale;
    for (size_t i = 0; i < rows.count && fits; i++) {
        fits = add_line(&a, &rows.items[i]);
    }
    if (!fits || !put_totals(&a, totals)) {
        return c4_field_refuse(write->unit, items, CRM4E_E_INVALID, "range",
                               "comes to more than a total can be");
    }
    return c4_subrows_write(write->unit, write->unit->arena, items, &rows, false, value);
}

int c4_write_add_up(c4_write *write)
{
    const item_plan *plan = plan_of(write->module);
    const c4_field *items =
        plan != NULL ? c4_module_field(write->module, plan->module * 1000 + plan->items) : NULL;

    return items != NULL && write->after[items->column].type != CRM4E_VALUE_NULL
               ? add_up(write, plan, items)
               : CRM4E_OK;
}

/* ------------------------------------------------------------------ the price of a product */

/* The product as the actor may read it, a rule as it is; without one it has no price. */
typedef struct product_row {
    const crm4e_value *row;
    const bool *readable; /* NULL: all of it */
} product_row;

static int read_product(c4_write *write, crm4e_id id, product_row *product)
{
    const c4_module *products = c4_meta_module(write->unit->meta, C4_PRODUCTS);
    crm4e_value *whole = NULL;
    c4_scope scope;
    int rc;

    *product = (product_row){NULL, NULL};
    if (write->as_rule) {
        rc = c4_record_load(write->unit, products, id, &whole);
        product->row = whole;
        return rc;
    }
    rc = c4_access_module_number(write->unit, C4_PRODUCTS, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        rc = c4_record_read(write->unit, &scope, id, &product->row, &product->readable);
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(write->unit->error);
        product->row = NULL;
        rc = CRM4E_OK;
    }
    return rc;
}

static const crm4e_value *product_value(const product_row *product, const c4_field *field)
{
    static const crm4e_value nothing = {.type = CRM4E_VALUE_NULL};
    const bool read = product->row != NULL && (product->readable == NULL ||
                                               product->readable[field - field->module->fields]);

    return read ? &product->row[field->column] : &nothing;
}

/* Whether the price is in the currency of the record: where there are several, and the actor may
 * not read which it is, nobody says so. */
static bool same_currency(const c4_write *write, const product_row *product,
                          const c4_module *products)
{
    const c4_field *currency = products->currency;
    const crm4e_value *code = currency != NULL ? product_value(product, currency) : NULL;
    const bool told = currency != NULL &&
                      (product->readable == NULL || product->readable[currency - products->fields]);

    if (currency == NULL) {
        return true;
    }
    return told &&
           c4_write_currency(write) == (code->type == CRM4E_VALUE_INTEGER
                                            ? (int32_t)code->integer
                                            : c4_currency_code(write->unit->meta->org.currency));
}

static int take_price(c4_write *write, crm4e_id id, const c4_field *column, crm4e_value *value)
{
    const c4_module *products = c4_meta_module(write->unit->meta, C4_PRODUCTS);
    const c4_field *price = products != NULL ? c4_module_field(products, PRODUCT_UNIT_PRICE) : NULL;
    const crm4e_value *found;
    product_row product;
    int64_t number = 0;
    int rc = price != NULL ? read_product(write, id, &product) : CRM4E_OK;

    if (rc != CRM4E_OK || price == NULL || product.row == NULL) {
        return rc;
    }
    found = product_value(&product, price);
    if (found->type == CRM4E_VALUE_INTEGER && same_currency(write, &product, products) &&
        c4_decimal_rescale(found->integer, price->scale, column->scale, &number)) {
        *value = c4_integer(number);
    }
    return CRM4E_OK;
}

/* A line while it takes its price. */
typedef struct pricing {
    c4_write *write;
    const c4_field *items;
    const c4_subrow *old; /* NULL: a new line */
    c4_subrow *row;
    const c4_price_book *book; /* NULL: none is named */
} pricing;

/* Whether a column is another than it was. */
static bool turns(const pricing *p, int32_t offset)
{
    const c4_field *column = column_of(p->items, offset);

    return p->old == NULL ||
           (column != NULL && c4_field_differs(column, p->old->values, p->row->values));
}

static crm4e_value *value_of(const pricing *p, int32_t offset)
{
    const c4_field *column = column_of(p->items, offset);

    return column != NULL ? &p->row->values[column->column] : NULL;
}

/* The book is read only for what is taken from it now: what a line has it keeps. */
static int open_book(pricing *p)
{
    const crm4e_value *named = value_of(p, C4_ITEM_BOOK);
    const bool asked = turns(p, C4_ITEM_PRODUCT) || turns(p, C4_ITEM_BOOK) ||
                       turns(p, C4_ITEM_QUANTITY) || turns(p, C4_ITEM_LIST_PRICE);

    return asked && named != NULL && named->type == CRM4E_VALUE_INTEGER
               ? c4_price_book_open(p->write, column_of(p->items, C4_ITEM_BOOK), named->integer,
                                    &p->book)
               : CRM4E_OK;
}

/* Out of the book, else of the product. */
static int take_list_price(pricing *p, const c4_field *column)
{
    const crm4e_id product = value_of(p, C4_ITEM_PRODUCT)->integer;
    crm4e_value *value = &p->row->values[column->column];
    c4_number price = {0, 0};
    int64_t number = 0;
    int rc = CRM4E_OK;

    *value = c4_null();
    if (p->book != NULL) {
        rc = c4_price_book_price(p->write, p->book, column_of(p->items, C4_ITEM_BOOK), product,
                                 &price);
    }
    if (rc == CRM4E_OK) {
        return take_price(p->write, product, column, value);
    }
    if (rc == CRM4E_ROW && c4_decimal_rescale(price.value, price.scale, column->scale, &number)) {
        *value = c4_integer(number);
    }
    return rc < 0 ? rc : CRM4E_OK;
}

static c4_number number_in(const pricing *p, int32_t offset)
{
    const c4_field *column = column_of(p->items, offset);
    const crm4e_value *value = value_of(p, offset);

    return value != NULL && value->type == CRM4E_VALUE_INTEGER
               ? (c4_number){value->integer, column->scale}
               : (c4_number){0, 0};
}

/* What the ranges take off, rounded half to even to the places of the column, once. */
static int take_discount(pricing *p)
{
    const c4_field *column = column_of(p->items, C4_ITEM_BOOK_DISCOUNT);
    c4_number discount;
    int64_t shown = 0;

    if (p->book == NULL || column == NULL) {
        if (column != NULL && value_of(p, C4_ITEM_BOOK)->type == CRM4E_VALUE_NULL) {
            p->row->values[column->column] = c4_null();
        }
        return CRM4E_OK;
    }
    if (!c4_price_book_discount(p->book, number_in(p, C4_ITEM_QUANTITY),
                                number_in(p, C4_ITEM_LIST_PRICE), &discount) ||
        !c4_number_at_scale(discount, column->scale, &shown)) {
        return c4_field_refuse(p->write->unit, column, CRM4E_E_INVALID, "range",
                               "comes to more than a discount can be");
    }
    p->row->values[column->column] = c4_integer(shown);
    return CRM4E_OK;
}

static bool is_line(const c4_write *write, const c4_field *items)
{
    const item_plan *plan = plan_of(write->module);

    return plan != NULL && items->number == plan->module * 1000 + plan->items &&
           column_of(items, C4_ITEM_PRODUCT) != NULL &&
           column_of(items, C4_ITEM_LIST_PRICE) != NULL;
}

int c4_line_settle(c4_write *write, const c4_field *items, const c4_subrow *old, c4_subrow *row)
{
    pricing p = {.write = write, .items = items, .old = old, .row = row};
    const c4_field *price;
    int rc;

    if (!is_line(write, items)) {
        return CRM4E_OK;
    }
    price = column_of(items, C4_ITEM_LIST_PRICE);
    rc = open_book(&p);
    if (rc == CRM4E_OK && (turns(&p, C4_ITEM_PRODUCT) || turns(&p, C4_ITEM_BOOK)) &&
        !row->given[price->column]) {
        rc = take_list_price(&p, price);
    }
    if (rc == CRM4E_OK && row->values[price->column].type == CRM4E_VALUE_NULL) {
        rc = c4_field_refuse(write->unit, price, CRM4E_E_INVALID, "mandatory", "is mandatory");
    }
    return rc == CRM4E_OK ? take_discount(&p) : rc;
}
