/* SPDX-License-Identifier: MIT */
/* Random criteria over random rows against a slow evaluator that knows nothing
 * of predicates: three-valued, NOT included, rows and lookups by owner. */
#include "query_criteria.h"

#include "columns/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUERIES = 500,
    FEW = 50 /* with each budget that is too small */
};

static c4_cache *columns;

static int sort_fields[2];
static bool sort_down[2];
static int sort_count;

static int compare_things(const void *a, const void *b)
{
    const thing *x = *(const thing *const *)a;
    const thing *y = *(const thing *const *)b;
    int order = 0;
    for (int i = 0; i < sort_count && order == 0; i++) {
        cell c = cell_of(x, sort_fields[i]);
        cell d = cell_of(y, sort_fields[i]);
        if (c.null || d.null)
            order = (int)d.null - (int)c.null;
        else if (is_text(sort_fields[i]))
            order = text_order(c.text, d.text);
        else
            order = c.number < d.number ? -1 : c.number > d.number;
        order = sort_down[i] ? -order : order;
    }
    return order != 0 ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void make_order(char *text)
{
    sort_count = (int)roll(3);
    for (int i = 0; i < sort_count; i++) {
        sort_fields[i] = (int)roll(LINK_NAME);
        if (sort_fields[i] == PICKS)
            sort_fields[i] = WORD;
        sort_down[i] = roll(2) == 0;
        if (i == 1 && sort_fields[1] == sort_fields[0])
            sort_down[1] = sort_down[0]; /* what comes again does not count */
        append(text, i == 0 ? " order by " : ", ");
        append(text, paths[sort_fields[i]]);
        append(text, sort_down[i] ? " desc" : "");
    }
}

/* The actor's page and count out of columns, which are for transactions that write nothing. */
static void check_columns(steps *s, const char *text, const thing *const *wanted, size_t count)
{
    const int64_t now = s->org.unit.now;
    int64_t counted = -1;

    assert_ok(org_commit(&s->org));
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_READ));
    s->org.unit.now = now;
    s->org.env.columns = columns;
    assert_ok(query_paged(s, text, 1 + (int64_t)roll(2 * THINGS)));
    assert_int_equal(page_id_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(page_ids[i], wanted[i]->id);
    assert_ok(count_of(s, text, &counted));
    assert_int_equal(counted, count);
    s->org.env.columns = NULL;
    org_rollback(&s->org);
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_WRITE));
    s->org.unit.now = now;
}

static void check_query(steps *s)
{
    const thing *wanted[THINGS];
    char text[TEXT_ROOM] = "select id from Things where ";
    size_t count = 0;
    int64_t counted = -1;
    node *root;
    root = make_node((int)roll(4), text);
    make_order(text);
    for (int i = 0; i < THINGS; i++) {
        if (sees(actor, things[i].owner) && truth(root, &things[i]) == 1)
            wanted[count++] = &things[i];
    }
    qsort(wanted, count, sizeof wanted[0], compare_things);
    if (query_paged(s, text, roll(2) == 0 ? 200 : 1 + (int64_t)roll(20)) != CRM4E_OK)
        fail_msg("%s: %s", text, s->org.error.message);
    if (page_id_count != count)
        fail_msg("%s: %zu rows, not %zu, for %s", text, page_id_count, count, emails[actor]);
    for (size_t i = 0; i < count; i++) {
        if (page_ids[i] != wanted[i]->id)
            fail_msg("%s: row %zu is another one for %s", text, i, emails[actor]);
    }
    assert_ok(count_of(s, text, &counted));
    assert_int_equal(counted, count);
    check_columns(s, text, wanted, count);
    c4_arena_reset(s->org.unit.arena);
    s->org.unit.asked = NULL;
}

/* With room for everything, for one column or two, and for less than that. */
static void walk_with_columns(steps *s, uint64_t seed)
{
    static const int64_t budgets[] = {-1, 80 * 1024, 0};

    for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
        assert_ok(c4_cache_new(&s->org.env.mem, budgets[i], &columns));
        if (i == 0)
            walk_queries(s, seed, QUERIES, check_query);
        else
            more_queries(s, FEW, check_query);
        assert_true(c4_cache_used(columns) > 0 || i > 0);
        c4_cache_free(columns);
        columns = NULL;
    }
}

static void test_random(void **state)
{
    walk_with_columns(*state, 0x123456789abcdef);
}

static void test_currencies(void **state)
{
    several_currencies = true;
    walk_with_columns(*state, 0xfeed5eed);
    several_currencies = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_currencies, steps_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_random, steps_setup, page_teardown),
    };
    return steps_run("query_random", tests, sizeof tests / sizeof tests[0]);
}
