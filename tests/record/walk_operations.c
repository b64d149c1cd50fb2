/* SPDX-License-Identifier: MIT */
/* Every operation on records that the public interface has. */
#include "record_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OF(side, step) (side)->sessions[(step)->actor], walk_names[(step)->module]

static int fill_and_save(crm4e_record *record, const walk_step *step, walk_outcome *out)
{
    int rc = crm4e_record_set_json(record, step->json, CRM4E_NUL_TERMINATED);

    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        out->made = crm4e_record_id(record);
    crm4e_record_free(record);
    return rc;
}

static int create(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, OF(side, step));

    return rc < 0 ? rc : fill_and_save(record, step, out);
}

/* Sometimes with a version that may be another. */
static int update(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, OF(side, step), step->id);

    if (rc == CRM4E_OK && step->roll % 8 == 0)
        rc = crm4e_record_expect(record, (int64_t)(step->roll >> 3) % 4 + 1);
    if (rc < 0) {
        crm4e_record_free(record);
        return rc;
    }
    return fill_and_save(record, step, out);
}

static int clone(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_clone(&record, OF(side, step), step->id);

    return rc < 0 ? rc : fill_and_save(record, step, out);
}

static int change_owner(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, OF(side, step), step->id);

    (void)out;
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_owner(record, side->users[step->roll % WALK_ACTORS]);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int delete (walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_record_delete(OF(side, step), step->id, step->roll % 8 == 0 ? 2 : 0);
}

static int restore(walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_record_restore(OF(side, step), step->id);
}

static int purge(walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_record_purge(OF(side, step), step->id);
}

static int upsert(walk_side *side, const walk_step *step, walk_outcome *out)
{
    int32_t created = 0;
    int rc = crm4e_record_upsert(&out->made, &created, OF(side, step), NULL, step->json,
                                 CRM4E_NUL_TERMINATED);

    if (created == 0)
        out->made = 0;
    return rc;
}

/* ------------------------------------------------------------- many at once */

static int mass_create(walk_side *side, const walk_step *step, walk_outcome *out)
{
    char list[2 * WALK_JSON + 4];

    (void)snprintf(list, sizeof list, "[%s,%s]", step->json, step->json);
    return crm4e_mass_create(&out->text, OF(side, step), list, CRM4E_NUL_TERMINATED,
                             (int32_t)(step->roll % 2));
}

/* Three records, one of them maybe twice, or those that criteria find. */
static crm4e_mass_options many(const walk_step *step, crm4e_id ids[3], bool criteria)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    ids[0] = step->id;
    ids[1] = step->other;
    ids[2] = step->third;
    options.module = walk_names[step->module];
    options.partial = (int32_t)(step->roll % 3 != 0);
    if (criteria && step->roll % 5 == 0) {
        options.criteria = "id > 20 and Owner = ${CURRENTUSER}";
    } else {
        options.ids = ids;
        options.count = 1 + step->roll / 3 % 3;
    }
    return options;
}

static int mass_update(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_id ids[3];
    const crm4e_mass_options options = many(step, ids, true);

    return crm4e_mass_update(&out->text, side->sessions[step->actor], &options, step->json,
                             CRM4E_NUL_TERMINATED);
}

static int mass_delete(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_id ids[3];
    const crm4e_mass_options options = many(step, ids, false);

    return crm4e_mass_delete(&out->text, side->sessions[step->actor], &options);
}

static int mass_restore(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_id ids[3];
    const crm4e_mass_options options = many(step, ids, false);

    return crm4e_mass_restore(&out->text, side->sessions[step->actor], &options);
}

static int mass_change_owner(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_id ids[3];
    const crm4e_mass_options options = many(step, ids, true);

    return crm4e_mass_change_owner(&out->text, side->sessions[step->actor], &options,
                                   side->users[step->roll % WALK_ACTORS]);
}

static int merge(walk_side *side, const walk_step *step, walk_outcome *out)
{
    const crm4e_id others[] = {step->other, step->third};

    (void)out;
    return crm4e_records_merge(OF(side, step), step->id, others, 1 + step->roll % 2,
                               step->roll % 4 == 0 ? step->json : NULL);
}

