/* SPDX-License-Identifier: MIT */
/* Bytes of the file of columns: cut off, flipped, from elsewhere, and made up with
 * checksums that are right. Answers stay those of the database. */
#include "column_file_steps.h"

#include "api/inside.h"
#include "base/mix.h"
#include "columns/cache.h"
#include "columns/kept_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FLIPS = 1000,
    MADE_UP = 400
};

typedef struct kept_world {
    host *h;
    char path[128];
    file_bytes bytes; /* of a file that serves */
    char *expected[STEP_CHARTS];
    cold c; /* reads only, and forgets between two looks */
} kept_world;

static uint64_t seed = 20261127;

static unsigned roll(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % sides;
}

static int setup(void **state)
{
    kept_world *w = calloc(1, sizeof *w);
    void *h = NULL;
    int rc;
    int code;
    cold c;

    assert_non_null(w);
    host_on_sqlite = true;
    rc = host_setup(&h);
    w->h = h;
    *state = w;
    if (rc != 0)
        return rc;
    steps_fill(w->h);
    steps_open(&c, w->h);
    steps_compare(w->h, &c);
    steps_close(&c);
    steps_path(w->h, "acme.crm4e-columns", w->path);
    w->bytes = steps_read(w->path);
    for (int i = 0; i < STEP_CHARTS; i++)
        w->expected[i] = steps_chart(w->h->admin, i, &code);
    assert_int_equal(steps_open_with(&w->c, w->h, -1, CRM4E_ENGINE_READ_ONLY, NULL), CRM4E_OK);
    return 0;
}

static int teardown(void **state)
{
    kept_world *w = *state;
    void *h = w->h;

    steps_close(&w->c);
    for (int i = 0; i < STEP_CHARTS; i++)
        free(w->expected[i]);
    free(w->bytes.data);
    free(w);
    return host_teardown(&h);
}

static void forget(kept_world *w)
{
    c4_engine *engine = c4_handle_enter(w->c.engine, C4_KIND_ENGINE, NULL);

    c4_cache_forget(engine->env.columns, crm4e_org_id(w->c.org));
    c4_handle_leave(w->c.engine);
}

/* Runs charts cold over such a file; `*same`: all told what they should. */
static int look(kept_world *w, const unsigned char *data, size_t size, bool *same)
{
    static const int asked[] = {0, 2};

    *same = true;
    steps_scans = 0;
    steps_write(w->path, data, size);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        int code;
        char *told = steps_chart(w->c.session, asked[i], &code);
        *same = *same && code == CRM4E_OK && strcmp(told, w->expected[asked[i]]) == 0;
        free(told);
    }
    forget(w);
    return steps_scans;
}

static int look_same(kept_world *w, const unsigned char *data, size_t size)
{
    bool same;
    int scans = look(w, data, size, &same);

    assert_true(same);
    return scans;
}

static void serves_whole(void **state)
{
    kept_world *w = *state;

    assert_int_equal(look_same(w, w->bytes.data, w->bytes.size), 0);
}

/* In the head, at its end, in the table, in and between the bytes of columns. */
static void survives_cutting(void **state)
{
    kept_world *w = *state;
    c4_kept_head head;
    size_t table;

    memcpy(&head, w->bytes.data, sizeof head);
    table = sizeof head + (size_t)head.entries * sizeof(c4_kept_entry);
    {
        const size_t cuts[] = {0,
                               1,
                               7,
                               8,
                               40,
                               79,
                               80,
                               81,
                               143,
                               144,
                               table - 1,
                               table,
                               table + 1,
                               table + 9,
                               w->bytes.size / 2,
                               w->bytes.size - 1};
        for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
            assert_true(look_same(w, w->bytes.data, cuts[i]) > 0);
    }
    for (size_t cut = 1; cut < w->bytes.size; cut += 1 + w->bytes.size / 50)
        assert_true(look_same(w, w->bytes.data, cut) > 0);
}

static void survives_more_bytes(void **state)
{
    kept_world *w = *state;
    unsigned char *longer = calloc(1, w->bytes.size + 100);

    assert_non_null(longer);
    memcpy(longer, w->bytes.data, w->bytes.size);
    assert_true(look_same(w, longer, w->bytes.size + 1) > 0);
    assert_true(look_same(w, longer, w->bytes.size + 100) > 0);
    free(longer);
}

static void survives_flips(void **state)
{
    kept_world *w = *state;
    unsigned noticed = 0;

    for (unsigned i = 0; i < FLIPS; i++) {
        const size_t at = roll((unsigned)(i % 4 == 0 ? 1000 : w->bytes.size)) % w->bytes.size;
        const unsigned char flip = (unsigned char)(1u << roll(8));
        w->bytes.data[at] ^= flip;
        noticed += look_same(w, w->bytes.data, w->bytes.size) > 0;
        w->bytes.data[at] ^= flip;
    }
    assert_true(noticed > FLIPS * 3 / 4); /* the others hit columns that nobody asked for */
    assert_int_equal(look_same(w, w->bytes.data, w->bytes.size), 0);
}

