/* SPDX-License-Identifier: MIT */
/* Roll-ups after a long random walk, of threads that add at once, and of many records in one
 * call: each is what its records add up to. */
#include "rollup_steps.h"
#include "mass_steps.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 400,
    STEPS = 600
};

typedef struct order_row {
    char firm[24];
    bool valued;
    long long cents;
    bool won;
    bool toms;
} order_row;

static long long cents_of(const char *text)
{
    long long whole = 0, part = 0;
    bool negative = text[0] == '-';
    const char *point = strchr(text, '.');

    whole = strtoll(negative ? text + 1 : text, NULL, 10);
    part = point != NULL ? strtoll(point + 1, NULL, 10) : 0;
    return (negative ? -1 : 1) * (whole * 100 + part);
}

static size_t read_orders(host *h, order_row *orders)
{
    char *found = host_query(h->admin, "select Firm, Worth, State, Owner from Orders limit 2000");
    char *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(found, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *cell = NULL;
        order_row *row = &orders[count++];
        const char *firm = strtok_r(line, "|", &cell);
        const char *worth = strtok_r(NULL, "|", &cell);
        const char *state = strtok_r(NULL, "|", &cell);
        const char *owner = strtok_r(NULL, "|", &cell);

        assert_true(count <= MOST && owner != NULL);
        (void)snprintf(row->firm, sizeof row->firm, "%s", firm);
        row->valued = strcmp(worth, "-") != 0;
        row->cents = row->valued ? cents_of(worth) : 0;
        row->won = strcmp(state, "Won") == 0;
        row->toms = strstr(owner, "tom") != NULL;
    }
    free(found);
    return count;
}

static void put_cents(char *out, size_t size, bool there, long long cents)
{
    long long size_of = cents < 0 ? -cents : cents;

    if (there)
        (void)snprintf(out, size, "%s%lld.%02lld", cents < 0 ? "-" : "", size_of / 100,
                       size_of % 100);
    else
        (void)snprintf(out, size, "-");
}

/* Rounded half to even. */
static long long average(long long sum, long long count)
{
    long long size = sum < 0 ? -sum : sum;
    long long quotient = count > 0 ? size / count : 0;
    long long rest = count > 0 ? size % count : 0;

    if (rest * 2 > count || (rest * 2 == count && quotient % 2 != 0))
        quotient++;
    return sum < 0 ? -quotient : quotient;
}

static void expect(const char *firm, const order_row *orders, size_t count, char *line, size_t size)
{
    long long all = 0, valued = 0, sum = 0, least = 0, most = 0, won = 0, toms = 0;
    char cells[5][32];

    for (size_t i = 0; i < count; i++) {
        const order_row *row = &orders[i];
        if (strcmp(row->firm, firm) != 0)
            continue;
        all++;
        toms += row->toms;
        won += row->won ? row->cents : 0;
        sum += row->cents;
        if (row->valued) {
            least = valued == 0 || row->cents < least ? row->cents : least;
            most = valued == 0 || row->cents > most ? row->cents : most;
            valued++;
        }
    }
    put_cents(cells[0], sizeof cells[0], true, sum);
    put_cents(cells[1], sizeof cells[1], valued > 0, average(sum, valued));
    put_cents(cells[2], sizeof cells[2], valued > 0, least);
    put_cents(cells[3], sizeof cells[3], valued > 0, most);
    put_cents(cells[4], sizeof cells[4], true, won);
    (void)snprintf(line, size, "%s|%lld|%s|%s|%s|%s|%s|%lld", firm, all, cells[0], cells[1],
                   cells[2], cells[3], cells[4], toms);
}

/* Of each firm, and of what lies below it by the lookup Up. */
static void compare_all(host *h)
{
    static order_row orders[MOST];
    size_t count = read_orders(h, orders);
    char *found = host_query(h->admin, "select Name, Orders, Sum, Avg, Least, Most, Won, Toms from"
                                       " Firms limit 2000");
    char *rest = NULL;
    char line[256], firm[24];

    for (char *row = strtok_r(found, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest)) {
        (void)snprintf(firm, sizeof firm, "%.*s", (int)strcspn(row, "|"), row);
        expect(firm, orders, count, line, sizeof line);
        assert_string_equal(row, line);
    }
    free(found);
}

