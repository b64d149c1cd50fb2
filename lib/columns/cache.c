/* SPDX-License-Identifier: MIT */
/* Who has which sheet. The lock is held for looking and swapping alone: never while
 * something is read, made or freed. One thread fills a sheet, the others do without. */
#include "columns/cache.h"

#include "base/mix.h"
#include "columns/fill.h"
#include "columns/kept.h"

#include <pthread.h>
#include <string.h>

enum {
    SHELVES = 256,
    CHUNK_BYTES = 64 * 1024, /* what a chunk needs beside its rows: places, a dictionary */
    WIDEST = 9,              /* bytes of a value */
    REST = 100               /* questions that a module which did not fit is left alone for */
};

/* A module's place. Stays while the cache does. */
typedef struct shelf {
    struct shelf *next;
    crm4e_id org;
    int32_t module;
    c4_sheet *sheet;    /* NULL: nothing */
    uint64_t serial;    /* of the table it is of */
    int64_t generation; /* of the metadata that the table was last seen in */
    bool busy;          /* somebody fills it, or takes a column away */
    uint32_t rest;
} shelf;

struct c4_cache {
    const c4_mem *mem;
    c4_room room;
    pthread_mutex_t lock;
    uint64_t now; /* counts questions */
    shelf *shelves[SHELVES];
};

int c4_cache_new(const c4_mem *mem, int64_t most, c4_cache **out)
{
    c4_cache *cache = c4_alloc_array(mem, 1, sizeof *cache);

    *out = cache;
    if (cache == NULL)
        return CRM4E_E_NO_MEMORY;
    cache->mem = mem;
    cache->room = (c4_room){.mem = mem, .most = most < 0 ? SIZE_MAX : (size_t)most};
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        c4_free(mem, cache);
        *out = NULL;
        return CRM4E_E_NO_MEMORY;
    }
    return CRM4E_OK;
}

void c4_cache_free(c4_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < SHELVES; i++) {
        for (shelf *at = cache->shelves[i], *next; at != NULL; at = next) {
            next = at->next;
            c4_sheet_release(at->sheet);
            c4_free(cache->mem, at);
        }
    }
    (void)pthread_mutex_destroy(&cache->lock);
    c4_free(cache->mem, cache);
}

size_t c4_cache_used(c4_cache *cache)
{
    return atomic_load(&cache->room.used);
}

/* Puts a sheet in the place of another; `next` may be NULL. Takes the reference. */
static void put(c4_cache *cache, shelf *at, c4_sheet *next, bool busy)
{
    c4_sheet *old;

    pthread_mutex_lock(&cache->lock);
    old = at->sheet;
    at->sheet = next;
    at->busy = busy;
    pthread_mutex_unlock(&cache->lock);
    c4_sheet_release(old);
}

/* One that is idle and of the org; NULL when there is none with a sheet. */
static shelf *take_full(c4_cache *cache, crm4e_id org)
{
    shelf *found = NULL;

    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < SHELVES && found == NULL; i++) {
        for (shelf *at = cache->shelves[i]; at != NULL && found == NULL; at = at->next)
            found = at->org == org && at->sheet != NULL && !at->busy ? at : NULL;
    }
    if (found != NULL)
        found->busy = true;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

void c4_cache_forget(c4_cache *cache, crm4e_id org)
{
    shelf *at = cache != NULL ? take_full(cache, org) : NULL;

    while (at != NULL) {
        put(cache, at, NULL, false);
        at = take_full(cache, org);
    }
}

bool c4_cache_next(c4_cache *cache, crm4e_id org, int32_t *module, c4_sheet **sheet)
{
    const shelf *found = NULL;

    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < SHELVES; i++) {
        for (const shelf *at = cache->shelves[i]; at != NULL; at = at->next) {
            if (at->org == org && at->sheet != NULL && at->module > *module &&
                (found == NULL || at->module < found->module))
                found = at;
        }
    }
    if (found != NULL) {
        *module = found->module;
        *sheet = c4_sheet_hold(found->sheet);
    }
    pthread_mutex_unlock(&cache->lock);
    return found != NULL;
}

/* ----------------------------------------------------------- making space */

