/* SPDX-License-Identifier: MIT */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#define COLLEAGUE "colleague@acme.example"

const char *const actor_emails[ACTORS] = {
    [LEAD] = "lead@acme.example",           [MANAGER] = "manager@acme.example",
    [MEMBER] = "member@acme.example",       [PARTICIPANT] = "participant@acme.example",
    [REQUESTER] = "requester@acme.example", [OUTSIDER] = "outsider@acme.example",
    [READER] = "reader@acme.example",       [WRITER] = "writer@acme.example",
    [HOLDER] = "holder@acme.example",       [SYSTEM] = ANA,
    [SPACER] = "spacer@acme.example",       [TEAMER] = "teamer@acme.example",
};

const crm4e_team_profile actor_profiles[ACTORS] = {
    [LEAD] = CRM4E_TEAM_ADMIN,          [MANAGER] = CRM4E_TEAM_MANAGER,
    [MEMBER] = CRM4E_TEAM_MEMBER,       [PARTICIPANT] = CRM4E_TEAM_PARTICIPANT,
    [REQUESTER] = CRM4E_TEAM_REQUESTER, [TEAMER] = CRM4E_TEAM_MEMBER,
};

static const crm4e_level levels[ACTORS] = {
    [READER] = CRM4E_LEVEL_READ_ONLY,
    [WRITER] = CRM4E_LEVEL_READ_WRITE,
    [HOLDER] = CRM4E_LEVEL_FULL_ACCESS,
};

/* The outsider stands at the top of the tree: that is worth nothing here. */
static const char people[] =
    "{\"profiles\": [{\"name\": \"Founder\", \"clone_of\": \"Standard\","
    "   \"admin\": [\"create_team_module\"]}],"
    " \"users\": ["
    "  {\"email\": \"lead@acme.example\", \"profile\": \"Founder\"},"
    "  {\"email\": \"manager@acme.example\"}, {\"email\": \"member@acme.example\"},"
    "  {\"email\": \"participant@acme.example\"}, {\"email\": \"requester@acme.example\"},"
    "  {\"email\": \"outsider@acme.example\", \"role\": \"CEO\"},"
    "  {\"email\": \"reader@acme.example\"}, {\"email\": \"writer@acme.example\"},"
    "  {\"email\": \"holder@acme.example\"}, {\"email\": \"spacer@acme.example\"},"
    "  {\"email\": \"teamer@acme.example\", \"licence\": \"team\", \"profile\": \"Team User\"},"
    "  {\"email\": \"" COLLEAGUE "\"}],"
    " \"spaces\": [{\"name\": \"Office\", \"members\": ["
    "  {\"user\": \"spacer@acme.example\", \"admin\": true}, \"lead@acme.example\"]}]}";

static int open_sessions(matrix *m)
{
    int rc = crm4e_org_apply(NULL, m->f.own.session, people, CRM4E_NUL_TERMINATED);

    for (actor who = 0; who < ACTORS && rc == CRM4E_OK; who++) {
        rc = crm4e_session_open(&m->sessions[who], m->f.own.org, actor_emails[who]);
        m->users[who] = crm4e_session_user(m->sessions[who]);
    }
    return rc == CRM4E_OK ? crm4e_user_find(m->sessions[LEAD], COLLEAGUE, &m->colleague) : rc;
}

static int make_module(matrix *m)
{
    crm4e_module_options module = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    int rc;

    module.api_name = "Papers";
    module.access = CRM4E_ACCESS_TEAM;
    module.space = "Office";
    rc = crm4e_module_create(&m->modules[LEAD], m->sessions[LEAD], &module);
    field.api_name = "Fee";
    field.type = CRM4E_TYPE_CURRENCY;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(m->modules[LEAD], &field);
    field.api_name = "Draft";
    field.type = CRM4E_TYPE_TEXT;
    field.unique = 1;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(m->modules[LEAD], &field);
    field.api_name = "Scan";
    field.type = CRM4E_TYPE_FILEUPLOAD;
    field.unique = 0;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(m->modules[LEAD], &field);
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_member(m->modules[LEAD], m->colleague, CRM4E_TEAM_MEMBER);
    return rc;
}

