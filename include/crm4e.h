/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_H
#define CRM4E_H

/**
 * @file
 * Everything a host needs, in one include. What a host may implement itself
 * (storage, clock, allocator ...) is in <crm4e/sys/...>.
 *
 * # Shape
 *
 * An engine stands for one storage, an org for one tenant in it, a session for
 * one acting user, and everything else is done in a session. There is no way to
 * data without one: what a session's user may not see does not exist for him,
 * by any question.
 *
 * Functions return `int`: #CRM4E_OK or a positive value, or a negative code. A
 * failing call changes nothing. Its detail is on the session or engine that
 * made the call, see <crm4e/errors.h>.
 *
 * # Handles
 *
 * A handle that comes out through the first parameter belongs to the caller
 * and goes back by the `_free` or `_close` of its kind; NULL is fine there.
 * Handles are tokens: using one that was freed, belongs to something closed,
 * or was never given out is #CRM4E_E_MISUSE, never a crash. Closing a parent
 * ends its children; freeing a dead child does nothing. So garbage collectors
 * may finalise in any order and on any thread.
 *
 * A pointer that comes back otherwise is borrowed, for as long as the function
 * says.
 *
 * # Memory, time, chance
 *
 * All memory of the library comes from the engine's allocator; SQLite and ICU
 * keep their own. Time and random bytes come from the engine's
 * clock and random interfaces. The library starts no thread, installs no
 * signal handler, prints nothing, never aborts, and touches neither locale nor
 * environment of the process.
 *
 * # Threads
 *
 * An engine may be used by many threads. A session is used by one at a time,
 * any thread; a second one at the same moment gets #CRM4E_E_MISUSE. Callbacks
 * run on the calling thread with no lock held; calling the session they were
 * called from is #CRM4E_E_MISUSE. crm4e_interrupt() is the only function safe
 * from another thread or a signal handler at any time.
 *
 * # Processes
 *
 * Several processes may use one file at once. After fork() the child may only
 * exec or open an engine anew: a handle of the parent is
 * #CRM4E_E_ENVIRONMENT there, and closing frees memory only.
 *
 * # Text, numbers, times
 *
 * Text is UTF-8 without NUL; anything else is #CRM4E_E_INVALID. Decimals are
 * exact: a number with more digits than its field has is refused. A date is a
 * civil date, a time is microseconds UTC; "month" or "today" use the user's
 * time zone.
 *
 * # Options
 *
 * Structs of options start with `struct_size`: set it by the INIT macro or the
 * init function. A program built against an older release goes on working; a
 * member the library does not know is refused unless it is zero.
 */

#include <crm4e/access.h>
#include <crm4e/assignment.h>
#include <crm4e/audit.h>
#include <crm4e/backup.h>
#include <crm4e/bin.h>
#include <crm4e/chart.h>
#include <crm4e/convert.h>
#include <crm4e/currency.h>
#include <crm4e/dry_run.h>
#include <crm4e/edition.h>
#include <crm4e/engine.h>
#include <crm4e/errors.h>
#include <crm4e/feed.h>
#include <crm4e/feedback.h>
#include <crm4e/file.h>
#include <crm4e/group.h>
#include <crm4e/history.h>
#include <crm4e/interaction.h>
#include <crm4e/limits.h>
#include <crm4e/mass.h>
#include <crm4e/merge.h>
#include <crm4e/model.h>
#include <crm4e/module.h>
#include <crm4e/navigation.h>
#include <crm4e/org.h>
#include <crm4e/outbox.h>
#include <crm4e/picture.h>
#include <crm4e/profile.h>
#include <crm4e/query.h>
#include <crm4e/record.h>
#include <crm4e/related.h>
#include <crm4e/request.h>
#include <crm4e/role.h>
#include <crm4e/run_log.h>
#include <crm4e/schedule.h>
#include <crm4e/search.h>
#include <crm4e/session.h>
#include <crm4e/settings.h>
#include <crm4e/sharing.h>
#include <crm4e/share.h>
#include <crm4e/space.h>
#include <crm4e/tab_group.h>
#include <crm4e/tag.h>
#include <crm4e/text.h>
#include <crm4e/timeline.h>
#include <crm4e/transfer.h>
#include <crm4e/types.h>
#include <crm4e/user.h>
#include <crm4e/version.h>
#include <crm4e/view.h>
#include <crm4e/workflow.h>

#endif
