/* SPDX-License-Identifier: MIT */
/*
 * Records counted and measured by group. They are read as a query without order reads them,
 * a thousand at a time with what their lookups point to, so that a value behind a lookup is
 * what a column would show.
 */
#include "record/query_page.h"

#include "base/map.h"
#include "base/seal.h"
#include "base/text.h"
#include "record/calendar.h"
#include "record/record.h"

#include <string.h>

enum {
    AT_ONCE = 1024, /* records */
    AVERAGE_PLACES = 4
};

/* A measure of a group while records are read; numbers are scaled. */
typedef struct c4_measured {
    int64_t count;
    c4_sum sum;
    int64_t least;
    int64_t most;
} c4_measured;

typedef struct reading {
    c4_group_list *list;
    c4_prepared *p;
    const c4_grouping *grouping;
    c4_hop *hop;
    c4_arena scratch;     /* texts of the records in hand */
    c4_calendar calendar; /* of times that are grouped by their days */
    c4_map known;         /* what c4_group_row has of its keys, as bytes */
    c4_map told;          /* group, term and value, of what is counted once */
    size_t told_count;
    c4_buffer key;
    c4_buffer text;
    crm4e_value keys[C4_QUERY_KEYS]; /* of the record in hand */
} reading;

static int no_memory(const c4_prepared *p)
{
    return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
}

static int too_many(const c4_prepared *p, const char *what, int64_t limit)
{
    (void)c4_fail(p->unit->error, CRM4E_E_TOO_BIG, "a query of more than %d %s", (int)limit, what);
    (void)c4_fail_limit(p->unit->error, what, limit, limit + 1);
    return CRM4E_E_TOO_BIG;
}

/* What stands at the end of a path; NULL value when the way there is not open. */
static crm4e_value value_of(const reading *r, const c4_path *path, size_t row, const c4_hop **hop,
                            size_t *at)
{
    crm4e_value value;
    bool open = true;

    *hop = r->hop;
    *at = row;
    for (size_t i = 0; i < path->hop_count && open; i++)
        open = c4_hop_follow(hop, at, path->hops[i]);
    if (!open)
        return c4_null();
    value = *c4_hop_value(*hop, *at, path->field->column);
    if (value.type == CRM4E_VALUE_NULL)
        (void)c4_money_default(r->p->unit, path->field, &value);
    return value;
}

static int day_of(reading *r, const c4_term *term, int64_t value, int32_t *day)
{
    int rc = CRM4E_OK;

    *day = (int32_t)value;
    if (c4_type_info_of(term->path.field->type)->stored == C4_STORED_DATE)
        return CRM4E_OK;
    if (r->calendar.mem == NULL)
        rc = c4_calendar_open(&r->calendar, &r->p->unit->env->mem, r->p->unit->actor->zone);
    if (rc == CRM4E_OK)
        rc = c4_calendar_day_of(&r->calendar, value, day);
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&r->p->compiler, rc);
}

/* The first day of the period that a date or time lies in. */
static int cut(reading *r, const c4_term *term, crm4e_value *value)
{
    const c4_cut periods = {term->by, r->p->unit->meta->org.fiscal_month};
    int32_t day = 0;
    int rc;

    if (term->by == 0 || value->type == CRM4E_VALUE_NULL)
        return CRM4E_OK;
    rc = day_of(r, term, value->integer, &day);
    *value = c4_integer(rc == CRM4E_OK ? c4_cut_start(&periods, day) : 0);
    return rc;
}

/* Appends a value so that what was appended can be told from its end. */
static void put_value(c4_buffer *out, const crm4e_value *value)
{
    size_t start = out->length;

    if (value->type == CRM4E_VALUE_TEXT) {
        c4_text_fold(out, value->data, value->length);
        c4_word_put(out, out->length - start);
    } else if (value->type == CRM4E_VALUE_INTEGER) {
        c4_word_put(out, (uint64_t)value->integer);
    }
    c4_buffer_char(out, (char)value->type);
}

/* What a column shows of the record. */
static int put_shown(reading *r, const c4_path *path, const c4_hop *hop, size_t row)
{
    crm4e_value none;
    const char *home = c4_hop_value(hop, row, path->field->column)->type == CRM4E_VALUE_NULL
                           ? c4_money_default(r->p->unit, path->field, &none)
                           : NULL;

    if (home == NULL)
        return c4_hop_text(r->p->unit, hop, row, path->field, &r->text);
    c4_buffer_text(&r->text, home);
    return r->text.code;
}

