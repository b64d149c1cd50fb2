/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "automation/automation.h"
#include "base/civil.h"
#include "base/json.h"

enum {
    TEXT_CEILING = 64 * 1024 * 1024
};

static int next_entry(c4_session *session, int64_t now, c4_outbox_entry *entry)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_READ);

    if (rc == CRM4E_OK) {
        rc = c4_outbox_next(&session->unit, now ? now : session->unit.now, entry);
        rc = c4_work_end(session, rc);
    }
    return rc;
}

static int settle(c4_session *session, crm4e_id id, c4_outbox_state state)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc == CRM4E_OK)
        rc = c4_work_end(session, c4_outbox_settle(&session->unit, id, state));
    return rc;
}

/* What the host made of a message, as what becomes of it. */
static int deliver(c4_session *session, const c4_outbox_entry *entry, c4_outbox_state *state)
{
    const crm4e_delivery *delivery = &session->engine->env.delivery;
    const crm4e_message message = {.struct_size = sizeof message,
                                   .id = entry->id,
                                   .kind = entry->kind,
                                   .key = entry->key,
                                   .module = entry->module ? entry->module->api_name : "",
                                   .record = entry->record,
                                   .recipient = entry->recipient,
                                   .created = entry->created,
                                   .attempt = entry->attempt,
                                   .payload = entry->payload,
                                   .payload_length = entry->payload_length};
    int32_t answer = delivery->deliver(delivery->user, &message);

    switch (answer) {
    case CRM4E_CONTINUE: *state = C4_OUTBOX_DELIVERED; return CRM4E_OK;
    case CRM4E_DENY: *state = C4_OUTBOX_DEAD; return CRM4E_OK;
    case 0:
    case CRM4E_E_BUSY: *state = C4_OUTBOX_WAITING; return CRM4E_OK;
    default:
        return c4_fail(&session->error, CRM4E_E_CALLBACK,
                       "the delivery callback broke its contract");
    }
}

static int run_due(c4_session *session, int64_t now, int32_t budget, int32_t *done)
{
    for (*done = 0; *done < budget;) {
        c4_outbox_state state = C4_OUTBOX_WAITING;
        c4_outbox_entry entry;
        int rc = next_entry(session, now, &entry);

        if (rc != CRM4E_ROW)
            return rc;
        rc = deliver(session, &entry, &state);
        if (rc == CRM4E_OK)
            rc = settle(session, entry.id, state);
        if (rc < 0)
            return rc;
        ++*done;
        c4_arena_reset(&session->arena);
    }
    return CRM4E_OK;
}

int crm4e_run_due(crm4e_session *token, crm4e_time now, int32_t budget, int32_t *done)
{
    int32_t tried = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);
    c4_session *session = entry.session;

    if (rc < 0)
        return rc;
    if (budget < 0 || now < 0 || now > C4_TIME_MAX)
        rc = c4_fail(&session->error, CRM4E_E_INVALID, "the budget or time is out of range");
    else if (session->transaction)
        rc = c4_fail(&session->error, CRM4E_E_MISUSE, "a transaction is open");
    else if (!session->engine->env.delivery.deliver)
        rc = c4_fail(&session->error, CRM4E_E_UNSUPPORTED, "the host gave no delivery callback");
    else
        rc = run_due(session, now, budget, &tried);
    if (done && (rc == CRM4E_OK || tried > 0)) /* what was delivered stays delivered */
        *done = tried;
    return c4_leave(&entry, rc);
}

static void write_entry(const c4_outbox_entry *entry, c4_buffer *out)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, entry->id);
    c4_json_put_key(out, &first, "kind");
    c4_json_put_text(out, entry->kind, strlen(entry->kind));
    c4_json_put_key(out, &first, "key");
    c4_json_put_text(out, entry->key, strlen(entry->key));
    if (entry->module) {
        c4_json_put_key(out, &first, "module");
        c4_json_put_text(out, entry->module->api_name, strlen(entry->module->api_name));
    }
    c4_json_put_key(out, &first, "record");
    c4_buffer_i64(out, entry->record);
    c4_json_put_key(out, &first, "recipient");
    c4_buffer_i64(out, entry->recipient);
    c4_json_put_key(out, &first, "created");
    c4_buffer_i64(out, entry->created);
    c4_json_put_key(out, &first, "attempt");
    c4_buffer_i64(out, entry->attempt);
    c4_json_put_key(out, &first, "payload");
    c4_buffer_put(out, entry->payload, entry->payload_length);
    c4_buffer_char(out, '}');
}

int crm4e_outbox_next(crm4e_text **out, crm4e_session *token)
{
    c4_outbox_entry found;
    c4_buffer buffer;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    c4_buffer_init(&buffer, &entry.session->engine->env.mem, TEXT_CEILING);
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = next_entry(entry.session, 0, &found);
    if (rc == CRM4E_OK && out) {
        *out = NULL;
    } else if (rc == CRM4E_ROW) {
        int made;

        write_entry(&found, &buffer);
        made = c4_text_new(out, entry.session->engine, &buffer);
        rc = made < 0 ? made : CRM4E_ROW;
    }
    c4_buffer_free(&buffer);
    return c4_leave(&entry, rc);
}

typedef struct settle_arguments {
    crm4e_id id;
    uint32_t result;
} settle_arguments;

static int settle_entry(c4_unit *unit, void *object, void *arguments)
{
    static const c4_outbox_state states[] = {C4_OUTBOX_DELIVERED, C4_OUTBOX_WAITING,
                                             C4_OUTBOX_DEAD};
    const settle_arguments *a = arguments;

    (void)object;
    if (a->result < CRM4E_OUTBOX_DELIVERED || a->result > CRM4E_OUTBOX_DEAD)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such result");
    return c4_outbox_settle(unit, a->id, states[a->result - 1]);
}

int crm4e_outbox_settle(crm4e_session *session, crm4e_id id, uint32_t result)
{
    settle_arguments arguments = {id, result};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, settle_entry, &arguments);
}
