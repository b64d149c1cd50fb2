/* SPDX-License-Identifier: MIT */
/* One pass checks the text and builds the tree, all of it in the host's memory.
 * The libraries at hand lose text or crash when an allocation fails, or turn
 * numbers into binary floats. */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"

/* Objects with more members than this keep them sorted by key as well. */
enum {
    SEARCHED_IN_LINE = 8
};

struct c4_json {
    c4_json_type type;
    bool truth;
    size_t line;                  /* of the key, for members */
    const char *key;              /* of members, else NULL */
    const char *text;             /* of TEXT and NUMBER, NUL-terminated */
    size_t length;                /* bytes of text; items or members */
    const c4_json *items;         /* in the order of the text */
    const c4_json *const *by_key; /* of large objects, else NULL */
};

typedef struct json_inside {
    c4_mem mem;
    c4_arena arena;
    c4_json root;
} json_inside;

typedef struct json_reader {
    const char *text;
    size_t length;
    size_t at;
    size_t line;
    unsigned depth;
    c4_arena *arena;
    c4_json *pending; /* items of the containers that are still open */
    size_t pending_count;
    size_t pending_capacity;
    int code;
    const char *problem;
} json_reader;

static bool read_value(json_reader *reader, c4_json *value);

static bool fail(json_reader *reader, int code, const char *problem)
{
    reader->code = code;
    reader->problem = problem;
    return false;
}

static bool refuse(json_reader *reader, const char *problem)
{
    return fail(reader, CRM4E_E_INVALID, problem);
}

static bool no_memory(json_reader *reader)
{
    return fail(reader, CRM4E_E_NO_MEMORY, "no memory");
}

static void skip_space(json_reader *reader)
{
    for (; reader->at < reader->length; reader->at++) {
        char c = reader->text[reader->at];
        if (c == '\n')
            reader->line++;
        else if (c != ' ' && c != '\t' && c != '\r')
            break;
    }
}

