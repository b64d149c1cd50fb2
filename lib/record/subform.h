/* SPDX-License-Identifier: MIT */
/*
 * The rows of a subform. A record keeps them in the column of the field, as JSON:
 * [{"id": 17, "1073741830": 1250, "1073741831": "paper"}], in their order, with the
 * values of the columns by their numbers, as columns of a table would have them. What
 * somebody gives has the same form, but names only what was given: null empties, and a
 * row without an id is a new one.
 */
#ifndef C4_RECORD_SUBFORM_H
#define C4_RECORD_SUBFORM_H

#include "record/inside.h"

typedef struct c4_subrow {
    crm4e_id id;         /* 0: a new one */
    crm4e_value *values; /* by `column` of the columns; [0] is not used */
    bool *given;         /* the same: what the text names */
} c4_subrow;

typedef struct c4_subrows {
    c4_subrow *items;
    size_t count;
} c4_subrows;

/* How many there may be in the field: #CRM4E_SUBFORM_ROWS_MAX, or more in a price book. */
size_t c4_subrows_max(const c4_field *field);
/* Into the arena, with room for what is not named. Values of columns that are gone are
 * left out. CORRUPT, NO_MEMORY; no message. */
int c4_subrows_read(c4_arena *arena, const c4_field *field, const crm4e_value *value,
                    c4_subrows *rows);
/* The same, into the arena of the unit, with the failure told. */
int c4_subrows_load(c4_unit *unit, const c4_field *field, const crm4e_value *value,
                    c4_subrows *rows);
/* The first whose lookup is a record: CRM4E_ROW, or CRM4E_OK when there is none; no others are put
 * into the arena. CORRUPT, NO_MEMORY; no message. */
int c4_subrows_find(c4_arena *arena, const c4_field *field, const crm4e_value *value,
                    const c4_field *lookup, crm4e_id id, c4_subrow *row);
/* A text of them: of what is given, or of what is there. No rows are NULL. TOO_BIG. */
int c4_subrows_write(c4_unit *unit, c4_arena *arena, const c4_field *field, const c4_subrows *rows,
                     bool given, crm4e_value *value);

/* What somebody gives, as an array of objects or its text. */
int c4_subrows_parse(c4_parsing *to, const c4_json *array);
int c4_subrows_parse_text(c4_parsing *to, const char *text, size_t length);
/* What a write gives, in `after`, becomes the rows as they will be: rows with an id keep
 * what is not given, the others are new, and those that are not named are gone. */
int c4_subrows_settle(c4_write *write, const c4_field *field);
/* The rows of another record, in `value`, become new ones, in the arena, without what the actor
 * may not read and write. */
int c4_subrows_copy(c4_write *write, c4_arena *arena, const c4_field *field, crm4e_value *value);
/* [{"id": 17, "Quantity": 12.50}] with the columns that the actor may read. */
int c4_subrows_put(c4_unit *unit, const c4_field *field, const crm4e_value *value, bool names,
                   c4_buffer *out);

#endif
