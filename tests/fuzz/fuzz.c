/* SPDX-License-Identifier: MIT */
#include "fuzz/fuzz.h"

#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fuzz_accepted;

void fuzz_failed(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    abort();
}

const c4_mem *fuzz_mem(void)
{
    static c4_mem mem;

    c4_mem_default(&mem);
    return &mem;
}

char *fuzz_copy(const uint8_t *data, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);

    FUZZ_CHECK(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

static void add_lead(org_fixture *f, int number)
{
    static const char *const statuses[] = {"", "Contacted", "Junk Lead", "Lost Lead"};
    char text[320];
    c4_json_document document;
    c4_draft draft;
    crm4e_id id = 0;

    (void)snprintf(text, sizeof text,
                   "{\"Last_Name\": \"N%d\", \"Company\": \"%s %d\", \"Annual_Revenue\": %s, "
                   "\"No_of_Employees\": %d, \"Lead_Status\": \"%s\", \"Email_Opt_Out\": %s, "
                   "\"City\": %s}",
                   number,
                   number % 3 == 0 ? "Stra\xc3\x9f"
                                     "e"
                                   : "Acme",
                   number % 4, number % 5 == 0 ? "null" : "12.50", number - 3, statuses[number % 4],
                   number % 2 == 0 ? "true" : "false", number % 3 == 1 ? "null" : "\"Berlin\"");
    FUZZ_CHECK(c4_json_parse(&document, fuzz_mem(), text, strlen(text), sizeof text) == CRM4E_OK);
    FUZZ_CHECK(c4_draft_init(&draft, f->unit.arena, c4_meta_module_named(f->unit.meta, "Leads")) ==
               CRM4E_OK);
    FUZZ_CHECK(c4_draft_set_object(&f->unit, &draft, document.root) == CRM4E_OK);
    FUZZ_CHECK(c4_record_create(&f->unit, &draft, &id) == CRM4E_OK);
    c4_json_free(&document);
}

static org_fixture *the_org(void)
{
    static org_fixture org;

    return &org;
}

static void end_org(void)
{
    org_rollback(the_org());
    org_fixture_close(the_org());
}

org_fixture *fuzz_org(void)
{
    static bool made;
    org_fixture *f = the_org();

    if (!made) {
        made = true;
        FUZZ_CHECK(org_fixture_open(f, NULL) == CRM4E_OK);
        FUZZ_CHECK(org_begin(f, CRM4E_TRANSACTION_WRITE) == CRM4E_OK);
        for (int i = 0; i < FUZZ_LEADS; i++)
            add_lead(f, i);
        FUZZ_CHECK(org_commit(f) == CRM4E_OK);
        FUZZ_CHECK(org_begin(f, CRM4E_TRANSACTION_READ) == CRM4E_OK);
        FUZZ_CHECK(atexit(end_org) == 0);
    }
    c4_arena_reset(f->unit.arena);
    f->unit.asked = NULL;
    c4_failure_clear(f->unit.error);
    return f;
}

static void print_literal(c4_buffer *out, const c4_literal *literal)
{
    if (literal->kind == C4_LITERAL_CURRENT_USER) {
        c4_buffer_text(out, "${CURRENTUSER}");
        return;
    }
    if (literal->kind == C4_LITERAL_PERIOD) {
        c4_buffer_text(out, "${");
        c4_buffer_put(out, literal->text, literal->length);
        c4_buffer_char(out, '}');
        return;
    }
    if (literal->kind == C4_LITERAL_ROLE)
        c4_buffer_text(out, "${ROLE:");
    if (literal->kind != C4_LITERAL_TEXT && literal->kind != C4_LITERAL_ROLE) {
        c4_buffer_put(out, literal->text, literal->length);
        return;
    }
    c4_buffer_char(out, '\'');
    for (size_t i = 0; i < literal->length; i++) {
        if (literal->text[i] == '\'')
            c4_buffer_char(out, '\'');
        c4_buffer_char(out, literal->text[i]);
    }
    c4_buffer_text(out, literal->kind == C4_LITERAL_ROLE ? "'}" : "'");
}

static void print_leaf(c4_buffer *out, const c4_criteria *leaf)
{
    static const char *const words[] = {
        [C4_EQUAL] = " = ",         [C4_NOT_EQUAL] = " != ",
        [C4_LESS] = " < ",          [C4_LESS_EQUAL] = " <= ",
        [C4_GREATER] = " > ",       [C4_GREATER_EQUAL] = " >= ",
        [C4_BETWEEN] = " between ", [C4_NOT_BETWEEN] = " not between ",
        [C4_IN] = " in (",          [C4_NOT_IN] = " not in (",
        [C4_LIKE] = " like ",       [C4_NOT_LIKE] = " not like ",
        [C4_IS_NULL] = " is null",  [C4_IS_NOT_NULL] = " is not null",
    };
    bool list = leaf->comparator == C4_IN || leaf->comparator == C4_NOT_IN;

    c4_buffer_text(out, leaf->path);
    c4_buffer_text(out, words[leaf->comparator]);
    for (size_t i = 0; i < leaf->literal_count; i++) {
        if (i > 0)
            c4_buffer_text(out, list ? ", " : " and ");
        print_literal(out, &leaf->literals[i]);
    }
    if (list)
        c4_buffer_char(out, ')');
}

static bool needs_bracket(const c4_criteria *parent, const c4_criteria *child)
{
    return child->kind == C4_CRITERIA_OR ||
           (child->kind == C4_CRITERIA_AND && parent->kind != C4_CRITERIA_OR);
}

void fuzz_print_criteria(c4_buffer *out, const c4_criteria *node)
{
    if (node->kind == C4_CRITERIA_LEAF) {
        print_leaf(out, node);
        return;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        const c4_criteria *child = node->children[i];
        bool bracket = needs_bracket(node, child);

        if (node->kind == C4_CRITERIA_NOT)
            c4_buffer_text(out, "not ");
        else if (i > 0)
            c4_buffer_text(out, node->kind == C4_CRITERIA_AND ? " and " : " or ");
        c4_buffer_text(out, bracket ? "(" : "");
        fuzz_print_criteria(out, child);
        c4_buffer_text(out, bracket ? ")" : "");
    }
}

void fuzz_print_query(c4_buffer *out, const c4_query_tree *tree)
{
    for (size_t i = 0; i < tree->column_count; i++) {
        c4_buffer_text(out, i == 0 ? "select " : ", ");
        c4_buffer_text(out, tree->columns[i]);
    }
    c4_buffer_text(out, " from ");
    c4_buffer_text(out, tree->module);
    if (tree->where != NULL) {
        c4_buffer_text(out, " where ");
        fuzz_print_criteria(out, tree->where);
    }
    for (size_t i = 0; i < tree->group_count; i++) {
        c4_buffer_text(out, i == 0 ? " group by " : ", ");
        c4_buffer_text(out, tree->groups[i]);
    }
    for (size_t i = 0; i < tree->order_count; i++) {
        c4_buffer_text(out, i == 0 ? " order by " : ", ");
        c4_buffer_text(out, tree->order[i].path);
        c4_buffer_text(out, tree->order[i].descending ? " desc" : " asc");
    }
    if (tree->limit >= 0) {
        c4_buffer_text(out, " limit ");
        c4_buffer_i64(out, tree->limit);
    }
    if (tree->offset > 0) {
        c4_buffer_text(out, " offset ");
        c4_buffer_i64(out, tree->offset);
    }
}
