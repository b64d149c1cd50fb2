/* SPDX-License-Identifier: MIT */
/*
 * Contents of attachments: a row that says how long and which, and the bytes in
 * pieces, all of the same length but the last. The id of a piece is the number
 * of the attachment within its org and the place of the piece in it, so that
 * nothing else has to find them.
 */
#ifndef C4_FILE_H
#define C4_FILE_H

#include "record/record.h"
#include <crm4e/file.h>

enum {
    C4_ATTACHMENTS = 19, /* number of the module */
    C4_ATTACHMENT_NAME = 19021,
    C4_ATTACHMENT_SIZE = 19022,
    C4_ATTACHMENT_PARENT = 19023,
    C4_FILE_PIECE = 256 * 1024,
    C4_FILE_PLACE_BITS = 20 /* of the id of a piece: its place in the file, from 0 */
};

/* What a new attachment holds; of a draft. */
typedef struct c4_content {
    crm4e_reader read;
    void *user;
    int64_t size; /* that is announced; 0: none is */
} c4_content;

/* Attaches a file to a record the actor sees. */
int c4_file_put(c4_unit *unit, const char *module, crm4e_id record, const char *name,
                const c4_content *content, crm4e_id *id);
int c4_file_get(c4_unit *unit, crm4e_id id, crm4e_writer write, void *user);

/* INVALID for the name of a file that could lead elsewhere, if somebody took it for a path. */
int c4_file_check_name(c4_unit *unit, const c4_field *field, const crm4e_value *name);
/* Reads the content of a new attachment into storage. */
int c4_file_store(c4_unit *unit, crm4e_id id, const c4_content *content, int64_t *size);
/* The content of an attachment that is gone for good, if it has one. */
int c4_file_drop(c4_unit *unit, crm4e_id id);

/* Pieces of so many bytes, and the id of one. */
int64_t c4_file_pieces(int64_t size);
int64_t c4_file_piece_id(crm4e_id file, int64_t place);
/* Whether an integrity check finds what was put; *problem is NULL then. */
int c4_file_verify(c4_unit *unit, const crm4e_value *row, const char **problem);

#endif
