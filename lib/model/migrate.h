/* SPDX-License-Identifier: MIT */
/* From one version of the schema to the next. */
#ifndef C4_MIGRATE_H
#define C4_MIGRATE_H

#include "model/unit.h"

/* Compares the database's version with C4_SCHEMA_VERSION in a transaction of
 * its own. SCHEMA_NEW for a newer one; for an older one SCHEMA_OLD, or with
 * `migrate` all steps in one write transaction (who comes second finds it
 * done). CORRUPT for 0: a database without an org. */
int c4_schema_open(c4_unit *unit, bool migrate);

#endif
