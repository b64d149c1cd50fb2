/* SPDX-License-Identifier: MIT */
/* Kinds of interactions: a table of built-in ones, and those of an org. */
#ifndef C4_INTERACTION_KINDS_H
#define C4_INTERACTION_KINDS_H

#include "model/unit.h"

/* Numbers of built-in kinds: stored, below every id. */
enum {
    C4_KIND_CALL_IN = 1,
    C4_KIND_CALL_OUT = 2,
    C4_KIND_CALL_MISSED = 3,
    C4_KIND_CALL_SCHEDULED = 4,
    C4_KIND_MEETING = 5,
    C4_KIND_NOTE = 6,
    C4_KIND_TICKET = 7,
    C4_KIND_REQUEST = 8,
    C4_KIND_STAGE_CHANGED = 9,
    C4_KIND_CONVERTED = 10,
    C4_KIND_EMAIL_IN = 11,
    C4_KIND_EMAIL_OUT = 12,
    C4_KIND_EMAIL_OPENED = 13,
    C4_KIND_EMAIL_BOUNCED = 14,
    C4_KIND_MESSAGE_IN = 15,
    C4_KIND_MESSAGE_OUT = 16,
    C4_KIND_VISIT = 17,
    C4_KIND_FORM = 18,
    C4_KIND_SURVEY = 19,
    C4_KIND_CAMPAIGN_MAIL = 20,
    C4_KIND_BUILT_IN_END
};

extern const c4_interaction_kind c4_interaction_kinds[];
extern const size_t c4_interaction_kind_count;

/* By number or id; by name; NULL: none. */
const c4_interaction_kind *c4_interaction_kind_of(const c4_meta *meta, int64_t id);
const c4_interaction_kind *c4_interaction_kind_named(const c4_meta *meta, const char *name);
/* Of the org's own. */
const c4_interaction_kind *c4_interaction_kind_own(const c4_meta *meta, const char *name);

/* LIMIT in an edition without interactions. */
int c4_interactions_need(c4_unit *unit);

#endif
