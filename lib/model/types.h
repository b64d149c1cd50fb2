/* SPDX-License-Identifier: MIT */
/* The enumerations of the model, each one table: X(NAME, number, "text", ...).
 * Numbers are stored: append only. */
#ifndef C4_TYPES_H
#define C4_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <crm4e/model.h>

/* What a field type is stored as and how it is compared. */
typedef enum c4_storage_class {
    C4_STORED_TEXT,
    C4_STORED_INTEGER,
    C4_STORED_DECIMAL,
    C4_STORED_DATE,
    C4_STORED_TIME,
    C4_STORED_BOOLEAN,
    C4_STORED_OPTION,  /* code of one picklist value */
    C4_STORED_OPTIONS, /* text ";3;5;" of codes in order */
    C4_STORED_ID,      /* record or user */
    C4_STORED_IDS,     /* text ";17;21;" of ids: users ascending, records as given */
    C4_STORED_FILES,   /* text: JSON that says of each file its id, name and size */
    C4_STORED_ROWS     /* text: JSON of the rows of a subform, see record/subform.c */
} c4_storage_class;

typedef uint32_t c4_field_type;   /* CRM4E_TYPE_* */
typedef uint32_t c4_permission;   /* CRM4E_PERMISSION_* */
typedef uint32_t c4_team_profile; /* CRM4E_TEAM_* */
typedef uint32_t c4_edition;      /* CRM4E_EDITION_* */
typedef uint32_t c4_licence;      /* CRM4E_LICENCE_* */
typedef uint32_t c4_user_status;  /* CRM4E_USER_* */
typedef uint32_t c4_ui_mode;      /* CRM4E_UI_* */
typedef uint32_t c4_org_default;  /* CRM4E_SHARE_* */
typedef uint32_t c4_hierarchy;    /* CRM4E_HIERARCHY_* */
typedef uint32_t c4_level;        /* CRM4E_LEVEL_* */
typedef uint32_t c4_subject_kind; /* CRM4E_SUBJECT_* */

enum {
    C4_TEAM_PROFILE_COUNT = 5
};

typedef enum c4_profile_kind {
    C4_PROFILE_ADMINISTRATOR = 1, /* built in, everything, fixed */
    C4_PROFILE_STANDARD = 2,      /* built in, fixed */
    C4_PROFILE_TEAM_USER = 3,     /* built in, fixed but for its ten modules */
    C4_PROFILE_CUSTOM = 4         /* cloned */
} c4_profile_kind;

typedef enum c4_module_kind {
    C4_MODULE_STANDARD = 1,
    C4_MODULE_CUSTOM = 2, /* org module made by an administrator */
    C4_MODULE_TEAM = 3
} c4_module_kind;

enum {
    C4_MODULE_HIDDEN = 1,
    C4_MODULE_ARCHIVED = 2,
    C4_MODULE_CHILD = 4,     /* follows its parent record's access: Notes, Attachments */
    C4_MODULE_ACTIVITY = 8,  /* has access of its own, and follows its records besides */
    C4_MODULE_CONVERTED = 16 /* some of its records were converted */
};

enum {
    C4_FIELD_MANDATORY = 1,
    C4_FIELD_UNIQUE = 2,
    C4_FIELD_FOLDED = 4,    /* unique without regard to case and accents */
    C4_FIELD_READ_ONLY = 8, /* written by the library alone */
    C4_FIELD_SYSTEM = 16,   /* a column of every record: id, Owner, Created_By ... */
    C4_FIELD_CUSTOM = 32,
    C4_FIELD_INDEXED = 64,
    C4_FIELD_NAME = 128, /* what a lookup shows */
    C4_FIELD_KEYED = 256 /* text with a key column; stays once given */
};

