/* SPDX-License-Identifier: MIT */
/* Verdicts: the gate's own answer, asked as the user it is about, and what
 * decided it. */
#include "access/explain.h"
#include "access/inside.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

/* Whether the asker may learn what he does not see himself. */
static bool is_privileged(const c4_unit *unit, const c4_module *module)
{
    bool of_team = module != NULL && module->kind == C4_MODULE_TEAM;

    return c4_actor_is_administrator(unit) ||
           (of_team && C4_OPENS(ASK_TEAM_ADMIN, c4_actor_configures(unit, module)));
}

typedef struct telling {
    c4_unit *as;
    c4_arena *arena;
    const c4_question *question;
    const c4_module *module; /* or NULL */
    c4_verdict *verdict;
    bool privileged;
} telling;

static int add(const telling *t, crm4e_reason kind, const char *name)
{
    return c4_verdict_add(t->as, t->arena, t->verdict, kind, name);
}

static int why_not_user(const telling *t)
{
    return add(t,
               t->as->actor->status == CRM4E_USER_ACTIVE ? CRM4E_REASON_NO_LICENCE
                                                         : CRM4E_REASON_USER_INACTIVE,
               "");
}

static int why_not_team_module(const telling *t)
{
    const c4_member *member = c4_module_member(t->module, t->as->actor->id);

    if (!t->as->meta->org.crm4e_enabled) {
        return add(t, CRM4E_REASON_NOT_SWITCHED_ON, "");
    }
    return member == NULL ? add(t, CRM4E_REASON_NOT_A_MEMBER, t->module->api_name)
                          : add(t, CRM4E_REASON_TEAM_PROFILE_DENIES,
                                c4_text_of(C4_NAMES_TEAM_PROFILE, member->profile));
}

/* A module that somebody asks about himself and may not see does not exist. */
static int why_not_module(const telling *t)
{
    const c4_user *actor = t->as->actor;

    bool unknown = t->verdict->code == CRM4E_E_NOT_FOUND && !t->privileged;

    if (t->module == NULL || C4_REFUSES(ASK_WHY_MODULE, unknown)) {
        return add(t, CRM4E_REASON_NO_MODULE, "");
    }
    if ((t->module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) != 0) {
        return add(t, CRM4E_REASON_MODULE_UNUSED, "");
    }
    if (t->module->kind == C4_MODULE_TEAM) {
        return why_not_team_module(t);
    }
    return actor->licence == CRM4E_LICENCE_TEAM && t->question->action != CRM4E_ACTION_VIEW
               ? add(t, CRM4E_REASON_LICENCE_DENIES, "")
               : add(t, CRM4E_REASON_PROFILE_DENIES, actor->profile->name);
}

static int why_not_record(const telling *t)
{
    static const uint32_t column = C4_COLUMN_ID;
    bool open = t->privileged || C4_OPENS(ASK_WHY_RECORD, t->verdict->code != CRM4E_E_NOT_FOUND);
    crm4e_value id;
    int rc = CRM4E_E_NOT_FOUND;

    if (open) {
        rc = c4_db_get(t->as->db, &t->module->table, t->question->record, &column, &id, 1);
    }
    if (rc != CRM4E_OK && rc != CRM4E_E_NOT_FOUND) {
        return c4_fail_plain(t->as->error, rc);
    }
    return add(t, rc == CRM4E_OK ? CRM4E_REASON_RECORD_CLOSED : CRM4E_REASON_NO_RECORD, "");
}

static int why_not_field(const telling *t)
{
    const char *name = t->question->field;
    const c4_field *field = c4_module_field_named(t->module, name);
    c4_scope scope;
    int rc;

    if (field == NULL) {
        return add(t, CRM4E_REASON_NO_FIELD, "");
    }
    rc = c4_scope_open(t->as, t->module, t->question->action, &scope);
    if (rc != CRM4E_OK) {
        return rc;
    }
    return c4_access_field_permission(&scope, field) == CRM4E_PERMISSION_HIDDEN
               ? add(t, CRM4E_REASON_FIELD_HIDDEN, field->api_name)
               : add(t, CRM4E_REASON_FIELD_READ_ONLY, field->api_name);
}

static int why_not(const telling *t, c4_stage stage)
{
    int rc = CRM4E_OK;

    switch (stage) {
    case C4_STAGE_ACTOR: rc = why_not_user(t); break;
    case C4_STAGE_MODULE: rc = why_not_module(t); break;
    case C4_STAGE_RECORD: rc = why_not_record(t); break;
    case C4_STAGE_LOCK: rc = add(t, CRM4E_REASON_RECORD_LOCKED, ""); break;
    case C4_STAGE_FIELD: rc = why_not_field(t); break;
    default: rc = add(t, CRM4E_REASON_HOST_DENIES, ""); break;
    }
    return rc;
}

static int why_module(const telling *t, const c4_scope *scope)
{
    const c4_user *actor = t->as->actor;
    int rc;

    if (c4_actor_is_administrator(t->as)) {
        rc = add(t, CRM4E_REASON_ADMINISTRATOR, "");
    } else if (t->module->kind != C4_MODULE_TEAM) {
        rc = add(t, CRM4E_REASON_PROFILE_GIVES, actor->profile->name);
    } else if (scope->team_profile != 0) {
        rc = add(t, CRM4E_REASON_TEAM_PROFILE_GIVES,
                 c4_text_of(C4_NAMES_TEAM_PROFILE, scope->team_profile));
    } else {
        rc = add(t, CRM4E_REASON_GUEST, t->module->api_name);
    }
    return rc;
}

