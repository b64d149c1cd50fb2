/* SPDX-License-Identifier: MIT */
/* Rights are given and taken in turn by one session; another, in the same engine,
 * in another one, or in another process, asks after each change and must hear exactly the
 * new state. As many turns as fit in some seconds; with CRM4E_TEST_LONG=1 a hundred
 * thousand in all. */
#define _XOPEN_SOURCE 700

#include "acts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    QUESTIONS = 4,
    LONG_TURNS = 80000, /* between processes; the others take their share */
    LONG_TURNS_INSIDE = 10000,
    SECONDS = 20,
    SECONDS_INSIDE = 5
};

/* A question and what is heard with the right and without. */
typedef struct question {
    act ask;
    const char *with, *without;
} question;

typedef struct right {
    const char *name;
    size_t asker; /* in askers[] */
    act give, take;
    question questions[QUESTIONS];
    bool given_first; /* the others have it in the beginning */
} right;

static const char *const askers[] = {BOB, CID, DAN};
enum {
    ASKERS = sizeof askers / sizeof askers[0]
};

#define DOCUMENT(text)                                                                             \
    {                                                                                              \
        act_apply, "{'crm4e': 1, " text "}", NULL                                                  \
    }
#define SELLER(text) DOCUMENT("'profiles': [{'name': 'Seller', " text "}]")
#define DENIED_PHONE "CRM4E_E_DENIED field_permission Phone"
#define NOT_FOUND    "CRM4E_E_NOT_FOUND  "
#define INACTIVE     "CRM4E_E_INACTIVE  "
#define LIST                                                                                       \
    {                                                                                              \
        act_list, "select Last_Name, Company from Leads", NULL                                     \
    }
#define BOTH "ok Of Bob|Tower;Of Cid|Bridge;"

static const right rights[] = {
    {"field",
     0,
     SELLER("'fields': {'Leads': {'Phone': 'read_write'}}"),
     SELLER("'fields': {'Leads': {'Phone': 'hidden'}}"),
     {{{act_list, "select Last_Name, Phone from Leads", NULL}, "ok Of Bob|11;", DENIED_PHONE},
      {{act_count, "Leads", "Phone = '11'"}, "ok 1", DENIED_PHONE},
      {{act_get, "bob", "Phone"}, "ok 11", DENIED_PHONE},
      {{act_may, "bob", "edit Phone"}, "ok ", DENIED_PHONE}},
     false},
    {"org-wide default",
     1,
     DOCUMENT("'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'}]"),
     DOCUMENT("'modules': [{'api_name': 'Leads', 'org_default': 'private'}]"),
     {{LIST, BOTH, "ok Of Cid|Bridge;"},
      {{act_count, "Leads", NULL}, "ok 2", "ok 1"},
      {{act_get, "bob", "Company"}, "ok Tower", NOT_FOUND},
      {{act_may, "bob", "view"}, "ok ", NOT_FOUND}},
     true},
    {"role",
     2,
     DOCUMENT("'users': [{'email': '" DAN "', 'role': 'Lead Rep'}]"),
     DOCUMENT("'users': [{'email': '" DAN "', 'role': 'Rep'}]"),
     {{LIST, BOTH, "ok "},
      {{act_count, "Leads", NULL}, "ok 2", "ok 0"},
      {{act_get, "bob", "Company"}, "ok Tower", NOT_FOUND},
      {{act_may, "cid", "edit"}, "ok ", NOT_FOUND}},
     false},
    {"action of a profile",
     0,
     SELLER("'modules': {'Leads': ['view', 'create', 'edit']}"),
     SELLER("'modules': {'Leads': []}"),
     {{LIST, "ok Of Bob|Tower;", NOT_FOUND},
      {{act_count, "Leads", NULL}, "ok 1", NOT_FOUND},
      {{act_get, "bob", "Company"}, "ok Tower", NOT_FOUND},
      {{act_may, "Leads", "create"}, "ok ", NOT_FOUND}},
     false},
    {"membership",
     0,
     {act_join, "Documents", BOB},
     {act_dismiss, "Documents", BOB},
     {{{act_list, "select Name, Title from Documents", NULL}, "ok Page|First;", NOT_FOUND},
      {{act_count, "Documents", NULL}, "ok 1", NOT_FOUND},
      {{act_get, "page", "Title"}, "ok First", NOT_FOUND},
      {{act_may, "page", "edit"}, "ok ", NOT_FOUND}},
     false},
    {"status",
     1,
     DOCUMENT("'users': [{'email': '" CID "', 'status': 'active'}]"),
     DOCUMENT("'users': [{'email': '" CID "', 'status': 'inactive'}]"),
     {{LIST, "ok Of Cid|Bridge;", INACTIVE},
      {{act_count, "Leads", NULL}, "ok 1", INACTIVE},
      {{act_get, "cid", "Company"}, "ok Bridge", INACTIVE},
      {{act_may, "Leads", "create"}, "ok ", INACTIVE}},
     false},
};
enum {
    RIGHTS = sizeof rights / sizeof rights[0]
};

/* A turn in one byte: which right, and whether it was given; 0 is the end. */
static unsigned char turn_of(size_t number)
{
    size_t place = number / 2 % RIGHTS;

    return (unsigned char)(1 + place * 2 + (number % 2 ^ rights[place].given_first));
}

static const right *right_of(unsigned char turn, bool *given)
{
    *given = (turn - 1) % 2 == 1;
    return &rights[(turn - 1) / 2];
}

