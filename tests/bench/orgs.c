/* SPDX-License-Identifier: MIT */
/* O1: opening one of many orgs, each a file in a directory, and its first list; the yardstick
 * opens the same file with SQLite and runs the query by hand. */
#include "native.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum {
    ORGS = 1000,
    LEADS = 60,
    EACH = 20, /* orgs of a run, others each time */
    WARM_UP = 2,
    RUNS = 15,
    NAME_ROOM = 300
};

/* Bytes of the library, beside SQLite's own. */
static size_t live;

static void *count_allocate(void *user, size_t size)
{
    size_t *block = malloc(size + 16);

    (void)user;
    if (block == NULL)
        return NULL;
    *block = size;
    live += size;
    return block + 2;
}

static void *count_reallocate(void *user, void *block, size_t size)
{
    size_t *old = (size_t *)block - 2;
    const size_t before = *old;
    size_t *grown = realloc(old, size + 16);

    (void)user;
    if (grown == NULL)
        return NULL;
    *grown = size;
    live += size - before;
    return grown + 2;
}

static void count_release(void *user, void *block)
{
    size_t *old = (size_t *)block - 2;

    (void)user;
    live -= *old;
    free(old);
}

static const crm4e_allocator counting = {sizeof counting, NULL, count_allocate, count_reallocate,
                                         count_release};

typedef struct place {
    world w;
    char directory[NAME_ROOM];
    char (*files)[NAME_ROOM];
    size_t file_count;
    int64_t seen; /* keeps results in use */
} place;

static void must(const place *p, int rc)
{
    world_need(rc == CRM4E_OK, "%s", world_why(&p->w));
}

static void name_of(char *out, size_t size, int org)
{
    (void)snprintf(out, size, "Org %d", org % ORGS);
}

static void make_org(place *p, int number)
{
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    char name[32];

    name_of(name, sizeof name, number);
    options.name = name;
    options.edition = CRM4E_EDITION_ENTERPRISE;
    options.crm_licences = 5;
    options.admin_email = WORLD_ADMIN;
    must(p, crm4e_org_create(&p->w.org, p->w.engine, &options));
    must(p, crm4e_session_open(&p->w.session, p->w.org, WORLD_ADMIN));
    must(p, world_apply(&p->w, "{\"modules\": [{\"api_name\": \"Houses\"}]}"));
    must(p, crm4e_session_begin(p->w.session));
    for (int i = 0; i < LEADS; i++) {
        crm4e_record *lead = NULL;

        must(p, bench_lead_new(&lead, &p->w, i));
        must(p, crm4e_record_save(lead));
        crm4e_record_free(lead);
    }
    must(p, crm4e_session_commit(p->w.session));
    crm4e_org_close(p->w.org);
    p->w.org = NULL;
}

/* The files of orgs, of all that are in the directory the largest ones by far. */
static void find_files(place *p)
{
    DIR *directory = opendir(p->directory);
    const struct dirent *entry;

    p->files = calloc(ORGS, sizeof *p->files);
    world_need(directory != NULL && p->files != NULL, "no directory of orgs");
    while ((entry = readdir(directory)) != NULL && p->file_count < ORGS) {
        char path[NAME_ROOM];
        size_t size = 0;
        unsigned char *bytes;

        (void)snprintf(path, sizeof path, "%.100s/%.150s", p->directory, entry->d_name);
        bytes = entry->d_name[0] != '.' ? world_read_file(path, &size) : NULL;
        free(bytes);
        if (size > 200000)
            memcpy(p->files[p->file_count++], path, sizeof path);
    }
    (void)closedir(directory);
    world_need(p->file_count > 0, "no files of orgs");
}

static void list_crm4e(place *p)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, p->w.session,
                              "select id, Last_Name, Company, Email from Leads"
                              " order by Last_Name limit 50");

    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
        p->seen += crm4e_cursor_text(rows, 1)[0];
    must(p, rc);
    crm4e_cursor_free(rows);
}

static void open_org(place *p, int number)
{
    char name[32];

    name_of(name, sizeof name, number);
    must(p, crm4e_org_open(&p->w.org, p->w.engine, name));
    must(p, crm4e_session_open(&p->w.session, p->w.org, WORLD_ADMIN));
    list_crm4e(p);
}

static void close_org(place *p)
{
    crm4e_org_close(p->w.org);
    p->w.org = NULL;
}

static void by_sqlite(place *p, int number)
{
    sqlite3 *db = native_handle(p->files[(size_t)number % p->file_count]);
    sqlite3_stmt *stmt = native_prepare(db, "SELECT id, c1021, c1022, c1027 FROM crm4e_m1"
                                            " ORDER BY k1021, id LIMIT 50");

    while (sqlite3_step(stmt) == SQLITE_ROW)
        p->seen += sqlite3_column_text(stmt, 1)[0];
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
}

static void measure(bench *b, place *p)
{
    bench_runs runs = {.count = 0};

    for (int run = -WARM_UP; run < RUNS; run++) {
        const int first = (run + WARM_UP) * EACH;
        const double before = bench_cpu();
        double between;

        for (int i = 0; i < EACH; i++) {
            open_org(p, first + i);
            close_org(p);
        }
        between = bench_cpu();
        for (int i = 0; i < EACH; i++)
            by_sqlite(p, first + i);
        if (run >= 0)
            bench_add(&runs, between - before, bench_cpu() - between, EACH);
    }
    bench_print(
        b,
        &(bench_line){
            .id = "O1", .work = "open one of 1,000 orgs, first list", .goal = 2.0, .records = ORGS},
        &runs);
}

static void weigh(place *p)
{
    const size_t ours = live;
    const int64_t its = sqlite3_memory_used();

    open_org(p, 1);
    fprintf(stderr, "O1: an open org takes %zu kB of the library and %lld kB of SQLite, goal 200\n",
            (live - ours) / 1024, (long long)(sqlite3_memory_used() - its) / 1024);
    close_org(p);
}

void bench_o1(bench *b)
{
    crm4e_engine_options options;
    static place p;

    (void)snprintf(p.directory, sizeof p.directory, "%s/orgs/", b->directory);
    options = world_options(p.directory, CRM4E_ENGINE_NORMAL_SYNC);
    options.allocator = &counting;
    must(&p, crm4e_engine_open(&p.w.engine, &options));
    for (int i = 0; i < ORGS; i++)
        make_org(&p, i);
    find_files(&p);
    measure(b, &p);
    weigh(&p);
    world_close(&p.w);
    free(p.files);
    p = (place){0};
}
