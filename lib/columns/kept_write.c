/* SPDX-License-Identifier: MIT */
/* Writing the file. It is made under a name of its own, by one at a time, who holds a
 * lock on it that goes with the process: what a crash leaves is used by the next. */
#define _DEFAULT_SOURCE /* flock */

#include "columns/kept_inside.h"

#include "base/mix.h"
#include "columns/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WORTH = 256 /* changes: more than a moment to follow */
};

static int code_of_errno(int number)
{
    int code = CRM4E_E_IO;

    switch (number) {
    case ENOSPC:
    case EFBIG:
    case EDQUOT: code = CRM4E_E_FULL; break;
    case EROFS:
    case EACCES:
    case EPERM: code = CRM4E_E_READ_ONLY; break;
    case EWOULDBLOCK: code = CRM4E_E_BUSY; break;
    case ELOOP:
    case EISDIR:
    case ENXIO: code = CRM4E_E_ENVIRONMENT; break;
    default: break;
    }
    return code;
}

/* ----------------------------------------------------------- what to write */

/* Goes over the bytes of an entry in their order, to sum them up or to write them. */
typedef struct walk {
    int (*bytes)(void *user, const void *bytes, size_t size);
    void *user;
    int64_t *room; /* for the values of a block, at their widest */
} walk;

/* The records of each block, an even number of them; in runs, as below. */
static int walk_counts(const walk *w, const c4_pieces *ids)
{
    const size_t total = ids->count + ids->count % 2;
    uint32_t counts[C4_KEPT_RUN];
    int rc = CRM4E_OK;

    for (size_t at = 0; at < total && rc == CRM4E_OK; at += C4_KEPT_RUN) {
        const size_t run = total - at < C4_KEPT_RUN ? total - at : C4_KEPT_RUN;
        for (size_t i = 0; i < run; i++)
            counts[i] = at + i < ids->count ? (uint32_t)ids->items[at + i]->rows : 0;
        rc = w->bytes(w->user, counts, run * sizeof counts[0]);
    }
    return rc;
}

static int walk_ids(const walk *w, const c4_sheet *sheet)
{
    int rc = walk_counts(w, &sheet->ids);

    for (size_t i = 0; i < sheet->ids.count && rc == CRM4E_OK; i++)
        rc = w->bytes(w->user, sheet->ids.items[i]->data,
                      sheet->ids.items[i]->rows * sizeof(int64_t));
    return rc;
}

/* Meanings in runs as who reads them takes them: a checksum is one of runs. */
static int walk_column(const walk *w, const c4_strip *column)
{
    const int64_t *values = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    if (column->form == C4_FORM_CODES)
        values = c4_strip_meanings(column, &count);
    for (size_t at = 0; at < count && rc == CRM4E_OK; at += C4_KEPT_RUN) {
        const size_t run = count - at < C4_KEPT_RUN ? count - at : C4_KEPT_RUN;
        rc = w->bytes(w->user, values + at, run * sizeof values[0]);
    }
    for (size_t i = 0; i < column->pieces.count && rc == CRM4E_OK; i++) {
        const c4_piece *piece = column->pieces.items[i];
        rc = w->bytes(w->user, c4_piece_wide(piece, column->form, w->room),
                      (size_t)c4_kept_bytes(column->form, piece->rows));
    }
    return rc;
}

typedef struct summing {
    uint64_t checksum;
    uint64_t length;
} summing;

static int sum(void *user, const void *bytes, size_t size)
{
    summing *s = user;

    s->checksum = c4_mix_bytes(s->checksum, bytes, size);
    s->length += size;
    return CRM4E_OK;
}

/* Of a column; NULL: of the ids. */
static void describe(c4_kept_entry *entry, const c4_kept_part *part, const c4_strip *column,
                     int64_t *room, uint64_t *offset)
{
    summing s = {0};
    const walk w = {sum, &s, room};
    size_t meanings = 0;

    *entry = (c4_kept_entry){.serial = part->module->table.serial,
                             .module = part->module->number,
                             .column = column != NULL ? column->column : C4_KEPT_IDS,
                             .form = column != NULL ? (uint32_t)column->form : 0,
                             .blocks = (uint32_t)part->sheet->ids.count,
                             .rows = part->sheet->rows,
                             .offset = *offset};
    if (entry->form == C4_FORM_CODES)
        (void)c4_strip_meanings(column, &meanings);
    entry->meanings = meanings;
    (void)(column != NULL ? walk_column(&w, column) : walk_ids(&w, part->sheet));
    entry->checksum = s.checksum;
    entry->length = s.length;
    *offset += s.length;
}

static size_t count_entries(const c4_kept_part *parts, size_t count)
{
    size_t entries = 0;

    for (size_t i = 0; i < count; i++)
        entries += parts[i].sheet->column_count + 1;
    return entries;
}

static void describe_all(c4_kept_head *head, c4_kept_entry *entries, const c4_kept_stand *stand,
                         const c4_kept_part *parts, size_t count, int64_t *room)
{
    const size_t total = count_entries(parts, count);
    uint64_t offset = sizeof *head + total * sizeof *entries;
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        const c4_sheet *sheet = parts[i].sheet;
        describe(&entries[at++], &parts[i], NULL, room, &offset);
        for (size_t k = 0; k < sheet->column_count; k++)
            describe(&entries[at++], &parts[i], &sheet->columns[k], room, &offset);
    }
    *head = (c4_kept_head){.version = C4_KEPT_VERSION,
                           .order = C4_KEPT_ORDER,
                           .stand = *stand,
                           .entries = total,
                           .length = offset};
    memcpy(head->magic, c4_kept_magic, sizeof head->magic);
    head->entries_checksum = c4_mix_bytes(0, entries, total * sizeof *entries);
    head->checksum = c4_kept_head_checksum(head);
}

