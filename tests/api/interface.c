/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/effort.h"
#include "interface.h"

const void *probe_pointer(const probe *p, int place, const void *valid)
{
    return p->replaced == place ? p->pointer : valid;
}

crm4e_id probe_id(const probe *p, int place, crm4e_id valid)
{
    return p->replaced == place ? p->id : valid;
}

/* A copy of the options, changed as the probe wants it. */
void *probe_options(probe *p, int place, const void *valid, size_t size)
{
    unsigned char *copy = (unsigned char *)p->options;
    size_t given = size;

    if (p->replaced == place)
        return (void *)p->pointer;
    memset(p->options, 0, sizeof p->options);
    memcpy(copy, valid, size);
    if (p->cleared)
        memset(copy + p->cleared->offset, 0, sizeof(void *));
    if (p->named)
        memcpy(copy + p->named->offset, &p->pointer, sizeof p->pointer);
    switch (p->size) {
    case SIZE_RIGHT: break;
    case SIZE_ZERO: given = 0; break;
    case SIZE_SMALL: given = sizeof given; break; /* less than any release had */
    case SIZE_OTHER_TAIL:
        copy[size + 11] = 1;
        given = size + 16;
        break;
    case SIZE_ZERO_TAIL: given = size + 16; break;
    }
    memcpy(copy, &given, sizeof given);
    return copy;
}

void probe_init(probe *p, fixture *f)
{
    memset(p, 0, sizeof *p);
    p->f = f;
    p->replaced = -1;
}

void probe_run(const function *called, probe *p)
{
    out_poison(&p->outs);
    p->code = 0;
    p->number = 0;
    p->answer = NULL;
    p->f->csv_at = 0;
    called->call(p);
}

static void free_handle(handle_kind kind, void *handle)
{
    switch (kind) {
    case HANDLE_ENGINE: crm4e_engine_close(handle); break;
    case HANDLE_ORG: crm4e_org_close(handle); break;
    case HANDLE_SESSION: crm4e_session_close(handle); break;
    case HANDLE_TEXT: crm4e_text_free(handle); break;
    case HANDLE_RECORD: crm4e_record_free(handle); break;
    case HANDLE_QUERY: crm4e_query_free(handle); break;
    case HANDLE_CURSOR: crm4e_cursor_free(handle); break;
    case HANDLE_CHART: crm4e_chart_free(handle); break;
    case HANDLE_MODULE: crm4e_module_free(handle); break;
    case HANDLE_SPACE: crm4e_space_free(handle); break;
    case HANDLE_WORKFLOW: crm4e_workflow_free(handle); break;
    case HANDLE_VERDICT: crm4e_verdict_free(handle); break;
    case HANDLE_SHARING_RULE: crm4e_sharing_rule_free(handle); break;
    case HANDLE_NONE:
    case HANDLE_KINDS: break;
    }
}

/* Only the first parameter hands out what must be freed. A poisoned word is no
 * live token. */
void probe_release(const function *called, probe *p)
{
    void *handle;

    (void)unlink(p->f->backup);
    if (called->parameter_count == 0 || called->parameters[0].kind != PARAMETER_OUT)
        return;
    memcpy(&handle, &p->outs.words[0], sizeof handle);
    free_handle(called->parameters[0].handle, handle);
}

static bool is(const function *called, const char *name)
{
    return strcmp(called->name, name) == 0;
}

bool interface_keeps_lease(const function *called)
{
    return is(called, "crm4e_run_due");
}

void probe_prepare(const function *called, fixture *f)
{
    if (is(called, "crm4e_session_commit") || is(called, "crm4e_session_rollback")) {
        assert_int_equal(crm4e_session_begin(f->own.session), CRM4E_OK);
        assert_int_equal(fixture_lead(f->own.session, "Late", NULL), CRM4E_OK);
    }
    f->dump_at = 0;
}

void probe_settle(const function *called, fixture *f)
{
    if (is(called, "crm4e_session_commit") || is(called, "crm4e_session_rollback") ||
        is(called, "crm4e_session_begin"))
        (void)crm4e_session_rollback(f->own.session);
}

