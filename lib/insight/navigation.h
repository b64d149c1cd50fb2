/* SPDX-License-Identifier: MIT */
/* What a user finds in his menu: placed there and permitted. */
#ifndef C4_NAVIGATION_H
#define C4_NAVIGATION_H

#include "access/access.h"

/* nextgen: {"ui": "nextgen", "requests": [modules], "spaces": [{"name", "items":
 * [module | {"folder", "items"}]}], the default space "CRM Teamspace" first};
 * classic: {"ui": "classic", "modules": [..]}. A module is {"api_name", "label",
 * "label_zh"}. */
int c4_navigation_to_json(c4_unit *unit, c4_buffer *out);

#endif
