/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "shell.h"

static const command commands[] = {
    {"init", 0, 0, false,
     "--org NAME --edition E --admin EMAIL [--zone Z] [--locale L]"
     " [--currency C] [--licences N] [--team-licences N]",
     run_init},
    {"orgs", 0, 0, false, "", run_orgs},
    {"check", 0, 0, false, "", run_check},
    {"backup", 1, 1, false, "FILE", run_backup},
    {"dump", 1, 1, true, "FILE", run_dump},
    {"load", 1, 1, false, "FILE [--org NAME] [--hold-outbox] [--hold-schedule]", run_load},
    {"apply", 1, 1, true, "FILE.json", run_apply},
    {"export", 0, 0, true, "", run_export},
    {"import", 2, 2, true,
     "MODULE FILE [--format csv|jsonl] [--map FILE.json] [--date-format F] [--number-format F]"
     " [--user-names FILE.json] [--match skip|update [--by F,G]] [--batch N] [--skip N] [--dry-run]"
     " [--partial] [--rejects FILE] [--guarded] [--assignment-rule NAME]",
     run_import},
    {"export-records", 2, 2, true,
     "MODULE FILE [--format csv|jsonl] [--columns F,G] [--where CRITERIA]"
     " [--ids-only] [--raw]",
     run_export_records},
    {"attach", 3, 4, true, "MODULE ID FILE [NAME] [--field F]", run_attach},
    {"fetch", 2, 5, true, "ATTACHMENT FILE | MODULE ID FIELD NUMBER FILE", run_fetch},
    {"detach", 4, 4, true, "MODULE ID FIELD NUMBER", run_detach},
    {"query", 1, 1, true, "'select ...'", run_query},
    {"plan", 1, 1, true, "'select ...'", run_plan},
    {"search", 1, 1, true, "TEXT [--module M] [--limit N]", run_search},
    {"requests", 0, 0, true, "[--module M] [--limit N] [--after TOKEN]", run_requests},
    {"get", 2, 2, true, "MODULE ID", run_get},
    {"create", 2, 2, true, "MODULE JSON", run_create},
    {"clone", 2, 3, true, "MODULE ID [JSON]", run_clone},
    {"update", 3, 3, true, "MODULE ID JSON [--version N]", run_update},
    {"upsert", 2, 3, true, "MODULE JSON [FIELDS]", run_upsert},
    {"delete", 2, 2, true, "MODULE ID [--version N]", run_delete},
    {"restore", 2, 2, true, "MODULE ID", run_restore},
    {"bin", 0, 0, true, "[--module M] [--limit N] [--after TOKEN]", run_bin},
    {"purge", 2, 2, true, "MODULE ID", run_purge},
    {"empty-bin", 0, 1, true, "[DAYS] [--module M] [--limit N]", run_empty_bin},
    {"convert", 1, 1, true, "LEAD [--account ID] [--contact ID] [--deal JSON] [--overwrite]",
     run_convert},
    {"convert-mapping", 0, 3, true, "[LEAD_FIELD accounts|contacts|deals [FIELD]]",
     run_convert_mapping},
    {"mass-create", 2, 2, true, "MODULE FILE.json [--partial]", run_mass_create},
    {"mass-update", 2, 2, true, "MODULE JSON --ids A,B|--where CRITERIA [--partial]",
     run_mass_update},
    {"mass-delete", 1, 1, true, "MODULE --ids A,B|--where CRITERIA [--partial]", run_mass_delete},
    {"mass-restore", 1, 1, true, "MODULE --ids A,B [--partial]", run_mass_restore},
    {"mass-owner", 2, 2, true,
     "MODULE EMAIL --ids A,B|--where CRITERIA [--partial] [--transfer tasks,events,calls]",
     run_mass_owner},
    {"share", 5, 5, true,
     "MODULE ID user|role|role_and_subordinates|group NAME"
     " read_only|read_write|full_access [--related]",
     run_share},
    {"unshare", 4, 4, true, "MODULE ID user|role|role_and_subordinates|group NAME", run_unshare},
    {"shares", 2, 2, true, "MODULE ID", run_shares},
    {"lock", 2, 2, true, "MODULE ID", run_lock},
    {"unlock", 2, 2, true, "MODULE ID", run_unlock},
    {"related", 1, 3, true, "MODULE [ID RELATION [--limit N] [--after TOKEN]]", run_related},
    {"duplicates", 1, 3, true, "MODULE [FIELDS] [ID] [--limit N] [--after TOKEN]", run_duplicates},
    {"merge", 3, 5, true, "MODULE MASTER ID [ID] [JSON]", run_merge},
    {"tag", 3, 3, true, "MODULE ID NAME", run_tag},
    {"untag", 3, 3, true, "MODULE ID NAME", run_untag},
    {"tags", 1, 4, true, "MODULE [put NAME [COLOUR] | rename NAME NEW | remove NAME]", run_tags},
    {"chart", 1, 2, true,
     "MODULE [NAME] [--group-by F[:month][,G]] [--measure sum:Amount,count]"
     " [--where CRITERIA] [--type T] [--top N] [--fill] [--svg FILE] [--title TEXT]"
     " [--width N] [--height N] [--theme T] [--palette #RRGGBB,..] [--ascii] [--colour]",
     run_chart},
    {"view", 2, 2, true, "MODULE NAME [--limit N] [--after TOKEN]", run_view},
    {"views", 1, 3, true, "put JSON | MODULE [show NAME | remove NAME]", run_views},
    {"nav", 0, 0, true, "", run_nav},
    {"history", 2, 2, true, "MODULE ID [--limit N] [--before SEQUENCE]", run_history},
    {"as-of", 3, 3, true, "MODULE ID TIME", run_as_of},
    {"purge-history", 0, 0, true, "", run_purge_history},
    {"feed", 0, 1, true, "[POSITION] [--module M] [--kind K] [--limit N]", run_feed},
    {"timeline", 2, 2, true, "MODULE ID [--limit N] [--descending]", run_timeline},
    {"interactions", 2, 2, true,
     "MODULE ID [--kind K] [--channel C] [--direction in|out|none] [--by EMAIL] [--from TIME]"
     " [--until TIME] [--descending] [--limit N] [--after TOKEN]",
     run_interactions},
    {"interaction-summary", 2, 2, true,
     "MODULE ID [--kind K] [--channel C] [--direction in|out|none] [--by EMAIL] [--from TIME]"
     " [--until TIME]",
     run_interaction_summary},
    {"interaction-add", 1, 1, true, "JSON", run_interaction_add},
    {"interaction-remove", 3, 3, true, "MODULE ID INTERACTION", run_interaction_remove},
    {"interaction-kinds", 0, 2, true, "[put JSON]", run_interaction_kinds},
    {"audit", 0, 0, true, "[--kind K] [--by EMAIL] [--limit N]", run_audit},
    {"org", 0, 3, true, "[put JSON | trial EDITION [DAYS]]", run_org},
    {"limits", 0, 0, true, "", run_limits},
    {"advise", 0, 0, ALONE,
     "[--users N] [--departments N] [--desk] [--whole-company] ... (without DB; all in the manual)",
     run_advise},
    {"roles", 0, 3, true, "[put JSON | rename NAME NEW | remove NAME]", run_roles},
    {"profiles", 0, 3, true, "[put JSON | rename NAME NEW | remove NAME]", run_profiles},
    {"currencies", 0, 2, true, "[put JSON | enable]", run_currencies},
    {"groups", 0, 3, true, "[put JSON | rename NAME NEW | remove NAME]", run_groups},
    {"modules", 0, 2, true,
     "[NAME | hide NAME | show NAME | archive NAME | bring-back NAME | remove NAME]", run_modules},
    {"members", 1, 4, true, "MODULE [put EMAIL PROFILE | remove EMAIL]", run_members},
    {"assignment-rules", 1, 3, true, "MODULE [put JSON | use [NAME] | remove NAME]",
     run_assignment_rules},
    {"default-owners", 1, 6, true, "MODULE [EMAIL ...]", run_default_owners},
    {"spaces", 0, 3, true, "[put JSON | rename NAME NEW | remove NAME]", run_spaces},
    {"tab-groups", 0, 3, true, "[put JSON | rename NAME NEW | remove NAME]", run_tab_groups},
    {"ui-mode", 1, 1, true, "nextgen|classic", run_ui_mode},
    {"feedback", 0, 2, true, "[TEXT [PLACE]]", run_feedback},
    {"digest", 0, 0, true, "", run_digest},
    {"sharing-rules", 1, 3, true, "put JSON | MODULE [on NAME | off NAME | remove NAME]",
     run_sharing_rules},
    {"explain", 3, 5, true, "USER ACTION MODULE [ID [FIELD]] [--locale L]", run_explain},
    {"who-can", 3, 3, true, "ACTION MODULE ID", run_who_can},
    {"what-if", 1, 1, true, "FILE.json", run_what_if},
    {"online", 1, 1, true, "MINUTES", run_online},
    {"run-due", 0, 0, true, "[--limit N]", run_due},
    {"next-due", 0, 0, true, "", run_next_due},
    {"schedule", 0, 2, true, "[MODULE [RECORD]] [--limit N] [--after ID]", run_schedule},
    {"outbox", 0, 1, true, "[waiting|delivered|dead] [--limit N] [--after ID]", run_outbox},
    {"outbox-retry", 1, 1, true, "ID", run_outbox_retry},
    {"outbox-discard", 1, 1, true, "ID", run_outbox_discard},
    {"outbox-purge", 1, 1, true, "DAYS", run_outbox_purge},
    {"rules", 1, 3, true, "MODULE [activate NAME | deactivate NAME | remove NAME]", run_rules},
    {"runs", 1, 1, true,
     "MODULE [--rule NAME] [--record ID] [--result done|skipped|failed] [--limit N] [--before ID]",
     run_runs},
    {"runs-purge", 1, 1, true, "DAYS", run_runs_purge},
    {"dry-run", 2, 3, true, "MODULE ID [JSON] [--rule NAME] [--on create|edit|delete]",
     run_dry_run},
};
enum {
    COMMANDS = sizeof commands / sizeof *commands
};

