/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/manage_rules.h"

#include <string.h>

/* A new user before the spec is read into him. */
static c4_user blank_user(const c4_unit *unit, const c4_user_spec *spec)
{
    const c4_meta *meta = unit->meta;
    c4_user user = {
        .name = spec->email,
        .email = spec->email,
        .licence = CRM4E_LICENCE_CRM,
        .status = CRM4E_USER_ACTIVE,
        .locale = meta->org.locale,
        .zone = meta->org.zone,
    };
    user.role = c4_meta_role_named(meta, "Manager");
    user.profile =
        c4_meta_profile_named(meta, spec->licence == CRM4E_LICENCE_TEAM ? "Team User" : "Standard");
    return user;
}

static int read_texts(c4_unit *unit, const c4_user_spec *spec, c4_user *user)
{
    int rc = CRM4E_OK;
    if (spec->name != NULL) {
        rc = c4_check_name(unit, "name", spec->name, C4_USER_NAME_MAX);
        user->name = spec->name;
    }
    if (rc == CRM4E_OK && spec->locale != NULL) {
        rc = c4_check_locale(unit, spec->locale);
        user->locale = spec->locale;
    }
    if (rc == CRM4E_OK && spec->zone != NULL) {
        rc = c4_check_zone(unit, spec->zone);
        user->zone = spec->zone;
    }
    return rc;
}

static int read_words(c4_unit *unit, const c4_user_spec *spec, c4_user *user)
{
    int rc = c4_check_word(unit, "licence", C4_NAMES_LICENCE, spec->licence);
    if (rc == CRM4E_OK && spec->licence == CRM4E_LICENCE_PORTAL) {
        rc = c4_refuse(unit, CRM4E_E_UNSUPPORTED, "licence", "portal",
                       "is of a portal: there are no portal users, least of all in team modules");
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "status", C4_NAMES_USER_STATUS, spec->status);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "ui_mode", C4_NAMES_UI_MODE, spec->ui_mode);
    }
    user->licence = spec->licence != 0 ? spec->licence : user->licence;
    user->status = spec->status != 0 ? spec->status : user->status;
    return rc;
}

static int read_places(c4_unit *unit, const c4_user_spec *spec, c4_user *user)
{
    const c4_user *superior = NULL;
    int rc = CRM4E_OK;
    if (spec->role != NULL) {
        user->role = c4_meta_role_named(unit->meta, spec->role);
    }
    if (user->role == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "role", "role", "names no role");
    }
    if (spec->profile != NULL) {
        user->profile = c4_meta_profile_named(unit->meta, spec->profile);
    }
    if (user->profile == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "profile", "profile", "names no profile");
    }
    if (spec->reporting_to != NULL && spec->reporting_to[0] == '\0') {
        user->reporting_to = 0;
    } else if (spec->reporting_to != NULL) {
        rc = c4_find_user(unit, "reporting_to", spec->reporting_to, &superior);
        user->reporting_to = superior != NULL ? superior->id : 0;
    }
    return rc;
}

/* True when `user` is `above` or reports to him over any number of steps. */
static bool reports_to(const c4_meta *meta, crm4e_id user, crm4e_id above)
{
    for (size_t steps = 0; user != 0 && steps <= meta->user_count; steps++) {
        if (user == above) {
            return true;
        }
        const c4_user *found = c4_meta_user(meta, user);
        user = found != NULL ? found->reporting_to : 0;
    }
    return false;
}

static bool at_or_below(const c4_role *role, const c4_role *top)
{
    return role == top || c4_role_below(role, top);
}

static int check_self(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    bool changes = old->role != user->role || old->profile != user->profile ||
                   old->licence != user->licence || old->status != user->status;
    if (C4_REFUSES(OWN_RIGHTS, changes)) {
        return c4_refuse_denied(unit, "own_rights",
                                "nobody changes his own role, profile, licence or status");
    }
    return old->reporting_to != user->reporting_to ? c4_need_permission(unit, C4_ADMIN_MANAGE_USERS)
                                                   : CRM4E_OK;
}

