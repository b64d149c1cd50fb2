/* SPDX-License-Identifier: MIT */
/*
 * Opens what is no database, somebody else's database, and damaged copies of a
 * good one: a code or an answer, never a crash, never a wait, and no byte of
 * what was not ours is written.
 * usage: hostile [FLIPS [SEED]]
 */
#include "fault/world.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FLIPS = 300,
    LEADS = 40,
    PATIENCE = 60 /* seconds for one file */
};

typedef struct hostile_test {
    char directory[64];
    char path[128];
    unsigned char *good;
    size_t size;
    crm4e_id lead;
    world_random random;
    int refused, answered, reported;
    bool reads_only; /* it was opened for reading only */
} hostile_test;

/* Any of these may be the answer to bytes that anybody may have written. */
static int fair(int rc)
{
    static const int codes[] = {CRM4E_OK,
                                CRM4E_ROW,
                                CRM4E_E_CORRUPT,
                                CRM4E_E_NOT_FOUND,
                                CRM4E_E_DENIED,
                                CRM4E_E_INACTIVE,
                                CRM4E_E_INVALID,
                                CRM4E_E_SCHEMA_OLD,
                                CRM4E_E_SCHEMA_NEW,
                                CRM4E_E_CALLBACK,
                                CRM4E_E_UNSUPPORTED,
                                CRM4E_E_TOO_BIG,
                                CRM4E_E_IO,
                                CRM4E_E_LIMIT,
                                CRM4E_E_FULL,
                                CRM4E_E_ENVIRONMENT,
                                CRM4E_E_ENVIRONMENT,
                                CRM4E_E_CYCLE,
                                CRM4E_E_DEPTH,
                                CRM4E_E_CONFLICT};
    size_t at = 0;

    while (at < sizeof codes / sizeof *codes && codes[at] != rc)
        at++;
    return at < sizeof codes / sizeof *codes;
}

static void look(const char *what, int rc)
{
    world_need(fair(rc), "%s: %s", what, crm4e_code_name(rc));
}

/* Reads in every way there is. */
static void read_all(hostile_test *t, world *w)
{
    static const char *const queries[] = {
        "select Company, Annual_Revenue, First_Name, Owner from Leads order by Company limit 100",
        "select Last_Name from Leads where Annual_Revenue > 10 and Company like 'C%'",
    };
    crm4e_record *lead = NULL;
    crm4e_text *text = NULL;
    crm4e_chart *chart = NULL;

    for (size_t i = 0; i < 2; i++) {
        crm4e_cursor *rows = NULL;
        int rc = crm4e_query_text(&rows, w->session, queries[i]);

        while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
            (void)crm4e_cursor_text(rows, 0);
        look("a query", rc);
        crm4e_cursor_free(rows);
    }
    look("a record", crm4e_record_open(&lead, w->session, "Leads", t->lead));
    if (lead != NULL)
        look("its JSON", crm4e_record_json(&text, lead));
    crm4e_text_free(text);
    crm4e_record_free(lead);
    text = NULL;
    look("an export", crm4e_org_export(&text, w->session));
    crm4e_text_free(text);
    look("a chart", crm4e_chart_new(&chart, w->session, "Leads"));
    if (chart != NULL)
        look("its run", crm4e_chart_run(chart));
    crm4e_chart_free(chart);
}

