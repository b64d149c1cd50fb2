/* SPDX-License-Identifier: MIT */
/* Kinds of interactions of an org's own. */
#include "base/text.h"
#include "model/interaction.h"
#include "model/manage_rules.h"

enum {
    MOST_KINDS = 200,
    NAME_MAX_LENGTH = 50,
    CHANGEABLE = C4_INTERACTION_KIND_COLUMNS - C4_INTERACTION_KIND_LABEL
};

static int check_switch(c4_unit *unit, const char *member, int value)
{
    return value < 0 || value > 2
               ? c4_refuse(unit, CRM4E_E_INVALID, member, "range", "is no switch")
               : CRM4E_OK;
}

static int check_word(c4_unit *unit, const char *member, c4_names names, uint32_t number)
{
    return number != 0 ? c4_check_word(unit, member, names, number) : CRM4E_OK;
}

static int check_spec(c4_unit *unit, const c4_interaction_kind_spec *spec)
{
    int rc = c4_check_name(unit, "name", spec->name, NAME_MAX_LENGTH);

    if (rc == CRM4E_OK && spec->label != NULL) {
        rc = c4_check_name(unit, "label", spec->label, C4_NAME_MAX);
    }
    if (rc == CRM4E_OK && spec->label_zh != NULL) {
        rc = c4_check_name(unit, "label_zh", spec->label_zh, C4_NAME_MAX);
    }
    rc = rc == CRM4E_OK ? check_word(unit, "channel", C4_NAMES_CHANNEL, spec->channel) : rc;
    rc = rc == CRM4E_OK ? check_word(unit, "direction", C4_NAMES_DIRECTION, spec->direction) : rc;
    rc = rc == CRM4E_OK ? check_switch(unit, "contact", spec->contact) : rc;
    return rc == CRM4E_OK ? check_switch(unit, "is_active", spec->is_active) : rc;
}

static void take_over(const c4_interaction_kind_spec *spec, c4_interaction_kind *kind)
{
    if (spec->label != NULL) {
        kind->label.en = spec->label;
    }
    if (spec->label_zh != NULL) {
        kind->label.zh = spec->label_zh;
    }
    if (spec->channel != 0) {
        kind->channel = spec->channel;
    }
    if (spec->direction != 0) {
        kind->direction = spec->direction;
    }
    if (spec->contact != 0) {
        kind->contact = spec->contact == 1;
    }
    if (spec->is_active != 0) {
        kind->active = spec->is_active == 1;
    }
}

static bool same(const c4_interaction_kind *a, const c4_interaction_kind *b)
{
    return c4_text_equal(a->label.en, b->label.en) && c4_text_equal(a->label.zh, b->label.zh) &&
           a->channel == b->channel && a->direction == b->direction && a->contact == b->contact &&
           a->active == b->active;
}

static int write_kind(c4_unit *unit, const c4_interaction_kind *kind, bool fresh)
{
    static const uint32_t columns[CHANGEABLE] = {
        C4_INTERACTION_KIND_LABEL,     C4_INTERACTION_KIND_LABEL_ZH, C4_INTERACTION_KIND_CHANNEL,
        C4_INTERACTION_KIND_DIRECTION, C4_INTERACTION_KIND_CONTACT,  C4_INTERACTION_KIND_ACTIVE,
    };
    const crm4e_table *table = &c4_tables[C4_TABLE_INTERACTION_KIND];
    const crm4e_value values[C4_INTERACTION_KIND_COLUMNS] = {
        [0] = c4_integer(kind->id),
        [C4_INTERACTION_KIND_NAME] = c4_c_text(kind->name),
        [C4_INTERACTION_KIND_LABEL] = c4_c_text(kind->label.en),
        [C4_INTERACTION_KIND_LABEL_ZH] = c4_c_text(kind->label.zh),
        [C4_INTERACTION_KIND_CHANNEL] = c4_integer(kind->channel),
        [C4_INTERACTION_KIND_DIRECTION] = c4_integer(kind->direction),
        [C4_INTERACTION_KIND_CONTACT] = c4_integer(kind->contact),
        [C4_INTERACTION_KIND_ACTIVE] = c4_integer(kind->active),
    };

    return c4_stored(unit, fresh ? c4_db_insert(unit->db, table, values)
                                 : c4_db_update(unit->db, table, kind->id, columns,
                                                &values[C4_INTERACTION_KIND_LABEL], CHANGEABLE));
}

/* A new one is for editions with interactions: what is there stays as it is in all. */
static int check_room(c4_unit *unit)
{
    int rc = c4_interactions_need(unit);

    if (rc == CRM4E_OK && unit->meta->interaction_kind_count >= MOST_KINDS) {
        rc = c4_refuse(unit, CRM4E_E_LIMIT, "name", "kinds", "is one kind more than 200");
        (void)c4_fail_limit(unit->error, "interaction_kinds", MOST_KINDS, MOST_KINDS);
    }
    return rc;
}

static int find_old(c4_unit *unit, const c4_interaction_kind_spec *spec,
                    const c4_interaction_kind **old)
{
    const c4_interaction_kind *found = c4_interaction_kind_named(unit->meta, spec->name);

    *old = c4_interaction_kind_own(unit->meta, spec->name);
    if (found != *old) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "built_in", "is that of a built-in kind");
    }
    if (found != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another kind");
    }
    if (found == NULL && spec->change_only) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "kind", "names no kind");
    }
    return found == NULL ? check_room(unit) : CRM4E_OK;
}

int c4_interaction_kind_put(c4_unit *unit, const c4_interaction_kind_spec *spec, crm4e_id *id)
{
    const c4_interaction_kind *old = NULL;
    c4_interaction_kind kind = {.channel = C4_CHANNEL_OTHER,
                                .direction = C4_DIRECTION_NONE,
                                .contact = true,
                                .active = true};
    int rc = c4_change_start(unit);

    rc = rc == CRM4E_OK ? c4_need_permission(unit, C4_ADMIN_CUSTOMISE) : rc;
    rc = rc == CRM4E_OK ? check_spec(unit, spec) : rc;
    rc = rc == CRM4E_OK ? find_old(unit, spec, &old) : rc;
    if (rc != CRM4E_OK) {
        return rc;
    }
    if (old != NULL) {
        kind = *old;
    } else {
        kind.name = spec->name;
        kind.label.en = spec->label != NULL ? spec->label : spec->name;
        kind.label.zh = kind.label.en;
    }
    take_over(spec, &kind);
    if (old != NULL && same(old, &kind)) {
        *id = kind.id;
        return CRM4E_OK;
    }
    kind.id = old != NULL ? old->id : c4_unit_new_id(unit);
    rc = write_kind(unit, &kind, old == NULL);
    *id = kind.id;
    return rc == CRM4E_OK ? c4_change_done(unit, "interaction_kind", kind.id, kind.name) : rc;
}
