/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_LICENSE_H
#define CRM4E_SYS_LICENSE_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A host's licences: may move any limit of the edition, and grant or refuse what
 * an edition has beside its limits.
 *
 * Nothing that it answers is remembered: each time counts for the question that
 * was asked and no longer. So a licence that ends has ended with the next call,
 * in every process, and a host whose answer is slow keeps it himself.
 *
 * Who only reads, edits, gives back or deactivates is never asked for, whatever
 * the licence would say: nothing there is lost or locked by it. An answer that
 * is none fails the call that asked with #CRM4E_E_CALLBACK, and nothing changed.
 *
 * Both are called on the thread of the call, with no lock of the library held,
 * but inside of its transaction: other writers of the org wait meanwhile. They
 * must not use the session that asks (#CRM4E_E_MISUSE); through other sessions
 * they may read, and a write to the same org is #CRM4E_E_BUSY.
 */
typedef struct crm4e_license {
    size_t struct_size; /**< sizeof(crm4e_license), also as an older release had it */
    void *user;         /**< handed to every call; may be NULL */
    /**
     * May provide; without it the edition decides. `name` is the limit's
     * ("team_modules", docs/limits.md), `*limit` comes in as the edition's and
     * goes out as what counts (0 or more; INT64_MAX: none). #CRM4E_CONTINUE to
     * use it, #CRM4E_PASSTHROUGH to leave it. Asked inside the write
     * transaction of every change that uses up a limit, once for each thing that
     * is counted, and by crm4e_limits_json() in its read transaction.
     */
    int32_t (*limit)(void *user, crm4e_id org, const char *name, int64_t *limit);
    /**
     * May provide; without it the edition decides. `name` is the feature's
     * ("interactions", docs/limits.md), `*granted` comes in as the edition's, 0 or
     * 1, and goes out as what counts. Answers as above. Asked by the calls that
     * a feature is for, in their transaction, and by crm4e_limits_json().
     */
    int32_t (*feature)(void *user, crm4e_id org, const char *name, int32_t *granted);
} crm4e_license;

#ifdef __cplusplus
}
#endif

#endif
