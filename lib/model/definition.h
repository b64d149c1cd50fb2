/* SPDX-License-Identifier: MIT */
/*
 * The definition columns: JSON objects that hold what a module, field, profile
 * space, group or sharing rule is made of. The one place that knows their members. Modules, fields,
 * users and options are numbers there, never names; words of enumerations are
 * those of c4_text_of().
 *
 *   module:  {"singular", "plural", "singular_zh", "plural_zh",
 *             "permissions": {"member": {"actions": ["view"],
 *                                        "fields": {"1000021": "hidden"}}},
 *             "default_owners": [17], "assignment": 23}
 *   field:   {"label", "label_zh", "mandatory", "unique": "folded", "indexed",
 *             "keyed", "length", "scale", "targets": [4], "default", "tooltip",
 *             "settings": {"prefix", "suffix", "start", "digits"} or {"result", "expression"},
 *             "options": [{"code", "value", "label", "label_zh", "active",
 *                          "probability", "forecast", "colour"}]}
 *   profile: {"admin": ["import"], "actions": ["view"],
 *             "modules": {"4": ["view"]}, "fields": {"4021": "hidden"}}
 *   group:   {"description", "sources": [{"kind": 2, "id": 17}]}
 *   sharing rule: {"from": [{"kind", "id"}], "when", "fields": [4021], "to": [],
 *             "level": 1, "superiors": true}
 *   view:    {"shared_to": [{"kind", "id"}], "columns": ["Stage"], "where",
 *             "order": ["Amount desc"]}
 *   space:   {"folders": ["Contracts"], "items": [{"module": 4, "folder": 1}]}
 */
#ifndef C4_DEFINITION_H
#define C4_DEFINITION_H

#include "base/json.h"
#include "model/meta.h"

enum {
    C4_DEFINITION_MAX = 4 * 1024 * 1024, /* bytes */
    C4_OPTIONS_MAX = 10000,              /* picklist values of a field, retired ones included */
    C4_FOLDERS_MAX = 1000,
    C4_SUBJECTS_MAX = 200, /* sources of a group, either side of a sharing rule */
    /* First code of a value that a user adds to a picklist of the standard: the
     * codes below belong to this and later releases. */
    C4_FIRST_OWN_OPTION = 10000
};

/* Where what was read goes, and what a failure is about. */
typedef struct c4_definition_source {
    const c4_mem *mem; /* for parsing */
    c4_arena *arena;   /* texts and lists */
    crm4e_error *error;
    const char *table; /* named in messages, with the id */
    int64_t id;
} c4_definition_source;

/* CORRUPT with a message: "field 1073741824: ...". Returns the code. */
int c4_definition_corrupt(const c4_definition_source *source, const char *problem);

/* Each reads a column into the members it is about: an absent member keeps what
 * is there. NULL text reads as {}. CORRUPT, NO_MEMORY. Whether numbers and ids
 * refer to something is for the caller to check. */
int c4_definition_read_module(const c4_definition_source *source, const crm4e_value *text,
                              c4_module *module);
int c4_definition_read_field(const c4_definition_source *source, const crm4e_value *text,
                             c4_field *field);
int c4_definition_read_profile(const c4_definition_source *source, const crm4e_value *text,
                               c4_profile *profile);
int c4_definition_read_space(const c4_definition_source *source, const crm4e_value *text,
                             c4_space *space);

int c4_definition_read_tab_group(const c4_definition_source *source, const crm4e_value *text,
                                 c4_tab_group *group);
int c4_definition_read_group(const c4_definition_source *source, const crm4e_value *text,
                             c4_user_group *group);
int c4_definition_read_sharing_rule(const c4_definition_source *source, const crm4e_value *text,
                                    c4_sharing_rule *rule);
int c4_definition_read_view(const c4_definition_source *source, const crm4e_value *text,
                            c4_view *view);

/* The columns of the same members; what reads back to them. Failures show in
 * `out->code`. */
void c4_definition_write_module(c4_buffer *out, const c4_module *module);
void c4_definition_write_field(c4_buffer *out, const c4_field *field);
void c4_definition_write_profile(c4_buffer *out, const c4_profile *profile);
void c4_definition_write_space(c4_buffer *out, const c4_space *space);
void c4_definition_write_tab_group(c4_buffer *out, const c4_tab_group *group);
void c4_definition_write_group(c4_buffer *out, const c4_user_group *group);
void c4_definition_write_sharing_rule(c4_buffer *out, const c4_sharing_rule *rule);
void c4_definition_write_view(c4_buffer *out, const c4_view *view);

/* What a team profile may do when its module says nothing: the most it can be
 * given. Bits 1 << CRM4E_ACTION_*. */
uint32_t c4_team_actions(c4_team_profile profile);

#endif
