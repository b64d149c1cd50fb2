/* SPDX-License-Identifier: MIT */
#include "base/civil.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/computed.h"
#include "model/manage_rules.h"
#include "model/money.h"
#include "model/standard.h"
#include "model/subform.h"
#include "model/table.h"
#include <crm4e/module.h>

#include <string.h>

static const char FIELD_REMOVED[] = "field_removed"; /* as the audit log has it */

enum {
    MOST_DEFAULT_BYTES = 65536,
    NEW_TEXTAREA = 2000, /* length of a textarea when none is given */
    DEFAULT_SCALE = 2,
    GREATEST_SCALE = 9
};

static bool is_text(const c4_field *field)
{
    return c4_type_info_of(field->type)->stored == C4_STORED_TEXT;
}

static bool is_lookup(c4_field_type type)
{
    return type == CRM4E_TYPE_LOOKUP || type == CRM4E_TYPE_MULTISELECTLOOKUP;
}

static bool is_picklist(c4_field_type type)
{
    return type == CRM4E_TYPE_PICKLIST || type == CRM4E_TYPE_MULTISELECTPICKLIST;
}

static int not_for_type(c4_unit *unit, const char *member)
{
    return c4_refuse(unit, CRM4E_E_INVALID, member, "type", "does not apply to this type of field");
}

/* Long texts, lists and files have no index, so they cannot be unique either. */
static bool can_index(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    return field->type != CRM4E_TYPE_TEXTAREA && stored != C4_STORED_OPTIONS &&
           stored != C4_STORED_IDS && stored != C4_STORED_FILES && stored != C4_STORED_ROWS;
}

static bool can_be_unique(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    return can_index(field) && (stored == C4_STORED_TEXT || stored == C4_STORED_INTEGER);
}

/* Texts never get shorter than what records may hold. */
static int read_length(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                       c4_field *field)
{
    int32_t greatest = c4_type_info_of(field->type)->length;
    if (spec->length == 0 || (old != NULL && spec->length == old->length)) {
        return CRM4E_OK;
    }
    if (greatest == 0 || field->numbering != NULL) {
        return not_for_type(unit, "length");
    }
    if (spec->length < 1 || spec->length > greatest) {
        c4_refuse(unit, CRM4E_E_INVALID, "length", "range", "is out of range for this type");
        return c4_fail_limit(unit->error, "max_length", greatest, spec->length);
    }
    if (field->type == CRM4E_TYPE_TEXTAREA && spec->length != 2000 && spec->length != 32000 &&
        spec->length != 50000) {
        return c4_refuse(unit, CRM4E_E_INVALID, "length", "range",
                         "of a textarea is 2000, 32000 or 50000");
    }
    if (old != NULL && spec->length < old->length) {
        return c4_refuse(unit, CRM4E_E_INVALID, "length", "shrink", "cannot become less");
    }
    field->length = spec->length;
    return CRM4E_OK;
}

static int read_scale(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                      c4_field *field)
{
    if (spec->scale < 0) {
        return CRM4E_OK;
    }
    if (c4_type_info_of(field->type)->stored != C4_STORED_DECIMAL) {
        return not_for_type(unit, "scale");
    }
    if (spec->scale > GREATEST_SCALE) {
        return c4_refuse(unit, CRM4E_E_INVALID, "scale", "range", "is 0 to 9");
    }
    if (old != NULL && (uint32_t)spec->scale != old->scale) {
        return c4_refuse(unit, CRM4E_E_INVALID, "scale", "fixed",
                         "cannot change: values are stored with it");
    }
    field->scale = (uint32_t)spec->scale;
    return CRM4E_OK;
}

