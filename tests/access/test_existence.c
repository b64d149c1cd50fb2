/* SPDX-License-Identifier: MIT */
/*
 * Is there a module of that name? Whoever a team module is closed to hears of it, by
 * every call that takes a name, word for word what he hears of a name that nobody
 * uses. Only who may make modules hears that the name is taken.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAKEN "Plans_of_Tom" /* closed to everybody below */
#define FREE  "Plans_of_Nil" /* as long, and nobody's */

static const char org[] =
    "{'modules': [{'api_name': '" TAKEN "', 'team': true, 'fields': ["
    "   {'api_name': 'Fee', 'type': 'currency'}]}, {'api_name': 'Papers', 'team': true}],"
    " 'profiles': ["
    "   {'name': 'Founder', 'clone_of': 'Standard', 'admin': ['create_team_module']},"
    "   {'name': 'Sharer', 'clone_of': 'Standard', 'admin': ['manage_data_sharing', 'import', "
    "'export']},"
    "   {'name': 'Builder', 'clone_of': 'Standard', 'admin': ['customise', 'manage_automation']},"
    "   {'name': 'People', 'clone_of': 'Standard', 'admin': ['manage_profiles', 'manage_users']},"
    "   {'name': 'Spaces', 'clone_of': 'Standard', 'admin': ['manage_team_spaces']}],"
    " 'spaces': [{'name': 'Shelf'}, {'name': 'Vault', 'modules': ['" TAKEN "']}],"
    " 'tab_groups': [{'name': 'Daily'}],"
    " 'users': [{'email': 'tom@acme.example'},"
    "   {'email': 'out@acme.example'}, {'email': 'team@acme.example', 'licence': 'team'},"
    "   {'email': 'head@acme.example', 'profile': 'Founder'},"
    "   {'email': 'share@acme.example', 'profile': 'Sharer'},"
    "   {'email': 'build@acme.example', 'profile': 'Builder'},"
    "   {'email': 'people@acme.example', 'profile': 'People'},"
    "   {'email': 'space@acme.example', 'profile': 'Spaces'}]}";
static const char members[] =
    "{'modules': [{'api_name': '" TAKEN "', 'members': ["
    "     {'user': 'tom@acme.example', 'profile': 'admin'}]},"
    "   {'api_name': 'Papers', 'members': [{'user': 'head@acme.example', 'profile': 'admin'},"
    "     {'user': 'out@acme.example', 'profile': 'requester'}]}],"
    " 'spaces': [{'name': 'Shelf', 'members': [{'user': 'head@acme.example', 'admin': true}]}]}";

/* Who asks; bits, to leave one out of a call. */
enum {
    OUTSIDER = 1, /* requester of another team */
    TEAM_USER = 2,
    HEAD = 4, /* admin of another team, who may make team modules */
    SHARER = 8,
    BUILDER = 16,
    PEOPLE = 32,
    SPACES = 64
};
static const char *const actors[] = {"out", "team", "head", "share", "build", "people", "space"};
enum {
    ACTORS = sizeof actors / sizeof actors[0]
};

static host *h;
static crm4e_session *he;
static crm4e_id record; /* in the closed module */
static crm4e_id tom;

/* ------------------------------------------------------------- the calls */

static int finish(int rc, crm4e_text *text)
{
    crm4e_text_free(text);
    return rc;
}

/* A document about the module `name`, which stands for $ in it. */
static int apply(const char *document, const char *name)
{
    char text[512];
    const char *at = strchr(document, '$');
    char *json;
    int rc;

    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - document), document, name, at + 1);
    json = host_json(text);
    rc = crm4e_org_apply(NULL, he, json, CRM4E_NUL_TERMINATED);
    free(json);
    return rc;
}

static int open_record(const char *name)
{
    crm4e_record *out = NULL;
    int rc = crm4e_record_open(&out, he, name, record);

    crm4e_record_free(out);
    return rc;
}

static int new_record(const char *name)
{
    crm4e_record *out = NULL;
    int rc = crm4e_record_new(&out, he, name);

    crm4e_record_free(out);
    return rc;
}

static int delete (const char *name)
{
    return crm4e_record_delete(he, name, record, 0);
}

static int restore(const char *name)
{
    return crm4e_record_restore(he, name, record);
}

static int lock(const char *name)
{
    return crm4e_record_set_locked(he, name, record, 1);
}

