/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "model/standard.h"

enum {
    TEXT_CEILING = 64 * 1024 * 1024,
    USUAL_TEXT = 1024 /* bytes in a record: most have no more */
};

/* A copy in hand. What was set is in the draft; `row` shows stored and set
 * values together. All of it belongs to one snapshot, which is held. */
typedef struct held_record {
    c4_object object;
    c4_arena arena;
    c4_meta *meta;
    c4_draft draft;
    crm4e_value *row;
    bool *readable;
    c4_buffer text;
} held_record;

static void destroy(c4_object *object)
{
    held_record *self = (held_record *)object;

    c4_buffer_free(&self->text);
    c4_arena_free(&self->arena);
    c4_meta_release(self->meta);
}

static void start(held_record *self, const c4_mem *mem)
{
    c4_arena_init(&self->arena, mem);
    c4_buffer_init(&self->text, mem, TEXT_CEILING);
}

/* Bytes for a row of the module, and for what is in it or will be set. */
static size_t usual_size(const c4_module *module)
{
    return (module->field_count + module->table.column_count) * (sizeof(crm4e_value) + 2) +
           USUAL_TEXT;
}

/* Room for a row of the module. */
static int lay_out(held_record *self, c4_unit *unit, const c4_module *module)
{
    c4_arena *arena = &self->arena;
    int rc;

    c4_arena_reserve(arena, usual_size(module));
    rc = c4_draft_init(&self->draft, arena, module);
    if (rc < 0)
        return rc;
    self->row = c4_arena_array(arena, module->table.column_count, sizeof *self->row);
    self->readable = c4_arena_array(arena, module->field_count + 1, sizeof *self->readable);
    if (!self->row || !self->readable)
        return CRM4E_E_NO_MEMORY;
    self->meta = c4_meta_hold(unit->meta);
    return CRM4E_OK;
}

/* Takes a row in its arena as what is stored. */
static int take_row(held_record *self, c4_unit *unit, const c4_module *module, crm4e_value *row,
                    bool *readable)
{
    int rc = c4_draft_init(&self->draft, &self->arena, module);

    if (rc < 0)
        return rc;
    self->row = row;
    self->readable = readable;
    self->draft.id = row[C4_COLUMN_ID].integer;
    self->draft.expected_version = row[C4_COLUMN_VERSION].integer;
    self->meta = c4_meta_hold(unit->meta);
    return CRM4E_OK;
}

typedef struct open_arguments {
    const char *module;
    crm4e_id id;
} open_arguments;

/* An empty record that the actor may create: the scope to do so. */
static int lay_out_new(held_record *self, c4_unit *unit, const char *module, c4_scope *scope)
{
    int rc = c4_need(unit->error, module, "module");

    start(self, &unit->env->mem);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, module, CRM4E_ACTION_CREATE, scope);
    if (rc == CRM4E_OK)
        rc = lay_out(self, unit, scope->module);
    if (rc < 0)
        return rc;
    if (c4_access_all_fields(scope)) {
        memset(self->readable, true, scope->module->field_count * sizeof *self->readable);
        return CRM4E_OK;
    }
    for (size_t i = 0; i < scope->module->field_count && rc == CRM4E_OK; i++)
        rc = c4_access_can_read(scope, &scope->module->fields[i], &self->readable[i]);
    return rc;
}

static int start_new(c4_unit *unit, void *object, void *arguments)
{
    const open_arguments *a = arguments;
    c4_scope scope;

    return lay_out_new(object, unit, a->module, &scope);
}

/* Shows what is set as if it were stored; rows of subforms are new ones and may lack values. */
static void show_draft(held_record *self, const crm4e_value *from)
{
    const c4_module *module = self->draft.module;

    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];

        if (!self->draft.set[i])
            continue;
        self->row[field->column] =
            field->type == CRM4E_TYPE_SUBFORM ? self->draft.values[i] : from[field->column];
        if (field->key_column)
            self->row[field->key_column] = from[field->key_column];
    }
}