static int read_target(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                       c4_field *field)
{
    if (spec->target == NULL) {
        return old == NULL && is_lookup(field->type)
                   ? c4_refuse(unit, CRM4E_E_INVALID, "target", "mandatory", "is missing")
                   : CRM4E_OK;
    }
    if (!is_lookup(field->type)) {
        return not_for_type(unit, "target");
    }
    const c4_module *target = c4_meta_module_named(unit->meta, spec->target);
    if (old != NULL) {
        return target != NULL && old->target_count == 1 && old->targets[0] == target->number
                   ? CRM4E_OK
                   : c4_refuse(unit, CRM4E_E_INVALID, "target", "fixed", "cannot change");
    }
    if (target == NULL || (target->flags & C4_MODULE_CHILD) != 0 ||
        C4_REFUSES(TARGET_CLOSED, !c4_actor_sees(unit, target))) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "target", "module", "names no module");
    }
    field->targets = c4_arena_copy(unit->arena, &target->number, sizeof target->number);
    field->target_count = 1;
    return field->targets != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

static void set_flag(c4_field *field, uint32_t flag, bool on)
{
    field->flags = on ? field->flags | flag : field->flags & ~flag;
}

static int read_unique(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                       c4_field *field)
{
    bool folded = spec->unique == 2;
    uint32_t wanted = folded ? C4_FIELD_UNIQUE | C4_FIELD_FOLDED : C4_FIELD_UNIQUE;
    uint32_t has = field->flags & (C4_FIELD_UNIQUE | C4_FIELD_FOLDED);
    if (spec->unique == 0 || has == (spec->unique == 3 ? 0 : wanted)) {
        return CRM4E_OK;
    }
    if (spec->unique != 3 && (!can_be_unique(field) || (folded && !is_text(field)))) {
        return not_for_type(unit, "unique");
    }
    if (old != NULL && folded && (old->flags & C4_FIELD_KEYED) == 0) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "unique", "fixed",
                         "without regard to case is chosen when the field is created");
    }
    set_flag(field, C4_FIELD_UNIQUE, spec->unique != 3);
    set_flag(field, C4_FIELD_FOLDED, folded);
    return CRM4E_OK;
}

/* Looked up and compared without regard to case, a text has its key beside it
 * from the start. */
static int read_indexed(c4_unit *unit, const c4_field_spec *spec, const c4_field *old,
                        c4_field *field)
{
    bool was = (field->flags & C4_FIELD_INDEXED) != 0;
    if (spec->indexed != 0 && old != NULL && was != (spec->indexed == 1)) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "indexed", "fixed",
                         "is chosen when the field is created");
    }
    if (spec->indexed == 1 && old == NULL) {
        if (!can_index(field)) {
            return not_for_type(unit, "indexed");
        }
        set_flag(field, C4_FIELD_INDEXED, true);
    }
    if (old == NULL && is_text(field) &&
        (field->flags & (C4_FIELD_INDEXED | C4_FIELD_FOLDED)) != 0) {
        set_flag(field, C4_FIELD_KEYED, true);
    }
    return CRM4E_OK;
}

static int read_texts(c4_unit *unit, const c4_field_spec *spec, c4_field *field)
{
    int rc = CRM4E_OK;
    if (spec->label != NULL) {
        field->label.en = spec->label;
        rc = c4_check_name(unit, "label", spec->label, C4_NAME_MAX);
    }
    if (rc == CRM4E_OK && spec->label_zh != NULL) {
        field->label.zh = spec->label_zh;
        rc = c4_check_name(unit, "label_zh", spec->label_zh, C4_NAME_MAX);
    }
    if (rc == CRM4E_OK && spec->tooltip != NULL) {
        field->tooltip = spec->tooltip[0] != '\0' ? spec->tooltip : NULL;
        rc = c4_check_note(unit, "tooltip", spec->tooltip, C4_TOOLTIP_MAX);
    }
    /* a record is there before its first file */
    if (rc == CRM4E_OK && spec->mandatory == 1 && field->type == CRM4E_TYPE_FILEUPLOAD) {
        rc = not_for_type(unit, "mandatory");
    }
    if (spec->mandatory != 0) {
        set_flag(field, C4_FIELD_MANDATORY, spec->mandatory == 1);
    }
    return rc;
}

