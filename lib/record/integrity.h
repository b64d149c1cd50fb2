/* SPDX-License-Identifier: MIT */
/* Integrity of everything that is kept (crm4e_check). */
#ifndef C4_INTEGRITY_H
#define C4_INTEGRITY_H

#include "record/record.h"

/* Begins and ends its own read transaction. Appends a JSON array of one-line
 * texts, [] when all is well: the back end's own check, metadata that cannot be
 * loaded, rows of unknown modules, ids at or beyond the next one, users, roles
 * and targets that do not exist, options and values out of their field's
 * range, key columns that do not agree with their values, counters that are
 * missing or differ from what they count, history and bin rows that cannot be
 * decoded, shares of records that are gone, words that search would not find, records that do not agree with their history or are gone without it. */
int c4_check_org(c4_unit *unit, c4_buffer *out);

#endif
