/* SPDX-License-Identifier: MIT */
/* A host that keeps its own rows and its CRM in one SQLite file, and changes
 * both in one transaction. */
#include <stdio.h>

#include <crm4e.h>
#include <sqlite3.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return 1;
}

static int64_t count(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    int64_t result = -1;

    if (sqlite3_prepare_v2(database, "select count(*) from invoice_host", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        result = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result;
}

static int64_t accounts(crm4e_session *session)
{
    crm4e_query *query = NULL;
    int64_t result = -1;

    if (crm4e_query_new(&query, session, "Accounts") == CRM4E_OK)
        (void)crm4e_query_count(query, &result);
    crm4e_query_free(query);
    return result;
}

/* Adds an invoice of the host and an account of the CRM, then keeps or drops both. */
static int both(sqlite3 *database, crm4e_session *session, const char *end)
{
    crm4e_record *account = NULL;
    int rc =
        sqlite3_exec(database, "begin; insert into invoice_host(customer) values ('Tower Ltd')",
                     NULL, NULL, NULL);

    if (rc != SQLITE_OK)
        return fail("the host's own insert failed");
    rc = crm4e_record_new(&account, session, "Accounts");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(account, "Account_Name", "Tower Ltd", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(account);
    crm4e_record_free(account);
    if (rc < 0)
        return fail(crm4e_error_message(crm4e_session_error(session)));
    return sqlite3_exec(database, end, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(end);
}

static int work(sqlite3 *database, crm4e_session *session)
{
    if (both(database, session, "rollback") != 0)
        return 1;
    if (count(database) != 0 || accounts(session) != 0)
        return fail("the rollback left something");
    if (both(database, session, "commit") != 0)
        return 1;
    if (count(database) != 1 || accounts(session) != 1)
        return fail("the commit lost something");
    puts("one invoice, one account");
    return 0;
}

int main(int argc, char **argv)
{
    crm4e_engine_options engine_options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    sqlite3 *database = NULL;
    int result;

    if (sqlite3_open(argc > 1 ? argv[1] : "host.db", &database) != SQLITE_OK ||
        sqlite3_exec(database, "create table invoice_host(id integer primary key, customer text)",
                     NULL, NULL, NULL) != SQLITE_OK)
        return fail("the host's database cannot be made");
    engine_options.sqlite = database;
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_STANDARD;
    org_options.admin_email = "ana@acme.example";
    if (crm4e_engine_open(&engine, &engine_options) < 0 ||
        crm4e_org_create(&org, engine, &org_options) < 0 ||
        crm4e_session_open(&session, org, "ana@acme.example") < 0)
        result = fail(crm4e_error_message(crm4e_engine_error(engine)));
    else
        result = work(database, session);
    crm4e_engine_close(engine); /* leaves the host's database open */
    (void)sqlite3_close(database);
    return result;
}
