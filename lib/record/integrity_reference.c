/* SPDX-License-Identifier: MIT */
/* What the rows of the library's own tables refer to. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "record/integrity_inside.h"

/* What a column must hold where it is not empty. */
typedef enum content {
    GIVEN_ID,
    USER,
    MODULE,
    PAST_TIME,
    JSON,
    POSITIVE,
    NOT_NEGATIVE,
    NOT_EMPTY,
    ZONE,
    ONE_TO_THREE,
    ONE_TO_FOUR
} content;

typedef struct reference {
    uint32_t table;
    uint32_t column;
    content holds;
} reference;

static const reference references[] = {
    {C4_TABLE_WORKFLOW, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_CHART, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_ROTATION, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_RUN, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_OUTBOX, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_BIN, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_AUDIT, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_MEMBER, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_SPACE_MEMBER, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_COUNTER, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_USER, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_GROUP, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_SHARING_RULE, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_GROUP, C4_GROUP_NAME, NOT_EMPTY},
    {C4_TABLE_SHARING_RULE, C4_SHARING_RULE_NAME, NOT_EMPTY},
    {C4_TABLE_ROLE, C4_ROLE_NAME, NOT_EMPTY},
    {C4_TABLE_PROFILE, C4_PROFILE_NAME, NOT_EMPTY},
    {C4_TABLE_SPACE, C4_SPACE_NAME, NOT_EMPTY},
    {C4_TABLE_USER, C4_USER_NAME, NOT_EMPTY},
    {C4_TABLE_WORKFLOW, C4_WORKFLOW_NAME, NOT_EMPTY},
    {C4_TABLE_CHART, C4_CHART_NAME, NOT_EMPTY},
    {C4_TABLE_OUTBOX, C4_OUTBOX_KIND, NOT_EMPTY},
    {C4_TABLE_OUTBOX, C4_OUTBOX_KEY, NOT_EMPTY},
    {C4_TABLE_AUDIT, C4_AUDIT_KIND, NOT_EMPTY},
    {C4_TABLE_USER, C4_USER_ZONE, ZONE},
    {C4_TABLE_OUTBOX, C4_OUTBOX_ATTEMPTS, NOT_NEGATIVE},
    {C4_TABLE_WORKFLOW, C4_WORKFLOW_MODULE, MODULE},
    {C4_TABLE_WORKFLOW, C4_WORKFLOW_AUTHOR, USER},
    {C4_TABLE_WORKFLOW, C4_WORKFLOW_DEFINITION, JSON},
    {C4_TABLE_ASSIGNMENT, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_ASSIGNMENT, C4_ASSIGNMENT_MODULE, MODULE},
    {C4_TABLE_ASSIGNMENT, C4_ASSIGNMENT_NAME, NOT_EMPTY},
    {C4_TABLE_ASSIGNMENT, C4_ASSIGNMENT_AUTHOR, USER},
    {C4_TABLE_ASSIGNMENT, C4_ASSIGNMENT_DEFINITION, JSON},
    {C4_TABLE_INTERACTION_KIND, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_INTERACTION_KIND, C4_INTERACTION_KIND_NAME, NOT_EMPTY},
    {C4_TABLE_INTERACTION, C4_INTERACTION_USER, USER},
    {C4_TABLE_INTERACTION, C4_INTERACTION_BY, USER},
    {C4_TABLE_INTERACTION, C4_INTERACTION_ADDED, PAST_TIME},
    {C4_TABLE_SEQUENCE, C4_SEQUENCE_MODULE, MODULE},
    {C4_TABLE_SEQUENCE, C4_SEQUENCE_NEXT, NOT_NEGATIVE},
    {C4_TABLE_VIEW, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_VIEW, C4_VIEW_MODULE, MODULE},
    {C4_TABLE_VIEW, C4_VIEW_NAME, NOT_EMPTY},
    {C4_TABLE_VIEW, C4_VIEW_OWNER, USER},
    {C4_TABLE_VIEW, C4_VIEW_SHARING, ONE_TO_THREE},
    {C4_TABLE_VIEW, C4_VIEW_DEFINITION, JSON},
    {C4_TABLE_CHART, C4_CHART_MODULE, MODULE},
    {C4_TABLE_CHART, C4_CHART_AUTHOR, USER},
    {C4_TABLE_CHART, C4_CHART_DEFINITION, JSON},
    {C4_TABLE_ROTATION, C4_ROTATION_LAST_USER, USER},
    {C4_TABLE_RUN, C4_RUN_MODULE, MODULE},
    {C4_TABLE_RUN, C4_RUN_RECORD, GIVEN_ID},
    {C4_TABLE_RUN, C4_RUN_VERSION, POSITIVE},
    {C4_TABLE_RUN, C4_RUN_TIME, PAST_TIME},
    {C4_TABLE_RUN, C4_RUN_CAUSE, NOT_NEGATIVE},
    {C4_TABLE_RUN, C4_RUN_PART, NOT_NEGATIVE},
    {C4_TABLE_OUTBOX, C4_OUTBOX_STATE, ONE_TO_FOUR},
    {C4_TABLE_OUTBOX, C4_OUTBOX_MODULE, MODULE},
    {C4_TABLE_OUTBOX, C4_OUTBOX_RECORD, GIVEN_ID},
    {C4_TABLE_OUTBOX, C4_OUTBOX_WORKFLOW, GIVEN_ID},
    {C4_TABLE_OUTBOX, C4_OUTBOX_RECIPIENT, USER},
    {C4_TABLE_OUTBOX, C4_OUTBOX_CREATED, PAST_TIME},
    {C4_TABLE_OUTBOX, C4_OUTBOX_PAYLOAD, JSON},
    {C4_TABLE_OUTBOX, C4_OUTBOX_LEASE, POSITIVE},
    {C4_TABLE_PENDING, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_PENDING, C4_PENDING_WORKFLOW, GIVEN_ID},
    {C4_TABLE_PENDING, C4_PENDING_MODULE, MODULE},
    {C4_TABLE_PENDING, C4_PENDING_RECORD, GIVEN_ID},
    {C4_TABLE_PENDING, C4_PENDING_PART, NOT_NEGATIVE},
    {C4_TABLE_HISTORY, C4_HISTORY_MODULE, MODULE},
    {C4_TABLE_HISTORY, C4_HISTORY_USER, USER},
    {C4_TABLE_HISTORY, C4_HISTORY_TIME, PAST_TIME},
    {C4_TABLE_BIN, C4_BIN_MODULE, MODULE},
    {C4_TABLE_BIN, C4_BIN_OWNER, USER},
    {C4_TABLE_BIN, C4_BIN_DELETED_BY, USER},
    {C4_TABLE_BIN, C4_BIN_DELETED_TIME, PAST_TIME},
    {C4_TABLE_SHARE, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_SHARE, C4_SHARE_MODULE, MODULE},
    {C4_TABLE_SHARE, C4_SHARE_KIND, ONE_TO_FOUR},
    {C4_TABLE_SHARE, C4_SHARE_SUBJECT, GIVEN_ID},
    {C4_TABLE_SHARE, C4_SHARE_LEVEL, ONE_TO_FOUR},
    {C4_TABLE_SHARE, C4_SHARE_BY, USER},
    {C4_TABLE_SHARE, C4_SHARE_TIME, PAST_TIME},
    {C4_TABLE_LINK, C4_COLUMN_ID, GIVEN_ID},
    {C4_TABLE_LINK, C4_LINK_TARGET, GIVEN_ID},
    {C4_TABLE_AUDIT, C4_AUDIT_USER, USER},
    {C4_TABLE_AUDIT, C4_AUDIT_TIME, PAST_TIME},
};