typedef struct walk {
    host *h;
    crm4e_id tom;
    crm4e_id firms[MOST];
    crm4e_id orders[MOST];
    size_t firm_count;
    size_t order_count;
    uint32_t seed;
} walk;

static uint32_t below(walk *w, uint32_t most)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % most;
}

static void some_values(walk *w, char *json, size_t size)
{
    static const char *const states[] = {"'Won'", "'Lost'", "'Open'", "null"};
    char worth[24];

    put_cents(worth, sizeof worth, true, (long long)below(w, 20000) - 10000);
    (void)snprintf(json, size, "'Worth': %s, 'State': %s", below(w, 6) == 0 ? "null" : worth,
                   states[below(w, 4)]);
}

static void some_change(walk *w, char *json, size_t size)
{
    char values[96];
    char firm[32] = "null";

    some_values(w, values, sizeof values);
    if (below(w, 5) != 0)
        (void)snprintf(firm, sizeof firm, "%lld",
                       (long long)w->firms[below(w, (uint32_t)w->firm_count)]);
    if (below(w, 2) == 0)
        (void)snprintf(json, size, "{%s}", values);
    else
        (void)snprintf(json, size, "{'Firm': %s, %s}", firm, values);
}

static void step_add(walk *w)
{
    char json[192], name[32];

    if (w->firm_count < 3 || (below(w, 10) == 0 && w->firm_count < MOST)) {
        (void)snprintf(name, sizeof name, "{'Name': 'f%zu'}", w->firm_count);
        w->firms[w->firm_count++] = computed_add(w->h->admin, "Firms", name);
    } else if (w->order_count < MOST) {
        crm4e_record *record = NULL;
        char *real;
        some_change(w, json, sizeof json);
        real = host_json(json);
        host_ok(w->h->admin, crm4e_record_new(&record, w->h->admin, "Orders"));
        if (crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED) == CRM4E_OK) {
            host_ok(w->h->admin, crm4e_record_set_text(record, "Name", "o", 1));
            /* a firm may be in the bin */
            if (crm4e_record_save(record) == CRM4E_OK)
                w->orders[w->order_count++] = crm4e_record_id(record);
        }
        crm4e_record_free(record);
        free(real);
    }
}

/* What is in the bin, or gone, answers with a refusal, which changes nothing. */
static void step_one(walk *w, crm4e_id id)
{
    crm4e_session *admin = w->h->admin;
    crm4e_id firm = w->firms[below(w, (uint32_t)w->firm_count)];
    crm4e_record *record = NULL;
    char json[192];

    switch (below(w, 8)) {
    case 0: (void)crm4e_record_delete(admin, "Orders", id, 0); break;
    case 1: (void)crm4e_record_restore(admin, "Orders", id); break;
    case 2: (void)crm4e_record_delete(admin, "Firms", firm, 0); break;
    case 3:
    case 4: (void)crm4e_record_restore(admin, "Firms", firm); break;
    case 5:
        if (below(w, 4) == 0)
            (void)crm4e_record_purge(admin, "Orders", id);
        break;
    default:
        if (crm4e_record_open(&record, admin, "Orders", id) == CRM4E_OK) {
            char *real;
            some_change(w, json, sizeof json);
            real = host_json(json);
            (void)crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
            if (below(w, 3) == 0)
                (void)crm4e_record_set_owner(record, w->tom);
            (void)crm4e_record_save(record);
            free(real);
        }
        crm4e_record_free(record);
        break;
    }
}

