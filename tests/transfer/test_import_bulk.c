/* SPDX-License-Identifier: MIT */
/* Imports of more rows than there were: whatever happens, all that indexes and search find is
 * right, and what is refused leaves nothing. */
#include "import_steps.h"
#include "support/fault_storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMPORTED(rows, created, updated, rejected)                                                 \
    "{\"rows\":" #rows ",\"created\":" #created ",\"updated\":" #updated                           \
    ",\"skipped\":0,\"rejected\":" #rejected "}"

static const char nodes[] =
    "{'modules': [{'api_name': 'Nodes', 'fields': ["
    " {'api_name': 'Code', 'type': 'text', 'length': 10, 'unique': 'folded'},"
    " {'api_name': 'City', 'type': 'text', 'indexed': true},"
    " {'api_name': 'Size', 'type': 'integer', 'indexed': true},"
    " {'api_name': 'Parent', 'type': 'lookup', 'target': 'Nodes', 'indexed': true}]}]}";

static int nodes_setup(void **state)
{
    int rc = host_setup(state);

    if (rc == 0)
        host_apply(*state, nodes);
    return rc;
}

/* And no index is missing: a page in its order is read by it. */
static void all_is_well(host *h)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
    free(host_query(h->admin, "select Name from Nodes order by Size limit 5"));
    free(host_query(h->admin, "select Name from Nodes order by City limit 5"));
}

static void search_finds(host *h, const char *words, size_t count)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *hits = NULL;
    size_t found = 0;

    options.limit = 1000;
    host_ok(h->admin, crm4e_search_json(&hits, h->admin, words, CRM4E_NUL_TERMINATED, &options));
    for (const char *at = crm4e_text_data(hits); (at = strstr(at, "\"rank\"")) != NULL; at++)
        found++;
    assert_int_equal(found, count);
    crm4e_text_free(hits);
}

/* Every third row has no whole number for a size. */
static char *rows_of(size_t count, size_t first)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("Name,Code,City,Size\n", out);
    for (size_t i = first; i < first + count; i++)
        (void)fprintf(out, "Node %zu,c%zu,%s,%s%zu\n", i, i, i % 2 == 0 ? "Oslo" : "Lima",
                      i % 3 == 0 ? "about " : "", i);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void good_rows_are_found(void **state)
{
    host *h = *state;
    char *rows = rows_of(60, 1);
    file f = file_of("Nodes", rows);

    f.options.partial = 1;
    imported(h, &f, IMPORTED(60, 40, 0, 20));
    finish(&f);
    all_is_well(h);
    assert_int_equal(host_count(h->admin, "Nodes", "City = 'Oslo'"), 20);
    assert_int_equal(host_count(h->admin, "Nodes", "Size > 40"), 13);
    search_finds(h, "node", 40);
    search_finds(h, "oslo node", 20);
    search_finds(h, "c44", 1);
    search_finds(h, "c45", 0);
    free(rows);
}

static void batches_update_what_they_match(void **state)
{
    host *h = *state;
    char *rows = rows_of(50, 1);
    file f = file_of("Nodes", rows);

    f.options.partial = 1;
    f.options.batch = 7;
    imported(h, &f, IMPORTED(50, 34, 0, 16));
    finish(&f);
    f = file_of("Nodes", "Name,Code,City\nOther 1,C1,Paris\nOther 2,c2,Paris\nOther 3,c1,Rome\n"
                         "New,c90,Paris\nNew,c91,Paris\nNew,c92,Paris\nNew,c91,Bonn\n");
    f.options.match = CRM4E_MATCH_UPDATE;
    f.options.batch = 2;
    imported(h, &f, IMPORTED(7, 3, 4, 0));
    finish(&f);
    all_is_well(h);
    query_is(
        h,
        "select Name, Code, City from Nodes where City in ('Paris', 'Rome', 'Bonn') order by Code",
        "Other 3|c1|Rome\nOther 2|c2|Paris\nNew|c90|Paris\nNew|c91|Bonn\nNew|c92|Paris\n");
    search_finds(h, "paris", 3);
    search_finds(h, "other", 2);
    free(rows);
}

/* Each row points to one before it, by its name: an index that the import would do without. */
static void rows_look_for_rows_before_them(void **state)
{
    static const char head[] = "Name,Code,Parent,Size\nRoot,r,,1\n";
    host *h = *state;
    char text[4000];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", head);
    file f;

    for (int i = 1; i <= 40; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "N%d,n%d,%s,%s\n", i, i,
                                   i < 10       ? ""
                                   : i % 4 == 0 ? "Nobody"
                                                : "Root",
                                   i % 5 == 0 ? "x" : "7");
    f = file_of("Nodes", text);
    f.options.partial = 1;
    imported(h, &f, IMPORTED(41, 27, 0, 14));
    finish(&f);
    all_is_well(h);
    assert_int_equal(host_count(h->admin, "Nodes", "Parent.Name = 'Root'"), 18);
    assert_int_equal(host_count(h->admin, "Nodes", "Size = 7"), 26);
}

