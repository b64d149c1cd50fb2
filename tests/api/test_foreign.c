/* SPDX-License-Identifier: MIT */
/* Each handle is one of another kind, a dead one or an invented one; each id is
 * no id, or one of another org. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "interface.h"

static bool misuse(int code)
{
    return code == CRM4E_E_MISUSE;
}

static bool unknown_id(int code)
{
    return code == CRM4E_E_NOT_FOUND || code == CRM4E_E_INVALID;
}

static void check_answer(const function *called, const probe *p, const char *where)
{
    if ((called->result == RESULT_POINTER && p->answer) ||
        (called->result == RESULT_NUMBER && p->number != 0))
        interface_fail(called, where, "another answer than for a dead handle");
}

static void open_fixture(fixture *f)
{
    int rc = fixture_open(f, FIXTURE_MEMORY);

    if (rc < 0)
        fail_msg("fixture: %s", crm4e_code_name(rc));
}

static void refuse(const function *called, probe *p, const void *handle, const char *where)
{
    p->pointer = handle;
    interface_refused(called, p, where, misuse);
    check_answer(called, p, where);
}

static void other_kinds(const function *called, probe *p, handle_kind kind)
{
    for (handle_kind other = HANDLE_ENGINE; other < HANDLE_KINDS; other++) {
        char where[32];

        if (other == kind)
            continue;
        (void)snprintf(where, sizeof where, "kind %d", (int)other);
        refuse(called, p, live_handle(p->f, &p->f->own, other), where);
    }
}

/* Many at once: what they may have changed shows at the end. */
static void refuse_quickly(const function *called, probe *p, const void *handle)
{
    p->pointer = handle;
    probe_run(called, p);
    if ((called->result == RESULT_CODE && p->code != CRM4E_E_MISUSE) || out_problem(&p->outs))
        interface_fail(called, "invented", crm4e_code_name(p->code));
    check_answer(called, p, "invented");
}

/* Neighbours of the live token in every part of it, and numbers at random. */
static void invented(const function *called, probe *p, handle_kind kind)
{
    uintptr_t live = (uintptr_t)live_handle(p->f, &p->f->own, kind);
    uint64_t random = 99;

    unchanged_mark(&p->f->watch);
    for (unsigned bit = 0; bit < 8 * sizeof live; bit++)
        refuse_quickly(called, p, (const void *)(live ^ ((uintptr_t)1 << bit)));
    for (int i = 0; i < 1000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        refuse_quickly(called, p, (const void *)(uintptr_t)random);
    }
    refuse_quickly(called, p, p);
    refuse_quickly(called, p, (const void *)UINTPTR_MAX);
    if (unchanged_problem(&p->f->watch))
        interface_fail(called, "invented", "something changed");
}

static const char *const closers[HANDLE_KINDS] = {[HANDLE_ENGINE] = "crm4e_engine_close",
                                                  [HANDLE_ORG] = "crm4e_org_close",
                                                  [HANDLE_SESSION] = "crm4e_session_close",
                                                  [HANDLE_TEXT] = "crm4e_text_free",
                                                  [HANDLE_RECORD] = "crm4e_record_free",
                                                  [HANDLE_QUERY] = "crm4e_query_free",
                                                  [HANDLE_CURSOR] = "crm4e_cursor_free",
                                                  [HANDLE_CHART] = "crm4e_chart_free",
                                                  [HANDLE_MODULE] = "crm4e_module_free",
                                                  [HANDLE_SPACE] = "crm4e_space_free",
                                                  [HANDLE_WORKFLOW] = "crm4e_workflow_free",
                                                  [HANDLE_VERDICT] = "crm4e_verdict_free",
                                                  [HANDLE_SHARING_RULE] =
                                                      "crm4e_sharing_rule_free"};

static void close_handle(fixture *f, handle_kind kind)
{
    for (size_t i = 0; i < interface_count; i++) {
        if (strcmp(interface_functions[i].name, closers[kind]) == 0) {
            probe p;

            probe_init(&p, f);
            probe_run(&interface_functions[i], &p);
            return;
        }
    }
    fail_msg("%s is gone", closers[kind]);
}

/* What was closed is there again, with all that hangs on it. */
static void open_again(fixture *f, handle_kind closed)
{
    handle_set *set = &f->own;
    int rc = closed == HANDLE_ORG ? crm4e_org_open(&set->org, f->engine, "Acme") : CRM4E_OK;

    if (rc == CRM4E_OK && (closed == HANDLE_ORG || closed == HANDLE_SESSION))
        rc = crm4e_session_open(&set->session, set->org, ANA);
    if (rc == CRM4E_OK)
        rc = fixture_handles_again(f);
    if (rc < 0)
        fail_msg("%s: not open again: %s", closers[closed], crm4e_code_name(rc));
    f->watch.session = set->session;
}

