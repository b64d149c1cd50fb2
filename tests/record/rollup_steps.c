/* SPDX-License-Identifier: MIT */
#include "rollup_steps.h"

#include <stdio.h>
#include <stdlib.h>

/* Firms have orders. */
const char rollup_start[] =
    "{'users': [{'email': '" ROLLUP_TOM "'}],"
    " 'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'Up', 'type': 'lookup', 'target':"
    "  'Firms', 'indexed': true}]},"
    " {'api_name': 'Orders', 'fields': ["
    "  {'api_name': 'Firm', 'type': 'lookup', 'target': 'Firms', 'indexed': true},"
    "  {'api_name': 'Worth', 'type': 'currency'}, {'api_name': 'Large', 'type': 'bigint'},"
    "  {'api_name': 'Small', 'type': 'integer'}, {'api_name': 'Day', 'type': 'date'},"
    "  {'api_name': 'Fine', 'type': 'double', 'scale': 5}, {'api_name': 'Note', 'type': 'text'},"
    "  {'api_name': 'Code', 'type': 'text', 'unique': 'case_sensitive'},"
    "  {'api_name': 'State', 'type': 'picklist', 'options': ['Open', 'Won', 'Lost']},"
    "  {'api_name': 'Tax', 'type': 'formula', 'settings': {'result': 'currency', 'expression':"
    "   'Worth / 10'}}]}]}";

int rollup_apply(host *h, const char *document)
{
    char *real = host_json(document);
    int rc = crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc;
}

int rollup_put(host *h, const char *field, const char *settings)
{
    char document[1024];

    (void)snprintf(document, sizeof document,
                   "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': '%s', 'type':"
                   " 'rollup_summary', 'settings': {%s}}]}]}",
                   field, settings);
    return rollup_apply(h, document);
}

void rollup_add(host *h, const char *field, const char *rest)
{
    char settings[512];

    (void)snprintf(settings, sizeof settings, "'module': 'Orders', 'lookup': 'Firm', %s", rest);
    host_ok(h->admin, rollup_put(h, field, settings));
}

void rollup_add_all(host *h)
{
    rollup_add(h, "Orders", "'function': 'count'");
    rollup_add(h, "Sum", "'function': 'sum', 'field': 'Worth'");
    rollup_add(h, "Avg", "'function': 'avg', 'field': 'Worth'");
    rollup_add(h, "Least", "'function': 'min', 'field': 'Worth'");
    rollup_add(h, "Most", "'function': 'max', 'field': 'Worth'");
    rollup_add(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
}
