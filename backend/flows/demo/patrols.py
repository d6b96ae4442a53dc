"""The demo's inspections: plans since a fortnight ago, rounds that were walked, and what is open today."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.estate import FIRE_GROUP, OWN_GROUP, SERVICE_GROUP
from backend.flows.demo.organisation import DISPATCHER_NO, PROPERTY_MANAGER_NO, REVIEWER_NO
from backend.places.models import Building, Campus, PlaceKind, Plate, Spot
from property.assets.models import Asset
from property.inspections import services
from property.inspections.models import ItemKind, PlanKind, Unit
from property.inspections.plans import planning
from property.inspections.plans import services as plans
from property.inspections.plans.policies import PlanWish
from property.inspections.policies import NO, YES, ItemDraft, ItemWish, PlanTarget
from property.inspections.rounds import closing
from property.inspections.rounds import services as rounds
from property.inspections.rounds.answering import Given
from property.inspections.rounds.models import Round, RoundPoint
from property.inspections.rounds.queries import RoundPointView
from property.inspections.schedules import Schedule
from property.work_orders import handling, judging, triaging
from property.work_orders.models import Origin, WorkOrder
from property.work_orders.policies import Outcome

# How many days ago the plans were made, and the patrols began.
_PLANNED: Final = 14
_BEGAN: Final = 10
# How many days ago something was found, and repaired; where a point was left out; when nobody went.
_FOUND, _REPAIRED, _LEFT_OUT, _FORGOTTEN = 4, 3, 6, 8
_NIGHT: Final = time(2, 5)
_BOILERS: Final = 3
_DAY: Final = 24 * 60
# From midnight to ten minutes before the next, for what is due at eight.
_ALL_DAY: Final[dict[str, Any]] = {"times": (time(8),), "lead_minutes": 8 * 60}
_UNTIL_MIDNIGHT: Final = 16 * 60 - 10


def _is_well(text: str, category: str, hint: str = "") -> ItemWish:
    return ItemWish(ItemDraft(text, ItemKind.YES_NO, hint=hint, failing=(NO,)), category)


def _is_there(text: str, category: str) -> ItemWish:
    return ItemWish(ItemDraft(text, ItemKind.YES_NO, failing=(YES,)), category)


def _measured(text: str, unit: str, lower: float | None, upper: float, category: str) -> ItemWish:
    lower_milli = round(lower * 1000) if lower is not None else None
    draft = ItemDraft(
        text, ItemKind.NUMBER, lower_milli=lower_milli, upper_milli=round(upper * 1000), unit=unit
    )
    return ItemWish(draft, category)


_POWER, _LIFT_ROOM, _LIFT, _BOILER = "配电房检查表", "电梯机房和消防检查表", "客梯保养表", "开水器检查表"
_CHECKLISTS: Final[Mapping[str, Sequence[ItemWish]]] = {
    _POWER: (
        _measured("变压器温度", "℃", None, 85, "electrical.equipment"),
        _measured("室内温度", "℃", 5, 35, "air_conditioning.server_room"),
        _is_there("有无异响、异味", "electrical.danger"),
        _is_well("挡鼠板、门锁是否完好", "building.lock"),
    ),
    _LIFT_ROOM: (
        _measured("机房温度", "℃", 5, 40, "air_conditioning.server_room"),
        _is_well("五方对讲是否畅通", "network.telephone", "逐一呼叫轿厢、底坑、轿顶和值班室"),
        _is_well("灭火器是否在绿区、在有效期内", "fire_safety.equipment"),
        _is_well("疏散通道是否畅通", "fire_safety.exit"),
    ),
    _LIFT: (
        _measured("平层误差", "mm", None, 10, "lift.fault"),
        _is_well("轿厢对讲、应急照明是否有效", "lift.fitting"),
        _is_well("门锁、安全触板是否有效", "lift.fault"),
    ),
    _BOILER: (
        _measured("出水温度", "℃", 95, 101, "plumbing.hot_water"),
        _is_there("有无漏水", "plumbing.leak"),
    ),
}
# What each item was when it was well.
_USUAL: Final[Mapping[str, float]] = {
    "变压器温度": 58,
    "室内温度": 24.5,
    "机房温度": 27,
    "平层误差": 4,
    "出水温度": 98.5,
}


class _Walk(NamedTuple):
    """A route: the spots by campus or building, each with its checklist."""

    name: str
    stops: tuple[tuple[str, str, str], ...]


_FIRE_WALK: Final = _Walk(
    "消防日巡路线",
    (
        ("中心院区", "配电房", _POWER),
        ("1号楼（办公楼）", "电梯机房", _LIFT_ROOM),
        ("3号楼（会议中心）", "电梯机房", _LIFT_ROOM),
        ("机关食堂楼", "电梯机房", _LIFT_ROOM),
    ),
)
_POWER_WALK: Final = _Walk(
    "机电周巡路线",
    (
        ("中心院区", "配电房", _POWER),
        ("东院区", "配电房", _POWER),
        ("A座（办公楼）", "电梯机房", _LIFT_ROOM),
    ),
)


def plan_patrols(agenda: Agenda) -> None:
    """Put the inspections on the agenda."""
    patrols = _Patrols(agenda)
    planned_on = agenda.today - timedelta(days=_PLANNED)
    agenda.add(planned_on, patrols.furnish, 9)
    for back in range(_PLANNED - 1, -1, -1):
        agenda.add(agenda.today - timedelta(days=back), patrols.plan_rounds, 0, 1)
    for back in range(_BEGAN, 0, -1):
        patrols.walk_daily(back)
    patrols.walk_weekly()
    patrols.keep_lifts()
    patrols.repair()
    for back in range(_BEGAN - 1, -1, -1):
        day = agenda.today - timedelta(days=back)
        agenda.add(day, within(closing.close_some), _NIGHT.hour, _NIGHT.minute)


class _Patrols:
    """Who planned and who walks; the ids that are known once the plans are made."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda, self.today = agenda, agenda.today
        self.manager = agenda.actor(PROPERTY_MANAGER_NO)
        self.firemen = [agenda.actor(number) for number in ("9342", "9341")]
        self.engineer, self.liftman, self.foreman = map(agenda.actor, ("9321", "9324", "9311"))
        self.checklists: dict[str, int] = {}
        self.points: dict[tuple[str, str], int] = {}
        self.plans: dict[str, int] = {}

    def furnish(self) -> None:
        """Checklists, points, routes and plans."""
        for name, items in _CHECKLISTS.items():
            made = within(services.create_checklist)(self.manager, name=name, items=items)
            self.checklists[name] = made.id
        self._mark()
        fire, power = (self._route(walk) for walk in (_FIRE_WALK, _POWER_WALK))
        lifts, boilers = _assets("DT-", 4), _assets("KS-", _BOILERS)
        began_on, planned_on, month_day = self._ago(_BEGAN), self._ago(_PLANNED), min(self._ago(5).day, 28)
        daily = Schedule(Unit.DAY, 1, began_on, _UNTIL_MIDNIGHT, **_ALL_DAY)
        weekly = Schedule(Unit.WEEK, 1, planned_on, 6 * _DAY + _UNTIL_MIDNIGHT, weekdays=(0,), **_ALL_DAY)
        monthly = Schedule(Unit.MONTH, 1, planned_on, 10 * _DAY, month_day=month_day)
        inspected, kept = PlanKind.INSPECTION, PlanKind.MAINTENANCE
        self._plan("消防日巡", inspected, PlanTarget(route_id=fire), FIRE_GROUP, daily)
        self._plan("机电周巡", inspected, PlanTarget(route_id=power), SERVICE_GROUP, weekly)
        to_lifts = PlanTarget(checklist_id=self.checklists[_LIFT], asset_ids=lifts)
        self._plan("客梯月度保养", kept, to_lifts, SERVICE_GROUP, monthly)
        to_boilers = PlanTarget(checklist_id=self.checklists[_BOILER], asset_ids=boilers)
        self._plan("开水器周检", inspected, to_boilers, OWN_GROUP, weekly)
        self.plan_rounds()

    def plan_rounds(self) -> None:
        """What the scheduler does by night."""
        for plan_id in self.plans.values():
            within(planning.plan_one)(plan_id)

    def walk_daily(self, back: int) -> None:
        """The patrol of so many days ago: all of it, but for a point, or not at all."""
        if back == _FORGOTTEN:
            return
        by = self.firemen[back % 2]

        points = len(_FIRE_WALK.stops) - (back == _LEFT_OUT)
        broken = ("3号楼", "五方对讲") if back == _FOUND else ("", "")
        self.agenda.add(self._ago(back), partial(self._walk, "消防日巡", by, points, broken), 9, 10 + back)

    def walk_weekly(self) -> None:
        """What was done on the Monday of last week; this week's rounds are open."""
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        self.agenda.add(monday, lambda: self._walk("机电周巡", self.engineer, len(_POWER_WALK.stops)), 14)
        self.agenda.add(monday, lambda: self._walk("开水器周检", self.foreman, _BOILERS), 15)

    def keep_lifts(self) -> None:
        """Two of the lifts are done, the others wait."""
        self.agenda.add(self._ago(3), lambda: self._walk("客梯月度保养", self.liftman, 2), 15, 40)

    def repair(self) -> None:
        """What was found is repaired and accepted, and the firemen are asked to check it again."""
        day, dispatcher = self._ago(_REPAIRED), self.agenda.actor(DISPATCHER_NO)
        worker, reviewer = self.agenda.actor("9313"), self.agenda.actor(REVIEWER_NO)

        def order_id() -> int:
            found = select(WorkOrder.id).where(WorkOrder.origin == Origin.INSPECTION.value)
            return db.session.scalars(found.order_by(WorkOrder.id.desc()).limit(1)).one()

        def dispatch() -> None:
            within(triaging.dispatch)(dispatcher, order_id(), worker_id=worker.staff_id)

        def finish() -> None:
            within(handling.finish)(
                worker, order_id(), result="更换对讲主机保险和接线端子，逐一呼叫正常", labour_minutes=35
            )

        add = self.agenda.add
        add(self._ago(_FOUND), dispatch, 9, 40)
        add(self._ago(_FOUND), lambda: within(handling.accept)(worker, order_id()), 9, 50)
        add(day, finish, 10, 30)
        add(day, lambda: within(judging.verify)(reviewer, order_id(), outcome=Outcome.RESOLVED), 15)
        add(day, within(closing.ask_rechecks), 15, 5)

    def _walk(self, plan: str, by: Actor, points: int, broken: tuple[str, str] = ("", "")) -> None:
        """Scan and answer so many points of the plan's round of now; finish it if those are all."""
        begun = select(Round).where(Round.plan_id == self.plans[plan], Round.opens_at <= clock.now())
        of = db.session.scalars(begun.order_by(Round.due_at.desc()).limit(1)).one()
        for position, token in enumerate(_tokens(of.id)[:points]):
            stop = within(rounds.scan)(by, round_id=of.id, token=token).stops[position]
            answers = list(_answers(stop, broken))
            within(rounds.answer)(by, round_id=of.id, point_id=stop.point.id, answers=answers)
        if points == of.points:
            within(rounds.finish)(by, round_id=of.id)

    def _mark(self) -> None:
        """A point at each spot that a route leads to."""
        wanted = dict.fromkeys(
            (where, name) for walk in (_FIRE_WALK, _POWER_WALK) for where, name, _ in walk.stops
        )
        spots = _spots()
        for where, name in wanted:
            made = within(services.create_point)(
                self.manager, name=f"{where}{name}", place_kind=PlaceKind.SPOT, place_id=spots[where, name]
            )
            self.points[where, name] = made.point.id

    def _route(self, walk: _Walk) -> int:
        stops = [
            (self.points[where, name], self.checklists[checklist]) for where, name, checklist in walk.stops
        ]
        return within(services.create_route)(self.manager, name=walk.name, stops=stops).id

    def _plan(self, name: str, kind: PlanKind, target: PlanTarget, group_id: int, schedule: Schedule) -> None:
        wish = PlanWish(name, kind, target, group_id, None, schedule, None)
        self.plans[name] = within(plans.create_plan)(self.manager, wish=wish).plan.id

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def _spots() -> dict[tuple[str, str], int]:
    """The spots of campuses and buildings by the names of both."""
    rows = db.session.execute(
        select(func.coalesce(Campus.name, Building.name), Spot.name, Spot.id)
        .outerjoin(Campus, Campus.id == Spot.campus_id)
        .outerjoin(Building, Building.id == Spot.building_id)
        .where(Spot.floor_id.is_(None))
    )
    return {(where, name): spot_id for where, name, spot_id in rows}