static void a_session_may_take_it_back(void **state)
{
    host *h = *state;
    char *rows = rows_of(20, 1), *more = rows_of(20, 21);
    file f = file_of("Nodes", rows);

    f.options.partial = 1;
    host_ok(h->admin, crm4e_session_begin(h->admin));
    imported(h, &f, IMPORTED(20, 14, 0, 6));
    finish(&f);
    search_finds(h, "node", 14);
    assert_int_equal(host_count(h->admin, "Nodes", "City = 'Oslo'"), 7);
    f = file_of("Nodes", more); /* refused whole, at its first third */
    assert_int_equal(import(h->admin, &f), CRM4E_E_INVALID);
    finish(&f);
    search_finds(h, "node", 14);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    all_is_well(h);
    assert_int_equal(host_count(h->admin, "Nodes", NULL), 0);
    search_finds(h, "node", 0);
    free(rows);
    free(more);
}

/* Row by row, and stops where it is told to. */
typedef struct feed {
    const char *at;
    int rows_left;
} feed;

static int32_t read_row(void *user, char *bytes, size_t size, size_t *read)
{
    feed *f = user;
    const char *end = strchr(f->at, '\n');

    *read = end ? (size_t)(end + 1 - f->at) : 0;
    assert_true(*read <= size);
    memcpy(bytes, f->at, *read);
    f->at += *read;
    return f->rows_left-- > 0 ? CRM4E_CONTINUE : 0;
}

static void it_may_end_at_any_row(void **state)
{
    host *h = *state;
    char *rows = rows_of(30, 1);

    for (int n = 0; n < 31; n++) {
        crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
        feed f = {rows, n};

        options.module = "Nodes";
        options.partial = 1;
        options.read = read_row;
        options.read_user = &f;
        host_refused(h->admin, crm4e_import_records(NULL, h->admin, &options), CRM4E_E_CALLBACK,
                     NULL);
        assert_int_equal(host_count(h->admin, "Nodes", NULL), 0);
    }
    all_is_well(h);
    free(rows);
}

/* Each call of one method fails in turn, until there are no more of them. */
static void fail_each(fault_method method, const char *rows)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options of_org = CRM4E_ORG_OPTIONS_INIT;
    host h = {.directory = ""};
    fault_storage fault;
    crm4e_storage storage;
    bool hit = true;

    fault_storage_init(&fault, crm4e_storage_memory(), NULL);
    fault.methods.bulk_rows = 2;
    storage = fault_storage_host(&fault);
    options.storage = &storage;
    of_org.name = "Acme";
    of_org.edition = CRM4E_EDITION_ENTERPRISE;
    of_org.admin_email = HOST_ADMIN;
    of_org.crm_licences = 5;
    assert_int_equal(crm4e_engine_open(&h.engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_create(&h.org, h.engine, &of_org), CRM4E_OK);
    h.admin = host_session(&h, HOST_ADMIN);
    host_apply(&h, nodes);
    for (size_t n = 1; hit; n++) {
        file f = file_of("Nodes", rows);
        int rc;

        f.options.partial = 1;
        fault_storage_arm(&fault, method, n, false, CRM4E_E_IO);
        rc = import(h.admin, &f);
        hit = atomic_load(&fault.hit);
        fault_storage_disarm(&fault);
        finish(&f);
        if (hit != (rc != CRM4E_OK) || host_count(h.admin, "Nodes", NULL) != (hit ? 0 : 8))
            fail_msg("method %d, call %zu: %s", (int)method, n, crm4e_code_name(rc));
    }
    all_is_well(&h);
    search_finds(&h, "node", 8);
    crm4e_engine_close(h.engine);
}

static void storage_may_fail(void **state)
{
    static const fault_method methods[] = {FAULT_BEGIN,   FAULT_COMMIT,       FAULT_SAVEPOINT,
                                           FAULT_RELEASE, FAULT_INDEX_CREATE, FAULT_INDEX_DROP,
                                           FAULT_INSERT,  FAULT_UPDATE,       FAULT_REMOVE,
                                           FAULT_GET,     FAULT_SELECT,       FAULT_NEXT};
    char *rows = rows_of(12, 1);

    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        fail_each(methods[i], rows);
    free(rows);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, nodes_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(good_rows_are_found),
        TEST(batches_update_what_they_match),
        TEST(rows_look_for_rows_before_them),
        TEST(a_session_may_take_it_back),
        TEST(it_may_end_at_any_row),
        cmocka_unit_test(storage_may_fail),
    };
    const size_t count = sizeof tests / sizeof *tests;
    int failed;

    host_bulk_rows = 2;
    failed = host_run("import bulk", tests, count);
    host_bulk_rows = 0;
    return failed + host_run("import not in bulk", tests, count - 1);
}
