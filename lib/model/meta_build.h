/* SPDX-License-Identifier: MIT */
/* Shared by the files that build a snapshot (meta_*.c) only. */
#ifndef C4_META_BUILD_H
#define C4_META_BUILD_H

#include "model/definition.h"
#include "model/schema.h"
#include "model/standard.h"
#include "model/types.h"

enum {
    /* So that module number * 1000 + offset stays below C4_FIRST_CUSTOM_FIELD. */
    C4_LAST_MODULE = C4_FIRST_CUSTOM_FIELD / 1000 - 1
};

typedef struct c4_builder {
    c4_meta *meta;
    c4_db *db;
    crm4e_error *error;
} c4_builder;

/* One row of a table, all columns. Takers do nothing after the first failure,
 * which is kept in `rc`. */
typedef struct c4_row {
    c4_definition_source source;
    const c4_meta *meta; /* with what was built before */
    const crm4e_value *values;
    int rc;
} c4_row;

/* CORRUPT, with the row's table and id. */
void c4_row_refuse(c4_row *row, const char *problem);
/* A copy in the snapshot; never NULL without a failure. NULL columns refuse. */
const char *c4_row_text(c4_row *row, uint32_t column);
/* A NULL column is 0. */
int64_t c4_row_i64(c4_row *row, uint32_t column, int64_t least, int64_t most);
bool c4_row_boolean(c4_row *row, uint32_t column);
/* A number that has a word in `names`. */
uint32_t c4_row_word(c4_row *row, uint32_t column, c4_names names);
/* A name the model allows for modules and fields. */
const char *c4_row_api_name(c4_row *row, uint32_t column);
/* The value itself, copied: for definitions that are read later. */
crm4e_value c4_row_value(c4_row *row, uint32_t column);

/* Reads a row into an item, which is zeroed and starts with its id. */
typedef void (*c4_row_reader)(c4_row *row, void *item);
/* All rows of a table as items in order of id, in the snapshot's arena. */
int c4_build_list(c4_builder *builder, c4_table_id table, size_t item_size, c4_row_reader read,
                  void **items, size_t *count);
/* For failures that are about a row read before. */
c4_definition_source c4_build_source(const c4_builder *builder, c4_table_id table, int64_t id);
int c4_build_corrupt(const c4_builder *builder, c4_table_id table, int64_t id, const char *problem);
/* NO_MEMORY with its message. */
int c4_build_no_memory(const c4_builder *builder);

/* Rows that tie a user to a module or space: id, owner, user, value. */
typedef struct c4_link {
    int64_t id;
    int64_t owner;
    int64_t user;
    int64_t value;
} c4_link;
/* Sorted by owner and user; every user exists, no pair comes twice. */
int c4_build_links(c4_builder *builder, c4_table_id table, c4_link **links, size_t *count);

/* Parts of c4_meta_load, in this order. */
int c4_build_roles(c4_builder *builder); /* with their places in the tree */
int c4_build_profiles(c4_builder *builder);
int c4_build_users(c4_builder *builder);
int c4_build_modules(c4_builder *builder); /* with fields, tables and members */
int c4_build_fields(c4_builder *builder, c4_module *modules, size_t count);
/* The roll-ups among them, once all fields are there. */
int c4_build_rollups(c4_builder *builder, c4_module *modules, size_t count);
int c4_build_spaces(c4_builder *builder);
int c4_build_tab_groups(c4_builder *builder);
int c4_build_sharing(c4_builder *builder);
int c4_build_views(c4_builder *builder);
int c4_build_currencies(c4_builder *builder);
int c4_build_interaction_kinds(c4_builder *builder);

/* NULL when there is none. */
const c4_standard_module *c4_standard_numbered(int64_t number);
/* The English text where there is no Chinese one. */
void c4_label_fill(c4_label *label);

/* Order of API names without regard to case: -1, 0, 1. */
int c4_api_name_order(const char *a, const char *b);
/* Names of the same order have the same hash. */
size_t c4_api_name_hash(const char *api_name);

#endif