static int start_clone(c4_unit *unit, void *object, void *arguments)
{
    const open_arguments *a = arguments;
    crm4e_value *row = NULL;
    bool *readable = NULL;
    held_record *self = object;
    c4_scope create, view;
    int rc = lay_out_new(self, unit, a->module, &create);

    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, a->module, CRM4E_ACTION_VIEW, &view);
    if (rc == CRM4E_OK)
        rc = c4_record_fetch(&self->arena, &view, a->id, &row, &readable);
    if (rc == CRM4E_OK)
        rc = c4_record_clone(&create, row, readable, &self->draft);
    if (rc == CRM4E_OK)
        show_draft(self, row);
    return rc;
}

static int start_stored(c4_unit *unit, void *object, void *arguments)
{
    const open_arguments *a = arguments;
    crm4e_value *row = NULL;
    bool *readable = NULL;
    held_record *self = object;
    c4_scope scope;
    int rc = c4_need(unit->error, a->module, "module");

    start(self, &unit->env->mem);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, a->module, CRM4E_ACTION_VIEW, &scope);
    if (rc < 0)
        return rc;
    c4_arena_reserve(&self->arena, usual_size(scope.module));
    rc = c4_record_fetch(&self->arena, &scope, a->id, &row, &readable);
    return rc == CRM4E_OK ? take_row(self, unit, scope.module, row, readable) : rc;
}

int crm4e_record_new(crm4e_record **out, crm4e_session *session, const char *module)
{
    open_arguments arguments = {module, 0};

    return c4_call_object(out, session, C4_KIND_RECORD, sizeof(held_record), destroy,
                          CRM4E_TRANSACTION_READ, start_new, &arguments);
}

int crm4e_record_open(crm4e_record **out, crm4e_session *session, const char *module, crm4e_id id)
{
    open_arguments arguments = {module, id};

    return c4_call_object(out, session, C4_KIND_RECORD, sizeof(held_record), destroy,
                          CRM4E_TRANSACTION_READ, start_stored, &arguments);
}

int crm4e_record_clone(crm4e_record **out, crm4e_session *session, const char *module, crm4e_id id)
{
    open_arguments arguments = {module, id};

    return c4_call_object(out, session, C4_KIND_RECORD, sizeof(held_record), destroy,
                          CRM4E_TRANSACTION_READ, start_clone, &arguments);
}

void crm4e_record_free(crm4e_record *record)
{
    c4_object_free(record, C4_KIND_RECORD);
}

crm4e_id crm4e_record_id(const crm4e_record *token)
{
    c4_entry entry;
    held_record *self = c4_peek(&entry, token, C4_KIND_RECORD);
    crm4e_id id = self ? self->draft.id : 0;

    if (self)
        c4_unpeek(&entry);
    return id;
}

int64_t crm4e_record_version(const crm4e_record *token)
{
    c4_entry entry;
    held_record *self = c4_peek(&entry, token, C4_KIND_RECORD);
    int64_t version = self ? self->row[C4_COLUMN_VERSION].integer : 0;

    if (self)
        c4_unpeek(&entry);
    return version;
}

/* Moves what is in hand to the newest snapshot, field by field by number, so
 * that a field added or removed meanwhile does no harm. */
static int rebase(held_record *self, c4_unit *unit)
{
    const c4_module *old = self->draft.module;
    c4_draft draft = self->draft;
    crm4e_value *row = self->row;
    bool *readable = self->readable;
    c4_meta *meta = self->meta;
    const c4_module *module;
    int rc;

    if (unit->meta == meta)
        return CRM4E_OK;
    module = c4_meta_module(unit->meta, old->number);
    if (!module)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module");
    rc = lay_out(self, unit, module);
    if (rc < 0) {
        self->draft = draft;
        self->row = row;
        self->readable = readable;
        self->meta = meta;
        return rc;
    }
    self->draft.id = draft.id;
    self->draft.owner = draft.owner;
    self->draft.expected_version = draft.expected_version;
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        const c4_field *from = c4_module_field(old, field->number);

        if (!from)
            continue;
        self->row[field->column] = row[from->column];
        if (field->key_column && from->key_column)
            self->row[field->key_column] = row[from->key_column];
        self->readable[i] = readable[from - old->fields];
        self->draft.set[i] = draft.set[from - old->fields];
        self->draft.refused[i] = draft.refused[from - old->fields];
        self->draft.values[i] = draft.values[from - old->fields];
    }
    c4_meta_release(meta);
    return CRM4E_OK;
}

