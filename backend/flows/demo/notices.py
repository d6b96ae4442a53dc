"""The demo's notices: those of the last months, what stands on top, what was taken back, what is to come."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib import resources
from random import Random
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple, cast

import structlog
from sqlalchemy import insert, select

from backend import clock
from backend.actor import Actor
from backend.attachments import operations as attachments
from backend.attachments import storage
from backend.attachments.models import FileKind
from backend.db import Base, db, table, unit
from backend.errors import Unavailable
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.organisation import DESK_NO, ORGANS, VISITOR_NO
from backend.flows.demo.people import departments
from backend.flows.demo.plan import Plan
from feedback.notices import services
from feedback.notices.models import AudienceKind, DepartmentCampus, Notice, NoticeKind, NoticeRead
from feedback.notices.policies import EVERYBODY, Target

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

log = structlog.get_logger(__name__)

_SEED: Final = "houqin demo 2026: notices"
_GUIDE: Final = "院区停水应急用水指引.pdf"
# What the visitor has not opened yet.
_UNREAD: Final = 2
_EAST: Final = Target(AudienceKind.CAMPUS, 2)


class _Said(NamedTuple):
    """A notice: how many days ago, at which hour, of which kind, and what it says."""

    days: int
    hour: int
    kind: NoticeKind
    title: str
    body: str
    audience: Target = EVERYBODY
    expires: int | None = None
    pinned: int | None = None
    withdrawn: str = ""
    has_guide: bool = False


_NOTICES: Final = (
    _Said(104, 9, NoticeKind.NOTICE, "“随手拍”和微管家服务上线",
          "即日起，公共区域的问题可用“随手拍”反映，送水、换灯泡等小事可在“微管家”申请。\n"
          "普通事项两小时内响应，处理情况全程可查，办结后请评价。"),
    _Said(88, 10, NoticeKind.ACTIVITY, "机关食堂“光盘行动”主题周",
          "本周三食堂举办面点展示，欢迎参加。", expires=81),
    _Said(75, 15, NoticeKind.MAINTENANCE, "东院区配电检修停电通知",
          "本周六 8:00 至 12:00 东院区 A 座停电检修，请提前保存文件、关闭设备电源。", _EAST, expires=69),
    _Said(61, 9, NoticeKind.PUBLIC, "本批微实事项目公示",
          "经征集和论证，拟实施“非机动车棚加装充电插座”等项目，公示期五个工作日，欢迎提出意见。", expires=54),
    _Said(52, 16, NoticeKind.NOTICE, "节假日期间后勤服务安排",
          "假期食堂仅开放 1 号餐厅早、午餐，物业值班电话不变。", expires=44),
    _Said(41, 11, NoticeKind.NOTICE, "管道系统例行试水", "近期对管道系统试水打压，如发现渗漏，请立即报修。"),
    _Said(33, 14, NoticeKind.ACTIVITY, "周五下班前旧书交换", "大厅设交换架，带一本换一本。",
          withdrawn="场地临时有会议安排，活动改期，另行通知。"),
    _Said(26, 9, NoticeKind.PUBLIC, "食堂供应商招标结果公示",
          "公示期三个工作日，异议请向监督考核处提出。", expires=20),
    _Said(18, 10, NoticeKind.NOTICE, "地下车库照明改造施工提示",
          "施工期间部分车位临时封闭，请服从现场引导。"),
    _Said(11, 9, NoticeKind.NOTICE, "诉求“首接负责、限时办结”工作要求",
          "对诉求实行首接负责制，响应、办理时限在提交时即告知；对处理结果不满意的，可申请重新办理。",
          pinned=-30),
    _Said(4, 15, NoticeKind.MAINTENANCE, "中心院区生活水箱清洗停水通知",
          "本周末 22:00 至次日 5:00 清洗水箱，期间停水，请提前储水。应急用水办法见附件。",
          expires=-4, has_guide=True),
    _Said(1, 16, NoticeKind.ACTIVITY, "新菜品试吃征集",
          "明天午餐时段 1 号餐厅试吃三道新菜，吃完请给菜品打分。",
          expires=-6),
)  # fmt: skip # A notice in two or three lines.
_TOMORROW: Final = _Said(
    -1,
    9,
    NoticeKind.MAINTENANCE,
    "电梯年检停运通知",
    "1 号楼 2 号电梯年检停运半天，请使用其他电梯。",
    expires=-3,
)


def tables(plan: Plan) -> Tables:
    """On which campus each organ sits."""
    campuses = {organ: campus for organ, campus, _ in ORGANS}
    rows = [(row.id, campuses[row.name]) for row in departments() if row.parent_id is None]
    yield DepartmentCampus, "department_id campus_id", rows


def plan_notices(agenda: Agenda, plan: Plan) -> None:
    """Put the notices on the agenda, and who has read them."""
    editor = agenda.actor(DESK_NO)
    for said in _NOTICES:
        _Issue(agenda, editor, said).plan()
    agenda.add_at(agenda.now, partial(_schedule, agenda, editor))
    agenda.add_at(agenda.now, partial(_load_reads, agenda, plan))


class _Issue:
    """One notice and what became of it."""

    def __init__(self, agenda: Agenda, editor: Actor, said: _Said) -> None:
        self.agenda, self.editor, self.said = agenda, editor, said
        self.notice_id = self.revision = 0

    def plan(self) -> None:
        """Publish it, and take it back if that is what happened."""
        day = self.agenda.today - timedelta(days=self.said.days)
        self.agenda.add(day, self._publish, self.said.hour)
        if self.said.withdrawn:
            self.agenda.add(day + timedelta(days=1), self._withdraw, 9)

    def _publish(self) -> None:
        drafted = _draft(self.agenda, self.editor, self.said)
        shown = within(services.publish)(
            self.editor, notice_id=drafted.id, revision=drafted.revision, is_told=False
        )
        self.notice_id, self.revision = shown.id, shown.revision

    def _withdraw(self) -> None:
        within(services.withdraw)(
            self.editor, notice_id=self.notice_id, revision=self.revision, reason=self.said.withdrawn
        )


def _draft(agenda: Agenda, editor: Actor, said: _Said) -> Any:
    guide = _keep_guide(editor) if said.has_guide else None
    return within(services.create)(
        editor,
        kind=said.kind,
        title=said.title,
        body=said.body,
        audience=[said.audience],
        attachment_ids=[guide] if guide else [],
        expires_at=_evening(agenda.today, said.expires),
        pinned_until=_evening(agenda.today, said.pinned),
    )


def _schedule(agenda: Agenda, editor: Actor) -> None:
    drafted = _draft(agenda, editor, _TOMORROW)
    at = clock.at_local(agenda.today + timedelta(days=1), time(_TOMORROW.hour))
    within(services.publish)(
        editor, notice_id=drafted.id, revision=drafted.revision, publish_at=at, is_told=False
    )


def _evening(today: date, days: int | None) -> datetime | None:
    return clock.at_local(today - timedelta(days=days), time(18)) if days is not None else None


def _keep_guide(editor: Actor) -> int | None:
    """The guide as an attachment of the editor's own; without a store there is none.

    An object that a failed seeding leaves behind is swept as any other without a row.
    """
    data = resources.files(__package__).joinpath("guide.pdf").read_bytes()
    key = storage.new_key()
    try:
        with TemporaryFile() as file:
            file.write(data)
            storage.put(key, cast(Any, file))
    except Unavailable:
        log.warning("the demo's attachment was not stored")
        return None
    row = attachments.add(
        editor,
        object_key=key,
        name=_GUIDE,
        kind=FileKind.PDF,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
    )
    return row.id


def _load_reads(agenda: Agenda, plan: Plan) -> None:
    """Who opened what, and when: most within a day, some never; the visitor all but the latest."""
    rng = Random(_SEED)
    shown: Sequence[Any] = db.session.execute(
        select(Notice.id, Notice.published_at, Notice.withdrawn_at)
        .where(Notice.published_at.is_not(None))
        .order_by(Notice.published_at.desc(), Notice.id.desc())
    ).all()
    rows = []
    for place, (notice_id, published_at, withdrawn_at) in enumerate(shown):
        until = min(agenda.now, withdrawn_at or agenda.now)
        for member in plan.members:
            is_visitor = member.staff_no == VISITOR_NO
            read_at = published_at + timedelta(hours=rng.triangular(0.1, 60, 3))
            if is_visitor:
                is_read, read_at = place >= _UNREAD, min(read_at, until)
            else:
                is_read = rng.random() < 0.55 and read_at < until
            if is_read:
                rows.append(
                    {
                        "notice_id": notice_id,
                        "staff_id": member.staff_id,
                        "department_id": member.department_id,
                        "read_at": read_at,
                    }
                )
    unit().execute(insert(table(NoticeRead)), rows)
