/* SPDX-License-Identifier: MIT */
/* Writing runs: out of the queue or what was gathered, and out of other runs. */
#include "record/search_run.h"

#include "base/text.h"

#include <string.h>

/* A run as it is written. */
typedef struct run_writer {
    c4_unit *unit;
    c4_run run;
    c4_packing packing;
    bool open; /* the block has something */
} run_writer;

static int keep_block(run_writer *w)
{
    c4_unit *unit = w->unit;
    c4_packing *packing = &w->packing;
    int rc = CRM4E_OK;

    if (!w->open) {
        return CRM4E_OK;
    }
    c4_packing_end(packing);
    w->run.blocks++;
    rc = w->run.blocks < INT64_C(1) << C4_RUN_BLOCK_BITS ? packing->bytes.code : CRM4E_E_FULL;
    if (rc == CRM4E_OK) {
        const crm4e_value row[C4_SEARCH_BLOCK_COLUMNS] = {
            [0] = c4_integer(w->run.id << C4_RUN_BLOCK_BITS | w->run.blocks),
            [C4_SEARCH_BLOCK_LAST] = c4_text_value(packing->term, packing->length),
            [C4_SEARCH_BLOCK_BYTES] = c4_blob(packing->bytes.data, packing->bytes.length),
        };
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_SEARCH_BLOCK], row);
    }
    c4_packing_start(packing);
    w->open = false;
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int put_posting(void *writer, const c4_posting *posting)
{
    run_writer *w = writer;
    int rc = CRM4E_OK;

    if (!c4_packing_add(&w->packing, posting)) {
        rc = keep_block(w);
        (void)c4_packing_add(&w->packing, posting);
    }
    w->open = true;
    return rc;
}

/* A run of nothing is none. */
static int keep_run(run_writer *w)
{
    int rc = keep_block(w);

    if (rc == CRM4E_OK && w->run.blocks > 0) {
        const crm4e_value row[C4_SEARCH_RUN_COLUMNS] = {
            [0] = c4_integer(w->run.id),
            [C4_SEARCH_RUN_LEVEL] = c4_integer(w->run.level),
            [C4_SEARCH_RUN_BLOCKS] = c4_integer(w->run.blocks),
        };
        rc = c4_db_insert(w->unit->db, &c4_tables[C4_TABLE_SEARCH_RUN], row);
        rc = rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(w->unit->error, rc);
    }
    return rc;
}

static void start_run(run_writer *w, c4_unit *unit, int64_t id, int64_t level)
{
    *w = (run_writer){.unit = unit, .run = {.id = id, .level = level}};
    c4_packing_init(&w->packing, &unit->env->mem);
}

static void end_run(run_writer *w)
{
    c4_packing_free(&w->packing);
}

/* One that is gone, to the bin or with its module, has no terms. */
static int collect_record(c4_collection *c, const c4_queued *queued)
{
    c4_unit *unit = c->unit;
    const c4_module *module = c4_meta_module(unit->meta, queued->module);
    crm4e_value *row = NULL;
    int rc =
        module != NULL ? c4_record_load(unit, module, queued->record, &row) : CRM4E_E_NOT_FOUND;

    if (rc == CRM4E_OK) {
        const c4_change change = {
            .module = module, .record = queued->record, .action = C4_RECORD_ADDED, .after = row};
        rc = c4_collect(c, &change);
    }
    if (rc == CRM4E_E_NOT_FOUND) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    if (rc == CRM4E_OK) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_SEARCH_QUEUE], queued->record);
        rc = rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
    }
    return rc;
}

static int write_collection(c4_collection *c, int64_t id, int64_t level)
{
    run_writer w;
    int rc;

    start_run(&w, c->unit, id, level);
    rc = c4_terms_in_order(&c->terms, put_posting, &w);
    if (rc == CRM4E_OK) {
        rc = keep_run(&w);
    }
    end_run(&w);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(c->unit->error, rc);
}

