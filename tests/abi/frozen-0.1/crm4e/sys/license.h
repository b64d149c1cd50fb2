/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_LICENSE_H
#define CRM4E_SYS_LICENSE_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A host's licences: may move any limit of the edition. */
typedef struct crm4e_license {
    size_t struct_size; /**< sizeof(crm4e_license) */
    void *user;         /**< handed to every call; may be NULL */
    /**
     * May provide; without it the edition decides. `name` is the limit's
     * ("team_modules", docs/limits.md), `*limit` comes in as the edition's and
     * goes out as what counts (0 or more; INT64_MAX: none). #CRM4E_CONTINUE to
     * use it, #CRM4E_PASSTHROUGH to leave it. Asked inside the write
     * transaction of every change that uses up a limit.
     */
    int32_t (*limit)(void *user, crm4e_id org, const char *name, int64_t *limit);
} crm4e_license;

#ifdef __cplusplus
}
#endif

#endif