static int find_field(held_record *self, c4_unit *unit, const char *name, const c4_field **field)
{
    int rc = c4_need(unit->error, name, "field");

    if (rc < 0)
        return rc;
    *field = c4_module_field_named(self->draft.module, name);
    if (*field)
        return CRM4E_OK;
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "module %s has no such field",
                  self->draft.module->api_name);
    return c4_fail_field(unit->error, self->draft.module->api_name, "", "field");
}

/* One setter: how a value of some kind goes into the draft. */
typedef struct setting {
    const char *text;
    size_t length;
    int64_t number;
} setting;
typedef int (*setter)(c4_unit *unit, c4_draft *draft, const c4_field *field, const setting *value);

static int set_field(crm4e_record *token, const char *name, setter apply, const setting *value)
{
    const c4_field *field = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    rc = rebase(self, unit);
    if (rc == CRM4E_OK)
        rc = find_field(self, unit, name, &field);
    if (rc == CRM4E_OK)
        rc = apply(unit, &self->draft, field, value);
    if (rc == CRM4E_OK)
        self->row[field->column] = self->draft.values[field - self->draft.module->fields];
    return c4_leave(&entry, rc);
}

static int apply_text(c4_unit *unit, c4_draft *draft, const c4_field *field, const setting *value)
{
    return c4_draft_set_text(unit, draft, field, value->text, value->length);
}

static int apply_integer(c4_unit *unit, c4_draft *draft, const c4_field *field,
                         const setting *value)
{
    return c4_draft_set_integer(unit, draft, field, value->number);
}

static int apply_null(c4_unit *unit, c4_draft *draft, const c4_field *field, const setting *value)
{
    (void)value;
    return c4_draft_set_null(unit, draft, field);
}

/* A number, a date or a time given to a field of another kind is refused. */
static int of_class(c4_unit *unit, const c4_field *field, c4_storage_class a, c4_storage_class b)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;

    if (stored == a || stored == b)
        return CRM4E_OK;
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s.%s is of another type", field->module->api_name,
                  field->api_name);
    return c4_fail_field(unit->error, field->module->api_name, field->api_name, "type");
}

static int apply_decimal(c4_unit *unit, c4_draft *draft, const c4_field *field,
                         const setting *value)
{
    int rc = of_class(unit, field, C4_STORED_DECIMAL, C4_STORED_INTEGER);

    return rc < 0 ? c4_draft_refused(unit, draft, field, rc)
                  : apply_text(unit, draft, field, value);
}

static int apply_date(c4_unit *unit, c4_draft *draft, const c4_field *field, const setting *value)
{
    int rc = of_class(unit, field, C4_STORED_DATE, C4_STORED_DATE);

    return rc < 0 ? c4_draft_refused(unit, draft, field, rc)
                  : apply_integer(unit, draft, field, value);
}

static int apply_time(c4_unit *unit, c4_draft *draft, const c4_field *field, const setting *value)
{
    int rc = of_class(unit, field, C4_STORED_TIME, C4_STORED_TIME);

    return rc < 0 ? c4_draft_refused(unit, draft, field, rc)
                  : apply_integer(unit, draft, field, value);
}

/* Text that is missing is told apart from a dead handle by the message. */
static int set_text(crm4e_record *token, const char *field, const char *text, size_t length,
                    setter apply)
{
    setting value = {text, length, 0};
    c4_entry entry;
    int rc;

    if (text)
        return set_field(token, field, apply, &value);
    rc = c4_enter(&entry, token, C4_KIND_RECORD);
    return rc < 0 ? rc : c4_leave(&entry, c4_need(&entry.session->error, text, "text"));
}

