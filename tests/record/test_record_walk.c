/* SPDX-License-Identifier: MIT */
/*
 * A random walk over all operations on records, in memory and on SQLite at once: the same
 * answers, the same refusals, the same org. A seed that showed a difference stands in
 * walk_seeds.txt.
 *
 *   test_record_walk                      known seeds, then a few looked at often
 *   test_record_walk --part N             a part of the 10^6 steps of CI
 *   test_record_walk --long [STEPS]       so many steps, 10^6 without it, of other seeds
 *   test_record_walk --seed SEED [STEPS]  one walk, each step told
 *
 * What a step answers is compared at each of them, whole orgs after some: a walk that shows a
 * difference is made again and looked at after every step, which tells the step.
 */
#include "record_walk.h"

#include "support/effort.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    SIDES = 2,
    USUAL_STEPS = 1000, /* of a walk looked at often */
    USUAL_WALKS = 3,
    LONG_WALK = 5000,
    LONG_STEPS = 1000000,
    PARTS = 2, /* of the steps of CI: one for a core */
    PART_WALK = 2500,
    PART_WALKS = TEST_FEWER(LONG_STEPS / PARTS / PART_WALK),
    IN_A_ROW = 4, /* steps of a transaction */
    SHOWN_BEFORE = 60,
    SECOND = 1000000
};

/* After how many steps whole orgs are compared: by their digests, and by their own check. */
typedef struct pace {
    uint32_t look, check;
} pace;

static const pace each_step = {1, 1};
static const pace often = {40, 400};
static const pace now_and_then = {250, PART_WALK / 2};

typedef struct walk {
    uint64_t seed;
    uint32_t step;
    pace pace;
    bool look_due, check_due;
    walk_side sides[SIDES];
    walk_pool pool;
    int open_for; /* steps that a transaction goes on; 0: there is none */
    int open_by;  /* the actor */
} walk;

static bool told;
static bool again; /* a walk that showed a difference */

/* How often each operation was made, and how often it was refused. */
static struct tally {
    uint32_t done, refused;
} tallies[64];

static int32_t now_of(void *user, int64_t *microseconds)
{
    *microseconds = ((const walk_side *)user)->time;
    return CRM4E_CONTINUE;
}

static int32_t bytes_of(void *user, void *bytes, size_t size)
{
    walk_side *side = user;
    unsigned char *out = bytes;

    for (size_t i = 0; i < size; i++) {
        side->random = side->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (unsigned char)(side->random >> 56);
    }
    return CRM4E_CONTINUE;
}

static void fill_org(walk_side *side)
{
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    char *json = strdup(walk_start);

    assert_non_null(json);
    for (char *at = json; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    options.name = "Acme";
    options.edition = CRM4E_EDITION_ULTIMATE;
    options.admin_email = walk_emails[0];
    options.crm_licences = 10;
    assert_int_equal(crm4e_org_create(&side->org, side->engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&side->sessions[0], side->org, walk_emails[0]), CRM4E_OK);
    if (crm4e_org_apply(NULL, side->sessions[0], json, CRM4E_NUL_TERMINATED) != CRM4E_OK)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(side->sessions[0])));
    for (int i = 0; i < WALK_ACTORS; i++) {
        if (i > 0)
            assert_int_equal(crm4e_session_open(&side->sessions[i], side->org, walk_emails[i]),
                             CRM4E_OK);
        side->users[i] = crm4e_session_user(side->sessions[i]);
    }
    free(json);
}

