/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "automation/automation.h"
#include "base/civil.h"
#include "base/json.h"

enum {
    TEXT_CEILING = 64 * 1024 * 1024,
    LIST_MAX = 1000,
    PURGE_MAX = 100000,
    LEASE_MAX = 24 * 60 * 60, /* seconds */
    LEASE_OF_RUN = 5 * 60     /* while the host's callback delivers */
};
#define SECOND INT64_C(1000000)

static int settle(c4_session *session, crm4e_id id, const c4_outbox_answer *answer)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc == CRM4E_OK)
        rc = c4_work_end(session, c4_outbox_settle(&session->unit, id, answer));
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_CONFLICT) {
        c4_failure_clear(&session->error); /* it took longer than its lease: somebody else has it */
        rc = CRM4E_OK;
    }
    return rc;
}

static int take_entry(c4_session *session, int64_t now, int64_t seconds, c4_outbox_entry *entry)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc == CRM4E_OK) {
        rc = c4_outbox_take(&session->unit, now ? now : session->unit.now, seconds * SECOND, entry);
        rc = c4_work_end(session, rc);
    }
    return rc;
}

/* After a failure, which stays the one that is told. */
static void give_back(c4_session *session, const c4_outbox_entry *entry)
{
    const crm4e_error why = session->error;

    if (c4_work_begin(session, CRM4E_TRANSACTION_WRITE) == CRM4E_OK)
        (void)c4_work_end(session, c4_outbox_give_back(&session->unit, entry));
    session->error = why;
}

/* What the host made of a message, as what becomes of it. */
static int deliver(c4_session *session, const c4_outbox_entry *entry, c4_outbox_answer *answer)
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
                                   .attempt = entry->tries + 1,
                                   .payload = entry->payload,
                                   .payload_length = entry->payload_length};

    answer->lease = entry->lease;
    switch (delivery->deliver(delivery->user, &message)) {
    case CRM4E_CONTINUE: answer->state = C4_OUTBOX_DELIVERED; return CRM4E_OK;
    case CRM4E_DENY:
        answer->state = C4_OUTBOX_DEAD;
        answer->reason = "the host gave up";
        return CRM4E_OK;
    case 0:
    case CRM4E_E_BUSY:
        answer->state = C4_OUTBOX_WAITING;
        answer->reason = "the host could not deliver it";
        return CRM4E_OK;
    default:
        return c4_fail(&session->error, CRM4E_E_CALLBACK,
                       "the delivery callback broke its contract");
    }
}

static int run_due(c4_session *session, int64_t now, int32_t budget, int32_t *done)
{
    for (*done = 0; *done < budget;) {
        c4_outbox_answer answer = {0};
        c4_outbox_entry entry;
        int rc = take_entry(session, now, LEASE_OF_RUN, &entry);

        if (rc != CRM4E_ROW)
            return rc;
        rc = deliver(session, &entry, &answer);
        if (rc == CRM4E_OK)
            rc = settle(session, entry.id, &answer);
        if (rc < 0) {
            give_back(session, &entry);
            return rc;
        }
        ++*done;
        c4_arena_reset(&session->arena);
    }
    return CRM4E_OK;
}

int crm4e_run_due(crm4e_session *token, crm4e_time now, int32_t budget, int32_t *done)
{
    int32_t ran = 0;
    int32_t tried = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);
    c4_session *session = entry.session;

    if (rc < 0)
        return rc;
    if (budget < 0 || budget > INT32_MAX / 2 || now < 0 || now > C4_TIME_MAX)
        rc = c4_fail(&session->error, CRM4E_E_INVALID, "the budget or time is out of range");
    else if (session->transaction)
        rc = c4_fail(&session->error, CRM4E_E_MISUSE, "a transaction is open");
    else if (!session->engine->env.delivery.deliver)
        rc = c4_fail(&session->error, CRM4E_E_UNSUPPORTED, "the host gave no delivery callback");
    else
        rc = c4_run_schedule(session, now, budget, &ran);
    if (rc == CRM4E_OK)
        rc = run_due(session, now, budget, &tried);
    if (done && (rc == CRM4E_OK || ran + tried > 0)) /* what was delivered stays delivered */
        *done = ran + tried;
    return c4_leave(&entry, rc);
}

