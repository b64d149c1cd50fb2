/* SPDX-License-Identifier: MIT */
#include "storage/memory/tree.h"

#include "storage/storage.h"

#include <stdatomic.h>
#include <string.h>

struct c4_memory_row {
    atomic_size_t shares;
    size_t count;
    crm4e_value *values;
};

struct c4_memory_tree {
    atomic_size_t shares;
    int height;
    c4_memory_row *row;
    c4_memory_tree *left;
    c4_memory_tree *right;
};

static bool has_bytes(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_TEXT || value->type == CRM4E_VALUE_BLOB;
}

static bool row_size(const crm4e_value *values, size_t count, size_t *size)
{
    bool fits = c4_mul_size(count, sizeof(*values), size) &&
                c4_add_size(*size, sizeof(c4_memory_row), size);
    for (size_t i = 0; i < count && fits; i++) {
        if (has_bytes(&values[i]))
            fits = c4_add_size(*size, values[i].length, size);
    }
    return fits;
}

c4_memory_row *c4_memory_row_create(const c4_mem *mem, const crm4e_value *values, size_t count)
{
    c4_memory_row *row = NULL;
    char *bytes;
    size_t size;
    if (row_size(values, count, &size))
        row = c4_alloc(mem, size);
    if (row == NULL)
        return NULL;
    atomic_init(&row->shares, 1);
    row->count = count;
    row->values = (crm4e_value *)(void *)(row + 1);
    bytes = (char *)(row->values + count);
    for (size_t i = 0; i < count; i++) {
        row->values[i] = values[i];
        row->values[i].data = NULL;
        if (has_bytes(&values[i])) {
            if (values[i].length > 0)
                memcpy(bytes, values[i].data, values[i].length);
            row->values[i].data = bytes;
            bytes += values[i].length;
        }
    }
    return row;
}

static c4_memory_row *row_share(c4_memory_row *row)
{
    atomic_fetch_add_explicit(&row->shares, 1, memory_order_relaxed);
    return row;
}

/* True for the one who held the last share. */
static bool last_share(atomic_size_t *shares)
{
    return atomic_fetch_sub_explicit(shares, 1, memory_order_acq_rel) == 1;
}

void c4_memory_row_free(const c4_mem *mem, c4_memory_row *row)
{
    if (row != NULL && last_share(&row->shares))
        c4_free(mem, row);
}

const crm4e_value *c4_memory_row_value(const c4_memory_row *row, uint32_t column)
{
    static const crm4e_value null = {0};
    return column < row->count ? &row->values[column] : &null;
}

crm4e_id c4_memory_row_id(const c4_memory_row *row)
{
    return row->values[0].integer;
}

c4_memory_tree *c4_memory_tree_share(c4_memory_tree *tree)
{
    if (tree != NULL)
        atomic_fetch_add_explicit(&tree->shares, 1, memory_order_relaxed);
    return tree;
}

void c4_memory_tree_free(const c4_mem *mem, c4_memory_tree *tree)
{
    if (tree != NULL && last_share(&tree->shares)) {
        c4_memory_tree_free(mem, tree->left);
        c4_memory_tree_free(mem, tree->right);
        c4_memory_row_free(mem, tree->row);
        c4_free(mem, tree);
    }
}

/* One change under way. After a failure every step only gives back what it was
 * handed. */
typedef struct change {
    const c4_mem *mem;
    const c4_memory_key *key;
    bool failed;
} change;

static int height(const c4_memory_tree *tree)
{
    return tree == NULL ? 0 : tree->height;
}

/* Takes over `left` and `right`, shares `row`. */
static c4_memory_tree *join(change *c, c4_memory_tree *left, c4_memory_row *row,
                            c4_memory_tree *right)
{
    c4_memory_tree *tree = c->failed ? NULL : c4_alloc(c->mem, sizeof(*tree));
    if (tree == NULL) {
        c->failed = true;
        c4_memory_tree_free(c->mem, left);
        c4_memory_tree_free(c->mem, right);
        return NULL;
    }
    atomic_init(&tree->shares, 1);
    tree->height = 1 + (height(left) > height(right) ? height(left) : height(right));
    tree->row = row_share(row);
    tree->left = left;
    tree->right = right;
    return tree;
}

static c4_memory_tree *lean_right(change *c, c4_memory_tree *left, c4_memory_row *row,
                                  c4_memory_tree *right)
{
    c4_memory_tree *outer = left->left;
    c4_memory_tree *inner = left->right;
    c4_memory_tree *tree;
    if (height(outer) >= height(inner)) {
        right = join(c, c4_memory_tree_share(inner), row, right);
        tree = join(c, c4_memory_tree_share(outer), left->row, right);
    } else {
        c4_memory_tree *low =
            join(c, c4_memory_tree_share(outer), left->row, c4_memory_tree_share(inner->left));
        c4_memory_tree *high = join(c, c4_memory_tree_share(inner->right), row, right);
        tree = join(c, low, inner->row, high);
    }
    c4_memory_tree_free(c->mem, left);
    return tree;
}

static c4_memory_tree *lean_left(change *c, c4_memory_tree *left, c4_memory_row *row,
                                 c4_memory_tree *right)
{
    c4_memory_tree *outer = right->right;
    c4_memory_tree *inner = right->left;
    c4_memory_tree *tree;
    if (height(outer) >= height(inner)) {
        left = join(c, left, row, c4_memory_tree_share(inner));
        tree = join(c, left, right->row, c4_memory_tree_share(outer));
    } else {
        c4_memory_tree *low = join(c, left, row, c4_memory_tree_share(inner->left));
        c4_memory_tree *high =
            join(c, c4_memory_tree_share(inner->right), right->row, c4_memory_tree_share(outer));
        tree = join(c, low, inner->row, high);
    }
    c4_memory_tree_free(c->mem, right);
    return tree;
}

