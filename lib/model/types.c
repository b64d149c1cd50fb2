/* SPDX-License-Identifier: MIT */
#include "model/types.h"

#include <string.h>

/* In the order of CRM4E_TYPE_*. Greatest lengths are those of Zoho CRM. */
static const c4_type_info type_infos[] = {
    {CRM4E_TYPE_TEXT, "text", C4_STORED_TEXT, 255, true},
    {CRM4E_TYPE_TEXTAREA, "textarea", C4_STORED_TEXT, 50000, true},
    {CRM4E_TYPE_EMAIL, "email", C4_STORED_TEXT, 100, true},
    {CRM4E_TYPE_PHONE, "phone", C4_STORED_TEXT, 30, true},
    {CRM4E_TYPE_WEBSITE, "website", C4_STORED_TEXT, 450, true},
    {CRM4E_TYPE_INTEGER, "integer", C4_STORED_INTEGER, 0, true},
    {CRM4E_TYPE_BIGINT, "bigint", C4_STORED_INTEGER, 0, true},
    {CRM4E_TYPE_DOUBLE, "double", C4_STORED_DECIMAL, 0, true},
    {CRM4E_TYPE_CURRENCY, "currency", C4_STORED_DECIMAL, 0, true},
    {CRM4E_TYPE_PERCENT, "percent", C4_STORED_DECIMAL, 0, true},
    {CRM4E_TYPE_DATE, "date", C4_STORED_DATE, 0, true},
    {CRM4E_TYPE_DATETIME, "datetime", C4_STORED_TIME, 0, true},
    {CRM4E_TYPE_BOOLEAN, "boolean", C4_STORED_BOOLEAN, 0, true},
    {CRM4E_TYPE_PICKLIST, "picklist", C4_STORED_OPTION, 0, true},
    {CRM4E_TYPE_MULTISELECTPICKLIST, "multiselectpicklist", C4_STORED_OPTIONS, 0, true},
    {CRM4E_TYPE_LOOKUP, "lookup", C4_STORED_ID, 0, true},
    {CRM4E_TYPE_MULTI_MODULE_LOOKUP, "multi_module_lookup", C4_STORED_ID, 0, false},
    {CRM4E_TYPE_USERLOOKUP, "userlookup", C4_STORED_ID, 0, true},
    {CRM4E_TYPE_OWNERLOOKUP, "ownerlookup", C4_STORED_ID, 0, false},
    {CRM4E_TYPE_MULTIUSERLOOKUP, "multiuserlookup", C4_STORED_IDS, 0, true},
    {CRM4E_TYPE_MULTISELECTLOOKUP, "multiselectlookup", C4_STORED_IDS, 0, true},
    {CRM4E_TYPE_AUTONUMBER, "autonumber", C4_STORED_TEXT, 0, true},
    {CRM4E_TYPE_FORMULA, "formula", C4_STORED_TEXT, 0, true},
    {CRM4E_TYPE_ROLLUP_SUMMARY, "rollup_summary", C4_STORED_DECIMAL, 0, true},
    {CRM4E_TYPE_FILEUPLOAD, "fileupload", C4_STORED_FILES, 0, true},
    {CRM4E_TYPE_SUBFORM, "subform", C4_STORED_ROWS, 0, true},
};
enum {
    TYPE_COUNT = sizeof(type_infos) / sizeof(type_infos[0])
};

const c4_type_info *c4_type_info_of(c4_field_type type)
{
    return type >= 1 && type <= TYPE_COUNT ? &type_infos[type - 1] : NULL;
}

const c4_type_info *c4_type_info_named(const char *name)
{
    for (size_t i = 0; name && i < TYPE_COUNT; i++) {
        if (strcmp(type_infos[i].name, name) == 0)
            return &type_infos[i];
    }
    return NULL;
}

static const c4_name editions[] = {
    {CRM4E_EDITION_FREE, "free"},
    {CRM4E_EDITION_STANDARD, "standard"},
    {CRM4E_EDITION_PROFESSIONAL, "professional"},
    {CRM4E_EDITION_ENTERPRISE, "enterprise"},
    {CRM4E_EDITION_ULTIMATE, "ultimate"},
    {CRM4E_EDITION_ZOHO_ONE, "zoho_one"},
    {CRM4E_EDITION_CRM_PLUS, "crm_plus"},
    {0, NULL},
};

static const c4_name licences[] = {
    {CRM4E_LICENCE_CRM, "crm"},
    {CRM4E_LICENCE_TEAM, "team"},
    {CRM4E_LICENCE_NONE, "none"},
    {CRM4E_LICENCE_PORTAL, "portal"},
    {0, NULL},
};

static const c4_name user_statuses[] = {
    {CRM4E_USER_ACTIVE, "active"},
    {CRM4E_USER_INACTIVE, "inactive"},
    {CRM4E_USER_DELETED, "deleted"},
    {0, NULL},
};

static const c4_name ui_modes[] = {
    {CRM4E_UI_NEXTGEN, "nextgen"},
    {CRM4E_UI_CLASSIC, "classic"},
    {0, NULL},
};

