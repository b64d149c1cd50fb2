/* SPDX-License-Identifier: MIT */
/* Contents against attachments: each is of one that is there, or in the bin, and
 * is what was put. */
#include "record/file.h"
#include "record/integrity_inside.h"
#include "record/search_run.h"

void c4_check_file(c4_checking *c, const void *about, const crm4e_value *row)
{
    const char *problem = NULL;
    int rc = c4_file_verify(c->unit, row, &problem);

    (void)about;
    if (!c4_check_is_kept(c, C4_ATTACHMENTS, row[0].integer))
        problem = "is of an attachment that is gone";
    if (problem != NULL)
        c4_check_report(c, "file", row[0].integer, "", problem);
    if (rc < 0)
        c->rc = rc;
}

/* An attachment that says how long it is has a content of that length. */
void c4_check_attached(c4_checking *c, const c4_module *module, const crm4e_value *record)
{
    static const uint32_t column = C4_FILE_SIZE;
    const c4_field *field =
        module->number == C4_ATTACHMENTS ? c4_module_field(module, C4_ATTACHMENT_SIZE) : NULL;
    crm4e_value size;
    int rc;

    if (field == NULL)
        return;
    rc = c4_db_get(c->unit->db, &c4_tables[C4_TABLE_FILE], record[0].integer, &column, &size, 1);
    if (rc == CRM4E_E_NOT_FOUND)
        size = c4_null();
    else if (rc < 0)
        c->rc = rc;
    if (c->rc >= 0 && !c4_value_equal(&size, &record[field->column]))
        c4_check_report(c, module->api_name, record[0].integer, field->api_name,
                        "is not what its content has");
}

/* The file that a piece is of says whether it reaches so far. */
static int check_piece(c4_checking *c, crm4e_id file, int64_t place, int64_t id)
{
    static const uint32_t column = C4_FILE_SIZE;
    crm4e_value size = c4_integer(0);
    int rc = c4_db_get(c->unit->db, &c4_tables[C4_TABLE_FILE], file, &column, &size, 1);

    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && place >= c4_file_pieces(size.integer)))
        c4_check_report(c, "file_piece", id, "", "is of no file");
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

int c4_check_pieces(c4_checking *c)
{
    static const uint32_t column = 0;
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_FILE_PIECE]);
    plan.columns = &column;
    plan.column_count = 1;
    rc = c4_rows_open(&rows, c->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        const int64_t id = row[0].integer;
        const int64_t place = id & ((INT64_C(1) << C4_FILE_PLACE_BITS) - 1);

        rc = check_piece(c, c4_search_record(c->unit, id >> C4_FILE_PLACE_BITS), place, id);
    }
    c4_rows_close(rows);
    return rc;
}
