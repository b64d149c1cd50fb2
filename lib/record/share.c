/* SPDX-License-Identifier: MIT */
/* Manual shares of records, one row a subject; see docs/access.md. */
#include "record/inside.h"

#include <stdio.h>
#include <string.h>

#include "access/reach.h"
#include "base/civil.h"

enum {
    AUDIT_DETAIL = 200
};

/* What somebody must be able to do with a record to give a level of it. */
static const crm4e_action needed[] = {
    CRM4E_ACTION_VIEW,         CRM4E_ACTION_EDIT,  CRM4E_ACTION_DELETE,
    CRM4E_ACTION_CHANGE_OWNER, CRM4E_ACTION_SHARE,
};
static const size_t needed_count[CRM4E_LEVEL_FULL_ACCESS + 1] = {
    [CRM4E_LEVEL_READ_ONLY] = 1,
    [CRM4E_LEVEL_READ_WRITE] = 2,
    [CRM4E_LEVEL_FULL_ACCESS] = 5,
};

/* A share as it is stored. */
typedef struct stored_share {
    crm4e_id row;
    c4_share share;
} stored_share;

static int refuse(const c4_write *write, int code, const char *rule, const char *text)
{
    (void)c4_fail(write->unit->error, code, "%s", text);
    return c4_fail_field(write->unit->error, write->module->api_name, NULL, rule);
}

static int stored(const c4_write *write, int rc)
{
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

/* Takes the record for sharing; its lock does not matter. End it in any case. */
static int start(c4_write *write, c4_unit *unit, const char *module, crm4e_id id)
{
    int rc = c4_write_open(write, unit, module, CRM4E_ACTION_SHARE);

    write->past_lock = true;
    if (rc == CRM4E_OK) {
        rc = c4_write_take(write, id, 0);
    }
    if (rc == CRM4E_OK && (write->module->flags & C4_MODULE_CHILD) != 0) {
        rc = refuse(write, CRM4E_E_UNSUPPORTED, "module",
                    "notes and attachments are shared with the record they hang on");
    }
    return rc;
}

int c4_subject_check(c4_unit *unit, c4_subject_kind kind)
{
    if (c4_text_of(C4_NAMES_SUBJECT, kind) == NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, "kind", "subject",
                         "is none of user, role, role_and_subordinates and group");
    }
    return CRM4E_OK;
}

/* Nobody gives what he has not got on this record. */
static int check_level(c4_write *write, c4_level level)
{
    c4_unit *unit = write->unit;
    const crm4e_id id = write->before[C4_COLUMN_ID].integer;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < needed_count[level] && rc == CRM4E_OK; i++) {
        c4_scope scope;
        bool inside = false;
        rc = c4_access_module_number(unit, write->module->number, needed[i], &scope);
        if (rc == CRM4E_OK) {
            rc = c4_access_whole_row(&scope, write->before, &inside);
        }
        if (rc == CRM4E_OK) {
            rc = inside ? c4_access_authorise(&scope, NULL, id) : CRM4E_E_DENIED;
        }
    }
    return rc == CRM4E_E_DENIED
               ? refuse(write, rc, "level", "the level is more than this user has on the record")
               : rc;
}

/* Related records may be more than he sees himself: he opens none to himself.
 * To share with himself alone would keep what he is to lose with the record. */
static int check_own_reach(c4_write *write, const c4_share *share)
{
    const bool himself =
        share->subject.kind == CRM4E_SUBJECT_USER && share->subject.id == write->unit->actor->id;
    c4_reach *reach = NULL;
    int rc = CRM4E_OK;

    if (c4_actor_is_administrator(write->unit)) {
        return CRM4E_OK;
    }
    rc = c4_reach_of(write->unit, &reach);
    if (rc == CRM4E_OK && (himself || (share->related && c4_reach_is(reach, &share->subject)))) {
        rc = refuse(write, CRM4E_E_DENIED, "own_reach", "nobody shares with himself");
    }
    return rc;
}

static int check_share(c4_write *write, const c4_share *share)
{
    int rc = CRM4E_OK;

    if (share->related && write->module->kind == C4_MODULE_TEAM) {
        rc = refuse(write, CRM4E_E_INVALID, "related",
                    "related records are shared between org modules only");
    } else if (!c4_meta_subject_stays(write->unit->meta, &share->subject)) {
        rc = refuse(write, CRM4E_E_NOT_FOUND, "subject", "nobody to share with by this id");
    }
    if (rc == CRM4E_OK) {
        rc = check_level(write, share->level);
    }
    return rc == CRM4E_OK ? check_own_reach(write, share) : rc;
}

