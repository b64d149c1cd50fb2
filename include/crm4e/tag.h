/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TAG_H
#define CRM4E_TAG_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Tags: names, with a colour, by which the users of a module sort its records. A
 * module has at most 100, a record at most ten of them. They are values of the
 * field *Tag* of every record: an array in its JSON, `Tag in ('VIP', 'Late')` in
 * queries, criteria, rules and charts, lines of its history.
 *
 * Who may edit a record puts tags on it and takes them off; with a Team User
 * licence, who may view it, in org modules. Both take that the module is shown to
 * him, and that his profile lets him write the field *Tag*. See docs/access.md.
 */

/**
 * Puts a tag on a record. A name that is no tag of the module becomes one. A tag
 * that the record has changes nothing.
 *
 * @param session who tags
 * @param module  API name
 * @param record  the record
 * @param name    1 to 25 characters, without ';'; case does not matter for one that is there
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_LOCKED; #CRM4E_E_INVALID for the
 *         name; #CRM4E_E_TOO_BIG for a longer one; #CRM4E_E_LIMIT beyond ten tags of the record or
 *         100 of the module; #CRM4E_E_MISUSE; what the storage and the rules of the module
 *         answer
 */
CRM4E_API int crm4e_record_tag(crm4e_session *session, const char *module, crm4e_id record,
                               const char *name);

/**
 * Takes a tag off a record.
 *
 * @param session who takes it off
 * @param module  API name
 * @param record  the record
 * @param name    the tag
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record, or a tag that it does not have;
 *         #CRM4E_E_DENIED; #CRM4E_E_LOCKED; #CRM4E_E_MISUSE; what the storage and the rules of the
 *         module answer
 */
CRM4E_API int crm4e_record_untag(crm4e_session *session, const char *module, crm4e_id record,
                                 const char *name);

/**
 * The tags of a module: a JSON array of {"name", "colour"}, in the order in which
 * they came to be; one without a colour lacks that member.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session whose user may open the module and read the field *Tag*
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_tags_json(crm4e_text **out, crm4e_session *session, const char *module);

/**
 * Makes a tag, or gives one another colour.
 *
 * @param session who may change the fields of the module
 * @param module  API name
 * @param name    as in crm4e_record_tag()
 * @param colour  "#rrggbb"; NULL: none, or that it has
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG;
 *         #CRM4E_E_LIMIT beyond 100; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tag_put(crm4e_session *session, const char *module, const char *name,
                            const char *colour);

/**
 * Gives a tag another name, on all records that have it.
 *
 * @param session  who may change the fields of the module
 * @param module   API name
 * @param name     the tag
 * @param new_name as in crm4e_record_tag()
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module or the tag; #CRM4E_E_CONFLICT when another
 *         tag has the name, or had it before it was removed; #CRM4E_E_DENIED; #CRM4E_E_INVALID;
 *         #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tag_rename(crm4e_session *session, const char *module, const char *name,
                               const char *new_name);

/**
 * Removes a tag, from all records that have it: a change of each, with a line of
 * its history, of which rules are not told.
 *
 * @param session who may change the fields of the module
 * @param module  API name
 * @param name    the tag
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module or the tag; #CRM4E_E_LOCKED while a record
 *         that has it is locked; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tag_remove(crm4e_session *session, const char *module, const char *name);

#ifdef __cplusplus
}
#endif

#endif
