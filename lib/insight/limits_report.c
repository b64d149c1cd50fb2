/* SPDX-License-Identifier: MIT */
#include "insight/limits_report.h"

#include <string.h>

#include "base/json.h"
#include "model/gates.h"
#include "model/limits.h"

typedef struct report {
    c4_unit *unit;
    c4_buffer *out;
    bool first;
    int64_t most[C4_LIMIT_END]; /* each limit, asked for once */
} report;

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number, bool none)
{
    c4_json_put_key(out, first, key);
    if (none)
        c4_buffer_text(out, "null");
    else
        c4_buffer_i64(out, number);
}

/* `place` is the key of `name`; NULL: of the org. */
static int put_limit(report *r, c4_limit limit, int64_t scope, const char *place, const char *name)
{
    int64_t most = r->most[limit];
    bool none = most == INT64_MAX;
    bool first = true;
    int64_t used = 0;
    int rc = c4_limit_used(r->unit, limit, scope, &used);

    if (rc < 0)
        return rc;
    c4_buffer_text(r->out, r->first ? "{" : ",{");
    r->first = false;
    c4_json_put_member(r->out, &first, "name", c4_limit_name(limit));
    if (place)
        c4_json_put_member(r->out, &first, place, name);
    put_number(r->out, &first, "limit", most, none);
    put_number(r->out, &first, "used", used, false);
    put_number(r->out, &first, "left", used < most ? most - used : 0, none);
    c4_buffer_char(r->out, '}');
    return r->out->code;
}

/* Whoever configures a module and may not open it does not learn of it here. A host
 * that gives no clear answer closes it. */
static int opens(c4_unit *unit, const c4_module *module, bool *open)
{
    c4_scope scope;
    int rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &scope);

    *open = rc == CRM4E_OK;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED || rc == CRM4E_E_USER ||
        rc == CRM4E_E_CALLBACK) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

static int shows_module(c4_unit *unit, const c4_module *module, bool *shown)
{
    bool open = false;
    int rc = CRM4E_OK;

    *shown = c4_actor_is_administrator(unit);
    if (!*shown && C4_OPENS(LIMITS_MODULE, c4_actor_configures(unit, module))) {
        rc = opens(unit, module, &open);
        *shown = C4_OPENS(LIMITS_OPEN_MODULE, open);
    }
    return rc;
}

static int put_modules(report *r)
{
    const c4_meta *meta = r->unit->meta;
    int rc = CRM4E_OK;

    for (size_t m = 0; m < meta->module_count && rc == CRM4E_OK; m++) {
        const c4_module *module = meta->modules[m];
        bool shown = false;

        rc = shows_module(r->unit, module, &shown);
        for (c4_limit limit = 1; limit < C4_LIMIT_END && rc == CRM4E_OK; limit++) {
            if (shown && c4_limit_counts_in(limit, module))
                rc = put_limit(r, limit, module->number, "module", module->api_name);
        }
    }
    return rc;
}

static int put_spaces(report *r, c4_limit limit)
{
    const c4_meta *meta = r->unit->meta;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->space_count && rc == CRM4E_OK; i++) {
        const c4_space *space = &meta->spaces[i];

        if (C4_OPENS(LIMITS_SPACE, c4_actor_manages_space(r->unit, space)))
            rc = put_limit(r, limit, space->id, "space", space->name);
    }
    return rc;
}

static int put_limits(report *r)
{
    int rc = CRM4E_OK;

    for (c4_limit limit = 1; limit < C4_LIMIT_END && rc == CRM4E_OK; limit++) {
        rc = c4_limit_of(r->unit, limit, &r->most[limit]);
        if (rc == CRM4E_OK && c4_limit_scope_of(limit) == C4_LIMIT_OF_ORG)
            rc = put_limit(r, limit, 0, NULL, NULL);
    }
    if (rc == CRM4E_OK)
        rc = put_modules(r);
    for (c4_limit limit = 1; limit < C4_LIMIT_END && rc == CRM4E_OK; limit++) {
        if (c4_limit_scope_of(limit) == C4_LIMIT_OF_SPACE)
            rc = put_spaces(r, limit);
    }
    return rc;
}

static int put_features(c4_unit *unit, c4_buffer *out)
{
    for (c4_feature feature = 1; feature < C4_FEATURE_END; feature++) {
        bool first = true;
        bool granted = false;
        int rc = c4_feature_of(unit, feature, &granted);

        if (rc < 0)
            return rc;
        c4_buffer_text(out, feature == 1 ? "{" : ",{");
        c4_json_put_member(out, &first, "name", c4_feature_name(feature));
        c4_json_put_key(out, &first, "granted");
        c4_buffer_text(out, granted ? "true}" : "false}");
    }
    return out->code;
}

int c4_limits_to_json(c4_unit *unit, c4_buffer *out)
{
    report r = {.unit = unit, .out = out, .first = true};
    bool first = true;
    int rc;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "edition", c4_text_of(C4_NAMES_EDITION, c4_edition_now(unit)));
    c4_buffer_text(out, ",\"limits\":[");
    rc = put_limits(&r);
    c4_buffer_text(out, "],\"features\":[");
    if (rc == CRM4E_OK)
        rc = put_features(unit, out);
    c4_buffer_text(out, "]}");
    return rc < 0 ? rc : out->code;
}
