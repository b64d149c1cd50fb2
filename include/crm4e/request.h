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

#ifdef __cplusplus
}
#endif

#endif
