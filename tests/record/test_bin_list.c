/* SPDX-License-Identifier: MIT */
/* What somebody finds in the bin, page by page; purging and emptying it; what comes back. */
#include "mass_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* CEO (ana) > Manager (tom) > Sales (sue); sue does not read names of things. */
static const char start[] =
    "{'org': {'crm4e': true}, 'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Things', 'fields': ["
    "   {'api_name': 'Key', 'type': 'text', 'unique': 'folded'}]}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard',"
    "   'fields': {'Things': {'Name': 'hidden'}}}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager'},"
    "  {'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'}]}";

/* The names of a page, "-" for none, joined with blanks, "..." behind when there is more; the
 * token in `token`. malloc'd. */
static char *page(crm4e_session *session, const crm4e_bin_options *options, char **token)
{
    c4_json_document document;
    crm4e_text *text = NULL;
    char *names = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&names, &size);
    c4_mem mem;

    assert_non_null(out);
    c4_mem_default(&mem);
    host_ok(session, crm4e_bin_json(&text, session, options));
    assert_int_equal(c4_json_parse(&document, &mem, crm4e_text_data(text),
                                   strlen(crm4e_text_data(text)), SIZE_MAX / 2),
                     CRM4E_OK);
    const c4_json *records = c4_json_member(document.root, "records");
    const char *after = c4_json_text(c4_json_member(document.root, "after"), NULL);
    for (size_t i = 0; i < c4_json_count(records); i++) {
        const char *name = c4_json_text(c4_json_member(c4_json_item(records, i), "name"), NULL);

        (void)fprintf(out, "%s%s", i > 0 ? " " : "", name ? name : "-");
    }
    (void)fputs(after ? " ..." : "", out);
    assert_int_equal(fclose(out), 0);
    if (token) {
        free(*token);
        *token = after ? strdup(after) : NULL;
    }
    c4_json_free(&document);
    crm4e_text_free(text);
    return names;
}

static void assert_bin(crm4e_session *session, const char *module, const char *expected)
{
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    char *names;

    options.module = module;
    names = page(session, &options, NULL);
    assert_string_equal(names, expected);
    free(names);
}

static crm4e_id binned(crm4e_session *session, const char *module, const char *json)
{
    crm4e_id id = life_add(session, module, json);

    host_ok(session, crm4e_record_delete(session, module, id, 0));
    return id;
}

static void what_is_told_of_a_record(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_id id;
    char expected[512];

    host_apply(h, start);
    id = binned(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}");
    host_ok(h->admin, crm4e_bin_json(&text, h->admin, NULL));
    (void)snprintf(expected, sizeof expected,
                   "{\"records\":[{\"module\":\"Leads\",\"id\":%lld,\"name\":\"Li\",\"deleted_by\":"
                   "{\"id\":%lld,\"name\":\"ana@acme.example\",\"email\":\"ana@acme.example\"},"
                   "\"deleted_time\":\"",
                   (long long)id, (long long)crm4e_session_user(h->admin));
    assert_memory_equal(crm4e_text_data(text), expected, strlen(expected));
    assert_non_null(strstr(crm4e_text_data(text), "Z\",\"days_left\":60}],\"after\":null}"));
    crm4e_text_free(text);
}

/* Exactly what he could restore. */
static void who_finds_what(void **state)
{
    host *h = *state;
    crm4e_session *tom, *sue;
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id boss, thing;

    host_apply(h, start);
    tom = host_session(h, TOM);
    sue = host_session(h, SUE);
    boss = binned(h->admin, "Leads", "{'Last_Name': 'Boss', 'Company': 'X'}");
    (void)binned(tom, "Leads", "{'Last_Name': 'Toms', 'Company': 'X'}");
    (void)binned(sue, "Leads", "{'Last_Name': 'Sues', 'Company': 'X'}");
    (void)life_add(h->admin, "Things", "{'Name': 'Other'}");
    thing = life_add(h->admin, "Things", "{'Name': 'Thing', 'Owner': 'sue@x.example'}");
    host_ok(sue, crm4e_record_delete(sue, "Things", thing, 0));
    assert_bin(h->admin, NULL, "Thing Sues Toms Boss");
    assert_bin(tom, NULL, "Thing Sues Toms");
    assert_bin(sue, NULL, "- Sues");
    assert_bin(sue, "Leads", "Sues");
    assert_bin(sue, "Things", "-");
    /* seen when it was there, not his to delete: not his to bring back */
    life_refused(sue, crm4e_record_restore(sue, "Leads", boss), CRM4E_E_DENIED, NULL,
                 "record_scope");
    options.module = "Nothing";
    life_refused(sue, crm4e_bin_json(&text, sue, &options), CRM4E_E_NOT_FOUND, NULL, NULL);
    host_apply(h, "{'profiles': [{'name': 'Seller', 'modules':"
                  " {'Leads': ['view', 'edit'], 'Things': []}}]}");
    assert_bin(sue, NULL, "");
    options.module = "Leads";
    life_refused(sue, crm4e_bin_json(&text, sue, &options), CRM4E_E_DENIED, NULL, NULL);
    options.module = "Things";
    life_refused(sue, crm4e_bin_json(&text, sue, &options), CRM4E_E_NOT_FOUND, NULL, NULL);
    crm4e_session_close(tom);
    crm4e_session_close(sue);
}

