/* SPDX-License-Identifier: MIT */
/* Terms collected, and put in order: by the bytes of their heads first, which takes no
 * comparison. */
#include "record/search_terms.h"

#include "base/text.h"
#include "model/unit.h"

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

enum {
    CHUNK_TERMS = 31,
    DIGITS = 256,
    PASSES = sizeof(uint64_t) - 1, /* the first byte of a head is the same for all */
    FEW = 64,                      /* terms that are compared at once */
    HANDFUL = 24                   /* that are put in their places one by one */
};

#define NUMBER_MASK ((UINT64_C(1) << C4_ID_BITS) - 1)

/* What is longer than its head is among the long terms. */
typedef struct short_term {
    uint64_t head;
    uint32_t value; /* its place among the values */
    uint32_t rest;  /* where it begins among the long terms, from 1; 0: the head is all of it */
} short_term;

struct c4_term_chunk {
    c4_term_chunk *before;
    size_t count;
    short_term terms[CHUNK_TERMS];
};

/* Terms of one first byte on their way into order. */
typedef struct ordering {
    const c4_terms *all;
    short_term *items;
    short_term *other; /* as many */
    size_t count;
    uint32_t found[PASSES][DIGITS]; /* how often each byte of the heads has each value */
} ordering;

void c4_terms_init(c4_terms *terms, const c4_mem *mem, c4_arena *arena)
{
    *terms = (c4_terms){.arena = arena};
    /* Their places are numbers of 32 bits. */
    c4_buffer_init(&terms->values, mem, UINT32_MAX);
    c4_buffer_init(&terms->long_terms, mem, UINT32_MAX);
}

void c4_terms_free(c4_terms *terms)
{
    c4_buffer_free(&terms->long_terms);
    c4_buffer_free(&terms->values);
}

void c4_terms_reset(c4_terms *terms)
{
    memset(terms->last, 0, sizeof terms->last);
    memset(terms->counts, 0, sizeof terms->counts);
    terms->count = 0;
    terms->largest = 0;
    c4_buffer_reset(&terms->values);
    c4_buffer_reset(&terms->long_terms);
}

/* As a number that is in the order of postings: by field, and the newest record first. */
int c4_terms_value(c4_terms *terms, int32_t field, int64_t record)
{
    const uint64_t value =
        (uint64_t)field << C4_ID_BITS | (NUMBER_MASK - ((uint64_t)record & NUMBER_MASK));

    c4_buffer_put(&terms->values, &value, sizeof value);
    return terms->values.code;
}

size_t c4_terms_values(const c4_terms *terms)
{
    return terms->values.length / sizeof(uint64_t);
}

/* Room for one more with this first byte; NULL: no memory. */
static short_term *add_room(c4_terms *terms, size_t first)
{
    c4_term_chunk *chunk = terms->last[first];

    if (chunk == NULL || chunk->count == CHUNK_TERMS) {
        chunk = c4_arena_alloc(terms->arena, sizeof *chunk);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->before = terms->last[first];
        chunk->count = 0;
        terms->last[first] = chunk;
    }
    return &chunk->terms[chunk->count++];
}

static int keep_long(c4_terms *terms, const char *term, size_t length, uint32_t *rest)
{
    unsigned char *at = (unsigned char *)c4_buffer_extend(&terms->long_terms, length + 1);

    if (at == NULL) {
        return terms->long_terms.code;
    }
    at[0] = (unsigned char)length;
    memcpy(at + 1, term, length);
    *rest = (uint32_t)(terms->long_terms.length - length);
    return CRM4E_OK;
}

int c4_terms_add(c4_terms *terms, const char *term, size_t length)
{
    const size_t first = (unsigned char)term[0];
    uint32_t rest = 0;
    int rc = length > sizeof(uint64_t) ? keep_long(terms, term, length, &rest) : CRM4E_OK;
    short_term *added = rc == CRM4E_OK ? add_room(terms, first) : NULL;

    if (added == NULL) {
        return rc == CRM4E_OK ? CRM4E_E_NO_MEMORY : rc;
    }
    added->head = c4_term_head(term, length);
    added->value = (uint32_t)(c4_terms_values(terms) - 1);
    added->rest = rest;
    terms->count++;
    if (++terms->counts[first] > terms->largest) {
        terms->largest = terms->counts[first];
    }
    return CRM4E_OK;
}

