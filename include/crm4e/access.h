/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ACCESS_H
#define CRM4E_ACCESS_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Asking the gate: may somebody, who may, why, and what would a change of
 * rights do. The rules are those of docs/access.md.
 */

/**
 * Why something is allowed or refused: X(name, number, English, Chinese). `%s`
 * stands for what crm4e_verdict_reason_name() gives. Reasons below
 * #CRM4E_REASON_ALLOWING refuse. Append only.
 */
#define CRM4E_REASONS(X)                                                                           \
    X(USER_INACTIVE, 1, "the user is not active", "该用户未激活")                                  \
    X(NO_LICENCE, 2, "the user holds no licence", "该用户没有许可")                                \
    X(NO_MODULE, 3, "there is no such module", "没有这个模块")                                     \
    X(MODULE_UNUSED, 4, "the module is hidden or archived", "该模块已隐藏或归档")                  \
    X(NOT_SWITCHED_ON, 5, "team modules are not switched on in this org", "本组织未启用团队模块")  \
    X(PROFILE_DENIES, 6, "the profile %s does not give it", "角色 %s 没有此权限")                  \
    X(LICENCE_DENIES, 7, "a Team User licence does not give it", "团队用户许可没有此权限")         \
    X(TEAM_PROFILE_DENIES, 8, "the team profile %s does not give it", "团队角色 %s 没有此权限")    \
    X(NOT_A_MEMBER, 9, "not a member of the module %s", "不是模块 %s 的成员")                      \
    X(NO_RECORD, 10, "there is no such record", "没有这条记录")                                    \
    X(RECORD_CLOSED, 11, "nothing opens the record to this user",                                  \
      "没有任何规则向该用户开放此记录")                                                            \
    X(RECORD_LOCKED, 12, "the record is locked", "该记录已锁定")                                   \
    X(NO_FIELD, 13, "there is no such field", "没有这个字段")                                      \
    X(FIELD_HIDDEN, 14, "the field %s is hidden", "字段 %s 已隐藏")                                \
    X(FIELD_READ_ONLY, 15, "the field %s is read-only", "字段 %s 为只读")                          \
    X(HOST_DENIES, 16, "the host application refuses it", "宿主应用拒绝")                          \
    X(ADMINISTRATOR, 101, "system administrator", "系统管理员")                                    \
    X(PROFILE_GIVES, 102, "the profile %s gives it", "角色 %s 有此权限")                           \
    X(TEAM_PROFILE_GIVES, 103, "the team profile %s gives it", "团队角色 %s 有此权限")             \
    X(OWNER, 104, "owner of this record", "此记录的所有者")                                        \
    X(HIERARCHY, 105, "superior of the owner %s", "所有者 %s 的上级")                              \
    X(PEER, 106, "peer of the owner in the role %s", "与所有者同一职位 %s")                        \
    X(ORG_DEFAULT, 107, "the org-wide default %s opens all records",                               \
      "组织默认权限 %s 开放所有记录")                                                              \
    X(SHARING_RULE, 108, "the sharing rule %s", "共享规则 %s")                                     \
    X(SHARE, 109, "the record is shared with %s", "此记录已共享给 %s")                             \
    X(RELATED_SHARE, 110, "a record it points to with %s is shared", "通过 %s 关联的记录已共享")   \
    X(FOLLOWS, 111, "the record of %s it hangs on is open", "所属的 %s 记录已开放")                \
    X(ALL_RECORDS, 112, "the team profile %s opens all records", "团队角色 %s 开放所有记录")       \
    X(CREATOR, 113, "creator of this request", "此请求的创建者")                                   \
    X(GUEST, 114, "a record of the module %s is shared", "模块 %s 的记录已共享")

/** Why; see #CRM4E_REASONS. */
typedef uint32_t crm4e_reason;
enum {
#define CRM4E_REASON_ENUM(name, number, en, zh) CRM4E_REASON_##name = number,
    CRM4E_REASONS(CRM4E_REASON_ENUM)
#undef CRM4E_REASON_ENUM
    CRM4E_REASON_ALLOWING = 100 /**< reasons above it allow */
};

