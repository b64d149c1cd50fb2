/* SPDX-License-Identifier: MIT */
/* Charts that are kept: the JSON of a chart in, stored, and out again. */
#include "insight/chart_inside.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/manage_rules.h"

static int refuse(c4_unit *unit, const char *member, const char *problem)
{
    return c4_refuse(unit, CRM4E_E_INVALID, member, "chart", problem);
}

static int check_members(c4_unit *unit, const c4_json *json)
{
    static const char *const members[] = {"name",  "module", "group_by", "measures",
                                          "where", "type",   "top",      "fill"};
    size_t count = c4_json_count(json);

    if (c4_json_kind(json) != C4_JSON_OBJECT)
        return refuse(unit, "chart", "is no object");
    for (size_t i = 0; i < count; i++) {
        const char *key = "";
        bool found = false;
        (void)c4_json_member_at(json, i, &key);
        for (size_t j = 0; j < sizeof members / sizeof members[0] && !found; j++)
            found = strcmp(members[j], key) == 0;
        if (!found)
            return refuse(unit, key, "is no member of a chart");
    }
    return CRM4E_OK;
}

static int keep(c4_arena *arena, const char *text, size_t length, const char **kept)
{
    *kept = c4_arena_text(arena, text, length);
    return *kept == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

/* "Closing_Date:month" */
static int read_key(c4_unit *unit, c4_arena *arena, const c4_json *json, c4_chart_key *key)
{
    size_t length = 0;
    const char *text = c4_json_kind(json) == C4_JSON_TEXT ? c4_json_text(json, &length) : NULL;
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    size_t first = colon != NULL ? (size_t)(colon - text) : length;

    if (text == NULL)
        return refuse(unit, "group_by", "holds what is no text");
    *key = (c4_chart_key){0};
    if (colon != NULL)
        key->by = c4_granularity_of(colon + 1, length - first - 1);
    if (colon != NULL && key->by == 0)
        return refuse(unit, "group_by", "names no granularity");
    return keep(arena, text, first, &key->field);
}

/* "count", "sum:Amount" */
static int read_measure(c4_unit *unit, c4_arena *arena, const c4_json *json,
                        c4_chart_measure *measure)
{
    size_t length = 0;
    const char *text = c4_json_kind(json) == C4_JSON_TEXT ? c4_json_text(json, &length) : NULL;
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    size_t first = colon != NULL ? (size_t)(colon - text) : length;

    if (text == NULL)
        return refuse(unit, "measures", "holds what is no text");
    *measure = (c4_chart_measure){.function = c4_chart_measure_of(text, first)};
    if (measure->function == 0)
        return refuse(unit, "measures", "names no measure");
    if (!c4_measure_fits(measure->function, colon != NULL))
        return refuse(unit, "measures", "names a field too many, or none");
    return colon == NULL ? CRM4E_OK : keep(arena, colon + 1, length - first - 1, &measure->field);
}

static int read_lists(c4_unit *unit, c4_arena *arena, const c4_json *json, c4_chart_spec *spec)
{
    const c4_json *keys = c4_json_member(json, "group_by");
    const c4_json *measures = c4_json_member(json, "measures");
    int rc = CRM4E_OK;

    if ((keys != NULL && c4_json_kind(keys) != C4_JSON_ARRAY) ||
        c4_json_count(keys) > C4_CHART_KEYS)
        return refuse(unit, "group_by", "is no list of at most two fields");
    if ((measures != NULL && c4_json_kind(measures) != C4_JSON_ARRAY) ||
        c4_json_count(measures) > C4_CHART_MEASURES)
        return refuse(unit, "measures", "is no list of at most five measures");
    spec->key_count = c4_json_count(keys);
    spec->measure_count = c4_json_count(measures);
    for (size_t i = 0; i < spec->key_count && rc == CRM4E_OK; i++)
        rc = read_key(unit, arena, c4_json_item(keys, i), &spec->keys[i]);
    for (size_t i = 0; i < spec->measure_count && rc == CRM4E_OK; i++)
        rc = read_measure(unit, arena, c4_json_item(measures, i), &spec->measures[i]);
    if (spec->measure_count == 0)
        spec->measures[spec->measure_count++].function = CRM4E_COUNT;
    return rc;
}

static int read_where(c4_unit *unit, c4_arena *arena, const c4_json *json, c4_chart_spec *spec)
{
    const c4_json *where = c4_json_member(json, "where");
    size_t length = 0;
    const char *text = c4_json_text(where, &length);
    int rc;

    if (c4_json_kind(where) == C4_JSON_NULL)
        return CRM4E_OK;
    if (c4_json_kind(where) != C4_JSON_TEXT)
        return refuse(unit, "where", "is no text");
    rc = keep(arena, text, length, &spec->where_text);
    return rc == CRM4E_OK
               ? c4_criteria_parse(arena, unit->error, spec->where_text, length, &spec->where)
               : rc;
}

static int read_shape(c4_unit *unit, const c4_json *json, c4_chart_spec *spec)
{
    const c4_json *type = c4_json_member(json, "type");
    const c4_json *top = c4_json_member(json, "top");
    const c4_json *fill = c4_json_member(json, "fill");
    size_t length = 0;
    const char *text = c4_json_kind(type) == C4_JSON_TEXT ? c4_json_text(type, &length) : NULL;
    int64_t count = 0;

    if (text != NULL)
        spec->type = c4_chart_type_of(text, length);
    if (type != NULL && spec->type == 0)
        return refuse(unit, "type", "names no type of chart");
    if (top != NULL && (!c4_json_i64(top, &count) || count < 1 || count > C4_CHART_TOP))
        return refuse(unit, "top", "is no number from 1 to 100");
    if (fill != NULL && c4_json_kind(fill) != C4_JSON_BOOLEAN)
        return refuse(unit, "fill", "is neither true nor false");
    spec->top = (uint32_t)count;
    spec->fill = c4_json_boolean(fill, false);
    return CRM4E_OK;
}

int c4_chart_spec_read(c4_unit *unit, c4_arena *arena, const c4_json *json, c4_chart_spec *spec)
{
    const c4_json *module = c4_json_member(json, "module");
    int rc = check_members(unit, json);

    *spec = (c4_chart_spec){0};
    if (rc == CRM4E_OK && c4_json_kind(module) != C4_JSON_TEXT)
        rc = refuse(unit, "module", "is missing or no text");
    if (rc == CRM4E_OK)
        rc = keep(arena, c4_json_text(module, NULL), strlen(c4_json_text(module, NULL)),
                  &spec->module);
    if (rc == CRM4E_OK)
        rc = read_lists(unit, arena, json, spec);
    if (rc == CRM4E_OK)
        rc = read_where(unit, arena, json, spec);
    if (rc == CRM4E_OK)
        rc = read_shape(unit, json, spec);
    if (rc == CRM4E_E_NO_MEMORY)
        (void)c4_fail_plain(unit->error, rc);
    return rc;
}

/* One text for one chart: names as the org writes them. */
static void write_spec(const c4_chart *chart, const char *name, c4_buffer *out)
{
    const c4_chart_spec *spec = chart->spec;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "name");
    c4_json_put_text(out, name, strlen(name));
    c4_json_put_key(out, &first, "module");
    c4_json_put_text(out, chart->scope.module->api_name, strlen(chart->scope.module->api_name));
    c4_json_put_key(out, &first, "group_by");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < spec->key_count; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_chart_put_key(out, chart->axes[i].field->api_name, spec->keys[i].by);
    }
    c4_buffer_char(out, ']');
    c4_json_put_key(out, &first, "measures");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < spec->measure_count; i++) {
        const c4_field *field = chart->gauges[i].field;
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_chart_put_measure(out, spec->measures[i].function,
                             field != NULL ? field->api_name : NULL);
    }
    c4_buffer_char(out, ']');
    if (spec->where_text != NULL) {
        c4_json_put_key(out, &first, "where");
        c4_json_put_text(out, spec->where_text, strlen(spec->where_text));
    }
    c4_json_put_member(out, &first, "type", c4_chart_type_text(spec->type));
    if (spec->top > 0) {
        c4_json_put_key(out, &first, "top");
        c4_buffer_i64(out, spec->top);
    }
    if (spec->fill) {
        c4_json_put_key(out, &first, "fill");
        c4_buffer_text(out, "true");
    }
    c4_buffer_char(out, '}');
}

