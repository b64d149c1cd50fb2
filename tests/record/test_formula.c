/* SPDX-License-Identifier: MIT */
/* Formulas: what each operator and function is worth, what is refused, and that the value in the
 * record follows its inputs by every way that writes them. */
#include "computed_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOM "tom@x.example"

static const char start[] =
    "{'modules': [{'api_name': 'Calc', 'fields': ["
    "  {'api_name': 'A', 'type': 'currency'}, {'api_name': 'B', 'type': 'double', 'scale': 4},"
    "  {'api_name': 'N', 'type': 'bigint'}, {'api_name': 'Least', 'type':"
    " 'bigint'}, {'api_name': 'T', 'type': 'text'},"
    "  {'api_name': 'L', 'type': 'textarea'}, {'api_name': 'D', 'type': 'date'},"
    "  {'api_name': 'Z', 'type': 'datetime'}, {'api_name': 'F', 'type': 'boolean'},"
    "  {'api_name': 'P', 'type': 'picklist', 'options': ['Open', 'Closed']},"
    "  {'api_name': 'E', 'type': 'currency'}, {'api_name': 'U', 'type': 'userlookup'},"
    "  {'api_name': 'M', 'type': 'multiselectpicklist', 'options': ['x']}]}]}";

static const char record[] =
    "{'Name': 'One', 'Least': -9223372036854775808, 'A': 12.50, 'B': 0.3333, 'N': 7, 'T': '  "
    "Müller & 王  ', 'L': 'a\\nb',"
    " 'D': '2024-02-29', 'Z': '2024-03-01T23:30:00Z', 'F': true, 'P': 'Open'}";

static const char *const results[] = {"text", "double", "currency", "date", "datetime", "boolean"};

static int apply(host *h, const char *document)
{
    char *real = host_json(document);
    int rc = crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc;
}

static int put(host *h, const char *field, const char *settings)
{
    char *document = malloc(strlen(settings) + 256);
    int rc;

    assert_non_null(document);
    (void)sprintf(document,
                  "{'modules': [{'api_name': 'Calc', 'fields': [{'api_name': '%s', 'type':"
                  " 'formula', 'settings': {%s}}]}]}",
                  field, settings);
    rc = apply(h, document);
    free(document);
    return rc;
}

static int put_expression(host *h, const char *field, const char *result, const char *expression)
{
    char *settings = malloc(strlen(expression) + 128);
    int rc;

    assert_non_null(settings);
    (void)sprintf(settings, "'result': '%s', 'expression': '%s'", result, expression);
    rc = put(h, field, settings);
    free(settings);
    return rc;
}

static void says(host *h, int rc, int code, const char *words)
{
    const char *message = crm4e_error_message(crm4e_session_error(h->admin));

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    if (strstr(message, words) == NULL)
        fail_msg("%s: no %s", message, words);
}

/* The worth of an expression, as a list shows it; - is empty. */
typedef struct worth {
    const char *result;
    const char *expression;
    const char *value;
} worth;