/* Those of the last values are the last ones everywhere. What long terms take stays. */
void c4_terms_back(c4_terms *terms, size_t values)
{
    for (size_t i = 0; i < C4_FIRST_BYTES; i++) {
        c4_term_chunk *chunk = terms->last[i];
        while (chunk != NULL &&
               (chunk->count == 0 || chunk->terms[chunk->count - 1].value >= values)) {
            if (chunk->count == 0) {
                chunk = chunk->before;
                continue;
            }
            chunk->count--;
            terms->counts[i]--;
            terms->count--;
        }
        terms->last[i] = chunk;
    }
    c4_buffer_cut(&terms->values, values * sizeof(uint64_t));
}

size_t c4_terms_bytes(const c4_terms *terms)
{
    return terms->count * sizeof(short_term) + terms->values.length + terms->long_terms.length +
           2 * terms->largest * sizeof(short_term);
}

static uint64_t value_of(const c4_terms *terms, const short_term *term)
{
    return ((const uint64_t *)(const void *)terms->values.data)[term->value];
}

/* Of a long term; the byte before is its length. */
static const char *text_of(const c4_terms *terms, const short_term *term)
{
    return terms->long_terms.data + term->rest;
}

static size_t length_of(const char *text)
{
    return (unsigned char)text[-1];
}

/* Of two with one head: the one that is all head is the shorter. */
static int order_rest(const c4_terms *terms, const short_term *a, const short_term *b)
{
    const char *x, *y;

    if (a->rest == 0 || b->rest == 0) {
        return (a->rest != 0) - (b->rest != 0);
    }
    x = text_of(terms, a);
    y = text_of(terms, b);
    return c4_text_order(x, length_of(x), y, length_of(y));
}

static int order_terms(const c4_terms *terms, const short_term *a, const short_term *b)
{
    int order = (a->head > b->head) - (a->head < b->head);

    if (order == 0) {
        order = order_rest(terms, a, b);
    }
    if (order == 0) {
        const uint64_t x = value_of(terms, a), y = value_of(terms, b);
        order = (x > y) - (x < y);
    }
    return order;
}

