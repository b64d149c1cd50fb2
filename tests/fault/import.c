/* SPDX-License-Identifier: MIT */
/*
 * Kills an import at any moment, while its rows come, its words are merged, or its indexes are
 * made, with keys that are too many for memory. Batches are there whole or not at all, the file
 * is sound, and another import goes on behind them.
 * usage: import [ROUNDS [SEED]]
 */
#include "fault/child.h"
#include "fault/world.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 4,
    ROWS = 16000,
    BATCH = 8000,
    TEXT = 220 /* so that the keys of all rows are more than SQLite sorts in memory */
};

typedef struct import_test {
    const char *program;
    char directory[64];
    char path[96];
    world_random random;
    int64_t whole; /* microseconds that an import takes that is left alone */
    int64_t killed;
} import_test;

static const char module[] =
    "{\"modules\": [{\"api_name\": \"Parts\", \"fields\": ["
    " {\"api_name\": \"Code\", \"type\": \"text\", \"indexed\": true},"
    " {\"api_name\": \"Serial\", \"type\": \"integer\", \"indexed\": true}]}]}";

typedef struct rows {
    int64_t next;
} rows;

static int32_t read_rows(void *user, char *bytes, size_t size, size_t *got)
{
    rows *r = user;
    int length = 0;

    if (r->next == 0)
        length = snprintf(bytes, size, "Name,Code,Serial\n");
    else if (r->next <= ROWS)
        length = snprintf(bytes, size, "Part %lld,%08llx%0*d,%lld\n", (long long)r->next,
                          (unsigned long long)(r->next * 2654435761 % 4294967291), TEXT, 0,
                          (long long)r->next);
    r->next++;
    *got = (size_t)length;
    return CRM4E_CONTINUE;
}

static void needed(const world *w, int rc, const char *what)
{
    world_need(rc >= 0, "%s: %s %s", what, crm4e_code_name(rc), world_why(w));
}

static void import(const char *path, int64_t skip)
{
    crm4e_engine_options options = world_options(path, 0);
    crm4e_import_options in = CRM4E_IMPORT_OPTIONS_INIT;
    rows r = {0};
    world w;

    needed(&w, world_open(&w, &options), "open");
    in.module = "Parts";
    in.read = read_rows;
    in.read_user = &r;
    in.batch = BATCH;
    in.skip = skip;
    needed(&w, crm4e_import_records(NULL, w.session, &in), "import");
    world_close(&w);
}

static int64_t count_parts(const import_test *t)
{
    return world_integer(t->path, "SELECT count(*) FROM crm4e_m1000");
}

static void make_org(const import_test *t)
{
    crm4e_engine_options options = world_options(t->path, 0);
    world w;

    needed(&w, world_create(&w, &options, 5), "create");
    needed(&w, world_apply(&w, module), "module");
    world_close(&w);
}

static void check(const import_test *t, const char *when)
{
    crm4e_engine_options options = world_options(t->path, 0);
    world w;

    needed(&w, world_open(&w, &options), "reopen");
    world_check(&w, when);
    world_close(&w);
}

static void kill_one(import_test *t)
{
    const char *const arguments[] = {t->program, "import", t->path, NULL};
    child c;

    child_start(&c, arguments);
    world_pause((int64_t)world_below(&t->random, (uint64_t)t->whole));
    child_kill(&c);
    child_end(&c, 1);
}

static void start_over(const import_test *t)
{
    char beside[112];

    (void)remove(t->path);
    (void)snprintf(beside, sizeof beside, "%s-wal", t->path);
    (void)remove(beside);
    make_org(t);
}

static void round_of(import_test *t)
{
    int64_t count;

    start_over(t);
    kill_one(t);
    check(t, "after the kill");
    count = count_parts(t);
    world_need(count % BATCH == 0, "%lld records of batches of %d", (long long)count, BATCH);
    t->killed += count < ROWS;
    import(t->path, count);
    check(t, "at the end");
    count = count_parts(t);
    world_need(count == ROWS, "%lld records of %d rows", (long long)count, ROWS);
    world_need(world_integer(t->path, "SELECT count(DISTINCT record) FROM crm4e_history"
                                      " WHERE module = 1000") == ROWS,
               "not every record has its line of history");
}

int main(int argc, char **argv)
{
    import_test t = {.program = argv[0]};
    int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;

    if (argc == 3 && strcmp(argv[1], "import") == 0) {
        import(argv[2], 0);
        return 0;
    }
    t.random.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20261;
    world_place(t.directory, sizeof t.directory);
    (void)snprintf(t.path, sizeof t.path, "%s/org", t.directory);
    start_over(&t);
    t.whole = -world_microseconds();
    import(t.path, 0);
    t.whole += world_microseconds();
    for (int i = 0; i < rounds; i++)
        round_of(&t);
    world_remove(t.directory);
    printf("import: %d rounds, %lld ended early\n", rounds, (long long)t.killed);
    return 0;
}
