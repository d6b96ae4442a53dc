"""Reads of rounds: by permission within reach, and by whoever they are given to."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, text

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db, table
from backend.identity.models import Staff
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from property.contractors.models import Contractor
from property.inspections import queries as inspection_queries
from property.inspections.models import CheckItem, PlanKind
from property.inspections.queries import ItemView, within
from property.inspections.rounds import policies
from property.inspections.rounds.errors import RoundNotFound
from property.inspections.rounds.models import (
    IS_OPEN,
    Answer,
    PointState,
    Presence,
    Recheck,
    Round,
    RoundPoint,
    RoundState,
    Verdict,
)
from property.inspections.titles import KIND_NAMES
from property.work_orders.models import State, WorkOrder
from property.work_orders.policies import STATE_NAMES as ORDER_STATE_NAMES
from property.workforce import queries as workforce
from property.workforce.models import Group, Worker

_GIVEN_TO = table(Staff).alias("given_to")


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as a list shows it. Its counts are written when it ends."""

    round: Round
    group_name: str
    contractor_name: str
    worker_name: str

    @property
    def kind_name(self) -> str:
        """巡检, 保养 or 复查."""
        return "复查" if self.is_recheck else KIND_NAMES[PlanKind(self.round.kind)]

    @property
    def is_recheck(self) -> bool:
        """Whether it goes back to one failed item."""
        return self.round.recheck_of_id is not None

    @property
    def state_name(self) -> str:
        """待完成, 已完成 …"""
        return policies.STATE_NAMES[RoundState(self.round.state)]

    @property
    def is_now(self) -> bool:
        """Whether it can be done at this moment."""
        now = clock.now()
        ends = self.is_recheck or now < self.round.closes_at
        return self.round.state == RoundState.OPEN and self.round.opens_at <= now and ends

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been done by now."""
        return self.round.state == RoundState.OPEN and clock.now() >= self.round.closes_at


@dataclass(frozen=True, slots=True)
class OrderLink:
    """The order that a failed item raised."""

    id: int
    number: str
    state: str
    worker_id: int | None = None

    @property
    def state_name(self) -> str:
        """待受理 …"""
        return ORDER_STATE_NAMES[State(self.state)]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What was found of an item."""

    answer: Answer
    item: CheckItem
    order: OrderLink | None
    recheck_round_id: int | None
    photos: Sequence[PhotoLinks]

    @property
    def value(self) -> Any:
        """As the phone sent it."""
        return policies.wire_value(self.item, self.answer.value)

    @property
    def value_text(self) -> str:
        """`是`, `0.8 MPa`."""
        return policies.value_in_words(self.item, self.answer.value)

    @property
    def verdict_name(self) -> str:
        """合格, 不合格, 已记录."""
        return policies.VERDICT_NAMES[Verdict(self.answer.verdict)]

    @property
    def recheck_name(self) -> str:
        """待复查 …"""
        return policies.RECHECK_NAMES[Recheck(self.answer.recheck)]


@dataclass(frozen=True, slots=True)
class CheckView(ItemView):
    """An item of a point of a round, with what was found."""

    answer: AnswerView | None = None


