/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double microseconds(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

double bench_wall(void)
{
    return microseconds(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
    return microseconds(CLOCK_THREAD_CPUTIME_ID);
}

void bench_add(bench_runs *runs, double crm4e, double sqlite, double each)
{
    if (runs->count == BENCH_RUNS_MOST)
        return;
    runs->crm4e[runs->count] = crm4e / each;
    runs->sqlite[runs->count++] = sqlite / each;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(const double *values, size_t count)
{
    double sorted[BENCH_RUNS_MOST];

    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static const char *other_of(const bench_line *line)
{
    return line->other ? line->other : "sqlite";
}

static const char *unit_of(const bench_line *line)
{
    return line->unit ? line->unit : "us";
}

static void print_text(const bench_line *line)
{
    const char *unit = unit_of(line);

    printf("%s %s ratio=%.3g", line->id, line->work, line->ratio);
    if (line->goal > 0)
        printf(" goal<=%.3g", line->goal);
    if (line->most > 0)
        printf(" goal<=%.2fus", line->most);
    printf(" crm4e=%.2f%s %s=%.2f%s", line->crm4e, unit, other_of(line), line->sqlite, unit);
    if (line->records > 0)
        printf(" N=%lld", (long long)line->records);
    putchar('\n');
}

static void print_json(const bench_line *line, bool first)
{
    const char *unit = unit_of(line);

    printf("%s\n  {\"id\": \"%s\", \"work\": \"%s\", \"ratio\": %.5f, \"goal\": ",
           first ? "[" : ",", line->id, line->work, line->ratio);
    if (line->goal > 0)
        printf("%.3f", line->goal);
    else
        printf("null");
    if (line->most > 0)
        printf(", \"goal_us\": %.2f", line->most);
    printf(", \"crm4e_%s\": %.3f, \"%s_%s\": %.3f, \"records\": %lld}", unit, line->crm4e,
           other_of(line), unit, line->sqlite, (long long)line->records);
}

void bench_print(bench *b, const bench_line *line, const bench_runs *runs)
{
    bench_line full = *line;
    double ratios[BENCH_RUNS_MOST];

    for (size_t i = 0; i < runs->count; i++)
        ratios[i] = runs->crm4e[i] / runs->sqlite[i];
    full.crm4e = median(runs->crm4e, runs->count);
    full.sqlite = median(runs->sqlite, runs->count);
    full.ratio = median(ratios, runs->count);
    if (b->json)
        print_json(&full, b->printed == 0);
    else
        print_text(&full);
    b->printed++;
    (void)fflush(stdout);
}

typedef struct field_text {
    const char *field;
    const char *form; /* of its text; %lld is the number */
} field_text;

static const field_text texts[] = {
    {"Last_Name", "Lead Number %lld"},
    {"Company", "Company %lld & Sons"},
    {"First_Name", "Anna-%lld"},
    {"Designation", "Head of department"},
    {"Email", "lead-%lld@company.example"},
    {"Secondary_Email", "second-%lld@company.example"},
    {"Phone", "+49 30 %lld"},
    {"Mobile", "+49 170 %lld"},
    {"Fax", "+49 31 %lld"},
    {"Website", "https://company.example/%lld"},
    {"Street", "Long Street %lld"},
    {"City", "Berlin"},
    {"State", "Berlin"},
    {"Zip_Code", "10115"},
    {"Country", "Germany"},
};

/* Picklists have several values, so that indexes are not of one key. */
static const char *const statuses[] = {"Contacted", "Not Contacted", "Junk Lead", "Lost Lead",
                                       "Pre-Qualified"};

static int set(crm4e_record *lead, const char *field, const char *text)
{
    return crm4e_record_set_text(lead, field, text, strlen(text));
}

int bench_lead_new(crm4e_record **out, world *w, int64_t number)
{
    char text[80];
    int rc = crm4e_record_new(out, w->session, "Leads");

    for (size_t i = 0; i < sizeof texts / sizeof *texts && rc == CRM4E_OK; i++) {
        const char *percent = strchr(texts[i].form, '%');
        int before = percent == NULL ? (int)strlen(texts[i].form) : (int)(percent - texts[i].form);

        if (percent == NULL)
            (void)snprintf(text, sizeof text, "%s", texts[i].form);
        else
            (void)snprintf(text, sizeof text, "%.*s%lld%s", before, texts[i].form,
                           (long long)number, percent + strlen("%lld"));
        rc = set(*out, texts[i].field, text);
    }
    if (rc == CRM4E_OK)
        rc = set(*out, "Lead_Status", statuses[number % 5]);
    if (rc == CRM4E_OK)
        rc = set(*out, "Lead_Source", "Web Form");
    if (rc == CRM4E_OK)
        rc = set(*out, "Industry", "Technology");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_integer(*out, "No_of_Employees", number % 5000);
    (void)snprintf(text, sizeof text, "%lld.50", (long long)number * 7);
    return rc == CRM4E_OK ? crm4e_record_set_decimal(*out, "Annual_Revenue", text) : rc;
}

int bench_lead_change(crm4e_record *lead, int64_t number)
{
    char text[80];
    int rc;

    (void)snprintf(text, sizeof text, "Company %lld & Daughters", (long long)number);
    rc = set(lead, "Company", text);
    if (rc == CRM4E_OK)
        rc = set(lead, "Lead_Status", statuses[(number + 1) % 5]);
    (void)snprintf(text, sizeof text, "%lld.75", (long long)number * 11);
    return rc == CRM4E_OK ? crm4e_record_set_decimal(lead, "Annual_Revenue", text) : rc;
}
