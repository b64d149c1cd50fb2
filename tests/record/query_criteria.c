/* SPDX-License-Identifier: MIT */
#include "query_criteria.h"

#include "base/civil.h"
#include "query_calendar.h"

#include <stdio.h>
#include <string.h>

enum {
    NODES = 64,
    UNKNOWN = 2,
    FISCAL_MONTH = 4
};

static const char *const patterns[] = {"al%", "%A",  "%et%", "beta", "%",
                                       "%%",  "gr%", "%e%",  "RED",  "%lpha%"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int text_order(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) - lower(*b);
}

static bool like(const char *text, const char *pattern)
{
    if (*pattern == '%' && pattern[1] == '\0')
        return true;
    if (*pattern == '%')
        return like(text, pattern + 1) || (*text != '\0' && like(text + 1, pattern));
    if (*pattern == '\0' || *text == '\0')
        return *pattern == *text;
    return lower(*text) == lower(*pattern) && like(text + 1, pattern + 1);
}

static node nodes[NODES];
static int used_nodes;

bool is_text(int field)
{
    return field == WORD || field == CODE || field == LINK_NAME || field == PARENT_NAME;
}

static int64_t number_of(const cell *c, const literal *l)
{
    return l->whole_days ? local_day(actor, c->number) : c->number;
}

static bool is_one(const cell *c, int field, const literal *l)
{
    bool same = number_of(c, l) >= l->low && number_of(c, l) <= l->high;
    if (is_text(field))
        same = text_order(c->text, l->plain) == 0;
    else if (field == PICKS)
        same = (c->number & l->low) != 0;
    return same;
}

/* -1 below, 0 level, 1 above */
static int place_of(const cell *c, int field, const literal *l)
{
    int place = number_of(c, l) < l->low ? -1 : number_of(c, l) > l->high;
    return is_text(field) ? text_order(c->text, l->plain) : place;
}

static bool in_list(const cell *c, const node *n)
{
    bool found = false;
    for (int i = 0; i < n->literal_count; i++)
        found = found || is_one(c, n->field, &n->literals[i]);
    return found;
}

static bool within(const cell *c, const node *n)
{
    return place_of(c, n->field, &n->literals[0]) >= 0 &&
           place_of(c, n->field, &n->literals[1]) <= 0;
}

static bool like_cell(const cell *c, const node *n)
{
    return like(c->text, n->literals[0].plain);
}

static int leaf_truth(const node *n, const thing *t)
{
    cell c = cell_of(t, n->field);
    const literal *l = &n->literals[0];
    if (c.missing)
        return UNKNOWN;
    if (n->comparator == C4_IS_NULL || n->comparator == C4_IS_NOT_NULL)
        return c.null == (n->comparator == C4_IS_NULL);
    if (c.null)
        return UNKNOWN;
    switch (n->comparator) {
    case C4_EQUAL: return is_one(&c, n->field, l);
    case C4_NOT_EQUAL: return !is_one(&c, n->field, l);
    case C4_LESS: return place_of(&c, n->field, l) < 0;
    case C4_LESS_EQUAL: return place_of(&c, n->field, l) <= 0;
    case C4_GREATER: return place_of(&c, n->field, l) > 0;
    case C4_GREATER_EQUAL: return place_of(&c, n->field, l) >= 0;
    case C4_BETWEEN: return within(&c, n);
    case C4_NOT_BETWEEN: return !within(&c, n);
    case C4_IN: return in_list(&c, n);
    case C4_NOT_IN: return !in_list(&c, n);
    case C4_LIKE: return like_cell(&c, n);
    case C4_NOT_LIKE: return !like_cell(&c, n);
    default: fail(); return UNKNOWN;
    }
}

int truth(const node *n, const thing *t)
{
    int result;
    if (n->kind == C4_CRITERIA_LEAF)
        return leaf_truth(n, t);
    if (n->kind == C4_CRITERIA_NOT) {
        result = truth(n->children[0], t);
        return result == UNKNOWN ? UNKNOWN : !result;
    }
    result = n->kind == C4_CRITERIA_AND;
    for (int i = 0; i < n->count; i++) {
        int one = truth(n->children[i], t);
        if (n->kind == C4_CRITERIA_AND)
            result = result == 0 || one == 0               ? 0
                     : result == UNKNOWN || one == UNKNOWN ? UNKNOWN
                                                           : 1;
        else
            result = result == 1 || one == 1               ? 1
                     : result == UNKNOWN || one == UNKNOWN ? UNKNOWN
                                                           : 0;
    }
    return result;
}

const char *const paths[FIELDS] = {"Word",
                                   "Code",
                                   "Int",
                                   "Dec",
                                   "Day",
                                   "Time",
                                   "Flag",
                                   "Pick",
                                   "Picks",
                                   "Link",
                                   "Agent",
                                   "Link.Account_Name",
                                   "Link.Annual_Revenue",
                                   "Link.Parent_Account.Account_Name",
                                   "Link.Currency"};

static void number_literal(literal *l)
{
    l->low = ((int64_t)roll(41) - 20) * 255;
    l->high = l->low;
    (void)c4_decimal_format(l->low, 3, l->text);
}

