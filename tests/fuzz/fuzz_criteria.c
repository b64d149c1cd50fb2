/* SPDX-License-Identifier: MIT */
/* Criteria printed again are the same, and two ways to run them agree: rows
 * found by a query, and each row judged by itself. */
#include "fuzz/fuzz.h"

#include "record/record.h"

#include <stdlib.h>
#include <string.h>

static void round_trip(const c4_criteria *first)
{
    crm4e_error error = {0};
    const c4_criteria *second = NULL;
    c4_buffer printed, again;
    c4_arena arena;

    c4_arena_init(&arena, fuzz_mem());
    c4_buffer_init(&printed, fuzz_mem(), SIZE_MAX / 4);
    c4_buffer_init(&again, fuzz_mem(), SIZE_MAX / 4);
    fuzz_print_criteria(&printed, first);
    if (printed.length <= C4_QUERY_CEILING) {
        FUZZ_CHECK(c4_criteria_parse(&arena, &error, printed.data, printed.length, &second) ==
                   CRM4E_OK);
        fuzz_print_criteria(&again, second);
        FUZZ_CHECK(again.length == printed.length &&
                   memcmp(again.data, printed.data, again.length) == 0);
    }
    c4_buffer_free(&printed);
    c4_buffer_free(&again);
    c4_arena_free(&arena);
}

static c4_result *run(c4_unit *unit, const c4_criteria *where)
{
    static const char *const columns[] = {"Last_Name"};
    c4_query_tree tree = {.module = "Leads", .columns = columns, .column_count = 1, .limit = 100};
    c4_result *result = NULL;

    tree.where = where;
    return c4_query_run(unit, &tree, &result, fuzz_mem()) == CRM4E_OK ? result : NULL;
}

static bool holds(const c4_result *result, crm4e_id id)
{
    bool found = false;

    for (size_t i = 0; i < result->row_count && !found; i++)
        found = result->ids[i] == id;
    return found;
}

/* Where a row matches, its negation does not; of a NULL both may be unknown. */
static void judge(org_fixture *f, const c4_criteria *where)
{
    const c4_criteria *children[] = {where};
    const c4_criteria negated = {.kind = C4_CRITERIA_NOT, .children = children, .child_count = 1};
    const c4_module *leads = c4_meta_module_named(f->unit.meta, "Leads");
    const crm4e_predicate *predicate = NULL;
    c4_result *all = run(&f->unit, NULL);
    c4_result *yes = run(&f->unit, where);
    c4_result *no = run(&f->unit, &negated);
    int rc = c4_criteria_compile_rule(&f->unit, NULL, leads, where, &predicate);

    FUZZ_CHECK(all != NULL && all->row_count == FUZZ_LEADS);
    FUZZ_CHECK((yes != NULL) == (no != NULL) && (yes != NULL) == (rc == CRM4E_OK));
    for (size_t i = 0; i < all->row_count && yes != NULL; i++) {
        crm4e_value *row = NULL;
        int matches;

        FUZZ_CHECK(c4_record_load(&f->unit, leads, all->ids[i], &row) == CRM4E_OK);
        matches = c4_predicate_matches(&f->unit, predicate, leads, row);
        FUZZ_CHECK(matches == (holds(yes, all->ids[i]) ? CRM4E_ROW : CRM4E_OK));
        FUZZ_CHECK(!holds(yes, all->ids[i]) || !holds(no, all->ids[i]));
    }
    c4_result_free(all, fuzz_mem());
    c4_result_free(yes, fuzz_mem());
    c4_result_free(no, fuzz_mem());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size);
    crm4e_error error = {0};
    const c4_criteria *criteria = NULL;
    c4_arena arena;
    int rc;

    c4_arena_init(&arena, fuzz_mem());
    rc = c4_criteria_parse(&arena, &error, text, size, &criteria);
    FUZZ_CHECK(rc == CRM4E_OK || rc == CRM4E_E_INVALID || rc == CRM4E_E_TOO_BIG ||
               rc == CRM4E_E_DEPTH);
    if (rc == CRM4E_OK) {
        round_trip(criteria);
        judge(fuzz_org(), criteria);
    }
    c4_arena_free(&arena);
    free(text);
    return 0;
}
