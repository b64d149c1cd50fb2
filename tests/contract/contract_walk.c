/* SPDX-License-Identifier: MIT */
/* A seeded random walk: the same steps on two storages, the same answers. */
#include "contract/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXTRA_COLUMNS = 3,
    IDS = 60,
    DEPTH = 8,
    TEXT = 1 << 16,
    SIDES = 2,
    VALUES = 4,
    NODES = 8
};

/* What the table looks like; rolled back with the transaction. */
typedef struct shape {
    bool made;
    size_t extra;
    bool unique;
} shape;

typedef struct walk {
    contract_fixture sides[SIDES];
    char *texts[SIDES];
    uint64_t random;
    uint64_t seed;
    unsigned step;
    uint32_t mode;
    shape now;
    shape begun;
    shape marks[DEPTH];
    uint32_t depth;
    crm4e_column columns[COL_COUNT + EXTRA_COLUMNS];
    crm4e_table tables[EXTRA_COLUMNS + 1][2];
} walk;

/* splitmix64 */
static uint64_t next_random(walk *w)
{
    uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(walk *w, uint32_t end)
{
    return (uint32_t)(next_random(w) % end);
}

static const crm4e_table *table_now(const walk *w)
{
    return &w->tables[w->now.extra][w->now.unique];
}

static void describe_tables(walk *w)
{
    static const char *const names[EXTRA_COLUMNS] = {"e1", "e2", "e3"};
    static const crm4e_column_type types[EXTRA_COLUMNS] = {CRM4E_COLUMN_TEXT, CRM4E_COLUMN_INTEGER,
                                                           CRM4E_COLUMN_DATE};
    memcpy(w->columns, contract_table.columns, COL_COUNT * sizeof(w->columns[0]));
    for (size_t i = 0; i < EXTRA_COLUMNS; i++)
        w->columns[COL_COUNT + i] = (crm4e_column){names[i], types[i], 0};
    for (size_t extra = 0; extra <= EXTRA_COLUMNS; extra++) {
        for (size_t unique = 0; unique < 2; unique++) {
            crm4e_table *table = &w->tables[extra][unique];
            *table = contract_table;
            table->columns = w->columns;
            table->column_count = COL_COUNT + extra;
            table->index_count = 1 + unique;
            table->serial = w->seed * 100 + 5000 + extra * 2 + unique;
        }
    }
}

static crm4e_value random_value(walk *w, uint32_t column, bool nullable)
{
    static const char *const texts[] = {
        "", "a", "A", "\xc3\xa9", "\xc3\x89", "ab", "aB%", "_b", "\xe6\x9d\x8e", "e",
    };
    static const int64_t numbers[] = {0, 1, 2, 3, -1, 7};
    crm4e_value value;
    uint32_t at = below(w, 1000);
    crm4e_column_type type = w->columns[column].type;
    if (nullable && below(w, 6) == 0)
        value = c4_null();
    else if (column == COL_ID)
        value = c4_integer(1 + at % IDS);
    else if (type == CRM4E_COLUMN_TEXT)
        value = c4_c_text(texts[at % (sizeof(texts) / sizeof(texts[0]))]);
    else if (type == CRM4E_COLUMN_BLOB)
        value = c4_blob("\0\xff\0", at % 4);
    else if (type == CRM4E_COLUMN_BOOLEAN)
        value = c4_integer(at % 2);
    else if (type == CRM4E_COLUMN_INTEGER && at % 50 == 0)
        value = c4_integer(at % 100 == 0 ? INT64_MIN : INT64_MAX);
    else
        value = c4_integer(numbers[at % (sizeof(numbers) / sizeof(numbers[0]))]);
    return value;
}

static void disagree(const walk *w, const char *what)
{
    fail_msg("%s and %s disagree in %s: seed %" PRIu64 ", step %u", w->sides[0].target->name,
             w->sides[1].target->name, what, w->seed, w->step);
}

/* Both answers; true when they are OK. */
static bool agree(const walk *w, const char *what, const int rc[SIDES])
{
    if (rc[0] != rc[1]) {
        fprintf(stderr, "%d and %d\n", rc[0], rc[1]);
        disagree(w, what);
    }
    assert_true(rc[0] > CRM4E_E_FATAL);
    return rc[0] == CRM4E_OK;
}

static size_t append_value(char *text, size_t used, const crm4e_value *value)
{
    int length;
    if (value->type == CRM4E_VALUE_NULL) {
        length = snprintf(text + used, TEXT - used, "-,");
    } else if (value->type == CRM4E_VALUE_INTEGER) {
        length = snprintf(text + used, TEXT - used, "%" PRId64 ",", value->integer);
    } else {
        const unsigned char *bytes = value->data;
        length =
            snprintf(text + used, TEXT - used, "%c", value->type == CRM4E_VALUE_TEXT ? 't' : 'x');
        for (size_t i = 0; i < value->length; i++)
            length +=
                snprintf(text + used + length, TEXT - used - (size_t)length, "%02x", bytes[i]);
        length += snprintf(text + used + length, TEXT - used - (size_t)length, ",");
    }
    assert_true(length > 0 && used + (size_t)length < TEXT);
    return used + (size_t)length;
}

static int write_rows(c4_db *db, const crm4e_plan *plan, char *text)
{
    const crm4e_value *values;
    c4_rows *rows;
    size_t used = 0;
    int rc = c4_rows_open(&rows, db, plan);
    text[0] = '\0';
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        for (size_t i = 0; i < plan->column_count; i++)
            used = append_value(text, used, &values[i]);
        text[used++] = '\n';
        text[used] = '\0';
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc;
}

static void compare_plan(walk *w, const crm4e_plan *plan, const char *what)
{
    int rc[SIDES];
    int64_t counts[SIDES] = {0};
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = write_rows(&w->sides[i].db, plan, w->texts[i]);
    if (agree(w, what, rc) && strcmp(w->texts[0], w->texts[1]) != 0) {
        fprintf(stderr, "%s\nand\n%s\n", w->texts[0], w->texts[1]);
        disagree(w, what);
    }
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_rows_count(&w->sides[i].db, plan, &counts[i]);
    if (agree(w, "count", rc) && counts[0] != counts[1])
        disagree(w, "count");
}

static const uint32_t every_column[COL_COUNT + EXTRA_COLUMNS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static void compare_dumps(walk *w)
{
    crm4e_plan plan;
    int rc[SIDES];
    int64_t versions[SIDES] = {0};
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_get_version(&w->sides[i].db, &versions[i]);
    if (agree(w, "version", rc) && versions[0] != versions[1])
        disagree(w, "version");
    if (w->now.made) {
        c4_plan_init(&plan, table_now(w));
        plan.columns = every_column;
        plan.column_count = plan.table->column_count;
        compare_plan(w, &plan, "dump");
    }
}

/* A predicate and all it points to. */
typedef struct random_where {
    crm4e_predicate nodes[NODES * NODES];
    size_t node_count;
    crm4e_value values[NODES * NODES * VALUES];
    size_t value_count;
    int64_t set[VALUES];
} random_where;

static void random_leaf(walk *w, random_where *r, crm4e_predicate *node)
{
    const crm4e_table *table = table_now(w);
    uint32_t column = below(w, (uint32_t)table->column_count);
    crm4e_column_type type = table->columns[column].type;
    crm4e_value *values = r->values + r->value_count;
    crm4e_operator op = CRM4E_OP_EQ + below(w, 9);
    bool text = type == CRM4E_COLUMN_TEXT;
    if (text && below(w, 2) == 0)
        op = CRM4E_OP_PREFIX + below(w, 3);
    if (op == CRM4E_OP_IN_SET && (text || type == CRM4E_COLUMN_BLOB))
        op = CRM4E_OP_IS_NOT_NULL;
    r->value_count += VALUES;
    for (size_t i = 0; i < VALUES; i++)
        values[i] = random_value(w, column, false);
    *node = c4_where(op, column, values, op == CRM4E_OP_IN ? 1 + below(w, VALUES) : 2);
    node->set = r->set;
    node->set_count = below(w, VALUES + 1);
    if (text && below(w, 2) == 0) {
        node->flags = CRM4E_FOLD;
        for (size_t i = 0; i < VALUES; i++)
            values[i] = c4_c_text(i % 2 == 0 ? "a" : "e");
    }
    if (below(w, 8) == 0)
        *node = c4_where(CRM4E_OP_IS_NULL, column, NULL, 0);
}

static void random_node(walk *w, random_where *r, crm4e_predicate *node, unsigned depth)
{
    uint32_t kind = depth == 0 ? 0 : below(w, 6);
    if (kind < 2) {
        random_leaf(w, r, node);
    } else {
        size_t count = kind < 4 ? 2 : 1;
        crm4e_predicate *children = r->nodes + r->node_count;
        r->node_count += count;
        *node = (crm4e_predicate){.children = children, .child_count = count};
        for (size_t i = 0; i < count; i++)
            random_node(w, r, &children[i], depth - 1);
        node->op = kind == 2 ? CRM4E_OP_AND : kind == 3 ? CRM4E_OP_OR : CRM4E_OP_NOT;
        if (kind == 5) {
            node->op = CRM4E_OP_IN_SELECT;
            node->column = below(w, 2) == 0 ? COL_ID : COL_N;
            node->select_column = COL_D;
            node->select_table = table_now(w);
        }
        if (kind == 5 && below(w, 4) == 0)
            node->column = node->select_column = COL_S;
    }
}

static int32_t keep_some(void *user, const crm4e_value *values, size_t count)
{
    (void)user;
    (void)count;
    return values[0].integer % 3 == 0 ? CRM4E_PASSTHROUGH : CRM4E_CONTINUE;
}

static void step_query(walk *w)
{
    static const uint32_t keep_columns[] = {COL_ID};
    random_where where = {.set = {-1, 1, 3, 7}};
    crm4e_order order[3];
    const int64_t ranges[] = {-1, 1, 2, 7};
    crm4e_plan plan;
    c4_plan_init(&plan, table_now(w));
    plan.columns = every_column;
    plan.column_count = 1 + below(w, COL_COUNT);
    if (below(w, 5) != 0) {
        where.node_count = 1;
        random_node(w, &where, &where.nodes[0], 3);
        plan.where = &where.nodes[0];
    }
    if (below(w, 4) == 0)
        plan.index = INDEX_N;
    if (plan.index == INDEX_N && below(w, 2) == 0) {
        plan.ranges = ranges;
        plan.range_count = below(w, 5);
    }
    /* the id makes an order total, so that there is one answer */
    if (plan.index == INDEX_N || below(w, 2) == 0) {
        plan.order = order;
        plan.order_count = 1 + below(w, 3);
        for (size_t i = 0; i < plan.order_count; i++)
            order[i] =
                (crm4e_order){below(w, COL_COUNT), below(w, 2) == 0 ? CRM4E_FOLD : 0, below(w, 2)};
        order[plan.order_count - 1] = (crm4e_order){COL_ID, 0, below(w, 2)};
    }
    if (below(w, 3) == 0) {
        plan.limit = below(w, 10);
        plan.offset = below(w, 5);
    }
    if (below(w, 4) == 0) {
        plan.keep = keep_some;
        plan.keep_columns = keep_columns;
        plan.keep_column_count = 1;
    }
    compare_plan(w, &plan, "query");
}

static void step_insert(walk *w)
{
    const crm4e_table *table = table_now(w);
    crm4e_value values[COL_COUNT + EXTRA_COLUMNS];
    int rc[SIDES];
    for (uint32_t i = 0; i < table->column_count; i++)
        values[i] = random_value(w, i, i != COL_ID);
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_insert(&w->sides[i].db, table, values);
    (void)agree(w, "insert", rc);
}

static void step_update(walk *w)
{
    const crm4e_table *table = table_now(w);
    crm4e_value values[2];
    uint32_t columns[2];
    crm4e_id id = 1 + below(w, IDS);
    int rc[SIDES];
    columns[0] = 1 + below(w, (uint32_t)table->column_count - 1);
    columns[1] = 1 + columns[0] % ((uint32_t)table->column_count - 1);
    for (size_t i = 0; i < 2; i++)
        values[i] = random_value(w, columns[i], true);
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_update(&w->sides[i].db, table, id, columns, values, 2);
    (void)agree(w, "update", rc);
}

static void step_remove(walk *w)
{
    crm4e_id id = 1 + below(w, IDS);
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_remove(&w->sides[i].db, table_now(w), id);
    (void)agree(w, "remove", rc);
}

static void step_get(walk *w)
{
    const crm4e_table *table = table_now(w);
    crm4e_id id = 1 + below(w, IDS);
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++) {
        crm4e_value values[COL_COUNT + EXTRA_COLUMNS];
        size_t used = 0;
        w->texts[i][0] = '\0';
        rc[i] = c4_db_get(&w->sides[i].db, table, id, every_column, values, table->column_count);
        for (size_t j = 0; j < table->column_count && rc[i] == CRM4E_OK; j++)
            used = append_value(w->texts[i], used, &values[j]);
    }
    if (agree(w, "get", rc) && strcmp(w->texts[0], w->texts[1]) != 0)
        disagree(w, "get");
}

static int write_chunk(void *user, const c4_chunk *chunk)
{
    char *text = user;
    size_t used = strlen(text);
    for (size_t i = 0; i < chunk->rows; i++)
        used += (size_t)snprintf(text + used, TEXT - used, "%" PRId64 ":%" PRId64 "/%d ",
                                 chunk->ids[i], chunk->values[0][i], chunk->nulls[0][i]);
    return CRM4E_OK;
}

static void step_scan(walk *w)
{
    const uint32_t columns[] = {COL_N + below(w, 5)};
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++) {
        w->texts[i][0] = '\0';
        rc[i] = c4_db_scan(&w->sides[i].db, table_now(w), columns, 1, write_chunk, w->texts[i]);
    }
    if (agree(w, "scan", rc) && strcmp(w->texts[0], w->texts[1]) != 0)
        disagree(w, "scan");
}

