"""The demo's answered demands: a past of reports, each answered within or beyond its time, and judged.

Rows only of what is over; what is under way is done by the use cases of the house (`cases`). The daily sums
are counted from these rows once all is loaded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from backend import clock
from backend.db import Base
from backend.flows.demo import catalogue, opinions
from backend.flows.demo.catalogue import Asked
from backend.flows.demo.opinions import Opinion
from backend.flows.demo.organisation import DESK_NO, REVIEWER_NO
from backend.flows.demo.people import Member
from backend.flows.demo.places import Where, rooms_by_campus
from backend.flows.demo.plan import Plan
from backend.flows.demo.service_desk import OFFICES, STANDARDS, demand_category_ids, office_of
from backend.places.models import PlaceKind
from backend.ratings.policies import grade_of
from backend.workdays.clocks import Count, Counting, Target
from backend.workdays.models import Verdict
from backend.workdays.policies import Calendar
from feedback.categories.models import DeadlineClass
from feedback.deadlines.models import Clock, ClockKind
from feedback.deadlines.policies import days_target, hours_target
from feedback.reports.models import Assignment, AssignmentEnd, Origin, Outcome, Report, ReportEvent, State
from feedback.reports.policies import OUTCOME_NAMES, Step, number_of
from feedback.reports.ratings import HANDLING, OFFICE
from feedback.reports.visits.models import Visit

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SEED: Final = "houqin demo 2026: demands"
# What lies less far back is still under way: `cases` has it.
_LATEST: Final = timedelta(days=9)
_RATED_WITHIN: Final = timedelta(days=7)
# Identifiers apart from those of the ratings of meals and repairs.
_FIRST_RATING: Final = 700_001
_A_DAY: Final = {True: 2.1, False: 0.3}
# Small services are asked for since they are in the catalogue: on so many of the last days.
_ASKED_SINCE: Final = timedelta(days=110)
_ASKED_A_DAY: Final = {True: 0.85, False: 0.05}
# How often a category comes, what people write, and what they are answered.
_SAID: Final[dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]]] = {
    "snap.danger": (3, ("楼梯间堆了纸箱，挡住消防通道", "井盖松动，踩上去会响", "吊顶有一块快掉下来了"),
                    ("已清理并贴警示，纳入每日巡查", "已加固，并对同类部位排查一遍")),
    "snap.utilities": (5, ("走廊感应灯整夜不灭", "一楼卫生间水龙头关不严", "大厅门口地面渗水"),
                       ("已更换感应器", "已更换阀芯，现场无渗漏")),
    "snap.facility": (8, ("门口地砖翘起，差点绊倒", "自动门关得太快", "指示牌脱落", "长椅木条断了一根"),
                      ("已修复，请放心通行", "已更换，现场验收合格")),
    "snap.cleaning": (12, ("楼道有烟头", "垃圾桶满了没有清", "电梯里有污渍", "会议室散会后没有打扫"),
                      ("已清洁，并增加一次巡回保洁", "已调整清运时间为每天两次")),
    "snap.greening": (4, ("行道树枯枝快掉下来", "花坛杂草很高"), ("已修剪", "已除草补种")),
    "snap.parking": (7, ("充电车位被燃油车占用", "出口被货车堵住", "自行车停在盲道上"),
                     ("已联系车主驶离，并增设提示牌", "已安排早晚高峰值守")),
    "snap.canteen": (5, ("餐具回收处排队拥堵", "靠窗桌面没擦干净"), ("已增加一个回收口", "已加派服务员巡台")),
    "complaint.food": (5, ("今天的鱼不新鲜", "米饭夹生", "菜里有头发", "晚餐六点就没菜了"),
                       ("已核查当日进货和留样，约谈供应商并加强验收", "已增加备餐量，延长热菜供应到六点半")),
    "complaint.property": (3,
                    ("报修三天没人来", "保洁员敲门不等回应就进"),
                     ("已核实并批评教育，调整派单", "已重申入室规范")),
    "complaint.security": (2,
                    ("门岗态度生硬", "访客登记等了二十分钟"), ("已开展礼仪培训", "已增开一个登记通道")),
    "suggestion.food": (6,
                    ("希望多做杂粮和清淡菜", "建议周五有面食窗口"),
                     ("已列入下月菜单", "本周五起试开面食窗口")),
    "suggestion.environment": (4,
                    ("建议自行车棚装充电插座", "希望大厅放几把伞"),
                     ("已纳入微实事项目", "已配备共享雨伞 30 把")),
    "suggestion.service": (3,
                    ("建议停水停电提前两天通知", "希望会议室能当天退订"),
                     ("已改为提前三天在通告栏发布", "已与会务系统衔接")),
}  # fmt: skip # A category in three lines.
_FLAWS: Final = ("过了两天又这样了", "只处理了一半，另一侧还在", "说修好了，去看没有变化")
_AGAIN: Final = ("已再次到现场处理，并安排专人复查三天", "已更换供应商配件，重新验收")
_PRAISE: Final = ("处理很及时", "答复认真，谢谢", "当天就解决了")
_BLAME: Final = ("答复太官方，问题还在", "等得有点久", "没有人联系我")
_CARE: Final = {1: 0.86, 2: 0.8, 3: 0.76, 4: 0.9}
_TARGETS: Final[dict[DeadlineClass, Target]] = {
    DeadlineClass.DANGER: hours_target(2),
    DeadlineClass.UTILITIES: hours_target(24),
    DeadlineClass.GENERAL: days_target(Counting.NATURAL.value, 7),
    DeadlineClass.COMPLEX: days_target(Counting.NATURAL.value, 15),
}
_PROMPT: Final = frozenset({DeadlineClass.DANGER, DeadlineClass.UTILITIES})


@dataclass(slots=True)
class Turn:
    """One cycle: from its beginning to the answer, and what the reporter said of it."""

    began_at: datetime
    replied_at: datetime
    reply: str
    outcome: Outcome | None = None
    rated_at: datetime | None = None
    scores: dict[str, int] = field(default_factory=dict)
    words: str = ""


@dataclass(slots=True)
class Demand:
    """One answered demand as it was."""

    id: int
    number: str
    code: str
    text: str
    where: Where
    reporter: Member
    submitted_at: datetime
    accepted_at: datetime
    turns: list[Turn] = field(default_factory=list)
    visit: tuple[datetime, Outcome, int] | None = None
    asked: Asked | None = None

    @property
    def office_id(self) -> int:
        """Who handled it."""
        direct = self.asked.office_id if self.asked is not None else None
        return direct or office_of(self.code)

    @property
    def is_direct(self) -> bool:
        """It went to the office by itself, without the desk."""
        return self.asked is not None and self.asked.office_id is not None

    @property
    def is_lapsed(self) -> bool:
        """Nobody rated the last answer."""
        return self.turns[-1].outcome is None

    @property
    def ended_at(self) -> datetime:
        """When it was rated, or when it was too late for that."""
        last = self.turns[-1]
        return last.rated_at or last.replied_at + _RATED_WITHIN


def tables(plan: Plan, calendar: Calendar, key_of: Callable[[int], bytes]) -> Tables:
    """The demands with their timelines, assignments, clocks, ratings and visits, parents before children."""
    demands = plan_demands(plan, calendar)
    desk, visitor = (
        next(one for one in plan.members if one.staff_no == staff_no) for staff_no in (DESK_NO, REVIEWER_NO)
    )
    handlers = {
        one.id: next(member for member in plan.members if member.staff_no == one.staff_nos[0])
        for one in OFFICES
    }
    yield _reports(demands, key_of)
    yield _events(demands, desk, handlers, visitor)
    yield _assignments(demands, desk)
    yield _clocks(demands, calendar)
    yield from _ratings(demands)
    yield _visits(demands, visitor)
    yield catalogue.answers((one.id, one.asked) for one in demands if one.asked is not None)


def plan_demands(plan: Plan, calendar: Calendar) -> list[Demand]:
    """Every demand that is over, by the instant of its submission; the same on equal days."""
    rng, asking = Random(_SEED), Random(f"{_SEED}: services")
    officials = [one for one in plan.members if not one.role]
    rooms = rooms_by_campus(plan.now)
    demands: list[Demand] = []
    day, until = plan.started_on, plan.now - _LATEST
    while clock.at_local(day, time.min) < until:
        expected = _A_DAY[calendar.is_workday(day)]
        count = max(0, round(rng.gauss(expected, expected**0.5)))
        made = [_demand(rng, day, rng.choice(officials), rooms) for _ in range(count)]
        if day >= clock.local(plan.now - _ASKED_SINCE).date():
            made += _requests(asking, day, calendar.is_workday(day), officials, rooms)
        for one in sorted(made, key=lambda each: each.submitted_at):
            if one.submitted_at < until and one.ended_at < plan.now:
                one.id = len(demands) + 1
                one.number = number_of(one.id, f"{day:%Y%m%d}")
                demands.append(one)
        day += timedelta(days=1)
    return demands


def _demand(rng: Random, day: date, reporter: Member, rooms: dict[int, list[Where]]) -> Demand:
    code = rng.choices(list(_SAID), [weight for weight, _, _ in _SAID.values()])[0]
    _, texts, replies = _SAID[code]
    care = _CARE[office_of(code)]
    submitted_at = clock.at_local(day, time(8)) + timedelta(minutes=rng.triangular(15, 620, 150))
    accepted_at = submitted_at + timedelta(minutes=rng.triangular(4, 70 if rng.random() < care else 400, 20))
    made = Demand(
        *(0, "", code, rng.choice(texts), rng.choice(rooms[reporter.campus_id]), reporter),
        *(submitted_at, accepted_at),
    )
    target = timedelta(minutes=_TARGETS[STANDARDS[code].deadline].amount)
    share = rng.triangular(0.05, 0.9, 0.3) if rng.random() < care + 0.08 else rng.uniform(1.02, 1.6)
    replied_at = max(accepted_at + timedelta(minutes=10), submitted_at + target * share)
    made.turns.append(Turn(submitted_at, replied_at, rng.choice(replies)))
    _judge(rng, made, care)
    if made.turns[0].outcome not in (None, Outcome.RESOLVED):
        again_at = made.turns[0].rated_at or replied_at
        made.turns.append(Turn(again_at, again_at + target * rng.uniform(0.1, 0.8), rng.choice(_AGAIN)))
        _judge(rng, made, 0.97)
    if made.is_lapsed and rng.random() < 0.5:
        outcome = Outcome.RESOLVED if rng.random() < care else Outcome.PARTLY
        made.visit = made.ended_at + timedelta(hours=rng.uniform(3, 40)), outcome, 5 - (outcome != "resolved")
    return made


def _requests(
    rng: Random, day: date, is_workday: bool, officials: Sequence[Member], rooms: dict[int, list[Where]]
) -> Iterator[Demand]:
    """The small services that were asked for on a day: provided within hours, most of them well."""
    expected = _ASKED_A_DAY[is_workday]
    for _ in range(int(expected) + (rng.random() < expected % 1)):
        reporter = rng.choice(officials)
        where = rng.choice(rooms[reporter.campus_id])
        at = clock.at_local(day, time(8, 30)) + timedelta(minutes=rng.triangular(1, 520, 150))
        asked, reply = catalogue.draw(rng, where, at)
        code = catalogue.ITEMS[asked.code].category
        taken_at = at if asked.office_id else at + timedelta(minutes=rng.uniform(5, 50))
        made = Demand(0, "", code, asked.text, where, reporter, at, taken_at, asked=asked)
        made.turns.append(Turn(at, taken_at + timedelta(hours=rng.triangular(0.3, 26, 2)), reply))
        _judge(rng, made, 0.93)
        if made.turns[0].outcome not in (None, Outcome.RESOLVED):
            again_at = made.turns[0].rated_at or made.turns[0].replied_at
            made.turns.append(Turn(again_at, again_at + timedelta(hours=rng.uniform(1, 20)), _AGAIN[0]))
        yield made


def _judge(rng: Random, made: Demand, care: float) -> None:
    """What the reporter says of the last answer, if anything. The unnamed say nothing here."""
    turn = made.turns[-1]
    is_unnamed = STANDARDS[made.code].anonymity.value == "preferred"
    if is_unnamed or (len(made.turns) == 1 and rng.random() > 0.48):
        return
    mood = rng.random()
    turn.outcome = (
        Outcome.RESOLVED
        if mood < care or len(made.turns) > 1
        else Outcome.PARTLY
        if mood < care + 0.12
        else Outcome.UNRESOLVED
    )
    turn.rated_at = turn.replied_at + timedelta(hours=rng.triangular(0.3, 80, 4))
    level = {Outcome.RESOLVED: 4.5, Outcome.PARTLY: 3.2, Outcome.UNRESOLVED: 2.1}[turn.outcome]
    turn.scores = {
        code: min(5, max(1, round(level + more + rng.gauss(0, 0.5))))
        for code, more in {"speed": -0.1, "attitude": 0.3, "result": 0.0}.items()
    }
    if turn.outcome is not Outcome.RESOLVED:
        turn.words = rng.choice(_FLAWS)
    elif rng.random() < 0.35:
        turn.words = rng.choice(_PRAISE if grade_of(turn.scores) >= 4 else _BLAME)


# Rows


def _reports(
    demands: Sequence[Demand], key_of: Callable[[int], bytes]
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    ids = demand_category_ids()
    columns = (
        "id number kind origin category_id deadline reporter_id reporter_key is_anonymous department_id"
        " contact place_kind place_id place_path campus_id building_id text state cycle revision office_id"
        " reply outcome is_lapsed submitted_at accepted_at assigned_at replied_at ended_at followers"
        " transfers extensions reopenings reminders"
    )
    rows = []
    for one in demands:
        standard, last = STANDARDS[one.code], one.turns[-1]
        origin = Origin.CONCIERGE if one.asked else Origin.PHONE
        rows.append(
            (one.id, one.number, standard.kind.value, origin.value, ids[one.code],
             standard.deadline.value, one.reporter.staff_id, key_of(one.reporter.staff_id), False,
             one.reporter.department_id, "",
             PlaceKind.ROOM.value, one.where.place_id, one.where.path, one.where.campus_id,
             one.where.building_id, one.text, State.CLOSED.value, len(one.turns) - 1, 0,
             one.office_id, last.reply, last.outcome.value if last.outcome else "", one.is_lapsed,
             one.submitted_at, one.accepted_at, one.accepted_at, last.replied_at, one.ended_at, 0, 0, 0,
             len(one.turns) - 1, 0)
        )  # fmt: skip # One column a line would say no more.
    return Report, columns, rows


def _events(
    demands: Sequence[Demand], desk: Member, handlers: dict[int, Member], visitor: Member
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for one in demands:
        said, sent = (one.reporter.staff_id, one.reporter.name), (desk.staff_id, desk.name)
        handler = handlers[one.office_id]
        did = handler.staff_id, handler.name
        system: tuple[int, str] = (0, "系统")
        took = system if one.is_direct else sent
        happened: list[tuple[int, datetime, Step, State, tuple[int, str], str, dict[str, Any]]] = [
            (0, one.submitted_at, Step.SUBMIT, State.PENDING, said, "", {}),
            (0, one.accepted_at, Step.ACCEPT, State.ACCEPTED, took, "", {}),
            (0, one.accepted_at, Step.ASSIGN, State.ASSIGNED, took, "", {}),
        ]
        for cycle, turn in enumerate(one.turns):
            happened += [
                (cycle, turn.replied_at, Step.REPLY, State.REPLIED, did, turn.reply, {}),
                (cycle, turn.replied_at, Step.INVITE, State.TO_RATE, system, "", {}),
            ]
            if turn.outcome is not None and turn.rated_at is not None:
                told = {"outcome": turn.outcome.value, "grade": grade_of(turn.scores)}
                name = OUTCOME_NAMES[turn.outcome]
                happened.append((cycle, turn.rated_at, Step.RATE, State.CLOSED, said, name, told))
                if cycle + 1 < len(one.turns):
                    about = turn.rated_at, Step.REOPEN, State.ASSIGNED
                    happened.append((cycle + 1, *about, said, turn.words, {}))
        last = len(one.turns) - 1
        if one.is_lapsed:
            happened.append((last, one.ended_at, Step.LAPSE, State.CLOSED, system, "", {}))
        if one.visit is not None:
            at, outcome, grade = one.visit
            told = {"outcome": outcome.value, "grade": grade}
            by = visitor.staff_id, visitor.name
            happened.append((last, at, Step.VISIT, State.CLOSED, by, OUTCOME_NAMES[outcome], told))
        before = ""
        for cycle, at, step, state, (actor_id, name), text, details in happened:
            is_public = step is not Step.VISIT
            rows.append(
                (one.id, cycle, at, step.value, before, state.value, actor_id, name, text, is_public, details)
            )
            before = state.value
    columns = "report_id cycle at step from_state to_state actor_id actor_name text is_public details"
    return ReportEvent, columns, rows


def _assignments(
    demands: Sequence[Demand], desk: Member
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows = [
        (one.id, cycle, one.office_id, max(turn.began_at, one.accepted_at),
         0 if cycle or one.is_direct else desk.staff_id, turn.replied_at,
         AssignmentEnd.REPLIED.value)
        for one in demands
        for cycle, turn in enumerate(one.turns)
    ]  # fmt: skip # One column a line would say no more.
    return Assignment, "report_id cycle office_id assigned_at assigned_by ended_at ended_by", rows


def _clocks(
    demands: Sequence[Demand], calendar: Calendar
) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for one in demands:
        deadline = STANDARDS[one.code].deadline
        prompt = Counting.NATURAL if deadline in _PROMPT else Counting.WORKING
        for cycle, turn in enumerate(one.turns):
            is_heard = cycle == 0 and not one.is_direct
            heard_at = one.accepted_at if is_heard else turn.replied_at
            for kind, target, ended_at in (
                (ClockKind.RESPONSE, Target(prompt, 120), heard_at),
                (ClockKind.ANSWER, _TARGETS[deadline], turn.replied_at),
            ):
                due_at = Count(calendar, target, turn.began_at).due_at()
                verdict = Verdict.MET if ended_at <= due_at else Verdict.MISSED
                rows.append(
                    (one.id, cycle, kind.value, deadline.value, target.counting.value, target.amount,
                     turn.began_at, due_at, False, verdict.value, ended_at)
                )  # fmt: skip # One column a line would say no more.
    columns = "subject_id cycle kind deadline counting amount started_at due_at is_provisional verdict"
    return Clock, f"{columns} ended_at", rows


def _ratings(demands: Sequence[Demand]) -> Tables:
    said = [
        Opinion(
            one.id, cycle, one.reporter.staff_id, one.reporter.department_id, (OFFICE, one.office_id),
            clock.local(turn.replied_at).date(), turn.rated_at, turn.scores, turn.words,
        )
        for one in demands
        for cycle, turn in enumerate(one.turns)
        if turn.rated_at is not None
    ]  # fmt: skip # One field a line would say no more.
    return opinions.tables(HANDLING, _FIRST_RATING, said)


def _visits(demands: Sequence[Demand], visitor: Member) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    rows = [
        (one.id, len(one.turns) - 1, one.visit[0], visitor.staff_id, visitor.name, True, one.visit[1].value,
         one.visit[2], "", False)
        for one in demands
        if one.visit is not None
    ]  # fmt: skip # One column a line would say no more.
    columns = "report_id cycle visited_at visited_by visited_by_name is_reached outcome grade text"
    return Visit, f"{columns} is_reopening", rows