int crm4e_record_set_text(crm4e_record *record, const char *field, const char *text, size_t length)
{
    return set_text(record, field, text, length, apply_text);
}

int crm4e_record_set_decimal(crm4e_record *record, const char *field, const char *text)
{
    return set_text(record, field, text, CRM4E_NUL_TERMINATED, apply_decimal);
}

int crm4e_record_set_integer(crm4e_record *record, const char *field, int64_t number)
{
    const setting value = {NULL, 0, number};

    return set_field(record, field, apply_integer, &value);
}

int crm4e_record_set_date(crm4e_record *record, const char *field, crm4e_date date)
{
    const setting value = {NULL, 0, date};

    return set_field(record, field, apply_date, &value);
}

int crm4e_record_set_time(crm4e_record *record, const char *field, crm4e_time time)
{
    const setting value = {NULL, 0, time};

    return set_field(record, field, apply_time, &value);
}

int crm4e_record_set_null(crm4e_record *record, const char *field)
{
    const setting value = {NULL, 0, 0};

    return set_field(record, field, apply_null, &value);
}

/* All or none: the object is set on a copy of what was set before. */
static int set_object(held_record *self, c4_unit *unit, const c4_json *object)
{
    size_t count = self->draft.module->field_count;
    c4_draft copy = self->draft;
    int rc;

    copy.values = c4_arena_copy(&self->arena, self->draft.values, count * sizeof *copy.values);
    copy.set = c4_arena_copy(&self->arena, self->draft.set, count * sizeof *copy.set);
    copy.refused = c4_arena_copy(&self->arena, self->draft.refused, count * sizeof *copy.refused);
    if (!copy.values || !copy.set || !copy.refused)
        return CRM4E_E_NO_MEMORY;
    rc = c4_draft_set_object(unit, &copy, object);
    if (rc < 0)
        return rc;
    self->draft = copy;
    for (size_t i = 0; i < count; i++) {
        if (copy.set[i])
            self->row[copy.module->fields[i].column] = copy.values[i];
    }
    return CRM4E_OK;
}

int crm4e_record_set_json(crm4e_record *token, const char *json, size_t length)
{
    c4_json_document document = {0};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    rc = c4_need(unit->error, json, "json");
    if (rc == CRM4E_OK)
        rc = rebase(self, unit);
    if (rc == CRM4E_OK) {
        rc = c4_json_parse(&document, &unit->env->mem, json, length, TEXT_CEILING);
        if (rc < 0)
            rc = c4_fail(unit->error, rc, "the JSON is refused: %s", document.problem);
        else
            rc = set_object(self, unit, document.root);
        c4_json_free(&document);
    }
    return c4_leave(&entry, rc);
}

int crm4e_record_set_owner(crm4e_record *token, crm4e_id owner)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    if (!c4_meta_user(unit->meta, owner))
        rc = c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such user");
    else
        self->draft.owner = owner;
    return c4_leave(&entry, rc);
}

int crm4e_record_expect(crm4e_record *token, int64_t version)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;

    if (rc < 0)
        return rc;
    if (version < 0)
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "the version is negative");
    else
        self->draft.expected_version = version;
    return c4_leave(&entry, rc);
}

/* What the library and rules made of a draft just written, into an arena. */
static int look_again(c4_arena *arena, c4_scope *scope, const c4_draft *draft, crm4e_id id,
                      crm4e_value **row, bool **readable)
{
    size_t count = scope->module->table.column_count;

    c4_arena_reserve(arena, usual_size(scope->module));
    if (!draft->stored)
        return c4_record_fetch(arena, scope, id, row, readable);
    *row = c4_arena_copy(arena, draft->stored, count * sizeof **row);
    if (!*row)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (!c4_value_copy(arena, &(*row)[i]))
            return CRM4E_E_NO_MEMORY;
    }
    return c4_record_show(arena, scope, *row, readable);
}

