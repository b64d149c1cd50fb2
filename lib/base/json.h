/* SPDX-License-Identifier: MIT */
/*
 * JSON, strict: bad UTF-8, duplicate keys, trailing text, NaN, comments,
 * control characters, lone surrogates, \u0000, depth beyond 32 and numbers that
 * are no JSON numbers are refused. A number keeps its text.
 */
#ifndef C4_JSON_H
#define C4_JSON_H

#include "base/buffer.h"

typedef struct c4_json c4_json; /* a value of a parsed document; borrowed */

typedef enum c4_json_type {
    C4_JSON_NULL,
    C4_JSON_BOOLEAN,
    C4_JSON_NUMBER,
    C4_JSON_TEXT,
    C4_JSON_ARRAY,
    C4_JSON_OBJECT
} c4_json_type;

enum {
    C4_JSON_DEPTH = 32
};

typedef struct c4_json_document {
    const c4_json *root;
    void *inside;
    char problem[96]; /* why it was refused: "line 3: duplicate key", no values */
} c4_json_document;

/* The length may be CRM4E_NUL_TERMINATED. CRM4E_OK, INVALID (problem says why), DEPTH, TOO_BIG (over `ceiling` bytes),
 * NO_MEMORY. On failure there is nothing to free but freeing is fine. */
int c4_json_parse(c4_json_document *document, const c4_mem *mem, const char *text, size_t length,
                  size_t ceiling);
void c4_json_free(c4_json_document *document);

c4_json_type c4_json_kind(const c4_json *value); /* NULL pointer: C4_JSON_NULL */
size_t c4_json_count(const c4_json *value);      /* items or members, else 0 */
const c4_json *c4_json_item(const c4_json *array, size_t index);
/* Members in the order of the text; `*key` is NUL-terminated. */
const c4_json *c4_json_member_at(const c4_json *object, size_t index, const char **key);
/* NULL when absent or not an object. */
const c4_json *c4_json_member(const c4_json *object, const char *key);
/* Text of a TEXT value (unescaped) or the number's own text; NULL for others.
 * `length` may be NULL. */
const char *c4_json_text(const c4_json *value, size_t *length);
bool c4_json_boolean(const c4_json *value, bool fallback);
/* False when it is no whole number within int64 (1.0 and 1e3 are not whole
 * number text). */
bool c4_json_i64(const c4_json *value, int64_t *number);

/* Writing: appends to a buffer; text must be well-formed UTF-8. */
void c4_json_put_text(c4_buffer *out, const char *text, size_t length); /* quoted, escaped */
void c4_json_put_key(c4_buffer *out, bool *first, const char *key);     /* ,"key": */
/* ,"key":"text"; nothing for NULL. */
void c4_json_put_member(c4_buffer *out, bool *first, const char *key, const char *text);
/* Copies a parsed value as compact JSON. */
void c4_json_put_value(c4_buffer *out, const c4_json *value);

#endif
