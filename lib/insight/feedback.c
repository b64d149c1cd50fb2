/* SPDX-License-Identifier: MIT */
#include "insight/feedback.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "model/manage_rules.h"

enum {
    PAYLOAD_MAX = 256 * 1024
};

static int refuse_long(c4_unit *unit)
{
    return c4_refuse(unit, CRM4E_E_TOO_BIG, "text", "max_length", "is longer than 4000 characters");
}

/* Lines are fine, what is invisible alone is not. */
static int check_text(c4_unit *unit, const char *text)
{
    size_t ceiling = (size_t)C4_FEEDBACK_TEXT_MAX * C4_UTF8_MAX;
    size_t length = c4_text_within(text, ceiling);

    if (length > ceiling)
        return refuse_long(unit);

    if (c4_text_check(text, length) < 0)
        return c4_refuse(unit, CRM4E_E_INVALID, "text", "utf8", "is not valid UTF-8");
    if (c4_text_blank(text, length))
        return c4_refuse(unit, CRM4E_E_INVALID, "text", "mandatory", "is blank");
    return c4_text_points(text, length) <= C4_FEEDBACK_TEXT_MAX ? CRM4E_OK : refuse_long(unit);
}

static void put_text(c4_buffer *out, bool *first, const char *key, const char *text, size_t length)
{
    c4_json_put_key(out, first, key);
    c4_json_put_text(out, text, length);
}

static void put_user(c4_buffer *out, bool *first, const c4_user *user)
{
    c4_json_put_key(out, first, "user");
    c4_buffer_i64(out, user->id);
    put_text(out, first, "email", user->email, strlen(user->email));
}

static int hand_over(c4_unit *unit, crm4e_id id, const char *text, const char *place)
{
    c4_ui_mode mode;
    const char *ui;
    char key[40];
    c4_outbox_message message = {.kind = "feedback", .key = key};
    bool first = true;
    c4_buffer out;
    int rc = c4_user_ui_mode(unit, unit->actor->id, &mode);

    if (rc < 0)
        return rc;
    ui = c4_text_of(C4_NAMES_UI_MODE, mode);

    c4_buffer_init(&out, &unit->env->mem, PAYLOAD_MAX);
    c4_buffer_char(&out, '{');
    c4_json_put_key(&out, &first, "feedback");
    c4_buffer_i64(&out, id);
    put_user(&out, &first, unit->actor);
    put_text(&out, &first, "ui", ui, strlen(ui));
    put_text(&out, &first, "place", place, strlen(place));
    put_text(&out, &first, "text", text, strlen(text));
    c4_buffer_char(&out, '}');
    (void)snprintf(key, sizeof key, "feedback-%" PRId64, id);
    message.payload = out.data;
    message.length = out.length;
    rc =
        out.code == CRM4E_OK ? c4_outbox_put(unit, &message) : c4_fail_plain(unit->error, out.code);
    c4_buffer_free(&out);
    return rc;
}

int c4_feedback_send(c4_unit *unit, const char *text, const char *place)
{
    int rc = check_text(unit, text);

    if (rc == CRM4E_OK && place)
        rc = c4_check_note(unit, "place", place, C4_FEEDBACK_PLACE_MAX);
    if (rc < 0)
        return rc;
    const crm4e_value values[C4_FEEDBACK_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_FEEDBACK_USER] = c4_integer(unit->actor->id),
        [C4_FEEDBACK_TIME] = c4_integer(unit->now),
        [C4_FEEDBACK_PLACE] = place ? c4_c_text(place) : c4_null(),
        [C4_FEEDBACK_TEXT] = c4_c_text(text),
    };
    rc = c4_stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_FEEDBACK], values));
    return rc < 0 ? rc : hand_over(unit, values[0].integer, text, place ? place : "");
}

static void put_row(c4_unit *unit, const crm4e_value *row, c4_buffer *out)
{
    const c4_user *user = c4_meta_user(unit->meta, row[C4_FEEDBACK_USER].integer);
    const crm4e_value *place = &row[C4_FEEDBACK_PLACE];
    const crm4e_value *text = &row[C4_FEEDBACK_TEXT];
    char time[C4_TIME_TEXT];
    bool first = true;

    c4_time_format(row[C4_FEEDBACK_TIME].integer, time);
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, row[0].integer);
    put_text(out, &first, "time", time, strlen(time));
    if (user)
        put_user(out, &first, user);
    put_text(out, &first, "place", place->length > 0 ? place->data : "", place->length);
    put_text(out, &first, "text", text->data, text->length);
    c4_buffer_char(out, '}');
}

int c4_feedback_to_json(c4_unit *unit, int64_t after, int64_t limit, c4_buffer *out)
{
    static const uint32_t columns[] = {0, C4_FEEDBACK_USER, C4_FEEDBACK_TIME, C4_FEEDBACK_PLACE,
                                       C4_FEEDBACK_TEXT};
    static const crm4e_order order = {.column = 0};
    const crm4e_value bound = c4_integer(after);
    const crm4e_predicate where = c4_where(CRM4E_OP_GT, 0, &bound, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = c4_need_administrator(unit, "feedback is read by system administrators");

    if (rc < 0)
        return rc;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_FEEDBACK]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = C4_FEEDBACK_COLUMNS;
    plan.order = &order;
    plan.order_count = 1;
    plan.limit = limit;
    rc = c4_rows_open(&rows, unit->db, &plan);
    c4_buffer_char(out, '[');
    for (bool first = true; rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW;
         first = false, rc = CRM4E_OK) {
        c4_buffer_text(out, first ? "" : ",");
        put_row(unit, row, out);
    }
    c4_buffer_char(out, ']');
    c4_rows_close(rows);
    return rc < 0 ? c4_stored(unit, rc) : out->code;
}
