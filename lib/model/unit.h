/* SPDX-License-Identifier: MIT */
/*
 * One unit of work: a transaction of one session with the metadata it is valid
 * for, the acting user, the time, and the counters a write advances.
 */
#ifndef C4_UNIT_H
#define C4_UNIT_H

#include "model/meta.h"
#include <crm4e/sys/auth.h>
#include <crm4e/sys/clock.h>
#include <crm4e/sys/delivery.h>
#include <crm4e/sys/license.h>

/* What all of an engine shares; unchanged after opening. Absent callbacks have
 * a NULL method. */
typedef struct c4_env {
    c4_mem mem;
    crm4e_clock clock;
    crm4e_random random;
    crm4e_auth auth;
    crm4e_license license;
    crm4e_delivery delivery;
    struct c4_cache *columns; /* see columns/cache.h; NULL: none */
    bool keeps_columns;       /* in a file beside the database, see columns/kept.h */
} c4_env;

/* The state row. */
typedef struct c4_state {
    int64_t generation; /* of the metadata; moves with every change of it */
    int64_t next_id;
    int64_t next_change; /* of history */
    int64_t next_module;
    int64_t next_field;
    int64_t clock;        /* the latest time ever used: modified times never fall behind it */
    int64_t shares;       /* moves with every change of manual shares */
    int64_t unmerged;     /* records that search reads themselves, see record/search_run.h */
    int64_t history_from; /* lines of history before this time may be gone */
    int64_t history_seen; /* the last one that the purge in progress looked at; 0: none is */
    int64_t history_cut;  /* the last one that is gone, or without its values; 0: none is */
    int64_t columns_mark; /* of the file of columns, see columns/kept.h; 0: there is none */
    int64_t audit_chain;  /* of the last line of the audit log */
} c4_state;

/* The state row as last read, and the stamp of the transaction that read it. */
typedef struct c4_kept_state {
    uint64_t stamp; /* 0: none */
    c4_state state;
} c4_kept_state;

struct c4_unit;

/* The criteria of sharing rules: text that the layer of records reads, for the
 * layers below it. The criteria speak of the module's own fields, in the zone
 * of the org, and of nobody in particular. */
typedef struct c4_criteria_methods {
    /* INVALID or what the text does not keep to; the numbers of its fields, sorted
     * and distinct, in the unit's arena. */
    int (*check)(struct c4_unit *unit, const c4_module *module, const char *text,
                 const int32_t **fields, size_t *count);
    /* What was checked, as a predicate in the unit's arena. */
    int (*compile)(struct c4_unit *unit, const c4_module *module, const char *text,
                   const crm4e_predicate **predicate);
} c4_criteria_methods;

/* What the library makes of records: work of the layer of records, for the
 * layers below it. */
typedef struct c4_computing_methods {
    /* Gives the autonumber to every record of the module that is there, in the order
     * of ids. */
    int (*number)(struct c4_unit *unit, const c4_field *field);
    /* Computes the formulas of every record of the field's module again. */
    int (*compute)(struct c4_unit *unit, const c4_field *field);
    /* Adds up the records that the roll-up goes over, for every record of its module. */
    int (*roll_up)(struct c4_unit *unit, const c4_field *field);
    /* Whether the actor may make a roll-up over records of the module: DENIED. Of its criteria
     * (NULL: none) the numbers of their fields, sorted and distinct, in the unit's arena. */
    int (*check_rollup)(struct c4_unit *unit, const c4_module *module, const char *when,
                        const int32_t **fields, size_t *count);
    /* Drops what lies beside the records for a field that goes: the contents of files. */
    int (*leave)(struct c4_unit *unit, const c4_field *field);
    /* Whether the text is one that a record could have in the field: INVALID, TOO_BIG. */
    int (*takes)(struct c4_unit *unit, const c4_field *field, const char *text, size_t length);
} c4_computing_methods;

/* Rules that rules set off, in one save; see automation/chain.h. */
typedef struct c4_chain {
    uint32_t actions;   /* they did so far */
    bool wakes;         /* rules look at the record that is created next */
    bool broken;        /* a guard stopped it: all of it is undone */
    struct c4_run *run; /* the rules at work, the innermost; NULL: of no change */
} c4_chain;

