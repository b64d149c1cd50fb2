/* SPDX-License-Identifier: MIT */
/* The orders of a trading firm as sales orders with line items: what they come to by each rule
 * of rounding. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

enum {
    PLACES = 9,    /* of data_number() */
    NET_PLACES = 4 /* of a line */
};

static table orders, products, lines;
static crm4e_id *product_ids, *order_ids;

static int64_t scaled(const char *text, unsigned scale)
{
    int64_t number = 0;

    assert_int_equal(c4_decimal_parse(text, strlen(text), scale, &number), CRM4E_OK);
    return number;
}

static crm4e_id add(host *h, const char *module, const char *json)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, module));
    host_ok(h->admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

/* A fraction is given as percent. */
static void put_line(FILE *out, size_t row)
{
    size_t product = table_find(&products, "ProductID", table_cell(&lines, row, "ProductID"));

    assert_true(product > 0);
    (void)fprintf(out,
                  "{\"Product_Name\":%lld,\"Quantity\":%s,\"List_Price\":%s,"
                  "\"Discount_Percent\":%lld}",
                  (long long)product_ids[product], table_cell(&lines, row, "Quantity"),
                  table_cell(&lines, row, "UnitPrice"),
                  (long long)scaled(table_cell(&lines, row, "Discount"), 2));
}

static char *order_json(size_t order, crm4e_id account)
{
    const char *number = table_cell(&orders, order, "OrderID"), *comma = "";
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fprintf(out, "{\"Subject\":\"%s\",\"Account_Name\":%lld,\"Ordered_Items\":[", number,
                  (long long)account);
    for (size_t row = 1; row < lines.rows; row++) {
        if (strcmp(table_cell(&lines, row, "OrderID"), number) == 0) {
            (void)fputs(comma, out);
            put_line(out, row);
            comma = ",";
        }
    }
    (void)fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static int setup(void **state)
{
    host *h;
    crm4e_id account;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_ok(h->admin, crm4e_session_begin(h->admin));
    account = add(h, "Accounts", "{\"Account_Name\":\"Northwind\"}");
    product_ids = calloc(products.rows, sizeof *product_ids);
    order_ids = calloc(orders.rows, sizeof *order_ids);
    assert_true(product_ids && order_ids);
    for (size_t row = 1; row < products.rows; row++) {
        char json[160];

        (void)snprintf(json, sizeof json, "{\"Product_Name\":\"Product %s\",\"Unit_Price\":%s}",
                       table_cell(&products, row, "ProductID"),
                       table_cell(&products, row, "UnitPrice"));
        product_ids[row] = add(h, "Products", json);
    }
    for (size_t row = 1; row < orders.rows; row++) {
        char *json = order_json(row, account);

        order_ids[row] = add(h, "Sales_Orders", json);
        free(json);
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
    return 0;
}

static int teardown(void **state)
{
    free(product_ids);
    free(order_ids);
    return host_teardown(state);
}

/* Of the lines of an order: their Net_Total, and how many they are. */
static int64_t net_of(crm4e_session *session, crm4e_record *record, size_t *count)
{
    c4_mem mem;
    c4_json_document document = {0};
    const char *text = NULL;
    int64_t sum = 0;

    c4_mem_default(&mem);
    host_ok(session, crm4e_record_get_text(record, "Ordered_Items", &text, NULL));
    assert_int_equal(c4_json_parse(&document, &mem, text, strlen(text), 1 << 20), CRM4E_OK);
    for (size_t i = 0; i < c4_json_count(document.root); i++)
        sum +=
            scaled(c4_json_text(c4_json_member(c4_json_item(document.root, i), "Net_Total"), NULL),
                   NET_PLACES);
    *count += c4_json_count(document.root);
    c4_json_free(&document);
    return sum;
}

static int64_t total_of(crm4e_session *session, crm4e_record *record, const char *field)
{
    const char *text = NULL;

    host_ok(session, crm4e_record_get_text(record, field, &text, NULL));
    return scaled(text, NET_PLACES);
}

/* Half to even, to cents. */
static int64_t cents(int64_t number)
{
    int64_t whole = number / 100, rest = number % 100;

    return (whole + (rest > 50 || (rest == 50 && whole % 2 != 0))) * 100;
}

/* All orders by one rule: the lines come to the answer, and each total is that of its lines. */
static void assert_rule(host *h, const char *rule, const char *answer)
{
    data_answers answers = data_open("northwind");
    char json[64];
    int64_t sum = 0, totals = 0;
    size_t count = 0;

    (void)snprintf(json, sizeof json, "{\"Rounding\":\"%s\"}", rule);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (size_t row = 1; row < orders.rows; row++) {
        crm4e_record *record = NULL;
        int64_t net;

        host_ok(h->admin, crm4e_record_open(&record, h->admin, "Sales_Orders", order_ids[row]));
        host_ok(h->admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
        host_ok(h->admin, crm4e_record_save(record));
        net = net_of(h->admin, record, &count);
        assert_int_equal(total_of(h->admin, record, "Sub_Total"), cents(net));
        assert_int_equal(total_of(h->admin, record, "Grand_Total"), cents(net));
        sum += net;
        totals += total_of(h->admin, record, "Grand_Total");
        crm4e_record_free(record);
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
    assert_int_equal(count, lines.rows - 1);
    for (int i = NET_PLACES; i < PLACES; i++) {
        sum *= 10;
        totals *= 10;
    }
    assert_int_equal(sum, data_number(&answers, answer));
    if (strcmp(rule, "Exact") != 0)
        assert_int_equal(totals, sum);
    data_close(&answers);
}

static void each_rule_has_its_figure(void **state)
{
    host *h = *state;

    assert_rule(h, "Exact", "net_total_exact");
    assert_rule(h, "Half Up per Line", "net_total_round_half_up_per_line");
    assert_rule(h, "Half Even per Line", "net_total_round_half_even_per_line");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_rule_has_its_figure, setup, teardown),
    };
    int failed;

    if (!data_present())
        return DATA_SKIPPED;
    orders = table_read("northwind/Orders.csv");
    products = table_read("northwind/Products.csv");
    lines = table_read("northwind/OrderDetails.csv");
    failed = host_run("northwind items", tests, sizeof tests / sizeof tests[0]);
    table_free(&orders);
    table_free(&products);
    table_free(&lines);
    return failed;
}
