/* SPDX-License-Identifier: MIT */
/* Keys of a chart: what a record is counted under. */
#include "insight/chart_inside.h"

#include "base/text.h"
#include "model/standard.h"

enum {
    TEXT_CEILING = 1024 * 1024 /* bytes of a label */
};

static int open_behind(c4_axis *axis, c4_behind *behind, int32_t module)
{
    c4_unit *unit = axis->unit;
    bool named = false;
    int rc = c4_access_module_number(unit, module, CRM4E_ACTION_VIEW, &behind->scope);

    behind->module = module;
    behind->open = rc == CRM4E_OK;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    if (!behind->open)
        return rc;
    behind->name = behind->scope.module->name_field;
    if (behind->name != NULL)
        rc = c4_access_can_read(&behind->scope, behind->name, &named);
    if (!named)
        behind->name = NULL;
    if (rc != CRM4E_OK)
        return rc;
    behind->row =
        c4_arena_array(axis->arena, behind->scope.module->table.column_count, sizeof *behind->row);
    return behind->row == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static int open_targets(c4_axis *axis)
{
    const c4_field *field = axis->field;
    int rc = CRM4E_OK;

    axis->behind = c4_arena_array(axis->arena, field->target_count, sizeof *axis->behind);
    if (axis->behind == NULL)
        rc = CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < field->target_count && rc == CRM4E_OK; i++)
        rc = open_behind(axis, &axis->behind[i], field->targets[i]);
    return rc;
}

int c4_axis_open(c4_axis *axis, c4_unit *unit, c4_arena *arena, const c4_field *field,
                 crm4e_granularity by)
{
    const c4_mem *mem = &unit->env->mem;
    int rc = CRM4E_OK;

    *axis = (c4_axis){.unit = unit, .arena = arena, .field = field};
    axis->stored = c4_type_info_of(field->type)->stored;
    axis->user = field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_OWNERLOOKUP ||
                 field->type == CRM4E_TYPE_MULTIUSERLOOKUP;
    axis->list = axis->stored == C4_STORED_OPTIONS || axis->stored == C4_STORED_IDS;
    axis->record = !axis->user && (axis->stored == C4_STORED_ID || axis->stored == C4_STORED_IDS);
    if (field == field->module->currency)
        axis->empty = (c4_code){c4_currency_code(unit->meta->org.currency), C4_CODE_VALUE};
    axis->cut = (c4_cut){by, unit->meta->org.fiscal_month};
    c4_map_init(&axis->known, mem);
    c4_buffer_init(&axis->buffer, mem, TEXT_CEILING);
    if (axis->stored == C4_STORED_TIME)
        rc = c4_calendar_open(&axis->calendar, mem, unit->actor->zone);
    if (axis->record)
        rc = open_targets(axis);
    return rc;
}

void c4_axis_close(c4_axis *axis)
{
    if (axis->unit == NULL)
        return;
    c4_calendar_close(&axis->calendar);
    c4_map_free(&axis->known);
    c4_free(axis->known.mem, axis->texts);
    c4_buffer_free(&axis->buffer);
    *axis = (c4_axis){0};
}

uint32_t c4_axis_second_column(const c4_axis *axis)
{
    bool keyed = (axis->field->flags & C4_FIELD_KEYED) != 0;
    bool wanted = axis->field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
                  (keyed && axis->stored == C4_STORED_TEXT);

    return wanted ? axis->field->key_column : 0;
}

bool c4_axis_is_number(const c4_axis *axis)
{
    return axis->stored != C4_STORED_TEXT && !axis->list;
}

/* Label and folded label go to the arena: NULL when there is no memory. */
static c4_known *remember(c4_axis *axis, int64_t place, const char *label, size_t length,
                          const char *folded, size_t folded_length)
{
    c4_known *known = c4_arena_array(axis->arena, 1, sizeof *known);

    if (known == NULL)
        return NULL;
    known->place = place;
    known->label = c4_arena_text(axis->arena, label, length);
    known->length = length;
    known->folded = c4_arena_text(axis->arena, folded, folded_length);
    known->folded_length = folded_length;
    return known->label != NULL && known->folded != NULL ? known : NULL;
}

static const c4_behind *behind_of(const c4_axis *axis, int64_t module)
{
    const c4_field *field = axis->field;

    for (size_t i = 0; i < field->target_count; i++) {
        if (axis->behind[i].module == module || field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP)
            return &axis->behind[i];
    }
    return NULL;
}

