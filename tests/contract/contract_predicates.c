/* SPDX-License-Identifier: MIT */
/* Every operator over every type, with NULL. */
#include "contract/contract.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    LEVELS = 4,
    ROWS = 6,
    NOTHING = -1
};

/* Which level each row's value has; what a row holds follows from its level
 * alone, so that what to expect does, too. */
static const int row_levels[ROWS] = {2, 0, NOTHING, 1, 3, 1};

static crm4e_table table_without_unique(void)
{
    crm4e_table table = contract_table;
    table.name = "plain";
    table.index_count = 1;
    table.serial = 1010;
    return table;
}

static int levels_of(uint32_t column)
{
    return column == COL_B ? 2 : LEVELS;
}

static int level_of(int row, uint32_t column)
{
    return row_levels[row] == NOTHING ? NOTHING : row_levels[row] % levels_of(column);
}

static crm4e_value value_of(uint32_t column, int level)
{
    static const int64_t numbers[COL_S][LEVELS] = {
        [COL_N] = {INT64_MIN, -1, 0, INT64_MAX},
        [COL_D] = {-100, 0, 5, 1000},
        [COL_DAY] = {-719162, 0, 1, 2932896},
        [COL_AT] = {INT64_C(-62135596800000000), -1, 0, INT64_C(253402300799999999)},
        [COL_B] = {0, 1, 0, 1},
    };
    static const char *const texts[LEVELS] = {"", "Zo\xc3\xab", "a", "a\xc3\xa9"};
    static const char blobs[LEVELS][3] = {"", "\0", "\0\0", "\xff"};
    static const size_t blob_lengths[LEVELS] = {0, 1, 2, 1};
    crm4e_value value;
    if (level == NOTHING)
        value = c4_null();
    else if (column == COL_S)
        value = c4_c_text(texts[level]);
    else if (column == COL_X)
        value = c4_blob(blobs[level], blob_lengths[level]);
    else
        value = c4_integer(numbers[column][level]);
    return value;
}

static void fill(contract_fixture *f, const crm4e_table *table)
{
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&f->db, table));
    for (int row = 0; row < ROWS; row++) {
        crm4e_value values[COL_COUNT];
        contract_blank(values, row + 1);
        for (uint32_t column = COL_N; column < COL_COUNT; column++)
            values[column] = value_of(column, level_of(row, column));
        assert_ok(c4_db_insert(&f->db, table, values));
    }
}

enum {
    NO,
    YES,
    UNKNOWN
};

static void expect_ids(const int truths[ROWS], int wanted, char *text)
{
    text[0] = '\0';
    for (int row = 0; row < ROWS; row++) {
        char id[16];
        snprintf(id, sizeof(id), "%s%d", text[0] == '\0' ? "" : " ", row + 1);
        if (truths[row] == wanted)
            strcat(text, id);
    }
}

/* The predicate takes what is true, its negation what is false. */
static void check(contract_fixture *f, const crm4e_table *table, const crm4e_predicate *where,
                  const int truths[ROWS])
{
    crm4e_predicate negation = {.op = CRM4E_OP_NOT, .children = where, .child_count = 1};
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    char expected[CONTRACT_IDS];
    c4_plan_init(&plan, table);
    plan.where = where;
    expect_ids(truths, YES, expected);
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), expected);
    plan.where = &negation;
    expect_ids(truths, NO, expected);
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), expected);
}

static int compare_levels(crm4e_operator op, int a, int b)
{
    int truth = UNKNOWN;
    if (a != NOTHING) {
        switch (op) {
        case CRM4E_OP_EQ: truth = a == b; break;
        case CRM4E_OP_NE: truth = a != b; break;
        case CRM4E_OP_LT: truth = a < b; break;
        case CRM4E_OP_LE: truth = a <= b; break;
        case CRM4E_OP_GT: truth = a > b; break;
        default: truth = a >= b; break;
        }
    }
    return truth;
}

