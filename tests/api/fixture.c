/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/columns.h"

/* 2027-01-15, and a millisecond later at every look. */
static int32_t tell_time(void *user, int64_t *microseconds)
{
    fixture *f = user;

    if (f->time < 0)
        return 0;
    f->time += 1000;
    *microseconds = f->time;
    return CRM4E_CONTINUE;
}

static int32_t fill_random(void *user, void *bytes, size_t size)
{
    fixture *f = user;
    unsigned char *out = bytes;

    for (size_t i = 0; i < size; i++) {
        f->random = f->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (unsigned char)(f->random >> 56);
    }
    return CRM4E_CONTINUE;
}

static int32_t believe(void *user, crm4e_id org, const char *email, const void *credentials,
                       size_t length)
{
    (void)user, (void)org, (void)email, (void)credentials;
    return length == 6 ? CRM4E_CONTINUE : CRM4E_DENY;
}

static int32_t deliver(void *user, const crm4e_message *message)
{
    (void)user, (void)message;
    return CRM4E_CONTINUE;
}

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    static const char csv[] = "Last_Name,Company\r\nLi,Tower\r\nWang,Bridge\r\n";
    fixture *f = user;
    size_t left = sizeof csv - 1 - f->csv_at;

    *read = left < size ? left : size;
    memcpy(bytes, csv + f->csv_at, *read);
    f->csv_at += *read;
    return CRM4E_CONTINUE;
}

/* A short file, each time it is read anew. */
static int32_t read_file(void *user, char *bytes, size_t size, size_t *read)
{
    fixture *f = user;

    *read = f->file_read || size == 0 ? 0 : 1;
    f->file_read = *read == 1;
    bytes[0] = 'x';
    return CRM4E_CONTINUE;
}

int32_t fixture_write_nowhere(void *user, const char *bytes, size_t length)
{
    (void)user, (void)bytes, (void)length;
    return CRM4E_CONTINUE;
}

/* The dump of a third org, made once. */
static char dumped[64 * 1024];
static size_t dumped_length;

static int32_t keep_dump(void *user, const char *bytes, size_t length)
{
    (void)user;
    if (length > sizeof dumped - dumped_length)
        return 0;
    memcpy(dumped + dumped_length, bytes, length);
    dumped_length += length;
    return CRM4E_CONTINUE;
}

static int32_t fill_alike(void *user, void *bytes, size_t size)
{
    (void)user;
    memset(bytes, 0x5a, size);
    return CRM4E_CONTINUE;
}

static int dump_engine(crm4e_engine *engine)
{
    crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    crm4e_dump_options dump = CRM4E_DUMP_OPTIONS_INIT;
    crm4e_session *session = NULL;
    crm4e_org *tenant = NULL;
    int rc;

    org.name = "Moved";
    org.admin_email = "may@moved.example";
    dump.write = keep_dump;
    rc = crm4e_org_create(&tenant, engine, &org);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&session, tenant, org.admin_email);
    if (rc == CRM4E_OK)
        rc = fixture_lead(session, "Mover", NULL);
    return rc == CRM4E_OK ? crm4e_org_dump(session, &dump, NULL) : rc;
}

static int make_dump(void)
{
    const crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    const crm4e_random alike = {sizeof alike, NULL, fill_alike};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    int rc;

    if (dumped_length > 0)
        return CRM4E_OK;
    options.storage = &storage;
    options.random = &alike;
    rc = crm4e_engine_open(&engine, &options);
    if (rc == CRM4E_OK)
        rc = dump_engine(engine);
    crm4e_engine_close(engine);
    return rc;
}

static int32_t read_dump(void *user, char *bytes, size_t size, size_t *read)
{
    fixture *f = user;
    size_t left = dumped_length - f->dump_at;

    *read = left < size ? left : size;
    memcpy(bytes, dumped + f->dump_at, *read);
    f->dump_at += *read;
    return CRM4E_CONTINUE;
}

static int32_t open_shared(void **storage, void *user, const crm4e_storage_host *host)
{
    (void)host;
    *storage = ((shared_storage *)user)->instance;
    return CRM4E_CONTINUE;
}