/* A record its writer may not see any more keeps what he wrote. */
static int write_record(held_record *self, held_record *stored, c4_unit *unit)
{
    crm4e_value *row = NULL;
    bool *readable = NULL;
    c4_scope scope;
    int rc = rebase(self, unit);

    if (rc < 0)
        return rc;
    stored->draft.id = self->draft.id;
    rc = self->draft.id ? c4_record_update(unit, &self->draft)
                        : c4_record_create(unit, &self->draft, &stored->draft.id);
    if (rc < 0)
        return rc;
    rc = c4_access_module_number(unit, self->draft.module->number, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK)
        rc = look_again(&stored->arena, &scope, &self->draft, stored->draft.id, &row, &readable);
    if (rc == CRM4E_OK)
        return take_row(stored, unit, scope.module, row, readable);
    return rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED ? CRM4E_OK : rc;
}

int crm4e_record_save(crm4e_record *token)
{
    c4_entry entry;
    held_record stored;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;

    if (rc < 0)
        return rc;
    memset(&stored, 0, sizeof stored);
    c4_arena_init(&stored.arena, &entry.session->engine->env.mem);
    rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, write_record(self, &stored, &entry.session->unit));
    if (rc == CRM4E_OK && stored.row) {
        c4_arena old = self->arena;
        c4_meta *old_meta = self->meta;

        self->arena = stored.arena;
        self->meta = stored.meta;
        self->draft = stored.draft;
        self->draft.arena = &self->arena;
        self->row = stored.row;
        self->readable = stored.readable;
        stored.arena = old;
        stored.meta = old_meta;
    } else if (rc == CRM4E_OK) {
        self->draft.id = stored.draft.id;
        memset(self->draft.set, 0, self->draft.module->field_count * sizeof *self->draft.set);
    }
    c4_arena_free(&stored.arena);
    c4_meta_release(stored.meta);
    return c4_leave(&entry, rc);
}

typedef struct upsert_arguments {
    const char *module;
    const c4_json *fields;
    const c4_json *object;
    c4_upserted upserted;
} upsert_arguments;

static int upsert(c4_unit *unit, void *object, void *arguments)
{
    upsert_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_record_upsert(unit, a->module, a->fields, a->object, &a->upserted);
}

/* Before the write transaction begins, so that nobody waits for it. */
static int parse(c4_session *session, const char *name, const char *text, size_t length,
                 c4_json_document *document)
{
    int rc = c4_need(&session->error, text, name);

    if (rc == CRM4E_OK) {
        rc = c4_json_parse(document, &session->engine->env.mem, text, length, TEXT_CEILING);
        if (rc < 0)
            rc = c4_fail(&session->error, rc, "'%s' is refused: %s", name, document->problem);
    }
    return rc;
}

int crm4e_record_upsert(crm4e_id *id, int32_t *created, crm4e_session *token, const char *module,
                        const char *fields, const char *json, size_t length)
{
    c4_json_document names = {.root = NULL};
    c4_json_document object = {.root = NULL};
    upsert_arguments arguments = {.module = module};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    if (fields)
        rc = parse(entry.session, "fields", fields, CRM4E_NUL_TERMINATED, &names);
    if (rc == CRM4E_OK)
        rc = parse(entry.session, "json", json, length, &object);
    arguments.fields = names.root;
    arguments.object = object.root;
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, upsert(&entry.session->unit, NULL, &arguments));
    if (rc == CRM4E_OK && id)
        *id = arguments.upserted.id;
    if (rc == CRM4E_OK && created)
        *created = arguments.upserted.created;
    c4_json_free(&names);
    c4_json_free(&object);
    return c4_leave(&entry, rc);
}

typedef struct bin_arguments {
    const char *module;
    crm4e_id id;
    int64_t version;
} bin_arguments;

static int delete_record(c4_unit *unit, void *object, void *arguments)
{
    const bin_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_record_delete(unit, a->module, a->id, a->version);
}

