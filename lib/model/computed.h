/* SPDX-License-Identifier: MIT */
/*
 * Fields whose values the library makes: their settings, in a spec, in the
 * definition column and in documents. Such a field has the type of its values,
 * so that everything that reads values needs to know nothing of how they came
 * about; `computed` of the field says that.
 */
#ifndef C4_COMPUTED_H
#define C4_COMPUTED_H

#include "model/definition_inside.h"
#include "model/manage.h"

enum {
    C4_AFFIX_MAX = 16, /* characters of a prefix or suffix */
    C4_NUMBER_DIGITS = 16
};
/* The greatest number of that many digits. */
#define C4_LAST_NUMBER INT64_C(9999999999999999)

/* An autonumber: prefix, number, suffix. Nothing of it ever changes, so that two
 * numbers are never written alike. */
typedef struct c4_numbering {
    const char *prefix;
    const char *suffix;
    int64_t start;
    int32_t digits; /* at least so many, with zeros in front */
} c4_numbering;
enum {
    C4_NUMBERING_TEXT = 4 * 2 * C4_AFFIX_MAX + C4_NUMBER_DIGITS + 1
};
/* The text of a number, at most C4_LAST_NUMBER. */
size_t c4_numbering_format(const c4_numbering *numbering, int64_t number,
                           char text[C4_NUMBERING_TEXT]);

/* The type a field was declared with. */
c4_field_type c4_field_declared_type(const c4_field *field);

/* A new field becomes what its spec says: type of its values and settings, checked. Of
 * a field that is there the settings may be given again, or changed where they may change. */
int c4_settings_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field);
/* INVALID for what does not go with a computed field. */
int c4_computed_check(c4_unit *unit, const c4_field_spec *spec, const c4_field *field);
/* The rows beside a new computed field, or those of one that goes. */
int c4_computed_begin(c4_unit *unit, const c4_field *field);
int c4_computed_end(c4_unit *unit, const c4_field *field);
/* The records that are there follow the new field, as it is in the snapshot. */
int c4_computed_fill(c4_unit *unit, const c4_field_spec *spec, int32_t module, int32_t number);
/* Whether the records have to follow what became of a field that was there. */
bool c4_computed_changed(const c4_field *old, const c4_field *field);
/* CONFLICT while a formula or a roll-up names the field. */
int c4_computed_check_unused(c4_unit *unit, const c4_module *module, const c4_field *field);

/* The member "settings" of the definition column, and of documents. */
void c4_settings_take(c4_definition_reader *r, const c4_json *definition, c4_field *field);
void c4_settings_write(c4_buffer *out, const c4_field *field);

#endif
