/* SPDX-License-Identifier: MIT */
/*
 * What is told of many values at once, in random orgs, against the oracle: roll-ups, which count
 * all records whoever reads them and are closed with any field they come from; rows of subforms,
 * column by column; sums over several currencies, of the records a user sees.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "oracle.h"
#include "world_build.h"

#include <stdlib.h>
#include <string.h>

enum {
    SEEDS = 10,
    SQLITE_SEEDS = 1,
    BUILT_IN = 4 /* profiles that are not changed */
};

typedef struct total {
    world *w;
    oracle *o;
    stage s;
    uint64_t seed;
    int opened, closed, beyond; /* answers; those that tell of records the reader does not see */
} total;

static void total_open(total *t, uint64_t seed, fixture_storage kind)
{
    t->seed = seed;
    t->w = world_make(seed, 1);
    stage_open(&t->s, t->w, kind);
    t->o = oracle_new(t->w);
}

static void total_close(total *t)
{
    oracle_free(t->o);
    stage_close(&t->s);
    world_free(t->w);
}

static void apply(total *t, const char *json)
{
    char *text = strdup(json);

    assert_non_null(text);
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    assert_fine(t->s.admin, crm4e_org_apply(NULL, t->s.admin, text, CRM4E_NUL_TERMINATED));
    free(text);
}

static int record_of(const world *w, crm4e_id id)
{
    for (int i = 0; i < w->record_count; i++) {
        if (w->records[i].id == id) {
            return i;
        }
    }
    return -1;
}

static bool sees(const total *t, int user, int record)
{
    return oracle_may(t->o, user, CRM4E_ACTION_VIEW, (int)t->w->records[record].module, record) ==
           CRM4E_OK;
}

/* Of a user who may ask the module at all; NULL: he may not. */
static crm4e_session *asking(const total *t, int user, world_module_id module)
{
    return oracle_may(t->o, user, CRM4E_ACTION_VIEW, (int)module, -1) == CRM4E_OK
               ? t->s.sessions[user]
               : NULL;
}

/* All rows of two columns; the code of the first refusal. */
static int ask(crm4e_session *session, world_module_id module, const char *column,
               const char *where, crm4e_cursor **rows)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, session, world_modules[module].api_name);

    if (rc == CRM4E_OK) {
        rc = crm4e_query_select(query, "id");
    }
    if (rc == CRM4E_OK) {
        rc = crm4e_query_select(query, column);
    }
    if (rc == CRM4E_OK && where != NULL) {
        rc = crm4e_query_where(query, where);
    }
    if (rc == CRM4E_OK) {
        rc = crm4e_query_limit(query, -1);
    }
    if (rc == CRM4E_OK) {
        rc = crm4e_query_run(rows, query);
    }
    crm4e_query_free(query);
    return rc;
}

/* ------------------------------------------------------------- roll-ups */

typedef struct rollup {
    const char *api_name;
    world_module_id module, of;
    const char *lookup, *source; /* NULL: records are counted */
    const char *function;
    bool valued;   /* the source is one of the world's numbers */
    bool computed; /* what is added up is a formula over the source: three of it and one */
} rollup;

static const rollup rollups[] = {
    {"Deal_Count", WORLD_ACCOUNTS, WORLD_DEALS, "Account_Name", NULL, "count", true, false},
    {"Deal_Sum", WORLD_ACCOUNTS, WORLD_DEALS, "Account_Name", "Amount", "sum", true, false},
    {"Deal_Hope", WORLD_ACCOUNTS, WORLD_DEALS, "Account_Name", "Expected_Revenue", "sum", false,
     false},
    {"People", WORLD_ACCOUNTS, WORLD_CONTACTS, "Account_Name", NULL, "count", true, false},
    {"Pages_Sum", WORLD_ACCOUNTS, WORLD_DOCUMENTS, "Client", "Pages", "sum", true, false},
    {"Most_Size", WORLD_LEADS, WORLD_PROJECTS, "Origin", "Size", "max", true, false},
    {"Shelves", WORLD_PROJECTS, WORLD_VAULT, "Project", "Shelf", "sum", true, false},
    {"Weights", WORLD_DOCUMENTS, WORLD_REQUESTS, "Document", "Weight", "sum", true, false},
    {"Tripled_Sum", WORLD_ACCOUNTS, WORLD_DOCUMENTS, "Client", "Pages", "sum", true, true},
    {"Tripled_Most", WORLD_LEADS, WORLD_PROJECTS, "Origin", "Size", "max", true, true},
    {"Asked", WORLD_DEALS, WORLD_REQUESTS, "Deal", NULL, "count", true, false},
};

