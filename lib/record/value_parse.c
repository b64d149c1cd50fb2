/* SPDX-License-Identifier: MIT */
/* Text and integers to stored values, one function per kind of type. */
#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "record/subform.h"

typedef int (*text_parser)(c4_parsing *to, const char *text, size_t length);

int c4_field_refuse(c4_unit *unit, const c4_field *field, int code, const char *rule,
                    const char *text)
{
    (void)c4_fail(unit->error, code, "%s.%s %s", field->module->api_name, field->api_name, text);
    return c4_fail_field(unit->error, field->module->api_name, field->api_name, rule);
}

int c4_record_no_memory(c4_unit *unit)
{
    return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

static int refuse(const c4_parsing *to, const char *rule, const char *text)
{
    return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, rule, text);
}

/* A control character the type does not take: a textarea takes line ends and
 * tabs. C1 characters are C2 80..9F in UTF-8. */
static bool has_forbidden_control(const c4_field *field, const char *text, size_t length)
{
    bool found = false;

    if (field->type != CRM4E_TYPE_TEXTAREA) {
        return c4_text_has_control(text, length);
    }
    for (size_t i = 0; i < length && !found; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char next = i + 1 < length ? (unsigned char)text[i + 1] : 0;
        found = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F ||
                (c == 0xC2 && next < 0xA0);
    }
    return found;
}

int c4_value_parse_characters(c4_parsing *to, const char *text, size_t length)
{
    size_t most = (size_t)to->field->length;
    size_t points = most > 0 && length > most ? c4_text_points(text, length) : 0;
    const char *copy;

    if (has_forbidden_control(to->field, text, length)) {
        return refuse(to, "control", "holds a control character");
    }
    if (points > most) {
        (void)c4_fail(to->unit->error, CRM4E_E_TOO_BIG, "%s.%s takes at most %zu characters",
                      to->field->module->api_name, to->field->api_name, most);
        (void)c4_fail_limit(to->unit->error, "length", (int64_t)most, (int64_t)points);
        return c4_fail_field(to->unit->error, to->field->module->api_name, to->field->api_name,
                             "length");
    }
    copy = c4_arena_text(to->arena, text, length);
    if (copy == NULL) {
        return c4_record_no_memory(to->unit);
    }
    *to->value = c4_text_value(copy, length);
    return CRM4E_OK;
}

/* One @ with something on both sides, no spaces or marks that part addresses. */
static int parse_email(c4_parsing *to, const char *text, size_t length)
{
    const char *at = memchr(text, '@', length);
    size_t local = at != NULL ? (size_t)(at - text) : 0;
    bool well = at != NULL && local > 0 && local + 1 < length &&
                memchr(at + 1, '@', length - local - 1) == NULL;

    for (size_t i = 0; i < length && well; i++) {
        well = strchr(" ,;<>\"()", text[i]) == NULL;
    }
    return well ? c4_value_parse_characters(to, text, length)
                : refuse(to, "email", "is no email address");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool starts_with(const char *text, size_t length, const char *lower)
{
    size_t i = 0;

    for (; lower[i] != '\0' && i < length; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
        if (c != lower[i]) {
            return false;
        }
    }
    return lower[i] == '\0';
}

/* "javascript:" and its like have a scheme; "localhost:8080" has a port. */
static bool has_scheme(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length &&
           (is_letter(text[i]) || (i > 0 && ((text[i] >= '0' && text[i] <= '9') || text[i] == '+' ||
                                             text[i] == '-' || text[i] == '.')))) {
        i++;
    }
    return i > 0 && i < length && text[i] == ':' &&
           !(i + 1 < length && text[i + 1] >= '0' && text[i + 1] <= '9');
}

static int parse_website(c4_parsing *to, const char *text, size_t length)
{
    bool http = starts_with(text, length, "http://") || starts_with(text, length, "https://");
    bool spaced = memchr(text, ' ', length) != NULL;

    return !spaced && (http || !has_scheme(text, length))
               ? c4_value_parse_characters(to, text, length)
               : refuse(to, "website", "is no web address");
}

/* Digits with an optional sign; more than int64 is out of range. */
static int parse_integer(c4_parsing *to, const char *text, size_t length)
{
    size_t digits = text[0] == '-' ? 1 : 0;
    int64_t number = 0;
    bool well = digits < length;
    int rc;

    for (size_t i = digits; i < length && well; i++) {
        well = text[i] >= '0' && text[i] <= '9';
    }
    if (!well) {
        return refuse(to, "type", "is no whole number");
    }
    rc = c4_decimal_parse(text, length, 0, &number);
    if (rc == CRM4E_E_TOO_BIG) {
        return refuse(to, "range", "is out of range");
    }
    return rc == CRM4E_OK ? c4_value_parse_integer(to, number)
                          : refuse(to, "type", "is no whole number");
}