static int find_saved(c4_unit *unit, const c4_module *module, const char *name,
                      const c4_definition **found)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;

    *found = NULL;
    for (size_t i = 0; i < meta->chart_count && rc == CRM4E_OK && *found == NULL; i++) {
        bool same = false;
        if (meta->charts[i].module != module->number)
            continue;
        rc = c4_same_name(unit, meta->charts[i].name, name, &same);
        if (same)
            *found = &meta->charts[i];
    }
    return rc;
}

/* A chart is its author's, and of those who configure the module. */
static int check_old(c4_unit *unit, const c4_module *module, const c4_definition *old,
                     bool create_only)
{
    if (create_only)
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another chart");
    if (old->author != unit->actor->id && !c4_actor_configures(unit, module))
        return c4_refuse_denied(unit, "author", "the chart belongs to another user");
    return CRM4E_OK;
}

static int insert_chart(c4_unit *unit, const c4_module *module, const char *name,
                        const c4_buffer *json, crm4e_id *id)
{
    const crm4e_value values[C4_CHART_COLUMNS] = {
        [0] = c4_integer(*id = c4_unit_new_id(unit)),
        [C4_CHART_MODULE] = c4_integer(module->number),
        [C4_CHART_NAME] = c4_c_text(name),
        [C4_CHART_AUTHOR] = c4_integer(unit->actor->id),
        [C4_CHART_DEFINITION] = c4_text_value(json->data, json->length),
    };

    return c4_db_insert(unit->db, &c4_tables[C4_TABLE_CHART], values);
}