static bool can_be_made(const total *t, const rollup *r)
{
    return !t->w->archived[r->module] && !t->w->archived[r->of];
}

static void make_formula(total *t, const rollup *r)
{
    char json[256];

    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': '%s', 'fields': [{'api_name': 'Tripled_%s', 'type':"
                   " 'formula', 'settings': {'expression': '%s * 3 + 1', 'result': 'double'}}]}]}",
                   world_modules[r->of].api_name, r->source, r->source);
    apply(t, json);
}

static void make_rollup(total *t, const rollup *r)
{
    char json[512];
    char source[64] = "";

    if (r->computed) {
        make_formula(t, r);
    }
    if (r->source != NULL) {
        (void)snprintf(source, sizeof source, ", 'field': '%s%s'", r->computed ? "Tripled_" : "",
                       r->source);
    }
    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': '%s', 'fields': [{'api_name': '%s', 'type':"
                   " 'rollup_summary', 'settings': {'function': '%s', 'module': '%s', 'lookup':"
                   " '%s'%s}}]}]}",
                   world_modules[r->module].api_name, r->api_name, r->function,
                   world_modules[r->of].api_name, r->lookup, source);
    apply(t, json);
}

/* Over all records that are not in the bin; -1: empty. */
static long long worth(total *t, const rollup *r, int user, int parent)
{
    const int lookup = world_field_named(r->of, r->lookup);
    const int source = r->source != NULL ? world_field_named(r->of, r->source) : -1;
    const bool most = strcmp(r->function, "max") == 0;
    long long result = most ? -1 : 0;
    bool hidden = false;

    for (int i = 0; i < t->w->record_count; i++) {
        const world_record *child = &t->w->records[i];
        int value = source >= 0 ? child->values[source] : 1;
        if (child->module != r->of || child->deleted || child->values[lookup] != parent) {
            continue;
        }
        hidden = hidden || !sees(t, user, i);
        value = r->computed && value >= 0 ? value * 3 + 1 : value;
        value = value < 0 && !most ? 0 : value;
        result = !most ? result + value : value > result ? value : result;
    }
    t->beyond += hidden;
    return result;
}

static void check_rows(total *t, const rollup *r, int user, crm4e_cursor *rows)
{
    int count = 0, visible = 0;

    while (crm4e_cursor_next(rows) == CRM4E_ROW) {
        int parent = record_of(t->w, strtoll(crm4e_cursor_text(rows, 0), NULL, 10));
        const char *text = crm4e_cursor_text(rows, 1);
        long long told = text != NULL ? strtoll(text, NULL, 10) : -1;
        assert_true(parent >= 0 && sees(t, user, parent));
        if (r->valued && told != worth(t, r, user, parent)) {
            fail_msg("seed %llu, user %d, %s of record %d: %s", (unsigned long long)t->seed, user,
                     r->api_name, parent, text != NULL ? text : "empty");
        }
        count++;
    }
    for (int i = 0; i < t->w->record_count; i++) {
        visible += t->w->records[i].module == r->module && sees(t, user, i);
    }
    assert_int_equal(count, visible);
}

