/* SPDX-License-Identifier: MIT */
/* Groups and sharing rules of a snapshot. */
#include "model/meta_build.h"

#include <stdlib.h>

static void read_group(c4_row *row, void *item)
{
    crm4e_value definition = row->values[C4_GROUP_DEFINITION];
    c4_user_group *group = item;

    group->id = row->source.id;
    group->name = c4_row_text(row, C4_GROUP_NAME);
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_group(&row->source, &definition, group);
    }
}

static void read_rule(c4_row *row, void *item)
{
    crm4e_value definition = row->values[C4_SHARING_RULE_DEFINITION];
    c4_sharing_rule *rule = item;
    const c4_module *module;

    rule->id = row->source.id;
    rule->module = (int32_t)c4_row_i64(row, C4_SHARING_RULE_MODULE, 1, INT32_MAX);
    rule->name = c4_row_text(row, C4_SHARING_RULE_NAME);
    rule->active = c4_row_boolean(row, C4_SHARING_RULE_ACTIVE);
    module = c4_meta_module(row->meta, rule->module);
    if (module == NULL || module->kind == C4_MODULE_TEAM) {
        c4_row_refuse(row, "there is no such org module");
    }
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_sharing_rule(&row->source, &definition, rule);
    }
}

static int check_subjects(const c4_builder *builder, c4_table_id table, int64_t id,
                          const c4_subject *subjects, size_t count)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (c4_meta_subject_name(builder->meta, &subjects[i]) == NULL) {
            rc = c4_build_corrupt(builder, table, id, "it speaks of nobody there is");
        }
    }
    return rc;
}

static int compare_rules(const void *a, const void *b)
{
    const c4_sharing_rule *x = a;
    const c4_sharing_rule *y = b;

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static int check_groups(const c4_builder *builder)
{
    const c4_meta *meta = builder->meta;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->group_count && rc == CRM4E_OK; i++) {
        const c4_user_group *group = &meta->groups[i];
        rc =
            check_subjects(builder, C4_TABLE_GROUP, group->id, group->sources, group->source_count);
    }
    return rc;
}

static int check_rules(const c4_builder *builder)
{
    const c4_meta *meta = builder->meta;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < meta->sharing_rule_count && rc == CRM4E_OK; i++) {
        const c4_sharing_rule *rule = &meta->sharing_rules[i];
        rc = check_subjects(builder, C4_TABLE_SHARING_RULE, rule->id, rule->from, rule->from_count);
        if (rc == CRM4E_OK) {
            rc = check_subjects(builder, C4_TABLE_SHARING_RULE, rule->id, rule->to, rule->to_count);
        }
    }
    return rc;
}

int c4_build_sharing(c4_builder *builder)
{
    c4_meta *meta = builder->meta;
    void *groups = NULL;
    void *rules = NULL;
    int rc = c4_build_list(builder, C4_TABLE_GROUP, sizeof(c4_user_group), read_group, &groups,
                           &meta->group_count);

    meta->groups = groups;
    if (rc == CRM4E_OK) {
        rc = check_groups(builder);
    }
    if (rc == CRM4E_OK) {
        rc = c4_build_list(builder, C4_TABLE_SHARING_RULE, sizeof(c4_sharing_rule), read_rule,
                           &rules, &meta->sharing_rule_count);
    }
    if (rc == CRM4E_OK && meta->sharing_rule_count > 0) {
        qsort(rules, meta->sharing_rule_count, sizeof(c4_sharing_rule), compare_rules);
    }
    meta->sharing_rules = rules;
    return rc == CRM4E_OK ? check_rules(builder) : rc;
}
