/* SPDX-License-Identifier: MIT */
/* Positions of calls about many records, of upserts, duplicates, and files in fields. */
#include "hidden.h"

#include <stdlib.h>

/* ------------------------------------------------------------- many, and by unique values */

int hidden_mass_create(cell *c)
{
    crm4e_text *text = NULL;
    char *json = cell_text(c, "[{'%': 'New', '@': null}]");
    int rc = crm4e_mass_create(&text, c->session, c->module, json, CRM4E_NUL_TERMINATED, 0);

    free(json);
    return cell_hear(c, rc, text);
}

static int mass_update(cell *c, const char *criteria, const char *form)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char *json = cell_text(c, form);
    int rc;

    options.module = c->module;
    options.ids = &c->record;
    options.count = criteria ? 0 : 1;
    options.criteria = criteria;
    rc = crm4e_mass_update(&text, c->session, &options, json, CRM4E_NUL_TERMINATED);
    free(json);
    return cell_hear(c, rc, text);
}

int hidden_mass_values(cell *c)
{
    return mass_update(c, NULL, "{'@': null}");
}

int hidden_mass_where(cell *c)
{
    return mass_update(c, c->criteria, "{'%': 'New'}");
}

static int upsert(cell *c, const char *by, const char *form)
{
    char *fields = by ? cell_text(c, by) : NULL;
    char *json = cell_text(c, form);
    int rc =
        crm4e_record_upsert(NULL, NULL, c->session, c->module, fields, json, CRM4E_NUL_TERMINATED);

    free(fields);
    free(json);
    return cell_hear(c, rc, NULL);
}

int hidden_upsert_by(cell *c)
{
    return upsert(c, "['@']", "{'%': 'New', '@': '9182736401'}");
}

int hidden_upsert_values(cell *c)
{
    return upsert(c, NULL, "{'%': 'New', '@': '9182736401'}");
}

/* ------------------------------------------------------------- files in fields */

static int32_t read_word(void *user, char *bytes, size_t size, size_t *read)
{
    bool *given = user;

    (void)size;
    *read = *given ? 0 : 1;
    bytes[0] = 'x';
    *given = true;
    return CRM4E_CONTINUE;
}

int hidden_put_file(cell *c)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    bool given = false;

    options.name = "x";
    options.read = read_word;
    options.read_user = &given;
    return crm4e_field_file_put(NULL, c->session, c->module, c->record, c->field, &options);
}

static int32_t write_heard(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : CRM4E_DENY;
}

int hidden_get_file(cell *c)
{
    int rc = crm4e_field_file_get(c->session, c->module, c->record, c->field, c->world->file,
                                  write_heard, c->heard);

    (void)fprintf(c->heard, "\n");
    return rc;
}

int hidden_remove_file(cell *c)
{
    return crm4e_field_file_remove(c->session, c->module, c->record, c->field, c->world->file);
}

/* ------------------------------------------------------------- duplicates */

/* The rights to fields come before the records, so there need be none for who is refused: it is
 * made once nothing else is. */
int hidden_merge_values(cell *c)
{
    crm4e_id other = c->record + (1 << 20);
    crm4e_record *copy = NULL;
    char *json = cell_text(c, "{'@': null}");
    int rc = crm4e_records_merge(c->session, c->module, c->record, &other, 1, json);

    if (rc == CRM4E_E_NOT_FOUND && c->session == c->world->host.admin) {
        host_ok(c->session, crm4e_record_clone(&copy, c->session, c->module, c->record));
        host_ok(c->session, crm4e_record_save(copy));
        other = crm4e_record_id(copy);
        crm4e_record_free(copy);
        rc = crm4e_records_merge(c->session, c->module, c->record, &other, 1, json);
    }
    free(json);
    return rc;
}

static int find_duplicates(cell *c, const char *form, crm4e_id record)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char *fields = cell_text(c, form);
    int rc;

    options.fields = fields;
    options.record = record;
    rc = crm4e_duplicates_json(&text, c->session, c->module, &options);
    free(fields);
    return cell_hear(c, rc, text);
}

int hidden_duplicates_by(cell *c)
{
    return find_duplicates(c, "['@']", 0);
}

int hidden_duplicates_by_beside(cell *c)
{
    return find_duplicates(c, "['%', '@']", 0);
}

int hidden_duplicates_of(cell *c)
{
    return find_duplicates(c, "['@']", c->record);
}
