/* SPDX-License-Identifier: MIT */
/* The definition columns of groups, sharing rules and views. */
#include "model/definition_inside.h"

#include <string.h>

static void take_subject(c4_definition_reader *r, const c4_json *json, c4_subject *subject)
{
    int32_t kind = 0;

    c4_take_i32(r, json, "kind", CRM4E_SUBJECT_USER, CRM4E_SUBJECT_GROUP, &kind);
    subject->kind = (c4_subject_kind)kind;
    if (kind == 0 || !c4_json_i64(c4_json_member(json, "id"), &subject->id) || subject->id < 1) {
        c4_take_refuse(r, "somebody it speaks of is not valid");
    }
}

static void take_subjects(c4_definition_reader *r, const c4_json *object, const char *key,
                          const c4_subject **out, size_t *count)
{
    const c4_json *list = c4_take_member(r, object, key, C4_JSON_ARRAY);
    size_t total = c4_json_count(list);
    c4_subject *subjects;

    if (list == NULL) {
        return;
    }
    if (total > C4_SUBJECTS_MAX) {
        c4_take_refuse(r, "it speaks of too many");
        return;
    }
    subjects = c4_take_room(r, total, sizeof *subjects);
    for (size_t i = 0; r->rc == CRM4E_OK && i < total; i++) {
        take_subject(r, c4_json_item(list, i), &subjects[i]);
    }
    *out = subjects;
    *count = total;
}

int c4_definition_read_group(const c4_definition_source *source, const crm4e_value *text,
                             c4_user_group *group)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;

    c4_take_open(&r, &document, text);
    c4_take_text(&r, document.root, "description", &group->description);
    take_subjects(&r, document.root, "sources", &group->sources, &group->source_count);
    c4_json_free(&document);
    return r.rc;
}

static void take_fields(c4_definition_reader *r, const c4_json *object, c4_sharing_rule *rule)
{
    const c4_json *list = c4_take_member(r, object, "fields", C4_JSON_ARRAY);
    size_t count = c4_json_count(list);
    int32_t *fields = list != NULL ? c4_take_room(r, count, sizeof *fields) : NULL;

    for (size_t i = 0; fields != NULL && i < count; i++) {
        int64_t number = 0;
        if (!c4_json_i64(c4_json_item(list, i), &number) || number < 1 || number > INT32_MAX) {
            c4_take_refuse(r, "a field of the criteria is no number");
            return;
        }
        fields[i] = (int32_t)number;
    }
    rule->fields = fields;
    rule->field_count = fields != NULL ? count : 0;
}

int c4_definition_read_sharing_rule(const c4_definition_source *source, const crm4e_value *text,
                                    c4_sharing_rule *rule)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;
    const c4_json *superiors;
    int32_t level = 0;

    c4_take_open(&r, &document, text);
    take_subjects(&r, document.root, "from", &rule->from, &rule->from_count);
    c4_take_text(&r, document.root, "when", &rule->when);
    take_fields(&r, document.root, rule);
    take_subjects(&r, document.root, "to", &rule->to, &rule->to_count);
    c4_take_i32(&r, document.root, "level", CRM4E_LEVEL_READ_ONLY, CRM4E_LEVEL_READ_WRITE_DELETE,
                &level);
    superiors = c4_take_member(&r, document.root, "superiors", C4_JSON_BOOLEAN);
    rule->superiors = c4_json_boolean(superiors, false);
    rule->level = (c4_level)level;
    if (level == 0 || rule->to_count == 0 || (rule->when == NULL) != (rule->from_count > 0)) {
        c4_take_refuse(&r, "the sharing rule is not whole");
    }
    c4_json_free(&document);
    return r.rc;
}

static void put_subjects(c4_buffer *out, const char *key, const c4_subject *subjects, size_t count)
{
    c4_buffer_text(out, key);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        c4_buffer_text(out, i > 0 ? ",{\"kind\":" : "{\"kind\":");
        c4_buffer_i64(out, subjects[i].kind);
        c4_buffer_text(out, ",\"id\":");
        c4_buffer_i64(out, subjects[i].id);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

void c4_definition_write_group(c4_buffer *out, const c4_user_group *group)
{
    c4_buffer_char(out, '{');
    if (group->description != NULL) {
        c4_buffer_text(out, "\"description\":");
        c4_json_put_text(out, group->description, strlen(group->description));
        c4_buffer_char(out, ',');
    }
    put_subjects(out, "\"sources\":", group->sources, group->source_count);
    c4_buffer_char(out, '}');
}

void c4_definition_write_sharing_rule(c4_buffer *out, const c4_sharing_rule *rule)
{
    put_subjects(out, "{\"from\":", rule->from, rule->from_count);
    if (rule->when != NULL) {
        c4_buffer_text(out, ",\"when\":");
        c4_json_put_text(out, rule->when, strlen(rule->when));
    }
    c4_buffer_text(out, ",\"fields\":[");
    for (size_t i = 0; i < rule->field_count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_buffer_i64(out, rule->fields[i]);
    }
    put_subjects(out, "],\"to\":", rule->to, rule->to_count);
    c4_buffer_text(out, ",\"level\":");
    c4_buffer_i64(out, rule->level);
    c4_buffer_text(out, rule->superiors ? ",\"superiors\":true}" : "}");
}

static void take_texts(c4_definition_reader *r, const c4_json *object, const char *key,
                       const char *const **out, size_t *count)
{
    const c4_json *list = c4_take_member(r, object, key, C4_JSON_ARRAY);
    const char **texts = list != NULL ? c4_take_room(r, c4_json_count(list), sizeof *texts) : NULL;

    for (size_t i = 0; texts != NULL && i < c4_json_count(list) && r->rc == CRM4E_OK; i++) {
        size_t length = 0;
        const char *text = c4_json_text(c4_json_item(list, i), &length);
        if (text == NULL) {
            c4_take_refuse(r, "a list of it holds what is no text");
        } else {
            c4_take_copy(r, text, length, &texts[i]);
        }
    }
    *out = texts;
    *count = texts != NULL ? c4_json_count(list) : 0;
}

int c4_definition_read_view(const c4_definition_source *source, const crm4e_value *text,
                            c4_view *view)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;

    c4_take_open(&r, &document, text);
    take_subjects(&r, document.root, "shared_to", &view->shared_to, &view->shared_count);
    take_texts(&r, document.root, "columns", &view->columns, &view->column_count);
    c4_take_text(&r, document.root, "where", &view->where);
    take_texts(&r, document.root, "order", &view->order, &view->order_count);
    c4_json_free(&document);
    return r.rc;
}

static void put_texts(c4_buffer *out, const char *key, const char *const *texts, size_t count)
{
    c4_buffer_text(out, key);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_json_put_text(out, texts[i], strlen(texts[i]));
    }
    c4_buffer_char(out, ']');
}

void c4_definition_write_view(c4_buffer *out, const c4_view *view)
{
    put_subjects(out, "{\"shared_to\":", view->shared_to, view->shared_count);
    put_texts(out, ",\"columns\":", view->columns, view->column_count);
    if (view->where != NULL) {
        c4_buffer_text(out, ",\"where\":");
        c4_json_put_text(out, view->where, strlen(view->where));
    }
    put_texts(out, ",\"order\":", view->order, view->order_count);
    c4_buffer_char(out, '}');
}
