/* SPDX-License-Identifier: MIT */
#include "support/meta_rows.h"

#include <string.h>

const cell documents_row[] = {
    I(1000),
    T("Documents"),
    I(C4_MODULE_TEAM),
    I(0),
    I(0),
    U,
    T("{\"singular\":\"Document\",\"plural\":\"Documents\",\"plural_zh\":\"文件\","
      "\"permissions\":{\"member\":{\"actions\":[\"view\",\"edit\"],"
      "\"fields\":{\"1000022\":\"hidden\",\"1000021\":\"read_only\"}},"
      "\"requester\":{\"actions\":[\"view\",\"export\"]}}}")};

const cell status_row[] = {
    I(BASE),
    I(1000),
    T("Status"),
    I(CRM4E_TYPE_TEXT),
    I(0),
    T("{\"label\":\"Status\",\"length\":40,\"mandatory\":true,\"unique\":\"folded\","
      "\"default\":\"open\",\"tooltip\":\"Where it stands\"}")};

static crm4e_value value_of(const org_fixture *f, const cell *c)
{
    const c4_user *user = c4_meta_user(f->unit.meta, f->actor);

    switch (c->kind) {
    case NUMBER: return c4_integer(c->number);
    case WORDS: return c4_c_text(c->text);
    case BYTES: return c4_blob(c->text, strlen(c->text));
    case ROLE_ID: return c4_integer(user->role->id);
    case PROFILE_ID: return c4_integer(user->profile->id);
    case USER_ID: return c4_integer(user->id);
    case NOTHING:
    default: return c4_null();
    }
}

int put_row(org_fixture *f, c4_table_id table, const cell *cells)
{
    crm4e_value values[MOST_CELLS] = {0};

    for (size_t i = 0; i < c4_tables[table].column_count; i++) {
        values[i] = value_of(f, &cells[i]);
    }
    c4_unit_meta_changed(&f->unit);
    return c4_db_insert(&f->db, &c4_tables[table], values);
}
