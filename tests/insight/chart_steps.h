/* SPDX-License-Identifier: MIT */
/* Charts in tests, on the module Things of query_steps.h. JSON with ' for " and
 * ` for '. */
#ifndef TEST_CHART_STEPS_H
#define TEST_CHART_STEPS_H

#include "../record/query_steps.h"
#include "insight/chart_inside.h"

/* setup: make_query_world() in an org of its own. */
int chart_setup(void **state);
int chart_teardown(void **state);

extern c4_chart_result *chart_result; /* of the last run */

/* The code of a run. A good one was computed in all ways, with one result, and
 * each bucket's criteria list as many records as it counts. */
int run_chart(steps *s, const char *json);
/* The same where buckets may have no criteria. */
int run_chart_unlisted(steps *s, const char *json);
/* Good, and its buckets: "Red:2026=2,10.00|*:-=1,-"; '-' for no value, '*' for
 * restricted. */
const char *chart(steps *s, const char *json);
/* The criteria of a bucket of the last run. */
const char *criteria_of(size_t bucket);
/* Ids that a bucket's criteria list, in order; -1 when it has none. */
int64_t ids_of(steps *s, size_t bucket, int64_t *ids, size_t room);

crm4e_id add(steps *s, const char *json); /* a thing */
int save_chart(steps *s, const char *json, bool create_only, crm4e_id *id);

#endif
