/* SPDX-License-Identifier: MIT */
/* What writing and reading a whole org have in common. */
#ifndef C4_DUMP_H
#define C4_DUMP_H

#include "model/schema.h"
#include "model/unit.h"
#include <crm4e/backup.h>

enum {
    C4_DUMP_FORMAT = 1,
    C4_DUMP_LINE = 128 * 1024 * 1024, /* bytes at most */
    C4_DUMP_REPORT = 1000             /* rows between two words of progress */
};

/* Integers beyond are written as text: a number of many languages is a double. */
#define C4_DUMP_EXACT ((INT64_C(1) << 53) - 1)

/* Tables that are made of the others: a dump does not have them. */
bool c4_dump_derives(size_t table);
/* Columns that stay in the org they are of. */
bool c4_dump_hides(const crm4e_table *table, uint32_t column);
/* "integer", "text" ..: how a column is described. */
const char *c4_dump_type(crm4e_column_type type);
/* Tells the progress; ABORTED, CALLBACK. */
int c4_dump_tell(crm4e_error *error, crm4e_progress progress, void *user, int64_t rows);

/* Writes a dump in two parts; both are for system administrators only. What the
 * rows are is what the one transaction shows; the last line goes out in another
 * one, with a line of the audit log: a whole dump is one that is noted. */
typedef struct c4_dump c4_dump;
int c4_dump_open(c4_dump **out, const c4_mem *mem, const crm4e_dump_options *options);
int c4_dump_rows(c4_dump *run, c4_unit *unit);
int c4_dump_end(c4_dump *run, c4_unit *unit, bool noted, int64_t *rows);
void c4_dump_close(c4_dump *run);

/* Reads a dump. Opening reads its first line: which org it is of. */
typedef struct c4_load c4_load;
int c4_load_open(c4_load **out, const c4_env *env, crm4e_error *error,
                 const crm4e_load_options *options);
crm4e_id c4_load_org(const c4_load *load);
const char *c4_load_name(const c4_load *load); /* of the new org */
/* Fills an empty database, in its write transaction. */
int c4_load_run(c4_load *load, c4_unit *unit);
void c4_load_close(c4_load *load);

#endif
