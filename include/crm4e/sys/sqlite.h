/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_SQLITE_H
#define CRM4E_SYS_SQLITE_H

#include <crm4e/sys/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The default storage: SQLite, one database file per org.
 *
 * While an index of many rows is made, as behind an import, SQLite sorts its keys in
 * temporary files of a few MB up to the size of the index: in the directory that SQLITE_TMPDIR
 * or TMPDIR names, or /var/tmp, /tmp or the working directory. They are the process's
 * own and have no name as soon as they are open. Without such a directory the keys are sorted in
 * memory, some 80 bytes each. On the host's own `sqlite3 *` it is as the host has set it.
 */

/** Flags of #crm4e_sqlite_options. */
enum {
    CRM4E_SQLITE_ROLLBACK_JOURNAL = 1, /**< no write-ahead log */
    CRM4E_SQLITE_READ_ONLY = 2,        /**< never writes rows; a missing file is NOT_FOUND. A file
                                            with a write-ahead log still needs a directory that can
                                            be written, for SQLite's -wal and -shm beside it */
    CRM4E_SQLITE_NORMAL_SYNC = 4 /**< commits stay atomic, the last may vanish on power loss */
};

/** Where the default storage keeps its orgs; `user` of its open(). */
typedef struct crm4e_sqlite_options {
    size_t struct_size; /**< sizeof(crm4e_sqlite_options) */
    /** A file holds one org; a directory many, one file each beside a small
     *  catalogue. A path that does not exist becomes a file, one that ends in
     *  '/' a directory. Where the log of a database lies ("-wal", "-journal") that is
     *  not there any more none is made: #CRM4E_E_ENVIRONMENT, as SQLite would play it
     *  into the new one. UTF-8; no URI, no expansion. NULL with `database`. */
    const char *path;
    /** The host's own `sqlite3 *`, whose file then holds one org beside the
     *  host's tables (ours are named crm4e_...). While the host has a transaction open, everything done is
     *  part of it and commits with it. One session at a time. Left open. */
    void *database;
    uint32_t flags; /**< CRM4E_SQLITE_* */
    uint32_t reserved;
} crm4e_sqlite_options;

/**
 * The default storage, for a host that wraps it.
 *
 * @return the methods; static. `user` of open() is a #crm4e_sqlite_options
 *         that must stay valid until open() returns
 */
CRM4E_API const crm4e_storage_methods *crm4e_storage_sqlite(void);

#ifdef __cplusplus
}
#endif

#endif
