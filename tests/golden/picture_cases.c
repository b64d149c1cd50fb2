/* SPDX-License-Identifier: MIT */
/*
 * picture_cases DIRECTORY: draws made-up results of charts, each as NAME.svg and
 * NAME.txt, for golden.py to compare. Pictures are a function of a result, so no
 * org is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "insight/picture.h"

enum {
    BUCKETS = 512,
    TEXT = 256
};

static c4_mem mem;
static c4_arena arena;

/* "Name=12.50,3|Other:2026=-" as chart() of the chart tests writes it: '-' alone for no
 * name or value, '*' restricted, '+' others. */
typedef struct picture_case {
    const char *name;
    crm4e_chart_type type;
    const char *buckets;
    c4_label keys[2];
    const char *measures[3]; /* "Sum of Amount" */
    crm4e_granularity by;
    c4_picture_options options;
} picture_case;

static const char long_names[] =
    "A name that is far too long for any place in a picture of this size=12|"
    "微型企业与个体工商户的非常长的分类名称示例文字=7|"
    "<script>alert(\"1\")</script> & ]]> 'x'\x01\x7f=9|Ω𝄞\xef\xbf\xbe=4";

static const picture_case cases[] = {
    {"column",
     CRM4E_CHART_COLUMN,
     "Lead=280|Contact=209|Offer=145|Won=84|-=12|+=31",
     {{"Stage", "阶段"}},
     {"Count"},
     0,
     {.title = "Deals by stage"}},
    {"column_chinese",
     CRM4E_CHART_COLUMN,
     "在售=280611416.27|已预订=109039004.13|已售=190000424.56|已撤回=58468471.58",
     {{"Phase", "状态"}},
     {"价格合计"},
     0,
     {.title = "各状态价格", .chinese = true}},
    {"column_grouped",
     CRM4E_CHART_COLUMN,
     "2026-01:North=12|2026-01:South=30|2026-02:North=22|2026-02:South=18|2026-03:North=31|"
     "2026-03:South=-4|2026-04:North=9",
     {{"Closing Date", "日期"}, {"Region", "地区"}},
     {"Count"},
     CRM4E_BY_MONTH,
     {.title = "Closed by month and region"}},
    {"column_dark",
     CRM4E_CHART_COLUMN,
     "A=3|B=-2|C=1.5|D=-0.25",
     {{"Team", "团队"}},
     {"Average of Margin"},
     0,
     {.title = "Margin", .theme = CRM4E_PICTURE_DARK}},
    {"bar",
     CRM4E_CHART_BAR,
     "Ana Liu=1250.50|Ben Ortiz=980|Cid Park=412.75|Dan=-120|*=77",
     {{"Owner", "所有者"}},
     {"Sum of Amount"},
     0,
     {.title = "Amount by owner"}},
    {"bar_measures",
     CRM4E_CHART_BAR,
     "Red=3,1200.00,0.35|Green=1,90.50,-|Blue=7,14000.00,0.12",
     {{"Pick", "选择"}},
     {"Count", "Sum of Amount", "Average of Rate"},
     0,
     {0}},
    {"stacked_bar",
     CRM4E_CHART_STACKED_BAR,
     "Ana:Open=4|Ana:Won=7|Ana:Lost=2|Ben:Open=9|Ben:Won=1|Cid:Won=5|Cid:Lost=6|Cid:-=2",
     {{"Owner", "所有者"}, {"State", "状态"}},
     {"Count"},
     0,
     {.title = "Deals by owner and state"}},
    {"line",
     CRM4E_CHART_LINE,
     "2026-01=120|2026-02=180|2026-03=90|2026-04=-|2026-05=210|2026-06=260|2026-07=240|2026-08=310",
     {{"Created Time", "创建时间"}},
     {"Count"},
     CRM4E_BY_MONTH,
     {.title = "New leads"}},
    {"line_series",
     CRM4E_CHART_LINE,
     "2024-Q1:Web=10|2024-Q1:Fair=4|2024-Q2:Web=14|2024-Q2:Fair=9|2024-Q3:Web=13|2024-Q3:Fair=2|"
     "2024-Q4:Web=22|2024-Q4:Fair=11",
     {{"Created Time", "创建时间"}, {"Source", "来源"}},
     {"Count"},
     CRM4E_BY_QUARTER,
     {0}},
    {"area",
     CRM4E_CHART_AREA,
     "2020=1200000|2021=1800000|2022=1500000|2023=2600000|2024=3100000",
     {{"Year", "年"}},
     {"Sum of Amount"},
     CRM4E_BY_YEAR,
     {.title = "Turnover"}},
    {"pie",
     CRM4E_CHART_PIE,
     "Web=45|Fair=25|Referral=15|Phone=10|-=5|+=12",
     {{"Source", "来源"}},
     {"Count"},
     0,
     {.title = "Leads by source"}},
    {"donut",
     CRM4E_CHART_DONUT,
     "在售=280611416.27|已预订=109039004.13|已售=190000424.56",
     {{"Phase", "状态"}},
     {"价格合计"},
     0,
     {.title = "价格", .chinese = true}},
    {"donut_one", CRM4E_CHART_DONUT, "Only=7", {{"A", "甲"}}, {"Count"}, 0, {0}},
    {"pie_zero", CRM4E_CHART_PIE, "A=0|B=-3", {{"A", "甲"}}, {"Sum of Amount"}, 0, {0}},
    {"pie_narrow",
     CRM4E_CHART_PIE,
     "A=1|B=2|C=3",
     {{"A", "甲"}},
     {"Count"},
     0,
     {.width = 240, .height = 360}},
    {"funnel",
     CRM4E_CHART_FUNNEL,
     "Qualification=240|Needs=180|Proposal=96|Negotiation=40|Won=22",
     {{"Stage", "阶段"}},
     {"Count"},
     0,
     {.title = "Pipeline"}},
    {"funnel_hole",
     CRM4E_CHART_FUNNEL,
     "-=3|Open=10|Middle=0|Won=4",
     {{"Stage", "阶段"}},
     {"Count"},
     0,
     {0}},
    {"heat_map",
     CRM4E_CHART_HEAT_MAP,
     "Mon:08=3|Mon:12=14|Mon:16=9|Tue:08=1|Tue:12=22|Tue:16=12|Wed:12=31|Wed:16=7|Thu:08=5|"
     "Thu:12=18|Fri:08=2|Fri:12=11|Fri:16=1",
     {{"Day", "日"}, {"Hour", "时"}},
     {"Count"},
     0,
     {.title = "Calls"}},
    {"table",
     CRM4E_CHART_TABLE,
     "Ana:Open=4,1200.50|Ana:Won=7,90100.00|Ben:Open=9,0.00|Ben:-=1,-",
     {{"Owner", "所有者"}, {"State", "状态"}},
     {"Count", "Sum of Amount"},
     0,
     {.title = "Deals"}},
    {"kpi",
     CRM4E_CHART_KPI,
     "2026-01=98000.00,41|2026-02=120500.50,38",
     {{"Date", "日期"}},
     {"Sum of Amount", "Count"},
     CRM4E_BY_MONTH,
     {.title = "This month"}},
    {"kpi_alone", CRM4E_CHART_KPI, "=1234567", {{0}}, {"Count"}, 0, {0}},
    {"empty", CRM4E_CHART_COLUMN, "", {{"A", "甲"}}, {"Count"}, 0, {.title = "Nothing yet"}},
    {"one", CRM4E_CHART_COLUMN, "Alone=5", {{"A", "甲"}}, {"Count"}, 0, {0}},
    {"zeros", CRM4E_CHART_LINE, "A=0|B=0", {{"A", "甲"}}, {"Count"}, 0, {0}},
    {"long_names",
     CRM4E_CHART_COLUMN,
     long_names,
     {{"A", "甲"}},
     {"Count <b> & ]]>"},
     0,
     {.title =
          "Long & strange <names> ]]> that go on and on, over the edge of any title that there "
          "is room for in a picture"}},
    {"long_names_bar", CRM4E_CHART_BAR, long_names, {{"A", "甲"}}, {"Count"}, 0, {.ascii = true}},
    {"huge",
     CRM4E_CHART_COLUMN,
     "A=92233720368547758070000|B=-1844674407370955161600000|C=1|D=300000000000000000000000",
     {{"A", "甲"}},
     {"Sum of Big"},
     0,
     {0}},
    {"tiny",
     CRM4E_CHART_LINE,
     "A=0.000000001|B=0.000000004|C=0.000000002",
     {{"A", "甲"}},
     {"Sum of Dec"},
     0,
     {0}},
    {"palette",
     CRM4E_CHART_STACKED_BAR,
     "A:x=1|A:y=2|B:x=3|B:y=1",
     {{"A", "甲"}, {"B", "乙"}},
     {"Count"},
     0,
     {.theme = CRM4E_PICTURE_AUTO,
      .palette = {0x336699, 0xcc6633},
      .palette_count = 2,
      .colour = true}},
    {"small",
     CRM4E_CHART_COLUMN,
     "A=1|B=2|C=3",
     {{"A", "甲"}},
     {"Count"},
     0,
     {.width = 160, .height = 90}},
};

