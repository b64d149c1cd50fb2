/* SPDX-License-Identifier: MIT */
/* What a storage leaves out the core does: memory without each group of
 * methods that may be left out, and without all of them. */
#include "contract/contract.h"

#include "support/simple_storage.h"

#include <stdio.h>

static const unsigned omissions[] = {
    SIMPLE_ORGS,
    SIMPLE_VERSION,
    SIMPLE_INDEXES,
    SIMPLE_TABLES,
    SIMPLE_UPDATE,
    SIMPLE_GET,
    SIMPLE_RELEASE,
    SIMPLE_ROLLBACK,
    SIMPLE_ALL & ~(unsigned)(SIMPLE_ORGS | SIMPLE_TABLES),
    SIMPLE_ALL & ~(unsigned)SIMPLE_TABLES,
    SIMPLE_ALL,
};
enum {
    OMISSIONS = sizeof(omissions) / sizeof(omissions[0])
};

static void test_walk_with_memory(void **state)
{
    const contract_target memory = {.name = "memory", .methods = crm4e_storage_memory()};
    (void)state;
    for (size_t i = 0; i < OMISSIONS; i++) {
        char name[32];
        crm4e_storage_methods methods;
        const contract_target target = {.name = name, .methods = &methods};
        snprintf(name, sizeof(name), "memory without %u", omissions[i]);
        simple_storage_init(&methods, omissions[i]);
        contract_walk(&memory, &target, 300 + i, 1000);
    }
}

static int run_all(void)
{
    int failures = 0;
    for (size_t i = 0; i < OMISSIONS; i++) {
        char name[32];
        crm4e_storage_methods methods;
        const contract_target target = {
            .name = name,
            .methods = &methods,
            .many_orgs = (omissions[i] & SIMPLE_ORGS) == 0,
        };
        snprintf(name, sizeof(name), "memory without %u", omissions[i]);
        simple_storage_init(&methods, omissions[i]);
        failures += contract_run(&target);
    }
    return failures;
}

static crm4e_storage_methods bare; /* without anything that may be left out */

static int setup(void **state)
{
    static contract_fixture f;
    static const contract_target target = {.name = "bare", .methods = &bare};
    *state = &f;
    simple_storage_init(&bare, SIMPLE_ALL);
    return contract_open(&f, &target);
}

static int teardown(void **state)
{
    contract_close(*state);
    return 0;
}

static void fill(contract_fixture *f)
{
    crm4e_value row[COL_COUNT];
    assert_ok(contract_connect(f, &f->db));
    contract_begin_with_table(f);
    contract_blank(row, 1);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_set_version(&f->db, 9));
    assert_ok(c4_db_commit(&f->db));
    c4_db_disconnect(&f->db);
}

static void test_interrupted_creation_is_replaced(void **state)
{
    contract_fixture *f = *state;
    crm4e_id org = -1;
    int64_t version = -1;
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    assert_code(c4_store_org_publish(&f->store, CONTRACT_ORG, "one"), CRM4E_E_NOT_FOUND);
    assert_ok(c4_store_org_create(&f->store, CONTRACT_ORG));
    fill(f);
    assert_code(c4_store_org_find(&f->store, NULL, &org), CRM4E_E_NOT_FOUND);
    assert_ok(c4_store_org_create(&f->store, 5));
    assert_code(contract_connect(f, &f->db), CRM4E_E_NOT_FOUND);
    assert_code(c4_store_org_publish(&f->store, CONTRACT_ORG, "one"), CRM4E_E_NOT_FOUND);
    assert_ok(c4_db_connect(&f->db, &f->store, 5, 0, NULL, NULL));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 0);
    assert_ok(c4_db_table_create(&f->db, &contract_table));
    c4_plan_init(&plan, &contract_table);
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), "");
    assert_ok(c4_db_commit(&f->db));
    c4_db_disconnect(&f->db);
    assert_ok(c4_store_org_publish(&f->store, 5, "five"));
    assert_code(c4_store_org_publish(&f->store, 5, "five"), CRM4E_E_CONFLICT);
    assert_code(c4_store_org_create(&f->store, 5), CRM4E_E_CONFLICT);
    assert_ok(c4_store_org_find(&f->store, "five", &org));
    assert_int_equal(org, 5);
}

