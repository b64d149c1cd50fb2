/* SPDX-License-Identifier: MIT */
#include "request_steps.h"

static const char document[] =
    "{'crm4e': 1, 'org': {'crm4e': true}, 'users': ["
    "  {'email': 'pat@acme.example', 'name': 'Pat', 'profile': 'Standard'},"
    "  {'email': 'quin@acme.example', 'name': 'Quin', 'profile': 'Standard'},"
    "  {'email': 'lee@acme.example', 'name': 'Lee', 'profile': 'Standard'}],"
    " 'modules': ["
    "  {'api_name': 'Papers', 'singular': 'Paper', 'singular_zh': '文件', 'team': true,"
    "   'fields': [{'api_name': 'Status', 'type': 'picklist', 'options': ['New', 'Done']},"
    "              {'api_name': 'Fee', 'type': 'integer'}],"
    "   'members': [{'user': 'lee@acme.example', 'profile': 'manager'},"
    "               {'user': 'pat@acme.example', 'profile': 'requester'},"
    "               {'user': 'quin@acme.example', 'profile': 'requester'}]},"
    "  {'api_name': 'Bills', 'team': true,"
    "   'fields': [{'api_name': 'Status', 'type': 'text'}],"
    "   'members': [{'user': 'pat@acme.example', 'profile': 'requester'},"
    "               {'user': 'lee@acme.example', 'profile': 'member'}]},"
    "  {'api_name': 'Ads', 'team': true,"
    "   'members': [{'user': 'pat@acme.example', 'profile': 'member'},"
    "               {'user': 'lee@acme.example', 'profile': 'requester'}]}]}";

crm4e_session *pat, *quin, *lee;

int requests_setup(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    pat = host_session(h, "pat@acme.example");
    quin = host_session(h, "quin@acme.example");
    lee = host_session(h, "lee@acme.example");
    return 0;
}

crm4e_id user_id(crm4e_session *session, const char *email)
{
    crm4e_id id = 0;

    host_ok(session, crm4e_user_find(session, email, &id));
    return id;
}

crm4e_id add(crm4e_session *session, const char *module, const char *name)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

void set_owner(crm4e_session *session, const char *module, crm4e_id id, const char *email)
{
    crm4e_record *record = NULL;

    host_ok(session, crm4e_record_open(&record, session, module, id));
    host_ok(session, crm4e_record_set_owner(record, user_id(session, email)));
    host_ok(session, crm4e_record_save(record));
    crm4e_record_free(record);
}
