/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_VERSION_H
#define CRM4E_VERSION_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The version a program was compiled with (the constants) and the one it runs
 * with (the functions). The release counts features, the ABI version counts
 * breaks: while it stays, a newer shared library replaces an older one.
 */

#define CRM4E_VERSION_MAJOR 0 /**< of the release: raised when the interface breaks */
#define CRM4E_VERSION_MINOR 1 /**< of the release: raised when the interface grows */
#define CRM4E_VERSION_PATCH 0 /**< of the release: raised for corrections */
#define CRM4E_ABI_VERSION   0 /**< number in the soname, libcrm4e.so.0 */

/**
 * Release of the library in use: "0.1.0".
 *
 * Thread-safe, needs no engine.
 *
 * @return static text, never NULL
 */
CRM4E_API const char *crm4e_version_text(void);

/**
 * ABI version of the library in use. A program that loads the library by
 * itself compares it with #CRM4E_ABI_VERSION and goes on only when both are
 * equal.
 *
 * Thread-safe, needs no engine.
 *
 * @return 0 or more
 */
CRM4E_API int crm4e_abi_version(void);

#ifdef __cplusplus
}
#endif

#endif
