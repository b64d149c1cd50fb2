/* SPDX-License-Identifier: MIT */
/*
 * Records through the gate: create, read, update, delete, with validation,
 * counters, history and the hooks of the layers above, all in the unit's
 * transaction. A row is one crm4e_value per column of the module's table.
 */
#ifndef C4_RECORD_H
#define C4_RECORD_H

#include "access/access.h"
#include "base/json.h"

/* What happened to a record; stored in history. */
typedef enum c4_record_action {
    C4_RECORD_ADDED = 1,
    C4_RECORD_UPDATED = 2,
    C4_RECORD_DELETED = 3,
    C4_RECORD_RESTORED = 4,
    C4_RECORD_OWNER_CHANGED = 5,
    C4_RECORD_SHARED = 6, /* with somebody, or with more or less than before */
    C4_RECORD_UNSHARED = 7,
    C4_RECORD_LOCKED = 8,
    C4_RECORD_UNLOCKED = 9,
    C4_RECORD_ACTION_END
} c4_record_action;

/* The row of a record as hooks left it, and the next change by then. */
typedef struct c4_left {
    crm4e_value *row; /* NULL: it is not known */
    int64_t next_change;
} c4_left;

/* A change just written, as hooks see it. Rows are whole rows in the arena. */
typedef struct c4_change {
    const c4_module *module;
    crm4e_id record;
    c4_record_action action;
    const crm4e_value *before; /* NULL when added */
    const crm4e_value *after;  /* NULL when deleted */
    uint32_t happened; /* a trigger of rules, where not the record itself was changed; or 0 */
    int64_t cause;     /* by what: the id of the note, of the interaction, or of the change that
                          made it one */
    const struct c4_interaction_came *interaction; /* that was added; or NULL */
    c4_left *left; /* where a hook that changes the record may say what became of it; or NULL */
} c4_change;

enum {
    C4_INTERACTION_FIELDS = 4
};

/* An interaction that a lead or contact got and had not. */
typedef struct c4_interaction_came {
    int32_t module;
    crm4e_id record; /* 0: none */
    int64_t kind;
    uint32_t channel;
    int64_t cause;
    int32_t source;                            /* the module of what it comes from; 0: nothing */
    const char *fields[C4_INTERACTION_FIELDS]; /* of the source, which say that it is one; NULL: no
                                                  more */
} c4_interaction_came;

/* What nothing in the field means, if it says what amounts are in: the home currency, at the rate
 * 1; and its text. NULL: nothing. */
const char *c4_money_default(const c4_unit *unit, const c4_field *field, crm4e_value *value);
/* The day it is in the time zone of the org. */
int c4_money_today(c4_unit *unit, int32_t *day);

struct c4_draft;
struct c4_content;
struct c4_files_change;

/* Layers above, called inside the transaction. Each may be NULL. */
typedef struct c4_hooks {
    /* Chooses the owner of a record about to be added, whose row is whole but for its
     * id; keeps *owner when it has no opinion (requester settings, assignment rules). */
    int (*choose_owner)(c4_unit *unit, const struct c4_draft *draft, const crm4e_value *row,
                        crm4e_id *owner);
    /* After the row and its history are written (workflow rules). */
    int (*changed)(c4_unit *unit, const c4_change *change);
    /* Whether that may change a new record of the module again: its row is held back a moment. */
    bool (*changes_new)(const c4_unit *unit, const c4_module *module);
    /* After that, of each interaction that came of it or that a host added. */
    int (*interaction)(c4_unit *unit, const c4_interaction_came *came);
} c4_hooks;

/* Values to write: what was set, by position of the field in module->fields. The
 * value of a multi-module lookup carries the number of the module in `reserved`
 * until it is written; 0: any of the targets. */
typedef struct c4_draft {
    const c4_module *module;
    crm4e_id id;              /* 0: a new record */
    int64_t expected_version; /* 0: whatever is there */
    crm4e_id owner;           /* 0: keep, or the default */
    crm4e_id assignment;      /* a new record: the assignment rule that chooses the owner; 0: the
                                 requester settings */
    crm4e_value *values;      /* field_count; storage form, in the draft's arena */
    bool *set;                /* field_count */
    const crm4e_value *tags;  /* a change: those in place of what is there, checked; or NULL */
    const struct c4_content *content; /* of a new attachment, read once all is checked; or NULL */
    const struct c4_files_change *files; /* what becomes of the files in a field; or NULL */
    bool *refused; /* field_count; got a value that is none, and the actor does not read
                                 the field */
    c4_arena *arena;
    /* After a write: the whole row as it is stored, in the unit's arena; NULL when
     * it has to be read. */
    crm4e_value *stored;
} c4_draft;