static int parse_decimal(c4_parsing *to, const char *text, size_t length)
{
    int64_t number = 0;
    int rc = c4_decimal_parse(text, length, to->field->scale, &number);

    if (rc == CRM4E_E_TOO_BIG) {
        return refuse(to, "range", "is out of range");
    }
    if (rc != CRM4E_OK && c4_decimal_is_number(text, length)) {
        return refuse(to, "decimal", "has more decimal places than the field");
    }
    if (rc != CRM4E_OK) {
        return refuse(to, "type", "is no number");
    }
    *to->value = c4_integer(number);
    return CRM4E_OK;
}

static int parse_date(c4_parsing *to, const char *text, size_t length)
{
    int32_t days = 0;

    if (c4_date_parse(text, length, &days) != CRM4E_OK) {
        return refuse(to, "type", "is no date");
    }
    *to->value = c4_integer(days);
    return CRM4E_OK;
}

static int parse_time(c4_parsing *to, const char *text, size_t length)
{
    int64_t time = 0;

    if (c4_time_parse(text, length, &time) != CRM4E_OK) {
        return refuse(to, "type", "is no time with an offset from UTC");
    }
    *to->value = c4_integer(time);
    return CRM4E_OK;
}

static int parse_boolean(c4_parsing *to, const char *text, size_t length)
{
    bool yes = length == 4 && memcmp(text, "true", 4) == 0;

    if (!yes && !(length == 5 && memcmp(text, "false", 5) == 0)) {
        return refuse(to, "type", "is neither true nor false");
    }
    *to->value = c4_integer(yes ? 1 : 0);
    return CRM4E_OK;
}

/* Whether a retired value may stand is known when it is written. */
static int parse_option(c4_parsing *to, const char *text, size_t length)
{
    const c4_option *option = c4_field_option_named(to->field, text, length);

    if (option == NULL) {
        return refuse(to, "picklist", "has no such value");
    }
    *to->value = c4_integer(option->code);
    return CRM4E_OK;
}

/* "Leads:17", or an id alone: ids are unique over all modules. */
static int parse_parent(c4_parsing *to, const char *text, size_t length)
{
    const char *colon = memchr(text, ':', length);
    size_t name = colon != NULL ? (size_t)(colon - text) : 0;
    const c4_module *module = NULL;
    const char *copy;
    int rc;

    if (colon != NULL) {
        copy = c4_arena_text(to->unit->arena, text, name);
        if (copy == NULL) {
            return c4_record_no_memory(to->unit);
        }
        module = c4_meta_module_named(to->unit->meta, copy);
        if (module == NULL || name + 1 == length) {
            return refuse(to, "lookup", "names no record");
        }
        text += name + 1;
        length -= name + 1;
    }
    rc = parse_integer(to, text, length);
    if (rc == CRM4E_OK) {
        to->value->reserved = module != NULL ? (uint32_t)module->number : 0;
    }
    return rc;
}

int c4_user_parse(c4_parsing *to, const char *text, size_t length, crm4e_id *id)
{
    const c4_user *user = NULL;
    const char *copy;

    if (memchr(text, '@', length) != NULL) {
        copy = c4_arena_text(to->unit->arena, text, length);
        if (copy == NULL) {
            return c4_record_no_memory(to->unit);
        }
        user = c4_meta_user_by_email(to->unit->meta, copy);
    } else if (parse_integer(to, text, length) == CRM4E_OK) {
        user = c4_meta_user(to->unit->meta, to->value->integer);
    }
    *to->value = c4_null();
    if (user == NULL) {
        return refuse(to, "user", "names no user");
    }
    *id = user->id;
    return CRM4E_OK;
}

static int parse_user(c4_parsing *to, const char *text, size_t length)
{
    crm4e_id id = 0;
    int rc = c4_user_parse(to, text, length, &id);

    if (rc == CRM4E_OK) {
        *to->value = c4_integer(id);
    }
    return rc;
}

/* Values parted by ';'; spaces around one do not count. */
static int parse_list(c4_parsing *to, const char *text, size_t length)
{
    c4_list list = {.count = 0};
    size_t start = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i <= length && rc == CRM4E_OK; i++) {
        size_t end = i;
        if (i < length && text[i] != ';') {
            continue;
        }
        while (start < end && text[start] == ' ') {
            start++;
        }
        while (end > start && text[end - 1] == ' ') {
            end--;
        }
        if (end > start) {
            rc = c4_list_add_text(to, &list, text + start, end - start);
        }
        start = i + 1;
    }
    return rc == CRM4E_OK ? c4_list_finish(to, &list) : rc;
}

