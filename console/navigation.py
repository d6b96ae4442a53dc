"""What stands in the console's navigation, and for whom. A module that gains pages adds them here."""

from dataclasses import dataclass

from backend.actor import Actor, Permission


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the navigation, shown to whoever holds its permission anywhere.

    What `is_compound_wide` belongs to no campus (the roster, the accounts, the trail): a narrower scope
    reaches none of it.
    """

    title: str
    icon: str
    path: str
    permission: Permission
    is_compound_wide: bool = False

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the actor may open it."""
        if self.is_compound_wide:
            return actor.reach(self.permission).everywhere
        return actor.can(self.permission)


@dataclass(frozen=True, slots=True)
class Section:
    """Pages under one heading."""

    title: str
    items: tuple[Item, ...]


SECTIONS = (
    Section("", (Item("首页", "home", "/console/", Permission.SELF),)),
    Section(
        "食堂",
        (
            Item("菜品库", "bowl-chopsticks", "/console/canteen/dishes", Permission.CANTEEN_READ),
            Item("每周菜单", "calendar-week", "/console/canteen/menus", Permission.CANTEEN_READ),
            Item("订餐情况", "receipt", "/console/canteen/orders", Permission.CANTEEN_READ),
            Item("备餐单", "chef-hat", "/console/canteen/prep", Permission.CANTEEN_READ),
            Item("取餐核销台", "device-tablet", "/console/canteen/station", Permission.CANTEEN_VERIFY),
            Item("就餐统计", "user-check", "/console/canteen/attendance", Permission.CANTEEN_READ),
            Item("未取餐", "mood-empty", "/console/canteen/no-shows", Permission.CANTEEN_MANAGE),
            Item("称重用餐", "scale", "/console/canteen/weighed-meals", Permission.CANTEEN_MANAGE),
            Item("公务接待", "id", "/console/canteen/receptions", Permission.RECEPTIONS_MANAGE),
            Item("用餐评价", "star", "/console/canteen/ratings", Permission.CANTEEN_READ),
            Item(
                "餐费账户",
                "wallet",
                "/console/canteen/accounts",
                Permission.ACCOUNTS_MANAGE,
                is_compound_wide=True,
            ),
            Item("对账结算", "checks", "/console/canteen/settlements", Permission.SETTLEMENTS_MANAGE),
            Item("餐别与规则", "adjustments", "/console/canteen/periods", Permission.CANTEEN_READ),
            Item("餐厅大屏", "device-tv", "/console/canteen/screen", Permission.CANTEEN_READ),
        ),
    ),
    Section(
        "后厨",
        (
            Item("备餐预测", "chart-bar", "/console/kitchen/forecasts", Permission.CANTEEN_READ),
            Item("备餐计划", "clipboard-list", "/console/kitchen/plans", Permission.CANTEEN_READ),
            Item("菜谱配方", "notebook", "/console/kitchen/recipes", Permission.CANTEEN_READ),
            Item("营养分析", "leaf", "/console/kitchen/nutrition", Permission.CANTEEN_READ),
            Item("智慧菜单", "calendar-repeat", "/console/kitchen/menu-advice", Permission.CANTEEN_READ),
            Item("库存", "package", "/console/kitchen/stock", Permission.PURCHASING_READ),
            Item("验收入库", "clipboard-check", "/console/kitchen/receipts", Permission.PURCHASING_READ),
            Item("领料出库", "arrow-right", "/console/kitchen/issues", Permission.PURCHASING_READ),
            Item("盘点", "checks", "/console/kitchen/counts", Permission.PURCHASING_READ),
            Item("追溯", "route", "/console/kitchen/tracing", Permission.PURCHASING_READ),
            Item("采购申请", "list", "/console/kitchen/requests", Permission.PURCHASING_READ),
            Item("采购单", "receipt", "/console/kitchen/orders", Permission.PURCHASING_READ),
            Item("供应商", "contract", "/console/kitchen/suppliers", Permission.PURCHASING_READ),
            Item("食材库", "category", "/console/kitchen/ingredients", Permission.PURCHASING_READ),
            Item("采购统计", "chart-histogram", "/console/kitchen/statistics", Permission.PURCHASING_READ),
        ),
    ),
    Section(
        "食品安全",
        (
            Item("食品留样", "package", "/console/food-safety/samples", Permission.SAFETY_READ),
            Item("晨检", "user-check", "/console/food-safety/morning-checks", Permission.SAFETY_READ),
            Item("从业人员", "users", "/console/food-safety/workers", Permission.SAFETY_READ),
            Item("冷藏温度", "snowflake", "/console/food-safety/temperatures", Permission.SAFETY_READ),
            Item("清洁消毒", "bucket", "/console/food-safety/cleaning", Permission.SAFETY_READ),
            Item("六常检查", "clipboard-check", "/console/food-safety/hygiene", Permission.SAFETY_READ),
            Item("日管控", "clipboard-check", "/console/food-safety/controls", Permission.SAFETY_READ),
            Item(
                "周排查与月调度", "report-analytics", "/console/food-safety/reviews", Permission.SAFETY_READ
            ),
            Item("问题整改", "flag", "/console/food-safety/findings", Permission.SAFETY_READ),
            Item("食品安全事件", "alert-triangle", "/console/food-safety/incidents", Permission.SAFETY_READ),
            Item("食品安全台账", "notebook", "/console/food-safety/ledgers", Permission.SAFETY_READ),
            Item("迎检资料", "folder", "/console/food-safety/inspections", Permission.SAFETY_READ),
            Item("记录保存期限", "history", "/console/food-safety/retention", Permission.SAFETY_READ),
        ),
    ),
    Section(
        "反食品浪费",
        (
            Item("浪费看板", "chart-histogram", "/console/canteen/waste", Permission.CANTEEN_READ),
            Item("称重记录", "scale", "/console/canteen/waste/weighings", Permission.WASTE_MANAGE),
            Item("手工登记", "pencil-plus", "/console/canteen/waste/entry", Permission.WASTE_RECORD),
            Item("餐盘与桶盆", "bucket", "/console/canteen/waste/containers", Permission.WASTE_MANAGE),
            Item("称重设备", "access-point", "/console/devices", Permission.DEVICES_MANAGE),
            Item("减量措施", "leaf", "/console/canteen/waste/measures", Permission.CANTEEN_READ),
            Item("厨余垃圾台账", "notebook", "/console/canteen/waste-ledger", Permission.CANTEEN_READ),
            Item(
                "评估工作台",
                "clipboard-check",
                "/console/evaluation",
                Permission.EVALUATION_MANAGE,
                is_compound_wide=True,
            ),
            Item(
                "抽查与整改",
                "clipboard-search",
                "/console/evaluation/checks",
                Permission.EVALUATION_MANAGE,
                is_compound_wide=True,
            ),
            Item("我的抽查", "list", "/console/evaluation/inspecting", Permission.EVALUATION_INSPECT),
            Item("单位填报", "clipboard-text", "/console/evaluation/report", Permission.EVALUATION_REPORT),
            Item(
                "通报", "speakerphone", "/console/bulletins", Permission.BULLETINS_READ, is_compound_wide=True
            ),
        ),
    ),
    Section(
        "物业",
        (
            Item("调度台", "headset", "/console/property/board", Permission.ORDERS_DISPATCH),
            Item("工单", "clipboard-list", "/console/property/orders", Permission.PROPERTY_READ),
            Item("挂起与费用审批", "checks", "/console/property/approvals", Permission.ORDERS_APPROVE),
            Item("物业统计", "chart-histogram", "/console/property/statistics", Permission.PROPERTY_READ),
            Item("巡检保养", "route", "/console/property/inspections", Permission.PROPERTY_READ),
            Item("巡检计划", "calendar-repeat", "/console/property/plans", Permission.INSPECTIONS_MANAGE),
            Item("设备台账", "engine", "/console/property/assets", Permission.PROPERTY_READ),
            Item("班组与人员", "users-group", "/console/property/workforce", Permission.PROPERTY_READ),
            Item("值班排班", "calendar-user", "/console/property/duties", Permission.PROPERTY_READ),
            Item("物料仓库", "package", "/console/property/materials", Permission.PROPERTY_READ),
            Item("报修类别", "category", "/console/property/categories", Permission.PROPERTY_READ),
            Item("服务时限", "hourglass", "/console/property/service-levels", Permission.PROPERTY_READ),
        ),
    ),
    Section(
        "会议",
        (
            Item("会议室排期", "calendar-event", "/console/meetings", Permission.MEETINGS_READ),
            Item("会议预订", "list", "/console/meetings/bookings", Permission.MEETINGS_READ),
            Item("会议审批", "checks", "/console/meetings/approvals", Permission.MEETINGS_APPROVE),
            Item("优先调整", "flag", "/console/meetings/overrides", Permission.MEETINGS_OVERRIDE),
            Item("候补队列", "hourglass", "/console/meetings/waitlist", Permission.MEETINGS_READ),
            Item("会务看板", "calendar-user", "/console/meetings/hospitality", Permission.MEETINGS_READ),
            Item("会务检查", "clipboard-check", "/console/meetings/checks", Permission.MEETINGS_READ),
            Item("会务服务", "bell", "/console/meetings/services", Permission.HOSPITALITY_MANAGE),
            Item("会议室管理", "building", "/console/meetings/rooms", Permission.ROOMS_MANAGE),
            Item("会议统计", "chart-bar", "/console/meetings/statistics", Permission.MEETINGS_READ),
        ),
    ),
    Section(
        "诉求",
        (
            Item("诉求看板", "headset", "/console/feedback/board", Permission.REPORTS_TRIAGE),
            Item("诉求", "message-report", "/console/feedback/reports", Permission.FEEDBACK_READ),
            Item("本单位诉求", "clipboard-list", "/console/feedback/office", Permission.REPORTS_HANDLE),
            Item("承办申请", "checks", "/console/feedback/applications", Permission.FEEDBACK_READ),
            Item("回访", "user-check", "/console/feedback/visits", Permission.REPORTS_VISIT),
            Item("督办清单", "flag", "/console/feedback/supervision", Permission.FEEDBACK_READ),
            Item("诉求统计", "chart-histogram", "/console/feedback/statistics", Permission.FEEDBACK_READ),
            Item("内容审核", "eye", "/console/feedback/moderation", Permission.REPORTS_TRIAGE),
            Item("匿名身份", "key", "/console/feedback/seals", Permission.REPORTS_UNSEAL),
            Item("诉求类别", "category", "/console/feedback/categories", Permission.FEEDBACK_READ),
            Item("承办单位", "users-group", "/console/feedback/offices", Permission.FEEDBACK_READ),
            Item(
                "敏感词",
                "ban",
                "/console/feedback/words",
                Permission.FEEDBACK_MANAGE,
                is_compound_wide=True,
            ),
            Item(
                "开放接口密钥",
                "access-point",
                "/console/feedback/open311",
                Permission.FEEDBACK_MANAGE,
                is_compound_wide=True,
            ),
        ),
    ),
    Section(
        "微管家",
        (
            Item("服务申请", "bell", "/console/concierge/requests", Permission.FEEDBACK_READ),
            Item("服务目录", "list", "/console/concierge/services", Permission.FEEDBACK_READ),
            Item("失物招领", "package", "/console/concierge/found", Permission.FEEDBACK_READ),
            Item("常见问题", "info-circle", "/console/concierge/faq", Permission.FEEDBACK_READ),
            Item("微实事", "flag", "/console/concierge/projects", Permission.FEEDBACK_READ),
        ),
    ),
    Section(
        "服务商",
        (
            Item("服务商与合同", "contract", "/console/contractors", Permission.CONTRACTORS_READ),
            Item("月度考核", "report-analytics", "/console/assessments", Permission.CONTRACTORS_READ),
            Item("检查评分", "clipboard-check", "/console/assessments/checks", Permission.CONTRACTORS_ASSESS),
            Item("考核通报", "speakerphone", "/console/assessments/bulletins", Permission.CONTRACTORS_READ),
        ),
    ),
    Section(
        "通告与问卷",
        (
            Item("通告栏", "speakerphone", "/console/notices", Permission.NOTICES_MANAGE),
            Item(
                "问卷调查",
                "clipboard-text",
                "/console/surveys",
                Permission.SURVEYS_MANAGE,
                is_compound_wide=True,
            ),
        ),
    ),
    Section(
        "满意度与通报",
        (
            Item("满意度", "star", "/console/satisfaction", Permission.FEEDBACK_READ),
            Item(
                "满意度整改",
                "flag",
                "/console/satisfaction/rectifications",
                Permission.REVIEWS_MANAGE,
                is_compound_wide=True,
            ),
            Item("我的整改", "flag", "/console/satisfaction/rectifications/mine", Permission.REPORTS_HANDLE),
            Item(
                "服务保障通报",
                "report-analytics",
                "/console/reviews",
                Permission.FEEDBACK_READ,
                is_compound_wide=True,
            ),
            Item(
                "通报会",
                "users",
                "/console/reviews/meetings",
                Permission.FEEDBACK_READ,
                is_compound_wide=True,
            ),
            Item("单位需求", "list", "/console/reviews/demands", Permission.REPORTS_HANDLE),
        ),
    ),
    Section(
        "人员",
        (
            Item("部门", "sitemap", "/console/departments", Permission.IDENTITY_READ, is_compound_wide=True),
            Item("花名册", "users", "/console/staff", Permission.IDENTITY_READ, is_compound_wide=True),
            Item("角色与授权", "shield", "/console/roles", Permission.IDENTITY_READ, is_compound_wide=True),
            Item("绑定审批", "link", "/console/binds", Permission.IDENTITY_MANAGE, is_compound_wide=True),
            Item("请假出差", "clock", "/console/absences", Permission.ABSENCES_MANAGE, is_compound_wide=True),
        ),
    ),
    Section(
        "系统",
        (
            Item("场所与标牌", "building", "/console/places", Permission.PLACES_MANAGE),
            Item(
                "工作日历",
                "calendar-event",
                "/console/calendar",
                Permission.WORKDAYS_MANAGE,
                is_compound_wide=True,
            ),
            Item("业务规则", "settings", "/console/rules", Permission.RULES_MANAGE),
            Item(
                "通知发送",
                "bell",
                "/console/notifications",
                Permission.NOTIFICATIONS_MANAGE,
                is_compound_wide=True,
            ),
            Item("定时任务", "clock-play", "/console/jobs", Permission.JOBS_READ, is_compound_wide=True),
            Item("审计日志", "history", "/console/audit", Permission.AUDIT_READ, is_compound_wide=True),
            Item(
                "个人信息",
                "shield-lock",
                "/console/privacy",
                Permission.PRIVACY_MANAGE,
                is_compound_wide=True,
            ),
            Item(
                "投诉建议",
                "message-report",
                "/console/suggestions",
                Permission.SUGGESTIONS_MANAGE,
                is_compound_wide=True,
            ),
        ),
    ),
)


def visible(actor: Actor) -> list[Section]:
    """The sections with what the actor may open; empty ones are left out."""
    sections = (
        Section(section.title, tuple(item for item in section.items if item.is_open_to(actor)))
        for section in SECTIONS
    )
    return [section for section in sections if section.items]
