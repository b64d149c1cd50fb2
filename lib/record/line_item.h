/* SPDX-License-Identifier: MIT */
/* Line items of quotes, orders and invoices; what the library computes of them. */
#ifndef C4_RECORD_LINE_ITEM_H
#define C4_RECORD_LINE_ITEM_H

#include "record/subform.h"

/* A line that is new, or of another product, takes the price of the product where none is
 * given. Rows of other subforms stay as they are. INVALID without a price. */
int c4_line_settle(c4_write *write, const c4_field *items, const c4_subrow *old, c4_subrow *row);
/* What each line costs, and the totals; of a record without lines they are left alone. */
int c4_write_add_up(c4_write *write);

#endif
