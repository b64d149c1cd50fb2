/* SPDX-License-Identifier: MIT */
/* Questions to the gate that are not on the way to a record: may he, why, who. */
#ifndef C4_ACCESS_EXPLAIN_H
#define C4_ACCESS_EXPLAIN_H

#include "access/access.h"
#include "base/buffer.h"
#include <crm4e/access.h>

typedef struct c4_question {
    crm4e_action action;
    const char *module;
    crm4e_id record;   /* 0: any */
    const char *field; /* NULL: none */
} c4_question;

/* Where an answer was found. */
typedef enum c4_stage {
    C4_STAGE_QUESTION, /* the question is no question */
    C4_STAGE_ACTOR,
    C4_STAGE_MODULE,
    C4_STAGE_RECORD,
    C4_STAGE_LOCK,
    C4_STAGE_FIELD,
    C4_STAGE_HOST,
    C4_STAGE_END
} c4_stage;

/* OK, DENIED, NOT_FOUND, LOCKED, INACTIVE; INVALID for an unknown action or
 * field. With the message that the call itself would give. `stage` may be NULL. */
int c4_access_check(c4_unit *unit, const c4_question *question, c4_stage *stage);

typedef struct c4_reason {
    crm4e_reason kind;
    const char *name; /* "" where there is none */
} c4_reason;

typedef struct c4_verdict {
    int code;
    c4_reason *reasons;
    size_t count;
    size_t capacity;
    const char *sentence;
    const char *sentence_zh;
} c4_verdict;

/* About `user`, in the arena. The asker is the unit's actor: DENIED when he may
 * not ask. NOT_FOUND when there is no such user. */
int c4_access_explain(c4_unit *unit, c4_arena *arena, crm4e_id user, const c4_question *question,
                      c4_verdict *verdict);
int c4_access_who_can(c4_unit *unit, const c4_question *question, c4_buffer *out);

/* Text of a reason with its name in it. */
void c4_reason_text(c4_buffer *out, const c4_reason *reason, bool chinese);
/* Makes the sentences of a verdict. */
int c4_verdict_say(c4_unit *unit, c4_arena *arena, c4_verdict *verdict);
void c4_verdict_reasons_to_json(c4_buffer *out, const c4_verdict *verdict);
void c4_verdict_to_json(c4_buffer *out, const c4_verdict *verdict);

/* Why a record is open to the unit's actor at the level of the action: adds to
 * the verdict. `blind` leaves out rules whose criteria name fields that he may
 * not read, as long as there is something else. */
int c4_access_reasons(c4_unit *unit, c4_arena *arena, const c4_scope *scope, crm4e_id record,
                      bool blind, c4_verdict *verdict);
int c4_verdict_add(c4_unit *unit, c4_arena *arena, c4_verdict *verdict, crm4e_reason kind,
                   const char *name);

#endif
