/* SPDX-License-Identifier: MIT */
/* Files in and out, shares, locks, tags and related lists, as surfaces. */
#include "surface_inside.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------- import */

typedef struct csv {
    const char *text;
    char reason[256];
} csv;

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    csv *file = user;
    size_t left = strlen(file->text);

    *read = left < size ? left : size;
    memcpy(bytes, file->text, *read);
    file->text += *read;
    return CRM4E_CONTINUE;
}

/* One row, as a dry run; the report and the message are heard. */
static int import(const char *module, const char *text, csv *file)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_text *out = NULL;
    int rc;

    file->text = text;
    options.module = module;
    options.read = read_csv;
    options.read_user = file;
    options.dry_run = 1;
    rc = crm4e_import_records(&out, surface_reader(), &options);
    (void)snprintf(file->reason, sizeof file->reason, "%s",
                   crm4e_error_message(crm4e_session_error(surface_reader())));
    surface_heard(crm4e_text_data(out));
    crm4e_text_free(out);
    return rc;
}

void probe_import(void)
{
    csv hidden, missing;
    int rc;

    surface_refused(import("Leads", "Last_Name,Company,Phone\r\nLi,Tower,1\r\n", &hidden),
                    CRM4E_E_DENIED);
    surface_refused(import("Leads", "Last_Name,Company,Due\r\nLi,Tower,\r\n", &hidden),
                    CRM4E_E_DENIED);
    surface_allowed(import("Leads", "Last_Name,Company\r\nLi,Tower\r\n", &missing));
    /* a name is found only among what he sees; the name in his own file is no secret */
    rc = import("Contacts", "Last_Name,Account_Name\r\nLi," SECRET "\r\n", &hidden);
    assert_int_equal(rc, CRM4E_E_INVALID);
    assert_int_equal(import("Contacts", "Last_Name,Account_Name\r\nLi,No such\r\n", &missing), rc);
    assert_string_equal(hidden.reason, missing.reason);
}

/* ------------------------------------------------------------- export */

typedef struct file {
    char text[8192];
    size_t length;
} file;

static int32_t write_file(void *user, const char *bytes, size_t length)
{
    file *f = user;

    assert_true(f->length + length < sizeof f->text);
    memcpy(f->text + f->length, bytes, length);
    f->length += length;
    f->text[f->length] = '\0';
    return CRM4E_CONTINUE;
}

static int export(const char *module, const char *columns, const char *criteria,
                  crm4e_export_format format)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    file f = {"", 0};
    int rc;

    options.module = module;
    options.columns = columns;
    options.criteria = criteria;
    options.format = format;
    options.write = write_file;
    options.write_user = &f;
    rc = crm4e_export_records(surface_reader(), &options, NULL);
    surface_heard(f.text);
    return rc;
}

static int32_t write_never(void *user, const char *bytes, size_t length)
{
    (void)user, (void)bytes, (void)length;
    fail_msg("a dump is made for somebody who is no system administrator");
    return 0;
}

static void probe_dump(void)
{
    crm4e_dump_options options = CRM4E_DUMP_OPTIONS_INIT;

    options.write = write_never;
    surface_refused(crm4e_org_dump(surface_reader(), &options, NULL), CRM4E_E_DENIED);
}

void probe_export(void)
{
    static const char *const modules[] = {"Leads", "Contacts", "Deals", "Tasks"};

    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        surface_allowed(export(modules[i], NULL, NULL, CRM4E_EXPORT_CSV));
        surface_allowed(export(modules[i], NULL, NULL, CRM4E_EXPORT_JSON_LINES));
    }
    surface_refused(export("Leads", "[\"Phone\"]", NULL, CRM4E_EXPORT_CSV), CRM4E_E_DENIED);
    surface_refused(export("Leads", NULL, "Phone is null", CRM4E_EXPORT_CSV), CRM4E_E_DENIED);
    surface_allowed(export("Contacts", "[\"Account_Name.Website\"]", NULL, CRM4E_EXPORT_CSV));
    surface_refused(export("Vault", NULL, NULL, CRM4E_EXPORT_CSV), CRM4E_E_NOT_FOUND);
    probe_dump();
}

