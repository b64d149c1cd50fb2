/* SPDX-License-Identifier: MIT */
/*
 * A client of release 0.1: compiled against that release's headers, run with
 * the library of today. It goes on working as long as the ABI version stays.
 */
#include <crm4e.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed_at(int line, int code)
{
    fprintf(stderr, "line %d: %s\n", line, crm4e_code_name(code));
    return 1;
}

#define NEED(call)                                                                                 \
    do {                                                                                           \
        int code_ = (call);                                                                        \
        if (code_ < 0)                                                                             \
            return failed_at(__LINE__, code_);                                                     \
    } while (0)
#define SAME(a, b)                                                                                 \
    do {                                                                                           \
        if ((a) != (b))                                                                            \
            return failed_at(__LINE__, CRM4E_E_INTERNAL);                                          \
    } while (0)

static void *allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void *reallocate(void *user, void *block, size_t size)
{
    (void)user;
    return realloc(block, size);
}

static void release(void *user, void *block)
{
    (void)user;
    free(block);
}

static int32_t now(void *user, int64_t *microseconds)
{
    *microseconds = *(int64_t *)user;
    return CRM4E_CONTINUE;
}

static int32_t fill(void *user, void *bytes, size_t size)
{
    memset(bytes, *(unsigned char *)user, size);
    return CRM4E_CONTINUE;
}

static int32_t no_objection(void *user, const crm4e_question *question)
{
    (void)user;
    return question->struct_size >= sizeof *question ? CRM4E_PASSTHROUGH : CRM4E_DENY;
}

static int32_t keep_limit(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)user, (void)org, (void)name, (void)limit;
    return CRM4E_PASSTHROUGH;
}

static int32_t deliver(void *user, const crm4e_message *message)
{
    *(int *)user += message->struct_size >= sizeof *message;
    return CRM4E_CONTINUE;
}

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    static const char csv[] = "Last_Name,Company\nWang,Bridge\n";
    int *done = user;

    *read = *done || size < sizeof csv ? 0 : sizeof csv - 1;
    memcpy(bytes, csv, *read);
    *done = 1;
    return CRM4E_CONTINUE;
}

static int model(crm4e_session *session)
{
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    crm4e_space_options space = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_module_options module = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_assign_options assign = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_space *made_space = NULL;
    crm4e_module *made = NULL, *leads = NULL;
    crm4e_workflow *rule = NULL;
    crm4e_id bob = 0;

    user.email = "bob@acme.example";
    NEED(crm4e_user_create(&bob, session, &user));
    space.name = "Office";
    NEED(crm4e_space_create(&made_space, session, &space));
    module.api_name = "Documents";
    module.access = CRM4E_ACCESS_TEAM;
    module.space = "Office";
    NEED(crm4e_module_create(&made, session, &module));
    field.api_name = "Title";
    field.type = CRM4E_TYPE_TEXT;
    NEED(crm4e_module_add_field(made, &field));
    NEED(crm4e_module_add_member(made, bob, CRM4E_TEAM_MEMBER));
    NEED(crm4e_module_open(&leads, session, "Leads"));
    NEED(crm4e_workflow_new(&rule, leads, "Hand over"));
    NEED(crm4e_workflow_on(rule, CRM4E_ON_CREATE));
    assign.target = CRM4E_ASSIGN_USERS;
    assign.users = &bob;
    assign.user_count = 1;
    NEED(crm4e_workflow_then_assign_owner(rule, &assign));
    NEED(crm4e_workflow_then_notify(rule, "owner", "A lead", NULL));
    NEED(crm4e_workflow_save(rule));
    return 0;
}

static int records(crm4e_session *session, const int *delivered)
{
    crm4e_import_options import = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_record *lead = NULL;
    crm4e_cursor *rows = NULL;
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    int read = 0;
    int32_t done = 0;

    NEED(crm4e_record_new(&lead, session, "Leads"));
    NEED(crm4e_record_set_text(lead, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    NEED(crm4e_record_set_text(lead, "Company", "Tower", CRM4E_NUL_TERMINATED));
    NEED(crm4e_record_set_decimal(lead, "Annual_Revenue", "1200.50"));
    NEED(crm4e_record_save(lead));
    import.module = "Leads";
    import.read = read_csv;
    import.read_user = &read;
    NEED(crm4e_import_records(&text, session, &import));
    crm4e_text_free(text);
    NEED(crm4e_query_text(&rows, session, "select Last_Name from Leads order by Last_Name"));
    SAME(crm4e_cursor_next(rows), CRM4E_ROW);
    SAME(strcmp(crm4e_cursor_text(rows, 0), "Li"), 0);
    SAME(crm4e_cursor_next(rows), CRM4E_ROW);
    SAME(crm4e_cursor_next(rows), CRM4E_OK);
    NEED(crm4e_chart_new(&chart, session, "Leads"));
    NEED(crm4e_chart_group_by(chart, "Company", 0));
    NEED(crm4e_chart_run(chart));
    SAME(crm4e_chart_buckets(chart), 2);
    NEED(crm4e_run_due(session, 0, 10, &done));
    SAME(done, 2);
    SAME(*delivered, 2);
    SAME(crm4e_record_new(&lead, session, "Nothing"), CRM4E_E_NOT_FOUND);
    SAME(crm4e_error_code(crm4e_session_error(session)), CRM4E_E_NOT_FOUND);
    return 0;
}

static int run(crm4e_engine **engine)
{
    static int64_t time = INT64_C(1800000000000000);
    static unsigned char byte = 42;
    static int delivered;
    crm4e_allocator allocator = {sizeof allocator, NULL, allocate, reallocate, release};
    crm4e_clock clock = {sizeof clock, &time, now};
    crm4e_random random = {sizeof random, &byte, fill};
    crm4e_auth auth = {sizeof auth, NULL, NULL, no_objection};
    crm4e_license license = {sizeof license, NULL, keep_limit};
    crm4e_delivery delivery = {sizeof delivery, &delivered, deliver};
    crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_session *session = NULL;
    crm4e_org *org = NULL;

    options.storage = &storage;
    options.allocator = &allocator;
    options.clock = &clock;
    options.random = &random;
    options.auth = &auth;
    options.license = &license;
    options.delivery = &delivery;
    NEED(crm4e_engine_open(engine, &options));
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_ENTERPRISE;
    org_options.crm_licences = 5;
    org_options.admin_email = "ana@acme.example";
    NEED(crm4e_org_create(&org, *engine, &org_options));
    NEED(crm4e_session_open(&session, org, "ana@acme.example"));
    return model(session) || records(session, &delivered);
}

int main(void)
{
    crm4e_engine *engine = NULL;
    int result;

    if (crm4e_abi_version() != CRM4E_ABI_VERSION)
        return 77; /* another ABI: not our library */
    result = run(&engine);
    if (result != 0)
        fprintf(stderr, "%s\n", crm4e_error_message(crm4e_engine_error(engine)));
    crm4e_engine_close(engine);
    return result;
}
