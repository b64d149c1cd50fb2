/* SPDX-License-Identifier: MIT */
/* The crm4e command: what the sqlite3 shell is to SQLite. */
#ifndef SHELL_H
#define SHELL_H

#include <stdbool.h>
#include <stdio.h>

#include <crm4e.h>

enum {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    WORDS = 8,
    ALONE = 2
};

/* What advise is told, by crm4e_edition_needs. */
typedef struct told_needs {
    const char *users;
    const char *team_users;
    const char *team_modules;
    const char *custom_modules;
    const char *fields_per_team_module;
    const char *fields_per_org_module;
    const char *lookup_fields_per_team_module;
    const char *users_per_team_module;
    const char *admins_per_team_module;
    const char *team_spaces;
    const char *folders_per_team_space;
    const char *departments;
    const char *workflow_rules;
    const char *workflow_rules_per_module;
    const char *active_workflow_rules_per_module;
    bool interactions;
    bool desk;
    bool projects;
    bool campaigns;
    bool whole_company;
} told_needs;

/* The command line, read. Options that were not given are NULL. */
typedef struct shell {
    const char *database;
    const char *as;  /* --as EMAIL */
    const char *org; /* --org NAME */
    bool json;
    bool dry_run;
    bool partial;
    bool descending;
    bool guarded;
    bool related;
    bool raw;
    bool ids_only;
    bool hold_outbox;
    bool hold_schedule;
    const char *before;
    const char *rule;
    const char *record;
    const char *result;
    const char *on;
    const char *edition;
    const char *admin;
    const char *zone;
    const char *locale;
    const char *currency;
    const char *licences;
    const char *team_licences;
    const char *map;
    const char *date_format;
    const char *number_format;
    const char *users;
    const char *match;
    const char *batch;
    const char *skip;
    const char *rejects;
    const char *group_by;
    const char *measure;
    const char *type;
    const char *top;
    bool fill;
    const char *svg;
    const char *title;
    const char *width;
    const char *height;
    const char *theme;
    const char *palette;
    bool ascii;
    bool colour;
    const char *where;
    const char *limit;
    const char *module;
    const char *version;
    const char *columns;
    const char *format;
    const char *kind;
    const char *account;
    const char *contact;
    const char *deal;
    bool overwrite;
    const char *by;
    const char *after;
    const char *assignment_rule;
    const char *ids;
    const char *transfer;
    const char *field;
    const char *channel;
    const char *direction;
    const char *from;
    const char *until;
    told_needs needs;
    const char *words[WORDS]; /* the command and its arguments */
    int word_count;
    crm4e_engine *engine;
    crm4e_org *tenant;
    crm4e_session *session;
} shell;

typedef struct command {
    const char *name;
    int least; /* arguments after the name */
    int most;
    int needs; /* an engine, a session besides, or ALONE: no database */
    const char *usage;
    int (*run)(shell *self);
} command;

/* main.c: results. */
int refused_by_engine(const shell *self, int code);
int refused_by_session(const shell *self, int code);
int refused(const shell *self, int code, const char *message);
int usage_error(const char *format, const char *word);
/* transfer_commands.c */
int unreadable(const shell *self, const char *path);
/* A reader of a FILE. */
int32_t read_piece(void *user, char *bytes, size_t size, size_t *got);
/* A writer: opened with the first piece, so that what is refused leaves a file as it was. */
typedef struct target {
    const char *path; /* NULL: standard output */
    FILE *file;
} target;
int32_t write_target(void *user, const char *bytes, size_t length);
/* Closes it after a call that ended with `rc`; the exit code. */
int close_target(const shell *self, target *to, int rc);
/* sharing_commands.c: applies a document of three pieces, prints the report. */
int put_in_document(shell *self, const char *before, const char *json, const char *after);
/* history_commands.c: "2026-01-05T09:00:00Z". */
bool read_time(const char *text, crm4e_time *time);
/* record_commands.c: prints a record as JSON. */
int show_record(shell *self, const char *module, crm4e_id id);

