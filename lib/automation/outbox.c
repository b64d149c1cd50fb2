/* SPDX-License-Identifier: MIT */
/* Messages kept until they are delivered, in order for each record. */
#include <string.h>

#include "automation/automation.h"
#include "base/civil.h"
#include "base/text.h"
#include "model/manage_rules.h"

enum {
    TRIES = 10,
    REASON_MAX = 500 /* bytes */
};
#define MINUTE INT64_C(60000000)
#define DAY    (24 * 60 * MINUTE)

/* 0 is no module, record, rule or user. */
static crm4e_value optional(int64_t number)
{
    return number != 0 ? c4_integer(number) : c4_null();
}

/* Of a record one message waits, the first; the others are behind it, so that nobody who looks for
 * what is due has to pass them. `*found`: the first in that state; 0: none is. */
static int first_of(c4_unit *unit, crm4e_id record, c4_outbox_state state, crm4e_id *found)
{
    static const uint32_t column = 0;
    const crm4e_order by_id = {.column = 0};
    const crm4e_value about = c4_integer(record);
    const crm4e_value in = c4_integer(state);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_RECORD, &about, 1),
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_STATE, &in, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    crm4e_plan plan;
    int rc;

    *found = 0;
    if (record == 0) {
        return CRM4E_OK;
    }
    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = &by_id;
    plan.order_count = 1;
    plan.index = C4_OUTBOX_BY_RECORD;
    rc = c4_rows_first(unit->db, &plan, found);
    return rc < 0 ? c4_stored(unit, rc) : CRM4E_OK;
}

static int set_state(c4_unit *unit, crm4e_id id, c4_outbox_state state)
{
    static const uint32_t column = C4_OUTBOX_STATE;
    const crm4e_value value = c4_integer(state);

    return c4_stored(unit,
                     c4_db_update(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, &column, &value, 1));
}

/* After one was settled: who is next about the record, unless another still waits. */
static int move_up(c4_unit *unit, crm4e_id record)
{
    crm4e_id waiting = 0;
    crm4e_id next = 0;
    int rc = first_of(unit, record, C4_OUTBOX_WAITING, &waiting);

    if (rc == CRM4E_OK && waiting == 0) {
        rc = first_of(unit, record, C4_OUTBOX_BEHIND, &next);
    }
    return rc == CRM4E_OK && next != 0 ? set_state(unit, next, C4_OUTBOX_WAITING) : rc;
}

int c4_outbox_put(c4_unit *unit, const c4_outbox_message *message)
{
    const c4_module *module = message->module;
    crm4e_id before = 0;
    int rc = first_of(unit, message->record, C4_OUTBOX_WAITING, &before);
    const crm4e_value values[C4_OUTBOX_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_OUTBOX_KIND] = c4_c_text(message->kind),
        [C4_OUTBOX_STATE] = c4_integer(before != 0 ? C4_OUTBOX_BEHIND : C4_OUTBOX_WAITING),
        [C4_OUTBOX_DUE] = c4_integer(unit->now),
        [C4_OUTBOX_ATTEMPTS] = c4_integer(0),
        [C4_OUTBOX_MODULE] = optional(module != NULL ? module->number : 0),
        [C4_OUTBOX_RECORD] = optional(message->record),
        [C4_OUTBOX_WORKFLOW] = optional(message->workflow),
        [C4_OUTBOX_RECIPIENT] = optional(message->recipient),
        [C4_OUTBOX_CREATED] = c4_integer(unit->now),
        [C4_OUTBOX_KEY] = c4_c_text(message->key),
        [C4_OUTBOX_PAYLOAD] = c4_text_value(message->payload, message->length),
        [C4_OUTBOX_LEASE] = c4_null(),
        [C4_OUTBOX_REASON] = c4_null(),
    };

    return rc < 0 ? rc
                  : c4_stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_OUTBOX], values));
}

static const char *text_of(c4_unit *unit, const crm4e_value *value)
{
    return c4_arena_text(unit->arena, value->data, value->length);
}

static int64_t number_of(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER ? value->integer : 0;
}

static int check_actor(c4_unit *unit)
{
    int rc = c4_access_actor(unit);

    return rc < 0 ? rc : c4_need_administrator(unit, "the outbox is for system administrators");
}

/* The first due message: 0 when there is none. Whether somebody still has one is told by the
 * clock, whatever time the caller goes by. With `due` also those that somebody has, and when
 * it is. */
