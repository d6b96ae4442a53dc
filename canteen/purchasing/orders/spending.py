"""What was spent and on whom, from deliveries: by month and category, assistance, facts of assessments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.purchasing.ingredients.models import Ingredient, IngredientCategory
from canteen.purchasing.orders import policies, queries
from canteen.purchasing.orders.models import Delivery, OrderState, PurchaseLine, PurchaseOrder
from canteen.purchasing.orders.rules import MONTH_BUDGET, SHORT_PERCENT
from canteen.purchasing.suppliers import facts as supplier_facts
from canteen.purchasing.suppliers.models import Supplier
from canteen.purchasing.suppliers.policies import Facts, fen_per_kg, rounded

_PLACED = (OrderState.APPROVED.value, OrderState.RECEIVED.value, OrderState.CLOSED.value)


@dataclass(frozen=True, slots=True)
class CategorySum:
    """What was spent on a category in a month."""

    category: IngredientCategory
    net_g: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What was spent in a month, beside its budget (None: there is none) and what is still to come."""

    month: date
    amount_fen: int
    expected_fen: int
    budget_fen: int | None
    used_percent: Decimal | None
    categories: tuple[CategorySum, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What was bought of a supplier in a period."""

    supplier_id: int
    supplier_name: str
    region: str
    is_assistance: bool
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Assistance:
    """The share of what was bought in a period that came from assistance; None where nothing was bought."""

    first: date
    last: date
    total_fen: int
    assistance_fen: int
    percent: Decimal | None
    sources: tuple[Source, ...]


def by_month(actor: Actor, *, canteen_id: int, first: date, last: date) -> list[MonthSum]:
    """What a canteen spent from day to day, by month and category, the earliest month first.

    Raises CanteenNotFound. Three statements.
    """
    queries.ensure_covers(actor, queries.READ, canteen_id)
    sums: dict[date, dict[str, list[int]]] = {}
    rows = db.session.execute(
        select(
            Delivery.delivered_on,
            Ingredient.category,
            func.sum(Delivery.net_g),
            func.sum(Delivery.amount_fen),
        )
        .join(Ingredient, Ingredient.id == Delivery.ingredient_id)
        .where(Delivery.canteen_id == canteen_id, Delivery.delivered_on.between(first, last))
        .group_by(Delivery.delivered_on, Ingredient.category)
    )
    for day, category, grams, fen in rows:
        known = sums.setdefault(day.replace(day=1), {}).setdefault(category, [0, 0])
        known[0] += int(grams)
        known[1] += int(fen)
    expected = _expected_by_month(canteen_id, first, last)
    budget = rule_queries.value(MONTH_BUDGET, canteen_id)
    return [
        _month(month, sums.get(month, {}), expected.get(month, 0), budget)
        for month in sorted(set(sums) | set(expected))
    ]


def assistance(actor: Actor, *, first: date, last: date, canteen_id: int | None = None) -> Assistance:
    """The share from assistance of what a canteen, or all that the actor reads, bought from day to day.

    Raises CanteenNotFound.
    """
    where: list[ColumnElement[bool]] = [Delivery.delivered_on.between(first, last)]
    if canteen_id is not None:
        queries.ensure_covers(actor, queries.READ, canteen_id)
        where.append(Delivery.canteen_id == canteen_id)
    else:
        readable = select(Canteen.id).where(menu_queries.readable(actor, queries.READ))
        where.append(Delivery.canteen_id.in_(readable))
    bought = func.sum(Delivery.amount_fen)
    rows = db.session.execute(
        select(Supplier.id, Supplier.name, Supplier.region, Supplier.is_assistance, bought)
        .join(Supplier, Supplier.id == Delivery.supplier_id)
        .where(*where)
        .group_by(Supplier.id, Supplier.name, Supplier.region, Supplier.is_assistance)
        .order_by(bought.desc(), Supplier.id)
    )
    sources = tuple(
        Source(one, name, region, bool(helped), int(fen)) for one, name, region, helped, fen in rows
    )
    total = sum(source.amount_fen for source in sources)
    helped_fen = sum(source.amount_fen for source in sources if source.is_assistance)
    return Assistance(first, last, total, helped_fen, percent_of(helped_fen, total), sources)


def percent_of(part: int, whole: int) -> Decimal | None:
    """A share in percent to one decimal, rounded half up once; None of nothing."""
    if whole <= 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def quarter_facts(first: date, after: date) -> dict[int, Facts]:
    """What every supplier delivered from a day on to before another one, for the assessments."""
    punctual, brought = _punctuality(first, after), _brought(first, after)
    prices = _prices(first, after)
    return {
        supplier_id: Facts(
            **punctual.get(supplier_id, {}), **brought.get(supplier_id, {}), **prices.get(supplier_id, {})
        )
        for supplier_id in set(punctual) | set(brought)
    }


def _punctuality(first: date, after: date) -> dict[int, dict[str, int]]:
    """The lines that were due: how many, how many came whole by their day, what was ordered and came.

    A line is due when its day has passed, or when its order has ended.
    """
    in_time = func.coalesce(
        func.sum(case((Delivery.delivered_on <= PurchaseOrder.expected_on, Delivery.net_g), else_=0)), 0
    )
    rows = db.session.execute(
        select(
            PurchaseOrder.supplier_id,
            PurchaseOrder.canteen_id,
            PurchaseOrder.state,
            PurchaseOrder.expected_on,
            PurchaseLine.ordered_g,
            PurchaseLine.received_g,
            in_time,
        )
        .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
        .outerjoin(Delivery, Delivery.order_line_id == PurchaseLine.id)
        .where(
            PurchaseOrder.state.in_(_PLACED),
            PurchaseOrder.expected_on >= first,
            PurchaseOrder.expected_on < after,
        )
        .group_by(PurchaseLine.id, PurchaseOrder.id)
    )
    found: dict[int, dict[str, int]] = {}
    today = clock.today()
    for supplier_id, canteen_id, state, expected_on, ordered_g, received_g, punctual_g in rows:
        has_ended = state != OrderState.APPROVED
        if not has_ended and expected_on >= today:
            continue
        sums = found.setdefault(supplier_id, dict.fromkeys(("due", "on_time", "ordered_g", "deviation_g"), 0))
        tolerated = rule_queries.value(SHORT_PERCENT, canteen_id)
        sums["due"] += 1
        sums["on_time"] += policies.is_whole(int(punctual_g), ordered_g, tolerated)
        if has_ended:
            sums["ordered_g"] += ordered_g
            sums["deviation_g"] += abs(ordered_g - received_g)
    return found


def _brought(first: date, after: date) -> dict[int, dict[str, int]]:
    rows = db.session.execute(
        select(
            Delivery.supplier_id,
            func.sum(Delivery.net_g),
            func.sum(Delivery.refused_g),
            func.sum(Delivery.amount_fen),
        )
        .where(_within(first, after))
        .group_by(Delivery.supplier_id)
    )
    return {
        one: {"accepted_g": int(net), "refused_g": int(refused), "amount_fen": int(fen)}
        for one, net, refused, fen in rows
    }


def _prices(first: date, after: date) -> dict[int, dict[str, int]]:
    """What each took, and what the others would have taken for the same, where others delivered it."""
    rows = db.session.execute(
        select(
            Delivery.supplier_id,
            Delivery.ingredient_id,
            func.sum(Delivery.net_g),
            func.sum(Delivery.amount_fen),
        )
        .where(_within(first, after))
        .group_by(Delivery.supplier_id, Delivery.ingredient_id)
    )
    bought = [(one, what, int(net), int(fen)) for one, what, net, fen in rows if net > 0 and fen > 0]
    whole: dict[int, list[int]] = {}
    for _, what, net, fen in bought:
        sums = whole.setdefault(what, [0, 0])
        sums[0] += net
        sums[1] += fen
    found: dict[int, dict[str, int]] = {}
    for one, what, net, fen in bought:
        others_g, others_fen = whole[what][0] - net, whole[what][1] - fen
        if others_g <= 0:
            continue
        sums_of = found.setdefault(one, {"paid_fen": 0, "others_fen": 0})
        sums_of["paid_fen"] += fen
        sums_of["others_fen"] += rounded(fen_per_kg(others_fen, others_g) * Fraction(net, 1000))
    return found


def _within(first: date, after: date) -> ColumnElement[bool]:
    return and_(Delivery.delivered_on >= first, Delivery.delivered_on < after)


def _expected_by_month(canteen_id: int, first: date, last: date) -> dict[date, int]:
    """What approved orders still bring, at their prices, by the month in which they are expected."""
    rows: Any = db.session.execute(
        select(
            PurchaseOrder.expected_on,
            PurchaseLine.ordered_g,
            PurchaseLine.received_g,
            PurchaseLine.closed_g,
            PurchaseLine.price_fen,
            PurchaseLine.pack_g,
        )
        .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
        .where(
            PurchaseOrder.canteen_id == canteen_id,
            PurchaseOrder.state == OrderState.APPROVED.value,
            PurchaseOrder.expected_on.between(first, last),
        )
    )
    found: dict[date, int] = {}
    for day, ordered_g, received_g, closed_g, price_fen, pack_g in rows:
        rest = policies.rest_g(ordered_g, received_g, closed_g)
        month = day.replace(day=1)
        found[month] = found.get(month, 0) + policies.amount_fen(rest, price_fen, pack_g)
    return found


def _month(month: date, sums: Mapping[str, list[int]], expected_fen: int, budget_fen: int) -> MonthSum:
    categories = tuple(
        CategorySum(IngredientCategory(category), grams, fen)
        for category, (grams, fen) in sorted(sums.items(), key=lambda item: -item[1][1])
    )
    amount = sum(one.amount_fen for one in categories)
    return MonthSum(
        month=month,
        amount_fen=amount,
        expected_fen=expected_fen,
        budget_fen=budget_fen or None,
        used_percent=percent_of(amount + expected_fen, budget_fen),
        categories=categories,
    )


supplier_facts.register("orders", quarter_facts)
