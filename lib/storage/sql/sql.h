/* SPDX-License-Identifier: MIT */
/*
 * Writes the text of statements. Identifiers are those the library generated,
 * checked and quoted; every value is a parameter, listed in `bindings` in the
 * order in which the text names them. A failure stays in `code`.
 */
#ifndef C4_SQL_H
#define C4_SQL_H

#include "base/buffer.h"
#include <crm4e/sys/storage.h>

/* What engines write differently. */
typedef struct c4_sql_dialect {
    const char *integer, *text, *blob; /* types of columns */
    const char *table_end;             /* after the list of columns */
    const char *touch;                 /* reads nothing, but takes the snapshot */
    bool index_hint;                   /* knows INDEXED BY */
    bool id_behind;                    /* what an index walks is in order of ids, unasked */
    /* functions: (text), (column, set), (column, list), (text, part), (keep, columns...) */
    const char *fold, *in_set, *in_list, *starts, *ends, *contains, *keep;
} c4_sql_dialect;

typedef enum c4_sql_kind {
    C4_SQL_VALUE,     /* value[0] */
    C4_SQL_SUCCESSOR, /* the least text after all that start with value[0] */
    C4_SQL_INTEGER,   /* integer */
    C4_SQL_SET,       /* set, count */
    C4_SQL_LIST,      /* value, count */
    C4_SQL_KEEP,      /* the plan's keep */
    C4_SQL_RANGE      /* one of the plan's ranges, bound anew for each */
} c4_sql_kind;

typedef struct c4_sql_binding {
    c4_sql_kind kind;
    const crm4e_value *value;
    const int64_t *set;
    size_t count;
    int64_t integer;
} c4_sql_binding;

typedef struct c4_sql {
    const c4_mem *mem;
    const c4_sql_dialect *dialect;
    c4_buffer text;
    c4_sql_binding *bindings;
    size_t count;
    size_t capacity;
    int code;
} c4_sql;

void c4_sql_init(c4_sql *sql, const c4_mem *mem, const c4_sql_dialect *dialect);
void c4_sql_reset(c4_sql *sql); /* empties it, keeps the memory */
void c4_sql_free(c4_sql *sql);
/* CRM4E_OK, or the first failure. */
int c4_sql_code(const c4_sql *sql);

/* Tables are named crm4e_NAME, indexes crm4e__NAME: names start with a letter,
 * so neither meets the other, nor the tables of a host, nor crm4e_0... */
#define C4_SQL_PREFIX "crm4e_"

void c4_sql_text(c4_sql *sql, const char *text);
void c4_sql_table(c4_sql *sql, const crm4e_table *table);
void c4_sql_column(c4_sql *sql, const crm4e_table *table, uint32_t column);
void c4_sql_index(c4_sql *sql, const crm4e_index *index);
void c4_sql_bind(c4_sql *sql, const c4_sql_binding *binding); /* writes the parameter, too */
void c4_sql_bind_integer(c4_sql *sql, int64_t number);

void c4_sql_create_table(c4_sql *sql, const crm4e_table *table);
void c4_sql_add_column(c4_sql *sql, const crm4e_table *table); /* the last one */
void c4_sql_drop_table(c4_sql *sql, const crm4e_table *table);
void c4_sql_create_index(c4_sql *sql, const crm4e_table *table, size_t index);
void c4_sql_drop_index(c4_sql *sql, const crm4e_table *table, size_t index);

/* Parameters: the values in order, then the id. They are not in `bindings`. */
void c4_sql_insert(c4_sql *sql, const crm4e_table *table);
/* Several rows; a failure leaves those before it and not the others. */
void c4_sql_insert_many(c4_sql *sql, const crm4e_table *table, size_t rows);
void c4_sql_update(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count);
void c4_sql_remove(c4_sql *sql, const crm4e_table *table);
void c4_sql_get(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count);
/* Parameters: the id to start after, the most rows. Gives the id, then the columns. */
void c4_sql_scan(c4_sql *sql, const crm4e_table *table, const uint32_t *columns, size_t count);

enum {
    C4_SQL_PER_RANGE = 1 /* one range at a time; the order's values follow the columns */
};
void c4_sql_select(c4_sql *sql, const crm4e_plan *plan, unsigned flags);
/* The order the plan asks for, also when it names none; at least one term. */
crm4e_order c4_sql_order(const crm4e_plan *plan, size_t term);
size_t c4_sql_order_count(const crm4e_plan *plan);
/* CRM4E_HANDLES_*: what c4_sql_select() can express of the plan. */
uint32_t c4_sql_handles(const crm4e_plan *plan);

void c4_sql_where(c4_sql *sql, const crm4e_table *table, const crm4e_predicate *where);
/* "column is in the set", as the ranges of an index that the statement names. */
void c4_sql_ranges(c4_sql *sql, const crm4e_table *table, const crm4e_predicate *set);
/* Levels of parentheses of a predicate, counted up to a limit. */
unsigned c4_sql_depth(const crm4e_predicate *where);

#endif
