/* SPDX-License-Identifier: MIT */
#include "base/failure.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct code_entry {
    int code;
    const char *name;
    const char *text;
} code_entry;

static const code_entry code_table[] = {{CRM4E_OK, "CRM4E_OK", "done"},
                                        {CRM4E_ROW, "CRM4E_ROW", "a row is ready"},
#define CODE_ENTRY(name, number, text) {number, "CRM4E_E_" #name, text},
                                        CRM4E_ERRORS(CODE_ENTRY)
#undef CODE_ENTRY
};

static const code_entry unknown_code = {0, "CRM4E_E_UNKNOWN", "a code that does not exist"};

static const code_entry *find_code(int code)
{
    for (size_t i = 0; i < sizeof code_table / sizeof code_table[0]; i++) {
        if (code_table[i].code == code) {
            return &code_table[i];
        }
    }
    return &unknown_code;
}

const char *crm4e_code_name(int code)
{
    return find_code(code)->name;
}

const char *crm4e_code_text(int code)
{
    return find_code(code)->text;
}

/* Drops a code point that was cut off at the end of well-formed text. */
static void drop_partial(char *text, size_t length)
{
    size_t start = length;
    unsigned char lead;
    size_t whole;

    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    start--;
    lead = (unsigned char)text[start];
    whole = lead < 0xC0 ? 1U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
    if (length - start < whole) {
        text[start] = '\0';
    }
}

/* `from` may be NULL, and may be `to` itself. */
static void copy_cut(char *to, size_t capacity, const char *from)
{
    size_t length = from != NULL ? c4_text_within(from, capacity) : 0;
    bool cut = length >= capacity;

    if (cut) {
        length = capacity - 1;
    }
    if (length > 0) {
        memmove(to, from, length);
    }
    to[length] = '\0';
    if (cut) {
        drop_partial(to, length);
    }
}

void c4_failure_clear(crm4e_error *error)
{
    if (error != NULL) {
        error->code = CRM4E_OK;
        error->message[0] = '\0';
        error->module[0] = '\0';
        error->field[0] = '\0';
        error->rule[0] = '\0';
        error->limit = 0;
        error->current = 0;
    }
}

static void write_failure(crm4e_error *error, int code, const char *message)
{
    c4_failure_clear(error);
    if (error != NULL && code < 0) {
        error->code = code;
        copy_cut(error->message, sizeof error->message, message);
    }
}

int c4_fail(crm4e_error *error, int code, const char *format, ...)
{
    /* A local: an argument may point into `error`. One byte longer than the
     * message, so that the copy sees that it has to cut. */
    char message[sizeof error->message + 1];
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    write_failure(error, code, written > 0 ? message : crm4e_code_text(code));
    return code;
}

int c4_fail_plain(crm4e_error *error, int code)
{
    write_failure(error, code, crm4e_code_text(code));
    return code;
}

int c4_fail_field(crm4e_error *error, const char *module, const char *field, const char *rule)
{
    if (error == NULL) {
        return CRM4E_E_INTERNAL;
    }
    copy_cut(error->module, sizeof error->module, module);
    copy_cut(error->field, sizeof error->field, field);
    copy_cut(error->rule, sizeof error->rule, rule);
    return error->code;
}

int c4_fail_limit(crm4e_error *error, const char *rule, int64_t limit, int64_t current)
{
    if (error == NULL) {
        return CRM4E_E_INTERNAL;
    }
    copy_cut(error->rule, sizeof error->rule, rule);
    error->limit = limit;
    error->current = current;
    return error->code;
}

int crm4e_error_code(const crm4e_error *error)
{
    return error != NULL ? error->code : CRM4E_E_MISUSE;
}

const char *crm4e_error_message(const crm4e_error *error)
{
    return error != NULL ? error->message : "";
}

const char *crm4e_error_module(const crm4e_error *error)
{
    return error != NULL ? error->module : "";
}

const char *crm4e_error_field(const crm4e_error *error)
{
    return error != NULL ? error->field : "";
}

const char *crm4e_error_rule(const crm4e_error *error)
{
    return error != NULL ? error->rule : "";
}

int64_t crm4e_error_limit(const crm4e_error *error)
{
    return error != NULL ? error->limit : 0;
}

int64_t crm4e_error_current(const crm4e_error *error)
{
    return error != NULL ? error->current : 0;
}

int c4_fail_detail(crm4e_error *error, const crm4e_error *from)
{
    if (error == NULL) {
        return CRM4E_E_INTERNAL;
    }
    (void)c4_fail_field(error, from->module, from->field, from->rule);
    error->limit = from->limit;
    error->current = from->current;
    return error->code;
}
