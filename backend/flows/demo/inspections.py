"""The demo's spot checks of this year, and what units have to put right."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.dates import months_before
from backend.db import db
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.organisation import INSPECTOR_NO, MANAGER_NO, REVIEWER_NO
from backend.flows.demo.units import BY_CODE, FAILED_BEFORE, OUTER, VISITORS, Outer
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem
from backend.scoresheets.policies import Loss, Mark
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rectifications import services as rectifications
from canteen.evaluation.rectifications.models import Rectification, State
from canteen.evaluation.rectifications.policies import LIVE, Problem
from canteen.evaluation.rectifications.queries import RectificationView
from canteen.evaluation.spot_checks import plan_services, plans, policies, services
from canteen.evaluation.spot_checks.models import Inspection, InspectionItem

_SEED: Final = "houqin demo 2026: inspections"
_SEED_SOURCE: Final = "当年1月8日在监督考核处由两名工作人员公开抽取的号码"
_CONCLUSIONS: Final = (
    "整体情况良好，台账连续完整，餐盘回收处秩序较好；建议进一步细化边角料利用记录。",
    "备餐与用餐人数衔接较好，个别菜品一次出齐，已当场提醒。",
    "制度齐全，执行基本到位；提示标识有破损，应及时更换。",
)
_FAILED: Final = "称重记录断续，宣传标识缺失，切配无标准，问题较多，应限期整改。"
# How well a unit does that fails.
_FAILING_CARE: Final = 0.15
_OBJECTION: Final = "第 10 项评分有异议：当天热菜分三批出菜，有后厨监控为证，请复核。"
_NOT_SEEN: Final = frozenset({"5", "22"})
_CARE: Final = {one.id: one.care for one in OUTER}
_OWN_CARE: Final = 0.9
# How many items the team under way has scored so far.
_SCORED: Final = 12


def plan_inspections(agenda: Agenda) -> None:
    """Put this year's draw, the visits and the rectifications on the agenda."""
    checks = _SpotChecks(agenda)
    agenda.add(checks.drawn_on, checks.draw, 10)
    checks.plan()
    _plan_rectifications(agenda)


