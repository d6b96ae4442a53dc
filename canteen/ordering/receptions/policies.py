"""Rules of receptions: pure functions of a plan, the canteen's limits and the present instant.

党政机关国内公务接待管理规定 §10: up to ten guests at most three companions, above at most a third of the
guests, and neither luxury dishes nor tobacco; the 2025 regulation on thrift: no letter, no reception, and no
alcohol. The third is rounded down: ten guests, three companions; eleven, three; twelve, four.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from backend.actor import Actor, Permission
from backend.errors import AppError
from backend.money import yuan
from canteen.menu.models import Canteen, Category, Period
from canteen.menu.policies import covers
from canteen.ordering.receptions.errors import (
    DishForbidden,
    LetterNeeded,
    OverStandard,
    OwnReception,
    ReceptionBegun,
    ReceptionChanged,
    ReceptionDishUnknown,
    ReceptionFree,
    ReceptionNotYet,
    ReceptionRepeated,
    ReceptionStateConflict,
    ReceptionTooLate,
    StandardTooHigh,
    SubjectNeeded,
    TextForbidden,
    TooManyCompanions,
    TooManyUnannounced,
)
from canteen.ordering.receptions.models import Purpose, ReceptionState
from canteen.ordering.receptions.wording import forbidden_in_dish, forbidden_in_text

PHOTO_OWNER: Final = "reception"
MOST_PHOTOS: Final = 5
MOST_GUESTS: Final = 100
MOST_COMPANIONS: Final = 34
MOST_DISHES: Final = 40
SHORTEST_LETTER: Final = 4
KEY_LENGTH: Final = 200
# How the brackets around the year of a letter are written.
_BRACKETS: Final = str.maketrans(dict.fromkeys("〔[【﹝", "(") | dict.fromkeys("〕]】﹞", ")"))
STATE_NAMES: Final[Mapping[ReceptionState, str]] = {
    ReceptionState.SUBMITTED: "待审批",
    ReceptionState.APPROVED: "已批准",
    ReceptionState.REJECTED: "未批准",
    ReceptionState.CANCELLED: "已取消",
    ReceptionState.SERVED: "已办结",
    ReceptionState.SETTLED: "已结算",
}
PURPOSE_NAMES: Final[Mapping[Purpose, str]] = {
    Purpose.STUDY: "考察调研",
    Purpose.MISSION: "执行任务",
    Purpose.EXCHANGE: "学习交流",
    Purpose.INSPECTION: "检查指导",
    Purpose.REPORT: "请示汇报",
    Purpose.MEETING: "会议",
    Purpose.OTHER: "其他",
}


class Step(StrEnum):
    """What may be done with a reception."""

    CHANGE = "change"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    SERVE = "serve"
    REOPEN = "reopen"  # what was registered wrongly is taken back, and registered anew
    SETTLE = "settle"


# From which states a step leads where. Anything else is a conflict.
TRANSITIONS: Final[Mapping[Step, tuple[frozenset[ReceptionState], ReceptionState]]] = {
    Step.CHANGE: (frozenset({ReceptionState.SUBMITTED}), ReceptionState.SUBMITTED),
    Step.APPROVE: (frozenset({ReceptionState.SUBMITTED}), ReceptionState.APPROVED),
    Step.REJECT: (frozenset({ReceptionState.SUBMITTED}), ReceptionState.REJECTED),
    Step.CANCEL: (frozenset({ReceptionState.SUBMITTED, ReceptionState.APPROVED}), ReceptionState.CANCELLED),
    Step.SERVE: (frozenset({ReceptionState.APPROVED}), ReceptionState.SERVED),
    Step.REOPEN: (frozenset({ReceptionState.SERVED}), ReceptionState.APPROVED),
    Step.SETTLE: (frozenset({ReceptionState.SERVED}), ReceptionState.SETTLED),
}
# Those that the kitchen cooks, or has cooked, for.
STANDING: Final = frozenset({ReceptionState.APPROVED, ReceptionState.SERVED, ReceptionState.SETTLED})


@dataclass(frozen=True, slots=True)
class Guest:
    """An official guest; a blank `organisation` is the letter's."""

    name: str
    title: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class DishWish:
    """So many standard portions of a dish."""

    dish_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A reception as it is asked for. `companions` are staff numbers; `photo_ids` None leaves the scans."""

    canteen_id: int
    served_on: date
    period: Period
    letter_no: str
    letter_from: str
    purpose: Purpose
    guests: Sequence[Guest]
    companions: Sequence[str]
    standard_fen: int
    dishes: Sequence[DishWish]
    subject: str = ""
    note: str = ""
    photo_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What the library says of a dish; `price_fen` None: it is not for sale."""

    dish_id: int
    name: str
    category: str
    price_fen: int | None
    weight_g: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A dish of a reception with its price and weight."""

    dish_id: int
    dish_name: str
    quantity: int
    price_fen: int
    weight_g: int

    @property
    def amount_fen(self) -> int:
        """What the line costs."""
        return self.price_fen * self.quantity


@dataclass(frozen=True, slots=True)
class Limits:
    """What a canteen's rules say at one instant."""

    standard_fen: int
    small_party: int
    small_companions: int
    guests_per_companion: int
    lead: timedelta
    unannounced: int
    luxuries: Collection[str]

    @property
    def lead_minutes(self) -> int:
        """How long before the meal a request comes."""
        return int(self.lead.total_seconds() // 60)

    def companions_for(self, guests: int) -> int:
        """How many may dine with so many guests."""
        if guests <= self.small_party:
            return self.small_companions
        return guests // self.guests_per_companion


def letter_key(letter_from: str, letter_no: str) -> str:
    """The same for one letter, however its brackets, widths and spaces are written."""
    parts = (
        "".join(unicodedata.normalize("NFKC", part).translate(_BRACKETS).lower().split())
        for part in (letter_from, letter_no)
    )
    return "\n".join(parts)[:KEY_LENGTH]


def ensure_letter(letter_no: str) -> None:
    """Raise LetterNeeded for what is no letter's number: shorter than four characters, or without a digit."""
    if len(letter_no) < SHORTEST_LETTER or not any(char.isdigit() for char in letter_no):
        raise LetterNeeded(fields={"letter_no": [LetterNeeded.message]})


def ensure_plain(plan: Plan, luxuries: Collection[str]) -> None:
    """Raise SubjectNeeded, or TextForbidden for a subject or note that asks for what may not be offered."""
    if plan.purpose is Purpose.OTHER and not plan.subject:
        raise SubjectNeeded(fields={"subject": [SubjectNeeded.message]})
    for field, text in (("subject", plan.subject), ("note", plan.note)):
        found = forbidden_in_text(text, luxuries)
        if found is not None:
            words, what = found
            refusal = TextForbidden(found=words, what=what)
            raise TextForbidden(found=words, what=what, fields={field: [refusal.msg]})


def ensure_party(guests: int, companions: int, limits: Limits) -> None:
    """Raise TooManyCompanions if more dine with the guests than the regulation allows."""
    limit = limits.companions_for(guests)
    if companions > limit:
        raise TooManyCompanions(guests=guests, limit=limit, wanted=companions)


def ensure_standard(standard_fen: int, limits: Limits) -> None:
    """Raise StandardTooHigh if a standard lies above the canteen's limit."""
    if standard_fen > limits.standard_fen:
        raise StandardTooHigh(limit=yuan(limits.standard_fen), limit_fen=limits.standard_fen)


def ensure_affordable(total_fen: int, heads: int, standard_fen: int) -> None:
    """Raise ReceptionFree, or OverStandard if the dishes cost more per head than the standard."""
    if total_fen <= 0:
        raise ReceptionFree
    most_fen = standard_fen * heads
    if total_fen > most_fen:
        raise OverStandard(
            total=yuan(total_fen),
            heads=heads,
            standard=yuan(standard_fen),
            limit=yuan(most_fen),
            limit_fen=most_fen,
        )


def ensure_distinct(keys: Iterable[object], what: str) -> None:
    """Raise ReceptionRepeated if one of them is named twice."""
    listed = list(keys)
    if len(set(listed)) < len(listed):
        raise ReceptionRepeated(what=what)


def price_dishes(
    wishes: Sequence[DishWish], offered: Mapping[int, Offered], luxuries: Collection[str]
) -> list[Line]:
    """The wishes with what the library says.

    Raises ReceptionRepeated, ReceptionDishUnknown or DishForbidden.
    """
    ensure_distinct((wish.dish_id for wish in wishes), "菜品")
    lines = []
    for wish in wishes:
        dish = offered.get(wish.dish_id)
        if dish is None or dish.price_fen is None or not dish.is_active:
            raise ReceptionDishUnknown(dish_id=wish.dish_id)
        what = forbidden_in_dish(dish.name, luxuries, is_drink=dish.category == Category.DRINK)
        if what is not None:
            raise DishForbidden(dish=dish.name, what=what, dish_id=dish.dish_id)
        lines.append(Line(dish.dish_id, dish.name, wish.quantity, dish.price_fen, dish.weight_g))
    return lines


def served_lines(
    wishes: Sequence[DishWish],
    approved: Iterable[Line],
    offered: Mapping[int, Offered],
    luxuries: Collection[str],
) -> list[Line]:
    """What was served: what was approved at the prices of then, anything else as the library has it now.

    Raises what `price_dishes` raises.
    """
    ensure_distinct((wish.dish_id for wish in wishes), "菜品")
    before = {line.dish_id: line for line in approved}
    new = price_dishes([wish for wish in wishes if wish.dish_id not in before], offered, luxuries)
    kept = [
        replace(before[wish.dish_id], quantity=wish.quantity) for wish in wishes if wish.dish_id in before
    ]
    return [*kept, *new]


def ensure_in_time(serves_from: datetime, lead: timedelta, received_at: datetime) -> None:
    """Raise ReceptionTooLate once the lead time has begun; its first instant is too late."""
    closes_at = serves_from - lead
    if received_at >= closes_at:
        raise ReceptionTooLate(minutes=int(lead.total_seconds() // 60), closes_at=closes_at)


def ensure_may(state: str, step: Step) -> None:
    """Raise ReceptionStateConflict unless a reception in this state may take the step."""
    if state not in TRANSITIONS[step][0]:
        raise conflict(state)


def conflict(state: str) -> AppError:
    """The refusal of a step that the table does not know."""
    return ReceptionStateConflict(state=state, state_name=STATE_NAMES[ReceptionState(state)])


def ensure_seen(seen: int, standing: int) -> None:
    """Raise ReceptionChanged unless the reception is as its reader saw it."""
    if seen != standing:
        raise ReceptionChanged(revision=standing)


def ensure_not_own(actor: Actor, requester_id: int, companion_ids: Iterable[int]) -> None:
    """Raise OwnReception for who asked for the reception, or dines at it."""
    if actor.staff_id == requester_id or actor.staff_id in set(companion_ids):
        raise OwnReception


def ensure_ahead(serves_from: datetime, now: datetime) -> None:
    """Raise ReceptionBegun once the meal has begun: nothing is approved after the fact."""
    if now >= serves_from:
        raise ReceptionBegun


def ensure_begun(serves_from: datetime, now: datetime) -> None:
    """Raise ReceptionNotYet before the meal has begun."""
    if now < serves_from:
        raise ReceptionNotYet(serves_from=serves_from)


def ensure_announced(came: int, approved: int, limits: Limits) -> None:
    """Raise TooManyUnannounced if more guests came than the approval stretches to."""
    if came > approved + limits.unannounced:
        raise TooManyUnannounced(came=came, guests=approved, limit=limits.unannounced)


def manages(actor: Actor, canteen: Canteen) -> bool:
    """Whether the actor decides on the receptions of this canteen."""
    return covers(actor, Permission.RECEPTIONS_MANAGE, canteen)


def per_head_fen(total_fen: int, heads: int) -> int:
    """The mean per head in fen, rounded half up; 0 of nobody."""
    if not heads:
        return 0
    return int((Decimal(total_fen) / heads).quantize(Decimal(1), ROUND_HALF_UP))


def steps_for(
    state: str,
    *,
    is_own: bool,
    is_companion: bool,
    is_manager: bool,
    serves_from: datetime,
    closes_at: datetime,
    now: datetime,
) -> list[Step]:
    """What a requester or manager may do with a reception now: what the use cases would let them."""
    is_impartial = is_manager and not is_own and not is_companion
    may = {
        Step.CHANGE: is_own and now < closes_at,
        Step.CANCEL: is_manager or (is_own and now < closes_at),
        Step.APPROVE: is_impartial and now < serves_from,
        Step.REJECT: is_impartial,
        Step.SERVE: is_impartial and now >= serves_from,
        Step.REOPEN: is_manager,
    }
    return [step for step, is_allowed in may.items() if is_allowed and state in TRANSITIONS[step][0]]


def sheet_number(reception_id: int, served_on: date) -> str:
    """The number of the sheet: the day of the meal and the identifier, unique for ever."""
    return f"JD{served_on:%Y%m%d}{reception_id:06d}"


def reception_page(reception_id: int) -> str:
    """The page of the mini-program that shows a reception."""
    return f"pages/canteen/reception?id={reception_id}"
