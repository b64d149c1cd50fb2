/* SPDX-License-Identifier: MIT */
/*
 * Over the border of a team: a lookup to a record that its reader may not see gives
 * him its id and nothing else, whichever side of the border he stands on and
 * however he asks; and what opens records in the whole org opens none in a team.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NED "ned@acme.example" /* no member of any team; sees all boxes */
#define MIA "mia@acme.example" /* member of Papers; her profile closes Boxes */
#define DAN "dan@acme.example" /* member of Drafts alone */

/* A record that points to another, and somebody who sees the one and not the other. */
typedef struct border {
    const char *reader;
    const char *module; /* of the record he sees */
    const char *lookup;
    const char *target; /* the module it points to */
    const char *secret; /* the name of the record there */
} border;

static const border borders[] = {
    {NED, "Boxes", "Paper", "Papers", "Whitebook"},  /* org to team */
    {MIA, "Papers", "Box", "Boxes", "Strongroom"},   /* team to org */
    {DAN, "Drafts", "Paper", "Papers", "Whitebook"}, /* team to team */
};

static const char org[] =
    "{'modules': [{'api_name': 'Papers', 'team': true}, {'api_name': 'Drafts', 'team': true},"
    "   {'api_name': 'Boxes', 'org_default': 'public_read_only'}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard', 'modules': {'Boxes': []}},"
    "   {'name': 'Reader', 'clone_of': 'Standard', 'admin': ['export']}],"
    " 'users': [{'email': '" NED "', 'profile': 'Reader'}, {'email': '" MIA
    "', 'profile': 'Blind'},"
    "   {'email': '" DAN "', 'licence': 'team'}]}";
static const char links[] =
    "{'modules': ["
    " {'api_name': 'Papers', 'members': [{'user': '" MIA "', 'profile': 'member'}],"
    "   'fields': [{'api_name': 'Box', 'type': 'lookup', 'target': 'Boxes'}]},"
    " {'api_name': 'Drafts', 'members': [{'user': '" DAN "', 'profile': 'member'}],"
    "   'fields': [{'api_name': 'Paper', 'type': 'lookup', 'target': 'Papers'}]},"
    " {'api_name': 'Boxes', 'fields': [{'api_name': 'Paper', 'type': 'lookup', 'target': "
    "'Papers'}]}"
    "]}";

static crm4e_id create(crm4e_session *session, const char *module, const char *name,
                       const char *lookup, crm4e_id to)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED));
    if (to != 0)
        host_ok(session, crm4e_record_set_integer(record, lookup, to));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

/* The record of each border, and where it points to. */
typedef struct ends {
    crm4e_id from;
    crm4e_id to;
} ends;

static void build(host *h, ends found[3])
{
    crm4e_id box, paper;

    host_apply(h, org);
    host_apply(h, links);
    box = create(h->admin, "Boxes", "Strongroom", NULL, 0);
    paper = create(h->admin, "Papers", "Whitebook", NULL, 0);
    found[0] = (ends){create(h->admin, "Boxes", "Near box", "Paper", paper), paper};
    found[1] = (ends){create(h->admin, "Papers", "Near paper", "Box", box), box};
    found[2] = (ends){create(h->admin, "Drafts", "Near draft", "Paper", paper), paper};
}

/* All that is said goes into one text. */
static void say(FILE *out, crm4e_session *session, int rc, crm4e_text *text)
{
    fprintf(out, "%d %s\n", rc,
            rc < 0 ? crm4e_error_message(crm4e_session_error(session)) : crm4e_text_data(text));
    crm4e_text_free(rc < 0 ? NULL : text);
}

static int32_t write_to(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : CRM4E_DENY;
}

static void ask_record(FILE *out, crm4e_session *session, const border *b, crm4e_id id)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    const char *value = NULL;
    int rc = crm4e_record_open(&record, session, b->module, id);

    assert_int_equal(rc, CRM4E_OK);
    rc = crm4e_record_get_text(record, b->lookup, &value, NULL);
    fprintf(out, "get %d %s\n", rc, rc < 0 ? "" : value);
    rc = crm4e_record_json(&text, record);
    say(out, session, rc, text);
    crm4e_record_free(record);
    rc = crm4e_timeline_json(&text, session, b->module, id, 0, 0, 10);
    say(out, session, rc, text);
}

static void ask_query(FILE *out, crm4e_session *session, const char *query)
{
    crm4e_cursor *rows = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_query_text(&rows, session, query);

    if (rc == CRM4E_OK)
        rc = crm4e_cursor_json(&text, rows);
    say(out, session, rc, text);
    crm4e_cursor_free(rows);
}

