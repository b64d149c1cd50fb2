/* SPDX-License-Identifier: MIT */
#include "access/inside.h"

void c4_other_start(c4_other *other, const c4_unit *unit, c4_meta *meta, const c4_user *user)
{
    *other = (c4_other){.unit = *unit};
    other->unit.meta = meta;
    other->unit.actor = user;
    other->unit.error = &other->error;
    other->unit.reach = &other->reach;
    other->unit.asked = NULL;
    c4_arena_init(&other->arena, unit->arena->mem);
    other->unit.arena = &other->arena;
}

void c4_other_end(c4_other *other)
{
    if (other->unit.reach == &other->reach) {
        c4_unit_forget_reach(&other->unit);
    }
    c4_arena_free(&other->arena);
}

int c4_other_actions(c4_other *other, const c4_module *module, uint32_t *actions)
{
    *actions = 0;
    return other->unit.actor != NULL ? c4_access_actions(&other->unit, module, actions) : CRM4E_OK;
}
