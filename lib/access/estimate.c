/* SPDX-License-Identifier: MIT */
/* About how many rows are open by their owners: it chooses how a list is read,
 * never what is in it, so it may be stale. */
#include "access/inside.h"
#include "storage/storage.h"

enum {
    GROWTH = 4 /* counted again when the org has grown by one part in so many */
};

static int64_t given_out(const c4_unit *unit)
{
    return unit->state.next_id & ((INT64_C(1) << C4_ID_BITS) - 1);
}

/* Owner by owner, up to `most` rows. */
static int count_rows(const c4_scope *scope, uint32_t index, int64_t most, int64_t *rows)
{
    crm4e_plan plan;
    int rc = CRM4E_OK;

    *rows = 0;
    c4_plan_init(&plan, &scope->module->table);
    plan.index = index;
    plan.range_count = 1;
    for (size_t i = 0; i < scope->owner_count && *rows < most && rc == CRM4E_OK; i++) {
        int64_t found = 0;
        plan.ranges = &scope->owners[i];
        plan.limit = most - *rows;
        rc = c4_rows_count(scope->unit->db, &plan, &found);
        *rows += found;
    }
    return rc;
}

static c4_owned_rows *find(c4_reach *reach, const c4_scope *scope)
{
    c4_owned_rows *known = reach->counts;

    while (known != NULL &&
           (known->module != scope->module->number || known->level != scope->level)) {
        known = known->next;
    }
    return known;
}

static c4_owned_rows *add(c4_reach *reach, const c4_scope *scope)
{
    c4_owned_rows *made = c4_arena_array(reach->arena, 1, sizeof *made);

    if (made != NULL) {
        made->next = reach->counts;
        made->module = scope->module->number;
        made->level = scope->level;
        reach->counts = made;
    }
    return made;
}

int c4_access_owned_rows(const c4_scope *scope, uint32_t index, int64_t most, int64_t *rows)
{
    const int64_t now = given_out(scope->unit);
    c4_reach *reach = NULL;
    c4_owned_rows *known = NULL;
    int rc = c4_reach_of(scope->unit, &reach);

    *rows = 0;
    if (rc == CRM4E_OK) {
        known = find(reach, scope);
    }
    if (known != NULL && now - known->at <= known->at / GROWTH) {
        *rows = known->rows;
        return CRM4E_OK;
    }
    if (rc == CRM4E_OK && known == NULL) {
        known = add(reach, scope);
        rc = known != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    if (rc == CRM4E_OK) {
        rc = count_rows(scope, index, most, rows);
    }
    if (rc == CRM4E_OK) {
        known->rows = *rows;
        known->at = now;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(scope->unit->error, rc);
}
