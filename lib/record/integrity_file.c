/* SPDX-License-Identifier: MIT */
/* Contents against what they are of: each is of an attachment or in a field of a
 * record that is there, or in the bin, and is what was put. */
#include "record/file.h"
#include "record/integrity_inside.h"
#include "record/search_run.h"

void c4_check_file(c4_checking *c, const void *about, const crm4e_value *row)
{
    const char *problem = NULL;
    int rc = c4_file_verify(c->unit, row, &problem);

    (void)about;
    if (row[C4_FILE_FIELD].type != CRM4E_VALUE_NULL) {
        if (c4_map_get_i64(&c->files, row[0].integer) == NULL)
            problem = "is in no field";
    } else if (!c4_check_is_kept(c, C4_ATTACHMENTS, row[0].integer)) {
        problem = "is of an attachment that is gone";
    }
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

/* The row of a file says where it is, and how long. */
static bool is_held(c4_checking *c, int64_t record, int32_t field, const c4_held_file *file)
{
    static const uint32_t columns[] = {C4_FILE_SIZE, C4_FILE_RECORD, C4_FILE_FIELD};
    const crm4e_value wanted[] = {c4_integer(file->size), c4_integer(record), c4_integer(field)};
    crm4e_value kept[sizeof columns / sizeof columns[0]];
    bool same = true;
    int rc = c4_db_get(c->unit->db, &c4_tables[C4_TABLE_FILE], file->id, columns, kept,
                       sizeof columns / sizeof columns[0]);

    if (rc < 0 && rc != CRM4E_E_NOT_FOUND)
        c->rc = rc;
    for (size_t i = 0; rc == CRM4E_OK && i < sizeof columns / sizeof columns[0]; i++)
        same = same && c4_value_equal(&kept[i], &wanted[i]);
    return rc == CRM4E_OK ? same : rc != CRM4E_E_NOT_FOUND;
}

/* Of a record, or of one in the bin: the text of a field, and each file it names. */
void c4_check_held(c4_checking *c, const c4_field *field, int64_t record, const crm4e_value *value)
{
    const char *table = field->module->api_name;
    c4_held_files files;
    int rc = c4_files_read(&c->row, value, &files);

    if (rc == CRM4E_E_CORRUPT)
        c4_check_report(c, table, record, field->api_name, "is out of range");
    else if (rc < 0)
        c->rc = rc;
    for (size_t i = 0; rc == CRM4E_OK && i < files.count; i++) {
        if (!is_held(c, record, field->number, &files.files[i]))
            c4_check_report(c, table, record, field->api_name, "names a file that is not there");
        rc = c4_map_put_i64(&c->files, files.files[i].id, c);
        if (rc < 0)
            c->rc = rc;
    }
}

void c4_check_fields_held(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];

        if (field->type == CRM4E_TYPE_FILEUPLOAD)
            c4_check_held(c, field, row[0].integer, &row[field->column]);
    }
}

/* The same of what the bin keeps; fields that are gone have no files. */
void c4_check_binned_files(c4_checking *c, const crm4e_value *row, const c4_field_change *changes,
                           size_t count)
{
    const c4_module *module = c4_meta_module(c->unit->meta, (int32_t)row[C4_BIN_MODULE].integer);

    for (size_t i = 0; module != NULL && i < count; i++) {
        const c4_field *field = c4_module_field(module, changes[i].field);

        if (field != NULL && field->type == CRM4E_TYPE_FILEUPLOAD)
            c4_check_held(c, field, row[0].integer, &changes[i].before);
    }
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
