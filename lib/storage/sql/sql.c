/* SPDX-License-Identifier: MIT */
#include "storage/sql/sql.h"

enum {
    TEXT_CEILING = 1 << 20,
    NAME_MAXIMUM = 63
};

void c4_sql_init(c4_sql *sql, const c4_mem *mem, const c4_sql_dialect *dialect)
{
    *sql = (c4_sql){.mem = mem, .dialect = dialect};
    c4_buffer_init(&sql->text, mem, TEXT_CEILING);
}

void c4_sql_reset(c4_sql *sql)
{
    c4_buffer_reset(&sql->text);
    sql->count = 0;
    sql->code = CRM4E_OK;
}

void c4_sql_free(c4_sql *sql)
{
    c4_buffer_free(&sql->text);
    c4_free(sql->mem, sql->bindings);
    sql->bindings = NULL;
    sql->count = 0;
    sql->capacity = 0;
}

int c4_sql_code(const c4_sql *sql)
{
    int code = sql->code != CRM4E_OK ? sql->code : sql->text.code;
    return code == CRM4E_E_TOO_BIG ? CRM4E_E_UNSUPPORTED : code;
}

void c4_sql_text(c4_sql *sql, const char *text)
{
    c4_buffer_text(&sql->text, text);
}

/* Whatever hands us a name: [a-z][a-z0-9_]*, or nothing is written. */
static bool well_named(const char *name)
{
    bool well = name != NULL && name[0] >= 'a' && name[0] <= 'z';
    size_t length = 0;
    while (well && name[length] != '\0') {
        char c = name[length++];
        well = length <= NAME_MAXIMUM &&
               ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
    return well;
}

static void identifier(c4_sql *sql, const char *prefix, const char *name)
{
    if (!well_named(name)) {
        sql->code = CRM4E_E_UNSUPPORTED;
        return;
    }
    c4_buffer_char(&sql->text, '"');
    c4_buffer_text(&sql->text, prefix);
    c4_buffer_text(&sql->text, name);
    c4_buffer_char(&sql->text, '"');
}

void c4_sql_table(c4_sql *sql, const crm4e_table *table)
{
    identifier(sql, C4_SQL_PREFIX, table->name);
}

void c4_sql_index(c4_sql *sql, const crm4e_index *index)
{
    identifier(sql, C4_SQL_PREFIX "_", index->name);
}

void c4_sql_column(c4_sql *sql, const crm4e_table *table, uint32_t column)
{
    if (column < table->column_count)
        identifier(sql, "", table->columns[column].name);
    else
        sql->code = CRM4E_E_UNSUPPORTED;
}

void c4_sql_bind(c4_sql *sql, const c4_sql_binding *binding)
{
    void *bindings = sql->bindings;
    int rc = c4_grow(sql->mem, &bindings, &sql->capacity, sql->count + 1, sizeof(*binding));
    sql->bindings = bindings;
    if (rc == CRM4E_OK)
        sql->bindings[sql->count++] = *binding;
    else
        sql->code = rc;
    c4_sql_text(sql, "?");
}

void c4_sql_bind_integer(c4_sql *sql, int64_t number)
{
    c4_sql_binding binding = {.kind = C4_SQL_INTEGER, .integer = number};
    c4_sql_bind(sql, &binding);
}
