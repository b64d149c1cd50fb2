/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_INTERACTION_H
#define CRM4E_INTERACTION_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Interactions: all there was between the firm and a lead or contact, in one sequence by
 * time, from the first. Calls, meetings, cases, notes marked as customer contact, records of team
 * modules that point to the person, changes of stage and conversions come into it by
 * themselves; a host adds what it knows: mail, messages, visits, forms, surveys, campaigns, and
 * kinds of its own. docs/interactions.md lists the kinds and channels.
 *
 * In the enterprise and ultimate editions and their bundles; in others each call that reads, adds
 * or removes is #CRM4E_E_LIMIT. What comes by itself is kept in every edition, so nothing is missing
 * after an upgrade or between two.
 *
 * Interactions follow their record: who may view it reads them, who may edit it adds some and
 * takes back what hosts added, also while it is locked. One that comes from another record (a call, a deal) is there for who may
 * view that as well, and may read the fields that say that it is one, of which kind, and when.
 *
 * A contact made from a lead carries the lead's interactions, a merged record those of the
 * others. They wait while the record is in the bin, and go when it is purged.
 */

/** A kind of interaction, to create or change. NULL and 0 keep what is there, or are the default
 *  of a new one. */
typedef struct crm4e_interaction_kind_options {
    size_t struct_size;    /**< sizeof(crm4e_interaction_kind_options) */
    const char *name;      /**< 1 to 50 characters; names the kind */
    const char *label;     /**< 1 to 100 characters; default: the name */
    const char *label_zh;  /**< the same in Chinese; default: the label */
    const char *channel;   /**< "email", "phone", ..; default: "other" */
    const char *direction; /**< "in": from the customer, "out": to him, "none": the default */
    int32_t contact;       /**< 1: counts as contact with the customer, the default; 2: does not */
    int32_t is_active;     /**< 1: yes, the default; 2: none is added any more */
} crm4e_interaction_kind_options;

