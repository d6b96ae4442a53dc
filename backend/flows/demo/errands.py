"""The demo's repairs that are under way: reported, dispatched and worked on by the use cases of the house.

They lie at distances from the present, so that a visitor at any hour finds some of everything.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.flows.demo.agenda import Agenda, official, within
from backend.flows.demo.organisation import DISPATCHER_NO, VISITOR_NO, WORKER_NO
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from backend.places.models import PlaceKind, Room
from property.assets.models import Asset
from property.categories.models import Urgency
from property.work_orders import handling, holds, judging, moving, reporting, rollups, triaging
from property.work_orders.models import WorkOrder
from property.work_orders.policies import Outcome

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


def plan_errands(agenda: Agenda, plan: Plan) -> None:
    """Put what is under way on the agenda."""
    errands = _Errands(agenda, plan)
    errands.of_the_visitor()
    errands.waiting()
    errands.in_hand()
    errands.held()
    errands.just_done()


class _Errands:
    """Reports by how long ago they were made, and how far each has come."""

    def __init__(self, agenda: Agenda, plan: Plan) -> None:
        self.agenda, self.now = agenda, agenda.now
        self.officials = [one for one in plan.members if not one.role]
        self.visitor = next(one for one in plan.members if one.staff_no == VISITOR_NO)
        self.dispatcher = agenda.actor(DISPATCHER_NO)
        self._orders: dict[str, int] = {}

    def of_the_visitor(self) -> None:
        """One to accept, one to rate, one that somebody is on the way for."""
        self._report("v1", 26 * _HOUR, "network.meeting", "会议室投影仪没有信号，换线也不行", by=self.visitor)
        self._dispatch("v1", 25 * _HOUR, "9313")
        self._work("v1", 24 * _HOUR, "9313", 40, "更换 HDMI 线和转接头，测试正常")
        self._verify("v1", 20 * _HOUR, self.visitor)
        self._report("v2", 5 * _HOUR, "cleaning.toilet", "三楼卫生间缺纸，地面有水", by=self.visitor)
        self._dispatch("v2", 5 * _HOUR - 6 * _MINUTE, "9332")
        self._work("v2", 5 * _HOUR - 15 * _MINUTE, "9332", 25, "已补充用品并清洁地面")
        self._report(
            "v3", 80 * _MINUTE, "electrical.lamp", "办公室顶灯闪烁，看文件眼睛不舒服", by=self.visitor
        )
        self._dispatch("v3", 70 * _MINUTE, "9322")
        self._accept("v3", 62 * _MINUTE, "9322")

    def waiting(self) -> None:
        """What the dispatcher has to look at, and what is free to be taken."""
        self._report("w1", 22 * _MINUTE, "plumbing.leak", "水房阀门漏水，地上积水", urgency=Urgency.URGENT)
        self._report("w2", 25 * _MINUTE, "building.lock", "会议室门锁打不开，十点有会")
        self._report("w3", 55 * _MINUTE, "network.outage", "整间办公室网络不通")
        self._report("w4", 20 * _MINUTE, "other.moving", "两个文件柜搬到二楼档案室")
        self._report("w5", 3 * _HOUR, "air_conditioning.weak", "空调不制热，屋里冷")
        self._report("w6", 9 * _MINUTE, "plumbing.leak", "水房地上有水，好像是阀门", like="w1")
        for key, ago in (("f1", 95 * _MINUTE), ("f2", 3 * _HOUR), ("f3", 40 * _MINUTE)):
            code, text = {
                "f1": ("plumbing.blocked", "卫生间小便器堵了"),
                "f2": ("building.furniture", "椅子气压杆坏了，升不起来"),
                "f3": ("electrical.socket", "墙上插座松动"),
            }[key]
            self._report(key, ago, code, text)
            self._then(ago - 5 * _MINUTE, handling.accept, self.dispatcher, key)
        self._call("t1", 35 * _MINUTE, "lift.fault", "保安来电：一层电梯关门时反复开合")

    def in_hand(self) -> None:
        """What workers have been given, and what they are doing."""
        self._report("h1", 2 * _HOUR, "plumbing.fixture", "洗手间感应龙头不出水")
        self._dispatch("h1", 2 * _HOUR - 8 * _MINUTE, WORKER_NO)
        self._report("h2", 4 * _HOUR, "plumbing.heating", "暖气片不热")
        self._dispatch("h2", 4 * _HOUR - 10 * _MINUTE, WORKER_NO)
        self._accept("h2", 4 * _HOUR - 20 * _MINUTE, WORKER_NO)
        self._arrive("h2", 3 * _HOUR, WORKER_NO)
        self._report("h3", 28 * _HOUR, "plumbing.hot_water", "开水器不加热，显示 E3", asset="KS-003")
        self._dispatch("h3", 27 * _HOUR, WORKER_NO)
        self._accept("h3", 26 * _HOUR, WORKER_NO)
        self._report("h4", 3 * _HOUR, "air_conditioning.noise", "空调声音大，影响开会")
        self._dispatch("h4", 3 * _HOUR - 12 * _MINUTE, "9323")
        self._accept("h4", 3 * _HOUR - 30 * _MINUTE, "9323")
        self._report("h5", 50 * _MINUTE, "electrical.outage", "半层楼断电", urgency=Urgency.URGENT)
        self._dispatch("h5", 47 * _MINUTE, "9321")
        self._accept("h5", 44 * _MINUTE, "9321")
        self._arrive("h5", 36 * _MINUTE, "9321")
        self._report("h6", 6 * _HOUR, "building.window", "窗户关不严，漏风")
        self._dispatch("h6", 6 * _HOUR - 20 * _MINUTE, "9312")
        self._accept("h6", 5 * _HOUR, "9312")

    def held(self) -> None:
        """One that waits for a part, and one whose wait somebody has to agree to."""
        self._report("p1", 30 * _HOUR, "air_conditioning.weak", "空调不制热", asset="KT-004")
        self._dispatch("p1", 29 * _HOUR, "9323")
        self._accept("p1", 28 * _HOUR, "9323")
        self._hold("p1", 20 * _HOUR, "9323", "压缩机启动电容需要采购，供应商明天送到", 22 * _HOUR)
        self._report("p2", 9 * _HOUR, "lift.fault", "电梯运行有异响", asset="DT-002")
        self._dispatch("p2", 9 * _HOUR - 10 * _MINUTE, "9324")
        self._accept("p2", 8 * _HOUR, "9324")
        self._hold("p2", 90 * _MINUTE, "9324", "导靴磨损，需厂家派人更换，三天后到场", 72 * _HOUR)

    def just_done(self) -> None:
        """What was finished and waits for others to accept it."""
        self._report("d1", 7 * _HOUR, "network.telephone", "电话没有拨号音")
        self._dispatch("d1", 7 * _HOUR - 10 * _MINUTE, "9313")
        self._work("d1", 6 * _HOUR, "9313", 30, "重做配线架跳线，通话正常")

    def _report(
        self,
        key: str,
        ago: timedelta,
        code: str,
        text: str,
        *,
        by: Member | None = None,
        urgency: Urgency | None = None,
        asset: str = "",
        like: str = "",
    ) -> None:
        reporter = by or self.officials[(len(self._orders) * 37 + 211) % len(self.officials)]
        self._orders[key] = 0

        def report() -> None:
            where = self._where(reporter, asset, like)
            made = within(reporting.report)(
                official(reporter), category=code, description=text, urgency=urgency, **where
            )
            self._orders[key] = made.order.id

        self.agenda.add_at(self.now - ago, report)

    def _call(self, key: str, ago: timedelta, code: str, text: str) -> None:
        """By telephone, written down by the dispatcher."""

        def call() -> None:
            room = db.session.scalars(select(Room).order_by(Room.id).limit(1)).one()
            made = within(reporting.report)(
                self.dispatcher, category=code, description=text, place_kind=PlaceKind.ROOM,
                place_id=room.id, contact="门岗", contact_phone="13800000110",
            )  # fmt: skip # One argument a line would say no more.
            self._orders[key] = made.order.id

        self.agenda.add_at(self.now - ago, call)

    def _where(self, reporter: Member, asset: str, like: str) -> dict[str, Any]:
        if asset:
            plate = db.session.scalar(select(Asset.plate).where(Asset.number == asset))
            return {"asset_plate": plate}
        if like:
            twin = db.session.get_one(WorkOrder, self._orders[like])
            return {"place_kind": PlaceKind(twin.place_kind or ""), "place_id": twin.place_id}
        rooms = db.session.scalars(select(Room.id).order_by(Room.id)).all()
        return {"place_kind": PlaceKind.ROOM, "place_id": rooms[reporter.staff_id * 13 % len(rooms)]}

    def _dispatch(self, key: str, ago: timedelta, worker_no: str) -> None:
        def dispatch() -> None:
            worker_id = self.agenda.member(worker_no).staff_id
            within(triaging.dispatch)(self.dispatcher, self._orders[key], worker_id=worker_id)

        self.agenda.add_at(self.now - ago, dispatch)

    def _accept(self, key: str, ago: timedelta, worker_no: str) -> None:
        self._then(ago, handling.accept, self.agenda.actor(worker_no), key)

    def _arrive(self, key: str, ago: timedelta, worker_no: str) -> None:
        self._then(ago, handling.arrive, self.agenda.actor(worker_no), key)

    def _work(self, key: str, ago: timedelta, worker_no: str, minutes: int, result: str) -> None:
        """Accept, and finish after so many minutes."""
        self._accept(key, ago, worker_no)
        self._arrive(key, ago - 5 * _MINUTE, worker_no)
        self._then(
            ago - (minutes + 5) * _MINUTE, handling.finish, self.agenda.actor(worker_no), key,
            result=result, labour_minutes=minutes,
        )  # fmt: skip # One argument a line would say no more.

    def _verify(self, key: str, ago: timedelta, reporter: Member) -> None:
        self._then(ago, judging.verify, official(reporter), key, outcome=Outcome.RESOLVED)

    def _hold(self, key: str, ago: timedelta, worker_no: str, reason: str, lasting: timedelta) -> None:
        """Without the photos that a worker would send."""

        def hold() -> None:
            actor, at = self.agenda.actor(worker_no), clock.now()
            order = moving.locked(self._orders[key])
            with rollups.kept(order):
                holds.ask(
                    actor,
                    order,
                    reason=reason,
                    expected_until=at + lasting,
                    photo_ids=(),
                    at=at,
                    is_late=False,
                )

        self.agenda.add_at(self.now - ago, hold)

    def _then(
        self, ago: timedelta, use_case: Callable[..., object], actor: Actor, key: str, **said: object
    ) -> None:
        self.agenda.add_at(self.now - ago, lambda: within(use_case)(actor, self._orders[key], **said))
