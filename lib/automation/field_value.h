/* SPDX-License-Identifier: MIT */
/*
 * A field of a record and what a rule sets it to. In a document a value as in a record, a
 * user by his email; stored {"field": number, "value": ..} or, of a user, {"field", "user": id}.
 */
#ifndef C4_FIELD_VALUE_H
#define C4_FIELD_VALUE_H

#include "automation/run.h"

/* The value of a field that is known: out of the stored object, or as the document has it. */
void c4_field_value_read(c4_rule_reader *reader, const c4_json *json, c4_field_update *update);
/* The member "value", or "user" of the stored form. */
void c4_field_value_write(c4_rule_writer *writer, bool *first, const c4_field_update *update);
/* The value alone. */
void c4_field_value_put(c4_rule_writer *writer, const c4_field_update *update);
/* Text is the canonical form whatever the type, as the programs' builder has it. */
int c4_field_value_set(c4_unit *unit, c4_draft *draft, const c4_field_update *update);
/* The value that the field of a module is to have, as a row has it. */
int c4_field_value_row(c4_unit *unit, const c4_module *module, const c4_field_update *update,
                       crm4e_value *value);
/* What a record could not take is refused when the rule is saved. */
void c4_field_value_check(c4_rule_reader *reader, const c4_module *module,
                          const c4_field_update *update);

#endif
