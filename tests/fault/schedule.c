/* SPDX-License-Identifier: MIT */
/*
 * Kills who makes records and who runs what rules scheduled, at any moment: what is due for a
 * record is done once, whole, whoever was killed over it and however many ran it at once.
 * usage: schedule [ROUNDS [SEED]]
 */
#include "fault/child.h"
#include "fault/world.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 12,
    MOMENT = 50000,
    OF_RECORD = 3 /* messages: two groups and a date */
};
#define LATER (INT64_C(120 * 365) * 86400 * 1000000) /* all that is due by then, in 2089 */

typedef struct schedule_test {
    const char *program;
    char directory[64];
    char path[128];
    world_random random;
} schedule_test;

static void needed(const world *w, int rc, const char *what)
{
    world_need(rc >= 0, "%s: %s %s", what, crm4e_code_name(rc), world_why(w));
}

/* Makes records until it is killed. */
static void write_records(const char *path)
{
    crm4e_engine_options options = world_options(path, 0);
    crm4e_id id = 0;
    world w;

    needed(&w, world_open(&w, &options), "open");
    for (;;)
        needed(&w, world_lead_create(&w, "due", &id), "create");
}

static void work(const char *path)
{
    crm4e_engine_options options = world_options(path, 0);
    int32_t done = 0;
    world w;

    needed(&w, world_open(&w, &options), "open");
    for (;;) {
        needed(&w, crm4e_schedule_run(w.session, LATER, 2, &done), "run");
        if (done == 0)
            world_pause(500);
    }
}

static void one_round(schedule_test *t)
{
    const char *writer[] = {t->program, "writer", t->path, NULL};
    const char *worker[] = {t->program, "worker", t->path, NULL};
    child children[3];

    child_start(&children[0], writer);
    child_start(&children[1], worker);
    child_start(&children[2], worker);
    for (int alive = 3; alive > 0;) {
        world_pause(20000 + (int64_t)world_below(&t->random, (uint64_t)MOMENT));
        child_kill(&children[--alive]);
    }
    for (int i = 0; i < 3; i++)
        child_end(&children[i], 1);
}

static void run_rest(const schedule_test *t)
{
    crm4e_engine_options options = world_options(t->path, 0);
    int32_t done = 1;
    world w;

    needed(&w, world_open(&w, &options), "reopen");
    world_check(&w, "after the kills");
    while (done > 0)
        needed(&w, crm4e_schedule_run(w.session, LATER, 1000, &done), "rest");
    world_check(&w, "at the end");
    world_close(&w);
}

static int64_t look_at_all(const schedule_test *t)
{
    int64_t records = world_integer(t->path, "SELECT count(*) FROM crm4e_m1");
    int64_t messages = world_integer(t->path, "SELECT count(*) FROM crm4e_outbox");

    world_need(records > 0 && messages == records * OF_RECORD, "%lld messages of %lld records",
               (long long)messages, (long long)records);
    world_need(world_integer(t->path, "SELECT count(*) FROM (SELECT record FROM crm4e_outbox "
                                      "GROUP BY record HAVING count(DISTINCT payload) <> 3)") == 0,
               "something was done twice");
    world_need(world_integer(t->path, "SELECT count(*) FROM crm4e_run WHERE version IS NULL AND "
                                      "hex(substr(outcomes, 1, 1)) = '01'") == messages,
               "the run log does not tell of each");
    /* the date comes again next year */
    world_need(world_integer(t->path, "SELECT count(*) FROM crm4e_pending") == records,
               "not every record waits for the next year");
    return records;
}

static void prepare(schedule_test *t)
{
    static const char rules[] =
        "{\"workflows\": ["
        " {\"name\": \"Later\", \"module\": \"Leads\", \"on\": \"create\", \"conditions\": ["
        "  {\"then\": [], \"scheduled\": ["
        "   {\"after\": {\"minutes\": 5}, \"then\": [{\"webhook\": {\"url\": "
        "\"https://example.com/\", \"body\": [\"first\"]}}]},"
        "   {\"after\": {\"business_days\": 2}, \"then\": [{\"webhook\": {\"url\": "
        "\"https://example.com/\", \"body\": [\"second\"]}}]}]}]},"
        " {\"name\": \"Yearly\", \"module\": \"Leads\", \"on\": \"date_or_datetime\", \"date\": {"
        "\"field\": \"Created_Time\", \"after\": {\"months\": 1}, \"repeat\": \"yearly\"},"
        "  \"conditions\": [{\"then\": [{\"webhook\": {\"url\": \"https://example.com/\","
        "   \"body\": [\"date\"]}}]}]}]}";
    crm4e_engine_options options;
    world w;

    world_place(t->directory, sizeof t->directory);
    (void)snprintf(t->path, sizeof t->path, "%s/schedule", t->directory);
    options = world_options(t->path, 0);
    needed(&w, world_create(&w, &options, 5), "create");
    needed(&w, world_apply(&w, rules), "rules");
    world_close(&w);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    schedule_test t = {.program = argv[0], .random = {seed | 1}};
    int64_t records;

    if (argc == 3 && strcmp(argv[1], "writer") == 0)
        write_records(argv[2]);
    if (argc == 3 && strcmp(argv[1], "worker") == 0)
        work(argv[2]);
    prepare(&t);
    for (int i = 0; i < rounds; i++)
        one_round(&t);
    run_rest(&t);
    records = look_at_all(&t);
    printf("schedule: %d rounds, %lld records\n", rounds, (long long)records);
    world_remove(t.directory);
    return 0;
}
