/* SPDX-License-Identifier: MIT */
/* UTF-8 and its folding. Folding decides equality, order, prefix and
 * containment of text everywhere, the same on every back end. */
#ifndef C4_TEXT_H
#define C4_TEXT_H

#include "base/buffer.h"

enum {
    C4_UTF8_MAX = 4 /* bytes of a character */
};

/* The length up to the NUL, at most `most` + 1: no byte behind that is read. */
size_t c4_text_within(const char *text, size_t most);
/* Resolves CRM4E_NUL_TERMINATED: the length up to the NUL, reading at most
 * `maximum` + 1 bytes. TOO_BIG beyond the maximum, MISUSE for NULL with a length other than
 * 0, else CRM4E_OK. */
int c4_text_length(const char *text, size_t length, size_t maximum, size_t *result);
/* CRM4E_OK when well-formed UTF-8 without NUL, else INVALID. */
int c4_text_check(const char *text, size_t length);
/* Code points of well-formed text. */
size_t c4_text_points(const char *text, size_t length);
/* True when nothing but white space and invisible characters is in it. */
bool c4_text_blank(const char *text, size_t length);
/* True when it holds a C0/C1 control character (TAB, LF, CR included). */
bool c4_text_has_control(const char *text, size_t length);
/* True for a letter, then letters, digits, single underscores, ending in a
 * letter or digit, at most `maximum` characters, ASCII only. */
bool c4_text_is_api_name(const char *text, size_t length, size_t maximum);

/* Appends the folded form of well-formed text: NFKC case folding, canonical
 * decomposition, marks of U+0300..U+036F dropped, recomposed. ASCII takes a
 * fast path. Dotted capital I folds to i, dotless i stays itself; invisible
 * characters go. Failure shows in `out->code` (INTERNAL when ICU fails). */
void c4_text_fold(c4_buffer *out, const char *text, size_t length);
/* Appends the text in small or in capital letters, as no language in particular
 * has them. Failure shows in `out->code`. */
void c4_text_lower(c4_buffer *out, const char *text, size_t length);
void c4_text_upper(c4_buffer *out, const char *text, size_t length);
/* Folds into the arena-less `mem` block; NULL when there is no memory.
 * `folded_length` may be NULL. */
char *c4_text_folded(const c4_mem *mem, const char *text, size_t length, size_t *folded_length);
/* Bytewise order, the shorter first: -1, 0, 1. */
int c4_text_order(const char *a, size_t a_length, const char *b, size_t b_length);
bool c4_text_equal(const char *a, const char *b); /* both NUL-terminated */

#endif
