/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_MERGE_H
#define CRM4E_MERGE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Duplicates: several records of a module become one. See docs/access.md for who
 * may, and docs/guide.md for how to ask.
 */

/**
 * Merges one or two records into another of the module, the master, all of it or
 * nothing. The master keeps its id, owner, numbers and history. The others go to the
 * bin, and the timeline of each says "merge".
 *
 * Fields of the master that are empty take the first value that one of the others
 * has, as far as the user may read and write them, and could give the master that
 * value himself; `values` comes first. What he may not read or write stays the
 * master's. So do tags, of which the master has at most ten, and shares: those of the
 * others are added as far as he could add them.
 *
 * Whatever points to one of the others points to the master from then on: notes,
 * attachments, activities, and lookups in every module, whosever they are and whether
 * locked or not. Their rules do not run, those of the master run once. What lies in
 * the bin stays as it is. A record that is restored from there comes back as it was,
 * without what went to the master.
 *
 * @param session who merges; it takes the right to mass delete in the module, to edit the
 *                master and to delete each of the others
 * @param module  API name; not Notes or Attachments
 * @param master  the record that stays
 * @param others  those that become part of it
 * @param count   how many others, 1 or 2
 * @param values  values for the master as a JSON object; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED, also when the master is shared with
 *         the user *with related records*, unless he is a system administrator; #CRM4E_E_LOCKED
 *         for the master or one of the others; #CRM4E_E_INVALID for the count, a record named
 *         twice, and for values; #CRM4E_E_UNSUPPORTED for Notes and Attachments;
 *         #CRM4E_E_CONFLICT for a unique value that is taken; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_records_merge(crm4e_session *session, const char *module, crm4e_id master,
                                  const crm4e_id *others, size_t count, const char *values);

#ifdef __cplusplus
}
#endif

#endif
