/* SPDX-License-Identifier: MIT */
/* Where the values of a key are counted. */
#include "insight/chart_counting.h"

enum {
    SLOTS_MOST = 1 << 20, /* 142 years */
    DAYS_MOST = 1 << 16,
    FIRST_DAY = -(1 << 14), /* where values lie further apart: 1925 */
    WINDOW_PARTS = 4
};
#define SLOT ((int64_t)1 << C4_SLOT_BITS)

static void bounds_of(const c4_strip *column, int64_t *least, int64_t *most)
{
    *least = INT64_MAX;
    *most = INT64_MIN;
    for (size_t i = 0; i < column->pieces.count; i++) {
        const c4_piece *piece = column->pieces.items[i];
        *least = piece->least < *least ? piece->least : *least;
        *most = piece->most > *most ? piece->most : *most;
    }
}

/* From the least value to the most, or where most dates are. */
static void choose_window(c4_lane *l, int64_t unit, int64_t most_units, int64_t first_far)
{
    int64_t least;
    int64_t most;

    bounds_of(l->column, &least, &most);
    if (least > most)
        least = most = 0;
    l->first = least - (least % unit + unit) % unit;
    l->span = (uint32_t)most_units;
    l->covers = most / unit - l->first / unit < most_units - 2;
    if (l->covers)
        l->span = (uint32_t)(most / unit - l->first / unit) + 2;
    else
        l->first = first_far;
}

int c4_lane_open(c4_lane *l, c4_chart *chart, c4_axis *axis, const c4_strip *column,
                 size_t known_most)
{
    size_t count = 0;

    *l = (c4_lane){.axis = axis, .column = column, .known_most = known_most};
    c4_groups_init(&l->known, chart->mem, 1, chart->groups.seed);
    if (column->form == C4_FORM_CODES) {
        (void)c4_strip_meanings(column, &count);
        l->span = (uint32_t)count + 1;
        l->covers = true;
    } else if (column->form == C4_FORM_DAYS) {
        choose_window(l, 1, DAYS_MOST, FIRST_DAY);
    } else {
        choose_window(l, SLOT, SLOTS_MOST, -(int64_t)(SLOTS_MOST / WINDOW_PARTS) * SLOT);
    }
    l->places = c4_arena_array(&chart->arena, (size_t)l->span + 1, sizeof *l->places);
    if (l->places == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < l->span; i++)
        l->places[i] = C4_PLACE_UNKNOWN;
    l->places[l->span] = C4_PLACE_DIRECT;
    return CRM4E_OK;
}

void c4_lane_close(c4_lane *l)
{
    c4_groups_free(&l->known);
}

void c4_lane_enter(c4_lane *l, size_t block)
{
    const bool times = l->column->form == C4_FORM_NUMBERS;
    int64_t at;

    l->block = block;
    l->narrow = NULL;
    if (l->covers)
        l->narrow = times ? c4_strip_slots(l->column, block) : c4_strip_narrow(l->column, block);
    at = l->narrow != NULL && l->column->form != C4_FORM_CODES
             ? l->narrow->origin - (times ? l->first / SLOT : l->first) + 1
             : 0;
    if (at < 0) /* its 0 would lead before all places */
        l->narrow = NULL;
    l->narrow_at = (size_t)at;
}

/* The first index is 1; what comes before wraps around to behind the last. */
static uint32_t index_of(const c4_lane *l, size_t row)
{
    bool null;
    const int64_t value = c4_strip_at(l->column, l->block, row, &null);
    uint64_t index = (uint64_t)value - (uint64_t)l->first;

    if (l->column->form == C4_FORM_CODES)
        return (uint32_t)value;
    if (l->column->form == C4_FORM_NUMBERS)
        index >>= C4_SLOT_BITS;
    index = index < l->span - 1 ? index + 1 : l->span;
    return null ? 0 : (uint32_t)index;
}

int c4_lane_code(const c4_lane *l, size_t row, c4_code *code)
{
    size_t count = 0;
    bool null;
    int64_t value = c4_strip_at(l->column, l->block, row, &null);

    *code = l->axis->empty;
    if (null)
        return CRM4E_OK;
    if (l->column->form == C4_FORM_CODES)
        value = c4_strip_meanings(l->column, &count)[value - 1];
    return c4_axis_number(l->axis, value, 0, code);
}

/* --------------------------------------------------------------- learning */

/* DIRECT beyond what is remembered. */
static int place_of(c4_lane *l, const c4_code *code, uint16_t *place)
{
    c4_group *group = NULL;
    int rc = CRM4E_OK;

    *place = C4_PLACE_DIRECT;
    if (l->known.count < l->known_most)
        rc = c4_groups_find(&l->known, code, &group);
    if (group != NULL)
        *place = (uint16_t)(group - l->known.items + 1);
    return rc;
}

