/* SPDX-License-Identifier: MIT */
/*
 * Functions our statements call. They are for statements alone, never for a
 * schema; sets and callbacks travel as pointers that no SQL text can forge.
 */
#include "storage/sqlite/inside.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

enum {
    FOLD_ROOM = 512,
    MAP_BYTES_MOST = 1 << 20,
    MAP_BYTES_PER_MEMBER = 64 /* beyond it a search is cheaper than the memory */
};

static const char set_type[] = "crm4e_set";
static const char list_type[] = "crm4e_list";
static const char keep_type[] = "crm4e_keep";

typedef struct integer_set {
    const int64_t *members; /* ascending */
    size_t count;
    const uint8_t *map; /* [member - members[0]], or NULL */
    uint64_t map_size;
} integer_set;

typedef struct value_list {
    const crm4e_value *members; /* ascending, so a NULL is the first */
    size_t count;
} value_list;

typedef struct keep_call {
    const crm4e_plan *plan;
    crm4e_value *values;
} keep_call;

const c4_sql_dialect c4_sqlite_dialect = {
    .integer = "INTEGER",
    .text = "TEXT",
    .blob = "BLOB",
    .table_end = " STRICT",
    .touch = "SELECT 1 FROM sqlite_schema LIMIT 0",
    .index_hint = true,
    .id_behind = true,
    .fold = "crm4e_fold",
    .in_set = "crm4e_in_set",
    .in_list = "crm4e_in_list",
    .starts = "crm4e_starts",
    .ends = "crm4e_ends",
    .contains = "crm4e_contains",
    .keep = "crm4e_keep",
};

/* The code reaches the caller through the connection: SQLite knows no others. */
static void fail(sqlite3_context *context, int code)
{
    c4_connection *connection = sqlite3_user_data(context);
    connection->failed = code == 0 ? C4_SQLITE_UNKNOWN : code;
    sqlite3_result_error_code(context, SQLITE_ERROR);
}

static bool value_of(sqlite3_context *context, sqlite3_value *from, crm4e_value *to)
{
    int rc = c4_value_of(from, to);
    if (rc != CRM4E_OK)
        fail(context, rc);
    return rc == CRM4E_OK;
}

static int32_t fold_into(sqlite3_context *context, const crm4e_value *text, char *out,
                         size_t capacity, size_t *needed)
{
    const c4_connection *connection = sqlite3_user_data(context);
    const crm4e_storage_host *host = connection->storage->host;
    return host->fold(host->fold_user, text->data, text->length, out, capacity, needed);
}

static void fold_long(sqlite3_context *context, const crm4e_value *text, size_t needed)
{
    const c4_connection *connection = sqlite3_user_data(context);
    size_t again = 0;
    char *out = c4_alloc(connection->mem, needed);
    int32_t rc = out == NULL ? CRM4E_E_NO_MEMORY : fold_into(context, text, out, needed, &again);
    if (rc != CRM4E_CONTINUE)
        fail(context, rc);
    else if (again > needed)
        fail(context, CRM4E_E_CALLBACK);
    else
        sqlite3_result_text64(context, out, again, SQLITE_TRANSIENT, SQLITE_UTF8);
    c4_free(connection->mem, out);
}