/* Everybody is let in for a moment and keeps the handle he opened then. */
static int take_places(matrix *m)
{
    crm4e_module *lead = m->modules[LEAD];
    int rc = CRM4E_OK;

    for (actor who = MANAGER; who < ACTORS && rc == CRM4E_OK; who++) {
        if (who != SYSTEM)
            rc = crm4e_module_add_member(lead, m->users[who], CRM4E_TEAM_MEMBER);
        if (rc == CRM4E_OK)
            rc = crm4e_module_open(&m->modules[who], m->sessions[who], "Papers");
        if (rc == CRM4E_OK && actor_profiles[who] != 0)
            rc = crm4e_module_add_member(lead, m->users[who], actor_profiles[who]);
        else if (rc == CRM4E_OK && who != SYSTEM)
            rc = crm4e_module_remove_member(lead, m->users[who]);
    }
    return rc;
}

static int make_record(crm4e_session *session, const char *name, crm4e_id *id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, "Papers");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_decimal(record, "Fee", "12.50");
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    return rc;
}

static int32_t no_content(void *user, char *buffer, size_t size, size_t *length)
{
    (void)user;
    (void)buffer;
    (void)size;
    *length = 0;
    return CRM4E_CONTINUE;
}

/* What hangs on the shared record, and a view for all. */
static int make_belongings(matrix *m, crm4e_session *colleague)
{
    static const char view[] =
        "{\"module\": \"Papers\", \"name\": \"All\", \"sharing\": \"public\","
        " \"columns\": [\"Name\"]}";
    crm4e_file_options file = CRM4E_FILE_OPTIONS_INIT;
    int rc;

    file.name = "scan.pdf";
    file.read = no_content;
    rc = crm4e_file_put(&m->attached, colleague, "Papers", m->records[SHARED], &file);
    if (rc == CRM4E_OK)
        rc = crm4e_field_file_put(&m->file, colleague, "Papers", m->records[SHARED], "Scan", &file);
    if (rc == CRM4E_OK)
        rc = crm4e_record_tag(colleague, "Papers", m->records[SHARED], "Late");
    return rc == CRM4E_OK ? crm4e_view_put(&m->view, colleague, view, CRM4E_NUL_TERMINATED) : rc;
}

static int make_records(matrix *m)
{
    crm4e_session *colleague = NULL;
    int rc = crm4e_session_open(&colleague, m->f.own.org, COLLEAGUE);

    for (target about = OTHER; about < TARGETS && rc == CRM4E_OK; about++) {
        char name[32];

        (void)snprintf(name, sizeof name, "Paper %u of others", about);
        rc = make_record(colleague, name, &m->records[about]);
    }
    for (actor who = 0; who < ACTORS && rc == CRM4E_OK; who++) {
        char name[64];

        (void)snprintf(name, sizeof name, "Paper of %s", actor_emails[who]);
        if (actor_profiles[who] != 0)
            rc = make_record(m->sessions[who], name, &m->own[who]);
        if (rc == CRM4E_OK && levels[who] != 0)
            rc = crm4e_record_share(colleague, "Papers", m->records[SHARED], CRM4E_SUBJECT_USER,
                                    m->users[who], levels[who], 0);
    }
    if (rc == CRM4E_OK)
        rc = crm4e_record_delete(colleague, "Papers", m->records[BINNED], 0);
    if (rc == CRM4E_OK)
        rc = make_belongings(m, colleague);
    crm4e_session_close(colleague);
    return rc;
}

int matrix_open(matrix *m, fixture_storage kind)
{
    int rc;

    memset(m, 0, sizeof *m);
    rc = fixture_start(&m->f, kind);
    if (rc == CRM4E_OK)
        rc = fixture_org(&m->f, "Acme", ANA, &m->f.own);
    if (rc == CRM4E_OK)
        rc = open_sessions(m);
    if (rc == CRM4E_OK)
        rc = make_module(m);
    if (rc == CRM4E_OK)
        rc = take_places(m);
    if (rc == CRM4E_OK)
        rc = make_records(m);
    m->f.watch = (unchanged){&m->f.raw, NULL, m->f.engine, NULL, 0, 0, false};
    unchanged_mark(&m->f.watch);
    return rc;
}

bool matrix_close(matrix *m)
{
    return fixture_close(&m->f);
}

crm4e_id matrix_record(const matrix *m, actor who, target about)
{
    return about == OWN ? m->own[who] : m->records[about];
}

static int set_up(void **state, fixture_storage kind)
{
    static matrix only;

    *state = &only;
    return matrix_open(&only, kind) < 0 ? -1 : 0;
}

int matrix_in_memory(void **state)
{
    return set_up(state, FIXTURE_MEMORY);
}

int matrix_in_sqlite(void **state)
{
    return set_up(state, FIXTURE_SQLITE);
}

int matrix_teardown(void **state)
{
    return matrix_close(*state) ? 0 : -1;
}
