/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/manage_rules.h"

static int check_texts(c4_unit *unit, const c4_org_change *change)
{
    int rc = CRM4E_OK;
    if (change->locale != NULL) {
        rc = c4_check_locale(unit, change->locale);
    }
    if (rc == CRM4E_OK && change->zone != NULL) {
        rc = c4_check_zone(unit, change->zone);
    }
    if (rc == CRM4E_OK && change->currency != NULL) {
        rc = c4_check_currency(unit, change->currency);
    }
    return rc;
}

static int check_numbers(c4_unit *unit, const c4_org_change *change)
{
    int rc = c4_check_word(unit, "edition", C4_NAMES_EDITION, change->edition);
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "ui_mode", C4_NAMES_UI_MODE, change->ui_mode);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "hierarchy", C4_NAMES_HIERARCHY, change->hierarchy);
    }
    if (rc == CRM4E_OK && (change->fiscal_month < 0 || change->fiscal_month > 12)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "fiscal_month", "range", "is no month");
    }
    if (rc == CRM4E_OK && (change->crm_licences < -1 || change->team_licences < -1)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID,
                       change->crm_licences < -1 ? "crm_licences" : "team_licences", "range",
                       "is negative");
    }
    if (rc == CRM4E_OK && (change->crm4e < 0 || change->crm4e > 2)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "crm4e", "range", "is no switch");
    }
    return rc;
}

/* Columns and values of what the change names. */
typedef struct update {
    uint32_t columns[C4_ORG_COLUMNS];
    crm4e_value values[C4_ORG_COLUMNS];
    size_t count;
} update;

static void set(update *u, bool named, uint32_t column, crm4e_value value)
{
    if (named) {
        u->columns[u->count] = column;
        u->values[u->count++] = value;
    }
}

static void collect(const c4_org_change *change, update *u)
{
    set(u, change->edition != 0, C4_ORG_EDITION, c4_integer(change->edition));
    set(u, change->crm_licences >= 0, C4_ORG_CRM_LICENCES, c4_integer(change->crm_licences));
    set(u, change->team_licences >= 0, C4_ORG_TEAM_LICENCES, c4_integer(change->team_licences));
    set(u, change->locale != NULL, C4_ORG_LOCALE, c4_c_text(change->locale));
    set(u, change->zone != NULL, C4_ORG_ZONE, c4_c_text(change->zone));
    set(u, change->currency != NULL, C4_ORG_CURRENCY, c4_c_text(change->currency));
    set(u, change->fiscal_month != 0, C4_ORG_FISCAL_MONTH, c4_integer(change->fiscal_month));
    set(u, change->ui_mode != 0, C4_ORG_UI_MODE, c4_integer(change->ui_mode));
    set(u, change->crm4e != 0, C4_ORG_CRM4E, c4_integer(change->crm4e == 1));
    set(u, change->hierarchy != 0, C4_ORG_HIERARCHY, c4_integer(change->hierarchy));
}

/* Fewer licences than users in them lock nobody out: only taking another one
 * answers LIMIT. */
int c4_org_change_put(c4_unit *unit, const c4_org_change *change)
{
    update u = {.count = 0};
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK && C4_REFUSES(CONFIGURE_ORG, !c4_actor_is_administrator(unit))) {
        rc = c4_refuse_denied(unit, "system_administrator",
                              "only a system administrator changes the settings of the org");
    }
    if (rc == CRM4E_OK) {
        rc = check_texts(unit, change);
    }
    if (rc == CRM4E_OK) {
        rc = check_numbers(unit, change);
    }
    if (rc < 0) {
        return rc;
    }
    collect(change, &u);
    if (u.count == 0) {
        return CRM4E_OK;
    }
    rc = c4_stored(unit, c4_db_update(unit->db, &c4_tables[C4_TABLE_ORG], unit->meta->org.id,
                                      u.columns, u.values, u.count));
    return rc < 0 ? rc : c4_change_done(unit, "org", unit->meta->org.id, NULL);
}
