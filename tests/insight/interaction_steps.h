/* SPDX-License-Identifier: MIT */
/* Steps of tests about interactions. */
#ifndef TEST_INTERACTION_STEPS_H
#define TEST_INTERACTION_STEPS_H

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOM    "tom@x.example"
#define SUE    "sue@x.example"
#define SECOND INT64_C(1000000)
#define DAY    (INT64_C(86400) * SECOND)
#define START  (INT64_C(1700000000) * SECOND) /* of what happens */

/* A new record of JSON with ' for ". */
crm4e_id make(crm4e_session *session, const char *module, const char *json);
/* Changes a record. */
int change(crm4e_session *session, const char *module, crm4e_id id, const char *json);
/* Adds an interaction so many seconds after the start. */
int say(crm4e_session *session, const char *module, crm4e_id record, const char *kind,
        int64_t seconds, const char *subject);
/* What a JSON text holds of "key" for each entry: "call_in meeting"; in a buffer of its own. */
const char *listed(crm4e_session *session, const char *module, crm4e_id record,
                   const crm4e_interactions_options *options, const char *key);
/* The page itself, and the summary; malloc'd. */
char *paged(crm4e_session *session, const char *module, crm4e_id record,
            const crm4e_interactions_options *options);
char *summed(crm4e_session *session, const char *module, crm4e_id record,
             const crm4e_interactions_options *options);
void assert_holds(const char *text, const char *part); /* ' for " */
void assert_sound(host *h);                            /* crm4e_check() finds nothing */

#define WHICH(...)                                                                                 \
    (&(crm4e_interactions_options){.struct_size = sizeof(crm4e_interactions_options), __VA_ARGS__})
#define EVENT(...)                                                                                 \
    (&(crm4e_interaction_options){.struct_size = sizeof(crm4e_interaction_options), __VA_ARGS__})
#define KIND(...)                                                                                  \
    (&(crm4e_interaction_kind_options){.struct_size = sizeof(crm4e_interaction_kind_options),      \
                                       __VA_ARGS__})

#endif