/* A word that is the target's name, or none, must make no difference. */
static void ask_queries(FILE *out, crm4e_session *session, const border *b, const char *word)
{
    const char *const module = b->module, *const lookup = b->lookup;
    char query[256];

    (void)snprintf(query, sizeof query, "select Name, %s from %s order by id", lookup, module);
    ask_query(out, session, query);
    (void)snprintf(query, sizeof query, "select Name, %s.Name from %s order by %s.Name", lookup,
                   module, lookup);
    ask_query(out, session, query);
    (void)snprintf(query, sizeof query, "select Name from %s where %s.Name = '%s'", module, lookup,
                   word);
    ask_query(out, session, query);
    (void)snprintf(query, sizeof query, "select Name from %s where not (%s.Name = '%s')", module,
                   lookup, word);
    ask_query(out, session, query);
}

static void ask_export(FILE *out, crm4e_session *session, const border *b)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;

    options.module = b->module;
    options.write = write_to;
    options.write_user = out;
    for (crm4e_export_format f = CRM4E_EXPORT_CSV; f <= CRM4E_EXPORT_JSON_LINES; f++) {
        options.format = f;
        fprintf(out, "export %d\n", crm4e_export_records(session, &options, NULL));
    }
}

static void ask_chart(FILE *out, crm4e_session *session, const border *b, const char *path)
{
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    char field[64];
    int rc = crm4e_chart_new(&chart, session, b->module);

    (void)snprintf(field, sizeof field, "%s%s", b->lookup, path);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, field, 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_COUNT, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_json(&text, chart);
    say(out, session, rc, text);
    crm4e_chart_free(chart);
}

static void ask_search(FILE *out, crm4e_session *session, const char *word)
{
    crm4e_text *text = NULL;
    int rc = crm4e_search_json(&text, session, word, CRM4E_NUL_TERMINATED, NULL);

    say(out, session, rc, text);
}

/* Everything he can ask; malloc'd. */
static char *ask(crm4e_session *session, const border *b, crm4e_id id, const char *word)
{
    size_t length = 0;
    char *said = NULL;
    FILE *out = open_memstream(&said, &length);

    assert_non_null(out);
    ask_record(out, session, b, id);
    ask_queries(out, session, b, word);
    ask_export(out, session, b);
    ask_chart(out, session, b, "");
    ask_search(out, session, word);
    (void)fclose(out);
    return said;
}

/* The word itself, which is in queries, is not in what is answered to them. */
static void a_lookup_gives_an_id(void **state)
{
    host *h = *state;
    ends found[3];

    build(h, found);
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        const border *b = &borders[i];
        crm4e_session *reader = host_session(h, b->reader);
        char *guess = ask(reader, b, found[i].from, b->secret);
        char *miss = ask(reader, b, found[i].from, "Nothing");
        char *all = ask(h->admin, b, found[i].from, b->secret);
        crm4e_text *text = NULL;
        char id[32];
        int rc;

        (void)snprintf(id, sizeof id, "%lld", (long long)found[i].to);
        if (strstr(guess, b->secret) != NULL)
            print_error("%s\n", guess);
        assert_null(strstr(guess, b->secret));
        assert_string_equal(guess, miss);
        assert_non_null(strstr(guess, id));
        assert_non_null(strstr(guess, "restricted"));
        assert_non_null(strstr(all, b->secret));
        assert_null(strstr(all, "restricted"));
        /* the record behind it is not there by its id either */
        rc = crm4e_timeline_json(&text, reader, b->target, found[i].to, 0, 0, 10);
        assert_int_equal(rc, CRM4E_E_NOT_FOUND);
        assert_int_equal(crm4e_may(reader, CRM4E_ACTION_VIEW, b->target, found[i].to, NULL),
                         CRM4E_E_NOT_FOUND);
        free(all);
        free(miss);
        free(guess);
        crm4e_session_close(reader);
    }
}

/* With the right it is another matter: the names come with it, and go. */
static void the_right_gives_the_name(void **state)
{
    host *h = *state;
    ends found[3];
    crm4e_session *ned;
    char *said;

    build(h, found);
    ned = host_session(h, NED);
    host_ok(h->admin, crm4e_record_share(h->admin, "Papers", found[0].to, CRM4E_SUBJECT_USER,
                                         crm4e_session_user(ned), CRM4E_LEVEL_READ_ONLY, 0));
    said = ask(ned, &borders[0], found[0].from, "Nothing");
    assert_non_null(strstr(said, "Whitebook"));
    assert_null(strstr(said, "restricted"));
    free(said);
    host_ok(h->admin, crm4e_record_unshare(h->admin, "Papers", found[0].to, CRM4E_SUBJECT_USER,
                                           crm4e_session_user(ned)));
    said = ask(ned, &borders[0], found[0].from, "Nothing");
    assert_null(strstr(said, "Whitebook"));
    free(said);
    crm4e_session_close(ned);
}