static void fold(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    char room[FOLD_ROOM];
    size_t needed = 0;
    crm4e_value text;
    int32_t rc;
    (void)count;
    if (!value_of(context, arguments[0], &text))
        return;
    if (text.type != CRM4E_VALUE_TEXT) {
        sqlite3_result_value(context, arguments[0]);
        return;
    }
    rc = fold_into(context, &text, room, sizeof(room), &needed);
    if (rc != CRM4E_CONTINUE)
        fail(context, rc);
    else if (needed > sizeof(room))
        fold_long(context, &text, needed);
    else
        sqlite3_result_text64(context, room, needed, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static bool set_has(const integer_set *set, int64_t number)
{
    size_t low = 0;
    size_t high = set->count;
    uint64_t at = (uint64_t)number - (uint64_t)set->members[0]; /* below the first: huge */
    if (set->map != NULL)
        return at < set->map_size && set->map[at] != 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->members[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->members[low] == number;
}

static void in_set(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const integer_set *set = sqlite3_value_pointer(arguments[1], set_type);
    int type = sqlite3_value_type(arguments[0]);
    (void)count;
    if (set == NULL)
        fail(context, C4_SQLITE_UNKNOWN);
    else if (type != SQLITE_NULL)
        sqlite3_result_int(context, type == SQLITE_INTEGER &&
                                        set_has(set, sqlite3_value_int64(arguments[0])));
}

static void in_list(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const value_list *list = sqlite3_value_pointer(arguments[1], list_type);
    crm4e_value value;
    size_t low = 0;
    size_t high;
    (void)count;
    if (list == NULL)
        fail(context, C4_SQLITE_UNKNOWN);
    if (list == NULL || !value_of(context, arguments[0], &value) || value.type == CRM4E_VALUE_NULL)
        return;
    high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c4_value_order(&list->members[middle], &value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < list->count && c4_value_order(&list->members[low], &value) == 0)
        sqlite3_result_int(context, 1);
    else if (list->members[0].type != CRM4E_VALUE_NULL)
        sqlite3_result_int(context, 0);
}

static bool text_starts(const crm4e_value *text, const crm4e_value *part)
{
    return part->length <= text->length && memcmp(text->data, part->data, part->length) == 0;
}

static bool text_ends(const crm4e_value *text, const crm4e_value *part)
{
    return part->length <= text->length &&
           memcmp((const char *)text->data + text->length - part->length, part->data,
                  part->length) == 0;
}

static bool text_contains(const crm4e_value *text, const crm4e_value *part)
{
    const char *at = text->data;
    const char *end = at + text->length;
    const char *wanted = part->data;
    bool found = part->length == 0;
    while (!found && (size_t)(end - at) >= part->length) {
        at = memchr(at, wanted[0], (size_t)(end - at) - part->length + 1);
        if (at == NULL)
            break;
        found = memcmp(at, wanted, part->length) == 0;
        at++;
    }
    return found;
}

static void test_part(sqlite3_context *context, sqlite3_value **arguments,
                      bool (*test)(const crm4e_value *text, const crm4e_value *part))
{
    crm4e_value text;
    crm4e_value part;
    if (!value_of(context, arguments[0], &text) || !value_of(context, arguments[1], &part))
        return;
    if (text.type != CRM4E_VALUE_NULL && part.type != CRM4E_VALUE_NULL)
        sqlite3_result_int(context, text.type == CRM4E_VALUE_TEXT &&
                                        part.type == CRM4E_VALUE_TEXT && test(&text, &part));
}

static void starts(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_part(context, arguments, text_starts);
}

static void ends(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_part(context, arguments, text_ends);
}

static void contains(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    test_part(context, arguments, text_contains);
}

static void keep(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const keep_call *call = sqlite3_value_pointer(arguments[0], keep_type);
    size_t values = (size_t)count - 1;
    bool read = call != NULL && values == call->plan->keep_column_count;
    int32_t answer;
    if (!read)
        fail(context, C4_SQLITE_UNKNOWN);
    for (size_t i = 0; i < values && read; i++)
        read = value_of(context, arguments[i + 1], &call->values[i]);
    if (!read)
        return;
    answer = call->plan->keep(call->plan->keep_user, call->values, values);
    if (answer == CRM4E_CONTINUE || answer == CRM4E_PASSTHROUGH)
        sqlite3_result_int(context, answer == CRM4E_CONTINUE);
    else
        fail(context, answer > 0 ? CRM4E_E_CALLBACK : answer);
}

typedef struct function {
    const char *name;
    void (*call)(sqlite3_context *context, int count, sqlite3_value **arguments);
    int arguments;
    int flags;
} function;

#define PURE (SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC)

static const function functions[] = {
    {"crm4e_fold", fold, 1, PURE},
    {"crm4e_in_set", in_set, 2, PURE},
    {"crm4e_in_list", in_list, 2, PURE},
    {"crm4e_starts", starts, 2, PURE},
    {"crm4e_ends", ends, 2, PURE},
    {"crm4e_contains", contains, 2, PURE},
    {"crm4e_keep", keep, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY},
};

int c4_functions_register(c4_connection *connection)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]) && rc == SQLITE_OK; i++)
        rc = sqlite3_create_function_v2(connection->db, functions[i].name, functions[i].arguments,
                                        functions[i].flags, connection, functions[i].call, NULL,
                                        NULL, NULL);
    return c4_sqlite_code(connection, rc);
}

