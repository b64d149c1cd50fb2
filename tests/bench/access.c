/* SPDX-License-Identifier: MIT */
/*
 * L1: a page of 50 leads of many, in an indexed order, for readers who see more
 * or fewer of them. R1: one lead by id. The yardstick is SQL that knows beforehand
 * whose leads and which of them the reader sees, and keeps both as byte maps; for
 * a page it goes the faster of two ways: along the order, or over the owners.
 * G1: how much more the same work takes on many leads than on few. A1: one question to the gate; its goals are times, beside it stands the read of
 * the owner.
 */
#include "crowd.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUNS = 15,
    WARM_UP = 2,
    R1_EACH = 2000,
    L1_EACH = 20,
    WARM_LEADS = 100, /* asked about again and again */
    PAGE = 50,
    G1_FEW = 10000,
    G1_MANY = 1000000,
    G1_LARGE = 10000000,
    FEW_OWNERS = 100 /* above, nobody would go over the owners */
};

typedef struct reading {
    world w; /* of the reader */
    crowd_reader reader;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int64_t base;
    uint8_t *owners; /* by number of the salesperson */
    uint8_t *shared; /* by number of the lead */
    int64_t leads;
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

static bool is_open(const reading *t, int64_t owner, int64_t lead)
{
    uint64_t salesperson = (uint64_t)(owner - crowd_owner(t->base, 0));
    uint64_t number = (uint64_t)(lead - crowd_lead(t->base, 0));

    return (salesperson < 10000 && t->owners[salesperson] != 0) ||
           (number < (uint64_t)t->leads && t->shared[number] != 0);
}

static void open_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const reading *t = sqlite3_user_data(context);

    (void)count;
    sqlite3_result_int(
        context, is_open(t, sqlite3_value_int64(arguments[0]), sqlite3_value_int64(arguments[1])));
}

static void start(bench *b, reading *t, int fraction, bool shares)
{
    static char path[128];
    crm4e_engine_options options;

    crowd_place(b, path, sizeof path);
    options = world_options(path, 0);
    *t = (reading){.reader = crowd_reader_of(fraction, shares), .leads = b->records};
    world_need(world_as(&t->w, &options, t->reader.email) == CRM4E_OK, "%s", world_why(&t->w));
    t->db = native_handle(path);
    t->base = crowd_base(t->db);
    t->owners = calloc(10000, 1);
    t->shared = calloc((size_t)t->leads, 1);
    world_need(t->owners != NULL && t->shared != NULL, "no memory");
    memset(t->owners + t->reader.owners[0], 1, (size_t)(t->reader.owners[1] - t->reader.owners[0]));
    for (int64_t i = 0; i < t->reader.shares; i++)
        t->shared[crowd_shared(b, t->base, &t->reader, i) - crowd_lead(t->base, 0)] = 1;
    world_need(sqlite3_create_function_v2(t->db, "is_open", 2,
                                          SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, t,
                                          open_function, NULL, NULL, NULL) == SQLITE_OK,
               "no function");
}

static void stop(reading *t)
{
    (void)sqlite3_finalize(t->stmt);
    (void)sqlite3_close(t->db);
    world_close(&t->w);
    free(t->owners);
    free(t->shared);
}

