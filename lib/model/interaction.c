/* SPDX-License-Identifier: MIT */
#include "model/interaction.h"

#include "base/text.h"
#include "model/limits.h"

#define BUILT_IN(number, name, en, zh, channel, direction, contact, recorded)                      \
    {                                                                                              \
        C4_KIND_##number, name, {en, zh}, C4_CHANNEL_##channel, C4_DIRECTION_##direction, contact, \
            true, recorded                                                                         \
    }

const c4_interaction_kind c4_interaction_kinds[] = {
    BUILT_IN(CALL_IN, "call_in", "Inbound call", "呼入电话", PHONE, IN, true, true),
    BUILT_IN(CALL_OUT, "call_out", "Outbound call", "呼出电话", PHONE, OUT, true, true),
    BUILT_IN(CALL_MISSED, "call_missed", "Missed call", "未接来电", PHONE, IN, true, true),
    BUILT_IN(CALL_SCHEDULED, "call_scheduled", "Scheduled call", "已安排通话", PHONE, OUT, false,
             true),
    BUILT_IN(MEETING, "meeting", "Meeting", "会议", MEETING, NONE, true, true),
    BUILT_IN(NOTE, "note", "Note of a contact", "联系备注", OTHER, NONE, true, true),
    BUILT_IN(TICKET, "ticket", "Case", "案例", SUPPORT, IN, true, true),
    BUILT_IN(REQUEST, "request", "Request", "请求", RECORD, NONE, false, true),
    BUILT_IN(STAGE_CHANGED, "stage_changed", "Stage changed", "阶段变更", RECORD, NONE, false,
             true),
    BUILT_IN(CONVERTED, "converted", "Converted", "已转换", RECORD, NONE, false, true),
    BUILT_IN(EMAIL_IN, "email_in", "Email received", "收到邮件", EMAIL, IN, true, false),
    BUILT_IN(EMAIL_OUT, "email_out", "Email sent", "发出邮件", EMAIL, OUT, true, false),
    BUILT_IN(EMAIL_OPENED, "email_opened", "Email opened", "邮件已打开", EMAIL, IN, false, false),
    BUILT_IN(EMAIL_BOUNCED, "email_bounced", "Email bounced", "邮件退回", EMAIL, IN, false, false),
    BUILT_IN(MESSAGE_IN, "message_in", "Message received", "收到消息", MESSAGE, IN, true, false),
    BUILT_IN(MESSAGE_OUT, "message_out", "Message sent", "发出消息", MESSAGE, OUT, true, false),
    BUILT_IN(VISIT, "visit", "Website visit", "网站访问", WEB, IN, true, false),
    BUILT_IN(FORM, "form", "Form submitted", "提交表单", WEB, IN, true, false),
    BUILT_IN(SURVEY, "survey", "Survey answered", "回答问卷", SURVEY, IN, true, false),
    BUILT_IN(CAMPAIGN_MAIL, "campaign_mail", "Campaign mail", "营销邮件", CAMPAIGN, OUT, true,
             false),
};
const size_t c4_interaction_kind_count =
    sizeof c4_interaction_kinds / sizeof c4_interaction_kinds[0];

const c4_interaction_kind *c4_interaction_kind_of(const c4_meta *meta, int64_t id)
{
    const bool built_in = id > 0 && id < C4_KIND_BUILT_IN_END;
    const c4_interaction_kind *found = NULL;

    for (size_t i = 0; !built_in && i < meta->interaction_kind_count && found == NULL; i++) {
        found = meta->interaction_kinds[i].id == id ? &meta->interaction_kinds[i] : NULL;
    }
    return built_in ? &c4_interaction_kinds[id - 1] : found;
}

static const c4_interaction_kind *find(const c4_interaction_kind *kinds, size_t count,
                                       const char *name)
{
    const c4_interaction_kind *found = NULL;

    for (size_t i = 0; i < count && found == NULL; i++) {
        found = c4_text_equal(kinds[i].name, name) ? &kinds[i] : NULL;
    }
    return found;
}

const c4_interaction_kind *c4_interaction_kind_own(const c4_meta *meta, const char *name)
{
    return find(meta->interaction_kinds, meta->interaction_kind_count, name);
}

const c4_interaction_kind *c4_interaction_kind_named(const c4_meta *meta, const char *name)
{
    const c4_interaction_kind *kind = find(c4_interaction_kinds, c4_interaction_kind_count, name);

    return kind != NULL ? kind : c4_interaction_kind_own(meta, name);
}

int c4_interactions_need(c4_unit *unit)
{
    const char *name = c4_feature_name(C4_FEATURE_INTERACTIONS);
    bool granted = false;
    int rc = c4_feature_of(unit, C4_FEATURE_INTERACTIONS, &granted);

    if (rc == CRM4E_OK && !granted) {
        rc = c4_fail(unit->error, CRM4E_E_LIMIT, "the edition has no interactions");
        (void)c4_fail_limit(unit->error, name, 0, 0);
    }
    return rc;
}
