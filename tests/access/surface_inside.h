/* SPDX-License-Identifier: MIT */
/* What the probes of surfaces share: the org with its secrets, and ears. */
#ifndef TEST_ACCESS_SURFACE_INSIDE_H
#define TEST_ACCESS_SURFACE_INSIDE_H

#include "surface_probes.h"

#define SECRET "Zq7zecret"
#define TEXT   "{'api_name': 'Text', 'type': 'text'}"
/* Every module has a field of files that may be read where the record may. */
#define SCANS "{'api_name': 'Scans', 'type': 'fileupload'}"

/* His own records show everything but their hidden fields. */
enum {
    LEAD,
    CONTACT, /* of the hidden account */
    DEAL,
    TASK,
    PAPER,
    HIDDEN, /* from here on nothing of the record shows */
    SHUT_LEAD = HIDDEN,
    SHUT_TASK,
    SHUT_ENTRY,
    SHUT_PAPER,
    BINNED_LEAD,
    ACCOUNT,
    RECORDS
};

/* Who reads, and the administrator. */
crm4e_session *surface_reader(void);
crm4e_session *surface_admin(void);
crm4e_id surface_id(size_t place);
const char *surface_module(size_t place);

/* Fails when a secret shows in the text, which may be NULL. */
void surface_heard(const char *text);
/* Hears the reader's error, too. Gives the code. */
int surface_said(int rc);
void surface_allowed(int rc);
void surface_refused(int rc, int code);
int surface_said_text(int rc, crm4e_text *text); /* frees it */

/* A call about a record answers the same, word for word, whether the record is hidden
 * from him or was never there. */
typedef int (*by_id)(const char *module, crm4e_id id);
void surface_like_missing(by_id call, const char *module, crm4e_id id, int code);
void surface_like_missing_everywhere(by_id call);

/* Secrets into fields of files, those of his own records into hidden ones alone. */
void surface_put_files(void);

/* History of a record, and what it was, for the reader. */
int surface_history(const char *module, crm4e_id id);
int surface_as_of(const char *module, crm4e_id id);

#endif
