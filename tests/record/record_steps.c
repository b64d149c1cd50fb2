/* SPDX-License-Identifier: MIT */
#include "record_steps.h"
#include "record/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"

enum {
    TEXT_BYTES = 1 << 16
};
static char text_room[TEXT_BYTES];

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static uint64_t hash_table(steps *s, const crm4e_table *table, uint64_t hash)
{
    uint32_t columns[256];
    const crm4e_value *row = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    assert_true(table->column_count <= 256);
    for (uint32_t i = 0; i < table->column_count; i++) {
        columns[i] = i;
    }
    c4_plan_init(&plan, table);
    plan.columns = columns;
    plan.column_count = table->column_count;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    while (c4_rows_next(rows, &row) == CRM4E_ROW) {
        for (size_t i = 0; i < table->column_count; i++) {
            hash = hash_bytes(hash, &row[i].type, sizeof row[i].type);
            hash = hash_bytes(hash, &row[i].integer, sizeof row[i].integer);
            if (row[i].type >= CRM4E_VALUE_TEXT) {
                hash = hash_bytes(hash, row[i].data, row[i].length);
            }
        }
    }
    c4_rows_close(rows);
    return hash;
}

/* Records of all modules, history and bin. */
static uint64_t digest(steps *s)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const c4_meta *meta = meta_of(s);
    for (size_t i = 0; i < meta->module_count; i++) {
        hash = hash_table(s, &meta->modules[i]->table, hash);
    }
    hash = hash_table(s, &c4_tables[C4_TABLE_HISTORY], hash);
    return hash_table(s, &c4_tables[C4_TABLE_BIN], hash);
}

static void clear_scratch(steps *s)
{
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
}

int run_step(steps *s, record_step step, void *context)
{
    uint64_t before = digest(s);
    c4_state state = s->org.unit.state;
    c4_failure_clear(&s->org.error);
    assert_ok(c4_db_savepoint(&s->org.db));
    int rc = step(&s->org.unit, context);
    assert_int_equal(rc < 0, s->org.error.message[0] != '\0');
    if (rc >= 0) {
        assert_ok(c4_db_release(&s->org.db));
    } else {
        if (!s->late) {
            assert_true(digest(s) == before);
        }
        c4_db_rollback_to(&s->org.db);
        assert_true(digest(s) == before);
        s->org.unit.state = state;
    }
    s->late = false;
    clear_scratch(s);
    return rc;
}

typedef struct arguments {
    const char *module;
    crm4e_id id;
    int64_t version;
    const c4_json *json;
    const char *field;
    const char *text;
    size_t length;
    crm4e_id owner;
} arguments;

static int draft_of(c4_unit *unit, const arguments *a, c4_draft *draft)
{
    const c4_module *module = c4_meta_module_named(unit->meta, a->module);
    assert_non_null(module);
    assert_ok(c4_draft_init(draft, unit->arena, module));
    draft->id = a->id;
    draft->expected_version = a->version;
    if (a->field != NULL) {
        const c4_field *field = c4_module_field_named(module, a->field);
        assert_non_null(field);
        return c4_draft_set_text(unit, draft, field, a->text, a->length);
    }
    return c4_draft_set_object(unit, draft, a->json);
}

/* What a write says is stored is what storage has. */
static void assert_stored(c4_unit *unit, const c4_draft *draft, crm4e_id id)
{
    crm4e_value *row = NULL;
    if (draft->stored == NULL) {
        return;
    }
    assert_ok(c4_record_load(unit, draft->module, id, &row));
    for (size_t i = 0; i < draft->module->table.column_count; i++) {
        assert_true(c4_value_equal(&row[i], &draft->stored[i]));
        assert_int_equal(draft->stored[i].reserved, 0);
    }
}

static int do_create(c4_unit *unit, void *context)
{
    arguments *a = context;
    c4_draft draft;
    int rc = draft_of(unit, a, &draft);
    rc = rc < 0 ? rc : c4_record_create(unit, &draft, &a->id);
    if (rc == CRM4E_OK) {
        assert_stored(unit, &draft, a->id);
    }
    return rc;
}

static int do_update(c4_unit *unit, void *context)
{
    arguments *a = context;
    c4_draft draft;
    int rc = draft_of(unit, a, &draft);
    rc = rc < 0 ? rc : c4_record_update(unit, &draft);
    if (rc == CRM4E_OK) {
        assert_stored(unit, &draft, a->id);
    }
    return rc;
}

static int do_change_owner(c4_unit *unit, void *context)
{
    const arguments *a = context;
    return c4_record_change_owner(unit, a->module, a->id, a->owner);
}

static int do_remove(c4_unit *unit, void *context)
{
    const arguments *a = context;
    return c4_record_delete(unit, a->module, a->id, a->version);
}

static int do_restore(c4_unit *unit, void *context)
{
    const arguments *a = context;
    return c4_record_restore(unit, a->module, a->id);
}

static int do_purge(c4_unit *unit, void *context)
{
    const arguments *a = context;
    return c4_record_purge(unit, a->module, a->id);
}