/* Admin-level permissions of a profile (model.md section 2). */
#define C4_ADMIN_PERMISSIONS(X)                                                                    \
    X(MANAGE_USERS, 0, "manage_users")                                                             \
    X(MANAGE_PROFILES, 1, "manage_profiles")                                                       \
    X(MANAGE_ROLES, 2, "manage_roles")                                                             \
    X(MANAGE_DATA_SHARING, 3, "manage_data_sharing")                                               \
    X(MANAGE_AUTOMATION, 4, "manage_automation")                                                   \
    X(CUSTOMISE, 5, "customise")                                                                   \
    X(CREATE_TEAM_MODULE, 6, "create_team_module")                                                 \
    X(MANAGE_TEAM_SPACES, 7, "manage_team_spaces")                                                 \
    X(IMPORT, 8, "import")                                                                         \
    X(EXPORT, 9, "export")                                                                         \
    X(SYSTEM_ADMINISTRATOR, 10, "system_administrator")

#define C4_ADMIN_ENUM(name, bit, text) C4_ADMIN_##name = 1u << (bit),
enum {
    C4_ADMIN_PERMISSIONS(C4_ADMIN_ENUM) C4_ADMIN_ALL = (1u << 11) - 1u
};
#undef C4_ADMIN_ENUM

/* One line per field type. */
typedef struct c4_type_info {
    c4_field_type type;
    const char *name; /* "currency" */
    c4_storage_class stored;
    int32_t length; /* greatest length in code points, 0: none */
    bool custom;    /* may be made by a user in this release */
} c4_type_info;

const c4_type_info *c4_type_info_of(c4_field_type type);
const c4_type_info *c4_type_info_named(const char *name);

/* Number <-> text of any enumeration: 0 / NULL when there is none. */
typedef struct c4_name {
    uint32_t number;
    const char *text;
} c4_name;
/* Whom a view is for. */
typedef enum c4_view_sharing {
    C4_VIEW_PUBLIC = 1,
    C4_VIEW_SHARED,
    C4_VIEW_ONLY_TO_ME
} c4_view_sharing;

/* Over which an interaction goes. X(NAME, number, "text"); numbers are stored. */
#define C4_CHANNELS(X)                                                                             \
    X(EMAIL, 1, "email")                                                                           \
    X(PHONE, 2, "phone")                                                                           \
    X(MEETING, 3, "meeting")                                                                       \
    X(MESSAGE, 4, "message")                                                                       \
    X(SOCIAL, 5, "social")                                                                         \
    X(WEB, 6, "web")                                                                               \
    X(SURVEY, 7, "survey")                                                                         \
    X(CAMPAIGN, 8, "campaign")                                                                     \
    X(SUPPORT, 9, "support")                                                                       \
    X(RECORD, 10, "record")                                                                        \
    X(OTHER, 11, "other")
typedef enum c4_channel {
#define C4_CHANNEL_ENUM(name, number, text) C4_CHANNEL_##name = number,
    C4_CHANNELS(C4_CHANNEL_ENUM)
#undef C4_CHANNEL_ENUM
    C4_CHANNEL_END
} c4_channel;
typedef enum c4_direction {
    C4_DIRECTION_NONE = 1,
    C4_DIRECTION_IN, /* from the customer */
    C4_DIRECTION_OUT
} c4_direction;

typedef enum c4_names {
    C4_NAMES_EDITION,
    C4_NAMES_LICENCE,
    C4_NAMES_USER_STATUS,
    C4_NAMES_UI_MODE,
    C4_NAMES_SHARE,
    C4_NAMES_HIERARCHY,
    C4_NAMES_PERMISSION,
    C4_NAMES_TEAM_PROFILE,
    C4_NAMES_ACTION,
    C4_NAMES_ADMIN, /* number is the bit mask */
    C4_NAMES_LEVEL,
    C4_NAMES_SUBJECT,
    C4_NAMES_VIEW_SHARING,
    C4_NAMES_CHANNEL,
    C4_NAMES_DIRECTION,
    C4_NAMES_COUNT
} c4_names;
uint32_t c4_number_of(c4_names names, const char *text);
const char *c4_text_of(c4_names names, uint32_t number);

#endif
