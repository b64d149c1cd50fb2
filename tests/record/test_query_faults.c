/* SPDX-License-Identifier: MIT */
/* Queries when memory runs out, and when the host refuses. */
#include "query_model.h"

#include <stdio.h>
#include <string.h>

static const char text[] =
    "select Name, Link, Link.Parent_Account.Account_Name, Agent, Picks from Things where"
    " (Int in (1, 2, 1.5) or Word like '%a%' or not Pick = 'Red') and Link.Parent_Account != 'zz'"
    " and Time < '2024-04-01' order by Word desc, Day limit 3";

static const char grouped[] =
    "select Word, Link, Link.Parent_Account.Account_Name, month(Time), count(distinct Agent), "
    "avg(Dec) from Things where Int in (1, 2) or Word like '%a%' group by Word, Link, "
    "Link.Parent_Account.Account_Name, month(Time) order by sum(Int) limit 3";

static const char collated[] =
    "select Name, Link, Agent from Things where Int in (1, 2, 1.5) or Word like '%a%'"
    " order by Word desc, Day collate 'de' limit 3";

static int setup(void **state)
{
    int rc = steps_setup(state);
    if (rc == 0) {
        start_rolling(77);
        make_query_world(*state);
        make_rows(*state);
        act_as(*state, "ben@x.example");
    }
    return rc;
}

static int teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}

/* The query again for every allocation it makes. */
static void sweep(steps *s, const c4_query_tree *tree)
{
    size_t n = 0;
    size_t refused = 0;
    bool hit = true;
    while (hit) {
        size_t live = atomic_load(&s->org.alloc.live);
        int64_t count = 0;
        int rc;
        fail_alloc_arm(&s->org.alloc, ++n, false);
        rc = tree->limit == 0 ? c4_query_count(&s->org.unit, tree, &count) : run_tree(s, tree);
        hit = fail_alloc_hit(&s->org.alloc);
        fail_alloc_arm(&s->org.alloc, 0, false);
        /* a cache of the storage may do without */
        assert_true(rc == CRM4E_OK || (hit && rc == CRM4E_E_NO_MEMORY));
        refused += rc == CRM4E_E_NO_MEMORY ? 1 : 0;
        free_page(s);
        /* the unit's arena may keep blocks until the call ends */
        assert_true(atomic_load(&s->org.alloc.live) <= live + 64);
    }
    /* two for each statement that is kept: the one that counts and the one that reads */
    assert_true(refused > 5 && n - 1 - refused <= 4);
}

static void sweep_text(steps *s, const char *query_text)
{
    c4_arena trees;
    c4_query_tree tree;
    char *token;
    c4_arena_init(&trees, &s->org.env.mem);
    assert_int_equal(c4_query_parse(&trees, &s->org.error, query_text, strlen(query_text), &tree),
                     CRM4E_OK);
    sweep(s, &tree);
    tree.limit = 0;
    sweep(s, &tree);
    tree.limit = 3;
    assert_ok(run_tree(s, &tree));
    assert_true(page->more);
    token = c4_arena_text(&trees, page->token, strlen(page->token));
    tree.after = token;
    tree.after_length = strlen(token);
    sweep(s, &tree);
    c4_arena_free(&trees);
}

static void test_memory(void **state)
{
    sweep_text(*state, text);
    sweep_text(*state, grouped);
    sweep_text(*state, collated);
}

static void sweep_copy(steps *s, const char *query_text)
{
    c4_arena from;
    c4_arena to;
    c4_query_tree tree;
    c4_query_tree copy;
    size_t n = 0;
    bool hit = true;
    int rc;
    c4_arena_init(&from, &s->org.env.mem);
    assert_int_equal(c4_query_parse(&from, &s->org.error, query_text, strlen(query_text), &tree),
                     CRM4E_OK);
    while (hit) {
        c4_arena_init(&to, &s->org.env.mem);
        fail_alloc_arm(&s->org.alloc, ++n, false);
        rc = c4_query_copy(&to, &tree, &copy);
        hit = fail_alloc_hit(&s->org.alloc);
        assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
        fail_alloc_arm(&s->org.alloc, 0, false);
        if (hit)
            c4_arena_free(&to);
    }
    assert_ok(run_tree(s, &tree));
    n = page->row_count;
    c4_arena_free(&from);
    assert_ok(run_tree(s, &copy));
    assert_int_equal(page->row_count, n);
    c4_arena_free(&to);
}

static void test_copy(void **state)
{
    sweep_copy(*state, text);
    sweep_copy(*state, grouped);
    sweep_copy(*state, collated);
}

static const char *denied; /* field the host refuses; NULL: the module Accounts */

static int32_t authorise(void *user, const crm4e_question *question)
{
    bool refuse = denied != NULL ? question->field != NULL && strcmp(question->field, denied) == 0
                                 : strcmp(question->module, "Accounts") == 0;
    (void)user;
    return refuse ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

/* What the host refuses is as hidden as what a profile hides. */
static void test_host(void **state)
{
    steps *s = *state;
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = authorise};
    denied = "Account_Name";
    assert_int_equal(query(s, text), CRM4E_E_DENIED);
    assert_int_equal(query(s, "select id from Things where Link = 'al'"), CRM4E_E_DENIED);
    assert_ok(query(s, "select Link from Things where Link is not null limit 1"));
    assert_int_equal(strspn(column_text(0), "0123456789"), strlen(column_text(0)));
    assert_ok(query(s, "select Link.id from Things"));
    denied = "Name";
    s->org.unit.asked = NULL;
    assert_ok(run_tree(s, &(c4_query_tree){.module = "Things", .limit = -1}));
    assert_int_equal(page->column_count, 1);
    denied = NULL;
    s->org.unit.asked = NULL;
    assert_int_equal(query(s, "select Link.id from Things"), CRM4E_E_DENIED);
    assert_ok(query(s, "select Link, Name from Things where Link is not null limit 1"));
    assert_int_equal(strspn(column_text(0), "0123456789"), strlen(column_text(0)));
    s->org.env.auth = (crm4e_auth){0};
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_host, setup, teardown),
    };
    return steps_run("query_faults", tests, sizeof tests / sizeof tests[0]);
}
