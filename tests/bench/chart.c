/* SPDX-License-Identifier: MIT */
/* C1: a chart, C2: of ten times as many, C4: what columns in memory cost who writes, and L2: a
 * page that no index finds or sorts, as a user who sees half of the records, from the file and
 * from columns in memory; the yardstick is SQL that knows which.
 * C3: the first chart after opening; the yardstick is SQL that reads its columns of all rows.
 * M1: what columns take in memory, beside plain numbers of 8 bytes. */
#include "bulk.h"
#include "native.h"
#include "rivals.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REP "ben@acme.example"

enum {
    WARM_UP = 2,
    C1_RUNS = 5,
    C1_WARM = 20, /* of the library, in one run */
    C2_RUNS = 9,
    C2_EACH = 4,
    C2_TIMES = 10,
    C2_LARGE = 1000000,
    C4_RUNS = 20,
    C4_EACH = 300
};

typedef struct reading {
    world w; /* of the user */
    sqlite3 *db;
    sqlite3_stmt *stmt;
    crm4e_id user;
    int64_t seen; /* keeps results in use */
    crm4e_id written[C4_EACH];
} reading;

/* Numbers that follow no order of the ids: whose a lead is, what it is like and when it was
 * made, in 24 months. ?3 is the user. */
#define MIXED "((i * 7919 % 1000003) * (i * 7919 % 1000003) % 1000003)"

static void fill(const char *path, int64_t records)
{
    static const bulk_source sources[] = {
        {"id", "?2 + 1000000 + i"},
        {"owner", "CASE " MIXED " % 2 WHEN 1 THEN ?3 ELSE owner END"},
        {"created_time", "1700000000000000 + " MIXED " * 62000000 % 63072000000000"},
        {"c1036", "i * 7919 % 1000003 % 5000"},
        {"c1037", "i * 7919 % 1000003 * 700 + 50"},
    };
    bulk f;

    bulk_begin(&f, path);
    bulk_leads(&f, sources, sizeof sources / sizeof *sources, MIXED " / 2 % 1000", records,
               bulk_integer(f.db, "SELECT id FROM crm4e_crm_user WHERE email = '" REP "'"));
    bulk_end(&f, f.base + BULK_FIRST_LEAD + records, false);
}

/* The file, made when it is not there: kept when the bench keeps. */
static void place(const bench *b, int64_t records, char *path, size_t size)
{
    char unfinished[140];
    crm4e_engine_options options;
    world w;

    (void)snprintf(path, size, "%s/reading-%lld", b->directory, (long long)records);
    (void)snprintf(unfinished, sizeof unfinished, "%s.making", path);
    if (access(path, R_OK) == 0)
        return;
    (void)remove(unfinished);
    bulk_sample(unfinished, 5);
    options = world_options(unfinished, 0);
    world_need(world_open(&w, &options) == CRM4E_OK, "%s", world_why(&w));
    world_need(world_apply(&w,
                           "{\"users\": [{\"email\": \"" REP
                           "\", \"profile\": \"Standard\", \"role\": \"Manager\"}]}") == CRM4E_OK,
               "%s", world_why(&w));
    world_close(&w);
    fill(unfinished, records);
    world_need(rename(unfinished, path) == 0, "%s stays", unfinished);
}

static void start(const bench *b, reading *t, int64_t records, const char *sql,
                  int64_t column_bytes)
{
    char path[128];
    crm4e_engine_options options;

    place(b, records, path, sizeof path);
    options = world_options(path, 0);
    options.column_bytes = column_bytes;
    *t = (reading){0};
    world_need(world_as(&t->w, &options, REP) == CRM4E_OK, "%s", world_why(&t->w));
    t->user = crm4e_session_user(t->w.session);
    t->db = native_handle(path);
    t->stmt = native_prepare(t->db, sql);
}

static void stop(reading *t)
{
    (void)sqlite3_finalize(t->stmt);
    (void)sqlite3_close(t->db);
    world_close(&t->w);
}

/* `each` runs of the library beside one of the yardstick. */
static void compare(bench *b, reading *t, bench_line line, int times, int each,
                    void (*crm4e)(reading *t, int i), void (*sqlite)(reading *t, int i))
{
    bench_runs runs = {.count = 0};

    for (int run = 0; run < times + WARM_UP; run++) {
        double before = bench_cpu(), between;

        for (int i = 0; i < each; i++)
            crm4e(t, i);
        between = bench_cpu();
        sqlite(t, run);
        if (run >= WARM_UP)
            bench_add(&runs, (between - before) / each, bench_cpu() - between, 1);
    }
    line.records = b->records;
    bench_print(b, &line, &runs);
}

static void chart_crm4e(reading *t, int i)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, t->w.session, "Leads");

    (void)i;
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Lead_Status", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Created_Time", CRM4E_BY_MONTH);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_SUM, "Annual_Revenue");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_COUNT, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    t->seen += (int64_t)crm4e_chart_buckets(chart);
    crm4e_chart_free(chart);
}

