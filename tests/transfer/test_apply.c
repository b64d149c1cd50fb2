/* SPDX-License-Identifier: MIT */
/* An org out of a document, and a document out of an org. */
#include "documents.h"
#include "host.h"

#include <stdlib.h>
#include <string.h>

static char *taken(crm4e_text *text)
{
    char *copy = strdup(crm4e_text_data(text));

    assert_non_null(copy);
    crm4e_text_free(text);
    return copy;
}

static char *exported(crm4e_session *session)
{
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_export(&text, session));
    return taken(text);
}

static int apply(crm4e_session *session, const char *document, char **report)
{
    char *json = host_json(document);
    crm4e_text *text = NULL;
    int rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);

    free(json);
    assert_int_equal(rc == CRM4E_OK, text != NULL);
    if (rc == CRM4E_OK && report)
        *report = taken(text);
    else
        crm4e_text_free(text);
    return rc;
}

/* A refused document leaves the org as it was. The message is kept. */
static char refusal[400];

static void refused(host *h, crm4e_session *session, const char *document, int code,
                    const char *message)
{
    char *before = exported(h->admin);
    char *after;
    int rc = apply(session, document, NULL);

    host_refused(session, rc, code, message);
    strncpy(refusal, crm4e_error_message(crm4e_session_error(session)), sizeof refusal - 1);
    after = exported(h->admin);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void a_document_makes_an_org(void **state)
{
    host *h = *state;
    char *report = NULL;

    host_ok(h->admin, apply(h->admin, rich_document, &report));
    assert_string_equal(report, "{\"org\":{\"created\":0,\"changed\":1,\"unchanged\":0},"
                                "\"roles\":{\"created\":2,\"changed\":0,\"unchanged\":0},"
                                "\"modules\":{\"created\":2,\"changed\":0,\"unchanged\":1},"
                                "\"fields\":{\"created\":6,\"changed\":1,\"unchanged\":0},"
                                "\"profiles\":{\"created\":1,\"changed\":0,\"unchanged\":0},"
                                "\"users\":{\"created\":4,\"changed\":0,\"unchanged\":0},"
                                "\"groups\":{\"created\":2,\"changed\":0,\"unchanged\":0},"
                                "\"spaces\":{\"created\":1,\"changed\":0,\"unchanged\":0},"
                                "\"members\":{\"created\":3,\"changed\":0,\"unchanged\":0},"
                                "\"tab_groups\":{\"created\":1,\"changed\":0,\"unchanged\":0},"
                                "\"sharing_rules\":{\"created\":2,\"changed\":0,\"unchanged\":0},"
                                "\"workflows\":{\"created\":2,\"changed\":0,\"unchanged\":0},"
                                "\"charts\":{\"created\":1,\"changed\":0,\"unchanged\":0}}");
    free(report);
}

static void a_second_time_changes_nothing(void **state)
{
    host *h = *state;
    char *before, *after, *report = NULL;

    host_apply(h, rich_document);
    before = exported(h->admin);
    host_ok(h->admin, apply(h->admin, rich_document, &report));
    after = exported(h->admin);
    assert_string_equal(after, before);
    assert_null(strstr(report, "\"created\":1"));
    assert_non_null(strstr(report, "\"users\":{\"created\":0,\"changed\":0,\"unchanged\":4}"));
    for (const char *c = report; (c = strstr(c, "\"changed\":")); c++)
        assert_memory_equal(c, "\"changed\":0", 11);
    free(before);
    free(after);
    free(report);
}

/* What the org exports makes the same org again, elsewhere and here. */
static void export_and_apply(host *h)
{
    host *other = NULL;
    char *first = exported(h->admin);
    char *again;

    assert_int_equal(host_setup((void **)&other), 0);
    host_ok(other->admin, crm4e_org_apply(NULL, other->admin, first, strlen(first)));
    again = exported(other->admin);
    assert_string_equal(again, first);
    free(again);
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, first, strlen(first)));
    again = exported(h->admin);
    assert_string_equal(again, first);
    free(again);
    free(first);
    assert_int_equal(host_teardown((void **)&other), 0);
}

static void an_export_makes_the_same_org(void **state)
{
    host_apply(*state, rich_document);
    export_and_apply(*state);
}

/* Team modules and spaces are made before CRM4E is switched off. */
static void also_when_it_is_switched_off(void **state)
{
    host_apply(*state, rich_document);
    host_apply(*state, "{'org': {'crm4e': false}}");
    export_and_apply(*state);
}

