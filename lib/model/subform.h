/* SPDX-License-Identifier: MIT */
/*
 * The columns of a subform. A column is a field without a place in the table of
 * the module: its values stand in the rows that a record keeps in the field of
 * the subform. It has a number like every field, so that permissions speak of it.
 */
#ifndef C4_SUBFORM_H
#define C4_SUBFORM_H

#include "model/definition_inside.h"
#include "model/manage.h"

/* Whether a column may be of the type. */
bool c4_column_type(c4_field_type type);
/* The settings of a spec: {"columns": [{"api_name", "type", ...}], "remove": ["Name"]}. Columns
 * that are there and are not named stay. */
int c4_columns_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field);
/* manage_field.c: one column out of its spec, `old` or new, checked as a field is. */
int c4_column_read(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                   const c4_field *old, c4_field *column);

/* The settings in the definition column: {"columns": [{"number", "api_name", "type",
 * "definition"}]}. Columns of the standard that are not named stay. */
void c4_columns_take(c4_definition_reader *r, const c4_json *settings, c4_field *field);
void c4_columns_write(c4_buffer *out, const c4_field *field);

#endif