static void open_side(walk_side *side, bool sqlite)
{
    const crm4e_storage memory = {sizeof memory, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    const bool in_memory = access("/dev/shm", W_OK | X_OK) == 0;

    side->name = sqlite ? "SQLite" : "memory";
    side->time = INT64_C(1700000000) * SECOND;
    side->random = 7;
    side->clock = (crm4e_clock){sizeof side->clock, side, now_of};
    side->source = (crm4e_random){sizeof side->source, side, bytes_of};
    options.clock = &side->clock;
    options.random = &side->source;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    if (sqlite) {
        (void)snprintf(side->path, sizeof side->path, "%s/crm4e-walk-XXXXXX",
                       in_memory ? "/dev/shm" : "/tmp");
        assert_non_null(mkdtemp(side->path));
        (void)strcat(side->path, "/acme.crm4e");
        options.path = side->path;
    } else {
        options.storage = &memory;
    }
    assert_int_equal(crm4e_engine_open(&side->engine, &options), CRM4E_OK);
    fill_org(side);
}

static void close_side(walk_side *side)
{
    crm4e_engine_close(side->engine);
    if (side->path[0] != '\0') {
        (void)unlink(side->path);
        *strrchr(side->path, '/') = '\0';
        (void)rmdir(side->path);
    }
}

static const char *text_of(const crm4e_text *text)
{
    return text != NULL ? crm4e_text_data(text) : "-";
}

static void walk_on(uint64_t seed, uint32_t steps, pace at);

/* The first time the walk is made again, which fails at the first step that leaves a difference. */
static void differ(walk *w, const char *what, const char *a, const char *b)
{
    const uint64_t seed = w->seed;
    const uint32_t steps = w->step + 1;
    size_t from = 0;

    while (a[from] != '\0' && a[from] == b[from])
        from++;
    from -= from < SHOWN_BEFORE ? from : SHOWN_BEFORE;
    print_error("seed %" PRIu64 ", step %" PRIu32 ": %s: %s: %.300s, %s: %.300s\n", seed, w->step,
                what, w->sides[0].name, a + from, w->sides[1].name, b + from);
    for (int i = 0; i < SIDES; i++)
        close_side(&w->sides[i]);
    if (!again) {
        again = true;
        walk_on(seed, steps, each_step);
    }
    fail_msg("add the seed %" PRIu64 " and %" PRIu32 " steps to tests/record/walk_seeds.txt", seed,
             steps);
}

static void same_text(walk *w, const char *what, const char *a, const char *b)
{
    if (strcmp(a, b) != 0)
        differ(w, what, a, b);
}

static void same_refusal(walk *w, const char *what, int actor)
{
    const crm4e_error *errors[SIDES];

    for (int i = 0; i < SIDES; i++)
        errors[i] = crm4e_session_error(w->sides[i].sessions[actor]);
    same_text(w, what, crm4e_error_message(errors[0]), crm4e_error_message(errors[1]));
    same_text(w, what, crm4e_error_field(errors[0]), crm4e_error_field(errors[1]));
    same_text(w, what, crm4e_error_rule(errors[0]), crm4e_error_rule(errors[1]));
}

/* Asks both sides the same; text that is equal, and `expected` unless NULL, or the same refusal. */
static void ask(walk *w, const char *what, int actor,
                int (*question)(walk_side *side, int actor, const walk_step *step,
                                crm4e_text **text),
                const walk_step *step, const char *expected)
{
    crm4e_text *texts[SIDES] = {NULL, NULL};
    int codes[SIDES];

    for (int i = 0; i < SIDES; i++)
        codes[i] = question(&w->sides[i], actor, step, &texts[i]);
    same_text(w, what, crm4e_code_name(codes[0]), crm4e_code_name(codes[1]));
    same_text(w, what, text_of(texts[0]), text_of(texts[1]));
    if (expected != NULL && strcmp(text_of(texts[0]), expected) != 0)
        differ(w, what, text_of(texts[0]), text_of(texts[1]));
    for (int i = 0; i < SIDES; i++)
        crm4e_text_free(texts[i]);
}

static int read_record(walk_side *side, int actor, const walk_step *step, crm4e_text **text)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, side->sessions[actor], walk_names[step->module], step->id);

    if (rc == CRM4E_OK)
        rc = crm4e_record_json(text, record);
    crm4e_record_free(record);
    return rc;
}

static int read_history(walk_side *side, int actor, const walk_step *step, crm4e_text **text)
{
    return crm4e_record_history_json(text, side->sessions[actor], walk_names[step->module],
                                     step->id, NULL);
}

static int read_digest(walk_side *side, int actor, const walk_step *step, crm4e_text **text)
{
    (void)step;
    return crm4e_org_digest(text, side->sessions[actor]);
}

static int read_check(walk_side *side, int actor, const walk_step *step, crm4e_text **text)
{
    (void)actor, (void)step;
    return crm4e_check(text, side->org);
}

/* What is new is often one of the few that most steps choose, in the place of one that moves; a
 * full pool loses one of its records. */
