/* SPDX-License-Identifier: MIT */
/* Rules that are saved are listed, switched and removed; what hangs on them goes, and what they did
 * stays. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEE "lee@acme.example"
#define MIA "mia@acme.example"
#define MAX "max@acme.example"

static const char document[] =
    "{'users': [{'email': '" LEE "', 'profile': 'Standard'},"
    "  {'email': '" MIA "', 'profile': 'Standard'}, {'email': '" MAX "', 'profile': 'Standard'}],"
    " 'modules': [{'api_name': 'Papers', 'team': true, 'members': ["
    "   {'user': '" LEE "', 'profile': 'admin'}, {'user': '" MIA "', 'profile': 'member'}]},"
    "  {'api_name': 'Others', 'team': true}],"
    " 'workflows': ["
    "  {'name': 'Tell', 'module': 'Papers', 'on': 'create', 'repeat': false, 'conditions': [{"
    "    'then': [{'notify': {'to': 'owner', 'subject': 'S'}}],"
    "    'scheduled': [{'after': {'days': 2}, 'then': [{'notify': {'to': 'owner', 'subject':"
    "    'L'}}]}]}]},"
    "  {'name': 'Date', 'module': 'Papers', 'on': 'date_or_datetime', 'active': false,"
    "   'date': {'field': 'Created_Time', 'after': {'days': 3}},"
    "   'conditions': [{'then': [{'notify': {'to': 'owner', 'subject': 'D'}}]}]},"
    "  {'name': 'Rest', 'module': 'Others', 'on': 'edit', 'conditions': [{'then': ["
    "   {'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}";

static host *h;
static crm4e_session *lee;
static crm4e_module *papers; /* in lee's hand */

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    lee = host_session(h, LEE);
    host_ok(lee, crm4e_module_open(&papers, lee, "Papers"));
    return 0;
}

static int teardown(void **state)
{
    crm4e_module_free(papers);
    return host_teardown(state);
}

static void assert_listed(const char *wanted)
{
    crm4e_text *text = NULL;
    char *json = host_json(wanted);

    host_ok(lee, crm4e_workflows_json(&text, papers));
    assert_string_equal(crm4e_text_data(text), json);
    crm4e_text_free(text);
    free(json);
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static size_t scheduled(void)
{
    crm4e_text *text = NULL;
    size_t count;

    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, "Papers", 0, 0, 100));
    count = times(crm4e_text_data(text), "\"due\":");
    crm4e_text_free(text);
    return count;
}

static size_t messages(void)
{
    crm4e_text *text = NULL;
    size_t count;

    host_ok(h->admin, crm4e_outbox_json(&text, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 100));
    count = times(crm4e_text_data(text), "\"key\":");
    crm4e_text_free(text);
    return count;
}

static void assert_sound(void)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

static void listed(void **state)
{
    (void)state;
    assert_listed("[{'name':'Tell','on':'create','active':true},"
                  "{'name':'Date','on':'date_or_datetime','active':false}]");
    host_ok(lee, crm4e_workflow_activate(papers, "date", 1));
    host_ok(lee, crm4e_workflow_remove(papers, "TELL"));
    assert_listed("[{'name':'Date','on':'date_or_datetime','active':true}]");
    host_ok(lee, crm4e_workflow_remove(papers, "Date"));
    assert_listed("[]");
}

static void switched(void **state)
{
    (void)state;
    (void)host_create(lee, "Papers", "{'Name': 'A'}");
    assert_int_equal(messages(), 1);
    assert_int_equal(scheduled(), 1);
    host_ok(lee, crm4e_workflow_activate(papers, "Tell", 0));
    host_ok(lee, crm4e_workflow_activate(papers, "Tell", 0));
    assert_int_equal(scheduled(), 0);
    (void)host_create(lee, "Papers", "{'Name': 'B'}");
    assert_int_equal(messages(), 1);
    host_ok(lee, crm4e_workflow_activate(papers, "Tell", 1));
    assert_int_equal(scheduled(), 0);
    host_ok(lee, crm4e_workflow_activate(papers, "Date", 1));
    assert_int_equal(scheduled(), 2);
    (void)host_create(lee, "Papers", "{'Name': 'C'}");
    assert_int_equal(messages(), 2);
    assert_int_equal(scheduled(), 4);
    assert_sound();
}

