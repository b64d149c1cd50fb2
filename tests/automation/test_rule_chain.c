/* SPDX-License-Identifier: MIT */
/* Rules that set other rules off by what they create, and what keeps that finite. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Links of the chain: Leads sets C1 off, that C2 and so on. */
enum {
    LINKS = 6,
    MOST_TEXT = 4000
};

static host *h;

static int setup(void **state)
{
    char document[MOST_TEXT] = "{'modules': [";
    size_t used;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    for (int i = 1; i <= LINKS; i++) {
        used = strlen(document);
        (void)snprintf(document + used, sizeof document - used,
                       "%s{'api_name': 'C%d', 'fields': [{'api_name': 'Mark', 'type': 'text'}]}",
                       i > 1 ? "," : "", i);
    }
    used = strlen(document);
    (void)snprintf(document + used, sizeof document - used,
                   "], 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin':"
                   " ['manage_automation']}], 'users': [{'email': 'bo@acme.example', 'profile':"
                   " 'Builder'}]}");
    host_apply(h, document);
    return 0;
}

static int put_rule(crm4e_session *session, const char *rule)
{
    char document[MOST_TEXT];
    crm4e_text *text = NULL;
    char *json;
    int rc;

    (void)snprintf(document, sizeof document, "{'workflows': [%s]}", rule);
    json = host_json(document);
    rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(text);
    free(json);
    return rc;
}

#define RULE(name, module, on, more, actions)                                                      \
    "{'name': '" name "', 'module': '" module "', 'on': '" on "'" more                             \
    ", 'conditions': [{'then': [" actions "]}]}"
#define MAKE(module, triggers)                                                                     \
    "{'create_record': {'module': '" module "', 'fields': {'Name': 'N'}, 'triggers': " triggers "}}"
#define MAKE_LEAD                                                                                  \
    "{'create_record': {'module': 'Leads', 'fields': {'Last_Name': 'N'},"                          \
    " 'triggers': true}}"
#define MARK(mark) "{'update_field': {'field': 'Mark', 'value': '" mark "'}}"

static void put(const char *rule)
{
    host_ok(h->admin, put_rule(h->admin, rule));
}

static int try_lead(void)
{
    crm4e_record *record = NULL;
    int rc;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(record, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", "T", CRM4E_NUL_TERMINATED));
    rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static void add_lead(void)
{
    host_ok(h->admin, try_lead());
}

/* Only what was asked to wakes rules, and only those of new records. */
static void test_opt_in(void **state)
{
    (void)state;
    put(RULE("First", "Leads", "create", "", MAKE("C1", "false")));
    put(RULE("Second", "C1", "create_or_edit", "", MARK("seen")));
    put(RULE("Third", "C1", "edit", "", MARK("edited")));
    add_lead();
    host_rows(h->admin, "select Mark from C1", "-\n");
    put(RULE("First", "Leads", "create", "", MAKE("C1", "true")));
    add_lead();
    host_rows(h->admin, "select Mark from C1 order by Mark", "-\nseen\n");
    host_runs(h, "C1", 0, "'rule':'Second'");
    host_runs(h, "C1", 0, "'version':1,'result':'done'");
}

/* The rule's own record wakes nothing, whatever came between. */
static void test_only_what_was_created(void **state)
{
    (void)state;
    put(RULE("First", "Leads", "create", "",
             MAKE("C1", "true") "," MAKE("C1", "false") ","
                                                        "{'update_field': {'field': 'City',"
                                                        " 'value': 'Oslo'}}"));
    put(RULE("Second", "C1", "create", "", MARK("seen")));
    put(RULE("Edited", "Leads", "edit", "", "{'update_field': {'field': 'City', 'value': 'X'}}"));
    add_lead();
    host_rows(h->admin, "select Mark from C1 order by Mark", "-\nseen\n");
    host_rows(h->admin, "select City from Leads", "Oslo\n");
}

/* A rule further down fails by its own policy: alone, or with the one that set it off. */
static void test_failure_further_down(void **state)
{
    (void)state;
    put(RULE("First", "Leads", "create", "", MAKE("C1", "true")));
    put(RULE("Second", "C1", "create", "", MAKE("C2", "false") "," MAKE("C3", "false")));
    host_apply(h, "{'modules': [{'api_name': 'C3', 'fields': [{'api_name': 'Must', 'type': 'text',"
                  " 'mandatory': true}]}]}");
    add_lead();
    host_runs(h, "Leads", 0, "'result':'done'");
    host_runs(h, "C1", 0, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "C1", NULL), 1);
    assert_int_equal(host_count(h->admin, "C2", NULL), 0);
    put(RULE("Second", "C1", "create", ", 'on_failure': 'fail'", MAKE("C3", "false")));
    add_lead();
    host_runs(h, "Leads", 0, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "C1", NULL), 1);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 2);
}