static const worth worths[] = {
    {"double", "1 + 2 * 3", "7.00"},
    {"double", "(1 + 2) * 3", "9.00"},
    {"double", "10 - 4 - 3", "3.00"},
    {"double", "-N + 10", "3.00"},
    {"double", "- - 2", "2.00"},
    {"currency", "A * 2", "25.00"},
    {"currency", "A * B", "4.17"},
    {"double", "1 / 3", "0.33"},
    {"double", "2 / 3", "0.67"},
    {"double", "1 / 8", "0.12"}, /* half to even */
    {"double", "3 / 8", "0.38"},
    {"double", "-1 / 8", "-0.12"},
    {"double", "1 / 3 * 3", "1.00"},
    {"double", "1 / 0", "-"},
    {"double", "A / (N - 7)", "-"},
    {"double", "7 % 3", "1.00"},
    {"double", "-7 % 3", "2.00"},
    {"double", "mod(7, -3)", "-2.00"},
    {"double", "mod(7.5, 2)", "1.50"},
    {"double", "mod(7, 0)", "-"},
    {"double", "E + 1", "-"},
    {"double", "coalesce(E, 0) + 1", "1.00"},
    {"double", "coalesce(E, null, N)", "7.00"},
    {"double", "null", "-"},
    {"double", "9223372036854775807 + 1", "-"},
    {"double", "90000000000000000 + 1", "90000000000000001.00"},
    {"double", "92233720368547758.07", "92233720368547758.07"},
    {"double", "92233720368547758.07 * 1", "92233720368547758.07"},
    {"double", "9223372036854775807 * 9223372036854775807", "-"},
    {"double", "4000000000 * 4000000000 / 4000000000", "-"},
    {"double", "4000000000 / 4000000000 * 4000000000", "4000000000.00"},
    {"double", "1000000000000 / 3", "333333333333.33"},
    {"double", "mod(9223372036854775807, 0.5)", "0.00"},
    {"double", "Least / Least", "1.00"},
    {"double", "1 / Least", "0.00"},
    {"double", "-(Least / 1000)", "9223372036854775.81"},
    {"double", "-Least", "-"},
    {"double", "abs(-2.5)", "2.50"},
    {"double", "ceil(2.1)", "3.00"},
    {"double", "ceil(-2.1)", "-2.00"},
    {"double", "floor(2.9)", "2.00"},
    {"double", "floor(-2.1)", "-3.00"},
    {"double", "round(2.5)", "2.00"},
    {"double", "round(3.5)", "4.00"},
    {"double", "round(2.345, 2)", "2.34"},
    {"double", "round(2.355, 2)", "2.36"},
    {"double", "round(1250, -2)", "1200.00"},
    {"double", "round(1350, -2)", "1400.00"},
    {"double", "round(1, 0.5)", "-"},
    {"double", "min(3, 1.5, 2)", "1.50"},
    {"double", "max(3, 1.5, N)", "7.00"},
    {"double", "min(3, E)", "-"},
    {"text", "concat('a', T, 'b')", "a  Müller & 王  b"},
    {"text", "concat(E_T, 'b')", NULL},
    {"text", "concat('x', null, 'y')", "xy"},
    {"text", "concat('')", "-"},
    {"text", "trim(T)", "Müller & 王"},
    {"double", "len(trim(T))", "10.00"},
    {"text", "lower(trim(T))", "müller & 王"},
    {"text", "upper('straße')", "STRASSE"},
    {"text", "left(trim(T), 3)", "Mül"},
    {"text", "right(trim(T), 3)", "& 王"},
    {"text", "left(T, -1)", "-"},
    {"text", "mid(trim(T), 2, 3)", "üll"},
    {"text", "mid('abc', 0, 1)", "-"},
    {"text", "mid('abc', 9, 1)", "-"},
    {"text", "right('abc', 9)", "abc"},
    {"text", "replace('a-b-c', '-', '+')", "a+b+c"},
    {"text", "replace('aaa', 'aa', 'b')", "ba"},
    {"text", "replace('abc', '', 'x')", "abc"},
    {"text", "'it''s'", "it's"},
    {"text", "L", "a b"},
    {"text", "P", "Open"},
    {"text", "text(A)", "12.5"},
    {"text", "text(A, 3)", "12.500"},
    {"text", "text(-0.5, 0)", "0"},
    {"text", "text(D)", "2024-02-29"},
    {"text", "text(Z)", "2024-03-01T23:30:00Z"},
    {"text", "text(F)", "true"},
    {"text", "if(P = 'open', 'yes', 'no')", "yes"},
    {"text", "if(E > 1, 'yes', 'no')", "no"},
    {"text", "if(not (E > 1), 'yes', 'no')", "no"},
    {"boolean", "'Ä' = 'a'", "true"},
    {"boolean", "'a' < 'b'", "true"},
    {"boolean", "A >= 12.5 and N != 8", "true"},
    {"boolean", "A > 12.5 or N <> 7", "false"},
    {"boolean", "not A > 12.5", "true"},
    {"boolean", "false and E > 1", "false"},
    {"boolean", "true and E > 1", "-"},
    {"boolean", "true or E > 1", "true"},
    {"boolean", "or(false, E > 1)", "-"},
    {"boolean", "and(true, F, 1 = 1)", "true"},
    {"boolean", "E = null", "-"},
    {"boolean", "isblank(E)", "true"},
    {"boolean", "isblank(T)", "false"},
    {"boolean", "isblank('  ')", "true"},
    {"boolean", "contains(T, 'MULLER')", "true"},
    {"boolean", "contains(T, 'x')", "false"},
    {"boolean", "starts_with('Abc', 'aB')", "true"},
    {"boolean", "ends_with('Abc', 'BC')", "true"},
    {"boolean", "ends_with('c', 'BC')", "false"},
    {"boolean", "D < date(2024, 3, 1)", "true"},
    {"boolean", "F = true", "true"},
    {"boolean", "Created_Time > Z", "true"},
    {"date", "D", "2024-02-29"},
    {"date", "date(2023, 2, 29)", "-"},
    {"date", "add_days(D, 1)", "2024-03-01"},
    {"date", "add_days(D, 99999999)", "-"},
    {"date", "add_months(D, 12)", "2025-02-28"},
    {"date", "add_months(D, -1)", "2024-01-29"},
    {"date", "add_months(D, 1.5)", "-"},
    {"date", "utc_date(Z)", "2024-03-01"},
    {"date", "max(D, utc_date(Z))", "2024-03-01"},
    {"datetime", "add_days(Z, -1)", "2024-02-29T23:30:00Z"},
    {"datetime", "if(F, Z, null)", "2024-03-01T23:30:00Z"},
    {"double", "day(D) + month(D) * 100 + year(D) * 10000", "20240229.00"},
    {"double", "weekday(D)", "4.00"},
    {"double", "days_between(D, date(2025, 2, 28))", "365.00"},
    {"double", "hours_between(Z, add_days(Z, 1))", "24.00"},
};

