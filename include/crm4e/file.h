/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_FILE_H
#define CRM4E_FILE_H

#include <crm4e/transfer.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Files on records: attachments, and files in fields of the type
 * #CRM4E_TYPE_FILEUPLOAD.
 *
 * An attachment hangs on a record. Each is a record of the module Attachments, with
 * File_Name, Size and Parent_Id, and is queried, renamed, deleted to the bin and
 * brought back as such; its content comes and goes through crm4e_file_put()
 * and crm4e_file_get(), piece by piece, whatever its size. Who sees an attachment reads its
 * content, nobody else does; see docs/access.md. A content never changes: put a
 * new attachment, and delete the old one. It ends when the attachment is purged,
 * with the record it hangs on, or with the module of that.
 *
 * A field of files holds up to #CRM4E_FIELD_FILES_MAX of them, each with a name and
 * a content. Its value is a text in JSON, the same wherever values are read,
 * `[{"id":17,"name":"plan.pdf","size":812}]`, in the order they came; in the JSON of a
 * record it is that array. It is filled and emptied file by file through the functions
 * here, and emptied at once by null, "" or `[]` as its value; any other value is
 * #CRM4E_E_INVALID. Queries ask whether it `is null`, nothing else. It is neither
 * mandatory, unique nor indexed, and has no default. A clone of a record and what a
 * lead is converted to hold no files. Contents end when the file is taken out of the field, with
 * the field, the module, or the record when that is purged; in the bin it keeps them.
 *
 * The library keeps contents in the storage of the org, beside the records: they
 * are part of its transactions, backups and integrity checks. The name of a file
 * is data: no file on disk is ever named by it.
 */

/** Bytes of one file at most: 100 MiB. */
#define CRM4E_FILE_MAX INT64_C(104857600)

/** Files in one field of a record at most. */
#define CRM4E_FIELD_FILES_MAX 5

/** A file to attach, or to put into a field. */
typedef struct crm4e_file_options {
    size_t struct_size; /**< sizeof(crm4e_file_options) */
    const char *name;   /**< 1 to 250 characters, none of them control characters, '/' or '\' */
    crm4e_reader read;  /**< gives the content; #CRM4E_DENY stops */
    void *read_user;    /**< handed to `read` */
    int64_t size;       /**< bytes that `read` will give, no more and no less; 0: not known */
} crm4e_file_options;

/** Initialiser of #crm4e_file_options. */
#define CRM4E_FILE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_file_options), NULL, NULL, NULL, 0                                            \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_file_options_init(crm4e_file_options *options);

/**
 * Attaches a file to a record that the session's user sees. Rules of the module
 * Attachments run. `read` is called once all else is checked, inside of the
 * transaction: no other session writes meanwhile.
 *
 * @param out     receives the id of the attachment; may be NULL
 * @param session who attaches it, and owns it: needs to create in Attachments
 * @param module  API name of the record's module
 * @param record  what it hangs on
 * @param options the file
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module or the record; #CRM4E_E_DENIED;
 *         #CRM4E_E_INVALID for the name, a record that nothing is attached to, or another
 *         number of bytes than `size`; #CRM4E_E_TOO_BIG for a longer name or more than
 *         #CRM4E_FILE_MAX bytes; #CRM4E_E_ABORTED when `read` or crm4e_session_interrupt()
 *         stops it; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the storage answers. After a
 *         failure nothing of the file is left.
 */
CRM4E_API int crm4e_file_put(crm4e_id *out, crm4e_session *session, const char *module,
                             crm4e_id record, const crm4e_file_options *options);

/**
 * Hands out the content of an attachment, piece by piece, out of one snapshot.
 *
 * @param session    who reads it: needs to see the attachment
 * @param attachment its id
 * @param write      takes the content, not called for an empty one; #CRM4E_DENY stops
 * @param write_user handed to `write`; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND, also for an attachment that was made without
 *         content; #CRM4E_E_DENIED; #CRM4E_E_CORRUPT when it is not what was put;
 *         #CRM4E_E_ABORTED when `write` or crm4e_session_interrupt() stops it;
 *         #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the storage answers. After a failure what
 *         was written is no whole file.
 */
CRM4E_API int crm4e_file_get(crm4e_session *session, crm4e_id attachment, crm4e_writer write,
                             void *write_user);

/**
 * Puts a file into a field of files, behind those that are there. The record changes
 * as by any other write: its version, its times, its history; rules of its module run.
 * `read` is called once all else is checked, inside of the transaction: no other session
 * writes meanwhile.
 *
 * @param out     receives the id of the file; may be NULL
 * @param session who puts it: needs to edit the record and to write the field
 * @param module  API name of the record's module
 * @param record  what gets it
 * @param field   API name of a field of the type #CRM4E_TYPE_FILEUPLOAD
 * @param options the file
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module or the record; #CRM4E_E_DENIED;
 *         #CRM4E_E_LOCKED; #CRM4E_E_INVALID for a field that is none of files, for the name, or
 *         another number of bytes than `size`; #CRM4E_E_TOO_BIG for one file more than
 *         #CRM4E_FIELD_FILES_MAX, a longer name or more than #CRM4E_FILE_MAX bytes;
 *         #CRM4E_E_ABORTED when `read` or crm4e_session_interrupt() stops it;
 *         #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the storage and rules answer. After a
 *         failure nothing of the file is left.
 */
CRM4E_API int crm4e_field_file_put(crm4e_id *out, crm4e_session *session, const char *module,
                                   crm4e_id record, const char *field,
                                   const crm4e_file_options *options);

/**
 * Hands out the content of a file in a field, piece by piece, out of one snapshot.
 *
 * @param session    who reads it: needs to see the record and to read the field
 * @param module     API name of the record's module
 * @param record     the record
 * @param field      API name of a field of files
 * @param file       id of the file, as the value of the field has it
 * @param write      takes the content, not called for an empty one; #CRM4E_DENY stops
 * @param write_user handed to `write`; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module, the record, or a file that is not in
 *         the field now; #CRM4E_E_DENIED; #CRM4E_E_INVALID for a field that is none of files;
 *         #CRM4E_E_CORRUPT when it is not what was put; #CRM4E_E_ABORTED when `write` or
 *         crm4e_session_interrupt() stops it; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the
 *         storage answers. After a failure what was written is no whole file.
 */
CRM4E_API int crm4e_field_file_get(crm4e_session *session, const char *module, crm4e_id record,
                                   const char *field, crm4e_id file, crm4e_writer write,
                                   void *write_user);

/**
 * Takes a file out of a field, and drops its content for good. The record changes as by
 * any other write.
 *
 * @param session who takes it out: needs to edit the record and to write the field
 * @param module  API name of the record's module
 * @param record  the record
 * @param field   API name of a field of files
 * @param file    id of the file
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module, the record, or a file that is not in
 *         the field; #CRM4E_E_DENIED; #CRM4E_E_LOCKED; #CRM4E_E_INVALID for a field that is none
 *         of files; #CRM4E_E_MISUSE; what the storage and rules answer
 */
CRM4E_API int crm4e_field_file_remove(crm4e_session *session, const char *module, crm4e_id record,
                                      const char *field, crm4e_id file);

#ifdef __cplusplus
}
#endif

#endif