typedef struct c4_unit {
    const c4_env *env;
    c4_db *db;
    c4_meta *meta;        /* held by the session */
    const c4_user *actor; /* NULL only while an org is created */
    crm4e_error *error;
    c4_arena *arena; /* scratch, emptied when the call ends */
    int64_t now;     /* the host's clock, or the latest time ever used where that is later */
    int64_t heard;   /* what the host's clock said */
    uint32_t source; /* C4_SOURCE_* */
    c4_state state;
    c4_kept_state *kept; /* of the connection; NULL: the row is read in each transaction */
    bool state_dirty;
    bool meta_dirty;            /* the snapshot no longer shows what was written */
    uint32_t rule_depth;        /* > 0 while a workflow rule acts */
    c4_chain chain;             /* rules that rules set off */
    struct c4_dry_run *dry_run; /* where rules that are tried say what they do; NULL: they act */
    void *asked;                /* what the host's authorise callback answered in this operation */
    const struct c4_hooks *hooks; /* what layers above do when records change; NULL: nothing */
    const c4_criteria_methods *criteria;   /* NULL: rules with criteria open nothing */
    const c4_computing_methods *computing; /* NULL: records stay as they are */
    struct c4_gathering *gathering; /* words for search, see record/search.h; NULL: none is */
    struct c4_touched *touched; /* roll-ups that wait for the end of the call; NULL: they stay */
    /* Whether the gate shows the actor a module, for the layers below it; NULL: none. */
    bool (*shows)(struct c4_unit *unit, const c4_module *module);
    /* DENIED unless the actor may read the field; NULL: everybody may. */
    int (*may_read)(struct c4_unit *unit, const c4_field *field);
    c4_meta_part **reach; /* where the gate keeps what it worked out; NULL: nowhere */
} c4_unit;

/* Where a change came from; stored in history. */
enum {
    C4_SOURCE_API = 1,
    C4_SOURCE_IMPORT = 2,
    C4_SOURCE_WORKFLOW = 3,
    C4_SOURCE_CONVERT = 4,
    C4_SOURCE_SYSTEM = 5,
    C4_SOURCE_ASSIGNMENT = 6,
    C4_SOURCE_MERGE = 7
};

/* Reads the state row and the clock; called first in every transaction. */
int c4_unit_start(c4_unit *unit);
/* Sets `now` by the host's clock, never before state.clock; part of the above. */
int c4_unit_read_clock(c4_unit *unit);
/* Writes the state row when something moved; called before commit. */
int c4_unit_finish(c4_unit *unit);
/* Loads the metadata as the open transaction shows it, when meta_dirty, and
 * puts it in the place of unit->meta (releasing the old one, finding the actor
 * again). Call between changes that build on each other. */
int c4_unit_refresh(c4_unit *unit);
/* Does a part of a larger work in a savepoint of its own: a part that fails leaves nothing
 * behind, and the work may go on. Of changes of records only, not of metadata. */
typedef int (*c4_unit_part)(c4_unit *unit, void *context);
int c4_unit_apart(c4_unit *unit, c4_unit_part part, void *context);
/* Marks metadata as changed: the generation moves once per transaction. */
void c4_unit_meta_changed(c4_unit *unit);
/* Drops what the gate worked out. */
void c4_unit_forget_reach(c4_unit *unit);
/* Marks manual shares as changed. */
void c4_unit_shares_changed(c4_unit *unit);
int64_t c4_unit_new_id(c4_unit *unit);
/* So many, one behind the other, all in one of the stretches of `stretch` ids, a power of two and
 * no fewer; the first. */
int64_t c4_unit_new_ids(c4_unit *unit, int64_t count, int64_t stretch);
int64_t c4_unit_new_change(c4_unit *unit);
/* The org's tag is the upper part of every id: another org's ids differ. */
bool c4_id_plausible(const c4_meta *meta, crm4e_id id);

/* What the actor's profile gives him; all of it to a system administrator. While
 * an org is created there is no actor and everything is allowed. */
bool c4_actor_has(const c4_unit *unit, uint32_t admin_bits);
bool c4_actor_is_administrator(const c4_unit *unit);
/* Who may configure a module: customise for org modules; its admins and system
 * administrators for team modules. */
bool c4_actor_configures(const c4_unit *unit, const c4_module *module);
/* Who may set up automation of a module: manage_automation for org modules; its
 * admins and system administrators for team modules. */
bool c4_actor_automates(const c4_unit *unit, const c4_module *module);

/* Its admins, and who manages team spaces. */
bool c4_actor_manages_space(const c4_unit *unit, const c4_space *space);

/* What binds a line of the audit log to all before it: a hash over the chain of the line
 * before (0: none) and its own columns but the last. */
int64_t c4_audit_chain(int64_t before, const crm4e_value *line);
/* One line in the audit log of configuration changes. */
int c4_audit(c4_unit *unit, const char *kind, int64_t object, const char *detail);

/* The tag of an org is id >> C4_ID_BITS; ids of an org count upwards below it. */
enum {
    C4_ID_BITS = 33
};

#endif