def _assets(prefix: str, count: int) -> list[int]:
    found = select(Asset.id).where(Asset.number.startswith(prefix)).order_by(Asset.number).limit(count)
    return list(db.session.scalars(found))


def _tokens(round_id: int) -> list[str]:
    """What the plates at the points of a round say, in their order."""
    plates = (
        select(func.coalesce(Asset.plate, Plate.token))
        .select_from(RoundPoint)
        .outerjoin(Asset, Asset.id == RoundPoint.asset_id)
        .outerjoin(
            Plate, and_(Plate.place_kind == RoundPoint.place_kind, Plate.place_id == RoundPoint.place_id)
        )
        .where(RoundPoint.round_id == round_id)
        .order_by(RoundPoint.position)
    )
    return list(db.session.scalars(plates))


def _answers(stop: RoundPointView, broken: tuple[str, str]) -> Iterator[Given]:
    """Everything well, but for one item of one point."""
    where, what = broken
    for check in stop.checks:
        item, is_broken = check.item, bool(where) and where in stop.point.name and what in check.item.text
        if item.kind == ItemKind.NUMBER:
            yield Given(item.id, _USUAL[item.text])
        elif is_broken:
            yield Given(item.id, YES in item.failing, remark="值班室呼叫机房无应答")
        else:
            yield Given(item.id, YES not in item.failing)