static void test_comparisons(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    fill(f, &table);
    for (uint32_t column = COL_N; column < COL_COUNT; column++) {
        for (crm4e_operator op = CRM4E_OP_EQ; op <= CRM4E_OP_GE; op++) {
            for (int level = 0; level < levels_of(column); level++) {
                crm4e_value value = value_of(column, level);
                crm4e_predicate where = c4_where(op, column, &value, 1);
                int truths[ROWS];
                for (int row = 0; row < ROWS; row++)
                    truths[row] = compare_levels(op, level_of(row, column), level);
                check(f, &table, &where, truths);
            }
        }
    }
}

static void test_pairs(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    fill(f, &table);
    for (uint32_t column = COL_N; column < COL_COUNT; column++) {
        for (int pair = 0; pair < levels_of(column) * levels_of(column); pair++) {
            int low = pair / levels_of(column);
            int high = pair % levels_of(column);
            crm4e_value values[] = {value_of(column, low), value_of(column, high)};
            crm4e_predicate between = c4_where(CRM4E_OP_BETWEEN, column, values, 2);
            crm4e_predicate in = c4_where(CRM4E_OP_IN, column, values, 2);
            int inside[ROWS];
            int among[ROWS];
            for (int row = 0; row < ROWS; row++) {
                int level = level_of(row, column);
                inside[row] = level == NOTHING ? UNKNOWN : level >= low && level <= high;
                among[row] = level == NOTHING ? UNKNOWN : level == low || level == high;
            }
            check(f, &table, &between, inside);
            check(f, &table, &in, among);
        }
    }
}

static void test_null_tests(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    fill(f, &table);
    for (uint32_t column = COL_N; column < COL_COUNT; column++) {
        crm4e_predicate is = c4_where(CRM4E_OP_IS_NULL, column, NULL, 0);
        crm4e_predicate is_not = c4_where(CRM4E_OP_IS_NOT_NULL, column, NULL, 0);
        int nulls[ROWS];
        int others[ROWS];
        for (int row = 0; row < ROWS; row++) {
            nulls[row] = level_of(row, column) == NOTHING;
            others[row] = !nulls[row];
        }
        check(f, &table, &is, nulls);
        check(f, &table, &is_not, others);
    }
}

static void test_sets(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    const int64_t ends[] = {INT64_MIN, 7, INT64_MAX};
    const int truths[ROWS] = {NO, YES, UNKNOWN, NO, YES, NO};
    const int none[ROWS] = {NO, NO, UNKNOWN, NO, NO, NO};
    const int nowhere[ROWS] = {NO, NO, NO, NO, NO, NO};
    const int ids[ROWS] = {YES, NO, YES, NO, NO, YES};
    int64_t many[3000];
    crm4e_predicate where = c4_where_set(COL_N, ends, 3);
    fill(f, &table);
    check(f, &table, &where, truths);
    where = c4_where_set(COL_N, ends + 1, 1);
    check(f, &table, &where, none);
    where = c4_where_set(COL_N, NULL, 0);
    check(f, &table, &where, nowhere);
    where = c4_where_set(COL_ID, many, 3000);
    for (int64_t i = 0; i < 3000; i++)
        many[i] = i < 2 ? 1 - 2000 * (1 - i) : i == 2 ? 3 : i + 3; /* -1999 1 3 6 7 ... */
    check(f, &table, &where, ids);
}

