/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_BACKUP_H
#define CRM4E_BACKUP_H

#include <crm4e/org.h>
#include <crm4e/transfer.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * A whole org as a stream of text: configuration and data, out of one storage
 * and into any other. docs/dump.md describes the form.
 *
 * What a dump holds: every row of every table - people and their rights, modules,
 * rules, records with their ids, the bin, history, audit log, shares, run log, outbox.
 * What it leaves out: the secret of page tokens, of which the new org gets its own,
 * and the index of search, which is made anew.
 */

/** How to dump. */
typedef struct crm4e_dump_options {
    size_t struct_size;      /**< sizeof(crm4e_dump_options) */
    crm4e_writer write;      /**< takes the stream, piece by piece */
    void *write_user;        /**< handed to `write` */
    crm4e_progress progress; /**< told the number of rows now and then, or NULL */
    void *progress_user;     /**< handed to `progress` */
} crm4e_dump_options;

/** Initialiser of #crm4e_dump_options. */
#define CRM4E_DUMP_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_dump_options), NULL, NULL, NULL, NULL                                         \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_dump_options_init(crm4e_dump_options *options);

/**
 * Writes the whole org as JSON Lines, out of one snapshot, while others go on
 * working, in memory for one row. The last line goes out with a line in the audit log
 * that says who did, but for a read-only engine, where there is none.
 *
 * @param session a system administrator's, without a transaction of its own
 * @param options where to
 * @param rows    receives the number of rows; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE, also inside of a transaction;
 *         #CRM4E_E_TOO_BIG for a row beyond 128 MiB; #CRM4E_E_ABORTED; #CRM4E_E_CALLBACK;
 *         what the storage answers. After a failure what was written is no whole dump, and
 *         no load takes it.
 */
CRM4E_API int crm4e_org_dump(crm4e_session *session, const crm4e_dump_options *options,
                             int64_t *rows);

/** Bits of how to load. */
typedef uint32_t crm4e_load_flags;
enum {
    /** Messages that wait in the outbox are kept as failed: nobody gets them. For a copy of an
     * org that goes on living, which would send them a second time. */
    CRM4E_LOAD_HOLD_OUTBOX = 1,
    /** What rules have scheduled is left out: nobody does it a second time. A rule by a date waits
     * for its moments again once it was switched off and on, crm4e_workflow_activate(). */
    CRM4E_LOAD_HOLD_SCHEDULE = 2
};

/** What to load, and as what. */
typedef struct crm4e_load_options {
    size_t struct_size;      /**< sizeof(crm4e_load_options) */
    const char *name;        /**< of the new org; NULL: the name it had */
    crm4e_reader read;       /**< gives the stream */
    void *read_user;         /**< handed to `read` */
    crm4e_progress progress; /**< told the number of rows now and then, or NULL */
    void *progress_user;     /**< handed to `progress` */
    crm4e_load_flags flags;  /**< CRM4E_LOAD_*, or 0 */
    uint32_t reserved;       /**< 0 */
} crm4e_load_options;

/** Initialiser of #crm4e_load_options. */
#define CRM4E_LOAD_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_load_options), NULL, NULL, NULL, NULL, NULL, 0, 0                             \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_load_options_init(crm4e_load_options *options);

/**
 * Makes a new org out of a dump and opens it: the same people, rights and records, by
 * the same ids, with an equal crm4e_org_digest(). It exists when all of it is there and
 * has been compared with the checksum and the digest, and not before.
 *
 * A dump says who may do what in the new org: load what comes from hands you trust.
 * Values are checked as those of a storage are; whether they fit together
 * crm4e_check() says.
 *
 * @param out     receives the org; close it with crm4e_org_close()
 * @param engine  the engine
 * @param options what to load
 * @return #CRM4E_OK; #CRM4E_E_CONFLICT when the name is taken or the storage holds this org
 *         already, ids being kept; #CRM4E_E_INVALID for a stream that was cut, changed or is no
 *         dump, the message names the line; #CRM4E_E_SCHEMA_NEW or #CRM4E_E_SCHEMA_OLD for one of
 *         another release; #CRM4E_E_TOO_BIG for a line beyond 128 MiB; #CRM4E_E_READ_ONLY;
 *         #CRM4E_E_ABORTED; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_load(crm4e_org **out, crm4e_engine *engine,
                             const crm4e_load_options *options);

#ifdef __cplusplus
}
#endif

#endif
