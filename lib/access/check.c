/* SPDX-License-Identifier: MIT */
/* One question to the gate, in the order of docs/access.md. */
#include "access/explain.h"
#include "access/inside.h"
#include "base/text.h"
#include "storage/storage.h"

#define BIT(action) (UINT32_C(1) << CRM4E_ACTION_##action)

/* What the lock of a record forbids. */
static const uint32_t locked_actions = BIT(EDIT) | BIT(DELETE) | BIT(IMPORT) | BIT(MASS_UPDATE) |
                                       BIT(MASS_DELETE) | BIT(CHANGE_OWNER) | BIT(CONVERT);
/* Of a field these need that it may be written. */
static const uint32_t writing_actions = BIT(CREATE) | BIT(EDIT) | BIT(IMPORT) | BIT(MASS_UPDATE);

static int no_such_record(c4_unit *unit)
{
    return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such record");
}

/* Visible but not open to the action is DENIED. */
static int refuse_record(const c4_scope *scope, crm4e_id record)
{
    c4_unit *unit = scope->unit;
    c4_scope view;
    bool visible = false;
    int rc = c4_access_module_number(unit, scope->module->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK) {
        rc = c4_access_stored_row(&view, record, &visible);
    }
    if (rc == CRM4E_OK && !visible) {
        rc = no_such_record(unit);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    (void)c4_fail(unit->error, CRM4E_E_DENIED, "this user may not %s this record of %s",
                  c4_text_of(C4_NAMES_ACTION, scope->action), scope->module->api_name);
    return c4_fail_field(unit->error, scope->module->api_name, NULL, "record_scope");
}

static int check_record(const c4_scope *scope, crm4e_id record)
{
    bool inside = false;
    int rc = c4_access_stored_row(scope, record, &inside);

    return rc == CRM4E_OK && !inside ? refuse_record(scope, record) : rc;
}

static int check_lock(const c4_scope *scope, crm4e_id record)
{
    static const uint32_t column = C4_COLUMN_LOCKED;
    c4_unit *unit = scope->unit;
    crm4e_value locked;
    int rc;

    if ((locked_actions >> scope->action & 1u) == 0) {
        return CRM4E_OK;
    }
    rc = c4_db_get(unit->db, &scope->module->table, record, &column, &locked, 1);
    if (rc == CRM4E_OK && locked.integer != 0) {
        (void)c4_fail(unit->error, CRM4E_E_LOCKED, "the record is locked");
        return c4_fail_field(unit->error, scope->module->api_name, NULL, "locked");
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int check_field(const c4_scope *scope, const char *name)
{
    const c4_field *field = NULL;
    int rc = c4_access_read_field(scope, name, &field);

    if (rc == CRM4E_OK && (writing_actions >> scope->action & 1u) != 0) {
        rc = c4_access_write_field(scope, field);
    }
    return rc;
}

/* What is created is no record yet. */
static int check_question(c4_unit *unit, const c4_question *q)
{
    if (c4_action_level(q->action) == 0) {
        return c4_fail(unit->error, CRM4E_E_INVALID, "there is no such action");
    }
    return q->action == CRM4E_ACTION_CREATE && q->record != 0
               ? c4_fail(unit->error, CRM4E_E_INVALID, "to create is about no record")
               : CRM4E_OK;
}

/* A message of the host's refusal says so. */
static c4_stage stage_of(const c4_unit *unit, c4_stage stage)
{
    return c4_text_equal(unit->error->rule, "authorise") ? C4_STAGE_HOST : stage;
}

static int check(c4_unit *unit, const c4_question *q, c4_stage *stage)
{
    c4_scope scope;
    int rc;

    *stage = C4_STAGE_QUESTION;
    rc = check_question(unit, q);
    if (rc == CRM4E_OK) {
        *stage = C4_STAGE_ACTOR;
        rc = c4_access_actor(unit);
    }
    if (rc == CRM4E_OK) {
        *stage = C4_STAGE_MODULE;
        rc = c4_access_module(unit, q->module, q->action, &scope);
    }
    if (rc == CRM4E_OK && q->record != 0) {
        *stage = C4_STAGE_RECORD;
        rc = check_record(&scope, q->record);
    }
    if (rc == CRM4E_OK && q->record != 0) {
        *stage = C4_STAGE_LOCK;
        rc = check_lock(&scope, q->record);
    }
    if (rc == CRM4E_OK && q->field != NULL) {
        *stage = C4_STAGE_FIELD;
        rc = check_field(&scope, q->field);
    }
    if (rc == CRM4E_OK && q->record != 0) {
        *stage = C4_STAGE_HOST;
        rc = c4_access_authorise(&scope, NULL, q->record);
    }
    return rc;
}

int c4_access_check(c4_unit *unit, const c4_question *question, c4_stage *stage)
{
    c4_stage at = C4_STAGE_END;
    int rc = check(unit, question, &at);

    if (stage != NULL) {
        *stage = rc == CRM4E_OK ? C4_STAGE_END : stage_of(unit, at);
    }
    return rc;
}
