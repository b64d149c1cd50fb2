/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "dump_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/simple_storage.h"

int add_lead(crm4e_session *session, const char *json, crm4e_id *id)
{
    crm4e_record *record = NULL;
    char *text = host_json(json);
    int rc = crm4e_record_new(&record, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Company", "Tower", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK && id)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return rc;
}

static int32_t keep_piece(void *user, const char *bytes, size_t length)
{
    stream *s = user;
    char *larger = realloc(s->text, s->length + length + 1);

    if (!larger)
        return 0;
    memcpy(larger + s->length, bytes, length);
    s->text = larger;
    s->length += length;
    larger[s->length] = '\0';
    if (s->meanwhile)
        host_ok(s->meanwhile, add_lead(s->meanwhile, "{'Last_Name': 'Late'}", NULL));
    s->meanwhile = NULL;
    return s->answer;
}

static int32_t give_piece(void *user, char *bytes, size_t size, size_t *read)
{
    stream *s = user;
    size_t left = s->length - s->at;
    size_t piece = s->piece > 0 && s->piece < size ? s->piece : size;

    *read = left < piece ? left : piece;
    if (*read > 0)
        memcpy(bytes, s->text + s->at, *read);
    s->at += *read;
    return s->answer;
}

static int32_t keep_progress(void *user, int64_t rows)
{
    stream *s = user;

    s->told = rows;
    return s->progress_answer;
}

stream new_stream(void)
{
    return (stream){.answer = CRM4E_CONTINUE, .progress_answer = CRM4E_CONTINUE, .rows = -1};
}

int dump(crm4e_session *session, stream *s)
{
    crm4e_dump_options options;

    assert_int_equal(crm4e_dump_options_init(&options), CRM4E_OK);
    options.write = keep_piece;
    options.write_user = s;
    options.progress = keep_progress;
    options.progress_user = s;
    return crm4e_org_dump(session, &options, &s->rows);
}

stream dumped(crm4e_session *session)
{
    stream s = new_stream();

    host_ok(session, dump(session, &s));
    assert_true(s.rows > 0 && s.told == s.rows);
    return s;
}

int load(crm4e_org **org, crm4e_engine *engine, stream *s, const char *name, uint32_t flags)
{
    crm4e_load_options options;

    assert_int_equal(crm4e_load_options_init(&options), CRM4E_OK);
    s->at = 0;
    options.name = name;
    options.read = give_piece;
    options.read_user = s;
    options.progress = keep_progress;
    options.progress_user = s;
    options.flags = flags;
    return crm4e_org_load(org, engine, &options);
}

void open_memory(place *p, unsigned without)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_storage storage = {sizeof storage, &p->methods, NULL};

    p->directory[0] = '\0';
    p->methods = *crm4e_storage_memory();
    if (without)
        simple_storage_init(&p->methods, without);
    options.storage = &storage;
    assert_int_equal(crm4e_engine_open(&p->engine, &options), CRM4E_OK);
}

void open_files(place *p, const char *name)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    char path[96];

    (void)snprintf(p->directory, sizeof p->directory, "/tmp/crm4e-test-XXXXXX");
    assert_non_null(mkdtemp(p->directory));
    (void)snprintf(path, sizeof path, "%s/%s", p->directory, name);
    options.path = path;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    assert_int_equal(crm4e_engine_open(&p->engine, &options), CRM4E_OK);
}

void close_place(place *p)
{
    char command[128];

    crm4e_engine_close(p->engine);
    if (p->directory[0]) {
        (void)snprintf(command, sizeof command, "rm -r '%s'", p->directory);
        assert_int_equal(system(command), 0);
    }
}

void assert_no_org(crm4e_engine *engine)
{
    crm4e_text *names = NULL;

    assert_int_equal(crm4e_org_list(&names, engine), CRM4E_OK);
    assert_string_equal(crm4e_text_data(names), "[]");
    crm4e_text_free(names);
}

void assert_clean(crm4e_org *org)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}
