/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_MERGE_H
#define CRM4E_MERGE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Duplicates: which records of a module have the same values, and how several become
 * one. See docs/access.md for who
 * may, and docs/guide.md for how to ask.
 */

/** What to compare; what is 0 or NULL has its default. */
typedef struct crm4e_duplicates_options {
    size_t struct_size; /**< sizeof(crm4e_duplicates_options) */
    /** 1 to 5 fields that must all be the same, as a JSON array of API names; NULL: the
     *  field that records of the module are named by. */
    const char *fields;
    crm4e_id record;   /**< only duplicates of this record; 0: all there are */
    const char *after; /**< "after" of the page before this one; NULL: the first page */
    int32_t limit;     /**< at most so many groups, or records of one, 1 to 200; 0: 50 */
    uint32_t reserved; /**< 0 */
} crm4e_duplicates_options;

/** Initialiser of #crm4e_duplicates_options. */
#define CRM4E_DUPLICATES_OPTIONS_INIT                                                              \
    {                                                                                              \
        sizeof(crm4e_duplicates_options), NULL, 0, NULL, 0, 0                                      \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_duplicates_options_init(crm4e_duplicates_options *options);

/**
 * Records with the same values, out of those the user sees, and nothing of any other: a JSON
 * object {"groups": [{"count", "records"}], "after"}, the records with their id and the fields
 * compared, at most 20 of a group. With a record, {"records", "after"}: the others that have its
 * values. Texts are the same when they are but for case and accents; what is empty is the same
 * as nothing. Groups are in the order of their values. Fields that do not order rows of a query
 * - textareas, multiple values - are not compared.
 *
 * A page is found by at most about 20,000 records, so that it may have fewer groups than asked
 * for, or none, and be followed by more: the last one has null for "after".
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param module  API name
 * @param options what to compare; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module or the record; #CRM4E_E_DENIED for a field that
 *         is hidden; #CRM4E_E_INVALID for fields, a number out of range, or a token that is none;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_duplicates_json(crm4e_text **out, crm4e_session *session, const char *module,
                                    const crm4e_duplicates_options *options);

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
 * Where there are several currencies, amounts are taken over from a record in the master's
 * currency alone, and from none where the user does not read it or changes it with `values`.
 *
 * Whatever points to one of the others points to the master from then on: notes,
 * attachments, activities, and lookups in every module and in rows of subforms, such as the
 * products of line items, whosever they are and whether locked or not. A price book that lists
 * both keeps the price of the master. Their rules do not run, those of the master run once. What
 * lies in the bin stays as it is. A record that is restored from there comes back as it was,
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
