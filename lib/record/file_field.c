/* SPDX-License-Identifier: MIT */
/* Files in fields: the text of such a field is a JSON array that says of each file its
 * id, name and size; the contents lie beside, as those of attachments do. */
#include "record/file.h"

#include <string.h>

#include "base/text.h"

enum {
    NAME_MAX_CHARACTERS = 250,
    VALUE_MAX = 64 * 1024 /* bytes of the text */
};

/* ------------------------------------------------------------------ the value */

static bool take_file(c4_arena *arena, const c4_json *item, c4_held_file *file, int *rc)
{
    const c4_json *name = c4_json_member(item, "name");
    const char *text =
        c4_json_kind(name) == C4_JSON_TEXT ? c4_json_text(name, &file->name_length) : NULL;
    const bool well = text != NULL && c4_json_count(item) == 3 &&
                      c4_json_i64(c4_json_member(item, "id"), &file->id) &&
                      c4_json_i64(c4_json_member(item, "size"), &file->size) && file->id > 0 &&
                      file->size >= 0;

    if (well) {
        file->name = c4_arena_text(arena, text, file->name_length);
        *rc = file->name != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    return well;
}

int c4_files_read(c4_arena *arena, const crm4e_value *value, c4_held_files *files)
{
    c4_json_document document = {0};
    bool well = true;
    int rc;

    files->count = 0;
    if (value->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    rc = value->type == CRM4E_VALUE_TEXT
             ? c4_json_parse(&document, arena->mem, value->data, value->length, VALUE_MAX)
             : CRM4E_E_CORRUPT;
    if (rc == CRM4E_OK) {
        const size_t count = c4_json_count(document.root);
        well = c4_json_kind(document.root) == C4_JSON_ARRAY && count > 0 &&
               count <= CRM4E_FIELD_FILES_MAX;
        for (size_t i = 0; well && rc == CRM4E_OK && i < count; i++) {
            well = take_file(arena, c4_json_item(document.root, i), &files->files[i], &rc);
        }
        files->count = well && rc == CRM4E_OK ? count : 0;
    }
    c4_json_free(&document);
    if (rc == CRM4E_E_NO_MEMORY) {
        return rc;
    }
    return rc == CRM4E_OK && well ? CRM4E_OK : CRM4E_E_CORRUPT;
}

/* The same, with the failure told. */
static int read_value(c4_unit *unit, const crm4e_value *value, c4_held_files *files)
{
    int rc = c4_files_read(unit->arena, value, files);

    return rc == CRM4E_E_CORRUPT ? c4_fail(unit->error, rc, "a field of files is damaged")
           : rc != CRM4E_OK      ? c4_fail_plain(unit->error, rc)
                                 : CRM4E_OK;
}

static void put_file(c4_buffer *out, const c4_held_file *file)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, file->id);
    c4_json_put_key(out, &first, "name");
    c4_json_put_text(out, file->name, file->name_length);
    c4_json_put_key(out, &first, "size");
    c4_buffer_i64(out, file->size);
    c4_buffer_char(out, '}');
}

/* No files are no value. */
static int write_value(c4_unit *unit, c4_arena *arena, const c4_held_files *files,
                       crm4e_value *value)
{
    const char *copy = NULL;
    c4_buffer out;

    *value = c4_null();
    if (files->count == 0) {
        return CRM4E_OK;
    }
    c4_buffer_init(&out, arena->mem, VALUE_MAX);
    for (size_t i = 0; i < files->count; i++) {
        c4_buffer_char(&out, i == 0 ? '[' : ',');
        put_file(&out, &files->files[i]);
    }
    c4_buffer_char(&out, ']');
    if (out.code == CRM4E_OK) {
        copy = c4_arena_text(arena, out.data, out.length);
    }
    if (copy != NULL) {
        *value = c4_text_value(copy, out.length);
    }
    c4_buffer_free(&out);
    return copy != NULL ? CRM4E_OK : c4_record_no_memory(unit);
}

static size_t place_of(const c4_held_files *files, crm4e_id id)
{
    size_t at = 0;

    while (at < files->count && files->files[at].id != id) {
        at++;
    }
    return at;
}

static int no_such_file(c4_unit *unit, const c4_field *field)
{
    return c4_field_refuse(unit, field, CRM4E_E_NOT_FOUND, "file", "has no such file");
}

/* ------------------------------------------------------------------ changing */

/* As the names of attachments are, but that the refusal names the field. */
static int check_name(c4_unit *unit, const c4_field *field, const char *name)
{
    c4_field as_text = *field;
    crm4e_value value;
    c4_parsing to = {unit, unit->arena, &as_text, &value, NULL};
    const size_t length = c4_text_within(name, C4_TEXT_MAX);
    int rc;

    as_text.type = CRM4E_TYPE_TEXT;
    as_text.length = NAME_MAX_CHARACTERS;
    rc = c4_value_parse_text(&to, name, length);
    if (rc == CRM4E_OK && (length == 0 || c4_text_blank(name, length))) {
        rc = c4_field_refuse(unit, field, CRM4E_E_INVALID, "mandatory", "needs a name of the file");
    }
    return rc == CRM4E_OK ? c4_file_check_path(unit, field, &value) : rc;
}

/* The one guard of how many there may be. */
static int check_count(c4_unit *unit, const c4_field *field, size_t count)
{
    if (count < CRM4E_FIELD_FILES_MAX) {
        return CRM4E_OK;
    }
    (void)c4_field_refuse(unit, field, CRM4E_E_TOO_BIG, "files", "has as many files as it may");
    (void)c4_fail_limit(unit->error, "files", CRM4E_FIELD_FILES_MAX, (int64_t)count + 1);
    return CRM4E_E_TOO_BIG;
}

