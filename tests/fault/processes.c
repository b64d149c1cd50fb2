/* SPDX-License-Identifier: MIT */
/*
 * Many processes write one file: nothing is lost, versions come one by one, a
 * right that was given or taken counts from the very next call on, and of the
 * last licence exactly one gets hold.
 * usage: processes [SECONDS [SEED]]
 */
#include "fault/child.h"
#include "fault/world.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CLERK "ben@acme.example"

enum {
    WRITERS = 3,
    CLERKS = 2,
    SECONDS = 5,
    SEEKERS = 8, /* of the last licence */
    SEEKINGS = 5
};

/* Seen by all processes. The officer sets `starting` before he changes
 * something and `announced` once the change was acknowledged. */
typedef struct board {
    atomic_int ready;
    atomic_int go;
    atomic_int stop;
    _Atomic int64_t starting;
    _Atomic int64_t announced;
} board;

/* What the clerk may do while a number is announced: number modulo STATES. */
typedef struct clerk_state {
    int hidden;   /* Annual_Revenue */
    int no_edit;  /* of Leads */
    int inactive; /* he himself */
} clerk_state;

static const clerk_state states[] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}};
enum {
    STATES = sizeof states / sizeof *states
};

typedef enum report_kind {
    REPORT_LEAD = 1, /* version of a record of his own */
    REPORT_SHARED,   /* version of the record all change */
    REPORT_CHECKS,   /* id: certain answers, version: those during a change */
    REPORT_SEAT      /* id: the code */
} report_kind;

typedef struct report {
    int64_t kind;
    int64_t id;
    int64_t version;
} report;

static void tell(report_kind kind, int64_t id, int64_t version)
{
    report r = {(int64_t)kind, id, version};

    child_say(&r, sizeof r);
}

static board *map_board(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *bytes;

    world_need(file >= 0 && ftruncate(file, sizeof(board)) == 0, "no board");
    bytes = mmap(NULL, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    world_need(bytes != MAP_FAILED, "no board");
    (void)close(file);
    return bytes;
}

static void wait_for_go(board *b)
{
    atomic_fetch_add(&b->ready, 1);
    while (atomic_load(&b->go) == 0)
        world_pause(20);
}

static void needed(const world *w, int rc, const char *what)
{
    world_need(rc == CRM4E_OK, "%s: %s %s", what, crm4e_code_name(rc), world_why(w));
}

/* Each writer has records of his own, and all change one more. */
static void write_records(world *w, board *b, crm4e_id shared, uint64_t seed)
{
    enum {
        OWN = 64
    };
    crm4e_id own[OWN];
    size_t count = 0;
    world_random random = {seed};

    for (; atomic_load(&b->stop) == 0; world_pause((int64_t)world_below(&random, 4000))) {
        uint64_t dice = world_below(&random, 3);
        int64_t version = 1;

        if (dice == 0 || count == 0) {
            size_t at = count < OWN ? count++ : (size_t)world_below(&random, OWN);

            needed(w, world_lead_create(w, "own", &own[at]), "create");
            tell(REPORT_LEAD, own[at], 1);
        } else if (dice == 1) {
            crm4e_id id = own[world_below(&random, count)];

            needed(w, world_lead_change(w, id, &version), "change");
            tell(REPORT_LEAD, id, version);
        } else {
            int rc = world_lead_change(w, shared, &version);

            if (rc == CRM4E_OK)
                tell(REPORT_SHARED, shared, version);
            else
                world_need(rc == CRM4E_E_CONFLICT, "the shared record: %s", world_why(w));
        }
    }
}

static int set_state(world *w, const clerk_state *state)
{
    char text[400];

    (void)snprintf(text, sizeof text,
                   "{\"profiles\": [{\"name\": \"Clerk\", \"modules\": {\"Leads\": [\"view\", "
                   "\"create\"%s]}, \"fields\": {\"Leads\": {\"Annual_Revenue\": \"%s\"}}}], "
                   "\"users\": [{\"email\": \"" CLERK "\", \"status\": \"%s\"}]}",
                   state->no_edit ? "" : ", \"edit\"", state->hidden ? "hidden" : "read_write",
                   state->inactive ? "inactive" : "active");
    return world_apply(w, text);
}

static void give_and_take(world *w, board *b)
{
    int64_t number = 0;

    for (; atomic_load(&b->stop) == 0; world_pause(3000)) {
        number++;
        atomic_store(&b->starting, number);
        needed(w, set_state(w, &states[number % STATES]), "a change of rights");
        atomic_store(&b->announced, number);
    }
    tell(REPORT_CHECKS, 0, 0);
}

/* One question to the library, and what it must answer in a state. */
typedef struct question {
    const char *name;
    int (*ask)(world *w, crm4e_id lead);
    int (*expected)(const clerk_state *state);
} question;

static int ask_field(world *w, crm4e_id lead)
{
    crm4e_record *record = NULL;
    const char *text = NULL;
    int rc = crm4e_record_open(&record, w->session, "Leads", lead);

    if (rc == CRM4E_OK)
        rc = crm4e_record_get_text(record, "Annual_Revenue", &text, NULL);
    crm4e_record_free(record);
    return rc;
}

static int ask_query(world *w, crm4e_id lead)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, w->session, "select Annual_Revenue from Leads limit 1");

    (void)lead;
    crm4e_cursor_free(rows);
    return rc;
}

