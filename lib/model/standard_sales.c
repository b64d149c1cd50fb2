/* SPDX-License-Identifier: MIT */
/* Leads, contacts, accounts and deals. */
#include "model/standard_parts.h"

static const c4_option salutation_options[] = {
    F_OPTION(1, "Mr.", "先生"),  F_OPTION(2, "Mrs.", "太太"), F_OPTION(3, "Ms.", "女士"),
    F_OPTION(4, "Miss", "小姐"), F_OPTION(5, "Dr.", "博士"),  F_OPTION(6, "Prof.", "教授"),
    F_OPTION(7, "Sir", "爵士"),  F_OPTION(8, "Rev.", "牧师"),
};

static const c4_option lead_source_options[] = {
    F_OPTION(1, "Advertisement", "广告"),
    F_OPTION(2, "Cold Call", "陌生拜访电话"),
    F_OPTION(3, "Employee Referral", "员工推荐"),
    F_OPTION(4, "External Referral", "外部推荐"),
    F_OPTION(5, "Customer Referral", "客户推荐"),
    F_OPTION(6, "Partner", "合作伙伴"),
    F_OPTION(7, "Online Store", "网上商店"),
    F_OPTION(8, "Public Relations", "公共关系"),
    F_OPTION(9, "Sales Email", "销售邮箱"),
    F_OPTION(10, "Seminar", "研讨会"),
    F_OPTION(11, "Webinar", "网络研讨会"),
    F_OPTION(12, "Trade Show", "展会"),
    F_OPTION(13, "Web Form", "网页表单"),
    F_OPTION(14, "Web Download", "网页下载"),
    F_OPTION(15, "Web Research", "网络调研"),
    F_OPTION(16, "Chat", "在线聊天"),
    F_OPTION(17, "Social Media", "社交媒体"),
    F_OPTION(18, "WeChat", "微信"),
    F_OPTION(19, "Walk-in", "到店"),
    F_OPTION(20, "Other", "其他"),
};

static const c4_option lead_status_options[] = {
    F_OPTION(1, "Attempted to Contact", "尝试联系"),
    F_OPTION(2, "Contact in Future", "以后联系"),
    F_OPTION(3, "Contacted", "已联系"),
    F_OPTION(4, "Junk Lead", "垃圾线索"),
    F_OPTION(5, "Lost Lead", "丢失的线索"),
    F_OPTION(6, "Not Contacted", "未联系"),
    F_OPTION(7, "Pre-Qualified", "预审合格"),
    F_OPTION(8, "Not Qualified", "不合格"),
};

static const c4_option industry_options[] = {
    F_OPTION(1, "Agriculture", "农业"),
    F_OPTION(2, "Automotive", "汽车"),
    F_OPTION(3, "Communications", "通信"),
    F_OPTION(4, "Construction", "建筑"),
    F_OPTION(5, "Consulting", "咨询"),
    F_OPTION(6, "Education", "教育"),
    F_OPTION(7, "Energy", "能源"),
    F_OPTION(8, "Financial Services", "金融服务"),
    F_OPTION(9, "Government", "政府机构"),
    F_OPTION(10, "Healthcare", "医疗健康"),
    F_OPTION(11, "Hospitality", "酒店餐饮"),
    F_OPTION(12, "Insurance", "保险"),
    F_OPTION(13, "Legal Services", "法律服务"),
    F_OPTION(14, "Manufacturing", "制造业"),
    F_OPTION(15, "Media", "传媒"),
    F_OPTION(16, "Non-profit", "非营利组织"),
    F_OPTION(17, "Real Estate", "房地产"),
    F_OPTION(18, "Retail", "零售"),
    F_OPTION(19, "Technology", "科技"),
    F_OPTION(20, "Transportation", "交通运输"),
};

static const c4_option rating_options[] = {
    F_OPTION(1, "Hot", "热"),
    F_OPTION(2, "Warm", "温"),
    F_OPTION(3, "Cold", "冷"),
    F_OPTION(4, "Acquired", "已获得"),
    F_OPTION(5, "Active", "活跃"),
    F_OPTION(6, "Market Failed", "市场失败"),
    F_OPTION(7, "Project Cancelled", "项目取消"),
    F_OPTION(8, "Shut Down", "已停业"),
};