static void compare(bench *b, reading *t, bench_line line, int each,
                    void (*crm4e)(reading *t, int i), void (*sqlite)(reading *t, int i))
{
    bench_runs runs = {.count = 0};

    for (int run = 0; run < RUNS + WARM_UP; run++) {
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
}

/* The next lead after some number that the reader sees. */
static int64_t next_open(const reading *t, int64_t number)
{
    int64_t owner;

    do {
        number = (number + 1) % t->leads;
        owner = crowd_owner(t->base, number * 48271 % 2147483647 % 10000);
    } while (!is_open(t, owner, crowd_lead(t->base, number)));
    return crowd_lead(t->base, number);
}

static void read_crm4e(reading *t, int i)
{
    crm4e_id id = next_open(t, (int64_t)i * 131 % t->leads);
    crm4e_record *lead = NULL;
    int rc = crm4e_record_open(&lead, t->w.session, "Leads", id);

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
    (void)sqlite3_bind_int64(t->stmt, 1, next_open(t, (int64_t)i * 131 % t->leads));
    world_need(sqlite3_step(t->stmt) == SQLITE_ROW, "a record is gone");
    take_columns(t);
    (void)sqlite3_reset(t->stmt);
}

void bench_r1(bench *b)
{
    static reading t;

    for (int shares = 0; shares < 2; shares++) {
        char work[60];

        start(b, &t, 2, shares != 0);
        t.stmt = native_prepare(t.db, "SELECT " SHOWN_COLUMNS
                                      " FROM crm4e_m1 WHERE id = ? AND is_open(owner, id)");
        (void)snprintf(work, sizeof work, "read, 50 %% visible, %lld shares",
                       (long long)t.reader.shares);
        compare(b, &t, (bench_line){.id = "R1", .work = work, .goal = 1.3}, R1_EACH, read_crm4e,
                read_sqlite);
        stop(&t);
    }
}

static void may_crm4e(reading *t, int i)
{
    crm4e_id id = next_open(t, (int64_t)(i % WARM_LEADS) * 131 % t->leads);

    world_need(crm4e_may(t->w.session, CRM4E_ACTION_VIEW, "Leads", id, NULL) == CRM4E_OK, "%s",
               world_why(&t->w));
}

static void explain_crm4e(reading *t, int i)
{
    crm4e_id id = next_open(t, (int64_t)(i % WARM_LEADS) * 131 % t->leads);
    crm4e_verdict *verdict = NULL;

    world_need(crm4e_explain(&verdict, t->w.session, 0, CRM4E_ACTION_VIEW, "Leads", id, NULL) ==
                   CRM4E_OK,
               "%s", world_why(&t->w));
    crm4e_verdict_free(verdict);
}

static void owner_sqlite(reading *t, int i)
{
    (void)sqlite3_bind_int64(t->stmt, 1, next_open(t, (int64_t)(i % WARM_LEADS) * 131 % t->leads));
    world_need(sqlite3_step(t->stmt) == SQLITE_ROW, "a record is gone");
    t->seen += sqlite3_column_int64(t->stmt, 0);
    (void)sqlite3_reset(t->stmt);
}

void bench_a1(bench *b)
{
    static reading t;

    start(b, &t, 2, true);
    t.stmt = native_prepare(t.db, "SELECT owner FROM crm4e_m1 WHERE id = ? AND is_open(owner, id)");
    compare(b, &t, (bench_line){.id = "A1", .work = "may, a call by itself"}, R1_EACH, may_crm4e,
            owner_sqlite);
    compare(b, &t, (bench_line){.id = "A1", .work = "explain", .most = 50}, R1_EACH, explain_crm4e,
            owner_sqlite);
    world_need(crm4e_session_begin(t.w.session) == CRM4E_OK &&
                   sqlite3_exec(t.db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK,
               "no transaction");
    compare(b, &t, (bench_line){.id = "A1", .work = "may, in a transaction", .most = 1}, R1_EACH,
            may_crm4e, owner_sqlite);
    world_need(crm4e_session_rollback(t.w.session) == CRM4E_OK, "%s", world_why(&t.w));
    stop(&t);
}

static const char page_query[] =
    "select Last_Name, Company, First_Name, Designation, Email, Phone, Mobile, Website, Street, "
    "City, Country, Lead_Status, Lead_Source, Industry, No_of_Employees, Annual_Revenue from Leads "
    "order by Last_Name limit 50";

static void page_crm4e(reading *t, int i)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, t->w.session, page_query);

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
    for (; sqlite3_step(t->stmt) == SQLITE_ROW; count++)
        take_columns(t);
    world_need(count == PAGE, "a page of %d", count);
    (void)sqlite3_reset(t->stmt);
}

/* Along the order, each row asked for. */
static sqlite3_stmt *along(const reading *t)
{
    return native_prepare(t->db,
                          "SELECT " SHOWN_COLUMNS " FROM crm4e_m1 INDEXED BY crm4e__m1_x1021 WHERE "
                          "is_open(owner, id) ORDER BY k1021, id LIMIT 50");
}

static char *list(char *text, int64_t (*id)(const reading *t, const bench *b, int64_t i),
                  const reading *t, const bench *b, int64_t count)
{
    char *grown = text;

    for (int64_t i = 0; i < count; i++) {
        char *longer = sqlite3_mprintf("%s%lld", i > 0 ? "," : "", (long long)id(t, b, i));
        size_t length = strlen(longer);

        memcpy(grown, longer, length + 1);
        grown += length;
        sqlite3_free(longer);
    }
    return grown;
}

static int64_t owner_id(const reading *t, const bench *b, int64_t i)
{
    (void)b;
    return crowd_owner(t->base, t->reader.owners[0] + i);
}

static int64_t shared_id(const reading *t, const bench *b, int64_t i)
{
    return crowd_shared(b, t->base, &t->reader, i);
}

