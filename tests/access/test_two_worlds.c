/* SPDX-License-Identifier: MIT */
/*
 * Two databases that differ only in what one user may not read: whatever he
 * calls, he gets the same bytes. Ids and numbers of changes are counted alike in
 * both, as everybody sees from them how much is written (docs/access.md).
 *
 *   test_two_worlds                the seeds of CI
 *   test_two_worlds --long         the same and 4 million calls more
 *   test_two_worlds --seed N USER  one
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/effort.h"
#include "oracle.h"
#include "two_calls.h"

#include <stdlib.h>
#include <string.h>

#include "model/definition.h"
#include "model/schema.h"
#include "model/standard.h"

enum {
    CALLS = 2200, /* of one user */
    SEEDS = TEST_FEWER(44),
    SQLITE_SEEDS = 2,
    LONG_SEEDS = 2000
};

typedef struct pair {
    side sides[2];
    oracle *oracles[2];
    int user;
    int secrets; /* how many things differ */
    int64_t calls;
    int64_t answered[32]; /* by call: those that gave more than a refusal */
} pair;

/* Whether both worlds give the user the same rights on a record. */
static bool alike(const pair *p, int record)
{
    int module = (int)p->sides[0].w->records[record].module;

    for (crm4e_action a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
        if (oracle_may(p->oracles[0], p->user, a, module, record) !=
            oracle_may(p->oracles[1], p->user, a, module, record)) {
            return false;
        }
    }
    return true;
}

static bool visible(const pair *p, int record)
{
    return oracle_may(p->oracles[0], p->user, CRM4E_ACTION_VIEW,
                      (int)p->sides[0].w->records[record].module, record) == CRM4E_OK;
}

static crm4e_record *open_record(side *s, int record)
{
    const world_record *r = &s->w->records[record];
    crm4e_record *found = NULL;

    assert_fine(s->stage.admin, crm4e_record_open(&found, s->stage.admin,
                                                  world_modules[r->module].api_name, r->id));
    return found;
}

/* Another value in each world: the n-th. */
static int other_value(const world_field *field, int now, int n)
{
    int bound = field->type == WORLD_PICK   ? WORLD_OPTIONS
                : field->type == WORLD_TEXT ? WORLD_WORDS
                                            : 10;
    return (now + 1 + n) % bound;
}

/* Not the stage of a deal: a new one sets the probability, which others may read. */
static bool plain(const world_field *field)
{
    return strcmp(field->api_name, "Stage") != 0 &&
           (field->type == WORLD_TEXT || field->type == WORLD_NUMBER || field->type == WORLD_PICK);
}

/* Gives a field different values, where the user's rights do not show them. */
static void hide_value(pair *p, int record, int field)
{
    world_record *a = &p->sides[0].w->records[record];
    world_record *b = &p->sides[1].w->records[record];
    const world_field *f = &world_modules[a->module].fields[field];
    int before = a->values[field];

    bool seen = visible(p, record);

    a->values[field] = other_value(f, before < 0 ? 0 : before, 0);
    b->values[field] = other_value(f, before < 0 ? 0 : before, 1);
    if (!alike(p, record) || visible(p, record) != seen) {
        a->values[field] = before;
        b->values[field] = before;
        return;
    }
    for (int i = 0; i < 2; i++) {
        side *s = &p->sides[i];
        crm4e_record *found = open_record(s, record);
        put_value(s->w, s->stage.admin, found, f, s->w->records[record].values[field]);
        assert_fine(s->stage.admin, crm4e_record_save(found));
        crm4e_record_free(found);
    }
    p->secrets++;
}

/* Whether it hangs on a deleted record, directly or not: who restores that one
 * sees it again. */
static bool hangs_on_deleted(const world *w, int record)
{
    const world_module *module = &world_modules[w->records[record].module];
    bool hangs = module->kind == WORLD_ACTIVITY || module->kind == WORLD_CHILD;

    for (int f = 0; hangs && f < module->field_count; f++) {
        int parent = w->records[record].values[f];
        if (module->fields[f].type == WORLD_LOOKUP && parent >= 0 &&
            (w->records[parent].deleted || hangs_on_deleted(w, parent))) {
            return true;
        }
    }
    return false;
}

/* Whether the values of a record may differ: it must be one that can be changed. */
static bool changeable(const pair *p, int record)
{
    const world *w = p->sides[0].w;
    const world_record *r = &w->records[record];

    return !r->deleted && !r->locked && !w->archived[r->module] && !hangs_on_deleted(w, record);
}

