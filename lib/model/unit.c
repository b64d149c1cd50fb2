/* SPDX-License-Identifier: MIT */
#include "model/unit.h"

#include "base/civil.h"
#include "base/siphash.h"
#include "model/gates.h"
#include "model/schema.h"

enum {
    STATE_ROW = 1
};
#define LARGEST_ID ((INT64_C(1) << 53) - 1)
#define SEQUENCE   ((INT64_C(1) << C4_ID_BITS) - 1)

/* The state row as an array: one line per member. */
static const struct {
    uint32_t column;
    size_t offset;
    int64_t least;
    int64_t most;
} state_members[] = {
    {C4_STATE_GENERATION, offsetof(c4_state, generation), 1, INT64_MAX - 1},
    {C4_STATE_NEXT_ID, offsetof(c4_state, next_id), 1, LARGEST_ID},
    {C4_STATE_NEXT_CHANGE, offsetof(c4_state, next_change), 1, LARGEST_ID},
    {C4_STATE_NEXT_MODULE, offsetof(c4_state, next_module), 1, INT32_MAX},
    {C4_STATE_NEXT_FIELD, offsetof(c4_state, next_field), 1, INT32_MAX},
    {C4_STATE_CLOCK, offsetof(c4_state, clock), 0, C4_TIME_MAX},
    {C4_STATE_SHARES, offsetof(c4_state, shares), 0, INT64_MAX - 1},
    {C4_STATE_UNMERGED, offsetof(c4_state, unmerged), 0, INT32_MAX},
    {C4_STATE_HISTORY_FROM, offsetof(c4_state, history_from), 0, C4_TIME_MAX},
    {C4_STATE_HISTORY_SEEN, offsetof(c4_state, history_seen), 0, LARGEST_ID},
    {C4_STATE_HISTORY_CUT, offsetof(c4_state, history_cut), 0, LARGEST_ID},
    {C4_STATE_COLUMNS_MARK, offsetof(c4_state, columns_mark), 0, INT64_MAX - 1},
    {C4_STATE_AUDIT_CHAIN, offsetof(c4_state, audit_chain), 0, INT64_MAX},
};
enum {
    MEMBERS = sizeof state_members / sizeof state_members[0]
};

static int64_t *member_of(c4_state *state, size_t index)
{
    return (int64_t *)(void *)((char *)state + state_members[index].offset);
}

static int read_state(c4_unit *unit)
{
    uint32_t columns[MEMBERS];
    crm4e_value values[MEMBERS] = {0};
    int rc;

    for (size_t i = 0; i < MEMBERS; i++) {
        columns[i] = state_members[i].column;
    }
    rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_STATE], STATE_ROW, columns, values, MEMBERS);
    if (rc == CRM4E_E_NOT_FOUND) {
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "state 1: there is no such row");
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if (values[i].type != CRM4E_VALUE_INTEGER || values[i].integer < state_members[i].least ||
            values[i].integer > state_members[i].most) {
            return c4_fail(unit->error, CRM4E_E_CORRUPT, "state 1: a number is out of range");
        }
        *member_of(&unit->state, i) = values[i].integer;
    }
    return CRM4E_OK;
}

/* Between transactions of one stamp the row has not moved. */
static int take_state(c4_unit *unit)
{
    c4_kept_state *kept = unit->kept;
    uint64_t stamp = kept != NULL ? c4_db_stamp(unit->db) : 0;
    int rc;

    if (stamp != 0 && stamp == kept->stamp) {
        unit->state = kept->state;
        return CRM4E_OK;
    }
    rc = read_state(unit);
    if (kept != NULL) {
        kept->stamp = rc == CRM4E_OK ? stamp : 0;
        kept->state = unit->state;
    }
    return rc;
}

int c4_unit_read_clock(c4_unit *unit)
{
    const crm4e_clock *clock = &unit->env->clock;
    int64_t now = -1;

    if (clock->now == NULL || clock->now(clock->user, &now) != CRM4E_CONTINUE || now < 0 ||
        now > C4_TIME_MAX) {
        return c4_fail(unit->error, CRM4E_E_CALLBACK, "the clock gave no time within its range");
    }
    unit->heard = now;
    unit->now = now > unit->state.clock ? now : unit->state.clock;
    return CRM4E_OK;
}

