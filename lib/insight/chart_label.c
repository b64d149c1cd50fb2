/* SPDX-License-Identifier: MIT */
/* Keys of a chart: what people see of a code, and the criteria it stands for. */
#include "insight/chart_inside.h"

#include <string.h>

#include "base/text.h"

enum {
    NUMBER_TEXT = 24
};

static const c4_option *option_of(const c4_axis *axis, const c4_code *code)
{
    return code->value > 0 && code->value <= INT32_MAX
               ? c4_field_option(axis->field, (int32_t)code->value)
               : NULL;
}

static int take(c4_arena *arena, const char *text, size_t length, c4_face *face)
{
    face->names.en = face->names.zh = c4_arena_text(arena, text, length);
    return face->names.en == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static int take_names(c4_arena *arena, const c4_label *names, c4_face *face)
{
    face->names.en = c4_arena_text(arena, names->en, strlen(names->en));
    face->names.zh = c4_arena_text(arena, names->zh, strlen(names->zh));
    return face->names.en == NULL || face->names.zh == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static int plain_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    bool decimal = axis->stored == C4_STORED_DECIMAL;
    char text[C4_DECIMAL_TEXT];

    face->number = code->value;
    return take(arena, text, c4_decimal_format(code->value, decimal ? axis->field->scale : 0, text),
                face);
}

static int option_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    const c4_option *option = option_of(axis, code);

    if (option == NULL) {
        int rc = plain_face(axis, code, arena, face);
        face->number = (int64_t)axis->field->option_count + code->value;
        return rc;
    }
    face->number = option - axis->field->options;
    return take_names(arena, &option->display, face);
}

static int day_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    char text[C4_CUT_TEXT];

    c4_cut_label(&axis->cut, (int32_t)code->value, text);
    face->number = code->value;
    return take(arena, text, strlen(text), face);
}

static int boolean_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    static const c4_label truths[] = {{"false", "否"}, {"true", "是"}};

    (void)axis;
    (void)arena;
    face->number = code->value;
    face->names = truths[code->value != 0];
    return CRM4E_OK;
}

static int known_face(const c4_axis *axis, const c4_known *known, c4_arena *arena, c4_face *face)
{
    (void)axis;
    face->text = known->folded;
    face->length = known->folded_length;
    return take(arena, known->label, known->length, face);
}

/* Names sort folded, users of one name by id. */
static int user_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    const c4_mem *mem = &axis->unit->env->mem;
    const c4_user *user = c4_meta_user(axis->unit->meta, code->value);
    size_t length = 0;
    char *folded;

    if (user == NULL)
        return plain_face(axis, code, arena, face);
    folded = c4_text_folded(mem, user->name, strlen(user->name), &length);
    if (folded == NULL)
        return CRM4E_E_NO_MEMORY;
    face->text = c4_arena_text(axis->arena, folded, length);
    face->length = length;
    c4_free(mem, folded);
    return face->text == NULL ? CRM4E_E_NO_MEMORY
                              : take(arena, user->name, strlen(user->name), face);
}

static int id_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    return axis->user ? user_face(axis, code, arena, face)
                      : known_face(axis, c4_map_get_i64(&axis->known, code->value), arena, face);
}

static int text_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    return known_face(axis, axis->texts[code->value], arena, face);
}

typedef int (*face_maker)(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face);
static const face_maker face_makers[] = {
    [C4_STORED_TEXT] = text_face,     [C4_STORED_INTEGER] = plain_face,
    [C4_STORED_DECIMAL] = plain_face, [C4_STORED_DATE] = day_face,
    [C4_STORED_TIME] = day_face,      [C4_STORED_BOOLEAN] = boolean_face,
    [C4_STORED_OPTION] = option_face, [C4_STORED_OPTIONS] = option_face,
    [C4_STORED_ID] = id_face,         [C4_STORED_IDS] = id_face,
};

