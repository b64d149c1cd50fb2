/* SPDX-License-Identifier: MIT */
/* What reading and writing of rules and of all their actions have in common. */
#include <string.h>

#include "automation/rule.h"
#include "base/text.h"

void c4_rule_refuse(c4_rule_reader *reader, int code, const char *member, const char *rule,
                    const char *text)
{
    if (reader->rc == CRM4E_OK) {
        c4_fail(reader->error, code, "%s %s", member, text);
        c4_fail_field(reader->error, reader->module->api_name, member, rule);
        reader->rc = code;
    }
}

void c4_rule_no_memory(c4_rule_reader *reader)
{
    if (reader->rc == CRM4E_OK) {
        reader->rc = c4_fail_plain(reader->error, CRM4E_E_NO_MEMORY);
    }
}

static bool is_listed(const char *key, const char *const *names)
{
    while (*names != NULL && strcmp(*names, key) != 0) {
        names++;
    }
    return *names != NULL;
}

void c4_rule_members(c4_rule_reader *reader, const c4_json *object, const char *what,
                     const char *const *names)
{
    const char *key = "";

    if (c4_json_kind(object) != C4_JSON_OBJECT) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, what, "type", "must be an object");
        return;
    }
    for (size_t i = 0; i < c4_json_count(object); i++) {
        (void)c4_json_member_at(object, i, &key);
        if (!is_listed(key, names)) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, key, "unknown", "is no member that is known");
        }
    }
}

const char *c4_rule_text(c4_rule_reader *reader, const c4_json *object, const char *member,
                         bool required, size_t maximum)
{
    const c4_json *value = c4_json_member(object, member);
    size_t length = 0;
    const char *text;

    if (c4_json_kind(value) == C4_JSON_NULL) {
        if (required) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, member, "mandatory", "is missing");
        }
        return NULL;
    }
    if (c4_json_kind(value) != C4_JSON_TEXT) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type", "must be a text");
        return NULL;
    }
    text = c4_json_text(value, &length);
    if (required && c4_text_blank(text, length)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "mandatory", "is blank");
    }
    if (length > maximum && c4_text_points(text, length) > maximum) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, member, "max_length", "is too long");
    }
    return text;
}

const c4_field *c4_rule_field(const c4_rule_reader *reader, const c4_json *value)
{
    const c4_field *field = NULL;
    int64_t number = 0;

    if (reader->stored && c4_json_i64(value, &number) && number > 0 && number <= INT32_MAX) {
        field = c4_module_field(reader->module, (int32_t)number);
    } else if (!reader->stored && c4_json_kind(value) == C4_JSON_TEXT) {
        field = c4_module_field_named(reader->module, c4_json_text(value, NULL));
    }
    return field;
}

bool c4_rule_flag(c4_rule_reader *reader, const c4_json *object, const char *member)
{
    const c4_json *value = c4_json_member(object, member);
    c4_json_type kind = c4_json_kind(value);

    if (kind != C4_JSON_NULL && kind != C4_JSON_BOOLEAN) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type", "must be true or false");
    }
    return c4_json_boolean(value, false);
}

static uint32_t number_of(const c4_json *value, const c4_name *words)
{
    const char *text = c4_json_text(value, NULL);

    if (c4_json_kind(value) != C4_JSON_TEXT) {
        return 0;
    }
    while (words->text != NULL && strcmp(words->text, text) != 0) {
        words++;
    }
    return words->number;
}

uint32_t c4_rule_word(c4_rule_reader *reader, const c4_json *object, const char *member,
                      const c4_name *words, bool required)
{
    const c4_json *value = c4_json_member(object, member);
    uint32_t number = number_of(value, words);

    if (number == 0 && (required || c4_json_kind(value) != C4_JSON_NULL)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "word",
                       "is missing or not a word that is known");
    }
    return number;
}

uint32_t c4_rule_words(c4_rule_reader *reader, const c4_json *object, const char *member,
                       const c4_name *words)
{
    const c4_json *list = c4_json_member(object, member);
    uint32_t bits = 0;

    if (c4_json_kind(list) != C4_JSON_NULL && c4_json_kind(list) != C4_JSON_ARRAY) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type", "must be an array");
    }
    for (size_t i = 0; i < c4_json_count(list); i++) {
        uint32_t number = number_of(c4_json_item(list, i), words);
        if (number == 0) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, member, "word",
                           "holds something that is not a word that is known");
        }
        bits |= number != 0 ? 1u << number : 0;
    }
    return bits;
}

crm4e_id c4_rule_user(c4_rule_reader *reader, const c4_json *value, const char *member)
{
    const c4_user *user = NULL;
    int64_t id = 0;

    if (reader->stored && c4_json_i64(value, &id)) {
        user = c4_meta_user(reader->meta, id);
    } else if (!reader->stored && c4_json_kind(value) == C4_JSON_TEXT) {
        user = c4_meta_user_by_email(reader->meta, c4_json_text(value, NULL));
    }
    if (user == NULL) {
        c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, member, "user", "names no user");
    }
    return user != NULL ? user->id : 0;
}

const char *c4_rule_word_text(const c4_name *words, uint32_t number)
{
    while (words->text != NULL && words->number != number) {
        words++;
    }
    return words->text;
}

void c4_rule_put_words(c4_buffer *out, bool *first, const char *member, const c4_name *words,
                       uint32_t bits)
{
    bool between = false;

    if (bits == 0) {
        return;
    }
    c4_json_put_key(out, first, member);
    c4_buffer_char(out, '[');
    for (; words->text != NULL; words++) {
        if ((bits & 1u << words->number) != 0) {
            c4_buffer_text(out, between ? "," : "");
            c4_json_put_text(out, words->text, strlen(words->text));
            between = true;
        }
    }
    c4_buffer_char(out, ']');
}

void c4_rule_put_user(c4_rule_writer *writer, crm4e_id user)
{
    const c4_user *found = c4_meta_user(writer->meta, user);

    if (writer->stored || found == NULL) {
        c4_buffer_i64(writer->out, user);
    } else {
        c4_json_put_text(writer->out, found->email, strlen(found->email));
    }
}
