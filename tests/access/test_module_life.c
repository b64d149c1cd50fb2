/* SPDX-License-Identifier: MIT */
/* A module is hidden, archived, brought back, left to the administrators and
 * removed, on every storage: who sees what then, and that nothing is left of it. */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#include "model/meta.h"
#include "model/schema.h"

#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)
#define PAPERS        "Papers"

static int apply(crm4e_session *session, const char *document)
{
    return crm4e_org_apply(NULL, session, document, CRM4E_NUL_TERMINATED);
}

static int64_t papers(matrix *m, actor who)
{
    return fixture_count(m->sessions[who], "select Name from Papers");
}

static bool says(int rc, crm4e_text *text, const char *part)
{
    bool found;

    assert_ok(rc);
    found = strstr(crm4e_text_data(text), part) != NULL;
    crm4e_text_free(text);
    return found;
}

static bool modules_say(crm4e_session *session, const char *part)
{
    crm4e_text *text = NULL;
    int rc = crm4e_modules_json(&text, session);

    return says(rc, text, part);
}

static bool navigation_says(crm4e_session *session, const char *part)
{
    crm4e_text *text = NULL;
    int rc = crm4e_navigation_json(&text, session);

    return says(rc, text, part);
}

static void assert_sound(matrix *m)
{
    crm4e_text *text = NULL;

    assert_ok(crm4e_check(&text, m->f.own.org));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static int edit(crm4e_session *session, const char *module, crm4e_id id, const char *json)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, module, id);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static crm4e_id create(crm4e_session *session, const char *module, const char *json)
{
    crm4e_record *record = NULL;
    crm4e_id id = 0;

    assert_ok(crm4e_record_new(&record, session, module));
    assert_ok(crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    assert_ok(crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

/* ------------------------------------------------------------ hidden and archived */

static void counts(matrix *m, int64_t out[ACTORS])
{
    for (actor who = 0; who < ACTORS; who++)
        out[who] = papers(m, who);
}

/* Records are the administrator's alone; settings stay with who configures. */
static void assert_out_of_use(matrix *m)
{
    for (actor who = 0; who < ACTORS; who++) {
        assert_int_equal(papers(m, who), who == SYSTEM ? 8 : CRM4E_E_NOT_FOUND);
        assert_false(navigation_says(m->sessions[who], PAPERS));
        assert_int_equal(modules_say(m->sessions[who], "\"api_name\":\"Papers\""),
                         who == LEAD || who == SYSTEM);
    }
}

static void archived_and_brought_back(void **state)
{
    matrix *m = *state;
    crm4e_id own = m->own[MANAGER];
    int64_t before[ACTORS], after[ACTORS];

    counts(m, before);
    assert_int_equal(crm4e_module_set_archived(m->modules[LEAD], 2), CRM4E_E_INVALID);
    assert_ok(crm4e_module_set_archived(m->modules[LEAD], 1));
    assert_ok(crm4e_module_set_archived(m->modules[LEAD], 1));
    assert_out_of_use(m);
    assert_true(modules_say(m->sessions[LEAD],
                            "\"kind\":\"team\",\"hidden\":false,\"archived\":true,"
                            "\"configures\":true,\"profile\":\"admin\","
                            "\"admins\":1"));
    assert_int_equal(edit(m->sessions[SYSTEM], PAPERS, own, "{\"Name\": \"x\"}"), CRM4E_E_DENIED);
    assert_int_equal(crm4e_record_delete(m->sessions[SYSTEM], PAPERS, own, 0), CRM4E_E_DENIED);
    assert_int_equal(crm4e_record_restore(m->sessions[SYSTEM], PAPERS, m->records[BINNED]),
                     CRM4E_E_DENIED);
    assert_int_equal(crm4e_may(m->sessions[SYSTEM], CRM4E_ACTION_EXPORT, PAPERS, 0, NULL),
                     CRM4E_OK);
    assert_int_equal(crm4e_module_set_archived(m->modules[MANAGER], 0), CRM4E_E_NOT_FOUND);
    assert_sound(m);
    assert_ok(crm4e_module_set_archived(m->modules[LEAD], 0));
    counts(m, after);
    assert_memory_equal(before, after, sizeof before);
    assert_ok(edit(m->sessions[MANAGER], PAPERS, own, "{\"Name\": \"Paper again\"}"));
    assert_sound(m);
}

static void hidden_and_shown(void **state)
{
    matrix *m = *state;
    crm4e_session *ana = m->sessions[SYSTEM];
    crm4e_module *leads = NULL;
    int64_t before[ACTORS], after[ACTORS];

    counts(m, before);
    assert_ok(crm4e_module_set_hidden(m->modules[LEAD], 1));
    assert_out_of_use(m);
    assert_ok(crm4e_module_set_hidden(m->modules[LEAD], 0));
    counts(m, after);
    assert_memory_equal(before, after, sizeof before);

    assert_ok(crm4e_module_open(&leads, ana, "Leads"));
    assert_int_equal(crm4e_module_set_hidden(leads, -1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_module_set_archived(leads, 1), CRM4E_E_UNSUPPORTED);
    assert_int_equal(crm4e_module_remove(leads), CRM4E_E_DENIED);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(ana)), "standard");
    assert_true(fixture_count(m->sessions[OUTSIDER], "select Company from Leads") >= 0);
    assert_ok(crm4e_module_set_hidden(leads, 1));
    assert_int_equal(fixture_count(m->sessions[OUTSIDER], "select Company from Leads"),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(fixture_lead(m->sessions[OUTSIDER], "x", NULL), CRM4E_E_NOT_FOUND);
    assert_true(
        modules_say(ana, "\"api_name\":\"Leads\",\"singular\":\"Lead\",\"plural\":\"Leads\""));
    assert_false(modules_say(m->sessions[OUTSIDER], "\"api_name\":\"Leads\""));
    assert_ok(crm4e_module_set_hidden(leads, 0));
    assert_ok(fixture_lead(m->sessions[OUTSIDER], "x", NULL));
    crm4e_module_free(leads);
}

/* The document says it too, and gives it back. */
static void in_a_document(void **state)
{
    matrix *m = *state;
    crm4e_session *ana = m->sessions[SYSTEM];
    crm4e_text *text = NULL;
    int rc;

    assert_ok(apply(ana, "{\"modules\": [{\"api_name\": \"Papers\", \"archived\": true},"
                         " {\"api_name\": \"Boxes\", \"archived\": true, \"hidden\": true}]}"));
    assert_out_of_use(m);
    rc = crm4e_org_export(&text, ana);
    assert_true(says(rc, text, "\"hidden\":false,\"archived\":true,\"team\":true"));
    assert_true(modules_say(ana, "\"kind\":\"custom\",\"hidden\":true,\"archived\":true"));
    assert_ok(apply(ana, "{\"modules\": [{\"api_name\": \"Papers\", \"archived\": false}]}"));
    assert_int_equal(papers(m, MEMBER), 8);
    assert_int_equal(apply(ana, "{\"modules\": [{\"api_name\": \"Leads\", \"archived\": true}]}"),
                     CRM4E_E_UNSUPPORTED);
    assert_int_equal(apply(m->sessions[MANAGER],
                           "{\"modules\": [{\"api_name\": \"Papers\", \"archived\": true}]}"),
                     CRM4E_E_DENIED);
}

/* ------------------------------------------------------------------------ removed */

/* What can hang on a module: rules with turns and messages, a chart, tasks and notes
 * on its records, things in the bin. */
static void furnish(matrix *m, crm4e_id tasks[2], crm4e_id notes[2])
{
    static const char parts[] =
        "{\"workflows\": [{\"module\": \"Papers\", \"name\": \"Turn\", \"on\": \"create\","
        "   \"conditions\": [{\"then\": [{\"assign_owner\": {\"target\": \"team_module_users\","
        "     \"notify\": true}}, {\"notify\": {\"to\": \"creator\", \"subject\": \"s\"}}],"
        "   \"scheduled\": [{\"after\": {\"days\": 9}, \"then\": ["
        "    {\"notify\": {\"to\": \"owner\", \"subject\": \"s\"}}]}]}]},"
        "  {\"module\": \"Papers\", \"name\": \"Rests\", \"on\": \"edit\", \"active\": false,"
        "   \"conditions\": [{\"then\": [{\"notify\": {\"to\": \"owner\", \"subject\": "
        "\"s\"}}]}]}],"
        " \"assignment_rules\": [{\"module\": \"Papers\", \"name\": \"Large\", \"entries\": ["
        "   {\"when\": \"Fee > 9\", \"to\": {\"target\": \"team_module_users\"}}]}],"
        " \"charts\": [{\"module\": \"Papers\", \"name\": \"Fees\", \"group_by\": [\"Name\"],"
        "   \"measures\": [\"sum:Fee\"]}],"
        " \"views\": [{\"module\": \"Papers\", \"name\": \"Fees\", \"columns\": [\"Fee\"]}],"
        " \"modules\": [{\"api_name\": \"Papers\", \"fields\": [{\"api_name\": \"Number\","
        "   \"type\": \"autonumber\"}], \"default_owners\": [\"manager@acme.example\"],"
        "   \"permissions\": {\"member\": {\"actions\": [\"view\", \"edit\"],"
        "     \"fields\": {\"Fee\": \"hidden\"}}}}]}";
    crm4e_session *lead = m->sessions[LEAD];
    char json[128];

    assert_ok(apply(m->sessions[SYSTEM], parts));
    assert_ok(crm4e_module_add_member(m->modules[SYSTEM], m->users[MEMBER], CRM4E_TEAM_ADMIN));
    assert_ok(crm4e_module_add_member(m->modules[SYSTEM], m->users[MEMBER], CRM4E_TEAM_MEMBER));
    for (size_t i = 0; i < 3; i++)
        (void)create(m->sessions[REQUESTER], PAPERS, "{\"Name\": \"Request\"}");
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(
            json, sizeof json,
            "{\"Subject\": \"Read\", \"What_Id\": {\"module\": \"Papers\", \"id\": %lld}}",
            (long long)m->records[OTHER]);
        tasks[i] = create(lead, "Tasks", json);
        (void)snprintf(
            json, sizeof json,
            "{\"Note_Content\": \"n\", \"Parent_Id\": {\"module\": \"Papers\", \"id\": %lld}}",
            (long long)m->records[OTHER]);
        notes[i] = create(lead, "Notes", json);
    }
    assert_ok(crm4e_record_set_locked(lead, "Tasks", tasks[0], 1));
    assert_ok(crm4e_record_delete(lead, "Tasks", tasks[1], 0));
    assert_ok(crm4e_record_delete(lead, "Notes", notes[1], 0));
}

/* Whether the column says of which module a row is. */
static bool says_which(size_t table, uint32_t column)
{
    const char *name = c4_tables[table].columns[column].name;

    return strcmp(name, "module") == 0 || strcmp(name, "source_module") == 0 ||
           strcmp(name, "scope") == 0 || (table == C4_TABLE_MODULE && column == 0) ||
           (table == C4_TABLE_ROTATION && column == C4_ROTATION_OWNER);
}

static void read_org(matrix *m, c4_db *db)
{
    assert_ok(c4_db_connect(db, &m->f.raw, crm4e_org_id(m->f.own.org), 0, NULL, NULL));
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
}

/* Rows of the library's own tables that say they belong to the module. With `each`, there
 * must be some in every one but that of sharing rules, which only org modules have, and that of
 * interactions, which test_interactions.c removes: a new table is to be furnished here, and then
 * to be emptied by the removal. */
static int64_t rows_of(matrix *m, int32_t number, bool each)
{
    const crm4e_value value = c4_integer(number);
    int64_t total = 0;
    c4_db db;

    read_org(m, &db);
    for (size_t t = 0; t < C4_TABLE_COUNT; t++) {
        for (uint32_t c = 0; c < c4_tables[t].column_count; c++) {
            const crm4e_predicate where = c4_where(CRM4E_OP_EQ, c, &value, 1);
            int64_t rows = 0;
            crm4e_plan plan;

            if (!says_which(t, c))
                continue;
            c4_plan_init(&plan, &c4_tables[t]);
            plan.where = &where;
            assert_ok(c4_rows_count(&db, &plan, &rows));
            if (each && rows == 0 && t != C4_TABLE_SHARING_RULE && t != C4_TABLE_INTERACTION)
                fail_msg("%s: nothing of the module is in it", c4_tables[t].name);
            total += rows;
        }
    }
    c4_db_disconnect(&db);
    return total;
}

/* The number of the module as it is stored now; 0: there is none. */
static int32_t number_of(matrix *m, const char *name)
{
    const c4_module *module;
    c4_meta *meta = NULL;
    int32_t number = 0;
    c4_db db;

    read_org(m, &db);
    assert_ok(c4_meta_load(&meta, &m->f.mem, &db, NULL));
    module = c4_meta_module_named(meta, name);
    number = module != NULL ? module->number : 0;
    c4_meta_release(meta);
    c4_db_disconnect(&db);
    return number;
}

static int64_t audit_rows(matrix *m, const char *kind, int64_t object)
{
    const crm4e_value values[] = {c4_c_text(kind), c4_integer(object)};
    const crm4e_predicate parts[] = {c4_where(CRM4E_OP_EQ, C4_AUDIT_KIND, &values[0], 1),
                                     c4_where(CRM4E_OP_EQ, C4_AUDIT_OBJECT, &values[1], 1)};
    const crm4e_predicate where = c4_where_all(parts, 2);
    int64_t rows = 0;
    crm4e_plan plan;
    c4_db db;

    read_org(m, &db);
    c4_plan_init(&plan, &c4_tables[C4_TABLE_AUDIT]);
    plan.where = &where;
    assert_ok(c4_rows_count(&db, &plan, &rows));
    c4_db_disconnect(&db);
    return rows;
}

/* A module of the same name made afterwards, by the same admin. */
static void assert_new_one_is_bare(matrix *m)
{
    crm4e_module_options options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    int rc;

    options.api_name = PAPERS;
    options.access = CRM4E_ACCESS_TEAM;
    assert_ok(crm4e_module_create(&module, m->sessions[LEAD], &options));
    for (actor who = 0; who < ACTORS; who++)
        assert_int_equal(papers(m, who), who == LEAD || who == SYSTEM ? 0 : CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_module_members_json(&text, module));
    assert_null(strstr(crm4e_text_data(text), "},{"));
    crm4e_text_free(text);
    rc = crm4e_module_json(&text, module);
    assert_false(says(rc, text, "Fee"));
    rc = crm4e_navigation_json(&text, m->sessions[LEAD]);
    assert_false(says(rc, text, "\"name\":\"Office\",\"items\":[{"));
    assert_ok(crm4e_module_add_member(module, m->users[MEMBER], CRM4E_TEAM_MEMBER));
    assert_ok(crm4e_may(m->sessions[MEMBER], CRM4E_ACTION_DELETE, PAPERS, 0, NULL));
    assert_int_equal(crm4e_record_restore(m->sessions[LEAD], PAPERS, m->records[BINNED]),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_add_member(m->modules[LEAD], m->users[MEMBER], CRM4E_TEAM_MEMBER),
                     CRM4E_E_NOT_FOUND);
    crm4e_module_free(module);
    assert_sound(m);
}

static void assert_links_are_empty(matrix *m, const crm4e_id tasks[2], const crm4e_id notes[2])
{
    crm4e_session *lead = m->sessions[LEAD];
    crm4e_text *text = NULL;
    int rc;

    assert_int_equal(fixture_count(lead, "select Subject from Tasks where What_Id is null"), 1);
    rc = crm4e_timeline_json(&text, lead, "Tasks", tasks[0], 0, 0, 10);
    assert_true(says(rc, text, "What_Id"));
    assert_ok(crm4e_record_restore(lead, "Tasks", tasks[1]));
    assert_int_equal(fixture_count(lead, "select Subject from Tasks where What_Id is null"), 2);
    assert_int_equal(fixture_count(m->sessions[SYSTEM], "select Note_Content from Notes"), 0);
    assert_int_equal(crm4e_record_restore(lead, "Notes", notes[1]), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_record_restore(m->sessions[SYSTEM], "Notes", notes[1]),
                     CRM4E_E_NOT_FOUND);
}

static void removed_with_all_that_is_in_it(void **state)
{
    matrix *m = *state;
    int32_t number = number_of(m, PAPERS);
    crm4e_id tasks[2], notes[2];

    furnish(m, tasks, notes);
    (void)rows_of(m, number, true);
    assert_ok(crm4e_module_remove(m->modules[LEAD]));
    assert_int_equal(crm4e_module_remove(m->modules[LEAD]), CRM4E_E_NOT_FOUND);
    assert_int_equal(rows_of(m, number, false), 0);
    assert_int_equal(audit_rows(m, "module_removed", number), 1);
    assert_sound(m);
    for (actor who = 0; who < ACTORS; who++) {
        assert_int_equal(papers(m, who), CRM4E_E_NOT_FOUND);
        assert_false(navigation_says(m->sessions[who], PAPERS));
    }
    assert_links_are_empty(m, tasks, notes);
    assert_new_one_is_bare(m);
}

/* Handles that others have in hand answer, and crash nobody. */
static void handles_outlive_it(void **state)
{
    matrix *m = *state;
    crm4e_session *member = m->sessions[MEMBER];
    crm4e_record *record = NULL, *fresh = NULL;
    crm4e_query *query = NULL;
    crm4e_cursor *cursor = NULL;
    crm4e_chart *chart = NULL;
    crm4e_workflow *rule = NULL;
    crm4e_text *text = NULL;
    const char *value = NULL;
    int64_t count = 0;

    assert_ok(crm4e_record_open(&record, member, PAPERS, m->own[MEMBER]));
    assert_ok(crm4e_record_new(&fresh, member, PAPERS));
    assert_ok(crm4e_query_new(&query, member, PAPERS));
    assert_ok(crm4e_query_text(&cursor, member, "select Name from Papers"));
    assert_ok(crm4e_chart_new(&chart, member, PAPERS));
    assert_ok(crm4e_workflow_new(&rule, m->modules[LEAD], "Late"));
    assert_ok(crm4e_workflow_on(rule, CRM4E_ON_CREATE));
    assert_ok(crm4e_workflow_then_notify(rule, "owner", "s", NULL));
    assert_ok(crm4e_module_remove(m->modules[SYSTEM]));
    /* what is in hand may be looked at and changed there */
    (void)crm4e_record_get_text(record, "Name", &value, NULL);
    (void)crm4e_record_set_text(record, "Name", "x", 1);
    assert_int_equal(crm4e_record_json(&text, record), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_record_save(record), CRM4E_E_NOT_FOUND);
    (void)crm4e_record_set_text(fresh, "Name", "x", 1);
    assert_int_equal(crm4e_record_save(fresh), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_query_count(query, &count), CRM4E_E_NOT_FOUND);
    while (crm4e_cursor_next(cursor) == CRM4E_ROW)
        continue;
    assert_int_equal(crm4e_chart_run(chart), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_workflow_save(rule), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_json(&text, m->modules[LEAD]), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_members_json(&text, m->modules[LEAD]), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_set_hidden(m->modules[LEAD], 1), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_set_archived(m->modules[LEAD], 1), CRM4E_E_NOT_FOUND);
    crm4e_workflow_free(rule);
    crm4e_chart_free(chart);
    crm4e_cursor_free(cursor);
    crm4e_query_free(query);
    crm4e_record_free(fresh);
    crm4e_record_free(record);
}

static void removal_is_taken_back(void **state)
{
    matrix *m = *state;
    crm4e_id tasks[2], notes[2];

    furnish(m, tasks, notes);
    unchanged_mark(&m->f.watch);
    assert_ok(crm4e_session_begin(m->sessions[LEAD]));
    assert_ok(crm4e_module_remove(m->modules[LEAD]));
    assert_int_equal(papers(m, LEAD), CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_session_rollback(m->sessions[LEAD]));
    assert_null(unchanged_rows_problem(&m->f.watch));
    assert_int_equal(papers(m, LEAD), 11);
    assert_sound(m);
}

static void refused(matrix *m, actor who, int code, const char *rule, const char *message)
{
    const crm4e_error *error = crm4e_session_error(m->sessions[who]);

    unchanged_mark(&m->f.watch);
    assert_int_equal(crm4e_module_remove(m->modules[who]), code);
    assert_string_equal(crm4e_error_rule(error), rule);
    if (message != NULL)
        assert_string_equal(crm4e_error_message(error), message);
    assert_null(unchanged_rows_problem(&m->f.watch));
}

static void what_is_used_stays(void **state)
{
    static const char boxes[] =
        "{\"modules\": [{\"api_name\": \"Boxes\", \"team\": true, \"fields\": ["
        " {\"api_name\": \"Paper\", \"type\": \"lookup\", \"target\": \"Papers\"}]}]}";
    matrix *m = *state;
    crm4e_session *ana = m->sessions[SYSTEM];
    crm4e_module *box = NULL;

    assert_ok(apply(ana, boxes));
    refused(m, SYSTEM, CRM4E_E_CONFLICT, "in_use", "the lookup Boxes.Paper points to the module");
    assert_string_equal(crm4e_error_field(crm4e_session_error(ana)), "Paper");
    refused(m, LEAD, CRM4E_E_CONFLICT, "in_use",
            "a lookup of a module that is closed to this user points to the module");
    assert_string_equal(crm4e_error_module(crm4e_session_error(m->sessions[LEAD])), "");
    assert_ok(crm4e_module_open(&box, ana, "Boxes"));
    assert_ok(crm4e_module_remove_field(box, "Paper"));
    assert_ok(crm4e_module_remove(m->modules[LEAD]));
    assert_int_equal(fixture_count(ana, "select Name from Boxes"), 0);
    assert_sound(m);
    crm4e_module_free(box);
}

static void locked_and_appointed(void **state)
{
    matrix *m = *state;

    assert_ok(crm4e_record_set_locked(m->sessions[MEMBER], PAPERS, m->own[MEMBER], 1));
    refused(m, LEAD, CRM4E_E_LOCKED, "locked", NULL);
    refused(m, SYSTEM, CRM4E_E_LOCKED, "locked", NULL);
    assert_ok(crm4e_record_set_locked(m->sessions[MEMBER], PAPERS, m->own[MEMBER], 0));
    assert_ok(crm4e_module_add_member(m->modules[SYSTEM], m->users[MANAGER], CRM4E_TEAM_ADMIN));
    refused(m, LEAD, CRM4E_E_DENIED, "appointed", NULL);
    assert_ok(crm4e_module_remove(m->modules[MANAGER]));
}

/* A custom org module: profiles and sharing rules speak of it. */
static void a_custom_org_module(void **state)
{
    static const char parts[] =
        "{\"modules\": [{\"api_name\": \"Boxes\", \"fields\": ["
        "   {\"api_name\": \"Weight\", \"type\": \"integer\"}]}],"
        " \"profiles\": [{\"name\": \"Porter\", \"clone_of\": \"Standard\","
        "   \"modules\": {\"Boxes\": [\"view\"]}, \"fields\": {\"Boxes\": {\"Weight\": "
        "\"hidden\"}}},"
        "   {\"name\": \"Maker\", \"clone_of\": \"Standard\", \"admin\": [\"customise\"]}],"
        " \"users\": [{\"email\": \"outsider@acme.example\", \"profile\": \"Porter\"},"
        "   {\"email\": \"reader@acme.example\", \"profile\": \"Maker\"}],"
        " \"sharing_rules\": [{\"module\": \"Boxes\", \"name\": \"All\","
        "   \"from\": [{\"role\": \"CEO\"}], \"to\": [{\"role\": \"Manager\"}]}]}";
    static const char again[] = "{\"modules\": [{\"api_name\": \"Boxes\", \"fields\": ["
                                "   {\"api_name\": \"Weight\", \"type\": \"integer\"}]}]}";
    matrix *m = *state;
    crm4e_session *ana = m->sessions[SYSTEM];
    crm4e_module *box = NULL;
    crm4e_text *text = NULL;
    int32_t number;
    int rc;

    assert_ok(apply(ana, parts));
    number = number_of(m, "Boxes");
    (void)create(ana, "Boxes", "{\"Name\": \"Box\"}");
    assert_ok(crm4e_module_open(&box, m->sessions[OUTSIDER], "Boxes"));
    assert_int_equal(crm4e_module_remove(box), CRM4E_E_DENIED);
    assert_int_equal(crm4e_module_members_json(&text, box), CRM4E_E_UNSUPPORTED);
    crm4e_module_free(box);
    assert_ok(crm4e_module_open(&box, m->sessions[READER], "Boxes"));
    assert_ok(crm4e_module_remove(box));
    crm4e_module_free(box);
    assert_int_equal(rows_of(m, number, false), 0);
    rc = crm4e_profile_json(&text, ana, "Porter");
    assert_false(says(rc, text, "Boxes"));
    assert_sound(m);
    assert_ok(apply(ana, again));
    assert_ok(crm4e_may(m->sessions[OUTSIDER], CRM4E_ACTION_EDIT, "Boxes", 0, "Weight"));
    assert_int_equal(fixture_count(m->sessions[MEMBER], "select Weight from Boxes"), 0);
}

/* ---------------------------------------------------------------------- inherited */

static int set_status(matrix *m, crm4e_user_status status)
{
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;

    user.email = actor_emails[LEAD];
    user.status = status;
    return crm4e_user_update(m->sessions[SYSTEM], &user);
}

/* The module goes on: its members work, and a system administrator rules it. */
static void assert_inherited(matrix *m, int64_t times)
{
    crm4e_session *ana = m->sessions[SYSTEM];

    assert_int_equal(audit_rows(m, "module_inherited", number_of(m, PAPERS)), times);
    assert_true(modules_say(ana, "\"configures\":true,\"profile\":null,\"admins\":0"));
    assert_int_equal(papers(m, MEMBER), 8);
    assert_ok(edit(m->sessions[MANAGER], PAPERS, m->own[MANAGER], "{\"Fee\": 2.00}"));
    assert_int_equal(crm4e_module_set_hidden(m->modules[MANAGER], 1), CRM4E_E_DENIED);
    assert_ok(crm4e_module_set_field(m->modules[SYSTEM], CRM4E_TEAM_MEMBER, "Fee",
                                     CRM4E_PERMISSION_READ_ONLY));
    assert_sound(m);
}

static void the_last_admin_goes(void **state)
{
    matrix *m = *state;
    crm4e_session *lead = m->sessions[LEAD];

    assert_int_equal(crm4e_module_remove_member(m->modules[LEAD], m->users[LEAD]), CRM4E_E_DENIED);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(lead)), "last_admin");
    assert_ok(set_status(m, CRM4E_USER_INACTIVE));
    assert_inherited(m, 1);
    assert_ok(set_status(m, CRM4E_USER_ACTIVE));
    assert_ok(crm4e_module_set_hidden(m->modules[LEAD], 0));
    assert_ok(set_status(m, CRM4E_USER_DELETED));
    assert_inherited(m, 2);
    assert_int_equal(crm4e_module_set_hidden(m->modules[LEAD], 0), CRM4E_E_INACTIVE);
    assert_ok(crm4e_module_add_member(m->modules[SYSTEM], m->users[MANAGER], CRM4E_TEAM_ADMIN));
    assert_ok(crm4e_module_set_hidden(m->modules[MANAGER], 0));
}

