/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TRANSFER_H
#define CRM4E_TRANSFER_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * An org as data, and records as CSV.
 */

/**
 * Applies a document that describes an org: roles, profiles, users, spaces,
 * modules, fields, members, rules, charts. Idempotent; whole or not at all.
 * docs/apply.md and docs/apply.schema.json describe it.
 *
 * @param out     receives a JSON object that counts what was created and changed; free it with
 *                crm4e_text_free(); may be NULL
 * @param session who applies; his own rights decide
 * @param json    the document
 * @param length  bytes, or #CRM4E_NUL_TERMINATED
 * @return #CRM4E_OK; #CRM4E_E_INVALID with the place in the message; #CRM4E_E_DENIED; #CRM4E_E_LIMIT;
 *         #CRM4E_E_TOO_BIG beyond 64 MiB; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_apply(crm4e_text **out, crm4e_session *session, const char *json,
                              size_t length);

/**
 * The org as such a document: applied to an empty org it gives the same.
 *
 * @param out     receives the JSON; free it with crm4e_text_free()
 * @param session a system administrator's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_export(crm4e_text **out, crm4e_session *session);

/** Reads the next piece of a file; stores 0 at its end. Answers #CRM4E_CONTINUE. */
typedef int32_t (*crm4e_reader)(void *user, char *bytes, size_t size, size_t *read);
/** Takes the next piece of a file. Answers #CRM4E_CONTINUE. */
typedef int32_t (*crm4e_writer)(void *user, const char *bytes, size_t length);
/** Told now and then how far an import is. Answers #CRM4E_CONTINUE, or #CRM4E_DENY to stop. */
typedef int32_t (*crm4e_progress)(void *user, int64_t rows);

/** How to import. */
typedef struct crm4e_import_options {
    size_t struct_size; /**< sizeof(crm4e_import_options) */
    const char *module; /**< API name */
    const char *map;    /**< JSON object {"column of the file": "field"}; NULL: same names */
    const char
        *date_format;    /**< "yyyy-mm-dd" (also NULL), "mm/dd/yyyy", "dd/mm/yyyy", "dd.mm.yyyy" */
    crm4e_reader read;   /**< gives the CSV */
    void *read_user;     /**< handed to `read` */
    crm4e_writer reject; /**< takes the refused rows as CSV with row number and reason, or NULL */
    void *reject_user;   /**< handed to `reject` */
    crm4e_progress progress; /**< or NULL */
    void *progress_user;     /**< handed to `progress` */
    int32_t dry_run;         /**< 1: check everything, keep nothing */
    int32_t partial;         /**< 1: keep the good rows; 0: all or nothing */
} crm4e_import_options;

/** Initialiser of #crm4e_import_options. */
#define CRM4E_IMPORT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_import_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0   \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_import_options_init(crm4e_import_options *options);

/**
 * Imports records from CSV (RFC 4180, UTF-8, header line). Every row passes the
 * same gate, checks and rules as a single create. Lookups are given as id or as
 * the exact display name, users as email.
 *
 * @param out     receives a JSON object {"rows", "created", "rejected"}; free it with
 *                crm4e_text_free(); may be NULL
 * @param session who imports: needs import and create on the module
 * @param options what and how
 * @return #CRM4E_OK, also with refused rows when `partial`; the first row's code otherwise, the
 *         message names row and field; #CRM4E_E_DENIED; #CRM4E_E_INVALID for the file or the map;
 *         #CRM4E_E_TOO_BIG for a row beyond 16 MiB; #CRM4E_E_ABORTED; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_import_records(crm4e_text **out, crm4e_session *session,
                                   const crm4e_import_options *options);

#ifdef __cplusplus
}
#endif

#endif