static char *quoted(const char *expression)
{
    char *copy = strdup(expression);

    assert_non_null(copy);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == '\'' ? '`' : *c;
    return copy;
}

static void everything_has_its_worth(void **state)
{
    host *h = *state;
    char query[64];
    char row[256];

    host_apply(h, start);
    computed_add(h->admin, "Calc", record);
    for (size_t i = 0; i < sizeof worths / sizeof worths[0]; i++) {
        char *expression = quoted(worths[i].expression);
        char field[32];
        int rc;

        (void)snprintf(field, sizeof field, "R_%s", worths[i].result);
        rc = put_expression(h, field, worths[i].result, expression);
        free(expression);
        if (worths[i].value == NULL) {
            says(h, rc, CRM4E_E_INVALID, "names no field");
            continue;
        }
        if (rc != CRM4E_OK)
            fail_msg("%s: %s", worths[i].expression,
                     crm4e_error_message(crm4e_session_error(h->admin)));
        (void)snprintf(query, sizeof query, "select %s from Calc", field);
        (void)snprintf(row, sizeof row, "%s\n", worths[i].value);
        char *found = host_query(h->admin, query);
        if (strcmp(found, row) != 0)
            fail_msg("%s is %s", worths[i].expression, found);
        free(found);
    }
    computed_sound(h);
}

