/* SPDX-License-Identifier: MIT */
#include "base/zone.h"

#include <string.h>

#include <unicode/ucal.h>

#include <crm4e/errors.h>

enum {
    NAME_MAX_LENGTH = 63
};

/* No clock anywhere is or was further than a day from UTC. */
#define OFFSET_MAX  C4_DAY_MICROSECONDS
#define MILLISECOND INT64_C(1000)

/* Instants from `start` up to, not including, `end` share one offset. */
typedef struct zone_interval {
    int64_t start;
    int64_t end;
    int64_t offset;
} zone_interval;

struct c4_zone {
    c4_mem mem;
    UCalendar *calendar;
    zone_interval cached;
    int code;
};

/* Names that ICU keeps for old Java programs; IANA has none of them, and some
 * (IST, CST) mean different places to different people. */
static const char foreign_names[][4] = {
    "ACT", "AET", "AGT", "ART", "AST", "BET", "BST", "CAT", "CNT", "CST", "CTT", "EAT", "ECT",
    "IET", "IST", "JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST"};

static bool is_foreign(const char *name)
{
    for (size_t i = 0; i < sizeof foreign_names / sizeof foreign_names[0]; i++) {
        if (strcmp(name, foreign_names[i]) == 0)
            return true;
    }
    return strncmp(name, "SystemV/", 8) == 0;
}

/* Widens an ASCII name for ICU; 0 when it cannot be a name. */
static int32_t widen_name(const char *name, UChar wide[NAME_MAX_LENGTH])
{
    int32_t length = 0;

    for (; name[length] != '\0'; length++) {
        unsigned char c = (unsigned char)name[length];
        if (length == NAME_MAX_LENGTH || c <= 0x20 || c >= 0x7f)
            return 0;
        wide[length] = c;
    }
    return length;
}

static int code_of_status(UErrorCode status)
{
    if (U_SUCCESS(status))
        return CRM4E_OK;
    return status == U_MEMORY_ALLOCATION_ERROR ? CRM4E_E_NO_MEMORY : CRM4E_E_INTERNAL;
}

/* OK, INVALID for an unknown name, else what ICU failed with. */
static int check_name(const char *name, UChar wide[NAME_MAX_LENGTH], int32_t *length)
{
    UChar canonical[2 * NAME_MAX_LENGTH];
    UErrorCode status = U_ZERO_ERROR;
    UBool is_system = 0;

    if (name == NULL || is_foreign(name))
        return CRM4E_E_INVALID;
    *length = widen_name(name, wide);
    if (*length == 0)
        return CRM4E_E_INVALID;
    ucal_getCanonicalTimeZoneID(wide, *length, canonical, 2 * NAME_MAX_LENGTH, &is_system, &status);
    if (status == U_ILLEGAL_ARGUMENT_ERROR)
        return CRM4E_E_INVALID;
    if (U_FAILURE(status))
        return code_of_status(status);
    return is_system ? CRM4E_OK : CRM4E_E_INVALID;
}

bool c4_zone_known(const char *name)
{
    UChar wide[NAME_MAX_LENGTH];
    int32_t length;

    return check_name(name, wide, &length) == CRM4E_OK;
}

/* Instant of the transition on one side; `none` when there is no more. */
static int64_t transition(const c4_zone *zone, UTimeZoneTransitionType side, int64_t none,
                          UErrorCode *status)
{
    UDate date = 0;

    if (!ucal_getTimeZoneTransitionDate(zone->calendar, side, &date, status))
        return none;
    return (int64_t)date * MILLISECOND;
}

static int64_t floor_milliseconds(int64_t microseconds)
{
    int64_t whole = microseconds / MILLISECOND;

    return microseconds % MILLISECOND < 0 ? whole - 1 : whole;
}

/* The interval of an instant. After a failure an interval of all time with
 * offset 0, so that searches end. */
