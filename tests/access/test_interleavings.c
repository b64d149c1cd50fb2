/* SPDX-License-Identifier: MIT */
/* Two sessions, each with a script of calls, in every merge of their steps: the
 * results and what is stored afterwards must be those of one call, or transaction, after
 * the other in the order in which they ended. The serial runs that say what is right
 * use a new engine for each call or transaction, so that nothing is remembered. */
#include "acts.h"

#include <stdlib.h>
#include <string.h>

enum {
    CALLS = 3,
    STEPS = CALLS + 2,
    ORDERS = 64
};

/* What happens at the same time. To add one: a line here, and for a new public
 * call an act in world.c. */
typedef struct script {
    const char *name;
    const char *who[2];
    act calls[2][CALLS + 1];
    size_t left; /* administrators left in the end; 0: as before */
} script;

#define HIDE(permission)                                                                           \
    {                                                                                              \
        act_apply,                                                                                 \
            "{'crm4e': 1, 'profiles': [{'name': 'Seller', 'fields': {'Leads': {'Phone': "          \
            "'" permission "'}}}]}",                                                               \
            NULL                                                                                   \
    }
#define SELLER(actions)                                                                            \
    {                                                                                              \
        act_apply,                                                                                 \
            "{'crm4e': 1, 'profiles': [{'name': 'Seller', 'modules': {'Leads': [" actions "]}}]}", \
            NULL                                                                                   \
    }
#define LEADS(member)                                                                              \
    {                                                                                              \
        act_apply, "{'crm4e': 1, 'modules': [{'api_name': 'Leads', " member "}]}", NULL            \
    }
#define USER(email, member)                                                                        \
    {                                                                                              \
        act_apply, "{'crm4e': 1, 'users': [{'email': '" email "', " member "}]}", NULL             \
    }
#define LIST                                                                                       \
    {                                                                                              \
        act_list, "select Last_Name, Company from Leads", NULL                                     \
    }
#define PHONES                                                                                     \
    {                                                                                              \
        act_list, "select Last_Name, Phone from Leads where Phone is not null", NULL               \
    }

