/* SPDX-License-Identifier: MIT */
/* Reading sheets from the storage, inside of one transaction. */
#ifndef C4_FILL_H
#define C4_FILL_H

#include "columns/sheet.h"
#include "model/unit.h"

/* Columns of a module as the unit's transaction sees them. */
typedef struct c4_wanted {
    c4_unit *unit;
    const c4_module *module;
    const uint32_t *columns;
    size_t count;
    c4_room *room;
    /* Called before rows with so many columns are put into the room: LIMIT ends it. */
    int (*space)(void *user, size_t rows, size_t columns);
    void *user;
} c4_wanted;

enum {
    C4_FILL_COLUMNS = 64 /* of a sheet, at most */
};

/* How a column of the module is held. */
c4_strip_form c4_fill_form(const c4_module *module, uint32_t column);
/* Whether following the changes of the org between two of them is less work than
 * reading so many records. */
bool c4_fill_follows(size_t rows, int64_t from, int64_t to);

/* Whether the transaction is one that has written nothing, and the columns are such as
 * sheets have, of a module whose changes all leave a line of history. */
bool c4_can_fill(const c4_wanted *wanted);
/* A sheet with the columns wanted, from one that stands at the same change or before,
 * whose columns it keeps, or from nothing (NULL). LIMIT, TOO_BIG, CORRUPT: such a sheet
 * cannot be had; NO_MEMORY, and what the storage answers. */
int c4_fill(const c4_wanted *wanted, c4_sheet *base, c4_sheet **out);

#endif
