/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "automation/assignment.h"
#include "base/text.h"

enum {
    RULE_CEILING = 1024 * 1024
};

typedef struct assignment_arguments {
    const char *json;
    size_t length;
    const char *name;
} assignment_arguments;

static int put(c4_unit *unit, void *object, void *arguments)
{
    const assignment_arguments *a = arguments;
    const c4_module *module = NULL;
    c4_json_document document = {0};
    size_t length = 0;
    crm4e_id id = 0;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->json, "json");
    if (rc < 0)
        return rc;
    rc = c4_text_length(a->json, a->length, RULE_CEILING, &length);
    if (rc == CRM4E_OK)
        rc = c4_json_parse(&document, &unit->env->mem, a->json, length, RULE_CEILING);
    if (rc < 0)
        return c4_fail(unit->error, rc, "the rule is no JSON, or longer than 1 MiB");
    rc = c4_assignment_put(unit, module, document.root, &id);
    c4_json_free(&document);
    return rc;
}

int crm4e_assignment_put(crm4e_module *module, const char *json, size_t length)
{
    assignment_arguments arguments = {.json = json, .length = length};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, put, &arguments);
}

static int remove_rule(c4_unit *unit, void *object, void *arguments)
{
    const assignment_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    return rc < 0 ? rc : c4_assignment_remove(unit, module, a->name);
}

int crm4e_assignment_remove(crm4e_module *module, const char *name)
{
    assignment_arguments arguments = {.name = name};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_rule, &arguments);
}

static int write_rules(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    return rc < 0 ? rc : c4_assignments_write(unit, module, out);
}

int crm4e_assignments_json(crm4e_text **out, crm4e_module *module)
{
    return c4_call_text(out, module, C4_KIND_MODULE, write_rules, NULL);
}
