/* SPDX-License-Identifier: MIT */
/* Duplicates become one record: what the master takes over, what follows it, who may, and what
 * a refusal leaves. */
#include "file_steps.h"
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM "dim@x.example"
#define TEA "tea@x.example"
#define MEM "mem@x.example"

#define PAT     "pat@x.example"
#define ACTIONS "'view', 'create', 'edit', 'delete', 'mass_delete', 'change_owner', 'share'"

/* CEO (ana) > Manager (tom) > Sales (the others). */
static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard', 'modules': {'*': [" ACTIONS "]}},"
    "  {'name': 'Dim', 'clone_of': 'Standard', 'modules': {'*': [" ACTIONS "]}, 'fields': {"
    "   'Things': {'Secret': 'hidden', 'Fixed': 'read_only', 'Tag': 'read_only'}}}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager', 'profile': 'Seller'},"
    "  {'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'},"
    "  {'email': 'dim@x.example', 'role': 'Sales', 'profile': 'Dim'},"
    "  {'email': 'pat@x.example', 'role': 'Sales', 'profile': 'Standard'},"
    "  {'email': 'mem@x.example', 'role': 'Sales', 'profile': 'Seller'},"
    "  {'email': 'tea@x.example', 'licence': 'team', 'profile': 'Team User', 'role': 'Sales'}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "  {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Secret', 'type': 'text'}, {'api_name': 'Fixed', 'type': 'text'},"
    "  {'api_name': 'Text', 'type': 'text'}, {'api_name': 'Number', 'type': 'integer'},"
    "  {'api_name': 'Kind', 'type': 'picklist', 'options': ['Old', 'New']},"
    "  {'api_name': 'Serial', 'type': 'autonumber'},"
    "  {'api_name': 'Twice', 'type': 'formula',"
    "   'settings': {'result': 'double', 'expression': 'Number * 2'}},"
    "  {'api_name': 'Above', 'type': 'lookup', 'target': 'Things'},"
    "  {'api_name': 'Uses', 'type': 'subform', 'settings': {'columns': ["
    "    {'api_name': 'Thing', 'type': 'lookup', 'target': 'Things'},"
    "    {'api_name': 'Why', 'type': 'text'}]}}]},"
    " {'api_name': 'Parts', 'org_default': 'private', 'fields': ["
    "  {'api_name': 'Of', 'type': 'lookup', 'target': 'Things'},"
    "  {'api_name': 'Also', 'type': 'multiselectlookup', 'target': 'Things'}]},"
    " {'api_name': 'Desk', 'team': true, 'members': ["
    "  {'user': 'ana@acme.example', 'profile': 'admin'},"
    "  {'user': 'mem@x.example', 'profile': 'member'},"
    "  {'user': 'tea@x.example', 'profile': 'manager'},"
    "  {'user': 'sue@x.example', 'profile': 'requester'}],"
    "  'fields': [{'api_name': 'Text', 'type': 'text'}]}]}";

static int merge(crm4e_session *session, const char *module, crm4e_id master, crm4e_id first,
                 crm4e_id second, const char *values)
{
    const crm4e_id others[] = {first, second};
    char *real = values ? host_json(values) : NULL;
    int rc = crm4e_records_merge(session, module, master, others, second != 0 ? 2 : 1, real);

    free(real);
    return rc;
}

static crm4e_id thing(crm4e_session *session, const char *json)
{
    return life_add(session, "Things", json);
}

static bool is_there(crm4e_session *session, const char *module, crm4e_id id)
{
    char where[64];

    (void)snprintf(where, sizeof where, "id = %lld", (long long)id);
    return host_count(session, module, where) == 1;
}

static crm4e_id pointing(crm4e_session *session, const char *module, const char *start_of,
                         crm4e_id to)
{
    char json[256];

    (void)snprintf(json, sizeof json, "%s: %lld}", start_of, (long long)to);
    return life_add(session, module, json);
}

/* Whether a lookup of a record leads to another. */
static void leads_to(crm4e_session *session, const char *module, crm4e_id id, const char *field,
                     crm4e_id to)
{
    char where[128];

    (void)snprintf(where, sizeof where, "id = %lld and %s = %lld", (long long)id, field,
                   (long long)to);
    if (host_count(session, module, where) != 1)
        fail_msg("%s", where);
}

static void history_says(crm4e_session *session, const char *module, crm4e_id id, const char *part)
{
    crm4e_text *text = NULL;
    char *real = host_json(part);

    host_ok(session, crm4e_record_history_json(&text, session, module, id, NULL));
    if (strstr(crm4e_text_data(text), real) == NULL)
        fail_msg("%s: %s", real, crm4e_text_data(text));
    crm4e_text_free(text);
    free(real);
}

static void empty_fields_are_filled(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, one, two;

    host_apply(h, start);
    master = thing(s, "{'Name': 'M', 'Text': 'mine'}");
    one = thing(s, "{'Name': 'A', 'Text': 'other', 'Kind': 'New', 'Key': 'k'}");
    two = thing(s, "{'Name': 'B', 'Kind': 'Old', 'Number': 7, 'Secret': 's'}");
    host_ok(s, merge(s, "Things", master, one, two, NULL));
    /* what is unique is free: who had it is gone */
    life_row(s, "Name, Text, Kind, Key, Number, Secret, Serial, Twice, Version__s", "Things",
             master, "M|mine|New|k|7|s|1|14.00|2\n");
    assert_false(is_there(s, "Things", one));
    assert_false(is_there(s, "Things", two));
    history_says(s, "Things", one, "'action':'deleted','source':'merge'");
    history_says(s, "Things", master, "'action':'updated','source':'merge'");
    assert_sound(h);
}

/* Contents are of one record: the master is merged, and theirs stay with the others. */
static void files_stay_with_their_records(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    source content = contents_of(5);
    crm4e_id master, other, file = 0;
    target kept = {.answer = CRM4E_CONTINUE};

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'fields': ["
                  "  {'api_name': 'Papers', 'type': 'fileupload'}]}]}");
    master = thing(s, "{'Name': 'M'}");
    other = thing(s, "{'Name': 'A', 'Text': 'other'}");
    options.name = "plan.pdf";
    options.read = contents_read;
    options.read_user = &content;
    host_ok(s, crm4e_field_file_put(&file, s, "Things", other, "Papers", &options));
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    life_row(s, "Name, Text, Papers", "Things", master, "M|other|-\n");
    host_ok(s, crm4e_record_restore(s, "Things", other));
    host_ok(s, crm4e_field_file_get(s, "Things", other, "Papers", file, contents_write, &kept));
    assert_int_equal(kept.at, 5);
    assert_sound(h);
}

static void values_come_first(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, other;

    host_apply(h, start);
    master = thing(s, "{'Name': 'M', 'Text': 'mine', 'Kind': 'Old'}");
    other = thing(s, "{'Name': 'A', 'Text': 'other', 'Number': 5, 'Key': 'k'}");
    host_ok(s, merge(s, "Things", master, other, 0,
                     "{'Text': 'said', 'Number': null, 'Kind': null, 'Name': 'A'}"));
    life_row(s, "Name, Text, Number, Kind, Key", "Things", master, "A|said|-|-|k\n");
}

/* Hidden from him: stays the master's. Read-only for him: neither taken nor given. */
static void fields_he_may_not_read_or_write_stay(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *dim;
    crm4e_id master, other;

    host_apply(h, start);
    dim = host_session(h, DIM);
    master = thing(dim, "{'Name': 'M'}");
    other = thing(dim, "{'Name': 'A', 'Text': 't'}");
    host_ok(s, life_change(s, "Things", other, "{'Secret': 'hers', 'Fixed': 'f'}"));
    host_ok(s, crm4e_record_tag(s, "Things", other, "VIP"));
    life_refused(dim, merge(dim, "Things", master, other, 0, "{'Secret': 'x'}"), CRM4E_E_DENIED,
                 NULL, "field_permission");
    life_refused(dim, merge(dim, "Things", master, other, 0, "{'Fixed': 'x'}"), CRM4E_E_DENIED,
                 NULL, "field_permission");
    assert_true(is_there(s, "Things", other));
    host_ok(dim, merge(dim, "Things", master, other, 0, NULL));
    life_row(s, "Secret, Fixed, Text, Tag", "Things", master, "-|-|t|-\n");
}

static void what_points_to_them_follows(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *sue;
    crm4e_id master, one, two, part, hidden, note, task, below, both;
    char json[160];

    host_apply(h, start);
    sue = host_session(h, SUE);
    master = thing(sue, "{'Name': 'M'}");
    one = thing(sue, "{'Name': 'A'}");
    two = thing(sue, "{'Name': 'B'}");
    part = pointing(sue, "Parts", "{'Name': 'P', 'Of'", one);
    hidden = pointing(s, "Parts", "{'Name': 'H', 'Of'", two);
    (void)snprintf(json, sizeof json, "{'Name': 'L', 'Also': [%lld, %lld]}", (long long)one,
                   (long long)two);
    both = life_add(s, "Parts", json);
    note = pointing(s, "Notes", "{'Note_Content': 'N', 'Parent_Id'", one);
    task = pointing(s, "Tasks", "{'Subject': 'T', 'What_Id'", two);
    below = pointing(sue, "Things", "{'Name': 'C', 'Above'", two);
    host_ok(s, crm4e_record_set_locked(s, "Parts", hidden, 1));
    host_ok(sue, merge(sue, "Things", master, one, two, NULL));
    leads_to(s, "Parts", part, "Of", master);
    leads_to(s, "Parts", hidden, "Of", master);
    leads_to(s, "Notes", note, "Parent_Id", master);
    leads_to(s, "Tasks", task, "What_Id", master);
    leads_to(s, "Things", below, "Above", master);
    life_row(s, "Also", "Parts", both, "M\n");
    assert_false(is_there(sue, "Parts", hidden)); /* it is still not hers */
    history_says(s, "Parts", hidden, "'action':'updated','source':'merge'");
    assert_sound(h);
}

/* Neither by its own lookup nor by one it would have taken over. */
static void no_record_points_to_itself(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, other;
    char json[64];

    host_apply(h, start);
    other = thing(s, "{'Name': 'A'}");
    master = pointing(s, "Things", "{'Name': 'M', 'Above'", other);
    (void)snprintf(json, sizeof json, "{'Above': %lld}", (long long)master);
    host_ok(s, life_change(s, "Things", other, json));
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    life_row(s, "Above", "Things", master, "-\n");
    assert_sound(h);
}

/* The rows of a record, without their ids. */
static void rows_are(crm4e_session *session, crm4e_id id, const char *expected)
{
    char select[64];
    char shown[512];
    char *rows;
    size_t length = 0;

    (void)snprintf(select, sizeof select, "select Uses from Things where id = %lld", (long long)id);
    rows = host_query(session, select);
    for (const char *at = rows; *at != '\0' && length + 1 < sizeof shown; at++) {
        if (strncmp(at, "\"id\":", 5) == 0)
            at += 5 + strspn(at + 5, "0123456789,");
        shown[length++] = (char)(*at == '"' ? '\'' : *at);
    }
    shown[length] = '\0';
    assert_string_equal(shown, expected);
    free(rows);
}

/* Also where a row begins with it or names it in a text; nobody's own row leads to himself. */
static void rows_of_subforms_follow(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, one, two, user, last;
    char json[320];
    char expected[320];

    host_apply(h, start);
    master = thing(s, "{'Name': 'M'}");
    one = thing(s, "{'Name': 'A'}");
    two = thing(s, "{'Name': 'B'}");
    (void)snprintf(json, sizeof json,
                   "{'Name': 'U', 'Uses': [{'Thing': %lld, 'Why': 'a'}, {'Thing': %lld},"
                   " {'Thing': %lld, 'Why': 'Thing: %lld,'}, {'Why': 'none'}]}",
                   (long long)one, (long long)two, (long long)master, (long long)one);
    user = thing(s, json);
    (void)snprintf(json, sizeof json, "{'Name': 'L', 'Uses': [{'Thing': %lld}]}",
                   (long long)two * 10);
    life_refused(s, life_change(s, "Things", user, json), CRM4E_E_INVALID, NULL, NULL);
    (void)snprintf(json, sizeof json, "{'Uses': [{'Thing': %lld, 'Why': 'b'}]}", (long long)one);
    host_ok(s, life_change(s, "Things", master, json));
    last = thing(s, "{'Name': 'C', 'Uses': [{'Why': 'c'}]}");
    host_ok(s, crm4e_record_set_locked(s, "Things", user, 1));
    host_ok(s, merge(s, "Things", master, one, two, NULL));
    (void)snprintf(expected, sizeof expected,
                   "[{'Thing':%lld,'Why':'a'},{'Thing':%lld,'Why':null},"
                   "{'Thing':%lld,'Why':'Thing: %lld,'},{'Thing':null,'Why':'none'}]\n",
                   (long long)master, (long long)master, (long long)master, (long long)one);
    rows_are(s, user, expected);
    rows_are(s, master, "[{'Thing':null,'Why':'b'}]\n");
    rows_are(s, last, "[{'Thing':null,'Why':'c'}]\n");
    history_says(s, "Things", user, "'action':'updated','source':'merge'");
    assert_sound(h);
}

static void tags_come_together(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, other;
    char name[8];
    char *rows;

    host_apply(h, start);
    master = thing(s, "{'Name': 'M'}");
    other = thing(s, "{'Name': 'A'}");
    host_ok(s, crm4e_record_tag(s, "Things", master, "Both"));
    host_ok(s, crm4e_record_tag(s, "Things", other, "Both"));
    host_ok(s, crm4e_record_tag(s, "Things", other, "Gone"));
    for (int i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof name, "T%d", i);
        host_ok(s, crm4e_record_tag(s, "Things", other, name));
    }
    host_ok(s, crm4e_record_tag(s, "Things", master, "Own"));
    host_ok(s, crm4e_tag_remove(s, "Things", "Gone"));
    host_ok(s, crm4e_record_tag(s, "Things", other, "T8"));
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    /* ten at most: the last one stays behind */
    rows = host_query(s, "select Tag from Things");
    assert_non_null(strstr(rows, "Both"));
    assert_non_null(strstr(rows, "Own"));
    assert_non_null(strstr(rows, "T7"));
    assert_null(strstr(rows, "T8"));
    free(rows);
    assert_sound(h);
}

