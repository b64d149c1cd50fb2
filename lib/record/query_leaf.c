/* SPDX-License-Identifier: MIT */
/* One comparison -> predicate, by how the field is stored. Negation was drawn
 * into the comparators: no node above a leaf negates it, so a comparison that
 * can only be false or unknown may be FALSE. */
#include "record/query_leaf.h"

#include "base/text.h"
#include "model/schema.h"
#include "model/standard.h"
#include "record/link.h"

#include <string.h>

#define BIT(comparator) (1u << (comparator))
enum {
    NULL_TESTS = BIT(C4_IS_NULL) | BIT(C4_IS_NOT_NULL),
    EQUALITY = NULL_TESTS | BIT(C4_EQUAL) | BIT(C4_NOT_EQUAL) | BIT(C4_IN) | BIT(C4_NOT_IN),
    LIKES = BIT(C4_LIKE) | BIT(C4_NOT_LIKE),
    ORDERED = EQUALITY | BIT(C4_LESS) | BIT(C4_LESS_EQUAL) | BIT(C4_GREATER) |
              BIT(C4_GREATER_EQUAL) | BIT(C4_BETWEEN) | BIT(C4_NOT_BETWEEN)
};

typedef struct class_rule {
    uint32_t comparators;
    int (*compile)(const c4_leaf *leaf, crm4e_predicate *out);
} class_rule;

static const class_rule class_rules[] = {
    [C4_STORED_TEXT] = {ORDERED | LIKES, c4_leaf_text},
    [C4_STORED_INTEGER] = {ORDERED, c4_leaf_ordered},
    [C4_STORED_DECIMAL] = {ORDERED, c4_leaf_ordered},
    [C4_STORED_DATE] = {ORDERED, c4_leaf_ordered},
    [C4_STORED_TIME] = {ORDERED, c4_leaf_ordered},
    [C4_STORED_BOOLEAN] = {EQUALITY, c4_leaf_ordered},
    [C4_STORED_OPTION] = {EQUALITY | LIKES, c4_leaf_option},
    [C4_STORED_OPTIONS] = {EQUALITY | LIKES, c4_leaf_option},
    [C4_STORED_ID] = {EQUALITY | LIKES, c4_leaf_id},
    [C4_STORED_IDS] = {EQUALITY | LIKES, c4_leaf_ids},
    [C4_STORED_FILES] = {NULL_TESTS, NULL},
    [C4_STORED_ROWS] = {NULL_TESTS, NULL},
};

bool c4_comparator_negative(c4_comparator comparator)
{
    return comparator == C4_NOT_EQUAL || comparator == C4_NOT_IN || comparator == C4_NOT_LIKE ||
           comparator == C4_NOT_BETWEEN;
}

int c4_leaf_no_memory(const c4_leaf *leaf)
{
    return c4_compiler_fail(leaf->compiler, CRM4E_E_NO_MEMORY);
}

int c4_leaf_refuse(const c4_leaf *leaf, const char *rule, const char *problem)
{
    return c4_compiler_refuse(leaf->compiler, leaf->place, leaf->field, rule, problem);
}

crm4e_predicate c4_leaf_constant(const c4_leaf *leaf, bool truth)
{
    return c4_where(truth ? CRM4E_OP_IS_NOT_NULL : CRM4E_OP_FALSE, leaf->field->column, NULL, 0);
}

static bool count_fits(c4_comparator comparator, size_t count)
{
    bool fits = count == 1;
    if ((BIT(comparator) & NULL_TESTS) != 0)
        fits = count == 0;
    else if (comparator == C4_BETWEEN || comparator == C4_NOT_BETWEEN)
        fits = count == 2;
    else if (comparator == C4_IN || comparator == C4_NOT_IN)
        fits = true;
    return fits;
}

