/* SPDX-License-Identifier: MIT */
/* An org as data (apply, export) and records as files (import, export). */
#ifndef C4_TRANSFER_H
#define C4_TRANSFER_H

#include "automation/automation.h"
#include "insight/chart.h"
#include "insight/view.h"
#include "record/query.h"
#include <crm4e/transfer.h>

enum {
    C4_APPLY_CEILING = 64 * 1024 * 1024
};

/* Applies a document part by part in the order org, roles, profiles, users, spaces
 * (without modules), modules, fields, members, placing, rules, charts, refreshing the
 * snapshot between parts. Messages start with the place: "modules[2].fields[0]: ..".
 * Appends {"roles": {"created": 1, "changed": 2}, ...} to `report`. */
int c4_apply(c4_unit *unit, const c4_json *document, c4_buffer *report);
/* The same document out of the snapshot; system administrators only. */
int c4_export(c4_unit *unit, c4_buffer *out);

/* What the document says of what could not be in it; read over when it is applied. */
#define C4_LEFT_OUT "left_out"
/* export_definitions.c: the lists of rules, charts and views. */
int c4_export_definitions(c4_unit *unit, c4_buffer *out);
/* export.c: begins a list member: ,"roles":[ ; sets its items apart. */
void c4_export_list(c4_buffer *out, const char *name);
void c4_export_separate(c4_buffer *out, bool *first);

/* The failure as it was told, with the code's own text where it was not. */
crm4e_error c4_failure_told(crm4e_error *error, int rc);
/* Puts the place in front of a failure's message: the row counts from 1, `column` may be NULL. */
int c4_fail_at_row(crm4e_error *error, int rc, int64_t row, const char *column);
/* Whether a failure is the row's own: other rows may still be good. */
bool c4_of_the_row(int rc);

/* CSV, RFC 4180, incremental: fed pieces, gives whole rows. */
typedef struct c4_csv c4_csv;
int c4_csv_open(c4_csv **out, const c4_mem *mem, crm4e_reader read, void *user);
/* CRM4E_ROW with the cells of the next row (borrowed until the next call,
 * NUL-terminated), CRM4E_OK at the end; INVALID (message names the line) for a stray
 * quote or carriage return, bad UTF-8 or NUL; TOO_BIG for a row beyond 16 MiB or 10000 cells. A BOM
 * is skipped; lines end in LF or CRLF; a lone empty line is no row. */
int c4_csv_next(c4_csv *csv, crm4e_error *error, const char *const **cells, const size_t **lengths,
                size_t *count);
int64_t c4_csv_line(const c4_csv *csv); /* line the last row started on, from 1 */
void c4_csv_close(c4_csv *csv);
/* One cell, quoted when needed. */
void c4_csv_put(c4_buffer *out, const char *text, size_t length);

/* Whether a spreadsheet would take the text for a formula: the first character
 * that shows, behind any number of ', is one of = + - @, in any width. So a ' in
 * front guards it, and can be taken away again. `scratch` is overwritten. */
int c4_csv_formula(c4_buffer *scratch, const char *text, size_t length, bool *formula);

/* The records of a module as a file, within the rights of the actor; *rows is
 * their number. Options are checked by the caller. */
int c4_export_records(c4_unit *unit, const crm4e_export_options *options, int64_t *rows);

/* What an import does with each row is the caller's: it owns the transaction
 * (one for all, one for some rows, or a savepoint a row). Opens, reads the options and the
 * header, and binds. */
typedef struct c4_import c4_import;
int c4_import_open(c4_import **out, c4_unit *unit, const crm4e_import_options *options);
/* Asks for the rights and maps the columns again: in each new transaction. */
int c4_import_bind(c4_import *import, c4_unit *unit);

/* What becomes of a row. */
typedef enum c4_import_outcome {
    C4_IMPORT_CREATED,
    C4_IMPORT_UPDATED,
    C4_IMPORT_SKIPPED,  /* there is a record with its unique value */
    C4_IMPORT_REJECTED, /* by who calls */
    C4_IMPORT_PASSED,   /* it is before those to import */
    C4_IMPORT_OUTCOMES
} c4_import_outcome;
/* Reads one row into a draft and writes the record. CRM4E_ROW, CRM4E_OK at the end,
 * a code for a bad row (the row is complete; the next call goes on), or CALLBACK,
 * ABORTED, IO ... which end the import. */
int c4_import_row(c4_import *import, c4_unit *unit, c4_import_outcome *outcome);
/* After each row, outside of its savepoint. */
int c4_import_rest(c4_import *import, c4_unit *unit);
/* Before the end of a transaction whose rows stay. */
int c4_import_settle(c4_import *import, c4_unit *unit);
/* Whether the last failure concerned only the row. */
bool c4_import_row_failed(const c4_import *import);
/* The refused row with row number and reason to options->reject. */
int c4_import_reject(c4_import *import, const crm4e_error *why);
int64_t c4_import_rows(const c4_import *import);
void c4_import_close(c4_import *import);

#endif
