/* SPDX-License-Identifier: MIT */
/* A stored view whose query cannot be read: that is damage, not a mistake of who runs it. */
#include "../model/manage_steps.h"

#include <string.h>

#include "insight/view.h"

#define BOSS "boss@x.example"

static void damage_is_named(void **state)
{
    static const char *const wheres[] = {"Stage = = 1", "(", "Stage = 'x", "\xC3"};
    static const char *const order[] = {"Amount sideways"};
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    c4_view view = {.id = 1, .name = "V", .owner = 1, .sharing = C4_VIEW_PUBLIC};
    c4_query_tree tree;
    c4_buffer out;

    assert_ok(put_user(s, "{'email': 'boss@x.example'}"));
    view.module = module_of(s, "Deals")->number;
    c4_buffer_init(&out, unit->arena->mem, 1 << 16);
    for (size_t i = 0; i <= sizeof wheres / sizeof wheres[0]; i++) {
        bool ordered = i == sizeof wheres / sizeof wheres[0];
        view.where = ordered ? NULL : wheres[i];
        view.order = order;
        view.order_count = ordered ? 1 : 0;
        assert_int_equal(c4_view_stored_tree(unit, &view, &tree), CRM4E_E_CORRUPT);
        assert_string_equal(s->org.error.message, "the query of a view cannot be read");
        act_as(s, BOSS);
        assert_int_equal(c4_view_describe(unit, &view, &out), CRM4E_E_CORRUPT);
        act_as_admin(s);
        assert_ok(c4_view_describe(unit, &view, &out)); /* who is to repair it */
    }
    view = (c4_view){.id = 1, .name = "V", .module = view.module, .where = "Stage = 'Closed Won'"};
    assert_ok(c4_view_stored_tree(unit, &view, &tree));
    c4_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(damage_is_named, steps_standard, steps_teardown),
    };

    return steps_run("stored views", tests, sizeof tests / sizeof tests[0]);
}
