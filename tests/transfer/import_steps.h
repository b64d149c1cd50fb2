/* SPDX-License-Identifier: MIT */
/* Files in memory that are imported, and what became of them. */
#ifndef TEST_IMPORT_STEPS_H
#define TEST_IMPORT_STEPS_H

#include "host.h"

/* A file in memory, what became of it, and where its callbacks fail. */
typedef struct file {
    crm4e_import_options options;
    const char *text;
    size_t place;
    char *rejects; /* malloc'd; NULL: none */
    size_t reject_length;
    int32_t read_answer; /* of the reader when it is not CONTINUE */
    int32_t reject_answer;
    int32_t progress_answer;
    int64_t progress;
    size_t progress_calls;
    char *report; /* malloc'd */
} file;

int32_t read_file(void *user, char *bytes, size_t size, size_t *read);
file file_of(const char *module, const char *text);
int import(crm4e_session *session, file *f);
void finish(file *f);
/* An org with the module Things, of fields of many types. */
int things_setup(void **state);
/* By the administrator; the report. */
void imported(host *h, file *f, const char *report);
void query_is(host *h, const char *query, const char *rows);
/* Refused whole: nothing is kept. */
void refused(host *h, crm4e_session *session, file *f, int code, const char *message);
void nothing_came_in(host *h);

#endif
