/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "access/compare.h"
#include "access/explain.h"
#include "api/inside.h"
#include "base/json.h"
#include "transfer/transfer.h"

typedef struct held_verdict {
    c4_object object;
    c4_arena arena;
    c4_verdict verdict;
} held_verdict;

static void destroy(c4_object *object)
{
    held_verdict *self = (held_verdict *)object;

    if (self->arena.mem)
        c4_arena_free(&self->arena);
}

typedef struct question_arguments {
    crm4e_id user;
    c4_question question;
} question_arguments;

static int check_question(c4_unit *unit, const c4_question *question)
{
    int rc = c4_need(unit->error, question->module, "module");

    return rc == CRM4E_OK && question->record < 0
               ? c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such record")
               : rc;
}

static int answer(c4_unit *unit, void *object, void *arguments)
{
    const c4_question *question = arguments;
    int rc = check_question(unit, question);

    (void)object;
    return rc < 0 ? rc : c4_access_check(unit, question, NULL);
}

int crm4e_may(crm4e_session *session, crm4e_action action, const char *module, crm4e_id record,
              const char *field)
{
    c4_question question = {action, module, record, field};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_READ, answer, &question);
}

static int explain(c4_unit *unit, void *object, void *arguments)
{
    const question_arguments *a = arguments;
    held_verdict *self = object;
    int rc = check_question(unit, &a->question);

    c4_arena_init(&self->arena, &unit->env->mem);
    return rc < 0 ? rc
                  : c4_access_explain(unit, &self->arena, a->user, &a->question, &self->verdict);
}

int crm4e_explain(crm4e_verdict **out, crm4e_session *session, crm4e_id user, crm4e_action action,
                  const char *module, crm4e_id record, const char *field)
{
    question_arguments arguments = {user, {action, module, record, field}};

    return c4_call_object(out, session, C4_KIND_VERDICT, sizeof(held_verdict), destroy,
                          CRM4E_TRANSACTION_READ, explain, &arguments);
}

void crm4e_verdict_free(crm4e_verdict *verdict)
{
    c4_object_free(verdict, C4_KIND_VERDICT);
}

int crm4e_verdict_code(const crm4e_verdict *verdict)
{
    c4_entry entry;
    const held_verdict *self = c4_peek(&entry, verdict, C4_KIND_VERDICT);
    int code = CRM4E_E_MISUSE;

    if (self) {
        code = self->verdict.code;
        c4_unpeek(&entry);
    }
    return code;
}

size_t crm4e_verdict_reason_count(const crm4e_verdict *verdict)
{
    c4_entry entry;
    const held_verdict *self = c4_peek(&entry, verdict, C4_KIND_VERDICT);
    size_t count = 0;

    if (self) {
        count = self->verdict.count;
        c4_unpeek(&entry);
    }
    return count;
}

/* None beyond the last; its name is NULL for a dead handle. */
static c4_reason reason_at(const crm4e_verdict *verdict, size_t index)
{
    c4_entry entry;
    const held_verdict *self = c4_peek(&entry, verdict, C4_KIND_VERDICT);
    c4_reason reason = {0, NULL};

    if (self) {
        reason.name = "";
        if (index < self->verdict.count)
            reason = self->verdict.reasons[index];
        c4_unpeek(&entry);
    }
    return reason;
}

crm4e_reason crm4e_verdict_reason(const crm4e_verdict *verdict, size_t index)
{
    return reason_at(verdict, index).kind;
}

const char *crm4e_verdict_reason_name(const crm4e_verdict *verdict, size_t index)
{
    return reason_at(verdict, index).name;
}

const char *crm4e_verdict_sentence(const crm4e_verdict *verdict, const char *locale)
{
    bool chinese = locale && strncmp(locale, "zh", 2) == 0 && (!locale[2] || locale[2] == '-');
    c4_entry entry;
    const held_verdict *self = c4_peek(&entry, verdict, C4_KIND_VERDICT);
    const char *sentence = NULL;

    if (self) {
        sentence = chinese ? self->verdict.sentence_zh : self->verdict.sentence;
        c4_unpeek(&entry);
    }
    return sentence;
}

static int write_verdict(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const held_verdict *self = object;

    (void)unit;
    (void)arguments;
    c4_verdict_to_json(out, &self->verdict);
    return out->code;
}

int crm4e_verdict_json(crm4e_text **out, crm4e_verdict *verdict)
{
    return c4_call_text(out, verdict, C4_KIND_VERDICT, write_verdict, NULL);
}

static int write_who(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_question *question = arguments;
    int rc = check_question(unit, question);

    (void)object;
    if (rc == CRM4E_OK && question->record == 0)
        rc = c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such record");
    if (rc == CRM4E_OK)
        rc = c4_access_who_can(unit, question, out);
    return rc < 0 ? rc : out->code;
}

int crm4e_who_can(crm4e_text **out, crm4e_session *session, crm4e_action action, const char *module,
                  crm4e_id record)
{
    c4_question question = {action, module, record, NULL};

    return c4_call_text(out, session, C4_KIND_SESSION, write_who, &question);
}

enum {
    WHAT_IF_CEILING = 256 * 1024 * 1024
};

static int apply_and_compare(c4_unit *unit, const c4_json *document, c4_buffer *out)
{
    c4_meta *before = c4_meta_hold(unit->meta);
    c4_buffer report;
    int rc = c4_access_ask_compare(unit);

    c4_buffer_init(&report, out->mem, WHAT_IF_CEILING);
    if (rc == CRM4E_OK)
        rc = c4_apply(unit, document, &report);
    if (rc == CRM4E_OK)
        rc = c4_unit_refresh(unit);
    if (rc == CRM4E_OK)
        rc = c4_access_compare(unit, before, out);
    c4_buffer_free(&report);
    c4_meta_release(before);
    return rc;
}

/* Whatever came of it, the unit of work is taken back. */
static int compare_and_undo(crm4e_text **out, c4_session *session, const c4_json *document)
{
    c4_buffer answer;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    c4_buffer_init(&answer, &session->engine->env.mem, WHAT_IF_CEILING);
    rc = apply_and_compare(&session->unit, document, &answer);
    (void)c4_work_end(session, CRM4E_E_ABORTED);
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, session->engine, &answer);
    c4_buffer_free(&answer);
    return rc;
}

static int what_if(crm4e_text **out, c4_session *session, const char *json, size_t length)
{
    c4_json_document document = {0};
    int rc = c4_need(&session->error, out, "out");

    if (rc == CRM4E_OK)
        rc = c4_need(&session->error, json, "json");
    if (rc < 0)
        return rc;
    rc = c4_json_parse(&document, &session->engine->env.mem, json, length, C4_APPLY_CEILING);
    if (rc < 0)
        return c4_fail(&session->error, rc, "the document is refused: %s", document.problem);
    rc = compare_and_undo(out, session, document.root);
    c4_json_free(&document);
    return rc;
}

int crm4e_what_if(crm4e_text **out, crm4e_session *token, const char *json, size_t length)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    return rc < 0 ? rc : c4_leave(&entry, what_if(out, entry.session, json, length));
}
