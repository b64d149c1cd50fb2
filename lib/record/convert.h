/* SPDX-License-Identifier: MIT */
/* A lead becomes an account, a contact and a deal. */
#ifndef C4_CONVERT_H
#define C4_CONVERT_H

#include "record/query.h"
#include "record/record.h"

/* 0 and NULL: a new one, the lead's, none. */
typedef struct c4_conversion {
    crm4e_id lead;
    int64_t expected_version;
    crm4e_id account;
    crm4e_id contact;
    crm4e_id owner;
    const c4_json *deal;
    bool overwrite;
    c4_unit *judge; /* the unit as somebody else, whose rights are asked; NULL: the actor's */
} c4_conversion;

/* What came of it; 0: none. */
typedef struct c4_converted {
    crm4e_id account;
    crm4e_id contact;
    crm4e_id deal;
} c4_converted;

/* All or nothing, when the caller's transaction or savepoint is. */
int c4_convert_lead(c4_unit *unit, const c4_conversion *conversion, c4_converted *out);

#define C4_CONVERSION_FIELDS "Converted_" /* what names of fields that tell of it begin with */
#define C4_CONVERSION_TIME   "Converted_Date_Time"
/* The field that is set once a record was converted; NULL: none of the module was. */
const c4_field *c4_conversion_time(const c4_module *module);
/* What was converted is left out unless the criteria (NULL: none) name one of the
 * Converted_ fields: true with the rows that stay. The criteria were checked. */
bool c4_unconverted_only(const c4_module *module, const c4_criteria *criteria,
                         crm4e_predicate *rows);

#endif
