/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <string.h>

/* Characters with an escape of two characters, and its letter. */
static const char escaped[] = "\"\\\b\f\n\r\t";
static const char letters[] = "\"\\bfnrt";

static void put_escape(c4_buffer *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    const char *known = memchr(escaped, c, sizeof escaped - 1);
    char text[6] = {'\\', 'u', '0', '0', '0', '0'};

    if (known != NULL) {
        text[1] = letters[known - escaped];
        c4_buffer_put(out, text, 2);
        return;
    }
    text[4] = hex[(unsigned char)c >> 4];
    text[5] = hex[(unsigned char)c & 15];
    c4_buffer_put(out, text, sizeof text);
}

void c4_json_put_text(c4_buffer *out, const char *text, size_t length)
{
    size_t from = 0;

    c4_buffer_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        c4_buffer_put(out, text + from, i - from);
        put_escape(out, text[i]);
        from = i + 1;
    }
    if (length > from)
        c4_buffer_put(out, text + from, length - from);
    c4_buffer_char(out, '"');
}

void c4_json_put_key(c4_buffer *out, bool *first, const char *key)
{
    if (!*first)
        c4_buffer_char(out, ',');
    *first = false;
    c4_json_put_text(out, key, strlen(key));
    c4_buffer_char(out, ':');
}

void c4_json_put_member(c4_buffer *out, bool *first, const char *key, const char *text)
{
    if (text != NULL) {
        c4_json_put_key(out, first, key);
        c4_json_put_text(out, text, strlen(text));
    }
}

static void put_members(c4_buffer *out, const c4_json *object)
{
    const char *key;
    bool first = true;

    c4_buffer_char(out, '{');
    for (size_t i = 0; i < c4_json_count(object); i++) {
        const c4_json *value = c4_json_member_at(object, i, &key);
        c4_json_put_key(out, &first, key);
        c4_json_put_value(out, value);
    }
    c4_buffer_char(out, '}');
}

static void put_items(c4_buffer *out, const c4_json *array)
{
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < c4_json_count(array); i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_json_put_value(out, c4_json_item(array, i));
    }
    c4_buffer_char(out, ']');
}

/* As deep as the text was when it was read, C4_JSON_DEPTH at most. */
void c4_json_put_value(c4_buffer *out, const c4_json *value)
{
    c4_json_type type = c4_json_kind(value);
    const char *text;
    size_t length = 0;

    text = c4_json_text(value, &length);
    if (type == C4_JSON_OBJECT)
        put_members(out, value);
    else if (type == C4_JSON_ARRAY)
        put_items(out, value);
    else if (type == C4_JSON_TEXT)
        c4_json_put_text(out, text, length);
    else if (type == C4_JSON_NUMBER)
        c4_buffer_put(out, text, length);
    else if (type == C4_JSON_BOOLEAN)
        c4_buffer_text(out, c4_json_boolean(value, false) ? "true" : "false");
    else
        c4_buffer_text(out, "null");
}
