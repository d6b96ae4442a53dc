"""Rules of the suppliers: which licences count, who may supply, which price is best. Pure functions."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol, TypeVar

from backend.actor import Actor, Permission
from canteen.purchasing.suppliers.errors import CreditCodeInvalid, SupplierPhoneInvalid, SupplierShared
from canteen.purchasing.suppliers.models import LicenceKind

_PHONE: Final = re.compile(r"[0-9][0-9-]{3,18}[0-9]")
# GB 32100: no I, O, S, V, Z.
_CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_NEVER: Final = date.max
LICENCE_NAMES: Final[Mapping[LicenceKind, str]] = {
    LicenceKind.BUSINESS: "营业执照",
    LicenceKind.FOOD_BUSINESS: "食品经营许可证",
    LicenceKind.FOOD_PRODUCTION: "食品生产许可证",
    LicenceKind.SLAUGHTER: "定点屠宰（动物防疫）证",
    LicenceKind.INSPECTION: "检验检疫证明",
    LicenceKind.OTHER: "其他证照",
}


# Why nothing is ordered yet of a supplier that somebody of one canteen has proposed.
PROPOSED: Final = "推荐的供应商，尚未审核"


class Standing(StrEnum):
    """How a supplier or a licence stands: may supply, soon no longer, no longer."""

    OK = "ok"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    INACTIVE = "inactive"


class Licence(Protocol):
    """What is asked of a licence."""

    @property
    def kind(self) -> LicenceKind:
        """What it allows."""

    @property
    def valid_until(self) -> date | None:
        """Its last day; None: it does not expire."""


L = TypeVar("L", bound=Licence)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was counted of a supplier's deliveries in a quarter; sums, so that they can be added.

    `due` order lines were to come in it, `on_time` of them came whole by their day. `paid_fen` was paid for
    grams that cost `others_fen` at the mean price of everybody else who delivered the same ingredients.
    """

    due: int = 0
    on_time: int = 0
    accepted_g: int = 0
    refused_g: int = 0
    ordered_g: int = 0
    deviation_g: int = 0
    amount_fen: int = 0
    paid_fen: int = 0
    others_fen: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What people say of a supplier: so many points of so many, and why."""

    item: str
    points: int
    of: int
    reason: str


FACT_FIELDS: Final = tuple(field.name for field in fields(Facts))


def keeps(actor: Actor, permission: Permission) -> bool:
    """Whether the actor keeps suppliers by this permission: they are shared by all canteens."""
    return actor.reach(permission).everywhere


def ensure_keeps(actor: Actor, permission: Permission = Permission.PURCHASING_MANAGE) -> None:
    """Raise SupplierShared unless the actor holds the permission for the whole compound."""
    if not keeps(actor, permission):
        raise SupplierShared


def fen_per_kg(price_fen: int, pack_g: int) -> Fraction:
    """What a kilogram costs, exactly."""
    return Fraction(price_fen * 1000, pack_g)


def rounded(value: Fraction) -> int:
    """Half up, for people; computing goes on with the fraction."""
    return int((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def phone_of(text: str) -> str:
    """A contact's number: a desk's or a mobile. Raises SupplierPhoneInvalid."""
    number = text.replace(" ", "")
    if not _PHONE.fullmatch(number):
        raise SupplierPhoneInvalid
    return number


def credit_code_of(text: str) -> str:
    """A 统一社会信用代码, or "". Raises CreditCodeInvalid."""
    code = text.strip().upper()
    if code and not _CREDIT_CODE.fullmatch(code):
        raise CreditCodeInvalid
    return code


def counting(licences: Iterable[L]) -> dict[LicenceKind, L]:
    """Of each kind the licence that runs longest: a renewed one takes the place of the old."""
    found: dict[LicenceKind, L] = {}
    for licence in licences:
        known = found.get(licence.kind)
        if known is None or (licence.valid_until or _NEVER) > (known.valid_until or _NEVER):
            found[licence.kind] = licence
    return found


def licence_standing(valid_until: date | None, today: date, days: int) -> Standing:
    """Whether a licence is valid on a day; its last day counts."""
    if valid_until is None:
        return Standing.OK
    if valid_until < today:
        return Standing.EXPIRED
    return Standing.EXPIRING if valid_until <= today + timedelta(days=days) else Standing.OK


def licence_problems(licences: Sequence[Licence], on: date, *, needs_licences: bool) -> list[str]:
    """What is wrong with a supplier's licences on a day, as names for people."""
    counts = counting(licences)
    problems = [
        f"{LICENCE_NAMES[kind]}已于 {licence.valid_until} 到期"
        for kind, licence in counts.items()
        if licence.valid_until is not None and licence.valid_until < on
    ]
    if needs_licences:
        if LicenceKind.BUSINESS not in counts:
            problems.append(f"未登记{LICENCE_NAMES[LicenceKind.BUSINESS]}")
        if not {LicenceKind.FOOD_BUSINESS, LicenceKind.FOOD_PRODUCTION} & set(counts):
            problems.append("未登记食品经营或生产许可证")
    return problems