static const uint32_t columns[] = {
    0,           C4_SHARE_KIND, C4_SHARE_SUBJECT, C4_SHARE_LEVEL, C4_SHARE_RELATED,
    C4_SHARE_BY, C4_SHARE_TIME,
};

static stored_share share_of(const crm4e_value *row)
{
    return (stored_share){
        .row = row[0].integer,
        .share =
            {
                .subject = {(c4_subject_kind)row[1].integer, row[2].integer},
                .level = (c4_level)row[3].integer,
                .related = row[4].integer != 0,
                .by = row[5].integer,
                .time = row[6].integer,
            },
    };
}

/* All shares of a record, in the order they were given. */
static int read_shares(c4_unit *unit, crm4e_id record, stored_share **out, size_t *count)
{
    const crm4e_value key = c4_integer(record);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, C4_SHARE_RECORD, &key, 1);
    const crm4e_order order = {.column = 0};
    const crm4e_value *row = NULL;
    const c4_mem *mem = unit->arena->mem;
    void *items = NULL;
    size_t room = 0;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *count = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_SHARE]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = sizeof columns / sizeof columns[0];
    plan.order = &order;
    plan.order_count = 1;
    plan.index = C4_SHARE_BY_RECORD;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        rc = c4_grow(mem, &items, &room, *count + 1, sizeof **out);
        if (rc == CRM4E_OK) {
            ((stored_share *)items)[(*count)++] = share_of(row);
        }
    }
    c4_rows_close(rows);
    *out = rc == CRM4E_OK && *count > 0 ? c4_arena_copy(unit->arena, items, *count * sizeof **out)
                                        : NULL;
    if (rc == CRM4E_OK && *count > 0 && *out == NULL) {
        rc = CRM4E_E_NO_MEMORY;
    }
    c4_free(mem, items);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int remove_share(c4_unit *unit, const stored_share *share)
{
    int rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_SHARE], share->row);

    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* In an org that never shared anything there is nothing to look for. */
int c4_record_rest_shares(c4_unit *unit, crm4e_id record, bool resting)
{
    static const uint32_t column = C4_SHARE_RESTING;
    const crm4e_value value = c4_integer(resting);
    stored_share *shares = NULL;
    size_t count = 0;
    int rc = unit->state.shares > 0 ? read_shares(unit, record, &shares, &count) : CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_SHARE], shares[i].row, &column, &value, 1);
        rc = rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
    }
    if (rc == CRM4E_OK && count > 0) {
        c4_unit_shares_changed(unit);
    }
    return rc;
}

int c4_record_drop_shares(c4_unit *unit, crm4e_id record)
{
    stored_share *shares = NULL;
    size_t count = 0;
    int rc = read_shares(unit, record, &shares, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = remove_share(unit, &shares[i]);
    }
    if (rc == CRM4E_OK && count > 0) {
        c4_unit_shares_changed(unit);
    }
    return rc;
}

/* The share of a subject. Those whose subject is no more take nobody's place:
 * they go with the next change. */
static int find_share(c4_write *write, const c4_subject *subject, stored_share *found, size_t *live)
{
    c4_unit *unit = write->unit;
    stored_share *shares = NULL;
    size_t count = 0;
    int rc = read_shares(unit, write->before[C4_COLUMN_ID].integer, &shares, &count);

    *found = (stored_share){0};
    *live = 0;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_subject *other = &shares[i].share.subject;
        if (other->kind == subject->kind && other->id == subject->id) {
            *found = shares[i];
        }
        if (c4_meta_subject_stays(unit->meta, other)) {
            ++*live;
        } else if (found->row != shares[i].row) {
            rc = remove_share(unit, &shares[i]);
        }
    }
    return rc;
}

