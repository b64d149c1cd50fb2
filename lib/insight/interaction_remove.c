/* SPDX-License-Identifier: MIT */
/* Takes back an interaction that a host added. */
#include "insight/interactions.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "record/interaction.h"

enum {
    DETAIL = 512
};

/* A conversion has no source, and comes by itself all the same: the kind tells. */
static int check_added(c4_unit *unit, const c4_interaction_kind *kind)
{
    return kind != NULL && kind->recorded
               ? c4_refuse(unit, CRM4E_E_CONFLICT, "interaction", "recorded",
                           "came by itself, and goes with its record")
               : CRM4E_OK;
}

/* What was said is gone; that something was, of which kind and when, stays. */
static int write_down(const c4_interactions *list, const c4_interaction_entry *entry,
                      const c4_interaction_kind *kind)
{
    char detail[DETAIL];
    char time[C4_TIME_TEXT];

    c4_time_format(entry->time, time);
    (void)snprintf(detail, sizeof detail, "%s: %s %" PRId64 " of %s", list->request->module,
                   kind != NULL ? kind->name : "", (int64_t)entry->id, time);
    return c4_audit(list->unit, "interaction_removed", list->request->record, detail);
}

static int take_out(c4_interactions *list, crm4e_id id)
{
    c4_unit *unit = list->unit;
    const c4_interaction_kind *kind = NULL;
    c4_interaction_entry entry = {.id = 0};
    int rc = c4_interaction_find(list, id, &entry);

    if (rc == CRM4E_OK) {
        kind = c4_interaction_kind_of(unit->meta, entry.kind);
        rc = check_added(unit, kind);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_INTERACTION], id));
    }
    return rc == CRM4E_OK ? write_down(list, &entry, kind) : rc;
}

int c4_interaction_remove(c4_unit *unit, const char *module, crm4e_id record, crm4e_id id)
{
    const c4_interactions_request request = {.module = module, .record = record, .edits = true};
    c4_interactions list;
    int rc = c4_interactions_open(&list, unit, &request);

    rc = rc == CRM4E_OK ? take_out(&list, id) : rc;
    c4_interactions_close(&list);
    return rc;
}
