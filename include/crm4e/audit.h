/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_AUDIT_H
#define CRM4E_AUDIT_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The audit log: who changed what of the org, its people and its rights. Changes
 * of records are in their timelines.
 *
 * Lines are only ever added: no call changes or removes one. Each holds a hash of itself and the
 * line before, and the org that of the last one, so crm4e_check() tells when the database was
 * edited behind the library's back. The hash has no secret: who edits and works out every hash
 * anew is not found. Against him keep lines elsewhere, too.
 */

/** Which lines to read; what is 0 or NULL does not narrow. */
typedef struct crm4e_audit_options {
    size_t struct_size; /**< sizeof(crm4e_audit_options) */
    const char *kind;   /**< only this kind of change: "user", "member", "profile" ... */
    crm4e_id user;      /**< only what he did; he may be deleted since */
    crm4e_time from;    /**< only at this time and after */
    crm4e_time until;   /**< only before this time */
    crm4e_id before;    /**< only lines before this one: the id of the last one seen */
    int32_t limit;      /**< at most this many, 1 to 1000; 0: 100 */
    uint32_t reserved;  /**< 0 */
} crm4e_audit_options;

/** Initialiser of #crm4e_audit_options. */
#define CRM4E_AUDIT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(crm4e_audit_options), NULL, 0, 0, 0, 0, 0, 0                                        \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_audit_options_init(crm4e_audit_options *options);

/**
 * Lines of the audit log, the newest first, as a JSON array of {"id", "time",
 * "user", "kind", "object", "detail"}: who changed it (an email; null: the
 * library itself), what kind of thing, its id - of a module its number, of a member
 * the user's id - and in words what it is: "Documents: wei@acme.example manager".
 * For system administrators.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param options which lines; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the user; #CRM4E_E_INVALID for a
 *         number out of range; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_audit_json(crm4e_text **out, crm4e_session *session,
                               const crm4e_audit_options *options);

#ifdef __cplusplus
}
#endif

#endif
