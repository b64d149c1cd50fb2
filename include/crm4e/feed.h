/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_FEED_H
#define CRM4E_FEED_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The change feed: what was committed to the records of an org, in the order of the commits,
 * by whichever process. A host keeps the position it has come to, in its own time and place,
 * and asks what came behind it: after a crash it goes on from the position it kept last.
 *
 * Nothing is told that the session's user may not read when he asks: a record that he does
 * not see then is passed over, fields that are hidden from him are not named, and a change
 * of nothing else is no change. Of a record in the bin he hears when he would see it as it was
 * deleted. Of one that is gone from there too he hears that it was deleted when his role, a
 * share of all records or its owner opened it; what else there is of it only who sees all
 * records of the module. So who follows a module with the rights of a user misses
 * what disappears for him otherwise - by a share that ends, an owner who changes; a
 * host that keeps a copy of a module follows it as a system administrator. Notes and
 * attachments that go with the record they hang on are told to those who see all notes. When a
 * module is removed, all about its records is gone; the audit log tells of that.
 *
 * A position is a number of the org: the same for all sessions, and larger when it is later.
 * It stands for the state of the org right behind that change.
 */

/** What happened to a record, as bits of a filter. */
enum {
    CRM4E_FEED_ADDED = 1u << 0,
    CRM4E_FEED_UPDATED = 1u << 1,
    CRM4E_FEED_DELETED = 1u << 2, /**< to the bin, or with the record it hung on */
    CRM4E_FEED_RESTORED = 1u << 3,
    CRM4E_FEED_OWNER_CHANGED = 1u << 4,
    CRM4E_FEED_SHARED = 1u << 5,
    CRM4E_FEED_UNSHARED = 1u << 6,
    CRM4E_FEED_LOCKED = 1u << 7,
    CRM4E_FEED_UNLOCKED = 1u << 8
};

/** Which changes to tell; what is 0 or NULL does not narrow. */
typedef struct crm4e_feed_options {
    size_t struct_size;  /**< sizeof(crm4e_feed_options) */
    const char *modules; /**< JSON array of API names; NULL: every module the user may view */
    uint32_t kinds;      /**< CRM4E_FEED_* bits */
    int32_t limit;       /**< tell at most this many, 1 to 1000; 0: 100 */
} crm4e_feed_options;

/** Initialiser of #crm4e_feed_options. */
#define CRM4E_FEED_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_feed_options), NULL, 0, 0                                                     \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_feed_options_init(crm4e_feed_options *options);

/**
 * Where the feed stands now: behind all that is committed. To start, take this position, read the
 * records with queries, then follow the feed from the position: what changes meanwhile is told.
 * It costs no more than any call, so it also tells whether a poll is worth it.
 *
 * @param session  who asks; not within a transaction of its own that writes
 * @param position receives it
 * @return #CRM4E_OK; #CRM4E_E_MISUSE, also within such a transaction; what the storage answers
 */
CRM4E_API int crm4e_feed_position(crm4e_session *session, int64_t *position);

/**
 * What was committed behind a position, as a JSON object {"changes": [..], "position": n,
 * "more": true or false}. A change is {"position", "module", "record", "kind", "version",
 * "time", "user", "source", "fields"}: the kind is "added", "updated", "deleted", "restored",
 * "owner_changed", "shared", "unshared", "locked" or "unlocked", the version the one that the change made,
 * the user an id, the source as in crm4e_timeline_json(), the fields the API names of those whose
 * values it changed. All in the order of the commits, nothing twice, nothing left out.
 *
 * The next call goes on from "position": once what was told has been dealt with, that is what
 * to keep. While "more" is true something may be behind it already, also after a page that is
 * short or empty: no call looks at more than 5000 changes. What lies before the position is not
 * read: a call costs what came since, at most 5000 lines, and a record and its line for each of
 * them that may be told.
 *
 * Where crm4e_history_purge() took changes from behind the position (of 0, too: the beginning), and
 * where the position lies ahead of the org, which was replaced by an older copy, the answer is
 * #CRM4E_E_INVALID with the rule "start_anew": start as with crm4e_feed_position(). After a copy
 * was put in place that has gone on since, nobody can tell: then start anew without being told.
 *
 * @param out      receives the text; free it with crm4e_text_free()
 * @param session  who asks; not within a transaction of its own that writes
 * @param position what the last page said, or crm4e_feed_position(); 0: from the beginning
 * @param options  which changes; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_INVALID for a position or number out of range, and to start anew;
 *         #CRM4E_E_NOT_FOUND or #CRM4E_E_DENIED for a module that is named; #CRM4E_E_MISUSE, also
 *         within such a transaction; what the storage answers
 */
CRM4E_API int crm4e_feed_json(crm4e_text **out, crm4e_session *session, int64_t position,
                              const crm4e_feed_options *options);

#ifdef __cplusplus
}
#endif

#endif