static void test_three_valued_logic(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    crm4e_value zero = c4_integer(0);
    const crm4e_predicate leaves[] = {
        [NO] = {.op = CRM4E_OP_FALSE},
        [YES] = {.op = CRM4E_OP_TRUE},
        [UNKNOWN] = c4_where(CRM4E_OP_EQ, COL_N, &zero, 1),
    };
    static const int both[3][3] = {{NO, NO, NO}, {NO, YES, UNKNOWN}, {NO, UNKNOWN, UNKNOWN}};
    static const int any[3][3] = {{NO, YES, UNKNOWN}, {YES, YES, YES}, {UNKNOWN, YES, UNKNOWN}};
    fill(f, &table);
    for (int a = NO; a <= UNKNOWN; a++) {
        for (int b = NO; b <= UNKNOWN; b++) {
            crm4e_predicate children[] = {leaves[a], leaves[b]};
            crm4e_value three = c4_integer(3); /* the row whose n is NULL */
            crm4e_predicate row = c4_where(CRM4E_OP_EQ, COL_ID, &three, 1);
            crm4e_predicate parts[2];
            crm4e_predicate whole = c4_where_all(parts, 2);
            crm4e_predicate negated;
            crm4e_plan plan;
            char ids[CONTRACT_IDS];
            parts[0] = row;
            c4_plan_init(&plan, &table);
            plan.where = &whole;
            for (int form = 0; form < 4; form++) {
                int truth = form % 2 == 0 ? both[a][b] : any[a][b];
                crm4e_predicate tree =
                    form % 2 == 0 ? c4_where_all(children, 2) : c4_where_any(children, 2);
                negated =
                    (crm4e_predicate){.op = CRM4E_OP_NOT, .children = &tree, .child_count = 1};
                parts[1] = form < 2 ? tree : negated;
                assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)),
                                    truth == (form < 2 ? YES : NO) ? "3" : "");
            }
        }
    }
}

static void test_no_children(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    const int yes[ROWS] = {YES, YES, YES, YES, YES, YES};
    const int no[ROWS] = {NO, NO, NO, NO, NO, NO};
    crm4e_predicate all = c4_where_all(NULL, 0);
    crm4e_predicate any = c4_where_any(NULL, 0);
    fill(f, &table);
    check(f, &table, &all, yes);
    check(f, &table, &any, no);
}

typedef struct text_case {
    crm4e_operator op;
    uint32_t flags;
    const char *part;
    const char *second; /* of BETWEEN and IN */
    const char *ids;
} text_case;

static const char *const phrases[] = {
    "50% off", "50_off", "Caf\xc3\xa9 Zo\xc3\xab", "", NULL, "a\\b*c[d]?", "offoff", "OFF",
};

static const text_case text_cases[] = {
    {CRM4E_OP_PREFIX, 0, "50", NULL, "1 2"},
    {CRM4E_OP_PREFIX, 0, "50%", NULL, "1"},
    {CRM4E_OP_PREFIX, 0, "50_", NULL, "2"},
    {CRM4E_OP_PREFIX, 0, "", NULL, "1 2 3 4 6 7 8"},
    {CRM4E_OP_PREFIX, 0, "off", NULL, "7"},
    {CRM4E_OP_PREFIX, 0, "offoffoff", NULL, ""},
    {CRM4E_OP_PREFIX, 0, "\xf4\x8f\xbf\xbf", NULL, ""},
    {CRM4E_OP_PREFIX, CRM4E_FOLD, "off", NULL, "7 8"},
    {CRM4E_OP_PREFIX, CRM4E_FOLD, "caf", NULL, "3"},
    {CRM4E_OP_SUFFIX, 0, "off", NULL, "1 2 7"},
    {CRM4E_OP_SUFFIX, 0, "", NULL, "1 2 3 4 6 7 8"},
    {CRM4E_OP_SUFFIX, 0, "[d]?", NULL, "6"},
    {CRM4E_OP_SUFFIX, CRM4E_FOLD, "off", NULL, "1 2 7 8"},
    {CRM4E_OP_SUFFIX, CRM4E_FOLD, "zoe", NULL, "3"},
    {CRM4E_OP_CONTAINS, 0, "%", NULL, "1"},
    {CRM4E_OP_CONTAINS, 0, "_", NULL, "2"},
    {CRM4E_OP_CONTAINS, 0, "\\b*c[", NULL, "6"},
    {CRM4E_OP_CONTAINS, 0, "", NULL, "1 2 3 4 6 7 8"},
    {CRM4E_OP_CONTAINS, 0, "foff", NULL, "7"},
    {CRM4E_OP_CONTAINS, 0, "\xc3\xa9", NULL, "3"},
    {CRM4E_OP_CONTAINS, 0, "e", NULL, ""},
    {CRM4E_OP_CONTAINS, CRM4E_FOLD, "e z", NULL, "3"},
    {CRM4E_OP_EQ, CRM4E_FOLD, "cafe zoe", NULL, "3"},
    {CRM4E_OP_NE, CRM4E_FOLD, "off", NULL, "1 2 3 4 6 7"},
    {CRM4E_OP_EQ, CRM4E_FOLD, "", NULL, "4"},
    {CRM4E_OP_EQ, 0, "off", NULL, ""},
    {CRM4E_OP_GE, CRM4E_FOLD, "c", NULL, "3 7 8"},
    {CRM4E_OP_GE, 0, "c", NULL, "7"},
    {CRM4E_OP_IN, CRM4E_FOLD, "offoff", "off", "7 8"},
    {CRM4E_OP_BETWEEN, CRM4E_FOLD, "of", "offz", "7 8"},
};

