/* SPDX-License-Identifier: MIT */
/* The library's own tables: names, columns, indexes. Module tables are made
 * from metadata (meta_table.c). */
#ifndef C4_SCHEMA_H
#define C4_SCHEMA_H

#include "storage/storage.h"

enum {
    C4_SCHEMA_VERSION = 1
};

typedef enum c4_table_id {
    C4_TABLE_ORG,     /* one row: c4_org_info */
    C4_TABLE_STATE,   /* one row, id 1: the counters of every write */
    C4_TABLE_COUNTER, /* what limits have used */
    C4_TABLE_ROLE,
    C4_TABLE_PROFILE,
    C4_TABLE_USER,
    C4_TABLE_PRESENCE, /* online until */
    C4_TABLE_MODULE,
    C4_TABLE_FIELD,
    C4_TABLE_MEMBER, /* of team modules */
    C4_TABLE_SPACE,
    C4_TABLE_SPACE_MEMBER,
    C4_TABLE_WORKFLOW,
    C4_TABLE_ROTATION, /* where round robins stand */
    C4_TABLE_RUN,      /* run log: what rules did of one change */
    C4_TABLE_CHART,
    C4_TABLE_OUTBOX,
    C4_TABLE_HISTORY,
    C4_TABLE_BIN,
    C4_TABLE_AUDIT,
    C4_TABLE_APPOINTMENT, /* what system administrators decided about team module admins */
    C4_TABLE_GROUP,       /* of users, roles and groups, to share with */
    C4_TABLE_SHARING_RULE,
    C4_TABLE_SHARE,        /* manual shares of records */
    C4_TABLE_SEARCH_QUEUE, /* records whose words are not in a run yet */
    C4_TABLE_SEARCH_RUN,   /* words of records, in order, in blocks */
    C4_TABLE_SEARCH_BLOCK,
    C4_TABLE_TAB_GROUP,  /* of the classic interface */
    C4_TABLE_FEEDBACK,   /* what users say of the interface */
    C4_TABLE_REQUEST,    /* whose requests the records of team modules are */
    C4_TABLE_ASSIGNMENT, /* rules that choose owners */
    C4_TABLE_SEQUENCE,   /* where autonumbers stand */
    C4_TABLE_FILE,       /* contents of files, see record/file.h */
    C4_TABLE_FILE_PIECE,
    C4_TABLE_VIEW,     /* saved queries */
    C4_TABLE_CURRENCY, /* beside the home currency */
    C4_TABLE_CURRENCY_RATE,
    C4_TABLE_LINK,             /* of lookups to several records, see record/link.h */
    C4_TABLE_INTERACTION_KIND, /* of the org's own */
    C4_TABLE_INTERACTION,      /* of leads and contacts, see record/interaction.h */
    C4_TABLE_PENDING,          /* what rules do later */
    C4_TABLE_RUN_INDEX,        /* which rules are where in the run log */
    C4_TABLE_COUNT
} c4_table_id;

extern const crm4e_table c4_tables[C4_TABLE_COUNT];

