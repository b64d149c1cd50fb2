/* SPDX-License-Identifier: MIT */
#include "rule_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_TEXT = 1 << 20
};

c4_json_document rule_json(const char *json)
{
    c4_mem mem;
    c4_json_document document;
    size_t length = strlen(json);
    char *text = malloc(length + 1);

    assert_non_null(text);
    for (size_t i = 0; i <= length; i++) {
        text[i] = json[i] == '\'' ? '"' : json[i];
        text[i] = json[i] == '`' ? '\'' : text[i];
    }
    c4_mem_default(&mem);
    assert_ok(c4_json_parse(&document, &mem, text, length, MOST_TEXT));
    free(text);
    return document;
}

/* Every table but the state row, which only grows. */
static int64_t rows_of_all(steps *s)
{
    int64_t sum = 0;

    for (int i = 0; i < C4_TABLE_COUNT; i++) {
        sum += rows_of(s, (c4_table_id)i);
    }
    return sum;
}

static void settle(steps *s, int rc, int64_t before)
{
    crm4e_error kept = s->org.error;

    if (rc < 0) {
        c4_db_rollback_to(&s->org.db);
        c4_unit_meta_changed(&s->org.unit);
        assert_int_equal(rows_of_all(s), before);
    } else {
        assert_ok(c4_db_release(&s->org.db));
    }
    assert_int_equal(rc < 0, kept.message[0] != '\0');
    assert_ok(c4_unit_refresh(&s->org.unit));
    c4_arena_reset(&s->org.arena);
    s->org.error = kept;
}

static void start(steps *s, int64_t *before)
{
    s->org.unit.hooks = &c4_automation_hooks;
    c4_failure_clear(&s->org.error);
    *before = rows_of_all(s);
    assert_ok(c4_db_savepoint(&s->org.db));
}

int put_rule(steps *s, const char *json)
{
    c4_json_document document = rule_json(json);
    crm4e_id id = 0;
    int64_t before;
    int rc;

    start(s, &before);
    rc = c4_workflow_put(&s->org.unit, document.root, false, &id);
    settle(s, rc, before);
    c4_json_free(&document);
    return rc;
}

static int write(steps *s, const char *module, crm4e_id *id, const char *json)
{
    c4_json_document document = rule_json(json);
    c4_draft draft;
    int rc = c4_draft_init(&draft, &s->org.arena, module_of(s, module));

    draft.id = *id;
    if (rc == CRM4E_OK) {
        rc = c4_draft_set_object(&s->org.unit, &draft, document.root);
    }
    if (rc == CRM4E_OK) {
        rc = *id == 0 ? c4_record_create(&s->org.unit, &draft, id)
                      : c4_record_update(&s->org.unit, &draft);
    }
    c4_json_free(&document);
    return rc;
}

int try_add(steps *s, const char *module, const char *json, crm4e_id *id)
{
    int64_t before;
    int rc;

    *id = 0;
    start(s, &before);
    rc = write(s, module, id, json);
    settle(s, rc, before);
    return rc;
}

crm4e_id add(steps *s, const char *module, const char *json)
{
    crm4e_id id = 0;
    int rc = try_add(s, module, json, &id);

    if (rc != CRM4E_OK) {
        print_error("%s\n", s->org.error.message);
    }
    assert_ok(rc);
    return id;
}

int edit(steps *s, const char *module, crm4e_id id, const char *json)
{
    int64_t before;
    int rc;

    start(s, &before);
    rc = write(s, module, &id, json);
    settle(s, rc, before);
    return rc;
}

int drop(steps *s, const char *module, crm4e_id id)
{
    int64_t before;
    int rc;

    start(s, &before);
    rc = c4_record_delete(&s->org.unit, module, id, 0);
    settle(s, rc, before);
    return rc;
}

crm4e_id id_of(steps *s, const char *email)
{
    return user_of(s, email)->id;
}

crm4e_id legal_user(steps *s, size_t number)
{
    char email[40];

    (void)snprintf(email, sizeof email, MAIL("u%u"), (unsigned)number);
    return id_of(s, email);
}

void set_online(steps *s, const char *email)
{
    const c4_user *actor = s->org.unit.actor;

    act_as_admin(s);
    assert_ok(c4_user_presence(&s->org.unit, id_of(s, email), s->org.unit.now + 60000000));
    act_as(s, actor->email);
}

