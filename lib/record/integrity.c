/* SPDX-License-Identifier: MIT */
#include "record/integrity.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "model/limits.h"
#include "model/money.h"
#include "record/integrity_inside.h"
#include "record/subform.h"
#include <crm4e/module.h>

enum {
    PROBLEMS = 1000,
    LINE = 256
};

static void report(c4_checking *c, const char *text)
{
    if (c->problems++ >= PROBLEMS)
        return;
    if (c->problems > 1)
        c4_buffer_char(c->out, ',');
    c4_json_put_text(c->out, text, strlen(text));
}

void c4_check_report(c4_checking *c, const char *table, int64_t id, const char *column,
                     const char *problem)
{
    char line[LINE];

    (void)snprintf(line, sizeof line, "%s %lld: %s%s%s", table, (long long)id, column,
                   column[0] ? " " : "", problem);
    report(c, line);
}

static int32_t report_storage(void *user, const char *text)
{
    report(user, text);
    return CRM4E_CONTINUE;
}

bool c4_check_user(const c4_checking *c, const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER && c4_meta_user(c->unit->meta, value->integer);
}

bool c4_check_id(const c4_checking *c, int64_t id)
{
    return c4_id_plausible(c->unit->meta, id) && id < c->unit->state.next_id;
}

bool c4_check_time(const c4_checking *c, const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER && value->integer >= 0 &&
           value->integer <= c->unit->state.clock;
}

static void check_system(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    int64_t id = row[C4_COLUMN_ID].integer;
    const char *table = module->api_name;

    if (!c4_check_id(c, id))
        c4_check_report(c, table, id, "id", "was never given out");
    if (!c4_check_user(c, &row[C4_COLUMN_OWNER]))
        c4_check_report(c, table, id, "Owner", "is no user");
    if (!c4_check_user(c, &row[C4_COLUMN_CREATED_BY]))
        c4_check_report(c, table, id, "Created_By", "is no user");
    if (!c4_check_user(c, &row[C4_COLUMN_MODIFIED_BY]))
        c4_check_report(c, table, id, "Modified_By", "is no user");
    if (row[C4_COLUMN_VERSION].type != CRM4E_VALUE_INTEGER || row[C4_COLUMN_VERSION].integer < 1)
        c4_check_report(c, table, id, "Version__s", "is not positive");
    if (!c4_check_time(c, &row[C4_COLUMN_CREATED_TIME]) ||
        !c4_check_time(c, &row[C4_COLUMN_MODIFIED_TIME]) ||
        row[C4_COLUMN_MODIFIED_TIME].integer < row[C4_COLUMN_CREATED_TIME].integer)
        c4_check_report(c, table, id, "Modified_Time", "is out of order");
}

static bool is_among(const int64_t *met, size_t count, int64_t item)
{
    bool found = false;

    for (size_t i = 0; i < count && !found; i++)
        found = met[i] == item;
    return found;
}

/* A record is linked once. */
static bool list_is_sound(const c4_field *field, const crm4e_value *value)
{
    const char *text = value->data;
    bool options = field->type == CRM4E_TYPE_MULTISELECTPICKLIST;
    bool records = field->type == CRM4E_TYPE_MULTISELECTLOOKUP;
    int64_t met[C4_LIST_MAX];
    size_t at = 0, count = 0;
    int64_t item;

    if (value->length < 3 || text[0] != ';' || text[value->length - 1] != ';')
        return false;
    for (; c4_list_next(value, &at, &item); count++) {
        if (options ? !c4_field_option(field, (int32_t)item) : item <= 0)
            return false;
        if (records && (count == C4_LIST_MAX || is_among(met, count, item)))
            return false;
        if (records)
            met[count] = item;
    }
    return count > 0;
}

static bool rows_are_sound(c4_checking *c, const c4_field *field, const crm4e_value *value);

