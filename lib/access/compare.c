/* SPDX-License-Identifier: MIT */
#include "access/compare.h"

#include <string.h>

#include "access/inside.h"
#include "base/json.h"
#include "base/sure.h"
#include "storage/storage.h"

/* One user in both snapshots; without a user there he may do nothing. */
typedef struct comparing {
    c4_other before;
    c4_other after;
    const c4_user *user;
    const c4_module *module;     /* after */
    const c4_module *old_module; /* before */
    c4_buffer *out;
    size_t count;
} comparing;

/* What is counted: a record may be viewed, edited, deleted, shared. */
static const crm4e_action counted[] = {CRM4E_ACTION_VIEW, CRM4E_ACTION_EDIT, CRM4E_ACTION_DELETE,
                                       CRM4E_ACTION_SHARE};

static void put_member(c4_buffer *out, const char *key, const char *text)
{
    c4_buffer_text(out, key);
    c4_json_put_text(out, text, strlen(text));
}

static void open_entry(comparing *c)
{
    c4_buffer_text(c->out, c->count++ > 0 ? ",{" : "{");
    put_member(c->out, "\"user\":", c->user->email);
    put_member(c->out, ",\"module\":", c->module->api_name);
}

static void put_actions(c4_buffer *out, const char *key, uint32_t actions)
{
    const char *comma = "";

    c4_buffer_text(out, key);
    for (crm4e_action action = CRM4E_ACTION_VIEW; c4_action_level(action) != 0; action++) {
        if ((actions >> action & 1u) != 0) {
            put_member(out, comma, c4_text_of(C4_NAMES_ACTION, action));
            comma = ",";
        }
    }
    c4_buffer_char(out, ']');
}

static void compare_fields(comparing *c)
{
    c4_scope before = {.unit = &c->before.unit, .module = c->old_module};
    c4_scope after = {.unit = &c->after.unit, .module = c->module};

    c4_part_walk walk = {0};
    const c4_field *field;

    while ((field = c4_module_next_part(c->module, &walk)) != NULL) {
        c4_permission was =
            c4_access_field_permission(&before, c4_module_part(c->old_module, field->number));
        c4_permission is = c4_access_field_permission(&after, field);
        if (was != is) {
            open_entry(c);
            put_member(c->out, ",\"field\":", field->api_name);
            put_member(c->out, ",\"before\":", c4_text_of(C4_NAMES_PERMISSION, was));
            put_member(c->out, ",\"after\":", c4_text_of(C4_NAMES_PERMISSION, is));
            c4_buffer_char(c->out, '}');
        }
    }
}

/* The rows of an action in one snapshot; `none` where it is not his at all. */
static int rows_of(c4_other *other, const c4_module *module, crm4e_action action,
                   const crm4e_predicate **rows)
{
    static const crm4e_predicate none = {.op = CRM4E_OP_FALSE};
    c4_scope scope;
    int rc = CRM4E_E_NOT_FOUND;

    *rows = &none;
    if (other->unit.actor != NULL && c4_user_works(other->unit.actor)) {
        rc = c4_scope_open(&other->unit, module, action, &scope);
    }
    if (rc == CRM4E_OK) {
        *rows = scope.everything ? NULL : scope.where;
    }
    return rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED ? CRM4E_OK : rc;
}

/* Rows that match both; NULL matches all. */
static int count_rows(comparing *c, const crm4e_predicate *a, const crm4e_predicate *b,
                      int64_t *count)
{
    crm4e_predicate nodes[3];
    crm4e_plan plan;
    size_t used = 1;

    c4_plan_init(&plan, &c->module->table);
    if (a != NULL) {
        nodes[used++] = *a;
    }
    if (b != NULL) {
        nodes[used++] = *b;
    }
    nodes[0] = c4_where_all(&nodes[1], used - 1);
    plan.where = &nodes[0];
    return c4_rows_count(c->after.unit.db, &plan, count);
}