static void test_loops(void **state)
{
    static const char back[] = RULE("Back", "C1", "create", "", MAKE_LEAD);

    (void)state;
    host_refused(h->admin, put_rule(h->admin, RULE("Own", "Leads", "create", "", MAKE_LEAD)),
                 CRM4E_E_LOOP, "workflows[0]: the rule may set itself off: \"Own\" > \"Own\"");
    host_refused(h->admin,
                 put_rule(h->admin,
                          "{'name': 'Own', 'module': 'Leads', 'on': 'create', 'conditions':"
                          " [{'scheduled': [{'after': {'days': 1}, 'then': [" MAKE_LEAD "]}]}]}"),
                 CRM4E_E_LOOP, "workflows[0]: the rule may set itself off: \"Own\" > \"Own\"");
    put(RULE("Own", "Leads", "edit", "", MAKE_LEAD));
    put(RULE("There", "Leads", "create_or_edit", "", MAKE("C1", "true")));
    host_refused(h->admin, put_rule(h->admin, back), CRM4E_E_LOOP,
                 "workflows[0]: the rule may set itself off: \"Back\" > Leads \"There\" >"
                 " \"Back\"");
    put(RULE("On", "C1", "create", ", 'active': false", MAKE("C2", "true")));
    host_refused(h->admin, put_rule(h->admin, RULE("Back", "C2", "create", "", MAKE_LEAD)),
                 CRM4E_E_LOOP,
                 "workflows[0]: the rule may set itself off: \"Back\" > Leads \"There\" > C1"
                 " \"On\" > \"Back\"");
    put(RULE("Back", "C2", "edit", "", MAKE_LEAD));
    put(RULE("There", "Leads", "create", "", MAKE("C1", "false")));
    put(RULE("Back", "C2", "create", "", MAKE_LEAD));
    host_refused(h->admin,
                 put_rule(h->admin, RULE("There", "Leads", "create", "", MAKE("C1", "true"))),
                 CRM4E_E_LOOP, NULL);
}