static const struct {
    const char *result;
    const char *expression;
    int code;
    const char *words;
} refusals[] = {
    {"double", "", CRM4E_E_INVALID, "at character 1: a value is missing"},
    {"double", "1 +", CRM4E_E_INVALID, "at character 4: a value is missing"},
    {"double", "(1", CRM4E_E_INVALID, "a ) is missing"},
    {"double", "1 2", CRM4E_E_INVALID, "at character 3: an operator is missing"},
    {"double", "1 ? 2", CRM4E_E_INVALID, "at character 3: a character has no meaning here"},
    {"text", "'abc", CRM4E_E_INVALID, "a text has no end"},
    {"double", "A + T", CRM4E_E_INVALID, "at character 3: text cannot stand here"},
    {"double", "王 + 1", CRM4E_E_INVALID, "at character 1"},
    {"text", "'王' + 1", CRM4E_E_INVALID, "at character 5: text cannot stand here"},
    {"double", "Nope + 1", CRM4E_E_INVALID, "at character 1: Nope names no field"},
    {"double", "U", CRM4E_E_INVALID, "U is of a type no formula takes"},
    {"text", "M", CRM4E_E_INVALID, "M is of a type no formula takes"},
    {"text", "Owner", CRM4E_E_INVALID, "Owner is of a type no formula takes"},
    {"datetime", "Modified_Time", CRM4E_E_INVALID, "is of a type no formula takes"},
    {"double", "sqrt(2)", CRM4E_E_INVALID, "sqrt is no function"},
    {"date", "Today()", CRM4E_E_INVALID, "Today is refused"},
    {"datetime", "now()", CRM4E_E_INVALID, "now is refused"},
    {"double", "abs()", CRM4E_E_INVALID, "abs takes another number of operands"},
    {"double", "abs(1, 2)", CRM4E_E_INVALID, "abs takes another number of operands"},
    {"double", "abs(1,)", CRM4E_E_INVALID, "abs takes another number of operands"},
    {"text", "mid('a', 1, 2,)", CRM4E_E_INVALID, "mid takes another number of operands"},
    {"text", "concat('a',)", CRM4E_E_INVALID, "a value is missing"},
    {"double", "round(1 2)", CRM4E_E_INVALID, "a comma or ) is missing"},
    {"text", "A", CRM4E_E_INVALID, "number is the result, not text"},
    {"text", "if(F, 'a', 1)", CRM4E_E_INVALID, "cannot stand here"},
    {"boolean", "1 < 2 < 3", CRM4E_E_INVALID, "brackets are missing"},
    {"boolean", "F < true", CRM4E_E_INVALID, "boolean cannot stand here"},
    {"boolean", "A = D", CRM4E_E_INVALID, "cannot stand here"},
    {"boolean", "A and F", CRM4E_E_INVALID, "number cannot stand here"},
    {"double", "1.0000000001", CRM4E_E_INVALID, "a number has too many digits"},
    {"double", "99999999999999999999", CRM4E_E_INVALID, "a number has too many digits"},
    {"lookup", "A", CRM4E_E_INVALID, "result is no type a formula gives"},
};

static void mistakes_are_named(void **state)
{
    host *h = *state;

    host_apply(h, start);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char *expression = quoted(refusals[i].expression);
        says(h, put_expression(h, "R", refusals[i].result, expression), refusals[i].code,
             refusals[i].words);
        free(expression);
    }
    says(h, put(h, "R", "'expression': 'A'"), CRM4E_E_INVALID, "result is missing");
    says(h, put(h, "R", "'result': 'double'"), CRM4E_E_INVALID, "expression is missing");
    says(h, put(h, "R", "'result': 'double', 'expression': 5"), CRM4E_E_INVALID, "must be a text");
    says(h, put(h, "R", "'result': 'double', 'expression': '1', 'x': 1"), CRM4E_E_INVALID,
         "x is no member");
    says(h,
         apply(h, "{'modules': [{'api_name': 'Calc', 'fields': [{'api_name': 'R', 'type':"
                  " 'formula', 'unique': true, 'settings': {'result': 'text', 'expression':"
                  " 'T'}}]}]}"),
         CRM4E_E_INVALID, "unique does not apply");
    says(h,
         apply(h, "{'modules': [{'api_name': 'Calc', 'fields': [{'api_name': 'R', 'type':"
                  " 'formula', 'scale': 2, 'settings': {'result': 'text', 'expression':"
                  " 'T'}}]}]}"),
         CRM4E_E_INVALID, "scale does not apply");
}

