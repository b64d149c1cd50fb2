/* SPDX-License-Identifier: MIT */
/* A reader without rights calls all there is about records that are hidden from him, and
 * about fields that are hidden in records that are not; each probe fails when a secret shows
 * in anything he is given, messages of errors included, or when a hidden record answers
 * otherwise than one that was never there. */
#ifndef TEST_ACCESS_SURFACE_PROBES_H
#define TEST_ACCESS_SURFACE_PROBES_H

#include "host.h"

/* cmocka's setup of a host with the reader and the secrets. */
int surfaces_setup(void **state);

void probe_reading(void);
void probe_writing(void);
void probe_life(void);
void probe_query(void);
void probe_chart(void);
void probe_view(void);
void probe_timeline(void);
void probe_interactions(void);
void probe_search(void);
void probe_import(void);
void probe_export(void);
void probe_files(void);
void probe_tags(void);
void probe_related(void);
void probe_sharing(void);
void probe_asking(void);
void probe_settings(void);
void probe_automation(void);
void probe_messages(void);
void probe_host(void);

#endif
