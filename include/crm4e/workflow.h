/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_WORKFLOW_H
#define CRM4E_WORKFLOW_H

#include <crm4e/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Workflow rules, built step by step and checked when saved.
 */

/** When a rule looks at a record. */
typedef uint32_t crm4e_trigger;
enum {
    CRM4E_ON_CREATE = 1,           /**< of a record */
    CRM4E_ON_EDIT = 2,             /**< of any field, its owner included */
    CRM4E_ON_CREATE_OR_EDIT = 3,   /**< both */
    CRM4E_ON_DELETE = 4,           /**< into the bin */
    CRM4E_ON_FIELD_UPDATE = 5,     /**< of fields that are named: crm4e_workflow_on_fields() */
    CRM4E_ON_TAG_ADDED = 6,        /**< any, or those of crm4e_workflow_on_tags() */
    CRM4E_ON_TAG_REMOVED = 7,      /**< the same */
    CRM4E_ON_NOTE_ADDED = 8,       /**< the rule works on the record that the note hangs on */
    CRM4E_ON_INTERACTION_ADDED = 9 /**< to a lead or contact, which the rule works on: any, or those
                                        of crm4e_workflow_on_interactions() */
};

/** What time is counted in. Days and more keep the time of day in the org's time zone; business days
 *  are Monday to Friday. */
typedef uint32_t crm4e_time_unit;
enum {
    CRM4E_MINUTES = 1,
    CRM4E_HOURS = 2,
    CRM4E_DAYS = 3,
    CRM4E_BUSINESS_DAYS = 4,
    CRM4E_WEEKS = 5,
    CRM4E_MONTHS = 6,
    CRM4E_YEARS = 7
};

/** How often a date trigger fires. */
typedef uint32_t crm4e_repeat;
enum {
    CRM4E_ONCE = 1,
    CRM4E_MONTHLY = 2, /**< at the date, and on its day of every month after */
    CRM4E_YEARLY = 3
};

/** Among whom an owner is chosen. */
typedef uint32_t crm4e_assign_target;
enum {
    CRM4E_ASSIGN_TEAM_MODULE_USERS = 1, /**< the team module's users, requesters excluded */
    CRM4E_ASSIGN_USERS = 2,             /**< those listed */
    CRM4E_ASSIGN_ROLE = 3,              /**< users of one role */
    CRM4E_ASSIGN_GROUP = 4,             /**< users of one group, with those it includes */
    CRM4E_ASSIGN_RULE = 5,              /**< whom an assignment rule of the module says */
    CRM4E_ASSIGN_USER_FIELD = 6,        /**< those in a user field of the record */
    CRM4E_ASSIGN_MATCHING_USERS = 7     /**< users who meet criteria */
};

/** Which open activities go to the new owner. */
enum {
    CRM4E_TRANSFER_TASKS = 1,
    CRM4E_TRANSFER_EVENTS = 2,
    CRM4E_TRANSFER_CALLS = 4,
    CRM4E_TRANSFER_OPEN_ACTIVITIES = 7
};

/** The action that assigns an owner in rotation. */
typedef struct crm4e_assign_options {
    size_t struct_size;         /**< sizeof(crm4e_assign_options) */
    crm4e_assign_target target; /**< CRM4E_ASSIGN_* */
    uint32_t transfer;          /**< CRM4E_TRANSFER_* bits */
    const crm4e_id *users;      /**< for #CRM4E_ASSIGN_USERS */
    size_t user_count;          /**< their number */
    const char *role;           /**< for #CRM4E_ASSIGN_ROLE */
    int32_t online_only; /**< 1: only users that are online; nobody online: owner unchanged */
    int32_t notify;      /**< 1: tell the new owner */
    const char *group;   /**< for #CRM4E_ASSIGN_GROUP */
    const char *assignment_rule; /**< for #CRM4E_ASSIGN_RULE */
    const char *field;           /**< for #CRM4E_ASSIGN_USER_FIELD: of one or several users */
    const char *criteria; /**< for #CRM4E_ASSIGN_MATCHING_USERS: as crm4e_query_where(), over Name,
                               Email, Role, Profile, Status and Online of users, such as
                               "Role = 'Senior' and Online = true" */
} crm4e_assign_options;

