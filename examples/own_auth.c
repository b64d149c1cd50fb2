/* SPDX-License-Identifier: MIT */
/* A host that authenticates its users itself, and narrows what they may do. */
#include <stdio.h>
#include <string.h>

#include <crm4e.h>

/* What a real host would look up. */
static int32_t authenticate(void *user, crm4e_id org, const char *email, const void *credentials,
                            size_t length)
{
    const char *secret = user;

    (void)org;
    (void)email;
    return length == strlen(secret) && memcmp(credentials, secret, length) == 0 ? CRM4E_CONTINUE
                                                                                : CRM4E_DENY;
}

/* Nobody deletes deals in this host, whatever his profile says. */
static int32_t authorise(void *user, const crm4e_question *question)
{
    (void)user;
    if (question->action == CRM4E_ACTION_DELETE && strcmp(question->module, "Deals") == 0)
        return CRM4E_DENY;
    return CRM4E_PASSTHROUGH;
}

static int fail(const char *what, const crm4e_error *error)
{
    fprintf(stderr, "%s: %s\n", what, crm4e_error_message(error));
    return 1;
}

static int try_to_delete(crm4e_session *session)
{
    crm4e_record *deal = NULL;
    crm4e_id id;
    int rc;

    if (crm4e_record_new(&deal, session, "Deals") < 0 ||
        crm4e_record_set_json(deal, "{\"Deal_Name\": \"Tower\", \"Stage\": \"Qualification\"}",
                              CRM4E_NUL_TERMINATED) < 0 ||
        crm4e_record_save(deal) < 0)
        return fail("create", crm4e_session_error(session));
    id = crm4e_record_id(deal);
    crm4e_record_free(deal);
    rc = crm4e_record_delete(session, "Deals", id, 0);
    printf("delete: %s\n", crm4e_code_name(rc));
    return rc == CRM4E_E_DENIED ? 0 : 1;
}

int main(int argc, char **argv)
{
    static char secret[] = "correct horse";
    crm4e_auth auth = {sizeof auth, secret, authenticate, authorise};
    crm4e_engine_options engine_options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    int result;

    engine_options.path = argc > 1 ? argv[1] : "acme.crm4e";
    engine_options.auth = &auth;
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_STANDARD;
    org_options.admin_email = "ana@acme.example";
    if (crm4e_engine_open(&engine, &engine_options) < 0 ||
        crm4e_org_create(&org, engine, &org_options) < 0) {
        result = fail("open", crm4e_engine_error(engine));
    } else if (crm4e_session_authenticate(&session, org, "ana@acme.example", "guess", 5) !=
               CRM4E_E_DENIED) {
        result = fail("a wrong secret was accepted", crm4e_engine_error(engine));
    } else if (crm4e_session_authenticate(&session, org, "ana@acme.example", secret,
                                          strlen(secret)) < 0) {
        result = fail("authenticate", crm4e_engine_error(engine));
    } else {
        result = try_to_delete(session);
    }
    crm4e_engine_close(engine);
    return result;
}
