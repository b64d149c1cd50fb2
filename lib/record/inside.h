/* SPDX-License-Identifier: MIT */
/* Shared by the files of this directory that read and write values and rows. */
#ifndef C4_RECORD_INSIDE_H
#define C4_RECORD_INSIDE_H

#include "model/manage_rules.h"
#include "model/schema.h"
#include "model/standard.h"
#include "record/record.h"

enum {
    C4_LIST_MAX = 100,            /* users or records in one field */
    C4_TEXT_MAX = 4 * 1024 * 1024 /* bytes of one text given for a field */
};

/* The failure "Leads.Email <text>", with module, field and rule. Returns `code`. */
int c4_field_refuse(c4_unit *unit, const c4_field *field, int code, const char *rule,
                    const char *text);
int c4_record_no_memory(c4_unit *unit);

/* Where a parsed value goes. */
typedef struct c4_parsing {
    c4_unit *unit;
    c4_arena *arena; /* texts are copied there */
    const c4_field *field;
    crm4e_value *value;
    bool *refused; /* c4_value_refused(); may be NULL */
} c4_parsing;
/* After a refusal: of a field that the actor does not read, what is wrong with a value would tell of
 * its type and its options. So the value is nothing, `*to->refused` true, and it is told when
 * it is written, where a field that is closed is refused first. Else the code. */
int c4_value_refused(const c4_parsing *to, int code);
int c4_value_parse_text(c4_parsing *to, const char *text, size_t length);
int c4_value_parse_json(c4_parsing *to, const c4_json *json);
int c4_value_parse_integer(c4_parsing *to, int64_t number);
/* INVALID: files are not given as a value. */
int c4_files_refuse(const c4_parsing *to);
/* Text of a single-line type or a textarea, already known to be well-formed. */
int c4_value_parse_characters(c4_parsing *to, const char *text, size_t length);

/* Several ids or option codes of one field while they are collected. */
typedef struct c4_list {
    int64_t items[C4_LIST_MAX];
    size_t count;
} c4_list;
/* Adds one item given as text, or as JSON where `json` is not NULL. */
int c4_list_add_text(c4_parsing *to, c4_list *list, const char *text, size_t length);
int c4_list_finish(c4_parsing *to, c4_list *list);

/* Finds one user, or one record "Leads:1", in text. */
int c4_user_parse(c4_parsing *to, const char *text, size_t length, crm4e_id *id);

/* One write in progress. `after` is the row as it will be. */
typedef struct c4_write {
    c4_unit *unit;
    const c4_module *module;
    c4_scope scope;
    const c4_draft *draft;
    bool as_rule;
    bool waits;          /* the new row: see c4_db_insert_soon() */
    bool past_lock;      /* what is done is nothing the lock forbids */
    bool leaves_amounts; /* of what is copied: they are in another currency */
    crm4e_value *before; /* NULL: a new record */
    crm4e_value *after;
    c4_buffer buffer;                 /* for keys and the encoding of history */
    const struct c4_price_book *book; /* price_book.c: the one read last; NULL: none yet */
    c4_interaction_came came;         /* of the change, once it stands in the history */
    c4_left left;                     /* what the hooks say they left */
} c4_write;

crm4e_value *c4_row_new(c4_unit *unit, const c4_module *module); /* all NULL */
/* The columns of a module's table, 0 and upwards, in the arena. */
uint32_t *c4_row_columns(c4_unit *unit, const c4_module *module);

/* check.c: what is asked of the values of a write. */
int c4_write_check_permissions(c4_write *write);
int c4_write_check_values(c4_write *write);
/* Whether what `after` has for a field could be stored: INVALID. */
int c4_write_check_value(c4_write *write, const c4_field *field);
/* Checks what `after` has for a field, given or by default. */
int c4_write_settle_value(c4_write *write, const c4_field *field, bool set);
/* A user who may own records of the module. */
int c4_owner_check(c4_unit *unit, const c4_module *module, crm4e_id owner);

/* money.c: the currency of the record and its rate, where the org has several. */
int c4_write_money(c4_write *write);
/* The currency that the record will be in; 0 where the org has one. */
int32_t c4_write_currency(const c4_write *write);
/* The same for what comes back from the bin, perhaps from before there were several. */
int c4_write_money_back(c4_write *write);
/* Whether each amount can be told in the home currency: INVALID. */
int c4_write_money_range(c4_write *write);
/* Whether two rows are in one currency, each of its module. */
bool c4_money_same(const c4_unit *unit, const c4_module *a, const crm4e_value *x,
                   const c4_module *b, const crm4e_value *y);
/* derive.c */
int c4_write_derive(c4_write *write);