static void chart_sqlite(reading *t, int i)
{
    (void)i;
    (void)sqlite3_bind_int64(t->stmt, 1, t->user);
    while (sqlite3_step(t->stmt) == SQLITE_ROW)
        t->seen += sqlite3_column_int64(t->stmt, 2);
    (void)sqlite3_reset(t->stmt);
}

static void chart_once(void *user)
{
    chart_crm4e(user, 0);
}

/* Beside other databases, which are told whose leads are seen. */
static void compare_rivals(bench *b, reading *t, const char *work)
{
    const bench_line line = {.id = "C1", .work = work, .records = b->records};
    sqlite3_stmt *rows =
        native_prepare(t->db, "SELECT owner, c1034, strftime('%Y-%m-%d %H:%M:%f',"
                              " created_time / 1000000.0, 'unixepoch'), c1037 / 100.0"
                              " FROM crm4e_m1");

    rivals_compare(b, &line, rows, t->user, chart_once, t);
    (void)sqlite3_finalize(rows);
}

static void measure(bench *b, const char *work, int64_t column_bytes)
{
    static reading t;

    start(b, &t, b->records,
          "SELECT c1034, strftime('%Y-%m', created_time / 1000000, 'unixepoch'), sum(c1037), "
          "count(*) FROM crm4e_m1 WHERE owner = ? GROUP BY 1, 2 ORDER BY 1, 2",
          column_bytes);
    compare(b, &t, (bench_line){.id = "C1", .work = work, .goal = column_bytes != 0 ? 0.001 : 0},
            C1_RUNS, column_bytes != 0 ? C1_WARM : 1, chart_crm4e, chart_sqlite);
    if (column_bytes != 0)
        compare_rivals(b, &t, work);
    stop(&t);
}

static void page_crm4e(reading *t, int i)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, t->w.session,
                              "select Annual_Revenue from Leads where Annual_Revenue > 5000 "
                              "order by No_of_Employees desc limit 50");

    (void)i;
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
        t->seen += crm4e_cursor_id(rows);
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    crm4e_cursor_free(rows);
}

static void measure_page(bench *b, const char *work, int64_t column_bytes)
{
    static reading t;

    start(b, &t, b->records,
          "SELECT id, c1037, id FROM crm4e_m1 WHERE owner = ? AND c1037 > 500000 "
          "ORDER BY c1036 DESC, id LIMIT 50",
          column_bytes);
    compare(b, &t, (bench_line){.id = "L2", .work = work, .goal = column_bytes != 0 ? 0.01 : 0},
            C1_RUNS, column_bytes != 0 ? C1_WARM : 1, page_crm4e, chart_sqlite);
    stop(&t);
}

/* A chart of ten times as many leads beside one of so many. */
void bench_c2(bench *b)
{
    static reading few, many;
    const int64_t records = b->large ? C2_LARGE : b->records;
    const bench_line line = {.id = "C2",
                             .work = "chart of ten times as many, columns in memory, warm",
                             .goal = 12,
                             .records = records * C2_TIMES,
                             .other = "tenth"};
    bench_runs runs = {.count = 0};

    start(b, &few, records, "SELECT 1", -1);
    start(b, &many, records * C2_TIMES, "SELECT 1", -1);
    for (int run = 0; run < C2_RUNS + WARM_UP; run++) {
        double before = bench_cpu(), between;

        for (int i = 0; i < C2_EACH; i++)
            chart_crm4e(&many, i);
        between = bench_cpu();
        for (int i = 0; i < C2_EACH * C2_TIMES; i++)
            chart_crm4e(&few, i);
        if (run >= WARM_UP)
            bench_add(&runs, between - before, (bench_cpu() - between) / C2_TIMES, C2_EACH);
    }
    bench_print(b, &line, &runs);
    stop(&few);
    stop(&many);
}

