/* SPDX-License-Identifier: MIT */
/* Whether search finds what is there: every term of a record leads to it. */
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "base/text.h"
#include "record/integrity_inside.h"
#include "record/search_run.h"

/* What runs have, as sorted hashes of postings: it may be a great deal. */
typedef struct index_check {
    c4_checking *c;
    c4_buffer known; /* uint64_t, one after the other */
    c4_map queued;   /* records, to anything */
    c4_arena *arena; /* what lasts for the check */
    c4_posting next; /* of the record that is looked at */
    bool lost;
} index_check;

static uint64_t hash_of(const c4_posting *posting)
{
    static const unsigned char key[16] = "crm4e postings.";
    unsigned char bytes[C4_WORD_BYTES + 12];
    size_t length = posting->length;

    memcpy(bytes, posting->term, length);
    memcpy(bytes + length, &posting->field, 4);
    memcpy(bytes + length + 4, &posting->record, 8);
    return c4_siphash(key, bytes, length + 12);
}

static int order_hashes(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* Postings of a run are in order, and its blocks end where they say. */
static int read_run(index_check *i, const c4_run *run)
{
    char term[C4_WORD_BYTES];
    c4_posting last = {.term = term};
    const c4_posting *posting = NULL;
    c4_run_reader reader;
    int rc;

    c4_run_start(&reader, i->c->unit, run);
    while ((rc = c4_run_next(&reader, &posting)) == CRM4E_ROW) {
        uint64_t hash = hash_of(posting);

        if (last.length > 0 && c4_posting_order(&last, posting) >= 0) {
            c4_check_report(i->c, "search_run", run->id, "", "is out of order");
            break;
        }
        memcpy(term, posting->term, posting->length);
        last.head = posting->head;
        last.length = posting->length;
        last.field = posting->field;
        last.record = posting->record;
        c4_buffer_put(&i->known, &hash, sizeof hash);
    }
    c4_run_end(&reader);
    if (rc == CRM4E_E_CORRUPT) {
        c4_check_report(i->c, "search_run", run->id, "", "cannot be read");
        c4_failure_clear(i->c->unit->error);
        rc = CRM4E_OK;
    }
    return rc < 0 ? rc : i->known.code;
}

static void check_block(c4_checking *c, const void *about, const crm4e_value *row)
{
    const crm4e_value *last = &row[C4_SEARCH_BLOCK_LAST], *bytes = &row[C4_SEARCH_BLOCK_BYTES];
    c4_unpacking unpacking;
    int rc;

    (void)about;
    c4_unpacking_start(&unpacking, bytes->data, bytes->length);
    while ((rc = c4_unpacking_next(&unpacking)) == CRM4E_ROW)
        continue;
    if (rc == CRM4E_OK &&
        c4_text_order(last->data, last->length, unpacking.term, unpacking.posting.length) != 0)
        c4_check_report(c, "search_block", row[0].integer, "last_term", "is not its last");
}

static int read_queue(index_check *i)
{
    c4_unit *unit = i->c->unit;
    c4_queued *queued = NULL;
    size_t count = 0;
    int rc = c4_search_queue(unit, i->arena, &queued, &count);

    for (size_t k = 0; k < count && rc == CRM4E_OK; k++) {
        rc = c4_map_put_i64(&i->queued, queued[k].record, i);
        if (!c4_check_id(i->c, queued[k].record) ||
            c4_meta_module(unit->meta, queued[k].module) == NULL)
            c4_check_report(i->c, "search_queue", queued[k].record, "", "is of nothing there is");
    }
    if (rc == CRM4E_OK && (int64_t)count != unit->state.unmerged)
        c4_check_report(i->c, "state", 1, "unmerged", "does not agree with search_queue");
    return rc;
}

static int find_term(void *user, const char *term, size_t length)
{
    index_check *i = user;
    uint64_t hash;

    i->next.term = term;
    i->next.length = length;
    hash = hash_of(&i->next);
    i->lost = i->lost || i->known.length == 0 ||
              bsearch(&hash, i->known.data, i->known.length / sizeof hash, sizeof hash,
                      order_hashes) == NULL;
    return CRM4E_OK;
}

typedef struct module_check {
    index_check *index;
    const c4_module *module;
} module_check;

static void check_terms(c4_checking *c, const void *about, const crm4e_value *row)
{
    const module_check *of = about;
    index_check *i = of->index;
    const c4_module *module = of->module;

    i->lost = false;
    i->next.record = c4_search_number(row[C4_COLUMN_ID].integer);
    if (c4_map_get_i64(&i->queued, row[C4_COLUMN_ID].integer) != NULL)
        return;
    for (size_t k = 0; k < module->field_count && !i->lost; k++) {
        const c4_field *field = &module->fields[k];
        const crm4e_value *value = &row[field->column];

        if (value->type != CRM4E_VALUE_TEXT || !c4_field_is_searched(field))
            continue;
        c4_buffer_reset(&c->fold);
        c4_text_fold(&c->fold, value->data, value->length);
        i->next.field = field->number;
        if (c->fold.code == CRM4E_OK)
            (void)c4_terms_of(field, c4_buffer_c_str(&c->fold), c->fold.length, find_term, i);
        if (i->lost)
            c4_check_report(c, module->api_name, row[C4_COLUMN_ID].integer, field->api_name,
                            "is not found by search");
    }
}

static int check_index(index_check *i)
{
    c4_checking *c = i->c;
    const c4_meta *meta = c->unit->meta;
    c4_run *runs = NULL;
    size_t count = 0;
    int rc = read_queue(i);

    if (rc == CRM4E_OK)
        rc = c4_search_runs(c->unit, i->arena, &runs, &count);
    for (size_t k = 0; k < count && rc == CRM4E_OK; k++)
        rc = read_run(i, &runs[k]);
    if (rc == CRM4E_OK && i->known.length > 0)
        qsort(i->known.data, i->known.length / sizeof(uint64_t), sizeof(uint64_t), order_hashes);
    if (rc == CRM4E_OK)
        rc = c4_check_table(c, &c4_tables[C4_TABLE_SEARCH_BLOCK], check_block, NULL);
    for (size_t k = 0; rc == CRM4E_OK && k < meta->module_count; k++) {
        const module_check of = {i, meta->modules[k]};

        rc = c4_check_table(c, &of.module->table, check_terms, &of);
    }
    return rc;
}

int c4_check_search(c4_checking *c)
{
    index_check i = {.c = c, .arena = &c->kept};
    int rc;

    c4_buffer_init(&i.known, &c->unit->env->mem, SIZE_MAX);
    c4_map_init(&i.queued, &c->unit->env->mem);
    rc = check_index(&i);
    c4_map_free(&i.queued);
    c4_buffer_free(&i.known);
    return rc;
}