int crm4e_record_delete(crm4e_session *session, const char *module, crm4e_id id, int64_t version)
{
    bin_arguments arguments = {module, id, version};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, delete_record, &arguments);
}

static int restore_record(c4_unit *unit, void *object, void *arguments)
{
    const bin_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_record_restore(unit, a->module, a->id);
}

int crm4e_record_restore(crm4e_session *session, const char *module, crm4e_id id)
{
    bin_arguments arguments = {module, id, 0};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, restore_record, &arguments);
}

static int purge_record(c4_unit *unit, void *object, void *arguments)
{
    const bin_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_record_purge(unit, a->module, a->id);
}

int crm4e_record_purge(crm4e_session *session, const char *module, crm4e_id id)
{
    bin_arguments arguments = {module, id, 0};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, purge_record, &arguments);
}

int c4_value_number(crm4e_error *error, const c4_field *field, const crm4e_value *value,
                    int64_t *number, uint32_t *scale)
{
    if (scale)
        *scale = c4_type_info_of(field->type)->stored == C4_STORED_DECIMAL ? field->scale : 0;
    *number = value->integer;
    if (value->type == CRM4E_VALUE_INTEGER)
        return CRM4E_ROW;
    *number = 0;
    if (value->type == CRM4E_VALUE_NULL)
        return CRM4E_OK;
    (void)c4_fail(error, CRM4E_E_INVALID, "the field holds text");
    return c4_fail_field(error, field->module->api_name, field->api_name, "type");
}

static int readable_field(held_record *self, c4_unit *unit, const char *name,
                          const c4_field **field)
{
    int rc = find_field(self, unit, name, field);

    if (rc < 0 || self->readable[*field - self->draft.module->fields])
        return rc;
    (void)c4_fail(unit->error, CRM4E_E_DENIED, "the field may not be read");
    return c4_fail_field(unit->error, self->draft.module->api_name, (*field)->api_name,
                         "field_permission");
}

int crm4e_record_get_text(crm4e_record *token, const char *name, const char **text, size_t *length)
{
    const c4_field *field = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    rc = c4_need(unit->error, text, "text");
    if (rc == CRM4E_OK)
        rc = rebase(self, unit);
    if (rc == CRM4E_OK)
        rc = readable_field(self, unit, name, &field);
    if (rc == CRM4E_OK) {
        bool empty = self->row[field->column].type == CRM4E_VALUE_NULL;

        c4_buffer_reset(&self->text);
        if (!empty)
            rc = c4_field_to_text(unit, field, self->row, &self->text);
        if (rc == CRM4E_OK)
            rc = self->text.code;
        if (rc == CRM4E_OK) {
            *text = empty ? NULL : c4_buffer_c_str(&self->text);
            if (length)
                *length = self->text.length;
        }
    }
    return c4_leave(&entry, rc);
}

int crm4e_record_get_integer(crm4e_record *token, const char *name, int64_t *number,
                             uint32_t *scale)
{
    const c4_field *field = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_RECORD);
    held_record *self = entry.object;
    c4_unit *unit;

    if (rc < 0)
        return rc;
    unit = c4_idle_unit(entry.session);
    rc = c4_need(unit->error, number, "number");
    if (rc == CRM4E_OK)
        rc = rebase(self, unit);
    if (rc == CRM4E_OK)
        rc = readable_field(self, unit, name, &field);
    if (rc == CRM4E_OK)
        rc = c4_value_number(unit->error, field, &self->row[field->column], number, scale);
    return c4_leave(&entry, rc);
}

static int write_json(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    held_record *self = object;
    c4_scope scope;
    int rc = rebase(self, unit);

    (void)arguments;
    if (rc == CRM4E_OK)
        rc = c4_access_module_number(unit, self->draft.module->number, CRM4E_ACTION_VIEW, &scope);
    return rc < 0 ? rc : c4_record_to_json(unit, &scope, self->row, self->readable, out);
}

int crm4e_record_json(crm4e_text **out, crm4e_record *record)
{
    return c4_call_text(out, record, C4_KIND_RECORD, write_json, NULL);
}
