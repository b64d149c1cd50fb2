/* SPDX-License-Identifier: MIT */
/*
 * Owners in turn while two processes import at once: with seven users, some online and some
 * not, each round's records go to those who are, in equal parts; with nobody online they stay with
 * who imports.
 * usage: rotation [ROWS [SEED]]   rows of both processes together in all rounds
 */
#include "fault/child.h"
#include "fault/world.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME "org"

enum {
    USERS = 7,
    IMPORTERS = 2,
    ROUNDS = 5,
    ROWS = 10000,
    BATCH = 200,
    SEED = 20240331
};

static const char *program;
static char directory[64];

typedef struct source {
    char text[64];
    int64_t next;
    int64_t count;
    int round;
} source;

/* CSV, row after row. */
static int32_t read_rows(void *user, char *bytes, size_t size, size_t *got)
{
    source *s = user;

    *got = 0;
    while (s->next <= s->count) {
        const int length = s->next == 0 ? snprintf(s->text, sizeof s->text, "Name,Round\n")
                                        : snprintf(s->text, sizeof s->text, "Paper %lld,%d\n",
                                                   (long long)s->next, s->round);

        if (*got + (size_t)length > size)
            break;
        memcpy(bytes + *got, s->text, (size_t)length);
        *got += (size_t)length;
        s->next++;
    }
    return CRM4E_CONTINUE;
}

static crm4e_engine_options options_of(char *path, size_t size)
{
    (void)snprintf(path, size, "%s/" FILE_NAME, directory);
    return world_options(path, CRM4E_ENGINE_NORMAL_SYNC);
}

/* The other process. */
static int import(const char *place, int64_t rows, int round)
{
    crm4e_import_options in = CRM4E_IMPORT_OPTIONS_INIT;
    source s = {.count = rows, .round = round};
    crm4e_engine_options options;
    char path[128];
    world w;

    (void)snprintf(directory, sizeof directory, "%s", place);
    options = options_of(path, sizeof path);
    world_need(world_open(&w, &options) == CRM4E_OK, "%s", world_why(&w));
    in.module = "Papers";
    in.read = read_rows;
    in.read_user = &s;
    in.batch = BATCH;
    world_need(crm4e_import_records(NULL, w.session, &in) == CRM4E_OK, "%s", world_why(&w));
    world_close(&w);
    return 0;
}

static void put_document(FILE *out)
{
    (void)fputs("{\"users\": [", out);
    for (int i = 0; i < USERS; i++)
        (void)fprintf(out, "%s{\"email\": \"u%d@acme.example\", \"profile\": \"Standard\"}",
                      i > 0 ? "," : "", i);
    (void)fputs("], \"modules\": [{\"api_name\": \"Papers\", \"team\": true, \"fields\":"
                " [{\"api_name\": \"Round\", \"type\": \"integer\"}], \"members\": [",
                out);
    for (int i = 0; i < USERS; i++)
        (void)fprintf(out, "%s{\"user\": \"u%d@acme.example\", \"profile\": \"member\"}",
                      i > 0 ? "," : "", i);
    (void)fputs("]}], \"workflows\": [{\"name\": \"Share out\", \"module\": \"Papers\", \"on\":"
                " \"create\", \"conditions\": [{\"then\": [{\"assign_owner\": {\"target\":"
                " \"team_module_users\", \"profiles\": [\"member\"], \"online_only\": true}}]}]}]}",
                out);
}

static void make_org(void)
{
    crm4e_engine_options options;
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);
    char path[128];
    world w;

    world_need(out != NULL, "no memory");
    put_document(out);
    (void)fclose(out);
    options = options_of(path, sizeof path);
    world_need(world_create(&w, &options, 20) == CRM4E_OK, "%s", world_why(&w));
    world_need(world_apply(&w, document) == CRM4E_OK, "%s", world_why(&w));
    world_close(&w);
    free(document);
}

