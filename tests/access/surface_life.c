/* SPDX-License-Identifier: MIT */
/* The life of a record as surfaces: copies, writing by unique values, many records at once,
 * the bin. */
#include "surface_inside.h"

#include <string.h>

static int clone_by_id(const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_clone(&record, surface_reader(), module, id);

    crm4e_record_free(record);
    return rc;
}

static void hear_clones(void)
{
    for (size_t i = 0; i < HIDDEN; i++) {
        crm4e_record *record = NULL;
        crm4e_text *text = NULL;
        int rc;

        surface_allowed(
            crm4e_record_clone(&record, surface_reader(), surface_module(i), surface_id(i)));
        rc = crm4e_record_json(&text, record);
        surface_allowed(surface_said_text(rc, text));
        crm4e_record_free(record);
    }
    surface_like_missing_everywhere(clone_by_id);
}

static int upsert(const char *fields, const char *json)
{
    return surface_said(crm4e_record_upsert(NULL, NULL, surface_reader(), "Leads", fields, json,
                                            CRM4E_NUL_TERMINATED));
}

/* No field of the module is unique: whatever is asked, the answer is the same. */
static void hear_upserts(void)
{
    surface_refused(upsert(NULL, "{\"Last_Name\": \"" SECRET "\"}"), CRM4E_E_INVALID);
    surface_refused(upsert("[\"Phone\"]", "{\"Phone\": \"1\"}"), CRM4E_E_DENIED);
    surface_refused(upsert("[\"Company\"]", "{\"Company\": \"" SECRET "\"}"), CRM4E_E_INVALID);
}

/* A record of his in the module, else some record of his. */
static crm4e_id own_of(const char *module)
{
    size_t at = LEAD;

    for (size_t i = 0; i < HIDDEN; i++)
        at = strcmp(surface_module(i), module) == 0 ? i : at;
    return surface_id(at);
}

static int merge_into(const char *module, crm4e_id id)
{
    const crm4e_id own = own_of(module);

    return crm4e_records_merge(surface_reader(), module, id, &own, 1, NULL);
}

static int merge_away(const char *module, crm4e_id id)
{
    return crm4e_records_merge(surface_reader(), module, own_of(module), &id, 1, NULL);
}

static int duplicates_by_id(const char *module, crm4e_id id)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.record = id;
    return surface_said_text(crm4e_duplicates_json(&text, surface_reader(), module, &options),
                             text);
}

static int duplicates_by(const char *fields)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.fields = fields;
    return surface_said_text(crm4e_duplicates_json(&text, surface_reader(), "Leads", &options),
                             text);
}

static void hear_duplicates(void)
{
    surface_like_missing_everywhere(duplicates_by_id);
    for (size_t i = 0; i < HIDDEN; i++)
        surface_allowed(duplicates_by_id(surface_module(i), surface_id(i)));
    surface_allowed(duplicates_by(NULL));
    surface_allowed(duplicates_by("[\"Company\"]"));
    surface_refused(duplicates_by("[\"Phone\"]"), CRM4E_E_DENIED);
    surface_refused(duplicates_by("[\"Company\", \"Phone\"]"), CRM4E_E_DENIED);
}

/* His own lead takes over what he may read of a copy, and is asked for no more. */
static void hear_merges(void)
{
    crm4e_record *copy = NULL;
    crm4e_id id;

    hear_duplicates();
    surface_like_missing_everywhere(merge_into);
    surface_like_missing_everywhere(merge_away);
    surface_allowed(crm4e_record_clone(&copy, surface_reader(), "Leads", surface_id(LEAD)));
    surface_allowed(crm4e_record_save(copy));
    id = crm4e_record_id(copy);
    crm4e_record_free(copy);
    surface_refused(crm4e_records_merge(surface_reader(), "Leads", surface_id(LEAD), &id, 1,
                                        "{\"Phone\": null}"),
                    CRM4E_E_DENIED);
    surface_allowed(crm4e_records_merge(surface_reader(), "Leads", surface_id(LEAD), &id, 1, NULL));
}

/* All records of a module in one call, as its kind does. */
typedef int (*many)(crm4e_text **out, const crm4e_mass_options *options);

static int update_many(crm4e_text **out, const crm4e_mass_options *options)
{
    return crm4e_mass_update(out, surface_reader(), options, "{}", CRM4E_NUL_TERMINATED);
}

static int delete_many(crm4e_text **out, const crm4e_mass_options *options)
{
    return crm4e_mass_delete(out, surface_reader(), options);
}

