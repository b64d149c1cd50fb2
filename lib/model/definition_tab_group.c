/* SPDX-License-Identifier: MIT */
/* The definition column of tab groups. */
#include "model/definition_inside.h"

#include <string.h>

/* A list of numbers above 0. */
static const c4_json *take_numbers(c4_definition_reader *r, const c4_json *object, const char *key)
{
    const c4_json *list = c4_take_member(r, object, key, C4_JSON_ARRAY);
    for (size_t i = 0; i < c4_json_count(list); i++) {
        int64_t number = 0;
        if (!c4_json_i64(c4_json_item(list, i), &number) || number < 1) {
            c4_take_refuse(r, "what it names is no number");
            return NULL;
        }
    }
    return list;
}

static int64_t number_at(const c4_json *list, size_t place)
{
    int64_t number = 0;
    (void)c4_json_i64(c4_json_item(list, place), &number);
    return number;
}

static void take_ids(c4_definition_reader *r, const c4_json *object, const char *key,
                     const crm4e_id **out, size_t *count)
{
    const c4_json *list = take_numbers(r, object, key);
    crm4e_id *ids = list != NULL ? c4_take_room(r, c4_json_count(list), sizeof *ids) : NULL;
    for (size_t i = 0; ids != NULL && i < c4_json_count(list); i++) {
        ids[i] = number_at(list, i);
    }
    *out = ids;
    *count = ids != NULL ? c4_json_count(list) : 0;
}

static void take_modules(c4_definition_reader *r, const c4_json *object, c4_tab_group *group)
{
    const c4_json *list = take_numbers(r, object, "modules");
    c4_space_item *items =
        list != NULL ? c4_take_room(r, c4_json_count(list), sizeof *items) : NULL;
    for (size_t i = 0; items != NULL && i < c4_json_count(list); i++) {
        items[i] = (c4_space_item){(int32_t)number_at(list, i), 0};
    }
    group->items = items;
    group->item_count = items != NULL ? c4_json_count(list) : 0;
}

int c4_definition_read_tab_group(const c4_definition_source *source, const crm4e_value *text,
                                 c4_tab_group *group)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;
    c4_take_open(&r, &document, text);
    c4_take_text(&r, document.root, "label", &group->label.en);
    c4_take_text(&r, document.root, "label_zh", &group->label.zh);
    take_modules(&r, document.root, group);
    take_ids(&r, document.root, "profiles", &group->profiles, &group->profile_count);
    take_ids(&r, document.root, "roles", &group->roles, &group->role_count);
    if (group->label.en == NULL || group->label.zh == NULL) {
        c4_take_refuse(&r, "the tab group has no label");
    }
    c4_json_free(&document);
    return r.rc;
}

static void put_ids(c4_buffer *out, const char *key, const crm4e_id *ids, size_t count)
{
    c4_buffer_text(out, key);
    for (size_t i = 0; i < count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_buffer_i64(out, ids[i]);
    }
    c4_buffer_char(out, ']');
}

void c4_definition_write_tab_group(c4_buffer *out, const c4_tab_group *group)
{
    c4_buffer_text(out, "{\"label\":");
    c4_json_put_text(out, group->label.en, strlen(group->label.en));
    c4_buffer_text(out, ",\"label_zh\":");
    c4_json_put_text(out, group->label.zh, strlen(group->label.zh));
    c4_buffer_text(out, ",\"modules\":[");
    for (size_t i = 0; i < group->item_count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_buffer_i64(out, group->items[i].module);
    }
    c4_buffer_char(out, ']');
    put_ids(out, ",\"profiles\":[", group->profiles, group->profile_count);
    put_ids(out, ",\"roles\":[", group->roles, group->role_count);
    c4_buffer_char(out, '}');
}