static void step_shape(walk *w)
{
    uint32_t kind = below(w, 8);
    shape next = w->now;
    int rc[SIDES];
    if (kind == 0)
        next = (shape){false, 0, false};
    else if (kind < 4 && next.extra < EXTRA_COLUMNS)
        next.extra++;
    else
        next.unique = !next.unique;
    for (size_t i = 0; i < SIDES; i++) {
        c4_db *db = &w->sides[i].db;
        if (!next.made)
            rc[i] = c4_db_table_drop(db, table_now(w));
        else if (next.extra != w->now.extra)
            rc[i] = c4_db_column_add(db, &w->tables[next.extra][next.unique]);
        else if (next.unique)
            rc[i] = c4_db_index_create(db, &w->tables[next.extra][1], INDEX_DAY_S);
        else
            rc[i] = c4_db_index_drop(db, &w->tables[next.extra][1], INDEX_DAY_S);
    }
    if (agree(w, "shape", rc))
        w->now = next;
}

static void step_create(walk *w)
{
    shape next = {true, below(w, 2), below(w, 2) == 0};
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_table_create(&w->sides[i].db, &w->tables[next.extra][next.unique]);
    if (agree(w, "create", rc))
        w->now = next;
}

static void step_version(walk *w)
{
    int64_t version = (int64_t)below(w, 1000);
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_set_version(&w->sides[i].db, version);
    (void)agree(w, "version", rc);
}

