/* SPDX-License-Identifier: MIT */
/* Shapes as SVG. Colours are attributes, for whoever knows nothing else, and styles that
 * take custom properties, so that a page can set them; no rule reaches beyond the picture. */
#include "insight/picture_draw.h"

#include <string.h>

enum {
    THEME_COLOURS = 10,
    THEMES = 2
};

static const struct paint_colours {
    const char *name;
    uint32_t colours[THEMES]; /* light, dark */
} paints[] = {
    [C4_PAINT_BACKGROUND] = {"background", {0xffffff, 0x111827}},
    [C4_PAINT_GRID] = {"grid", {0xe5e9ef, 0x2b3544}},
    [C4_PAINT_AXIS] = {"axis", {0x9aa5b4, 0x5a6779}},
    [C4_PAINT_INK] = {"ink", {0x1f2937, 0xf3f4f6}},
    [C4_PAINT_MUTED] = {"muted", {0x5b6675, 0xa7b0bd}},
    [C4_PAINT_ON] = {"on", {0xffffff, 0x111827}},
    [C4_PAINT_APART] = {"apart", {0xa3adba, 0x64748b}},
};
static const uint32_t series_colours[THEMES][THEME_COLOURS] = {
    {0x2563eb, 0x0d9488, 0xd97706, 0x9333ea, 0xdc2626, 0x4d7c0f, 0x0891b2, 0xdb2777, 0x7c5c46,
     0x64748b},
    {0x60a5fa, 0x2dd4bf, 0xfbbf24, 0xc084fc, 0xf87171, 0xa3e635, 0x22d3ee, 0xf472b6, 0xc8a58b,
     0x94a3b8},
};

typedef struct writer {
    const c4_drawing *drawing;
    const c4_picture_options *options;
    c4_buffer *out;
} writer;

/* --------------------------------------------------------------- text */

static void put_replacement(c4_buffer *out)
{
    c4_buffer_text(out, "\xef\xbf\xbd");
}

/* What XML has no way to write becomes U+FFFD, white space a blank but for line ends. */
static void put_escaped(c4_buffer *out, const char *text)
{
    for (uint32_t point; text[0] != '\0';) {
        const char *start = text;
        point = c4_picture_point(&text);
        if (point == '&')
            c4_buffer_text(out, "&amp;");
        else if (point == '<')
            c4_buffer_text(out, "&lt;");
        else if (point == '>')
            c4_buffer_text(out, "&gt;");
        else if (point == '"')
            c4_buffer_text(out, "&quot;");
        else if (point == '\t' || point == '\r')
            c4_buffer_char(out, ' ');
        else if ((point < 0x20 && point != '\n') || (point >= 0x7f && point <= 0x9f) ||
                 (point >= 0xd800 && point <= 0xdfff) || (point & 0xfffe) == 0xfffe ||
                 (point >= 0xfdd0 && point <= 0xfdef) || point > 0x10ffff)
            put_replacement(out);
        else
            c4_buffer_put(out, start, (size_t)(text - start));
    }
}

/* Tenths: 125 is 12.5. */
static void put_length(c4_buffer *out, int32_t tenths)
{
    if (tenths < 0)
        c4_buffer_char(out, '-');
    tenths = tenths < 0 ? -tenths : tenths;
    c4_buffer_i64(out, tenths / 10);
    if (tenths % 10 != 0) {
        c4_buffer_char(out, '.');
        c4_buffer_char(out, (char)('0' + tenths % 10));
    }
}

static void put_attribute(c4_buffer *out, const char *name, int32_t tenths)
{
    c4_buffer_char(out, ' ');
    c4_buffer_text(out, name);
    c4_buffer_text(out, "=\"");
    put_length(out, tenths);
    c4_buffer_char(out, '"');
}

static void put_point(c4_buffer *out, c4_point point)
{
    put_length(out, point.x);
    c4_buffer_char(out, ' ');
    put_length(out, point.y);
}

/* ------------------------------------------------------------- colours */

