/* SPDX-License-Identifier: MIT */
/* The same on many records in a call, on copies and duplicates, and on what hangs on a
 * record or is kept beside it: tags, files, views, the bin, history. */
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAPERS "Papers"

static int64_t freed(int rc, crm4e_text *text)
{
    crm4e_text_free(text);
    return rc;
}

/* Many records in a call. */

/* Of the answer of a mass call; takes it. */
static int64_t changed(int rc, crm4e_text *answer)
{
    const char *at = rc == CRM4E_OK ? strstr(crm4e_text_data(answer), "\"changed\":") : NULL;
    int64_t count = at != NULL ? strtoll(at + strlen("\"changed\":"), NULL, 10) : 0;

    crm4e_text_free(answer);
    return rc < 0 ? rc : count;
}

static crm4e_mass_options one(const crm4e_id *id)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    options.module = PAPERS;
    options.ids = id;
    options.count = 1;
    return options;
}

static crm4e_mass_options all(void)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    options.module = PAPERS;
    options.criteria = "Name is not null";
    return options;
}

static int64_t create_many(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_mass_create(NULL, m->sessions[who], PAPERS,
                             "[{\"Name\": \"A\"}, {\"Name\": \"B\"}]", CRM4E_NUL_TERMINATED, 0);
}

static int64_t change_many(matrix *m, actor who, target about)
{
    const crm4e_id id = matrix_record(m, who, about);
    const crm4e_mass_options options = one(&id);

    return crm4e_mass_update(NULL, m->sessions[who], &options, "{\"Name\": \"Changed\"}",
                             CRM4E_NUL_TERMINATED);
}

static int64_t delete_many(matrix *m, actor who, target about)
{
    const crm4e_id id = matrix_record(m, who, about);
    const crm4e_mass_options options = one(&id);

    return crm4e_mass_delete(NULL, m->sessions[who], &options);
}

static int64_t restore_many(matrix *m, actor who, target about)
{
    const crm4e_id id = matrix_record(m, who, about);
    const crm4e_mass_options options = one(&id);
    int64_t rc = about == OWN ? delete_many(m, who, about) : CRM4E_OK;

    return rc < 0 ? rc : crm4e_mass_restore(NULL, m->sessions[who], &options);
}

static int64_t give_many(matrix *m, actor who, target about)
{
    const crm4e_id id = matrix_record(m, who, about);
    const crm4e_mass_options options = one(&id);

    return crm4e_mass_change_owner(NULL, m->sessions[who], &options,
                                   about == OWN ? m->colleague : m->users[MANAGER]);
}

static int64_t change_all(matrix *m, actor who, target about)
{
    const crm4e_mass_options options = all();
    crm4e_text *answer = NULL;
    int rc = crm4e_mass_update(&answer, m->sessions[who], &options, "{\"Fee\": 1}",
                               CRM4E_NUL_TERMINATED);

    (void)about;
    return changed(rc, answer);
}

static int64_t delete_all(matrix *m, actor who, target about)
{
    const crm4e_mass_options options = all();
    crm4e_text *answer = NULL;
    int rc = crm4e_mass_delete(&answer, m->sessions[who], &options);

    (void)about;
    return changed(rc, answer);
}

static int64_t give_all(matrix *m, actor who, target about)
{
    const crm4e_mass_options options = all();
    crm4e_text *answer = NULL;
    int rc = crm4e_mass_change_owner(&answer, m->sessions[who], &options, m->users[LEAD]);

    (void)about;
    return changed(rc, answer);
}

/* Copies. */

static int64_t clone(matrix *m, actor who, target about)
{
    crm4e_record *copy = NULL;
    int rc = crm4e_record_clone(&copy, m->sessions[who], PAPERS, matrix_record(m, who, about));

    if (rc == CRM4E_OK)
        rc = crm4e_record_save(copy);
    crm4e_record_free(copy);
    return rc;
}

static int64_t upsert(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_record_upsert(NULL, NULL, m->sessions[who], PAPERS, "[\"Draft\"]",
                               "{\"Name\": \"A\", \"Draft\": \"1\"}", CRM4E_NUL_TERMINATED);
}

