/* SPDX-License-Identifier: MIT */
/*
 * Who may do what, decided from docs/access.md alone: slow and plain. It shares
 * no code with the library.
 */
#ifndef TEST_ORACLE_H
#define TEST_ORACLE_H

#include "world.h"

typedef struct oracle {
    const world *w;
    bool *below;     /* [role * role_count + above]: strictly */
    bool *reports;   /* [user * user_count + superior]: directly or through others */
    bool *in_group;  /* [group * user_count + user] */
    bool *addressed; /* [rule * user_count + user]: the rule reaches him */
} oracle;

oracle *oracle_new(const world *w);
void oracle_free(oracle *o);

/* CRM4E_OK, INACTIVE, NOT_FOUND, DENIED or LOCKED for an action on a record;
 * `record` -1: on the module as a whole. A deleted record is NOT_FOUND. */
int oracle_may(const oracle *o, int user, crm4e_action action, int module, int record);
/* The same, the lock aside. */
int oracle_in_scope(const oracle *o, int user, crm4e_action action, int module, int record);
/* Everything that opens a record for an action, each on its own: bits 1 <<
 * (CRM4E_REASON_* - 101). Of somebody who is no administrator. */
uint32_t oracle_reasons(const oracle *o, int user, crm4e_action action, int record);
/* What a user may do with a field of a module: CRM4E_PERMISSION_*. */
crm4e_permission oracle_field(const oracle *o, int user, int module, int field);
/* Whether a roll-up, itself hidden from nobody, is open to the user: over another module's fields
 * `lookup` and `source`, -1 for none. */
bool oracle_rollup(const oracle *o, int user, int of, int lookup, int source);
/* Whether the module is shown to the user. */
bool oracle_module_shown(const oracle *o, int user, int module);

#endif
