/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_AUTH_H
#define CRM4E_SYS_AUTH_H

#include <crm4e/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What the library is about to allow; the host may still refuse. */
typedef struct crm4e_question {
    size_t struct_size;
    crm4e_id org;
    crm4e_id user;       /**< who acts */
    crm4e_action action; /**< what he wants */
    uint32_t reserved;
    const char *module; /**< API name */
    const char *field;  /**< API name, NULL: not about one field */
    crm4e_id record;    /**< 0: not about one record (lists, charts, create) */
} crm4e_question;

/**
 * A host's authentication and authorisation. Both are called on the thread of
 * the call, with no lock held; they must not use the session that asks.
 */
typedef struct crm4e_auth {
    size_t struct_size; /**< sizeof(crm4e_auth) */
    void *user;         /**< handed to every call; may be NULL */
    /**
     * May provide; without it crm4e_session_authenticate() is UNSUPPORTED.
     * #CRM4E_CONTINUE: `email` is who he claims to be. #CRM4E_DENY: not, which
     * the caller sees as DENIED. `credentials` are the host's own bytes.
     */
    int32_t (*authenticate)(void *user, crm4e_id org, const char *email, const void *credentials,
                            size_t length);
    /**
     * May provide; without it the library's own rules stand. Asked once per
     * question and operation, after the library's own rules allowed it; it can
     * only narrow. #CRM4E_PASSTHROUGH: no objection. #CRM4E_DENY: refused. For
     * lists and charts a denial refuses the whole call.
     */
    int32_t (*authorise)(void *user, const crm4e_question *question);
} crm4e_auth;

#ifdef __cplusplus
}
#endif

#endif
