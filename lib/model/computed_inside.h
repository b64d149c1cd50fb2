/* SPDX-License-Identifier: MIT */
/* Reading the settings of computed fields; for computed.c and rollup.c only. */
#ifndef C4_COMPUTED_INSIDE_H
#define C4_COMPUTED_INSIDE_H

#include "model/computed.h"
#include "model/manage_rules.h"
#include "model/rollup.h"

/* Settings are read member by member; what is not known is refused. After the first
 * failure, which is kept in `rc`, the rest does nothing. */
typedef struct c4_settings {
    c4_unit *unit;
    const c4_json *json;
    int rc;
} c4_settings;

void c4_settings_refuse(c4_settings *s, const char *member, const char *rule, const char *text);
void c4_settings_known(c4_settings *s, const char *const *known, size_t count);
/* A copy of the text of a member; what is there stays when it is absent. */
void c4_settings_word(c4_settings *s, const char *member, const char **out);

#endif
