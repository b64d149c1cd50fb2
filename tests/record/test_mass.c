/* SPDX-License-Identifier: MIT */
/* Many records in one call: all or nothing, or what can be done; who may; what is refused
 * as a whole. */
#include "mass_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MANY = 100,
    MOST = 50000
};

/* CEO (ana) > Manager (tom) > Sales (sue). */
static const char start[] =
    "{'org': {'crm4e': true}, 'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard',"
    "   'modules': {'*': ['view', 'create', 'edit', 'delete', 'mass_update', 'mass_delete',"
    "     'change_owner']},"
    "   'fields': {'Things': {'Secret': 'hidden', 'Fixed': 'read_only'}}},"
    "  {'name': 'One', 'clone_of': 'Standard',"
    "   'modules': {'*': ['view', 'create', 'edit', 'delete']}}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager', 'profile': 'Seller'},"
    "  {'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Things', 'fields': ["
    "  {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Number', 'type': 'integer'},"
    "  {'api_name': 'Secret', 'type': 'text'}, {'api_name': 'Fixed', 'type': 'text'},"
    "  {'api_name': 'Text', 'type': 'text'}]}]}";

static crm4e_id thing(host *h, const char *name, const char *owner)
{
    char text[160];

    (void)snprintf(text, sizeof text, "{'Name': '%s', 'Owner': '%s'}", name, owner);
    return life_add(h->admin, "Things", text);
}

static void assert_things(host *h, const char *where, int64_t count)
{
    assert_int_equal(host_count(h->admin, "Things", where), count);
}

/* ------------------------------------------------------------- creating */

static void many_are_created(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    int rc;

    host_apply(h, start);
    rc = mass_create(&text, h->admin, "Things",
                     "[{'Name': 'A', 'Key': 'a'}, {'Name': 'B', 'Owner': 'sue@x.example'}]", false);
    mass_answer(h->admin, rc, &text, NULL, 0, "+:OK +:OK | 2");
    assert_things(h, "Owner = 'sue@x.example'", 1);
    /* all or nothing: the first that is refused names its place */
    rc = mass_create(NULL, h->admin, "Things", "[{'Name': 'C'}, {'Key': 'c'}, {'Name': 5}]", false);
    life_refused(h->admin, rc, CRM4E_E_INVALID, "Name", "mandatory");
    assert_string_equal(crm4e_error_message(crm4e_session_error(h->admin)),
                        "row 2: Things.Name is mandatory");
    assert_things(h, NULL, 2);
    rc = mass_create(&text, h->admin, "Things",
                     "[{'Name': 'C'}, {'Key': 'c'}, {'Name': 'D', 'Key': 'A'}, 7, {'Name': 'E'}]",
                     true);
    mass_answer(h->admin, rc, &text, NULL, 0,
                "+:OK -:INVALID.mandatory -:CONFLICT.unique -:INVALID.type +:OK | 2");
    assert_things(h, NULL, 4);
    mass_answer(h->admin, mass_create(&text, h->admin, "Things", "[]", false), &text, NULL, 0,
                "| 0");
    life_refused(h->admin, mass_create(&text, h->admin, "Things", "{}", false), CRM4E_E_INVALID,
                 NULL, "type");
    life_refused(h->admin, mass_create(&text, h->admin, "Things", "[", false), CRM4E_E_INVALID,
                 NULL, NULL);
    life_refused(h->admin, mass_create(&text, h->admin, "Nothing", "[]", false), CRM4E_E_NOT_FOUND,
                 NULL, NULL);
    life_refused(h->admin, crm4e_mass_create(&text, h->admin, "Things", "[]", 2, 2),
                 CRM4E_E_INVALID, NULL, NULL);
    assert_things(h, NULL, 4);
}

/* ------------------------------------------------------------- updating */

static void ids_of_many(host *h, crm4e_id *ids, const char *email)
{
    for (size_t i = 0; i < MANY; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "N%zu", i);
        ids[i] = thing(h, name, email);
    }
}

