/* SPDX-License-Identifier: MIT */
/* What the parts of the integrity check share. */
#ifndef C4_INTEGRITY_INSIDE_H
#define C4_INTEGRITY_INSIDE_H

#include "base/map.h"
#include "record/inside.h"

/* A check in progress. */
typedef struct c4_checking {
    c4_unit *unit;
    c4_buffer *out;
    c4_arena row;  /* scratch of one row */
    c4_arena kept; /* what lasts for the whole check */
    c4_buffer fold;
    c4_map lives;        /* of records, by id, as history tells them */
    c4_map counters;     /* those that have a row */
    c4_map files;        /* that are in fields of records, here and in the bin, by id */
    int64_t audit_chain; /* of the last line met */
    size_t problems;
    int rc; /* the first failure that is no problem of the data */
} c4_checking;

void c4_check_report(c4_checking *c, const char *table, int64_t id, const char *column,
                     const char *problem);
bool c4_check_user(const c4_checking *c, const crm4e_value *value);
bool c4_check_id(const c4_checking *c, int64_t id);
/* Not after the latest time anything was written. */
bool c4_check_time(const c4_checking *c, const crm4e_value *value);

typedef void (*c4_row_check)(c4_checking *c, const void *about, const crm4e_value *row);
/* Calls `check` for every row, in order of ids. */
int c4_check_table(c4_checking *c, const crm4e_table *table, c4_row_check check, const void *about);

/* Takes a line of history into the life of its record. */
void c4_check_follow(c4_checking *c, const crm4e_value *line);
/* A record, or one in the bin, against its life. */
void c4_check_life(c4_checking *c, const c4_module *module, const crm4e_value *row);
void c4_check_binned(c4_checking *c, const crm4e_value *row);
/* Whether a record of the module was met, here or in the bin; after all records. */
bool c4_check_is_kept(const c4_checking *c, int32_t module, int64_t record);
/* A manual share, after all records. */
void c4_check_shared(c4_checking *c, const void *about, const crm4e_value *row);
/* The interactions that follow a record; and each that there is, after all records. */
void c4_check_interactions(c4_checking *c, const c4_module *module, const crm4e_value *record);
void c4_check_interaction(c4_checking *c, const void *about, const crm4e_value *row);
/* What the table of requests says of a record, and whether it says it of each. */
void c4_check_request(c4_checking *c, const c4_module *module, const crm4e_value *record);
void c4_check_requested(c4_checking *c, const void *about, const crm4e_value *row);
/* What the table of links says of a record, and whether it says it of each. */
void c4_check_links(c4_checking *c, const c4_module *module, const crm4e_value *record);
void c4_check_linked(c4_checking *c, const void *about, const crm4e_value *row);
/* The content of an attachment, after all records; and whether each has its own. */
void c4_check_file(c4_checking *c, const void *about, const crm4e_value *row);
void c4_check_attached(c4_checking *c, const c4_module *module, const crm4e_value *record);
/* Files in the fields of a record, and of one in the bin as it was decoded. */
void c4_check_held(c4_checking *c, const c4_field *field, int64_t record, const crm4e_value *value);
void c4_check_fields_held(c4_checking *c, const c4_module *module, const crm4e_value *row);
void c4_check_binned_files(c4_checking *c, const crm4e_value *row, const c4_field_change *changes,
                           size_t count);
/* Pieces that belong to no file. */
int c4_check_pieces(c4_checking *c);
/* Records that should be somewhere and were not met. */
void c4_check_lost(c4_checking *c);

/* A message of the outbox, and an entry of the schedule. */
void c4_check_message(c4_checking *c, const void *about, const crm4e_value *row);
void c4_check_scheduled(c4_checking *c, const void *about, const crm4e_value *row);
void c4_check_run(c4_checking *c, const void *about, const crm4e_value *row);
void c4_check_run_index(c4_checking *c, const void *about, const crm4e_value *row);

void c4_check_counter_seen(c4_checking *c, int64_t limit, int64_t scope);
bool c4_check_counter_was_seen(const c4_checking *c, int64_t limit, int64_t scope);

/* What a record's formulas are worth. */
void c4_check_formulas(c4_checking *c, const c4_module *module, const crm4e_value *row);
/* Whether every roll-up is right; after all records. */
int c4_check_rollups(c4_checking *c);

/* Whether every word of a record leads to it. */
int c4_check_search(c4_checking *c);

/* Who and what the rows of the library's own tables refer to. */
int c4_check_references(c4_checking *c);

#endif
