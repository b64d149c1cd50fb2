/* SPDX-License-Identifier: MIT */
#include "base/collate.h"

#include <string.h>

#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include <crm4e/errors.h>

enum {
    KEY_EXPECTED = 256 /* bytes of most keys; longer ones are made twice */
};

struct c4_collator {
    c4_mem mem;
    UCollator *order;
    UChar *wide; /* of the text in hand */
    size_t wide_room;
};

static int code_of_status(UErrorCode status)
{
    if (U_SUCCESS(status))
        return CRM4E_OK;
    return status == U_MEMORY_ALLOCATION_ERROR ? CRM4E_E_NO_MEMORY : CRM4E_E_INTERNAL;
}

/* The tag as ICU names locales. */
static int find_locale(const char *tag, char name[ULOC_FULLNAME_CAPACITY])
{
    UErrorCode status = U_ZERO_ERROR;
    const size_t length = strlen(tag);
    int32_t read = 0;

    if (length == 0 || length >= ULOC_FULLNAME_CAPACITY)
        return CRM4E_E_INVALID;
    (void)uloc_forLanguageTag(tag, name, ULOC_FULLNAME_CAPACITY, &read, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return CRM4E_E_NO_MEMORY;
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || (size_t)read != length)
        return CRM4E_E_INVALID;
    /* Only the language that is none has no name of three letters and is known. */
    return uloc_getISO3Language(name)[0] != '\0' || strncmp(tag, "und", 3) == 0 ? CRM4E_OK
                                                                                : CRM4E_E_INVALID;
}

int c4_collator_open(c4_collator **out, const c4_mem *mem, const char *locale)
{
    char name[ULOC_FULLNAME_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    c4_collator *collator;
    int rc = find_locale(locale, name);

    *out = NULL;
    if (rc != CRM4E_OK)
        return rc;
    collator = c4_alloc_array(mem, 1, sizeof *collator);
    if (collator == NULL)
        return CRM4E_E_NO_MEMORY;
    *collator = (c4_collator){.mem = *mem, .order = ucol_open(name, &status)};
    /* Texts that are the same but for how their accents are written are level. */
    if (U_SUCCESS(status))
        ucol_setAttribute(collator->order, UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
    rc = code_of_status(status);
    if (rc == CRM4E_OK)
        *out = collator;
    else
        c4_collator_close(collator);
    return rc;
}

void c4_collator_close(c4_collator *collator)
{
    c4_mem mem;

    if (collator == NULL)
        return;
    mem = collator->mem;
    if (collator->order != NULL)
        ucol_close(collator->order);
    c4_free(&mem, collator->wide);
    c4_free(&mem, collator);
}

/* A text has at most as many units of UTF-16 as bytes of UTF-8. */
static int widen(c4_collator *collator, const char *text, size_t length, int32_t *units)
{
    UErrorCode status = U_ZERO_ERROR;
    void *wide = collator->wide;

    if (length > INT32_MAX)
        return CRM4E_E_TOO_BIG;
    if (c4_grow(&collator->mem, &wide, &collator->wide_room, length + 1, sizeof(UChar)) != CRM4E_OK)
        return CRM4E_E_NO_MEMORY;
    collator->wide = wide;
    (void)u_strFromUTF8(collator->wide, (int32_t)length, units, text, (int32_t)length, &status);
    return code_of_status(status);
}

void c4_collator_key(c4_collator *collator, const char *text, size_t length, c4_buffer *out)
{
    const size_t before = out->length;
    int32_t units = 0;
    int32_t room = KEY_EXPECTED;
    int32_t size = 0;
    int rc = out->code;

    if (rc == CRM4E_OK)
        rc = widen(collator, text, length, &units);
    for (int attempt = 0; attempt < 2 && rc == CRM4E_OK && size < 1; attempt++) {
        char *key = c4_buffer_extend(out, (size_t)room);

        if (key == NULL)
            return;
        size = ucol_getSortKey(collator->order, collator->wide, units, (uint8_t *)key, room);
        out->length = before + (size_t)(size <= room ? size : 0);
        if (size > room) {
            room = size;
            size = 0;
        } else if (size < 1) {
            rc = CRM4E_E_NO_MEMORY; /* the only way it fails */
        }
    }
    if (rc != CRM4E_OK)
        out->code = rc;
}
