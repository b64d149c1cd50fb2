/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TEXT_H
#define CRM4E_TEXT_H

#include <crm4e/errors.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Text that a call hands to the caller.
 */

/**
 * The bytes: UTF-8, NUL-terminated.
 *
 * @param text the text
 * @return borrowed until crm4e_text_free(); NULL for a dead handle
 */
CRM4E_API const char *crm4e_text_data(const crm4e_text *text);

/**
 * Length in bytes, without the NUL.
 *
 * @param text the text
 * @return the length; 0 for a dead handle
 */
CRM4E_API size_t crm4e_text_length(const crm4e_text *text);

/**
 * Frees a text.
 *
 * @param text may be NULL
 */
CRM4E_API void crm4e_text_free(crm4e_text *text);

#ifdef __cplusplus
}
#endif

#endif