static int run_json(steps *s, record_step step, arguments *a, const char *json)
{
    c4_mem mem;
    c4_json_document document;
    size_t length = strlen(json);
    char *text = malloc(length + 1);
    assert_non_null(text);
    for (size_t i = 0; i <= length; i++) {
        text[i] = json[i] == '\'' ? '"' : json[i];
    }
    c4_mem_default(&mem);
    int rc = c4_json_parse(&document, &mem, text, length, TEXT_BYTES * 4);
    if (rc != CRM4E_OK) {
        print_error("%s: %s\n", document.problem, text);
    }
    assert_ok(rc);
    a->json = document.root;
    rc = run_step(s, step, a);
    c4_json_free(&document);
    free(text);
    return rc;
}

int create(steps *s, const char *module, const char *json, crm4e_id *id)
{
    arguments a = {.module = module};
    int rc = run_json(s, do_create, &a, json);
    assert_int_equal(rc == CRM4E_OK, a.id != 0);
    if (id != NULL) {
        *id = a.id;
    }
    return rc;
}

int update(steps *s, const char *module, crm4e_id id, int64_t version, const char *json)
{
    arguments a = {.module = module, .id = id, .version = version};
    return run_json(s, do_update, &a, json);
}

int set_text(steps *s, const char *module, crm4e_id id, const char *field, const char *text,
             size_t length)
{
    arguments a = {.module = module, .id = id, .field = field, .text = text, .length = length};
    return run_step(s, do_update, &a);
}

int change_owner(steps *s, const char *module, crm4e_id id, const char *email)
{
    arguments a = {.module = module, .id = id, .owner = user_of(s, email)->id};
    return run_step(s, do_change_owner, &a);
}

int remove_record(steps *s, const char *module, crm4e_id id, int64_t version)
{
    arguments a = {.module = module, .id = id, .version = version};
    return run_step(s, do_remove, &a);
}

int restore(steps *s, const char *module, crm4e_id id)
{
    arguments a = {.module = module, .id = id};
    return run_step(s, do_restore, &a);
}

int purge(steps *s, const char *module, crm4e_id id)
{
    arguments a = {.module = module, .id = id};
    return run_step(s, do_purge, &a);
}

typedef struct file_step {
    const char *module;
    crm4e_id record;
    int64_t left;
    crm4e_id id;
    const char *field; /* NULL: attached */
} file_step;

static int32_t read_bytes(void *user, char *bytes, size_t size, size_t *read)
{
    file_step *f = user;

    *read = f->left < (int64_t)size ? (size_t)f->left : size;
    memset(bytes, 'x', *read);
    f->left -= (int64_t)*read;
    return CRM4E_CONTINUE;
}

static int do_put_file(c4_unit *unit, void *context)
{
    file_step *f = context;
    const c4_content content = {read_bytes, f, f->left};
    const c4_field_at at = {f->module, f->record, f->field};

    return f->field != NULL ? c4_field_file_put(unit, &at, "plan.pdf", &content, &f->id)
                            : c4_file_put(unit, f->module, f->record, "plan.pdf", &content, &f->id);
}

int put_file(steps *s, const char *module, crm4e_id id, int64_t size, crm4e_id *attachment)
{
    return put_in_field(s, module, id, NULL, size, attachment);
}

int put_in_field(steps *s, const char *module, crm4e_id record, const char *field, int64_t size,
                 crm4e_id *id)
{
    file_step f = {module, record, size, 0, field};
    int rc = run_step(s, do_put_file, &f);

    *id = f.id;
    return rc;
}

/* Reads as the actor; `field` NULL: all as JSON. */
static int read_out(steps *s, const char *module, crm4e_id id, const char *field, c4_buffer *out,
                    bool *is_null)
{
    c4_unit *unit = &s->org.unit;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    const c4_field *found = NULL;
    c4_scope scope;
    c4_failure_clear(&s->org.error);
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &scope, id, &row, &readable);
    }
    if (rc == CRM4E_OK && field == NULL) {
        rc = c4_record_to_json(unit, &scope, row, readable, out);
    } else if (rc == CRM4E_OK) {
        rc = c4_access_read_field(&scope, field, &found);
    }
    if (found != NULL && rc == CRM4E_OK) {
        assert_true(readable[found - scope.module->fields]);
        *is_null = row[found->column].type == CRM4E_VALUE_NULL;
        rc = c4_field_to_text(unit, found, row, out);
    } else if (found != NULL) {
        assert_false(readable[found - scope.module->fields]);
        assert_int_equal(row[found->column].type, CRM4E_VALUE_NULL);
    }
    clear_scratch(s);
    return rc;
}

static int read_as(steps *s, const char *module, crm4e_id id, const char *field, const char **text)
{
    c4_mem mem;
    c4_buffer out;
    bool is_null = false;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, TEXT_BYTES - 1);
    int rc = read_out(s, module, id, field, &out, &is_null);
    memcpy(text_room, c4_buffer_c_str(&out), out.length + 1);
    *text = rc == CRM4E_OK && !is_null ? text_room : NULL;
    c4_buffer_free(&out);
    return rc;
}

