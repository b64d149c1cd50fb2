/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/query_inside.h"

#include <stdio.h>
#include <string.h>

typedef struct parsing {
    c4_mem mem;
    c4_arena arena;
    crm4e_error error;
} parsing;

static int setup(void **state)
{
    static parsing p;
    c4_mem_default(&p.mem);
    c4_arena_init(&p.arena, &p.mem);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    parsing *p = *state;
    c4_arena_free(&p->arena);
    return 0;
}

static int parse(parsing *p, const char *text, const c4_criteria **out)
{
    c4_arena_reset(&p->arena);
    c4_failure_clear(&p->error);
    return c4_criteria_parse(&p->arena, &p->error, text, strlen(text), out);
}

/* A tree as text: "(or (and A=1 B=2) C)". */
static void show(const c4_criteria *node, char *to, size_t size)
{
    static const char *const comparators[] = {
        [C4_EQUAL] = "=",          [C4_NOT_EQUAL] = "!=",
        [C4_LESS] = "<",           [C4_LESS_EQUAL] = "<=",
        [C4_GREATER] = ">",        [C4_GREATER_EQUAL] = ">=",
        [C4_BETWEEN] = " between", [C4_NOT_BETWEEN] = " outside",
        [C4_IN] = " in",           [C4_NOT_IN] = " notin",
        [C4_LIKE] = " like",       [C4_NOT_LIKE] = " unlike",
        [C4_IS_NULL] = " null",    [C4_IS_NOT_NULL] = " some",
    };
    static const char *const kinds[] = {"and", "or", "not"};
    static const char marks[] = {'\'', '#', '?', '$', '&', '%'};
    size_t used = strlen(to);
    if (node->kind == C4_CRITERIA_LEAF) {
        used += (size_t)snprintf(to + used, size - used, "%s%s", node->path,
                                 comparators[node->comparator]);
        for (size_t i = 0; i < node->literal_count; i++)
            used +=
                (size_t)snprintf(to + used, size - used, " %c%.*s", marks[node->literals[i].kind],
                                 (int)node->literals[i].length, node->literals[i].text);
        return;
    }
    (void)snprintf(to + used, size - used, "(%s", kinds[node->kind]);
    for (size_t i = 0; i < node->child_count; i++) {
        (void)strcat(to, " ");
        show(node->children[i], to, size);
    }
    (void)strcat(to, ")");
}

