"""What responses come to, with whatever too few people said left out; pure.

A *line* is what has a base of its own: a question, or each of the things that a matrix asks about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from backend.ratings.policies import FEWEST, Tally, ratio
from feedback.surveys import policies
from feedback.surveys.models import QuestionKind
from feedback.surveys.titles import OTHERS, QUESTION_NAMES


@dataclass(frozen=True, slots=True)
class Counted:
    """How many responses of a label said this to a question."""

    question_id: int
    label_id: int
    option_id: int
    score: int | None
    count: int


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """An option: how many chose it, of those who answered; of a matrix, how many scored it, and how."""

    id: int
    text: str
    count: int | None
    rate: Decimal | None
    average: Decimal | None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What was said to one question by all, or by those of one label. `base` answered it."""

    base: int | None
    is_withheld: bool
    average: Decimal | None = None
    satisfied_rate: Decimal | None = None
    distribution: Sequence[int] | None = None
    options: Sequence[OptionFigures] = ()


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """What those of one label said."""

    id: int
    name: str
    figures: LineFigures


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What was said to one question."""

    id: int
    position: int
    kind: str
    text: str
    figures: LineFigures
    comments: Sequence[str] = ()
    by_segment: Sequence[LabelFigures] = field(default_factory=tuple)

    @property
    def kind_name(self) -> str:
        """单选, 多选 …"""
        return QUESTION_NAMES[QuestionKind(self.kind)]


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its options, as figures need it."""

    id: int
    position: int
    kind: QuestionKind
    text: str
    options: Mapping[int, str]


class Sums:
    """The counts of one survey, by question and label."""

    def __init__(self, counted: Iterable[Counted], bases: Mapping[tuple[int, int], int]) -> None:
        self._counts: dict[tuple[int, int], Counter[tuple[int, int | None]]] = defaultdict(Counter)
        for each in counted:
            self._counts[each.question_id, each.label_id][each.option_id, each.score] += each.count
        self._bases = bases

    def of(self, question_id: int, labels: Iterable[int]) -> tuple[int, Counter[tuple[int, int | None]]]:
        """How many of these labels answered a question, and what."""
        together: Counter[tuple[int, int | None]] = Counter()
        base = 0
        for label in labels:
            base += self._bases.get((question_id, label), 0)
            together += self._counts[question_id, label]
        return base, together


def question_figures(
    line: Line, sums: Sums, labels: Mapping[int, str], comments: Sequence[str]
) -> QuestionFigures:
    """The figures of one question: of all, and of each label if there are several."""
    base, counts = sums.of(line.id, labels)
    whole = _line(line, base, counts, dict.fromkeys(line.options, False))
    is_told = base >= FEWEST
    each_label = {label: sums.of(line.id, [label]) for label in labels}
    hidden = policies.withheld({label: size for label, (size, _) in each_label.items()})
    hidden_items = _hidden_items(line, each_label)
    return QuestionFigures(
        line.id,
        line.position,
        line.kind.value,
        line.text,
        whole,
        comments if is_told else (),
        [
            LabelFigures(
                label,
                name or OTHERS,
                _line(
                    line,
                    *each_label[label],
                    {option_id: label in items for option_id, items in hidden_items.items()},
                )
                if label not in hidden
                else LineFigures(None, is_withheld=True),
            )
            for label, name in labels.items()
        ]
        if len(labels) > 1 and is_told and line.kind is not QuestionKind.TEXT
        else (),
    )


def _hidden_items(
    line: Line, each_label: Mapping[int, tuple[int, Counter[tuple[int, int | None]]]]
) -> dict[int, set[int]]:
    """Per thing that a matrix asks about, the labels of which too few have scored it."""
    if line.kind is not QuestionKind.MATRIX:
        return {option_id: set() for option_id in line.options}
    return {
        option_id: policies.withheld(
            {label: _tally(counts, option_id).count for label, (_, counts) in each_label.items()}
        )
        for option_id in line.options
    }


def _line(
    line: Line, base: int, counts: Counter[tuple[int, int | None]], hidden: Mapping[int, bool]
) -> LineFigures:
    if base < FEWEST:
        return LineFigures(None, is_withheld=True)
    if line.kind is QuestionKind.SCALE:
        tally = _tally(counts, policies.OTHERS_ID)
        return LineFigures(
            base, False, tally.average, ratio(tally.satisfied, tally.count, places=3), tally.distribution
        )
    if line.kind is QuestionKind.MATRIX:
        return LineFigures(
            base,
            False,
            options=[
                _scored(option_id, text, _tally(counts, option_id), is_hidden=hidden[option_id])
                for option_id, text in line.options.items()
            ],
        )
    return LineFigures(
        base,
        False,
        options=[
            OptionFigures(
                option_id,
                text,
                counts[option_id, None],
                ratio(counts[option_id, None], base, places=3),
                None,
            )
            for option_id, text in line.options.items()
        ],
    )


def _scored(option_id: int, text: str, tally: Tally, *, is_hidden: bool) -> OptionFigures:
    if is_hidden or tally.count < FEWEST:
        return OptionFigures(option_id, text, None, None, None)
    satisfied = ratio(tally.satisfied, tally.count, places=3)
    return OptionFigures(option_id, text, tally.count, satisfied, tally.average)


def _tally(counts: Counter[tuple[int, int | None]], option_id: int) -> Tally:
    one, two, three, four, five = (counts[option_id, score] for score in policies.SCORES)
    return Tally((one, two, three, four, five))
