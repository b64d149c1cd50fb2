/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_OUTBOX_H
#define CRM4E_OUTBOX_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Messages written by rules in the same transaction as the change, delivered at
 * least once after it: by the host's callback in crm4e_run_due(), or pulled with
 * crm4e_outbox_take() by as many workers as there are. System administrators only.
 *
 * Messages about one record are delivered in the order they were written, each
 * when the one before is delivered or dead. What fails comes again after 1 minute, 2,
 * 4 and so on, a day at most; after ten tries it is a dead letter, which waits for nobody
 * and is listed, tried again or discarded. A message that somebody took is his
 * until his lease ends; a lease that ends without an answer is a try that failed. The key
 * of a message is made of rule, record, version and action, and of the note or entry of the
 * schedule that set the rule off; it never changes: who gets one twice, after a worker died between delivering
 * and saying so, knows it by that.
 */

/**
 * Runs what rules have scheduled, see crm4e/schedule.h, and delivers what is due then through
 * the host's delivery callback. A callback has five
 * minutes for a message; then another worker may get it as well. After a failure the message
 * that was being delivered may come again at once, or when those minutes are over.
 *
 * @param session a system administrator's
 * @param now     the time to go by; 0: the clock's
 * @param budget  at most this many entries of the schedule, and as many messages
 * @param done    receives how many were run and settled together, also by a failure after the first; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_UNSUPPORTED without a callback; #CRM4E_E_CALLBACK;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_run_due(crm4e_session *session, crm4e_time now, int32_t budget, int32_t *done);

/**
 * The next message that is due and that nobody has taken. It comes again until it is
 * settled: for one worker alone, and to look. Several use crm4e_outbox_take().
 *
 * @param out     receives a JSON object {"id", "kind", "key", "module", "record", "recipient",
 *                "created", "attempt", "payload"}, with "reason" after a failure; NULL when none
 *                is due; free it with crm4e_text_free()
 * @param session a system administrator's
 * @return #CRM4E_ROW; #CRM4E_OK when none is due; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_next(crm4e_text **out, crm4e_session *session);

/**
 * Takes the next message that is due: nobody else gets it until the lease ends. Answer
 * with crm4e_outbox_answer().
 *
 * @param out     receives the object of crm4e_outbox_next() with "lease", a number; NULL when
 *                none is due; free it with crm4e_text_free()
 * @param session a system administrator's
 * @param seconds how long, by the host's clock; 1 to 86400
 * @return #CRM4E_ROW; #CRM4E_OK when none is due; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE,
 *         also while a transaction is open; what the storage answers
 */
CRM4E_API int crm4e_outbox_take(crm4e_text **out, crm4e_session *session, int32_t seconds);

/** What became of a message. */
enum {
    CRM4E_OUTBOX_DELIVERED = 1,
    CRM4E_OUTBOX_FAILED = 2, /**< try again later, ten times at most */
    CRM4E_OUTBOX_DEAD = 3    /**< give up */
};

/**
 * Says what became of a message that was taken.
 *
 * @param session a system administrator's
 * @param id      the message
 * @param lease   "lease" as crm4e_outbox_take() gave it
 * @param result  CRM4E_OUTBOX_*
 * @param reason  why it failed, for who reads the list; cut after 500 bytes; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND when it is not waiting; #CRM4E_E_CONFLICT when the lease
 *         ended and somebody else took it; #CRM4E_E_INVALID; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_outbox_answer(crm4e_session *session, crm4e_id id, int64_t lease,
                                  uint32_t result, const char *reason);

/**
 * Says what became of a message that nobody took, as crm4e_outbox_next() gave it.
 *
 * @param session a system administrator's
 * @param id      the message
 * @param result  CRM4E_OUTBOX_*
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND when it is not waiting; #CRM4E_E_CONFLICT while somebody has it;
 *         #CRM4E_E_INVALID; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_settle(crm4e_session *session, crm4e_id id, uint32_t result);

/** Which messages are listed. */
enum {
    CRM4E_OUTBOX_IS_WAITING = 1, /**< also those that somebody took */
    CRM4E_OUTBOX_IS_DELIVERED = 2,
    CRM4E_OUTBOX_IS_DEAD = 3
};

/**
 * Messages as a JSON array, oldest first: {"id", "kind", "key", "state", "module", "record",
 * "recipient", "created", "tries", "due", "payload"}, with "lease" while somebody has one and
 * "reason" after a failure. "due" of what is delivered or dead is when it became so.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session a system administrator's
 * @param state   CRM4E_OUTBOX_IS_*
 * @param after   behind the message with this id, which may be gone; 0: from the first
 * @param limit   at most so many, 1 to 1000
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_json(crm4e_text **out, crm4e_session *session, uint32_t state,
                                int64_t after, int32_t limit);

/**
 * Lets a dead letter wait again, due at once and with ten new tries. Later messages about its
 * record may have gone before it.
 *
 * @param session a system administrator's
 * @param id      the message
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND when it is no dead letter; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_outbox_retry(crm4e_session *session, crm4e_id id);

/**
 * Removes a dead letter. The audit log keeps its key.
 *
 * @param session a system administrator's
 * @param id      the message
 * @return as crm4e_outbox_retry()
 */
CRM4E_API int crm4e_outbox_discard(crm4e_session *session, crm4e_id id);

/**
 * Removes messages that were delivered before a time, a bounded number at a time: a host
 * calls it now and then, until fewer than its budget are done.
 *
 * @param session a system administrator's
 * @param before  delivered earlier than this
 * @param budget  at most so many, 1 to 100000
 * @param done    receives how many; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_outbox_purge(crm4e_session *session, crm4e_time before, int32_t budget,
                                 int32_t *done);

#ifdef __cplusplus
}
#endif

#endif
