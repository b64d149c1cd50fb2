/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/held_chart.h"
#include "base/json.h"
#include "base/text.h"

static void destroy(c4_object *object)
{
    c4_held_chart *self = (c4_held_chart *)object;

    if (!self->mem)
        return;
    c4_chart_result_free(self->result, self->mem);
    c4_arena_free(&self->arena);
}

static int start(c4_unit *unit, c4_held_chart *self, const char *module)
{
    c4_scope scope;
    int rc = c4_need(unit->error, module, "module");

    self->mem = &unit->env->mem;
    c4_arena_init(&self->arena, self->mem);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        self->spec.module = c4_arena_text(&self->arena, module, strlen(module));
        rc = self->spec.module ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    return rc;
}

static int start_new(c4_unit *unit, void *object, void *arguments)
{
    return start(unit, object, arguments);
}

int crm4e_chart_new(crm4e_chart **out, crm4e_session *session, const char *module)
{
    return c4_call_object(out, session, C4_KIND_CHART, sizeof(c4_held_chart), destroy,
                          CRM4E_TRANSACTION_READ, start_new, (void *)module);
}

typedef struct saved_arguments {
    const char *module;
    const char *name;
} saved_arguments;

static const c4_definition *find_saved(const c4_meta *meta, const char *module, const char *name)
{
    const c4_module *found = c4_meta_module_named(meta, module);

    for (size_t i = 0; found && i < meta->chart_count; i++) {
        if (meta->charts[i].module == found->number && c4_text_equal(meta->charts[i].name, name))
            return &meta->charts[i];
    }
    return NULL;
}

static int start_saved(c4_unit *unit, void *object, void *arguments)
{
    const saved_arguments *a = arguments;
    c4_held_chart *self = object;
    c4_json_document document = {0};
    const c4_definition *saved;
    int rc = start(unit, self, a->module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    if (rc < 0)
        return rc;
    saved = find_saved(unit->meta, a->module, a->name);
    if (!saved)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such chart");
    rc = c4_json_parse(&document, self->mem, saved->json, saved->json_length, SIZE_MAX / 2);
    if (rc < 0 && rc != CRM4E_E_NO_MEMORY)
        rc = c4_fail(unit->error, CRM4E_E_CORRUPT, "a stored chart cannot be read");
    if (rc == CRM4E_OK)
        rc = c4_chart_spec_read(unit, &self->arena, document.root, &self->spec);
    c4_json_free(&document);
    return rc;
}

int crm4e_chart_open(crm4e_chart **out, crm4e_session *session, const char *module,
                     const char *name)
{
    saved_arguments arguments = {module, name};

    return c4_call_object(out, session, C4_KIND_CHART, sizeof(c4_held_chart), destroy,
                          CRM4E_TRANSACTION_READ, start_saved, &arguments);
}

void crm4e_chart_free(crm4e_chart *chart)
{
    c4_object_free(chart, C4_KIND_CHART);
}

static int keep_text(c4_held_chart *self, crm4e_error *error, const char *text, size_t ceiling,
                     const char **kept)
{
    size_t length = 0;
    int rc = c4_text_length(text, CRM4E_NUL_TERMINATED, ceiling, &length);

    if (rc == CRM4E_OK)
        rc = c4_text_check(text, length);
    if (rc < 0)
        return c4_fail(error, rc, "a text is too long or no UTF-8");
    *kept = c4_arena_text(&self->arena, text, length);
    return *kept ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

int crm4e_chart_group_by(crm4e_chart *token, const char *field, crm4e_granularity by)
{
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_need(error, field, "field");
    if (rc == CRM4E_OK && by > CRM4E_BY_FISCAL_YEAR)
        rc = c4_fail(error, CRM4E_E_INVALID, "no such granularity");
    if (rc == CRM4E_OK && self->spec.key_count >= C4_CHART_KEYS)
        rc = c4_fail(error, CRM4E_E_TOO_BIG, "at most %d keys", C4_CHART_KEYS);
    if (rc == CRM4E_OK)
        rc = keep_text(self, error, field, 256, &kept);
    if (rc == CRM4E_OK)
        self->spec.keys[self->spec.key_count++] = (c4_chart_key){kept, by};
    return c4_leave(&entry, rc);
}

int crm4e_chart_measure(crm4e_chart *token, crm4e_measure function, const char *field)
{
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    if (function < CRM4E_COUNT || function > CRM4E_COUNT_DISTINCT ||
        (field == NULL) != (function == CRM4E_COUNT))
        rc = c4_fail(error, CRM4E_E_INVALID, "no such measure, or a field too many or missing");
    if (rc == CRM4E_OK && self->spec.measure_count >= C4_CHART_MEASURES)
        rc = c4_fail(error, CRM4E_E_TOO_BIG, "at most %d measures", C4_CHART_MEASURES);
    if (rc == CRM4E_OK && field)
        rc = keep_text(self, error, field, 256, &kept);
    if (rc == CRM4E_OK)
        self->spec.measures[self->spec.measure_count++] = (c4_chart_measure){function, kept};
    return c4_leave(&entry, rc);
}

int crm4e_chart_where(crm4e_chart *token, const char *criteria)
{
    const c4_criteria *parsed = NULL;
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    if (criteria) {
        rc = keep_text(self, error, criteria, C4_QUERY_CEILING, &kept);
        if (rc == CRM4E_OK)
            rc = c4_criteria_parse(&self->arena, error, kept, strlen(kept), &parsed);
    }
    if (rc == CRM4E_OK) {
        self->spec.where = parsed;
        self->spec.where_text = kept;
    }
    return c4_leave(&entry, rc);
}

int crm4e_chart_set_type(crm4e_chart *token, crm4e_chart_type type)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;

    if (rc < 0)
        return rc;
    if (type > CRM4E_CHART_KPI)
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "no such type of chart");
    else
        self->spec.type = type;
    return c4_leave(&entry, rc);
}

