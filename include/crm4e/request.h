/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_REQUEST_H
#define CRM4E_REQUEST_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * My requests: what somebody asked of other teams. A request is a record of a
 * team module in which he is a requester; he follows those he made and those he
 * owns, whoever works on them. He makes one as any record (crm4e/record.h).
 */

/** Which requests to list; what is 0 or NULL does not narrow. */
typedef struct crm4e_requests_options {
    size_t struct_size; /**< sizeof(crm4e_requests_options) */
    const char *module; /**< only those of this module; NULL: of all */
    const char *after;  /**< "after" of the page before this one; NULL: the newest */
    int32_t limit;      /**< at most this many, 1 to 1000; 0: 50 */
    uint32_t reserved;  /**< 0 */
} crm4e_requests_options;

/** Initialiser of #crm4e_requests_options. */
#define CRM4E_REQUESTS_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(crm4e_requests_options), NULL, NULL, 0, 0                                           \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_requests_options_init(crm4e_requests_options *options);

/**
 * The user's requests in all modules where he is a requester, the newest first,
 * as a JSON object {"requests": [..], "after": token or null}. A request is
 * {"module", "label", "label_zh", "id", "name", "owner", "created_time",
 * "modified_time", "status"}; the status is that of the module's field Status.
 * What a requester may not read there is null. The token is opaque and good for
 * him alone.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param options which; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for a module where he is no requester; #CRM4E_E_INVALID for
 *         a number out of range or a token that is none; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_requests_json(crm4e_text **out, crm4e_session *session,
                                  const crm4e_requests_options *options);

/**
 * Requester settings of a team module: whom the records that its requesters add go to, in
 * turn, before workflow rules look at them. Without any, and while none of them works, a
 * request belongs to who sent it. Who leaves the team, becomes a requester or is deleted is
 * taken from the list; who is inactive is passed over until he is back.
 *
 * @param module a team module; its admins and system administrators may
 * @param users  active members who are no requesters; may be NULL when `count` is 0
 * @param count  0 to 5
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_LIMIT (rule "default_owners") beyond five;
 *         #CRM4E_E_NOT_FOUND for a user; #CRM4E_E_INVALID for one who is not active or outside of the
 *         team; #CRM4E_E_CONFLICT for one who is named twice; #CRM4E_E_UNSUPPORTED for an org module;
 *         #CRM4E_E_NOT_FOUND when the module is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_set_default_owners(crm4e_module *module, const crm4e_id *users,
                                              size_t count);

/**
 * Requester settings of a team module: the assignment rule that chooses whom requests go to, in
 * place of default owners; setting one drops the other. When none of its entries holds, when
 * nobody of the entry works, and when its author may no longer do what it does, the request
 * belongs to who sent it; of the last the run log tells.
 *
 * @param module a team module; its admins and system administrators may
 * @param name   of an assignment rule of the module; NULL: none
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the rule, and when the module is gone;
 *         #CRM4E_E_UNSUPPORTED for an org module; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_set_assignment_rule(crm4e_module *module, const char *name);

#ifdef __cplusplus
}
#endif

#endif