/* The instants of a bucket: `from` and all before `to`. */
static int instants_of(const c4_lane *l, int32_t day, int64_t *from, int64_t *to)
{
    int32_t next = 0;
    int rc = CRM4E_OK;

    *from = INT64_MIN;
    *to = INT64_MAX;
    if (day > C4_DATE_MIN)
        rc = c4_calendar_day_start(&l->axis->calendar, day, from);
    if (rc == CRM4E_OK && c4_cut_next(&l->axis->cut, day, &next))
        rc = c4_calendar_day_start(&l->axis->calendar, next, to);
    return rc;
}

/* All slots that lie in the bucket whole. */
static int learn_slots(c4_lane *l, uint32_t index, const c4_code *code, uint16_t place)
{
    const int64_t end = l->first + (int64_t)(l->span - 1) * SLOT;
    int64_t from;
    int64_t to;
    int rc = instants_of(l, (int32_t)code->value, &from, &to);

    from = from > l->first ? from : l->first;
    to = to < end ? to : end;
    for (int64_t slot = (from - l->first + SLOT - 1) / SLOT; slot < (to - l->first) / SLOT; slot++)
        l->places[slot + 1] = place;
    if (l->places[index] == C4_PLACE_UNKNOWN)
        l->places[index] = C4_PLACE_DIRECT;
    return rc;
}

static int learn(c4_lane *l, size_t row, uint32_t index)
{
    c4_code code;
    uint16_t place = C4_PLACE_DIRECT;
    int rc = c4_lane_code(l, row, &code);

    if (rc == CRM4E_OK)
        rc = place_of(l, &code, &place);
    if (rc == CRM4E_OK && l->column->form == C4_FORM_NUMBERS && index > 0)
        rc = learn_slots(l, index, &code, place);
    else
        l->places[index] = place;
    return rc;
}

int c4_lane_learn(c4_lane *l, size_t row, bool *learned)
{
    const uint32_t index = index_of(l, row);
    const bool unknown = l->places[index] == C4_PLACE_UNKNOWN;

    *learned = *learned || unknown;
    return unknown ? learn(l, row, index) : CRM4E_OK;
}

static int learn_rows(c4_lane *l, const uint16_t *rows, size_t count, uint16_t *places)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (places[i] == C4_PLACE_UNKNOWN) {
            const uint32_t index = index_of(l, rows[i]);
            if (l->places[index] == C4_PLACE_UNKNOWN)
                rc = learn(l, rows[i], index);
            places[i] = l->places[index];
        }
    }
    return rc;
}

/* -------------------------------------------------------------- answering */

static void look_up_codes(const c4_lane *l, const uint16_t *rows, size_t count, c4_block_room *room,
                          uint16_t *places)
{
    const int32_t *codes = c4_strip_codes(l->column, l->block, room->codes);
    const uint16_t *known = l->places;

    for (size_t i = 0; i < count; i++)
        places[i] = known[codes[rows[i]]];
}

static void look_up_days(const c4_lane *l, const uint16_t *rows, size_t count, c4_block_room *room,
                         uint16_t *places)
{
    const int32_t *days = c4_strip_codes(l->column, l->block, room->codes);
    const uint8_t *nulls = c4_strip_nulls(l->column, l->block, room->nulls);
    const uint16_t *known = l->places;
    const uint32_t first = (uint32_t)l->first;
    const uint32_t last = l->span - 1;

    for (size_t i = 0; i < count; i++) {
        const size_t row = rows[i];
        const uint32_t index = (uint32_t)days[row] - first;
        const uint32_t inside = index < last ? index + 1 : last + 1;
        places[i] = known[inside & (uint32_t)(nulls[row] - 1)];
    }
}

static void look_up_times(const c4_lane *l, const uint16_t *rows, size_t count, c4_block_room *room,
                          uint16_t *places)
{
    const int64_t *times = c4_strip_numbers(l->column, l->block, room->numbers);
    const uint8_t *nulls = c4_strip_nulls(l->column, l->block, room->nulls);
    const uint16_t *known = l->places;
    const uint64_t first = (uint64_t)l->first;
    const uint32_t last = l->span - 1;

    for (size_t i = 0; i < count; i++) {
        const size_t row = rows[i];
        const uint32_t index = (uint32_t)(((uint64_t)times[row] - first) >> C4_SLOT_BITS);
        const uint32_t inside = index < last ? index + 1 : last + 1;
        places[i] = known[inside & (uint32_t)(nulls[row] - 1)];
    }
}

int c4_lane_places(c4_lane *l, const uint16_t *rows, size_t count, c4_block_room *room,
                   uint16_t *places, bool *direct)
{
    unsigned unknown = 0;
    unsigned beyond = 0;
    int rc = CRM4E_OK;

    if (l->column->form == C4_FORM_CODES)
        look_up_codes(l, rows, count, room, places);
    else if (l->column->form == C4_FORM_DAYS)
        look_up_days(l, rows, count, room, places);
    else
        look_up_times(l, rows, count, room, places);
    for (size_t i = 0; i < count; i++)
        unknown |= places[i] == C4_PLACE_UNKNOWN;
    if (unknown != 0)
        rc = learn_rows(l, rows, count, places);
    for (size_t i = 0; i < count; i++)
        beyond |= places[i] == C4_PLACE_DIRECT;
    *direct = *direct || beyond != 0;
    return rc;
}
