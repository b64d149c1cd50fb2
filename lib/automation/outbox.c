/* SPDX-License-Identifier: MIT */
/* Messages kept until they are delivered, in order for each record. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "automation/automation.h"
#include "model/manage_rules.h"

enum {
    TRIES = 10,
    KEY_MAX = 48
};
#define MINUTE INT64_C(60000000)
#define DAY    (24 * 60 * MINUTE)

/* 0 is no module, record, rule or user. */
static crm4e_value optional(int64_t number)
{
    return number != 0 ? c4_integer(number) : c4_null();
}

int c4_outbox_put(c4_unit *unit, const char *kind, const c4_module *module, crm4e_id record,
                  crm4e_id workflow, crm4e_id recipient, const char *payload, size_t length)
{
    crm4e_id id = c4_unit_new_id(unit);
    char key[KEY_MAX];

    (void)snprintf(key, sizeof key, "%" PRId64 "-%" PRId64, unit->meta->org.id, id);
    const crm4e_value values[C4_OUTBOX_COLUMNS] = {
        [0] = c4_integer(id),
        [C4_OUTBOX_KIND] = c4_c_text(kind),
        [C4_OUTBOX_STATE] = c4_integer(C4_OUTBOX_WAITING),
        [C4_OUTBOX_DUE] = c4_integer(unit->now),
        [C4_OUTBOX_ATTEMPTS] = c4_integer(0),
        [C4_OUTBOX_MODULE] = optional(module != NULL ? module->number : 0),
        [C4_OUTBOX_RECORD] = optional(record),
        [C4_OUTBOX_WORKFLOW] = optional(workflow),
        [C4_OUTBOX_RECIPIENT] = optional(recipient),
        [C4_OUTBOX_CREATED] = c4_integer(unit->now),
        [C4_OUTBOX_KEY] = c4_c_text(key),
        [C4_OUTBOX_PAYLOAD] = c4_text_value(payload, length),
    };
    return c4_stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_OUTBOX], values));
}

static int check_actor(c4_unit *unit)
{
    int rc = c4_access_actor(unit);

    return rc < 0 ? rc : c4_need_administrator(unit, "the outbox is for system administrators");
}

/* Whether an earlier message about the same record still waits. */
static int is_held_up(c4_unit *unit, crm4e_id id, const crm4e_value *record, bool *held_up)
{
    const crm4e_value waiting = c4_integer(C4_OUTBOX_WAITING);
    const crm4e_value own = c4_integer(id);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_RECORD, record, 1),
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_STATE, &waiting, 1),
        c4_where(CRM4E_OP_LT, 0, &own, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 3);
    int64_t earlier = 0;
    crm4e_plan plan;
    int rc;

    *held_up = false;
    if (record->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = &where;
    plan.limit = 1;
    rc = c4_rows_count(unit->db, &plan, &earlier);
    *held_up = earlier > 0;
    return c4_stored(unit, rc);
}

/* The first due message that nothing holds up: 0 when there is none. */
static int find_due(c4_unit *unit, int64_t now, crm4e_id *found)
{
    static const uint32_t columns[] = {0, C4_OUTBOX_RECORD};
    static const crm4e_order order[] = {{C4_OUTBOX_DUE, 0, 0}, {0, 0, 0}};
    const crm4e_value waiting = c4_integer(C4_OUTBOX_WAITING);
    const crm4e_value latest = c4_integer(now);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_STATE, &waiting, 1),
        c4_where(CRM4E_OP_LE, C4_OUTBOX_DUE, &latest, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    const crm4e_value *values = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    bool held_up = true;
    int rc;

    *found = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = order;
    plan.order_count = 2;
    plan.index = C4_OUTBOX_BY_DUE;
    rc = c4_stored(unit, c4_rows_open(&rows, unit->db, &plan));
    while (rc == CRM4E_OK && held_up) {
        rc = c4_rows_next(rows, &values);
        if (rc != CRM4E_ROW) {
            rc = c4_stored(unit, rc);
            break;
        }
        const crm4e_value record = values[1];
        const crm4e_id id = values[0].integer;
        rc = is_held_up(unit, id, &record, &held_up);
        *found = held_up ? 0 : id;
    }
    c4_rows_close(rows);
    return rc;
}

