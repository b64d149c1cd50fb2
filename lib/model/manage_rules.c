/* SPDX-License-Identifier: MIT */
#include "model/manage_rules.h"

#include "base/text.h"
#include "base/zone.h"

#include <assert.h>
#include <string.h>

enum {
    MOST_DETAIL = 4096 /* bytes: names are 100 characters at most, emails 254 */
};

int c4_change_start(c4_unit *unit)
{
    return c4_unit_refresh(unit);
}

int c4_change_done(c4_unit *unit, const char *kind, int64_t object, const char *detail)
{
    c4_unit_meta_changed(unit);
    return c4_audit(unit, kind, object, detail);
}

int c4_member_done(c4_unit *unit, const char *kind, int64_t object, const char *whole,
                   crm4e_id user, const char *word)
{
    const c4_user *member = c4_meta_user(unit->meta, user);
    c4_buffer detail;
    c4_buffer_init(&detail, &unit->env->mem, MOST_DETAIL);
    c4_buffer_text(&detail, whole);
    c4_buffer_text(&detail, ": ");
    c4_buffer_text(&detail, member != NULL ? member->email : "");
    if (word != NULL) {
        c4_buffer_char(&detail, ' ');
        c4_buffer_text(&detail, word);
    }
    int rc = detail.code == CRM4E_OK ? c4_change_done(unit, kind, object, c4_buffer_c_str(&detail))
                                     : c4_fail_plain(unit->error, detail.code);
    c4_buffer_free(&detail);
    return rc;
}

int c4_refuse(c4_unit *unit, int code, const char *member, const char *rule, const char *text)
{
    c4_fail(unit->error, code, "%s %s", member, text);
    return c4_fail_field(unit->error, NULL, member, rule);
}

int c4_refuse_denied(c4_unit *unit, const char *rule, const char *text)
{
    c4_fail(unit->error, CRM4E_E_DENIED, "%s", text);
    return c4_fail_field(unit->error, NULL, NULL, rule);
}

int c4_need_administrator(c4_unit *unit, const char *text)
{
    return C4_REFUSES(ADMINISTRATOR, !c4_actor_is_administrator(unit))
               ? c4_refuse_denied(unit, "system_administrator", text)
               : CRM4E_OK;
}

int c4_need_permission(c4_unit *unit, uint32_t admin_bit)
{
    if (C4_OPENS(PERMISSION, c4_actor_has(unit, admin_bit))) {
        return CRM4E_OK;
    }
    const char *word = c4_text_of(C4_NAMES_ADMIN, admin_bit);
    c4_fail(unit->error, CRM4E_E_DENIED, "the profile lacks the permission \"%s\"", word);
    return c4_fail_field(unit->error, NULL, NULL, word);
}

int c4_stored(c4_unit *unit, int code)
{
    return code < 0 ? c4_fail_plain(unit->error, code) : code;
}

int c4_check_note(c4_unit *unit, const char *member, const char *text, size_t maximum)
{
    size_t ceiling = maximum * C4_UTF8_MAX;
    size_t length = c4_text_within(text, ceiling);
    bool fits = length <= ceiling;
    if (fits && c4_text_check(text, length) < 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "utf8", "is not valid UTF-8");
    }
    if (fits && c4_text_has_control(text, length)) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "control", "holds control characters");
    }
    if (!fits || c4_text_points(text, length) > maximum) {
        c4_fail(unit->error, CRM4E_E_TOO_BIG, "%s is longer than %u characters", member,
                (unsigned)maximum);
        return c4_fail_field(unit->error, NULL, member, "max_length");
    }
    return CRM4E_OK;
}

int c4_check_name(c4_unit *unit, const char *member, const char *text, size_t maximum)
{
    if (text == NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "mandatory", "is missing");
    }
    int rc = c4_check_note(unit, member, text, maximum);
    if (rc == CRM4E_OK && c4_text_blank(text, strlen(text))) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, member, "mandatory", "is blank");
    }
    return rc;
}

/* Something on both sides of the only @, and nothing invisible: whether mail
 * arrives is for the mail system to say. */
int c4_check_email(c4_unit *unit, const char *member, const char *text)
{
    int rc = c4_check_name(unit, member, text, C4_EMAIL_MAX);
    if (rc < 0) {
        return rc;
    }
    const char *at = strchr(text, '@');
    bool fine = at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL;
    if (!fine || strpbrk(text, " <>,;\"()") != NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "email", "is no email address");
    }
    return CRM4E_OK;
}

static bool between(char c, char first, char last)
{
    return c >= first && c <= last;
}

