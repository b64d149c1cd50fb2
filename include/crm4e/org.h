/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ORG_H
#define CRM4E_ORG_H

#include <crm4e/engine.h>
#include <crm4e/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Orgs: tenants, fully separate.
 */

/** A new org. */
typedef struct crm4e_org_options {
    size_t struct_size;      /**< sizeof(crm4e_org_options) */
    const char *name;        /**< unique in the storage; 1 to 120 characters */
    crm4e_edition edition;   /**< 0: free */
    crm4e_ui_mode ui_mode;   /**< default of its users; 0: nextgen */
    int64_t crm_licences;    /**< bought CRM user licences; 0: 1, free edition 3 */
    int64_t team_licences;   /**< bought Team User licences */
    const char *locale;      /**< "en", "zh-CN"; NULL: "en" */
    const char *time_zone;   /**< IANA; NULL: "UTC" */
    const char *currency;    /**< ISO 4217 home currency; NULL: "USD" */
    const char *admin_email; /**< the first user, a system administrator */
    const char *admin_name;  /**< NULL: the email */
    int32_t fiscal_month;    /**< first month of the fiscal year, 1 to 12; 0: January */
    uint32_t reserved;       /**< 0 */
} crm4e_org_options;

/** Initialiser of #crm4e_org_options. */
#define CRM4E_ORG_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(crm4e_org_options), NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0            \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_org_options_init(crm4e_org_options *options);

/**
 * Creates an org with its roles, profiles, standard modules and first
 * administrator, and opens it. May be called again after it was interrupted.
 *
 * @param out     receives the org; close it with crm4e_org_close()
 * @param engine  the engine
 * @param options the new org
 * @return #CRM4E_OK; #CRM4E_E_CONFLICT when the name is taken or the file holds an org already;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_READ_ONLY; what the storage answers
 */
CRM4E_API int crm4e_org_create(crm4e_org **out, crm4e_engine *engine,
                               const crm4e_org_options *options);

/**
 * Opens an org.
 *
 * @param out    receives the org; close it with crm4e_org_close()
 * @param engine the engine
 * @param name   its name; NULL when the storage holds one
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT for NULL with several orgs;
 *         #CRM4E_E_SCHEMA_OLD (open with #CRM4E_ENGINE_MIGRATE), #CRM4E_E_SCHEMA_NEW;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_open(crm4e_org **out, crm4e_engine *engine, const char *name);

/**
 * Closes an org and its sessions. Their handles are dead afterwards. Columns of it that are in
 * memory are kept as crm4e_org_save_columns() does, unless somebody else is writing.
 *
 * @param org may be NULL
 */
CRM4E_API void crm4e_org_close(crm4e_org *org);

/**
 * The org's id, the same for as long as it exists.
 *
 * @param org the org
 * @return the id; 0 for a dead handle
 */
CRM4E_API crm4e_id crm4e_org_id(const crm4e_org *org);

/**
 * Names of all orgs of the storage, as a JSON array.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param engine the engine
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_list(crm4e_text **out, crm4e_engine *engine);

/**
 * Keeps the columns of records that the engine has in memory (see
 * crm4e_engine_options::column_bytes) in a file beside the database, so that the first charts,
 * pages and counts after opening need not read the table. Closing an org does the
 * same. The file is `NAME-columns` for SQLite; it holds ids, numbers, dates and codes of
 * records, no texts, and only its owner may read it. It is used as far as it is certainly what the database
 * was, and removed when records, history or fields are removed for good. Deleting it is
 * always safe. Waits for other writers like any write; one that comes between makes it
 * #CRM4E_E_BUSY, and the file stays as it was.
 *
 * @param org the org
 * @return #CRM4E_OK, also when there is nothing in memory, or the file needs no change; #CRM4E_E_UNSUPPORTED
 *         when the engine keeps no columns, or not in a file, or the storage has no place for
 *         it; #CRM4E_E_READ_ONLY, also where no file can be made; #CRM4E_E_BUSY; #CRM4E_E_FULL, #CRM4E_E_IO,
 *         #CRM4E_E_ENVIRONMENT of the file; #CRM4E_E_CALLBACK by the random callback;
 *         #CRM4E_E_NO_MEMORY; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_save_columns(crm4e_org *org);

/**
 * Copies the org into a new file while others go on working.
 *
 * @param org  the org
 * @param path a file that does not exist yet
 * @return #CRM4E_OK; #CRM4E_E_CONFLICT when the file exists; #CRM4E_E_UNSUPPORTED by the storage;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_backup(crm4e_org *org, const char *path);

/**
 * Checks everything that is kept: the store's own structures, every row's
 * shape, ids and references, formulas and roll-ups, counters, history, the chain of the audit
 * log, messages that wait in their order, what is scheduled. A missing index is not noticed by
 * SQLite's own check.
 *
 * @param out receives a JSON array of problems, empty when all is well; free
 *            it with crm4e_text_free()
 * @param org the org
 * @return #CRM4E_OK also when there are problems; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_check(crm4e_text **out, crm4e_org *org);

#ifdef __cplusplus
}
#endif

#endif
