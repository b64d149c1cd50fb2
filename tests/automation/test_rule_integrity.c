/* SPDX-License-Identifier: MIT */
/* What the check finds in the outbox, the schedule and the run log when they were changed past the
 * library. */
#include "rule_steps.h"

#include <stdio.h>
#include <string.h>

#include "automation/run_log.h"
#include "model/manage_rules.h"
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

/* ------------------------------------------------------------- run log */

enum {
    RULES = 3
};

/* The first of the module's rules. */
static const c4_definition *first_rule(steps *s)
{
    const c4_meta *meta = meta_of(s);

    return &meta->workflows[c4_rules_start(meta, module_of(s, "Documents")->number)];
}

static int read_runs(steps *s, const char *rule, char *text, size_t size)
{
    c4_runs_request request = {.rule = rule, .limit = 100};
    c4_buffer out;
    c4_mem mem;
    int rc;

    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, 100000);
    rc = c4_runs_to_json(&s->org.unit, module_of(s, "Documents"), &request, &out);
    (void)snprintf(text, size, "%s", rc == CRM4E_OK ? c4_buffer_c_str(&out) : "");
    c4_buffer_free(&out);
    c4_failure_clear(&s->org.error);
    return rc;
}

static crm4e_id start_runs(steps *s)
{
    char rule[300];

    for (int i = 0; i < RULES; i++) {
        (void)snprintf(rule, sizeof rule,
                       "{'name': 'R%d', 'module': 'Documents', 'on': 'create', 'conditions': ["
                       "{'then': [{'notify': {'to': 'creator', 'subject': 'A'}}]}]}",
                       i);
        assert_ok(put_rule(s, rule));
    }
    return add(s, "Documents", "{'Name': 'A'}");
}

static void put_bytes(steps *s, c4_table_id table, crm4e_id id, const crm4e_value *bytes)
{
    const uint32_t column =
        table == C4_TABLE_RUN ? (uint32_t)C4_RUN_OUTCOMES : (uint32_t)C4_RUN_INDEX_OUTCOMES;

    assert_ok(c4_db_update(&s->org.db, &c4_tables[table], id, &column, bytes, 1));
}

static crm4e_value get_bytes(steps *s, c4_table_id table, crm4e_id id)
{
    const uint32_t column =
        table == C4_TABLE_RUN ? (uint32_t)C4_RUN_OUTCOMES : (uint32_t)C4_RUN_INDEX_OUTCOMES;
    static char kept[200];
    crm4e_value bytes;

    assert_ok(c4_db_get(&s->org.db, &c4_tables[table], id, &column, &bytes, 1));
    assert_true(bytes.length <= sizeof kept);
    memcpy(kept, bytes.data, bytes.length);
    return c4_blob(kept, bytes.length);
}

typedef struct spoilt {
    const char *bytes;
    size_t length;
    int answer; /* of who reads it */
} spoilt;

static const spoilt pieces[] = {
    {"", 0, CRM4E_OK},                                   /* no rule did anything */
    {"\0\0", 2, CRM4E_OK},                               /* nor is one left */
    {"\1\2", 2, CRM4E_OK},                               /* an id of nobody */
    {"\1", 1, CRM4E_E_CORRUPT},                          /* cut */
    {"\1\200", 2, CRM4E_E_CORRUPT},                      /* within the id */
    {"\1\0", 2, CRM4E_E_CORRUPT},                        /* the id 0 */
    {"\1\1", 2, CRM4E_E_CORRUPT},                        /* and one below */
    {"\4\2", 2, CRM4E_E_CORRUPT},                        /* no result */
    {"\11\2", 2, CRM4E_E_CORRUPT},                       /* a bit too many */
    {"\7\2", 2, CRM4E_E_CORRUPT},                        /* no message */
    {"\7\2\0", 3, CRM4E_E_CORRUPT},                      /* an empty one */
    {"\7\2\5abc", 6, CRM4E_E_CORRUPT},                   /* a short one */
    {"\7\2\2\377\376", 5, CRM4E_E_CORRUPT},              /* no text */
    {"\1\200\200\200\200\200\200\200\200\200\200\1", 12, /* a number without end */
     CRM4E_E_CORRUPT},
};

static void test_outcomes(void **state)
{
    steps *s = *state;
    const crm4e_id record = start_runs(s);
    const crm4e_id rule = first_rule(s)->id;
    crm4e_value was;
    crm4e_id id = 0;
    char text[4000];

    assert_int_equal(ids_of(s, C4_TABLE_RUN, &id, 1), 1);
    was = get_bytes(s, C4_TABLE_RUN, id);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const crm4e_value bytes = c4_blob(pieces[i].bytes, pieces[i].length);
        size_t done = 0;
        bool found = true;

        put_bytes(s, C4_TABLE_RUN, id, &bytes);
        assert_non_null(strstr(steps_check(s), "outcomes are none of rules"));
        assert_int_equal(read_runs(s, NULL, text, sizeof text), pieces[i].answer);
        assert_int_equal(c4_run_find(&s->org.unit, record, rule, &found), pieces[i].answer);
        assert_false(found);
        if (pieces[i].answer != CRM4E_OK)
            assert_int_equal(c4_runs_purge(&s->org.unit, INT64_MAX, 10, &done), CRM4E_E_CORRUPT);
        assert_int_equal(done, 0);
        c4_failure_clear(&s->org.error);
    }
    put_bytes(s, C4_TABLE_RUN, id, &was);
    assert_string_equal(steps_check(s), "[]");
    assert_ok(read_runs(s, "R1", text, sizeof text));
    assert_non_null(strstr(text, "\"rule\":\"R1\""));
}