/* One of a hundred may not be changed: it is reported, or nothing is changed at all. */
static void one_of_a_hundred(void **state)
{
    host *h = *state;
    crm4e_id ids[MANY];
    crm4e_session *sue;
    crm4e_text *text = NULL;
    char *summary;
    crm4e_mass_options all, some;

    host_apply(h, start);
    ids_of_many(h, ids, SUE);
    host_ok(h->admin, life_change(h->admin, "Things", ids[41], "{'Owner': 'ana@acme.example'}"));
    all = mass_of("Things", ids, MANY, false);
    some = mass_of("Things", ids, MANY, true);
    sue = host_session(h, SUE);
    host_refused(sue, mass_update(&text, sue, &all, "{'Number': 1}"), CRM4E_E_NOT_FOUND,
                 "row 42: no such record");
    assert_things(h, "Number is not null", 0);
    assert_things(h, "Version__s > 2", 0);
    host_ok(sue, mass_update(&text, sue, &some, "{'Number': 1}"));
    summary = mass_summary(text, ids, MANY);
    assert_non_null(strstr(summary, " 40:OK 41:NOT_FOUND 42:OK "));
    assert_non_null(strstr(summary, " 99:OK | 99"));
    assert_non_null(strstr(crm4e_text_data(text), "\"message\":\"no such record\""));
    free(summary);
    crm4e_text_free(text);
    assert_things(h, "Number = 1", 99);
    /* what he sees and may not change is told apart */
    host_apply(h, "{'modules': [{'api_name': 'Things', 'org_default': 'public_read_only'}]}");
    host_ok(sue, mass_update(&text, sue, &some, "{'Number': 2}"));
    summary = mass_summary(text, ids, MANY);
    assert_non_null(strstr(summary, " 40:OK 41:DENIED.record_scope 42:OK "));
    free(summary);
    crm4e_text_free(text);
    life_refused(sue, mass_update(NULL, sue, &all, "{'Number': 3}"), CRM4E_E_DENIED, NULL,
                 "record_scope");
    assert_things(h, "Number = 2", 99);
    crm4e_session_close(sue);
}

static void hidden_looks_like_absent(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;
    crm4e_id ids[4];
    crm4e_mass_options some;

    host_apply(h, start);
    ids[0] = thing(h, "Hers", SUE);
    ids[1] = thing(h, "Hidden", HOST_ADMIN);
    ids[2] = ids[1] + (1 << 20);
    ids[3] = life_add(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}");
    some = mass_of("Things", ids, 4, true);
    sue = host_session(h, SUE);
    mass_answer(sue, mass_update(&text, sue, &some, "{'Text': 'x'}"), &text, ids, 4,
                "0:OK 1:NOT_FOUND 2:NOT_FOUND 3:NOT_FOUND | 1");
    mass_answer(sue, crm4e_mass_change_owner(&text, sue, &some, crm4e_session_user(h->admin)),
                &text, ids, 4, "0:OK 1:NOT_FOUND 2:NOT_FOUND 3:NOT_FOUND | 1");
    mass_answer(sue, crm4e_mass_delete(&text, sue, &some), &text, ids, 4,
                "0:NOT_FOUND 1:NOT_FOUND 2:NOT_FOUND 3:NOT_FOUND | 0");
    mass_answer(sue, crm4e_mass_restore(&text, sue, &some), &text, ids, 4,
                "0:NOT_FOUND 1:NOT_FOUND 2:NOT_FOUND 3:NOT_FOUND | 0");
    crm4e_session_close(sue);
}

