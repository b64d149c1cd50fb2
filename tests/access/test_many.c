/* SPDX-License-Identifier: MIT */
/* Around 65,536: records shared with one user, and owners below one user. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "world_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"

enum {
    FEWEST = 65535,
    MOST = 65537
};

typedef struct many {
    stage s;
    crm4e_session *session; /* of the user who is to see them */
    crm4e_id user;
    crm4e_id ids[MOST];
} many;

static many the_many;

static void create_leads(many *m)
{
    assert_fine(m->s.admin, crm4e_session_begin(m->s.admin));
    for (int i = 0; i < MOST; i++) {
        assert_fine(m->s.admin, fixture_lead(m->s.admin, i % 2 == 0 ? "Li" : "Wang", &m->ids[i]));
    }
    assert_fine(m->s.admin, crm4e_session_commit(m->s.admin));
}

static void open_many(many *m, fixture_storage kind)
{
    static const char people[] =
        "{\"crm4e\":1,\"org\":{\"crm_licences\":100000},\"roles\":[{\"name\":\"Seller\",\"parent\":"
        "\"Manager\"}],\"users\":[{\"email\":\"wide@acme.example\",\"role\":\"Manager\"},"
        "{\"email\":\"aside@acme.example\",\"role\":\"Seller\"}]}";
    handle_set set = {.org = NULL};

    memset(m, 0, sizeof *m);
    assert_int_equal(fixture_start(&m->s.f, kind), CRM4E_OK);
    assert_int_equal(fixture_org(&m->s.f, "Acme", ANA, &set), CRM4E_OK);
    m->s.org = set.org;
    m->s.admin = set.session;
    assert_fine(m->s.admin, crm4e_org_apply(NULL, m->s.admin, people, CRM4E_NUL_TERMINATED));
    assert_fine(m->s.admin, crm4e_user_find(m->s.admin, "wide@acme.example", &m->user));
    assert_int_equal(crm4e_session_open(&m->session, m->s.org, "wide@acme.example"), CRM4E_OK);
    create_leads(m);
}

static void close_many(many *m)
{
    crm4e_session_close(m->session);
    stage_close(&m->s);
}

/* Every list, count, chart and single question tells of the first `count`. */
static void assert_seen(many *m, int count)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    crm4e_chart *chart = NULL;
    int64_t counted = 0;
    int64_t charted = 0;
    int at = 0;

    assert_fine(m->session, crm4e_query_new(&query, m->session, "Leads"));
    assert_fine(m->session, crm4e_query_select(query, "Last_Name"));
    assert_fine(m->session, crm4e_query_limit(query, -1));
    assert_fine(m->session, crm4e_query_count(query, &counted));
    assert_int_equal(counted, count);
    assert_fine(m->session, crm4e_query_run(&rows, query));
    for (; crm4e_cursor_next(rows) == CRM4E_ROW; at++) {
        assert_int_equal(crm4e_cursor_id(rows), m->ids[at]);
    }
    assert_int_equal(at, count);
    assert_fine(m->session, crm4e_chart_new(&chart, m->session, "Leads"));
    assert_fine(m->session, crm4e_chart_group_by(chart, "Last_Name", 0));
    assert_fine(m->session, crm4e_chart_run(chart));
    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++) {
        charted += strtoll(crm4e_chart_value(chart, i, 0), NULL, 10);
    }
    assert_int_equal(charted, count);
    for (int i = FEWEST - 3; i < MOST; i++) {
        assert_int_equal(crm4e_may(m->session, CRM4E_ACTION_VIEW, "Leads", m->ids[i], NULL),
                         i < count ? CRM4E_OK : CRM4E_E_NOT_FOUND);
    }
    crm4e_chart_free(chart);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

static void share_some(many *m, int from, int to)
{
    raw_unit raw;

    raw_begin(&raw, &m->s);
    const c4_module *leads = c4_meta_module_named(raw.unit.meta, "Leads");
    for (int i = from; i < to; i++) {
        const crm4e_value values[C4_SHARE_COLUMNS] = {
            [0] = c4_integer(c4_unit_new_id(&raw.unit)),
            [C4_SHARE_MODULE] = c4_integer(leads->number),
            [C4_SHARE_RECORD] = c4_integer(m->ids[i]),
            [C4_SHARE_KIND] = c4_integer(CRM4E_SUBJECT_USER),
            [C4_SHARE_SUBJECT] = c4_integer(m->user),
            [C4_SHARE_LEVEL] = c4_integer(CRM4E_LEVEL_READ_ONLY),
            [C4_SHARE_RELATED] = c4_integer(0),
            [C4_SHARE_RESTING] = c4_integer(0),
            [C4_SHARE_BY] = c4_integer(m->user),
            [C4_SHARE_TIME] = c4_integer(raw.unit.now)};
        assert_int_equal(c4_db_insert(&raw.db, &c4_tables[C4_TABLE_SHARE], values), CRM4E_OK);
    }
    c4_unit_shares_changed(&raw.unit);
    raw_commit(&raw);
}

