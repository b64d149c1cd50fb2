/* SPDX-License-Identifier: MIT */
/* Commands about many records: those of --ids, or of --where. */
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* Which records, as the options say. */
typedef struct chosen {
    crm4e_mass_options options;
    crm4e_id *ids;
} chosen;

static size_t count_items(const char *list)
{
    size_t count = 1;

    for (; *list; list++)
        count += *list == ',';
    return count;
}

/* One item of "a,b,c" into `item`; NULL: there is none or it is too long. */
static const char *next_item(const char *list, char *item, size_t size)
{
    size_t length = strcspn(list, ",");

    if (length == 0 || length >= size)
        return NULL;
    memcpy(item, list, length);
    item[length] = '\0';
    return list + length + (list[length] == ',');
}

static int read_ids(chosen *c, const char *list)
{
    const char *rest = list;
    char item[32];

    c->options.count = count_items(list);
    c->ids = calloc(c->options.count, sizeof *c->ids);
    if (!c->ids)
        return usage_error("no memory for", list);
    for (size_t i = 0; i < c->options.count; i++) {
        rest = next_item(rest, item, sizeof item);
        if (!rest || !whole_number(item, &c->ids[i]))
            return usage_error("not ids", list);
    }
    c->options.ids = c->ids;
    return EXIT_DONE;
}

static int read_transfer(chosen *c, const char *list)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } words[] = {{"tasks", CRM4E_TRANSFER_TASKS},
                 {"events", CRM4E_TRANSFER_EVENTS},
                 {"calls", CRM4E_TRANSFER_CALLS}};
    const char *rest = list;
    char item[32];

    for (size_t i = count_items(list); i > 0; i--) {
        uint32_t bit = 0;

        rest = next_item(rest, item, sizeof item);
        for (size_t k = 0; rest && k < sizeof words / sizeof *words; k++)
            bit |= strcmp(item, words[k].word) == 0 ? words[k].bit : 0;
        if (bit == 0)
            return usage_error("not tasks, events or calls", list);
        c->options.transfer |= bit;
    }
    return EXIT_DONE;
}

/* Nothing chosen is a mistake here: it would do nothing. */
static int choose(const shell *self, chosen *c)
{
    int result = EXIT_DONE;

    *c = (chosen){.options = CRM4E_MASS_OPTIONS_INIT};
    c->options.module = self->words[1];
    c->options.criteria = self->where;
    c->options.partial = self->partial;
    if (!self->ids && !self->where)
        return usage_error("needs --ids or --where", self->words[0]);
    if (self->ids)
        result = read_ids(c, self->ids);
    if (result == EXIT_DONE && self->transfer)
        result = read_transfer(c, self->transfer);
    if (result != EXIT_DONE)
        free(c->ids);
    return result;
}

static int finish(const shell *self, chosen *c, int rc, crm4e_text *text)
{
    free(c->ids);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

int run_mass_create(shell *self)
{
    crm4e_text *text = NULL;
    size_t length = 0;
    char *json = read_file(self->words[2], &length);
    int rc;

    if (!json)
        return unreadable(self, self->words[2]);
    rc = crm4e_mass_create(&text, self->session, self->words[1], json, length, self->partial);
    free(json);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}

/* The calls that take nothing but the records. */
typedef int (*plain_call)(crm4e_text **out, crm4e_session *session,
                          const crm4e_mass_options *options);
static int run_plain(shell *self, plain_call call)
{
    crm4e_text *text = NULL;
    chosen c;
    int result = choose(self, &c);
    int rc;

    if (result != EXIT_DONE)
        return result;
    rc = call(&text, self->session, &c.options);
    return finish(self, &c, rc, text);
}

int run_mass_delete(shell *self)
{
    return run_plain(self, crm4e_mass_delete);
}

int run_mass_restore(shell *self)
{
    return run_plain(self, crm4e_mass_restore);
}

int run_mass_update(shell *self)
{
    crm4e_text *text = NULL;
    chosen c;
    int result = choose(self, &c);
    int rc;

    if (result != EXIT_DONE)
        return result;
    rc = crm4e_mass_update(&text, self->session, &c.options, self->words[2], CRM4E_NUL_TERMINATED);
    return finish(self, &c, rc, text);
}

int run_mass_owner(shell *self)
{
    crm4e_text *text = NULL;
    crm4e_id owner = 0;
    chosen c;
    int result = choose(self, &c);
    int rc;

    if (result != EXIT_DONE)
        return result;
    rc = crm4e_user_find(self->session, self->words[2], &owner);
    if (rc == CRM4E_OK)
        rc = crm4e_mass_change_owner(&text, self->session, &c.options, owner);
    return finish(self, &c, rc, text);
}