static int insert_share(c4_write *write, const c4_share *share)
{
    c4_unit *unit = write->unit;
    const crm4e_value row[C4_SHARE_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_SHARE_MODULE] = c4_integer(write->module->number),
        [C4_SHARE_RECORD] = write->before[C4_COLUMN_ID],
        [C4_SHARE_KIND] = c4_integer(share->subject.kind),
        [C4_SHARE_SUBJECT] = c4_integer(share->subject.id),
        [C4_SHARE_LEVEL] = c4_integer(share->level),
        [C4_SHARE_RELATED] = c4_integer(share->related),
        [C4_SHARE_RESTING] = c4_integer(0),
        [C4_SHARE_BY] = c4_integer(unit->actor->id),
        [C4_SHARE_TIME] = c4_integer(unit->now),
    };

    if (row[0].integer == 0) {
        return c4_fail(unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    return stored(write, c4_db_insert(unit->db, &c4_tables[C4_TABLE_SHARE], row));
}

static int update_share(c4_write *write, crm4e_id row, const c4_share *share)
{
    static const uint32_t changed[] = {C4_SHARE_LEVEL, C4_SHARE_RELATED, C4_SHARE_BY,
                                       C4_SHARE_TIME};
    const crm4e_value values[] = {c4_integer(share->level), c4_integer(share->related),
                                  c4_integer(write->unit->actor->id), c4_integer(write->unit->now)};

    return stored(write, c4_db_update(write->unit->db, &c4_tables[C4_TABLE_SHARE], row, changed,
                                      values, sizeof changed / sizeof changed[0]));
}

/* Whom, and how much, is for the audit log; the record's history says when and
 * by whom it was shared. */
static int write_down(c4_write *write, c4_record_action action, const c4_share *share)
{
    const crm4e_id id = write->before[C4_COLUMN_ID].integer;
    c4_unit *unit = write->unit;
    char detail[AUDIT_DETAIL];
    int rc;

    (void)snprintf(detail, sizeof detail, "%s: %s %lld %s%s", write->module->api_name,
                   c4_text_of(C4_NAMES_SUBJECT, share->subject.kind), (long long)share->subject.id,
                   c4_text_of(C4_NAMES_LEVEL, share->level), share->related ? " related" : "");
    rc = c4_audit(unit, action == C4_RECORD_SHARED ? "record_shared" : "record_unshared", id,
                  detail);
    if (rc == CRM4E_OK) {
        rc = c4_write_copy(write);
    }
    if (rc == CRM4E_OK) {
        write->after[C4_COLUMN_MODIFIED_TIME] = c4_integer(unit->now);
        rc = c4_write_history(write, action);
    }
    c4_unit_shares_changed(unit);
    return rc;
}

static int put_share(c4_write *write, const c4_share *share)
{
    stored_share found;
    size_t live = 0;
    int rc = find_share(write, &share->subject, &found, &live);

    if (rc != CRM4E_OK) {
        return rc;
    }
    if (found.row == 0 && live >= C4_SHARES_MAX) {
        rc = refuse(write, CRM4E_E_LIMIT, "shares", "the record is shared with as many as can be");
        (void)c4_fail_limit(write->unit->error, "shares_per_record", C4_SHARES_MAX, (int64_t)live);
        return rc;
    }
    if (found.row != 0 && found.share.level == share->level &&
        found.share.related == share->related) {
        return CRM4E_OK;
    }
    rc = found.row == 0 ? insert_share(write, share) : update_share(write, found.row, share);
    return rc == CRM4E_OK ? write_down(write, C4_RECORD_SHARED, share) : rc;
}

int c4_record_share(c4_unit *unit, const char *module, crm4e_id id, const c4_share *share)
{
    c4_write write;
    int rc = c4_subject_check(unit, share->subject.kind);

    if (rc == CRM4E_OK &&
        (share->level > CRM4E_LEVEL_FULL_ACCESS || needed_count[share->level] == 0)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "level", "level",
                       "is none of read_only, read_write and full_access");
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = start(&write, unit, module, id);
    if (rc == CRM4E_OK) {
        rc = check_share(&write, share);
    }
    if (rc == CRM4E_OK) {
        rc = put_share(&write, share);
    }
    c4_write_end(&write);
    return rc;
}

/* The share with its subject, and as much as the record has of it already. */
static int add_to(c4_unit *unit, const char *module, crm4e_id id, c4_share share)
{
    stored_share *there = NULL;
    size_t count = 0;
    bool has = false;
    int rc = read_shares(unit, id, &there, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_share *old = &there[i].share;
        if (old->subject.kind == share.subject.kind && old->subject.id == share.subject.id) {
            share.level = old->level > share.level ? old->level : share.level;
            share.related = old->related || share.related;
            has = old->level == share.level && old->related == share.related;
        }
    }
    return rc < 0 || has ? rc : c4_record_share(unit, module, id, &share);
}

/* What he could not give, and what there is no place for, is left out. */
int c4_record_inherit_shares(c4_unit *unit, const char *module, crm4e_id from, crm4e_id to)
{
    stored_share *shares = NULL;
    size_t count = 0;
    int rc = unit->state.shares > 0 ? read_shares(unit, from, &shares, &count) : CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = add_to(unit, module, to, shares[i].share);
        if (rc == CRM4E_E_DENIED || rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_LIMIT) {
            c4_failure_clear(unit->error);
            rc = CRM4E_OK;
        }
    }
    return rc;
}