/* ------------------------------------------------------- what holds for the org alone */

static const char *const people[] = {HOST_ADMIN,         NED, MIA, DAN, "top@acme.example",
                                     "peer@acme.example"};
enum {
    PEOPLE = sizeof people / sizeof people[0],
    PAPERS = 4
};

static const char more_people[] =
    "{'users': [{'email': 'top@acme.example', 'role': 'CEO'}, {'email': 'peer@acme.example'}],"
    " 'modules': [{'api_name': 'Papers', 'fields': ["
    "   {'api_name': 'Account', 'type': 'lookup', 'target': 'Accounts'}]}]}";

/* All that somebody is told about records of the team module, but for the names behind
 * its lookups, which are another module's. */
static void hear(FILE *out, crm4e_session *session, const crm4e_id *papers)
{
    static const border fields = {"", "Papers", "Owner", "", ""};
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    crm4e_search_options where = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int rc;

    ask_query(out, session, "select Name, Owner from Papers order by id");
    ask_query(out, session, "select Name from Papers where Name like '%Mia%' order by Name desc");
    options.module = "Papers";
    options.columns = "[\"Name\", \"Owner\"]";
    options.write = write_to;
    options.write_user = out;
    fprintf(out, "export %d\n", crm4e_export_records(session, &options, NULL));
    ask_chart(out, session, &fields, "");
    where.modules = "[\"Papers\"]";
    rc = crm4e_search_json(&text, session, "paper", CRM4E_NUL_TERMINATED, &where);
    say(out, session, rc, text);
    ask_search(out, session, "paper");
    for (size_t i = 0; i < PAPERS; i++) {
        for (crm4e_action a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
            if (a != CRM4E_ACTION_CREATE)
                fprintf(out, "%d ", crm4e_may(session, a, "Papers", papers[i], "Name"));
        }
        rc = crm4e_record_shares(&text, session, "Papers", papers[i]);
        say(out, session, rc, text);
    }
}

/* Everybody's, one after the other; malloc'd. */
static char *hear_all(host *h, const crm4e_id *papers)
{
    size_t length = 0;
    char *said = NULL;
    FILE *out = open_memstream(&said, &length);

    assert_non_null(out);
    for (size_t i = 0; i < PEOPLE; i++) {
        crm4e_session *session = host_session(h, people[i]);

        fprintf(out, "%s\n", people[i]);
        hear(out, session, papers);
        crm4e_session_close(session);
    }
    (void)fclose(out);
    return said;
}

/* Each at its widest, one after the other, and none is taken back. */
static const char *const features[] = {
    /* hierarchy, peers */
    "{'roles': [{'name': 'CEO', 'share_with_peers': true},"
    " {'name': 'Manager', 'share_with_peers': true}]}",
    /* reporting lines */
    "{'org': {'hierarchy': 'reporting_to'}, 'users': ["
    " {'email': '" MIA "', 'reporting_to': 'top@acme.example'},"
    " {'email': '" HOST_ADMIN "', 'reporting_to': 'top@acme.example'},"
    " {'email': 'peer@acme.example', 'reporting_to': 'top@acme.example'}]}",
    /* org-wide defaults of everything that has one */
    "{'modules': [{'api_name': 'Boxes', 'org_default': 'public_read_write_delete'},"
    " {'api_name': 'Accounts', 'org_default': 'public_read_write_delete'},"
    " {'api_name': 'Tasks', 'org_default': 'public_read_write_delete'}]}",
    /* groups of everybody, in rules by owner and by criteria, with superiors */
    "{'groups': [{'name': 'All', 'sources': [{'role_and_subordinates': 'CEO'}]}],"
    " 'sharing_rules': [{'module': 'Boxes', 'name': 'a', 'from': [{'group': 'All'}],"
    "   'to': [{'group': 'All'}], 'level': 'read_write_delete', 'superiors': true},"
    "  {'module': 'Accounts', 'name': 'b', 'when': 'id > 0', 'to': [{'group': 'All'}],"
    "   'level': 'read_write_delete', 'superiors': true},"
    "  {'module': 'Tasks', 'name': 'c', 'from': [{'role_and_subordinates': 'CEO'}],"
    "   'to': [{'role_and_subordinates': 'CEO'}], 'level': 'read_write_delete'}]}",
    /* profiles with everything but the administrators' */
    "{'profiles': [{'name': 'Reader', 'admin': ['manage_users', 'manage_roles', 'customise',"
    "  'manage_data_sharing', 'manage_automation', 'manage_team_spaces', 'import', 'export'],"
    "  'modules': {'*': ['view', 'create', 'edit', 'delete', 'import', 'export', 'mass_update',"
    "   'mass_delete', 'change_owner', 'share', 'convert', 'manage_views', 'send_mail']}}]}",
    /* a space of everybody's with the module in it */
    "{'spaces': [{'name': 'Hall', 'modules': ['Papers'], 'members': ['" NED
    "', 'top@acme.example']}]}",
};

