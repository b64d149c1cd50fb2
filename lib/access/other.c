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
    c4_unit_forget_reach(&other->unit);
    c4_arena_free(&other->arena);
}