static int64_t today;

/* The moments at which queries are asked: where days, months and years change on some clock, and
 * where an hour is left out. */
static void choose_now(steps *s)
{
    static const char *const moments[] = {
        "2023-12-31T15:59:59.999999Z", "2023-12-31T16:00:00Z",        "2024-01-01T00:00:00Z",
        "2024-02-28T22:00:00Z",        "2024-02-29T12:00:00Z",        "2024-03-30T15:59:59.999999Z",
        "2024-03-30T16:00:00Z",        "2024-03-30T21:59:59.999999Z", "2024-03-30T22:00:00Z",
        "2024-03-30T22:59:59.999999Z", "2024-03-30T23:00:00Z",        "2024-03-31T00:59:59.999999Z",
        "2024-03-31T01:00:00Z",        "2024-03-31T20:59:59.999999Z", "2024-03-31T21:00:00Z",
        "2024-03-31T22:00:00Z",        "2024-04-01T00:00:00Z",        "2024-04-30T23:59:59Z"};

    s->org.unit.now = instant_of(PICK_OF(moments));
    today = local_day(actor, s->org.unit.now);
}

/* The first and the last day of a period before, of or after today's: all of the same number. */
static void period_literal(literal *l)
{
    static const char *const kinds[CALENDAR_KINDS] = {"WEEK", "month",         "Quarter",
                                                      "YEAR", "FISCALQUARTER", "fiscalyear"};
    static const char *const before[] = {"LAST", "THIS", "next"};
    const int64_t start = day_of("1999-01-01");
    const int kind = (int)roll(CALENDAR_KINDS), step = (int)roll(3);
    const int wanted = calendar_number(kind, (int)(today - start), FISCAL_MONTH) + step - 1;
    int first = 0, last;

    while (calendar_number(kind, first, FISCAL_MONTH) != wanted)
        first++;
    last = first;
    while (calendar_number(kind, last + 1, FISCAL_MONTH) == wanted)
        last++;
    l->low = start + first;
    l->high = start + last;
    (void)snprintf(l->text, sizeof l->text, "${%s%s}", before[step], kinds[kind]);
}

/* Days counted from today. */
static void relative_literal(literal *l)
{
    static const struct {
        const char *word;
        int first, last; /* from today */
        int from, to;    /* beside n times these */
    } words_of_days[] = {{"TODAY", 0, 0, 0, 0},      {"yesterday", -1, -1, 0, 0},
                         {"TOMORROW", 1, 1, 0, 0},   {"LASTDAYS:", 1, 0, -1, 0},
                         {"nextdays:", 0, -1, 0, 1}, {"DAYSAGO:", 0, 0, -1, -1},
                         {"DAYSAHEAD:", 0, 0, 1, 1}};
    const unsigned which = roll(7 + CALENDAR_KINDS);
    const int n = 1 + (int)roll(100) / (1 + (int)roll(40));
    char number[16] = "";

    if (which >= 7) {
        period_literal(l);
        return;
    }
    if (words_of_days[which].from != 0 || words_of_days[which].to != 0)
        (void)snprintf(number, sizeof number, "%d", n);
    (void)snprintf(l->text, sizeof l->text, "${%s%s}", words_of_days[which].word, number);
    l->low = today + words_of_days[which].first + (int64_t)n * words_of_days[which].from;
    l->high = today + words_of_days[which].last + (int64_t)n * words_of_days[which].to;
}

static void time_literal(literal *l)
{
    unsigned kind = roll(3);

    l->whole_days = kind != 0;
    if (kind == 2) {
        relative_literal(l);
        return;
    }
    const char *text = kind == 0 ? PICK_OF(instants) : PICK_OF(days);
    (void)snprintf(l->text, sizeof l->text, "'%s'", text);
    l->low = kind == 0 ? instant_of(text) : day_of(text);
    l->high = l->low;
}

static void day_literal(literal *l)
{
    const char *text = PICK_OF(days);

    if (roll(2) == 0) {
        relative_literal(l);
        return;
    }
    l->low = day_of(text);
    l->high = l->low;
    (void)snprintf(l->text, sizeof l->text, "'%s'", text);
}

static void make_literal(int field, literal *l)
{
    unsigned which = roll(4);
    l->low = 1 + which;
    if (is_text(field)) {
        l->plain = PICK_OF(words);
        (void)snprintf(l->text, sizeof l->text, "'%s'", l->plain);
        return;
    }
    switch (field) {
    case DAY: day_literal(l); return;
    case FLAG:
        l->low = which % 2;
        (void)snprintf(l->text, 48, "%s", l->low != 0 ? "true" : "False");
        break;
    case PICK: (void)snprintf(l->text, 48, "'%s'", options[which]); break;
    case LINK_CURRENCY: (void)snprintf(l->text, 48, "'%s'", currencies[which]); break;
    case PICKS:
        l->low = 1 << which;
        (void)snprintf(l->text, 48, "'%c'", 'A' + (int)which);
        break;
    case LINK:
        l->low = accounts[roll(ACCOUNTS)].id;
        (void)snprintf(l->text, 48, "%lld", (long long)l->low);
        break;
    case USER:
        l->low = user_ids[which];
        (void)snprintf(l->text, 48, "'%s'", emails[which]);
        if (which == (unsigned)actor)
            (void)snprintf(l->text, 48, "${CURRENTUSER}");
        break;
    case TIME: time_literal(l); return;
    default: number_literal(l); break;
    }
    l->high = l->low;
}

