/* SPDX-License-Identifier: MIT */
/* Fields the library writes, by every way that reads or writes records: random formulas
 * stored, imported, exported, dumped, searched, charted, shared by; and storages that fail
 * while records are computed anew. CRM4E_TEST_SEED names the seed of a run. */
#include "../transfer/dump_steps.h"
#include "computed_steps.h"
#include "formula_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fault_storage.h"

#define TOM "tom@x.example"

enum {
    FORMULAS = 40,
    ROUNDS = 4,
    RECORDS = 5,
    DOCUMENT = 1 << 18
};

static const struct {
    char kind;
    const char *name;
    unsigned scale;
} results[] = {{'n', "double", 3}, {'n', "currency", 2}, {'n', "percent", 0}, {'t', "text", 0},
               {'d', "date", 0},   {'z', "datetime", 0}, {'b', "boolean", 0}};

typedef struct round_of {
    host *h;
    uint64_t seed;
    char module[16];
    char *expected; /* rows of the list */
    char columns[FORMULAS * 5];
    model_value values[RECORDS][MODEL_FIELDS];
    crm4e_id ids[RECORDS];
    uint64_t states[FORMULAS]; /* of chance, where each formula was made */
    size_t result[FORMULAS];
} round_of;

static uint64_t seed_of_run(void)
{
    const char *text = getenv("CRM4E_TEST_SEED");

    return text != NULL ? strtoull(text, NULL, 10) : 20260227;
}

static void put_escaped(char *out, const char *text)
{
    for (out += strlen(out); *text != '\0'; text++) {
        if (*text == '\\' || *text == '\'' || *text == '\t')
            out += sprintf(out, "\\u%04x", (unsigned)*text);
        else
            *out++ = *text;
    }
    *out = '\0';
}

/* The fields, and formulas over them, in one document. */
static void make_module(round_of *r)
{
    char *document = malloc(DOCUMENT);

    assert_non_null(document);
    (void)sprintf(document, "{'modules': [{'api_name': '%s', 'fields': [", r->module);
    for (size_t i = 0; i < MODEL_FIELDS; i++) {
        (void)strcat(document, i > 0 ? ", " : "");
        (void)strcat(document, model_fields[i].json);
    }
    for (size_t i = 0; i < FORMULAS; i++) {
        const char *expression;
        r->result[i] = (size_t)(model_random() >> 20) % (sizeof results / sizeof results[0]);
        r->states[i] = model_random();
        model_seed(r->states[i]);
        (void)model_make(results[r->result[i]].kind, &expression);
        (void)sprintf(document + strlen(document), ", {'api_name': 'F%zu', 'type': 'formula', ", i);
        if (results[r->result[i]].kind == 'n')
            (void)sprintf(document + strlen(document), "'scale': %u, ",
                          results[r->result[i]].scale);
        (void)sprintf(document + strlen(document), "'settings': {'result': '%s', 'expression': '",
                      results[r->result[i]].name);
        put_escaped(document, expression);
        (void)strcat(document, "'}}");
        (void)sprintf(r->columns + strlen(r->columns), "%sF%zu", i > 0 ? ", " : "", i);
    }
    (void)strcat(document, "]}]}");
    host_apply(r->h, document);
    free(document);
}

static char *json_of(const model_value *values)
{
    char *json = malloc(1 << 14);

    assert_non_null(json);
    (void)strcpy(json, "{'Name': 'One'");
    for (size_t i = 0; i < MODEL_FIELDS; i++) {
        char *value = values[i].kind != 0 ? model_json(&values[i]) : NULL;
        (void)sprintf(json + strlen(json), ", '%s': %s", model_fields[i].name,
                      value != NULL ? value : "null");
        free(value);
    }
    return strcat(json, "}");
}

/* What the list of all records must be, from the second implementation. */
static void expect_rows(round_of *r)
{
    char query[FORMULAS * 5 + 64];

    r->expected[0] = '\0';
    for (size_t record = 0; record < RECORDS; record++) {
        for (size_t i = 0; i < FORMULAS; i++) {
            const char *expression;
            const model_node *node;
            model_value worth;
            model_seed(r->states[i]);
            node = model_make(results[r->result[i]].kind, &expression);
            worth = model_stored(model_worth(node, r->values[record]), results[r->result[i]].scale);
            (void)sprintf(r->expected + strlen(r->expected), "%s%s", i > 0 ? "|" : "",
                          model_shown(&worth, results[r->result[i]].scale));
        }
        (void)strcat(r->expected, "\n");
    }
    (void)sprintf(query, "select %s from %s order by id", r->columns, r->module);
    computed_rows(r->h, query, r->expected);
}

