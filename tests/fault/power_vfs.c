/* SPDX-License-Identifier: MIT */
#include "fault/power_vfs.h"

#include "fault/world.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILES = 8,
    NAME_MOST = 256,
    SECTOR = 512,
    SHM_REGIONS = 16
};

typedef struct image {
    unsigned char *bytes;
    size_t size;
    bool exists;
} image;

typedef struct disk_file {
    char name[NAME_MOST];
    image now;    /* as programs see it */
    image synced; /* as a power cut leaves it at least */
    image former; /* synced file of that name whose deletion was not synced */
    int shared;   /* locks of SQLite */
    const void *reserved, *pending, *exclusive;
    void *shm[SHM_REGIONS];
    int shm_shared[SQLITE_SHM_NLOCK];
    const void *shm_exclusive[SQLITE_SHM_NLOCK];
    int shm_users;
} disk_file;

typedef struct open_file {
    sqlite3_file base;
    disk_file *file;
    int level; /* SQLITE_LOCK_* */
    unsigned shm_held_shared, shm_held_exclusive;
    bool shm_used;
    bool temporary;
} open_file;

static struct machine {
    disk_file files[FILES];
    disk_file at_cut[FILES]; /* images only */
    int64_t operations;
    int64_t cut_at;
    bool off;
    bool frozen;
    bool lies;
    sqlite3_vfs *real;
} machine;

static void image_copy(image *to, const image *from)
{
    unsigned char *bytes = from->size > 0 ? malloc(from->size) : NULL;

    world_need(from->size == 0 || bytes != NULL, "no memory");
    if (from->size > 0)
        memcpy(bytes, from->bytes, from->size);
    free(to->bytes);
    *to = (image){bytes, from->size, from->exists};
}

static void image_resize(image *to, size_t size)
{
    unsigned char *bytes;

    if (size > to->size) {
        bytes = realloc(to->bytes, size);
        world_need(bytes != NULL, "no memory");
        memset(bytes + to->size, 0, size - to->size);
        to->bytes = bytes;
    }
    to->size = size;
}

static disk_file *find_file(const char *name)
{
    for (size_t i = 0; i < FILES; i++) {
        if (strcmp(machine.files[i].name, name) == 0)
            return &machine.files[i];
    }
    return NULL;
}

static disk_file *make_file(const char *name)
{
    disk_file *file = find_file(name);

    if (file == NULL)
        file = find_file("");
    world_need(file != NULL && strlen(name) < NAME_MOST, "too many files");
    (void)snprintf(file->name, NAME_MOST, "%s", name);
    return file;
}

/* Counts what changes the disk; true when the power went with it. */
static bool power_goes(void)
{
    if (!machine.off)
        machine.operations++;
    machine.off = machine.off || (machine.cut_at > 0 && machine.operations >= machine.cut_at);
    return machine.off;
}

static int close_file(sqlite3_file *base);
static int unlock_file(sqlite3_file *base, int level);
static int shm_unmap(sqlite3_file *base, int forget);

