/* SPDX-License-Identifier: MIT */
/* R1: a record by id. L1: a page of 50. C1: a chart. As a user who sees half of
 * the records; the yardstick is SQL that knows which. */
#include "native.h"

#include <string.h>

#define REP "ben@acme.example"

enum {
    RUNS = 15,
    WARM_UP = 2,
    R1_EACH = 2000,
    L1_EACH = 200,
    C1_RUNS = 5
};

typedef struct reading {
    world w; /* of the user */
    sqlite3 *db;
    sqlite3_stmt *stmt;
    crm4e_id user;
    crm4e_id *own; /* some of his records */
    size_t own_count;
    int64_t seen; /* keeps results in use */
} reading;

static const char *const shown[] = {"Last_Name",   "Company",  "First_Name",      "Designation",
                                    "Email",       "Phone",    "Mobile",          "Website",
                                    "Street",      "City",     "Country",         "Lead_Status",
                                    "Lead_Source", "Industry", "No_of_Employees", "Annual_Revenue"};

#define SHOWN_COLUMNS                                                                              \
    "c1021, c1022, c1023, c1026, c1027, c1029, c1030, c1032, c1041, c1042, c1045, c1034, c1033, "  \
    "c1035, c1036, c1037"

enum {
    SHOWN = sizeof shown / sizeof *shown
};

static crm4e_id own_ids[R1_EACH];

static void fill(world *w, int64_t from, int64_t to, bool remember)
{
    for (int64_t i = from; i < to; i++) {
        crm4e_record *lead = NULL;
        int rc = (i - from) % NATIVE_BATCH == 0 ? crm4e_session_begin(w->session) : CRM4E_OK;

        if (rc == CRM4E_OK)
            rc = bench_lead_new(&lead, w, i * 7919 % 1000003); /* owners mixed in every order */
        if (rc == CRM4E_OK)
            rc = crm4e_record_save(lead);
        if (remember)
            own_ids[(i - from) % R1_EACH] = crm4e_record_id(lead);
        crm4e_record_free(lead);
        if (rc == CRM4E_OK && ((i - from) % NATIVE_BATCH == NATIVE_BATCH - 1 || i + 1 == to))
            rc = crm4e_session_commit(w->session);
        world_need(rc == CRM4E_OK, "filling: %s", world_why(w));
    }
}

/* Made once and used by all three. */
static void place(bench *b, char *path, size_t size)
{
    static bool made;
    crm4e_engine_options options;
    world w;

    (void)snprintf(path, size, "%s/reading", b->directory);
    options = world_options(path, 0);
    if (made)
        return;
    made = true;
    world_need(world_create(&w, &options, 5) == CRM4E_OK, "%s", world_why(&w));
    world_need(world_apply(&w,
                           "{\"users\": [{\"email\": \"" REP
                           "\", \"profile\": \"Standard\", \"role\": \"Manager\"}]}") == CRM4E_OK,
               "%s", world_why(&w));
    fill(&w, 0, b->records / 2, false);
    world_close(&w);
    world_need(world_as(&w, &options, REP) == CRM4E_OK, "%s", world_why(&w));
    fill(&w, b->records / 2, b->records, true);
    world_close(&w);
}

static void start(bench *b, reading *t, const char *sql)
{
    char path[128];
    crm4e_engine_options options;

    place(b, path, sizeof path);
    options = world_options(path, 0);
    *t = (reading){.own = own_ids, .own_count = R1_EACH};
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

static void compare(bench *b, reading *t, bench_line line, int times, int each,
                    void (*crm4e)(reading *t, int i), void (*sqlite)(reading *t, int i))
{
    bench_runs runs = {.count = 0};

    for (int run = 0; run < times + WARM_UP; run++) {
        double before = bench_cpu(), between;

        for (int i = 0; i < each; i++)
            crm4e(t, i);
        between = bench_cpu();
        for (int i = 0; i < each; i++)
            sqlite(t, i);
        if (run >= WARM_UP)
            bench_add(&runs, between - before, bench_cpu() - between, each);
    }
    line.records = b->records;
    bench_print(b, &line, &runs);
    stop(t);
}

static void read_crm4e(reading *t, int i)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_open(&lead, t->w.session, "Leads", t->own[(size_t)i % t->own_count]);

    for (size_t f = 0; f < SHOWN && rc == CRM4E_OK; f++) {
        const char *text = NULL;

        rc = crm4e_record_get_text(lead, shown[f], &text, NULL);
        t->seen += text != NULL ? text[0] : 0;
    }
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    crm4e_record_free(lead);
}

static void take_columns(reading *t)
{
    for (int i = 0; i < SHOWN; i++) {
        if (sqlite3_column_type(t->stmt, i) == SQLITE_TEXT)
            t->seen += sqlite3_column_text(t->stmt, i)[0];
        else
            t->seen += sqlite3_column_int64(t->stmt, i);
    }
}

static void read_sqlite(reading *t, int i)
{
    (void)sqlite3_bind_int64(t->stmt, 1, t->own[(size_t)i % t->own_count]);
    (void)sqlite3_bind_int64(t->stmt, 2, t->user);
    world_need(sqlite3_step(t->stmt) == SQLITE_ROW, "a record is gone");
    take_columns(t);
    (void)sqlite3_reset(t->stmt);
}

void bench_r1(bench *b)
{
    static reading t;

    start(b, &t, "SELECT " SHOWN_COLUMNS " FROM crm4e_m1 WHERE id = ? AND owner = ?");
    compare(b, &t, (bench_line){.id = "R1", .work = "read", .goal = 1.3}, RUNS, R1_EACH, read_crm4e,
            read_sqlite);
}

static void page_crm4e(reading *t, int i)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(
        &rows, t->w.session,
        "select Last_Name, Company, First_Name, Designation, Email, Phone, Mobile, Website, "
        "Street, City, Country, Lead_Status, Lead_Source, Industry, No_of_Employees, "
        "Annual_Revenue from Leads order by Last_Name limit 50");

    (void)i;
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        for (size_t c = 0; c < SHOWN; c++) {
            const char *text = crm4e_cursor_text(rows, c);

            t->seen += text != NULL ? text[0] : 0;
        }
    }
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    crm4e_cursor_free(rows);
}

static void page_sqlite(reading *t, int i)
{
    int count = 0;

    (void)i;
    (void)sqlite3_bind_int64(t->stmt, 1, t->user);
    for (; sqlite3_step(t->stmt) == SQLITE_ROW; count++)
        take_columns(t);
    world_need(count == 50, "a page of %d", count);
    (void)sqlite3_reset(t->stmt);
}

void bench_l1(bench *b)
{
    static reading t;

    start(b, &t,
          "SELECT " SHOWN_COLUMNS " FROM crm4e_m1 INDEXED BY crm4e__m1_x1021 WHERE owner = ? ORDER "
          "BY k1021, id LIMIT 50");
    compare(b, &t, (bench_line){.id = "L1", .work = "page of 50, half visible", .goal = 1.2}, RUNS,
            L1_EACH, page_crm4e, page_sqlite);
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

void bench_c1(bench *b)
{
    static reading t;

    start(b, &t,
          "SELECT c1034, strftime('%Y-%m', created_time / 1000000, 'unixepoch'), sum(c1037), "
          "count(*) FROM crm4e_m1 WHERE owner = ? GROUP BY 1, 2 ORDER BY 1, 2");
    compare(b, &t, (bench_line){.id = "C1", .work = "chart status x month, half visible"}, C1_RUNS,
            1, chart_crm4e, chart_sqlite);
}
