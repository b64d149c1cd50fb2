/* SPDX-License-Identifier: MIT */
/* A trading firm: orders owned by employees who report to each other, order
 * lines whose exact value has four decimals. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

enum {
    EMPLOYEES = 9,
    CENT = 100 /* of a value with four decimals */
};
#define UNIT INT64_C(1000000000)

static const char modules[] =
    "{'org': {'hierarchy': 'reporting_to', 'crm_licences': 20}, 'modules': ["
    " {'api_name': 'Customers', 'fields': ["
    "  {'api_name': 'Company', 'type': 'text', 'length': 80},"
    "  {'api_name': 'Contact', 'type': 'text', 'length': 80},"
    "  {'api_name': 'Address', 'type': 'text', 'length': 120},"
    "  {'api_name': 'City', 'type': 'text', 'length': 60},"
    "  {'api_name': 'Country', 'type': 'text', 'length': 60}]},"
    " {'api_name': 'Orders', 'fields': ["
    "  {'api_name': 'Customer', 'type': 'lookup', 'target': 'Customers'},"
    "  {'api_name': 'Ordered', 'type': 'date'}, {'api_name': 'Shipped', 'type': 'date'},"
    "  {'api_name': 'Freight', 'type': 'currency', 'scale': 2},"
    "  {'api_name': 'Country', 'type': 'text', 'length': 60}]},"
    " {'api_name': 'Lines', 'fields': ["
    "  {'api_name': 'For_Order', 'type': 'lookup', 'target': 'Orders'},"
    "  {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "  {'api_name': 'Quantity', 'type': 'integer'},"
    "  {'api_name': 'Discount', 'type': 'double', 'scale': 2},"
    "  {'api_name': 'Net', 'type': 'currency', 'scale': 4},"
    "  {'api_name': 'Ordered', 'type': 'date'},"
    "  {'api_name': 'Country', 'type': 'text', 'length': 60}]}]}";

static table employees, customers, orders, lines;

static const char *name_of(const char *employee)
{
    static char name[64];
    size_t row = table_find(&employees, "EmployeeID", employee);

    assert_true(row > 0);
    (void)snprintf(name, sizeof name, "%s %s", table_cell(&employees, row, "FirstName"),
                   table_cell(&employees, row, "LastName"));
    return name;
}

static void put_email(FILE *out, const char *employee)
{
    if (employee[0])
        (void)fprintf(out, "employee%s@northwind.example", employee);
}

/* The tree as an apply document. */
static char *people(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("{'users': [", out);
    for (size_t row = 1; row < employees.rows; row++) {
        const char *id = table_cell(&employees, row, "EmployeeID");

        (void)fprintf(out, "%s{'email': '", row > 1 ? ", " : "");
        put_email(out, id);
        (void)fprintf(out, "', 'name': '%s', 'profile': 'Standard', 'reporting_to': '",
                      name_of(id));
        put_email(out, table_cell(&employees, row, "ReportsTo"));
        (void)fputs("'}", out);
    }
    (void)fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void put_cell(FILE *out, const char *text, const char *end)
{
    (void)fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', out);
        (void)fputc(*text, out);
    }
    (void)fprintf(out, "\"%s", end);
}