/* compute.c: the next autonumbers, for a new record. */
int c4_write_number(c4_write *write);
/* A change of a record that follows from others, like any other but that neither rights nor the
 * lock are asked about and rules do not run. `change` makes `after`, a copy of the row, what it
 * is to be. Of one record; of all of a module, in order of their ids. */
typedef int (*c4_change_of_row)(c4_write *write, const void *context);
int c4_record_recompute(c4_unit *unit, const c4_module *module, crm4e_id id,
                        c4_change_of_row change, const void *context);
int c4_records_recompute(c4_unit *unit, const c4_module *module, c4_change_of_row change,
                         const void *context);
/* formula_run.c: the formulas of the row as it will be. */
int c4_write_compute(c4_write *write);

/* clone.c: sets a value of another row of the module in the draft, unless the actor could not
 * give it to the record of the write today. `after` is scratch. */
int c4_write_take_over(c4_write *write, const c4_field *field, const crm4e_value *row,
                       c4_draft *draft);

/* keys.c: key columns beside texts, for fields that changed. */
int c4_write_keys(c4_write *write);
/* Another record than the row's with its value of a unique field, whoever may see it; 0: none.
 * The row has the folded keys. */
int c4_unique_holder(c4_unit *unit, const c4_field *field, const crm4e_value *row,
                     crm4e_id *holder);
/* After CONFLICT: names the unique field another record holds the value of. */
int c4_write_name_conflict(c4_write *write);

/* history.c: the record's line, of all fields that differ; and a note of the roll-ups that the
 * change concerns, as no change goes without a line. */
int c4_write_history(c4_write *write, c4_record_action action);
/* Encodes every field of a row as a change from it to nothing. */
int c4_row_encode(c4_buffer *out, c4_unit *unit, const c4_module *module, const crm4e_value *row);
/* Of the system columns the owner's, the tags' and the lock's count. NULL rows: all NULL. */
bool c4_field_differs(const c4_field *field, const crm4e_value *a, const crm4e_value *b);

/* write.c: everything after the rights are known; `id` of a new record. */
void c4_write_start(c4_write *write, c4_unit *unit, const c4_module *module);
/* The same in the scope of an action on a module, by API name. End it in any case. */
int c4_write_open(c4_write *write, c4_unit *unit, const char *module, crm4e_action action);
void c4_write_end(c4_write *write);
int c4_write_told(c4_write *write, crm4e_id record, c4_record_action action);
/* The row of a record in the scope of an action: NOT_FOUND when it is not there
 * or not visible, DENIED when visible and not in the scope, LOCKED, CONFLICT for
 * another version than expected (0: any). */
int c4_write_take(c4_write *write, crm4e_id id, int64_t expected_version);
/* The row as it is now, in the store, with its key columns, its stamp and its line of history;
 * `*changed` is false when it is as it was. */
int c4_write_store(c4_write *write, c4_record_action *action, bool *changed);
/* `after` becomes a copy of `before`. */
int c4_write_copy(c4_write *write);
/* Who, when and the next version, in `after`. */
void c4_write_stamp(c4_write *write);

/* lock.c: one system column, for who may write it; the caller tells the hooks. */
int c4_write_check_system(const c4_write *write, uint32_t column);
int c4_write_set_system(c4_write *write, uint32_t column, crm4e_value value,
                        c4_record_action action);

/* tag.c: takes tags that were removed meanwhile out of `after`. */
int c4_write_settle_tags(c4_write *write);
/* bin.c: the row as it was deleted, of the write's module: in `after`. */
int c4_bin_find(c4_write *write, crm4e_id id);

/* share.c: all shares of a record that is gone for good. */
int c4_record_drop_shares(c4_unit *unit, crm4e_id record);
/* Shares a record with whom another is shared with, as far as the actor could do it by himself;
 * the other keeps its shares. */
int c4_record_inherit_shares(c4_unit *unit, const char *module, crm4e_id from, crm4e_id to);
/* Whether shares with related records let the actor, who is no administrator, into what points
 * to the record. */
int c4_record_opens_related(c4_unit *unit, crm4e_id record, bool *opens);
/* Its shares open nothing while it is in the bin. */
int c4_record_rest_shares(c4_unit *unit, crm4e_id record, bool resting);

/* bin.c: a whole row as it was deleted, whoever asks. NOT_FOUND. */
int c4_bin_load(c4_unit *unit, const c4_module *module, crm4e_id id, crm4e_value **row);
/* module_remove.c: notes and attachments of a record that is gone for good. */
int c4_record_drop_children(c4_unit *unit, crm4e_id record);

int c4_no_such_record(c4_unit *unit);

#endif