/* [a-z]{2}(-[A-Z]{2})? */
int c4_check_locale(c4_unit *unit, const char *text)
{
    size_t length = c4_text_within(text, 5);
    bool fine =
        (length == 2 || length == 5) && between(text[0], 'a', 'z') && between(text[1], 'a', 'z');
    if (fine && length == 5) {
        fine = text[2] == '-' && between(text[3], 'A', 'Z') && between(text[4], 'A', 'Z');
    }
    return fine ? CRM4E_OK
                : c4_refuse(unit, CRM4E_E_INVALID, "locale", "locale",
                            "is not of the form \"en\" or \"zh-CN\"");
}

int c4_check_zone(c4_unit *unit, const char *text)
{
    return c4_zone_known(text)
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_INVALID, "time_zone", "time_zone", "is no IANA time zone");
}

/* ISO 4217: three capital letters. */
int c4_check_currency(c4_unit *unit, const char *text)
{
    bool fine = c4_text_within(text, 3) == 3;
    for (size_t i = 0; fine && i < 3; i++) {
        fine = between(text[i], 'A', 'Z');
    }
    return fine ? CRM4E_OK
                : c4_refuse(unit, CRM4E_E_INVALID, "currency", "currency",
                            "is not a code of three capital letters");
}

int c4_same_name(c4_unit *unit, const char *a, const char *b, bool *same)
{
    const size_t most = (size_t)C4_NAME_MAX * C4_UTF8_MAX; /* what is longer is no name */
    size_t a_length = c4_text_within(a, most);
    size_t b_length = c4_text_within(b, most);
    char *a_folded = c4_text_folded(&unit->env->mem, a, a_length, &a_length);
    char *b_folded = c4_text_folded(&unit->env->mem, b, b_length, &b_length);
    int rc = CRM4E_OK;
    if (a_folded == NULL || b_folded == NULL) {
        rc = c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    } else {
        *same = c4_text_order(a_folded, a_length, b_folded, b_length) == 0;
    }
    c4_free(&unit->env->mem, a_folded);
    c4_free(&unit->env->mem, b_folded);
    return rc;
}

/* The structure of a query would be ambiguous with these; folded. */
static const char *const reserved_words[] = {
    "select", "from",  "where", "and",    "or",   "not",  "in",   "is",    "like",        "null",
    "order",  "group", "by",    "limit",  "asc",  "desc", "true", "false", "between",     "id",
    "notes",  "users", "roles", "offset", "user", "role", "org",  "tag",   "attachments",
};

int c4_check_api_name(c4_unit *unit, const char *text)
{
    if (text == NULL ||
        !c4_text_is_api_name(text, c4_text_within(text, C4_API_NAME_MAX), C4_API_NAME_MAX)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "api_name", "api_name",
                         "must be a letter, then letters, digits and single underscores, at "
                         "most 50");
    }
    bool reserved = false;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof reserved_words / sizeof reserved_words[0] && rc == CRM4E_OK;
         i++) {
        rc = c4_same_name(unit, text, reserved_words[i], &reserved);
        if (rc == CRM4E_OK && reserved) {
            rc = c4_refuse(unit, CRM4E_E_INVALID, "api_name", "reserved", "is a reserved word");
        }
    }
    return rc;
}

int c4_check_word(c4_unit *unit, const char *member, c4_names names, uint32_t number)
{
    return number == 0 || c4_text_of(names, number) != NULL
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_INVALID, member, "word", "is not a known word");
}

bool c4_user_works(const c4_user *user)
{
    return C4_OPENS(USER_ACTIVE, user->status == CRM4E_USER_ACTIVE) &&
           C4_OPENS(USER_LICENSED,
                    user->licence == CRM4E_LICENCE_CRM || user->licence == CRM4E_LICENCE_TEAM);
}

int c4_find_user(c4_unit *unit, const char *member, const char *email, const c4_user **out)
{
    *out = c4_meta_user_by_email(unit->meta, email);
    return *out != NULL ? CRM4E_OK
                        : c4_refuse(unit, CRM4E_E_NOT_FOUND, member, "user", "names no user");
}

int c4_find_working_user(c4_unit *unit, const char *member, const char *email, const c4_user **out)
{
    int rc = c4_find_user(unit, member, email, out);
    if (rc == CRM4E_OK && !c4_user_works(*out)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, member, "active",
                       "names a user who is not active or has no licence");
    }
    return rc;
}

uint32_t c4_profile_actions(const c4_profile *profile, const c4_module *module)
{
    for (size_t i = 0; i < profile->module_count; i++) {
        if (profile->modules[i].module == module->number) {
            return profile->modules[i].actions;
        }
    }
    return profile->actions;
}

c4_permission c4_field_permission_of(const c4_field_permission *fields, size_t count, int32_t field)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].field == field) {
            return fields[i].permission;
        }
    }
    return CRM4E_PERMISSION_READ_WRITE;
}