/* ------------------------------------------------------------- a result */

static void *must(void *pointer)
{
    if (pointer == NULL)
        exit(2);
    return pointer;
}

static const char *copy(const char *text, size_t length)
{
    return must(c4_arena_text(&arena, text, length));
}

static void set_key(c4_chart_bucket *bucket, size_t key, const char *text, size_t length,
                    int64_t sort)
{
    bool one = length == 1;

    bucket->empty[key] = one && text[0] == '-';
    bucket->restricted[key] = one && text[0] == '*';
    bucket->others[key] = one && text[0] == '+';
    bucket->sort[key] = sort;
    bucket->names[key] = bucket->empty[key]        ? (c4_label){"", ""}
                         : bucket->restricted[key] ? (c4_label){"restricted", "受限"}
                         : bucket->others[key]     ? (c4_label){"others", "其他"}
                                               : (c4_label){copy(text, length), copy(text, length)};
    bucket->labels[key] = bucket->names[key].en;
}

/* Digits of any number, so that sums beyond 64 bits are among the cases. */
static void set_value(c4_chart_value *value, const char *text, size_t length)
{
    size_t point = length;

    *value = (c4_chart_value){.null = length == 1 && text[0] == '-'};
    if (value->null)
        return;
    value->text = copy(text, length);
    for (size_t i = text[0] == '-' ? 1 : 0; i < length; i++) {
        c4_sum ten = {0};
        if (text[i] == '.') {
            point = i;
            continue;
        }
        for (int k = 0; k < 10; k++)
            c4_sum_merge(&ten, &value->exact);
        c4_sum_add(&ten, text[i] - '0');
        value->exact = ten;
    }
    value->scale = (uint32_t)(length - point > 0 ? length - point - 1 : 0);
    if (text[0] == '-')
        c4_sum_negate(&value->exact);
    (void)c4_sum_value(&value->exact, &value->number);
}

