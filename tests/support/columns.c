/* SPDX-License-Identifier: MIT */
#include "support/columns.h"

#include <stdlib.h>

int64_t test_column_bytes(int64_t otherwise)
{
    const char *text = getenv("CRM4E_TEST_COLUMNS");

    return text != NULL ? strtoll(text, NULL, 10) : otherwise;
}