static bool value_is_sound(c4_checking *c, const c4_field *field, const crm4e_value *row)
{
    const crm4e_value *value = &row[field->column];

    switch (c4_type_info_of(field->type)->stored) {
    case C4_STORED_TEXT:
        return field->length == 0 ||
               c4_text_points(value->data, value->length) <= (size_t)field->length;
    case C4_STORED_DATE: return value->integer >= C4_DATE_MIN && value->integer <= C4_DATE_MAX;
    case C4_STORED_TIME: return value->integer >= C4_TIME_MIN && value->integer <= C4_TIME_MAX;
    case C4_STORED_BOOLEAN: return value->integer == 0 || value->integer == 1;
    case C4_STORED_OPTION:
        return value->integer > 0 && value->integer <= INT32_MAX &&
               c4_field_option(field, (int32_t)value->integer) != NULL;
    case C4_STORED_OPTIONS:
    case C4_STORED_IDS: return list_is_sound(field, value);
    case C4_STORED_ID:
        if (field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_OWNERLOOKUP)
            return c4_check_user(c, value);
        return c4_check_id(c, value->integer);
    case C4_STORED_ROWS: return rows_are_sound(c, field, value);
    default: return true;
    }
}

/* Each has an id of its own, and values as a record would have them. */
static bool rows_are_sound(c4_checking *c, const c4_field *field, const crm4e_value *value)
{
    c4_subrows rows;
    bool sound;
    int rc = c4_subrows_read(&c->row, field, value, &rows);

    if (rc == CRM4E_E_NO_MEMORY)
        c->rc = rc;
    sound = rc != CRM4E_E_CORRUPT && rows.count <= c4_subrows_max(field);
    for (size_t i = 0; sound && rc == CRM4E_OK && i < rows.count; i++) {
        const c4_subrow *row = &rows.items[i];
        sound = c4_check_id(c, row->id);
        for (size_t j = 0; sound && j < i; j++)
            sound = rows.items[j].id != row->id;
        for (size_t j = 0; sound && j < field->column_count; j++) {
            const c4_field *column = &field->columns[j];
            sound = row->values[column->column].type == CRM4E_VALUE_NULL ||
                    value_is_sound(c, column, row->values);
        }
    }
    return sound;
}

/* A key column holds the folded text, or the number of a module that exists. */
static bool key_agrees(c4_checking *c, const c4_field *field, const crm4e_value *row)
{
    const crm4e_value *value = &row[field->column], *key = &row[field->key_column];

    if (value->type == CRM4E_VALUE_NULL)
        return key->type == CRM4E_VALUE_NULL;
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP)
        return key->type == CRM4E_VALUE_INTEGER && key->integer <= INT32_MAX &&
               c4_meta_module(c->unit->meta, (int32_t)key->integer) != NULL;
    c4_buffer_reset(&c->fold);
    c4_text_fold(&c->fold, value->data, value->length);
    return key->type == CRM4E_VALUE_TEXT && key->length == c->fold.length &&
           memcmp(key->data, c4_buffer_c_str(&c->fold), key->length) == 0;
}

static void check_fields(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];

        if ((field->flags & C4_FIELD_SYSTEM) && field->column != C4_COLUMN_TAG)
            continue;
        if (row[field->column].type != CRM4E_VALUE_NULL && !value_is_sound(c, field, row))
            c4_check_report(c, module->api_name, row[0].integer, field->api_name,
                            "is out of range");
        else if (field->key_column && !key_agrees(c, field, row))
            c4_check_report(c, module->api_name, row[0].integer, field->api_name,
                            "does not agree with its key");
    }
}

/* Sums of its amounts would be refused, or wrong. */
static void check_money(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    const c4_field *currency = module->currency, *rate = module->exchange_rate;
    bool home, rated;

    if (!currency)
        return;
    home = row[currency->column].type == CRM4E_VALUE_NULL ||
           row[currency->column].integer == c4_currency_code(c->unit->meta->org.currency);
    rated = row[rate->column].type != CRM4E_VALUE_NULL;
    if (home ? rated && row[rate->column].integer != C4_RATE_ONE
             : !rated || row[rate->column].integer <= 0)
        c4_check_report(c, module->api_name, row[0].integer, rate->api_name,
                        "is no rate of its currency");
}

