/* SPDX-License-Identifier: MIT */
/* The actions that put tags on the record and take them off. */
#include <string.h>

#include "automation/dry_run.h"
#include "model/manage_rules.h"
#include "model/standard.h"
#include "record/tag.h"

static const char *const members[] = {"tags", NULL};

/* A tag that the module has now: by name, or stored by number. */
static const c4_option *find_tag(const c4_rule_reader *reader, const c4_json *value)
{
    const c4_option *tag = NULL;
    int64_t code = 0;

    if (!reader->stored) {
        return c4_json_kind(value) == C4_JSON_TEXT
                   ? c4_tag_named(reader->module, c4_json_text(value, NULL))
                   : NULL;
    }
    if (c4_json_i64(value, &code) && code > 0 && code <= INT32_MAX) {
        tag = c4_field_option(c4_tag_field(reader->module), (int32_t)code);
    }
    return tag != NULL && tag->active ? tag : NULL;
}

void c4_tags_read_list(c4_rule_reader *reader, const c4_json *list, c4_rule_tags *tags)
{
    const size_t count = c4_json_count(list);
    int32_t *codes;

    *tags = (c4_rule_tags){0};
    if (c4_json_kind(list) != C4_JSON_ARRAY || count == 0 || count > C4_TAGS_OF_RECORD) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "tags", "type", "must be an array of 1 to 10 tags");
        return;
    }
    codes = c4_arena_array(reader->arena, count, sizeof *codes);
    if (codes == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const c4_option *tag = find_tag(reader, c4_json_item(list, i));
        if (tag == NULL) {
            c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "tags", "tag", "names no tag of the module");
            return;
        }
        codes[i] = tag->code;
    }
    *tags = (c4_rule_tags){c4_tag_field(reader->module), codes, count};
}

void c4_tags_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_rule_members(reader, json, "tags", members);
    c4_tags_read_list(reader, c4_json_member(json, "tags"), &action->as.tags);
}

void c4_tags_write_list(c4_rule_writer *writer, const c4_rule_tags *tags)
{
    c4_buffer_char(writer->out, '[');
    for (size_t i = 0; i < tags->count; i++) {
        const c4_option *tag = c4_field_option(tags->field, tags->codes[i]);
        c4_buffer_text(writer->out, i > 0 ? "," : "");
        if (writer->stored) {
            c4_buffer_i64(writer->out, tags->codes[i]);
        } else {
            c4_json_put_text(writer->out, tag->actual, strlen(tag->actual));
        }
    }
    c4_buffer_char(writer->out, ']');
}

void c4_tags_rule_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    bool first = true;

    c4_buffer_char(writer->out, '{');
    c4_json_put_key(writer->out, &first, "tags");
    c4_tags_write_list(writer, &action->as.tags);
    c4_buffer_char(writer->out, '}');
}

int c4_tags_check(const c4_scope *author, const c4_rule_action *action)
{
    (void)action;
    return c4_record_check_system(author, C4_COLUMN_TAG);
}

/* Nothing changes on a record that has them, or has none of them, already. */
static int run_tags(c4_run *run, const c4_rule_action *action, bool add)
{
    const c4_module *module = run->change->module;
    const c4_rule_tags *tags = &action->as.tags;
    c4_unit *unit = run->unit;
    const crm4e_value *row = NULL;
    crm4e_value value;
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    rc = c4_run_take(run);
    if (rc == CRM4E_OK) {
        row = run->hand.row;
        rc = c4_tags_change(unit, module, &row[C4_COLUMN_TAG], tags->codes, tags->count, add,
                            &value);
    }
    if (rc == CRM4E_OK) {
        draft.id = run->change->record;
        draft.tags = &value;
        rc = c4_run_gather(run, &draft, tags->field);
    }
    return rc == CRM4E_OK && run->dry != NULL
               ? c4_dry_run_field(run, NULL, tags->field, row, run->hand.row)
               : rc;
}

int c4_tags_run_add(c4_run *run, const c4_rule_action *action)
{
    return run_tags(run, action, true);
}

int c4_tags_run_remove(c4_run *run, const c4_rule_action *action)
{
    return run_tags(run, action, false);
}
