/* SPDX-License-Identifier: MIT */
/* Interactions that come from records by themselves, and what becomes of all of them
 * when records become others. */
#include "record/interaction.h"

#include <string.h>

static const crm4e_table *const table = &c4_tables[C4_TABLE_INTERACTION];

/* ------------------------------------------------------------- what comes from which record */

static const crm4e_value *value_of(const c4_module *module, const crm4e_value *row,
                                   const char *name)
{
    const c4_field *field = c4_module_field_named(module, name);

    return field != NULL ? &row[field->column] : NULL;
}

static bool has_option(const c4_module *module, const crm4e_value *row, const char *name,
                       int64_t code)
{
    const crm4e_value *value = value_of(module, row, name);

    return value != NULL && value->type == CRM4E_VALUE_INTEGER && value->integer == code;
}

/* By the codes of the standard's values; a type of the org's own is no kind. */
static int64_t kind_of_call(const c4_module *module, const crm4e_value *row)
{
    static const struct {
        const char *field;
        int64_t code;
        int64_t kind; /* 0: none */
    } kinds[] = {
        {"Outgoing_Call_Status", 1, C4_KIND_CALL_SCHEDULED},
        {"Outgoing_Call_Status", 3, C4_KIND_CALL_SCHEDULED},
        {"Outgoing_Call_Status", 4, 0},
        {"Call_Type", 1, C4_KIND_CALL_IN},
        {"Call_Type", 2, C4_KIND_CALL_OUT},
        {"Call_Type", 3, C4_KIND_CALL_MISSED},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (has_option(module, row, kinds[i].field, kinds[i].code)) {
            return kinds[i].kind;
        }
    }
    return 0;
}

static int64_t kind_of_note(const c4_module *module, const crm4e_value *row)
{
    return has_option(module, row, "Customer_Contact", 1) ? C4_KIND_NOTE : 0;
}

static int64_t kind_of_meeting(const c4_module *module, const crm4e_value *row)
{
    (void)module;
    (void)row;
    return C4_KIND_MEETING;
}

static int64_t kind_of_case(const c4_module *module, const crm4e_value *row)
{
    (void)module;
    (void)row;
    return C4_KIND_TICKET;
}

static int64_t kind_of_request(const c4_module *module, const crm4e_value *row)
{
    (void)module;
    (void)row;
    return C4_KIND_REQUEST;
}

static const c4_interaction_source sources[] = {
    {C4_CALLS,
     "Who_Id",
     "Call_Start_Time",
     {"Call_Type", "Outgoing_Call_Status"},
     "Description",
     1u << C4_KIND_CALL_IN | 1u << C4_KIND_CALL_OUT | 1u << C4_KIND_CALL_MISSED |
         1u << C4_KIND_CALL_SCHEDULED,
     kind_of_call},
    {C4_EVENTS,
     "Who_Id",
     "Start_DateTime",
     {NULL, NULL},
     "Description",
     1u << C4_KIND_MEETING,
     kind_of_meeting},
    {C4_CASES,
     "Related_To",
     "Created_Time",
     {NULL, NULL},
     "Description",
     1u << C4_KIND_TICKET,
     kind_of_case},
    {C4_NOTES,
     "Parent_Id",
     "Created_Time",
     {"Customer_Contact", NULL},
     "Note_Content",
     1u << C4_KIND_NOTE,
     kind_of_note},
    {0, NULL, "Created_Time", {NULL, NULL}, NULL, 1u << C4_KIND_REQUEST, kind_of_request},
};

const c4_interaction_source *c4_interaction_source_of(const c4_module *module)
{
    const int32_t number = module->kind == C4_MODULE_TEAM ? 0 : module->number;
    const c4_interaction_source *found = NULL;

    for (size_t i = 0; i < sizeof sources / sizeof sources[0] && found == NULL; i++) {
        found = sources[i].module == number ? &sources[i] : NULL;
    }
    return found;
}

/* What a line says; the rest of it is when it was written. */
typedef struct line {
    int32_t module;
    crm4e_id record;
    int64_t time;
    int64_t kind;
    crm4e_id user;
    int32_t link;
} line;

static bool has_interactions(int64_t module)
{
    return module == C4_LEADS || module == C4_CONTACTS;
}

