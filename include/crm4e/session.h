/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SESSION_H
#define CRM4E_SESSION_H

#include <crm4e/org.h>
#include <crm4e/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * A session acts for one user. It is used by one thread at a time, any thread;
 * a second one at the same moment gets #CRM4E_E_MISUSE, and so does a callback
 * that calls the session it was called from.
 */

/**
 * Opens a session for a user the host has identified.
 *
 * @param out   receives the session; close it with crm4e_session_close()
 * @param org   the org
 * @param email whose session it is
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for an unknown user; #CRM4E_E_INACTIVE for one without
 *         licence or not active; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_session_open(crm4e_session **out, crm4e_org *org, const char *email);

/**
 * Opens a session for a user the host's authenticate callback vouches for.
 *
 * @param out         receives the session; close it with crm4e_session_close()
 * @param org         the org
 * @param email       who he claims to be
 * @param credentials the host's own bytes, handed to the callback; may be NULL when `length` is 0
 * @param length      their number
 * @return #CRM4E_OK; #CRM4E_E_DENIED when the callback refuses, also for an unknown user;
 *         #CRM4E_E_INACTIVE; #CRM4E_E_UNSUPPORTED without a callback; #CRM4E_E_CALLBACK;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_session_authenticate(crm4e_session **out, crm4e_org *org, const char *email,
                                         const void *credentials, size_t length);

/**
 * Closes a session, rolls back what is not committed, frees its records,
 * cursors and other children: their handles are dead afterwards.
 *
 * @param session may be NULL
 */
CRM4E_API void crm4e_session_close(crm4e_session *session);

/**
 * Detail of the last failure in the session.
 *
 * @param session the session
 * @return borrowed until the next call in the session; NULL for a dead handle
 */
CRM4E_API const crm4e_error *crm4e_session_error(const crm4e_session *session);

/**
 * The acting user.
 *
 * @param session the session
 * @return his id; 0 for a dead handle
 */
CRM4E_API crm4e_id crm4e_session_user(const crm4e_session *session);

/**
 * Starts a transaction that spans calls. Without one each call is its own. A
 * call that fails inside changes nothing and leaves the transaction open.
 *
 * @param session the session
 * @return #CRM4E_OK; #CRM4E_E_MISUSE when one is open; #CRM4E_E_BUSY; what the storage answers
 */
CRM4E_API int crm4e_session_begin(crm4e_session *session);

/**
 * Makes everything since crm4e_session_begin() durable.
 *
 * @param session the session
 * @return #CRM4E_OK; #CRM4E_E_MISUSE when none is open; #CRM4E_E_COMMIT_UNKNOWN (close the session and
 *         look); another code: nothing of it took place, the transaction is over
 */
CRM4E_API int crm4e_session_commit(crm4e_session *session);

/**
 * Undoes everything since crm4e_session_begin().
 *
 * @param session the session
 * @return #CRM4E_OK; #CRM4E_E_MISUSE when none is open; #CRM4E_E_IO when undoing failed: then
 *         so is every later call, and closing the session is what is left
 */
CRM4E_API int crm4e_session_rollback(crm4e_session *session);

/**
 * Asks a call in progress to stop with #CRM4E_E_ABORTED. The only function that
 * another thread or a signal handler may call at any time. Without a call in
 * progress it has no effect.
 *
 * @param session the session
 */
CRM4E_API void crm4e_interrupt(crm4e_session *session);

/**
 * Says that the acting user is online, for assignments to online users only.
 *
 * @param session the session
 * @param until   he counts as online up to then; 0: he is offline
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_session_set_online(crm4e_session *session, crm4e_time until);

/**
 * Chooses the acting user's interface. Everybody switches his own at will; nothing
 * else changes by it: spaces, folders and tab groups are as they were when he comes back.
 *
 * @param session the session
 * @param mode    CRM4E_UI_NEXTGEN or CRM4E_UI_CLASSIC
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_session_set_ui_mode(crm4e_session *session, crm4e_ui_mode mode);

#ifdef __cplusplus
}
#endif

#endif
