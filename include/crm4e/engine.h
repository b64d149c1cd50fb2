/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ENGINE_H
#define CRM4E_ENGINE_H

#include <crm4e/errors.h>
#include <crm4e/sys/storage.h>
#include <crm4e/sys/auth.h>
#include <crm4e/sys/license.h>
#include <crm4e/sys/delivery.h>
#include <crm4e/sys/clock.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The engine: one storage and the host's callbacks. Thread-safe; everything
 * else is reached through it.
 */

/** Flags of #crm4e_engine_options. */
enum {
    CRM4E_ENGINE_READ_ONLY = 1,        /**< nothing is ever written */
    CRM4E_ENGINE_ROLLBACK_JOURNAL = 2, /**< SQLite without write-ahead log */
    CRM4E_ENGINE_NORMAL_SYNC = 4, /**< commits stay atomic; the last may vanish on power loss */
    CRM4E_ENGINE_MIGRATE = 8,     /**< bring databases of older releases up to date on opening */
    CRM4E_ENGINE_NO_COLUMN_FILE =
        16 /**< columns stay in memory: no file of them is read or written */
};

/** What an engine is made of. Everything pointed to is copied or, where it is
 *  an interface of callbacks, its struct is copied. */
typedef struct crm4e_engine_options {
    size_t struct_size; /**< sizeof(crm4e_engine_options) */
    /** SQLite: a file holds one org, a directory (or a path ending in '/')
     *  many. NULL when `storage` or `sqlite` is given. */
    const char *path;
    const crm4e_storage *storage;     /**< the host's own storage, or NULL */
    void *sqlite;                     /**< the host's own `sqlite3 *`, or NULL */
    const crm4e_allocator *allocator; /**< NULL: malloc */
    const crm4e_clock *clock;         /**< NULL: the system's */
    const crm4e_random *random;       /**< NULL: the system's */
    const crm4e_auth *auth;           /**< NULL: no authentication, no narrowing */
    const crm4e_license *license;     /**< NULL: the editions' limits */
    const crm4e_delivery *delivery;   /**< NULL: the outbox is pulled */
    int64_t busy_timeout; /**< milliseconds to wait for another writer; 0: 5000, -1: do not wait */
    uint32_t flags;       /**< CRM4E_ENGINE_* */
    uint32_t reserved;    /**< 0 */
    /** Bytes that columns of records may take in memory, where charts, lists and counts read
     *  them; the columns asked for least lately leave first. 0: none, -1: as many as there
     *  are; less than some 70,000 hold none. No answer depends on it. Beside a database in a file they are kept in another,
     *  see crm4e_org_save_columns(). */
    int64_t column_bytes;
} crm4e_engine_options;

/** Initialiser of #crm4e_engine_options. */
#define CRM4E_ENGINE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_engine_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0,  \
            0, 0                                                                                   \
    }

/**
 * Sets all options to their defaults, for languages without initialisers.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_engine_options_init(crm4e_engine_options *options);

/**
 * Opens an engine. No file is created before an org is.
 *
 * @param out     receives the engine, also on most failures: it is then only
 *                good for crm4e_engine_error() and crm4e_engine_close(); NULL
 *                is stored when not even that was possible
 * @param options what it is made of
 * @return #CRM4E_OK; #CRM4E_E_MISUSE for NULL, a wrong struct_size, or not exactly one of path,
 *         storage and sqlite; #CRM4E_E_INVALID for an unknown flag or option;
 *         #CRM4E_E_NO_MEMORY; #CRM4E_E_ENVIRONMENT; what the storage answers
 */
CRM4E_API int crm4e_engine_open(crm4e_engine **out, const crm4e_engine_options *options);

/**
 * Closes an engine and everything opened through it. Handles of its orgs,
 * sessions and records are dead afterwards: using one is #CRM4E_E_MISUSE. In a
 * forked child only memory is freed.
 *
 * @param engine may be NULL; waits for no other thread: calls in progress end
 *               with #CRM4E_E_ABORTED or finish, then memory is freed
 */
CRM4E_API void crm4e_engine_close(crm4e_engine *engine);

/**
 * Detail of the last failure of a call on the engine or on one of its orgs.
 *
 * @param engine the engine
 * @return borrowed until the next such call; NULL for a dead handle
 */
CRM4E_API const crm4e_error *crm4e_engine_error(const crm4e_engine *engine);

#ifdef __cplusplus
}
#endif

#endif