/* ---------------------------------------------------------------- the file */

/* Nothing but a file of ours under this one name is written to, and none that got
 * another name between opening and locking. */
static int check_place(int file, const char *path)
{
    struct stat opened;
    struct stat named;
    int rc = CRM4E_OK;

    if (fstat(file, &opened) != 0)
        rc = CRM4E_E_IO;
    else if (!S_ISREG(opened.st_mode) || opened.st_nlink > 1 || opened.st_uid != geteuid())
        rc = CRM4E_E_ENVIRONMENT;
    else if (flock(file, LOCK_EX | LOCK_NB) != 0)
        rc = code_of_errno(errno);
    else if (lstat(path, &named) != 0 || named.st_ino != opened.st_ino ||
             named.st_dev != opened.st_dev)
        rc = CRM4E_E_BUSY;
    else if (fchmod(file, 0600) != 0 || ftruncate(file, 0) != 0)
        rc = code_of_errno(errno);
    return rc;
}

static int open_place(const char *path, int *file)
{
    int rc;

    *file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (*file < 0)
        return code_of_errno(errno);
    rc = check_place(*file, path);
    if (rc != CRM4E_OK) {
        (void)close(*file);
        *file = -1;
    }
    return rc;
}

static int put(void *user, const void *bytes, size_t size)
{
    const c4_kept_draft *draft = user;
    const unsigned char *at = bytes;

    while (size > 0) {
        const ssize_t done = write(draft->file, at, size);
        if (done < 0 && errno != EINTR)
            return code_of_errno(errno);
        if (done > 0) {
            at += done;
            size -= (size_t)done;
        }
    }
    return CRM4E_OK;
}

static int put_all(c4_kept_draft *draft, const c4_kept_head *head, const c4_kept_entry *entries,
                   const c4_kept_part *parts, size_t count, int64_t *room)
{
    const walk w = {put, draft, room};
    int rc = put(draft, head, sizeof *head);

    if (rc == CRM4E_OK)
        rc = put(draft, entries, (size_t)head->entries * sizeof *entries);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_sheet *sheet = parts[i].sheet;
        rc = walk_ids(&w, sheet);
        for (size_t k = 0; k < sheet->column_count && rc == CRM4E_OK; k++)
            rc = walk_column(&w, &sheet->columns[k]);
    }
    return rc;
}

int c4_kept_write(const c4_mem *mem, const c4_beside *beside, const c4_kept_stand *stand,
                  const c4_kept_part *parts, size_t count, c4_kept_draft *draft)
{
    c4_kept_head head;
    c4_kept_entry *entries = c4_alloc_array(mem, count_entries(parts, count), sizeof *entries);
    int64_t *room = c4_alloc(mem, (size_t)c4_kept_bytes(C4_FORM_NUMBERS, C4_BLOCK_ROWS));
    int rc = CRM4E_E_NO_MEMORY;

    *draft = (c4_kept_draft){.beside = beside, .file = -1};
    if (entries != NULL && room != NULL)
        rc = open_place(beside->fresh, &draft->file);
    if (rc == CRM4E_OK) {
        describe_all(&head, entries, stand, parts, count, room);
        rc = put_all(draft, &head, entries, parts, count, room);
    }
    c4_free(mem, room);
    c4_free(mem, entries);
    if (rc != CRM4E_OK)
        c4_kept_close(draft);
    return rc;
}

int c4_kept_publish(c4_kept_draft *draft)
{
    if (rename(draft->beside->fresh, draft->beside->path) != 0)
        return code_of_errno(errno);
    (void)close(draft->file);
    draft->file = -1;
    return CRM4E_OK;
}

void c4_kept_close(c4_kept_draft *draft)
{
    if (draft->file < 0)
        return;
    (void)unlink(draft->beside->fresh); /* still ours: the lock is */
    (void)close(draft->file);
    draft->file = -1;
}

/* -------------------------------------------------------- whether to write */

static bool has_part(const c4_kept *kept, const c4_kept_part *part)
{
    const int32_t module = part->module->number;
    bool has = c4_kept_find(kept, module, C4_KEPT_IDS) != NULL;

    for (size_t i = 0; i < part->sheet->column_count && has; i++)
        has = c4_kept_find(kept, module, part->sheet->columns[i].column) != NULL;
    return has;
}

bool c4_kept_serves(const c4_mem *mem, const c4_beside *beside, const c4_kept_stand *now,
                    const c4_kept_part *parts, size_t count)
{
    const c4_kept_stand *stand;
    c4_kept kept;
    bool serves;

    if (now->mark == 0 || c4_kept_open(&kept, mem, beside->path) != CRM4E_OK)
        return false;
    stand = &kept.head.stand;
    serves = stand->org == now->org && stand->mark == now->mark &&
             stand->generation == now->generation && stand->sequence <= now->sequence &&
             now->sequence - stand->sequence <= WORTH;
    for (size_t i = 0; i < count && serves; i++)
        serves = has_part(&kept, &parts[i]);
    c4_kept_end(&kept);
    return serves;
}
