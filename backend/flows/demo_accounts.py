"""Data: the demo's fixed accounts, which the README, the first page and `flask serve` tell visitors.

Beside the demo, not in it: who tells them need not load everything that the demo furnishes.
"""

from typing import NamedTuple

from backend.actor import ScopeKind

DEMO_PASSWORD = "Houqin@2026"  # noqa: S105 - public by intent: the README prints it beside the accounts.
# The second factor of those fixed accounts that must have one; public, too: the login page shows its code.
DEMO_SECRET = "HOUQINTONGDEMOSECRETFORVISITORS2"  # noqa: S105 - public by intent.

# Reported for by the one account that belongs to another organ; the ids of units are the demo's own.
REPORTING_UNIT_ID = 4
# Answered for by the one account of a contractor.
ANSWERING_CONTRACTOR_ID = 1


class FixedAccount(NamedTuple):
    """An account with a role: over the whole compound, or in the named scope.

    `office` is one of 市机关事务管理局, which keeps the accounts of other organs' reporters and of the people
    whom contractors have sent, too.
    """

    staff_no: str
    name: str
    office: str
    title: str
    role: str
    role_name: str
    scope: tuple[str, int] = (ScopeKind.COMPOUND.value, 0)


FIXED_ACCOUNTS: tuple[FixedAccount, ...] = (
    FixedAccount("9001", "顾明远", "综合处", "系统管理员", "administrator", "系统管理员"),
    FixedAccount("9101", "沈家宁", "餐饮服务处", "食堂经理", "canteen_manager", "食堂管理员"),
    FixedAccount("9102", "冯秀兰", "餐饮服务处", "食堂服务员", "canteen_staff", "食堂工作人员"),
    FixedAccount("9103", "董会敏", "餐饮服务处", "采购员", "purchaser", "采购员"),
    FixedAccount("9104", "葛存义", "餐饮服务处", "库管员", "storekeeper", "库管员"),
    FixedAccount("9105", "苏慎行", "餐饮服务处", "食品安全员", "food_safety_officer", "食品安全员"),
    FixedAccount("9201", "叶清扬", "会议服务处", "会务服务员", "meeting_steward", "会务服务员"),
    FixedAccount("9202", "舒文静", "会议服务处", "会议管理员", "meeting_manager", "会议管理员"),
    FixedAccount("9301", "丁卫国", "物业管理处", "物业调度员", "property_dispatcher", "物业调度员"),
    FixedAccount("9302", "石长青", "物业管理处", "物业维修员", "property_worker", "物业维修员"),
    FixedAccount("9303", "郑怀安", "物业管理处", "物业主管", "property_manager", "物业主管"),
    FixedAccount("9304", "陆文渊", "综合处", "分管副局长", "property_leader", "物业分管领导"),
    FixedAccount("9401", "秦知行", "监督考核处", "后勤督查员", "logistics_reviewer", "后勤督查员"),
    FixedAccount("9402", "罗思齐", "监督考核处", "检查组成员", "canteen_inspector", "食堂抽查员"),
    FixedAccount("9403", "贺文彬", "监督考核处", "分管处长", "bulletin_approver", "通报审签人"),
    FixedAccount("9501", "方致远", "综合处", "局领导", "leader", "领导"),
    FixedAccount("9601", "梁书言", "综合处", "诉求专席值班员", "feedback_desk", "诉求专席"),
    FixedAccount("9602", "柯文斌", "物业管理处", "诉求承办人", "feedback_handler", "诉求承办人"),
    FixedAccount("9605", "康慎之", "监督考核处", "匿名身份保管人", "seal_keeper", "匿名身份保管人"),
    FixedAccount("9606", "闻敏", "综合处", "匿名身份保管人", "seal_keeper", "匿名身份保管人"),
    FixedAccount(
        "9701", "许静怡", "综合处", "市档案馆填报员", "unit_reporter", "单位填报员",
        (ScopeKind.UNIT.value, REPORTING_UNIT_ID),
    ),
    FixedAccount(
        "9801", "冉志强", "物业管理处", "驻场项目经理", "contractor_manager", "服务商负责人",
        (ScopeKind.CONTRACTOR.value, ANSWERING_CONTRACTOR_ID),
    ),
)  # fmt: skip # One account a line.