/* An option and the member it fills; `on` for those without a value. */
typedef struct option {
    const char *name;
    size_t value;
    size_t on;
} option;

#define VALUE(name, member)                                                                        \
    {                                                                                              \
        name, offsetof(shell, member) + 1, 0                                                       \
    }
#define FLAG(name, member)                                                                         \
    {                                                                                              \
        name, 0, offsetof(shell, member) + 1                                                       \
    }

static const option known_options[] = {
    VALUE("--as", as),
    VALUE("--org", org),
    FLAG("--json", json),
    FLAG("--dry-run", dry_run),
    FLAG("--partial", partial),
    FLAG("--descending", descending),
    FLAG("--guarded", guarded),
    FLAG("--related", related),
    FLAG("--raw", raw),
    FLAG("--ids-only", ids_only),
    FLAG("--hold-outbox", hold_outbox),
    FLAG("--hold-schedule", hold_schedule),
    VALUE("--edition", edition),
    VALUE("--admin", admin),
    VALUE("--zone", zone),
    VALUE("--locale", locale),
    VALUE("--currency", currency),
    VALUE("--licences", licences),
    VALUE("--team-licences", team_licences),
    VALUE("--users", needs.users),
    VALUE("--team-users", needs.team_users),
    VALUE("--team-modules", needs.team_modules),
    VALUE("--custom-modules", needs.custom_modules),
    VALUE("--fields", needs.fields_per_team_module),
    VALUE("--org-fields", needs.fields_per_org_module),
    VALUE("--lookups", needs.lookup_fields_per_team_module),
    VALUE("--module-users", needs.users_per_team_module),
    VALUE("--module-admins", needs.admins_per_team_module),
    VALUE("--spaces", needs.team_spaces),
    VALUE("--folders", needs.folders_per_team_space),
    VALUE("--departments", needs.departments),
    VALUE("--rules", needs.workflow_rules),
    VALUE("--module-rules", needs.workflow_rules_per_module),
    VALUE("--active-rules", needs.active_workflow_rules_per_module),
    FLAG("--interactions", needs.interactions),
    FLAG("--desk", needs.desk),
    FLAG("--projects", needs.projects),
    FLAG("--campaigns", needs.campaigns),
    FLAG("--whole-company", needs.whole_company),
    VALUE("--map", map),
    VALUE("--date-format", date_format),
    VALUE("--number-format", number_format),
    VALUE("--user-names", users),
    VALUE("--match", match),
    VALUE("--batch", batch),
    VALUE("--skip", skip),
    VALUE("--rejects", rejects),
    VALUE("--group-by", group_by),
    VALUE("--measure", measure),
    VALUE("--type", type),
    VALUE("--top", top),
    FLAG("--fill", fill),
    VALUE("--svg", svg),
    VALUE("--title", title),
    VALUE("--width", width),
    VALUE("--height", height),
    VALUE("--theme", theme),
    VALUE("--palette", palette),
    FLAG("--ascii", ascii),
    FLAG("--colour", colour),
    VALUE("--where", where),
    VALUE("--limit", limit),
    VALUE("--before", before),
    VALUE("--rule", rule),
    VALUE("--record", record),
    VALUE("--on", on),
    VALUE("--result", result),
    VALUE("--module", module),
    VALUE("--version", version),
    VALUE("--columns", columns),
    VALUE("--format", format),
    VALUE("--kind", kind),
    VALUE("--account", account),
    VALUE("--contact", contact),
    VALUE("--deal", deal),
    FLAG("--overwrite", overwrite),
    VALUE("--by", by),
    VALUE("--after", after),
    VALUE("--assignment-rule", assignment_rule),
    VALUE("--ids", ids),
    VALUE("--transfer", transfer),
    VALUE("--field", field),
    VALUE("--channel", channel),
    VALUE("--direction", direction),
    VALUE("--from", from),
    VALUE("--until", until),
};
enum {
    OPTIONS = sizeof known_options / sizeof *known_options
};

