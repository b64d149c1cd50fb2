/* SPDX-License-Identifier: MIT */
/*
 * Counting records from columns in memory, the short way: what a value is counted
 * under is worked out once for each code of a dictionary and each day, and the bucket
 * of two of them once for each pair. Whatever is not remembered so is worked out for
 * the record by itself, with the same outcome.
 */
#include "columns/cache.h"
#include "insight/chart_reading.h"

#include "base/civil.h"
#include "model/standard.h"

enum {
    PLACES = 256,   /* codes that a key remembers */
    DAYS = 1 << 16, /* days that it remembers them for: 179 years */
    DIRECT = -1     /* a day of several codes, or one too many */
};

/* A key. An index is the code in the dictionary, or a day counted from `first`; 0 is
 * NULL in both. */
typedef struct lane {
    c4_axis *axis;
    const c4_strip *column;
    const int32_t *codes; /* of the block: codes or days; NULL: times */
    const int64_t *times;
    const uint8_t *nulls;
    int64_t first;
    size_t span;
    int16_t *places; /* by index: place + 1, DIRECT, 0 where it is not known yet */
    c4_code known[PLACES];
    size_t known_count;
} lane;

typedef struct counting {
    c4_reading *r;
    const c4_sheet *sheet;
    lane lanes[C4_CHART_KEYS];
    const uint8_t *open; /* by code of the owner; NULL: all are */
    const int32_t *owners;
    const int64_t *numbers[C4_CHART_MEASURES]; /* of the block; NULL: a count */
    const uint8_t *number_nulls[C4_CHART_MEASURES];
    uint32_t *buckets; /* by the places of both keys: place among the groups + 1 */
} counting;

static const c4_strip *column_at(const c4_reading *r, const c4_sheet *sheet, size_t at)
{
    return &sheet->columns[c4_sheet_place(sheet, r->columns[at])];
}

bool c4_counting_fits(const c4_reading *r, const c4_sheet *sheet)
{
    const c4_chart *chart = r->chart;
    bool fits = r->row == NULL && (chart->scope.everything || chart->scope.shared_count == 0);

    for (size_t i = 0; i < chart->key_count && fits; i++)
        fits = r->beside_at[i] == C4_NOWHERE &&
               (column_at(r, sheet, r->axis_at[i])->form != C4_FORM_NUMBERS ||
                chart->axes[i].stored == C4_STORED_TIME);
    for (size_t i = 0; i < chart->measure_count && fits; i++)
        fits = !chart->gauges[i].converts &&
               (r->gauge_at[i] == C4_NOWHERE ||
                column_at(r, sheet, r->gauge_at[i])->form == C4_FORM_NUMBERS);
    return fits;
}

