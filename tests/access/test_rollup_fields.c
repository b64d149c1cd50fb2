/* SPDX-License-Identifier: MIT */
/* A roll-up is open to whom its module and the other are, and every field that it comes from;
 * and it is made by who configures both and sees all that it goes over. */
#include "record/query.h"
#include "sharing_steps.h"

#include <stdio.h>
#include <string.h>

static void enable(steps *s)
{
    s->org.unit.may_read = c4_access_may_read;
    s->org.unit.computing = &c4_computing;
    s->org.unit.criteria = &c4_sharing_criteria;
    s->org.unit.shows = c4_access_module_shown;
}

static const char sum[] =
    "{'api_name': 'Sum', 'type': 'rollup_summary', 'settings': {'function': 'sum', 'module': "
    "'Items', 'lookup': 'Thing', 'field': 'Twice', 'when': 'B > 0'}}";

/* A thing with two items; Sum comes from Twice and with it from A, and from B and the lookup. */
static crm4e_id make_things(steps *s, const char *items)
{
    crm4e_id id = 0, item = 0;
    char json[128];

    enable(s);
    assert_ok(put_module(s, "{'api_name': 'Things', 'org_default': 'public_read_write'}"));
    assert_ok(put_module(s, items));
    assert_ok(put_field(s, "Items", "{'api_name': 'Thing', 'type': 'lookup', 'target': 'Things'}"));
    assert_ok(put_field(s, "Items", "{'api_name': 'A', 'type': 'currency'}"));
    assert_ok(put_field(s, "Items", "{'api_name': 'B', 'type': 'currency'}"));
    assert_ok(put_field(s, "Items",
                        "{'api_name': 'Twice', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'A * 2'}}"));
    assert_ok(create(s, "Things", "{'Name': 'One'}", &id));
    for (int i = 0; i < 2; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'i', 'Thing': %lld, 'A': 10, 'B': 1}",
                       (long long)id);
        assert_ok(create(s, "Items", json, &item));
    }
    assert_ok(put_field(s, "Things", sum));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'More', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'Sum + 1'}}"));
    assert_field(s, "Things", id, "Sum", "40.00");
    return id;
}

static const char private_items[] = "{'api_name': 'Items', 'org_default': 'private'}";

/* Neither the roll-up nor the formula over it, named or in the whole record. */
static void assert_closed(steps *s, crm4e_id id)
{
    const char *text = NULL;

    assert_int_equal(read_text(s, "Things", id, "Sum", &text), CRM4E_E_DENIED);
    assert_int_equal(read_text(s, "Things", id, "More", &text), CRM4E_E_DENIED);
    assert_ok(read_json(s, "Things", id, &text));
    assert_null(strstr(text, "Sum"));
    assert_null(strstr(text, "More"));
    assert_null(strstr(text, "40"));
}

static void act_with(steps *s, const char *profile)
{
    char json[256];

    (void)snprintf(json, sizeof json, "{'name': 'Reader', 'clone_of': 'Standard'%s}", profile);
    assert_ok(put_profile(s, json));
    assert_ok(put_user(s, "{'email': 'r@x.example', 'profile': 'Reader'}"));
    act_as(s, "r@x.example");
    enable(s);
}

/* Who sees none of the items reads what they come to. */
static void it_tells_of_records_that_are_closed(void **state)
{
    steps *s = *state;
    crm4e_id id = make_things(s, private_items);

    act_with(s, "");
    assert_field(s, "Things", id, "Sum", "40.00");
    assert_field(s, "Things", id, "More", "41.00");
}

static void closed_by(void **state, const char *profile)
{
    steps *s = *state;
    crm4e_id id = make_things(s, private_items);

    act_with(s, profile);
    assert_closed(s, id);
}

static void by_the_field(void **state)
{
    closed_by(state, ", 'fields': {'Things': {'Sum': 'hidden'}}");
}

static void by_the_lookup(void **state)
{
    closed_by(state, ", 'fields': {'Items': {'Thing': 'hidden'}}");
}

static void by_what_the_source_comes_from(void **state)
{
    closed_by(state, ", 'fields': {'Items': {'A': 'hidden'}}");
}

static void by_the_criteria(void **state)
{
    closed_by(state, ", 'fields': {'Items': {'B': 'hidden'}}");
}

static void by_the_module(void **state)
{
    closed_by(state, ", 'modules': {'Items': []}");
}

/* To those whom the team module is shown to, as far as their team profile reads. */
static void by_the_team(void **state)
{
    steps *s = *state;
    crm4e_id id = make_things(s, "{'api_name': 'Items', 'team': true}");

    assert_ok(put_module(s, "{'api_name': 'Items', 'permissions':"
                            " {'participant': {'fields': {'A': 'hidden'}}}}"));
    assert_ok(put_user(s, "{'email': 'm@x.example'}"));
    act_as(s, "m@x.example");
    assert_closed(s, id);
    act_as_admin(s);
    assert_ok(put_member(s, "Items", "m@x.example", CRM4E_TEAM_REQUESTER));
    act_as(s, "m@x.example");
    assert_closed(s, id);
    act_as_admin(s);
    assert_ok(put_member(s, "Items", "m@x.example", CRM4E_TEAM_PARTICIPANT));
    act_as(s, "m@x.example");
    assert_closed(s, id);
    act_as_admin(s);
    assert_ok(put_member(s, "Items", "m@x.example", CRM4E_TEAM_MEMBER));
    act_as(s, "m@x.example");
    assert_field(s, "Things", id, "Sum", "40.00");
    assert_field(s, "Things", id, "More", "41.00");
}

