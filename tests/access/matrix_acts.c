/* SPDX-License-Identifier: MIT */
/* What is tried, and what the model says of it. */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#define PAPERS "Papers"

/* Asking. */

static int64_t view(matrix *m, actor who, target about)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_record_open(&record, m->sessions[who], PAPERS, matrix_record(m, who, about));

    if (rc == CRM4E_OK)
        rc = crm4e_record_json(&text, record);
    crm4e_text_free(text);
    crm4e_record_free(record);
    return rc;
}

static int64_t list(matrix *m, actor who, target about)
{
    (void)about;
    return fixture_count(m->sessions[who], "select Name, Fee from Papers order by Name");
}

static int64_t count(matrix *m, actor who, target about)
{
    crm4e_query *query = NULL;
    int64_t found = 0;
    int rc = crm4e_query_new(&query, m->sessions[who], PAPERS);

    (void)about;
    if (rc == CRM4E_OK)
        rc = crm4e_query_count(query, &found);
    crm4e_query_free(query);
    return rc < 0 ? rc : found;
}

static int64_t search_in(matrix *m, actor who, const char *modules)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t found = 0;
    int rc;

    options.modules = modules;
    rc = crm4e_search_json(&text, m->sessions[who], "paper", CRM4E_NUL_TERMINATED, &options);
    for (const char *at = rc == CRM4E_OK ? crm4e_text_data(text) : NULL;
         at != NULL && (at = strstr(at, "\"id\":")) != NULL; at++)
        found++;
    crm4e_text_free(text);
    return rc < 0 ? rc : found;
}

static int64_t search(matrix *m, actor who, target about)
{
    (void)about;
    return search_in(m, who, "[\"Papers\"]");
}

static int64_t search_all(matrix *m, actor who, target about)
{
    (void)about;
    return search_in(m, who, NULL);
}

/* Names differ: as many buckets as records. */
static int64_t chart(matrix *m, actor who, target about)
{
    crm4e_chart *chart = NULL;
    int64_t found = 0;
    int rc = crm4e_chart_new(&chart, m->sessions[who], PAPERS);

    (void)about;
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Name", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_SUM, "Fee");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    if (rc == CRM4E_OK)
        found = (int64_t)crm4e_chart_buckets(chart);
    crm4e_chart_free(chart);
    return rc < 0 ? rc : found;
}

static int64_t timeline(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int rc = crm4e_timeline_json(&text, m->sessions[who], PAPERS, matrix_record(m, who, about), 0,
                                 0, 10);

    crm4e_text_free(text);
    return rc;
}

static int32_t count_lines(void *user, const char *bytes, size_t length)
{
    int64_t *lines = user;

    for (size_t i = 0; i < length; i++)
        *lines += bytes[i] == '\n';
    return CRM4E_CONTINUE;
}

static int64_t export_rows(matrix *m, actor who, target about)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    int64_t lines = 0;
    int rc;

    (void)about;
    options.module = PAPERS;
    options.write = count_lines;
    options.write_user = &lines;
    rc = crm4e_export_records(m->sessions[who], &options, NULL);
    return rc < 0 ? rc : lines - 1;
}

/* Changing. */

static int64_t create(matrix *m, actor who, target about)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, m->sessions[who], PAPERS);

    (void)about;
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", "New", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int64_t edit(matrix *m, actor who, target about)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, m->sessions[who], PAPERS, matrix_record(m, who, about));

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", "Changed", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int64_t give(matrix *m, actor who, target about)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, m->sessions[who], PAPERS, matrix_record(m, who, about));

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_owner(record, about == OWN ? m->colleague : m->users[MANAGER]);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int64_t delete_it(matrix *m, actor who, target about)
{
    return crm4e_record_delete(m->sessions[who], PAPERS, matrix_record(m, who, about), 0);
}

static int64_t restore(matrix *m, actor who, target about)
{
    int64_t rc = about == OWN ? delete_it(m, who, about) : CRM4E_OK;

    return rc < 0 ? rc
                  : crm4e_record_restore(m->sessions[who], PAPERS, matrix_record(m, who, about));
}

typedef struct piece {
    const char *text;
    bool given;
} piece;

static int32_t read_piece(void *user, char *buffer, size_t size, size_t *length)
{
    piece *p = user;

    *length = p->given ? 0 : strlen(p->text);
    if (*length > size)
        return CRM4E_DENY;
    memcpy(buffer, p->text, *length);
    p->given = true;
    return CRM4E_CONTINUE;
}

static int64_t import_rows(matrix *m, actor who, target about)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    piece csv = {"Name,Fee\nImported,3.00\n", false};
    crm4e_text *report = NULL;
    int rc;

    (void)about;
    options.module = PAPERS;
    options.read = read_piece;
    options.read_user = &csv;
    rc = crm4e_import_records(&report, m->sessions[who], &options);
    crm4e_text_free(report);
    return rc;
}

