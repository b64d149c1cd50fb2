/* SPDX-License-Identifier: MIT */
/* Price books: what lines take from them, by each model, for whom, and what stays. */
#include "../transfer/dump_steps.h"
#include "file_steps.h"
#include "life_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char start[] =
    "{'modules': [{'api_name': 'Products', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Price_Books', 'org_default': 'private'},"
    "  {'api_name': 'Quotes', 'org_default': 'public_read_write'}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard',"
    "   'fields': {'Price_Books': {'Listed_Products.List_Price': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'profile': 'Standard'},"
    "  {'email': 'tom@x.example', 'profile': 'Blind'}]}";

static const char shared_books[] =
    "{'modules': [{'api_name': 'Price_Books', 'org_default': 'public_read_only'}]}";

static crm4e_id tea, oil, book, pens;

/* # stands for the tea, @ for the oil, % for the book, ~ for the other. */
static const char *filled(const char *pattern)
{
    static char json[1024];
    char *out = json;

    for (; *pattern; pattern++) {
        const crm4e_id id = *pattern == '#'   ? tea
                            : *pattern == '@' ? oil
                            : *pattern == '%' ? book
                            : *pattern == '~' ? pens
                                              : 0;
        if (id != 0)
            out += sprintf(out, "%" PRId64, id);
        else
            *out++ = *pattern;
    }
    *out = '\0';
    return json;
}

static crm4e_id quote(host *h, const char *items)
{
    char json[1024];

    (void)snprintf(json, sizeof json, "{'Subject': 'Q', 'Quoted_Items': [%s]}", filled(items));
    return life_add(h->admin, "Quotes", json);
}

static int put_items(crm4e_session *session, crm4e_id id, const char *items)
{
    char json[1024];

    (void)snprintf(json, sizeof json, "{'Quoted_Items': [%s]}", filled(items));
    return life_change(session, "Quotes", id, json);
}

static void refused_items(crm4e_session *session, crm4e_id id, const char *items,
                          const char *column, const char *rule)
{
    char field[64];

    (void)snprintf(field, sizeof field, "Quoted_Items.%s", column);
    life_refused(session, put_items(session, id, items), CRM4E_E_INVALID, field, rule);
}

static void change_book(host *h, crm4e_id id, const char *json)
{
    host_ok(h->admin, life_change(h->admin, "Price_Books", id, filled(json)));
}

static char *items_of(host *h, crm4e_id id)
{
    char text[96];

    (void)snprintf(text, sizeof text, "select Quoted_Items from Quotes where id = %" PRId64, id);
    return host_query(h->admin, text);
}

/* The value that follows a name, in the text of the first line. */
static void assert_first(host *h, crm4e_id id, const char *part)
{
    char *rows = items_of(h, id), *json = host_json(part);

    if (!strstr(rows, json))
        fail_msg("%s has no %s", rows, json);
    free(json);
    free(rows);
}

static long long line_id(host *h, crm4e_id id)
{
    char *rows = items_of(h, id);
    long long row = 0;

    assert_int_equal(sscanf(rows, "[{\"id\":%lld", &row), 1);
    free(rows);
    return row;
}

static int change_line(crm4e_session *session, host *h, crm4e_id id, const char *members)
{
    char json[512];

    (void)snprintf(json, sizeof json, "{'id': %lld, %s}", line_id(h, id), members);
    return put_items(session, id, json);
}

static void a_line_takes_its_price_from_the_book(void **state)
{
    host *h = *state;
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 3, 'Book': %}");

    assert_first(h, id, "'List_Price':1.10,'Total':3.3000");
    assert_first(h, id, "'Book_Discount':0.0000}");
    life_row(h->admin, "Sub_Total, Grand_Total", "Quotes", id, "3.30|3.30\n");
    /* a price that is given is the price */
    host_ok(h->admin, change_line(h->admin, h, id, "'List_Price': 2"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "6.00\n");
    /* another product, in a book that does not list it */
    refused_items(h->admin, id, "{'Product_Name': @, 'Quantity': 1, 'Book': %}", "Book",
                  "price_book");
    host_ok(h->admin, put_items(h->admin, id,
                                "{'Product_Name': @, 'Quantity': 1, 'Book': %, 'List_Price': 9}"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "9.00\n");
    /* without the book the product says its price again, and nothing is taken off */
    host_ok(h->admin, put_items(h->admin, id, "{'Product_Name': #, 'Quantity': 10, 'Book': ~}"));
    assert_first(h, id, "'List_Price':1.25,'Total':12.5000");
    assert_first(h, id, "'Book_Discount':0.6250}");
    host_ok(h->admin, change_line(h->admin, h, id, "'Book': null"));
    assert_first(h, id, "'List_Price':1.25,'Total':12.5000");
    assert_first(h, id, "'Total_After_Discount':12.5000");
    assert_first(h, id, "'Book':null,'Book_Discount':null}");
    assert_sound(h);
}

static void discounts_of_the_book_come_first(void **state)
{
    host *h = *state;
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 20, 'Book': ~, 'Discount_Percent': 10,"
                           " 'Discount': 0.5, 'Tax_Percent': 20}");

    /* 25 less 5 percent is 23.75, less 10 percent 21.375, less 0.5 20.875, tax 4.175 */
    assert_first(h, id, "'Total_After_Discount':20.8750,'Tax_Percent':20.00,'Tax':4.1750");
    assert_first(h, id, "'Book_Discount':1.2500}");
    life_row(h->admin, "Sub_Total, Tax, Grand_Total", "Quotes", id, "20.88|4.18|25.05\n");
}

