/* SPDX-License-Identifier: MIT */
/*
 * Kills writers and workers of the outbox at any moment: every change that was made has its
 * messages, each is delivered at least once, a record's in their order, and what comes twice
 * has the same key. usage: outbox [ROUNDS [SEED]]
 */
#include "fault/child.h"
#include "fault/world.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 30,
    LEADS = 4,
    MOMENT = 60000,
    LEASE = 1, /* seconds */
    MOST = 200000
};

/* Both roles say each as it happens; a kill may come between doing and saying. */
typedef struct delivery {
    int64_t id; /* of the message */
    int64_t record;
    int64_t version;
} delivery;

typedef struct outbox_test {
    const char *program;
    char directory[64];
    char path[128];
    world_random random;
    delivery *seen;
    size_t count;
    int64_t twice;
} outbox_test;

static void needed(const world *w, int rc, const char *what)
{
    world_need(rc >= 0, "%s: %s %s", what, crm4e_code_name(rc), world_why(w));
}

/* Changes records until it is killed. */
static void write_changes(const char *path, uint64_t seed)
{
    crm4e_engine_options options = world_options(path, 0);
    world_random random = {seed | 1};
    crm4e_id ids[LEADS];
    world w;

    needed(&w, world_open(&w, &options), "open");
    for (size_t i = 0; i < LEADS; i++)
        needed(&w, world_lead_create(&w, "mail", &ids[i]), "create");
    for (;;) {
        int64_t version = 0;

        needed(&w, world_lead_change(&w, ids[world_below(&random, LEADS)], &version), "change");
    }
}

static int64_t number_in(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    world_need(at != NULL, "no %s in %s", name, text);
    return strtoll(at + strlen(name), NULL, 10);
}

/* "rule-record-version-action" */
static delivery read_message(const char *text)
{
    const char *key = strstr(text, "\"key\":\"");
    delivery d = {.id = number_in(text, "\"id\":"), .record = number_in(text, "\"record\":")};

    world_need(key != NULL, "no key in %s", text);
    key = strchr(key + strlen("\"key\":\""), '-');
    world_need(key != NULL && strtoll(key + 1, NULL, 10) == d.record, "a key of another record");
    key = strchr(key + 1, '-');
    world_need(key != NULL, "a key without a version");
    d.version = strtoll(key + 1, NULL, 10);
    return d;
}

/* One message; false: none is due. */
static int work_one(world *w, delivery *d)
{
    crm4e_text *text = NULL;
    int64_t lease;
    int rc = crm4e_outbox_take(&text, w->session, LEASE);

    needed(w, rc, "take");
    if (rc != CRM4E_ROW)
        return 0;
    *d = read_message(crm4e_text_data(text));
    lease = number_in(crm4e_text_data(text), "\"lease\":");
    crm4e_text_free(text);
    child_say(d, sizeof *d);
    rc = crm4e_outbox_answer(w->session, d->id, lease, CRM4E_OUTBOX_DELIVERED, NULL);
    world_need(rc == CRM4E_OK || rc == CRM4E_E_CONFLICT || rc == CRM4E_E_NOT_FOUND, "answer: %s",
               world_why(w));
    return 1;
}

static void work(const char *path)
{
    crm4e_engine_options options = world_options(path, 0);
    delivery d;
    world w;

    needed(&w, world_open(&w, &options), "open");
    for (;;) {
        if (!work_one(&w, &d))
            world_pause(500);
    }
}

static void hear(outbox_test *t, const child *c)
{
    delivery d;
    ptrdiff_t got;

    while ((got = child_read(c, &d, sizeof d)) > 0) {
        world_need(got == (ptrdiff_t)sizeof d && t->count < MOST, "half a word, or too many");
        t->seen[t->count++] = d;
    }
}

/* A writer and two workers live together for a moment; each is killed when it likes. */
static void one_round(outbox_test *t)
{
    char seed[24];
    const char *writer[] = {t->program, "writer", t->path, seed, NULL};
    const char *worker[] = {t->program, "worker", t->path, NULL};
    child children[3];
    int alive = 3;

    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)(world_next(&t->random) >> 2));
    child_start(&children[0], writer);
    child_start(&children[1], worker);
    child_start(&children[2], worker);
    while (alive > 0) {
        int64_t until =
            world_microseconds() + 20000 + (int64_t)world_below(&t->random, (uint64_t)MOMENT);

        while (world_microseconds() < until) {
            hear(t, &children[1]);
            hear(t, &children[2]);
            world_pause(300);
        }
        child_kill(&children[--alive]);
    }
    for (int i = 0; i < 3; i++) {
        while (i > 0) {
            delivery d;
            ptrdiff_t got = child_read(&children[i], &d, sizeof d);

            if (got < 0)
                break;
            if (got > 0)
                t->seen[t->count++] = d;
        }
        child_end(&children[i], 1);
    }
}