static void test_accepted(void **state)
{
    static const char *const cases[][2] = {
        {"Stage = 'Closed Won'", "Stage= 'Closed Won"},
        {"A=1", "A= #1"},
        {"A != -1.50", "A!= #-1.50"},
        {"A <> +2e3", "A!= #+2e3"},
        {"A<=1.5E-3", "A<= #1.5E-3"},
        {"A >= true", "A>= ?true"},
        {"A = FALSE", "A= ?FALSE"},
        {"A < 'it''s'", "A< 'it's"},
        {"A = ''", "A= '"},
        {"A = ''''", "A= ''"},
        {"Owner = ${CURRENTUSER}", "Owner= $${CURRENTUSER}"},
        {"Owner in (${CurrentUser}, 'a@b.c')", "Owner in $${CurrentUser} 'a@b.c"},
        {"Day = ${lastDays:7}", "Day= %lastDays:7"},
        {"Owner = ${Role:'it''s'}", "Owner= &it's"},
        {"A NOT IN (1,2 , 3)", "A notin #1 #2 #3"},
        {"A between 1 and 2 and B is null", "(and A between #1 #2 B null)"},
        {"A not between 'x' and 'y'", "A outside 'x 'y"},
        {"A IS NOT NULL", "A some"},
        {"A like '%x%'", "A like '%x%"},
        {"A not like 'x%'", "A unlike 'x%"},
        {"A like 'x'", "A like 'x"},
        {"A like '%'", "A like '%"},
        {"Account_Name.Parent_Account.Industry = 'x'", "Account_Name.Parent_Account.Industry= 'x"},
        {"a=1 or b=2 and c=3", "(or a= #1 (and b= #2 c= #3))"},
        {"a=1 and b=2 or c=3 and d=4", "(or (and a= #1 b= #2) (and c= #3 d= #4))"},
        {"(a=1 or b=2) and c=3", "(and (or a= #1 b= #2) c= #3)"},
        {"not a=1 and b=2", "(and (not a= #1) b= #2)"},
        {"not not (a=1 or b=2)", "(not (not (or a= #1 b= #2)))"},
        {"((((a=1))))", "a= #1"},
        {"\t a\r\n=\n1 ", "a= #1"},
        {"From = 1 and Select = 2 or In in (1)", "(or (and From= #1 Select= #2) In in #1)"},
        {"名 = 1", NULL},
        {"A = '名'", "A= '名"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const c4_criteria *tree = NULL;
        char shown[512] = "";
        int rc = parse(*state, cases[i][0], &tree);
        if (cases[i][1] == NULL) {
            assert_int_equal(rc, CRM4E_E_INVALID);
            continue;
        }
        assert_int_equal(rc, CRM4E_OK);
        show(tree, shown, sizeof shown);
        assert_string_equal(shown, cases[i][1]);
    }
}

typedef struct refused {
    const char *text;
    unsigned position; /* characters from 1 */
    const char *expected;
} refused;

static const refused criteria_refused[] = {
    {"", 1, "a field, ( or not"},
    {"A", 2, "a comparator"},
    {"A =", 4, "a value"},
    {"A = null", 5, "is null"},
    {"A = B", 5, "a value"},
    {"A = 'x", 7, "' at the end"},
    {"A = 'x''", 9, "' at the end"},
    {"A == 1", 4, "a value"},
    {"A = 1 2", 7, "the end"},
    {"A = 1 and", 10, "a field, ( or not"},
    {"A = 1 or or", 12, "a comparator"},
    {"(A = 1", 7, "and, or or )"},
    {"A = 1)", 6, "the end"},
    {"A in 1", 6, "( and values"},
    {"A in ()", 7, "a value"},
    {"A in (1,)", 9, "a value"},
    {"A in (1 2)", 9, ", or )"},
    {"A between 1", 12, "and"},
    {"A between 1 or 2", 13, "and"},
    {"A is 1", 6, "null"},
    {"A is not 1", 10, "null"},
    {"A not = 1", 7, "in, like or between"},
    {"A like 1", 8, "a text with %"},
    {"A like 'a%b'", 8, "% only"},
    {"A like '%%a'", 8, "% only"},
    {"A = 12x", 5, "a number"},
    {"A = 1.", 5, "a number"},
    {"A = .5", 5, "a name, a value"},
    {"A = 1e", 5, "a number"},
    {"A = 1.2.3", 5, "a number"},
    {"A = --1", 5, "a number"},
    {"A = \"x\"", 5, "a name, a value"},
    {"A = ${USER}", 5, "${CURRENTUSER}"},
    {"A = ${CURRENTUSER", 5, "${CURRENTUSER}"},
    {"A = $", 5, "${CURRENTUSER}"},
    {"A. = 1", 3, "a name after the point"},
    {"A..B = 1", 3, "a name after the point"},
    {"A.B.C.D = 1", 1, "at most two lookups"},
    {"A = '名名' B", 10, "the end"},
    {"A = 1; drop", 6, "a name, a value"},
    {"A = 1 -- x", 7, "a number"},
    {"not", 4, "a field, ( or not"},
    {"()", 2, "a field, ( or not"},
};

static const refused query_refused[] = {
    {"", 1, "select"},
    {"delete A from B", 1, "select"},
    {"select from B", 13, ", or from"},
    {"select * from B", 8, "a name, a value"},
    {"select A, from B", 16, ", or from"},
    {"select A", 9, ", or from"},
    {"select A from", 14, "a module"},
    {"select A from B.C", 15, "a module"},
    {"select A from B where", 22, "a field, ( or not"},
    {"select A from B order A", 23, "by"},
    {"select A from B order by", 25, "a field"},
    {"select A from B order by A up", 28, "the end"},
    {"select A from B limit", 22, "a whole number"},
    {"select A from B limit 1.5", 23, "a whole number"},
    {"select A from B limit -1", 23, "a whole number"},
    {"select A from B limit 99999999999999999999", 23, "a whole number"},
    {"select A from B offset 1 limit 1", 26, "the end"},
    {"select A from B limit 1 where A = 1", 25, "the end"},
    {"select A from B group A", 23, "by"},
    {"select A from B group by", 25, "a field"},
    {"select A from B group by A where A = 1", 28, "the end"},
    {"select A from B order by A group by A", 28, "the end"},
    {"select total(A) from B", 8, "count, sum"},
    {"select sum(A from B", 14, ")"},
    {"select sum() from B", 12, "a field"},
    {"select count(distinct) x from B", 24, ", or from"},
    {"select count(distinct A B) from B", 25, ")"},
    {"select sum(distinct A) from B", 21, ")"},
    {"select A.count(B) from B", 8, "count, sum"},
    {"select sum(A.B.C.D) from B", 12, "at most two lookups"},
    {"select sum(avg(A)) from B", 15, ")"},
    {"select A from B where sum(A) > 1", 26, "a comparator"},
};

static void check_refused(const parsing *p, int rc, const refused *r)
{
    char position[48];
    assert_int_equal(rc, CRM4E_E_INVALID);
    (void)snprintf(position, sizeof position, "at character %u: expected", r->position);
    if (strstr(p->error.message, position) == NULL || strstr(p->error.message, r->expected) == NULL)
        fail_msg("%s: %s", r->text, p->error.message);
    assert_string_equal(p->error.rule, "syntax");
}

static void test_refused(void **state)
{
    parsing *p = *state;
    for (size_t i = 0; i < sizeof criteria_refused / sizeof criteria_refused[0]; i++) {
        const c4_criteria *tree = NULL;
        check_refused(p, parse(p, criteria_refused[i].text, &tree), &criteria_refused[i]);
        assert_null(tree);
    }
    for (size_t i = 0; i < sizeof query_refused / sizeof query_refused[0]; i++) {
        const refused *r = &query_refused[i];
        c4_query_tree tree;
        c4_arena_reset(&p->arena);
        check_refused(p, c4_query_parse(&p->arena, &p->error, r->text, strlen(r->text), &tree), r);
    }
}

static void test_query(void **state)
{
    static const char text[] =
        "SELECT Deal_Name, Account_Name.Industry From Deals WHERE (Stage = 'Closed Won' and "
        "Amount > 1000) or Owner in ('ana@acme.example') ORDER BY Amount desc, id asc, Stage "
        "LIMIT 50 OFFSET 100";
    parsing *p = *state;
    c4_query_tree tree;
    char shown[256] = "";
    c4_arena_reset(&p->arena);
    assert_int_equal(c4_query_parse(&p->arena, &p->error, text, strlen(text), &tree), CRM4E_OK);
    assert_string_equal(tree.module, "Deals");
    assert_int_equal(tree.column_count, 2);
    assert_string_equal(tree.columns[1], "Account_Name.Industry");
    assert_int_equal(tree.order_count, 3);
    assert_true(tree.order[0].descending && !tree.order[1].descending);
    assert_string_equal(tree.order[2].path, "Stage");
    assert_int_equal(tree.limit, 50);
    assert_int_equal(tree.offset, 100);
    show(tree.where, shown, sizeof shown);
    assert_string_equal(shown,
                        "(or (and Stage= 'Closed Won Amount> #1000) Owner in 'ana@acme.example)");
    assert_int_equal(c4_query_parse(&p->arena, &p->error, "select id from Leads", 20, &tree),
                     CRM4E_OK);
    assert_int_equal(tree.limit, -1);
    assert_int_equal(tree.offset, 0);
    assert_null(tree.where);
}

static void test_groups(void **state)
{
    static const char text[] =
        "select Stage, Count( id ), COUNT(Distinct Owner), month(Day), sum, count(distinct) from "
        "Deals where A = 1 GROUP BY Stage, Month(Day), sum ORDER BY Sum(Account_Name.X) desc";
    static const char *const columns[] = {"Stage",      "count(id)", "count(distinct Owner)",
                                          "month(Day)", "sum",       "count(distinct)"};
    parsing *p = *state;
    const char *term = NULL;
    c4_query_tree tree;
    bool call = false;
    c4_arena_reset(&p->arena);
    assert_int_equal(c4_query_parse(&p->arena, &p->error, text, strlen(text), &tree), CRM4E_OK);
    assert_true(tree.grouped);
    assert_int_equal(tree.column_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(tree.columns[i], columns[i]);
    assert_int_equal(tree.group_count, 3);
    assert_string_equal(tree.groups[1], "month(Day)");
    assert_string_equal(tree.groups[2], "sum");
    assert_string_equal(tree.order[0].path, "sum(Account_Name.X)");
    assert_int_equal(c4_query_parse(&p->arena, &p->error, "select A from B group by A", 26, &tree),
                     CRM4E_OK);
    assert_true(tree.grouped);
    assert_int_equal(c4_query_parse(&p->arena, &p->error, "select A from B", 15, &tree), CRM4E_OK);
    assert_false(tree.grouped);
    assert_int_equal(c4_term_parse(&p->arena, &p->error, "MAX ( A )", 9, &term, &call), CRM4E_OK);
    assert_true(call);
    assert_string_equal(term, "max(A)");
    assert_int_equal(c4_term_parse(&p->arena, &p->error, "any thing", 9, &term, &call), CRM4E_OK);
    assert_false(call);
    assert_string_equal(term, "any thing");
    assert_int_equal(c4_term_parse(&p->arena, &p->error, "max(A) b", 8, &term, &call),
                     CRM4E_E_INVALID);
}

/* `count` times `part`, then `end`. */
static size_t repeat(char *to, size_t count, const char *part, const char *end)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(to + length, part, strlen(part));
        length += strlen(part);
    }
    memcpy(to + length, end, strlen(end) + 1);
    return length + strlen(end);
}

