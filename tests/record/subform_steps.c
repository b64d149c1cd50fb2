/* SPDX-License-Identifier: MIT */
#include "subform_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sue reads trips without costs and writes no kinds; in the desk she is a member, Tom a participant,
 * Ron a requester. */
static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Goods', 'org_default': 'private'},"
    "  {'api_name': 'Trips', 'org_default': 'public_read_write', 'fields': ["
    "   {'api_name': 'Stops', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'City', 'type': 'text', 'mandatory': true, 'length': 20},"
    "     {'api_name': 'Cost', 'type': 'currency', 'scale': 2, 'default_value': '10.00'},"
    "     {'api_name': 'Kind', 'type': 'picklist', 'options': ['Bus', 'Train']},"
    "     {'api_name': 'Tags', 'type': 'multiselectpicklist', 'options': ['A', 'B']},"
    "     {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "     {'api_name': 'Paid', 'type': 'boolean'}, {'api_name': 'Guests', 'type': 'integer'},"
    "     {'api_name': 'Good', 'type': 'lookup', 'target': 'Goods'},"
    "     {'api_name': 'Guide', 'type': 'userlookup'}]}},"
    "   {'api_name': 'Notes_of', 'type': 'subform', 'mandatory': false, 'settings':"
    "     {'columns': [{'api_name': 'Line', 'type': 'textarea'}]}},"
    "   {'api_name': 'Seen', 'type': 'text'}]},"
    "  {'api_name': 'Desk', 'team': true, 'fields': ["
    "   {'api_name': 'Parts', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'What', 'type': 'text'}, {'api_name': 'Price', 'type': 'currency'}]}}],"
    "   'permissions': {'member': {'fields': {'Parts.Price': 'read_only'}},"
    "    'participant': {'fields': {'Parts.Price': 'hidden'}},"
    "    'requester': {'fields': {'Parts': 'hidden'}}},"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "    {'user': 'sue@x.example', 'profile': 'member'},"
    "    {'user': 'tom@x.example', 'profile': 'participant'},"
    "    {'user': 'ron@x.example', 'profile': 'requester'}]}],"
    " 'profiles': [{'name': 'Reader', 'clone_of': 'Standard', 'admin': ['export'], 'fields': "
    "{'Trips': {"
    "   'Stops.Cost': 'hidden', 'Stops.Kind': 'read_only', 'Notes_of': 'read_only'}}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Reader'},"
    "  {'email': 'tom@x.example', 'role': 'Sales'}, {'email': 'ron@x.example', 'role': 'Sales'}]}";

/* Without the ids of rows, which are told by id_of(). */
static char *without_ids(const char *rows)
{
    char *text = calloc(1, strlen(rows) + 1), *out = text;

    assert_non_null(text);
    while (*rows) {
        if (strncmp(rows, "{\"id\":", 6) == 0 &&
            (out == text || out[-1] == '[' || out[-1] == ',')) {
            *out++ = '{';
            rows += 6;
            rows += strspn(rows, "0123456789");
            rows += *rows == ',';
        } else if (*rows != '\n') {
            *out++ = *rows++;
        } else {
            rows++;
        }
    }
    return text;
}

char *field_of(crm4e_session *session, const char *module, crm4e_id id, const char *field)
{
    char text[160];

    (void)snprintf(text, sizeof text, "select %s from %s where id = %lld", field, module,
                   (long long)id);
    return host_query(session, text);
}

/* "-" for none. */
void assert_in(crm4e_session *session, const char *module, crm4e_id id, const char *field,
               const char *wanted)
{
    char *rows = field_of(session, module, id, field), *bare = without_ids(rows);
    char *json = host_json(wanted);

    assert_string_equal(bare, json);
    free(json);
    free(bare);
    free(rows);
}

void assert_stops(crm4e_session *session, crm4e_id id, const char *wanted)
{
    assert_in(session, "Trips", id, "Stops", wanted);
}

/* The id of a row, from 0. */
long long id_of(crm4e_session *session, crm4e_id trip, size_t at_row)
{
    char *rows = field_of(session, "Trips", trip, "Stops");
    const char *at = rows;
    long long id = 0;

    for (size_t i = 0; i <= at_row; i++) {
        at = strstr(i ? at + 1 : at, "{\"id\":");
        assert_non_null(at);
    }
    id = strtoll(at + 6, NULL, 10);
    free(rows);
    return id;
}

int64_t version_of(crm4e_session *session, crm4e_id trip)
{
    crm4e_record *record = NULL;
    int64_t version;

    host_ok(session, crm4e_record_open(&record, session, "Trips", trip));
    version = crm4e_record_version(record);
    crm4e_record_free(record);
    return version;
}

crm4e_id two_stops(host *h)
{
    return life_add(h->admin, "Trips",
                    "{'Name': 'Tour', 'Stops': [{'City': 'Bonn', 'Cost': 1.50}, {'City': 'Ulm'}]}");
}

int apply(host *h, const char *document)
{
    crm4e_text *text = NULL;
    char *json = host_json(document);
    int rc = crm4e_org_apply(&text, h->admin, json, CRM4E_NUL_TERMINATED);

    crm4e_text_free(text);
    free(json);
    return rc;
}

int subform_setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    host_apply(*state, start);
    return 0;
}