/* The larger the number of a field permission, the less it gives. */
static bool fields_within(const c4_profile *inner, const c4_profile *outer)
{
    for (size_t i = 0; i < outer->field_count; i++) {
        c4_permission given =
            c4_field_permission_of(inner->fields, inner->field_count, outer->fields[i].field);
        if (given < outer->fields[i].permission) {
            return false;
        }
    }
    return true;
}

bool c4_profile_within(const c4_meta *meta, const c4_profile *inner, const c4_profile *outer)
{
    if ((outer->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0) {
        return true;
    }
    bool within = (inner->admin & ~outer->admin) == 0 && (inner->actions & ~outer->actions) == 0 &&
                  fields_within(inner, outer);
    for (size_t i = 0; i < meta->module_count && within; i++) {
        const c4_module *module = meta->modules[i];
        if (module->kind != C4_MODULE_TEAM) {
            within = (c4_profile_actions(inner, module) & ~c4_profile_actions(outer, module)) == 0;
        }
    }
    return within;
}

bool c4_profile_fits_team(const c4_meta *meta, const c4_profile *profile)
{
    const uint32_t view = 1u << CRM4E_ACTION_VIEW;
    const uint32_t admin = C4_ADMIN_CREATE_TEAM_MODULE | C4_ADMIN_MANAGE_TEAM_SPACES |
                           C4_ADMIN_IMPORT | C4_ADMIN_EXPORT;
    size_t viewed = 0;
    bool fits = profile->actions == 0 && (profile->admin & ~admin) == 0;
    for (size_t i = 0; i < meta->module_count && fits; i++) {
        const c4_module *module = meta->modules[i];
        uint32_t actions = c4_profile_actions(profile, module);
        if (module->kind != C4_MODULE_TEAM && actions != 0) {
            viewed++;
            fits = actions == view && viewed <= C4_TEAM_USER_MODULES;
        }
    }
    return fits;
}

bool c4_actor_covers(const c4_unit *unit, const c4_profile *profile)
{
    return unit->actor == NULL ||
           C4_OPENS(PROFILE_WITHIN, c4_profile_within(unit->meta, profile, unit->actor->profile));
}

const char *c4_spec_text(const c4_json *value)
{
    size_t length = 0;
    return c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, &length) : NULL;
}

int c4_actions_read(c4_unit *unit, const char *member, const c4_json *json, uint32_t *actions)
{
    *actions = 0;
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, "type", "must be an array of actions");
    }
    for (size_t i = 0; i < c4_json_count(json); i++) {
        const c4_json *item = c4_json_item(json, i);
        uint32_t action = c4_number_of(C4_NAMES_ACTION, c4_spec_text(item));
        if (action == 0) {
            return c4_refuse(unit, CRM4E_E_INVALID, member, "word", "names an unknown action");
        }
        *actions |= 1u << action;
    }
    return CRM4E_OK;
}

int c4_field_permissions_read(c4_unit *unit, const c4_module *module, const c4_json *json,
                              c4_field_permission *out, size_t *count)
{
    if (c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "fields", "type", "must be an object");
    }
    for (size_t i = 0; i < c4_json_count(json); i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(json, i, &name);
        const c4_field *field = c4_module_part_named(module, name);
        if (field == NULL) {
            c4_fail(unit->error, CRM4E_E_NOT_FOUND, "fields names no field of the module");
            return c4_fail_field(unit->error, module->api_name, name, "field");
        }
        c4_permission permission = c4_number_of(C4_NAMES_PERMISSION, c4_spec_text(value));
        if (permission == 0) {
            return c4_refuse(unit, CRM4E_E_INVALID, name, "word", "has an unknown permission");
        }
        if (c4_field_permission_of(out, *count, field->number) != CRM4E_PERMISSION_READ_WRITE) {
            return c4_refuse(unit, CRM4E_E_INVALID, name, "duplicate", "is named twice");
        }
        if (permission != CRM4E_PERMISSION_READ_WRITE) {
            out[(*count)++] = (c4_field_permission){field->number, permission};
        }
    }
    return CRM4E_OK;
}

int c4_field_permissions_set(c4_unit *unit, const c4_module *module, const char *name,
                             c4_permission permission, const c4_field_permission **fields,
                             size_t *count)
{
    const c4_field *field = c4_module_part_named(module, name);
    c4_field_permission *list = c4_arena_array(unit->arena, *count + 1, sizeof *list);
    size_t kept = 0;
    if (field == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "field", "field", "names no field of the module");
    }
    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < *count; i++) {
        if ((*fields)[i].field != field->number) {
            list[kept++] = (*fields)[i];
        }
    }
    if (permission != CRM4E_PERMISSION_READ_WRITE) {
        list[kept++] = (c4_field_permission){field->number, permission};
    }
    c4_field_permissions_sort(list, kept);
    *fields = list;
    *count = kept;
    return CRM4E_OK;
}

