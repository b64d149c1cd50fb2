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
    assert_ok(c4_outbox_put(&s->org.unit, kind, module_of(s, "Documents"), record, 0, 0, "{}", 2));
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
    assert_ok(c4_outbox_settle(&s->org.unit, id, C4_OUTBOX_WAITING));
    assert_next(s, now, "other", &id);
    assert_ok(c4_outbox_settle(&s->org.unit, id, C4_OUTBOX_DELIVERED));
    assert_next(s, now, NULL, NULL);
    assert_next(s, now + MINUTE, "first", &id);
    assert_ok(c4_outbox_settle(&s->org.unit, id, C4_OUTBOX_DELIVERED));
    assert_next(s, now, "second", &id);
    assert_ok(c4_outbox_settle(&s->org.unit, id, C4_OUTBOX_DEAD));
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
    assert_ok(c4_outbox_settle(&s->org.unit, id, C4_OUTBOX_WAITING));
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
        assert_int_equal(entry.attempt, i);
        id = entry.id;
        c4_arena_reset(&s->org.arena);
        assert_ok(c4_outbox_settle(unit, id, C4_OUTBOX_WAITING));
        assert_next(s, unit->now + wait - 1, NULL, NULL);
        unit->now += wait;
        wait *= 2;
    }
    assert_next(s, unit->now + 10000 * MINUTE, NULL, NULL);
    assert_int_equal(c4_outbox_settle(unit, id, C4_OUTBOX_DELIVERED), CRM4E_E_NOT_FOUND);
    assert_ok(c4_outbox_retry(unit, id));
    assert_int_equal(c4_outbox_retry(unit, id), CRM4E_E_NOT_FOUND);
    assert_int_equal(next_message(s, unit->now, &entry), CRM4E_ROW);
    assert_int_equal(entry.attempt, 1);
    c4_arena_reset(&s->org.arena);
    assert_int_equal(c4_outbox_settle(unit, 12345, C4_OUTBOX_DELIVERED), CRM4E_E_NOT_FOUND);
}

static void test_administrators_only(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_outbox_entry entry;

    put(s, 7, "secret");
    act_as(s, MAIL("u7"));
    assert_refused(s, c4_outbox_next(unit, unit->now, &entry), CRM4E_E_DENIED,
                   "system_administrator");
    assert_int_equal(c4_outbox_settle(unit, 1, C4_OUTBOX_DELIVERED), CRM4E_E_DENIED);
    assert_int_equal(c4_outbox_retry(unit, 1), CRM4E_E_DENIED);
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
    (void)snprintf(key, sizeof key, "%lld-%lld", (long long)s->org.org, (long long)entry.id);
    assert_string_equal(entry.key, key);
    assert_string_equal(entry.kind, "webhook");
    assert_ptr_equal(entry.module, module_of(s, "Documents"));
    assert_int_equal(entry.record, id);
    assert_int_equal(entry.recipient, 0);
    assert_int_equal(entry.created, s->org.unit.now);
    assert_int_equal(entry.attempt, 1);
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
        assert_ok(c4_outbox_settle(&s->org.unit, entry.id, C4_OUTBOX_DELIVERED));
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
    assert_ok(c4_outbox_settle(&s->org.unit, entry.id, C4_OUTBOX_DELIVERED));
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
        TEST(test_entry),
        TEST(test_name_only_to_readers),
        TEST(test_recipients),
        TEST(test_after_delete),
    };

    return steps_run("outbox", tests, sizeof tests / sizeof tests[0]);
}
