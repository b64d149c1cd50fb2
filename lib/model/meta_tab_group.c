/* SPDX-License-Identifier: MIT */
/* Tab groups of a snapshot. */
#include "model/meta_build.h"

static void read_tab_group(c4_row *row, void *item)
{
    crm4e_value definition = row->values[C4_TAB_GROUP_DEFINITION];
    c4_tab_group *group = item;
    group->id = row->source.id;
    group->name = c4_row_text(row, C4_TAB_GROUP_NAME);
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_tab_group(&row->source, &definition, group);
    }
}

static int check_tab_group(const c4_builder *builder, const c4_tab_group *group)
{
    bool found = true;
    for (size_t i = 0; i < group->profile_count && found; i++) {
        found = c4_meta_profile(builder->meta, group->profiles[i]) != NULL;
    }
    for (size_t i = 0; i < group->role_count && found; i++) {
        found = c4_meta_role(builder->meta, group->roles[i]) != NULL;
    }
    return found ? CRM4E_OK
                 : c4_build_corrupt(builder, C4_TABLE_TAB_GROUP, group->id,
                                    "it is for nobody there is");
}

int c4_build_tab_groups(c4_builder *builder)
{
    void *groups = NULL;
    int rc = c4_build_list(builder, C4_TABLE_TAB_GROUP, sizeof(c4_tab_group), read_tab_group,
                           &groups, &builder->meta->tab_group_count);
    builder->meta->tab_groups = groups;
    for (size_t i = 0; rc == CRM4E_OK && i < builder->meta->tab_group_count; i++) {
        rc = check_tab_group(builder, &builder->meta->tab_groups[i]);
    }
    return rc;
}
