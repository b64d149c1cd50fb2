/* SPDX-License-Identifier: MIT */
/* Statements about one table: its shape, single rows, scans. */
#include "storage/sql/sql.h"

static const char *type_of(const c4_sql *sql, const crm4e_column *column)
{
    const char *type = sql->dialect->integer;
    if (column->type == CRM4E_COLUMN_TEXT)
        type = sql->dialect->text;
    else if (column->type == CRM4E_COLUMN_BLOB)
        type = sql->dialect->blob;
    return type;
}

static void definition(c4_sql *sql, const crm4e_table *table, uint32_t column)
{
    c4_sql_column(sql, table, column);
    c4_sql_text(sql, " ");
    c4_sql_text(sql, type_of(sql, &table->columns[column]));
}

void c4_sql_create_table(c4_sql *sql, const crm4e_table *table)
{
    c4_sql_text(sql, "CREATE TABLE ");
    c4_sql_table(sql, table);
    for (uint32_t i = 0; i < table->column_count; i++) {
        c4_sql_text(sql, i == 0 ? " (" : ", ");
        definition(sql, table, i);
        if (i == 0)
            c4_sql_text(sql, " PRIMARY KEY");
        else if ((table->columns[i].flags & CRM4E_COLUMN_REQUIRED) != 0)
            c4_sql_text(sql, " NOT NULL");
    }
    c4_sql_text(sql, ")");
    c4_sql_text(sql, sql->dialect->table_end);
}

/* Never NOT NULL: the rows that are there get NULL. */
void c4_sql_add_column(c4_sql *sql, const crm4e_table *table)
{
    c4_sql_text(sql, "ALTER TABLE ");
    c4_sql_table(sql, table);
    c4_sql_text(sql, " ADD COLUMN ");
    definition(sql, table, (uint32_t)table->column_count - 1);
}

void c4_sql_drop_table(c4_sql *sql, const crm4e_table *table)
{
    c4_sql_text(sql, "DROP TABLE ");
    c4_sql_table(sql, table);
}

/* Without the id at their end where the engine has it behind them all the same. */
static size_t indexed_columns(const c4_sql *sql, const crm4e_index *index)
{
    const bool behind = sql->dialect->id_behind && index->column_count > 1 &&
                        index->columns[index->column_count - 1] == 0 &&
                        (index->flags & CRM4E_INDEX_UNIQUE) == 0;
    return behind ? index->column_count - 1 : index->column_count;
}

void c4_sql_create_index(c4_sql *sql, const crm4e_table *table, size_t index)
{
    const crm4e_index *made = &table->indexes[index];
    const size_t count = indexed_columns(sql, made);
    c4_sql_text(sql,
                (made->flags & CRM4E_INDEX_UNIQUE) != 0 ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    c4_sql_index(sql, made);
    c4_sql_text(sql, " ON ");
    c4_sql_table(sql, table);
    for (size_t i = 0; i < count; i++) {
        c4_sql_text(sql, i == 0 ? " (" : ", ");
        c4_sql_column(sql, table, made->columns[i]);
    }
    c4_sql_text(sql, ")");
}

void c4_sql_drop_index(c4_sql *sql, const crm4e_table *table, size_t index)
{
    c4_sql_text(sql, "DROP INDEX ");
    c4_sql_index(sql, &table->indexes[index]);
}

static void insert(c4_sql *sql, const char *verb, const crm4e_table *table, size_t rows)
{
    c4_sql_text(sql, verb);
    c4_sql_table(sql, table);
    for (uint32_t i = 0; i < table->column_count; i++) {
        c4_sql_text(sql, i == 0 ? " (" : ", ");
        c4_sql_column(sql, table, i);
    }
    for (size_t row = 0; row < rows; row++) {
        c4_sql_text(sql, row == 0 ? ") VALUES (?" : ",(?");
        for (size_t i = 1; i < table->column_count; i++)
            c4_sql_text(sql, ",?");
        c4_sql_text(sql, ")");
    }
}

void c4_sql_insert(c4_sql *sql, const crm4e_table *table)
{
    insert(sql, "INSERT INTO ", table, 1);
}

void c4_sql_insert_many(c4_sql *sql, const crm4e_table *table, size_t rows)
{
    insert(sql, "INSERT OR FAIL INTO ", table, rows);
}

static void where_id(c4_sql *sql, const crm4e_table *table)
{
    c4_sql_text(sql, " WHERE ");
    c4_sql_column(sql, table, 0);
    c4_sql_text(sql, " = ?");
}

void c4_sql_update(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count)
{
    c4_sql_text(sql, "UPDATE ");
    c4_sql_table(sql, table);
    for (size_t i = 0; i < count; i++) {
        c4_sql_text(sql, i == 0 ? " SET " : ", ");
        c4_sql_column(sql, table, columns[i]);
        c4_sql_text(sql, " = ?");
    }
    where_id(sql, table);
}

void c4_sql_remove(c4_sql *sql, const crm4e_table *table)
{
    c4_sql_text(sql, "DELETE FROM ");
    c4_sql_table(sql, table);
    where_id(sql, table);
}

/* Without columns it still tells whether the row is there. */
void c4_sql_get(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count)
{
    c4_sql_text(sql, count == 0 ? "SELECT 1" : "SELECT ");
    for (size_t i = 0; i < count; i++) {
        c4_sql_text(sql, i == 0 ? "" : ", ");
        c4_sql_column(sql, table, columns[i]);
    }
    c4_sql_text(sql, " FROM ");
    c4_sql_table(sql, table);
    where_id(sql, table);
}

void c4_sql_scan(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count)
{
    c4_sql_text(sql, "SELECT ");
    c4_sql_column(sql, table, 0);
    for (size_t i = 0; i < count; i++) {
        c4_sql_text(sql, ", ");
        c4_sql_column(sql, table, columns[i]);
    }
    c4_sql_text(sql, " FROM ");
    c4_sql_table(sql, table);
    c4_sql_text(sql, " WHERE ");
    c4_sql_column(sql, table, 0);
    c4_sql_text(sql, " > ? ORDER BY ");
    c4_sql_column(sql, table, 0);
    c4_sql_text(sql, " LIMIT ?");
}