static void what_is_refused_whole(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;
    crm4e_id ids[3];
    crm4e_mass_options none, two, both;

    host_apply(h, start);
    ids[0] = thing(h, "A", SUE);
    ids[1] = thing(h, "B", SUE);
    ids[2] = ids[0];
    none = mass_of("Things", NULL, 0, false);
    two = mass_of("Things", ids, 2, true);
    both = mass_of("Things", ids, 3, true);
    sue = host_session(h, SUE);
    mass_answer(sue, mass_update(&text, sue, &none, "{'Text': 'x'}"), &text, NULL, 0, "| 0");
    life_refused(sue, mass_update(&text, sue, &both, "{'Text': 'x'}"), CRM4E_E_CONFLICT, NULL,
                 "duplicate");
    life_refused(sue, crm4e_mass_delete(&text, sue, &both), CRM4E_E_CONFLICT, NULL, "duplicate");
    /* fields, whatever records there are */
    life_refused(sue, mass_update(&text, sue, &none, "{'Secret': 'x'}"), CRM4E_E_DENIED, "Secret",
                 "field_permission");
    life_refused(sue, mass_update(&text, sue, &two, "{'Fixed': 'x'}"), CRM4E_E_DENIED, "Fixed",
                 "field_permission");
    life_refused(sue, mass_update(&text, sue, &none, "{'Created_By': 1}"), CRM4E_E_INVALID,
                 "Created_By", "read_only");
    life_refused(sue, mass_update(&text, sue, &none, "{'id': 1}"), CRM4E_E_INVALID, "id", "id");
    life_refused(sue, mass_update(&text, sue, &none, "{'Number': 'x'}"), CRM4E_E_INVALID, "Number",
                 NULL);
    life_refused(sue, mass_update(&text, sue, &none, "[]"), CRM4E_E_INVALID, NULL, "type");
    life_refused(sue, mass_update(&text, sue, &none, "{"), CRM4E_E_INVALID, NULL, NULL);
    /* options */
    two.criteria = "Name is not null";
    life_refused(sue, mass_update(&text, sue, &two, "{'Text': 'x'}"), CRM4E_E_INVALID, NULL, NULL);
    two.criteria = NULL;
    two.transfer = CRM4E_TRANSFER_TASKS;
    life_refused(sue, mass_update(&text, sue, &two, "{'Text': 'x'}"), CRM4E_E_INVALID, NULL, NULL);
    two.transfer = 8;
    life_refused(sue, crm4e_mass_change_owner(&text, sue, &two, crm4e_session_user(sue)),
                 CRM4E_E_INVALID, NULL, NULL);
    two.transfer = 0;
    two.partial = 2;
    life_refused(sue, crm4e_mass_delete(&text, sue, &two), CRM4E_E_INVALID, NULL, NULL);
    two = mass_where("Things", "Secret = 'x'", true);
    life_refused(sue, mass_update(&text, sue, &two, "{'Text': 'x'}"), CRM4E_E_DENIED, "Secret",
                 "field_permission");
    two.criteria = "Name =";
    life_refused(sue, crm4e_mass_delete(&text, sue, &two), CRM4E_E_INVALID, NULL, NULL);
    two.criteria = "Name is not null";
    life_refused(sue, crm4e_mass_restore(&text, sue, &two), CRM4E_E_INVALID, NULL, NULL);
    assert_things(h, "Version__s = 1", 2);
    crm4e_session_close(sue);
}

/* 50000 records in a call, not one more. */
static void more_than_there_may_be(void **state)
{
    host *h = *state;
    crm4e_id *ids = calloc(MOST + 1, sizeof *ids);
    crm4e_text *text = NULL;
    crm4e_mass_options options;
    int rc;

    assert_non_null(ids);
    host_apply(h, start);
    for (crm4e_id i = 0; i <= MOST; i++)
        ids[i] = i + 1;
    options = mass_of("Things", ids, MOST + 1, true);
    rc = crm4e_mass_delete(&text, h->admin, &options);
    life_refused(h->admin, rc, CRM4E_E_TOO_BIG, NULL, "records");
    assert_int_equal(crm4e_error_limit(crm4e_session_error(h->admin)), MOST);
    options.count = MOST;
    host_ok(h->admin, crm4e_mass_delete(&text, h->admin, &options));
    crm4e_text_free(text);
    free(ids);
}

/* ------------------------------------------------------------- rights */