/* `closed` is the kind itself or what it hangs on. */
static void dead(const function *called, fixture *f, handle_kind kind, handle_kind closed)
{
    const void *handle = live_handle(f, &f->own, kind);
    probe p;

    close_handle(f, closed);
    probe_init(&p, f);
    p.replaced = find_parameter(called, PARAMETER_HANDLE);
    p.pointer = handle;
    unchanged_mark(&f->watch);
    probe_run(called, &p);
    if (called->result == RESULT_CODE && p.code != CRM4E_E_MISUSE)
        interface_fail(called, closers[closed], crm4e_code_name(p.code));
    check_answer(called, &p, closers[closed]);
    if (out_problem(&p.outs) || unchanged_rows_problem(&f->watch))
        interface_fail(called, closers[closed], "something changed");
    if (closed != HANDLE_ENGINE)
        open_again(f, closed);
}

/* The handle itself was closed, and each that it hangs on; the engine takes all with it. */
static void closed_handles(const function *called, fixture *f, handle_kind kind)
{
    if (kind != HANDLE_ENGINE)
        dead(called, f, kind, kind);
    if (kind > HANDLE_TEXT)
        dead(called, f, kind, HANDLE_SESSION);
    if (kind > HANDLE_ORG && kind != HANDLE_TEXT)
        dead(called, f, kind, HANDLE_ORG);
    dead(called, f, kind, HANDLE_ENGINE);
}

static void handles(const function *called)
{
    int at = find_parameter(called, PARAMETER_HANDLE);
    handle_kind kind;
    fixture f;
    probe p;

    if (at < 0)
        return;
    kind = called->parameters[at].handle;
    open_fixture(&f);
    probe_init(&p, &f);
    p.replaced = at;
    other_kinds(called, &p, kind);
    invented(called, &p, kind);
    closed_handles(called, &f, kind);
    assert_true(fixture_close(&f));
}

/* An explanation is given of what is not there, too: that it is not. */
static bool explained(const function *called, const probe *p, int at)
{
    crm4e_verdict *verdict = NULL;
    bool missing = false;

    if (strcmp(called->name, "crm4e_explain") != 0 ||
        strcmp(called->parameters[at].name, "record") != 0)
        return false;
    if (crm4e_explain(&verdict, p->f->own.session, 0, CRM4E_ACTION_EDIT, "Leads", p->id, NULL) ==
        CRM4E_OK)
        missing = crm4e_verdict_code(verdict) == CRM4E_E_NOT_FOUND &&
                  crm4e_verdict_reason_count(verdict) == 1;
    crm4e_verdict_free(verdict);
    return missing;
}

/* Whatever is wrong with it, an id answers like one that nothing ever had. */
static void ids_at(const function *called, fixture *f, int at)
{
    crm4e_id group = 0;
    probe p;

    assert_int_equal(crm4e_group_find(f->other.session, "Spare", &group), CRM4E_OK);
    const crm4e_id wrong[] = {0,
                              -1,
                              INT64_MAX,
                              INT64_MIN,
                              INT64_C(1) << 31,
                              INT64_C(1) << 32,
                              INT64_C(1) << 53,
                              (INT64_C(1) << 53) + 1,
                              f->own.lead + (INT64_C(1) << 32),
                              f->own.user + (INT64_C(1) << 32),
                              f->own.message + (INT64_C(1) << 32),
                              f->other.lead,
                              f->other.deleted_lead,
                              f->other.user,
                              f->other.role,
                              f->other.view,
                              f->other.message,
                              group,
                              crm4e_space_id(f->other.space),
                              crm4e_org_id(f->other.org),
                              crm4e_session_user(f->other.session)};

    probe_init(&p, f);
    p.replaced = at;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char where[64];

        p.id = wrong[i];
        if ((p.id == 0 && called->parameters[at].nullable) || explained(called, &p, at))
            continue;
        (void)snprintf(where, sizeof where, "%s = %lld", called->parameters[at].name,
                       (long long)p.id);
        interface_refused(called, &p, where, unknown_id);
    }
}

static void ids(const function *called)
{
    fixture f;

    if (find_parameter(called, PARAMETER_ID) < 0)
        return;
    open_fixture(&f);
    for (size_t i = 0; i < called->parameter_count; i++)
        if (called->parameters[i].kind == PARAMETER_ID)
            ids_at(called, &f, (int)i);
    assert_true(fixture_close(&f));
}

static void check(void **state)
{
    handles(*state);
    ids(*state);
}

int main(void)
{
    return interface_run("foreign", check);
}