static void a_module_goes_into_a_space_that_is_there(void **state)
{
    static const char folded[] =
        "{'modules': [{'api_name': 'Papers', 'space': 'Legal'}], 'spaces': [{'name': 'Legal',"
        " 'folders': ['A'], 'modules': [{'module': 'Papers', 'folder': 'A'}]}]}";
    host *h = *state;
    char *report = NULL;

    host_apply(h, "{'spaces': [{'name': 'Legal'}], 'modules': [{'api_name': 'Papers',"
                  " 'team': true}]}");
    host_ok(h->admin,
            apply(h->admin, "{'modules': [{'api_name': 'Papers', 'space': 'Legal'}]}", &report));
    assert_string_equal(report, "{\"modules\":{\"created\":0,\"changed\":1,\"unchanged\":0}}");
    free(report);
    for (int i = 0; i < 2; i++) {
        host_ok(h->admin, apply(h->admin, folded, &report));
        assert_string_equal(report,
                            i == 0 ? "{\"modules\":{\"created\":0,\"changed\":0,\"unchanged\":1},"
                                     "\"spaces\":{\"created\":0,\"changed\":1,\"unchanged\":0}}"
                                   : "{\"modules\":{\"created\":0,\"changed\":0,\"unchanged\":1},"
                                     "\"spaces\":{\"created\":0,\"changed\":0,\"unchanged\":1}}");
        free(report);
    }
}

static void a_module_goes_into_a_space_of_its_document(void **state)
{
    host *h = *state;
    char *report = NULL;
    char *text;

    host_ok(h->admin, apply(h->admin,
                            "{'modules': [{'api_name': 'Papers', 'team': true, 'space': 'Legal'}],"
                            " 'spaces': [{'name': 'Legal'}], 'org': {'crm4e': false}}",
                            &report));
    assert_string_equal(report, "{\"org\":{\"created\":0,\"changed\":1,\"unchanged\":0},"
                                "\"modules\":{\"created\":1,\"changed\":0,\"unchanged\":0},"
                                "\"spaces\":{\"created\":1,\"changed\":0,\"unchanged\":0}}");
    free(report);
    text = exported(h->admin);
    assert_non_null(strstr(text, "\"modules\":[\"Papers\"]"));
    free(text);
    host_refused(h->admin,
                 apply(h->admin, "{'modules': [{'api_name': 'Sheets', 'team': true}]}", NULL),
                 CRM4E_E_DENIED, "modules[0]: CRM for Everyone is switched off");
}

static void an_org_as_it_comes_makes_the_same_org(void **state)
{
    host *h = *state;
    char *first = exported(h->admin);
    crm4e_text *report = NULL;
    char *text;

    host_ok(h->admin, crm4e_org_apply(&report, h->admin, first, strlen(first)));
    text = taken(report);
    assert_null(strstr(text, "\"created\":1"));
    for (const char *c = text; (c = strstr(c, "\"changed\":")); c++)
        assert_memory_equal(c, "\"changed\":0", 11);
    free(text);
    text = exported(h->admin);
    assert_string_equal(text, first);
    free(text);
    free(first);
}

/* A later pass over a thing counts as a change of it. */
static void what_is_completed_later_is_counted(void **state)
{
    host *h = *state;
    char *report = NULL;

    host_apply(h, rich_document);
    host_ok(h->admin, apply(h->admin,
                            "{'modules': [{'api_name': 'Papers', 'permissions':"
                            " {'manager': {'actions': ['view']}}}]}",
                            &report));
    assert_non_null(strstr(report, "\"modules\":{\"created\":0,\"changed\":1,\"unchanged\":0}"));
    free(report);
    host_ok(h->admin, apply(h->admin,
                            "{'users': [{'email': 'old@acme.example',"
                            " 'reporting_to': 'lea@acme.example'}, {'email': 'lea@acme.example'}]}",
                            &report));
    assert_string_equal(report, "{\"users\":{\"created\":0,\"changed\":1,\"unchanged\":1}}");
    free(report);
    host_ok(h->admin,
            apply(h->admin, "{'spaces': [{'name': 'Legal', 'modules': ['Papers']}]}", &report));
    assert_string_equal(report, "{\"spaces\":{\"created\":0,\"changed\":1,\"unchanged\":0}}");
    free(report);
}

