/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_RECORD_H
#define CRM4E_RECORD_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Records. A crm4e_record is a copy in hand: setters change the copy, saving
 * writes it. Fields are named by API name. A field the user may not read is
 * #CRM4E_E_DENIED to get and left out of JSON; one he may not write makes the whole
 * save #CRM4E_E_DENIED. Errors name the field and the rule.
 *
 * The common results of setters: #CRM4E_OK; #CRM4E_E_INVALID with the rule ("type",
 * "length", "range", "picklist", "utf8" ...), also for an unknown field;
 * #CRM4E_E_TOO_BIG beyond a length; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY. What is wrong with a value
 * for a field that the user may not read is not told: the setter answers #CRM4E_OK, saving
 * #CRM4E_E_DENIED.
 */

/**
 * A new record, empty, not saved.
 *
 * @param out     receives the record; free it with crm4e_record_free()
 * @param session who creates
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for a module that does not exist or that he may not see;
 *         #CRM4E_E_DENIED without the right to create; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_new(crm4e_record **out, crm4e_session *session, const char *module);

/**
 * A stored record.
 *
 * @param out     receives the record; free it with crm4e_record_free()
 * @param session who reads
 * @param module  API name
 * @param id      the record
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for one that does not exist or that he may not see;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_open(crm4e_record **out, crm4e_session *session, const char *module,
                                crm4e_id id);

/**
 * A new record, not saved, that begins with what the user may read of another one
 * and write in a new one. Left out are the owner and all that the library writes,
 * unique fields, auto-numbers, and values that a new record could not be given
 * today: picklist values that were retired, users who left, lookups to records
 * that he does not see; and, where there are several currencies, amounts without
 * their currency, also in the rows of a subform. What hangs on the record is not copied. Everything may be
 * changed before it is saved as any new record is.
 *
 * @param out     receives the record; free it with crm4e_record_free()
 * @param session who clones, and owns what he saves unless he says otherwise
 * @param module  API name
 * @param id      the record to copy
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module, and for a record that does not exist or that
 *         he may not see; #CRM4E_E_DENIED without the right to create; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_record_clone(crm4e_record **out, crm4e_session *session, const char *module,
                                 crm4e_id id);

/**
 * Frees the copy in hand; what is stored stays.
 *
 * @param record may be NULL
 */
CRM4E_API void crm4e_record_free(crm4e_record *record);

/**
 * Id of the record.
 *
 * @param record the record
 * @return the id; 0 while it is not saved, and for a dead handle
 */
CRM4E_API crm4e_id crm4e_record_id(const crm4e_record *record);

/**
 * Version the copy was read or saved at; it grows by one with every change.
 *
 * @param record the record
 * @return the version; 0 while it is not saved, and for a dead handle
 */
CRM4E_API int64_t crm4e_record_version(const crm4e_record *record);

/**
 * Sets a field from text in its canonical form: numbers "12.50", dates
 * "2026-01-31", times "2026-01-31T09:00:00Z", booleans "true", picklists the
 * value, several separated by ';', lookups the id, users id or email. Empty
 * text clears the field.
 *
 * @param record the record
 * @param field  API name
 * @param text   UTF-8
 * @param length bytes, or #CRM4E_NUL_TERMINATED
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_text(crm4e_record *record, const char *field, const char *text,
                                    size_t length);

/**
 * Sets an integer, bigint or boolean field, or the id of a lookup.
 *
 * @param record the record
 * @param field  API name
 * @param number the value
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_integer(crm4e_record *record, const char *field, int64_t number);

/**
 * Sets a number field from its exact text. More digits than the field has are
 * refused, not rounded.
 *
 * @param record the record
 * @param field  API name of a number field
 * @param text   "-1200.00", NUL-terminated
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_decimal(crm4e_record *record, const char *field, const char *text);

/**
 * Sets a date field.
 *
 * @param record the record
 * @param field  API name
 * @param date   days since 1970-01-01
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_date(crm4e_record *record, const char *field, crm4e_date date);

/**
 * Sets a datetime field.
 *
 * @param record the record
 * @param field  API name
 * @param time   microseconds UTC
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_time(crm4e_record *record, const char *field, crm4e_time time);

/**
 * Clears a field.
 *
 * @param record the record
 * @param field  API name
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_null(crm4e_record *record, const char *field);

/**
 * Sets every field of a JSON object; all or none.
 *
 * @param record the record
 * @param json   {"Last_Name": "Li", "Annual_Revenue": 1200.50}; unknown members are refused
 * @param length bytes, or #CRM4E_NUL_TERMINATED
 * @return see the top of the file
 */
CRM4E_API int crm4e_record_set_json(crm4e_record *record, const char *json, size_t length);

