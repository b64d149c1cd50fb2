/* SPDX-License-Identifier: MIT */
/* Saved queries of a snapshot. */
#include "model/meta_build.h"

static void read_view(c4_row *row, void *item)
{
    crm4e_value definition = row->values[C4_VIEW_DEFINITION];
    c4_view *view = item;

    view->id = row->source.id;
    view->module = (int32_t)c4_row_i64(row, C4_VIEW_MODULE, 1, INT32_MAX);
    view->name = c4_row_text(row, C4_VIEW_NAME);
    view->owner = c4_row_i64(row, C4_VIEW_OWNER, 1, INT64_MAX);
    view->sharing = (c4_view_sharing)c4_row_word(row, C4_VIEW_SHARING, C4_NAMES_VIEW_SHARING);
    if (c4_meta_module(row->meta, view->module) == NULL) {
        c4_row_refuse(row, "there is no such module");
    }
    if (c4_meta_user(row->meta, view->owner) == NULL) {
        c4_row_refuse(row, "there is no such owner");
    }
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_view(&row->source, &definition, view);
    }
}

int c4_build_views(c4_builder *builder)
{
    void *views = NULL;
    int rc = c4_build_list(builder, C4_TABLE_VIEW, sizeof(c4_view), read_view, &views,
                           &builder->meta->view_count);

    builder->meta->views = views;
    return rc;
}
