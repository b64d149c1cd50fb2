/* SPDX-License-Identifier: MIT */
/* Products, price books and vendors; quotes, orders and invoices with their line
 * items. */
#include "model/line_item.h"
#include "model/price_book.h"
#include "model/standard_parts.h"

/* What the library computes has the places that it needs without tax. */
#define F_ITEM_MONEY(offset, name, en, zh) F_DECIMAL(offset, name, en, zh, CURRENCY, F_READ, 4)
#define F_ITEM_COLUMNS(items)                                                                      \
    F_LOOKUP(C4_ITEM_PRODUCT, items ".Product_Name", "Product Name", "产品名称", F_MUST,           \
             "Products"),                                                                          \
        F_AREA(C4_ITEM_DESCRIPTION, items ".Description", "Description", "描述", F_NONE, F_SMALL), \
        F_DECIMAL(C4_ITEM_QUANTITY, items ".Quantity", "Quantity", "数量", DOUBLE, F_MUST, 2),     \
        F_MONEY(C4_ITEM_LIST_PRICE, items ".List_Price", "List Price", "标价"),                    \
        F_ITEM_MONEY(C4_ITEM_TOTAL, items ".Total", "Amount", "金额"),                             \
        F_MONEY(C4_ITEM_DISCOUNT, items ".Discount", "Discount", "折扣"),                          \
        F_DECIMAL(C4_ITEM_DISCOUNT_PERCENT, items ".Discount_Percent", "Discount (%)",             \
                  "折扣（%）", PERCENT, F_NONE, 2),                                                \
        F_ITEM_MONEY(C4_ITEM_AFTER_DISCOUNT, items ".Total_After_Discount",                        \
                     "Amount After Discount", "折后金额"),                                         \
        F_DECIMAL(C4_ITEM_TAX_PERCENT, items ".Tax_Percent", "Tax (%)", "税率（%）", PERCENT,      \
                  F_NONE, 2),                                                                      \
        F_ITEM_MONEY(C4_ITEM_TAX, items ".Tax", "Tax", "税额"),                                    \
        F_ITEM_MONEY(C4_ITEM_NET_TOTAL, items ".Net_Total", "Total", "总额"),                      \
        F_LOOKUP(C4_ITEM_BOOK, items ".Book", "Price Book", "价格表", F_NONE, "Price_Books"),      \
        F_ITEM_MONEY(C4_ITEM_BOOK_DISCOUNT, items ".Book_Discount", "Price Book Discount",         \
                     "价格表折扣")

static const c4_standard_field quoted_items[] = {F_ITEM_COLUMNS("Quoted_Items")};
static const c4_standard_field ordered_items[] = {F_ITEM_COLUMNS("Ordered_Items")};
static const c4_standard_field purchase_items[] = {F_ITEM_COLUMNS("Purchase_Items")};
static const c4_standard_field invoiced_items[] = {F_ITEM_COLUMNS("Invoiced_Items")};

static const c4_option rounding_options[] = {
    F_OPTION(C4_ROUND_EXACT, "Exact", "精确计算"),
    F_OPTION(C4_ROUND_HALF_UP, "Half Up per Line", "逐行四舍五入"),
    F_OPTION(C4_ROUND_HALF_EVEN, "Half Even per Line", "逐行银行家舍入"),
};
#define F_ITEMS(first, name, en, zh, columns)                                                      \
    F_SUBFORM(first, name, en, zh, columns),                                                       \
        F_PICK(first + 1, "Rounding", "Rounding", "舍入方式", F_NONE, rounding_options)

static const c4_option product_category_options[] = {
    F_OPTION(1, "Hardware", "硬件"),    F_OPTION(2, "Software", "软件"),
    F_OPTION(3, "Services", "服务"),    F_OPTION(4, "Support", "技术支持"),
    F_OPTION(5, "Training", "培训"),    F_OPTION(6, "Licences", "许可"),
    F_OPTION(7, "Accessories", "配件"), F_OPTION(8, "Spare Parts", "备件"),
    F_OPTION(9, "Consumables", "耗材"), F_OPTION(10, "Other", "其他"),
};

