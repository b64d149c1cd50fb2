/* SPDX-License-Identifier: MIT */
/* Random groups and measures over random rows, page by page, against a slow evaluator that
 * compares each record with each group. */
#include "query_criteria.h"

#include "base/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUERIES = 600,
    KEYS = 4,
    MEASURES = 4,
    TERMS = KEYS + MEASURES
};

typedef enum function {
    NONE,
    COUNT_ALL,
    COUNT,
    DISTINCT,
    SUM,
    AVG,
    MIN,
    MAX
} function;

typedef struct term {
    function function;
    const char *cut; /* "month": the days of a field that is grouped by; or NULL */
    int field;
    char text[64];
} term;

/* What a term is worth: of a group, or of a record that is put in one. */
typedef struct worth {
    bool null;
    const char *text; /* or NULL: the number */
    int64_t number;
    const char *shown; /* of a number, that it stands for; or NULL */
} worth;

typedef struct group {
    worth worths[TERMS];
    int members[THINGS];
    int member_count;
} group;

static term terms[TERMS];
static int key_count;
static int term_count;
static group groups[THINGS];
static int group_count;
static int sorts[TERMS];
static bool down[TERMS];
static int sort_count;

/* Thousandths become what a field has. */
static int64_t stored(int field, int64_t number)
{
    int64_t unit = field == INT ? 1000 : field == DEC || field == LINK_REVENUE ? 10 : 1;
    return number / unit;
}

static int64_t day_number(const cell *c, int field)
{
    return field == DAY ? c->number : local_day(actor, c->number);
}

/* The rows are of spring 2024. */
static int64_t first_day(const char *cut, int64_t day)
{
    bool april = day >= day_of("2024-04-01");
    int64_t first = day;
    if (strcmp(cut, "week") == 0)
        first = day - (day + 3) % 7; /* the first of all days was a Thursday */
    else if (strcmp(cut, "month") == 0)
        first = day_of(april ? "2024-04-01" : "2024-03-01");
    else if (strcmp(cut, "quarter") == 0)
        first = day_of(april ? "2024-04-01" : "2024-01-01");
    else if (strcmp(cut, "year") == 0)
        first = day_of("2024-01-01");
    return first;
}

static worth key_of(const term *t, const thing *of)
{
    cell c = cell_of(of, t->field);
    worth w = {.null = c.null || c.missing};
    if (w.null)
        return w;
    if (t->cut != NULL)
        w.number = first_day(t->cut, day_number(&c, t->field));
    else if (is_text(t->field))
        w.text = c.text;
    else
        w.number = stored(t->field, c.number);
    if (t->field == LINK_CURRENCY)
        w.shown = c.text;
    return w;
}

/* Half to even. */
static int64_t rounded(int64_t number, int64_t by)
{
    bool below = number < 0;
    int64_t size = below ? -number : number;
    int64_t whole = size / by;
    int64_t rest = size % by * 2;
    if (rest > by || (rest == by && whole % 2 == 1))
        whole++;
    return below ? -whole : whole;
}

/* An amount is added, and compared, in the home currency, rounded by itself. */
static worth measure_of(const term *t, const thing *of)
{
    worth w = key_of(t, of);
    if (t->function >= SUM && t->field == LINK_REVENUE && !w.null)
        w.number = rounded(w.number * 1000000000, accounts[of->link].rate);
    return w;
}

static int compare_worths(const worth *a, const worth *b)
{
    int order = (int)b->null - (int)a->null;
    if (order == 0 && !a->null)
        order = a->text != NULL ? text_order(a->text, b->text)
                                : (a->number > b->number) - (a->number < b->number);
    return order;
}

static group *group_of(const thing *t)
{
    worth keys[KEYS];
    for (int i = 0; i < key_count; i++)
        keys[i] = key_of(&terms[i], t);
    for (int g = 0; g < group_count; g++) {
        bool same = true;
        for (int i = 0; i < key_count; i++)
            same = same && compare_worths(&groups[g].worths[i], &keys[i]) == 0;
        if (!same)
            continue;
        for (int i = 0; i < key_count; i++) {
            if (keys[i].text != NULL && strcmp(keys[i].text, groups[g].worths[i].text) < 0)
                groups[g].worths[i] = keys[i];
        }
        return &groups[g];
    }
    groups[group_count] = (group){0};
    memcpy(groups[group_count].worths, keys, sizeof keys);
    return &groups[group_count++];
}