static void check_rollup(total *t, const rollup *r, int user)
{
    crm4e_session *session = asking(t, user, r->module);
    const bool open = oracle_rollup(t->o, user, (int)r->of, world_field_named(r->of, r->lookup),
                                    r->source != NULL ? world_field_named(r->of, r->source) : -1);
    char where[64];
    crm4e_cursor *rows = NULL;
    int rc;

    if (session == NULL) {
        return;
    }
    rc = ask(session, r->module, r->api_name, NULL, &rows);
    if (rc != (open ? CRM4E_OK : CRM4E_E_DENIED)) {
        fail_msg("seed %llu, user %d, %s: %s", (unsigned long long)t->seed, user, r->api_name,
                 crm4e_code_name(rc));
    }
    if (open) {
        check_rows(t, r, user, rows);
    }
    crm4e_cursor_free(rows);
    rows = NULL;
    (void)snprintf(where, sizeof where, "%s is not null", r->api_name);
    assert_int_equal(ask(session, r->module, "id", where, &rows), open ? CRM4E_OK : CRM4E_E_DENIED);
    crm4e_cursor_free(rows);
    t->opened += open;
    t->closed += !open;
}

static void check_rollups(total *t)
{
    for (size_t i = 0; i < sizeof rollups / sizeof rollups[0]; i++) {
        if (!can_be_made(t, &rollups[i])) {
            continue;
        }
        make_rollup(t, &rollups[i]);
        for (int user = 0; user < t->w->user_count; user++) {
            check_rollup(t, &rollups[i], user);
        }
    }
}

/* ------------------------------------------------------------- columns of subforms */

/* Which of two names is hidden by a profile: bits. */
static unsigned hidden_by(const total *t, int profile)
{
    uint64_t state = t->seed * 31 + (uint64_t)profile;

    return profile < BUILT_IN || t->w->profiles[profile].administrator
               ? 0
               : (unsigned)world_below(&state, 4);
}

static unsigned hidden_from(const total *t, int user)
{
    return hidden_by(t, t->w->users[user].profile);
}

/* One by one: what the orgs' profiles say of other fields stays. */
static void hide(total *t, const char *module, const char *const names[2])
{
    for (int i = 0; i < t->w->profile_count; i++) {
        for (unsigned n = 0; n < 2; n++) {
            if ((hidden_by(t, i) >> n & 1) != 0) {
                assert_fine(t->s.admin,
                            crm4e_profile_set_field(t->s.admin, t->w->profiles[i].name, module,
                                                    names[n], CRM4E_PERMISSION_HIDDEN));
            }
        }
    }
}