static void share(crm4e_session *by, crm4e_id record, crm4e_session *with, crm4e_level level,
                  int32_t related)
{
    host_ok(by, crm4e_record_share(by, "Things", record, CRM4E_SUBJECT_USER,
                                   crm4e_session_user(with), level, related));
}

static void shares_go_along_as_far_as_he_could_give_them(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *sue, *tom, *dim, *mem;
    crm4e_id master, other;

    host_apply(h, start);
    sue = host_session(h, SUE);
    tom = host_session(h, TOM);
    dim = host_session(h, DIM);
    mem = host_session(h, MEM);
    master = thing(sue, "{'Name': 'M'}");
    other = thing(sue, "{'Name': 'A'}");
    share(sue, master, dim, CRM4E_LEVEL_READ_ONLY, 0);
    share(sue, other, dim, CRM4E_LEVEL_READ_WRITE, 0);
    share(sue, other, mem, CRM4E_LEVEL_READ_ONLY, 0);
    host_ok(tom, merge(tom, "Things", master, other, 0, NULL));
    host_ok(dim, life_change(dim, "Things", master, "{'Text': 'x'}"));
    assert_true(is_there(mem, "Things", master));
    /* who may edit and delete, but not share, brings nobody along */
    other = thing(mem, "{'Name': 'B'}");
    share(mem, other, tom, CRM4E_LEVEL_READ_ONLY, 0);
    share(sue, master, mem, CRM4E_LEVEL_READ_WRITE, 0);
    master = thing(sue, "{'Name': 'N'}");
    share(sue, master, mem, CRM4E_LEVEL_READ_WRITE, 0);
    share(mem, other, dim, CRM4E_LEVEL_READ_ONLY, 0);
    host_ok(mem, merge(mem, "Things", master, other, 0, NULL));
    assert_false(is_there(dim, "Things", master));
    /* it comes back with its own */
    host_ok(mem, crm4e_record_restore(mem, "Things", other));
    assert_true(is_there(dim, "Things", other));
    assert_sound(h);
    (void)s;
}

