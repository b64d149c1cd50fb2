/* SPDX-License-Identifier: MIT */
/* Commands that share and lock records. */
#include <string.h>

#include "shell.h"

typedef struct word {
    const char *text;
    uint32_t number;
} word;

static const word kinds[] = {
    {"user", CRM4E_SUBJECT_USER},
    {"role", CRM4E_SUBJECT_ROLE},
    {"role_and_subordinates", CRM4E_SUBJECT_ROLE_AND_SUBORDINATES},
    {"group", CRM4E_SUBJECT_GROUP},
    {NULL, 0},
};
static const word levels[] = {
    {"read_only", CRM4E_LEVEL_READ_ONLY},
    {"read_write", CRM4E_LEVEL_READ_WRITE},
    {"full_access", CRM4E_LEVEL_FULL_ACCESS},
    {NULL, 0},
};

/* 0: no such word. */
static uint32_t number_of(const word *words, const char *text)
{
    while (words->text && strcmp(words->text, text) != 0)
        words++;
    return words->number;
}

static int finish(const shell *self, int rc)
{
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* MODULE ID KIND NAME, of share and unshare. */
static int read_subject(const shell *self, int64_t *record, crm4e_subject *kind)
{
    *kind = number_of(kinds, self->words[3]);
    if (!whole_number(self->words[2], record))
        return usage_error("not an id", self->words[2]);
    if (*kind == 0)
        return usage_error("not user, role, role_and_subordinates or group", self->words[3]);
    return EXIT_DONE;
}

static int find_subject(const shell *self, crm4e_subject kind, const char *name, crm4e_id *id)
{
    switch (kind) {
    case CRM4E_SUBJECT_USER: return crm4e_user_find(self->session, name, id);
    case CRM4E_SUBJECT_GROUP: return crm4e_group_find(self->session, name, id);
    default: return crm4e_role_find(self->session, name, id);
    }
}

int run_share(shell *self)
{
    crm4e_level level = number_of(levels, self->words[5]);
    crm4e_subject kind;
    crm4e_id subject = 0;
    int64_t record;
    int rc = read_subject(self, &record, &kind);

    if (rc != EXIT_DONE)
        return rc;
    if (level == 0)
        return usage_error("not read_only, read_write or full_access", self->words[5]);
    rc = find_subject(self, kind, self->words[4], &subject);
    if (rc == CRM4E_OK)
        rc = crm4e_record_share(self->session, self->words[1], record, kind, subject, level,
                                self->related);
    return finish(self, rc);
}

int run_unshare(shell *self)
{
    crm4e_subject kind;
    crm4e_id subject = 0;
    int64_t record;
    int rc = read_subject(self, &record, &kind);

    if (rc != EXIT_DONE)
        return rc;
    rc = find_subject(self, kind, self->words[4], &subject);
    if (rc == CRM4E_OK)
        rc = crm4e_record_unshare(self->session, self->words[1], record, kind, subject);
    return finish(self, rc);
}

int run_shares(shell *self)
{
    crm4e_text *text = NULL;
    int64_t record;
    int rc;

    if (!whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    rc = crm4e_record_shares(&text, self->session, self->words[1], record);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

static int set_locked(const shell *self, int32_t locked)
{
    int64_t record;

    if (!whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    return finish(self, crm4e_record_set_locked(self->session, self->words[1], record, locked));
}

int run_lock(shell *self)
{
    return set_locked(self, 1);
}

int run_unlock(shell *self)
{
    return set_locked(self, 0);
}