/* ------------------------------------------------------------- history */

int surface_history(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_history_json(&text, surface_reader(), module, id, NULL);

    return surface_said_text(rc, text);
}

int surface_as_of(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_as_of(&text, surface_reader(), module, id, INT64_MAX);

    return surface_said_text(rc, text);
}

/* ------------------------------------------------------------- interactions */

static int interactions_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    int rc = crm4e_interactions_json(&text, surface_reader(), module, id, NULL);

    return surface_said_text(rc, text);
}

static int summary_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    int rc = crm4e_interactions_summary_json(&text, surface_reader(), module, id, NULL);

    return surface_said_text(rc, text);
}

static int add_by_id(const char *module, crm4e_id id)
{
    crm4e_interaction_options visit = CRM4E_INTERACTION_OPTIONS_INIT;

    visit.module = module;
    visit.record = id;
    visit.kind = "visit";
    return surface_said(crm4e_interaction_add(NULL, surface_reader(), &visit));
}

/* What he adds first, where he may. */
static int remove_by_id(const char *module, crm4e_id id)
{
    crm4e_interaction_options visit = CRM4E_INTERACTION_OPTIONS_INIT;
    crm4e_id added = 0;

    visit.module = module;
    visit.record = id;
    visit.kind = "visit";
    (void)crm4e_interaction_add(&added, surface_reader(), &visit);
    return surface_said(crm4e_interaction_remove(surface_reader(), module, id, added));
}

static int add_many_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    char json[128];
    int rc;

    (void)snprintf(json, sizeof json, "[{\"module\":\"%s\",\"record\":%lld,\"kind\":\"visit\"}]",
                   module, (long long)id);
    rc = crm4e_interactions_add_json(&text, surface_reader(), json);
    return surface_said_text(rc, text);
}

/* What comes from other records is in test_interactions.c. */
void probe_interactions(void)
{
    const by_id asked[] = {interactions_by_id, summary_by_id, add_by_id, remove_by_id,
                           add_many_by_id};

    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        surface_allowed(asked[i]("Leads", surface_id(LEAD)));
        surface_allowed(asked[i]("Contacts", surface_id(CONTACT)));
        surface_like_missing(asked[i], "Leads", surface_id(SHUT_LEAD), CRM4E_E_NOT_FOUND);
        surface_like_missing(asked[i], "Leads", surface_id(BINNED_LEAD), CRM4E_E_NOT_FOUND);
        surface_refused(asked[i]("Vault", surface_id(SHUT_ENTRY)), CRM4E_E_INVALID);
    }
}

/* ------------------------------------------------------------- attachments */

static int32_t read_nothing(void *user, char *bytes, size_t size, size_t *read)
{
    (void)user, (void)bytes, (void)size;
    *read = 0;
    return CRM4E_CONTINUE;
}

static int put_as(crm4e_session *session, const char *module, crm4e_id record, crm4e_reader read,
                  crm4e_id *id)
{
    csv content = {SECRET, ""};
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    options.name = read == read_csv ? SECRET ".txt" : "plan.txt";
    options.read = read;
    options.read_user = &content;
    return crm4e_file_put(id, session, module, record, &options);
}

static int put_by_id(const char *module, crm4e_id id)
{
    return put_as(surface_reader(), module, id, read_nothing, NULL);
}

static crm4e_id attached[RECORDS];

static int get_by_id(const char *module, crm4e_id id)
{
    file f = {"", 0};
    int rc;

    /* that of a record, or one that was never there */
    for (size_t i = 0; i < RECORDS; i++)
        id = id == surface_id(i) && strcmp(module, surface_module(i)) == 0 ? attached[i] : id;
    rc = crm4e_file_get(surface_reader(), id, write_file, &f);
    surface_heard(f.text);
    return rc;
}

static crm4e_id filed[RECORDS]; /* in Scans of hidden records, in Papers of his lead */

