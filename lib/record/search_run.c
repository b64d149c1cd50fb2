/* SPDX-License-Identifier: MIT */
/* Reading runs. */
#include "record/search_run.h"

#include "base/text.h"

#include <string.h>

#define NUMBER_MASK ((INT64_C(1) << C4_ID_BITS) - 1)

void c4_aside_start(c4_aside *aside, c4_unit *unit)
{
    aside->unit = unit;
    aside->before = unit->arena;
    c4_arena_init(&aside->arena, unit->arena->mem);
    unit->arena = &aside->arena;
}

void c4_aside_end(c4_aside *aside)
{
    aside->unit->arena = aside->before;
    c4_arena_free(&aside->arena);
}

int64_t c4_search_number(crm4e_id record)
{
    return record & NUMBER_MASK;
}

crm4e_id c4_search_record(const c4_unit *unit, int64_t number)
{
    return (unit->state.next_id & ~NUMBER_MASK) | (number & NUMBER_MASK);
}

/* Rows of a small table, whole and in order of ids: `take` copies one. */
static int read_all(c4_unit *unit, const crm4e_table *table, size_t size,
                    void (*take)(void *item, const crm4e_value *row), c4_arena *arena, void **items,
                    size_t *count)
{
    static const uint32_t columns[] = {0, 1, 2};
    const crm4e_value *row = NULL;
    c4_buffer list;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_buffer_init(&list, unit->arena->mem, SIZE_MAX);
    c4_plan_init(&plan, table);
    plan.columns = columns;
    plan.column_count = (uint32_t)table->column_count;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        void *item = c4_buffer_extend(&list, size);
        rc = list.code;
        if (item != NULL) {
            take(item, row);
        }
    }
    c4_rows_close(rows);
    *count = list.length / size;
    *items = rc == CRM4E_OK ? c4_arena_copy(arena, c4_buffer_c_str(&list), list.length) : NULL;
    c4_buffer_free(&list);
    rc = rc == CRM4E_OK && *items == NULL ? CRM4E_E_NO_MEMORY : rc;
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static void take_queued(void *item, const crm4e_value *row)
{
    c4_queued queued = {row[0].integer, (int32_t)row[C4_SEARCH_QUEUE_MODULE].integer};

    memcpy(item, &queued, sizeof queued);
}

int c4_search_queue(c4_unit *unit, c4_arena *arena, c4_queued **queued, size_t *count)
{
    void *items = NULL;
    int rc = read_all(unit, &c4_tables[C4_TABLE_SEARCH_QUEUE], sizeof **queued, take_queued, arena,
                      &items, count);

    *queued = items;
    return rc;
}

static void take_run(void *item, const crm4e_value *row)
{
    c4_run run = {row[0].integer, row[C4_SEARCH_RUN_LEVEL].integer,
                  row[C4_SEARCH_RUN_BLOCKS].integer};

    memcpy(item, &run, sizeof run);
}

int c4_search_runs(c4_unit *unit, c4_arena *arena, c4_run **runs, size_t *count)
{
    void *items = NULL;
    int rc = read_all(unit, &c4_tables[C4_TABLE_SEARCH_RUN], sizeof **runs, take_run, arena, &items,
                      count);

    *runs = items;
    return rc;
}

void c4_run_start(c4_run_reader *reader, c4_unit *unit, const c4_run *run)
{
    *reader = (c4_run_reader){.unit = unit, .run = run};
    c4_buffer_init(&reader->bytes, &unit->env->mem, SIZE_MAX);
    c4_unpacking_start(&reader->block_reader, NULL, 0);
}

void c4_run_end(c4_run_reader *reader)
{
    c4_buffer_free(&reader->bytes);
}

static int damaged(const c4_run_reader *reader)
{
    return c4_fail(reader->unit->error, CRM4E_E_CORRUPT, "the index of search is damaged");
}

static int get_block(const c4_run_reader *reader, int64_t block, uint32_t column,
                     crm4e_value *value)
{
    c4_unit *unit = reader->unit;
    crm4e_id id = reader->run->id << C4_RUN_BLOCK_BITS | block;
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_SEARCH_BLOCK], id, &column, value, 1);

    if (rc == CRM4E_E_NOT_FOUND) {
        return damaged(reader);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* By halves: the blocks of a run are in order of their last terms. */
int c4_run_seek(c4_run_reader *reader, const char *term, size_t length)
{
    int64_t low = 1;
    int64_t high = reader->run->blocks + 1;
    int rc = CRM4E_OK;

    while (low < high && rc == CRM4E_OK) {
        int64_t middle = low + (high - low) / 2;
        crm4e_value last;
        rc = get_block(reader, middle, C4_SEARCH_BLOCK_LAST, &last);
        if (rc == CRM4E_OK && c4_text_order(last.data, last.length, term, length) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    reader->block = low - 1;
    return rc;
}

static int next_block(c4_run_reader *reader)
{
    c4_db *db = reader->unit->db;
    crm4e_value bytes;
    int rc;

    if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0) {
        return c4_fail_plain(reader->unit->error, CRM4E_E_ABORTED);
    }
    rc = get_block(reader, ++reader->block, C4_SEARCH_BLOCK_BYTES, &bytes);
    if (rc == CRM4E_OK) {
        c4_buffer_reset(&reader->bytes);
        c4_buffer_put(&reader->bytes, bytes.data, bytes.length);
        rc = reader->bytes.code == CRM4E_OK
                 ? CRM4E_OK
                 : c4_fail_plain(reader->unit->error, reader->bytes.code);
    }
    if (rc == CRM4E_OK) {
        c4_unpacking_start(&reader->block_reader, c4_buffer_c_str(&reader->bytes),
                           reader->bytes.length);
    }
    return rc;
}

int c4_run_next(c4_run_reader *reader, const c4_posting **posting)
{
    int rc = c4_unpacking_next(&reader->block_reader);

    while (rc == CRM4E_OK && reader->block < reader->run->blocks) {
        rc = next_block(reader);
        if (rc == CRM4E_OK) {
            rc = c4_unpacking_next(&reader->block_reader);
        }
    }
    *posting = &reader->block_reader.posting;
    return rc == CRM4E_E_CORRUPT ? damaged(reader) : rc;
}