static void put_hex(c4_buffer *out, uint32_t colour)
{
    static const char digits[] = "0123456789abcdef";

    c4_buffer_char(out, '#');
    for (int shift = 20; shift >= 0; shift -= 4)
        c4_buffer_char(out, digits[(colour >> shift) & 15]);
}

static size_t colour_count(const writer *w)
{
    return w->options->palette_count > 0 ? w->options->palette_count : THEME_COLOURS;
}

static uint32_t series_colour(const writer *w, size_t series, size_t theme)
{
    size_t at = series % colour_count(w);

    return w->options->palette_count > 0 ? w->options->palette[at] : series_colours[theme][at];
}

static void put_property(const writer *w, c4_paint paint, size_t series)
{
    c4_buffer_text(w->out, "--crm4e-");
    if (paint == C4_PAINT_SERIES) {
        c4_buffer_text(w->out, "series-");
        c4_buffer_i64(w->out, (int64_t)(series % colour_count(w)) + 1);
    } else {
        c4_buffer_text(w->out, paints[paint].name);
    }
}

/* fill="#2563eb" style="fill:var(--crm4e-series-1,#2563eb)" */
static void put_paint(const writer *w, const char *name, const c4_shape *shape)
{
    size_t theme = w->options->theme == CRM4E_PICTURE_DARK;
    uint32_t colour = shape->paint == C4_PAINT_SERIES ? series_colour(w, shape->series, theme)
                                                      : paints[shape->paint].colours[theme];

    c4_buffer_char(w->out, ' ');
    c4_buffer_text(w->out, name);
    c4_buffer_text(w->out, "=\"");
    put_hex(w->out, colour);
    c4_buffer_text(w->out, "\" style=\"");
    c4_buffer_text(w->out, name);
    c4_buffer_text(w->out, ":var(");
    put_property(w, shape->paint, shape->series);
    c4_buffer_char(w->out, ',');
    if (w->options->theme == CRM4E_PICTURE_AUTO) {
        c4_buffer_text(w->out, "var(--crm4e-auto");
        put_property(w, shape->paint, shape->series);
        c4_buffer_char(w->out, ',');
    }
    put_hex(w->out, colour);
    c4_buffer_text(w->out, w->options->theme == CRM4E_PICTURE_AUTO ? "))\"" : ")\"");
}

static void put_auto_colour(const writer *w, c4_paint paint, size_t series)
{
    c4_buffer_text(w->out, "--crm4e-auto");
    put_property(w, paint, series);
    c4_buffer_char(w->out, ':');
    put_hex(w->out,
            paint == C4_PAINT_SERIES ? series_colour(w, series, 1) : paints[paint].colours[1]);
    c4_buffer_char(w->out, ';');
}

/* The same for all such pictures of a page; a palette is as it is in the light. */
static void put_dark_rules(const writer *w)
{
    if (w->options->theme != CRM4E_PICTURE_AUTO)
        return;
    c4_buffer_text(w->out, "<style>@media (prefers-color-scheme:dark){.crm4e-auto{");
    for (c4_paint paint = C4_PAINT_BACKGROUND; paint < C4_PAINT_SERIES; paint++)
        put_auto_colour(w, paint, 0);
    for (size_t i = 0; w->options->palette_count == 0 && i < THEME_COLOURS; i++)
        put_auto_colour(w, C4_PAINT_SERIES, i);
    c4_buffer_text(w->out, "}}</style>\n");
}

/* -------------------------------------------------------------- shapes */

static void put_rect(c4_buffer *out, const c4_shape *shape)
{
    c4_buffer_text(out, "<rect");
    put_attribute(out, "x", shape->x);
    put_attribute(out, "y", shape->y);
    put_attribute(out, "width", shape->width);
    put_attribute(out, "height", shape->height);
    if (shape->radius > 0)
        put_attribute(out, "rx", shape->radius);
}