static void write_records(round_of *r, bool update)
{
    for (size_t i = 0; i < RECORDS; i++) {
        char *json;
        model_record(r->values[i]);
        json = json_of(r->values[i]);
        if (update)
            host_ok(r->h->admin, computed_set(r->h->admin, r->module, r->ids[i], json));
        else
            r->ids[i] = computed_add(r->h->admin, r->module, json);
        free(json);
    }
}

static void one_round(host *h, size_t number)
{
    round_of r = {.h = h, .seed = seed_of_run() + number};
    uint64_t next;

    (void)printf("seed %" PRIu64 "\n", r.seed);
    (void)sprintf(r.module, "Calc%zu", number);
    r.expected = malloc(DOCUMENT);
    assert_non_null(r.expected);
    model_forget();
    model_seed(r.seed);
    make_module(&r);
    for (int update = 0; update < 2; update++) {
        next = r.seed + 1000 + (uint64_t)update;
        model_forget();
        model_seed(next);
        write_records(&r, update != 0);
        expect_rows(&r);
    }
    host_ok(h->admin, crm4e_record_delete(h->admin, r.module, r.ids[0], 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, r.module, r.ids[0]));
    expect_rows(&r);
    free(r.expected);
}

static void random_formulas_are_stored(void **state)
{
    host *h = *state;

    for (size_t i = 0; i < ROUNDS; i++)
        one_round(h, i);
    computed_sound(h);
}

static const char start[] =
    "{'users': [{'email': 'tom@x.example', 'name': 'Tom'}],"
    " 'modules': [{'api_name': 'Bills', 'org_default': 'private', 'fields': ["
    "  {'api_name': 'Net', 'type': 'currency'}, {'api_name': 'Tax', 'type': 'percent'},"
    "  {'api_name': 'Gross', 'type': 'formula', 'scale': 2, 'settings': {'result': 'currency',"
    "   'expression': 'Net * (1 + Tax / 100)'}},"
    "  {'api_name': 'Size', 'type': 'formula', 'settings': {'result': 'text',"
    "   'expression': 'if(Gross >= 100, `large`, `little`)'}},"
    "  {'api_name': 'No', 'type': 'autonumber', 'settings': {'prefix': 'B', 'start': 5}},"
    "  {'api_name': 'Plus', 'type': 'formula', 'settings': {'result': 'currency', 'expression':"
    "   'Net'}}]}]}";

static const char bills[] = "select Name, Gross, Size, No from Bills order by id";

typedef struct file {
    char text[4096];
} file;

static int32_t keep(void *user, const char *bytes, size_t length)
{
    file *to = user;

    (void)strncat(to->text, bytes, length);
    return CRM4E_CONTINUE;
}

/* A column of a file names a field for all of its rows, and is refused with the header, partial
 * or not; of many records in one call each is refused by itself. */
static void imports_refuse_computed_values(void **state)
{
    static const char *const columns[] = {"Gross", "Size", "No", "no"};
    host *h = *state;
    crm4e_text *told = NULL;
    char text[64];

    host_apply(h, start);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        (void)snprintf(text, sizeof text, "Name,Net,%s\r\nA,100,\r\n", columns[i]);
        for (int32_t dry = 0; dry < 2; dry++)
            assert_int_equal(computed_import(h->admin, "Bills", text, dry), CRM4E_E_INVALID);
    }
    computed_rows(h, bills, "");
    char *json = host_json("[{'Name': 'A', 'Net': 100, 'Tax': 19}, {'Name': 'B', 'Gross': 1},"
                           " {'Name': 'C', 'No': 'B9'}, {'Name': 'D', 'Size': null},"
                           " {'Name': 'E', 'Net': 50, 'Tax': 10}]");
    host_ok(h->admin, crm4e_mass_create(&told, h->admin, "Bills", json, CRM4E_NUL_TERMINATED, 1));
    free(json);
    for (const char *at = crm4e_text_data(told), *end = NULL; at != NULL; at = end) {
        end = strstr(at, "CRM4E_E_INVALID");
        assert_true(end == NULL || strstr(end, "is written by the library alone") != NULL);
        end = end != NULL ? end + 1 : NULL;
    }
    assert_non_null(strstr(crm4e_text_data(told), "\"changed\":2"));
    crm4e_text_free(told);
    computed_rows(h, bills, "A|119.00|large|B5\nE|55.00|little|B6\n");
    computed_sound(h);
}

