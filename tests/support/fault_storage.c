/* SPDX-License-Identifier: MIT */
#include "support/fault_storage.h"

#include <crm4e/errors.h>

#include <stdlib.h>
#include <string.h>

/* A storage, connection or cursor of the inner storage with its wrapper. */
typedef struct wrapped {
    fault_storage *fault;
    void *inner;
    bool failing;         /* the call under way will be reported as failed */
    int64_t last_integer; /* of a cursor's last row, for FAULT_ONE_MORE */
} wrapped;

static wrapped *wrap(fault_storage *fault)
{
    wrapped *w = calloc(1, sizeof(*w));
    if (w != NULL)
        w->fault = fault;
    return w;
}

/* True when this call of `method` is one that fails. */
static bool due(fault_storage *fault, fault_method method)
{
    bool is_due = false;
    if (fault->fail_at != 0)
        atomic_fetch_add(&fault->each[method], 1);
    if (fault->fail_at != 0 && (fault->method == FAULT_ANY || fault->method == method)) {
        size_t call = atomic_fetch_add(&fault->calls, 1) + 1;
        is_due = call == fault->fail_at || (fault->fail_on && call > fault->fail_at);
    }
    if (is_due) {
        fault->hit_method = method;
        atomic_store(&fault->hit, true);
    }
    return is_due;
}

static bool fails(fault_storage *fault, fault_method method)
{
    return fault->garbage == FAULT_NO_GARBAGE && due(fault, method);
}

/* True when the call is answered without being carried out. */
static bool refuses(wrapped *w, fault_method method)
{
    bool failing = fails(w->fault, method);
    w->failing = failing && w->fault->done_first;
    return failing && !w->failing;
}

static int32_t answer_of(wrapped *w, int32_t inner)
{
    int32_t answer = w->failing ? w->fault->answer : inner;
    w->failing = false;
    return answer;
}

static int32_t fault_open(void **out, void *user, const crm4e_storage_host *host)
{
    fault_storage *fault = user;
    wrapped *w = wrap(fault);
    int32_t answer = CRM4E_E_NO_MEMORY;
    if (w != NULL)
        answer = fault->inner->open(&w->inner, fault->inner_user, host);
    if (answer == CRM4E_CONTINUE)
        *out = w;
    else
        free(w);
    return answer;
}

static int32_t fault_close(void *storage)
{
    wrapped *w = storage;
    int32_t answer = w->fault->inner->close(w->inner);
    free(w);
    return answer;
}

static int32_t fault_org_create(void *storage, crm4e_id org)
{
    wrapped *w = storage;
    return refuses(w, FAULT_ORG_CREATE) ? w->fault->answer
                                        : answer_of(w, w->fault->inner->org_create(w->inner, org));
}

static int32_t fault_org_publish(void *storage, crm4e_id org, const char *name)
{
    wrapped *w = storage;
    return refuses(w, FAULT_ORG_PUBLISH)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->org_publish(w->inner, org, name));
}

static int32_t fault_org_find(void *storage, const char *name, crm4e_id *org)
{
    wrapped *w = storage;
    return refuses(w, FAULT_ORG_FIND)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->org_find(w->inner, name, org));
}

static int32_t fault_org_list(void *storage, crm4e_org_visitor visit, void *user)
{
    wrapped *w = storage;
    return refuses(w, FAULT_ORG_LIST)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->org_list(w->inner, visit, user));
}

static int32_t fault_connect(void **out, void *storage, const crm4e_connect_request *request)
{
    wrapped *s = storage;
    wrapped *w;
    int32_t answer = CRM4E_E_NO_MEMORY;
    if (fails(s->fault, FAULT_CONNECT))
        return s->fault->answer;
    w = wrap(s->fault);
    if (w != NULL)
        answer = s->fault->inner->connect(&w->inner, s->inner, request);
    if (answer == CRM4E_CONTINUE)
        *out = w;
    else
        free(w);
    return answer;
}

/* What ends something is carried out even when it is reported as failed. */
static int32_t end(wrapped *w, fault_method method, int32_t (*inner)(void *))
{
    bool failing = fails(w->fault, method);
    int32_t answer = inner(w->inner);
    return failing ? w->fault->answer : answer;
}