/* The action on many is asked for beside that on each. */
static void the_action_on_many(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_id id;
    crm4e_mass_options one;

    host_apply(h, start);
    id = thing(h, "A", SUE);
    host_apply(h, "{'users': [{'email': 'sue@x.example', 'profile': 'One'}]}");
    sue = host_session(h, SUE);
    one = mass_of("Things", &id, 1, true);
    life_refused(sue, mass_update(NULL, sue, &one, "{'Text': 'x'}"), CRM4E_E_DENIED, NULL, NULL);
    life_refused(sue, crm4e_mass_delete(NULL, sue, &one), CRM4E_E_DENIED, NULL, NULL);
    life_refused(sue, crm4e_mass_change_owner(NULL, sue, &one, crm4e_session_user(h->admin)),
                 CRM4E_E_DENIED, NULL, NULL);
    host_ok(sue, life_change(sue, "Things", id, "{'Text': 'y'}"));
    host_ok(sue, crm4e_record_delete(sue, "Things", id, 0));
    life_refused(sue, crm4e_mass_restore(NULL, sue, &one), CRM4E_E_DENIED, NULL, NULL);
    host_ok(sue, crm4e_record_restore(sue, "Things", id));
    life_row(sue, "Text, Owner", "Things", id, "y|sue@x.example\n");
    crm4e_session_close(sue);
}

/* ... and that on each beside it: nobody changes many of what he may not change one by one. */
static void the_action_on_each(void **state)
{
    static const char *const actions[] = {
        "'view', 'mass_update', 'mass_delete'",
        "'view', 'mass_update', 'mass_delete', 'edit', 'delete'",
    };
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;
    crm4e_id id;
    crm4e_mass_options one;

    host_apply(h, start);
    id = thing(h, "A", SUE);
    one = mass_of("Things", &id, 1, true);
    for (size_t i = 0; i < 2; i++) {
        char document[256];

        (void)snprintf(document, sizeof document,
                       "{'profiles': [{'name': 'Seller', 'modules': {'*': [%s]}}]}", actions[i]);
        host_apply(h, document);
        sue = host_session(h, SUE);
        mass_answer(sue, mass_update(&text, sue, &one, "{'Text': 'x'}"), &text, &id, 1,
                    i == 0 ? "0:DENIED.module_permission | 0" : "0:OK | 1");
        /* the owner takes the right to change owners, however it is written */
        mass_answer(sue, mass_update(&text, sue, &one, "{'Owner': 'ana@acme.example'}"), &text, &id,
                    1, "0:DENIED.module_permission | 0");
        mass_answer(sue,
                    mass_update(&text, sue, &one, "{'Owner': 'ana@acme.example', 'Text': 'z'}"),
                    &text, &id, 1, "0:DENIED.module_permission | 0");
        mass_answer(sue, crm4e_mass_delete(&text, sue, &one), &text, &id, 1,
                    i == 0 ? "0:DENIED.module_permission | 0" : "0:OK | 1");
        crm4e_session_close(sue);
    }
    assert_things(h, NULL, 0);
}

static void members_of_a_team(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;
    crm4e_id ids[2];
    crm4e_mass_options both;

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'team': true,"
                  "  'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
                  "   {'user': 'sue@x.example', 'profile': 'member'}]}]}");
    ids[0] = life_add(h->admin, "Papers", "{'Name': 'A', 'Owner': 'sue@x.example'}");
    ids[1] = life_add(h->admin, "Papers", "{'Name': 'B'}");
    both = mass_of("Papers", ids, 2, true);
    sue = host_session(h, SUE);
    mass_answer(sue, mass_update(&text, sue, &both, "{'Name': 'C'}"), &text, ids, 2,
                "0:OK 1:DENIED.record_scope | 1");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'permissions': {'member':"
                  " {'actions': ['view', 'create', 'edit', 'delete', 'change_owner']}}}]}");
    life_refused(sue, mass_update(&text, sue, &both, "{'Name': 'D'}"), CRM4E_E_DENIED, NULL, NULL);
    life_refused(sue, crm4e_mass_delete(&text, sue, &both), CRM4E_E_DENIED, NULL, NULL);
    mass_answer(sue, crm4e_mass_change_owner(&text, sue, &both, crm4e_session_user(h->admin)),
                &text, ids, 2, "0:OK 1:DENIED.record_scope | 1");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'permissions': {'member':"
                  " {'actions': ['view', 'create', 'edit', 'delete', 'mass_update',"
                  " 'mass_delete']}}}]}");
    life_refused(sue, crm4e_mass_change_owner(&text, sue, &both, crm4e_session_user(sue)),
                 CRM4E_E_DENIED, NULL, NULL);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members':"
                  " [{'user': 'sue@x.example', 'profile': 'requester'}]}]}");
    life_refused(sue, mass_update(&text, sue, &both, "{'Name': 'D'}"), CRM4E_E_DENIED, NULL, NULL);
    crm4e_session_close(sue);
}

