/* SPDX-License-Identifier: MIT */
/* Fields of several values: ";3;5;". Options stand in the order of the field, users
 * in that of their ids, records as they were given. */
#include "record/inside.h"

#include <string.h>

static int add_item(c4_parsing *to, c4_list *list, int64_t item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return CRM4E_OK;
        }
    }
    if (list->count == C4_LIST_MAX) {
        return c4_field_refuse(to->unit, to->field, CRM4E_E_TOO_BIG, "length",
                               "holds too many values");
    }
    list->items[list->count++] = item;
    return CRM4E_OK;
}

/* Ids of records: digits. */
static int record_of(c4_parsing *to, const char *text, size_t length, int64_t *id)
{
    int64_t number = 0;
    bool well = length > 0 && text[0] != '0';

    for (size_t i = 0; i < length && well; i++) {
        well = text[i] >= '0' && text[i] <= '9';
    }
    if (!well || c4_decimal_parse(text, length, 0, &number) != CRM4E_OK) {
        return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "lookup", "is no id");
    }
    *id = number;
    return CRM4E_OK;
}

static int option_of(c4_parsing *to, const char *text, size_t length, int64_t *code)
{
    const c4_option *option = c4_field_option_named(to->field, text, length);

    if (option == NULL) {
        return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "picklist",
                               "has no such value");
    }
    *code = option->code;
    return CRM4E_OK;
}

int c4_list_add_text(c4_parsing *to, c4_list *list, const char *text, size_t length)
{
    int64_t item = 0;
    int rc;

    if (to->field->type == CRM4E_TYPE_MULTISELECTPICKLIST) {
        rc = option_of(to, text, length, &item);
    } else if (to->field->type == CRM4E_TYPE_MULTIUSERLOOKUP) {
        rc = c4_user_parse(to, text, length, &item);
    } else {
        rc = record_of(to, text, length, &item);
    }
    return rc == CRM4E_OK ? add_item(to, list, item) : rc;
}

/* What items are sorted by: ids by themselves, options by their place. */
static int64_t rank_of(const c4_field *field, int64_t item)
{
    if (field->type != CRM4E_TYPE_MULTISELECTPICKLIST) {
        return item;
    }
    for (size_t i = 0; i < field->option_count; i++) {
        if (field->options[i].code == item) {
            return (int64_t)i;
        }
    }
    return INT64_MAX;
}

static void sort(const c4_field *field, c4_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        int64_t moving = list->items[i];
        int64_t rank = rank_of(field, moving);
        size_t j = i;
        for (; j > 0 && rank_of(field, list->items[j - 1]) > rank; j--) {
            list->items[j] = list->items[j - 1];
        }
        list->items[j] = moving;
    }
}

int c4_list_finish(c4_parsing *to, c4_list *list)
{
    c4_buffer out;
    const char *copy = NULL;

    *to->value = c4_null();
    if (list->count == 0) {
        return CRM4E_OK;
    }
    if (to->field->type != CRM4E_TYPE_MULTISELECTLOOKUP) {
        sort(to->field, list);
    }
    c4_buffer_init(&out, to->arena->mem, C4_TEXT_MAX);
    c4_buffer_char(&out, ';');
    for (size_t i = 0; i < list->count; i++) {
        c4_buffer_i64(&out, list->items[i]);
        c4_buffer_char(&out, ';');
    }
    if (out.code == CRM4E_OK) {
        copy = c4_arena_text(to->arena, out.data, out.length);
    }
    if (copy != NULL) {
        *to->value = c4_text_value(copy, out.length);
    }
    c4_buffer_free(&out);
    return copy != NULL ? CRM4E_OK : c4_record_no_memory(to->unit);
}

bool c4_list_next(const crm4e_value *stored, size_t *at, int64_t *item)
{
    const char *text = stored->data;
    size_t start = *at + 1; /* behind a ';' */
    size_t end = start;

    if (stored->type != CRM4E_VALUE_TEXT || start >= stored->length) {
        return false;
    }
    while (end < stored->length && text[end] != ';') {
        end++;
    }
    *at = end;
    return end > start && end < stored->length &&
           c4_decimal_parse(text + start, end - start, 0, item) == CRM4E_OK;
}
