/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_RELATED_H
#define CRM4E_RELATED_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Related lists: what hangs on a record and what points to it - notes,
 * attachments, tasks, meetings, calls, and records of any module with a lookup to
 * it. Nothing is in them that a query of the same user would not give.
 */

/**
 * Which related lists records of a module have, for this user: a JSON array of
 * {"relation", "module", "field", "label", "label_zh"}, the labels those of the other
 * module. Left out are modules that he may not open and lookups that he may not
 * read.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_relations_json(crm4e_text **out, crm4e_session *session, const char *module);

/**
 * A page of a related list, newest first: a JSON object {"records", "after"}. The
 * records are as crm4e_record_json() writes them; "after" is the token of the next
 * page, null on the last.
 *
 * @param out      receives the text; free it with crm4e_text_free()
 * @param session  who asks
 * @param module   API name
 * @param record   of what
 * @param relation "Module.Lookup", such as "Notes.Parent_Id" or "Contacts.Account_Name"
 * @param limit    records of a page, 1 to 200
 * @param after    token of the page before; NULL: the first page
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module, the record, or a relation that
 *         crm4e_relations_json() does not list; #CRM4E_E_INVALID for the limit or the token;
 *         #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_related_json(crm4e_text **out, crm4e_session *session, const char *module,
                                 crm4e_id record, const char *relation, int32_t limit,
                                 const char *after);

#ifdef __cplusplus
}
#endif

#endif
