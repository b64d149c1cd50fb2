/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_VIEW_H
#define CRM4E_VIEW_H

#include <crm4e/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Custom views: a query of a module that is kept, with its columns, its criteria and its
 * order. A view is for everybody in the module (`public`), for those it is shared with
 * (`shared`) or for its owner (`only_to_me`). It opens nothing: whoever runs it sees the
 * records and fields that he may see himself, and where it uses a field that is closed to
 * him it is refused whole. Relative dates and the current user are those of who runs it.
 *
 * To make, change and remove views takes the action `manage_views` in the module.
 * A view is changed by its owner, and by who configures the module and may use the view;
 * system administrators use and change all. Names are unique among the views of one owner in
 * a module; an id names one for all. Requesters and guests of a team module have no views, a
 * Team User licence opens the public ones of org modules. When its owner leaves, a view stays.
 */

/**
 * Makes a view, or changes the one that the owner has by this name. It is a JSON object as in
 * the apply document: {"module", "name", "sharing", "shared_to", "columns", "where", "order"}.
 * What is left out stays, or is nothing in a new one, which is `only_to_me`. `columns` are
 * names and paths, as of crm4e_query_select(), `where` are criteria, `order` holds terms such
 * as "Amount desc", `shared_to` objects such as {"role": "Sales"}. "owner", an email, names
 * another user: to make a view for him takes a system administrator. At most 200 views of one
 * owner in a module.
 *
 * @param id      receives the view's id; may be NULL
 * @param session who makes it; everything it names must be open to him
 * @param json    the view
 * @param length  bytes, or #CRM4E_NUL_TERMINATED; at most 1 MiB
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the module, and for a user, role or group;
 *         #CRM4E_E_INVALID; #CRM4E_E_DEPTH; #CRM4E_E_TOO_BIG; #CRM4E_E_CONFLICT for somebody it is shared
 *         with twice; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_view_put(crm4e_id *id, crm4e_session *session, const char *json, size_t length);

/**
 * Id of a view by name: the user's own, else the oldest that he may use.
 *
 * @param session who asks
 * @param module  API name
 * @param name    the view's
 * @param id      receives the id
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED for a requester or guest of the module;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_view_find(crm4e_session *session, const char *module, const char *name,
                              crm4e_id *id);

/**
 * Removes a view.
 *
 * @param session who removes
 * @param view    its id
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND, also for one that he may not use; #CRM4E_E_MISUSE;
 *         what the storage answers
 */
CRM4E_API int crm4e_view_remove(crm4e_session *session, crm4e_id view);

/**
 * Runs a view by the rights of who runs it, which are asked at each page.
 *
 * @param out     receives the cursor; free it with crm4e_cursor_free()
 * @param session who runs it
 * @param view    its id
 * @param limit   greatest number of rows, as crm4e_query_limit()
 * @param after   token of the page before, of the same view unchanged; NULL for the first page
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND, also for one that he may not use, and for one that goes over a
 *         module that is closed to him; #CRM4E_E_DENIED for one that uses a field that is; #CRM4E_E_INVALID
 *         for one that names what is no longer there, and for a token that is not its;
 *         #CRM4E_E_TOO_BIG for a token beyond 64 KiB; #CRM4E_E_ABORTED; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_view_run(crm4e_cursor **out, crm4e_session *session, crm4e_id view,
                             int64_t limit, const char *after);

/**
 * A view as a JSON object, as in the apply document.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param view    its id
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND, #CRM4E_E_DENIED and #CRM4E_E_INVALID as crm4e_view_run(), but that
 *         administrators also read one that names what is no longer there; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_view_json(crm4e_text **out, crm4e_session *session, crm4e_id view);

/**
 * The views of a module that the user may use, as a JSON array in the order they were made:
 * {"id", "name", "owner", "sharing"}.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module; #CRM4E_E_DENIED for a requester or guest of it;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_views_json(crm4e_text **out, crm4e_session *session, const char *module);

#ifdef __cplusplus
}
#endif

#endif
