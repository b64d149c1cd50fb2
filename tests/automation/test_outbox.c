/* SPDX-License-Identifier: MIT */
/* Messages: order, tries, dead letters, what they say to whom. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

#define MINUTE INT64_C(60000000)
#define RULE(on, then)                                                                             \
    "{'name': 'R', 'module': 'Documents', 'on': '" on "', 'conditions': [{'then': [" then "]}]}"
#define NOTE(to) "{'notify': {'to': '" to "', 'subject': 'S', 'body': 'B'}}"

static void put(steps *s, crm4e_id record, const char *kind)
{
    const c4_outbox_message message = {
        .kind = kind,
        .key = kind,
        .module = module_of(s, "Documents"),
        .record = record,
        .payload = "{}",
        .length = 2,
    };

    assert_ok(c4_outbox_put(&s->org.unit, &message));
}

/* Of a message that nobody has taken. */
static int settle_one(steps *s, crm4e_id id, c4_outbox_state state)
{
    const c4_outbox_answer answer = {.state = state};

    return c4_outbox_settle(&s->org.unit, id, &answer);
}

static void assert_next(steps *s, int64_t now, const char *kind, crm4e_id *id)
{
    c4_outbox_entry entry;
    int rc = next_message(s, now, &entry);

    assert_int_equal(rc, kind != NULL ? CRM4E_ROW : CRM4E_OK);
    if (kind != NULL) {
        assert_string_equal(entry.kind, kind);
        *id = entry.id;
    }
    c4_arena_reset(&s->org.arena);
}

static void test_in_order_for_each_record(void **state)
{
    steps *s = *state;
    int64_t now = s->org.unit.now;
    crm4e_id id = 0;

    put(s, 7, "first");
    put(s, 7, "second");
    put(s, 8, "other");
    assert_next(s, now, "first", &id);
    assert_next(s, now, "first", &id);
    assert_ok(settle_one(s, id, C4_OUTBOX_WAITING));
    assert_next(s, now, "other", &id);
    assert_ok(settle_one(s, id, C4_OUTBOX_DELIVERED));
    assert_next(s, now, NULL, NULL);
    assert_next(s, now + MINUTE, "first", &id);
    assert_ok(settle_one(s, id, C4_OUTBOX_DELIVERED));
    assert_next(s, now, "second", &id);
    assert_ok(settle_one(s, id, C4_OUTBOX_DEAD));
    assert_next(s, now + 1000 * MINUTE, NULL, NULL);
}

/* What is about no record holds up nothing. */
static void test_without_record(void **state)
{
    steps *s = *state;
    int64_t now = s->org.unit.now;
    crm4e_id id = 0;

    put(s, 0, "first");
    put(s, 0, "second");
    assert_next(s, now, "first", &id);
    assert_ok(settle_one(s, id, C4_OUTBOX_WAITING));
    assert_next(s, now, "second", &id);
}

static void test_back_off_and_death(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    int64_t wait = MINUTE;
    c4_outbox_entry entry;
    crm4e_id id = 0;

    put(s, 7, "stubborn");
    for (int32_t i = 1; i <= 10; i++) {
        assert_int_equal(next_message(s, unit->now, &entry), CRM4E_ROW);
        assert_int_equal(entry.tries, i - 1);
        id = entry.id;
        c4_arena_reset(&s->org.arena);
        assert_ok(settle_one(s, id, C4_OUTBOX_WAITING));
        assert_next(s, unit->now + wait - 1, NULL, NULL);
        unit->now += wait;
        wait *= 2;
    }
    assert_next(s, unit->now + 10000 * MINUTE, NULL, NULL);
    assert_int_equal(settle_one(s, id, C4_OUTBOX_DELIVERED), CRM4E_E_NOT_FOUND);
    assert_ok(c4_outbox_retry(unit, id));
    assert_int_equal(c4_outbox_retry(unit, id), CRM4E_E_NOT_FOUND);
    assert_int_equal(next_message(s, unit->now, &entry), CRM4E_ROW);
    assert_int_equal(entry.tries, 0);
    c4_arena_reset(&s->org.arena);
    assert_int_equal(settle_one(s, 12345, C4_OUTBOX_DELIVERED), CRM4E_E_NOT_FOUND);
}