static void insert_each(const c4_terms *terms, short_term *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const short_term item = items[i];
        size_t at = i;
        for (; at > 0 && order_terms(terms, &items[at - 1], &item) > 0; at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

/* Two halves that are in order, into one. */
static void join_halves(const c4_terms *terms, const short_term *items, size_t half, size_t count,
                        short_term *to)
{
    size_t low = 0, high = half;

    for (size_t i = 0; i < count; i++) {
        const bool first =
            high == count || (low < half && order_terms(terms, &items[low], &items[high]) <= 0);
        to[i] = first ? items[low++] : items[high++];
    }
}

/* By comparison. `other` is as large. */
static void compare_all(const c4_terms *terms, short_term *items, short_term *other, size_t count)
{
    bool ordered = true;

    for (size_t i = 1; i < count && ordered; i++) {
        ordered = order_terms(terms, &items[i - 1], &items[i]) <= 0;
    }
    if (!ordered && count <= HANDFUL) {
        insert_each(terms, items, count);
    } else if (!ordered) {
        const size_t half = count / 2;
        compare_all(terms, items, other, half);
        compare_all(terms, items + half, other + half, count - half);
        join_halves(terms, items, half, count, other);
        memcpy(items, other, count * sizeof *items);
    }
}

static unsigned digit_of(uint64_t head, size_t byte)
{
    return (unsigned)(head >> (8 * byte)) & (DIGITS - 1);
}

static void count_digits(ordering *o)
{
    memset(o->found, 0, sizeof o->found);
    for (size_t i = 0; i < o->count; i++) {
        for (size_t byte = 0; byte < PASSES; byte++) {
            o->found[byte][digit_of(o->items[i].head, byte)]++;
        }
    }
}

/* By one byte; those that are equal in it stay in their order. */
static void distribute(ordering *o, size_t byte)
{
    short_term *const from = o->items;
    short_term *const to = o->other;
    uint32_t places[DIGITS];
    uint32_t place = 0;

    for (size_t i = 0; i < DIGITS; i++) {
        places[i] = place;
        place += o->found[byte][i];
    }
    for (size_t i = 0; i < o->count; i++) {
        to[places[digit_of(from[i].head, byte)]++] = from[i];
    }
    o->items = to;
    o->other = from;
}

/* By their heads, then those of one head by comparison: mostly they came in order. */
static void order_many(ordering *o)
{
    size_t from = 0;

    count_digits(o);
    for (size_t byte = 0; byte < PASSES; byte++) {
        if (o->found[byte][digit_of(o->items[0].head, byte)] != o->count) {
            distribute(o, byte);
        }
    }
    for (size_t i = 1; i <= o->count; i++) {
        if (i == o->count || o->items[i].head != o->items[from].head) {
            if (i - from > 1) {
                compare_all(o->all, o->items + from, o->other + from, i - from);
            }
            from = i;
        }
    }
}

/* Records come mostly in order of their ids, and postings go the newest first. */
static void take_backwards(ordering *o, size_t first)
{
    const c4_term_chunk *chunk = o->all->last[first];

    for (o->count = 0; chunk != NULL; chunk = chunk->before) {
        for (size_t i = chunk->count; i > 0; i--) {
            o->items[o->count++] = chunk->terms[i - 1];
        }
    }
    if (o->count > FEW) {
        order_many(o);
    } else {
        compare_all(o->all, o->items, o->other, o->count);
    }
}

/* A term that is all head, as it was. */
static size_t write_head(uint64_t head, char *text)
{
    size_t length = 0;

    while (length < sizeof head && (head >> 56) != 0) {
        text[length++] = (char)(head >> 56);
        head <<= 8;
    }
    return length;
}

static int give(const ordering *o, c4_posting_taker take, void *user)
{
    const c4_terms *terms = o->all;
    char text[sizeof(uint64_t)];
    c4_posting posting = {.term = text};
    uint64_t last = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < o->count && rc == CRM4E_OK; i++) {
        const short_term *item = &o->items[i];
        const uint64_t value = value_of(terms, item);
        const bool same =
            i > 0 && item->head == posting.head && order_rest(terms, item, &o->items[i - 1]) == 0;
        if (same && value == last) {
            continue;
        }
        if (!same) {
            posting.head = item->head;
            posting.term = item->rest != 0 ? text_of(terms, item) : text;
            posting.length =
                item->rest != 0 ? length_of(posting.term) : write_head(item->head, text);
        }
        last = value;
        posting.field = (int32_t)(value >> C4_ID_BITS);
        posting.record = (int64_t)(NUMBER_MASK - (value & NUMBER_MASK));
        rc = take(user, &posting);
    }
    return rc;
}

int c4_terms_in_order(const c4_terms *terms, c4_posting_taker take, void *user)
{
    const c4_mem *mem = terms->values.mem;
    const size_t room = terms->largest * sizeof(short_term);
    ordering *o = c4_alloc(mem, sizeof *o);
    short_term *items = c4_alloc(mem, room);
    short_term *other = c4_alloc(mem, room);
    int rc = o == NULL || items == NULL || other == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;

    for (size_t i = 0; i < C4_FIRST_BYTES && rc == CRM4E_OK; i++) {
        if (terms->counts[i] > 0) {
            o->all = terms;
            o->items = items;
            o->other = other;
            take_backwards(o, i);
            rc = give(o, take, user);
        }
    }
    c4_free(mem, other);
    c4_free(mem, items);
    c4_free(mem, o);
    return rc;
}