static int update_chart(c4_unit *unit, crm4e_id id, const char *name, const c4_buffer *json)
{
    static const uint32_t columns[] = {C4_CHART_NAME, C4_CHART_AUTHOR, C4_CHART_DEFINITION};
    const crm4e_value values[] = {
        c4_c_text(name),
        c4_integer(unit->actor->id),
        c4_text_value(json->data, json->length),
    };

    return c4_db_update(unit->db, &c4_tables[C4_TABLE_CHART], id, columns, values, 3);
}

/* The same chart again changes nothing. */
static int store(c4_unit *unit, const c4_chart *chart, const char *name, bool create_only,
                 crm4e_id *id)
{
    const c4_module *module = chart->scope.module;
    const c4_definition *old = NULL;
    c4_buffer json;
    bool changed = true;
    int rc = find_saved(unit, module, name, &old);

    c4_buffer_init(&json, &unit->env->mem, C4_QUERY_CEILING * 8);
    write_spec(chart, name, &json);
    if (rc == CRM4E_OK)
        rc = c4_stored(unit, json.code);
    if (rc == CRM4E_OK && old != NULL) {
        *id = old->id;
        changed = create_only || old->json_length != json.length ||
                  memcmp(old->json, json.data, json.length) != 0;
    }
    if (rc == CRM4E_OK && old != NULL && changed)
        rc = check_old(unit, module, old, create_only);
    if (rc == CRM4E_OK && changed)
        rc = c4_stored(unit, old == NULL ? insert_chart(unit, module, name, &json, id)
                                         : update_chart(unit, old->id, name, &json));
    c4_buffer_free(&json);
    return rc == CRM4E_OK && changed ? c4_change_done(unit, "chart_put", *id, name) : rc;
}

int c4_chart_put(c4_unit *unit, const c4_json *json, bool create_only, crm4e_id *id)
{
    const c4_json *member = c4_json_member(json, "name");
    const char *name = c4_json_kind(member) == C4_JSON_TEXT ? c4_json_text(member, NULL) : NULL;
    c4_chart_spec spec;
    c4_chart chart;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK)
        rc = c4_chart_spec_read(unit, unit->arena, json, &spec);
    if (rc == CRM4E_OK)
        rc = c4_check_name(unit, "name", name, C4_NAME_MAX);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_chart_open(&chart, unit, &spec, &unit->env->mem);
    if (rc == CRM4E_OK)
        rc = store(unit, &chart, name, create_only, id);
    else if (unit->error != NULL && unit->error->code != rc)
        rc = c4_fail_plain(unit->error, rc);
    c4_chart_close(&chart);
    return rc;
}

int c4_chart_check(c4_unit *unit, const c4_definition *definition)
{
    c4_json_document document = {0};
    c4_chart_spec spec;
    c4_chart chart;
    int rc = c4_json_parse(&document, &unit->env->mem, definition->json, definition->json_length,
                           C4_QUERY_CEILING * 8);

    if (rc != CRM4E_OK)
        return rc == CRM4E_E_NO_MEMORY
                   ? c4_fail_plain(unit->error, rc)
                   : c4_fail(unit->error, CRM4E_E_CORRUPT, "chart %s: what is stored is no JSON",
                             definition->name);
    rc = c4_chart_spec_read(unit, unit->arena, document.root, &spec);
    c4_json_free(&document);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_chart_open(&chart, unit, &spec, &unit->env->mem);
    if (rc != CRM4E_OK && unit->error != NULL && unit->error->code != rc)
        rc = c4_fail_plain(unit->error, rc);
    c4_chart_close(&chart);
    return rc;
}

int c4_chart_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out)
{
    (void)unit;
    c4_buffer_put(out, definition->json, definition->json_length);
    return out->code;
}