static bool is_json(c4_checking *c, const crm4e_value *value)
{
    c4_json_document document;
    int rc = c4_json_parse(&document, &c->unit->env->mem, value->data, value->length, C4_TEXT_MAX);

    if (rc == CRM4E_OK)
        c4_json_free(&document);
    if (rc == CRM4E_E_NO_MEMORY)
        c->rc = rc;
    return rc == CRM4E_OK || rc == CRM4E_E_NO_MEMORY;
}

static bool is_zone(c4_checking *c, const crm4e_value *value)
{
    const char *name = c4_arena_text(&c->row, value->data, value->length);

    if (name == NULL)
        c->rc = CRM4E_E_NO_MEMORY;
    return name == NULL || c4_zone_known(name);
}

static bool holds(c4_checking *c, content wanted, const crm4e_value *value)
{
    bool sound = true;

    switch (wanted) {
    case GIVEN_ID: sound = c4_check_id(c, value->integer); break;
    case USER: sound = c4_check_user(c, value); break;
    case MODULE:
        sound = value->integer > 0 && value->integer <= INT32_MAX &&
                c4_meta_module(c->unit->meta, (int32_t)value->integer) != NULL;
        break;
    case PAST_TIME: sound = c4_check_time(c, value); break;
    case JSON: sound = is_json(c, value); break;
    case NOT_NEGATIVE: sound = value->integer >= 0; break;
    case NOT_EMPTY: sound = value->length > 0; break;
    case ZONE: sound = is_zone(c, value); break;
    case POSITIVE: sound = value->integer > 0; break;
    case ONE_TO_THREE: sound = value->integer >= 1 && value->integer <= 3; break;
    case ONE_TO_FOUR: sound = value->integer >= 1 && value->integer <= 4; break;
    }
    return sound;
}

