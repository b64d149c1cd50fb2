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
 * @param function CRM4E_COUNT ... CRM4E_COUNT_DISTINCT
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
 * Says how the chart is meant to be seen. Most types say nothing but that. A funnel also has a
 * bucket for each option of its picklist, and a KPI with a key, a date or time, has two: the
 * period before this one and this one, by the engine's clock.
 *
 * @param chart the chart
 * @param type  CRM4E_CHART_*; 0: none is said
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_chart_set_type(crm4e_chart *chart, crm4e_chart_type type);

/**
 * Keeps the values of the first key with the greatest first measure (of two keys: over all values
 * of the second; different values are added up there), and puts the rest into one called "others".
 * Records without a value and those that are restricted stay apart.
 *
 * @param chart the chart
 * @param count how many stay, at most 100; 0: all
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_chart_set_top(crm4e_chart *chart, size_t count);

/**
 * Whether there are buckets without a record: of the periods between the first and the last, of
 * the options a picklist offers, of true and false; with two keys of every pair.
 *
 * @param chart the chart
 * @param fill  0 or 1
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_chart_set_fill(crm4e_chart *chart, int32_t fill);

/**
 * Computes the chart. Without a measure: count.
 *
 * @param chart the chart
 * @return #CRM4E_OK; #CRM4E_E_INVALID for fields that cannot be grouped or measured so, and where the
 *         keys do not go with the type, a top or others; #CRM4E_E_DENIED
 *         for a hidden one; #CRM4E_E_TOO_BIG beyond 100000 buckets; #CRM4E_E_ABORTED; #CRM4E_E_MISUSE;
 *         what the storage answers
 */
CRM4E_API int crm4e_chart_run(crm4e_chart *chart);

/**
 * Number of buckets of the last run, sorted by their keys: records without a value first,
 * restricted ones and others last.
 *
 * @param chart the chart
 * @return the number; 0 before a run and for a dead handle
 */
CRM4E_API size_t crm4e_chart_buckets(const crm4e_chart *chart);

/**
 * Label of a bucket in the language of the user.
 *
 * @param chart  the chart
 * @param bucket from 0
 * @param key    from 0
 * @return borrowed until the next run; "" for records without a value; NULL beyond the last
 */
CRM4E_API const char *crm4e_chart_label(const crm4e_chart *chart, size_t bucket, size_t key);

/**
 * Label of a bucket in a given language. Names of records and users, texts, numbers and periods
 * are the same in all.
 *
 * @param chart  the chart
 * @param bucket from 0
 * @param key    from 0
 * @param locale "zh..." for Chinese; NULL or another: English
 * @return as crm4e_chart_label()
 */
CRM4E_API const char *crm4e_chart_label_in(const crm4e_chart *chart, size_t bucket, size_t key,
                                           const char *locale);

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
 * By how much a value of a chart with one key differs from that of the bucket before, exact: of a
 * KPI from the period before, of a funnel from the stage before.
 *
 * @param chart   the chart
 * @param bucket  from 0
 * @param measure from 0
 * @return borrowed until the next run; NULL beyond the last, with another number of keys, and
 *         where one of both has no value or is no period, stage or other value of the key
 */
CRM4E_API const char *crm4e_chart_change(const crm4e_chart *chart, size_t bucket, size_t measure);

/**
 * How many percent a value is of that of the bucket before: of a funnel the rate of conversion.
 * Two decimal places, rounded half to even.
 *
 * @param chart   the chart
 * @param bucket  from 0
 * @param measure from 0
 * @return as crm4e_chart_change(); NULL also where the value before is not above zero or too large
 *         for 64 bits
 */
CRM4E_API const char *crm4e_chart_rate(const crm4e_chart *chart, size_t bucket, size_t measure);

/**
 * Criteria that list exactly a bucket's records for this user.
 *
 * @param chart  the chart
 * @param bucket from 0
 * @return borrowed until the next run; NULL beyond the last and where there are none: for
 *         restricted records, for others of a field with several values or beside restricted
 *         ones, and where they would be longer or deeper than criteria may be
 */
CRM4E_API const char *crm4e_chart_criteria(const crm4e_chart *chart, size_t bucket);

/**
 * The whole result as JSON: {"type", "keys", "measures", "total": records counted, "buckets":
 * [{"keys", "labels": {"en", "zh"}, "values", "change", "rate", "criteria"}]}. No type where none
 * is said; change and rate in charts of one key.
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
