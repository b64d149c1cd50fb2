/* SPDX-License-Identifier: MIT */
/* Lookups to several records against a model of them: after every few changes of either side each
 * list is what the model says, and random criteria find what it finds, for who sees all and for
 * who sees some. */
#include "link_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRMS = 14,
    PAPERS = 24,
    LINKS = 6, /* of one paper */
    NAMES = 5,
    ROUNDS = 40,
    ASKED = 8, /* criteria of a round */
    TEXT = 2048
};
enum {
    NO,
    YES,
    UNKNOWN
};

static const char *const names[NAMES] = {"Acme", "acme", "Beta", "Best", "Coal"};

typedef struct one_firm {
    crm4e_id id;
    const char *name;
    bool hers;
    bool there;  /* not in the bin */
    bool merged; /* into another: it does not come back here */
} one_firm;

typedef struct one_paper {
    crm4e_id id;
    int links[LINKS]; /* of firms, in order */
    int count;
    bool there;
} one_paper;

static one_firm firms[FIRMS];
static one_paper papers[PAPERS];
static uint32_t rolled;

static int roll(int sides)
{
    rolled = rolled * 1664525u + 1013904223u;
    return (int)((rolled >> 8) % (uint32_t)sides);
}

/* ------------------------------------------------------------- changes */

static void put_links(host *h, one_paper *p)
{
    crm4e_id ids[LINKS];
    int links[LINKS];
    int count = 0;

    for (int i = roll(LINKS + 1); i > 0; i--) {
        int which = roll(FIRMS);
        bool has = !firms[which].there;
        for (int k = 0; k < count; k++)
            has = has || links[k] == which;
        if (!has)
            links[count++] = which;
    }
    for (int i = 0; i < count; i++)
        ids[i] = firms[links[i]].id;
    if (p->id == 0)
        p->id = paper(h->admin, "P", ids, (size_t)count);
    else
        host_ok(h->admin, relink(h->admin, p->id, ids, (size_t)count));
    memcpy(p->links, links, sizeof links);
    p->count = count;
    p->there = true;
}

static void turn(one_paper *p, int from, int to)
{
    bool has = false;
    int count = 0;

    for (int i = 0; i < p->count; i++)
        has = has || p->links[i] == to;
    for (int i = 0; i < p->count; i++) {
        if (p->links[i] != from)
            p->links[count++] = p->links[i];
        else if (!has)
            p->links[count++] = to;
    }
    p->count = count;
}

static void merge_firms(host *h)
{
    int from = roll(FIRMS), to = roll(FIRMS);

    if (from == to || !firms[from].there || !firms[to].there)
        return;
    host_ok(h->admin,
            crm4e_records_merge(h->admin, "Firms", firms[to].id, &firms[from].id, 1, NULL));
    firms[from].there = false;
    firms[from].merged = true;
    for (int i = 0; i < PAPERS; i++) {
        if (papers[i].there)
            turn(&papers[i], from, to);
    }
}

static void toggle(host *h, const char *module, crm4e_id id, bool *there)
{
    host_ok(h->admin, *there ? crm4e_record_delete(h->admin, module, id, 0)
                             : crm4e_record_restore(h->admin, module, id));
    *there = !*there;
}

static void change(host *h)
{
    one_paper *p = &papers[roll(PAPERS)];
    one_firm *f = &firms[roll(FIRMS)];
    int what = roll(20);

    if (what < 12 && p->there)
        put_links(h, p);
    else if (what < 15)
        toggle(h, "Papers", p->id, &p->there);
    else if (what < 19 && !f->merged)
        toggle(h, "Firms", f->id, &f->there);
    else if (what == 19)
        merge_firms(h);
}

/* ------------------------------------------------------------- criteria */

typedef struct asked {
    bool sue;
    char text[TEXT];
    size_t length;
} asked;

typedef struct truths {
    int of[PAPERS];
} truths;

