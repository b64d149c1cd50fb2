/* SPDX-License-Identifier: MIT */
/*
 * Texts with merge fields: `${Module.Field}` is the value of the record, over up to two
 * lookups `${Module.Lookup.Field}`; `$${` stands for `${` itself. Whoever writes the rule
 * must be able to read every field that he names. What a reader of the text may not see
 * is empty there. A value never changes the form of what it is put into: each place has its
 * own escape.
 */
#ifndef C4_TEMPLATE_H
#define C4_TEMPLATE_H

#include "automation/run.h"

typedef enum c4_template_place {
    C4_FILL_TEXT,       /* as it is */
    C4_FILL_LINE,       /* control characters become spaces */
    C4_FILL_URL,        /* percent-encoded, all but letters, digits and -._~ */
    C4_TEMPLATE_HEADER, /* visible ASCII and spaces; the rest, and %, percent-encoded */
    C4_FILL_PLACES
} c4_template_place;

typedef struct c4_template {
    c4_run *run;
    c4_unit reader;              /* sees what is behind lookups, and what names are said */
    const crm4e_value *row;      /* NULL: nothing of the record is for the reader */
    struct c4_template *witness; /* hears whether he would read the same; or NULL */
    bool beyond;                 /* he would not */
    bool ids;                    /* links and users as ids, to be put into a link */
} c4_template;

/* Reading a rule: the form, and that the module is the rule's. `text` may be NULL. */
void c4_template_read(c4_rule_reader *reader, const char *member, const char *text);
/* Whether a text holds merge fields, or something to be unmasked. */
bool c4_template_has_fields(const char *text);
/* All texts in a value. */
void c4_template_read_json(c4_rule_reader *reader, const char *member, const c4_json *value);
/* Whether the author may read what is named; may be NULL. */
int c4_template_check(const c4_scope *author, const char *text);
int c4_template_check_json(const c4_scope *author, const c4_json *value);
/* Whether there is what is named: for whom rights do not say it. */
int c4_template_resolve(c4_unit *unit, const c4_module *module, const char *text);
int c4_template_resolve_json(c4_unit *unit, const c4_module *module, const c4_json *value);

/* For a reader: of the record what he may see. */
int c4_template_open_for(c4_template *merge, c4_run *run, const c4_user *reader);
/* For the rule: of the record everything, behind lookups what the author may see. */
int c4_template_open(c4_template *merge, c4_run *run);
/* Appends the text with its values; `out` keeps its own failures. */
int c4_template_fill(c4_template *merge, const char *text, c4_template_place place, c4_buffer *out);
/* Appends a value as its place has it. */
void c4_template_encode(const char *text, size_t length, c4_template_place place, c4_buffer *out);
/* Writes a JSON value, the texts in it filled. */
int c4_template_fill_json(c4_template *merge, const c4_json *value, c4_buffer *out);

#endif
