/* SPDX-License-Identifier: MIT */
/* The history of a record, cut down at read time to what the reader may see. */
#ifndef C4_TIMELINE_H
#define C4_TIMELINE_H

#include "record/record.h"

enum {
    C4_TIMELINE_CEILING = 16 * 1024 * 1024 /* bytes of a value */
};

typedef struct c4_timeline_entry {
    int64_t sequence;
    crm4e_id user;
    int64_t time;
    c4_record_action action;
    uint32_t source;
    const c4_field_change *changes; /* of readable fields only */
    size_t change_count;
} c4_timeline_entry;

/* Which lines of a record's history. */
typedef struct c4_timeline_request {
    const c4_module *module;
    const bool *readable; /* by field of the module */
    crm4e_id record;
    int64_t after;
    bool descending;
    size_t limit;
} c4_timeline_request;
/* The lines of a record that the caller has asked the gate about, as below. */
int c4_timeline_lines(c4_unit *unit, c4_arena *arena, const c4_timeline_request *request,
                      c4_timeline_entry **entries, size_t *count);
/* Calls `visit` with its whole rows of history, newest first, until that answers
 * CRM4E_ROW or a failure. */
int c4_timeline_walk(c4_unit *unit, const c4_module *module, crm4e_id record,
                     int (*visit)(void *user, const crm4e_value *line), void *user);

/* Up to `limit` entries with sequence > `after` (ascending) or < `after`
 * (descending; 0: from the newest). An entry all of whose fields are hidden is
 * left out and not counted. NOT_FOUND when the record is not visible. */
int c4_timeline_read(c4_unit *unit, c4_arena *arena, const char *module, crm4e_id record,
                     int64_t after, bool descending, size_t limit, c4_timeline_entry **entries,
                     size_t *count);
/* Keeps the changes of fields that exist and may be read, and whose difference may. */
int c4_timeline_keep(c4_unit *unit, const c4_module *module, const bool *readable,
                     c4_field_change *changes, size_t *count);
/* "added"; "" for a number of a later release. */
const char *c4_timeline_action(c4_record_action action);
const char *c4_timeline_source(uint32_t source);
/* [{"sequence", "time", "user", "action", "source", "changes": [{"field", "old", "new"}]}] */
int c4_timeline_to_json(c4_unit *unit, const c4_module *module, const c4_timeline_entry *entries,
                        size_t count, c4_buffer *out);

#endif