static int restore_many(crm4e_text **out, const crm4e_mass_options *options)
{
    return crm4e_mass_restore(out, surface_reader(), options);
}

static int give_many(crm4e_text **out, const crm4e_mass_options *options)
{
    return crm4e_mass_change_owner(out, surface_reader(), options,
                                   crm4e_session_user(surface_reader()));
}

static many called;

static int many_by_id(const char *module, crm4e_id id)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int rc;

    options.module = module;
    options.ids = &id;
    options.count = 1;
    rc = called(&text, &options);
    return surface_said_text(rc, text);
}

/* The rows say of what is hidden what they say of what was never there. */
static void hear_rows_of(const char *module, crm4e_id id)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id ids[] = {id, id + (1 << 20)};
    int rc;

    options.module = module;
    options.ids = ids;
    options.count = 2;
    options.partial = 1;
    rc = called(&text, &options);
    if (rc == CRM4E_OK) {
        const char *first = strstr(crm4e_text_data(text), ",\"code\"");
        const char *second = first ? strstr(first + 1, ",\"code\"") : NULL;

        assert_non_null(second);
        assert_memory_equal(first, second, strcspn(first, "}"));
    }
    (void)surface_said_text(rc, text);
}

static void hear_many(void)
{
    static const many calls[] = {update_many, delete_many, restore_many, give_many};
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    crm4e_text *text = NULL;

    for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++) {
        called = calls[c];
        surface_like_missing_everywhere(many_by_id);
        for (size_t i = HIDDEN; i < RECORDS; i++)
            hear_rows_of(surface_module(i), surface_id(i));
    }
    options.module = "Leads";
    options.criteria = "Phone like '%'";
    surface_refused(update_many(&text, &options), CRM4E_E_DENIED);
    options.criteria = "Company = '" SECRET "'";
    surface_allowed(update_many(&text, &options));
    assert_string_equal(crm4e_text_data(text), "{\"rows\":[],\"changed\":0}");
    crm4e_text_free(text);
    surface_refused(crm4e_mass_create(NULL, surface_reader(), "Leads", "[{\"Phone\": \"1\"}]",
                                      CRM4E_NUL_TERMINATED, 0),
                    CRM4E_E_DENIED);
}

/* The lead in the bin is not his to bring back, so it does not lie there. */
static void hear_bin(void)
{
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int rc = crm4e_bin_json(&text, surface_reader(), NULL);

    assert_string_equal(crm4e_text_data(text), "{\"records\":[],\"after\":null}");
    surface_allowed(surface_said_text(rc, text));
    options.module = "Vault";
    surface_refused(crm4e_bin_json(&text, surface_reader(), &options), CRM4E_E_NOT_FOUND);
    surface_refused(crm4e_bin_empty(surface_reader(), NULL, 0, 1, NULL), CRM4E_E_DENIED);
    surface_refused(crm4e_bin_empty(surface_reader(), "Vault", 0, 1, NULL), CRM4E_E_NOT_FOUND);
    surface_refused(crm4e_record_purge(surface_reader(), "Leads", surface_id(BINNED_LEAD)),
                    CRM4E_E_DENIED);
    surface_refused(
        crm4e_record_purge(surface_reader(), "Leads", surface_id(BINNED_LEAD) + (1 << 20)),
        CRM4E_E_DENIED);
}

/* The outbox is for administrators, whatever is in it. */
void probe_messages(void)
{
    crm4e_session *reader = surface_reader();
    crm4e_text *text = NULL;
    int32_t done = 0;

    surface_refused(crm4e_outbox_take(&text, reader, 60), CRM4E_E_DENIED);
    surface_refused(crm4e_outbox_json(&text, reader, CRM4E_OUTBOX_IS_WAITING, 0, 10),
                    CRM4E_E_DENIED);
    surface_refused(crm4e_outbox_answer(reader, 1, 1, CRM4E_OUTBOX_DELIVERED, NULL),
                    CRM4E_E_DENIED);
    surface_refused(crm4e_outbox_retry(reader, 1), CRM4E_E_DENIED);
    surface_refused(crm4e_outbox_discard(reader, 1), CRM4E_E_DENIED);
    surface_refused(crm4e_outbox_purge(reader, 1, 10, &done), CRM4E_E_DENIED);
    surface_refused(crm4e_runs_purge(reader, 1, 10, &done), CRM4E_E_DENIED);
    assert_null(text);
    assert_int_equal(done, 0);
}

void probe_life(void)
{
    hear_clones();
    hear_upserts();
    hear_many();
    hear_bin();
    hear_merges();
}