/* Of each hundredth of the quantity the percent, one by one: what the percents come to, in
 * hundredths of a hundredth. Ends in hundredths; the last may be open. */
static int64_t slowly(bool differential, int64_t quantity, const int64_t *ends,
                      const int64_t *percents, size_t count)
{
    int64_t sum = 0, most = quantity < 0 ? -quantity : quantity;

    for (int64_t unit = 1; unit <= most; unit++) {
        const int64_t asked = differential ? unit : most;
        size_t at = 0;
        while (at < count && ends[at] != 0 && asked > ends[at])
            at++;
        sum += at < count ? percents[at] : 0;
    }
    return quantity < 0 ? -sum : sum;
}

/* Half to even from eight places to four. */
static int64_t to_four(int64_t number)
{
    int64_t size = number < 0 ? -number : number, whole = size / 10000, rest = size % 10000;

    whole += rest > 5000 || (rest == 5000 && whole % 2 == 1);
    return number < 0 ? -whole : whole;
}

static void both_models_are_those_of_a_slow_count(void **state)
{
    static const char *const models[] = {"Flat", "Differential"};
    static const int64_t ends[2][4] = {{1000, 2050, 5000, 0}, {999, 1000, 2000, 3000}};
    static const int64_t percents[4] = {0, 333, 1250, 10000};
    static const int64_t quantities[] = {1,    999,  1000, 1001, 1050, 2000, 2050,
                                         2051, 3001, 5000, 5001, 9999, -1,   -1500};
    host *h = *state;
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 1, 'List_Price': 3.37}");

    for (int i = 0; i < 4; i++) {
        char json[512];
        (void)snprintf(json, sizeof json,
                       i / 2 == 0 ? "{'Pricing_Model': '%s', 'Pricing_Details': ["
                                    "{'from_range': 1, 'to_range': 10, 'discount': 0},"
                                    "{'from_range': 11, 'to_range': 20.5, 'discount': 3.33},"
                                    "{'from_range': 20.5, 'to_range': 50, 'discount': 12.5},"
                                    "{'from_range': 51, 'discount': 100}]}"
                                  : "{'Pricing_Model': '%s', 'Pricing_Details': ["
                                    "{'from_range': 0, 'to_range': 9.99, 'discount': 0},"
                                    "{'from_range': 10, 'to_range': 10, 'discount': 3.33},"
                                    "{'from_range': 11, 'to_range': 20, 'discount': 12.5},"
                                    "{'from_range': 20.01, 'to_range': 30, 'discount': 100}]}",
                       models[i % 2]);
        change_book(h, pens, json);
        for (size_t k = 0; k < sizeof quantities / sizeof quantities[0]; k++) {
            const int64_t quantity = quantities[k];
            const int64_t taken =
                to_four(slowly(i % 2 == 1, quantity, ends[i / 2], percents, 4) * 337);
            const int64_t size = taken < 0 ? -taken : taken;
            (void)snprintf(json, sizeof json,
                           "{'Product_Name': #, 'Quantity': %s%" PRId64 ".%02" PRId64
                           ", 'List_Price': 3.37, 'Book': ~}",
                           quantity < 0 ? "-" : "", (quantity < 0 ? -quantity : quantity) / 100,
                           (quantity < 0 ? -quantity : quantity) % 100);
            host_ok(h->admin, put_items(h->admin, id, json));
            (void)snprintf(json, sizeof json, "'Book_Discount':%s%" PRId64 ".%04" PRId64 "}",
                           taken < 0 ? "-" : "", size / 10000, size % 10000);
            assert_first(h, id, json);
        }
    }
    assert_sound(h);
}

