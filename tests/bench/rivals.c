/* SPDX-License-Identifier: MIT */
#include "rivals.h"

#include <stdlib.h>
#include <sys/wait.h>

enum {
    RUNS = 9,
    WARM_UP = 2,
    MISSING = 77 /* how rivals.py ends where the database is not installed */
};

typedef struct rival {
    const char *name;
    double goal; /* ratio */
} rival;

static const rival rivals[] = {
    {"duckdb", 0.1},
    {"postgres", 0.01},
};

static void write_rows(const char *path, sqlite3_stmt *rows)
{
    FILE *file = fopen(path, "wb");

    world_need(file != NULL, "%s cannot be written", path);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const unsigned char *text = sqlite3_column_text(rows, i);

            (void)fprintf(file, "%s%s", i > 0 ? "," : "", text ? (const char *)text : "");
        }
        (void)fputc('\n', file);
    }
    (void)sqlite3_reset(rows);
    world_need(fclose(file) == 0, "%s cannot be written", path);
}

/* False where the rival is not installed. */
static bool run_rival(const char *name, const char *rows, crm4e_id seen, double *times)
{
    char command[512];
    FILE *said;
    long groups = 0;
    int count = 0, status;

    (void)snprintf(command, sizeof command, "python3 %s/rivals.py %s %s %d %lld", BENCH_SOURCES,
                   name, rows, RUNS, (long long)seen);
    said = popen(command, "r"); /* NOLINT: a yardstick's own program */
    world_need(said != NULL, "%s cannot be started", command);
    if (fscanf(said, "%ld", &groups) == 1) {
        while (count < RUNS && fscanf(said, "%lf", &times[count]) == 1)
            count++;
    }
    status = pclose(said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == MISSING)
        return false;
    world_need(status == 0 && count == RUNS && groups > 0, "%s failed", command);
    return true;
}

void rivals_compare(bench *b, const bench_line *line, sqlite3_stmt *rows, crm4e_id seen,
                    void (*work)(void *user), void *user)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/rows.csv", b->directory);
    write_rows(path, rows);
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
        bench_line named = *line;
        bench_runs runs = {.count = 0};
        double times[RUNS];

        if (!run_rival(rivals[i].name, path, seen, times)) {
            fprintf(stderr, "%s: %s is not installed\n", line->id, rivals[i].name);
            continue;
        }
        for (int run = -WARM_UP; run < RUNS; run++) {
            const double before = bench_wall();

            work(user);
            if (run >= 0)
                bench_add(&runs, bench_wall() - before, times[run], 1);
        }
        named.other = rivals[i].name;
        named.goal = rivals[i].goal;
        bench_print(b, &named, &runs);
    }
    (void)remove(path);
}
