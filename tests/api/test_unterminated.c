/* SPDX-License-Identifier: MIT */
/* Texts whose NUL never comes, in memory that ends where reading on would end the program: a
 * function reads as much as it may take and one byte more. Options, too. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <sys/mman.h>

#include "interface.h"

/* What each takes at most, documents and everything else. */
enum {
    OF_DOCUMENT = 256 * 1024 * 1024,
    OF_TEXT = 4 * 1024 * 1024,
    GUARD = 64 * 1024
};

static char *edge; /* behind it nothing may be read */

/* What is JSON of any length. */
static bool is_document(const char *name)
{
    static const char *const documents[] = {"json",   "fields",  "deal",
                                            "values", "options", "default_value"};
    bool found = false;

    for (size_t i = 0; i < sizeof documents / sizeof documents[0] && !found; i++)
        found = strcmp(name, documents[i]) == 0;
    return found;
}

static const char *unterminated(const char *name)
{
    return edge - (is_document(name) ? OF_DOCUMENT : OF_TEXT) - 1;
}

static fixture f;
static bool open;

static bool close_fixture(void)
{
    bool closed = !open || fixture_close(&f);

    open = false;
    return closed;
}

static fixture *fresh(void)
{
    (void)close_fixture();
    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    open = true;
    return &f;
}

static void try(const function *called, probe *p, const char *where)
{
    probe_prepare(called, p->f);
    probe_run(called, p);
    if (called->result == RESULT_CODE && p->code == CRM4E_E_NO_MEMORY)
        interface_fail(called, where, "the text was copied");
    probe_release(called, p);
    probe_settle(called, p->f);
}

/* What is refused elsewhere is refused here, too; what matters is where reading ends. */
static void check(void **state)
{
    const function *called = *state;

    for (size_t i = 0; i < called->parameter_count; i++) {
        const parameter *at = &called->parameters[i];
        probe p;

        if (at->kind != PARAMETER_TEXT || !at->text)
            continue;
        probe_init(&p, fresh());
        p.replaced = (int)i;
        p.pointer = unterminated(at->name);
        try(called, &p, at->name);
    }
    for (size_t i = 0; i < called->member_count; i++) {
        const member *at = &called->members[i];
        probe p;

        if (!at->text)
            continue;
        probe_init(&p, fresh());
        p.named = at;
        p.pointer = unterminated(at->name);
        try(called, &p, at->name);
    }
}

int main(void)
{
    size_t size = (size_t)OF_DOCUMENT + GUARD;
    char *memory =
        mmap(NULL, size + GUARD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int failed;

    if (memory == MAP_FAILED || mprotect(memory + size, GUARD, PROT_NONE) != 0)
        return 1;
    memset(memory, '[', size);
    edge = memory + size;
    failed = interface_run("unterminated", check);
    return close_fixture() ? failed : 1;
}
