"""Rules of the quarterly evaluation: spans, states, what may be answered and scored. Pure functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from backend.scoresheets.models import EvidenceKind, ScoreItem
from backend.scoresheets.policies import Loss, Mark, spoken
from canteen.evaluation.rounds import errors
from canteen.evaluation.rounds.models import RoundState, SheetAnswer, SheetState

SCORING_OWNER: Final = "evaluation_sheet"
PHOTO_OWNER: Final = "evaluation_answer"
MOST_PHOTOS: Final = 9
LONGEST_TEXT: Final = 2_000
# How far ahead a due day may lie.
MOST_DAYS: Final = 120


class Step(StrEnum):
    """What can be done with a sheet as a whole."""

    OPEN = "open"
    SUBMIT = "submit"
    TAKE = "take"  # by the reviewers, after the due day
    RETURN = "return"
    CLOSE = "close"


TRANSITIONS: Final[Mapping[tuple[SheetState, Step], SheetState]] = {
    (SheetState.FILLING, Step.SUBMIT): SheetState.SUBMITTED,
    (SheetState.RETURNED, Step.SUBMIT): SheetState.SUBMITTED,
    (SheetState.FILLING, Step.TAKE): SheetState.SUBMITTED,
    (SheetState.RETURNED, Step.TAKE): SheetState.SUBMITTED,
    (SheetState.SUBMITTED, Step.RETURN): SheetState.RETURNED,
    (SheetState.SUBMITTED, Step.CLOSE): SheetState.CLOSED,
}
# With the unit: it may answer. With the reviewers: they may score.
WITH_UNIT: Final = frozenset({SheetState.FILLING, SheetState.RETURNED})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says of an item."""

    is_inapplicable: bool
    self_tenths: int | None
    text: str
    photos: int


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return first, after - timedelta(days=1)


def ensure_round(year: int, quarter: int, due_on: date, today: date) -> None:
    """Raises RoundTooEarly or DueInvalid."""
    if quarter_span(year, quarter)[0] > today:
        raise errors.RoundTooEarly
    ensure_due(due_on, today)


def ensure_due(due_on: date, today: date) -> None:
    """Raises DueInvalid."""
    if not today <= due_on <= today + timedelta(days=MOST_DAYS):
        raise errors.DueInvalid(days=MOST_DAYS)


def ensure_open(state: str) -> None:
    """Raises RoundClosed."""
    if state != RoundState.OPEN:
        raise errors.RoundClosed


def state_after(state: SheetState, step: Step, names: Mapping[SheetState, str]) -> SheetState:
    """Where a step leads. Raises SheetState."""
    after = TRANSITIONS.get((state, step))
    if after is None:
        raise errors.SheetState(state=state.value, state_name=names[state])
    return after


def ensure_with_unit(state: SheetState, names: Mapping[SheetState, str]) -> None:
    """A unit answers while the sheet is with it. Raises SheetState."""
    if state not in WITH_UNIT:
        raise errors.SheetState(state=state.value, state_name=names[state])


def ensure_with_reviewers(state: SheetState, names: Mapping[SheetState, str]) -> None:
    """Reviewers score what has been submitted. Raises SheetState."""
    if state is not SheetState.SUBMITTED:
        raise errors.SheetState(state=state.value, state_name=names[state])


def ensure_overdue(due_on: date, today: date) -> None:
    """Raises SheetNotDue."""
    if today <= due_on:
        raise errors.SheetNotDue(due_on=due_on.isoformat())


def ensure_not_own(filled_by: Collection[int], staff_id: int) -> None:
    """Nobody reviews what they answered or submitted themselves. Raises OwnSheet."""
    if staff_id in filled_by:
        raise errors.OwnSheet


def ensure_answer(item: ScoreItem, answer: Answer, proposed_tenths: int | None) -> None:
    """Whether a unit may say this of an item.

    What departs from the system's proposal is explained by a text; what rests on documents or photos by a
    text or a photo. Raises AnswerInvalid.
    """

    def wrong(reason: str) -> errors.AnswerInvalid:
        return errors.AnswerInvalid(number=item.number, reason=reason)

    if answer.is_inapplicable:
        if answer.self_tenths is not None:
            raise wrong("不适用的指标不评分")
        if not item.may_be_inapplicable:
            raise wrong("不能作为不适用处理")
        return
    if answer.self_tenths is None:
        raise wrong("请填写自评分，或注明不适用")
    if not 0 <= answer.self_tenths <= item.points_tenths:
        raise wrong(f"自评分最高 {spoken(item.points_tenths)} 分")
    has_text = bool(answer.text.strip())
    if proposed_tenths is not None and answer.self_tenths != proposed_tenths and not has_text:
        raise wrong(f"自评分与系统数据测算的 {spoken(proposed_tenths)} 分不同，请说明理由")
    rests_on_material = item.evidence in (EvidenceKind.DOCUMENT, EvidenceKind.PHOTO)
    if rests_on_material and answer.self_tenths and not has_text and not answer.photos:
        raise wrong("请用文字说明或上传照片作为佐证")


def unanswered(items: Sequence[ScoreItem], answers: Mapping[int, SheetAnswer]) -> list[str]:
    """The numbers of the items that neither the unit nor the system says anything of."""
    return [
        item.number
        for item in items
        if (answer := answers.get(item.id)) is None
        or (answer.answered_at is None and answer.proposed_tenths is None)
    ]


def ensure_complete(items: Sequence[ScoreItem], answers: Mapping[int, SheetAnswer]) -> None:
    """Raises SheetIncomplete."""
    missing = unanswered(items, answers)
    if missing:
        raise errors.SheetIncomplete(count=len(missing), items="、".join(missing), numbers=missing)


def ensure_explained(
    marks: Iterable[Mark], items: Mapping[int, ScoreItem], answers: Mapping[int, SheetAnswer]
) -> None:
    """A score that departs from the system's proposal has a remark. Raises RemarkNeeded."""
    for mark in marks:
        answer, item = answers.get(mark.item_id), items.get(mark.item_id)
        if answer is None or item is None or answer.proposed_tenths is None or mark.remark.strip():
            continue
        if mark.score_tenths != answer.proposed_tenths:
            raise errors.RemarkNeeded(number=item.number, proposed=spoken(answer.proposed_tenths))


def mark_as_answered(item: ScoreItem, answer: SheetAnswer) -> Mark | None:
    """The mark that accepts what stands: the unit's answer or, without one, the system's proposal.

    What the unit or the system says of it becomes the remark; the reason of lost points is one that can be
    counted over all units. None if nothing stands.
    """
    if answer.answered_at is None:
        if answer.proposed_tenths is None:
            return None
        return _mark(item, answer.proposed_tenths, "按系统数据得分", answer.evidence_text)
    if answer.is_inapplicable:
        return Mark(item.id, None, is_inapplicable=True, remark=_short(answer.text))
    if answer.self_tenths is None:
        return None
    return _mark(item, answer.self_tenths, "按单位自评得分", answer.text)


def _mark(item: ScoreItem, tenths: int, reason: str, said: str) -> Mark:
    losses = () if tenths == item.points_tenths else (Loss(None, reason),)
    return Mark(item.id, tenths, remark=_short(said), losses=losses)


def _short(text: str, most: int = 500) -> str:
    tidy = " ".join(text.split())
    return tidy if len(tidy) <= most else f"{tidy[: most - 1]}…"


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """The rank of each total, the highest first; equal ones share it, and what has none has no rank."""
    known = [total for total in totals if total is not None]
    return [None if total is None else 1 + sum(other > total for other in known) for total in totals]
