/* SPDX-License-Identifier: MIT */
/*
 * Measurements: what the library takes beside hand-written SQLite, in the same
 * run on the same machine. Only the ratios count.
 * usage: bench [--json] [--large] [--records N] [--keep DIRECTORY] [ID ...]
 * With --large, C2 and G1 go up to ten million records, in files of several GB.
 * With --keep, files that take long to make are looked for there, and stay.
 */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

enum {
    RECORDS = 100000
};

typedef struct known_bench {
    const char *id;
    void (*run)(bench *b);
} known_bench;

static const known_bench known[] = {
    {"W1", bench_w1}, {"W2", bench_w2}, {"R1", bench_r1}, {"L1", bench_l1}, {"L2", bench_l2},
    {"A1", bench_a1}, {"C1", bench_c1}, {"C2", bench_c2}, {"C3", bench_c3}, {"C4", bench_c4},
    {"G1", bench_g1}, {"M1", bench_m1}, {"S1", bench_s1}, {"N1", bench_n1}, {"I1", bench_i1},
    {"O1", bench_o1}, {"T1", bench_t1}, {"F1", bench_f1}, {"F2", bench_f2},
};
enum {
    KNOWN = sizeof known / sizeof *known
};

static int usage(void)
{
    fprintf(stderr,
            "usage: bench [--json] [--large] [--records N] [--keep DIRECTORY] [ID ...]\nIDs:");
    for (size_t i = 0; i < KNOWN; i++)
        fprintf(stderr, " %s", known[i].id);
    fputc('\n', stderr);
    return 2;
}

/* False for what is neither an option nor a known id. */
static bool read_arguments(bench *b, int argc, char **argv, bool *wanted)
{
    bool well = true;

    for (int i = 1; i < argc && well; i++) {
        size_t at = 0;

        if (strcmp(argv[i], "--json") == 0) {
            b->json = true;
            continue;
        }
        if (strcmp(argv[i], "--large") == 0) {
            b->large = true;
            continue;
        }
        if (strcmp(argv[i], "--records") == 0 && i + 1 < argc) {
            b->records = strtoll(argv[++i], NULL, 10);
            well = b->records >= 10000;
            continue;
        }
        if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc) {
            b->keep = true;
            well = strlen(argv[++i]) < sizeof b->directory;
            (void)snprintf(b->directory, sizeof b->directory, "%s", argv[i]);
            continue;
        }
        while (at < KNOWN && strcmp(known[at].id, argv[i]) != 0)
            at++;
        well = at < KNOWN;
        if (well)
            wanted[at] = wanted[KNOWN] = true;
    }
    return well;
}

int main(int argc, char **argv)
{
    bench b = {.records = RECORDS};
    bool wanted[KNOWN + 1] = {false}; /* the last: not all */

    if (!read_arguments(&b, argc, argv, wanted))
        return usage();
    if (!b.keep)
        world_place(b.directory, sizeof b.directory);
    for (size_t i = 0; i < KNOWN; i++) {
        if (wanted[i] || !wanted[KNOWN])
            known[i].run(&b);
    }
    if (b.json)
        printf("%s\n]\n", b.printed == 0 ? "[" : "");
    if (!b.keep)
        world_remove(b.directory);
    return 0;
}