/** Initialiser of #crm4e_assign_options. */
#define CRM4E_ASSIGN_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_assign_options), 0, 0, NULL, 0, NULL, 0, 0, NULL, NULL, NULL, NULL            \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_assign_options_init(crm4e_assign_options *options);

/**
 * A new rule, not saved. It starts with one condition: all records.
 *
 * @param out    receives the rule; free it with crm4e_workflow_free()
 * @param module the module it is for
 * @param name   unique in the module; 1 to 100 characters
 * @return #CRM4E_OK; #CRM4E_E_DENIED for who may not set up automation there; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY; what the storage answers
 */
CRM4E_API int crm4e_workflow_new(crm4e_workflow **out, crm4e_module *module, const char *name);

/**
 * Frees a rule in hand; a saved one stays.
 *
 * @param workflow may be NULL
 */
CRM4E_API void crm4e_workflow_free(crm4e_workflow *workflow);

/**
 * Sets the trigger.
 *
 * @param workflow the rule
 * @param trigger  CRM4E_ON_*
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_workflow_on(crm4e_workflow *workflow, crm4e_trigger trigger);

/** The trigger by a date of the record. */
typedef struct crm4e_date_trigger_options {
    size_t struct_size; /**< sizeof(crm4e_date_trigger_options) */
    const char *field;  /**< API name of a date or datetime field of the module */
    const char *at; /**< "09:00": the time of day; NULL: that of the field, of a date midnight */
    int32_t count;  /**< so many units after the field's date; before it when negative */
    crm4e_time_unit unit; /**< CRM4E_MINUTES .. CRM4E_YEARS; may be 0 when `count` is */
    crm4e_repeat repeat;  /**< CRM4E_ONCE, CRM4E_MONTHLY or CRM4E_YEARLY */
    uint32_t reserved;    /**< 0 */
} crm4e_date_trigger_options;

