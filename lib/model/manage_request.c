/* SPDX-License-Identifier: MIT */
/* Whose requests the records of team modules are, as members come and go. */
#include "model/manage_rules.h"

/* A user stands in a row as its creator or as its owner. */
static const struct {
    uint32_t user;
    uint32_t asks;
    uint32_t index;
} places[] = {
    {C4_REQUEST_CREATOR, C4_REQUEST_CREATOR_ASKS, C4_REQUEST_BY_CREATOR},
    {C4_REQUEST_OWNER, C4_REQUEST_OWNER_ASKS, C4_REQUEST_BY_OWNER},
};

int c4_request_turn(c4_unit *unit, int32_t module, crm4e_id user, bool asks)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_REQUEST];
    const crm4e_value he = c4_integer(user);
    const crm4e_value was = c4_integer(!asks);
    const crm4e_value there = c4_integer(module);
    const crm4e_value is = c4_integer(asks);
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && rc == CRM4E_OK; i++) {
        const crm4e_predicate parts[] = {
            c4_where(CRM4E_OP_EQ, places[i].user, &he, 1),
            c4_where(CRM4E_OP_EQ, places[i].asks, &was, 1),
            c4_where(CRM4E_OP_EQ, C4_REQUEST_MODULE, &there, 1),
        };
        const crm4e_predicate where = c4_where_all(parts, 3);
        crm4e_id *ids = NULL;
        size_t count = 0;
        rc = c4_rows_where(unit, table, &where, places[i].index, &ids, &count);
        for (size_t k = 0; k < count && rc == CRM4E_OK; k++) {
            rc = c4_stored(unit, c4_db_update(unit->db, table, ids[k], &places[i].asks, &is, 1));
        }
    }
    return rc;
}