/* What his owners have and what is shared, then sorted. NULL: too many owners. */
static sqlite3_stmt *over_owners(const reading *t, const bench *b)
{
    int64_t owners = t->reader.owners[1] - t->reader.owners[0];
    size_t room = 2000 + 20 * (size_t)(owners + t->reader.shares);
    char *sql = owners <= FEW_OWNERS ? malloc(room) : NULL;
    sqlite3_stmt *stmt = NULL;
    char *at = sql;

    if (sql == NULL)
        return NULL;
    at += sprintf(at, "SELECT " SHOWN_COLUMNS " FROM crm4e_m1 %sWHERE owner IN (",
                  t->reader.shares > 0 ? "" : "INDEXED BY crm4e__owner_m1 ");
    at = list(at, owner_id, t, b, owners);
    if (t->reader.shares > 0) {
        at += sprintf(at, ") OR id IN (");
        at = list(at, shared_id, t, b, t->reader.shares);
    }
    (void)sprintf(at, ") ORDER BY k1021, id LIMIT 50");
    stmt = native_prepare(t->db, sql);
    free(sql);
    return stmt;
}

static double time_of(reading *t, sqlite3_stmt *stmt)
{
    double best = 1e12;

    t->stmt = stmt;
    for (int i = 0; i < 4; i++) {
        double before = bench_cpu(), taken;

        page_sqlite(t, 0);
        taken = bench_cpu() - before;
        best = taken < best ? taken : best;
    }
    return best;
}

static void choose_way(reading *t, const bench *b)
{
    sqlite3_stmt *first = along(t), *second = over_owners(t, b);
    bool over = second != NULL && time_of(t, second) < time_of(t, first);

    t->stmt = over ? second : first;
    (void)sqlite3_finalize(over ? first : second);
}

/* Both show the same leads. */
static void check_page(reading *t)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, t->w.session, page_query);

    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        world_need(sqlite3_step(t->stmt) == SQLITE_ROW &&
                       strcmp((const char *)sqlite3_column_text(t->stmt, 0),
                              crm4e_cursor_text(rows, 0)) == 0,
                   "another lead is expected than %s", crm4e_cursor_text(rows, 0));
    }
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    world_need(sqlite3_step(t->stmt) == SQLITE_DONE, "a lead is missing");
    (void)sqlite3_reset(t->stmt);
    crm4e_cursor_free(rows);
}

void bench_l1(bench *b)
{
    static reading t;

    for (int i = 0; i < CROWD_FRACTIONS * 2; i++) {
        char work[60];

        start(b, &t, i / 2, i % 2 != 0);
        choose_way(&t, b);
        check_page(&t);
        (void)snprintf(work, sizeof work, "page of 50, %s %% visible, %lld shares",
                       t.reader.percent, (long long)t.reader.shares);
        compare(b, &t, (bench_line){.id = "L1", .work = work, .goal = 1.2}, L1_EACH, page_crm4e,
                page_sqlite);
        stop(&t);
    }
}

/* A transaction each: a lead is made, changed and deleted again. */
static void write_crm4e(reading *t, int i)
{
    crm4e_record *lead = NULL;
    int rc = bench_lead_new(&lead, &t->w, i);

    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK)
        rc = bench_lead_change(lead, i + 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK)
        rc = crm4e_record_delete(t->w.session, "Leads", crm4e_record_id(lead), 0);
    world_need(rc == CRM4E_OK, "%s", world_why(&t->w));
    crm4e_record_free(lead);
}

static const struct {
    const char *work;
    int each;
    void (*run)(reading *t, int i);
} growing[] = {
    {"growth of W1: create, update, delete, a transaction each", 5, write_crm4e},
    {"growth of R1: read, 50 % visible", R1_EACH, read_crm4e},
    {"growth of L1: page of 50, 50 % visible", L1_EACH, page_crm4e},
};

static double time_each(reading *t, size_t which)
{
    double before = bench_cpu();

    for (int i = 0; i < growing[which].each; i++)
        growing[which].run(t, i);
    return bench_cpu() - before;
}

/* The same work on few leads and on many. */
void bench_g1(bench *b)
{
    static reading few_leads, many_leads;
    bench few = *b, many = *b;

    few.records = G1_FEW;
    many.records = b->large ? G1_LARGE : G1_MANY;
    start(&few, &few_leads, 2, false);
    start(&many, &many_leads, 2, false);
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        const bench_line line = {.id = "G1",
                                 .work = growing[i].work,
                                 .goal = 2,
                                 .records = many.records,
                                 .other = "of_10000"};
        bench_runs runs = {.count = 0};

        for (int run = 0; run < RUNS + WARM_UP; run++) {
            double on_many = time_each(&many_leads, i), on_few = time_each(&few_leads, i);

            if (run >= WARM_UP)
                bench_add(&runs, on_many, on_few, growing[i].each);
        }
        bench_print(b, &line, &runs);
    }
    stop(&few_leads);
    stop(&many_leads);
}