static void what_a_document_has_stays(void **state)
{
    host *h = *state;
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 20, 'Book': ~}");
    crm4e_record *copy = NULL;

    life_row(h->admin, "Grand_Total", "Quotes", id, "23.75\n");
    change_book(h, pens, "{'Pricing_Details': [{'from_range': 1, 'discount': 50}]}");
    host_ok(h->admin, life_change(h->admin, "Quotes", id, "{'Subject': 'R'}"));
    host_ok(h->admin, change_line(h->admin, h, id, "'Description': 'green', 'Tax_Percent': 0"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "23.75\n");
    /* another quantity asks the book of now, at the price of then */
    host_ok(h->admin, life_change(h->admin, "Products", tea, "{'Unit_Price': 7}"));
    host_ok(h->admin, change_line(h->admin, h, id, "'Quantity': 10"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "6.25\n");
    /* a clone is a document of now with the prices that it copies */
    change_book(h, pens, "{'Pricing_Details': []}");
    host_ok(h->admin, crm4e_record_clone(&copy, h->admin, "Quotes", id));
    host_ok(h->admin, crm4e_record_save(copy));
    life_row(h->admin, "Grand_Total", "Quotes", crm4e_record_id(copy), "12.50\n");
    crm4e_record_free(copy);
    /* an inactive one gives nothing any more; what has been taken stays */
    change_book(h, pens, "{'Active': false}");
    host_ok(h->admin, change_line(h->admin, h, id, "'Description': 'black'"));
    life_refused(h->admin, change_line(h->admin, h, id, "'Quantity': 11"), CRM4E_E_INVALID,
                 "Quoted_Items.Book", "inactive");
    refused_items(h->admin, id, "{'Product_Name': #, 'Quantity': 1, 'Book': ~}", "Book",
                  "inactive");
    /* one that is gone neither */
    host_ok(h->admin, crm4e_record_delete(h->admin, "Price_Books", pens, 0));
    host_ok(h->admin, change_line(h->admin, h, id, "'Description': null"));
    life_refused(h->admin, change_line(h->admin, h, id, "'Quantity': 11"), CRM4E_E_INVALID,
                 "Quoted_Items.Book", "lookup");
    host_ok(h->admin,
            change_line(h->admin, h, id, "'Quantity': 11, 'Book': null, 'List_Price': 1"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "11.00\n");
    assert_sound(h);
}

static void only_who_reads_the_book_takes_its_prices(void **state)
{
    static const char line[] = "{'Product_Name': #, 'Quantity': 1, 'Book': %}";
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *tom = host_session(h, TOM);
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 3, 'Book': %}");

    /* as any record that is closed to her, or not there */
    refused_items(sue, id, line, "Book", "lookup");
    refused_items(sue, id, "{'Product_Name': #, 'Quantity': 1, 'Book': 999999}", "Book", "lookup");
    life_refused(sue, change_line(sue, h, id, "'Quantity': 4"), CRM4E_E_INVALID,
                 "Quoted_Items.Book", "lookup");
    life_row(h->admin, "Grand_Total", "Quotes", id, "3.30\n");
    /* what she does not draw she may write */
    host_ok(sue, change_line(sue, h, id, "'Description': 'x'"));
    host_apply(h, shared_books);
    host_ok(sue, put_items(sue, id, line));
    life_row(h->admin, "Grand_Total", "Quotes", id, "1.10\n");
    life_refused(tom, put_items(tom, id, line), CRM4E_E_DENIED, "Listed_Products.List_Price",
                 "field_permission");
    host_apply(h, "{'profiles': [{'name': 'Blind', 'fields': {'Price_Books':"
                  " {'Listed_Products.List_Price': 'read_only', 'Active': 'hidden'}}}]}");
    life_refused(tom, put_items(tom, id, line), CRM4E_E_DENIED, "Active", "field_permission");
    host_apply(h, "{'profiles': [{'name': 'Blind', 'modules': {'Price_Books': []}}]}");
    refused_items(tom, id, line, "Book", "lookup");
    host_apply(h, "{'modules': [{'api_name': 'Products', 'org_default': 'private'}]}");
    refused_items(sue, id, line, "Product_Name", "lookup");
    crm4e_session_close(sue);
    crm4e_session_close(tom);
}

static void a_book_keeps_its_rows_in_order(void **state)
{
    static const struct {
        const char *json;
        const char *field;
        const char *rule;
    } cases[] = {
        {"'Pricing_Details': [{'from_range': 2, 'discount': 1}]", "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'to_range': 5, 'discount': 1},"
         "{'from_range': 7, 'discount': 2}]",
         "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'to_range': 5, 'discount': 1},"
         "{'from_range': 4, 'discount': 2}]",
         "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'to_range': 5, 'discount': 1},"
         "{'from_range': 5, 'to_range': 5, 'discount': 2}]",
         "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'to_range': 0.5, 'discount': 1}]",
         "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': -1, 'discount': 1}]", "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'discount': 1},"
         "{'from_range': 2, 'discount': 2}]",
         "Pricing_Details", "ranges"},
        {"'Pricing_Details': [{'from_range': 1, 'discount': 100.01}]", "Pricing_Details.discount",
         "range"},
        {"'Pricing_Details': [{'from_range': 1, 'discount': -0.01}]", "Pricing_Details.discount",
         "range"},
        {"'Pricing_Details': [{'from_range': 1}]", "Pricing_Details.discount", "mandatory"},
        {"'Pricing_Details': [{'discount': 1}]", "Pricing_Details.from_range", "mandatory"},
        {"'Listed_Products': [{'Product_Name': #, 'List_Price': 1},"
         "{'Product_Name': @, 'List_Price': 1}, {'Product_Name': #, 'List_Price': 2}]",
         "Listed_Products.Product_Name", "unique"},
        {"'Listed_Products': [{'Product_Name': #}]", "Listed_Products.List_Price", "mandatory"},
        {"'Listed_Products': [{'List_Price': 1}]", "Listed_Products.Product_Name", "mandatory"},
    };
    host *h = *state;
    char json[512];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(json, sizeof json, "{%s}", filled(cases[i].json));
        life_refused(h->admin, life_change(h->admin, "Price_Books", book, json), CRM4E_E_INVALID,
                     cases[i].field, cases[i].rule);
    }
    life_row(h->admin, "Version__s", "Price_Books", book, "1\n");
    change_book(h, book,
                "{'Pricing_Details': [{'from_range': 0, 'to_range': 0.5, 'discount': 0},"
                "{'from_range': 1.5, 'to_range': 3, 'discount': 100}]}");
    assert_sound(h);
}