/* Columns by position, one enum per table; column 0 is always id. */
enum {
    C4_ORG_NAME = 1,
    C4_ORG_EDITION,
    C4_ORG_CRM_LICENCES,
    C4_ORG_TEAM_LICENCES,
    C4_ORG_LOCALE,
    C4_ORG_ZONE,
    C4_ORG_CURRENCY,
    C4_ORG_FISCAL_MONTH,
    C4_ORG_UI_MODE,
    C4_ORG_CRM4E,
    C4_ORG_HIERARCHY,
    C4_ORG_TRIAL_UNTIL,
    C4_ORG_KEY /* secret of page tokens */,
    C4_ORG_TRIAL_EDITION,
    C4_ORG_HISTORY_DAYS /* NULL: history stays */,
    C4_ORG_MULTI_CURRENCY /* NULL: not */,
    C4_ORG_COLUMNS
};
enum {
    C4_STATE_GENERATION = 1,
    C4_STATE_NEXT_ID,
    C4_STATE_NEXT_CHANGE,
    C4_STATE_NEXT_MODULE,
    C4_STATE_NEXT_FIELD,
    C4_STATE_CLOCK,
    C4_STATE_SHARES,
    C4_STATE_UNMERGED,
    C4_STATE_HISTORY_FROM /* lines before this time may be gone */,
    C4_STATE_HISTORY_SEEN /* the last line that the purge in progress looked at */,
    C4_STATE_HISTORY_CUT /* the last line that a purge took, or took values from */,
    C4_STATE_COLUMNS_MARK /* of the file of columns, see columns/kept.h; 0: there is none */,
    C4_STATE_AUDIT_CHAIN /* of the last line of the audit log */,
    C4_STATE_COLUMNS
};
enum {
    C4_COUNTER_LIMIT = 1,
    C4_COUNTER_SCOPE,
    C4_COUNTER_USED,
    C4_COUNTER_COLUMNS
};
enum {
    C4_ROLE_NAME = 1,
    C4_ROLE_PARENT,
    C4_ROLE_SHARE_WITH_PEERS,
    C4_ROLE_COLUMNS
};
enum {
    C4_PROFILE_NAME = 1,
    C4_PROFILE_KIND,
    C4_PROFILE_DEFINITION,
    C4_PROFILE_COLUMNS
};
enum {
    C4_USER_NAME = 1,
    C4_USER_EMAIL,
    C4_USER_EMAIL_KEY /* folded, unique; NULL: deleted */,
    C4_USER_ROLE,
    C4_USER_PROFILE,
    C4_USER_LICENCE,
    C4_USER_STATUS,
    C4_USER_LOCALE,
    C4_USER_ZONE,
    C4_USER_REPORTING_TO,
    C4_USER_UI_MODE,
    C4_USER_COLUMNS
};
enum {
    C4_PRESENCE_UNTIL = 1,
    C4_PRESENCE_COLUMNS
}; /* id: the user's */
enum {
    C4_MODULE_API_NAME = 1,
    C4_MODULE_KIND,
    C4_MODULE_FLAGS,
    C4_MODULE_ORG_DEFAULT,
    C4_MODULE_CREATOR,
    C4_MODULE_DEFINITION,
    C4_MODULE_COLUMNS
}; /* id: the number; also
       standard ones once something of theirs was changed */
enum {
    C4_FIELD_MODULE = 1,
    C4_FIELD_API_NAME,
    C4_FIELD_TYPE,
    C4_FIELD_REMOVED,
    C4_FIELD_DEFINITION,
    C4_FIELD_COLUMNS
}; /* id: the number */
enum {
    C4_MEMBER_MODULE = 1,
    C4_MEMBER_USER,
    C4_MEMBER_PROFILE,
    C4_MEMBER_COLUMNS
};
enum {
    C4_SPACE_NAME = 1,
    C4_SPACE_DEFINITION /* folders, items */,
    C4_SPACE_COLUMNS
};
enum {
    C4_SPACE_MEMBER_SPACE = 1,
    C4_SPACE_MEMBER_USER,
    C4_SPACE_MEMBER_ADMIN,
    C4_SPACE_MEMBER_COLUMNS
};
enum {
    C4_WORKFLOW_MODULE = 1,
    C4_WORKFLOW_NAME,
    C4_WORKFLOW_ACTIVE,
    C4_WORKFLOW_POSITION,
    C4_WORKFLOW_AUTHOR,
    C4_WORKFLOW_DEFINITION,
    C4_WORKFLOW_COLUMNS
};
enum {
    C4_ROTATION_OWNER = 1 /* workflow id, or module number */,
    C4_ROTATION_ACTION,
    C4_ROTATION_LAST_USER,
    C4_ROTATION_COLUMNS
};
enum {
    C4_RUN_MODULE = 1,
    C4_RUN_RECORD,
    C4_RUN_VERSION,
    C4_RUN_TIME,
    C4_RUN_CAUSE /* what was added to the record; 0: the version says it */,
    C4_RUN_PART /* so many rules of the same change are in rows before it */,
    C4_RUN_OUTCOMES /* of its rules, see model/outcome.h */,
    C4_RUN_COLUMNS
}; /* id: of the first of its rules; each has the next one */
enum {
    C4_RUN_INDEX_OUTCOMES = 1 /* each that there is among the rows, once */,
    C4_RUN_INDEX_COLUMNS
}; /* id: that of rows without its last C4_RUN_INDEX_BITS */
enum {
    C4_CHART_MODULE = 1,
    C4_CHART_NAME,
    C4_CHART_AUTHOR,
    C4_CHART_DEFINITION,
    C4_CHART_COLUMNS
};
enum {
    C4_OUTBOX_KIND = 1,
    C4_OUTBOX_STATE,
    C4_OUTBOX_DUE,
    C4_OUTBOX_ATTEMPTS,
    C4_OUTBOX_MODULE,
    C4_OUTBOX_RECORD,
    C4_OUTBOX_WORKFLOW,
    C4_OUTBOX_RECIPIENT,
    C4_OUTBOX_CREATED,
    C4_OUTBOX_KEY /* idempotency */,
    C4_OUTBOX_PAYLOAD,
    C4_OUTBOX_LEASE /* whose the message is until it is due again; NULL: nobody's */,
    C4_OUTBOX_REASON /* why the last try failed */,
    C4_OUTBOX_COLUMNS
};
enum {
    C4_HISTORY_MODULE = 1,
    C4_HISTORY_RECORD,
    C4_HISTORY_USER,
    C4_HISTORY_TIME,
    C4_HISTORY_ACTION,
    C4_HISTORY_SOURCE,
    C4_HISTORY_VERSION,
    C4_HISTORY_CHANGES,
    C4_HISTORY_COLUMNS
}; /* id: the change sequence */
enum {
    C4_BIN_MODULE = 1,
    C4_BIN_OWNER,
    C4_BIN_NAME,
    C4_BIN_DELETED_BY,
    C4_BIN_DELETED_TIME,
    C4_BIN_ROW,
    C4_BIN_COLUMNS
};
enum {
    C4_BIN_BY_MODULE,
    C4_BIN_BY_TIME
}; /* id: the record's */
enum {
    C4_AUDIT_USER = 1,
    C4_AUDIT_TIME,
    C4_AUDIT_KIND,
    C4_AUDIT_OBJECT,
    C4_AUDIT_DETAIL,
    C4_AUDIT_CHAIN /* of this line and all before it */,
    C4_AUDIT_COLUMNS
};
/* ADMIN: 1 appointed, 0 dismissed; stays when the member goes. */
enum {
    C4_APPOINTMENT_MODULE = 1,
    C4_APPOINTMENT_USER,
    C4_APPOINTMENT_ADMIN,
    C4_APPOINTMENT_COLUMNS
};

