/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "insight/interactions.h"
#include "model/manage_rules.h"
#include "record/interaction.h"
#include <crm4e/interaction.h>

enum {
    USUAL_ENTRIES = 100,
    MOST_ENTRIES = 1000,
    JSON_CEILING = 64 * 1024 * 1024,
    ANSWER_CEILING = 1024 * 1024
};

int crm4e_interaction_kind_options_init(crm4e_interaction_kind_options *options)
{
    static const crm4e_interaction_kind_options initial = CRM4E_INTERACTION_KIND_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int crm4e_interaction_options_init(crm4e_interaction_options *options)
{
    static const crm4e_interaction_options initial = CRM4E_INTERACTION_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int crm4e_interactions_options_init(crm4e_interactions_options *options)
{
    static const crm4e_interactions_options initial = CRM4E_INTERACTIONS_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

/* NULL: 0, which keeps what is there. */
static int read_word(c4_unit *unit, const char *member, c4_names names, const char *text,
                     uint32_t *number)
{
    *number = text ? c4_number_of(names, text) : 0;
    return text && *number == 0
               ? c4_refuse(unit, CRM4E_E_INVALID, member, "word", "is not a known word")
               : CRM4E_OK;
}

static int put_kind(c4_unit *unit, c4_put_arguments *a, bool create)
{
    crm4e_interaction_kind_options options;
    c4_interaction_kind_spec spec = {0};
    int rc = c4_options_read(unit->error, &options, sizeof options, sizeof options, a->options);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, options.name, "name");
    if (rc == CRM4E_OK)
        rc = read_word(unit, "channel", C4_NAMES_CHANNEL, options.channel, &spec.channel);
    if (rc == CRM4E_OK)
        rc = read_word(unit, "direction", C4_NAMES_DIRECTION, options.direction, &spec.direction);
    if (rc < 0)
        return rc;
    spec.name = options.name;
    spec.label = options.label;
    spec.label_zh = options.label_zh;
    spec.contact = options.contact;
    spec.is_active = options.is_active;
    spec.create_only = create;
    spec.change_only = !create;
    return c4_interaction_kind_put(unit, &spec, &a->id);
}

static int create_kind(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return put_kind(unit, arguments, true);
}

int crm4e_interaction_kind_create(crm4e_id *id, crm4e_session *session,
                                  const crm4e_interaction_kind_options *options)
{
    return c4_call_put(id, session, create_kind, options);
}

static int update_kind(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return put_kind(unit, arguments, false);
}

int crm4e_interaction_kind_update(crm4e_session *session,
                                  const crm4e_interaction_kind_options *options)
{
    return c4_call_put(NULL, session, update_kind, options);
}

static void put_described(c4_buffer *out, const c4_interaction_kind *kind, bool own)
{
    const char *by = own ? "own" : kind->recorded ? "library" : "host";
    bool first = false;

    c4_interaction_kind_write(out, kind);
    if (out->code != CRM4E_OK)
        return;
    out->length--; /* its closing brace */
    c4_json_put_member(out, &first, "added_by", by);
    c4_buffer_char(out, '}');
}

static int write_kinds(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;

    (void)object;
    (void)arguments;
    for (size_t i = 0; i < c4_interaction_kind_count; i++) {
        c4_buffer_char(out, i > 0 ? ',' : '[');
        put_described(out, &c4_interaction_kinds[i], false);
    }
    for (size_t i = 0; i < meta->interaction_kind_count; i++) {
        c4_buffer_char(out, ',');
        put_described(out, &meta->interaction_kinds[i], true);
    }
    c4_buffer_char(out, ']');
    return out->code;
}

int crm4e_interaction_kinds_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_kinds, NULL);
}

static int add(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    crm4e_interaction_options options;
    c4_interaction_spec spec = {0};
    int rc = c4_options_read(unit->error, &options, sizeof options, sizeof options, a->options);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, options.module, "module");
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, options.kind, "kind");
    if (rc == CRM4E_OK)
        rc = read_word(unit, "channel", C4_NAMES_CHANNEL, options.channel, &spec.channel);
    if (rc == CRM4E_OK)
        rc = read_word(unit, "direction", C4_NAMES_DIRECTION, options.direction, &spec.direction);
    if (rc < 0)
        return rc;
    spec.module = options.module;
    spec.record = options.record;
    spec.kind = options.kind;
    spec.occurred = options.occurred;
    spec.subject = options.subject;
    spec.body = options.body;
    spec.participants = options.participants;
    spec.participant_count = options.participant_count;
    spec.user = options.user;
    spec.external_id = options.external_id;
    return c4_interaction_add(unit, &spec, &a->id);
}

