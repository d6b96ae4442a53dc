"""Rules of contracts: who may know of them, what they cover, and what a score is paid. Pure functions.

Points and per cents are integers of tenths. The default payment table is the published one (lawinsider
考核措施): m ≥ 85 → 100 %, else (15 + m) %.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.dates import month_end
from backend.places.policies import Ref
from property.contractors.errors import BandsInvalid, ContractSpanInvalid
from property.contractors.models import ServiceKind

MOST_SCOPES: Final = 50
MOST_BANDS: Final = 12
FULL_TENTHS: Final = 1000
# Only these services answer for what is reported for repair where a scope names no category.
REPAIRING: Final = frozenset({ServiceKind.BUILDING.value, ServiceKind.EQUIPMENT.value})


@dataclass(frozen=True, slots=True)
class Band:
    """From so many points on a share of the fee: a fixed one (percent), or the score and so much (plus)."""

    from_tenths: int
    percent_tenths: int | None = None
    plus_tenths: int | None = None

    def share(self, score_tenths: int) -> int:
        """The share for a score of this band, in tenths of a per cent, within 0 … 100 %."""
        if self.percent_tenths is not None:
            return self.percent_tenths
        return max(0, min(FULL_TENTHS, score_tenths + (self.plus_tenths or 0)))


DEFAULT_BANDS: Final = (Band(850, percent_tenths=1000), Band(0, plus_tenths=150))


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a contract covers."""

    service: ServiceKind
    place: Ref | None = None
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A scope of a contract in force, as it is compared with what is to be done."""

    contract_id: int
    contractor_id: int
    service: str
    place: Ref | None
    category_id: int | None


def bands_of(data: Sequence[Mapping[str, Any]]) -> tuple[Band, ...]:
    """The bands that `dump_bands` has kept."""
    return tuple(Band(**each) for each in data)


def dump_bands(bands: Sequence[Band]) -> list[dict[str, int]]:
    """Bands as JSON."""
    names = ("from_tenths", "percent_tenths", "plus_tenths")
    return [{name: value for name in names if (value := getattr(band, name)) is not None} for band in bands]


def ensure_bands(bands: Sequence[Band]) -> tuple[Band, ...]:
    """The bands, the highest first. Raises BandsInvalid."""
    ordered = tuple(sorted(bands, key=lambda band: -band.from_tenths))
    for problem, is_wrong in (
        ("没有分段", not ordered),
        (f"最多 {MOST_BANDS} 段", len(ordered) > MOST_BANDS),
        ("最低一段应从 0 分起", bool(ordered) and ordered[-1].from_tenths != 0),
        ("两段的起点相同", any(a.from_tenths == b.from_tenths for a, b in pairwise(ordered))),
        ("起点应在 0 到 100 分之间", any(not 0 <= band.from_tenths <= FULL_TENTHS for band in ordered)),
        (
            "每段应写明付款比例，或在得分上加几个百分点，两者取其一",
            any((band.percent_tenths is None) == (band.plus_tenths is None) for band in ordered),
        ),
        (
            "付款比例应在 0 到 100 之间",
            any(not 0 <= value <= FULL_TENTHS for band in ordered if (value := _amount(band)) is not None),
        ),
    ):
        if is_wrong:
            raise BandsInvalid(problem=problem)
    return ordered


def _amount(band: Band) -> int | None:
    return band.percent_tenths if band.percent_tenths is not None else band.plus_tenths


def pay_share(score_tenths: int, bands: Sequence[Band]) -> int:
    """What of the fee a score of 0 … 100 points is paid, in tenths of a per cent."""
    reached = [band for band in bands if band.from_tenths <= score_tenths]
    return max(reached, key=lambda band: band.from_tenths).share(score_tenths)


def days_of(month: date, from_on: date, until_on: date) -> tuple[date, date] | None:
    """The first and the last day of a contract within a month, or None if it has none."""
    first, last = max(month, from_on), min(month_end(month), until_on)
    return (first, last) if first <= last else None


def ensure_span(from_on: date, until_on: date) -> None:
    """Raises ContractSpanInvalid."""
    if until_on < from_on:
        raise ContractSpanInvalid


def may_read(actor: Actor, contractor_id: int) -> bool:
    """Whether the actor may know a contractor's contracts and scores."""
    reach = actor.reach(Permission.CONTRACTORS_READ)
    return reach.everywhere or contractor_id in reach.contractor_ids


def answers_for(actor: Actor, contractor_id: int) -> bool:
    """Whether the actor speaks for the contractor; to hold the permission for the compound is not enough."""
    return contractor_id in actor.reach(Permission.CONTRACTORS_ANSWER).contractor_ids


def responsible(claims: Collection[Claim], lineage: Sequence[int], places: Sequence[Ref]) -> int | None:
    """Whose it is: by the nearest category, then by the nearest place, then by the oldest contract.

    `lineage` is the category and those above it, `places` the place and those in which it lies, the nearest
    first.
    A scope without a category covers repairs if its service is one that repairs.
    """
    ranked = []
    for claim in claims:
        if claim.category_id is None:
            if claim.service not in REPAIRING:
                continue
            category = len(lineage)
        elif claim.category_id in lineage:
            category = lineage.index(claim.category_id)
        else:
            continue
        if claim.place is not None and claim.place not in places:
            continue
        place = places.index(claim.place) if claim.place is not None else len(places)
        ranked.append((category, place, claim.contract_id, claim.contractor_id))
    return min(ranked)[3] if ranked else None