/* join() of two sides whose heights differ by at most two. */
static c4_memory_tree *balance(change *c, c4_memory_tree *left, c4_memory_row *row,
                               c4_memory_tree *right)
{
    c4_memory_tree *tree;
    if (!c->failed && height(left) > height(right) + 1)
        tree = lean_right(c, left, row, right);
    else if (!c->failed && height(right) > height(left) + 1)
        tree = lean_left(c, left, row, right);
    else
        tree = join(c, left, row, right);
    return tree;
}

static int columns_order(const c4_memory_key *key, const c4_memory_row *a, const c4_memory_row *b)
{
    int order = 0;
    for (size_t i = 0; i < key->count && order == 0; i++)
        order = c4_value_order(c4_memory_row_value(a, key->columns[i]),
                               c4_memory_row_value(b, key->columns[i]));
    return order;
}

static int row_order(const c4_memory_key *key, const c4_memory_row *a, const c4_memory_row *b)
{
    int order = columns_order(key, a, b);
    return order != 0 ? order : c4_value_order(&a->values[0], &b->values[0]);
}

static c4_memory_tree *add(change *c, const c4_memory_tree *tree, c4_memory_row *row)
{
    c4_memory_tree *result;
    if (tree == NULL) {
        result = join(c, NULL, row, NULL);
    } else if (row_order(c->key, row, tree->row) < 0) {
        c4_memory_tree *left = add(c, tree->left, row);
        result = balance(c, left, tree->row, c4_memory_tree_share(tree->right));
    } else {
        c4_memory_tree *right = add(c, tree->right, row);
        result = balance(c, c4_memory_tree_share(tree->left), tree->row, right);
    }
    return result;
}

static c4_memory_tree *without(change *c, const c4_memory_tree *tree, const c4_memory_row *row);

static c4_memory_tree *without_root(change *c, const c4_memory_tree *tree)
{
    c4_memory_tree *result;
    if (tree->left == NULL) {
        result = c4_memory_tree_share(tree->right);
    } else if (tree->right == NULL) {
        result = c4_memory_tree_share(tree->left);
    } else {
        const c4_memory_tree *first = tree->right;
        while (first->left != NULL)
            first = first->left;
        c4_memory_tree *right = without(c, tree->right, first->row);
        result = balance(c, c4_memory_tree_share(tree->left), first->row, right);
    }
    return result;
}

static c4_memory_tree *without(change *c, const c4_memory_tree *tree, const c4_memory_row *row)
{
    c4_memory_tree *result = NULL;
    int order = tree == NULL ? 0 : row_order(c->key, row, tree->row);
    if (tree == NULL) {
        result = NULL;
    } else if (order < 0) {
        c4_memory_tree *left = without(c, tree->left, row);
        result = balance(c, left, tree->row, c4_memory_tree_share(tree->right));
    } else if (order > 0) {
        c4_memory_tree *right = without(c, tree->right, row);
        result = balance(c, c4_memory_tree_share(tree->left), tree->row, right);
    } else {
        result = without_root(c, tree);
    }
    return result;
}

static int replace(change *c, c4_memory_tree **tree, c4_memory_tree *changed)
{
    if (c->failed) {
        c4_memory_tree_free(c->mem, changed);
        return CRM4E_E_NO_MEMORY;
    }
    c4_memory_tree_free(c->mem, *tree);
    *tree = changed;
    return CRM4E_OK;
}

int c4_memory_tree_add(const c4_mem *mem, c4_memory_tree **tree, const c4_memory_key *key,
                       c4_memory_row *row)
{
    change c = {mem, key, false};
    return replace(&c, tree, add(&c, *tree, row));
}

int c4_memory_tree_remove(const c4_mem *mem, c4_memory_tree **tree, const c4_memory_key *key,
                          const c4_memory_row *row)
{
    change c = {mem, key, false};
    return replace(&c, tree, without(&c, *tree, row));
}

c4_memory_row *c4_memory_tree_find(const c4_memory_tree *tree, crm4e_id id)
{
    while (tree != NULL && c4_memory_row_id(tree->row) != id)
        tree = id < c4_memory_row_id(tree->row) ? tree->left : tree->right;
    return tree == NULL ? NULL : tree->row;
}

bool c4_memory_tree_has_key(const c4_memory_tree *tree, const c4_memory_key *key,
                            const c4_memory_row *row)
{
    int order = 1;
    for (size_t i = 0; i < key->count; i++) {
        if (c4_memory_row_value(row, key->columns[i])->type == CRM4E_VALUE_NULL)
            return false;
    }
    while (tree != NULL && (order = columns_order(key, row, tree->row)) != 0)
        tree = order < 0 ? tree->left : tree->right;
    return tree != NULL;
}

static void descend(c4_memory_walk *walk, const c4_memory_tree *tree)
{
    while (tree != NULL && walk->depth < C4_MEMORY_TREE_HEIGHT) {
        walk->path[walk->depth++] = tree;
        tree = tree->left;
    }
}

void c4_memory_walk_start(c4_memory_walk *walk, const c4_memory_tree *tree)
{
    walk->depth = 0;
    descend(walk, tree);
}

const c4_memory_row *c4_memory_walk_next(c4_memory_walk *walk)
{
    const c4_memory_tree *tree = NULL;
    if (walk->depth > 0) {
        tree = walk->path[--walk->depth];
        descend(walk, tree->right);
    }
    return tree == NULL ? NULL : tree->row;
}
