/* SPDX-License-Identifier: MIT */
#include "automation/run_log.h"
#include "api/inside.h"
#include "base/civil.h"
#include <crm4e/run_log.h>

enum {
    USUAL_LINES = 100,
    MOST_LINES = 1000,
    MOST_PURGED = 100000
};

int crm4e_runs_options_init(crm4e_runs_options *options)
{
    static const crm4e_runs_options initial = CRM4E_RUNS_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct runs_arguments {
    const crm4e_runs_options *options;
} runs_arguments;

static int read_request(c4_unit *unit, const crm4e_runs_options *options, c4_runs_request *request)
{
    crm4e_runs_options copy = CRM4E_RUNS_OPTIONS_INIT;
    int rc = CRM4E_OK;

    if (options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK && (copy.limit < 0 || copy.limit > MOST_LINES || copy.before < 0 ||
                           copy.record < 0 || copy.result > CRM4E_RUN_FAILED))
        rc = c4_fail(unit->error, CRM4E_E_INVALID,
                     "'limit' is 0 to %d, 'result' one that is known, nothing is negative",
                     MOST_LINES);
    *request = (c4_runs_request){
        .rule = copy.rule,
        .record = copy.record,
        .before = copy.before,
        .result = copy.result,
        .limit = copy.limit > 0 ? (size_t)copy.limit : USUAL_LINES,
    };
    return rc;
}

static int write_runs(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const runs_arguments *a = arguments;
    const c4_module *module = NULL;
    c4_runs_request request;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = read_request(unit, a->options, &request);
    return rc < 0 ? rc : c4_runs_to_json(unit, module, &request, out);
}

int crm4e_runs_json(crm4e_text **out, crm4e_module *module, const crm4e_runs_options *options)
{
    runs_arguments arguments = {options};

    return c4_call_text(out, module, C4_KIND_MODULE, write_runs, &arguments);
}

typedef struct purge_arguments {
    crm4e_time before;
    int32_t budget;
    size_t done;
} purge_arguments;

static int purge_runs(c4_unit *unit, void *object, void *arguments)
{
    purge_arguments *a = arguments;

    (void)object;
    if (a->budget < 1 || a->budget > MOST_PURGED || a->before < 0 || a->before > C4_TIME_MAX)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the budget or time is out of range");
    return c4_runs_purge(unit, a->before, (size_t)a->budget, &a->done);
}

int crm4e_runs_purge(crm4e_session *session, crm4e_time before, int32_t budget, int32_t *done)
{
    purge_arguments arguments = {before, budget, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, purge_runs, &arguments);

    if (rc == CRM4E_OK && done)
        *done = (int32_t)arguments.done;
    return rc;
}
