/* SPDX-License-Identifier: MIT */
/* What the check finds in the outbox and the schedule when they were changed past the library. */
#include "rule_steps.h"

#include <stdio.h>
#include <string.h>

#include "record/integrity.h"

/* The ids of the rows of a table, in their order. */
static size_t ids_of(steps *s, c4_table_id table, crm4e_id *ids, size_t most)
{
    static const uint32_t column = 0;
    const crm4e_order by_id = {.column = 0};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    size_t count = 0;

    c4_plan_init(&plan, &c4_tables[table]);
    plan.columns = &column;
    plan.column_count = 1;
    plan.order = &by_id;
    plan.order_count = 1;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    while (count < most && c4_rows_next(rows, &row) == CRM4E_ROW)
        ids[count++] = row[0].integer;
    c4_rows_close(rows);
    return count;
}

typedef struct damage {
    c4_table_id table;
    size_t row; /* by its place */
    uint32_t column;
    int64_t value; /* 0: nothing */
    const char *told;
} damage;

/* Puts it in, asks, and takes it back. */
static void assert_noticed(steps *s, const damage *d, const crm4e_id *ids)
{
    const crm4e_table *table = &c4_tables[d->table];
    crm4e_value value = d->value != 0 ? c4_integer(d->value) : c4_null();
    crm4e_value was;
    char *told;

    assert_ok(c4_db_get(&s->org.db, table, ids[d->row], &d->column, &was, 1));
    assert_ok(c4_db_update(&s->org.db, table, ids[d->row], &d->column, &value, 1));
    told = strstr(steps_check(s), d->told);
    if (told == NULL)
        fail_msg("'%s' is not in %s", d->told, steps_found);
    assert_ok(c4_db_update(&s->org.db, table, ids[d->row], &d->column, &was, 1));
}

#define THREE                                                                                      \
    "{'notify': {'to': 'creator', 'subject': 'A'}}, {'notify': {'to': 'creator', 'subject': "      \
    "'B'}}, {'notify': {'to': 'creator', 'subject': 'C'}}"

static void start(steps *s)
{
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Documents', 'on': 'create', 'conditions': ["
                          "{'then': [" THREE "], 'scheduled': [{'after': {'days': 1}, 'then': ["
                          "{'notify': {'to': 'creator', 'subject': 'D'}}]}]}]}"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    (void)add(s, "Documents", "{'Name': 'B'}");
    assert_string_equal(steps_check(s), "[]");
}

static void test_messages(void **state)
{
    steps *s = *state;
    static const damage damages[] = {
        {C4_TABLE_OUTBOX, 0, C4_OUTBOX_STATE, C4_OUTBOX_DELIVERED, "is behind no message"},
        {C4_TABLE_OUTBOX, 0, C4_OUTBOX_STATE, C4_OUTBOX_BEHIND, "is behind no message"},
        {C4_TABLE_OUTBOX, 0, C4_OUTBOX_RECORD, 0, "is behind no message"},
        {C4_TABLE_OUTBOX, 1, C4_OUTBOX_RECORD, 0, "is behind no message"},
        {C4_TABLE_OUTBOX, 1, C4_OUTBOX_STATE, C4_OUTBOX_WAITING, "waits beside another"},
        {C4_TABLE_OUTBOX, 4, C4_OUTBOX_STATE, C4_OUTBOX_WAITING, "waits beside another"},
        {C4_TABLE_OUTBOX, 2, C4_OUTBOX_LEASE, 7, "lease is of a message that nobody can have"},
    };
    crm4e_id ids[10];

    start(s);
    assert_int_equal(ids_of(s, C4_TABLE_OUTBOX, ids, 10), 6);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++)
        assert_noticed(s, &damages[i], ids);
    assert_string_equal(steps_check(s), "[]");
}

static void test_entries(void **state)
{
    steps *s = *state;
    const damage damages[] = {
        {C4_TABLE_PENDING, 0, C4_PENDING_WORKFLOW, 99, "workflow is no active rule"},
        {C4_TABLE_PENDING, 0, C4_PENDING_RECORD, 99, "record is not there"},
        {C4_TABLE_PENDING, 1, C4_PENDING_MODULE, C4_LEADS, "module is not that of the rule"},
        {C4_TABLE_PENDING, 1, C4_PENDING_MODULE, 1, "module"},
    };
    static const uint32_t active = C4_WORKFLOW_ACTIVE;
    const crm4e_value off = c4_integer(0);
    const crm4e_value on = c4_integer(1);
    crm4e_id ids[10];
    crm4e_id rule = 0;

    start(s);
    assert_int_equal(ids_of(s, C4_TABLE_PENDING, ids, 10), 2);
    for (size_t i = 0; i < 4; i++)
        assert_noticed(s, &damages[i], ids);
    assert_int_equal(ids_of(s, C4_TABLE_WORKFLOW, &rule, 1), 1);
    assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_WORKFLOW], rule, &active, &off, 1));
    assert_non_null(strstr(steps_check(s), "workflow is no active rule"));
    assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_WORKFLOW], rule, &active, &on, 1));
    assert_string_equal(steps_check(s), "[]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_messages),
        TEST(test_entries),
    };

    return steps_run("rule integrity", tests, sizeof tests / sizeof tests[0]);
}
