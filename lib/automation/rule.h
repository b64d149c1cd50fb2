/* SPDX-License-Identifier: MIT */
/*
 * A rule in hand. The apply document and the stored form are the same JSON: the
 * first names users, roles and fields, the second has their ids and numbers.
 */
#ifndef C4_RULE_H
#define C4_RULE_H

#include "automation/automation.h"
#include "automation/moment.h"
#include <crm4e/workflow.h>

enum {
    C4_RULE_NAME_MAX = 100, /* code points */
    C4_RULE_SUBJECT_MAX = 255,
    C4_RULE_BODY_MAX = 10000,
    C4_RULE_URL_MAX = 2000,
    C4_RULE_HEADERS = 20,
    C4_PAYLOAD_MAX = 256 * 1024,  /* bytes of a message */
    C4_RULE_CEILING = 1024 * 1024 /* bytes of a stored rule */
};

struct c4_run;
typedef struct c4_action_type c4_action_type;

typedef struct c4_assign {
    crm4e_assign_target target;
    const crm4e_id *users; /* sorted, distinct */
    size_t user_count;
    crm4e_id role;
    crm4e_id group;
    crm4e_id rule;         /* an assignment rule */
    const c4_field *field; /* of the record, with users */
    const char *when;      /* criteria over users as written */
    const c4_criteria *criteria;
    uint32_t profiles; /* bits 1 << CRM4E_TEAM_*; 0: all but requesters */
    uint32_t transfer; /* CRM4E_TRANSFER_* */
    bool online_only;
    bool notify;
} c4_assign;

typedef struct c4_field_update {
    const c4_field
        *through; /* a lookup: the record behind it is changed; NULL: the record itself */
    const c4_field *field;
    const c4_json *value;
    crm4e_id user; /* the value of a user field; 0: `value` is it */
} c4_field_update;

/* Who owns a record that a rule creates. */
typedef enum c4_created_owner {
    C4_OWNER_DEFAULT = 0, /* who set the rule off, or its author where that one cannot */
    C4_OWNER_RECORD,      /* that of the record */
    C4_OWNER_USER
} c4_created_owner;

typedef struct c4_creation {
    const c4_module *module;
    const struct c4_activity_kind *activity; /* NULL: any record */
    const c4_field_update *values;
    size_t value_count;
    const c4_field *const *links; /* lookups that lead to the record */
    size_t link_count;
    c4_created_owner owner_is;
    crm4e_id owner; /* C4_OWNER_USER */
    bool triggers;  /* rules of the module look at what is created */
    /* of an activity */
    const char *subject;
    bool due;
    int32_t due_in_days;
    int32_t at;      /* minute of the day; -1: the time it is */
    int32_t minutes; /* that a meeting lasts */
} c4_creation;

typedef struct c4_rule_conversion {
    const c4_json *deal; /* or NULL */
    crm4e_id owner;      /* 0: that of the lead */
} c4_rule_conversion;

typedef struct c4_rule_tags {
    const c4_field *field;
    const int32_t *codes;
    size_t count;
} c4_rule_tags;

/* Interactions that a rule waits for. */
typedef struct c4_rule_interactions {
    const int64_t *kinds; /* any of them; none: whichever */
    size_t kind_count;
    uint32_t channels; /* bits 1 << C4_CHANNEL_*; 0: whichever */
} c4_rule_interactions;

typedef enum c4_recipient {
    C4_TO_OWNER = 1,
    C4_TO_CREATOR,
    C4_TO_USER
} c4_recipient;

typedef struct c4_notice {
    c4_recipient to;
    crm4e_id user; /* C4_TO_USER */
    const char *subject;
    const char *body; /* "" when there is none */
} c4_notice;

/* Texts are templates, see automation/template.h. */
typedef struct c4_webhook {
    uint32_t method; /* of a table */
    const char *url;
    const c4_json *headers; /* each may be NULL; one of the bodies at most is not */
    const c4_json *body;    /* sent as JSON */
    const c4_json *form;    /* sent as the fields of a form */
    const char *text;       /* sent as it is */
} c4_webhook;

typedef struct c4_function {
    const char *name;
    const c4_json *arguments; /* or NULL */
} c4_function;

typedef struct c4_rule_action {
    const c4_action_type *type;
    int32_t number; /* within the rule, from 1: the key of its rotation */
    union {
        c4_assign assign;
        c4_field_update update;
        c4_creation creation;
        c4_rule_conversion conversion;
        c4_rule_tags tags;
        c4_notice notice;
        c4_webhook webhook;
        c4_function function;
    } as;
} c4_rule_action;

