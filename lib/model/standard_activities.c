/* SPDX-License-Identifier: MIT */
/* Tasks, meetings and calls, and what hangs on a record: notes, attachments. */
#include "model/standard_parts.h"

#define WHO "Leads Contacts"
#define WHAT                                                                                       \
    "Accounts Deals Products Quotes Sales_Orders Purchase_Orders Invoices Campaigns Vendors Cases" \
    " Solutions *"
#define PARENT WHO " Tasks Events Calls Price_Books " WHAT

static const c4_option task_status_options[] = {
    F_OPTION(1, "Not Started", "未开始"),
    F_OPTION(2, "Deferred", "已推迟"),
    F_OPTION(3, "In Progress", "进行中"),
    F_OPTION(4, "Completed", "已完成"),
    F_OPTION(5, "Waiting on someone else", "等待他人"),
};

static const c4_option task_priority_options[] = {
    F_OPTION(1, "High", "高"),     F_OPTION(2, "Highest", "最高"), F_OPTION(3, "Low", "低"),
    F_OPTION(4, "Lowest", "最低"), F_OPTION(5, "Normal", "普通"),
};

const c4_standard_field c4_tasks_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, 255),
    F_PLAIN(22, "Due_Date", "Due Date", "到期日期", DATE, F_NONE),
    F_PICK(23, "Status", "Status", "状态", F_KEY, task_status_options),
    F_PICK(24, "Priority", "Priority", "优先级", F_NONE, task_priority_options),
    F_ANY_OF(25, "Who_Id", "Contact Name", "联系人", F_KEY, WHO),
    F_ANY_OF(26, "What_Id", "Related To", "相关记录", F_KEY, WHAT),
    F_PLAIN(27, "Closed_Time", "Closed Time", "关闭时间", DATETIME, F_READ),
    F_PLAIN(28, "Remind_At", "Reminder", "提醒时间", DATETIME, F_NONE),
    F_TEXT(29, "Recurring_Activity", "Repeat", "重复", F_NONE, F_LONG),
    F_PLAIN(30, "Send_Notification_Email", "Send Notification Email", "发送通知邮件", BOOLEAN,
            F_NONE),
    F_AREA(31, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option check_in_options[] = {
    F_OPTION(1, "PLANNED", "已计划"),
    F_OPTION(2, "CHECKED IN", "已签到"),
    F_OPTION(3, "NOT CHECKED IN", "未签到"),
};

const c4_standard_field c4_events_fields[] = {
    F_TEXT(21, "Event_Title", "Title", "标题", F_MUST | F_NAME, 255),
    F_PLAIN(22, "Start_DateTime", "From", "开始时间", DATETIME, F_MUST | F_KEY),
    F_PLAIN(23, "End_DateTime", "To", "结束时间", DATETIME, F_MUST),
    F_PLAIN(24, "All_day", "All day", "全天", BOOLEAN, F_NONE),
    F_TEXT(25, "Venue", "Location", "地点", F_NONE, 255),
    F_PLAIN(26, "Participants", "Participants", "参与者", MULTIUSERLOOKUP, F_NONE),
    F_ANY_OF(27, "Who_Id", "Contact Name", "联系人", F_KEY, WHO),
    F_ANY_OF(28, "What_Id", "Related To", "相关记录", F_KEY, WHAT),
    F_PLAIN(29, "Remind_At", "Reminder", "提醒时间", DATETIME, F_NONE),
    F_PLAIN(30, "Remind_Participants", "Participants Reminder", "参与者提醒时间", DATETIME, F_NONE),
    F_TEXT(31, "Recurring_Activity", "Repeat", "重复", F_NONE, F_LONG),
    F_PLAIN(32, "Check_In_By", "Checked In By", "签到人", USERLOOKUP, F_NONE),
    F_PLAIN(33, "Check_In_Time", "Check-In Time", "签到时间", DATETIME, F_NONE),
    F_TEXT(34, "Check_In_Address", "Check-In Address", "签到地址", F_NONE, F_LONG),
    F_TEXT(35, "Check_In_City", "Check-In City", "签到城市", F_NONE, 100),
    F_TEXT(36, "Check_In_State", "Check-In State", "签到省/州", F_NONE, 100),
    F_TEXT(37, "Check_In_Country", "Check-In Country", "签到国家/地区", F_NONE, 100),
    F_PICK(38, "Check_In_Status", "Check-In Status", "签到状态", F_NONE, check_in_options),
    F_AREA(39, "Check_In_Comment", "Check-In Comment", "签到备注", F_NONE, F_SMALL),
    F_TEXT(40, "Check_In_Sub_Locality", "Check-In Sub Locality", "签到区域", F_NONE, 100),
    F_DECIMAL(41, "Latitude", "Latitude", "纬度", DOUBLE, F_NONE, 9),
    F_DECIMAL(42, "Longitude", "Longitude", "经度", DOUBLE, F_NONE, 9),
    F_TEXT(43, "ZIP_Code", "ZIP Code", "邮政编码", F_NONE, F_CODE),
    F_AREA(44, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option call_type_options[] = {
    F_OPTION(1, "Inbound", "呼入"),
    F_OPTION(2, "Outbound", "呼出"),
    F_OPTION(3, "Missed", "未接"),
};

static const c4_option call_purpose_options[] = {
    F_OPTION(1, "Prospecting", "客户开发"),   F_OPTION(2, "Administrative", "行政事务"),
    F_OPTION(3, "Negotiation", "谈判"),       F_OPTION(4, "Demo", "产品演示"),
    F_OPTION(5, "Project", "项目沟通"),       F_OPTION(6, "Support", "售后支持"),
    F_OPTION(7, "Payment Follow-up", "催款"), F_OPTION(8, "Customer Care", "客户关怀"),
};

static const c4_option call_result_options[] = {
    F_OPTION(1, "Interested", "有意向"),
    F_OPTION(2, "Not interested", "无意向"),
    F_OPTION(3, "No response/Busy", "无应答/忙线"),
    F_OPTION(4, "Requested more info", "需要更多资料"),
    F_OPTION(5, "Requested call back", "要求回电"),
    F_OPTION(6, "Invalid number", "号码无效"),
    F_OPTION(7, "Left voicemail", "已留言"),
    F_OPTION(8, "Wrong person", "非目标联系人"),
};

static const c4_option outgoing_status_options[] = {
    F_OPTION(1, "Scheduled", "已安排"),
    F_OPTION(2, "Completed", "已完成"),
    F_OPTION(3, "Overdue", "已逾期"),
    F_OPTION(4, "Cancelled", "已取消"),
};

static const c4_option reminder_options[] = {
    F_OPTION(1, "At the time of call", "通话开始时"),
    F_OPTION(2, "5 minutes before", "提前5分钟"),
    F_OPTION(3, "10 minutes before", "提前10分钟"),
    F_OPTION(4, "15 minutes before", "提前15分钟"),
    F_OPTION(5, "30 minutes before", "提前30分钟"),
    F_OPTION(6, "1 hour before", "提前1小时"),
    F_OPTION(7, "2 hours before", "提前2小时"),
    F_OPTION(8, "1 day before", "提前1天"),
    F_OPTION(9, "2 days before", "提前2天"),
};

const c4_standard_field c4_calls_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, 255),
    F_PICK(22, "Call_Type", "Call Type", "通话类型", F_MUST, call_type_options),
    F_PLAIN(23, "Call_Start_Time", "Call Start Time", "通话开始时间", DATETIME, F_MUST | F_KEY),
    F_TEXT(24, "Call_Duration", "Call Duration", "通话时长", F_NONE, F_CODE),
    F_PLAIN(25, "Call_Duration_in_seconds", "Call Duration (in seconds)", "通话时长（秒）", INTEGER,
            F_NONE),
    F_PICK(26, "Call_Purpose", "Call Purpose", "通话目的", F_NONE, call_purpose_options),
    F_TEXT(27, "Call_Agenda", "Call Agenda", "通话议程", F_NONE, F_LONG),
    F_PICK(28, "Call_Result", "Call Result", "通话结果", F_NONE, call_result_options),
    F_PICK(29, "Outgoing_Call_Status", "Outgoing Call Status", "呼出状态", F_NONE,
           outgoing_status_options),
    F_TEXT(30, "Caller_ID", "Caller ID", "主叫号码", F_NONE, F_SHORT),
    F_TEXT(31, "Dialled_Number", "Dialled Number", "被叫号码", F_NONE, F_SHORT),
    F_PLAIN(32, "CTI_Entry", "CTI Entry", "电话集成记录", BOOLEAN, F_NONE),
    F_PLAIN(33, "Scheduled_In_CRM", "Scheduled In CRM", "在CRM中安排", BOOLEAN, F_NONE),
    F_PLAIN(34, "Voice_Recording__s", "Voice Recording", "通话录音", WEBSITE, F_NONE),
    F_PICK(35, "Reminder", "Reminder", "提醒", F_NONE, reminder_options),
    F_ANY_OF(36, "Who_Id", "Contact Name", "联系人", F_KEY, WHO),
    F_ANY_OF(37, "What_Id", "Related To", "相关记录", F_KEY, WHAT),
    F_AREA(38, "Description", "Description", "描述", F_NONE, F_LARGE),
};

/* 65535 is the length of a note, beyond that of other textareas. */
const c4_standard_field c4_notes_fields[] = {
    F_TEXT(21, "Note_Title", "Note Title", "备注标题", F_NAME, 120),
    F_AREA(22, "Note_Content", "Note Content", "备注内容", F_MUST, 65535),
    F_ANY_OF(23, "Parent_Id", "Parent Record", "所属记录", F_MUST | F_KEY, PARENT),
    F_PLAIN(24, "Customer_Contact", "Customer Contact", "客户联系", BOOLEAN, F_NONE),
};

const c4_standard_field c4_attachments_fields[] = {
    F_TEXT(21, "File_Name", "File Name", "文件名", F_MUST | F_NAME, 250),
    F_PLAIN(22, "Size", "Size", "大小（字节）", BIGINT, F_READ),
    F_ANY_OF(23, "Parent_Id", "Parent Record", "所属记录", F_MUST | F_KEY, PARENT),
};
