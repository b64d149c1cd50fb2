/* SPDX-License-Identifier: MIT */
/* Modules in an order that somebody keeps: of a space, of a tab group. Who may
 * not open one neither finds it nor moves it. */
#include "model/manage_rules.h"

#include <string.h>

bool c4_actor_sees(c4_unit *unit, const c4_module *module)
{
    return C4_OPENS(PLACED_SEEN, c4_actor_configures(unit, module) ||
                                     (unit->shows != NULL && unit->shows(unit, module)));
}

int c4_place_module(c4_unit *unit, const char *name, const c4_module **module)
{
    *module = c4_meta_module_named(unit->meta, name);
    if (*module == NULL || !c4_actor_sees(unit, *module)) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "modules", "module", "names no module");
    }
    return ((*module)->flags & C4_MODULE_CHILD) == 0
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_INVALID, "modules", "module",
                           "names a module that lives inside of records");
}

static bool seen(c4_unit *unit, const c4_space_item *item)
{
    const c4_module *module = c4_meta_module(unit->meta, item->module);
    return module != NULL && c4_actor_sees(unit, module);
}

static int make_room(c4_unit *unit, size_t count, c4_places *out)
{
    out->items = c4_arena_array(unit->arena, count, sizeof *out->items);
    out->count = 0;
    return out->items != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

int c4_places_seen(c4_unit *unit, const c4_space_item *items, size_t count, c4_places *out)
{
    int rc = make_room(unit, count, out);
    for (size_t i = 0; rc == CRM4E_OK && i < count; i++) {
        if (seen(unit, &items[i])) {
            out->items[out->count++] = items[i];
        }
    }
    return rc;
}

/* The first item from `at` on that the actor does not see, or `count`. */
static size_t next_unseen(c4_unit *unit, const c4_space_item *items, size_t count, size_t at)
{
    while (at < count && seen(unit, &items[at])) {
        at++;
    }
    return at;
}

int c4_places_merge(c4_unit *unit, const c4_space_item *old, size_t count, const c4_places *list,
                    c4_places *out)
{
    size_t kept = next_unseen(unit, old, count, 0);
    size_t given = 0;
    int rc = make_room(unit, count + list->count, out);
    while (rc == CRM4E_OK && (kept < count || given < list->count)) {
        if (kept < count && (kept == out->count || given == list->count)) {
            out->items[out->count++] = old[kept];
            kept = next_unseen(unit, old, count, kept + 1);
        } else {
            out->items[out->count++] = list->items[given++];
        }
    }
    return rc;
}

int c4_places_drop(c4_unit *unit, const c4_space_item *items, size_t count, int32_t module,
                   c4_places *out)
{
    int rc = make_room(unit, count + 1, out);
    for (size_t i = 0; rc == CRM4E_OK && i < count; i++) {
        if (items[i].module != module) {
            out->items[out->count++] = items[i];
        }
    }
    return rc;
}

/* Where the sibling stands that has this position among those the actor sees. */
static size_t find_position(c4_unit *unit, const c4_places *list, uint32_t folder, int32_t position)
{
    size_t at = 0;
    for (; position >= 0 && at < list->count; at++) {
        if (list->items[at].folder == folder && seen(unit, &list->items[at]) && position-- == 0) {
            return at;
        }
    }
    return list->count;
}

int c4_places_put(c4_unit *unit, const c4_space_item *items, size_t count, c4_space_item item,
                  int32_t position, c4_places *out)
{
    int rc = c4_places_drop(unit, items, count, item.module, out);
    if (rc == CRM4E_OK) {
        size_t at = find_position(unit, out, item.folder, position);
        memmove(out->items + at + 1, out->items + at, (out->count - at) * sizeof *out->items);
        out->items[at] = item;
        out->count++;
    }
    return rc;
}

bool c4_places_same(const c4_space_item *items, size_t count, const c4_places *list)
{
    bool same = count == list->count;
    for (size_t i = 0; same && i < count; i++) {
        same = items[i].module == list->items[i].module && items[i].folder == list->items[i].folder;
    }
    return same;
}

int c4_check_position(c4_unit *unit, int32_t position)
{
    return position >= -1 ? CRM4E_OK
                          : c4_refuse(unit, CRM4E_E_INVALID, "position", "range",
                                      "is a place from 0 on, or -1 for the end");
}
