/* SPDX-License-Identifier: MIT */
/*
 * Logic is three-valued, so a node is made for what is wanted of it: that it is true,
 * or that it is false. NOT wants the other of its child, and AND that is to be false
 * is an OR of children that are. What is unknown is neither, and no third mask is
 * needed.
 */
#include "columns/mask.h"

#include "columns/inside.h"
#include "model/standard.h"
#include "storage/inside.h"

#include <stdlib.h>
#include <string.h>

typedef enum mask_kind {
    SAME, /* `inside` for all */
    ALL_OF,
    ANY_OF,
    BY_CODE,
    BY_RANGE,
    BY_LIST
} mask_kind;

struct c4_mask {
    mask_kind kind;
    const c4_sheet *sheet;
    const c4_strip *column; /* NULL: the ids */
    c4_mask *children;
    size_t child_count;
    uint8_t *room;    /* a block of a child's */
    uint8_t *by_code; /* the answer for each code, 0 is NULL */
    int64_t low;      /* what is inside: an interval, */
    int64_t high;
    const int64_t *list; /* or these, sorted */
    size_t count;
    bool inside; /* the answer there */
    bool outside;
    bool null; /* the answer for NULL */
};

typedef struct making {
    c4_arena *arena;
    const c4_sheet *sheet;
} making;

/* ------------------------------------------------------ what can be asked */

static bool has_integers(const crm4e_predicate *node)
{
    const bool list = node->op == CRM4E_OP_IN;
    bool all = true;

    for (size_t i = 0; i < node->value_count && all; i++)
        all = node->values[i].type == CRM4E_VALUE_INTEGER ||
              (list && node->values[i].type == CRM4E_VALUE_NULL);
    return all;
}

static bool is_leaf(const crm4e_predicate *node)
{
    return (node->op >= CRM4E_OP_EQ && node->op <= CRM4E_OP_IN_SET) ||
           node->op == CRM4E_OP_IS_NULL || node->op == CRM4E_OP_IS_NOT_NULL;
}

static bool take_column(uint32_t column, uint32_t *columns, size_t *count, size_t most)
{
    size_t at = 0;

    while (at < *count && columns[at] != column)
        at++;
    if (at == *count && *count < most)
        columns[(*count)++] = column;
    return at < most;
}

static bool take_columns(const crm4e_table *table, const crm4e_predicate *node, unsigned depth,
                         uint32_t *columns, size_t *count, size_t most)
{
    bool fits = depth < C4_PREDICATE_DEPTH && (node->flags & CRM4E_FOLD) == 0 &&
                (is_leaf(node) || node->op < CRM4E_OP_EQ);

    if (fits && is_leaf(node)) {
        const crm4e_column_type type = table->columns[node->column].type;
        fits = type != CRM4E_COLUMN_TEXT && type != CRM4E_COLUMN_BLOB && has_integers(node);
        if (fits && node->column != C4_COLUMN_ID)
            fits = take_column(node->column, columns, count, most);
    }
    for (size_t i = 0; i < node->child_count && fits; i++)
        fits = take_columns(table, &node->children[i], depth + 1, columns, count, most);
    return fits;
}

bool c4_mask_columns(const crm4e_table *table, const crm4e_predicate *where, uint32_t *columns,
                     size_t *count, size_t most)
{
    return where == NULL || take_columns(table, where, 0, columns, count, most);
}

/* ------------------------------------------------------------ one column */

