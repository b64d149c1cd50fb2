/* SPDX-License-Identifier: MIT */
/*
 * Every act by everybody, on every storage: what the model's table says, and
 * nothing else, happens; what is refused changes nothing. Then the same table
 * narrowed: each action taken from each team profile, a field hidden from it or
 * closed to its writing.
 */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)

static int64_t code_of(char expected)
{
    switch (expected) {
    case 'd': return CRM4E_E_DENIED;
    case 'n': return CRM4E_E_NOT_FOUND;
    case 'l': return CRM4E_E_LOCKED;
    case 'u': return CRM4E_E_UNSUPPORTED;
    case 'i': return CRM4E_E_INVALID;
    case 'y': return CRM4E_OK;
    default: return expected - '0';
    }
}

/* What changes something, if only on the way to a refusal, is taken back. */
static int64_t attempt(matrix *m, const act *what, actor who, char expected)
{
    crm4e_session *session = m->sessions[who];
    bool undone = code_of(expected) >= 0 || expected == 'l';
    int64_t result;

    if (undone)
        assert_ok(crm4e_session_begin(session));
    result = what->call(m, who, what->about);
    if (undone)
        assert_ok(crm4e_session_rollback(session));
    return result;
}

static bool holds(matrix *m, const act *what, actor who)
{
    char expected = what->expected[who];
    const char *problem;
    int64_t result;

    if (expected == '.')
        return true;
    result = attempt(m, what, who, expected);
    if (result != code_of(expected))
        print_error("%s: %s: expected %c, got %lld\n", what->name, actor_emails[who], expected,
                    (long long)result);
    problem = unchanged_rows_problem(&m->f.watch);
    if (problem)
        print_error("%s: %s: %s\n", what->name, actor_emails[who], problem);
    return result == code_of(expected) && !problem;
}

static void everybody_tries_everything(void **state)
{
    const act_table tables[] = {matrix_single, matrix_further};
    matrix *m = *state;
    size_t wrong = 0;

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const act *what = tables[t].acts; what < tables[t].acts + tables[t].count; what++) {
            assert_int_equal(strlen(what->expected), ACTORS);
            for (actor who = 0; who < ACTORS; who++)
                wrong += !holds(m, what, who);
        }
    }
    assert_int_equal(wrong, 0);
}

/* What a team profile can have at all. */
static bool can_have(crm4e_team_profile profile, crm4e_action action)
{
    bool of_requesters = action == CRM4E_ACTION_VIEW || action == CRM4E_ACTION_CREATE ||
                         action == CRM4E_ACTION_EDIT || action == CRM4E_ACTION_DELETE;

    return action != CRM4E_ACTION_CONVERT && (profile != CRM4E_TEAM_REQUESTER || of_requesters);
}

static int may(matrix *m, actor who, crm4e_action action)
{
    return crm4e_may(m->sessions[who], action, "Papers", 0, NULL);
}

/* Who is what the narrowed profile says loses the action, and nobody else;
 * without view he loses the module. */
static void check_taken(matrix *m, crm4e_team_profile profile, crm4e_action taken)
{
    for (actor who = 0; who < ACTORS; who++) {
        bool meant = actor_profiles[who] == profile;

        if (actor_profiles[who] == 0)
            continue;
        for (crm4e_action action = CRM4E_ACTION_VIEW; action <= CRM4E_ACTION_SEND_MAIL; action++) {
            bool blind = meant && taken == CRM4E_ACTION_VIEW;
            bool has = can_have(actor_profiles[who], action) && !(meant && action == taken);

            assert_int_equal(may(m, who, action), blind ? CRM4E_E_NOT_FOUND
                                                  : has ? CRM4E_OK
                                                        : CRM4E_E_DENIED);
        }
    }
}

static void actions_are_taken(void **state)
{
    matrix *m = *state;
    crm4e_module *module = m->modules[LEAD];

    for (crm4e_team_profile p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++) {
        for (crm4e_action a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
            if (!can_have(p, a)) {
                assert_int_equal(crm4e_module_allow_action(module, p, a, 1), CRM4E_E_INVALID);
                continue;
            }
            assert_ok(crm4e_module_allow_action(module, p, a, 0));
            check_taken(m, p, a);
            /* its admins configure it all the same */
            assert_ok(crm4e_module_allow_action(module, p, a, 1));
        }
    }
}

