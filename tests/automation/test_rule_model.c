/* SPDX-License-Identifier: MIT */
/*
 * Rules against a second implementation of what docs and headers say of them (rules/model.h):
 * generated rules of all kinds, random changes, and after each change records, owners, tags,
 * what was created, lines of the run log, what waits and when it is next due.
 *
 *   test_rule_model                 the seeds of CI
 *   test_rule_model --worlds N      so many
 *   test_rule_model --seed N        one
 *
 * A difference is shown with the fewest rules and steps found that make one.
 */
#include "support/effort.h"
#include "rules/world.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORLDS = 208,
    CHANGES = 100000, /* at least, in all worlds on both storages */
    STEPS = 400,
    WIDE_EVERY = 11,
    WIDE_STEPS = 14
};

static step steps[STEPS];
static bool rule_is_out[RULES];
static int world_count = TEST_FEWER(WORLDS);
static uint64_t only_seed;
static bool has_failed;
static long long changes; /* that were compared */

static uint64_t start_of(uint64_t seed)
{
    return UINT64_C(0x9e3779b97f4a7c15) + seed * 2 + 1;
}

static int make_world(uint64_t seed)
{
    chance = start_of(seed);
    make_plan(seed % WIDE_EVERY == 1);
    for (int i = 0; i < STEPS; i++)
        make_step(&steps[i]);
    memset(rule_is_out, 0, sizeof rule_is_out);
    return the_plan.wide ? WIDE_STEPS : STEPS;
}

/* The number of steps until there was a difference; 0: none. What is out is left out. */
static int play(int count, const bool *out)
{
    bool same;
    int i = 0;

    for (int k = 0; k < RULES; k++)
        active[k] = !rule_is_out[k];
    world_open();
    same = w.difference[0] == '\0';
    for (; i < count && same; i++) {
        const bool touches_out =
            steps[i].kind == STEP_SWITCH && rule_is_out[steps[i].value % RULES];

        same = (out != NULL && out[i]) || touches_out || do_step(&steps[i]);
    }
    same = same && compare_totals();
    seen.converted += now_is.contacts;
    if (!same) {
        char kept[sizeof w.difference];

        memcpy(kept, w.difference, sizeof kept);
        world_close();
        memcpy(w.difference, kept, sizeof kept);
        return i > 0 ? i : 1;
    }
    world_close();
    return 0;
}

/* Leaves out what is not needed for a difference: rules, then ever smaller pieces of the steps. */
static void shrink(int count, bool *out)
{
    for (int i = 0; i < RULES; i++) {
        rule_is_out[i] = true;
        rule_is_out[i] = play(count, out) != 0;
    }
    for (int size = count / 2; size > 0; size /= 2) {
        for (int from = 0; from < count; from += size) {
            bool before[STEPS];

            memcpy(before, out, sizeof before);
            for (int i = from; i < from + size && i < count; i++)
                out[i] = true;
            if (play(count, out) == 0)
                memcpy(out, before, sizeof before);
        }
    }
}

static void show(uint64_t seed, int count)
{
    static bool out[STEPS];

    print_error("seed %llu, step %d: %s\n", (unsigned long long)seed, count, w.difference);
    memset(out, 0, sizeof out);
    shrink(count, out);
    (void)play(count, out);
    (void)fprintf(stderr, "the fewest steps found, in %s:\n", zone_name(the_plan.zone));
    for (int i = 0; i < RULES; i++) {
        if (!rule_is_out[i]) {
            (void)fprintf(stderr, "%s ", the_plan.rules[i].by_bo ? "  Bo's" : " ");
            put_rule(stderr, &the_plan.rules[i], true);
            (void)fputc('\n', stderr);
        }
    }
    for (int i = 0; i < count; i++)
        if (!out[i])
            put_step(stderr, &steps[i]);
    (void)fprintf(stderr, "%s\n", w.difference);
}

static void the_engine_does_what_the_model_does(void **state)
{
    (void)state;
    /* which is slower: every third world */
    for (int i = 0; i < world_count && !has_failed; i += host_on_sqlite ? 3 : 1) {
        const uint64_t seed = only_seed != 0 ? only_seed : (uint64_t)i + 1;
        const int count = make_world(seed);
        const int differs = play(count, NULL);

        changes += count;
        if (differs != 0) {
            has_failed = true;
            show(seed, differs);
            fail();
        }
    }
}

/* Of each thing there was something to compare. */
static void there_was_something_to_compare(void **state)
{
    (void)state;
    print_message("done %lld, skipped %lld, failed %lld, by the clock %lld, converted %lld,"
                  " too deep %d, too many %d\n",
                  (long long)seen.results[DONE], (long long)seen.results[SKIPPED],
                  (long long)seen.results[FAILED], (long long)seen.by_clock,
                  (long long)seen.converted, refused_depth, refused_actions);
    print_message("%lld changes\n", changes);
    if (world_count < WORLDS || has_failed)
        return;
    /* the storage that comes last */
    if (host_on_sqlite)
        assert_true(changes >= CHANGES);
    for (int i = 0; i < 3; i++)
        assert_true(seen.results[i] > 100);
    for (int i = 0; i < MADE_MODULES; i++)
        assert_true(seen.made[i] > 10);
    for (int i = 0; i < TRIGGERS; i++)
        assert_true(seen.of_trigger[i] > 20);
    assert_true(seen.by_clock > 500);
    assert_true(seen.converted > 20);
    assert_true(refused_depth > 0);
    assert_true(refused_actions > 0);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_does_what_the_model_does),
        cmocka_unit_test(there_was_something_to_compare),
    };

    for (int i = 1; i + 1 < argc; i += 2) {
        const int number = (int)strtol(argv[i + 1], NULL, 10);

        if (strcmp(argv[i], "--worlds") == 0)
            world_count = number;
        only_seed = strcmp(argv[i], "--seed") == 0 ? (uint64_t)number : only_seed;
        world_count = only_seed != 0 ? 1 : world_count;
    }
    calendar_open();
    return host_run("rule model", tests, sizeof tests / sizeof tests[0]);
}
