/* SPDX-License-Identifier: MIT */
/* A CSV file of the data directory, whole. */
#ifndef TEST_TABLE_H
#define TEST_TABLE_H

#include "data.h"

typedef struct table {
    char **cells; /* row by row; the header is row 0 */
    size_t rows;
    size_t columns;
} table;

table table_read(const char *file);
void table_free(table *t);
/* Row from 1. */
const char *table_cell(const table *t, size_t row, const char *column);
/* The row whose cell in `column` is this; 0: none. */
size_t table_find(const table *t, const char *column, const char *value);

/* Imports CSV text; the report must say so many rows. */
void table_import(host *h, const char *module, const char *text, size_t rows);

#endif