def block_problem(*, is_active: bool, blocked_reason: str) -> str:
    """Why nothing may be ordered of a supplier whatever its licences say, or ""."""
    if blocked_reason:
        return blocked_reason
    return "" if is_active else "已停用"


def standing_of(
    licences: Sequence[Licence],
    today: date,
    days: int,
    *,
    is_active: bool,
    blocked_reason: str,
    needs_licences: bool,
) -> Standing:
    """How a supplier stands as a whole: the worst of everything."""
    if not is_active:
        return Standing.INACTIVE
    if blocked_reason:
        return Standing.BLOCKED
    if licence_problems(licences, today, needs_licences=needs_licences):
        return Standing.EXPIRED
    stands = {licence_standing(one.valid_until, today, days) for one in counting(licences).values()}
    return Standing.EXPIRING if Standing.EXPIRING in stands else Standing.OK


def ratios(facts: Facts, marks: Collection[Mark]) -> dict[str, Fraction | None]:
    """What each part of an assessment comes to, from 0 to 1; None where there is nothing to go by."""
    came = facts.accepted_g + facts.refused_g
    points = sum(mark.of for mark in marks)
    return {
        "on_time": Fraction(facts.on_time, facts.due) if facts.due else None,
        "accepted": Fraction(max(facts.accepted_g, 0), came) if came > 0 else None,
        "weight": (
            1 - min(Fraction(1), Fraction(facts.deviation_g, facts.ordered_g)) if facts.ordered_g else None
        ),
        "price": (
            min(Fraction(1), Fraction(facts.others_fen, facts.paid_fen))
            if facts.paid_fen > 0 and facts.others_fen > 0
            else None
        ),
        "marks": Fraction(sum(mark.points for mark in marks), points) if points else None,
    }


def score(facts: Facts, marks: Collection[Mark], weights: Mapping[str, int]) -> Decimal | None:
    """Of 100, to one decimal, rounded half up once; None where there is nothing to go by.

    Parts without anything to go by are left out, with their weight.
    """
    there = {name: ratio for name, ratio in ratios(facts, marks).items() if ratio is not None}
    whole = sum(weights[name] for name in there)
    if not whole:
        return None
    total = sum((weights[name] * ratio for name, ratio in there.items()), Fraction(0)) / whole * 100
    exact = Decimal(total.numerator) / Decimal(total.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def quarter_of(day: date) -> date:
    """The first day of the quarter in which a day lies."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def after_quarter(first: date) -> date:
    """The first day after a quarter."""
    return date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)


def quarter_name(first: date) -> str:
    """`2026年第4季度`."""
    return f"{first.year}年第{(first.month + 2) // 3}季度"