static size_t read_bucket(c4_chart_bucket *bucket, const char *text, size_t length, size_t keys,
                          int64_t place)
{
    c4_chart_value *values = must(c4_arena_array(&arena, C4_CHART_MEASURES, sizeof *values));
    const char *equals = memchr(text, '=', length);
    const char *second = memchr(text, ':', (size_t)(equals - text));
    size_t count = 0;
    size_t first = (size_t)((keys > 1 ? second : equals) - text);

    for (const char *c = equals; c < text + length && *c != '|'; count++) {
        const char *end = c + 1;
        while (end < text + length && *end != ',' && *end != '|')
            end++;
        set_value(&values[count], c + 1, (size_t)(end - c - 1));
        c = end;
    }
    if (keys > 0)
        set_key(bucket, 0, text, first, place);
    if (keys > 1)
        set_key(bucket, 1, second + 1, (size_t)(equals - second - 1), 0);
    bucket->values = values;
    return count;
}

static void make_result(const picture_case *from, c4_chart_spec *spec, c4_chart_result *result)
{
    c4_chart_bucket *buckets = must(c4_arena_array(&arena, BUCKETS, sizeof *buckets));

    *spec = (c4_chart_spec){.type = from->type, .keys = {{"A", from->by}}};
    *result = (c4_chart_result){.buckets = buckets};
    while (result->key_count < 2 && from->keys[result->key_count].en != NULL) {
        result->key_names[result->key_count] = from->keys[result->key_count];
        result->key_count++;
    }
    while (result->measure_count < 3 && from->measures[result->measure_count] != NULL) {
        const char *name = from->measures[result->measure_count];
        result->measure_names[result->measure_count] = (c4_label){name, name};
        spec->measures[result->measure_count++].function = CRM4E_SUM;
    }
    spec->key_count = result->key_count;
    for (const char *c = from->buckets; *c != '\0';) {
        size_t length = strcspn(c, "|");
        size_t at = result->bucket_count++;
        (void)read_bucket(&buckets[at], c, length, result->key_count, (int64_t)at);
        if (at > 0 && result->key_count > 1 &&
            strcmp(buckets[at].labels[0], buckets[at - 1].labels[0]) == 0)
            buckets[at].sort[0] = buckets[at - 1].sort[0];
        if (at > 0 && result->key_count == 1 && !buckets[at - 1].empty[0] && !buckets[at].others[0])
            for (size_t m = 0; m < result->measure_count; m++) {
                c4_chart_value *value = (c4_chart_value *)&buckets[at].values[m];
                const c4_chart_value *before = &buckets[at - 1].values[m];
                int64_t rate = 0;
                c4_sum change = before->exact;
                char text[C4_DECIMAL_TEXT];
                c4_sum_negate(&change);
                c4_sum_merge(&change, &value->exact);
                (void)c4_sum_format(&change, value->scale, text);
                value->change = copy(text, strlen(text));
                if (before->number > 0 && c4_sum_average(&value->exact, before->number, 4, &rate)) {
                    (void)c4_decimal_format(rate, 2, text);
                    value->rate = copy(text, strlen(text));
                }
            }
        c += length + (c[length] == '|' ? 1 : 0);
    }
}

