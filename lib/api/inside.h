/* SPDX-License-Identifier: MIT */
/*
 * The insides of engine, org and session, and how a call enters and leaves
 * them. Structs of orgs and sessions live as long as their engine and are used
 * again: a handle that dies while another thread looks at it never leads to
 * freed memory.
 */
#ifndef C4_INSIDE_H
#define C4_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/handle.h"
#include "model/unit.h"
#include "record/record.h"
#include "record/touched.h"
#include <crm4e.h>

typedef struct c4_engine c4_engine;
typedef struct c4_org c4_org;
typedef struct c4_session c4_session;
typedef struct c4_object c4_object;

struct c4_engine {
    c4_env env; /* first: handles free through its allocator */
    c4_store store;
    void *token;
    bool opened;
    uint32_t flags;
    uint32_t fork_epoch;
    pthread_mutex_t lock; /* guards what follows; never held over a callback */
    crm4e_error error;
    bool closing;      /* no org is opened any more */
    c4_org *orgs;      /* all ever opened */
    c4_session *spare; /* closed sessions, to be used again */
    bool keeps;        /* connections of closed sessions rest for the next ones of their org */
    uint32_t resting;  /* how many */
    c4_object *texts;
    crm4e_id unfinished; /* org whose creation failed: the next one takes its place; 0: none */
};

struct c4_org {
    c4_engine *engine;
    c4_org *next;
    void *token;
    bool open;
    uint32_t users; /* calls in progress and sessions */
    crm4e_id id;
    c4_meta *meta; /* the newest committed snapshot known; guarded by engine->lock */
    c4_session *sessions;
};

/* What a session owns. `destroy` frees the inside; the header's owner frees
 * the memory. */
struct c4_object {
    c4_session *session;
    c4_object *previous;
    c4_object *next;
    c4_object *deferred;
    void *token;
    c4_kind kind;
    bool orphan; /* its session went first */
    void (*destroy)(c4_object *object);
};

enum {
    C4_SESSION_IDLE,
    C4_SESSION_BUSY,
    C4_SESSION_CLOSING,
    C4_SESSION_CLOSED
};

struct c4_session {
    c4_engine *engine;
    c4_org *org;
    c4_session *next; /* of the org, or spare */
    void *token;
    _Atomic int state;
    _Atomic(c4_object *) deferred; /* freed by other threads meanwhile */
    _Atomic int interrupted;
    crm4e_id user;
    c4_db db;
    c4_meta *meta;
    c4_arena arena;
    crm4e_error error;
    c4_unit unit;
    c4_kept_state kept;  /* of `db` */
    c4_touched touched;  /* roll-ups that wait for the end of the call */
    c4_meta_part *reach; /* of the user in a snapshot; NULL: not worked out */
    bool transaction;    /* crm4e_session_begin() is open */
    bool trial_ends;     /* the transaction saw the end of a trial, which is not written yet */
    uint32_t work_mode;  /* of the unit of work in progress; 0: none */
    c4_meta *tx_meta;    /* as it was when the transaction began */
    c4_meta *saved_meta; /* as it was when the unit of work began, with the next three */
    c4_state saved_state;
    bool saved_dirty;
    bool saved_meta_dirty;
    c4_object *children;
};

/* Entering an engine or org: MISUSE, ENVIRONMENT after a fork. The error is
 * written to a local one and published when leaving. */
typedef struct c4_engine_call {
    c4_engine *engine;
    c4_org *org;
    const void *token;
    crm4e_error error;
} c4_engine_call;

int c4_engine_enter(c4_engine_call *call, const crm4e_engine *engine);
int c4_org_enter(c4_engine_call *call, const crm4e_org *org);
int c4_engine_leave(c4_engine_call *call, int rc);
/* Of an engine that is not read-only. */
int c4_need_writable(c4_engine_call *call);

/* A new org, filled by `build` in its one write transaction; it can be opened when
 * that is committed and not before. */
typedef int (*c4_org_build)(c4_unit *unit, crm4e_id id, void *arguments);
typedef struct c4_new_org {
    const char *name;
    crm4e_id id; /* 0: one that is free */
    c4_org_build build;
    void *arguments;
} c4_new_org;
int c4_org_make(crm4e_org **out, c4_engine_call *call, const c4_new_org *org);
/* One user of the org less; gives its snapshot back when it was the last. */
void c4_org_release(c4_org *org);

/* Entering a session through it or one of its children. */
typedef struct c4_entry {
    c4_session *session;
    void *object; /* the session itself, or the child */
    const void *token;
} c4_entry;

/* Taking a session for a call; false while somebody else has it. Releasing it
 * frees what others gave back meanwhile, and the session when it was closed. */
bool c4_session_acquire(c4_session *session);
void c4_session_release(c4_session *session);
void c4_session_destroy(c4_session *session); /* acquired, its handle dead */
/* Closes the connections that rest for an org; NULL: all of the engine. */
void c4_close_resting(c4_engine *engine, const c4_org *org);

int c4_enter(c4_entry *entry, const void *token, c4_kind kind);
int c4_leave(c4_entry *entry, int rc);

