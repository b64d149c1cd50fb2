/* SPDX-License-Identifier: MIT */
/* Every function of the interface goes through the gate. Each exported one stands in the
 * registry below, with its probe or with why it needs none; a new one fails the test until
 * it does. */
#include "surface_probes.h"

#include <string.h>

static const char memory_only[] = "a handle, memory or options; nothing is read";
static const char constant[] = "constant text or number";
static const char of_error[] = "every probe hears the errors of its calls";
static const char no_values[] = "settings of the org, which hold no values of records";
static const char host_only[] = "of the host, who holds the whole file";
static const char building[] = "only builds what a probed call then checks";
static const char no_user[] = "opens or ends a session or transaction; shows nothing";

typedef struct surface {
    const char *name;
    void (*probe)(void); /* or */
    const char *why_none;
} surface;

static const surface surfaces[] = {
    {"crm4e_abi_version", NULL, constant},
    {"crm4e_assign_options_init", NULL, memory_only},
    {"crm4e_assignment_put", NULL, no_values},
    {"crm4e_assignment_remove", NULL, no_values},
    {"crm4e_assignments_json", NULL, no_values},
    {"crm4e_audit_json", probe_asking, NULL},
    {"crm4e_audit_options_init", NULL, memory_only},
    {"crm4e_bin_empty", probe_life, NULL},
    {"crm4e_bin_json", probe_life, NULL},
    {"crm4e_bin_options_init", NULL, memory_only},
    {"crm4e_chart_buckets", probe_chart, NULL},
    {"crm4e_chart_change", probe_chart, NULL},
    {"crm4e_chart_criteria", probe_chart, NULL},
    {"crm4e_chart_free", NULL, memory_only},
    {"crm4e_chart_group_by", probe_chart, NULL},
    {"crm4e_chart_json", probe_chart, NULL},
    {"crm4e_chart_label", probe_chart, NULL},
    {"crm4e_chart_label_in", probe_chart, NULL},
    {"crm4e_chart_measure", probe_chart, NULL},
    {"crm4e_chart_new", probe_chart, NULL},
    {"crm4e_chart_open", probe_chart, NULL},
    {"crm4e_chart_rate", probe_chart, NULL},
    {"crm4e_chart_run", probe_chart, NULL},
    {"crm4e_chart_set_fill", probe_chart, NULL},
    {"crm4e_chart_set_top", probe_chart, NULL},
    {"crm4e_chart_set_type", probe_chart, NULL},
    {"crm4e_chart_value", probe_chart, NULL},
    {"crm4e_chart_where", probe_chart, NULL},
    {"crm4e_check", probe_host, NULL},
    {"crm4e_code_name", NULL, constant},
    {"crm4e_code_text", NULL, constant},
    {"crm4e_convert_lead", probe_writing, NULL},
    {"crm4e_convert_options_init", NULL, memory_only},
    {"crm4e_currencies_json", NULL, no_values},
    {"crm4e_currency_create", NULL, no_values},
    {"crm4e_currency_enable", NULL, no_values},
    {"crm4e_currency_json", NULL, no_values},
    {"crm4e_currency_options_init", NULL, memory_only},
    {"crm4e_currency_rate", NULL, no_values},
    {"crm4e_currency_set_rate", NULL, no_values},
    {"crm4e_currency_update", NULL, no_values},
    {"crm4e_cursor_columns", probe_query, NULL},
    {"crm4e_cursor_free", NULL, memory_only},
    {"crm4e_cursor_id", probe_query, NULL},
    {"crm4e_cursor_integer", probe_query, NULL},
    {"crm4e_cursor_json", probe_query, NULL},
    {"crm4e_cursor_name", probe_query, NULL},
    {"crm4e_cursor_next", probe_query, NULL},
    {"crm4e_cursor_text", probe_query, NULL},
    {"crm4e_cursor_token", probe_query, NULL},
    {"crm4e_duplicates_json", probe_life, NULL},
    {"crm4e_duplicates_options_init", NULL, memory_only},
    {"crm4e_edition_advise", NULL, constant},
    {"crm4e_edition_needs_init", NULL, memory_only},
    {"crm4e_engine_close", NULL, host_only},
    {"crm4e_dry_run_json", probe_automation, NULL},
    {"crm4e_dry_run_options_init", NULL, memory_only},
    {"crm4e_dump_options_init", NULL, memory_only},
    {"crm4e_engine_error", NULL, of_error},
    {"crm4e_engine_open", NULL, host_only},
    {"crm4e_engine_options_init", NULL, memory_only},
    {"crm4e_error_code", NULL, of_error},
    {"crm4e_error_current", NULL, of_error},
    {"crm4e_error_field", NULL, of_error},
    {"crm4e_error_limit", NULL, of_error},
    {"crm4e_error_message", NULL, of_error},
    {"crm4e_error_module", NULL, of_error},
    {"crm4e_error_rule", NULL, of_error},
    {"crm4e_explain", probe_asking, NULL},
    {"crm4e_export_options_init", NULL, memory_only},
    {"crm4e_export_records", probe_export, NULL},
    {"crm4e_feedback_json", probe_settings, NULL},
    {"crm4e_feedback_send", NULL, no_values},
    {"crm4e_field_file_get", probe_files, NULL},
    {"crm4e_field_file_put", probe_files, NULL},
    {"crm4e_field_file_remove", probe_files, NULL},
    {"crm4e_field_options_init", NULL, memory_only},
    {"crm4e_file_get", probe_files, NULL},
    {"crm4e_file_options_init", NULL, memory_only},
    {"crm4e_file_put", probe_files, NULL},
    {"crm4e_group_add", NULL, no_values},
    {"crm4e_group_create", NULL, no_values},
    {"crm4e_group_find", NULL, no_values},
    {"crm4e_group_json", NULL, no_values},
    {"crm4e_group_options_init", NULL, memory_only},
    {"crm4e_group_remove", NULL, no_values},
    {"crm4e_group_take", NULL, no_values},
    {"crm4e_group_update", NULL, no_values},
    {"crm4e_groups_json", NULL, no_values},
    {"crm4e_history_options_init", NULL, memory_only},
    {"crm4e_history_purge", NULL, no_values},
    {"crm4e_import_records", probe_import, NULL},
    {"crm4e_import_options_init", NULL, memory_only},
    {"crm4e_interrupt", NULL, memory_only},
    {"crm4e_limits_json", probe_settings, NULL},
    {"crm4e_load_options_init", NULL, memory_only},
    {"crm4e_mass_change_owner", probe_life, NULL},
    {"crm4e_mass_create", probe_life, NULL},
    {"crm4e_mass_delete", probe_life, NULL},
    {"crm4e_mass_options_init", NULL, memory_only},
    {"crm4e_mass_restore", probe_life, NULL},
    {"crm4e_mass_update", probe_life, NULL},
    {"crm4e_may", probe_asking, NULL},
    {"crm4e_module_add_field", NULL, no_values},
    {"crm4e_module_add_member", NULL, no_values},
    {"crm4e_module_allow_action", NULL, no_values},
    {"crm4e_module_create", NULL, no_values},
    {"crm4e_module_free", NULL, memory_only},
    {"crm4e_module_json", probe_settings, NULL},
    {"crm4e_module_members_json", probe_settings, NULL},
    {"crm4e_module_open", probe_settings, NULL},
    {"crm4e_module_options_init", NULL, memory_only},
    {"crm4e_module_remove", NULL, no_values},
    {"crm4e_module_remove_field", NULL, no_values},
    {"crm4e_module_remove_member", NULL, no_values},
    {"crm4e_module_set_archived", NULL, no_values},
    {"crm4e_module_set_assignment_rule", NULL, no_values},
    {"crm4e_module_set_default_owners", NULL, no_values},
    {"crm4e_module_set_field", NULL, no_values},
    {"crm4e_module_set_hidden", NULL, no_values},
    {"crm4e_module_set_org_default", NULL, no_values},
    {"crm4e_modules_json", probe_settings, NULL},
    {"crm4e_navigation_json", probe_settings, NULL},
    {"crm4e_org_apply", probe_settings, NULL},
    {"crm4e_org_backup", NULL, host_only},
    {"crm4e_org_close", NULL, host_only},
    {"crm4e_org_create", NULL, host_only},
    {"crm4e_org_digest", probe_settings, NULL},
    {"crm4e_org_dump", probe_export, NULL},
    {"crm4e_org_export", probe_settings, NULL},
    {"crm4e_org_id", NULL, host_only},
    {"crm4e_org_json", NULL, no_values},
    {"crm4e_org_list", NULL, host_only},
    {"crm4e_org_load", NULL, host_only},
    {"crm4e_org_open", NULL, host_only},
    {"crm4e_org_options_init", NULL, memory_only},
    {"crm4e_org_start_trial", NULL, no_values},
    {"crm4e_org_update", NULL, no_values},
    {"crm4e_org_update_options_init", NULL, memory_only},
    {"crm4e_outbox_answer", probe_messages, NULL},
    {"crm4e_outbox_discard", probe_messages, NULL},
    {"crm4e_outbox_json", probe_messages, NULL},
    {"crm4e_outbox_next", probe_automation, NULL},
    {"crm4e_outbox_purge", probe_messages, NULL},
    {"crm4e_outbox_retry", probe_messages, NULL},
    {"crm4e_outbox_settle", probe_automation, NULL},
    {"crm4e_outbox_take", probe_messages, NULL},
    {"crm4e_picture_options_init", NULL, memory_only},
    {"crm4e_picture_svg", probe_chart, NULL},
    {"crm4e_picture_terminal", probe_chart, NULL},
    {"crm4e_plan_matches", NULL, "a storage's own: compares values it is given"},
    {"crm4e_profile_allow", NULL, no_values},
    {"crm4e_profile_allow_action", NULL, no_values},
    {"crm4e_profile_create", NULL, no_values},
    {"crm4e_profile_json", NULL, no_values},
    {"crm4e_profile_remove", NULL, no_values},
    {"crm4e_profile_rename", NULL, no_values},
    {"crm4e_profile_set_field", NULL, no_values},
    {"crm4e_profiles_json", NULL, no_values},
    {"crm4e_query_after", probe_query, NULL},
    {"crm4e_query_count", probe_query, NULL},
    {"crm4e_query_free", NULL, memory_only},
    {"crm4e_query_group_by", probe_query, NULL},
    {"crm4e_query_limit", probe_query, NULL},
    {"crm4e_query_new", probe_query, NULL},
    {"crm4e_query_order", probe_query, NULL},
    {"crm4e_query_plan", probe_query, NULL},
    {"crm4e_query_run", probe_query, NULL},
    {"crm4e_query_select", probe_query, NULL},
    {"crm4e_query_text", probe_query, NULL},
    {"crm4e_query_where", probe_query, NULL},
    {"crm4e_query_where_ids", probe_query, NULL},
    {"crm4e_record_as_of", probe_timeline, NULL},
    {"crm4e_record_clone", probe_life, NULL},
    {"crm4e_record_delete", probe_writing, NULL},
    {"crm4e_record_expect", probe_writing, NULL},
    {"crm4e_record_free", NULL, memory_only},
    {"crm4e_record_get_integer", probe_reading, NULL},
    {"crm4e_record_get_text", probe_reading, NULL},
    {"crm4e_record_history_json", probe_timeline, NULL},
    {"crm4e_record_id", probe_reading, NULL},
    {"crm4e_record_json", probe_reading, NULL},
    {"crm4e_record_new", probe_writing, NULL},
    {"crm4e_record_open", probe_reading, NULL},
    {"crm4e_record_purge", probe_life, NULL},
    {"crm4e_record_restore", probe_writing, NULL},
    {"crm4e_record_save", probe_writing, NULL},
    {"crm4e_record_set_date", probe_writing, NULL},
    {"crm4e_record_set_decimal", probe_writing, NULL},
    {"crm4e_record_set_integer", probe_writing, NULL},
    {"crm4e_record_set_json", probe_writing, NULL},
    {"crm4e_record_set_locked", probe_sharing, NULL},
    {"crm4e_record_set_null", probe_writing, NULL},
    {"crm4e_record_set_owner", probe_writing, NULL},
    {"crm4e_record_set_text", probe_writing, NULL},
    {"crm4e_record_set_time", probe_writing, NULL},
    {"crm4e_record_share", probe_sharing, NULL},
    {"crm4e_record_shares", probe_sharing, NULL},
    {"crm4e_record_tag", probe_tags, NULL},
    {"crm4e_record_unshare", probe_sharing, NULL},
    {"crm4e_record_untag", probe_tags, NULL},
    {"crm4e_record_upsert", probe_life, NULL},
    {"crm4e_record_version", probe_reading, NULL},
    {"crm4e_records_merge", probe_life, NULL},
    {"crm4e_related_json", probe_related, NULL},
    {"crm4e_relations_json", probe_related, NULL},
    {"crm4e_requests_json", probe_settings, NULL},
    {"crm4e_requests_options_init", NULL, memory_only},
    {"crm4e_role_create", NULL, no_values},
    {"crm4e_role_find", NULL, no_values},
    {"crm4e_role_json", NULL, no_values},
    {"crm4e_role_options_init", NULL, memory_only},
    {"crm4e_role_remove", NULL, no_values},
    {"crm4e_role_update", NULL, no_values},
    {"crm4e_roles_json", NULL, no_values},
    {"crm4e_run_due", probe_automation, NULL},
    {"crm4e_runs_json", probe_automation, NULL},
    {"crm4e_runs_options_init", NULL, memory_only},
    {"crm4e_runs_purge", probe_messages, NULL},
    {"crm4e_search_json", probe_search, NULL},
    {"crm4e_search_options_init", NULL, memory_only},
    {"crm4e_session_authenticate", NULL, no_user},
    {"crm4e_session_begin", NULL, no_user},
    {"crm4e_session_close", NULL, no_user},
    {"crm4e_session_commit", NULL, no_user},
    {"crm4e_session_error", NULL, of_error},
    {"crm4e_session_open", NULL, no_user},
    {"crm4e_session_rollback", NULL, no_user},
    {"crm4e_session_set_online", NULL, no_user},
    {"crm4e_session_set_ui_mode", NULL, no_user},
    {"crm4e_session_user", NULL, no_user},
    {"crm4e_sharing_rule_activate", NULL, no_values},
    {"crm4e_sharing_rule_free", NULL, memory_only},
    {"crm4e_sharing_rule_from", NULL, building},
    {"crm4e_sharing_rule_new", NULL, building},
    {"crm4e_sharing_rule_permission", NULL, building},
    {"crm4e_sharing_rule_remove", NULL, no_values},
    {"crm4e_sharing_rule_replace", NULL, no_values},
    {"crm4e_sharing_rule_save", NULL, no_values},
    {"crm4e_sharing_rule_superiors", NULL, building},
    {"crm4e_sharing_rule_to", NULL, building},
    {"crm4e_sharing_rule_when", NULL, building},
    {"crm4e_sharing_rules_json", probe_settings, NULL},
    {"crm4e_space_add_folder", NULL, no_values},
    {"crm4e_space_add_member", NULL, no_values},
    {"crm4e_space_create", NULL, no_values},
    {"crm4e_space_free", NULL, memory_only},
    {"crm4e_space_id", NULL, no_values},
    {"crm4e_space_json", probe_settings, NULL},
    {"crm4e_space_move_folder", NULL, no_values},
    {"crm4e_space_open", NULL, no_values},
    {"crm4e_space_options_init", NULL, memory_only},
    {"crm4e_space_place", probe_settings, NULL},
    {"crm4e_space_remove", NULL, no_values},
    {"crm4e_space_remove_folder", NULL, no_values},
    {"crm4e_space_remove_member", NULL, no_values},
    {"crm4e_space_rename", NULL, no_values},
    {"crm4e_space_rename_folder", NULL, no_values},
    {"crm4e_space_take", probe_settings, NULL},
    {"crm4e_spaces_json", probe_settings, NULL},
    {"crm4e_storage_memory", NULL, host_only},
    {"crm4e_storage_sqlite", NULL, host_only},
    {"crm4e_tab_group_create", NULL, no_values},
    {"crm4e_tab_group_json", NULL, no_values},
    {"crm4e_tab_group_options_init", NULL, memory_only},
    {"crm4e_tab_group_place", NULL, no_values},
    {"crm4e_tab_group_remove", NULL, no_values},
    {"crm4e_tab_group_show_profile", NULL, no_values},
    {"crm4e_tab_group_show_role", NULL, no_values},
    {"crm4e_tab_group_take", NULL, no_values},
    {"crm4e_tab_group_update", NULL, no_values},
    {"crm4e_tab_groups_json", NULL, no_values},
    {"crm4e_tag_put", NULL, no_values},
    {"crm4e_tag_remove", NULL, no_values},
    {"crm4e_tag_rename", NULL, no_values},
    {"crm4e_tags_json", probe_tags, NULL},
    {"crm4e_text_data", NULL, memory_only},
    {"crm4e_text_free", NULL, memory_only},
    {"crm4e_text_length", NULL, memory_only},
    {"crm4e_timeline_json", probe_timeline, NULL},
    {"crm4e_user_create", NULL, no_values},
    {"crm4e_user_find", NULL, no_values},
    {"crm4e_user_json", probe_settings, NULL},
    {"crm4e_user_options_init", NULL, memory_only},
    {"crm4e_user_update", NULL, no_values},
    {"crm4e_verdict_code", probe_asking, NULL},
    {"crm4e_verdict_free", NULL, memory_only},
    {"crm4e_verdict_json", probe_asking, NULL},
    {"crm4e_verdict_reason", probe_asking, NULL},
    {"crm4e_verdict_reason_count", probe_asking, NULL},
    {"crm4e_verdict_reason_name", probe_asking, NULL},
    {"crm4e_verdict_sentence", probe_asking, NULL},
    {"crm4e_version_text", NULL, constant},
    {"crm4e_webhook_options_init", NULL, memory_only},
    {"crm4e_what_if", probe_asking, NULL},
    {"crm4e_who_can", probe_asking, NULL},
    {"crm4e_view_find", probe_view, NULL},
    {"crm4e_view_json", probe_view, NULL},
    {"crm4e_view_put", probe_view, NULL},
    {"crm4e_view_remove", NULL, no_values},
    {"crm4e_view_run", probe_view, NULL},
    {"crm4e_views_json", probe_view, NULL},
    {"crm4e_workflow_free", NULL, memory_only},
    {"crm4e_workflow_new", probe_automation, NULL},
    {"crm4e_workflow_on", NULL, building},
    {"crm4e_workflow_save", NULL, "takes the rule that workflow_new() gives to who may have one"},
    {"crm4e_workflow_then_assign_owner", NULL, building},
    {"crm4e_workflow_then_call_function", NULL, building},
    {"crm4e_workflow_then_notify", NULL, building},
    {"crm4e_workflow_then_update_field", NULL, building},
    {"crm4e_workflow_then_webhook", NULL, building},
    {"crm4e_workflow_when", NULL, building},
};
enum {
    SURFACES = sizeof surfaces / sizeof surfaces[0]
};