static int read_options(c4_unit *unit, const c4_field_spec *spec, c4_field *field)
{
    if (spec->options == NULL) {
        return CRM4E_OK;
    }
    if (field->module->currency != NULL && field->number == field->module->currency->number) {
        return CRM4E_OK; /* its values are the currencies of the org, whatever is listed */
    }
    return is_picklist(field->type) ? c4_options_merge(unit, spec->options, field)
                                    : not_for_type(unit, "options");
}

static bool names_active_option(const c4_field *field, const c4_json *value)
{
    size_t length = 0;
    const char *text = c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, &length) : NULL;
    const c4_option *option = text != NULL ? c4_field_option_named(field, text, length) : NULL;
    return option != NULL && option->active;
}

static bool whole_number_fits(const c4_field *field, const char *text, size_t length)
{
    int64_t number = 0;
    bool plain = length > 0;

    for (size_t i = text[0] == '-' ? 1 : 0; i < length; i++) {
        plain = plain && text[i] >= '0' && text[i] <= '9';
    }
    return plain && c4_decimal_parse(text, length, 0, &number) == CRM4E_OK &&
           (field->type == CRM4E_TYPE_BIGINT || (number >= INT32_MIN && number <= INT32_MAX));
}

/* What can be told from the text alone; users are looked for when a record is made. */
static bool text_fits(const c4_field *field, const char *text, size_t length)
{
    int64_t number = 0;
    int32_t days = 0;
    bool fits = true;

    switch (field->type) {
    case CRM4E_TYPE_INTEGER:
    case CRM4E_TYPE_BIGINT: fits = whole_number_fits(field, text, length); break;
    case CRM4E_TYPE_DOUBLE:
    case CRM4E_TYPE_CURRENCY:
    case CRM4E_TYPE_PERCENT:
        fits = c4_decimal_parse(text, length, field->scale, &number) == CRM4E_OK;
        break;
    case CRM4E_TYPE_DATE: fits = c4_date_parse(text, length, &days) == CRM4E_OK; break;
    case CRM4E_TYPE_DATETIME: fits = c4_time_parse(text, length, &number) == CRM4E_OK; break;
    default:
        fits = field->length == 0 || c4_text_points(text, length) <= (size_t)field->length;
        break;
    }
    return fits;
}

static bool takes_numbers(c4_field_type type)
{
    return (type >= CRM4E_TYPE_INTEGER && type <= CRM4E_TYPE_PERCENT) || type >= CRM4E_TYPE_LOOKUP;
}

static bool default_fits(const c4_field *field, const c4_json *value)
{
    c4_json_type kind = c4_json_kind(value);
    size_t length = 0;
    const char *text = c4_json_text(value, &length);
    bool fits = true;

    switch (field->type) {
    case CRM4E_TYPE_BOOLEAN: fits = kind == C4_JSON_BOOLEAN; break;
    case CRM4E_TYPE_PICKLIST: fits = names_active_option(field, value); break;
    case CRM4E_TYPE_MULTISELECTPICKLIST:
        fits = kind == C4_JSON_ARRAY;
        for (size_t i = 0; i < c4_json_count(value) && fits; i++) {
            fits = names_active_option(field, c4_json_item(value, i));
        }
        break;
    case CRM4E_TYPE_SUBFORM:
    case CRM4E_TYPE_FILEUPLOAD: fits = false; break;
    default:
        fits = (kind == C4_JSON_TEXT || (kind == C4_JSON_NUMBER && takes_numbers(field->type))) &&
               text_fits(field, text, length);
        break;
    }
    return fits;
}

static int refuse_default(c4_unit *unit)
{
    return c4_refuse(unit, CRM4E_E_INVALID, "default_value", "type",
                     "does not fit the type or options of the field");
}

/* Text as it is checked when a record has it: control characters, mail and web addresses. */
static int check_default_text(c4_unit *unit, const c4_field *field, const c4_json *value)
{
    bool asked = unit->computing != NULL && c4_type_info_of(field->type)->stored == C4_STORED_TEXT;
    size_t length = 0;
    const char *text = c4_json_text(value, &length);
    int rc = asked ? unit->computing->takes(unit, field, text, length) : CRM4E_OK;

    if (rc == CRM4E_E_INVALID || rc == CRM4E_E_TOO_BIG) {
        c4_failure_clear(unit->error);
        return refuse_default(unit);
    }
    return rc;
}

