/* SPDX-License-Identifier: MIT */
/*
 * Columns in a file beside the database, so that the first chart after opening need not
 * read the table. Like what is in memory it is never a truth: it is used where it can
 * be shown that it is what the database was, else the database is read; it may be
 * deleted at any time.
 *
 * Which database it is of is told by a mark: a random number that who writes the file
 * puts into the state row, in a write transaction of its own in which the file gets its
 * name. A database that has the mark is one in which this transaction took place, so
 * what it was then is what the file says, and history tells what came since. A copy of
 * before has another mark or none, and so has one that went another way, whatever
 * numbers of changes they have reached since. All sheets of a file stand at the same
 * change, that of the mark. A change of the metadata since makes it useless.
 *
 * Nobody writes while records are removed for good: that takes the write transaction
 * too, and removes the file. What is written later stands at a later change.
 *
 * The file: a head, a table of entries, and for each entry its bytes; numbers as the
 * machine has them. An entry is the ids of a module (column C4_KEPT_IDS: records of each
 * block, 4 bytes each, filled up to 8; the ids) or a column (what its codes mean, 8
 * bytes each; its pieces as they are in memory). Each entry has a checksum of its
 * bytes, the head one of the entries and of itself. Nothing is synced: what a
 * power failure leaves has a wrong checksum or an old mark.
 *
 * Bytes are read into memory and looked at there before anybody else sees them: no
 * content leads beyond what was allocated, or makes a value that the table could not have.
 */
#ifndef C4_KEPT_H
#define C4_KEPT_H

#include "columns/fill.h"

#define C4_KEPT_IDS UINT32_MAX

/* What a file is of. */
typedef struct c4_kept_stand {
    int64_t org;
    int64_t mark;
    int64_t sequence;
    int64_t generation;
} c4_kept_stand;

/* A sheet with more of the columns wanted than `base` (NULL: nothing) has, and all of
 * those; it stands at the change of the file, and what came since is worth following.
 * NULL where there is none: no file, another, damaged, no room. Only NO_MEMORY fails. */
int c4_kept_sheet(const c4_wanted *wanted, const c4_sheet *base, c4_sheet **out);

/* A sheet to be written. */
typedef struct c4_kept_part {
    const c4_module *module;
    c4_sheet *sheet;
} c4_kept_part;

/* A file that is written and has no name yet; its owner alone writes. */
typedef struct c4_kept_draft {
    const c4_beside *beside;
    int file; /* -1: none */
} c4_kept_draft;

/* Whether the file that is there says enough of all parts, and is of this state. */
bool c4_kept_serves(const c4_mem *mem, const c4_beside *beside, const c4_kept_stand *now,
                    const c4_kept_part *parts, size_t count);
/* BUSY while somebody else writes; NO_MEMORY, FULL, READ_ONLY, ENVIRONMENT for what is no
 * file of ours at that place, IO. */
int c4_kept_write(const c4_mem *mem, const c4_beside *beside, const c4_kept_stand *stand,
                  const c4_kept_part *parts, size_t count, c4_kept_draft *draft);
/* Gives it its name, in the place of what had it. */
int c4_kept_publish(c4_kept_draft *draft);
/* Ends it; without a name it is gone. */
void c4_kept_close(c4_kept_draft *draft);

/* Writes what the engine has of the org in memory, when there is anything and the file
 * does not serve. The unit has an open connection without a transaction, no actor and no
 * metadata yet. `alone`: called before it asks for the write lock. Of others: BUSY when
 * somebody wrote meanwhile; what the above and the storage answer. */
int c4_kept_save(c4_unit *unit, crm4e_id org, void (*alone)(void *user), void *user);

#endif
