/* SPDX-License-Identifier: MIT */
/* An import in progress: where its rows come from, where their cells go, and what they
 * say. */
#ifndef C4_IMPORT_INSIDE_H
#define C4_IMPORT_INSIDE_H

#include "base/map.h"
#include "base/zone.h"
#include "transfer/transfer.h"

typedef struct c4_import_dates c4_import_dates;
typedef struct c4_import_numbers c4_import_numbers;

/* A column of the file, or a member of its objects. */
typedef struct c4_import_column {
    const char *header;
    const c4_field *field; /* NULL: left out */
    /* Of a lookup whose cells give no name but the value of this unique field of the other
     * module; else NULL. */
    const c4_field *key;
} c4_import_column;

/* What a row has in a column: text, or a value of JSON. */
typedef struct c4_import_cell {
    size_t column;
    const char *text;
    size_t length;
    const c4_json *json;
} c4_import_cell;

/* A form of file. */
typedef struct c4_row_source {
    int (*open)(c4_import *import, c4_unit *unit); /* up to the first row */
    /* CRM4E_ROW with the cells of the next row, CRM4E_OK at the end; a failure that is the
     * row's own sets `row_failed`. */
    int (*next)(c4_import *import, c4_unit *unit);
    /* The row in hand as one that was refused. */
    void (*put_refused)(const c4_import *import, const crm4e_error *why, c4_buffer *out);
    void (*close)(c4_import *import);
} c4_row_source;
extern const c4_row_source c4_rows_of_csv;
extern const c4_row_source c4_rows_of_json_lines;

struct c4_import {
    const c4_mem *mem;
    const crm4e_import_options *options;
    const c4_row_source *source;
    void *file;     /* the source's */
    c4_arena kept;  /* headers */
    c4_arena setup; /* what was found out in this transaction */
    c4_arena row;   /* scratch of one row */
    c4_buffer scratch;
    const c4_import_dates *dates;
    const c4_import_numbers *numbers;
    c4_json_document map;   /* of columns; without a root: by their own names */
    c4_json_document users; /* of names of users */
    c4_json_document match_fields;
    c4_zone *zone;
    c4_map names;   /* what lookups were found by -> id */
    c4_scope scope; /* to create records */
    const c4_module *module;
    c4_unique_fields matched;
    crm4e_id assignment; /* the rule that chooses owners; 0: none */
    c4_import_column *columns;
    size_t column_count;
    size_t column_room;
    c4_import_cell *cells;
    size_t cell_count;
    size_t cell_room;
    int64_t rows;
    bool row_failed;
    bool refused_any;
    bool bound;    /* columns are mapped as they come */
    c4_unit *unit; /* that gathers words for it; NULL: not yet */
};

/* A column that the file turned out to have; *at its number. It is mapped at once when the
 * import is bound. */
int c4_import_add_column(c4_import *import, c4_unit *unit, const char *header, size_t length,
                         size_t *at);
/* All columns anew, in this snapshot. */
int c4_import_map_columns(c4_import *import, c4_unit *unit);
/* Room for a cell of the row in hand; NULL: no memory. */
c4_import_cell *c4_import_add_cell(c4_import *import);

/* import_bulk.c */
int c4_import_bulk_begin(c4_import *import, c4_unit *unit);
void c4_import_bulk_close(c4_import *import);

/* Chooses the formats that the options name. */
int c4_import_find_formats(c4_import *import, c4_unit *unit);
/* A cell as the value of its field. */
int c4_import_set_cell(c4_import *import, c4_unit *unit, c4_draft *draft,
                       const c4_import_cell *cell);

#endif
