/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SEARCH_H
#define CRM4E_SEARCH_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Text search over all modules: in texts, textareas, e-mail addresses, telephone
 * numbers and websites of the records the user may see, as far as he may read
 * their fields. A word that occurs only where he may not look is found as
 * little as one that does not occur.
 *
 * Case, accents and width do not matter. All words must be there, each whole,
 * the last one also as the beginning of a longer one; a Chinese, Japanese,
 * Korean or Thai text is found by any part of it, one character or more, and a
 * telephone number from any of its groups on, however the digits are grouped.
 */

/** How to search; what is 0 or NULL has its default. */
typedef struct crm4e_search_options {
    size_t struct_size;  /**< sizeof(crm4e_search_options) */
    const char *modules; /**< JSON array of API names; NULL: every module the user may view */
    int32_t limit;       /**< at most this many records; 0: 20 */
    int32_t offset;      /**< records to skip; with `limit` at most 1000 */
} crm4e_search_options;

/** Initialiser of #crm4e_search_options. */
#define CRM4E_SEARCH_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_search_options), NULL, 0, 0                                                   \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_search_options_init(crm4e_search_options *options);

/**
 * Searches. The answer is a JSON array of {"module", "id", "name", "field",
 * "rank"}: "field" has the first word, "name" is empty when it may not be read.
 * Ranks are 1: all words whole in the name, 2: all in the name, the last one
 * begun, 3: all whole somewhere, 4: the last one begun; what is found within a text
 * without spaces counts as whole. Records come by rank,
 * of one rank the newest first.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param text    what to search for, at most 16 words
 * @param length  bytes, or #CRM4E_NUL_TERMINATED; at most 4000
 * @param options where, and how many; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_INVALID for a text without words or that is not UTF-8, and for
 *         numbers out of range; #CRM4E_E_TOO_BIG; #CRM4E_E_NOT_FOUND or #CRM4E_E_DENIED for a module
 *         that is named; #CRM4E_E_ABORTED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_search_json(crm4e_text **out, crm4e_session *session, const char *text,
                                size_t length, const crm4e_search_options *options);

#ifdef __cplusplus
}
#endif

#endif