static int store_default(c4_unit *unit, const c4_json *value, c4_field *field)
{
    c4_buffer text;
    int rc;
    c4_buffer_init(&text, &unit->env->mem, MOST_DEFAULT_BYTES);
    c4_json_put_value(&text, value);
    rc = text.code;
    if (rc == CRM4E_OK) {
        field->default_value = c4_arena_text(unit->arena, text.data, text.length);
        rc = field->default_value != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    c4_buffer_free(&text);
    return rc == CRM4E_E_TOO_BIG ? c4_refuse(unit, rc, "default_value", "max_length", "is too long")
                                 : c4_stored(unit, rc);
}

/* A new list of options may retire the value that is the default. */
static int recheck_default(c4_unit *unit, const c4_field *field)
{
    c4_json_document document;
    int rc = c4_json_parse(&document, &unit->env->mem, field->default_value,
                           strlen(field->default_value), MOST_DEFAULT_BYTES);
    if (rc == CRM4E_OK && !default_fits(field, document.root)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "options", "default_value",
                       "leaves out the default value");
    } else {
        rc = c4_stored(unit, rc);
    }
    c4_json_free(&document);
    return rc;
}

static int read_default(c4_unit *unit, const c4_field_spec *spec, c4_field *field)
{
    const c4_json *value = spec->default_value;
    int rc;

    if (value == NULL) {
        return field->default_value != NULL && spec->options != NULL ? recheck_default(unit, field)
                                                                     : CRM4E_OK;
    }
    if (c4_json_kind(value) == C4_JSON_NULL) {
        field->default_value = NULL;
        return CRM4E_OK;
    }
    if (!default_fits(field, value)) {
        return refuse_default(unit);
    }
    rc = check_default_text(unit, field, value);
    return rc == CRM4E_OK ? store_default(unit, value, field) : rc;
}

typedef int (*shape_reader)(c4_unit *, const c4_field_spec *, const c4_field *, c4_field *);

/* In this order: each looks at what those before it set. */
static int read_spec(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field)
{
    static const shape_reader shapes[] = {
        read_length, read_scale, read_target, read_unique, read_indexed,
    };
    int rc = read_texts(unit, spec, field);
    if (rc == CRM4E_OK) {
        rc = c4_settings_put(unit, spec, old, field);
    }
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && rc == CRM4E_OK; i++) {
        rc = shapes[i](unit, spec, old, field);
    }
    if (rc == CRM4E_OK) {
        rc = read_options(unit, spec, field);
    }
    if (rc == CRM4E_OK) {
        rc = read_default(unit, spec, field);
    }
    return rc < 0 ? rc : c4_computed_check(unit, spec, field);
}

static int take_limits(c4_unit *unit, const c4_module *module, c4_field_type type, int64_t amount)
{
    bool team = module->kind == C4_MODULE_TEAM;
    int rc = c4_limit_take(unit, team ? C4_LIMIT_TEAM_MODULE_FIELDS : C4_LIMIT_ORG_MODULE_FIELDS,
                           module->number, amount);
    if (rc == CRM4E_OK && team && c4_limit_of_type(type) != C4_LIMIT_END) {
        rc = c4_limit_take(unit, c4_limit_of_type(type), module->number, amount);
    }
    return rc;
}

/* A field of the standard gets its row with the first change. */
static int write_row(c4_unit *unit, const c4_module *module, const c4_field *field, bool removed,
                     const c4_buffer *text)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_FIELD];
    static const uint32_t columns[] = {C4_FIELD_REMOVED, C4_FIELD_DEFINITION};
    const crm4e_value values[C4_FIELD_COLUMNS] = {
        [0] = c4_integer(field->number),
        [C4_FIELD_MODULE] = c4_integer(module->number),
        [C4_FIELD_API_NAME] = c4_c_text(field->api_name),
        [C4_FIELD_TYPE] = c4_integer(c4_field_declared_type(field)),
        [C4_FIELD_REMOVED] = c4_integer(removed),
        [C4_FIELD_DEFINITION] = c4_text_value(text->data, text->length),
    };
    int rc = c4_db_update(unit->db, table, field->number, columns, &values[C4_FIELD_REMOVED], 2);
    if (rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_insert(unit->db, table, values);
    }
    return c4_stored(unit, rc);
}