@dataclass(frozen=True, slots=True)
class RoundPointView:
    """A point of a round with what is checked there."""

    point: RoundPoint
    checks: Sequence[CheckView]

    @property
    def state_name(self) -> str:
        """未到, 已到, 漏检."""
        return policies.POINT_NAMES[PointState(self.point.state)]

    @property
    def presence_name(self) -> str:
        """扫码, 手工签到."""
        return policies.PRESENCE_NAMES[Presence(self.point.presence)] if self.point.presence else ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The failed item to which a re-check goes back."""

    round_id: int
    item: str
    order: OrderLink | None


@dataclass(frozen=True, slots=True)
class RoundView(RoundRow):
    """All of a round. `can` is what the reader may do now: scan, finish, withdraw."""

    recheck_of: Origin | None = None
    stops: Sequence[RoundPointView] = ()
    can: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class MyCounts:
    """How many rounds somebody can do now, later, and how many re-checks are among them."""

    now: int
    later: int
    rechecks: int


def page_rounds(
    actor: Actor,
    *,
    state: RoundState | None = None,
    kind: PlanKind | None = None,
    plan_id: int | None = None,
    group_id: int | None = None,
    contractor_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    has_missed: bool = False,
    has_failed: bool = False,
    is_recheck: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The rounds within reach of PROPERTY_READ, the latest due first; two statements."""
    wanted: list[ColumnElement[bool]] = [in_reach(actor)]
    for column, value in (
        (Round.state, state.value if state is not None else None),
        (Round.kind, kind.value if kind is not None else None),
        (Round.plan_id, plan_id),
        (Round.group_id, group_id),
        (Round.contractor_id, contractor_id),
    ):
        if value is not None:
            wanted.append(column == value)
    if from_on is not None:
        wanted.append(Round.due_on >= from_on)
    if until_on is not None:
        wanted.append(Round.due_on <= until_on)
    if has_missed:
        wanted.append(Round.missed > 0)
    if has_failed:
        wanted.append(Round.failed > 0)
    if is_recheck is not None:
        wanted.append(Round.recheck_of_id.is_not(None) if is_recheck else Round.recheck_of_id.is_(None))
    ordered = _rows().where(*wanted).order_by(Round.due_at.desc(), Round.id.desc())
    return _page(ordered, page, page_size)


def page_mine(actor: Actor, *, page: int, page_size: int) -> Page:
    """The open rounds that the actor may do, those that can be done now first, then by when they close."""
    is_later = case((Round.opens_at > clock.now(), 1), else_=0)
    ordered = _rows().where(*_mine(actor)).order_by(is_later, Round.closes_at, Round.id)
    return _page(ordered, page, page_size)


def count_mine(actor: Actor) -> MyCounts:
    """How many there are, for the badge; two statements."""
    is_later = Round.opens_at > clock.now()

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = db.session.execute(
        select(number(~is_later), number(is_later), number(Round.recheck_of_id.is_not(None))).where(
            *_mine(actor)
        )
    ).one()
    return MyCounts(*map(int, row))


def get_round(actor: Actor, round_id: int) -> RoundView:
    """All of a round; eleven statements at most. Raises RoundNotFound for what the actor may not know of."""
    found = db.session.execute(
        _rows().where(Round.id == round_id).execution_options(populate_existing=True)
    ).one_or_none()
    worker = workforce.worker_of(actor.staff_id)
    if found is None or not _is_visible(actor, worker, found[0]):
        raise RoundNotFound
    row = RoundRow(*found)
    return RoundView(
        round=row.round,
        group_name=row.group_name,
        contractor_name=row.contractor_name,
        worker_name=row.worker_name,
        recheck_of=_origin(row.round.recheck_of_id),
        stops=_points(row.round),
        can=_possible(actor, worker, row),
    )


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """What the actor reads by permission, as a condition on rounds."""
    return within(actor.reach(Permission.PROPERTY_READ), Round.campus_id, Round.building_id)


def is_in_reach(actor: Actor, of: Round, permission: Permission) -> bool:
    """Whether a round lies within reach of a permission."""
    return actor.reach(permission).covers(campus_id=of.campus_id, building_id=of.building_id)


def order_of(answer_id: int) -> OrderLink | None:
    """The order that an answer raised."""
    row = db.session.execute(
        select(WorkOrder.id, WorkOrder.number, WorkOrder.state, WorkOrder.worker_id)
        .join(Answer, Answer.order_id == WorkOrder.id)
        .where(Answer.id == answer_id)
    ).one_or_none()
    return OrderLink(*row) if row is not None else None


def answers_of(point_ids: Collection[int]) -> dict[int, list[Answer]]:
    """What was found at points of rounds; one statement."""
    found: dict[int, list[Answer]] = defaultdict(list)
    for answer in db.session.scalars(select(Answer).where(Answer.round_point_id.in_(point_ids))):
        found[answer.round_point_id].append(answer)
    return found