static int compare_records(comparing *c, crm4e_action action)
{
    const crm4e_predicate *was = NULL;
    const crm4e_predicate *is = NULL;
    int64_t before = 0;
    int64_t after = 0;
    int64_t both = 0;
    int rc = rows_of(&c->before, c->old_module, action, &was);

    if (rc == CRM4E_OK) {
        rc = rows_of(&c->after, c->module, action, &is);
    }
    if (rc != CRM4E_OK || c4_predicate_equal(was, is)) {
        return rc;
    }
    rc = count_rows(c, was, NULL, &before);
    if (rc == CRM4E_OK) {
        rc = count_rows(c, is, NULL, &after);
    }
    if (rc == CRM4E_OK) {
        rc = count_rows(c, was, is, &both);
    }
    if (rc == CRM4E_OK && (before != both || after != both)) {
        open_entry(c);
        put_member(c->out, ",\"action\":", c4_text_of(C4_NAMES_ACTION, action));
        c4_buffer_text(c->out, ",\"records_gained\":");
        c4_buffer_i64(c->out, after - both);
        c4_buffer_text(c->out, ",\"records_lost\":");
        c4_buffer_i64(c->out, before - both);
        c4_buffer_char(c->out, '}');
    }
    return rc;
}

static int compare_module(comparing *c)
{
    uint32_t was = 0;
    uint32_t is = 0;
    int rc = c4_other_actions(&c->before, c->old_module, &was);

    if (rc == CRM4E_OK) {
        rc = c4_other_actions(&c->after, c->module, &is);
    }
    if (rc == CRM4E_OK && was != is) {
        open_entry(c);
        put_actions(c->out, ",\"actions_gained\":[", is & ~was);
        put_actions(c->out, ",\"actions_lost\":[", was & ~is);
        c4_buffer_char(c->out, '}');
    }
    if (rc == CRM4E_OK && was != 0 && is != 0) {
        compare_fields(c);
    }
    for (size_t i = 0; i < sizeof counted / sizeof counted[0] && rc == CRM4E_OK; i++) {
        rc = compare_records(c, counted[i]);
    }
    return rc;
}

/* Rows are counted in today's tables: their columns must be those of before. */
static bool same_shape(const c4_meta *a, const c4_meta *b)
{
    bool same = a->module_count == b->module_count;

    for (size_t i = 0; i < a->module_count && same; i++) {
        const c4_module *x = a->modules[i];
        const c4_module *y = b->modules[i];
        /* a document takes nothing away, so equal counts are the same things */
        same = C4_ALWAYS(x->number == y->number) && x->field_count == y->field_count;
        for (size_t j = 0; j < x->field_count && same; j++) {
            same = C4_ALWAYS(x->fields[j].number == y->fields[j].number &&
                             x->fields[j].column == y->fields[j].column);
        }
    }
    return same;
}

static int compare_user(c4_unit *unit, c4_meta *before, const c4_user *user, comparing *c)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;

    c->user = user;
    c4_other_start(&c->before, unit, before, c4_meta_user(before, user->id));
    c4_other_start(&c->after, unit, unit->meta, user);
    for (size_t i = 0; i < meta->module_count && rc == CRM4E_OK; i++) {
        c->module = meta->modules[i];
        c->old_module = before->modules[i];
        rc = compare_module(c);
    }
    c4_other_end(&c->before);
    c4_other_end(&c->after);
    return rc;
}

int c4_access_ask_compare(c4_unit *unit)
{
    return C4_REFUSES(ASK_WHAT_IF, !c4_actor_is_administrator(unit))
               ? c4_fail(unit->error, CRM4E_E_DENIED, "only a system administrator asks what if")
               : CRM4E_OK;
}

int c4_access_compare(c4_unit *unit, c4_meta *before, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    comparing c = {.out = out};
    int rc = CRM4E_OK;

    if (!same_shape(meta, before)) {
        return c4_fail(unit->error, CRM4E_E_UNSUPPORTED,
                       "the document adds or removes modules or fields");
    }
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < meta->user_count && rc == CRM4E_OK; i++) {
        rc = compare_user(unit, before, &meta->users[i], &c);
    }
    c4_buffer_char(out, ']');
    return rc == CRM4E_OK ? out->code : c4_fail_plain(unit->error, rc);
}