enum {
    C4_GROUP_NAME = 1,
    C4_GROUP_DEFINITION,
    C4_GROUP_COLUMNS
};
enum {
    C4_SHARING_RULE_MODULE = 1,
    C4_SHARING_RULE_NAME,
    C4_SHARING_RULE_ACTIVE,
    C4_SHARING_RULE_DEFINITION,
    C4_SHARING_RULE_COLUMNS
};
enum {
    C4_SHARE_MODULE = 1,
    C4_SHARE_RECORD,
    C4_SHARE_KIND /* crm4e_subject */,
    C4_SHARE_SUBJECT,
    C4_SHARE_LEVEL,
    C4_SHARE_RELATED,
    C4_SHARE_RESTING /* while the record is in the bin */,
    C4_SHARE_BY,
    C4_SHARE_TIME,
    C4_SHARE_COLUMNS
};

enum {
    C4_SEARCH_QUEUE_MODULE = 1,
    C4_SEARCH_QUEUE_COLUMNS
}; /* id: the record's */
enum {
    C4_SEARCH_RUN_LEVEL = 1,
    C4_SEARCH_RUN_BLOCKS,
    C4_SEARCH_RUN_COLUMNS
};
enum {
    C4_SEARCH_BLOCK_LAST = 1 /* its last term */,
    C4_SEARCH_BLOCK_BYTES,
    C4_SEARCH_BLOCK_COLUMNS
}; /* id: the run's and its place in it, see record/search_run.h */

enum {
    C4_TAB_GROUP_NAME = 1,
    C4_TAB_GROUP_DEFINITION /* labels, modules, whom it is shown to */,
    C4_TAB_GROUP_COLUMNS
};
enum {
    C4_FEEDBACK_USER = 1,
    C4_FEEDBACK_TIME,
    C4_FEEDBACK_PLACE,
    C4_FEEDBACK_TEXT,
    C4_FEEDBACK_COLUMNS
};
/* The id is the record's. */
enum {
    C4_REQUEST_MODULE = 1,
    C4_REQUEST_CREATOR,
    C4_REQUEST_OWNER,        /* NULL: the creator */
    C4_REQUEST_CREATOR_ASKS, /* he is a requester of the module */
    C4_REQUEST_OWNER_ASKS,
    C4_REQUEST_COLUMNS
};
enum {
    C4_ASSIGNMENT_MODULE = 1,
    C4_ASSIGNMENT_NAME,
    C4_ASSIGNMENT_AUTHOR,
    C4_ASSIGNMENT_DEFINITION,
    C4_ASSIGNMENT_COLUMNS
};
/* The id is the field's number. */
enum {
    C4_SEQUENCE_MODULE = 1,
    C4_SEQUENCE_NEXT, /* the number the next record gets */
    C4_SEQUENCE_COLUMNS
};
enum {
    C4_FILE_SIZE = 1,
    C4_FILE_SUM,
    C4_FILE_RECORD, /* of a file in a field: where it is, and in which; NULL: of an attachment */
    C4_FILE_FIELD,
    C4_FILE_COLUMNS
}; /* id: the attachment's, or the file's own */
enum {
    C4_FILE_PIECE_BYTES = 1,
    C4_FILE_PIECE_COLUMNS
}; /* id: the file's and its place in the file */
enum {
    C4_VIEW_MODULE = 1,
    C4_VIEW_NAME,
    C4_VIEW_OWNER,
    C4_VIEW_SHARING /* C4_VIEW_PUBLIC, ... */,
    C4_VIEW_DEFINITION,
    C4_VIEW_COLUMNS
};
enum {
    C4_CURRENCY_ISO_CODE = 1,
    C4_CURRENCY_NAME,
    C4_CURRENCY_SYMBOL,
    C4_CURRENCY_DECIMAL_PLACE,
    C4_CURRENCY_ACTIVE,
    C4_CURRENCY_COLUMNS
};
enum {
    C4_CURRENCY_RATE_OF = 1,
    C4_CURRENCY_RATE_FROM, /* the day from which on it holds */
    C4_CURRENCY_RATE_RATE, /* see model/money.h */
    C4_CURRENCY_RATE_COLUMNS
};
enum {
    C4_LINK_FIELD = 1,
    C4_LINK_RECORD, /* that holds it */
    C4_LINK_TARGET, /* that it leads to */
    C4_LINK_COLUMNS
};