static void test_parts_of_text(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&f->db, &table));
    for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
        crm4e_value row[COL_COUNT];
        contract_blank(row, (int64_t)i + 1);
        row[COL_S] = c4_c_text(phrases[i]);
        assert_ok(c4_db_insert(&f->db, &table, row));
    }
    for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++) {
        const text_case *c = &text_cases[i];
        crm4e_value values[] = {c4_c_text(c->part), c4_c_text(c->second)};
        crm4e_predicate where = c4_where(c->op, COL_S, values, c->second == NULL ? 1 : 2);
        crm4e_plan plan;
        char ids[CONTRACT_IDS];
        where.flags = c->flags;
        c4_plan_init(&plan, &table);
        plan.where = &where;
        assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), c->ids);
    }
}

static void test_long_text_folds(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    char text[2001];
    char folded[1001] = "";
    crm4e_value row[COL_COUNT];
    crm4e_value value = c4_text_value(folded, 1000);
    crm4e_predicate where = c4_where(CRM4E_OP_EQ, COL_S, &value, 1);
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 2 * i, "\xc3\x89", 2);
    memset(folded, 'e', 1000);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&f->db, &table));
    contract_blank(row, 1);
    row[COL_S] = c4_text_value(text, 2000);
    assert_ok(c4_db_insert(&f->db, &table, row));
    where.flags = CRM4E_FOLD;
    c4_plan_init(&plan, &table);
    plan.where = &where;
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), "1");
}

enum {
    LINK_ID,
    LINK_TARGET,
    LINK_WORD,
    LINK_COUNT
};
static const crm4e_column link_columns[LINK_COUNT] = {
    {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    {"target", CRM4E_COLUMN_INTEGER, 0},
    {"word", CRM4E_COLUMN_TEXT, 0},
};
static const crm4e_table link_table = {"links", link_columns, LINK_COUNT, NULL, 0, 1020};

static void fill_links(contract_fixture *f)
{
    static const struct {
        int64_t target;
        const char *word;
    } links[] = {{4, "a"}, {1, "x"}, {4, "a"}, {0, NULL}, {6, "Zo\xc3\xab"}};
    assert_ok(c4_db_table_create(&f->db, &link_table));
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        crm4e_value row[LINK_COUNT] = {c4_integer((int64_t)i + 1)};
        row[LINK_TARGET] = links[i].target == 0 ? c4_null() : c4_integer(links[i].target);
        row[LINK_WORD] = c4_c_text(links[i].word);
        assert_ok(c4_db_insert(&f->db, &link_table, row));
    }
}

static crm4e_predicate in_select(uint32_t column, uint32_t select_column,
                                 const crm4e_predicate *where)
{
    crm4e_predicate node = {
        .op = CRM4E_OP_IN_SELECT,
        .column = column,
        .select_column = select_column,
        .select_table = &link_table,
        .children = where,
        .child_count = 1,
    };
    return node;
}