void c4_functions_remove(c4_connection *connection)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        (void)sqlite3_create_function_v2(connection->db, functions[i].name, functions[i].arguments,
                                         SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
}

/* A byte per number from the first member to the last, when they lie close. */
static bool map_set(integer_set *set, c4_arena *arena)
{
    uint64_t span = (uint64_t)set->members[set->count - 1] - (uint64_t)set->members[0];
    uint8_t *map;
    if (span >= MAP_BYTES_MOST || span / MAP_BYTES_PER_MEMBER > set->count)
        return true;
    map = c4_arena_array(arena, (size_t)span + 1, 1);
    for (size_t i = 0; i < set->count && map != NULL; i++)
        map[(uint64_t)set->members[i] - (uint64_t)set->members[0]] = 1;
    set->map = map;
    set->map_size = span + 1;
    return map != NULL;
}

static int bind_set(sqlite3_stmt *stmt, int at, const c4_sql_binding *binding, c4_arena *arena)
{
    integer_set *set = c4_arena_array(arena, 1, sizeof(*set));
    if (set == NULL)
        return SQLITE_NOMEM;
    set->members = binding->set;
    set->count = binding->count;
    return map_set(set, arena) ? sqlite3_bind_pointer(stmt, at, set, set_type, NULL) : SQLITE_NOMEM;
}

static int compare_values(const void *a, const void *b)
{
    return c4_value_order(a, b);
}

static int bind_list(sqlite3_stmt *stmt, int at, const c4_sql_binding *binding, c4_arena *arena)
{
    value_list *list = c4_arena_array(arena, 1, sizeof(*list));
    crm4e_value *members = c4_arena_array(arena, binding->count, sizeof(*members));
    if (list == NULL || members == NULL)
        return SQLITE_NOMEM;
    memcpy(members, binding->value, binding->count * sizeof(*members));
    qsort(members, binding->count, sizeof(*members), compare_values);
    list->members = members;
    list->count = binding->count;
    return sqlite3_bind_pointer(stmt, at, list, list_type, NULL);
}

static int bind_keep(sqlite3_stmt *stmt, int at, const crm4e_plan *plan, c4_arena *arena)
{
    keep_call *call = c4_arena_array(arena, 1, sizeof(*call));
    if (call == NULL)
        return SQLITE_NOMEM;
    call->plan = plan;
    call->values = c4_arena_array(arena, plan->keep_column_count, sizeof(*call->values));
    return call->values == NULL ? SQLITE_NOMEM
                                : sqlite3_bind_pointer(stmt, at, call, keep_type, NULL);
}

/* UTF-8 has no byte 0xff, so the last byte can always grow by one. */
static int bind_successor(sqlite3_stmt *stmt, int at, const crm4e_value *text, c4_arena *arena)
{
    char *next = c4_arena_copy(arena, text->data, text->length);
    if (next == NULL)
        return SQLITE_NOMEM;
    next[text->length - 1] = (char)((unsigned char)next[text->length - 1] + 1U);
    return sqlite3_bind_text64(stmt, at, next, text->length, SQLITE_STATIC, SQLITE_UTF8);
}

int c4_bind_binding(c4_connection *connection, sqlite3_stmt *stmt, int at,
                    const c4_sql_binding *binding, const crm4e_plan *plan, c4_arena *arena)
{
    int rc = SQLITE_OK;
    switch (binding->kind) {
    case C4_SQL_VALUE: return c4_bind_value(connection, stmt, at, binding->value);
    case C4_SQL_SUCCESSOR: rc = bind_successor(stmt, at, binding->value, arena); break;
    case C4_SQL_INTEGER: rc = sqlite3_bind_int64(stmt, at, binding->integer); break;
    case C4_SQL_SET: rc = bind_set(stmt, at, binding, arena); break;
    case C4_SQL_LIST: rc = bind_list(stmt, at, binding, arena); break;
    case C4_SQL_KEEP: rc = bind_keep(stmt, at, plan, arena); break;
    case C4_SQL_RANGE: break;
    }
    return c4_sqlite_code(connection, rc);
}