static int convert(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    crm4e_id account = 0, contact = 0;
    int rc;

    if (step->roll % 2 == 0)
        options.deal = "{\"Stage\": \"Qualification\"}";
    options.overwrite = (int32_t)(step->roll / 2 % 2);
    rc = crm4e_convert_lead(&account, &contact, &out->made, side->sessions[step->actor], step->id,
                            &options);
    out->made = rc == CRM4E_OK ? out->made + 3 * account + 7 * contact : 0;
    return rc;
}

/* ------------------------------------------------------------- what hangs on a record */

static int tag(walk_side *side, const walk_step *step, walk_outcome *out)
{
    static const char *const names[] = {"Hot", "cold", "Old", "new", "; ", "COLD"};

    (void)out;
    return crm4e_record_tag(OF(side, step), step->id, names[step->roll % 6]);
}

static int untag(walk_side *side, const walk_step *step, walk_outcome *out)
{
    static const char *const names[] = {"Hot", "cold", "Old", "New"};

    (void)out;
    return crm4e_record_untag(OF(side, step), step->id, names[step->roll % 4]);
}

static int lock(walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_record_set_locked(OF(side, step), step->id, (int32_t)(step->roll % 4 == 0));
}

static int share(walk_side *side, const walk_step *step, walk_outcome *out)
{
    const crm4e_level level = step->roll % 3 == 0 ? CRM4E_LEVEL_READ_ONLY : CRM4E_LEVEL_READ_WRITE;

    (void)out;
    return crm4e_record_share(OF(side, step), step->id, CRM4E_SUBJECT_USER,
                              side->users[step->roll % WALK_ACTORS], level,
                              (int32_t)(step->roll / 4 % 2));
}

static int unshare(walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_record_unshare(OF(side, step), step->id, CRM4E_SUBJECT_USER,
                                side->users[step->roll % WALK_ACTORS]);
}

typedef struct bytes {
    const char *text;
    size_t left;
} bytes;

static int32_t give(void *user, char *to, size_t size, size_t *read)
{
    bytes *from = user;

    *read = from->left < size ? from->left : size;
    memcpy(to, from->text, *read);
    from->text += *read;
    from->left -= *read;
    return CRM4E_CONTINUE;
}

static crm4e_file_options file_of(const walk_step *step, bytes *content)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    *content = (bytes){step->json, step->roll % strlen(step->json)};
    options.name = step->roll % 9 == 0 ? "a/b" : "plan.pdf";
    options.read = give;
    options.read_user = content;
    return options;
}

static int attach(walk_side *side, const walk_step *step, walk_outcome *out)
{
    bytes content;
    const crm4e_file_options options = file_of(step, &content);

    return crm4e_file_put(&out->made, OF(side, step), step->id, &options);
}

static int put_paper(walk_side *side, const walk_step *step, walk_outcome *out)
{
    bytes content;
    const crm4e_file_options options = file_of(step, &content);

    (void)out;
    return crm4e_field_file_put(NULL, OF(side, step), step->id, "Papers", &options);
}

/* The first that the field has. */
static int remove_paper(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_record *record = NULL;
    const char *text = NULL, *id = NULL;
    int rc = crm4e_record_open(&record, OF(side, step), step->id);

    (void)out;
    if (rc == CRM4E_OK)
        rc = crm4e_record_get_text(record, "Papers", &text, NULL);
    if (text != NULL)
        id = strstr(text, "\"id\":");
    if (rc == CRM4E_OK)
        rc = crm4e_field_file_remove(OF(side, step), step->id, "Papers",
                                     id != NULL ? strtoll(id + 5, NULL, 10) : 5);
    crm4e_record_free(record);
    return rc;
}

/* ------------------------------------------------------------- files of records */

static int import(walk_side *side, const walk_step *step, walk_outcome *out,
                  crm4e_import_options *options, const char *text)
{
    bytes from = {text, strlen(text)};

    options->module = walk_names[step->module];
    options->read = give;
    options->read_user = &from;
    options->partial = (int32_t)(step->roll % 2);
    options->dry_run = (int32_t)(step->roll / 2 % 8 == 0);
    return crm4e_import_records(&out->text, side->sessions[step->actor], options);
}