int c4_field_insert(c4_unit *unit, const c4_module *module, const c4_field *field,
                    const c4_buffer *text)
{
    return write_row(unit, module, field, false, text);
}

/* Loads the module with its changed fields and gives its table their shape. The snapshot stays:
 * nothing is written after it, and a call that fails gets back the one it began with. */
static int follow_shape(c4_unit *unit, const c4_meta *before, int32_t number)
{
    c4_unit_meta_changed(unit);
    int rc = c4_unit_refresh(unit);
    if (rc == CRM4E_OK) {
        rc = c4_table_alter(unit->db, &c4_meta_module(before, number)->table,
                            &c4_meta_module(unit->meta, number)->table);
        if (rc == CRM4E_E_CONFLICT) {
            rc = c4_refuse(unit, rc, "unique", "unique", "values are held by several records");
        } else {
            rc = c4_stored(unit, rc);
        }
    }
    return rc;
}

int c4_field_store(c4_unit *unit, const c4_module *module, const c4_field *old,
                   const c4_field *field, const char *kind, const char *detail)
{
    const bool removed = strcmp(kind, FIELD_REMOVED) == 0;
    c4_meta *meta = c4_meta_hold(unit->meta); /* what `module` and `old` live in */
    c4_buffer before;
    c4_buffer after;
    bool same = false;
    c4_buffer_init(&before, &unit->env->mem, C4_DEFINITION_MAX);
    c4_buffer_init(&after, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_field(&after, field);
    if (old != NULL) {
        c4_definition_write_field(&before, old);
    }
    int rc = c4_stored(unit, after.code < 0 ? after.code : before.code);
    if (rc == CRM4E_OK) {
        same = old != NULL && !removed &&
               c4_text_order(before.data, before.length, after.data, after.length) == 0;
        rc = same ? CRM4E_OK : write_row(unit, module, field, removed, &after);
    }
    if (rc == CRM4E_OK && !same) {
        rc = follow_shape(unit, meta, module->number);
    }
    if (rc == CRM4E_OK && !same) {
        rc = c4_audit(unit, kind, field->number, detail);
    }
    c4_buffer_free(&before);
    c4_buffer_free(&after);
    c4_meta_release(meta);
    return rc;
}

static int store_field(c4_unit *unit, const c4_module *module, const c4_field *old,
                       const c4_field *field, bool removed)
{
    return c4_field_store(unit, module, old, field, removed ? FIELD_REMOVED : "field",
                          field->api_name);
}

/* The number is kept: the snapshot `field` lives in is another afterwards. */
static int begin_field(c4_unit *unit, const c4_field_spec *spec, const c4_module *module,
                       const c4_field *field)
{
    int32_t owner = module->number;
    int rc = c4_computed_begin(unit, field);
    if (rc == CRM4E_OK) {
        rc = store_field(unit, module, NULL, field, false);
    }
    if (rc == CRM4E_OK && field->type == CRM4E_TYPE_CURRENCY) {
        rc = c4_currency_follow(unit, owner);
    }
    return rc < 0 ? rc : c4_computed_fill(unit, spec, owner, field->number);
}

static c4_field fresh(const c4_module *module, const c4_field_spec *spec, const c4_type_info *info)
{
    return (c4_field){
        .module = module,
        .api_name = spec->api_name,
        .label = {spec->label != NULL ? spec->label : spec->api_name, spec->label_zh},
        .type = spec->type,
        .flags = C4_FIELD_CUSTOM,
        .length = spec->type == CRM4E_TYPE_TEXTAREA ? NEW_TEXTAREA : info->length,
        .scale = info->stored == C4_STORED_DECIMAL ? DEFAULT_SCALE : 0,
    };
}

int c4_column_read(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                   const c4_field *old, c4_field *column)
{
    const c4_field_type type = spec->type != 0 || old == NULL ? spec->type : old->type;
    const c4_type_info *info = c4_type_info_of(type);
    if (info == NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, "type", "mandatory", "is missing or not known");
    }
    if (old != NULL && type != old->type) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "type", "fixed", "cannot change");
    }
    if (!c4_column_type(type)) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "type", "type",
                         "is none of a column of a subform");
    }
    if (spec->unique == 1 || spec->unique == 2 || spec->indexed == 1 || spec->settings != NULL) {
        return not_for_type(unit, spec->settings != NULL ? "settings"
                                  : spec->indexed == 1   ? "indexed"
                                                         : "unique");
    }
    *column = old != NULL ? *old : fresh(module, spec, info);
    return read_spec(unit, spec, old, column);
}