/* ------------------------------------------------------------- by criteria */

/* Exactly what a query of his gives, and of that what he may change. */
static void criteria_choose_what_he_may_change(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;
    crm4e_id ids[4];
    crm4e_mass_options named = mass_where("Things", "Name like 'A%'", false);

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'org_default': 'public_read_only'}]}");
    ids[0] = thing(h, "A1", SUE);
    ids[1] = thing(h, "A2", HOST_ADMIN);
    ids[2] = thing(h, "B1", SUE);
    ids[3] = thing(h, "A3", SUE);
    sue = host_session(h, SUE);
    mass_answer(sue, mass_update(&text, sue, &named, "{'Number': 1}"), &text, ids, 4,
                "0:OK 3:OK | 2");
    assert_things(h, "Number = 1", 2);
    /* what is so already is no change */
    mass_answer(sue, mass_update(&text, sue, &named, "{'Number': 1}"), &text, ids, 4,
                "0:OK 3:OK | 0");
    named.criteria = "Number = 1 and Name = 'A3'";
    mass_answer(sue, crm4e_mass_change_owner(&text, sue, &named, crm4e_session_user(h->admin)),
                &text, ids, 4, "3:OK | 1");
    mass_answer(sue, crm4e_mass_change_owner(&text, sue, &named, crm4e_session_user(sue)), &text,
                ids, 4, "| 0");
    named.criteria = "id is not null";
    mass_answer(sue, crm4e_mass_delete(&text, sue, &named), &text, ids, 4, "0:OK 2:OK | 2");
    assert_things(h, NULL, 2);
    /* a locked one is his to change, and refused */
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Things", ids[1], 1));
    host_refused(h->admin, crm4e_mass_delete(&text, h->admin, &named), CRM4E_E_LOCKED,
                 "row 1: the record is locked");
    named.partial = 1;
    mass_answer(h->admin, crm4e_mass_delete(&text, h->admin, &named), &text, ids, 4,
                "1:LOCKED.locked 3:OK | 1");
    crm4e_session_close(sue);
}

static void deleted_and_brought_back(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_id ids[3];
    crm4e_mass_options all;

    host_apply(h, start);
    ids[0] = life_add(h->admin, "Things", "{'Name': 'A', 'Key': 'a'}");
    ids[1] = life_add(h->admin, "Things", "{'Name': 'B', 'Key': 'b'}");
    ids[2] = life_add(h->admin, "Things", "{'Name': 'C'}");
    all = mass_of("Things", ids, 3, false);
    mass_answer(h->admin, crm4e_mass_delete(&text, h->admin, &all), &text, ids, 3,
                "0:OK 1:OK 2:OK | 3");
    assert_things(h, NULL, 0);
    host_refused(h->admin, crm4e_mass_delete(&text, h->admin, &all), CRM4E_E_NOT_FOUND,
                 "row 1: no such record");
    (void)life_add(h->admin, "Things", "{'Name': 'D', 'Key': 'B'}");
    life_refused(h->admin, crm4e_mass_restore(&text, h->admin, &all), CRM4E_E_CONFLICT, "Key",
                 "unique");
    assert_things(h, NULL, 1);
    all.partial = 1;
    mass_answer(h->admin, crm4e_mass_restore(&text, h->admin, &all), &text, ids, 3,
                "0:OK 1:CONFLICT.unique 2:OK | 2");
    assert_things(h, NULL, 3);
}