static int32_t close_shared(void *storage)
{
    (void)storage;
    return CRM4E_CONTINUE;
}

static int open_raw(fixture *f)
{
    crm4e_sqlite_options sqlite = {sizeof sqlite, f->directory, NULL, 0, 0};
    crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    int rc;

    if (f->kind == FIXTURE_SQLITE) {
        storage.methods = crm4e_storage_sqlite();
        storage.user = &sqlite;
    }
    c4_mem_default(&f->mem);
    f->mem.host = f->allocator;
    rc = c4_store_open(&f->raw, &f->mem, &storage, 2000);
    f->raw_open = rc == CRM4E_OK;
    return rc;
}

static void set_options(fixture *f)
{
    static const crm4e_engine_options engine = CRM4E_ENGINE_OPTIONS_INIT;

    f->clock = (crm4e_clock){sizeof f->clock, f, tell_time};
    f->random_source = (crm4e_random){sizeof f->random_source, f, fill_random};
    f->auth = (crm4e_auth){sizeof f->auth, f, believe, NULL};
    f->delivery = (crm4e_delivery){sizeof f->delivery, f, deliver};
    f->engine_options = engine;
    f->engine_options.allocator = &f->allocator;
    f->engine_options.clock = &f->clock;
    f->engine_options.random = &f->random_source;
    f->engine_options.auth = &f->auth;
    f->engine_options.delivery = &f->delivery;
    f->engine_options.busy_timeout = -1;
    f->engine_options.column_bytes = test_column_bytes(1 << 20);
    f->engine_options.flags = CRM4E_ENGINE_NORMAL_SYNC; /* power stays on */
    if (f->kind == FIXTURE_SQLITE)
        f->engine_options.path = f->directory;
    else
        f->engine_options.storage = &f->storage;
}

int fixture_start(fixture *f, fixture_storage kind)
{
    int rc;

    memset(f, 0, sizeof *f);
    f->kind = kind;
    f->time = INT64_C(1800000000) * 1000000;
    f->random = 7;
    fail_alloc_init(&f->alloc);
    f->allocator = fail_alloc_host(&f->alloc);
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/crm4e-test-XXXXXX");
    if (!mkdtemp(f->directory)) {
        f->directory[0] = '\0';
        return CRM4E_E_IO;
    }
    (void)snprintf(f->directory + strlen(f->directory), 2, "/");
    rc = make_dump();
    if (rc == CRM4E_OK)
        rc = open_raw(f);
    if (rc < 0)
        return rc;
    f->shared.methods = *crm4e_storage_memory();
    f->shared.methods.open = open_shared;
    f->shared.methods.close = close_shared;
    f->shared.instance = f->raw.instance;
    fault_storage_init(&f->fault, &f->shared.methods, &f->shared);
    f->storage = fault_storage_host(&f->fault);
    set_options(f);
    return crm4e_engine_open(&f->engine, &f->engine_options);
}

int fixture_org(fixture *f, const char *name, const char *admin, handle_set *set)
{
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    int rc;

    options.name = name;
    options.edition = CRM4E_EDITION_ENTERPRISE;
    options.crm_licences = 50;
    options.team_licences = 50;
    options.admin_email = admin;
    rc = crm4e_org_create(&set->org, f->engine, &options);
    return rc < 0 ? rc : crm4e_session_open(&set->session, set->org, admin);
}

int fixture_user(crm4e_session *session, const char *email, const char *profile, crm4e_id *id)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;

    options.email = email;
    options.profile = profile;
    return crm4e_user_create(id, session, &options);
}

int fixture_lead(crm4e_session *session, const char *name, crm4e_id *id)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_new(&lead, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Last_Name", name, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Company", "Tower", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK && id)
        *id = crm4e_record_id(lead);
    crm4e_record_free(lead);
    return rc;
}

int64_t fixture_count(crm4e_session *session, const char *text)
{
    crm4e_cursor *rows = NULL;
    int64_t count = 0;
    int rc = crm4e_query_text(&rows, session, text);

    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
        count++;
    crm4e_cursor_free(rows);
    return rc < 0 ? rc : count;
}

