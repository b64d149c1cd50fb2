/* SPDX-License-Identifier: MIT */
/* What a user finds in his menu: placed there and permitted. */
#ifndef C4_NAVIGATION_H
#define C4_NAVIGATION_H

#include "access/access.h"

/* nextgen: {"ui": "nextgen", "home", "requests_title", "requests": [modules], "spaces":
 * [{"name", labels, "items": [module | {"folder", labels, "items"}]}], the default space
 * "CRM Teamspace" first}; classic, and for everybody while CRM4E is off: {"ui": "classic",
 * "home", "tab_groups": [{"name", labels, "modules": [..]}], "All Tabs" last}. A module is
 * {"api_name", labels}; labels are "label" and "label_zh". */
int c4_navigation_to_json(c4_unit *unit, c4_buffer *out);

#endif