static int read_file(sqlite3_file *base, void *out, int amount, sqlite3_int64 offset)
{
    const image *from = &((open_file *)base)->file->now;
    size_t at = (size_t)offset, wanted = (size_t)amount;
    size_t there = at < from->size ? from->size - at : 0;

    if (machine.off)
        return SQLITE_IOERR_READ;
    there = there < wanted ? there : wanted;
    if (there > 0)
        memcpy(out, from->bytes + at, there);
    memset((char *)out + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *base, const void *bytes, int amount, sqlite3_int64 offset)
{
    image *to = &((open_file *)base)->file->now;
    size_t end = (size_t)offset + (size_t)amount;

    if (machine.off)
        return SQLITE_IOERR_WRITE;
    if (end > to->size)
        image_resize(to, end);
    memcpy(to->bytes + offset, bytes, (size_t)amount);
    return power_goes() ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
    if (machine.off)
        return SQLITE_IOERR_TRUNCATE;
    image_resize(&((open_file *)base)->file->now, (size_t)size);
    return power_goes() ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

static int sync_file(sqlite3_file *base, int flags)
{
    disk_file *file = ((open_file *)base)->file;

    (void)flags;
    if (machine.off || power_goes())
        return SQLITE_IOERR_FSYNC;
    if (!machine.lies) {
        image_copy(&file->synced, &file->now);
        file->former.exists = false; /* SQLite syncs the directory of a new journal too */
    }
    return SQLITE_OK;
}

static int size_of_file(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)((open_file *)base)->file->now.size;
    return machine.off ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int lock_file(sqlite3_file *base, int level)
{
    open_file *open = (open_file *)base;
    disk_file *file = open->file;

    if (level <= open->level)
        return SQLITE_OK;
    if ((file->exclusive != NULL && file->exclusive != open) ||
        (file->pending != NULL && file->pending != open) ||
        (level >= SQLITE_LOCK_RESERVED && file->reserved != NULL && file->reserved != open))
        return SQLITE_BUSY;
    if (open->level == SQLITE_LOCK_NONE)
        file->shared++;
    open->level = SQLITE_LOCK_SHARED;
    if (level >= SQLITE_LOCK_RESERVED) {
        file->reserved = open;
        open->level = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        file->pending = open;
        open->level = SQLITE_LOCK_PENDING;
        if (file->shared > 1)
            return SQLITE_BUSY;
        file->exclusive = open;
        open->level = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

static int unlock_file(sqlite3_file *base, int level)
{
    open_file *open = (open_file *)base;
    disk_file *file = open->file;

    if (open->level <= level)
        return SQLITE_OK;
    file->exclusive = file->exclusive == open ? NULL : file->exclusive;
    file->pending = file->pending == open ? NULL : file->pending;
    file->reserved = file->reserved == open ? NULL : file->reserved;
    if (level == SQLITE_LOCK_NONE)
        file->shared--;
    open->level = level;
    return SQLITE_OK;
}

static int reserved_file(sqlite3_file *base, int *out)
{
    *out = ((open_file *)base)->file->reserved != NULL;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

static int characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
    open_file *open = (open_file *)base;
    disk_file *file = open->file;

    if (!open->shm_used)
        file->shm_users++;
    open->shm_used = true;
    world_need(region < SHM_REGIONS, "the log is too long for this test");
    if (file->shm[region] == NULL && extend) {
        file->shm[region] = calloc(1, (size_t)size);
        world_need(file->shm[region] != NULL, "no memory");
    }
    *out = file->shm[region];
    return SQLITE_OK;
}

static int shm_take(open_file *open, int slot, bool shared)
{
    disk_file *file = open->file;
    unsigned bit = 1U << slot;

    if ((file->shm_exclusive[slot] != NULL && file->shm_exclusive[slot] != open) ||
        (!shared && file->shm_shared[slot] > ((open->shm_held_shared & bit) != 0 ? 1 : 0)))
        return SQLITE_BUSY;
    if (shared && (open->shm_held_shared & bit) == 0) {
        file->shm_shared[slot]++;
        open->shm_held_shared |= bit;
    } else if (!shared) {
        file->shm_exclusive[slot] = open;
        open->shm_held_exclusive |= bit;
    }
    return SQLITE_OK;
}

static void shm_give(open_file *open, int slot)
{
    disk_file *file = open->file;
    unsigned bit = 1U << slot;

    if ((open->shm_held_shared & bit) != 0)
        file->shm_shared[slot]--;
    if ((open->shm_held_exclusive & bit) != 0)
        file->shm_exclusive[slot] = NULL;
    open->shm_held_shared &= ~bit;
    open->shm_held_exclusive &= ~bit;
}

static int shm_lock(sqlite3_file *base, int first, int count, int flags)
{
    open_file *open = (open_file *)base;
    int rc = SQLITE_OK;

    for (int slot = first; slot < first + count; slot++) {
        if ((flags & SQLITE_SHM_UNLOCK) != 0)
            shm_give(open, slot);
        else if (rc == SQLITE_OK)
            rc = shm_take(open, slot, (flags & SQLITE_SHM_SHARED) != 0);
    }
    for (int slot = first; slot < first + count && rc != SQLITE_OK; slot++)
        shm_give(open, slot);
    return rc;
}

static void shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int shm_unmap(sqlite3_file *base, int forget)
{
    open_file *open = (open_file *)base;
    disk_file *file = open->file;

    (void)forget;
    for (int slot = 0; slot < SQLITE_SHM_NLOCK; slot++)
        shm_give(open, slot);
    if (open->shm_used && --file->shm_users == 0) {
        for (size_t i = 0; i < SHM_REGIONS; i++) {
            free(file->shm[i]);
            file->shm[i] = NULL;
        }
    }
    open->shm_used = false;
    return SQLITE_OK;
}

static int close_file(sqlite3_file *base)
{
    open_file *open = (open_file *)base;

    (void)shm_unmap(base, 0);
    (void)unlock_file(base, SQLITE_LOCK_NONE);
    if (open->temporary) {
        free(open->file->now.bytes);
        free(open->file);
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = reserved_file,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int open_at(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *given)
{
    open_file *open = (open_file *)base;
    disk_file *file = name != NULL ? find_file(name) : NULL;

    (void)vfs;
    *open = (open_file){0};
    if (machine.off)
        return SQLITE_CANTOPEN;
    if (name == NULL) {
        open->temporary = true;
        file = calloc(1, sizeof *file);
        world_need(file != NULL, "no memory");
    } else if (file == NULL || !file->now.exists) {
        if ((flags & SQLITE_OPEN_CREATE) == 0)
            return SQLITE_CANTOPEN;
        file = make_file(name);
        image_resize(&file->now, 0);
        file->now.exists = true;
        if (file->synced.exists)
            image_copy(&file->former, &file->synced);
        image_resize(&file->synced, 0);
        file->synced.exists = false;
    }
    open->file = file;
    open->base.pMethods = &methods;
    if (given != NULL)
        *given = flags;
    return SQLITE_OK;
}

static int delete_at(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    disk_file *file = find_file(name);

    (void)vfs;
    if (machine.off || power_goes())
        return SQLITE_IOERR_DELETE;
    if (file == NULL || !file->now.exists)
        return SQLITE_IOERR_DELETE_NOENT;
    file->now.exists = false;
    image_resize(&file->now, 0);
    if (sync_directory && !machine.lies) {
        image_copy(&file->synced, &file->now);
        file->former.exists = false;
    }
    return SQLITE_OK;
}

static int access_at(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    const disk_file *file = find_file(name);

    (void)vfs;
    *out =
        file != NULL && file->now.exists && (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    return machine.real->xRandomness(machine.real, size, out);
}

static int pause_vfs(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int current_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    return machine.real->xCurrentTime(machine.real, out);
}

static int last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

void power_register(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(open_file),
        .mxPathname = NAME_MOST,
        .zName = "power",
        .xOpen = open_at,
        .xDelete = delete_at,
        .xAccess = access_at,
        .xFullPathname = full_name,
        .xRandomness = randomness,
        .xSleep = pause_vfs,
        .xCurrentTime = current_time,
        .xGetLastError = last_error,
    };

    machine.real = sqlite3_vfs_find(NULL);
    world_need(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "no file system");
}

static void drop(disk_file *files)
{
    for (size_t i = 0; i < FILES; i++) {
        free(files[i].now.bytes);
        free(files[i].synced.bytes);
        free(files[i].former.bytes);
        files[i] = (disk_file){.name = ""};
    }
}

void power_forget(void)
{
    drop(machine.files);
    drop(machine.at_cut);
    machine.frozen = false;
    machine.off = false;
    machine.cut_at = 0;
}

void power_install(const char *name, const void *bytes, size_t size)
{
    disk_file *file;

    power_forget();
    file = make_file(name);
    image_resize(&file->now, size);
    memcpy(file->now.bytes, bytes, size);
    file->now.exists = true;
    image_copy(&file->synced, &file->now);
}

void power_cut_at(int64_t operation)
{
    machine.cut_at = operation;
    machine.operations = 0;
}

bool power_is_off(void)
{
    return machine.off;
}

int64_t power_operations(void)
{
    return machine.operations;
}

void power_lie(bool lies)
{
    machine.lies = lies;
}

/* One lot for each thing that was not synced. */
static bool keeps(power_loss loss, world_random *random)
{
    return loss == POWER_KEEP_ALL || (loss == POWER_TEAR && world_below(random, 2) == 0);
}

static void mix(image *out, const disk_file *cut, power_loss loss, world_random *random)
{
    const image *now = &cut->now;

    if (cut->former.exists && !keeps(loss, random)) {
        image_copy(out, &cut->former);
        return;
    }
    image_copy(out, &cut->synced);
    if (now->exists != out->exists)
        out->exists = keeps(loss, random) ? now->exists : out->exists;
    if (now->size != out->size && keeps(loss, random))
        image_resize(out, now->size);
    for (size_t at = 0; at < out->size && at < now->size; at += SECTOR) {
        size_t end = at + SECTOR < out->size ? at + SECTOR : out->size;
        size_t length = (end < now->size ? end : now->size) - at;

        if (memcmp(out->bytes + at, now->bytes + at, length) != 0 && keeps(loss, random))
            memcpy(out->bytes + at, now->bytes + at, length);
    }
    if (!out->exists)
        image_resize(out, 0);
}

static void freeze(void)
{
    for (size_t i = 0; i < FILES && !machine.frozen; i++) {
        memcpy(machine.at_cut[i].name, machine.files[i].name, NAME_MOST);
        image_copy(&machine.at_cut[i].now, &machine.files[i].now);
        image_copy(&machine.at_cut[i].synced, &machine.files[i].synced);
        image_copy(&machine.at_cut[i].former, &machine.files[i].former);
    }
    machine.frozen = true;
}

void power_restore(power_loss loss, uint64_t seed)
{
    world_random random = {seed};

    freeze();
    drop(machine.files);
    for (size_t i = 0; i < FILES; i++) {
        disk_file *file = &machine.files[i];

        memcpy(file->name, machine.at_cut[i].name, NAME_MOST);
        mix(&file->now, &machine.at_cut[i], loss, &random);
        image_copy(&file->synced, &file->now);
    }
    machine.off = false;
    machine.cut_at = 0;
}