static const act *act_named(const char *name)
{
    const act_table tables[] = {matrix_single, matrix_further};

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            if (strcmp(tables[t].acts[i].name, name) == 0)
                return &tables[t].acts[i];
        }
    }
    fail_msg("no act \"%s\"", name);
    return NULL;
}

/* The acts that an action stands for, each by one who has it otherwise. */
static void taken_actions_are_refused(void **state)
{
    static const struct {
        crm4e_action action;
        const char *act;
    } cases[] = {
        {CRM4E_ACTION_CREATE, "create"},
        {CRM4E_ACTION_EDIT, "edit own"},
        {CRM4E_ACTION_EDIT, "lock own"},
        {CRM4E_ACTION_DELETE, "delete own"},
        {CRM4E_ACTION_IMPORT, "import"},
        {CRM4E_ACTION_EXPORT, "export"},
        {CRM4E_ACTION_CHANGE_OWNER, "change owner of own"},
        {CRM4E_ACTION_SHARE, "share own"},
        {CRM4E_ACTION_CREATE, "clone own"},
        {CRM4E_ACTION_CREATE, "create many"},
        {CRM4E_ACTION_CREATE, "upsert"},
        {CRM4E_ACTION_MASS_UPDATE, "change many of own"},
        {CRM4E_ACTION_EDIT, "change many of own"},
        {CRM4E_ACTION_MASS_DELETE, "delete many of own"},
        {CRM4E_ACTION_DELETE, "delete many of own"},
        {CRM4E_ACTION_MASS_DELETE, "bring back many of own"},
        {CRM4E_ACTION_CHANGE_OWNER, "give away many of own"},
        {CRM4E_ACTION_EDIT, "tag own"},
        {CRM4E_ACTION_EDIT, "put a file into own"},
        {CRM4E_ACTION_MANAGE_VIEWS, "make a view"},
        {CRM4E_ACTION_DELETE, "bin"},
        {CRM4E_ACTION_MASS_DELETE, "merge own into another's"},
    };
    matrix *m = *state;

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const act *tried = act_named(cases[c].act);

        for (crm4e_team_profile p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++) {
            if (can_have(p, cases[c].action))
                assert_ok(crm4e_module_allow_action(m->modules[LEAD], p, cases[c].action, 0));
        }
        unchanged_mark(&m->f.watch);
        for (actor who = 0; who < ACTORS; who++) {
            if (actor_profiles[who] != 0)
                assert_int_equal(tried->call(m, who, tried->about), CRM4E_E_DENIED);
        }
        assert_null(unchanged_rows_problem(&m->f.watch));
        for (crm4e_team_profile p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++) {
            if (can_have(p, cases[c].action))
                assert_ok(crm4e_module_allow_action(m->modules[LEAD], p, cases[c].action, 1));
        }
    }
}

/* Reading and writing the field, in each way there is. */
static int names_field(crm4e_session *session)
{
    static const char *const questions[] = {
        "select Fee from Papers",
        "select Name from Papers where Fee > 1",
        "select Name from Papers where not (Fee > 1) or Name = 'x'",
        "select Name from Papers order by Fee desc",
    };
    crm4e_chart *chart = NULL;
    int first = (int)fixture_count(session, questions[0]);
    int rc;

    first = first > 0 ? CRM4E_OK : first;
    for (size_t i = 1; i < sizeof questions / sizeof questions[0]; i++) {
        int64_t found = fixture_count(session, questions[i]);

        assert_int_equal(found > 0 ? CRM4E_OK : found, first);
    }
    rc = crm4e_chart_new(&chart, session, "Papers");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Name", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_SUM, "Fee");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    crm4e_chart_free(chart);
    assert_int_equal(rc, first);
    return first;
}

static int get_field(matrix *m, actor who)
{
    crm4e_record *record = NULL;
    const char *text = NULL;
    int rc;

    assert_ok(crm4e_record_open(&record, m->sessions[who], "Papers", m->own[who]));
    rc = crm4e_record_get_text(record, "Fee", &text, NULL);
    crm4e_record_free(record);
    return rc == CRM4E_ROW ? CRM4E_OK : rc;
}

