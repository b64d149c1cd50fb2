/* SPDX-License-Identifier: MIT */
/* Criteria of sharing rules. They are asked of one record at a time and mean
 * the same whoever asks: fields of the module itself, no current user, days in
 * the zone of the org. */
#include "record/query_inside.h"

#include "model/manage_rules.h"

#include <stdlib.h>
#include <string.h>

typedef struct field_list {
    int32_t *numbers;
    size_t count;
} field_list;

static int refuse(c4_unit *unit, const char *rule, const char *text)
{
    return c4_refuse(unit, CRM4E_E_INVALID, "when", rule, text);
}

static int read(c4_unit *unit, const char *text, const c4_criteria **criteria)
{
    return c4_criteria_parse(unit->arena, unit->error, text, strlen(text), criteria);
}

static size_t count_leaves(const c4_criteria *node)
{
    size_t count = node->kind == C4_CRITERIA_LEAF;

    for (size_t i = 0; i < node->child_count; i++) {
        count += count_leaves(node->children[i]);
    }
    return count;
}

static int check_leaf(c4_unit *unit, const c4_module *module, const c4_criteria *leaf,
                      field_list *fields)
{
    const c4_field *field;

    if (strchr(leaf->path, '.') != NULL) {
        return refuse(unit, "path", "names a field behind a lookup");
    }
    for (size_t i = 0; i < leaf->literal_count; i++) {
        if (leaf->literals[i].kind == C4_LITERAL_CURRENT_USER) {
            return refuse(unit, "current_user", "speaks of the current user");
        }
        if (leaf->literals[i].kind == C4_LITERAL_PERIOD) {
            return refuse(unit, "today", "speaks of today");
        }
        if (leaf->literals[i].kind == C4_LITERAL_ROLE) {
            return refuse(unit, "role", "speaks of who holds a role");
        }
    }
    field = c4_module_field_named(module, leaf->path);
    if (field != NULL) {
        fields->numbers[fields->count++] = field->number;
    }
    return CRM4E_OK;
}

static int check_node(c4_unit *unit, const c4_module *module, const c4_criteria *node,
                      field_list *fields)
{
    int rc = CRM4E_OK;

    if (node->kind == C4_CRITERIA_LEAF) {
        return check_leaf(unit, module, node, fields);
    }
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++) {
        rc = check_node(unit, module, node->children[i], fields);
    }
    return rc;
}

/* Once the author may read the fields: of which type they are is theirs to know. */
static int check_names(c4_unit *unit, const c4_module *module, const c4_criteria *node)
{
    const c4_field *field = NULL;
    int rc = CRM4E_OK;

    if (node->kind == C4_CRITERIA_LEAF) {
        field = c4_module_field_named(module, node->path);
    }
    for (size_t i = 0; field != NULL && i < node->literal_count; i++) {
        if (c4_literal_is_name(field, &node->literals[i])) {
            return refuse(unit, "path", "names a record behind a lookup");
        }
    }
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++) {
        rc = check_names(unit, module, node->children[i]);
    }
    return rc;
}

static int compare_numbers(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;

    return x < y ? -1 : x > y;
}

static void make_distinct(field_list *fields)
{
    size_t kept = 0;

    if (fields->count > 1) {
        qsort(fields->numbers, fields->count, sizeof *fields->numbers, compare_numbers);
    }
    for (size_t i = 0; i < fields->count; i++) {
        if (kept == 0 || fields->numbers[kept - 1] != fields->numbers[i]) {
            fields->numbers[kept++] = fields->numbers[i];
        }
    }
    fields->count = kept;
}

static int compile(c4_unit *unit, const c4_module *module, const char *text,
                   const crm4e_predicate **predicate)
{
    const c4_criteria *criteria = NULL;
    c4_unit nobody = *unit;
    int rc = read(unit, text, &criteria);

    nobody.actor = NULL;
    return rc == CRM4E_OK ? c4_criteria_compile_rule(&nobody, NULL, module, criteria, predicate)
                          : rc;
}

/* Who sets up a rule names no field that is hidden from him. */
static int check_author(c4_unit *unit, const c4_module *module, const c4_criteria *criteria)
{
    const crm4e_predicate *predicate = NULL;
    c4_scope scope;
    int rc = CRM4E_OK;

    if (unit->actor != NULL) {
        rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &scope);
        rc = rc < 0 ? rc : c4_criteria_compile(&scope, criteria, &predicate);
    }
    return rc;
}

static int check(c4_unit *unit, const c4_module *module, const char *text, const int32_t **fields,
                 size_t *count)
{
    const crm4e_predicate *predicate = NULL;
    const c4_criteria *criteria = NULL;
    field_list list = {0};
    int rc = read(unit, text, &criteria);

    if (rc == CRM4E_OK) {
        list.numbers = c4_arena_array(unit->arena, count_leaves(criteria), sizeof *list.numbers);
        rc = list.numbers != NULL ? check_node(unit, module, criteria, &list)
                                  : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    if (rc == CRM4E_OK) {
        rc = check_author(unit, module, criteria);
    }
    if (rc == CRM4E_OK) {
        rc = check_names(unit, module, criteria);
    }
    if (rc == CRM4E_OK) {
        rc = compile(unit, module, text, &predicate);
    }
    make_distinct(&list);
    *fields = list.numbers;
    *count = list.count;
    return rc;
}

const c4_criteria_methods c4_sharing_criteria = {check, compile};
