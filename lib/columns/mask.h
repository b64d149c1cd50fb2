/* SPDX-License-Identifier: MIT */
/*
 * Conditions asked of whole blocks of a sheet: a byte for each record. What they hold
 * for is what a storage would find for them; they know no more of rights than the
 * condition that the gate made.
 */
#ifndef C4_MASK_H
#define C4_MASK_H

#include "base/arena.h"
#include "columns/sheet.h"

typedef struct c4_mask c4_mask;

/* Whether a condition can be asked so: of integers, and of no other table. Puts its columns
 * among the `*count` that are there, each once, and at most `most` of them; the id is
 * in every sheet. What was put there stays when it cannot. */
bool c4_mask_columns(const crm4e_table *table, const crm4e_predicate *where, uint32_t *columns,
                     size_t *count, size_t most);
/* Such a condition over a sheet that has its columns; NULL holds for every record. Lives in
 * the arena. NO_MEMORY. */
int c4_mask_open(c4_arena *arena, const c4_sheet *sheet, const crm4e_predicate *where,
                 c4_mask **out);
/* Whether it holds for every record. */
bool c4_mask_is_all(const c4_mask *mask);
/* 1 for the records of a block that it holds for, 0 for the others. */
void c4_mask_block(const c4_mask *mask, size_t block, uint8_t *open);
/* The places of the records with a 1; how many. `rows` has room for all. */
size_t c4_mask_rows(const uint8_t *open, size_t count, uint16_t *rows);

#endif
