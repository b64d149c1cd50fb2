/* SPDX-License-Identifier: MIT */
/*
 * Nobody widens rights by any sequence of calls. A delegate with every admin
 * permission but that of a system administrator makes changes at random, one
 * after the other; after each, nobody - the delegate, his accomplices, users he
 * made - may do with the records, modules and fields of the start what neither he
 * himself nor the delegate could do at the start.
 */
#include "support/effort.h"
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    USERS = 9, /* the delegate first; the last three are made by him */
    OLD_USERS = 6,
    RECORDS = 24,
    ACTIONS = 13,
    FIELDS = 4,
    RIGHTS = RECORDS * 4 + 4 * ACTIONS + FIELDS * 2,
    STEPS = 120,
    SEEDS = TEST_FEWER(25)
};

static const char *const emails[USERS] = {
    "dan@x.example", "ed@x.example",   "flo@x.example",  "gus@x.example",  "hal@x.example",
    "ida@x.example", "new1@x.example", "new2@x.example", "new3@x.example",
};
static const char *const modules[] = {"Leads", "Deals", "Accounts", "Notes"};
static const struct {
    const char *module;
    const char *name;
} fields[FIELDS] = {
    {"Leads", "Phone"}, {"Leads", "City"}, {"Deals", "Amount"}, {"Accounts", "Phone"}};
static const crm4e_action on_records[4] = {CRM4E_ACTION_VIEW, CRM4E_ACTION_EDIT,
                                           CRM4E_ACTION_DELETE, CRM4E_ACTION_SHARE};

/* CEO > Manager (hal) > North (dan, ed) > Clerk (flo); Manager > South (gus, ida). */
static const char start[] =
    "{'profiles': ["
    "  {'name': 'Delegate', 'clone_of': 'Standard', 'admin': ['manage_users', 'manage_profiles',"
    "    'manage_roles', 'manage_data_sharing', 'manage_automation', 'customise', 'import',"
    "    'export'], 'modules': {'Deals': ['view', 'edit', 'share']},"
    "   'fields': {'Leads': {'Phone': 'hidden'}, 'Accounts': {'Phone': 'read_only'}}},"
    "  {'name': 'Low', 'clone_of': 'Standard', 'modules': {'Deals': ['view'], 'Accounts': []},"
    "   'fields': {'Leads': {'Phone': 'hidden', 'City': 'read_only'}}}],"
    " 'roles': [{'name': 'North', 'parent': 'Manager'}, {'name': 'South', 'parent': 'Manager'},"
    "  {'name': 'Clerk', 'parent': 'North'}, {'name': 'Aide', 'parent': 'Clerk'}],"
    " 'users': [{'email': 'dan@x.example', 'role': 'North', 'profile': 'Delegate'},"
    "  {'email': 'ed@x.example', 'role': 'North'}, {'email': 'flo@x.example', 'role': 'Clerk',"
    "   'profile': 'Low'}, {'email': 'gus@x.example', 'role': 'South', 'profile': 'Low'},"
    "  {'email': 'hal@x.example', 'role': 'Manager'}, {'email': 'ida@x.example', 'role': 'South'}],"
    " 'groups': [{'name': 'Mixed', 'sources': [{'user': 'gus@x.example'}, {'role': 'Clerk'}]}],"
    " 'sharing_rules': [{'module': 'Leads', 'name': 'South to clerks', 'from': [{'role': 'South'}],"
    "   'to': [{'role': 'Clerk'}], 'level': 'read_only', 'active': false},"
    "  {'module': 'Leads', 'name': 'Oslo', 'when': 'City = `Oslo`', 'to': [{'group': 'Mixed'}],"
    "   'level': 'read_write'}]}";

typedef struct org {
    host *h;
    uint64_t random;
    struct {
        const char *module;
        crm4e_id id;
    } records[RECORDS];
    uint8_t first[USERS][RIGHTS];
} org;

static unsigned below(org *o, unsigned count)
{
    o->random = o->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(o->random >> 33) % count;
}

