/* SPDX-License-Identifier: MIT */
/* What rules wait for beside their word: fields, the values they get, tags. */
#include <string.h>

#include "automation/field_value.h"
#include "model/manage_rules.h"
#include "model/standard.h"
#include "model/types.h"
#include "record/inside.h"

enum {
    AWAITED_FIELDS = 50,
    MATCH_ANY = 1,
    MATCH_ALL = 2
};
static const c4_name matches[] = {{MATCH_ANY, "any"}, {MATCH_ALL, "all"}, {0, NULL}};

static bool waits_for_tags(c4_trigger on)
{
    return on == C4_ON_TAG_ADDED || on == C4_ON_TAG_REMOVED;
}

/* ------------------------------------------------------------- reading */

/* Tags have triggers of their own; what moves with every change tells nothing. */
static bool can_await(const c4_field *field)
{
    return (field->flags & C4_FIELD_SYSTEM) == 0 || field->column == C4_COLUMN_OWNER;
}

/* A value that is one value. */
static bool can_become(const c4_field *field)
{
    const c4_storage_class stored = c4_type_info_of(field->type)->stored;

    return stored != C4_STORED_ROWS && stored != C4_STORED_FILES &&
           field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP;
}

/* "Stage", or {"field": "Stage", "value": "Won"}. */
static void read_awaited(c4_rule_reader *reader, const c4_json *json, c4_awaited *awaited)
{
    c4_rule_action action = {0};

    if (c4_json_kind(json) == C4_JSON_OBJECT) {
        c4_update_read(reader, json, &action);
        awaited->valued = true;
        awaited->to = action.as.update;
        awaited->field = action.as.update.through == NULL ? action.as.update.field : NULL;
    } else {
        awaited->field = c4_rule_field(reader, json);
    }
    if (reader->rc == CRM4E_OK && (awaited->field == NULL || !can_await(awaited->field) ||
                                   (awaited->valued && !can_become(awaited->field)))) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "fields", "field",
                       "names no field of the module whose changes rules wait for");
    }
}

static void read_fields(c4_rule_reader *reader, const c4_json *list, c4_rule *rule)
{
    const size_t count = c4_json_count(list);
    c4_awaited *awaited;

    if (c4_json_kind(list) != C4_JSON_ARRAY || count == 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "fields", "mandatory",
                       "must be an array with at least one field");
        return;
    }
    if (count > AWAITED_FIELDS) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "fields", "fields_per_rule",
                       "holds more than 50 fields");
        return;
    }
    awaited = c4_arena_array(reader->arena, count, sizeof *awaited);
    if (awaited == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        read_awaited(reader, c4_json_item(list, i), &awaited[i]);
    }
    rule->awaited = awaited;
    rule->awaited_count = count;
}

static void refuse_stray(c4_rule_reader *reader, const c4_json *json, const char *member)
{
    if (c4_json_kind(c4_json_member(json, member)) != C4_JSON_NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "trigger", "does not go with the trigger");
    }
}

void c4_trigger_read(c4_rule_reader *reader, const c4_json *json, c4_rule *rule)
{
    const c4_json *repeat = c4_json_member(json, "repeat");
    const c4_json *tags = c4_json_member(json, "tags");

    rule->once = !c4_rule_flag(reader, json, "repeat") && c4_json_kind(repeat) == C4_JSON_BOOLEAN;
    if (reader->rc != CRM4E_OK) {
        return;
    }
    if (rule->on == C4_ON_FIELD_UPDATE) {
        rule->all_awaited = c4_rule_word(reader, json, "match", matches, false) == MATCH_ALL;
        read_fields(reader, c4_json_member(json, "fields"), rule);
    } else {
        refuse_stray(reader, json, "fields");
        refuse_stray(reader, json, "match");
    }
    if (!waits_for_tags(rule->on)) {
        refuse_stray(reader, json, "tags");
    } else if (c4_json_kind(tags) != C4_JSON_NULL) {
        c4_tags_read_list(reader, tags, &rule->tags);
    }
    if (rule->on == C4_ON_INTERACTION_ADDED) {
        c4_trigger_read_interactions(reader, json, rule);
    } else {
        refuse_stray(reader, json, "kinds");
        refuse_stray(reader, json, "channels");
    }
}

/* ------------------------------------------------------------- writing */

