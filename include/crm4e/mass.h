/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_MASS_H
#define CRM4E_MASS_H

#include <crm4e/session.h>
#include <crm4e/workflow.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Many records in one call and one transaction. Each goes the way of the call about one
 * record: rights, checks, limits, rules and history are the same. The right to change many
 * comes before: it takes the action `mass_update` or `mass_delete` beside the one on each record.
 *
 * All or nothing: the first record that is refused refuses the call, its number (from 1) is in
 * the message. Or `partial`: what is refused is left as it is, and the answer says why. A record
 * that does not exist and one that the user does not see are #CRM4E_E_NOT_FOUND alike.
 *
 * The answer is a JSON object: `{"rows": [{"id": 7, "code": "CRM4E_OK"}, {"id": 8, "code":
 * "CRM4E_E_INVALID", "field": "Email", "rule": "type", "message": ".."}], "changed": 1}`, with a row
 * for each record in the order in which they were given; "changed" counts those that are not as
 * they were.
 *
 * At most 50000 records in a call.
 */

/** Which records, and how. */
typedef struct crm4e_mass_options {
    size_t struct_size;  /**< sizeof(crm4e_mass_options) */
    const char *module;  /**< API name */
    const crm4e_id *ids; /**< the records, each once; not read when `count` is 0 */
    size_t count;        /**< number of ids; 0 without criteria: no record, and nothing happens */
    /** Instead of ids, the text form after `where` of a query: of the records that such a query
     *  of the user gives, in order of id, all those that he may change so; others are left
     *  alone and have no row in the answer. NULL: by ids. */
    const char *criteria;
    int32_t partial; /**< 1: what can be done is done; 0: all or nothing */
    /** To change the owner, CRM4E_TRANSFER_*: tasks, events and calls that are open and point to
     *  a record that changes hands go to the new owner with it, whoever owns them. What the user
     *  may not give away, what is locked, and what the new owner cannot own, stays where it is. The
     *  row of the record says how many went along, in "activities". */
    uint32_t transfer;
} crm4e_mass_options;

/** Initialiser of #crm4e_mass_options. */
#define CRM4E_MASS_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_mass_options), NULL, NULL, 0, NULL, 0, 0                                      \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_mass_options_init(crm4e_mass_options *options);

/**
 * Creates records, as crm4e_record_save() does each.
 *
 * @param out     receives the answer, see the top of the file; free it with crm4e_text_free(); may
 *                be NULL
 * @param session who creates
 * @param module  API name
 * @param json    JSON array of objects, one a record, see crm4e_record_set_json()
 * @param length  bytes, or #CRM4E_NUL_TERMINATED
 * @param partial 1: what can be created is; 0: all or nothing
 * @return #CRM4E_OK, also with refused records when `partial`; #CRM4E_E_NOT_FOUND for the module;
 *         #CRM4E_E_DENIED without the right to create; #CRM4E_E_TOO_BIG beyond 50000 records or 64
 *         MiB; #CRM4E_E_INVALID; as crm4e_record_save(); #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_mass_create(crm4e_text **out, crm4e_session *session, const char *module,
                                const char *json, size_t length, int32_t partial);

/**
 * Writes the same values to many records, as crm4e_record_save() does to one. It takes
 * `mass_update`, and on each record what the change of one takes. A field that he may not write is
 * #CRM4E_E_DENIED, a value that does not fit the field refused, whatever records there are.
 *
 * @param out     receives the answer, see the top of the file; free it with crm4e_text_free(); may
 *                be NULL
 * @param session who changes
 * @param options which records
 * @param json    JSON object of the values, see crm4e_record_set_json()
 * @param length  bytes, or #CRM4E_NUL_TERMINATED
 * @return #CRM4E_OK, also with refused records when `partial`; #CRM4E_E_NOT_FOUND for the module;
 *         #CRM4E_E_DENIED; #CRM4E_E_TOO_BIG; #CRM4E_E_CONFLICT (rule "duplicate") for a record that is
 *         named twice; #CRM4E_E_INVALID; as crm4e_record_save() and, with criteria, crm4e_query_run();
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_mass_update(crm4e_text **out, crm4e_session *session,
                                const crm4e_mass_options *options, const char *json, size_t length);

/**
 * Moves records to the bin. It takes `mass_delete`, and on each record the right to delete it.
 *
 * @param out     receives the answer, see the top of the file; free it with crm4e_text_free(); may
 *                be NULL
 * @param session who deletes
 * @param options which records
 * @return as crm4e_mass_update(); the code of a record is that of crm4e_record_delete()
 */
CRM4E_API int crm4e_mass_delete(crm4e_text **out, crm4e_session *session,
                                const crm4e_mass_options *options);

/**
 * Brings records back from the bin. It takes what deleting them takes. Criteria do not look
 * into the bin.
 *
 * @param out     receives the answer, see the top of the file; free it with crm4e_text_free(); may
 *                be NULL
 * @param session who restores
 * @param options which records, by ids
 * @return as crm4e_mass_update(); the code of a record is that of crm4e_record_restore();
 *         #CRM4E_E_INVALID for criteria
 */
CRM4E_API int crm4e_mass_restore(crm4e_text **out, crm4e_session *session,
                                 const crm4e_mass_options *options);

/**
 * Gives records to another owner, with their open activities if wanted. It takes the right to
 * change the owner of each record, and of each activity.
 *
 * @param out     receives the answer, see the top of the file; free it with crm4e_text_free(); may
 *                be NULL
 * @param session who gives
 * @param options which records
 * @param owner   an active user who can own records of the module
 * @return as crm4e_mass_update(); #CRM4E_E_INVALID (rule "owner") for another user
 */
CRM4E_API int crm4e_mass_change_owner(crm4e_text **out, crm4e_session *session,
                                      const crm4e_mass_options *options, crm4e_id owner);

#ifdef __cplusplus
}
#endif

#endif
