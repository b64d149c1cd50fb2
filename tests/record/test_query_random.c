/* SPDX-License-Identifier: MIT */
/* Random criteria over random rows against a slow evaluator that knows nothing
 * of predicates: three-valued, NOT included, rows and lookups by owner. */
#include "query_steps.h"

#include "base/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACCOUNTS = 16,
    THINGS = 90,
    QUERIES = 500,
    TEXT_ROOM = 4096,
    NODES = 64,
    UNKNOWN = 2
};

/* Fields of a thing; those from LINK_NAME on lie behind the lookup. */
enum {
    WORD,
    CODE,
    INT,
    DEC,
    DAY,
    TIME,
    FLAG,
    PICK,
    PICKS,
    LINK,
    USER,
    LINK_NAME,
    LINK_REVENUE,
    PARENT_NAME,
    FIELDS
};

typedef struct cell {
    bool null;
    bool missing; /* behind a lookup that is empty or not visible */
    const char *text;
    int64_t number; /* decimals in thousandths */
} cell;

typedef struct account {
    crm4e_id id;
    int owner;
    int parent; /* -1: none */
    cell name;
    cell revenue;
} account;

typedef struct thing {
    crm4e_id id;
    int owner;
    int link; /* account, -1: none */
    cell cells[LINK];
    cell user;
} thing;

/* In ascending order of what a user sees: Ana and Cid their own, Ben all three,
 * the administrator everything. */
static const char *const emails[] = {"ana@x.example", "cid@x.example", "ben@x.example", ORG_ADMIN};
static bool sees(int user, int owner)
{
    return user == 3 || user == owner || (user == 2 && owner < 2);
}

static account accounts[ACCOUNTS];
static thing things[THINGS];
static crm4e_id user_ids[4];
static int actor;
static uint64_t seed;

static unsigned roll(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % sides;
}

static const char *const words[] = {"Alpha", "alphabet", "BETA", "beta", "Gamma", "zz", "al"};
static const char *const options[] = {"Red", "Green", "Blue", "Grey"};
static const char *const patterns[] = {"al%", "%A",  "%et%", "beta", "%",
                                       "%%",  "gr%", "%e%",  "RED",  "%lpha%"};
#define PICK_OF(list) list[roll(sizeof(list) / sizeof((list)[0]))]

typedef struct literal {
    char text[48]; /* as it stands in the query */
    const char *plain;
    int64_t low; /* thousandths, days, microseconds, ids, codes from 1, bits */
    int64_t high;
} literal;

static const char *const instants[] = {"2024-03-30T15:59:59Z", "2024-03-30T16:00:00Z",
                                       "2024-03-31T15:59:59.999999Z", "2024-03-31T16:00:00Z",
                                       "2024-04-01T12:00:00Z"};
static const char *const days[] = {"2024-03-30", "2024-03-31", "2024-04-01", "2024-04-02"};

static int64_t instant_of(const char *text)
{
    int64_t time = 0;
    assert_int_equal(c4_time_parse(text, strlen(text), &time), CRM4E_OK);
    return time;
}

static int64_t day_of(const char *text)
{
    int32_t number = 0;
    assert_int_equal(c4_date_parse(text, strlen(text), &number), CRM4E_OK);
    return number;
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

static void make_account(steps *s, int at)
{
    account *a = &accounts[at];
    c4_buffer json;
    c4_buffer_init(&json, &s->org.env.mem, TEXT_ROOM);
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
    c4_buffer_init(&json, &s->org.env.mem, TEXT_ROOM);
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

static cell cell_of(const thing *t, int field)
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
    if (at >= 0)
        c = field == LINK_REVENUE ? accounts[at].revenue : accounts[at].name;
    return c;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int text_order(const char *a, const char *b)
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

typedef struct node {
    int kind; /* c4_criteria's */
    struct node *children[3];
    int count;
    int field;
    c4_comparator comparator;
    literal literals[3];
    int literal_count;
} node;

static node nodes[NODES];
static int used_nodes;

static bool is_text(int field)
{
    return field == WORD || field == CODE || field == LINK_NAME || field == PARENT_NAME;
}

static bool is_one(const cell *c, int field, const literal *l)
{
    bool same = c->number >= l->low && c->number <= l->high;
    if (is_text(field))
        same = text_order(c->text, l->plain) == 0;
    else if (field == PICKS)
        same = (c->number & l->low) != 0;
    return same;
}

/* -1 below, 0 level, 1 above */
static int place_of(const cell *c, int field, const literal *l)
{
    int place = c->number < l->low ? -1 : c->number > l->high;
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

static int truth(const node *n, const thing *t)
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

static const char *const paths[FIELDS] = {"Word",
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
                                          "Link.Parent_Account.Account_Name"};

static void number_literal(literal *l)
{
    l->low = ((int64_t)roll(41) - 20) * 255;
    l->high = l->low;
    (void)c4_decimal_format(l->low, 3, l->text);
}

static void time_literal(literal *l)
{
    const char *text = roll(2) == 0 ? PICK_OF(instants) : PICK_OF(days);
    (void)snprintf(l->text, sizeof l->text, "'%s'", text);
    if (strlen(text) > 10) {
        l->low = instant_of(text);
        l->high = l->low;
    } else {
        /* Ana's clock is eight hours ahead, the others' is UTC. */
        l->low = day_of(text) * C4_DAY_MICROSECONDS - (actor == 0 ? 8 : 0) * INT64_C(3600000000);
        l->high = l->low + C4_DAY_MICROSECONDS - 1;
    }
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
    case DAY:
        l->low = day_of(days[which]);
        (void)snprintf(l->text, 48, "'%s'", days[which]);
        break;
    case FLAG:
        l->low = which % 2;
        (void)snprintf(l->text, 48, "%s", l->low != 0 ? "true" : "False");
        break;
    case PICK: (void)snprintf(l->text, 48, "'%s'", options[which]); break;
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
    unsigned likes = is_text(field) || field == PICK ? 2 : 0;
    bool ordered =
        field != FLAG && field != PICK && field != PICKS && field != LINK && field != USER;
    return ordered ? all[roll(12 + likes)] : same[roll(6 + likes)];
}

static void append(char *text, const char *part)
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
    n->field = (int)roll(FIELDS);
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

static node *make_node(int depth, char *text)
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
        n->children[i] = make_node(depth - 1, text);
    }
    append(text, ")");
    return n;
}

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

static void check_query(steps *s)
{
    const thing *wanted[THINGS];
    char text[TEXT_ROOM] = "select id from Things where ";
    size_t count = 0;
    int64_t counted = -1;
    node *root;
    used_nodes = 0;
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
    c4_arena_reset(s->org.unit.arena);
    s->org.unit.asked = NULL;
}

static void test_random(void **state)
{
    steps *s = *state;
    seed = 0x123456789abcdefULL;
    make_query_world(s);
    for (size_t i = 0; i < 4; i++)
        user_ids[i] = user_of(s, emails[i])->id;
    for (int i = 0; i < ACCOUNTS; i++)
        make_account(s, i);
    for (int i = 0; i < THINGS; i++)
        make_thing(s, i);
    for (int i = 0; i < QUERIES; i++) {
        actor = (int)roll(4);
        act_as(s, emails[actor]);
        check_query(s);
    }
}

static int teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random, steps_setup, teardown),
    };
    return steps_run("query_random", tests, sizeof tests / sizeof tests[0]);
}
