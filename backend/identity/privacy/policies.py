"""Rules of privacy: pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.identity.models import StaffStatus
from backend.identity.privacy.errors import RequestAnswered, StillEmployed, TooManyExports
from backend.identity.privacy.models import RequestKind, RequestState, Topic

# What the trail calls the taking of a copy; counting these keeps the day's limit.
EXPORTED: Final = "privacy.exported"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an erasure leaves, and why."""

    what: str
    why: str


TOPIC_NAMES: Final[Mapping[Topic, str]] = {Topic.POLICY: "隐私政策"}
KIND_NAMES: Final[Mapping[RequestKind, str]] = {
    RequestKind.ERASE: "删除",
    RequestKind.CORRECT: "更正",
    RequestKind.RESTRICT: "限制处理",
}
STATE_NAMES: Final[Mapping[RequestState, str]] = {
    RequestState.OPEN: "待答复",
    RequestState.DONE: "已办理",
    RequestState.DECLINED: "不予办理",
}
# What an erasure takes away, and what it leaves with the reason. Sources: 会计法 §23 and 会计档案管理办法 for
# orders and accounts, 网络安全法 §21 for the trail, PIPL §47 for keeping what the law asks to keep.
ERASURES: Final[Mapping[str, str]] = {
    "phone": "手机号",
    "id_no": "身份证号",
    "card_no": "饭卡号",
    "bindings": "微信、企业微信、浙政钉账号绑定",
    "bind_requests": "绑定申请中的账号标识",
    "absence_reasons": "请假与出差的事由",
    "appeal_reasons": "未取餐申诉的事由与答复",
    "weighing_objections": "称重扣款异议的内容",
    "trays": "餐盘与本人的对应",
    "health_details": "后厨晨检的体温、症状和解除停岗的说明",
    "order_contacts": "报修单上登记的联系人与电话",
    "request_phones": "微管家申请中填写的电话",
    "meeting_phones": "会议预订中填写的电话",
    "report_contacts": "诉求上登记的联系人与电话，匿名诉求与本人的对应",
    "notice_reads": "打开过的通告",
    "sessions": "登录会话",
    "credentials": "密码、动态验证码和恢复码",
    "messages": "站内消息",
}
KEPT: Final = (
    Kept("工号、姓名、任职部门", "订单和账目须能对应到人，依《会计法》第二十三条、《会计档案管理办法》保存"),
    Kept("订单与餐费账户", "属于会计资料，依《会计档案管理办法》保存"),
    Kept("后厨从业、健康证与晨检结论", "食品安全的凭证，依《食品安全法》第四十五条及本单位保存期限保存"),
    Kept("报修与维修记录", "设备与房屋的维修履历、服务商考核的依据，须能对应到经办人"),
    Kept("会议预订与会务记录", "公务活动和会议室使用的凭证，须能对应到经办人"),
    Kept("实名诉求与办理记录", "公共服务的办理凭证，须能对应到经办人"),
    Kept("评价与投诉建议", "已计入服务质量统计，评价不显示姓名"),
    Kept("同意记录与本申请", "证明我们依法处理，依《个人信息保护法》第六十九条举证需要保存"),
    Kept("操作日志", "依《网络安全法》不少于六个月，为防篡改逐条封存，不能删除"),
)
DECLINED_WHILE_EMPLOYED: Final = (
    "您目前在职，名册、订单和账户信息是履行法定职责和实施人力资源管理所必需（《个人信息保护法》第十三条），"
    "暂不能删除。离职后可再次申请；信息有误的，可以申请更正。"
)


class BlockKind(StrEnum):
    """What a block of the policy is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the policy as plain text: neither HTML nor marks reach a page."""

    kind: BlockKind
    text: str


def blocks_of(text: str, *, organisation: str, contact: str) -> list[Block]:
    """The policy in blocks: `# ` begins a heading, `- ` an item, an empty line ends a paragraph.

    `{单位}` and `{联系方式}` are filled in; without a contact people are sent to the organisation itself.
    """
    filled = text.replace("{单位}", organisation).replace("{联系方式}", contact or "请到本单位办公室当面咨询")
    return list(_blocks(filled))


def _blocks(text: str) -> Iterator[Block]:
    paragraph: list[str] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        marked = re.fullmatch(r"(#{1,3}|-)\s+(.+)", line)
        if marked is None and line:
            paragraph.append(line)
            continue
        if paragraph:
            yield Block(BlockKind.PARAGRAPH, "".join(paragraph))
            paragraph = []
        if marked is not None:
            yield Block(BlockKind.ITEM if marked[1] == "-" else BlockKind.HEADING, marked[2])


def ensure_open(state: str) -> None:
    """Raise RequestAnswered unless the request waits for its answer."""
    if state != RequestState.OPEN:
        raise RequestAnswered


def ensure_may_erase(status: str) -> None:
    """Raise StillEmployed unless the person has left."""
    if status != StaffStatus.LEFT:
        raise StillEmployed


def ensure_may_export(exported_today: int, limit: int) -> None:
    """Raise TooManyExports if one more copy would exceed the day's limit."""
    if exported_today >= limit:
        raise TooManyExports(limit=limit)
