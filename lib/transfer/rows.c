/* SPDX-License-Identifier: MIT */
/* What calls about many rows have in common. */
#include "transfer/transfer.h"

crm4e_error c4_failure_told(crm4e_error *error, int rc)
{
    if (error->code != rc)
        (void)c4_fail_plain(error, rc);
    return *error;
}

int c4_fail_at_row(crm4e_error *error, int rc, int64_t row, const char *column)
{
    const crm4e_error detail = c4_failure_told(error, rc);

    if (column)
        (void)c4_fail(error, rc, "row %lld, column %s: %s", (long long)row, column, detail.message);
    else
        (void)c4_fail(error, rc, "row %lld: %s", (long long)row, detail.message);
    return c4_fail_detail(error, &detail);
}

bool c4_of_the_row(int rc)
{
    static const int codes[] = {CRM4E_E_INVALID,  CRM4E_E_TOO_BIG,   CRM4E_E_DENIED,
                                CRM4E_E_CONFLICT, CRM4E_E_NOT_FOUND, CRM4E_E_LIMIT,
                                CRM4E_E_LOCKED};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i] == rc)
            return true;
    }
    return false;
}
