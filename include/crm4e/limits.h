/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_LIMITS_H
#define CRM4E_LIMITS_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What the edition allows and how much of it is used.
 */

/**
 * All limits with what is used and left, and the features of the edition, as a
 * JSON object: `{"edition": "standard", "limits": [{"name": "team_spaces", "limit": 5, "used": 4,
 * "left": 1}, ...], "features": [{"name": "interactions", "granted": false}]}`. The edition is the
 * one that counts now, each limit what the licence callback makes of it. No limit is null; over a
 * limit nothing is left. A limit that holds for each module or space comes once for each, with
 * its "module" or "space".
 *
 * The org's own numbers are for everybody. Those of a module are for who configures it and may
 * open it, those of a space for its admins and who manages team spaces; a system administrator gets all.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_CALLBACK when the licence callback gave no valid answer;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_limits_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
