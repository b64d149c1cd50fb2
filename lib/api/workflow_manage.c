/* SPDX-License-Identifier: MIT */
/* Rules that are saved: listed, switched, removed. */
#include "api/inside.h"
#include "automation/automation.h"

typedef struct rule_arguments {
    const char *name;
    int32_t active;
} rule_arguments;

static int open_named(c4_unit *unit, void *object, const rule_arguments *arguments,
                      const c4_module **module)
{
    int rc = c4_held_module(unit, object, module);

    return rc == CRM4E_OK ? c4_need(unit->error, arguments->name, "name") : rc;
}

static int activate(c4_unit *unit, void *object, void *arguments)
{
    const rule_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = open_named(unit, object, a, &module);

    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->active, "active");
    return rc == CRM4E_OK ? c4_workflow_activate(unit, module, a->name, a->active != 0) : rc;
}

int crm4e_workflow_activate(crm4e_module *module, const char *name, int32_t active)
{
    rule_arguments arguments = {name, active};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, activate, &arguments);
}

static int remove_rule(c4_unit *unit, void *object, void *arguments)
{
    const rule_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = open_named(unit, object, a, &module);

    return rc == CRM4E_OK ? c4_workflow_remove(unit, module, a->name) : rc;
}

int crm4e_workflow_remove(crm4e_module *module, const char *name)
{
    rule_arguments arguments = {.name = name};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_rule, &arguments);
}

static int write_rules(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    return rc == CRM4E_OK ? c4_workflows_write(unit, module, out) : rc;
}

int crm4e_workflows_json(crm4e_text **out, crm4e_module *module)
{
    return c4_call_text(out, module, C4_KIND_MODULE, write_rules, NULL);
}