static void test_administrators_only(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_outbox_entry *list = NULL;
    c4_outbox_entry entry;
    size_t count = 0;

    put(s, 7, "secret");
    act_as(s, MAIL("u7"));
    assert_refused(s, c4_outbox_next(unit, unit->now, &entry), CRM4E_E_DENIED,
                   "system_administrator");
    assert_int_equal(settle_one(s, 1, C4_OUTBOX_DELIVERED), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_retry(unit, 1), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_discard(unit, 1), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_take(unit, unit->now, 1, &entry), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_list(unit, C4_OUTBOX_WAITING, 0, 1, &list, &count), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_purge(unit, unit->now, 1, &count), CRM4E_E_DENIED);
    act_as_admin(s);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 1);
}

/* Takes the next one for a minute, as the administrator whom the test acts as. */
static crm4e_id take(steps *s, const char *kind, int64_t *lease)
{
    c4_outbox_entry entry;
    c4_unit *unit = &s->org.unit;
    int rc = c4_outbox_take(unit, unit->now, MINUTE, &entry);

    assert_int_equal(rc, kind != NULL ? CRM4E_ROW : CRM4E_OK);
    if (kind == NULL) {
        return 0;
    }
    assert_string_equal(entry.kind, kind);
    *lease = entry.lease;
    assert_int_equal(entry.lease, unit->now + MINUTE);
    return entry.id;
}

static int answer(steps *s, crm4e_id id, int64_t lease, c4_outbox_state state, const char *reason)
{
    const c4_outbox_answer a = {state, lease, reason};

    return c4_outbox_settle(&s->org.unit, id, &a);
}

/* One worker has it, others get what is about other records. */
static void test_lease(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    int64_t lease = 0, later = 0;
    c4_outbox_entry entry;
    crm4e_id id, other;

    put(s, 7, "first");
    put(s, 7, "second");
    put(s, 8, "other");
    id = take(s, "first", &lease);
    other = take(s, "other", &later);
    (void)take(s, NULL, NULL);
    assert_next(s, unit->now, NULL, NULL);
    assert_next(s, unit->now + 100 * MINUTE, NULL, NULL); /* the clock counts, not the caller's */
    assert_int_equal(answer(s, id, 0, C4_OUTBOX_DELIVERED, NULL), CRM4E_E_CONFLICT);
    assert_int_equal(answer(s, id, lease + 1, C4_OUTBOX_DELIVERED, NULL), CRM4E_E_CONFLICT);
    assert_ok(answer(s, id, lease, C4_OUTBOX_DELIVERED, NULL));
    assert_int_equal(answer(s, id, lease, C4_OUTBOX_DELIVERED, NULL), CRM4E_E_NOT_FOUND);
    assert_int_equal(answer(s, other, later, C4_OUTBOX_DEAD, "\xff"), CRM4E_E_INVALID);
    assert_int_equal(c4_outbox_next(unit, unit->now, &entry), CRM4E_ROW);
    assert_string_equal(entry.kind, "second");
}

/* A lease that ends leaves the message to the next; who comes late hears of it. */
static void test_lease_ends(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    int64_t lease = 0, later = 0;
    crm4e_id id;

    put(s, 7, "slow");
    id = take(s, "slow", &lease);
    unit->now += MINUTE - 1;
    (void)take(s, NULL, NULL);
    unit->now++;
    assert_int_equal(take(s, "slow", &later), id);
    assert_int_equal(answer(s, id, lease, C4_OUTBOX_DELIVERED, NULL), CRM4E_E_CONFLICT);
    assert_ok(answer(s, id, later, C4_OUTBOX_WAITING, "busy"));
    (void)take(s, NULL, NULL);
    unit->now += 2 * MINUTE; /* it was the second try */
    assert_int_equal(take(s, "slow", &lease), id);
    unit->now += 5 * MINUTE;
    assert_ok(answer(s, id, lease, C4_OUTBOX_DELIVERED, NULL)); /* late, but nobody came */
}

/* A message whose workers die is given up like one that is refused. */
static void test_never_answered(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_outbox_entry *list = NULL;
    int64_t lease = 0;
    size_t count = 0;

    put(s, 7, "deadly");
    put(s, 7, "harmless");
    for (int i = 0; i < 10; i++) {
        (void)take(s, "deadly", &lease);
        unit->now += MINUTE;
    }
    (void)take(s, "harmless", &lease);
    assert_ok(c4_outbox_list(unit, C4_OUTBOX_DEAD, 0, 10, &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].reason, "no answer");
    assert_int_equal(list[0].tries, 10);
}