static int ask_filter(world *w, crm4e_id lead)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, w->session,
                              "select Last_Name from Leads where Annual_Revenue > 1 limit 1");

    (void)lead;
    crm4e_cursor_free(rows);
    return rc;
}

static int ask_edit(world *w, crm4e_id lead)
{
    int64_t version = 0;

    return world_lead_change(w, lead, &version);
}

static int field_answer(const clerk_state *state)
{
    if (state->inactive)
        return CRM4E_E_INACTIVE;
    return state->hidden ? CRM4E_E_DENIED : CRM4E_OK;
}

static int edit_answer(const clerk_state *state)
{
    if (state->inactive)
        return CRM4E_E_INACTIVE;
    return state->no_edit ? CRM4E_E_DENIED : CRM4E_OK;
}

static const question questions[] = {
    {"a field", ask_field, field_answer},
    {"a selected column", ask_query, field_answer},
    {"a filter", ask_filter, field_answer},
    {"an edit", ask_edit, edit_answer},
};

/* Asked between two looks at the board: with no change in between there is one
 * right answer, during one change there are two. An edit takes two calls and
 * so may meet a change of its version instead. */
static void ask_on(world *w, board *b, crm4e_id lead)
{
    int64_t certain = 0, during = 0;

    for (size_t i = 0; atomic_load(&b->stop) == 0; i++) {
        const question *q = &questions[i % (sizeof questions / sizeof *questions)];
        int64_t before = atomic_load(&b->announced);
        int rc = q->ask(w, lead);
        int64_t after = atomic_load(&b->starting);
        int right = rc == q->expected(&states[before % STATES]);

        if (after > before + 1)
            continue;
        if (after == before + 1)
            right = right || rc == q->expected(&states[after % STATES]);
        world_need(right, "%s at %lld (%s a change): %s %s", q->name, (long long)before,
                   after > before ? "during" : "without", crm4e_code_name(rc), world_why(w));
        certain += after == before;
        during += after > before;
    }
    tell(REPORT_CHECKS, certain, during);
}

static void seek_seat(world *w, int number)
{
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    char email[64];

    (void)snprintf(email, sizeof email, "seeker-%d@acme.example", number);
    user.email = email;
    tell(REPORT_SEAT, crm4e_user_create(NULL, w->session, &user), number);
}

/* PROGRAM ROLE FILE BOARD NUMBER LEAD */
static int run_role(char **argv)
{
    const char *role = argv[1];
    int number = (int)strtol(argv[4], NULL, 10);
    crm4e_id lead = strtoll(argv[5], NULL, 10);
    crm4e_engine_options options = world_options(argv[2], 0);
    board *b = map_board(argv[3]);
    world w;

    needed(&w, world_as(&w, &options, strcmp(role, "clerk") == 0 ? CLERK : WORLD_ADMIN), "open");
    wait_for_go(b);
    if (strcmp(role, "writer") == 0)
        write_records(&w, b, lead, (uint64_t)number);
    else if (strcmp(role, "officer") == 0)
        give_and_take(&w, b);
    else if (strcmp(role, "clerk") == 0)
        ask_on(&w, b, lead);
    else
        seek_seat(&w, number);
    world_close(&w);
    return 0;
}

/* The test itself. */

typedef struct known_lead {
    crm4e_id id;
    int64_t version;
} known_lead;

typedef struct process_test {
    const char *program;
    char directory[64];
    char path[128];
    char board_path[128];
    board *board;
    child children[SEEKERS];
    size_t child_count;
    world_random random;
    known_lead *leads;
    size_t lead_count;
    size_t lead_room;
    char *shared_seen; /* by version */
    int64_t shared_room;
    int64_t shared_count;
    int64_t writes;
    int64_t certain;
    int64_t during;
    int64_t seats;
    int64_t refused;
} process_test;

