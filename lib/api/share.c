/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include <crm4e/share.h>

typedef struct share_arguments {
    const char *module;
    crm4e_id record;
    c4_share share;
    int32_t flag; /* related, or locked */
} share_arguments;

static int check(c4_unit *unit, const share_arguments *a, const char *flag)
{
    int rc = c4_need(unit->error, a->module, "module");

    if (rc == CRM4E_OK && a->flag != 0 && a->flag != 1)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'%s' is 0 or 1", flag);
    return rc;
}

static int share(c4_unit *unit, void *object, void *arguments)
{
    share_arguments *a = arguments;
    int rc = check(unit, a, "related");

    (void)object;
    a->share.related = a->flag == 1;
    return rc < 0 ? rc : c4_record_share(unit, a->module, a->record, &a->share);
}

int crm4e_record_share(crm4e_session *session, const char *module, crm4e_id record,
                       crm4e_subject kind, crm4e_id subject, crm4e_level level, int32_t related)
{
    share_arguments arguments = {
        module, record, {.subject = {kind, subject}, .level = level}, related};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, share, &arguments);
}

static int unshare(c4_unit *unit, void *object, void *arguments)
{
    const share_arguments *a = arguments;
    int rc = check(unit, a, "");

    (void)object;
    return rc < 0 ? rc : c4_record_unshare(unit, a->module, a->record, a->share.subject);
}

int crm4e_record_unshare(crm4e_session *session, const char *module, crm4e_id record,
                         crm4e_subject kind, crm4e_id subject)
{
    share_arguments arguments = {module, record, {.subject = {kind, subject}}, 0};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, unshare, &arguments);
}

static int write_shares(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const share_arguments *a = arguments;
    int rc = check(unit, a, "");

    (void)object;
    return rc < 0 ? rc : c4_record_shares(unit, a->module, a->record, out);
}

int crm4e_record_shares(crm4e_text **out, crm4e_session *session, const char *module,
                        crm4e_id record)
{
    share_arguments arguments = {.module = module, .record = record};

    return c4_call_text(out, session, C4_KIND_SESSION, write_shares, &arguments);
}

static int set_locked(c4_unit *unit, void *object, void *arguments)
{
    const share_arguments *a = arguments;
    int rc = check(unit, a, "locked");

    (void)object;
    return rc < 0 ? rc : c4_record_set_locked(unit, a->module, a->record, a->flag == 1);
}

int crm4e_record_set_locked(crm4e_session *session, const char *module, crm4e_id record,
                            int32_t locked)
{
    share_arguments arguments = {.module = module, .record = record, .flag = locked};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, set_locked, &arguments);
}
