/* SPDX-License-Identifier: MIT */
#include "import_steps.h"

#include <stdlib.h>
#include <string.h>

int32_t read_file(void *user, char *bytes, size_t size, size_t *read)
{
    file *f = user;
    size_t left = strlen(f->text + f->place);

    *read = left < size ? left : size;
    memcpy(bytes, f->text + f->place, *read);
    f->place += *read;
    return f->read_answer;
}

static int32_t keep_reject(void *user, const char *bytes, size_t length)
{
    file *f = user;
    char *larger = realloc(f->rejects, f->reject_length + length + 1);

    if (!larger)
        return 0;
    memcpy(larger + f->reject_length, bytes, length);
    f->rejects = larger;
    f->reject_length += length;
    larger[f->reject_length] = '\0';
    return f->reject_answer;
}

static int32_t keep_progress(void *user, int64_t rows)
{
    file *f = user;

    f->progress = rows;
    f->progress_calls++;
    return f->progress_answer;
}

file file_of(const char *module, const char *text)
{
    file f = {.text = text,
              .read_answer = CRM4E_CONTINUE,
              .reject_answer = CRM4E_CONTINUE,
              .progress_answer = CRM4E_CONTINUE};

    assert_int_equal(crm4e_import_options_init(&f.options), CRM4E_OK);
    f.options.module = module;
    return f;
}

int import(crm4e_session *session, file *f)
{
    crm4e_text *report = NULL;
    int rc;

    f->options.read = read_file;
    f->options.read_user = f;
    f->options.reject = keep_reject;
    f->options.reject_user = f;
    f->options.progress = keep_progress;
    f->options.progress_user = f;
    rc = crm4e_import_records(&report, session, &f->options);
    assert_int_equal(rc == CRM4E_OK, report != NULL);
    if (report) {
        f->report = strdup(crm4e_text_data(report));
        crm4e_text_free(report);
    }
    return rc;
}

void finish(file *f)
{
    free(f->rejects);
    free(f->report);
}

static const char things[] =
    "{'users': [{'email': 'tom@acme.example', 'name': 'Tom'},"
    "  {'email': 'uma@acme.example', 'role': 'Manager', 'profile': 'Clerk'},"
    "  {'email': 'vic@acme.example', 'profile': 'Reader'}],"
    " 'profiles': [{'name': 'Clerk', 'clone_of': 'Standard', 'admin': ['import'],"
    "   'fields': {'Things': {'Price': 'read_only'}}},"
    "  {'name': 'Reader', 'clone_of': 'Standard', 'admin': ['import'],"
    "   'modules': {'Things': ['view', 'import']}}],"
    " 'modules': [{'api_name': 'Boxes'},"
    "  {'api_name': 'Things', 'fields': ["
    "   {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "   {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Pieces', 'type': 'integer'}, {'api_name': 'Good', 'type': 'boolean'},"
    "   {'api_name': 'Zip', 'type': 'text', 'length': 10},"
    "   {'api_name': 'Code', 'type': 'text', 'length': 10, 'unique': 'folded'},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue']},"
    "   {'api_name': 'Uses', 'type': 'multiselectpicklist', 'options': ['In', 'Out']},"
    "   {'api_name': 'Box', 'type': 'lookup', 'target': 'Boxes'},"
    "   {'api_name': 'Tester', 'type': 'userlookup'}]}]}";

int things_setup(void **state)
{
    int rc = host_setup(state);

    if (rc == 0)
        host_apply(*state, things);
    return rc;
}

void imported(host *h, file *f, const char *report)
{
    host_ok(h->admin, import(h->admin, f));
    assert_string_equal(f->report, report);
}

void query_is(host *h, const char *query, const char *rows)
{
    char *found = host_query(h->admin, query);

    assert_string_equal(found, rows);
    free(found);
}

void refused(host *h, crm4e_session *session, file *f, int code, const char *message)
{
    int64_t before = host_count(h->admin, "Things", NULL);

    host_refused(session, import(session, f), code, message);
    assert_int_equal(host_count(h->admin, "Things", NULL), before);
    finish(f);
}

void nothing_came_in(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", NULL), 0);
}