static void print_usage(FILE *to)
{
    fputs("usage: crm4e DB [--org NAME] [--as EMAIL] [--json] COMMAND ...\n"
          "DB is a file that holds one org, or a directory that holds many.\n",
          to);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, commands[i].usage[0] ? "  %-14s %s\n" : "  %s%s\n", commands[i].name,
                commands[i].usage);
}

int usage_error(const char *format, const char *word)
{
    fprintf(stderr, "crm4e: %s: %s\n", format, word);
    return EXIT_USAGE;
}

/* The one place that prints a refusal. */
static int print_refusal(const shell *self, int code, const char *message,
                         const crm4e_error *detail)
{
    if (!self->json) {
        const char *field = detail ? crm4e_error_field(detail) : "";
        bool named = !field[0] || strstr(message, field);

        fprintf(stderr, "crm4e: %s: %s%s%s\n", crm4e_code_name(code), message, named ? "" : ": ",
                named ? "" : field);
        return EXIT_REFUSED;
    }
    printf("{\"error\":{\"code\":\"%s\",\"message\":", crm4e_code_name(code));
    print_json_text(message);
    if (detail && crm4e_error_module(detail)[0]) {
        fputs(",\"module\":", stdout);
        print_json_text(crm4e_error_module(detail));
    }
    if (detail && crm4e_error_field(detail)[0]) {
        fputs(",\"field\":", stdout);
        print_json_text(crm4e_error_field(detail));
    }
    if (detail && crm4e_error_rule(detail)[0]) {
        fputs(",\"rule\":", stdout);
        print_json_text(crm4e_error_rule(detail));
    }
    if (detail && (code == CRM4E_E_LIMIT || crm4e_error_limit(detail) > 0)) {
        printf(",\"limit\":%lld,\"current\":%lld", (long long)crm4e_error_limit(detail),
               (long long)crm4e_error_current(detail));
    }
    puts("}}");
    return EXIT_REFUSED;
}

