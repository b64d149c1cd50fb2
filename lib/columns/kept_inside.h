/* SPDX-License-Identifier: MIT */
/* The form of the file, shared by who reads and who writes it. */
#ifndef C4_KEPT_INSIDE_H
#define C4_KEPT_INSIDE_H

#include "columns/kept.h"

enum {
    C4_KEPT_VERSION = 1,
    C4_KEPT_ORDER = 0x01020304, /* of bytes */
    C4_KEPT_ENTRIES = 1 << 20,  /* more than any org has columns */
    C4_KEPT_RUN =
        512 /* meanings, or numbers of records, in one go: a checksum is one of runs and pieces */
};

typedef struct c4_kept_head {
    char magic[8];
    uint32_t version;
    uint32_t order;
    c4_kept_stand stand;
    uint64_t entries;
    uint64_t length; /* of the file */
    uint64_t entries_checksum;
    uint64_t checksum; /* of what is before */
} c4_kept_head;

/* Entries of a module stand together, its ids first. */
typedef struct c4_kept_entry {
    uint64_t serial; /* of the table */
    int32_t module;
    uint32_t column;
    uint32_t form; /* 0: ids */
    uint32_t blocks;
    uint64_t rows;
    uint64_t meanings; /* of codes */
    uint64_t offset;
    uint64_t length;
    uint64_t checksum;
} c4_kept_entry;

_Static_assert(sizeof(c4_kept_head) == 80, "no gaps: the file holds it as it is");
_Static_assert(sizeof(c4_kept_entry) == 64, "no gaps: the file holds it as it is");

extern const char c4_kept_magic[8];

uint64_t c4_kept_head_checksum(const c4_kept_head *head);
/* Bytes of values of the form, without what codes mean. */
uint64_t c4_kept_bytes(uint32_t form, uint64_t rows);
/* Bytes of the records of blocks, before the ids. */
uint64_t c4_kept_counts_bytes(uint64_t blocks);

/* A file that was opened, with its table. */
typedef struct c4_kept {
    const c4_mem *mem;
    int file;
    c4_kept_head head;
    c4_kept_entry *entries;
} c4_kept;

/* NOT_FOUND: there is none that can be read, of this form, whole by its length and
 * right by its table. NO_MEMORY. */
int c4_kept_open(c4_kept *kept, const c4_mem *mem, const char *path);
void c4_kept_end(c4_kept *kept);
/* The entry of a column, NULL when it is not there. */
const c4_kept_entry *c4_kept_find(const c4_kept *kept, int32_t module, uint32_t column);
/* CORRUPT: fewer bytes, or none. */
int c4_kept_bytes_at(const c4_kept *kept, uint64_t offset, void *to, size_t size);

#endif