/* Whoever manages users without being a system administrator gives no more
 * than he holds and gets nobody's records into his own sight. */
static int check_grant(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    if (!c4_actor_covers(unit, user->profile) ||
        (old != NULL && !c4_actor_covers(unit, old->profile))) {
        return c4_refuse_denied(unit, "grant", "nobody grants more than he holds");
    }
    if (c4_actor_is_administrator(unit)) {
        return CRM4E_OK;
    }
    const c4_user *actor = unit->actor;
    bool above = !at_or_below(user->role, actor->role) ||
                 (old != NULL && !at_or_below(old->role, actor->role));
    if ((old == NULL || old->role != user->role) && C4_REFUSES(USER_ROLE_ABOVE, above)) {
        return c4_refuse_denied(unit, "grant", "nobody gives or takes a role above his own");
    }
    if (old == NULL) {
        return CRM4E_OK;
    }
    bool gains_role =
        c4_role_below(user->role, actor->role) && !c4_role_below(old->role, actor->role);
    bool gains_report = reports_to(unit->meta, user->reporting_to, actor->id) &&
                        !reports_to(unit->meta, old->reporting_to, actor->id);
    return C4_REFUSES(USER_UNDER_OWN, gains_role || gains_report)
               ? c4_refuse_denied(unit, "grant", "nobody brings other users under himself")
               : CRM4E_OK;
}

static int check_rights(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    if (unit->actor == NULL) {
        return CRM4E_OK;
    }
    if (old != NULL && old->id == unit->actor->id) {
        return check_self(unit, old, user);
    }
    int rc = c4_need_permission(unit, C4_ADMIN_MANAGE_USERS);
    return rc < 0 ? rc : check_grant(unit, old, user);
}

static bool administers(const c4_user *user)
{
    return c4_user_works(user) && (user->profile->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0;
}

/* The transaction is the only writer and the snapshot is its own. */
static int check_last_administrator(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    if (old == NULL || !administers(old) || administers(user)) {
        return CRM4E_OK;
    }
    bool last = true;
    for (size_t i = 0; i < unit->meta->user_count && last; i++) {
        last = unit->meta->users[i].id == old->id || !administers(&unit->meta->users[i]);
    }
    return C4_REFUSES(LAST_ADMINISTRATOR, last)
               ? c4_refuse_denied(unit, "last_administrator",
                                  "the last active system administrator stays")
               : CRM4E_OK;
}

static int check_sense(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    if (old == NULL && user->status == CRM4E_USER_DELETED) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "email", "user", "names no user");
    }
    if (user->licence == CRM4E_LICENCE_TEAM && user->status != CRM4E_USER_DELETED &&
        !c4_profile_fits_team(unit->meta, user->profile)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "profile", "team_user",
                         "gives more than a Team User licence allows");
    }
    if (old != NULL && reports_to(unit->meta, user->reporting_to, old->id)) {
        return c4_refuse(unit, CRM4E_E_CYCLE, "reporting_to", "cycle", "reports to the user");
    }
    return check_last_administrator(unit, old, user);
}

/* The licence a user occupies; C4_LIMIT_END: none. */
static c4_limit seat_of(const c4_user *user)
{
    if (user == NULL || user->status != CRM4E_USER_ACTIVE) {
        return C4_LIMIT_END;
    }
    return user->licence == CRM4E_LICENCE_CRM    ? C4_LIMIT_CRM_USERS
           : user->licence == CRM4E_LICENCE_TEAM ? C4_LIMIT_TEAM_USERS
                                                 : C4_LIMIT_END;
}

static int move_seat(c4_unit *unit, const c4_user *old, const c4_user *user)
{
    c4_limit from = seat_of(old);
    c4_limit to = seat_of(user);
    int rc = CRM4E_OK;
    if (from == to) {
        return CRM4E_OK;
    }
    if (to != C4_LIMIT_END) {
        rc = c4_limit_take(unit, to, 0, 1);
    }
    if (rc == CRM4E_OK && from != C4_LIMIT_END) {
        rc = c4_limit_take(unit, from, 0, -1);
    }
    return rc;
}