static void test_give_back(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_outbox_entry entry, again;

    put(s, 7, "one");
    assert_int_equal(c4_outbox_take(unit, unit->now, MINUTE, &entry), CRM4E_ROW);
    assert_ok(c4_outbox_give_back(unit, &entry));
    assert_int_equal(c4_outbox_give_back(unit, &entry), CRM4E_E_CONFLICT);
    assert_int_equal(c4_outbox_next(unit, unit->now, &again), CRM4E_ROW);
    assert_int_equal(again.tries, 0);
    assert_int_equal(again.lease, 0);
}

static void test_dead_letters(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_outbox_entry *list = NULL;
    char reason[701];
    crm4e_id ids[3] = {0};
    size_t count = 0;

    memset(reason, 'x', 498);
    memcpy(reason + 498, "\xe8\xa7\x84\xe8\xa7\x84", 7);
    for (size_t i = 0; i < 3; i++) {
        put(s, 0, i == 0 ? "a" : i == 1 ? "b" : "c");
        assert_next(s, unit->now, i == 0 ? "a" : i == 1 ? "b" : "c", &ids[i]);
        assert_ok(answer(s, ids[i], 0, C4_OUTBOX_DEAD, i == 0 ? reason : NULL));
    }
    assert_ok(c4_outbox_list(unit, C4_OUTBOX_DEAD, 0, 2, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(strlen(list[0].reason), 498); /* no half of a character */
    assert_null(list[1].reason);
    assert_ok(c4_outbox_list(unit, C4_OUTBOX_DEAD, ids[1], 9, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, ids[2]);
    assert_ok(c4_outbox_discard(unit, ids[1]));
    assert_int_equal(c4_outbox_discard(unit, ids[1]), CRM4E_E_NOT_FOUND);
    assert_ok(c4_outbox_retry(unit, ids[0]));
    assert_int_equal(c4_outbox_discard(unit, ids[0]), CRM4E_E_NOT_FOUND);
    assert_ok(c4_outbox_list(unit, C4_OUTBOX_DEAD, 0, 9, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 2);
}

static void test_purge(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    crm4e_id id = 0;
    size_t done = 0;

    for (size_t i = 0; i < 4; i++) {
        put(s, 0, i == 0 ? "a" : i == 1 ? "b" : i == 2 ? "c" : "d");
        assert_next(s, unit->now, i == 0 ? "a" : i == 1 ? "b" : i == 2 ? "c" : "d", &id);
        assert_ok(answer(s, id, 0, i == 3 ? C4_OUTBOX_DEAD : C4_OUTBOX_DELIVERED, NULL));
        unit->now += MINUTE;
    }
    assert_ok(c4_outbox_purge(unit, unit->now - 2 * MINUTE, 1, &done));
    assert_int_equal(done, 1);
    assert_ok(c4_outbox_purge(unit, unit->now - 2 * MINUTE, 9, &done));
    assert_int_equal(done, 1);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 2);
    assert_ok(c4_outbox_purge(unit, unit->now, 9, &done));
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 1);
}

/* The key says rule, record, version and action; a change that is undone leaves none. */
static void test_keys(void **state)
{
    static const int64_t versions[] = {1, 1, 2, 2, 3, 3};
    steps *s = *state;
    c4_outbox_entry *list = NULL;
    size_t count = 0;
    crm4e_id id;

    assert_ok(put_rule(s, RULE("create_or_edit", NOTE("owner") "," NOTE("owner"))));
    assert_ok(put_rule(s, "{'name': 'D', 'module': 'Documents', 'on': 'delete', 'conditions':"
                          " [{'then': [" NOTE("owner") "," NOTE("owner") "]}]}"));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_ok(edit(s, "Documents", id, "{'Name': 'B'}"));
    assert_ok(drop(s, "Documents", id));
    assert_ok(c4_outbox_list(&s->org.unit, C4_OUTBOX_WAITING, 0, 9, &list, &count));
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        char key[100];
        (void)snprintf(key, sizeof key, "%lld-%lld-%lld-%d",
                       (long long)meta_of(s)->workflows[i < 4 ? 0 : 1].id, (long long)id,
                       (long long)versions[i], (int)(i % 2) + 1);
        assert_string_equal(list[i].key, key);
    }
}

static void test_entry(void **state)
{
    steps *s = *state;
    c4_outbox_entry entry;
    char key[64];
    crm4e_id id;

    assert_ok(put_rule(s, RULE("create", "{'webhook': {'url': 'https://example.com/h'}}")));
    act_as(s, MAIL("p"));
    id = add(s, "Documents", "{'Name': 'Secret plan'}");
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    (void)snprintf(key, sizeof key, "%lld-%lld-1-1", (long long)meta_of(s)->workflows[0].id,
                   (long long)id);
    assert_string_equal(entry.key, key);
    assert_string_equal(entry.kind, "webhook");
    assert_ptr_equal(entry.module, module_of(s, "Documents"));
    assert_int_equal(entry.record, id);
    assert_int_equal(entry.recipient, 0);
    assert_int_equal(entry.created, s->org.unit.now);
    assert_int_equal(entry.tries, 0);
    assert_int_equal(entry.payload_length, strlen(entry.payload));
    assert_non_null(strstr(entry.payload, "\"url\":\"https://example.com/h\""));
    assert_non_null(strstr(entry.payload, "\"on\":\"create\""));
    assert_null(strstr(entry.payload, "Secret"));
}

/* The name of the record is told to nobody who could not read it. */
static void test_name_only_to_readers(void **state)
{
    static const char *const to[] = {"u1@acme.example", "q@acme.example", "s@acme.example"};
    steps *s = *state;
    c4_outbox_entry entry;

    assert_ok(put_rule(s, RULE("create", NOTE("u1@acme.example") "," NOTE(
                                             "q@acme.example") "," NOTE("s@acme.example"))));
    (void)add(s, "Documents", "{'Name': 'Secret plan'}");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
        assert_int_equal(entry.recipient, id_of(s, to[i]));
        assert_non_null(strstr(entry.payload, "\"subject\":\"S\",\"body\":\"B\""));
        assert_int_equal(strstr(entry.payload, "Secret") != NULL, i == 0);
        assert_ok(settle_one(s, entry.id, C4_OUTBOX_DELIVERED));
        c4_arena_reset(&s->org.arena);
    }
}