/* Products of a book, each with its number as the price. */
static char *listing(const crm4e_id *products, size_t count)
{
    char *json = malloc(count * 80 + 64), *out = json;

    assert_non_null(json);
    out += sprintf(out, "{\"Listed_Products\":[");
    for (size_t i = 0; i < count; i++)
        out += sprintf(out, "%s{\"Product_Name\":%" PRId64 ",\"List_Price\":%zu}", i > 0 ? "," : "",
                       products[i], i + 1);
    (void)sprintf(out, "]}");
    return json;
}

static void a_book_lists_many_products(void **state)
{
    static crm4e_id products[CRM4E_PRICE_BOOK_PRODUCTS_MAX + 1];
    const size_t most = CRM4E_PRICE_BOOK_PRODUCTS_MAX;
    host *h = *state;
    char *fits, *more;
    crm4e_id id;

    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (size_t i = 0; i <= most; i++)
        products[i] = life_add(h->admin, "Products", "{'Product_Name': 'P'}");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    fits = listing(products, most);
    more = listing(products, most + 1);
    life_refused(h->admin, life_change(h->admin, "Price_Books", book, more), CRM4E_E_TOO_BIG,
                 "Listed_Products", "subform_rows");
    assert_int_equal(crm4e_error_limit(crm4e_session_error(h->admin)), (int64_t)most);
    host_ok(h->admin, life_change(h->admin, "Price_Books", book, fits));
    tea = products[most - 1];
    id = quote(h, "{'Product_Name': #, 'Quantity': 1, 'Book': %}");
    life_row(h->admin, "Grand_Total", "Quotes", id, "2000.00\n");
    free(fits);
    free(more);
    assert_sound(h);
}

/* A book that has both keeps the price of the one that stays; lines keep what was agreed. */
static void a_merged_product_stays_in_books_and_lines(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id, both;
    char *text;

    both = life_add(s, "Price_Books",
                    filled("{'Price_Book_Name': 'Both', 'Pricing_Model': 'Flat', 'Active': true,"
                           " 'Listed_Products': [{'Product_Name': @, 'List_Price': 7},"
                           "  {'Product_Name': #, 'List_Price': 3}]}"));
    change_book(h, book, "{'Active': true}");
    id = quote(h, "{'Product_Name': #, 'Quantity': 20, 'Book': %}");
    host_ok(s, crm4e_records_merge(s, "Products", oil, &tea, 1, NULL));
    assert_first(h, id, filled("'Product_Name':@"));
    life_row(s, "Grand_Total", "Quotes", id, "22.00\n");
    id = quote(h, "{'Product_Name': @, 'Quantity': 20, 'Book': %}");
    life_row(s, "Grand_Total", "Quotes", id, "22.00\n");
    book = both;
    id = quote(h, "{'Product_Name': @, 'Quantity': 1, 'Book': %}");
    life_row(s, "Grand_Total", "Quotes", id, "7.00\n");
    change_book(h, both, "{'Price_Book_Name': 'One'}");
    text = host_query(s, "select Listed_Products from Price_Books where Price_Book_Name = 'One'");
    assert_non_null(strstr(text, "7.00"));
    assert_null(strstr(text, "3.00"));
    free(text);
    assert_sound(h);
}