int c4_leaf_compile(c4_compiler *compiler, const c4_place *place, const c4_field *field,
                    c4_comparator comparator, const c4_literal *literals, size_t count,
                    crm4e_predicate *out)
{
    const c4_type_info *info = c4_type_info_of(field->type);
    c4_leaf leaf = {compiler, place, field, comparator, literals, count};
    const class_rule *rule = &class_rules[info->stored];
    c4_leaf users = leaf;
    bool roles = false;
    int rc = CRM4E_OK;
    if (comparator < C4_EQUAL || comparator > C4_IS_NOT_NULL || !count_fits(comparator, count))
        return c4_compiler_fail(compiler, CRM4E_E_MISUSE);
    if ((rule->comparators & BIT(comparator)) == 0)
        return c4_leaf_refuse(&leaf, "comparator", "the comparator does not fit the type of field");
    if (count > C4_IN_VALUES) {
        (void)c4_fail(compiler->unit->error, CRM4E_E_TOO_BIG, "more than %d values in a list",
                      C4_IN_VALUES);
        (void)c4_fail_limit(compiler->unit->error, "values", C4_IN_VALUES, (int64_t)count);
        return CRM4E_E_TOO_BIG;
    }
    rc = c4_leaf_expand_roles(&leaf, &users, &roles);
    if (rc != CRM4E_OK)
        return rc;
    if (c4_leaf_is_currency(&leaf) && (BIT(comparator) & NULL_TESTS) != 0) {
        /* nothing there is the home currency */
        *out = c4_where(comparator == C4_IS_NOT_NULL ? CRM4E_OP_IS_NOT_NULL : CRM4E_OP_FALSE,
                        C4_COLUMN_ID, NULL, 0);
        return CRM4E_OK;
    }
    comparator = users.comparator;
    count = users.count;
    if (comparator == C4_IS_NULL)
        *out = c4_where(CRM4E_OP_IS_NULL, field->column, NULL, 0);
    else if (comparator == C4_IS_NOT_NULL || (count == 0 && comparator == C4_NOT_IN))
        *out = c4_leaf_constant(&leaf, true);
    else if (count == 0)
        *out = c4_leaf_constant(&leaf, false);
    else
        rc = rule->compile(&users, out);
    return rc;
}

bool c4_node_both(c4_arena *arena, crm4e_operator op, const crm4e_predicate *a,
                  const crm4e_predicate *b, crm4e_predicate *out)
{
    crm4e_predicate *children = c4_arena_array(arena, 2, sizeof *children);
    if (children == NULL)
        return false;
    children[0] = *a;
    children[1] = *b;
    *out = (crm4e_predicate){.op = op, .children = children, .child_count = 2};
    return true;
}

bool c4_node_not(c4_arena *arena, const crm4e_predicate *a, crm4e_predicate *out)
{
    crm4e_predicate *child = c4_arena_copy(arena, a, sizeof *a);
    *out = (crm4e_predicate){.op = CRM4E_OP_NOT, .children = child, .child_count = 1};
    return child != NULL;
}

int c4_hop_compile(c4_compiler *compiler, const c4_field *lookup, const c4_place *target,
                   const crm4e_predicate *inner, crm4e_predicate *out)
{
    c4_arena *arena = compiler->unit->arena;
    const crm4e_predicate *rows = c4_place_rows(target);
    crm4e_predicate *child = c4_arena_copy(arena, inner, sizeof *inner);
    if (child == NULL || (rows != NULL && !c4_node_both(arena, CRM4E_OP_AND, rows, inner, child)))
        return c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
    const bool several = lookup->type == CRM4E_TYPE_MULTISELECTLOOKUP;
    const crm4e_predicate one = {.op = CRM4E_OP_IN_SELECT,
                                 .column = several ? C4_LINK_TARGET : lookup->column,
                                 .select_table = &target->module->table,
                                 .select_column = 0,
                                 .children = child,
                                 .child_count = 1};
    *out = one;
    return !several || c4_links_where(arena, lookup, &one, out)
               ? CRM4E_OK
               : c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
}

bool c4_like_split(const char *text, size_t length, c4_like_part *part)
{
    static const crm4e_operator ops[2][2] = {{CRM4E_OP_EQ, CRM4E_OP_PREFIX},
                                             {CRM4E_OP_SUFFIX, CRM4E_OP_CONTAINS}};
    bool before = length > 0 && text[0] == '%';
    bool after = length > 1 && text[length - 1] == '%';
    part->start = before ? 1 : 0;
    part->length = length - (before ? 1 : 0) - (after ? 1 : 0);
    part->op = ops[before][after];
    if (part->length == 0 && before)
        part->op = CRM4E_OP_IS_NOT_NULL;
    return part->length == 0 || memchr(text + part->start, '%', part->length) == NULL;
}