/* The character at hand; NUL at the end, which is no JSON either. */
static char peek(const json_reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

/* Steps over `c` when it is next. */
static bool take(json_reader *reader, char c)
{
    if (reader->at == reader->length || reader->text[reader->at] != c)
        return false;
    reader->at++;
    return true;
}

static bool take_digits(json_reader *reader)
{
    size_t from = reader->at;

    while (peek(reader) >= '0' && peek(reader) <= '9')
        reader->at++;
    return reader->at > from;
}

static bool read_number(json_reader *reader, c4_json *value)
{
    size_t from = reader->at;
    bool good;

    (void)take(reader, '-');
    good = take(reader, '0') || take_digits(reader);
    if (good && take(reader, '.'))
        good = take_digits(reader);
    if (good && (take(reader, 'e') || take(reader, 'E'))) {
        if (!take(reader, '+'))
            (void)take(reader, '-');
        good = take_digits(reader);
    }
    if (!good)
        return refuse(reader, "not a number");
    value->type = C4_JSON_NUMBER;
    value->length = reader->at - from;
    value->text = c4_arena_text(reader->arena, reader->text + from, value->length);
    return value->text != NULL || no_memory(reader);
}

static bool read_word(json_reader *reader, c4_json *value)
{
    static const struct {
        const char *word;
        size_t length;
        c4_json_type type;
        bool truth;
    } words[] = {{"null", 4, C4_JSON_NULL, false},
                 {"true", 4, C4_JSON_BOOLEAN, true},
                 {"false", 5, C4_JSON_BOOLEAN, false}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (reader->length - reader->at >= words[i].length &&
            memcmp(reader->text + reader->at, words[i].word, words[i].length) == 0) {
            reader->at += words[i].length;
            value->type = words[i].type;
            value->truth = words[i].truth;
            return true;
        }
    }
    return refuse(reader, reader->at == reader->length ? "text ends early" : "value expected");
}

/* Four hexadecimal digits at `from`; -1 when they are not. */
static int32_t hex_unit(const char *from, const char *end)
{
    int32_t unit = 0;

    if (end - from < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = from[i];
        int digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        else
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Reads the digits after "\u", of both halves of a pair; `*from` moves on.
 * -1 for lone surrogates, NUL and what is no hexadecimal number. */
static int32_t escaped_point(const char **from, const char *end)
{
    int32_t point = hex_unit(*from, end), low;

    if (point <= 0 || (point >= 0xDC00 && point <= 0xDFFF))
        return -1;
    *from += 4;
    if (point < 0xD800 || point > 0xDFFF)
        return point;
    if (end - *from < 6 || (*from)[0] != '\\' || (*from)[1] != 'u')
        return -1;
    low = hex_unit(*from + 2, end);
    if (low < 0xDC00 || low > 0xDFFF)
        return -1;
    *from += 6;
    return 0x10000 + (point - 0xD800) * 0x400 + (low - 0xDC00);
}

static char *put_point(char *to, int32_t point)
{
    if (point < 0x80) {
        *to++ = (char)point;
        return to;
    }
    if (point < 0x800) {
        *to++ = (char)(0xC0 | (point >> 6));
    } else {
        if (point < 0x10000) {
            *to++ = (char)(0xE0 | (point >> 12));
        } else {
            *to++ = (char)(0xF0 | (point >> 18));
            *to++ = (char)(0x80 | ((point >> 12) & 0x3F));
        }
        *to++ = (char)(0x80 | ((point >> 6) & 0x3F));
    }
    *to++ = (char)(0x80 | (point & 0x3F));
    return to;
}

/* Letters of the two-character escapes, and what they stand for. */
static const char escape_letters[] = "\"\\/bfnrt";
static const char escape_values[] = "\"\\/\b\f\n\r\t";

/* Writes the text between the quotes to `to`, which has room for all of it:
 * an escape is never shorter than its meaning. NULL for a bad escape. */
static char *unescape(const char *from, const char *end, char *to)
{
    while (from < end) {
        const char *letter;
        if (*from != '\\') {
            *to++ = *from++;
            continue;
        }
        from++;
        if (*from == 'u') {
            int32_t point;
            from++;
            point = escaped_point(&from, end);
            if (point < 0)
                return NULL;
            to = put_point(to, point);
            continue;
        }
        letter = strchr(escape_letters, *from);
        if (letter == NULL)
            return NULL;
        *to++ = escape_values[letter - escape_letters];
        from++;
    }
    return to;
}

/* Finds the closing quote, from after the opening one. */
static bool find_quote(json_reader *reader, size_t *end, bool *ascii)
{
    size_t at = reader->at;
    unsigned char seen = 0;

    for (; at < reader->length && reader->text[at] != '"'; at++) {
        unsigned char c = (unsigned char)reader->text[at];
        if (c < 0x20)
            return refuse(reader, "control character in text");
        if (c == '\\' && at + 1 < reader->length) {
            /* The character after it may be a quote, but is never control. */
            if ((unsigned char)reader->text[++at] < 0x20)
                return refuse(reader, "control character in text");
        }
        seen |= (unsigned char)(c | (unsigned char)reader->text[at]);
    }
    *end = at;
    *ascii = seen < 0x80;
    return at < reader->length || refuse(reader, "text ends early");
}

static bool read_text(json_reader *reader, const char **text, size_t *length)
{
    const char *from;
    char *copy, *end;
    size_t quote;
    bool ascii;

    if (!take(reader, '"'))
        return refuse(reader, "text in quotes expected");
    if (!find_quote(reader, &quote, &ascii))
        return false;
    from = reader->text + reader->at;
    if (!ascii && c4_text_check(from, quote - reader->at) != CRM4E_OK)
        return refuse(reader, "not UTF-8");
    copy = c4_arena_alloc(reader->arena, quote - reader->at + 1);
    if (copy == NULL)
        return no_memory(reader);
    end = unescape(from, reader->text + quote, copy);
    if (end == NULL)
        return refuse(reader, "bad escape in text");
    *end = '\0';
    *text = copy;
    *length = (size_t)(end - copy);
    reader->at = quote + 1;
    return true;
}

static int compare_members(const void *left, const void *right)
{
    const c4_json *a = *(const c4_json *const *)left;
    const c4_json *b = *(const c4_json *const *)right;
    int order = strcmp(a->key, b->key);

    return order != 0 ? order : (a > b) - (a < b);
}

/* The later one of two members with the same key, else NULL. */
static const c4_json *find_duplicate(const c4_json *object)
{
    if (object->by_key != NULL) {
        for (size_t i = 1; i < object->length; i++) {
            if (strcmp(object->by_key[i - 1]->key, object->by_key[i]->key) == 0)
                return object->by_key[i];
        }
        return NULL;
    }
    for (size_t i = 1; i < object->length; i++) {
        for (size_t before = 0; before < i; before++) {
            if (strcmp(object->items[before].key, object->items[i].key) == 0)
                return &object->items[i];
        }
    }
    return NULL;
}

static bool sort_members(json_reader *reader, c4_json *object)
{
    const c4_json **by_key;

    if (object->length <= SEARCHED_IN_LINE)
        return true;
    by_key = c4_arena_array(reader->arena, object->length, sizeof *by_key);
    if (by_key == NULL)
        return no_memory(reader);
    for (size_t i = 0; i < object->length; i++)
        by_key[i] = &object->items[i];
    qsort(by_key, object->length, sizeof *by_key, compare_members);
    object->by_key = by_key;
    return true;
}

/* Moves the pending items from `first` on into the container. */
static bool close_container(json_reader *reader, c4_json *value, size_t first)
{
    const c4_json *duplicate;

    value->length = reader->pending_count - first;
    reader->pending_count = first;
    reader->depth--;
    if (value->length == 0)
        return true;
    value->items =
        c4_arena_copy(reader->arena, reader->pending + first, value->length * sizeof *value->items);
    if (value->items == NULL)
        return no_memory(reader);
    if (value->type != C4_JSON_OBJECT)
        return true;
    if (!sort_members(reader, value))
        return false;
    duplicate = find_duplicate(value);
    if (duplicate == NULL)
        return true;
    reader->line = duplicate->line;
    return refuse(reader, "duplicate key");
}

/* Reads one item, with its key in front in an object. */
static bool read_item(json_reader *reader, bool in_object)
{
    c4_json item = {C4_JSON_NULL, false, 0, NULL, NULL, 0, NULL, NULL};
    size_t key_length;
    int rc;

    skip_space(reader);
    item.line = reader->line;
    if (in_object) {
        if (!read_text(reader, &item.key, &key_length))
            return false;
        skip_space(reader);
        if (!take(reader, ':'))
            return refuse(reader, "':' expected");
        skip_space(reader);
    }
    if (!read_value(reader, &item))
        return false;
    rc = c4_grow(reader->arena->mem, (void **)&reader->pending, &reader->pending_capacity,
                 reader->pending_count + 1, sizeof item);
    if (rc != CRM4E_OK)
        return no_memory(reader);
    reader->pending[reader->pending_count++] = item;
    return true;
}

static bool read_container(json_reader *reader, c4_json *value, c4_json_type type, char end)
{
    size_t first = reader->pending_count;
    bool more;

    if (reader->depth == C4_JSON_DEPTH)
        return fail(reader, CRM4E_E_DEPTH, "nested too deep");
    reader->depth++;
    reader->at++;
    value->type = type;
    skip_space(reader);
    more = !take(reader, end);
    while (more) {
        if (!read_item(reader, type == C4_JSON_OBJECT))
            return false;
        skip_space(reader);
        more = take(reader, ',');
        if (!more && !take(reader, end))
            return refuse(reader, reader->at == reader->length ? "text ends early"
                                                               : "',' or closing bracket expected");
    }
    return close_container(reader, value, first);
}

static bool read_value(json_reader *reader, c4_json *value)
{
    char c = peek(reader);

    if (c == '{')
        return read_container(reader, value, C4_JSON_OBJECT, '}');
    if (c == '[')
        return read_container(reader, value, C4_JSON_ARRAY, ']');
    if (c == '"') {
        value->type = C4_JSON_TEXT;
        return read_text(reader, &value->text, &value->length);
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(reader, value);
    return read_word(reader, value);
}

static void read_document(json_reader *reader, c4_json *root)
{
    skip_space(reader);
    if (!read_value(reader, root))
        return;
    skip_space(reader);
    if (reader->at != reader->length)
        (void)refuse(reader, "more text after the value");
}

int c4_json_parse(c4_json_document *document, const c4_mem *mem, const char *text, size_t length,
                  size_t ceiling)
{
    json_reader reader = {.text = text, .line = 1, .code = CRM4E_OK};
    json_inside *inside;
    int rc = c4_text_length(text, length, ceiling, &reader.length);

    *document = (c4_json_document){NULL, NULL, ""};
    if (rc != CRM4E_OK)
        return rc;
    inside = c4_alloc_array(mem, 1, sizeof *inside);
    if (inside == NULL)
        return CRM4E_E_NO_MEMORY;
    inside->mem = *mem;
    c4_arena_init(&inside->arena, &inside->mem);
    document->inside = inside;
    reader.arena = &inside->arena;
    read_document(&reader, &inside->root);
    c4_free(mem, reader.pending);
    if (reader.code != CRM4E_OK) {
        c4_json_free(document);
        (void)snprintf(document->problem, sizeof document->problem, "line %zu: %s", reader.line,
                       reader.problem);
    } else {
        document->root = &inside->root;
    }
    return reader.code;
}

void c4_json_free(c4_json_document *document)
{
    json_inside *inside = document->inside;
    c4_mem mem;

    document->root = NULL;
    document->inside = NULL;
    if (inside == NULL)
        return;
    mem = inside->mem;
    c4_arena_free(&inside->arena);
    c4_free(&mem, inside);
}

c4_json_type c4_json_kind(const c4_json *value)
{
    return value != NULL ? value->type : C4_JSON_NULL;
}

static bool is_container(const c4_json *value)
{
    return value != NULL && (value->type == C4_JSON_ARRAY || value->type == C4_JSON_OBJECT);
}

size_t c4_json_count(const c4_json *value)
{
    return is_container(value) ? value->length : 0;
}

const c4_json *c4_json_item(const c4_json *array, size_t index)
{
    if (c4_json_kind(array) != C4_JSON_ARRAY || index >= array->length)
        return NULL;
    return &array->items[index];
}

const c4_json *c4_json_member_at(const c4_json *object, size_t index, const char **key)
{
    if (c4_json_kind(object) != C4_JSON_OBJECT || index >= object->length)
        return NULL;
    *key = object->items[index].key;
    return &object->items[index];
}

const c4_json *c4_json_member(const c4_json *object, const char *key)
{
    size_t low = 0, high;

    if (c4_json_kind(object) != C4_JSON_OBJECT)
        return NULL;
    for (size_t i = 0; object->by_key == NULL && i < object->length; i++) {
        if (strcmp(object->items[i].key, key) == 0)
            return &object->items[i];
    }
    high = object->by_key != NULL ? object->length : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(object->by_key[middle]->key, key);
        if (order == 0)
            return object->by_key[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *c4_json_text(const c4_json *value, size_t *length)
{
    if (value == NULL || (value->type != C4_JSON_TEXT && value->type != C4_JSON_NUMBER))
        return NULL;
    if (length != NULL)
        *length = value->length;
    return value->text;
}

bool c4_json_boolean(const c4_json *value, bool fallback)
{
    return c4_json_kind(value) == C4_JSON_BOOLEAN ? value->truth : fallback;
}

bool c4_json_i64(const c4_json *value, int64_t *number)
{
    if (c4_json_kind(value) != C4_JSON_NUMBER || strpbrk(value->text, ".eE") != NULL)
        return false;
    return c4_decimal_parse(value->text, value->length, 0, number) == CRM4E_OK;
}