static const c4_option manufacturer_options[] = {
    F_OPTION(1, "In-house", "自产"),
    F_OPTION(2, "Partner", "合作伙伴"),
    F_OPTION(3, "Contract Manufacturer", "代工厂"),
    F_OPTION(4, "Imported", "进口"),
    F_OPTION(5, "Other", "其他"),
};

static const c4_option tax_options[] = {
    F_OPTION(1, "Sales Tax", "销售税"),   F_OPTION(2, "VAT", "增值税"),
    F_OPTION(3, "GST", "商品及服务税"),   F_OPTION(4, "Consumption Tax", "消费税"),
    F_OPTION(5, "Service Tax", "服务税"), F_OPTION(6, "Customs Duty", "关税"),
    F_OPTION(7, "Zero-rated", "零税率"),  F_OPTION(8, "Exempt", "免税"),
};

static const c4_option usage_unit_options[] = {
    F_OPTION(1, "Each", "个"),         F_OPTION(2, "Box", "盒"),
    F_OPTION(3, "Carton", "箱"),       F_OPTION(4, "Dozen", "打"),
    F_OPTION(5, "Pack", "包"),         F_OPTION(6, "Pieces", "件"),
    F_OPTION(7, "Set", "套"),          F_OPTION(8, "Sheet", "张"),
    F_OPTION(9, "Hours", "小时"),      F_OPTION(10, "Days", "天"),
    F_OPTION(11, "Months", "月"),      F_OPTION(12, "Licences", "许可"),
    F_OPTION(13, "kg", "千克"),        F_OPTION(14, "Lb", "磅"),
    F_OPTION(15, "Tonnes", "吨"),      F_OPTION(16, "Litres", "升"),
    F_OPTION(17, "Metres", "米"),      F_OPTION(18, "Sq m", "平方米"),
    F_OPTION(19, "Sq Ft", "平方英尺"), F_OPTION(20, "Pages", "页"),
};

