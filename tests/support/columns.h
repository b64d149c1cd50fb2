/* SPDX-License-Identifier: MIT */
/* The bytes of columns in memory that tests give their engines, so that the same
 * programs run with all of them, few, and none. */
#ifndef TEST_COLUMNS_H
#define TEST_COLUMNS_H

#include <stdint.h>

/* crm4e_engine_options::column_bytes: CRM4E_TEST_COLUMNS of the environment, or what the
 * program has without it. */
int64_t test_column_bytes(int64_t otherwise);

#endif