/* ------------------------------------------------------------- new owners */

static crm4e_id activity(host *h, const char *module, const char *fields, const char *link,
                         crm4e_id lead)
{
    char text[256];

    (void)snprintf(text, sizeof text, "{%s, '%s': 'Leads:%lld'}", fields, link, (long long)lead);
    return life_add(h->admin, module, text);
}

static void open_activities_go_along(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_session *tom;
    crm4e_id lead, tasks[3], event, call;
    crm4e_mass_options one;
    char answer[128];

    host_apply(h, start);
    lead = life_add(h->admin, "Leads",
                    "{'Last_Name': 'Li', 'Company': 'X', 'Owner': 'sue@x.example'}");
    tasks[0] = activity(h, "Tasks", "'Subject': 'Open', 'Owner': 'sue@x.example'", "Who_Id", lead);
    tasks[1] = activity(h, "Tasks", "'Subject': 'Done', 'Status': 'Completed'", "Who_Id", lead);
    tasks[2] = activity(h, "Tasks", "'Subject': 'Shut', 'Owner': 'sue@x.example'", "Who_Id", lead);
    event = activity(h, "Events",
                     "'Event_Title': 'E', 'Start_DateTime': '2090-01-01T09:00:00Z',"
                     " 'End_DateTime': '2090-01-01T10:00:00Z', 'Owner': 'sue@x.example'",
                     "Who_Id", lead);
    call = activity(h, "Calls",
                    "'Subject': 'C', 'Call_Type': 'Outbound', 'Owner': 'sue@x.example',"
                    " 'Call_Start_Time': '2090-01-01T09:00:00Z',"
                    " 'Outgoing_Call_Status': 'Scheduled'",
                    "Who_Id", lead);
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Tasks", tasks[2], 1));
    tom = host_session(h, TOM);
    one = mass_of("Leads", &lead, 1, false);
    one.transfer = CRM4E_TRANSFER_TASKS | CRM4E_TRANSFER_CALLS;
    (void)snprintf(answer, sizeof answer,
                   "{'rows':[{'id':%lld,'code':'CRM4E_OK','activities':2}],'changed':1}",
                   (long long)lead);
    life_text(tom, crm4e_mass_change_owner(&text, tom, &one, crm4e_session_user(tom)), &text,
              answer);
    life_row(h->admin, "Owner", "Leads", lead, TOM "\n");
    life_row(h->admin, "Owner", "Tasks", tasks[0], TOM "\n");
    life_row(h->admin, "Owner", "Tasks", tasks[1], HOST_ADMIN "\n");
    life_row(h->admin, "Owner", "Tasks", tasks[2], SUE "\n");
    life_row(h->admin, "Owner", "Events", event, SUE "\n");
    life_row(h->admin, "Owner", "Calls", call, TOM "\n");
    /* who owns it already gets nothing more */
    one.transfer = CRM4E_TRANSFER_OPEN_ACTIVITIES;
    (void)snprintf(answer, sizeof answer,
                   "{'rows':[{'id':%lld,'code':'CRM4E_OK','activities':0}],'changed':0}",
                   (long long)lead);
    life_text(tom, crm4e_mass_change_owner(&text, tom, &one, crm4e_session_user(tom)), &text,
              answer);
    life_row(h->admin, "Owner", "Events", event, SUE "\n");
    crm4e_session_close(tom);
}

