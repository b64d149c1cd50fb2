/* SPDX-License-Identifier: MIT */
/*
 * Cuts the power at every point of a small piece of work and looks at what a
 * new start finds: with full synchronisation every acknowledged commit, with
 * normal synchronisation a state that once was. Where syncs are left out the
 * same look must find a loss, or it would find none elsewhere.
 * usage: power [TORN_VARIANTS]
 */
#include "fault/power_vfs.h"
#include "fault/world.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    TORN = 1, /* variants of a cut beside "all lost" and "all kept" */
    STEPS = 8,
    FACTS = 600
};

typedef enum promise {
    PROMISE_ALL,    /* what was acknowledged is there */
    PROMISE_ATOMIC, /* a state that once was */
    PROMISE_NOTHING /* a loss must be found */
} promise;

typedef struct setting {
    const char *name;
    promise promise;
    uint32_t flags;
    bool lies;
    const char *hosted[2]; /* statements on a handle of the host's; NULL: a path */
} setting;

static const setting settings[] = {
    {"write-ahead log", PROMISE_ALL, 0, false, {NULL, NULL}},
    {"rollback journal", PROMISE_ALL, CRM4E_ENGINE_ROLLBACK_JOURNAL, false, {NULL, NULL}},
    {"normal synchronisation", PROMISE_ATOMIC, CRM4E_ENGINE_NORMAL_SYNC, false, {NULL, NULL}},
    {"the host's handle, full",
     PROMISE_ALL,
     0,
     false,
     {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}},
    {"the host's handle, off",
     PROMISE_NOTHING,
     0,
     false,
     {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF"}},
    {"a disk that lies", PROMISE_NOTHING, 0, true, {NULL, NULL}},
};

typedef struct power_test {
    char directory[64];
    char path[128];
    unsigned char *base[2]; /* the file before the work: by path, by a host's handle */
    size_t base_size[2];
    char facts[STEPS + 1][FACTS]; /* what is to be seen after each step */
    int torn;
} power_test;

typedef struct place {
    sqlite3 *host;
    world w;
} place;

static int place_open(const power_test *t, const setting *s, place *p)
{
    crm4e_engine_options options = world_options(t->path, s->flags);
    int rc = SQLITE_OK;

    *p = (place){0};
    options.busy_timeout = -1;
    if (s->hosted[0] != NULL) {
        rc = sqlite3_open_v2(t->path, &p->host, SQLITE_OPEN_READWRITE, NULL);
        for (size_t i = 0; i < 2 && rc == SQLITE_OK; i++)
            rc = sqlite3_exec(p->host, s->hosted[i], NULL, NULL, NULL);
        options.path = NULL;
        options.sqlite = p->host;
    }
    return rc == SQLITE_OK ? world_open(&p->w, &options) : CRM4E_E_IO;
}

static void place_close(place *p)
{
    world_close(&p->w);
    (void)sqlite3_close(p->host);
    *p = (place){0};
}

/* What the leads and roles look like; a code when they cannot be read. */
static int look(world *w, char *facts)
{
    crm4e_cursor *rows = NULL;
    crm4e_text *leads = NULL, *org = NULL;
    int rc = crm4e_query_text(&rows, w->session,
                              "select Company, No_of_Employees, First_Name from Leads order by "
                              "Company");

    facts[0] = '\0';
    if (rc == CRM4E_OK)
        rc = crm4e_cursor_json(&leads, rows);
    if (rc == CRM4E_OK)
        rc = crm4e_org_export(&org, w->session);
    if (rc == CRM4E_OK)
        (void)snprintf(facts, FACTS, "%s %s", crm4e_text_data(leads),
                       strstr(crm4e_text_data(org), "\"Pilot\"") != NULL ? "Pilot" : "");
    crm4e_text_free(leads);
    crm4e_text_free(org);
    crm4e_cursor_free(rows);
    return rc;
}

static int transaction(world *w, const crm4e_id *ids)
{
    crm4e_id id = 0;
    int64_t version = 0;
    int rc = crm4e_session_begin(w->session);

    if (rc == CRM4E_OK)
        rc = world_lead_create(w, "C", &id);
    if (rc == CRM4E_OK)
        rc = world_lead_create(w, "D", &id);
    if (rc == CRM4E_OK)
        rc = world_lead_change(w, ids[0], &version);
    return rc == CRM4E_OK ? crm4e_session_commit(w->session) : rc;
}

static int step(world *w, int number, crm4e_id *ids)
{
    int64_t version = 0;
    int rc = CRM4E_OK;

    switch (number) {
    case 1: rc = world_lead_create(w, "A", &ids[0]); break;
    case 2: rc = world_lead_create(w, "B", &ids[1]); break;
    case 3: rc = transaction(w, ids); break;
    case 4: rc = world_lead_change(w, ids[1], &version); break;
    case 5: rc = crm4e_record_delete(w->session, "Leads", ids[1], 0); break;
    case 6: rc = world_apply(w, "{\"roles\": [{\"name\": \"Pilot\", \"parent\": \"CEO\"}]}"); break;
    case 7: rc = world_lead_create(w, "E", &ids[1]); break;
    default: rc = world_lead_change(w, ids[0], &version); break;
    }
    return rc;
}

/* Closes in between, which copies the log into the database. Returns how many
 * steps were acknowledged. */
static int work(power_test *t, const setting *s, bool note)
{
    crm4e_id ids[2] = {0};
    int done = 0;
    place p;
    int rc = place_open(t, s, &p);

    while (rc == CRM4E_OK && done < STEPS) {
        if (note)
            world_need(look(&p.w, t->facts[done]) == CRM4E_OK, "%s", world_why(&p.w));
        if (done == 6) {
            place_close(&p);
            rc = place_open(t, s, &p);
        }
        if (rc == CRM4E_OK)
            rc = step(&p.w, done + 1, ids);
        done += rc == CRM4E_OK;
    }
    if (note)
        world_need(rc == CRM4E_OK && look(&p.w, t->facts[done]) == CRM4E_OK, "the work: %s",
                   world_why(&p.w));
    place_close(&p);
    return done;
}

/* After a restart: the steps to be seen, -1 when it is no such state. */
static int found(power_test *t, const setting *s)
{
    char facts[FACTS];
    crm4e_text *problems = NULL;
    int steps = STEPS;
    place p;
    int rc = place_open(t, s, &p);

    if (rc == CRM4E_OK)
        rc = look(&p.w, facts);
    crm4e_session_close(p.w.session); /* a host's handle serves one connection */
    p.w.session = NULL;
    if (rc == CRM4E_OK)
        rc = crm4e_check(&problems, p.w.org);
    if (rc != CRM4E_OK || strcmp(crm4e_text_data(problems), "[]") != 0) {
        if (s->promise != PROMISE_NOTHING)
            fprintf(stderr, "%s: %s %s\n", s->name, crm4e_code_name(rc),
                    rc == CRM4E_OK ? crm4e_text_data(problems) : world_why(&p.w));
        steps = -1;
    }
    while (steps >= 0 && strcmp(facts, t->facts[steps]) != 0)
        steps--;
    crm4e_text_free(problems);
    place_close(&p);
    return steps;
}

static bool kept(const setting *s, int acknowledged, int steps)
{
    bool whole = steps >= 0 && steps <= acknowledged + 1;

    return s->promise == PROMISE_ATOMIC ? whole : whole && steps >= acknowledged;
}

/* How many variants of one cut broke what is promised. */
static int look_after_cut(power_test *t, const setting *s, int64_t cut, int acknowledged)
{
    int broken = 0;

    for (int variant = 0; variant < t->torn + 2; variant++) {
        power_loss loss = variant < 2 ? (power_loss)variant : POWER_TEAR;
        int steps;

        power_restore(loss, (uint64_t)cut * 1000 + (uint64_t)variant + 1);
        power_lie(false);
        steps = found(t, s);
        power_lie(s->lies);
        broken += !kept(s, acknowledged, steps);
        world_need(s->promise == PROMISE_NOTHING || kept(s, acknowledged, steps),
                   "%s: cut %lld, variant %d: %d steps acknowledged, %d found", s->name,
                   (long long)cut, variant, acknowledged, steps);
    }
    return broken;
}

static void install(const power_test *t, const setting *s)
{
    int hosted = s->hosted[0] != NULL;

    power_install(t->path, t->base[hosted], t->base_size[hosted]);
}

static void cut_everywhere(power_test *t, const setting *s)
{
    int64_t cuts = 0;
    int broken = 0;
    bool off;

    install(t, s);
    power_cut_at(0);
    world_need(work(t, s, true) == STEPS, "%s: the work is not done", s->name);
    power_lie(s->lies);
    do {
        int acknowledged;

        install(t, s);
        power_cut_at(++cuts);
        acknowledged = work(t, s, false);
        off = power_is_off();
        broken += off ? look_after_cut(t, s, cuts, acknowledged) : 0;
    } while (off && (broken == 0 || s->promise != PROMISE_NOTHING));
    power_lie(false);
    power_forget();
    printf("%s: %lld cuts, %d variants each, %d losses\n", s->name, (long long)cuts - 1,
           t->torn + 2, broken);
    if (s->promise == PROMISE_NOTHING)
        world_need(broken > 0, "%s: no loss was found: this test sees nothing", s->name);
}

/* The files to start from are made on the real disk. */
static void make_bases(power_test *t)
{
    for (int hosted = 0; hosted < 2; hosted++) {
        crm4e_engine_options options = world_options(t->path, 0);
        sqlite3 *host = NULL;
        world w;

        if (hosted) {
            (void)remove(t->path);
            world_need(sqlite3_open(t->path, &host) == SQLITE_OK, "no handle");
            options.path = NULL;
            options.sqlite = host;
        }
        world_need(world_create(&w, &options, 5) == CRM4E_OK, "create: %s", world_why(&w));
        world_close(&w);
        (void)sqlite3_close(host);
        t->base[hosted] = world_read_file(t->path, &t->base_size[hosted]);
        world_need(t->base[hosted] != NULL, "no file");
    }
}

int main(int argc, char **argv)
{
    power_test t = {.torn = argc > 1 ? (int)strtol(argv[1], NULL, 10) : TORN};

    world_place(t.directory, sizeof t.directory);
    (void)snprintf(t.path, sizeof t.path, "%s/power.crm4e", t.directory);
    make_bases(&t);
    power_register();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        cut_everywhere(&t, &settings[i]);
    free(t.base[0]);
    free(t.base[1]);
    world_remove(t.directory);
    return 0;
}