int c4_draft_init(c4_draft *draft, c4_arena *arena, const c4_module *module);
/* Parse, check type and length, keep. INVALID (rule names it: "type", "length",
 * "range", "utf8", "picklist", "decimal" ...) with module and field set;
 * TOO_BIG beyond a length. Permissions are checked when written. Text is the
 * canonical form: numbers "12.50", dates ISO, booleans "true"/"false",
 * picklists the actual value, several separated by ';', lookups the id, users
 * id or email. Empty text is NULL for all types. */
int c4_draft_set_text(c4_unit *unit, c4_draft *draft, const c4_field *field, const char *text,
                      size_t length);
int c4_draft_set_json(c4_unit *unit, c4_draft *draft, const c4_field *field, const c4_json *json);
int c4_draft_set_integer(c4_unit *unit, c4_draft *draft, const c4_field *field, int64_t number);
int c4_draft_set_null(c4_unit *unit, c4_draft *draft, const c4_field *field);
/* A refusal of a value before it comes to be set; of a field that the actor does not read it is OK
 * until it is written, then DENIED. */
int c4_draft_refused(c4_unit *unit, c4_draft *draft, const c4_field *field, int code);
/* A JSON object {"Last_Name": "..", ...}: every member a field of the module,
 * unknown ones INVALID; "id" must equal draft->id, "Owner" sets the owner (so
 * does setting the field), other system fields INVALID. */
int c4_draft_set_object(c4_unit *unit, c4_draft *draft, const c4_json *object);

/* Each takes the gate's scope inside. */
int c4_record_create(c4_unit *unit, c4_draft *draft, crm4e_id *id);
int c4_record_update(c4_unit *unit, c4_draft *draft); /* CONFLICT, NOT_FOUND, DENIED, LOCKED */
int c4_record_change_owner(c4_unit *unit, const char *module, crm4e_id id, crm4e_id owner);
int c4_record_delete(c4_unit *unit, const char *module, crm4e_id id, int64_t expected_version);
int c4_record_restore(c4_unit *unit, const char *module, crm4e_id id);
int c4_record_purge(c4_unit *unit, const char *module, crm4e_id id); /* administrators */
/* Turns the lock on or off, for who may edit the record. */
int c4_record_set_locked(c4_unit *unit, const char *module, crm4e_id id, bool locked);

/* Removes a team module or a custom org module with its records, their history, bin
 * and shares, what hangs on them, and its configuration; links that point to them
 * are emptied. Who configures it may. CONFLICT while a lookup of another module
 * points to it, LOCKED while a record of it is locked. */
int c4_module_remove(c4_unit *unit, int32_t number);

enum {
    C4_SHARES_MAX = 10 /* subjects a record is shared with */
};

/* A manual share. */
typedef struct c4_share {
    c4_subject subject;
    c4_level level;
    bool related;
    crm4e_id by;  /* who gave it; of stored ones */
    int64_t time; /* when; of stored ones */
} c4_share;

/* INVALID for a number that is no kind of subject. */
int c4_subject_check(c4_unit *unit, c4_subject_kind kind);
/* Adds the share, or changes the one with its subject. */
int c4_record_share(c4_unit *unit, const char *module, crm4e_id id, const c4_share *share);
int c4_record_unshare(c4_unit *unit, const char *module, crm4e_id id, c4_subject subject);
/* The shares of a record as a JSON array, for who may share it. */
int c4_record_shares(c4_unit *unit, const char *module, crm4e_id id, c4_buffer *out);

/* Reads one visible row into the arena; values of hidden fields are NULL and
 * `*readable` (field_count flags) says which count. */
int c4_record_read(c4_unit *unit, c4_scope *scope, crm4e_id id, const crm4e_value **row,
                   const bool **readable);
/* The same into an arena that keeps it. */
int c4_record_fetch(c4_arena *arena, c4_scope *scope, crm4e_id id, crm4e_value **row,
                    bool **readable);
/* Judges and masks a whole row that is known already. */
int c4_record_show(c4_arena *arena, c4_scope *scope, crm4e_value *row, bool **readable);

/* Sets in an empty draft what a new record takes from a row as c4_record_fetch() gave it:
 * values that the actor may read and write, and could give a new record today; nothing
 * unique or numbered. The draft borrows the row's texts. */
int c4_record_clone(const c4_scope *create, const crm4e_value *row, const bool *readable,
                    c4_draft *draft);

/* Unique fields of a module, by which a row is looked up in order. */
typedef struct c4_unique_fields {
    const c4_field **items; /* in the unit's arena */
    size_t count;
} c4_unique_fields;
/* Those of an array of names, or with NULL all that the actor may read. INVALID (rule
 * "unique") for a field that is not unique, or named twice. */