/* What he may not give away stays, and is not told of. */
static void activities_take_the_right_to_change_their_owner(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_session *sue;
    crm4e_id lead, hers, boss;
    crm4e_mass_options one;

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Tasks', 'org_default': 'private'},"
                  " {'api_name': 'Leads', 'org_default': 'private'}]}");
    lead = life_add(h->admin, "Leads",
                    "{'Last_Name': 'Li', 'Company': 'X', 'Owner': 'sue@x.example'}");
    hers = activity(h, "Tasks", "'Subject': 'Hers', 'Owner': 'sue@x.example'", "Who_Id", lead);
    host_apply(h, "{'profiles': [{'name': 'Seller', 'modules': {'Tasks': ['view', 'edit']}}]}");
    sue = host_session(h, SUE);
    one = mass_of("Leads", &lead, 1, false);
    one.transfer = CRM4E_TRANSFER_TASKS;
    host_ok(sue, crm4e_mass_change_owner(&text, sue, &one, crm4e_session_user(h->admin)));
    assert_non_null(strstr(crm4e_text_data(text), "\"activities\":0}"));
    crm4e_text_free(text);
    life_row(h->admin, "Owner", "Leads", lead, HOST_ADMIN "\n");
    life_row(h->admin, "Owner", "Tasks", hers, SUE "\n");
    boss = crm4e_session_user(h->admin);
    life_refused(h->admin, crm4e_mass_change_owner(&text, h->admin, &one, boss + (1 << 20)),
                 CRM4E_E_INVALID, "Owner", "owner");
    life_refused(h->admin, crm4e_mass_change_owner(&text, h->admin, &one, 0), CRM4E_E_INVALID,
                 "Owner", "owner");
    crm4e_session_close(sue);
}

/* ------------------------------------------------------------- rules, memory, time */

static void rules_run_for_each(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_id ids[3];
    crm4e_mass_options some;

    host_apply(h, start);
    ids[0] = thing(h, "A", HOST_ADMIN);
    ids[1] = thing(h, "Bad", HOST_ADMIN);
    ids[2] = thing(h, "C", HOST_ADMIN);
    host_apply(h, "{'workflows': [{'name': 'Seen', 'module': 'Things', 'on': 'edit',"
                  " 'on_failure': 'fail', 'conditions': ["
                  "  {'when': 'Name = `Bad`', 'then': [{'update_field': {'field': 'Name',"
                  "    'value': null}}]},"
                  "  {'then': [{'update_field': {'field': 'Text', 'value': 'seen'}}]}]}]}");
    some = mass_of("Things", ids, 3, true);
    mass_answer(h->admin, mass_update(&text, h->admin, &some, "{'Number': 1}"), &text, ids, 3,
                "0:OK 1:INVALID.workflow 2:OK | 2");
    assert_things(h, "Number = 1 and Text = 'seen'", 2);
    assert_things(h, "Number is null and Text is null", 1);
}

static crm4e_id starved[3];

static int change_three(host *h)
{
    const crm4e_mass_options some = mass_of("Things", starved, 3, true);
    crm4e_text *text = NULL;
    int rc = mass_update(&text, h->admin, &some, "{'Number': 1}");

    crm4e_text_free(text);
    return rc;
}

static void none_changed(host *h)
{
    assert_things(h, "Number = 1", 0);
}

/* A call that runs out of memory is no call with refused rows. */
static void memory_runs_out(void **state)
{
    host *h = *state;

    host_apply(h, start);
    for (size_t i = 0; i < 3; i++)
        starved[i] = thing(h, "A", HOST_ADMIN);
    host_starve(h, change_three, none_changed);
    assert_things(h, "Number = 1", 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define MASS_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        MASS_TEST(many_are_created),
        MASS_TEST(one_of_a_hundred),
        MASS_TEST(hidden_looks_like_absent),
        MASS_TEST(what_is_refused_whole),
        MASS_TEST(more_than_there_may_be),
        MASS_TEST(the_action_on_many),
        MASS_TEST(the_action_on_each),
        MASS_TEST(members_of_a_team),
        MASS_TEST(criteria_choose_what_he_may_change),
        MASS_TEST(deleted_and_brought_back),
        MASS_TEST(open_activities_go_along),
        MASS_TEST(activities_take_the_right_to_change_their_owner),
        MASS_TEST(rules_run_for_each),
        MASS_TEST(memory_runs_out),
    };

    return host_run("mass", tests, sizeof tests / sizeof tests[0]);
}
