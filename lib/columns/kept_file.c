/* SPDX-License-Identifier: MIT */
/* The file that is there: its head and its table. */
#include "columns/kept_inside.h"

#include "base/mix.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char c4_kept_magic[8] = {'c', 'r', 'm', '4', 'e', 'c', 'o', 'l'};

uint64_t c4_kept_head_checksum(const c4_kept_head *head)
{
    return c4_mix_bytes(0, head, offsetof(c4_kept_head, checksum));
}

uint64_t c4_kept_bytes(uint32_t form, uint64_t rows)
{
    static const uint8_t widths[] = {sizeof(int64_t), sizeof(int32_t), sizeof(int32_t) + 1,
                                     sizeof(int64_t) + 1};

    return rows * widths[form];
}

uint64_t c4_kept_counts_bytes(uint64_t blocks)
{
    return (blocks + blocks % 2) * sizeof(uint32_t);
}

int c4_kept_bytes_at(const c4_kept *kept, uint64_t offset, void *to, size_t size)
{
    unsigned char *at = to;

    while (size > 0) {
        const ssize_t got = pread(kept->file, at, size, (off_t)offset);
        if (got == 0 || (got < 0 && errno != EINTR))
            return CRM4E_E_CORRUPT;
        if (got > 0) {
            at += got;
            offset += (uint64_t)got;
            size -= (size_t)got;
        }
    }
    return CRM4E_OK;
}

/* Never waits, as opening a pipe would; never through a link. */
static int open_plain(const char *path, uint64_t *length)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat found;

    if (file >= 0 && (fstat(file, &found) != 0 || !S_ISREG(found.st_mode))) {
        (void)close(file);
        file = -1;
    }
    *length = file >= 0 ? (uint64_t)found.st_size : 0;
    return file;
}

static bool head_is_right(const c4_kept_head *head, uint64_t length)
{
    return memcmp(head->magic, c4_kept_magic, sizeof head->magic) == 0 &&
           head->version == C4_KEPT_VERSION && head->order == C4_KEPT_ORDER &&
           head->checksum == c4_kept_head_checksum(head) && head->length == length &&
           head->entries <= C4_KEPT_ENTRIES &&
           head->entries <= (length - sizeof *head) / sizeof(c4_kept_entry);
}

/* Sizes follow from the numbers, so that nothing is allocated for more than is there. */
static bool entry_is_right(const c4_kept_entry *entry, const c4_kept_head *head)
{
    const uint64_t most = head->length / sizeof(int32_t); /* of any number: none wraps */
    uint64_t length;

    if (entry->form > C4_FORM_NUMBERS || entry->rows > most || entry->blocks > most ||
        entry->meanings > C4_CODES_MOST || entry->offset > head->length ||
        entry->length > head->length - entry->offset ||
        (entry->column == C4_KEPT_IDS) != (entry->form == 0))
        return false;
    length = c4_kept_bytes(entry->form, entry->rows) + entry->meanings * sizeof(int64_t);
    length += entry->form == 0 ? c4_kept_counts_bytes(entry->blocks) : 0;
    return entry->length == length && (entry->meanings == 0 || entry->form == C4_FORM_CODES);
}

static int read_entries(c4_kept *kept)
{
    const size_t count = (size_t)kept->head.entries;
    const size_t size = count * sizeof *kept->entries;
    bool right;
    int rc;

    if (count == 0)
        return CRM4E_E_CORRUPT;
    kept->entries = c4_alloc(kept->mem, size);
    if (kept->entries == NULL)
        return CRM4E_E_NO_MEMORY;
    rc = c4_kept_bytes_at(kept, sizeof kept->head, kept->entries, size);
    right = rc == CRM4E_OK && kept->head.entries_checksum == c4_mix_bytes(0, kept->entries, size);
    for (size_t i = 0; i < count && right; i++)
        right = entry_is_right(&kept->entries[i], &kept->head);
    return right ? CRM4E_OK : CRM4E_E_CORRUPT;
}

int c4_kept_open(c4_kept *kept, const c4_mem *mem, const char *path)
{
    uint64_t length = 0;
    int rc = CRM4E_E_CORRUPT;

    *kept = (c4_kept){.mem = mem};
    kept->file = open_plain(path, &length);
    if (kept->file < 0)
        return CRM4E_E_NOT_FOUND;
    if (length >= sizeof kept->head)
        rc = c4_kept_bytes_at(kept, 0, &kept->head, sizeof kept->head);
    if (rc == CRM4E_OK)
        rc = head_is_right(&kept->head, length) ? read_entries(kept) : CRM4E_E_CORRUPT;
    if (rc != CRM4E_OK)
        c4_kept_end(kept);
    return rc == CRM4E_E_CORRUPT ? CRM4E_E_NOT_FOUND : rc;
}

void c4_kept_end(c4_kept *kept)
{
    if (kept->file >= 0)
        (void)close(kept->file);
    kept->file = -1;
    c4_free(kept->mem, kept->entries);
    kept->entries = NULL;
}

const c4_kept_entry *c4_kept_find(const c4_kept *kept, int32_t module, uint32_t column)
{
    const c4_kept_entry *found = NULL;

    for (size_t i = 0; i < kept->head.entries && found == NULL; i++) {
        const c4_kept_entry *entry = &kept->entries[i];
        if (entry->module == module && entry->column == column)
            found = entry;
    }
    return found;
}
