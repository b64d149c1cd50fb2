/* SPDX-License-Identifier: MIT */
#include "record/query_page.h"

int c4_query_count(c4_unit *unit, const c4_query_tree *tree, int64_t *count)
{
    c4_prepared prepared;
    crm4e_plan plan;
    int rc = c4_prepare(&prepared, unit, tree);
    *count = 0;
    if (rc == CRM4E_OK) {
        rc = c4_prepared_plan(&prepared, false, &plan);
        if (rc == CRM4E_OK && (rc = c4_rows_count(unit->db, &plan, count)) != CRM4E_OK)
            rc = c4_fail_plain(unit->error, rc);
    }
    c4_prepared_end(&prepared);
    return rc;
}
