/* SPDX-License-Identifier: MIT */
/* The numbers by which price books are known. */
#ifndef C4_PRICE_BOOK_H
#define C4_PRICE_BOOK_H

/* Offsets of the fields, and of the columns of their rows. */
enum {
    C4_BOOK_MODEL = 22,
    C4_BOOK_ACTIVE = 23,
    C4_BOOK_RANGES = 25,
    C4_BOOK_PRODUCTS = 26,
    C4_RANGE_FROM = 101,
    C4_RANGE_TO,
    C4_RANGE_DISCOUNT,
    C4_LISTED_PRODUCT = 111,
    C4_LISTED_PRICE
};

/* Values of Pricing_Model; stored. */
enum {
    C4_PRICING_FLAT = 1,
    C4_PRICING_DIFFERENTIAL = 2
};

#endif