static const script scripts[] = {
    {"a field is hidden, its reader reads",
     {ANA, BOB},
     {{HIDE("hidden"), HIDE("read_write")}, {{act_get, "bob", "Phone"}, PHONES}},
     0},
    {"a field is closed to writing, its writer writes",
     {ANA, BOB},
     {{HIDE("read_only")},
      {{act_set, "bob", "{'Phone': '33'}"},
       {act_may, "bob", "edit Phone"},
       {act_get, "bob", "Phone"}}},
     0},
    {"a field is hidden under a copy in hand",
     {ANA, BOB},
     {{HIDE("hidden")}, {{act_keep, "bob", NULL}, {act_put, "bob", "{'Phone': '33'}"}}},
     0},
    {"two write what both have read",
     {DAN, BOB},
     {{{act_keep, "bob", NULL}, {act_put, "bob", "{'City': 'A'}"}},
      {{act_keep, "bob", NULL}, {act_put, "bob", "{'City': 'B'}"}}},
     0},
    {"a superior is moved down",
     {ANA, DAN},
     {{USER(DAN, "'role': 'Rep'")}, {{act_set, "bob", "{'City': 'A'}"}, LIST}},
     0},
    {"an administrator is demoted while he writes",
     {ANA, ZOE},
     {{USER(ZOE, "'profile': 'Seller', 'role': 'Rep'")},
      {{act_set, "bob", "{'City': 'A'}"}, USER(CID, "'status': 'inactive'"), LIST}},
     1},
    {"the last two administrators demote each other",
     {ANA, ZOE},
     {{USER(ZOE, "'profile': 'Seller'"), LIST}, {USER(ANA, "'profile': 'Seller'"), LIST}},
     1},
    {"the last two administrators deactivate each other",
     {ANA, ZOE},
     {{USER(ZOE, "'status': 'inactive'")}, {USER(ANA, "'status': 'inactive'"), LIST}},
     1},
    {"an owner loses his record and edits it",
     {DAN, BOB},
     {{{act_give, "bob", CID}},
      {{act_set, "bob", "{'City': 'A'}"}, LIST, {act_delete, "bob", NULL}}},
     0},
    {"an owner gives his record away under his superior",
     {BOB, DAN},
     {{{act_give, "bob", DAN}, {act_set, "bob", "{'City': 'A'}"}},
      {{act_give, "bob", CID}, {act_count, "Leads", NULL}}},
     0},
    {"a member is dismissed and creates",
     {ANA, BOB},
     {{{act_dismiss, "Documents", BOB}, {act_join, "Documents", BOB}},
      {{act_create, "Documents", "{'Name': 'New'}"}, {act_count, "Documents", NULL}}},
     0},
    {"a user is deactivated while he works",
     {ANA, BOB},
     {{USER(BOB, "'status': 'inactive'")},
      {{act_create, "Leads", "{'Last_Name': 'New', 'Company': 'X'}"},
       {act_set, "bob", "{'City': 'A'}"},
       LIST}},
     0},
    {"an org-wide default is narrowed under a list",
     {ANA, CID},
     {{LEADS("'org_default': 'public_read_write'"), LEADS("'org_default': 'private'")},
      {LIST, {act_set, "bob", "{'City': 'A'}"}, {act_chart, "Leads", "Company"}}},
     0},
    {"a module is hidden and written",
     {ANA, BOB},
     {{LEADS("'hidden': true")},
      {{act_create, "Leads", "{'Last_Name': 'New', 'Company': 'X'}"},
       {act_set, "bob", "{'City': 'A'}"},
       {act_count, "Leads", NULL}}},
     0},
    {"a profile loses an action",
     {ANA, BOB},
     {{SELLER("'view', 'create'"), SELLER("'view', 'edit'")},
      {{act_set, "bob", "{'City': 'A'}"},
       {act_create, "Leads", "{'Last_Name': 'New', 'Company': 'X'}"}}},
     0},
    {"who manages profiles loses that and grants",
     {ANA, EVA},
     {{USER(EVA, "'profile': 'Seller'")}, {HIDE("hidden"), HIDE("read_write")}},
     0},
    {"both change the same profile",
     {ANA, ZOE},
     {{HIDE("hidden"), SELLER("'view'")}, {HIDE("read_only"), SELLER("'view', 'edit'")}},
     0},
};

/* How a script is cut into transactions. */
typedef enum cut {
    CUT_NONE,
    CUT_COMMIT,
    CUT_ROLLBACK
} cut;

static const cut variants[][2] = {
    {CUT_NONE, CUT_NONE},     {CUT_COMMIT, CUT_NONE},   {CUT_NONE, CUT_COMMIT},
    {CUT_COMMIT, CUT_COMMIT}, {CUT_ROLLBACK, CUT_NONE}, {CUT_ROLLBACK, CUT_COMMIT},
};

typedef struct play {
    const script *script;
    act steps[2][STEPS];
    size_t count[2];
    bool spans[2]; /* the side is one transaction */
} play;

typedef struct outcome {
    char order[2 * STEPS + 1]; /* of the sides' units by their ends: "0110" */
    char *results[2][STEPS];
    char *state;
} outcome;

typedef enum stage {
    STAGE_MEMORY,
    STAGE_SESSIONS, /* two sessions of one engine on a file */
    STAGE_ENGINES   /* two engines on a file */
} stage;

static stage the_stage;
static const char *const stage_names[] = {"memory", "sessions", "engines"};
static world template;
static size_t merges_run, waits;

