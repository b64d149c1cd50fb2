/* SPDX-License-Identifier: MIT */
/* Files by name: nothing here opens a file that SQLite may have open, because
 * closing any descriptor of it would drop SQLite's locks. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "storage/sqlite/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_ROOM = 64 /* for what we append to a path */
};

static int code_of_errno(int number)
{
    int code = CRM4E_E_IO;
    switch (number) {
    case ENOENT:
    case ENOTDIR: code = CRM4E_E_NOT_FOUND; break;
    case EEXIST: code = CRM4E_E_CONFLICT; break;
    case ENOSPC:
    case EDQUOT: code = CRM4E_E_FULL; break;
    case EROFS:
    case EACCES:
    case EPERM: code = CRM4E_E_READ_ONLY; break;
    case ENOMEM: code = CRM4E_E_NO_MEMORY; break;
    case ELOOP: code = CRM4E_E_ENVIRONMENT; break;
    case ENAMETOOLONG: code = CRM4E_E_UNSUPPORTED; break;
    default: break;
    }
    return code;
}

int c4_file_check(const char *path)
{
    struct stat found;
    int rc = CRM4E_OK;
    if (lstat(path, &found) != 0)
        rc = errno == EACCES ? CRM4E_E_IO : code_of_errno(errno);
    else if (S_ISLNK(found.st_mode))
        rc = CRM4E_E_ENVIRONMENT;
    else if (!S_ISREG(found.st_mode))
        rc = CRM4E_E_CORRUPT;
    return rc;
}

int c4_file_make(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int rc = file < 0 ? code_of_errno(errno) : CRM4E_OK;
    if (file >= 0 && close(file) != 0)
        rc = CRM4E_E_IO;
    return rc;
}

/* Makes a name durable. */
static int sync_directory_of(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    int file;
    int rc = CRM4E_OK;
    if (length >= sizeof(directory))
        return CRM4E_E_UNSUPPORTED;
    memcpy(directory, path, length);
    directory[length] = '\0';
    if (length == 0)
        memcpy(directory, slash == NULL ? "." : "/", 2);
    file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return CRM4E_E_IO;
    if (fsync(file) != 0 && errno != EINVAL) /* some file systems cannot */
        rc = CRM4E_E_IO;
    (void)close(file);
    return rc;
}

/* For file systems without hard links; leaves a moment in which another may
 * take the name. */
static int rename_if_free(const char *from, const char *to)
{
    int rc = c4_file_check(to);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = rename(from, to) == 0 ? CRM4E_OK : code_of_errno(errno);
    else
        rc = CRM4E_E_CONFLICT;
    return rc;
}

/* A log beside a name that is free is of a database that was taken away without it: SQLite would
 * play it into the new one. It may be all that is left of that one, so it is not ours to remove. */
static int check_no_log(const char *path)
{
    static const char *const logs[] = {"-wal", "-journal"};
    char log[PATH_MAX];
    struct stat found;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof(logs) / sizeof(*logs) && rc == CRM4E_OK; i++) {
        int length = snprintf(log, sizeof(log), "%s%s", path, logs[i]);
        if (length < 0 || (size_t)length >= sizeof(log))
            rc = CRM4E_E_UNSUPPORTED;
        else if (lstat(log, &found) == 0 && found.st_size > 0)
            rc = lstat(path, &found) == 0 ? CRM4E_E_CONFLICT : CRM4E_E_ENVIRONMENT;
    }
    return rc;
}

int c4_file_publish(const char *from, const char *to)
{
    int rc = check_no_log(to);
    if (rc != CRM4E_OK)
        return rc;
    if (link(from, to) == 0)
        (void)unlink(from);
    else if (errno == EPERM || errno == ENOTSUP || errno == ENOSYS || errno == EMLINK)
        rc = rename_if_free(from, to);
    else
        rc = code_of_errno(errno);
    return rc == CRM4E_OK ? sync_directory_of(to) : rc;
}

void c4_file_forget(const char *path)
{
    (void)unlink(path);
}

char *c4_file_beside(const c4_mem *mem, const char *path)
{
    uint64_t number;
    size_t size;
    char *beside = NULL;
    sqlite3_randomness((int)sizeof(number), &number);
    if (c4_add_size(strlen(path), PATH_ROOM, &size))
        beside = c4_alloc(mem, size);
    if (beside != NULL)
        (void)snprintf(beside, size, "%s-%016llx.partial", path, (unsigned long long)number);
    return beside;
}

int c4_directory_make(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? CRM4E_OK : code_of_errno(errno);
}

/* The real directory, then the last name as it was given. */
static int resolve_last(const char *given, char *real, char *out, size_t size)
{
    const char *slash = strrchr(given, '/');
    const char *name = slash == NULL ? given : slash + 1;
    char parent[PATH_MAX];
    size_t length = slash == NULL ? 0 : (size_t)(slash - given);
    int written;
    memcpy(parent, given, length);
    parent[length] = '\0';
    if (length == 0)
        memcpy(parent, slash == NULL ? "." : "/", 2);
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return CRM4E_E_NOT_FOUND;
    if (realpath(parent, real) == NULL)
        return code_of_errno(errno);
    written = snprintf(out, size, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
    return written > 0 && (size_t)written < size ? CRM4E_OK : CRM4E_E_UNSUPPORTED;
}

/* The last name is not resolved: a file that is a symbolic link is refused later. */
int c4_file_resolve(const c4_mem *mem, const char *path, char **out, bool *directory)
{
    char given[PATH_MAX];
    char real[PATH_MAX];
    char whole[PATH_MAX];
    struct stat found;
    size_t length = strlen(path);
    bool slash = length > 0 && path[length - 1] == '/';
    bool exists;
    int rc = CRM4E_OK;
    if (length == 0 || length >= sizeof(given) - PATH_ROOM)
        return CRM4E_E_UNSUPPORTED;
    while (length > 1 && path[length - 1] == '/')
        length--;
    memcpy(given, path, length);
    given[length] = '\0';
    exists = stat(given, &found) == 0;
    *directory = exists ? S_ISDIR(found.st_mode) : slash;
    if (exists && slash && !*directory)
        rc = CRM4E_E_ENVIRONMENT;
    else if (exists && *directory)
        rc = realpath(given, whole) == NULL ? code_of_errno(errno) : CRM4E_OK;
    else
        rc = resolve_last(given, real, whole, sizeof(whole));
    if (rc == CRM4E_OK) {
        *out = c4_copy_text(mem, whole, strlen(whole));
        rc = *out == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    return rc;
}
