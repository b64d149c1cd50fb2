/* SPDX-License-Identifier: MIT */
/* The file that a storage lets us have beside a database. */
#include "storage/inside.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = "-new";

int c4_db_beside(c4_db *db, c4_beside *out)
{
    const crm4e_storage_methods *methods = db->store->methods;
    const size_t most = sizeof out->path - sizeof suffix;
    int rc;

    out->path[0] = '\0';
    if (!C4_PROVIDES(methods, beside))
        return CRM4E_E_NOT_FOUND;
    rc = c4_storage_answer(methods->beside(db->connection, out->path, most));
    if (rc != CRM4E_OK)
        return rc;
    if (memchr(out->path, '\0', most) == NULL || out->path[0] == '\0')
        return CRM4E_E_CALLBACK;
    memcpy(out->fresh, out->path, strlen(out->path));
    memcpy(out->fresh + strlen(out->path), suffix, sizeof suffix);
    return CRM4E_OK;
}

/* A directory or a device is not ours and holds no values. */
static int drop(const char *path)
{
    struct stat found;
    const bool ours =
        lstat(path, &found) == 0 && (S_ISREG(found.st_mode) || S_ISLNK(found.st_mode));

    if (!ours || unlink(path) == 0)
        return CRM4E_OK;
    return lstat(path, &found) == 0 ? CRM4E_E_IO : CRM4E_OK;
}

int c4_db_drop_beside(c4_db *db)
{
    c4_beside beside;
    int made;
    int rc;

    if (c4_db_beside(db, &beside) != CRM4E_OK)
        return CRM4E_OK;
    rc = drop(beside.path);
    made = drop(beside.fresh);
    return rc == CRM4E_OK ? made : rc;
}
