/* SPDX-License-Identifier: MIT */
#include "record/query_inside.h"

#include <string.h>

/* Each copier leaves the arena's failure in `failed`. */
typedef struct copier {
    c4_arena *arena;
    bool failed;
} copier;

static const char *copy_text(copier *c, const char *text, size_t length)
{
    const char *copy = text == NULL ? NULL : c4_arena_text(c->arena, text, length);
    c->failed = c->failed || (text != NULL && copy == NULL);
    return copy;
}

static const char *copy_name(copier *c, const char *text)
{
    return copy_text(c, text, text == NULL ? 0 : strlen(text));
}

static void *copy_array(copier *c, const void *items, size_t count, size_t size)
{
    void *copy = items == NULL ? NULL : c4_arena_array(c->arena, count, size);
    c->failed = c->failed || (items != NULL && copy == NULL);
    if (copy != NULL && count > 0)
        memcpy(copy, items, count * size);
    return copy;
}

static const c4_criteria *copy_criteria(copier *c, const c4_criteria *from, unsigned depth)
{
    c4_criteria *to = copy_array(c, from, 1, sizeof *to);
    const c4_criteria **children;
    c4_literal *literals;
    c->failed = c->failed || depth == C4_TREE_DEPTH;
    if (c->failed || from == NULL)
        return NULL;
    children = copy_array(c, from->children, from->child_count, sizeof *children);
    for (size_t i = 0; i < from->child_count && !c->failed; i++)
        children[i] = copy_criteria(c, from->children[i], depth + 1);
    to->children = children;
    to->path = copy_name(c, from->path);
    literals = copy_array(c, from->literals, from->literal_count, sizeof *literals);
    for (size_t i = 0; i < from->literal_count && !c->failed; i++)
        literals[i].text = copy_text(c, from->literals[i].text, from->literals[i].length);
    to->literals = literals;
    return to;
}

/* Trees of the parser are never deeper than it may copy: a failure is memory. */
int c4_query_copy(c4_arena *arena, const c4_query_tree *from, c4_query_tree *to)
{
    copier c = {.arena = arena};
    const char **columns = copy_array(&c, from->columns, from->column_count, sizeof *columns);
    const char **groups = copy_array(&c, from->groups, from->group_count, sizeof *groups);
    c4_query_order *order = copy_array(&c, from->order, from->order_count, sizeof *order);
    *to = *from;
    to->module = copy_name(&c, from->module);
    for (size_t i = 0; i < from->column_count && !c.failed; i++)
        columns[i] = copy_name(&c, from->columns[i]);
    for (size_t i = 0; i < from->group_count && !c.failed; i++)
        groups[i] = copy_name(&c, from->groups[i]);
    for (size_t i = 0; i < from->order_count && !c.failed; i++)
        order[i].path = copy_name(&c, from->order[i].path);
    to->columns = columns;
    to->groups = groups;
    to->order = order;
    to->locale = copy_name(&c, from->locale);
    to->where = copy_criteria(&c, from->where, 0);
    to->ids = copy_array(&c, from->ids, from->id_count, sizeof *from->ids);
    to->after = copy_text(&c, from->after, from->after_length);
    return c.failed ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}
