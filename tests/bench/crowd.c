/* SPDX-License-Identifier: MIT */
#include "crowd.h"

#include <string.h>
#include <unistd.h>

/* Ids are counted from a base: the first number the org had not given out. */
enum {
    ROLES = 0,
    READERS = 3000,
    SALESPEOPLE = 10000,
    GROUPS = 30000,
    RULES = 40000,
    SHARES = 100000,
    LEADS = 1000000,
    SALESPERSON_COUNT = 10000
};

static const struct {
    const char *percent;
    int64_t owners;
    int role; /* of who sees so much; -1: a salesperson */
} fractions[CROWD_FRACTIONS] = {
    {"0.01", 1, -1},
    {"1", 100, 100},
    {"50", 5000, 1},
    {"100", 10000, 0},
};

crowd_reader crowd_reader_of(int fraction, bool shares)
{
    crowd_reader reader = {.percent = fractions[fraction].percent,
                           .owners = {0, fractions[fraction].owners},
                           .shares = shares ? CROWD_SHARES : 0};

    if (fractions[fraction].role < 0) {
        reader.owners[0] = shares;
        reader.owners[1] = shares + 1;
        (void)snprintf(reader.email, sizeof reader.email, "user%d@acme.example", shares);
    } else {
        (void)snprintf(reader.email, sizeof reader.email, "reader%d@acme.example",
                       fraction * 2 + shares);
    }
    return reader;
}

int64_t crowd_owner(int64_t base, int64_t number)
{
    return base + SALESPEOPLE + number;
}

int64_t crowd_lead(int64_t base, int64_t number)
{
    return base + LEADS + number;
}

static int64_t kind_of(const crowd_reader *reader)
{
    int64_t kind = 0;

    while (strcmp(fractions[kind].percent, reader->percent) != 0)
        kind++;
    return kind;
}

/* Every reader has leads of his own, spread over all. */
int64_t crowd_shared(const bench *b, int64_t base, const crowd_reader *reader, int64_t number)
{
    return crowd_lead(base, b->records / CROWD_SHARES * number + kind_of(reader));
}

int64_t crowd_base(sqlite3 *db)
{
    sqlite3_stmt *stmt = native_prepare(db, "SELECT min(record) FROM crm4e_share");
    int64_t base;

    world_need(sqlite3_step(stmt) == SQLITE_ROW, "no shares");
    base = sqlite3_column_int64(stmt, 0) - LEADS;
    (void)sqlite3_finalize(stmt);
    return base;
}

static void execute(sqlite3 *db, const char *sql)
{
    world_need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
               sqlite3_errmsg(db));
}

/* The rows of n(i), i = 0 up to below `count`; ?2 is the base, ?3 a number. */
static void insert(sqlite3 *db, const char *what, int64_t count, int64_t base, int64_t number)
{
    char sql[6000];
    sqlite3_stmt *stmt;

    (void)snprintf(sql, sizeof sql,
                   "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
                   "?1) INSERT INTO %s",
                   what);
    stmt = native_prepare(db, sql);
    (void)sqlite3_bind_int64(stmt, 1, count);
    (void)sqlite3_bind_int64(stmt, 2, base);
    (void)sqlite3_bind_int64(stmt, 3, number);
    world_need(sqlite3_step(stmt) == SQLITE_DONE, "%s: %s", what, sqlite3_errmsg(db));
    (void)sqlite3_finalize(stmt);
}

/* One role above all, 2 below it, 5 below each, then 10 and 10. */
static void fill_roles(sqlite3 *db, int64_t base)
{
    insert(db,
           "crm4e_role SELECT ?2, 'All', (SELECT id FROM crm4e_role WHERE parent IS NULL), 0 FROM "
           "n",
           1, base, 0);
    insert(db, "crm4e_role SELECT ?2 + 1 + i, 'Half ' || i, ?2, 0 FROM n", 2, base, 0);
    insert(db, "crm4e_role SELECT ?2 + 10 + i, 'Region ' || i, ?2 + 1 + i / 5, 0 FROM n", 10, base,
           0);
    insert(db, "crm4e_role SELECT ?2 + 100 + i, 'Office ' || i, ?2 + 10 + i / 10, 0 FROM n", 100,
           base, 0);
    insert(db, "crm4e_role SELECT ?2 + 1000 + i, 'Team ' || i, ?2 + 100 + i / 10, 0 FROM n", 1000,
           base, 0);
}