static int share(const char *name)
{
    return crm4e_record_share(he, name, record, CRM4E_SUBJECT_USER, tom, CRM4E_LEVEL_READ_ONLY, 0);
}

static int unshare(const char *name)
{
    return crm4e_record_unshare(he, name, record, CRM4E_SUBJECT_USER, tom);
}

static int shares(const char *name)
{
    crm4e_text *out = NULL;
    return finish(crm4e_record_shares(&out, he, name, record), out);
}

static int timeline(const char *name)
{
    crm4e_text *out = NULL;
    return finish(crm4e_timeline_json(&out, he, name, record, 0, 0, 10), out);
}

static int interaction_remove(const char *name)
{
    return crm4e_interaction_remove(he, name, record, 1);
}

static int interactions(const char *name)
{
    crm4e_text *out = NULL;
    return finish(crm4e_interactions_json(&out, he, name, record, NULL), out);
}

static int may(const char *name)
{
    return crm4e_may(he, CRM4E_ACTION_VIEW, name, 0, NULL);
}

static int may_record(const char *name)
{
    return crm4e_may(he, CRM4E_ACTION_EDIT, name, record, "Fee");
}

/* The whole answer: the reasons, too. */
static int explain(const char *name)
{
    crm4e_verdict *out = NULL;
    int rc = crm4e_explain(&out, he, crm4e_session_user(he), CRM4E_ACTION_VIEW, name, record, NULL);

    if (rc == CRM4E_OK)
        rc = (int)crm4e_verdict_reason(out, 0);
    crm4e_verdict_free(out);
    return rc;
}

static int who_can(const char *name)
{
    crm4e_text *out = NULL;
    return finish(crm4e_who_can(&out, he, CRM4E_ACTION_VIEW, name, 0), out);
}

static int new_query(const char *name)
{
    crm4e_query *out = NULL;
    int rc = crm4e_query_new(&out, he, name);

    crm4e_query_free(out);
    return rc;
}

static int query(const char *name)
{
    char text[100];
    crm4e_cursor *out = NULL;
    int rc;

    (void)snprintf(text, sizeof text, "select Name from %s where Fee > 1", name);
    rc = crm4e_query_text(&out, he, text);
    crm4e_cursor_free(out);
    return rc;
}

static int new_chart(const char *name)
{
    crm4e_chart *out = NULL;
    int rc = crm4e_chart_new(&out, he, name);

    crm4e_chart_free(out);
    return rc;
}

static int open_chart(const char *name)
{
    crm4e_chart *out = NULL;
    int rc = crm4e_chart_open(&out, he, name, "Fees");

    crm4e_chart_free(out);
    return rc;
}

static int search(const char *name)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *out = NULL;
    char modules[60];

    (void)snprintf(modules, sizeof modules, "[\"%s\"]", name);
    options.modules = modules;
    return finish(crm4e_search_json(&out, he, "plan", CRM4E_NUL_TERMINATED, &options), out);
}

static int requests(const char *name)
{
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    crm4e_text *out = NULL;

    options.module = name;
    return finish(crm4e_requests_json(&out, he, &options), out);
}

static int32_t nothing_to_read(void *user, char *bytes, size_t size, size_t *read)
{
    (void)user;
    (void)bytes;
    (void)size;
    *read = 0;
    return CRM4E_CONTINUE;
}

static int32_t no_matter(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return CRM4E_CONTINUE;
}

static int import(const char *name)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;

    options.module = name;
    options.read = nothing_to_read;
    return crm4e_import_records(NULL, he, &options);
}

static int export(const char *name)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;

    options.module = name;
    options.write = no_matter;
    return crm4e_export_records(he, &options, NULL);
}

static int open_module(const char *name)
{
    crm4e_module *out = NULL;
    int rc = crm4e_module_open(&out, he, name);

    crm4e_module_free(out);
    return rc;
}

static int create(const char *name, crm4e_access access)
{
    crm4e_module_options options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_module *out = NULL;
    int rc;

    options.api_name = name;
    options.access = access;
    rc = crm4e_module_create(&out, he, &options);
    crm4e_module_free(out);
    return rc;
}

static int create_team_module(const char *name)
{
    return create(name, CRM4E_ACCESS_TEAM);
}

static int create_org_module(const char *name)
{
    return create(name, CRM4E_ACCESS_ORG);
}

