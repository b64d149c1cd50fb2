/* SPDX-License-Identifier: MIT */
/* Which formula comes before which, and what each comes from in the end. */
#include "model/formula.h"

bool c4_formula_needs(const c4_field *field, int32_t input)
{
    const c4_formula *formula = field->formula;
    bool needs = false;

    for (size_t i = 0; formula != NULL && i < formula->source_count && !needs; i++) {
        needs = formula->sources[i] == input;
    }
    return needs;
}

static bool holds(const int32_t *numbers, size_t count, int32_t number)
{
    bool found = false;

    for (size_t i = 0; i < count && !found; i++) {
        found = numbers[i] == number;
    }
    return found;
}

static void add_source(int32_t *sources, size_t *count, int32_t number)
{
    if (!holds(sources, *count, number)) {
        sources[(*count)++] = number;
    }
}

/* Its inputs, and the sources of those that are formulas. */
static int find_sources(c4_arena *arena, const c4_field *field, size_t most)
{
    c4_formula *formula = field->formula;
    int32_t *sources = c4_arena_array(arena, most, sizeof *sources);
    size_t count = 0;

    if (sources == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; i < formula->input_count; i++) {
        const c4_formula *inner = formula->inputs[i]->formula;
        add_source(sources, &count, formula->inputs[i]->number);
        for (size_t j = 0; inner != NULL && j < inner->source_count; j++) {
            add_source(sources, &count, inner->sources[j]);
        }
    }
    formula->sources = sources;
    formula->source_count = count;
    return CRM4E_OK;
}

/* A formula is ready when those it names have their sources. */
static bool is_ready(const c4_field *field)
{
    bool ready = field->formula->sources == NULL;

    for (size_t i = 0; i < field->formula->input_count && ready; i++) {
        const c4_formula *inner = field->formula->inputs[i]->formula;
        ready = inner == NULL || inner->sources != NULL;
    }
    return ready;
}

int c4_formula_order(c4_arena *arena, c4_field *fields, size_t count, const c4_field **order,
                     size_t *ordered, const c4_field **stuck)
{
    bool more = true;
    int rc = CRM4E_OK;

    *ordered = 0;
    *stuck = NULL;
    while (more && rc == CRM4E_OK) {
        more = false;
        for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
            if (fields[i].formula != NULL && is_ready(&fields[i])) {
                rc = find_sources(arena, &fields[i], count);
                order[(*ordered)++] = &fields[i];
                more = true;
            }
        }
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (fields[i].formula != NULL && fields[i].formula->sources == NULL) {
            *stuck = &fields[i];
        }
    }
    return rc;
}