static size_t oldest_column(const c4_sheet *sheet)
{
    size_t oldest = 0;

    for (size_t i = 1; i < sheet->column_count; i++) {
        if (atomic_load(&sheet->columns[i].used) < atomic_load(&sheet->columns[oldest].used))
            oldest = i;
    }
    return oldest;
}

static uint64_t age_of(const c4_sheet *sheet)
{
    return sheet->column_count > 0 ? atomic_load(&sheet->columns[oldest_column(sheet)].used) : 0;
}

/* The shelf with the column that was asked for least lately, made busy. */
static shelf *take_oldest(c4_cache *cache)
{
    shelf *found = NULL;

    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < SHELVES; i++) {
        for (shelf *at = cache->shelves[i]; at != NULL; at = at->next) {
            if (at->sheet != NULL && !at->busy &&
                (found == NULL || age_of(at->sheet) < age_of(found->sheet)))
                found = at;
        }
    }
    if (found != NULL)
        found->busy = true;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

/* A sheet goes with its last column, and when there is no room to make a smaller one. */
static bool drop_oldest(c4_cache *cache)
{
    shelf *at = take_oldest(cache);
    c4_sheet *next = NULL;

    if (at == NULL)
        return false;
    if (at->sheet->column_count > 1 &&
        c4_sheet_drop(at->sheet, oldest_column(at->sheet), &next) != CRM4E_OK)
        next = NULL;
    put(cache, at, next, false);
    return true;
}

/* Columns of other modules leave until there is room for so many values. */
static int make_space(void *user, size_t rows, size_t columns)
{
    c4_cache *cache = user;
    size_t need = rows * (sizeof(int64_t) + columns * WIDEST) + CHUNK_BYTES;
    bool fits = need <= cache->room.most;

    while (fits && atomic_load(&cache->room.used) > cache->room.most - need)
        fits = drop_oldest(cache);
    return fits ? CRM4E_OK : CRM4E_E_LIMIT;
}

/* ---------------------------------------------------------------- finding */

static shelf **chain_of(c4_cache *cache, crm4e_id org, int32_t module)
{
    uint64_t hash = c4_mix((uint64_t)org ^ c4_mix((uint64_t)(uint32_t)module));

    return &cache->shelves[hash % SHELVES];
}

/* With the lock held; puts `fresh` there where there is none. */
static shelf *find(shelf **chain, crm4e_id org, int32_t module, shelf *fresh)
{
    shelf *at = *chain;

    while (at != NULL && (at->org != org || at->module != module))
        at = at->next;
    if (at == NULL && fresh != NULL) {
        fresh->org = org;
        fresh->module = module;
        fresh->next = *chain;
        *chain = fresh;
        at = fresh;
    }
    return at;
}

/* NULL: no memory. */
static shelf *shelf_of(c4_cache *cache, crm4e_id org, int32_t module)
{
    shelf **chain = chain_of(cache, org, module);
    shelf *fresh;
    shelf *at;

    pthread_mutex_lock(&cache->lock);
    at = find(chain, org, module, NULL);
    pthread_mutex_unlock(&cache->lock);
    if (at != NULL)
        return at;
    fresh = c4_alloc_array(cache->mem, 1, sizeof *fresh);
    if (fresh == NULL)
        return NULL;
    pthread_mutex_lock(&cache->lock);
    at = find(chain, org, module, fresh);
    pthread_mutex_unlock(&cache->lock);
    if (at != fresh)
        c4_free(cache->mem, fresh);
    return at;
}

static bool has_all(const c4_sheet *sheet, const uint32_t *columns, size_t count)
{
    bool has = true;

    for (size_t i = 0; i < count && has; i++)
        has = c4_sheet_place(sheet, columns[i]) < sheet->column_count;
    return has;
}

static void touch(c4_sheet *sheet, const uint32_t *columns, size_t count, uint64_t now)
{
    for (size_t i = 0; i < count; i++)
        atomic_store(&sheet->columns[c4_sheet_place(sheet, columns[i])].used, now);
}

typedef enum outlook {
    NOTHING, /* read the storage */
    READY,
    FILL /* the shelf is busy with the reader */
} outlook;

