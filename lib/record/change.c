/* SPDX-License-Identifier: MIT */
/*
 * The encoding of history and of rows in the bin, all of it text. A digit is one of 64 characters
 * from '0' on. A change is a digit of its kinds of value and the step from the field before, what
 * is left of the step, then the old and the new value: an integer its number, a text the number of
 * its bytes and these. Fields ascend; a change has one encoding.
 */
#include "record/inside.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/standard.h"

enum {
    DIGIT_ZERO = '0',
    DIGIT_BITS = 6,
    DIGITS = 1 << DIGIT_BITS,
    DIGITS_MOST = 11,                    /* of a number */
    NUMBER_BYTES = 1 + DIGITS_MOST,      /* below NUMBER_SHORT one digit, else one that tells */
    NUMBER_SHORT = DIGITS - DIGITS_MOST, /* how many follow, of which the first is not 0 */
    KINDS = 3,                           /* null, integer, text: of the old value and the new */
    STEPS = 8,                           /* to the next field, the one behind it, ... */
    STEP_FAR = STEPS - 2,                /* ... and so much further as a number says, */
    STEP_OWN = STEPS - 1                 /* or from the standard's fields to those of the org */
};

static char digit_of(uint64_t value)
{
    return (char)(DIGIT_ZERO + (int)(value % DIGITS));
}

static char *put_number(char *at, uint64_t number)
{
    int digits = 1;

    if (number < NUMBER_SHORT) {
        *at = digit_of(number);
        return at + 1;
    }
    while (digits < DIGITS_MOST && number >> (DIGIT_BITS * digits) != 0) {
        digits++;
    }
    *at++ = digit_of((uint64_t)(NUMBER_SHORT - 1 + digits));
    for (int left = digits - 1; left >= 0; left--) {
        *at++ = digit_of(number >> (DIGIT_BITS * left));
    }
    return at;
}

/* Small ones of either sign are small numbers. */
static uint64_t number_of(int64_t integer)
{
    return integer < 0 ? ~((uint64_t)integer << 1) : (uint64_t)integer << 1;
}

static int64_t integer_of(uint64_t number)
{
    const int64_t half = (int64_t)(number >> 1);

    return (number & 1) != 0 ? -1 - half : half;
}

static char *put_value(char *at, const crm4e_value *value)
{
    if (value->type == CRM4E_VALUE_INTEGER) {
        return put_number(at, number_of(value->integer));
    }
    if (value->type == CRM4E_VALUE_TEXT) {
        at = put_number(at, value->length);
        if (value->length > 0) {
            memcpy(at, value->data, value->length);
        }
        at += value->length;
    }
    return at;
}

/* KINDS when history does not hold such values. */
static unsigned kind_of(const crm4e_value *value)
{
    switch (value->type) {
    case CRM4E_VALUE_NULL: return 0;
    case CRM4E_VALUE_INTEGER: return 1;
    case CRM4E_VALUE_TEXT: return 2;
    default: return KINDS;
    }
}

/* That both are null is no change, and has no digit. */
static char *put_head(char *at, unsigned kinds, int32_t last, int32_t field)
{
    const bool own = last < C4_FIRST_CUSTOM_FIELD && field >= C4_FIRST_CUSTOM_FIELD;
    const uint64_t further = (uint64_t)(own ? field - C4_FIRST_CUSTOM_FIELD : field - last - 1);
    const uint64_t step = own ? STEP_OWN : further < STEP_FAR ? further : STEP_FAR;

    *at++ = digit_of((kinds - 1) * STEPS + step);
    return step < STEP_FAR ? at : put_number(at, own ? further : further - STEP_FAR);
}

static size_t most_bytes(const crm4e_value *value)
{
    return NUMBER_BYTES + (value->type == CRM4E_VALUE_TEXT ? value->length : 0);
}

int c4_changes_add(c4_buffer *out, int32_t *last, const c4_field_change *change)
{
    const unsigned before = kind_of(&change->before);
    const unsigned after = kind_of(&change->after);
    const size_t length = out->length;
    char *start;
    char *at;

    if (change->field <= *last || before == KINDS || after == KINDS || before + after == 0) {
        out->code = CRM4E_E_INTERNAL;
        return out->code;
    }
    start = c4_buffer_extend(out, 1 + NUMBER_BYTES + most_bytes(&change->before) +
                                      most_bytes(&change->after));
    if (start != NULL) {
        at = put_head(start, before * KINDS + after, *last, change->field);
        at = put_value(at, &change->before);
        at = put_value(at, &change->after);
        c4_buffer_cut(out, length + (size_t)(at - start));
        *last = change->field;
    }
    return out->code;
}

int c4_changes_encode(c4_buffer *out, const c4_field_change *changes, size_t count)
{
    int32_t last = 0;

    for (size_t i = 0; i < count && out->code == CRM4E_OK; i++) {
        (void)c4_changes_add(out, &last, &changes[i]);
    }
    return out->code;
}

typedef struct reader {
    const char *at;
    const char *end;
    int32_t last;      /* field */
    bool checks_texts; /* the other walk has only to get over them */
} reader;

/* DIGITS: there is none. */
static unsigned take_digit(reader *r)
{
    const unsigned value =
        r->at < r->end ? (unsigned)(unsigned char)*r->at - (unsigned)DIGIT_ZERO : DIGITS;

    r->at += value < DIGITS ? 1 : 0;
    return value < DIGITS ? value : DIGITS;
}