static void test_bounds(void **state)
{
    static char text[2 * C4_QUERY_CEILING];
    static char tail[64];
    parsing *p = *state;
    const c4_criteria *tree;
    c4_query_tree query;
    (void)repeat(tail, 16, ")", "");
    (void)repeat(text, 16, "(", "A=1");
    assert_int_equal(parse(p, strcat(text, tail), &tree), CRM4E_OK);
    (void)repeat(text, 17, "(", "A=1");
    assert_int_equal(parse(p, text, &tree), CRM4E_E_DEPTH);
    (void)repeat(text, 17, "not ", "A=1");
    assert_int_equal(parse(p, text, &tree), CRM4E_E_DEPTH);
    (void)repeat(text, C4_QUERY_CEILING, "(", "");
    assert_int_equal(parse(p, text, &tree), CRM4E_E_DEPTH);
    (void)repeat(text, 999, "A=1 or ", "A=1");
    assert_int_equal(parse(p, text, &tree), CRM4E_OK);
    (void)repeat(text, 1000, "A=1 or ", "A=1");
    assert_int_equal(parse(p, text, &tree), CRM4E_E_TOO_BIG);
    (void)repeat(text, C4_QUERY_CEILING + 1, " ", "");
    assert_int_equal(parse(p, text, &tree), CRM4E_E_TOO_BIG);
    assert_int_equal(p->error.limit, C4_QUERY_CEILING);
    assert_int_equal(parse(p, "A = '\xff'", &tree), CRM4E_E_INVALID);
    assert_string_equal(p->error.rule, "utf8");
    memcpy(text, "select ", 7);
    (void)repeat(text + 7, 250, "A,", "A from B");
    assert_int_equal(c4_query_parse(&p->arena, &p->error, text, strlen(text), &query),
                     CRM4E_E_TOO_BIG);
    memcpy(text, "select A from B order by ", 25);
    (void)repeat(text + 25, 10, "A,", "A");
    assert_int_equal(c4_query_parse(&p->arena, &p->error, text, strlen(text), &query),
                     CRM4E_E_TOO_BIG);
    memcpy(text, "select A from B group by ", 25);
    (void)repeat(text + 25, 4, "A,", "A");
    assert_int_equal(c4_query_parse(&p->arena, &p->error, text, strlen(text), &query),
                     CRM4E_E_TOO_BIG);
}