static const zone_interval *look_up(c4_zone *zone, int64_t utc)
{
    zone_interval found = {INT64_MIN, INT64_MAX, 0};
    UErrorCode status = U_ZERO_ERROR;

    if (utc >= zone->cached.start && utc < zone->cached.end)
        return &zone->cached;
    ucal_setMillis(zone->calendar, (UDate)floor_milliseconds(utc), &status);
    found.offset = (int64_t)ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &status) +
                   ucal_get(zone->calendar, UCAL_DST_OFFSET, &status);
    found.offset *= MILLISECOND;
    found.start = transition(zone, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, INT64_MIN, &status);
    found.end = transition(zone, UCAL_TZ_TRANSITION_NEXT, INT64_MAX, &status);
    if (U_FAILURE(status) || utc < found.start || utc >= found.end) {
        if (zone->code == CRM4E_OK)
            zone->code = U_FAILURE(status) ? code_of_status(status) : CRM4E_E_INTERNAL;
        found = (zone_interval){INT64_MIN, INT64_MAX, 0};
    }
    zone->cached = found;
    return &zone->cached;
}

int c4_zone_open(c4_zone **out, const c4_mem *mem, const char *name)
{
    UChar wide[NAME_MAX_LENGTH];
    UErrorCode status = U_ZERO_ERROR;
    c4_zone *zone = NULL;
    int32_t length;
    int rc = check_name(name, wide, &length);

    *out = NULL;
    if (rc != CRM4E_OK)
        goto done;
    rc = CRM4E_E_NO_MEMORY;
    zone = c4_alloc(mem, sizeof *zone);
    if (zone == NULL)
        goto done;
    *zone = (c4_zone){.mem = *mem, .cached = {0, 0, 0}, .code = CRM4E_OK};
    zone->calendar = ucal_open(wide, length, "en", UCAL_GREGORIAN, &status);
    rc = code_of_status(status);
    if (rc == CRM4E_OK) {
        /* ICU builds its tables at the first look-up: let that fail here. */
        look_up(zone, 0);
        rc = zone->code;
    }
done:
    if (rc == CRM4E_OK)
        *out = zone;
    else
        c4_zone_close(zone);
    return rc;
}

void c4_zone_close(c4_zone *zone)
{
    c4_mem mem;

    if (zone == NULL)
        return;
    if (zone->calendar != NULL)
        ucal_close(zone->calendar);
    mem = zone->mem;
    c4_free(&mem, zone);
}

int c4_zone_code(const c4_zone *zone)
{
    return zone->code;
}

int64_t c4_zone_offset(c4_zone *zone, int64_t utc)
{
    return look_up(zone, utc)->offset;
}

int64_t c4_zone_to_local(c4_zone *zone, int64_t utc)
{
    return utc + c4_zone_offset(zone, utc);
}

/* Finds the first instant that shows `local`. False for a time in a gap, with
 * the interval after the gap and the offset before it. Two days off both
 * ends of an interval no other interval can show the same local time. */
static bool find_local(c4_zone *zone, int64_t local, int64_t *utc, zone_interval *after,
                       int64_t *offset_before)
{
    zone_interval here = zone->cached;

    *utc = local - here.offset;
    if (here.start < here.end && *utc < here.end &&
        (here.start == INT64_MIN || *utc - 2 * OFFSET_MAX >= here.start))
        return true;
    here = *look_up(zone, local - 2 * OFFSET_MAX);
    *offset_before = here.offset;
    for (;;) {
        *utc = local - here.offset;
        if (*utc < here.start) {
            *after = here;
            return false;
        }
        if (*utc < here.end)
            return true;
        *offset_before = here.offset;
        here = *look_up(zone, here.end);
    }
}

int64_t c4_zone_to_utc(c4_zone *zone, int64_t local)
{
    zone_interval after;
    int64_t utc, offset_before;

    if (find_local(zone, local, &utc, &after, &offset_before))
        return utc;
    return local - offset_before;
}

int64_t c4_zone_day_start(c4_zone *zone, int32_t days)
{
    zone_interval after;
    int64_t utc, offset_before;

    if (find_local(zone, days * C4_DAY_MICROSECONDS, &utc, &after, &offset_before))
        return utc;
    return after.start;
}
