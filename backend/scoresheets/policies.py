"""Rules of score sheets: what a sheet may say, and how scores make a total and a grade. Pure functions.

Points are integers of tenths.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

import orjson

from backend.scoresheets.errors import (
    ItemNotFound,
    ItemsUnscored,
    NothingApplies,
    NotInapplicable,
    ReasonNeeded,
    ReasonNotFound,
    ScoreMissing,
    ScoreTooHigh,
    ValidFromTaken,
    VersionNotInForce,
)
from backend.scoresheets.models import EvidenceKind, Inapplicable, ScoreItem, VersionState

MOST_ITEMS: Final = 200
MOST_REASONS: Final = 20
MOST_GRADES: Final = 10
MOST_TENTHS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Reason:
    """A usual reason for losing points, and how many it usually costs, if that can be said."""

    text: str
    points_tenths: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item as a sheet states it."""

    number: str
    level1: str
    level2: str
    level3: str
    points_tenths: int
    scoring: str
    evidence: EvidenceKind
    metric_key: str = ""
    may_be_inapplicable: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, from so many points on."""

    title: str
    from_tenths: int
    is_failing: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a version of a sheet says."""

    code: str
    title: str
    region: str
    year: int
    source: str
    inapplicable: Inapplicable
    note: str
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]

    @property
    def full_tenths(self) -> int:
        """The sheet's full marks."""
        return sum(item.points_tenths for item in self.items)

    @property
    def digest(self) -> str:
        """Equal for equal contents."""
        return hashlib.sha256(orjson.dumps(asdict(self))).hexdigest()


@dataclass(frozen=True, slots=True)
class Loss:
    """Why points were lost: a reason of the item's catalogue, or free text."""

    reason_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item is given."""

    item_id: int
    score_tenths: int | None
    is_inapplicable: bool = False
    remark: str = ""
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a closed scoring comes to."""

    total_tenths: int
    grade: str
    is_failing: bool


def points(tenths_: int) -> Decimal:
    """Tenths as points."""
    return Decimal(tenths_) / 10


def tenths(points_: Decimal) -> int:
    """Points of at most one decimal as tenths."""
    return int(points_ * 10)


def spoken(tenths_: int) -> str:
    """`45` as `4.5`, `40` as `4`."""
    whole, rest = divmod(tenths_, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def problems(content: Content) -> list[str]:
    """What a sheet says that cannot be, as sentences; none if it may come into force."""
    found = []
    if not content.items:
        found.append("没有指标")
    for number in _repeated(item.number for item in content.items):
        found.append(f"序号 {number} 重复")
    for item in content.items:
        found += _problems_of_item(item)
    return found + _problems_of_grades(content)


def _problems_of_item(item: Item) -> list[str]:
    found = []
    if item.points_tenths <= 0:
        found.append(f"第 {item.number} 项的分值应大于 0")
    if (item.evidence is EvidenceKind.METRIC) != bool(item.metric_key):
        found.append(f"第 {item.number} 项：佐证方式为系统数据时应注明数据项，其他方式不应有数据项")
    for text in _repeated(reason.text for reason in item.reasons):
        found.append(f"第 {item.number} 项的失分原因“{text}”重复")
    if any((reason.points_tenths or 0) > item.points_tenths for reason in item.reasons):
        found.append(f"第 {item.number} 项有失分原因的扣分超过该项分值")
    return found


def _problems_of_grades(content: Content) -> list[str]:
    grades = sorted(content.grades, key=lambda grade: -grade.from_tenths)
    if not grades:
        return ["没有等级"]
    found = []
    if grades[-1].from_tenths != 0:
        found.append("最低一级应从 0 分起")
    if grades[0].from_tenths > content.full_tenths:
        found.append("最高一级的起点超过总分")
    if any(upper.from_tenths == lower.from_tenths for upper, lower in pairwise(grades)):
        found.append("两个等级的起点相同")
    for title in _repeated(grade.title for grade in grades):
        found.append(f"等级“{title}”重复")
    if any(upper.is_failing and not lower.is_failing for upper, lower in pairwise(grades)):
        found.append("较低的等级不能好于较高的等级（不合格标记）")
    return found


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def total_tenths(
    points_by_item: Mapping[int, int], marks: Mapping[int, int | None], inapplicable: Inapplicable
) -> int:
    """The total of a fully scored sheet; a mark of None does not apply.

    By `full_marks` it counts with all of its points. By `rescale` the rest is scaled to the sheet's full
    marks, rounded half up to a tenth once. Raises KeyError where a mark is missing, and NothingApplies.
    """
    full = sum(points_by_item.values())
    if inapplicable is Inapplicable.FULL_MARKS:
        given = ((points_by_item[item], marks[item]) for item in points_by_item)
        return sum(worth if score is None else score for worth, score in given)
    applying = {item: score for item in points_by_item if (score := marks[item]) is not None}
    within = sum(points_by_item[item] for item in applying)
    if not within:
        raise NothingApplies
    # Integers: twice the fraction plus one, halved, rounds half up.
    return (2 * sum(applying.values()) * full + within) // (2 * within)


def grade_of(total: int, grades: Collection[Grade]) -> Grade:
    """The highest grade whose threshold the total reaches; one of them begins at 0."""
    return max((grade for grade in grades if grade.from_tenths <= total), key=lambda grade: grade.from_tenths)


def outcome(
    items: Sequence[ScoreItem],
    marks: Mapping[int, int | None],
    inapplicable: Inapplicable,
    grades: Collection[Grade],
) -> Outcome:
    """Total and grade. Raises ItemsUnscored or NothingApplies."""
    missing = [item.number for item in items if item.id not in marks]
    if missing:
        raise ItemsUnscored(count=len(missing), numbers="、".join(missing))
    total = total_tenths({item.id: item.points_tenths for item in items}, marks, inapplicable)
    grade = grade_of(total, grades)
    return Outcome(total, grade.title, grade.is_failing)


def ensure_mark(item: ScoreItem | None, mark: Mark) -> None:
    """Whether an item may be given this.

    Raises ItemNotFound, ScoreMissing, NotInapplicable, ScoreTooHigh, ReasonNeeded or ReasonNotFound.
    """
    if item is None:
        raise ItemNotFound
    if mark.is_inapplicable == (mark.score_tenths is not None):
        raise ScoreMissing(number=item.number)
    if mark.is_inapplicable and not item.may_be_inapplicable:
        raise NotInapplicable(number=item.number)
    if mark.score_tenths is None:
        return
    if not 0 <= mark.score_tenths <= item.points_tenths:
        raise ScoreTooHigh(number=item.number, points=spoken(item.points_tenths))
    if mark.score_tenths < item.points_tenths and not mark.losses:
        raise ReasonNeeded(number=item.number)
    known = {reason.id for reason in item.reasons}
    for loss in mark.losses:
        if loss.reason_id not in known if loss.reason_id is not None else not loss.text.strip():
            raise ReasonNotFound(number=item.number)


def ensure_usable(state: VersionState, valid_from: date | None, on: date) -> None:
    """Only a version whose day has come is scored by. Raises VersionNotInForce."""
    if state is not VersionState.IN_FORCE or valid_from is None or valid_from > on:
        raise VersionNotInForce


def ensure_after(valid_from: date, latest: date | None) -> None:
    """Versions follow each other. Raises ValidFromTaken."""
    if latest is not None and valid_from <= latest:
        raise ValidFromTaken(after=latest.isoformat())