/* What there is for a reader; `*sheet` also where it is to be filled, if anything
 * there is of use. */
static outlook look(c4_cache *cache, shelf *at, const c4_wanted *wanted, c4_sheet **sheet)
{
    const c4_unit *unit = wanted->unit;
    const bool same = at->sheet != NULL && at->serial == wanted->module->table.serial;
    const int64_t sequence = unit->state.next_change;

    *sheet = NULL;
    cache->now++;
    if (at->sheet != NULL &&
        (same ? at->sheet->sequence > sequence : at->generation >= unit->state.generation))
        return NOTHING;
    if (same && at->sheet->sequence == sequence &&
        has_all(at->sheet, wanted->columns, wanted->count)) {
        touch(at->sheet, wanted->columns, wanted->count, cache->now);
        *sheet = c4_sheet_hold(at->sheet);
        return READY;
    }
    if (at->busy || at->rest > 0) {
        at->rest -= at->busy ? 0 : 1;
        return NOTHING;
    }
    at->busy = true;
    if (same)
        *sheet = c4_sheet_hold(at->sheet);
    return FILL;
}

/* ---------------------------------------------------------------- filling */

/* Hands out what was made, or leaves the module alone for a while. */
static int settle(c4_cache *cache, shelf *at, const c4_wanted *wanted, int rc, c4_sheet *made)
{
    const bool unfit = rc == CRM4E_E_LIMIT || rc == CRM4E_E_TOO_BIG || rc == CRM4E_E_CORRUPT;

    pthread_mutex_lock(&cache->lock);
    at->rest = unfit ? REST : 0;
    at->serial = wanted->module->table.serial;
    at->generation = wanted->unit->state.generation;
    if (made != NULL)
        touch(made, wanted->columns, wanted->count, cache->now);
    pthread_mutex_unlock(&cache->lock);
    put(cache, at, made != NULL ? c4_sheet_hold(made) : NULL, false);
    return unfit ? CRM4E_OK : rc;
}

/* With what is there, in memory or in the file, or, where both do not fit, without. */
static int fill(c4_cache *cache, shelf *at, const c4_wanted *wanted, c4_sheet *base, c4_sheet **out)
{
    c4_sheet *made = NULL;
    c4_sheet *kept = NULL;
    int rc = c4_kept_sheet(wanted, base, &kept);

    if (kept != NULL) {
        c4_sheet_release(base);
        base = kept;
    }
    if (rc == CRM4E_OK)
        rc = c4_fill(wanted, base, &made);

    if (rc == CRM4E_E_LIMIT && base != NULL) {
        c4_sheet_release(base);
        base = NULL;
        put(cache, at, NULL, true);
        rc = c4_fill(wanted, NULL, &made);
    }
    c4_sheet_release(base);
    rc = settle(cache, at, wanted, rc, made);
    *out = made;
    return rc;
}

bool c4_cache_serves(c4_unit *unit, const c4_module *module, const uint32_t *columns, size_t count)
{
    const c4_wanted wanted = {.unit = unit, .module = module, .columns = columns, .count = count};

    return unit->env->columns != NULL && c4_can_fill(&wanted);
}

int c4_cache_sheet(c4_unit *unit, const c4_module *module, const uint32_t *columns, size_t count,
                   c4_sheet **sheet)
{
    c4_cache *cache = unit->env->columns;
    c4_wanted wanted = {.unit = unit,
                        .module = module,
                        .columns = columns,
                        .count = count,
                        .space = make_space,
                        .user = cache};
    c4_sheet *found = NULL;
    outlook is;
    shelf *at;

    *sheet = NULL;
    if (!c4_cache_serves(unit, module, columns, count))
        return CRM4E_OK;
    wanted.room = &cache->room;
    at = shelf_of(cache, unit->meta->org.id, module->number);
    if (at == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    pthread_mutex_lock(&cache->lock);
    is = look(cache, at, &wanted, &found);
    pthread_mutex_unlock(&cache->lock);
    if (is == FILL)
        return fill(cache, at, &wanted, found, sheet);
    *sheet = found;
    return CRM4E_OK;
}