static void write_some(hostile_test *t, world *w)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_open(&lead, w->session, "Leads", t->lead);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Company", "Changed", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    look("a change", rc);
    crm4e_record_free(lead);
    lead = NULL;
    rc = crm4e_record_new(&lead, w->session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(lead, "{\"Last_Name\": \"New\", \"Company\": \"C\"}",
                                   CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    look("a new record", rc);
    crm4e_record_free(lead);
}

/* Everything that can be done with the file at the path. */
static void use(hostile_test *t, uint32_t flags, int write)
{
    crm4e_engine_options options = world_options(t->path, flags);
    crm4e_text *problems = NULL;
    world w;
    int rc = world_open(&w, &options);

    look("opening", rc);
    t->refused += rc != CRM4E_OK;
    t->answered += rc == CRM4E_OK;
    if (rc == CRM4E_OK) {
        read_all(t, &w);
        if (write)
            write_some(t, &w);
        rc = crm4e_check(&problems, w.org);
        look("the check", rc);
        t->reported += rc != CRM4E_OK || strcmp(crm4e_text_data(problems), "[]") != 0;
        crm4e_text_free(problems);
    }
    world_close(&w);
}

/* The file has exactly these bytes, and nothing lies beside it; but SQLite may
 * leave an empty log beside a file that it opened for reading only. */
static void unchanged(const hostile_test *t, const void *bytes, size_t size, const char *what)
{
    size_t found = 0;
    unsigned char *now = world_read_file(t->path, &found);
    char beside[160];

    world_need(now != NULL && found == size && (size == 0 || memcmp(now, bytes, size) == 0),
               "%s: the file was written", what);
    free(now);
    for (int i = 0; i < 3; i++) {
        static const char *const ends[] = {"-wal", "-shm", "-journal"};

        struct stat there;

        (void)snprintf(beside, sizeof beside, "%s%s", t->path, ends[i]);
        world_need(stat(beside, &there) != 0 || (i < 2 && (t->answered > 0 || t->reads_only) &&
                                                 (i == 1 || there.st_size == 0)),
                   "%s: %s was left", what, ends[i]);
        (void)unlink(beside);
    }
}

static void refuse(hostile_test *t, const void *bytes, size_t size, const char *what)
{
    static const uint32_t flags[] = {0, CRM4E_ENGINE_READ_ONLY, CRM4E_ENGINE_MIGRATE,
                                     CRM4E_ENGINE_ROLLBACK_JOURNAL};

    world_write_file(t->path, bytes, size);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        int before = t->answered;

        use(t, flags[i], 0);
        world_need(t->answered == before, "%s was opened", what);
        unchanged(t, bytes, size, what);
    }
    (void)unlink(t->path);
}

/* An org must not be made over something that is there. */
static void never_created_over(hostile_test *t, const void *bytes, size_t size)
{
    crm4e_engine_options options = world_options(t->path, 0);
    world w;

    world_write_file(t->path, bytes, size);
    world_need(world_create(&w, &options, 5) < 0, "an org was made over a file");
    world_close(&w);
    unchanged(t, bytes, size, "creating over it");
    (void)unlink(t->path);
}

static void no_database(hostile_test *t)
{
    static const char text[] = "Dear reader, this is a letter and no database.\n";
    unsigned char noise[8192];

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)world_next(&t->random);
    refuse(t, "", 0, "an empty file");
    refuse(t, text, sizeof text - 1, "a text");
    refuse(t, noise, sizeof noise, "noise");
    refuse(t, "SQLite format 3", 16, "a name and no more");
    never_created_over(t, text, sizeof text - 1);
    never_created_over(t, "", 0);
}

static void special_files(hostile_test *t)
{
    char inside[160];
    struct stat found;

    world_need(mkfifo(t->path, 0600) == 0, "no pipe");
    use(t, 0, 0);
    use(t, CRM4E_ENGINE_READ_ONLY, 0);
    world_need(lstat(t->path, &found) == 0 && S_ISFIFO(found.st_mode), "the pipe is gone");
    (void)unlink(t->path);
    world_need(mkdir(t->path, 0700) == 0, "no directory");
    use(t, 0, 0);
    (void)snprintf(inside, sizeof inside, "%s/catalogue.crm4e", t->path);
    world_need(access(inside, F_OK) != 0, "reading made a catalogue");
    world_need(mkfifo(inside, 0600) == 0, "no pipe");
    use(t, 0, 0);
    (void)unlink(inside);
    world_write_file(inside, "no catalogue", 12);
    use(t, 0, 0);
    (void)unlink(inside);
    (void)rmdir(t->path);
    world_need(symlink("/dev/zero", t->path) == 0, "no link");
    use(t, 0, 0);
    (void)unlink(t->path);
}

