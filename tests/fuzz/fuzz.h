/* SPDX-License-Identifier: MIT */
/*
 * Fuzz targets: LLVMFuzzerTestOneInput() takes bytes and has an oracle of its
 * own. libFuzzer drives it, or replay.c with the files of a corpus.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include "base/buffer.h"
#include "record/query.h"
#include "support/org_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether the last input was a valid one, for targets that say so. */
extern bool fuzz_accepted;

#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_failed(const char *file, int line, const char *condition);

const c4_mem *fuzz_mem(void);
/* An exact copy, so that reading beyond it shows; free() it. */
char *fuzz_copy(const uint8_t *data, size_t size);

enum {
    FUZZ_LEADS = 12
};
/* An org in memory with FUZZ_LEADS leads, made once, in a read transaction; its
 * arena is emptied. */
org_fixture *fuzz_org(void);

/* A query, or criteria, as text again: no more brackets than it takes. */
void fuzz_print_criteria(c4_buffer *out, const c4_criteria *node);
void fuzz_print_query(c4_buffer *out, const c4_query_tree *tree);

#endif
