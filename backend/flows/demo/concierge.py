"""The demo's small services that are under way, frequent questions, found things, and small improvements."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.flows.demo.agenda import Agenda, official, within
from backend.flows.demo.organisation import DESK_NO, GATE_HANDLER_NO, HANDLER_NO, VISITOR_NO
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from backend.flows.demo.service_desk import CLEANING_OFFICE, PROPERTY_OFFICE
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.concierge import services as concierge
from feedback.concierge.faq import services as faq
from feedback.concierge.faq.models import FaqEntry
from feedback.concierge.found import services as found
from feedback.concierge.projects import services as projects
from feedback.concierge.projects.models import Milestone, MilestoneState, Project
from feedback.concierge.projects.policies import Planned
from feedback.reports import handling, judging, triaging
from feedback.reports.models import Outcome

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_VOTES: Final = 40
# A phone number that is nobody's.
_PHONE: Final = "15400001001"


def plan_concierge(agenda: Agenda, plan: Plan) -> None:
    """Put what was asked for, found and improved on the agenda."""
    _Requests(agenda, plan).plan()
    _Things(agenda, plan).plan()
    _Improvements(agenda, plan).plan()
    agenda.add_at(agenda.now - 100 * _DAY, partial(_load_questions, agenda.actor(DESK_NO)))
    agenda.add_at(agenda.now - 5 * _DAY, partial(_vote, plan))


def _room(number: int) -> Ref:
    return Ref(PlaceKind.ROOM, number)


def _load_questions(desk: Actor) -> None:
    within(faq.load_defaults)(desk)


def _vote(plan: Plan) -> None:
    """Most answers have helped; the last ones less."""
    entries = db.session.scalars(select(FaqEntry.id).order_by(FaqEntry.position, FaqEntry.id)).all()
    voters = [one for one in plan.members if not one.role][1:]
    for number in range(_VOTES):
        # Four times the first question for once the last one.
        entry_id = entries[number * number // (_VOTES * 2) % len(entries)]
        voter = official(voters[number * 7 % len(voters)])
        within(faq.vote)(voter, entry_id=entry_id, is_helpful=number % 6 != 5)


class _Requests:
    """Requests by how long ago they were made, and how far each has come."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.now = agenda, agenda.now
        self.visitor = next(one for one in plan.members if one.staff_no == VISITOR_NO)
        self.officials = [one for one in plan.members if not one.role]
        self._reports: dict[str, int] = {}

    def plan(self) -> None:
        """Three of the visitor, and some of others: new, in hand, answered."""
        where = {"kind": "room", "id": 1}
        self._ask("v1", 3 * _HOUR, "drinking_water", by=self.visitor,
                  where=where, barrels=2, empties=2, phone=_PHONE)  # fmt: skip # The answers stand together.
        self._ask("v2", 26 * _HOUR, "bulb", by=self.visitor, where=where, lamp="台灯", number=1)
        self._reply("v2", 22 * _HOUR, HANDLER_NO, "灯管已更换，照明正常。")
        self._ask("v3", 5 * _DAY, "visitor_parking", by=self.visitor, plate_no="云A5C203",
                  arrival=self._at(-4), hours=3, unit="市档案馆", phone=_PHONE)  # fmt: skip # As above.
        self._reply("v3", 4 * _DAY + 20 * _HOUR, GATE_HANDLER_NO, "已预留东门访客车位 6 号，当天有效。")
        self._rate("v3", 3 * _DAY)
        self._ask("r1", _HOUR / 2, "moving", origin={"kind": "room", "id": 3},
                  target={"kind": "room", "id": 9}, what="办公桌 2 张、文件柜 1 个",
                  at=self._at(2), phone=_PHONE)  # fmt: skip # As above.
        self._ask("r2", 2 * _HOUR, "plants", where={"kind": "room", "id": 12}, number=6, on=self._at(3)[:10],
                  note="主席台前一排")  # fmt: skip # As above.
        self._ask("r3", 4 * _HOUR, "ask", question="周末加班，食堂哪个时段可以订餐？")
        self._ask("r4", 28 * _HOUR, "umbrella", desk="东门岗", number=1)
        self._ask("r5", 30 * _HOUR, "cleaning", where={"kind": "room", "id": 20}, kind=["地面", "垃圾清运"],
                  at=self._at(0, 1))  # fmt: skip # As above.
        self._reply("r5", 6 * _HOUR, HANDLER_NO, "会后已清扫完毕。")

    def _at(self, days: int, hours: int = 0) -> str:
        return clock.local(self.now + timedelta(days=days, hours=hours)).replace(microsecond=0).isoformat()

    def _ask(
        self, key: str, ago: timedelta, service: str, *, by: Member | None = None, **answers: Any
    ) -> None:
        self._reports[key] = 0
        member = by or self.officials[(len(self._reports) * 31 + 71) % len(self.officials)]

        def ask() -> None:
            made = within(concierge.request)(official(member), service=service, answers=answers)
            self._reports[key] = made.row.id

        self.agenda.add_at(self.now - ago, ask)

    def _reply(self, key: str, ago: timedelta, staff_no: str, text: str) -> None:
        actor = self.agenda.actor(staff_no)
        self.agenda.add_at(
            self.now - ago, lambda: within(handling.reply)(actor, self._reports[key], text=text)
        )

    def _rate(self, key: str, ago: timedelta) -> None:
        scores = {"speed": 5, "attitude": 5, "result": 4}

        def rate() -> None:
            given = {"outcome": Outcome.RESOLVED, "scores": scores, "text": "很方便，谢谢"}
            within(judging.rate)(official(self.visitor), self._reports[key], **given)

        self.agenda.add_at(self.now - ago, rate)