/**
 * The owner of a new record, or a change of owner; takes effect on saving.
 *
 * @param record the record
 * @param owner  an active user
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_record_set_owner(crm4e_record *record, crm4e_id owner);

/**
 * Saves only if nobody saved since: makes crm4e_record_save() compare the
 * stored version with the copy's. Records from crm4e_record_open() do so from
 * the start.
 *
 * @param record  the record
 * @param version expected; 0: whatever is stored
 * @return #CRM4E_OK; #CRM4E_E_INVALID when negative; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_record_expect(crm4e_record *record, int64_t version);

/**
 * Writes the fields that were set: creates the record, or changes it. Rules
 * run in the same transaction. A save that changes nothing writes nothing.
 *
 * @param record the record; afterwards it shows what is stored
 * @return #CRM4E_OK; #CRM4E_E_INVALID with field and rule ("mandatory" ...);
 *         #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_LOCKED; #CRM4E_E_LIMIT; #CRM4E_E_CONFLICT for a
 *         unique value (field set) or another version (rule "version"); #CRM4E_E_USER;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_save(crm4e_record *record);

/**
 * Changes the record that has a unique value already, or creates one. The unique fields
 * are tried in the order in which they are named, or without names in the order of the
 * module's fields, as crm4e_module_json() lists them, those left out that the user may not
 * read; a field that the object gives no value for is passed over. The first one whose value
 * a record has that he sees decides: that record is changed, as by crm4e_record_save(). When
 * no record is found one is created, in the same way.
 *
 * A record he does not see is not found: if it has one of the values the answer is
 * #CRM4E_E_CONFLICT, as for any new record, and nothing else is told of it.
 *
 * @param id      receives the record; may be NULL
 * @param created receives 1 when it was created, 0 when it was there; may be NULL
 * @param session who writes
 * @param module  API name
 * @param fields  JSON array of the API names of unique fields; NULL: all of the module
 * @param json    JSON object of the values, see crm4e_record_set_json()
 * @param length  bytes of `json`, or #CRM4E_NUL_TERMINATED
 * @return as crm4e_record_save(); #CRM4E_E_INVALID (rule "unique") for a field that is not unique,
 *         and when the object gives a value for none of them; #CRM4E_E_DENIED for one that he may not
 *         read; #CRM4E_E_NOT_FOUND for the module
 */
CRM4E_API int crm4e_record_upsert(crm4e_id *id, int32_t *created, crm4e_session *session,
                                  const char *module, const char *fields, const char *json,
                                  size_t length);

/**
 * Moves a record to the recycle bin.
 *
 * @param session who deletes
 * @param module  API name
 * @param id      the record
 * @param version expected; 0: whatever is stored
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_LOCKED; #CRM4E_E_CONFLICT;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_delete(crm4e_session *session, const char *module, crm4e_id id,
                                  int64_t version);

/**
 * Brings a record back from the recycle bin, with its id.
 *
 * @param session who restores: who could delete it
 * @param module  API name
 * @param id      the record
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT for a unique value now used
 *         elsewhere (field set); #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_restore(crm4e_session *session, const char *module, crm4e_id id);

/**
 * Removes a record from the bin for good, with its shares. Its history stays.
 *
 * @param session a system administrator's
 * @param module  API name
 * @param id      a record in the bin
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the module, and for a record that is not in
 *         the bin; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_purge(crm4e_session *session, const char *module, crm4e_id id);

/**
 * A field as text in its canonical form (crm4e_record_set_text()).
 *
 * @param record the record
 * @param field  API name
 * @param text   receives the text, borrowed until the next call on the record;
 *               NULL when the field is empty
 * @param length receives its bytes; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_INVALID for an unknown field; #CRM4E_E_DENIED for a hidden one;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_record_get_text(crm4e_record *record, const char *field, const char **text,
                                    size_t *length);

/**
 * A number without its point, a date (days), a time (microseconds), a boolean,
 * or the id of a lookup.
 *
 * @param record the record
 * @param field  API name
 * @param number receives the value, 0 when the field is empty
 * @param scale  receives the number of decimal places; may be NULL
 * @return #CRM4E_ROW when there is a value, #CRM4E_OK when the field is empty;
 *         #CRM4E_E_INVALID for an unknown field or a text; #CRM4E_E_DENIED; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_record_get_integer(crm4e_record *record, const char *field, int64_t *number,
                                       uint32_t *scale);

/**
 * The whole record: the fields the user may read.
 *
 * @param out    receives the JSON object; free it with crm4e_text_free()
 * @param record the record
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY; what the storage answers
 */
CRM4E_API int crm4e_record_json(crm4e_text **out, crm4e_record *record);

#ifdef __cplusplus
}
#endif

#endif
