/* SPDX-License-Identifier: MIT */
#include "automation/schedule.h"

#include "api/inside.h"

enum {
    LIST_MAX = 1000,
    AT_ONCE = 32 /* entries: others write in between */
};

/* Some entries in one transaction, which costs a storage most. A failure undoes all of them;
 * `ran` is how many came before it. */
static int run_some(c4_session *session, int64_t now, int32_t most, int32_t *ran)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);
    bool more = true;
    int end;

    *ran = 0;
    if (rc < 0)
        return rc;
    while (rc == CRM4E_OK && more && *ran < most) {
        rc = c4_due_run(&session->unit, now ? now : session->unit.now);
        more = rc == CRM4E_ROW;
        rc = more ? CRM4E_OK : rc;
        *ran += more;
    }
    end = c4_work_end(session, rc);
    if (rc == CRM4E_OK && end < 0)
        *ran = 0; /* the transaction itself failed, with all of them */
    c4_arena_reset(&session->arena);
    return end;
}

/* After a failure those before it are run by themselves: it holds up only itself. */
static int run_before(c4_session *session, int64_t now, int32_t count, int32_t *ran)
{
    const crm4e_error why = session->error;
    int rc = count > 0 ? run_some(session, now, count, ran) : CRM4E_OK;

    if (rc < 0 || count == 0)
        *ran = 0;
    session->error = why;
    return rc;
}

int c4_run_schedule(c4_session *session, int64_t now, int32_t budget, int32_t *done)
{
    int32_t ran = 1;
    int rc = CRM4E_OK;

    for (*done = 0; rc == CRM4E_OK && ran > 0 && *done < budget; *done += ran) {
        int32_t most = budget - *done < AT_ONCE ? budget - *done : AT_ONCE;

        rc = run_some(session, now, most, &ran);
        if (rc < 0)
            (void)run_before(session, now, ran, &ran);
    }
    return rc;
}

int crm4e_schedule_run(crm4e_session *token, crm4e_time now, int32_t budget, int32_t *done)
{
    int32_t ran = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);
    c4_session *session = entry.session;

    if (rc < 0)
        return rc;
    if (budget < 0 || now < 0 || now > C4_TIME_MAX)
        rc = c4_fail(&session->error, CRM4E_E_INVALID, "the budget or time is out of range");
    else if (session->transaction)
        rc = c4_fail(&session->error, CRM4E_E_MISUSE, "a transaction is open");
    else
        rc = c4_run_schedule(session, now, budget, &ran);
    if (done && (rc == CRM4E_OK || ran > 0))
        *done = ran;
    return c4_leave(&entry, rc);
}

static int find_next(c4_unit *unit, void *object, void *arguments)
{
    int64_t *next = arguments;
    int64_t message = C4_NEVER;
    int rc = c4_due_next(unit, next);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_outbox_due(unit, &message);
    if (rc == CRM4E_ROW && message < *next)
        *next = message;
    return rc < 0 ? rc : CRM4E_OK;
}

int crm4e_next_due(crm4e_session *token, crm4e_time *next)
{
    int64_t found = C4_NEVER;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, next, "next");
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, find_next(&entry.session->unit, NULL, &found));
    if (rc == CRM4E_OK) {
        *next = found != C4_NEVER ? found : 0;
        rc = found != C4_NEVER ? CRM4E_ROW : CRM4E_OK;
    }
    return c4_leave(&entry, rc);
}

typedef struct list_arguments {
    const char *module;
    crm4e_id record;
    int64_t after;
    int32_t limit;
} list_arguments;

static int list_entries(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const list_arguments *a = arguments;

    (void)object;
    if (a->record < 0 || (a->record > 0 && !a->module) || a->after < 0 || a->limit < 1 ||
        a->limit > LIST_MAX)
        return c4_fail(unit->error, CRM4E_E_INVALID,
                       "a number is out of range, or a record without its module");
    return c4_due_write(unit, a->module, a->record, a->after, (size_t)a->limit, out);
}

int crm4e_schedule_json(crm4e_text **out, crm4e_session *session, const char *module,
                        crm4e_id record, int64_t after, int32_t limit)
{
    list_arguments arguments = {module, record, after, limit};

    return c4_call_text(out, session, C4_KIND_SESSION, list_entries, &arguments);
}
