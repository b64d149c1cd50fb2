/* SPDX-License-Identifier: MIT */
/* Campaigns, cases and solutions. */
#include "model/standard_parts.h"

static const c4_option campaign_type_options[] = {
    F_OPTION(1, "Conference", "会议"),
    F_OPTION(2, "Webinar", "网络研讨会"),
    F_OPTION(3, "Trade Show", "展会"),
    F_OPTION(4, "Public Relations", "公共关系"),
    F_OPTION(5, "Partners", "合作伙伴"),
    F_OPTION(6, "Referral Program", "推荐计划"),
    F_OPTION(7, "Advertisement", "广告"),
    F_OPTION(8, "Banner Ads", "横幅广告"),
    F_OPTION(9, "Direct Mail", "直邮"),
    F_OPTION(10, "Email", "邮件"),
    F_OPTION(11, "Telemarketing", "电话营销"),
    F_OPTION(12, "Social Media", "社交媒体"),
    F_OPTION(13, "Others", "其他"),
};

static const c4_option campaign_status_options[] = {
    F_OPTION(1, "Planning", "计划中"),  F_OPTION(2, "Active", "进行中"),
    F_OPTION(3, "Inactive", "未启动"),  F_OPTION(4, "Complete", "已完成"),
    F_OPTION(5, "Cancelled", "已取消"),
};