class _SpotChecks:
    """The visits of a year, by their places among the units that were drawn."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda, self.year = agenda, agenda.today.year
        self.drawn_on = min(date(self.year, 1, 8), agenda.today)
        self.reviewer, self.inspector = agenda.actor(REVIEWER_NO), agenda.actor(INSPECTOR_NO)

    def draw(self) -> None:
        """Draw the year's units; that of the visitors' account was named."""
        within(plan_services.draw_plan)(
            self.reviewer,
            year=self.year,
            seen_version=0,
            seed=f"{self.year}0108-374915",
            seed_source=_SEED_SOURCE,
            named={VISITORS.id: "食堂年内更换经营方式，列入必查"},
        )

    def plan(self) -> None:
        """How far each visit has come, from those of the spring to those of next week."""
        for place, days, fails in ((0, 205, False), (1, 150, False), (2, 96, True)):
            if self._ago(days + 6) > self.drawn_on:
                self._visit(place, self._ago(days), fails=fails)
                self._confirm(place, self._ago(days))
                if fails:
                    self._mend(place, self._ago(days))
        if self._ago(20) > self.drawn_on:
            self._visit(3, self._ago(9), fails=False)
            self._answer(3, services.dispute, self._ago(5), _OBJECTION)
        self._visit(None, self._ago(2), fails=False)
        begins = self._ago(1)
        self._arrange(4, begins, begins + timedelta(days=7), self._ago(4), led_by_inspector=True)
        self.agenda.add(begins, partial(self._score, 4, most=_SCORED), 14)
        week = self.agenda.today + timedelta(days=6)
        self._arrange(5, week, week + timedelta(days=4), self._ago(1))

    def _ago(self, days: int) -> date:
        """A weekday at least so many days before today, but not before the draw."""
        return max(weekday_by(self.agenda.today - timedelta(days=days)), self.drawn_on)

    def _visit(self, place: int | None, visited_on: date, *, fails: bool) -> None:
        """A visit that was scored and submitted on the day after."""
        arranged_on = max(visited_on - timedelta(days=5), self.drawn_on)
        until_on = visited_on + timedelta(days=3)
        self._arrange(place, visited_on, until_on, arranged_on, is_announced=place is None)
        self.agenda.add(visited_on, partial(self._score, place, fails=fails), 14)
        self.agenda.add(
            visited_on + timedelta(days=1), partial(self._submit, place, visited_on, fails=fails), 15
        )

    def _arrange(
        self,
        place: int | None,
        from_on: date,
        until_on: date,
        on: date,
        *,
        is_announced: bool = False,
        led_by_inspector: bool = False,
    ) -> None:
        team = [self.reviewer.staff_id, self.inspector.staff_id]
        lead_id, member_id = reversed(team) if led_by_inspector else team
        end_of_year = date(self.year, 12, 31)
        if from_on > end_of_year:
            return

        def arrange() -> None:
            within(services.arrange)(
                self.reviewer, unit_id=self._unit_id(place), year=self.year, from_on=from_on,
                until_on=min(until_on, end_of_year), lead_id=lead_id, member_ids=[member_id],
                is_announced=is_announced,
            )  # fmt: skip # One argument a line would say no more.

        self.agenda.add(on, arrange, 11)

    def _score(self, place: int | None, *, fails: bool = False, most: int | None = None) -> None:
        found = self._inspection(place)
        care = _FAILING_CARE if fails else max(_CARE.get(found.unit_id, _OWN_CARE), 0.75)
        items = score_queries.get_version(found.version_id).items[:most]
        marks = [_mark(f"{found.unit_id} {self.year}", item, care) for item in items]
        # The first by itself, which begins the scoring; the others at once, each half of the team its own.
        within(services.score_item)(self.reviewer, inspection_id=found.id, mark=marks[0], revision=0)
        scoring = score_queries.get_scoring(policies.SCORING_OWNER, found.id)
        for actor, theirs in ((self.inspector, marks[1::2]), (self.reviewer, marks[2::2])):
            score_operations.score(actor, scoring, theirs, at=clock.now())
        db.session.add_all(
            InspectionItem(inspection_id=found.id, item_id=mark.item_id, revision=1, digest=bytes(32))
            for mark in marks[1:]
        )

    def _submit(self, place: int | None, visited_on: date, *, fails: bool) -> None:
        conclusion = _FAILED if fails else _CONCLUSIONS[(place or 0) % len(_CONCLUSIONS)]
        within(services.submit)(
            self.reviewer,
            inspection_id=self._inspection(place).id,
            visited_on=visited_on,
            conclusion=conclusion,
        )

    def _confirm(self, place: int, visited_on: date) -> None:
        self._answer(place, services.acknowledge, visited_on + timedelta(days=3), "对抽查结果无异议。")
        self.agenda.add(
            visited_on + timedelta(days=5),
            lambda: within(services.confirm)(self.reviewer, inspection_id=self._inspection(place).id),
        )

    def _mend(self, place: int, visited_on: date) -> None:
        """What failed is put right within the month, and closed."""

        def mend(step: Callable[[Agenda, Outer], None]) -> None:
            step(self.agenda, next(one for one in OUTER if one.id == self._unit_id(place)))

        self.agenda.add(visited_on + timedelta(days=24), partial(mend, _report), 15)
        self.agenda.add(visited_on + timedelta(days=27), partial(mend, _check), 10)

    def _answer(self, place: int, answer: Callable[..., object], on: date, text: str) -> None:
        def act() -> None:
            found = self._inspection(place)
            speaker = speaker_of(self.agenda, found.unit_id)
            within(answer)(speaker, inspection_id=found.id, text=text)

        self.agenda.add(on, act, 16)

    def _inspection(self, place: int | None) -> Inspection:
        statement = select(Inspection).where(
            Inspection.year == self.year, Inspection.unit_id == self._unit_id(place)
        )
        return db.session.scalars(statement).one()

    def _unit_id(self, place: int | None) -> int:
        """The unit at this place of those drawn, other organs' first; None is that of the visitors."""
        if place is None:
            return VISITORS.id
        plan = plans.current_plan(self.year)
        assert plan is not None  # noqa: S101 - it was drawn before.
        drawn = sorted(plans.drawn_units(plan.id) - {VISITORS.id})
        others = [unit_id for unit_id in drawn if unit_id in _CARE]
        return [*others, *(unit_id for unit_id in drawn if unit_id not in _CARE)][place]


