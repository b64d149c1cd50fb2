/* SPDX-License-Identifier: MIT */
/* Which edition fits stated needs, by the table of limits. */
#ifndef C4_ADVISE_H
#define C4_ADVISE_H

#include "base/buffer.h"
#include "base/failure.h"
#include <crm4e/edition.h>

/* INVALID, naming the need that is out of range. */
int c4_needs_check(crm4e_error *error, const crm4e_edition_needs *needs);
/* {"edition", "ruled_out", "sentence"} */
int c4_advise(const crm4e_edition_needs *needs, const c4_mem *mem, c4_buffer *out);

#endif
