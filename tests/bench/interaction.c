/* SPDX-License-Identifier: MIT */
/* T1: pages of the interactions of one contact who has as many as --records says, beside one
 * who has a thousand: what a page costs does not depend on how many there are. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

enum {
    T1_RUNS = 15,
    WARM_UP = 2,
    FEW = 1000,
    AT_ONCE = 10000,
    EVENT_BYTES = 256,
    TOKEN = 256,
    PAGE_MOST = 5000 /* microseconds */
};

typedef struct talk {
    world *w;
    crm4e_id contact;
    int64_t entries;
    char middle[TOKEN]; /* of the page in the middle */
} talk;

static void must(const world *w, int rc, const char *doing)
{
    world_need(rc >= 0, "%s: %s", doing, world_why(w));
}

static crm4e_id add_contact(world *w)
{
    crm4e_record *contact = NULL;
    crm4e_id id;

    must(w, crm4e_record_new(&contact, w->session, "Contacts"), "a contact");
    must(w, crm4e_record_set_text(contact, "Last_Name", "Li", CRM4E_NUL_TERMINATED), "a name");
    must(w, crm4e_record_save(contact), "saving");
    id = crm4e_record_id(contact);
    crm4e_record_free(contact);
    return id;
}

/* One a minute, of four kinds in turn. */
static void add_entries(talk *t, int64_t from, int64_t to)
{
    static const char *const kinds[] = {"email_in", "email_out", "visit", "message_in"};
    char *json = malloc((size_t)AT_ONCE * EVENT_BYTES);
    crm4e_text *text = NULL;
    size_t used = 0;

    world_need(json != NULL, "no memory");
    for (int64_t i = from; i < to; i++)
        used += (size_t)snprintf(
            json + used, EVENT_BYTES,
            "%c{\"module\":\"Contacts\",\"record\":%lld,\"kind\":\"%s\",\"occurred_at\":"
            "\"20%02d-%02d-%02dT%02d:%02d:%02dZ\",\"external_id\":\"m%lld\",\"subject\":\"Event\"}",
            i == from ? '[' : ',', (long long)t->contact, kinds[i % 4], (int)(i / 700000 % 20) + 1,
            (int)(i / 60000 % 12) + 1, (int)(i / 2400 % 25) + 1, (int)(i / 100 % 24), (int)(i % 60),
            (int)(i / 7 % 60), (long long)i);
    (void)snprintf(json + used, EVENT_BYTES, "]");
    must(t->w, crm4e_interactions_add_json(&text, t->w->session, json), "adding");
    crm4e_text_free(text);
    free(json);
}

static void page(const talk *t, crm4e_interactions_options *which, char *token)
{
    crm4e_text *text = NULL;
    const char *after;

    must(t->w, crm4e_interactions_json(&text, t->w->session, "Contacts", t->contact, which),
         "page");
    after = strstr(crm4e_text_data(text), "\"after\":\"");
    if (token && after)
        (void)snprintf(token, TOKEN, "%.*s", (int)strcspn(after + 9, "\""), after + 9);
    crm4e_text_free(text);
}

static void first_page(const talk *t)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    page(t, &which, NULL);
}

static void last_page(const talk *t)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    which.descending = 1;
    page(t, &which, NULL);
}

static void middle_page(const talk *t)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    which.after = t->middle;
    page(t, &which, NULL);
}

static void filtered_page(const talk *t)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    which.channel = "message";
    page(t, &which, NULL);
}

/* None match: the whole index of the contact is looked through. */
static void empty_page(const talk *t)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    which.channel = "survey";
    page(t, &which, NULL);
}

static void summary(const talk *t)
{
    crm4e_text *text = NULL;

    must(t->w, crm4e_interactions_summary_json(&text, t->w->session, "Contacts", t->contact, NULL),
         "a summary");
    crm4e_text_free(text);
}

static void fill(talk *t, world *w, int64_t entries)
{
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;

    *t = (talk){.w = w, .contact = add_contact(w), .entries = entries};
    for (int64_t i = 0; i < entries; i += AT_ONCE)
        add_entries(t, i, i + AT_ONCE < entries ? i + AT_ONCE : entries);
    which.limit = (int32_t)(entries < 2 * FEW ? entries / 2 : FEW);
    for (int64_t i = 0; i < entries / 2; i += which.limit) {
        page(t, &which, t->middle);
        which.after = t->middle;
    }
}

static void measure(bench *b, const talk *many, const talk *few, const char *work,
                    void (*call)(const talk *t), double most)
{
    bench_line line = {.id = "T1", .work = work, .most = most, .other = "1000 entries"};
    bench_runs runs = {.count = 0};

    line.records = many->entries;
    for (int i = 0; i < T1_RUNS + WARM_UP; i++) {
        double begun = bench_cpu(), between;

        call(many);
        between = bench_cpu();
        call(few);
        if (i >= WARM_UP)
            bench_add(&runs, between - begun, bench_cpu() - between, 1);
    }
    bench_print(b, &line, &runs);
}

void bench_t1(bench *b)
{
    bench_line adding = {.id = "T1", .work = "add 10,000", .other = "the first"};
    bench_runs runs = {.count = 0};
    crm4e_engine_options options;
    char path[128];
    talk many, few;
    double begun, first;
    world w;

    (void)snprintf(path, sizeof path, "%s/talk", b->directory);
    options = world_options(path, 0);
    (void)remove(path);
    must(&w, world_create(&w, &options, 10), "creating");
    begun = bench_cpu();
    fill(&few, &w, AT_ONCE);
    first = bench_cpu() - begun;
    fill(&few, &w, FEW);
    fill(&many, &w, b->records);
    begun = bench_cpu();
    add_entries(&many, b->records, b->records + AT_ONCE);
    bench_add(&runs, bench_cpu() - begun, first, 1);
    bench_print(b, &adding, &runs);
    measure(b, &many, &few, "first 100", first_page, PAGE_MOST);
    measure(b, &many, &few, "last 100", last_page, PAGE_MOST);
    measure(b, &many, &few, "100 in the middle", middle_page, PAGE_MOST);
    measure(b, &many, &few, "100 of a channel", filtered_page, PAGE_MOST);
    measure(b, &many, &few, "a channel of none", empty_page, 0);
    measure(b, &many, &few, "summary", summary, 0);
    world_close(&w);
}
