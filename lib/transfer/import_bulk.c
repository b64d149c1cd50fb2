/* SPDX-License-Identifier: MIT */
/* What many rows in one transaction make cheaper: indexes made behind them, words merged for
 * many records at once. */
#include "record/search.h"
#include "transfer/import_inside.h"

int c4_import_bulk_begin(c4_import *import, c4_unit *unit)
{
    int rc = c4_db_bulk_begin(unit->db, &import->module->table);

    if (rc < 0)
        return c4_fail_plain(unit->error, rc);
    rc = c4_gather_begin(unit);
    if (rc == CRM4E_OK)
        import->unit = unit;
    return rc;
}

int c4_import_rest(c4_import *import, c4_unit *unit)
{
    int rc;

    if (import->row_failed)
        c4_gather_back(unit);
    import->row_failed = false; /* a mark that fails before the next row is no row's own */
    rc = c4_gather_settle(unit);
    if (rc < 0)
        return rc;
    rc = c4_db_bulk_rest(unit->db);
    return rc < 0 ? c4_fail_plain(unit->error, rc) : CRM4E_OK;
}

/* What the end of the transaction changes by itself is queued again. */
int c4_import_settle(c4_import *import, c4_unit *unit)
{
    int rc = c4_gather_keep(unit);

    c4_import_bulk_close(import);
    if (rc < 0)
        return rc;
    rc = c4_db_bulk_end(unit->db);
    return rc < 0 ? c4_fail_plain(unit->error, rc) : CRM4E_OK;
}

void c4_import_bulk_close(c4_import *import)
{
    if (import->unit)
        c4_gather_end(import->unit);
    import->unit = NULL;
}
