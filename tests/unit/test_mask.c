/* SPDX-License-Identifier: MIT */
/* Conditions over blocks and the first records in an order, against each record asked by
 * itself and all of them sorted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "columns/pick.h"

enum {
    COLUMNS = 4, /* the id, and one of each form */
    ROWS = 700,
    BLOCK = 256, /* records of a block here */
    NODES = 4000,
    TREES = 3000,
    PICKS = 1800,
    LIST = 6
};

static const crm4e_column columns[COLUMNS] = {{.name = "id", .type = CRM4E_COLUMN_INTEGER},
                                              {.name = "a", .type = CRM4E_COLUMN_INTEGER},
                                              {.name = "b", .type = CRM4E_COLUMN_DATE},
                                              {.name = "c", .type = CRM4E_COLUMN_INTEGER}};
static const crm4e_table table = {.name = "t", .columns = columns, .column_count = COLUMNS};
static const c4_strip_shape shapes[COLUMNS - 1] = {
    {1, C4_FORM_CODES}, {2, C4_FORM_DAYS}, {3, C4_FORM_NUMBERS}};

/* Few values, so that they meet, and the ends of what each form holds; then such as are held
 * in 1, 2 and 4 bytes, and such as just are not. */
static const int64_t domains[][COLUMNS][LIST] = {
    {{1, 2, 255, 300, 699, 900},
     {INT64_MIN, -1, 0, 4, 5, INT64_MAX},
     {INT32_MIN, -1, 0, 20000, 20001, INT32_MAX},
     {INT64_MIN, INT64_MIN + 1, -7, 0, 1, INT64_MAX}},
    {{1, 2, 255, 300, 699, 900},
     {INT64_MIN, -1, 0, 4, 5, INT64_MAX},
     {20000, 20001, 20005, 20100, 20253, 20254},
     {0, 1, 2, 100, 254, 255}},
    {{1, 2, 255, 300, 699, 900},
     {3, 7, 8, 9, 10, 11},
     {-300, -299, -1, 0, 1, 65000},
     {INT64_MAX - 65534, INT64_MAX - 65533, INT64_MAX - 9, INT64_MAX - 8, INT64_MAX - 1,
      INT64_MAX}},
    {{1, 2, 255, 300, 699, 900},
     {3, 7, 8, 9, 10, 11},
     {INT32_MIN, INT32_MIN + 1, INT32_MIN + 2, -3, -2, -1},
     {INT64_MIN + 1, INT64_MIN + 2, INT64_MIN + 3, INT64_MIN + 4, INT64_MIN + 70000,
      INT64_MIN + 70001}},
    {{1, 2, 255, 300, 699, 900},
     {3, 7, 8, 9, 10, 11},
     {1, 2, 3, 4, 254, 255},
     {1, 2, 65535, 65536, UINT32_MAX - 1, UINT32_MAX}},
    {{1, 2, 255, 300, 699, 900},
     {3, 7, 8, 9, 10, 11},
     {-1, 0, 1, 2, 3, 4},
     {INT64_MIN, INT64_MIN + 1, INT64_MIN + 2, INT64_MIN + 3, INT64_MIN + 4, INT64_MIN + 255}},
};
enum {
    KINDS = sizeof domains / sizeof domains[0]
};

static const int64_t (*domain)[LIST] = domains[0];
static bool with_nulls = true;

static crm4e_value rows[ROWS][COLUMNS];
static crm4e_predicate nodes[NODES];
static size_t node_count;
static crm4e_value constants[NODES][LIST];
static int64_t sets[NODES][LIST];
static uint64_t random_state = 5;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % below;
}

static crm4e_value integer(int64_t number)
{
    return (crm4e_value){.type = CRM4E_VALUE_INTEGER, .integer = number};
}

static void make_rows(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        rows[i][0] = integer((int64_t)i * 2 + 1);
        for (size_t c = 1; c < COLUMNS; c++) {
            rows[i][c] = integer(domain[c][draw(LIST)]);
            if (draw(6) == 0 && with_nulls)
                rows[i][c] = (crm4e_value){.type = CRM4E_VALUE_NULL};
        }
    }
}

