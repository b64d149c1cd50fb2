/* SPDX-License-Identifier: MIT */
/* What a grouped query names: every field is asked for at the gate as a column is. */
#include "record/query_page.h"

#include <string.h>

static const char *const granularities[] = {
    [CRM4E_BY_DAY] = "day",
    [CRM4E_BY_WEEK] = "week",
    [CRM4E_BY_MONTH] = "month",
    [CRM4E_BY_QUARTER] = "quarter",
    [CRM4E_BY_YEAR] = "year",
    [CRM4E_BY_FISCAL_QUARTER] = "fiscal_quarter",
    [CRM4E_BY_FISCAL_YEAR] = "fiscal_year",
};
static const char *const functions[] = {
    [CRM4E_COUNT] = "count", [CRM4E_SUM] = "sum", [CRM4E_AVG] = "avg",
    [CRM4E_MIN] = "min",     [CRM4E_MAX] = "max",
};

static uint32_t find(const char *const *words, size_t count, const char *text, size_t length)
{
    uint32_t found = 0;

    for (uint32_t i = 1; i < count && found == 0; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
            found = i;
    }
    return found;
}

crm4e_granularity c4_granularity_of(const char *text, size_t length)
{
    return find(granularities, sizeof granularities / sizeof granularities[0], text, length);
}

const char *c4_granularity_text(crm4e_granularity by)
{
    return by >= CRM4E_BY_DAY && by <= CRM4E_BY_FISCAL_YEAR ? granularities[by] : NULL;
}

crm4e_measure c4_measure_of(const char *text, size_t length)
{
    return find(functions, sizeof functions / sizeof functions[0], text, length);
}

const char *c4_measure_text(crm4e_measure function)
{
    return function >= CRM4E_COUNT && function <= CRM4E_MAX ? functions[function] : NULL;
}

static int refuse(c4_prepared *p, const c4_term *term, const char *rule, const char *problem)
{
    const c4_path *path = &term->path;

    return c4_compiler_refuse(&p->compiler, &path->places[path->hop_count], path->field, rule,
                              problem);
}

static c4_storage_class stored_of(const c4_term *term)
{
    return c4_type_info_of(term->path.field->type)->stored;
}

static bool is_days(const c4_term *term)
{
    return stored_of(term) == C4_STORED_DATE || stored_of(term) == C4_STORED_TIME;
}

static bool is_number(const c4_term *term)
{
    return stored_of(term) == C4_STORED_INTEGER || stored_of(term) == C4_STORED_DECIMAL;
}

/* Whether the field can be used so. */
static int check_term(c4_prepared *p, const c4_term *term)
{
    bool ranks = term->function == CRM4E_MIN || term->function == CRM4E_MAX;
    int rc = CRM4E_OK;

    if (term->by != 0 && !is_days(term))
        rc = refuse(p, term, "granularity", "it has no days to group by");
    else if ((term->function == 0 || term->distinct) && !c4_field_sortable(term->path.field))
        rc = refuse(p, term, "group_by", "records are not grouped by it");
    else if (term->function > CRM4E_COUNT && !is_number(term) && !(ranks && is_days(term)))
        rc = refuse(p, term, "measure", "it is no number");
    return rc;
}

/* Amounts of several currencies: who may not read what they are in is told nothing of them. */
static int resolve_money(c4_prepared *p, const char *path, c4_term *term)
{
    static const char *const names[] = {C4_FIELD_CURRENCY, C4_FIELD_EXCHANGE_RATE};
    const char *point = strrchr(path, '.');
    const size_t before = point != NULL ? (size_t)(point - path) + 1 : 0;
    int rc = CRM4E_OK;

    if (term->function <= CRM4E_COUNT ||
        !c4_money_of(p->unit->meta, term->path.field, &term->money))
        return CRM4E_OK;
    term->converts = true;
    for (size_t i = 0; i < sizeof names / sizeof *names && rc == CRM4E_OK; i++) {
        const size_t length = strlen(names[i]);
        char *text = c4_arena_array(p->unit->arena, before + length + 1, 1);
        c4_path beside;

        if (text == NULL)
            return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
        memcpy(text, path, before);
        memcpy(text + before, names[i], length);
        rc = c4_path_resolve(&p->compiler, text, &beside);
    }
    return rc;
}

/* "Stage", "month(Closing_Date)", "count(distinct Owner)" as the parser writes them. */
static int resolve_term(c4_prepared *p, const char *text, c4_term *term)
{
    static const char distinct[] = "distinct ";
    const char *open = strchr(text, '(');
    const char *inner = open != NULL ? open + 1 : text;
    char *path;
    int rc;

    *term = (c4_term){0};
    if (open != NULL) {
        term->function = c4_measure_of(text, (size_t)(open - text));
        term->by = c4_granularity_of(text, (size_t)(open - text));
        term->distinct = strncmp(inner, distinct, sizeof distinct - 1) == 0;
        inner += term->distinct ? sizeof distinct - 1 : 0;
    }
    path = c4_arena_text(p->unit->arena, inner, strlen(inner) - (open != NULL ? 1 : 0));
    if (path == NULL)
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    rc = c4_path_resolve(&p->compiler, path, &term->path);
    if (rc != CRM4E_OK)
        return rc;
    if (stored_of(term) == C4_STORED_DECIMAL && term->function != CRM4E_COUNT)
        term->scale = term->path.field->scale;
    rc = check_term(p, term);
    return rc == CRM4E_OK ? resolve_money(p, path, term) : rc;
}