/** Initialiser of #crm4e_interaction_kind_options. */
#define CRM4E_INTERACTION_KIND_OPTIONS_INIT                                                        \
    {                                                                                              \
        sizeof(crm4e_interaction_kind_options), NULL, NULL, NULL, NULL, NULL, 0, 0                 \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_interaction_kind_options_init(crm4e_interaction_kind_options *options);

/**
 * Creates a kind of the org's own, beside the built-in ones. It takes the permission to customise.
 *
 * @param id      receives the new kind's id; may be NULL
 * @param session who creates
 * @param options the kind
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_LIMIT in an edition without
 *         interactions, and for a 201st kind; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_interaction_kind_create(crm4e_id *id, crm4e_session *session,
                                            const crm4e_interaction_kind_options *options);

/**
 * Changes a kind of the org's own; kinds stay. Interactions that are there keep the channel and
 * direction they have.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_interaction_kind_create(); #CRM4E_E_NOT_FOUND for an unknown kind; #CRM4E_E_CONFLICT for a
 *         built-in one
 */
CRM4E_API int crm4e_interaction_kind_update(crm4e_session *session,
                                            const crm4e_interaction_kind_options *options);

/**
 * All kinds as a JSON array, the built-in ones first: `{"name", "label", "label_zh", "channel",
 * "direction", "contact", "is_active", "added_by"}`, the last "library", "host" for a built-in one
 * that hosts add, or "own". For everybody, in every edition.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_interaction_kinds_json(crm4e_text **out, crm4e_session *session);

/** An interaction to add. */
typedef struct crm4e_interaction_options {
    size_t struct_size;    /**< sizeof(crm4e_interaction_options) */
    const char *module;    /**< "Leads" or "Contacts" */
    crm4e_id record;       /**< whose */
    const char *kind;      /**< one that hosts add, or of the org's own */
    crm4e_time occurred;   /**< when it happened; 0: now */
    const char *channel;   /**< NULL: the kind's */
    const char *direction; /**< "in", "out", "none"; NULL: the kind's */
    const char *subject;   /**< at most 255 characters; may be NULL */
    const char *body;      /**< at most 65535 characters; may be NULL */
    const char *const
        *participants;        /**< addresses or names, at most 255 characters each; may be NULL */
    size_t participant_count; /**< at most 100 */
    crm4e_id user;            /**< who of the firm took part; 0: nobody */
    const char *external_id;  /**< the host's own, at most 255 bytes; NULL: none */
} crm4e_interaction_options;

/** Initialiser of #crm4e_interaction_options. */
#define CRM4E_INTERACTION_OPTIONS_INIT                                                             \
    {                                                                                              \
        sizeof(crm4e_interaction_options), NULL, 0, NULL, 0, NULL, NULL, NULL, NULL, NULL, 0, 0,   \
            NULL                                                                                   \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_interaction_options_init(crm4e_interaction_options *options);

/**
 * Adds an interaction to a lead or contact. The same external id of the same kind at the same
 * record with the same content changes nothing and answers the id it got the first time; with
 * other content it is a conflict.
 *
 * @param id      receives its id; may be NULL
 * @param session who adds
 * @param options the interaction
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record, kind or user; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT for an external id
 *         with other content, and for a lead that was converted: its interactions are the
 *         contact's; #CRM4E_E_LIMIT in an edition without interactions; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_interaction_add(crm4e_id *id, crm4e_session *session,
                                    const crm4e_interaction_options *options);

/**
 * Adds many, all or none: a JSON array of `{"module", "record", "kind", "occurred_at", "channel",
 * "direction", "subject", "body", "participants", "user", "external_id"}`, of which the first
 * three are needed; the time is an ISO text, and without one it is now. Any that fails fails all.
 *
 * @param out     receives `{"ids": [..]}`, in the order given; free it with crm4e_text_free()
 * @param session who adds
 * @param json    the array, of at most 10000
 * @return as crm4e_interaction_add()
 */
CRM4E_API int crm4e_interactions_add_json(crm4e_text **out, crm4e_session *session,
                                          const char *json);

/**
 * Removes an interaction that a host added, with all that it says: for what was told by mistake,
 * or is to be forgotten. Those that come by themselves are not removed: they follow the records
 * that they come from.
 *
 * The audit log keeps who removed it from which record, its id, kind and time. As with adding, the
 * record itself stays as it is: neither its history nor the change feed has a line of it, and no
 * rule runs. What rules did because of it, or have scheduled, stays. The external id is free: the
 * same event, added once more, is a new interaction.
 *
 * @param session     who removes: who may edit the record, also while it is locked
 * @param module      "Leads" or "Contacts"
 * @param record      whose
 * @param interaction the id that it has among those of the record
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record, and for an interaction that it has not, or
 *         that he does not see; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT for one that comes by itself;
 *         #CRM4E_E_LIMIT in an edition without interactions; #CRM4E_E_INVALID for another module;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_interaction_remove(crm4e_session *session, const char *module, crm4e_id record,
                                       crm4e_id interaction);

/** Which interactions of a record, and how many. NULL and 0 do not narrow. */
typedef struct crm4e_interactions_options {
    size_t struct_size;    /**< sizeof(crm4e_interactions_options) */
    const char *kind;      /**< of this kind */
    const char *channel;   /**< over this channel */
    const char *direction; /**< "in", "out" or "none" */
    crm4e_id user;         /**< with this user */
    crm4e_time from;       /**< at this time or later */
    crm4e_time until;      /**< before this time */
    int32_t descending;    /**< 1: the latest first */
    int32_t limit;         /**< entries of a page, 1 to 1000; 0: 100 */
    const char *after;     /**< token of the page before, with the same options; NULL: the start */
} crm4e_interactions_options;

/** Initialiser of #crm4e_interactions_options. */
#define CRM4E_INTERACTIONS_OPTIONS_INIT                                                            \
    {                                                                                              \
        sizeof(crm4e_interactions_options), NULL, NULL, NULL, 0, 0, 0, 0, 0, NULL                  \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_interactions_options_init(crm4e_interactions_options *options);

/**
 * A page of the interactions of a lead or contact by time, as a JSON object
 * `{"interactions": [..], "after": token or null}`. An entry is `{"id", "time", "kind", "channel",
 * "direction", "user", "subject", "body", "participants", "external_id", "source", "change"}`:
 * the user is `{"id", "name"}` or null, the source `{"module", "id"}` of what comes from another record,
 * the change `{"field", "old", "new"}` of a change of stage, else both are null. What the reader
 * may not read of the source is null, and what he may not see of it is left out.
 *
 * Pages go on behind the last entry by its time and id: whatever others add meanwhile,
 * none comes twice and none is lost. One that is moved to another time meanwhile stands where it
 * is now.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  "Leads" or "Contacts"
 * @param record  whose
 * @param options which; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record, kind or user; #CRM4E_E_DENIED; #CRM4E_E_LIMIT in an
 *         edition without interactions; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_interactions_json(crm4e_text **out, crm4e_session *session, const char *module,
                                      crm4e_id record, const crm4e_interactions_options *options);

/**
 * What the interactions of a lead or contact come to, as a JSON object: `{"count", "first",
 * "last", "last_in", "last_out", "silence": {"seconds", "from", "to"}, "channels": [{"channel",
 * "count", "in", "out"}], "answers": {"ours": {"count", "average", "longest"}, "theirs": {..}}}`.
 *
 * Only kinds that are contact with the customer count, up to now. First and last are times; the
 * silence is the longest time between two contacts one after the other, or from the last one to
 * the end of the period, which is now at the latest; then "to" is null. An answer of ours is the
 * first contact outwards after one or more inwards, its time from the first of these, in seconds;
 * theirs the other way round. What there is nothing of is null.
 *
 * The call reads all entries of the period: its cost grows with them (docs/performance.md).
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  "Leads" or "Contacts"
 * @param record  whose
 * @param options which; order, limit and token do not matter; may be NULL
 * @return as crm4e_interactions_json()
 */
CRM4E_API int crm4e_interactions_summary_json(crm4e_text **out, crm4e_session *session,
                                              const char *module, crm4e_id record,
                                              const crm4e_interactions_options *options);

#ifdef __cplusplus
}
#endif

#endif