static c4_sheet *make_sheet(c4_room *room)
{
    static int64_t ids[BLOCK];
    static int64_t values[COLUMNS - 1][BLOCK];
    static uint8_t nulls[COLUMNS - 1][BLOCK];
    const int64_t *value_of[COLUMNS - 1] = {values[0], values[1], values[2]};
    const uint8_t *null_of[COLUMNS - 1] = {nulls[0], nulls[1], nulls[2]};
    c4_chunk chunk = {0, ids, value_of, null_of};
    c4_sheet *sheet = NULL;

    assert_int_equal(c4_sheet_new(room, 1, shapes, COLUMNS - 1, &sheet), CRM4E_OK);
    for (size_t i = 0; i < ROWS; i++) {
        ids[chunk.rows] = rows[i][0].integer;
        for (size_t c = 1; c < COLUMNS; c++) {
            nulls[c - 1][chunk.rows] = rows[i][c].type == CRM4E_VALUE_NULL;
            values[c - 1][chunk.rows] = nulls[c - 1][chunk.rows] != 0 ? 0 : rows[i][c].integer;
        }
        if (++chunk.rows == BLOCK || i + 1 == ROWS) {
            assert_int_equal(c4_sheet_take(sheet, &chunk), CRM4E_OK);
            chunk.rows = 0;
        }
    }
    assert_int_equal(c4_sheet_close(sheet), CRM4E_OK);
    return sheet;
}

static void make_leaf(crm4e_predicate *node, size_t at)
{
    static const crm4e_operator operators[] = {
        CRM4E_OP_EQ,     CRM4E_OP_NE,      CRM4E_OP_LT,         CRM4E_OP_LE,
        CRM4E_OP_GT,     CRM4E_OP_GE,      CRM4E_OP_BETWEEN,    CRM4E_OP_IN,
        CRM4E_OP_IN_SET, CRM4E_OP_IS_NULL, CRM4E_OP_IS_NOT_NULL};
    const uint32_t column = draw(COLUMNS);

    node->op = operators[draw(sizeof operators / sizeof operators[0])];
    node->column = column;
    node->values = constants[at];
    node->value_count = node->op == CRM4E_OP_IN ? 1 + draw(LIST) : 2;
    for (size_t i = 0; i < LIST; i++)
        constants[at][i] = integer((draw(5) == 0 ? domains[0] : domain)[column][draw(LIST)]);
    if (node->op == CRM4E_OP_IN && draw(3) == 0)
        constants[at][draw((uint32_t)node->value_count)].type = CRM4E_VALUE_NULL;
    node->set = sets[at];
    for (size_t i = 0; i < LIST && node->op == CRM4E_OP_IN_SET; i++) {
        if (draw(2) == 0)
            sets[at][node->set_count++] = domain[column][i];
    }
}

/* Children stand in a row, so they are made before what is below them. */
static void make_node(crm4e_predicate *node, unsigned depth)
{
    const uint32_t kind = draw(depth > 3 ? 4 : 9);

    *node = (crm4e_predicate){.op = CRM4E_OP_TRUE};
    if (kind < 4) {
        make_leaf(node, (size_t)(node - nodes));
    } else if (kind < 8) {
        node->op = kind == 4 ? CRM4E_OP_NOT : kind == 5 ? CRM4E_OP_OR : CRM4E_OP_AND;
        node->child_count = kind == 4 ? 1 : draw(4);
        node->children = &nodes[node_count];
        node_count += node->child_count;
        for (size_t i = 0; i < node->child_count; i++)
            make_node(&nodes[(size_t)(node->children - nodes) + i], depth + 1);
    } else {
        node->op = draw(2) == 0 ? CRM4E_OP_TRUE : CRM4E_OP_FALSE;
    }
}

static const crm4e_predicate *make_tree(void)
{
    node_count = 1;
    make_node(&nodes[0], 0);
    return &nodes[0];
}

static bool matches(const crm4e_predicate *where, size_t row)
{
    static const crm4e_storage_host host = {.struct_size = sizeof host};
    const int answer = crm4e_plan_matches(&host, where, rows[row], COLUMNS);

    assert_in_range(answer, 0, 1);
    return answer == 1;
}