/* A lookup in a module that he configures, if there is one. */
static int point_to(const char *name)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *module = NULL;
    int rc = crm4e_module_open(&module, he, "Papers");

    if (rc == CRM4E_E_NOT_FOUND)
        rc = crm4e_module_open(&module, he, "Leads");
    host_ok(he, rc);
    options.api_name = "Plan";
    options.type = CRM4E_TYPE_LOOKUP;
    options.target = name;
    rc = crm4e_module_add_field(module, &options);
    crm4e_module_free(module);
    return rc;
}

static int allow(const char *name)
{
    return crm4e_profile_allow_action(he, "Founder", name, CRM4E_ACTION_VIEW, 1);
}

static int hide_field(const char *name)
{
    return crm4e_profile_set_field(he, "Founder", name, "Fee", CRM4E_PERMISSION_HIDDEN);
}

static int place(const char *name)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, he, "Shelf");

    if (rc == CRM4E_OK)
        rc = crm4e_space_place(space, name, NULL, -1);
    crm4e_space_free(space);
    return rc;
}

static int take(const char *name)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, he, "Shelf");

    if (rc == CRM4E_OK)
        rc = crm4e_space_take(space, name);
    crm4e_space_free(space);
    return rc;
}

static int take_from_vault(const char *name)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, he, "Vault");

    if (rc == CRM4E_OK)
        rc = crm4e_space_take(space, name);
    crm4e_space_free(space);
    return rc;
}

static int group(const char *name)
{
    return crm4e_tab_group_place(he, "Daily", name, -1);
}

static int ungroup(const char *name)
{
    return crm4e_tab_group_take(he, "Daily", name);
}

static int sharing_rule(const char *name)
{
    return apply("{'sharing_rules': [{'module': '$', 'name': 'All', 'from': [{'role': 'CEO'}],"
                 " 'to': [{'role': 'CEO'}]}]}",
                 name);
}

static int workflow(const char *name)
{
    return apply("{'workflows': [{'module': '$', 'name': 'W', 'on': 'create', 'conditions': ["
                 "{'actions': [{'update_field': {'field': 'Fee', 'value': '1'}}]}]}]}",
                 name);
}

static int assignment_rule(const char *name)
{
    return apply("{'assignment_rules': [{'module': '$', 'name': 'R', 'entries': [{'to':"
                 " {'target': 'team_module_users'}}]}]}",
                 name);
}

static int chart(const char *name)
{
    return apply(
        "{'charts': [{'module': '$', 'name': 'C', 'group_by': ['Owner'], 'measures': ['count']}]}",
        name);
}

static int document(const char *name)
{
    return apply("{'modules': [{'api_name': '$', 'team': true, 'plural': 'Mine'}]}", name);
}

static int document_of_fields(const char *name)
{
    return apply("{'modules': [{'api_name': '$', 'fields': [{'api_name': 'Fee',"
                 " 'type': 'currency'}]}]}",
                 name);
}

static int document_of_members(const char *name)
{
    return apply("{'modules': [{'api_name': '$', 'team': true, 'members': [{'user':"
                 " 'tom@acme.example', 'profile': 'member'}]}]}",
                 name);
}

static int document_of_sharing(const char *name)
{
    return apply("{'modules': [{'api_name': '$', 'org_default': 'public_read_only'}]}", name);
}

static int document_of_profile(const char *name)
{
    return apply("{'profiles': [{'name': 'Founder', 'modules': {'$': ['view']}}]}", name);
}

static int document_of_space(const char *name)
{
    return apply("{'spaces': [{'name': 'Shelf', 'modules': ['$']}]}", name);
}