class _Things:
    """What was found: three things wait, two were given back to who claimed them."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.desk = agenda, agenda.actor(DESK_NO)
        self.officials = [one for one in plan.members if not one.role]
        self._ids: dict[str, int] = {}

    def plan(self) -> None:
        """Put them on the agenda."""
        desk_at, gate_at = "一层大厅服务台", "东门岗"
        self._find(2, "黑色折叠雨伞", "伞柄有白色贴纸", 15, desk_at)
        self._find(6, "银色保温杯", "杯身有轻微划痕，500 毫升", 30, desk_at)
        self._find(13, "灰色羊毛围巾", "会议散场后拾获", 45, gate_at)
        self._find(19, "蓝牙耳机一副", "白色充电盒，在食堂靠窗座位", 5, desk_at, "充电盒背面有一道划痕")
        self._find(33, "单位门禁卡", "卡套为蓝色", 8, gate_at, "卡套里还有一张公交卡")

    def _find(
        self, days: int, title: str, description: str, room: int, kept_at: str, claim: str = ""
    ) -> None:
        day = self.agenda.today - timedelta(days=days)

        def register() -> None:
            view = within(found.register)(
                self.desk, title=title, description=description, place=_room(room), found_on=day,
                kept_at=kept_at,
            )  # fmt: skip # One argument a line would say no more.
            self._ids[title] = view.id

        self.agenda.add(day, register, 17)
        if claim:
            self.agenda.add(day + _DAY, partial(self._hand_over, title, claim), 11)

    def _hand_over(self, title: str, claim: str) -> None:
        """Somebody claims it and gets it."""
        found_id = self._ids[title]
        owner = official(self.officials[found_id * 13 % len(self.officials)])
        report_id = within(found.claim)(owner, found_id=found_id, text=claim).row.id
        within(triaging.assign)(self.desk, report_id, office_id=PROPERTY_OFFICE)
        within(found.hand_over)(
            self.desk, found_id=found_id, claim_id=report_id, text="特征核对一致，已登记领取。"
        )
        within(handling.reply)(self.agenda.actor(HANDLER_NO), report_id, text="已核对特征并交还失主。")
        scores = dict.fromkeys(("speed", "attitude", "result"), 5)
        within(judging.rate)(owner, report_id, outcome=Outcome.RESOLVED, scores=scores, text="")


class _Improvements:
    """Small improvements: one done, one under way, one that somebody proposes."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.desk, self.handler = agenda, agenda.actor(DESK_NO), agenda.actor(HANDLER_NO)
        self.officials = [one for one in plan.members if not one.role]
        self._ids: dict[str, int] = {}

    def plan(self) -> None:
        """Put them on the agenda."""
        self._adopt("lanes", 95, "非机动车棚加装充电插座", CLEANING_OFFICE,
                    "两处车棚各装 20 个带计费的充电插座，配烟感和灭火器。",
                    {"线路勘察": 85, "施工安装": 60, "验收启用": 45})  # fmt: skip # Its text and its plan.
        self._on("lanes", 90, projects.start, text="已确定点位，开始施工准备。")
        self._reach("lanes", 86, "线路勘察")
        self._reach("lanes", 61, "施工安装")
        self._on("lanes", 60, projects.tell, text="插座和烟感已安装，正在联调计费。")
        self._reach("lanes", 46, "验收启用")
        self._on("lanes", 45, projects.finish, text="已验收启用，扫码即可充电，欢迎使用。")
        self._adopt("stairs", 40, "2号楼东侧坡道无障碍改造", PROPERTY_OFFICE,
                    "加装扶手、防滑条和照明，方便老同志通行。",
                    {"方案公示": 30, "扶手安装": 8, "照明与防滑条": -14})  # fmt: skip # As above.
        self._on("stairs", 34, projects.start, text="方案公示期满，开始施工。")
        self._reach("stairs", 31, "方案公示")
        self._on("stairs", 12, projects.tell, text="扶手到货，施工期间请走西侧通道。")
        self._reach("stairs", 7, "扶手安装")
        proposer = official(self.officials[23 % len(self.officials)])
        self._at(3, lambda: within(projects.propose)(
            proposer, title="大厅增设共享充电宝", text="办事群众和会议代表经常手机没电，建议大厅放一台。",
            place=_room(2),
        ))  # fmt: skip # One proposal.
        self._at(30, partial(self._follow, "lanes", 9))
        self._at(20, partial(self._follow, "stairs", 14))

    def _adopt(
        self, key: str, days: int, title: str, office_id: int, intro: str, plan: dict[str, int]
    ) -> None:
        def adopt() -> None:
            milestones = [
                Planned(each, self.agenda.today - timedelta(days=ago)) for each, ago in plan.items()
            ]
            view = within(projects.create)(
                self.desk, title=title, intro=intro, place=_room(1), office_id=office_id,
                milestones=milestones,
            )  # fmt: skip # One argument a line would say no more.
            self._ids[key] = view.row.id

        self._at(days, adopt)

    def _reach(self, key: str, days: int, title: str) -> None:
        """A milestone is reached; the others stay as they are."""

        def reach() -> None:
            project_id = self._ids[key]
            rows = db.session.scalars(
                select(Milestone).where(Milestone.project_id == project_id).order_by(Milestone.position)
            )
            milestones = [
                Planned(
                    one.title,
                    one.due_on,
                    MilestoneState.DONE if one.title == title else MilestoneState(one.state),
                    one.id,
                )
                for one in rows
            ]
            revision = db.session.scalars(select(Project.revision).where(Project.id == project_id)).one()
            within(projects.plan)(
                self.handler, project_id=project_id, revision=revision, milestones=milestones
            )

        self._at(days, reach)

    def _follow(self, key: str, people: int) -> None:
        for member in self.officials[:people]:
            within(projects.follow)(official(member), project_id=self._ids[key])

    def _on(self, key: str, days: int, use_case: Callable[..., object], *, text: str) -> None:
        self._at(days, lambda: within(use_case)(self.handler, project_id=self._ids[key], text=text))

    def _at(self, days: int, act: Callable[[], object]) -> None:
        self.agenda.add(self.agenda.today - timedelta(days=days), act, 11)
