/* SPDX-License-Identifier: MIT */
/* What sets a rule off: its trigger, and what that takes beside its word. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "api/held_workflow.h"
#include "automation/moment.h"
#include "base/json.h"
#include "base/text.h"

int crm4e_workflow_on(crm4e_workflow *token, crm4e_trigger trigger)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;

    if (rc < 0)
        return rc;
    if (trigger < CRM4E_ON_CREATE || trigger > CRM4E_ON_INTERACTION_ADDED) {
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "no such trigger");
    } else {
        self->trigger = trigger;
        self->waits.length = 0;
    }
    return c4_leave(&entry, rc);
}

/* What a trigger waits for: a member of the rule that is JSON, which goes in as it was understood. */
static int put_awaited(const c4_held_workflow *self, crm4e_error *error, const char *member,
                       const char *json, c4_buffer *waits)
{
    c4_json_document document = {0};
    bool first = false;
    size_t length = 0;
    int rc = c4_held_workflow_text(error, json, member, C4_WORKFLOW_TEXT, &length);

    if (rc < 0)
        return rc;
    rc = c4_json_parse(&document, self->mem, json, length, C4_WORKFLOW_TEXT);
    if (rc == CRM4E_OK) {
        c4_json_put_key(waits, &first, member);
        c4_json_put_value(waits, document.root);
        rc = waits->code;
    } else if (rc != CRM4E_E_NO_MEMORY) {
        rc = c4_fail(error, rc, "argument '%s' is no JSON: %s", member, document.problem);
    }
    c4_json_free(&document);
    return rc;
}

/* The trigger with what it waits for. What fails leaves the trigger of before. */
static int settle_trigger(c4_held_workflow *self, crm4e_trigger trigger, c4_buffer *waits, int rc)
{
    rc = rc == CRM4E_OK ? waits->code : rc;
    if (rc == CRM4E_OK) {
        c4_buffer_free(&self->waits);
        self->waits = *waits;
        self->trigger = trigger;
    } else {
        c4_buffer_free(waits);
    }
    return rc;
}

static int wait_for(c4_held_workflow *self, crm4e_error *error, crm4e_trigger trigger,
                    const char *member, const char *json, const char *rest)
{
    c4_buffer waits;
    int rc;

    c4_buffer_init(&waits, self->mem, C4_WORKFLOW_TEXT);
    rc = put_awaited(self, error, member, json, &waits);
    c4_buffer_text(&waits, rest);
    return settle_trigger(self, trigger, &waits, rc);
}

int crm4e_workflow_on_fields(crm4e_workflow *token, const char *fields, int32_t all)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);

    if (rc < 0)
        return rc;
    rc = c4_need_truth(&entry.session->error, all, "all");
    if (rc == CRM4E_OK)
        rc = wait_for(entry.object, &entry.session->error, CRM4E_ON_FIELD_UPDATE, "fields", fields,
                      all ? ",\"match\":\"all\"" : "");
    return c4_leave(&entry, rc);
}

int crm4e_workflow_on_tags(crm4e_workflow *token, crm4e_trigger trigger, const char *tags)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;

    if (rc < 0)
        return rc;
    if (trigger != CRM4E_ON_TAG_ADDED && trigger != CRM4E_ON_TAG_REMOVED) {
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "no trigger on tags");
    } else if (tags) {
        rc = wait_for(self, &entry.session->error, trigger, "tags", tags, "");
    } else {
        self->trigger = trigger;
        self->waits.length = 0;
    }
    return c4_leave(&entry, rc);
}

int crm4e_workflow_on_interactions(crm4e_workflow *token, const char *kinds, const char *channels)
{
    c4_buffer waits;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    c4_buffer_init(&waits, self->mem, C4_WORKFLOW_TEXT);
    if (kinds)
        rc = put_awaited(self, error, "kinds", kinds, &waits);
    if (rc == CRM4E_OK && channels)
        rc = put_awaited(self, error, "channels", channels, &waits);
    return c4_leave(&entry, settle_trigger(self, CRM4E_ON_INTERACTION_ADDED, &waits, rc));
}

int crm4e_workflow_repeat(crm4e_workflow *token, int32_t repeat)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;

    if (rc < 0)
        return rc;
    rc = c4_need_truth(&entry.session->error, repeat, "repeat");
    if (rc == CRM4E_OK)
        self->once = !repeat;
    return c4_leave(&entry, rc);
}

static const char *const unit_names[] = {"",      "minutes", "hours", "days", "business_days",
                                         "weeks", "months",  "years"};

/* {"days":3} */
void c4_held_workflow_put_span(c4_buffer *out, crm4e_time_unit unit, int32_t count)
{
    c4_buffer_text(out, "{\"");
    c4_buffer_text(out, unit_names[unit]);
    c4_buffer_text(out, "\":");
    c4_buffer_i64(out, count);
    c4_buffer_char(out, '}');
}

int c4_held_workflow_check_span(crm4e_error *error, crm4e_time_unit unit, int32_t count)
{
    if (unit < CRM4E_MINUTES || unit > CRM4E_YEARS || count < 1 || count > c4_span_most(unit))
        return c4_fail(error, CRM4E_E_INVALID, "no such unit, or a count out of range");
    return CRM4E_OK;
}

int crm4e_date_trigger_options_init(crm4e_date_trigger_options *options)
{
    static const crm4e_date_trigger_options initial = CRM4E_DATE_TRIGGER_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int check_date(crm4e_error *error, const crm4e_date_trigger_options *options)
{
    size_t length = 0;
    int rc = c4_held_workflow_text(error, options->field, "field", C4_WORKFLOW_NAME, &length);

    if (rc == CRM4E_OK && options->at)
        rc = c4_held_workflow_text(error, options->at, "at", C4_WORKFLOW_NAME, &length);
    if (rc == CRM4E_OK &&
        (options->repeat < CRM4E_ONCE || options->repeat > CRM4E_YEARLY || options->reserved != 0))
        rc = c4_fail(error, CRM4E_E_INVALID, "no such repetition");
    if (rc == CRM4E_OK && options->count == INT32_MIN)
        rc = c4_fail(error, CRM4E_E_INVALID, "the count is out of range");
    if (rc == CRM4E_OK && options->count != 0)
        rc = c4_held_workflow_check_span(error, options->unit,
                                         options->count < 0 ? -options->count : options->count);
    return rc;
}

static void put_date(c4_buffer *out, const crm4e_date_trigger_options *options)
{
    static const char *const repeats[] = {"", "once", "monthly", "yearly"};
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "field", options->field);
    if (options->count != 0) {
        c4_json_put_key(out, &first, options->count < 0 ? "before" : "after");
        c4_held_workflow_put_span(out, options->unit,
                                  options->count < 0 ? -options->count : options->count);
    }
    c4_json_put_member(out, &first, "at", options->at);
    c4_json_put_member(out, &first, "repeat", repeats[options->repeat]);
    c4_buffer_char(out, '}');
}

int crm4e_workflow_on_date(crm4e_workflow *token, const crm4e_date_trigger_options *options)
{
    crm4e_date_trigger_options copy = CRM4E_DATE_TRIGGER_OPTIONS_INIT;
    c4_buffer waits;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_WORKFLOW);
    c4_held_workflow *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = check_date(error, &copy);
    if (rc < 0)
        return c4_leave(&entry, rc);
    c4_buffer_init(&waits, self->mem, C4_WORKFLOW_TEXT);
    c4_buffer_text(&waits, ",\"date\":");
    put_date(&waits, &copy);
    return c4_leave(&entry, settle_trigger(self, C4_ON_DATE, &waits, CRM4E_OK));
}
