"""Rules of assessments: scales, totals, what is paid, who may do what. Pure functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from backend.actor import Actor, Permission, ensure_everywhere
from backend.dates import month_end
from backend.scoresheets import policies as score_policies
from backend.scoresheets.models import EvidenceKind, Inapplicable, ScoreItem, SheetVersion
from backend.scoresheets.policies import spoken
from property.assessments.errors import (
    AppealStateWrong,
    OutcomeInvalid,
    OwnContractor,
    SamePersonReviews,
    TooManyProofs,
)
from property.assessments.models import AppealState
from property.contractors import policies as contractor_policies
from property.contractors.policies import Band

SCORING_OWNER: Final = "contractor_assessment"
CHECK_OWNER: Final = "contractor_check"
DEDUCTION_PHOTOS: Final = "deduction"
APPEAL_PHOTOS: Final = "deduction_appeal"
CHECK_PHOTOS: Final = "contractor_check"
MOST_PHOTOS: Final = 9
MOST_ORDERS: Final = 50
HUNDRED_TENTHS: Final = 1000
APPEAL_NAMES: Final[Mapping[AppealState, str]] = {
    AppealState.FILED: "待初审",
    AppealState.REVIEWED: "待复核",
    AppealState.UPHELD: "申诉成立",
    AppealState.PARTLY: "部分成立",
    AppealState.REJECTED: "申诉不成立",
    AppealState.WITHDRAWN: "已撤回",
}
OPEN_APPEALS: Final = frozenset({AppealState.FILED, AppealState.REVIEWED})
NOTHING_HAPPENED: Final = "本月没有可计数的事项，不适用"


@dataclass(frozen=True, slots=True)
class Scale:
    """How a metric becomes points; for what people judge only `service` counts."""

    service: str = ""
    floor_permille: int = 0
    target_permille: int = 1000
    min_basis: int = 1


@dataclass(frozen=True, slots=True)
class ScaleOf:
    """The scale of the item of this number."""

    number: str
    scale: Scale


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric of a contractor's month: a share of cases, and what it says in words."""

    numerator: int
    denominator: int
    text: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What is paid: the share of the fee, the whole fee of the contract's days, and what is due of it."""

    share_tenths: int
    full_fen: int
    payable_fen: int


def half_up(value: Fraction) -> int:
    """A non-negative fraction rounded half up."""
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def scaled(points_tenths: int, measured: Measured, scale: Scale) -> int | None:
    """The points of a metric: linear between floor and target, half up to a tenth; None if too few cases."""
    if measured.denominator < max(1, scale.min_basis):
        return None
    value = Fraction(measured.numerator * 1000, measured.denominator)
    share = (value - scale.floor_permille) / (scale.target_permille - scale.floor_permille)
    return half_up(points_tenths * min(max(share, Fraction(0)), Fraction(1)))


def total_tenths(points: Mapping[int, int], scores: Mapping[int, int | None]) -> int | None:
    """The month's score out of the sheet's full marks, rescaled to what applies. None if nothing does."""
    if not any(scores[item] is not None for item in points):
        return None
    return score_policies.total_tenths(points, scores, Inapplicable.RESCALE)


def after_deductions(base_tenths: int | None, taken_tenths: int) -> int | None:
    """What is left of an item, never less than nothing."""
    return max(0, base_tenths - taken_tenths) if base_tenths is not None else None


def payment(
    total: int | None, bands: Sequence[Band], monthly_fee_fen: int, from_on: date, until_on: date
) -> Payment:
    """What a month is paid: the fee of its days by the calendar, times the score's share; rounded once.

    Where nothing applied the whole fee is due, as nothing was found wanting.
    """
    share = contractor_policies.pay_share(total, bands) if total is not None else HUNDRED_TENTHS
    days = (until_on - from_on).days + 1
    of_month = month_end(from_on.replace(day=1)).day
    full = Fraction(monthly_fee_fen * days, of_month)
    return Payment(share, half_up(full), half_up(full * share / HUNDRED_TENTHS))


def problems_of(version: SheetVersion, known_metrics: Collection[str]) -> list[str]:
    """Why a sheet cannot make a month's score, as sentences; none if it can."""
    found = []
    if version.full_tenths != HUNDRED_TENTHS:
        found.append("总分应为 100 分")
    if version.inapplicable != Inapplicable.RESCALE:
        found.append("不适用指标应不计入并按比例折算")
    for item in version.items:
        if item.evidence != EvidenceKind.METRIC:
            continue
        if item.metric_key.partition(":")[0] not in known_metrics:
            found.append(f"第 {item.number} 项的数据项 {item.metric_key} 不是系统能提供的")
        if not item.may_be_inapplicable:
            found.append(f"第 {item.number} 项取自系统数据，应可不适用")
    return found


def is_metric(item: ScoreItem) -> bool:
    """Whether the system measures it."""
    return item.evidence == EvidenceKind.METRIC


def ensure_few_proofs(photo_ids: Collection[int], order_ids: Collection[int] = ()) -> None:
    """Raises TooManyProofs."""
    if len(set(photo_ids)) > MOST_PHOTOS or len(set(order_ids)) > MOST_ORDERS:
        raise TooManyProofs(photos=MOST_PHOTOS, orders=MOST_ORDERS)


def ensure_not_own(actor: Actor, contractor_id: int) -> None:
    """Raises OwnContractor."""
    if contractor_policies.answers_for(actor, contractor_id):
        raise OwnContractor


def ensure_may(actor: Actor, permission: Permission, contractor_id: int) -> None:
    """Assessing and reviewing is done for the whole compound, and never for one's own contractor.

    Raises Forbidden or OwnContractor.
    """
    ensure_everywhere(actor, permission)
    ensure_not_own(actor, contractor_id)


def ensure_appeal(state: str, expected: Collection[AppealState]) -> None:
    """Raises AppealStateWrong."""
    if state not in expected:
        raise AppealStateWrong(state_name=APPEAL_NAMES[AppealState(state)])


def ensure_others(staff_id: int, *before: int | None) -> None:
    """Raises SamePersonReviews for who had a hand in it before."""
    if staff_id in before:
        raise SamePersonReviews


def outcome_tenths(outcome: AppealState, points_tenths: int, left_tenths: int | None) -> int:
    """What of a deduction stands after an outcome. Raises OutcomeInvalid."""
    if outcome is AppealState.PARTLY:
        if left_tenths is None or not 0 < left_tenths < points_tenths:
            raise OutcomeInvalid(points=spoken(points_tenths))
        return left_tenths
    return 0 if outcome is AppealState.UPHELD else points_tenths