/* By a share with what points to the master he would come to see what he did not. */
static void nobody_opens_related_records_to_himself(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *sue;
    crm4e_id master, other, part;

    host_apply(h, start);
    sue = host_session(h, SUE);
    master = thing(s, "{'Name': 'M'}");
    other = thing(sue, "{'Name': 'A'}");
    part = pointing(s, "Parts", "{'Name': 'P', 'Of'", other);
    share(s, master, sue, CRM4E_LEVEL_FULL_ACCESS, 1);
    life_refused(sue, merge(sue, "Things", master, other, 0, NULL), CRM4E_E_DENIED, NULL,
                 "own_reach");
    assert_false(is_there(sue, "Parts", part));
    /* the other way round the share stays behind */
    host_ok(sue, merge(sue, "Things", other, master, 0, NULL));
    assert_false(is_there(sue, "Parts", part));
    host_ok(s, crm4e_record_restore(s, "Things", master));
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    assert_true(is_there(sue, "Parts", part));
}

static void rules_run_once(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, other, part;

    host_apply(h, start);
    host_apply(h, "{'workflows': [{'name': 'Count', 'module': 'Things', 'on': 'edit', 'conditions':"
                  " [{'then': [{'update_field': {'field': 'Fixed', 'value': 'ran'}}]}]},"
                  " {'name': 'Parts', 'module': 'Parts', 'on': 'edit', 'conditions':"
                  " [{'then': [{'update_field': {'field': 'Name', 'value': 'ran'}}]}]}]}");
    master = thing(s, "{'Name': 'M'}");
    other = thing(s, "{'Name': 'A', 'Text': 't'}");
    part = pointing(s, "Parts", "{'Name': 'P', 'Of'", other);
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    life_row(s, "Text, Fixed, Version__s", "Things", master, "t|ran|3\n");
    life_row(s, "Name, Version__s", "Parts", part, "P|2\n");
}