def points_of_round(round_id: int) -> list[RoundPoint]:
    """The points of a round in their order."""
    return list(
        db.session.scalars(
            select(RoundPoint).where(RoundPoint.round_id == round_id).order_by(RoundPoint.position)
        )
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Round,
            Group.name,
            func.coalesce(Contractor.short_name, ""),
            func.coalesce(_GIVEN_TO.c.name, ""),
        )
        .join(Group, Group.id == Round.group_id)
        .outerjoin(Contractor, Contractor.id == Round.contractor_id)
        .outerjoin(_GIVEN_TO, _GIVEN_TO.c.id == Round.worker_id)
    )


def _page(ordered: Select[*tuple[Any, ...]], page: int, page_size: int) -> Page:
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([RoundRow(*row) for row in found.rows], found.total, page, page_size)


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    worker = workforce.worker_of(actor.staff_id)
    if worker is None:
        return (false(),)
    own: ColumnElement[bool] = or_(Round.worker_id.is_(None), Round.worker_id == actor.staff_id)
    is_open: Any = text(f"inspection_rounds.{IS_OPEN}")  # The index's own words, so that it is used.
    return (is_open, Round.group_id == worker.group_id, *(() if worker.is_lead else (own,)))


def _is_visible(actor: Actor, worker: Worker | None, of: Round) -> bool:
    is_members = worker is not None and worker.group_id == of.group_id
    return is_members or is_in_reach(actor, of, Permission.PROPERTY_READ)


def _possible(actor: Actor, worker: Worker | None, row: RoundRow) -> list[str]:
    if row.round.state != RoundState.OPEN:
        return []
    does = policies.performs(actor, worker, row.round) and actor.can(Permission.INSPECTIONS_PERFORM)
    manages = is_in_reach(actor, row.round, Permission.INSPECTIONS_MANAGE)
    possible = {
        "scan": does and row.is_now,
        "finish": does and row.round.opens_at <= clock.now(),
        "withdraw": manages,
    }
    return [name for name, is_possible in possible.items() if is_possible]


def _origin(answer_id: int | None) -> Origin | None:
    if answer_id is None:
        return None
    row = db.session.execute(
        select(RoundPoint.round_id, CheckItem.text)
        .select_from(Answer)
        .join(RoundPoint, RoundPoint.id == Answer.round_point_id)
        .join(CheckItem, CheckItem.id == Answer.item_id)
        .where(Answer.id == answer_id)
    ).one()
    return Origin(row[0], row[1], order_of(answer_id))


def _points(of: Round) -> list[RoundPointView]:
    points = points_of_round(of.id)
    items = inspection_queries.items_of({point.version_id for point in points})
    answers = answers_of([point.id for point in points])
    every = [answer for each in answers.values() for answer in each]
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [answer.id for answer in every])
    orders = _orders({answer.order_id for answer in every if answer.order_id is not None})
    rechecks = _rechecks([answer.id for answer in every if answer.recheck != Recheck.NONE])
    return [
        RoundPointView(
            point,
            [
                CheckView(
                    view.item,
                    view.category_code,
                    view.category_name,
                    _answer(view, answers.get(point.id, ()), photos, orders, rechecks),
                )
                for view in items.get(point.version_id, ())
                if point.item_id in (None, view.item.id)
            ],
        )
        for point in points
    ]


def _answer(
    view: ItemView,
    answers: Sequence[Answer],
    photos: Mapping[int, list[PhotoLinks]],
    orders: Mapping[int, OrderLink],
    rechecks: Mapping[int, int],
) -> AnswerView | None:
    answer = next((each for each in answers if each.item_id == view.item.id), None)
    if answer is None:
        return None
    return AnswerView(
        answer,
        view.item,
        orders.get(answer.order_id or 0),
        rechecks.get(answer.id),
        photos.get(answer.id, ()),
    )


def _orders(order_ids: Collection[int]) -> dict[int, OrderLink]:
    if not order_ids:
        return {}
    rows = db.session.execute(
        select(WorkOrder.id, WorkOrder.number, WorkOrder.state).where(WorkOrder.id.in_(order_ids))
    )
    return {row.id: OrderLink(*row) for row in rows}


def _rechecks(answer_ids: Collection[int]) -> dict[int, int]:
    if not answer_ids:
        return {}
    statement = select(Round.recheck_of_id, Round.id).where(Round.recheck_of_id.in_(answer_ids))
    return {row[0]: row[1] for row in db.session.execute(statement) if row[0] is not None}