static void who_applies_is_admin_unless_others_are(void **state)
{
    host *h = *state;
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    char *json;

    host_apply(h, "{'users': [{'email': 'lea@acme.example'}], 'modules': ["
                  " {'api_name': 'Ours', 'team': true, 'members': [{'user': 'lea@acme.example'}]},"
                  " {'api_name': 'Theirs', 'team': true, 'members':"
                  " [{'user': 'lea@acme.example', 'profile': 'admin'}]}]}");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Ours"));
    host_ok(h->admin, crm4e_module_json(&text, module));
    json = taken(text);
    assert_non_null(strstr(json, "{\"user\":\"ana@acme.example\",\"profile\":\"admin\"}"));
    free(json);
    crm4e_module_free(module);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Theirs"));
    host_ok(h->admin, crm4e_module_json(&text, module));
    json = taken(text);
    assert_null(strstr(json, "ana@acme.example"));
    free(json);
    crm4e_module_free(module);
}

/* Who is deleted has no name a document could use: what spoke of him alone is
 * left out, and the rest makes the same org. */
static void deleted_users_are_left_out(void **state)
{
    host *h = *state;
    host *other = NULL;
    char *first, *again;

    host_apply(h, rich_document);
    host_apply(h, "{'sharing_rules': [{'module': 'Deals', 'name': 'His', 'to': [{'role': 'CEO'}],"
                  " 'from': [{'user': 'max@acme.example'}]},"
                  " {'module': 'Deals', 'name': 'Theirs', 'to': [{'role': 'CEO'}],"
                  " 'from': [{'user': 'max@acme.example'}, {'role': 'North'}]}]}");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'default_owners': []}],"
                  " 'users': [{'email': 'max@acme.example', 'status': 'deleted'}]}");
    first = exported(h->admin);
    assert_null(strstr(first, "max@acme.example"));
    assert_null(strstr(first, "\"His\""));
    assert_non_null(strstr(first, "\"name\":\"Theirs\",\"active\":true,\"from\":[{\"role\":"));
    assert_int_equal(host_setup((void **)&other), 0);
    host_ok(other->admin, crm4e_org_apply(NULL, other->admin, first, strlen(first)));
    again = exported(other->admin);
    assert_string_equal(again, first);
    free(again);
    free(first);
    assert_int_equal(host_teardown((void **)&other), 0);
}