static int put_in_field(crm4e_session *session, const char *module, crm4e_id record,
                        const char *field, crm4e_id *id)
{
    csv content = {SECRET, ""};
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    const bool secret = session == surface_admin();

    options.name = secret ? SECRET ".txt" : "plan.txt";
    options.read = secret ? read_csv : read_nothing;
    options.read_user = &content;
    return crm4e_field_file_put(id, session, module, record, field, &options);
}

void surface_put_files(void)
{
    for (size_t i = HIDDEN; i < RECORDS; i++)
        host_ok(surface_admin(), put_in_field(surface_admin(), surface_module(i), surface_id(i),
                                              "Scans", &filed[i]));
    host_ok(surface_admin(),
            put_in_field(surface_admin(), "Leads", surface_id(LEAD), "Papers", &filed[LEAD]));
}

static int put_scan(const char *module, crm4e_id id)
{
    return put_in_field(surface_reader(), module, id, "Scans", NULL);
}

static crm4e_id filed_in(const char *module, crm4e_id id)
{
    crm4e_id found = 1;

    for (size_t i = 0; i < RECORDS; i++)
        found = id == surface_id(i) && strcmp(module, surface_module(i)) == 0 ? filed[i] : found;
    return found;
}

static int get_from(const char *module, crm4e_id id, const char *field)
{
    file f = {"", 0};
    int rc = crm4e_field_file_get(surface_reader(), module, id, field, filed_in(module, id),
                                  write_file, &f);

    surface_heard(f.text);
    return rc;
}

static int get_scan(const char *module, crm4e_id id)
{
    return get_from(module, id, "Scans");
}

static int remove_scan(const char *module, crm4e_id id)
{
    return crm4e_field_file_remove(surface_reader(), module, id, "Scans", filed_in(module, id));
}

/* In fields: nothing of hidden records, nor of hidden fields of his own. */
static void probe_fields(void)
{
    surface_like_missing_everywhere(put_scan);
    surface_like_missing_everywhere(get_scan);
    surface_like_missing_everywhere(remove_scan);
    surface_refused(get_from("Leads", surface_id(LEAD), "Papers"), CRM4E_E_DENIED);
    surface_refused(
        put_in_field(surface_reader(), "Leads", surface_id(LEAD), "Papers", &filed[LEAD]),
        CRM4E_E_DENIED);
    surface_refused(
        crm4e_field_file_remove(surface_reader(), "Leads", surface_id(LEAD), "Papers", filed[LEAD]),
        CRM4E_E_DENIED);
    for (size_t i = 0; i < HIDDEN; i++) {
        surface_allowed(
            put_in_field(surface_reader(), surface_module(i), surface_id(i), "Scans", &filed[i]));
        surface_allowed(get_scan(surface_module(i), surface_id(i)));
        surface_allowed(remove_scan(surface_module(i), surface_id(i)));
    }
}

/* Of what hangs on hidden records nothing comes out, of his own everything does. */
void probe_files(void)
{
    for (size_t i = 0; i < RECORDS; i++)
        if (i != BINNED_LEAD)
            host_ok(surface_admin(), put_as(surface_admin(), surface_module(i), surface_id(i),
                                            i < HIDDEN ? read_nothing : read_csv, &attached[i]));
    probe_fields();
    surface_like_missing_everywhere(put_by_id);
    surface_like_missing_everywhere(get_by_id);
    for (size_t i = 0; i < HIDDEN; i++) {
        surface_allowed(get_by_id(surface_module(i), surface_id(i)));
        surface_allowed(put_by_id(surface_module(i), surface_id(i)));
    }
}

/* ------------------------------------------------------------- shares and locks */

static int share_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_share(surface_reader(), module, id, CRM4E_SUBJECT_USER,
                              crm4e_session_user(surface_admin()), CRM4E_LEVEL_READ_ONLY, 0);
}

static int unshare_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_unshare(surface_reader(), module, id, CRM4E_SUBJECT_USER,
                                crm4e_session_user(surface_admin()));
}

static int shares_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;

    return surface_said_text(crm4e_record_shares(&text, surface_reader(), module, id), text);
}