static c4_comparator some_comparator(int field)
{
    static const c4_comparator same[] = {C4_EQUAL,   C4_NOT_EQUAL,   C4_IN,   C4_NOT_IN,
                                         C4_IS_NULL, C4_IS_NOT_NULL, C4_LIKE, C4_NOT_LIKE};
    static const c4_comparator all[] = {C4_EQUAL,   C4_NOT_EQUAL,     C4_LESS,    C4_LESS_EQUAL,
                                        C4_GREATER, C4_GREATER_EQUAL, C4_BETWEEN, C4_NOT_BETWEEN,
                                        C4_IN,      C4_NOT_IN,        C4_IS_NULL, C4_IS_NOT_NULL,
                                        C4_LIKE,    C4_NOT_LIKE};
    unsigned likes = is_text(field) || field == PICK || field == LINK_CURRENCY ? 2 : 0;
    bool ordered = field != FLAG && field != PICK && field != PICKS && field != LINK &&
                   field != USER && field != LINK_CURRENCY;
    return ordered ? all[roll(12 + likes)] : same[roll(6 + likes)];
}

void append(char *text, const char *part)
{
    assert_true(strlen(text) + strlen(part) < TEXT_ROOM);
    (void)strcat(text, part);
}

static void make_leaf(node *n, char *text)
{
    static const char *const signs[] = {
        [C4_EQUAL] = " = ",         [C4_NOT_EQUAL] = " != ",
        [C4_LESS] = " < ",          [C4_LESS_EQUAL] = " <= ",
        [C4_GREATER] = " > ",       [C4_GREATER_EQUAL] = " >= ",
        [C4_BETWEEN] = " between ", [C4_NOT_BETWEEN] = " not between ",
        [C4_IN] = " in (",          [C4_NOT_IN] = " not in (",
        [C4_LIKE] = " like ",       [C4_NOT_LIKE] = " not like ",
        [C4_IS_NULL] = " is null",  [C4_IS_NOT_NULL] = " is not null"};
    c4_comparator comparator;
    bool list;
    n->field = some_field();
    n->comparator = comparator = some_comparator(n->field);
    list = comparator == C4_IN || comparator == C4_NOT_IN;
    n->literal_count = list ? 1 + (int)roll(3) : 1;
    if (comparator == C4_BETWEEN || comparator == C4_NOT_BETWEEN)
        n->literal_count = 2;
    if (comparator == C4_IS_NULL || comparator == C4_IS_NOT_NULL)
        n->literal_count = 0;
    append(text, paths[n->field]);
    append(text, signs[comparator]);
    for (int i = 0; i < n->literal_count; i++) {
        make_literal(n->field, &n->literals[i]);
        if (comparator == C4_LIKE || comparator == C4_NOT_LIKE) {
            n->literals[0].plain = PICK_OF(patterns);
            (void)snprintf(n->literals[0].text, 48, "'%s'", n->literals[0].plain);
        }
        append(text, i == 0 ? "" : list ? ", " : " and ");
        append(text, n->literals[i].text);
    }
    append(text, list ? ")" : "");
}

static node *some_node(int depth, char *text)
{
    node *n = &nodes[used_nodes++];
    unsigned kind = depth == 0 ? C4_CRITERIA_LEAF : roll(5);
    memset(n, 0, sizeof *n);
    n->kind = kind < C4_CRITERIA_LEAF ? (int)kind : C4_CRITERIA_LEAF;
    if (n->kind == C4_CRITERIA_LEAF) {
        make_leaf(n, text);
        return n;
    }
    n->count = n->kind == C4_CRITERIA_NOT ? 1 : 2 + (int)roll(2);
    append(text, n->kind == C4_CRITERIA_NOT ? "not (" : "(");
    for (int i = 0; i < n->count; i++) {
        append(text, i == 0 ? "" : n->kind == C4_CRITERIA_AND ? " and " : " or ");
        n->children[i] = some_node(depth - 1, text);
    }
    append(text, ")");
    return n;
}

node *make_node(int depth, char *text)
{
    used_nodes = 0;
    return some_node(depth, text);
}

void walk_queries(steps *s, uint64_t seed, int count, void (*check)(steps *s))
{
    char fiscal[32];

    calendar_count();
    start_rolling(seed);
    (void)snprintf(fiscal, sizeof fiscal, "{'fiscal_month': %d}", FISCAL_MONTH);
    assert_ok(put_org(s, fiscal));
    make_query_world(s);
    make_rows(s);
    more_queries(s, count, check);
}

void more_queries(steps *s, int count, void (*check)(steps *s))
{
    for (int i = 0; i < count; i++) {
        actor = (int)roll(4);
        act_as(s, emails[actor]);
        choose_now(s);
        check(s);
    }
}

int page_teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}
