/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <string.h>

#include <crm4e/errors.h>

enum {
    FIRST_BYTES = 64
};

void c4_buffer_init(c4_buffer *buffer, const c4_mem *mem, size_t ceiling)
{
    *buffer = (c4_buffer){.mem = mem, .ceiling = ceiling};
}

/* Room for `length` more bytes and the NUL, or the failure in `code`. */
static bool make_room(c4_buffer *buffer, size_t length)
{
    size_t need;
    void *data = buffer->data;

    if (buffer->code != CRM4E_OK) {
        return false;
    }
    if (length > buffer->ceiling - buffer->length || !c4_add_size(buffer->length, length, &need) ||
        !c4_add_size(need, 1, &need)) {
        buffer->code = CRM4E_E_TOO_BIG;
        return false;
    }
    if (need < FIRST_BYTES) {
        need = FIRST_BYTES;
    }
    buffer->code = c4_grow(buffer->mem, &data, &buffer->capacity, need, 1);
    buffer->data = data;
    return buffer->code == CRM4E_OK;
}

/* Mostly there is room already. */
static bool reserve(c4_buffer *buffer, size_t length)
{
    return (buffer->code == CRM4E_OK && length < buffer->capacity - buffer->length &&
            length <= buffer->ceiling - buffer->length) ||
           make_room(buffer, length);
}

void c4_buffer_reserve(c4_buffer *buffer, size_t length)
{
    (void)reserve(buffer, length);
}

char *c4_buffer_extend(c4_buffer *buffer, size_t length)
{
    char *added;

    if (!reserve(buffer, length)) {
        return NULL;
    }
    added = buffer->data + buffer->length;
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return added;
}

void c4_buffer_put(c4_buffer *buffer, const void *bytes, size_t length)
{
    char *added = c4_buffer_extend(buffer, length);

    if (added != NULL && length > 0) {
        memcpy(added, bytes, length);
    }
}

void c4_buffer_text(c4_buffer *buffer, const char *text)
{
    c4_buffer_put(buffer, text, strlen(text));
}

void c4_buffer_char(c4_buffer *buffer, char c)
{
    char *added = c4_buffer_extend(buffer, 1);

    if (added != NULL) {
        *added = c;
    }
}

void c4_buffer_i64(c4_buffer *buffer, int64_t number)
{
    char digits[20]; /* of the least number, with its sign */
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    c4_buffer_put(buffer, digits + at, sizeof digits - at);
}

void c4_buffer_cut(c4_buffer *buffer, size_t length)
{
    if (length < buffer->length) {
        buffer->length = length;
        buffer->data[length] = '\0';
    }
}

void c4_buffer_reset(c4_buffer *buffer)
{
    buffer->length = 0;
    buffer->code = CRM4E_OK;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

const char *c4_buffer_c_str(const c4_buffer *buffer)
{
    if (buffer->code != CRM4E_OK) {
        return NULL;
    }
    return buffer->data != NULL ? buffer->data : "";
}

char *c4_buffer_take(c4_buffer *buffer, size_t *length)
{
    char *data = NULL;

    /* Extending by nothing gives an empty buffer its NUL. */
    if (c4_buffer_extend(buffer, 0) != NULL) {
        data = buffer->data;
        if (length != NULL) {
            *length = buffer->length;
        }
        c4_buffer_init(buffer, buffer->mem, buffer->ceiling);
    }
    return data;
}

void c4_buffer_free(c4_buffer *buffer)
{
    c4_free(buffer->mem, buffer->data);
    c4_buffer_init(buffer, buffer->mem, buffer->ceiling);
}
