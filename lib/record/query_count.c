/* SPDX-License-Identifier: MIT */
#include "record/query_page.h"

static int count_records(c4_prepared *prepared, int64_t *count)
{
    crm4e_plan plan;
    bool done = false;
    int rc = c4_prepared_plan(prepared, false, &plan);
    if (rc == CRM4E_OK)
        rc = c4_cached_count(prepared, &plan, count, &done);
    if (rc == CRM4E_OK && !done &&
        (rc = c4_rows_count(prepared->unit->db, &plan, count)) != CRM4E_OK)
        rc = c4_fail_plain(prepared->unit->error, rc);
    return rc;
}

static int count_groups(c4_prepared *prepared, int64_t *count)
{
    c4_group_list list;
    int rc = c4_group_list_read(&list, prepared);
    *count = (int64_t)list.count;
    c4_group_list_free(&list);
    return rc;
}

int c4_query_count(c4_unit *unit, const c4_query_tree *tree, int64_t *count)
{
    c4_prepared prepared;
    int rc = c4_prepare(&prepared, unit, tree);
    *count = 0;
    if (rc == CRM4E_OK)
        rc = tree->grouped ? count_groups(&prepared, count) : count_records(&prepared, count);
    c4_prepared_end(&prepared);
    return rc;
}