static void take_lead(process_test *t, const report *r)
{
    size_t at = 0;

    while (at < t->lead_count && t->leads[at].id != r->id)
        at++;
    if (at == t->lead_room) {
        t->lead_room = t->lead_room * 2 + 256;
        t->leads = realloc(t->leads, t->lead_room * sizeof *t->leads);
        world_need(t->leads != NULL, "no memory");
    }
    if (at == t->lead_count)
        t->leads[t->lead_count++] = (known_lead){r->id, 0};
    world_need(t->leads[at].version + 1 == r->version, "record %lld: version %lld after %lld",
               (long long)r->id, (long long)r->version, (long long)t->leads[at].version);
    t->leads[at].version = r->version;
    t->writes++;
}

static void take_shared(process_test *t, const report *r)
{
    while (r->version >= t->shared_room) {
        char *more = realloc(t->shared_seen, (size_t)t->shared_room * 2 + 1024);

        world_need(more != NULL, "no memory");
        memset(more + t->shared_room, 0, (size_t)t->shared_room + 1024);
        t->shared_seen = more;
        t->shared_room = t->shared_room * 2 + 1024;
    }
    world_need(t->shared_seen[r->version] == 0, "version %lld was given twice",
               (long long)r->version);
    t->shared_seen[r->version] = 1;
    t->shared_count++;
    t->writes++;
}

static void take(process_test *t, const report *r)
{
    switch (r->kind) {
    case REPORT_LEAD: take_lead(t, r); break;
    case REPORT_SHARED: take_shared(t, r); break;
    case REPORT_CHECKS:
        t->certain += r->id;
        t->during += r->version;
        break;
    case REPORT_SEAT:
        world_need(r->id == CRM4E_OK || r->id == CRM4E_E_LIMIT, "a seat: %s",
                   crm4e_code_name((int)r->id));
        t->seats += r->id == CRM4E_OK;
        t->refused += r->id == CRM4E_E_LIMIT;
        break;
    default: world_need(0, "a report of no kind");
    }
}

/* Whether anybody may still say something. */
static int listen(process_test *t)
{
    int speaking = 0;

    for (size_t i = 0; i < t->child_count; i++) {
        report r;
        ptrdiff_t got;

        while ((got = child_read(&t->children[i], &r, sizeof r)) == (ptrdiff_t)sizeof r)
            take(t, &r);
        speaking += got >= 0;
    }
    return speaking;
}

static void employ(process_test *t, const char *role, int number, crm4e_id lead)
{
    char texts[2][24];
    const char *arguments[] = {t->program, role, t->path, t->board_path, texts[0], texts[1], NULL};

    (void)snprintf(texts[0], sizeof texts[0], "%d", number);
    (void)snprintf(texts[1], sizeof texts[1], "%lld", (long long)lead);
    child_start(&t->children[t->child_count++], arguments);
}

static void start_all(process_test *t)
{
    while (atomic_load(&t->board->ready) < (int)t->child_count)
        world_pause(100);
    atomic_store(&t->board->go, 1);
}

static void end_all(process_test *t)
{
    while (listen(t) > 0)
        world_pause(500);
    for (size_t i = 0; i < t->child_count; i++)
        child_end(&t->children[i], 0);
    t->child_count = 0;
}

static void new_org(process_test *t, const char *name, int64_t licences, world *w)
{
    crm4e_engine_options options;

    (void)snprintf(t->path, sizeof t->path, "%s/%s", t->directory, name);
    options = world_options(t->path, 0);
    memset(t->board, 0, sizeof *t->board);
    needed(w, world_create(w, &options, licences), "a new org");
}

/* The clerk with a record of his own. */
static crm4e_id hire_clerk(process_test *t, world *w)
{
    crm4e_engine_options options = world_options(t->path, 0);
    crm4e_id lead = 0;
    world clerk;

    needed(w,
           world_apply(w, "{\"profiles\": [{\"name\": \"Clerk\", \"clone_of\": \"Standard\"}], "
                          "\"users\": [{\"email\": \"" CLERK
                          "\", \"profile\": \"Clerk\", \"role\": \"CEO\"}]}"),
           "hiring");
    needed(w, set_state(w, &states[0]), "rights");
    needed(&clerk, world_as(&clerk, &options, CLERK), "the clerk");
    needed(&clerk, world_lead_create(&clerk, "clerk", &lead), "his lead");
    world_close(&clerk);
    return lead;
}

