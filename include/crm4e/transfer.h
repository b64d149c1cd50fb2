/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TRANSFER_H
#define CRM4E_TRANSFER_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * An org as data, and records as files.
 */

/**
 * Applies a document that describes an org: roles, profiles, users, spaces,
 * modules, fields, members, rules, charts. Idempotent; whole or not at all.
 * docs/apply.md and docs/apply.schema.json describe it.
 *
 * @param out     receives a JSON object that counts what was created and changed; free it with
 *                crm4e_text_free(); may be NULL
 * @param session who applies; his own rights decide
 * @param json    the document
 * @param length  bytes, or #CRM4E_NUL_TERMINATED
 * @return #CRM4E_OK; #CRM4E_E_INVALID with the place in the message; #CRM4E_E_DENIED; #CRM4E_E_LIMIT;
 *         #CRM4E_E_TOO_BIG beyond 64 MiB; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_apply(crm4e_text **out, crm4e_session *session, const char *json,
                              size_t length);

/**
 * The org as such a document: applied to an empty org it gives the same. Rules, charts and views
 * that name what is gone since they were stored could not be applied; a member "left_out" tells
 * which, and why, and is read over by crm4e_org_apply().
 *
 * @param out     receives the JSON; free it with crm4e_text_free()
 * @param session a system administrator's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_export(crm4e_text **out, crm4e_session *session);

/**
 * One number for all records of the org, to see that nothing happened to them: equal
 * before and after CRM4E is switched on and off, a backup, a change of the interface or of
 * settings. It covers every stored value of every record of all modules - owner, times,
 * version, lock and tags too - the bin, and the contents of files, whatever storage they are on; not configuration,
 * history, shares and the outbox. It is a fingerprint, no proof against who would forge it, and
 * reads all there is.
 *
 * @param out     receives 32 hexadecimal digits; free it with crm4e_text_free()
 * @param session a system administrator's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_digest(crm4e_text **out, crm4e_session *session);

/** Reads the next piece of a file; stores 0 at its end. Answers #CRM4E_CONTINUE. */
typedef int32_t (*crm4e_reader)(void *user, char *bytes, size_t size, size_t *read);
/** Takes the next piece of a file. Answers #CRM4E_CONTINUE. */
typedef int32_t (*crm4e_writer)(void *user, const char *bytes, size_t length);
/** Told now and then how far an import is. Answers #CRM4E_CONTINUE, or #CRM4E_DENY to stop. */
typedef int32_t (*crm4e_progress)(void *user, int64_t rows);

/** Form of a file to import. */
typedef uint32_t crm4e_import_format;
enum {
    CRM4E_IMPORT_CSV = 0,       /**< RFC 4180, UTF-8, header line; an empty cell says nothing */
    CRM4E_IMPORT_JSON_LINES = 1 /**< one object a line, see crm4e_record_set_json(); null empties */
};

/** What becomes of a row with the unique value of a record that is there. */
typedef uint32_t crm4e_import_match;
enum {
    CRM4E_MATCH_REFUSE = 0, /**< the row is refused: #CRM4E_E_CONFLICT */
    CRM4E_MATCH_SKIP = 1,   /**< the record stays as it is, if the user sees it */
    CRM4E_MATCH_UPDATE = 2  /**< the record is changed, if the user sees it */
};

/** How to import. */
typedef struct crm4e_import_options {
    size_t struct_size; /**< sizeof(crm4e_import_options) */
    const char *module; /**< API name */
    const char *map;    /**< JSON object {"column of the file": "field"}; NULL: same names */
    const char
        *date_format;    /**< "yyyy-mm-dd" (also NULL), "mm/dd/yyyy", "dd/mm/yyyy", "dd.mm.yyyy" */
    crm4e_reader read;   /**< gives the CSV */
    void *read_user;     /**< handed to `read` */
    crm4e_writer reject; /**< takes the refused rows as CSV with row number and reason, or NULL */
    void *reject_user;   /**< handed to `reject` */
    crm4e_progress progress;     /**< or NULL */
    void *progress_user;         /**< handed to `progress` */
    int32_t dry_run;             /**< 1: check everything, keep nothing */
    int32_t partial;             /**< 1: keep the good rows; 0: all or nothing */
    int32_t guarded;             /**< 1: the file was exported without #CRM4E_EXPORT_RAW */
    crm4e_import_format format;  /**< of the file */
    const char *assignment_rule; /**< chooses the owner of rows that name none; NULL: who imports */
    crm4e_import_match match;    /**< rows of records that are there */
    int32_t batch;               /**< 0: one transaction; else one for so many rows, to 1,000,000 */
    const char *match_fields;    /**< JSON array of unique fields to look by; NULL: all */
    const char *number_format;   /**< "1234.56" (also NULL), "1234,56", "1,234.56", "1.234,56",
                               "1 234,56", "1'234.56": of CSV */
    const char *users; /**< JSON object {"name in the file": "email"} for owners and other users */
    int64_t skip; /**< so many rows at the beginning are passed over: those a stopped import kept */
} crm4e_import_options;

