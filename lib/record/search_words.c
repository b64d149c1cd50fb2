/* SPDX-License-Identifier: MIT */
#include "record/search_words.h"

#include "access/access.h"

static const c4_derived *derived_of(const c4_field *field)
{
    const c4_derived *found = NULL;

    for (size_t i = 0; i < C4_DERIVED_COUNT && found == NULL; i++) {
        found = c4_derived_fields[i].field == field->number ? &c4_derived_fields[i] : NULL;
    }
    return found;
}

/* What is computed of others is found by those. */
bool c4_field_is_searched(const c4_field *field)
{
    bool text = field->type == CRM4E_TYPE_TEXT || field->type == CRM4E_TYPE_TEXTAREA ||
                field->type == CRM4E_TYPE_EMAIL || field->type == CRM4E_TYPE_PHONE ||
                field->type == CRM4E_TYPE_WEBSITE;

    return text && (field->flags & C4_FIELD_SYSTEM) == 0 && derived_of(field) == NULL;
}

bool c4_field_names(const c4_field *field)
{
    const c4_field *name = field->module->name_field;
    bool names = field == name;

    for (size_t i = 0; i < C4_DERIVED_COUNT && !names && name != NULL; i++) {
        const int32_t *inputs = c4_derived_fields[i].inputs;
        names = (inputs[0] == field->number && inputs[1] == name->number) ||
                (inputs[1] == field->number && inputs[0] == name->number);
    }
    return names;
}

/* Every two neighbours, and the last alone, so that each one begins a term. */
static int take_run(const c4_word *run, c4_term_taker take, void *user)
{
    size_t at = 0;
    int rc = CRM4E_OK;

    while (at < run->length && rc == CRM4E_OK) {
        size_t first = c4_character_bytes(run->text + at);
        size_t second = at + first < run->length ? c4_character_bytes(run->text + at + first) : 0;
        rc = take(user, run->text + at, first + second);
        at += first;
    }
    return rc;
}

/* From each group on: people leave out the code of the country, and of the town. */
static int take_phone(const char *folded, size_t length, c4_term_taker take, void *user)
{
    c4_phone phone;
    int rc = CRM4E_OK;

    c4_phone_read(&phone, folded, length);
    for (size_t i = 0; i < phone.group_count && rc == CRM4E_OK; i++) {
        size_t from = phone.groups[i];
        rc = take(user, phone.digits + from, phone.length - from);
    }
    return rc;
}

int c4_terms_of(const c4_field *field, const char *folded, size_t length, c4_term_taker take,
                void *user)
{
    c4_words words;
    c4_word word;
    int rc = CRM4E_OK;

    c4_words_start(&words, folded, length);
    while (rc == CRM4E_OK && c4_words_next(&words, &word)) {
        rc = word.run ? take_run(&word, take, user) : take(user, word.text, word.length);
    }
    if (rc == CRM4E_OK && field->type == CRM4E_TYPE_PHONE) {
        rc = take_phone(folded, length, take, user);
    }
    return rc;
}