static int64_t duplicates(matrix *m, actor who, target about)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.record = about == NONE ? 0 : matrix_record(m, who, about);
    return freed(crm4e_duplicates_json(&text, m->sessions[who], PAPERS, &options), text);
}

static int64_t merge_into_other(matrix *m, actor who, target about)
{
    const crm4e_id gone = matrix_record(m, who, about);

    return crm4e_records_merge(m->sessions[who], PAPERS, m->records[OTHER], &gone, 1, NULL);
}

static int64_t merge_away(matrix *m, actor who, target about)
{
    return crm4e_records_merge(m->sessions[who], PAPERS, matrix_record(m, who, about),
                               &m->records[OTHER], 1, NULL);
}

/* What hangs on a record. */

static int64_t tag(matrix *m, actor who, target about)
{
    return crm4e_record_tag(m->sessions[who], PAPERS, matrix_record(m, who, about), "New");
}

static int64_t untag(matrix *m, actor who, target about)
{
    return crm4e_record_untag(m->sessions[who], PAPERS, matrix_record(m, who, about), "Late");
}

static int64_t tags(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_tags_json(&text, m->sessions[who], PAPERS), text);
}

static int64_t make_tag(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_tag_put(m->sessions[who], PAPERS, "Soon", "#112233");
}

static int64_t rename_tag(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_tag_rename(m->sessions[who], PAPERS, "Late", "Later");
}

static int64_t remove_tag(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_tag_remove(m->sessions[who], PAPERS, "Late");
}

static int32_t give_nothing(void *user, char *buffer, size_t size, size_t *length)
{
    (void)user;
    (void)buffer;
    (void)size;
    *length = 0;
    return CRM4E_CONTINUE;
}

static int32_t take_anything(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return CRM4E_CONTINUE;
}

static crm4e_file_options empty_file(void)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    options.name = "empty.txt";
    options.read = give_nothing;
    return options;
}

static int64_t attach(matrix *m, actor who, target about)
{
    const crm4e_file_options options = empty_file();

    return crm4e_file_put(NULL, m->sessions[who], PAPERS, matrix_record(m, who, about), &options);
}

static int64_t read_attached(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_file_get(m->sessions[who], m->attached, take_anything, NULL);
}

static int64_t delete_attached(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_record_delete(m->sessions[who], "Attachments", m->attached, 0);
}

static int64_t put_file(matrix *m, actor who, target about)
{
    const crm4e_file_options options = empty_file();

    return crm4e_field_file_put(NULL, m->sessions[who], PAPERS, matrix_record(m, who, about),
                                "Scan", &options);
}

static int64_t get_file(matrix *m, actor who, target about)
{
    return crm4e_field_file_get(m->sessions[who], PAPERS, matrix_record(m, who, about), "Scan",
                                m->file, take_anything, NULL);
}

static int64_t remove_file(matrix *m, actor who, target about)
{
    return crm4e_field_file_remove(m->sessions[who], PAPERS, matrix_record(m, who, about), "Scan",
                                   m->file);
}

static int64_t relations(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_relations_json(&text, m->sessions[who], PAPERS), text);
}

static int64_t related(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    return freed(crm4e_related_json(&text, m->sessions[who], PAPERS, matrix_record(m, who, about),
                                    "Attachments.Parent_Id", 10, NULL),
                 text);
}

static int64_t history(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    return freed(crm4e_record_history_json(&text, m->sessions[who], PAPERS,
                                           matrix_record(m, who, about), NULL),
                 text);
}

static int64_t as_of_now(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    return freed(crm4e_record_as_of(&text, m->sessions[who], PAPERS, matrix_record(m, who, about),
                                    INT64_MAX),
                 text);
}

/* What is kept beside records. */

static int64_t in_bin(matrix *m, actor who, target about)
{
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t found = 0;
    int rc;

    (void)about;
    options.module = PAPERS;
    rc = crm4e_bin_json(&text, m->sessions[who], &options);
    if (rc == CRM4E_OK)
        found = strstr(crm4e_text_data(text), "Paper 4 of others") != NULL;
    crm4e_text_free(text);
    return rc < 0 ? rc : found;
}

static int64_t empty_bin(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_bin_empty(m->sessions[who], PAPERS, 0, 10, NULL);
}

