/* SPDX-License-Identifier: MIT */
/* How rules say when: spans of time, and the trigger by a date. */
#include <stdio.h>
#include <string.h>

#include "automation/rule.h"

enum {
    MINUTES_OF_HOUR = 60,
    HOURS_OF_DAY = 24,
    TIME_OF_DAY = 5 /* "09:00" */
};

static const c4_name time_units[] = {
    {CRM4E_MINUTES, "minutes"}, {CRM4E_HOURS, "hours"},
    {CRM4E_DAYS, "days"},       {CRM4E_BUSINESS_DAYS, "business_days"},
    {CRM4E_WEEKS, "weeks"},     {CRM4E_MONTHS, "months"},
    {CRM4E_YEARS, "years"},     {0, NULL},
};

static const c4_name repeats[] = {
    {CRM4E_ONCE, "once"},
    {CRM4E_MONTHLY, "monthly"},
    {CRM4E_YEARLY, "yearly"},
    {0, NULL},
};

static const char *const date_members[] = {"field", "before", "after", "at", "repeat", NULL};

void c4_rule_read_span(c4_rule_reader *reader, const c4_json *json, const char *member,
                       c4_span *span)
{
    const char *name = "";
    const c4_json *value = c4_json_member_at(json, 0, &name);
    const c4_name *unit = time_units;
    int64_t count = 0;

    if (c4_json_kind(json) != C4_JSON_OBJECT || c4_json_count(json) != 1) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type",
                       "must be an object of one unit of time and how many");
        return;
    }
    while (unit->text != NULL && strcmp(unit->text, name) != 0) {
        unit++;
    }
    if (unit->text == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "word", "names no unit of time");
        return;
    }
    if (!c4_json_i64(value, &count) || count < 1 || count > c4_span_most(unit->number)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "range",
                       "must count at least one, and a hundred years at most");
        return;
    }
    *span = (c4_span){unit->number, (int32_t)count};
}

void c4_rule_put_span(c4_buffer *out, const c4_span *span)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, c4_rule_word_text(time_units, span->unit));
    c4_buffer_i64(out, span->count < 0 ? -span->count : span->count);
    c4_buffer_char(out, '}');
}

static const c4_field *find_field(c4_rule_reader *reader, const c4_json *value)
{
    const c4_field *field = c4_rule_field(reader, value);

    if (field == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field", "names no field of the module");
    } else if ((field->type != CRM4E_TYPE_DATE && field->type != CRM4E_TYPE_DATETIME) ||
               field->computed != 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "type",
                       "names no date or datetime that is given");
    }
    return field;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int32_t read_time_of_day(c4_rule_reader *reader, const char *text)
{
    int32_t hour;
    int32_t minute;

    if (text == NULL) {
        return C4_NO_TIME_OF_DAY;
    }
    if (strlen(text) != TIME_OF_DAY || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
        !is_digit(text[3]) || !is_digit(text[4])) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "at", "type", "must be a time like \"09:00\"");
        return C4_NO_TIME_OF_DAY;
    }
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour >= HOURS_OF_DAY || minute >= MINUTES_OF_HOUR) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "at", "range", "is no time of day");
    }
    return hour * MINUTES_OF_HOUR + minute;
}

static void read_offset(c4_rule_reader *reader, const c4_json *json, c4_span *offset)
{
    const c4_json *before = c4_json_member(json, "before");
    const c4_json *after = c4_json_member(json, "after");

    if (before != NULL && after != NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "before", "both", "and after exclude each other");
    } else if (before != NULL) {
        c4_rule_read_span(reader, before, "before", offset);
        offset->count = -offset->count;
    } else if (after != NULL) {
        c4_rule_read_span(reader, after, "after", offset);
    }
}

void c4_rule_read_date(c4_rule_reader *reader, const c4_json *json, c4_rule *rule)
{
    c4_date_trigger *date = &rule->date;

    date->at = C4_NO_TIME_OF_DAY;
    if (reader->rc != CRM4E_OK || (rule->on != C4_ON_DATE && c4_json_kind(json) == C4_JSON_NULL)) {
        return;
    }
    if (rule->on != C4_ON_DATE) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "date", "trigger",
                       "goes with a rule on date_or_datetime only");
        return;
    }
    c4_rule_members(reader, json, "date", date_members);
    if (reader->rc != CRM4E_OK) {
        return;
    }
    date->field = find_field(reader, c4_json_member(json, "field"));
    read_offset(reader, json, &date->offset);
    date->at = read_time_of_day(reader, c4_rule_text(reader, json, "at", false, TIME_OF_DAY));
    date->repeat = c4_rule_word(reader, json, "repeat", repeats, false);
    date->repeat = date->repeat == 0 ? CRM4E_ONCE : date->repeat;
    if (date->at != C4_NO_TIME_OF_DAY &&
        (date->offset.unit == CRM4E_MINUTES || date->offset.unit == CRM4E_HOURS)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "at", "unit",
                       "does not go with minutes and hours, which say the time themselves");
    }
}

void c4_rule_write_date(c4_rule_writer *writer, const c4_rule *rule)
{
    const c4_date_trigger *date = &rule->date;
    c4_buffer *out = writer->out;
    char at[3 * sizeof(int) * 2];
    bool first = true;

    if (rule->on != C4_ON_DATE) {
        return;
    }
    c4_buffer_text(out, ",\"date\":{");
    if (writer->stored) {
        c4_json_put_key(out, &first, "field");
        c4_buffer_i64(out, date->field->number);
    } else {
        c4_json_put_member(out, &first, "field", date->field->api_name);
    }
    if (date->offset.count != 0) {
        c4_json_put_key(out, &first, date->offset.count < 0 ? "before" : "after");
        c4_rule_put_span(out, &date->offset);
    }
    if (date->at != C4_NO_TIME_OF_DAY) {
        (void)snprintf(at, sizeof at, "%02d:%02d", (int)date->at / MINUTES_OF_HOUR,
                       (int)date->at % MINUTES_OF_HOUR);
        c4_json_put_member(out, &first, "at", at);
    }
    if (date->repeat != CRM4E_ONCE) {
        c4_json_put_member(out, &first, "repeat", c4_rule_word_text(repeats, date->repeat));
    }
    c4_buffer_char(out, '}');
}

/* When a rule acts tells the date. */
int c4_rule_check_date(const c4_scope *view, const c4_rule *rule)
{
    const c4_field *field = NULL;

    return rule->on == C4_ON_DATE ? c4_access_read_field(view, rule->date.field->api_name, &field)
                                  : CRM4E_OK;
}
