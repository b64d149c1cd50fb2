/* SPDX-License-Identifier: MIT */
#include "contract/contract.h"

int main(void)
{
    const contract_target memory = {
        .name = "memory",
        .methods = crm4e_storage_memory(),
        .many_orgs = true,
    };
    return contract_run(&memory);
}
