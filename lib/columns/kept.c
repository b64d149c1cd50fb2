/* SPDX-License-Identifier: MIT */
/* What an engine has of an org in memory, into the file. */
#include "columns/kept_inside.h"

#include "columns/cache.h"

enum {
    PARTS_FIRST = 16
};

typedef struct saving {
    c4_unit *unit;
    crm4e_id org;
    c4_beside beside;
    c4_kept_stand stand;
    c4_kept_part *parts;
    size_t count;
    size_t capacity;
} saving;

/* Takes the sheet. */
static int add_part(saving *s, const c4_module *module, c4_sheet *sheet)
{
    void *items = s->parts;
    int rc = c4_grow(&s->unit->env->mem, &items, &s->capacity,
                     s->count < PARTS_FIRST ? PARTS_FIRST : s->count + 1, sizeof *s->parts);

    s->parts = items;
    if (rc == CRM4E_OK)
        s->parts[s->count++] = (c4_kept_part){module, sheet};
    else
        c4_sheet_release(sheet);
    return rc;
}

/* The columns of a sheet as they are now; what would have to be read anew is left out. */
static int gather_module(saving *s, int32_t number, const c4_sheet *sheet)
{
    const c4_module *module = c4_meta_module(s->unit->meta, number);
    const bool takes = module != NULL && sheet->column_count <= C4_FILL_COLUMNS &&
                       c4_fill_follows(sheet->rows, sheet->sequence, s->stand.sequence);
    uint32_t columns[C4_FILL_COLUMNS];
    c4_sheet *now = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < sheet->column_count && takes; i++) {
        if (sheet->columns[i].column < module->table.column_count)
            columns[count++] = sheet->columns[i].column;
    }
    if (count > 0)
        rc = c4_cache_sheet(s->unit, module, columns, count, &now);
    return now != NULL ? add_part(s, module, now) : rc;
}

static int gather(saving *s)
{
    c4_sheet *sheet = NULL;
    int32_t module = 0;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && c4_cache_next(s->unit->env->columns, s->org, &module, &sheet)) {
        rc = gather_module(s, module, sheet);
        c4_sheet_release(sheet);
    }
    return rc;
}

/* Reads on to where the database is now, in one transaction. */
static int read_now(saving *s)
{
    c4_unit *unit = s->unit;
    int rc = c4_db_begin(unit->db, CRM4E_TRANSACTION_READ);

    if (rc != CRM4E_OK)
        return rc;
    rc = c4_unit_start(unit);
    if (rc == CRM4E_OK)
        rc = c4_meta_load(&unit->meta, &unit->env->mem, unit->db, unit->error);
    if (rc == CRM4E_OK) {
        s->stand = (c4_kept_stand){.org = unit->meta->org.id,
                                   .mark = unit->state.columns_mark,
                                   .sequence = unit->state.next_change,
                                   .generation = unit->state.generation};
        rc = gather(s);
    }
    c4_db_rollback(unit->db);
    return rc;
}

static int draw_mark(saving *s)
{
    const crm4e_random *random = &s->unit->env->random;
    uint64_t number = 0;

    if (random->fill(random->user, &number, sizeof number) != CRM4E_CONTINUE)
        return c4_fail(s->unit->error, CRM4E_E_CALLBACK, "the random callback failed");
    s->stand.mark = (int64_t)(number >> 2) + 1;
    return CRM4E_OK;
}

/* The state is as it was read, and stays so until this ends. */
static int name_it(saving *s, c4_kept_draft *draft)
{
    c4_unit *unit = s->unit;
    int rc = c4_unit_start(unit);

    if (rc == CRM4E_OK && (unit->state.next_change != s->stand.sequence ||
                           unit->state.generation != s->stand.generation))
        rc = c4_fail_plain(unit->error, CRM4E_E_BUSY);
    if (rc == CRM4E_OK) {
        unit->state.columns_mark = s->stand.mark;
        unit->state_dirty = true;
        rc = c4_unit_finish(unit);
    }
    return rc == CRM4E_OK ? c4_kept_publish(draft) : rc;
}

static int name_alone(saving *s, c4_kept_draft *draft)
{
    c4_db *db = s->unit->db;
    int rc = c4_db_begin(db, CRM4E_TRANSACTION_WRITE);

    if (rc != CRM4E_OK)
        return rc;
    rc = name_it(s, draft);
    if (rc == CRM4E_OK)
        return c4_db_commit(db);
    c4_db_rollback(db);
    return rc;
}

static int write_out(saving *s, void (*alone)(void *user), void *user)
{
    const c4_mem *mem = &s->unit->env->mem;
    c4_kept_draft draft;
    int rc;

    if (s->count == 0 || c4_kept_serves(mem, &s->beside, &s->stand, s->parts, s->count))
        return CRM4E_OK;
    rc = draw_mark(s);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_kept_write(mem, &s->beside, &s->stand, s->parts, s->count, &draft);
    if (rc != CRM4E_OK)
        return rc;
    alone(user);
    rc = name_alone(s, &draft);
    c4_kept_close(&draft);
    return rc;
}

int c4_kept_save(c4_unit *unit, crm4e_id org, void (*alone)(void *user), void *user)
{
    saving s = {.unit = unit, .org = org};
    int rc = c4_db_beside(unit->db, &s.beside);

    if (rc == CRM4E_OK)
        rc = read_now(&s);
    if (rc == CRM4E_OK)
        rc = write_out(&s, alone, user);
    for (size_t i = 0; i < s.count; i++)
        c4_sheet_release(s.parts[i].sheet);
    c4_free(&unit->env->mem, s.parts);
    c4_meta_release(unit->meta);
    unit->meta = NULL;
    return rc;
}
