/* SPDX-License-Identifier: MIT */
#include "link_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard', 'admin': ['export'],"
    "  'modules': {'*': ['view', 'create', 'edit', 'delete', 'export']}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Firms', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Key', 'type': 'text', 'unique': 'folded'}]},"
    "  {'api_name': 'Papers', 'org_default': 'public_read_write', 'fields': ["
    "   {'api_name': 'Firms', 'type': 'multiselectlookup', 'target': 'Firms'},"
    "   {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "   {'api_name': 'Text', 'type': 'text'},"
    "   {'api_name': 'Others', 'type': 'multiselectlookup', 'target': 'Papers'}]}]}";

int links_setup(void **state)
{
    int rc = host_setup(state);

    if (rc == 0)
        host_apply(*state, document);
    return rc;
}

crm4e_id firm(crm4e_session *session, const char *name)
{
    char json[96];

    (void)snprintf(json, sizeof json, "{'Name': '%s'}", name);
    return life_add(session, "Firms", json);
}

static void put_list(char *text, size_t size, const crm4e_id *firms, size_t count)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text + length, size - length, "%s%lld", i > 0 ? ", " : "",
                       (long long)firms[i]);
        length = strlen(text);
    }
    (void)snprintf(text + length, size - length, "]}");
}

crm4e_id paper(crm4e_session *session, const char *name, const crm4e_id *firms, size_t count)
{
    char json[4096];

    (void)snprintf(json, sizeof json, "{'Name': '%s', 'Firms': [", name);
    put_list(json, sizeof json, firms, count);
    return life_add(session, "Papers", json);
}

int relink(crm4e_session *session, crm4e_id id, const crm4e_id *firms, size_t count)
{
    char json[4096] = "{'Firms': [";

    put_list(json, sizeof json, firms, count);
    return life_change(session, "Papers", id, json);
}

void leads_to(crm4e_session *session, crm4e_id id, const char *names)
{
    char row[512];

    (void)snprintf(row, sizeof row, "%s\n", names);
    life_row(session, "Firms", "Papers", id, row);
}

void papers_where(crm4e_session *session, const char *where, const char *names)
{
    char text[512], found[512] = "";
    char *rows;

    (void)snprintf(text, sizeof text, "select Name from Papers where %s order by Name", where);
    rows = host_query(session, text);
    for (char *c = rows; *c != '\0'; c++)
        *c = *c == '\n' && c[1] != '\0' ? ' ' : *c;
    (void)snprintf(found, sizeof found, "%.*s", (int)(strlen(rows) > 0 ? strlen(rows) - 1 : 0),
                   rows);
    free(rows);
    if (strcmp(found, names) != 0)
        fail_msg("%s: \"%s\" instead of \"%s\"", where, found, names);
}
