/* SPDX-License-Identifier: MIT */
/* A verdict in words. */
#include "access/explain.h"

#include <string.h>

#include "base/json.h"

enum {
    SENTENCE_CEILING = 1024 * 1024
};

static const struct {
    crm4e_reason kind;
    const char *name;
    const char *en;
    const char *zh;
} texts[] = {
#define REASON_TEXT(name, number, en, zh) {number, #name, en, zh},
    CRM4E_REASONS(REASON_TEXT)
#undef REASON_TEXT
};
enum {
    REASONS = sizeof texts / sizeof texts[0]
};

static size_t place_of(crm4e_reason kind)
{
    size_t at = 0;

    while (at + 1 < REASONS && texts[at].kind != kind) {
        at++;
    }
    return at;
}

void c4_reason_text(c4_buffer *out, const c4_reason *reason, bool chinese)
{
    size_t at = place_of(reason->kind);
    const char *text = chinese ? texts[at].zh : texts[at].en;
    const char *gap = strstr(text, "%s");

    if (gap == NULL) {
        c4_buffer_text(out, text);
    } else {
        c4_buffer_put(out, text, (size_t)(gap - text));
        c4_buffer_text(out, reason->name);
        c4_buffer_text(out, gap + 2);
    }
}

int c4_verdict_add(c4_unit *unit, c4_arena *arena, c4_verdict *verdict, crm4e_reason kind,
                   const char *name)
{
    c4_reason *reasons = verdict->reasons;
    const char *copy = c4_arena_text(arena, name, strlen(name));

    if (verdict->count == verdict->capacity) {
        verdict->capacity = verdict->capacity * 2 + 4;
        reasons = c4_arena_array(arena, verdict->capacity, sizeof *reasons);
        if (reasons != NULL && verdict->count > 0) {
            memcpy(reasons, verdict->reasons, verdict->count * sizeof *reasons);
        }
    }
    if (copy == NULL || reasons == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    verdict->reasons = reasons;
    verdict->reasons[verdict->count++] = (c4_reason){kind, copy};
    return CRM4E_OK;
}

static const char *say(c4_arena *arena, const c4_verdict *verdict, bool chinese)
{
    bool allowed = verdict->code == CRM4E_OK;
    const char *sentence = NULL;
    c4_buffer text;

    c4_buffer_init(&text, arena->mem, SENTENCE_CEILING);
    if (chinese) {
        c4_buffer_text(&text, allowed ? "允许：" : "拒绝：");
    } else {
        c4_buffer_text(&text, allowed ? "Allowed: " : "Refused: ");
    }
    for (size_t i = 0; i < verdict->count; i++) {
        c4_buffer_text(&text, i == 0 ? "" : chinese ? "；" : "; ");
        c4_reason_text(&text, &verdict->reasons[i], chinese);
    }
    c4_buffer_text(&text, chinese ? "。" : ".");
    if (text.code == CRM4E_OK) {
        sentence = c4_arena_text(arena, text.data, text.length);
    }
    c4_buffer_free(&text);
    return sentence;
}

int c4_verdict_say(c4_unit *unit, c4_arena *arena, c4_verdict *verdict)
{
    verdict->sentence = say(arena, verdict, false);
    verdict->sentence_zh = say(arena, verdict, true);
    return verdict->sentence != NULL && verdict->sentence_zh != NULL
               ? CRM4E_OK
               : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

/* OWNER as "owner". */
static void put_word(c4_buffer *out, const char *name)
{
    c4_buffer_char(out, '"');
    for (; *name != '\0'; name++) {
        c4_buffer_char(out, *name == '_' ? '_' : (char)(*name - 'A' + 'a'));
    }
    c4_buffer_char(out, '"');
}

static void put_text(c4_buffer *out, const c4_reason *reason, bool chinese)
{
    c4_buffer text;

    c4_buffer_init(&text, out->mem, SENTENCE_CEILING);
    c4_reason_text(&text, reason, chinese);
    if (text.code == CRM4E_OK) {
        c4_json_put_text(out, c4_buffer_c_str(&text), text.length);
    } else {
        out->code = text.code;
    }
    c4_buffer_free(&text);
}

void c4_verdict_reasons_to_json(c4_buffer *out, const c4_verdict *verdict)
{
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < verdict->count; i++) {
        const c4_reason *reason = &verdict->reasons[i];
        c4_buffer_text(out, i > 0 ? ",{\"reason\":" : "{\"reason\":");
        put_word(out, texts[place_of(reason->kind)].name);
        c4_buffer_text(out, ",\"name\":");
        c4_json_put_text(out, reason->name, strlen(reason->name));
        c4_buffer_text(out, ",\"text\":");
        put_text(out, reason, false);
        c4_buffer_text(out, ",\"text_zh\":");
        put_text(out, reason, true);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

void c4_verdict_to_json(c4_buffer *out, const c4_verdict *verdict)
{
    c4_buffer_text(out, verdict->code == CRM4E_OK ? "{\"allowed\":true,\"code\":\""
                                                  : "{\"allowed\":false,\"code\":\"");
    c4_buffer_text(out, crm4e_code_name(verdict->code));
    c4_buffer_text(out, "\",\"reasons\":");
    c4_verdict_reasons_to_json(out, verdict);
    c4_buffer_text(out, ",\"sentence\":");
    c4_json_put_text(out, verdict->sentence, strlen(verdict->sentence));
    c4_buffer_text(out, ",\"sentence_zh\":");
    c4_json_put_text(out, verdict->sentence_zh, strlen(verdict->sentence_zh));
    c4_buffer_char(out, '}');
}