static void compare_blocks(const c4_sheet *sheet, const c4_mask *mask, const crm4e_predicate *where)
{
    uint8_t open[C4_BLOCK_ROWS];
    uint16_t found[C4_BLOCK_ROWS];
    size_t row = 0;

    for (size_t block = 0; block < sheet->ids.count; block++) {
        const size_t rows_here = sheet->ids.items[block]->rows;
        size_t expected = 0;
        c4_mask_block(mask, block, open);
        for (size_t i = 0; i < rows_here; i++, row++) {
            assert_int_equal(open[i], matches(where, row));
            expected += open[i];
        }
        assert_int_equal(c4_mask_rows(open, rows_here, found), expected);
    }
    assert_int_equal(row, ROWS);
}

/* `roomy`: values may be held in fewer bytes as well. */
static void ask_blocks(bool roomy, int rounds)
{
    c4_mem mem;
    c4_room room;
    c4_arena arena;
    c4_sheet *sheet;

    c4_mem_default(&mem);
    room = (c4_room){.mem = &mem, .most = SIZE_MAX};
    c4_arena_init(&arena, &mem);
    make_rows();
    sheet = make_sheet(&room);
    room.most = roomy ? SIZE_MAX : room.used;
    for (int round = 0; round < rounds; round++) {
        const crm4e_predicate *where = make_tree();
        uint32_t wanted[COLUMNS];
        size_t count = 0;
        c4_mask *mask = NULL;

        assert_true(c4_mask_columns(&table, where, wanted, &count, COLUMNS));
        c4_arena_reset(&arena);
        assert_int_equal(c4_mask_open(&arena, sheet, where, &mask), CRM4E_OK);
        compare_blocks(sheet, mask, where);
    }
    c4_arena_free(&arena);
    c4_sheet_release(sheet);
    assert_int_equal(room.used, 0);
}

static void with_each_domain(void (*test)(bool roomy, int rounds), int rounds)
{
    for (size_t i = 0; i < 2 * (size_t)KINDS; i++) {
        domain = domains[i / 2];
        with_nulls = i % 2 == 0;
        test(true, rounds / KINDS);
    }
    domain = domains[1];
    test(false, rounds / KINDS);
    domain = domains[0];
    with_nulls = true;
}

static void blocks_answer_like_records(void **state)
{
    (void)state;
    with_each_domain(ask_blocks, TREES);
}

static const crm4e_order *sorted_by;
static size_t sorted_count;

static int order_rows(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    int order = 0;

    for (size_t i = 0; i < sorted_count && order == 0; i++) {
        const crm4e_value *one = &rows[*x][sorted_by[i].column];
        const crm4e_value *other = &rows[*y][sorted_by[i].column];
        order = c4_value_order(one, other);
        order = sorted_by[i].descending != 0 ? -order : order;
    }
    return order;
}

static int goes_on(void *user)
{
    int *left = user;

    return (*left)-- > 0 ? CRM4E_OK : CRM4E_E_ABORTED;
}

static void compare_picks(const c4_picking *picking, const crm4e_predicate *where)
{
    static size_t expected[ROWS];
    size_t expected_count = 0;
    int64_t *ids = NULL;
    size_t count = 0;
    int64_t all = 0;

    for (size_t i = 0; i < ROWS; i++) {
        if (matches(where, i))
            expected[expected_count++] = i;
    }
    sorted_by = picking->order;
    sorted_count = picking->order_count;
    qsort(expected, expected_count, sizeof *expected, order_rows);
    assert_int_equal(c4_pick(picking, &ids, &count), CRM4E_OK);
    assert_int_equal(count, expected_count < picking->most ? expected_count : picking->most);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ids[i], rows[expected[i]][0].integer);
    assert_int_equal(c4_pick_count(picking, &all), CRM4E_OK);
    assert_int_equal(all, expected_count);
}

static void ask_picks(bool roomy, int rounds)
{
    int left = INT32_MAX;
    c4_mem mem;
    c4_room room;
    c4_arena arena;
    c4_sheet *sheet;

    c4_mem_default(&mem);
    room = (c4_room){.mem = &mem, .most = SIZE_MAX};
    c4_arena_init(&arena, &mem);
    make_rows();
    sheet = make_sheet(&room);
    room.most = roomy ? SIZE_MAX : room.used;
    for (int round = 0; round < rounds; round++) {
        const crm4e_predicate *where = make_tree();
        crm4e_order order[3] = {{.column = 1 + draw(3), .descending = draw(2)}};
        c4_mask *mask = NULL;
        c4_picking picking = {.sheet = sheet,
                              .order = order,
                              .order_count = 1 + draw(3),
                              .most = 1 + draw(round % 3 == 0 ? ROWS : 20),
                              .arena = &arena,
                              .goes_on = goes_on,
                              .user = &left};

        order[1] = (crm4e_order){.column = 1 + draw(3), .descending = draw(2)};
        order[picking.order_count - 1] = (crm4e_order){.column = 0, .descending = draw(2)};
        c4_arena_reset(&arena);
        assert_int_equal(c4_mask_open(&arena, sheet, where, &mask), CRM4E_OK);
        picking.mask = mask;
        compare_picks(&picking, where);
    }
    c4_arena_free(&arena);
    c4_sheet_release(sheet);
}