static const char *refused_field;
static const char *refused_module;

static int32_t ask(void *user, const crm4e_question *question)
{
    bool module = refused_module != NULL && strcmp(question->module, refused_module) == 0;
    bool field = refused_field == NULL ||
                 (question->field != NULL && strcmp(question->field, refused_field) == 0);

    (void)user;
    return module && field ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void by_the_host(void **state)
{
    static const char *const fields[] = {"Thing", "A", "B", NULL};
    steps *s = *state;
    crm4e_id id = make_things(s, private_items);

    act_with(s, "");
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = ask};
    refused_module = "Items";
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        refused_field = fields[i];
        assert_closed(s, id);
    }
    refused_module = "Leads";
    assert_field(s, "Things", id, "Sum", "40.00");
}

static const char other[] =
    "{'api_name': 'Other', 'type': 'rollup_summary', 'settings': {'function': 'max', 'module':"
    " 'Items', 'lookup': 'Thing', 'field': 'Twice'}}";

/* One over records of which its author sees but some, or of a module of others. */
static void who_may_make_one(void **state)
{
    steps *s = *state;

    (void)make_things(s, private_items);
    act_with(s, ", 'admin': ['customise']");
    assert_refused(s, put_field(s, "Things", other), CRM4E_E_DENIED, "record_scope");
    assert_refused(s, put_field(s, "Things", "{'api_name': 'Sum', 'settings': {'when': 'B > 1'}}"),
                   CRM4E_E_DENIED, "record_scope");
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Items', 'org_default': 'public_read_only'}"));
    act_as(s, "r@x.example");
    enable(s);
    assert_ok(put_field(s, "Things", other));
}

static void who_may_not_read(void **state)
{
    static const char *const hidden[] = {"Thing", "A", "B"};
    steps *s = *state;
    char json[160];

    (void)make_things(s, "{'api_name': 'Items', 'org_default': 'public_read_only'}");
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        act_as_admin(s);
        (void)snprintf(json, sizeof json,
                       ", 'admin': ['customise'], 'fields': {'Items': {'%s': 'hidden'%s}}",
                       hidden[i], i == 0 ? "" : ", 'Thing': 'read_write'");
        act_with(s, json);
        assert_refused(
            s,
            put_field(s, "Things",
                      "{'api_name': 'Mine', 'type': 'rollup_summary', 'settings':"
                      " {'function': 'max', 'module': 'Items', 'lookup': 'Thing', 'field':"
                      " 'Twice', 'when': 'B > 0'}}"),
            CRM4E_E_DENIED, "field_permission");
        act_as_admin(s);
        (void)snprintf(json, sizeof json,
                       "{'name': 'Reader', 'fields': {'Items': {'%s': 'read_write'}}}", hidden[i]);
        assert_ok(put_profile(s, json));
    }
}

/* A team module is configured by its admins; to others it is not there. */
static void modules_of_others(void **state)
{
    steps *s = *state;

    (void)make_things(s, "{'api_name': 'Items', 'team': true}");
    act_with(s, ", 'admin': ['customise']");
    assert_refused(s, put_field(s, "Things", other), CRM4E_E_NOT_FOUND, "module");
    act_as_admin(s);
    assert_ok(put_member(s, "Items", "r@x.example", CRM4E_TEAM_MANAGER));
    act_as(s, "r@x.example");
    enable(s);
    assert_refused(s, put_field(s, "Things", other), CRM4E_E_DENIED, "configure");
    act_as_admin(s);
    assert_ok(put_member(s, "Items", "r@x.example", CRM4E_TEAM_ADMIN));
    act_as(s, "r@x.example");
    enable(s);
    assert_ok(put_field(s, "Things", other));
}

/* What is named is told to who may read it. */
static void a_field_in_use(void **state)
{
    steps *s = *state;

    (void)make_things(s, private_items);
    assert_refused(s, remove_field(s, "Items", "B"), CRM4E_E_CONFLICT, "in_use");
    assert_non_null(strstr(s->org.error.message, "by the roll-up Things.Sum"));
    act_with(s, ", 'admin': ['customise'], 'fields': {'Things': {'Sum': 'hidden'}}");
    assert_refused(s, remove_field(s, "Items", "B"), CRM4E_E_CONFLICT, "in_use");
    assert_null(strstr(s->org.error.message, "Things"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        TEST(it_tells_of_records_that_are_closed),
        TEST(by_the_field),
        TEST(by_the_lookup),
        TEST(by_what_the_source_comes_from),
        TEST(by_the_criteria),
        TEST(by_the_module),
        TEST(by_the_team),
        TEST(by_the_host),
        TEST(who_may_make_one),
        TEST(who_may_not_read),
        TEST(modules_of_others),
        TEST(a_field_in_use),
#undef TEST
    };
    return steps_run("roll-up fields", tests, sizeof tests / sizeof tests[0]);
}
