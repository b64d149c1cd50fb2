/* SPDX-License-Identifier: MIT */
/*
 * Where values of a lead go when it is converted: what the standard says, and what an org says of
 * other fields. A field of leads knows by number the fields that its values go to, one in
 * each module; one that was removed since is none.
 */
#ifndef C4_CONVERT_MAPPING_H
#define C4_CONVERT_MAPPING_H

#include "model/manage.h"

/* The modules that a lead becomes records of, in the order of c4_field.converts. */
typedef enum c4_convert_part {
    C4_TO_ACCOUNT,
    C4_TO_CONTACT,
    C4_TO_DEAL
} c4_convert_part;
extern const char *const c4_convert_modules[C4_CONVERT_PARTS];

/* Which of them is called so; -1: none. */
int c4_convert_part_named(const char *module);

typedef struct c4_convert_row {
    const char *lead;
    const char *to[C4_CONVERT_PARTS]; /* NULL: not there */
} c4_convert_row;
extern const c4_convert_row c4_convert_standard[];
extern const size_t c4_convert_standard_count;

/* Where the org sends values of a field of leads; NULL: nowhere. */
const c4_field *c4_convert_target(const c4_meta *meta, const c4_field *lead, c4_convert_part part);
bool c4_convert_maps(const c4_meta *meta, const c4_field *lead);

/* A field of leads and where its values go; what is NULL stays, "" goes nowhere. */
typedef struct c4_convert_mapping_spec {
    const char *lead;
    const char *to[C4_CONVERT_PARTS];
} c4_convert_mapping_spec;
/* {"lead": "Budget", "Accounts": "Budget", "Deals": ""}; texts are borrowed. INVALID. */
int c4_convert_mapping_spec_read(c4_unit *unit, const c4_json *json, c4_convert_mapping_spec *spec);
/* For who may change fields of Leads. DENIED; NOT_FOUND for a field that is not there; INVALID for
 * one that takes no such values; CONFLICT for one that gets values of another. */
int c4_convert_mapping_put(c4_unit *unit, const c4_convert_mapping_spec *spec);
/* The same object, of a field that is mapped. */
void c4_convert_mapping_write(c4_buffer *out, const c4_meta *meta, const c4_field *lead);
/* An array of those that the org maps. */
void c4_convert_mapping_list(c4_buffer *out, const c4_meta *meta);

#endif
