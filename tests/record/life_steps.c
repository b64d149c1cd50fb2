/* SPDX-License-Identifier: MIT */
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int life_save(crm4e_record *record, const char *json)
{
    char *real = host_json(json);
    int rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc < 0 ? rc : crm4e_record_save(record);
}

crm4e_id life_add(crm4e_session *session, const char *module, const char *json)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, life_save(record, json));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

int life_change(crm4e_session *session, const char *module, crm4e_id id, const char *json)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, module, id);

    rc = rc < 0 ? rc : life_save(record, json);
    crm4e_record_free(record);
    return rc;
}

void life_field(crm4e_session *session, crm4e_record *record, const char *field, const char *text)
{
    const char *found = NULL;

    host_ok(session, crm4e_record_get_text(record, field, &found, NULL));
    if (text && found)
        assert_string_equal(found, text);
    else if (text || found)
        fail_msg("%s is %s instead of %s", field, found ? found : "empty", text ? text : "empty");
}

void life_row(crm4e_session *session, const char *fields, const char *module, crm4e_id id,
              const char *row)
{
    char text[512];
    char *rows;

    (void)snprintf(text, sizeof text, "select %s from %s where id = %lld", fields, module,
                   (long long)id);
    rows = host_query(session, text);
    if (strcmp(rows, row) != 0)
        fail_msg("%s: %s instead of %s", text, rows, row);
    free(rows);
}

void life_refused(crm4e_session *session, int rc, int code, const char *field, const char *rule)
{
    const crm4e_error *error = crm4e_session_error(session);

    host_refused(session, rc, code, NULL);
    if (field)
        assert_string_equal(crm4e_error_field(error), field);
    if (rule)
        assert_string_equal(crm4e_error_rule(error), rule);
}

void life_text(crm4e_session *session, int rc, crm4e_text **text, const char *expected)
{
    char *real = host_json(expected);

    host_ok(session, rc);
    assert_string_equal(crm4e_text_data(*text), real);
    crm4e_text_free(*text);
    *text = NULL;
    free(real);
}