int refused(const shell *self, int code, const char *message)
{
    return print_refusal(self, code, message, NULL);
}

static int refused_with(const shell *self, int code, const crm4e_error *detail)
{
    const char *message = crm4e_error_message(detail);

    return print_refusal(self, code, message[0] ? message : crm4e_code_text(code), detail);
}

int refused_by_engine(const shell *self, int code)
{
    return refused_with(self, code, crm4e_engine_error(self->engine));
}

int refused_by_session(const shell *self, int code)
{
    return refused_with(self, code, crm4e_session_error(self->session));
}

/* Takes one option; the number of words used, 0 when it is unknown or lacks
 * its value. */
static int take_option(shell *self, char **words, int left)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strcmp(known_options[i].name, words[0]) != 0)
            continue;
        if (known_options[i].on) {
            *(bool *)((char *)self + known_options[i].on - 1) = true;
            return 1;
        }
        if (left < 2)
            return 0;
        *(const char **)((char *)self + known_options[i].value - 1) = words[1];
        return 2;
    }
    return 0;
}

/* Options may stand anywhere; "--" ends them. */
static int read_words(shell *self, int count, char **words)
{
    bool plain = false;

    for (int i = 0; i < count;) {
        if (!plain && strcmp(words[i], "--") == 0) {
            plain = true;
            i++;
        } else if (!plain && words[i][0] == '-' && words[i][1] == '-') {
            int used = take_option(self, words + i, count - i);

            if (used == 0)
                return usage_error("unknown option, or its value is missing", words[i]);
            i += used;
        } else if (!self->database) {
            self->database = words[i++];
        } else if (self->word_count < WORDS) {
            self->words[self->word_count++] = words[i++];
        } else {
            return usage_error("one argument too many", words[i]);
        }
    }
    return EXIT_DONE;
}