int c4_unit_start(c4_unit *unit)
{
    int rc;

    unit->state_dirty = false;
    unit->meta_dirty = false;
    rc = take_state(unit);
    return rc == CRM4E_OK ? c4_unit_read_clock(unit) : rc;
}

int c4_unit_finish(c4_unit *unit)
{
    uint32_t columns[MEMBERS];
    crm4e_value values[MEMBERS];
    int rc;

    if (!unit->state_dirty) {
        return CRM4E_OK;
    }
    if ((unit->state.next_id & SEQUENCE) == 0) {
        return c4_fail(unit->error, CRM4E_E_FULL, "the ids of the org are used up");
    }
    unit->state.clock = unit->now;
    for (size_t i = 0; i < MEMBERS; i++) {
        columns[i] = state_members[i].column;
        values[i] = c4_integer(*member_of(&unit->state, i));
    }
    rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_STATE], STATE_ROW, columns, values, MEMBERS);
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    unit->state_dirty = false;
    return CRM4E_OK;
}

/* The new generation is in the state row only at the end of the transaction. */
int c4_unit_refresh(c4_unit *unit)
{
    c4_meta *fresh = NULL;
    const c4_user *actor = NULL;
    int rc;

    if (!unit->meta_dirty) {
        return CRM4E_OK;
    }
    rc = c4_meta_load(&fresh, &unit->env->mem, unit->db, unit->error);
    if (rc != CRM4E_OK) {
        return rc;
    }
    fresh->generation = unit->state.generation;
    if (unit->actor != NULL) {
        actor = c4_meta_user(fresh, unit->actor->id);
        if (actor == NULL) {
            c4_meta_release(fresh);
            return c4_fail(unit->error, CRM4E_E_CORRUPT, "the acting user is gone");
        }
    }
    c4_meta_release(unit->meta);
    unit->meta = fresh;
    unit->actor = actor;
    unit->meta_dirty = false;
    return CRM4E_OK;
}

/* Once for all changes that one refresh takes in. A file of columns is of no use from now
 * on, and a field that goes takes its values along. */
void c4_unit_meta_changed(c4_unit *unit)
{
    if (!unit->meta_dirty) {
        (void)c4_db_drop_beside(unit->db);
        unit->state.generation++;
        unit->state_dirty = true;
        unit->meta_dirty = true;
    }
}

void c4_unit_forget_reach(c4_unit *unit)
{
    if (unit->reach != NULL && *unit->reach != NULL) {
        (*unit->reach)->free(*unit->reach);
        *unit->reach = NULL;
    }
}

void c4_unit_shares_changed(c4_unit *unit)
{
    unit->state.shares++;
    unit->state_dirty = true;
}

/* Stays at the first number beyond the org's: then nothing can be committed. */
int64_t c4_unit_new_id(c4_unit *unit)
{
    if ((unit->state.next_id & SEQUENCE) == 0) {
        return 0;
    }
    unit->state_dirty = true;
    return unit->state.next_id++;
}

int64_t c4_unit_new_ids(c4_unit *unit, int64_t count, int64_t stretch)
{
    const int64_t left = stretch - (unit->state.next_id & (stretch - 1));
    int64_t first;

    if ((unit->state.next_id & SEQUENCE) != 0 && count > left) {
        unit->state.next_id += left;
    }
    unit->state_dirty = true;
    if ((unit->state.next_id & SEQUENCE) == 0) {
        return 0;
    }
    first = unit->state.next_id;
    unit->state.next_id += count;
    return first;
}

int64_t c4_unit_new_change(c4_unit *unit)
{
    unit->state_dirty = true;
    return unit->state.next_change++;
}

bool c4_id_plausible(const c4_meta *meta, crm4e_id id)
{
    return id > 0 && id >> C4_ID_BITS == meta->org.id >> C4_ID_BITS;
}

