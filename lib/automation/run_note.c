/* SPDX-License-Identifier: MIT */
/* The run log as it is written: what rules did of one change is noted in memory and becomes one
 * row. */
#include "automation/run.h"

#include <string.h>

#include "automation/dry_run.h"
#include "model/manage_rules.h"
#include "model/schema.h"

enum {
    MOST_NOTED = 16 /* in a row; more become rows of the same change */
};

/* Adds what is not among them; whether there was any. */
static bool add_unknown(c4_outcome *known, size_t *known_count, const c4_outcome *list,
                        size_t count)
{
    const size_t before = *known_count;
    size_t at = 0; /* where the last one stood: mostly they come in the same order */

    for (size_t i = 0; i < count; i++) {
        size_t looked = 0;
        while (looked < *known_count &&
               (known[at].workflow != list[i].workflow || known[at].result != list[i].result)) {
            at = at + 1 < *known_count ? at + 1 : 0;
            looked++;
        }
        if (looked == *known_count) {
            at = (*known_count)++;
            known[at] = (c4_outcome){.workflow = list[i].workflow, .result = list[i].result};
        }
    }
    return *known_count > before;
}

static int store_index(c4_unit *unit, crm4e_id id, bool there, const c4_outcome *known,
                       size_t count)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_RUN_INDEX];
    const uint32_t column = C4_RUN_INDEX_OUTCOMES;
    crm4e_value row[C4_RUN_INDEX_COLUMNS] = {c4_integer(id)};

    if (!c4_outcomes_write(unit->arena, known, count, &row[column])) {
        return CRM4E_E_NO_MEMORY;
    }
    return there ? c4_db_update(unit->db, table, id, &column, &row[column], 1)
                 : c4_db_insert(unit->db, table, row);
}

/* So that a rule that seldom runs is found without looking at all rows. */
static int note_index(c4_unit *unit, crm4e_id id, const c4_outcome *list, size_t count)
{
    const uint32_t column = C4_RUN_INDEX_OUTCOMES;
    c4_outcome_list stored = {.count = 0};
    c4_outcome *known;
    crm4e_value bytes;
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_RUN_INDEX], id, &column, &bytes, 1);
    const bool there = rc == CRM4E_OK;

    rc = there ? c4_outcomes_read(unit->arena, &bytes, &stored) : rc;
    if (rc != CRM4E_OK && rc != CRM4E_E_NOT_FOUND) {
        return rc;
    }
    known = c4_arena_alloc(unit->arena, (stored.count + count) * sizeof *known);
    if (known == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    if (stored.count > 0) {
        memcpy(known, stored.items, stored.count * sizeof *known);
    }
    return add_unknown(known, &stored.count, list, count)
               ? store_index(unit, id, there, known, stored.count)
               : CRM4E_OK;
}

/* The row without its id and outcomes. */
static int store(c4_unit *unit, crm4e_value *row, const c4_outcome *list, size_t count)
{
    const crm4e_id id = c4_unit_new_ids(unit, (int64_t)count, C4_RUN_STRETCH);
    int rc = CRM4E_OK;

    row[0] = c4_integer(id);
    if (!c4_outcomes_write(unit->arena, list, count, &row[C4_RUN_OUTCOMES])) {
        rc = CRM4E_E_NO_MEMORY;
    }
    if (rc == CRM4E_OK) {
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_RUN], row);
    }
    if (rc == CRM4E_OK) {
        rc = note_index(unit, id >> C4_RUN_INDEX_BITS, list, count);
    }
    return c4_stored(unit, rc);
}

int c4_run_store(c4_run *run)
{
    c4_noted *noted = &run->noted;
    crm4e_value row[C4_RUN_COLUMNS] = {
        [C4_RUN_MODULE] = c4_integer(run->change->module->number),
        [C4_RUN_RECORD] = c4_integer(run->change->record),
        [C4_RUN_TIME] = c4_integer(run->unit->now),
        [C4_RUN_CAUSE] = c4_integer(run->change->cause),
        [C4_RUN_PART] = c4_integer((int64_t)noted->stored),
    };
    int rc;

    if (noted->count == 0) {
        return CRM4E_OK;
    }
    row[C4_RUN_VERSION] = run->pending == NULL ? c4_integer(c4_run_version(run)) : c4_null();
    rc = store(run->unit, row, noted->list, noted->count);
    noted->stored += noted->count;
    noted->count = 0;
    return rc;
}

int c4_run_log(c4_run *run, c4_run_result result, const char *text)
{
    static const char *const words[] = {"", "done", "skipped", "failed"};
    c4_noted *noted = &run->noted;
    c4_outcome outcome = {.workflow = run->definition->id, .result = result};

    if (run->dry != NULL) {
        return c4_dry_run_result(run, words[result], text);
    }
    outcome.length = strlen(text);
    if (noted->list == NULL) {
        noted->list = c4_arena_alloc(run->unit->arena, MOST_NOTED * sizeof *noted->list);
    }
    if (outcome.length > 0) {
        outcome.text = c4_arena_text(run->unit->arena, text, outcome.length);
    }
    if (noted->list == NULL || (outcome.length > 0 && outcome.text == NULL)) {
        return c4_fail_plain(run->unit->error, CRM4E_E_NO_MEMORY);
    }
    noted->list[noted->count++] = outcome;
    return noted->count == MOST_NOTED ? c4_run_store(run) : CRM4E_OK;
}

int c4_run_log_assignment(c4_unit *unit, const c4_module *module, const char *text)
{
    const c4_outcome outcome = {.workflow = module->assignment,
                                .result = C4_RUN_FAILED,
                                .text = text,
                                .length = strlen(text)};
    crm4e_value row[C4_RUN_COLUMNS] = {
        [C4_RUN_MODULE] = c4_integer(module->number),
        [C4_RUN_RECORD] = c4_null(),
        [C4_RUN_VERSION] = c4_null(),
        [C4_RUN_TIME] = c4_integer(unit->now),
        [C4_RUN_CAUSE] = c4_integer(0),
        [C4_RUN_PART] = c4_integer(0),
    };

    return store(unit, row, &outcome, 1);
}

/* Another row of the same change may tell it: all of the record's are asked. */
int c4_run_find(c4_unit *unit, crm4e_id record, crm4e_id workflow, bool *found)
{
    static const uint32_t column = C4_RUN_OUTCOMES;
    const crm4e_value about = c4_integer(record);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, C4_RUN_RECORD, &about, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *found = false;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.index = C4_RUN_ONCE;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && !*found && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        c4_outcomes reader;
        c4_outcome outcome;
        c4_outcomes_start(&reader, &row[0]);
        while (!*found && (rc = c4_outcomes_next(&reader, &outcome)) == CRM4E_ROW) {
            *found = outcome.workflow == workflow && outcome.result < C4_RUN_FAILED;
            rc = CRM4E_OK;
        }
    }
    c4_rows_close(rows);
    return c4_stored(unit, rc);
}
