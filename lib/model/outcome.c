/* SPDX-License-Identifier: MIT */
#include "model/outcome.h"

#include <string.h>

#include "base/text.h"

enum {
    RESULT = 3, /* bits of a head */
    TOLD = 4,
    MOST_NUMBER = 10, /* bytes of a number: seven bits each, the lowest first */
    FIRST_ROOM = 16
};

static size_t put_number(unsigned char *out, uint64_t number)
{
    size_t length = 0;

    while (number >= 128) {
        out[length++] = (unsigned char)(number | 128);
        number >>= 7;
    }
    out[length++] = (unsigned char)number;
    return length;
}

/* Distances are small, up or down: the sign goes last. */
static uint64_t fold(uint64_t distance)
{
    return distance << 1 ^ (distance >> 63 != 0 ? UINT64_MAX : 0);
}

static uint64_t unfold(uint64_t number)
{
    return number >> 1 ^ ((number & 1) != 0 ? UINT64_MAX : 0);
}

static size_t put(unsigned char *out, const c4_outcome *o, uint64_t *last)
{
    size_t length = 1;

    out[0] = 0;
    if (o->workflow != 0) {
        out[0] = (unsigned char)(o->result | (o->length > 0 ? TOLD : 0));
        length += put_number(out + length, fold((uint64_t)o->workflow - *last));
        *last = (uint64_t)o->workflow;
    }
    if (o->workflow != 0 && o->length > 0) {
        length += put_number(out + length, o->length);
        memcpy(out + length, o->text, o->length);
        length += o->length;
    }
    return length;
}

bool c4_outcomes_write(c4_arena *arena, const c4_outcome *list, size_t count, crm4e_value *bytes)
{
    size_t room = 1;
    size_t length = 0;
    uint64_t last = 0;
    unsigned char *out;

    while (count > 0 && list[count - 1].workflow == 0) {
        count--;
    }
    for (size_t i = 0; i < count; i++) {
        room += 1 + 2 * MOST_NUMBER + list[i].length;
    }
    out = c4_arena_alloc(arena, room);
    for (size_t i = 0; i < count && out != NULL; i++) {
        length += put(out + length, &list[i], &last);
    }
    *bytes = c4_blob(out, length);
    return out != NULL;
}

/* ------------------------------------------------------------- reading */

void c4_outcomes_start(c4_outcomes *reader, const crm4e_value *bytes)
{
    const unsigned char *data = bytes->type == CRM4E_VALUE_BLOB ? bytes->data : NULL;

    *reader = (c4_outcomes){.at = data, .end = data != NULL ? data + bytes->length : NULL};
}

static bool take_number(c4_outcomes *reader, uint64_t *number)
{
    unsigned shift = 0;
    bool more = true;

    *number = 0;
    while (more && reader->at < reader->end && shift < 7 * MOST_NUMBER) {
        *number |= (uint64_t)(*reader->at & 127) << shift;
        more = (*reader->at++ & 128) != 0;
        shift += 7;
    }
    return !more;
}

static bool take_text(c4_outcomes *reader, c4_outcome *outcome)
{
    uint64_t length = 0;

    if (!take_number(reader, &length) || length == 0 ||
        length > (uint64_t)(reader->end - reader->at)) {
        return false;
    }
    outcome->text = (const char *)reader->at;
    outcome->length = (size_t)length;
    reader->at += length;
    return c4_text_check(outcome->text, outcome->length) == CRM4E_OK;
}

int c4_outcomes_next(c4_outcomes *reader, c4_outcome *outcome)
{
    uint64_t number = 0;
    unsigned head;

    *outcome = (c4_outcome){0};
    if (reader->at == reader->end) {
        return CRM4E_OK;
    }
    head = *reader->at++;
    if (++reader->place > C4_RUN_STRETCH) {
        return CRM4E_E_CORRUPT;
    }
    if (head == 0) {
        return CRM4E_ROW;
    }
    if ((head & RESULT) == 0 || head > (RESULT | TOLD) || !take_number(reader, &number)) {
        return CRM4E_E_CORRUPT;
    }
    reader->last += unfold(number);
    if (reader->last == 0 || reader->last > INT64_MAX) {
        return CRM4E_E_CORRUPT;
    }
    outcome->workflow = (crm4e_id)reader->last;
    outcome->result = (c4_run_result)(head & RESULT);
    return (head & TOLD) == 0 || take_text(reader, outcome) ? CRM4E_ROW : CRM4E_E_CORRUPT;
}

static bool grow(c4_arena *arena, c4_outcome_list *list)
{
    const size_t room = list->room > 0 ? 2 * list->room : FIRST_ROOM;
    c4_outcome *items = c4_arena_alloc(arena, room * sizeof *items);

    if (items != NULL && list->count > 0) {
        memcpy(items, list->items, list->count * sizeof *items);
    }
    if (items != NULL) {
        list->items = items;
        list->room = room;
    }
    return items != NULL;
}

int c4_outcomes_read(c4_arena *arena, const crm4e_value *bytes, c4_outcome_list *list)
{
    c4_outcomes reader;
    c4_outcome outcome;
    int rc;

    list->count = 0;
    c4_outcomes_start(&reader, bytes);
    while ((rc = c4_outcomes_next(&reader, &outcome)) == CRM4E_ROW) {
        if (list->count == list->room && !grow(arena, list)) {
            return CRM4E_E_NO_MEMORY;
        }
        list->items[list->count++] = outcome;
    }
    return rc;
}