static void step_begin(walk *w)
{
    uint32_t mode = below(w, 4) == 0 ? CRM4E_TRANSACTION_READ : CRM4E_TRANSACTION_WRITE;
    int rc[SIDES];
    for (size_t i = 0; i < SIDES; i++)
        rc[i] = c4_db_begin(&w->sides[i].db, mode);
    assert_true(agree(w, "begin", rc));
    w->mode = mode;
    w->begun = w->now;
    w->depth = 0;
}

static void step_end(walk *w)
{
    bool commit = below(w, 3) != 0;
    int rc[SIDES] = {CRM4E_OK, CRM4E_OK};
    compare_dumps(w);
    for (size_t i = 0; i < SIDES; i++) {
        if (commit)
            rc[i] = c4_db_commit(&w->sides[i].db);
        else
            c4_db_rollback(&w->sides[i].db);
    }
    assert_true(agree(w, "commit", rc));
    if (!commit)
        w->now = w->begun;
    w->mode = 0;
}

static void step_mark(walk *w)
{
    uint32_t kind = below(w, 3);
    int rc[SIDES] = {CRM4E_OK, CRM4E_OK};
    if (w->depth == 0 || (kind == 0 && w->depth < DEPTH)) {
        for (size_t i = 0; i < SIDES; i++)
            rc[i] = c4_db_savepoint(&w->sides[i].db);
        w->marks[w->depth++] = w->now;
    } else if (kind == 1) {
        for (size_t i = 0; i < SIDES; i++)
            rc[i] = c4_db_release(&w->sides[i].db);
        w->depth--;
    } else {
        for (size_t i = 0; i < SIDES; i++)
            c4_db_rollback_to(&w->sides[i].db);
        w->now = w->marks[--w->depth];
        compare_dumps(w);
    }
    assert_true(agree(w, "mark", rc));
}