static void write_awaited(c4_rule_writer *writer, const c4_awaited *awaited)
{
    const c4_rule_action action = {.as.update = awaited->to};

    if (awaited->valued) {
        c4_update_write(writer, &action);
    } else if (writer->stored) {
        c4_buffer_i64(writer->out, awaited->field->number);
    } else {
        c4_json_put_text(writer->out, awaited->field->api_name, strlen(awaited->field->api_name));
    }
}

void c4_trigger_write(c4_rule_writer *writer, const c4_rule *rule, bool *first)
{
    c4_buffer *out = writer->out;

    if (rule->awaited_count > 0) {
        c4_json_put_key(out, first, "fields");
        c4_buffer_char(out, '[');
        for (size_t i = 0; i < rule->awaited_count; i++) {
            c4_buffer_text(out, i > 0 ? "," : "");
            write_awaited(writer, &rule->awaited[i]);
        }
        c4_buffer_char(out, ']');
        c4_json_put_member(out, first, "match", rule->all_awaited ? "all" : NULL);
    }
    if (rule->tags.count > 0) {
        c4_json_put_key(out, first, "tags");
        c4_tags_write_list(writer, &rule->tags);
    }
    c4_trigger_write_interactions(writer, rule, first);
    if (rule->once) {
        c4_json_put_key(out, first, "repeat");
        c4_buffer_text(out, "false");
    }
}

/* ------------------------------------------------------------- rights */

int c4_trigger_check(const c4_scope *view, const c4_rule *rule)
{
    const c4_field *field = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < rule->awaited_count && rc == CRM4E_OK; i++) {
        rc = c4_access_read_field(view, rule->awaited[i].field->api_name, &field);
    }
    if (rc == CRM4E_OK && waits_for_tags(rule->on)) {
        rc = c4_access_read_field(view, c4_system_fields[C4_COLUMN_TAG].api_name, &field);
    }
    return rc;
}

/* ------------------------------------------------------------- changes */

static int became(c4_unit *unit, const c4_rule *rule, const c4_awaited *awaited,
                  const crm4e_value *before, const crm4e_value *after, bool *it_did)
{
    crm4e_value value;
    int rc;

    *it_did = c4_field_differs(awaited->field, before, after);
    if (!*it_did || !awaited->valued) {
        return CRM4E_OK;
    }
    rc = c4_field_value_row(unit, rule->module, &awaited->to, &value);
    value.reserved = 0;
    *it_did = rc == CRM4E_OK && c4_value_equal(&value, &after[awaited->field->column]);
    return rc;
}

static int meets_fields(c4_unit *unit, const c4_rule *rule, const crm4e_value *before,
                        const crm4e_value *after, bool *meets)
{
    int rc = CRM4E_OK;

    *meets = rule->all_awaited;
    for (size_t i = 0; i < rule->awaited_count && rc == CRM4E_OK && *meets == rule->all_awaited;
         i++) {
        rc = became(unit, rule, &rule->awaited[i], before, after, meets);
    }
    return rc;
}

static bool has_tag(const crm4e_value *tags, int64_t tag)
{
    size_t at = 0;
    int64_t code = 0;
    bool has = false;

    while (!has && c4_list_next(tags, &at, &code)) {
        has = code == tag;
    }
    return has;
}

/* A tag that is in the one and not in the other, among those of the rule. */
static bool has_more(const c4_rule_tags *wanted, const crm4e_value *with,
                     const crm4e_value *without)
{
    size_t at = 0;
    int64_t code = 0;
    bool has = false;

    while (!has && c4_list_next(with, &at, &code)) {
        bool named = wanted->count == 0;
        for (size_t i = 0; i < wanted->count && !named; i++) {
            named = wanted->codes[i] == code;
        }
        has = named && !has_tag(without, code);
    }
    return has;
}

int c4_trigger_meets(c4_unit *unit, const c4_rule *rule, const crm4e_value *before,
                     const crm4e_value *after, bool *meets)
{
    const crm4e_value *old = &before[C4_COLUMN_TAG];
    const crm4e_value *new = &after[C4_COLUMN_TAG];

    if (rule->on == C4_ON_FIELD_UPDATE) {
        return meets_fields(unit, rule, before, after, meets);
    }
    *meets = rule->on == C4_ON_TAG_ADDED ? has_more(&rule->tags, new, old)
                                         : has_more(&rule->tags, old, new);
    return CRM4E_OK;
}