static const char *shown_text(reading *r, const c4_term *term, size_t row, const crm4e_value *key,
                              int *rc)
{
    const c4_cut periods = {term->by, r->p->unit->meta->org.fiscal_month};
    char label[C4_CUT_TEXT];
    const c4_hop *hop;
    const char *text;
    size_t at;

    c4_buffer_reset(&r->text);
    (void)value_of(r, &term->path, row, &hop, &at);
    if (term->by != 0) {
        c4_cut_label(&periods, (int32_t)key->integer, label);
        c4_buffer_text(&r->text, label);
        *rc = r->text.code;
    } else {
        *rc = put_shown(r, &term->path, hop, at);
    }
    if (*rc != CRM4E_OK)
        *rc = c4_compiler_fail(&r->p->compiler, *rc);
    text = *rc == CRM4E_OK
               ? c4_arena_text(&r->list->arena, c4_buffer_c_str(&r->text), r->text.length)
               : NULL;
    if (*rc == CRM4E_OK && text == NULL)
        *rc = no_memory(r->p);
    return text;
}

/* Texts as they are compared. */
static int fold_key(reading *r, crm4e_value *value)
{
    int rc;

    if (value->type != CRM4E_VALUE_TEXT)
        return CRM4E_OK;
    c4_buffer_reset(&r->text);
    c4_text_fold(&r->text, value->data, value->length);
    rc = r->text.code;
    *value = c4_text_value(c4_buffer_c_str(&r->text), r->text.length);
    if (rc == CRM4E_OK && !c4_value_copy(&r->list->arena, value))
        rc = CRM4E_E_NO_MEMORY;
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&r->p->compiler, rc);
}

static int fill_keys(reading *r, c4_group_row *group, size_t row)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < r->grouping->key_count && rc == CRM4E_OK; i++) {
        group->values[i] = r->keys[i];
        if (r->keys[i].type == CRM4E_VALUE_NULL)
            continue;
        group->texts[i] = shown_text(r, &r->grouping->terms[i], row, &r->keys[i], &rc);
        if (rc == CRM4E_OK)
            rc = fold_key(r, &group->values[i]);
    }
    return rc;
}

static int add_group(reading *r, size_t row, c4_group_row **out)
{
    c4_group_list *list = r->list;
    const c4_grouping *g = r->grouping;
    c4_group_row *group = c4_arena_array(&list->arena, 1, sizeof *group);
    void *rows = (void *)list->rows;
    int rc;

    if (list->count == C4_QUERY_GROUPS)
        return too_many(r->p, "groups", C4_QUERY_GROUPS);
    if (group == NULL || c4_grow(list->arena.mem, &rows, &list->capacity, list->count + 1,
                                 sizeof *list->rows) != CRM4E_OK)
        return no_memory(r->p);
    list->rows = rows;
    group->list = list;
    group->values = c4_arena_array(&list->arena, g->count, sizeof *group->values);
    group->texts = c4_arena_array(&list->arena, g->key_count, sizeof *group->texts);
    group->measured = c4_arena_array(&list->arena, g->count, sizeof *group->measured);
    if (group->values == NULL || group->texts == NULL || group->measured == NULL)
        return no_memory(r->p);
    rc = fill_keys(r, group, row);
    if (rc == CRM4E_OK &&
        c4_map_put(&r->known, c4_buffer_c_str(&r->key), r->key.length, group) != CRM4E_OK)
        rc = no_memory(r->p);
    if (rc == CRM4E_OK)
        list->rows[list->count++] = group;
    *out = group;
    return rc;
}

/* Of texts that differ in case and accents alone the first is shown, whichever is read first. */
static int choose_texts(const reading *r, c4_group_row *group)
{
    for (size_t i = 0; i < r->grouping->key_count; i++) {
        const crm4e_value *key = &r->keys[i];

        if (key->type != CRM4E_VALUE_TEXT || strcmp(key->data, group->texts[i]) >= 0)
            continue;
        group->texts[i] = c4_arena_text(&r->list->arena, key->data, key->length);
        if (group->texts[i] == NULL)
            return no_memory(r->p);
    }
    return CRM4E_OK;
}

static int find_group(reading *r, size_t row, c4_group_row **out)
{
    int rc = CRM4E_OK;

    c4_buffer_reset(&r->key);
    for (size_t i = 0; i < r->grouping->key_count && rc == CRM4E_OK; i++) {
        const c4_term *term = &r->grouping->terms[i];
        const c4_hop *hop;
        size_t at;

        r->keys[i] = value_of(r, &term->path, row, &hop, &at);
        if (term->path.field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP &&
            r->keys[i].type != CRM4E_VALUE_NULL)
            r->keys[i].reserved =
                (uint32_t)c4_hop_value(hop, at, term->path.field->key_column)->integer;
        rc = cut(r, term, &r->keys[i]);
        put_value(&r->key, &r->keys[i]);
    }
    if (rc != CRM4E_OK)
        return rc;
    if (r->key.code != CRM4E_OK)
        return c4_compiler_fail(&r->p->compiler, r->key.code);
    *out = c4_map_get(&r->known, c4_buffer_c_str(&r->key), r->key.length);
    return *out != NULL ? choose_texts(r, *out) : add_group(r, row, out);
}

