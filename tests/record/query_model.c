/* SPDX-License-Identifier: MIT */
#include "query_model.h"

#include "base/civil.h"

#include <stdio.h>
#include <string.h>

enum {
    JSON_ROOM = 4096
};

const char *const emails[USERS] = {"ana@x.example", "cid@x.example", "ben@x.example", ORG_ADMIN};

bool sees(int user, int owner)
{
    return user == 3 || user == owner || (user == 2 && owner < 2);
}

account accounts[ACCOUNTS];
thing things[THINGS];
crm4e_id user_ids[USERS];
int actor;
static uint64_t state;

void start_rolling(uint64_t seed)
{
    state = seed;
}

unsigned roll(unsigned sides)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 20) % sides;
}

const char *const words[7] = {"Alpha", "alphabet", "BETA", "beta", "Gamma", "zz", "al"};
const char *const options[4] = {"Red", "Green", "Blue", "Grey"};

const char *const instants[12] = {
    "2024-03-30T15:59:59Z",        "2024-03-30T16:00:00Z",        "2024-03-30T21:59:59.999999Z",
    "2024-03-30T22:00:00Z",        "2024-03-30T22:59:59.999999Z", "2024-03-30T23:00:00Z",
    "2024-03-31T15:59:59.999999Z", "2024-03-31T16:00:00Z",        "2024-03-31T20:59:59.999999Z",
    "2024-03-31T21:00:00Z",        "2024-03-31T22:00:00Z",        "2024-04-01T12:00:00Z"};
const char *const days[4] = {"2024-03-30", "2024-03-31", "2024-04-01", "2024-04-02"};

const char *const currencies[4] = {"USD", "EUR", "KWD", "PLN"};
bool several_currencies;

int some_field(void)
{
    return (int)roll(several_currencies ? FIELDS : LINK_CURRENCY);
}

int64_t instant_of(const char *text)
{
    int64_t time = 0;
    assert_int_equal(c4_time_parse(text, strlen(text), &time), CRM4E_OK);
    return time;
}

int64_t day_of(const char *text)
{
    int32_t number = 0;
    assert_int_equal(c4_date_parse(text, strlen(text), &number), CRM4E_OK);
    return number;
}

int64_t local_day(int user, int64_t instant)
{
    static const struct {
        int hours;
        const char *summer; /* when one hour more begins; NULL: never */
    } clocks[USERS] = {
        {8, NULL}, {1, "2024-03-31T01:00:00Z"}, {2, "2024-03-30T22:00:00Z"}, {0, NULL}};
    const char *summer = clocks[user].summer;
    int64_t hours = clocks[user].hours;

    hours += summer != NULL && instant >= instant_of(summer) ? 1 : 0;
    return (instant + hours * INT64_C(3600000000)) / C4_DAY_MICROSECONDS;
}

static void put(c4_buffer *json, const char *name, const char *value)
{
    c4_buffer_text(json, ", '");
    c4_buffer_text(json, name);
    c4_buffer_text(json, "': ");
    c4_buffer_text(json, value);
}

static void put_quoted(c4_buffer *json, const char *name, const char *value)
{
    char text[64];
    (void)snprintf(text, sizeof text, "'%s'", value);
    put(json, name, text);
}

static void put_thousandths(c4_buffer *json, const char *name, int64_t number)
{
    char text[C4_DECIMAL_TEXT];
    (void)c4_decimal_format(number / 10, 2, text);
    put_quoted(json, name, text);
}

static void put_id(c4_buffer *json, const char *name, crm4e_id id)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)id);
    put(json, name, text);
}

static cell text_cell(c4_buffer *json, const char *name)
{
    cell c = {.null = roll(4) == 0, .text = PICK_OF(words)};
    if (!c.null)
        put_quoted(json, name, c.text);
    return c;
}

/* With rates at which halves of a cent come out. */
static void put_currency(account *a, bool several, c4_buffer *json)
{
    static const int64_t rates[] = {2000000000, 400000000, 8000000000, 333333333, 7100000007};
    char rate[C4_DECIMAL_TEXT];

    a->currency = several ? (int)roll(4) : 0;
    a->rate = a->currency > 0 ? PICK_OF(rates) : 1000000000;
    if (a->currency == 0)
        return;
    (void)c4_decimal_format(a->rate, 9, rate);
    put_quoted(json, "Currency", currencies[a->currency]);
    put(json, "Exchange_Rate", rate);
}

static void enable_currencies(steps *s)
{
    /* the last first: when they were made is not how they are ordered */
    for (size_t i = sizeof currencies / sizeof currencies[0] - 1; i > 0; i--) {
        const c4_currency_spec spec = {.iso_code = currencies[i], .decimal_place = -1};
        crm4e_id id;
        assert_ok(c4_currency_put(&s->org.unit, &spec, &id));
    }
    assert_ok(put_org(s, "{'multi_currency': true}"));
}

