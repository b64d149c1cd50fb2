/* SPDX-License-Identifier: MIT */
#include "api/inside.h"

/* Texts belong to the engine: they outlive the session that made them. */
typedef struct text {
    c4_object object;
    c4_engine *engine;
    char *data;
    size_t length;
} text;

static void destroy(c4_object *object)
{
    text *self = (text *)object;

    c4_free(&self->engine->env.mem, self->data);
}

int c4_text_new(crm4e_text **out, c4_engine *engine, c4_buffer *buffer)
{
    text *self;
    int rc;

    if (buffer->code < 0)
        return buffer->code;
    self = c4_alloc_array(&engine->env.mem, 1, sizeof *self);
    if (!self)
        return CRM4E_E_NO_MEMORY;
    self->engine = engine;
    self->object.kind = C4_KIND_TEXT;
    self->object.destroy = destroy;
    self->data = c4_buffer_take(buffer, &self->length);
    rc = self->data ? c4_handle_new(engine->token, C4_KIND_TEXT, self, engine, &self->object.token)
                    : CRM4E_E_NO_MEMORY;
    if (rc < 0) {
        destroy(&self->object);
        c4_free(&engine->env.mem, self);
        return rc;
    }
    pthread_mutex_lock(&engine->lock);
    self->object.next = engine->texts;
    if (engine->texts)
        engine->texts->previous = &self->object;
    engine->texts = &self->object;
    pthread_mutex_unlock(&engine->lock);
    *out = self->object.token;
    return CRM4E_OK;
}

/* The text with its engine locked, so that nobody frees it meanwhile; NULL for
 * a dead handle. Each call is paired with let_go(). */
static const text *hold(const crm4e_text *token, c4_engine **engine)
{
    void *parent = NULL;

    *engine = NULL;
    if (!c4_handle_enter(token, C4_KIND_TEXT, &parent))
        return NULL;
    *engine = parent;
    pthread_mutex_lock(&(*engine)->lock);
    return c4_handle_look(token, C4_KIND_TEXT);
}

static void let_go(const crm4e_text *token, c4_engine *engine)
{
    if (!engine)
        return;
    pthread_mutex_unlock(&engine->lock);
    c4_handle_leave(token);
}

const char *crm4e_text_data(const crm4e_text *token)
{
    c4_engine *engine;
    const text *self = hold(token, &engine);
    const char *data = self ? self->data : NULL;

    let_go(token, engine);
    return data;
}

size_t crm4e_text_length(const crm4e_text *token)
{
    c4_engine *engine;
    const text *self = hold(token, &engine);
    size_t length = self ? self->length : 0;

    let_go(token, engine);
    return length;
}

void crm4e_text_free(crm4e_text *token)
{
    void *engine_pointer = NULL;
    c4_engine *engine;
    text *self;

    if (!c4_handle_enter(token, C4_KIND_TEXT, &engine_pointer))
        return;
    engine = engine_pointer;
    self = c4_handle_kill(token, C4_KIND_TEXT);
    if (self) {
        pthread_mutex_lock(&engine->lock);
        if (self->object.next)
            self->object.next->previous = self->object.previous;
        if (self->object.previous)
            self->object.previous->next = self->object.next;
        else
            engine->texts = self->object.next;
        pthread_mutex_unlock(&engine->lock);
        destroy(&self->object);
        c4_free(&engine->env.mem, self);
    }
    c4_handle_leave(token);
}
