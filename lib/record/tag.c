/* SPDX-License-Identifier: MIT */
/* Tags on records; those of a module are in model/manage_tag.c. */
#include "record/tag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "record/inside.h"
#include "record/search_run.h"

/* Who works with a Team User licence changes nothing in org modules but this. */
static crm4e_action action_of(const c4_unit *unit, const char *module)
{
    const c4_module *known = c4_meta_module_named(unit->meta, module);
    const bool looks_on = known != NULL && unit->actor != NULL &&
                          unit->actor->licence == CRM4E_LICENCE_TEAM &&
                          known->kind != C4_MODULE_TEAM && (known->flags & C4_MODULE_CHILD) == 0;

    return looks_on || !C4_REFUSES(TAG_EDIT, true) ? CRM4E_ACTION_VIEW : CRM4E_ACTION_EDIT;
}

/* Tags are how those sort records who work in the module: not who sees single ones. */
static int check_shown(c4_unit *unit, const c4_module *module)
{
    if (C4_REFUSES(TAG_SHOWN, !c4_access_module_visible(unit, module))) {
        (void)c4_fail(unit->error, CRM4E_E_DENIED, "tags are for those who may open the module");
        return c4_fail_field(unit->error, NULL, NULL, "tags");
    }
    return CRM4E_OK;
}

/* A record whose tags the actor may change. End it in any case. */
static int take(c4_write *write, c4_unit *unit, const char *module, crm4e_id id)
{
    int rc = c4_write_open(write, unit, module, action_of(unit, module));

    if (rc == CRM4E_OK) {
        rc = c4_write_take(write, id, 0);
    }
    if (rc == CRM4E_OK) {
        rc = check_shown(unit, write->module);
    }
    return rc == CRM4E_OK ? c4_write_check_system(write, C4_COLUMN_TAG) : rc;
}

/* Those on the record, one left out. */
static void read_tags(const crm4e_value *stored, int64_t without, c4_list *list)
{
    size_t at = 0;
    int64_t code;

    list->count = 0;
    while (list->count < C4_LIST_MAX && c4_list_next(stored, &at, &code)) {
        if (code != without) {
            list->items[list->count++] = code;
        }
    }
}

static int too_many(c4_unit *unit, size_t count)
{
    int rc = c4_refuse(unit, CRM4E_E_LIMIT, "tags", "tags", "of a record are at most 10");

    (void)c4_fail_limit(unit->error, "tags_per_record", C4_TAGS_OF_RECORD, (int64_t)count);
    return rc;
}

int c4_tags_change(c4_unit *unit, const c4_module *module, const crm4e_value *stored,
                   const int32_t *codes, size_t count, bool add, crm4e_value *value)
{
    c4_parsing to = {unit, unit->arena, c4_tag_field(module), value, NULL};
    crm4e_value now = *stored;
    c4_list list = {.count = 0};
    int rc = CRM4E_OK;

    *value = now;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        size_t had;
        read_tags(&now, 0, &list);
        had = list.count;
        read_tags(&now, codes[i], &list);
        if (add && list.count < had) {
            continue; /* it keeps its place */
        }
        if (add && list.count >= C4_TAGS_OF_RECORD) {
            return too_many(unit, list.count);
        }
        if (add) {
            list.items[list.count++] = codes[i];
        }
        rc = c4_list_finish(&to, &list);
        now = *value;
    }
    return rc;
}

static int write_tags(c4_write *write, c4_list *list)
{
    crm4e_value value;
    c4_parsing to = {write->unit, write->unit->arena, c4_tag_field(write->module), &value, NULL};
    int rc = c4_list_finish(&to, list);

    return rc == CRM4E_OK ? c4_write_set_system(write, C4_COLUMN_TAG, value, C4_RECORD_UPDATED)
                          : rc;
}

static int add_tag(c4_write *write, const c4_option *tag)
{
    const crm4e_value *stored = &write->before[C4_COLUMN_TAG];
    c4_unit *unit = write->unit;
    c4_list list;
    size_t had;
    int rc;

    read_tags(stored, 0, &list);
    had = list.count;
    read_tags(stored, tag->code, &list);
    if (list.count < had) {
        return CRM4E_OK; /* it has it */
    }
    if (list.count >= C4_TAGS_OF_RECORD) {
        return too_many(unit, had);
    }
    list.items[list.count++] = tag->code;
    rc = write_tags(write, &list);
    return rc == CRM4E_OK
               ? c4_write_told(write, write->before[C4_COLUMN_ID].integer, C4_RECORD_UPDATED)
               : rc;
}