int c4_unique_fields_open(const c4_scope *view, const c4_json *names, c4_unique_fields *out);
/* The record that the actor sees and that has one of the values which the draft gives; *id 0:
 * none. INVALID (rule "unique") for a draft that gives no value for any of the fields, when that
 * is `needed`. A field of the draft that he may not read is DENIED. */
int c4_unique_find(c4_scope *view, const c4_unique_fields *fields, const c4_draft *draft,
                   bool needed, crm4e_id *id);

/* What came of an upsert. */
typedef struct c4_upserted {
    crm4e_id id;
    bool created;
} c4_upserted;
/* Changes the record that the actor sees and that has a value which the object gives
 * for one of the unique fields named (NULL: all of the module that he may read); creates
 * one when there is none. */
int c4_record_upsert(c4_unit *unit, const char *module, const c4_json *names, const c4_json *object,
                     c4_upserted *out);

/* For rules that act with rights of their own: creates or changes without asking
 * for the actor's permissions, read-only fields and the owner included; with
 * validation, history and hooks. A new record gets its id in draft->id. */
int c4_record_write_as_rule(c4_unit *unit, c4_draft *draft);
/* A change by a rule in two steps, so that several are written as one. First each is checked
 * as c4_record_write_as_rule() does, on a whole row that nothing of is stored: `*row` becomes
 * another, as the draft makes it, and stays where it is refused. Values of unique fields alone
 * are not compared with those of other records. */
int c4_record_gather(c4_unit *unit, c4_draft *draft, crm4e_value **row);
/* Then the row as it is stored becomes the one that was gathered, with one line of history.
 * Nothing is written when they do not differ. `*stored` is the row by then, with its stamp; NULL:
 * it has to be read. CONFLICT: a unique field. */
int c4_record_write_gathered(c4_unit *unit, const c4_module *module, crm4e_value *before,
                             const crm4e_value *after, crm4e_value **stored);
/* Whether who has the scope may write a system field that is written by calls of its own. */
int c4_record_check_system(const c4_scope *scope, uint32_t column);
/* A whole row into the arena, whoever asks: for rules and hooks. NOT_FOUND. */
int c4_record_load(c4_unit *unit, const c4_module *module, crm4e_id id, crm4e_value **row);
/* Ids or codes of a stored ";3;5;": calls with position *at = 0 first; false at the end. */
bool c4_list_next(const crm4e_value *stored, size_t *at, int64_t *item);
/* Whether a user could own a record of the module. */
bool c4_owner_fits(const c4_unit *unit, const c4_module *module, crm4e_id owner);
/* Whether a record exists and the actor may see it. */
int c4_record_visible(c4_unit *unit, int32_t module, crm4e_id id, bool *visible);

/* What is computed of records that are there. */
extern const c4_computing_methods c4_computing;

/* Typed value -> text for people (canonical form) and JSON. Lookups: names of
 * readable targets are looked up when `names` is true. */
int c4_field_to_text(c4_unit *unit, const c4_field *field, const crm4e_value *row, c4_buffer *out);
int c4_field_to_json(c4_unit *unit, const c4_field *field, const crm4e_value *row, bool names,
                     c4_buffer *out);
/* {"id": .., "Last_Name": .., ...} of the readable fields. */
int c4_record_to_json(c4_unit *unit, const c4_scope *scope, const crm4e_value *row,
                      const bool *readable, c4_buffer *out);
/* The display name of a record the actor may see; "" when not. */
int c4_record_name(c4_unit *unit, int32_t module, crm4e_id id, c4_buffer *out);

/* History: one row per change, `changes` holds field numbers with old and new
 * values, in the order of the numbers. Encoding is this layer's own: text. A multi-module
 * lookup is the text "module:id" there, everything else as in the row. */
typedef struct c4_field_change {
    int32_t field;
    crm4e_value before;
    crm4e_value after;
} c4_field_change;
/* INTERNAL when fields do not ascend, a value is a blob, or both are null. */
int c4_changes_encode(c4_buffer *out, const c4_field_change *changes, size_t count);
/* One more of a line; `last` is the field of the one before, 0 for the first. */
int c4_changes_add(c4_buffer *out, int32_t *last, const c4_field_change *change);
/* A value of history as its column, and key column, of a row have it; for
 * c4_field_to_text() and its like. CORRUPT when it cannot be the field's. */
int c4_change_to_row(const c4_field *field, const crm4e_value *value, crm4e_value *row);
/* CORRUPT for anything that encode does not write. */
int c4_changes_decode(c4_arena *arena, const void *bytes, size_t length, c4_field_change **changes,
                      size_t *count);

#endif
