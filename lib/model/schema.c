/* SPDX-License-Identifier: MIT */
#include "model/schema.h"

/* What may be NULL is OPTIONAL_. */
#define TEXT             CRM4E_COLUMN_TEXT, CRM4E_COLUMN_REQUIRED
#define INTEGER          CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED
#define BOOLEAN          CRM4E_COLUMN_BOOLEAN, CRM4E_COLUMN_REQUIRED
#define TIME             CRM4E_COLUMN_TIME, CRM4E_COLUMN_REQUIRED
#define DECIMAL          CRM4E_COLUMN_DECIMAL, CRM4E_COLUMN_REQUIRED
#define DATE             CRM4E_COLUMN_DATE, CRM4E_COLUMN_REQUIRED
#define BLOB             CRM4E_COLUMN_BLOB, CRM4E_COLUMN_REQUIRED
#define OPTIONAL_TEXT    CRM4E_COLUMN_TEXT, 0
#define OPTIONAL_INTEGER CRM4E_COLUMN_INTEGER, 0
#define OPTIONAL_BOOLEAN CRM4E_COLUMN_BOOLEAN, 0
#define OPTIONAL_TIME    CRM4E_COLUMN_TIME, 0

static const crm4e_column org_columns[C4_ORG_COLUMNS] = {
    {"id", INTEGER},
    [C4_ORG_NAME] = {"name", TEXT},
    [C4_ORG_EDITION] = {"edition", INTEGER},
    [C4_ORG_CRM_LICENCES] = {"crm_licences", INTEGER},
    [C4_ORG_TEAM_LICENCES] = {"team_licences", INTEGER},
    [C4_ORG_LOCALE] = {"locale", TEXT},
    [C4_ORG_ZONE] = {"zone", TEXT},
    [C4_ORG_CURRENCY] = {"currency", TEXT},
    [C4_ORG_FISCAL_MONTH] = {"fiscal_month", INTEGER},
    [C4_ORG_UI_MODE] = {"ui_mode", INTEGER},
    [C4_ORG_CRM4E] = {"crm4e", BOOLEAN},
    [C4_ORG_HIERARCHY] = {"hierarchy", INTEGER},
    [C4_ORG_TRIAL_UNTIL] = {"trial_until", OPTIONAL_TIME},
    [C4_ORG_KEY] = {"token_key", BLOB},
    [C4_ORG_TRIAL_EDITION] = {"trial_edition", OPTIONAL_INTEGER},
    [C4_ORG_HISTORY_DAYS] = {"history_days", OPTIONAL_INTEGER},
    [C4_ORG_MULTI_CURRENCY] = {"multi_currency", OPTIONAL_BOOLEAN},
};

static const crm4e_column state_columns[C4_STATE_COLUMNS] = {
    {"id", INTEGER},
    [C4_STATE_GENERATION] = {"generation", INTEGER},
    [C4_STATE_NEXT_ID] = {"next_id", INTEGER},
    [C4_STATE_NEXT_CHANGE] = {"next_change", INTEGER},
    [C4_STATE_NEXT_MODULE] = {"next_module", INTEGER},
    [C4_STATE_NEXT_FIELD] = {"next_field", INTEGER},
    [C4_STATE_CLOCK] = {"clock", TIME},
    [C4_STATE_SHARES] = {"shares", INTEGER},
    [C4_STATE_UNMERGED] = {"unmerged", INTEGER},
    [C4_STATE_HISTORY_FROM] = {"history_from", TIME},
    [C4_STATE_HISTORY_SEEN] = {"history_seen", INTEGER},
    [C4_STATE_HISTORY_CUT] = {"history_cut", INTEGER},
    [C4_STATE_COLUMNS_MARK] = {"columns_mark", INTEGER},
    [C4_STATE_AUDIT_CHAIN] = {"audit_chain", INTEGER},
};