static void who_may_not(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *sue, *tea, *mem, *pat;
    crm4e_id hers, his, mine, paper, other;

    host_apply(h, start);
    sue = host_session(h, SUE);
    tea = host_session(h, TEA);
    mem = host_session(h, MEM);
    hers = thing(sue, "{'Name': 'H'}");
    mine = thing(sue, "{'Name': 'M'}");
    his = thing(s, "{'Name': 'X', 'Text': 't'}");
    /* what she does not see is not there */
    life_refused(sue, merge(sue, "Things", hers, his, 0, NULL), CRM4E_E_NOT_FOUND, NULL, NULL);
    life_refused(sue, merge(sue, "Things", his, hers, 0, NULL), CRM4E_E_NOT_FOUND, NULL, NULL);
    /* seen, not hers to change or to delete */
    share(s, his, sue, CRM4E_LEVEL_READ_ONLY, 0);
    life_refused(sue, merge(sue, "Things", his, hers, 0, NULL), CRM4E_E_DENIED, NULL,
                 "record_scope");
    share(s, his, sue, CRM4E_LEVEL_READ_WRITE, 0);
    life_refused(sue, merge(sue, "Things", hers, his, 0, NULL), CRM4E_E_DENIED, NULL,
                 "record_scope");
    assert_int_equal(host_count(s, "Things", NULL), 3);
    /* nor with two, one of which is not */
    life_refused(sue, merge(sue, "Things", hers, mine, his, NULL), CRM4E_E_DENIED, NULL, NULL);
    assert_true(is_there(sue, "Things", mine));
    pat = host_session(h, PAT); /* not many at once */
    mine = thing(pat, "{'Name': 'M'}");
    life_refused(pat, merge(pat, "Things", mine, thing(pat, "{'Name': 'N'}"), 0, NULL),
                 CRM4E_E_DENIED, NULL, "module_permission");
    /* Team Users in no org module, members in their team module, requesters not */
    life_refused(tea, merge(tea, "Leads", hers, mine, 0, NULL), CRM4E_E_DENIED, NULL, NULL);
    paper = life_add(mem, "Desk", "{'Name': 'P'}");
    other = life_add(mem, "Desk", "{'Name': 'Q', 'Text': 't'}");
    life_refused(sue, merge(sue, "Desk", paper, other, 0, NULL), CRM4E_E_DENIED, NULL, NULL);
    host_ok(mem, merge(mem, "Desk", paper, other, 0, NULL));
    life_row(mem, "Name, Text", "Desk", paper, "P|t\n");
    other = life_add(mem, "Desk", "{'Name': 'Q'}");
    host_ok(tea, merge(tea, "Desk", paper, other, 0, NULL));
    life_refused(s, merge(s, "Notes", paper, other, 0, NULL), CRM4E_E_UNSUPPORTED, NULL, "module");
    life_refused(s, merge(s, "Nothing", paper, other, 0, NULL), CRM4E_E_NOT_FOUND, NULL, NULL);
}

