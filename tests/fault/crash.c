/* SPDX-License-Identifier: MIT */
/*
 * Kills processes in the midst of their work and looks at what is left.
 * usage: crash [ROUNDS [SEED]]
 */
#include "fault/child.h"
#include "fault/crash.h"
#include "fault/world.h"

#include <crm4e/sys/sqlite.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROUNDS = 60,
    MESSAGES_AT_ONCE = 64
};

typedef struct known_lead {
    crm4e_id id;
    int64_t version; /* acknowledged; 0: deleted */
} known_lead;

/* What was acknowledged. Ids grow, so the leads are sorted. */
typedef struct ledger {
    known_lead *leads;
    size_t count;
    size_t room;
    crm4e_id pair[2];
    int64_t deleted;
    int64_t roles;
    int64_t fields;
    int64_t commits;
    crash_message pending; /* work 0: none */
} ledger;

typedef struct crash_test {
    const char *program;
    char directory[64];
    char path[128];
    uint32_t flags;
    world_random random;
    ledger known;
    int64_t in_doubt; /* commits that took place and were not acknowledged */
    int64_t undone;
} crash_test;

static known_lead *find(ledger *known, crm4e_id id)
{
    size_t low = 0, high = known->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (known->leads[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < known->count && known->leads[low].id == id ? &known->leads[low] : NULL;
}

static void learn(ledger *known, crm4e_id id, int64_t version)
{
    if (known->count == known->room) {
        known->room = known->room * 2 + 256;
        known->leads = realloc(known->leads, known->room * sizeof *known->leads);
        world_need(known->leads != NULL, "no memory");
    }
    world_need(known->count == 0 || known->leads[known->count - 1].id < id, "ids do not grow");
    known->leads[known->count++] = (known_lead){id, version};
}

static void changed(ledger *known, crm4e_id id, int64_t version)
{
    known_lead *lead = find(known, id);

    world_need(lead != NULL && version == lead->version + 1, "record %lld: version %lld",
               (long long)id, (long long)version);
    lead->version = version;
}

static void removed(ledger *known, crm4e_id id)
{
    known_lead *lead = find(known, id);

    world_need(lead != NULL && lead->version > 0, "record %lld was not there", (long long)id);
    lead->version = 0;
    known->deleted++;
}

static void take(ledger *known, const crash_message *message)
{
    if (message->done == 0) {
        known->pending = *message;
        return;
    }
    known->pending.work = 0;
    known->commits += message->work != CRASH_MEMBER;
    switch (message->work) {
    case CRASH_CREATE:
    case CRASH_MEMBER: learn(known, message->id, 1); break;
    case CRASH_UPDATE: changed(known, message->id, message->version); break;
    case CRASH_DELETE: removed(known, message->id); break;
    case CRASH_GROUP:
        changed(known, known->pair[0], message->version);
        changed(known, known->pair[1], message->version);
        break;
    case CRASH_ROLE: known->roles = message->count; break;
    case CRASH_FIELD: known->fields = message->count; break;
    default: world_need(0, "a message of no kind");
    }
}

/* False: no more will come. */
static int listen(const child *c, ledger *known)
{
    static char bytes[MESSAGES_AT_ONCE * sizeof(crash_message)];
    ptrdiff_t got = child_read(c, bytes, sizeof bytes);

    for (ptrdiff_t at = 0; at + (ptrdiff_t)sizeof(crash_message) <= got;
         at += (ptrdiff_t)sizeof(crash_message)) {
        crash_message message;

        memcpy(&message, bytes + at, sizeof message);
        take(known, &message);
    }
    return got >= 0;
}

/* The stored version must be the acknowledged one, or one that was in doubt. */
static int settle_lead(crash_test *t, world *w, known_lead *lead)
{
    const crash_message *pending = &t->known.pending;
    int64_t stored = world_lead_version(w, lead->id);
    int pair = lead->id == t->known.pair[0] || lead->id == t->known.pair[1];
    int moved = 0;

    if (stored == lead->version)
        return 0;
    if (pending->work == CRASH_UPDATE || (pending->work == CRASH_GROUP && pair))
        moved = stored == lead->version + 1 && (pair || pending->id == lead->id);
    else if (pending->work == CRASH_DELETE)
        moved = stored == 0 && pending->id == lead->id;
    world_need(moved, "record %lld: acknowledged version %lld, stored %lld", (long long)lead->id,
               (long long)lead->version, (long long)stored);
    lead->version = stored;
    t->known.deleted += stored == 0;
    return 1;
}

/* Records beyond the known ones: of the commit in doubt, all of them or none. */
static int settle_new(crash_test *t)
{
    const crash_message *pending = &t->known.pending;
    crm4e_id last = t->known.leads[t->known.count - 1].id;
    int64_t expected = pending->work == CRASH_CREATE ? 1 : 0;
    int64_t found = 0;
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;

    if (pending->work == CRASH_GROUP)
        expected = pending->count;
    world_need(sqlite3_open_v2(t->path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                   sqlite3_prepare_v2(db, "SELECT id FROM crm4e_m1 WHERE id > ? ORDER BY id", -1,
                                      &stmt, NULL) == SQLITE_OK &&
                   sqlite3_bind_int64(stmt, 1, last) == SQLITE_OK,
               "%s", sqlite3_errmsg(db));
    for (; sqlite3_step(stmt) == SQLITE_ROW; found++)
        learn(&t->known, sqlite3_column_int64(stmt, 0), 1);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    world_need(found == 0 || found == expected, "%lld new records, %lld were being written",
               (long long)found, (long long)expected);
    return found > 0;
}

static int settle_count(crash_test *t, crash_work work, const char *sql, int64_t *known)
{
    int64_t stored = world_integer(t->path, sql);
    int moved = stored != *known;

    world_need(!moved || (t->known.pending.work == (int32_t)work && stored == *known + 1),
               "%lld of %s, stored %lld", (long long)*known, sql, (long long)stored);
    *known = stored;
    return moved;
}

/* Facts about the rows that no commit may leave otherwise. */
static void look_behind(const crash_test *t, const char *path)
{
    static const char *const none[] = {
        "SELECT count(*) FROM crm4e_m1 AS r WHERE r.version <> (SELECT count(DISTINCT version) "
        "FROM "
        "crm4e_history AS h WHERE h.record = r.id AND h.version BETWEEN 1 AND r.version)",
        "SELECT count(*) FROM crm4e_m1 AS r WHERE r.version <> (SELECT max(version) FROM "
        "crm4e_history AS h WHERE h.record = r.id)",
        "SELECT count(*) - count(DISTINCT record || ' ' || version) FROM crm4e_history WHERE "
        "action "
        "<> 3",
        "SELECT next_change - 1 - (SELECT count(*) FROM crm4e_history) FROM crm4e_state",
        "SELECT count(*) FROM crm4e_m1 WHERE id >= (SELECT next_id FROM crm4e_state)",
        "SELECT count(*) FROM crm4e_m1 WHERE id IN (SELECT id FROM crm4e_bin)",
    };

    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        world_need(world_integer(path, none[i]) == 0, "not 0: %s", none[i]);
    world_need(world_integer(path, "SELECT count(*) FROM crm4e_bin") == t->known.deleted,
               "the recycle bin does not hold what was deleted");
}

static void verify(crash_test *t)
{
    crm4e_engine_options options = world_options(t->path, t->flags);
    int moved = 0;
    world w;
    int rc = world_open(&w, &options);

    world_need(rc == CRM4E_OK, "reopening: %s %s", crm4e_code_name(rc), world_why(&w));
    for (size_t i = 0; i < t->known.count; i++)
        moved += settle_lead(t, &w, &t->known.leads[i]);
    world_check(&w, "after a kill");
    world_close(&w);
    moved += settle_new(t);
    moved += settle_count(t, CRASH_ROLE, "SELECT count(*) FROM crm4e_role WHERE name LIKE 'Role %'",
                          &t->known.roles);
    moved += settle_count(
        t, CRASH_FIELD, "SELECT count(*) FROM crm4e_field WHERE api_name LIKE 'F\\_%' ESCAPE '\\'",
        &t->known.fields);
    world_need(moved == 0 || moved == (t->known.pending.work == CRASH_GROUP ? 3 : 1),
               "half of a commit");
    look_behind(t, t->path);
    t->in_doubt += moved > 0;
    t->undone += moved == 0 && t->known.pending.work != 0;
    t->known.pending.work = 0;
}

/* Mostly a moment after opening, sometimes long enough for checkpoints. */
static int64_t moment(crash_test *t)
{
    uint64_t dice = world_below(&t->random, 8);

    return (int64_t)world_below(&t->random, dice == 0 ? 400000 : dice < 4 ? 15000 : 80000);
}

static void write_number(char *text, size_t size, int64_t number)
{
    (void)snprintf(text, size, "%lld", (long long)number);
}

static void writer_round(crash_test *t)
{
    const int64_t numbers[] = {(int64_t)t->flags,  (int64_t)(world_next(&t->random) >> 2),
                               t->known.pair[0],   t->known.pair[1],
                               t->known.roles + 1, t->known.fields + 1};
    char texts[6][24];
    const char *arguments[] = {t->program, "writer", t->path,  texts[0], texts[1],
                               texts[2],   texts[3], texts[4], texts[5], NULL};
    int64_t until;
    child c;

    for (size_t i = 0; i < 6; i++)
        write_number(texts[i], sizeof texts[i], numbers[i]);
    child_start(&c, arguments);
    until = world_microseconds() + moment(t);
    while (world_microseconds() < until) {
        (void)listen(&c, &t->known);
        world_pause(200);
    }
    child_kill(&c);
    while (listen(&c, &t->known))
        world_pause(50);
    child_end(&c, 1);
    verify(t);
}

/* A new org whose file the rounds go on with. */
static void start(crash_test *t, const char *name, uint32_t flags)
{
    crm4e_engine_options options;
    world w;

    free(t->known.leads);
    t->known = (ledger){0};
    t->flags = flags;
    (void)snprintf(t->path, sizeof t->path, "%s/%s", t->directory, name);
    options = world_options(t->path, flags);
    world_need(world_create(&w, &options, 5) == CRM4E_OK, "create: %s", world_why(&w));
    for (size_t i = 0; i < 2; i++) {
        world_need(world_lead_create(&w, "pair", &t->known.pair[i]) == CRM4E_OK, "%s",
                   world_why(&w));
        learn(&t->known, t->known.pair[i], 1);
    }
    world_close(&w);
}

static void writers(crash_test *t, const char *name, uint32_t flags, int rounds)
{
    start(t, name, flags);
    for (int i = 0; i < rounds; i++)
        writer_round(t);
    printf("%s: %d kills, %lld commits acknowledged, %zu records, in doubt at the kill: %lld done, "
           "%lld undone\n",
           name, rounds, (long long)t->known.commits, t->known.count, (long long)t->in_doubt,
           (long long)t->undone);
    world_need(t->known.commits > 0, "no commit at all");
    t->in_doubt = 0;
    t->undone = 0;
}

/* Starts the role, lets it live for a moment after its first word, kills it. */
static void kill_role(crash_test *t, const char *role, const char *a, const char *b, int64_t most)
{
    const char *arguments[] = {t->program, role, a, b, NULL};
    char byte;
    child c;
    ptrdiff_t got;

    child_start(&c, arguments);
    while ((got = child_read(&c, &byte, 1)) == 0)
        world_pause(50);
    world_pause((int64_t)world_below(&t->random, (uint64_t)most));
    child_kill(&c);
    child_end(&c, 1);
    world_need(got > 0, "%s could not start", role);
}

/* A copy has its name only when it is whole. */
static void backups(crash_test *t, int rounds)
{
    char copy[160], path[200];
    int whole = 0;

    for (int round = 0; round < rounds; round++) {
        (void)snprintf(copy, sizeof copy, "%s/copy-%d", t->directory, round);
        kill_role(t, "backup", t->path, copy, 60000);
        for (int i = 0;; i++) {
            world w;
            crm4e_engine_options options = world_options(path, 0);

            (void)snprintf(path, sizeof path, "%s.%d", copy, i);
            if (access(path, F_OK) != 0)
                break;
            world_need(world_open(&w, &options) == CRM4E_OK, "a backup: %s", world_why(&w));
            world_check(&w, "a backup");
            world_close(&w);
            look_behind(t, path);
            (void)unlink(path);
            whole++;
        }
        verify(t);
    }
    printf("backup: %d kills, %d whole copies\n", rounds, whole);
}

static void creations(crash_test *t, bool many, int rounds)
{
    int finished = 0;

    for (int round = 0; round < rounds; round++) {
        char place[160];
        crm4e_engine_options options = world_options(place, 0);
        world w;
        int rc;

        (void)snprintf(place, sizeof place, "%s/%s-%d%s", t->directory, many ? "orgs" : "org",
                       round, many ? "/" : "");
        kill_role(t, "create", place, NULL, 150000);
        rc = world_create(&w, &options, 5);
        if (rc == CRM4E_E_CONFLICT) {
            finished++;
            world_close(&w);
            rc = world_open(&w, &options);
        }
        world_need(rc == CRM4E_OK, "creating again: %s %s", crm4e_code_name(rc), world_why(&w));
        world_check(&w, "an org created again");
        world_close(&w);
    }
    printf("org creation: %d kills, %d after it was done\n", rounds, finished);
}

static void migrations(crash_test *t, int rounds)
{
    int done = 0;

    for (int round = 0; round < rounds; round++) {
        char path[160];
        int64_t version;

        (void)snprintf(path, sizeof path, "%s/migrated-%d", t->directory, round);
        world_copy_file(t->path, path);
        kill_role(t, "migrate", path, NULL, 50000);
        version = world_integer(path, "SELECT version FROM crm4e_0storage");
        if (version == 1)
            world_need(world_integer(path, "SELECT count(*) FROM sqlite_schema WHERE name = "
                                           "'crm4e_step'") == 0,
                       "half a migration");
        else
            world_need(version == 2 &&
                           world_integer(path, "SELECT sum(number) FROM crm4e_step") == 21413400,
                       "half a migration");
        world_need(world_integer(path, "SELECT count(*) FROM pragma_integrity_check() WHERE "
                                       "integrity_check <> 'ok'") == 0,
                   "damaged by a migration");
        done += version == 2;
        (void)unlink(path);
    }
    printf("migration: %d kills, %d after it was done\n", rounds, done);
}

int main(int argc, char **argv)
{
    crash_test t = {.program = argv[0]};
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROUNDS;

    if (crash_role(argc, argv))
        return 0;
    t.random.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20260131;
    printf("seed %llu\n", (unsigned long long)t.random.state);
    world_place(t.directory, sizeof t.directory);
    writers(&t, "rollback-journal", CRM4E_ENGINE_ROLLBACK_JOURNAL, rounds / 3);
    writers(&t, "write-ahead-log", 0, rounds - rounds / 3);
    backups(&t, rounds / 6);
    creations(&t, false, rounds / 6);
    creations(&t, true, rounds / 6);
    migrations(&t, rounds / 6);
    free(t.known.leads);
    world_remove(t.directory);
    return 0;
}
