"""What was reported about equipment: the orders of one asset, what they cost, and how often kinds fail."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.paging import Page, paginate
from property.assets import filters as asset_filters
from property.assets import policies as asset_policies
from property.assets import queries as asset_queries
from property.assets.models import Asset, AssetEvent, AssetEventKind, AssetKind
from property.assets.policies import StateChange
from property.assets.queries import AssetView
from property.categories import queries as category_queries
from property.work_orders.models import OPEN_STATES, Origin, State, WorkOrder

# Planned work, parts of an order and complaints about one are no failures of their own.
NO_FAILURES: Final = (Origin.MAINTENANCE, Origin.SPLIT, Origin.FOLLOW_UP)
# What was not taken on, or was counted elsewhere, was none either.
_UNSERVED: Final = (State.DECLINED, State.CANCELLED, State.DUPLICATE)
_OPEN: Final = tuple(state.value for state in OPEN_STATES)


@dataclass(frozen=True, slots=True)
class AssetOrder:
    """An order about an asset; says nothing of people."""

    id: int
    number: str
    state: str
    origin: str
    category: str
    description: str
    submitted_at: datetime
    completed_at: datetime | None
    is_warranty: bool
    cost_fen: int


@dataclass(frozen=True, slots=True)
class AssetFigures:
    """What the orders about an asset come to; `mtbf_hours` is the hours in use between failures."""

    orders: int
    open: int
    failures: int
    warranty_orders: int
    cost_fen: int
    last_done_at: datetime | None
    mtbf_hours: int | None


@dataclass(frozen=True, slots=True)
class ScannedAsset:
    """What a phone shows of a scanned asset. `category_code` is "" where none is in use."""

    asset: AssetView
    category_code: str
    open_orders: int
    last_done_at: datetime | None


@dataclass(frozen=True, slots=True)
class KindReliability:
    """How often the assets of a kind failed in a span, and the mean hours in use between failures."""

    kind_id: int
    kind: str
    assets: int
    in_use_hours: int
    failures: int
    mtbf_hours: int | None


def scan(plate: str) -> ScannedAsset:
    """The asset of a scanned plate. Raises AssetNotFound or AssetPlateReplaced."""
    asset = asset_queries.find_by_plate(plate)
    open_orders, last_done_at = db.session.execute(
        select(_count(WorkOrder.state.in_(_OPEN)), func.max(WorkOrder.completed_at)).where(
            WorkOrder.asset_id == asset.id
        )
    ).one()
    category = category_queries.tree().find(asset.category_id) if asset.category_id else None
    is_usable = category is not None and category.is_in_use and category.is_leaf
    return ScannedAsset(
        asset, category.code if category and is_usable else "", open_orders or 0, last_done_at
    )


def page_of_asset(actor: Actor, asset_id: int, *, page: int = 1, page_size: int = 20) -> Page:
    """The orders about an asset within the actor's reach, the newest first. Raises AssetNotFound."""
    return orders_about(asset_queries.get(actor, asset_id), page=page, page_size=page_size)


def orders_about(asset: AssetView, *, page: int = 1, page_size: int = 20) -> Page:
    """The orders about an asset that the actor may see, the newest first."""
    statement = (
        select(WorkOrder).where(WorkOrder.asset_id == asset.id).order_by(WorkOrder.submitted_at.desc())
    )
    found = paginate(statement, page=page, page_size=page_size)
    names = category_queries.names()
    rows = [_order(order, names) for order in found.rows]
    return Page(rows, found.total, found.page, found.page_size)


def figures_of(actor: Actor, asset_id: int) -> AssetFigures:
    """What the orders about an asset within the actor's reach come to. Raises AssetNotFound."""
    return figures_about(asset_queries.get(actor, asset_id))


def figures_about(asset: AssetView) -> AssetFigures:
    """What the orders about an asset that the actor may see come to."""
    orders, still_open, failures, warranty, cost_fen, last_done_at = db.session.execute(
        select(
            func.count(),
            _count(WorkOrder.state.in_(_OPEN)),
            _count(is_failure()),
            _count(WorkOrder.is_warranty),
            func.coalesce(func.sum(WorkOrder.cost_fen), 0),
            func.max(WorkOrder.completed_at),
        ).where(WorkOrder.asset_id == asset.id)
    ).one()
    since = _in_register_since(asset.installed_on, asset.created_at)
    changes = _state_changes([asset.id]).get(asset.id, [])
    seconds = asset_policies.seconds_in_use(since, clock.now(), asset.state, changes)
    return AssetFigures(
        orders=orders,
        open=still_open or 0,
        failures=failures or 0,
        warranty_orders=warranty or 0,
        cost_fen=int(cost_fen),
        last_done_at=last_done_at,
        mtbf_hours=_mean_hours(seconds, failures or 0),
    )