int c4_files_refuse(const c4_parsing *to)
{
    return refuse(to, "fileupload", "takes files by calls of their own; a value can only empty it");
}

/* What is not empty. */
static int parse_files(c4_parsing *to, const char *text, size_t length)
{
    (void)text;
    (void)length;
    return c4_files_refuse(to);
}

/* Types without a line are not written by users. */
static const text_parser parsers[CRM4E_TYPE_SUBFORM + 1] = {
    [CRM4E_TYPE_TEXT] = c4_value_parse_characters,
    [CRM4E_TYPE_TEXTAREA] = c4_value_parse_characters,
    [CRM4E_TYPE_EMAIL] = parse_email,
    [CRM4E_TYPE_PHONE] = c4_value_parse_characters,
    [CRM4E_TYPE_WEBSITE] = parse_website,
    [CRM4E_TYPE_INTEGER] = parse_integer,
    [CRM4E_TYPE_BIGINT] = parse_integer,
    [CRM4E_TYPE_DOUBLE] = parse_decimal,
    [CRM4E_TYPE_CURRENCY] = parse_decimal,
    [CRM4E_TYPE_PERCENT] = parse_decimal,
    [CRM4E_TYPE_DATE] = parse_date,
    [CRM4E_TYPE_DATETIME] = parse_time,
    [CRM4E_TYPE_BOOLEAN] = parse_boolean,
    [CRM4E_TYPE_PICKLIST] = parse_option,
    [CRM4E_TYPE_MULTISELECTPICKLIST] = parse_list,
    [CRM4E_TYPE_LOOKUP] = parse_integer,
    [CRM4E_TYPE_MULTI_MODULE_LOOKUP] = parse_parent,
    [CRM4E_TYPE_USERLOOKUP] = parse_user,
    [CRM4E_TYPE_OWNERLOOKUP] = parse_user,
    [CRM4E_TYPE_MULTIUSERLOOKUP] = parse_list,
    [CRM4E_TYPE_MULTISELECTLOOKUP] = parse_list,
    [CRM4E_TYPE_FILEUPLOAD] = parse_files,
    [CRM4E_TYPE_SUBFORM] = c4_subrows_parse_text,
};

int c4_value_parse_text(c4_parsing *to, const char *text, size_t length)
{
    *to->value = c4_null();
    if (parsers[to->field->type] == NULL) {
        return refuse(to, "type", "cannot be written");
    }
    if (length > C4_TEXT_MAX) {
        return c4_field_refuse(to->unit, to->field, CRM4E_E_TOO_BIG, "length", "is too long");
    }
    if (length > 0 && c4_text_check(text, length) != CRM4E_OK) {
        return refuse(to, "utf8", "is not well-formed text");
    }
    return length == 0 ? CRM4E_OK : parsers[to->field->type](to, text, length);
}

/* The integers a type takes as they are stored. */
static const struct {
    c4_field_type type;
    int64_t least;
    int64_t most;
    const char *rule;
} integer_ranges[] = {
    {CRM4E_TYPE_INTEGER, INT32_MIN, INT32_MAX, "range"},
    {CRM4E_TYPE_BIGINT, INT64_MIN, INT64_MAX, "range"},
    {CRM4E_TYPE_DATE, C4_DATE_MIN, C4_DATE_MAX, "range"},
    {CRM4E_TYPE_DATETIME, C4_TIME_MIN, C4_TIME_MAX, "range"},
    {CRM4E_TYPE_BOOLEAN, 0, 1, "range"},
    {CRM4E_TYPE_LOOKUP, 1, INT64_MAX, "lookup"},
    {CRM4E_TYPE_MULTI_MODULE_LOOKUP, 1, INT64_MAX, "lookup"},
    {CRM4E_TYPE_USERLOOKUP, 1, INT64_MAX, "user"},
    {CRM4E_TYPE_OWNERLOOKUP, 1, INT64_MAX, "user"},
};

int c4_value_parse_integer(c4_parsing *to, int64_t number)
{
    for (size_t i = 0; i < sizeof integer_ranges / sizeof integer_ranges[0]; i++) {
        if (integer_ranges[i].type != to->field->type) {
            continue;
        }
        if (number < integer_ranges[i].least || number > integer_ranges[i].most) {
            return refuse(to, integer_ranges[i].rule, "is out of range");
        }
        if ((to->field->type == CRM4E_TYPE_USERLOOKUP ||
             to->field->type == CRM4E_TYPE_OWNERLOOKUP) &&
            c4_meta_user(to->unit->meta, number) == NULL) {
            return refuse(to, "user", "names no user");
        }
        *to->value = c4_integer(number);
        return CRM4E_OK;
    }
    return refuse(to, "type", "takes no integer");
}