static int write_ui_mode(c4_unit *unit, crm4e_id user, c4_ui_mode mode)
{
    const uint32_t column = C4_USER_UI_MODE;
    const crm4e_value value = c4_integer(mode);
    c4_ui_mode now;
    int rc = c4_user_ui_mode(unit, user, &now);
    if (rc < 0 || mode == now) {
        return rc;
    }
    rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_USER], user, &column, &value, 1);
    return rc < 0 ? c4_stored(unit, rc)
                  : c4_audit(unit, "ui_mode", user, c4_text_of(C4_NAMES_UI_MODE, mode));
}

static bool unchanged(const c4_user *old, const c4_user *user)
{
    return old != NULL && c4_text_equal(old->name, user->name) &&
           c4_text_equal(old->locale, user->locale) && c4_text_equal(old->zone, user->zone) &&
           old->role == user->role && old->profile == user->profile &&
           old->licence == user->licence && old->status == user->status &&
           old->reporting_to == user->reporting_to;
}

/* Of one who is there what stands last, the interface he works in, is his to change. */
static int write_row(c4_unit *unit, const c4_user *user, bool fresh, const char *key,
                     size_t key_length)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_USER];
    uint32_t columns[C4_USER_COLUMNS];
    bool deleted = user->status == CRM4E_USER_DELETED;
    crm4e_value values[C4_USER_COLUMNS] = {
        [0] = c4_integer(user->id),
        [C4_USER_NAME] = c4_c_text(user->name),
        [C4_USER_EMAIL] = c4_c_text(user->email),
        [C4_USER_EMAIL_KEY] = deleted ? c4_null() : c4_text_value(key, key_length),
        [C4_USER_ROLE] = c4_integer(user->role->id),
        [C4_USER_PROFILE] = c4_integer(user->profile->id),
        [C4_USER_LICENCE] = c4_integer(user->licence),
        [C4_USER_STATUS] = c4_integer(user->status),
        [C4_USER_LOCALE] = c4_c_text(user->locale),
        [C4_USER_ZONE] = c4_c_text(user->zone),
        [C4_USER_REPORTING_TO] =
            user->reporting_to != 0 ? c4_integer(user->reporting_to) : c4_null(),
        [C4_USER_UI_MODE] = c4_integer(unit->meta->org.ui_mode),
    };
    for (uint32_t i = 0; i < C4_USER_COLUMNS; i++) {
        columns[i] = i;
    }
    int rc = fresh ? c4_db_insert(unit->db, table, values)
                   : c4_db_update(unit->db, table, user->id, columns + 1, values + 1,
                                  C4_USER_UI_MODE - 1);
    return rc == CRM4E_E_CONFLICT
               ? c4_refuse(unit, rc, "email", "unique", "is taken by another user")
               : c4_stored(unit, rc);
}

static int write_user(c4_unit *unit, const c4_user *user, bool fresh)
{
    size_t length = 0;
    char *key = c4_text_folded(&unit->env->mem, user->email, strlen(user->email), &length);
    int rc = key != NULL ? write_row(unit, user, fresh, key, length)
                         : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    c4_free(&unit->env->mem, key);
    return rc;
}

static int forget_user(c4_unit *unit, crm4e_id user)
{
    int rc = c4_member_forget(unit, user);
    if (rc == CRM4E_OK) {
        rc = c4_space_forget(unit, user);
    }
    return rc < 0 ? rc : c4_subject_forget(unit, user);
}

static int read_spec(c4_unit *unit, const c4_user_spec *spec, c4_user *user)
{
    int rc = read_texts(unit, spec, user);
    if (rc == CRM4E_OK) {
        rc = read_words(unit, spec, user);
    }
    return rc < 0 ? rc : read_places(unit, spec, user);
}

