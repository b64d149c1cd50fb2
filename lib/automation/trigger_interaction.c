/* SPDX-License-Identifier: MIT */
/* Rules that wait for interactions, of any kind and channel or of some. */
#include "automation/run.h"

#include <string.h>

#include "model/limits.h"
#include "model/manage_rules.h"
#include "model/types.h"
#include "record/interaction.h"

enum {
    AWAITED_KINDS = 50
};

/* ------------------------------------------------------------- reading */

/* In a document by name, in the stored form by number or id; 0: there is none. */
static int64_t read_kind(const c4_rule_reader *reader, const c4_json *item)
{
    const c4_interaction_kind *kind = NULL;
    int64_t id = 0;

    if (reader->stored && c4_json_i64(item, &id)) {
        kind = c4_interaction_kind_of(reader->meta, id);
    } else if (!reader->stored && c4_json_kind(item) == C4_JSON_TEXT) {
        kind = c4_interaction_kind_named(reader->meta, c4_json_text(item, NULL));
    }
    return kind != NULL ? kind->id : 0;
}

static void read_kinds(c4_rule_reader *reader, const c4_json *list, c4_rule_interactions *awaited)
{
    const size_t count = c4_json_count(list);
    int64_t *kinds;

    if (c4_json_kind(list) != C4_JSON_ARRAY || count == 0 || count > AWAITED_KINDS) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "kinds", "type",
                       "must be an array of 1 to 50 kinds of interactions");
        return;
    }
    kinds = c4_arena_array(reader->arena, count, sizeof *kinds);
    if (kinds == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        kinds[i] = read_kind(reader, c4_json_item(list, i));
        if (kinds[i] == 0) {
            c4_rule_refuse(reader, CRM4E_E_NOT_FOUND, "kinds", "kind", "names no kind there is");
            return;
        }
    }
    awaited->kinds = kinds;
    awaited->kind_count = count;
}

static void read_channels(c4_rule_reader *reader, const c4_json *list, uint32_t *channels)
{
    const size_t count = c4_json_count(list);

    if (c4_json_kind(list) != C4_JSON_ARRAY || count == 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "channels", "type",
                       "must be an array of channels of interactions");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *word = c4_json_text(c4_json_item(list, i), NULL);
        uint32_t channel = word != NULL ? c4_number_of(C4_NAMES_CHANNEL, word) : 0;
        if (channel == 0) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "channels", "word",
                           "holds something that is no channel");
            return;
        }
        *channels |= 1u << channel;
    }
}

void c4_trigger_read_interactions(c4_rule_reader *reader, const c4_json *json, c4_rule *rule)
{
    const c4_json *kinds = c4_json_member(json, "kinds");
    const c4_json *channels = c4_json_member(json, "channels");

    if (reader->module->number != C4_LEADS && reader->module->number != C4_CONTACTS) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "on", "module",
                       "waits for interactions, which only leads and contacts have");
        return;
    }
    if (c4_json_kind(kinds) != C4_JSON_NULL) {
        read_kinds(reader, kinds, &rule->interactions);
    }
    if (c4_json_kind(channels) != C4_JSON_NULL) {
        read_channels(reader, channels, &rule->interactions.channels);
    }
}

/* ------------------------------------------------------------- writing */

static void write_kinds(c4_rule_writer *writer, const c4_rule_interactions *awaited)
{
    c4_buffer_char(writer->out, '[');
    for (size_t i = 0; i < awaited->kind_count; i++) {
        const c4_interaction_kind *kind = c4_interaction_kind_of(writer->meta, awaited->kinds[i]);
        c4_buffer_text(writer->out, i > 0 ? "," : "");
        if (writer->stored) {
            c4_buffer_i64(writer->out, kind->id);
        } else {
            c4_json_put_text(writer->out, kind->name, strlen(kind->name));
        }
    }
    c4_buffer_char(writer->out, ']');
}

static void write_channels(c4_buffer *out, uint32_t channels)
{
    bool between = false;

    c4_buffer_char(out, '[');
    for (uint32_t i = 1; i < C4_CHANNEL_END; i++) {
        const char *word = c4_text_of(C4_NAMES_CHANNEL, i);
        if ((channels & 1u << i) != 0) {
            c4_buffer_text(out, between ? "," : "");
            c4_json_put_text(out, word, strlen(word));
            between = true;
        }
    }
    c4_buffer_char(out, ']');
}

void c4_trigger_write_interactions(c4_rule_writer *writer, const c4_rule *rule, bool *first)
{
    const c4_rule_interactions *awaited = &rule->interactions;

    if (awaited->kind_count > 0) {
        c4_json_put_key(writer->out, first, "kinds");
        write_kinds(writer, awaited);
    }
    if (awaited->channels != 0) {
        c4_json_put_key(writer->out, first, "channels");
        write_channels(writer->out, awaited->channels);
    }
}

/* ------------------------------------------------------------- what comes */

static bool waits_for(const c4_rule_interactions *awaited, int64_t kind, uint32_t channel)
{
    bool named = awaited->kind_count == 0;

    for (size_t i = 0; i < awaited->kind_count && !named; i++) {
        named = awaited->kinds[i] == kind;
    }
    return named && (awaited->channels == 0 || (awaited->channels & 1u << channel) != 0);
}

/* What comes from another record tells of it: to who may open its module, and read the fields
 * that make it an interaction. */
static int may_know(c4_unit *author, const c4_interaction_came *came, bool *may)
{
    const c4_field *field = NULL;
    c4_scope view;
    int rc;

    *may = came->source == 0;
    if (*may) {
        return CRM4E_OK;
    }
    rc = c4_access_module_number(author, came->source, CRM4E_ACTION_VIEW, &view);
    for (size_t i = 0; i < C4_INTERACTION_FIELDS && rc == CRM4E_OK; i++) {
        if (came->fields[i] != NULL) {
            rc = c4_access_read_field(&view, came->fields[i], &field);
        }
    }
    *may = rc == CRM4E_OK;
    if (c4_is_refusal(rc)) {
        c4_failure_clear(author->error);
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_trigger_meets_interaction(c4_unit *unit, crm4e_id author, const c4_rule *rule,
                                 const c4_interaction_came *came, bool *meets)
{
    const c4_user *user = c4_meta_user(unit->meta, author);
    c4_unit asked = c4_unit_as(unit, user);

    *meets = waits_for(&rule->interactions, came->kind, came->channel);
    /* of one who does not work any more the rule fails, for all to see */
    return *meets && user != NULL && c4_user_works(user) ? may_know(&asked, came, meets) : CRM4E_OK;
}

/* ------------------------------------------------------------- chains */

/* Its channel is that of its kind. */
static bool may_bring(const c4_module *created, const c4_rule_interactions *awaited)
{
    const c4_interaction_source *source = c4_interaction_source_of(created);
    bool may = false;

    for (size_t i = 0; i < c4_interaction_kind_count && source != NULL && !may; i++) {
        const c4_interaction_kind *kind = &c4_interaction_kinds[i];
        may = (source->kinds & 1u << kind->id) != 0 && waits_for(awaited, kind->id, kind->channel);
    }
    return may;
}

bool c4_trigger_follows(const c4_rule *rule, const c4_module *created)
{
    switch (rule->on) {
    case C4_ON_NOTE_ADDED: return created->number == C4_NOTES;
    case C4_ON_INTERACTION_ADDED: return may_bring(created, &rule->interactions);
    default: return rule->module == created && c4_rule_is_woken(rule, C4_RECORD_ADDED);
    }
}