static void check_row(c4_checking *c, const void *about, const crm4e_value *row)
{
    const uint32_t *table = about;

    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        const reference *r = &references[i];
        const crm4e_value *value = &row[r->column];

        if (r->table == *table && value->type != CRM4E_VALUE_NULL && !holds(c, r->holds, value))
            c4_check_report(c, c4_tables[*table].name, row[0].integer,
                            c4_tables[*table].columns[r->column].name, "is out of range");
    }
}

/* People sign in by the folded form of their address, while they are there. */
static void check_address(c4_checking *c, const void *about, const crm4e_value *row)
{
    const crm4e_value *email = &row[C4_USER_EMAIL], *key = &row[C4_USER_EMAIL_KEY];
    bool agrees;

    (void)about;
    c4_buffer_reset(&c->fold);
    c4_text_fold(&c->fold, email->data, email->length);
    if (row[C4_USER_STATUS].integer == CRM4E_USER_DELETED)
        agrees = key->type == CRM4E_VALUE_NULL;
    else
        agrees = key->type == CRM4E_VALUE_TEXT && key->length == c->fold.length &&
                 memcmp(key->data, c4_buffer_c_str(&c->fold), key->length) == 0;
    if (!agrees)
        c4_check_report(c, "crm_user", row[0].integer, "email", "does not agree with its key");
}

/* What was changed, or taken out, does not go with the line behind it. */
static void check_audit(c4_checking *c, const void *about, const crm4e_value *row)
{
    const int64_t chain = row[C4_AUDIT_CHAIN].integer;

    (void)about;
    if (c4_audit_chain(c->audit_chain, row) != chain)
        c4_check_report(c, "audit", row[0].integer, "chain",
                        "does not follow from its line and the one before");
    c->audit_chain = chain;
}

static int check_audit_log(c4_checking *c)
{
    int rc = c4_check_table(c, &c4_tables[C4_TABLE_AUDIT], check_audit, NULL);

    if (rc == CRM4E_OK && c->audit_chain != c->unit->state.audit_chain)
        c4_check_report(c, "state", 1, "audit_chain",
                        "is not that of the last line of the audit log");
    return rc;
}

/* A share with somebody who is not there opens nothing, and keeps its place. */
static void check_share(c4_checking *c, const void *about, const crm4e_value *row)
{
    const c4_meta *meta = c->unit->meta;
    const int64_t kind = row[C4_SHARE_KIND].integer;
    const c4_subject subject = {(c4_subject_kind)kind, row[C4_SHARE_SUBJECT].integer};

    (void)about;
    if (kind < CRM4E_SUBJECT_USER || kind > CRM4E_SUBJECT_GROUP ||
        c4_meta_subject_name(meta, &subject) == NULL)
        c4_check_report(c, c4_tables[C4_TABLE_SHARE].name, row[0].integer, "subject",
                        "is nobody there is");
}

int c4_check_references(c4_checking *c)
{
    static const uint32_t tables[] = {C4_TABLE_COUNTER,
                                      C4_TABLE_ROLE,
                                      C4_TABLE_PROFILE,
                                      C4_TABLE_USER,
                                      C4_TABLE_MEMBER,
                                      C4_TABLE_SPACE,
                                      C4_TABLE_SPACE_MEMBER,
                                      C4_TABLE_WORKFLOW,
                                      C4_TABLE_ROTATION,
                                      C4_TABLE_RUN,
                                      C4_TABLE_CHART,
                                      C4_TABLE_OUTBOX,
                                      C4_TABLE_HISTORY,
                                      C4_TABLE_BIN,
                                      C4_TABLE_AUDIT,
                                      C4_TABLE_GROUP,
                                      C4_TABLE_SHARING_RULE,
                                      C4_TABLE_SHARE,
                                      C4_TABLE_ASSIGNMENT,
                                      C4_TABLE_SEQUENCE,
                                      C4_TABLE_VIEW,
                                      C4_TABLE_LINK,
                                      C4_TABLE_INTERACTION_KIND,
                                      C4_TABLE_INTERACTION,
                                      C4_TABLE_PENDING};
    int rc = c4_check_table(c, &c4_tables[C4_TABLE_USER], check_address, NULL);

    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_SHARE], check_share, NULL);
    if (rc == CRM4E_OK)
        rc = check_audit_log(c);

    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && rc == CRM4E_OK; i++)
        rc = c4_check_table(c, &c4_tables[tables[i]], check_row, &tables[i]);
    return rc;
}
