/* SPDX-License-Identifier: MIT */
/* The storage a host's developer starts from keeps the contract. */
#include "contract/contract.h"

extern const crm4e_storage_methods own_storage; /* examples/own_storage.c */

static void test_walk_with_memory(void **state)
{
    const contract_target own = {.name = "own storage", .methods = &own_storage};
    const contract_target memory = {.name = "memory", .methods = crm4e_storage_memory()};
    (void)state;
    contract_walk(&memory, &own, 20, 4000);
}

int main(void)
{
    const contract_target own = {.name = "own storage", .methods = &own_storage};
    const struct CMUnitTest walks[] = {cmocka_unit_test(test_walk_with_memory)};
    int failures = contract_run(&own);
    return failures + cmocka_run_group_tests_name("walk", walks, NULL, NULL);
}