/* A message in a list, or in the hands of who pulls it. */
static void write_entry(const c4_outbox_entry *entry, bool listed, c4_buffer *out)
{
    static const char *const states[] = {"", "waiting", "delivered", "dead", "waiting"};
    const struct {
        const char *name;
        int64_t number;
        bool shown;
    } numbers[] = {
        {"record", entry->record, true},
        {"recipient", entry->recipient, true},
        {"created", entry->created, true},
        {"attempt", entry->tries + 1, !listed},
        {"tries", entry->tries, listed},
        {"due", entry->due, listed},
        {"lease", entry->lease, entry->lease != 0},
    };
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, entry->id);
    c4_json_put_member(out, &first, "kind", entry->kind);
    c4_json_put_member(out, &first, "key", entry->key);
    c4_json_put_member(out, &first, "state", listed ? states[entry->state] : NULL);
    c4_json_put_member(out, &first, "module", entry->module ? entry->module->api_name : NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!numbers[i].shown)
            continue;
        c4_json_put_key(out, &first, numbers[i].name);
        c4_buffer_i64(out, numbers[i].number);
    }
    c4_json_put_member(out, &first, "reason", entry->reason);
    c4_json_put_key(out, &first, "payload");
    c4_buffer_put(out, entry->payload, entry->payload_length);
    c4_buffer_char(out, '}');
}

/* The text of a message that was found. */
static int hand_out(crm4e_text **out, c4_session *session, const c4_outbox_entry *found)
{
    c4_buffer buffer;
    int rc;

    c4_buffer_init(&buffer, &session->engine->env.mem, TEXT_CEILING);
    write_entry(found, false, &buffer);
    rc = c4_text_new(out, session->engine, &buffer);
    c4_buffer_free(&buffer);
    return rc < 0 ? rc : CRM4E_ROW;
}

static int next_entry(c4_session *session, c4_outbox_entry *entry)
{
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_READ);

    if (rc == CRM4E_OK)
        rc = c4_work_end(session, c4_outbox_next(&session->unit, session->unit.now, entry));
    return rc;
}

int crm4e_outbox_next(crm4e_text **out, crm4e_session *token)
{
    c4_outbox_entry found;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = next_entry(entry.session, &found);
    if (rc == CRM4E_OK && out)
        *out = NULL;
    else if (rc == CRM4E_ROW)
        rc = hand_out(out, entry.session, &found);
    return c4_leave(&entry, rc);
}

/* Text that cannot be made, or a lease that is not kept, leaves the message to others. */
static int take_text(crm4e_text **out, c4_session *session, int32_t seconds)
{
    crm4e_text *text = NULL;
    c4_outbox_entry found;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    rc = c4_outbox_take(&session->unit, session->unit.now, seconds * SECOND, &found);
    if (rc == CRM4E_ROW)
        rc = hand_out(&text, session, &found);
    rc = c4_work_end(session, rc);
    if (rc < 0)
        crm4e_text_free(text);
    else
        *out = text;
    return rc;
}

int crm4e_outbox_take(crm4e_text **out, crm4e_session *token, int32_t seconds)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK && entry.session->transaction)
        rc = c4_fail(&entry.session->error, CRM4E_E_MISUSE, "a transaction is open");
    if (rc == CRM4E_OK && (seconds < 1 || seconds > LEASE_MAX))
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "a lease has 1 to 86400 seconds");
    if (rc == CRM4E_OK)
        rc = take_text(out, entry.session, seconds);
    return c4_leave(&entry, rc);
}