typedef struct c4_rule_condition {
    const char *when;                /* criteria as written; NULL: all records */
    const c4_criteria *criteria;     /* the same, parsed */
    const char *was;                 /* of the record before the change; NULL: whatever it was */
    const c4_criteria *was_criteria; /* the same, parsed */
    const c4_rule_action *actions;
    size_t action_count;
    const struct c4_rule_group *groups;
    size_t group_count;
} c4_rule_condition;

/* Actions that are done later. */
typedef struct c4_rule_group {
    c4_span after;
    c4_rule_condition part; /* without criteria */
} c4_rule_group;

/* A field whose change a rule waits for. */
typedef struct c4_awaited {
    const c4_field *field;
    bool valued; /* only when it becomes this: */
    c4_field_update to;
} c4_awaited;

typedef struct c4_rule {
    const c4_module *module;
    const char *name;
    c4_trigger on;
    c4_date_trigger date;      /* C4_ON_DATE */
    const c4_awaited *awaited; /* C4_ON_FIELD_UPDATE */
    size_t awaited_count;
    bool all_awaited;                  /* in one change; else any */
    c4_rule_tags tags;                 /* C4_ON_TAG_*; none: whichever */
    c4_rule_interactions interactions; /* C4_ON_INTERACTION_ADDED */
    bool once;                         /* for a record: when a condition holds for the first time */
    bool inactive;                     /* "active": false was said */
    bool active;                       /* "active": true was said; neither: as it is */
    bool stops_change;                 /* "on_failure": "fail" */
    const c4_rule_condition *conditions;
    size_t condition_count;
    /* Of a rule of the snapshot, two for each condition: its criteria and those of the row
     * before, compiled, where they mean the same at each use; else NULL. */
    const crm4e_predicate *const *tests;
    const char *problem; /* why a stored rule cannot run; NULL when it can */
} c4_rule;

/* Reading: members are taken one after the other; after the first failure the
 * rest does nothing, and `rc` is looked at once. */
typedef struct c4_rule_reader {
    const c4_meta *meta;
    c4_unit *unit; /* checks values; NULL for a stored rule */
    const c4_module *module;
    c4_arena *arena; /* what is read lives there and in the JSON */
    crm4e_error *error;
    c4_trigger on;
    bool stored; /* ids and numbers instead of names */
    int rc;
} c4_rule_reader;

typedef struct c4_rule_writer {
    const c4_meta *meta;
    c4_buffer *out;
    bool stored;
} c4_rule_writer;