static void test_sub_selects(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    crm4e_value three = c4_integer(3);
    crm4e_value nine = c4_integer(9);
    crm4e_predicate first = c4_where(CRM4E_OP_LE, LINK_ID, &three, 1);
    crm4e_predicate none = c4_where(CRM4E_OP_EQ, LINK_ID, &nine, 1);
    crm4e_predicate all = {.op = CRM4E_OP_TRUE};
    crm4e_predicate where;
    const int by_id[ROWS] = {YES, NO, NO, YES, NO, NO};
    const int by_id_with_null[ROWS] = {YES, UNKNOWN, UNKNOWN, YES, UNKNOWN, YES};
    const int by_nothing[ROWS] = {NO, NO, NO, NO, NO, NO};
    const int by_word[ROWS] = {YES, NO, UNKNOWN, NO, NO, NO};
    const int by_word_with_null[ROWS] = {YES, UNKNOWN, UNKNOWN, YES, UNKNOWN, YES};
    fill(f, &table);
    fill_links(f);
    where = in_select(COL_ID, LINK_TARGET, &first);
    check(f, &table, &where, by_id);
    where = in_select(COL_ID, LINK_TARGET, &all);
    check(f, &table, &where, by_id_with_null);
    where = in_select(COL_N, LINK_TARGET, &none);
    check(f, &table, &where, by_nothing);
    where = in_select(COL_S, LINK_WORD, &first);
    check(f, &table, &where, by_word);
    where = in_select(COL_S, LINK_WORD, &all);
    check(f, &table, &where, by_word_with_null);
    where = in_select(COL_S, LINK_WORD, &none);
    check(f, &table, &where, by_nothing);
}

static void test_sub_select_inside(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    crm4e_value one = c4_integer(1);
    crm4e_value two = c4_integer(2);
    crm4e_predicate inner = c4_where(CRM4E_OP_EQ, LINK_ID, &two, 1);
    /* links whose id is a target of link 2, which is 1; its target is 4 */
    crm4e_predicate outer = in_select(LINK_ID, LINK_TARGET, &inner);
    crm4e_predicate parts[2];
    crm4e_predicate where = c4_where_any(parts, 2);
    const int truths[ROWS] = {YES, NO, NO, YES, NO, NO};
    parts[0] = c4_where(CRM4E_OP_EQ, COL_ID, &one, 1);
    parts[1] = in_select(COL_ID, LINK_TARGET, &outer);
    fill(f, &table);
    fill_links(f);
    check(f, &table, &where, truths);
}

static void test_depth(void **state)
{
    contract_fixture *f = *state;
    crm4e_table table = table_without_unique();
    enum {
        DEEPEST = 60
    };
    crm4e_predicate chain[DEEPEST + 1];
    crm4e_value three = c4_integer(3);
    crm4e_plan plan;
    c4_rows *rows;
    char ids[CONTRACT_IDS];
    fill(f, &table);
    chain[DEEPEST] = c4_where(CRM4E_OP_EQ, COL_ID, &three, 1);
    for (size_t i = DEEPEST; i-- > 0;)
        chain[i] =
            (crm4e_predicate){.op = CRM4E_OP_NOT, .children = &chain[i + 1], .child_count = 1};
    c4_plan_init(&plan, &table);
    plan.where = &chain[1];
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), "1 2 4 5 6");
    plan.where = &chain[0];
    assert_code(c4_rows_open(&rows, &f->db, &plan), CRM4E_E_DEPTH);
    assert_null(rows);
}

contract_checks contract_predicate_checks(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_null_tests),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_three_valued_logic),
        cmocka_unit_test(test_no_children),
        cmocka_unit_test(test_parts_of_text),
        cmocka_unit_test(test_long_text_folds),
        cmocka_unit_test(test_sub_selects),
        cmocka_unit_test(test_sub_select_inside),
        cmocka_unit_test(test_depth),
    };
    contract_checks checks = {tests, sizeof(tests) / sizeof(tests[0])};
    return checks;
}
