/* SPDX-License-Identifier: MIT */
/* What of a folded text can be searched for: words, runs of characters that are
 * written without spaces, and telephone numbers. */
#ifndef C4_WORDS_H
#define C4_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    C4_WORD_BYTES = 64,    /* of a word: what is longer counts by its beginning */
    C4_VALUE_WORDS = 1000, /* of one value, from its beginning; characters of runs count each */
    C4_PHONE_DIGITS = 32   /* of one number */
};

/* A piece of a text, within it. */
typedef struct c4_word {
    const char *text;
    size_t length;
    bool run; /* Chinese, Japanese, Korean, Thai ...: found by any part of it */
} c4_word;

typedef struct c4_words {
    const char *text;
    size_t length;
    size_t at;
    size_t left; /* words still to give */
} c4_words;

void c4_words_start(c4_words *words, const char *folded, size_t length);
bool c4_words_next(c4_words *words, c4_word *word);

/* Bytes of the character a text begins with; it has one. */
size_t c4_character_bytes(const char *text);

/* The digits of a telephone number in one piece, and where its groups begin. */
typedef struct c4_phone {
    char digits[C4_PHONE_DIGITS];
    size_t length;
    size_t groups[C4_PHONE_DIGITS];
    size_t group_count;
    bool plain; /* nothing but digits and what stands between them */
} c4_phone;
void c4_phone_read(c4_phone *phone, const char *folded, size_t length);

#endif