static int store_user(c4_unit *unit, const c4_user *old, c4_user *user)
{
    int rc = move_seat(unit, old, user);
    if (rc < 0) {
        return rc;
    }
    user->id = old != NULL ? old->id : c4_unit_new_id(unit);
    rc = write_user(unit, user, old == NULL);
    if (rc == CRM4E_OK && old != NULL && c4_user_works(old) && !c4_user_works(user)) {
        rc = c4_member_inherit(unit, old);
    }
    if (rc == CRM4E_OK && user->status == CRM4E_USER_DELETED) {
        rc = forget_user(unit, user->id);
    } else if (rc == CRM4E_OK && user->status != CRM4E_USER_ACTIVE) {
        rc = c4_space_forget(unit, user->id);
    }
    return rc < 0 ? rc : c4_change_done(unit, "user", user->id, user->email);
}

int c4_user_put(c4_unit *unit, const c4_user_spec *spec, crm4e_id *id)
{
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_check_email(unit, "email", spec->email);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_user *old = c4_meta_user_by_email(unit->meta, spec->email);
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "email", "unique", "is taken by another user");
    }
    c4_user user = old != NULL ? *old : blank_user(unit, spec);
    rc = read_spec(unit, spec, &user);
    if (rc == CRM4E_OK) {
        rc = check_rights(unit, old, &user);
    }
    if (rc == CRM4E_OK) {
        rc = check_sense(unit, old, &user);
    }
    if (rc == CRM4E_OK && !unchanged(old, &user)) {
        rc = store_user(unit, old, &user);
    } else if (rc == CRM4E_OK) {
        user.id = old->id;
    }
    if (rc == CRM4E_OK && spec->ui_mode != 0) {
        rc = write_ui_mode(unit, user.id, spec->ui_mode);
    }
    if (rc == CRM4E_OK) {
        *id = user.id;
    }
    return rc;
}

int c4_user_ui_mode(c4_unit *unit, crm4e_id user, c4_ui_mode *mode)
{
    const uint32_t column = C4_USER_UI_MODE;
    crm4e_value value = c4_null();
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_USER], user, &column, &value, 1);
    *mode = (c4_ui_mode)value.integer;
    return rc == CRM4E_OK && c4_text_of(C4_NAMES_UI_MODE, *mode) == NULL
               ? c4_fail(unit->error, CRM4E_E_CORRUPT, "a user has no such interface")
               : c4_stored(unit, rc);
}

int c4_user_set_ui_mode(c4_unit *unit, c4_ui_mode mode)
{
    if (mode == 0 || c4_text_of(C4_NAMES_UI_MODE, mode) == NULL) {
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such user interface");
    }
    return write_ui_mode(unit, unit->actor->id, mode);
}

int c4_user_presence(c4_unit *unit, crm4e_id user, int64_t until)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_PRESENCE];
    const uint32_t column = C4_PRESENCE_UNTIL;
    const crm4e_value values[C4_PRESENCE_COLUMNS] = {c4_integer(user), c4_integer(until)};
    const c4_user *found = c4_meta_user(unit->meta, user);
    if (found == NULL || found->status == CRM4E_USER_DELETED) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "user", "does not exist");
    }
    if (until < 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "until", "range", "is before 1970");
    }
    int rc = CRM4E_OK;
    if (unit->actor == NULL || unit->actor->id != user) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_USERS);
    }
    if (rc < 0) {
        return rc;
    }
    rc = c4_db_update(unit->db, table, user, &column, &values[C4_PRESENCE_UNTIL], 1);
    if (rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_insert(unit->db, table, values);
    }
    return c4_stored(unit, rc);
}

int c4_user_online(c4_unit *unit, crm4e_id user, bool *online)
{
    const uint32_t column = C4_PRESENCE_UNTIL;
    const c4_user *found = c4_meta_user(unit->meta, user);
    crm4e_value until = c4_null();
    *online = false;
    if (found == NULL || !c4_user_works(found)) {
        return CRM4E_OK;
    }
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_PRESENCE], user, &column, &until, 1);
    if (rc == CRM4E_E_NOT_FOUND) {
        return CRM4E_OK;
    }
    *online = rc == CRM4E_OK && until.integer > unit->now;
    return c4_stored(unit, rc);
}
