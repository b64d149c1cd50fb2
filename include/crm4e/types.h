/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TYPES_H
#define CRM4E_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks what the shared library exports. */
#if defined(__GNUC__)
#define CRM4E_API __attribute__((visibility("default")))
#else
#define CRM4E_API
#endif

/**
 * A length that stands for "the text ends at its NUL". Of such a text, and of one that comes
 * without a length, a function reads as much as it takes at most and one byte more: a NUL that
 * never comes is a text that is too long.
 */
#define CRM4E_NUL_TERMINATED ((size_t)-1)

/** Id of anything stored: positive, below 2^53, never reused. 0 is no id. */
typedef int64_t crm4e_id;
/** Microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t crm4e_time;
/** Days since 1970-01-01; a civil date of the years 0001 to 9999. */
typedef int32_t crm4e_date;

typedef struct crm4e_engine crm4e_engine;     /**< storage and host callbacks */
typedef struct crm4e_org crm4e_org;           /**< one tenant */
typedef struct crm4e_session crm4e_session;   /**< one acting user */
typedef struct crm4e_error crm4e_error;       /**< detail of a failure */
typedef struct crm4e_text crm4e_text;         /**< text owned by the caller */
typedef struct crm4e_record crm4e_record;     /**< one record in hand */
typedef struct crm4e_query crm4e_query;       /**< a query being built */
typedef struct crm4e_cursor crm4e_cursor;     /**< rows of a query */
typedef struct crm4e_chart crm4e_chart;       /**< a chart and its result */
typedef struct crm4e_module crm4e_module;     /**< a module's settings */
typedef struct crm4e_space crm4e_space;       /**< a team space */
typedef struct crm4e_workflow crm4e_workflow; /**< a rule being built */
/** A sharing rule being built. */
typedef struct crm4e_sharing_rule crm4e_sharing_rule;
typedef struct crm4e_verdict crm4e_verdict; /**< an answer of the gate */

#ifdef __cplusplus
}
#endif

#endif