static uint32_t *all_columns(c4_arena *arena, size_t count)
{
    uint32_t *columns = c4_arena_array(arena, count, sizeof *columns);

    for (size_t i = 0; columns && i < count; i++)
        columns[i] = (uint32_t)i;
    return columns;
}

int c4_check_table(c4_checking *c, const crm4e_table *table, c4_row_check check, const void *about)
{
    static const crm4e_order by_id[] = {{C4_COLUMN_ID, 0, 0}};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, table);
    plan.columns = all_columns(c->unit->arena, table->column_count);
    plan.column_count = table->column_count;
    plan.order = by_id;
    plan.order_count = 1;
    if (!plan.columns)
        return CRM4E_E_NO_MEMORY;
    rc = c4_rows_open(&rows, c->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        check(c, about, row);
        c4_arena_reset(&c->row);
        rc = c->fold.code < 0 ? c->fold.code : c->rc;
    }
    c4_rows_close(rows);
    return rc;
}

static void check_record(c4_checking *c, const void *about, const crm4e_value *row)
{
    const c4_module *module = about;

    check_system(c, module, row);
    c4_check_life(c, module, row);
    c4_check_request(c, module, row);
    c4_check_links(c, module, row);
    c4_check_interactions(c, module, row);
    c4_check_attached(c, module, row);
    c4_check_fields_held(c, module, row);
    check_fields(c, module, row);
    check_money(c, module, row);
    c4_check_formulas(c, module, row);
}

static void check_history(c4_checking *c, const void *about, const crm4e_value *row)
{
    c4_field_change *changes = NULL;
    size_t count = 0;
    const crm4e_value *bytes = &row[C4_HISTORY_CHANGES];

    (void)about;
    if (row[0].integer >= c->unit->state.next_change)
        c4_check_report(c, "history", row[0].integer, "", "is ahead of the change sequence");
    if (!c4_check_id(c, row[C4_HISTORY_RECORD].integer))
        c4_check_report(c, "history", row[0].integer, "", "is about a record that never was");
    if (bytes->type != CRM4E_VALUE_NULL &&
        c4_changes_decode(&c->row, bytes->data, bytes->length, &changes, &count) < 0)
        c4_check_report(c, "history", row[0].integer, "", "cannot be decoded");
    c4_check_follow(c, row);
}

static void check_bin(c4_checking *c, const void *about, const crm4e_value *row)
{
    c4_field_change *changes = NULL;
    size_t count = 0;

    (void)about;
    if (c4_changes_decode(&c->row, row[C4_BIN_ROW].data, row[C4_BIN_ROW].length, &changes, &count) <
        0)
        c4_check_report(c, "bin", row[0].integer, "", "cannot be decoded");
    c4_check_binned_files(c, row, changes, count);
    c4_check_binned(c, row);
}

/* What a counter should say, counted from the metadata. */
static int64_t modules_of_kind(const c4_meta *meta, c4_module_kind kind)
{
    int64_t count = 0;

    for (size_t i = 0; i < meta->module_count; i++)
        count += meta->modules[i]->kind == kind;
    return count;
}

/* Those of a type that has a limit of its own, or all. */
static int64_t custom_fields(const c4_module *module, c4_limit of_type)
{
    int64_t count = 0;

    for (size_t i = 0; module && i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];

        count += (field->flags & C4_FIELD_CUSTOM) != 0 && field != module->currency &&
                 field != module->exchange_rate &&
                 (of_type == C4_LIMIT_END || c4_limit_of_type(field->type) == of_type);
    }
    return count;
}

static int64_t members(const c4_module *module, bool admins)
{
    int64_t count = 0;

    for (size_t i = 0; module && i < module->member_count; i++)
        count += !admins || module->members[i].profile == CRM4E_TEAM_ADMIN;
    return count;
}

static int64_t licensed(const c4_meta *meta, c4_licence licence)
{
    int64_t count = 0;

    for (size_t i = 0; i < meta->user_count; i++)
        count += meta->users[i].status == CRM4E_USER_ACTIVE && meta->users[i].licence == licence;
    return count;
}