/* org_commands.c: by the word that documents use. */
bool find_edition(const char *name, crm4e_edition *edition);

/* Removes what is older than the days of the first word, piece by piece; prints how many. */
typedef int (*purge_call)(crm4e_session *session, crm4e_time before, int32_t budget, int32_t *done);
int purge_by_days(shell *self, purge_call purge, const char *what);

/* output.c */
void print_json_text(const char *text);              /* quoted, escaped */
int print_text(const shell *self, crm4e_text *text); /* frees it */
int print_if(const shell *self, int rc, crm4e_text *text);
/* The module named by a word, for `run`. */
int with_module(shell *self, int word, int (*run)(shell *self, crm4e_module *module));
void print_padded(const char *text, int width, bool right); /* cells of a terminal */
int display_width(const char *text);
char *read_file(const char *path, size_t *length); /* "-": standard input; NULL: failed */
bool whole_number(const char *text, int64_t *number);

/* The commands, by file. */
int run_init(shell *self);
int run_orgs(shell *self);
int run_check(shell *self);
int run_backup(shell *self);
int run_apply(shell *self);
int run_export(shell *self);
int run_dump(shell *self);
int run_load(shell *self);
int run_import(shell *self);
int run_export_records(shell *self);
int run_attach(shell *self);
int run_related(shell *self);
int run_duplicates(shell *self);
int run_merge(shell *self);
int run_tag(shell *self);
int run_untag(shell *self);
int run_tags(shell *self);
int run_fetch(shell *self);
int run_detach(shell *self);
int run_query(shell *self);
int run_plan(shell *self);
int run_get(shell *self);
int run_create(shell *self);
int run_clone(shell *self);
int run_update(shell *self);
int run_upsert(shell *self);
int run_delete(shell *self);
int run_restore(shell *self);
int run_bin(shell *self);
int run_purge(shell *self);
int run_empty_bin(shell *self);
int run_convert(shell *self);
int run_convert_mapping(shell *self);
int run_mass_create(shell *self);
int run_mass_update(shell *self);
int run_mass_delete(shell *self);
int run_mass_restore(shell *self);
int run_mass_owner(shell *self);
int run_share(shell *self);
int run_unshare(shell *self);
int run_shares(shell *self);
int run_lock(shell *self);
int run_unlock(shell *self);
int run_chart(shell *self);
int run_view(shell *self);
int run_views(shell *self);
int run_nav(shell *self);
int run_timeline(shell *self);
int run_interactions(shell *self);
int run_interaction_summary(shell *self);
int run_interaction_add(shell *self);
int run_interaction_remove(shell *self);
int run_interaction_kinds(shell *self);
int run_history(shell *self);
int run_as_of(shell *self);
int run_feed(shell *self);
int run_purge_history(shell *self);
int run_search(shell *self);
int run_requests(shell *self);
int run_audit(shell *self);
int run_due(shell *self);
int run_next_due(shell *self);
int run_schedule(shell *self);
int run_outbox(shell *self);
int run_outbox_retry(shell *self);
int run_outbox_discard(shell *self);
int run_outbox_purge(shell *self);
int run_rules(shell *self);
int run_runs(shell *self);
int run_runs_purge(shell *self);
int run_dry_run(shell *self);
int run_explain(shell *self);
int run_who_can(shell *self);
int run_what_if(shell *self);
int run_online(shell *self);
int run_roles(shell *self);
int run_profiles(shell *self);
int run_currencies(shell *self);
int run_groups(shell *self);
int run_spaces(shell *self);
int run_tab_groups(shell *self);
int run_ui_mode(shell *self);
int run_digest(shell *self);
int run_feedback(shell *self);
int run_sharing_rules(shell *self);
int run_org(shell *self);
int run_limits(shell *self);
int run_advise(shell *self);
int run_modules(shell *self);
int run_members(shell *self);
int run_assignment_rules(shell *self);
int run_default_owners(shell *self);

#endif
