/* SPDX-License-Identifier: MIT */
/* IANA time zones through ICU. A zone keeps the last interval of constant
 * offset it looked up, so that runs of nearby times cost no ICU call; use one
 * zone object from one thread at a time. */
#ifndef C4_ZONE_H
#define C4_ZONE_H

#include "base/civil.h"

typedef struct c4_zone c4_zone;

/* True for an IANA name ICU knows, "UTC" included; false for offsets, ICU's
 * own fall-back names and anything else. */
bool c4_zone_known(const char *name);
/* INVALID for an unknown name, NO_MEMORY. */
int c4_zone_open(c4_zone **out, const c4_mem *mem, const char *name);
void c4_zone_close(c4_zone *zone);
/* The first failure of ICU in a look-up (NO_MEMORY, INTERNAL), else CRM4E_OK.
 * What a look-up gave after a failure means nothing: whoever uses a zone asks
 * once at the end of his work. */
int c4_zone_code(const c4_zone *zone);
/* Times and dates are within C4_TIME_MIN..MAX and C4_DATE_MIN..MAX. */
/* Offset from UTC in microseconds, daylight saving included, at an instant. */
int64_t c4_zone_offset(c4_zone *zone, int64_t utc);
/* Local clock time as if it were UTC. */
int64_t c4_zone_to_local(c4_zone *zone, int64_t utc);
/* In a gap: the time that clock would show if it had not been moved forward
 * (02:30 -> 03:30 daylight time). In an overlap: the earlier instant. */
int64_t c4_zone_to_utc(c4_zone *zone, int64_t local);
/* The first instant of a civil date there (midnight, or the end of a gap). */
int64_t c4_zone_day_start(c4_zone *zone, int32_t days);

#endif
