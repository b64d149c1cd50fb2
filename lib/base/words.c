/* SPDX-License-Identifier: MIT */
#include "base/words.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

typedef enum character {
    BETWEEN, /* words */
    OF_WORD,
    OF_RUN,
    OF_BEFORE /* marks: of whatever they stand on */
} character;

enum {
    LONG_VOWEL = 0x30FC /* of no script to Unicode, and written in Japanese only */
};

size_t c4_character_bytes(const char *text)
{
    unsigned char lead = (unsigned char)text[0];

    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* The text is well-formed. */
static UChar32 point_at(const char *text, size_t bytes)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    UChar32 point = (unsigned char)text[0] & masks[bytes];

    for (size_t i = 1; i < bytes; i++) {
        point = point << 6 | ((unsigned char)text[i] & 0x3F);
    }
    return point;
}

/* Scripts whose words no space parts. */
static bool is_of_run(UChar32 point)
{
    UErrorCode status = U_ZERO_ERROR;
    bool of_run = false;

    switch (uscript_getScript(point, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN: of_run = true; break;
    default: of_run = point == LONG_VOWEL; break;
    }
    return of_run;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static character kind_of(const char *text, size_t bytes)
{
    UChar32 point;
    uint32_t mask;

    if (bytes == 1) {
        return is_plain(text[0]) ? OF_WORD : BETWEEN;
    }
    point = point_at(text, bytes);
    mask = U_GET_GC_MASK(point);
    if ((mask & (uint32_t)U_GC_M_MASK) != 0) {
        return OF_BEFORE;
    }
    if ((mask & (uint32_t)(U_GC_L_MASK | U_GC_N_MASK)) == 0) {
        return BETWEEN;
    }
    return is_of_run(point) ? OF_RUN : OF_WORD;
}

void c4_words_start(c4_words *words, const char *folded, size_t length)
{
    *words = (c4_words){folded, length, 0, C4_VALUE_WORDS};
}

/* To the next character of a word or a run. */
static character skip_between(c4_words *words)
{
    while (words->at < words->length) {
        size_t bytes = c4_character_bytes(words->text + words->at);
        character kind = kind_of(words->text + words->at, bytes);
        if (kind == OF_WORD || kind == OF_RUN) {
            return kind;
        }
        words->at += bytes;
    }
    return BETWEEN;
}

/* As many letters and digits of one byte as a word begins with: most have no others. */
static void take_plain(c4_words *words, c4_word *word)
{
    while (words->at < words->length && word->length < C4_WORD_BYTES &&
           is_plain(words->text[words->at])) {
        words->at++;
        word->length++;
    }
}

/* A word ends where it is too long, and what is left of it is passed over. */
bool c4_words_next(c4_words *words, c4_word *word)
{
    character kind = words->left > 0 ? skip_between(words) : BETWEEN;
    bool whole = true;

    if (kind == BETWEEN) {
        return false;
    }
    *word = (c4_word){words->text + words->at, 0, kind == OF_RUN};
    words->left -= kind == OF_RUN ? 0 : 1;
    if (kind == OF_WORD) {
        take_plain(words, word);
    }
    while (words->at < words->length) {
        size_t bytes = c4_character_bytes(words->text + words->at);
        character next = kind_of(words->text + words->at, bytes);
        if ((next != kind && next != OF_BEFORE) || (kind == OF_RUN && words->left == 0)) {
            break;
        }
        words->at += bytes;
        words->left -= kind == OF_RUN ? 1 : 0;
        whole = whole && (kind == OF_RUN || word->length + bytes <= C4_WORD_BYTES);
        word->length += whole ? bytes : 0;
    }
    return true;
}

static bool is_between_digits(char c)
{
    switch (c) {
    case ' ':
    case '+':
    case '-':
    case '.':
    case '/':
    case '(':
    case ')': return true;
    default: return false;
    }
}

void c4_phone_read(c4_phone *phone, const char *folded, size_t length)
{
    bool inside = false;

    phone->length = 0;
    phone->group_count = 0;
    phone->plain = true;
    for (size_t i = 0; i < length; i++) {
        bool digit = folded[i] >= '0' && folded[i] <= '9';
        if (digit && phone->length == C4_PHONE_DIGITS) {
            phone->plain = false;
            return;
        }
        if (digit && !inside) {
            phone->groups[phone->group_count++] = phone->length;
        }
        if (digit) {
            phone->digits[phone->length++] = folded[i];
        } else {
            phone->plain = phone->plain && is_between_digits(folded[i]);
        }
        inside = digit;
    }
}
