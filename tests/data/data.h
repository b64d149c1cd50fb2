/* SPDX-License-Identifier: MIT */
/* Public CRM data and the answers that were computed from it elsewhere. */
#ifndef TEST_DATA_H
#define TEST_DATA_H

#include "base/json.h"
#include "host.h"

enum {
    DATA_REFERENCES = 200,
    DATA_SKIPPED = 77
};

/* Records by the name other files call them: "@BrokerRef". */
typedef struct data_reference {
    char name[48];
    char label[64]; /* the record's display name */
    crm4e_id id;
} data_reference;
typedef struct data_references {
    data_reference items[DATA_REFERENCES];
    size_t count;
} data_references;

/* A member of the source's records and the field it goes into. */
typedef struct data_member {
    const char *member;
    const char *field;
} data_member;

bool data_present(void);
/* A file of the data directory, NUL-terminated; malloc'd. */
char *data_file(const char *name);
/* The answers about one set; free with data_close. */
typedef struct data_answers {
    char *text;
    c4_json_document document;
    const c4_json *root;
} data_answers;
data_answers data_open(const char *set);
void data_close(data_answers *answers);
/* The number at a path "rows.Orders", as int64 or as a decimal of nine places. */
int64_t data_number(const data_answers *answers, const char *path);
int64_t data_decimal(const char *text);

/* Creates a record of every one in a JSON file {"records": [...]}: members as
 * the table (NULL at its end) says, others are left out, "@Ref" is resolved. */
void data_load(host *h, const char *file, const char *module, const data_member *members,
               data_references *references);
const data_reference *data_find(const data_references *references, const char *name);

/*
 * Compares a chart grouped by `field` with {key: {"count", "sum", "min", "max"}}:
 * every bucket, and the records each bucket's criteria list. `label` tells how
 * the chart names a key; NULL: as it is.
 */
typedef struct data_chart {
    const char *module;
    const char *field;
    crm4e_granularity by;
    const char *measure; /* NULL: counts alone */
    const char *(*label)(void *context, const char *key);
    void *context;
} data_chart;
void data_check_chart(crm4e_session *session, const data_chart *chart, const c4_json *expected);

/* Sum of a number field of all records that match, by a chart (text) and by
 * reading every record (nine places). */
int64_t data_sum(crm4e_session *session, const char *module, const char *field, const char *where);

#endif
