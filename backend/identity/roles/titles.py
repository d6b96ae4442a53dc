"""What a permission lets one do, and how far a grant reaches, in words. A test demands a title of each."""

from collections.abc import Mapping
from typing import Final

from backend.actor import Permission, ScopeKind

PERMISSION_NAMES: Final[Mapping[Permission, str]] = {
    Permission.SELF: "查看和修改本人信息",
    Permission.IDENTITY_READ: "查看花名册、部门和授权",
    Permission.IDENTITY_MANAGE: "管理花名册、部门、授权和绑定审批",
    Permission.IDENTITY_UNMASK: "查看完整手机号、身份证号和饭卡号",
    Permission.WORKDAYS_MANAGE: "调整工作日历",
    Permission.CANTEEN_ORDER: "本人订餐",
    Permission.CANTEEN_VERIFY: "核销取餐",
    Permission.CANTEEN_READ: "查看菜品、订餐和就餐统计",
    Permission.CANTEEN_MANAGE: "管理菜品、菜单和餐次规则",
    Permission.FIGURES_READ: "查看今日概览（只有汇总数据）",
    Permission.ACCOUNTS_MANAGE: "管理餐费账户，充值和发放补贴",
    Permission.ABSENCES_MANAGE: "登记和审批请假、出差",
    Permission.RECEPTIONS_MANAGE: "审批和办理公务接待用餐",
    Permission.SETTLEMENTS_MANAGE: "编制餐费对账结算单",
    Permission.PRIVACY_MANAGE: "发布隐私政策，办理个人信息请求",
    Permission.WASTE_RECORD: "登记食物浪费称重",
    Permission.WASTE_MANAGE: "管理称重记录、容器和减量措施",
    Permission.DEVICES_MANAGE: "管理电子秤和网关",
    Permission.EVALUATION_MANAGE: "组织反食品浪费评估和抽查",
    Permission.EVALUATION_INSPECT: "现场抽查评分",
    Permission.EVALUATION_REPORT: "填报本单位评估材料和数据",
    Permission.BULLETINS_READ: "查看未发布的通报",
    Permission.BULLETINS_MANAGE: "编制反食品浪费通报和台账",
    Permission.BULLETINS_PUBLISH: "审签和发布通报",
    Permission.PLACES_MANAGE: "管理场所和标牌",
    Permission.RULES_MANAGE: "修改业务规则",
    Permission.AUDIT_READ: "查阅和核验审计日志",
    Permission.JOBS_READ: "查看定时任务",
    Permission.NOTIFICATIONS_MANAGE: "查看和重发通知",
    Permission.SUGGESTIONS_MANAGE: "查看和答复投诉建议",
}
SCOPE_KIND_NAMES: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.COMPOUND: "全院",
    ScopeKind.CAMPUS: "院区",
    ScopeKind.CANTEEN: "食堂",
    ScopeKind.BUILDING: "楼宇",
    ScopeKind.UNIT: "被评估单位",
}