static void step(walk *w)
{
    typedef struct choice {
        uint32_t weight;
        bool writes;
        bool needs_table;
        void (*take)(walk *w);
    } choice;
    static const choice choices[] = {
        {24, true, true, step_insert}, {12, true, true, step_update},  {6, true, true, step_remove},
        {8, false, true, step_get},    {34, false, true, step_query},  {3, false, true, step_scan},
        {2, true, true, step_shape},   {2, true, false, step_version}, {6, true, false, step_mark},
        {3, false, false, step_end},
    };
    if (w->mode == 0) {
        step_begin(w);
    } else if (!w->now.made && w->mode == CRM4E_TRANSACTION_WRITE) {
        step_create(w);
    } else {
        uint32_t at = below(w, 100);
        size_t i = 0;
        while (at >= choices[i].weight)
            at -= choices[i++].weight;
        if ((choices[i].writes && w->mode != CRM4E_TRANSACTION_WRITE) ||
            (choices[i].needs_table && !w->now.made))
            step_end(w);
        else
            choices[i].take(w);
    }
}

static void start(walk *w, size_t side, const contract_target *target)
{
    contract_fixture *f = &w->sides[side];
    if (target->reset != NULL)
        target->reset(target->user);
    assert_ok(contract_open(f, target));
    assert_ok(c4_store_org_create(&f->store, CONTRACT_ORG));
    assert_ok(c4_store_org_publish(&f->store, CONTRACT_ORG, "one"));
    assert_ok(contract_connect(f, &f->db));
    w->texts[side] = calloc(1, TEXT);
    assert_non_null(w->texts[side]);
}

void contract_walk(const contract_target *a, const contract_target *b, uint64_t seed,
                   unsigned steps)
{
    walk *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    w->seed = seed;
    w->random = seed;
    describe_tables(w);
    start(w, 0, a);
    start(w, 1, b);
    print_message("%s and %s: seed %" PRIu64 ", %u steps\n", a->name, b->name, seed, steps);
    for (w->step = 0; w->step < steps; w->step++)
        step(w);
    for (size_t i = 0; i < SIDES; i++) {
        c4_db_disconnect(&w->sides[i].db);
        contract_close(&w->sides[i]);
        free(w->texts[i]);
    }
    free(w);
}
