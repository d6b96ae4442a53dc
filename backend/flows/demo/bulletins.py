"""The demo's bulletins, what the other units reported, and the loads that collectors took."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from sqlalchemy import func, insert, select

from backend import clock
from backend.dates import months_before
from backend.db import db, table, unit
from backend.flows.demo import units
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.organisation import APPROVER_NO, REVIEWER_NO, WAITER_NO
from backend.flows.demo.scales import PLATFORM
from backend.flows.demo.units import OUTER, REPORTED_MONTHS, Outer
from canteen.bulletins import services
from canteen.bulletins.models import BulletinKind
from canteen.bulletins.queries import BulletinView
from canteen.evaluation.units import operations as unit_operations
from canteen.evaluation.units import policies as unit_policies
from canteen.evaluation.units.models import UnitReport, Via
from canteen.evaluation.units.policies import Figures
from canteen.food_safety.ledgers.models import HandOver, HandOverKind
from canteen.waste.models import Stage, WasteStage

_SEED: Final = "houqin demo 2026: bulletins"
# The bulletins of so many months are out.
_MONTHS: Final = 4
_CORRECTED: Final = 2
_HAND_OVERS_FOR: Final = 60
# For less nobody sends a lorry.
_LEAST_G: Final = 10_000
_COLLECTOR: Final = "云州绿源餐厨废弃物处置有限公司"
_OIL_COLLECTOR: Final = "云州清油再生资源有限公司"
_WASTED: Final = tuple(
    stage.value for stage in (Stage.STORAGE, Stage.PREPARATION, Stage.UNSERVED, Stage.PLATE)
)
_INTRODUCTION: Final = {
    BulletinKind.MONTHLY: "按照机关食堂反食品浪费工作安排，现将各食堂{period}称重监测情况通报如下。",
    BulletinKind.QUARTERLY: (
        "按照《机关食堂反食品浪费工作成效评估和通报制度》要求，我局对{period}各被评估单位反食品浪费工作成效"
        "进行了评估，现将有关情况通报如下。"
    ),
}
_PROBLEMS: Final = (
    "一是台账仍有缺口。个别餐次未称重，覆盖率与上期相比改善不大。\n"
    "二是备餐与用餐人数衔接不够。晚餐和临近节假日的备餐剩余偏多。\n"
    "三是部分菜品剩余率较高，口味和份量调整不及时。"
)
_REQUIREMENTS: Final = (
    "各单位要对照问题逐项整改，餐后当日完成称重登记；对剩余率较高的菜品先推荐半份，并在下期菜单中调整；"
    "被下达整改通知的单位应按期报送整改情况，逾期未改的按规定移交处理。"
)
_MISPRINT: Final = "二是备餐与用餐人数衔接不够。早餐和临近节假日的备餐剩余偏多。"


def plan_bulletins(agenda: Agenda) -> None:
    """Put the reports, the bulletins and the correction that waits on the agenda."""
    month, today = agenda.today.replace(day=1), agenda.today
    this = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    agenda.add(months_before(month, REPORTED_MONTHS + 1), partial(_load_reports, agenda), 1)
    for count in range(_MONTHS, 0, -1):
        issue = _Issue(agenda, BulletinKind.MONTHLY, months_before(month, count))
        drafted_on = months_before(month, count - 1) + timedelta(days=2)
        if count == _CORRECTED:
            issue.misprint = True
        issue.plan(drafted_on, drafted_on + timedelta(days=3))
        if count == _CORRECTED:
            issue.plan_correction(
                drafted_on + timedelta(days=9),
                "“存在问题”第二条误将“晚餐”写作“早餐”，予以更正；数据没有变化。",
                published_on=drafted_on + timedelta(days=10),
            )
    for months in (6, 3):
        first_day = months_before(this, months)
        issue = _Issue(agenda, BulletinKind.QUARTERLY, first_day)
        after = months_before(first_day, -3)
        issue.plan(after + timedelta(days=21), after + timedelta(days=24))
    agenda.add(_late_on(this), partial(_report_late, agenda, months_before(this, 1)), 9)
    issue.plan_correction(
        max(today - timedelta(days=2), _late_on(this)),
        f"{units.LATE.name}补报了{this.month - 1 or 12}月月报，更正其填报月数。",
    )
    agenda.add(today, partial(_hand_over, agenda), 0)


class _Issue:
    """The bulletin of a period and what becomes of it."""

    def __init__(self, agenda: Agenda, kind: BulletinKind, first_day: date) -> None:
        self.agenda, self.kind, self.first_day = agenda, kind, first_day
        self.drafter, self.approver = agenda.actor(REVIEWER_NO), agenda.actor(APPROVER_NO)
        self.misprint = False
        self.view: BulletinView | None = None

    def plan(self, drafted_on: date, published_on: date) -> None:
        """Draft it, hand it in and sign it off."""
        self.agenda.add(drafted_on, self._draft, 10)
        self.agenda.add(drafted_on, self._edit, 15)
        self.agenda.add(drafted_on + timedelta(days=1), self._submit, 9)
        self.agenda.add(published_on, self._publish, 16)

    def plan_correction(self, on: date, reason: str, *, published_on: date | None = None) -> None:
        """Correct it; without a day the correction waits to be signed off."""
        self.agenda.add(on, partial(self._correct, reason), 14)
        self.agenda.add(on, self._edit, 15)
        self.agenda.add(on + timedelta(days=1), self._submit, 9)
        if published_on is not None:
            self.agenda.add(published_on, self._publish, 16)

    def _draft(self) -> None:
        self.view = within(services.draft)(self.drafter, kind=self.kind, first_day=self.first_day)

    def _correct(self, reason: str) -> None:
        self.misprint = False
        self.view = within(services.correct)(self.drafter, bulletin_id=self._bulletin().id, reason=reason)

    def _edit(self) -> None:
        problems = _PROBLEMS
        if self.misprint:
            first, _, last = problems.split("\n")
            problems = "\n".join((first, _MISPRINT, last))
        self.view = within(services.edit)(
            self.drafter,
            bulletin_id=self._bulletin().id,
            revision=self._bulletin().revision,
            introduction=_INTRODUCTION[self.kind].format(period=self._standing().period_name),
            problems=problems,
            requirements=_REQUIREMENTS,
        )

    def _submit(self) -> None:
        found = self._bulletin()
        self.view = within(services.submit)(self.drafter, bulletin_id=found.id, revision=found.revision)

    def _publish(self) -> None:
        found = self._bulletin()
        self.view = within(services.publish)(self.approver, bulletin_id=found.id, revision=found.revision)

    def _standing(self) -> BulletinView:
        assert self.view is not None  # noqa: S101 - it was drafted before.
        return self.view

    def _bulletin(self) -> Any:
        return self._standing().bulletin


# What the other units report


def _load_reports(agenda: Agenda) -> None:
    """The months' reports of all units, but for what came late or never."""
    rows = list(_reports(agenda))
    unit().execute(insert(table(UnitReport)), rows)


