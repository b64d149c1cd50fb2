/* SPDX-License-Identifier: MIT */
/*
 * Criteria -> predicate. `not` is drawn down into the comparators, which three-
 * valued logic allows: `not (a = 1 or b is null)` is `a != 1 and b is not
 * null`. So nothing above a leaf negates, and a path that is empty or not
 * visible matches neither a comparison nor its negation.
 */
#include "model/gates.h"
#include "record/query_leaf.h"

enum {
    LINKED_MOST = 16 /* records whose links are worth looking for */
};

static const c4_comparator opposites[] = {
    [C4_EQUAL] = C4_NOT_EQUAL,     [C4_NOT_EQUAL] = C4_EQUAL,     [C4_LESS] = C4_GREATER_EQUAL,
    [C4_LESS_EQUAL] = C4_GREATER,  [C4_GREATER] = C4_LESS_EQUAL,  [C4_GREATER_EQUAL] = C4_LESS,
    [C4_BETWEEN] = C4_NOT_BETWEEN, [C4_NOT_BETWEEN] = C4_BETWEEN, [C4_IN] = C4_NOT_IN,
    [C4_NOT_IN] = C4_IN,           [C4_LIKE] = C4_NOT_LIKE,       [C4_NOT_LIKE] = C4_LIKE,
    [C4_IS_NULL] = C4_IS_NOT_NULL, [C4_IS_NOT_NULL] = C4_IS_NULL,
};

static int too_deep(const c4_compiler *compiler)
{
    (void)c4_fail(compiler->unit->error, CRM4E_E_DEPTH, "criteria are nested deeper than %d",
                  C4_CRITERIA_DEPTH);
    (void)c4_fail_limit(compiler->unit->error, "criteria_depth", C4_CRITERIA_DEPTH,
                        C4_CRITERIA_DEPTH + 1);
    return CRM4E_E_DEPTH;
}

static int too_wide(const c4_compiler *compiler)
{
    (void)c4_fail(compiler->unit->error, CRM4E_E_TOO_BIG, "more than %d criteria in a query",
                  C4_CRITERIA_WIDTH);
    (void)c4_fail_limit(compiler->unit->error, "criteria", C4_CRITERIA_WIDTH,
                        C4_CRITERIA_WIDTH + 1);
    return CRM4E_E_TOO_BIG;
}

/* A comparison of a lookup with a text reads names: checked as such. */
static int check_leaf(c4_compiler *compiler, const c4_criteria *leaf)
{
    c4_path path;
    c4_name_target *targets = NULL;
    size_t count = 0;
    bool names = false;
    int rc = leaf->path == NULL ? c4_compiler_fail(compiler, CRM4E_E_MISUSE)
                                : c4_path_resolve(compiler, leaf->path, &path);
    if (rc != CRM4E_OK)
        return rc;
    if (compiler->leaves++ == C4_CRITERIA_WIDTH)
        return too_wide(compiler);
    for (size_t i = 0; i < leaf->literal_count && !names; i++)
        names = c4_literal_is_name(path.field, &leaf->literals[i]);
    if (names)
        rc = c4_name_targets(compiler, &path.places[path.hop_count], path.field, &targets, &count);
    return rc;
}

static int check_node(c4_compiler *compiler, const c4_criteria *node, unsigned depth)
{
    int rc = CRM4E_OK;
    if (depth == C4_TREE_DEPTH)
        return too_deep(compiler);
    if (node->kind == C4_CRITERIA_LEAF)
        return check_leaf(compiler, node);
    if (node->kind > C4_CRITERIA_LEAF || (node->child_count > 0 && node->children == NULL) ||
        (node->kind == C4_CRITERIA_NOT && node->child_count != 1))
        return c4_compiler_fail(compiler, CRM4E_E_MISUSE);
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = check_node(compiler, node->children[i], depth + 1);
    return rc;
}

int c4_criteria_check(c4_compiler *compiler, const c4_criteria *criteria)
{
    return criteria == NULL ? CRM4E_OK : check_node(compiler, criteria, 0);
}

static int build_leaf(c4_compiler *compiler, const c4_criteria *leaf, bool negate,
                      crm4e_predicate *out)
{
    c4_comparator comparator = leaf->comparator;
    c4_path path;
    int rc = c4_path_resolve(compiler, leaf->path, &path);
    if (rc == CRM4E_OK && (comparator < C4_EQUAL || comparator > C4_IS_NOT_NULL))
        rc = c4_compiler_fail(compiler, CRM4E_E_MISUSE);
    if (rc == CRM4E_OK)
        rc = c4_leaf_compile(compiler, &path.places[path.hop_count], path.field,
                             negate ? opposites[comparator] : comparator, leaf->literals,
                             leaf->literal_count, out);
    for (size_t i = path.hop_count; i > 0 && rc == CRM4E_OK; i--) {
        crm4e_predicate inner = *out;
        rc = c4_hop_compile(compiler, path.hops[i - 1], &path.places[i], &inner, out);
    }
    return rc;
}

