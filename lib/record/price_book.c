/* SPDX-License-Identifier: MIT */
/*
 * Price books. Their ranges cover quantities from 0 upwards without a gap: a range holds what is
 * above the end of the one before it, up to and including its own end. So where it begins is
 * told by the range before, for whole quantities ("1 to 10", "11 to 20") and others alike.
 */
#include "record/price_book.h"

#include "model/money.h"
#include "model/price_book.h"

enum {
    MOST_PERCENT = 100
};

typedef struct range {
    c4_number end; /* not of an open one */
    c4_number discount;
    bool open;
} range;

struct c4_price_book {
    crm4e_id id;
    const crm4e_value *row;
    const c4_field *products; /* NULL: the module has none */
    range *ranges;
    size_t count;
    bool differential;
};

static int32_t number_of(int32_t offset)
{
    return C4_PRICE_BOOKS * 1000 + offset;
}

static const c4_field *column_of(const c4_field *rows, int32_t offset)
{
    const c4_field *found = NULL;

    for (size_t i = 0; rows != NULL && i < rows->column_count && found == NULL; i++) {
        found = rows->columns[i].number == number_of(offset) ? &rows->columns[i] : NULL;
    }
    return found;
}

static bool has(const c4_subrow *row, const c4_field *column)
{
    return column != NULL && row->values[column->column].type == CRM4E_VALUE_INTEGER;
}

static c4_number cell(const c4_subrow *row, const c4_field *column)
{
    return has(row, column) ? (c4_number){row->values[column->column].integer, column->scale}
                            : (c4_number){0, 0};
}

/* ------------------------------------------------------------------ its own rows */

/* At the end of the range before, or at most one above it. */
static bool follows(c4_number from, c4_number end)
{
    static const c4_number one = {1, 0};
    c4_number next;

    return c4_number_compare(from, end) >= 0 &&
           (!c4_number_add(end, one, &next) || c4_number_compare(from, next) <= 0);
}

static int check_ranges(c4_write *write, const c4_field *field, const c4_subrows *rows)
{
    static const c4_number most = {MOST_PERCENT, 0};
    const c4_field *from = column_of(field, C4_RANGE_FROM);
    const c4_field *to = column_of(field, C4_RANGE_TO);
    const c4_field *percent = column_of(field, C4_RANGE_DISCOUNT);
    c4_number end = {0, 0};
    bool ordered = true;

    for (size_t i = 0; i < rows->count && ordered; i++) {
        const c4_subrow *row = &rows->items[i];
        const c4_number discount = cell(row, percent);
        if (discount.value < 0 || c4_number_compare(discount, most) > 0) {
            return c4_field_refuse(write->unit, percent, CRM4E_E_INVALID, "range",
                                   "is not from 0 to 100");
        }
        ordered = follows(cell(row, from), end);
        if (has(row, to)) {
            ordered = ordered && c4_number_compare(cell(row, to), end) > 0 &&
                      c4_number_compare(cell(row, to), cell(row, from)) >= 0;
            end = cell(row, to);
        } else {
            ordered = ordered && i + 1 == rows->count;
        }
    }
    return ordered ? CRM4E_OK
                   : c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "ranges",
                                     "are no ranges from 0 or 1 on, each behind the other without "
                                     "a gap");
}

static int check_products(c4_write *write, const c4_field *field, const c4_subrows *rows)
{
    const c4_field *product = column_of(field, C4_LISTED_PRODUCT);

    for (size_t i = 0; product != NULL && i < rows->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (rows->items[i].values[product->column].integer ==
                rows->items[j].values[product->column].integer) {
                return c4_field_refuse(write->unit, product, CRM4E_E_INVALID, "unique",
                                       "names a product twice");
            }
        }
    }
    return CRM4E_OK;
}

bool c4_price_book_is_list(const c4_field *field)
{
    return field->number == number_of(C4_BOOK_PRODUCTS);
}

int c4_price_book_check(c4_write *write, const c4_field *field, const c4_subrows *rows)
{
    if (field->number == number_of(C4_BOOK_RANGES)) {
        return check_ranges(write, field, rows);
    }
    return c4_price_book_is_list(field) ? check_products(write, field, rows) : CRM4E_OK;
}

