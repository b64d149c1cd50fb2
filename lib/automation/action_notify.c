/* SPDX-License-Identifier: MIT */
/* The action that tells a user, and what all messages have in common. They are written
 * to the outbox: nothing leaves before the change is committed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "automation/schedule.h"
#include "automation/dry_run.h"
#include "automation/template.h"
#include "base/text.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    NAME_MAX_BYTES = 4096,
    KEY_MAX = 96
};

static const c4_name recipients[] = {
    {C4_TO_OWNER, "owner"},
    {C4_TO_CREATOR, "creator"},
    {0, NULL},
};
static const char *const notice_members[] = {"to", "subject", "body", NULL};

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
    c4_template_read(reader, "subject", notice->subject);
    c4_template_read(reader, "body", notice->body);
}

int c4_notify_check(const c4_scope *author, const c4_rule_action *action)
{
    int rc = c4_template_check(author, action->as.notice.subject);

    return rc == CRM4E_OK ? c4_template_check(author, action->as.notice.body) : rc;
}

int c4_notify_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action)
{
    int rc = c4_template_resolve(unit, module, action->as.notice.subject);

    return rc == CRM4E_OK ? c4_template_resolve(unit, module, action->as.notice.body) : rc;
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

static const char *change_word(const c4_run *run)
{
    if (run->pending != NULL) {
        return run->pending->part == 0 ? "date_or_datetime" : "scheduled";
    }
    switch (run->change->action) {
    case C4_RECORD_ADDED: return "create";
    case C4_RECORD_DELETED: return "delete";
    default: return "edit";
    }
}

/* What every message says: which record, which rule, what happened. */
void c4_payload_say(const c4_run *run, c4_buffer *out, bool *first)
{
    c4_buffer_char(out, '{');
    c4_json_put_member(out, first, "module", run->change->module->api_name);
    c4_json_put_key(out, first, "record");
    c4_buffer_i64(out, run->change->record);
    c4_json_put_member(out, first, "rule", run->definition->name);
    c4_json_put_member(out, first, "on", change_word(run));
}

void c4_payload_open(const c4_run *run, c4_buffer *out, bool *first)
{
    c4_buffer_init(out, &run->unit->env->mem, C4_PAYLOAD_MAX);
    c4_payload_say(run, out, first);
}

int c4_payload_put(c4_run *run, const c4_rule_action *action, const char *kind, crm4e_id recipient,
                   c4_buffer *out)
{
    char key[KEY_MAX];
    int64_t more;
    int used;
    c4_outbox_message message = {
        .kind = kind,
        .key = key,
        .module = run->change->module,
        .record = run->change->record,
        .workflow = run->definition->id,
        .recipient = recipient,
    };

    c4_buffer_char(out, '}');
    if (out->code != CRM4E_OK) {
        return c4_fail_plain(run->unit->error, out->code);
    }
    message.payload = out->data;
    message.length = out->length;
    more = run->pending != NULL ? run->pending->id : run->change->cause;
    used = snprintf(key, sizeof key, "%" PRId64 "-%" PRId64 "-%" PRId64 "-%" PRId32,
                    run->definition->id, run->change->record, c4_run_version(run), action->number);
    if (more != 0 && used > 0) {
        (void)snprintf(key + used, sizeof key - (size_t)used, "-%" PRId64, more);
    }
    if (run->dry != NULL) {
        c4_dry_run_message(run, &message);
        return CRM4E_OK;
    }
    return c4_outbox_put(run->unit, &message);
}

/* What is told of a message that is tried goes no further than who asks may read. */
static bool has_witness(const c4_run *run, const c4_user *to)
{
    return run->dry != NULL && !run->dry->all && to != run->unit->actor;
}

/* Whether who asks would read another name. */
static int compare_name(c4_run *run, const c4_buffer *told)
{
    c4_buffer name;
    int rc;

    c4_buffer_init(&name, &run->unit->env->mem, NAME_MAX_BYTES);
    rc = c4_record_name(run->unit, run->change->module->number, run->change->record, &name);
    if (rc == CRM4E_OK && name.code == CRM4E_E_NO_MEMORY) {
        rc = c4_fail_plain(run->unit->error, name.code);
    }
    if (rc == CRM4E_OK && strcmp(c4_buffer_c_str(told), c4_buffer_c_str(&name)) != 0) {
        run->dry->beyond = true;
    }
    c4_buffer_free(&name);
    return rc;
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
        rc = has_witness(run, to) ? compare_name(run, &name) : CRM4E_OK;
    }
    c4_buffer_free(&name);
    return rc;
}

/* Subject and body as the recipient may know them. */
static int put_texts(c4_run *run, const c4_user *to, const c4_notice *notice, c4_buffer *out,
                     bool *first)
{
    c4_template merge;
    c4_template witness;
    c4_buffer subject;
    c4_buffer body;
    int rc = c4_template_open_for(&merge, run, to);

    if (rc == CRM4E_OK && has_witness(run, to)) {
        rc = c4_template_open_for(&witness, run, run->unit->actor);
        merge.witness = &witness;
    }

    c4_buffer_init(&subject, &run->unit->env->mem, C4_PAYLOAD_MAX);
    c4_buffer_init(&body, &run->unit->env->mem, C4_PAYLOAD_MAX);
    if (rc == CRM4E_OK) {
        rc = c4_template_fill(&merge, notice->subject, C4_FILL_LINE, &subject);
    }
    if (rc == CRM4E_OK) {
        rc = c4_template_fill(&merge, notice->body, C4_FILL_TEXT, &body);
    }
    if (rc == CRM4E_OK && (subject.code != CRM4E_OK || body.code != CRM4E_OK)) {
        rc = c4_fail_plain(run->unit->error, subject.code != CRM4E_OK ? subject.code : body.code);
    }
    if (rc == CRM4E_OK) {
        c4_json_put_member(out, first, "subject", c4_buffer_c_str(&subject));
        c4_json_put_member(out, first, "body", c4_buffer_c_str(&body));
    }
    if (merge.beyond) {
        run->dry->beyond = true;
    }
    c4_buffer_free(&subject);
    c4_buffer_free(&body);
    return rc;
}

int c4_notice_send(c4_run *run, const c4_rule_action *action, const c4_user *to,
                   const c4_notice *notice)
{
    c4_buffer out;
    bool first = true;
    int rc;

    c4_payload_open(run, &out, &first);
    rc = put_texts(run, to, notice, &out, &first);
    if (rc == CRM4E_OK) {
        rc = put_name(run, to, &out, &first);
    }
    if (rc == CRM4E_OK) {
        rc = c4_payload_put(run, action, "notify", to->id, &out);
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
    return c4_notice_send(run, action, to, notice);
}