/* The tree was checked: depth and shape hold. */
static int build_node(c4_compiler *compiler, const c4_criteria *node, bool negate,
                      crm4e_predicate *out)
{
    crm4e_predicate *children;
    int rc = CRM4E_OK;
    if (node->kind == C4_CRITERIA_LEAF)
        return build_leaf(compiler, node, negate, out);
    if (node->kind == C4_CRITERIA_NOT)
        return build_node(compiler, node->children[0], !negate, out);
    children = c4_arena_array(compiler->unit->arena, node->child_count, sizeof *children);
    if (children == NULL)
        return c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = build_node(compiler, node->children[i], negate, &children[i]);
    *out = (node->kind == C4_CRITERIA_AND) != negate ? c4_where_all(children, node->child_count)
                                                     : c4_where_any(children, node->child_count);
    return rc;
}

int c4_criteria_build(c4_compiler *compiler, const c4_criteria *criteria, crm4e_predicate *out)
{
    return build_node(compiler, criteria, false, out);
}

/* A comparison with ids of records, of a field of the module itself that holds several. */
static const c4_field *linked_field(const c4_module *module, const c4_criteria *leaf)
{
    const c4_field *field = c4_module_field_named(module, leaf->path);
    bool fits = field != NULL && field->type == CRM4E_TYPE_MULTISELECTLOOKUP &&
                (leaf->comparator == C4_EQUAL || leaf->comparator == C4_IN) &&
                leaf->literal_count > 0 && leaf->literal_count <= LINKED_MOST;
    for (size_t i = 0; i < leaf->literal_count && fits; i++)
        fits = leaf->literals[i].kind == C4_LITERAL_NUMBER;
    return fits ? field : NULL;
}

static const c4_criteria *linked_leaf(const c4_module *module, const c4_criteria *node)
{
    const c4_criteria *found = NULL;
    if (node->kind == C4_CRITERIA_LEAF)
        found = linked_field(module, node) != NULL ? node : NULL;
    for (size_t i = 0; node->kind == C4_CRITERIA_AND && i < node->child_count && !found; i++)
        found = linked_leaf(module, node->children[i]);
    return found;
}

int c4_criteria_links(c4_compiler *compiler, const c4_criteria *criteria, bool *found,
                      crm4e_predicate *out)
{
    const c4_module *module = compiler->root.module;
    const c4_criteria *leaf = linked_leaf(module, criteria);
    *found = leaf != NULL;
    if (leaf == NULL)
        return CRM4E_OK;
    const c4_leaf asked = {compiler,         &compiler->root, linked_field(module, leaf),
                           leaf->comparator, leaf->literals,  leaf->literal_count};
    return c4_leaf_links(&asked, out);
}

static int compile(c4_compiler *compiler, const c4_criteria *criteria,
                   const crm4e_predicate **predicate)
{
    crm4e_predicate *out = NULL;
    int rc = c4_criteria_check(compiler, criteria);
    if (rc == CRM4E_OK && criteria != NULL) {
        out = c4_arena_array(compiler->unit->arena, 1, sizeof *out);
        rc = out == NULL ? c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY)
                         : c4_criteria_build(compiler, criteria, out);
    }
    c4_compiler_end(compiler);
    *predicate = rc == CRM4E_OK ? out : NULL;
    return rc;
}

int c4_criteria_compile(const c4_scope *scope, const c4_criteria *criteria,
                        const crm4e_predicate **predicate)
{
    c4_place root = {scope->module, scope};
    c4_compiler compiler;
    c4_compiler_init(&compiler, scope->unit, root);
    return compile(&compiler, criteria, predicate);
}

int c4_criteria_compile_rule(c4_unit *unit, c4_unit *author, const c4_module *module,
                             const c4_criteria *criteria, const crm4e_predicate **predicate)
{
    c4_place root = {.module = module};
    c4_compiler compiler;
    c4_compiler_init(&compiler, unit, root);
    compiler.reader = C4_NARROWS(AUTHOR_SIGHT, author, NULL);
    return compile(&compiler, criteria, predicate);
}

/* Amounts go by rates, days by a time zone, names by who may read them. */
static bool is_constant_leaf(const c4_module *module, const c4_criteria *leaf)
{
    enum {
        CONSTANT = 1u << C4_STORED_TEXT | 1u << C4_STORED_INTEGER | 1u << C4_STORED_DECIMAL |
                   1u << C4_STORED_BOOLEAN | 1u << C4_STORED_OPTION,
        WRITTEN = 1u << C4_LITERAL_TEXT | 1u << C4_LITERAL_NUMBER | 1u << C4_LITERAL_BOOLEAN
    };
    const c4_field *field = c4_module_field_named(module, leaf->path);
    bool constant = field != NULL && field->type != CRM4E_TYPE_CURRENCY &&
                    (CONSTANT & 1u << c4_type_info_of(field->type)->stored) != 0;
    for (size_t i = 0; i < leaf->literal_count && constant; i++)
        constant = (WRITTEN & 1u << leaf->literals[i].kind) != 0;
    return constant;
}

static bool is_constant(const c4_module *module, const c4_criteria *node, unsigned depth)
{
    bool constant = depth < C4_TREE_DEPTH;
    if (constant && node->kind == C4_CRITERIA_LEAF)
        return node->path != NULL && is_constant_leaf(module, node);
    for (size_t i = 0; i < node->child_count && constant; i++)
        constant = is_constant(module, node->children[i], depth + 1);
    return constant;
}

bool c4_criteria_constant(const c4_module *module, const c4_criteria *criteria)
{
    return is_constant(module, criteria, 0);
}
