/* SPDX-License-Identifier: MIT */
/* From one version of the schema to the next. */
#ifndef C4_MIGRATE_H
#define C4_MIGRATE_H

#include "model/unit.h"

/* One step: brings a database of version `from` to `from` + 1. It sees the
 * library's own tables as they are stored, not the metadata. */
typedef struct c4_migration {
    int64_t from;
    int (*run)(c4_unit *unit);
} c4_migration;

/* Compares the database's version with `wanted` in a transaction of its own.
 * SCHEMA_NEW for a newer one; for an older one SCHEMA_OLD, or with `migrate` all
 * steps in one write transaction (who comes second finds it done). SCHEMA_OLD
 * also when there is no step from its version. CORRUPT for 0: a database
 * without an org. */
int c4_schema_open_with(c4_unit *unit, bool migrate, int64_t wanted, const c4_migration *steps,
                        size_t count);

/* The same with this release's version and steps. */
int c4_schema_open(c4_unit *unit, bool migrate);

#endif
