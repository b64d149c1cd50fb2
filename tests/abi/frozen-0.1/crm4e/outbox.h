/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_OUTBOX_H
#define CRM4E_OUTBOX_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Messages written by rules in the same transaction as the change, delivered
 * at least once after it. System administrators only.
 */

/**
 * Delivers what is due through the host's delivery callback.
 *
 * @param session a system administrator's
 * @param now     the time to go by; 0: the clock's
 * @param budget  at most this many messages
 * @param done    receives how many were settled, also by a failure after the first; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_UNSUPPORTED without a callback; #CRM4E_E_CALLBACK;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_run_due(crm4e_session *session, crm4e_time now, int32_t budget, int32_t *done);

/**
 * The next message that is due, for hosts that pull. It comes again until it
 * is settled.
 *
 * @param out     receives a JSON object {"id", "kind", "key", "module", "record", "recipient",
 *                "created", "attempt", "payload"}; NULL when none is due; free it with
 *                crm4e_text_free()
 * @param session a system administrator's
 * @return #CRM4E_ROW; #CRM4E_OK when none is due; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_next(crm4e_text **out, crm4e_session *session);

/** What became of a message. */
enum {
    CRM4E_OUTBOX_DELIVERED = 1,
    CRM4E_OUTBOX_FAILED = 2, /**< try again later, ten times at most */
    CRM4E_OUTBOX_DEAD = 3    /**< give up */
};

/**
 * Says what became of a message.
 *
 * @param session a system administrator's
 * @param id      the message
 * @param result  CRM4E_OUTBOX_*
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND when it is not waiting; #CRM4E_E_INVALID; #CRM4E_E_DENIED;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_settle(crm4e_session *session, crm4e_id id, uint32_t result);

#ifdef __cplusplus
}
#endif

#endif