static void what_is_asked_wrongly(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a, b, c, ids[3];

    host_apply(h, start);
    a = ids[0] = thing(s, "{'Name': 'A'}");
    b = ids[1] = thing(s, "{'Name': 'B', 'Text': 't'}");
    c = ids[2] = thing(s, "{'Name': 'C', 'Key': 'k'}");
    life_refused(s, merge(s, "Things", a, a, 0, NULL), CRM4E_E_INVALID, NULL, "duplicate");
    life_refused(s, merge(s, "Things", a, b, b, NULL), CRM4E_E_INVALID, NULL, "duplicate");
    life_refused(s, merge(s, "Things", a, b, a, NULL), CRM4E_E_INVALID, NULL, "duplicate");
    life_refused(s, crm4e_records_merge(s, "Things", a, ids, 0, NULL), CRM4E_E_INVALID, NULL,
                 "count");
    life_refused(s, crm4e_records_merge(s, "Things", a, ids, 3, NULL), CRM4E_E_INVALID, NULL,
                 "count");
    life_refused(s, merge(s, "Things", a, b, 0, "{'Nothing': 1}"), CRM4E_E_INVALID, "Nothing",
                 "field");
    life_refused(s, merge(s, "Things", a, b, 0, "[]"), CRM4E_E_INVALID, NULL, "type");
    host_refused(s, merge(s, "Things", a, b, 0, "{"), CRM4E_E_INVALID, "'values' is no JSON");
    life_refused(s, merge(s, "Things", a, b, 0, "{'Key': 'K'}"), CRM4E_E_CONFLICT, "Key", "unique");
    life_refused(s, merge(s, "Things", a, b, c + 1000, NULL), CRM4E_E_NOT_FOUND, NULL, NULL);
    host_ok(s, crm4e_record_set_locked(s, "Things", a, 1));
    life_refused(s, merge(s, "Things", a, b, 0, NULL), CRM4E_E_LOCKED, NULL, "locked");
    life_refused(s, merge(s, "Things", b, c, a, NULL), CRM4E_E_LOCKED, NULL, "locked");
    assert_int_equal(host_count(s, "Things", NULL), 3);
    life_row(s, "Text, Version__s", "Things", a, "-|2\n");
    life_row(s, "Key, Version__s", "Things", c, "k|1\n");
}