static void cut_script(play *p, const script *s, const cut cuts[2])
{
    static const act begin = {act_begin, NULL, NULL};
    static const act ends[] = {
        {NULL, NULL, NULL}, {act_commit, NULL, NULL}, {act_rollback, NULL, NULL}};

    memset(p, 0, sizeof *p);
    p->script = s;
    for (size_t side = 0; side < 2; side++) {
        p->spans[side] = cuts[side] != CUT_NONE;
        if (p->spans[side])
            p->steps[side][p->count[side]++] = begin;
        for (const act *call = s->calls[side]; call->call; call++)
            p->steps[side][p->count[side]++] = *call;
        if (p->spans[side])
            p->steps[side][p->count[side]++] = ends[cuts[side]];
    }
}

static void outcome_free(outcome *o)
{
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < STEPS; i++)
            free(o->results[side][i]);
    free(o->state);
    memset(o, 0, sizeof *o);
}

/* One side on its way through its steps. */
typedef struct way {
    visitor visitor;
    size_t at;
    bool open;   /* its transaction has begun */
    char *fails; /* what the beginning answered when it was refused */
} way;

static char *copy_text(const char *text)
{
    char *copy = strdup(text);

    assert_non_null(copy);
    return copy;
}

/* Takes the next step, unless the other side's transaction is in the way. A transaction
 * that was refused at its beginning did not take place. */
static bool walk(const play *p, const world *w, way ways[2], size_t side, outcome *o)
{
    way *own = &ways[side];
    bool last = own->at + 1 == p->count[side];
    int code = CRM4E_OK;
    char *text = own->fails ? copy_text(own->fails)
                            : visitor_act(&own->visitor, w, &p->steps[side][own->at], &code);

    if (code == CRM4E_E_BUSY) {
        assert_true(ways[1 - side].open && !own->open);
        waits++;
        free(text);
        return false;
    }
    if (p->spans[side] && own->at == 0) {
        own->open = code == CRM4E_OK;
        own->fails = code < 0 ? copy_text(text) : NULL;
    }
    o->results[side][own->at++] = text;
    if (last || !p->spans[side]) {
        own->open = false;
        o->order[strlen(o->order)] = side == 0 ? '0' : '1';
    }
    return true;
}

/* The steps in the order of a merge: bit i of `merge` says whose the ith is. */
static void run_merged(const play *p, unsigned merge, outcome *o)
{
    static const char *const warm[] = {"select Last_Name from Leads", "select Name from Documents"};
    way ways[2];
    world w;

    memset(ways, 0, sizeof ways);
    memset(o, 0, sizeof *o);
    if (the_stage == STAGE_MEMORY)
        world_open_memory(&w);
    else
        world_copy(&w, &template, the_stage == STAGE_SESSIONS ? CRM4E_ENGINE_ROLLBACK_JOURNAL : 0);
    for (size_t side = 0; side < 2; side++) {
        visitor_open(&ways[side].visitor, &w, p->script->who[side], the_stage == STAGE_ENGINES);
        for (size_t i = 0; i < sizeof warm / sizeof warm[0]; i++) {
            int code;

            free(visitor_act(&ways[side].visitor, &w, &(act){act_list, warm[i], NULL}, &code));
        }
    }
    for (size_t i = 0; i < p->count[0] + p->count[1]; i++)
        (void)walk(p, &w, ways, merge >> i & 1, o);
    /* who had to wait */
    for (size_t side = ways[1].open ? 1 : 0, turn = 0; turn < 3; turn++, side = 1 - side)
        while (ways[side].at < p->count[side] && walk(p, &w, ways, side, o))
            ;
    for (size_t side = 0; side < 2; side++) {
        assert_int_equal(ways[side].at, p->count[side]);
        free(ways[side].fails);
        visitor_close(&ways[side].visitor);
    }
    o->state = world_state(&w);
    world_close(&w);
}

/* One unit after the other, each in a session and an engine of its own. */
static void run_serial(const play *p, const char *order, outcome *o)
{
    way ways[2];
    int64_t versions[2] = {0, 0};
    world w;

    memset(ways, 0, sizeof ways);
    memset(o, 0, sizeof *o);
    world_copy(&w, &template, 0);
    for (const char *c = order; *c; c++) {
        size_t side = *c == '0' ? 0 : 1;

        visitor_open(&ways[side].visitor, &w, p->script->who[side], true);
        ways[side].visitor.version = versions[side];
        do
            assert_true(walk(p, &w, ways, side, o));
        while (p->spans[side] && ways[side].at < p->count[side]);
        versions[side] = ways[side].visitor.version;
        visitor_close(&ways[side].visitor);
    }
    free(ways[0].fails);
    free(ways[1].fails);
    o->state = world_state(&w);
    world_close(&w);
}

