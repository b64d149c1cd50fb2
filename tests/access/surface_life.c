/* SPDX-License-Identifier: MIT */
/* The life of a record as surfaces: copies. */
#include "surface_inside.h"

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

void probe_life(void)
{
    hear_clones();
}