/* What was sent comes, and what was done is told; a new rule of the name begins anew. */
static void removed(void **state)
{
    crm4e_audit_options options = CRM4E_AUDIT_OPTIONS_INIT;
    crm4e_id first = host_create(lee, "Papers", "{'Name': 'A'}");
    crm4e_text *text = NULL;
    int64_t id = 0;

    (void)state;
    host_ok(lee, crm4e_workflow_remove(papers, "Tell"));
    assert_int_equal(scheduled(), 0);
    assert_int_equal(messages(), 1);
    host_runs(h, "Papers", 1, "'rule':null");
    assert_sound();
    assert_int_equal(crm4e_outbox_next(&text, h->admin), CRM4E_ROW);
    id = strtoll(strstr(crm4e_text_data(text), "\"id\":") + 5, NULL, 10);
    crm4e_text_free(text);
    text = NULL;
    host_ok(h->admin, crm4e_outbox_settle(h->admin, id, CRM4E_OUTBOX_DELIVERED));
    assert_int_equal(messages(), 0);
    options.limit = 1;
    host_ok(h->admin, crm4e_audit_json(&text, h->admin, &options));
    assert_non_null(strstr(crm4e_text_data(text), "workflow_remove"));
    assert_non_null(strstr(crm4e_text_data(text), "Tell"));
    crm4e_text_free(text);
    host_apply(h, "{'workflows': [{'name': 'Tell', 'module': 'Papers', 'on': 'edit', 'repeat':"
                  " false, 'conditions': [{'then': [{'update_field': {'field': 'Name', 'value':"
                  " 'Told'}}]}]}]}");
    {
        crm4e_record *record = NULL;

        host_ok(lee, crm4e_record_open(&record, lee, "Papers", first));
        host_ok(lee, crm4e_record_set_text(record, "Name", "X", 1));
        host_ok(lee, crm4e_record_save(record));
        crm4e_record_free(record);
    }
    host_rows(lee, "select Name from Papers", "Told\n");
    assert_sound();
}

/* Of a module that one sets up oneself. */
static void rights(void **state)
{
    static const struct {
        const char *who, *module;
        int code;
    } cases[] = {
        {MIA, "Papers", CRM4E_E_DENIED},
        {MAX, "Leads", CRM4E_E_DENIED},
        {LEE, "Leads", CRM4E_E_DENIED},
    };
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crm4e_session *who = host_session(h, cases[i].who);

        host_ok(who, crm4e_module_open(&module, who, cases[i].module));
        assert_int_equal(crm4e_workflow_activate(module, "Tell", 0), cases[i].code);
        assert_int_equal(crm4e_workflow_remove(module, "Tell"), cases[i].code);
        assert_int_equal(crm4e_workflows_json(&text, module), cases[i].code);
        crm4e_module_free(module);
    }
    assert_int_equal(crm4e_module_open(&module, lee, "Others"), CRM4E_E_NOT_FOUND);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Others"));
    host_ok(h->admin, crm4e_workflow_remove(module, "Rest"));
    crm4e_module_free(module);
}

static void refused(void **state)
{
    (void)state;
    host_refused(lee, crm4e_workflow_activate(papers, "None", 1), CRM4E_E_NOT_FOUND, NULL);
    host_refused(lee, crm4e_workflow_activate(papers, "Tell", 2), CRM4E_E_INVALID, NULL);
    host_refused(lee, crm4e_workflow_activate(papers, NULL, 1), CRM4E_E_MISUSE, NULL);
    host_refused(lee, crm4e_workflow_activate(papers, " ", 1), CRM4E_E_INVALID, NULL);
    host_refused(lee, crm4e_workflow_remove(papers, "Rest"), CRM4E_E_NOT_FOUND, NULL);
    host_refused(lee, crm4e_workflow_remove(papers, NULL), CRM4E_E_MISUSE, NULL);
    host_refused(lee, crm4e_workflows_json(NULL, papers), CRM4E_E_MISUSE, NULL);
    assert_int_equal(crm4e_workflow_activate(NULL, "Tell", 1), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_workflow_remove(NULL, "Tell"), CRM4E_E_MISUSE);
}

static int switch_on(host *self)
{
    (void)self;
    return crm4e_workflow_activate(papers, "Date", 1);
}

static void still_off(host *self)
{
    (void)self;
    assert_listed("[{'name':'Tell','on':'create','active':true},"
                  "{'name':'Date','on':'date_or_datetime','active':false}]");
    assert_int_equal(scheduled(), 1);
}

static int take_away(host *self)
{
    (void)self;
    return crm4e_workflow_remove(papers, "Tell");
}

static void still_there(host *self)
{
    (void)self;
    assert_listed("[{'name':'Tell','on':'create','active':true},"
                  "{'name':'Date','on':'date_or_datetime','active':true}]");
    assert_int_equal(scheduled(), 2);
}

static void no_memory(void **state)
{
    (void)state;
    (void)host_create(lee, "Papers", "{'Name': 'A'}");
    host_starve(h, switch_on, still_off);
    host_starve(h, take_away, still_there);
    assert_int_equal(scheduled(), 1);
    assert_sound();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(listed), TEST(switched), TEST(removed), TEST(rights), TEST(refused), TEST(no_memory),
    };

    return host_run("rule manage", tests, sizeof tests / sizeof tests[0]);
}