static void put(asked *a, const char *text)
{
    size_t length = strlen(text);

    assert_true(a->length + length < TEXT);
    memcpy(a->text + a->length, text, length + 1);
    a->length += length;
}

static bool same_letters(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((a[i] | 32) != (b[i] | 32))
            return false;
    }
    return true;
}

/* One of what is compared with: an id, or the first letters of a name. */
typedef struct literal {
    int firm; /* -1: a name */
    const char *name;
    size_t letters; /* of it; 0: all, and the end */
} literal;

static bool is_it(const literal *l, int firm)
{
    const char *name = firms[firm].name;

    if (l->firm >= 0)
        return firm == l->firm;
    return l->letters > 0
               ? same_letters(name, l->name, l->letters)
               : strlen(name) == strlen(l->name) && same_letters(name, l->name, strlen(name));
}

/* Of the ids, or of the names that are seen. */
static int leaf_truth(const asked *a, const one_paper *p, const literal *literals, int count,
                      bool by_name, bool negative)
{
    bool any = false;
    bool known = false;
    bool asks = false;

    for (int i = 0; i < p->count; i++) {
        const one_firm *f = &firms[p->links[i]];
        bool seen = !by_name || (f->there && (!a->sue || f->hers));
        known = known || seen;
        for (int k = 0; k < count && seen; k++)
            any = any || ((literals[k].firm < 0) == by_name && is_it(&literals[k], p->links[i]));
    }
    for (int k = 0; k < count; k++)
        asks = asks || (literals[k].firm < 0) == by_name;
    if (!asks)
        return negative ? YES : NO;
    return !known ? UNKNOWN : any != negative ? YES : NO;
}

static int both(int a, int b)
{
    return a == NO || b == NO ? NO : a == YES && b == YES ? YES : UNKNOWN;
}

static int either(int a, int b)
{
    return a == YES || b == YES ? YES : a == NO && b == NO ? NO : UNKNOWN;
}

static void put_literal(asked *a, literal *l, bool like)
{
    char text[48];

    l->firm = like || roll(2) == 0 ? -1 : roll(FIRMS);
    l->name = names[roll(NAMES)];
    l->letters = like ? 1 : 0;
    if (l->firm >= 0)
        (void)snprintf(text, sizeof text, "%lld", (long long)firms[l->firm].id);
    else if (like)
        (void)snprintf(text, sizeof text, "'%.1s%%'", l->name);
    else
        (void)snprintf(text, sizeof text, "'%s'", l->name);
    put(a, text);
}

static truths compare(asked *a)
{
    static const char *const signs[] = {"Firms = ",       "Firms != ",   "Firms in (",
                                        "Firms not in (", "Firms like ", "Firms not like "};
    literal literals[3];
    int which = roll(6), count = which == 2 || which == 3 ? 1 + roll(3) : 1;
    truths t;

    put(a, signs[which]);
    for (int i = 0; i < count; i++) {
        put(a, i > 0 ? ", " : "");
        put_literal(a, &literals[i], which >= 4);
    }
    put(a, which == 2 || which == 3 ? ")" : "");
    for (int i = 0; i < PAPERS; i++) {
        bool negative = which % 2 == 1;
        int ids = leaf_truth(a, &papers[i], literals, count, false, negative);
        int named = leaf_truth(a, &papers[i], literals, count, true, negative);
        t.of[i] = negative ? both(ids, named) : either(ids, named);
    }
    return t;
}

static truths ask_null(asked *a)
{
    bool none = roll(2) == 0;
    truths t;

    put(a, none ? "Firms is null" : "Firms is not null");
    for (int i = 0; i < PAPERS; i++)
        t.of[i] = (papers[i].count == 0) == none ? YES : NO;
    return t;
}

