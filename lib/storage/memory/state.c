/* SPDX-License-Identifier: MIT */
#include "storage/memory/state.h"

#include <crm4e/errors.h>

#include <string.h>

static const c4_memory_key by_id = {NULL, 0};

static c4_memory_key key_of(const c4_memory_index *index)
{
    c4_memory_key key = {index->columns, index->column_count};
    return key;
}

static void index_free(const c4_mem *mem, c4_memory_index *index)
{
    c4_free(mem, index->name);
    c4_free(mem, index->columns);
    c4_memory_tree_free(mem, index->tree);
}

static int index_init(const c4_mem *mem, c4_memory_index *index, const char *name,
                      const uint32_t *columns, size_t count, bool unique)
{
    *index = (c4_memory_index){.column_count = count, .unique = unique};
    index->name = c4_copy_text(mem, name, strlen(name));
    index->columns = c4_alloc_array(mem, count, sizeof(*columns));
    if (index->name == NULL || index->columns == NULL) {
        index_free(mem, index);
        return CRM4E_E_NO_MEMORY;
    }
    memcpy(index->columns, columns, count * sizeof(*columns));
    return CRM4E_OK;
}

static void table_free(const c4_mem *mem, c4_memory_table *table)
{
    if (table == NULL || atomic_fetch_sub_explicit(&table->shares, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < table->index_count; i++)
        index_free(mem, &table->indexes[i]);
    c4_free(mem, table->indexes);
    c4_memory_tree_free(mem, table->rows);
    c4_free(mem, table->name);
    c4_free(mem, table);
}

static c4_memory_table *table_new(const c4_mem *mem, const char *name, size_t column_count)
{
    c4_memory_table *table = c4_alloc_array(mem, 1, sizeof(*table));
    if (table == NULL)
        return NULL;
    atomic_init(&table->shares, 1);
    table->column_count = column_count;
    table->name = c4_copy_text(mem, name, strlen(name));
    if (table->name == NULL) {
        table_free(mem, table);
        table = NULL;
    }
    return table;
}

/* Adds an empty index. */
static int add_index(const c4_mem *mem, c4_memory_table *table, const char *name,
                     const uint32_t *columns, size_t count, bool unique)
{
    void *indexes = table->indexes;
    int rc = c4_grow(mem, &indexes, &table->index_capacity, table->index_count + 1,
                     sizeof(*table->indexes));
    table->indexes = indexes;
    if (rc == CRM4E_OK)
        rc = index_init(mem, &table->indexes[table->index_count], name, columns, count, unique);
    if (rc == CRM4E_OK)
        table->index_count++;
    return rc;
}

static c4_memory_table *table_copy(const c4_mem *mem, const c4_memory_table *from)
{
    c4_memory_table *table = table_new(mem, from->name, from->column_count);
    int rc = table == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    for (size_t i = 0; rc == CRM4E_OK && i < from->index_count; i++) {
        const c4_memory_index *index = &from->indexes[i];
        rc = add_index(mem, table, index->name, index->columns, index->column_count, index->unique);
        if (rc == CRM4E_OK)
            table->indexes[i].tree = c4_memory_tree_share(index->tree);
    }
    if (rc == CRM4E_OK) {
        table->rows = c4_memory_tree_share(from->rows);
    } else {
        table_free(mem, table);
        table = NULL;
    }
    return table;
}

c4_memory_state *c4_memory_state_create(const c4_mem *mem)
{
    c4_memory_state *state = c4_alloc_array(mem, 1, sizeof(*state));
    if (state != NULL)
        atomic_init(&state->shares, 1);
    return state;
}

c4_memory_state *c4_memory_state_copy(const c4_mem *mem, const c4_memory_state *state)
{
    c4_memory_state *copy = c4_memory_state_create(mem);
    void *tables = NULL;
    if (copy == NULL)
        return NULL;
    if (c4_grow(mem, &tables, &copy->capacity, state->count, sizeof(*copy->tables)) != CRM4E_OK) {
        c4_memory_state_free(mem, copy);
        return NULL;
    }
    copy->tables = tables;
    copy->version = state->version;
    copy->count = state->count;
    for (size_t i = 0; i < state->count; i++) {
        copy->tables[i] = state->tables[i];
        atomic_fetch_add_explicit(&copy->tables[i]->shares, 1, memory_order_relaxed);
    }
    return copy;
}

c4_memory_state *c4_memory_state_share(c4_memory_state *state)
{
    atomic_fetch_add_explicit(&state->shares, 1, memory_order_relaxed);
    return state;
}

void c4_memory_state_free(const c4_mem *mem, c4_memory_state *state)
{
    if (state == NULL || atomic_fetch_sub_explicit(&state->shares, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < state->count; i++)
        table_free(mem, state->tables[i]);
    c4_free(mem, state->tables);
    c4_free(mem, state);
}

/* Where the name is, or would be put in. */
static size_t position(const c4_memory_state *state, const char *name, bool *found)
{
    size_t low = 0;
    size_t high = state->count;
    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(state->tables[middle]->name, name);
        *found = order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
        if (*found)
            low = middle;
    }
    return low;
}

const c4_memory_table *c4_memory_state_table(const c4_memory_state *state, const char *name)
{
    bool found;
    size_t at = position(state, name, &found);
    return found ? state->tables[at] : NULL;
}

/* A table of this state that no other state shares, or NULL with the reason. */
static c4_memory_table *own_table(const c4_mem *mem, c4_memory_state *state, const char *name,
                                  int *rc)
{
    bool found;
    size_t at = position(state, name, &found);
    c4_memory_table *table = found ? state->tables[at] : NULL;
    *rc = found ? CRM4E_OK : CRM4E_E_NOT_FOUND;
    if (found && atomic_load_explicit(&table->shares, memory_order_acquire) > 1) {
        table = table_copy(mem, table);
        *rc = table == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
        if (table != NULL) {
            table_free(mem, state->tables[at]);
            state->tables[at] = table;
        }
    }
    return table;
}

static bool index_exists(const c4_memory_state *state, const char *name)
{
    bool exists = false;
    for (size_t i = 0; i < state->count; i++) {
        const c4_memory_table *table = state->tables[i];
        for (size_t j = 0; j < table->index_count; j++)
            exists = exists || strcmp(table->indexes[j].name, name) == 0;
    }
    return exists;
}

static int add_described_index(const c4_mem *mem, const c4_memory_state *state,
                               c4_memory_table *table, const crm4e_index *index)
{
    int rc = CRM4E_E_CONFLICT;
    if (!index_exists(state, index->name))
        rc = add_index(mem, table, index->name, index->columns, index->column_count,
                       (index->flags & CRM4E_INDEX_UNIQUE) != 0);
    return rc;
}

int c4_memory_table_create(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table)
{
    bool found;
    size_t at = position(state, table->name, &found);
    void *tables = state->tables;
    c4_memory_table *created = NULL;
    int rc = found ? CRM4E_E_CONFLICT : CRM4E_OK;
    if (rc == CRM4E_OK)
        rc = c4_grow(mem, &tables, &state->capacity, state->count + 1, sizeof(*state->tables));
    state->tables = tables;
    if (rc == CRM4E_OK) {
        created = table_new(mem, table->name, table->column_count);
        rc = created == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    for (size_t i = 0; i < table->index_count && rc == CRM4E_OK; i++)
        rc = add_described_index(mem, state, created, &table->indexes[i]);
    if (rc == CRM4E_OK) {
        memmove(&state->tables[at + 1], &state->tables[at],
                (state->count - at) * sizeof(*state->tables));
        state->tables[at] = created;
        state->count++;
    } else {
        table_free(mem, created);
    }
    return rc;
}

int c4_memory_table_drop(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table)
{
    bool found;
    size_t at = position(state, table->name, &found);
    if (!found)
        return CRM4E_E_NOT_FOUND;
    table_free(mem, state->tables[at]);
    state->count--;
    memmove(&state->tables[at], &state->tables[at + 1],
            (state->count - at) * sizeof(*state->tables));
    return CRM4E_OK;
}

int c4_memory_column_add(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table)
{
    int rc;
    c4_memory_table *own = own_table(mem, state, table->name, &rc);
    if (own != NULL)
        own->column_count = table->column_count;
    return rc;
}

static int fill_index(const c4_mem *mem, const c4_memory_table *table, c4_memory_index *index)
{
    c4_memory_key key = key_of(index);
    c4_memory_walk walk;
    const c4_memory_row *row;
    int rc = CRM4E_OK;
    c4_memory_walk_start(&walk, table->rows);
    while (rc == CRM4E_OK && (row = c4_memory_walk_next(&walk)) != NULL) {
        c4_memory_row *shared = c4_memory_tree_find(table->rows, c4_memory_row_id(row));
        if (index->unique && c4_memory_tree_has_key(index->tree, &key, row))
            rc = CRM4E_E_CONFLICT;
        else
            rc = c4_memory_tree_add(mem, &index->tree, &key, shared);
    }
    return rc;
}

int c4_memory_index_create(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                           size_t index)
{
    int rc;
    c4_memory_table *own = own_table(mem, state, table->name, &rc);
    if (rc == CRM4E_OK)
        rc = add_described_index(mem, state, own, &table->indexes[index]);
    if (rc == CRM4E_OK) {
        rc = fill_index(mem, own, &own->indexes[own->index_count - 1]);
        if (rc != CRM4E_OK)
            index_free(mem, &own->indexes[--own->index_count]);
    }
    return rc;
}

int c4_memory_index_drop(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                         size_t index)
{
    int rc;
    c4_memory_table *own = own_table(mem, state, table->name, &rc);
    size_t at = 0;
    if (rc != CRM4E_OK)
        return rc;
    while (at < own->index_count && strcmp(own->indexes[at].name, table->indexes[index].name) != 0)
        at++;
    if (at == own->index_count)
        return CRM4E_E_NOT_FOUND;
    index_free(mem, &own->indexes[at]);
    own->index_count--;
    memmove(&own->indexes[at], &own->indexes[at + 1],
            (own->index_count - at) * sizeof(*own->indexes));
    return CRM4E_OK;
}

/* The new trees of a table while a row changes: by id, then one per index. */
typedef struct row_change {
    const c4_mem *mem;
    c4_memory_table *table;
    c4_memory_tree **trees;
} row_change;

static int start_change(row_change *c)
{
    c->trees = c4_alloc_array(c->mem, c->table->index_count + 1, sizeof(*c->trees));
    if (c->trees == NULL)
        return CRM4E_E_NO_MEMORY;
    c->trees[0] = c4_memory_tree_share(c->table->rows);
    for (size_t i = 0; i < c->table->index_count; i++)
        c->trees[i + 1] = c4_memory_tree_share(c->table->indexes[i].tree);
    return CRM4E_OK;
}

static int take_out(row_change *c, const c4_memory_row *row)
{
    int rc = c4_memory_tree_remove(c->mem, &c->trees[0], &by_id, row);
    for (size_t i = 0; i < c->table->index_count && rc == CRM4E_OK; i++) {
        c4_memory_key key = key_of(&c->table->indexes[i]);
        rc = c4_memory_tree_remove(c->mem, &c->trees[i + 1], &key, row);
    }
    return rc;
}

static int put_in(row_change *c, c4_memory_row *row)
{
    int rc = CRM4E_E_CONFLICT;
    if (c4_memory_tree_find(c->trees[0], c4_memory_row_id(row)) == NULL)
        rc = c4_memory_tree_add(c->mem, &c->trees[0], &by_id, row);
    for (size_t i = 0; i < c->table->index_count && rc == CRM4E_OK; i++) {
        c4_memory_key key = key_of(&c->table->indexes[i]);
        if (c->table->indexes[i].unique && c4_memory_tree_has_key(c->trees[i + 1], &key, row))
            rc = CRM4E_E_CONFLICT;
        else
            rc = c4_memory_tree_add(c->mem, &c->trees[i + 1], &key, row);
    }
    return rc;
}

/* Puts the new trees in place when all went well, forgets them when not. */
static void end_change(row_change *c, int rc)
{
    for (size_t i = 0; c->trees != NULL && i <= c->table->index_count; i++) {
        c4_memory_tree **place = i == 0 ? &c->table->rows : &c->table->indexes[i - 1].tree;
        if (rc == CRM4E_OK) {
            c4_memory_tree *old = *place;
            *place = c->trees[i];
            c->trees[i] = old;
        }
        c4_memory_tree_free(c->mem, c->trees[i]);
    }
    c4_free(c->mem, c->trees);
}

int c4_memory_insert(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     const crm4e_value *values, size_t count)
{
    int rc;
    row_change c = {.mem = mem, .table = own_table(mem, state, table->name, &rc)};
    c4_memory_row *row = NULL;
    if (rc != CRM4E_OK)
        return rc;
    row = c4_memory_row_create(mem, values, count);
    rc = row == NULL ? CRM4E_E_NO_MEMORY : start_change(&c);
    if (rc == CRM4E_OK)
        rc = put_in(&c, row);
    end_change(&c, rc);
    c4_memory_row_free(mem, row);
    return rc;
}

/* The row with some values replaced. */
static c4_memory_row *changed_row(const row_change *c, const c4_memory_row *old,
                                  const uint32_t *columns, const crm4e_value *values, size_t count)
{
    size_t width = c->table->column_count;
    c4_memory_row *row = NULL;
    crm4e_value *all = c4_alloc_array(c->mem, width, sizeof(*all));
    if (all == NULL)
        return NULL;
    for (size_t i = 0; i < width; i++)
        all[i] = *c4_memory_row_value(old, (uint32_t)i);
    for (size_t i = 0; i < count; i++) {
        if (columns[i] < width)
            all[columns[i]] = values[i];
    }
    row = c4_memory_row_create(c->mem, all, width);
    c4_free(c->mem, all);
    return row;
}

int c4_memory_update(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     crm4e_id id, const uint32_t *columns, const crm4e_value *values, size_t count)
{
    int rc;
    row_change c = {.mem = mem, .table = own_table(mem, state, table->name, &rc)};
    c4_memory_row *old = c.table == NULL ? NULL : c4_memory_tree_find(c.table->rows, id);
    c4_memory_row *row = NULL;
    if (old == NULL)
        return rc != CRM4E_OK ? rc : CRM4E_E_NOT_FOUND;
    row = changed_row(&c, old, columns, values, count);
    rc = row == NULL ? CRM4E_E_NO_MEMORY : start_change(&c);
    if (rc == CRM4E_OK)
        rc = take_out(&c, old);
    if (rc == CRM4E_OK)
        rc = put_in(&c, row);
    end_change(&c, rc);
    c4_memory_row_free(mem, row);
    return rc;
}

int c4_memory_remove(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     crm4e_id id)
{
    int rc;
    row_change c = {.mem = mem, .table = own_table(mem, state, table->name, &rc)};
    c4_memory_row *old = c.table == NULL ? NULL : c4_memory_tree_find(c.table->rows, id);
    if (old == NULL)
        return rc != CRM4E_OK ? rc : CRM4E_E_NOT_FOUND;
    rc = start_change(&c);
    if (rc == CRM4E_OK)
        rc = take_out(&c, old);
    end_change(&c, rc);
    return rc;
}