static int32_t fault_disconnect(void *connection)
{
    wrapped *w = connection;
    int32_t answer = end(w, FAULT_DISCONNECT, w->fault->inner->disconnect);
    free(w);
    return answer;
}

static int32_t fault_begin(void *connection, uint32_t mode)
{
    wrapped *w = connection;
    return refuses(w, FAULT_BEGIN) ? w->fault->answer
                                   : answer_of(w, w->fault->inner->begin(w->inner, mode));
}

static int32_t fault_commit(void *connection)
{
    wrapped *w = connection;
    return refuses(w, FAULT_COMMIT) ? w->fault->answer
                                    : answer_of(w, w->fault->inner->commit(w->inner));
}

static int32_t fault_rollback(void *connection)
{
    wrapped *w = connection;
    return end(w, FAULT_ROLLBACK, w->fault->inner->rollback);
}

static int32_t fault_savepoint(void *connection, uint32_t depth)
{
    wrapped *w = connection;
    return refuses(w, FAULT_SAVEPOINT) ? w->fault->answer
                                       : answer_of(w, w->fault->inner->savepoint(w->inner, depth));
}

static int32_t fault_release(void *connection, uint32_t depth)
{
    wrapped *w = connection;
    return refuses(w, FAULT_RELEASE) ? w->fault->answer
                                     : answer_of(w, w->fault->inner->release(w->inner, depth));
}

static int32_t fault_rollback_to(void *connection, uint32_t depth)
{
    wrapped *w = connection;
    return refuses(w, FAULT_ROLLBACK_TO)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->rollback_to(w->inner, depth));
}

static int32_t fault_get_version(void *connection, int64_t *version)
{
    wrapped *w = connection;
    return refuses(w, FAULT_GET_VERSION)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->get_version(w->inner, version));
}

static int32_t fault_set_version(void *connection, int64_t version)
{
    wrapped *w = connection;
    return refuses(w, FAULT_SET_VERSION)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->set_version(w->inner, version));
}

static int32_t fault_table_create(void *connection, const crm4e_table *table)
{
    wrapped *w = connection;
    return refuses(w, FAULT_TABLE_CREATE)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->table_create(w->inner, table));
}

static int32_t fault_column_add(void *connection, const crm4e_table *table)
{
    wrapped *w = connection;
    return refuses(w, FAULT_COLUMN_ADD)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->column_add(w->inner, table));
}

static int32_t fault_table_drop(void *connection, const crm4e_table *table)
{
    wrapped *w = connection;
    return refuses(w, FAULT_TABLE_DROP)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->table_drop(w->inner, table));
}

static int32_t fault_index_create(void *connection, const crm4e_table *table, size_t index)
{
    wrapped *w = connection;
    return refuses(w, FAULT_INDEX_CREATE)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->index_create(w->inner, table, index));
}

static int32_t fault_index_drop(void *connection, const crm4e_table *table, size_t index)
{
    wrapped *w = connection;
    return refuses(w, FAULT_INDEX_DROP)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->index_drop(w->inner, table, index));
}

static int32_t fault_insert(void *connection, const crm4e_table *table, const crm4e_value *values,
                            size_t count)
{
    wrapped *w = connection;
    return refuses(w, FAULT_INSERT)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->insert(w->inner, table, values, count));
}

static int32_t fault_update(void *connection, const crm4e_table *table, crm4e_id id,
                            const uint32_t *columns, const crm4e_value *values, size_t count)
{
    wrapped *w = connection;
    return refuses(w, FAULT_UPDATE)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->update(w->inner, table, id, columns, values, count));
}

static int32_t fault_remove(void *connection, const crm4e_table *table, crm4e_id id)
{
    wrapped *w = connection;
    return refuses(w, FAULT_REMOVE) ? w->fault->answer
                                    : answer_of(w, w->fault->inner->remove(w->inner, table, id));
}

static void set_integers(crm4e_value *values, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == CRM4E_VALUE_INTEGER)
            values[i].integer = number;
    }
}