static void explain_merge(const play *p, unsigned merge, const outcome *found, const outcome *right)
{
    print_error("%s, ended in the order %s, merge", p->script->name, found->order);
    for (size_t i = 0; i < p->count[0] + p->count[1]; i++)
        print_error(" %u", merge >> i & 1);
    print_error("\n");
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < p->count[side]; i++)
            print_error("%s %zu: %s\n   alone: %s\n", p->script->who[side], i,
                        found->results[side][i], right->results[side][i]);
    print_error("state %s\n", strcmp(found->state, right->state) == 0 ? "equal" : "differs");
}

static bool same(const play *p, const outcome *a, const outcome *b)
{
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < p->count[side]; i++)
            if (strcmp(a->results[side][i], b->results[side][i]) != 0)
                return false;
    return strcmp(a->state, b->state) == 0;
}

/* How many administrators the state was told by. */
static size_t administrators(const char *state)
{
    return (strstr(state, "\n" ANA ": {") ? 1U : 0U) + (strstr(state, "\n" ZOE ": {") ? 1U : 0U);
}

static const outcome *serial(const play *p, const char *order, outcome *known, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(known[i].order, order) == 0)
            return &known[i];
    assert_true(*count < ORDERS);
    run_serial(p, order, &known[*count]);
    assert_string_equal(known[*count].order, order);
    return &known[(*count)++];
}

static size_t bits(unsigned value)
{
    size_t count = 0;

    for (; value; value &= value - 1)
        count++;
    return count;
}

/* Every merge of a cut script; the number of serial outcomes that differ. */
static size_t run_play(const play *p, bool rolled_back)
{
    outcome known[ORDERS];
    size_t count = 0, different = 0;

    for (unsigned merge = 0; merge < 1U << (p->count[0] + p->count[1]); merge++) {
        const outcome *right;
        outcome found;

        if (bits(merge) != p->count[1])
            continue;
        run_merged(p, merge, &found);
        merges_run++;
        right = serial(p, found.order, known, &count);
        if (!same(p, &found, right)) {
            explain_merge(p, merge, &found, right);
            fail();
        }
        if (!rolled_back && p->script->left > 0)
            assert_int_equal(administrators(found.state), p->script->left);
        outcome_free(&found);
    }
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (k < i && !same(p, &known[i], &known[k]))
            k++;
        different += k == i;
    }
    for (size_t i = 0; i < count; i++)
        outcome_free(&known[i]);
    return different;
}

static void every_merge(void **state)
{
    const script *s = *state;

    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        size_t different;
        play p;

        cut_script(&p, s, variants[i]);
        different = run_play(&p, variants[i][0] == CUT_ROLLBACK);
        /* else the script would show nothing */
        if (i == 0)
            assert_true(different > 1);
    }
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[sizeof scripts / sizeof scripts[0]];
    int failed;

    for (size_t i = 0; argc > 1 && i < sizeof stage_names / sizeof stage_names[0]; i++)
        if (strcmp(argv[1], stage_names[i]) == 0)
            the_stage = (stage)i;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        const struct CMUnitTest test = {scripts[i].name, every_merge, NULL, NULL,
                                        (void *)&scripts[i]};

        tests[i] = test;
    }
    world_open_file(&template, 0);
    world_leave(&template);
    failed = _cmocka_run_group_tests(stage_names[the_stage], tests, sizeof tests / sizeof tests[0],
                                     NULL, NULL);
    world_close(&template);
    print_message("%zu merges, %zu waits\n", merges_run, waits);
    return failed;
}