static void books_go_where_their_org_goes(void **state)
{
    host *h = *state;
    crm4e_session *there = NULL;
    crm4e_org *org = NULL;
    crm4e_id id = quote(h, "{'Product_Name': #, 'Quantity': 20, 'Book': ~}");
    stream s;
    place p;

    s = dumped(h->admin);
    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, "Copy", 0), CRM4E_OK);
    assert_clean(org);
    assert_int_equal(crm4e_session_open(&there, org, "ana@acme.example"), CRM4E_OK);
    life_row(there, "Grand_Total", "Quotes", id, "23.75\n");
    host_ok(there, put_items(there, id, "{'Product_Name': #, 'Quantity': 10, 'Book': %}"));
    life_row(there, "Grand_Total", "Quotes", id, "11.00\n");
    crm4e_session_close(there);
    crm4e_org_close(org);
    close_place(&p);
    free(s.text);
}

static void prices_are_of_one_currency(void **state)
{
    host *h = *state;
    crm4e_id id;

    host_apply(h, "{'currencies': [{'iso_code': 'EUR', 'rates':"
                  "  [{'valid_from': '2020-01-01', 'exchange_rate': '0.5'}]}]}");
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    id = life_add(h->admin, "Quotes", "{'Subject': 'Q', 'Currency': 'EUR'}");
    refused_items(h->admin, id, "{'Product_Name': #, 'Quantity': 1, 'Book': %}", "Book",
                  "currency");
    change_book(h, book, "{'Currency': 'EUR'}");
    host_ok(h->admin, put_items(h->admin, id, "{'Product_Name': #, 'Quantity': 2, 'Book': %}"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "2.20\n");
    assert_sound(h);
}

static crm4e_id starved;

static int price_once(host *h)
{
    return put_items(h->admin, starved,
                     "{'Product_Name': #, 'Quantity': 2, 'Book': %},"
                     "{'Product_Name': @, 'Quantity': 12, 'Book': ~, 'List_Price': 2}");
}

static void check_none(host *h)
{
    assert_int_equal(host_count(h->admin, "Quotes", "Quoted_Items is not null"), 0);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved = life_add(h->admin, "Quotes", "{'Subject': 'Q'}");
    host_starve(h, price_once, check_none);
    life_row(h->admin, "Grand_Total", "Quotes", starved, "25.00\n");
    assert_sound(h);
}

static int set_up(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, start);
    tea = life_add(h->admin, "Products", "{'Product_Name': 'Tea', 'Unit_Price': 1.25}");
    oil = life_add(h->admin, "Products", "{'Product_Name': 'Oil'}");
    book = life_add(h->admin, "Price_Books",
                    filled("{'Price_Book_Name': 'Friends', 'Pricing_Model': 'Flat',"
                           " 'Listed_Products': [{'Product_Name': #, 'List_Price': 1.10}]}"));
    pens = life_add(h->admin, "Price_Books",
                    "{'Price_Book_Name': 'Many', 'Pricing_Model': 'Flat', 'Active': true,"
                    " 'Pricing_Details': [{'from_range': 1, 'to_range': 9, 'discount': 0},"
                    "  {'from_range': 10, 'discount': 5}]}");
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_line_takes_its_price_from_the_book),
        TEST(discounts_of_the_book_come_first),
        TEST(both_models_are_those_of_a_slow_count),
        TEST(what_a_document_has_stays),
        TEST(only_who_reads_the_book_takes_its_prices),
        TEST(a_book_keeps_its_rows_in_order),
        TEST(a_book_lists_many_products),
        TEST(a_merged_product_stays_in_books_and_lines),
        TEST(books_go_where_their_org_goes),
        TEST(prices_are_of_one_currency),
        TEST(memory_may_run_out),
    };

    return host_run("price books", tests, sizeof tests / sizeof tests[0]);
}