static int lock_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_set_locked(surface_reader(), module, id, 1);
}

/* In a module of which he may share nothing every record is refused alike. */
static void not_shared_everywhere(by_id call)
{
    for (size_t i = HIDDEN; i < RECORDS; i++) {
        const char *module = surface_module(i);
        int rc = crm4e_may(surface_reader(), CRM4E_ACTION_SHARE, module, 0, NULL);

        surface_like_missing(call, module, surface_id(i), rc == CRM4E_OK ? CRM4E_E_NOT_FOUND : rc);
    }
}

void probe_sharing(void)
{
    not_shared_everywhere(share_by_id);
    not_shared_everywhere(unshare_by_id);
    not_shared_everywhere(shares_by_id);
    surface_like_missing_everywhere(lock_by_id);
    surface_allowed(share_by_id("Desk", surface_id(PAPER)));
    surface_allowed(shares_by_id("Desk", surface_id(PAPER)));
    surface_allowed(unshare_by_id("Desk", surface_id(PAPER)));
}

/* ------------------------------------------------------------- tags */

static int tag_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_tag(surface_reader(), module, id, "Own");
}

static int untag_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_untag(surface_reader(), module, id, "Own");
}

static int tags_of(const char *module)
{
    crm4e_text *text = NULL;

    return surface_said_text(crm4e_tags_json(&text, surface_reader(), module), text);
}

void probe_tags(void)
{
    surface_like_missing_everywhere(tag_by_id);
    surface_like_missing_everywhere(untag_by_id);
    surface_allowed(tag_by_id("Leads", surface_id(LEAD)));
    surface_allowed(tags_of("Leads"));
    surface_allowed(untag_by_id("Leads", surface_id(LEAD)));
    host_ok(surface_admin(), crm4e_tag_put(surface_admin(), "Vault", SECRET, NULL));
    surface_refused(tags_of("Vault"), CRM4E_E_NOT_FOUND);
}

/* ------------------------------------------------------------- related lists */

static int notes_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;

    return surface_said_text(
        crm4e_related_json(&text, surface_reader(), module, id, "Notes.Parent_Id", 10, NULL), text);
}

/* Every list of every record of his, and none of another's. */
void probe_related(void)
{
    surface_like_missing_everywhere(notes_by_id);
    for (size_t i = 0; i < HIDDEN; i++) {
        crm4e_text *text = NULL;

        surface_allowed(surface_said_text(
            crm4e_relations_json(&text, surface_reader(), surface_module(i)), text));
        surface_allowed(notes_by_id(surface_module(i), surface_id(i)));
    }
}

/* Views that an administrator made for all: of hidden fields, and of records that are
 * hidden. */
void probe_view(void)
{
    crm4e_session *reader = surface_reader();
    crm4e_cursor *cursor = NULL;
    crm4e_text *text = NULL;
    crm4e_id id = 0;

    surface_allowed(surface_said_text(crm4e_views_json(&text, reader, "Leads"), text));
    surface_allowed(crm4e_view_find(reader, "Leads", "Hidden", &id));
    surface_refused(crm4e_view_run(&cursor, reader, id, -1, NULL), CRM4E_E_DENIED);
    surface_refused(crm4e_view_json(&text, reader, id), CRM4E_E_DENIED);
    surface_refused(crm4e_view_put(NULL, reader,
                                   "{\"module\": \"Leads\", \"name\": \"Own\","
                                   " \"where\": \"Phone is null\"}",
                                   CRM4E_NUL_TERMINATED),
                    CRM4E_E_DENIED);
    surface_allowed(crm4e_view_find(reader, "Leads", "All", &id));
    surface_allowed(crm4e_view_run(&cursor, reader, id, -1, NULL));
    surface_allowed(surface_said_text(crm4e_cursor_json(&text, cursor), text));
    crm4e_cursor_free(cursor);
    surface_refused(crm4e_view_find(reader, "Leads", "Boss", &id), CRM4E_E_NOT_FOUND);
    surface_refused(crm4e_views_json(&text, reader, "Vault"), CRM4E_E_NOT_FOUND);
}
