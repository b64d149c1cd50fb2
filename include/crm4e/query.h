/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_QUERY_H
#define CRM4E_QUERY_H

#include <crm4e/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Queries: exactly the records the user may see. In a query every field, also
 * one in the filter, the order or a measure, must be readable, else #CRM4E_E_DENIED.
 *
 * Text form (keywords in any case; docs/query.md is the grammar):
 * `select Deal_Name, Account_Name.Industry from Deals where (Stage = 'Closed Won'
 * and Amount > 1000) or Owner in ('ana@acme.example') order by Amount desc limit 50 offset 100`
 *
 * Rows are records, or groups of them with what is measured:
 * `select Stage, count(id), sum(Amount) from Deals group by Stage order by sum(Amount) desc`
 */

/**
 * A query being built.
 *
 * @param out     receives the query; free it with crm4e_query_free()
 * @param session who asks
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_query_new(crm4e_query **out, crm4e_session *session, const char *module);

/**
 * Frees a query; cursors opened from it live on.
 *
 * @param query may be NULL
 */
CRM4E_API void crm4e_query_free(crm4e_query *query);

/**
 * Adds a column.
 *
 * @param query the query
 * @param field API name, or a path over at most two lookups: "Account_Name.Industry"; or a measure,
 *              "count(id)", "count(distinct Owner)", "sum(Amount)", "avg", "min", "max", or days as in
 *              crm4e_query_group_by(): these make rows of groups, and other columns are grouped by
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG beyond 250; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_select(crm4e_query *query, const char *field);

/**
 * Groups the records: a row is what is equal in all that is grouped by, for texts but for case and
 * accents. Without columns a row is that and the number of records.
 *
 * @param query the query
 * @param field API name or path, or days of a date or time: "day(Closing_Date)", "week", "month",
 *              "quarter", "year", "fiscal_quarter", "fiscal_year", in the reader's time zone
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG beyond 4; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_group_by(crm4e_query *query, const char *field);

/**
 * Adds criteria; with several, all must hold.
 *
 * @param query    the query
 * @param criteria the text form after `where`
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_DEPTH beyond 16; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_where(crm4e_query *query, const char *criteria);

/**
 * Restricts to records whose id is in a list of any length.
 *
 * @param query the query
 * @param ids   in any order; copied; may be NULL when `count` is 0
 * @param count number of ids, at most 1000000
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_where_ids(crm4e_query *query, const crm4e_id *ids, size_t count);

/**
 * Adds a term of the order. Equal rows follow in order of id. Empty values come
 * first ascending, last descending.
 *
 * @param query      the query
 * @param field      API name of a field of the module; of groups: what is grouped by, or a measure
 * @param descending 0 or 1
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG beyond 10; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_order(crm4e_query *query, const char *field, int32_t descending);

/**
 * Orders texts as a language has them: "ä" beside "a" in German, behind "z" in Swedish, Chinese by
 * pinyin or strokes. It concerns the terms of the order that are texts; filters compare as
 * ever. No index knows this order: each page looks at every record that matches, and keeps
 * only its own. The text form is `order by Last_Name collate 'de'`.
 *
 * @param query  the query; of records, not of groups
 * @param locale a tag of BCP 47: "de", "zh-Hans", "zh-u-co-stroke", "en-u-kn" (numbers by value);
 *               "und" for no language in particular
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG beyond 128 bytes; #CRM4E_E_INVALID for no UTF-8;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY. An unknown language is #CRM4E_E_INVALID and groups
 *         are #CRM4E_E_UNSUPPORTED when the query runs
 */
CRM4E_API int crm4e_query_collate(crm4e_query *query, const char *locale);

/**
 * Greatest number of rows; without it 200.
 *
 * @param query the query
 * @param limit 0 or more; -1: all, read in pages, in constant memory
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_query_limit(crm4e_query *query, int64_t limit);

/**
 * Goes on after a page.
 *
 * @param query the same query as the page's
 * @param token from crm4e_cursor_token(); one that was altered or belongs to another query is
 *              refused when the query runs
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_query_after(crm4e_query *query, const char *token);

/**
 * Runs a built query.
 *
 * @param out   receives the cursor; free it with crm4e_cursor_free()
 * @param query the query; without columns: id and the module's name field
 * @return #CRM4E_OK; #CRM4E_E_INVALID for an unknown field or a value that does not fit; #CRM4E_E_DENIED;
 *         #CRM4E_E_TOO_BIG beyond 100000 groups or for a sum beyond 64 bits; #CRM4E_E_ABORTED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_query_run(crm4e_cursor **out, crm4e_query *query);

/**
 * Number of rows a built query gives, records or groups, its limit aside.
 *
 * @param query the query
 * @param count receives the number
 * @return as crm4e_query_run()
 */
