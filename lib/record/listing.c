/* SPDX-License-Identifier: MIT */
#include "record/listing.h"

#include <string.h>

#include "base/json.h"
#include "base/seal.h"
#include "base/text.h"

enum {
    TOKEN_SIZE = 1 + (1 + C4_LIST_PLACES) * 8,
    TOKEN_CEILING = 128
};

c4_asked *c4_asked_new(c4_unit *unit)
{
    return c4_arena_array(unit->arena, unit->meta->module_count, sizeof(c4_asked));
}

c4_asked *c4_asked_at(const c4_unit *unit, c4_asked *modules, int32_t number,
                      const c4_module **module)
{
    const c4_meta *meta = unit->meta;
    size_t low = 0;
    size_t high = meta->module_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->modules[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == meta->module_count || meta->modules[low]->number != number) {
        return NULL;
    }
    *module = meta->modules[low];
    return &modules[low];
}

int c4_asked_quietly(c4_unit *unit, int rc, bool *open)
{
    *open = rc == CRM4E_OK;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_asked_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_asked *asked)
{
    int rc = CRM4E_OK;

    if (!asked->known) {
        rc = c4_access_module_number(unit, module->number, action, &asked->scope);
        rc = c4_asked_quietly(unit, rc, &asked->open);
    }
    asked->known = true;
    return rc;
}

int c4_list_token(c4_unit *unit, uint32_t kind, const c4_list_place *place, c4_buffer *out)
{
    const char *token = NULL;
    c4_buffer bytes;
    int rc;

    c4_buffer_init(&bytes, unit->arena->mem, TOKEN_SIZE);
    c4_buffer_char(&bytes, (char)kind);
    c4_word_put(&bytes, (uint64_t)unit->actor->id);
    for (size_t i = 0; i < C4_LIST_PLACES; i++) {
        c4_word_put(&bytes, (uint64_t)place->words[i]);
    }
    rc = bytes.code;
    if (rc == CRM4E_OK) {
        token = c4_seal(unit->arena, unit->meta->org.key, bytes.data, bytes.length);
        rc = token != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    c4_buffer_free(&bytes);
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    c4_json_put_text(out, token, strlen(token));
    return CRM4E_OK;
}

int c4_list_refuse(c4_unit *unit)
{
    (void)c4_fail(unit->error, CRM4E_E_INVALID,
                  "the page token was altered or belongs to another list");
    return c4_fail_field(unit->error, NULL, NULL, "token");
}

int c4_list_place_of(c4_unit *unit, uint32_t kind, const char *token, c4_list_place *place)
{
    const unsigned char *bytes = NULL;
    size_t length = c4_text_within(token, TOKEN_CEILING);
    size_t count = 0;
    int rc = length <= TOKEN_CEILING
                 ? c4_unseal(unit->arena, unit->meta->org.key, token, length, &bytes, &count)
                 : CRM4E_E_INVALID;

    if (rc == CRM4E_E_NO_MEMORY) {
        return c4_fail_plain(unit->error, rc);
    }
    if (rc != CRM4E_OK || count != TOKEN_SIZE || bytes[0] != kind ||
        c4_word_at(bytes + 1) != (uint64_t)unit->actor->id) {
        return c4_list_refuse(unit);
    }
    for (size_t i = 0; i < C4_LIST_PLACES; i++) {
        place->words[i] = (int64_t)c4_word_at(bytes + 9 + 8 * i);
    }
    return CRM4E_OK;
}