/* Also longer ones than there are ids, and what columns hold. */
static void test_rows(void **state)
{
    steps *s = *state;
    static const damage damages[] = {
        {C4_TABLE_RUN, 0, C4_RUN_MODULE, 99, "module is out of range"},
        {C4_TABLE_RUN, 0, C4_RUN_RECORD, 99, "record is out of range"},
        {C4_TABLE_RUN, 0, C4_RUN_VERSION, -1, "version is out of range"},
        {C4_TABLE_RUN, 0, C4_RUN_TIME, INT64_MAX, "run_time is out of range"},
        {C4_TABLE_RUN, 0, C4_RUN_CAUSE, -1, "cause is out of range"},
        {C4_TABLE_RUN, 0, C4_RUN_PART, -1, "part is out of range"},
    };
    crm4e_id ids[2];
    char text[4000];
    crm4e_value row[C4_RUN_COLUMNS] = {
        [C4_RUN_MODULE] = c4_integer(module_of(s, "Documents")->number),
        [C4_RUN_RECORD] = c4_null(),
        [C4_RUN_VERSION] = c4_null(),
        [C4_RUN_TIME] = c4_integer(1),
        [C4_RUN_CAUSE] = c4_integer(0),
        [C4_RUN_PART] = c4_integer(0),
    };

    (void)start_runs(s);
    assert_int_equal(ids_of(s, C4_TABLE_RUN, ids, 2), 1);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++)
        assert_noticed(s, &damages[i], ids);
    row[0] = c4_integer((ids[0] | (C4_RUN_STRETCH - 1)));
    row[C4_RUN_OUTCOMES] = get_bytes(s, C4_TABLE_RUN, ids[0]);
    assert_ok(c4_db_insert(&s->org.db, &c4_tables[C4_TABLE_RUN], row));
    s->org.unit.state.next_id = row[0].integer + 10;
    assert_non_null(strstr(steps_check(s), "outcomes are more than there are ids"));
    assert_int_equal(read_runs(s, NULL, text, sizeof text), CRM4E_E_CORRUPT);
}

/* What it lacks is noticed, and what cannot be read is answered, also to who writes. */
static void test_index(void **state)
{
    steps *s = *state;
    const crm4e_value bad = c4_blob("\7", 1);
    const crm4e_value other = c4_blob("\3\2", 2);
    crm4e_value was;
    char text[4000];
    crm4e_id id = 0, record = 0;
    crm4e_value row[C4_RUN_INDEX_COLUMNS];

    (void)start_runs(s);
    assert_int_equal(ids_of(s, C4_TABLE_RUN_INDEX, &id, 1), 1);
    was = get_bytes(s, C4_TABLE_RUN_INDEX, id);
    put_bytes(s, C4_TABLE_RUN_INDEX, id, &bad);
    assert_non_null(strstr(steps_check(s), "outcomes are none of rules"));
    assert_non_null(strstr(steps_check(s), "are not all in the index"));
    assert_int_equal(read_runs(s, NULL, text, sizeof text), CRM4E_OK);
    assert_int_equal(read_runs(s, "R1", text, sizeof text), CRM4E_E_CORRUPT);
    assert_int_equal(try_add(s, "Documents", "{'Name': 'B'}", &record), CRM4E_E_CORRUPT);
    put_bytes(s, C4_TABLE_RUN_INDEX, id, &other);
    assert_non_null(strstr(steps_check(s), "are not all in the index"));
    assert_ok(c4_db_remove(&s->org.db, &c4_tables[C4_TABLE_RUN_INDEX], id));
    assert_non_null(strstr(steps_check(s), "are not all in the index"));
    row[C4_RUN_INDEX_OUTCOMES] = was;
    row[0] = c4_integer(id);
    assert_ok(c4_db_insert(&s->org.db, &c4_tables[C4_TABLE_RUN_INDEX], row));
    assert_null(strstr(steps_check(s), "outcomes"));
}

/* It is a row for many changes, and goes with the last of them. */
static void test_index_is_cut(void **state)
{
    steps *s = *state;
    const int64_t line = 3;
    size_t done = 0;
    int64_t stretches;

    (void)start_runs(s);
    for (int i = 1; i < 700; i++)
        (void)add(s, "Documents", "{'Name': 'A'}");
    stretches = rows_of(s, C4_TABLE_RUN_INDEX);
    assert_int_equal(lines_of(s), 700 * RULES);
    assert_true(stretches > 2 && stretches < 10);
    assert_ok(c4_runs_purge(&s->org.unit, INT64_MAX, (size_t)(699 * line), &done));
    assert_int_equal(done, 699 * line);
    assert_int_equal(rows_of(s, C4_TABLE_RUN_INDEX), 1);
    assert_string_equal(steps_check(s), "[]");
    assert_ok(c4_runs_purge(&s->org.unit, INT64_MAX, 1000, &done));
    assert_int_equal(done, line);
    assert_int_equal(rows_of(s, C4_TABLE_RUN), 0);
    assert_int_equal(rows_of(s, C4_TABLE_RUN_INDEX), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_messages), TEST(test_entries), TEST(test_outcomes),
        TEST(test_rows),     TEST(test_index),   TEST(test_index_is_cut),
    };

    return steps_run("rule integrity", tests, sizeof tests / sizeof tests[0]);
}