static void test_recipients(void **state)
{
    steps *s = *state;
    c4_outbox_entry entry;

    assert_ok(put_rule(s, RULE("create", "{'assign_owner': {'target': 'users', 'users':"
                                         " ['u2@acme.example']}}," NOTE("owner") "," NOTE(
                                             "creator") "," NOTE("u3@acme.example"))));
    assert_ok(put_user(s, "{'email': 'u3@acme.example', 'status': 'inactive'}"));
    act_as(s, MAIL("p"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 2);
    assert_string_equal(last_run(s).text, "notify: the recipient is not active");
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    assert_int_equal(entry.recipient, legal_user(s, 2));
    act_as_admin(s);
    assert_ok(settle_one(s, entry.id, C4_OUTBOX_DELIVERED));
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    assert_int_equal(entry.recipient, id_of(s, MAIL("p")));
}

static void test_after_delete(void **state)
{
    steps *s = *state;
    c4_outbox_entry entry;
    crm4e_id id;

    assert_ok(put_rule(s, RULE("delete", NOTE("owner"))));
    id = add(s, "Documents", "{'Name': 'Gone'}");
    assert_ok(drop(s, "Documents", id));
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    assert_int_equal(entry.record, id);
    assert_non_null(strstr(entry.payload, "\"on\":\"delete\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_in_order_for_each_record),
        TEST(test_without_record),
        TEST(test_back_off_and_death),
        TEST(test_administrators_only),
        TEST(test_lease),
        TEST(test_lease_ends),
        TEST(test_never_answered),
        TEST(test_give_back),
        TEST(test_dead_letters),
        TEST(test_purge),
        TEST(test_keys),
        TEST(test_entry),
        TEST(test_name_only_to_readers),
        TEST(test_recipients),
        TEST(test_after_delete),
    };

    return steps_run("outbox", tests, sizeof tests / sizeof tests[0]);
}