static int add_file(c4_write *write, const c4_files_change *change, c4_held_files *files)
{
    c4_unit *unit = write->unit;
    const c4_file_place place = {write->before[C4_COLUMN_ID].integer, change->field->number};
    c4_held_file *file = &files->files[files->count];
    int rc = check_name(unit, change->field, change->name);

    if (rc == CRM4E_OK) {
        rc = check_count(unit, change->field, files->count);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    *file = (c4_held_file){c4_unit_new_id(unit), change->name, strlen(change->name), 0};
    if (file->id == 0) {
        return c4_fail(unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    *change->id = file->id;
    files->count++;
    return c4_file_store(unit, file->id, &place, change->content, &file->size);
}

static int take_away(c4_unit *unit, const c4_files_change *change, c4_held_files *files)
{
    const size_t at = place_of(files, *change->id);

    if (at == files->count) {
        return no_such_file(unit, change->field);
    }
    files->count--;
    for (size_t i = at; i < files->count; i++) {
        files->files[i] = files->files[i + 1];
    }
    return CRM4E_OK;
}

int c4_files_take(c4_write *write, c4_draft *draft)
{
    const c4_files_change *change = draft->files;
    const size_t at = (size_t)(change->field - draft->module->fields);
    c4_held_files files;
    int rc = read_value(write->unit, &write->before[change->field->column], &files);

    if (rc == CRM4E_OK) {
        rc = change->content != NULL ? add_file(write, change, &files)
                                     : take_away(write->unit, change, &files);
    }
    return rc == CRM4E_OK ? write_value(write->unit, draft->arena, &files, &draft->values[at]) : rc;
}

static int drop_unnamed(c4_write *write, const c4_field *field)
{
    c4_held_files before;
    c4_held_files after;
    int rc = read_value(write->unit, &write->before[field->column], &before);

    if (rc == CRM4E_OK) {
        rc = read_value(write->unit, &write->after[field->column], &after);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < before.count; i++) {
        if (place_of(&after, before.files[i].id) == after.count) {
            rc = c4_file_drop(write->unit, before.files[i].id);
        }
    }
    return rc;
}

int c4_files_settle(c4_write *write)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < write->module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &write->module->fields[i];
        if (field->type == CRM4E_TYPE_FILEUPLOAD &&
            c4_field_differs(field, write->before, write->after)) {
            rc = drop_unnamed(write, field);
        }
    }
    return rc;
}

static int drop_all(c4_unit *unit, uint32_t column, int64_t wanted)
{
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_with(unit, &c4_tables[C4_TABLE_FILE], column, wanted, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_file_drop(unit, ids[i]);
    }
    return rc;
}

int c4_files_leave_field(c4_unit *unit, const c4_field *field)
{
    return field->type == CRM4E_TYPE_FILEUPLOAD ? drop_all(unit, C4_FILE_FIELD, field->number)
                                                : CRM4E_OK;
}

int c4_files_leave_record(c4_unit *unit, const c4_module *module, crm4e_id record)
{
    bool holds = false;

    for (size_t i = 0; i < module->field_count && !holds; i++) {
        holds = module->fields[i].type == CRM4E_TYPE_FILEUPLOAD;
    }
    return holds ? drop_all(unit, C4_FILE_RECORD, record) : CRM4E_OK;
}

/* ------------------------------------------------------------------ the calls */

/* The field as the actor may name it. */
static int find_field(c4_unit *unit, const c4_field_at *at, crm4e_action action, c4_scope *scope,
                      const c4_field **field)
{
    int rc = c4_access_module(unit, at->module, action, scope);

    if (rc == CRM4E_OK) {
        rc = c4_access_read_field(scope, at->field, field);
    }
    if (rc == CRM4E_OK && (*field)->type != CRM4E_TYPE_FILEUPLOAD) {
        rc = c4_field_refuse(unit, *field, CRM4E_E_INVALID, "type", "is no field of files");
    }
    return rc;
}

/* A change of the record like any other. */
static int change_files(c4_unit *unit, const c4_field_at *at, c4_files_change *change)
{
    c4_draft draft;
    c4_scope scope;
    int rc = find_field(unit, at, CRM4E_ACTION_EDIT, &scope, &change->field);

    if (rc == CRM4E_OK && c4_draft_init(&draft, unit->arena, scope.module) != CRM4E_OK) {
        rc = c4_record_no_memory(unit);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    draft.id = at->record;
    draft.files = change;
    draft.set[change->field - scope.module->fields] = true;
    return c4_record_update(unit, &draft);
}

int c4_field_file_put(c4_unit *unit, const c4_field_at *at, const char *name,
                      const c4_content *content, crm4e_id *id)
{
    c4_files_change change = {.name = name, .content = content, .id = id};
    int rc = c4_file_check_size(unit, content->size);

    return rc == CRM4E_OK ? change_files(unit, at, &change) : rc;
}

int c4_field_file_remove(c4_unit *unit, const c4_field_at *at, crm4e_id id)
{
    c4_files_change change = {.id = &id};

    return change_files(unit, at, &change);
}

int c4_field_file_get(c4_unit *unit, const c4_field_at *at, crm4e_id id, crm4e_writer write,
                      void *user)
{
    const c4_field *field = NULL;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_file_place place;
    c4_held_files files;
    c4_scope scope;
    int rc = find_field(unit, at, CRM4E_ACTION_VIEW, &scope, &field);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &scope, at->record, &row, &readable);
    }
    if (rc == CRM4E_OK) {
        rc = read_value(unit, &row[field->column], &files);
    }
    if (rc == CRM4E_OK && place_of(&files, id) == files.count) {
        rc = no_such_file(unit, field);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    place = (c4_file_place){at->record, field->number};
    return c4_file_hand_out(unit, id, &place, write, user);
}