static int64_t rules(const c4_meta *meta, int64_t module, bool active)
{
    int64_t count = 0;

    for (size_t i = 0; i < meta->workflow_count; i++)
        count += (module == 0 || meta->workflows[i].module == module) &&
                 (!active || meta->workflows[i].active);
    return count;
}

static int64_t sharing_rules(const c4_meta *meta, const c4_module *module)
{
    size_t count = 0;

    if (module)
        (void)c4_meta_sharing_rules(meta, module->number, &count);
    return (int64_t)count;
}

/* The home currency is one of several. */
static int64_t currencies(const c4_meta *meta)
{
    int64_t count = meta->org.multi_currency;

    for (size_t i = 0; i < meta->currency_count; i++)
        count += meta->currencies[i].active;
    return count;
}

static int64_t counted(const c4_meta *meta, int64_t limit, int64_t scope)
{
    const c4_module *module =
        scope > 0 && scope <= INT32_MAX ? c4_meta_module(meta, (int32_t)scope) : NULL;
    const c4_space *space;

    switch (limit) {
    case C4_LIMIT_TEAM_MODULES: return modules_of_kind(meta, C4_MODULE_TEAM);
    case C4_LIMIT_CUSTOM_MODULES: return modules_of_kind(meta, C4_MODULE_CUSTOM);
    case C4_LIMIT_MODULE_POOL:
        return modules_of_kind(meta, C4_MODULE_TEAM) + modules_of_kind(meta, C4_MODULE_CUSTOM);
    case C4_LIMIT_TEAM_MODULE_FIELDS:
    case C4_LIMIT_ORG_MODULE_FIELDS: return custom_fields(module, C4_LIMIT_END);
    case C4_LIMIT_TEAM_MODULE_LOOKUPS:
    case C4_LIMIT_TEAM_MODULE_FILES: return custom_fields(module, (c4_limit)limit);
    case C4_LIMIT_TEAM_SPACES: return (int64_t)meta->space_count;
    case C4_LIMIT_SPACE_FOLDERS:
        space = c4_meta_space(meta, scope);
        return space ? (int64_t)space->folder_count : 0;
    case C4_LIMIT_MODULE_USERS: return members(module, false);
    case C4_LIMIT_MODULE_ADMINS: return members(module, true);
    case C4_LIMIT_WORKFLOWS: return rules(meta, 0, false);
    case C4_LIMIT_MODULE_WORKFLOWS: return rules(meta, scope, false);
    case C4_LIMIT_ACTIVE_WORKFLOWS: return rules(meta, scope, true);
    case C4_LIMIT_USER_GROUPS: return (int64_t)meta->group_count;
    case C4_LIMIT_SHARING_RULES: return sharing_rules(meta, module);
    case C4_LIMIT_CURRENCIES: return currencies(meta);
    case C4_LIMIT_CRM_USERS: return licensed(meta, CRM4E_LICENCE_CRM);
    case C4_LIMIT_TEAM_USERS: return licensed(meta, CRM4E_LICENCE_TEAM);
    default: return 0;
    }
}

static void check_counter(c4_checking *c, const void *about, const crm4e_value *row)
{
    int64_t limit = row[C4_COUNTER_LIMIT].integer, used = row[C4_COUNTER_USED].integer;
    int64_t real = counted(c->unit->meta, limit, row[C4_COUNTER_SCOPE].integer);
    char line[LINE];

    (void)about;
    c4_check_counter_seen(c, limit, row[C4_COUNTER_SCOPE].integer);
    if (used == real)
        return;
    (void)snprintf(line, sizeof line, "counter %s: says %lld, counted %lld",
                   limit > 0 && limit < C4_LIMIT_END ? c4_limit_name((c4_limit)limit) : "unknown",
                   (long long)used, (long long)real);
    report(c, line);
}

/* What is there and not counted could grow over its limit. */
static void check_counted(c4_checking *c, c4_limit limit, int64_t scope)
{
    char line[LINE];

    if (counted(c->unit->meta, (int64_t)limit, scope) == 0 ||
        c4_check_counter_was_seen(c, (int64_t)limit, scope))
        return;
    (void)snprintf(line, sizeof line, "counter %s: is missing", c4_limit_name(limit));
    report(c, line);
}

