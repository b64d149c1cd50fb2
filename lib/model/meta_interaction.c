/* SPDX-License-Identifier: MIT */
/* Kinds of interactions of a snapshot. */
#include "model/interaction.h"
#include "model/meta_build.h"

static void read_kind(c4_row *row, void *item)
{
    c4_interaction_kind *kind = item;

    kind->id = row->source.id;
    kind->name = c4_row_text(row, C4_INTERACTION_KIND_NAME);
    kind->label.en = c4_row_text(row, C4_INTERACTION_KIND_LABEL);
    kind->label.zh = c4_row_text(row, C4_INTERACTION_KIND_LABEL_ZH);
    kind->channel = c4_row_word(row, C4_INTERACTION_KIND_CHANNEL, C4_NAMES_CHANNEL);
    kind->direction = c4_row_word(row, C4_INTERACTION_KIND_DIRECTION, C4_NAMES_DIRECTION);
    kind->contact = c4_row_boolean(row, C4_INTERACTION_KIND_CONTACT);
    kind->active = c4_row_boolean(row, C4_INTERACTION_KIND_ACTIVE);
    if (row->rc == CRM4E_OK && kind->id < C4_KIND_BUILT_IN_END) {
        c4_row_refuse(row, "the number is that of a built-in kind");
    }
}

int c4_build_interaction_kinds(c4_builder *builder)
{
    void *kinds = NULL;
    int rc = c4_build_list(builder, C4_TABLE_INTERACTION_KIND, sizeof(c4_interaction_kind),
                           read_kind, &kinds, &builder->meta->interaction_kind_count);

    builder->meta->interaction_kinds = kinds;
    return rc;
}
