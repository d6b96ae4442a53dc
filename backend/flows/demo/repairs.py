"""The demo's finished repairs: a past of reports, each done by somebody within or beyond its time.

Rows only of what is over; what is open is done by the use cases of the house (`errands`). The daily sums
are counted from these rows once all is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from backend import clock
from backend.db import Base
from backend.flows.demo import opinions
from backend.flows.demo.estate import CONTRACTOR_OF, HANDS, Hand, category_ids
from backend.flows.demo.opinions import Opinion
from backend.flows.demo.organisation import DISPATCHER_NO
from backend.flows.demo.people import Member
from backend.flows.demo.places import Where, rooms_by_campus
from backend.flows.demo.plan import Plan
from backend.places.models import PlaceKind
from backend.ratings.policies import grade_of
from backend.workdays.clocks import Count, Counting, Span
from backend.workdays.models import Verdict
from backend.workdays.policies import Calendar
from property.categories.defaults import Standard, standards
from property.service_levels.models import Clock, ClockKind, Pause, PauseKind, PlaceClass
from property.service_levels.policies import defaults, most_particular
from property.work_orders.costs.models import CostKind, CostLine
from property.work_orders.models import OrderEvent, Origin, State, WorkOrder
from property.work_orders.policies import Step, number_of
from property.work_orders.ratings import CONTRACTOR, GROUP, REPAIR

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SEED: Final = "houqin demo 2026: repairs"
# What lies less far back is still under way: `errands` has it.
_LATEST: Final = timedelta(days=2)
_RATED_WITHIN: Final = timedelta(days=7)
# Identifiers apart from those of the ratings of meals.
_FIRST_RATING: Final = 500_001
_LABOUR_FEN: Final = 6_000
_A_DAY: Final = {True: 6.5, False: 1.1}
# How often a category is reported, and what people write; {place} is where.
_REPORTED: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "plumbing.leak": (9, ("洗手池下面漏水，地上湿了一片", "暖气阀门滴水", "卫生间水管接头渗水")),
    "plumbing.blocked": (8, ("马桶堵了，水下不去", "洗手池下水慢", "地漏返水有异味")),
    "plumbing.fixture": (8, ("感应龙头不出水", "小便器一直冲水", "水箱按钮按不下去")),
    "plumbing.heating": (4, ("暖气片不热，屋里只有十六度",)),
    "plumbing.hot_water": (3, ("开水器不加热", "直饮机出水有味道")),
    "electrical.outage": (5, ("办公室跳闸，合上又跳", "半边插座没电")),
    "electrical.lamp": (15, ("灯管闪烁", "顶灯不亮，换过开关还是不行", "走廊灯坏了两盏")),
    "electrical.socket": (7, ("墙上插座松动打火", "需要加装一个五孔插座", "开关按下去没反应")),
    "air_conditioning.weak": (9, ("空调不制冷，出风是常温", "空调制热慢，开了一小时还是冷")),
    "air_conditioning.drip": (3, ("空调往下滴水，已用盆接着",)),
    "air_conditioning.noise": (3, ("空调声音很大，影响开会",)),
    "building.lock": (7, ("门锁转不动，钥匙插进去拔不出来", "换锁芯，原钥匙遗失")),
    "building.door": (5, ("闭门器坏了，关门声音很大", "门合页松了，关不严")),
    "building.window": (4, ("窗户关不严，漏风", "窗帘拉绳断了")),
    "building.furniture": (6, ("椅子气压杆坏了", "抽屉滑轨脱落", "文件柜锁打不开")),
    "building.surface": (2, ("墙皮脱落一块", "地砖翘起，容易绊倒")),
    "network.outage": (6, ("网线插上没反应", "办公网时断时续")),
    "network.telephone": (3, ("电话没有拨号音", "电话有杂音")),
    "network.meeting": (3, ("投影仪没有信号", "话筒啸叫")),
    "lift.fault": (3, ("电梯运行时有异响", "三层平层不准，有高差")),
    "fire_safety.equipment": (2, ("灭火器压力不足", "应急灯不亮")),
    "cleaning.toilet": (4, ("卫生间缺纸", "卫生间有异味")),
    "cleaning.refuse": (2, ("楼道有装修垃圾没清走",)),
    "greening.plants": (2, ("大厅绿植枯了", "会议室绿植需要更换")),
    "other.moving": (2, ("两张办公桌搬到隔壁房间",)),
}
_DONE: Final = {
    "plumbing": "更换密封件和软管，通水试压正常", "electrical": "更换损坏元件，测量电压正常",
    "air_conditioning": "清洗滤网，补充制冷剂，出风温度正常", "building": "更换配件并调整，使用正常",
    "network": "重做水晶头，测试连通正常", "lift": "调整门机和平层感应，试运行正常",
    "fire_safety": "更换并登记，功能测试合格", "cleaning": "已清洁并补充用品",
    "greening": "已更换", "other": "已完成",
}  # fmt: skip # Two a line.
_FLAWED: Final = ("用了一天又坏了", "还是滴水，没有修好", "声音小了些，但问题还在")
_WAITS: Final = ("配件需要采购，供应商两天后到货", "房间有会，散会后才能进入", "需要厂家到场检测")
_PRAISE: Final = ("来得很快，修得也好", "师傅很细心，还帮忙收拾干净", "解决了，谢谢", "响应及时，服务周到")
_PLAIN: Final = ("修好了", "还可以", "来得稍慢，结果可以")
_BLAME: Final = ("等了大半天才来", "修了两次才好", "来之前没有打电话")
# How good each group is: how fast, how well, how often something is to be waited for.
_CARE: Final = {1: 0.88, 2: 0.93, 3: 0.85, 4: 0.9}
_GROUP_OF_SKILL: Final = {"水暖": 1, "综合维修": 1, "弱电": 1, "电工": 2, "空调": 2, "电梯": 2,
                          "消防": 4, "保洁": 3, "绿化": 3}  # fmt: skip # Two lines say it.
_LABELS: Final = {one.code: one for one in standards()}


@dataclass(slots=True)
class Repair:
    """One finished repair as it was: its instants, and who did it."""

    id: int
    number: str
    standard: Standard
    text: str
    where: Where
    reporter: Member
    hand: Hand
    worker_id: int
    submitted_at: datetime
    accepted_at: datetime
    finished_at: datetime
    completed_at: datetime
    minutes: int
    parts_fen: int
    pauses: list[tuple[PauseKind, datetime, datetime]] = field(default_factory=list)
    reworks: int = 0
    rated_at: datetime | None = None
    scores: dict[str, int] = field(default_factory=dict)
    words: str = ""
    is_over: bool = False

    @property
    def state(self) -> State:
        """Rated or lapsed it is closed; else it waits for a rating."""
        return State.CLOSED if self.is_over or self.rated_at else State.TO_RATE


def tables(plan: Plan, calendar: Calendar) -> Tables:
    """The repairs with their timelines, clocks, bills and ratings, parents before children."""
    repairs = plan_repairs(plan, calendar)
    dispatcher = next(one for one in plan.members if one.staff_no == DISPATCHER_NO)
    names = {one.staff_id: one.name for one in plan.members}
    yield _orders(repairs)
    yield _events(repairs, dispatcher, names)
    yield from _clocks(repairs, calendar)
    yield _bills(repairs, names)
    yield from _ratings(repairs)


def plan_repairs(plan: Plan, calendar: Calendar) -> list[Repair]:
    """Every repair that is over, by the instant of its report; the same on equal days."""
    rng = Random(_SEED)
    officials = [one for one in plan.members if not one.role]
    rooms = rooms_by_campus(plan.now)
    ids = {one.staff_no: plan.staff_id(one.staff_no) for one in HANDS}
    repairs: list[Repair] = []
    until = plan.now - _LATEST
    day = plan.started_on
    while clock.at_local(day, time.min) < until:
        of_day = []
        for _ in range(_count(rng, _A_DAY[calendar.is_workday(day)])):
            found = _repair(rng, day, rng.choice(officials), rooms, ids, plan.now)
            if found.completed_at < plan.now - timedelta(days=1) and found.submitted_at < until:
                of_day.append(found)
        for found in sorted(of_day, key=lambda one: one.submitted_at):
            found.id = len(repairs) + 1
            found.number = number_of(found.id, f"{day:%Y%m%d}")
            repairs.append(found)
        day += timedelta(days=1)
    return repairs


def _count(rng: Random, expected: float) -> int:
    return max(0, round(rng.gauss(expected, expected**0.5)))


def _repair(
    rng: Random,
    day: date,
    reporter: Member,
    rooms: dict[int, list[Where]],
    ids: dict[str, int],
    now: datetime,
) -> Repair:
    codes = list(_REPORTED)
    code = rng.choices(codes, [_REPORTED[each][0] for each in codes])[0]
    standard = _LABELS[code]
    group_id = _GROUP_OF_SKILL.get(standard.skill, 1)
    hands = [one for one in HANDS if one.group_id == group_id]
    able = [one for one in hands if standard.skill in one.skills] or hands
    hand = rng.choice(able)
    care = _CARE[group_id]
    submitted_at = clock.at_local(day, time(8)) + timedelta(minutes=rng.triangular(20, 600, 120))
    is_urgent = standard.usual_urgency.value != "ordinary"
    accepted_at = submitted_at + timedelta(minutes=rng.triangular(2, 14 if rng.random() < care else 55, 6))
    if not is_urgent:
        accepted_at += timedelta(minutes=rng.triangular(0, 20 if rng.random() < care else 240, 5))
    work = timedelta(minutes=rng.triangular(12, 95, 30))
    if rng.random() > care:
        work += timedelta(hours=rng.triangular(1, 46, 5))
    finished_at = accepted_at + work
    pauses: list[tuple[PauseKind, datetime, datetime]] = []
    if rng.random() < 0.06:
        held_from = accepted_at + work / 3
        held = timedelta(hours=rng.uniform(3, 22))
        pauses.append((PauseKind.HOLD, held_from, held_from + held))
        finished_at += held
    reworks = 0
    if rng.random() > care + 0.05:
        reworks = 1
        rejected_at = finished_at + timedelta(hours=rng.uniform(0.5, 4))
        pauses.append((PauseKind.ACCEPTANCE, finished_at, rejected_at))
        finished_at = rejected_at + timedelta(minutes=rng.triangular(20, 160, 45))
    completed_at = finished_at + timedelta(hours=rng.triangular(0.2, 30, 1))
    made = Repair(
        *(
            0,
            "",
            standard,
            rng.choice(_REPORTED[code][1]),
            rng.choice(rooms[reporter.campus_id]),
            reporter,
            hand,
        ),
        *(ids[hand.staff_no], submitted_at, accepted_at, finished_at, completed_at),
        minutes=max(10, round(work.total_seconds() / 60) if work < timedelta(hours=2) else 60),
        parts_fen=rng.choice((0, 0, 0, 1_280, 1_850, 2_350, 4_200, 5_600, 13_500, 26_800)),
        pauses=pauses,
        reworks=reworks,
    )
    _say(rng, made, care, now)
    return made


def _say(rng: Random, made: Repair, care: float, now: datetime) -> None:
    """What the reporter says of it, if anything; whoever says nothing within a week lets it lapse."""
    made.is_over = made.completed_at + _RATED_WITHIN < now
    rated_at = made.completed_at + timedelta(hours=rng.triangular(0.1, 60, 2))
    if rng.random() > 0.42 or rated_at > now:
        return
    is_slow = made.finished_at - made.submitted_at > timedelta(hours=10)
    mood = 3.4 + care * 1.4 - 0.9 * made.reworks - 0.5 * is_slow + rng.gauss(0, 0.5)
    lean = {"speed": -0.4 if is_slow else 0.1, "quality": -0.3 * made.reworks, "attitude": 0.25}
    made.scores = {
        code: min(5, max(1, round(mood + more + rng.gauss(0, 0.3)))) for code, more in lean.items()
    }
    made.rated_at = rated_at
    if rng.random() < 0.35:
        grade = grade_of(made.scores)
        made.words = rng.choice(_PRAISE if grade >= 5 else _PLAIN if grade >= 3 else _BLAME)


# Rows


def _orders(repairs: Sequence[Repair]) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    ids = category_ids()
    columns = (
        "id number origin reporter_id department_id contact category_id place_kind place_id place_path"
        " place_class campus_id building_id description urgency state cycle revision group_id worker_id"
        " contractor_id is_warranty warranty_reason submitted_at submitted_by triaged_at dispatched_at"
        " accepted_at arrived_at finished_at completed_at ended_at returns transfers reworks reopenings"
        " reminders is_lapsed result labour_minutes cost_fen approved_fen"
    )
    rows = [
        (one.id, one.number, Origin.PHONE.value, one.reporter.staff_id, one.reporter.department_id, "",
         ids[one.standard.code], PlaceKind.ROOM.value, one.where.place_id, one.where.path,
         PlaceClass.ORDINARY.value, one.where.campus_id, one.where.building_id, one.text,
         one.standard.usual_urgency.value, one.state.value, 0, 0, one.hand.group_id, one.worker_id,
         CONTRACTOR_OF[one.hand.group_id], False, "", one.submitted_at, one.reporter.staff_id,
         _triaged_at(one), _triaged_at(one), one.accepted_at, one.accepted_at + timedelta(minutes=6),
         one.finished_at, one.completed_at, _ended_at(one), 0, 0, one.reworks, 0, 0,
         one.is_over and one.rated_at is None, _result(one), one.minutes, _cost(one), 0)
        for one in repairs
    ]  # fmt: skip # One column a line would say no more.
    return WorkOrder, columns, rows


def _triaged_at(one: Repair) -> datetime:
    return one.submitted_at + (one.accepted_at - one.submitted_at) / 2


def _ended_at(one: Repair) -> datetime | None:
    if one.state is not State.CLOSED:
        return None
    return one.rated_at or one.completed_at + _RATED_WITHIN


def _result(one: Repair) -> str:
    return _DONE[one.standard.code.split(".")[0]]


def _cost(one: Repair) -> int:
    return one.minutes * _LABOUR_FEN // 60 + one.parts_fen


def _events(
    repairs: Sequence[Repair], dispatcher: Member, names: dict[int, str]
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for one in repairs:
        said = one.reporter.staff_id, one.reporter.name
        did = one.worker_id, names[one.worker_id]
        sent = dispatcher.staff_id, dispatcher.name
        happened = [
            (one.submitted_at, Step.SUBMIT, State.SUBMITTED, said, ""),
            (_triaged_at(one), Step.TRIAGE, State.TRIAGED, sent, ""),
            (_triaged_at(one), Step.DISPATCH, State.DISPATCHED, sent, ""),
            (one.accepted_at, Step.ACCEPT, State.WORKING, did, ""),
            (one.accepted_at + timedelta(minutes=6), Step.ARRIVE, State.WORKING, did, ""),
        ]
        for number, (kind, from_at, until_at) in enumerate(one.pauses):
            if kind is PauseKind.HOLD:
                reason = _WAITS[(one.id + number) % len(_WAITS)]
                happened += [(from_at, Step.HOLD, State.HELD, did, reason),
                             (until_at, Step.RESUME, State.WORKING, did, "")]  # fmt: skip # A pair.
            else:
                flaw = _FLAWED[one.id % len(_FLAWED)]
                happened += [(from_at, Step.FINISH, State.FINISHED, did, _result(one)),
                             (until_at, Step.REJECT, State.WORKING, said, flaw)]  # fmt: skip # A pair.
        happened += [
            (one.finished_at, Step.FINISH, State.FINISHED, did, _result(one)),
            (one.completed_at, Step.VERIFY, State.COMPLETED, said, ""),
            (one.completed_at, Step.INVITE, State.TO_RATE, (0, "系统"), ""),
        ]
        if one.state is State.CLOSED:
            step, who = (Step.RATE, said) if one.rated_at else (Step.LAPSE, (0, "系统"))
            happened.append((_ended_at(one) or one.completed_at, step, State.CLOSED, who, ""))
        before = ""
        for at, step, state, (actor_id, name), text in happened:
            rows.append((one.id, 0, at, step.value, before, state.value, actor_id, name, text, {}))
            before = state.value
    columns = "order_id cycle at step from_state to_state actor_id actor_name text details"
    return OrderEvent, columns, rows


def _clocks(repairs: Sequence[Repair], calendar: Calendar) -> Tables:
    rows: list[tuple[Any, ...]] = []
    pauses: list[tuple[Any, ...]] = []
    lines = defaults().lines
    for one in repairs:
        line = most_particular(
            lines, lineage=(), urgency=one.standard.usual_urgency.value, place_class=PlaceClass.ORDINARY.value
        )
        assert line is not None  # noqa: S101 # The built-in lines cover every urgency.
        # Done, it stands until it is accepted; that last wait is no pause of what was done in time.
        stood = [*one.pauses, (PauseKind.ACCEPTANCE, one.finished_at, one.completed_at)]
        pauses += [(one.id, 0, kind.value, from_at, until_at) for kind, from_at, until_at in stood]
        for kind, ended_at in (
            (ClockKind.RESPONSE, one.accepted_at),
            (ClockKind.RESOLUTION, one.finished_at),
        ):
            target = line.target(kind)
            spans = [Span(from_at, until_at) for _, from_at, until_at in one.pauses]
            count = Count(calendar, target, one.submitted_at, spans if kind is ClockKind.RESOLUTION else ())
            due_at = count.due_at()
            verdict = Verdict.MET if ended_at <= due_at else Verdict.MISSED
            stamp = "" if target.counting is Counting.NATURAL else "演示"
            rows.append(
                (one.id, 0, kind.value, stamp, target.counting.value, target.amount, one.submitted_at,
                 due_at, False, verdict.value, ended_at)
            )  # fmt: skip # One column a line would say no more.
    columns = "subject_id cycle kind calendar counting amount started_at due_at is_provisional verdict"
    yield Clock, f"{columns} ended_at", rows
    yield Pause, "subject_id cycle kind from_at until_at", pauses


def _bills(
    repairs: Sequence[Repair], names: dict[int, str]
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for one in repairs:
        by = one.finished_at, one.worker_id, names[one.worker_id]
        labour = one.minutes * _LABOUR_FEN // 60
        rows.append((one.id, 0, CostKind.LABOUR.value, "维修工时", "", 0, one.worker_id, one.minutes,
                     _LABOUR_FEN, labour, *by))  # fmt: skip # One column a line would say no more.
        if one.parts_fen:
            rows.append((one.id, 0, CostKind.OTHER.value, "零星配件", "", 0, None, 0, one.parts_fen,
                         one.parts_fen, *by))  # fmt: skip # The same.
    columns = "order_id cycle kind title unit hundredths worker_id minutes unit_fen amount_fen added_at"
    return CostLine, f"{columns} added_by added_by_name", rows


def _ratings(repairs: Sequence[Repair]) -> Tables:
    said = []
    for one in repairs:
        if one.rated_at is not None:
            contractor_id = CONTRACTOR_OF[one.hand.group_id]
            provider = (CONTRACTOR, contractor_id) if contractor_id else (GROUP, one.hand.group_id)
            served_on = clock.local(one.completed_at).date()
            rater = one.reporter.staff_id, one.reporter.department_id
            said.append(Opinion(one.id, 0, *rater, provider, served_on, one.rated_at, one.scores, one.words))
    return opinions.tables(REPAIR, _FIRST_RATING, said)