void c4_field_permissions_sort(c4_field_permission *fields, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        c4_field_permission moving = fields[i];
        size_t j = i;
        for (; j > 0 && fields[j - 1].field > moving.field; j--) {
            fields[j] = fields[j - 1];
        }
        fields[j] = moving;
    }
}

int c4_pair_find(c4_unit *unit, const crm4e_table *table, const uint32_t keys[2],
                 const int64_t wanted[2], crm4e_id *id, const uint32_t *columns, int64_t *values,
                 size_t count)
{
    const crm4e_value constants[2] = {c4_integer(wanted[0]), c4_integer(wanted[1])};
    const crm4e_predicate parts[2] = {c4_where(CRM4E_OP_EQ, keys[0], &constants[0], 1),
                                      c4_where(CRM4E_OP_EQ, keys[1], &constants[1], 1)};
    const crm4e_predicate where = c4_where_all(parts, 2);
    uint32_t read[8] = {0};
    const crm4e_value *row = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    *id = 0;
    for (size_t i = 0; i < count && i < 7; i++) {
        read[i + 1] = columns[i];
        values[i] = 0;
    }
    c4_plan_init(&plan, table);
    plan.where = &where;
    plan.columns = read;
    plan.column_count = count + 1;
    int rc = c4_rows_open(&rows, unit->db, &plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &row);
    }
    if (rc == CRM4E_ROW) {
        *id = row[0].integer;
        for (size_t i = 0; i < count; i++) {
            values[i] = row[i + 1].type == CRM4E_VALUE_INTEGER ? row[i + 1].integer : 0;
        }
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return c4_stored(unit, rc);
}

static int collect_ids(c4_unit *unit, c4_rows *rows, crm4e_id *ids, size_t capacity, size_t *count)
{
    const crm4e_value *row = NULL;
    int rc;
    while ((rc = c4_rows_next(rows, &row)) == CRM4E_ROW && *count < capacity) {
        ids[(*count)++] = row[0].integer;
    }
    return rc == CRM4E_ROW ? c4_fail_plain(unit->error, CRM4E_E_CALLBACK) : c4_stored(unit, rc);
}

int c4_rows_where(c4_unit *unit, const crm4e_table *table, const crm4e_predicate *where,
                  uint32_t index, crm4e_id **ids, size_t *count)
{
    const uint32_t id_column = 0;
    int64_t total = 0;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    *count = 0;
    c4_plan_init(&plan, table);
    plan.where = where;
    plan.columns = &id_column;
    plan.column_count = 1;
    plan.index = index;
    int rc = c4_stored(unit, c4_rows_count(unit->db, &plan, &total));
    if (rc < 0) {
        return rc;
    }
    *ids = c4_arena_array(unit->arena, (size_t)total, sizeof **ids);
    rc = *ids != NULL ? c4_rows_open(&rows, unit->db, &plan) : CRM4E_E_NO_MEMORY;
    rc = rc < 0 ? c4_stored(unit, rc) : collect_ids(unit, rows, *ids, (size_t)total, count);
    c4_rows_close(rows);
    return rc;
}

int c4_rows_with(c4_unit *unit, const crm4e_table *table, uint32_t column, int64_t wanted,
                 crm4e_id **ids, size_t *count)
{
    const crm4e_value constant = c4_integer(wanted);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, column, &constant, 1);
    return c4_rows_where(unit, table, &where, CRM4E_NO_INDEX, ids, count);
}

int c4_named_store(c4_unit *unit, c4_table_id id, const c4_named_row *row, bool fresh)
{
    static_assert(C4_SPACE_NAME == 1 && C4_GROUP_NAME == 1 && C4_TAB_GROUP_NAME == 1 &&
                      C4_SPACE_COLUMNS == 3 && C4_GROUP_COLUMNS == 3 && C4_TAB_GROUP_COLUMNS == 3,
                  "a table has something beside id, name and definition");
    static const uint32_t columns[] = {C4_SPACE_NAME, C4_SPACE_DEFINITION};
    const crm4e_table *table = &c4_tables[id];
    const crm4e_value values[] = {
        c4_integer(row->id),
        c4_c_text(row->name),
        c4_text_value(row->definition->data, row->definition->length),
    };
    int rc = row->definition->code;
    if (rc == CRM4E_OK) {
        rc = fresh ? c4_db_insert(unit->db, table, values)
                   : c4_db_update(unit->db, table, row->id, columns, values + 1, 2);
    }
    c4_buffer_free(row->definition);
    return c4_stored(unit, rc);
}

int c4_rows_drop(c4_unit *unit, const crm4e_table *table, uint32_t column, int64_t wanted)
{
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_with(unit, table, column, wanted, &ids, &count);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_remove(unit->db, table, ids[i]));
    }
    return rc;
}
