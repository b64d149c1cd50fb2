/* SPDX-License-Identifier: MIT */
/* The words of records before they are a run: of those in the queue, or of many that are
 * written one after the other and never queued. */
#include "record/search_run.h"

#include "base/text.h"
#include "record/search.h"

#include <stdint.h>

enum {
    /* As many as become a run of the level below the top at once: they are not joined twice. */
    GATHERED_RECORDS = C4_QUEUE_RECORDS * C4_RUNS_OF_LEVEL * C4_RUNS_OF_LEVEL * C4_RUNS_OF_LEVEL,
    GATHERED_BYTES = 6 * 1024 * 1024 /* so much memory a long import takes */
};

struct c4_gathering {
    c4_collection collection;
    c4_arena arena;
    size_t settled;  /* values of rows that stay */
    int64_t records; /* changed since the last run */
};

void c4_collection_init(c4_collection *c, c4_unit *unit, c4_arena *arena)
{
    *c = (c4_collection){.unit = unit};
    c4_terms_init(&c->terms, &unit->env->mem, arena);
    c4_buffer_init(&c->fold, &unit->env->mem, SIZE_MAX);
}

void c4_collection_free(c4_collection *c)
{
    c4_buffer_free(&c->fold);
    c4_terms_free(&c->terms);
}

static int take_term(void *user, const char *term, size_t length)
{
    return c4_terms_add(user, term, length);
}

static int collect_value(c4_collection *c, const c4_field *field, const c4_change *change)
{
    const crm4e_value *value = &change->after[field->column];
    int rc;

    c4_buffer_reset(&c->fold);
    c4_text_fold(&c->fold, value->data, value->length);
    rc = c->fold.code;
    if (rc == CRM4E_OK) {
        rc = c4_terms_value(&c->terms, field->number, c4_search_number(change->record));
    }
    return rc == CRM4E_OK
               ? c4_terms_of(field, c4_buffer_c_str(&c->fold), c->fold.length, take_term, &c->terms)
               : rc;
}

int c4_collect(c4_collection *c, const c4_change *change)
{
    const c4_module *module = change->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        const crm4e_value *value = &change->after[field->column];
        if (value->type != CRM4E_VALUE_TEXT || !c4_field_is_searched(field) ||
            !c4_field_differs(field, change->before, change->after)) {
            continue;
        }
        rc = collect_value(c, field, change);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(c->unit->error, rc);
}

int c4_gather(c4_unit *unit, const c4_change *change)
{
    unit->gathering->records++;
    return c4_collect(&unit->gathering->collection, change);
}

int c4_gather_begin(c4_unit *unit)
{
    const c4_mem *mem = &unit->env->mem;
    c4_gathering *gathering = c4_alloc_array(mem, 1, sizeof *gathering);

    if (gathering == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    c4_arena_init(&gathering->arena, mem);
    c4_collection_init(&gathering->collection, unit, &gathering->arena);
    unit->gathering = gathering;
    return CRM4E_OK;
}

/* The level of a run that as many records would have come to by way of the queue. */
static int64_t level_of(int64_t records)
{
    int64_t level = 0;

    while (level < C4_TOP_LEVEL && (records /= C4_RUNS_OF_LEVEL) >= C4_QUEUE_RECORDS) {
        level++;
    }
    return level;
}

int c4_gather_keep(c4_unit *unit)
{
    c4_gathering *gathering = unit->gathering;
    c4_aside aside;
    int rc;

    c4_aside_start(&aside, unit);
    rc = c4_search_keep(&gathering->collection, level_of(gathering->records));
    c4_aside_end(&aside);
    c4_terms_reset(&gathering->collection.terms);
    c4_arena_reset(&gathering->arena);
    gathering->settled = 0;
    gathering->records = 0;
    return rc;
}

int c4_gather_settle(c4_unit *unit)
{
    c4_gathering *gathering = unit->gathering;
    const c4_terms *terms = &gathering->collection.terms;

    gathering->settled = c4_terms_values(terms);
    return gathering->records < GATHERED_RECORDS && c4_terms_bytes(terms) < GATHERED_BYTES
               ? CRM4E_OK
               : c4_gather_keep(unit);
}

void c4_gather_back(c4_unit *unit)
{
    c4_terms_back(&unit->gathering->collection.terms, unit->gathering->settled);
}

void c4_gather_end(c4_unit *unit)
{
    c4_gathering *gathering = unit->gathering;

    if (gathering != NULL) {
        c4_collection_free(&gathering->collection);
        c4_arena_free(&gathering->arena);
        c4_free(&unit->env->mem, gathering);
        unit->gathering = NULL;
    }
}