static const char *one_of(org *o, const char *const *texts, unsigned count)
{
    return texts[below(o, count)];
}
#define ONE_OF(o, ...)                                                                             \
    one_of(o, (const char *const[]){__VA_ARGS__},                                                  \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void add_record(org *o, size_t at, const char *owner)
{
    static const char *const contents[] = {"'Last_Name': 'Li', 'Company': 'X', 'City'",
                                           "'Stage': 'Qualification', 'Deal_Name'",
                                           "'Account_Name'"};
    crm4e_session *admin = o->h->admin;
    crm4e_record *record = NULL;
    crm4e_id user = 0;
    char text[128];
    char *json;

    (void)snprintf(text, sizeof text, "{%s: '%s'}", contents[at % 3],
                   at % 2 == 0 ? "Oslo" : "Rome");
    json = host_json(text);
    o->records[at].module = modules[at % 3];
    host_ok(admin, crm4e_user_find(admin, owner, &user));
    host_ok(admin, crm4e_record_new(&record, admin, o->records[at].module));
    host_ok(admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_record_set_owner(record, user));
    host_ok(admin, crm4e_record_save(record));
    o->records[at].id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(json);
}

/* What a user may do, a byte for each right; nothing while he cannot work. */
static void ask_all(const org *o, const char *email, uint8_t rights[RIGHTS])
{
    crm4e_session *session = NULL;
    size_t at = 0;

    memset(rights, 0, RIGHTS);
    if (crm4e_session_open(&session, o->h->org, email) < 0)
        return;
    host_ok(session, crm4e_session_begin(session));
    for (size_t i = 0; i < RECORDS; i++)
        for (size_t a = 0; a < 4; a++)
            rights[at++] = crm4e_may(session, on_records[a], o->records[i].module, o->records[i].id,
                                     NULL) == CRM4E_OK;
    for (size_t m = 0; m < 4; m++)
        for (crm4e_action a = 1; a <= ACTIONS; a++)
            rights[at++] = crm4e_may(session, a, modules[m], 0, NULL) == CRM4E_OK;
    for (size_t f = 0; f < FIELDS; f++) {
        rights[at++] =
            crm4e_may(session, CRM4E_ACTION_VIEW, fields[f].module, 0, fields[f].name) == CRM4E_OK;
        rights[at++] =
            crm4e_may(session, CRM4E_ACTION_EDIT, fields[f].module, 0, fields[f].name) == CRM4E_OK;
    }
    assert_int_equal(at, RIGHTS);
    host_ok(session, crm4e_session_rollback(session));
    crm4e_session_close(session);
}

#define ROLE(o)    ONE_OF(o, "Manager", "North", "South", "Clerk", "Aide", "CEO")
#define PROFILE(o) ONE_OF(o, "Standard", "Delegate", "Low", "Own", "Administrator")
#define SUBJECT(o)                                                                                 \
    ONE_OF(o, "{'role': 'North'}", "{'role': 'South'}", "{'role_and_subordinates': 'North'}",      \
           "{'role_and_subordinates': 'Manager'}", "{'user': 'dan@x.example'}",                    \
           "{'user': 'gus@x.example'}", "{'group': 'Mixed'}", "{'group': 'Made'}")
#define LEVEL(o) ONE_OF(o, "read_only", "read_write", "read_write_delete")
#define YES(o)   ONE_OF(o, "true", "false")

static void write_user(org *o, char *out, size_t size)
{
    const char *email = emails[below(o, USERS)];

    switch (below(o, 5)) {
    case 0:
        (void)snprintf(out, size, "{'users': [{'email': '%s', 'role': '%s'}]}", email, ROLE(o));
        break;
    case 1:
        (void)snprintf(out, size, "{'users': [{'email': '%s', 'profile': '%s'}]}", email,
                       PROFILE(o));
        break;
    case 2:
        (void)snprintf(out, size, "{'users': [{'email': '%s', 'status': '%s'}]}", email,
                       ONE_OF(o, "active", "inactive"));
        break;
    case 3:
        (void)snprintf(out, size, "{'users': [{'email': '%s', 'reporting_to': '%s'}]}", email,
                       emails[below(o, USERS)]);
        break;
    default:
        (void)snprintf(out, size, "{'users': [{'email': '%s', 'role': '%s', 'profile': '%s'}]}",
                       email, ROLE(o), PROFILE(o));
        break;
    }
}

static void write_profile(org *o, char *out, size_t size)
{
    const char *name = ONE_OF(o, "Low", "Own", "Delegate");
    const char *actions = ONE_OF(o, "['view', 'edit', 'delete', 'share']", "['view']", "[]",
                                 "['view', 'edit', 'share']");
    const char *permission = ONE_OF(o, "hidden", "read_only", "read_write");
    const char *admin = ONE_OF(o, "", "'admin': ['manage_users', 'system_administrator'], ",
                               "'admin': ['manage_users'], ", "'admin': ['manage_team_spaces'], ");

    (void)snprintf(out, size,
                   "{'profiles': [{'name': '%s', 'clone_of': '%s', %s'modules': {'Leads': %s,"
                   " 'Deals': %s}, 'fields': {'Leads': {'Phone': '%s', 'City': 'read_only'}}}]}",
                   name, ONE_OF(o, "Standard", "Low"), admin, actions,
                   ONE_OF(o, "['view']", "['view', 'edit', 'delete', 'share']"), permission);
}

static void write_sharing(org *o, char *out, size_t size)
{
    switch (below(o, 5)) {
    case 0:
        (void)snprintf(out, size, "{'roles': [{'name': '%s', 'parent': '%s'}]}", ROLE(o), ROLE(o));
        break;
    case 1:
        (void)snprintf(out, size, "{'roles': [{'name': '%s', 'share_with_peers': %s}]}", ROLE(o),
                       YES(o));
        break;
    case 2:
        (void)snprintf(out, size, "{'groups': [{'name': '%s', 'sources': [%s, %s]}]}",
                       ONE_OF(o, "Mixed", "Made"), SUBJECT(o), SUBJECT(o));
        break;
    case 3:
        (void)snprintf(out, size, "{'modules': [{'api_name': '%s', 'org_default': '%s'}]}",
                       modules[below(o, 3)],
                       ONE_OF(o, "private", "public_read_only", "public_read_write_delete"));
        break;
    default:
        (void)snprintf(out, size,
                       "{'sharing_rules': [{'module': '%s', 'name': '%s', %s%s%s, 'to': [%s],"
                       " 'level': '%s', 'superiors': %s, 'active': %s}]}",
                       modules[below(o, 3)], ONE_OF(o, "One", "Two", "Oslo", "South to clerks"),
                       "'from': [", SUBJECT(o), "]", SUBJECT(o), LEVEL(o), YES(o), YES(o));
        break;
    }
}

static bool is_answer(int rc)
{
    static const int answers[] = {CRM4E_OK,         CRM4E_E_DENIED,    CRM4E_E_INVALID,
                                  CRM4E_E_CONFLICT, CRM4E_E_NOT_FOUND, CRM4E_E_LIMIT,
                                  CRM4E_E_INACTIVE, CRM4E_E_CYCLE};
    bool found = false;

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        found = found || answers[i] == rc;
    return found;
}

/* True when something was changed. */
static bool change_rights(org *o, crm4e_session *session)
{
    char document[1024];
    char *json;
    int rc;

    switch (below(o, 4)) {
    case 0: write_user(o, document, sizeof document); break;
    case 1: write_profile(o, document, sizeof document); break;
    default: write_sharing(o, document, sizeof document); break;
    }
    json = host_json(document);
    rc = crm4e_org_apply(NULL, session, json, CRM4E_NUL_TERMINATED);
    if (!is_answer(rc))
        fail_msg("%s: %s", document, crm4e_code_name(rc));
    free(json);
    return rc == CRM4E_OK;
}

static bool share(org *o, crm4e_session *session)
{
    size_t at = below(o, RECORDS);
    crm4e_level level = below(o, 2) == 0 ? CRM4E_LEVEL_FULL_ACCESS : CRM4E_LEVEL_READ_ONLY;
    crm4e_id user = 0;
    int rc = crm4e_user_find(session, emails[below(o, USERS)], &user);

    if (rc == CRM4E_OK)
        rc = crm4e_record_share(session, o->records[at].module, o->records[at].id,
                                CRM4E_SUBJECT_USER, user, level, (int32_t)below(o, 2));
    return rc == CRM4E_OK;
}

/* His own records are his, whatever actions he is given. */
static bool owns(size_t user, size_t right)
{
    return right / 4 < RECORDS && right / 4 / 3 % OLD_USERS == user;
}

static void assert_no_wider(const org *o, unsigned seed, int step)
{
    for (size_t u = 0; u < USERS; u++) {
        uint8_t now[RIGHTS];

        ask_all(o, emails[u], now);
        for (size_t r = 0; r < RIGHTS; r++)
            if (now[r] && !o->first[u][r] && !o->first[0][r] && !owns(u, r))
                fail_msg("seed %u, step %d: %s gained right %zu (record %zu %s)", seed, step,
                         emails[u], r, r / 4, r / 4 < RECORDS ? o->records[r / 4].module : "");
    }
}

/* The number of changes that were made. */
static int walk(host *h, unsigned seed)
{
    org o = {.h = h, .random = seed};
    crm4e_session *dan;
    int made = 0;

    host_apply(h, start);
    for (size_t i = 0; i < RECORDS; i++)
        add_record(&o, i, emails[i / 3 % OLD_USERS]);
    for (size_t u = 0; u < OLD_USERS; u++)
        ask_all(&o, emails[u], o.first[u]);
    dan = host_session(h, emails[0]);
    for (int step = 0; step < STEPS; step++) {
        bool changed = below(&o, 5) == 0 ? share(&o, dan) : change_rights(&o, dan);

        made += changed;
        if (changed)
            assert_no_wider(&o, seed, step);
    }
    crm4e_session_close(dan);
    return made;
}

static void by_any_sequence_of_calls(void **state)
{
    int made = 0;

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        if (seed > 1)
            assert_int_equal(host_setup(state), 0);
        made += walk(*state, seed);
        if (seed < SEEDS)
            assert_int_equal(host_teardown(state), 0);
    }
    assert_true(made > SEEDS * STEPS / 20); /* it is no walk of refusals */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_any_sequence_of_calls, host_setup, host_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
