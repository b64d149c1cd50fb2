/* SPDX-License-Identifier: MIT */
#include "insight/audit.h"

#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "model/gates.h"
#include "model/manage_rules.h"
#include "model/schema.h"
#include "storage/storage.h"

static const uint32_t columns[] = {
    0, C4_AUDIT_USER, C4_AUDIT_TIME, C4_AUDIT_KIND, C4_AUDIT_OBJECT, C4_AUDIT_DETAIL,
};
enum {
    AT_ID,
    AT_USER,
    AT_TIME,
    AT_KIND,
    AT_OBJECT,
    AT_DETAIL,
    COLUMN_COUNT,
    MOST_PARTS = 5
};

/* The parts of a predicate, and what they compare with. */
typedef struct narrowing {
    crm4e_value values[MOST_PARTS];
    crm4e_predicate parts[MOST_PARTS];
    size_t count;
} narrowing;

static void narrow(narrowing *n, crm4e_operator op, uint32_t column, crm4e_value value)
{
    n->values[n->count] = value;
    n->parts[n->count] = c4_where(op, column, &n->values[n->count], 1);
    n->count++;
}

static int check_actor(c4_unit *unit)
{
    int rc = c4_access_actor(unit);

    if (rc == CRM4E_OK && C4_REFUSES(AUDIT_LOG, !c4_actor_is_administrator(unit))) {
        rc = c4_refuse_denied(unit, "system_administrator",
                              "the audit log is for system administrators");
    }
    return rc;
}

static int read_request(c4_unit *unit, const c4_audit_request *request, narrowing *n)
{
    if (request->user != 0 && c4_meta_user(unit->meta, request->user) == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "user", "does not exist");
    }
    if (request->kind != NULL) {
        narrow(n, CRM4E_OP_EQ, C4_AUDIT_KIND,
               c4_text_value(request->kind, c4_text_within(request->kind, C4_NAME_MAX)));
    }
    if (request->user != 0) {
        narrow(n, CRM4E_OP_EQ, C4_AUDIT_USER, c4_integer(request->user));
    }
    if (request->from != 0) {
        narrow(n, CRM4E_OP_GE, C4_AUDIT_TIME, c4_integer(request->from));
    }
    if (request->until != 0) {
        narrow(n, CRM4E_OP_LT, C4_AUDIT_TIME, c4_integer(request->until));
    }
    if (request->before != 0) {
        narrow(n, CRM4E_OP_LT, 0, c4_integer(request->before));
    }
    return CRM4E_OK;
}

static void put_text(c4_buffer *out, bool *first, const char *key, const crm4e_value *value)
{
    c4_json_put_key(out, first, key);
    if (value->type == CRM4E_VALUE_NULL) {
        c4_buffer_text(out, "null");
    } else {
        c4_json_put_text(out, value->data, value->length);
    }
}

static void put_line(const c4_unit *unit, const crm4e_value *row, c4_buffer *out)
{
    const c4_user *user = c4_meta_user(unit->meta, row[AT_USER].integer);
    const crm4e_value email =
        row[AT_USER].type != CRM4E_VALUE_NULL && user != NULL ? c4_c_text(user->email) : c4_null();
    char text[C4_TIME_TEXT];
    crm4e_value time;
    bool first = true;

    c4_time_format(row[AT_TIME].integer, text);
    time = c4_c_text(text);
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, row[AT_ID].integer);
    put_text(out, &first, "time", &time);
    put_text(out, &first, "user", &email);
    put_text(out, &first, "kind", &row[AT_KIND]);
    c4_json_put_key(out, &first, "object");
    c4_buffer_i64(out, row[AT_OBJECT].integer);
    put_text(out, &first, "detail", &row[AT_DETAIL]);
    c4_buffer_char(out, '}');
}

static int put_lines(c4_unit *unit, const crm4e_plan *plan, c4_buffer *out)
{
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    size_t count = 0;
    int rc = c4_rows_open(&rows, unit->db, plan);

    c4_buffer_char(out, '[');
    while (rc >= 0 && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        c4_buffer_text(out, count++ > 0 ? "," : "");
        put_line(unit, row, out);
    }
    c4_buffer_char(out, ']');
    c4_rows_close(rows);
    rc = rc < 0 ? rc : out->code;
    return rc < 0 ? c4_fail_plain(unit->error, rc) : CRM4E_OK;
}

int c4_audit_to_json(c4_unit *unit, const c4_audit_request *request, c4_buffer *out)
{
    static const crm4e_order newest[] = {{0, 0, 1}};
    narrowing n = {.count = 0};
    crm4e_predicate where;
    crm4e_plan plan;
    int rc = check_actor(unit);

    if (rc == CRM4E_OK) {
        rc = read_request(unit, request, &n);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    where = c4_where_all(n.parts, n.count);
    c4_plan_init(&plan, &c4_tables[C4_TABLE_AUDIT]);
    plan.where = n.count > 0 ? &where : NULL;
    plan.columns = columns;
    plan.column_count = COLUMN_COUNT;
    plan.order = newest;
    plan.order_count = 1;
    plan.limit = request->limit;
    return put_lines(unit, &plan, out);
}