static const command *find_command(const char *name)
{
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int32_t deliver(void *user, const crm4e_message *message)
{
    (void)user;
    printf("{\"id\":%lld,\"kind\":\"%s\",\"key\":\"%s\",\"module\":\"%s\",\"record\":%lld,"
           "\"recipient\":%lld,\"payload\":%s}\n",
           (long long)message->id, message->kind, message->key, message->module,
           (long long)message->record, (long long)message->recipient, message->payload);
    return fflush(stdout) == 0 ? CRM4E_CONTINUE : 0;
}

/* Messages that are due go to standard output, one JSON object a line. */
static int open_engine(shell *self)
{
    crm4e_delivery delivery = {sizeof delivery, NULL, deliver};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    int rc;

    options.path = self->database;
    options.delivery = &delivery;
    options.flags = CRM4E_ENGINE_MIGRATE;
    rc = crm4e_engine_open(&self->engine, &options);
    return rc < 0 ? refused_by_engine(self, rc) : EXIT_DONE;
}

static int open_session(shell *self)
{
    int rc;

    if (!self->as)
        return usage_error("say who acts", "--as EMAIL");
    rc = crm4e_org_open(&self->tenant, self->engine, self->org);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&self->session, self->tenant, self->as);
    return rc < 0 ? refused_by_engine(self, rc) : EXIT_DONE;
}

/* A command that needs no database stands in its place. */
static void shift_alone(shell *self)
{
    const command *found = self->database ? find_command(self->database) : NULL;

    if (!found || found->needs != ALONE || self->word_count > 0)
        return;
    self->words[self->word_count++] = self->database;
    self->database = NULL;
}

static int run(shell *self)
{
    const command *found = self->word_count > 0 ? find_command(self->words[0]) : NULL;
    int result;

    if (!found) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (self->word_count - 1 < found->least || self->word_count - 1 > found->most) {
        fprintf(stderr, "usage: crm4e DB %s%s%s\n", found->name, found->usage[0] ? " " : "",
                found->usage);
        return EXIT_USAGE;
    }
    result = found->needs == ALONE ? EXIT_DONE : open_engine(self);
    if (result == EXIT_DONE && found->needs == true)
        result = open_session(self);
    if (result == EXIT_DONE)
        result = found->run(self);
    crm4e_session_close(self->session);
    crm4e_org_close(self->tenant);
    crm4e_engine_close(self->engine);
    return result;
}

int main(int argc, char **argv)
{
    shell self = {0};
    int result;

    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("crm4e %s\n", crm4e_version_text());
        return EXIT_DONE;
    }
    result = read_words(&self, argc - 1, argv + 1);
    shift_alone(&self);
    if (result == EXIT_DONE)
        result = run(&self);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("crm4e: standard output cannot be written\n", stderr);
        return EXIT_REFUSED;
    }
    return result;
}
