/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SHARE_H
#define CRM4E_SHARE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Sharing single records with users, roles and groups, and locking them.
 * docs/access.md says what a share opens and who may give one. To share takes
 * the action *share* on the record; a lock does not keep anybody from it. Ids of
 * subjects: crm4e_user_find(), crm4e_role_find(), crm4e_group_find().
 */

/**
 * Shares a record, or changes the share its subject has already. Sharing the
 * same again changes nothing.
 *
 * @param session who shares
 * @param module  API name
 * @param record  the record
 * @param kind    whom: what `subject` is the id of
 * @param subject a user, active or not, a role or a group
 * @param level   read only, read write or full access, and no more than he has on the record
 * @param related 1: also every record of an org module that points to this one with a lookup
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record or the subject; #CRM4E_E_DENIED, with the rule
 *         "level" for more than he has, "own_reach" for a share with himself; #CRM4E_E_INVALID for
 *         the kind, the level or `related`, which is for org modules; #CRM4E_E_LIMIT beyond ten
 *         subjects; #CRM4E_E_UNSUPPORTED for notes and attachments; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_record_share(crm4e_session *session, const char *module, crm4e_id record,
                                 crm4e_subject kind, crm4e_id subject, crm4e_level level,
                                 int32_t related);

/**
 * Takes a share back.
 *
 * @param session who takes it back: who may share the record
 * @param module  API name
 * @param record  the record
 * @param kind    of the subject
 * @param subject with whom it is shared
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the record, or when it is not shared with the subject;
 *         #CRM4E_E_DENIED; #CRM4E_E_INVALID for the kind; #CRM4E_E_UNSUPPORTED; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_record_unshare(crm4e_session *session, const char *module, crm4e_id record,
                                   crm4e_subject kind, crm4e_id subject);

/**
 * With whom a record is shared: a JSON array of {"subject", "id", "name", "level",
 * "related", "by", "by_name", "time"} in the order the shares were given.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks: who may share the record
 * @param module  API name
 * @param record  the record
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_UNSUPPORTED for notes and
 *         attachments; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_shares(crm4e_text **out, crm4e_session *session, const char *module,
                                  crm4e_id record);

/**
 * Locks or unlocks a record. A locked record is not changed, deleted or given
 * to another owner by anybody, neither an administrator nor a workflow rule:
 * #CRM4E_E_LOCKED. Whoever may edit it may unlock it. The version moves.
 *
 * @param session who locks: who may edit the record
 * @param module  API name
 * @param record  the record
 * @param locked  1 or 0; what is so already changes nothing
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_INVALID for another number;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_record_set_locked(crm4e_session *session, const char *module, crm4e_id record,
                                      int32_t locked);

#ifdef __cplusplus
}
#endif

#endif
