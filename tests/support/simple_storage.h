/* SPDX-License-Identifier: MIT */
/* The storage in memory without some of the methods that a storage may leave
 * out. It takes the core at its word: where the core has to look before it
 * writes, a write that finds otherwise fails. */
#ifndef TEST_SIMPLE_STORAGE_H
#define TEST_SIMPLE_STORAGE_H

#include <crm4e/sys/storage.h>

/* What is left out. */
enum {
    SIMPLE_ORGS = 1,
    SIMPLE_VERSION = 2,
    SIMPLE_INDEXES = 4,
    SIMPLE_TABLES = 8, /* takes the indexes along */
    SIMPLE_UPDATE = 16,
    SIMPLE_GET = 32,
    SIMPLE_RELEASE = 64,
    SIMPLE_ROLLBACK = 128,
    SIMPLE_ALL = 255
};

void simple_storage_init(crm4e_storage_methods *methods, unsigned without);

#endif
