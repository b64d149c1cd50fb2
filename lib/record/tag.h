/* SPDX-License-Identifier: MIT */
/* Tags of records and of modules, through the gate. */
#ifndef C4_TAG_H
#define C4_TAG_H

#include "record/record.h"

/* Puts a tag on a record; makes it when the module has none of that name. LIMIT. */
int c4_record_tag(c4_unit *unit, const char *module, crm4e_id id, const char *name);
/* What the field holds with the tags put on, or taken off; for rules. LIMIT (rule "tags"). */
int c4_tags_change(c4_unit *unit, const c4_module *module, const crm4e_value *stored,
                   const int32_t *codes, size_t count, bool add, crm4e_value *value);
int c4_record_untag(c4_unit *unit, const char *module, crm4e_id id, const char *name);
/* [{"name":..,"colour":..}] for who may open the module and read the field. */
int c4_tags_to_json(c4_unit *unit, const char *module, c4_buffer *out);
/* Takes a tag from the module and all its records, for who may change its fields. */
int c4_tag_remove(c4_unit *unit, int32_t module, const char *name);

#endif
