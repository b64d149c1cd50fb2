/* SPDX-License-Identifier: MIT */
#include "base/civil.h"
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

static bool licence_count(int64_t count)
{
    return count >= -1 && count <= C4_MOST_LICENCES;
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
    if (rc == CRM4E_OK && !licence_count(change->crm_licences)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "crm_licences", "range", "is out of range");
    }
    if (rc == CRM4E_OK && !licence_count(change->team_licences)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "team_licences", "range", "is out of range");
    }
    if (rc == CRM4E_OK &&
        (change->history_days < -1 || change->history_days > C4_MOST_HISTORY_DAYS)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "history_days", "range", "is out of range");
    }
    if (rc == CRM4E_OK && (change->multi_currency < 0 || change->multi_currency > 2)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "multi_currency", "range", "is no switch");
    }
    if (rc == CRM4E_OK && change->multi_currency == 2 && unit->meta->org.multi_currency) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "multi_currency", "fixed", "stays once it is on");
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

static void set_number(update *u, bool named, uint32_t column, int64_t now, int64_t wanted)
{
    if (named && now != wanted) {
        u->columns[u->count] = column;
        u->values[u->count++] = c4_integer(wanted);
    }
}

static void set_text(update *u, uint32_t column, const char *now, const char *wanted)
{
    if (wanted != NULL && !c4_text_equal(now, wanted)) {
        u->columns[u->count] = column;
        u->values[u->count++] = c4_c_text(wanted);
    }
}

/* Only what is not so already. */
static void collect(const c4_org_info *org, const c4_org_change *change, update *u)
{
    set_number(u, change->edition != 0, C4_ORG_EDITION, org->edition, change->edition);
    set_number(u, change->crm_licences >= 0, C4_ORG_CRM_LICENCES, org->crm_licences,
               change->crm_licences);
    set_number(u, change->team_licences >= 0, C4_ORG_TEAM_LICENCES, org->team_licences,
               change->team_licences);
    set_text(u, C4_ORG_LOCALE, org->locale, change->locale);
    set_text(u, C4_ORG_ZONE, org->zone, change->zone);
    set_text(u, C4_ORG_CURRENCY, org->currency, change->currency);
    set_number(u, change->fiscal_month != 0, C4_ORG_FISCAL_MONTH, org->fiscal_month,
               change->fiscal_month);
    set_number(u, change->ui_mode != 0, C4_ORG_UI_MODE, org->ui_mode, change->ui_mode);
    set_number(u, change->crm4e != 0, C4_ORG_CRM4E, org->crm4e_enabled, change->crm4e == 1);
    set_number(u, change->history_days != 0, C4_ORG_HISTORY_DAYS, org->history_days,
               change->history_days > 0 ? change->history_days : 0);
    set_number(u, change->hierarchy != 0, C4_ORG_HIERARCHY, org->hierarchy, change->hierarchy);
}

static int find_any(c4_unit *unit, const crm4e_table *table, const crm4e_predicate *where,
                    bool *found)
{
    crm4e_plan plan;
    int64_t count = 0;
    c4_plan_init(&plan, table);
    plan.where = where;
    plan.limit = 1;
    int rc = c4_rows_count(unit->db, &plan, &count);
    *found = *found || count > 0;
    return c4_stored(unit, rc);
}

/* Whether a record of the module holds an amount, or one in the bin may. */
static int find_amounts(c4_unit *unit, const c4_module *module, bool *found)
{
    const crm4e_value number = c4_integer(module->number);
    const crm4e_predicate binned = c4_where(CRM4E_OP_EQ, C4_BIN_MODULE, &number, 1);
    bool amounts = false;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK && !*found; i++) {
        const c4_field *field = &module->fields[i];
        if (field->type == CRM4E_TYPE_CURRENCY) {
            const crm4e_predicate filled = c4_where(CRM4E_OP_IS_NOT_NULL, field->column, NULL, 0);
            amounts = true;
            rc = find_any(unit, &module->table, &filled, found);
        }
    }
    if (rc == CRM4E_OK && amounts && !*found) {
        rc = find_any(unit, &c4_tables[C4_TABLE_BIN], &binned, found);
    }
    return rc;
}

/* Amounts are numbers of the home currency: under another they would be other
 * amounts. */