static void step_many(walk *w)
{
    crm4e_id ids[6];
    size_t count = 0;
    crm4e_mass_options options;
    char json[192];

    for (size_t i = 0; i < 6; i++) {
        crm4e_id id = w->orders[below(w, (uint32_t)w->order_count)];
        bool twice = false;
        for (size_t k = 0; k < count; k++)
            twice = twice || ids[k] == id;
        if (!twice)
            ids[count++] = id;
    }
    options = mass_of("Orders", ids, count, below(w, 3) != 0);
    some_change(w, json, sizeof json);
    switch (below(w, 4)) {
    case 0: (void)crm4e_mass_delete(NULL, w->h->admin, &options); break;
    case 1: (void)crm4e_mass_restore(NULL, w->h->admin, &options); break;
    case 2: (void)crm4e_mass_change_owner(NULL, w->h->admin, &options, w->tom); break;
    default: (void)mass_update(NULL, w->h->admin, &options, json); break;
    }
}

static void step(walk *w)
{
    uint32_t kind = below(w, 10);
    bool undone = below(w, 12) == 0;

    if (w->order_count < 5 || kind < 3) {
        step_add(w);
        return;
    }
    if (undone)
        host_ok(w->h->admin, crm4e_session_begin(w->h->admin));
    if (kind < 8)
        step_one(w, w->orders[below(w, (uint32_t)w->order_count)]);
    else
        step_many(w);
    if (undone)
        host_ok(w->h->admin, crm4e_session_rollback(w->h->admin));
}

static void a_random_walk(void **state)
{
    host *h = *state;
    walk *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->h = h;
    host_apply(h, rollup_start);
    rollup_add_all(h);
    rollup_add(h, "Toms", "'function': 'count', 'when': 'Owner = `" ROLLUP_TOM "`'");
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'Deep', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Firms', 'lookup':"
                  " 'Up', 'field': 'Sum'}}]}]}");
    host_ok(h->admin, crm4e_user_find(h->admin, ROLLUP_TOM, &w->tom));
    w->seed = 20240229;
    for (int i = 0; i < STEPS; i++) {
        step(w);
        if (i % 20 == 19)
            compare_all(h);
    }
    compare_all(h);
    computed_sound(h);
    free(w);
}

enum {
    THREADS = 4,
    EACH = 12,
    CHILDREN = 2000
};

typedef struct adder {
    pthread_t thread;
    host *h;
    crm4e_id firm;
    int made;
    int failed;
} adder;

/* BUSY is an answer, after which nothing was added. */
static void *add_some(void *argument)
{
    adder *a = argument;
    crm4e_session *session = NULL;
    int rc = crm4e_session_open(&session, a->h->org, HOST_ADMIN);

    for (int i = 0; i < EACH && rc == CRM4E_OK; i++) {
        crm4e_record *record = NULL;
        rc = crm4e_record_new(&record, session, "Orders");
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_text(record, "Name", "o", 1);
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_integer(record, "Firm", a->firm);
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_decimal(record, "Worth", "1.25");
        if (rc == CRM4E_OK)
            rc = crm4e_record_save(record);
        a->made += rc == CRM4E_OK;
        rc = rc == CRM4E_E_BUSY ? CRM4E_OK : rc;
        crm4e_record_free(record);
    }
    a->failed = rc;
    crm4e_session_close(session);
    return NULL;
}