/* Whether the group has the value for the first time. */
static int tell_apart(reading *r, c4_group_row *group, size_t term, const crm4e_value *value,
                      bool *first)
{
    int rc;

    c4_buffer_reset(&r->key);
    c4_word_put(&r->key, (uint64_t)(uintptr_t)group);
    c4_word_put(&r->key, term);
    put_value(&r->key, value);
    rc = r->key.code;
    *first =
        rc == CRM4E_OK && c4_map_get(&r->told, c4_buffer_c_str(&r->key), r->key.length) == NULL;
    if (*first && r->told_count == C4_QUERY_DISTINCT)
        return too_many(r->p, "distinct values", C4_QUERY_DISTINCT);
    if (*first) {
        r->told_count++;
        rc = c4_map_put(&r->told, c4_buffer_c_str(&r->key), r->key.length, group);
    }
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&r->p->compiler, rc);
}

static void measure(c4_measured *m, const crm4e_value *value)
{
    if (m->count == 0 || value->integer < m->least)
        m->least = value->integer;
    if (m->count == 0 || value->integer > m->most)
        m->most = value->integer;
    m->count++;
    c4_sum_add(&m->sum, value->integer);
}

/* An amount in the home currency, by the rate of its own record. */
static int bring_home(const reading *r, const c4_term *term, const c4_hop *hop, size_t row,
                      crm4e_value *value)
{
    const c4_money *money = &term->money;
    int rc =
        c4_money_home(money, c4_hop_value(hop, row, money->currency->column),
                      c4_hop_value(hop, row, money->rate->column), value->integer, &value->integer);

    return rc == CRM4E_OK ? rc : c4_compiler_fail(&r->p->compiler, rc);
}

static int count_record(reading *r, size_t row)
{
    c4_group_row *group = NULL;
    int rc = find_group(r, row, &group);

    for (size_t i = r->grouping->key_count; i < r->grouping->count && rc == CRM4E_OK; i++) {
        const c4_term *term = &r->grouping->terms[i];
        const c4_hop *hop;
        size_t at;
        crm4e_value value = value_of(r, &term->path, row, &hop, &at);
        bool counts = value.type != CRM4E_VALUE_NULL;

        if (counts && term->converts)
            rc = bring_home(r, term, hop, at, &value);
        if (rc == CRM4E_OK && counts && term->distinct)
            rc = tell_apart(r, group, i, &value, &counts);
        if (rc == CRM4E_OK && counts)
            measure(&group->measured[i], &value);
    }
    return rc;
}

static void forget_rows(c4_hop *hop)
{
    hop->row_count = 0;
    for (c4_hop *child = hop->children; child != NULL; child = child->next)
        forget_rows(child);
}

static int count_records(reading *r)
{
    int rc = c4_hop_read_children(r->p->unit, r->hop, &r->scratch);

    for (size_t row = 0; row < r->hop->row_count && rc == CRM4E_OK; row++)
        rc = count_record(r, row);
    forget_rows(r->hop);
    c4_arena_reset(&r->scratch);
    return rc;
}

static int walk(reading *r, crm4e_plan *plan)
{
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    int rc;

    plan->columns = r->hop->columns;
    plan->column_count = r->hop->column_count;
    rc = c4_rows_open(&rows, r->p->unit->db, plan);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        rc = c4_hop_add(r->p->unit, r->hop, values, &r->scratch);
        if (rc == CRM4E_OK && r->hop->row_count == AT_ONCE)
            rc = count_records(r);
        if (rc != CRM4E_OK)
            goto done;
    }
    rc = rc < 0 ? c4_compiler_fail(&r->p->compiler, rc) : count_records(r);
done:
    c4_rows_close(rows);
    return rc;
}

/* What is read of each record, and of what its lookups point to. */
static int plan_hops(reading *r)
{
    int rc = c4_hop_new(r->p->unit, NULL, &r->p->compiler.root, &r->hop);

    for (size_t i = 0; i < r->grouping->count && rc == CRM4E_OK; i++) {
        const c4_term *term = &r->grouping->terms[i];
        c4_hop *hop = NULL;

        rc = c4_hop_of_path(r->p->unit, r->hop, &term->path, &hop);
        if (rc != CRM4E_OK)
            return rc;
        c4_hop_need(hop, term->path.field);
        if (term->converts) {
            c4_hop_need(hop, term->money.currency);
            c4_hop_need(hop, term->money.rate);
        }
        if (i < r->grouping->key_count)
            rc = c4_hop_names(&r->p->compiler, hop, term->path.field);
    }
    return rc;
}

