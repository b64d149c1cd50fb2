/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TIMELINE_H
#define CRM4E_TIMELINE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The history of a record.
 */

/**
 * Changes of a record, as far as the user may see them now: a JSON array of
 * {"sequence", "time", "user", "action", "source", "changes"}.
 *
 * @param out        receives the text; free it with crm4e_text_free()
 * @param session    who asks
 * @param module     API name
 * @param record     the record
 * @param after      0: from the start; else the sequence of the last entry seen
 * @param descending 1: newest first
 * @param limit      at most this many entries, 1 to 1000
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_timeline_json(crm4e_text **out, crm4e_session *session, const char *module,
                                  crm4e_id record, int64_t after, int32_t descending,
                                  int32_t limit);

#ifdef __cplusplus
}
#endif

#endif