static void remember(walk_pool *pool, walk_module module, crm4e_id id)
{
    crm4e_id *ids = pool->ids[module];
    size_t at = pool->counts[module];

    for (size_t i = 0; i < pool->counts[module]; i++) {
        if (ids[i] == id)
            return;
    }
    if (at < WALK_POOL)
        pool->counts[module]++;
    else
        at = walk_below(pool, WALK_POOL);
    ids[at] = id;
    if (walk_below(pool, 3) != 0) {
        size_t few = walk_below(pool, WALK_FEW) % pool->counts[module];
        ids[at] = ids[few];
        ids[few] = id;
    }
}

static void end_transaction(walk *w)
{
    const bool keep = walk_below(&w->pool, 3) != 0;
    int codes[SIDES];

    for (int i = 0; i < SIDES; i++) {
        crm4e_session *session = w->sides[i].sessions[w->open_by];
        codes[i] = keep ? crm4e_session_commit(session) : crm4e_session_rollback(session);
    }
    same_text(w, "end", crm4e_code_name(codes[0]), crm4e_code_name(codes[1]));
    w->open_for = 0;
}

static void learn(walk *w, const walk_step *step, const walk_outcome *out)
{
    const bool attached = strcmp(step->what->name, "attach") == 0;
    const char *text = text_of(out->text);

    if (out->code == CRM4E_OK && strcmp(step->what->name, "begin") == 0) {
        w->open_for = 1 + (int)walk_below(&w->pool, IN_A_ROW);
        w->open_by = step->actor;
    } else if (out->made > 0 && out->code == CRM4E_OK &&
               strcmp(step->what->name, "empty the bin") != 0 && step->module != ATTACHMENTS &&
               strcmp(step->what->name, "convert") != 0) {
        remember(&w->pool, attached ? ATTACHMENTS : step->module, out->made);
    }
    if (strcmp(step->what->name, "mass create") == 0 && out->code == CRM4E_OK)
        for (const char *at = text; (at = strstr(at, "\"id\":")) != NULL; at += 5)
            if (at[5] >= '1' && at[5] <= '9')
                remember(&w->pool, step->module, strtoll(at + 5, NULL, 10));
}

static void count(const walk_step *step, int code)
{
    struct tally *tally = &tallies[step->what - walk_operations];

    if (code < 0)
        tally->refused++;
    else
        tally->done++;
}

static void one_step(walk *w)
{
    walk_outcome outs[SIDES] = {{0, 0, NULL}, {0, 0, NULL}};
    walk_step step;
    char made[SIDES][32];

    walk_roll(&w->pool, &step);
    if (w->open_for > 0)
        step.actor = w->open_by;
    for (int i = 0; i < SIDES; i++) {
        w->sides[i].time += SECOND;
        outs[i].code = step.what->run(&w->sides[i], &step, &outs[i]);
        (void)snprintf(made[i], sizeof made[i], "%" PRId64, outs[i].made);
    }
    if (told)
        print_message("%" PRIu32 " %s %s %" PRId64 " by %d: %s %s\n", w->step, step.what->name,
                      walk_names[step.module], step.id, step.actor, crm4e_code_name(outs[0].code),
                      step.json);
    same_text(w, step.what->name, crm4e_code_name(outs[0].code), crm4e_code_name(outs[1].code));
    if (outs[0].code < 0)
        same_refusal(w, step.what->name, step.actor);
    same_text(w, step.what->name, made[0], made[1]);
    same_text(w, step.what->name, text_of(outs[0].text), text_of(outs[1].text));
    learn(w, &step, &outs[0]);
    count(&step, outs[0].code);
    for (int i = 0; i < SIDES; i++)
        crm4e_text_free(outs[i].text);
    ask(w, "the record", step.actor, read_record, &step, NULL);
    if (w->open_for > 0 && --w->open_for == 0)
        end_transaction(w);
}

/* Chooses without a trace: a walk is the same at any pace. */
static void look(walk *w)
{
    walk_pool aside = w->pool;
    const walk_step step = {.module = TRIPS, .id = walk_some(&aside, TRIPS)};

    ask(w, "the history", 0, read_history, &step, NULL);
    ask(w, "the digest", 0, read_digest, &step, NULL);
    if (w->check_due)
        ask(w, "the check", 0, read_check, &step, "[]");
    w->look_due = w->check_due = false;
}

