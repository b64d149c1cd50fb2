/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_CHART_H
#define CRM4E_CHART_H

#include <crm4e/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Charts: groups and measures over exactly the records the user may see. The
 * result is data: buckets with labels, exact values and the criteria that list
 * a bucket's records.
 */

/**
 * A chart being built.
 *
 * @param out     receives the chart; free it with crm4e_chart_free()
 * @param session who asks
 * @param module  API name
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_chart_new(crm4e_chart **out, crm4e_session *session, const char *module);

/**
 * A saved chart of the org, as its name is shown.
 *
 * @param out     receives the chart; free it with crm4e_chart_free()
 * @param session who asks; his own rights decide, not the author's
 * @param module  API name
 * @param name    the chart's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_chart_open(crm4e_chart **out, crm4e_session *session, const char *module,
                               const char *name);

/**
 * Frees a chart.
 *
 * @param chart may be NULL
 */
CRM4E_API void crm4e_chart_free(crm4e_chart *chart);

/**
 * Adds a key to group by; at most two.
 *
 * @param chart the chart
 * @param field API name
 * @param by    how dates and times are cut; 0 for other fields
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_chart_group_by(crm4e_chart *chart, const char *field, crm4e_granularity by);

/**
 * Adds a measure; at most five.
 *
 * @param chart    the chart
 * @param function CRM4E_COUNT ... CRM4E_MAX
 * @param field    API name of a number field; NULL for count
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_chart_measure(crm4e_chart *chart, crm4e_measure function, const char *field);

/**
 * Restricts to records that meet criteria.
 *
 * @param chart    the chart
 * @param criteria as crm4e_query_where(); NULL: all
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_DEPTH; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_chart_where(crm4e_chart *chart, const char *criteria);

/**
 * Computes the chart. Without a measure: count.
 *
 * @param chart the chart
 * @return #CRM4E_OK; #CRM4E_E_INVALID for fields that cannot be grouped or measured so; #CRM4E_E_DENIED
 *         for a hidden one; #CRM4E_E_TOO_BIG beyond 100000 buckets; #CRM4E_E_ABORTED; #CRM4E_E_MISUSE;
 *         what the storage answers
 */
CRM4E_API int crm4e_chart_run(crm4e_chart *chart);

/**
 * Number of buckets of the last run, sorted by their keys.
 *
 * @param chart the chart
 * @return the number; 0 before a run and for a dead handle
 */
CRM4E_API size_t crm4e_chart_buckets(const crm4e_chart *chart);

/**
 * Label of a bucket.
 *
 * @param chart  the chart
 * @param bucket from 0
 * @param key    from 0
 * @return borrowed until the next run; "" for records without a value; NULL beyond the last
 */
CRM4E_API const char *crm4e_chart_label(const crm4e_chart *chart, size_t bucket, size_t key);

/**
 * Value of a measure, exact, as decimal text.
 *
 * @param chart   the chart
 * @param bucket  from 0
 * @param measure from 0
 * @return borrowed until the next run; NULL beyond the last, and for an average, minimum or
 *         maximum of no values (a sum of none is zero)
 */
CRM4E_API const char *crm4e_chart_value(const crm4e_chart *chart, size_t bucket, size_t measure);

/**
 * Criteria that list exactly a bucket's records for this user.
 *
 * @param chart  the chart
 * @param bucket from 0
 * @return borrowed until the next run; NULL when there is none, or beyond the last
 */
CRM4E_API const char *crm4e_chart_criteria(const crm4e_chart *chart, size_t bucket);

/**
 * The whole result as JSON.
 *
 * @param out   receives the text; free it with crm4e_text_free()
 * @param chart the chart, after a run
 * @return #CRM4E_OK; #CRM4E_E_MISUSE, also before a run; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_chart_json(crm4e_text **out, crm4e_chart *chart);

#ifdef __cplusplus
}
#endif

#endif
