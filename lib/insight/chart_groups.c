/* SPDX-License-Identifier: MIT */
/* Buckets while records are counted. */
#include "insight/chart_inside.h"

#include <string.h>

enum {
    FIRST_SLOTS = 256
};

void c4_groups_init(c4_groups *groups, const c4_mem *mem, size_t key_count, uint64_t seed)
{
    *groups = (c4_groups){.mem = mem, .key_count = key_count, .seed = seed};
}

void c4_groups_free(c4_groups *groups)
{
    if (groups->mem == NULL)
        return;
    c4_free(groups->mem, groups->items);
    c4_free(groups->mem, groups->slots);
    *groups = (c4_groups){0};
}

static size_t hash_codes(const c4_groups *groups, const c4_code *codes)
{
    uint64_t hash = groups->seed;

    for (size_t i = 0; i < groups->key_count; i++)
        hash = c4_mix(hash ^ (uint64_t)codes[i].value) + codes[i].state;
    return (size_t)hash;
}

static bool same_codes(const c4_groups *groups, const c4_group *group, const c4_code *codes)
{
    bool same = true;

    for (size_t i = 0; i < groups->key_count && same; i++)
        same = group->codes[i].value == codes[i].value && group->codes[i].state == codes[i].state;
    return same;
}

/* The slot of the codes, or the empty one where they belong. */
static uint32_t *probe(const c4_groups *groups, const c4_code *codes)
{
    size_t mask = groups->slot_count - 1;
    size_t at = hash_codes(groups, codes) & mask;

    while (groups->slots[at] != 0 &&
           !same_codes(groups, &groups->items[groups->slots[at] - 1], codes))
        at = (at + 1) & mask;
    return &groups->slots[at];
}

/* At most half of the slots are taken. */
static int widen(c4_groups *groups)
{
    size_t count = groups->slot_count == 0 ? FIRST_SLOTS : groups->slot_count * 2;
    uint32_t *slots = c4_alloc_array(groups->mem, count, sizeof *slots);

    if (slots == NULL)
        return CRM4E_E_NO_MEMORY;
    c4_free(groups->mem, groups->slots);
    groups->slots = slots;
    groups->slot_count = count;
    for (size_t i = 0; i < groups->count; i++)
        *probe(groups, groups->items[i].codes) = (uint32_t)(i + 1);
    return CRM4E_OK;
}

static int add(c4_groups *groups, uint32_t *slot, const c4_code *codes)
{
    void *items = groups->items;
    c4_group *group;
    int rc;

    if (groups->count == C4_CHART_BUCKETS)
        return CRM4E_E_TOO_BIG;
    rc = c4_grow(groups->mem, &items, &groups->capacity, groups->count + 1, sizeof *group);
    if (rc != CRM4E_OK)
        return rc;
    groups->items = items;
    group = &groups->items[groups->count++];
    memset(group, 0, sizeof *group);
    for (size_t i = 0; i < groups->key_count; i++)
        group->codes[i] = codes[i];
    *slot = (uint32_t)groups->count;
    return CRM4E_OK;
}

int c4_groups_find(c4_groups *groups, const c4_code *codes, c4_group **group)
{
    uint32_t *slot;
    int rc = CRM4E_OK;

    if ((groups->count + 1) * 2 > groups->slot_count)
        rc = widen(groups);
    if (rc != CRM4E_OK)
        return rc;
    slot = probe(groups, codes);
    if (*slot == 0)
        rc = add(groups, slot, codes);
    if (rc == CRM4E_OK)
        *group = &groups->items[*slot - 1];
    return rc;
}