const c4_standard_field c4_products_fields[] = {
    F_TEXT(21, "Product_Name", "Product Name", "产品名称", F_MUST | F_NAME, 200),
    F_TEXT(22, "Product_Code", "Product Code", "产品代码", F_KEY, F_SHORT),
    F_PICK(23, "Product_Category", "Product Category", "产品类别", F_NONE,
           product_category_options),
    F_PLAIN(24, "Product_Active", "Product Active", "产品有效", BOOLEAN, F_NONE),
    F_LOOKUP(25, "Vendor_Name", "Vendor Name", "供应商名称", F_KEY, "Vendors"),
    F_PICK(26, "Manufacturer", "Manufacturer", "制造商", F_NONE, manufacturer_options),
    F_MONEY(27, "Unit_Price", "Unit Price", "单价"),
    F_DECIMAL(28, "Commission_Rate", "Commission Rate", "佣金率", PERCENT, F_NONE, 2),
    F_OPTIONS(29, "Tax", "Tax", "税种", MULTISELECTPICKLIST, F_NONE, tax_options),
    F_PLAIN(30, "Taxable", "Taxable", "应纳税", BOOLEAN, F_NONE),
    F_PICK(31, "Usage_Unit", "Usage Unit", "计量单位", F_NONE, usage_unit_options),
    F_DECIMAL(32, "Qty_in_Stock", "Quantity in Stock", "库存数量", DOUBLE, F_NONE, 2),
    F_DECIMAL(33, "Qty_Ordered", "Quantity Ordered", "订购数量", DOUBLE, F_NONE, 2),
    F_DECIMAL(34, "Qty_in_Demand", "Quantity in Demand", "需求数量", DOUBLE, F_NONE, 2),
    F_DECIMAL(35, "Reorder_Level", "Reorder Level", "再订购水平", DOUBLE, F_NONE, 2),
    F_PLAIN(36, "Handler", "Handler", "经手人", USERLOOKUP, F_NONE),
    F_PLAIN(37, "Sales_Start_Date", "Sales Start Date", "销售开始日期", DATE, F_NONE),
    F_PLAIN(38, "Sales_End_Date", "Sales End Date", "销售结束日期", DATE, F_NONE),
    F_PLAIN(39, "Support_Start_Date", "Support Start Date", "支持开始日期", DATE, F_NONE),
    F_PLAIN(40, "Support_Expiry_Date", "Support End Date", "支持结束日期", DATE, F_NONE),
    F_AREA(41, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option carrier_options[] = {
    F_OPTION(1, "FedEx", "联邦快递"),     F_OPTION(2, "UPS", "联合包裹"),
    F_OPTION(3, "USPS", "美国邮政"),      F_OPTION(4, "DHL", "敦豪"),
    F_OPTION(5, "Blue Dart", "蓝镖快递"), F_OPTION(6, "SF Express", "顺丰速运"),
    F_OPTION(7, "EMS", "邮政特快专递"),   F_OPTION(8, "Own Delivery", "自送"),
    F_OPTION(9, "Pick-up", "自提"),       F_OPTION(10, "Other", "其他"),
};

static const c4_option quote_stage_options[] = {
    F_OPTION(1, "Draft", "草稿"),       F_OPTION(2, "Negotiation", "谈判中"),
    F_OPTION(3, "Delivered", "已送达"), F_OPTION(4, "On Hold", "暂停"),
    F_OPTION(5, "Confirmed", "已确认"), F_OPTION(6, "Closed Won", "成交"),
    F_OPTION(7, "Closed Lost", "丢单"),
};

const c4_standard_field c4_quotes_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, F_LINE),
    F_PLAIN(22, "Quote_Number", "Quote Number", "报价编号", BIGINT, F_READ),
    F_PICK(23, "Quote_Stage", "Quote Stage", "报价阶段", F_KEY, quote_stage_options),
    F_LOOKUP(24, "Deal_Name", "Deal Name", "商机名称", F_KEY, "Deals"),
    F_LOOKUP(25, "Contact_Name", "Contact Name", "联系人姓名", F_NONE, "Contacts"),
    F_LOOKUP(26, "Account_Name", "Account Name", "客户名称", F_KEY, "Accounts"),
    F_TEXT(27, "Team", "Team", "团队", F_NONE, F_SHORT),
    F_PICK(28, "Carrier", "Carrier", "承运商", F_NONE, carrier_options),
    F_PLAIN(29, "Valid_Till", "Valid Until", "有效期至", DATE, F_NONE),
    F_TOTALS(30),
    F_ADDRESS(35, "Billing", "Code", "账单"),
    F_ADDRESS(40, "Shipping", "Code", "收货"),
    F_AREA(45, "Terms_and_Conditions", "Terms and Conditions", "条款与条件", F_NONE, F_LARGE),
    F_AREA(46, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_EXCHANGE(47),
    F_ITEMS(49, "Quoted_Items", "Quoted Items", "报价项目", quoted_items),
};

static const c4_option order_status_options[] = {
    F_OPTION(1, "Created", "已创建"),
    F_OPTION(2, "Approved", "已批准"),
    F_OPTION(3, "Delivered", "已交付"),
    F_OPTION(4, "Cancelled", "已取消"),
};

const c4_standard_field c4_sales_orders_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, F_LINE),
    F_LOOKUP(22, "Account_Name", "Account Name", "客户名称", F_MUST | F_KEY, "Accounts"),
    F_PLAIN(23, "SO_Number", "SO Number", "销售订单编号", BIGINT, F_READ),
    F_TEXT(24, "Customer_No", "Customer No.", "客户编号", F_NONE, F_SHORT),
    F_LOOKUP(25, "Quote_Name", "Quote Name", "报价名称", F_NONE, "Quotes"),
    F_LOOKUP(26, "Deal_Name", "Deal Name", "商机名称", F_KEY, "Deals"),
    F_LOOKUP(27, "Contact_Name", "Contact Name", "联系人姓名", F_NONE, "Contacts"),
    F_TEXT(28, "Purchase_Order", "Purchase Order", "客户采购单号", F_NONE, F_SHORT),
    F_PLAIN(29, "Due_Date", "Due Date", "到期日期", DATE, F_NONE),
    F_TEXT(30, "Pending", "Pending", "待处理事项", F_NONE, F_SHORT),
    F_PICK(31, "Carrier", "Carrier", "承运商", F_NONE, carrier_options),
    F_MONEY(32, "Excise_Duty", "Excise Duty", "消费税"),
    F_MONEY(33, "Sales_Commission", "Sales Commission", "销售佣金"),
    F_PICK(34, "Status", "Status", "状态", F_KEY, order_status_options),
    F_TOTALS(35),
    F_ADDRESS(40, "Billing", "Code", "账单"),
    F_ADDRESS(45, "Shipping", "Code", "收货"),
    F_AREA(50, "Terms_and_Conditions", "Terms and Conditions", "条款与条件", F_NONE, F_LARGE),
    F_AREA(51, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_EXCHANGE(52),
    F_ITEMS(54, "Ordered_Items", "Ordered Items", "订购项目", ordered_items),
};