/**
 * Whether the session's user may do something, as the call that does it would
 * find: for a host that greys out what will be refused.
 *
 * @param session who asks, about himself
 * @param action  what
 * @param module  API name
 * @param record  a record of the module; 0: any, and to create
 * @param field   API name of a field: to write when the action is to create,
 *                edit, import or mass update, else to read; NULL: none
 * @return #CRM4E_OK: yes; #CRM4E_E_DENIED, #CRM4E_E_NOT_FOUND, #CRM4E_E_LOCKED, #CRM4E_E_INACTIVE:
 *         no, as the call would say; #CRM4E_E_INVALID for an unknown action or
 *         field, and for a record to create; #CRM4E_E_CALLBACK and #CRM4E_E_USER of the
 *         authorise callback; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_may(crm4e_session *session, crm4e_action action, const char *module,
                        crm4e_id record, const char *field);

/**
 * The same for any user, with every rule that decided it. About himself
 * everybody may ask; about others a system administrator, and an admin of a
 * team module about that module. A sharing rule whose criteria use a field
 * that is hidden from the asker is named only when nothing else opens the
 * record.
 *
 * @param out     receives the verdict; free it with crm4e_verdict_free()
 * @param session who asks
 * @param user    about whom; 0: himself
 * @param action  what
 * @param module  API name
 * @param record  as in crm4e_may(); 0: any
 * @param field   as in crm4e_may(); NULL: none
 * @return #CRM4E_OK, whatever the verdict; #CRM4E_E_DENIED when the asker may not ask;
 *         #CRM4E_E_NOT_FOUND for an unknown user; #CRM4E_E_INVALID for an unknown
 *         action and for a record to create; #CRM4E_E_CALLBACK and #CRM4E_E_USER of
 *         the authorise callback; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_explain(crm4e_verdict **out, crm4e_session *session, crm4e_id user,
                            crm4e_action action, const char *module, crm4e_id record,
                            const char *field);

/**
 * Frees a verdict.
 *
 * @param verdict may be NULL
 */
CRM4E_API void crm4e_verdict_free(crm4e_verdict *verdict);

/**
 * The verdict itself.
 *
 * @param verdict the verdict
 * @return what crm4e_may() would answer; #CRM4E_E_MISUSE for a dead handle
 */
CRM4E_API int crm4e_verdict_code(const crm4e_verdict *verdict);

/**
 * How many reasons there are: at least one.
 *
 * @param verdict the verdict
 * @return the number; 0 for a dead handle
 */
CRM4E_API size_t crm4e_verdict_reason_count(const crm4e_verdict *verdict);

/**
 * A reason: in an allowing verdict those that give the action and open the
 * record, each of which would do; in a refusing one what refuses.
 *
 * @param verdict the verdict
 * @param index   from 0
 * @return the reason; 0 beyond the last and for a dead handle
 */
CRM4E_API crm4e_reason crm4e_verdict_reason(const crm4e_verdict *verdict, size_t index);

/**
 * What the reason is about: the name of a profile, role, user, rule, field,
 * group or module.
 *
 * @param verdict the verdict
 * @param index   from 0
 * @return borrowed until crm4e_verdict_free(); "" where there is none; NULL for a
 *         dead handle
 */
CRM4E_API const char *crm4e_verdict_reason_name(const crm4e_verdict *verdict, size_t index);

/**
 * The verdict in one sentence.
 *
 * @param verdict the verdict
 * @param locale  "zh" or one that starts with "zh-": Chinese; all others and
 *                NULL: English
 * @return borrowed until crm4e_verdict_free(); NULL for a dead handle
 */
CRM4E_API const char *crm4e_verdict_sentence(const crm4e_verdict *verdict, const char *locale);

/**
 * The verdict as a JSON object {"allowed", "code", "reasons": [{"reason",
 * "name", "text", "text_zh"}], "sentence", "sentence_zh"}.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param verdict the verdict
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_verdict_json(crm4e_text **out, crm4e_verdict *verdict);

/**
 * Every user who may do something with a record, each with his reasons: a JSON
 * array of {"id", "email", "name", "reasons"}, in order of ids; the same as
 * asking one by one. For system administrators, and admins of a team module
 * about its records.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param action  what
 * @param module  API name
 * @param record  the record
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_DENIED; #CRM4E_E_INVALID for an unknown
 *         action and to create; #CRM4E_E_CALLBACK and #CRM4E_E_USER of the authorise
 *         callback; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_who_can(crm4e_text **out, crm4e_session *session, crm4e_action action,
                            const char *module, crm4e_id record);

/**
 * What a change of rights would do: applies a document as crm4e_org_apply()
 * would, compares what every user may do before and after, and takes all of it
 * back. For system administrators.
 *
 * The answer is a JSON array, in order of users and modules, of
 * {"user", "module", "actions_gained", "actions_lost"},
 * {"user", "module", "field", "before", "after"} and
 * {"user", "module", "action", "records_gained", "records_lost"} for view,
 * edit, delete and share; without an entry nothing changes.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param json    the document: roles, profiles, users, groups, sharing_rules,
 *                and modules without new fields
 * @param length  bytes, or #CRM4E_NUL_TERMINATED
 * @return #CRM4E_OK; #CRM4E_E_DENIED; what crm4e_org_apply() answers; #CRM4E_E_UNSUPPORTED
 *         for a document that adds or removes modules or fields; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_what_if(crm4e_text **out, crm4e_session *session, const char *json,
                            size_t length);

#ifdef __cplusplus
}
#endif

#endif
