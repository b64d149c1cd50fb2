/* SPDX-License-Identifier: MIT */
/* W1: a transaction for each record. W2: one for a thousand, by CPU time. */
#include "native.h"

#include <string.h>

enum {
    W1_EACH = 40,
    W1_RUNS = 9,
    W2_RUNS = 15,
    WARM_UP = 2
};

typedef enum write_work {
    WORK_CREATE,
    WORK_UPDATE,
    WORK_DELETE,
    WORKS
} write_work;

static const char *const names[] = {"create", "update", "delete"};
static const double goals[] = {1.10, 1.15, 1.15};

typedef struct writing {
    world w;
    native *n;
    native_samples *samples;
    crm4e_id crm4e_ids[NATIVE_BATCH];
    int64_t sqlite_ids[NATIVE_BATCH];
} writing;

static void start(bench *b, writing *t)
{
    char base[128], sample[128], yardstick[128];
    crm4e_engine_options options;

    (void)snprintf(base, sizeof base, "%s/crm4e", b->directory);
    (void)snprintf(sample, sizeof sample, "%s/sample", b->directory);
    (void)snprintf(yardstick, sizeof yardstick, "%s/sqlite", b->directory);
    options = world_options(base, 0);
    (void)remove(base);
    world_need(world_create(&t->w, &options, 5) == CRM4E_OK, "%s", world_why(&t->w));
    world_close(&t->w);
    world_copy_file(base, sample);
    world_copy_file(base, yardstick);
    t->samples = native_sample(sample);
    t->n = native_open(yardstick, t->samples);
    world_need(world_open(&t->w, &options) == CRM4E_OK, "%s", world_why(&t->w));
}

static void stop(writing *t)
{
    world_check(&t->w, "after the measurement");
    world_close(&t->w);
    native_close(t->n);
    native_samples_free(t->samples);
}

static void by_crm4e(writing *t, write_work work, int i)
{
    crm4e_record *lead = NULL;
    int rc;

    if (work == WORK_CREATE)
        rc = bench_lead_new(&lead, &t->w, i);
    else if (work == WORK_UPDATE)
        rc = crm4e_record_open(&lead, t->w.session, "Leads", t->crm4e_ids[i]);
    else
        rc = crm4e_record_delete(t->w.session, "Leads", t->crm4e_ids[i], 0);
    if (rc == CRM4E_OK && work == WORK_UPDATE)
        rc = bench_lead_change(lead, i);
    if (rc == CRM4E_OK && work != WORK_DELETE)
        rc = crm4e_record_save(lead);
    if (work == WORK_CREATE)
        t->crm4e_ids[i] = crm4e_record_id(lead);
    crm4e_record_free(lead);
    world_need(rc == CRM4E_OK, "%s: %s", names[work], world_why(&t->w));
}

static void by_sqlite(writing *t, write_work work, int i)
{
    if (work == WORK_CREATE)
        t->sqlite_ids[i] = native_create(t->n, i);
    else if (work == WORK_UPDATE)
        native_change(t->n, t->sqlite_ids[i], i);
    else
        native_delete(t->n, t->sqlite_ids[i], i);
}

static double one_each_crm4e(writing *t, write_work work, double (*clock)(void))
{
    double before = clock();

    for (int i = 0; i < W1_EACH; i++)
        by_crm4e(t, work, i);
    return clock() - before;
}

static double one_each_sqlite(writing *t, write_work work, double (*clock)(void))
{
    double before = clock();

    for (int i = 0; i < W1_EACH; i++) {
        native_begin(t->n);
        by_sqlite(t, work, i);
        native_commit(t->n);
    }
    return clock() - before;
}

static double batch_crm4e(writing *t, write_work work, double (*clock)(void))
{
    double before = clock();

    world_need(crm4e_session_begin(t->w.session) == CRM4E_OK, "%s", world_why(&t->w));
    for (int i = 0; i < NATIVE_BATCH; i++)
        by_crm4e(t, work, i);
    world_need(crm4e_session_commit(t->w.session) == CRM4E_OK, "%s", world_why(&t->w));
    return clock() - before;
}

static double batch_sqlite(writing *t, write_work work, double (*clock)(void))
{
    double before = clock();

    native_begin(t->n);
    for (int i = 0; i < NATIVE_BATCH; i++)
        by_sqlite(t, work, i);
    native_commit(t->n);
    return clock() - before;
}

typedef double (*measured)(writing *t, write_work work, double (*clock)(void));

/* By turns, and who comes first by turns too. */
static void compare(bench *b, const char *id, measured crm4e, measured sqlite, int times,
                    double each, double (*clock)(void))
{
    static writing t;
    bench_runs runs[WORKS] = {{.count = 0}};

    start(b, &t);
    for (int run = 0; run < times + WARM_UP; run++) {
        for (write_work work = WORK_CREATE; work < WORKS; work++) {
            double first = run % 2 == 0 ? crm4e(&t, work, clock) : sqlite(&t, work, clock);
            double second = run % 2 == 0 ? sqlite(&t, work, clock) : crm4e(&t, work, clock);

            if (run >= WARM_UP)
                bench_add(&runs[work], run % 2 == 0 ? first : second, run % 2 == 0 ? second : first,
                          each);
        }
    }
    stop(&t);
    for (write_work work = WORK_CREATE; work < WORKS; work++) {
        bench_line line = {.id = id, .work = names[work], .goal = goals[work]};

        bench_print(b, &line, &runs[work]);
    }
}

void bench_w1(bench *b)
{
    compare(b, "W1", one_each_crm4e, one_each_sqlite, W1_RUNS, W1_EACH, bench_wall);
}

void bench_w2(bench *b)
{
    compare(b, "W2", batch_crm4e, batch_sqlite, W2_RUNS, NATIVE_BATCH, bench_cpu);
}
