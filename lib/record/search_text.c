/* SPDX-License-Identifier: MIT */
#include "record/search_text.h"

#include <string.h>

enum {
    PHONE_LEAST = 5 /* digits of what may be a number that is written in groups */
};

static int read_words(c4_unit *unit, const char *folded, size_t length, c4_sought *sought)
{
    c4_words words;
    c4_word word;

    c4_words_start(&words, folded, length);
    while (c4_words_next(&words, &word)) {
        if (sought->count == C4_SEARCH_WORDS) {
            (void)c4_fail(unit->error, CRM4E_E_TOO_BIG, "a search takes at most %d words",
                          C4_SEARCH_WORDS);
            return c4_fail_field(unit->error, NULL, NULL, "words");
        }
        sought->atoms[sought->count++] = (c4_atom){word.text, word.length, word.run, false};
    }
    if (sought->count == 0) {
        (void)c4_fail(unit->error, CRM4E_E_INVALID, "the text has no word to search for");
        return c4_fail_field(unit->error, NULL, NULL, "words");
    }
    sought->atoms[sought->count - 1].begun = true;
    return CRM4E_OK;
}

int c4_search_text_read(c4_unit *unit, const char *folded, size_t length, c4_search_text *text)
{
    int rc;

    *text = (c4_search_text){.way_count = 1};
    rc = read_words(unit, folded, length, &text->ways[0]);
    c4_phone_read(&text->phone, folded, length);
    if (rc == CRM4E_OK && text->phone.plain && text->phone.group_count > 1 &&
        text->phone.length >= PHONE_LEAST) {
        text->way_count = 2;
        text->ways[1].count = 1;
        text->ways[1].atoms[0] = (c4_atom){text->phone.digits, text->phone.length, false, true};
    }
    return rc;
}

/* One value that is looked into. */
typedef struct looking {
    const c4_search_text *text;
    const c4_field *field;
    bool names;
    c4_findings *findings;
} looking;

static void note(looking *l, size_t way, size_t atom, bool whole)
{
    uint8_t bit = (uint8_t)(1u << ((l->names ? 0u : 2u) + (whole ? 0u : 1u)));
    uint8_t before = l->findings->found[way][atom];

    l->findings->found[way][atom] = before | bit;
    if (atom == 0 && (before == 0 || bit < (before & -before))) {
        l->findings->fields[way] = l->field;
    }
}

/* Where the run has the atom, at the beginning of a character. */
static bool run_has(const c4_word *run, const c4_atom *atom)
{
    size_t at = 0;

    while (atom->length <= run->length - at) {
        if (memcmp(run->text + at, atom->text, atom->length) == 0) {
            return true;
        }
        at += c4_character_bytes(run->text + at);
        if (at >= run->length) {
            break;
        }
    }
    return false;
}

static void compare(looking *l, const c4_word *word)
{
    for (size_t w = 0; w < l->text->way_count; w++) {
        const c4_sought *sought = &l->text->ways[w];
        for (size_t i = 0; i < sought->count; i++) {
            const c4_atom *atom = &sought->atoms[i];
            if (atom->run != word->run || atom->length > word->length) {
                continue;
            }
            if (word->run ? run_has(word, atom)
                          : memcmp(atom->text, word->text, atom->length) == 0 &&
                                (atom->begun || atom->length == word->length)) {
                note(l, w, i, word->run || atom->length == word->length);
            }
        }
    }
}

static void compare_phone(looking *l, const char *folded, size_t length)
{
    c4_phone phone;

    c4_phone_read(&phone, folded, length);
    for (size_t i = 0; i < phone.group_count; i++) {
        const c4_word word = {phone.digits + phone.groups[i], phone.length - phone.groups[i],
                              false};
        compare(l, &word);
    }
}

void c4_search_text_match(const c4_search_text *text, const c4_field *field, const char *folded,
                          size_t length, c4_findings *findings)
{
    looking l = {text, field, c4_field_names(field), findings};
    c4_words words;
    c4_word word;

    c4_words_start(&words, folded, length);
    while (c4_words_next(&words, &word)) {
        compare(&l, &word);
    }
    if (field->type == CRM4E_TYPE_PHONE) {
        compare_phone(&l, folded, length);
    }
}

/* 0: not all atoms are there. */
static c4_search_rank rank_of(const uint8_t *found, size_t count)
{
    bool all = true;
    bool named = true;
    bool whole = true;
    bool named_whole = true;

    for (size_t i = 0; i < count; i++) {
        all = all && found[i] != 0;
        named = named && (found[i] & (C4_FOUND_NAME | C4_FOUND_NAME_PREFIX)) != 0;
        whole = whole && (found[i] & (C4_FOUND_NAME | C4_FOUND_OTHER)) != 0;
        named_whole = named_whole && (found[i] & C4_FOUND_NAME) != 0;
    }
    if (!all) {
        return 0;
    }
    return named_whole ? C4_RANK_NAME
           : named     ? C4_RANK_NAME_PREFIX
           : whole     ? C4_RANK_WHOLE
                       : C4_RANK_PREFIX;
}

bool c4_search_text_found(const c4_search_text *text, const c4_findings *findings,
                          c4_search_hit *hit)
{
    hit->rank = 0;
    for (size_t w = 0; w < text->way_count; w++) {
        c4_search_rank rank = rank_of(findings->found[w], text->ways[w].count);
        if (rank != 0 && (hit->rank == 0 || rank < hit->rank)) {
            hit->rank = rank;
            hit->field = findings->fields[w];
        }
    }
    return hit->rank != 0;
}