/* ------------------------------------------------------------------ what a line takes */

static int refuse(const c4_write *write, const c4_field *column, const char *rule, const char *text)
{
    return c4_field_refuse(write->unit, column, CRM4E_E_INVALID, rule, text);
}

/* A field and the columns of the standard in it; none: what is not there is not closed. */
static int find_closed(const c4_scope *scope, const c4_field *field, const c4_field **closed)
{
    bool can = true;
    int rc = field != NULL ? c4_access_can_read(scope, field, &can) : CRM4E_OK;

    *closed = can ? NULL : field;
    for (size_t i = 0; rc == CRM4E_OK && can && field != NULL && i < field->column_count; i++) {
        const c4_field *column = &field->columns[i];
        if ((column->flags & C4_FIELD_CUSTOM) == 0) {
            rc = c4_access_can_read(scope, column, &can);
            *closed = can ? NULL : column;
        }
    }
    return rc;
}

/* What a price may come from: he reads all of it or takes none. */
static int check_open(const c4_write *write, const c4_scope *scope)
{
    static const int32_t offsets[] = {C4_BOOK_MODEL, C4_BOOK_ACTIVE, C4_BOOK_RANGES,
                                      C4_BOOK_PRODUCTS};
    const c4_field *closed = NULL;
    int rc = find_closed(scope, scope->module->currency, &closed);

    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0] && rc == CRM4E_OK && !closed; i++) {
        rc = find_closed(scope, c4_module_field(scope->module, number_of(offsets[i])), &closed);
    }
    return rc == CRM4E_OK && closed != NULL
               ? c4_field_refuse(write->unit, closed, CRM4E_E_DENIED, "field_permission",
                                 "is hidden from this user, who takes no price from it")
               : rc;
}

static int read_row(c4_write *write, const c4_field *column, crm4e_id id, c4_price_book *book)
{
    const c4_module *books = c4_meta_module(write->unit->meta, C4_PRICE_BOOKS);
    crm4e_value *whole = NULL;
    const bool *readable = NULL;
    c4_scope scope;
    int rc;

    if (write->as_rule) {
        rc = c4_record_load(write->unit, books, id, &whole);
        book->row = whole;
    } else {
        rc = c4_access_module_number(write->unit, C4_PRICE_BOOKS, CRM4E_ACTION_VIEW, &scope);
        if (rc == CRM4E_OK) {
            rc = c4_record_read(write->unit, &scope, id, &book->row, &readable);
        }
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(write->unit->error);
        return refuse(write, column, "lookup", "names no record");
    }
    return rc == CRM4E_OK && !write->as_rule ? check_open(write, &scope) : rc;
}