#define USER(name, role)                                                                           \
    name ", " name " || '@acme.example', " name " || '@acme.example', " role ", "                  \
         "(SELECT id FROM crm4e_profile WHERE name = 'Standard'), licence, status, locale, zone, " \
         "reporting_to, ui_mode FROM n JOIN crm4e_crm_user "                                       \
         "ON id = (SELECT min(id) FROM crm4e_crm_user)"

static void fill_users(sqlite3 *db, int64_t base)
{
    for (int i = 1; i < CROWD_FRACTIONS; i++) {
        insert(db,
               "crm4e_crm_user SELECT ?2 + 3000 + ?3 / 10000 * 2 + i, " USER(
                   "'reader' || (?3 / 10000 * 2 + i)", "?2 + ?3 % 10000"),
               2, base, i * 10000 + fractions[i].role);
    }
    insert(db, "crm4e_crm_user SELECT ?2 + 10000 + i, " USER("'user' || i", "?2 + 1000 + i / 10"),
           SALESPERSON_COUNT, base, 0);
}

/* Groups of two teams, and every tenth of two groups before it; rules from a
 * team to a group. None of them adds to what the readers see; the first says
 * once more that half of the tree is open to who leads it. */
static void fill_sharing(sqlite3 *db, int64_t base)
{
    insert(db,
           "crm4e_user_group SELECT ?2 + 30000 + i, 'Group ' || i, CASE WHEN i % 10 = 9 THEN "
           "json_object('sources', json_array(json_object('kind', 4, 'id', ?2 + 30000 + i - 1), "
           "json_object('kind', 4, 'id', ?2 + 30000 + i - 2))) ELSE "
           "json_object('sources', json_array(json_object('kind', 2, 'id', ?2 + 1001 + i * 2 % "
           "999), json_object('kind', 3, 'id', ?2 + 1001 + (i * 2 + 1) % 999))) END FROM n",
           500, base, 0);
    insert(db,
           "crm4e_sharing_rule SELECT ?2 + 40000 + i, 1, 'Rule ' || i, 1, json_object('from', "
           "json_array(json_object('kind', 3, 'id', ?2 + 1000 + i)), 'fields', json_array(), 'to', "
           "json_array(CASE WHEN i = 0 THEN json_object('kind', 2, 'id', ?2 + 1) ELSE "
           "json_object('kind', 4, 'id', ?2 + 30000 + i % 500) END), 'level', 1) FROM n",
           1000, base, 0);
}

static void fill_shares(const bench *b, sqlite3 *db, int64_t base)
{
    for (int i = 0; i < CROWD_FRACTIONS; i++) {
        crowd_reader reader = crowd_reader_of(i, true);
        char sql[600];

        (void)snprintf(
            sql, sizeof sql,
            "crm4e_share (id, module, record, kind, subject, level, related, resting, shared_by, "
            "share_time) SELECT ?2 + %d + i, 1, ?2 + %lld + i * ?3, 1, (SELECT id FROM "
            "crm4e_crm_user WHERE email = '%s'), 1, 0, 0, (SELECT min(id) FROM "
            "crm4e_crm_user), 1700000000000000 FROM n",
            SHARES + i * CROWD_SHARES, (long long)crowd_shared(b, 0, &reader, 0), reader.email);
        insert(db, sql, CROWD_SHARES, base, b->records / CROWD_SHARES);
    }
}

/* What the columns of a lead are taken from: a few say which lead it is. */
static const char *source_of(const char *column)
{
    static const char *const sources[][2] = {
        {"id", "?2 + 1000000 + i"},
        {"owner", "?2 + 10000 + i * 48271 % 2147483647 % 10000"},
        {"c1021", "'Lead Number ' || (i * 7919 % 1000003)"},
        {"k1021", "'lead number ' || (i * 7919 % 1000003)"},
    };
    const char *source = column;

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (strcmp(sources[i][0], column) == 0)
            source = sources[i][1];
    }
    return source;
}