static int compare(const void *a, const void *b)
{
    const delivery *x = a;
    const delivery *y = b;

    if (x->record != y->record)
        return x->record < y->record ? -1 : 1;
    return x->version < y->version ? -1 : x->version > y->version;
}

/* In the order of time, for each record: the same again, or the next. Two workers talk over
 * two pipes, so only what came through one of them is in order; here all is delivered by
 * one, after the kills. */
static void deliver_rest(outbox_test *t)
{
    crm4e_engine_options options = world_options(t->path, 0);
    size_t start = t->count;
    delivery d = {0};
    world w;
    crm4e_text *text = NULL;

    needed(&w, world_open(&w, &options), "reopen");
    world_check(&w, "after the kills");
    world_pause((LEASE * 1000 + 100) * 1000); /* the dead workers' leases end */
    while (crm4e_outbox_take(&text, w.session, 60) == CRM4E_ROW) {
        d = read_message(crm4e_text_data(text));
        needed(&w,
               crm4e_outbox_answer(w.session, d.id, number_in(crm4e_text_data(text), "\"lease\":"),
                                   CRM4E_OUTBOX_DELIVERED, NULL),
               "answer");
        crm4e_text_free(text);
        text = NULL;
        for (size_t i = start; i < t->count; i++)
            world_need(t->seen[i].record != d.record || t->seen[i].version < d.version,
                       "record %lld: version %lld after a later one", (long long)d.record,
                       (long long)d.version);
        t->seen[t->count++] = d;
    }
    world_close(&w);
}

/* Every version of every record was told, and nothing that never was. */
static void look_at_all(outbox_test *t)
{
    int64_t told = 0;

    qsort(t->seen, t->count, sizeof *t->seen, compare);
    for (size_t i = 0; i < t->count; i++) {
        bool again = i > 0 && compare(&t->seen[i - 1], &t->seen[i]) == 0;

        world_need(!again || t->seen[i - 1].id == t->seen[i].id, "two messages of one key");
        t->twice += again;
        told += !again;
    }
    world_need(told == world_integer(t->path, "SELECT sum(version) FROM crm4e_m1"),
               "%lld messages were delivered, of %lld changes", (long long)told,
               (long long)world_integer(t->path, "SELECT sum(version) FROM crm4e_m1"));
    world_need(world_integer(t->path, "SELECT count(*) FROM crm4e_outbox WHERE state <> 2") == 0,
               "something was left");
    world_need(world_integer(t->path, "SELECT count(*) FROM crm4e_run") == told,
               "the run log does not tell of each");
}

static void prepare(outbox_test *t)
{
    static const char rule[] =
        "{\"workflows\": [{\"name\": \"Tell\", \"module\": \"Leads\", \"on\": \"create_or_edit\", "
        "\"conditions\": [{\"then\": [{\"webhook\": {\"url\": \"https://example.com/\", "
        "\"body\": [\"${Leads.First_Name}\"]}}]}]}]}";
    crm4e_engine_options options;
    world w;

    world_place(t->directory, sizeof t->directory);
    (void)snprintf(t->path, sizeof t->path, "%s/outbox", t->directory);
    options = world_options(t->path, 0);
    needed(&w, world_create(&w, &options, 5), "create");
    needed(&w, world_apply(&w, rule), "rule");
    world_close(&w);
    t->seen = calloc(MOST, sizeof *t->seen);
    world_need(t->seen != NULL, "no memory");
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    outbox_test t = {.program = argv[0], .random = {seed | 1}};

    if (argc == 4 && strcmp(argv[1], "writer") == 0)
        write_changes(argv[2], strtoull(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "worker") == 0)
        work(argv[2]);
    prepare(&t);
    for (int i = 0; i < rounds; i++)
        one_round(&t);
    deliver_rest(&t);
    look_at_all(&t);
    printf("outbox: %d rounds, %zu deliveries, %lld of them again\n", rounds, t.count,
           (long long)t.twice);
    free(t.seen);
    world_remove(t.directory);
    return 0;
}