const c4_standard_field c4_campaigns_fields[] = {
    F_TEXT(21, "Campaign_Name", "Campaign Name", "市场活动名称", F_MUST | F_NAME, 200),
    F_PICK(22, "Type", "Type", "类型", F_NONE, campaign_type_options),
    F_PICK(23, "Status", "Status", "状态", F_KEY, campaign_status_options),
    F_PLAIN(24, "Start_Date", "Start Date", "开始日期", DATE, F_KEY),
    F_PLAIN(25, "End_Date", "End Date", "结束日期", DATE, F_NONE),
    F_MONEY(26, "Expected_Revenue", "Expected Revenue", "预期收入"),
    F_MONEY(27, "Budgeted_Cost", "Budgeted Cost", "预算成本"),
    F_MONEY(28, "Actual_Cost", "Actual Cost", "实际成本"),
    F_PLAIN(29, "Expected_Response", "Expected Response", "预期响应", BIGINT, F_NONE),
    F_PLAIN(30, "Num_sent", "Numbers sent", "发送数量", BIGINT, F_NONE),
    F_LOOKUP(31, "Parent_Campaign", "Parent Campaign", "上级市场活动", F_KEY, "Campaigns"),
    F_AREA(32, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option case_status_options[] = {
    F_OPTION(1, "New", "新建"),
    F_OPTION(2, "On Hold", "暂停"),
    F_OPTION(3, "Escalated", "已升级"),
    F_OPTION(4, "Closed", "已关闭"),
};

static const c4_option case_origin_options[] = {
    F_OPTION(1, "Email", "邮件"),
    F_OPTION(2, "Phone", "电话"),
    F_OPTION(3, "Web", "网站"),
    F_OPTION(4, "Chat", "在线聊天"),
    F_OPTION(5, "Social Media", "社交媒体"),
    F_OPTION(6, "WeChat", "微信"),
    F_OPTION(7, "In Person", "当面"),
    F_OPTION(8, "Other", "其他"),
};

static const c4_option case_type_options[] = {
    F_OPTION(1, "Problem", "故障"),  F_OPTION(2, "Feature Request", "功能需求"),
    F_OPTION(3, "Question", "咨询"), F_OPTION(4, "Complaint", "投诉"),
    F_OPTION(5, "Return", "退货"),   F_OPTION(6, "Repair", "维修"),
    F_OPTION(7, "Billing", "账务"),  F_OPTION(8, "Other", "其他"),
};

static const c4_option case_priority_options[] = {
    F_OPTION(1, "High", "高"),
    F_OPTION(2, "Medium", "中"),
    F_OPTION(3, "Low", "低"),
};

static const c4_option case_reason_options[] = {
    F_OPTION(1, "User did not attend training", "用户未参加培训"),
    F_OPTION(2, "Complex functionality", "功能复杂"),
    F_OPTION(3, "New problem", "新问题"),
    F_OPTION(4, "Existing problem", "已知问题"),
    F_OPTION(5, "Unclear instructions", "说明不清"),
    F_OPTION(6, "Installation", "安装"),
    F_OPTION(7, "Performance", "性能"),
    F_OPTION(8, "Damaged in delivery", "运输损坏"),
    F_OPTION(9, "Other", "其他"),
};

const c4_standard_field c4_cases_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, F_LONG),
    F_PICK(22, "Status", "Status", "状态", F_MUST | F_KEY, case_status_options),
    F_PICK(23, "Case_Origin", "Case Origin", "案例来源", F_MUST, case_origin_options),
    F_PLAIN(24, "Case_Number", "Case Number", "案例编号", BIGINT, F_READ),
    F_PICK(25, "Type", "Type", "类型", F_NONE, case_type_options),
    F_PICK(26, "Priority", "Priority", "优先级", F_NONE, case_priority_options),
    F_PICK(27, "Case_Reason", "Case Reason", "案例原因", F_NONE, case_reason_options),
    F_LOOKUP(28, "Account_Name", "Account Name", "客户名称", F_KEY, "Accounts"),
    F_LOOKUP(29, "Deal_Name", "Deal Name", "商机名称", F_NONE, "Deals"),
    F_LOOKUP(30, "Related_To", "Related To", "相关联系人", F_NONE, "Contacts"),
    F_LOOKUP(31, "Product_Name", "Product Name", "产品名称", F_NONE, "Products"),
    F_TEXT(32, "Reported_By", "Reported By", "报告人", F_NONE, F_SHORT),
    F_PLAIN(33, "Email", "Email", "邮箱", EMAIL, F_KEY),
    F_PLAIN(34, "Phone", "Phone", "电话", PHONE, F_NONE),
    F_AREA(35, "Solution", "Solution", "解决方案", F_NONE, F_LARGE),
    F_AREA(36, "Internal_Comments", "Internal Comments", "内部评论", F_NONE, F_LARGE),
    F_AREA(37, "Add_Comment", "Add Comment", "添加评论", F_NONE, F_LARGE),
    F_PLAIN(38, "No_of_comments", "No. of comments", "评论数", INTEGER, F_READ),
    F_AREA(39, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option solution_status_options[] = {
    F_OPTION(1, "Draft", "草稿"),      F_OPTION(2, "Reviewed", "已审核"),
    F_OPTION(3, "Approved", "已批准"), F_OPTION(4, "Duplicate", "重复"),
    F_OPTION(5, "Archived", "已归档"),
};

const c4_standard_field c4_solutions_fields[] = {
    F_TEXT(21, "Solution_Title", "Solution Title", "解决方案标题", F_MUST | F_NAME, F_LONG),
    F_PLAIN(22, "Solution_Number", "Solution Number", "解决方案编号", BIGINT, F_READ),
    F_PICK(23, "Status", "Status", "状态", F_KEY, solution_status_options),
    F_LOOKUP(24, "Product_Name", "Product Name", "产品名称", F_KEY, "Products"),
    F_PLAIN(25, "Published", "Published", "已发布", BOOLEAN, F_NONE),
    F_AREA(26, "Question", "Question", "问题", F_NONE, F_LARGE),
    F_AREA(27, "Answer", "Answer", "答案", F_NONE, F_LARGE),
    F_AREA(28, "Add_Comment", "Add Comment", "添加评论", F_NONE, F_LARGE),
    F_PLAIN(29, "No_of_comments", "No. of comments", "评论数", INTEGER, F_READ),
};
