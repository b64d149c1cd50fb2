/* SPDX-License-Identifier: MIT */
/* Currencies of a snapshot, and the values of fields Currency. */
#include "base/decimal.h"
#include "model/meta_build.h"
#include "model/money.h"

static void read_currency(c4_row *row, void *item)
{
    c4_currency *currency = item;

    currency->id = row->source.id;
    currency->iso_code = c4_row_text(row, C4_CURRENCY_ISO_CODE);
    currency->name = c4_row_text(row, C4_CURRENCY_NAME);
    currency->symbol = c4_row_text(row, C4_CURRENCY_SYMBOL);
    currency->decimal_place =
        (int32_t)c4_row_i64(row, C4_CURRENCY_DECIMAL_PLACE, 0, C4_DECIMAL_PLACES_MAX);
    currency->active = c4_row_boolean(row, C4_CURRENCY_ACTIVE);
    if (row->rc == CRM4E_OK && c4_currency_code(currency->iso_code) == 0) {
        c4_row_refuse(row, "the currency has no code of three letters");
    }
}

static c4_option option_of(const char *iso_code, const char *name, bool active)
{
    const c4_option *standard = c4_currency_standard(iso_code);

    return (c4_option){.code = c4_currency_code(iso_code),
                       .actual = iso_code,
                       .display = {name, standard != NULL ? standard->display.zh : name},
                       .active = active,
                       .probability = -1};
}

static int put_options(c4_builder *builder)
{
    c4_meta *meta = builder->meta;
    c4_option *options = c4_arena_array(&meta->arena, meta->currency_count + 1, sizeof(c4_option));

    if (options == NULL) {
        return c4_build_no_memory(builder);
    }
    options[0] = option_of(meta->org.currency, meta->org.currency, true);
    for (size_t i = 0; i < meta->currency_count; i++) {
        const c4_currency *currency = &meta->currencies[i];
        options[i + 1] = option_of(currency->iso_code, currency->name, currency->active);
    }
    meta->currency_options = options;
    meta->currency_option_count = meta->currency_count + 1;
    return CRM4E_OK;
}

int c4_build_currencies(c4_builder *builder)
{
    c4_meta *meta = builder->meta;
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_CURRENCY, sizeof(c4_currency), read_currency, &items,
                           &meta->currency_count);

    meta->currencies = items;
    return rc == CRM4E_OK && meta->org.multi_currency ? put_options(builder) : rc;
}