/* Another program's database, once with our mark forged onto it. */
static void strangers(hostile_test *t)
{
    for (int forged = 0; forged < 3; forged++) {
        sqlite3 *db = NULL;
        unsigned char *bytes;
        size_t size;

        world_need(sqlite3_open(t->path, &db) == SQLITE_OK &&
                       sqlite3_exec(db,
                                    "CREATE TABLE crm4e_org (id INTEGER PRIMARY KEY, x);"
                                    "INSERT INTO crm4e_org VALUES (1, 'theirs');"
                                    "CREATE TRIGGER t AFTER INSERT ON crm4e_org BEGIN DELETE FROM "
                                    "crm4e_org; END;",
                                    NULL, NULL, NULL) == SQLITE_OK,
                   "no database");
        if (forged > 0)
            (void)sqlite3_exec(db, "PRAGMA application_id = 1129460805; PRAGMA user_version = 1",
                               NULL, NULL, NULL);
        if (forged > 1)
            (void)sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        (void)sqlite3_close(db);
        bytes = world_read_file(t->path, &size);
        world_need(bytes != NULL, "no database");
        if (forged == 0)
            refuse(t, bytes, size, "another program's database");
        else
            use(t, 0, 0);
        free(bytes);
        (void)unlink(t->path);
    }
}

static void truncations(hostile_test *t)
{
    for (size_t part = 0; part < 40; part++) {
        size_t size = part < 12 ? part * 100 : t->size * part / 40 + part % 3 * 512;

        (void)alarm(PATIENCE);
        size = size < t->size ? size : t->size;
        world_write_file(t->path, t->good, size);
        use(t, 0, (int)(part % 2));
        (void)unlink(t->path);
    }
}

/* Half of the flips hit where the schema and our own tables begin. */
static void flips(hostile_test *t, int count)
{
    unsigned char *bytes = malloc(t->size);

    world_need(bytes != NULL, "no memory");
    for (int i = 0; i < count; i++) {
        uint64_t hits = 1 + world_below(&t->random, 12);
        size_t reach = i % 2 == 0 ? t->size : t->size / 6;

        (void)alarm(PATIENCE);
        memcpy(bytes, t->good, t->size);
        for (uint64_t hit = 0; hit < hits; hit++)
            bytes[world_below(&t->random, reach)] ^=
                (unsigned char)(1U << world_below(&t->random, 8));
        world_write_file(t->path, bytes, t->size);
        use(t, i % 3 == 0 ? CRM4E_ENGINE_READ_ONLY : 0, i % 3 == 1);
        t->reads_only = i % 3 == 0; /* also one that is refused when its tables are read */
        if (i % 3 != 1)
            unchanged(t, bytes, t->size, "a damaged copy that was only read");
        t->reads_only = false;
        (void)unlink(t->path);
    }
    free(bytes);
}