/* -------------------------------------------------------------- made up */

static uint64_t sum_run(uint64_t sum, const unsigned char **at, const unsigned char *end,
                        uint64_t size)
{
    const size_t left = (size_t)(end - *at);
    const size_t take = size < left ? (size_t)size : left;

    sum = c4_mix_bytes(sum, *at, take);
    *at += take;
    return sum;
}

/* As who reads it adds it up: runs of numbers, then the pieces of all blocks. */
static uint64_t sum_of(const unsigned char *file, size_t size, const c4_kept_entry *entry,
                       const uint32_t *counts, size_t blocks)
{
    const uint64_t width = entry->form == 0 ? sizeof(uint32_t) : sizeof(int64_t);
    uint64_t heads = entry->form == 0 ? entry->blocks + entry->blocks % 2 : entry->meanings;
    const unsigned char *at;
    const unsigned char *end;
    uint64_t sum = 0;

    if (entry->offset > size || entry->length > size - entry->offset || entry->form > 3)
        return entry->checksum;
    at = file + entry->offset;
    end = at + entry->length;
    while (heads > 0 && at < end) {
        const uint64_t run = heads < C4_KEPT_RUN ? heads : C4_KEPT_RUN;
        sum = sum_run(sum, &at, end, run * width);
        heads -= run;
    }
    for (size_t i = 0; i < blocks && at < end; i++)
        sum = sum_run(sum, &at, end, c4_kept_bytes(entry->form, counts[i]));
    return sum;
}

/* Makes all checksums right. The org has one module here. */
static void seal(unsigned char *file, size_t size)
{
    c4_kept_head head;
    uint32_t counts[16] = {0};
    size_t blocks = 0;
    size_t count;

    memcpy(&head, file, sizeof head);
    count = (size - sizeof head) / sizeof(c4_kept_entry);
    count = head.entries < count ? (size_t)head.entries : count;
    for (size_t i = 0; i < count; i++) {
        c4_kept_entry entry;
        unsigned char *place = file + sizeof head + i * sizeof entry;
        memcpy(&entry, place, sizeof entry);
        if (i == 0 && entry.offset < size && size - entry.offset > sizeof counts) {
            blocks = entry.blocks < 16 ? entry.blocks : 16;
            memcpy(counts, file + entry.offset, blocks * sizeof counts[0]);
        }
        entry.checksum = sum_of(file, size, &entry, counts, blocks);
        memcpy(place, &entry, sizeof entry);
    }
    head.entries_checksum = c4_mix_bytes(0, file + sizeof head, count * sizeof(c4_kept_entry));
    head.checksum = c4_kept_head_checksum(&head);
    memcpy(file, &head, sizeof head);
}

typedef struct forgery {
    unsigned char *file;
    size_t size;
    c4_kept_head head;
    c4_kept_entry entries[32];
} forgery;

static void begin(const kept_world *w, forgery *f)
{
    f->size = w->bytes.size;
    f->file = malloc(f->size);
    assert_non_null(f->file);
    memcpy(f->file, w->bytes.data, f->size);
    memcpy(&f->head, f->file, sizeof f->head);
    assert_true(f->head.entries <= 32);
    memcpy(f->entries, f->file + sizeof f->head, (size_t)f->head.entries * sizeof f->entries[0]);
}

/* Puts head and table into the file, makes the sums right, and looks: nothing is used. */
static void expect_refused(kept_world *w, forgery *f)
{
    memcpy(f->file, &f->head, sizeof f->head);
    memcpy(f->file + sizeof f->head, f->entries,
           (size_t)(f->head.entries <= 32 ? f->head.entries : 32) * sizeof f->entries[0]);
    seal(f->file, f->size);
    assert_true(look_same(w, f->file, f->size) > 0);
    free(f->file);
}

static c4_kept_entry *first_of(forgery *f, uint32_t form)
{
    c4_kept_entry *found = NULL;

    for (size_t i = 0; i < f->head.entries && found == NULL; i++)
        found = f->entries[i].form == form ? &f->entries[i] : NULL;
    assert_non_null(found);
    return found;
}

static void refuses_other_heads(void **state)
{
    kept_world *w = *state;
    forgery f;

    begin(w, &f);
    seal(f.file, f.size); /* that it is sealed as it was shows that the rest is refused rightly */
    assert_memory_equal(f.file, w->bytes.data, f.size);
    assert_int_equal(look_same(w, f.file, f.size), 0);
    f.head.version++;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.order = 0x04030201;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.magic[0] = 'x';
    expect_refused(w, &f);
    begin(w, &f);
    f.head.stand.org++;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.stand.mark++;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.stand.sequence += 1; /* the database is before it */
    expect_refused(w, &f);
    begin(w, &f);
    f.head.stand.generation -= 1;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.length += 8;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.entries = UINT64_MAX / 64;
    expect_refused(w, &f);
    begin(w, &f);
    f.head.entries = 0;
    expect_refused(w, &f);
}