/* Whether all answers are those of the new state. */
static bool ask(visitor visitors[ASKERS], const world *w, unsigned char turn)
{
    bool given, right_answers = true;
    const right *r = right_of(turn, &given);

    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *wanted = given ? r->questions[i].with : r->questions[i].without;
        int code;
        char *heard = visitor_act(&visitors[r->asker], w, &r->questions[i].ask, &code);

        if (strcmp(heard, wanted) != 0) {
            print_error("%s %s, question %zu: \"%s\" instead of \"%s\"\n", r->name,
                        given ? "given" : "taken", i, heard, wanted);
            right_answers = false;
        }
        free(heard);
    }
    return right_answers;
}

static void change(visitor *ana, const world *w, unsigned char turn)
{
    bool given;
    const right *r = right_of(turn, &given);
    int code;
    char *text = visitor_act(ana, w, given ? &r->give : &r->take, &code);

    host_ok(ana->session, code);
    free(text);
}

/* The askers come through one engine. */
static void open_askers(visitor visitors[ASKERS], world *through)
{
    for (size_t i = 0; i < ASKERS; i++) {
        visitor_open(&visitors[i], through, askers[i], false);
        assert_int_equal(visitors[i].opened, CRM4E_OK);
    }
}

static void close_askers(visitor visitors[ASKERS])
{
    for (size_t i = 0; i < ASKERS; i++)
        visitor_close(&visitors[i]);
}

static double now(void)
{
    struct timespec t;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* How long to go on. */
typedef struct limit {
    double start, seconds;
    size_t turns;
} limit;

static limit limit_of(size_t long_turns, double seconds)
{
    const char *longer = getenv("CRM4E_TEST_LONG");
    bool all = longer && strcmp(longer, "1") == 0;
    limit l = {now(), all ? 0 : seconds, long_turns};

    return l;
}

/* Whether to go on; ends when all is as it was in the beginning. */
static bool more(const limit *l, size_t turn)
{
    return turn % 2 == 1 || (turn < l->turns && (l->seconds <= 0 || now() - l->start < l->seconds));
}

static void report(const char *where, const limit *l, size_t turns)
{
    double seconds = now() - l->start;

    print_message("%s: %zu alternations in %.1f s, %.0f a second\n", where, turns, seconds,
                  (double)turns / seconds);
    assert_true(turns >= 2 * RIGHTS);
}

static void inside_one_process(const char *where, world *w, world *asked_through)
{
    limit l = limit_of(LONG_TURNS_INSIDE, SECONDS_INSIDE);
    visitor visitors[ASKERS], ana;
    size_t turn = 0;

    visitor_open(&ana, w, ANA, false);
    open_askers(visitors, asked_through);
    for (; more(&l, turn); turn++) {
        change(&ana, w, turn_of(turn));
        assert_true(ask(visitors, asked_through, turn_of(turn)));
    }
    report(where, &l, turn);
    close_askers(visitors);
    visitor_close(&ana);
}

static void sessions_in_memory(void **state)
{
    world w;

    (void)state;
    world_open_memory(&w);
    inside_one_process("two sessions in memory", &w, &w);
    world_close(&w);
}

static void sessions_on_a_file(void **state)
{
    world w;

    (void)state;
    world_open_file(&w, 0);
    inside_one_process("two sessions on a file", &w, &w);
    world_close(&w);
}

static void engines_on_a_file(void **state)
{
    world w, other;

    (void)state;
    world_open_file(&w, 0);
    world_enter(&other, &w);
    inside_one_process("two engines on a file", &w, &other);
    world_leave(&other);
    world_close(&w);
}

/* The other process: answers 1 to each turn while all is right. */
static void answer_turns(const world *place, int in, int out)
{
    visitor visitors[ASKERS];
    unsigned char turn = 0, fine = 1;
    world w;

    world_enter(&w, place);
    open_askers(visitors, &w);
    while (fine && write(out, &fine, 1) == 1 && read(in, &turn, 1) == 1 && turn > 0)
        fine = ask(visitors, &w, turn);
    close_askers(visitors);
    world_leave(&w);
    _exit(fine ? 0 : 1);
}

static pid_t start_other(const world *w, int *in, int *out)
{
    int to_child[2], to_parent[2];
    pid_t child;

    assert_int_equal(pipe(to_child), 0);
    assert_int_equal(pipe(to_parent), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(to_child[1]);
        (void)close(to_parent[0]);
        answer_turns(w, to_child[0], to_parent[1]);
    }
    (void)close(to_child[0]);
    (void)close(to_parent[1]);
    *in = to_parent[0];
    *out = to_child[1];
    return child;
}

static void two_processes(void **state)
{
    unsigned char said = 0;
    visitor ana;
    size_t turn = 0;
    int in, out, status = 0;
    pid_t child;
    world w;
    limit l;

    (void)state;
    world_open_file(&w, 0);
    world_leave(&w); /* the child inherits nothing open */
    child = start_other(&w, &in, &out);
    assert_int_equal(read(in, &said, 1), 1);
    visitor_open(&ana, &w, ANA, true);
    for (l = limit_of(LONG_TURNS, SECONDS); more(&l, turn); turn++) {
        unsigned char next = turn_of(turn);

        change(&ana, &w, next);
        assert_int_equal(write(out, &next, 1), 1);
        assert_int_equal(read(in, &said, 1), 1);
    }
    report("two processes", &l, turn);
    said = 0;
    assert_int_equal(write(out, &said, 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(in);
    (void)close(out);
    visitor_close(&ana);
    world_close(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_in_memory),
        cmocka_unit_test(sessions_on_a_file),
        cmocka_unit_test(engines_on_a_file),
        cmocka_unit_test(two_processes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
