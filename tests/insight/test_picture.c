/* SPDX-License-Identifier: MIT */
/* Pictures through the interface: options, what they refuse, and that they hold what
 * the chart holds. How they look is in tests/golden. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../api/fixture.h"

static int setup(void **state)
{
    static fixture f;

    *state = &f;
    return fixture_open(&f, FIXTURE_MEMORY) == CRM4E_OK ? 0 : -1;
}

static int teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}

static int draw(fixture *f, bool svg, const crm4e_picture_options *options, char *copy, size_t room)
{
    crm4e_text *text = NULL;
    int rc = svg ? crm4e_picture_svg(&text, f->own.chart, options)
                 : crm4e_picture_terminal(&text, f->own.chart, options);

    if (rc == CRM4E_OK && copy) {
        assert_true(crm4e_text_length(text) < room);
        memcpy(copy, crm4e_text_data(text), crm4e_text_length(text) + 1);
    }
    assert_true((rc == CRM4E_OK) == (text != NULL));
    crm4e_text_free(text);
    return rc;
}

static void options_are_checked(void **state)
{
    static const struct {
        bool svg;
        int32_t width, height;
        uint32_t theme;
        int32_t ascii, colour;
        uint32_t reserved;
        const char *palette, *title;
        int code;
    } cases[] = {
        {true, 159, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 160, 90, 0, 0, 0, 0, NULL, "", CRM4E_OK},
        {true, 4096, 4096, 2, 1, 1, 0, "#2563eb,#ABCDEF", "T", CRM4E_OK},
        {true, 4097, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, -1, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 89, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 4097, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 0, 3, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 2, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, -1, 0, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 1, NULL, NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 0, "red", NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 0, "#12345", NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 0, "#123456,", NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 0, "#123456;fill:url(x)", NULL, CRM4E_E_INVALID},
        {true, 0, 0, 0, 0, 0, 0, NULL, "\xff", CRM4E_E_INVALID},
        {false, 19, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
        {false, 20, 0, 0, 1, 1, 0, NULL, "T", CRM4E_OK},
        {false, 400, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_OK},
        {false, 401, 0, 0, 0, 0, 0, NULL, NULL, CRM4E_E_INVALID},
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crm4e_picture_options options;
        assert_int_equal(crm4e_picture_options_init(&options), CRM4E_OK);
        options.width = cases[i].width;
        options.height = cases[i].height;
        options.theme = cases[i].theme;
        options.ascii = cases[i].ascii;
        options.colour = cases[i].colour;
        options.reserved = cases[i].reserved;
        options.palette = cases[i].palette;
        options.title = cases[i].title;
        if (draw(f, cases[i].svg, &options, NULL, 0) != cases[i].code)
            fail_msg("case %zu", i);
    }
}

static void long_palettes_and_titles(void **state)
{
    crm4e_picture_options options = CRM4E_PICTURE_OPTIONS_INIT;
    char palette[13 * 8 + 1] = "";
    char title[402];

    for (size_t i = 0; i < 13; i++)
        memcpy(palette + i * 8, "#123456,", 8);
    palette[13 * 8 - 1] = '\0';
    options.palette = palette;
    assert_int_equal(draw(*state, true, &options, NULL, 0), CRM4E_E_INVALID);
    palette[12 * 8 - 1] = '\0';
    assert_int_equal(draw(*state, true, &options, NULL, 0), CRM4E_OK);
    memset(title, 'x', sizeof title);
    title[401] = '\0';
    options.title = title;
    assert_int_equal(draw(*state, true, &options, NULL, 0), CRM4E_E_INVALID);
    title[400] = '\0';
    assert_int_equal(draw(*state, true, &options, NULL, 0), CRM4E_OK);
}

static void before_a_run(void **state)
{
    fixture *f = *state;
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_chart_new(&chart, f->own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_picture_svg(&text, chart, NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_picture_terminal(&text, chart, NULL), CRM4E_E_MISUSE);
    assert_null(text);
    crm4e_chart_free(chart);
}

/* Every type, with whatever keys it takes, twice the same. */
static void every_type(void **state)
{
    static char first[1 << 16];
    static char second[1 << 16];
    fixture *f = *state;

    for (crm4e_chart_type type = 0; type <= CRM4E_CHART_KPI; type++) {
        for (size_t keys = 0; keys <= 2; keys++) {
            crm4e_chart *chart = NULL;
            crm4e_chart *own = f->own.chart;
            assert_int_equal(crm4e_chart_new(&chart, f->own.session, "Leads"), CRM4E_OK);
            assert_int_equal(crm4e_chart_set_type(chart, type), CRM4E_OK);
            for (size_t i = 0; i < keys; i++)
                assert_int_equal(crm4e_chart_group_by(chart,
                                                      i > 0                     ? "Company"
                                                      : type == CRM4E_CHART_KPI ? "Created_Time"
                                                                                : "Lead_Status",
                                                      0),
                                 CRM4E_OK);
            f->own.chart = chart;
            for (int svg = 0; svg < 2 && crm4e_chart_run(chart) == CRM4E_OK; svg++) {
                assert_int_equal(draw(f, svg != 0, NULL, first, sizeof first), CRM4E_OK);
                assert_int_equal(draw(f, svg != 0, NULL, second, sizeof second), CRM4E_OK);
                assert_string_equal(first, second);
                assert_int_equal(strncmp(first, "<svg ", 5) == 0, svg);
            }
            f->own.chart = own;
            crm4e_chart_free(chart);
        }
    }
    assert_int_equal(crm4e_chart_set_type(f->own.chart, CRM4E_CHART_KPI + 1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_chart_set_top(f->own.chart, 101), CRM4E_E_TOO_BIG);
    assert_int_equal(crm4e_chart_set_fill(f->own.chart, 2), CRM4E_E_INVALID);
}

static void languages(void **state)
{
    static char text[1 << 16];
    crm4e_picture_options options = CRM4E_PICTURE_OPTIONS_INIT;

    options.locale = "zh-CN";
    assert_int_equal(draw(*state, true, &options, text, sizeof text), CRM4E_OK);
    assert_non_null(strstr(text, "lang=\"zh\""));
    assert_non_null(strstr(text, "数量"));
    options.locale = "en";
    assert_int_equal(draw(*state, true, &options, text, sizeof text), CRM4E_OK);
    assert_non_null(strstr(text, "Count"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(options_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(long_palettes_and_titles, setup, teardown),
        cmocka_unit_test_setup_teardown(before_a_run, setup, teardown),
        cmocka_unit_test_setup_teardown(every_type, setup, teardown),
        cmocka_unit_test_setup_teardown(languages, setup, teardown),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