/* What is in the queue, all of it. */
static int collect_queue(c4_collection *c)
{
    c4_unit *unit = c->unit;
    c4_queued *queued = NULL;
    size_t count = 0;
    int rc = c4_search_queue(unit, unit->arena, &queued, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = collect_record(c, &queued[i]);
    }
    unit->state.unmerged = 0;
    unit->state_dirty = true;
    return rc;
}

/* Runs that become one, each at its next posting. */
typedef struct joining {
    c4_run_reader readers[C4_RUNS_OF_LEVEL];
    const c4_posting *heads[C4_RUNS_OF_LEVEL]; /* NULL: at its end */
    size_t count;
} joining;

static int advance(joining *j, size_t i)
{
    int rc = c4_run_next(&j->readers[i], &j->heads[i]);

    if (rc != CRM4E_ROW) {
        j->heads[i] = NULL;
    }
    return rc < 0 ? rc : CRM4E_OK;
}

/* Which runs are at the least posting. */
typedef struct foremost {
    const c4_posting *posting; /* NULL: all are at their end */
    const c4_posting *next;    /* the least of the other runs; NULL: there is none */
    size_t run;                /* one that is at it, */
    unsigned runs;             /* and all that are, as bits */
} foremost;

static foremost least(const joining *j)
{
    foremost found = {.posting = NULL};

    for (size_t i = 0; i < j->count; i++) {
        const c4_posting *head = j->heads[i];
        int order = head == NULL            ? 1
                    : found.posting == NULL ? -1
                                            : c4_posting_order(head, found.posting);
        if (order < 0) {
            found.next = found.posting;
            found.posting = head;
            found.run = i;
            found.runs = 0;
        } else if (head != NULL && order > 0 &&
                   (found.next == NULL || c4_posting_order(head, found.next) < 0)) {
            found.next = head;
        }
        found.runs |= order <= 0 ? 1u << i : 0;
    }
    return found;
}

/* The postings of one record follow each other in no run, but those of a term do: records of one
 * run are mostly newer or older than all of another. So a run is read on while it is alone in
 * front. */
static int join_next(joining *j, run_writer *w, const foremost *first)
{
    const bool alone = (first->runs & (first->runs - 1)) == 0;
    int rc = put_posting(w, first->posting);

    for (size_t i = 0; i < j->count && rc == CRM4E_OK; i++) {
        rc = (first->runs >> i & 1) != 0 ? advance(j, i) : CRM4E_OK;
    }
    while (alone && rc == CRM4E_OK && j->heads[first->run] != NULL &&
           (first->next == NULL || c4_posting_order(j->heads[first->run], first->next) < 0)) {
        rc = put_posting(w, j->heads[first->run]);
        if (rc == CRM4E_OK) {
            rc = advance(j, first->run);
        }
    }
    return rc;
}

static int drop_run(c4_unit *unit, const c4_run *run)
{
    int rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_SEARCH_RUN], run->id);

    for (int64_t i = 1; i <= run->blocks && rc == CRM4E_OK; i++) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_SEARCH_BLOCK],
                          run->id << C4_RUN_BLOCK_BITS | i);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int join_runs(c4_unit *unit, const c4_run *const *runs, int64_t id)
{
    joining j = {.count = C4_RUNS_OF_LEVEL};
    foremost first;
    run_writer w;
    int rc = CRM4E_OK;

    start_run(&w, unit, id, runs[0]->level + 1);
    for (size_t i = 0; i < j.count; i++) {
        c4_run_start(&j.readers[i], unit, runs[i]);
    }
    for (size_t i = 0; i < j.count && rc == CRM4E_OK; i++) {
        rc = advance(&j, i);
    }
    while (rc == CRM4E_OK && (first = least(&j)).posting != NULL) {
        rc = join_next(&j, &w, &first);
    }
    if (rc == CRM4E_OK) {
        rc = keep_run(&w);
    }
    for (size_t i = 0; i < j.count; i++) {
        c4_run_end(&j.readers[i]);
    }
    end_run(&w);
    for (size_t i = 0; i < j.count && rc == CRM4E_OK; i++) {
        rc = drop_run(unit, runs[i]);
    }
    return rc;
}