/* In as few digits as there can be, and within 64 bits. */
static bool take_number(reader *r, uint64_t *number)
{
    const unsigned head = take_digit(r);
    const unsigned digits = head - NUMBER_SHORT + 1;
    uint64_t least = NUMBER_SHORT;
    uint64_t value = 0;

    *number = head;
    if (head < NUMBER_SHORT || head == DIGITS) {
        return head < DIGITS;
    }
    if (digits > 1) {
        least = UINT64_C(1) << (DIGIT_BITS * (digits - 1));
    }
    for (unsigned i = 0; i < digits; i++) {
        const unsigned digit = take_digit(r);
        if (digit == DIGITS || value >> (64 - DIGIT_BITS) != 0) {
            return false;
        }
        value = value << DIGIT_BITS | digit;
    }
    *number = value;
    return value >= least;
}

static bool take_text(reader *r, crm4e_value *value)
{
    uint64_t length = 0;

    if (!take_number(r, &length) || length > (uint64_t)(r->end - r->at) ||
        (r->checks_texts && c4_text_check(r->at, (size_t)length) != CRM4E_OK)) {
        return false;
    }
    *value = c4_text_value(r->at, (size_t)length);
    r->at += length;
    return true;
}

static bool take_value(reader *r, unsigned kind, crm4e_value *value)
{
    uint64_t number = 0;
    bool well = true;

    *value = c4_null();
    if (kind == 1) {
        well = take_number(r, &number);
        *value = c4_integer(integer_of(number));
    } else if (kind == 2) {
        well = take_text(r, value);
    }
    return well;
}

/* The org's own fields are reached by the one step that is theirs, and by no other. */
static bool take_field(reader *r, unsigned step, int32_t *field)
{
    const bool own = step == STEP_OWN;
    const uint64_t from = own ? (uint64_t)C4_FIRST_CUSTOM_FIELD : (uint64_t)r->last + 1 + step;
    uint64_t further = 0;

    if (step >= STEP_FAR && (!take_number(r, &further) || further > INT32_MAX)) {
        return false;
    }
    further += from;
    if (further > INT32_MAX ||
        own != (r->last < C4_FIRST_CUSTOM_FIELD && further >= (uint64_t)C4_FIRST_CUSTOM_FIELD)) {
        return false;
    }
    *field = (int32_t)further;
    r->last = *field;
    return true;
}

static bool take_change(reader *r, c4_field_change *change)
{
    const unsigned head = take_digit(r);
    const unsigned kinds = head / STEPS + 1;

    return head < DIGITS && take_field(r, head % STEPS, &change->field) &&
           take_value(r, kinds / KINDS, &change->before) &&
           take_value(r, kinds % KINDS, &change->after);
}

/* Counts first, so that the array is made once. */
static bool walk(const char *bytes, size_t length, c4_field_change *changes, size_t *count)
{
    reader r = {.at = bytes, .end = bytes + length, .checks_texts = changes != NULL};
    c4_field_change skipped;
    bool well = true;

    for (*count = 0; well && r.at < r.end; *count += well ? 1 : 0) {
        well = take_change(&r, changes != NULL ? &changes[*count] : &skipped);
    }
    return well;
}

int c4_changes_decode(c4_arena *arena, const void *bytes, size_t length, c4_field_change **changes,
                      size_t *count)
{
    c4_field_change *list;
    const char *copy;

    *changes = NULL;
    *count = 0;
    if (length == 0) {
        return CRM4E_OK;
    }
    if (bytes == NULL || !walk(bytes, length, NULL, count)) {
        *count = 0;
        return CRM4E_E_CORRUPT;
    }
    copy = c4_arena_copy(arena, bytes, length);
    list = c4_arena_array(arena, *count, sizeof *list);
    if (copy == NULL || list == NULL) {
        *count = 0;
        return CRM4E_E_NO_MEMORY;
    }
    if (!walk(copy, length, list, count)) {
        *count = 0;
        return CRM4E_E_CORRUPT;
    }
    *changes = list;
    return CRM4E_OK;
}

static bool is_text(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;

    return stored == C4_STORED_TEXT || stored == C4_STORED_OPTIONS || stored == C4_STORED_IDS ||
           stored == C4_STORED_FILES || stored == C4_STORED_ROWS;
}

/* "4:17" */
static bool split_parent(const crm4e_value *value, int64_t *module, int64_t *id)
{
    const char *text = value->data;
    const char *colon = value->length > 0 ? memchr(text, ':', value->length) : NULL;
    size_t first = colon != NULL ? (size_t)(colon - text) : 0;

    return colon != NULL && c4_decimal_parse(text, first, 0, module) == CRM4E_OK &&
           c4_decimal_parse(colon + 1, value->length - first - 1, 0, id) == CRM4E_OK &&
           *module > 0 && *module <= INT32_MAX && *id > 0;
}

int c4_change_to_row(const c4_field *field, const crm4e_value *value, crm4e_value *row)
{
    int64_t module = 0;
    int64_t id = 0;
    bool parent = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
    crm4e_value_type wanted = parent || is_text(field) ? CRM4E_VALUE_TEXT : CRM4E_VALUE_INTEGER;

    if (field->key_column != 0) {
        row[field->key_column] = c4_null();
    }
    row[field->column] = c4_null();
    if (value->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    if (value->type != wanted || (parent && !split_parent(value, &module, &id))) {
        return CRM4E_E_CORRUPT;
    }
    row[field->column] = parent ? c4_integer(id) : *value;
    if (parent) {
        row[field->key_column] = c4_integer(module);
    }
    return CRM4E_OK;
}