typedef struct settle_arguments {
    crm4e_id id;
    uint32_t result;
    int64_t lease;
    const char *reason;
} settle_arguments;

static int settle_entry(c4_unit *unit, void *object, void *arguments)
{
    static const c4_outbox_state states[] = {C4_OUTBOX_DELIVERED, C4_OUTBOX_WAITING,
                                             C4_OUTBOX_DEAD};
    const settle_arguments *a = arguments;
    c4_outbox_answer answer = {.lease = a->lease, .reason = a->reason};

    (void)object;
    if (a->result < CRM4E_OUTBOX_DELIVERED || a->result > CRM4E_OUTBOX_DEAD)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such result");
    answer.state = states[a->result - 1];
    return c4_outbox_settle(unit, a->id, &answer);
}

int crm4e_outbox_settle(crm4e_session *session, crm4e_id id, uint32_t result)
{
    settle_arguments arguments = {.id = id, .result = result};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, settle_entry, &arguments);
}

static int answer_entry(c4_unit *unit, void *object, void *arguments)
{
    const settle_arguments *a = arguments;

    return a->lease > 0 ? settle_entry(unit, object, arguments)
                        : c4_fail(unit->error, CRM4E_E_INVALID, "no such lease");
}

int crm4e_outbox_answer(crm4e_session *session, crm4e_id id, int64_t lease, uint32_t result,
                        const char *reason)
{
    settle_arguments arguments = {id, result, lease, reason};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, answer_entry, &arguments);
}

typedef struct list_arguments {
    uint32_t state;
    int64_t after;
    int32_t limit;
} list_arguments;

static int list_entries(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const list_arguments *a = arguments;
    c4_outbox_entry *entries = NULL;
    size_t count = 0;
    int rc;

    (void)object;
    if (a->state < CRM4E_OUTBOX_IS_WAITING || a->state > CRM4E_OUTBOX_IS_DEAD || a->after < 0 ||
        a->limit < 1 || a->limit > LIST_MAX)
        return c4_fail(unit->error, CRM4E_E_INVALID, "no such state, or a number out of range");
    rc = c4_outbox_list(unit, (c4_outbox_state)a->state, a->after, (size_t)a->limit, &entries,
                        &count);
    c4_buffer_char(out, '[');
    for (size_t i = 0; rc == CRM4E_OK && i < count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        write_entry(&entries[i], true, out);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

int crm4e_outbox_json(crm4e_text **out, crm4e_session *session, uint32_t state, int64_t after,
                      int32_t limit)
{
    list_arguments arguments = {state, after, limit};

    return c4_call_text(out, session, C4_KIND_SESSION, list_entries, &arguments);
}

static int retry_entry(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return c4_outbox_retry(unit, *(const crm4e_id *)arguments);
}

int crm4e_outbox_retry(crm4e_session *session, crm4e_id id)
{
    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, retry_entry, &id);
}

static int discard_entry(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return c4_outbox_discard(unit, *(const crm4e_id *)arguments);
}

int crm4e_outbox_discard(crm4e_session *session, crm4e_id id)
{
    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, discard_entry, &id);
}

typedef struct purge_arguments {
    crm4e_time before;
    int32_t budget;
    size_t done;
} purge_arguments;

static int purge_entries(c4_unit *unit, void *object, void *arguments)
{
    purge_arguments *a = arguments;

    (void)object;
    if (a->budget < 1 || a->budget > PURGE_MAX || a->before < 0 || a->before > C4_TIME_MAX)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the budget or time is out of range");
    return c4_outbox_purge(unit, a->before, (size_t)a->budget, &a->done);
}

int crm4e_outbox_purge(crm4e_session *session, crm4e_time before, int32_t budget, int32_t *done)
{
    purge_arguments arguments = {before, budget, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, purge_entries, &arguments);

    if (rc == CRM4E_OK && done)
        *done = (int32_t)arguments.done;
    return rc;
}