const c4_standard_field c4_purchase_orders_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, F_LINE),
    F_LOOKUP(22, "Vendor_Name", "Vendor Name", "供应商名称", F_MUST | F_KEY, "Vendors"),
    F_TEXT(23, "PO_Number", "PO Number", "采购订单编号", F_KEY, F_SHORT),
    F_PLAIN(24, "PO_Date", "PO Date", "采购日期", DATE, F_NONE),
    F_TEXT(25, "Requisition_No", "Requisition No.", "请购单号", F_NONE, F_SHORT),
    F_TEXT(26, "Tracking_Number", "Tracking Number", "运单号", F_NONE, F_SHORT),
    F_LOOKUP(27, "Contact_Name", "Contact Name", "联系人姓名", F_NONE, "Contacts"),
    F_PICK(28, "Carrier", "Carrier", "承运商", F_NONE, carrier_options),
    F_PLAIN(29, "Due_Date", "Due Date", "到期日期", DATE, F_NONE),
    F_MONEY(30, "Excise_Duty", "Excise Duty", "消费税"),
    F_MONEY(31, "Sales_Commission", "Sales Commission", "销售佣金"),
    F_PICK(32, "Status", "Status", "状态", F_KEY, order_status_options),
    F_TOTALS(33),
    F_ADDRESS(38, "Billing", "Code", "账单"),
    F_ADDRESS(43, "Shipping", "Code", "收货"),
    F_AREA(48, "Terms_and_Conditions", "Terms and Conditions", "条款与条件", F_NONE, F_LARGE),
    F_AREA(49, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_EXCHANGE(50),
    F_ITEMS(52, "Purchase_Items", "Purchase Items", "采购项目", purchase_items),
};

static const c4_option invoice_status_options[] = {
    F_OPTION(1, "Created", "已创建"),          F_OPTION(2, "Approved", "已批准"),
    F_OPTION(3, "Delivered", "已送达"),        F_OPTION(4, "Cancelled", "已取消"),
    F_OPTION(5, "Partially Paid", "部分付款"), F_OPTION(6, "Paid", "已付款"),
    F_OPTION(7, "Overdue", "已逾期"),
};

