/* SPDX-License-Identifier: MIT */
/* Nobody grants more than he holds: one guard for every change of rights. */
#ifndef C4_ACCESS_GRANT_H
#define C4_ACCESS_GRANT_H

#include "access/access.h"

/*
 * Compares what every user may do in the unit's snapshot with what he might in
 * `before`, both in the open transaction. DENIED when somebody - the actor
 * himself included - gained what the actor did not have before. System
 * administrators pass, as does what is new: users' own records, modules,
 * fields; and what somebody configures in his own team module.
 */
int c4_access_check_grants(c4_unit *unit, c4_meta *before);

#endif
