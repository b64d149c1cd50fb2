/* SPDX-License-Identifier: MIT */
/* S1: a search over names, as a user who sees half of them; the yardstick is a
 * raw query of FTS5 that joins their owners, Chinese cut into pairs for it. */
#include "native.h"

#include <string.h>

#define REP "ben@acme.example"

enum {
    WARM_UP = 2,
    S1_RUNS = 9,
    NAME_BYTES = 96
};

static const char *const syllables[] = {"an", "bel", "cor", "dan", "el",  "far", "gar", "hol",
                                        "is", "jor", "kel", "lom", "mar", "nor", "ol",  "per"};
static const char *const signs[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                                    "徐", "孙", "胡", "朱", "高", "林", "伟", "芳", "娜", "敏"};

/* A name of three syllables and one of two; every fourth is Chinese. `pairs`: as
 * FTS5 gets it. */
static void make_name(int64_t number, bool pairs, char *name, size_t size)
{
    world_random r = {(uint64_t)number * 2654435761u + 1};
    const char *part[5];

    (void)world_next(&r);
    for (int i = 0; i < 5; i++)
        part[i] = number % 4 == 0 ? signs[world_below(&r, 20)] : syllables[world_below(&r, 16)];
    if (number % 4 != 0)
        (void)snprintf(name, size, "%s%s%s %s%s", part[0], part[1], part[2], part[3], part[4]);
    else if (pairs)
        (void)snprintf(name, size, "%s%s %s%s %s", part[0], part[1], part[1], part[2], part[2]);
    else
        (void)snprintf(name, size, "%s%s%s", part[0], part[1], part[2]);
}

typedef struct seeking {
    world w; /* of the user */
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int64_t seen; /* keeps results in use */
} seeking;

static void need_sql(sqlite3 *db, const char *sql)
{
    world_need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
}

static void fill(world *w, int64_t from, int64_t to)
{
    char name[NAME_BYTES];

    for (int64_t i = from; i < to; i++) {
        crm4e_record *contact = NULL;
        int rc = (i - from) % NATIVE_BATCH == 0 ? crm4e_session_begin(w->session) : CRM4E_OK;

        make_name(i, false, name, sizeof name);
        if (rc == CRM4E_OK)
            rc = crm4e_record_new(&contact, w->session, "Contacts");
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_text(contact, "Last_Name", name, CRM4E_NUL_TERMINATED);
        if (rc == CRM4E_OK)
            rc = crm4e_record_save(contact);
        crm4e_record_free(contact);
        if (rc == CRM4E_OK && ((i - from) % NATIVE_BATCH == NATIVE_BATCH - 1 || i + 1 == to))
            rc = crm4e_session_commit(w->session);
        world_need(rc == CRM4E_OK, "filling: %s", world_why(w));
    }
}

static void fill_native(sqlite3 *db, int64_t records)
{
    char name[NAME_BYTES];
    sqlite3_stmt *owner, *words;

    need_sql(db, "create table n(id integer primary key, owner integer);"
                 "create virtual table f using fts5(name, content='', prefix='2 3');begin");
    owner = native_prepare(db, "insert into n values(?, ?)");
    words = native_prepare(db, "insert into f(rowid, name) values(?, ?)");
    for (int64_t i = 0; i < records; i++) {
        make_name(i, true, name, sizeof name);
        sqlite3_bind_int64(owner, 1, i + 1);
        sqlite3_bind_int64(owner, 2, i < records / 2 ? 1 : 2);
        sqlite3_bind_int64(words, 1, i + 1);
        sqlite3_bind_text(words, 2, name, -1, SQLITE_STATIC);
        world_need(sqlite3_step(owner) == SQLITE_DONE && sqlite3_step(words) == SQLITE_DONE, "%s",
                   sqlite3_errmsg(db));
        sqlite3_reset(owner);
        sqlite3_reset(words);
    }
    sqlite3_finalize(owner);
    sqlite3_finalize(words);
    need_sql(db, "commit;insert into f(f) values('optimize')");
}

static void start(bench *b, seeking *t)
{
    static const char document[] =
        "{\"users\": [{\"email\": \"" REP "\", \"profile\": \"Standard\","
        " \"role\": \"Manager\"}]}";
    char path[128];
    crm4e_engine_options options;

    (void)snprintf(path, sizeof path, "%s/search", b->directory);
    options = world_options(path, 0);
    (void)remove(path);
    world_need(world_create(&t->w, &options, 5) == CRM4E_OK, "%s", world_why(&t->w));
    world_need(world_apply(&t->w, document) == CRM4E_OK, "%s", world_why(&t->w));
    fill(&t->w, 0, b->records / 2);
    world_close(&t->w);
    world_need(world_as(&t->w, &options, REP) == CRM4E_OK, "%s", world_why(&t->w));
    fill(&t->w, b->records / 2, b->records);
    (void)snprintf(path, sizeof path, "%s/fts5", b->directory);
    (void)remove(path);
    world_need(sqlite3_open(path, &t->db) == SQLITE_OK, "%s", path);
    fill_native(t->db, b->records);
    t->stmt = native_prepare(t->db, "select f.rowid from f join n on n.id = f.rowid where f match ?"
                                    " and n.owner = 2 order by f.rowid desc limit 20");
}

static double by_crm4e(seeking *t, const char *text)
{
    double before = bench_wall();
    crm4e_text *out = NULL;
    int rc = crm4e_search_json(&out, t->w.session, text, CRM4E_NUL_TERMINATED, NULL);

    world_need(rc == CRM4E_OK && crm4e_text_length(out) > 2, "search: %s", world_why(&t->w));
    t->seen += (int64_t)crm4e_text_length(out);
    crm4e_text_free(out);
    return bench_wall() - before;
}

static double by_sqlite(seeking *t, const char *match)
{
    double before = bench_wall();
    int64_t rows = 0;

    sqlite3_bind_text(t->stmt, 1, match, -1, SQLITE_STATIC);
    while (sqlite3_step(t->stmt) == SQLITE_ROW)
        rows += sqlite3_column_int64(t->stmt, 0) > 0;
    sqlite3_reset(t->stmt);
    world_need(rows > 0, "no row of %s", match);
    t->seen += rows;
    return bench_wall() - before;
}

typedef struct question {
    const char *work;
    const char *text;
    const char *match;
} question;

void bench_s1(bench *b)
{
    char both[NAME_BYTES], begun[NAME_BYTES + 1];
    const question questions[] = {
        {"word", "holmar", "holmar"},
        {"prefix", "mar", "mar*"},
        {"two words", both, begun},
        {"chinese", "王伟", "王伟"},
    };
    seeking t = {.seen = 0};

    make_name(b->records - 1 - (b->records - 1) % 4 - 1, false, both, sizeof both);
    (void)snprintf(begun, sizeof begun, "%s*", both);
    start(b, &t);
    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        bench_line line = {
            .id = "S1", .work = questions[q].work, .goal = 2.0, .records = b->records};
        bench_runs runs = {.count = 0};

        for (int i = 0; i < S1_RUNS + WARM_UP; i++) {
            double ours = by_crm4e(&t, questions[q].text);
            double theirs = by_sqlite(&t, questions[q].match);

            if (i >= WARM_UP)
                bench_add(&runs, ours, theirs, 1);
        }
        bench_print(b, &line, &runs);
    }
    sqlite3_finalize(t.stmt);
    sqlite3_close(t.db);
    world_close(&t.w);
}
