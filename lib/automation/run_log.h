/* SPDX-License-Identifier: MIT */
/* What became of rules: lines that they wrote, read under the rights of who asks. */
#ifndef C4_RUN_LOG_H
#define C4_RUN_LOG_H

#include "automation/run.h"

typedef struct c4_runs_request {
    const char *rule; /* NULL: of all rules */
    crm4e_id record;  /* 0: about all records */
    crm4e_id before;  /* 0: from the newest */
    uint32_t result;  /* c4_run_result; 0: any */
    size_t limit;
} c4_runs_request;

/* {"runs": [..], "before": id or null}, for who may set up the module's automation. */
int c4_runs_to_json(c4_unit *unit, const c4_module *module, const c4_runs_request *request,
                    c4_buffer *out);
/* Removes the oldest, written before a time. For system administrators. */
int c4_runs_purge(c4_unit *unit, int64_t before, size_t budget, size_t *done);

#endif
