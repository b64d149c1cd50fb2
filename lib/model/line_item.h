/* SPDX-License-Identifier: MIT */
/* The numbers by which line items of quotes, orders and invoices are known. */
#ifndef C4_LINE_ITEM_H
#define C4_LINE_ITEM_H

/* Offsets of the columns, the same in each of the modules. */
enum {
    C4_ITEM_PRODUCT = 101,
    C4_ITEM_DESCRIPTION,
    C4_ITEM_QUANTITY,
    C4_ITEM_LIST_PRICE,
    C4_ITEM_TOTAL,
    C4_ITEM_DISCOUNT,
    C4_ITEM_DISCOUNT_PERCENT,
    C4_ITEM_AFTER_DISCOUNT,
    C4_ITEM_TAX_PERCENT,
    C4_ITEM_TAX,
    C4_ITEM_NET_TOTAL,
    C4_ITEM_BOOK,
    C4_ITEM_BOOK_DISCOUNT
};

/* Values of Rounding; stored. */
enum {
    C4_ROUND_EXACT = 1, /* also where there is none */
    C4_ROUND_HALF_UP = 2,
    C4_ROUND_HALF_EVEN = 3
};

#endif