static void verify(process_test *t, crm4e_id shared)
{
    crm4e_engine_options options = world_options(t->path, 0);
    world w;

    needed(&w, world_open(&w, &options), "open");
    for (size_t i = 0; i < t->lead_count; i++)
        world_need(world_lead_version(&w, t->leads[i].id) == t->leads[i].version,
                   "a write to %lld was lost", (long long)t->leads[i].id);
    world_need(world_lead_version(&w, shared) == t->shared_count + 1,
               "a write to the shared record was lost");
    for (int64_t i = 2; i <= t->shared_count + 1; i++)
        world_need(t->shared_seen[i] == 1, "version %lld is missing", (long long)i);
    world_check(&w, "after many processes");
    world_close(&w);
    world_need(world_integer(t->path, "SELECT count(*) FROM (SELECT version - lag(version) OVER "
                                      "(PARTITION BY record ORDER BY id) AS step FROM "
                                      "crm4e_history) WHERE step <> 1") == 0,
               "versions and the order of history differ");
    world_need(world_integer(t->path, "SELECT next_change - 1 - (SELECT count(*) FROM "
                                      "crm4e_history) FROM crm4e_state") == 0,
               "a gap in history");
}

static void many_at_work(process_test *t, int64_t seconds)
{
    crm4e_id shared = 0, leads[CLERKS];
    int64_t until;
    world w;

    new_org(t, "shared", 10, &w);
    needed(&w, world_lead_create(&w, "shared", &shared), "the shared record");
    for (int i = 0; i < CLERKS; i++)
        leads[i] = hire_clerk(t, &w);
    world_close(&w);
    for (int i = 0; i < WRITERS; i++)
        employ(t, "writer", i + 1 + (int)world_below(&t->random, 1 << 20) * WRITERS, shared);
    employ(t, "officer", 0, 0);
    for (int i = 0; i < CLERKS; i++)
        employ(t, "clerk", i, leads[i]);
    start_all(t);
    until = world_microseconds() + seconds * 1000000;
    while (world_microseconds() < until) {
        (void)listen(t);
        world_pause(500);
    }
    atomic_store(&t->board->stop, 1);
    end_all(t);
    printf("%lld s: %lld writes by %d writers, %lld of them to one record; %lld changes of rights, "
           "%lld answers between and %lld during them\n",
           (long long)seconds, (long long)t->writes, WRITERS, (long long)t->shared_count,
           (long long)atomic_load(&t->board->announced), (long long)t->certain,
           (long long)t->during);
    world_need(t->certain > 0 && t->shared_count > 0, "too little was done");
    verify(t, shared);
}

static void last_seat(process_test *t, int round)
{
    crm4e_engine_options options;
    char name[32];
    world w;

    (void)snprintf(name, sizeof name, "seats-%d", round);
    new_org(t, name, 2, &w);
    world_close(&w);
    t->seats = 0;
    t->refused = 0;
    for (int i = 0; i < SEEKERS; i++)
        employ(t, "seeker", i, 0);
    start_all(t);
    end_all(t);
    world_need(t->seats == 1 && t->refused == SEEKERS - 1, "%lld got the last licence",
               (long long)t->seats);
    options = world_options(t->path, 0);
    needed(&w, world_open(&w, &options), "open");
    world_check(&w, "after the last licence");
    world_close(&w);
    world_need(world_integer(t->path, "SELECT count(*) FROM crm4e_crm_user") == 2,
               "not as many users as licences");
}

int main(int argc, char **argv)
{
    process_test t = {.program = argv[0]};
    int64_t seconds = argc > 1 ? strtol(argv[1], NULL, 10) : SECONDS;

    if (argc == 6)
        return run_role(argv);
    t.random.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20260131;
    printf("seed %llu\n", (unsigned long long)t.random.state);
    world_place(t.directory, sizeof t.directory);
    (void)snprintf(t.board_path, sizeof t.board_path, "%s/board", t.directory);
    t.board = map_board(t.board_path);
    many_at_work(&t, seconds);
    for (int i = 0; i < SEEKINGS; i++)
        last_seat(&t, i);
    printf("last licence: %d times %d processes, one got it each time\n", SEEKINGS, SEEKERS);
    free(t.leads);
    free(t.shared_seen);
    (void)munmap(t.board, sizeof *t.board);
    world_remove(t.directory);
    return 0;
}