/* The one guard of how many there may be, besides the standard's. */
static int check_subforms(c4_unit *unit, const c4_module *module, c4_field_type type)
{
    int64_t count = 0;
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        count += field->type == CRM4E_TYPE_SUBFORM && (field->flags & C4_FIELD_CUSTOM) != 0;
    }
    if (type != CRM4E_TYPE_SUBFORM || count < CRM4E_MODULE_SUBFORMS_MAX) {
        return CRM4E_OK;
    }
    c4_fail(unit->error, CRM4E_E_LIMIT, "the module has as many subforms as it may");
    return c4_fail_limit(unit->error, "subforms", CRM4E_MODULE_SUBFORMS_MAX, count + 1);
}

static int put_new(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                   int32_t *number)
{
    const c4_type_info *info = c4_type_info_of(spec->type);
    int rc = c4_check_api_name(unit, spec->api_name);
    if (rc == CRM4E_OK && info == NULL) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "type", "mandatory", "is missing or not known");
    }
    if (rc == CRM4E_OK && !info->custom) {
        rc = c4_refuse(unit, CRM4E_E_UNSUPPORTED, "type", "type",
                       "cannot be given to a new field in this release");
    }
    if (rc == CRM4E_OK && unit->state.next_field >= INT32_MAX) {
        rc = c4_fail(unit->error, CRM4E_E_LIMIT, "no field number is left");
    }
    if (rc < 0) {
        return rc;
    }
    c4_field field = fresh(module, spec, info);
    rc = check_subforms(unit, module, spec->type);
    if (rc == CRM4E_OK) {
        rc = read_spec(unit, spec, NULL, &field);
    }
    if (rc == CRM4E_OK) {
        rc = take_limits(unit, module, spec->type, 1);
    }
    if (rc < 0) {
        return rc;
    }
    field.number = (int32_t)unit->state.next_field++;
    unit->state_dirty = true;
    *number = field.number;
    return begin_field(unit, spec, module, &field);
}

static int put_old(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                   const c4_field *old)
{
    c4_field field = *old;
    if (spec->type != 0 && spec->type != c4_field_declared_type(old)) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "type", "fixed", "cannot change");
    }
    int rc = read_spec(unit, spec, old, &field);
    if (rc == CRM4E_OK && (old->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) != 0 &&
        (field.flags != old->flags || field.default_value != old->default_value ||
         ((old->flags & C4_FIELD_SYSTEM) != 0 && field.options != old->options))) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "api_name", "system",
                       "names a field that the library writes");
    }
    if (rc == CRM4E_OK && (old->flags & C4_FIELD_NAME) != 0 &&
        (old->flags & ~field.flags & C4_FIELD_MANDATORY) != 0) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "mandatory", "name", "of the name field stays");
    }
    bool recompute = rc == CRM4E_OK && c4_computed_changed(old, &field);
    int32_t owner = module->number;
    if (rc == CRM4E_OK) {
        rc = store_field(unit, module, old, &field, false);
    }
    return rc == CRM4E_OK && recompute ? c4_computed_fill(unit, spec, owner, field.number) : rc;
}