const c4_standard_field c4_invoices_fields[] = {
    F_TEXT(21, "Subject", "Subject", "主题", F_MUST | F_NAME, F_LINE),
    F_LOOKUP(22, "Account_Name", "Account Name", "客户名称", F_MUST | F_KEY, "Accounts"),
    F_PLAIN(23, "Invoice_Number", "Invoice Number", "发票编号", BIGINT, F_READ),
    F_LOOKUP(24, "Sales_Order", "Sales Order", "销售订单", F_KEY, "Sales_Orders"),
    F_TEXT(25, "Purchase_Order", "Purchase Order", "客户采购单号", F_NONE, F_SHORT),
    F_LOOKUP(26, "Contact_Name", "Contact Name", "联系人姓名", F_NONE, "Contacts"),
    F_PLAIN(27, "Invoice_Date", "Invoice Date", "开票日期", DATE, F_NONE),
    F_PLAIN(28, "Due_Date", "Due Date", "到期日期", DATE, F_NONE),
    F_MONEY(29, "Excise_Duty", "Excise Duty", "消费税"),
    F_MONEY(30, "Sales_Commission", "Sales Commission", "销售佣金"),
    F_PICK(31, "Status", "Status", "状态", F_KEY, invoice_status_options),
    F_TOTALS(32),
    F_ADDRESS(37, "Billing", "Code", "账单"),
    F_ADDRESS(42, "Shipping", "Code", "收货"),
    F_AREA(47, "Terms_and_Conditions", "Terms and Conditions", "条款与条件", F_NONE, F_LARGE),
    F_AREA(48, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_EXCHANGE(49),
    F_ITEMS(51, "Invoiced_Items", "Invoiced Items", "开票项目", invoiced_items),
};

static const c4_option gl_account_options[] = {
    F_OPTION(1, "Sales - Hardware", "销售收入－硬件"),
    F_OPTION(2, "Sales - Software", "销售收入－软件"),
    F_OPTION(3, "Sales - Services", "销售收入－服务"),
    F_OPTION(4, "Sales - Support", "销售收入－技术支持"),
    F_OPTION(5, "Sales - Internet", "销售收入－网络"),
    F_OPTION(6, "Sales - Other", "销售收入－其他"),
    F_OPTION(7, "Rental Income", "租金收入"),
    F_OPTION(8, "Interest Income", "利息收入"),
    F_OPTION(9, "Cost of Goods", "商品成本"),
    F_OPTION(10, "Operating Expenses", "运营费用"),
};

const c4_standard_field c4_vendors_fields[] = {
    F_TEXT(21, "Vendor_Name", "Vendor Name", "供应商名称", F_MUST | F_NAME, F_LINE),
    F_PLAIN(22, "Email", "Email", "邮箱", EMAIL, F_KEY),
    F_PLAIN(23, "Phone", "Phone", "电话", PHONE, F_KEY),
    F_PLAIN(24, "Website", "Website", "网站", WEBSITE, F_NONE),
    F_TEXT(25, "Category", "Category", "类别", F_NONE, F_SHORT),
    F_PICK(26, "GL_Account", "GL Account", "总账科目", F_NONE, gl_account_options),
    F_TEXT(27, "Street", "Street", "街道", F_NONE, 250),
    F_TEXT(28, "City", "City", "城市", F_NONE, 100),
    F_TEXT(29, "State", "State", "省/州", F_NONE, 100),
    F_TEXT(30, "Zip_Code", "Zip Code", "邮编", F_NONE, F_CODE),
    F_TEXT(31, "Country", "Country", "国家/地区", F_NONE, 100),
    F_PLAIN(32, "Email_Opt_Out", "Email Opt Out", "拒收邮件", BOOLEAN, F_NONE),
    F_AREA(33, "Description", "Description", "描述", F_NONE, F_LARGE),
};

static const c4_option pricing_model_options[] = {
    F_OPTION(C4_PRICING_FLAT, "Flat", "固定"),
    F_OPTION(C4_PRICING_DIFFERENTIAL, "Differential", "差别"),
};

static const c4_standard_field pricing_details[] = {
    F_DECIMAL(C4_RANGE_FROM, "Pricing_Details.from_range", "From Range", "起始数量", DOUBLE, F_MUST,
              2),
    F_DECIMAL(C4_RANGE_TO, "Pricing_Details.to_range", "To Range", "截止数量", DOUBLE, F_NONE, 2),
    F_DECIMAL(C4_RANGE_DISCOUNT, "Pricing_Details.discount", "Discount (%)", "折扣（%）", PERCENT,
              F_MUST, 2),
};

static const c4_standard_field listed_products[] = {
    F_LOOKUP(C4_LISTED_PRODUCT, "Listed_Products.Product_Name", "Product Name", "产品名称", F_MUST,
             "Products"),
    F_DECIMAL(C4_LISTED_PRICE, "Listed_Products.List_Price", "List Price", "标价", CURRENCY, F_MUST,
              2),
};

const c4_standard_field c4_price_books_fields[] = {
    F_TEXT(21, "Price_Book_Name", "Price Book Name", "价格表名称", F_MUST | F_NAME, F_LINE),
    F_PICK(22, "Pricing_Model", "Pricing Model", "定价模式", F_MUST, pricing_model_options),
    F_PLAIN(23, "Active", "Active", "有效", BOOLEAN, F_NONE),
    F_AREA(24, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_SUBFORM(C4_BOOK_RANGES, "Pricing_Details", "Pricing Details", "定价明细", pricing_details),
    F_SUBFORM(C4_BOOK_PRODUCTS, "Listed_Products", "Products", "产品", listed_products),
    F_EXCHANGE(27),
};