/* ------------------------------------------------------------ and files */

static void save(const char *directory, const char *name, const char *ending, const c4_buffer *out)
{
    char path[TEXT * 4];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s.%s", directory, name, ending);
    file = must(fopen(path, "wb"));
    if (fwrite(out->data, 1, out->length, file) != out->length || fclose(file) != 0)
        exit(2);
}

static void draw(const char *directory, const picture_case *from)
{
    c4_picture_options options = from->options;
    c4_chart_spec spec;
    c4_chart_result result;
    c4_buffer out;

    make_result(from, &spec, &result);
    c4_buffer_init(&out, &mem, (size_t)64 << 20);
    options.width = options.width != 0 ? options.width : 720;
    if (c4_picture_svg(&arena, NULL, &spec, &result, &options, &out) != CRM4E_OK)
        exit(2);
    save(directory, from->name, "svg", &out);
    c4_buffer_reset(&out);
    options.width = 80;
    if (c4_picture_terminal(&arena, NULL, &spec, &result, &options, &out) != CRM4E_OK)
        exit(2);
    if (out.length > 0)
        save(directory, from->name, "txt", &out);
    c4_buffer_free(&out);
    c4_arena_reset(&arena);
}

/* 200 buckets, too long to be written above. */
static void draw_many(const char *directory)
{
    static const struct {
        const char *name;
        crm4e_chart_type type;
        crm4e_granularity by;
    } many[] = {{"many_columns", CRM4E_CHART_COLUMN, CRM4E_BY_DAY},
                {"many_names", CRM4E_CHART_COLUMN, 0},
                {"many_bars", CRM4E_CHART_BAR, 0},
                {"many_slices", CRM4E_CHART_PIE, 0},
                {"many_points", CRM4E_CHART_AREA, CRM4E_BY_DAY}};
    static char text[BUCKETS * 32];

    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        picture_case one = {.name = many[i].name,
                            .type = many[i].type,
                            .keys = {{"A", "甲"}},
                            .measures = {"Count"},
                            .by = many[i].by};
        size_t used = 0;
        for (int n = 0; n < 200; n++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%04d-%02d-%02d=%d",
                                     n > 0 ? "|" : "", 2026, 1 + n / 28, 1 + n % 28,
                                     (n * 37 + n * n) % 101);
        one.buckets = text;
        draw(directory, &one);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    c4_mem_default(&mem);
    c4_arena_init(&arena, &mem);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        draw(argv[1], &cases[i]);
    draw_many(argv[1]);
    c4_arena_free(&arena);
    return 0;
}