int c4_record_tag(c4_unit *unit, const char *module, crm4e_id id, const char *name)
{
    c4_write write;
    int rc = take(&write, unit, module, id);

    if (rc == CRM4E_OK && c4_tag_named(write.module, name) == NULL) {
        rc = c4_tag_put(unit, write.module, name, NULL);
        c4_write_end(&write);
        if (rc == CRM4E_OK) {
            rc = c4_unit_refresh(unit);
        }
        if (rc != CRM4E_OK) {
            return rc;
        }
        rc = take(&write, unit, module, id);
    }
    if (rc == CRM4E_OK) {
        rc = add_tag(&write, c4_tag_named(write.module, name));
    }
    c4_write_end(&write);
    return rc;
}

static int no_such_tag(c4_unit *unit)
{
    return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "tag", "names no tag that is there");
}

int c4_record_untag(c4_unit *unit, const char *module, crm4e_id id, const char *name)
{
    const c4_option *tag = NULL;
    c4_list list;
    size_t had;
    c4_write write;
    int rc = take(&write, unit, module, id);

    if (rc == CRM4E_OK) {
        tag = c4_tag_named(write.module, name);
        rc = tag == NULL ? no_such_tag(unit) : CRM4E_OK;
    }
    if (rc == CRM4E_OK) {
        read_tags(&write.before[C4_COLUMN_TAG], 0, &list);
        had = list.count;
        read_tags(&write.before[C4_COLUMN_TAG], tag->code, &list);
        rc = list.count < had ? write_tags(&write, &list) : no_such_tag(unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_told(&write, id, C4_RECORD_UPDATED);
    }
    c4_write_end(&write);
    return rc;
}

int c4_tags_to_json(c4_unit *unit, const char *module, c4_buffer *out)
{
    const c4_field *field = NULL;
    c4_scope scope;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = check_shown(unit, scope.module);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_read_field(&scope, c4_system_fields[C4_COLUMN_TAG].api_name, &field);
    }
    if (rc == CRM4E_OK) {
        c4_tags_write(out, field);
    }
    return rc < 0 ? rc : out->code;
}

/* ------------------------------------------------------------- removing */

/* Whoever may remove the tag takes it from all records, as one would remove a
 * field; nobody changes a locked record, not by its tags either. */
static int strip(c4_unit *unit, const c4_module *module, crm4e_id id, int32_t code)
{
    c4_list list;
    c4_write write;
    int rc;

    c4_write_start(&write, unit, module);
    rc = c4_record_load(unit, module, id, &write.before);
    if (rc == CRM4E_OK && write.before[C4_COLUMN_LOCKED].integer != 0) {
        (void)c4_fail(unit->error, CRM4E_E_LOCKED, "a record with the tag is locked");
        rc = c4_fail_field(unit->error, module->api_name, NULL, "locked");
    }
    if (rc == CRM4E_OK) {
        read_tags(&write.before[C4_COLUMN_TAG], code, &list);
        rc = write_tags(&write, &list);
    }
    c4_write_end(&write);
    return rc;
}

static int strip_all(c4_unit *unit, const c4_module *module, int32_t code)
{
    char text[24];
    crm4e_id *ids = NULL;
    size_t count = 0;
    c4_aside aside;
    crm4e_value part;
    crm4e_predicate where;
    int rc;

    (void)snprintf(text, sizeof text, ";%" PRId32 ";", code);
    part = c4_text_value(text, strlen(text));
    where = c4_where(CRM4E_OP_CONTAINS, C4_COLUMN_TAG, &part, 1);
    rc = c4_rows_where(unit, &module->table, &where, CRM4E_NO_INDEX, &ids, &count);
    c4_aside_start(&aside, unit);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = strip(unit, module, ids[i], code);
        c4_arena_reset(&aside.arena);
    }
    c4_aside_end(&aside);
    return rc;
}

int c4_tag_remove(c4_unit *unit, int32_t number, const char *name)
{
    const c4_module *module = NULL;
    const c4_option *tag = NULL;
    int rc = c4_fields_open(unit, number, &module);

    if (rc == CRM4E_OK) {
        tag = c4_tag_named(module, name);
        rc = tag == NULL ? no_such_tag(unit) : strip_all(unit, module, tag->code);
    }
    return rc == CRM4E_OK ? c4_tag_retire(unit, module, tag) : rc;
}

int c4_write_settle_tags(c4_write *write)
{
    const c4_field *field = c4_tag_field(write->module);
    c4_parsing to = {write->unit, write->unit->arena, field, &write->after[C4_COLUMN_TAG], NULL};
    c4_list list = {.count = 0};
    size_t at = 0;
    int64_t code;

    while (list.count < C4_LIST_MAX && c4_list_next(&write->after[C4_COLUMN_TAG], &at, &code)) {
        const c4_option *tag = c4_field_option(field, (int32_t)code);
        if (tag != NULL && tag->active) {
            list.items[list.count++] = code;
        }
    }
    return c4_list_finish(&to, &list);
}