/* `text` repeated, between what opens and closes. */
static int put_long(host *h, const char *open, const char *text, size_t count, const char *close)
{
    char *expression = malloc(strlen(open) + strlen(text) * count + strlen(close) * count + 1);
    int rc;

    assert_non_null(expression);
    (void)strcpy(expression, open);
    for (size_t i = 0; i < count; i++)
        (void)strcat(expression, text);
    for (size_t i = 0; i < count; i++)
        (void)strcat(expression, close);
    rc = put_expression(h, "R", "double", expression);
    free(expression);
    return rc;
}

static void everything_has_an_end(void **state)
{
    host *h = *state;

    host_apply(h, start);
    computed_add(h->admin, "Calc", record);
    host_ok(h->admin, put_long(h, "1", "+1", 249, ""));
    computed_rows(h, "select R from Calc", "250.00\n");
    says(h, put_long(h, "1", "+1", 250, ""), CRM4E_E_TOO_BIG, "too many parts");
    says(h, put_long(h, "", "(", 200, ")"), CRM4E_E_TOO_BIG, "too deep");
    says(h, put_long(h, "", "- ", 450, "1"), CRM4E_E_TOO_BIG, "too deep");
    says(h, put_long(h, "1", " ", 3000, ""), CRM4E_E_TOO_BIG, "too long");
    host_ok(h->admin, put_long(h, "1", " ", 2999, ""));
}

/* By call, import, rule, conversion and from the bin; in history; to be queried, sorted and
 * searched. */
static void values_follow_their_inputs(void **state)
{
    host *h = *state;
    crm4e_id first;

    host_apply(h, start);
    first = computed_add(h->admin, "Calc", "{'Name': 'a', 'A': 1}");
    host_ok(h->admin, put_expression(h, "Twice", "currency", "A * 2"));
    host_ok(h->admin, put_expression(h, "Four", "currency", "twice + TWICE"));
    host_ok(h->admin, put_expression(h, "Label", "text", "concat(Name, `-`, text(Four))"));
    computed_rows(h, "select Twice, Four, Label, Version__s from Calc", "2.00|4.00|a-4|4\n");
    computed_add(h->admin, "Calc", "{'Name': 'b', 'A': 3}");
    assert_int_equal(computed_import(h->admin, "Calc", "Name,A\r\nc,2\r\n", 0), CRM4E_OK);
    computed_rows(h, "select Name, Four from Calc where Four > 4 order by Four desc",
                  "b|12.00\nc|8.00\n");
    host_ok(h->admin, computed_set(h->admin, "Calc", first, "{'A': 10}"));
    computed_rows(h, "select Label from Calc where Label like 'A-4%'", "a-40\n");
    host_ok(h->admin, computed_set(h->admin, "Calc", first, "{'A': null}"));
    computed_rows(h, "select Twice, Label from Calc where Twice is null", "-|a-\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Calc", first, 0));
    host_ok(h->admin, put_expression(h, "Twice", "currency", "coalesce(A, 1) * 2 + 1"));
    computed_rows(h, "select Name, Four from Calc order by Name", "b|14.00\nc|10.00\n");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Calc", first));
    computed_rows(h, "select Label from Calc order by Name", "a-6\nb-14\nc-10\n");
    host_apply(h, "{'workflows': [{'module': 'Calc', 'name': 'R', 'on': 'edit', 'conditions':"
                  " [{'when': 'Four > 20', 'then': [{'update_field': {'field': 'A', 'value':"
                  " 100}}]}]}]}");
    host_ok(h->admin, computed_set(h->admin, "Calc", first, "{'A': 5}"));
    computed_rows(h, "select A, Four from Calc where Name = 'a'", "100.00|402.00\n");
    host_refused(h->admin, computed_set(h->admin, "Calc", first, "{'Four': 5}"), CRM4E_E_INVALID,
                 "Calc.Four is written by the library alone");
    computed_sound(h);
}

