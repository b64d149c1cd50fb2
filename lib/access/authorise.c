/* SPDX-License-Identifier: MIT */
/* The host's word on what the library allowed, asked once per operation. */
#include "access/inside.h"

enum {
    BUCKETS = 256
};

typedef struct answer {
    struct answer *next;
    crm4e_action action;
    int32_t module;
    int32_t field; /* 0: none */
    crm4e_id record;
    int code;
} answer;

typedef struct answers {
    answer *buckets[BUCKETS];
} answers;

static size_t bucket_of(const answer *key)
{
    uint64_t hash = (uint64_t)key->record * UINT64_C(0x9e3779b97f4a7c15);

    hash ^= ((uint64_t)(uint32_t)key->field << 20) + ((uint64_t)(uint32_t)key->module << 8) +
            key->action;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 56) % BUCKETS;
}

static bool same_question(const answer *a, const answer *b)
{
    return a->action == b->action && a->module == b->module && a->field == b->field &&
           a->record == b->record;
}

static int ask(const c4_scope *scope, const c4_field *field, crm4e_id record)
{
    const crm4e_auth *auth = &scope->unit->env->auth;
    crm4e_question question = {
        .struct_size = sizeof question,
        .org = scope->unit->meta->org.id,
        .user = scope->unit->actor->id,
        .action = scope->action,
        .module = scope->module->api_name,
        .field = field != NULL ? field->api_name : NULL,
        .record = record,
    };
    int32_t said = auth->authorise(auth->user, &question);
    int code = C4_NARROWS(HOST_CONTRACT, CRM4E_E_CALLBACK, CRM4E_OK);

    if (said == CRM4E_PASSTHROUGH) {
        code = CRM4E_OK;
    } else if (said == CRM4E_DENY) {
        code = CRM4E_E_DENIED;
    } else if (said == CRM4E_E_USER) {
        code = CRM4E_E_USER;
    }
    return code;
}

/* The answer kept, or a new one; NULL: no memory. */
static answer *find_answer(const c4_scope *scope, const c4_field *field, crm4e_id record)
{
    c4_unit *unit = scope->unit;
    answers *kept = unit->asked;
    answer key = {NULL,   scope->action, scope->module->number, field != NULL ? field->number : 0,
                  record, CRM4E_OK};
    answer *found;
    size_t bucket = bucket_of(&key);

    if (kept == NULL) {
        kept = c4_arena_array(unit->arena, 1, sizeof *kept);
        unit->asked = kept;
    }
    if (kept == NULL) {
        return NULL;
    }
    for (found = kept->buckets[bucket]; found != NULL; found = found->next) {
        if (same_question(found, &key)) {
            return found;
        }
    }
    found = c4_arena_copy(unit->arena, &key, sizeof key);
    if (found != NULL) {
        found->code = ask(scope, field, record);
        found->next = kept->buckets[bucket];
        kept->buckets[bucket] = found;
    }
    return found;
}

static int refuse(const c4_scope *scope, const c4_field *field, int code)
{
    const char *text = code == CRM4E_E_DENIED ? "the host refused it"
                       : code == CRM4E_E_USER ? "the authorise callback failed"
                                              : "the authorise callback broke its contract";

    (void)c4_fail(scope->unit->error, code, "%s", text);
    return c4_fail_field(scope->unit->error, scope->module->api_name,
                         field != NULL ? field->api_name : NULL, "authorise");
}

int c4_access_authorise(const c4_scope *scope, const c4_field *field, crm4e_id record)
{
    const answer *found;

    if (scope->unit->env->auth.authorise == NULL) {
        return CRM4E_OK;
    }
    found = find_answer(scope, field, record);
    if (found == NULL) {
        return c4_fail_plain(scope->unit->error, CRM4E_E_NO_MEMORY);
    }
    return C4_REFUSES(HOST_ANSWER, found->code != CRM4E_OK) ? refuse(scope, field, found->code)
                                                            : CRM4E_OK;
}