static bool met_before(const group *g, int until, const term *t, const worth *value)
{
    bool met = false;
    for (int i = 0; i < until && !met; i++) {
        worth other = key_of(t, &things[g->members[i]]);
        met = compare_worths(&other, value) == 0;
    }
    return met;
}

static worth measured(const group *g, const term *t)
{
    int64_t count = 0;
    int64_t sum = 0;
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    int64_t told = 0;
    for (int i = 0; i < g->member_count; i++) {
        worth w = measure_of(t, &things[g->members[i]]);
        if (w.null)
            continue;
        count++;
        told += met_before(g, i, t, &w) ? 0 : 1;
        sum += w.number;
        least = w.number < least ? w.number : least;
        most = w.number > most ? w.number : most;
    }
    switch (t->function) {
    case COUNT_ALL: return (worth){.number = g->member_count};
    case COUNT: return (worth){.number = count};
    case DISTINCT: return (worth){.number = told};
    case SUM: return (worth){.number = sum};
    case AVG:
        return (worth){.null = count == 0, .number = count == 0 ? 0 : rounded(sum * 10000, count)};
    case MIN: return (worth){.null = count == 0, .number = least};
    default: return (worth){.null = count == 0, .number = most};
    }
}

static int compare_groups(const void *a, const void *b)
{
    const group *x = a;
    const group *y = b;
    int order = 0;
    for (int i = 0; i < sort_count && order == 0; i++) {
        order = compare_worths(&x->worths[sorts[i]], &y->worths[sorts[i]]);
        order = down[i] ? -order : order;
    }
    for (int i = 0; i < key_count && order == 0; i++)
        order = compare_worths(&x->worths[i], &y->worths[i]);
    return order;
}

static void evaluate(const node *where)
{
    group_count = 0;
    if (key_count == 0)
        groups[group_count++] = (group){0};
    for (int i = 0; i < THINGS; i++) {
        group *g;
        if (!sees(actor, things[i].owner) || truth(where, &things[i]) != 1)
            continue;
        g = group_of(&things[i]);
        g->members[g->member_count++] = i;
    }
    for (int g = 0; g < group_count; g++) {
        for (int i = key_count; i < term_count; i++)
            groups[g].worths[i] = measured(&groups[g], &terms[i]);
    }
    if (group_count > 0)
        qsort(groups, (size_t)group_count, sizeof groups[0], compare_groups);
}

static bool is_new(int at)
{
    bool is = true;
    for (int i = 0; i < at; i++)
        is = is && strcmp(terms[i].text, terms[at].text) != 0;
    return is;
}

static void make_key(term *t)
{
    static const char *const cuts[] = {"day", "week", "month", "quarter", "year"};
    *t = (term){.field = some_field()};
    if (t->field == PICKS)
        t->field = PICK;
    if ((t->field == DAY || t->field == TIME) && roll(3) > 0)
        t->cut = PICK_OF(cuts);
    (void)snprintf(t->text, sizeof t->text, t->cut != NULL ? "%s(%s)" : "%s%s",
                   t->cut != NULL ? t->cut : "", paths[t->field]);
}

static void make_measure(term *t)
{
    static const char *const names[] = {"",    "count", "count", "count(distinct ",
                                        "sum", "avg",   "min",   "max"};
    static const int numbers[] = {INT, DEC, LINK_REVENUE, DAY, TIME};
    *t = (term){.function = (function)(1 + roll(MAX)), .field = WORD};
    if (t->function == COUNT_ALL) {
        (void)snprintf(t->text, sizeof t->text, "count(id)");
        return;
    }
    if (t->function <= DISTINCT)
        t->field = some_field();
    else
        t->field = numbers[roll(t->function <= AVG ? 3 : 5)];
    if (t->function == DISTINCT && t->field == PICKS)
        t->field = PICK;
    (void)snprintf(t->text, sizeof t->text, t->function == DISTINCT ? "%s%s)" : "%s(%s)",
                   names[t->function], paths[t->field]);
}