def _reports(agenda: Agenda) -> Iterator[dict[str, Any]]:
    month = agenda.today.replace(day=1)
    this = month.replace(month=3 * ((month.month - 1) // 3) + 1)
    for one in OUTER:
        contact, before = agenda.contact(one), None
        for count in range(REPORTED_MONTHS, 0, -1):
            of = months_before(month, count)
            figures, at = units.figures_of(one, of), units.reported_at(one, of)
            is_late = one is units.LATE and of == months_before(this, 1)
            if at <= agenda.now and not is_late and not (one is units.MISSING and count == 1):
                yield _report_row(one, of, figures, before, contact.staff_id, contact.name, at)
            before = figures


def _report_row(
    one: Outer, of: date, figures: Figures, before: Figures | None, by: int, by_name: str, at: datetime
) -> dict[str, Any]:
    is_platform = one is units.BY_PLATFORM
    via = Via.API if is_platform else Via.EXCEL if one.id % 3 == 0 else Via.FORM
    return {
        "unit_id": one.id,
        "month": of,
        "version": 1,
        **{name: getattr(figures, name) for name in unit_policies.NAMES},
        "findings": [finding.code.value for finding in unit_policies.findings(figures, before, canteens=1)],
        "via": via.value,
        "device_id": PLATFORM.id if is_platform else None,
        "reported_at": at,
        "reported_by": 0 if is_platform else by,
        "reported_by_name": PLATFORM.name if is_platform else by_name,
    }


def _late_on(this: date) -> date:
    """When the late report of the last quarter came: after the bulletin was out."""
    return this + timedelta(days=31)


def _report_late(agenda: Agenda, month: date) -> None:
    contact = agenda.contact(units.LATE)
    figures = units.figures_of(units.LATE, month)
    unit_operations.take_report(units.LATE.id, month, figures, Via.FORM, actor=contact)


# What collectors took


def _hand_over(agenda: Agenda) -> None:
    """Twice a week the bins are taken, and once a month the used oil; weighed again by the collector."""
    rows = [row for kitchen in KITCHENS for row in _loads(agenda, kitchen.id)]
    if rows:
        rows.sort(key=lambda row: row["handed_at"])
        unit().execute(insert(table(HandOver)), rows)


def _loads(agenda: Agenda, canteen_id: int) -> Iterator[dict[str, Any]]:
    first = agenda.today - timedelta(days=_HAND_OVERS_FOR)
    wasted, waiting_g = _wasted_by_day(canteen_id, first), 0
    for count in range(_HAND_OVERS_FOR):
        day = first + timedelta(days=count)
        rng = Random(f"{_SEED}: {canteen_id} {day}")
        # The bins of the day itself are filled until the evening; the lorry comes in the morning.
        if day.weekday() in (1, 4) and waiting_g >= _LEAST_G:
            weight_g = round(waiting_g * rng.uniform(0.97, 1.02)) // 100 * 100
            yield _load(agenda, canteen_id, day, HandOverKind.FOOD_WASTE, weight_g)
            waiting_g = 0
        if day.day == 15:
            yield _load(agenda, canteen_id, day, HandOverKind.USED_OIL, rng.randrange(18_000, 34_000, 500))
        waiting_g += wasted.get(day, 0)


def _load(agenda: Agenda, canteen_id: int, day: date, kind: HandOverKind, weight_g: int) -> dict[str, Any]:
    handed_at = clock.at_local(day, time(9, 10 + 7 * canteen_id))
    waiter = agenda.member(WAITER_NO)
    is_oil = kind is HandOverKind.USED_OIL
    return {
        "canteen_id": canteen_id,
        "handed_at": handed_at,
        "handed_on": day,
        "kind": kind.value,
        "weight_g": weight_g,
        "receiver": _OIL_COLLECTOR if is_oil else _COLLECTOR,
        "use": "再生油脂" if is_oil else "厌氧发酵制肥",
        "vehicle_no": "云A·C7036" if is_oil else "云A·F2815",
        "receipt_no": f"{'YZ' if is_oil else 'CY'}{day:%Y%m%d}-{canteen_id}",
        "reason": "",
        "recorded_at": handed_at + timedelta(minutes=12),
        "recorded_by": waiter.staff_id,
        "recorded_by_name": waiter.name,
    }


def _wasted_by_day(canteen_id: int, since: date) -> dict[date, int]:
    rows: Sequence[Any] = db.session.execute(
        select(WasteStage.served_on, func.sum(WasteStage.net_g))
        .where(
            WasteStage.canteen_id == canteen_id,
            WasteStage.served_on >= since,
            WasteStage.stage.in_(_WASTED),
            WasteStage.source == "bulk",
        )
        .group_by(WasteStage.served_on)
    ).all()
    return {day: int(grams) for day, grams in rows}
