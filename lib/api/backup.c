/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "transfer/dump.h"

int crm4e_dump_options_init(crm4e_dump_options *options)
{
    static const crm4e_dump_options initial = CRM4E_DUMP_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int write_rows(c4_session *session, c4_dump *run)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_READ);

    return rc < 0 ? rc : c4_work_end(session, c4_dump_rows(run, &session->unit));
}

/* Others may write while rows are read; the last line alone waits for them. */
static int write_end(c4_session *session, c4_dump *run, int64_t *rows)
{
    bool noted = !(session->engine->flags & CRM4E_ENGINE_READ_ONLY);
    int rc = c4_work_begin(session, noted ? CRM4E_TRANSACTION_WRITE : CRM4E_TRANSACTION_READ);

    return rc < 0 ? rc : c4_work_end(session, c4_dump_end(run, &session->unit, noted, rows));
}

static int dump_org(c4_session *session, const crm4e_dump_options *options, int64_t *rows)
{
    c4_dump *run = NULL;
    int rc = c4_dump_open(&run, &session->engine->env.mem, options);

    if (rc == CRM4E_OK)
        rc = write_rows(session, run);
    if (rc == CRM4E_OK)
        rc = write_end(session, run, rows);
    c4_dump_close(run);
    return rc;
}

int crm4e_org_dump(crm4e_session *token, const crm4e_dump_options *options, int64_t *rows)
{
    crm4e_dump_options copy;
    c4_entry entry;
    crm4e_error *error;
    int64_t count = 0;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK && !copy.write)
        rc = c4_fail(error, CRM4E_E_MISUSE, "argument 'write' is NULL");
    if (rc == CRM4E_OK && entry.session->transaction)
        rc = c4_fail(error, CRM4E_E_MISUSE, "a transaction is open: what it did is not kept yet");
    if (rc == CRM4E_OK)
        rc = dump_org(entry.session, &copy, &count);
    if (rc == CRM4E_OK && rows)
        *rows = count;
    return c4_leave(&entry, rc);
}

int crm4e_load_options_init(crm4e_load_options *options)
{
    static const crm4e_load_options initial = CRM4E_LOAD_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_options(c4_engine_call *call, crm4e_load_options *copy,
                        const crm4e_load_options *options)
{
    crm4e_error *error = &call->error;
    int rc = c4_options_read(error, copy, sizeof *copy, sizeof *copy, options);

    if (rc == CRM4E_OK && !copy->read)
        rc = c4_fail(error, CRM4E_E_MISUSE, "argument 'read' is NULL");
    if (rc == CRM4E_OK &&
        ((copy->flags & ~(uint32_t)(CRM4E_LOAD_HOLD_OUTBOX | CRM4E_LOAD_HOLD_SCHEDULE)) != 0 ||
         copy->reserved != 0))
        rc = c4_fail(error, CRM4E_E_INVALID, "flags that do not exist");
    return rc == CRM4E_OK ? c4_need_writable(call) : rc;
}

static int build_loaded(c4_unit *unit, crm4e_id id, void *arguments)
{
    (void)id;
    return c4_load_run(arguments, unit);
}

int crm4e_org_load(crm4e_org **out, crm4e_engine *engine, const crm4e_load_options *options)
{
    crm4e_load_options copy;
    c4_engine_call call;
    c4_load *load = NULL;
    int rc = c4_engine_enter(&call, engine);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = read_options(&call, &copy, options);
    if (rc == CRM4E_OK)
        rc = c4_load_open(&load, &call.engine->env, &call.error, &copy);
    if (rc == CRM4E_OK) {
        const c4_new_org org = {c4_load_name(load), c4_load_org(load), build_loaded, load};

        rc = c4_org_make(out, &call, &org);
    }
    c4_load_close(load);
    return c4_engine_leave(&call, rc);
}
