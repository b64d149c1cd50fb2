/* SPDX-License-Identifier: MIT */
/* Each call of the storage under each function fails in turn: with an error of
 * its own, with "try again", and with what is no answer at all. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "interface.h"

/* What the storage answers, and what the caller gets. */
typedef struct answer {
    int32_t given;
    int code;
} answer;

static const answer answers[] = {{CRM4E_E_IO, CRM4E_E_IO},
                                 {CRM4E_E_BUSY, CRM4E_E_BUSY},
                                 {0x7fffffff, CRM4E_E_CALLBACK},
                                 {0, CRM4E_E_CALLBACK}};

enum {
    ANSWERS = sizeof answers / sizeof *answers
};

/* What ends or undoes something has no way to refuse. */
static bool may_be_ignored(fault_method method)
{
    return method == FAULT_DISCONNECT || method == FAULT_ROLLBACK || method == FAULT_FINISH ||
           method == FAULT_ROLLBACK_TO;
}

static void open_fixture(fixture *f, probe *p)
{
    int rc = fixture_open(f, FIXTURE_MEMORY);

    if (rc < 0)
        fail_msg("fixture: %s", crm4e_code_name(rc));
    (void)unchanged_problem(&f->watch);
    f->watch.memory = NULL; /* test_memory.c counts */
    probe_init(p, f);
}

/* How often the method was called. */
static size_t attempt(const function *called, probe *p, fault_method method, size_t n,
                      int32_t given)
{
    size_t calls;

    probe_prepare(called, p->f);
    unchanged_mark(&p->f->watch);
    fault_storage_arm(&p->f->fault, method, n, false, given);
    probe_run(called, p);
    calls = atomic_load(&p->f->fault.calls);
    fault_storage_disarm(&p->f->fault);
    return calls;
}

/* Nothing changed, and a new session works when this one had to give up. */
static const char *aftermath(const function *called, probe *p, bool fatal)
{
    fixture *f = p->f;
    const char *problem = unchanged_rows_problem(&f->watch);

    if (!problem && fatal) {
        crm4e_session_close(f->own.session);
        if (crm4e_session_open(&f->own.session, f->own.org, ANA) < 0)
            return "no new session can be opened";
        f->watch.session = f->own.session;
    }
    probe_settle(called, f);
    return problem ? problem : unchanged_problem(&f->watch);
}

static void check_refused(const function *called, probe *p, fault_method method, int expected,
                          const char *where)
{
    bool fatal = p->code <= CRM4E_E_FATAL || may_be_ignored(method);
    const char *problem = NULL;

    if (p->code != expected && p->code != CRM4E_E_IO)
        interface_fail(called, where, crm4e_code_name(p->code));
    if (owner_error(called, p->f))
        problem = unchanged_error_problem(owner_error(called, p->f), p->code);
    if (find_parameter(called, PARAMETER_HANDLE) < 0) /* an engine may be handed out */
        probe_release(called, p);
    else if (!problem)
        problem = out_problem(&p->outs);
    if (!problem)
        problem = aftermath(called, p, fatal);
    if (problem)
        interface_fail(called, where, problem);
}

/* One call of the method fails. */
static void fail_one(const function *called, fault_method method, size_t n, answer how, int usual)
{
    char where[64];
    fixture f;
    probe p;

    open_fixture(&f, &p);
    assert_true(attempt(called, &p, method, n, how.given) >= n);
    (void)snprintf(where, sizeof where, "method %d, call %zu, answer %ld", (int)method, n,
                   (long)how.given);
    /* checking reports what it reads, garbage too */
    if (p.code == usual && (may_be_ignored(method) || strcmp(called->name, "crm4e_check") == 0))
        probe_release(called, &p);
    else
        check_refused(called, &p, method, how.code, where);
    assert_true(fixture_close(&f));
}

static size_t calls_of(const function *called, fault_method method, int *usual)
{
    size_t count;
    fixture f;
    probe p;

    open_fixture(&f, &p);
    count = attempt(called, &p, method, SIZE_MAX, 0);
    *usual = p.code;
    probe_release(called, &p);
    probe_settle(called, &f);
    assert_true(fixture_close(&f));
    return count;
}

enum {
    ALL_OF = 6 /* of many calls of one method, this many at each end are tried */
};

static void check(void **state)
{
    const function *called = *state;

    if (called->result != RESULT_CODE)
        return;
    for (fault_method method = FAULT_ORG_CREATE; method <= FAULT_SCAN; method++) {
        int usual = 0;
        size_t count = calls_of(called, method, &usual);

        for (size_t n = 1; n <= count; n++) {
            if (n > ALL_OF && n + ALL_OF <= count && n % 16 != 0)
                continue;
            /* the first with every answer, the others with one in turn */
            for (size_t i = 0; i < ANSWERS; i++)
                if (n == 1 || n % ANSWERS == i)
                    fail_one(called, method, n, answers[i], usual);
        }
    }
}

int main(void)
{
    return interface_run("faults", check);
}