/* Rules of modules that he does not set up are not named to him. */
static void test_loop_of_others(void **state)
{
    crm4e_session *bo;

    (void)state;
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'team': true, 'fields': [{'api_name':"
                  " 'Mark', 'type': 'text'}], 'members': [{'user': 'bo@acme.example', 'profile':"
                  " 'member'}]}]}");
    put(RULE("Secret", "Papers", "create", "", MAKE("C1", "true")));
    bo = host_session(h, "bo@acme.example");
    host_refused(bo, put_rule(bo, RULE("Back", "C1", "create", "", MAKE("Papers", "true"))),
                 CRM4E_E_LOOP,
                 "workflows[0]: the rule may set itself off: \"Back\" > a rule of another module"
                 " > \"Back\"");
}

static void put_chain(const char *policy)
{
    char rule[MOST_TEXT];

    for (int i = 0; i < LINKS; i++) {
        char from[8] = "Leads";
        if (i > 0)
            (void)snprintf(from, sizeof from, "C%d", i);
        (void)snprintf(rule, sizeof rule, RULE("R", "%s", "create", "%s", MAKE("C%d", "true")),
                       from, policy, i + 1);
        put(rule);
    }
    put(RULE("R", "C6", "create", "", MARK("end")));
}

static void test_depth(void **state)
{
    (void)state;
    put_chain("");
    put(RULE("Z", "Leads", "create", "", "{'update_field': {'field': 'City', 'value': 'Oslo'}}"));
    add_lead();
    for (int i = 1; i <= LINKS; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "C%d", i);
        assert_int_equal(host_count(h->admin, name, NULL), 0);
    }
    host_runs(h, "Leads", 0, "'rule':'R'");
    host_runs(h, "Leads", 0,
              "'result':'failed','message':'workflow rules set one another off over more"
              " than 5 levels'");
    host_rows(h->admin, "select City from Leads", "Oslo\n");
    put(RULE("R", "C4", "create", "", MAKE("C5", "false")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C5", NULL), 1);
}

/* The last record that is created is no level of the chain where no rule is woken by it. */
static void test_depth_counts_rules_that_are_woken(void **state)
{
    (void)state;
    put_chain(", 'on_failure': 'fail'");
    put(RULE("R", "C5", "create", ", 'active': false", MAKE("C6", "true")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C5", NULL), 1);
    put(RULE("R", "C5", "edit", ", 'active': true", MAKE("C6", "true")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C5", NULL), 2);
    assert_int_equal(host_count(h->admin, "C6", NULL), 0);
    put(RULE("R", "C5", "create_or_edit", "", MARK("end")));
    host_refused(h->admin, try_lead(), CRM4E_E_LOOP, NULL);
    assert_int_equal(host_count(h->admin, "C5", NULL), 2);
}

static void test_depth_stops_the_change(void **state)
{
    (void)state;
    put_chain(", 'on_failure': 'fail'");
    host_refused(h->admin, try_lead(), CRM4E_E_LOOP, NULL);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 0);
    assert_int_equal(host_count(h->admin, "C1", NULL), 0);
}

#define TEN(action)                                                                                \
    action "," action "," action "," action "," action "," action "," action "," action "," action \
           "," action

static void test_budget(void **state)
{
    (void)state;
    put(RULE("R", "Leads", "create", "", TEN(MAKE("C1", "true"))));
    put(RULE("R", "C1", "create", "", TEN(MAKE("C2", "true"))));
    put(RULE("R", "C2", "create", "", TEN(MAKE("C3", "false"))));
    put(RULE("Z", "Leads", "create", "", MAKE("C4", "true")));
    put(RULE("R", "C4", "create", "", MARK("on")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C1", NULL), 0);
    assert_int_equal(host_count(h->admin, "C2", NULL), 0);
    assert_int_equal(host_count(h->admin, "C3", NULL), 0);
    host_runs(h, "Leads", 0,
              "'result':'failed','message':'workflow rules that rules set off do more"
              " than 1000 actions in one save'");
    assert_int_equal(host_count(h->admin, "C4", NULL), 0); /* it was spent in this save */
    put(RULE("R", "C2", "create", "", MARK("few")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C2", NULL), 100);
    assert_int_equal(host_count(h->admin, "C4", "Mark = 'on'"), 1);
}

#define NINE(action)                                                                               \
    action "," action "," action "," action "," action "," action "," action "," action "," action

/* A thousand are done, and one more is not. */
static void test_budget_to_the_last(void **state)
{
    (void)state;
    put(RULE("R", "Leads", "create", "", TEN(MAKE("C1", "true"))));
    put(RULE("R", "C1", "create", "", TEN(MAKE("C2", "true"))));
    put(RULE("R", "C2", "create", "", NINE(MAKE("C3", "false"))));
    put(RULE("Z", "Leads", "create", "", MAKE("C4", "true")));
    put(RULE("R", "C4", "delete", "", "{'notify': {'to': 'owner', 'subject': 'S'}}"));
    add_lead();
    assert_int_equal(host_count(h->admin, "C3", NULL), 900);
    assert_int_equal(host_count(h->admin, "C4", NULL), 1);
    put(RULE("R", "C4", "create", "", MARK("on")));
    add_lead();
    assert_int_equal(host_count(h->admin, "C3", NULL), 1800);
    assert_int_equal(host_count(h->admin, "C4", NULL), 1);
}

static crm4e_record *starved;

static int save_starved(host *of)
{
    (void)of;
    return crm4e_record_save(starved);
}

static void none_there(host *of)
{
    (void)of;
    assert_int_equal(host_count(h->admin, "Leads", NULL), 0);
    assert_int_equal(host_count(h->admin, "C1", NULL), 0);
    assert_int_equal(host_count(h->admin, "C2", NULL), 0);
}

static void test_without_memory(void **state)
{
    (void)state;
    put(RULE("First", "Leads", "create", "", MAKE("C1", "true")));
    put(RULE("Second", "C1", "create", "", MAKE("C2", "true")));
    put(RULE("Third", "C2", "create", "", MARK("end")));
    host_ok(h->admin, crm4e_record_new(&starved, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(starved, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(starved, "Company", "T", CRM4E_NUL_TERMINATED));
    host_starve(h, save_starved, none_there);
    host_rows(h->admin, "select Mark from C2", "end\n");
    crm4e_record_free(starved);
}

static int save_loop(host *of)
{
    int rc = put_rule(of->admin, RULE("Back", "C1", "create", "", MAKE_LEAD));

    return rc == CRM4E_E_LOOP ? CRM4E_OK : rc;
}

static void nothing(host *of)
{
    (void)of;
}

static void test_check_without_memory(void **state)
{
    (void)state;
    put(RULE("There", "Leads", "create", "", MAKE("C1", "true")));
    host_starve(h, save_loop, nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_opt_in, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_only_what_was_created, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_failure_further_down, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_loops, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_loop_of_others, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_depth, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_depth_counts_rules_that_are_woken, setup,
                                        host_teardown),
        cmocka_unit_test_setup_teardown(test_depth_stops_the_change, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_budget, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_budget_to_the_last, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_check_without_memory, setup, host_teardown),
    };

    return host_run("chains of rules", tests, sizeof tests / sizeof tests[0]);
}
