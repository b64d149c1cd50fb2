/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_CURRENCY_H
#define CRM4E_CURRENCY_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Amounts in several currencies. An org has a home currency, and none other until it is told to.
 * From then on records of modules with amounts have a `Currency` and an `Exchange_Rate`, which is
 * how many units of that currency one unit of the home currency is worth. A record takes the
 * rate of the day it is made, and keeps it. What adds or compares amounts of several records
 * tells them in the home currency. See docs/currency.md.
 *
 * To enable several currencies takes a system administrator; to change currencies and rates, the
 * permission to customise. Everybody sees which currencies and rates there are.
 */

/** A currency beside the home currency, to create or change. NULL and 0 keep what is there, or
 *  are the default of a new one. */
typedef struct crm4e_currency_options {
    size_t struct_size;    /**< sizeof(crm4e_currency_options) */
    const char *iso_code;  /**< "EUR": three capital letters; names the currency */
    const char *name;      /**< 1 to 100 characters; default: the code */
    const char *symbol;    /**< at most 10 characters; "" for none */
    int32_t decimal_place; /**< digits that people write, 0 to 9; -1: as it is, or 2 */
    int32_t is_active;     /**< 1: yes, the default of a new one; 2: no new amounts in it */
} crm4e_currency_options;

/** Initialiser of #crm4e_currency_options. */
#define CRM4E_CURRENCY_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(crm4e_currency_options), NULL, NULL, NULL, -1, 0                                    \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_currency_options_init(crm4e_currency_options *options);

/**
 * Lets records have amounts in several currencies, for good. No record is written: one whose
 * `Currency` is empty is in the home currency, at the rate 1. Modules with amounts get the fields
 * `Currency` and `Exchange_Rate` where they lack them; the home currency stays from now on.
 *
 * @param session a system administrator's
 * @return #CRM4E_OK, also when it was so already; #CRM4E_E_DENIED; #CRM4E_E_LIMIT in an edition with one
 *         currency; #CRM4E_E_CONFLICT while a module has another kind of field of one of these names, or a
 *         record holds a currency that is not the org's or not its rate; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_currency_enable(crm4e_session *session);

/**
 * Creates a currency, also before there may be several: records hold it once that is enabled.
 *
 * @param id      receives the new currency's id; may be NULL
 * @param session who creates
 * @param options the currency
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT for one that is there, and for the home currency;
 *         #CRM4E_E_LIMIT; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_currency_create(crm4e_id *id, crm4e_session *session,
                                    const crm4e_currency_options *options);

/**
 * Changes a currency. Records keep one that is no longer active; no other takes it.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_currency_create(); #CRM4E_E_NOT_FOUND for an unknown currency
 */
CRM4E_API int crm4e_currency_update(crm4e_session *session, const crm4e_currency_options *options);

/**
 * Says what a currency is worth from a day on, until the next day with a rate; in place of the
 * rate of that very day, if there is one. Records that are there keep the rate they have.
 *
 * @param session       who changes
 * @param iso_code      the currency's
 * @param valid_from    "2026-01-31"
 * @param exchange_rate units of it for one of the home currency: above 0, at most nine digits after the
 *                      point
 * @return #CRM4E_OK, also when it was so already; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND, also for the home
 *         currency; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_currency_set_rate(crm4e_session *session, const char *iso_code,
                                      const char *valid_from, const char *exchange_rate);

/**
 * The rate that holds on a day, "7.120000000": that of the latest day up to it that has one. The
 * home currency's is 1 on every day.
 *
 * @param out      receives the text; free it with crm4e_text_free()
 * @param session  who asks
 * @param iso_code the currency's
 * @param day      "2026-01-31"; NULL: today in the time zone of the org
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for an unknown currency, and before its first rate;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_currency_rate(crm4e_text **out, crm4e_session *session, const char *iso_code,
                                  const char *day);

/**
 * A currency with all its rates as a JSON object, as in the apply document.
 *
 * @param out      receives the text; free it with crm4e_text_free()
 * @param session  who asks
 * @param iso_code the currency's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND, also for the home currency; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_currency_json(crm4e_text **out, crm4e_session *session, const char *iso_code);

/**
 * All currencies beside the home currency as a JSON array, in the order they were made. The home
 * currency, and whether there are several, are in crm4e_org_json().
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_currencies_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