static int64_t lock(matrix *m, actor who, target about)
{
    return crm4e_record_set_locked(m->sessions[who], PAPERS, matrix_record(m, who, about), 1);
}

static int64_t edit_locked(matrix *m, actor who, target about)
{
    int64_t rc = lock(m, who, about);

    return rc < 0 ? rc : edit(m, who, about);
}

static int64_t delete_locked(matrix *m, actor who, target about)
{
    int64_t rc = lock(m, who, about);

    return rc < 0 ? rc : delete_it(m, who, about);
}

static int64_t share(matrix *m, actor who, target about)
{
    return crm4e_record_share(m->sessions[who], PAPERS, matrix_record(m, who, about),
                              CRM4E_SUBJECT_USER, m->users[OUTSIDER], CRM4E_LEVEL_READ_ONLY, 0);
}

static int64_t unshare(matrix *m, actor who, target about)
{
    return crm4e_record_unshare(m->sessions[who], PAPERS, matrix_record(m, who, about),
                                CRM4E_SUBJECT_USER, m->users[READER]);
}

static int64_t shares(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_shares(&text, m->sessions[who], PAPERS, matrix_record(m, who, about));

    crm4e_text_free(text);
    return rc;
}

/* Asking whether he might. */

#define MAY(name, action)                                                                          \
    static int64_t name(matrix *m, actor who, target about)                                        \
    {                                                                                              \
        return crm4e_may(m->sessions[who], CRM4E_ACTION_##action, PAPERS,                          \
                         matrix_record(m, who, about), NULL);                                      \
    }
MAY(may_view, VIEW)
MAY(may_create, CREATE)
MAY(may_edit, EDIT)
MAY(may_delete, DELETE)
MAY(may_import, IMPORT)
MAY(may_export, EXPORT)
MAY(may_mass_update, MASS_UPDATE)
MAY(may_mass_delete, MASS_DELETE)
MAY(may_change_owner, CHANGE_OWNER)
MAY(may_share, SHARE)
MAY(may_convert, CONVERT)
MAY(may_manage_views, MANAGE_VIEWS)
MAY(may_send_mail, SEND_MAIL)

static int64_t who_can(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int rc = crm4e_who_can(&text, m->sessions[who], CRM4E_ACTION_VIEW, PAPERS,
                           matrix_record(m, who, about));

    crm4e_text_free(text);
    return rc;
}

static int64_t ask_about_other(matrix *m, actor who, target about)
{
    crm4e_verdict *verdict = NULL;
    int rc = crm4e_explain(&verdict, m->sessions[who], m->colleague, CRM4E_ACTION_EDIT, PAPERS,
                           matrix_record(m, who, about), NULL);

    crm4e_verdict_free(verdict);
    return rc;
}

/* Configuring. */

static int64_t open_module(matrix *m, actor who, target about)
{
    crm4e_module *module = NULL;
    int rc = crm4e_module_open(&module, m->sessions[who], PAPERS);

    (void)about;
    crm4e_module_free(module);
    return rc;
}

static int64_t describe(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int rc = crm4e_module_json(&text, m->modules[who]);

    (void)about;
    crm4e_text_free(text);
    return rc;
}

static int64_t add_field(matrix *m, actor who, target about)
{
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;

    (void)about;
    field.api_name = "Pages";
    field.type = CRM4E_TYPE_INTEGER;
    return crm4e_module_add_field(m->modules[who], &field);
}

static int64_t remove_field(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_remove_field(m->modules[who], "Draft");
}

static int64_t add_member(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_add_member(m->modules[who], m->users[OUTSIDER], CRM4E_TEAM_REQUESTER);
}

static int64_t change_member(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_add_member(m->modules[who], m->colleague, CRM4E_TEAM_MANAGER);
}

/* Also himself: nobody below an admin makes himself one. */
static int64_t promote_self(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_add_member(m->modules[who], m->users[who], CRM4E_TEAM_ADMIN);
}

static int64_t remove_member(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_remove_member(m->modules[who], m->colleague);
}

static int64_t allow_action(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_allow_action(m->modules[who], CRM4E_TEAM_PARTICIPANT, CRM4E_ACTION_DELETE,
                                     0);
}

static int64_t set_field(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_set_field(m->modules[who], CRM4E_TEAM_MEMBER, "Fee",
                                  CRM4E_PERMISSION_HIDDEN);
}