/* Which person the field points to; false: none. */
static bool points(const c4_interaction_source *source, const c4_field *field,
                   const crm4e_value *row, line *out)
{
    const bool several = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
    const bool named = source->link == NULL || strcmp(field->api_name, source->link) == 0;
    int64_t module;

    if (!named || (!several && field->type != CRM4E_TYPE_LOOKUP) ||
        row[field->column].type != CRM4E_VALUE_INTEGER) {
        return false;
    }
    module = several ? row[field->key_column].integer : field->targets[0];
    out->module = (int32_t)module;
    out->record = row[field->column].integer;
    out->link = field->number;
    return has_interactions(module);
}

/* The first lookup that leads to one. */
static bool wanted_line(const c4_module *module, const crm4e_value *row, line *out)
{
    const c4_interaction_source *source = c4_interaction_source_of(module);
    const crm4e_value *time = source != NULL ? value_of(module, row, source->time) : NULL;
    bool found = false;

    *out = (line){.kind = source != NULL ? source->kind(module, row) : 0};
    if (out->kind == 0 || time == NULL || time->type != CRM4E_VALUE_INTEGER) {
        return false;
    }
    out->time = time->integer;
    out->user = row[C4_COLUMN_OWNER].integer;
    for (size_t i = 0; i < module->field_count && !found; i++) {
        found = points(source, &module->fields[i], row, out);
    }
    return found;
}

static bool same_line(const line *a, const line *b)
{
    return a->module == b->module && a->record == b->record && a->time == b->time &&
           a->kind == b->kind && a->user == b->user && a->link == b->link;
}

/* A link may lead to what was purged: nobody has its interactions. */
static int is_kept(c4_unit *unit, const line *one, bool *kept)
{
    static const uint32_t column = C4_COLUMN_ID;
    const c4_module *module = c4_meta_module(unit->meta, one->module);
    crm4e_value value;
    int rc = c4_db_get(unit->db, &module->table, one->record, &column, &value, 1);

    if (rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_BIN], one->record, &column, &value, 1);
    }
    *kept = rc == CRM4E_OK;
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : c4_stored(unit, rc);
}

/* ------------------------------------------------------------- writing lines */

static int insert(c4_unit *unit, crm4e_id id, const line *from, crm4e_value *row)
{
    const c4_interaction_kind *kind = &c4_interaction_kinds[from->kind - 1];

    row[0] = c4_integer(id);
    row[C4_INTERACTION_MODULE] = c4_integer(from->module);
    row[C4_INTERACTION_RECORD] = c4_integer(from->record);
    row[C4_INTERACTION_TIME] = c4_integer(from->time);
    row[C4_INTERACTION_KIND] = c4_integer(from->kind);
    row[C4_INTERACTION_CHANNEL] = c4_integer(kind->channel);
    row[C4_INTERACTION_DIRECTION] = c4_integer(kind->direction);
    row[C4_INTERACTION_USER] = c4_integer(from->user);
    row[C4_INTERACTION_LINK] = from->link != 0 ? c4_integer(from->link) : c4_null();
    row[C4_INTERACTION_BY] = c4_integer(unit->actor->id);
    row[C4_INTERACTION_ADDED] = c4_integer(unit->now);
    return c4_stored(unit, c4_db_insert(unit->db, table, row));
}

static void start_row(crm4e_value *row, int32_t module, crm4e_id source)
{
    for (size_t i = 0; i < C4_INTERACTION_COLUMNS; i++) {
        row[i] = c4_null();
    }
    if (source != 0) {
        row[C4_INTERACTION_SOURCE_MODULE] = c4_integer(module);
        row[C4_INTERACTION_SOURCE] = c4_integer(source);
    }
}

/* ------------------------------------------------------------- telling */

int c4_interaction_told(c4_unit *unit, const c4_interaction_came *came)
{
    return came->record != 0 && unit->hooks != NULL && unit->hooks->interaction != NULL
               ? unit->hooks->interaction(unit, came)
               : CRM4E_OK;
}

static c4_interaction_came came_of(const line *from, int64_t cause)
{
    return (c4_interaction_came){.module = from->module,
                                 .record = from->record,
                                 .kind = from->kind,
                                 .channel = c4_interaction_kinds[from->kind - 1].channel,
                                 .cause = cause};
}

/* Not only at another time or of another user, nor in the wake of a record that became
 * another. */
static bool is_new(const c4_unit *unit, const line *before, const line *after)
{
    const bool moves = unit->source == C4_SOURCE_CONVERT || unit->source == C4_SOURCE_MERGE;

    return before->kind != after->kind ||
           (!moves && (before->module != after->module || before->record != after->record));
}

