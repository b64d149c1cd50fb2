/* SPDX-License-Identifier: MIT */
#include "model/advise.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "model/limits.h"

enum {
    MOST = 1000000000,
    SENTENCE = 8192,
    RULED_OUT = 65536
};

typedef struct text {
    const char *en;
    const char *zh;
} text;

/* From the smallest on. */
static const struct offer {
    c4_edition edition;
    bool suite;   /* service, projects, campaigns */
    bool company; /* departments without customers */
    text name;
} offers[] = {
    {CRM4E_EDITION_FREE, false, false, {"Free", "免费版"}},
    {CRM4E_EDITION_STANDARD, false, false, {"Standard", "标准版"}},
    {CRM4E_EDITION_PROFESSIONAL, false, false, {"Professional", "高级版"}},
    {CRM4E_EDITION_ENTERPRISE, false, false, {"Enterprise", "企业版"}},
    {CRM4E_EDITION_ULTIMATE, false, false, {"Ultimate", "超级版"}},
    {CRM4E_EDITION_CRM_PLUS, true, false, {"CRM Plus", "CRM Plus"}},
    {CRM4E_EDITION_ZOHO_ONE, true, true, {"Zoho One", "Zoho One"}},
};
enum {
    OFFERS = sizeof offers / sizeof offers[0]
};

/* A number, held against a limit. */
typedef struct number_need {
    const char *name;
    size_t offset;
    size_t also; /* a number that is added; 0: none */
    c4_limit limit;
    int64_t from; /* smaller numbers need nothing */
    text what;
} number_need;

#define NEED(member, limit, en, zh)                                                                \
    {                                                                                              \
#member, offsetof(crm4e_edition_needs, member), 0, C4_LIMIT_##limit, 1,                    \
        {                                                                                          \
            en, zh                                                                                 \
        }                                                                                          \
    }

static const number_need number_needs[] = {
    NEED(users, CRM_USERS, "users", "CRM 用户"),
    NEED(team_users, TEAM_USERS, "team users", "团队用户"),
    NEED(team_modules, TEAM_MODULES, "team modules", "团队模块"),
    NEED(custom_modules, CUSTOM_MODULES, "custom modules", "自定义模块"),
    {"modules",
     offsetof(crm4e_edition_needs, team_modules),
     offsetof(crm4e_edition_needs, custom_modules),
     C4_LIMIT_MODULE_POOL,
     1,
     {"team and custom modules", "团队模块和自定义模块"}},
    NEED(fields_per_team_module, TEAM_MODULE_FIELDS, "fields in a team module", "团队模块字段"),
    NEED(fields_per_org_module, ORG_MODULE_FIELDS, "custom fields in a module", "模块自定义字段"),
    NEED(lookup_fields_per_team_module, TEAM_MODULE_LOOKUPS, "lookups in a team module",
         "团队模块查找字段"),
    NEED(users_per_team_module, MODULE_USERS, "users in a team module", "团队模块用户"),
    NEED(admins_per_team_module, MODULE_ADMINS, "admins of a team module", "团队模块管理员"),
    NEED(team_spaces, TEAM_SPACES, "team spaces", "团队空间"),
    NEED(folders_per_team_space, SPACE_FOLDERS, "folders in a team space", "团队空间文件夹"),
    {"departments",
     offsetof(crm4e_edition_needs, departments),
     0,
     C4_LIMIT_TEAM_SPACES,
     2,
     {"departments with a team space", "部门团队空间"}},
    NEED(workflow_rules, WORKFLOWS, "workflow rules", "工作流规则"),
    NEED(workflow_rules_per_module, MODULE_WORKFLOWS, "workflow rules in a module",
         "模块工作流规则"),
    NEED(active_workflow_rules_per_module, ACTIVE_WORKFLOWS, "active rules in a module",
         "模块启用规则"),
};
enum {
    NUMBER_NEEDS = sizeof number_needs / sizeof number_needs[0]
};

static bool has_interactions(const struct offer *offer)
{
    return c4_feature_bought(offer->edition, C4_FEATURE_INTERACTIONS);
}

static bool has_suite(const struct offer *offer)
{
    return offer->suite;
}

static bool has_company(const struct offer *offer)
{
    return offer->company;
}