static truths ask(asked *a, int depth)
{
    int what = depth == 0 ? 5 : roll(8);
    truths t, other;

    if (what > 3)
        return roll(8) == 0 ? ask_null(a) : compare(a);
    if (what == 3) {
        put(a, "not (");
        t = ask(a, depth - 1);
        put(a, ")");
        for (int i = 0; i < PAPERS; i++)
            t.of[i] = t.of[i] == UNKNOWN ? UNKNOWN : t.of[i] == YES ? NO : YES;
        return t;
    }
    put(a, "(");
    t = ask(a, depth - 1);
    put(a, what == 0 ? ") or (" : ") and (");
    other = ask(a, depth - 1);
    put(a, ")");
    for (int i = 0; i < PAPERS; i++)
        t.of[i] = what == 0 ? either(t.of[i], other.of[i]) : both(t.of[i], other.of[i]);
    return t;
}

static void check_criteria(crm4e_session *session, bool sue)
{
    asked a = {.sue = sue};
    truths t = ask(&a, 3);
    int64_t wanted = 0;
    int64_t found;

    for (int i = 0; i < PAPERS; i++) {
        char where[TEXT + 64];
        bool one = papers[i].there && t.of[i] == YES;
        wanted += one ? 1 : 0;
        if (i % 6 != 0)
            continue;
        (void)snprintf(where, sizeof where, "id = %lld and (%s)", (long long)papers[i].id, a.text);
        if (host_count(session, "Papers", where) != (one ? 1 : 0))
            fail_msg("paper %d, %s: %s", i, sue ? "sue" : "ana", a.text);
    }
    found = host_count(session, "Papers", a.text);
    if (found != wanted)
        fail_msg("%s: %s: %d, not %d", sue ? "sue" : "ana", a.text, (int)found, (int)wanted);
}

/* ------------------------------------------------------------- lists */

static void check_lists(crm4e_session *session, bool sue)
{
    for (int i = 0; i < PAPERS; i++) {
        const one_paper *p = &papers[i];
        char text[256] = "";
        for (int k = 0; k < p->count; k++) {
            const one_firm *f = &firms[p->links[k]];
            size_t length = strlen(text);
            const char *part = k > 0 ? ";" : "";
            if (f->there && (!sue || f->hers))
                (void)snprintf(text + length, sizeof text - length, "%s%s", part, f->name);
            else
                (void)snprintf(text + length, sizeof text - length, "%s%lld", part,
                               (long long)f->id);
        }
        if (p->there)
            leads_to(session, p->id, p->count > 0 ? text : "-");
    }
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

static void check_related(crm4e_session *session, int which)
{
    const one_firm *f = &firms[which];
    crm4e_text *text = NULL;
    size_t wanted = 0;

    if (!f->there)
        return;
    for (int i = 0; i < PAPERS; i++) {
        for (int k = 0; papers[i].there && k < papers[i].count; k++)
            wanted += papers[i].links[k] == which ? 1 : 0;
    }
    host_ok(session, crm4e_related_json(&text, session, "Firms", f->id, "Papers.Firms", 100, NULL));
    assert_int_equal(occurrences(crm4e_text_data(text), "\"Version__s\""), wanted);
    crm4e_text_free(text);
}

static void they_are_what_the_model_says(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);

    rolled = 20260117u;
    memset(papers, 0, sizeof papers);
    for (int i = 0; i < FIRMS; i++) {
        firms[i] = (one_firm){.name = names[roll(NAMES)], .hers = i % 2 == 0, .there = true};
        firms[i].id = firm(firms[i].hers ? sue : h->admin, firms[i].name);
    }
    for (int i = 0; i < PAPERS; i++)
        put_links(h, &papers[i]);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 4; i++)
            change(h);
        for (int i = 0; i < ASKED; i++) {
            check_criteria(h->admin, false);
            check_criteria(sue, true);
        }
        check_related(h->admin, round % FIRMS);
        if (round % 8 == 0) {
            check_lists(h->admin, false);
            check_lists(sue, true);
            assert_sound(h);
        }
    }
    crm4e_session_close(sue);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(they_are_what_the_model_says, links_setup, host_teardown),
    };

    return host_run("links against a model", tests, 1);
}
