/* SPDX-License-Identifier: MIT */
/*
 * Views: saved queries of a module, run by whoever may use them with his own
 * rights. Names are unique among an owner's views of the module, so that nobody
 * hears of somebody else's.
 */
#ifndef C4_VIEW_H
#define C4_VIEW_H

#include "base/json.h"
#include "record/query.h"

enum {
    C4_VIEWS_MAX = 200 /* of one owner in a module */
};

/* The view for who may use it: NOT_FOUND, with one text, for all others. */
int c4_view_find(c4_unit *unit, crm4e_id id, const c4_view **view);
/* The actor's own of the name, else the oldest that he may use. */
int c4_view_named(c4_unit *unit, const char *module, const char *name, const c4_view **view);

/* Makes a view, or changes the one of its owner and name. */
int c4_view_put(c4_unit *unit, const c4_json *json, crm4e_id *id);
int c4_view_remove(c4_unit *unit, crm4e_id id);

/* What it asks for, in the unit's arena. */
int c4_view_tree(c4_unit *unit, const c4_view *view, c4_query_tree *tree);
/* The same of one that was stored, so that it could be read once: else CORRUPT. */
int c4_view_stored_tree(c4_unit *unit, const c4_view *view, c4_query_tree *tree);
/* As when it is stored: a refusal where it names what is gone, or is closed to the actor. */
int c4_view_check(c4_unit *unit, const c4_view *view);
/* The failure of a view's query, without the names that are in it. */
int c4_view_failed(c4_unit *unit, int code);

/* The whole view: DENIED or NOT_FOUND where it names what is closed to the actor. */
int c4_view_describe(c4_unit *unit, const c4_view *view, c4_buffer *out);
/* Those of a module that he may use, by id, name and owner. */
int c4_views_write(c4_unit *unit, const char *module, c4_buffer *out);

#endif
