/* SPDX-License-Identifier: MIT */
/* The actions that tell somebody outside: a user, or a program. Both write to
 * the outbox; nothing leaves before the change is committed. */
#include <string.h>

#include "automation/run.h"
#include "base/text.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    PAYLOAD_MAX = 256 * 1024,
    NAME_MAX_BYTES = 4096
};

static const c4_name recipients[] = {
    {C4_TO_OWNER, "owner"},
    {C4_TO_CREATOR, "creator"},
    {0, NULL},
};
static const char *const notice_members[] = {"to", "subject", "body", NULL};
static const char *const webhook_members[] = {"url", NULL};

static void read_recipient(c4_rule_reader *reader, const c4_json *value, c4_notice *notice)
{
    const char *text = c4_json_kind(value) == C4_JSON_TEXT ? c4_json_text(value, NULL) : "";
    const c4_name *word = recipients;

    while (word->text != NULL && strcmp(word->text, text) != 0) {
        word++;
    }
    notice->to = word->text != NULL ? (c4_recipient)word->number : C4_TO_USER;
    if (notice->to == C4_TO_USER) {
        notice->user = c4_rule_user(reader, value, "to");
    }
}

void c4_notify_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_notice *notice = &action->as.notice;

    *notice = (c4_notice){0};
    c4_rule_members(reader, json, "notify", notice_members);
    read_recipient(reader, c4_json_member(json, "to"), notice);
    notice->subject = c4_rule_text(reader, json, "subject", true, C4_RULE_SUBJECT_MAX);
    notice->body = c4_rule_text(reader, json, "body", false, C4_RULE_BODY_MAX);
    if (notice->subject != NULL && c4_text_has_control(notice->subject, strlen(notice->subject))) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "subject", "control", "holds control characters");
    }
    notice->body = notice->body != NULL ? notice->body : "";
}

void c4_notify_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_notice *notice = &action->as.notice;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    if (notice->to == C4_TO_USER) {
        c4_json_put_key(out, &first, "to");
        c4_rule_put_user(writer, notice->user);
    } else {
        c4_json_put_member(out, &first, "to", c4_rule_word_text(recipients, notice->to));
    }
    c4_json_put_member(out, &first, "subject", notice->subject);
    c4_json_put_member(out, &first, "body", notice->body[0] != '\0' ? notice->body : NULL);
    c4_buffer_char(out, '}');
}

void c4_webhook_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    const char *url;

    c4_rule_members(reader, json, "webhook", webhook_members);
    url = c4_rule_text(reader, json, "url", true, C4_RULE_URL_MAX);
    action->as.url = url;
    if (url != NULL && ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
                        c4_text_has_control(url, strlen(url)) || strchr(url, ' ') != NULL)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "url", "url", "is no http or https address");
    }
}

void c4_webhook_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    bool first = true;

    c4_buffer_char(writer->out, '{');
    c4_json_put_member(writer->out, &first, "url", action->as.url);
    c4_buffer_char(writer->out, '}');
}

static const char *change_word(c4_record_action action)
{
    switch (action) {
    case C4_RECORD_ADDED: return "create";
    case C4_RECORD_DELETED: return "delete";
    default: return "edit";
    }
}

/* What every message says: which record, which rule, what happened. */
static void open_payload(const c4_run *run, c4_buffer *out, bool *first)
{
    c4_buffer_char(out, '{');
    c4_json_put_member(out, first, "module", run->change->module->api_name);
    c4_json_put_key(out, first, "record");
    c4_buffer_i64(out, run->change->record);
    c4_json_put_member(out, first, "rule", run->definition->name);
    c4_json_put_member(out, first, "on", change_word(run->change->action));
}

static int put_payload(c4_run *run, const char *kind, crm4e_id recipient, c4_buffer *out)
{
    c4_buffer_char(out, '}');
    if (out->code != CRM4E_OK) {
        return c4_fail_plain(run->unit->error, out->code);
    }
    return c4_outbox_put(run->unit, kind, run->change->module, run->change->record,
                         run->definition->id, recipient, out->data, out->length);
}

/* The record's name, when the one who is told may see it. */
static int put_name(c4_run *run, const c4_user *to, c4_buffer *out, bool *first)
{
    c4_unit reader = c4_unit_as(run->unit, to);
    c4_buffer name;
    int rc = CRM4E_OK;

    if (run->change->after == NULL) {
        return CRM4E_OK;
    }
    c4_buffer_init(&name, &run->unit->env->mem, NAME_MAX_BYTES);
    rc = c4_record_name(&reader, run->change->module->number, run->change->record, &name);
    if (rc == CRM4E_OK && name.code == CRM4E_E_NO_MEMORY) {
        rc = c4_fail_plain(run->unit->error, name.code);
    }
    if (rc == CRM4E_OK && name.code == CRM4E_OK && name.length > 0) {
        c4_json_put_member(out, first, "name", c4_buffer_c_str(&name));
    }
    c4_buffer_free(&name);
    return rc;
}

int c4_notice_send(c4_run *run, const c4_user *to, const char *subject, const char *body)
{
    c4_buffer out;
    bool first = true;
    int rc;

    c4_buffer_init(&out, &run->unit->env->mem, PAYLOAD_MAX);
    open_payload(run, &out, &first);
    c4_json_put_member(&out, &first, "subject", subject);
    c4_json_put_member(&out, &first, "body", body);
    rc = put_name(run, to, &out, &first);
    if (rc == CRM4E_OK) {
        rc = put_payload(run, "notify", to->id, &out);
    }
    c4_buffer_free(&out);
    return rc;
}

int c4_notify_run(c4_run *run, const c4_rule_action *action)
{
    const c4_notice *notice = &action->as.notice;
    const crm4e_id recipient[] = {
        [C4_TO_OWNER] = run->owner,
        [C4_TO_CREATOR] = run->row[C4_COLUMN_CREATED_BY].integer,
        [C4_TO_USER] = notice->user,
    };
    const c4_user *to = c4_meta_user(run->unit->meta, recipient[notice->to]);

    if (to == NULL || !c4_user_works(to)) {
        c4_run_skip(run, action, "the recipient is not active");
        return CRM4E_OK;
    }
    return c4_notice_send(run, to, notice->subject, notice->body);
}

int c4_webhook_run(c4_run *run, const c4_rule_action *action)
{
    c4_buffer out;
    bool first = true;
    int rc;

    c4_buffer_init(&out, &run->unit->env->mem, PAYLOAD_MAX);
    open_payload(run, &out, &first);
    c4_json_put_member(&out, &first, "url", action->as.url);
    rc = put_payload(run, "webhook", 0, &out);
    c4_buffer_free(&out);
    return rc;
}