static char *customer_csv(void)
{
    static const char *const columns[] = {"CustomerID", "CompanyName", "ContactName",
                                          "Address",    "City",        "Country"};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("Name,Company,Contact,Address,City,Country\n", out);
    for (size_t row = 1; row < customers.rows; row++) {
        for (size_t i = 0; i < 6; i++)
            put_cell(out, table_cell(&customers, row, columns[i]), i < 5 ? "," : "\n");
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *order_csv(void)
{
    static const char *const columns[] = {"OrderID",     "CustomerID", "OrderDate",
                                          "ShippedDate", "Freight",    "ShipCountry"};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("Name,Customer,Ordered,Shipped,Freight,Country,Owner\n", out);
    for (size_t row = 1; row < orders.rows; row++) {
        for (size_t i = 0; i < 6; i++)
            put_cell(out, table_cell(&orders, row, columns[i]), ",");
        put_email(out, table_cell(&orders, row, "EmployeeID"));
        (void)fputc('\n', out);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static int64_t scaled(const char *text, unsigned scale)
{
    int64_t number = 0;

    assert_int_equal(c4_decimal_parse(text, strlen(text), scale, &number), CRM4E_OK);
    return number;
}

/* Price * quantity * (1 - discount), exact with four decimals. */
static int64_t net_of(size_t row)
{
    return scaled(table_cell(&lines, row, "UnitPrice"), 2) *
           scaled(table_cell(&lines, row, "Quantity"), 0) *
           (100 - scaled(table_cell(&lines, row, "Discount"), 2));
}

static char *line_csv(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("Name,For_Order,Price,Quantity,Discount,Net,Ordered,Country,Owner\n", out);
    for (size_t row = 1; row < lines.rows; row++) {
        const char *number = table_cell(&lines, row, "OrderID");
        size_t order = table_find(&orders, "OrderID", number);
        char net[C4_DECIMAL_TEXT];

        assert_true(order > 0);
        (void)c4_decimal_format(net_of(row), 4, net);
        (void)fprintf(out, "%s-%s,%s,%s,%s,%s,%s,%s,", number, table_cell(&lines, row, "ProductID"),
                      number, table_cell(&lines, row, "UnitPrice"),
                      table_cell(&lines, row, "Quantity"), table_cell(&lines, row, "Discount"), net,
                      table_cell(&orders, order, "OrderDate"));
        put_cell(out, table_cell(&orders, order, "ShipCountry"), ",");
        put_email(out, table_cell(&orders, order, "EmployeeID"));
        (void)fputc('\n', out);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void load(host *h, const char *module, char *text, size_t rows)
{
    table_import(h, module, text, rows);
    free(text);
}

static int setup(void **state)
{
    host *h;
    char *document;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, modules);
    document = people();
    host_apply(h, document);
    free(document);
    load(h, "Customers", customer_csv(), customers.rows - 1);
    load(h, "Orders", order_csv(), orders.rows - 1);
    load(h, "Lines", line_csv(), lines.rows - 1);
    return 0;
}

static crm4e_session *act_as(host *h, const char *employee)
{
    char email[64];

    (void)snprintf(email, sizeof email, "employee%s@northwind.example", employee);
    return host_session(h, email);
}

static void every_record_is_there(void **state)
{
    host *h = *state;
    data_answers answers = data_open("northwind");

    assert_int_equal(host_count(h->admin, "Orders", NULL) * UNIT,
                     data_number(&answers, "rows.Orders"));
    assert_int_equal(host_count(h->admin, "Lines", NULL) * UNIT,
                     data_number(&answers, "rows.OrderDetails"));
    assert_int_equal(host_count(h->admin, "Customers", NULL) * UNIT,
                     data_number(&answers, "rows.Customers"));
    assert_int_equal((int64_t)(employees.rows - 1) * UNIT, data_number(&answers, "rows.Employees"));
    for (int i = 1; i <= EMPLOYEES; i++) {
        char email[64];
        crm4e_id id = 0;

        (void)snprintf(email, sizeof email, "employee%d@northwind.example", i);
        host_ok(h->admin, crm4e_user_find(h->admin, email, &id));
    }
    data_close(&answers);
}

static const char *employee_label(void *context, const char *key)
{
    (void)context;
    return name_of(key);
}

static void the_charts_are_right(void **state)
{
    static const struct {
        const char *answers;
        data_chart chart;
    } charts[] = {
        {"net_by_employee",
         {.module = "Lines", .field = "Owner", .measure = "Net", .label = employee_label}},
        {"net_by_month",
         {.module = "Lines", .field = "Ordered", .by = CRM4E_BY_MONTH, .measure = "Net"}},
        {"net_by_country", {.module = "Lines", .field = "Country", .measure = "Net"}},
    };
    host *h = *state;
    data_answers answers = data_open("northwind");

    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        data_check_chart(h->admin, &charts[i].chart,
                         c4_json_member(answers.root, charts[i].answers));
    data_close(&answers);
}

/* The same numbers over the lookup to the order and to its customer. */
static void lookups_lead_to_the_same(void **state)
{
    static const char *const paths[] = {"For_Order.Country", "For_Order.Customer.Country"};
    host *h = *state;
    data_answers answers = data_open("northwind");
    const c4_json *countries = c4_json_member(answers.root, "net_by_country");

    for (size_t i = 0; i < c4_json_count(countries); i++) {
        const char *key = NULL;
        const c4_json *numbers = c4_json_member_at(countries, i, &key);
        int64_t sum = data_decimal(c4_json_text(c4_json_member(numbers, "sum"), NULL));
        char where[128];

        for (size_t p = 0; p < 2; p++) {
            (void)snprintf(where, sizeof where, "%s = '%s'", paths[p], key);
            assert_int_equal(data_sum(h->admin, "Lines", "Net", where), sum);
        }
    }
    data_close(&answers);
}

static void totals_are_exact(void **state)
{
    host *h = *state;
    data_answers answers = data_open("northwind");
    int64_t exact = data_number(&answers, "net_total_exact");
    double binary = 0;
    char text[64];

    assert_int_equal(data_sum(h->admin, "Lines", "Net", NULL), exact);
    assert_int_equal(data_sum(h->admin, "Orders", "Freight", NULL),
                     data_number(&answers, "freight_sum"));
    assert_int_equal(host_count(h->admin, "Orders", "Shipped is null") * UNIT,
                     data_number(&answers, "orders_not_shipped"));
    /* What doubles make of it: another number. */
    for (size_t row = 1; row < lines.rows; row++)
        binary += strtod(table_cell(&lines, row, "UnitPrice"), NULL) *
                  strtod(table_cell(&lines, row, "Quantity"), NULL) *
                  (1 - strtod(table_cell(&lines, row, "Discount"), NULL));
    (void)snprintf(text, sizeof text, "%.17g", binary);
    assert_string_equal(
        text, c4_json_text(c4_json_member(answers.root, "net_total_binary64_left_to_right"), NULL));
    assert_string_not_equal(text,
                            c4_json_text(c4_json_member(answers.root, "net_total_exact"), NULL));
    data_close(&answers);
}

/* What rounding every line would have made, from the values that are kept. */
static void lines_keep_what_rounding_would_lose(void **state)
{
    host *h = *state;
    data_answers answers = data_open("northwind");
    int64_t up = 0, even = 0, subcent = 0, half = 0;
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;

    host_ok(h->admin, crm4e_query_new(&query, h->admin, "Lines"));
    host_ok(h->admin, crm4e_query_select(query, "Net"));
    host_ok(h->admin, crm4e_query_limit(query, -1));
    host_ok(h->admin, crm4e_query_run(&rows, query));
    while (crm4e_cursor_next(rows) == CRM4E_ROW) {
        int64_t net = 0, cents, rest;
        uint32_t scale = 0;

        assert_int_equal(crm4e_cursor_integer(rows, 0, &net, &scale), CRM4E_ROW);
        assert_int_equal(scale, 4);
        cents = net / CENT;
        rest = net % CENT;
        subcent += rest != 0;
        half += rest == CENT / 2;
        up += cents + (rest >= CENT / 2);
        even += cents + (rest > CENT / 2 || (rest == CENT / 2 && cents % 2 != 0));
    }
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    assert_int_equal(up * (UNIT / 100), data_number(&answers, "net_total_round_half_up_per_line"));
    assert_int_equal(even * (UNIT / 100),
                     data_number(&answers, "net_total_round_half_even_per_line"));
    assert_int_equal(subcent * UNIT, data_number(&answers, "lines_with_subcent_value"));
    assert_int_equal(half * UNIT, data_number(&answers, "lines_exactly_half_cent"));
    data_close(&answers);
}

/* Each sees his own orders and those of all below him, by any question. */
static void everybody_sees_his_part_of_the_tree(void **state)
{
    host *h = *state;
    data_answers answers = data_open("northwind");
    const c4_json *seen = c4_json_member(answers.root, "orders_visible_owner_or_subtree");
    const c4_json *nets = c4_json_member(answers.root, "net_visible_owner_or_subtree");

    assert_int_equal(c4_json_count(seen), EMPLOYEES);
    for (size_t i = 0; i < EMPLOYEES; i++) {
        const char *key = NULL;
        const c4_json *count = c4_json_member_at(seen, i, &key);
        crm4e_session *session = act_as(h, key);
        char where[80];

        assert_int_equal(host_count(session, "Orders", NULL) * UNIT,
                         data_decimal(c4_json_text(count, NULL)));
        assert_int_equal(data_sum(session, "Lines", "Net", NULL),
                         data_decimal(c4_json_text(c4_json_member(nets, key), NULL)));
        /* His own, told apart by the owner. */
        (void)snprintf(where, sizeof where, "Owner = 'employee%s@northwind.example'", key);
        assert_int_equal(host_count(session, "Orders", where),
                         host_count(h->admin, "Orders", where));
        crm4e_session_close(session);
    }
    data_close(&answers);
}

/* Charts of a person are those of the employees he sees, and no others. */
static void charts_show_what_their_viewer_sees(void **state)
{
    static const struct {
        const char *viewer;
        size_t owners;
    } cases[] = {{"2", 9}, {"5", 4}, {"6", 1}};
    host *h = *state;
    data_answers answers = data_open("northwind");
    const c4_json *nets = c4_json_member(answers.root, "net_by_employee");

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_session *session = act_as(h, cases[i].viewer);
        crm4e_chart *chart = NULL;
        size_t found = 0;

        host_ok(session, crm4e_chart_new(&chart, session, "Lines"));
        host_ok(session, crm4e_chart_group_by(chart, "Owner", 0));
        host_ok(session, crm4e_chart_measure(chart, CRM4E_SUM, "Net"));
        host_ok(session, crm4e_chart_run(chart));
        assert_int_equal(crm4e_chart_buckets(chart), cases[i].owners);
        for (size_t e = 0; e < EMPLOYEES; e++) {
            const char *key = NULL;
            const c4_json *numbers = c4_json_member_at(nets, e, &key);

            for (size_t b = 0; b < cases[i].owners; b++) {
                if (strcmp(crm4e_chart_label(chart, b, 0), name_of(key)) != 0)
                    continue;
                assert_int_equal(data_decimal(crm4e_chart_value(chart, b, 0)),
                                 data_decimal(c4_json_text(c4_json_member(numbers, "sum"), NULL)));
                found++;
            }
        }
        assert_int_equal(found, cases[i].owners);
        crm4e_chart_free(chart);
        crm4e_session_close(session);
    }
    data_close(&answers);
}

static void text_is_found_without_regard_to_case_and_accents(void **state)
{
    host *h = *state;
    data_answers answers = data_open("search");
    const c4_json *cases = c4_json_member(answers.root, "cases");

    assert_true(c4_json_count(cases) > 0);
    for (size_t i = 0; i < c4_json_count(cases); i++) {
        const c4_json *one = c4_json_item(cases, i);
        const char *text = c4_json_text(c4_json_member(one, "query"), NULL);
        int64_t hits = 0;
        char where[400];

        assert_true(c4_json_i64(c4_json_member(one, "nfkd_strip_casefold"), &hits));
        (void)snprintf(where, sizeof where,
                       "Company like '%%%s%%' or Contact like '%%%s%%' or City like '%%%s%%' or"
                       " Address like '%%%s%%'",
                       text, text, text, text);
        assert_int_equal(host_count(h->admin, "Customers", where), hits);
    }
    assert_int_equal(host_count(h->admin, "Customers", "City = 'mexico d.f.'"), 5);
    assert_int_equal(host_count(h->admin, "Customers", "City = 'ARHUS'"), 1);
    assert_int_equal(host_count(h->admin, "Customers",
                                "City in ('sao paulo', 'BR\xc3\x84"
                                "CKE')"),
                     5);
    data_close(&answers);
}

static void the_org_is_sound(void **state)
{
    host *h = *state;
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_there),
        cmocka_unit_test(the_charts_are_right),
        cmocka_unit_test(lookups_lead_to_the_same),
        cmocka_unit_test(totals_are_exact),
        cmocka_unit_test(lines_keep_what_rounding_would_lose),
        cmocka_unit_test(everybody_sees_his_part_of_the_tree),
        cmocka_unit_test(charts_show_what_their_viewer_sees),
        cmocka_unit_test(text_is_found_without_regard_to_case_and_accents),
        cmocka_unit_test(the_org_is_sound),
    };
    int failed;

    if (!data_present())
        return DATA_SKIPPED;
    employees = table_read("northwind/Employees.csv");
    customers = table_read("northwind/Customers.csv");
    orders = table_read("northwind/Orders.csv");
    lines = table_read("northwind/OrderDetails.csv");
    failed = host_run_group("northwind", tests, sizeof tests / sizeof *tests, setup);
    table_free(&employees);
    table_free(&customers);
    table_free(&orders);
    table_free(&lines);
    return failed;
}
