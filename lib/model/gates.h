/* SPDX-License-Identifier: MIT */
/*
 * Every check of access control has a name. In the library the macros below are
 * their conditions and nothing else; a build with C4_REMOVABLE_GATES takes away
 * the one check that a test names, to see that some test misses it.
 */
#ifndef C4_GATES_H
#define C4_GATES_H

#include <stdbool.h>

/* X(NAME, what the check keeps out). */
#define C4_GATES(X)                                                                                \
    /* the user */                                                                                 \
    X(USER_ACTIVE, "users who are not active")                                                     \
    X(USER_LICENSED, "users without a licence")                                                    \
    X(ACTOR_WORKS, "calls of users who do not work")                                               \
    X(ADMIN_RIGHT, "whoever's profile lacks an admin permission")                                  \
    /* the module */                                                                               \
    X(MODULE_HIDDEN, "all but administrators from hidden modules")                                 \
    X(MODULE_ARCHIVED, "all but administrators from archived modules")                             \
    X(MODULE_ARCHIVED_CHANGES, "administrators from changing archived modules")                    \
    X(PROFILE_ACTIONS, "from actions the profile does not give")                                   \
    X(TEAM_LICENCE, "Team User licences from all but viewing org modules")                         \
    X(TEAM_LICENCE_NOTES, "Team User licences from mass actions on notes")                         \
    X(TEAM_SWITCHED_ON, "from team modules while they are switched off")                           \
    X(TEAM_MEMBER, "from team modules who is neither member nor guest")                            \
    X(TEAM_ACTIONS, "members from actions the team profile does not give")                         \
    X(GUEST_ACTIONS, "guests from actions their shares do not give")                               \
    X(GUEST_FIELDS, "guests from fields that requesters do not see")                               \
    X(VIEW_FIRST, "from all of a module whoever may not view it")                                  \
    X(MODULE_KNOWN, "who may do nothing in a module from learning that it exists")                 \
    X(ACTION, "from the action that is asked for")                                                 \
    /* which rows */                                                                               \
    X(ROWS, "from rows outside the extent, wherever they are checked")                             \
    X(ROWS_LISTED, "rows outside the scope from lists")                                            \
    X(ROW, "rows whose owner is no owner of the scope, and that are not shared")                   \
    X(ROW_CRITERIA, "single rows that no predicate of the scope matches")                          \
    X(HIERARCHY, "records of those who are not below")                                             \
    X(PEER_ROLE, "records of users with other roles")                                              \
    X(PEER_SHARING, "records of peers whose role does not share")                                  \
    X(ORG_DEFAULT, "from records at levels above the org-wide default")                            \
    X(CHILD_OWNER, "from notes by hierarchy, defaults and rules of Notes")                         \
    X(TEAM_SEES_ALL, "participants and requesters from viewing what others own")                   \
    X(TEAM_CHANGES_ALL, "members from changing what others own")                                   \
    X(TEAM_GUEST_ROWS, "guests from records that are not shared with them")                        \
    X(TEAM_CREATOR, "all but requesters from records they created and gave away")                  \
    /* groups, rules, shares */                                                                    \
    X(SUBJECT_USER, "other users than the one named")                                              \
    X(SUBJECT_ROLE, "users with other roles than the one named")                                   \
    X(SUBJECT_BELOW, "users who are not below the role named")                                     \
    X(SUBJECT_GROUP, "users who do not belong to the group named")                                 \
    X(RULE_ACTIVE, "from what inactive sharing rules would open")                                  \
    X(RULE_LEVEL, "from more than the level of a sharing rule")                                    \
    X(RULE_RECIPIENT, "users a sharing rule is not for")                                           \
    X(RULE_SUPERIORS, "superiors of recipients, unless the rule is for them too")                  \
    X(RULE_ABOVE, "users who are not above a recipient of a rule with superiors")                  \
    X(RULE_FROM, "records of users that a sharing rule is not from")                               \
    X(SHARE_RESTING, "from what shares of records in the bin would open")                          \
    X(SHARE_SUBJECT, "users a share is not with")                                                  \
    X(SHARE_LEVEL, "from more than the level of a share")                                          \
    X(SHARE_RELATED, "from related records of shares without them")                                \
    X(SHARE_RELATED_ORG, "records related to those of team modules")                               \
    /* what hangs on records */                                                                    \
    X(PARENT_MODULE, "from what hangs on records of modules that are closed")                      \
    X(PARENT_EDIT, "from changing what hangs on records one may only view")                        \
    X(PARENT_KIND, "notes on notes, and activities on activities, from following")                 \
    X(PARENT_HOST, "from what hangs on records of modules that the host refuses")                  \
    /* fields */                                                                                   \
    X(FIELD_PROFILE, "from fields the profile closes")                                             \
    X(FIELD_TEAM, "from fields the team profile closes")                                           \
    X(FIELD_DERIVED, "from fields computed of fields that are closed")                             \
    X(FIELD_FORMULA, "from formulas over fields that are closed")                                  \
    X(FORMULA_HOST, "from formulas over fields that the host hides")                               \
    X(FORMULA_AUTHOR, "from formulas of their own over fields that are closed")                    \
    X(FIELD_ROLLUP, "from roll-ups over fields that are closed")                                   \
    X(ROLLUP_MODULE, "from roll-ups over modules that are not shown to one")                       \
    X(ROLLUP_HOST, "from roll-ups over what the host hides")                                       \
    X(ROLLUP_CLOSED, "closed modules from roll-ups that somebody adds")                            \
    X(ROLLUP_CONFIGURE, "from roll-ups over modules of others")                                    \
    X(ROLLUP_AUTHOR, "from roll-ups of their own over fields that are closed")                     \
    X(ROLLUP_RECORDS, "from roll-ups of their own over records that are closed")                   \
    X(FIELD_SHORTCUT, "closed fields from records read as a whole")                                \
    X(FIELD_NAMED, "from naming hidden fields in requests")                                        \
    X(FIELD_READ, "hidden fields from what is read")                                               \
    X(FIELD_HOST, "fields that the host hides from what is read")                                  \
    X(FIELD_WRITE, "from writing fields that are not read_write")                                  \
    X(FIELD_SYSTEM, "everybody from writing what the library writes")                              \
    /* the host */                                                                                 \
    X(HOST_ANSWER, "whom the host refuses")                                                        \
    X(HOST_CONTRACT, "everybody when the host answers what it must not")                           \
    /* records */                                                                                  \
    X(READ_ROW, "from reading records outside the scope")                                          \
    X(WRITE_ROW, "from changing records outside the scope")                                        \
    X(WRITE_HIDDEN_ROW, "from learning of records by changing them")                               \
    X(WRITE_LOCK, "everybody from changing locked records")                                        \
    X(TAG_EDIT, "from tagging records one may not edit")                                           \
    X(TAG_SHOWN, "from tags of modules that are not shown to one")                                 \
    X(VALUE_UNREAD, "from what a refused value tells of a hidden field")                           \
    X(MERGE_OWN_REACH, "from records that point to what is merged, by shares with oneself")        \
    X(RESTORE_ROW, "from restoring records outside the scope")                                     \
    X(BIN_ROW, "records one may not restore from the list of the bin")                             \
    X(PURGE, "all but administrators from purging records")                                        \
    /* questions */                                                                                \
    X(ASK_ROW, "records outside the scope from a yes")                                             \
    X(ASK_HIDDEN_ROW, "from learning of records by asking")                                        \
    X(ASK_LOCK, "locked records from a yes")                                                       \
    X(ASK_WRITE, "fields that are not read_write from a yes to writing them")                      \
    X(ASK_RECORD_HOST, "records that the host refuses from a yes")                                 \
    X(ASK_OTHERS, "users from asking about others")                                                \
    X(ASK_WHO_CAN, "users from asking who can")                                                    \
    X(ASK_TEAM_ADMIN, "all but its admins from asking about a team module")                        \
    X(AUDIT_LOG, "all but administrators from the audit log")                                      \
    X(ASK_WHAT_IF, "all but administrators from asking what if")                                   \
    X(ASK_WHY_MODULE, "from learning why a module is closed, who may not know it")                 \
    X(ASK_WHY_RECORD, "from learning that a record is closed, who may not know it")                \
    X(ASK_BLIND, "from rules with criteria on fields that are hidden from the asker")              \
    /* what is granted */                                                                          \
    X(GRANT_ADMIN, "from granting admin permissions one lacks")                                    \
    X(GRANT_ACTIONS, "from granting actions one lacks")                                            \
    X(GRANT_EVERYTHING, "from opening all records of a module to somebody")                        \
    X(GRANT_OWNERS, "from opening records by owner that one does not see")                         \
    X(GRANT_RULES, "from opening records by criteria")                                             \
    X(GRANT_SHARED, "from letting others into shares by groups")                                   \
    X(GRANT_RELATED, "from letting others into what is related to shares")                         \
    X(GRANT_FIELDS, "from granting fields one may not read or write")                              \
    X(GRANT_BY_ROLES, "changes of the role tree from going unseen")                                \
    X(GRANT_BY_PLACES, "changes of roles and superiors of users from going unseen")                \
    X(GRANT_BY_GROUPS, "changes of groups from going unseen")                                      \
    X(GRANT_BY_RULES, "changes of sharing rules from going unseen")                                \
    X(GRANT_BY_PROFILES, "changes of profiles from going unseen")                                  \
    X(GRANT_BY_MODULES, "changes of org-wide defaults from going unseen")                          \
    X(GRANT_BY_USER, "changes of a user's own rights from going unseen")                           \
    /* what is shown */                                                                            \
    X(SHOWN_WORKS, "modules from the navigation of users who do not work")                         \
    X(SHOWN_UNUSED, "hidden and archived modules from the navigation")                             \
    X(SHOWN_SWITCHED_ON, "team modules from the navigation while switched off")                    \
    X(SHOWN_MEMBER, "team modules from the navigation of others")                                  \
    X(SHOWN_REQUESTER, "team modules from the navigation of requesters")                           \
    X(SHOWN_TEAM_VIEW, "team modules one may not view from the navigation")                        \
    X(SHOWN_VIEW, "org modules one may not view from the navigation")                              \
    X(REQUESTS_PROFILE, "modules one is no requester of from the list of requests")                \
    X(REQUESTS_SWITCHED_ON, "team modules from the list of requests while switched off")           \
    X(REQUESTS_UNUSED, "hidden and archived modules from the list of requests")                    \
    X(REQUESTS_VIEW, "modules whose requesters may not view from the list of requests")            \
    X(LIMITS_MODULE, "limits of modules one does not configure from the report")                   \
    X(LIMITS_OPEN_MODULE, "limits of modules one may not open from the report")                    \
    X(LIMITS_SPACE, "limits of spaces one does not manage from the report")                        \
    X(PLACED_SEEN, "modules one may not open from what is placed in spaces and tab groups")        \
    X(NAME_CLOSED, "closed team modules from who names one in a document")                         \
    X(TARGET_CLOSED, "closed modules from lookups that somebody adds")                             \
    X(SHARING_CLOSED, "closed team modules from who makes sharing rules")                          \
    X(SPACE_KNOWN, "team spaces from who is neither a member nor manages them")                    \
    /* configuration */                                                                            \
    X(ADMINISTRATOR, "all but administrators from the outbox, feedback and the digest")            \
    X(PERMISSION, "from changes that need an admin permission one lacks")                          \
    X(CONFIGURE_MODULE, "from changing modules one does not configure")                            \
    X(CONFIGURE_FIELD, "from changing fields of modules one does not configure")                   \
    X(CONFIGURE_MEMBER, "from changing members of modules one does not configure")                 \
    X(CONFIGURE_SPACE, "from changing team spaces one does not manage")                            \
    X(CONFIGURE_SPACE_MODULE, "from adding modules to spaces of others")                           \
    X(CONFIGURE_ORG, "all but administrators from the settings of the org")                        \
    X(OWN_RIGHTS, "from changing one's own role, profile, licence or status")                      \
    X(OWN_PROFILE, "from changing one's own profile")                                              \
    X(OWN_ROLE, "from changing one's own role's place")                                            \
    X(ROLE_UNDER_OWN, "from bringing roles under one's own")                                       \
    X(USER_UNDER_OWN, "from bringing users under oneself")                                         \
    X(USER_ROLE_ABOVE, "from giving and taking roles above one's own")                             \
    X(PROFILE_WITHIN, "from giving and taking profiles with more than one's own")                  \
    X(LAST_ADMINISTRATOR, "the last administrator from being demoted")                             \
    X(LAST_ADMINISTRATOR_PROFILE, "the last administrators' profile from being narrowed")          \
    X(LAST_TEAM_ADMIN, "the last admin of a team module from stepping down")                       \
    X(APPOINTED, "team admins from dismissing those an administrator appointed")                   \
    X(APPOINTED_STAYS, "team admins from removing modules of those as well")                       \
    X(DISMISSED, "team admins from appointing those an administrator dismissed")                   \
    /* saved queries */                                                                            \
    X(VIEW_PRIVATE, "views of others that are only to them")                                       \
    X(VIEW_SHARED, "shared views from whom they are not shared with")                              \
    X(VIEW_LICENCE, "Team User licences from views of org modules that are not public")            \
    X(VIEW_GUESTS, "requesters and guests of a module from its views")                             \
    X(VIEW_MODULE, "views of modules one may not view")                                            \
    X(VIEW_OTHERS, "from changing views of others")                                                \
    X(VIEW_FOR_OTHERS, "from making views for others")                                             \
    X(VIEW_DEFINITION, "from reading views that name what is closed to the reader")                \
    /* automation */                                                                               \
    X(AUTHOR_SIGHT, "what a rule's author may not see from its criteria")                          \
    X(RUN_ROW, "records outside the scope from the run log")                                       \
    X(FEED_GONE, "from what was in records that are gone, but for their owners")                   \
    X(RUN_ERROR, "errors of rules that one could not save from the run log")                       \
    X(RULE_BEHIND, "rules from changing what their authors may not, behind lookups")               \
    X(DRY_RUN_OTHERS, "rules of others from what is tried")                                        \
    X(DRY_RUN_BEYOND, "messages from who may not read all that is in them")                        \
    /* interactions */                                                                             \
    X(INTERACTION_SOURCE, "interactions from who may not read what makes them some")               \
    X(INTERACTION_USER, "owners one may not read from interactions")

typedef enum c4_gate {
#define C4_GATE_ENUM(name, keeps_out) C4_GATE_##name,
    C4_GATES(C4_GATE_ENUM)
#undef C4_GATE_ENUM
    C4_GATE_COUNT
} c4_gate;

/*
 * C4_REFUSES: a condition that refuses. C4_OPENS: one without which it stays
 * closed. C4_NARROWS: a value, and the wider one it stands for.
 */
#ifdef C4_REMOVABLE_GATES
bool c4_gate_stands(c4_gate gate);
#define C4_REFUSES(name, refuses)      (c4_gate_stands(C4_GATE_##name) && (refuses))
#define C4_OPENS(name, opens)          (!c4_gate_stands(C4_GATE_##name) || (opens))
#define C4_NARROWS(name, narrow, wide) (c4_gate_stands(C4_GATE_##name) ? (narrow) : (wide))
#else
#define C4_REFUSES(name, refuses)      ((void)C4_GATE_##name, (refuses))
#define C4_OPENS(name, opens)          ((void)C4_GATE_##name, (opens))
#define C4_NARROWS(name, narrow, wide) ((void)C4_GATE_##name, (narrow))
#endif

#endif
