/* SPDX-License-Identifier: MIT */
/* Everything a call can be made on: two orgs in one storage, and a live handle
 * of every kind. */
#ifndef TEST_API_FIXTURE_H
#define TEST_API_FIXTURE_H

#include "storage/storage.h"
#include "support/fail_alloc.h"
#include "support/fault_storage.h"
#include "support/unchanged.h"
#include <crm4e.h>
#include <crm4e/sys/sqlite.h>

#define ANA "ana@acme.example"
#define BOB "bob@acme.example"
#define EVE "eve@other.example"

typedef enum fixture_storage {
    FIXTURE_MEMORY,
    FIXTURE_SQLITE
} fixture_storage;

/* A storage several engines can open: they get the instance of `raw`. */
typedef struct shared_storage {
    crm4e_storage_methods methods;
    void *instance;
} shared_storage;

/* One live handle of each kind, by kind. */
typedef struct handle_set {
    crm4e_org *org;
    crm4e_session *session;
    crm4e_text *text;
    crm4e_record *record;
    crm4e_query *query;
    crm4e_cursor *cursor; /* on its first row */
    crm4e_chart *chart;   /* run */
    crm4e_module *module; /* the team module Documents */
    crm4e_space *space;
    crm4e_workflow *workflow; /* complete, not saved */
    crm4e_verdict *verdict;   /* that Ana may edit the lead */
    crm4e_module *leads;
    crm4e_sharing_rule *sharing_rule;  /* complete, not saved */
    crm4e_sharing_rule *criteria_rule; /* in place of one that is saved */
    crm4e_id lead;
    crm4e_id second_lead;
    crm4e_id deleted_lead;
    crm4e_id attachment; /* of the lead */
    crm4e_id paper;      /* a file in its field Papers */
    crm4e_id visit;      /* an interaction of it */
    crm4e_id self;       /* the acting user, an admin of `module` */
    crm4e_id user;       /* active, not the acting one */
    crm4e_id role;       /* CEO; the lead is shared with it */
    crm4e_id view;       /* of leads, public */
    crm4e_id message;
    crm4e_id taken; /* with its lease */
    int64_t lease;
    crm4e_id dead;
} handle_set;

typedef struct fixture {
    fixture_storage kind;
    fail_alloc alloc;
    crm4e_allocator allocator;
    c4_mem mem;
    c4_store raw;
    bool raw_open;
    shared_storage shared;
    fault_storage fault;
    char directory[64]; /* temporary, for SQLite and backups; "" until made */
    int64_t time;       /* of the clock; -1: it fails */
    uint64_t random;
    size_t csv_at;  /* how far the reader of the import is */
    size_t dump_at; /* and that of the dump of an org that the storage does not hold */
    bool file_read;
    crm4e_clock clock;
    crm4e_random random_source;
    crm4e_auth auth;
    crm4e_delivery delivery;
    crm4e_storage storage;
    crm4e_engine_options engine_options; /* of a further engine */
    crm4e_org_options org_options;
    crm4e_edition_needs needs;
    crm4e_org_update_options org_update;
    crm4e_user_options user_options;
    crm4e_user_options update_options;
    crm4e_role_options role_options;
    crm4e_role_options role_update;
    crm4e_group_options group_options;
    crm4e_group_options group_update;
    crm4e_currency_options currency_options;
    crm4e_currency_options currency_update;
    crm4e_interaction_kind_options interaction_kind;
    crm4e_interaction_kind_options interaction_kind_update;
    crm4e_interaction_options interaction;
    crm4e_interactions_options interactions;
    crm4e_tab_group_options tab_group_options;
    crm4e_tab_group_options tab_group_update;
    crm4e_module_options module_options;
    crm4e_field_options field_options;
    crm4e_space_options space_options;
    crm4e_assign_options assign_options;
    crm4e_webhook_options webhook_options;
    crm4e_create_options create_options;
    crm4e_activity_options activity_options;
    crm4e_date_trigger_options date_trigger_options;
    crm4e_import_options import_options;
    crm4e_export_options export_options;
    crm4e_dump_options dump_options;
    crm4e_load_options load_options;
    crm4e_search_options search_options;
    crm4e_audit_options audit_options;
    crm4e_history_options history_options;
    crm4e_feed_options feed_options;
    crm4e_runs_options runs_options;
    crm4e_dry_run_options dry_run_options;
    crm4e_convert_options convert_options;
    crm4e_requests_options requests_options;
    crm4e_file_options file_options;
    crm4e_bin_options bin_options;
    crm4e_duplicates_options duplicates_options;
    crm4e_picture_options picture_options;
    crm4e_mass_options mass_options;
    crm4e_mass_options mass_restore; /* of what is in the bin */
    char backup[96];
    crm4e_engine *engine;
    handle_set own;   /* Ana of Acme: who calls */
    handle_set other; /* Eve of Other */
    unchanged watch;  /* of Ana's session */
} fixture;

/* A writer of files that takes everything. */
int32_t fixture_write_nowhere(void *user, const char *bytes, size_t length);
/* Opens the storage and the engine; no org yet. */
int fixture_start(fixture *f, fixture_storage kind);
/* The same with both orgs and all handles. Returns a code; close it in any case. */
int fixture_open(fixture *f, fixture_storage kind);
/* Makes the handles of `own` that a session owns once more, in a new session of it whose org is
 * as the fixture left it. */
int fixture_handles_again(fixture *f);
int fixture_start_rule(handle_set *set);
int fixture_open_handles(handle_set *set);
/* Closes everything; false when memory was leaked. */
bool fixture_close(fixture *f);
/* The same as cmocka's setup and teardown: one at a time, in *state. */
int fixture_in_memory(void **state);
int fixture_in_sqlite(void **state);
int fixture_teardown(void **state);

/* Creates Acme in the started fixture, with a session of Ana. */
int fixture_org(fixture *f, const char *name, const char *admin, handle_set *set);
/* An active user with a CRM licence of Ana's org. */
int fixture_user(crm4e_session *session, const char *email, const char *profile, crm4e_id *id);
int fixture_lead(crm4e_session *session, const char *name, crm4e_id *id);
/* The number of rows a query text gives, or the code of its failure. */
int64_t fixture_count(crm4e_session *session, const char *text);

#endif
