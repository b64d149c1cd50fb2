/* SPDX-License-Identifier: MIT */
/*
 * Amounts in several currencies. An exchange rate is how many units of a currency
 * one unit of the home currency is worth, at C4_RATE_SCALE digits; an amount in the
 * home currency is the amount divided by the rate of its own record, rounded half to
 * even to the digits of its field, each amount by itself. Whatever adds, averages or
 * compares amounts of several records asks c4_money_of() first.
 */
#ifndef C4_MONEY_H
#define C4_MONEY_H

#include "model/unit.h"

enum {
    C4_RATE_SCALE = 9,
    C4_RATE_ONE = 1000000000 /* of the home currency */
};

/* The two fields of a module that has several currencies. */
#define C4_FIELD_CURRENCY      "Currency"
#define C4_FIELD_EXCHANGE_RATE "Exchange_Rate"
/* Whether a field of that name is one of them, where there are several currencies. */
bool c4_money_name(const char *api_name);
/* Whether the field could be one of them. */
bool c4_money_shape(const c4_field *field);

/* The code of a currency in fields Currency, the same in every org: 0 for what are
 * not three capital letters. */
int32_t c4_currency_code(const char *iso_code);
/* Among the values of the standard's picklist; NULL: not there. */
const c4_option *c4_currency_standard(const char *iso_code);

/* How values of a field become what may be added. */
typedef struct c4_money {
    const c4_field *currency;
    const c4_field *rate;
    int32_t home; /* the code of the home currency */
} c4_money;
/* False: values of the field are added as they are, because they are no amounts or the org has
 * one currency. True: each has to go through c4_money_home() with what its record has
 * in money->currency and money->rate. */
bool c4_money_of(const c4_meta *meta, const c4_field *field, c4_money *money);
/* The amount in the home currency. NULL for `currency` is the home currency. TOO_BIG when it
 * leaves int64; CORRUPT for another currency without a rate above 0. */
int c4_money_home(const c4_money *money, const crm4e_value *currency, const crm4e_value *rate,
                  int64_t amount, int64_t *home);

/* The currency of a record and its rate: that of the home currency where it says none. */
typedef struct c4_money_place {
    int64_t code;
    int64_t rate;
} c4_money_place;
c4_money_place c4_money_place_of(const c4_money *money, const crm4e_value *currency,
                                 const crm4e_value *rate);
/* An amount of one place at another: as it is where they have one currency, else by the rates of
 * both, rounded half to even, once. False when it leaves int64 or a rate is not above 0. */
bool c4_money_move(int64_t amount, const c4_money_place *from, const c4_money_place *to,
                   int64_t *moved);

/* The rate that holds on a day: that of the latest day up to it. CRM4E_ROW, or CRM4E_OK
 * when there is none yet. */
int c4_rate_find(c4_unit *unit, crm4e_id currency, int32_t day, int64_t *rate);
/* The same by code of field Currency; a currency that is none of the org's has none. */
int c4_rate_of_code(c4_unit *unit, int32_t code, int32_t day, int64_t *rate);

#endif