static void set_texts(crm4e_value *values, size_t count, const char *text, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == CRM4E_VALUE_TEXT) {
            values[i].data = text;
            values[i].length = length;
        }
    }
}

static void swap_types(crm4e_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == CRM4E_VALUE_INTEGER)
            values[i] = (crm4e_value){.type = CRM4E_VALUE_TEXT, .data = "x", .length = 1};
        else if (values[i].type != CRM4E_VALUE_NULL)
            values[i] = (crm4e_value){.type = CRM4E_VALUE_INTEGER, .integer = 1};
    }
}

static void spoil(fault_garbage garbage, crm4e_value *values, size_t count)
{
    switch (garbage) {
    case FAULT_WRONG_TYPE: swap_types(values, count); break;
    case FAULT_UNKNOWN_TYPE:
        for (size_t i = 0; i < count; i++)
            values[i].type = 4711;
        break;
    case FAULT_NULL_ID: memset(values, 0, count * sizeof(*values)); break;
    case FAULT_NEGATIVE_ID: set_integers(values, count, -1); break;
    case FAULT_HUGE_ID: set_integers(values, count, INT64_C(1) << 53); break;
    case FAULT_NULL_DATA: set_texts(values, count, NULL, 5); break;
    case FAULT_BAD_UTF8: set_texts(values, count, "abcdefgh\xc3", 9); break;
    case FAULT_NUL_IN_TEXT: set_texts(values, count, "abcdefg\0ijk", 11); break;
    case FAULT_TOO_LONG: set_texts(values, count, "", SIZE_MAX); break;
    case FAULT_SMALL_ID: set_integers(values, count, 1); break;
    case FAULT_ONE_MORE:
    case FAULT_NO_GARBAGE: break;
    }
}

static int32_t fault_get(void *connection, const crm4e_table *table, crm4e_id id,
                         const uint32_t *columns, crm4e_value *values, size_t count)
{
    wrapped *w = connection;
    fault_storage *fault = w->fault;
    bool is_due = due(fault, FAULT_GET);
    int32_t answer;
    if (is_due && fault->garbage == FAULT_NO_GARBAGE)
        return fault->answer;
    answer = fault->inner->get(w->inner, table, id, columns, values, count);
    if (is_due && answer == CRM4E_CONTINUE)
        spoil(fault->garbage, values, count);
    return answer;
}

static int32_t fault_handles(void *connection, const crm4e_plan *plan, uint32_t *parts)
{
    wrapped *w = connection;
    return refuses(w, FAULT_HANDLES)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->handles(w->inner, plan, parts));
}

static int32_t fault_select(void **out, void *connection, const crm4e_plan *plan)
{
    wrapped *c = connection;
    wrapped *w;
    int32_t answer = CRM4E_E_NO_MEMORY;
    if (fails(c->fault, FAULT_SELECT))
        return c->fault->answer;
    w = wrap(c->fault);
    if (w != NULL)
        answer = c->fault->inner->select(&w->inner, c->inner, plan);
    if (answer == CRM4E_CONTINUE)
        *out = w;
    else
        free(w);
    return answer;
}

static int32_t fault_next(void *cursor, crm4e_value *values, size_t count)
{
    wrapped *w = cursor;
    fault_storage *fault = w->fault;
    bool lies = fault->garbage != FAULT_NO_GARBAGE;
    int32_t answer;
    if (fails(fault, FAULT_NEXT))
        return fault->answer;
    answer = fault->inner->next(w->inner, values, count);
    if (lies && fault->garbage == FAULT_ONE_MORE && answer == CRM4E_DONE &&
        due(fault, FAULT_NEXT)) {
        for (size_t i = 0; i < count; i++)
            values[i] = (crm4e_value){.type = CRM4E_VALUE_INTEGER, .integer = w->last_integer};
        answer = CRM4E_CONTINUE;
    } else if (lies && fault->garbage != FAULT_ONE_MORE && answer == CRM4E_CONTINUE &&
               due(fault, FAULT_NEXT)) {
        spoil(fault->garbage, values, count);
    } else if (answer == CRM4E_CONTINUE && count > 0) {
        w->last_integer = values[count - 1].integer;
    }
    return answer;
}