/* One line per action a rule can take. */
struct c4_action_type {
    const char *name;
    crm4e_action needs; /* what its author must be allowed in the module; 0: nothing */
    bool after_delete;  /* makes sense for a record that is gone */
    bool gathers;       /* leaves the record in hand, where it can */
    void (*read)(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
    /* What else the author must be allowed; may be NULL. */
    int (*check)(const c4_scope *author, const c4_rule_action *action);
    /* Whether what it names is there, for whom rights do not say it; may be NULL. */
    int (*resolve)(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
    void (*write)(c4_rule_writer *writer, const c4_rule_action *action);
    int (*run)(struct c4_run *run, const c4_rule_action *action);
};
extern const c4_action_type c4_action_types[];
extern const size_t c4_action_type_count;

/* The reader's module is set. */
int c4_rule_read(c4_rule_reader *reader, const c4_json *json, c4_rule *rule);
void c4_rule_write(c4_rule_writer *writer, const c4_rule *rule, bool active);
/* The word of the trigger; NULL: of none. */
const char *c4_rule_trigger_word(c4_trigger on);
/* Whether every criteria can be compiled, and all that actions name is there. */
int c4_rule_check_criteria(c4_unit *unit, const c4_rule *rule);
/* Whether the unit's actor may do what the rule does and read what it looks at:
 * asked at save, and for the author at run. */
int c4_rule_check_rights(c4_unit *unit, const c4_rule *rule);
/* Of the snapshot's workflows the one at `index`, parsed once per snapshot. Only
 * memory can fail: a rule that cannot be read has its `problem`. */
int c4_rule_of(c4_unit *unit, size_t index, const c4_rule **rule);

/* What a trigger takes beside its word. */
void c4_trigger_read(c4_rule_reader *reader, const c4_json *json, c4_rule *rule);
void c4_trigger_write(c4_rule_writer *writer, const c4_rule *rule, bool *first);
/* The same of a trigger on interactions (trigger_interaction.c). */
void c4_trigger_read_interactions(c4_rule_reader *reader, const c4_json *json, c4_rule *rule);
void c4_trigger_write_interactions(c4_rule_writer *writer, const c4_rule *rule, bool *first);
/* Whether an interaction is one that the rule waits for, and its author may know of. */
int c4_trigger_meets_interaction(c4_unit *unit, crm4e_id author, const c4_rule *rule,
                                 const c4_interaction_came *came, bool *meets);
/* Whether a record that is new in `created` may wake the rule, as itself or as what it brings. */
bool c4_trigger_follows(const c4_rule *rule, const c4_module *created);
/* Whether the author may read what the trigger looks at. */
int c4_trigger_check(const c4_scope *view, const c4_rule *rule);
/* Whether a change of the row before to that after, of one record, is what a rule on fields or
 * tags waits for. */
int c4_trigger_meets(c4_unit *unit, const c4_rule *rule, const crm4e_value *before,
                     const crm4e_value *after, bool *meets);

/* Tags as codes, of an array with 1 to 10 of them, and back. */
void c4_tags_read_list(c4_rule_reader *reader, const c4_json *list, c4_rule_tags *tags);
void c4_tags_write_list(c4_rule_writer *writer, const c4_rule_tags *tags);

/* Whether the unit's actor, who writes a rule for the module, may do the action there.
 * Administrators, and the admins of a team module in it, are bound by the host's word alone. */
int c4_rule_author_scope(c4_unit *unit, const c4_module *module, crm4e_action action,
                         c4_scope *scope);
/* The criteria of a condition whose `when` is known. */
void c4_rule_read_criteria(c4_rule_reader *reader, c4_rule_condition *condition);
/* The module that a rule's JSON names, for who may set up its automation. */
int c4_rule_find_module(c4_unit *unit, const c4_json *json, const c4_module **module);
int c4_rule_check_module(c4_unit *unit, const c4_module *module);

/* Parts of reading. `text` of a refusal follows the member's name. */
void c4_rule_refuse(c4_rule_reader *reader, int code, const char *member, const char *rule,
                    const char *text);
void c4_rule_no_memory(c4_rule_reader *reader);
/* An object without members other than these (NULL at the end). */
void c4_rule_members(c4_rule_reader *reader, const c4_json *object, const char *what,
                     const char *const *names);
/* A text of at most `maximum` code points; NULL when absent and not `required`,
 * which also asks for something visible in it. */
const char *c4_rule_text(c4_rule_reader *reader, const c4_json *object, const char *member,
                         bool required, size_t maximum);
/* A field of the rule's module: in a document by name, in the stored form by number. NULL: none. */
const c4_field *c4_rule_field(const c4_rule_reader *reader, const c4_json *value);
bool c4_rule_flag(c4_rule_reader *reader, const c4_json *object, const char *member);
/* The number of a word; 0 when absent and not `required`. */
uint32_t c4_rule_word(c4_rule_reader *reader, const c4_json *object, const char *member,
                      const c4_name *words, bool required);
/* An array of words as bits 1 << number; 0 when absent. */
uint32_t c4_rule_words(c4_rule_reader *reader, const c4_json *object, const char *member,
                       const c4_name *words);
/* Email or id. */
crm4e_id c4_rule_user(c4_rule_reader *reader, const c4_json *value, const char *member);

/* {"days": 3} */
void c4_rule_read_span(c4_rule_reader *reader, const c4_json *json, const char *member,
                       c4_span *span);
void c4_rule_put_span(c4_buffer *out, const c4_span *span);
/* "date" of a rule by the clock. */
void c4_rule_read_date(c4_rule_reader *reader, const c4_json *json, c4_rule *rule);
void c4_rule_write_date(c4_rule_writer *writer, const c4_rule *rule);
int c4_rule_check_date(const c4_scope *view, const c4_rule *rule);

/* Parts of writing. */
const char *c4_rule_word_text(const c4_name *words, uint32_t number);
void c4_rule_put_words(c4_buffer *out, bool *first, const char *member, const c4_name *words,
                       uint32_t bits);
void c4_rule_put_user(c4_rule_writer *writer, crm4e_id user);

#endif