int c4_record_opens_related(c4_unit *unit, crm4e_id record, bool *opens)
{
    stored_share *shares = NULL;
    c4_reach *reach = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    *opens = false;
    if (unit->state.shares == 0 || c4_actor_is_administrator(unit)) {
        return CRM4E_OK;
    }
    rc = read_shares(unit, record, &shares, &count);
    if (rc == CRM4E_OK) {
        rc = c4_reach_of(unit, &reach);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        *opens =
            *opens || (shares[i].share.related && c4_reach_is(reach, &shares[i].share.subject));
    }
    return rc;
}

int c4_record_unshare(c4_unit *unit, const char *module, crm4e_id id, c4_subject subject)
{
    c4_write write;
    stored_share found;
    size_t live = 0;
    int rc = c4_subject_check(unit, subject.kind);

    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = start(&write, unit, module, id);
    if (rc == CRM4E_OK) {
        rc = find_share(&write, &subject, &found, &live);
    }
    if (rc == CRM4E_OK && found.row == 0) {
        rc = refuse(&write, CRM4E_E_NOT_FOUND, "subject", "the record is not shared with it");
    }
    if (rc == CRM4E_OK) {
        rc = remove_share(unit, &found);
    }
    if (rc == CRM4E_OK) {
        rc = write_down(&write, C4_RECORD_UNSHARED, &found.share);
    }
    c4_write_end(&write);
    return rc;
}

static void put_id(c4_buffer *out, bool *first, const char *key, crm4e_id id)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, id);
}

static void put_entry(const c4_unit *unit, const c4_share *share, const char *name, c4_buffer *out)
{
    const c4_user *by = c4_meta_user(unit->meta, share->by);
    char time[C4_TIME_TEXT];
    bool first = true;

    c4_time_format(share->time, time);
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "subject", c4_text_of(C4_NAMES_SUBJECT, share->subject.kind));
    put_id(out, &first, "id", share->subject.id);
    c4_json_put_member(out, &first, "name", name);
    c4_json_put_member(out, &first, "level", c4_text_of(C4_NAMES_LEVEL, share->level));
    c4_json_put_key(out, &first, "related");
    c4_buffer_text(out, share->related ? "true" : "false");
    put_id(out, &first, "by", share->by);
    c4_json_put_member(out, &first, "by_name", by != NULL ? by->name : "");
    c4_json_put_member(out, &first, "time", time);
    c4_buffer_char(out, '}');
}

/* What storage says is looked at before it is believed. */
static bool is_whole(const c4_share *share)
{
    return c4_text_of(C4_NAMES_SUBJECT, share->subject.kind) != NULL &&
           c4_text_of(C4_NAMES_LEVEL, share->level) != NULL && share->time >= C4_TIME_MIN &&
           share->time <= C4_TIME_MAX;
}

int c4_record_shares(c4_unit *unit, const char *module, crm4e_id id, c4_buffer *out)
{
    c4_write write;
    stored_share *shares = NULL;
    size_t count = 0;
    bool between = false;
    int rc = start(&write, unit, module, id);

    if (rc == CRM4E_OK) {
        rc = read_shares(unit, id, &shares, &count);
    }
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_subject *with = &shares[i].share.subject;
        if (!is_whole(&shares[i].share)) {
            rc = c4_fail(unit->error, CRM4E_E_CORRUPT, "a share of the record is damaged");
        } else if (c4_meta_subject_stays(unit->meta, with)) {
            c4_buffer_text(out, between ? "," : "");
            put_entry(unit, &shares[i].share, c4_meta_subject_name(unit->meta, with), out);
            between = true;
        }
    }
    c4_buffer_char(out, ']');
    c4_write_end(&write);
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