static void put_line(c4_buffer *out, const c4_shape *shape)
{
    c4_buffer_text(out, "<path d=\"");
    for (size_t i = 0; i < shape->point_count; i++) {
        c4_buffer_char(out, i == 0 ? 'M' : 'L');
        put_point(out, shape->points[i]);
    }
    c4_buffer_text(out, shape->kind == C4_SHAPE_POLYGON ? "Z\"" : "\"");
}

static void put_dot(c4_buffer *out, const c4_shape *shape)
{
    c4_buffer_text(out, "<circle");
    put_attribute(out, "cx", shape->x);
    put_attribute(out, "cy", shape->y);
    put_attribute(out, "r", shape->radius);
}

static void put_arc(c4_buffer *out, int32_t radius, bool large, bool back, c4_point to)
{
    c4_buffer_char(out, 'A');
    put_point(out, (c4_point){radius, radius});
    c4_buffer_text(out, large ? " 0 1" : " 0 0");
    c4_buffer_text(out, back ? " 0 " : " 1 ");
    put_point(out, to);
}

static void put_sector(c4_buffer *out, const c4_shape *shape)
{
    c4_buffer_text(out, "<path d=\"M");
    put_point(out, shape->points[0]);
    put_arc(out, shape->radius, shape->large, false, shape->points[1]);
    c4_buffer_char(out, 'L');
    put_point(out, shape->points[2]);
    if (shape->inner > 0)
        put_arc(out, shape->inner, shape->large, true, shape->points[3]);
    c4_buffer_text(out, "Z\"");
}

/* As a stroke half as wide as the ring. */
static void put_ring(c4_buffer *out, const c4_shape *shape)
{
    c4_buffer_text(out, "<circle");
    put_attribute(out, "cx", shape->x);
    put_attribute(out, "cy", shape->y);
    put_attribute(out, "r", (shape->radius + shape->inner) / 2);
    put_attribute(out, "stroke-width", shape->radius - shape->inner);
}

static void put_text(c4_buffer *out, const c4_shape *shape)
{
    static const char *const anchors[] = {
        [C4_ANCHOR_START] = NULL, [C4_ANCHOR_MIDDLE] = "middle", [C4_ANCHOR_END] = "end"};

    c4_buffer_text(out, "<text");
    put_attribute(out, "x", shape->x);
    put_attribute(out, "y", shape->y);
    if (shape->font != C4_FONT)
        put_attribute(out, "font-size", shape->font * C4_PIXEL);
    if (shape->strong)
        c4_buffer_text(out, " font-weight=\"600\"");
    if (anchors[shape->anchor] != NULL) {
        c4_buffer_text(out, " text-anchor=\"");
        c4_buffer_text(out, anchors[shape->anchor]);
        c4_buffer_char(out, '"');
    }
    if (shape->sloped) {
        c4_buffer_text(out, " transform=\"rotate(-40 ");
        put_point(out, (c4_point){shape->x, shape->y});
        c4_buffer_text(out, ")\"");
    }
}

static const struct shape_writer {
    void (*put)(c4_buffer *out, const c4_shape *shape);
    const char *name;
    bool stroked;
} writers[] = {
    [C4_SHAPE_RECT] = {put_rect, "rect", false},     [C4_SHAPE_LINE] = {put_line, "path", true},
    [C4_SHAPE_POLYGON] = {put_line, "path", false},  [C4_SHAPE_DOT] = {put_dot, "circle", false},
    [C4_SHAPE_SECTOR] = {put_sector, "path", false}, [C4_SHAPE_RING] = {put_ring, "circle", true},
    [C4_SHAPE_TEXT] = {put_text, "text", false},
};