int c4_fields_open(c4_unit *unit, int32_t number, const c4_module **module)
{
    int rc = c4_change_start(unit);
    if (rc < 0) {
        return rc;
    }
    *module = c4_meta_module(unit->meta, number);
    if (*module == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "does not exist");
    }
    if (C4_REFUSES(CONFIGURE_FIELD, !c4_actor_configures(unit, *module))) {
        return (*module)->kind == C4_MODULE_TEAM
                   ? c4_refuse_denied(unit, "team_admin",
                                      "only an admin of the module may change it")
                   : c4_need_permission(unit, C4_ADMIN_CUSTOMISE);
    }
    return CRM4E_OK;
}

/* Two fields are the library's where there are several currencies: who asks for one gets both. */
static int put_currency(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                        int32_t *number)
{
    const int32_t owner = module->number;
    int rc = c4_currency_give(unit, owner);
    if (rc < 0) {
        return rc;
    }
    module = c4_meta_module(unit->meta, owner);
    const c4_field *field = c4_module_field_named(module, spec->api_name);
    *number = field->number;
    return put_old(unit, module, spec, field);
}

int c4_field_put(c4_unit *unit, const c4_module *module, const c4_field_spec *spec, int32_t *number)
{
    int rc = c4_fields_open(unit, module->number, &module);
    if (rc == CRM4E_OK && spec->api_name == NULL) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "api_name", "mandatory", "is missing");
    }
    if (rc < 0) {
        return rc;
    }
    const c4_field *old = c4_module_field_named(module, spec->api_name);
    if (old == NULL && (module->flags & C4_MODULE_CHILD) != 0) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "module", "child", "takes no fields of users");
    }
    if (old == NULL) {
        return unit->meta->org.multi_currency && c4_money_name(spec->api_name)
                   ? put_currency(unit, module, spec, number)
                   : put_new(unit, module, spec, number);
    }
    if (spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "unique", "is taken by another field");
    }
    *number = old->number;
    return put_old(unit, module, spec, old);
}

/* The criteria of a sharing rule need their fields. */
static int check_sharing(c4_unit *unit, const c4_module *module, const c4_field *field)
{
    size_t count = 0;
    const c4_sharing_rule *rules = c4_meta_sharing_rules(unit->meta, module->number, &count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < rules[i].field_count; j++) {
            if (rules[i].fields[j] == field->number) {
                return c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "in_use",
                                 "is named by criteria of sharing rules");
            }
        }
    }
    return CRM4E_OK;
}

/* The column stays, with what records hold; the number never comes back. */
int c4_field_remove(c4_unit *unit, const c4_module *module, const char *api_name)
{
    int rc = c4_fields_open(unit, module->number, &module);
    if (rc < 0) {
        return rc;
    }
    const c4_field *field = api_name != NULL ? c4_module_field_named(module, api_name) : NULL;
    if (field == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "api_name", "field", "names no field");
    }
    bool custom = (field->flags & C4_FIELD_CUSTOM) != 0;
    if ((field->flags & (C4_FIELD_SYSTEM | C4_FIELD_NAME)) != 0 ||
        (!custom && module->kind == C4_MODULE_STANDARD)) {
        return c4_refuse_denied(unit, "standard", "fields of the standard cannot be removed");
    }
    rc = field == module->currency || field == module->exchange_rate
             ? c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "currencies",
                         "says what the amounts of the module are in")
             : check_sharing(unit, module, field);
    if (rc == CRM4E_OK) {
        rc = c4_computed_check_unused(unit, module, field);
    }
    if (rc == CRM4E_OK && custom) {
        rc = take_limits(unit, module, c4_field_declared_type(field), -1);
    }
    if (rc == CRM4E_OK) {
        rc = c4_computed_end(unit, field);
    }
    if (rc == CRM4E_OK && field->type == CRM4E_TYPE_FILEUPLOAD && unit->computing != NULL) {
        rc = unit->computing->leave(unit, field);
    }
    if (rc == CRM4E_OK && field->type == CRM4E_TYPE_MULTISELECTLOOKUP) {
        rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_LINK], C4_LINK_FIELD, field->number);
    }
    return rc < 0 ? rc : store_field(unit, module, field, field, true);
}
