/* SPDX-License-Identifier: MIT */
/*
 * The encoding of history and of rows in the bin: for each change the field
 * number and ';', then the old and the new value: 'n' NULL, 'i' digits ';' an
 * integer, 't' bytes ':' text. A change has one encoding, and all of it is text.
 */
#include "record/inside.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum {
    NUMBER_BYTES = 21 /* of the least number and its mark */
};

static char *put_number(char *at, int64_t number, char mark)
{
    char digits[NUMBER_BYTES + 1]; /* two at a time */
    char *from = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    *--from = mark;
    while (rest >= 10) {
        const unsigned two = (unsigned)(rest % 100);
        *--from = (char)('0' + two % 10);
        *--from = (char)('0' + two / 10);
        rest /= 100;
    }
    if (rest > 0 || from[0] == mark) {
        *--from = (char)('0' + rest);
    }
    if (number < 0) {
        *--from = '-';
    }
    memcpy(at, from, (size_t)(digits + sizeof digits - from));
    return at + (digits + sizeof digits - from);
}

static char *put_value(char *at, const crm4e_value *value)
{
    switch (value->type) {
    case CRM4E_VALUE_INTEGER: *at++ = 'i'; return put_number(at, value->integer, ';');
    case CRM4E_VALUE_TEXT:
        *at++ = 't';
        at = put_number(at, (int64_t)value->length, ':');
        if (value->length > 0) {
            memcpy(at, value->data, value->length);
        }
        return at + value->length;
    default: *at++ = 'n'; return at;
    }
}

static size_t most_bytes(const crm4e_value *value)
{
    return 1 + NUMBER_BYTES + (value->type == CRM4E_VALUE_TEXT ? value->length : 0);
}

/* Room is made for each change at once: a history has many. */
int c4_changes_encode(c4_buffer *out, const c4_field_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const c4_field_change *change = &changes[i];
        const size_t before = out->length;
        char *start = c4_buffer_extend(out, NUMBER_BYTES + most_bytes(&change->before) +
                                                most_bytes(&change->after));
        char *at = start;
        if (start == NULL) {
            break;
        }
        at = put_number(at, change->field, ';');
        at = put_value(at, &change->before);
        at = put_value(at, &change->after);
        c4_buffer_cut(out, before + (size_t)(at - start));
    }
    return out->code;
}

typedef struct reader {
    const char *at;
    const char *end;
} reader;

/* A canonical integer and the mark behind it: no leading zeros, no "-0". */
static bool take_integer(reader *r, char mark, int64_t *number)
{
    const char *start = r->at;
    const char *digits = start < r->end && *start == '-' ? start + 1 : start;
    const char *stop = digits;

    while (stop < r->end && *stop >= '0' && *stop <= '9') {
        stop++;
    }
    if (stop == digits || stop == r->end || *stop != mark || stop - start > 20 ||
        (*digits == '0' && (stop - digits > 1 || digits != start))) {
        return false;
    }
    r->at = stop + 1;
    return c4_decimal_parse(start, (size_t)(stop - start), 0, number) == CRM4E_OK;
}

static bool take_text(reader *r, crm4e_value *value)
{
    int64_t length = 0;

    if (!take_integer(r, ':', &length) || length < 0 || length > r->end - r->at ||
        c4_text_check(r->at, (size_t)length) != CRM4E_OK) {
        return false;
    }
    *value = c4_text_value(r->at, (size_t)length);
    r->at += length;
    return true;
}

static bool take_value(reader *r, crm4e_value *value)
{
    char kind = r->at < r->end ? *r->at++ : '\0';
    int64_t number = 0;
    bool well = kind == 'n';

    *value = c4_null();
    if (kind == 'i') {
        well = take_integer(r, ';', &number);
        *value = c4_integer(number);
    } else if (kind == 't') {
        well = take_text(r, value);
    }
    return well;
}

static bool take_change(reader *r, c4_field_change *change)
{
    int64_t field = 0;
    bool well = take_integer(r, ';', &field) && field > 0 && field <= INT32_MAX &&
                take_value(r, &change->before) && take_value(r, &change->after);

    change->field = (int32_t)field;
    return well;
}

/* Counts first, so that the array is made once. */
static bool walk(const char *bytes, size_t length, c4_field_change *changes, size_t *count)
{
    reader r = {bytes, bytes + length};
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
    *changes = c4_arena_array(arena, *count, sizeof **changes);
    if (copy == NULL || *changes == NULL) {
        *count = 0;
        return CRM4E_E_NO_MEMORY;
    }
    (void)walk(copy, length, *changes, count);
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