static void a_refusal_names_the_place(void **state)
{
    static const struct {
        const char *document;
        int code;
        const char *message;
    } cases[] = {
        {"[]", CRM4E_E_INVALID, "the document is no JSON object"},
        {"{'crm4e': 2}", CRM4E_E_INVALID, "this release reads documents of version 1"},
        {"{'crm4e': '1'}", CRM4E_E_INVALID, "this release reads documents of version 1"},
        {"{'role': []}", CRM4E_E_INVALID, "unknown member role"},
        {"{'members': []}", CRM4E_E_INVALID, "unknown member members"},
        {"{'roles': {}}", CRM4E_E_INVALID, "roles is no array"},
        {"{'roles': [7]}", CRM4E_E_INVALID, "roles[0]: not an object"},
        {"{'org': []}", CRM4E_E_INVALID, "org: not an object"},
        {"{'org': {'edition': 'golden'}}", CRM4E_E_INVALID, NULL},
        {"{'roles': [{'name': 'A'}, {'name': 'B', 'colour': 'red'}]}", CRM4E_E_INVALID,
         "roles[1]: member \"colour\" is not known here"},
        {"{'roles': [{'parent': 'CEO'}]}", CRM4E_E_INVALID, NULL},
        {"{'roles': [{'name': 'A', 'parent': 'Nobody'}]}", CRM4E_E_NOT_FOUND, NULL},
        {"{'profiles': [{'name': 'A', 'clone_of': 'Nothing'}]}", CRM4E_E_NOT_FOUND, NULL},
        {"{'users': [{'email': 'a@x.example', 'role': 'Nobody'}]}", CRM4E_E_NOT_FOUND, NULL},
        {"{'users': [{'email': 'a@x.example', 'reporting_to': 'b@x.example'}]}", CRM4E_E_NOT_FOUND,
         NULL},
        {"{'modules': [{'api_name': 'A', 'fields': {}}]}", CRM4E_E_INVALID,
         "modules[0].fields is no array"},
        {"{'modules': [{'api_name': 'A'}, {'api_name': 'B', 'fields': [{'api_name': 'C',"
         " 'type': 'text'}, {'api_name': 'D', 'type': 'flower'}]}]}",
         CRM4E_E_INVALID, "modules[1].fields[1]: member \"type\" is not a known word"},
        {"{'modules': [{'api_name': 'A', 'team': true, 'members': [{'user': 'x@x.example'}]}]}",
         CRM4E_E_NOT_FOUND, "modules[0].members[0]: no such user"},
        {"{'modules': [{'api_name': 'A', 'members': [{'user': 'ana@acme.example'}]}]}",
         CRM4E_E_UNSUPPORTED, NULL},
        {"{'modules': [{'singular': 'A'}]}", CRM4E_E_INVALID, NULL},
        {"{'spaces': [{'name': 'A', 'modules': ['Nothing']}]}", CRM4E_E_NOT_FOUND, NULL},
        {"{'workflows': [{'name': 'A', 'module': 'Leads', 'on': 'never', 'conditions': []}]}",
         CRM4E_E_INVALID, NULL},
        {"{'workflows': [{'name': 'A', 'module': 'Nothing', 'on': 'edit', 'conditions': []}]}",
         CRM4E_E_NOT_FOUND, NULL},
        {"{'charts': [{'name': 'A', 'module': 'Leads', 'group_by': ['Nothing']}]}", CRM4E_E_INVALID,
         NULL},
        {"{'groups': [{'name': 'A', 'sources': [{'group': 'B'}]}]}", CRM4E_E_NOT_FOUND, NULL},
        {"{'groups': [{'name': 'A', 'sources': [{'clan': 'B'}]}]}", CRM4E_E_INVALID,
         "groups[0]: sources must hold objects such as {\"role\": \"Sales\"}"},
        {"{'groups': [{'sources': []}]}", CRM4E_E_INVALID, NULL},
        {"{'sharing_rules': [{'module': 'Leads', 'name': 'A', 'to': [{'role': 'CEO'}]}]}",
         CRM4E_E_INVALID, "sharing_rules[0]: from names nobody"},
        {"{'sharing_rules': [{'module': 'Leads', 'name': 'A', 'to': [{'role': 'CEO'}],"
         " 'when': 'Nothing is null'}]}",
         CRM4E_E_INVALID, NULL},
        {"{'sharing_rules': [{'name': 'A', 'to': [{'role': 'CEO'}]}]}", CRM4E_E_INVALID, NULL},
        {"{'roles': [{'name': 'A'}], 'roles': []}", CRM4E_E_INVALID, NULL},
        {"{'roles': [}", CRM4E_E_INVALID, NULL},
        {"", CRM4E_E_INVALID, NULL},
        {"{} x", CRM4E_E_INVALID, NULL},
    };
    static const char *const parts[] = {"org",    "roles",        "profiles",  "users",
                                        "groups", "modules",      "workflows", "charts",
                                        "spaces", "sharing_rules"};
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refused(h, h->admin, cases[i].document, cases[i].code, cases[i].message);
        for (size_t p = 0; p < sizeof parts / sizeof *parts && !cases[i].message; p++) {
            char quoted[32] = "{'";

            strcat(strcat(quoted, parts[p]), "': [{");
            if (strncmp(cases[i].document, quoted, strlen(quoted)) == 0 &&
                !strstr(cases[i].document, "'roles': []") &&
                strncmp(refusal, parts[p], strlen(parts[p])) != 0)
                fail_msg("%s: %s", cases[i].document, refusal);
        }
    }
}

static void a_document_is_taken_whole_or_not_at_all(void **state)
{
    host *h = *state;

    refused(h, h->admin,
            "{'org': {'currency': 'CNY'}, 'roles': [{'name': 'A'}],"
            " 'modules': [{'api_name': 'M', 'fields': [{'api_name': 'F', 'type': 'text'}]}],"
            " 'users': [{'email': 'x@acme.example'}], 'spaces': [{'name': 'S'}],"
            " 'charts': [{'name': 'C', 'module': 'M', 'group_by': ['G']}]}",
            CRM4E_E_INVALID, NULL);
    assert_int_equal(crm4e_module_open(&(crm4e_module *){NULL}, h->admin, "M"), CRM4E_E_NOT_FOUND);
}