/* What an export has for a computed field an import does not take back. */
static void exports_have_computed_values(void **state)
{
    host *h = *state;
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    file out = {""};

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A', 'Net': 100, 'Tax': 19}");
    options.module = "Bills";
    options.columns = "[\"Name\",\"Gross\",\"Size\",\"No\"]";
    options.criteria = "Size = 'large'";
    options.write = keep;
    options.write_user = &out;
    host_ok(h->admin, crm4e_export_records(h->admin, &options, NULL));
    assert_string_equal(out.text, "Name,Gross,Size,No\r\nA,119.00,large,B5\r\n");
}

/* Formulas that name later fields, and each other: as data out of one org and into another,
 * and back into their own. */
static void documents_go_round(void **state)
{
    host *h = *state;
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_text *first = NULL, *second = NULL;
    place other;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;

    host_apply(h, start);
    host_apply(h,
               "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'Late', 'type':"
               " 'currency'}, {'api_name': 'Gross', 'type': 'formula', 'settings': {'expression':"
               " 'Net * (1 + Tax / 100) + coalesce(Late, 0) + coalesce(Plus, 0) * 0'}}]}]}");
    host_ok(h->admin, crm4e_org_export(&first, h->admin));
    host_ok(h->admin,
            crm4e_org_apply(NULL, h->admin, crm4e_text_data(first), CRM4E_NUL_TERMINATED));
    open_memory(&other, 0);
    options.name = "Other";
    options.admin_email = HOST_ADMIN;
    options.admin_name = "Ana";
    assert_int_equal(crm4e_org_create(&org, other.engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, org, HOST_ADMIN), CRM4E_OK);
    host_ok(session, crm4e_org_apply(NULL, session, crm4e_text_data(first), CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_org_export(&second, session));
    assert_non_null(strstr(crm4e_text_data(second), "Net * (1 + Tax / 100)"));
    assert_string_equal(strstr(crm4e_text_data(first), "\"modules\""),
                        strstr(crm4e_text_data(second), "\"modules\""));
    (void)computed_add(session, "Bills", "{'Name': 'A', 'Net': 100, 'Tax': 19}");
    crm4e_text_free(second);
    crm4e_text_free(first);
    crm4e_session_close(session);
    crm4e_org_close(org);
    close_place(&other);
}

/* The next number is the one that would have come, also after one that is gone for good. */
static void a_dump_keeps_the_numbers(void **state)
{
    host *h = *state;
    stream s;
    place other;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    crm4e_id last;
    char *rows;

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A', 'Net': 100, 'Tax': 19}");
    last = computed_add(h->admin, "Bills", "{'Name': 'B'}");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Bills", last, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Bills", last));
    s = dumped(h->admin);
    open_memory(&other, 0);
    assert_int_equal(load(&org, other.engine, &s, "Other", 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, org, HOST_ADMIN), CRM4E_OK);
    computed_add(session, "Bills", "{'Name': 'C', 'Net': 1}");
    computed_add(h->admin, "Bills", "{'Name': 'C', 'Net': 1}");
    rows = host_query(session, bills);
    assert_string_equal(rows, "A|119.00|large|B5\nC|-|little|B7\n");
    computed_rows(h, bills, rows);
    free(rows);
    assert_clean(org);
    crm4e_session_close(session);
    crm4e_org_close(org);
    close_place(&other);
    free(s.text);
}

/* A host of a release that knew no settings: its struct ends before them. */
static void older_hosts_have_no_settings(void **state)
{
    host *h = *state;
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    const size_t older = offsetof(crm4e_field_options, settings);
    crm4e_module *module = NULL;
    char *memory = malloc(older); /* nothing may be read behind it */

    host_apply(h, start);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Bills"));
    options.struct_size = older;
    options.api_name = "Plain";
    options.type = CRM4E_TYPE_AUTONUMBER;
    assert_non_null(memory);
    memcpy(memory, &options, older);
    host_ok(h->admin, crm4e_module_add_field(module, (const crm4e_field_options *)(void *)memory));
    options.api_name = "Half";
    options.type = CRM4E_TYPE_FORMULA;
    memcpy(memory, &options, older);
    host_refused(h->admin,
                 crm4e_module_add_field(module, (const crm4e_field_options *)(void *)memory),
                 CRM4E_E_INVALID, "result is missing");
    options.struct_size = older - 1;
    memcpy(memory, &options, older);
    assert_int_equal(crm4e_module_add_field(module, (const crm4e_field_options *)(void *)memory),
                     CRM4E_E_MISUSE);
    free(memory);
    crm4e_module_free(module);
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    computed_rows(h, "select Plain from Bills", "1\n");
}

