/* SPDX-License-Identifier: MIT */
/*
 * Roll-ups: a field of a parent module that counts or adds up the records of a module with
 * a lookup to the parent. What is worth how much is lib/record/rollup.c; docs/rollup.md.
 */
#ifndef C4_ROLLUP_H
#define C4_ROLLUP_H

#include "model/definition_inside.h"
#include "model/manage.h"

enum {
    C4_ROLLUP_COMPARISONS = 10, /* in the criteria of one */
    C4_ROLLUP_WHEN_MAX = 4000   /* characters of them */
};

typedef enum c4_rollup_function {
    C4_ROLLUP_COUNT = 1,
    C4_ROLLUP_SUM,
    C4_ROLLUP_AVG,
    C4_ROLLUP_MIN,
    C4_ROLLUP_MAX,
    C4_ROLLUP_FUNCTION_END
} c4_rollup_function;

typedef struct c4_rollup {
    c4_rollup_function function;
    const char *module_name; /* API names do not change */
    const char *lookup_name;
    const char *field_name; /* NULL: a count of records */
    const char *when;       /* criteria; NULL: all */
    const int32_t *named;   /* fields of the criteria, sorted */
    size_t named_count;
    /* what the names stand for, in the snapshot */
    const c4_module *module;
    const c4_field *lookup;
    const c4_field *source; /* NULL without field_name */
} c4_rollup;

/* Whether it adds up, averages or compares values of fields of type currency. */
bool c4_rollup_of_amounts(const c4_rollup *rollup);
/* Whether such values may be of other currencies than the parent's, and so are converted. */
bool c4_rollup_converts(const c4_rollup *rollup);
/* Fields of the other module that a roll-up comes from: the lookup, the source, where it converts
 * what the amounts are in and their rate, those of its criteria. NULL at the end. */
const c4_field *c4_rollup_input(const c4_rollup *rollup, size_t at);

/* Parts of computed.h, of roll-ups. */
int c4_rollup_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field);
bool c4_rollup_changed(const c4_rollup *old, const c4_rollup *rollup);
int c4_rollup_check_unused(c4_unit *unit, const c4_module *module, const c4_field *field);
void c4_rollup_take(c4_definition_reader *r, const c4_json *settings, const c4_json *rolled,
                    c4_field *field);
/* The members of the settings. */
void c4_rollup_write(c4_buffer *out, const c4_rollup *rollup);
/* What is known once the settings were checked: the type of the values, and the fields of the
 * criteria. */
void c4_rollup_write_rolled(c4_buffer *out, const c4_field *field);

/* CYCLE, naming the member, when one of the inputs of a computed field that is there comes from
 * the field by way of a roll-up. */
int c4_rollup_check_cycle(c4_unit *unit, const c4_field *field, const char *member,
                          const c4_field *const *inputs, size_t count);
/* Whether computing `from` needs `field`, by whatever steps: CRM4E_ROW. NO_MEMORY. */
int c4_rollup_reaches(c4_arena *arena, const c4_field *from, const c4_field *field);

/* Finds what the names of a roll-up stand for. NULL, or what is wrong with it. */
const char *c4_rollup_resolve(const c4_meta *meta, const c4_field *field, c4_rollup *rollup);
/* The type and scale of its values. */
c4_field_type c4_rollup_type(const c4_rollup *rollup);
/* Whether a computed field names another. */
bool c4_rollup_names(const c4_field *field, const c4_field *input);
/* Whether it, or a formula that comes from it in its module, has to follow fields of other
 * modules in a document. */
bool c4_rollup_is_late(const c4_field *field);

#endif