/* What each of them may do by a name nobody uses, those who may make it left out. */
static const struct {
    const char *what;
    int (*call)(const char *name);
    unsigned makes;
} calls[] = {
    {"record_open", open_record, 0},
    {"record_new", new_record, 0},
    {"record_delete", delete, 0},
    {"record_restore", restore, 0},
    {"record_set_locked", lock, 0},
    {"record_share", share, 0},
    {"record_unshare", unshare, 0},
    {"record_shares", shares, 0},
    {"timeline_json", timeline, 0},
    {"interaction_remove", interaction_remove, 0},
    {"interactions_json", interactions, 0},
    {"may", may, 0},
    {"may of a record", may_record, 0},
    {"explain", explain, 0},
    {"who_can", who_can, 0},
    {"query_new", new_query, 0},
    {"query_text", query, 0},
    {"chart_new", new_chart, 0},
    {"chart_open", open_chart, 0},
    {"search_json", search, 0},
    {"requests_json", requests, 0},
    {"import_csv", import, 0},
    {"export_records", export, 0},
    {"module_open", open_module, 0},
    {"module_create, team", create_team_module, HEAD},
    {"module_create, org", create_org_module, BUILDER},
    {"module_add_field", point_to, 0},
    {"profile_allow_action", allow, 0},
    {"profile_set_field", hide_field, 0},
    {"space_place", place, 0},
    {"space_take", take, 0},
    {"space_take, where it stands", take_from_vault, 0},
    {"tab_group_place", group, 0},
    {"tab_group_take", ungroup, 0},
    {"sharing rule", sharing_rule, 0},
    {"workflow rule", workflow, 0},
    {"assignment rule", assignment_rule, 0},
    {"chart in a document", chart, 0},
    {"module in a document", document, HEAD},
    {"fields in a document", document_of_fields, BUILDER},
    {"members in a document", document_of_members, HEAD},
    {"org-wide default in a document", document_of_sharing, BUILDER},
    {"profile in a document", document_of_profile, 0},
    {"space in a document", document_of_space, 0},
};

/* ------------------------------------------------------------- the comparison */

typedef struct answer {
    int code;
    char words[600];
} answer;

/* A call, undone, and all that its error says with * for the name. */
static answer hear(int (*call)(const char *), const char *name)
{
    const crm4e_error *error = crm4e_session_error(he);
    answer heard = {0};
    char *at;

    host_ok(he, crm4e_session_begin(he));
    heard.code = call(name);
    (void)snprintf(heard.words, sizeof heard.words, "%s|%s|%s|%s", crm4e_error_message(error),
                   crm4e_error_module(error), crm4e_error_field(error), crm4e_error_rule(error));
    while ((at = strstr(heard.words, name)) != NULL)
        memset(at, '*', strlen(name));
    host_ok(he, crm4e_session_rollback(he));
    return heard;
}

static void closed_is_like_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACTORS; i++) {
        char email[40];

        (void)snprintf(email, sizeof email, "%s@acme.example", actors[i]);
        he = host_session(h, email);
        for (size_t k = 0; k < sizeof calls / sizeof calls[0]; k++) {
            answer taken = hear(calls[k].call, TAKEN);
            answer none = hear(calls[k].call, FREE);

            if (calls[k].makes & 1U << i) {
                assert_int_equal(taken.code, CRM4E_E_CONFLICT);
            } else if (taken.code != none.code || strcmp(taken.words, none.words)) {
                fail_msg("%s, %s: %s \"%s\", of a free name %s \"%s\"", actors[i], calls[k].what,
                         crm4e_code_name(taken.code), taken.words, crm4e_code_name(none.code),
                         none.words);
            }
        }
        crm4e_session_close(he);
    }
}

/* A space that he does not belong to is like none, as the place of a new module. */
static void a_closed_space_is_like_none(void **state)
{
    static const char *const names[] = {"Vault", "Nowhere"};
    crm4e_module_options options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_module *out = NULL;

    (void)state;
    he = host_session(h, "head@acme.example");
    options.api_name = "Sheets";
    options.access = CRM4E_ACCESS_TEAM;
    for (size_t i = 0; i < 2; i++) {
        options.space = names[i];
        host_refused(he, crm4e_module_create(&out, he, &options), CRM4E_E_NOT_FOUND,
                     "space names no space");
        assert_null(out);
    }
    options.space = "Shelf";
    host_ok(he, crm4e_module_create(&out, he, &options));
    crm4e_module_free(out);
    crm4e_session_close(he);
}

static int setup(void **state)
{
    crm4e_record *paper = NULL;
    int rc = host_setup(state);

    if (rc != 0)
        return rc;
    h = *state;
    host_apply(h, org);
    host_apply(h, members);
    he = host_session(h, "tom@acme.example");
    tom = crm4e_session_user(he);
    host_ok(he, crm4e_record_new(&paper, he, TAKEN));
    host_ok(he, crm4e_record_set_text(paper, "Name", "plan", CRM4E_NUL_TERMINATED));
    host_ok(he, crm4e_record_save(paper));
    record = crm4e_record_id(paper);
    crm4e_record_free(paper);
    crm4e_session_close(he);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_is_like_none),
        cmocka_unit_test(a_closed_space_is_like_none),
    };

    return host_run_group("existence", tests, sizeof tests / sizeof tests[0], setup);
}