static char *found(crm4e_session *session, const char *words)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_search_json(&text, session, words, CRM4E_NUL_TERMINATED, NULL));
    copy = strdup(crm4e_text_data(text));
    assert_non_null(copy);
    crm4e_text_free(text);
    return copy;
}

static void finds(host *h, const char *words, bool wanted)
{
    char *text = found(h->admin, words);

    if ((strcmp(text, "[]") != 0) != wanted)
        fail_msg("%s: %s", words, text);
    free(text);
}

static void search_follows_formulas(void **state)
{
    host *h = *state;
    crm4e_id id;

    host_apply(h, start);
    id = computed_add(h->admin, "Bills", "{'Name': 'A', 'Net': 100, 'Tax': 19}");
    finds(h, "large", true);
    finds(h, "B5", true);
    host_ok(h->admin, computed_set(h->admin, "Bills", id, "{'Net': 1}"));
    finds(h, "large", false);
    finds(h, "little", true);
    host_apply(h, "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'Size', 'type':"
                  " 'formula', 'settings': {'expression': 'concat(`minute `, Name)'}}]}]}");
    finds(h, "little", false);
    finds(h, "minute", true);
    computed_sound(h);
}

static void charts_group_and_sum_formulas(void **state)
{
    host *h = *state;
    crm4e_chart *chart = NULL;

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A', 'Net': 100, 'Tax': 19}");
    computed_add(h->admin, "Bills", "{'Name': 'B', 'Net': 200, 'Tax': 0}");
    computed_add(h->admin, "Bills", "{'Name': 'C', 'Net': 1, 'Tax': 0}");
    host_ok(h->admin, crm4e_chart_new(&chart, h->admin, "Bills"));
    host_ok(h->admin, crm4e_chart_group_by(chart, "Size", 0));
    host_ok(h->admin, crm4e_chart_measure(chart, CRM4E_SUM, "Gross"));
    host_ok(h->admin, crm4e_chart_run(chart));
    assert_int_equal(crm4e_chart_buckets(chart), 2);
    assert_string_equal(crm4e_chart_label(chart, 0, 0), "large");
    assert_string_equal(crm4e_chart_value(chart, 0, 0), "319.00");
    assert_string_equal(crm4e_chart_label(chart, 1, 0), "little");
    assert_string_equal(crm4e_chart_value(chart, 1, 0), "1.00");
    assert_int_equal(host_count(h->admin, "Bills", crm4e_chart_criteria(chart, 0)), 2);
    crm4e_chart_free(chart);
}

/* A rule by criteria opens a record when its formula comes to meet them, and closes it
 * again. */
static void sharing_rules_follow_formulas(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_id id;

    host_apply(h, start);
    host_apply(h, "{'sharing_rules': [{'module': 'Bills', 'name': 'R', 'when': 'Size = `large`',"
                  " 'to': [{'user': 'tom@x.example'}], 'level': 'read_only'}]}");
    tom = host_session(h, TOM);
    id = computed_add(h->admin, "Bills", "{'Name': 'A', 'Net': 1, 'Tax': 0}");
    assert_int_equal(host_count(tom, "Bills", NULL), 0);
    host_ok(h->admin, computed_set(h->admin, "Bills", id, "{'Net': 1000}"));
    assert_int_equal(host_count(tom, "Bills", NULL), 1);
    host_apply(h, "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'Gross', 'type':"
                  " 'formula', 'settings': {'expression': 'Net / 1000'}}]}]}");
    assert_int_equal(host_count(tom, "Bills", NULL), 0);
    host_apply(h, "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'Gross', 'type':"
                  " 'formula', 'settings': {'expression': 'Net'}}]}]}");
    assert_int_equal(host_count(tom, "Bills", NULL), 1);
    crm4e_session_close(tom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(random_formulas_are_stored),    TEST(imports_refuse_computed_values),
        TEST(exports_have_computed_values),  TEST(documents_go_round),
        TEST(a_dump_keeps_the_numbers),      TEST(older_hosts_have_no_settings),
        TEST(search_follows_formulas),       TEST(charts_group_and_sum_formulas),
        TEST(sharing_rules_follow_formulas),
#undef TEST
    };

    return host_run("computed fields", tests, sizeof tests / sizeof tests[0]);
}
