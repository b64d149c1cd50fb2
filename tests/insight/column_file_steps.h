/* SPDX-License-Identifier: MIT */
/* An org in a file whose charts are known from an engine without columns, and engines
 * that open it cold and count how often they read the table. */
#ifndef TEST_COLUMN_FILE_STEPS_H
#define TEST_COLUMN_FILE_STEPS_H

#include "support/fail_alloc.h"
#include "support/host.h"

#include <crm4e/sys/sqlite.h>

enum {
    STEP_CHARTS = 6,
    STEP_RECORDS = 120
};

extern const char steps_model[]; /* module Things */

/* One that was opened cold. */
typedef struct cold {
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *session;
    crm4e_storage_methods methods;
    crm4e_sqlite_options sqlite;
} cold;

extern int steps_scans; /* of tables, by all of them, since somebody set it to 0 */

/* Bytes of a file; malloc'd, of a size above 0. */
typedef struct file_bytes {
    unsigned char *data;
    size_t size;
} file_bytes;

void steps_path(const host *h, const char *name, char path[128]); /* in its directory */
file_bytes steps_read(const char *path);
void steps_write(const char *path, const unsigned char *data, size_t size);
bool steps_exists(const char *path);

/* Model and records. */
void steps_fill(host *h);
crm4e_id steps_save(crm4e_session *session, crm4e_id id, unsigned number); /* 0: a new one */

int steps_open_with(cold *c, const host *h, int64_t bytes, uint32_t flags,
                    const crm4e_allocator *allocator);
void steps_open(cold *c, const host *h); /* all columns, no flags */
void steps_close(cold *c);               /* saves */

/* What a chart tells, malloc'd; NULL when the code is none. */
char *steps_chart(crm4e_session *session, int which, int *code);
/* The cold one tells what the host does, which has no columns. */
void steps_compare(const host *h, const cold *c);
/* Opens, compares, closes without writing; the number of scans. */
int steps_look(const host *h);

#endif