int c4_axis_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face)
{
    static const c4_label names[] = {
        [C4_CODE_EMPTY] = {"", ""},
        [C4_CODE_VALUE] = {"", ""},
        [C4_CODE_RESTRICTED] = {"restricted", "受限"},
        [C4_CODE_OTHERS] = {"others", "其他"},
    };

    *face = (c4_face){.text = "", .names = names[code->state]};
    return code->state == C4_CODE_VALUE ? face_makers[axis->stored](axis, code, arena, face)
                                        : CRM4E_OK;
}

static int compare_i64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

int c4_face_order(const c4_code *code, const c4_face *face, const c4_code *other_code,
                  const c4_face *other)
{
    int order = compare_i64(code->state, other_code->state);

    if (order == 0)
        order = compare_i64(face->number, other->number);
    if (order == 0)
        order = c4_text_order(face->text, face->length, other->text, other->length);
    return order != 0 ? order : compare_i64(code->value, other_code->value);
}

static void put_quoted(c4_buffer *out, const char *text, size_t length)
{
    c4_buffer_char(out, '\'');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\'')
            c4_buffer_char(out, '\'');
        c4_buffer_char(out, text[i]);
    }
    c4_buffer_char(out, '\'');
}

static void put_compare(const c4_axis *axis, const char *comparator, c4_buffer *out)
{
    c4_buffer_text(out, axis->field->api_name);
    c4_buffer_text(out, comparator);
}

/* A day as a date, or as the instant it starts at. */
static int put_bound(c4_axis *axis, const char *comparator, int32_t day, c4_buffer *out)
{
    char text[C4_TIME_TEXT];
    int64_t time = 0;
    int rc = CRM4E_OK;

    put_compare(axis, comparator, out);
    if (axis->stored == C4_STORED_DATE) {
        c4_date_format(day, text);
    } else {
        rc = c4_calendar_day_start(&axis->calendar, day, &time);
        c4_time_format(time, text);
    }
    put_quoted(out, text, strlen(text));
    return rc;
}

/* Half-open; without an end that the calendar does not have. */
static void put_days(c4_axis *axis, int32_t day, c4_buffer *out)
{
    int32_t next = 0;
    bool start = day > C4_DATE_MIN;
    bool end = c4_cut_next(&axis->cut, day, &next);
    int rc = CRM4E_OK;

    if (start)
        rc = put_bound(axis, " >= ", day, out);
    if (start && end)
        c4_buffer_text(out, " and ");
    if (end && rc == CRM4E_OK)
        rc = put_bound(axis, " < ", next, out);
    if (!start && !end)
        put_compare(axis, " is not null", out);
    if (rc != CRM4E_OK && out->code == CRM4E_OK)
        out->code = rc;
}

static void put_number(const c4_axis *axis, int64_t number, c4_buffer *out)
{
    bool decimal = axis->stored == C4_STORED_DECIMAL;
    char text[C4_DECIMAL_TEXT];

    put_compare(axis, " = ", out);
    c4_buffer_put(out, text, c4_decimal_format(number, decimal ? axis->field->scale : 0, text));
}

bool c4_axis_criteria(c4_axis *axis, const c4_code *code, c4_buffer *out)
{
    const c4_option *option = option_of(axis, code);
    const c4_known *known;

    if (code->state == C4_CODE_EMPTY) {
        put_compare(axis, " is null", out);
        return true;
    }
    switch (axis->stored) {
    case C4_STORED_TEXT:
        known = axis->texts[code->value];
        put_compare(axis, " = ", out);
        put_quoted(out, known->label, known->length);
        break;
    case C4_STORED_BOOLEAN:
        put_compare(axis, code->value != 0 ? " = true" : " = false", out);
        break;
    case C4_STORED_DATE:
    case C4_STORED_TIME: put_days(axis, (int32_t)code->value, out); break;
    case C4_STORED_OPTION:
    case C4_STORED_OPTIONS:
        if (option == NULL)
            return false;
        put_compare(axis, " = ", out);
        put_quoted(out, option->actual, strlen(option->actual));
        break;
    default: put_number(axis, code->value, out); break;
    }
    return true;
}
