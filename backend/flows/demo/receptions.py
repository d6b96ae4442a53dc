"""The demo's official receptions: past ones served and booked, and those of the days to come.

Letters and guests are made up, as are the places that they come from. What is asked for keeps every rule
that filing keeps: the lead time, the companions that the regulation allows, the standard per head.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from backend import clock
from backend.db import Base
from backend.flows.demo.menus import PlannedMeal
from backend.flows.demo.names import GIVEN_NAMES, SURNAMES
from backend.flows.demo.people import Member
from canteen.ordering.receptions.models import (
    Purpose,
    Reception,
    ReceptionCompanion,
    ReceptionDish,
    ReceptionGuest,
    ReceptionState,
)
from canteen.ordering.receptions.policies import letter_key
from canteen.settlement.policies import first_of

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_KITCHENS: Final = (1, 2)
_STANDARD_FEN: Final = 50_00
_PAST: Final = timedelta(days=180)
_PER_MONTH: Final = 2
_DISHES: Final = 8
_SENDERS: Final = (
    ("东澜市机关事务管理局", "东澜机管函"), ("望川县人民政府办公室", "望政办函"),
    ("北屿省财政厅", "北财函"), ("南溟市发展和改革委员会", "南发改函"),
    ("西岭省人力资源和社会保障厅", "西人社函"), ("清渚市人民政府", "清政函"),
)  # fmt: skip
_TITLES: Final = ("副处长", "科长", "一级主任科员", "二级主任科员", "四级调研员")
_PURPOSES: Final = (Purpose.STUDY, Purpose.EXCHANGE, Purpose.INSPECTION, Purpose.REPORT, Purpose.MISSION)
# What becomes of the next receptions, lunch by lunch from today.
_AHEAD: Final = (
    ReceptionState.APPROVED,
    ReceptionState.APPROVED,
    ReceptionState.SUBMITTED,
    ReceptionState.SUBMITTED,
    ReceptionState.REJECTED,
    ReceptionState.CANCELLED,
)
_REASONS: Final = {
    ReceptionState.REJECTED: "来函未说明公务事项，请补充后重新申请",
    ReceptionState.CANCELLED: "来访改期",
}
_DECIDED: Final = frozenset(ReceptionState) - {ReceptionState.SUBMITTED, ReceptionState.CANCELLED}
# One change of the row for each step of its way.
_REVISIONS: Final = {ReceptionState.SUBMITTED: 1, ReceptionState.SERVED: 3, ReceptionState.SETTLED: 4}


@dataclass(frozen=True, slots=True)
class PlannedReception:
    """A reception and what became of it by now; `closed_at` is when its month was settled, if it was."""

    id: int
    meal: PlannedMeal
    state: ReceptionState
    requester: Member
    letter_no: str
    letter_from: str
    purpose: Purpose
    guests: Sequence[tuple[str, str]]
    companions: Sequence[Member]
    # (dish, name, quantity, price in fen, weight in grams)
    dishes: Sequence[tuple[int, str, int, int, int]]
    filed_at: datetime
    decided_at: datetime | None
    served_at: datetime | None
    closed_at: datetime | None

    @property
    def total_fen(self) -> int:
        """What the dishes cost."""
        return sum(quantity * price_fen for _, _, quantity, price_fen, _ in self.dishes)


def plan_receptions(
    meals: Iterable[PlannedMeal],
    members: Sequence[Member],
    closings: Mapping[date, datetime],
    now: datetime,
    visitor_no: str,
    rng: Random,
) -> list[PlannedReception]:
    """Some lunches of each past month, and the next ones.

    The last of this month waits for its registration; earlier months must be ready to be settled. The
    visitor's own are the last that was served, and one that waits for its approval.
    """
    today = clock.local(now).date()
    lunches = [meal for meal in meals if meal.canteen_id in _KITCHENS and meal.period == "lunch"]
    past = _past(lunches, today, rng)
    ahead = [meal for meal in lunches if meal.canteen_id == _KITCHENS[0] and meal.served_on >= today]
    wanted = [(meal, ReceptionState.SERVED) for meal in past]
    if past and first_of(past[-1].served_on) == first_of(today):
        wanted[-1] = (past[-1], ReceptionState.APPROVED)
    served = [place for place, (_, state) in enumerate(wanted) if state is ReceptionState.SERVED]
    wanted += zip(ahead, _AHEAD, strict=False)
    visitor = next(member for member in members if member.staff_no == visitor_no)
    own = {*served[-1:], len(past) + _AHEAD.index(ReceptionState.SUBMITTED)}
    hosts = [member for member in members if not member.role and member is not visitor]
    return [
        _planned(
            number, *each, visitor if number - 1 in own else rng.choice(hosts), hosts, closings, now, rng
        )
        for number, each in enumerate(wanted, start=1)
    ]


def _past(lunches: Iterable[PlannedMeal], today: date, rng: Random) -> list[PlannedMeal]:
    """Some lunches of each canteen and month before today, by day."""
    months: dict[tuple[date, int], list[PlannedMeal]] = {}
    for meal in lunches:
        if today - _PAST <= meal.served_on < today:
            months.setdefault((first_of(meal.served_on), meal.canteen_id), []).append(meal)
    chosen = [meal for found in months.values() for meal in rng.sample(found, min(_PER_MONTH, len(found)))]
    return sorted(chosen, key=lambda meal: meal.id)


def _planned(
    number: int,
    meal: PlannedMeal,
    state: ReceptionState,
    requester: Member,
    hosts: Sequence[Member],
    closings: Mapping[date, datetime],
    now: datetime,
    rng: Random,
) -> PlannedReception:
    letter_from, mark = _SENDERS[number % len(_SENDERS)]
    guests = [(_name(rng), rng.choice(_TITLES)) for _ in range(rng.randint(3, 8))]
    others = [host for host in hosts if host.staff_id != requester.staff_id]
    companions = [requester, *rng.sample(others, min(rng.randint(0, 2), len(others)))]
    serves_from = meal.instants.serves_from
    before = meal.served_on - timedelta(days=rng.randint(1, 3))
    office_hours = clock.at_local(before, time(9 + number % 7, number * 13 % 60))
    filed_at = min(office_hours, now - timedelta(hours=2))
    closed_at = closings.get(first_of(meal.served_on)) if state is ReceptionState.SERVED else None
    return PlannedReception(
        id=number,
        meal=meal,
        state=ReceptionState.SETTLED if closed_at is not None else state,
        requester=requester,
        letter_no=f"{mark}〔{meal.served_on.year}〕{number * 7 % 180 + 1}号",
        letter_from=letter_from,
        purpose=_PURPOSES[number % len(_PURPOSES)],
        guests=guests,
        companions=companions,
        dishes=_dishes(meal, len(guests) + len(companions)),
        filed_at=filed_at,
        decided_at=filed_at + timedelta(minutes=50) if state in _DECIDED else None,
        served_at=serves_from + timedelta(minutes=70) if state is ReceptionState.SERVED else None,
        closed_at=closed_at,
    )


def _dishes(meal: PlannedMeal, heads: int) -> list[tuple[int, str, int, int, int]]:
    """Dishes of the lunch, one portion for two, within the standard."""
    left_fen, found = _STANDARD_FEN * heads, []
    quantity = max(heads // 2, 1)
    for offered in meal.dishes[:_DISHES]:
        standard = offered.dish.portions[0]
        price_fen = standard.price_fen if meal.is_revised else standard.earlier_fen
        if quantity * price_fen > left_fen:
            break
        left_fen -= quantity * price_fen
        found.append((offered.dish.id, offered.dish.pool.name, quantity, price_fen, standard.weight_g))
    return found


def _name(rng: Random) -> str:
    return rng.choice(SURNAMES)[0] + rng.choice(GIVEN_NAMES)


def tables(planned: Sequence[PlannedReception], entry_ids: Mapping[int, int], decider_id: int) -> Tables:
    """The rows; `entry_ids` name the ledger's entries of those that were served."""
    yield (
        Reception,
        "id canteen_id served_on period serves_from requester_id department_id state revision letter_no"
        " letter_from letter_key purpose subject note standard_fen guests companions total_fen filed_at"
        " decided_at decided_by reason cancelled_at served_at served_by actual_guests actual_companions"
        " actual_total_fen entry_id settled_at",
        [_row(one, entry_ids.get(one.id), decider_id) for one in planned],
    )
    parties = [(one, False) for one in planned] + [(one, True) for one in planned if one.served_at]
    yield (
        ReceptionGuest,
        "reception_id is_actual organisation name title",
        [(one.id, is_actual, one.letter_from, *guest) for one, is_actual in parties for guest in one.guests],
    )
    yield (
        ReceptionCompanion,
        "reception_id is_actual staff_id staff_no name title",
        [
            (one.id, is_actual, each.staff_id, each.staff_no, each.name, each.title)
            for one, is_actual in parties
            for each in one.companions
        ],
    )
    yield (
        ReceptionDish,
        "reception_id is_actual dish_id dish_name quantity price_fen weight_g",
        [(one.id, is_actual, *dish) for one, is_actual in parties for dish in one.dishes],
    )


def _row(one: PlannedReception, entry_id: int | None, decider_id: int) -> tuple[Any, ...]:
    cancelled_at = one.filed_at + timedelta(minutes=30) if one.state is ReceptionState.CANCELLED else None
    actual = (len(one.guests), len(one.companions), one.total_fen) if one.served_at else (None, None, None)
    return (
        one.id,
        one.meal.canteen_id,
        one.meal.served_on,
        one.meal.period,
        one.meal.instants.serves_from,
        one.requester.staff_id,
        one.requester.department_id,
        one.state.value,
        _REVISIONS.get(one.state, 2),
        one.letter_no,
        one.letter_from,
        letter_key(one.letter_from, one.letter_no),
        one.purpose.value,
        "",
        "",
        _STANDARD_FEN,
        len(one.guests),
        len(one.companions),
        one.total_fen,
        one.filed_at,
        one.decided_at,
        decider_id if one.decided_at else None,
        _REASONS.get(one.state, ""),
        cancelled_at,
        one.served_at,
        decider_id if one.served_at else None,
        *actual,
        entry_id,
        one.closed_at,
    )
