/* SPDX-License-Identifier: MIT */
#include "storage/inside.h"

#include "base/text.h"

#include <string.h>

/* The first id that a number of a script (a double) cannot hold exactly. */
#define ID_END (INT64_C(1) << 53)

crm4e_value c4_null(void)
{
    crm4e_value value = {0};
    return value;
}

crm4e_value c4_integer(int64_t number)
{
    crm4e_value value = {.type = CRM4E_VALUE_INTEGER, .integer = number};
    return value;
}

crm4e_value c4_text_value(const char *text, size_t length)
{
    crm4e_value value = {.type = CRM4E_VALUE_TEXT, .data = text, .length = length};
    return value;
}

crm4e_value c4_c_text(const char *text)
{
    return text == NULL ? c4_null() : c4_text_value(text, strlen(text));
}

crm4e_value c4_blob(const void *bytes, size_t length)
{
    crm4e_value value = {.type = CRM4E_VALUE_BLOB, .data = bytes, .length = length};
    return value;
}

static int bytes_order(const crm4e_value *a, const crm4e_value *b)
{
    size_t common = a->length < b->length ? a->length : b->length;
    int order = common == 0 ? 0 : memcmp(a->data, b->data, common);
    if (order == 0 && a->length != b->length)
        order = a->length < b->length ? -1 : 1;
    return order < 0 ? -1 : order > 0;
}

int c4_value_order(const crm4e_value *a, const crm4e_value *b)
{
    int order;
    if (a->type != b->type)
        order = a->type < b->type ? -1 : 1;
    else if (a->type == CRM4E_VALUE_NULL)
        order = 0;
    else if (a->type == CRM4E_VALUE_INTEGER)
        order = a->integer < b->integer ? -1 : a->integer > b->integer;
    else
        order = bytes_order(a, b);
    return order;
}

/* Values that were copied with their row share their bytes. */
bool c4_value_equal(const crm4e_value *a, const crm4e_value *b)
{
    bool equal = a->type == b->type;
    if (equal && a->type == CRM4E_VALUE_INTEGER)
        equal = a->integer == b->integer;
    else if (equal && a->type != CRM4E_VALUE_NULL)
        equal = a->length == b->length &&
                (a->length == 0 || a->data == b->data || memcmp(a->data, b->data, a->length) == 0);
    return equal;
}

static bool has_bytes(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_TEXT || value->type == CRM4E_VALUE_BLOB;
}

bool c4_value_copy(c4_arena *arena, crm4e_value *value)
{
    const void *copy = value->data;
    if (has_bytes(value)) {
        copy = c4_arena_text(arena, value->length == 0 ? "" : value->data, value->length);
        value->data = copy;
    } else {
        value->data = NULL;
    }
    return !has_bytes(value) || copy != NULL;
}

int c4_value_fold(const crm4e_storage_host *host, c4_arena *arena, crm4e_value *value)
{
    int rc = CRM4E_OK;
    size_t room = value->length;
    size_t needed = room;
    char *out = NULL;
    if (value->type != CRM4E_VALUE_TEXT)
        goto done;
    do {
        room = needed;
        out = c4_arena_alloc(arena, room);
        if (out == NULL) {
            rc = CRM4E_E_NO_MEMORY;
            goto done;
        }
        rc = c4_storage_answer(
            host->fold(host->fold_user, value->data, value->length, out, room, &needed));
    } while (rc == CRM4E_OK && needed > room);
    if (rc == CRM4E_OK)
        *value = c4_text_value(out, needed);
done:
    return rc;
}

static crm4e_value_type value_type_of(crm4e_column_type type)
{
    static const crm4e_value_type kinds[] = {
        [CRM4E_COLUMN_INTEGER] = CRM4E_VALUE_INTEGER, [CRM4E_COLUMN_DECIMAL] = CRM4E_VALUE_INTEGER,
        [CRM4E_COLUMN_DATE] = CRM4E_VALUE_INTEGER,    [CRM4E_COLUMN_TIME] = CRM4E_VALUE_INTEGER,
        [CRM4E_COLUMN_BOOLEAN] = CRM4E_VALUE_INTEGER, [CRM4E_COLUMN_TEXT] = CRM4E_VALUE_TEXT,
        [CRM4E_COLUMN_BLOB] = CRM4E_VALUE_BLOB,
    };
    return type < sizeof(kinds) / sizeof(kinds[0]) ? kinds[type] : CRM4E_VALUE_NULL;
}

bool c4_column_is_integer(const crm4e_table *table, uint32_t column)
{
    return value_type_of(table->columns[column].type) == CRM4E_VALUE_INTEGER;
}

static bool integer_fits(const crm4e_column *column, bool is_id, int64_t number)
{
    bool fits = true;
    if (is_id)
        fits = number > 0 && number < ID_END;
    else if (column->type == CRM4E_COLUMN_BOOLEAN)
        fits = number == 0 || number == 1;
    else if (column->type == CRM4E_COLUMN_DATE)
        fits = number >= INT32_MIN && number <= INT32_MAX;
    return fits;
}

/* Most text is short ASCII: eight bytes at a time until one is NUL or not ASCII. */
static size_t plain_ascii(const char *text, size_t length)
{
    size_t at = 0;
    while (length - at >= 8) {
        uint64_t word;
        memcpy(&word, text + at, 8);
        uint64_t high = UINT64_C(0x8080808080808080);
        uint64_t zero = (word - UINT64_C(0x0101010101010101)) & ~word & high;
        if ((word & high) != 0 || zero != 0)
            break;
        at += 8;
    }
    while (at < length && (unsigned char)(text[at] - 1) < 0x7f)
        at++;
    return at;
}

static bool bytes_fit(crm4e_value *value)
{
    bool fits = value->length <= C4_VALUE_LENGTH_MAX && (value->data != NULL || value->length == 0);
    if (fits && value->data == NULL)
        value->data = "";
    if (fits && value->type == CRM4E_VALUE_TEXT) {
        const char *text = value->data;
        size_t at = plain_ascii(text, value->length);
        if (at < value->length)
            fits = c4_text_check(text + at, value->length - at) == CRM4E_OK;
    }
    return fits;
}

bool c4_value_accept(const crm4e_table *table, uint32_t column, crm4e_value *value)
{
    const crm4e_column *shape = &table->columns[column];
    bool fits;
    if (value->type == CRM4E_VALUE_NULL)
        fits = column != 0 && (shape->flags & CRM4E_COLUMN_REQUIRED) == 0;
    else if (value->type != value_type_of(shape->type))
        fits = false;
    else if (value->type == CRM4E_VALUE_INTEGER)
        fits = integer_fits(shape, column == 0, value->integer);
    else
        fits = bytes_fit(value);
    return fits;
}

int c4_values_accept(const crm4e_table *table, const uint32_t *columns, crm4e_value *values,
                     size_t count)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (!c4_value_accept(table, columns[i], &values[i]))
            rc = CRM4E_E_CALLBACK;
    }
    return rc;
}