/* The oldest runs of a level, when there are enough; false: not yet. */
static bool find_level(const c4_run *runs, size_t count, int64_t level, const c4_run **found)
{
    size_t used = 0;

    for (size_t i = 0; i < count && used < C4_RUNS_OF_LEVEL; i++) {
        if (runs[i].level == level) {
            found[used++] = &runs[i];
        }
    }
    return used == C4_RUNS_OF_LEVEL;
}

/* Level by level: a new run may complete the next. */
static int join_levels(c4_unit *unit, int64_t level, int64_t next)
{
    const c4_run *found[C4_RUNS_OF_LEVEL];
    c4_run *runs = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    for (; level < C4_TOP_LEVEL && rc == CRM4E_OK; level++) {
        rc = c4_search_runs(unit, unit->arena, &runs, &count);
        if (rc == CRM4E_OK && !find_level(runs, count, level, found)) {
            break;
        }
        if (rc == CRM4E_OK) {
            rc = join_runs(unit, found, next++);
        }
    }
    return rc;
}

int c4_search_keep(c4_collection *c, int64_t level)
{
    c4_unit *unit = c->unit;
    c4_run *runs = NULL;
    size_t count = 0;
    int64_t next;
    int rc;

    if (c->terms.count == 0) {
        return CRM4E_OK;
    }
    rc = c4_search_runs(unit, unit->arena, &runs, &count);
    next = rc == CRM4E_OK && count > 0 ? runs[count - 1].id + 1 : 1;

    if (rc == CRM4E_OK) {
        rc = write_collection(c, next++, level);
    }
    return rc == CRM4E_OK ? join_levels(unit, level, next) : rc;
}

static int merge(c4_unit *unit)
{
    c4_collection c;
    int rc;

    c4_collection_init(&c, unit, unit->arena);
    rc = collect_queue(&c);
    if (rc == CRM4E_OK) {
        rc = c4_search_keep(&c, 0);
    }
    c4_collection_free(&c);
    return rc;
}

/* Whether it may have terms it did not have. */
static bool adds_terms(const c4_change *change)
{
    bool adds = false;

    for (size_t i = 0; change->after != NULL && i < change->module->field_count && !adds; i++) {
        const c4_field *field = &change->module->fields[i];
        adds = change->after[field->column].type == CRM4E_VALUE_TEXT &&
               c4_field_is_searched(field) &&
               c4_field_differs(field, change->before, change->after);
    }
    return adds;
}

static int enqueue(c4_unit *unit, const c4_change *change)
{
    const crm4e_value row[C4_SEARCH_QUEUE_COLUMNS] = {
        [0] = c4_integer(change->record),
        [C4_SEARCH_QUEUE_MODULE] = c4_integer(change->module->number),
    };
    const uint32_t column = 0;
    crm4e_value there;
    int rc = change->action == C4_RECORD_ADDED
                 ? CRM4E_E_NOT_FOUND
                 : c4_db_get(unit->db, &c4_tables[C4_TABLE_SEARCH_QUEUE], change->record, &column,
                             &there, 1);

    if (rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_SEARCH_QUEUE], row);
        unit->state.unmerged++;
        unit->state_dirty = true;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_search_note(c4_unit *unit, const c4_change *change)
{
    c4_aside aside;
    int rc = CRM4E_OK;

    if (unit->gathering != NULL) {
        return change->after != NULL ? c4_gather(unit, change) : CRM4E_OK;
    }
    if (adds_terms(change)) {
        rc = enqueue(unit, change);
    }
    if (rc == CRM4E_OK && unit->state.unmerged >= C4_QUEUE_RECORDS) {
        c4_aside_start(&aside, unit);
        rc = merge(unit);
        c4_aside_end(&aside);
    }
    return rc;
}
