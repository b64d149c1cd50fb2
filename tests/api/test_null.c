/* SPDX-License-Identifier: MIT */
/* Each pointer of each function, and of its options, is NULL in turn. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "interface.h"

static bool misuse(int code)
{
    return code == CRM4E_E_MISUSE;
}

static bool refused_member(int code)
{
    return code == CRM4E_E_MISUSE || code == CRM4E_E_INVALID;
}

/* What getters and void functions answer. */
static void check_answer(const function *called, const probe *p, const char *where)
{
    bool right = true;

    if (called->result == RESULT_POINTER)
        right = strcmp(called->null_gives, "TEXT") == 0
                    ? p->answer && ((const char *)p->answer)[0] == '\0'
                    : p->answer == NULL;
    if (called->result == RESULT_NUMBER)
        right = p->number == (strcmp(called->null_gives, "MISUSE") == 0 ? CRM4E_E_MISUSE : 0);
    if (!right)
        interface_fail(called, where, "another answer than documented");
}

/* A getter answers as for a dead handle when that is NULL; another argument
 * that may be NULL does not keep it from answering. */
static void check_allowed_answer(const function *called, const probe *p, const char *where)
{
    const parameter *at = p->replaced >= 0 ? &called->parameters[p->replaced] : NULL;

    if (!at || at->kind == PARAMETER_HANDLE || called->result != RESULT_POINTER)
        check_answer(called, p, where);
    else if (!p->answer)
        interface_fail(called, where, "no answer");
}

/* NULL has a meaning there: whatever comes, it is no misuse. */
static void allowed(const function *called, probe *p, const char *where)
{
    probe_prepare(called, p->f);
    unchanged_mark(&p->f->watch);
    probe_run(called, p);
    if (called->result == RESULT_CODE && misuse(p->code))
        interface_fail(called, where, "NULL is documented, and refused");
    if (called->result != RESULT_CODE)
        check_allowed_answer(called, p, where);
    else if (p->code < 0 && unchanged_rows_problem(&p->f->watch))
        interface_fail(called, where, "rows changed");
    probe_release(called, p);
    probe_settle(called, p->f);
}

static fixture_storage storage;

/* One fixture serves until a call succeeds in it: one that is refused leaves it
 * as it was. */
static fixture *shared(bool anew)
{
    static fixture f;
    static bool open;

    if (open && anew) {
        open = false;
        assert_true(fixture_close(&f));
    }
    if (!open) {
        int rc = fixture_open(&f, storage);

        if (rc < 0)
            fail_msg("fixture: %s", crm4e_code_name(rc));
        open = true;
    }
    return &f;
}

static void parameters(const function *called)
{
    for (size_t i = 0; i < called->parameter_count; i++) {
        const parameter *at = &called->parameters[i];
        probe p;

        if (at->kind == PARAMETER_VALUE || at->kind == PARAMETER_ID)
            continue;
        probe_init(&p, shared(false));
        p.replaced = (int)i;
        if (at->nullable && !called->frees) {
            allowed(called, &p, at->name);
            (void)shared(true);
        } else {
            interface_refused(called, &p, at->name, misuse);
            check_answer(called, &p, at->name);
        }
    }
}

/* The members that are set. */
static void members(const function *called)
{
    uint64_t options[sizeof((probe){0}).options / sizeof(uint64_t)];
    probe p;

    if (called->member_count == 0)
        return;
    probe_init(&p, shared(false));
    probe_run(called, &p);
    probe_release(called, &p);
    memcpy(options, p.options, sizeof options);
    for (size_t i = 0; i < called->member_count; i++) {
        const member *at = &called->members[i];
        const void *before;

        memcpy(&before, (const char *)options + at->offset, sizeof before);
        if (!before)
            continue;
        probe_init(&p, shared(true));
        p.cleared = at;
        if (at->nullable)
            allowed(called, &p, at->name);
        else
            interface_refused(called, &p, at->name, refused_member);
    }
    (void)shared(true);
}

static void check(void **state)
{
    const function *called = *state;

    parameters(called);
    members(called);
}

/* "sqlite" as the argument: on files. */
int main(int count, char **arguments)
{
    int failed;

    storage = count > 1 && strcmp(arguments[1], "sqlite") == 0 ? FIXTURE_SQLITE : FIXTURE_MEMORY;
    failed = interface_run("null", check);
    return fixture_close(shared(false)) ? failed : 1;
}