static void make_account(steps *s, int at)
{
    account *a = &accounts[at];
    c4_buffer json;
    c4_buffer_init(&json, &s->org.env.mem, JSON_ROOM);
    a->owner = (int)roll(4);
    a->parent = at > 2 && roll(3) > 0 ? (int)roll((unsigned)at) : -1;
    a->name = (cell){.text = PICK_OF(words)};
    a->revenue = (cell){.null = roll(3) == 0, .number = (int64_t)roll(5) * 1010 - 2020};
    c4_buffer_text(&json, "{'Account_Name': '");
    c4_buffer_text(&json, a->name.text);
    c4_buffer_char(&json, '\'');
    if (!a->revenue.null)
        put_thousandths(&json, "Annual_Revenue", a->revenue.number);
    if (a->parent >= 0)
        put_id(&json, "Parent_Account", accounts[a->parent].id);
    put_currency(a, meta_of(s)->org.multi_currency, &json);
    put_quoted(&json, "Owner", emails[a->owner]);
    c4_buffer_char(&json, '}');
    assert_ok(create(s, "Accounts", c4_buffer_c_str(&json), &a->id));
    c4_buffer_free(&json);
}

static void put_numbers(thing *t, c4_buffer *json)
{
    t->cells[INT] = (cell){.null = roll(4) == 0, .number = ((int64_t)roll(7) - 3) * 1000};
    if (!t->cells[INT].null)
        put_id(json, "Int", t->cells[INT].number / 1000);
    t->cells[DEC] = (cell){.null = roll(4) == 0, .number = ((int64_t)roll(9) - 4) * 510};
    if (!t->cells[DEC].null)
        put_thousandths(json, "Dec", t->cells[DEC].number);
    t->cells[DAY] = (cell){.null = roll(4) == 0, .text = PICK_OF(days)};
    t->cells[DAY].number = day_of(t->cells[DAY].text);
    if (!t->cells[DAY].null)
        put_quoted(json, "Day", t->cells[DAY].text);
    t->cells[TIME] = (cell){.null = roll(4) == 0, .text = PICK_OF(instants)};
    t->cells[TIME].number = instant_of(t->cells[TIME].text);
    if (!t->cells[TIME].null)
        put_quoted(json, "Time", t->cells[TIME].text);
    t->cells[FLAG] = (cell){.number = roll(2)};
    put(json, "Flag", t->cells[FLAG].number != 0 ? "true" : "false");
}

static void put_picks(thing *t, c4_buffer *json)
{
    char list[64] = "[";
    t->cells[PICK] = (cell){.null = roll(4) == 0, .number = 1 + roll(4)};
    t->cells[PICK].text = options[t->cells[PICK].number - 1];
    if (t->cells[PICK].number == 4) /* retired: taken by no new record */
        t->cells[PICK].null = true;
    if (!t->cells[PICK].null)
        put_quoted(json, "Pick", t->cells[PICK].text);
    t->cells[PICKS].number = roll(16);
    t->cells[PICKS].null = t->cells[PICKS].number == 0;
    for (int i = 0; i < 4; i++) {
        if ((t->cells[PICKS].number >> i & 1) != 0)
            (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s'%c'",
                           strlen(list) > 1 ? "," : "", 'A' + i);
    }
    if (!t->cells[PICKS].null)
        put(json, "Picks", strcat(list, "]"));
}

static void make_thing(steps *s, int at)
{
    thing *t = &things[at];
    int user = (int)roll(4);
    c4_buffer json;
    c4_buffer_init(&json, &s->org.env.mem, JSON_ROOM);
    c4_buffer_text(&json, "{'Name': 'n'");
    t->cells[WORD] = text_cell(&json, "Word");
    t->cells[CODE] = text_cell(&json, "Code");
    put_numbers(t, &json);
    put_picks(t, &json);
    t->link = (int)roll(ACCOUNTS + 4) - 4;
    if (t->link >= 0)
        put_id(&json, "Link", accounts[t->link].id);
    t->user = (cell){.null = roll(4) == 0, .number = user_ids[user]};
    if (!t->user.null)
        put_quoted(&json, "Agent", emails[user]);
    t->owner = (int)roll(4);
    put_quoted(&json, "Owner", emails[t->owner]);
    c4_buffer_char(&json, '}');
    assert_ok(create(s, "Things", c4_buffer_c_str(&json), &t->id));
    c4_buffer_free(&json);
}

void make_rows(steps *s)
{
    for (size_t i = 0; i < USERS; i++)
        user_ids[i] = user_of(s, emails[i])->id;
    assert_ok(put_user(s, "{'email': 'cid@x.example', 'time_zone': 'Europe/Berlin'}"));
    assert_ok(put_user(s, "{'email': 'ben@x.example', 'time_zone': 'Asia/Beirut'}"));
    for (int i = 0; i < ACCOUNTS; i++) {
        if (several_currencies && i == ACCOUNTS / 3)
            enable_currencies(s);
        make_account(s, i);
    }
    for (int i = 0; i < THINGS; i++)
        make_thing(s, i);
}

cell cell_of(const thing *t, int field)
{
    cell c = {.missing = true};
    int at = t->link;
    if (field < LINK)
        return t->cells[field];
    if (field == USER)
        return t->user;
    if (field == LINK)
        return (cell){.null = at < 0, .number = at < 0 ? 0 : accounts[at].id};
    if (at >= 0 && !sees(actor, accounts[at].owner))
        at = -1;
    if (field == PARENT_NAME && at >= 0) {
        at = accounts[at].parent;
        if (at >= 0 && !sees(actor, accounts[at].owner))
            at = -1;
    }
    if (at >= 0 && field == LINK_CURRENCY)
        return (cell){.number = 1 + accounts[at].currency,
                      .text = currencies[accounts[at].currency]};
    if (at >= 0)
        c = field == LINK_REVENUE ? accounts[at].revenue : accounts[at].name;
    return c;
}
