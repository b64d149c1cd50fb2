/* SPDX-License-Identifier: MIT */
/* Different numbers, counted by bucket and measure. */
#include "insight/chart_inside.h"

enum {
    FIRST_SLOTS = 256
};

void c4_distinct_init(c4_distinct *distinct, const c4_mem *mem, uint64_t seed)
{
    *distinct = (c4_distinct){.mem = mem, .seed = seed};
}

void c4_distinct_free(c4_distinct *distinct)
{
    if (distinct->mem == NULL)
        return;
    c4_free(distinct->mem, distinct->slots);
    *distinct = (c4_distinct){0};
}

static size_t hash_seen(const c4_distinct *distinct, const c4_seen *seen)
{
    uint64_t hash = c4_mix(distinct->seed ^ (uint64_t)seen->number);

    return (size_t)c4_mix(hash + seen->group * C4_CHART_MEASURES + seen->gauge);
}

/* The slot where it is, or belongs. */
static c4_seen *probe(const c4_distinct *distinct, const c4_seen *seen)
{
    size_t mask = distinct->slot_count - 1;
    size_t at = hash_seen(distinct, seen) & mask;

    while (distinct->slots[at].group != 0 &&
           (distinct->slots[at].group != seen->group || distinct->slots[at].gauge != seen->gauge ||
            distinct->slots[at].number != seen->number))
        at = (at + 1) & mask;
    return &distinct->slots[at];
}

/* At most half of the slots are taken. */
static int widen(c4_distinct *distinct)
{
    c4_distinct wide = *distinct;

    wide.slot_count = distinct->slot_count == 0 ? FIRST_SLOTS : distinct->slot_count * 2;
    wide.slots = c4_alloc_array(distinct->mem, wide.slot_count, sizeof *wide.slots);
    if (wide.slots == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < distinct->slot_count; i++) {
        if (distinct->slots[i].group != 0)
            *probe(&wide, &distinct->slots[i]) = distinct->slots[i];
    }
    c4_free(distinct->mem, distinct->slots);
    *distinct = wide;
    return CRM4E_OK;
}

int c4_distinct_add(c4_distinct *distinct, size_t group, size_t gauge, int64_t number, bool *fresh)
{
    const c4_seen seen = {group + 1, gauge, number};
    c4_seen *slot;
    int rc = CRM4E_OK;

    *fresh = false;
    if ((distinct->count + 1) * 2 > distinct->slot_count)
        rc = widen(distinct);
    if (rc != CRM4E_OK)
        return rc;
    slot = probe(distinct, &seen);
    *fresh = slot->group == 0;
    if (*fresh)
        distinct->count++;
    *slot = seen;
    return CRM4E_OK;
}

int c4_chart_tally(c4_chart *chart, c4_group *group, size_t gauge, int64_t number)
{
    size_t place = (size_t)(group - chart->groups.items);
    bool fresh = true;
    int rc = CRM4E_OK;

    if (chart->gauges[gauge].function == CRM4E_COUNT_DISTINCT)
        rc = c4_distinct_add(&chart->distinct, place, gauge, number, &fresh);
    if (rc == CRM4E_OK && fresh)
        c4_tally_add(&group->tallies[gauge], number);
    return rc;
}
