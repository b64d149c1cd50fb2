/* SPDX-License-Identifier: MIT */
/* Firms that orders point to, and roll-ups over them. JSON with ' for ". */
#ifndef TEST_ROLLUP_STEPS_H
#define TEST_ROLLUP_STEPS_H

#include "computed_steps.h"

#define ROLLUP_TOM "tom@x.example"

extern const char rollup_start[];

/* What applying a document answers. */
int rollup_apply(host *h, const char *document);
/* What adding, or changing, a roll-up of Firms answers. */
int rollup_put(host *h, const char *field, const char *settings);
/* Adds one over orders. */
void rollup_add(host *h, const char *field, const char *rest);
/* Orders, Sum, Avg, Least, Most of Worth, and Won. */
void rollup_add_all(host *h);

#endif
