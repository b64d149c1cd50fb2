/* SPDX-License-Identifier: MIT */
#include "currency_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char currency_start[] =
    "{'profiles': [{'name': 'Seller', 'clone_of': 'Standard',"
    "  'fields': {'Accounts': {'Exchange_Rate': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Works', 'fields': [{'api_name': 'Fee', 'type': 'currency'},"
    "  {'api_name': 'Tip', 'type': 'currency'}, {'api_name': 'Size', 'type': 'double'},"
    "  {'api_name': 'Both', 'type': 'formula', 'settings': {'result': 'currency',"
    "   'expression': 'Fee + Tip'}}]}, {'api_name': 'Plain'}]}";

const char currency_list[] =
    "{'currencies': [{'iso_code': 'EUR', 'name': 'Euro', 'symbol': '€', 'rates':"
    "  [{'valid_from': '2020-01-01', 'exchange_rate': '0.5'}]},"
    " {'iso_code': 'PLN', 'rates': [{'valid_from': '2020-01-01', 'exchange_rate': '3'}]},"
    " {'iso_code': 'KWD', 'decimal_place': 3, 'rates': []}]}";

void begin(host *h)
{
    host_apply(h, currency_start);
    host_apply(h, currency_list);
    host_ok(h->admin, crm4e_currency_enable(h->admin));
}

void fails(crm4e_session *session, int rc, int code, const char *words)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    if (strstr(message, words) == NULL)
        fail_msg("%s: no %s", message, words);
}

int write_as(crm4e_session *session, const char *module, crm4e_id *id, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    int rc;

    host_ok(session, *id == 0 ? crm4e_record_new(&record, session, module)
                              : crm4e_record_open(&record, session, module, *id));
    rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return rc;
}

crm4e_id add(host *h, const char *module, const char *json)
{
    crm4e_id id = 0;

    host_ok(h->admin, write_as(h->admin, module, &id, json));
    return id;
}

void change(host *h, const char *module, crm4e_id id, const char *json)
{
    host_ok(h->admin, write_as(h->admin, module, &id, json));
}

void refuses(host *h, crm4e_id id, const char *json, const char *message)
{
    fails(h->admin, write_as(h->admin, "Works", &id, json), CRM4E_E_INVALID, message);
}

void holds(host *h, const char *query, const char *lines)
{
    char *real = host_json(query); /* ` for ' */
    char *got = host_query(h->admin, real);

    assert_string_equal(got, lines);
    free(got);
    free(real);
}

/* "label=value,value|..." of a chart by one key or none. */
void charts(crm4e_session *session, const char *module, const char *key,
            const crm4e_measure *measures, const char *const *fields, size_t count,
            const char *wanted)
{
    crm4e_chart *chart = NULL;
    char text[512] = "";
    size_t used = 0;

    host_ok(session, crm4e_chart_new(&chart, session, module));
    if (key)
        host_ok(session, crm4e_chart_group_by(chart, key, 0));
    for (size_t i = 0; i < count; i++)
        host_ok(session, crm4e_chart_measure(chart, measures[i], fields[i]));
    host_ok(session, crm4e_chart_run(chart));
    for (size_t b = 0; b < crm4e_chart_buckets(chart); b++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=", b > 0 ? "|" : "",
                                 key ? crm4e_chart_label(chart, b, 0) : "");
        for (size_t i = 0; i < count; i++) {
            const char *value = crm4e_chart_value(chart, b, i);
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "," : "",
                                     value ? value : "-");
        }
    }
    assert_string_equal(text, wanted);
    crm4e_chart_free(chart);
}

void sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}