static int open_lane(counting *c, size_t key)
{
    lane *l = &c->lanes[key];

    l->axis = &c->r->chart->axes[key];
    l->column = column_at(c->r, c->sheet, c->r->axis_at[key]);
    l->span = DAYS;
    l->first = -DAYS / 4; /* most are of this century or the last */
    if (l->column->form == C4_FORM_CODES) {
        (void)c4_strip_meanings(l->column, &l->span);
        l->span++;
        l->first = 1;
    }
    l->places = c4_arena_array(&c->r->chart->arena, l->span, sizeof *l->places);
    return l->places != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* Owners as bytes. */
static int open_owners(counting *c)
{
    const c4_chart *chart = c->r->chart;
    const int64_t *meanings;
    size_t count = 0;
    uint8_t *open;

    if (chart->scope.everything)
        return CRM4E_OK;
    meanings = c4_strip_meanings(column_at(c->r, c->sheet, c->r->owner_at), &count);
    open = c4_arena_array(&c->r->chart->arena, count + 1, sizeof *open);
    for (size_t i = 0; i < count && open != NULL; i++)
        open[i + 1] = c4_access_owned(&chart->scope, 0, meanings[i]);
    c->open = open;
    return open != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

static void enter_block(counting *c, size_t block)
{
    const c4_reading *r = c->r;

    for (size_t i = 0; i < r->chart->key_count; i++) {
        lane *l = &c->lanes[i];
        const bool times = l->column->form == C4_FORM_NUMBERS;
        l->codes = times ? NULL : c4_strip_codes(l->column, block);
        l->times = times ? c4_strip_numbers(l->column, block) : NULL;
        l->nulls = c4_strip_nulls(l->column, block);
    }
    for (size_t i = 0; i < r->chart->measure_count; i++) {
        const size_t at = r->gauge_at[i];
        const c4_strip *column = at != C4_NOWHERE ? column_at(r, c->sheet, at) : NULL;
        c->numbers[i] = column != NULL ? c4_strip_numbers(column, block) : NULL;
        c->number_nulls[i] = column != NULL ? c4_strip_nulls(column, block) : NULL;
    }
    if (c->open != NULL)
        c->owners = c4_strip_codes(column_at(r, c->sheet, r->owner_at), block);
}

static int64_t day_of(int64_t time)
{
    return time / C4_DAY_MICROSECONDS - (time % C4_DAY_MICROSECONDS < 0);
}

/* The span where the value lies outside of it. */
static size_t index_of(const lane *l, size_t row)
{
    int64_t day;

    if (l->nulls == NULL)
        return (size_t)l->codes[row];
    if (l->nulls[row] != 0)
        return 0;
    day = (l->codes != NULL ? l->codes[row] : day_of(l->times[row])) - l->first;
    return day >= 0 && day < (int64_t)l->span - 1 ? (size_t)day + 1 : l->span;
}

/* What the record itself is counted under. */
static int code_of(lane *l, size_t row, c4_code *code)
{
    size_t count = 0;
    const size_t index = index_of(l, row);

    *code = l->axis->empty;
    if (index == 0)
        return CRM4E_OK;
    return c4_axis_number(l->axis,
                          l->nulls == NULL   ? c4_strip_meanings(l->column, &count)[index - 1]
                          : l->codes != NULL ? l->codes[row]
                                             : l->times[row],
                          0, code);
}

/* A day of universal time is of one code when its first and last instants are. */
static bool is_mixed(lane *l, size_t row, const c4_code *code)
{
    const int64_t start = l->times != NULL ? day_of(l->times[row]) * C4_DAY_MICROSECONDS : 0;
    c4_code first = *code;
    c4_code last = *code;

    if (l->times == NULL || l->nulls[row] != 0)
        return false;
    return c4_axis_number(l->axis, start, 0, &first) != CRM4E_OK ||
           c4_axis_number(l->axis, start + C4_DAY_MICROSECONDS - 1, 0, &last) != CRM4E_OK ||
           first.value != code->value || last.value != code->value;
}

static int16_t place_of(lane *l, const c4_code *code)
{
    size_t at = 0;

    while (at < l->known_count &&
           (l->known[at].value != code->value || l->known[at].state != code->state))
        at++;
    if (at == PLACES)
        return DIRECT;
    if (at == l->known_count)
        l->known[l->known_count++] = *code;
    return (int16_t)(at + 1);
}

static void learn(lane *l, size_t row, const c4_code *code)
{
    const size_t index = index_of(l, row);

    if (index < l->span && l->places[index] == 0)
        l->places[index] = is_mixed(l, row, code) ? (int16_t)DIRECT : place_of(l, code);
}

/* Of both keys together; 0 when one is not known, or not like that. */
static size_t pair_of(const counting *c, size_t row)
{
    size_t pair = 0;
    bool known = true;

    for (size_t i = 0; i < c->r->chart->key_count && known; i++) {
        const lane *l = &c->lanes[i];
        const size_t index = index_of(l, row);
        const int16_t place = index < l->span ? l->places[index] : (int16_t)DIRECT;
        known = place > 0;
        pair = pair * PLACES + (size_t)(known ? place - 1 : 0);
    }
    return known ? pair + 1 : 0;
}

static int find_group(counting *c, size_t row, c4_group **group)
{
    c4_chart *chart = c->r->chart;
    c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
    size_t pair = pair_of(c, row);
    int rc = CRM4E_OK;

    if (pair != 0 && c->buckets[pair - 1] != 0) {
        *group = &chart->groups.items[c->buckets[pair - 1] - 1];
        return CRM4E_OK;
    }
    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++) {
        rc = code_of(&c->lanes[i], row, &codes[i]);
        if (rc == CRM4E_OK)
            learn(&c->lanes[i], row, &codes[i]);
    }
    if (rc == CRM4E_OK)
        rc = c4_groups_find(&chart->groups, codes, group);
    pair = rc == CRM4E_OK ? pair_of(c, row) : 0;
    if (pair != 0)
        c->buckets[pair - 1] = (uint32_t)(*group - chart->groups.items) + 1;
    return rc;
}

static int count_row(counting *c, size_t row)
{
    c4_chart *chart = c->r->chart;
    c4_group *group = NULL;
    int rc = find_group(c, row, &group);

    if (rc != CRM4E_OK)
        return rc;
    chart->total++;
    group->count++;
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++) {
        if (c->numbers[i] != NULL && c->number_nulls[i][row] == 0)
            rc = c4_chart_tally(chart, group, i, c->numbers[i][row]);
    }
    return rc;
}

static int count_block(counting *c, size_t block)
{
    const c4_db *db = c->r->chart->unit->db;
    const size_t rows = c->sheet->ids.items[block]->rows;
    int rc = CRM4E_OK;

    if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0)
        return CRM4E_E_ABORTED;
    enter_block(c, block);
    for (size_t row = 0; row < rows && rc == CRM4E_OK; row++) {
        if (c->open == NULL || c->open[c->owners[row]] != 0)
            rc = count_row(c, row);
    }
    return rc;
}

int c4_count_sheet(c4_reading *r, const c4_sheet *sheet)
{
    c4_arena *arena = &r->chart->arena;
    counting *c = c4_arena_array(arena, 1, sizeof *c);
    int rc = c != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    if (rc != CRM4E_OK)
        return rc;
    c->r = r;
    c->sheet = sheet;
    for (size_t i = 0; i < r->chart->key_count && rc == CRM4E_OK; i++)
        rc = open_lane(c, i);
    if (rc == CRM4E_OK)
        rc = open_owners(c);
    c->buckets = c4_arena_array(arena, (size_t)PLACES * PLACES, sizeof *c->buckets);
    if (c->buckets == NULL)
        rc = CRM4E_E_NO_MEMORY;
    for (size_t block = 0; block < sheet->ids.count && rc == CRM4E_OK; block++)
        rc = count_block(c, block);
    return rc;
}
