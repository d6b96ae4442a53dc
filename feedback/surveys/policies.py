"""Rules of the surveys: who is drawn, what may be answered, what may be told. Pure functions.

Fewer than five are never told of (rules-and-figures §2): neither directly, nor as what is left of a total
when the others are taken away (complementary suppression).
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, TypeVar

from backend import clock
from backend.ratings.policies import FEWEST
from feedback.surveys.errors import (
    SurveyAnswerInvalid,
    SurveyAnswersEmpty,
    SurveyChanged,
    SurveyDatesInvalid,
    SurveyQuestionsInvalid,
    SurveyState,
    SurveyTargetsInvalid,
)
from feedback.surveys.models import AudienceKind, QuestionKind, State

K = TypeVar("K", bound=Hashable)

STATE_NAMES: Final[Mapping[State, str]] = {
    State.DRAFT: "草稿",
    State.OPEN: "进行中",
    State.STOPPED: "已截止",
}
LONGEST_DAYS: Final = 180
MOST_QUESTIONS: Final = 50
MOST_OPTIONS: Final = 20
CHOICES: Final = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
WITH_OPTIONS: Final = CHOICES | {QuestionKind.MATRIX}
SCORES: Final = range(1, 6)
# The label of those who bear none.
OTHERS_ID: Final = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its author writes it."""

    kind: QuestionKind
    text: str
    most: int | None = None
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked: with the ids of its options."""

    id: int
    kind: QuestionKind
    most: int | None
    option_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says to a question; which part of it counts is the question's kind."""

    question_id: int
    option_ids: Sequence[int] = ()
    score: int | None = None
    text: str = ""
    scores: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer as it is kept."""

    question_id: int
    option_id: int = 0
    score: int | None = None
    text: str = ""


def ensure_state(state: str, wanted: State) -> None:
    """Raise SurveyState unless the survey is in this state."""
    if state != wanted:
        raise SurveyState(state=state, state_name=STATE_NAMES[State(state)])


def ensure_seen(seen: int, standing: int) -> None:
    """Raise SurveyChanged unless it is as its reader saw it."""
    if seen != standing:
        raise SurveyChanged(revision=standing)


def ensure_dates(opens_at: datetime | None, stops_on: date, today: date) -> None:
    """Raise SurveyDatesInvalid unless it ends within half a year, and after it has begun."""
    begins_on = max(today, clock.local(opens_at).date()) if opens_at is not None else today
    if not begins_on <= stops_on <= today + timedelta(days=LONGEST_DAYS):
        raise SurveyDatesInvalid(days=LONGEST_DAYS)


def ensure_targets(audience: AudienceKind, target_ids: Collection[int]) -> None:
    """Raise SurveyTargetsInvalid unless everybody, or something in particular, is meant."""
    if (audience is AudienceKind.ALL) == bool(target_ids):
        raise SurveyTargetsInvalid


def ensure_questions(questions: Sequence[Question]) -> None:
    """Each question has what its kind needs, and nothing else. Raises SurveyQuestionsInvalid."""
    for position, each in enumerate(questions, start=1):
        reason = _fault_of(each)
        if reason:
            raise SurveyQuestionsInvalid(position=position, reason=reason)


def _fault_of(question: Question) -> str:
    count = len(question.options)
    least = 2 if question.kind in CHOICES else 1
    if question.kind not in WITH_OPTIONS:
        return "此类题目不设选项" if count or question.most is not None else ""
    if count < least:
        return f"至少要有 {least} 个选项"
    if len(set(question.options)) < count:
        return "选项重复"
    if question.most is not None and (
        question.kind is not QuestionKind.MULTIPLE or not 2 <= question.most <= count
    ):
        return "最多可选项数应在 2 到选项数之间，且只用于多选题"
    return ""


def marks_of(asked: Sequence[Asked], given: Sequence[Given]) -> list[Mark]:
    """What is kept of the answers; a question left out, or an empty text, is no answer.

    Raises SurveyAnswerInvalid, or SurveyAnswersEmpty if nothing is left.
    """
    questions = {each.id: each for each in asked}
    if len({each.question_id for each in given}) < len(given):
        raise SurveyAnswerInvalid(question_id=0)
    found = []
    for each in given:
        question = questions.get(each.question_id)
        if question is None or not _fits(question, each):
            raise SurveyAnswerInvalid(question_id=each.question_id)
        found += _marks(each)
    if not found:
        raise SurveyAnswersEmpty
    return found


def _fits(question: Asked, given: Given) -> bool:
    """Whether the answer says what its kind of question asks, and nothing besides."""
    known = set(question.option_ids)
    chosen = list(given.option_ids)
    says = {
        "options": bool(chosen),
        "score": given.score is not None,
        "text": bool(given.text),
        "scores": bool(given.scores),
    }
    part = {
        QuestionKind.SINGLE: "options",
        QuestionKind.MULTIPLE: "options",
        QuestionKind.SCALE: "score",
        QuestionKind.TEXT: "text",
        QuestionKind.MATRIX: "scores",
    }[question.kind]
    if any(said and name != part for name, said in says.items()):
        return False
    most = 1 if question.kind is QuestionKind.SINGLE else (question.most or len(known))
    return (
        len(set(chosen)) == len(chosen) <= most
        and set(chosen) <= known
        and set(given.scores) <= known
        and all(score in SCORES for score in given.scores.values())
        and (given.score is None or given.score in SCORES)
    )


def _marks(given: Given) -> list[Mark]:
    marks = [Mark(given.question_id, option_id) for option_id in given.option_ids]
    marks += [Mark(given.question_id, option_id, score) for option_id, score in given.scores.items()]
    if given.score is not None:
        marks.append(Mark(given.question_id, score=given.score))
    if given.text:
        marks.append(Mark(given.question_id, text=given.text))
    return marks


def allocate(sizes: Mapping[K, int], n: int) -> dict[K, int]:
    """How many of `n` fall to each stratum: in proportion to its size, by largest remainders (Hamilton).

    Of equal remainders the larger stratum, then the earlier one, comes first. Never more than there are.
    """
    total = sum(sizes.values())
    if n >= total:
        return dict(sizes)
    shares = {key: divmod(n * size, total) for key, size in sizes.items()}
    found = {key: whole for key, (whole, _) in shares.items()}
    order = sorted(sizes, key=lambda key: (-shares[key][1], -sizes[key]))
    for key in order[: n - sum(found.values())]:
        found[key] += 1
    return found


def draw(strata: Mapping[int, int], n: int | None, random: Random) -> set[int]:
    """Who of {person: stratum} is invited: all, or `n` of them at random, in proportion by stratum."""
    if n is None or n >= len(strata):
        return set(strata)
    people: dict[int, list[int]] = {}
    for person in sorted(strata):
        people.setdefault(strata[person], []).append(person)
    wanted = allocate({key: len(people[key]) for key in sorted(people)}, n)
    return {person for key, count in wanted.items() for person in random.sample(people[key], count)}


def labels_of(segments: Mapping[int, int], fewest: int = FEWEST) -> dict[int, int]:
    """The label of each person of {person: segment}: their segment, or OTHERS_ID where few share it.

    Those without a label are at least `fewest`, too, or nobody: while they are fewer, the smallest segment
    gives up its label.
    """
    sizes = Counter(segments.values())
    sizes.pop(OTHERS_ID, None)
    kept = {segment for segment, size in sizes.items() if size >= fewest}
    while kept and 0 < len(segments) - sum(sizes[each] for each in kept) < fewest:
        kept.remove(min(kept, key=lambda each: (sizes[each], each)))
    return {person: segment if segment in kept else OTHERS_ID for person, segment in segments.items()}


def withheld(counts: Mapping[K, int], *, rest: int = 0, fewest: int = FEWEST) -> set[K]:
    """Which groups are not told where their total is: those below `fewest`, and what would give them away.

    What the total leaves when the told ones are taken away (the withheld ones, with a `rest` that is never
    told) is of at least `fewest`, or of nobody: while it is less, the smallest told one is withheld as well.
    """
    hidden = {key for key, count in counts.items() if count < fewest}
    for key in sorted(counts.keys() - hidden, key=lambda key: (counts[key], str(key))):
        if not 0 < sum(counts[each] for each in hidden) + rest < fewest:
            break
        hidden.add(key)
    return hidden