static const crm4e_column counter_columns[C4_COUNTER_COLUMNS] = {
    {"id", INTEGER},
    [C4_COUNTER_LIMIT] = {"limit_number", INTEGER},
    [C4_COUNTER_SCOPE] = {"scope", INTEGER},
    [C4_COUNTER_USED] = {"used", INTEGER},
};
static const uint32_t counter_scope_key[] = {C4_COUNTER_LIMIT, C4_COUNTER_SCOPE};
static const crm4e_index counter_indexes[] = {
    {"counter_scope", counter_scope_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column role_columns[C4_ROLE_COLUMNS] = {
    {"id", INTEGER},
    [C4_ROLE_NAME] = {"name", TEXT},
    [C4_ROLE_PARENT] = {"parent", OPTIONAL_INTEGER},
    [C4_ROLE_SHARE_WITH_PEERS] = {"share_with_peers", BOOLEAN},
};

static const crm4e_column profile_columns[C4_PROFILE_COLUMNS] = {
    {"id", INTEGER},
    [C4_PROFILE_NAME] = {"name", TEXT},
    [C4_PROFILE_KIND] = {"kind", INTEGER},
    [C4_PROFILE_DEFINITION] = {"definition", OPTIONAL_TEXT},
};

static const crm4e_column user_columns[C4_USER_COLUMNS] = {
    {"id", INTEGER},
    [C4_USER_NAME] = {"name", TEXT},
    [C4_USER_EMAIL] = {"email", TEXT},
    [C4_USER_EMAIL_KEY] = {"email_key", OPTIONAL_TEXT},
    [C4_USER_ROLE] = {"role", INTEGER},
    [C4_USER_PROFILE] = {"profile", INTEGER},
    [C4_USER_LICENCE] = {"licence", INTEGER},
    [C4_USER_STATUS] = {"status", INTEGER},
    [C4_USER_LOCALE] = {"locale", TEXT},
    [C4_USER_ZONE] = {"zone", TEXT},
    [C4_USER_REPORTING_TO] = {"reporting_to", OPTIONAL_INTEGER},
    [C4_USER_UI_MODE] = {"ui_mode", INTEGER},
};
static const uint32_t crm_user_email_key[] = {C4_USER_EMAIL_KEY};
static const crm4e_index user_indexes[] = {
    {"crm_user_email", crm_user_email_key, 1, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column presence_columns[C4_PRESENCE_COLUMNS] = {
    {"id", INTEGER},
    [C4_PRESENCE_UNTIL] = {"online_until", TIME},
};

static const crm4e_column module_columns[C4_MODULE_COLUMNS] = {
    {"id", INTEGER},
    [C4_MODULE_API_NAME] = {"api_name", TEXT},
    [C4_MODULE_KIND] = {"kind", INTEGER},
    [C4_MODULE_FLAGS] = {"flags", INTEGER},
    [C4_MODULE_ORG_DEFAULT] = {"org_default", OPTIONAL_INTEGER},
    [C4_MODULE_CREATOR] = {"creator", OPTIONAL_INTEGER},
    [C4_MODULE_DEFINITION] = {"definition", OPTIONAL_TEXT},
};

static const crm4e_column field_columns[C4_FIELD_COLUMNS] = {
    {"id", INTEGER},
    [C4_FIELD_MODULE] = {"module", INTEGER},
    [C4_FIELD_API_NAME] = {"api_name", TEXT},
    [C4_FIELD_TYPE] = {"type", INTEGER},
    [C4_FIELD_REMOVED] = {"removed", BOOLEAN},
    [C4_FIELD_DEFINITION] = {"definition", OPTIONAL_TEXT},
};

static const crm4e_column member_columns[C4_MEMBER_COLUMNS] = {
    {"id", INTEGER},
    [C4_MEMBER_MODULE] = {"module", INTEGER},
    [C4_MEMBER_USER] = {"user_id", INTEGER},
    [C4_MEMBER_PROFILE] = {"team_profile", INTEGER},
};
static const uint32_t member_user_key[] = {C4_MEMBER_MODULE, C4_MEMBER_USER};
static const crm4e_index member_indexes[] = {
    {"member_user", member_user_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column space_columns[C4_SPACE_COLUMNS] = {
    {"id", INTEGER},
    [C4_SPACE_NAME] = {"name", TEXT},
    [C4_SPACE_DEFINITION] = {"definition", OPTIONAL_TEXT},
};

static const crm4e_column space_member_columns[C4_SPACE_MEMBER_COLUMNS] = {
    {"id", INTEGER},
    [C4_SPACE_MEMBER_SPACE] = {"space", INTEGER},
    [C4_SPACE_MEMBER_USER] = {"user_id", INTEGER},
    [C4_SPACE_MEMBER_ADMIN] = {"admin", BOOLEAN},
};
static const uint32_t space_member_user_key[] = {C4_SPACE_MEMBER_SPACE, C4_SPACE_MEMBER_USER};
static const crm4e_index space_member_indexes[] = {
    {"space_member_user", space_member_user_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column workflow_columns[C4_WORKFLOW_COLUMNS] = {
    {"id", INTEGER},
    [C4_WORKFLOW_MODULE] = {"module", INTEGER},
    [C4_WORKFLOW_NAME] = {"name", TEXT},
    [C4_WORKFLOW_ACTIVE] = {"active", BOOLEAN},
    [C4_WORKFLOW_POSITION] = {"position", INTEGER},
    [C4_WORKFLOW_AUTHOR] = {"author", INTEGER},
    [C4_WORKFLOW_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column rotation_columns[C4_ROTATION_COLUMNS] = {
    {"id", INTEGER},
    [C4_ROTATION_OWNER] = {"owner", INTEGER},
    [C4_ROTATION_ACTION] = {"action_number", INTEGER},
    [C4_ROTATION_LAST_USER] = {"last_user", OPTIONAL_INTEGER},
};
static const uint32_t rotation_owner_key[] = {C4_ROTATION_OWNER, C4_ROTATION_ACTION};
static const crm4e_index rotation_indexes[] = {
    {"rotation_owner", rotation_owner_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column run_columns[C4_RUN_COLUMNS] = {
    {"id", INTEGER},
    [C4_RUN_MODULE] = {"module", INTEGER},
    [C4_RUN_RECORD] = {"record", OPTIONAL_INTEGER},
    [C4_RUN_VERSION] = {"version", OPTIONAL_INTEGER},
    [C4_RUN_TIME] = {"run_time", TIME},
    [C4_RUN_CAUSE] = {"cause", INTEGER},
    [C4_RUN_PART] = {"part", INTEGER},
    [C4_RUN_OUTCOMES] = {"outcomes", BLOB},
};
/* Rules run once for each version of a record, and for each thing that is added to it. */
static const uint32_t run_once_key[] = {C4_RUN_RECORD, C4_RUN_VERSION, C4_RUN_CAUSE, C4_RUN_PART};
static const crm4e_index run_indexes[] = {
    [C4_RUN_ONCE] = {"run_once", run_once_key, 4, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column run_index_columns[C4_RUN_INDEX_COLUMNS] = {
    {"id", INTEGER},
    [C4_RUN_INDEX_OUTCOMES] = {"outcomes", BLOB},
};

static const crm4e_column chart_columns[C4_CHART_COLUMNS] = {
    {"id", INTEGER},
    [C4_CHART_MODULE] = {"module", INTEGER},
    [C4_CHART_NAME] = {"name", TEXT},
    [C4_CHART_AUTHOR] = {"author", INTEGER},
    [C4_CHART_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column outbox_columns[C4_OUTBOX_COLUMNS] = {
    {"id", INTEGER},
    [C4_OUTBOX_KIND] = {"kind", TEXT},
    [C4_OUTBOX_STATE] = {"state", INTEGER},
    [C4_OUTBOX_DUE] = {"due", TIME},
    [C4_OUTBOX_ATTEMPTS] = {"attempts", INTEGER},
    [C4_OUTBOX_MODULE] = {"module", OPTIONAL_INTEGER},
    [C4_OUTBOX_RECORD] = {"record", OPTIONAL_INTEGER},
    [C4_OUTBOX_WORKFLOW] = {"workflow", OPTIONAL_INTEGER},
    [C4_OUTBOX_RECIPIENT] = {"recipient", OPTIONAL_INTEGER},
    [C4_OUTBOX_CREATED] = {"created", TIME},
    [C4_OUTBOX_KEY] = {"idempotency_key", TEXT},
    [C4_OUTBOX_PAYLOAD] = {"payload", TEXT},
    [C4_OUTBOX_LEASE] = {"lease", OPTIONAL_INTEGER},
    [C4_OUTBOX_REASON] = {"reason", OPTIONAL_TEXT},
};
static const uint32_t outbox_due_key[] = {C4_OUTBOX_STATE, C4_OUTBOX_DUE};
static const uint32_t outbox_record_key[] = {C4_OUTBOX_RECORD, C4_OUTBOX_STATE};
static const uint32_t outbox_key_key[] = {C4_OUTBOX_KEY};
static const crm4e_index outbox_indexes[] = {
    [C4_OUTBOX_BY_DUE] = {"outbox_due", outbox_due_key, 2, 0},
    [C4_OUTBOX_BY_RECORD] = {"outbox_record", outbox_record_key, 2, 0},
    [C4_OUTBOX_BY_KEY] = {"outbox_key", outbox_key_key, 1, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column history_columns[C4_HISTORY_COLUMNS] = {
    {"id", INTEGER},
    [C4_HISTORY_MODULE] = {"module", INTEGER},
    [C4_HISTORY_RECORD] = {"record", INTEGER},
    [C4_HISTORY_USER] = {"user_id", INTEGER},
    [C4_HISTORY_TIME] = {"change_time", TIME},
    [C4_HISTORY_ACTION] = {"action", INTEGER},
    [C4_HISTORY_SOURCE] = {"source", INTEGER},
    [C4_HISTORY_VERSION] = {"version", INTEGER},
    [C4_HISTORY_CHANGES] = {"changes", OPTIONAL_TEXT},
};
static const uint32_t history_record_key[] = {C4_HISTORY_RECORD, 0};
static const crm4e_index history_indexes[] = {
    [C4_HISTORY_BY_RECORD] = {"history_record", history_record_key, 2, 0},
};

static const crm4e_column bin_columns[C4_BIN_COLUMNS] = {
    {"id", INTEGER},
    [C4_BIN_MODULE] = {"module", INTEGER},
    [C4_BIN_OWNER] = {"owner", INTEGER},
    [C4_BIN_NAME] = {"name", OPTIONAL_TEXT},
    [C4_BIN_DELETED_BY] = {"deleted_by", INTEGER},
    [C4_BIN_DELETED_TIME] = {"deleted_time", TIME},
    [C4_BIN_ROW] = {"record_row", BLOB},
};
static const uint32_t bin_module_key[] = {C4_BIN_MODULE, C4_BIN_DELETED_TIME, 0};
static const uint32_t bin_time_key[] = {C4_BIN_DELETED_TIME, 0};
static const crm4e_index bin_indexes[] = {
    [C4_BIN_BY_MODULE] = {"bin_module", bin_module_key, 3, 0},
    [C4_BIN_BY_TIME] = {"bin_time", bin_time_key, 2, 0},
};

static const crm4e_column audit_columns[C4_AUDIT_COLUMNS] = {
    {"id", INTEGER},
    [C4_AUDIT_USER] = {"user_id", OPTIONAL_INTEGER},
    [C4_AUDIT_TIME] = {"change_time", TIME},
    [C4_AUDIT_KIND] = {"kind", TEXT},
    [C4_AUDIT_OBJECT] = {"object", INTEGER},
    [C4_AUDIT_DETAIL] = {"detail", OPTIONAL_TEXT},
    [C4_AUDIT_CHAIN] = {"chain", INTEGER},
};

static const crm4e_column appointment_columns[C4_APPOINTMENT_COLUMNS] = {
    {"id", INTEGER},
    [C4_APPOINTMENT_MODULE] = {"module", INTEGER},
    [C4_APPOINTMENT_USER] = {"user_id", INTEGER},
    [C4_APPOINTMENT_ADMIN] = {"admin", BOOLEAN},
};
static const uint32_t appointment_user_key[] = {C4_APPOINTMENT_MODULE, C4_APPOINTMENT_USER};
static const crm4e_index appointment_indexes[] = {
    {"appointment_user", appointment_user_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column group_columns[C4_GROUP_COLUMNS] = {
    {"id", INTEGER},
    [C4_GROUP_NAME] = {"name", TEXT},
    [C4_GROUP_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column sharing_rule_columns[C4_SHARING_RULE_COLUMNS] = {
    {"id", INTEGER},
    [C4_SHARING_RULE_MODULE] = {"module", INTEGER},
    [C4_SHARING_RULE_NAME] = {"name", TEXT},
    [C4_SHARING_RULE_ACTIVE] = {"active", BOOLEAN},
    [C4_SHARING_RULE_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column share_columns[C4_SHARE_COLUMNS] = {
    {"id", INTEGER},
    [C4_SHARE_MODULE] = {"module", INTEGER},
    [C4_SHARE_RECORD] = {"record", INTEGER},
    [C4_SHARE_KIND] = {"kind", INTEGER},
    [C4_SHARE_SUBJECT] = {"subject", INTEGER},
    [C4_SHARE_LEVEL] = {"level", INTEGER},
    [C4_SHARE_RELATED] = {"related", BOOLEAN},
    [C4_SHARE_RESTING] = {"resting", BOOLEAN},
    [C4_SHARE_BY] = {"shared_by", INTEGER},
    [C4_SHARE_TIME] = {"share_time", TIME},
};
static const uint32_t share_record_key[] = {C4_SHARE_RECORD, C4_SHARE_KIND, C4_SHARE_SUBJECT};
static const uint32_t share_subject_key[] = {C4_SHARE_SUBJECT, C4_SHARE_MODULE};
static const crm4e_index share_indexes[] = {
    [C4_SHARE_BY_RECORD] = {"share_record", share_record_key, 3, CRM4E_INDEX_UNIQUE},
    [C4_SHARE_BY_SUBJECT] = {"share_subject", share_subject_key, 2, 0},
};

static const crm4e_column search_queue_columns[C4_SEARCH_QUEUE_COLUMNS] = {
    {"id", INTEGER},
    [C4_SEARCH_QUEUE_MODULE] = {"module", INTEGER},
};

static const crm4e_column search_run_columns[C4_SEARCH_RUN_COLUMNS] = {
    {"id", INTEGER},
    [C4_SEARCH_RUN_LEVEL] = {"level", INTEGER},
    [C4_SEARCH_RUN_BLOCKS] = {"blocks", INTEGER},
};

static const crm4e_column search_block_columns[C4_SEARCH_BLOCK_COLUMNS] = {
    {"id", INTEGER},
    [C4_SEARCH_BLOCK_LAST] = {"last_term", TEXT},
    [C4_SEARCH_BLOCK_BYTES] = {"bytes", BLOB},
};

static const crm4e_column tab_group_columns[C4_TAB_GROUP_COLUMNS] = {
    {"id", INTEGER},
    [C4_TAB_GROUP_NAME] = {"name", TEXT},
    [C4_TAB_GROUP_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column feedback_columns[C4_FEEDBACK_COLUMNS] = {
    {"id", INTEGER},
    [C4_FEEDBACK_USER] = {"user_id", INTEGER},
    [C4_FEEDBACK_TIME] = {"sent_time", TIME},
    [C4_FEEDBACK_PLACE] = {"place", OPTIONAL_TEXT},
    [C4_FEEDBACK_TEXT] = {"message", TEXT},
};

static const crm4e_column request_columns[C4_REQUEST_COLUMNS] = {
    {"id", INTEGER},
    [C4_REQUEST_MODULE] = {"module", INTEGER},
    [C4_REQUEST_CREATOR] = {"creator", INTEGER},
    [C4_REQUEST_OWNER] = {"owner", OPTIONAL_INTEGER},
    [C4_REQUEST_CREATOR_ASKS] = {"creator_asks", BOOLEAN},
    [C4_REQUEST_OWNER_ASKS] = {"owner_asks", BOOLEAN},
};
static const uint32_t request_creator_key[] = {C4_REQUEST_CREATOR, C4_REQUEST_CREATOR_ASKS, 0};
static const uint32_t request_owner_key[] = {C4_REQUEST_OWNER, C4_REQUEST_OWNER_ASKS, 0};
static const crm4e_index request_indexes[] = {
    [C4_REQUEST_BY_CREATOR] = {"request_creator", request_creator_key, 3, 0},
    [C4_REQUEST_BY_OWNER] = {"request_owner", request_owner_key, 3, 0},
};

static const crm4e_column assignment_columns[C4_ASSIGNMENT_COLUMNS] = {
    {"id", INTEGER},
    [C4_ASSIGNMENT_MODULE] = {"module", INTEGER},
    [C4_ASSIGNMENT_NAME] = {"name", TEXT},
    [C4_ASSIGNMENT_AUTHOR] = {"author", INTEGER},
    [C4_ASSIGNMENT_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column sequence_columns[C4_SEQUENCE_COLUMNS] = {
    {"id", INTEGER},
    [C4_SEQUENCE_MODULE] = {"module", INTEGER},
    [C4_SEQUENCE_NEXT] = {"next", INTEGER},
};

static const crm4e_column file_columns[C4_FILE_COLUMNS] = {
    {"id", INTEGER},
    [C4_FILE_SIZE] = {"size", INTEGER},
    [C4_FILE_SUM] = {"checksum", INTEGER},
    [C4_FILE_RECORD] = {"record", OPTIONAL_INTEGER},
    [C4_FILE_FIELD] = {"field", OPTIONAL_INTEGER},
};
static const uint32_t file_record_key[] = {C4_FILE_RECORD, 0};
static const uint32_t file_field_key[] = {C4_FILE_FIELD, 0};
static const crm4e_index file_indexes[] = {
    {"file_record", file_record_key, 2, 0},
    {"file_field", file_field_key, 2, 0},
};

static const crm4e_column file_piece_columns[C4_FILE_PIECE_COLUMNS] = {
    {"id", INTEGER},
    [C4_FILE_PIECE_BYTES] = {"bytes", BLOB},
};

static const crm4e_column view_columns[C4_VIEW_COLUMNS] = {
    {"id", INTEGER},
    [C4_VIEW_MODULE] = {"module", INTEGER},
    [C4_VIEW_NAME] = {"name", TEXT},
    [C4_VIEW_OWNER] = {"owner", INTEGER},
    [C4_VIEW_SHARING] = {"sharing", INTEGER},
    [C4_VIEW_DEFINITION] = {"definition", TEXT},
};

static const crm4e_column currency_columns[C4_CURRENCY_COLUMNS] = {
    {"id", INTEGER},
    [C4_CURRENCY_ISO_CODE] = {"iso_code", TEXT},
    [C4_CURRENCY_NAME] = {"name", TEXT},
    [C4_CURRENCY_SYMBOL] = {"symbol", TEXT},
    [C4_CURRENCY_DECIMAL_PLACE] = {"decimal_place", INTEGER},
    [C4_CURRENCY_ACTIVE] = {"active", BOOLEAN},
};

static const crm4e_column currency_rate_columns[C4_CURRENCY_RATE_COLUMNS] = {
    {"id", INTEGER},
    [C4_CURRENCY_RATE_OF] = {"currency", INTEGER},
    [C4_CURRENCY_RATE_FROM] = {"valid_from", DATE},
    [C4_CURRENCY_RATE_RATE] = {"exchange_rate", DECIMAL},
};
static const uint32_t currency_rate_day_key[] = {C4_CURRENCY_RATE_OF, C4_CURRENCY_RATE_FROM};
static const crm4e_index currency_rate_indexes[] = {
    [C4_CURRENCY_RATE_BY_DAY] = {"currency_rate_day", currency_rate_day_key, 2, CRM4E_INDEX_UNIQUE},
};

static const crm4e_column link_columns[C4_LINK_COLUMNS] = {
    {"id", INTEGER},
    [C4_LINK_FIELD] = {"field", INTEGER},
    [C4_LINK_RECORD] = {"record", INTEGER},
    [C4_LINK_TARGET] = {"target", INTEGER},
};
static const uint32_t link_target_key[] = {C4_LINK_FIELD, C4_LINK_TARGET, C4_LINK_RECORD};
static const uint32_t link_record_key[] = {C4_LINK_RECORD, C4_LINK_FIELD};
static const crm4e_index link_indexes[] = {
    [C4_LINK_BY_TARGET] = {"link_target", link_target_key, 3, CRM4E_INDEX_UNIQUE},
    [C4_LINK_BY_RECORD] = {"link_record", link_record_key, 2, 0},
};

static const crm4e_column interaction_kind_columns[C4_INTERACTION_KIND_COLUMNS] = {
    {"id", INTEGER},
    [C4_INTERACTION_KIND_NAME] = {"name", TEXT},
    [C4_INTERACTION_KIND_LABEL] = {"label", TEXT},
    [C4_INTERACTION_KIND_LABEL_ZH] = {"label_zh", TEXT},
    [C4_INTERACTION_KIND_CHANNEL] = {"channel", INTEGER},
    [C4_INTERACTION_KIND_DIRECTION] = {"direction", INTEGER},
    [C4_INTERACTION_KIND_CONTACT] = {"contact", BOOLEAN},
    [C4_INTERACTION_KIND_ACTIVE] = {"active", BOOLEAN},
};

static const crm4e_column interaction_columns[C4_INTERACTION_COLUMNS] = {
    {"id", INTEGER},
    [C4_INTERACTION_MODULE] = {"module", INTEGER},
    [C4_INTERACTION_RECORD] = {"record", INTEGER},
    [C4_INTERACTION_TIME] = {"occurred", TIME},
    [C4_INTERACTION_KIND] = {"kind", INTEGER},
    [C4_INTERACTION_CHANNEL] = {"channel", INTEGER},
    [C4_INTERACTION_DIRECTION] = {"direction", INTEGER},
    [C4_INTERACTION_USER] = {"user_id", OPTIONAL_INTEGER},
    [C4_INTERACTION_SOURCE_MODULE] = {"source_module", OPTIONAL_INTEGER},
    [C4_INTERACTION_SOURCE] = {"source", OPTIONAL_INTEGER},
    [C4_INTERACTION_LINK] = {"link", OPTIONAL_INTEGER},
    [C4_INTERACTION_EXTERNAL] = {"external_id", OPTIONAL_TEXT},
    [C4_INTERACTION_CONTENT] = {"content", OPTIONAL_TEXT},
    [C4_INTERACTION_BY] = {"added_by", INTEGER},
    [C4_INTERACTION_ADDED] = {"added", TIME},
};
/* What is filtered by is in the index: a page of few among many reads no other rows. */
static const uint32_t interaction_record_key[] = {
    C4_INTERACTION_RECORD, C4_INTERACTION_TIME,          0,
    C4_INTERACTION_KIND,   C4_INTERACTION_CHANNEL,       C4_INTERACTION_DIRECTION,
    C4_INTERACTION_USER,   C4_INTERACTION_SOURCE_MODULE, C4_INTERACTION_SOURCE,
};
static const uint32_t interaction_external_key[] = {C4_INTERACTION_RECORD, C4_INTERACTION_KIND,
                                                    C4_INTERACTION_EXTERNAL};
static const uint32_t interaction_source_key[] = {C4_INTERACTION_SOURCE, 0};
static const crm4e_index interaction_indexes[] = {
    [C4_INTERACTION_BY_RECORD] = {"interaction_record", interaction_record_key, 9, 0},
    [C4_INTERACTION_BY_EXTERNAL] = {"interaction_external", interaction_external_key, 3,
                                    CRM4E_INDEX_UNIQUE},
    [C4_INTERACTION_BY_SOURCE] = {"interaction_source", interaction_source_key, 2, 0},
};

static const crm4e_column pending_columns[C4_PENDING_COLUMNS] = {
    {"id", INTEGER},
    [C4_PENDING_DUE] = {"due", TIME},
    [C4_PENDING_WORKFLOW] = {"workflow", INTEGER},
    [C4_PENDING_MODULE] = {"module", INTEGER},
    [C4_PENDING_RECORD] = {"record", INTEGER},
    [C4_PENDING_PART] = {"part", INTEGER},
    [C4_PENDING_SINCE] = {"since", TIME},
};
static const uint32_t pending_due_key[] = {C4_PENDING_DUE, 0};
static const uint32_t pending_record_key[] = {C4_PENDING_RECORD, C4_PENDING_WORKFLOW,
                                              C4_PENDING_PART};
static const uint32_t pending_workflow_key[] = {C4_PENDING_WORKFLOW, 0};
static const crm4e_index pending_indexes[] = {
    [C4_PENDING_BY_DUE] = {"pending_due", pending_due_key, 2, 0},
    [C4_PENDING_BY_RECORD] = {"pending_record", pending_record_key, 3, CRM4E_INDEX_UNIQUE},
    [C4_PENDING_BY_WORKFLOW] = {"pending_workflow", pending_workflow_key, 2, 0},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
/* Serials of module tables have the top bit set: these are below. */
#define PLAIN(id, name, columns) [id] = {name, columns, COUNT(columns), NULL, 0, (id) + 1}
#define INDEXED(id, name, columns, indexes)                                                        \
    [id] = {name, columns, COUNT(columns), indexes, COUNT(indexes), (id) + 1}

const crm4e_table c4_tables[C4_TABLE_COUNT] = {
    PLAIN(C4_TABLE_ORG, "org", org_columns),
    PLAIN(C4_TABLE_STATE, "state", state_columns),
    INDEXED(C4_TABLE_COUNTER, "counter", counter_columns, counter_indexes),
    PLAIN(C4_TABLE_ROLE, "role", role_columns),
    PLAIN(C4_TABLE_PROFILE, "profile", profile_columns),
    INDEXED(C4_TABLE_USER, "crm_user", user_columns, user_indexes),
    PLAIN(C4_TABLE_PRESENCE, "presence", presence_columns),
    PLAIN(C4_TABLE_MODULE, "module", module_columns),
    PLAIN(C4_TABLE_FIELD, "field", field_columns),
    INDEXED(C4_TABLE_MEMBER, "member", member_columns, member_indexes),
    PLAIN(C4_TABLE_SPACE, "space", space_columns),
    INDEXED(C4_TABLE_SPACE_MEMBER, "space_member", space_member_columns, space_member_indexes),
    PLAIN(C4_TABLE_WORKFLOW, "workflow", workflow_columns),
    INDEXED(C4_TABLE_ROTATION, "rotation", rotation_columns, rotation_indexes),
    INDEXED(C4_TABLE_RUN, "run", run_columns, run_indexes),
    PLAIN(C4_TABLE_CHART, "chart", chart_columns),
    INDEXED(C4_TABLE_OUTBOX, "outbox", outbox_columns, outbox_indexes),
    INDEXED(C4_TABLE_HISTORY, "history", history_columns, history_indexes),
    INDEXED(C4_TABLE_BIN, "bin", bin_columns, bin_indexes),
    PLAIN(C4_TABLE_AUDIT, "audit", audit_columns),
    INDEXED(C4_TABLE_APPOINTMENT, "appointment", appointment_columns, appointment_indexes),
    PLAIN(C4_TABLE_GROUP, "user_group", group_columns),
    PLAIN(C4_TABLE_SHARING_RULE, "sharing_rule", sharing_rule_columns),
    INDEXED(C4_TABLE_SHARE, "share", share_columns, share_indexes),
    PLAIN(C4_TABLE_SEARCH_QUEUE, "search_queue", search_queue_columns),
    PLAIN(C4_TABLE_SEARCH_RUN, "search_run", search_run_columns),
    PLAIN(C4_TABLE_SEARCH_BLOCK, "search_block", search_block_columns),
    PLAIN(C4_TABLE_TAB_GROUP, "tab_group", tab_group_columns),
    PLAIN(C4_TABLE_FEEDBACK, "feedback", feedback_columns),
    INDEXED(C4_TABLE_REQUEST, "request", request_columns, request_indexes),
    PLAIN(C4_TABLE_ASSIGNMENT, "assignment", assignment_columns),
    PLAIN(C4_TABLE_SEQUENCE, "sequence", sequence_columns),
    INDEXED(C4_TABLE_FILE, "file", file_columns, file_indexes),
    PLAIN(C4_TABLE_FILE_PIECE, "file_piece", file_piece_columns),
    PLAIN(C4_TABLE_VIEW, "view", view_columns),
    PLAIN(C4_TABLE_CURRENCY, "currency", currency_columns),
    INDEXED(C4_TABLE_CURRENCY_RATE, "currency_rate", currency_rate_columns, currency_rate_indexes),
    INDEXED(C4_TABLE_LINK, "link", link_columns, link_indexes),
    PLAIN(C4_TABLE_INTERACTION_KIND, "interaction_kind", interaction_kind_columns),
    INDEXED(C4_TABLE_INTERACTION, "interaction", interaction_columns, interaction_indexes),
    INDEXED(C4_TABLE_PENDING, "pending", pending_columns, pending_indexes),
    PLAIN(C4_TABLE_RUN_INDEX, "run_index", run_index_columns),
};