/* Whether a sharing rule goes by the field. A record he sees may come or go when
 * he changes another field that the rule goes by as well: a channel that
 * docs/access.md names. */
static bool decides(const world *w, world_module_id module, int field)
{
    for (int i = 0; i < w->rule_count; i++) {
        const world_rule *rule = &w->rules[i];
        for (int n = 0; rule->module == module && n < rule->node_count; n++) {
            const world_node *node = &rule->nodes[n];
            bool compares = node->op != WORLD_AND && node->op != WORLD_OR && node->op != WORLD_NOT;
            if (compares && node->field == field) {
                return true;
            }
        }
    }
    return false;
}

static void hide_values(pair *p)
{
    const world *w = p->sides[0].w;

    for (int i = 0; i < w->record_count; i++) {
        const world_module *module = &world_modules[w->records[i].module];
        bool seen = visible(p, i);
        for (int f = 0; changeable(p, i) && f < module->field_count; f++) {
            bool hidden = oracle_field(p->oracles[0], p->user, (int)w->records[i].module, f) ==
                          CRM4E_PERMISSION_HIDDEN;
            bool secret = !seen || (hidden && !decides(w, w->records[i].module, f));
            if (plain(&module->fields[f]) && secret) {
                hide_value(p, i, f);
            }
        }
    }
}

