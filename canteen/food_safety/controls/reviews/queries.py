"""Reads of the weeks and the months, scoped by the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.dates import day_text
from backend.db import db
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.controls import facts as span_facts
from canteen.food_safety.controls.days import queries as days
from canteen.food_safety.controls.errors import ReviewNotFound
from canteen.food_safety.controls.facts import Fact, Facts, Group
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen

Report: TypeAlias = SafetyWeek | SafetyMonth
Model: TypeAlias = type[SafetyWeek] | type[SafetyMonth]
_FIRST: Final = {SafetyWeek: "monday", SafetyMonth: "month"}


@dataclass(frozen=True, slots=True)
class ReportView:
    """A week or a month with its canteen. Until it is signed, its facts may be refreshed."""

    row: Any
    canteen: str

    @property
    def first_on(self) -> date:
        """The first of its days."""
        first: date = getattr(self.row, _FIRST[type(self.row)])
        return first

    @property
    def until_on(self) -> date:
        """The last of its days."""
        span = span_facts.week_of if isinstance(self.row, SafetyWeek) else span_facts.month_of
        return span(self.first_on)[1]

    @property
    def is_signed(self) -> bool:
        """Whether it stands."""
        return self.row.signed_at is not None

    @property
    def alarms(self) -> int:
        """How many of its facts need a word."""
        groups = self.row.facts["groups"]
        return sum(line["is_alarm"] for group in groups for line in group["lines"])


def page_reports(
    actor: Actor, model: Model, *, canteen_id: int | None = None, page: int = 1, page_size: int = 20
) -> Page:
    """The weeks or months of the kitchens within reach, the latest first. Raises CanteenNotFound."""
    statement: Any = select(model, Canteen.name).join(Canteen, Canteen.id == model.canteen_id)
    if canteen_id is not None:
        reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
        statement = statement.where(model.canteen_id == canteen_id)
    else:
        statement = statement.where(reach.within(actor, Permission.SAFETY_READ))
    first = getattr(model, _FIRST[model])
    found = paginate(
        statement.order_by(first.desc(), model.id.desc()), page=page, page_size=page_size, scalars=False
    )
    return Page([ReportView(*row) for row in found.rows], found.total, page, page_size)


def get_report(actor: Actor, model: Model, report_id: int) -> ReportView:
    """A week or a month within reach. Raises ReviewNotFound."""
    row: Any = db.session.get(model, report_id)
    if row is None:
        raise ReviewNotFound
    return view_of(row, _canteen(actor, row, Permission.SAFETY_READ))


def lock_report(actor: Actor, model: Model, report_id: int) -> tuple[Any, Canteen]:
    """A week or a month that the actor writes, locked. Raises ReviewNotFound."""
    row: Any = db.session.scalars(
        select(model).where(model.id == report_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise ReviewNotFound
    return row, _canteen(actor, row, Permission.SAFETY_MANAGE)


def _canteen(actor: Actor, row: Any, permission: Permission) -> Canteen:
    canteen = menu_queries.get_canteen(row.canteen_id)
    if not reach.may(actor, canteen, permission):
        raise ReviewNotFound
    return canteen


def view_of(row: Any, canteen: Canteen) -> ReportView:
    """A report that the caller may see."""
    return ReportView(row, canteen.name)


def facts_of(canteen_id: int, model: Model, first: date) -> Facts:
    """The facts with which a week or a month begins, as they are now."""
    span = span_facts.week_of if model is SafetyWeek else span_facts.month_of
    from_on, until_on = span(first)
    last = min(until_on, clock.today())
    groups = [_of_days(canteen_id, from_on, last), *span_facts.of_span(canteen_id, from_on, last)]
    if model is SafetyMonth:
        groups.insert(1, _of_weeks(canteen_id, from_on, until_on))
    return Facts(from_on, until_on, groups)


def _of_days(canteen_id: int, from_on: date, until_on: date) -> Group:
    states = days.days_of(canteen_id, from_on, until_on)
    closed = [each for each in states if each.state == days.CLOSED]
    zero = [each for each in closed if each.is_zero_risk]
    gaps = [each.on for each in states if each.is_gap]
    text = f"完成 {len(closed)} 天，其中未发现风险 {len(zero)} 天"
    lines = [Fact("日管控", text)]
    if gaps:
        lines.append(Fact("缺记录的日期", span_facts.listed(gaps), is_alarm=True))
    return Group("日管控", lines)


def _of_weeks(canteen_id: int, from_on: date, until_on: date) -> Group:
    rows: Sequence[SafetyWeek] = db.session.scalars(
        select(SafetyWeek)
        .where(SafetyWeek.canteen_id == canteen_id, SafetyWeek.monday.between(from_on, until_on))
        .order_by(SafetyWeek.monday)
    ).all()
    signed = [each for each in rows if each.signed_at is not None]
    lines = [Fact("周排查报告", f"已签发 {len(signed)} 份", is_alarm=not signed)]
    lines += [Fact(f"{day_text(each.monday)}当周", each.problems or each.conclusion) for each in signed]
    return Group("周排查", lines)


def reports_between(canteen_id: int, model: Model, from_on: date, until_on: date) -> list[Any]:
    """The weeks or months that begin on these days, the first one first; unscoped. One statement."""
    first = getattr(model, _FIRST[model])
    return list(
        db.session.scalars(
            select(model)
            .where(model.canteen_id == canteen_id, first.between(from_on, until_on))
            .order_by(first)
        )
    )


def unsigned(canteen_id: int, monday: date) -> Count:
    """A count of a canteen's weeks before `monday` that are written and not signed; unscoped."""
    return select(func.count(SafetyWeek.id)).where(
        SafetyWeek.canteen_id == canteen_id, SafetyWeek.monday < monday, SafetyWeek.signed_at.is_(None)
    )


def count_unsigned(canteen_ids: Sequence[int], monday: date) -> dict[int, int]:
    """By canteen: how many weeks before `monday` are written and not signed; one statement."""
    rows = db.session.execute(
        select(SafetyWeek.canteen_id, func.count())
        .where(
            SafetyWeek.canteen_id.in_(canteen_ids),
            SafetyWeek.monday < monday,
            SafetyWeek.signed_at.is_(None),
        )
        .group_by(SafetyWeek.canteen_id)
    )
    return {row[0]: row[1] for row in rows}
