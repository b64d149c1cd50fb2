/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SCHEDULE_H
#define CRM4E_SCHEDULE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What rules do by the clock: scheduled groups of actions, and rules triggered by a date. The
 * library has no clockwork of its own. Entries are kept with the records, in the transaction
 * of the change that makes, moves or ends them; the host calls crm4e_run_due(), or
 * crm4e_schedule_run() when its messages are pulled, now and then or when crm4e_next_due()
 * says. System administrators only.
 *
 * An entry is run once, whoever and however many run what is due: running it and taking it
 * away are one transaction. It acts on the record and by the rule as they are then, with the
 * rights of the rule's author, and as him where somebody must have changed the record. What
 * is refused is in the run log, and holds up nothing.
 *
 * When the org gets another time zone, what waits moves with it in the same transaction: each entry
 * stands for the same moment by the other clock. One that is past there is due at once; what was
 * done is not done again.
 *
 * Dates are counted in the time zone of the org. A time of day that its clocks leave out
 * comes as much later as they were moved; of one that they show twice it is the first. A
 * day that a month does not have is its last: 29 February is the 28th in other years.
 */

/**
 * Runs what rules have scheduled and is due, the earliest first, some in a transaction, so that
 * others may write in between. A date trigger that repeats and was missed more than once is run once.
 *
 * @param session a system administrator's
 * @param now     the time to go by; 0: the clock's
 * @param budget  at most this many entries
 * @param done    receives how many were run, also by a failure after the first; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE, also while a transaction is open;
 *         what the storage answers, and then the entry stays
 */
CRM4E_API int crm4e_schedule_run(crm4e_session *session, crm4e_time now, int32_t budget,
                                 int32_t *done);

/**
 * When there is next something to do for crm4e_run_due(): an entry of the schedule, or a
 * message, also one that comes again after a failure or when the time of who took it ends.
 * It may be past.
 *
 * @param session a system administrator's
 * @param next    receives the time; 0 when nothing waits
 * @return #CRM4E_ROW; #CRM4E_OK when nothing waits; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_next_due(crm4e_session *session, crm4e_time *next);

/**
 * What is scheduled, as a JSON array in the order of ids: {"id", "due", "module", "record",
 * "rule"}, of a scheduled group with "condition" and "group", their numbers from 1.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session a system administrator's
 * @param module  API name, only of this module; NULL: of all
 * @param record  only for this record of it; 0: for all
 * @param after   behind the entry with this id, which may be gone; 0: from the first
 * @param limit   at most so many, 1 to 1000
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID, also for a record without its module;
 *         #CRM4E_E_NOT_FOUND for the module or record; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_schedule_json(crm4e_text **out, crm4e_session *session, const char *module,
                                  crm4e_id record, int64_t after, int32_t limit);

#ifdef __cplusplus
}
#endif

#endif
