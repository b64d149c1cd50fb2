/* SPDX-License-Identifier: MIT */
/* A rule in hand, for the calls that build it. */
#ifndef C4_HELD_WORKFLOW_H
#define C4_HELD_WORKFLOW_H

#include "api/inside.h"
#include "automation/automation.h"

enum {
    C4_WORKFLOW_TEXT = 1024 * 1024, /* bytes of the rule, and of any part of it */
    C4_WORKFLOW_NAME = 1024         /* of what names something */
};

typedef struct c4_held_workflow {
    c4_object object;
    const c4_mem *mem;
    int32_t module;
    uint32_t trigger;
    size_t condition_count; /* those written, the first included */
    size_t action_count;
    size_t actions_here; /* in the last condition or group */
    size_t groups_here;  /* in the last condition */
    struct {
        size_t length;
        size_t conditions;
        size_t actions;
        size_t actions_here;
        size_t groups_here;
    } mark; /* what a failing call goes back to */
    bool once;
    c4_buffer name;
    c4_buffer waits; /* ,"fields":[..] or ,"date":{..}: what the trigger takes beside its word */
    c4_buffer conditions; /* {"when":..,"then":[..  of the last one not closed */
} c4_held_workflow;

/* A text of the rule and its length, or why it is none. */
int c4_held_workflow_text(crm4e_error *error, const char *text, const char *name, size_t ceiling,
                          size_t *length);
/* {"days":3}, and whether it can be. */
void c4_held_workflow_put_span(c4_buffer *out, crm4e_time_unit unit, int32_t count);
int c4_held_workflow_check_span(crm4e_error *error, crm4e_time_unit unit, int32_t count);

#endif