/* Within a transaction of the caller a refused document undoes itself alone. */
static void a_document_takes_part_in_a_transaction(void **state)
{
    host *h = *state;
    char *before = exported(h->admin);
    char *after;

    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_ok(h->admin, apply(h->admin, "{'roles': [{'name': 'Staying'}]}", NULL));
    assert_int_equal(apply(h->admin, "{'roles': [{'name': 'Vanished'}, {'name': ''}]}", NULL),
                     CRM4E_E_INVALID);
    after = exported(h->admin);
    assert_non_null(strstr(after, "Staying"));
    assert_null(strstr(after, "Vanished"));
    free(after);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    after = exported(h->admin);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void rights_are_the_users_own(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_text *text = NULL;

    host_apply(h, rich_document);
    tom = host_session(h, "tom@acme.example");
    refused(h, tom, "{'roles': [{'name': 'Mine'}]}", CRM4E_E_DENIED, NULL);
    refused(h, tom, "{'users': [{'email': 'tom@acme.example', 'profile': 'Administrator'}]}",
            CRM4E_E_DENIED, NULL);
    refused(h, tom, "{'org': {'edition': 'free'}}", CRM4E_E_DENIED, NULL);
    refused(h, tom, "{'groups': [{'name': 'Mine'}]}", CRM4E_E_DENIED, NULL);
    refused(h, tom, "{'sharing_rules': [{'module': 'Projects', 'name': 'Up', 'active': false}]}",
            CRM4E_E_DENIED, NULL);
    refused(h, tom, "{'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'}]}",
            CRM4E_E_DENIED, NULL);
    refused(h, tom,
            "{'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'Company',"
            " 'label': 'X'}]}]}",
            CRM4E_E_DENIED, NULL);
    assert_int_equal(crm4e_org_export(&text, tom), CRM4E_E_DENIED);
    assert_null(text);
    crm4e_session_close(tom);
}

static void limits_hold(void **state)
{
    host *h = *state;
    char *json = host_json("{'users': [{'email': 'a@x.example'}, {'email': 'b@x.example'}]}");
    const crm4e_error *error = crm4e_session_error(h->admin);

    host_apply(h, "{'org': {'edition': 'standard', 'crm_licences': 2}}");
    host_refused(h->admin, crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED),
                 CRM4E_E_LIMIT, NULL);
    assert_int_equal(strncmp(crm4e_error_message(error), "users[1]: ", 10), 0);
    assert_int_equal(crm4e_error_limit(error), 2);
    assert_int_equal(crm4e_error_current(error), 2);
    free(json);
}

static char *left; /* the org before memory ran out */

static int apply_rich(host *h)
{
    char *json = host_json(rich_document);
    int rc = crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

static void nothing_changed(host *h)
{
    char *now = exported(h->admin);

    assert_string_equal(now, left);
    free(now);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    left = exported(h->admin);
    host_starve(h, apply_rich, nothing_changed);
    free(left);
}

static int export_all(host *h)
{
    crm4e_text *text = NULL;
    int rc = crm4e_org_export(&text, h->admin);

    assert_int_equal(rc == CRM4E_OK, text != NULL);
    crm4e_text_free(text);
    return rc;
}

static void memory_may_run_out_in_an_export(void **state)
{
    host *h = *state;

    host_apply(h, rich_document);
    left = exported(h->admin);
    host_starve(h, export_all, nothing_changed);
    free(left);
}

static void arguments_are_checked(void **state)
{
    host *h = *state;

    assert_int_equal(crm4e_org_apply(NULL, NULL, "{}", 2), CRM4E_E_MISUSE);
    host_refused(h->admin, crm4e_org_apply(NULL, h->admin, NULL, 2), CRM4E_E_MISUSE, NULL);
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, "{} and more", 2));
    host_refused(h->admin, crm4e_org_export(NULL, h->admin), CRM4E_E_MISUSE, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_document_makes_an_org),
        TEST(a_second_time_changes_nothing),
        TEST(an_export_makes_the_same_org),
        TEST(also_when_it_is_switched_off),
        TEST(a_module_goes_into_a_space_of_its_document),
        TEST(a_module_goes_into_a_space_that_is_there),
        TEST(an_org_as_it_comes_makes_the_same_org),
        TEST(what_is_completed_later_is_counted),
        TEST(who_applies_is_admin_unless_others_are),
        TEST(deleted_users_are_left_out),
        TEST(a_refusal_names_the_place),
        TEST(a_document_is_taken_whole_or_not_at_all),
        TEST(a_document_takes_part_in_a_transaction),
        TEST(rights_are_the_users_own),
        TEST(limits_hold),
        TEST(memory_may_run_out),
        TEST(memory_may_run_out_in_an_export),
        TEST(arguments_are_checked),
    };

    return host_run("apply", tests, sizeof tests / sizeof *tests);
}