static const char *text_of(c4_unit *unit, const crm4e_value *value)
{
    return c4_arena_text(unit->arena, value->data, value->length);
}

static int64_t number_of(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER ? value->integer : 0;
}

static int read_entry(c4_unit *unit, crm4e_id id, c4_outbox_entry *entry)
{
    uint32_t columns[C4_OUTBOX_COLUMNS];
    crm4e_value v[C4_OUTBOX_COLUMNS];
    int rc;

    for (uint32_t i = 0; i < C4_OUTBOX_COLUMNS; i++) {
        columns[i] = i;
    }
    rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, columns, v, C4_OUTBOX_COLUMNS);
    if (rc != CRM4E_OK) {
        return c4_stored(unit, rc);
    }
    *entry = (c4_outbox_entry){
        .id = id,
        .kind = text_of(unit, &v[C4_OUTBOX_KIND]),
        .key = text_of(unit, &v[C4_OUTBOX_KEY]),
        .module = c4_meta_module(unit->meta, (int32_t)number_of(&v[C4_OUTBOX_MODULE])),
        .record = number_of(&v[C4_OUTBOX_RECORD]),
        .recipient = number_of(&v[C4_OUTBOX_RECIPIENT]),
        .created = number_of(&v[C4_OUTBOX_CREATED]),
        .attempt = (int32_t)number_of(&v[C4_OUTBOX_ATTEMPTS]) + 1,
        .payload = text_of(unit, &v[C4_OUTBOX_PAYLOAD]),
        .payload_length = v[C4_OUTBOX_PAYLOAD].length,
    };
    return entry->kind != NULL && entry->key != NULL && entry->payload != NULL
               ? CRM4E_ROW
               : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

int c4_outbox_next(c4_unit *unit, int64_t now, c4_outbox_entry *entry)
{
    crm4e_id id = 0;
    int rc = check_actor(unit);

    if (rc == CRM4E_OK) {
        rc = find_due(unit, now, &id);
    }
    return rc == CRM4E_OK && id != 0 ? read_entry(unit, id, entry) : rc;
}

/* NOT_FOUND unless the message is in that state. */
static int take_entry(c4_unit *unit, crm4e_id id, c4_outbox_state state, int64_t *attempts)
{
    static const uint32_t columns[] = {C4_OUTBOX_STATE, C4_OUTBOX_ATTEMPTS};
    crm4e_value values[2];
    int rc = check_actor(unit);

    if (rc < 0) {
        return rc;
    }
    rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, columns, values, 2);
    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && values[0].integer != (int64_t)state)) {
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "there is no such message in that state");
    }
    *attempts = rc == CRM4E_OK ? values[1].integer : 0;
    return c4_stored(unit, rc);
}

static int write_entry(c4_unit *unit, crm4e_id id, c4_outbox_state state, int64_t due,
                       int64_t attempts)
{
    static const uint32_t columns[] = {C4_OUTBOX_STATE, C4_OUTBOX_DUE, C4_OUTBOX_ATTEMPTS};
    const crm4e_value values[] = {c4_integer(state), c4_integer(due), c4_integer(attempts)};

    return c4_stored(unit,
                     c4_db_update(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, columns, values, 3));
}

/* Doubles with every try. */
static int64_t back_off(int64_t tries)
{
    int64_t wait = tries < 20 ? MINUTE << tries : DAY;

    return wait < DAY ? wait : DAY;
}

int c4_outbox_settle(c4_unit *unit, crm4e_id id, c4_outbox_state state)
{
    int64_t tries = 0;
    int64_t due = unit->now;
    int rc = take_entry(unit, id, C4_OUTBOX_WAITING, &tries);

    if (rc < 0) {
        return rc;
    }
    if (state == C4_OUTBOX_WAITING) {
        (void)c4_add_i64(unit->now, back_off(tries), &due);
        state = tries + 1 < TRIES ? C4_OUTBOX_WAITING : C4_OUTBOX_DEAD;
    }
    return write_entry(unit, id, state, due, tries + 1);
}

int c4_outbox_retry(c4_unit *unit, crm4e_id id)
{
    int64_t tries = 0;
    int rc = take_entry(unit, id, C4_OUTBOX_DEAD, &tries);

    return rc == CRM4E_OK ? write_entry(unit, id, C4_OUTBOX_WAITING, unit->now, 0) : rc;
}