int crm4e_chart_set_top(crm4e_chart *token, size_t count)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;

    if (rc < 0)
        return rc;
    if (count > C4_CHART_TOP)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "at most the top %d", C4_CHART_TOP);
    else
        self->spec.top = (uint32_t)count;
    return c4_leave(&entry, rc);
}

int crm4e_chart_set_fill(crm4e_chart *token, int32_t fill)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;

    if (rc < 0)
        return rc;
    rc = c4_need_truth(&entry.session->error, fill, "fill");
    if (rc == CRM4E_OK)
        self->spec.fill = fill != 0;
    return c4_leave(&entry, rc);
}

int crm4e_chart_run(crm4e_chart *token)
{
    c4_chart_result *result = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CHART);
    c4_held_chart *self = entry.object;

    if (rc < 0)
        return rc;
    rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK) {
        c4_chart_spec spec = self->spec;

        if (spec.measure_count == 0)
            spec.measures[spec.measure_count++].function = CRM4E_COUNT;
        rc = c4_chart_run(&entry.session->unit, &spec, self->mem, &result);
        rc = c4_work_end(entry.session, rc);
        if (rc == CRM4E_OK) {
            c4_chart_result_free(self->result, self->mem);
            self->result = result;
            self->spec = spec;
        } else {
            c4_chart_result_free(result, self->mem);
        }
    }
    return c4_leave(&entry, rc);
}

size_t crm4e_chart_buckets(const crm4e_chart *token)
{
    c4_entry entry;
    c4_held_chart *self = c4_peek(&entry, token, C4_KIND_CHART);
    size_t count = self && self->result ? self->result->bucket_count : 0;

    if (self)
        c4_unpeek(&entry);
    return count;
}

static const c4_chart_bucket *bucket_at(const c4_held_chart *self, size_t bucket)
{
    if (!self->result || bucket >= self->result->bucket_count)
        return NULL;
    return &self->result->buckets[bucket];
}

const char *crm4e_chart_label(const crm4e_chart *token, size_t bucket, size_t key)
{
    c4_entry entry;
    c4_held_chart *self = c4_peek(&entry, token, C4_KIND_CHART);
    const c4_chart_bucket *found;
    const char *label;

    if (!self)
        return NULL;
    found = bucket_at(self, bucket);
    label = found && key < self->result->key_count ? found->labels[key] : NULL;
    c4_unpeek(&entry);
    return label;
}

const char *crm4e_chart_label_in(const crm4e_chart *token, size_t bucket, size_t key,
                                 const char *locale)
{
    c4_entry entry;
    c4_held_chart *self = c4_peek(&entry, token, C4_KIND_CHART);
    const c4_chart_bucket *found;
    const char *label = NULL;

    if (!self)
        return NULL;
    found = bucket_at(self, bucket);
    if (found && key < self->result->key_count)
        label =
            locale && strncmp(locale, "zh", 2) == 0 ? found->names[key].zh : found->names[key].en;
    c4_unpeek(&entry);
    return label;
}

typedef enum value_text {
    VALUE_ITSELF,
    VALUE_CHANGE,
    VALUE_RATE
} value_text;

static const char *text_of(const crm4e_chart *token, size_t bucket, size_t measure, value_text what)
{
    c4_entry entry;
    c4_held_chart *self = c4_peek(&entry, token, C4_KIND_CHART);
    const c4_chart_bucket *found;
    const char *text = NULL;

    if (!self)
        return NULL;
    found = bucket_at(self, bucket);
    if (found && measure < self->result->measure_count) {
        const c4_chart_value *value = &found->values[measure];
        text = what == VALUE_CHANGE ? value->change
               : what == VALUE_RATE ? value->rate
                                    : value->text;
    }
    c4_unpeek(&entry);
    return text;
}

const char *crm4e_chart_value(const crm4e_chart *chart, size_t bucket, size_t measure)
{
    return text_of(chart, bucket, measure, VALUE_ITSELF);
}

const char *crm4e_chart_change(const crm4e_chart *chart, size_t bucket, size_t measure)
{
    return text_of(chart, bucket, measure, VALUE_CHANGE);
}

const char *crm4e_chart_rate(const crm4e_chart *chart, size_t bucket, size_t measure)
{
    return text_of(chart, bucket, measure, VALUE_RATE);
}

const char *crm4e_chart_criteria(const crm4e_chart *token, size_t bucket)
{
    c4_entry entry;
    c4_held_chart *self = c4_peek(&entry, token, C4_KIND_CHART);
    const c4_chart_bucket *found;
    const char *criteria;

    if (!self)
        return NULL;
    found = bucket_at(self, bucket);
    criteria = found ? found->criteria : NULL;
    c4_unpeek(&entry);
    return criteria;
}

int c4_held_chart_need_run(crm4e_error *error, const c4_held_chart *chart)
{
    return chart->result ? CRM4E_OK : c4_fail(error, CRM4E_E_MISUSE, "the chart has not been run");
}

static int write_json(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_held_chart *self = object;
    int rc;

    (void)arguments;
    rc = c4_held_chart_need_run(unit->error, self);
    if (rc < 0)
        return rc;
    c4_chart_to_json(&self->spec, self->result, out);
    return out->code;
}

int crm4e_chart_json(crm4e_text **out, crm4e_chart *chart)
{
    return c4_call_text(out, chart, C4_KIND_CHART, write_json, NULL);
}
