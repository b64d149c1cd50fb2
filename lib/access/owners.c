/* SPDX-License-Identifier: MIT */
/* Whose records somebody sees through the hierarchy. */
#include "access/inside.h"

/* Chains longer than there are users would be a circle, which no change makes. */
static bool reports_to(const c4_meta *meta, const c4_user *user, crm4e_id superior)
{
    bool found = false;

    for (size_t steps = 0; user != NULL && !found && steps < meta->user_count; steps++) {
        found = user->reporting_to == superior;
        user = user->reporting_to != 0 ? c4_meta_user(meta, user->reporting_to) : NULL;
    }
    return found;
}

static bool sees_records_of(const c4_unit *unit, const c4_user *user)
{
    const c4_user *actor = unit->actor;
    bool below = unit->meta->org.hierarchy == CRM4E_HIERARCHY_REPORTING_TO
                     ? reports_to(unit->meta, user, actor->id)
                     : c4_role_below(user->role, actor->role);

    return user->id == actor->id || below ||
           (user->role == actor->role && actor->role->share_with_peers);
}

/* Users stand in order of their ids, so the set comes out sorted. Those who
 * left still own records. */
int c4_access_owner_set(c4_unit *unit, const int64_t **owners, size_t *count)
{
    int64_t *set = c4_arena_array(unit->arena, unit->meta->user_count, sizeof *set);

    *owners = set;
    *count = 0;
    if (set == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < unit->meta->user_count; i++) {
        if (sees_records_of(unit, &unit->meta->users[i])) {
            set[*count] = unit->meta->users[i].id;
            *count += 1;
        }
    }
    return CRM4E_OK;
}