static int32_t stop(void *user)
{
    int *asked = user;
    return ++*asked > 2;
}

static void test_a_waiting_writer_stops(void **state)
{
    contract_fixture *f = *state;
    c4_db other;
    int asked = 0;
    assert_ok(c4_store_org_create(&f->store, CONTRACT_ORG));
    assert_ok(contract_connect(f, &f->db));
    assert_ok(c4_db_connect(&other, &f->store, CONTRACT_ORG, 0, stop, &asked));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_code(c4_db_begin(&other, CRM4E_TRANSACTION_WRITE), CRM4E_E_ABORTED);
    assert_int_equal(asked, 3);
    c4_db_disconnect(&f->db);
    assert_ok(c4_db_begin(&other, CRM4E_TRANSACTION_WRITE));
    c4_db_disconnect(&other);
}

static void test_a_key_of_many_rows(void **state)
{
    contract_fixture *f = *state;
    const uint32_t day[] = {COL_DAY};
    crm4e_value row[COL_COUNT];
    crm4e_value nine = c4_integer(9);
    assert_ok(c4_store_org_create(&f->store, CONTRACT_ORG));
    assert_ok(contract_connect(f, &f->db));
    contract_begin_with_table(f);
    for (int64_t i = 1; i <= 50; i++) {
        contract_blank(row, i);
        row[COL_DAY] = c4_integer(i / 2);
        row[COL_S] = c4_c_text(i % 2 == 0 ? "even" : "odd");
        assert_ok(c4_db_insert(&f->db, &contract_table, row));
    }
    row[COL_ID] = c4_integer(99);
    assert_code(c4_db_insert(&f->db, &contract_table, row), CRM4E_E_CONFLICT);
    assert_code(c4_db_update(&f->db, &contract_table, 50, day, &nine, 1), CRM4E_E_CONFLICT);
    assert_ok(c4_db_update(&f->db, &contract_table, 18, day, &nine, 1));
    assert_ok(c4_db_index_create(&f->db, &contract_table, INDEX_DAY_S));
    c4_db_disconnect(&f->db);
}

static void assert_incomplete(const crm4e_storage_methods *methods)
{
    crm4e_storage storage = {sizeof(storage), methods, NULL};
    c4_store store;
    c4_mem mem;
    c4_mem_default(&mem);
    assert_code(c4_store_open(&store, &mem, &storage, 0), CRM4E_E_MISUSE);
}

static void test_groups_are_whole(void **state)
{
    crm4e_storage_methods methods = *crm4e_storage_memory();
    (void)state;
    methods.org_list = NULL;
    assert_incomplete(&methods);
    simple_storage_init(&methods, SIMPLE_ALL);
    methods.get_version = crm4e_storage_memory()->get_version;
    assert_incomplete(&methods);
    simple_storage_init(&methods, SIMPLE_ALL);
    methods.table_drop = crm4e_storage_memory()->table_drop;
    assert_incomplete(&methods);
    simple_storage_init(&methods, SIMPLE_ALL);
    methods.index_create = crm4e_storage_memory()->index_create;
    methods.index_drop = crm4e_storage_memory()->index_drop;
    assert_incomplete(&methods);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk_with_memory),
        cmocka_unit_test_setup_teardown(test_interrupted_creation_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_waiting_writer_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_key_of_many_rows, setup, teardown),
        cmocka_unit_test(test_groups_are_whole),
    };
    int failures = run_all();
    return failures + cmocka_run_group_tests_name("simple", tests, NULL, NULL);
}
