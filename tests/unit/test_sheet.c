/* SPDX-License-Identifier: MIT */
/* Columns in memory against a plain table of what was put into them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "columns/sheet.h"
#include "support/fail_alloc.h"

enum {
    COLUMNS = 3, /* one of each form */
    ROUNDS = 60,
    IDS = 30000
};

static const c4_strip_shape shapes[COLUMNS] = {
    {7, C4_FORM_CODES}, {3, C4_FORM_DAYS}, {12, C4_FORM_NUMBERS}};

/* A table: what stands at an id. */
typedef struct line {
    bool there;
    int64_t values[COLUMNS];
    uint8_t nulls[COLUMNS];
} line;

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 33) % below;
}

static void fill(line *at)
{
    static const uint64_t spread[COLUMNS] = {300, 40000, UINT32_MAX};

    at->there = true;
    for (size_t i = 0; i < COLUMNS; i++) {
        at->nulls[i] = draw(5) == 0;
        at->values[i] = at->nulls[i] != 0 ? 0 : (int64_t)draw(spread[i]) - (i > 0 ? 20000 : 0);
    }
    if (at->nulls[2] == 0)
        at->values[2] *= INT64_C(1) << 31;
}

static void clear(c4_room *room, const c4_mem *mem)
{
    *room = (c4_room){.mem = mem, .most = SIZE_MAX};
}

/* Gives columns `first` and on to a draft, in chunks of at most `most` records. */
static int feed(c4_sheet *draft, const line *table, size_t first, size_t most)
{
    static int64_t ids[C4_BLOCK_ROWS];
    static int64_t values[COLUMNS][C4_BLOCK_ROWS];
    static uint8_t nulls[COLUMNS][C4_BLOCK_ROWS];
    const int64_t *value_of[COLUMNS];
    const uint8_t *null_of[COLUMNS];
    c4_chunk chunk = {0, ids, value_of, null_of};
    int rc = CRM4E_OK;

    for (size_t i = first; i < COLUMNS; i++) {
        value_of[i - first] = values[i];
        null_of[i - first] = nulls[i];
    }
    for (size_t id = 0; id <= IDS && rc == CRM4E_OK; id++) {
        if (id == IDS || chunk.rows == most) {
            rc = chunk.rows > 0 ? c4_sheet_take(draft, &chunk) : CRM4E_OK;
            chunk.rows = 0;
        }
        if (id == IDS || !table[id].there)
            continue;
        ids[chunk.rows] = (int64_t)id + 1;
        for (size_t i = first; i < COLUMNS; i++) {
            values[i][chunk.rows] = table[id].values[i];
            nulls[i][chunk.rows] = table[id].nulls[i];
        }
        chunk.rows++;
    }
    return rc == CRM4E_OK ? c4_sheet_close(draft) : rc;
}

static int build(c4_room *room, const line *table, size_t most, c4_sheet **out)
{
    c4_sheet *draft = NULL;
    int rc = c4_sheet_new(room, 1, shapes, COLUMNS, &draft);

    if (rc == CRM4E_OK)
        rc = feed(draft, table, 0, most);
    if (rc != CRM4E_OK) {
        c4_sheet_release(draft);
        draft = NULL;
    }
    *out = draft;
    return rc;
}

static const line *next_line(const line *table, size_t *id)
{
    while (*id < IDS && !table[*id].there)
        (*id)++;
    return *id < IDS ? &table[(*id)++] : NULL;
}

/* One column of one block against the table; `id` is where its first record stands. */
static void assert_block(const c4_sheet *sheet, size_t block, size_t place, const line *table,
                         size_t id)
{
    static int64_t values[C4_BLOCK_ROWS];
    static uint8_t nulls[C4_BLOCK_ROWS];
    const c4_strip *column = &sheet->columns[place];
    const int64_t *ids = c4_sheet_ids(sheet, block);
    size_t shape = 0;

    while (shapes[shape].column != column->column)
        shape++;
    assert_int_equal(column->form, shapes[shape].form);
    assert_int_equal(column->pieces.count, sheet->ids.count);
    assert_int_equal(column->pieces.items[block]->rows, sheet->ids.items[block]->rows);
    c4_strip_read(column, block, values, nulls);
    for (size_t row = 0; row < sheet->ids.items[block]->rows; row++) {
        const line *expected = next_line(table, &id);
        if (expected == NULL || ids[row] != (int64_t)id || nulls[row] != expected->nulls[shape] ||
            values[row] != expected->values[shape])
            fail_msg("record %zu, column %u", id, column->column);
    }
}

