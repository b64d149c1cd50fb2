/* SPDX-License-Identifier: MIT */
/* Applying what is there already writes nothing at all. */
#include "../model/manage_steps.h"

#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "host.h"
#include "transfer/transfer.h"

static void apply(steps *s, const char *document)
{
    c4_unit *unit = &s->org.unit;
    char *text = host_json(document);
    c4_json_document json;
    c4_buffer report;
    c4_mem mem;
    int rc;

    c4_mem_default(&mem);
    c4_buffer_init(&report, &mem, 1 << 20);
    assert_ok(c4_json_parse(&json, &mem, text, strlen(text), 1 << 20));
    rc = c4_apply(unit, json.root, &report);
    if (rc < 0)
        print_error("%s\n", s->org.error.message);
    assert_ok(rc);
    c4_json_free(&json);
    c4_buffer_free(&report);
    free(text);
    c4_arena_reset(&s->org.arena);
}

static void nothing_is_written(void **state)
{
    steps *s = *state;
    c4_state before;
    bool dirty;

    apply(s, rich_document);
    before = s->org.unit.state;
    dirty = s->org.unit.state_dirty;
    s->org.unit.state_dirty = false;
    apply(s, rich_document);
    assert_false(s->org.unit.state_dirty);
    assert_false(s->org.unit.meta_dirty);
    assert_memory_equal(&s->org.unit.state, &before, sizeof before);
    s->org.unit.state_dirty = dirty;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_written, steps_setup, steps_teardown),
    };

    return steps_run("apply twice", tests, sizeof tests / sizeof *tests);
}
