/* SPDX-License-Identifier: MIT */
/*
 * The gate. Nothing above it reads or writes records but through what it
 * hands out: which module, which rows, which fields, for which action. The only
 * caller of the host's authorise callback.
 */
#ifndef C4_ACCESS_H
#define C4_ACCESS_H

#include "access/idtable.h"
#include "model/unit.h"

/* What the actor may do with the records of one module in one operation. */
typedef struct c4_scope {
    c4_unit *unit;
    const c4_module *module;
    crm4e_action action;
    c4_level level;                  /* that the action needs */
    const c4_team_permissions *team; /* the actor's in a team module, else NULL */
    c4_team_profile team_profile;    /* 0 in an org module, and for who is no member */
    bool everything;                 /* every row; `where` is NULL */
    bool by_owner;                   /* `owners` and `shared` are all of it */
    bool follows;                    /* besides rows that hang on open ones */
    const crm4e_predicate *where;    /* which rows; lives as long as the unit's arena */
    const int64_t *owners;           /* whose rows are open, sorted */
    size_t owner_count;
    const int64_t *shared; /* ids of rows that are open by shares, sorted */
    size_t shared_count;
    c4_id_table owner_table; /* the same two once more, to ask for one id */
    c4_id_table shared_table;
    const crm4e_predicate *rows; /* what else opens a row, by its own values; or NULL */
} c4_scope;

/* The actor is active and licensed: else INACTIVE. Called by every operation. */
int c4_access_actor(c4_unit *unit);

/* A module the actor may perform `action` on, by API name or number.
 * NOT_FOUND, with one text, for a module that does not exist and for one he
 * may not see; DENIED for a visible one without the action. A requester passes
 * with the rows of his own requests; the module is not shown to him. */
int c4_access_module(c4_unit *unit, const char *api_name, crm4e_action action, c4_scope *scope);
int c4_access_module_number(c4_unit *unit, int32_t number, crm4e_action action, c4_scope *scope);
/* Whether the module is shown to the actor at all (navigation). */
bool c4_access_module_visible(c4_unit *unit, const c4_module *module);
/* Whether the host lets him view it, who narrows menus as he narrows lists: where
 * he gives no clear answer the module stays closed. */
bool c4_access_host_shows(c4_unit *unit, const c4_module *module);
/* Both, with team modules only while they are switched on. */
bool c4_access_module_shown(c4_unit *unit, const c4_module *module);

/* Whether the subjects are, or include, the actor. */
int c4_access_is_among(c4_unit *unit, const c4_subject *subjects, size_t count, bool *among);

/* Whether he sends requests to the module: he is a requester of it who may view them. */
bool c4_access_requests(c4_unit *unit, const c4_module *module);

/* Whether a row lies in the scope by its owner or a share. All there is to say
 * in a scope `by_owner`; in others ask one of the next two when it is not. */
bool c4_access_owned(const c4_scope *scope, crm4e_id id, crm4e_id owner);
/* The same of a whole row, which is not borrowed from `db`. */
int c4_access_whole_row(const c4_scope *scope, const crm4e_value *row, bool *inside);
/* The same of a row by its id, read as far as needed; one that is not there is not inside. */
int c4_access_stored_row(const c4_scope *scope, crm4e_id id, bool *inside);
/* About how many rows are open by their owners, at most `most`, by the index on
 * them: for who chooses a way to the rows or tells their reader of it, and for nothing else. */
int c4_access_owned_rows(const c4_scope *scope, uint32_t index, int64_t most, int64_t *rows);

/* Fields the library computes from others of the record; nobody may see more
 * of them than of what they are made of. */
typedef struct c4_derived {
    int32_t field;
    int32_t inputs[2];
} c4_derived;
enum {
    C4_LEAD_FULL_NAME,
    C4_CONTACT_FULL_NAME,
    C4_DEAL_EXPECTED_REVENUE,
    C4_DERIVED_COUNT
};
extern const c4_derived c4_derived_fields[C4_DERIVED_COUNT];

/* The permission on a field, the host's narrowing not included. */
c4_permission c4_access_field_permission(const c4_scope *scope, const c4_field *field);
/* Whether no field is closed to the actor and the host is not asked: the plain
 * case of all functions below. */
bool c4_access_all_fields(const c4_scope *scope);
/* Asks the host about a field, of a formula or a roll-up about all that it comes from as well. */
int c4_access_ask_field(const c4_scope *scope, const c4_field *field);
/* CRM4E_OK when the actor may read the field, in whatever records; else why not. */
int c4_access_may_read(c4_unit *unit, const c4_field *field);
/* Resolves a field for reading: INVALID for an unknown name, DENIED for one that
 * is hidden from the actor. */
int c4_access_read_field(const c4_scope *scope, const char *api_name, const c4_field **field);
/* Whether a field may be shown. A host that fails to answer hides it; only
 * NO_MEMORY comes through. */
int c4_access_can_read(const c4_scope *scope, const c4_field *field, bool *can);
/* The same of a field of any module, by what the actor is there: nothing is read for it. */
int c4_access_hides(c4_unit *unit, const c4_field *field, bool *hides);
/* DENIED when it is not read_write. System and read-only fields: INVALID. */
int c4_access_write_field(const c4_scope *scope, const c4_field *field);

/* The host's authorise callback: asked once per question and operation
 * (answers kept in the unit's arena). `field` may be NULL, `record` 0. */
int c4_access_authorise(const c4_scope *scope, const c4_field *field, crm4e_id record);

#endif