static int64_t make_view(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_view_put(NULL, m->sessions[who],
                          "{\"module\": \"Papers\", \"name\": \"Mine\", \"columns\": [\"Fee\"]}",
                          CRM4E_NUL_TERMINATED);
}

static int64_t views(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_views_json(&text, m->sessions[who], PAPERS), text);
}

static int64_t find_view(matrix *m, actor who, target about)
{
    crm4e_id id = 0;

    (void)about;
    return crm4e_view_find(m->sessions[who], PAPERS, "All", &id);
}

static int64_t run_view(matrix *m, actor who, target about)
{
    crm4e_cursor *cursor = NULL;
    int64_t found = 0;
    int rc = crm4e_view_run(&cursor, m->sessions[who], m->view, 100, NULL);

    (void)about;
    while (rc >= 0 && (rc = crm4e_cursor_next(cursor)) == CRM4E_ROW)
        found++;
    crm4e_cursor_free(cursor);
    return rc < 0 ? rc : found;
}

static int64_t read_view(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_view_json(&text, m->sessions[who], m->view), text);
}

static int64_t remove_view(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_view_remove(m->sessions[who], m->view);
}

/* His requests in the module. */
static int64_t requests(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;
    int64_t found = 0;
    int rc = crm4e_requests_json(&text, m->sessions[who], NULL);

    (void)about;
    for (const char *at = rc == CRM4E_OK ? crm4e_text_data(text) : NULL;
         at != NULL && (at = strstr(at, "\"module\":\"" PAPERS "\"")) != NULL; at++)
        found++;
    crm4e_text_free(text);
    return rc < 0 ? rc : found;
}

/* Who gets them. */

static int64_t set_owners(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_module_set_default_owners(m->modules[who], &m->users[MEMBER], 1);
}

static int64_t put_assignment(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_assignment_put(m->modules[who],
                                "{\"name\": \"Turns\", \"entries\": [{\"to\": {\"target\":"
                                " \"team_module_users\"}}]}",
                                CRM4E_NUL_TERMINATED);
}

static int64_t assignments(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_assignments_json(&text, m->modules[who]), text);
}

static int64_t workflows(matrix *m, actor who, target about)
{
    crm4e_text *text = NULL;

    (void)about;
    return freed(crm4e_workflows_json(&text, m->modules[who]), text);
}

/* There is none: who may set up automation learns it. */
static int64_t switch_workflow(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_workflow_activate(m->modules[who], "None", 0);
}

static int64_t remove_workflow(matrix *m, actor who, target about)
{
    (void)about;
    return crm4e_workflow_remove(m->modules[who], "None");
}

/*
 * By actor, as in the other table: lead, manager, member, participant, requester;
 * outsider; reader, writer, holder of a share; system administrator, admin of the
 * space, member with a Team User licence. The right to the action comes before the
 * question about which record; guests have of it what their shares give.
 */
