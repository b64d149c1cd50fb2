/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_HISTORY_H
#define CRM4E_HISTORY_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What a record was: who changed what of it and when, also of one that was deleted, and
 * the record as it was at a time.
 *
 * Rights are those of now. Who sees the record now reads its history, field by field as
 * far as he may read it now, whoever owned it then. Of a record in the bin: who would
 * see it as it was deleted.
 */

/** Which lines of a history. */
typedef struct crm4e_history_options {
    size_t struct_size; /**< sizeof(crm4e_history_options) */
    int64_t before;    /**< only lines before this one: the sequence of the last one seen; 0: all */
    int32_t limit;     /**< at most this many, 1 to 1000; 0: 100 */
    uint32_t reserved; /**< 0 */
} crm4e_history_options;

/** Initialiser of #crm4e_history_options. */
#define CRM4E_HISTORY_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(crm4e_history_options), 0, 0, 0                                                     \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_history_options_init(crm4e_history_options *options);

/**
 * The history of a record, newest first, as the JSON array of crm4e_timeline_json():
 * {"sequence", "time", "user", "action", "source", "changes": [{"field", "old", "new"}]}. A line
 * that changed nothing the user may read is left out, and counts for nothing. Records in the
 * bin have theirs, with who deleted them.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  API name
 * @param record  the record
 * @param options which lines; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_INVALID for a number out of range;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_history_json(crm4e_text **out, crm4e_session *session,
                                        const char *module, crm4e_id record,
                                        const crm4e_history_options *options);

/**
 * A record as it was at a time: the JSON object of crm4e_record_json(), with the fields
 * there are now, as far as the user may read them now. It is worked out from the
 * record as it is and its history, backwards; tags are not in the history and are those
 * of now.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  API name
 * @param record  the record, or one in the bin
 * @param time    what was done at this moment counts
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND also when it did not exist yet at that time, lay in the
 *         bin, or was purged since; #CRM4E_E_INVALID for a time before which history was
 *         purged; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_as_of(crm4e_text **out, crm4e_session *session, const char *module,
                                 crm4e_id record, crm4e_time time);

/**
 * Takes lines of history that are older than the org's `history_days`
 * (crm4e_org_update()), a bounded number at a time: a host calls it now and then, until
 * nothing is done any more. Of each record the newest line stays, without its
 * values: who changed it last, and when, can always be answered. From then on
 * crm4e_record_as_of() goes back so far and no further, and crm4e_feed_json() sends who has
 * not come so far to start anew.
 *
 * @param session a system administrator's
 * @param budget  look at so many lines, 1 to 100000
 * @param done    receives how many were looked at, fewer than `budget` at the end; may be NULL
 * @return #CRM4E_OK, also where history stays; #CRM4E_E_DENIED; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_history_purge(crm4e_session *session, int32_t budget, int32_t *done);

#ifdef __cplusplus
}
#endif

#endif