/* Many short texts must not cost memory by the square. */
static void test_memory(void **state)
{
    static char text[C4_QUERY_CEILING + 16];
    parsing *p = *state;
    const c4_criteria *tree;
    memcpy(text, "A in (", 6);
    (void)repeat(text + 6, 16000, "'',", "'')");
    c4_arena_free(&p->arena);
    assert_int_equal(parse(p, text, &tree), CRM4E_OK);
    assert_int_equal(tree->literal_count, 16001);
    assert_true(p->arena.used < 8U * 1024 * 1024);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Whatever the bytes, there is an answer, and a refusal has a message. */
static void test_mutations(void **state)
{
    static const char base[] = "select A, B.C from D where (a = 'x''y' and not b in (1, -2.5e3)) "
                               "or c like '%z' and d between 1 and 2 group by month(A) order by A "
                               "desc limit 3";
    static const char *const pieces[] = {"(",    ")",     "'",    "not ", " and ", " or ", ".",
                                         ",",    " in (", "like", "%",    "${",    "}",    "1e9",
                                         "\xe5", "名",    "\x01", "null", "is ",   "=",    "<"};
    parsing *p = *state;
    uint64_t seed = 20240601;
    for (int round = 0; round < 20000; round++) {
        char text[512];
        size_t length = sizeof base - 1;
        c4_query_tree tree;
        int rc;
        memcpy(text, base, sizeof base);
        for (uint64_t edits = next_random(&seed) % 4; edits > 0; edits--) {
            const char *piece = pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])];
            size_t at = next_random(&seed) % length;
            size_t cut = next_random(&seed) % 5;
            cut = cut < length - at ? cut : length - at;
            memmove(text + at + strlen(piece), text + at + cut, length - at - cut);
            memcpy(text + at, piece, strlen(piece));
            length += strlen(piece) - cut;
        }
        c4_arena_reset(&p->arena);
        c4_failure_clear(&p->error);
        rc = c4_query_parse(&p->arena, &p->error, text, length, &tree);
        assert_true(rc == CRM4E_OK || rc == CRM4E_E_INVALID);
        assert_true((rc == CRM4E_OK) == (p->error.message[0] == '\0'));
    }
}

