"""The demo's demands that are under way: brought forward and handled by the use cases of the house.

They lie at distances from the present, so that a visitor at any hour finds some of everything.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db
from backend.flows.demo.agenda import Agenda, official, within
from backend.flows.demo.organisation import (
    CANTEEN_HANDLER_NO,
    DESK_NO,
    GATE_HANDLER_NO,
    HANDLER_NO,
    KEEPER_NO,
    LEADER_NO,
    VISITOR_NO,
)
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from backend.flows.demo.service_desk import CANTEEN_OFFICE, CLEANING_OFFICE, GATE_OFFICE, PROPERTY_OFFICE
from backend.places.models import PlaceKind, Spot
from backend.places.policies import Ref
from feedback.moderation import services as moderation
from feedback.moderation.models import Submission
from feedback.reports import displaying, handling, judging, reporting, triaging
from feedback.reports.applications import services as applications
from feedback.reports.models import Outcome
from feedback.reports.policies import PHOTOS
from feedback.reports.seals import services as seals

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_CHECKED_WITHIN: Final = timedelta(minutes=35)
# Key, how many days ago, category, office, who answered, what was said and answered.
_ON_THE_WALL: Final = (
    ("p1", 24, "snap.facility", PROPERTY_OFFICE, HANDLER_NO,
     "1号楼门前台阶地砖松动，雨天积水", "已重新铺设并做防滑处理，同类台阶一并检查。"),
    ("p2", 17, "snap.cleaning", CLEANING_OFFICE, HANDLER_NO,
     "3号楼会议层茶水间垃圾桶经常满溢", "已改为会前会后各清运一次，并增设分类桶。"),
    ("p3", 12, "snap.canteen", CANTEEN_OFFICE, CANTEEN_HANDLER_NO,
     "餐具回收处地面湿滑", "已加铺防滑垫，高峰时段安排专人擦拭。"),
)  # fmt: skip # A case in two lines.


def plan_cases(agenda: Agenda, plan: Plan) -> None:
    """Put what is under way on the agenda."""
    cases = _Cases(agenda, plan)
    cases.of_the_visitor()
    cases.at_the_desk()
    cases.in_hand()
    cases.asked_for()
    cases.answered()
    cases.on_the_wall()
    cases.unsealing()


class _Cases:
    """Demands by how long ago they were made, and how far each has come."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.now = agenda, agenda.now
        self.officials = [one for one in plan.members if not one.role]
        self.visitor = next(one for one in plan.members if one.staff_no == VISITOR_NO)
        self.desk = agenda.actor(DESK_NO)
        self._reports: dict[str, int] = {}
        self._reporters: dict[str, Member] = {}

    def of_the_visitor(self) -> None:
        """One to rate, one that an office works on, one that nobody is named on, one that was not solved."""
        self._submit("v1", 3 * _DAY, "snap.cleaning", "饮水机旁边一直有积水，容易滑倒", by=self.visitor)
        self._assign("v1", 3 * _DAY - 40 * _MINUTE, CLEANING_OFFICE)
        self._reply("v1", 30 * _HOUR, HANDLER_NO, "已更换接水盘，加铺防滑垫，列入每日巡查。")
        self._submit(
            "v2", 20 * _HOUR, "suggestion.environment", "建议大厅增设几个手机充电位", by=self.visitor
        )
        self._assign("v2", 18 * _HOUR, PROPERTY_OFFICE)
        self._then(5 * _HOUR, handling.note, self.agenda.actor(HANDLER_NO), "v2",
                   text="已联系电工勘察线路，预计本周确定位置", is_public=True)  # fmt: skip # A pair.
        self._submit(
            "v3", 2 * _DAY, "complaint.food", "昨天晚餐的米饭有点夹生", by=self.visitor, is_anonymous=True
        )
        self._assign("v3", 2 * _DAY - _HOUR, CANTEEN_OFFICE)
        self._submit("v4", 6 * _DAY, "snap.facility", "2号楼东门闭门器太紧，老同志推不动", by=self.visitor)
        self._assign("v4", 6 * _DAY - _HOUR, PROPERTY_OFFICE)
        self._reply("v4", 5 * _DAY, HANDLER_NO, "已调整闭门器力度。")
        self._rate("v4", 4 * _DAY, self.visitor, Outcome.PARTLY, 3, "白天好些，晚上又变紧了")
        self._reply("v4", 2 * _DAY, HANDLER_NO, "已更换闭门器，早晚各检查一次，力度正常。")

    def at_the_desk(self) -> None:
        """What waits to be looked at, and what has been taken up and not given to anybody yet."""
        self._submit("w1", 25 * _MINUTE, "snap.danger", "地下车库坡道有一块钢板翘起，车过会弹")
        self._submit("w2", 50 * _MINUTE, "snap.parking", "充电车位停着两辆燃油车")
        self._submit("w3", 3 * _HOUR, "suggestion.food", "希望早餐增加豆浆和全麦馒头")
        self._submit("w4", 70 * _MINUTE, "complaint.security", "门岗登记排队太久", is_anonymous=True)
        self._submit("w5", 4 * _HOUR, "snap.cleaning", "垃圾分类桶满了，旁边堆了纸箱")
        self._then(3 * _HOUR, triaging.accept, self.desk, "w5")
        self._submit("w6", 15 * _MINUTE, "snap.danger", "车库下坡的钢板松了，响声很大", like="w1")

    def in_hand(self) -> None:
        """What offices work on: in time, near its end, and beyond it; one is supervised."""
        self._submit("h1", 26 * _HOUR, "snap.utilities", "开水间龙头关不严，一直滴水")
        self._assign("h1", 25 * _HOUR, PROPERTY_OFFICE)
        self._submit("h2", 6 * _DAY, "snap.greening", "行道树枯枝悬在人行道上方")
        self._assign("h2", 6 * _DAY - 2 * _HOUR, CLEANING_OFFICE)
        self._then(3 * _DAY, handling.note, self.agenda.actor(HANDLER_NO), "h2",
                   text="已联系园林公司，升降车周末进场", is_public=True)  # fmt: skip # A pair.
        self._submit("h3", 9 * _DAY, "snap.parking", "自行车停在盲道上，多次反映没有改善")
        self._assign("h3", 9 * _DAY - 3 * _HOUR, GATE_OFFICE)
        self._then(2 * _DAY, triaging.supervise, self.agenda.actor(LEADER_NO), "h3", text="请三日内办结")
        self._submit("h4", 2 * _DAY, "snap.canteen", "餐具回收处高峰时排长队")
        self._assign("h4", 2 * _DAY - 30 * _MINUTE, CANTEEN_OFFICE)
        for place, member in enumerate(self.officials[40:43], start=1):
            self._then(2 * _DAY - place * _HOUR, reporting.follow, official(member), "h4")

    def asked_for(self) -> None:
        """What an office asks for, and somebody has to decide."""
        self._submit("a1", 6 * _DAY, "snap.facility", "广场喷泉周边石材破损，有尖角")
        self._assign("a1", 6 * _DAY - _HOUR, PROPERTY_OFFICE)
        self._then(8 * _HOUR, applications.extend, self.agenda.actor(HANDLER_NO), "a1",
                   reason="石材需要定制，十天后到货", until_at=self.now + 8 * _DAY)  # fmt: skip # A pair.
        self._submit("a2", 28 * _HOUR, "snap.other", "快递柜占用了消防登高面")
        self._assign("a2", 27 * _HOUR, PROPERTY_OFFICE)
        self._then(6 * _HOUR, applications.object_to, self.agenda.actor(HANDLER_NO), "a2",
                   reason="快递柜由安保服务台管理", wanted_office_id=GATE_OFFICE)  # fmt: skip # A pair.

    def answered(self) -> None:
        """What was answered and waits for its reporter."""
        self._submit("r1", 30 * _HOUR, "complaint.security", "夜间巡逻对讲机声音太大")
        self._assign("r1", 29 * _HOUR, GATE_OFFICE)
        self._reply("r1", 9 * _HOUR, GATE_HANDLER_NO, "已要求夜间佩戴耳机，并调整巡逻路线避开宿舍楼。")
        self._submit("r2", 50 * _HOUR, "suggestion.food", "希望晚餐热菜供应到六点半")
        self._assign("r2", 49 * _HOUR, CANTEEN_OFFICE)
        self._reply("r2", 20 * _HOUR, CANTEEN_HANDLER_NO, "自本周起晚餐热菜供应延长至 18:30，欢迎监督。")

    def on_the_wall(self) -> None:
        """Three that were solved, whose reporters agreed that everybody may read of them."""
        for key, days, code, office_id, by, text, reply in _ON_THE_WALL:
            ago = days * _DAY
            self._submit(key, ago, code, text, is_consented=True)
            self._assign(key, ago - _HOUR, office_id)
            self._reply(key, ago - 26 * _HOUR, by, reply)
            reporter = self._reporters[key]
            self._rate(key, ago - 30 * _HOUR, reporter, Outcome.RESOLVED, 5, "处理得很好")
            self._then(ago - 50 * _HOUR, displaying.publish_prepared, self.desk, key,
                       text=text, copies=[], sources=[])  # fmt: skip # A pair.

    def unsealing(self) -> None:
        """One keeper wants to know who complained; the other one has to decide."""
        keeper = self.agenda.actor(KEEPER_NO)
        self.agenda.add_at(self.now - 4 * _HOUR, lambda: within(seals.ask)(
            keeper, report_id=self._reports["v3"],
            reason="反映的食品问题需当面核实留样情况，经处室负责人同意申请查看",
        ))  # fmt: skip # One request.

    def _submit(
        self,
        key: str,
        ago: timedelta,
        code: str,
        text: str,
        *,
        by: Member | None = None,
        is_anonymous: bool = False,
        is_consented: bool = False,
        like: str = "",
    ) -> None:
        reporter = by or self.officials[(len(self._reports) * 41 + 97) % len(self.officials)]
        self._reports[key], self._reporters[key] = 0, reporter
        seed = sum(map(ord, like or key))

        def submit() -> None:
            spots = db.session.scalars(
                select(Spot.id).where(Spot.floor_id.is_not(None)).order_by(Spot.id)
            ).all()
            place = Ref(PlaceKind.SPOT, spots[seed * 7 % len(spots)])
            made = within(reporting.submit)(
                official(reporter),
                category=code,
                text=text,
                place=place,
                is_anonymous=is_anonymous,
                is_wall_consented=is_consented,
            )
            self._reports[key] = made.report.id

        self.agenda.add_at(self.now - ago, submit)
        # Of the latest, WeChat has not said anything yet.
        if ago > _CHECKED_WITHIN:
            self.agenda.add_at(self.now - ago + _CHECKED_WITHIN, lambda: self._pass(key))

    def _pass(self, key: str) -> None:
        """Somebody of the desk has looked at what was said."""
        found = db.session.scalars(
            select(Submission).where(
                Submission.subject_kind == PHOTOS, Submission.subject_id == self._reports[key]
            )
        ).one()
        within(moderation.decide)(self.desk, submission_id=found.id, is_passed=True, revision=found.revision)

    def _assign(self, key: str, ago: timedelta, office_id: int) -> None:
        self._then(ago, triaging.assign, self.desk, key, office_id=office_id)

    def _reply(self, key: str, ago: timedelta, staff_no: str, text: str) -> None:
        self._then(ago, handling.reply, self.agenda.actor(staff_no), key, text=text)

    def _rate(
        self, key: str, ago: timedelta, reporter: Member, outcome: Outcome, score: int, text: str
    ) -> None:
        scores = dict.fromkeys(("speed", "attitude", "result"), score)
        self._then(ago, judging.rate, official(reporter), key, outcome=outcome, scores=scores, text=text)

    def _then(
        self, ago: timedelta, use_case: Callable[..., object], actor: Actor, key: str, **said: object
    ) -> None:
        self.agenda.add_at(self.now - ago, lambda: within(use_case)(actor, self._reports[key], **said))
