/* SPDX-License-Identifier: MIT */
/* Whichever way a page is found - along an index, by owners, shared rows beside
 * them - it shows the same rows in the same order. */
#include "../access/sharing_steps.h"
#include "query_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    THINGS = 260,
    ANA_OWNS = 5, /* few, with what is shared with her */
    DAN_OWNS = 40 /* many */
};

typedef struct thing {
    int64_t id;
    int64_t number; /* INT64_MIN: none */
    char code[8];
    bool shared_with_ana;
    bool shared_with_dan;
} thing;

static thing things[THINGS];

static const char *owner_of(int i)
{
    const char *owner = "cid@x.example";

    if (i % 52 == 7)
        owner = "ana@x.example";
    else if (i % 6 == 1 && i < 6 * DAN_OWNS)
        owner = "dan@x.example";
    return owner;
}

/* Many are equal in what they are sorted by, across owners. */
static void make_things(steps *s)
{
    make_query_world(s);
    for (int i = 0; i < THINGS; i++) {
        thing *t = &things[i];
        char json[160];

        act_as(s, owner_of(i));
        t->number = i % 11 == 0 ? INT64_MIN : i * 7 % 5;
        (void)snprintf(t->code, sizeof t->code, "c%d", i * 5 % 9);
        if (t->number == INT64_MIN)
            (void)snprintf(json, sizeof json, "{'Name': 'T%d', 'Code': '%s'}", i, t->code);
        else
            (void)snprintf(json, sizeof json, "{'Name': 'T%d', 'Code': '%s', 'Int': %d}", i,
                           t->code, (int)t->number);
        assert_ok(create(s, "Things", json, &t->id));
    }
    for (int i = 3; i < THINGS; i += 80) {
        (void)store_share(s, "Things", things[i].id, "user:ana@x.example", CRM4E_LEVEL_READ_ONLY,
                          false);
        (void)store_share(s, "Things", things[i + 4].id, "role:Rep", CRM4E_LEVEL_READ_ONLY, false);
        things[i].shared_with_ana = true;
        things[i + 4].shared_with_ana = things[i + 4].shared_with_dan = true;
    }
}

static bool is_visible(const char *email, int i)
{
    bool visible = strcmp(owner_of(i), email) == 0 || strcmp(email, "ben@x.example") == 0;

    if (strcmp(email, "ana@x.example") == 0)
        visible = visible || things[i].shared_with_ana;
    if (strcmp(email, "dan@x.example") == 0)
        visible = visible || things[i].shared_with_dan;
    return visible;
}

static bool by_code, down, ids_down;

static int compare(const void *a, const void *b)
{
    const thing *x = *(const thing *const *)a, *y = *(const thing *const *)b;
    int order =
        by_code ? strcmp(x->code, y->code) : (x->number > y->number) - (x->number < y->number);

    if (order != 0)
        return down ? -order : order;
    return ids_down ? (x->id < y->id) - (x->id > y->id) : (x->id > y->id) - (x->id < y->id);
}

static size_t expect(const char *email, const char *condition, const thing **expected)
{
    size_t count = 0;

    for (int i = 0; i < THINGS; i++) {
        bool wanted = condition[0] == '\0' || things[i].number < 3;
        if (condition[0] != '\0' && things[i].number == INT64_MIN)
            wanted = false;
        if (is_visible(email, i) && wanted)
            expected[count++] = &things[i];
    }
    qsort(expected, count, sizeof *expected, compare);
    return count;
}

static void check_order(steps *s, const char *email, const char *condition)
{
    static const int64_t limits[] = {1, 3, 7, 50, 400};
    const thing *expected[THINGS];
    size_t count = expect(email, condition, expected);
    char text[200];

    (void)snprintf(text, sizeof text, "select Name from Things %s order by %s%s%s", condition,
                   by_code ? "Code" : "Int", down ? " desc" : "", ids_down ? ", id desc" : "");
    for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
        assert_ok(query_paged(s, text, limits[l]));
        assert_int_equal(page_id_count, count);
        for (size_t i = 0; i < count; i++) {
            if (page_ids[i] != expected[i]->id)
                fail_msg("%s, %s, limit %d: row %zu", email, text, (int)limits[l], i);
        }
    }
    for (int64_t offset = 0; offset <= (int64_t)count + 1; offset += 4) {
        c4_query_tree tree;
        size_t left = (size_t)offset < count ? count - (size_t)offset : 0;

        parse_query(s, text, &tree);
        tree.limit = 6;
        tree.offset = offset;
        assert_ok(run_tree(s, &tree));
        assert_int_equal(page->row_count, left < 6 ? left : 6);
        assert_int_equal(page->more, left > 6);
        for (size_t i = 0; i < page->row_count; i++)
            assert_int_equal(page->ids[i], expected[(size_t)offset + i]->id);
    }
}

static void test_same_pages(void **state)
{
    static const char *const readers[] = {"ana@x.example", "dan@x.example", "ben@x.example"};
    static const char *const conditions[] = {"", "where Int < 3"};
    steps *s = *state;

    make_things(s);
    for (size_t r = 0; r < 3; r++) {
        act_as(s, readers[r]);
        for (int way = 0; way < 16; way++) {
            by_code = (way & 1) != 0;
            down = (way & 2) != 0;
            ids_down = (way & 4) != 0;
            check_order(s, readers[r], conditions[way >> 3]);
        }
    }
}

/* A share that comes or goes is seen by the next page. */
static void test_shares_change(void **state)
{
    steps *s = *state;
    const thing *expected[THINGS];
    crm4e_id share;
    size_t before;

    make_things(s);
    by_code = down = ids_down = false;
    before = expect("ana@x.example", "", expected);
    act_as(s, "ana@x.example");
    share =
        store_share(s, "Things", things[0].id, "user:ana@x.example", CRM4E_LEVEL_READ_ONLY, false);
    assert_ok(query(s, "select Name from Things order by Int limit 100"));
    assert_int_equal(page->row_count, before + 1);
    assert_int_equal(page->ids[0], things[0].id);
    drop_share(s, share);
    assert_ok(query(s, "select Name from Things order by Int limit 100"));
    assert_int_equal(page->row_count, before);
    assert_int_not_equal(page->ids[0], things[0].id);
}

static int setup(void **state)
{
    return steps_setup(state);
}

static int teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_same_pages), TEST(test_shares_change)};

    return steps_run("query_ways", tests, sizeof tests / sizeof tests[0]);
}
