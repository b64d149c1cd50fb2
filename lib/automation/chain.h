/* SPDX-License-Identifier: MIT */
/*
 * Rules that rules set off. What a rule changes wakes no rule; a record that it creates does
 * when its action says so, and so does what that brings to another: a note, an interaction. Then three things keep the chain finite: a rule that could set
 * itself off is not saved, a chain has so many levels at most, and the rules further down do
 * so many actions at most in one save. A chain that is stopped is undone as a whole: the rule
 * at its head fails, by its own policy.
 */
#ifndef C4_CHAIN_H
#define C4_CHAIN_H

#include "automation/run.h"

enum {
    C4_CHAIN_DEPTH = 5,     /* levels, that of the change included */
    C4_CHAIN_ACTIONS = 1000 /* of rules that rules set off, in one save */
};

/* Whether rules look at the change: one by no rule, or the record that c4_chain_wake() meant. */
bool c4_chain_takes(c4_unit *unit);
/* The record that is created next wakes the rules of its module. */
void c4_chain_wake(c4_unit *unit, bool wakes);
/* A level down, whether or not a rule waits there. */
void c4_chain_enter(c4_unit *unit);
/* Up again, once for each c4_chain_enter(). */
void c4_chain_leave(c4_unit *unit);
/* A rule is woken on this level. LOOP beyond the last. */
int c4_chain_set_off(c4_unit *unit);
/* Counts an action. TOO_BIG when there were too many. */
int c4_chain_act(c4_unit *unit);
/* Whether what failed goes up to the head of the chain, whatever the rule's policy. */
bool c4_chain_breaks(c4_unit *unit);
/* LOOP, with the way round, when the rule could set itself off. `old` is the rule in whose
 * place it comes, or NULL. */
int c4_chain_check(c4_unit *unit, const c4_rule *rule, const c4_definition *old);

#endif