static const c4_option unsubscribed_options[] = {
    F_OPTION(1, "Consent form", "同意表单"),
    F_OPTION(2, "Manual", "手动"),
    F_OPTION(3, "Unsubscribe link", "退订链接"),
    F_OPTION(4, "Campaign", "市场活动邮件"),
};

static const c4_option data_source_options[] = {
    F_OPTION(1, "Manual", "手动录入"), F_OPTION(2, "Import", "导入"),
    F_OPTION(3, "API", "接口"),        F_OPTION(4, "Web Form", "网页表单"),
    F_OPTION(5, "Email", "邮件"),      F_OPTION(6, "Chat", "在线聊天"),
    F_OPTION(7, "Conversion", "转换"), F_OPTION(8, "Workflow", "工作流"),
};

static const c4_option processing_basis_options[] = {
    F_OPTION(1, "Legitimate Interests", "合法权益"),
    F_OPTION(2, "Contract", "合同"),
    F_OPTION(3, "Legal Obligation", "法定义务"),
    F_OPTION(4, "Vital Interests", "重大利益"),
    F_OPTION(5, "Public Interests", "公共利益"),
    F_OPTION(6, "Consent", "同意"),
    F_OPTION(7, "Pending", "待定"),
    F_OPTION(8, "Not Applicable", "不适用"),
};

static const c4_option enrich_status_options[] = {
    F_OPTION(1, "Available", "可补全"),
    F_OPTION(2, "Enriched", "已补全"),
    F_OPTION(3, "Data Not Found", "未找到数据"),
};