static int64_t save_rule(matrix *m, actor who, target about)
{
    crm4e_workflow *rule = NULL;
    int rc = crm4e_workflow_new(&rule, m->modules[who], "Tell");

    (void)about;
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_notify(rule, "owner", "A paper", NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int64_t share_by_rule(matrix *m, actor who, target about)
{
    crm4e_sharing_rule *rule = NULL;
    int rc = crm4e_sharing_rule_new(&rule, m->modules[who], "All");

    (void)about;
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_from(rule, CRM4E_SUBJECT_USER, m->colleague);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_to(rule, CRM4E_SUBJECT_USER, m->users[OUTSIDER]);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_save(rule);
    crm4e_sharing_rule_free(rule);
    return rc;
}

static int64_t open_to_all(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_set_org_default(m->modules[who], CRM4E_SHARE_READ_WRITE_DELETE);
}

static int64_t hide(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_set_hidden(m->modules[who], 1);
}

static int64_t archive(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_set_archived(m->modules[who], 1);
}

static int64_t remove_it(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_remove(m->modules[who]);
}

static int64_t members(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int rc = crm4e_module_members_json(&text, m->modules[who]);

    (void)about;
    crm4e_text_free(text);
    return rc;
}

/* How often the module stands in the list of those he may open. */
static int64_t listed(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int64_t found = 0;
    int rc = crm4e_modules_json(&text, m->sessions[who]);

    (void)about;
    if (rc == CRM4E_OK)
        found = strstr(crm4e_text_data(text), "\"api_name\":\"Papers\"") != NULL;
    crm4e_text_free(text);
    return rc < 0 ? rc : found;
}

static int64_t rename_module(matrix *m, actor who, target about)
{
    static const char document[] =
        "{\"modules\": [{\"api_name\": \"Papers\", \"singular\": \"Page\"}]}";

    (void)about;
    return crm4e_org_apply(NULL, m->sessions[who], document, CRM4E_NUL_TERMINATED);
}

/*
 * By actor: lead, manager, member, participant, requester; outsider; reader,
 * writer, holder of a share; system administrator, admin of the space, member with
 * a Team User licence. A module that is not there for somebody is NOT_FOUND; what he
 * may not do in one that is there is DENIED, before it is asked about which record.
 */
static const act acts[] = {
    {"view own", view, OWN, "yyyyy......y"},
    {"view another's", view, OTHER, "yyynnnnnnyny"},
    {"view a shared one", view, SHARED, "yyynnnyyyyny"},
    {"view one in the bin", view, BINNED, "nnnnnnnnnnnn"},
    {"list", list, NONE, "88811n1118n8"},
    {"count", count, NONE, "88811n1118n8"},
    {"search", search, NONE, "88811n1118n8"},
    {"search everywhere", search_all, NONE, "888110111808"},
    {"chart", chart, NONE, "88811n1118n8"},
    {"export", export_rows, NONE, "8881dn1118n8"},
    {"timeline of own", timeline, OWN, "yyyyy......y"},
    {"timeline of another's", timeline, OTHER, "yyynnnnnnyny"},
    {"timeline of a shared one", timeline, SHARED, "yyynnnyyyyny"},

    {"create", create, NONE, "yyyyyndddyny"},
    {"import", import_rows, NONE, "yyyydndddyny"},
    {"edit own", edit, OWN, "yyyyy......y"},
    {"edit another's", edit, OTHER, "yydnnnnnnynd"},
    {"edit a shared one", edit, SHARED, "yydnnndyyynd"},
    {"delete own", delete_it, OWN, "yyyyy......y"},
    {"delete another's", delete_it, OTHER, "yydnnnddnynd"},
    {"delete a shared one", delete_it, SHARED, "yydnnnddyynd"},
    {"restore own", restore, OWN, "yyyyy......y"},
    {"restore another's", restore, BINNED, "yydnnnddnynd"},
    {"change owner of own", give, OWN, "yyyyd......y"},
    {"change owner of another's", give, OTHER, "yydnnnnnnynd"},
    {"change owner of a shared one", give, SHARED, "yydnnnddyynd"},
    {"share own", share, OWN, "yyyyd......y"},
    {"share another's", share, OTHER, "yydndnddnynd"},
    {"share a shared one", share, SHARED, "yydndnddyynd"},
    {"take back a share", unshare, SHARED, "yydndnddyynd"},
    {"shares of own", shares, OWN, "yyyyd......y"},
    {"shares of another's", shares, OTHER, "yydndnddnynd"},
    {"shares of a shared one", shares, SHARED, "yydndnddyynd"},
    {"lock own", lock, OWN, "yyyyy......y"},
    {"lock another's", lock, OTHER, "yydnnndnnynd"},
    {"lock a shared one", lock, SHARED, "yydnnndyyynd"},
    {"edit a locked own", edit_locked, OWN, "lllll......l"},
    {"edit a locked one of another", edit_locked, OTHER, "lldnnndnnlnd"},
    {"delete a locked own", delete_locked, OWN, "lllll......l"},

    {"may view", may_view, NONE, "yyyyynyyyyny"},
    {"may create", may_create, NONE, "yyyyyndddyny"},
    {"may edit", may_edit, NONE, "yyyyyndyyyny"},
    {"may delete", may_delete, NONE, "yyyyynddyyny"},
    {"may import", may_import, NONE, "yyyydndddyny"},
    {"may export", may_export, NONE, "yyyydnyyyyny"},
    {"may mass update", may_mass_update, NONE, "yyyydndyyyny"},
    {"may mass delete", may_mass_delete, NONE, "yyyydnddyyny"},
    {"may change owner", may_change_owner, NONE, "yyyydnddyyny"},
    {"may share", may_share, NONE, "yyyydnddyyny"},
    {"may convert", may_convert, NONE, "dddddnddd.nd"},
    {"may manage views", may_manage_views, NONE, "yyyydndddyny"},
    {"may send mail", may_send_mail, NONE, "yyyydndddyny"},
    {"may view own", may_view, OWN, "yyyyy......y"},
    {"may edit own", may_edit, OWN, "yyyyy......y"},
    {"may delete own", may_delete, OWN, "yyyyy......y"},
    {"may export own", may_export, OWN, "yyyyd......y"},
    {"may mass update own", may_mass_update, OWN, "yyyyd......y"},
    {"may mass delete own", may_mass_delete, OWN, "yyyyd......y"},
    {"may change owner of own", may_change_owner, OWN, "yyyyd......y"},
    {"may share own", may_share, OWN, "yyyyd......y"},
    {"may send mail about own", may_send_mail, OWN, "yyyyd......y"},
    {"may view another's", may_view, OTHER, "yyynnnnnnyny"},
    {"may edit another's", may_edit, OTHER, "yydnnndnnynd"},
    {"may delete another's", may_delete, OTHER, "yydnnnddnynd"},
    {"may export another's", may_export, OTHER, "yyyndnnnnyny"},
    {"may mass update another's", may_mass_update, OTHER, "yydndndnnynd"},
    {"may mass delete another's", may_mass_delete, OTHER, "yydndnddnynd"},
    {"may change owner of another's", may_change_owner, OTHER, "yydndnddnynd"},
    {"may share another's", may_share, OTHER, "yydndnddnynd"},
    {"may send mail about another's", may_send_mail, OTHER, "yyyndndddyny"},
    {"may manage views of another's", may_manage_views, OTHER, "yyyndndddyny"},
    {"may view a shared one", may_view, SHARED, "yyynnnyyyyny"},
    {"may edit a shared one", may_edit, SHARED, "yydnnndyyynd"},
    {"may delete a shared one", may_delete, SHARED, "yydnnnddyynd"},
    {"may export a shared one", may_export, SHARED, "yyyndnyyyyny"},
    {"may mass update a shared one", may_mass_update, SHARED, "yydndndyyynd"},
    {"may mass delete a shared one", may_mass_delete, SHARED, "yydndnddyynd"},
    {"may change owner of a shared one", may_change_owner, SHARED, "yydndnddyynd"},
    {"may share a shared one", may_share, SHARED, "yydndnddyynd"},
    {"may send mail about a shared one", may_send_mail, SHARED, "yyyndndddyny"},

    {"who can", who_can, OTHER, "yddnnnnnnynd"},
    {"ask about a colleague", ask_about_other, OTHER, "yddddddddydd"},

    {"open the module", open_module, NONE, "yyyynnnnnyny"},
    {"describe it", describe, NONE, "yyyynnnnnyny"},
    {"list of modules", listed, NONE, "111100000101"},
    {"members", members, NONE, "yyyynnnnnyny"},
    {"add a field", add_field, NONE, "ydddnnnnnynd"},
    {"remove a field", remove_field, NONE, "ydddnnnnnynd"},
    {"add a member", add_member, NONE, "ydddnnnnnynd"},
    {"change a member", change_member, NONE, "ydddnnnnnynd"},
    {"make himself an admin", promote_self, NONE, "ydddnnnnnynd"},
    {"remove a member", remove_member, NONE, "ydddnnnnnynd"},
    {"take an action", allow_action, NONE, "ydddnnnnnynd"},
    {"hide a field", set_field, NONE, "ydddnnnnnynd"},
    {"hide it", hide, NONE, "ydddnnnnnynd"},
    {"archive it", archive, NONE, "ydddnnnnnynd"},
    {"remove it", remove_it, NONE, "ydddnnnnnynd"},
    {"save a rule", save_rule, NONE, "ydddnnnnnynd"},
    /* what org modules alone have */
    {"share by rule", share_by_rule, NONE, "dddddddddudd"},
    {"open to the org", open_to_all, NONE, "idddnnnnnind"},
    /* a name is one for the whole org: that it is taken is no secret */
    {"rename it by document", rename_module, NONE, "ydddddddd.dd"},
};
const act_table matrix_single = {acts, sizeof acts / sizeof acts[0]};
