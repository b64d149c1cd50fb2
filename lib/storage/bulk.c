/* SPDX-License-Identifier: MIT */
/*
 * Many rows for one table. Once as many have come as there were, the indexes that only make
 * reading fast are dropped, and made again at the end: sorting all keys once is much faster
 * than putting each one in its place. Unique indexes stay, as they decide what may be written.
 * The first read that would go by a dropped index makes all of them again, for good: answers
 * are always right, and the work is never more than one more sort. All of it is part of the
 * transaction; what happens inside marks follows them.
 */
#include "storage/inside.h"

bool c4_index_unique(const crm4e_index *index)
{
    return (index->flags & CRM4E_INDEX_UNIQUE) != 0;
}

bool c4_table_same(const crm4e_table *a, const crm4e_table *b)
{
    return a != NULL && b != NULL && a->serial == b->serial;
}

static int change_index(c4_db *db, size_t at, bool make)
{
    return make ? c4_db_index_create(db, db->bulk.table, at)
                : c4_db_index_drop(db, db->bulk.table, at);
}

/* All or none, so that `dropped` says how it is. */
static int change_indexes(c4_db *db, bool make)
{
    const crm4e_table *table = db->bulk.table;
    int rc = c4_db_savepoint(db);

    if (rc != CRM4E_OK)
        return rc;
    for (size_t i = 0; i < table->index_count && rc == CRM4E_OK; i++) {
        if (!c4_index_unique(&table->indexes[i]))
            rc = change_index(db, i, make);
    }
    if (rc == CRM4E_OK)
        rc = c4_db_release(db);
    if (rc != CRM4E_OK)
        c4_db_rollback_to(db);
    else
        db->bulk.dropped = !make;
    return rc;
}

int c4_db_bulk_begin(c4_db *db, const crm4e_table *table)
{
    const crm4e_storage_methods *methods = db->store->methods;
    const size_t least = C4_ROOM(methods, bulk_rows);
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);

    if (rc == CRM4E_OK && db->bulk.table != NULL && db->bulk.depth != db->depth)
        return CRM4E_OK; /* the one outside goes on */
    if (rc == CRM4E_OK)
        rc = c4_db_bulk_end(db);
    if (rc == CRM4E_OK && least > 0 && methods->index_drop != NULL)
        db->bulk = (c4_bulk){.table = table, .depth = db->depth, .look_at = least};
    return rc;
}

/* Whether at least half of the rows have come since the beginning. */
static int outgrown(c4_db *db, bool *more)
{
    crm4e_plan plan;
    int64_t count = 0;
    int rc;

    c4_plan_init(&plan, db->bulk.table);
    plan.limit = (int64_t)(2 * db->bulk.rows) + 1;
    rc = c4_rows_count(db, &plan, &count);
    *more = count < plan.limit;
    return rc;
}

/* Makes what was dropped, for good, wherever that is. */
static int make_again(c4_db *db)
{
    int rc = CRM4E_OK;

    if (db->bulk.table == NULL || !db->bulk.dropped)
        return CRM4E_OK;
    rc = change_indexes(db, true);
    if (rc == CRM4E_OK) {
        db->bulk.over = true;
        db->bulk.made_in = db->depth;
    }
    return rc;
}

int c4_db_bulk_rest(c4_db *db)
{
    c4_bulk *bulk = &db->bulk;
    bool drop = false;
    int rc = CRM4E_OK;

    if (bulk->table == NULL || db->depth != bulk->depth)
        return CRM4E_OK;
    if (bulk->dropped && bulk->over)
        return make_again(db); /* it was taken back with a row */
    if (bulk->dropped || bulk->over || bulk->rows < bulk->look_at)
        return CRM4E_OK;
    bulk->look_at = 2 * bulk->rows;
    rc = outgrown(db, &drop);
    return rc == CRM4E_OK && drop ? change_indexes(db, false) : rc;
}

int c4_db_bulk_end(c4_db *db)
{
    int rc = make_again(db);

    if (rc == CRM4E_OK && db->depth == db->bulk.depth)
        db->bulk = (c4_bulk){0};
    return rc;
}

void c4_bulk_count(c4_db *db, const crm4e_table *table)
{
    if (c4_table_same(db->bulk.table, table))
        db->bulk.rows++;
}

/* Whether rows are found by an id or an index that is still there. */
static bool found_by_kept(const crm4e_table *table, const crm4e_predicate *where)
{
    bool found = false;

    if (where->op == CRM4E_OP_AND) {
        for (size_t i = 0; i < where->child_count && !found; i++)
            found = found_by_kept(table, &where->children[i]);
    } else if (where->op == CRM4E_OP_EQ || where->op == CRM4E_OP_IN ||
               where->op == CRM4E_OP_IN_SET) {
        found = where->column == 0;
        for (size_t i = 0; i < table->index_count && !found; i++)
            found = c4_index_unique(&table->indexes[i]) &&
                    table->indexes[i].columns[0] == where->column;
    }
    return found;
}

static bool selects_from(const crm4e_table *table, const crm4e_predicate *where)
{
    bool found = where->op == CRM4E_OP_IN_SELECT && c4_table_same(where->select_table, table);

    for (size_t i = 0; i < where->child_count && !found; i++)
        found = selects_from(table, &where->children[i]);
    return found;
}

static bool goes_by_dropped(const crm4e_table *table, const crm4e_plan *plan)
{
    const crm4e_predicate *where = plan->where;
    bool goes = false;

    if (c4_table_same(plan->table, table) && plan->index != CRM4E_NO_INDEX)
        goes = plan->index < table->index_count && !c4_index_unique(&table->indexes[plan->index]);
    else if (c4_table_same(plan->table, table))
        goes = plan->order_count > 0 || (where != NULL && !found_by_kept(table, where));
    return goes || (where != NULL && selects_from(table, where));
}

int c4_bulk_read(c4_db *db, const crm4e_plan *plan)
{
    const c4_bulk *bulk = &db->bulk;

    return bulk->table != NULL && bulk->dropped && goes_by_dropped(bulk->table, plan)
               ? make_again(db)
               : CRM4E_OK;
}

int c4_bulk_release(c4_db *db)
{
    c4_bulk *bulk = &db->bulk;
    int rc = CRM4E_OK;

    if (bulk->table == NULL)
        return CRM4E_OK;
    if (db->depth == bulk->depth)
        rc = c4_db_bulk_end(db);
    else if (bulk->made_in == db->depth)
        bulk->made_in--;
    return rc;
}

void c4_bulk_rolled_back(c4_db *db)
{
    c4_bulk *bulk = &db->bulk;

    if (bulk->table == NULL)
        return;
    if (db->depth <= bulk->depth) {
        *bulk = (c4_bulk){0};
    } else if (bulk->made_in >= db->depth) {
        bulk->dropped = true;
        bulk->made_in = 0;
    }
}