/** Initialiser of #crm4e_import_options. */
#define CRM4E_IMPORT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_import_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0,  \
            0, 0, NULL, 0, 0, NULL, NULL, NULL, 0                                                  \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_import_options_init(crm4e_import_options *options);

/**
 * Imports records from a file. Every row passes the same gate, checks and rules as a single
 * create or change. A lookup is given as id, or as the exact name of one record; in a column
 * that goes to "Lookup.Field", as the value of that unique field of the other module. Several
 * are parted by ';', or an array in JSON. Users are their email, or what `users` says.
 *
 * All rows come in one transaction, or with `batch` so many in each: what was committed stays,
 * whatever comes later. `progress` is told after every 1000 rows, and with `batch` after every
 * commit alone: an import that was stopped or broken goes on with the last number told as its
 * `skip`, and the same file and options. A dry run is one transaction, and takes it back.
 *
 * @param out     receives a JSON object {"rows", "created", "updated", "skipped", "rejected"}, without
 *                the rows passed over; free it with crm4e_text_free(); may be NULL
 * @param session who imports: needs import and create on the module, to edit what rows change,
 *                and to view what they match
 * @param options what and how
 * @return #CRM4E_OK, also with refused rows when `partial`; the first row's code otherwise, the
 *         message names row and field; #CRM4E_E_DENIED; #CRM4E_E_INVALID for the file, an option, or
 *         `batch` inside of a transaction; #CRM4E_E_TOO_BIG for a row beyond 16 MiB;
 *         #CRM4E_E_ABORTED; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the storage answers, which may
 *         hear of a row a few rows later: the message then names a later one
 */
CRM4E_API int crm4e_import_records(crm4e_text **out, crm4e_session *session,
                                   const crm4e_import_options *options);

/** Form of an exported file. */
typedef uint32_t crm4e_export_format;
enum {
    CRM4E_EXPORT_CSV = 1, /**< RFC 4180, UTF-8, header line; an empty field is an empty cell */
    CRM4E_EXPORT_JSON_LINES = 2 /**< one object a line; an empty field is null */
};

/** Bits of how to export. */
typedef uint32_t crm4e_export_flags;
enum {
    /** CSV cells as they are. Without it a ' is put before text that a spreadsheet would take for
     * a formula; the option `guarded` of an import takes it away again. */
    CRM4E_EXPORT_RAW = 1,
    CRM4E_EXPORT_IDS_ONLY = 2 /**< no names beside the ids of lookups: as an import has it */
};

/** What to export, and how. */
typedef struct crm4e_export_options {
    size_t struct_size;         /**< sizeof(crm4e_export_options) */
    const char *module;         /**< API name */
    const char *columns;        /**< JSON array of API names and paths, ["Last_Name",
                               "Account_Name.Industry"]; NULL: every field the user may read */
    const char *criteria;       /**< the text form after `where`; NULL: all records he may export */
    crm4e_writer write;         /**< takes the file, piece by piece */
    void *write_user;           /**< handed to `write` */
    crm4e_progress progress;    /**< or NULL */
    void *progress_user;        /**< handed to `progress` */
    crm4e_export_format format; /**< 0: CSV */
    crm4e_export_flags flags;   /**< CRM4E_EXPORT_RAW ..., or 0 */
} crm4e_export_options;

/** Initialiser of #crm4e_export_options. */
#define CRM4E_EXPORT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_export_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0               \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_export_options_init(crm4e_export_options *options);

/**
 * Exports records, in order of id: exactly those that a query of the user gives, out
 * of one snapshot, in memory for one page. A lookup is an id and, where the user
 * may see what it points to, a name: in CSV a second column "Field.name", in JSON
 * {"id", "name"}; of several records, in CSV, their ids alone. Users are emails in CSV.
 *
 * @param session who exports: needs to view and export the module
 * @param options what and how
 * @param rows    receives the number of records; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the module; #CRM4E_E_DENIED, also for a column or
 *         criteria of a field he may not read; #CRM4E_E_INVALID for columns, criteria, format or
 *         flags; #CRM4E_E_TOO_BIG; #CRM4E_E_ABORTED; #CRM4E_E_CALLBACK; #CRM4E_E_MISUSE; what the
 *         storage answers. After a failure what was written is no whole file.
 */
CRM4E_API int crm4e_export_records(crm4e_session *session, const crm4e_export_options *options,
                                   int64_t *rows);

#ifdef __cplusplus
}
#endif

#endif
