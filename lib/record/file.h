/* SPDX-License-Identifier: MIT */
/*
 * Contents of files, of attachments and in fields: a row that says how long and which, and the bytes in
 * pieces, all of the same length but the last. The id of a piece is the number
 * of the file within its org and the place of the piece in it, so that
 * nothing else has to find them.
 */
#ifndef C4_FILE_H
#define C4_FILE_H

#include "model/standard.h"
#include "record/inside.h"
#include <crm4e/file.h>

enum {
    C4_ATTACHMENT_NAME = 19021,
    C4_ATTACHMENT_SIZE = 19022,
    C4_ATTACHMENT_PARENT = 19023,
    C4_FILE_PIECE = 256 * 1024,
    C4_FILE_PLACE_BITS = 20 /* of the id of a piece: its place in the file, from 0 */
};

/* What a new file holds; of a draft. */
typedef struct c4_content {
    crm4e_reader read;
    void *user;
    int64_t size; /* that is announced; 0: none is */
} c4_content;

/* Where a file is that is no attachment. */
typedef struct c4_file_place {
    crm4e_id record;
    int32_t field;
} c4_file_place;

/* Attaches a file to a record the actor sees. */
int c4_file_put(c4_unit *unit, const char *module, crm4e_id record, const char *name,
                const c4_content *content, crm4e_id *id);
int c4_file_get(c4_unit *unit, crm4e_id id, crm4e_writer write, void *user);

/* INVALID for the name of a file that could lead elsewhere, if somebody took it for a path. */
int c4_file_check_name(c4_unit *unit, const c4_field *field, const crm4e_value *name);
int c4_file_check_path(c4_unit *unit, const c4_field *field, const crm4e_value *name);
/* INVALID, TOO_BIG: no size of a file. */
int c4_file_check_size(c4_unit *unit, int64_t size);
/* Reads the content of a new file into storage; NULL: of an attachment. */
int c4_file_store(c4_unit *unit, crm4e_id id, const c4_file_place *place, const c4_content *content,
                  int64_t *size);
/* For who asked the gate. CORRUPT for one that is at another place. */
int c4_file_hand_out(c4_unit *unit, crm4e_id id, const c4_file_place *place, crm4e_writer write,
                     void *user);
/* The content of a file that is gone for good, if it has one. */
int c4_file_drop(c4_unit *unit, crm4e_id id);

/* Pieces of so many bytes, and the id of one. */
int64_t c4_file_pieces(int64_t size);
int64_t c4_file_piece_id(crm4e_id file, int64_t place);
/* Whether an integrity check finds what was put; *problem is NULL then. */
int c4_file_verify(c4_unit *unit, const crm4e_value *row, const char **problem);

/* file_field.c: files in fields of their own type. What the text of such a field says: */
typedef struct c4_held_file {
    crm4e_id id;
    const char *name;
    size_t name_length;
    int64_t size;
} c4_held_file;
typedef struct c4_held_files {
    c4_held_file files[CRM4E_FIELD_FILES_MAX];
    size_t count;
} c4_held_files;
/* Names are in the arena. CORRUPT, without a failure told, for what the library did not write. */
int c4_files_read(c4_arena *arena, const crm4e_value *value, c4_held_files *files);

/* What becomes of the files in a field; of a draft. */
typedef struct c4_files_change {
    const c4_field *field;
    const char *name;          /* of the one to add */
    const c4_content *content; /* of it; NULL: one is taken away */
    crm4e_id *id;              /* of the new one, or of that */
} c4_files_change;
/* Works out the new value, and reads the content; after all else is checked. */
int c4_files_take(c4_write *write, c4_draft *draft);
/* Drops what the row does not name any more. */
int c4_files_settle(c4_write *write);
/* All files in a field that goes, in a record that is gone for good. */
int c4_files_leave_field(c4_unit *unit, const c4_field *field);
int c4_files_leave_record(c4_unit *unit, const c4_module *module, crm4e_id record);

/* A field of a record, as it is named in calls. */
typedef struct c4_field_at {
    const char *module;
    crm4e_id record;
    const char *field;
} c4_field_at;
int c4_field_file_put(c4_unit *unit, const c4_field_at *at, const char *name,
                      const c4_content *content, crm4e_id *id);
int c4_field_file_remove(c4_unit *unit, const c4_field_at *at, crm4e_id id);
int c4_field_file_get(c4_unit *unit, const c4_field_at *at, crm4e_id id, crm4e_writer write,
                      void *user);

#endif