static void one_comes_back_as_it_was(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id master, other, part;

    host_apply(h, start);
    master = thing(s, "{'Name': 'M'}");
    other = thing(s, "{'Name': 'A', 'Text': 't', 'Key': 'k'}");
    part = pointing(s, "Parts", "{'Name': 'P', 'Of'", other);
    host_ok(s, merge(s, "Things", master, other, 0, NULL));
    /* the master has its unique value now */
    life_refused(s, crm4e_record_restore(s, "Things", other), CRM4E_E_CONFLICT, "Key", "unique");
    host_ok(s, life_change(s, "Things", master, "{'Key': null}"));
    host_ok(s, crm4e_record_restore(s, "Things", other));
    life_row(s, "Name, Text, Key, Serial", "Things", other, "A|t|k|2\n");
    leads_to(s, "Parts", part, "Of", master);
}

static crm4e_id starved_ids[2];
static crm4e_id starved_user; /* has one of them in a row */

static void uses(crm4e_session *session, crm4e_id id)
{
    char expected[64];

    (void)snprintf(expected, sizeof expected, "[{'Thing':%lld,'Why':null}]\n", (long long)id);
    rows_are(session, starved_user, expected);
}

static int merge_starved(host *h)
{
    return merge(h->admin, "Things", starved_ids[0], starved_ids[1], 0, NULL);
}

