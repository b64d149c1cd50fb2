/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ERRORS_H
#define CRM4E_ERRORS_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Results and error detail.
 *
 * Every function that can fail returns an `int`: #CRM4E_OK (0) or a positive
 * value where the function says so (#CRM4E_ROW) on success, a negative code
 * from #CRM4E_ERRORS on failure. A failing call changes nothing.
 *
 * Detail of the last failure lives on the handle that made the call: the
 * engine (crm4e_engine_error()) for calls on engines and orgs, the session
 * (crm4e_session_error()) for everything done in a session. It is never
 * thread-local. A code is negative exactly when the message is not empty.
 */

/**
 * The list of error codes: X(name, number, text). Append only; a number is
 * never reused. Codes at or below #CRM4E_E_FATAL mean that the handle can no
 * longer be trusted: close it and open anew.
 */
#define CRM4E_ERRORS(X)                                                                            \
    X(INVALID, -1, "a value, name or option is not valid")                                         \
    X(MISUSE, -2, "the call breaks the rules of the interface")                                    \
    X(NOT_FOUND, -3, "no such thing, or not visible to this user")                                 \
    X(DENIED, -4, "this user may not do that")                                                     \
    X(INACTIVE, -5, "the acting user is not active or holds no licence")                           \
    X(LIMIT, -6, "a limit of the edition or licence is reached")                                   \
    X(CONFLICT, -7, "a unique value or an expected version conflicts")                             \
    X(CYCLE, -8, "the change would close a cycle")                                                 \
    X(DEPTH, -9, "nested too deep")                                                                \
    X(TOO_BIG, -10, "longer or more than the documented maximum")                                  \
    X(LOOP, -11, "rules would trigger each other without end")                                     \
    X(BUSY, -12, "locked by another writer; try again")                                            \
    X(NO_MEMORY, -13, "the allocator has no memory")                                               \
    X(FULL, -14, "the storage is full")                                                            \
    X(READ_ONLY, -15, "the storage is read-only")                                                  \
    X(ABORTED, -16, "interrupted, or a callback asked to stop")                                    \
    X(UNSUPPORTED, -17, "not supported here")                                                      \
    X(LOCKED, -18, "the record is locked")                                                         \
    X(SCHEMA_OLD, -19, "the database was written by an older release; migrate it")                 \
    X(SCHEMA_NEW, -20, "the database was written by a newer release")                              \
    X(USER, -21, "a callback of the host refused")                                                 \
    X(CALLBACK, -101, "a callback of the host broke its contract")                                 \
    X(IO, -102, "the storage failed to read or write")                                             \
    X(CORRUPT, -103, "the database is damaged or not a crm4e database")                            \
    X(ENVIRONMENT, -104, "unsafe surroundings: forked process, replaced file, unfit library")      \
    X(COMMIT_UNKNOWN, -105, "whether the commit took place is not known")                          \
    X(INTERNAL, -106, "a defect of the library")

/** Result codes; see #CRM4E_ERRORS for the meaning of each. */
enum {
    CRM4E_OK = 0,  /**< done */
    CRM4E_ROW = 1, /**< a row is ready (crm4e_cursor_next() and its like) */
#define CRM4E_ERROR_ENUM(name, number, text) CRM4E_E_##name = number,
    CRM4E_ERRORS(CRM4E_ERROR_ENUM)
#undef CRM4E_ERROR_ENUM
    CRM4E_E_FATAL = -100 /**< codes at or below it are fatal for the handle */
};

/**
 * What a callback of the host answers. Zero always means "failed", because
 * that is what a callback that raised an exception gives in many languages;
 * any value not listed for the callback is #CRM4E_E_CALLBACK.
 */
enum {
    CRM4E_CONTINUE = 1,    /**< done, go on */
    CRM4E_DONE = 2,        /**< no more rows (storage cursors) */
    CRM4E_PASSTHROUGH = 3, /**< no opinion: let the library decide */
    CRM4E_DENY = 4         /**< refuse */
};

/**
 * The name of a code: "CRM4E_E_LIMIT".
 *
 * @param code a result code
 * @return static text; "CRM4E_E_UNKNOWN" for a code that does not exist
 */
CRM4E_API const char *crm4e_code_name(int code);

/**
 * The meaning of a code in one line of English.
 *
 * @param code a result code
 * @return static text, never NULL
 */
CRM4E_API const char *crm4e_code_text(int code);

/**
 * Code of the last failure.
 *
 * @param error borrowed from an engine or session; NULL gives #CRM4E_E_MISUSE
 * @return a negative code, or #CRM4E_OK when the last call succeeded
 */
CRM4E_API int crm4e_error_code(const crm4e_error *error);

/**
 * What went wrong, in one line: names the thing and the limit, never the
 * value of a field, never SQL.
 *
 * @param error borrowed from an engine or session; NULL gives ""
 * @return borrowed text, valid until the next call on the owning handle;
 *         empty exactly when the code is not negative
 */
CRM4E_API const char *crm4e_error_message(const crm4e_error *error);

/**
 * API name of the module the failure is about.
 *
 * @param error borrowed from an engine or session; NULL gives ""
 * @return borrowed text, "" when the failure is about no module
 */
CRM4E_API const char *crm4e_error_module(const crm4e_error *error);

/**
 * API name of the field the failure is about.
 *
 * @param error borrowed from an engine or session; NULL gives ""
 * @return borrowed text, "" when the failure is about no field
 */
CRM4E_API const char *crm4e_error_field(const crm4e_error *error);

/**
 * Name of the rule or limit that refused: "mandatory", "max_length",
 * "team_modules" ...
 *
 * @param error borrowed from an engine or session; NULL gives ""
 * @return borrowed text, "" when no rule or limit was involved
 */
CRM4E_API const char *crm4e_error_rule(const crm4e_error *error);

/**
 * The limit that was reached.
 *
 * @param error borrowed from an engine or session; NULL gives 0
 * @return the limit, 0 when none was involved
 */
CRM4E_API int64_t crm4e_error_limit(const crm4e_error *error);

/**
 * How much of the limit was used when the call was refused.
 *
 * @param error borrowed from an engine or session; NULL gives 0
 * @return the count, 0 when no limit was involved
 */
CRM4E_API int64_t crm4e_error_current(const crm4e_error *error);

#ifdef __cplusplus
}
#endif

#endif
