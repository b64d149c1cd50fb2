/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_MODEL_H
#define CRM4E_MODEL_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The words of the model as numbers. Numbers never change; lists only grow.
 * 0 is never a value: in an options struct it means "the default".
 */

/** Edition of an org; decides its limits. */
typedef uint32_t crm4e_edition;
enum {
    CRM4E_EDITION_FREE = 1,
    CRM4E_EDITION_STANDARD = 2,
    CRM4E_EDITION_PROFESSIONAL = 3,
    CRM4E_EDITION_ENTERPRISE = 4,
    CRM4E_EDITION_ULTIMATE = 5,
    CRM4E_EDITION_ZOHO_ONE = 6, /**< bundle with the limits of enterprise */
    CRM4E_EDITION_CRM_PLUS = 7  /**< bundle with the limits of ultimate */
};

/** Licence of a user. */
typedef uint32_t crm4e_licence;
enum {
    CRM4E_LICENCE_CRM = 1,   /**< org modules by profile, team modules by team profile */
    CRM4E_LICENCE_TEAM = 2,  /**< team modules; ten org modules, view only */
    CRM4E_LICENCE_NONE = 3,  /**< no access */
    CRM4E_LICENCE_PORTAL = 4 /**< of a portal: known, and refused as #CRM4E_E_UNSUPPORTED */
};

/** Status of a user. */
typedef uint32_t crm4e_user_status;
enum {
    CRM4E_USER_ACTIVE = 1,
    CRM4E_USER_INACTIVE = 2,
    CRM4E_USER_DELETED = 3
};

/** Which user interface a user works with. */
typedef uint32_t crm4e_ui_mode;
enum {
    CRM4E_UI_NEXTGEN = 1,
    CRM4E_UI_CLASSIC = 2
};

/** Org-wide default of an org module: what everybody may do with all records. */
typedef uint32_t crm4e_share;
enum {
    CRM4E_SHARE_PRIVATE = 1,
    CRM4E_SHARE_READ_ONLY = 2,
    CRM4E_SHARE_READ_WRITE = 3,
    CRM4E_SHARE_READ_WRITE_DELETE = 4
};

/** What sharing opens; each includes those before it. */
typedef uint32_t crm4e_level;
enum {
    CRM4E_LEVEL_READ_ONLY = 1,
    CRM4E_LEVEL_READ_WRITE = 2,
    CRM4E_LEVEL_READ_WRITE_DELETE = 3, /**< of sharing rules */
    CRM4E_LEVEL_FULL_ACCESS = 4        /**< of manual shares: also to share on */
};

/** Somebody a group, a sharing rule or a share speaks of. */
typedef uint32_t crm4e_subject;
enum {
    CRM4E_SUBJECT_USER = 1,                  /**< one user */
    CRM4E_SUBJECT_ROLE = 2,                  /**< everybody with the role */
    CRM4E_SUBJECT_ROLE_AND_SUBORDINATES = 3, /**< and with a role below it */
    CRM4E_SUBJECT_GROUP = 4                  /**< everybody in the group */
};

/** Which tree lets superiors see the records of those below. */
typedef uint32_t crm4e_hierarchy;
enum {
    CRM4E_HIERARCHY_ROLE = 1,
    CRM4E_HIERARCHY_REPORTING_TO = 2
};

/** The five team profiles of a team module. */
typedef uint32_t crm4e_team_profile;
enum {
    CRM4E_TEAM_ADMIN = 1,       /**< all records; configures the module; at most 5 */
    CRM4E_TEAM_MANAGER = 2,     /**< all records */
    CRM4E_TEAM_MEMBER = 3,      /**< sees all, edits and deletes his own */
    CRM4E_TEAM_PARTICIPANT = 4, /**< his own */
    CRM4E_TEAM_REQUESTER = 5    /**< his own requests, never the module */
};

/** Admin permissions of a profile. */
typedef uint32_t crm4e_admin;
enum {
    CRM4E_ADMIN_MANAGE_USERS = 1,
    CRM4E_ADMIN_MANAGE_PROFILES = 2,
    CRM4E_ADMIN_MANAGE_ROLES = 3,
    CRM4E_ADMIN_MANAGE_DATA_SHARING = 4, /**< groups, sharing rules, org-wide defaults */
    CRM4E_ADMIN_MANAGE_AUTOMATION = 5,
    CRM4E_ADMIN_CUSTOMISE = 6, /**< org modules and their fields */
    CRM4E_ADMIN_CREATE_TEAM_MODULE = 7,
    CRM4E_ADMIN_MANAGE_TEAM_SPACES = 8,
    CRM4E_ADMIN_IMPORT = 9,
    CRM4E_ADMIN_EXPORT = 10,
    CRM4E_ADMIN_SYSTEM_ADMINISTRATOR = 11 /**< everything */
};