static void a_lead_takes_its_formula_along(void **state)
{
    host *h = *state;
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    crm4e_id lead;

    host_apply(h,
               "{'modules': [{'api_name': 'Contacts', 'fields': [{'api_name': 'Card', 'type':"
               " 'formula', 'settings': {'result': 'text', 'expression': 'concat(Full_Name,"
               " `, `, Title)'}}]}, {'api_name': 'Deals', 'fields': [{'api_name': 'Half', 'type':"
               " 'formula', 'settings': {'result': 'currency', 'expression':"
               " 'Expected_Revenue / 2'}}]}]}");
    lead = computed_add(h->admin, "Leads",
                        "{'Last_Name': 'Li', 'First_Name': 'Wei', 'Company': 'T', 'Designation':"
                        " 'Head'}");
    options.deal = "{\"Stage\": \"Qualification\", \"Amount\": 500}";
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    computed_rows(h, "select Card from Contacts", "Wei Li, Head\n");
    computed_rows(h, "select Half from Deals", "25.00\n");
}

static void circles_are_named(void **state)
{
    host *h = *state;
    crm4e_module *module = NULL;

    host_apply(h, start);
    host_ok(h->admin, put_expression(h, "X", "double", "A"));
    host_ok(h->admin, put_expression(h, "Y", "double", "X + 1"));
    host_ok(h->admin, put_expression(h, "W", "double", "X + Y"));
    says(h, put_expression(h, "X", "double", "1 + W"), CRM4E_E_CYCLE, "X -> W -> X");
    says(h, put_expression(h, "X", "double", "1 + Y"), CRM4E_E_CYCLE, "X -> Y -> X");
    says(h, put_expression(h, "X", "double", "X"), CRM4E_E_CYCLE, "X -> X");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Calc"));
    says(h, crm4e_module_remove_field(module, "A"), CRM4E_E_CONFLICT, "named by the formula X");
    says(h, crm4e_module_remove_field(module, "X"), CRM4E_E_CONFLICT, "named by the formula Y");
    host_ok(h->admin, crm4e_module_remove_field(module, "W"));
    host_ok(h->admin, crm4e_module_remove_field(module, "Y"));
    host_ok(h->admin, crm4e_module_remove_field(module, "X"));
    host_ok(h->admin, crm4e_module_remove_field(module, "A"));
    crm4e_module_free(module);
    computed_sound(h);
}

/* What a formula was made with, but for its expression, stays. */
static void settings_stay(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;

    host_apply(h, start);
    host_ok(h->admin, put_expression(h, "R", "double", "A"));
    says(h, put(h, "R", "'result': 'text'"), CRM4E_E_INVALID, "result cannot change");
    host_ok(h->admin, put(h, "R", "'expression': 'A + 1'"));
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text),
                           "\"scale\":2,\"settings\":{\"result\":\"double\",\"expression\":"
                           "\"A + 1\"}"));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        char field[16];
        (void)snprintf(field, sizeof field, "N_%s", results[i]);
        host_ok(h->admin, put_expression(h, field, results[i], "null"));
    }
}

static int add_formula(host *h)
{
    return computed_field(h->admin, "Calc", "R", CRM4E_TYPE_FORMULA,
                          "{'result': 'text', 'expression': 'concat(upper(T), lower(P), text(A),"
                          " replace(T, `M`, `N`), if(contains(T, `x`), `y`, left(T, 2)))'}");
}

static void nothing_changed(host *h)
{
    computed_rows(h, "select Name, Version__s from Calc", "One|1\n");
}

static void without_memory(void **state)
{
    host *h = *state;

    host_apply(h, start);
    computed_add(h->admin, "Calc", record);
    host_starve(h, add_formula, nothing_changed);
    computed_rows(h, "select R from Calc", "  MÜLLER & 王  open12.5  Nüller & 王    \n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(everything_has_its_worth),
        TEST(mistakes_are_named),
        TEST(everything_has_an_end),
        TEST(values_follow_their_inputs),
        TEST(a_lead_takes_its_formula_along),
        TEST(circles_are_named),
        TEST(settings_stay),
        TEST(without_memory),
#undef TEST
    };

    return host_run("formulas", tests, sizeof tests / sizeof tests[0]);
}
