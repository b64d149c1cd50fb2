/* SPDX-License-Identifier: MIT */
/* Interactions that hosts add. */
#include "record/interaction.h"

#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"

enum {
    MOST_SUBJECT = 255,
    MOST_BODY = 65535,
    MOST_PARTICIPANT = 255,
    CONTENT_CEILING = 1024 * 1024
};

static const crm4e_table *const table = &c4_tables[C4_TABLE_INTERACTION];

/* What is being added, and the record that was asked about last: many are often of one. */
typedef struct adding {
    c4_unit *unit;
    const c4_interaction_spec *spec;
    const c4_interaction_kind *kind;
    const char *const *participants;
    size_t participant_count;
    int64_t occurred;
    int32_t module;
    int32_t asked_module;
    crm4e_id asked_record;
} adding;

int c4_interaction_module(c4_unit *unit, const char *name)
{
    const c4_module *module = c4_meta_module_named(unit->meta, name);

    return module != NULL && (module->number == C4_LEADS || module->number == C4_CONTACTS)
               ? module->number
               : c4_refuse(unit, CRM4E_E_INVALID, "module", "module",
                           "is neither Leads nor Contacts");
}

/* ------------------------------------------------------------- checking */

/* What was the lead's is the contact's: there is no other place for more. */
static int check_unconverted(c4_unit *unit, const c4_write *write)
{
    const c4_field *field = c4_module_field_named(write->module, "Converted_Contact");
    const bool converted = field != NULL && write->before[field->column].type != CRM4E_VALUE_NULL;

    return converted ? c4_refuse(unit, CRM4E_E_CONFLICT, "record", "converted",
                                 "was converted: its interactions are the contact's")
                     : CRM4E_OK;
}

/* That it is locked is no reason to forget a call, nor to keep one that never was. */
int c4_interactions_edit(c4_unit *unit, const char *module, crm4e_id record, bool adds)
{
    c4_write write;
    int rc = c4_write_open(&write, unit, module, CRM4E_ACTION_EDIT);

    write.past_lock = true;
    rc = rc == CRM4E_OK ? c4_write_take(&write, record, 0) : rc;
    rc = rc == CRM4E_OK && adds ? check_unconverted(unit, &write) : rc;
    c4_write_end(&write);
    return rc;
}

static int ask_record(adding *a)
{
    int rc;

    if (a->asked_module == a->module && a->asked_record == a->spec->record) {
        return CRM4E_OK;
    }
    rc = c4_interactions_edit(a->unit, a->spec->module, a->spec->record, true);
    if (rc == CRM4E_OK) {
        a->asked_module = a->module;
        a->asked_record = a->spec->record;
    }
    return rc;
}

static int check_kind(adding *a)
{
    c4_unit *unit = a->unit;

    a->kind = c4_interaction_kind_named(unit->meta, a->spec->kind);
    if (a->kind == NULL || !a->kind->active) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "kind", "kind", "names no kind in use");
    }
    return a->kind->recorded ? c4_refuse(unit, CRM4E_E_INVALID, "kind", "kind",
                                         "comes by itself, from other records")
                             : CRM4E_OK;
}

static int read_time(adding *a)
{
    const char *text = a->spec->occurred_at;
    int rc = CRM4E_OK;

    a->occurred = a->spec->occurred;
    if (text != NULL) {
        rc = c4_time_parse(text, strlen(text), &a->occurred);
    }
    if (rc != CRM4E_OK || a->occurred < C4_TIME_MIN || a->occurred > C4_TIME_MAX) {
        return c4_refuse(a->unit, CRM4E_E_INVALID, "occurred_at", "type", "is no time");
    }
    return CRM4E_OK;
}

static int check_text(c4_unit *unit, const char *member, const char *text, size_t most)
{
    size_t length;

    if (text == NULL) {
        return CRM4E_OK;
    }
    length = c4_text_within(text, most * C4_UTF8_MAX);
    if (length > most * C4_UTF8_MAX) {
        return c4_refuse(unit, CRM4E_E_TOO_BIG, member, "length", "is too long");
    }
    if (c4_text_check(text, length) != CRM4E_OK) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "utf8", "is not well-formed UTF-8");
    }
    return c4_text_points(text, length) > most
               ? c4_refuse(unit, CRM4E_E_TOO_BIG, member, "length", "is too long")
               : CRM4E_OK;
}

static int check_external(c4_unit *unit, const char *text)
{
    int rc = check_text(unit, "external_id", text, C4_INTERACTION_EXTERNAL_MAX);

    if (rc == CRM4E_OK && text != NULL && strlen(text) > C4_INTERACTION_EXTERNAL_MAX) {
        rc = c4_refuse(unit, CRM4E_E_TOO_BIG, "external_id", "length", "is too long");
    }
    return rc == CRM4E_OK && text != NULL && text[0] == '\0'
               ? c4_refuse(unit, CRM4E_E_INVALID, "external_id", "mandatory", "is empty")
               : rc;
}