static int compare_numbers(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static size_t first_from(const int64_t *list, size_t count, int64_t value)
{
    size_t low = 0;

    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        if (list[middle] < value)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static bool in_list(const c4_mask *mask, int64_t value)
{
    const size_t at = first_from(mask->list, mask->count, value);

    return at < mask->count && mask->list[at] == value;
}

static bool answer_of(const c4_mask *mask, int64_t value)
{
    const bool in =
        mask->kind == BY_LIST ? in_list(mask, value) : value >= mask->low && value <= mask->high;

    return in ? mask->inside : mask->outside;
}

/* Few values are looked up in the dictionary, else its values among them. */
static int make_codes(const making *m, c4_mask *mask)
{
    const c4_dictionary *dictionary = mask->column->dictionary;
    size_t count = 0;
    const int64_t *meanings = c4_dictionary_values(dictionary, &count);
    const bool few = mask->kind == BY_LIST && mask->count < count;
    uint8_t *by_code = c4_arena_array(m->arena, count + 1, 1);

    if (by_code == NULL)
        return CRM4E_E_NO_MEMORY;
    if (few)
        memset(by_code, mask->outside, count + 1);
    for (size_t i = 0; i < mask->count && few; i++)
        by_code[c4_dictionary_find(dictionary, mask->list[i])] = mask->inside;
    for (size_t i = 0; i < count && !few; i++)
        by_code[i + 1] = answer_of(mask, meanings[i]);
    by_code[0] = mask->null;
    mask->by_code = by_code;
    mask->kind = BY_CODE;
    return CRM4E_OK;
}

/* The values that compare so; empty when low > high. */
static void set_range(const crm4e_predicate *node, c4_mask *mask)
{
    const int64_t value = node->value_count > 0 ? node->values[0].integer : 0;
    const bool below_all = node->op == CRM4E_OP_LT && value == INT64_MIN;
    const bool above_all = node->op == CRM4E_OP_GT && value == INT64_MAX;

    mask->kind = BY_RANGE;
    mask->low = INT64_MIN;
    mask->high = INT64_MAX;
    switch (node->op) {
    case CRM4E_OP_EQ:
    case CRM4E_OP_NE: mask->low = mask->high = value; break;
    case CRM4E_OP_LT: mask->high = below_all ? value : value - 1; break;
    case CRM4E_OP_LE: mask->high = value; break;
    case CRM4E_OP_GT: mask->low = above_all ? value : value + 1; break;
    case CRM4E_OP_GE: mask->low = value; break;
    case CRM4E_OP_BETWEEN:
        mask->low = value;
        mask->high = node->values[1].integer;
        break;
    default: break;
    }
    if (below_all || above_all || mask->low > mask->high) {
        mask->low = INT64_MAX; /* nothing is inside: both answers are that of outside */
        mask->high = INT64_MAX;
        mask->inside = mask->outside;
    }
}

static void set_same(c4_mask *mask, bool answer)
{
    mask->kind = SAME;
    mask->inside = answer;
}

/* What is not found among values with a NULL is unknown. */
static int set_values(const making *m, const crm4e_predicate *node, bool want, c4_mask *mask)
{
    int64_t *list = c4_arena_array(m->arena, node->value_count, sizeof *list);

    if (list == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < node->value_count; i++) {
        if (node->values[i].type == CRM4E_VALUE_INTEGER)
            list[mask->count++] = node->values[i].integer;
    }
    if (mask->count > 1)
        qsort(list, mask->count, sizeof *list, compare_numbers);
    mask->kind = BY_LIST;
    mask->list = list;
    if (mask->count < node->value_count && !want)
        set_same(mask, false);
    return CRM4E_OK;
}

static int make_leaf(const making *m, const crm4e_predicate *node, bool want, c4_mask *mask)
{
    int rc = CRM4E_OK;

    mask->inside = node->op == CRM4E_OP_NE || node->op == CRM4E_OP_IS_NULL ? !want : want;
    mask->outside = !mask->inside;
    if (node->op == CRM4E_OP_IS_NULL || node->op == CRM4E_OP_IS_NOT_NULL)
        mask->null = !mask->inside;
    if (node->op == CRM4E_OP_IN) {
        rc = set_values(m, node, want, mask);
    } else if (node->op == CRM4E_OP_IN_SET) {
        mask->kind = BY_LIST;
        mask->list = node->set;
        mask->count = node->set_count;
        if (node->set_count == 0) /* NULL is not in it either */
            set_same(mask, !want);
    } else {
        set_range(node, mask);
    }
    if (rc != CRM4E_OK || mask->kind == SAME || node->column == C4_COLUMN_ID)
        return rc;
    mask->column = &m->sheet->columns[c4_sheet_place(m->sheet, node->column)];
    return mask->column->form == C4_FORM_CODES ? make_codes(m, mask) : CRM4E_OK;
}

/* ----------------------------------------------------------------- making */

static int make(const making *m, const crm4e_predicate *node, bool want, c4_mask *mask)
{
    const bool whole = node->op == CRM4E_OP_AND || node->op == CRM4E_OP_OR;
    int rc = CRM4E_OK;

    mask->sheet = m->sheet;
    if (node->op == CRM4E_OP_NOT)
        return make(m, node->children, !want, mask);
    if (node->op == CRM4E_OP_TRUE || node->op == CRM4E_OP_FALSE)
        set_same(mask, (node->op == CRM4E_OP_TRUE) == want);
    else if (!whole)
        return make_leaf(m, node, want, mask);
    if (!whole)
        return CRM4E_OK;
    mask->kind = (node->op == CRM4E_OP_AND) == want ? ALL_OF : ANY_OF;
    mask->child_count = node->child_count;
    mask->children = c4_arena_array(m->arena, node->child_count + 1, sizeof *mask->children);
    mask->room = c4_arena_array(m->arena, C4_BLOCK_ROWS, 1);
    if (mask->children == NULL || mask->room == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = make(m, &node->children[i], want, &mask->children[i]);
    return rc;
}

int c4_mask_open(c4_arena *arena, const c4_sheet *sheet, const crm4e_predicate *where,
                 c4_mask **out)
{
    const making m = {arena, sheet};
    const crm4e_predicate all = {.op = CRM4E_OP_TRUE};

    *out = c4_arena_array(arena, 1, sizeof **out);
    return *out == NULL ? CRM4E_E_NO_MEMORY : make(&m, where != NULL ? where : &all, true, *out);
}

bool c4_mask_is_all(const c4_mask *mask)
{
    return mask->kind == SAME && mask->inside;
}

/* ----------------------------------------------------------------- asking */

static void ask_bytes(const uint8_t *restrict by_code, const uint8_t *codes, size_t rows,
                      uint8_t *restrict open)
{
    for (size_t i = 0; i < rows; i++)
        open[i] = by_code[codes[i]];
}

static void ask_shorts(const uint8_t *restrict by_code, const uint16_t *codes, size_t rows,
                       uint8_t *restrict open)
{
    for (size_t i = 0; i < rows; i++)
        open[i] = by_code[codes[i]];
}

static void ask_codes(const c4_mask *mask, size_t block, size_t rows, uint8_t *open)
{
    const c4_narrow *narrow = c4_strip_narrow(mask->column, block);
    const uint8_t *by_code = mask->by_code;

    if (narrow != NULL && narrow->width == sizeof(uint8_t)) {
        ask_bytes(by_code, (const uint8_t *)narrow->data, rows, open);
    } else if (narrow != NULL && narrow->width == sizeof(uint16_t)) {
        ask_shorts(by_code, (const uint16_t *)(const void *)narrow->data, rows, open);
    } else { /* such codes take no less */
        const int32_t *codes = c4_strip_codes(mask->column, block, NULL);
        for (size_t i = 0; i < rows; i++)
            open[i] = by_code[codes[i]];
    }
}

static void set_nulls(const uint8_t *nulls, size_t rows, bool null, uint8_t *open)
{
    const uint8_t answer = null;

    for (size_t i = 0; i < rows; i++)
        open[i] = nulls[i] != 0 ? answer : open[i];
}

/* Below `low` a difference wraps around to more than any interval is wide. */
static void ask_numbers(const c4_mask *mask, const int64_t *values, size_t rows, uint8_t *open)
{
    const uint64_t low = (uint64_t)mask->low;
    const uint64_t width = (uint64_t)mask->high - low;
    const uint8_t inside = mask->inside;
    const uint8_t outside = mask->outside;

    for (size_t i = 0; i < rows; i++)
        open[i] = (uint64_t)values[i] - low <= width ? inside : outside;
}

static void ask_days(const c4_mask *mask, const int32_t *days, size_t rows, uint8_t *open)
{
    const int64_t low = mask->low > INT32_MIN ? mask->low : INT32_MIN;
    const int64_t high = mask->high < INT32_MAX ? mask->high : INT32_MAX;
    const uint32_t from = (uint32_t)low;
    const uint32_t width = (uint32_t)high - from;
    const uint8_t inside = mask->inside;
    const uint8_t outside = mask->outside;

    if (low > high) {
        memset(open, outside, rows);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        open[i] = (uint32_t)days[i] - from <= width ? inside : outside;
}

/* What lies in the interval is what wraps around to no more than its width. */
#define ASK_NARROW(name, type)                                                                     \
    static void name(const c4_narrow *narrow, uint32_t from, uint32_t width, uint8_t answer,       \
                     size_t rows, uint8_t *restrict open)                                          \
    {                                                                                              \
        const type *values = (const type *)(const void *)narrow->data;                             \
        const type first = (type)from;                                                             \
        const type most = (type)width;                                                             \
        for (size_t i = 0; i < rows; i++)                                                          \
            open[i] = (uint8_t)((type)(values[i] - first) <= most) ^ answer;                       \
    }
ASK_NARROW(ask_narrow_bytes, uint8_t)
ASK_NARROW(ask_narrow_shorts, uint16_t)
ASK_NARROW(ask_narrow_words, uint32_t)

/* NULL, which is 0, is outside; where it has another answer, the caller sets it. */
static void ask_narrow(const c4_mask *mask, const c4_narrow *narrow, size_t rows, uint8_t *open)
{
    const int64_t first = narrow->origin + (narrow->has_null ? 1 : 0);
    const uint64_t end = narrow->width == sizeof(uint8_t)    ? UINT8_MAX
                         : narrow->width == sizeof(uint16_t) ? UINT16_MAX
                                                             : UINT32_MAX;
    const int64_t last =
        narrow->origin > INT64_MAX - (int64_t)end ? INT64_MAX : narrow->origin + (int64_t)end;
    const int64_t low = mask->low > first ? mask->low : first;
    const int64_t high = mask->high < last ? mask->high : last;
    const uint32_t from = (uint32_t)((uint64_t)low - (uint64_t)narrow->origin);
    const uint32_t width = (uint32_t)((uint64_t)high - (uint64_t)low);

    if (low > high || mask->inside == mask->outside)
        memset(open, mask->outside, rows);
    else if (narrow->width == sizeof(uint8_t))
        ask_narrow_bytes(narrow, from, width, mask->outside, rows, open);
    else if (narrow->width == sizeof(uint16_t))
        ask_narrow_shorts(narrow, from, width, mask->outside, rows, open);
    else
        ask_narrow_words(narrow, from, width, mask->outside, rows, open);
}

/* Ids are in order: those of the list that may lie in the block are looked for. */
static void ask_ids(const c4_mask *mask, const int64_t *ids, size_t rows, uint8_t *open)
{
    size_t at = first_from(mask->list, mask->count, ids[0]);
    size_t row = 0;

    memset(open, mask->outside, rows);
    for (; at < mask->count && mask->list[at] <= ids[rows - 1]; at++) {
        row += first_from(ids + row, rows - row, mask->list[at]);
        if (ids[row] == mask->list[at])
            open[row] = mask->inside;
    }
}

static void ask_list(const c4_mask *mask, size_t block, size_t rows, uint8_t *open)
{
    for (size_t i = 0; i < rows; i++) {
        bool null;
        const int64_t value = c4_strip_at(mask->column, block, i, &null);
        open[i] = answer_of(mask, value);
    }
}

static void ask_column(const c4_mask *mask, size_t block, size_t rows, uint8_t *open)
{
    const c4_piece *piece = mask->column->pieces.items[block];
    const c4_narrow *narrow = mask->kind == BY_RANGE ? c4_strip_narrow(mask->column, block) : NULL;
    uint8_t nulls[C4_BLOCK_ROWS];

    if (mask->kind == BY_LIST)
        ask_list(mask, block, rows, open);
    else if (narrow != NULL)
        ask_narrow(mask, narrow, rows, open);
    else if (mask->column->form == C4_FORM_DAYS)
        ask_days(mask, c4_strip_codes(mask->column, block, NULL), rows, open);
    else
        ask_numbers(mask, c4_strip_numbers(mask->column, block, NULL), rows, open);
    if (piece->has_null && (narrow == NULL || mask->null != (mask->outside != 0)))
        set_nulls(c4_strip_nulls(mask->column, block, nulls), rows, mask->null, open);
}

static void ask_children(const c4_mask *mask, size_t block, size_t rows, uint8_t *open)
{
    const bool all = mask->kind == ALL_OF;
    const uint8_t *one = mask->room;

    memset(open, all, rows);
    for (size_t child = 0; child < mask->child_count; child++) {
        c4_mask_block(&mask->children[child], block, child == 0 ? open : mask->room);
        for (size_t i = 0; i < rows && all && child > 0; i++)
            open[i] &= one[i];
        for (size_t i = 0; i < rows && !all && child > 0; i++)
            open[i] |= one[i];
    }
}

void c4_mask_block(const c4_mask *mask, size_t block, uint8_t *open)
{
    const size_t rows = mask->sheet->ids.items[block]->rows;

    if (mask->kind == SAME)
        memset(open, mask->inside, rows);
    else if (mask->kind == ALL_OF || mask->kind == ANY_OF)
        ask_children(mask, block, rows, open);
    else if (mask->kind == BY_CODE)
        ask_codes(mask, block, rows, open);
    else if (mask->column != NULL)
        ask_column(mask, block, rows, open);
    else if (mask->kind == BY_LIST)
        ask_ids(mask, c4_sheet_ids(mask->sheet, block), rows, open);
    else
        ask_numbers(mask, c4_sheet_ids(mask->sheet, block), rows, open);
}

size_t c4_mask_rows(const uint8_t *open, size_t count, uint16_t *rows)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        rows[found] = (uint16_t)i;
        found += open[i];
    }
    return found;
}