static void share_account(host *h, crm4e_id account)
{
    crm4e_id role = 0, group = 0, ned = 0;

    host_ok(h->admin, crm4e_role_find(h->admin, "CEO", &role));
    host_ok(h->admin, crm4e_group_find(h->admin, "All", &group));
    host_ok(h->admin, crm4e_user_find(h->admin, NED, &ned));
    host_ok(h->admin,
            crm4e_record_share(h->admin, "Accounts", account, CRM4E_SUBJECT_ROLE_AND_SUBORDINATES,
                               role, CRM4E_LEVEL_FULL_ACCESS, 1));
    host_ok(h->admin, crm4e_record_share(h->admin, "Accounts", account, CRM4E_SUBJECT_GROUP, group,
                                         CRM4E_LEVEL_FULL_ACCESS, 1));
    host_ok(h->admin, crm4e_record_share(h->admin, "Accounts", account, CRM4E_SUBJECT_USER, ned,
                                         CRM4E_LEVEL_FULL_ACCESS, 1));
}

static void assert_same(host *h, const crm4e_id *papers, const char *before, const char *what)
{
    char *after = hear_all(h, papers);

    if (strcmp(before, after) != 0)
        print_error("changed by: %s\n", what);
    assert_string_equal(before, after);
    free(after);
}

static void make_papers(host *h, crm4e_id account, crm4e_id papers[PAPERS])
{
    crm4e_session *mia = host_session(h, MIA);
    crm4e_record *record = NULL;

    papers[0] = create(h->admin, "Papers", "Paper of the admin", NULL, 0);
    papers[1] = create(h->admin, "Papers", "Paper with account", "Account", account);
    papers[2] = create(mia, "Papers", "Paper of Mia", NULL, 0);
    papers[3] = create(h->admin, "Papers", "Paper with hers", "Account", account);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Papers", papers[3]));
    host_ok(h->admin, crm4e_record_set_owner(record, crm4e_session_user(mia)));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    crm4e_session_close(mia);
}

static crm4e_id make_account(host *h)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Accounts"));
    host_ok(h->admin, crm4e_record_set_text(record, "Account_Name", "Tower", 5));
    host_ok(h->admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static void the_org_opens_nothing(void **state)
{
    static const char direct[] = "{\"modules\": [{\"api_name\": \"Papers\","
                                 " \"org_default\": \"public_read_write_delete\"}]}";
    static const char rule[] = "{\"sharing_rules\": [{\"module\": \"Papers\", \"name\": \"All\","
                               " \"from\": [{\"role_and_subordinates\": \"CEO\"}],"
                               " \"to\": [{\"role_and_subordinates\": \"CEO\"}]}]}";
    host *h = *state;
    crm4e_id papers[PAPERS], account;
    char *before;

    host_apply(h, org);
    host_apply(h, links);
    host_apply(h, more_people);
    account = make_account(h);
    make_papers(h, account, papers);
    before = hear_all(h, papers);
    assert_non_null(strstr(before, "Paper of Mia"));
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        host_apply(h, features[i]);
        assert_same(h, papers, before, features[i]);
    }
    share_account(h, account);
    assert_same(h, papers, before, "shares with related records");
    assert_int_equal(crm4e_org_apply(NULL, h->admin, direct, CRM4E_NUL_TERMINATED),
                     CRM4E_E_INVALID);
    assert_int_equal(crm4e_org_apply(NULL, h->admin, rule, CRM4E_NUL_TERMINATED),
                     CRM4E_E_UNSUPPORTED);
    assert_same(h, papers, before, "what is refused");
    free(before);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lookup_gives_an_id, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(the_right_gives_the_name, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(the_org_opens_nothing, host_setup, host_teardown),
    };

    return host_run("across", tests, sizeof tests / sizeof tests[0]);
}
