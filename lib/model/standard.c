/* SPDX-License-Identifier: MIT */
#include "model/standard_parts.h"

enum {
    F_LIBRARY = C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY
};

const c4_standard_field c4_system_fields[C4_SYSTEM_COLUMNS] = {
    F_PLAIN(1, "id", "Record Id", "记录编号", BIGINT, F_LIBRARY),
    F_PLAIN(2, "Owner", "Owner", "所有者", OWNERLOOKUP, C4_FIELD_SYSTEM),
    F_PLAIN(3, "Created_By", "Created By", "创建人", USERLOOKUP, F_LIBRARY),
    F_PLAIN(4, "Created_Time", "Created Time", "创建时间", DATETIME, F_LIBRARY),
    F_PLAIN(5, "Modified_By", "Modified By", "修改人", USERLOOKUP, F_LIBRARY),
    F_PLAIN(6, "Modified_Time", "Modified Time", "修改时间", DATETIME, F_LIBRARY),
    F_PLAIN(7, "Version__s", "Version", "版本", BIGINT, F_LIBRARY),
    F_PLAIN(8, "Locked__s", "Locked", "已锁定", BOOLEAN, F_LIBRARY),
    F_PLAIN(9, "Tag", "Tag", "标签", MULTISELECTPICKLIST, F_LIBRARY),
};

const c4_standard_field c4_custom_module_fields[] = {
    F_TEXT(21, "Name", "Name", "名称", F_MUST | F_NAME, F_LONG),
    F_PLAIN(22, "Email", "Email", "邮箱", EMAIL, F_KEY),
    F_PLAIN(23, "Secondary_Email", "Secondary Email", "备用邮箱", EMAIL, F_NONE),
};
const size_t c4_custom_module_field_count = C4_COUNT_OF(c4_custom_module_fields);

const c4_option c4_currency_options[20] = {
    F_OPTION(1, "USD", "美元"),        F_OPTION(2, "EUR", "欧元"),
    F_OPTION(3, "GBP", "英镑"),        F_OPTION(4, "CNY", "人民币"),
    F_OPTION(5, "JPY", "日元"),        F_OPTION(6, "HKD", "港元"),
    F_OPTION(7, "TWD", "新台币"),      F_OPTION(8, "KRW", "韩元"),
    F_OPTION(9, "SGD", "新加坡元"),    F_OPTION(10, "INR", "印度卢比"),
    F_OPTION(11, "AUD", "澳元"),       F_OPTION(12, "NZD", "新西兰元"),
    F_OPTION(13, "CAD", "加元"),       F_OPTION(14, "CHF", "瑞士法郎"),
    F_OPTION(15, "SEK", "瑞典克朗"),   F_OPTION(16, "NOK", "挪威克朗"),
    F_OPTION(17, "DKK", "丹麦克朗"),   F_OPTION(18, "BRL", "巴西雷亚尔"),
    F_OPTION(19, "MXN", "墨西哥比索"), F_OPTION(20, "ZAR", "南非兰特"),
};

#define F_MODULE(number, name, en, ens, zh, flags, table)                                          \
    {                                                                                              \
        number, name, {en, zh}, {ens, zh}, flags, c4_##table##_fields,                             \
            C4_COUNT_OF(c4_##table##_fields)                                                       \
    }

const c4_standard_module c4_standard_modules[] = {
    F_MODULE(1, "Leads", "Lead", "Leads", "线索", 0, leads),
    F_MODULE(2, "Contacts", "Contact", "Contacts", "联系人", 0, contacts),
    F_MODULE(3, "Accounts", "Account", "Accounts", "客户", 0, accounts),
    F_MODULE(4, "Deals", "Deal", "Deals", "商机", 0, deals),
    F_MODULE(5, "Tasks", "Task", "Tasks", "任务", C4_MODULE_ACTIVITY, tasks),
    F_MODULE(6, "Events", "Meeting", "Meetings", "会议", C4_MODULE_ACTIVITY, events),
    F_MODULE(7, "Calls", "Call", "Calls", "通话", C4_MODULE_ACTIVITY, calls),
    F_MODULE(8, "Products", "Product", "Products", "产品", 0, products),
    F_MODULE(9, "Quotes", "Quote", "Quotes", "报价", 0, quotes),
    F_MODULE(10, "Sales_Orders", "Sales Order", "Sales Orders", "销售订单", 0, sales_orders),
    F_MODULE(11, "Purchase_Orders", "Purchase Order", "Purchase Orders", "采购订单", 0,
             purchase_orders),
    F_MODULE(12, "Invoices", "Invoice", "Invoices", "发票", 0, invoices),
    F_MODULE(13, "Campaigns", "Campaign", "Campaigns", "市场活动", 0, campaigns),
    F_MODULE(14, "Vendors", "Vendor", "Vendors", "供应商", 0, vendors),
    F_MODULE(15, "Price_Books", "Price Book", "Price Books", "价格表", 0, price_books),
    F_MODULE(16, "Cases", "Case", "Cases", "案例", 0, cases),
    F_MODULE(17, "Solutions", "Solution", "Solutions", "解决方案", 0, solutions),
    F_MODULE(18, "Notes", "Note", "Notes", "备注", C4_MODULE_CHILD, notes),
    F_MODULE(19, "Attachments", "Attachment", "Attachments", "附件", C4_MODULE_CHILD, attachments),
};
const size_t c4_standard_module_count = C4_COUNT_OF(c4_standard_modules);