static void assert_same(const c4_sheet *sheet, const line *table)
{
    size_t id = 0;
    size_t rows = 0;

    for (size_t block = 0; block < sheet->ids.count; block++) {
        const size_t count = sheet->ids.items[block]->rows;
        assert_in_range(count, 1, C4_BLOCK_ROWS);
        for (size_t i = 0; i < sheet->column_count; i++)
            assert_block(sheet, block, i, table, id);
        for (size_t row = 0; row < count; row++)
            (void)next_line(table, &id);
        rows += count;
    }
    assert_int_equal(sheet->rows, rows);
    assert_null(next_line(table, &id));
}

static line *new_table(size_t share)
{
    line *table = calloc(IDS, sizeof *table);

    assert_non_null(table);
    for (size_t id = 0; id < IDS / 2; id++) {
        if (draw(100) < share)
            fill(&table[id]);
    }
    return table;
}

/* Changes of the table, and the same as a list; `most` of them. */
static size_t change(line *table, size_t from, size_t to, size_t most, c4_row_change *changes)
{
    size_t count = 0;

    for (size_t id = from; id < to && count < most; id++) {
        if (draw(to - from) >= most)
            continue;
        if (draw(3) == 0)
            table[id] = (line){0};
        else
            fill(&table[id]);
        changes[count++] =
            (c4_row_change){(int64_t)id + 1, !table[id].there, table[id].values, table[id].nulls};
    }
    return count;
}

static void holds_what_was_read(void **state)
{
    static const size_t sizes[] = {1, 1000, C4_BLOCK_ROWS - 1, C4_BLOCK_ROWS};
    c4_mem mem;
    c4_room room;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        line *table = new_table(60);
        c4_sheet *sheet = NULL;
        assert_int_equal(build(&room, table, sizes[i], &sheet), CRM4E_OK);
        assert_same(sheet, table);
        assert_int_equal(c4_sheet_place(sheet, 12), 2);
        assert_int_equal(c4_sheet_place(sheet, 5), COLUMNS);
        c4_sheet_release(sheet);
        assert_int_equal(atomic_load(&room.used), 0);
        free(table);
    }
}

/* Changes anywhere, at the end, of an empty table, of everything; the version before
 * stays what it was. */
static void follows_changes(void **state)
{
    c4_mem mem;
    c4_room room;
    line *table;
    line *before = calloc(IDS, sizeof *before);
    c4_row_change *changes = calloc(IDS, sizeof *changes);
    c4_sheet *sheet = NULL;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    table = new_table(0);
    assert_int_equal(build(&room, table, 10, &sheet), CRM4E_OK);
    for (size_t round = 1; round <= ROUNDS; round++) {
        static const size_t most[] = {1, 3, 500, 9000, 0};
        const size_t from = draw(3) == 0 ? IDS / 2 + draw(IDS / 4) : draw(IDS / 2);
        const size_t to = round % 20 == 0 ? IDS : from + 1 + draw(IDS - from);
        c4_sheet *next = NULL;
        size_t count;
        memcpy(before, table, IDS * sizeof *before);
        count = change(table, round % 20 == 0 ? 0 : from, to, most[draw(5)], changes);
        assert_int_equal(c4_sheet_patch(sheet, (int64_t)round, changes, count, &next), CRM4E_OK);
        assert_int_equal(next->sequence, round);
        assert_same(next, table);
        assert_same(sheet, before);
        c4_sheet_release(sheet);
        sheet = next;
    }
    c4_sheet_release(sheet);
    assert_int_equal(atomic_load(&room.used), 0);
    free(changes);
    free(before);
    free(table);
}