static bool averages_fit(const c4_group_list *list, size_t term, unsigned places)
{
    bool fit = true;
    int64_t number;

    for (size_t i = 0; i < list->count && fit; i++) {
        const c4_measured *m = &list->rows[i]->measured[term];
        fit = m->count == 0 || c4_sum_average(&m->sum, m->count, places, &number);
    }
    return fit;
}

/* As many places for all groups as there is room for, up to four more than the field's. */
static unsigned average_places(const c4_group_list *list, size_t term)
{
    unsigned scale = list->prepared->grouping->terms[term].scale;
    unsigned places = scale + AVERAGE_PLACES <= C4_DECIMAL_PLACES_MAX
                          ? AVERAGE_PLACES
                          : C4_DECIMAL_PLACES_MAX - scale;

    while (places > 0 && !averages_fit(list, term, places))
        places--;
    return places;
}

static int refuse_sum(const c4_prepared *p, const c4_term *term)
{
    const c4_path *path = &term->path;
    const char *module = path->places[path->hop_count].module->api_name;

    (void)c4_fail(p->unit->error, CRM4E_E_TOO_BIG, "%s.%s: a sum has more digits than a number may",
                  module, path->field->api_name);
    (void)c4_fail_field(p->unit->error, module, path->field->api_name, "sum");
    return CRM4E_E_TOO_BIG;
}

static int set_value(const c4_prepared *p, const c4_term *term, unsigned places,
                     const c4_measured *m, crm4e_value *out)
{
    int64_t number = m->count;
    bool there = true;
    bool fits = true;

    switch (term->function) {
    case CRM4E_SUM: fits = c4_sum_value(&m->sum, &number); break;
    case CRM4E_AVG: there = c4_sum_average(&m->sum, m->count, places, &number); break;
    case CRM4E_MIN:
    case CRM4E_MAX:
        there = m->count > 0;
        number = term->function == CRM4E_MIN ? m->least : m->most;
        break;
    default: break;
    }
    *out = there ? c4_integer(number) : c4_null();
    return fits ? CRM4E_OK : refuse_sum(p, term);
}

static int set_values(c4_group_list *list)
{
    c4_grouping *g = list->prepared->grouping;
    int rc = CRM4E_OK;

    for (size_t term = g->key_count; term < g->count && rc == CRM4E_OK; term++) {
        unsigned places = g->terms[term].function == CRM4E_AVG ? average_places(list, term) : 0;

        for (size_t i = 0; i < list->count && rc == CRM4E_OK; i++)
            rc = set_value(list->prepared, &g->terms[term], places, &list->rows[i]->measured[term],
                           &list->rows[i]->values[term]);
        g->terms[term].scale += places;
    }
    return rc;
}

int c4_group_list_read(c4_group_list *list, c4_prepared *p)
{
    const c4_mem *mem = &p->unit->env->mem;
    reading r = {.list = list, .p = p, .grouping = p->grouping};
    c4_group_row *all = NULL;
    crm4e_plan plan;
    int rc;

    *list = (c4_group_list){.prepared = p};
    c4_arena_init(&list->arena, mem);
    c4_arena_init(&r.scratch, mem);
    c4_map_init(&r.known, mem);
    c4_map_init(&r.told, mem);
    c4_buffer_init(&r.key, mem, SIZE_MAX / 2);
    c4_buffer_init(&r.text, mem, SIZE_MAX / 2);
    rc = plan_hops(&r);
    /* without a key there is one group, also of nothing */
    if (rc == CRM4E_OK && p->grouping->key_count == 0)
        rc = add_group(&r, 0, &all);
    if (rc == CRM4E_OK)
        rc = c4_prepared_plan(p, false, &plan);
    if (rc == CRM4E_OK)
        rc = walk(&r, &plan);
    if (rc == CRM4E_OK)
        rc = set_values(list);
    c4_calendar_close(&r.calendar);
    c4_map_free(&r.known);
    c4_map_free(&r.told);
    c4_buffer_free(&r.key);
    c4_buffer_free(&r.text);
    c4_arena_free(&r.scratch);
    return rc;
}

void c4_group_list_free(c4_group_list *list)
{
    c4_free(list->arena.mem, (void *)list->rows);
    c4_arena_free(&list->arena);
}
