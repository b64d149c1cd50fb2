/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/civil.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/manage.h"
#include "model/money.h"
#include "record/inside.h"

int crm4e_currency_options_init(crm4e_currency_options *options)
{
    static const crm4e_currency_options initial = CRM4E_CURRENCY_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int enable(c4_unit *unit, void *object, void *arguments)
{
    const c4_org_change change = {.crm_licences = -1, .team_licences = -1, .multi_currency = 1};

    (void)object;
    (void)arguments;
    return c4_org_change_put(unit, &change);
}

int crm4e_currency_enable(crm4e_session *session)
{
    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, enable, NULL);
}

static int put(c4_unit *unit, c4_put_arguments *a, bool create)
{
    crm4e_currency_options options;
    c4_currency_spec spec = {0};
    int rc = c4_options_read(unit->error, &options, sizeof options, sizeof options, a->options);

    if (rc < 0)
        return rc;
    spec.iso_code = options.iso_code;
    spec.name = options.name;
    spec.symbol = options.symbol;
    spec.decimal_place = options.decimal_place;
    spec.is_active = options.is_active;
    spec.create_only = create;
    spec.change_only = !create;
    rc = c4_need(unit->error, spec.iso_code, "iso_code");
    return rc < 0 ? rc : c4_currency_put(unit, &spec, &a->id);
}

static int create_currency(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return put(unit, arguments, true);
}

int crm4e_currency_create(crm4e_id *id, crm4e_session *session,
                          const crm4e_currency_options *options)
{
    return c4_call_put(id, session, create_currency, options);
}

static int update_currency(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return put(unit, arguments, false);
}

int crm4e_currency_update(crm4e_session *session, const crm4e_currency_options *options)
{
    return c4_call_put(NULL, session, update_currency, options);
}

typedef struct rate_arguments {
    const char *iso_code;
    const char *day;
    const char *rate;
} rate_arguments;

static int set_rate(c4_unit *unit, void *object, void *arguments)
{
    const rate_arguments *a = arguments;
    int rc = c4_need(unit->error, a->iso_code, "iso_code");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->day, "valid_from");
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->rate, "exchange_rate");
    return rc < 0 ? rc : c4_currency_rate_put(unit, a->iso_code, a->day, a->rate);
}

int crm4e_currency_set_rate(crm4e_session *session, const char *iso_code, const char *valid_from,
                            const char *exchange_rate)
{
    rate_arguments arguments = {iso_code, valid_from, exchange_rate};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, set_rate, &arguments);
}

static int find_currency(c4_unit *unit, const char *iso_code, const c4_currency **currency)
{
    int rc = c4_need(unit->error, iso_code, "iso_code");

    if (rc < 0)
        return rc;
    *currency = c4_meta_currency_named(unit->meta, iso_code);
    return *currency ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such currency");
}

static int read_day(c4_unit *unit, const char *text, int32_t *day)
{
    if (!text)
        return c4_money_today(unit, day);
    return c4_date_parse(text, c4_text_within(text, C4_DATE_TEXT), day) == CRM4E_OK
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_INVALID, "'day' is no date");
}

static int find_rate(c4_unit *unit, const rate_arguments *a, int32_t day, int64_t *rate)
{
    const c4_currency *currency = NULL;
    int rc = c4_need(unit->error, a->iso_code, "iso_code");

    if (rc == CRM4E_OK && strcmp(a->iso_code, unit->meta->org.currency) == 0) {
        *rate = C4_RATE_ONE;
        return CRM4E_OK;
    }
    if (rc == CRM4E_OK)
        rc = find_currency(unit, a->iso_code, &currency);
    if (rc == CRM4E_OK)
        rc = c4_rate_find(unit, currency->id, day, rate);
    if (rc == CRM4E_OK)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "the currency has no rate for this day");
    return rc < 0 ? rc : CRM4E_OK;
}

static int write_rate(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const rate_arguments *a = arguments;
    char text[C4_DECIMAL_TEXT];
    int32_t day = 0;
    int64_t rate = 0;
    int rc = read_day(unit, a->day, &day);

    (void)object;
    if (rc == CRM4E_OK)
        rc = find_rate(unit, a, day, &rate);
    if (rc < 0)
        return rc;
    c4_buffer_put(out, text, c4_decimal_format(rate, C4_RATE_SCALE, text));
    return out->code;
}

int crm4e_currency_rate(crm4e_text **out, crm4e_session *session, const char *iso_code,
                        const char *day)
{
    rate_arguments arguments = {iso_code, day, NULL};

    return c4_call_text(out, session, C4_KIND_SESSION, write_rate, &arguments);
}

static int write_currency(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_currency *currency = NULL;
    int rc = find_currency(unit, arguments, &currency);

    (void)object;
    return rc < 0 ? rc : c4_currency_write(unit, out, currency);
}

int crm4e_currency_json(crm4e_text **out, crm4e_session *session, const char *iso_code)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_currency, (void *)iso_code);
}

static int write_currencies(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    return c4_currencies_write(unit, out);
}

int crm4e_currencies_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_currencies, NULL);
}