static const c4_name shares[] = {
    {CRM4E_SHARE_PRIVATE, "private"},
    {CRM4E_SHARE_READ_ONLY, "public_read_only"},
    {CRM4E_SHARE_READ_WRITE, "public_read_write"},
    {CRM4E_SHARE_READ_WRITE_DELETE, "public_read_write_delete"},
    {0, NULL},
};

static const c4_name hierarchies[] = {
    {CRM4E_HIERARCHY_ROLE, "role"},
    {CRM4E_HIERARCHY_REPORTING_TO, "reporting_to"},
    {0, NULL},
};

static const c4_name permissions[] = {
    {CRM4E_PERMISSION_READ_WRITE, "read_write"},
    {CRM4E_PERMISSION_READ_ONLY, "read_only"},
    {CRM4E_PERMISSION_HIDDEN, "hidden"},
    {0, NULL},
};

static const c4_name team_profiles[] = {
    {CRM4E_TEAM_ADMIN, "admin"},         {CRM4E_TEAM_MANAGER, "manager"},
    {CRM4E_TEAM_MEMBER, "member"},       {CRM4E_TEAM_PARTICIPANT, "participant"},
    {CRM4E_TEAM_REQUESTER, "requester"}, {0, NULL},
};

static const c4_name actions[] = {
    {CRM4E_ACTION_VIEW, "view"},
    {CRM4E_ACTION_CREATE, "create"},
    {CRM4E_ACTION_EDIT, "edit"},
    {CRM4E_ACTION_DELETE, "delete"},
    {CRM4E_ACTION_IMPORT, "import"},
    {CRM4E_ACTION_EXPORT, "export"},
    {CRM4E_ACTION_MASS_UPDATE, "mass_update"},
    {CRM4E_ACTION_MASS_DELETE, "mass_delete"},
    {CRM4E_ACTION_CHANGE_OWNER, "change_owner"},
    {CRM4E_ACTION_SHARE, "share"},
    {CRM4E_ACTION_CONVERT, "convert"},
    {CRM4E_ACTION_MANAGE_VIEWS, "manage_views"},
    {CRM4E_ACTION_SEND_MAIL, "send_mail"},
    {0, NULL},
};

static const c4_name levels[] = {
    {CRM4E_LEVEL_READ_ONLY, "read_only"},
    {CRM4E_LEVEL_READ_WRITE, "read_write"},
    {CRM4E_LEVEL_READ_WRITE_DELETE, "read_write_delete"},
    {CRM4E_LEVEL_FULL_ACCESS, "full_access"},
    {0, NULL},
};

static const c4_name subjects[] = {
    {CRM4E_SUBJECT_USER, "user"},
    {CRM4E_SUBJECT_ROLE, "role"},
    {CRM4E_SUBJECT_ROLE_AND_SUBORDINATES, "role_and_subordinates"},
    {CRM4E_SUBJECT_GROUP, "group"},
    {0, NULL},
};

static const c4_name view_sharings[] = {
    {C4_VIEW_PUBLIC, "public"},
    {C4_VIEW_SHARED, "shared"},
    {C4_VIEW_ONLY_TO_ME, "only_to_me"},
    {0, NULL},
};

#define CHANNEL_NAME(name, number, text) {C4_CHANNEL_##name, text},
static const c4_name channels[] = {C4_CHANNELS(CHANNEL_NAME){0, NULL}};
#undef CHANNEL_NAME

static const c4_name directions[] = {
    {C4_DIRECTION_NONE, "none"},
    {C4_DIRECTION_IN, "in"},
    {C4_DIRECTION_OUT, "out"},
    {0, NULL},
};

#define ADMIN_NAME(name, bit, text) {C4_ADMIN_##name, text},
static const c4_name admin_permissions[] = {C4_ADMIN_PERMISSIONS(ADMIN_NAME){0, NULL}};
#undef ADMIN_NAME

/* Each ends with a NULL text. */
static const c4_name *const name_lists[C4_NAMES_COUNT] = {
    [C4_NAMES_EDITION] = editions,
    [C4_NAMES_LICENCE] = licences,
    [C4_NAMES_USER_STATUS] = user_statuses,
    [C4_NAMES_UI_MODE] = ui_modes,
    [C4_NAMES_SHARE] = shares,
    [C4_NAMES_HIERARCHY] = hierarchies,
    [C4_NAMES_PERMISSION] = permissions,
    [C4_NAMES_TEAM_PROFILE] = team_profiles,
    [C4_NAMES_ACTION] = actions,
    [C4_NAMES_ADMIN] = admin_permissions,
    [C4_NAMES_LEVEL] = levels,
    [C4_NAMES_SUBJECT] = subjects,
    [C4_NAMES_VIEW_SHARING] = view_sharings,
    [C4_NAMES_CHANNEL] = channels,
    [C4_NAMES_DIRECTION] = directions,
};

uint32_t c4_number_of(c4_names names, const char *text)
{
    for (const c4_name *name = name_lists[names]; text && name->text; name++) {
        if (strcmp(name->text, text) == 0)
            return name->number;
    }
    return 0;
}

const char *c4_text_of(c4_names names, uint32_t number)
{
    for (const c4_name *name = name_lists[names]; name->text; name++) {
        if (name->number == number)
            return name->text;
    }
    return NULL;
}