int read_json(steps *s, const char *module, crm4e_id id, const char **json)
{
    return read_as(s, module, id, NULL, json);
}

int read_text(steps *s, const char *module, crm4e_id id, const char *field, const char **text)
{
    return read_as(s, module, id, field, text);
}

void assert_field(steps *s, const char *module, crm4e_id id, const char *field, const char *text)
{
    const char *found = NULL;
    assert_ok(read_text(s, module, id, field, &found));
    if (text == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, text);
    }
}

static int inside_scope(steps *s, const c4_scope *scope, crm4e_id id, bool *inside)
{
    crm4e_value *row = NULL;
    int rc = c4_record_load(&s->org.unit, scope->module, id, &row);
    return rc == CRM4E_OK ? c4_access_whole_row(scope, row, inside) : rc;
}

int64_t count_rows(steps *s, const char *module, crm4e_action action)
{
    static const uint32_t column = C4_COLUMN_ID;
    const crm4e_value *row = NULL;
    crm4e_id listed[512];
    size_t count = 0;
    size_t checked = 0;
    c4_scope scope;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    if (c4_access_module(&s->org.unit, module, action, &scope) != CRM4E_OK) {
        clear_scratch(s);
        return -1;
    }
    c4_plan_init(&plan, &scope.module->table);
    plan.columns = &column;
    plan.column_count = 1;
    for (int filtered = 1; filtered >= 0; filtered--) {
        plan.where = filtered ? scope.where : NULL;
        assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
        while (c4_rows_next(rows, &row) == CRM4E_ROW) {
            bool inside = false;
            crm4e_id id = row[0].integer;
            if (filtered) {
                assert_true(count < 512);
                listed[count++] = id;
                continue;
            }
            assert_ok(inside_scope(s, &scope, id, &inside));
            bool in_list = false;
            for (size_t i = 0; i < count; i++) {
                in_list = in_list || listed[i] == id;
            }
            assert_int_equal(inside, in_list);
            checked += inside ? 1 : 0;
        }
        c4_rows_close(rows);
    }
    assert_int_equal(checked, count);
    clear_scratch(s);
    return (int64_t)count;
}

int may(steps *s, const char *module, crm4e_action action, crm4e_id id)
{
    c4_scope scope;
    bool inside = false;
    int rc = c4_access_module(&s->org.unit, module, action, &scope);
    if (rc == CRM4E_OK) {
        rc = inside_scope(s, &scope, id, &inside);
    }
    clear_scratch(s);
    return rc == CRM4E_OK && !inside ? CRM4E_E_DENIED : rc;
}

static void put_change(steps *s, const c4_module *module, const c4_field_change *change,
                       c4_buffer *out)
{
    const c4_field *field = c4_module_field(module, change->field);
    crm4e_value *row = c4_arena_array(&s->org.arena, module->table.column_count, sizeof *row);
    assert_non_null(field);
    assert_non_null(row);
    c4_buffer_char(out, ' ');
    c4_buffer_text(out, field->api_name);
    c4_buffer_char(out, '=');
    assert_ok(c4_change_to_row(field, &change->before, row));
    assert_ok(c4_field_to_text(&s->org.unit, field, row, out));
    c4_buffer_char(out, '>');
    assert_ok(c4_change_to_row(field, &change->after, row));
    assert_ok(c4_field_to_text(&s->org.unit, field, row, out));
}

static void put_line(steps *s, const crm4e_value *row, c4_buffer *out)
{
    const c4_module *module = c4_meta_module(meta_of(s), (int32_t)row[0].integer);
    c4_field_change *changes = NULL;
    size_t count = 0;
    assert_non_null(module);
    if (out->length > 0) {
        c4_buffer_char(out, '\n');
    }
    c4_buffer_i64(out, row[1].integer);
    c4_buffer_char(out, ' ');
    c4_buffer_i64(out, row[2].integer);
    assert_ok(c4_changes_decode(&s->org.arena, row[3].data, row[3].length, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        put_change(s, module, &changes[i], out);
    }
}

const char *history_of(steps *s, crm4e_id id)
{
    static const uint32_t columns[] = {C4_HISTORY_MODULE, C4_HISTORY_ACTION, C4_HISTORY_VERSION,
                                       C4_HISTORY_CHANGES};
    const crm4e_value key = c4_integer(id);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, C4_HISTORY_RECORD, &key, 1);
    const crm4e_value *row = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    c4_mem mem;
    c4_buffer out;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, TEXT_BYTES - 1);
    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 4;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    while (c4_rows_next(rows, &row) == CRM4E_ROW) {
        put_line(s, row, &out);
    }
    c4_rows_close(rows);
    memcpy(text_room, c4_buffer_c_str(&out), out.length + 1);
    c4_buffer_free(&out);
    clear_scratch(s);
    return text_room;
}
