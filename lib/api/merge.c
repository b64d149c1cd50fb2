/* SPDX-License-Identifier: MIT */
#include "record/merge.h"
#include "api/inside.h"
#include <crm4e/merge.h>

#include <string.h>

enum {
    VALUES_CEILING = 16 * 1024 * 1024
};

typedef struct merge_arguments {
    c4_merge merge;
    const char *values;
} merge_arguments;

static int merge(c4_unit *unit, void *object, void *arguments)
{
    merge_arguments *a = arguments;
    c4_json_document document = {.root = NULL};
    int rc = c4_need(unit->error, a->merge.module, "module");

    (void)object;
    if (rc == CRM4E_OK && a->merge.count > 0)
        rc = c4_need(unit->error, a->merge.others, "others");
    if (rc == CRM4E_OK && a->values) {
        rc =
            c4_json_parse(&document, &unit->env->mem, a->values, strlen(a->values), VALUES_CEILING);
        if (rc < 0)
            rc = c4_fail(unit->error, rc, "'values' is no JSON");
    }
    a->merge.values = document.root;
    if (rc == CRM4E_OK)
        rc = c4_records_merge(unit, &a->merge);
    c4_json_free(&document);
    return rc;
}

int crm4e_records_merge(crm4e_session *session, const char *module, crm4e_id master,
                        const crm4e_id *others, size_t count, const char *values)
{
    merge_arguments arguments = {
        .merge = {.module = module, .master = master, .others = others, .count = count},
        .values = values,
    };

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, merge, &arguments);
}
