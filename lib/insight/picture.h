/* SPDX-License-Identifier: MIT */
/*
 * Pictures of charts: a function of a chart's result and of options alone, the same
 * bytes everywhere; nothing here is floating point or knows a locale. What is drawn is
 * laid out as a list of shapes (picture_draw.h), which a writer turns into a format.
 */
#ifndef C4_PICTURE_H
#define C4_PICTURE_H

#include "insight/chart.h"
#include <crm4e/picture.h>

enum {
    C4_PICTURE_VALUES = 5000, /* most that are drawn */
    C4_PICTURE_COLOURS = 12
};

typedef struct c4_picture_options {
    int32_t width;  /* pixels, or columns; never 0 */
    int32_t height; /* pixels; 0: as it fits */
    crm4e_picture_theme theme;
    uint32_t palette[C4_PICTURE_COLOURS]; /* 0xrrggbb */
    size_t palette_count;                 /* 0: the theme's */
    bool chinese;
    bool ascii;
    bool colour;
    const char *title; /* NULL: none */
} c4_picture_options;

/* TOO_BIG with more values than are drawn, NO_MEMORY. The arena is scratch. */
int c4_picture_svg(c4_arena *arena, crm4e_error *error, const c4_chart_spec *spec,
                   const c4_chart_result *result, const c4_picture_options *options,
                   c4_buffer *out);
int c4_picture_terminal(c4_arena *arena, crm4e_error *error, const c4_chart_spec *spec,
                        const c4_chart_result *result, const c4_picture_options *options,
                        c4_buffer *out);

#endif