static int32_t fault_finish(void *cursor)
{
    wrapped *w = cursor;
    int32_t answer = end(w, FAULT_FINISH, w->fault->inner->finish);
    free(w);
    return answer;
}

static int32_t fault_scan(void *connection, const crm4e_table *table, crm4e_id after,
                          const uint32_t *columns, size_t count, size_t capacity, int64_t *ids,
                          int64_t *const *values, uint8_t *const *nulls, size_t *rows)
{
    wrapped *w = connection;
    return refuses(w, FAULT_SCAN)
               ? w->fault->answer
               : answer_of(w, w->fault->inner->scan(w->inner, table, after, columns, count,
                                                    capacity, ids, values, nulls, rows));
}

static int32_t fault_backup(void *connection, const char *path)
{
    wrapped *w = connection;
    return w->fault->inner->backup(w->inner, path);
}

static int32_t fault_check(void *connection, crm4e_problem_visitor report, void *user)
{
    wrapped *w = connection;
    return w->fault->inner->check(w->inner, report, user);
}

static int32_t fault_explain(void *connection, const crm4e_plan *plan, char *text, size_t size)
{
    wrapped *w = connection;
    return w->fault->inner->explain(w->inner, plan, text, size);
}

#define PASSED_ON(method) (inner->method == NULL ? NULL : fault_##method)

void fault_storage_init(fault_storage *fault, const crm4e_storage_methods *inner, void *inner_user)
{
    memset(fault, 0, sizeof(*fault));
    fault->inner = inner;
    fault->inner_user = inner_user;
    fault->methods = (crm4e_storage_methods){
        .struct_size = sizeof(fault->methods),
        .open = fault_open,
        .close = fault_close,
        .org_create = PASSED_ON(org_create),
        .org_publish = PASSED_ON(org_publish),
        .org_find = PASSED_ON(org_find),
        .org_list = PASSED_ON(org_list),
        .connect = fault_connect,
        .disconnect = fault_disconnect,
        .begin = fault_begin,
        .commit = fault_commit,
        .rollback = PASSED_ON(rollback),
        .savepoint = fault_savepoint,
        .release = PASSED_ON(release),
        .rollback_to = fault_rollback_to,
        .get_version = PASSED_ON(get_version),
        .set_version = PASSED_ON(set_version),
        .table_create = PASSED_ON(table_create),
        .column_add = PASSED_ON(column_add),
        .table_drop = PASSED_ON(table_drop),
        .index_create = PASSED_ON(index_create),
        .index_drop = PASSED_ON(index_drop),
        .insert = fault_insert,
        .update = PASSED_ON(update),
        .remove = fault_remove,
        .get = PASSED_ON(get),
        .handles = PASSED_ON(handles),
        .select = fault_select,
        .next = fault_next,
        .finish = fault_finish,
        .scan = PASSED_ON(scan),
        .backup = PASSED_ON(backup),
        .check = PASSED_ON(check),
        .explain = PASSED_ON(explain),
        .bulk_rows = inner->bulk_rows,
    };
}

crm4e_storage fault_storage_host(fault_storage *fault)
{
    crm4e_storage storage = {sizeof(storage), &fault->methods, fault};
    return storage;
}

void fault_storage_arm(fault_storage *fault, fault_method method, size_t n, bool from_there_on,
                       int32_t answer)
{
    atomic_store(&fault->calls, 0);
    for (size_t i = 0; i < FAULT_METHODS; i++)
        atomic_store(&fault->each[i], 0);
    atomic_store(&fault->hit, false);
    fault->method = method;
    fault->fail_at = n;
    fault->fail_on = from_there_on;
    fault->done_first = false;
    fault->answer = answer;
    fault->garbage = FAULT_NO_GARBAGE;
}

void fault_storage_arm_garbage(fault_storage *fault, fault_method method, size_t n,
                               fault_garbage garbage)
{
    fault_storage_arm(fault, method, n, false, 0);
    fault->garbage = garbage;
}

void fault_storage_disarm(fault_storage *fault)
{
    fault_storage_arm(fault, FAULT_ANY, 0, false, 0);
}