/** What somebody wants to do with records of a module. */
typedef uint32_t crm4e_action;
enum {
    CRM4E_ACTION_VIEW = 1,
    CRM4E_ACTION_CREATE = 2,
    CRM4E_ACTION_EDIT = 3,
    CRM4E_ACTION_DELETE = 4,
    CRM4E_ACTION_IMPORT = 5,
    CRM4E_ACTION_EXPORT = 6,
    CRM4E_ACTION_MASS_UPDATE = 7,
    CRM4E_ACTION_MASS_DELETE = 8,
    CRM4E_ACTION_CHANGE_OWNER = 9,
    CRM4E_ACTION_SHARE = 10,
    CRM4E_ACTION_CONVERT = 11,
    CRM4E_ACTION_MANAGE_VIEWS = 12,
    CRM4E_ACTION_SEND_MAIL = 13
};

/** What a profile or team profile may do with a field. */
typedef uint32_t crm4e_permission;
enum {
    CRM4E_PERMISSION_READ_WRITE = 1,
    CRM4E_PERMISSION_READ_ONLY = 2,
    CRM4E_PERMISSION_HIDDEN = 3
};

/** Where a module belongs. */
typedef uint32_t crm4e_access;
enum {
    CRM4E_ACCESS_ORG = 1, /**< org module: profiles, roles and sharing decide */
    CRM4E_ACCESS_TEAM = 2 /**< team module: team profiles decide */
};

/** Data type of a field. */
typedef uint32_t crm4e_type;
enum {
    CRM4E_TYPE_TEXT = 1,
    CRM4E_TYPE_TEXTAREA = 2, /**< length 2000, 32000 or 50000 */
    CRM4E_TYPE_EMAIL = 3,
    CRM4E_TYPE_PHONE = 4,
    CRM4E_TYPE_WEBSITE = 5,
    CRM4E_TYPE_INTEGER = 6,
    CRM4E_TYPE_BIGINT = 7,
    CRM4E_TYPE_DOUBLE = 8, /**< exact decimal with 0 to 9 places */
    CRM4E_TYPE_CURRENCY = 9,
    CRM4E_TYPE_PERCENT = 10,
    CRM4E_TYPE_DATE = 11,
    CRM4E_TYPE_DATETIME = 12,
    CRM4E_TYPE_BOOLEAN = 13,
    CRM4E_TYPE_PICKLIST = 14,
    CRM4E_TYPE_MULTISELECTPICKLIST = 15,
    CRM4E_TYPE_LOOKUP = 16,
    CRM4E_TYPE_MULTI_MODULE_LOOKUP = 17,
    CRM4E_TYPE_USERLOOKUP = 18,
    CRM4E_TYPE_OWNERLOOKUP = 19,
    CRM4E_TYPE_MULTIUSERLOOKUP = 20,
    CRM4E_TYPE_MULTISELECTLOOKUP = 21,
    CRM4E_TYPE_AUTONUMBER = 22,
    CRM4E_TYPE_FORMULA = 23,
    CRM4E_TYPE_ROLLUP_SUMMARY = 24,
    CRM4E_TYPE_FILEUPLOAD = 25, /**< up to five files, see crm4e/file.h */
    CRM4E_TYPE_SUBFORM = 26     /**< rows of a record, see #CRM4E_SUBFORM_ROWS_MAX */
};

/** How a date or time is cut into buckets of a chart. */
typedef uint32_t crm4e_granularity;
enum {
    CRM4E_BY_DAY = 1,
    CRM4E_BY_WEEK = 2, /**< ISO week, from Monday */
    CRM4E_BY_MONTH = 3,
    CRM4E_BY_QUARTER = 4,
    CRM4E_BY_YEAR = 5,
    CRM4E_BY_FISCAL_QUARTER = 6,
    CRM4E_BY_FISCAL_YEAR = 7
};

/** What a chart computes of a group of records. */
typedef uint32_t crm4e_measure;
enum {
    CRM4E_COUNT = 1,
    CRM4E_SUM = 2,
    CRM4E_AVG = 3, /**< rounded half to even, four places beyond the field's */
    CRM4E_MIN = 4,
    CRM4E_MAX = 5,
    CRM4E_COUNT_DISTINCT = 6 /**< different values of a number field */
};

/** How a chart is meant to be seen. */
typedef uint32_t crm4e_chart_type;
enum {
    CRM4E_CHART_COLUMN = 1,      /**< upright; the second key side by side */
    CRM4E_CHART_BAR = 2,         /**< lying; the second key side by side */
    CRM4E_CHART_STACKED_BAR = 3, /**< lying; the second key on top of each other; needs two keys */
    CRM4E_CHART_LINE = 4,
    CRM4E_CHART_AREA = 5,
    CRM4E_CHART_PIE = 6,      /**< exactly one key */
    CRM4E_CHART_DONUT = 7,    /**< exactly one key */
    CRM4E_CHART_FUNNEL = 8,   /**< exactly one key; of a picklist: every stage, in its order */
    CRM4E_CHART_HEAT_MAP = 9, /**< exactly two keys */
    CRM4E_CHART_TABLE = 10,
    CRM4E_CHART_KPI = 11 /**< a number; with a date as its key: of now and of the period before */
};

#ifdef __cplusplus
}
#endif

#endif
