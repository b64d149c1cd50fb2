/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "insight/past.h"
#include "record/history_purge.h"

enum {
    USUAL_LINES = 100,
    MOST_LINES = 1000,
    MOST_BUDGET = 100000
};

int crm4e_history_options_init(crm4e_history_options *options)
{
    static const crm4e_history_options initial = CRM4E_HISTORY_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct history_arguments {
    const char *module;
    crm4e_id record;
    const crm4e_history_options *options;
    crm4e_time time;
} history_arguments;

static int read_options(c4_unit *unit, const crm4e_history_options *options,
                        crm4e_history_options *copy)
{
    int rc = CRM4E_OK;

    (void)crm4e_history_options_init(copy);
    if (options)
        rc = c4_options_read(unit->error, copy, sizeof *copy, sizeof *copy, options);
    if (rc == CRM4E_OK &&
        (copy->limit < 0 || copy->limit > MOST_LINES || copy->before < 0 || copy->reserved != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 0 to %d, nothing is negative",
                     MOST_LINES);
    if (copy->limit == 0)
        copy->limit = USUAL_LINES;
    return rc;
}

static int write_history(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const history_arguments *a = arguments;
    crm4e_history_options options;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK)
        rc = read_options(unit, a->options, &options);
    return rc < 0 ? rc
                  : c4_history_to_json(unit, a->module, a->record, options.before,
                                       (size_t)options.limit, out);
}

int crm4e_record_history_json(crm4e_text **out, crm4e_session *session, const char *module,
                              crm4e_id record, const crm4e_history_options *options)
{
    history_arguments arguments = {module, record, options, 0};

    return c4_call_text(out, session, C4_KIND_SESSION, write_history, &arguments);
}

static int write_as_of(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const history_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_as_of_to_json(unit, a->module, a->record, a->time, out);
    return rc < 0 ? rc : out->code;
}

int crm4e_record_as_of(crm4e_text **out, crm4e_session *session, const char *module,
                       crm4e_id record, crm4e_time time)
{
    history_arguments arguments = {module, record, NULL, time};

    return c4_call_text(out, session, C4_KIND_SESSION, write_as_of, &arguments);
}

typedef struct purge_arguments {
    int32_t budget;
    int32_t done;
} purge_arguments;

static int purge(c4_unit *unit, void *object, void *arguments)
{
    purge_arguments *a = arguments;

    (void)object;
    if (a->budget < 1 || a->budget > MOST_BUDGET)
        return c4_fail(unit->error, CRM4E_E_INVALID, "'budget' is 1 to %d", MOST_BUDGET);
    return c4_history_purge(unit, a->budget, &a->done);
}

int crm4e_history_purge(crm4e_session *session, int32_t budget, int32_t *done)
{
    purge_arguments arguments = {budget, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, purge, &arguments);

    if (rc == CRM4E_OK && done)
        *done = arguments.done;
    return rc;
}