/* Whoever's bit is set is online from now on, the others are not. */
static void set_online(unsigned online)
{
    crm4e_engine_options options;
    char path[128];
    char email[32];
    world w;

    options = options_of(path, sizeof path);
    world_need(world_open(&w, &options) == CRM4E_OK, "%s", world_why(&w));
    for (int i = 0; i < USERS; i++) {
        crm4e_session *user = NULL;

        (void)snprintf(email, sizeof email, "u%d@acme.example", i);
        world_need(crm4e_session_open(&user, w.org, email) == CRM4E_OK, "%s", world_why(&w));
        world_need(crm4e_session_set_online(user, (online >> i & 1) != 0 ? INT64_C(4102444800000000)
                                                                         : 0) == CRM4E_OK,
                   "%s", world_why(&w));
        crm4e_session_close(user);
    }
    world_close(&w);
}

/* Records of a round by user, the last for who imported. */
static void count_owners(world *w, int round, int64_t counts[USERS + 1])
{
    crm4e_cursor *rows = NULL;
    char text[128];
    int rc;

    memset(counts, 0, (USERS + 1) * sizeof *counts);
    (void)snprintf(text, sizeof text,
                   "select Owner, count(id) from Papers where Round = %d group by Owner", round);
    rc = crm4e_query_text(&rows, w->session, text);
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        const char *owner = crm4e_cursor_text(rows, 0);
        const int user = owner[0] == 'u' ? owner[1] - '0' : USERS;
        uint32_t scale = 0;

        world_need(user >= 0 && user <= USERS, "an owner %s", owner);
        world_need(crm4e_cursor_integer(rows, 1, &counts[user], &scale) == CRM4E_ROW, "no count");
    }
    world_need(rc == CRM4E_OK, "%s", world_why(w));
    crm4e_cursor_free(rows);
}

static void check_round(int round, unsigned online, int64_t rows)
{
    crm4e_engine_options options;
    int64_t counts[USERS + 1], least = INT64_MAX, most = 0, sum = 0;
    char path[128];
    world w;

    options = options_of(path, sizeof path);
    world_need(world_open(&w, &options) == CRM4E_OK, "%s", world_why(&w));
    count_owners(&w, round, counts);
    for (int i = 0; i < USERS; i++) {
        sum += counts[i];
        if ((online >> i & 1) == 0) {
            world_need(counts[i] == 0, "round %d: %lld to u%d, who is offline", round,
                       (long long)counts[i], i);
            continue;
        }
        least = counts[i] < least ? counts[i] : least;
        most = counts[i] > most ? counts[i] : most;
    }
    world_need(sum + counts[USERS] == rows, "round %d: %lld records of %lld", round,
               (long long)(sum + counts[USERS]), (long long)rows);
    world_need(counts[USERS] == (online == 0 ? rows : 0), "round %d: %lld stay", round,
               (long long)counts[USERS]);
    world_need(online == 0 || most - least <= 1, "round %d: from %lld to %lld", round,
               (long long)least, (long long)most);
    world_check(&w, "after a round");
    world_close(&w);
}

static void run_round(int round, unsigned online, int64_t each)
{
    child importers[IMPORTERS];
    char rows[24], number[24];
    const char *const arguments[] = {program, "import", directory, rows, number, NULL};

    (void)snprintf(rows, sizeof rows, "%lld", (long long)each);
    (void)snprintf(number, sizeof number, "%d", round);
    set_online(online);
    for (int i = 0; i < IMPORTERS; i++)
        child_start(&importers[i], arguments);
    for (int i = 0; i < IMPORTERS; i++)
        child_end(&importers[i], 0);
    check_round(round, online, each * IMPORTERS);
}

int main(int argc, char **argv)
{
    world_random random = {argc > 2 ? strtoull(argv[2], NULL, 10) : SEED};
    int64_t rows = argc > 1 ? strtoll(argv[1], NULL, 10) : ROWS;

    program = argv[0];
    if (argc == 5 && strcmp(argv[1], "import") == 0)
        return import(argv[2], strtoll(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10));
    world_place(directory, sizeof directory);
    make_org();
    for (int round = 0; round < ROUNDS; round++) {
        const unsigned all = (1u << USERS) - 1;
        const unsigned some = (unsigned)world_below(&random, all) + 1;

        run_round(round,
                  round == 0            ? all
                  : round == ROUNDS - 1 ? 0
                                        : some,
                  rows / ROUNDS / IMPORTERS);
    }
    world_remove(directory);
    return 0;
}