static void create(reading *t, int i)
{
    crm4e_record *lead = NULL;
    int rc = bench_lead_new(&lead, &t->w, i);

    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    t->written[i] = crm4e_record_id(lead);
    if (rc == CRM4E_OK)
        rc = bench_lead_change(lead, i + 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    crm4e_record_free(lead);
}

/* Leads are made, changed and, in another transaction, deleted. */
static double time_writes(reading *t)
{
    double before;

    chart_crm4e(t, 0); /* there is something to follow */
    before = bench_cpu();
    for (int part = 0; part < 2; part++) {
        world_need(crm4e_session_begin(t->w.session) == CRM4E_OK, "%s", world_why(&t->w));
        for (int i = 0; i < C4_EACH; i++) {
            if (part == 0)
                create(t, i);
            else
                world_need(crm4e_record_delete(t->w.session, "Leads", t->written[i], 0) == CRM4E_OK,
                           "%s", world_why(&t->w));
        }
        world_need(crm4e_session_commit(t->w.session) == CRM4E_OK, "%s", world_why(&t->w));
    }
    return bench_cpu() - before;
}

/* What columns in memory cost who writes. */
void bench_c4(bench *b)
{
    static reading with, without;
    const bench_line line = {.id = "C4",
                             .work = "create, update, delete with columns in memory",
                             .goal = 1.05,
                             .records = b->records,
                             .other = "without"};
    bench_runs runs = {.count = 0};

    start(b, &with, b->records, "SELECT 1", -1);
    start(b, &without, b->records, "SELECT 1", 0);
    for (int run = 0; run < C4_RUNS + WARM_UP; run++) {
        double first = time_writes(run % 2 == 0 ? &with : &without);
        double second = time_writes(run % 2 == 0 ? &without : &with);

        if (run >= WARM_UP)
            bench_add(&runs, run % 2 == 0 ? first : second, run % 2 == 0 ? second : first, C4_EACH);
    }
    bench_print(b, &line, &runs);
    stop(&with);
    stop(&without);
}

void bench_l2(bench *b)
{
    measure_page(b, "page of 50 by an unindexed number, half visible", 0);
    measure_page(b, "the same, columns in memory, warm", -1);
}

void bench_c1(bench *b)
{
    measure(b, "chart status x month, half visible", 0);
    measure(b, "the same, columns in memory, warm", -1);
}

/* ------------------------------------------------------------ after opening */

static void first_chart(bench *b, bench_line line, const char *path, uint32_t flags)
{
    static reading t;
    crm4e_engine_options options = world_options(path, flags);
    bench_runs runs = {.count = 0};

    options.column_bytes = -1;
    t.db = native_handle(path);
    t.stmt = native_prepare(t.db, "SELECT max(owner), max(c1034), max(created_time), max(c1037) "
                                  "FROM crm4e_m1 NOT INDEXED");
    for (int run = 0; run < C1_RUNS + WARM_UP; run++) {
        double before, between;

        world_need(world_as(&t.w, &options, REP) == CRM4E_OK, "%s", world_why(&t.w));
        before = bench_cpu();
        chart_crm4e(&t, 0);
        between = bench_cpu();
        world_need(sqlite3_step(t.stmt) == SQLITE_ROW, "scan");
        t.seen += sqlite3_column_int64(t.stmt, 3);
        (void)sqlite3_reset(t.stmt);
        if (run >= WARM_UP)
            bench_add(&runs, between - before, bench_cpu() - between, 1);
        world_close(&t.w);
    }
    line.id = "C3";
    line.records = b->records;
    bench_print(b, &line, &runs);
    (void)sqlite3_finalize(t.stmt);
    (void)sqlite3_close(t.db);
}

void bench_c3(bench *b)
{
    char path[128];

    place(b, b->records, path, sizeof path);
    first_chart(b, (bench_line){.work = "first chart, columns from the table", .goal = 4}, path,
                CRM4E_ENGINE_NO_COLUMN_FILE);
    first_chart(b, (bench_line){.work = "the same, columns from their file", .goal = 0.2}, path, 0);
}

/* ------------------------------------------------------------------ memory */

enum {
    HEAD = 16,
    M1_COLUMNS = 5 /* owner, status, created time, revenue, employees */
};

static void *counted_allocate(void *user, size_t size)
{
    char *block = malloc(size + HEAD);

    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof size);
    *(size_t *)user += size;
    return block + HEAD;
}

static void counted_release(void *user, void *block)
{
    size_t size;

    if (block == NULL)
        return;
    memcpy(&size, (char *)block - HEAD, sizeof size);
    *(size_t *)user -= size;
    free((char *)block - HEAD);
}

static void *counted_reallocate(void *user, void *block, size_t size)
{
    void *fresh = counted_allocate(user, size);
    size_t old;

    if (fresh == NULL || block == NULL)
        return fresh;
    memcpy(&old, (char *)block - HEAD, sizeof old);
    memcpy(fresh, block, old < size ? old : size);
    counted_release(user, block);
    return fresh;
}

void bench_m1(bench *b)
{
    static reading t;
    const bench_line line = {.id = "M1",
                             .work = "memory of a record, 5 columns and its id",
                             .goal = 1,
                             .records = b->records,
                             .other = "plain",
                             .unit = "B"};
    bench_runs runs = {.count = 0};
    crm4e_engine_options options;
    size_t live = 0;
    size_t before;
    const crm4e_allocator allocator = {sizeof allocator, &live, counted_allocate,
                                       counted_reallocate, counted_release};
    char path[128];

    place(b, b->records, path, sizeof path);
    options = world_options(path, CRM4E_ENGINE_NO_COLUMN_FILE);
    options.column_bytes = -1;
    options.allocator = &allocator;
    world_need(world_as(&t.w, &options, REP) == CRM4E_OK, "%s", world_why(&t.w));
    before = live;
    chart_crm4e(&t, 0);
    page_crm4e(&t, 0);
    bench_add(&runs, (double)(live - before), (double)b->records * M1_COLUMNS * sizeof(int64_t),
              (double)b->records);
    bench_print(b, &line, &runs);
    world_close(&t.w);
}