static int add_fields(crm4e_session *session)
{
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    field.api_name = "Visit_Date";
    field.type = CRM4E_TYPE_DATE;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    field.api_name = "Visit_Time";
    field.type = CRM4E_TYPE_DATETIME;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    field.api_name = "Code";
    field.type = CRM4E_TYPE_TEXT;
    field.unique = 2;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    field.unique = 0;
    field.api_name = "Spare";
    field.type = CRM4E_TYPE_TEXT;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    field.api_name = "Papers";
    field.type = CRM4E_TYPE_FILEUPLOAD;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    crm4e_module_free(leads);
    return rc;
}

/* Spaces, a team module, a rule that notifies, a saved chart. */
static int add_parts(handle_set *set)
{
    static const char charts[] =
        "{\"charts\": [{\"name\": \"By company\", \"module\": \"Leads\", "
        "\"group_by\": [\"Company\"], \"measures\": [\"count\"]}],"
        "\"workflows\": [{\"name\": \"Spare\", \"module\": \"Documents\","
        "\"on\": \"tag_removed\", \"conditions\": [{\"then\": [{\"notify\":"
        "{\"to\": \"owner\", \"subject\": \"S\"}}]}]}]}";
    crm4e_module_options module = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_space_options space = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_workflow *rule = NULL;
    int rc;

    space.name = "Office";
    module.api_name = "Documents";
    module.access = CRM4E_ACCESS_TEAM;
    module.space = "Office";
    rc = crm4e_space_create(&set->space, set->session, &space);
    if (rc == CRM4E_OK)
        rc = crm4e_space_add_folder(set->space, "Sales", -1);
    if (rc == CRM4E_OK)
        rc = crm4e_space_add_folder(set->space, "Other", -1);
    if (rc == CRM4E_OK)
        rc = crm4e_space_place(set->space, "Leads", NULL, -1);
    if (rc == CRM4E_OK)
        rc = crm4e_module_create(&set->module, set->session, &module);
    field.api_name = "Title";
    field.type = CRM4E_TYPE_TEXT;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(set->module, &field);
    if (rc == CRM4E_OK)
        rc = add_fields(set->session);
    if (rc == CRM4E_OK)
        rc = crm4e_module_open(&leads, set->session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_new(&rule, leads, "Tell");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_notify(rule, "owner", "A lead", NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_later(rule, 1, CRM4E_DAYS);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_notify(rule, "owner", "Still a lead", NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_new(&set->workflow, leads, "Again");
    set->leads = leads;
    if (rc == CRM4E_OK)
        rc = crm4e_org_apply(NULL, set->session, charts, CRM4E_NUL_TERMINATED);
    return rc;
}

static int add_currency(handle_set *set)
{
    crm4e_interaction_kind_options spare = CRM4E_INTERACTION_KIND_OPTIONS_INIT;
    crm4e_currency_options euro = CRM4E_CURRENCY_OPTIONS_INIT;
    int rc;

    euro.iso_code = "EUR";
    spare.name = "spare";
    rc = crm4e_interaction_kind_create(NULL, set->session, &spare);
    if (rc == CRM4E_OK)
        rc = crm4e_currency_create(NULL, set->session, &euro);
    return rc < 0 ? rc : crm4e_currency_set_rate(set->session, "EUR", "2020-01-01", "0.9");
}

/* Things nobody uses, a group Bob is in, and rules: one saved, which opens
 * nothing there is, and two in hand. */
static int add_sharing(handle_set *set)
{
    crm4e_role_options role = CRM4E_ROLE_OPTIONS_INIT;
    crm4e_group_options group = CRM4E_GROUP_OPTIONS_INIT;
    crm4e_tab_group_options tabs = CRM4E_TAB_GROUP_OPTIONS_INIT;
    int rc;

    role.name = group.name = tabs.name = "Spare";
    rc = crm4e_role_create(NULL, set->session, &role);
    if (rc == CRM4E_OK)
        rc = crm4e_profile_create(set->session, "Spare", "Standard");
    if (rc == CRM4E_OK)
        rc = crm4e_group_create(NULL, set->session, &group);
    group.name = "Bobs";
    if (rc == CRM4E_OK)
        rc = crm4e_group_create(NULL, set->session, &group);
    if (rc == CRM4E_OK)
        rc = add_currency(set);
    if (rc == CRM4E_OK)
        rc = crm4e_group_add(set->session, "Bobs", CRM4E_SUBJECT_USER, set->user);
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_create(NULL, set->session, &tabs);
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_place(set->session, "Spare", "Leads", -1);
    if (rc == CRM4E_OK)
        rc =
            crm4e_view_put(&set->view, set->session,
                           "{\"module\": \"Leads\", \"name\": \"Towers\", \"sharing\": \"public\", "
                           "\"where\": \"Company = 'Tower'\"}",
                           CRM4E_NUL_TERMINATED);
    set->self = crm4e_session_user(set->session);
    if (rc == CRM4E_OK)
        rc = crm4e_assignment_put(set->module,
                                  "{\"name\": \"Spare\", \"entries\": [{\"to\": {\"target\": "
                                  "\"team_module_users\"}}]}",
                                  CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_new(&set->criteria_rule, set->leads, "Spare");
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_when(set->criteria_rule, "Company = 'Nowhere'");
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_to(set->criteria_rule, CRM4E_SUBJECT_USER, set->user);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_save(set->criteria_rule);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_permission(set->criteria_rule, CRM4E_LEVEL_READ_WRITE);
    return rc;
}

/* Complete, and with room for the one who is added. */
int fixture_start_rule(handle_set *set)
{
    crm4e_id admin = crm4e_session_user(set->session);
    int rc = crm4e_sharing_rule_new(&set->sharing_rule, set->leads, "Again");

    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_from(set->sharing_rule, CRM4E_SUBJECT_USER, admin);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_to(set->sharing_rule, CRM4E_SUBJECT_USER, admin);
    return rc;
}

static crm4e_file_options file_of(fixture *f)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    options.name = "plan.txt";
    options.read = read_file;
    options.read_user = f;
    return options;
}

static int number_in(crm4e_text *text, const char *name, int64_t *number)
{
    const char *at = text ? strstr(crm4e_text_data(text), name) : NULL;
    long long found = 0;

    if (!at || sscanf(at + strlen(name), "%lld", &found) != 1)
        return CRM4E_E_INTERNAL;
    *number = found;
    return CRM4E_OK;
}

static int next_message(handle_set *set, crm4e_id *id)
{
    crm4e_text *message = NULL;
    int rc = crm4e_outbox_next(&message, set->session);

    if (rc == CRM4E_ROW)
        rc = number_in(message, "\"id\":", id);
    crm4e_text_free(message);
    return rc;
}

static int add_visit(handle_set *set)
{
    const crm4e_interaction_options visit = {
        .struct_size = sizeof visit, .module = "Leads", .record = set->lead, .kind = "visit"};

    return crm4e_interaction_add(&set->visit, set->session, &visit);
}

/* One is taken, one is dead, and the next waits. */
static int add_messages(handle_set *set)
{
    crm4e_text *message = NULL;
    int rc = crm4e_outbox_take(&message, set->session, 3600);

    if (rc == CRM4E_ROW)
        rc = number_in(message, "\"id\":", &set->taken);
    rc = rc == CRM4E_OK ? number_in(message, "\"lease\":", &set->lease) : rc;
    crm4e_text_free(message);
    rc = rc == CRM4E_OK ? next_message(set, &set->dead) : rc;
    if (rc == CRM4E_OK)
        rc = crm4e_outbox_settle(set->session, set->dead, CRM4E_OUTBOX_DEAD);
    return rc == CRM4E_OK ? next_message(set, &set->message) : rc;
}

static int add_records(fixture *f, handle_set *set)
{
    const crm4e_file_options file = file_of(f);
    int rc = fixture_lead(set->session, "One", &set->lead);

    rc = rc == CRM4E_OK ? crm4e_role_find(set->session, "CEO", &set->role) : rc;
    if (rc == CRM4E_OK)
        rc = crm4e_record_share(set->session, "Leads", set->lead, CRM4E_SUBJECT_ROLE, set->role,
                                CRM4E_LEVEL_READ_ONLY, 0);
    rc = rc == CRM4E_OK ? fixture_lead(set->session, "Two", &set->second_lead) : rc;
    rc = rc == CRM4E_OK ? fixture_lead(set->session, "Three", &set->deleted_lead) : rc;
    rc = rc == CRM4E_OK ? crm4e_record_delete(set->session, "Leads", set->deleted_lead, 0) : rc;
    rc = rc == CRM4E_OK ? crm4e_record_tag(set->session, "Leads", set->lead, "Spare") : rc;
    rc = rc == CRM4E_OK ? crm4e_tag_put(set->session, "Leads", "Loose", NULL) : rc;
    if (rc == CRM4E_OK)
        rc = crm4e_file_put(&set->attachment, set->session, "Leads", set->lead, &file);
    if (rc == CRM4E_OK)
        rc = crm4e_field_file_put(&set->paper, set->session, "Leads", set->lead, "Papers", &file);
    rc = rc == CRM4E_OK ? add_visit(set) : rc;
    return rc == CRM4E_OK ? add_messages(set) : rc;
}

int fixture_open_handles(handle_set *set)
{
    int rc = crm4e_record_open(&set->record, set->session, "Leads", set->lead);

    if (rc == CRM4E_OK)
        rc = crm4e_query_new(&set->query, set->session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_query_text(&set->cursor, set->session,
                              "select Last_Name, Company, No_of_Employees from Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_cursor_next(set->cursor) == CRM4E_ROW ? CRM4E_OK : CRM4E_E_INTERNAL;
    if (rc == CRM4E_OK)
        rc = crm4e_chart_new(&set->chart, set->session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(set->chart, "Company", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(set->chart);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(set->workflow, CRM4E_ON_EDIT);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_update_field(set->workflow, "Spare", "seen");
    if (rc == CRM4E_OK)
        rc = crm4e_explain(&set->verdict, set->session, 0, CRM4E_ACTION_EDIT, "Leads", set->lead,
                           NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_record_json(&set->text, set->record);
    return rc;
}

static void set_life_options(fixture *f)
{
    f->date_trigger_options = (crm4e_date_trigger_options){
        sizeof f->date_trigger_options, "Created_Time", NULL, 30, CRM4E_DAYS, CRM4E_ONCE, 0};
    f->bin_options = (crm4e_bin_options)CRM4E_BIN_OPTIONS_INIT;
    f->bin_options.limit = 10;
    f->duplicates_options = (crm4e_duplicates_options)CRM4E_DUPLICATES_OPTIONS_INIT;
    f->duplicates_options.fields = "[\"Company\"]";
    f->picture_options = (crm4e_picture_options)CRM4E_PICTURE_OPTIONS_INIT;
    f->picture_options.title = "Leads";
    f->mass_options = (crm4e_mass_options)CRM4E_MASS_OPTIONS_INIT;
    f->mass_options.module = "Leads";
    f->mass_options.ids = &f->own.lead;
    f->mass_options.count = 1;
    f->mass_restore = f->mass_options;
    f->mass_restore.ids = &f->own.deleted_lead;
    f->runs_options = (crm4e_runs_options)CRM4E_RUNS_OPTIONS_INIT;
    f->runs_options.limit = 10;
    f->dry_run_options = (crm4e_dry_run_options)CRM4E_DRY_RUN_OPTIONS_INIT;
    f->dry_run_options.on = CRM4E_ON_EDIT;
    f->dry_run_options.values = "{\"Company\": \"Tower\"}";
}

/* Of what is read and written piece by piece. */
static void set_stream_options(fixture *f)
{
    f->import_options = (crm4e_import_options)CRM4E_IMPORT_OPTIONS_INIT;
    f->import_options.module = "Leads";
    f->import_options.read = read_csv;
    f->import_options.read_user = f;
    f->export_options = (crm4e_export_options)CRM4E_EXPORT_OPTIONS_INIT;
    f->export_options.module = "Leads";
    f->export_options.write = fixture_write_nowhere;
    f->dump_options = (crm4e_dump_options)CRM4E_DUMP_OPTIONS_INIT;
    f->dump_options.write = fixture_write_nowhere;
    f->load_options = (crm4e_load_options)CRM4E_LOAD_OPTIONS_INIT;
    f->load_options.read = read_dump;
    f->load_options.read_user = f;
    f->file_options = file_of(f);
    f->feed_options = (crm4e_feed_options)CRM4E_FEED_OPTIONS_INIT;
    f->feed_options.modules = "[\"Leads\"]";
}

static void set_rule_options(fixture *f)
{
    f->webhook_options = (crm4e_webhook_options){sizeof f->webhook_options,
                                                 "PUT",
                                                 "https://example.com/${Leads.Last_Name}",
                                                 "{\"X-Who\": \"${Leads.Company}\"}",
                                                 "[\"${Leads.Last_Name}\"]",
                                                 NULL,
                                                 NULL};
    f->create_options = (crm4e_create_options)CRM4E_CREATE_OPTIONS_INIT;
    f->create_options.module = "Contacts";
    f->create_options.fields = "{\"Last_Name\": \"${Leads.Last_Name}\"}";
    f->create_options.links = "[]";
    f->create_options.owner = "record";
    f->activity_options = (crm4e_activity_options)CRM4E_ACTIVITY_OPTIONS_INIT;
    f->activity_options.kind = CRM4E_ACTIVITY_MEETING;
    f->activity_options.subject = "Meet ${Leads.Last_Name}";
    f->activity_options.at = "09:30";
    f->activity_options.fields = "{\"Venue\": \"Here\"}";
    f->activity_options.owner = "record";
}

static void set_interaction_options(fixture *f)
{
    static const crm4e_interaction_kind_options kind = CRM4E_INTERACTION_KIND_OPTIONS_INIT;

    f->interaction_kind = kind;
    f->interaction_kind.name = "wechat";
    f->interaction_kind_update = kind;
    f->interaction_kind_update.name = "spare";
    f->interaction = (crm4e_interaction_options)CRM4E_INTERACTION_OPTIONS_INIT;
    f->interaction.module = "Leads";
    f->interaction.record = f->own.lead;
    f->interaction.kind = "visit";
    f->interactions = (crm4e_interactions_options)CRM4E_INTERACTIONS_OPTIONS_INIT;
    f->interactions.limit = 10;
}

static void set_call_options(fixture *f)
{
    static const crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    static const crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    static const crm4e_role_options role = CRM4E_ROLE_OPTIONS_INIT;
    static const crm4e_group_options group = CRM4E_GROUP_OPTIONS_INIT;
    static const crm4e_currency_options currency = CRM4E_CURRENCY_OPTIONS_INIT;
    static const crm4e_tab_group_options tabs = CRM4E_TAB_GROUP_OPTIONS_INIT;
    static const crm4e_module_options module = CRM4E_MODULE_OPTIONS_INIT;
    static const crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;

    (void)snprintf(f->backup, sizeof f->backup, "%scopy", f->directory);
    f->org_options = org;
    f->org_options.name = "Third";
    f->org_options.admin_email = "tom@third.example";
    f->needs = (crm4e_edition_needs)CRM4E_EDITION_NEEDS_INIT;
    f->needs.users = 12;
    f->org_update = (crm4e_org_update_options)CRM4E_ORG_UPDATE_OPTIONS_INIT;
    f->org_update.edition = CRM4E_EDITION_ULTIMATE;
    f->user_options = user;
    f->user_options.email = "new@acme.example";
    f->update_options = user;
    f->update_options.email = BOB;
    f->update_options.name = "Robert";
    f->role_options = role;
    f->role_options.name = "Scout";
    f->role_update = role;
    f->role_update.name = "Spare";
    f->role_update.new_name = "Spared";
    f->group_options = group;
    f->group_options.name = "Choir";
    f->group_update = group;
    f->group_update.name = "Spare";
    f->group_update.new_name = "Spared";
    f->currency_options = currency;
    f->currency_options.iso_code = "JPY";
    f->currency_update = currency;
    f->currency_update.iso_code = "EUR";
    f->currency_update.name = "Euro";
    f->tab_group_options = tabs;
    f->tab_group_options.name = "Sales";
    f->tab_group_update = tabs;
    f->tab_group_update.name = "Spare";
    f->tab_group_update.new_name = "Spared";
    f->module_options = module;
    f->module_options.api_name = "Projects";
    f->field_options = field;
    f->field_options.api_name = "Pages";
    f->field_options.type = CRM4E_TYPE_INTEGER;
    f->space_options = (crm4e_space_options){sizeof f->space_options, "Garden"};
    f->assign_options = (crm4e_assign_options){sizeof f->assign_options,
                                               CRM4E_ASSIGN_USERS,
                                               CRM4E_TRANSFER_TASKS,
                                               &f->own.user,
                                               1,
                                               NULL,
                                               0,
                                               1,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL};
    set_rule_options(f);
    set_stream_options(f);
    f->search_options = (crm4e_search_options)CRM4E_SEARCH_OPTIONS_INIT;
    f->search_options.modules = "[\"Leads\"]";
    f->audit_options = (crm4e_audit_options)CRM4E_AUDIT_OPTIONS_INIT;
    f->history_options = (crm4e_history_options)CRM4E_HISTORY_OPTIONS_INIT;
    set_life_options(f);
    f->requests_options = (crm4e_requests_options)CRM4E_REQUESTS_OPTIONS_INIT;
    f->requests_options.limit = 10;
    f->audit_options.kind = "user";
    f->audit_options.user = f->own.user;
    f->convert_options = (crm4e_convert_options)CRM4E_CONVERT_OPTIONS_INIT;
    f->convert_options.deal = "{\"Stage\": \"Qualification\"}";
}

static int fill_org(fixture *f, const char *name, const char *admin, handle_set *set)
{
    int rc = fixture_org(f, name, admin, set);

    if (rc == CRM4E_OK)
        rc = fixture_user(set->session, BOB, NULL, &set->user);
    if (rc == CRM4E_OK)
        rc = add_parts(set);
    if (rc == CRM4E_OK)
        rc = add_sharing(set);
    if (rc == CRM4E_OK)
        rc = fixture_start_rule(set);
    if (rc == CRM4E_OK)
        rc = add_records(f, set);
    return rc < 0 ? rc : fixture_open_handles(set);
}

int fixture_open(fixture *f, fixture_storage kind)
{
    int rc = fixture_start(f, kind);

    if (rc == CRM4E_OK)
        rc = fill_org(f, "Acme", ANA, &f->own);
    if (rc == CRM4E_OK)
        rc = fill_org(f, "Other", EVE, &f->other);
    set_call_options(f);
    set_interaction_options(f);
    f->watch = (unchanged){&f->raw, &f->alloc, f->engine, f->own.session, 0, 0, false};
    return rc;
}

static void remove_directory(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory)) != NULL) {
        char file[512];

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s%s", path, entry->d_name);
        (void)unlink(file);
    }
    if (directory)
        (void)closedir(directory);
    (void)rmdir(path);
}

bool fixture_close(fixture *f)
{
    fail_alloc_arm(&f->alloc, 0, false);
    crm4e_engine_close(f->engine);
    if (f->raw_open)
        c4_store_close(&f->raw);
    if (f->directory[0] != '\0')
        remove_directory(f->directory);
    return atomic_load(&f->alloc.live) == 0;
}

static int set_up(void **state, fixture_storage kind)
{
    static fixture only;

    *state = &only;
    return fixture_open(&only, kind) < 0 ? -1 : 0;
}

int fixture_in_memory(void **state)
{
    return set_up(state, FIXTURE_MEMORY);
}

int fixture_in_sqlite(void **state)
{
    return set_up(state, FIXTURE_SQLITE);
}

int fixture_teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}