const c4_standard_field c4_leads_fields[] = {
    F_TEXT(21, "Last_Name", "Last Name", "姓氏", F_MUST | F_NAME, 80),
    F_TEXT(22, "Company", "Company", "公司", F_MUST | F_KEY, 200),
    F_TEXT(23, "First_Name", "First Name", "名字", F_NONE, 40),
    F_PICK(24, "Salutation", "Salutation", "称谓", F_NONE, salutation_options),
    F_TEXT(25, "Full_Name", "Full Name", "姓名", F_READ, F_LONG),
    F_TEXT(26, "Designation", "Title", "职务", F_NONE, 100),
    F_PLAIN(27, "Email", "Email", "邮箱", EMAIL, F_KEY),
    F_PLAIN(28, "Secondary_Email", "Secondary Email", "备用邮箱", EMAIL, F_NONE),
    F_PLAIN(29, "Phone", "Phone", "电话", PHONE, F_NONE),
    F_PLAIN(30, "Mobile", "Mobile", "手机", PHONE, F_NONE),
    F_PLAIN(31, "Fax", "Fax", "传真", PHONE, F_NONE),
    F_PLAIN(32, "Website", "Website", "网站", WEBSITE, F_NONE),
    F_PICK(33, "Lead_Source", "Lead Source", "线索来源", F_NONE, lead_source_options),
    F_PICK(34, "Lead_Status", "Lead Status", "线索状态", F_KEY, lead_status_options),
    F_PICK(35, "Industry", "Industry", "行业", F_NONE, industry_options),
    F_PLAIN(36, "No_of_Employees", "No. of Employees", "员工人数", INTEGER, F_NONE),
    F_MONEY(37, "Annual_Revenue", "Annual Revenue", "年收入"),
    F_PICK(38, "Rating", "Rating", "评级", F_NONE, rating_options),
    F_TEXT(39, "Skype_ID", "Skype ID", "Skype账号", F_NONE, F_SHORT),
    F_TEXT(40, "Twitter", "Twitter", "推特账号", F_NONE, F_SHORT),
    F_TEXT(41, "Street", "Street", "街道", F_NONE, 250),
    F_TEXT(42, "City", "City", "城市", F_NONE, 100),
    F_TEXT(43, "State", "State", "省/州", F_NONE, 100),
    F_TEXT(44, "Zip_Code", "Zip Code", "邮编", F_NONE, F_CODE),
    F_TEXT(45, "Country", "Country", "国家/地区", F_NONE, 100),
    F_AREA(46, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_PLAIN(47, "Email_Opt_Out", "Email Opt Out", "拒收邮件", BOOLEAN, F_NONE),
    F_PICK(48, "Unsubscribed_Mode", "Unsubscribed Mode", "退订方式", F_READ, unsubscribed_options),
    F_PLAIN(49, "Unsubscribed_Time", "Unsubscribed Time", "退订时间", DATETIME, F_READ),
    F_EXCHANGE(50),
    F_PLAIN(52, "Last_Activity_Time", "Last Activity Time", "最近活动时间", DATETIME, F_READ),
    F_PLAIN(53, "Change_Log_Time__s", "Change Log Time", "变更记录时间", DATETIME, F_READ),
    F_PLAIN(54, "Converted__s", "Is Converted", "是否已转换", BOOLEAN, F_READ),
    F_PLAIN(55, "Converted_Date_Time", "Converted Time", "转换时间", DATETIME, F_READ),
    F_LOOKUP(56, "Converted_Account", "Converted Account", "转换后的客户", F_READ, "Accounts"),
    F_LOOKUP(57, "Converted_Contact", "Converted Contact", "转换后的联系人", F_READ, "Contacts"),
    F_LOOKUP(58, "Converted_Deal", "Converted Deal", "转换后的商机", F_READ, "Deals"),
    F_PLAIN(59, "Lead_Conversion_Time", "Lead Conversion Time (Days)", "线索转换用时（天）",
            INTEGER, F_READ),
    F_PICK(60, "Data_Source", "Data Source", "数据来源", F_READ, data_source_options),
    F_PICK(61, "Data_Processing_Basis", "Data Processing Basis", "数据处理依据", F_NONE,
           processing_basis_options),
    F_AREA(62, "Data_Processing_Basis_Details", "Data Processing Basis Details", "数据处理依据说明",
           F_NONE, F_SMALL),
    F_VISITS(63),
    F_PICK(71, "Enrich_Status__s", "Enrich Status", "数据补全状态", F_READ, enrich_status_options),
    F_PLAIN(72, "Last_Enriched_Time__s", "Last Enriched Time", "最近补全时间", DATETIME, F_READ),
};

const c4_standard_field c4_contacts_fields[] = {
    F_TEXT(21, "Last_Name", "Last Name", "姓氏", F_MUST | F_NAME, 80),
    F_TEXT(22, "First_Name", "First Name", "名字", F_NONE, 40),
    F_PICK(23, "Salutation", "Salutation", "称谓", F_NONE, salutation_options),
    F_TEXT(24, "Full_Name", "Full Name", "姓名", F_READ, F_LONG),
    F_LOOKUP(25, "Account_Name", "Account Name", "客户名称", F_KEY, "Accounts"),
    F_LOOKUP(26, "Vendor_Name", "Vendor Name", "供应商名称", F_NONE, "Vendors"),
    F_TEXT(27, "Title", "Title", "职务", F_NONE, 100),
    F_TEXT(28, "Department", "Department", "部门", F_NONE, F_SHORT),
    F_PLAIN(29, "Email", "Email", "邮箱", EMAIL, F_KEY),
    F_PLAIN(30, "Secondary_Email", "Secondary Email", "备用邮箱", EMAIL, F_NONE),
    F_PLAIN(31, "Phone", "Phone", "电话", PHONE, F_KEY),
    F_PLAIN(32, "Home_Phone", "Home Phone", "住宅电话", PHONE, F_NONE),
    F_PLAIN(33, "Other_Phone", "Other Phone", "其他电话", PHONE, F_NONE),
    F_PLAIN(34, "Mobile", "Mobile", "手机", PHONE, F_NONE),
    F_PLAIN(35, "Fax", "Fax", "传真", PHONE, F_NONE),
    F_PLAIN(36, "Asst_Phone", "Asst Phone", "助理电话", PHONE, F_NONE),
    F_TEXT(37, "Assistant", "Assistant", "助理", F_NONE, F_SHORT),
    F_PLAIN(38, "Date_of_Birth", "Date of Birth", "出生日期", DATE, F_NONE),
    F_LOOKUP(39, "Reporting_To", "Reporting To", "上级", F_NONE, "Contacts"),
    F_PICK(40, "Lead_Source", "Lead Source", "线索来源", F_NONE, lead_source_options),
    F_TEXT(41, "Skype_ID", "Skype ID", "Skype账号", F_NONE, F_SHORT),
    F_TEXT(42, "Twitter", "Twitter", "推特账号", F_NONE, F_SHORT),
    F_ADDRESS(43, "Mailing", "Zip", "邮寄"),
    F_ADDRESS(48, "Other", "Zip", "其他"),
    F_AREA(53, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_PLAIN(54, "Email_Opt_Out", "Email Opt Out", "拒收邮件", BOOLEAN, F_NONE),
    F_PLAIN(55, "Last_Activity_Time", "Last Activity Time", "最近活动时间", DATETIME, F_READ),
    F_VISITS(56),
};

static const c4_option account_type_options[] = {
    F_OPTION(1, "Analyst", "分析机构"),  F_OPTION(2, "Competitor", "竞争对手"),
    F_OPTION(3, "Customer", "成交客户"), F_OPTION(4, "Distributor", "分销商"),
    F_OPTION(5, "Integrator", "集成商"), F_OPTION(6, "Investor", "投资方"),
    F_OPTION(7, "Partner", "合作伙伴"),  F_OPTION(8, "Press", "媒体"),
    F_OPTION(9, "Prospect", "潜在客户"), F_OPTION(10, "Reseller", "经销商"),
    F_OPTION(11, "Supplier", "供货商"),  F_OPTION(12, "Other", "其他"),
};

static const c4_option ownership_options[] = {
    F_OPTION(1, "Private", "私营企业"),         F_OPTION(2, "Public", "上市公司"),
    F_OPTION(3, "Subsidiary", "子公司"),        F_OPTION(4, "Partnership", "合伙企业"),
    F_OPTION(5, "Government", "政府机构"),      F_OPTION(6, "State-owned", "国有企业"),
    F_OPTION(7, "Joint Venture", "合资企业"),   F_OPTION(8, "Non-profit", "非营利组织"),
    F_OPTION(9, "Sole Proprietor", "个体经营"), F_OPTION(10, "Other", "其他"),
};

const c4_standard_field c4_accounts_fields[] = {
    F_TEXT(21, "Account_Name", "Account Name", "客户名称", F_MUST | F_NAME, 200),
    F_LOOKUP(22, "Parent_Account", "Parent Account", "母公司", F_KEY, "Accounts"),
    F_PLAIN(23, "Account_Number", "Account Number", "客户编号", BIGINT, F_NONE),
    F_TEXT(24, "Account_Site", "Account Site", "客户地点", F_NONE, 80),
    F_PICK(25, "Account_Type", "Account Type", "客户类型", F_NONE, account_type_options),
    F_PICK(26, "Industry", "Industry", "行业", F_KEY, industry_options),
    F_MONEY(27, "Annual_Revenue", "Annual Revenue", "年收入"),
    F_PLAIN(28, "Employees", "Employees", "员工人数", INTEGER, F_NONE),
    F_PICK(29, "Ownership", "Ownership", "所有制", F_NONE, ownership_options),
    F_PICK(30, "Rating", "Rating", "评级", F_NONE, rating_options),
    F_PLAIN(31, "SIC_Code", "SIC Code", "行业代码", INTEGER, F_NONE),
    F_TEXT(32, "Ticker_Symbol", "Ticker Symbol", "股票代码", F_NONE, F_CODE),
    F_PLAIN(33, "Phone", "Phone", "电话", PHONE, F_KEY),
    F_PLAIN(34, "Fax", "Fax", "传真", PHONE, F_NONE),
    F_PLAIN(35, "Website", "Website", "网站", WEBSITE, F_NONE),
    F_ADDRESS(36, "Billing", "Code", "账单"),
    F_ADDRESS(41, "Shipping", "Code", "收货"),
    F_AREA(46, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_EXCHANGE(47),
    F_PLAIN(49, "Last_Activity_Time", "Last Activity Time", "最近活动时间", DATETIME, F_READ),
};

static const c4_option stage_options[] = {
    F_STAGE(1, "Qualification", "资格审查", 10, "Open", "#c7d8f5"),
    F_STAGE(2, "Needs Analysis", "需求分析", 20, "Open", "#a4c1f0"),
    F_STAGE(3, "Value Proposition", "价值主张", 40, "Open", "#7fa8ea"),
    F_STAGE(4, "Identify Decision Makers", "确定决策者", 60, "Open", "#5a8de2"),
    F_STAGE(5, "Proposal/Price Quote", "方案/报价", 75, "Open", "#3a72d4"),
    F_STAGE(6, "Negotiation/Review", "谈判/审核", 90, "Open", "#2458b3"),
    F_STAGE(7, "Closed Won", "成交", 100, "Closed Won", "#2f9e5b"),
    F_STAGE(8, "Closed Lost", "丢单", 0, "Closed Lost", "#c94a4a"),
    F_STAGE(9, "Closed Lost to Competition", "输给竞争对手", 0, "Closed Lost", "#943131"),
};

static const c4_option pipeline_options[] = {
    F_OPTION(1, "Standard (Standard)", "标准"),
};

static const c4_option deal_type_options[] = {
    F_OPTION(1, "New Business", "新业务"), F_OPTION(2, "Existing Business", "现有业务"),
    F_OPTION(3, "Renewal", "续约"),        F_OPTION(4, "Upgrade", "升级"),
    F_OPTION(5, "Cross-sell", "交叉销售"), F_OPTION(6, "Replacement", "替换"),
    F_OPTION(7, "Service", "服务"),        F_OPTION(8, "Partner Business", "合作伙伴业务"),
};

static const c4_option loss_reason_options[] = {
    F_OPTION(1, "Price", "价格"),
    F_OPTION(2, "Competition", "竞争"),
    F_OPTION(3, "Expectation Mismatch", "期望不符"),
    F_OPTION(4, "Missing Features", "功能缺失"),
    F_OPTION(5, "No Budget", "没有预算"),
    F_OPTION(6, "No Decision", "未做决定"),
    F_OPTION(7, "Future Interest", "以后再考虑"),
    F_OPTION(8, "Unqualified Customer", "客户不合格"),
    F_OPTION(9, "Lack of Response", "没有回应"),
    F_OPTION(10, "Other", "其他"),
};

const c4_standard_field c4_deals_fields[] = {
    F_TEXT(21, "Deal_Name", "Deal Name", "商机名称", F_MUST | F_NAME, 120),
    F_PICK(22, "Stage", "Stage", "阶段", F_MUST | F_KEY, stage_options),
    F_PLAIN(23, "Closing_Date", "Closing Date", "预计成交日期", DATE, F_KEY),
    F_PICK(24, "Pipeline", "Pipeline", "销售管道", F_NONE, pipeline_options),
    F_LOOKUP(25, "Account_Name", "Account Name", "客户名称", F_KEY, "Accounts"),
    F_LOOKUP(26, "Contact_Name", "Contact Name", "联系人姓名", F_NONE, "Contacts"),
    F_MONEY(27, "Amount", "Amount", "金额"),
    F_DECIMAL(28, "Expected_Revenue", "Expected Revenue", "预期收入", CURRENCY, F_READ, 2),
    F_PLAIN(29, "Probability", "Probability (%)", "成交概率（%）", INTEGER, F_NONE),
    F_PICK(30, "Type", "Type", "类型", F_NONE, deal_type_options),
    F_TEXT(31, "Next_Step", "Next Step", "下一步", F_NONE, 100),
    F_PICK(32, "Lead_Source", "Lead Source", "线索来源", F_NONE, lead_source_options),
    F_LOOKUP(33, "Campaign_Source", "Campaign Source", "市场活动来源", F_NONE, "Campaigns"),
    F_PICK(34, "Reason_For_Loss__s", "Reason For Loss", "丢单原因", F_NONE, loss_reason_options),
    F_AREA(35, "Description", "Description", "描述", F_NONE, F_LARGE),
    F_PLAIN(36, "Lead_Conversion_Time", "Lead Conversion Time (Days)", "线索转换用时（天）",
            INTEGER, F_READ),
    F_PLAIN(37, "Sales_Cycle_Duration", "Sales Cycle Duration (Days)", "销售周期（天）", INTEGER,
            F_READ),
    F_PLAIN(38, "Overall_Sales_Duration", "Overall Sales Duration (Days)", "总销售时长（天）",
            INTEGER, F_READ),
    F_EXCHANGE(39),
    F_PLAIN(41, "Last_Activity_Time", "Last Activity Time", "最近活动时间", DATETIME, F_READ),
};