static void fill_leads(sqlite3 *db, int64_t base, int64_t count)
{
    static char into[3000], sql[6000];
    sqlite3_stmt *stmt = native_prepare(db, "SELECT * FROM crm4e_m1");
    int used = 0;

    into[0] = '\0';
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
        const char *name = sqlite3_column_name(stmt, i);

        used += snprintf(into + used, sizeof into - (size_t)used, "%s%s", i > 0 ? ", " : "",
                         source_of(name));
    }
    (void)sqlite3_finalize(stmt);
    execute(db, "CREATE TEMP TABLE sample AS SELECT row_number() OVER () - 1 AS number, * FROM "
                "crm4e_m1; DELETE FROM crm4e_m1; DELETE FROM crm4e_history");
    execute(db, "CREATE UNIQUE INDEX temp.sample_number ON sample (number)");
    (void)snprintf(sql, sizeof sql,
                   "crm4e_m1 SELECT %s FROM n CROSS JOIN sample ON number = i %% 1000", into);
    insert(db, sql, count, base, 0);
}

/* Indexes are made when the rows are there. */
static void fill(const bench *b, const char *path)
{
    sqlite3 *db = native_handle(path);
    sqlite3_stmt *stmt;
    char *indexes[16];
    size_t count = 0;
    int64_t base;

    execute(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
                "-500000; PRAGMA secure_delete = OFF");
    stmt = native_prepare(db, "SELECT next_id FROM crm4e_state");
    world_need(sqlite3_step(stmt) == SQLITE_ROW, "no state");
    base = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    stmt = native_prepare(db, "SELECT sql, name FROM sqlite_schema WHERE tbl_name = 'crm4e_m1' AND "
                              "type = 'index'");
    while (count < 16 && sqlite3_step(stmt) == SQLITE_ROW)
        indexes[count++] = sqlite3_mprintf("DROP INDEX %w; %s", sqlite3_column_text(stmt, 1),
                                           sqlite3_column_text(stmt, 0));
    (void)sqlite3_finalize(stmt);
    for (size_t i = 0; i < count; i++) {
        char *second = strchr(indexes[i], ';');

        *second = '\0';
        execute(db, indexes[i]);
        *second = ';';
    }
    execute(db, "BEGIN");
    fill_roles(db, base);
    fill_users(db, base);
    fill_sharing(db, base);
    fill_shares(b, db, base);
    fill_leads(db, base, b->records);
    stmt = native_prepare(db, "UPDATE crm4e_state SET next_id = ?, shares = 1");
    (void)sqlite3_bind_int64(stmt, 1, crowd_lead(base, b->records));
    world_need(sqlite3_step(stmt) == SQLITE_DONE, "no state");
    (void)sqlite3_finalize(stmt);
    execute(db, "COMMIT");
    for (size_t i = 0; i < count; i++) {
        execute(db, strchr(indexes[i], ';') + 1);
        sqlite3_free(indexes[i]);
    }
    execute(db, "PRAGMA journal_mode = WAL");
    (void)sqlite3_close(db);
}

static void sample(const char *path)
{
    crm4e_engine_options options = world_options(path, 0);
    world w;

    world_need(world_create(&w, &options, 2 * SALESPERSON_COUNT) == CRM4E_OK &&
                   crm4e_session_begin(w.session) == CRM4E_OK,
               "%s", world_why(&w));
    for (int i = 0; i < NATIVE_BATCH; i++) {
        crm4e_record *lead = NULL;

        world_need(bench_lead_new(&lead, &w, i) == CRM4E_OK && crm4e_record_save(lead) == CRM4E_OK,
                   "%s", world_why(&w));
        crm4e_record_free(lead);
    }
    world_need(crm4e_session_commit(w.session) == CRM4E_OK, "%s", world_why(&w));
    world_close(&w);
}

void crowd_place(bench *b, char *path, size_t size)
{
    char unfinished[140];

    (void)snprintf(path, size, "%s/crowd-%lld", b->directory, (long long)b->records);
    (void)snprintf(unfinished, sizeof unfinished, "%s.making", path);
    if (access(path, R_OK) == 0)
        return;
    (void)remove(unfinished);
    sample(unfinished);
    fill(b, unfinished);
    world_need(rename(unfinished, path) == 0, "%s stays", unfinished);
}
