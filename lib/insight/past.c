/* SPDX-License-Identifier: MIT */
#include "insight/past.h"

#include "base/civil.h"
#include "model/schema.h"
#include "model/standard.h"
#include "record/inside.h"

/* A record, wherever it is now, with what its reader may see of it. */
typedef struct past {
    c4_unit *unit;
    c4_scope scope;
    crm4e_value *row; /* what may not be read is NULL */
    bool *readable;
    bool exists; /* it lies in its module; else in the bin */
} past;

/* NOT_FOUND for all that the actor does not see, or would not see if it were still there. */
static int open_past(past *p, c4_unit *unit, const char *module, crm4e_id id)
{
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &p->scope);

    p->unit = unit;
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_record_load(unit, p->scope.module, id, &p->row);
    p->exists = rc == CRM4E_OK;
    if (rc == CRM4E_E_NOT_FOUND)
        rc = c4_bin_load(unit, p->scope.module, id, &p->row);
    return rc == CRM4E_OK ? c4_record_show(unit->arena, &p->scope, p->row, &p->readable) : rc;
}

int c4_history_to_json(c4_unit *unit, const char *module, crm4e_id record, int64_t before,
                       size_t limit, c4_buffer *out)
{
    c4_timeline_entry *entries = NULL;
    size_t count = 0;
    past p = {.unit = unit};
    int rc = open_past(&p, unit, module, record);

    if (rc == CRM4E_OK) {
        const c4_timeline_request request = {p.scope.module, p.readable, record,
                                             before,         true,       limit};

        rc = c4_timeline_lines(unit, unit->arena, &request, &entries, &count);
    }
    return rc == CRM4E_OK ? c4_timeline_to_json(unit, p.scope.module, entries, count, out) : rc;
}

/* A record on its way back. */
typedef struct way_back {
    past *past;
    int64_t time;
    bool exists;
    bool stamped; /* who changed it last, and when, is known */
} way_back;

static void set_system(way_back *back, uint32_t column, const crm4e_value *value)
{
    const past *p = back->past;

    for (size_t i = 0; i < p->scope.module->field_count; i++) {
        const c4_field *field = &p->scope.module->fields[i];

        if ((field->flags & C4_FIELD_SYSTEM) != 0 && field->column == column && p->readable[i])
            p->row[column] = *value;
    }
}

/* Shares say nothing of the record's own version. */
static bool moves_version(int64_t action)
{
    return action != C4_RECORD_SHARED && action != C4_RECORD_UNSHARED &&
           action != C4_RECORD_DELETED;
}

/* The newest line that is not undone says who changed it last. */
static void stamp(way_back *back, const crm4e_value *line)
{
    if (!moves_version(line[C4_HISTORY_ACTION].integer))
        return;
    set_system(back, C4_COLUMN_MODIFIED_BY, &line[C4_HISTORY_USER]);
    set_system(back, C4_COLUMN_MODIFIED_TIME, &line[C4_HISTORY_TIME]);
    back->past->row[C4_COLUMN_VERSION] = line[C4_HISTORY_VERSION];
    back->stamped = true;
}

static int undo_changes(way_back *back, const crm4e_value *bytes)
{
    const past *p = back->past;
    const c4_module *module = p->scope.module;
    c4_field_change *changes = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    if (bytes->type != CRM4E_VALUE_NULL)
        rc = c4_changes_decode(p->unit->arena, bytes->data, bytes->length, &changes, &count);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_field *field = c4_module_field(module, changes[i].field);
        crm4e_value before = changes[i].before;

        if (field == NULL || !p->readable[field - module->fields])
            continue;
        if (!c4_value_copy(p->unit->arena, &before))
            return CRM4E_E_NO_MEMORY;
        rc = c4_change_to_row(field, &before, p->row);
    }
    return rc;
}

static int undo(way_back *back, const crm4e_value *line)
{
    int64_t action = line[C4_HISTORY_ACTION].integer;

    if (action == C4_RECORD_DELETED)
        back->exists = true;
    if (action == C4_RECORD_ADDED || action == C4_RECORD_RESTORED)
        back->exists = false;
    return undo_changes(back, &line[C4_HISTORY_CHANGES]);
}

static int take_line(void *user, const crm4e_value *line)
{
    way_back *back = user;

    if (line[C4_HISTORY_TIME].integer > back->time)
        return undo(back, line);
    stamp(back, line);
    return back->stamped ? CRM4E_ROW : CRM4E_OK;
}

static int check_horizon(const c4_unit *unit, int64_t time)
{
    char from[C4_TIME_TEXT];

    if (time >= unit->state.history_from || unit->state.history_from == 0)
        return CRM4E_OK;
    c4_time_format(unit->state.history_from, from);
    return c4_fail(unit->error, CRM4E_E_INVALID, "the history goes back to %s and no further",
                   from);
}

int c4_as_of_to_json(c4_unit *unit, const char *module, crm4e_id record, int64_t time,
                     c4_buffer *out)
{
    past p = {.unit = unit};
    way_back back = {.past = &p, .time = time};
    int rc = open_past(&p, unit, module, record);

    if (rc == CRM4E_OK)
        rc = check_horizon(unit, time);
    back.exists = p.exists;
    if (rc == CRM4E_OK)
        rc = c4_timeline_walk(unit, p.scope.module, record, take_line, &back);
    if (rc == CRM4E_OK && !back.exists)
        rc = c4_no_such_record(unit);
    return rc == CRM4E_OK ? c4_record_to_json(unit, &p.scope, p.row, p.readable, out) : rc;
}