/* Sets JSON on each record of the module that can be changed, by the administrator. */
static void fill(total *t, world_module_id module, const char *json)
{
    for (int i = 0; i < t->w->record_count; i++) {
        const world_record *r = &t->w->records[i];
        crm4e_record *record = NULL;
        if (r->module != module || r->deleted || r->locked) {
            continue;
        }
        assert_fine(t->s.admin,
                    crm4e_record_open(&record, t->s.admin, world_modules[module].api_name, r->id));
        assert_fine(t->s.admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
        assert_fine(t->s.admin, crm4e_record_save(record));
        crm4e_record_free(record);
    }
}

/* A column that is hidden is nowhere in the rows; one that is not, in all of them. */
static void check_columns(total *t)
{
    static const char *const names[] = {"Stops.City", "Stops.Cost"};

    apply(t, "{'modules': [{'api_name': 'Accounts', 'fields': [{'api_name': 'Stops', 'type':"
             " 'subform', 'settings': {'columns': [{'api_name': 'City', 'type': 'text'},"
             " {'api_name': 'Cost', 'type': 'integer'}]}}]}]}");
    fill(t, WORLD_ACCOUNTS, "{\"Stops\":[{\"City\":\"Bonn\",\"Cost\":4711}]}");
    hide(t, "Accounts", names);
    for (int user = 0; user < t->w->user_count; user++) {
        crm4e_session *session = asking(t, user, WORLD_ACCOUNTS);
        const unsigned hidden = hidden_from(t, user);
        crm4e_cursor *rows = NULL;
        if (session == NULL) {
            continue;
        }
        assert_fine(session, ask(session, WORLD_ACCOUNTS, "Stops", NULL, &rows));
        while (crm4e_cursor_next(rows) == CRM4E_ROW) {
            int record = record_of(t->w, strtoll(crm4e_cursor_text(rows, 0), NULL, 10));
            const char *text = crm4e_cursor_text(rows, 1);
            if (text == NULL) {
                assert_true(t->w->records[record].locked);
                continue;
            }
            assert_int_equal(strstr(text, "Bonn") == NULL, hidden & 1);
            assert_int_equal(strstr(text, "City") == NULL, hidden & 1);
            assert_int_equal(strstr(text, "4711") == NULL, hidden >> 1);
            assert_int_equal(strstr(text, "Cost") == NULL, hidden >> 1);
            t->opened += hidden == 0;
            t->closed += hidden != 0;
        }
        crm4e_cursor_free(rows);
    }
}

/* ------------------------------------------------------------- several currencies */

/* In the home currency, over the deals the user sees: those that could be changed are at 2. */
static long long home_cents(const total *t, int user)
{
    const int amount = world_field_named(WORLD_DEALS, "Amount");
    long long cents = 0;

    for (int i = 0; i < t->w->record_count; i++) {
        const world_record *r = &t->w->records[i];
        if (r->module == WORLD_DEALS && sees(t, user, i) && r->values[amount] > 0) {
            cents += (long long)r->values[amount] * (r->locked ? 100 : 50);
        }
    }
    return cents;
}

static void check_sums(total *t)
{
    static const char *const names[] = {"Currency", "Exchange_Rate"};
    const int amount = world_field_named(WORLD_DEALS, "Amount");

    apply(t, "{'currencies': [{'iso_code': 'EUR', 'rates': [{'valid_from': '2000-01-01',"
             " 'exchange_rate': '2'}]}]}");
    assert_fine(t->s.admin, crm4e_currency_enable(t->s.admin));
    fill(t, WORLD_DEALS, "{\"Currency\":\"EUR\",\"Exchange_Rate\":2}");
    hide(t, "Deals", names);
    for (int user = 0; user < t->w->user_count; user++) {
        crm4e_session *session = asking(t, user, WORLD_DEALS);
        const bool open = hidden_from(t, user) == 0 &&
                          oracle_field(t->o, user, WORLD_DEALS, amount) != CRM4E_PERMISSION_HIDDEN;
        crm4e_cursor *rows = NULL;
        char wanted[32];
        int rc;
        if (session == NULL) {
            continue;
        }
        rc = crm4e_query_text(&rows, session, "select sum(Amount) from Deals");
        if (rc != (open ? CRM4E_OK : CRM4E_E_DENIED)) {
            fail_msg("seed %llu, user %d: %s", (unsigned long long)t->seed, user,
                     crm4e_code_name(rc));
        }
        if (open) {
            long long cents = home_cents(t, user);
            (void)snprintf(wanted, sizeof wanted, "%lld.%02lld", cents / 100, cents % 100);
            assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
            assert_string_equal(crm4e_cursor_text(rows, 0), wanted);
        }
        crm4e_cursor_free(rows);
        t->opened += open;
        t->closed += !open;
    }
}

/* ------------------------------------------------------------- many orgs */

static void in_many_orgs(uint64_t first, void (*check)(total *t), bool beyond)
{
    total sum = {.opened = 0};

    for (uint64_t i = 0; i < SEEDS + SQLITE_SEEDS; i++) {
        total t = {.opened = 0};
        total_open(&t, first + i, i < SEEDS ? FIXTURE_MEMORY : FIXTURE_SQLITE);
        check(&t);
        sum.opened += t.opened;
        sum.closed += t.closed;
        sum.beyond += t.beyond;
        total_close(&t);
    }
    print_message("%d open, %d closed, %d beyond what is seen\n", sum.opened, sum.closed,
                  sum.beyond);
    assert_true(sum.opened > 50 && sum.closed > 20 && (sum.beyond > 50) == beyond);
}

static void rollups_tell_of_all_records(void **state)
{
    (void)state;
    in_many_orgs(100, check_rollups, true);
}

static void columns_are_open_one_by_one(void **state)
{
    (void)state;
    in_many_orgs(200, check_columns, false);
}

static void sums_are_of_what_is_seen(void **state)
{
    (void)state;
    in_many_orgs(300, check_sums, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rollups_tell_of_all_records),
        cmocka_unit_test(columns_are_open_one_by_one),
        cmocka_unit_test(sums_are_of_what_is_seen),
    };

    return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