/* Something an offer has or has not. */
static const struct truth_need {
    const char *name;
    size_t offset;
    bool (*has)(const struct offer *offer);
    text what;
} truth_needs[] = {
    {"interactions",
     offsetof(crm4e_edition_needs, interactions),
     has_interactions,
     {"the interactions view", "交互视图"}},
    {"desk", offsetof(crm4e_edition_needs, desk), has_suite, {"Desk", " Desk"}},
    {"projects", offsetof(crm4e_edition_needs, projects), has_suite, {"Projects", " Projects"}},
    {"campaigns", offsetof(crm4e_edition_needs, campaigns), has_suite, {"Campaigns", " Campaigns"}},
    {"whole_company",
     offsetof(crm4e_edition_needs, whole_company),
     has_company,
     {"the applications of a whole company", "整个公司的应用"}},
};
enum {
    TRUTH_NEEDS = sizeof truth_needs / sizeof truth_needs[0]
};

static int64_t number_at(const crm4e_edition_needs *needs, size_t offset)
{
    int64_t number;
    memcpy(&number, (const char *)needs + offset, sizeof number);
    return number;
}

static int32_t truth_at(const crm4e_edition_needs *needs, size_t offset)
{
    int32_t truth;
    memcpy(&truth, (const char *)needs + offset, sizeof truth);
    return truth;
}

int c4_needs_check(crm4e_error *error, const crm4e_edition_needs *needs)
{
    for (size_t i = 0; i < NUMBER_NEEDS; i++) {
        int64_t number = number_at(needs, number_needs[i].offset);
        if (number < 0 || number > MOST) {
            return c4_fail(error, CRM4E_E_INVALID, "'%s' is out of range", number_needs[i].name);
        }
    }
    for (size_t i = 0; i < TRUTH_NEEDS; i++) {
        int32_t truth = truth_at(needs, truth_needs[i].offset);
        if (truth != 0 && truth != 1) {
            return c4_fail(error, CRM4E_E_INVALID, "'%s' is 0 or 1", truth_needs[i].name);
        }
    }
    return needs->reserved == 0 ? CRM4E_OK : c4_fail(error, CRM4E_E_INVALID, "'reserved' is 0");
}

/* What rules an offer out. */
typedef struct reason {
    const char *need;
    const char *limit; /* NULL: no number */
    int64_t allowed;
    int64_t needed;
    const text *what;
} reason;

typedef struct reasons {
    reason items[NUMBER_NEEDS + TRUTH_NEEDS];
    size_t count;
} reasons;

static int64_t needed_of(const crm4e_edition_needs *needs, const number_need *need)
{
    int64_t number = number_at(needs, need->offset);
    if (need->also != 0) {
        number += number_at(needs, need->also);
    }
    return number >= need->from ? number : 0;
}

/* Only as many licences are bought as are needed. */
static void judge(const struct offer *offer, const crm4e_edition_needs *needs, reasons *found)
{
    const c4_bought bought = {offer->edition, needs->users, needs->team_users};
    found->count = 0;
    for (size_t i = 0; i < TRUTH_NEEDS; i++) {
        const struct truth_need *need = &truth_needs[i];
        if (truth_at(needs, need->offset) == 1 && !need->has(offer)) {
            found->items[found->count++] = (reason){need->name, NULL, 0, 0, &need->what};
        }
    }
    for (size_t i = 0; i < NUMBER_NEEDS; i++) {
        const number_need *need = &number_needs[i];
        int64_t allowed = c4_limit_bought(&bought, need->limit);
        int64_t needed = needed_of(needs, need);
        if (needed > allowed) {
            found->items[found->count++] =
                (reason){need->name, c4_limit_name(need->limit), allowed, needed, &need->what};
        }
    }
}

static void put_reason(c4_buffer *out, const reason *why)
{
    bool first = true;
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "need");
    c4_json_put_text(out, why->need, strlen(why->need));
    if (why->limit != NULL) {
        c4_json_put_key(out, &first, "limit");
        c4_json_put_text(out, why->limit, strlen(why->limit));
        c4_json_put_key(out, &first, "allowed");
        c4_buffer_i64(out, why->allowed);
        c4_json_put_key(out, &first, "needed");
        c4_buffer_i64(out, why->needed);
    }
    c4_buffer_char(out, '}');
}

static void put_ruled_out(c4_buffer *out, const struct offer *offer, const reasons *found)
{
    const char *edition = c4_text_of(C4_NAMES_EDITION, offer->edition);
    c4_buffer_text(out, "{\"edition\":");
    c4_json_put_text(out, edition, strlen(edition));
    c4_buffer_text(out, ",\"reasons\":[");
    for (size_t i = 0; i < found->count; i++) {
        if (i > 0) {
            c4_buffer_char(out, ',');
        }
        put_reason(out, &found->items[i]);
    }
    c4_buffer_text(out, "]}");
}

