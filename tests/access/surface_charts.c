/* SPDX-License-Identifier: MIT */
/* Charts and their pictures, as surfaces. */
#include "surface_inside.h"

static void hear_chart(crm4e_chart *chart)
{
    crm4e_text *text = NULL;
    int rc = surface_said(crm4e_chart_run(chart));

    for (size_t i = 0; rc == CRM4E_OK && i < crm4e_chart_buckets(chart); i++) {
        surface_heard(crm4e_chart_label(chart, i, 0));
        surface_heard(crm4e_chart_label_in(chart, i, 0, "zh"));
        surface_heard(crm4e_chart_value(chart, i, 0));
        surface_heard(crm4e_chart_change(chart, i, 0));
        surface_heard(crm4e_chart_rate(chart, i, 0));
        surface_heard(crm4e_chart_criteria(chart, i));
    }
    rc = crm4e_chart_json(&text, chart);
    (void)surface_said_text(rc, text);
    rc = crm4e_picture_svg(&text, chart, NULL);
    (void)surface_said_text(rc, text);
    rc = crm4e_picture_terminal(&text, chart, NULL);
    (void)surface_said_text(rc, text);
}

void probe_chart(void)
{
    static const struct {
        const char *module, *group, *measure, *where;
        int code;
    } charts[] = {
        {"Contacts", "Account_Name", NULL, NULL, CRM4E_OK},
        {"Deals", "Account_Name", NULL, NULL, CRM4E_OK},
        {"Leads", "Company", NULL, NULL, CRM4E_OK},
        {"Leads", "Phone", NULL, NULL, CRM4E_E_DENIED},
        {"Leads", "Company", "Annual_Revenue", NULL, CRM4E_E_DENIED},
        {"Leads", "Company", NULL, "Phone like '%'", CRM4E_E_DENIED},
        {"Deals", "Stage", "Expected_Revenue", NULL, CRM4E_E_DENIED},
    };
    crm4e_chart *chart = NULL;

    for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++) {
        int rc;

        surface_allowed(crm4e_chart_new(&chart, surface_reader(), charts[i].module));
        rc = surface_said(crm4e_chart_group_by(chart, charts[i].group, 0));
        if (rc == CRM4E_OK && charts[i].measure)
            rc = surface_said(crm4e_chart_measure(chart, CRM4E_MAX, charts[i].measure));
        if (rc == CRM4E_OK && charts[i].where)
            rc = surface_said(crm4e_chart_where(chart, charts[i].where));
        if (rc == CRM4E_OK)
            rc = surface_said(crm4e_chart_run(chart));
        assert_string_equal(crm4e_code_name(rc), crm4e_code_name(charts[i].code));
        hear_chart(chart);
        /* others are those that he may see, and no more */
        (void)surface_said(crm4e_chart_set_top(chart, 1));
        (void)surface_said(crm4e_chart_set_fill(chart, 1));
        hear_chart(chart);
        (void)surface_said(crm4e_chart_set_top(chart, 0));
        (void)surface_said(crm4e_chart_set_type(chart, CRM4E_CHART_FUNNEL));
        hear_chart(chart);
        crm4e_chart_free(chart);
    }
    if (surface_said(crm4e_chart_open(&chart, surface_reader(), "Leads", "Hidden")) == CRM4E_OK) {
        hear_chart(chart);
        surface_refused(crm4e_chart_run(chart), CRM4E_E_DENIED);
        crm4e_chart_free(chart);
    }
    surface_refused(crm4e_chart_new(&chart, surface_reader(), "Vault"), CRM4E_E_NOT_FOUND);
}