/* What has come before is left out. */
static void make_terms(void)
{
    int keys = (int)roll(KEYS + 1);
    int measures = (int)roll(MEASURES + 1);
    term_count = 0;
    for (int i = 0; i < keys; i++) {
        make_key(&terms[term_count]);
        term_count += is_new(term_count) ? 1 : 0;
    }
    key_count = term_count;
    for (int i = 0; i < measures || term_count == 0; i++) {
        make_measure(&terms[term_count]);
        term_count += is_new(term_count) ? 1 : 0;
    }
}

static void put_terms(char *text, const char *before, int from, int to)
{
    for (int i = from; i < to; i++) {
        append(text, i == from ? before : ", ");
        append(text, terms[i].text);
    }
}

static void put_order(char *text)
{
    sort_count = (int)roll(3);
    for (int i = 0; i < sort_count; i++) {
        sorts[i] = (int)roll((unsigned)term_count);
        down[i] = roll(2) == 0;
        append(text, i == 0 ? " order by " : ", ");
        append(text, terms[sorts[i]].text);
        append(text, down[i] ? " desc" : "");
    }
}

static void check_row(const char *text, size_t row, const group *g)
{
    for (int i = 0; i < term_count; i++) {
        size_t at = row * page->column_count + (size_t)i;
        const crm4e_value *value = &page->values[at];
        const worth *w = &g->worths[i];
        bool same =
            (value->type == CRM4E_VALUE_NULL) == w->null && (page->texts[at] == NULL) == w->null;
        if (same && !w->null)
            same = w->text != NULL    ? strcmp(page->texts[at], w->text) == 0
                   : w->shown != NULL ? strcmp(page->texts[at], w->shown) == 0
                                      : value->integer == w->number;
        if (!same)
            fail_msg("%s: %s is %s for %s", text, terms[i].text,
                     page->texts[at] != NULL ? page->texts[at] : "empty", emails[actor]);
    }
}

/* All pages by their tokens. */
static int check_pages(steps *s, const char *text, int64_t limit)
{
    char *token = NULL;
    bool more = true;
    int seen = 0;
    while (more) {
        c4_query_tree tree;
        parse_query(s, text, &tree);
        tree.limit = limit;
        tree.after = token;
        tree.after_length = token == NULL ? 0 : strlen(token);
        if (run_tree(s, &tree) != CRM4E_OK)
            fail_msg("%s: %s", text, s->org.error.message);
        assert_int_equal(page->column_count, term_count);
        for (size_t row = 0; row < page->row_count; row++) {
            assert_true(seen < group_count);
            assert_int_equal(page->ids[row], 0);
            check_row(text, row, &groups[seen++]);
        }
        more = page->more;
        free(token);
        token = more ? strdup(page->token) : NULL;
    }
    return seen;
}

static void check_query(steps *s)
{
    char text[TEXT_ROOM] = "";
    int64_t counted = -1;
    node *where;
    make_terms();
    put_terms(text, "select ", 0, term_count);
    append(text, " from Things where ");
    where = make_node((int)roll(3), text);
    put_terms(text, " group by ", 0, key_count);
    put_order(text);
    evaluate(where);
    assert_int_equal(check_pages(s, text, roll(2) == 0 ? 200 : 1 + (int64_t)roll(6)), group_count);
    assert_ok(count_of(s, text, &counted));
    assert_int_equal(counted, group_count);
    c4_arena_reset(s->org.unit.arena);
    s->org.unit.asked = NULL;
}

static void test_random(void **state)
{
    walk_queries(*state, 0xabcdef12345, QUERIES, check_query);
}

/* Amounts behind a lookup, in the currency of the account or none of its own. */
static void test_currencies(void **state)
{
    several_currencies = true;
    walk_queries(*state, 0x5ca1ab1e, QUERIES, check_query);
    several_currencies = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_currencies, steps_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_random, steps_setup, page_teardown),
    };
    return steps_run("query_group_random", tests, sizeof tests / sizeof tests[0]);
}