/* Writes it beside a field he may write: neither is changed when refused. */
static int set_field(matrix *m, actor who)
{
    crm4e_record *record = NULL;
    int rc;

    assert_ok(crm4e_record_open(&record, m->sessions[who], "Papers", m->own[who]));
    rc = crm4e_record_set_text(record, "Name", "Paper", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_decimal(record, "Fee", "3.00");
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static bool shows_field(matrix *m, actor who)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    bool shown;

    assert_ok(crm4e_record_open(&record, m->sessions[who], "Papers", m->own[who]));
    assert_ok(crm4e_record_json(&text, record));
    shown = strstr(crm4e_text_data(text), "\"Fee\"") != NULL;
    crm4e_text_free(text);
    crm4e_record_free(record);
    return shown;
}

static void fields_are_narrowed(void **state)
{
    matrix *m = *state;
    crm4e_module *module = m->modules[LEAD];

    for (crm4e_team_profile p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++) {
        for (crm4e_permission give = CRM4E_PERMISSION_READ_WRITE; give <= CRM4E_PERMISSION_HIDDEN;
             give++) {
            assert_ok(crm4e_module_set_field(module, p, "Fee", give));
            unchanged_mark(&m->f.watch);
            for (actor who = 0; who < ACTORS; who++) {
                bool meant = actor_profiles[who] == p;
                bool hidden = meant && give == CRM4E_PERMISSION_HIDDEN;
                bool fixed = meant && give != CRM4E_PERMISSION_READ_WRITE;

                if (actor_profiles[who] == 0)
                    continue;
                assert_int_equal(names_field(m->sessions[who]), hidden ? CRM4E_E_DENIED : CRM4E_OK);
                assert_int_equal(get_field(m, who), hidden ? CRM4E_E_DENIED : CRM4E_OK);
                assert_int_equal(shows_field(m, who), !hidden);
                assert_int_equal(
                    crm4e_may(m->sessions[who], CRM4E_ACTION_EDIT, "Papers", m->own[who], "Fee"),
                    fixed ? CRM4E_E_DENIED : CRM4E_OK);
                assert_ok(crm4e_session_begin(m->sessions[who]));
                assert_int_equal(set_field(m, who), fixed ? CRM4E_E_DENIED : CRM4E_OK);
                assert_ok(crm4e_session_rollback(m->sessions[who]));
                if (fixed)
                    assert_int_equal(set_field(m, who), CRM4E_E_DENIED);
            }
            assert_null(unchanged_rows_problem(&m->f.watch));
        }
        assert_ok(crm4e_module_set_field(module, p, "Fee", CRM4E_PERMISSION_READ_WRITE));
    }
}

/* A guest sees what requesters see. */
static void guests_see_what_requesters_see(void **state)
{
    static const actor guests[] = {READER, WRITER, HOLDER};
    matrix *m = *state;

    assert_ok(crm4e_module_set_field(m->modules[LEAD], CRM4E_TEAM_REQUESTER, "Fee",
                                     CRM4E_PERMISSION_HIDDEN));
    for (size_t i = 0; i < sizeof guests / sizeof guests[0]; i++)
        assert_int_equal(names_field(m->sessions[guests[i]]), CRM4E_E_DENIED);
    assert_ok(crm4e_module_set_field(m->modules[LEAD], CRM4E_TEAM_REQUESTER, "Fee",
                                     CRM4E_PERMISSION_READ_WRITE));
    for (size_t i = 0; i < sizeof guests / sizeof guests[0]; i++)
        assert_ok(names_field(m->sessions[guests[i]]));
}

#define ON_BOTH(test)                                                                              \
    {#test " in memory", test, matrix_in_memory, matrix_teardown, NULL},                           \
    {                                                                                              \
#test " on SQLite", test, matrix_in_sqlite, matrix_teardown, NULL                          \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ON_BOTH(everybody_tries_everything),     ON_BOTH(actions_are_taken),
        ON_BOTH(taken_actions_are_refused),      ON_BOTH(fields_are_narrowed),
        ON_BOTH(guests_see_what_requesters_see),
    };

    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