static int find_due(c4_unit *unit, int64_t now, crm4e_id *found, int64_t *due)
{
    static const uint32_t columns[] = {0, C4_OUTBOX_LEASE, C4_OUTBOX_DUE};
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
    int rc;

    *found = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 3;
    plan.order = order;
    plan.order_count = 2;
    plan.index = C4_OUTBOX_BY_DUE;
    rc = c4_stored(unit, c4_rows_open(&rows, unit->db, &plan));
    while (rc == CRM4E_OK && *found == 0) {
        rc = c4_rows_next(rows, &values);
        if (rc != CRM4E_ROW) {
            rc = c4_stored(unit, rc);
            break;
        }
        const bool taken = due == NULL && number_of(&values[1]) > unit->now;
        *found = taken ? 0 : values[0].integer;
        if (due != NULL) {
            *due = values[2].integer;
        }
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc;
}

static int read_row(c4_unit *unit, crm4e_id id, crm4e_value *v)
{
    uint32_t columns[C4_OUTBOX_COLUMNS];

    for (uint32_t i = 0; i < C4_OUTBOX_COLUMNS; i++) {
        columns[i] = i;
    }
    return c4_db_get(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, columns, v, C4_OUTBOX_COLUMNS);
}

/* Into the arena. `reason` stays NULL where there is none. */
static int take_values(c4_unit *unit, const crm4e_value *v, c4_outbox_entry *entry)
{
    const crm4e_value *reason = &v[C4_OUTBOX_REASON];

    *entry = (c4_outbox_entry){
        .id = v[0].integer,
        .state = (c4_outbox_state)v[C4_OUTBOX_STATE].integer,
        .kind = text_of(unit, &v[C4_OUTBOX_KIND]),
        .key = text_of(unit, &v[C4_OUTBOX_KEY]),
        .module = c4_meta_module(unit->meta, (int32_t)number_of(&v[C4_OUTBOX_MODULE])),
        .record = number_of(&v[C4_OUTBOX_RECORD]),
        .recipient = number_of(&v[C4_OUTBOX_RECIPIENT]),
        .created = number_of(&v[C4_OUTBOX_CREATED]),
        .due = number_of(&v[C4_OUTBOX_DUE]),
        .tries = (int32_t)number_of(&v[C4_OUTBOX_ATTEMPTS]),
        .lease = number_of(&v[C4_OUTBOX_LEASE]),
        .payload = text_of(unit, &v[C4_OUTBOX_PAYLOAD]),
        .payload_length = v[C4_OUTBOX_PAYLOAD].length,
        .reason = reason->type == CRM4E_VALUE_TEXT ? text_of(unit, reason) : NULL,
    };
    return entry->kind != NULL && entry->key != NULL && entry->payload != NULL &&
                   (entry->reason != NULL || reason->type != CRM4E_VALUE_TEXT)
               ? CRM4E_OK
               : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

static int read_entry(c4_unit *unit, crm4e_id id, c4_outbox_entry *entry)
{
    crm4e_value v[C4_OUTBOX_COLUMNS];
    int rc = read_row(unit, id, v);

    return rc == CRM4E_OK ? take_values(unit, v, entry) : c4_stored(unit, rc);
}

int c4_outbox_next(c4_unit *unit, int64_t now, c4_outbox_entry *entry)
{
    crm4e_id id = 0;
    int rc = check_actor(unit);

    if (rc == CRM4E_OK) {
        rc = find_due(unit, now, &id, NULL);
    }
    if (rc != CRM4E_OK || id == 0) {
        return rc;
    }
    rc = read_entry(unit, id, entry);
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

int c4_outbox_due(c4_unit *unit, int64_t *due)
{
    crm4e_id id = 0;
    int rc = check_actor(unit);

    if (rc == CRM4E_OK) {
        rc = find_due(unit, C4_TIME_MAX, &id, due);
    }
    return rc == CRM4E_OK && id != 0 ? CRM4E_ROW : rc;
}

/* What may change about a message. */
typedef struct change {
    c4_outbox_state state;
    int64_t due;
    int64_t tries;
    int64_t lease;      /* 0: nobody's */
    const char *reason; /* NULL: none */
} change;

static int write_entry(c4_unit *unit, crm4e_id id, const change *to)
{
    static const uint32_t columns[] = {C4_OUTBOX_STATE, C4_OUTBOX_DUE, C4_OUTBOX_ATTEMPTS,
                                       C4_OUTBOX_LEASE, C4_OUTBOX_REASON};
    const crm4e_value values[] = {
        c4_integer(to->state),
        c4_integer(to->due),
        c4_integer(to->tries),
        optional(to->lease),
        to->reason != NULL ? c4_c_text(to->reason) : c4_null(),
    };

    return c4_stored(unit,
                     c4_db_update(unit->db, &c4_tables[C4_TABLE_OUTBOX], id, columns, values, 5));
}

/* Who took it so often and never answered is not asked again. */
static int bury(c4_unit *unit, const c4_outbox_entry *entry)
{
    const change dead = {C4_OUTBOX_DEAD, unit->now, entry->tries, 0, "no answer"};

    int rc = write_entry(unit, entry->id, &dead);

    return rc == CRM4E_OK ? move_up(unit, entry->record) : rc;
}

int c4_outbox_take(c4_unit *unit, int64_t now, int64_t microseconds, c4_outbox_entry *entry)
{
    change leased = {.state = C4_OUTBOX_WAITING};
    int rc = c4_outbox_next(unit, now, entry);

    while (rc == CRM4E_ROW && entry->tries >= TRIES) {
        rc = bury(unit, entry);
        rc = rc == CRM4E_OK ? c4_outbox_next(unit, now, entry) : rc;
    }
    if (rc != CRM4E_ROW) {
        return rc;
    }
    (void)c4_add_i64(unit->now, microseconds, &leased.lease);
    leased.due = leased.lease;
    leased.tries = entry->tries + 1;
    leased.reason = entry->reason;
    rc = write_entry(unit, entry->id, &leased);
    entry->lease = leased.lease;
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

/* NOT_FOUND unless the message is in that state. */
static int find_entry(c4_unit *unit, crm4e_id id, c4_outbox_state state, c4_outbox_entry *entry)
{
    int rc = check_actor(unit);

    if (rc < 0) {
        return rc;
    }
    rc = read_entry(unit, id, entry);
    if (rc == CRM4E_E_NOT_FOUND ||
        (rc == CRM4E_OK && entry->state != state &&
         (entry->state != C4_OUTBOX_BEHIND || state != C4_OUTBOX_WAITING))) {
        rc = c4_fail(unit->error, CRM4E_E_NOT_FOUND, "there is no such message in that state");
    }
    return rc;
}

/* Doubles with every try. */
static int64_t back_off(int64_t tries)
{
    int64_t wait = tries < 20 ? MINUTE << tries : DAY;

    return wait < DAY ? wait : DAY;
}

/* A waiting message that nobody has, or who asks has. */
static int find_own(c4_unit *unit, crm4e_id id, int64_t lease, c4_outbox_entry *entry)
{
    int rc = find_entry(unit, id, C4_OUTBOX_WAITING, entry);

    if (rc == CRM4E_OK && entry->lease != lease && (lease != 0 || entry->lease > unit->now)) {
        rc = c4_fail(unit->error, CRM4E_E_CONFLICT, "somebody else has the message");
    }
    return rc;
}

/* In the arena, cut where a character ends; nothing behind that is looked at. */
static int keep_reason(c4_unit *unit, const char *reason, const char **kept)
{
    size_t length = c4_text_within(reason, REASON_MAX);

    if (length > REASON_MAX) {
        length = REASON_MAX;
        while (length > 0 && ((unsigned char)reason[length] & 0xc0u) == 0x80u) {
            length--;
        }
    }
    if (c4_text_check(reason, length) != CRM4E_OK) {
        return c4_refuse(unit, CRM4E_E_INVALID, "reason", "utf8", "is not valid UTF-8");
    }
    *kept = c4_arena_text(unit->arena, reason, length);
    return *kept != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

int c4_outbox_settle(c4_unit *unit, crm4e_id id, const c4_outbox_answer *answer)
{
    change to = {.state = answer->state, .due = unit->now, .reason = answer->reason};
    c4_outbox_entry entry;
    int rc = find_own(unit, id, answer->lease, &entry);

    if (rc == CRM4E_OK && answer->reason != NULL) {
        rc = keep_reason(unit, answer->reason, &to.reason);
    }
    if (rc < 0) {
        return rc;
    }
    to.tries = answer->lease != 0 ? entry.tries : entry.tries + 1; /* taking it counted */
    if (to.state == C4_OUTBOX_WAITING) {
        (void)c4_add_i64(unit->now, back_off(to.tries - 1), &to.due);
        to.state = to.tries < TRIES ? entry.state : C4_OUTBOX_DEAD;
    }
    rc = write_entry(unit, id, &to);
    return rc == CRM4E_OK && to.state != entry.state ? move_up(unit, entry.record) : rc;
}

int c4_outbox_give_back(c4_unit *unit, const c4_outbox_entry *taken)
{
    const change as_before = {C4_OUTBOX_WAITING, taken->due, taken->tries, 0, taken->reason};
    c4_outbox_entry entry;
    int rc = find_own(unit, taken->id, taken->lease, &entry);

    return rc == CRM4E_OK ? write_entry(unit, taken->id, &as_before) : rc;
}

/* It stands where it stood: before a later one that waits, if nobody has that, or behind an
 * earlier one. */
static int line_up(c4_unit *unit, const c4_outbox_entry *entry, c4_outbox_state *state)
{
    c4_outbox_entry other = {0};
    crm4e_id waiting = 0;
    int rc = first_of(unit, entry->record, C4_OUTBOX_WAITING, &waiting);

    *state = waiting != 0 && waiting < entry->id ? C4_OUTBOX_BEHIND : C4_OUTBOX_WAITING;
    if (rc != CRM4E_OK || waiting < entry->id) {
        return rc;
    }
    rc = read_entry(unit, waiting, &other);
    return rc == CRM4E_OK && other.lease <= unit->now ? set_state(unit, waiting, C4_OUTBOX_BEHIND)
                                                      : rc;
}

int c4_outbox_retry(c4_unit *unit, crm4e_id id)
{
    change to = {C4_OUTBOX_WAITING, unit->now, 0, 0, NULL};
    c4_outbox_entry entry;
    int rc = find_entry(unit, id, C4_OUTBOX_DEAD, &entry);

    if (rc == CRM4E_OK) {
        rc = line_up(unit, &entry, &to.state);
    }
    if (rc == CRM4E_OK) {
        to.reason = entry.reason;
        rc = write_entry(unit, id, &to);
    }
    return rc == CRM4E_OK ? c4_audit(unit, "outbox_retry", id, entry.key) : rc;
}

int c4_outbox_discard(c4_unit *unit, crm4e_id id)
{
    c4_outbox_entry entry;
    int rc = find_entry(unit, id, C4_OUTBOX_DEAD, &entry);

    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_OUTBOX], id));
    }
    return rc == CRM4E_OK ? c4_audit(unit, "outbox_discard", id, entry.key) : rc;
}

/* Ids of messages in a state, behind `after` or settled before a time, in order of ids. */
static int list_ids(c4_unit *unit, const crm4e_predicate *where, uint32_t index, size_t most,
                    crm4e_id **ids, size_t *count)
{
    static const uint32_t column = 0;
    const crm4e_order by_id = {.column = 0};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *ids = c4_arena_array(unit->arena, most, sizeof **ids);
    if (*ids == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    c4_plan_init(&plan, &c4_tables[C4_TABLE_OUTBOX]);
    plan.where = where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = &by_id;
    plan.order_count = 1;
    plan.limit = (int64_t)most;
    plan.index = index;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        (*ids)[(*count)++] = row[0].integer;
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return c4_stored(unit, rc);
}

int c4_outbox_list(c4_unit *unit, c4_outbox_state state, crm4e_id after, size_t limit,
                   c4_outbox_entry **entries, size_t *count)
{
    const crm4e_value in[] = {c4_integer(state), c4_integer(C4_OUTBOX_BEHIND)};
    const crm4e_value behind = c4_integer(after);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_IN, C4_OUTBOX_STATE, in, state == C4_OUTBOX_WAITING ? 2 : 1),
        c4_where(CRM4E_OP_GT, 0, &behind, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    crm4e_id *ids = NULL;
    int rc = check_actor(unit);

    *count = 0;
    if (rc == CRM4E_OK) {
        rc = list_ids(unit, &where, C4_OUTBOX_BY_DUE, limit, &ids, count);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    *entries = c4_arena_array(unit->arena, *count, sizeof **entries);
    if (*entries == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < *count && rc == CRM4E_OK; i++) {
        rc = read_entry(unit, ids[i], &(*entries)[i]);
    }
    return rc;
}

int c4_outbox_purge(c4_unit *unit, int64_t before, size_t budget, size_t *done)
{
    const crm4e_value in = c4_integer(C4_OUTBOX_DELIVERED);
    const crm4e_value until = c4_integer(before);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_OUTBOX_STATE, &in, 1),
        c4_where(CRM4E_OP_LT, C4_OUTBOX_DUE, &until, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    crm4e_id *ids = NULL;
    int rc = check_actor(unit);

    *done = 0;
    if (rc == CRM4E_OK) {
        rc = list_ids(unit, &where, C4_OUTBOX_BY_DUE, budget, &ids, done);
    }
    for (size_t i = 0; i < *done && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_OUTBOX], ids[i]));
    }
    return rc;
}