/* One of two is nothing to inherit; taken by a system administrator the last is. */
static void others_stay(void **state)
{
    matrix *m = *state;
    int32_t number = number_of(m, PAPERS);

    assert_ok(crm4e_module_add_member(m->modules[LEAD], m->users[MEMBER], CRM4E_TEAM_ADMIN));
    assert_ok(set_status(m, CRM4E_USER_INACTIVE));
    assert_int_equal(audit_rows(m, "module_inherited", number), 0);
    assert_ok(crm4e_module_add_member(m->modules[SYSTEM], m->users[MEMBER], CRM4E_TEAM_MEMBER));
    assert_int_equal(audit_rows(m, "module_inherited", number), 1);
    assert_ok(crm4e_module_remove_member(m->modules[SYSTEM], m->users[LEAD]));
    assert_int_equal(audit_rows(m, "module_inherited", number), 1);
    assert_sound(m);
}

/* -------------------------------------------------------------------- portal users */

static void there_are_no_portal_users(void **state)
{
    matrix *m = *state;
    crm4e_session *ana = m->sessions[SYSTEM];
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;

    unchanged_mark(&m->f.watch);
    user.email = "visitor@acme.example";
    user.licence = CRM4E_LICENCE_PORTAL;
    assert_int_equal(crm4e_user_create(NULL, ana, &user), CRM4E_E_UNSUPPORTED);
    assert_non_null(strstr(crm4e_error_message(crm4e_session_error(ana)), "portal users"));
    assert_non_null(strstr(crm4e_error_message(crm4e_session_error(ana)), "team modules"));
    user.email = actor_emails[MEMBER];
    assert_int_equal(crm4e_user_update(ana, &user), CRM4E_E_UNSUPPORTED);
    assert_int_equal(apply(ana, "{\"users\": [{\"email\": \"visitor@acme.example\","
                                " \"licence\": \"portal\"}]}"),
                     CRM4E_E_UNSUPPORTED);
    assert_null(unchanged_rows_problem(&m->f.watch));
}

#define ON_BOTH(test)                                                                              \
    {#test " in memory", test, matrix_in_memory, matrix_teardown, NULL},                           \
    {                                                                                              \
#test " on SQLite", test, matrix_in_sqlite, matrix_teardown, NULL                          \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ON_BOTH(archived_and_brought_back),
        ON_BOTH(hidden_and_shown),
        ON_BOTH(in_a_document),
        ON_BOTH(removed_with_all_that_is_in_it),
        ON_BOTH(handles_outlive_it),
        ON_BOTH(removal_is_taken_back),
        ON_BOTH(what_is_used_stays),
        ON_BOTH(locked_and_appointed),
        ON_BOTH(a_custom_org_module),
        ON_BOTH(the_last_admin_goes),
        ON_BOTH(others_stay),
        ON_BOTH(there_are_no_portal_users),
    };

    return cmocka_run_group_tests_name("life of modules", tests, NULL, NULL);
}