enum {
    C4_INTERACTION_KIND_NAME = 1,
    C4_INTERACTION_KIND_LABEL,
    C4_INTERACTION_KIND_LABEL_ZH,
    C4_INTERACTION_KIND_CHANNEL,
    C4_INTERACTION_KIND_DIRECTION,
    C4_INTERACTION_KIND_CONTACT, /* counts as contact with the customer */
    C4_INTERACTION_KIND_ACTIVE,
    C4_INTERACTION_KIND_COLUMNS
};
enum {
    C4_INTERACTION_MODULE = 1, /* of the lead or contact */
    C4_INTERACTION_RECORD,
    C4_INTERACTION_TIME,
    C4_INTERACTION_KIND, /* number of a built-in one, or id */
    C4_INTERACTION_CHANNEL,
    C4_INTERACTION_DIRECTION,
    C4_INTERACTION_USER,          /* NULL: nobody of the firm */
    C4_INTERACTION_SOURCE_MODULE, /* of the record it comes from; NULL: a host added it */
    C4_INTERACTION_SOURCE,
    C4_INTERACTION_LINK, /* the field of the source that points here; NULL: it points no more, or
                                never did */
    C4_INTERACTION_EXTERNAL, /* the host's own id */
    C4_INTERACTION_CONTENT,  /* of a host's: JSON; of a change of stage: as in history */
    C4_INTERACTION_BY,
    C4_INTERACTION_ADDED,
    C4_INTERACTION_COLUMNS
};

/* Positions of indexes in their tables, where somebody walks them by name. */
enum {
    C4_HISTORY_BY_RECORD = 0 /* record, id */
};
enum {
    C4_CURRENCY_RATE_BY_DAY = 0 /* of, from */
};
enum {
    C4_LINK_BY_TARGET = 0, /* field, target, record */
    C4_LINK_BY_RECORD = 1  /* record, field */
};
enum {
    C4_SHARE_BY_RECORD = 0, /* record, kind, subject */
    C4_SHARE_BY_SUBJECT = 1 /* subject, module */
};
enum {
    C4_RUN_ONCE = 0 /* record, version, cause, part */
};
enum {
    C4_OUTBOX_BY_DUE = 0, /* state, due */
    C4_OUTBOX_BY_RECORD = 1 /* record, state */,
    C4_OUTBOX_BY_KEY = 2
};
enum {
    C4_INTERACTION_BY_RECORD = 0,   /* record, time, id, and what is filtered by */
    C4_INTERACTION_BY_EXTERNAL = 1, /* record, kind, external */
    C4_INTERACTION_BY_SOURCE = 2    /* source, id */
};
enum {
    C4_PENDING_DUE = 1,
    C4_PENDING_WORKFLOW,
    C4_PENDING_MODULE,
    C4_PENDING_RECORD,
    C4_PENDING_PART /* of the rule: 0 its date trigger, else its scheduled group */,
    C4_PENDING_SINCE /* when the time to wait began */,
    C4_PENDING_COLUMNS
};
enum {
    C4_PENDING_BY_DUE = 0,     /* due, id */
    C4_PENDING_BY_RECORD = 1,  /* record, rule, part */
    C4_PENDING_BY_WORKFLOW = 2 /* rule, id */
};
enum {
    C4_REQUEST_BY_CREATOR = 0, /* creator, creator_asks, id */
    C4_REQUEST_BY_OWNER = 1    /* owner, owner_asks, id */
};

#endif