typedef struct interval_case {
    const char *text;
    unsigned scale;
    int beyond;
    int64_t low;
    int64_t high;
} interval_case;

static void test_intervals(void **state)
{
    static const interval_case cases[] = {
        {"1", 0, 0, 1, 1},
        {"1", 2, 0, 100, 100},
        {"1.005", 2, 0, 101, 100},
        {"-1.005", 2, 0, -100, -101},
        {"1.5", 0, 0, 2, 1},
        {"-1.5", 0, 0, -1, -2},
        {"-0.1", 0, 0, 0, -1},
        {"0.000", 0, 0, 0, 0},
        {"-0", 9, 0, 0, 0},
        {"15e-1", 0, 0, 2, 1},
        {"1.5e1", 0, 0, 15, 15},
        {"5e-3", 2, 0, 1, 0},
        {"0e999999999", 9, 0, 0, 0},
        {"1e-999999999", 9, 0, 1, 0},
        {"1e999999999", 0, 1, 0, 0},
        {"-1e999999999", 0, -1, 0, 0},
        {"9223372036854775807", 0, 0, INT64_MAX, INT64_MAX},
        {"9223372036854775807.5", 0, 1, 0, 0},
        {"9223372036854775808", 0, 1, 0, 0},
        {"-9223372036854775808", 0, 0, INT64_MIN, INT64_MIN},
        {"-9223372036854775808.1", 0, -1, 0, 0},
        {"-9223372036854775807.1", 0, 0, -INT64_MAX, INT64_MIN},
        {"18446744073709551616", 0, 1, 0, 0},
        {"00000000000000000000000000001", 0, 0, 1, 1},
    };
    static const char *const wrong[] = {"", "-", "1.", ".5", "1e", "e1", "1x", " 1", "1 ", "1e1x"};
    c4_interval interval;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const interval_case *c = &cases[i];
        assert_true(c4_interval_of_number(c->text, strlen(c->text), c->scale, &interval));
        assert_int_equal(interval.beyond, c->beyond);
        assert_int_equal(interval.low, c->low);
        assert_int_equal(interval.high, c->high);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(c4_interval_of_number(wrong[i], strlen(wrong[i]), 2, &interval));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_groups, setup, teardown),
        cmocka_unit_test_setup_teardown(test_query, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mutations, setup, teardown),
        cmocka_unit_test(test_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
