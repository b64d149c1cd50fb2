/* SPDX-License-Identifier: MIT */
/* Interactions against the records they are of and come from. */
#include "record/integrity_inside.h"
#include "record/interaction.h"

static const char table_name[] = "interaction";

/* With scratch of its own: there may be many records. */
void c4_check_interactions(c4_checking *c, const c4_module *module, const crm4e_value *record)
{
    c4_unit *unit = c->unit;
    c4_arena *scratch = unit->arena;
    bool agree = true;
    int rc;

    unit->arena = &c->row;
    rc = c4_interactions_agree(unit, module, record, &agree);
    unit->arena = scratch;
    if (rc != CRM4E_OK)
        c->rc = rc;
    else if (!agree)
        c4_check_report(c, module->api_name, record[C4_COLUMN_ID].integer, "",
                        "is not what the interactions say of it");
}

static bool is_kept(const c4_checking *c, const crm4e_value *module, const crm4e_value *record)
{
    return c4_check_is_kept(c, (int32_t)module->integer, record->integer);
}

void c4_check_interaction(c4_checking *c, const void *about, const crm4e_value *row)
{
    const c4_interaction_kind *kind =
        c4_interaction_kind_of(c->unit->meta, row[C4_INTERACTION_KIND].integer);
    const int64_t id = row[0].integer;
    const int64_t module = row[C4_INTERACTION_MODULE].integer;

    (void)about;
    if (kind == NULL)
        c4_check_report(c, table_name, id, "kind", "is not known");
    if (c4_text_of(C4_NAMES_CHANNEL, (uint32_t)row[C4_INTERACTION_CHANNEL].integer) == NULL ||
        c4_text_of(C4_NAMES_DIRECTION, (uint32_t)row[C4_INTERACTION_DIRECTION].integer) == NULL)
        c4_check_report(c, table_name, id, "channel", "is not known");
    if ((module != C4_LEADS && module != C4_CONTACTS) ||
        !is_kept(c, &row[C4_INTERACTION_MODULE], &row[C4_INTERACTION_RECORD]))
        c4_check_report(c, table_name, id, "", "is of a record that is gone");
    if (row[C4_INTERACTION_SOURCE].type != CRM4E_VALUE_NULL &&
        !is_kept(c, &row[C4_INTERACTION_SOURCE_MODULE], &row[C4_INTERACTION_SOURCE]))
        c4_check_report(c, table_name, id, "", "comes from a record that is gone");
}