def reliability(actor: Actor, *, from_on: date, until_on: date) -> list[KindReliability]:
    """How the kinds of equipment within the actor's reach did in [from_on, until_on], both days included.

    An asset counts from the day on which it was installed, or entered if that was later, and while it is in
    use. Kinds without any assets are left out; a handful of statements.
    """
    begin, end = _span(from_on, until_on)
    until = min(end, clock.now())
    columns = (Asset.id, Asset.kind_id, Asset.state, Asset.installed_on, Asset.created_at)
    assets = db.session.execute(select(*columns).where(asset_filters.in_reach(actor))).all()
    changes = _state_changes(None)
    counts: dict[int, int] = defaultdict(int)
    seconds: dict[int, int] = defaultdict(int)
    for asset_id, kind_id, state, installed_on, created_at in assets:
        since = max(begin, _in_register_since(installed_on, created_at))
        counts[kind_id] += 1
        seconds[kind_id] += asset_policies.seconds_in_use(since, until, state, changes.get(asset_id, []))
    failures = _failures_by_kind(actor, begin, end)
    return [
        KindReliability(
            kind_id=kind.id,
            kind=kind.name,
            assets=counts[kind.id],
            in_use_hours=seconds[kind.id] // 3600,
            failures=failures.get(kind.id, 0),
            mtbf_hours=_mean_hours(seconds[kind.id], failures.get(kind.id, 0)),
        )
        for kind in db.session.scalars(select(AssetKind).order_by(AssetKind.name))
        if kind.id in counts
    ]


def is_failure() -> ColumnElement[bool]:
    """The condition that an order tells of a failure of its asset."""
    return and_(
        WorkOrder.origin.not_in([origin.value for origin in NO_FAILURES]),
        WorkOrder.state.not_in([state.value for state in _UNSERVED]),
    )


def _failures_by_kind(actor: Actor, begin: datetime, end: datetime) -> dict[int, int]:
    rows: Any = db.session.execute(
        select(Asset.kind_id, func.count())
        .join(WorkOrder, WorkOrder.asset_id == Asset.id)
        .where(
            asset_filters.in_reach(actor),
            is_failure(),
            WorkOrder.submitted_at >= begin,
            WorkOrder.submitted_at < end,
        )
        .group_by(Asset.kind_id)
    )
    return dict(rows.all())


def _state_changes(asset_ids: Sequence[int] | None) -> Mapping[int, list[StateChange]]:
    """When these assets, or all, changed their states, in order; one statement."""
    statement = select(AssetEvent.asset_id, AssetEvent.at, AssetEvent.details).where(
        AssetEvent.kind == AssetEventKind.STATE.value
    )
    if asset_ids is not None:
        statement = statement.where(AssetEvent.asset_id.in_(asset_ids))
    found: dict[int, list[StateChange]] = defaultdict(list)
    for asset_id, at, details in db.session.execute(statement.order_by(AssetEvent.id)):
        found[asset_id].append(StateChange(at, *details["state"]))
    return found


def _span(from_on: date, until_on: date) -> tuple[datetime, datetime]:
    begin = clock.at_local(from_on, time.min)
    return begin, clock.at_local(until_on + timedelta(days=1), time.min)


def _in_register_since(installed_on: date | None, created_at: datetime) -> datetime:
    """Nothing is known of failures before an asset stood in the register."""
    if installed_on is None:
        return created_at
    return max(created_at, clock.at_local(installed_on, time.min))


def _mean_hours(seconds: int, failures: int) -> int | None:
    return seconds // failures // 3600 if failures else None


def _count(condition: ColumnElement[bool] | Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _order(order: WorkOrder, names: Mapping[int, str]) -> AssetOrder:
    return AssetOrder(
        id=order.id,
        number=order.number,
        state=order.state,
        origin=order.origin,
        category=names.get(order.category_id, ""),
        description=order.description,
        submitted_at=order.submitted_at,
        completed_at=order.completed_at,
        is_warranty=order.is_warranty,
        cost_fen=order.cost_fen,
    )