/* For getters of a child: its object with the session held, nothing reset.
 * NULL for a dead handle or a session in use. */
void *c4_peek(c4_entry *entry, const void *token, c4_kind kind);
void c4_unpeek(c4_entry *entry);

/* The session's unit for what needs metadata but no transaction: the snapshot
 * last used. */
c4_unit *c4_idle_unit(c4_session *session);

/* Starts the unit in an open transaction: state row, clock, snapshot, actor. */
int c4_unit_open(c4_session *session);
/* Makes the session's committed snapshot the org's, for the other sessions. */
void c4_publish_meta(c4_session *session);
void c4_drop_children(c4_session *session);
/* Drops what the gate worked out for the session's user. */
void c4_forget_reach(c4_session *session);

/* One unit of work inside an entered session. A call of its own, or a
 * savepoint in the open transaction. `rc` < 0 undoes it. */
int c4_work_begin(c4_session *session, uint32_t mode);
int c4_work_end(c4_session *session, int rc);
/* After a rollback: the end of a trial that was seen is kept all the same. */
void c4_keep_trial_end(c4_session *session);

/* Runs what rules have scheduled. */
int c4_run_schedule(c4_session *session, int64_t now, int32_t budget, int32_t *done);

/* Enter, work, leave: what most calls are. */
typedef int (*c4_work)(c4_unit *unit, void *object, void *arguments);
int c4_call(const void *token, c4_kind kind, uint32_t mode, c4_work work, void *arguments);

/* For calls that make or change a thing by its options; the work gets this as its
 * arguments and sets the id, which the caller of a call that makes one receives. */
typedef struct c4_put_arguments {
    const void *options;
    crm4e_id id;
} c4_put_arguments;
int c4_call_put(crm4e_id *id, crm4e_session *session, c4_work work, const void *options);
/* For calls that remove the thing of a name. */
typedef int (*c4_named_work)(c4_unit *unit, const char *name);
int c4_call_remove(crm4e_session *session, c4_named_work remove, const char *name);
/* And for calls that hand out a text: reads, writes into the buffer. */
typedef int (*c4_text_work)(c4_unit *unit, void *object, void *arguments, c4_buffer *out);
int c4_call_text(crm4e_text **out, const void *token, c4_kind kind, c4_text_work work,
                 void *arguments);
/* The id of a user, role or group by its email or name, whose parameter is called
 * `parameter`. */
int c4_call_find(crm4e_session *session, c4_subject_kind kind, const char *parameter,
                 const char *name, crm4e_id *id);
/* And for calls that hand out a child of the session: it is made first, and
 * dropped when the work fails. `out` points to the caller's handle. */
int c4_call_object(void *out, const void *session, c4_kind kind, size_t size,
                   void (*destroy)(c4_object *), uint32_t mode, c4_work work, void *arguments);

/* Children. `size` covers a struct that starts with a c4_object. */
int c4_object_new(c4_session *session, c4_kind kind, size_t size, void (*destroy)(c4_object *),
                  c4_object **out);
void c4_object_free(const void *token, c4_kind kind);
/* Drops a child of an entered session: what c4_object_new() gave, not handed out. */
void c4_object_drop(c4_object *object);

/* A stored value as a number: CRM4E_ROW, CRM4E_OK for NULL, INVALID for text. */
int c4_value_number(crm4e_error *error, const c4_field *field, const crm4e_value *value,
                    int64_t *number, uint32_t *scale);

/* A module in hand is its number. */
typedef struct c4_held_module_object {
    c4_object object;
    int32_t number;
} c4_held_module_object;
/* A child of the session that the module's handle hangs on: `number` receives the
 * module's before `work` is called. `out` as in c4_call_object(). */
int c4_call_module_object(void *out, crm4e_module *module, int32_t *number, c4_kind kind,
                          size_t size, void (*destroy)(c4_object *object), c4_work work,
                          void *arguments);
/* NOT_FOUND, with one text, for a module that is not there and for one that the
 * actor may neither open nor configure nor share records of. */
int c4_check_open(c4_unit *unit, const c4_module *module);
/* The module of such a handle, as c4_check_open() has it now. */
int c4_held_module(c4_unit *unit, const void *object, const c4_module **module);

/* A text handle; takes the buffer's memory. */
int c4_text_new(crm4e_text **out, c4_engine *engine, c4_buffer *buffer);

/* Reads an options struct of a caller: MISUSE for NULL or a size of 0 or too
 * small for the first release; INVALID when a larger one has a tail that is
 * not zero. `copy` must hold `known` bytes; what the caller does not have is zero. */
int c4_options_read(crm4e_error *error, void *copy, size_t known, size_t least,
                    const void *options);
/* MISUSE with a message naming the argument, for NULL. */
int c4_need(crm4e_error *error, const void *pointer, const char *name);
/* INVALID for a number that is none of the enumeration, or neither 0 nor 1. */
int c4_need_truth(crm4e_error *error, int32_t value, const char *name);
int c4_need_action(crm4e_error *error, crm4e_action action);
int c4_need_field_permission(crm4e_error *error, crm4e_permission permission);

#endif