static void refuses_other_tables(void **state)
{
    kept_world *w = *state;
    forgery f;

    for (int which = 0; which < 12; which++) {
        c4_kept_entry *ids;
        begin(w, &f);
        ids = first_of(&f, 0);
        switch (which) {
        case 0: ids->rows = UINT64_MAX / 8; break;
        case 1: ids->rows--; break;
        case 2: ids->blocks = UINT32_MAX; break;
        case 3: ids->blocks = 0; break;
        case 4: ids->offset = UINT64_MAX - 4; break;
        case 5: ids->length = UINT64_MAX; break;
        case 6: ids->form = C4_FORM_NUMBERS; break;
        case 7: ids->form = 77; break;
        case 8: ids->serial++; break;
        case 9: ids->module++; break;
        case 10: first_of(&f, C4_FORM_CODES)->meanings = UINT64_MAX / 4; break;
        default: first_of(&f, C4_FORM_CODES)->meanings++; break;
        }
        expect_refused(w, &f);
    }
}

/* Values that no table has, under right sums. */
static void refuses_other_values(void **state)
{
    static const int64_t large = INT64_MAX;
    static const int32_t codes[] = {INT32_MAX, -1};
    kept_world *w = *state;
    forgery f;
    uint32_t count = 0;
    const c4_kept_entry *e;

    for (int which = 0; which < 10; which++) {
        uint64_t at;
        begin(w, &f);
        switch (which) {
        case 0: /* ids that go down */
            e = first_of(&f, 0);
            at = e->offset + c4_kept_counts_bytes(e->blocks);
            memcpy(f.file + at, &large, sizeof large);
            break;
        case 1: /* an id of 0 */
            e = first_of(&f, 0);
            memset(f.file + e->offset + c4_kept_counts_bytes(e->blocks), 0, 8);
            break;
        case 2: /* blocks without records, and larger than blocks are */
        case 3:
            count = which == 2 ? 0 : 5000;
            memcpy(f.file + first_of(&f, 0)->offset, &count, sizeof count);
            break;
        case 4:
        case 5: /* codes that mean nothing */
            e = first_of(&f, C4_FORM_CODES);
            memcpy(f.file + e->offset + e->meanings * 8, &codes[which - 4], sizeof codes[0]);
            break;
        case 6: /* a meaning twice */
            e = first_of(&f, C4_FORM_CODES);
            assert_true(e->meanings > 1);
            memcpy(f.file + e->offset, f.file + e->offset + 8, 8);
            break;
        case 7: /* NULL is 1 */
            e = first_of(&f, C4_FORM_NUMBERS);
            f.file[e->offset + e->length - 1] = 2;
            break;
        case 8: /* and has no value */
            e = first_of(&f, C4_FORM_NUMBERS);
            memset(f.file + e->offset, 1, 8);
            memset(f.file + e->offset + e->rows * 8, 1, 1);
            break;
        default: /* a day beyond all */
            e = first_of(&f, C4_FORM_DAYS);
            memcpy(f.file + e->offset, &codes[0], sizeof codes[0]);
        }
        expect_refused(w, &f);
    }
}

/* Anything, sealed: what it tells may be wrong, but nothing breaks. */
static void breaks_nothing(void **state)
{
    kept_world *w = *state;
    forgery f;

    for (unsigned i = 0; i < MADE_UP; i++) {
        const unsigned changes = 1 + roll(4);
        bool same;
        begin(w, &f);
        for (unsigned k = 0; k < changes; k++) {
            const unsigned most = roll(3) == 0 ? 700 : (unsigned)f.size;
            const size_t at = roll(most) % f.size;
            f.file[at] = roll(2) == 0 ? (unsigned char)roll(256) : (unsigned char)(roll(2) * 255);
        }
        memcpy(f.file, w->bytes.data, offsetof(c4_kept_head, entries)); /* it is looked at */
        seal(f.file, f.size);
        (void)look(w, f.file, f.size, &same);
        free(f.file);
    }
    assert_int_equal(look_same(w, w->bytes.data, w->bytes.size), 0);
}

static void tells_bytes_apart(void **state)
{
    unsigned char bytes[100] = {0};
    const uint64_t sum = c4_mix_bytes(1, bytes, sizeof bytes);

    (void)state;
    assert_true(c4_mix_bytes(2, bytes, sizeof bytes) != sum);
    for (size_t size = 0; size < sizeof bytes; size++)
        assert_true(c4_mix_bytes(1, bytes, size) != sum);
    for (size_t i = 0; i < sizeof bytes * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        assert_true(c4_mix_bytes(1, bytes, sizeof bytes) != sum);
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
    }
    assert_true(c4_mix_bytes(1, bytes, sizeof bytes) == sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_whole),         cmocka_unit_test(survives_cutting),
        cmocka_unit_test(survives_more_bytes),  cmocka_unit_test(survives_flips),
        cmocka_unit_test(refuses_other_heads),  cmocka_unit_test(refuses_other_tables),
        cmocka_unit_test(refuses_other_values), cmocka_unit_test(breaks_nothing),
        cmocka_unit_test(tells_bytes_apart),
    };

    return cmocka_run_group_tests_name("column bytes", tests, setup, teardown);
}
