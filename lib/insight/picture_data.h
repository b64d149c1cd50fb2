/* SPDX-License-Identifier: MIT */
/* A chart's result as what is drawn: rows and columns of sizes, texts that fit. */
#ifndef C4_PICTURE_DATA_H
#define C4_PICTURE_DATA_H

#include "insight/picture.h"

/* A value of the first or of the second key. */
typedef struct c4_heading {
    const char *text;
    bool apart; /* no value, restricted or others: drawn in grey */
} c4_heading;

/* Sizes of a measure are numbers of one power of ten, cut to ten digits. */
typedef struct c4_sizes {
    const char *name;
    int32_t exponent; /* a size of 15 with -1 is 1.5 */
    int64_t *items;   /* by bucket; 0 where there is no value */
} c4_sizes;

typedef struct c4_picture_data {
    c4_arena *arena;
    const c4_chart_spec *spec;
    const c4_chart_result *result;
    const c4_picture_options *options;
    crm4e_chart_type type;
    c4_heading *categories; /* values of the first key; one without a key */
    size_t category_count;
    c4_heading *series; /* of the second; one without it */
    size_t series_count;
    size_t *places; /* [category * series_count + series]: bucket + 1; 0: none */
    c4_sizes measures[C4_CHART_MEASURES];
    int code; /* the first failure of what gives no code */
} c4_picture_data;

int c4_picture_data_make(c4_picture_data *data, c4_arena *arena, crm4e_error *error,
                         const c4_chart_spec *spec, const c4_chart_result *result,
                         const c4_picture_options *options);
/* The bucket of a pair; NULL: none, or one without a value of the measure. */
const c4_chart_bucket *c4_picture_bucket(const c4_picture_data *data, size_t category,
                                         size_t series, size_t measure);
int64_t c4_picture_size(const c4_picture_data *data, size_t category, size_t series,
                        size_t measure);
/* The exact text of a value, or "-". */
const char *c4_picture_value(const c4_picture_data *data, size_t category, size_t series,
                             size_t measure);
/* Of all that a measure adds up to; NULL where that means nothing. */
const char *c4_picture_total(c4_picture_data *data, size_t measure);
/* What a bucket goes by in one key. */
const char *c4_picture_heading(const c4_picture_data *data, const c4_chart_bucket *bucket,
                               size_t key);
/* "Red", 2026, and all measures: of a bucket. Lives in the arena. */
const char *c4_picture_told(c4_picture_data *data, const c4_chart_bucket *bucket);
/* What is drawn, and the first values: for who hears it. */
const char *c4_picture_description(c4_picture_data *data);
const char *c4_picture_title(const c4_picture_data *data); /* never NULL */
/* The word in the language of the picture. */
const char *c4_picture_word(const c4_picture_data *data, const c4_label *words);

/* A text joined of pieces up to NULL. Failure shows in `code`; then it is "". */
const char *c4_picture_join(c4_picture_data *data, const char *const *pieces);
/* "280.6M", in Chinese counted in ten thousands; numbers below a million in full with at
 * most two places: "12,345.5". */
const char *c4_picture_short(c4_picture_data *data, const char *decimal);
/* The same of a size. */
const char *c4_picture_short_size(c4_picture_data *data, int64_t size, int32_t exponent);
/* A share of a whole: "33.3%". */
const char *c4_picture_percent(c4_picture_data *data, int64_t part, int64_t whole);

/* The next code point of well-formed text; 0 at its end. */
uint32_t c4_picture_point(const char **text);
/* About how wide a text is: tenths of a pixel, in a size of font in pixels. */
int32_t c4_picture_width(const char *text, int32_t font);
/* Cells of a terminal. */
int32_t c4_picture_cells(const char *text);
/* The text, or its beginning and an ellipsis, no wider than `most`. */
const char *c4_picture_cut(c4_picture_data *data, const char *text, int32_t font, int32_t most);
const char *c4_picture_cut_cells(c4_picture_data *data, const char *text, int32_t most,
                                 const char *ellipsis);

/* An axis with round numbers, zero among them. */
typedef struct c4_scale {
    int64_t low;
    int64_t high;
    int64_t step;
} c4_scale;
void c4_scale_make(c4_scale *scale, int64_t least, int64_t most, int32_t steps);
/* Where a size is on a length. */
int32_t c4_scale_at(const c4_scale *scale, int64_t size, int32_t length);
/* a * b / c, rounded half away from zero; c > 0. */
int64_t c4_picture_ratio(int64_t a, int64_t b, int64_t c);

#endif