/* What hangs on a record that is in the bin as well stays closed, as it does for restoring. */
static void notes_and_teams(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_id lead, note;
    char text[128];

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'team': true,"
                  "  'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
                  "   {'user': 'sue@x.example', 'profile': 'requester'}]}]}");
    sue = host_session(h, SUE);
    lead = life_add(h->admin, "Leads",
                    "{'Last_Name': 'Li', 'Company': 'X', 'Owner': 'sue@x.example'}");
    (void)snprintf(text, sizeof text,
                   "{'Note_Title': 'N', 'Note_Content': 'c',"
                   " 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    note = binned(h->admin, "Notes", text);
    assert_bin(sue, "Notes", "N");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", lead, 0));
    assert_bin(sue, NULL, "Li");
    life_refused(sue, crm4e_record_restore(sue, "Notes", note), CRM4E_E_NOT_FOUND, NULL, NULL);
    host_ok(sue, crm4e_record_restore(sue, "Leads", lead));
    assert_bin(sue, NULL, "N");
    host_ok(sue, crm4e_record_restore(sue, "Notes", note));
    (void)binned(sue, "Papers", "{'Name': 'Request'}");
    (void)binned(h->admin, "Papers", "{'Name': 'Work'}");
    assert_bin(h->admin, NULL, "Work Request");
    assert_bin(sue, NULL, "Request");
    host_apply(h, "{'org': {'crm4e': false}}");
    assert_bin(sue, NULL, "");
    crm4e_session_close(sue);
}

/* Many that were deleted at the same moment, too. */
static void page_by_page(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_id ids[5];
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_mass_options all;
    crm4e_text *text = NULL;
    char *token = NULL, *first = NULL, *names;

    host_apply(h, start);
    tom = host_session(h, TOM);
    for (int i = 0; i < 5; i++) {
        char json[64];

        (void)snprintf(json, sizeof json, "{'Last_Name': 'L%d', 'Company': 'X'}", i);
        ids[i] = life_add(tom, "Leads", json);
    }
    all = mass_of("Leads", ids, 5, false);
    host_ok(h->admin, crm4e_mass_delete(NULL, h->admin, &all));
    (void)binned(h->admin, "Leads", "{'Last_Name': 'Boss', 'Company': 'X'}");
    options.limit = 2;
    names = page(tom, &options, &first);
    assert_string_equal(names, "L4 L3 ...");
    free(names);
    options.after = first;
    names = page(tom, &options, &token);
    assert_string_equal(names, "L2 L1 ...");
    free(names);
    /* one that went in between and one that came leave no hole */
    host_ok(tom, crm4e_record_restore(tom, "Leads", ids[1]));
    (void)binned(tom, "Leads", "{'Last_Name': 'New', 'Company': 'X'}");
    options.after = token;
    names = page(tom, &options, &token);
    assert_string_equal(names, "L0");
    free(names);
    /* a token is good for one user and one list */
    options.after = first;
    life_refused(h->admin, crm4e_bin_json(&text, h->admin, &options), CRM4E_E_INVALID, NULL,
                 "token");
    options.module = "Leads";
    life_refused(tom, crm4e_bin_json(&text, tom, &options), CRM4E_E_INVALID, NULL, "token");
    free(first);
    first = NULL;
    options.after = NULL;
    options.limit = 1;
    free(page(tom, &options, &first));
    options.after = first;
    names = page(tom, &options, &token);
    assert_string_equal(names, "L4 ...");
    free(names);
    free(first);
    free(token);
    crm4e_session_close(tom);
}