static void note_link(c4_write *write, const line *after, int64_t number)
{
    const c4_interaction_source *source = c4_interaction_source_of(write->module);
    const c4_interaction_came came = came_of(after, number);

    write->came = came;
    write->came.source = write->module->number;
    write->came.fields[0] = c4_module_field(write->module, after->link)->api_name;
    write->came.fields[1] = source->time;
    write->came.fields[2] = source->decides[0];
    write->came.fields[3] = source->decides[1];
}

/* ------------------------------------------------------------- lines of links */

/* The line has the id of its record. */
static int follow_link(c4_write *write, int64_t number)
{
    const crm4e_value *row = write->after != NULL ? write->after : write->before;
    const crm4e_id source = row[C4_COLUMN_ID].integer;
    crm4e_value values[C4_INTERACTION_COLUMNS];
    line before = {.kind = 0};
    line after = {.kind = 0};
    const bool was = write->before != NULL && wanted_line(write->module, write->before, &before);
    bool is = write->after != NULL && wanted_line(write->module, write->after, &after);
    int rc;

    if (was == is && (!is || same_line(&before, &after))) {
        return CRM4E_OK;
    }
    /* one that led to what was purged is gone; one of a removed field may still be there */
    rc = c4_db_remove(write->unit->db, table, source);
    rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : c4_stored(write->unit, rc);
    if (rc == CRM4E_OK && is) {
        rc = is_kept(write->unit, &after, &is);
    }
    if (rc != CRM4E_OK || !is) {
        return rc;
    }
    if (is_new(write->unit, &before, &after)) {
        note_link(write, &after, number);
    }
    start_row(values, write->module->number, source);
    return insert(write->unit, source, &after, values);
}

/* ------------------------------------------------------------- milestones */

/* Fields whose changes are milestones, and the lookup that says whose; NULL: the record's. */
static const struct {
    int32_t module;
    const char *field;
    const char *whose;
    int32_t whose_module;
} stages[] = {
    {C4_LEADS, "Lead_Status", NULL, C4_LEADS},
    {C4_DEALS, "Stage", "Contact_Name", C4_CONTACTS},
};

static int write_stage(const c4_write *write, int64_t number, const c4_field *field, const line *of)
{
    const c4_field_change change = {field->number, write->before[field->column],
                                    write->after[field->column]};
    crm4e_value row[C4_INTERACTION_COLUMNS];
    c4_buffer text;
    int rc;

    c4_buffer_init(&text, write->unit->arena->mem, C4_TEXT_MAX);
    rc = c4_changes_encode(&text, &change, 1);
    start_row(row, write->module->number, write->after[C4_COLUMN_ID].integer);
    row[C4_INTERACTION_CONTENT] = c4_text_value(text.data, text.length);
    rc = rc == CRM4E_OK ? insert(write->unit, number, of, row)
                        : c4_fail_plain(write->unit->error, rc);
    c4_buffer_free(&text);
    return rc;
}

/* The line has the number of the change, which is below all ids. */
static int follow_stage(c4_write *write, int64_t number, size_t stage)
{
    const c4_field *field = c4_module_field_named(write->module, stages[stage].field);
    const char *whose = stages[stage].whose;
    const crm4e_value *record =
        whose != NULL ? value_of(write->module, write->after, whose) : &write->after[C4_COLUMN_ID];
    const line one = {.module = stages[stage].whose_module,
                      .record = record != NULL ? record->integer : 0,
                      .time = write->unit->now,
                      .kind = C4_KIND_STAGE_CHANGED,
                      .user = write->unit->actor->id};

    if (field == NULL || record == NULL || record->type != CRM4E_VALUE_INTEGER ||
        !c4_field_differs(field, write->before, write->after)) {
        return CRM4E_OK;
    }
    write->came = came_of(&one, number);
    write->came.source = write->module->number;
    write->came.fields[0] = stages[stage].field;
    write->came.fields[1] = whose;
    return write_stage(write, number, field, &one);
}

int c4_interactions_follow(c4_write *write, int64_t number)
{
    const int32_t module = write->module->number;
    int rc = CRM4E_OK;

    write->came = (c4_interaction_came){0};
    if (c4_interaction_source_of(write->module) != NULL) {
        rc = follow_link(write, number);
    }
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && rc == CRM4E_OK; i++) {
        if (stages[i].module == module && write->before != NULL && write->after != NULL) {
            rc = follow_stage(write, number, i);
        }
    }
    return rc;
}

/* ------------------------------------------------------------- records that become others */