static void check_counters_are_there(c4_checking *c)
{
    const c4_meta *meta = c->unit->meta;

    for (c4_limit limit = 1; limit < C4_LIMIT_END; limit++) {
        if (c4_limit_scope_of(limit) == C4_LIMIT_OF_ORG)
            check_counted(c, limit, 0);
        for (size_t i = 0; c4_limit_scope_of(limit) == C4_LIMIT_OF_SPACE && i < meta->space_count;
             i++)
            check_counted(c, limit, meta->spaces[i].id);
        for (size_t m = 0; m < meta->module_count; m++) {
            if (c4_limit_counts_in(limit, meta->modules[m]))
                check_counted(c, limit, meta->modules[m]->number);
        }
    }
}

/* History first: it says which records there should be. */
static int check_all(c4_checking *c)
{
    const c4_meta *meta = c->unit->meta;
    int rc = c4_check_table(c, &c4_tables[C4_TABLE_HISTORY], check_history, NULL);

    for (size_t i = 0; rc == CRM4E_OK && i < meta->module_count; i++)
        rc = c4_check_table(c, &meta->modules[i]->table, check_record, meta->modules[i]);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_BIN], check_bin, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_SHARE], c4_check_shared, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_REQUEST], c4_check_requested, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_LINK], c4_check_linked, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_INTERACTION], c4_check_interaction, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_FILE], c4_check_file, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_OUTBOX], c4_check_message, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_PENDING], c4_check_scheduled, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_RUN], c4_check_run, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_RUN_INDEX], c4_check_run_index, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_pieces(c);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_COUNTER], check_counter, NULL);
    if (rc == CRM4E_OK)
        rc = c4_check_references(c);
    if (rc == CRM4E_OK)
        rc = c4_check_rollups(c);
    if (rc == CRM4E_OK)
        rc = c4_check_search(c);
    if (rc == CRM4E_OK) {
        c4_check_lost(c);
        check_counters_are_there(c);
        rc = c->rc;
    }
    return rc;
}

/* Damage that stops the rest from being read is a problem, not a failure. */
static int check_inside(c4_checking *c)
{
    c4_unit *unit = c->unit;
    int rc = c4_db_check(unit->db, report_storage, c);

    if (rc == CRM4E_OK || rc == CRM4E_E_UNSUPPORTED)
        rc = c4_unit_start(unit);
    if (rc == CRM4E_OK)
        rc = c4_meta_load(&unit->meta, &unit->env->mem, unit->db, unit->error);
    if (rc == CRM4E_OK)
        rc = check_all(c);
    if (rc == CRM4E_E_CORRUPT || rc == CRM4E_E_CALLBACK || rc == CRM4E_E_NOT_FOUND) {
        report(c, unit->error->message[0] ? unit->error->message : crm4e_code_text(rc));
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_check_org(c4_unit *unit, c4_buffer *out)
{
    c4_checking c = {.unit = unit, .out = out};
    int rc = c4_db_begin(unit->db, CRM4E_TRANSACTION_READ);

    if (rc < 0)
        return rc;
    c4_arena_init(&c.row, &unit->env->mem);
    c4_arena_init(&c.kept, &unit->env->mem);
    c4_map_init(&c.lives, &unit->env->mem);
    c4_map_init(&c.counters, &unit->env->mem);
    c4_map_init(&c.files, &unit->env->mem);
    c4_buffer_init(&c.fold, &unit->env->mem, C4_TEXT_MAX * 4);
    c4_buffer_char(out, '[');
    rc = check_inside(&c);
    c4_buffer_char(out, ']');
    c4_buffer_free(&c.fold);
    c4_map_free(&c.files);
    c4_map_free(&c.counters);
    c4_map_free(&c.lives);
    c4_arena_free(&c.kept);
    c4_arena_free(&c.row);
    c4_db_rollback(unit->db);
    return rc < 0 ? rc : out->code;
}
