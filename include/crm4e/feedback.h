/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_FEEDBACK_H
#define CRM4E_FEEDBACK_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What users have to say about the interface. It is kept in the org and handed to
 * the host as a message of the outbox of the kind "feedback".
 */

/**
 * Keeps what the acting user says, with the time, and puts a message into the
 * outbox: {"feedback": id, "user": id, "email", "ui", "place", "text"}.
 *
 * @param session who speaks; every user may
 * @param text    1 to 4,000 characters, lines allowed
 * @param place   where he was, in the host's own words, at most 250 characters; NULL: nowhere
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_feedback_send(crm4e_session *session, const char *text, const char *place);

/**
 * What was said, in order: a JSON array of {"id", "time", "user", "email", "place", "text"}.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session a system administrator's
 * @param after   id of the last one seen; 0: from the first on
 * @param limit   at most this many, 1 to 1,000
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_feedback_json(crm4e_text **out, crm4e_session *session, int64_t after,
                                  int32_t limit);

#ifdef __cplusplus
}
#endif

#endif
