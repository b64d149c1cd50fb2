/* SPDX-License-Identifier: MIT */
/*
 * A block is groups: how much of the term the one before shares, what follows,
 * the field, then records from the newest on, the first as it is and each
 * other by its distance, all plus nothing and ended by 0.
 */
#include "record/search_block.h"

#include "base/text.h"

#include <string.h>

#include <crm4e/errors.h>

enum {
    NUMBER_BYTES = 10,
    /* The end of one group and another of one record, at most. */
    GROUP_BYTES = C4_WORD_BYTES + 4 * NUMBER_BYTES
};

static uint64_t bytes_4(const unsigned char *at)
{
    return (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16 | (uint64_t)at[2] << 8 | at[3];
}

/* Without a loop: the beginning and the end, which may share bytes. */
uint64_t c4_term_head(const char *term, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)term;
    const size_t behind = length < sizeof(uint64_t) ? sizeof(uint64_t) - length : 0;
    uint64_t head = 0;

    if (behind == 0) {
        head = bytes_4(bytes) << 32 | bytes_4(bytes + 4);
    } else if (length >= 4) {
        head = bytes_4(bytes) << 32 | bytes_4(bytes + length - 4) << (8 * behind);
    } else if (length > 0) {
        head = (uint64_t)bytes[0] << 56 | (uint64_t)bytes[length / 2] << (56 - 8 * (length / 2)) |
               (uint64_t)bytes[length - 1] << (8 * behind);
    }
    return head;
}

int c4_posting_order_within(const c4_posting *a, const c4_posting *b)
{
    int order = 0;

    if (a->length > sizeof a->head || b->length > sizeof b->head) {
        order = c4_text_order(a->term, a->length, b->term, b->length);
    }
    if (order == 0) {
        order = (a->field > b->field) - (a->field < b->field);
    }
    return order != 0 ? order : (a->record < b->record) - (a->record > b->record);
}

static unsigned char *put_number(unsigned char *at, uint64_t number)
{
    while (number >= 0x80) {
        *at++ = (unsigned char)(number | 0x80);
        number >>= 7;
    }
    *at++ = (unsigned char)number;
    return at;
}

void c4_packing_init(c4_packing *packing, const c4_mem *mem)
{
    *packing = (c4_packing){.field = 0};
    c4_buffer_init(&packing->bytes, mem, C4_BLOCK_BYTES * 2);
}

void c4_packing_start(c4_packing *packing)
{
    c4_buffer_reset(&packing->bytes);
    packing->length = 0;
    packing->field = 0;
}

static unsigned char *start_group(c4_packing *packing, const c4_posting *posting, unsigned char *at)
{
    size_t shared = 0;
    size_t rest;

    while (shared < packing->length && shared < posting->length &&
           packing->term[shared] == posting->term[shared]) {
        shared++;
    }
    rest = posting->length - shared;
    at = put_number(at, shared);
    at = put_number(at, rest);
    memcpy(at, posting->term + shared, rest);
    at = put_number(at + rest, (uint64_t)posting->field);
    at = put_number(at, (uint64_t)posting->record);
    memcpy(packing->term, posting->term, posting->length);
    packing->head = posting->head;
    packing->length = posting->length;
    packing->field = posting->field;
    return at;
}

bool c4_packing_add(c4_packing *packing, const c4_posting *posting)
{
    bool same = packing->field == posting->field && packing->head == posting->head &&
                packing->length == posting->length &&
                (posting->length <= sizeof posting->head ||
                 memcmp(packing->term, posting->term, posting->length) == 0);
    const size_t before = packing->bytes.length;
    unsigned char *start;
    unsigned char *at;

    if (packing->bytes.length + GROUP_BYTES > C4_BLOCK_BYTES) {
        return false;
    }
    /* Room for the longest at once; what it takes is cut. */
    start = (unsigned char *)c4_buffer_extend(&packing->bytes, GROUP_BYTES);
    if (start == NULL) {
        return true;
    }
    at = start;
    if (same) {
        at = put_number(at, (uint64_t)(packing->record - posting->record));
    } else {
        at = packing->field != 0 ? put_number(at, 0) : at;
        at = start_group(packing, posting, at);
    }
    c4_buffer_cut(&packing->bytes, before + (size_t)(at - start));
    packing->record = posting->record;
    return true;
}

void c4_packing_end(c4_packing *packing)
{
    if (packing->field != 0) {
        c4_buffer_char(&packing->bytes, '\0'); /* the number 0 */
    }
}

void c4_packing_free(c4_packing *packing)
{
    c4_buffer_free(&packing->bytes);
}

void c4_unpacking_start(c4_unpacking *unpacking, const void *bytes, size_t length)
{
    unpacking->bytes = bytes;
    unpacking->length = length;
    unpacking->at = 0;
    unpacking->posting = (c4_posting){.term = unpacking->term};
    unpacking->inside = false;
}

/* False at the end, or for a number that is too large. */
static bool take_number(c4_unpacking *u, uint64_t *number)
{
    unsigned shift = 0;

    *number = 0;
    while (u->at < u->length && shift < 63) {
        unsigned char byte = u->bytes[u->at++];
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return true;
        }
        shift += 7;
    }
    return false;
}

static bool take_group(c4_unpacking *u)
{
    uint64_t shared, rest, field, record;

    if (!take_number(u, &shared) || !take_number(u, &rest) || shared > u->posting.length ||
        rest > C4_WORD_BYTES - shared || rest > u->length - u->at) {
        return false;
    }
    memcpy(u->term + shared, u->bytes + u->at, (size_t)rest);
    u->at += (size_t)rest;
    u->posting.length = (size_t)(shared + rest);
    if (u->posting.length == 0 || !take_number(u, &field) || field == 0 || field > INT32_MAX ||
        !take_number(u, &record) || record == 0 || record > INT64_MAX) {
        return false;
    }
    u->posting.head = c4_term_head(u->term, u->posting.length);
    u->posting.field = (int32_t)field;
    u->posting.record = (int64_t)record;
    u->inside = true;
    return true;
}

int c4_unpacking_next(c4_unpacking *u)
{
    uint64_t distance = 0;

    if (u->inside) {
        if (!take_number(u, &distance) || distance >= (uint64_t)u->posting.record) {
            return CRM4E_E_CORRUPT;
        }
        u->posting.record -= (int64_t)distance;
        u->inside = distance > 0;
    }
    if (u->inside) {
        return CRM4E_ROW;
    }
    if (u->at == u->length) {
        return CRM4E_OK;
    }
    return take_group(u) ? CRM4E_ROW : CRM4E_E_CORRUPT;
}
