/* SPDX-License-Identifier: MIT */
/* A CSV text in memory, handed out in pieces of any size. */
#ifndef TEST_CSV_STEPS_H
#define TEST_CSV_STEPS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "transfer/transfer.h"

typedef struct csv_source {
    const char *text;
    size_t length;
    size_t place;
    size_t cut;      /* the first piece ends here; 0: nowhere */
    size_t piece;    /* greatest size of the others; 0: what is asked for */
    size_t fails_at; /* the call that answers 0, from 1; 0: none */
    size_t calls;
} csv_source;

int32_t csv_source_read(void *user, char *bytes, size_t size, size_t *read);

/* Reads all: "[a|b][c|d]" with ';' for LF, or "E: message". Malloc'd. */
char *csv_rows(csv_source *source);

#endif