/* "Free allows 3 of 12 users", "Free, Standard lack Desk" */
static void say_why(c4_buffer *out, bool chinese, bool several, const reason *why)
{
    const char *what = chinese ? why->what->zh : why->what->en;
    char line[256];
    if (why->limit == NULL && chinese) {
        (void)snprintf(line, sizeof line, "不含%s", what);
    } else if (why->limit == NULL) {
        (void)snprintf(line, sizeof line, " %s %s", several ? "lack" : "lacks", what);
    } else if (chinese) {
        (void)snprintf(line, sizeof line, "只允许 %" PRId64 " 个%s，需要 %" PRId64 " 个",
                       why->allowed, what, why->needed);
    } else {
        (void)snprintf(line, sizeof line, " allows %" PRId64 " of %" PRId64 " %s", why->allowed,
                       why->needed, what);
    }
    c4_buffer_text(out, line);
}

/* Offers in a row that lack the same are named together. The place behind them. */
static size_t say_offers(c4_buffer *out, bool chinese, const crm4e_edition_needs *needs,
                         size_t first, size_t end)
{
    reasons found;
    reasons next;
    size_t i = first;
    judge(&offers[first], needs, &found);
    do {
        c4_buffer_text(out, i == first ? "" : chinese ? "、" : ", ");
        c4_buffer_text(out, chinese ? offers[i].name.zh : offers[i].name.en);
        i++;
        if (i < end) {
            judge(&offers[i], needs, &next);
        }
    } while (i < end && found.items[0].limit == NULL && next.items[0].what == found.items[0].what);
    say_why(out, chinese, i > first + 1, &found.items[0]);
    return i;
}

/* `fits`: the place among the offers, or their number for none. */
static void say(c4_buffer *out, bool chinese, const crm4e_edition_needs *needs, size_t fits)
{
    if (fits == OFFERS) {
        c4_buffer_text(out, chinese ? "没有满足需要的版本" : "Nothing fits");
    } else {
        c4_buffer_text(out, chinese ? offers[fits].name.zh : offers[fits].name.en);
        c4_buffer_text(out, chinese ? "是满足需要的最小版本" : " is the smallest that fits");
    }
    for (size_t i = 0; i < fits;) {
        c4_buffer_text(out, chinese ? (i == 0 ? "：" : "；") : (i == 0 ? ": " : "; "));
        i = say_offers(out, chinese, needs, i, fits);
    }
    c4_buffer_text(out, chinese ? "。" : ".");
}

static int put_sentence(c4_buffer *out, const c4_mem *mem, bool chinese,
                        const crm4e_edition_needs *needs, size_t fits)
{
    c4_buffer sentence;
    int rc;
    c4_buffer_init(&sentence, mem, SENTENCE);
    say(&sentence, chinese, needs, fits);
    rc = sentence.code;
    if (rc == CRM4E_OK) {
        c4_json_put_text(out, sentence.data, sentence.length);
    }
    c4_buffer_free(&sentence);
    return rc;
}

/* The place of the smallest that fits; those before it are written. */
static size_t find_fit(const crm4e_edition_needs *needs, c4_buffer *out)
{
    reasons found;
    for (size_t i = 0; i < OFFERS; i++) {
        judge(&offers[i], needs, &found);
        if (found.count == 0) {
            return i;
        }
        c4_buffer_text(out, i == 0 ? "" : ",");
        put_ruled_out(out, &offers[i], &found);
    }
    return OFFERS;
}

int c4_advise(const crm4e_edition_needs *given, const c4_mem *mem, c4_buffer *out)
{
    crm4e_edition_needs needs = *given;
    c4_buffer ruled_out;
    needs.users = needs.users > 0 ? needs.users : 1;
    c4_buffer_init(&ruled_out, mem, RULED_OUT);
    size_t fits = find_fit(&needs, &ruled_out);
    int rc = ruled_out.code;
    c4_buffer_text(out, "{\"edition\":");
    if (fits < OFFERS) {
        const char *edition = c4_text_of(C4_NAMES_EDITION, offers[fits].edition);
        c4_json_put_text(out, edition, strlen(edition));
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_text(out, ",\"ruled_out\":[");
    if (rc == CRM4E_OK && ruled_out.length > 0) {
        c4_buffer_put(out, ruled_out.data, ruled_out.length);
    }
    c4_buffer_free(&ruled_out);
    c4_buffer_text(out, "],\"sentence\":{\"en\":");
    rc = rc == CRM4E_OK ? put_sentence(out, mem, false, &needs, fits) : rc;
    c4_buffer_text(out, ",\"zh\":");
    rc = rc == CRM4E_OK ? put_sentence(out, mem, true, &needs, fits) : rc;
    c4_buffer_text(out, "}}");
    return rc < 0 ? rc : out->code;
}
