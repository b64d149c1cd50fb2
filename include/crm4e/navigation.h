/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_NAVIGATION_H
#define CRM4E_NAVIGATION_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What a user finds in his menu.
 */

/**
 * The navigation tree of the acting user for his user interface, as JSON
 * (docs/guide.md shows both forms): home, requests and team spaces in the new one, home
 * and tab groups in the classic one. While CRM4E is off it is the classic one for all.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_navigation_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
