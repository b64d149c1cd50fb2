/* SPDX-License-Identifier: MIT */
/* A storage that fails at any call while lines take their prices from a book, or the book
 * changes, leaves everything as it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <cmocka.h>

#include "fixture.h"

typedef struct ids {
    crm4e_id tea;
    crm4e_id book;
    crm4e_id quote;
} ids;

static crm4e_id add(crm4e_session *session, const char *module, const char *json)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    assert_int_equal(crm4e_record_new(&record, session, module), CRM4E_OK);
    assert_int_equal(crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED), CRM4E_OK);
    assert_int_equal(crm4e_record_save(record), CRM4E_OK);
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static int change(crm4e_session *session, const char *module, crm4e_id id, const char *json)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, module, id);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static ids make_book(fixture *f)
{
    char json[256];
    ids made;

    made.tea = add(f->own.session, "Products", "{\"Product_Name\":\"Tea\"}");
    (void)snprintf(json, sizeof json,
                   "{\"Price_Book_Name\":\"A\",\"Pricing_Model\":\"Differential\","
                   "\"Listed_Products\":[{\"Product_Name\":%" PRId64 ",\"List_Price\":2}],"
                   "\"Pricing_Details\":[{\"from_range\":1,\"discount\":5}]}",
                   made.tea);
    made.book = add(f->own.session, "Price_Books", json);
    made.quote = add(f->own.session, "Quotes", "{\"Subject\":\"Q\"}");
    f->watch.memory = NULL; /* the snapshot may have been read anew */
    return made;
}

static int price(fixture *f, const ids *made)
{
    char json[160];

    (void)snprintf(json, sizeof json,
                   "{\"Quoted_Items\":[{\"Product_Name\":%" PRId64 ",\"Quantity\":7,"
                   "\"Book\":%" PRId64 "}]}",
                   made->tea, made->book);
    return change(f->own.session, "Quotes", made->quote, json);
}

static int rearrange(fixture *f, const ids *made)
{
    return change(f->own.session, "Price_Books", made->book,
                  "{\"Pricing_Details\":[{\"from_range\":1,\"to_range\":5,\"discount\":0}]}");
}

static void nothing_changes_without_storage(int (*action)(fixture *f, const ids *made))
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE, FAULT_GET,   FAULT_SELECT,
                                           FAULT_NEXT,   FAULT_SCAN,   FAULT_COMMIT};
    fixture f;
    size_t failures = 0;

    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        int rc = CRM4E_E_IO;
        for (size_t n = 1; rc != CRM4E_OK; n++) {
            ids made;
            assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
            made = make_book(&f);
            unchanged_mark(&f.watch);
            fault_storage_arm(&f.fault, methods[m], n, false, CRM4E_E_IO);
            rc = action(&f, &made);
            fault_storage_disarm(&f.fault);
            if (rc != CRM4E_OK) {
                const char *problem = unchanged_rows_problem(&f.watch);
                failures++;
                assert_int_equal(rc, CRM4E_E_IO);
                if (problem != NULL)
                    fail_msg("method %zu, call %zu: %s", m, n, problem);
            }
            assert_true(fixture_close(&f));
        }
    }
    assert_true(failures > 5);
}

static void a_price_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(price);
}

static void a_book_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(rearrange);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_price_without_storage),
        cmocka_unit_test(a_book_without_storage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