static const char *const exported[] = {
#define PUBLIC(name) name,
#include "public_functions.inc"
};

static void every_function_is_listed(void **state)
{
    size_t count = sizeof exported / sizeof exported[0];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t found = 0;

        for (size_t k = 0; k < SURFACES; k++)
            found += strcmp(surfaces[k].name, exported[i]) == 0;
        if (found != 1)
            fail_msg("%s stands %zu times in the registry of surfaces", exported[i], found);
    }
    assert_int_equal(count, SURFACES);
    for (size_t k = 0; k < SURFACES; k++)
        assert_true((surfaces[k].probe != NULL) != (surfaces[k].why_none != NULL));
}

/* cmocka's form of a probe. */
#define PROBE(name)                                                                                \
    static void name##_test(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        probe_##name();                                                                            \
    }
PROBE(reading)
PROBE(writing)
PROBE(query)
PROBE(chart)
PROBE(timeline)
PROBE(search)
PROBE(import)
PROBE(export)
PROBE(files)
PROBE(sharing)
PROBE(tags)
PROBE(related)
PROBE(asking)
PROBE(settings)
PROBE(automation)
PROBE(host)
PROBE(life)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_is_listed),
        cmocka_unit_test(reading_test),
        cmocka_unit_test(query_test),
        cmocka_unit_test(chart_test),
        cmocka_unit_test(timeline_test),
        cmocka_unit_test(search_test),
        cmocka_unit_test(import_test),
        cmocka_unit_test(export_test),
        cmocka_unit_test(files_test),
        cmocka_unit_test(sharing_test),
        cmocka_unit_test(tags_test),
        cmocka_unit_test(related_test),
        cmocka_unit_test(asking_test),
        cmocka_unit_test(settings_test),
        cmocka_unit_test(automation_test),
        cmocka_unit_test(host_test),
        cmocka_unit_test(life_test),
        cmocka_unit_test(writing_test),
    };

    return host_run_group("surfaces", tests, sizeof tests / sizeof tests[0], surfaces_setup);
}