bool c4_actor_has(const c4_unit *unit, uint32_t admin_bits)
{
    uint32_t held;

    if (unit->actor == NULL) {
        return true;
    }
    held = unit->actor->profile->admin;
    return (held & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0 ||
           C4_OPENS(ADMIN_RIGHT, (held & admin_bits) == admin_bits);
}

bool c4_actor_is_administrator(const c4_unit *unit)
{
    return c4_actor_has(unit, C4_ADMIN_SYSTEM_ADMINISTRATOR);
}

static bool configures(const c4_unit *unit, const c4_module *module, uint32_t org_right)
{
    const c4_member *member;

    if (c4_actor_is_administrator(unit)) {
        return true;
    }
    if (module->kind != C4_MODULE_TEAM) {
        return c4_actor_has(unit, org_right);
    }
    member = c4_module_member(module, unit->actor->id);
    return unit->meta->org.crm4e_enabled && member != NULL && member->profile == CRM4E_TEAM_ADMIN;
}

bool c4_actor_configures(const c4_unit *unit, const c4_module *module)
{
    return configures(unit, module, C4_ADMIN_CUSTOMISE);
}

bool c4_actor_automates(const c4_unit *unit, const c4_module *module)
{
    return configures(unit, module, C4_ADMIN_MANAGE_AUTOMATION);
}

bool c4_actor_manages_space(const c4_unit *unit, const c4_space *space)
{
    const c4_space_member *member;

    if (c4_actor_has(unit, C4_ADMIN_MANAGE_TEAM_SPACES)) {
        return true;
    }
    member = c4_space_member_of(space, unit->actor->id);
    return member != NULL && member->admin;
}

static void put_number(unsigned char out[8], uint64_t number)
{
    for (size_t i = 0; i < 8; i++) {
        out[i] = (unsigned char)(number >> 8 * i);
    }
}

int64_t c4_audit_chain(int64_t before, const crm4e_value *line)
{
    uint64_t chain = (uint64_t)before;

    for (size_t i = 0; i < C4_AUDIT_CHAIN; i++) {
        const bool text = line[i].type == CRM4E_VALUE_TEXT;
        unsigned char key[C4_SIPHASH_KEY] = {0};
        unsigned char number[8];
        put_number(key, chain);
        key[8] = (unsigned char)line[i].type;
        put_number(number, line[i].type == CRM4E_VALUE_NULL ? 0 : (uint64_t)line[i].integer);
        chain = text ? c4_siphash(key, line[i].data, line[i].length)
                     : c4_siphash(key, number, sizeof number);
    }
    return (int64_t)(chain & INT64_MAX);
}

int c4_audit(c4_unit *unit, const char *kind, int64_t object, const char *detail)
{
    crm4e_value values[C4_AUDIT_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(unit)),
        [C4_AUDIT_USER] = unit->actor != NULL ? c4_integer(unit->actor->id) : c4_null(),
        [C4_AUDIT_TIME] = c4_integer(unit->now),
        [C4_AUDIT_KIND] = c4_c_text(kind),
        [C4_AUDIT_OBJECT] = c4_integer(object),
        [C4_AUDIT_DETAIL] = c4_c_text(detail),
    };
    const int64_t chain = c4_audit_chain(unit->state.audit_chain, values);
    int rc;

    values[C4_AUDIT_CHAIN] = c4_integer(chain);
    rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_AUDIT], values);
    if (rc == CRM4E_OK) {
        unit->state.audit_chain = chain;
        unit->state_dirty = true;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_unit_apart(c4_unit *unit, c4_unit_part part, void *context)
{
    const c4_state state = unit->state;
    int rc = c4_db_savepoint(unit->db);

    if (rc < 0)
        return c4_fail_plain(unit->error, rc);
    rc = part(unit, context);
    if (rc < 0) {
        c4_db_rollback_to(unit->db);
        unit->state = state;
        return rc;
    }
    return c4_db_release(unit->db) < 0 ? c4_fail_plain(unit->error, CRM4E_E_IO) : rc;
}
