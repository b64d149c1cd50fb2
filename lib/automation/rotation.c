/* SPDX-License-Identifier: MIT */
/* Round robin. The row remembers who was chosen last, so that the turn goes on
 * where it was when people come and go. */
#include "automation/automation.h"
#include "model/manage_rules.h"

static int is_free(c4_unit *unit, crm4e_id id, bool online_only, bool *is)
{
    const c4_user *user = c4_meta_user(unit->meta, id);

    *is = user != NULL && c4_user_works(user);
    return *is && online_only ? c4_user_online(unit, id, is) : CRM4E_OK;
}

static int store(c4_unit *unit, crm4e_id row, int64_t owner, int64_t action, crm4e_id user)
{
    static const uint32_t column[] = {C4_ROTATION_LAST_USER};
    const crm4e_value value = c4_integer(user);
    int rc;

    if (row != 0) {
        rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_ROTATION], row, column, &value, 1);
    } else {
        const crm4e_value values[C4_ROTATION_COLUMNS] = {
            [0] = c4_integer(c4_unit_new_id(unit)),
            [C4_ROTATION_OWNER] = c4_integer(owner),
            [C4_ROTATION_ACTION] = c4_integer(action),
            [C4_ROTATION_LAST_USER] = value,
        };
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_ROTATION], values);
    }
    return c4_stored(unit, rc);
}

int c4_rotation_next(c4_unit *unit, int64_t owner, int64_t action, const int64_t *users,
                     size_t count, bool online_only, crm4e_id *chosen)
{
    static const uint32_t keys[2] = {C4_ROTATION_OWNER, C4_ROTATION_ACTION};
    static const uint32_t column[] = {C4_ROTATION_LAST_USER};
    const int64_t wanted[2] = {owner, action};
    crm4e_id row = 0;
    int64_t last = 0;
    size_t first = 0;
    bool found = false;
    int rc =
        c4_pair_find(unit, &c4_tables[C4_TABLE_ROTATION], keys, wanted, &row, column, &last, 1);

    *chosen = 0;
    while (first < count && users[first] <= last) {
        first++;
    }
    for (size_t i = 0; rc == CRM4E_OK && i < count && !found; i++) {
        crm4e_id user = users[(first + i) % count];
        rc = is_free(unit, user, online_only, &found);
        *chosen = found ? user : 0;
    }
    return rc == CRM4E_OK && found ? store(unit, row, owner, action, *chosen) : rc;
}