/* What a stranger's hand may write into our rows without breaking the file. */
static void forged_rows(hostile_test *t)
{
    static const char *const wounds[] = {
        "UPDATE crm4e_profile SET definition = '{'",
        "UPDATE crm4e_profile SET definition = '[]'",
        "UPDATE crm4e_profile SET definition = NULL, kind = 0",
        "UPDATE crm4e_crm_user SET role = 1, profile = 2",
        "UPDATE crm4e_crm_user SET status = 77, licence = -1",
        "UPDATE crm4e_role SET parent = id",
        "UPDATE crm4e_org SET edition = 99",
        "UPDATE crm4e_org SET zone = 'Nowhere/Land'",
        "UPDATE crm4e_org SET token_key = x''",
        "DELETE FROM crm4e_state",
        "DELETE FROM crm4e_role",
        "DELETE FROM crm4e_org",
        "UPDATE crm4e_state SET next_id = 1, next_change = 1",
        "UPDATE crm4e_state SET clock = 9223372036854775807",
        "UPDATE crm4e_state SET generation = -1",
        "UPDATE crm4e_0storage SET version = 0",
        "UPDATE crm4e_0storage SET version = 7",
        "UPDATE crm4e_0storage SET name = CAST(x'ff' AS TEXT)",
        "UPDATE crm4e_0storage SET org = 5",
        "DELETE FROM crm4e_0storage",
        "UPDATE crm4e_m1 SET owner = 1",
        "UPDATE crm4e_m1 SET version = 9223372036854775807",
        "UPDATE crm4e_m1 SET version = -5, locked = 9",
        "UPDATE crm4e_m1 SET c1033 = 999, c1037 = 9223372036854775807",
        "UPDATE crm4e_m1 SET modified_time = 9223372036854775807, created_time = -1",
        "UPDATE crm4e_m1 SET c1021 = CAST(x'ff80' AS TEXT)",
        "UPDATE crm4e_m1 SET c1022 = CAST(x'610062' AS TEXT), k1022 = NULL",
        "UPDATE crm4e_m1 SET c1022 = printf('%.*c', 3000000, 'x')",
        "UPDATE crm4e_history SET changes = ';;;'",
        "UPDATE crm4e_history SET changes = '>f?fi5mU3ox'",
        "UPDATE crm4e_history SET module = 424242, record = -1",
        "UPDATE crm4e_counter SET used = 9223372036854775807",
        "INSERT INTO crm4e_module VALUES (500, 'Ghost', 1, 0, 1, 1, '{}')",
        "INSERT INTO crm4e_field VALUES (777, 1, 'Ghost', 1, 0, '{\"length\": -3}')",
        "DROP TABLE crm4e_m1",
        "DROP TABLE crm4e_history",
        "ALTER TABLE crm4e_m1 ADD COLUMN extra TEXT",
        "CREATE VIEW v AS SELECT 1",
    };

    for (size_t i = 0; i < sizeof wounds / sizeof *wounds; i++) {
        sqlite3 *db = NULL;

        (void)alarm(PATIENCE);
        world_write_file(t->path, t->good, t->size);
        world_need(sqlite3_open(t->path, &db) == SQLITE_OK &&
                       sqlite3_exec(db, wounds[i], NULL, NULL, NULL) == SQLITE_OK,
                   "%s: %s", wounds[i], sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        use(t, 0, 1);
        (void)unlink(t->path);
    }
}

static void make_good(hostile_test *t)
{
    crm4e_engine_options options = world_options(t->path, 0);
    char company[16];
    world w;

    world_need(world_create(&w, &options, 5) == CRM4E_OK, "create: %s", world_why(&w));
    for (int i = 0; i < LEADS; i++) {
        (void)snprintf(company, sizeof company, "C %d", i);
        world_need(world_lead_create(&w, company, &t->lead) == CRM4E_OK, "%s", world_why(&w));
    }
    world_close(&w);
    t->good = world_read_file(t->path, &t->size);
    world_need(t->good != NULL, "no file");
    (void)unlink(t->path);
}

static void tell(hostile_test *t, const char *what)
{
    printf("%s: %d refused, %d opened, %d of these with problems reported\n", what, t->refused,
           t->answered, t->reported);
    t->refused = t->answered = t->reported = 0;
}

int main(int argc, char **argv)
{
    hostile_test t = {0};
    int count = argc > 1 ? (int)strtol(argv[1], NULL, 10) : FLIPS;

    t.random.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20260131;
    printf("seed %llu\n", (unsigned long long)t.random.state);
    (void)fflush(stdout);
    (void)alarm(PATIENCE);
    world_place(t.directory, sizeof t.directory);
    (void)snprintf(t.path, sizeof t.path, "%s/file", t.directory);
    make_good(&t);
    no_database(&t);
    special_files(&t);
    strangers(&t);
    tell(&t, "no database of ours");
    truncations(&t);
    tell(&t, "truncated");
    flips(&t, count);
    tell(&t, "bits turned over");
    forged_rows(&t);
    tell(&t, "rows forged");
    free(t.good);
    world_remove(t.directory);
    return 0;
}
