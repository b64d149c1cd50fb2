/* SPDX-License-Identifier: MIT */
/* What the interactions of a record come to: one walk over all of them. */
#include "insight/interactions.h"

#include "base/civil.h"
#include "base/json.h"
#include "record/interaction.h"

enum {
    AT_ONCE = 1024,
    SECOND = 1000000
};

/* A time, or none. */
typedef struct moment {
    bool known;
    int64_t time;
} moment;

/* Answers of one side. */
typedef struct answers {
    moment asked; /* since when the other side waits */
    int64_t count;
    int64_t seconds;
    int64_t longest;
} answers;

typedef struct channel_count {
    int64_t all;
    int64_t in;
    int64_t out;
} channel_count;

typedef struct summary {
    c4_interactions list;
    c4_unit *unit;
    int64_t count;
    moment first;
    moment last;
    moment last_in;
    moment last_out;
    int64_t silence; /* the longest so far, and when it began; -1: none */
    int64_t silence_from;
    bool silence_lasts;
    answers ours;
    answers theirs;
    channel_count channels[C4_CHANNEL_END];
} summary;

static void answer(answers *by, answers *other, int64_t time)
{
    if (by->asked.known) {
        const int64_t seconds = (time - by->asked.time) / SECOND;
        by->count++;
        by->seconds += seconds;
        by->longest = seconds > by->longest ? seconds : by->longest;
        by->asked.known = false;
    }
    if (!other->asked.known) {
        other->asked = (moment){true, time};
    }
}

static void hush(summary *s, int64_t until, bool lasts)
{
    if (s->last.known && until - s->last.time > s->silence) {
        s->silence = until - s->last.time;
        s->silence_from = s->last.time;
        s->silence_lasts = lasts;
    }
}

static void add(summary *s, const c4_interaction_entry *entry)
{
    const moment now = {true, entry->time};
    channel_count *channel = entry->channel > 0 && entry->channel < C4_CHANNEL_END
                                 ? &s->channels[entry->channel]
                                 : &s->channels[C4_CHANNEL_OTHER];

    s->count++;
    channel->all++;
    if (!s->first.known) {
        s->first = now;
    }
    hush(s, entry->time, false);
    s->last = now;
    if (entry->direction == C4_DIRECTION_IN) {
        channel->in++;
        s->last_in = now;
        answer(&s->theirs, &s->ours, entry->time);
    } else if (entry->direction == C4_DIRECTION_OUT) {
        channel->out++;
        s->last_out = now;
        answer(&s->ours, &s->theirs, entry->time);
    }
}

static bool counts(const summary *s, const c4_interaction_entry *entry)
{
    const c4_interaction_kind *kind = c4_interaction_kind_of(s->unit->meta, entry->kind);

    return kind != NULL && kind->contact;
}

static int walk(summary *s)
{
    c4_interaction_entry *entries = c4_arena_array(s->unit->arena, AT_ONCE, sizeof *entries);
    size_t count = AT_ONCE;
    int rc = entries != NULL ? CRM4E_OK : c4_record_no_memory(s->unit);

    while (rc == CRM4E_OK && count == AT_ONCE) {
        rc = c4_interactions_read(&s->list, AT_ONCE, entries, &count);
        for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
            c4_interaction_seen seen = {.open = false};
            if (counts(s, &entries[i])) {
                rc = c4_interaction_look(&s->list, &entries[i], false, &seen);
            }
            if (rc == CRM4E_OK && seen.open) {
                add(s, &entries[i]);
            }
        }
    }
    return rc;
}

/* ------------------------------------------------------------- writing */

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static void put_time(c4_buffer *out, bool *first, const char *key, moment at)
{
    char time[C4_TIME_TEXT];

    c4_json_put_key(out, first, key);
    if (!at.known) {
        c4_buffer_text(out, "null");
        return;
    }
    c4_time_format(at.time, time);
    c4_buffer_char(out, '"');
    c4_buffer_text(out, time);
    c4_buffer_char(out, '"');
}

static void put_silence(const summary *s, bool *first, c4_buffer *out)
{
    bool inner = true;

    c4_json_put_key(out, first, "silence");
    if (s->silence < 0) {
        c4_buffer_text(out, "null");
        return;
    }
    c4_buffer_char(out, '{');
    put_number(out, &inner, "seconds", s->silence / SECOND);
    put_time(out, &inner, "from", (moment){true, s->silence_from});
    put_time(out, &inner, "to", (moment){!s->silence_lasts, s->silence_from + s->silence});
    c4_buffer_char(out, '}');
}

static void put_channels(const summary *s, bool *first, c4_buffer *out)
{
    const char *comma = "";

    c4_json_put_key(out, first, "channels");
    c4_buffer_char(out, '[');
    for (uint32_t i = 1; i < C4_CHANNEL_END; i++) {
        bool inner = true;
        if (s->channels[i].all == 0) {
            continue;
        }
        c4_buffer_text(out, comma);
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &inner, "channel", c4_text_of(C4_NAMES_CHANNEL, i));
        put_number(out, &inner, "count", s->channels[i].all);
        put_number(out, &inner, "in", s->channels[i].in);
        put_number(out, &inner, "out", s->channels[i].out);
        c4_buffer_char(out, '}');
        comma = ",";
    }
    c4_buffer_char(out, ']');
}

static void put_answers(const answers *by, const char *key, bool *first, c4_buffer *out)
{
    bool inner = true;

    c4_json_put_key(out, first, key);
    if (by->count == 0) {
        c4_buffer_text(out, "null");
        return;
    }
    c4_buffer_char(out, '{');
    put_number(out, &inner, "count", by->count);
    put_number(out, &inner, "average", by->seconds / by->count);
    put_number(out, &inner, "longest", by->longest);
    c4_buffer_char(out, '}');
}

static void put_summary(const summary *s, c4_buffer *out)
{
    bool first = true;
    bool inner = true;

    c4_buffer_char(out, '{');
    put_number(out, &first, "count", s->count);
    put_time(out, &first, "first", s->first);
    put_time(out, &first, "last", s->last);
    put_time(out, &first, "last_in", s->last_in);
    put_time(out, &first, "last_out", s->last_out);
    put_silence(s, &first, out);
    put_channels(s, &first, out);
    c4_json_put_key(out, &first, "answers");
    c4_buffer_char(out, '{');
    put_answers(&s->ours, "ours", &inner, out);
    put_answers(&s->theirs, "theirs", &inner, out);
    c4_buffer_text(out, "}}");
}

/* Until now, or the end of the period if that is before. */
int c4_interactions_summary(c4_unit *unit, const c4_interactions_request *request, c4_buffer *out)
{
    c4_interactions_request past = *request;
    summary s = {.unit = unit, .silence = -1};
    const bool whole = request->until == 0 || request->until > unit->now;
    int rc;

    past.descending = false;
    past.until = whole ? unit->now + 1 : request->until;
    rc = c4_interactions_open(&s.list, unit, &past);
    rc = rc == CRM4E_OK ? walk(&s) : rc;
    c4_interactions_close(&s.list);
    if (rc != CRM4E_OK) {
        return rc;
    }
    hush(&s, whole ? unit->now : request->until, true);
    put_summary(&s, out);
    return c4_stored(unit, out->code);
}