static void empties_and_fills_again(void **state)
{
    c4_mem mem;
    c4_room room;
    line *table = new_table(50);
    c4_row_change *changes = calloc(IDS, sizeof *changes);
    c4_sheet *full = NULL;
    c4_sheet *empty = NULL;
    c4_sheet *again = NULL;
    size_t count = 0;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    assert_int_equal(build(&room, table, C4_BLOCK_ROWS, &full), CRM4E_OK);
    for (size_t id = 0; id < IDS; id++) {
        if (table[id].there)
            changes[count++] =
                (c4_row_change){(int64_t)id + 1, true, table[id].values, table[id].nulls};
    }
    assert_int_equal(c4_sheet_patch(full, 2, changes, count, &empty), CRM4E_OK);
    assert_int_equal(empty->rows, 0);
    assert_int_equal(empty->ids.count, 0);
    for (size_t i = 0; i < count; i++)
        changes[i].gone = false;
    assert_int_equal(c4_sheet_patch(empty, 3, changes, count, &again), CRM4E_OK);
    assert_same(again, table);
    c4_sheet_release(full);
    c4_sheet_release(empty);
    c4_sheet_release(again);
    assert_int_equal(atomic_load(&room.used), 0);
    free(changes);
    free(table);
}

/* Blocks that nothing fell into are those of the version before. */
static void shares_what_stayed(void **state)
{
    c4_mem mem;
    c4_room room;
    line *table = new_table(100);
    c4_sheet *sheet = NULL;
    c4_sheet *next = NULL;
    c4_row_change one = {1, false, table[0].values, table[0].nulls};
    size_t used;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    assert_int_equal(build(&room, table, C4_BLOCK_ROWS, &sheet), CRM4E_OK);
    used = atomic_load(&room.used);
    fill(&table[0]);
    assert_int_equal(c4_sheet_patch(sheet, 2, &one, 1, &next), CRM4E_OK);
    assert_ptr_not_equal(next->ids.items[0], sheet->ids.items[0]);
    assert_ptr_equal(next->ids.items[1], sheet->ids.items[1]);
    assert_ptr_equal(next->columns[2].pieces.items[2], sheet->columns[2].pieces.items[2]);
    assert_true(atomic_load(&room.used) - used < used / 2);
    c4_sheet_release(sheet);
    assert_same(next, table);
    c4_sheet_release(next);
    free(table);
}

static void adds_and_drops_columns(void **state)
{
    c4_mem mem;
    c4_room room;
    line *table = new_table(70);
    c4_row_change *changes = calloc(IDS, sizeof *changes);
    c4_sheet *all = NULL;
    c4_sheet *less = NULL;
    c4_sheet *none = NULL;
    c4_sheet *again = NULL;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    assert_int_equal(build(&room, table, 3000, &all), CRM4E_OK);
    assert_int_equal(c4_sheet_drop(all, 1, &less), CRM4E_OK);
    assert_int_equal(less->column_count, 2);
    assert_int_equal(less->columns[1].column, shapes[2].column);
    assert_same(less, table);
    assert_int_equal(c4_sheet_drop(less, 1, &none), CRM4E_OK);
    assert_same(none, table);
    for (size_t most = 1000; most <= C4_BLOCK_ROWS; most += 1548) {
        assert_int_equal(c4_sheet_add(none, shapes + 1, 2, &again), CRM4E_OK);
        assert_int_equal(feed(again, table, 1, most), CRM4E_OK);
        assert_same(again, table);
        assert_int_equal(again->column_count, COLUMNS);
        c4_sheet_release(again);
    }
    assert_true(c4_strip_bytes(&all->columns[2]) > 9 * all->rows);
    assert_true(c4_strip_bytes(&all->columns[0]) < 6 * all->rows);
    c4_sheet_release(all);
    c4_sheet_release(less);
    c4_sheet_release(none);
    assert_int_equal(atomic_load(&room.used), 0);
    free(changes);
    free(table);
}

/* The table with another line at a place, and the version before let go of. */
static c4_sheet *put_line(c4_sheet *sheet, line *table, size_t id, const int64_t *values,
                          const uint8_t *nulls)
{
    c4_row_change one = {(int64_t)id + 1, false, table[id].values, table[id].nulls};
    line *before = calloc(IDS, sizeof *before);
    c4_sheet *next = NULL;

    assert_non_null(before);
    memcpy(before, table, IDS * sizeof *before);
    memcpy(table[id].values, values, sizeof table[id].values);
    memcpy(table[id].nulls, nulls, sizeof table[id].nulls);
    assert_int_equal(c4_sheet_patch(sheet, sheet->sequence + 1, &one, 1, &next), CRM4E_OK);
    assert_same(next, table);
    assert_same(sheet, before);
    c4_sheet_release(sheet);
    free(before);
    return next;
}

