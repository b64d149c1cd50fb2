/* SPDX-License-Identifier: MIT */
#include "interaction_steps.h"

crm4e_id make(crm4e_session *session, const char *module, const char *json)
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

int change(crm4e_session *session, const char *module, crm4e_id id, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, module, id);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    free(real);
    return rc;
}

int say(crm4e_session *session, const char *module, crm4e_id record, const char *kind,
        int64_t seconds, const char *subject)
{
    return crm4e_interaction_add(NULL, session,
                                 EVENT(.module = module, .record = record, .kind = kind,
                                       .occurred = START + seconds * SECOND, .subject = subject));
}

char *paged(crm4e_session *session, const char *module, crm4e_id record,
            const crm4e_interactions_options *options)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_interactions_json(&text, session, module, record, options));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

char *summed(crm4e_session *session, const char *module, crm4e_id record,
             const crm4e_interactions_options *options)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_interactions_summary_json(&text, session, module, record, options));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

/* The value of each `"key":` up to the next comma or brace, quotes left out. */
const char *listed(crm4e_session *session, const char *module, crm4e_id record,
                   const crm4e_interactions_options *options, const char *key)
{
    static char out[4096];
    char *page = paged(session, module, record, options);
    char wanted[64];
    size_t used = 0;

    (void)snprintf(wanted, sizeof wanted, "\"%s\":", key);
    out[0] = '\0';
    for (const char *at = strstr(page, wanted); at; at = strstr(at, wanted)) {
        at += strlen(wanted);
        if (used > 0)
            out[used++] = ' ';
        for (; *at && *at != ',' && *at != '}' && used + 2 < sizeof out; at++)
            if (*at != '"')
                out[used++] = *at;
        out[used] = '\0';
    }
    free(page);
    return out;
}

void assert_holds(const char *text, const char *part)
{
    char *real = host_json(part);

    if (!strstr(text, real))
        fail_msg("%s: no %s", text, real);
    free(real);
}

void assert_sound(host *h)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}
