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

/* NULL has a meaning there: whatever comes, it is no misuse. */
static void allowed(const function *called, probe *p, const char *where)
{
    probe_prepare(called, p->f);
    unchanged_mark(&p->f->watch);
    probe_run(called, p);
    if (called->result == RESULT_CODE && misuse(p->code))
        interface_fail(called, where, "NULL is documented, and refused");
    if (called->result != RESULT_CODE)
        check_answer(called, p, where);
    else if (p->code < 0 && unchanged_rows_problem(&p->f->watch))
        interface_fail(called, where, "rows changed");
    probe_release(called, p);
    probe_settle(called, p->f);
}

static fixture_storage storage;

static void open_fixture(fixture *f)
{
    int rc = fixture_open(f, storage);

    if (rc < 0)
        fail_msg("fixture: %s", crm4e_code_name(rc));
}

static void parameters(const function *called)
{
    for (size_t i = 0; i < called->parameter_count; i++) {
        const parameter *at = &called->parameters[i];
        fixture f;
        probe p;

        if (at->kind == PARAMETER_VALUE || at->kind == PARAMETER_ID)
            continue;
        open_fixture(&f);
        probe_init(&p, &f);
        p.replaced = (int)i;
        if (at->nullable && !called->frees) {
            allowed(called, &p, at->name);
        } else {
            interface_refused(called, &p, at->name, misuse);
            check_answer(called, &p, at->name);
        }
        assert_true(fixture_close(&f));
    }
}

static void members(const function *called)
{
    for (size_t i = 0; i < called->member_count; i++) {
        const member *at = &called->members[i];
        const void *before;
        fixture f;
        probe p;

        open_fixture(&f);
        probe_init(&p, &f);
        probe_run(called, &p); /* to see the options */
        probe_release(called, &p);
        assert_true(fixture_close(&f));
        memcpy(&before, (const char *)p.options + at->offset, sizeof before);
        if (!before)
            continue;
        open_fixture(&f);
        probe_init(&p, &f);
        p.cleared = at;
        if (at->nullable)
            allowed(called, &p, at->name);
        else
            interface_refused(called, &p, at->name, refused_member);
        assert_true(fixture_close(&f));
    }
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
    storage = count > 1 && strcmp(arguments[1], "sqlite") == 0 ? FIXTURE_SQLITE : FIXTURE_MEMORY;
    return interface_run("null", check);
}