static int take_participants(adding *a)
{
    const c4_json *list = a->spec->participant_list;
    const char **items;

    a->participants = a->spec->participants;
    a->participant_count = a->spec->participant_count;
    if (list == NULL) {
        return CRM4E_OK;
    }
    a->participant_count = c4_json_count(list);
    items = c4_arena_array(a->unit->arena, a->participant_count + 1, sizeof *items);
    if (items == NULL) {
        return c4_record_no_memory(a->unit);
    }
    for (size_t i = 0; i < a->participant_count; i++) {
        items[i] = c4_spec_text(c4_json_item(list, i));
    }
    a->participants = items;
    return CRM4E_OK;
}

static int check_participants(adding *a)
{
    int rc = take_participants(a);

    if (rc == CRM4E_OK && a->participant_count > C4_INTERACTION_PARTICIPANTS) {
        rc = c4_refuse(a->unit, CRM4E_E_TOO_BIG, "participants", "count", "are more than 100");
    }
    for (size_t i = 0; i < a->participant_count && rc == CRM4E_OK; i++) {
        rc = a->participants != NULL && a->participants[i] != NULL
                 ? check_text(a->unit, "participants", a->participants[i], MOST_PARTICIPANT)
                 : c4_refuse(a->unit, CRM4E_E_INVALID, "participants", "type",
                             "has an item that is no text");
    }
    return rc;
}

static int check_words(const adding *a)
{
    const c4_interaction_spec *spec = a->spec;
    int rc = CRM4E_OK;

    if (spec->channel != 0) {
        rc = c4_check_word(a->unit, "channel", C4_NAMES_CHANNEL, spec->channel);
    }
    if (rc == CRM4E_OK && spec->direction != 0) {
        rc = c4_check_word(a->unit, "direction", C4_NAMES_DIRECTION, spec->direction);
    }
    if (rc == CRM4E_OK && spec->user != 0 && c4_meta_user(a->unit->meta, spec->user) == NULL) {
        rc = c4_refuse(a->unit, CRM4E_E_NOT_FOUND, "user", "user", "is nobody there is");
    }
    return rc;
}

static int check(adding *a)
{
    const c4_interaction_spec *spec = a->spec;
    int rc = check_kind(a);

    rc = rc == CRM4E_OK ? read_time(a) : rc;
    rc = rc == CRM4E_OK ? check_words(a) : rc;
    rc = rc == CRM4E_OK ? check_text(a->unit, "subject", spec->subject, MOST_SUBJECT) : rc;
    rc = rc == CRM4E_OK ? check_text(a->unit, "body", spec->body, MOST_BODY) : rc;
    rc = rc == CRM4E_OK ? check_participants(a) : rc;
    return rc == CRM4E_OK ? check_external(a->unit, spec->external_id) : rc;
}

/* ------------------------------------------------------------- writing */

static void put_content(const adding *a, c4_buffer *out)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "subject", a->spec->subject);
    c4_json_put_member(out, &first, "body", a->spec->body);
    if (a->participant_count > 0) {
        c4_json_put_key(out, &first, "participants");
        c4_buffer_char(out, '[');
        for (size_t i = 0; i < a->participant_count; i++) {
            c4_buffer_text(out, i > 0 ? "," : "");
            c4_json_put_text(out, a->participants[i], strlen(a->participants[i]));
        }
        c4_buffer_char(out, ']');
    }
    c4_buffer_char(out, '}');
}

static void fill(const adding *a, const c4_buffer *content, crm4e_value *row)
{
    const c4_interaction_spec *spec = a->spec;

    for (size_t i = 0; i < C4_INTERACTION_COLUMNS; i++) {
        row[i] = c4_null();
    }
    row[C4_INTERACTION_MODULE] = c4_integer(a->module);
    row[C4_INTERACTION_RECORD] = c4_integer(spec->record);
    row[C4_INTERACTION_TIME] = c4_integer(a->occurred != 0 ? a->occurred : a->unit->now);
    row[C4_INTERACTION_KIND] = c4_integer(a->kind->id);
    row[C4_INTERACTION_CHANNEL] = c4_integer(spec->channel != 0 ? spec->channel : a->kind->channel);
    row[C4_INTERACTION_DIRECTION] =
        c4_integer(spec->direction != 0 ? spec->direction : a->kind->direction);
    row[C4_INTERACTION_USER] = spec->user != 0 ? c4_integer(spec->user) : c4_null();
    row[C4_INTERACTION_EXTERNAL] = c4_c_text(spec->external_id);
    row[C4_INTERACTION_CONTENT] = c4_text_value(content->data, content->length);
    row[C4_INTERACTION_BY] = c4_integer(a->unit->actor->id);
    row[C4_INTERACTION_ADDED] = c4_integer(a->unit->now);
}