static void assert_short(const c4_sheet *sheet, size_t place, size_t block, unsigned width,
                         bool has_null)
{
    const c4_narrow *narrow = c4_strip_narrow(&sheet->columns[place], block);
    const c4_piece *piece = sheet->columns[place].pieces.items[block];

    assert_non_null(narrow);
    assert_true(piece->bare);
    assert_int_equal(piece->bytes, sizeof *piece);
    assert_int_equal(narrow->width, width);
    assert_int_equal(narrow->has_null, has_null);
}

/* What a block is held in follows from what is in it: short without NULL, short with one, which
 * stays short when it goes, and long beside a value that lies too far away. */
static void holds_blocks_in_few_bytes(void **state)
{
    static const uint8_t given[COLUMNS] = {0};
    static const uint8_t missing[COLUMNS] = {1, 1, 1};
    static const int64_t nothing[COLUMNS] = {0};
    static const int64_t near[COLUMNS] = {3, 105, 1000};
    static const int64_t far[COLUMNS] = {3, INT32_MIN, INT64_MIN};
    c4_mem mem;
    c4_room room;
    line *table = calloc(IDS, sizeof *table);
    c4_sheet *sheet = NULL;

    (void)state;
    assert_non_null(table);
    for (size_t id = 0; id < 3 * C4_BLOCK_ROWS + 4; id++)
        table[id] = (line){true,
                           {(int64_t)id % 7, 100 + (int64_t)id % 150, 1000 - (int64_t)id % 60000},
                           {0, 0, 0}};
    c4_mem_default(&mem);
    clear(&room, &mem);
    assert_int_equal(build(&room, table, C4_BLOCK_ROWS, &sheet), CRM4E_OK);
    assert_same(sheet, table);
    for (size_t block = 0; block < 3; block++) {
        assert_short(sheet, 0, block, 1, true);
        assert_short(sheet, 1, block, 1, false);
        assert_short(sheet, 2, block, 2, false);
    }
    assert_false(sheet->columns[2].pieces.items[3]->bare); /* four records: it is no less */
    assert_true(atomic_load(&room.used) < 13 * sheet->rows);
    sheet = put_line(sheet, table, C4_BLOCK_ROWS + 9, nothing, missing);
    assert_short(sheet, 1, 1, 1, true);
    assert_short(sheet, 2, 1, 2, true);
    assert_short(sheet, 2, 0, 2, false);
    sheet = put_line(sheet, table, C4_BLOCK_ROWS + 9, near, given);
    assert_short(sheet, 1, 1, 1, true);
    assert_short(sheet, 2, 1, 2, true);
    sheet = put_line(sheet, table, 17, far, given);
    assert_short(sheet, 1, 0, 4, false);
    assert_false(sheet->columns[2].pieces.items[0]->bare);
    assert_null(c4_strip_narrow(&sheet->columns[2], 0));
    sheet = put_line(sheet, table, 18, nothing, missing);
    sheet = put_line(sheet, table, 17, near, given);
    assert_short(sheet, 2, 0, 2, true);
    c4_sheet_release(sheet);
    assert_int_equal(atomic_load(&room.used), 0);
    free(table);
}

/* The records of another state are not taken for those that are here. */
static void notices_other_records(void **state)
{
    c4_mem mem;
    c4_room room;
    line *table = new_table(40);
    c4_sheet *sheet = NULL;
    c4_sheet *draft = NULL;
    size_t last = IDS / 2 - 1;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    fill(&table[last]);
    assert_int_equal(build(&room, table, C4_BLOCK_ROWS, &sheet), CRM4E_OK);
    table[last].there = false; /* one less */
    assert_int_equal(c4_sheet_add(sheet, shapes, COLUMNS, &draft), CRM4E_OK);
    assert_int_equal(feed(draft, table, 0, 1000), CRM4E_E_CORRUPT);
    c4_sheet_release(draft);
    fill(&table[last]);
    fill(&table[last + 1]); /* one more */
    assert_int_equal(c4_sheet_add(sheet, shapes, COLUMNS, &draft), CRM4E_OK);
    assert_int_equal(feed(draft, table, 0, 1000), CRM4E_E_CORRUPT);
    c4_sheet_release(draft);
    table[last].there = false; /* another */
    assert_int_equal(c4_sheet_add(sheet, shapes, COLUMNS, &draft), CRM4E_OK);
    assert_int_equal(feed(draft, table, 0, 1000), CRM4E_E_CORRUPT);
    c4_sheet_release(draft);
    c4_sheet_release(sheet);
    assert_int_equal(atomic_load(&room.used), 0);
    free(table);
}