void *live_handle(fixture *f, const handle_set *set, handle_kind kind)
{
    void *const handles[HANDLE_KINDS] = {[HANDLE_ENGINE] = f->engine,
                                         [HANDLE_ORG] = set->org,
                                         [HANDLE_SESSION] = set->session,
                                         [HANDLE_TEXT] = set->text,
                                         [HANDLE_RECORD] = set->record,
                                         [HANDLE_QUERY] = set->query,
                                         [HANDLE_CURSOR] = set->cursor,
                                         [HANDLE_CHART] = set->chart,
                                         [HANDLE_MODULE] = set->module,
                                         [HANDLE_SPACE] = set->space,
                                         [HANDLE_WORKFLOW] = set->workflow,
                                         [HANDLE_VERDICT] = set->verdict,
                                         [HANDLE_SHARING_RULE] = set->sharing_rule};

    return handles[kind];
}

int find_parameter(const function *called, parameter_kind kind)
{
    for (size_t i = 0; i < called->parameter_count; i++) {
        if (called->parameters[i].kind == kind)
            return (int)i;
    }
    return -1;
}

const crm4e_error *owner_error(const function *called, const fixture *f)
{
    int at = find_parameter(called, PARAMETER_HANDLE);
    handle_kind kind = at < 0 ? HANDLE_NONE : called->parameters[at].handle;

    if (kind == HANDLE_NONE || kind == HANDLE_TEXT)
        return NULL;
    return kind == HANDLE_ENGINE || kind == HANDLE_ORG ? crm4e_engine_error(f->engine)
                                                       : crm4e_session_error(f->own.session);
}

/* An engine is handed out also by most failures. */
static void check_outs(const function *called, probe *p, const char *where)
{
    const char *problem;

    if (is(called, "crm4e_engine_open")) {
        probe_release(called, p);
        memset(&p->outs.words[0], 0xA5, sizeof p->outs.words[0]);
    }
    problem = out_problem(&p->outs);
    if (problem)
        interface_fail(called, where, problem);
}

static void attempt(const function *called, probe *p)
{
    probe_prepare(called, p->f);
    probe_run(called, p);
    probe_settle(called, p->f);
}

/* Once for what grows the first time, and once to compare. */
void interface_refused(const function *called, probe *p, const char *where,
                       bool (*expected)(int code))
{
    const char *problem = NULL;

    attempt(called, p);
    if (is(called, "crm4e_engine_open"))
        probe_release(called, p);
    (void)unchanged_problem(&p->f->watch);
    unchanged_mark(&p->f->watch);
    probe_prepare(called, p->f);
    probe_run(called, p);
    if (called->result == RESULT_CODE && !expected(p->code)) {
        probe_release(called, p);
        interface_fail(called, where, crm4e_code_name(p->code));
    }
    if (called->result == RESULT_CODE && p->replaced >= 0 &&
        called->parameters[p->replaced].kind != PARAMETER_HANDLE && owner_error(called, p->f))
        problem = unchanged_error_problem(owner_error(called, p->f), p->code);
    probe_settle(called, p->f);
    check_outs(called, p, where);
    if (!problem)
        problem = unchanged_problem(&p->f->watch);
    if (problem)
        interface_fail(called, where, problem);
}

void interface_fail(const function *called, const char *where, const char *problem)
{
    fail_msg("%s(%s): %s", called->name, where, problem ? problem : "");
}

int interface_run(const char *group, void (*check)(void **state))
{
    struct CMUnitTest *tests = calloc(interface_count, sizeof *tests);
    int failed;

    if (!tests)
        return 1;
    for (size_t i = 0; i < interface_count; i++) {
        tests[i].name = interface_functions[i].name;
        tests[i].test_func = check;
        tests[i].initial_state = (void *)&interface_functions[i];
    }
    failed = _cmocka_run_group_tests(group, tests, interface_count, NULL, NULL);
    free(tests);
    return failed;
}

size_t interface_next(size_t n)
{
    return TEST_SANITIZED ? n + 1 + n / 8 : n + 1;
}

size_t interface_stride(size_t stride)
{
    return TEST_SANITIZED ? stride * 8 : stride;
}