static int import_csv(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char text[160];

    (void)snprintf(text, sizeof text,
                   "Name,%s\r\nfrom a file,k%u\r\n\"a \"\"quoted\"\" one\",\r\nlast,K%u\r\n",
                   step->module == FIRMS ? "Key" : "Code", step->roll % 20, step->roll / 20 % 20);
    options.match = step->roll / 16 % 3;
    return import(side, step, out, &options, text);
}

static int import_lines(walk_side *side, const walk_step *step, walk_outcome *out)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char text[WALK_JSON + 40];

    (void)snprintf(text, sizeof text, "%s\n{\"Name\": null}\n", step->json);
    options.format = CRM4E_IMPORT_JSON_LINES;
    options.match = step->roll / 16 % 3;
    return import(side, step, out, &options, text);
}

/* ------------------------------------------------------------- the bin, transactions */

static int empty_bin(walk_side *side, const walk_step *step, walk_outcome *out)
{
    int32_t done = 0;
    int rc = crm4e_bin_empty(OF(side, step), 0, 1 + (int32_t)(step->roll % 4), &done);

    out->made = done;
    return rc;
}

static int list_bin(walk_side *side, const walk_step *step, walk_outcome *out)
{
    return crm4e_bin_json(&out->text, side->sessions[step->actor], NULL);
}

static int begin(walk_side *side, const walk_step *step, walk_outcome *out)
{
    (void)out;
    return crm4e_session_begin(side->sessions[step->actor]);
}

#define MADE_ALIKE  0
#define BIT(module) (1u << (module))

const walk_operation walk_operations[] = {
    {"create", create, MADE_ALIKE, 60},
    {"update", update, MADE_ALIKE, 60},
    {"update a trip", update, BIT(TRIPS), 30},
    {"update a quote", update, BIT(QUOTES), 10},
    {"clone", clone, MADE_ALIKE, 15},
    {"change owner", change_owner, MADE_ALIKE, 15},
    {"delete", delete, MADE_ALIKE, 25},
    {"delete a file", delete, BIT(ATTACHMENTS), 5},
    {"restore", restore, MADE_ALIKE, 30},
    {"restore a file", restore, BIT(ATTACHMENTS), 5},
    {"purge", purge, MADE_ALIKE, 10},
    {"upsert", upsert, BIT(FIRMS) | BIT(TRIPS), 25},
    {"mass create", mass_create, MADE_ALIKE, 8},
    {"mass update", mass_update, MADE_ALIKE, 20},
    {"mass delete", mass_delete, MADE_ALIKE, 8},
    {"mass restore", mass_restore, MADE_ALIKE, 12},
    {"mass change owner", mass_change_owner, MADE_ALIKE, 10},
    {"merge", merge, MADE_ALIKE, 15},
    {"convert", convert, BIT(LEADS), 10},
    {"tag", tag, MADE_ALIKE, 25},
    {"untag", untag, MADE_ALIKE, 40},
    {"lock", lock, MADE_ALIKE, 15},
    {"share", share, MADE_ALIKE, 25},
    {"unshare", unshare, MADE_ALIKE, 40},
    {"attach", attach, BIT(LEADS) | BIT(ACCOUNTS) | BIT(TRIPS) | BIT(NOTES), 10},
    {"put a file", put_paper, BIT(TRIPS), 15},
    {"remove a file", remove_paper, BIT(TRIPS), 8},
    {"import", import_csv, BIT(FIRMS) | BIT(TRIPS), 8},
    {"import lines", import_lines, BIT(FIRMS) | BIT(TRIPS), 8},
    {"empty the bin", empty_bin, MADE_ALIKE, 4},
    {"list the bin", list_bin, MADE_ALIKE, 4},
    {"begin", begin, MADE_ALIKE, 12},
};
const size_t walk_operation_count = sizeof walk_operations / sizeof walk_operations[0];
