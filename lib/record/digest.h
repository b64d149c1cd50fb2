/* SPDX-License-Identifier: MIT */
/* One number for all records, to see that nothing happened to them. */
#ifndef C4_DIGEST_H
#define C4_DIGEST_H

#include "record/record.h"

enum {
    C4_DIGEST_TEXT = 33 /* 32 hexadecimal digits and NUL */
};

/* For system administrators. Over the rows of all modules, in order of their
 * numbers, and of the bin, each in order of id: every value that is not NULL, with
 * its column; whatever keeps them. */
int c4_digest(c4_unit *unit, char text[C4_DIGEST_TEXT]);

#endif
