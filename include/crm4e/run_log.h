/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_RUN_LOG_H
#define CRM4E_RUN_LOG_H

#include <crm4e/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The run log: what became of each rule that met a record. A rule of which no condition
 * held leaves no line, nor does one whose failure refused the change.
 */

/** What became of a rule. */
enum {
    CRM4E_RUN_DONE = 1,
    CRM4E_RUN_SKIPPED = 2, /**< an action had nobody or nothing to work on; the others ran */
    CRM4E_RUN_FAILED = 3   /**< all that it had done was undone */
};

/** Which lines to read; what is 0 or NULL does not narrow. */
typedef struct crm4e_runs_options {
    size_t struct_size; /**< sizeof(crm4e_runs_options) */
    const char *rule;   /**< only of this workflow rule of the module */
    crm4e_id record;    /**< only about this record */
    crm4e_id before;    /**< only lines before this one: what the last page said */
    uint32_t result;    /**< only CRM4E_RUN_* */
    int32_t limit;      /**< at most this many, 1 to 1000; 0: 100 */
} crm4e_runs_options;

/** Initialiser of #crm4e_runs_options. */
#define CRM4E_RUNS_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_runs_options), NULL, 0, 0, 0, 0                                               \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_runs_options_init(crm4e_runs_options *options);

/**
 * Lines of the run log of a module, the newest first, as a JSON object {"runs": [..], "before":
 * id or null}. A line is {"id", "time", "rule", "record", "version", "result", "message"}: the
 * version is the one that the change made, null when the clock did it, the
 * result "done", "skipped" or "failed", the
 * message says what was skipped and why, or the error; else it is null. The rule is null when
 * it is gone; in place of "rule", "assignment_rule" names the one of the requester settings,
 * whose failures have no record.
 *
 * For who may set up the automation of the module and view it, about the records that he
 * sees; about those that are in the bin or gone, for system administrators. The error of a
 * rule that he could not save himself today, because of what it names, is null to him.
 *
 * While "before" is not null there may be more, behind it, also after a page that is short
 * or empty: no call looks at more than 5000 lines, or changes of which no line is asked for.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param module  whose rules
 * @param options which lines; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the rule, and when the module is gone;
 *         #CRM4E_E_INVALID for a number out of range; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_runs_json(crm4e_text **out, crm4e_module *module,
                              const crm4e_runs_options *options);

/**
 * Removes the oldest lines of all modules, a bounded number at a time: a host calls it now
 * and then, until fewer than its budget are done. Nothing else removes any, but for what
 * goes with its module. Lines by which a rule knows that it has run stay: those of rules that
 * run once for a record (crm4e_workflow_repeat()), unless they failed.
 *
 * @param session a system administrator's
 * @param before  written earlier than this
 * @param budget  at most so many, 1 to 100000
 * @param done    receives how many; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_runs_purge(crm4e_session *session, crm4e_time before, int32_t budget,
                               int32_t *done);

#ifdef __cplusplus
}
#endif

#endif