def weekday_by(day: date) -> date:
    """The day or, of a weekend, the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def speaker_of(agenda: Agenda, unit_id: int) -> Actor:
    """Who speaks for a unit."""
    outer = next((one for one in OUTER if one.id == unit_id), None)
    return agenda.contact(outer) if outer is not None else agenda.actor(MANAGER_NO)


def _mark(purpose: str, item: ScoreItem, care: float) -> Mark:
    rng = Random(f"{_SEED}: {purpose} {item.number}")
    if item.number in _NOT_SEEN and item.may_be_inapplicable:
        return Mark(item.id, None, is_inapplicable=True, remark="现场无此情形")
    if not item.reasons or rng.random() < care:
        return Mark(item.id, item.points_tenths)
    lost = rng.choice(item.reasons)
    left = item.points_tenths - (lost.points_tenths or item.points_tenths // 2)
    return Mark(item.id, max(left, 0), losses=(Loss(lost.id),))


# Rectifications


def _plan_rectifications(agenda: Agenda) -> None:
    """What was found at other times: to be put right, reported, put right, given back; and a round's."""
    today = agenda.today

    def order(of: Outer, days_ago: int, days: int, title: str, problems: Sequence[str]) -> None:
        opened_on = today - timedelta(days=days_ago)
        act = partial(
            within(rectifications.open_by_hand), agenda.actor(REVIEWER_NO), unit_id=of.id, title=title,
            problems=[Problem(text) for text in problems], due_on=opened_on + timedelta(days=days),
            demand="请逐项整改，并报送整改情况和照片。",
        )  # fmt: skip # One argument a line would say no more.
        agenda.add(opened_on, act, 9)

    def report(of: Outer, days_ago: int) -> None:
        agenda.add(today - timedelta(days=days_ago), partial(_report, agenda, of), 15)

    def check(of: Outer, days_ago: int, failed: Sequence[int] = ()) -> None:
        agenda.add(today - timedelta(days=days_ago), partial(_check, agenda, of, failed), 10)

    order(VISITORS, 12, 30, "餐盘回收处管理不到位", ("餐盘回收处没有反浪费标识", "骨头果皮与剩饭剩菜混投"))
    order(BY_CODE["YZ-009"], 41, 30, "备餐剩余偏高", ("晚餐备餐剩余连续两周超过出品的15%",))
    order(BY_CODE["YZ-005"], 28, 30, "订餐合同缺少反浪费条款", ("与供餐企业的合同没有反食品浪费责任条款",))
    report(BY_CODE["YZ-005"], 3)
    order(BY_CODE["YZ-007"], 80, 30, "称重台账不连续", ("9 天晚餐没有称重记录", "台账未由管理人员签字"))
    report(BY_CODE["YZ-007"], 60)
    check(BY_CODE["YZ-007"], 57)
    order(BY_CODE["YZ-201"], 50, 30, "份饭不能调整", ("份饭没有小份可选", "现场没有按需取餐提示"))
    report(BY_CODE["YZ-201"], 30)
    check(BY_CODE["YZ-201"], 27, failed=(1,))
    agenda.add(today - timedelta(days=2), partial(_ask_extension, agenda, BY_CODE["YZ-201"]), 11)
    # The one of the quarter before last, which the round's failing grade opened.
    closed_on = _closed_on(today)
    agenda.add(closed_on + timedelta(days=18), partial(_report, agenda, FAILED_BEFORE), 15)
    agenda.add(closed_on + timedelta(days=23), partial(_check, agenda, FAILED_BEFORE), 10)


def _closed_on(today: date) -> date:
    """By when the round of the quarter before last was reviewed."""
    this = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return months_before(this, 3) + timedelta(days=19)


def _first(of: Outer, states: Collection[State], actor: Actor) -> RectificationView:
    """The oldest rectification of a unit that stands thus."""
    statement = select(Rectification.id).where(
        Rectification.unit_id == of.id, Rectification.state.in_([state.value for state in states])
    )
    found = db.session.scalars(statement.order_by(Rectification.id).limit(1)).one()
    return rectification_queries.get_rectification(actor, found)


def _report(agenda: Agenda, of: Outer) -> None:
    actor = agenda.contact(of)
    found = _first(of, LIVE, actor)
    within(rectifications.report)(
        actor,
        rectification_id=found.id,
        revision=found.revision,
        measures={
            each.position: f"已整改：{each.text}的问题已于当周解决，并明确专人负责。"
            for each in found.problems
        },
        remark="整改情况已在食堂公示。",
    )


def _check(agenda: Agenda, of: Outer, failed: Sequence[int] = ()) -> None:
    actor = agenda.actor(REVIEWER_NO)
    found = _first(of, (State.REPORTED,), actor)
    within(rectifications.check)(
        actor,
        rectification_id=found.id,
        revision=found.revision,
        is_passed=not failed,
        failed=failed,
        finding="现场复查：第 1 项仍未落实，份饭规格没有变化。" if failed else "现场复查通过。",
    )


def _ask_extension(agenda: Agenda, of: Outer) -> None:
    actor = agenda.contact(of)
    found = _first(of, LIVE, actor)
    within(rectifications.ask_extension)(
        actor,
        rectification_id=found.id,
        wanted_on=found.due_on + timedelta(days=20),
        reason="供餐企业更换餐具需重新采购，预计下月中旬到货。",
    )