static void no_addition_is_lost(void **state)
{
    host *h = *state;
    adder adders[THREADS];
    crm4e_id firm;
    int made = 0;
    char row[64], sum[32];

    host_apply(h, rollup_start);
    rollup_add_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    for (int i = 0; i < THREADS; i++) {
        adders[i] = (adder){.h = h, .firm = firm};
        assert_int_equal(pthread_create(&adders[i].thread, NULL, add_some, &adders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(adders[i].thread, NULL), 0);
        assert_int_equal(adders[i].failed, CRM4E_OK);
        made += adders[i].made;
    }
    assert_true(made > 0);
    put_cents(sum, sizeof sum, true, made * 125LL);
    (void)snprintf(row, sizeof row, "%d|%s\n", made, sum);
    computed_rows(h, "select Orders, Sum from Firms", row);
    computed_sound(h);
}

/* One pass for all of them: the parent changes once. */
static void many_cost_one_pass(void **state)
{
    host *h = *state;
    size_t size = (size_t)CHILDREN * 64;
    char *json = malloc(size);
    size_t used = 0;
    crm4e_id firm;

    assert_non_null(json);
    host_apply(h, rollup_start);
    rollup_add_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    json[used++] = '[';
    for (int i = 0; i < CHILDREN; i++)
        used += (size_t)snprintf(json + used, size - used,
                                 "%s{'Name': 'o', 'Firm': %lld, 'Worth':"
                                 " %d}",
                                 i > 0 ? "," : "", (long long)firm, i);
    (void)snprintf(json + used, size - used, "]");
    host_ok(h->admin, mass_create(NULL, h->admin, "Orders", json, false));
    computed_rows(h, "select Orders, Sum, Avg, Version__s from Firms",
                  "2000|1999000.00|999.50|2\n");
    free(json);
}

/* A record that one call writes twice, by a rule, counts for what it is in the end; one whose
 * part of the call was undone counts for what it was. */
static void records_touched_twice(void **state)
{
    host *h = *state;
    crm4e_id firms[2], orders[3];
    crm4e_mass_options options;
    char json[128];

    host_apply(h, rollup_start);
    rollup_add_all(h);
    host_apply(h, "{'workflows': [{'name': 'Cap', 'module': 'Orders', 'on': 'create_or_edit',"
                  " 'conditions': [{'when': 'Worth > 100', 'then': [{'update_field':"
                  " {'field': 'Worth', 'value': 100}}]}]}]}");
    for (int i = 0; i < 2; i++)
        firms[i] = computed_add(h->admin, "Firms", i == 0 ? "{'Name': 'a'}" : "{'Name': 'b'}");
    for (int i = 0; i < 3; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'o', 'Firm': %lld, 'Worth': %d, 'Code': '%d'}",
                       (long long)firms[0], 90 + 10 * i, i);
        orders[i] = computed_add(h->admin, "Orders", json);
    }
    computed_rows(h, "select Sum, Least, Most from Firms", "290.00|90.00|100.00\n0.00|-|-\n");
    (void)snprintf(json, sizeof json, "{'Firm': %lld, 'Worth': 500, 'Code': '9'}",
                   (long long)firms[1]);
    options = mass_of("Orders", orders, 3, true); /* the code is taken for the second and third */
    host_ok(h->admin, mass_update(NULL, h->admin, &options, json));
    computed_rows(h, "select Sum, Orders, Least, Most from Firms",
                  "200.00|2|100.00|100.00\n100.00|1|100.00|100.00\n");
    computed_sound(h);
}

/* Up to sixteen are followed one by one, more are added up whole: no difference shows. */
static void a_few_and_many(void **state)
{
    host *h = *state;
    crm4e_id ids[20], firm;
    crm4e_mass_options options;
    char json[64], rows[64];

    host_apply(h, rollup_start);
    rollup_add_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    (void)snprintf(json, sizeof json, "{'Name': 'o', 'Firm': %lld, 'Worth': 5}", (long long)firm);
    for (int i = 0; i < 20; i++)
        ids[i] = computed_add(h->admin, "Orders", json);
    for (size_t count = 15; count <= 17; count++) {
        options = mass_of("Orders", ids, count, false);
        (void)snprintf(json, sizeof json, "{'Worth': %zu}", count);
        host_ok(h->admin, mass_update(NULL, h->admin, &options, json));
        (void)snprintf(rows, sizeof rows, "20|%zu.00|5.00|%zu.00\n",
                       count * count + 5 * (20 - count), count);
        computed_rows(h, "select Orders, Sum, Least, Most from Firms", rows);
    }
    computed_sound(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(a_random_walk),         TEST(no_addition_is_lost), TEST(many_cost_one_pass),
        TEST(records_touched_twice), TEST(a_few_and_many),
#undef TEST
    };

    return host_run("roll-ups at length", tests, sizeof tests / sizeof tests[0]);
}
