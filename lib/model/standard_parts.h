/* SPDX-License-Identifier: MIT */
/* What the files of the standard modules share: the shapes of a line, the
 * tables they hand to standard.c, groups of fields several modules have. */
#ifndef C4_STANDARD_PARTS_H
#define C4_STANDARD_PARTS_H

#include "model/standard.h"

/* X(table, own fields): a compiler warns of a longer table, the tests find a
 * shorter one. */
#define C4_STANDARD_TABLES(X)                                                                      \
    X(leads, 52)                                                                                   \
    X(contacts, 43)                                                                                \
    X(accounts, 29)                                                                                \
    X(deals, 21)                                                                                   \
    X(tasks, 11)                                                                                   \
    X(events, 24)                                                                                  \
    X(calls, 18)                                                                                   \
    X(products, 21)                                                                                \
    X(quotes, 30)                                                                                  \
    X(sales_orders, 35)                                                                            \
    X(purchase_orders, 33)                                                                         \
    X(invoices, 32)                                                                                \
    X(campaigns, 12)                                                                               \
    X(vendors, 13)                                                                                 \
    X(price_books, 8)                                                                              \
    X(cases, 19)                                                                                   \
    X(solutions, 9)                                                                                \
    X(notes, 4)                                                                                    \
    X(attachments, 3)

#define C4_STANDARD_TABLE(table, count) extern const c4_standard_field c4_##table##_fields[count];
C4_STANDARD_TABLES(C4_STANDARD_TABLE)
#undef C4_STANDARD_TABLE

extern const c4_option c4_currency_options[20];

#define C4_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    F_NONE = 0,
    F_MUST = C4_FIELD_MANDATORY,
    F_KEY = C4_FIELD_INDEXED,
    F_NAME = C4_FIELD_NAME | C4_FIELD_INDEXED,
    F_READ = C4_FIELD_READ_ONLY
};

/* Code points of texts without a length of their own in the model, and of the
 * kinds of textarea. */
enum {
    F_CODE = 30,
    F_SHORT = 50,
    F_LINE = 120,
    F_LONG = 255,
    F_SMALL = 2000,
    F_LARGE = 32000
};

#define F_FIELD(offset, name, en, zh, type, flags, length, scale)                                  \
    {                                                                                              \
        offset, name, {en, zh}, CRM4E_TYPE_##type, flags, length, scale, NULL, 0, NULL, NULL, 0    \
    }
#define F_PLAIN(offset, name, en, zh, type, flags) F_FIELD(offset, name, en, zh, type, flags, 0, 0)
#define F_TEXT(offset, name, en, zh, flags, length)                                                \
    F_FIELD(offset, name, en, zh, TEXT, flags, length, 0)
#define F_AREA(offset, name, en, zh, flags, length)                                                \
    F_FIELD(offset, name, en, zh, TEXTAREA, flags, length, 0)
#define F_DECIMAL(offset, name, en, zh, type, flags, scale)                                        \
    F_FIELD(offset, name, en, zh, type, flags, 0, scale)
#define F_MONEY(offset, name, en, zh) F_DECIMAL(offset, name, en, zh, CURRENCY, F_NONE, 2)
#define F_OPTIONS(offset, name, en, zh, type, flags, options)                                      \
    {                                                                                              \
        offset, name, {en, zh}, CRM4E_TYPE_##type, flags, 0, 0, options, C4_COUNT_OF(options),     \
            NULL, NULL, 0                                                                          \
    }
#define F_PICK(offset, name, en, zh, flags, options)                                               \
    F_OPTIONS(offset, name, en, zh, PICKLIST, flags, options)
#define F_POINTER(offset, name, en, zh, type, flags, targets)                                      \
    {                                                                                              \
        offset, name, {en, zh}, CRM4E_TYPE_##type, flags, 0, 0, NULL, 0, targets, NULL, 0          \
    }
#define F_LOOKUP(offset, name, en, zh, flags, targets)                                             \
    F_POINTER(offset, name, en, zh, LOOKUP, flags, targets)
#define F_ANY_OF(offset, name, en, zh, flags, targets)                                             \
    F_POINTER(offset, name, en, zh, MULTI_MODULE_LOOKUP, flags, targets)

#define F_SUBFORM(offset, name, en, zh, columns)                                                   \
    {                                                                                              \
        offset, name, {en, zh}, CRM4E_TYPE_SUBFORM, F_NONE, 0, 0, NULL, 0, NULL, columns,          \
            C4_COUNT_OF(columns)                                                                   \
    }

#define F_OPTION(code, text, zh)                                                                   \
    {                                                                                              \
        code, text, {text, zh}, true, -1, NULL, NULL                                               \
    }
#define F_STAGE(code, text, zh, probability, forecast, colour)                                     \
    {                                                                                              \
        code, text, {text, zh}, true, probability, forecast, colour                                \
    }

/* Groups: five or more lines with consecutive offsets from `first`. */
#define F_ADDRESS(first, prefix, code, zh)                                                         \
    F_TEXT(first, prefix "_Street", prefix " Street", zh "街道", F_NONE, 250),                     \
        F_TEXT(first + 1, prefix "_City", prefix " City", zh "城市", F_NONE, 100),                 \
        F_TEXT(first + 2, prefix "_State", prefix " State", zh "省/州", F_NONE, 100),              \
        F_TEXT(first + 3, prefix "_" code, prefix " " code, zh "邮编", F_NONE, F_CODE),            \
        F_TEXT(first + 4, prefix "_Country", prefix " Country", zh "国家/地区", F_NONE, 100)

#define F_TOTALS(first)                                                                            \
    F_MONEY(first, "Sub_Total", "Sub Total", "小计"),                                              \
        F_MONEY(first + 1, "Discount", "Discount", "折扣"),                                        \
        F_MONEY(first + 2, "Tax", "Tax", "税额"),                                                  \
        F_MONEY(first + 3, "Adjustment", "Adjustment", "调整"),                                    \
        F_MONEY(first + 4, "Grand_Total", "Grand Total", "总计")

#define F_EXCHANGE(first)                                                                          \
    F_PICK(first, "Currency", "Currency", "币种", F_NONE, c4_currency_options),                    \
        F_DECIMAL(first + 1, "Exchange_Rate", "Exchange Rate", "汇率", DOUBLE, F_NONE, 9)

/* What web tracking counts. */
#define F_VISITS(first)                                                                            \
    F_PLAIN(first, "Visitor_Score", "Visitor Score", "访客评分", BIGINT, F_READ),                  \
        F_PLAIN(first + 1, "First_Visited_Time", "First Visit", "首次访问时间", DATETIME, F_READ), \
        F_PLAIN(first + 2, "First_Visited_URL", "First Page Visited", "首次访问网址", WEBSITE,     \
                F_READ),                                                                           \
        F_PLAIN(first + 3, "Last_Visited_Time", "Most Recent Visit", "最近访问时间", DATETIME,     \
                F_READ),                                                                           \
        F_PLAIN(first + 4, "Days_Visited", "Days Visited", "访问天数", INTEGER, F_READ),           \
        F_PLAIN(first + 5, "Number_Of_Chats", "Number Of Chats", "聊天次数", INTEGER, F_READ),     \
        F_DECIMAL(first + 6, "Average_Time_Spent_Minutes", "Average Time Spent (Minutes)",         \
                  "平均停留时间（分钟）", DOUBLE, F_READ, 2),                                      \
        F_PLAIN(first + 7, "Referrer", "Referrer", "来源网址", WEBSITE, F_READ)

#endif