static int take_ranges(c4_write *write, const c4_field *field, c4_price_book *book)
{
    c4_arena *arena = write->unit->arena;
    const c4_field *to = column_of(field, C4_RANGE_TO);
    const c4_field *percent = column_of(field, C4_RANGE_DISCOUNT);
    c4_subrows rows;
    int rc = c4_subrows_read(arena, field, &book->row[field->column], &rows);

    if (rc == CRM4E_OK) {
        book->ranges = c4_arena_array(arena, rows.count, sizeof *book->ranges);
        rc = book->ranges != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; rc == CRM4E_OK && i < rows.count; i++) {
        const c4_subrow *row = &rows.items[i];
        book->ranges[i] = (range){cell(row, to), cell(row, percent), !has(row, to)};
        book->count++;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

static int take_book(c4_write *write, const c4_field *column, c4_price_book *book)
{
    const c4_module *books = c4_meta_module(write->unit->meta, C4_PRICE_BOOKS);
    const c4_field *active = c4_module_field(books, number_of(C4_BOOK_ACTIVE));
    const c4_field *model = c4_module_field(books, number_of(C4_BOOK_MODEL));
    const c4_field *ranges = c4_module_field(books, number_of(C4_BOOK_RANGES));
    const crm4e_value *on = active != NULL ? &book->row[active->column] : NULL;

    if (on != NULL && on->type == CRM4E_VALUE_INTEGER && on->integer == 0) {
        return refuse(write, column, "inactive", "names a price book that is not active");
    }
    book->products = c4_module_field(books, number_of(C4_BOOK_PRODUCTS));
    book->differential =
        model != NULL && book->row[model->column].integer == C4_PRICING_DIFFERENTIAL;
    return ranges != NULL ? take_ranges(write, ranges, book) : CRM4E_OK;
}

int c4_price_book_open(c4_write *write, const c4_field *column, crm4e_id id,
                       const c4_price_book **book)
{
    c4_price_book *fresh;
    int rc;

    if (write->book != NULL && write->book->id == id) {
        *book = write->book;
        return CRM4E_OK;
    }
    fresh = c4_arena_array(write->unit->arena, 1, sizeof *fresh);
    if (fresh == NULL) {
        return c4_record_no_memory(write->unit);
    }
    *fresh = (c4_price_book){.id = id};
    rc = read_row(write, column, id, fresh);
    if (rc == CRM4E_OK) {
        rc = take_book(write, column, fresh);
    }
    if (rc == CRM4E_OK) {
        write->book = fresh;
        *book = fresh;
    }
    return rc;
}

static bool same_currency(const c4_write *write, const c4_price_book *book)
{
    const c4_field *currency = c4_meta_module(write->unit->meta, C4_PRICE_BOOKS)->currency;
    const crm4e_value *code = currency != NULL ? &book->row[currency->column] : NULL;

    return code == NULL ||
           c4_write_currency(write) == (code->type == CRM4E_VALUE_INTEGER
                                            ? (int32_t)code->integer
                                            : c4_currency_code(write->unit->meta->org.currency));
}

int c4_price_book_price(c4_write *write, const c4_price_book *book, const c4_field *column,
                        crm4e_id product, c4_number *price)
{
    const c4_field *of = column_of(book->products, C4_LISTED_PRODUCT);
    const c4_field *amount = column_of(book->products, C4_LISTED_PRICE);
    c4_subrow row;
    int rc = CRM4E_OK;

    if (of == NULL || amount == NULL ||
        book->row[book->products->column].type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    rc = c4_subrows_find(write->unit->arena, book->products, &book->row[book->products->column], of,
                         product, &row);
    if (rc < 0) {
        return c4_fail_plain(write->unit->error, rc);
    }
    if (rc != CRM4E_ROW) {
        return refuse(write, column, "price_book", "names a price book without the product");
    }
    if (!same_currency(write, book)) {
        return refuse(write, column, "currency", "names a price book in another currency");
    }
    *price = cell(&row, amount);
    return CRM4E_ROW;
}

/* What of a quantity lies above one end and up to that of a range. */
static bool part_in(const range *in, c4_number quantity, c4_number above, c4_number *part)
{
    const c4_number end = in->open || c4_number_compare(quantity, in->end) < 0 ? quantity : in->end;

    return c4_number_subtract(end, above, part);
}

/* The discounts, weighted with the quantity that each is for. */
static bool weigh(const c4_price_book *book, c4_number quantity, c4_number *sum)
{
    c4_number above = {0, 0};
    c4_number part;
    bool fits = true;
    bool inside = true;

    *sum = (c4_number){0, 0};
    for (size_t i = 0; i < book->count && fits && inside; i++) {
        const range *at = &book->ranges[i];
        const bool last = at->open || c4_number_compare(quantity, at->end) <= 0;
        if (book->differential) {
            fits = part_in(at, quantity, above, &part) &&
                   c4_number_multiply(part, at->discount, &part) && c4_number_add(*sum, part, sum);
        } else if (last) {
            fits = c4_number_multiply(quantity, at->discount, sum);
        }
        above = at->end;
        inside = !last;
    }
    return fits;
}

bool c4_price_book_discount(const c4_price_book *book, c4_number quantity, c4_number price,
                            c4_number *discount)
{
    static const c4_number percent = {1, 2}; /* a hundredth */
    const bool credit = quantity.value < 0;
    bool fits = !credit || c4_number_negate(quantity, &quantity);

    /* what is given back is worth what it was sold for */
    fits = fits && weigh(book, quantity, discount) &&
           (!credit || c4_number_negate(*discount, discount));
    return fits && c4_number_multiply(*discount, percent, discount) &&
           c4_number_multiply(*discount, price, discount);
}