CRM4E_API int crm4e_query_count(crm4e_query *query, int64_t *count);

/**
 * Runs a query given as text.
 *
 * @param out     receives the cursor; free it with crm4e_cursor_free()
 * @param session who asks
 * @param text    NUL-terminated, at most 64 KiB
 * @return as crm4e_query_run(); #CRM4E_E_INVALID tells where the text went wrong; #CRM4E_E_NOT_FOUND
 *         for the module
 */
CRM4E_API int crm4e_query_text(crm4e_cursor **out, crm4e_session *session, const char *text);

/**
 * How the rows of a query given as text would be found, for developers: {"module", "rows":
 * "records" or "groups", "scope", "way", "index", "count", "walked", "shared_apart", "collated",
 * "storage", "library", "estimated_rows"}, see docs/query.md. It holds no value, nothing of records that
 * the user may not see, and nothing of what others asked before. A later release may add members and other words.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param text    as crm4e_query_text()
 * @return as crm4e_query_text()
 */
CRM4E_API int crm4e_query_plan(crm4e_text **out, crm4e_session *session, const char *text);

/**
 * Frees a cursor.
 *
 * @param cursor may be NULL
 */
CRM4E_API void crm4e_cursor_free(crm4e_cursor *cursor);

/**
 * Goes to the next row. Rows of one page come from one snapshot; a longer
 * result goes on by key, so that writes in between neither double nor lose
 * rows that did not change.
 *
 * @param cursor the cursor
 * @return #CRM4E_ROW; #CRM4E_OK after the last; #CRM4E_E_ABORTED; #CRM4E_E_DENIED when a right was taken
 *         away meanwhile; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_cursor_next(crm4e_cursor *cursor);

/**
 * Number of columns.
 *
 * @param cursor the cursor
 * @return the number; 0 for a dead handle
 */
CRM4E_API size_t crm4e_cursor_columns(const crm4e_cursor *cursor);

/**
 * Name of a column, as it was selected.
 *
 * @param cursor the cursor
 * @param column from 0
 * @return borrowed until the cursor is freed; NULL beyond the last column
 */
CRM4E_API const char *crm4e_cursor_name(const crm4e_cursor *cursor, size_t column);

/**
 * Id of the current row's record.
 *
 * @param cursor the cursor
 * @return the id; 0 without a current row, and where rows are groups
 */
CRM4E_API crm4e_id crm4e_cursor_id(const crm4e_cursor *cursor);

/**
 * A value of the current row as text: canonical form; users and lookups their
 * name when the target is readable, else the id; of several records so each, parted by ';'.
 *
 * @param cursor the cursor
 * @param column from 0
 * @return borrowed until the next call of crm4e_cursor_next(); NULL when empty
 */
CRM4E_API const char *crm4e_cursor_text(const crm4e_cursor *cursor, size_t column);

/**
 * A value of the current row as a number: as crm4e_record_get_integer().
 *
 * @param cursor the cursor
 * @param column from 0
 * @param number receives the value
 * @param scale  receives the number of decimal places; may be NULL
 * @return #CRM4E_ROW when there is a value, #CRM4E_OK when it is empty; #CRM4E_E_INVALID for a text;
 *         #CRM4E_E_MISUSE also without a current row
 */
CRM4E_API int crm4e_cursor_integer(const crm4e_cursor *cursor, size_t column, int64_t *number,
                                   uint32_t *scale);

/**
 * Where the next page starts, for crm4e_query_after() later or elsewhere.
 * Opaque; it shows when it was altered.
 *
 * @param cursor the cursor
 * @return borrowed until the next call on the cursor; NULL when no row follows the page
 */
CRM4E_API const char *crm4e_cursor_token(const crm4e_cursor *cursor);

/**
 * The rows that follow, as one JSON text: {"columns": [..], "rows": [[..]],
 * "next": token or null}. Afterwards the cursor is at its end, after a failure
 * somewhere before it.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param cursor the cursor
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG beyond 256 MiB; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_cursor_json(crm4e_text **out, crm4e_cursor *cursor);

#ifdef __cplusplus
}
#endif

#endif