static void picks_the_first(void **state)
{
    (void)state;
    with_each_domain(ask_picks, PICKS);
}

/* What is interrupted, and what has no memory. */
static void ends_early(void **state)
{
    static const crm4e_order order[] = {{.column = 1}, {.column = 0}};
    const crm4e_value values[] = {{.type = CRM4E_VALUE_INTEGER, .integer = 4}};
    const crm4e_predicate leaf = {
        .op = CRM4E_OP_IN, .column = 1, .values = values, .value_count = 1};
    const crm4e_predicate where = {.op = CRM4E_OP_AND, .children = &leaf, .child_count = 1};
    int left = 1;
    int64_t *ids = NULL;
    size_t count = 0;
    int64_t all = 0;
    c4_mem mem;
    c4_room room;
    c4_arena arena;
    c4_picking picking = {.order = order,
                          .order_count = 2,
                          .most = 3,
                          .arena = &arena,
                          .goes_on = goes_on,
                          .user = &left};
    c4_mask *mask = NULL;

    (void)state;
    c4_mem_default(&mem);
    room = (c4_room){.mem = &mem, .most = SIZE_MAX};
    c4_arena_init(&arena, &mem);
    make_rows();
    picking.sheet = make_sheet(&room);
    assert_int_equal(c4_mask_open(&arena, picking.sheet, &where, &mask), CRM4E_OK);
    picking.mask = mask;
    assert_int_equal(c4_pick(&picking, &ids, &count), CRM4E_E_ABORTED);
    left = 1;
    assert_int_equal(c4_pick_count(&picking, &all), CRM4E_E_ABORTED);
    c4_sheet_release((c4_sheet *)(uintptr_t)picking.sheet);
    c4_arena_free(&arena);
}

static void refuses_texts_and_tables(void **state)
{
    static const crm4e_column text = {.name = "x", .type = CRM4E_COLUMN_TEXT};
    static const crm4e_table other = {.name = "o", .columns = &text, .column_count = 1};
    crm4e_value value = integer(1);
    crm4e_predicate where = {.op = CRM4E_OP_EQ, .column = 1, .values = &value, .value_count = 1};
    uint32_t wanted[2] = {2, 0};
    size_t count = 1;

    (void)state;
    assert_false(
        c4_mask_columns(&other, &(crm4e_predicate){.op = CRM4E_OP_IS_NULL}, wanted, &count, 2));
    assert_int_equal(count, 1);
    assert_true(c4_mask_columns(&table, NULL, wanted, &count, 2));
    assert_false(c4_mask_columns(&table, &where, wanted, &count, 1)); /* no room */
    assert_true(c4_mask_columns(&table, &where, wanted, &count, 2));
    assert_true(c4_mask_columns(&table, &where, wanted, &count, 2));
    assert_int_equal(count, 2);
    assert_int_equal(wanted[1], 1);
    where.flags = CRM4E_FOLD;
    assert_false(c4_mask_columns(&table, &where, wanted, &count, 2));
    where.flags = 0;
    where.op = CRM4E_OP_PREFIX;
    assert_false(c4_mask_columns(&table, &where, wanted, &count, 2));
    where.op = CRM4E_OP_IN_SELECT;
    assert_false(c4_mask_columns(&table, &where, wanted, &count, 2));
    where.op = CRM4E_OP_EQ;
    value.type = CRM4E_VALUE_TEXT;
    assert_false(c4_mask_columns(&table, &where, wanted, &count, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_answer_like_records),
        cmocka_unit_test(picks_the_first),
        cmocka_unit_test(ends_early),
        cmocka_unit_test(refuses_texts_and_tables),
    };

    return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
