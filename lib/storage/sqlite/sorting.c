/* SPDX-License-Identifier: MIT */
/*
 * The memory that making an index takes. SQLite sorts the keys of all rows, and with
 * temporary storage in memory all of them are held there. So for as long as an index is made
 * they may go to files, which nobody else can open and which are gone with the process: runs
 * as large as the cache, each written when it is full. What fits into one run never leaves
 * memory. Queries go on to sort in memory.
 */
#include "storage/sqlite/inside.h"

/* Not every process has a directory for such files. What failed there later, inside of a
 * statement, would take the transaction with it. */
static bool can_make_files(c4_connection *c)
{
    const int flags = SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                      SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_DELETEONCLOSE;
    sqlite3_vfs *vfs = NULL;
    sqlite3_file *file = NULL;
    int got = 0;
    bool can = false;

    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) != SQLITE_OK ||
        vfs == NULL)
        return false;
    file = c4_alloc_array(c->mem, 1, (size_t)vfs->szOsFile);
    if (file == NULL)
        return false;
    can = vfs->xOpen(vfs, NULL, file, flags, &got) == SQLITE_OK;
    if (file->pMethods != NULL)
        (void)file->pMethods->xClose(file);
    c4_free(c->mem, file);
    return can;
}

int c4_sorting_begin(c4_connection *connection)
{
    if (connection->hosted || !can_make_files(connection))
        return CRM4E_OK; /* as the host has set it, or in memory */
    connection->sorts_in_files = true;
    return c4_sqlite_once(connection, "PRAGMA temp_store = FILE");
}

/* Where it cannot be set back, queries sort in files too. */
void c4_sorting_end(c4_connection *connection)
{
    if (!connection->sorts_in_files)
        return;
    connection->sorts_in_files = false;
    (void)c4_sqlite_once(connection, "PRAGMA temp_store = MEMORY");
}