/* Reads the name of a record: CRM4E_ROW, or CRM4E_OK when it is not for him. */
static int read_name(const c4_axis *axis, const c4_behind *behind, crm4e_id id)
{
    c4_unit *unit = axis->unit;
    uint32_t name = behind->name != NULL ? behind->name->column : C4_COLUMN_ID;
    bool visible = false;
    int rc = c4_access_stored_row(&behind->scope, id, &visible);

    if (rc != CRM4E_OK || !visible)
        return rc;
    rc = c4_db_get(unit->db, &behind->scope.module->table, id, &name, &behind->row[name], 1);
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

static int ask_host(const c4_axis *axis, const c4_behind *behind, crm4e_id id)
{
    int rc = c4_access_authorise(&behind->scope, NULL, id);

    if (rc == CRM4E_E_DENIED) {
        c4_failure_clear(axis->unit->error);
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

/* A record whose name he may not see, or that has none, goes by its id. */
static int name_record(c4_axis *axis, const c4_behind *behind, crm4e_id id, c4_known **known)
{
    const c4_mem *mem = &axis->unit->env->mem;
    c4_buffer *out = &axis->buffer;
    size_t length = 0;
    char *folded;
    int rc = CRM4E_OK;

    c4_buffer_reset(out);
    if (behind->name != NULL)
        rc = c4_field_to_text(axis->unit, behind->name, behind->row, out);
    if (rc == CRM4E_OK && out->length == 0)
        c4_buffer_i64(out, id);
    if (rc == CRM4E_OK)
        rc = out->code;
    if (rc != CRM4E_OK)
        return rc;
    folded = c4_text_folded(mem, out->data, out->length, &length);
    if (folded != NULL)
        *known = remember(axis, id, out->data, out->length, folded, length);
    c4_free(mem, folded);
    return *known == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static int find_record(c4_axis *axis, crm4e_id id, int64_t module, c4_known **known)
{
    const c4_behind *behind = behind_of(axis, module);
    int rc = behind != NULL && behind->open ? read_name(axis, behind, id) : CRM4E_OK;

    *known = NULL;
    if (rc == CRM4E_ROW) {
        /* the name first: what the host does may move it */
        rc = name_record(axis, behind, id, known);
        if (rc == CRM4E_OK)
            rc = ask_host(axis, behind, id);
    }
    if (rc == CRM4E_OK)
        *known = &axis->restricted;
    if (rc >= 0)
        rc = c4_map_put_i64(&axis->known, id, *known);
    return rc;
}

int c4_axis_number(c4_axis *axis, int64_t value, int64_t beside, c4_code *code)
{
    int32_t day = 0;
    int rc = CRM4E_OK;

    *code = (c4_code){value, C4_CODE_VALUE};
    if (axis->record) {
        c4_known *known = c4_map_get_i64(&axis->known, value);
        if (known == NULL)
            rc = find_record(axis, value, beside, &known);
        if (known == &axis->restricted)
            *code = (c4_code){0, C4_CODE_RESTRICTED};
    } else if (axis->stored == C4_STORED_DATE) {
        code->value = c4_cut_start(&axis->cut, (int32_t)value);
    } else if (axis->stored == C4_STORED_TIME) {
        rc = c4_calendar_day_of(&axis->calendar, value, &day);
        code->value = c4_cut_start(&axis->cut, day);
    }
    return rc;
}

static int add_text(c4_axis *axis, const crm4e_value *value, const char *folded,
                    size_t folded_length, c4_known **known)
{
    void *texts = axis->texts;
    int rc = c4_grow(axis->known.mem, &texts, &axis->text_capacity, axis->text_count + 1,
                     sizeof(c4_known *));

    if (rc != CRM4E_OK)
        return rc;
    axis->texts = texts;
    *known = remember(axis, (int64_t)axis->text_count, value->data, value->length, folded,
                      folded_length);
    if (*known == NULL)
        return CRM4E_E_NO_MEMORY;
    rc = c4_map_put(&axis->known, folded, folded_length, *known);
    if (rc == CRM4E_OK)
        axis->texts[axis->text_count++] = *known;
    return rc;
}

int c4_axis_text(c4_axis *axis, const crm4e_value *value, const crm4e_value *beside, c4_code *code)
{
    const char *folded = NULL;
    size_t length = 0;
    c4_known *known;
    int rc = CRM4E_OK;

    if (beside != NULL && beside->type == CRM4E_VALUE_TEXT) {
        folded = beside->data;
        length = beside->length;
    } else {
        c4_buffer_reset(&axis->buffer);
        c4_text_fold(&axis->buffer, value->data, value->length);
        if (axis->buffer.code != CRM4E_OK)
            return axis->buffer.code;
        folded = c4_buffer_c_str(&axis->buffer);
        length = axis->buffer.length;
    }
    known = c4_map_get(&axis->known, folded, length);
    if (known == NULL)
        rc = add_text(axis, value, folded, length, &known);
    if (rc == CRM4E_OK)
        *code = (c4_code){known->place, C4_CODE_VALUE};
    return rc;
}

bool c4_axis_next(const crm4e_value *list, size_t *at, int64_t *item)
{
    const char *text = list->data;
    size_t start = *at + 1; /* behind a ';' */
    size_t end = start;

    while (end < list->length && text[end] != ';')
        end++;
    *at = end;
    return end > start && end < list->length &&
           c4_decimal_parse(text + start, end - start, 0, item) == CRM4E_OK;
}
