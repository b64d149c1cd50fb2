/* SPDX-License-Identifier: MIT */
/* The interactions of a lead or contact as one reader may see them. */
#ifndef C4_INTERACTIONS_H
#define C4_INTERACTIONS_H

#include "record/listing.h"
#include "record/record.h"

/* Which; 0 and NULL do not narrow. */
typedef struct c4_interactions_request {
    const char *module;
    crm4e_id record;
    const char *kind;
    const char *channel;
    const char *direction;
    crm4e_id user;
    int64_t from;
    int64_t until;
    bool descending;
    size_t limit;
    const char *after;
    bool edits; /* for who may edit the record, as when one is added */
} c4_interactions_request;

/* All ask the gate about the record, and LIMIT in an edition without interactions. */
int c4_interactions_to_json(c4_unit *unit, const c4_interactions_request *request, c4_buffer *out);
int c4_interactions_summary(c4_unit *unit, const c4_interactions_request *request, c4_buffer *out);

/* Removes one that a host added. Besides, it takes who may edit the record. */
int c4_interaction_remove(c4_unit *unit, const char *module, crm4e_id record, crm4e_id id);

/* What they share. An entry as the index has it. */
typedef struct c4_interaction_entry {
    crm4e_id id;
    int64_t time;
    int64_t kind;
    int64_t channel;
    int64_t direction;
    crm4e_id user; /* 0: nobody */
    int32_t source_module;
    crm4e_id source; /* 0: a host added it, or it is a conversion */
    bool is_link;
} c4_interaction_entry;

/* A source as far as its reader may see it. */
typedef struct c4_interaction_seen {
    bool open;
    const c4_module *module; /* NULL: no source */
    crm4e_value *row;        /* NULL where only `open` was asked */
    bool *readable;
    const c4_field *changed; /* of a change of stage */
    crm4e_value before;
    crm4e_value after;
} c4_interaction_seen;

/* Entries on their way out. */
typedef struct c4_interactions {
    c4_unit *unit;
    const c4_interactions_request *request;
    int64_t kind;
    uint32_t channel;
    uint32_t direction;
    c4_asked *modules;
    c4_arena scratch; /* of one entry */
    bool forward;     /* by time; else back */
    int64_t time;     /* the place behind which to go on */
    crm4e_id id;
} c4_interactions;

/* Opens the list of the record: the gate, the edition, the words of the request. Close in
 * any case. */
int c4_interactions_open(c4_interactions *list, c4_unit *unit,
                         const c4_interactions_request *request);
void c4_interactions_close(c4_interactions *list);
/* The next entries behind the place, which moves with them. */
int c4_interactions_read(c4_interactions *list, size_t most, c4_interaction_entry *entries,
                         size_t *count);
/* Whether the reader sees the entry; `whole`: with what is told of its source, in scratch that
 * the next one takes. */
int c4_interaction_look(c4_interactions *list, const c4_interaction_entry *entry, bool whole,
                        c4_interaction_seen *seen);
/* The record's entry of that id; NOT_FOUND also where the reader sees none. */
int c4_interaction_find(c4_interactions *list, crm4e_id id, c4_interaction_entry *entry);

#endif
