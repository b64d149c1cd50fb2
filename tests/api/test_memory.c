/* SPDX-License-Identifier: MIT */
/* Each allocation of each function fails in turn: alone, and with all after it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "interface.h"

#include <string.h>

enum {
    MOST_CACHES = 4 /* that one call adds to */
};

/* One attempt with the n-th allocation failing; true when none did. */
static bool attempt(const function *called, probe *p, size_t n, bool from_there_on)
{
    bool hit;

    probe_prepare(called, p->f);
    fail_alloc_arm(&p->f->alloc, n, from_there_on);
    probe_run(called, p);
    hit = fail_alloc_hit(&p->f->alloc);
    fail_alloc_arm(&p->f->alloc, 0, false);
    return !hit;
}

/* What is open before the call is open after it; the rest is undone. */
static void check_refused(const function *called, probe *p, const char *where)
{
    const char *problem = NULL;

    if (p->code != CRM4E_E_NO_MEMORY)
        interface_fail(called, where, crm4e_code_name(p->code));
    if (owner_error(called, p->f))
        problem = unchanged_error_problem(owner_error(called, p->f), p->code);
    if (find_parameter(called, PARAMETER_HANDLE) < 0) /* an engine may be handed out */
        probe_release(called, p);
    else if (!problem)
        problem = out_problem(&p->outs);
    probe_settle(called, p->f);
    if (!problem)
        problem = unchanged_problem(&p->f->watch);
    if (problem)
        interface_fail(called, where, problem);
}

/* With memory the call does what it does when none was ever short. */
static void check_done(const function *called, probe *p, int expected, const char *where)
{
    if (p->code != expected)
        interface_fail(called, where, crm4e_code_name(p->code));
    probe_release(called, p);
    probe_settle(called, p->f);
}

static void open_fixture(fixture *f, probe *p)
{
    int rc = fixture_open(f, FIXTURE_MEMORY);

    if (rc < 0)
        fail_msg("fixture: %s", crm4e_code_name(rc));
    (void)unchanged_problem(&f->watch); /* what grows once */
    probe_init(p, f);
}

static int code_without_fault(const function *called)
{
    fixture f;
    probe p;

    open_fixture(&f, &p);
    (void)attempt(called, &p, 0, false);
    probe_release(called, &p);
    probe_settle(called, &f);
    assert_true(fixture_close(&f));
    return p.code;
}

static void sweep(const function *called, int expected, bool from_there_on)
{
    bool done = false;
    fixture f;
    probe p;

    open_fixture(&f, &p);
    for (size_t n = 1; !done; n = interface_next(n)) {
        char where[64];

        (void)snprintf(where, sizeof where, "allocation %zu%s", n, from_there_on ? "+" : "");
        f.watch.leases = interface_keeps_lease(called);
        unchanged_mark(&f.watch);
        done = attempt(called, &p, n, from_there_on);
        /* what the call added to caches is no leak: it is not added again, but the call
         * comes further then, maybe to the next of them */
        for (int again = 0; again < MOST_CACHES && p.code == CRM4E_E_NO_MEMORY &&
                            atomic_load(&f.alloc.live) != f.watch.live;
             again++) {
            probe_release(called, &p);
            probe_settle(called, &f);
            if (unchanged_rows_problem(&f.watch))
                interface_fail(called, where, unchanged_rows_problem(&f.watch));
            (void)unchanged_problem(&f.watch);
            unchanged_mark(&f.watch);
            done = attempt(called, &p, n, from_there_on);
        }
        if (done || p.code == expected)
            check_done(called, &p, expected, where);
        else
            check_refused(called, &p, where);
        if (!done && (p.code == expected || f.watch.leases)) {
            /* it can do without that one; or the message may be gone for a while */
            assert_true(fixture_close(&f));
            open_fixture(&f, &p);
        }
    }
    assert_true(fixture_close(&f));
}

static void check(void **state)
{
    const function *called = *state;
    int expected;

    if (called->result != RESULT_CODE)
        return;
    expected = code_without_fault(called);
    sweep(called, expected, false);
    sweep(called, expected, true);
}

int main(void)
{
    return interface_run("memory", check);
}
