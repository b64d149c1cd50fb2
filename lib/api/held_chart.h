/* SPDX-License-Identifier: MIT */
/* A chart in hand, for the calls that build, run, read and draw it. */
#ifndef C4_HELD_CHART_H
#define C4_HELD_CHART_H

#include "api/inside.h"
#include "insight/chart.h"

typedef struct c4_held_chart {
    c4_object object;
    const c4_mem *mem;
    c4_arena arena;
    c4_chart_spec spec;
    c4_chart_result *result; /* of the last run; NULL before one */
} c4_held_chart;

/* MISUSE before a run. */
int c4_held_chart_need_run(crm4e_error *error, const c4_held_chart *chart);

#endif
