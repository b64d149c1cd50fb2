/* SPDX-License-Identifier: MIT */
/* Taking definition columns apart; for definition*.c only. */
#ifndef C4_DEFINITION_INSIDE_H
#define C4_DEFINITION_INSIDE_H

#include "model/definition.h"

/* Members are taken one after the other; after the first failure the rest does
 * nothing, and the code is looked at once. */
typedef struct c4_definition_reader {
    const c4_definition_source *source;
    int rc;
} c4_definition_reader;

void c4_take_refuse(c4_definition_reader *r, const char *problem);
/* Zeroed room in the source's arena; NULL after a failure. */
void *c4_take_room(c4_definition_reader *r, size_t count, size_t size);
/* The parsed column; an absent one reads as nothing. */
void c4_take_open(c4_definition_reader *r, c4_json_document *document, const crm4e_value *text);
/* NULL when absent or null: then what is there stays. Another type is refused. */
const c4_json *c4_take_member(c4_definition_reader *r, const c4_json *object, const char *key,
                              c4_json_type type);
void c4_take_copy(c4_definition_reader *r, const char *text, size_t length, const char **out);
void c4_take_text(c4_definition_reader *r, const c4_json *object, const char *key,
                  const char **out);
void c4_take_i32(c4_definition_reader *r, const c4_json *object, const char *key, int32_t least,
                 int32_t most, int32_t *out);

/* All members of a field's definition. */
void c4_take_field(c4_definition_reader *r, const c4_json *object, c4_field *field);

#endif
