/* SPDX-License-Identifier: MIT */
/* Price books: what they ask of their own rows, and what a line takes from one. */
#ifndef C4_RECORD_PRICE_BOOK_H
#define C4_RECORD_PRICE_BOOK_H

#include "base/number.h"
#include "record/subform.h"

/* Whether rows, as they will be, are ones of a price book: its ranges in order, its products each
 * once. Rows of other subforms are not looked at. INVALID. */
int c4_price_book_check(c4_write *write, const c4_field *field, const c4_subrows *rows);

/* Whether the rows are products of a price book, each there once. */
bool c4_price_book_is_list(const c4_field *field);

/* A price book as who writes may read it, a rule as it is. */
typedef struct c4_price_book c4_price_book;
/* The active one that `column` of a line names; what the write read last is not read again. INVALID
 * where he does not see it, as for any lookup, or it is not active; DENIED where a field
 * of it that prices come from is hidden from him. */
int c4_price_book_open(c4_write *write, const c4_field *column, crm4e_id id,
                       const c4_price_book **book);
/* The price of a product, in its own scale. CRM4E_ROW, or CRM4E_OK when the book lists no products
 * at all. INVALID, told about `column`, when it lists others, or in another currency than the
 * record's. */
int c4_price_book_price(c4_write *write, const c4_price_book *book, const c4_field *column,
                        crm4e_id product, c4_number *price);
/* What the ranges take off so many at a price, exact up to nine places. False: it does not
 * fit. */
bool c4_price_book_discount(const c4_price_book *book, c4_number quantity, c4_number price,
                            c4_number *discount);

#endif