static const act acts[] = {
    {"create many", create_many, NONE, "yyyyyndddyny"},
    {"change many of own", change_many, OWN, "yyyyd......y"},
    {"change many of others", change_many, OTHER, "yydndndnnynd"},
    {"change many shared ones", change_many, SHARED, "yydndndyyynd"},
    {"delete many of own", delete_many, OWN, "yyyyd......y"},
    {"delete many of others", delete_many, OTHER, "yydndnddnynd"},
    {"delete many shared ones", delete_many, SHARED, "yydndnddyynd"},
    {"bring back many of own", restore_many, OWN, "yyyyd......y"},
    {"bring back many of others", restore_many, BINNED, "yydndnddnynd"},
    {"give away many of own", give_many, OWN, "yyyyd......y"},
    {"give away many of others", give_many, OTHER, "yydndnddnynd"},
    {"give away many shared ones", give_many, SHARED, "yydndnddyynd"},
    {"change all there are", change_all, NONE, "8811dnd118n1"},
    {"delete all there are", delete_all, NONE, "8811dndd18n1"},
    {"give away all there are", give_all, NONE, "7711dndd17n1"},

    {"clone own", clone, OWN, "yyyyy......y"},
    {"clone another's", clone, OTHER, "yyynnndddyny"},
    {"clone a shared one", clone, SHARED, "yyynnndddyny"},
    {"upsert", upsert, NONE, "yyyyyndddyny"},
    {"duplicates", duplicates, NONE, "yyyyynyyyyny"},
    {"duplicates of own", duplicates, OWN, "yyyyy......y"},
    {"duplicates of another's", duplicates, OTHER, "yyynnnnnnyny"},
    {"duplicates of a shared one", duplicates, SHARED, "yyynnnyyyyny"},
    {"merge own into another's", merge_into_other, OWN, "yydnd......d"},
    {"merge another's into own", merge_away, OWN, "yydnd......d"},
    {"merge a shared one into another's", merge_into_other, SHARED, "yydndnddnynd"},
    {"merge another's into a shared one", merge_away, SHARED, "yydndnddnynd"},

    {"tag own", tag, OWN, "yyyyd......y"},
    {"tag another's", tag, OTHER, "yydnnndnnynd"},
    {"tag a shared one", tag, SHARED, "yydnnndddynd"},
    {"untag a shared one", untag, SHARED, "yydnnndddynd"},
    {"tags", tags, NONE, "yyyydndddyny"},
    {"make a tag", make_tag, NONE, "ydddnnnnnynd"},
    {"rename a tag", rename_tag, NONE, "ydddnnnnnynd"},
    {"remove a tag", remove_tag, NONE, "ydddnnnnnynd"},
    {"attach to own", attach, OWN, "yyyyy......y"},
    {"attach to another's", attach, OTHER, "yyynnnnnnyny"},
    {"attach to a shared one", attach, SHARED, "yyynnnyyyyny"},
    {"read an attachment of a shared one", read_attached, NONE, "yyynnnyyyyny"},
    {"delete an attachment of a shared one", delete_attached, NONE, "yydnnndyyynd"},
    {"put a file into own", put_file, OWN, "yyyyy......y"},
    {"put a file into another's", put_file, OTHER, "yydnnndnnynd"},
    {"put a file into a shared one", put_file, SHARED, "yydnnndyyynd"},
    {"get a file of a shared one", get_file, SHARED, "yyynnnyyyyny"},
    {"remove a file of a shared one", remove_file, SHARED, "yydnnndyyynd"},
    {"related lists there are", relations, NONE, "yyyyynyyyyny"},
    {"related to own", related, OWN, "yyyyy......y"},
    {"related to another's", related, OTHER, "yyynnnnnnyny"},
    {"related to a shared one", related, SHARED, "yyynnnyyyyny"},
    {"history of own", history, OWN, "yyyyy......y"},
    {"history of another's", history, OTHER, "yyynnnnnnyny"},
    {"history of a shared one", history, SHARED, "yyynnnyyyyny"},
    {"history of one in the bin", history, BINNED, "yyynnnnnnyny"},
    {"own as it was", as_of_now, OWN, "yyyyy......y"},
    {"another's as it was", as_of_now, OTHER, "yyynnnnnnyny"},
    {"a shared one as it was", as_of_now, SHARED, "yyynnnyyyyny"},

    {"bin", in_bin, NONE, "11000ndd01n0"},
    {"empty the bin", empty_bin, NONE, "dddddndddynd"},
    {"make a view", make_view, NONE, "yyyydndddyny"},
    {"views", views, NONE, "yyyydndddyny"},
    {"find a view", find_view, NONE, "yyyydndddyny"},
    {"run a view", run_view, NONE, "8881nnnnn8n8"},
    {"read a view", read_view, NONE, "yyyynnnnnyny"},
    {"remove another's view", remove_view, NONE, "ydddnnnnnynd"},
    {"my requests", requests, NONE, "000010000000"},
    {"set who gets requests", set_owners, NONE, "ydddnnnnnynd"},
    {"make an assignment rule", put_assignment, NONE, "ydddnnnnnynd"},
    {"assignment rules", assignments, NONE, "ydddnnnnnynd"},
    {"workflow rules", workflows, NONE, "ydddnnnnnynd"},
    {"switch a workflow rule", switch_workflow, NONE, "ndddnnnnnnnd"},
    {"remove a workflow rule", remove_workflow, NONE, "ndddnnnnnnnd"},
};
const act_table matrix_further = {acts, sizeof acts / sizeof acts[0]};