/* Folded into the arena. */
static int fold(const c4_leaf *leaf, const char *text, size_t length, crm4e_value *out)
{
    const c4_mem *mem = leaf->compiler->unit->arena->mem;
    size_t folded_length = 0;
    char *folded;
    char *kept;
    if (c4_text_check(text, length) != CRM4E_OK)
        return c4_leaf_refuse(leaf, "utf8", "the text is not well-formed UTF-8");
    folded = c4_text_folded(mem, text, length, &folded_length);
    kept =
        folded == NULL ? NULL : c4_arena_text(leaf->compiler->unit->arena, folded, folded_length);
    c4_free(mem, folded);
    *out = c4_text_value(kept, folded_length);
    return kept == NULL ? c4_leaf_no_memory(leaf) : CRM4E_OK;
}

static crm4e_predicate text_node(const c4_leaf *leaf, crm4e_operator op, const crm4e_value *values,
                                 size_t count)
{
    bool keyed = (leaf->field->flags & C4_FIELD_KEYED) != 0;
    crm4e_predicate node =
        c4_where(op, keyed ? leaf->field->key_column : leaf->field->column, values, count);
    node.flags = keyed ? 0 : CRM4E_FOLD;
    return node;
}

static int text_like(const c4_leaf *leaf, crm4e_predicate *out)
{
    const c4_literal *pattern = &leaf->literals[0];
    bool negative = leaf->comparator == C4_NOT_LIKE;
    c4_arena *arena = leaf->compiler->unit->arena;
    crm4e_predicate node;
    c4_like_part part;
    crm4e_value *value = c4_arena_array(arena, 1, sizeof *value);
    int rc;
    if (value == NULL)
        return c4_leaf_no_memory(leaf);
    if (pattern->kind != C4_LITERAL_TEXT || !c4_like_split(pattern->text, pattern->length, &part))
        return c4_leaf_refuse(leaf, "like", "like takes a text with % only at its ends");
    if (part.op == CRM4E_OP_IS_NOT_NULL) {
        *out = c4_leaf_constant(leaf, !negative);
        return CRM4E_OK;
    }
    rc = fold(leaf, pattern->text + part.start, part.length, value);
    if (rc != CRM4E_OK)
        return rc;
    node = text_node(leaf, part.op, value, 1);
    *out = node;
    if (negative && !c4_node_not(arena, &node, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

static const crm4e_operator plain_operators[] = {
    [C4_EQUAL] = CRM4E_OP_EQ,        [C4_NOT_EQUAL] = CRM4E_OP_NE,
    [C4_LESS] = CRM4E_OP_LT,         [C4_LESS_EQUAL] = CRM4E_OP_LE,
    [C4_GREATER] = CRM4E_OP_GT,      [C4_GREATER_EQUAL] = CRM4E_OP_GE,
    [C4_BETWEEN] = CRM4E_OP_BETWEEN, [C4_NOT_BETWEEN] = CRM4E_OP_BETWEEN,
    [C4_IN] = CRM4E_OP_IN,           [C4_NOT_IN] = CRM4E_OP_IN,
};

int c4_leaf_text(const c4_leaf *leaf, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    crm4e_value *values;
    crm4e_predicate node;
    int rc = CRM4E_OK;
    if (leaf->comparator == C4_LIKE || leaf->comparator == C4_NOT_LIKE)
        return text_like(leaf, out);
    values = c4_arena_array(arena, leaf->count, sizeof *values);
    if (values == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++) {
        if (leaf->literals[i].kind != C4_LITERAL_TEXT)
            rc = c4_leaf_refuse(leaf, "type", "the value must be a text in quotes");
        else
            rc = fold(leaf, leaf->literals[i].text, leaf->literals[i].length, &values[i]);
    }
    if (rc != CRM4E_OK)
        return rc;
    node = text_node(leaf, plain_operators[leaf->comparator], values, leaf->count);
    *out = node;
    if ((leaf->comparator == C4_NOT_IN || leaf->comparator == C4_NOT_BETWEEN) &&
        !c4_node_not(arena, &node, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

/* The leaf again, about the name field of each target: `lookup = 'Acme'` is
 * `lookup.Name = 'Acme'`. */
static int names(const c4_leaf *leaf, const c4_literal *literals, size_t count,
                 crm4e_predicate *out)
{
    c4_compiler *compiler = leaf->compiler;
    c4_name_target *targets = NULL;
    size_t target_count = 0;
    crm4e_predicate *nodes;
    int rc = c4_name_targets(compiler, leaf->place, leaf->field, &targets, &target_count);
    if (rc != CRM4E_OK)
        return rc;
    nodes = c4_arena_array(compiler->unit->arena, target_count, sizeof *nodes);
    if (nodes == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < target_count && rc == CRM4E_OK; i++) {
        crm4e_predicate inner;
        rc = c4_leaf_compile(compiler, &targets[i].place, targets[i].name, leaf->comparator,
                             literals, count, &inner);
        if (rc == CRM4E_OK)
            rc = c4_hop_compile(compiler, leaf->field, &targets[i].place, &inner, &nodes[i]);
    }
    *out = c4_where_any(nodes, target_count);
    return rc;
}

/* Records whose name is known, and not the one that is asked for, and no other of them has it. */
static int other_names(const c4_leaf *leaf, const c4_literal *literals, size_t count,
                       crm4e_predicate *out)
{
    static const c4_comparator opposites[] = {
        [C4_NOT_EQUAL] = C4_EQUAL, [C4_NOT_IN] = C4_IN, [C4_NOT_LIKE] = C4_LIKE};
    c4_arena *arena = leaf->compiler->unit->arena;
    crm4e_predicate named = {0};
    crm4e_predicate one = {0};
    crm4e_predicate none = {0};
    c4_leaf asked = *leaf;
    int rc;
    asked.comparator = C4_IS_NOT_NULL;
    rc = names(&asked, NULL, 0, &named);
    asked.comparator = opposites[leaf->comparator];
    if (rc == CRM4E_OK)
        rc = names(&asked, literals, count, &one);
    if (rc == CRM4E_OK && (!c4_node_not(arena, &one, &none) ||
                           !c4_node_both(arena, CRM4E_OP_AND, &named, &none, out)))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

static int ask_names(const c4_leaf *leaf, const c4_literal *literals, size_t count,
                     crm4e_predicate *out)
{
    return leaf->field->type == CRM4E_TYPE_MULTISELECTLOOKUP &&
                   c4_comparator_negative(leaf->comparator)
               ? other_names(leaf, literals, count, out)
               : names(leaf, literals, count, out);
}

/* Those by name and those by id, each asked in its way. */
int c4_leaf_named(const c4_leaf *leaf, c4_leaf_maker by_ids, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    c4_literal *parts = c4_arena_array(arena, leaf->count, sizeof *parts);
    crm4e_predicate by_name = {0};
    crm4e_predicate by_id = {0};
    size_t texts = 0;
    size_t others = 0;
    int rc = CRM4E_OK;
    if (parts == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < leaf->count; i++) {
        if (c4_literal_is_name(leaf->field, &leaf->literals[i]))
            parts[texts++] = leaf->literals[i];
        else
            parts[leaf->count - ++others] = leaf->literals[i];
    }
    if (others > 0) {
        c4_leaf ids = *leaf;
        ids.literals = parts + texts;
        ids.count = others;
        if (leaf->comparator == C4_LIKE || leaf->comparator == C4_NOT_LIKE)
            rc = c4_leaf_refuse(leaf, "comparator", "like takes the name of a record");
        else
            rc = by_ids(&ids, &by_id);
    }
    if (rc == CRM4E_OK && texts > 0)
        rc = ask_names(leaf, parts, texts, &by_name);
    *out = texts > 0 ? by_name : by_id;
    if (rc == CRM4E_OK && texts > 0 && others > 0 &&
        !c4_node_both(arena, c4_comparator_negative(leaf->comparator) ? CRM4E_OP_AND : CRM4E_OP_OR,
                      &by_id, &by_name, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

int c4_leaf_id(const c4_leaf *leaf, crm4e_predicate *out)
{
    return c4_leaf_named(leaf, c4_leaf_ordered, out);
}