static crm4e_value value_of(steps *s, const char *module, crm4e_id id, uint32_t column)
{
    crm4e_value value = {0};

    assert_ok(c4_db_get(&s->org.db, &module_of(s, module)->table, id, &column, &value, 1));
    return value;
}

crm4e_id owner_of(steps *s, const char *module, crm4e_id id)
{
    return value_of(s, module, id, C4_COLUMN_OWNER).integer;
}

int64_t option_of(steps *s, const char *module, crm4e_id id, const char *field)
{
    crm4e_value value = value_of(s, module, id, field_of(s, module, field)->column);

    return value.type == CRM4E_VALUE_INTEGER ? value.integer : -1;
}

int64_t rows_of(steps *s, c4_table_id table)
{
    crm4e_plan plan;
    int64_t count = 0;

    c4_plan_init(&plan, &c4_tables[table]);
    assert_ok(c4_rows_count(&s->org.db, &plan, &count));
    return count;
}

/* Outcomes of all rows of the run log, the last one in `*last`. */
static int64_t read_lines(steps *s, run_line *last)
{
    static const uint32_t columns[] = {C4_RUN_RECORD, C4_RUN_OUTCOMES};
    static const crm4e_order oldest[] = {{0, 0, 0}};
    const crm4e_value *row = NULL;
    int64_t count = 0;
    crm4e_plan plan;
    c4_rows *rows = NULL;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = oldest;
    plan.order_count = 1;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    while (c4_rows_next(rows, &row) == CRM4E_ROW) {
        c4_outcomes reader;
        c4_outcome outcome;

        c4_outcomes_start(&reader, &row[1]);
        while (c4_outcomes_next(&reader, &outcome) == CRM4E_ROW) {
            count++;
            last->record = row[0].integer;
            last->result = outcome.result;
            (void)snprintf(last->text, sizeof last->text, "%.*s", (int)outcome.length,
                           outcome.text != NULL ? outcome.text : "");
        }
        assert_ptr_equal(reader.at, reader.end);
    }
    c4_rows_close(rows);
    return count;
}

int64_t lines_of(steps *s)
{
    run_line last;

    return read_lines(s, &last);
}

run_line last_run(steps *s)
{
    run_line last = {0};

    (void)read_lines(s, &last);
    return last;
}

char *rule_text(steps *s, const char *name)
{
    const c4_meta *meta = meta_of(s);
    c4_mem mem;
    c4_buffer out;

    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, MOST_TEXT);
    for (size_t i = 0; i < meta->workflow_count; i++) {
        if (strcmp(meta->workflows[i].name, name) == 0) {
            assert_ok(c4_workflow_write(&s->org.unit, &meta->workflows[i], &out));
        }
    }
    return c4_buffer_take(&out, NULL);
}

int next_message(steps *s, int64_t now, c4_outbox_entry *entry)
{
    const c4_user *actor = s->org.unit.actor;
    int rc;

    act_as_admin(s);
    rc = c4_outbox_next(&s->org.unit, now, entry);
    act_as(s, actor->email);
    return rc;
}

static void add_user(steps *s, const char *name, const char *profile, c4_team_profile team)
{
    char email[40];

    (void)snprintf(email, sizeof email, "%s@acme.example", name);
    assert_ok(org_add_user(&s->org, email, NULL, profile, NULL));
    if (team != 0) {
        assert_ok(put_member(s, "Documents", email, team));
    }
}

int legal_setup(void **state)
{
    static const char *const users[LEGAL_USERS] = {"u1", "u2", "u3", "u4", "u5", "u6", "u7"};
    int rc = steps_setup(state);
    steps *s = *state;

    if (rc != 0) {
        return rc;
    }
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_field(s, "Documents",
                        "{'api_name': 'Status', 'type': 'picklist',"
                        " 'options': ['Open', 'Checked', 'Closed']}"));
    assert_ok(put_field(s, "Documents", "{'api_name': 'Amount', 'type': 'currency'}"));
    add_user(s, "p", "Team User", CRM4E_TEAM_REQUESTER);
    add_user(s, "q", "Team User", CRM4E_TEAM_REQUESTER);
    for (size_t i = 0; i < LEGAL_USERS; i++) {
        add_user(s, users[i], "Team User",
                 i + 1 < LEGAL_USERS ? CRM4E_TEAM_MEMBER : CRM4E_TEAM_MANAGER);
    }
    add_user(s, "s", "Standard", 0);
    add_user(s, "t", "Standard", 0);
    c4_arena_reset(&s->org.arena);
    return 0;
}
