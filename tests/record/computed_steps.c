/* SPDX-License-Identifier: MIT */
#include "computed_steps.h"

#include <stdlib.h>
#include <string.h>

crm4e_id computed_add(crm4e_session *session, const char *module, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return id;
}

int computed_set(crm4e_session *session, const char *module, crm4e_id id, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    int rc;

    host_ok(session, crm4e_record_open(&record, session, module, id));
    rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    free(real);
    return rc;
}

int computed_field(crm4e_session *session, const char *module, const char *name, crm4e_type type,
                   const char *settings)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    char *real = settings != NULL ? host_json(settings) : NULL;
    crm4e_module *handle = NULL;
    int rc = crm4e_module_open(&handle, session, module);

    options.api_name = name;
    options.type = type;
    options.settings = real;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(handle, &options);
    crm4e_module_free(handle);
    free(real);
    return rc;
}

void computed_rows(host *h, const char *query, const char *rows)
{
    char *found = host_query(h->admin, query);

    if (strcmp(found, rows) != 0)
        fail_msg("%s: %s instead of %s", query, found, rows);
    free(found);
}

typedef struct csv {
    const char *text;
    size_t left;
} csv;

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    csv *from = user;

    *read = from->left < size ? from->left : size;
    memcpy(bytes, from->text, *read);
    from->text += *read;
    from->left -= *read;
    return CRM4E_CONTINUE;
}

int computed_import(crm4e_session *session, const char *module, const char *text, int32_t dry_run)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    csv from = {text, strlen(text)};

    options.module = module;
    options.read = read_csv;
    options.read_user = &from;
    options.dry_run = dry_run;
    return crm4e_import_records(NULL, session, &options);
}

void computed_sound(host *h)
{
    crm4e_text *report = NULL;

    assert_int_equal(crm4e_check(&report, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(report), "[]");
    crm4e_text_free(report);
}
