/* SPDX-License-Identifier: MIT */
/* The handles of a fixture once more, when its session had to be closed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"

static int open_parts(handle_set *set)
{
    int rc = crm4e_space_open(&set->space, set->session, "Office");

    if (rc == CRM4E_OK)
        rc = crm4e_module_open(&set->module, set->session, "Documents");
    if (rc == CRM4E_OK)
        rc = crm4e_module_open(&set->leads, set->session, "Leads");
    return rc < 0 ? rc : crm4e_workflow_new(&set->workflow, set->leads, "Again");
}

static int start_criteria_rule(handle_set *set)
{
    int rc = crm4e_sharing_rule_new(&set->criteria_rule, set->leads, "Spare");

    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_when(set->criteria_rule, "Company = 'Nowhere'");
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_to(set->criteria_rule, CRM4E_SUBJECT_USER, set->user);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_permission(set->criteria_rule, CRM4E_LEVEL_READ_WRITE);
    return rc;
}

int fixture_handles_again(fixture *f)
{
    int rc = open_parts(&f->own);

    if (rc == CRM4E_OK)
        rc = start_criteria_rule(&f->own);
    if (rc == CRM4E_OK)
        rc = fixture_start_rule(&f->own);
    return rc < 0 ? rc : fixture_open_handles(&f->own);
}