static int find_external(c4_unit *unit, const crm4e_value *row, crm4e_id *id)
{
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_INTERACTION_RECORD, &row[C4_INTERACTION_RECORD], 1),
        c4_where(CRM4E_OP_EQ, C4_INTERACTION_KIND, &row[C4_INTERACTION_KIND], 1),
        c4_where(CRM4E_OP_EQ, C4_INTERACTION_EXTERNAL, &row[C4_INTERACTION_EXTERNAL], 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 3);
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    if (row[C4_INTERACTION_EXTERNAL].type != CRM4E_VALUE_NULL) {
        rc = c4_rows_where(unit, table, &where, C4_INTERACTION_BY_EXTERNAL, &ids, &count);
    }
    *id = count > 0 ? ids[0] : 0;
    return rc;
}

/* The same event once more, or another one that calls itself the same. A time that was not given
 * is that of the first. */
static int compare(const adding *a, crm4e_id id, const crm4e_value *row)
{
    static const uint32_t columns[] = {C4_INTERACTION_CHANNEL, C4_INTERACTION_DIRECTION,
                                       C4_INTERACTION_USER, C4_INTERACTION_CONTENT,
                                       C4_INTERACTION_TIME};
    const size_t count = a->occurred != 0 ? 5 : 4;
    crm4e_value stored[5];
    int rc = c4_stored(a->unit, c4_db_get(a->unit->db, table, id, columns, stored, 5));
    bool same = true;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        same = same && c4_value_equal(&stored[i], &row[columns[i]]);
    }
    return rc == CRM4E_OK && !same ? c4_refuse(a->unit, CRM4E_E_CONFLICT, "external_id", "unique",
                                               "is that of an interaction with other content")
                                   : rc;
}

/* Rules may change the record, or convert it: then it is asked about again. */
static int tell(adding *a, const crm4e_value *row)
{
    const c4_interaction_came came = {.module = a->module,
                                      .record = a->spec->record,
                                      .kind = a->kind->id,
                                      .channel = (uint32_t)row[C4_INTERACTION_CHANNEL].integer,
                                      .cause = row[0].integer};
    const int64_t next = a->unit->state.next_change;
    int rc = c4_interaction_told(a->unit, &came);

    if (a->unit->state.next_change != next) {
        a->asked_record = 0;
    }
    return rc;
}

/* Every new interaction that a host adds passes here once. */
static int store(adding *a, crm4e_value *row, crm4e_id *id)
{
    int rc = find_external(a->unit, row, id);

    if (rc != CRM4E_OK || *id != 0) {
        return rc == CRM4E_OK ? compare(a, *id, row) : rc;
    }
    *id = c4_unit_new_id(a->unit);
    if (*id == 0) {
        return c4_fail(a->unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    row[0] = c4_integer(*id);
    rc = c4_stored(a->unit, c4_db_insert(a->unit->db, table, row));
    return rc == CRM4E_OK ? tell(a, row) : rc;
}

static int add(adding *a, crm4e_id *id)
{
    crm4e_value row[C4_INTERACTION_COLUMNS];
    c4_buffer content;
    int rc = c4_interaction_module(a->unit, a->spec->module);

    a->module = rc;
    rc = rc > 0 ? ask_record(a) : rc;
    rc = rc == CRM4E_OK ? check(a) : rc;
    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_buffer_init(&content, a->unit->arena->mem, CONTENT_CEILING);
    put_content(a, &content);
    rc = c4_stored(a->unit, content.code);
    if (rc == CRM4E_OK) {
        fill(a, &content, row);
        rc = store(a, row, id);
    }
    c4_buffer_free(&content);
    return rc;
}

static int start(c4_unit *unit)
{
    int rc = c4_access_actor(unit);

    return rc == CRM4E_OK ? c4_interactions_need(unit) : rc;
}

int c4_interaction_add(c4_unit *unit, const c4_interaction_spec *spec, crm4e_id *id)
{
    adding a = {.unit = unit, .spec = spec};
    int rc = start(unit);

    return rc == CRM4E_OK ? add(&a, id) : rc;
}

/* ------------------------------------------------------------- many */

static int add_all(c4_unit *unit, const c4_json *list, c4_buffer *out)
{
    c4_interaction_spec spec;
    adding a = {.unit = unit, .spec = &spec};
    int rc = CRM4E_OK;

    c4_buffer_text(out, "{\"ids\":[");
    for (size_t i = 0; i < c4_json_count(list) && rc == CRM4E_OK; i++) {
        crm4e_id id = 0;
        rc = c4_interaction_spec_read(unit, c4_json_item(list, i), &spec);
        rc = rc == CRM4E_OK ? add(&a, &id) : rc;
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_buffer_i64(out, id);
    }
    c4_buffer_text(out, "]}");
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}

int c4_interactions_add(c4_unit *unit, const c4_json *list, c4_buffer *out)
{
    int rc = start(unit);

    if (rc == CRM4E_OK && c4_json_kind(list) != C4_JSON_ARRAY) {
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "an array of interactions was expected");
    }
    if (rc == CRM4E_OK && c4_json_count(list) > C4_INTERACTIONS_AT_ONCE) {
        rc = c4_fail(unit->error, CRM4E_E_TOO_BIG, "at most %d interactions are added at once",
                     C4_INTERACTIONS_AT_ONCE);
    }
    return rc == CRM4E_OK ? add_all(unit, list, out) : rc;
}
