/* SPDX-License-Identifier: MIT */
/* Whom subjects stand for: a pass over them, over the groups they name, and
 * over the users. */
#include "access/reach.h"

#include "base/sure.h"

/* Rules and groups speak of those there are: checked when they are loaded. */
typedef struct crowd {
    const c4_meta *meta;
    uint8_t *users;
    int32_t *roles;  /* by place in the walk: one more from here, one less from there */
    uint8_t *groups; /* by position: taken in */
    const c4_user_group **waiting; /* taken in, their sources not yet looked at */
    size_t waiting_count;
} crowd;

static void add_roles(crowd *c, const c4_subject *subject)
{
    const c4_role *role = c4_meta_role(c->meta, subject->id);

    if (C4_ALWAYS(role != NULL)) {
        uint32_t last = subject->kind == CRM4E_SUBJECT_ROLE ? role->first : role->last;
        c->roles[role->first] += 1;
        c->roles[last + 1] -= 1;
    }
}

static void add_subject(crowd *c, const c4_subject *subject)
{
    const c4_user_group *group;
    const c4_user *user;

    switch (subject->kind) {
    case CRM4E_SUBJECT_USER:
        user = c4_meta_user(c->meta, subject->id);
        if (C4_ALWAYS(user != NULL)) {
            c->users[user - c->meta->users] = 1;
        }
        break;
    case CRM4E_SUBJECT_GROUP:
        group = c4_meta_group(c->meta, subject->id);
        if (C4_ALWAYS(group != NULL) && c->groups[group - c->meta->groups] == 0) {
            c->groups[group - c->meta->groups] = 1;
            c->waiting[c->waiting_count++] = group;
        }
        break;
    default: add_roles(c, subject); break;
    }
}

static void add_all(crowd *c, const c4_subject *subjects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_subject(c, &subjects[i]);
    }
    while (c->waiting_count > 0) {
        const c4_user_group *group = c->waiting[--c->waiting_count];
        for (size_t i = 0; i < group->source_count; i++) {
            add_subject(c, &group->sources[i]);
        }
    }
}

int c4_crowd_mark(c4_arena *arena, const c4_meta *meta, const c4_subject *subjects, size_t count,
                  uint8_t *users)
{
    crowd c = {.meta = meta, .users = users};

    c.roles = c4_arena_array(arena, meta->role_count + 2, sizeof *c.roles);
    c.groups = c4_arena_array(arena, meta->group_count, 1);
    c.waiting = c4_arena_array(arena, meta->group_count, sizeof(const c4_user_group *));
    if (c.roles == NULL || c.groups == NULL || c.waiting == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    add_all(&c, subjects, count);
    for (size_t i = 1; i <= meta->role_count; i++) {
        c.roles[i] += c.roles[i - 1];
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        users[i] |= c.roles[meta->users[i].role->first] > 0;
    }
    return CRM4E_OK;
}