int crm4e_interaction_add(crm4e_id *id, crm4e_session *session,
                          const crm4e_interaction_options *options)
{
    return c4_call_put(id, session, add, options);
}

/* The text is made before the commit, after which nothing may fail. */
static int add_many(crm4e_text **out, c4_session *session, const c4_json *list)
{
    crm4e_text *text = NULL;
    c4_buffer answer;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    c4_buffer_init(&answer, &session->engine->env.mem, ANSWER_CEILING);
    rc = c4_interactions_add(&session->unit, list, &answer);
    if (rc == CRM4E_OK)
        rc = c4_text_new(&text, session->engine, &answer);
    rc = c4_work_end(session, rc);
    c4_buffer_free(&answer);
    if (rc < 0)
        crm4e_text_free(text);
    else
        *out = text;
    return rc;
}

/* Parses before the write transaction begins, so that nobody waits for it. */
static int parse(c4_session *session, c4_json_document *document, const char *json)
{
    size_t length = 0;
    int rc = c4_need(&session->error, json, "json");

    if (rc < 0)
        return rc;
    rc = c4_text_length(json, CRM4E_NUL_TERMINATED, JSON_CEILING, &length);
    if (rc == CRM4E_OK)
        rc = c4_json_parse(document, &session->engine->env.mem, json, length, JSON_CEILING);
    if (rc == CRM4E_E_NO_MEMORY)
        return c4_fail_plain(&session->error, rc);
    return rc == CRM4E_OK ? CRM4E_OK
                          : c4_fail(&session->error, rc, "the interactions: %s", document->problem);
}

int crm4e_interactions_add_json(crm4e_text **out, crm4e_session *session, const char *json)
{
    c4_json_document document = {.root = NULL};
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = parse(entry.session, &document, json);
    if (rc == CRM4E_OK)
        rc = add_many(out, entry.session, document.root);
    c4_json_free(&document);
    return c4_leave(&entry, rc);
}

/* Which one goes. */
typedef struct remove_arguments {
    const char *module;
    crm4e_id record;
    crm4e_id interaction;
} remove_arguments;

static int remove_one(c4_unit *unit, void *object, void *arguments)
{
    const remove_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_interaction_remove(unit, a->module, a->record, a->interaction);
}

int crm4e_interaction_remove(crm4e_session *session, const char *module, crm4e_id record,
                             crm4e_id interaction)
{
    remove_arguments arguments = {module, record, interaction};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, remove_one, &arguments);
}

/* Which interactions are asked for. */
typedef struct list_arguments {
    const char *module;
    crm4e_id record;
    const crm4e_interactions_options *options;
} list_arguments;

static int read_request(c4_unit *unit, const list_arguments *a, c4_interactions_request *request)
{
    crm4e_interactions_options copy = CRM4E_INTERACTIONS_OPTIONS_INIT;
    int rc = c4_need(unit->error, a->module, "module");

    if (rc == CRM4E_OK && a->options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, copy.descending, "descending");
    if (rc == CRM4E_OK &&
        (copy.limit < 0 || copy.limit > MOST_ENTRIES || copy.user < 0 || copy.from < C4_TIME_MIN ||
         copy.from > C4_TIME_MAX || copy.until < C4_TIME_MIN || copy.until > C4_TIME_MAX))
        rc = c4_fail(unit->error, CRM4E_E_INVALID,
                     "'limit' is 0 to %d, the user an id, a time one that there is", MOST_ENTRIES);
    *request = (c4_interactions_request){
        .module = a->module,
        .record = a->record,
        .kind = copy.kind,
        .channel = copy.channel,
        .direction = copy.direction,
        .user = copy.user,
        .from = copy.from,
        .until = copy.until,
        .descending = copy.descending == 1,
        .limit = copy.limit > 0 ? (size_t)copy.limit : USUAL_ENTRIES,
        .after = copy.after,
    };
    return rc;
}

static int write_page(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    c4_interactions_request request;
    int rc = read_request(unit, arguments, &request);

    (void)object;
    return rc < 0 ? rc : c4_interactions_to_json(unit, &request, out);
}

int crm4e_interactions_json(crm4e_text **out, crm4e_session *session, const char *module,
                            crm4e_id record, const crm4e_interactions_options *options)
{
    list_arguments arguments = {module, record, options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_page, &arguments);
}

static int write_summary(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    c4_interactions_request request;
    int rc = read_request(unit, arguments, &request);

    (void)object;
    return rc < 0 ? rc : c4_interactions_summary(unit, &request, out);
}

int crm4e_interactions_summary_json(crm4e_text **out, crm4e_session *session, const char *module,
                                    crm4e_id record, const crm4e_interactions_options *options)
{
    list_arguments arguments = {module, record, options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_summary, &arguments);
}