static void purging_is_for_administrators(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_id id;
    int32_t done = 7;

    host_apply(h, start);
    tom = host_session(h, TOM);
    id = binned(tom, "Leads", "{'Last_Name': 'Toms', 'Company': 'X'}");
    life_refused(tom, crm4e_record_purge(tom, "Leads", id), CRM4E_E_DENIED, NULL, NULL);
    life_refused(tom, crm4e_record_purge(tom, "Leads", id + (1 << 20)), CRM4E_E_DENIED, NULL, NULL);
    life_refused(tom, crm4e_bin_empty(tom, NULL, 0, 10, &done), CRM4E_E_DENIED, NULL, NULL);
    life_refused(tom, crm4e_bin_empty(tom, "Leads", 0, 10, &done), CRM4E_E_DENIED, NULL, NULL);
    assert_int_equal(done, 7);
    host_ok(h->admin, crm4e_record_purge(h->admin, "Leads", id));
    life_refused(h->admin, crm4e_record_purge(h->admin, "Leads", id), CRM4E_E_NOT_FOUND, NULL,
                 NULL);
    life_refused(tom, crm4e_record_restore(tom, "Leads", id), CRM4E_E_NOT_FOUND, NULL, NULL);
    assert_bin(h->admin, NULL, "");
    crm4e_session_close(tom);
}

static void emptied_in_pieces(void **state)
{
    host *h = *state;
    crm4e_text *problems = NULL;
    int32_t done = 0;

    host_apply(h, start);
    for (int i = 0; i < 5; i++)
        (void)binned(h->admin, "Leads", "{'Last_Name': 'L', 'Company': 'X'}");
    (void)binned(h->admin, "Things", "{'Name': 'T1'}");
    (void)binned(h->admin, "Things", "{'Name': 'T2'}");
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 60, 100, &done));
    assert_int_equal(done, 0);
    /* the oldest first */
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 0, 3, &done));
    assert_int_equal(done, 3);
    assert_bin(h->admin, NULL, "T2 T1 L L");
    host_ok(h->admin, crm4e_bin_empty(h->admin, "Things", 0, 1, &done));
    assert_int_equal(done, 1);
    assert_bin(h->admin, NULL, "T2 L L");
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 0, 100, &done));
    assert_int_equal(done, 3);
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 0, 100, NULL));
    assert_bin(h->admin, NULL, "");
    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

/* More than one piece of reading, with records of an archived module in between. */
static void what_stays_does_not_stop_it(void **state)
{
    host *h = *state;
    char *json = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&json, &size);
    crm4e_mass_options all = mass_where("Things", "Name is not null", false);
    crm4e_module *module = NULL;
    int32_t done = 0;

    assert_non_null(out);
    host_apply(h, start);
    for (int i = 0; i < 450; i++)
        (void)fprintf(out, "%s{'Name': 'T%d'}", i > 0 ? "," : "[", i);
    (void)fputs("]", out);
    assert_int_equal(fclose(out), 0);
    host_ok(h->admin, mass_create(NULL, h->admin, "Things", json, false));
    host_ok(h->admin, crm4e_mass_delete(NULL, h->admin, &all));
    (void)binned(h->admin, "Leads", "{'Last_Name': 'L', 'Company': 'X'}");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Things"));
    host_ok(h->admin, crm4e_module_set_archived(module, 1));
    assert_bin(h->admin, NULL, "L");
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 0, 5, &done));
    assert_int_equal(done, 1);
    host_ok(h->admin, crm4e_module_set_archived(module, 0));
    host_ok(h->admin, crm4e_bin_empty(h->admin, NULL, 0, 1000, &done));
    assert_int_equal(done, 450);
    crm4e_module_free(module);
    free(json);
}

static int list_once(host *h)
{
    crm4e_text *text = NULL;
    int rc = crm4e_bin_json(&text, h->admin, NULL);

    crm4e_text_free(text);
    return rc;
}

static int empty_once(host *h)
{
    return crm4e_bin_empty(h->admin, NULL, 0, 10, NULL);
}

static void two_are_there(host *h)
{
    assert_bin(h->admin, NULL, "T Li");
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    host_apply(h, start);
    (void)binned(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}");
    (void)binned(h->admin, "Things", "{'Name': 'T'}");
    host_starve(h, list_once, two_are_there);
    host_starve(h, empty_once, two_are_there);
    assert_bin(h->admin, NULL, "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define BIN_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        BIN_TEST(what_is_told_of_a_record),
        BIN_TEST(who_finds_what),
        BIN_TEST(notes_and_teams),
        BIN_TEST(page_by_page),
        BIN_TEST(purging_is_for_administrators),
        BIN_TEST(emptied_in_pieces),
        BIN_TEST(what_stays_does_not_stop_it),
        BIN_TEST(memory_runs_out),
    };

    return host_run("bin list", tests, sizeof tests / sizeof tests[0]);
}
