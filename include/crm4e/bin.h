/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_BIN_H
#define CRM4E_BIN_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The recycle bin: what is in it, and emptying it. Deleted records stay there for
 * #CRM4E_BIN_DAYS days and may be restored with their id (crm4e_record_restore()); when the host
 * calls crm4e_bin_empty() those that are older go for good. Until it does they may be restored
 * too. The library's time never runs backwards, so a clock that is set back keeps nothing longer.
 */

/** Days of the bin, for crm4e_bin_empty(). */
enum {
    CRM4E_BIN_DAYS = 60 /**< how long a record stays in the bin */
};

/** Which part of the bin to list; what is 0 or NULL does not narrow. */
typedef struct crm4e_bin_options {
    size_t struct_size; /**< sizeof(crm4e_bin_options) */
    const char *module; /**< only records of this module; NULL: of all */
    const char *after;  /**< "after" of the page before this one; NULL: what was deleted last */
    int32_t limit;      /**< at most this many, 1 to 1000; 0: 50 */
    uint32_t reserved;  /**< 0 */
} crm4e_bin_options;

/** Initialiser of #crm4e_bin_options. */
#define CRM4E_BIN_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(crm4e_bin_options), NULL, NULL, 0, 0                                                \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_bin_options_init(crm4e_bin_options *options);

/**
 * What the user could restore, what was deleted last first, as a JSON object {"records": [..],
 * "after": token or null}. A record is {"module", "id", "name", "deleted_by", "deleted_time",
 * "days_left"}; the name is null when he may not read it. Other records in the bin are not there
 * for him. The token is opaque and good for him alone.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param options which; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module; #CRM4E_E_DENIED when he may delete nothing
 *         there; #CRM4E_E_INVALID for a number out of range or a token that is none; #CRM4E_E_MISUSE;
 *         what the storage answers
 */
CRM4E_API int crm4e_bin_json(crm4e_text **out, crm4e_session *session,
                             const crm4e_bin_options *options);

/**
 * Purges what has been in the bin for some days, what was deleted first first: with
 * #CRM4E_BIN_DAYS the call a host makes now and then, with 0 emptying. The audit log tells of each
 * record. What the authorise callback refuses stays, and so do records of archived modules.
 *
 * @param session a system administrator's
 * @param module  API name; NULL: all modules
 * @param days    purge what was deleted so many days ago or earlier; 0: everything
 * @param budget  at most this many records; while as many are purged there may be more
 * @param done    receives how many were purged; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the module; #CRM4E_E_INVALID for a negative
 *         number, or more than 36500 days; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_bin_empty(crm4e_session *session, const char *module, int32_t days,
                              int32_t budget, int32_t *done);

#ifdef __cplusplus
}
#endif

#endif
