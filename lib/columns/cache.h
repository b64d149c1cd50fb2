/* SPDX-License-Identifier: MIT */
/*
 * The sheets of an engine: one for each module of its orgs that was asked for, with the
 * columns that were asked for, within one budget. Never a truth: a reader gets a
 * sheet that is exactly what his transaction would read, or none, and then reads the
 * storage.
 *
 * A sheet is exact when it stands at the reader's change. One that stands before it
 * follows the lines of history in between, whoever wrote them: every change of a
 * record leaves one, and the newest of each record is never purged. Its values are
 * then read in the reader's transaction. Records of child modules vanish without a
 * line, so those modules have no sheet.
 */
#ifndef C4_CACHE_H
#define C4_CACHE_H

#include "columns/sheet.h"
#include "model/unit.h"

typedef struct c4_cache c4_cache;

/* `most` bytes; below 0: without end. */
int c4_cache_new(const c4_mem *mem, int64_t most, c4_cache **out);
/* When nobody reads any more; NULL is fine. */
void c4_cache_free(c4_cache *cache);
/* Drops what there is of an org that is closed; NULL is fine. */
void c4_cache_forget(c4_cache *cache, crm4e_id org);
/* The sheet of the org's first module behind `*module`, to be released, as it is; false
 * when there is none. */
bool c4_cache_next(c4_cache *cache, crm4e_id org, int32_t *module, c4_sheet **sheet);
/* Bytes in use. */
size_t c4_cache_used(c4_cache *cache);

/* Whether columns of a module are asked for in such a transaction at all: whatever there is in
 * memory, and whoever asked before. */
bool c4_cache_serves(c4_unit *unit, const c4_module *module, const uint32_t *columns, size_t count);

/*
 * The columns of a module as the unit's transaction sees them: `*sheet` is to be
 * released, and NULL where the storage is to be read: there is no cache; the
 * transaction may have written; somebody else is filling the sheet; it stands at a
 * later change; the columns are more than the budget allows, or not all integers.
 * It may have more columns. NO_MEMORY, or what the storage answers.
 */
int c4_cache_sheet(c4_unit *unit, const c4_module *module, const uint32_t *columns, size_t count,
                   c4_sheet **sheet);

#endif