static void refuses_too_many_codes(void **state)
{
    static int64_t ids[C4_BLOCK_ROWS];
    static uint8_t nulls[C4_BLOCK_ROWS];
    const int64_t *values = ids;
    const uint8_t *null_of = nulls;
    const c4_chunk chunk = {C4_BLOCK_ROWS, ids, &values, &null_of};
    c4_mem mem;
    c4_room room;
    c4_sheet *draft = NULL;
    int64_t next = 1;

    (void)state;
    c4_mem_default(&mem);
    clear(&room, &mem);
    assert_int_equal(c4_sheet_new(&room, 1, shapes, 1, &draft), CRM4E_OK);
    for (size_t block = 0; block <= C4_CODES_MOST / C4_BLOCK_ROWS; block++) {
        for (size_t i = 0; i < C4_BLOCK_ROWS; i++)
            ids[i] = next++;
        assert_int_equal(c4_sheet_take(draft, &chunk),
                         block < C4_CODES_MOST / C4_BLOCK_ROWS ? CRM4E_OK : CRM4E_E_TOO_BIG);
    }
    c4_sheet_release(draft);
    assert_int_equal(atomic_load(&room.used), 0);
}

/* A life of columns: built, one more, changed, one less. */
static int live(c4_room *room)
{
    static line table[IDS];
    line further;
    c4_sheet *a = NULL;
    c4_sheet *b = NULL;
    c4_sheet *c = NULL;
    c4_sheet *d = NULL;
    c4_row_change changes[2];
    int rc;

    random_state = 5;
    memset(table, 0, sizeof table);
    for (size_t id = 0; id < 5000; id++)
        fill(&table[id]);
    fill(&further);
    further.values[0] = 1000000;
    further.nulls[0] = 0;
    changes[0] = (c4_row_change){5, false, further.values, further.nulls};
    changes[1] = (c4_row_change){9000, false, further.values, further.nulls};
    rc = build(room, table, C4_BLOCK_ROWS, &a);
    if (rc == CRM4E_OK)
        rc = c4_sheet_drop(a, 2, &b);
    if (rc == CRM4E_OK)
        rc = c4_sheet_add(b, shapes + 2, 1, &c);
    if (rc == CRM4E_OK)
        rc = feed(c, table, 2, 700);
    if (rc == CRM4E_OK)
        rc = c4_sheet_patch(c, 2, changes, 2, &d);
    c4_sheet_release(a);
    c4_sheet_release(b);
    c4_sheet_release(c);
    c4_sheet_release(d);
    return rc;
}

static int live_with(const crm4e_allocator *host, void *context)
{
    c4_mem mem = {*host};
    c4_room room;
    int rc;

    (void)context;
    clear(&room, &mem);
    rc = live(&room);
    assert_int_equal(atomic_load(&room.used), 0);
    return rc;
}

static void survives_failing_allocations(void **state)
{
    (void)state;
    assert_true(fail_alloc_sweep(live_with, NULL) > 40);
}

/* Whatever the room allows, nothing stays behind, and no more is taken. */
static void keeps_to_its_room(void **state)
{
    c4_mem mem;
    c4_room room;
    size_t refused = 0;
    int rc = CRM4E_E_LIMIT;

    (void)state;
    c4_mem_default(&mem);
    for (size_t most = 0; rc != CRM4E_OK; most += 997) {
        clear(&room, &mem);
        room.most = most;
        rc = live(&room);
        assert_true(rc == CRM4E_OK || rc == CRM4E_E_LIMIT);
        assert_int_equal(atomic_load(&room.used), 0);
        refused++;
    }
    assert_true(refused > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_read),     cmocka_unit_test(follows_changes),
        cmocka_unit_test(empties_and_fills_again), cmocka_unit_test(shares_what_stayed),
        cmocka_unit_test(adds_and_drops_columns),  cmocka_unit_test(notices_other_records),
        cmocka_unit_test(refuses_too_many_codes),  cmocka_unit_test(survives_failing_allocations),
        cmocka_unit_test(keeps_to_its_room),       cmocka_unit_test(holds_blocks_in_few_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