static bool hung_on(const world *w, int record)
{
    for (int i = 0; i < w->record_count; i++) {
        const world_module *module = &world_modules[w->records[i].module];
        for (int f = 0; module->kind != WORLD_ORG && f < module->field_count; f++) {
            if (module->fields[f].type == WORLD_LOOKUP && w->records[i].values[f] == record) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a share opens what is related to it: while it is in the bin, it does not,
 * also to somebody to whom its module is closed. docs/access.md names that. */
static bool opens_related(const world *w, int record)
{
    for (int i = 0; i < w->share_count; i++) {
        if (w->shares[i].record == record && w->shares[i].related) {
            return true;
        }
    }
    return false;
}

/* There in one world, in the recycle bin in the other; one change in both. */
static void hide_record(pair *p, int record)
{
    const world_record *r = &p->sides[0].w->records[record];
    const world_module *module = &world_modules[r->module];
    side *other = &p->sides[1];
    crm4e_record *found = open_record(&p->sides[0], record);

    assert_fine(p->sides[0].stage.admin, crm4e_record_set_text(found, module->fields[0].api_name,
                                                               "secret A", CRM4E_NUL_TERMINATED));
    assert_fine(p->sides[0].stage.admin, crm4e_record_save(found));
    crm4e_record_free(found);
    assert_fine(other->stage.admin,
                crm4e_record_delete(other->stage.admin, module->api_name, r->id, 0));
    other->w->records[record].deleted = true;
    p->secrets++;
}

static void hide_records(pair *p)
{
    const world *w = p->sides[0].w;

    for (int i = 0; i < w->record_count; i++) {
        world_kind kind = world_modules[w->records[i].module].kind;
        bool free_standing = kind == WORLD_ORG || kind == WORLD_TEAM;
        /* its first field gets another value, which must open it to nobody */
        free_standing =
            free_standing && !decides(w, w->records[i].module, 0) && !opens_related(w, i);
        if (free_standing && i % 3 == 0 && changeable(p, i) && !visible(p, i) && !hung_on(w, i)) {
            hide_record(p, i);
        }
    }
}

/* Of records he does not see: with whom they are shared, and whether they are
 * locked. */
static void share_with_others(pair *p, int n)
{
    static const uint32_t locked = C4_COLUMN_LOCKED;
    side *s = &p->sides[n];
    const world *w = s->w;
    raw_unit raw;

    raw_begin(&raw, &s->stage);
    for (int i = 0; i < w->record_count; i++) {
        const world_record *r = &w->records[i];
        const c4_module *module =
            c4_meta_module_named(raw.unit.meta, world_modules[r->module].api_name);
        int other = (p->user + 1 + n) % w->user_count;
        if (visible(p, i) || p->sides[1].w->records[i].deleted || hangs_on_deleted(w, i) ||
            world_modules[r->module].kind == WORLD_CHILD || other == p->user) {
            continue;
        }
        const crm4e_value values[C4_SHARE_COLUMNS] = {
            [0] = c4_integer(c4_unit_new_id(&raw.unit)),
            [C4_SHARE_MODULE] = c4_integer(module->number),
            [C4_SHARE_RECORD] = c4_integer(r->id),
            [C4_SHARE_KIND] = c4_integer(CRM4E_SUBJECT_USER),
            [C4_SHARE_SUBJECT] = c4_integer(w->users[other].id),
            [C4_SHARE_LEVEL] = c4_integer(n == 0 ? CRM4E_LEVEL_READ_ONLY : CRM4E_LEVEL_FULL_ACCESS),
            [C4_SHARE_RELATED] = c4_integer(0),
            [C4_SHARE_RESTING] = c4_integer(0),
            [C4_SHARE_BY] = c4_integer(w->users[0].id),
            [C4_SHARE_TIME] = c4_integer(raw.unit.now)};
        /* who has it shared already keeps that */
        (void)c4_db_insert(&raw.db, &c4_tables[C4_TABLE_SHARE], values);
        const crm4e_value lock = c4_integer((i + n) % 2);
        assert_int_equal(c4_db_update(&raw.db, &module->table, r->id, &locked, &lock, 1), CRM4E_OK);
        p->secrets++;
    }
    c4_unit_shares_changed(&raw.unit);
    raw_commit(&raw);
}

/* What profiles give that are not his. */
static void change_profiles(pair *p, int n)
{
    side *s = &p->sides[n];
    const world *w = s->w;

    for (int i = 4; i < w->profile_count; i++) {
        char text[160];
        if (w->users[p->user].profile == i) {
            continue;
        }
        (void)snprintf(text, sizeof text,
                       "{\"crm4e\":1,\"profiles\":[{\"name\":\"%s\",\"modules\":{\"*\":[%s]}}]}",
                       w->profiles[i].name, n == 0 ? "\"view\"" : "\"view\",\"edit\"");
        assert_fine(s->stage.admin,
                    crm4e_org_apply(NULL, s->stage.admin, text, CRM4E_NUL_TERMINATED));
        p->secrets++;
    }
}

static void pair_open(pair *p, uint64_t seed, fixture_storage kind)
{
    memset(p, 0, sizeof *p);
    for (int i = 0; i < 2; i++) {
        side *s = &p->sides[i];
        s->w = world_make(seed, 1);
        stage_open(&s->stage, s->w, kind);
        p->oracles[i] = oracle_new(s->w);
    }
}

static void pair_hide(pair *p)
{
    hide_values(p);
    hide_records(p);
    for (int i = 0; i < 2; i++) {
        share_with_others(p, i);
        change_profiles(p, i);
    }
}

static void pair_close(pair *p)
{
    for (int i = 0; i < 2; i++) {
        oracle_free(p->oracles[i]);
        stage_close(&p->sides[i].stage);
        world_free(p->sides[i].w);
    }
}

/* What the user learns from one call. */
static char *transcript(side *s, size_t call, uint64_t random, int64_t time)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    s->stage.f.time = time;
    s->stage.f.random = (uint64_t)time;
    two_call(s, call, &random, out);
    (void)fclose(out);
    return text;
}

/* The first call whose transcripts differ; -1: none. */
static int64_t compare(pair *p, uint64_t seed, int64_t calls, bool show)
{
    uint64_t random = seed * 7919 + 5;

    for (int64_t i = 0; i < calls; i++) {
        size_t call = (size_t)world_below(&random, (int)two_call_count);
        uint64_t arguments = world_random(&random);
        int64_t time = INT64_C(1900000000) * 1000000 + i * 1000000;
        char *a = transcript(&p->sides[0], call, arguments, time);
        char *b = transcript(&p->sides[1], call, arguments, time);
        bool same = strcmp(a, b) == 0;
        if (!same && show) {
            print_error("seed %llu, user %d, call %lld (%s):\n--- one world\n%s--- the other\n%s",
                        (unsigned long long)seed, p->user, (long long)i, two_call_name(call), a, b);
        }
        /* nothing a user asks is a defect of the library or the storage */
        assert_null(strstr(a, "CRM4E_E_CALLBACK"));
        assert_null(strstr(a, "CRM4E_E_INTERNAL"));
        assert_null(strstr(a, "CRM4E_E_CORRUPT"));
        p->answered[call] += strstr(a, "CRM4E_OK\n") != NULL ? 1 : 0;
        free(a);
        free(b);
        p->calls++;
        if (!same) {
            return i;
        }
    }
    return -1;
}

/* Somebody who may act and does not see everything; -1: nobody. */
static int some_actor(const world *w, uint64_t seed)
{
    for (int i = 0; i < w->user_count; i++) {
        int user = (int)((seed + (uint64_t)i) % (uint64_t)w->user_count);
        const world_user *u = &w->users[user];
        if (u->status == CRM4E_USER_ACTIVE && u->licence != CRM4E_LICENCE_NONE &&
            !w->profiles[u->profile].administrator) {
            return user;
        }
    }
    return -1;
}

static pair the_pair;

/* What all pairs together come to. */
typedef struct sum {
    int64_t calls;
    int64_t secrets;
    int64_t answered[32];
} sum;

static void run_seed(uint64_t seed, int user, fixture_storage kind, sum *total)
{
    pair *p = &the_pair;

    pair_open(p, seed, kind);
    p->user = user >= 0 ? user : some_actor(p->sides[0].w, seed);
    if (p->user >= 0) {
        pair_hide(p);
        for (int i = 0; i < 2; i++) {
            p->sides[i].session = p->sides[i].stage.sessions[p->user];
        }
        assert_int_equal(compare(p, seed, CALLS, true), -1);
        total->calls += p->calls;
        total->secrets += p->secrets;
        for (size_t i = 0; i < two_call_count; i++) {
            total->answered[i] += p->answered[i];
        }
    }
    pair_close(p);
}

static void nothing_is_learnt(void **state)
{
    sum total = {.calls = 0};

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        run_seed(seed, -1, FIXTURE_MEMORY, &total);
    }
    for (uint64_t seed = SEEDS + 1; seed <= SEEDS + SQLITE_SEEDS; seed++) {
        run_seed(seed, -1, FIXTURE_SQLITE, &total);
    }
    print_message("%lld calls in each world, %lld secrets\n", (long long)total.calls,
                  (long long)total.secrets);
    /* a sequence of nothing but refusals would prove little */
    for (size_t i = 0; i < two_call_count; i++) {
        print_message("  %s: %lld answered\n", two_call_name(i), (long long)total.answered[i]);
        assert_true(total.answered[i] > 100);
    }
}

static void nor_in_a_long_run(void **state)
{
    sum total = {.calls = 0};

    (void)state;
    for (uint64_t seed = 1000; seed < 1000 + LONG_SEEDS; seed++) {
        run_seed(seed, -1, FIXTURE_MEMORY, &total);
    }
    print_message("%lld calls in each world\n", (long long)total.calls);
}

/* Who may read it all tells the worlds apart at once: the comparison works. */
static void an_administrator_sees_the_difference(void **state)
{
    pair *p = &the_pair;

    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        pair_open(p, seed, FIXTURE_MEMORY);
        p->user = some_actor(p->sides[0].w, seed);
        pair_hide(p);
        for (int i = 0; i < 2; i++) {
            p->sides[i].session = p->sides[i].stage.admin;
        }
        assert_true(p->secrets > 0);
        assert_in_range(compare(p, seed, CALLS, false), 0, 200);
        pair_close(p);
    }
}

