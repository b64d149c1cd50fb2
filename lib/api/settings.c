/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "automation/automation.h"
#include "model/manage.h"

int crm4e_org_update_options_init(crm4e_org_update_options *options)
{
    static const crm4e_org_update_options initial = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

/* 0 keeps here and -1 is none; below it is the other way round. Smaller numbers stay wrong. */
static int64_t licences(int64_t given)
{
    return given == 0 ? -1 : given == -1 ? 0 : given < 0 ? INT64_MIN : given;
}

static int update_org(c4_unit *unit, void *object, void *arguments)
{
    crm4e_org_update_options options;
    c4_org_change change = {0};
    int rc = c4_options_read(unit->error, &options, sizeof options,
                             offsetof(crm4e_org_update_options, history_days), arguments);

    (void)object;
    if (rc == CRM4E_OK && (options.reserved != 0 || options.reserved2 != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'reserved' is 0");
    if (rc < 0)
        return rc;
    change.edition = options.edition;
    change.crm_licences = licences(options.crm_licences);
    change.team_licences = licences(options.team_licences);
    change.locale = options.locale;
    change.zone = options.time_zone;
    change.currency = options.currency;
    change.fiscal_month = options.fiscal_month;
    change.ui_mode = options.ui_mode;
    change.hierarchy = options.hierarchy;
    change.crm4e = options.crm4e;
    change.history_days = options.history_days;
    return c4_schedule_org_change(unit, &change);
}

int crm4e_org_update(crm4e_session *session, const crm4e_org_update_options *options)
{
    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, update_org, (void *)options);
}

typedef struct trial_arguments {
    crm4e_edition edition;
    int32_t days;
} trial_arguments;

static int start_trial(c4_unit *unit, void *object, void *arguments)
{
    const trial_arguments *a = arguments;

    (void)object;
    if (a->edition == 0)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such edition");
    return c4_trial_start(unit, a->edition, a->days);
}

int crm4e_org_start_trial(crm4e_session *session, crm4e_edition edition, int32_t days)
{
    trial_arguments arguments = {edition, days};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, start_trial, &arguments);
}

static int describe_org(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    c4_org_describe(out, unit);
    return out->code;
}

int crm4e_org_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, describe_org, NULL);
}
