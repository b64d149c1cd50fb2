/* SPDX-License-Identifier: MIT */
/* The way of a query as JSON: what was chosen, never a value of the query or of a row. */
#include "record/query_page.h"

#include "base/json.h"
#include "model/standard.h"

#include <string.h>

enum {
    ESTIMATED_MOST = 10000 /* rows that are counted for an estimate */
};

/* By bit of CRM4E_HANDLES_*; the limit is set when the page is read. */
static const char *const parts[] = {"where", "order", "limit", "index", "ranges", "keep"};

static void put_parts(c4_buffer *out, bool *first, const char *key, uint32_t bits)
{
    bool one = true;

    c4_json_put_key(out, first, key);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        if (!one)
            c4_buffer_char(out, ',');
        one = false;
        c4_json_put_text(out, parts[i], strlen(parts[i]));
    }
    c4_buffer_char(out, ']');
}

/* By whose rights rows are open; how many there are of whom is not told. */
static const char *scope_text(const c4_scope *scope)
{
    const char *text = "by_condition";

    if (scope->everything)
        text = "all";
    else if (scope->where == NULL)
        text = "none";
    else if (scope->by_owner)
        text = scope->shared_count > 0 ? "by_owner_and_share" : "by_owner";
    return text;
}

/* Of the page, with the row that shows whether another follows. */
static int64_t rows_needed(const c4_query_tree *tree)
{
    const int64_t limit = tree->limit < 0 ? C4_LIMIT_DEFAULT : tree->limit;

    return limit < INT64_MAX - 1 - tree->offset ? limit + tree->offset + 1 : INT64_MAX;
}

/* Of groups and of texts in the order of a language the records are read one by one. */
static bool by_columns(const c4_prepared *p, const crm4e_plan *plan)
{
    return p->grouping == NULL && !p->collated &&
           c4_cached_answers(p, plan, false, rows_needed(p->tree));
}

static const char *way_text(const c4_prepared *p, const crm4e_plan *plan)
{
    const char *text = "storage";

    if (by_columns(p, plan))
        text = "columns";
    else if (plan->ranges != NULL)
        text = "owners";
    else if (plan->index != CRM4E_NO_INDEX)
        text = "order";
    else if (p->narrow)
        text = "criteria";
    return text;
}

/* The field that the index leads with: the owner, or one of the order, which was asked for. */
static const char *index_text(const c4_prepared *p, const crm4e_plan *plan)
{
    if (plan->index == CRM4E_NO_INDEX)
        return NULL;
    return plan->ranges != NULL ? c4_system_fields[C4_COLUMN_OWNER].api_name
                                : p->sorts[0].field->api_name;
}

static void put_truth(c4_buffer *out, bool *first, const char *key, bool truth)
{
    c4_json_put_key(out, first, key);
    c4_buffer_text(out, truth ? "true" : "false");
}

/* Of the reader's own rows, and of those only while there are not many. */
static int put_estimate(c4_prepared *p, const crm4e_plan *plan, c4_buffer *out, bool *first)
{
    int64_t rows = ESTIMATED_MOST;
    int rc = CRM4E_OK;

    if (plan->ranges != NULL)
        rc = c4_access_owned_rows(&p->scope, plan->index, ESTIMATED_MOST, &rows);
    c4_json_put_key(out, first, "estimated_rows");
    if (rows < ESTIMATED_MOST)
        c4_buffer_i64(out, rows + (int64_t)p->scope.shared_count);
    else
        c4_buffer_text(out, "null");
    return rc;
}

/* Who counts the records, which is planned apart; groups are always made. */
static int find_counter(const c4_prepared *p, const char **text)
{
    c4_prepared counting = *p;
    crm4e_plan plan;
    int rc = CRM4E_OK;

    *text = NULL;
    if (p->grouping != NULL)
        return CRM4E_OK;
    rc = c4_prepared_plan(&counting, false, &plan);
    if (rc == CRM4E_OK)
        *text = c4_cached_answers(&counting, &plan, true, 0) ? "columns" : "storage";
    return rc;
}

static int put_plan(c4_prepared *p, c4_buffer *out)
{
    bool grouped = p->grouping != NULL;
    uint32_t there = 0;
    uint32_t here = 0;
    bool first = true;
    const char *counter = NULL;
    crm4e_plan plan;
    int rc = find_counter(p, &counter);

    if (rc == CRM4E_OK)
        rc = c4_prepared_plan(p, !grouped && !p->collated, &plan);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_plan_parts(p->unit->db, &plan, &there, &here);
    if (rc != CRM4E_OK)
        return c4_compiler_fail(&p->compiler, rc);
    if (by_columns(p, &plan)) {
        here |= there;
        there = 0;
    }
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "module", p->scope.module->api_name);
    c4_json_put_member(out, &first, "rows", grouped ? "groups" : "records");
    c4_json_put_member(out, &first, "scope", scope_text(&p->scope));
    c4_json_put_member(out, &first, "way", way_text(p, &plan));
    c4_json_put_member(out, &first, "index", index_text(p, &plan));
    c4_json_put_member(out, &first, "count", counter);
    put_truth(out, &first, "walked", p->walks);
    put_truth(out, &first, "shared_apart", p->shared_apart);
    put_truth(out, &first, "collated", p->collated);
    put_parts(out, &first, "storage", there);
    put_parts(out, &first, "library", here);
    rc = put_estimate(p, &plan, out, &first);
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK ? out->code : rc;
}

int c4_query_plan_to_json(c4_unit *unit, const c4_query_tree *tree, c4_buffer *out)
{
    c4_prepared prepared;
    int rc = c4_prepare(&prepared, unit, tree);

    if (rc == CRM4E_OK)
        rc = put_plan(&prepared, out);
    c4_prepared_end(&prepared);
    return rc;
}