static void nothing_is_half_merged(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", NULL), 3);
    assert_int_equal(host_count(h->admin, "Things", "Tag in ('VIP') and Text = 't'"), 1);
    leads_to(h->admin, "Parts", starved_ids[1] + 1, "Of", starved_ids[1]);
    uses(h->admin, starved_ids[1]);
}

static void memory_runs_out(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    char json[80];

    host_apply(h, start);
    starved_ids[0] = thing(s, "{'Name': 'M'}");
    starved_ids[1] = thing(s, "{'Name': 'A', 'Text': 't'}");
    assert_int_equal(pointing(s, "Parts", "{'Name': 'P', 'Of'", starved_ids[1]),
                     starved_ids[1] + 1);
    (void)snprintf(json, sizeof json, "{'Name': 'U', 'Uses': [{'Thing': %lld}]}",
                   (long long)starved_ids[1]);
    starved_user = thing(s, json);
    host_ok(s, crm4e_record_tag(s, "Things", starved_ids[1], "VIP"));
    share(s, starved_ids[1], host_session(h, SUE), CRM4E_LEVEL_READ_ONLY, 1);
    host_starve(h, merge_starved, nothing_is_half_merged);
    leads_to(s, "Parts", starved_ids[1] + 1, "Of", starved_ids[0]);
    uses(s, starved_ids[0]);
    assert_sound(h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define MERGE_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        MERGE_TEST(empty_fields_are_filled),
        MERGE_TEST(files_stay_with_their_records),
        MERGE_TEST(values_come_first),
        MERGE_TEST(fields_he_may_not_read_or_write_stay),
        MERGE_TEST(what_points_to_them_follows),
        MERGE_TEST(no_record_points_to_itself),
        MERGE_TEST(rows_of_subforms_follow),
        MERGE_TEST(tags_come_together),
        MERGE_TEST(shares_go_along_as_far_as_he_could_give_them),
        MERGE_TEST(nobody_opens_related_records_to_himself),
        MERGE_TEST(rules_run_once),
        MERGE_TEST(who_may_not),
        MERGE_TEST(what_is_asked_wrongly),
        MERGE_TEST(one_comes_back_as_it_was),
        MERGE_TEST(memory_runs_out),
    };

    return host_run("merge", tests, sizeof tests / sizeof tests[0]);
}
