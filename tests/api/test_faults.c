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

/* The fixture that calls are tried on. A call that was refused and changed nothing leaves
 * it to the next, with a new session and its handles where it cost those; any other takes it
 * with it. */
typedef struct stage {
    fixture f;
    probe p;
    bool open;
    bool fresh; /* nothing was tried on it yet */
} stage;

static void stage_close(stage *s)
{
    if (s->open)
        assert_true(fixture_close(&s->f));
    s->open = false;
}

static void stage_open(stage *s)
{
    int rc = s->open ? CRM4E_OK : fixture_open(&s->f, FIXTURE_MEMORY);

    if (rc < 0)
        fail_msg("fixture: %s", crm4e_code_name(rc));
    s->fresh = !s->open;
    if (s->fresh)
        (void)unchanged_problem(&s->f.watch);
    s->open = true;
    s->f.watch.memory = NULL; /* test_memory.c counts */
    probe_init(&s->p, &s->f);
}

/* How often the method was called. */
static size_t attempt(const function *called, probe *p, fault_method method, size_t n,
                      int32_t given)
{
    size_t calls;

    probe_prepare(called, p->f);
    p->f->watch.leases = interface_keeps_lease(called);
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
    const char *problem;

    problem = unchanged_rows_problem(&f->watch);
    if (!problem && fatal) {
        crm4e_session_close(f->own.session);
        if (crm4e_session_open(&f->own.session, f->own.org, ANA) < 0)
            return "no new session can be opened";
        f->watch.session = f->own.session;
    }
    probe_settle(called, f);
    return problem ? problem : unchanged_problem(&f->watch);
}

static void check_refused(const function *called, stage *s, fault_method method, int expected,
                          const char *where)
{
    probe *p = &s->p;
    bool fatal = p->code <= CRM4E_E_FATAL || may_be_ignored(method);
    bool opens = find_parameter(called, PARAMETER_HANDLE) < 0; /* an engine may be handed out */
    const char *problem = NULL;

    if (p->code != expected && p->code != CRM4E_E_IO)
        interface_fail(called, where, crm4e_code_name(p->code));
    if (owner_error(called, p->f))
        problem = unchanged_error_problem(owner_error(called, p->f), p->code);
    if (opens)
        probe_release(called, p);
    else if (!problem)
        problem = out_problem(&p->outs);
    if (!problem)
        problem = aftermath(called, p, fatal);
    if (problem)
        interface_fail(called, where, problem);
    if (opens || may_be_ignored(method) || p->f->watch.leases)
        stage_close(s); /* what is taken is not there to be taken again */
    else if (fatal && fixture_handles_again(p->f) < 0)
        interface_fail(called, where, "its handles cannot be made again");
}

/* The call with its method failing. What a session keeps may spare it calls of the storage:
 * then it is tried on a fresh one. */
static void attempt_reaching(const function *called, stage *s, fault_method method, size_t n,
                             int32_t given)
{
    stage_open(s);
    if (attempt(called, &s->p, method, n, given) >= n)
        return;
    assert_false(s->fresh);
    probe_release(called, &s->p);
    probe_settle(called, &s->f);
    stage_close(s);
    stage_open(s);
    assert_true(attempt(called, &s->p, method, n, given) >= n);
}

/* One call of the method fails. */
static void fail_one(const function *called, stage *s, fault_method method, size_t n, answer how,
                     int usual)
{
    char where[64];

    attempt_reaching(called, s, method, n, how.given);
    (void)snprintf(where, sizeof where, "method %d, call %zu, answer %ld", (int)method, n,
                   (long)how.given);
    /* checking reports what it reads, garbage too */
    if (s->p.code == usual &&
        (may_be_ignored(method) || strcmp(called->name, "crm4e_check") == 0)) {
        probe_release(called, &s->p);
        probe_settle(called, &s->f);
        stage_close(s);
    } else {
        check_refused(called, s, method, how.code, where);
    }
}

/* How often each method is called when none fails. */
static void count_calls(const function *called, size_t counts[FAULT_METHODS], int *usual)
{
    stage s = {.open = false};

    stage_open(&s);
    probe_prepare(called, &s.f);
    fault_storage_arm(&s.f.fault, FAULT_ANY, SIZE_MAX, false, 0);
    probe_run(called, &s.p);
    for (size_t i = 0; i < FAULT_METHODS; i++)
        counts[i] = atomic_load(&s.f.fault.each[i]);
    fault_storage_disarm(&s.f.fault);
    *usual = s.p.code;
    probe_release(called, &s.p);
    probe_settle(called, &s.f);
    stage_close(&s);
}

enum {
    ALL_OF = 6 /* of many calls of one method, this many at each end are tried */
};

static void check(void **state)
{
    const function *called = *state;
    const size_t ends = interface_stride(1) == 1 ? ALL_OF : 1;
    stage s = {.open = false};
    size_t counts[FAULT_METHODS];
    int usual = 0;

    if (called->result != RESULT_CODE)
        return;
    count_calls(called, counts, &usual);
    for (fault_method method = FAULT_ORG_CREATE; method <= FAULT_SCAN; method++) {
        const size_t count = counts[method];

        for (size_t n = 1; n <= count; n++) {
            if (n > ends && n + ends <= count && n % interface_stride(16) != 0)
                continue;
            /* the first with every answer, the others with one in turn */
            for (size_t i = 0; i < ANSWERS; i++)
                if ((n == 1 && ends == ALL_OF) || n % ANSWERS == i)
                    fail_one(called, &s, method, n, answers[i], usual);
        }
    }
    stage_close(&s);
}

int main(void)
{
    return interface_run("faults", check);
}