/* Without secrets an administrator gets the same bytes, too: nothing but the
 * secrets makes the difference above. */
static void equal_worlds_are_equal(void **state)
{
    pair *p = &the_pair;

    (void)state;
    pair_open(p, 3, FIXTURE_MEMORY);
    for (int i = 0; i < 2; i++) {
        p->sides[i].session = p->sides[i].stage.admin;
    }
    assert_int_equal(compare(p, 3, CALLS, true), -1);
    pair_close(p);
}

static uint64_t wanted_seed;
static int wanted_user;

static void one_pair(void **state)
{
    sum total = {.calls = 0};

    (void)state;
    run_seed(wanted_seed, wanted_user, FIXTURE_MEMORY, &total);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_worlds_are_equal),
        cmocka_unit_test(an_administrator_sees_the_difference),
        cmocka_unit_test(nothing_is_learnt),
        cmocka_unit_test(nor_in_a_long_run),
    };
    static const struct CMUnitTest one[] = {cmocka_unit_test(one_pair)};
    size_t count = sizeof tests / sizeof tests[0];

    if (argc > 2 && strcmp(argv[1], "--seed") == 0) {
        wanted_seed = strtoull(argv[2], NULL, 10);
        wanted_user = argc > 3 ? (int)strtol(argv[3], NULL, 10) : -1;
        return _cmocka_run_group_tests("two worlds", one, 1, NULL, NULL);
    }
    count -= argc > 1 && strcmp(argv[1], "--long") == 0 ? 0 : 1;
    return _cmocka_run_group_tests("two worlds", tests, count, NULL, NULL);
}