/* Those that follow no field: the others went with their records. */
static int move(c4_unit *unit, crm4e_id from, int32_t module, crm4e_id to)
{
    static const uint32_t columns[] = {C4_INTERACTION_MODULE, C4_INTERACTION_RECORD};
    const crm4e_value values[] = {c4_integer(module), c4_integer(to)};
    const crm4e_value value = c4_integer(from);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_INTERACTION_RECORD, &value, 1),
        c4_where(CRM4E_OP_IS_NULL, C4_INTERACTION_LINK, NULL, 0),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_where(unit, table, &where, C4_INTERACTION_BY_RECORD, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_db_update(unit->db, table, ids[i], columns, values, 2);
        if (rc == CRM4E_E_CONFLICT) { /* the same event, known at both */
            rc = c4_db_remove(unit->db, table, ids[i]);
        }
        rc = c4_stored(unit, rc);
    }
    return rc;
}

/* Changes of stage of what was merged are the master's: nobody could read where they come from. */
static int take_over_source(c4_unit *unit, crm4e_id from, crm4e_id to)
{
    static const uint32_t column = C4_INTERACTION_SOURCE;
    const crm4e_value value = c4_integer(to);
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_with(unit, table, C4_INTERACTION_SOURCE, from, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_update(unit->db, table, ids[i], &column, &value, 1));
    }
    return rc;
}

int c4_interactions_merge(c4_unit *unit, const c4_module *module, crm4e_id from, crm4e_id to)
{
    int rc = take_over_source(unit, from, to);

    return rc == CRM4E_OK ? move(unit, from, module->number, to) : rc;
}

int c4_interactions_convert(c4_unit *unit, crm4e_id lead, crm4e_id contact,
                            c4_interaction_came *came)
{
    const line one = {.module = C4_CONTACTS,
                      .record = contact,
                      .time = unit->now,
                      .kind = C4_KIND_CONVERTED,
                      .user = unit->actor->id};
    crm4e_value row[C4_INTERACTION_COLUMNS];
    crm4e_id id;
    int rc;

    if (contact == 0) {
        return CRM4E_OK;
    }
    rc = move(unit, lead, C4_CONTACTS, contact);
    id = c4_unit_new_id(unit);
    if (rc == CRM4E_OK && id == 0) {
        rc = c4_fail(unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    *came = came_of(&one, id);
    start_row(row, 0, 0);
    return rc == CRM4E_OK ? insert(unit, id, &one, row) : rc;
}

int c4_interactions_drop(c4_unit *unit, crm4e_id record)
{
    int rc = c4_rows_drop(unit, table, C4_INTERACTION_RECORD, record);

    return rc == CRM4E_OK ? c4_rows_drop(unit, table, C4_INTERACTION_SOURCE, record) : rc;
}

/* ------------------------------------------------------------- checking */

/* Whether the line of a record is there, and what it says. */
static int read_line(c4_unit *unit, crm4e_id id, line *out, bool *found)
{
    static const uint32_t columns[] = {C4_INTERACTION_MODULE, C4_INTERACTION_RECORD,
                                       C4_INTERACTION_TIME,   C4_INTERACTION_KIND,
                                       C4_INTERACTION_USER,   C4_INTERACTION_LINK};
    crm4e_value values[6];
    int rc = c4_db_get(unit->db, table, id, columns, values, 6);

    *found = rc == CRM4E_OK;
    if (*found) {
        *out = (line){(int32_t)values[0].integer, values[1].integer, values[2].integer,
                      values[3].integer,          values[4].integer, (int32_t)values[5].integer};
    }
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : c4_stored(unit, rc);
}

/* What followed a field that was removed stays, and is shown to nobody. */
int c4_interactions_agree(c4_unit *unit, const c4_module *module, const crm4e_value *row,
                          bool *agree)
{
    line wanted = {.kind = 0};
    line stored = {.kind = 0};
    bool found = false;
    bool is = false;
    int rc = CRM4E_OK;

    *agree = true;
    if (c4_interaction_source_of(module) == NULL) {
        return CRM4E_OK;
    }
    is = wanted_line(module, row, &wanted);
    rc = is ? is_kept(unit, &wanted, &is) : CRM4E_OK;
    rc = rc == CRM4E_OK ? read_line(unit, row[C4_COLUMN_ID].integer, &stored, &found) : rc;
    if (rc == CRM4E_OK && found && c4_module_field(module, stored.link) != NULL) {
        *agree = is && same_line(&stored, &wanted);
    } else if (rc == CRM4E_OK && !found) {
        *agree = !is;
    }
    return rc;
}
