/* SPDX-License-Identifier: MIT */
/* The first hour: an engine, an org, a session, a record, a question. */
#include <stdio.h>

#include <crm4e.h>

static int failed(const crm4e_error *error)
{
    fprintf(stderr, "%s: %s\n", crm4e_code_name(crm4e_error_code(error)),
            crm4e_error_message(error));
    return 1;
}

static int ask(crm4e_session *ana)
{
    crm4e_cursor *rows = NULL;

    if (crm4e_query_text(&rows, ana,
                         "select Last_Name, Company, Annual_Revenue from Leads "
                         "where Annual_Revenue > 1000 order by Last_Name") < 0)
        return failed(crm4e_session_error(ana));
    while (crm4e_cursor_next(rows) == CRM4E_ROW)
        printf("%s\t%s\t%s\n", crm4e_cursor_text(rows, 0), crm4e_cursor_text(rows, 1),
               crm4e_cursor_text(rows, 2));
    crm4e_cursor_free(rows);
    return 0;
}

int main(int argc, char **argv)
{
    crm4e_engine_options engine_options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *ana = NULL;
    crm4e_record *lead = NULL;
    int result = 1;

    engine_options.path = argc > 1 ? argv[1] : "acme.crm4e";
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_ENTERPRISE;
    org_options.admin_email = "ana@acme.example";
    if (crm4e_engine_open(&engine, &engine_options) < 0 ||
        crm4e_org_create(&org, engine, &org_options) < 0 ||
        crm4e_session_open(&ana, org, "ana@acme.example") < 0)
        failed(crm4e_engine_error(engine));
    else if (crm4e_record_new(&lead, ana, "Leads") < 0 ||
             crm4e_record_set_text(lead, "Last_Name", "\xe6\x9d\x8e", CRM4E_NUL_TERMINATED) < 0 ||
             crm4e_record_set_text(lead, "Company", "Tower Ltd", CRM4E_NUL_TERMINATED) < 0 ||
             crm4e_record_set_decimal(lead, "Annual_Revenue", "1200.50") < 0 ||
             crm4e_record_save(lead) < 0)
        failed(crm4e_session_error(ana));
    else
        result = ask(ana);
    crm4e_engine_close(engine); /* and everything opened through it */
    return result;
}