/** Initialiser of #crm4e_date_trigger_options. */
#define CRM4E_DATE_TRIGGER_OPTIONS_INIT                                                            \
    {                                                                                              \
        sizeof(crm4e_date_trigger_options), NULL, NULL, 0, 0, CRM4E_ONCE, 0                        \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_date_trigger_options_init(crm4e_date_trigger_options *options);

/**
 * Sets the trigger to a moment before, at or after a date of the record, in place of
 * crm4e_workflow_on(). Moments that are past when the date is written, or the rule saved, are
 * not made up for. See crm4e/schedule.h for how rules act by the clock.
 *
 * @param workflow the rule
 * @param options  which moment
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_on_date(crm4e_workflow *workflow,
                                     const crm4e_date_trigger_options *options);

/**
 * Sets the trigger #CRM4E_ON_FIELD_UPDATE: a change of a record that changes these fields.
 *
 * @param workflow the rule
 * @param fields   JSON array of 1 to 50 API names, or {"field": name, "value": value} for a field
 *                 that has to become that value, or empty for a null
 * @param all      1: all of them in one change; 0: any
 * @return #CRM4E_OK; #CRM4E_E_INVALID for what is no JSON, or neither 0 nor 1; #CRM4E_E_TOO_BIG;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_on_fields(crm4e_workflow *workflow, const char *fields, int32_t all);

/**
 * Sets a trigger on tags, and which tags.
 *
 * @param workflow the rule
 * @param trigger  #CRM4E_ON_TAG_ADDED or #CRM4E_ON_TAG_REMOVED
 * @param tags     JSON array of 1 to 10 names of tags of the module, any of which; NULL: any there is
 * @return as crm4e_workflow_on_fields()
 */
CRM4E_API int crm4e_workflow_on_tags(crm4e_workflow *workflow, crm4e_trigger trigger,
                                     const char *tags);

/**
 * Sets the trigger #CRM4E_ON_INTERACTION_ADDED, of a rule of Leads or Contacts, and which
 * interactions: those that a host adds, and those that come of records and changes by
 * themselves (crm4e/interaction.h). One that moves with its record, by conversion or merging,
 * or only to another time or user, is not added; a call that is held is one of another kind. What
 * is added again with the same external id wakes no rule twice. Of an interaction that comes from
 * another record the rule knows when its author may open the module of that, and read the
 * fields that make it one. In an edition without interactions such a rule is not saved,
 * #CRM4E_E_LIMIT, and one that is there rests.
 *
 * @param workflow the rule
 * @param kinds    JSON array of 1 to 50 names of kinds, any of which; NULL: any there is
 * @param channels JSON array of channels, any of which, such as ["email"]; NULL: any
 * @return as crm4e_workflow_on_fields()
 */
CRM4E_API int crm4e_workflow_on_interactions(crm4e_workflow *workflow, const char *kinds,
                                             const char *channels);

/**
 * Whether the rule runs whenever a condition holds, as it does unless told otherwise, or for each
 * record only the first time that one holds and its actions are done. That is told by the run
 * log, which keeps those lines as long as the rule is there: crm4e_runs_purge() leaves them.
 *
 * @param workflow the rule
 * @param repeat   1: every time; 0: the first time only
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_workflow_repeat(crm4e_workflow *workflow, int32_t repeat);

/**
 * Starts the next condition, as crm4e_workflow_when(), for records that besides were something
 * before the change. With triggers that wait for a change of the record alone; for a record that
 * is created, with #CRM4E_ON_CREATE_OR_EDIT, it does not hold.
 *
 * @param workflow the rule
 * @param criteria of the record as the change left it; NULL: all records
 * @param was      criteria of the record as it was; behind a lookup it is that of now
 * @return as crm4e_workflow_when()
 */
CRM4E_API int crm4e_workflow_when_was(crm4e_workflow *workflow, const char *criteria,
                                      const char *was);

/**
 * Starts the next condition; actions that follow belong to it. The first
 * condition a record meets wins.
 *
 * @param workflow the rule
 * @param criteria as crm4e_query_where(); NULL: all records
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_DEPTH; #CRM4E_E_TOO_BIG beyond ten; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_when(crm4e_workflow *workflow, const char *criteria);

/**
 * Starts a group of actions that are done later: those that follow belong to it, until the next
 * group or condition. When its time has come the group is done if the record still meets
 * the condition.
 *
 * @param workflow the rule
 * @param count    so many units after the rule met the record; 1 to a hundred years
 * @param unit     CRM4E_MINUTES .. CRM4E_YEARS
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG beyond five in a condition; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_later(crm4e_workflow *workflow, int32_t count, crm4e_time_unit unit);

/**
 * Adds the action that assigns an owner.
 *
 * @param workflow the rule
 * @param options  among whom and how
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG beyond fifty actions; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_then_assign_owner(crm4e_workflow *workflow,
                                               const crm4e_assign_options *options);

/**
 * Adds the action that sets a field, of the record or of the one behind a lookup to one module,
 * which the rule's author must be allowed to change; without one the action is skipped.
 *
 * @param workflow the rule
 * @param field    API name, or "Lookup.Field"
 * @param value    text in its canonical form; NULL clears the field
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_update_field(crm4e_workflow *workflow, const char *field,
                                               const char *value);

/** The action that creates a record. Its author must be allowed to create it, with each of
 *  the fields, when the rule is saved and whenever it runs. */
typedef struct crm4e_create_options {
    size_t struct_size; /**< sizeof(crm4e_create_options) */
    const char *module; /**< API name of the module of what is created */
    /** JSON object of its fields, may be NULL. Texts are in their canonical form and may hold
     *  merge fields, see crm4e_workflow_then_notify(); a lookup or user field that is given
     *  one merge field of its kind leads to the same record or user. */
    const char *fields;
    const char *links; /**< JSON array of lookups that lead to the rule's record; may be NULL */
    const char *owner; /**< "record": who owns the record by then, or a user's email; NULL: who
                            set the rule off, or its author where that one cannot own it */
    int32_t triggers;  /**< 1: rules of the module look at what is created, and others at the note
                            or interaction that it is */
    uint32_t reserved; /**< 0 */
} crm4e_create_options;

/** Initialiser of #crm4e_create_options. */
#define CRM4E_CREATE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_create_options), NULL, NULL, NULL, NULL, 0, 0                                 \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_create_options_init(crm4e_create_options *options);

/**
 * Adds the action that creates a record. What it creates sets off no rule unless
 * `triggers` says so; then a rule that could set itself off is not saved, rules set one
 * another off over five levels at most, each counted when an active rule is woken there, and do
 * 1000 actions further down in one save: beyond that the first of them fails, with everything
 * that came of it.
 *
 * @param workflow the rule
 * @param options  what is created
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_create_record(crm4e_workflow *workflow,
                                                const crm4e_create_options *options);

/** Kinds of activities. */
typedef uint32_t crm4e_activity;
enum {
    CRM4E_ACTIVITY_TASK = 1,
    CRM4E_ACTIVITY_MEETING = 2,
    CRM4E_ACTIVITY_CALL = 3
};

/** The action that creates a task, meeting or call about the record. */
typedef struct crm4e_activity_options {
    size_t struct_size;  /**< sizeof(crm4e_activity_options) */
    crm4e_activity kind; /**< CRM4E_ACTIVITY_* */
    int32_t due_in_days; /**< 0 to 3650, by the clock of the org; -1: a task has no due date,
                              others start on the same day */
    const char *subject; /**< text that may hold merge fields */
    const char *at;      /**< "09:30", when a meeting or call starts; NULL: at the time it is */
    int32_t minutes;     /**< that a meeting lasts, up to a week; 0: an hour */
    int32_t triggers;    /**< as in #crm4e_create_options */
    const char *fields;  /**< as in #crm4e_create_options; may be NULL */
    const char *owner;   /**< as in #crm4e_create_options; may be NULL */
} crm4e_activity_options;

/** Initialiser of #crm4e_activity_options. */
#define CRM4E_ACTIVITY_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(crm4e_activity_options), 0, -1, NULL, NULL, 0, 0, NULL, NULL                        \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_activity_options_init(crm4e_activity_options *options);

/**
 * Adds the action that creates a task, a meeting or a call with the record as its contact or
 * what it is related to. A call is outbound and scheduled unless `fields` say otherwise.
 *
 * @param workflow the rule
 * @param options  what is created
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_create_activity(crm4e_workflow *workflow,
                                                  const crm4e_activity_options *options);

/**
 * Adds the action that converts the lead, in a rule of Leads, as crm4e_convert_lead() does: into
 * an account if it has a company, a contact, and a deal if wanted. The rights to it are those of
 * the rule's author, then and there. A lead that is converted already makes the rule fail.
 *
 * @param workflow the rule
 * @param deal     JSON object of the deal's fields, whose texts may hold merge fields; NULL: no
 *                 deal
 * @param owner    a user's email, who owns all that is new; NULL: the lead's owner
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_convert_lead(crm4e_workflow *workflow, const char *deal,
                                               const char *owner);

/**
 * Adds the action that puts tags on the record, beside those it has; more than ten make it
 * fail.
 *
 * @param workflow the rule
 * @param tags     JSON array of 1 to 10 names of tags of the module
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_add_tags(crm4e_workflow *workflow, const char *tags);

/**
 * Adds the action that takes tags off the record; those it has not are passed over.
 *
 * @param workflow the rule
 * @param tags     JSON array of 1 to 10 names of tags of the module
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_remove_tags(crm4e_workflow *workflow, const char *tags);

/**
 * Adds the action that notifies somebody through the outbox. Subject and body may hold merge
 * fields: `${Module.Field}` is the value of the record's field, `${Module.Lookup.Field}` one
 * of the record behind a lookup to one module, over two lookups at most; `$${` stands
 * for `${` itself. What the recipient may not read is empty.
 *
 * @param workflow the rule
 * @param to       "owner", "creator" or a user's email
 * @param subject  text
 * @param body     text; may be NULL
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_notify(crm4e_workflow *workflow, const char *to,
                                         const char *subject, const char *body);

/** The action that calls a web address through the outbox. Texts may hold merge fields, see
 *  crm4e_workflow_then_notify(); one of `body`, `form` and `text` at most is given, and none
 *  with GET and DELETE. Without one a JSON object says module, record, rule and what happened. */
typedef struct crm4e_webhook_options {
    size_t struct_size;  /**< sizeof(crm4e_webhook_options) */
    const char *method;  /**< "GET", "POST", "PUT", "PATCH" or "DELETE"; NULL: POST */
    const char *url;     /**< http or https; merge fields behind the host only */
    const char *headers; /**< JSON object of texts, 20 at most; may be NULL */
    const char *body;    /**< JSON, sent as such with the texts in it filled; may be NULL */
    const char *form;    /**< JSON object of texts, sent as the fields of a form; may be NULL */
    const char *text;    /**< sent as plain text; may be NULL */
} crm4e_webhook_options;

/** Initialiser of #crm4e_webhook_options. */
#define CRM4E_WEBHOOK_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(crm4e_webhook_options), NULL, NULL, NULL, NULL, NULL, NULL                          \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_webhook_options_init(crm4e_webhook_options *options);

/**
 * Adds the action that calls a web address. The library writes the call into the outbox; who
 * makes it, and to which addresses, is the host.
 *
 * @param workflow the rule
 * @param options  the call
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_webhook(crm4e_workflow *workflow,
                                          const crm4e_webhook_options *options);

/**
 * Adds the action that calls a function of the host, by a message in the outbox.
 *
 * @param workflow  the rule
 * @param name      letters, digits, "_", "." and "-"; 1 to 100 characters
 * @param arguments JSON object, whose texts may hold merge fields; NULL: none
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_call_function(crm4e_workflow *workflow, const char *name,
                                                const char *arguments);

/**
 * Checks and stores the rule; it is active from then on.
 *
 * @param workflow the rule
 * @return #CRM4E_OK; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_INVALID for unknown fields and
 *         values, a missing trigger or no action; #CRM4E_E_LOOP for a rule that could set itself
 *         off, by what it creates; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_LIMIT;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_workflow_save(crm4e_workflow *workflow);

/**
 * Switches a saved rule on or off. What it had scheduled is off with it; on again, one by a date
 * waits for the moments that are to come, and groups of actions start with the next change that
 * meets it. Its author stays who he is. What is as it should be already is #CRM4E_OK.
 *
 * @param module the module
 * @param name   of the rule
 * @param active 1: on; 0: off
 * @return #CRM4E_OK; #CRM4E_E_DENIED for who may not set up automation there; #CRM4E_E_NOT_FOUND for the
 *         rule, and when the module is gone; #CRM4E_E_LIMIT when no more may be active;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_workflow_activate(crm4e_module *module, const char *name, int32_t active);

/**
 * Removes a saved rule with all it had scheduled and its places in rotations. Messages that it put into
 * the outbox are delivered all the same. Lines of the run log stay, for who read them, with a
 * null for the rule; a new rule of the same name has nothing to do with them.
 *
 * @param module the module
 * @param name   of the rule
 * @return #CRM4E_OK; #CRM4E_E_DENIED for who may not set up automation there; #CRM4E_E_NOT_FOUND for the
 *         rule, and when the module is gone; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_workflow_remove(crm4e_module *module, const char *name);

/**
 * The rules of a module in the order in which they look at a record, as a JSON array: {"name",
 * "on", "active"}. What they look at and do is in crm4e_org_export(). For who may set up the
 * module's automation.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param module the module
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND when the module is gone; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_workflows_json(crm4e_text **out, crm4e_module *module);

#ifdef __cplusplus
}
#endif

#endif