static void put_shape(const writer *w, const c4_shape *shape)
{
    const struct shape_writer *as = &writers[shape->kind];

    as->put(w->out, shape);
    if (shape->opacity > 0) {
        c4_buffer_text(w->out, as->stroked ? " stroke-opacity=\"0." : " fill-opacity=\"0.");
        c4_buffer_char(w->out, (char)('0' + shape->opacity / 10 % 10));
        c4_buffer_char(w->out, (char)('0' + shape->opacity % 10));
        c4_buffer_char(w->out, '"');
    }
    if (shape->text == NULL && shape->told == NULL) {
        c4_buffer_text(w->out, "/>\n");
        return;
    }
    c4_buffer_char(w->out, '>');
    if (shape->told != NULL) {
        c4_buffer_text(w->out, "<title>");
        put_escaped(w->out, shape->told);
        c4_buffer_text(w->out, "</title>");
    }
    if (shape->text != NULL)
        put_escaped(w->out, shape->text);
    c4_buffer_text(w->out, "</");
    c4_buffer_text(w->out, as->name);
    c4_buffer_text(w->out, ">\n");
}

static bool same_paint(const c4_shape *a, const c4_shape *b)
{
    return a->paint == b->paint && writers[a->kind].stroked == writers[b->kind].stroked &&
           (a->paint != C4_PAINT_SERIES || a->series == b->series);
}

static const char *line_width(const c4_shape *shape)
{
    return shape->paint == C4_PAINT_SERIES || shape->paint == C4_PAINT_APART ? "2.2" : "1";
}

static void open_group(const writer *w, const c4_shape *shape)
{
    c4_buffer_text(w->out, "<g");
    if (writers[shape->kind].stroked) {
        c4_buffer_text(w->out, " fill=\"none\"");
        put_paint(w, "stroke", shape);
        c4_buffer_text(w->out, " stroke-width=\"");
        c4_buffer_text(w->out, line_width(shape));
        c4_buffer_text(w->out, "\" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
    } else {
        put_paint(w, "fill", shape);
    }
    c4_buffer_text(w->out, ">\n");
}

/* ------------------------------------------------------------- picture */

static void put_head(const writer *w)
{
    const c4_drawing *d = w->drawing;
    c4_buffer *out = w->out;

    c4_buffer_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"crm4e-chart");
    c4_buffer_text(out, w->options->theme == CRM4E_PICTURE_AUTO ? " crm4e-auto\"" : "\"");
    put_attribute(out, "width", d->width);
    put_attribute(out, "height", d->height);
    c4_buffer_text(out, " viewBox=\"0 0 ");
    put_point(out, (c4_point){d->width, d->height});
    c4_buffer_text(out, "\" role=\"img\" lang=\"");
    c4_buffer_text(out, w->options->chinese ? "zh" : "en");
    c4_buffer_text(out, "\" font-family=\"system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC',"
                        "'PingFang SC','Microsoft YaHei',sans-serif\" font-size=\"12\">\n<title>");
    put_escaped(out, c4_picture_title(d->data));
    c4_buffer_text(out, "</title>\n<desc>");
    put_escaped(out, c4_picture_description(d->data));
    c4_buffer_text(out, "</desc>\n");
    put_dark_rules(w);
}

static void put_picture(const writer *w)
{
    const c4_drawing *d = w->drawing;

    put_head(w);
    for (size_t i = 0; i < d->count; i++) {
        if (i == 0 || !same_paint(&d->shapes[i], &d->shapes[i - 1])) {
            c4_buffer_text(w->out, i > 0 ? "</g>\n" : "");
            open_group(w, &d->shapes[i]);
        }
        put_shape(w, &d->shapes[i]);
    }
    c4_buffer_text(w->out, "</g>\n</svg>\n");
}

int c4_picture_svg(c4_arena *arena, crm4e_error *error, const c4_chart_spec *spec,
                   const c4_chart_result *result, const c4_picture_options *options, c4_buffer *out)
{
    c4_picture_data data;
    c4_drawing drawing = {.mem = arena->mem};
    int rc = c4_picture_data_make(&data, arena, error, spec, result, options);

    if (rc == CRM4E_OK)
        rc = c4_picture_draw(&drawing, &data);
    if (rc == CRM4E_OK)
        put_picture(&(writer){&drawing, options, out});
    if (rc == CRM4E_OK)
        rc = data.code != CRM4E_OK ? data.code : out->code;
    c4_drawing_free(&drawing);
    return rc;
}