/* Once the transaction is at its end that may be open. */
static void look_in_time(walk *w)
{
    const uint32_t steps = w->step + 1;

    w->check_due = w->check_due || steps % w->pace.check == 0;
    w->look_due = w->look_due || w->check_due || steps % w->pace.look == 0;
    if (w->look_due && w->open_for == 0)
        look(w);
}

static void walk_on(uint64_t seed, uint32_t steps, pace at)
{
    walk *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->seed = seed;
    w->pace = at;
    w->pool.random = seed;
    for (int i = 0; i < SIDES; i++)
        open_side(&w->sides[i], i == 1);
    for (w->step = 0; w->step < steps; w->step++) {
        one_step(w);
        look_in_time(w);
    }
    w->step--;
    if (w->open_for > 0)
        end_transaction(w);
    w->check_due = true;
    look(w);
    for (int i = 0; i < SIDES; i++)
        close_side(&w->sides[i]);
    free(w);
}

/* Those that showed a difference once: "seed steps" on a line, # for remarks. */
static void known_seeds(void **state)
{
    char line[256];
    FILE *file = fopen(SEEDS_FILE, "r");

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = NULL;
        uint64_t seed = strtoull(line, &end, 10);
        if (end != line)
            walk_on(seed, (uint32_t)strtoul(end, NULL, 10), often);
    }
    (void)fclose(file);
}

static void usual_walks(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= USUAL_WALKS; seed++)
        walk_on(seed, USUAL_STEPS, often);
}

static uint64_t wanted_seed;
static uint32_t wanted_steps;
static uint64_t wanted_part;

static void show_tallies(uint32_t least)
{
    assert_true(walk_operation_count <= sizeof tallies / sizeof tallies[0]);
    for (size_t i = 0; i < walk_operation_count; i++) {
        print_message("%s: %" PRIu32 ", refused %" PRIu32 "\n", walk_operations[i].name,
                      tallies[i].done, tallies[i].refused);
        assert_in_range(tallies[i].done, least, UINT32_MAX);
    }
}

/* Every operation succeeds a few times in a walk. */
static void part_of_walks(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < PART_WALKS; i++)
        walk_on((wanted_part + 1) * 10000 + i, PART_WALK, now_and_then);
    show_tallies(PART_WALKS);
}

static void long_walks(void **state)
{
    uint32_t done = 0;

    (void)state;
    for (uint64_t seed = 1000; done < wanted_steps; seed++) {
        const clock_t start = clock();
        walk_on(seed, LONG_WALK, often);
        done += LONG_WALK;
        print_message("seed %" PRIu64 ": %d steps at %.0f a second of CPU\n", seed, LONG_WALK,
                      LONG_WALK / ((double)(clock() - start + 1) / CLOCKS_PER_SEC));
    }
}

static void one_walk(void **state)
{
    (void)state;
    told = true;
    walk_on(wanted_seed, wanted_steps, often);
}

int main(int count, char **arguments)
{
    static const struct CMUnitTest usual[] = {cmocka_unit_test(known_seeds),
                                              cmocka_unit_test(usual_walks)};
    static const struct CMUnitTest part[] = {cmocka_unit_test(part_of_walks)};
    static const struct CMUnitTest at_length[] = {cmocka_unit_test(known_seeds),
                                                  cmocka_unit_test(long_walks)};
    static const struct CMUnitTest one[] = {cmocka_unit_test(one_walk)};
    const char *what = count > 1 ? arguments[1] : "";
    const char *number = count > 2 ? arguments[2] : NULL;
    const char *steps = count > 3 ? arguments[3] : NULL;

    if (strcmp(what, "--part") == 0 && number != NULL) {
        wanted_part = strtoull(number, NULL, 10);
        return cmocka_run_group_tests_name("part of the walks of records", part, NULL, NULL);
    }
    if (strcmp(what, "--seed") == 0 && number != NULL) {
        wanted_seed = strtoull(number, NULL, 10);
        wanted_steps = steps != NULL ? (uint32_t)strtoul(steps, NULL, 10) : USUAL_STEPS;
        return cmocka_run_group_tests_name("walk of records", one, NULL, NULL);
    }
    if (strcmp(what, "--long") == 0) {
        wanted_steps = number != NULL ? (uint32_t)strtoul(number, NULL, 10) : LONG_STEPS;
        return cmocka_run_group_tests_name("walks of records", at_length, NULL, NULL);
    }
    return cmocka_run_group_tests_name("walks of records", usual, NULL, NULL);
}
