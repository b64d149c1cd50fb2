/* SPDX-License-Identifier: MIT */
/* The table of a module, made from its fields. */
#ifndef C4_TABLE_H
#define C4_TABLE_H

#include "model/meta.h"

/* Gives each of `fields` (the system fields first, removed ones included, in
 * the order in which they came into being) its columns, and builds
 * module->table in the arena. NO_MEMORY. */
int c4_table_build(c4_arena *arena, c4_module *module, c4_field *fields, const bool *removed,
                   size_t count);

/* Brings a stored table from one shape of a module to its next: adds the new
 * columns at the end, drops the indexes that went and creates those that came.
 * Shapes that do not follow each other are INTERNAL. */
int c4_table_alter(c4_db *db, const crm4e_table *before, const crm4e_table *after);

#endif