static void many_shares(fixture_storage kind)
{
    many *m = &the_many;

    open_many(m, kind);
    share_some(m, 0, FEWEST);
    assert_seen(m, FEWEST);
    for (int count = FEWEST + 1; count <= MOST; count++) {
        share_some(m, count - 1, count);
        assert_seen(m, count);
    }
    close_many(m);
}

/* A user for each record, below the one who is to see them. Made beside the
 * interface: one by one they would take an hour. */
static crm4e_id insert_owner(raw_unit *raw, int i, const c4_role *role, const c4_profile *profile)
{
    crm4e_id id = c4_unit_new_id(&raw->unit);
    char email[48];

    (void)snprintf(email, sizeof email, "s%d@acme.example", i);
    const crm4e_value values[C4_USER_COLUMNS] = {
        [0] = c4_integer(id),
        [C4_USER_NAME] = c4_c_text(email),
        [C4_USER_EMAIL] = c4_c_text(email),
        [C4_USER_EMAIL_KEY] = c4_c_text(email),
        [C4_USER_ROLE] = c4_integer(role->id),
        [C4_USER_PROFILE] = c4_integer(profile->id),
        [C4_USER_LICENCE] = c4_integer(CRM4E_LICENCE_CRM),
        [C4_USER_STATUS] = c4_integer(CRM4E_USER_ACTIVE),
        [C4_USER_LOCALE] = c4_c_text("en"),
        [C4_USER_ZONE] = c4_c_text("UTC"),
        [C4_USER_REPORTING_TO] = c4_integer(0),
        [C4_USER_UI_MODE] = c4_integer(CRM4E_UI_NEXTGEN),
    };
    assert_int_equal(c4_db_insert(&raw->db, &c4_tables[C4_TABLE_USER], values), CRM4E_OK);
    return id;
}

static void own_some(many *m, int from, int to)
{
    static const uint32_t owner_column = C4_COLUMN_OWNER;
    raw_unit raw;

    raw_begin(&raw, &m->s);
    const c4_role *role = c4_meta_role_named(raw.unit.meta, "Seller");
    const c4_profile *profile = c4_meta_profile_named(raw.unit.meta, "Standard");
    const c4_module *leads = c4_meta_module_named(raw.unit.meta, "Leads");
    for (int i = from; i < to; i++) {
        const crm4e_value owner = c4_integer(insert_owner(&raw, i, role, profile));
        assert_int_equal(c4_db_update(&raw.db, &leads->table, m->ids[i], &owner_column, &owner, 1),
                         CRM4E_OK);
    }
    c4_unit_meta_changed(&raw.unit);
    raw_commit(&raw);
}

static void many_owners(fixture_storage kind)
{
    many *m = &the_many;

    open_many(m, kind);
    own_some(m, 0, FEWEST);
    assert_seen(m, FEWEST);
    for (int count = FEWEST + 1; count <= MOST; count++) {
        own_some(m, count - 1, count);
        assert_seen(m, count);
    }
    close_many(m);
}

static void shares_in_memory(void **state)
{
    (void)state;
    many_shares(FIXTURE_MEMORY);
}

static void shares_on_sqlite(void **state)
{
    (void)state;
    many_shares(FIXTURE_SQLITE);
}

static void owners_in_memory(void **state)
{
    (void)state;
    many_owners(FIXTURE_MEMORY);
}

static void owners_on_sqlite(void **state)
{
    (void)state;
    many_owners(FIXTURE_SQLITE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_in_memory),
        cmocka_unit_test(shares_on_sqlite),
        cmocka_unit_test(owners_in_memory),
        cmocka_unit_test(owners_on_sqlite),
    };
    return _cmocka_run_group_tests("many", tests, sizeof tests / sizeof tests[0], NULL, NULL);
}
