/* SPDX-License-Identifier: MIT */
/*
 * Lookups to several records, from the side of what they lead to. Their value is in
 * the row of their record, in its order, like any other value; a table beside the
 * modules' has a line for each link of a record that is not in the bin, so that what
 * leads to a record is found without looking at all records. It says nothing that
 * the rows do not, and opens nothing.
 */
#ifndef C4_LINK_H
#define C4_LINK_H

#include "record/record.h"

/* After a change of a record: keeps the table. */
int c4_links_note(c4_unit *unit, const c4_change *change);
/* Removes the lines of a field that goes; nothing for fields of other types. */
int c4_links_drop(c4_unit *unit, const c4_field *field);
/* Ids of the records that lead to one by the field, in the arena of the unit. */
int c4_links_to(c4_unit *unit, const c4_field *field, crm4e_id target, crm4e_id **ids,
                size_t *count);
/* Links of a field in one record: at most as many as a field holds, in no order. */
int c4_links_of(c4_unit *unit, crm4e_id record, const c4_field *field, crm4e_id *lines,
                crm4e_id *targets, size_t *count);

/* "The record leads by the field to one that `which` holds for", which is asked of the table
 * of links. False when there is no memory in the arena. */
bool c4_links_where(c4_arena *arena, const c4_field *field, const crm4e_predicate *which,
                    crm4e_predicate *out);
/* Of such a condition: the number of the field, and `which`. */
int32_t c4_links_field(const crm4e_predicate *select);
const crm4e_predicate *c4_links_which(const crm4e_predicate *select);

#endif
