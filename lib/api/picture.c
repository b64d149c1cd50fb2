/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/held_chart.h"
#include "base/text.h"
#include "insight/picture.h"

enum {
    TITLE_CEILING = 400
};

/* What an options member may be for a kind of picture. */
typedef struct picture_kind {
    int (*draw)(c4_arena *arena, crm4e_error *error, const c4_chart_spec *spec,
                const c4_chart_result *result, const c4_picture_options *options, c4_buffer *out);
    int32_t least_width;
    int32_t most_width;
    int32_t usual_width;
} picture_kind;
static const picture_kind svg = {c4_picture_svg, 160, 4096, 720};
static const picture_kind terminal = {c4_picture_terminal, 20, 400, 80};
enum {
    LEAST_HEIGHT = 90,
    MOST_HEIGHT = 4096
};

typedef struct picture_arguments {
    const picture_kind *kind;
    const crm4e_picture_options *options;
} picture_arguments;

int crm4e_picture_options_init(crm4e_picture_options *options)
{
    static const crm4e_picture_options initial = CRM4E_PICTURE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "#2563eb,#0d9488" */
static bool read_palette(const char *text, c4_picture_options *to)
{
    bool good = true;

    while (good && *text != '\0') {
        uint32_t colour = 0;
        good = *text == '#' && to->palette_count < C4_PICTURE_COLOURS;
        for (int i = 1; i <= 6 && good; i++) {
            int digit = hex_digit(text[i]);
            good = digit >= 0;
            colour = colour << 4 | (uint32_t)(digit & 15);
        }
        if (!good)
            break;
        to->palette[to->palette_count++] = colour;
        text += 7;
        good = *text == '\0' || (*text == ',' && text[1] != '\0');
        text += *text == ',' ? 1 : 0;
    }
    return good;
}

static int check_title(crm4e_error *error, const char *title)
{
    size_t length = 0;
    int rc = c4_text_length(title, CRM4E_NUL_TERMINATED, TITLE_CEILING, &length);

    if (rc == CRM4E_OK)
        rc = c4_text_check(title, length);
    return rc < 0 ? c4_fail(error, CRM4E_E_INVALID, "'title' is longer than %d bytes or no UTF-8",
                            TITLE_CEILING)
                  : CRM4E_OK;
}

static int read_options(c4_unit *unit, const picture_arguments *a, c4_picture_options *to)
{
    crm4e_picture_options copy = CRM4E_PICTURE_OPTIONS_INIT;
    const picture_kind *kind = a->kind;
    crm4e_error *error = unit->error;
    const char *locale;
    int rc = CRM4E_OK;

    if (a->options)
        rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, a->options);
    if (rc < 0)
        return rc;
    if (copy.width != 0 && (copy.width < kind->least_width || copy.width > kind->most_width))
        return c4_fail(error, CRM4E_E_INVALID, "'width' is %d to %d", (int)kind->least_width,
                       (int)kind->most_width);
    if (copy.height != 0 && (copy.height < LEAST_HEIGHT || copy.height > MOST_HEIGHT))
        return c4_fail(error, CRM4E_E_INVALID, "'height' is %d to %d", LEAST_HEIGHT, MOST_HEIGHT);
    if (copy.theme > CRM4E_PICTURE_AUTO || copy.reserved != 0)
        return c4_fail(error, CRM4E_E_INVALID, "no such theme");
    rc = c4_need_truth(error, copy.ascii, "ascii");
    if (rc == CRM4E_OK)
        rc = c4_need_truth(error, copy.colour, "colour");
    if (rc == CRM4E_OK && copy.title)
        rc = check_title(error, copy.title);
    locale = copy.locale ? copy.locale : unit->actor->locale;
    *to = (c4_picture_options){
        .width = copy.width != 0 ? copy.width : kind->usual_width,
        .height = copy.height,
        .theme = copy.theme,
        .chinese = locale && strncmp(locale, "zh", 2) == 0,
        .ascii = copy.ascii != 0,
        .colour = copy.colour != 0,
        .title = copy.title,
    };
    if (rc == CRM4E_OK && copy.palette && !read_palette(copy.palette, to))
        rc = c4_fail(error, CRM4E_E_INVALID, "'palette' is up to %d colours like #2563eb",
                     C4_PICTURE_COLOURS);
    return rc;
}

static int write_picture(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const picture_arguments *a = arguments;
    const c4_held_chart *chart = object;
    c4_picture_options options;
    int rc = c4_held_chart_need_run(unit->error, chart);

    if (rc == CRM4E_OK)
        rc = read_options(unit, a, &options);
    if (rc == CRM4E_OK)
        rc = a->kind->draw(unit->arena, unit->error, &chart->spec, chart->result, &options, out);
    return rc;
}

int crm4e_picture_svg(crm4e_text **out, crm4e_chart *chart, const crm4e_picture_options *options)
{
    picture_arguments arguments = {&svg, options};

    return c4_call_text(out, chart, C4_KIND_CHART, write_picture, &arguments);
}

int crm4e_picture_terminal(crm4e_text **out, crm4e_chart *chart,
                           const crm4e_picture_options *options)
{
    picture_arguments arguments = {&terminal, options};

    return c4_call_text(out, chart, C4_KIND_CHART, write_picture, &arguments);
}
