/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_PICTURE_H
#define CRM4E_PICTURE_H

#include <crm4e/chart.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Pictures of charts that have been run: SVG for pages, text for terminals. A
 * picture shows what the chart holds and nothing else; the same chart and the
 * same options give the same bytes.
 */

/** Colours of a picture. */
typedef uint32_t crm4e_picture_theme;
enum {
    CRM4E_PICTURE_LIGHT = 0,
    CRM4E_PICTURE_DARK = 1,
    CRM4E_PICTURE_AUTO = 2 /**< light, and dark where the reader asks for dark pages */
};

/** How a picture is drawn; what is 0 or NULL is as usual. */
typedef struct crm4e_picture_options {
    size_t struct_size; /**< sizeof(crm4e_picture_options) */
    int32_t width;  /**< SVG: pixels, 160 to 4096, 0: 720; terminal: columns, 20 to 400, 0: 80 */
    int32_t height; /**< SVG: pixels, 90 to 4096, 0: as it fits; terminal: ignored */
    crm4e_picture_theme theme; /**< of SVG */
    int32_t ascii;             /**< terminal: 1 to draw with ASCII; names stay as they are */
    int32_t colour;            /**< terminal: 1 for ANSI colours */
    uint32_t reserved;         /**< 0 */
    const char
        *palette;       /**< up to twelve colours of series, "#2563eb,#0d9488"; NULL: the theme's */
    const char *locale; /**< "zh..." for Chinese, another: English; NULL: the user's */
    const char *title;  /**< up to 400 bytes; NULL: none */
} crm4e_picture_options;

/** Initialiser of #crm4e_picture_options. */
#define CRM4E_PICTURE_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(crm4e_picture_options), 0, 0, 0, 0, 0, 0, NULL, NULL, NULL                          \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_picture_options_init(crm4e_picture_options *options);

/**
 * A chart as SVG: one element, UTF-8, without a prologue, to be shown as a file or inside of a
 * page. It has role, title and description for screen readers and a title for each value, and
 * refers to nothing outside. Of two keys the first measure is drawn; without a second key each
 * measure on a scale of its own. Colours can be set from outside by the custom properties
 * --crm4e-background, -grid, -axis, -ink, -muted, -on, -apart and --crm4e-series-1 to -12.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param chart   the chart, after a run
 * @param options may be NULL
 * @return #CRM4E_OK; #CRM4E_E_TOO_BIG for more than 5000 values; #CRM4E_E_INVALID for options out of
 *         range; #CRM4E_E_MISUSE, also before a run; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_picture_svg(crm4e_text **out, crm4e_chart *chart,
                                const crm4e_picture_options *options);

/**
 * A chart as lines of text for a terminal, each ended by a line feed and no wider than asked for
 * as far as the numbers, which are exact, leave room. Wide characters count twice.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param chart   the chart, after a run
 * @param options may be NULL
 * @return as crm4e_picture_svg()
 */
CRM4E_API int crm4e_picture_terminal(crm4e_text **out, crm4e_chart *chart,
                                     const crm4e_picture_options *options);

#ifdef __cplusplus
}
#endif

#endif