static int check_amounts(c4_unit *unit, const char *currency)
{
    const c4_meta *meta = unit->meta;
    bool found = false;
    int rc = CRM4E_OK;
    if (currency == NULL || c4_text_equal(currency, meta->org.currency)) {
        return CRM4E_OK;
    }
    if (meta->org.multi_currency || meta->currency_count > 0) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "currency", "currencies",
                         "stays once there are rates to it");
    }
    for (size_t i = 0; i < meta->module_count && rc == CRM4E_OK && !found; i++) {
        rc = find_amounts(unit, meta->modules[i], &found);
    }
    return rc == CRM4E_OK && found ? c4_refuse(unit, CRM4E_E_CONFLICT, "currency", "amounts",
                                               "stays once there are amounts in it")
                                   : rc;
}

static int need_administrator(c4_unit *unit)
{
    return C4_REFUSES(CONFIGURE_ORG, !c4_actor_is_administrator(unit))
               ? c4_refuse_denied(unit, "system_administrator",
                                  "only a system administrator changes the settings of the org")
               : CRM4E_OK;
}

/* Fewer licences than users in them lock nobody out: only taking another one
 * answers LIMIT. */
int c4_org_change_put(c4_unit *unit, const c4_org_change *change)
{
    update u = {.count = 0};
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = need_administrator(unit);
    }
    if (rc == CRM4E_OK) {
        rc = check_texts(unit, change);
    }
    if (rc == CRM4E_OK) {
        rc = check_numbers(unit, change);
    }
    if (rc == CRM4E_OK) {
        rc = check_amounts(unit, change->currency);
    }
    if (rc < 0) {
        return rc;
    }
    collect(&unit->meta->org, change, &u);
    if (u.count > 0) {
        rc = c4_stored(unit, c4_db_update(unit->db, &c4_tables[C4_TABLE_ORG], unit->meta->org.id,
                                          u.columns, u.values, u.count));
        rc = rc < 0 ? rc : c4_change_done(unit, "org", unit->meta->org.id, NULL);
    }
    return rc == CRM4E_OK && change->multi_currency == 1 ? c4_currency_start(unit) : rc;
}

static int check_trial(c4_unit *unit, c4_edition edition, int32_t days)
{
    const c4_org_info *org = &unit->meta->org;
    int rc = c4_check_word(unit, "edition", C4_NAMES_EDITION, edition);
    if (rc == CRM4E_OK && !c4_edition_above(edition, org->edition)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "edition", "trial_edition",
                       "gives no more than the edition that was bought");
    }
    if (rc == CRM4E_OK && (days < 0 || days > C4_MOST_TRIAL_DAYS)) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "days", "range", "is out of range");
    }
    if (rc == CRM4E_OK && org->trial_until != 0) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "trial", "trial", "was used: an org has one");
    }
    return rc;
}

/* By what the host's clock says, and not by the latest time ever used: who had a
 * clock far ahead would have a trial for as long. */
static int trial_end(c4_unit *unit, int32_t days, int64_t *until)
{
    int64_t length = (days != 0 ? days : C4_TRIAL_DAYS) * C4_DAY_MICROSECONDS;
    if (unit->heard > C4_TIME_MAX - length) {
        return c4_refuse(unit, CRM4E_E_INVALID, "days", "range", "leads out of the calendar");
    }
    *until = unit->heard + length;
    return *until > unit->now
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_CONFLICT, "trial", "clock",
                           "would be over: the clock is behind a time that the org has seen");
}

int c4_trial_start(c4_unit *unit, c4_edition edition, int32_t days)
{
    static const uint32_t columns[] = {C4_ORG_TRIAL_UNTIL, C4_ORG_TRIAL_EDITION};
    crm4e_value values[2];
    int64_t until = 0;
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = need_administrator(unit);
    }
    if (rc == CRM4E_OK) {
        rc = check_trial(unit, edition, days);
    }
    if (rc == CRM4E_OK) {
        rc = trial_end(unit, days, &until);
    }
    if (rc < 0) {
        return rc;
    }
    values[0] = c4_integer(until);
    values[1] = c4_integer(edition);
    rc = c4_stored(unit, c4_db_update(unit->db, &c4_tables[C4_TABLE_ORG], unit->meta->org.id,
                                      columns, values, 2));
    return rc < 0 ? rc : c4_change_done(unit, "trial", unit->meta->org.id, NULL);
}

bool c4_trial_ends(const c4_unit *unit)
{
    int64_t until = unit->meta->org.trial_until;
    return until != 0 && unit->now >= until && unit->state.clock < until;
}