static bool same_term(const c4_term *a, const c4_term *b)
{
    bool same = a->function == b->function && a->distinct == b->distinct && a->by == b->by &&
                a->path.field == b->path.field && a->path.hop_count == b->path.hop_count;

    for (size_t i = 0; i < a->path.hop_count && same; i++)
        same = a->path.hops[i] == b->path.hops[i];
    return same;
}

/* The place of the term among those there are, where a measure is added. */
static int place_term(c4_prepared *p, const c4_term *term, size_t *place)
{
    c4_grouping *g = p->grouping;
    size_t at = 0;

    while (at < g->count && !same_term(&g->terms[at], term))
        at++;
    *place = at;
    if (at < g->count)
        return CRM4E_OK;
    if (term->function == 0)
        return refuse(p, term, "group_by", "it is neither grouped by nor measured");
    if (g->count - g->key_count == C4_QUERY_MEASURES) {
        (void)c4_fail(p->unit->error, CRM4E_E_TOO_BIG, "more than %d measures in a query",
                      C4_QUERY_MEASURES);
        (void)c4_fail_limit(p->unit->error, "measures", C4_QUERY_MEASURES, C4_QUERY_MEASURES + 1);
        return CRM4E_E_TOO_BIG;
    }
    g->terms[g->count++] = *term;
    return CRM4E_OK;
}

/* What comes again is taken once. */
static int resolve_keys(c4_prepared *p)
{
    c4_grouping *g = p->grouping;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < p->tree->group_count && rc == CRM4E_OK; i++) {
        c4_term term;
        size_t at = 0;

        rc = resolve_term(p, p->tree->groups[i], &term);
        if (rc == CRM4E_OK && term.function != 0)
            rc = refuse(p, &term, "group_by", "records are not grouped by what is measured");
        while (rc == CRM4E_OK && at < g->count && !same_term(&g->terms[at], &term))
            at++;
        if (rc == CRM4E_OK && at == g->count)
            g->terms[g->count++] = term;
    }
    g->key_count = g->count;
    return rc;
}

static int add_column(c4_prepared *p, const char *name)
{
    c4_term term;
    size_t at = p->column_count;
    int rc = resolve_term(p, name, &term);

    p->names[at] = name;
    if (rc == CRM4E_OK)
        rc = place_term(p, &term, &p->grouping->columns[at]);
    p->column_count++;
    return rc;
}

/* Without columns: what is grouped by, and how many. */
static int resolve_columns(c4_prepared *p)
{
    const c4_query_tree *tree = p->tree;
    size_t room = tree->column_count + C4_QUERY_KEYS + 1;
    int rc = CRM4E_OK;

    p->grouping->columns = c4_arena_array(p->unit->arena, room, sizeof(size_t));
    p->names = c4_arena_array(p->unit->arena, room, sizeof *p->names);
    if (p->grouping->columns == NULL || p->names == NULL)
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < tree->column_count && rc == CRM4E_OK; i++)
        rc = add_column(p, tree->columns[i]);
    for (size_t i = 0; i < tree->group_count && tree->column_count == 0 && rc == CRM4E_OK; i++)
        rc = add_column(p, tree->groups[i]);
    if (tree->column_count == 0 && rc == CRM4E_OK)
        rc = add_column(p, "count(id)");
    return rc;
}

static void add_sort(c4_prepared *p, size_t place, bool descending)
{
    const c4_term *term = &p->grouping->terms[place];
    bool known = false;

    for (size_t i = 0; i < p->sort_count && !known; i++)
        known = p->sorts[i].column == place;
    if (known)
        return;
    p->sorts[p->sort_count++] =
        (c4_sort){.field = term->path.field,
                  .column = (uint32_t)place,
                  .text = term->function == 0 && stored_of(term) == C4_STORED_TEXT,
                  .descending = descending};
    p->order[p->order_count++] =
        (crm4e_order){.column = (uint32_t)place, .descending = descending ? 1 : 0};
}

static int resolve_order(c4_prepared *p)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < p->tree->order_count && rc == CRM4E_OK; i++) {
        const c4_query_order *order = &p->tree->order[i];
        c4_term term;
        size_t place = 0;

        rc = resolve_term(p, order->path, &term);
        if (rc == CRM4E_OK)
            rc = place_term(p, &term, &place);
        if (rc == CRM4E_OK)
            add_sort(p, place, order->descending);
    }
    for (size_t i = 0; i < p->grouping->key_count && rc == CRM4E_OK; i++)
        add_sort(p, i, false);
    return rc;
}

int c4_prepare_groups(c4_prepared *p)
{
    int rc;

    p->grouping = c4_arena_array(p->unit->arena, 1, sizeof *p->grouping);
    if (p->grouping == NULL)
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    rc = resolve_keys(p);
    if (rc == CRM4E_OK)
        rc = resolve_columns(p);
    return rc == CRM4E_OK ? resolve_order(p) : rc;
}
