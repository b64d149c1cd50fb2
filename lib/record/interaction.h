/* SPDX-License-Identifier: MIT */
/*
 * Interactions of leads and contacts: one table, one line for each, in the order of an index
 * by record and time, so that a page is a piece of that index whatever its entries come from.
 * A line of something else (a call, a deal) holds no more of it than what it is found by; the
 * rest is read from there, under the reader's rights.
 *
 * A line that follows a field which points to the person (`link`) is made again with each change
 * of its record. A milestone is written once, when it happens.
 */
#ifndef C4_INTERACTION_H
#define C4_INTERACTION_H

#include "model/interaction.h"
#include "model/standard.h"
#include "record/inside.h"

enum {
    C4_INTERACTION_EXTERNAL_MAX = 255, /* bytes */
    C4_INTERACTION_PARTICIPANTS = 100,
    C4_INTERACTIONS_AT_ONCE = 10000
};

/* What makes a record of a module an interaction. NULL names are none. */
typedef struct c4_interaction_source {
    int32_t module; /* 0: any team module */
    const char *link;
    const char *time;
    const char *decides[2]; /* besides link and time: of which kind, and whether one at all */
    const char *body;
    uint32_t kinds; /* bits 1 << C4_KIND_*: those it can be */
    int64_t (*kind)(const c4_module *module, const crm4e_value *row); /* 0: none */
} c4_interaction_source;
/* NULL: records of the module are none. */
const c4_interaction_source *c4_interaction_source_of(const c4_module *module);

/* Adds one, for who may edit the record. `*id` also of one that is there already. */
int c4_interaction_add(c4_unit *unit, const c4_interaction_spec *spec, crm4e_id *id);
/* A JSON array of them, all or none: {"ids": [..]}. */
int c4_interactions_add(c4_unit *unit, const c4_json *list, c4_buffer *out);
/* Whether the record's interactions are his to change: who may edit it; `adds`: it is no lead that
 * was converted either. */
int c4_interactions_edit(c4_unit *unit, const char *module, crm4e_id record, bool adds);
/* The module by name, of those whose records have interactions. */
int c4_interaction_module(c4_unit *unit, const char *name);

/* After any change of a record, with its number in the history: the line that follows it, and
 * milestones. Their ids say nothing of what is hidden: a line has the id of its record, a milestone
 * the number of its change, so that none takes one from the ids that users see. */
int c4_interactions_follow(c4_write *write, int64_t number);
/* All that were added to one record are the other's; of two with one external id the
 * other's stays. */
int c4_interactions_merge(c4_unit *unit, const c4_module *module, crm4e_id from, crm4e_id to);
/* The same of a lead that became a contact (0: none), which is an interaction itself. */
int c4_interactions_convert(c4_unit *unit, crm4e_id lead, crm4e_id contact,
                            c4_interaction_came *came);
/* The hook of layers above, once all that goes with it is written. */
int c4_interaction_told(c4_unit *unit, const c4_interaction_came *came);
/* Those of a record that is gone for good, and those that come from it. */
int c4_interactions_drop(c4_unit *unit, crm4e_id record);
/* Whether the line that follows a record is as it should be. */
int c4_interactions_agree(c4_unit *unit, const c4_module *module, const crm4e_value *row,
                          bool *agree);

#endif