static int why(const telling *t)
{
    const c4_question *q = t->question;
    c4_scope scope;
    int rc = c4_scope_open(t->as, t->module, q->action, &scope);

    if (rc == CRM4E_OK) {
        rc = why_module(t, &scope);
    }
    if (rc == CRM4E_OK && q->record != 0) {
        rc = c4_access_reasons(t->as, t->arena, &scope, q->record, !t->privileged, t->verdict);
    }
    return rc;
}

static bool is_verdict(int code)
{
    return code == CRM4E_OK || code == CRM4E_E_DENIED || code == CRM4E_E_NOT_FOUND ||
           code == CRM4E_E_LOCKED || code == CRM4E_E_INACTIVE || code == CRM4E_E_INVALID;
}

/* The answer as that user, with reasons. A question that is none, and whatever
 * is no answer, is the asker's failure. */
static int explain(c4_unit *unit, c4_arena *arena, const c4_user *user, bool privileged,
                   const c4_question *question, c4_verdict *verdict)
{
    c4_stage stage = C4_STAGE_END;
    telling t = {.arena = arena,
                 .question = question,
                 .module = c4_meta_module_named(unit->meta, question->module),
                 .verdict = verdict,
                 .privileged = privileged};
    c4_other o;
    int rc = CRM4E_OK;

    c4_other_start(&o, unit, unit->meta, user);
    if (user == unit->actor && unit->reach != NULL && *unit->reach != NULL) {
        o.unit.reach = unit->reach; /* what is known of himself holds */
    }
    t.as = &o.unit;
    verdict->code = c4_access_check(&o.unit, question, &stage);
    if (stage == C4_STAGE_QUESTION || !is_verdict(verdict->code)) {
        rc = verdict->code;
    } else {
        rc = verdict->code == CRM4E_OK ? why(&t) : why_not(&t, stage);
    }
    if (rc < 0) {
        (void)c4_fail(unit->error, rc, "%s", o.error.message);
        (void)c4_fail_detail(unit->error, &o.error);
        (void)c4_fail_plain(unit->error, rc);
    }
    c4_other_end(&o);
    return rc;
}

int c4_access_explain(c4_unit *unit, c4_arena *arena, crm4e_id user, const c4_question *question,
                      c4_verdict *verdict)
{
    const c4_module *module = c4_meta_module_named(unit->meta, question->module);
    bool privileged = is_privileged(unit, module);
    bool self = user == 0 || user == unit->actor->id;
    const c4_user *about = self ? unit->actor : c4_meta_user(unit->meta, user);
    int rc;

    *verdict = (c4_verdict){0};
    if (C4_REFUSES(ASK_OTHERS, !self && !privileged)) {
        return c4_refuse_denied(unit, "explain", "this user may ask about himself alone");
    }
    if (about == NULL || about->status == CRM4E_USER_DELETED) {
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such user");
    }
    rc = explain(unit, arena, about, privileged, question, verdict);
    return rc == CRM4E_OK ? c4_verdict_say(unit, arena, verdict) : rc;
}

static void put_user(c4_buffer *out, const c4_user *user, const c4_verdict *verdict, size_t count)
{
    c4_buffer_text(out, count > 0 ? ",{\"id\":" : "{\"id\":");
    c4_buffer_i64(out, user->id);
    c4_buffer_text(out, ",\"email\":");
    c4_json_put_text(out, user->email, strlen(user->email));
    c4_buffer_text(out, ",\"name\":");
    c4_json_put_text(out, user->name, strlen(user->name));
    c4_buffer_text(out, ",\"reasons\":");
    c4_verdict_reasons_to_json(out, verdict);
    c4_buffer_char(out, '}');
}

static int list_users(c4_unit *unit, const c4_question *question, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    size_t count = 0;
    c4_arena arena;
    int rc = CRM4E_OK;

    c4_arena_init(&arena, unit->arena->mem);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < meta->user_count && rc == CRM4E_OK; i++) {
        c4_verdict verdict = {0};
        if (!c4_user_works(&meta->users[i])) {
            continue;
        }
        c4_arena_reset(&arena);
        rc = explain(unit, &arena, &meta->users[i], true, question, &verdict);
        if (rc == CRM4E_OK && verdict.code == CRM4E_OK) {
            put_user(out, &meta->users[i], &verdict, count++);
        }
    }
    c4_buffer_char(out, ']');
    c4_arena_free(&arena);
    return rc;
}

int c4_access_who_can(c4_unit *unit, const c4_question *question, c4_buffer *out)
{
    const c4_module *module = c4_meta_module_named(unit->meta, question->module);
    c4_question view = {CRM4E_ACTION_VIEW, question->module, question->record, NULL};
    int rc = c4_access_check(unit, &view, NULL);

    if (rc == CRM4E_OK && C4_REFUSES(ASK_WHO_CAN, !is_privileged(unit, module))) {
        rc = c4_refuse_denied(unit, "who_can", "only administrators ask who can");
    }
    return rc == CRM4E_OK ? list_users(unit, question, out) : rc;
}
