/* SPDX-License-Identifier: MIT */
#include "record/digest.h"

#include <stdio.h>

#include "base/siphash.h"
#include "model/manage_rules.h"
#include "model/schema.h"

enum {
    ROW_MAX = 256 * 1024 * 1024
};

/* Two hashes of 64 bits, each row keyed with what came before it: SipHash, for its
 * mixing, without a secret. */
typedef struct digest {
    c4_unit *unit;
    uint64_t halves[2];
    c4_buffer row;
} digest;

static void put_number(c4_buffer *out, uint64_t number)
{
    char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(unsigned char)(number >> (8 * i));
    c4_buffer_put(out, bytes, sizeof bytes);
}

/* The length goes first, so that no two rows are written alike. */
static void put_value(c4_buffer *out, uint32_t column, const crm4e_value *value)
{
    if (value->type == CRM4E_VALUE_NULL)
        return;
    put_number(out, column);
    if (value->type == CRM4E_VALUE_INTEGER) {
        put_number(out, (uint64_t)value->integer);
        return;
    }
    put_number(out, value->length);
    c4_buffer_put(out, value->data, value->length);
}

static void key_bytes(const digest *d, uint64_t salt, unsigned char key[C4_SIPHASH_KEY])
{
    for (size_t i = 0; i < C4_SIPHASH_KEY; i++)
        key[i] = (unsigned char)((d->halves[i / 8] ^ salt) >> (8 * (i % 8)));
}

static void add_row(digest *d)
{
    unsigned char low[C4_SIPHASH_KEY], high[C4_SIPHASH_KEY];

    key_bytes(d, 0, low);
    key_bytes(d, UINT64_C(0x9e3779b97f4a7c15), high);
    d->halves[0] = c4_siphash(low, d->row.data, d->row.length);
    d->halves[1] = c4_siphash(high, d->row.data, d->row.length);
}

static int add_table(digest *d, int64_t number, const crm4e_table *table)
{
    static const crm4e_order order = {.column = 0};
    uint32_t *columns = c4_arena_array(d->unit->arena, table->column_count, sizeof *columns);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = columns ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    if (rc < 0)
        return rc;
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    c4_plan_init(&plan, table);
    plan.columns = columns;
    plan.column_count = table->column_count;
    plan.order = &order;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, d->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        c4_buffer_reset(&d->row);
        put_number(&d->row, (uint64_t)number);
        for (uint32_t i = 0; i < table->column_count; i++)
            put_value(&d->row, i, &row[i]);
        rc = d->row.code;
        if (rc == CRM4E_OK)
            add_row(d);
    }
    c4_rows_close(rows);
    return rc;
}

int c4_digest(c4_unit *unit, char text[C4_DIGEST_TEXT])
{
    /* of no rows it is not nothing */
    digest d = {.unit = unit,
                .halves = {UINT64_C(0x6c6962637265636f), UINT64_C(0x7264732e64696765)}};
    int rc = c4_need_administrator(unit, "the digest is for system administrators");

    if (rc < 0)
        return rc;
    c4_buffer_init(&d.row, &unit->env->mem, ROW_MAX);
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->module_count; i++)
        rc = add_table(&d, unit->meta->modules[i]->number, &unit->meta->modules[i]->table);
    if (rc == CRM4E_OK)
        rc = add_table(&d, 0, &c4_tables[C4_TABLE_BIN]);
    if (rc == CRM4E_OK)
        rc = add_table(&d, -1, &c4_tables[C4_TABLE_FILE]);
    if (rc == CRM4E_OK)
        rc = add_table(&d, -2, &c4_tables[C4_TABLE_FILE_PIECE]);
    if (rc == CRM4E_OK)
        rc = add_table(&d, -3, &c4_tables[C4_TABLE_INTERACTION]);
    c4_buffer_free(&d.row);
    (void)snprintf(text, C4_DIGEST_TEXT, "%016llx%016llx", (unsigned long long)d.halves[0],
                   (unsigned long long)d.halves[1]);
    return c4_stored(unit, rc);
}
